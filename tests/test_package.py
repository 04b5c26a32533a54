"""The package as users get it: names, version, typing, licences, and the documents beside it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest
from support.source import PACKAGE, ROOT, TREES

import tkk_cli

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_version_is_the_same_everywhere() -> None:
    assert metadata.version("tkk-cli") == tkk_cli.__version__
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {tkk_cli.__version__}\n" in citation


def test_public_names_load_on_first_use() -> None:
    assert dir(tkk_cli) == tkk_cli.__all__
    for name in tkk_cli.__all__:
        assert getattr(tkk_cli, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'survial'"):
        tkk_cli.survial  # noqa: B018


def test_import_is_instant() -> None:
    code = "import sys, tkk_cli; print([m for m in ('numpy', 'typer', 'pyarrow', 'pandas') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_typed_and_licensed() -> None:
    assert (PACKAGE / "py.typed").exists()
    assert PROJECT["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")


@pytest.mark.parametrize("requirement", PROJECT["dependencies"])
def test_a_dependency_has_a_lower_bound_and_no_gpl(requirement: str) -> None:
    name, lowest = requirement.split(">=")
    assert re.fullmatch(r"\d+(\.\d+)*(,<\d+)?", lowest)
    info = metadata.metadata(name)
    stated = [info.get("License-Expression", "")] + (info.get_all("Classifier") or [])
    assert not [text for text in stated if re.search(r"\bA?L?GPL|General Public License", text)]


def test_every_module_says_what_it_is_for() -> None:
    for module, tree in TREES.items():
        assert ast.get_docstring(tree), module


def test_lists_of_public_names_are_true() -> None:
    for module, tree in TREES.items():
        public = [n for n in tree.body if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "__all__"]
        if module == "tkk_cli" or not public:
            continue
        bound = {n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        bound |= {t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
        bound |= {n.target.id for n in tree.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)}
        bound |= {a.asname or a.name for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names}
        assert set(ast.literal_eval(public[0].value)) <= bound, module


def test_no_unfinished_work_is_left() -> None:
    files = [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *ROOT.glob("*.md"), *ROOT.glob("*.py")]
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|pytest\.mark\.(skip|x" + r"fail)")
    for path in files:
        if path.name != "test_package.py":
            assert not marks.search(path.read_text(encoding="utf-8")), path
