"""Who may import whom, and how big a piece may grow: the house rules, read off the syntax tree."""

from __future__ import annotations

import ast
import sys

import pytest
from support.source import PACKAGES, ROOT, TREES, imports, modules_used, room

BASE = {"errors", "options", "histories", "designs", "tables", "results"}

# room -> rooms it may import; every room may also import itself
MAY_IMPORT = {
    "errors": set(),
    "options": {"errors"},
    "histories": {"errors"},
    "designs": {"errors"},
    "tables": set(),
    "results": {"errors", "options", "histories", "tables"},
    "estimators": BASE,
    "data": BASE,
    "outcomes": BASE | {"data"},
    "models": BASE | {"estimators"},
    "career": BASE | {"estimators"},
    "compare": BASE | {"models", "career", "estimators", "data"},
    "report": BASE - {"histories", "designs"},
    "verification": BASE | {"estimators"},
    "steps": BASE | {"verification", "data", "outcomes", "estimators", "models", "career", "compare"},
    "studies": BASE | {"data", "outcomes", "estimators", "models", "career", "compare", "report", "steps"},
    "commands": BASE | {"data", "outcomes", "estimators", "models", "career", "compare", "report", "steps", "studies"},
    "app": {"errors"},
}

# Imports by name at run time, each for the reason given beside it in the code.
BY_NAME = {
    "tkk_cli": {"*"},  # the lazy table of public names
    "tkk_cli.app": {"tkk_cli.commands.*"},  # the lazy command table
    "tkk_cli.steps.regression.registry": {"tkk_cli.steps.regression.*"},  # the module of the model that is asked for
    "tkk_cli.data.registers.layouts.registry": {"tkk_cli.data.registers.layouts.*"},  # the layout that is asked for
    "tkk_cli.results": {"tkk_cli.report.figures.*", "tkk_cli.report.figures.options"},  # Result.plot
}

# room -> what it may import from outside; rooms that are not named may import anything the package depends on
OUTSIDE = {
    "estimators": ("numpy",),
    "histories": ("numpy",),
    "designs": ("numpy",),
    "results": ("numpy", "pandas", "matplotlib"),
    "errors": (),
    "tables": (),
    "options": (),
    "app": ("typer",),
}

DEPENDENCIES = {"typer", "numpy", "pyarrow", "pyreadstat", "openpyxl", "pandas", "matplotlib"}
DEPENDENCIES |= {"statsmodels", "lifelines", "formulaic", "scipy", "duckdb"}
# the optional engine
DEPENDENCIES |= {"pyspark", "sqlglot"}
# matplotlib requires Pillow and hands its pictures over in it
DEPENDENCIES |= {"PIL"}
# an independent implementation that tkk verify uses where the user has installed it
DEPENDENCIES |= {"survival"}


@pytest.mark.parametrize("module", TREES)
def test_a_room_imports_only_what_it_may(module: str) -> None:
    if module == "tkk_cli":
        return
    home = room(module)
    assert home in MAY_IMPORT, f"{module} is in no room of the table"
    used = set(modules_used(module)) - BY_NAME.get(module, set()) - {"tkk_cli"}
    strangers = {name for name in used if "*" in name or room(name) not in MAY_IMPORT[home] | {home}}
    assert not strangers, f"{module} may not import {sorted(strangers)}"


def test_the_exceptions_are_still_needed() -> None:
    for module, names in BY_NAME.items():
        assert names <= set(modules_used(module)), module


def test_from_the_root_only_the_version_is_taken() -> None:
    for module in TREES:
        taken = {name for name in imports(module) if name.startswith("tkk_cli.") and name.count(".") == 1}
        taken = {name for name in taken if name not in TREES} if module != "tkk_cli" else set()
        assert taken <= {"tkk_cli.__version__"}, module


@pytest.mark.parametrize("module", TREES)
def test_outside_packages_are_those_declared(module: str) -> None:
    allowed = OUTSIDE.get(room(module))
    for name in imports(module):
        top = name.split(".")[0]
        if top in sys.stdlib_module_names or top in {"tkk_cli", "*"}:
            continue
        assert top in DEPENDENCIES, f"{module} imports {name}, which is no dependency"
        if allowed is not None:
            assert any(name == root or name.startswith(f"{root}.") for root in allowed), f"{module} imports {name}"


def test_nothing_imports_the_commands_but_the_command_table() -> None:
    for module in TREES:
        if room(module) != "commands":
            assert not [n for n in modules_used(module) if n.startswith("tkk_cli.commands.") and "*" not in n], module


def test_no_import_cycle_hidden_ones_included() -> None:
    # The root is left out: it names other modules in a table and imports them when they are used.
    edges = {m: {n for n in modules_used(m) if n in TREES and n not in {m, "tkk_cli"}} for m in TREES if m != "tkk_cli"}
    edges["tkk_cli.results"] -= BY_NAME["tkk_cli.results"]
    while edges:
        free = {module for module, used in edges.items() if not used & edges.keys()}
        assert free, f"a cycle among {sorted(edges)}"
        edges = {module: used for module, used in edges.items() if module not in free}


def test_no_module_reaches_for_the_network() -> None:
    network = {"socket", "ssl", "urllib.request", "http", "ftplib", "smtplib", "requests", "httpx", "webbrowser"}
    for module in TREES:
        found = {n for n in imports(module) if any(n == bad or n.startswith(f"{bad}.") for bad in network)}
        assert not found, module


@pytest.mark.parametrize("module", TREES)
def test_modules_and_functions_stay_small(module: str) -> None:
    path = ROOT / "tkk_cli" / "/".join(module.split(".")[1:])
    source = path / "__init__.py" if module in PACKAGES else path.with_suffix(".py")
    words = {"language", "sentences", "sentences_regress", "words_regress", "words_check", "words_outcomes"}
    tables = {"tkk_cli.errors", *(f"tkk_cli.report.{name}" for name in words)}  # long because they are tables of words
    if module not in tables:
        assert len(source.read_text(encoding="utf-8").splitlines()) <= 440, module
    for node in ast.walk(TREES[module]):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name != "json_schema":
            lines = (node.end_lineno or node.lineno) - node.body[_code_start(node)].lineno + 1
            assert lines <= 66, f"{module}.{node.name} has {lines} lines"


def _code_start(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return int(ast.get_docstring(node) is not None and len(node.body) > 1)
