"""The command table: every row has a module, every module a row."""

from __future__ import annotations

import importlib

import pytest
from support.running import Run
from support.source import PACKAGE

from tkk_cli import __version__
from tkk_cli.app import COMMANDS

HELPERS = {"__init__", "build", "waiting", "golden", "output"}


def test_the_table_and_the_folder_agree() -> None:
    modules = {path.stem for path in (PACKAGE / "commands").glob("*.py")} - HELPERS
    assert {module for module, _ in COMMANDS.values()} == modules


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_app_and_a_line_of_help(name: str) -> None:
    module, text = COMMANDS[name]
    assert importlib.import_module(f"tkk_cli.commands.{module}").app
    assert text.endswith(".")


def test_version(tkk: Run) -> None:
    assert tkk("--version").out == f"tkk {__version__}\n"


def test_without_arguments_the_help_is_shown(tkk: Run) -> None:
    ran = tkk()
    assert ran.status == 2
    assert "Commands:" in ran.out + ran.err


@pytest.mark.parametrize(("typed", "meant"), [("surival", "survival"), ("docter", "doctor"), ("explian", "explain")])
def test_a_mistyped_command_names_the_nearest(typed: str, meant: str, tkk: Run) -> None:
    ran = tkk(typed)
    assert ran.status == 2
    assert f"Did you mean {meant!r}?" in ran.err


def test_a_name_near_nothing_gets_no_guess(tkk: Run) -> None:
    ran = tkk("xyzzy")
    assert ran.status == 2
    assert "No such command 'xyzzy'." in ran.err
    assert "Did you mean" not in ran.err
