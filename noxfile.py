# /// script
# requires-python = ">=3.11"
# dependencies = ["nox>=2024.4"]
# ///
"""The checks of tkk, each in its own environment: ``nox`` runs the everyday ones, ``nox -s NAME`` any of them."""

from __future__ import annotations

import re
import sys
import tomllib
import zipfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "types", "tests", "wheel"]
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.11", "3.12", "3.13"]
PROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
SECOND_ORACLE = "survival==2.0.0"  # pinned: an oracle must not move by itself


@nox.session
def lint(session: nox.Session) -> None:
    """Style, and the layout of every file."""
    session.install(*PROJECT["optional-dependencies"]["lint"])
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session(python=PYTHONS[0])
def types(session: nox.Session) -> None:
    """The types of the package, strictly."""
    session.install(".[lint]")
    session.run("mypy")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """All tests on every supported Python."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python=PYTHONS[0])
def minimums(session: nox.Session) -> None:
    """All tests on the lowest versions that pyproject.toml promises."""
    bounds = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]
    constraints = Path(session.create_tmp(), "lowest.txt")
    constraints.write_text("\n".join(bound.replace(">=", "==") for bound in bounds), encoding="utf-8")
    session.install("-c", str(constraints), "-e", ".[test]")
    # Old releases warn about newer ones of what they need; that is no fault of theirs or ours.
    session.run("pytest", "-W", "ignore::DeprecationWarning", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The commands of the README and the examples of the docstrings."""
    session.install("-e", ".[test]")
    session.run("pytest", "tests/test_readme.py", "tests/test_doctests.py")


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, look into it, install it in an empty environment and start it."""
    folder = Path(session.create_tmp()).resolve()
    for old in folder.glob("*.whl"):
        old.unlink()
    session.install("build>=1.2")
    session.run("python", "-m", "build", "--wheel", "--outdir", str(folder))
    (built,) = folder.glob("*.whl")
    names = zipfile.ZipFile(built).namelist()
    tops = {name.split("/")[0] for name in names}
    if not all(top == "tkk_cli" or re.fullmatch(r"tkk_cli-[^/]+\.dist-info", top) for top in tops):
        session.error(f"the wheel holds more than the package: {sorted(tops)}")
    if "tkk_cli/py.typed" not in names or not any(name.endswith("licenses/LICENSE") for name in names):
        session.error("the wheel lacks py.typed or the licence")
    lists = {path.as_posix() for kind in ("csv", "toml") for path in Path("tkk_cli").rglob(f"*.{kind}")}
    if not lists or not lists <= set(names):
        session.error(f"the wheel lacks {sorted(lists - set(names))}")
    session.run("python", "-m", "venv", "--clear", str(folder / "empty"), silent=True)
    scripts = folder / "empty" / ("Scripts" if sys.platform == "win32" else "bin")
    session.run(str(scripts / "python"), "-m", "pip", "install", "--quiet", str(built), external=True)
    session.run(str(scripts / "tkk"), "--version", external=True)
    session.run(str(scripts / "tkk"), "doctor", external=True)


@nox.session
def estimators_only(session: nox.Session) -> None:
    """The estimators need numpy alone."""
    session.install("numpy")
    session.install("--no-deps", ".")
    modules = [path.stem for path in Path("tkk_cli/estimators").glob("*.py")]
    names = sorted("tkk_cli.estimators" + ("" if name == "__init__" else f".{name}") for name in modules)
    session.run("python", "-c", f"import {', '.join(names)}; print('imported', {len(names)})")


@nox.session
def oracle(session: nox.Session) -> None:
    """The estimators against an independent implementation (a package of the name survival, written in Rust)."""
    session.install("-e", ".[test]", SECOND_ORACLE)
    session.run("pytest", "tests/oracle/second_oracle.py", *session.posargs)


@nox.session
def spark(session: nox.Session) -> None:
    """DuckDB and Spark give identical tables, stage by stage. Minutes; needs Java."""
    session.install("-e", ".[test,spark]")
    session.run("pytest", "tests/spark/parity.py", *session.posargs)


@nox.session
def agreement(session: nox.Session) -> None:
    """Write the page on how far the estimators agree with R anew."""
    session.install("-e", ".[test]")
    page = Path("tests/reference/AGREEMENT.md").resolve()
    session.run("pytest", "tests", "-k", "reference", env={"TKK_AGREEMENT_PAGE": str(page)})


@nox.session(python=PYTHONS[0])
def without_lifelines(session: nox.Session) -> None:
    """All that does not need lifelines works with pandas 3, which lifelines does not allow yet."""
    needed = [bound for bound in PROJECT["dependencies"] if not bound.startswith(("lifelines", "pandas"))]
    session.install(*needed, "pandas>=3", *PROJECT["optional-dependencies"]["test"])
    session.install("--no-deps", "-e", ".")
    # doctor is right to miss it, and so is the test of the declared dependencies
    session.run("pytest", "-m", "not lifelines", "-k", "not doctor and not lifelines", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Time and memory, and R's beside them where it is installed. Minutes; use a quiet machine."""
    session.install(".")
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def simulations(session: nox.Session) -> None:
    """Coverage of intervals and size of tests on synthetic cohorts with planted truth. Minutes."""
    session.install("-e", ".[test]")
    session.run("pytest", "benchmarks/simulations", *session.posargs)


if __name__ == "__main__":
    nox.main()
