"""Grids at dates worked out by hand, and the calendar; random people are in test_oracle.py."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from support.days import number
from support.hand_tables import partial

from tkk_cli.data.registers.calendar import month_of, month_start
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.grids import grid_sql
from tkk_cli.data.registers.schema import ENTRANT, EPISODE
from tkk_cli.data.registers.states import State, States

STATES = States(tuple(State(name, "no", "none", {}) for name in ("sickness", "employed")))
SICK, WORK, OTHER = 1, 2, 3


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDB]:
    engine = DuckDB("1GB", 1, tmp_path_factory.mktemp("engine") / "temp")
    yield engine
    engine.close()


def show(engine: DuckDB, index_day: int, *stretches: tuple[int, int, int]) -> None:
    """One person whose stretches (state, start, stop) follow each other."""
    rows = [
        {"pid": 1, "state": state, "start": start, "stop": stop, "work": 2 if state == WORK else 0}
        for state, start, stop in stretches
    ]
    window = {"look_start": stretches[0][1], "follow_stop": stretches[-1][2], "programme": "kiila"}
    engine.define("entrant", partial(ENTRANT, [{"pid": 1, "index_day": index_day, **window}]))
    engine.define("episode", partial(EPISODE, rows))


def cells(engine: DuckDB, sql: str) -> list[tuple[Any, ...]]:
    return sorted(row[1:] for row in engine.fetch(sql))


def test_months_from_31_january_begin_on_the_last_day_of_short_ones(engine: DuckDB) -> None:
    zero = number(2020, 1, 31)
    show(engine, zero, (SICK, number(2019, 12, 20), number(2020, 3, 1)), (WORK, number(2020, 3, 1), number(2020, 4, 5)))
    # 31 Dec - 30 Jan, 31 Jan - 28 Feb, 29 Feb - 30 Mar, 31 Mar - 29 Apr; the first and the last are cut
    assert cells(engine, grid_sql("month", "most", STATES)) == [
        (-2, SICK, 11, 0),
        (-1, SICK, 31, 0),
        (0, SICK, 29, 0),
        (1, WORK, 31, 30),
        (2, WORK, 5, 5),
    ]
    assert cells(engine, grid_sql("month", "first", STATES))[3] == (1, SICK, 31, 30)


def test_calendar_months_count_from_the_month_of_the_index_day(engine: DuckDB) -> None:
    show(engine, number(2020, 1, 31), (SICK, number(2019, 12, 20), number(2020, 3, 1)))
    assert cells(engine, grid_sql("month", "most", STATES, calendar_month=True)) == [
        (-1, SICK, 12, 0),
        (0, SICK, 31, 0),
        (1, SICK, 29, 0),
    ]


def test_weeks_run_from_the_index_day_and_a_tie_goes_to_the_priority(engine: DuckDB) -> None:
    show(engine, 1000, (WORK, 996, 1004), (OTHER, 1004, 1005), (SICK, 1005, 1010), (WORK, 1010, 1013))
    assert cells(engine, grid_sql("week", "most", STATES)) == [(-1, WORK, 4, 4), (0, WORK, 7, 4), (1, SICK, 6, 3)]
    assert cells(engine, grid_sql("week", "first", STATES)) == [(-1, WORK, 4, 4), (0, SICK, 7, 4), (1, SICK, 6, 3)]


def test_days_are_numbered_from_the_index_day(engine: DuckDB) -> None:
    show(engine, 1000, (WORK, 999, 1001), (SICK, 1001, 1002))
    expected = [(-1, WORK, 1, 1), (0, WORK, 1, 1), (1, SICK, 1, 0)]
    assert cells(engine, grid_sql("day", "most", STATES)) == expected
    assert cells(engine, grid_sql("day", "first", STATES)) == expected


def test_months_of_400_years_begin_when_the_calendar_says(engine: DuckDB) -> None:
    first, months = (datetime.date(1800, 3, 1) - datetime.date(1970, 1, 1)).days, range(1800 * 12, 2200 * 12)
    numbers = f"SELECT UNNEST(GENERATE_SERIES({months.start}, {months.stop - 1})) AS n"
    starts = engine.fetch(f"SELECT {month_start('n')} FROM ({numbers}) AS t ORDER BY n")
    # the number 0 is March of the year 0
    dates = [datetime.date(n // 12 + (n % 12 > 9), (n + 2) % 12 + 1, 1) for n in months]
    assert [start for (start,) in starts] == [(date - datetime.date(1970, 1, 1)).days for date in dates]
    # the month of every day, or the one after it, and nothing else
    (near,) = engine.fetch(
        f"SELECT MIN(late), MAX(late) FROM (SELECT CASE WHEN {month_start('near')} > day THEN 1 ELSE 0 END AS late, "
        f"CASE WHEN {month_start('(near + 1)')} <= day OR {month_start('(near - 1)')} > day THEN 1 ELSE 0 END AS wrong "
        f"FROM (SELECT day, {month_of('day')} AS near FROM (SELECT UNNEST(GENERATE_SERIES({first}, {first + 146096})) "
        "AS day) AS d) AS n) AS t WHERE wrong = 0 HAVING COUNT(*) = 146097"
    )
    assert near == (0, 1)


@pytest.mark.parametrize(
    ("unit", "rule", "calendar_month"),
    [("quarter", "most", False), ("week", "last", False), ("week", "most", True), ("day", "most", True)],
)
def test_another_grid_is_refused(unit: str, rule: str, calendar_month: bool) -> None:
    with pytest.raises(ValueError, match="no grid by"):
        grid_sql(unit, rule, STATES, calendar_month)
