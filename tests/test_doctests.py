"""The examples in the docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import tkk_cli

ROOT = Path(__file__).parents[1]
MODULES = [module.name for module in pkgutil.walk_packages(tkk_cli.__path__, "tkk_cli.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # they read sample_data/
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_estimators_have_examples() -> None:
    for name in ("kaplan_meier", "aalen_johansen", "restricted_mean", "log_rank", "gray", "intervals"):
        module = importlib.import_module(f"tkk_cli.estimators.{name}")
        assert any(test.examples for test in doctest.DocTestFinder().find(module)), name
