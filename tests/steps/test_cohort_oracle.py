"""``tkk cohort`` from raw files to its files, against plain Python that reads the same persons day by day.

The kernels have oracles of their own; this one holds the way between them: dates, codes, ends, duplicates, rows of
other years, people known from one register alone, the columns of the file and the periods of the grid.
"""

from __future__ import annotations

import datetime
import math
import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from support.cohort_files import key, persons_of_files, seen, stays, write_files
from support.days import Window, grid
from support.entry_days import Entry, age, date
from support.entry_tables import BASE, LAST, STATES
from support.outcome_days import ORACLES

import tkk_cli as tkk
from tkk_cli.data.registers.entry.eligibility import steps
from tkk_cli.data.registers.entry.plan import CohortPlan
from tkk_cli.data.registers.entry.reading import read_plan
from tkk_cli.data.registers.sql import day_number
from tkk_cli.outcomes.registry import settled

# unit and rule of the grid, and the plan
PLANS = {
    "month-most": """
        [index]
        join_gap = 5
        min_days = 10
        [look_back]
        days = 100
        covariates = ["age", "sex", "region", "education", "work_days", "sickness_days"]
        [eligibility]
        age = [16, 60]
        [follow_up]
        days = 500
        landmark = 30
        [programme]
        before = 30
        [programme.groups]
        laitos = ["aslak", "tyk"]
        """,
    "week-first": """
        [index]
        event = "spell_end"
        states = ["sickness", "unemployment"]
        which = "last"
        last = 2016-03-01
        [wash_out]
        days = 30
        states = ["partial_sickness"]
        [look_back]
        days = 60
        covariates = ["age", "work_days"]
        [eligibility]
        alive = false
        without = ["disability_pension"]
        [at_work]
        excludes = ["sickness"]
        [follow_up]
        days = 300
        competing = []
        censoring = ["emigrated", "other_benefit"]
        last = 2016-06-15
        """,
    "day-most": """
        [index]
        event = "decision"
        first = 2014-03-01
        [look_back]
        days = 30
        covariates = ["age", "sickness_days"]
        [eligibility]
        resident = true
        observed = false
        [follow_up]
        days = 700
        competing = ["disability_pension", "death", "temporary_disability_pension"]
        [programme]
        """,
    "calendar_month-first": """
        [look_back]
        days = 50
        covariates = ["work_days"]
        [eligibility]
        alive = false
        [follow_up]
        days = 400
        """,
}
OUTCOMES = """
[outcome.a]
use = "O1"
partial = "does_not_count"
[outcome.b]
use = "O2"
days = 10
unit = "working"
gap = 1
dated = "confirmed"
[outcome.c]
use = "O3"
[outcome.d]
use = "O5"
windows = [7, 40]
[outcome.e]
use = "O6"
days = 3
[outcome.f]
use = "O7"
[outcome.g]
use = "O8"
partial = "half"
before = 1
[outcome.h]
use = "O9"
scale = "calendar"
years = 2
[outcome.i]
use = "O10"
unit = "kela"
partial = "extent"
[outcome.j]
use = "O11"
days = 15
gap = 2
[outcome.k]
use = "O12"
employed = "contract"
days = 20
[outcome.l]
use = "O13"
horizon = 200
[outcome.m]
use = "O14"
[outcome.n]
use = "O15"
horizon = 400
[outcome.o]
use = "O16"
days = 14
[outcome.p]
use = "O23"
at = 100
"""
HEAD = ("pid", "index_date", "index_start", "index_stop", "look", "follow_stop", "programme", "programme_start")
HEAD = (*HEAD, "programme_stop", "provider", "employer")


@pytest.mark.parametrize("name", PLANS)
def test_files_become_the_cohort_that_their_definitions_say(tmp_path: Path, name: str) -> None:
    rng = random.Random(name)
    unit, rule = name.split("-")
    persons = persons_of_files(rng, 120)
    write_files(tmp_path, persons, rng)
    path = tmp_path / "cohort.toml"
    path.write_text('registers = "registers.toml"\n' + PLANS[name] + OUTCOMES, encoding="utf-8")
    result = tkk.cohort(path, grid=unit, grid_rule=rule)
    plan = read_plan(path)
    entry = by_hand(plan)

    members = {key(person): row for person in persons if (row := entry.entrant(person)) is not None}
    assert len(members) >= 10
    cohort = {row["person_key"]: row for row in pq.read_table(tmp_path / "cohort_data.parquet").to_pylist()}
    assert set(cohort) == set(members)
    left = entry.flow(persons)
    flow = [row["n"] for row in result["flow"].where(group="").rows()]
    assert flow == [len(persons), *(left["", at] for at in range(len(steps(plan)) + 1))]
    cells: dict[int, list[tuple[int, ...]]] = {}
    for cell in pq.read_table(tmp_path / f"cohort_{unit}.parquet").to_pylist():
        cells.setdefault(cell["id"], []).append(tuple(cell[c] for c in ("period", "state", "days", "work_days")))

    for person in (person for person in persons if key(person) in members):
        found, known = cohort[key(person)], dict(zip(HEAD, members[key(person)], strict=True))
        for column in [column for column in HEAD if column in found]:
            assert same(found[column], known[column]), column
        window = Window(known["index_date"], known["look"], known["follow_stop"])
        one = seen(person, window, known["employer"], entry.rule, plan.follow_up.competing)
        zero = window.index_day - plan.follow_up.landmark
        before = range(window.look_start, zero)
        sick = {"sickness", "partial_sickness"}
        expected = {
            "age": None if person.birth is None else age(person.birth, zero),
            "sex": person.sex,
            "region": entry.known(person, zero, 0),
            "education": entry.known(person, zero, 1),
            "work_days": sum(one.work[day] > 0 for day in before),
            "sickness_days": sum(bool(one.held[day] & sick) for day in before),
        }
        for column in plan.look_back.covariates:
            assert same(found[column], expected[column]), column
        for asked in plan.outcomes:
            outcome, parameters = settled(asked, tmp_path, STATES)
            columns = [column for column in found if column.startswith(f"{asked.prefix}_")]
            wanted = ORACLES[outcome.code](one, parameters)
            got = [found[column] for column in columns]
            assert len(got) == len(wanted)
            assert all(map(same, got, wanted)), (asked, got, wanted)
        days = grid(
            stays(person),
            window,
            STATES,
            entry.rule,
            unit=unit.removeprefix("calendar_"),
            by=rule,
            calendar_month=unit == "calendar_month",
        )
        assert sorted(cells[found["id"]]) == days


def by_hand(plan: CohortPlan) -> Entry:
    last = day_number(plan.follow_up.last) if plan.follow_up.last else LAST
    return Entry(plan, STATES, STATES.at_work(plan.at_work), BASE, last, BASE)


def same(found: Any, known: Any) -> bool:
    if isinstance(found, datetime.date):
        return known is not None and found == date(known)
    if found is None or known is None:
        return found is None and known is None
    return found == known if isinstance(known, str) else math.isclose(found, known, abs_tol=1e-6)
