"""Merged spells, episodes, grids and occupancy against the same worked out day by day, for random people and rules."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import days
from support.days import Stay, Window
from support.hand_tables import partial, values

from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.grids import grid_sql
from tkk_cli.data.registers.schema import ENTRANT, EPISODE, GRID, SPELL
from tkk_cli.data.registers.spells import episode_sql, merged_sql
from tkk_cli.data.registers.states import AtWork, State, States

GRIDS = [(unit, by, False) for unit in ("day", "week", "month") for by in ("most", "first")]
GRIDS += [("month", "most", True), ("month", "first", True)]
# The last day of a long month, leap days (and the years without one), the end of a year with ISO week 53, before 1970.
DAYS = [
    days.number(*ymd)
    for ymd in (
        (2019, 1, 31),
        (2020, 1, 31),
        (2020, 2, 29),
        (2019, 2, 28),
        (2019, 3, 1),
        (2020, 12, 31),
        (2021, 1, 3),
        (2018, 8, 30),
        (2000, 2, 29),
        (1900, 3, 31),
        (1969, 12, 31),
    )
]
People = dict[int, tuple[list[Stay], Window, str | None]]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDB]:
    folder: Path = tmp_path_factory.mktemp("engine")
    engine = DuckDB("1GB", 1, folder / "temp")
    yield engine
    engine.close()


@st.composite
def tables_of_states(draw: st.DrawFn) -> tuple[States, AtWork]:
    """A table of states in any order, and any rule of "at work"; up to the 62 that fit."""
    count = draw(st.sampled_from([1, 2, 4, 7, 18, 62]))
    names = [f"s{i}" for i in range(count)]
    some = st.sets(st.sampled_from(names), max_size=min(count, 9)).map(frozenset)
    states = States(tuple(State(name, "no", "none", {}) for name in draw(st.permutations(names))))
    return states, AtWork(draw(some), draw(some), draw(some))


@st.composite
def people(draw: st.DrawFn, ranks: int) -> People:
    """Persons with overlapping, nested, repeated, empty and endless spells, some across the index day."""
    found: People = {}
    for pid in range(1, draw(st.integers(1, 5)) + 1):
        index = draw(st.sampled_from(DAYS) | st.integers(DAYS[0], DAYS[5]))
        window = Window(index, index - draw(st.integers(0, 400)), index + draw(st.integers(-3, 430)))
        stays = []
        for _ in range(draw(st.integers(0, 7))):
            start = index + draw(st.integers(-40, 40) | st.integers(-450, 450))
            length = draw(st.none() | st.integers(0, 3) | st.integers(0, 500))
            stays.append(Stay(draw(st.integers(1, ranks + 1)), start, None if length is None else start + length))
        found[pid] = (stays + stays[: draw(st.integers(0, 1))], window, draw(st.sampled_from([None, "kiila", "tyk"])))
    return found


def show(engine: DuckDB, found: People, states: States, rule: AtWork) -> None:
    """The people as the views of a workspace."""
    engine.define(
        "entrant",
        partial(
            ENTRANT,
            [
                {"pid": pid, **vars(window), "programme": programme, "index_start": window.index_day}
                for pid, (_, window, programme) in found.items()
            ],
        ),
    )
    spells = [{"pid": pid, **vars(stay)} for pid, (stays, _, _) in found.items() for stay in stays]
    engine.define("spell", partial(SPELL, spells))
    engine.define("episode", episode_sql(states, rule))


def by_person(rows: list[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """pid -> the other columns, in order; nothing may come twice."""
    assert len(set(rows)) == len(rows)
    found: dict[int, list[tuple[Any, ...]]] = {}
    for pid, *cells in sorted(rows):
        found.setdefault(pid, []).append(tuple(cells))
    return found


def expected(found: People, make: Any) -> dict[int, list[tuple[Any, ...]]]:
    rows = {pid: make(stays, window) for pid, (stays, window, _) in found.items()}
    return {pid: cells for pid, cells in rows.items() if cells}


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_episodes_and_a_grid_are_the_days(engine: DuckDB, data: st.DataObject) -> None:
    states, rule = data.draw(tables_of_states())
    found = data.draw(people(len(states)))
    unit, by, calendar_month = data.draw(st.sampled_from(GRIDS))
    show(engine, found, states, rule)
    got = by_person(engine.fetch(f"SELECT {', '.join(EPISODE)} FROM episode"))
    assert got == expected(found, lambda stays, window: days.episodes(stays, window, states, rule))
    got = by_person(engine.fetch(grid_sql(unit, by, states, calendar_month)))
    assert got == expected(
        found,
        lambda stays, window: days.grid(stays, window, states, rule, unit=unit, by=by, calendar_month=calendar_month),
    )


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_merged_spells_are_the_days(engine: DuckDB, data: st.DataObject) -> None:
    found = data.draw(people(4))
    ranks = data.draw(st.sets(st.integers(1, 5), min_size=1))
    gap = data.draw(st.sampled_from([0, 0, 1, 5, 28]))
    spells = [{"pid": pid, **vars(stay)} for pid, (stays, _, _) in found.items() for stay in stays]
    engine.define("spell", partial(SPELL, spells))
    got = by_person(engine.fetch(merged_sql("spell", ranks, gap)))
    last = max(DAYS) + 5000
    assert got == expected(found, lambda stays, _: days.merged(stays, ranks, gap, last))


def crowd(persons: int, ranks: int, seed: int) -> People:
    """Many persons at once, with spells that begin and end on the index day, on the same days and side by side."""
    draw = random.Random(seed)
    found: People = {}
    for pid in range(1, persons + 1):
        index = draw.choice([draw.choice(DAYS), draw.randrange(DAYS[0], DAYS[5])])
        stays: list[Stay] = []
        for _ in range(draw.randrange(12)):
            start = index + draw.choice([0, -1, 1, draw.randrange(-500, 500)])
            if stays and draw.random() < 0.4:
                start = draw.choice([stays[-1].start, stays[-1].stop or start])
            stop = None if draw.random() < 0.05 else start + draw.choice([0, 1, 7, 31, draw.randrange(400)])
            stays.append(Stay(draw.randrange(1, ranks + 2), start, stop))
        window = Window(index, index - draw.choice([0, 365, 366]), index + draw.choice([0, 1, 365, 731]))
        found[pid] = (stays, window, draw.choice([None, "kiila"]))
    return found


@pytest.mark.parametrize(("unit", "by", "calendar_month"), GRIDS)
def test_the_grid_of_a_crowd_is_the_days(engine: DuckDB, unit: str, by: str, calendar_month: bool) -> None:
    states = States(tuple(State(f"s{i}", "no", "none", {}) for i in range(6)))
    rule = AtWork(frozenset({"s2", "s4"}), frozenset({"s0"}), frozenset({"s1", "s5"}))
    found = crowd(120, len(states), seed=5)
    show(engine, found, states, rule)
    sql = grid_sql(unit, by, states, calendar_month)
    assert by_person(engine.fetch(sql)) == expected(
        found,
        lambda stays, window: days.grid(stays, window, states, rule, unit=unit, by=by, calendar_month=calendar_month),
    )
    described = engine.fetch(f"SELECT column_name, column_type FROM (DESCRIBE {sql})")
    assert described == [(name, {"INT": "INTEGER"}.get(kind, kind)) for name, kind in GRID.items()]


def test_nothing_depends_on_the_order_of_rows(engine: DuckDB) -> None:
    states = States(tuple(State(f"s{i}", "no", "none", {}) for i in range(6)))
    rule = AtWork(frozenset({"s2", "s4"}), frozenset({"s0"}), frozenset({"s1"}))
    found = crowd(60, len(states), seed=6)
    answers = []
    for turn in (list, reversed):
        turned = {pid: (list(turn(stays)), window, programme) for pid, (stays, window, programme) in found.items()}
        show(engine, dict(turn(list(turned.items()))), states, rule)
        answers.append(
            [sorted(engine.fetch(sql)) for sql in ("SELECT * FROM episode", grid_sql("month", "most", states))]
        )
    assert answers[0] == answers[1]


def test_the_tables_by_hand_have_their_types(engine: DuckDB) -> None:
    assert engine.fetch(values({"a": "INT", "b": "VARCHAR"}, [(1, "x"), (None, "y'z")])) == [(1, "x"), (None, "y'z")]
    assert engine.fetch(values({"a": "INT"}, [])) == []
