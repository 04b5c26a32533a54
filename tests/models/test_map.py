"""The docstring of ``tkk_cli.models`` names every module of the folder, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from tkk_cli import models


def test_the_map_names_every_module() -> None:
    assert models.__doc__ is not None
    named = re.findall(r"^ {4,6}(\w+) {2,}\S", models.__doc__, re.MULTILINE)
    folder = Path(models.__file__).parent
    assert sorted(named) == sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
