"""Durations without dates: the spell, and what came after it."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from tkk_cli.data.registers.canonical import canonical_sql
from tkk_cli.data.registers.codes import Code, CodeList
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.layouts.durations import LAYOUT
from tkk_cli.data.registers.layouts.layout import Source
from tkk_cli.data.registers.sql import day_number
from tkk_cli.data.registers.states import read_states
from tkk_cli.errors import TkkError

ORIGIN = day_number(datetime.date(2001, 2, 3))
SOURCE = Source(
    name="vakuutus",
    view="raw",
    columns={"key": "id", "duration": "durat", "code": "event", "hours": "tunnit"},
    types={"id": "text", "durat": "number", "event": "integer", "tunnit": "number"},
    codes=CodeList("oma", (Code("1", "employed"), Code("0", "emigrated"))),
    settings={"unit_days": 7, "origin": datetime.date(2001, 2, 3), "state": "sickness"},
)
RAW = [("a", 2.0, 1, 37.5), ("b", 0.25, 0, None), ("c", None, 1, None), ("d", -1.0, 1, None), ("e", 0.0, 1, None)]


@pytest.fixture
def engine(tmp_path: Path) -> DuckDB:
    made = DuckDB("500MB", 1, tmp_path)
    columns = {"id": "VARCHAR", "durat": "DOUBLE", "event": "INT", "tunnit": "DOUBLE"}
    made.rows("bare", columns, RAW)
    made.define("raw", "SELECT *, 'f' AS tkk_file, CAST(1 AS BIGINT) AS tkk_row FROM bare")
    return made


def spells(engine: DuckDB, source: Source) -> list[tuple[object, ...]]:
    parts = [canonical_sql(source, rows, read_states()) for rows in LAYOUT.rows(source)]
    union = " UNION ALL ".join(f"SELECT * FROM ({part}) AS q{i}" for i, part in enumerate(parts))
    return sorted(
        engine.fetch(f"SELECT key, state, start, stop, hours, reason FROM ({union}) AS u"), key=lambda row: str(row)
    )


def test_a_duration_is_a_spell_and_an_open_one_after_it(engine: DuckDB) -> None:
    made = [row for row in spells(engine, SOURCE) if row[-1] is None]
    assert made == [
        ("a", "employed", ORIGIN + 14, None, 37.5, None),
        ("a", "sickness", ORIGIN, ORIGIN + 14, None, None),
        ("b", "emigrated", ORIGIN + 2, None, None, None),
        ("b", "sickness", ORIGIN, ORIGIN + 2, None, None),
        ("e", "employed", ORIGIN, None, None, None),
    ]


def test_a_duration_that_is_none_is_set_aside(engine: DuckDB) -> None:
    reasons = {(row[0], row[-1]) for row in spells(engine, SOURCE) if row[-1] is not None}
    assert reasons == {("d", "unreadable_start"), ("c", "no_start"), ("e", "zero_length")}


def test_the_unit_and_the_state_are_settings(engine: DuckDB) -> None:
    other = replace(SOURCE, settings={**SOURCE.settings, "unit_days": 30.4375, "state": "unemployment"})
    made = [row for row in spells(engine, other) if row[0] == "a" and row[1] == "unemployment"]
    assert made == [("a", "unemployment", ORIGIN, ORIGIN + 61, None, None)]


@pytest.mark.parametrize(
    ("setting", "value"), [("unit_days", 0), ("unit_days", "7"), ("unit_days", True), ("origin", "2000-01-01")]
)
def test_settings_that_are_none_are_refused(setting: str, value: object) -> None:
    with pytest.raises(TkkError, match=setting) as refused:
        LAYOUT.rows(replace(SOURCE, settings={**SOURCE.settings, setting: value}))
    assert refused.value.code == "TKK246"
