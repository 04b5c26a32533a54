"""``tkk doctor``: is the installation sound, and does it work without a network?"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import re
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from tkk_cli import __version__
from tkk_cli.commands.build import make_app
from tkk_cli.errors import EXIT_CHECK_FAILED

__all__ = ["Check", "app", "doctor"]


@dataclass(frozen=True)
class Check:
    """One line of the report: ``status`` is ``ok``, ``absent`` (an optional part) or ``broken``."""

    section: str
    name: str
    status: str
    detail: str


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.", rich_help_panel="Output")] = False,
) -> None:
    """Check the installation: versions, optional parts, offline work, golden numbers.

    Exit status 1 when something is broken.

    \b
    Examples:
      tkk doctor
      tkk doctor --json
    """
    checks = [*_versions(), *_optional_parts(), *_machine(), *_self_test()]
    sound = all(check.status != "broken" for check in checks)
    if as_json:
        print(json.dumps({"sound": sound, "checks": [asdict(check) for check in checks]}, ensure_ascii=False, indent=2))
    else:
        print(_text(checks, sound))
    if not sound:
        raise typer.Exit(EXIT_CHECK_FAILED)


def _text(checks: list[Check], sound: bool) -> str:
    width = max(len(check.name) for check in checks)
    lines: list[str] = []
    for check in checks:
        if f"{check.section}:" not in lines:
            lines += ([""] if lines else []) + [f"{check.section}:"]
        lines.append(f"  {check.status.ljust(6)}  {check.name.ljust(width)}  {check.detail}".rstrip())
    return "\n".join([*lines, "", "Everything needed works." if sound else "Something is broken: see above."])


def _versions() -> list[Check]:
    python = "ok" if sys.version_info >= (3, 11) else "broken"
    checks = [
        Check("Versions", "tkk", "ok", __version__),
        Check("Versions", "python", python, f"{platform.python_version()} on {platform.system()}"),
    ]
    for requirement in metadata.requires("tkk-cli") or ():
        if "extra ==" in requirement:
            continue
        name, bounds = _bounds(requirement)
        needs = f"needs {bounds['>=']} or newer" + (f", below {bounds['<']}" if "<" in bounds else "")
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            checks.append(Check("Versions", name, "broken", f"not installed; {needs}"))
            continue
        low = _release(version) < _release(bounds[">="])
        high = "<" in bounds and _release(version) >= _release(bounds["<"])
        checks.append(Check("Versions", name, *(("broken", f"{version}; {needs}") if low or high else ("ok", version))))
    return checks


def _bounds(requirement: str) -> tuple[str, dict[str, str]]:
    """Name and bounds of a requirement; the order of its bounds is that of whoever built the package."""
    name = re.match(r"[\w.-]+", requirement)
    return name[0] if name else requirement, {">=": "0"} | dict(re.findall(r"(>=|<)\s*([\w.]+)", requirement))


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _optional_parts() -> list[Check]:
    r = shutil.which("Rscript")
    spec = importlib.util.find_spec("matplotlib")
    folders = (spec.submodule_search_locations if spec else None) or []
    fonts = any(Path(folder, "mpl-data", "fonts", "ttf", "DejaVuSans.ttf").is_file() for folder in folders)
    return [
        Check("Optional parts", "R", "ok" if r else "absent", "" if r else "used by the benchmarks only"),
        Check(
            "Optional parts",
            "figure font",
            "ok" if fonts else "absent",
            "DejaVu Sans, shipped with matplotlib" if fonts else "figures fall back on a font of the system",
        ),
        Check("Optional parts", "zstd", "ok" if _reads_zstd() else "absent", "reads files that end in .zst"),
        _spark(),
    ]


def _spark() -> Check:
    """Whether ``--engine spark`` can work: PySpark, what carries the SQL over, and Java."""
    java = shutil.which("java") or shutil.which("java", path=os.path.join(os.environ.get("JAVA_HOME", ""), "bin"))
    parts = {name: importlib.util.find_spec(name) is not None for name in ("pyspark", "sqlglot")} | {"Java": bool(java)}
    lacking = ", ".join(name for name, found in parts.items() if not found)
    if lacking:
        return Check("Optional parts", "Spark", "absent", f"--engine spark needs {lacking}")
    return Check("Optional parts", "Spark", "ok", f"pyspark {metadata.version('pyspark')} and Java")


def _reads_zstd() -> bool:
    try:
        import pyarrow
    except ImportError:
        return False
    return bool(pyarrow.Codec.is_available("zstd"))


def _machine() -> list[Check]:
    checks = []
    for name, folder in (("temporary folder", None), ("this folder", os.curdir)):
        try:
            with tempfile.NamedTemporaryFile(dir=folder):
                checks.append(Check("Machine", name, "ok", "can be written"))
        except OSError as error:
            # A secure room may well keep the working folder read-only; results can be written elsewhere.
            status = "broken" if folder is None else "absent"
            checks.append(Check("Machine", name, status, f"cannot be written ({type(error).__name__})"))
    memory = _memory_gb()
    checks.append(Check("Machine", "memory", "ok" if memory else "absent", f"{memory:.1f} GB" if memory else "unknown"))
    return checks


def _memory_gb() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None


def _self_test() -> list[Check]:
    # The audit hook sees every socket of this process, whichever library opens it.
    opened: list[str] = []
    sys.addaudithook(lambda event, _: opened.append(event) if event.startswith("socket.") else None)
    checks = []
    try:
        from tkk_cli.commands.golden import disagreements

        n, wrong = disagreements()
    except Exception as error:  # a broken dependency can fail in any way; doctor must still report
        checks.append(
            Check("Self-test", "golden numbers", "broken", f"failed to run ({type(error).__name__}: {error})")
        )
    else:
        detail = f"{n - len(wrong)} of {n} agree" + (f"; wrong: {', '.join(wrong)}" if wrong else "")
        checks.append(Check("Self-test", "golden numbers", "broken" if wrong else "ok", detail))
    checks.append(_engine())
    detail = f"sockets opened during the self-test: {len(opened)}; no command of tkk opens one"
    return [*checks, Check("Self-test", "offline", "broken" if opened else "ok", detail)]


def _engine() -> Check:
    """Whether DuckDB writes and reads a stage, and leaves the network alone."""
    from contextlib import closing

    try:
        from tkk_cli.data.registers.engine import DuckDB

        with tempfile.TemporaryDirectory() as folder, closing(DuckDB("100MB", 1, Path(folder, "temp"))) as engine:
            engine.write("one", "SELECT CAST(1 AS INT) AS n", Path(folder, "one.parquet"))
            settings = "current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')"
            found = engine.fetch(f"SELECT n, {settings} FROM one")
    except Exception as error:  # as above
        return Check("Self-test", "register engine", "broken", f"failed to run ({type(error).__name__})")
    sound = found == [(1, False, False)]
    return Check("Self-test", "register engine", "ok" if sound else "broken", "DuckDB; its extensions stay away")


app = make_app("doctor", doctor)
