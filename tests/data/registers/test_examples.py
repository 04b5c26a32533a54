"""The examples that users copy: every key is in them, and they are read with and without their comments."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tkk_cli.data.registers.config import _KEYS, _TOP, read_registers
from tkk_cli.data.registers.entry.plan import FollowUp, Index, LookBack, WashOut
from tkk_cli.data.registers.entry.reading import _SECTIONS, read_plan
from tkk_cli.data.registers.examples import example

_COMMENTED = re.compile(r"^# (\w+ = )", re.MULTILINE)


def test_cohort_names_every_section_and_key() -> None:
    book = tomllib.loads(_COMMENTED.sub(r"\1", example("cohort.toml")))
    assert {name: set(book[name]) for name in _SECTIONS} == {name: set(rules) for name, rules in _SECTIONS.items()}


def test_cohort_is_read_and_its_comments_show_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "cohort.toml"
    path.write_text(example("cohort.toml"), encoding="utf-8")
    plan = read_plan(path)
    assert (plan.index, plan.wash_out, plan.look_back, plan.follow_up) == (Index(), WashOut(), LookBack(), FollowUp())
    shown = tomllib.loads(_COMMENTED.sub(r"\1", example("cohort.toml")))
    for key in ("days", "competing", "censoring", "landmark"):
        default = getattr(FollowUp(), key)
        assert shown["follow_up"][key] == (list(default) if isinstance(default, tuple) else default)
    for key in ("event", "states", "min_days", "join_gap", "origin", "which"):
        default = getattr(Index(), key)
        assert shown["index"][key] == (list(default) if isinstance(default, tuple) else default)


@pytest.mark.parametrize("commented", [True, False])
def test_registers_is_read(tmp_path: Path, commented: bool) -> None:
    text = example("registers.toml")
    if not commented:
        text = _COMMENTED.sub(r"\1", text).replace('states = "states.csv"', "")
    for name in ("sairaus.csv", "rekisterit.sqlite", "koodit.csv"):
        (tmp_path / name).write_text("code,state\n", encoding="utf-8")
    path = tmp_path / "registers.toml"
    path.write_text(text, encoding="utf-8")
    read = read_registers(path)
    assert [source.layout for source in read.sources] == ["kela_sairauspaivaraha", "long"]
    assert read.breaks == ({} if commented else {"2019": "indicator", "2023": "keep"})


def test_registers_names_every_key() -> None:
    book = tomllib.loads(_COMMENTED.sub(r"\1", example("registers.toml")))
    assert {*book, "synthetic"} == set(_TOP)
    assert {key for source in book["source"].values() for key in source} >= set(_KEYS)
