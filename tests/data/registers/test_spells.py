"""Persons and spells from rows of several registers, and spells put together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.hand_tables import partial

from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.schema import EARNING, ENTRANT, EPISODE, PERSON, PERSON_ROW, SPELL, SPELL_ROW
from tkk_cli.data.registers.spells import episode_sql, merged_sql, person_sql, spell_sql
from tkk_cli.data.registers.states import NONE, States, read_states

STATES = read_states()
Row = dict[str, Any]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDB]:
    engine = DuckDB("1GB", 1, tmp_path_factory.mktemp("engine") / "temp")
    yield engine
    engine.close()


def load(
    engine: DuckDB,
    spells: list[Row],
    persons: list[Row] | None = None,
    earnings: list[Row] | None = None,
    states: States = STATES,
) -> None:
    engine.define("spell_row", partial(SPELL_ROW, [{"source": "kela", "state": "sickness", **row} for row in spells]))
    engine.define("person_row", partial(PERSON_ROW, [{"source": "folk", **row} for row in persons or []]))
    engine.define("earning_row", partial(EARNING, earnings or []))
    engine.define("person", person_sql())
    engine.define("spell", spell_sql(states))


def rows(engine: DuckDB, view: str, *columns: str) -> list[tuple[Any, ...]]:
    return engine.fetch(f"SELECT {', '.join(columns)} FROM {view} ORDER BY {', '.join(columns)}")


def types(engine: DuckDB, view: str) -> dict[str, str]:
    described = engine.fetch(f"SELECT column_name, column_type FROM (DESCRIBE {view})")
    return {name: {"INTEGER": "INT"}.get(kind, kind) for name, kind in described}


def test_everyone_in_any_register_is_numbered_in_the_order_of_the_keys(engine: DuckDB) -> None:
    spells = [{"key": key, "start": 1, "stop": 2} for key in ("C", "A", "C")]
    load(engine, spells, [{"key": "B"}], [{"key": "0D", "cents": 5}, {"key": None}])
    assert rows(engine, "person", "pid", "key") == [(1, "0D"), (2, "A"), (3, "B"), (4, "C")]


def test_of_person_rows_the_latest_year_wins_and_the_first_death(engine: DuckDB) -> None:
    persons = [
        {"key": "A", "year": 2018, "birth": -5000, "sex": "2", "death": 18000},
        {"key": "A", "year": 2019, "birth": -4000, "sex": "1", "death": 17999},
        {"key": "A", "year": 2019, "birth": -4001, "sex": "1"},
        {"key": "A", "year": 2020},
        {"key": "B", "birth": 100, "sex": "2"},
        {"key": "B", "year": 1999, "birth": -1, "sex": None},
        {"key": "C"},
    ]
    load(engine, [], persons)
    assert rows(engine, "person", *PERSON) == [
        (1, "A", -4000, "1", 17999, 2018, 2020),
        (2, "B", -1, "2", None, 1999, 1999),
        (3, "C", None, None, None, None, None),
    ]


def test_a_spell_comes_once_and_only_what_can_be_used(engine: DuckDB) -> None:
    spell = {"key": "A", "start": 10, "stop": 20, "code": "S", "diagnosis": "M54"}
    load(
        engine,
        [
            {**spell, "file": "a.csv", "row": 1},
            {**spell, "file": "b.csv", "row": 7},  # the same spell in another file
            {**spell, "source": "folk"},  # another register says so too
            {**spell, "diagnosis": "F32"},
            {**spell, "stop": 10},
            {**spell, "stop": None, "state": "employed"},
            {**spell, "state": ""},
            {**spell, "state": "", "programme": "kiila"},
        ],
    )
    sickness, employed = STATES.rank("sickness"), STATES.rank("employed")
    found = rows(engine, "spell", "state", "start", "stop", "source", "diagnosis", "programme")
    assert found == [
        (sickness, 10, 20, "folk", "M54", None),
        (sickness, 10, 20, "kela", "F32", None),
        (sickness, 10, 20, "kela", "M54", None),
        (employed, 10, None, "kela", "M54", None),
        (STATES.rank(NONE), 10, 20, "kela", "M54", "kiila"),
    ]


def test_a_spell_of_death_has_no_end(engine: DuckDB) -> None:
    dead = [{"key": "A", "state": "death", "start": 8, "stop": stop} for stop in (9, 8, None)]
    load(engine, [*dead, {"key": "A", "state": "death", "start": 9, "stop": 15}], [])
    rank = STATES.rank("death")
    assert engine.fetch("SELECT pid, state, start, stop FROM spell ORDER BY start") == [
        (1, rank, 8, None),
        (1, rank, 9, None),
    ]


def test_a_death_of_a_person_row_is_a_spell_without_an_end(engine: DuckDB) -> None:
    load(engine, [{"key": "A", "start": 1, "stop": 9}], [{"key": "A", "death": 8}, {"key": "B"}])
    assert rows(engine, "spell", "pid", "state", "start", "stop", "source") == [
        (1, STATES.rank("death"), 8, None, "person"),
        (1, STATES.rank("sickness"), 1, 9, "kela"),
    ]
    load(engine, [], [{"key": "A", "death": 8}], states=States(STATES.rows[1:]))
    assert rows(engine, "spell", "pid") == []


def test_the_tables_have_the_columns_that_are_promised(engine: DuckDB) -> None:
    load(engine, [{"key": "A", "start": 1, "stop": 9}], [{"key": "A", "death": 8}])
    engine.define("entrant", partial(ENTRANT, [{"pid": 1, "index_day": 3, "look_start": 0, "follow_stop": 9}]))
    engine.define("episode", episode_sql(STATES, STATES.at_work()))
    for view, columns in (("person", PERSON), ("spell", SPELL), ("episode", EPISODE)):
        assert types(engine, view) == columns
        assert list(types(engine, view)) == list(columns)


def test_a_contract_goes_on_during_sickness_and_partial_sickness_is_partial_work(engine: DuckDB) -> None:
    load(
        engine,
        [
            {"key": "A", "state": "employed", "start": 0, "stop": None},
            {"key": "A", "state": "sickness", "start": 10, "stop": 20},
            {"key": "A", "state": "sickness", "start": 20, "stop": 25},  # the next day: one absence
            {"key": "A", "state": "partial_sickness", "start": 25, "stop": 30},
            {"key": "A", "state": "", "programme": "kiila", "start": 0, "stop": 40},  # a decision, no state
        ],
        [{"key": "A", "death": 35}],
    )
    engine.define("entrant", partial(ENTRANT, [{"pid": 1, "index_day": 10, "look_start": -5, "follow_stop": 40}]))
    bit, rank = STATES.bit, STATES.rank
    assert engine.fetch(f"SELECT * FROM ({episode_sql(STATES, STATES.at_work())}) AS e ORDER BY start") == [
        (1, -5, 0, 0, rank(NONE), 0),
        (1, 0, 10, bit("employed"), rank("employed"), 2),
        (1, 10, 25, bit("employed") + bit("sickness"), rank("sickness"), 0),
        (1, 25, 30, bit("employed") + bit("partial_sickness"), rank("partial_sickness"), 1),
        (1, 30, 35, bit("employed"), rank("employed"), 2),
        (1, 35, 40, bit("employed") + bit("death"), rank("death"), 0),
    ]


def test_spells_are_put_together_within_a_person_and_an_employer(engine: DuckDB) -> None:
    jobs = [
        {"pid": 1, "employer": "a", "start": 0, "stop": 10},
        {"pid": 1, "employer": "b", "start": 5, "stop": 30},
        {"pid": 1, "employer": "a", "start": 13, "stop": None},
        {"pid": 1, "employer": None, "start": 2, "stop": 4},
        {"pid": 2, "employer": "a", "start": 10, "stop": 12},
    ]
    engine.define("job", partial(SPELL, [{"state": 16, **job} for job in jobs]))
    by = ("pid", "employer")
    found = set(engine.fetch(merged_sql("job", [16], 3, by)))
    assert found == {(1, "a", 0, None), (1, "b", 5, 30), (1, None, 2, 4), (2, "a", 10, 12)}
    found = set(engine.fetch(merged_sql("job", [16, 3], 2, by)))
    assert found == {(1, "a", 0, 10), (1, "a", 13, None), (1, "b", 5, 30), (1, None, 2, 4), (2, "a", 10, 12)}
    assert set(engine.fetch(merged_sql("job", [16]))) == {(1, 0, None), (2, 10, 12)}
    assert engine.fetch(merged_sql("job", [3])) == []


@pytest.mark.parametrize(("ranks", "gap"), [([], 0), ([1], -1)])
def test_nothing_to_put_together_is_refused(ranks: list[int], gap: int) -> None:
    with pytest.raises(ValueError, match="gap of 0 days or more"):
        merged_sql("spell", ranks, gap)
