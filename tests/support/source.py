"""The package read as text: modules, imports and error codes, found on the syntax tree and not by importing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tkk_cli"


def module_name(path: Path) -> str:
    """``tkk_cli/data/table.py`` -> ``tkk_cli.data.table``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
PACKAGES = {module_name(path) for path in PACKAGE.rglob("__init__.py")}


def imports(module: str) -> Iterator[str]:
    """Full names of what a module imports, wherever the import stands, relative and by ``import_module`` included."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            yield _text(node.args[0])


def _absolute(module: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    here = module.split(".") if module in PACKAGES else module.split(".")[:-1]
    base = here[: len(here) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return "*"


def modules_used(module: str) -> Iterator[str]:
    """Names of the package's own modules that a module imports; ``*`` stands for a name known only at run time."""
    for name in imports(module):
        if not name.startswith("tkk_cli"):
            if name == "*":
                yield name
            continue
        while name not in TREES and "*" not in name:
            name = name.rpartition(".")[0]
        yield name


def room(module: str) -> str:
    """First folder or module under the package: ``tkk_cli.data.table`` -> ``data``."""
    return module.split(".")[1] if "." in module else ""
