"""The headline over definitions: counts and incidences against the definitions day by day, and the refusals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from support.outcome_days import Person, first_rtw
from support.outcome_people import STATES, people, tables
from support.portable import objections

from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.entry.plan import (
    CohortPlan,
    Comparison,
    Eligibility,
    FollowUp,
    Index,
    LookBack,
    Programme,
    Request,
    WashOut,
)
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.errors import EXIT_DATA, EXIT_USAGE, TkkError
from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.intervals import limits
from tkk_cli.estimators.risk import risk_table
from tkk_cli.histories import EventHistory
from tkk_cli.outcomes.definition import Context
from tkk_cli.outcomes.registry import find_outcome
from tkk_cli.steps.options import SensitivityOptions
from tkk_cli.steps.sensitivity import ORIGINS, Grid, cells, grid_of, incidence_at, origin_sql

COMPETING = ("death", "old_age_pension")
RULE = STATES.at_work()
CONTEXT = Context(STATES, RULE, COMPETING)
PLAN = CohortPlan(
    path=Path("cohort.toml"),
    registers=Path("registers.toml"),
    index=Index(),
    wash_out=WashOut(),
    look_back=LookBack(),
    eligibility=Eligibility(),
    programme=None,
    comparison=Comparison(),
    follow_up=FollowUp(),
    at_work={},
    outcomes=(Request(prefix="paluu", outcome="O2", parameters={"gap": 3, "days": 60, "unit": "working"}),),
)


def grid(**changed: Any) -> Grid:
    given: dict[str, Any] = {
        "outcome": find_outcome("O2"),
        "parameters": {"unit": "calendar", "gap": 2, "dated": "confirmed"},
        "windows": (3, 20),
        "origins": ("index", "end", "programme_start"),
        "partial": ("does_not_count", "counts"),
        "horizon": 120.0,
        "group": "programme",
        "conf_level": 0.9,
    }
    return Grid(**(given | changed))


@pytest.fixture(scope="module")
def persons() -> list[Person]:
    return people(Random(4), COMPETING, RULE, 60)


@pytest.fixture(scope="module")
def extra(persons: list[Person]) -> list[dict[str, Any]]:
    """Dates of the index spell and the programme: some missing, some outside what is looked at."""
    random = Random(5)
    return [
        {
            "index_start": one.zero - random.randrange(3),
            "index_stop": random.choice([None, one.zero + 20, one.zero + 900]),
            "programme": random.choice(["aslak", "kiila"]),
            "programme_start": random.choice([None, one.zero - 400, one.zero + 5]),
        }
        for one in persons
    ]


@pytest.fixture
def workspace(persons: list[Person], extra: list[dict[str, Any]], tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace(DuckDB("1GB", 1, tmp_path / "temp"), tmp_path / "work")
    for name, select in tables(persons, extra).items():
        opened.define(name, select)
    yield opened
    opened.close()


def test_every_cell_is_the_definition_from_its_own_day_zero(
    workspace: Workspace, persons: list[Person], extra: list[dict[str, Any]]
) -> None:
    asked = grid()
    rows, left_out = cells(workspace, CONTEXT, asked)
    assert len(asked) == 12
    columns = {"end": "index_stop", "programme_start": "programme_start"}
    seen = 0
    for origin in asked.origins:
        moved: list[tuple[str, Person]] = []
        for one, more in zip(persons, extra, strict=True):
            day = one.zero if origin == "index" else more[columns[origin]]
            if day is not None and one.window.look_start <= day < one.window.follow_stop:
                moved.append((more["programme"], replace(one, window=replace(one.window, index_day=day))))
        assert left_out[origin] == len(persons) - len(moved)
        for window in asked.windows:
            for partial in asked.partial:
                for group in {name for name, _ in moved}:
                    rule = {"days": window, "gap": 2, "dated": "confirmed", "partial": partial}
                    times = np.array([first_rtw(one, rule) for name, one in moved if name == group])
                    (row,) = [
                        row
                        for row in rows
                        if (row["origin"], row["window"], row["partial"], row["group"])
                        == (origin, window, partial, group)
                    ]
                    assert row["n"] == len(times)
                    assert row["n_event"] == ((times[:, 1] == 1) & (times[:, 0] <= 120)).sum()
                    assert_same_incidence(row, times)
                    seen += 1
    assert seen == len(rows)


def assert_same_incidence(row: dict[str, Any], times: Any) -> None:
    """The incidence of one row a person."""
    history = EventHistory(
        exit=times[:, 0].astype(float),
        cause=times[:, 1].astype(np.int64),
        causes=("return", *COMPETING),
        group=np.zeros(len(times), dtype=np.int64),
        groups=("",),
    )
    table = risk_table(history)
    curve = aalen_johansen(history, table, 0)
    low, high = limits(curve.estimate, curve.std_error, 0.9, "log")
    place = np.searchsorted(curve.time, 120.0, side="right") - 1
    if row["time"] > curve.time[-1] and not table.exhausted[-1]:
        assert math.isnan(row["estimate"])
        return
    assert row["estimate"] == pytest.approx(curve.estimate[place], abs=1e-12)
    assert row["std_error"] == pytest.approx(curve.std_error[place], abs=1e-12)
    assert row["conf_low"] == pytest.approx(low[place], abs=1e-12, nan_ok=True)
    assert row["conf_high"] == pytest.approx(high[place], abs=1e-12, nan_ok=True)


def test_the_cohort_is_itself_again_afterwards(workspace: Workspace) -> None:
    before = workspace.fetch("SELECT * FROM entrant ORDER BY pid")
    cells(workspace, CONTEXT, grid(origins=("end",), windows=(5,), partial=("counts",), group=None))
    assert workspace.fetch("SELECT * FROM entrant ORDER BY pid") == before


def test_a_decision_is_that_of_the_programme(tmp_path: Path) -> None:
    (one,) = people(Random(1), (), RULE, 1)
    zero = one.zero
    one = replace(one, window=replace(one.window, look_start=zero - 100, follow_stop=zero + 100), spells=())
    made = tables([one], [{"programme_start": zero + 9, "programme": "työhön kytkeytyvä"}])
    opened = Workspace(DuckDB("1GB", 1, tmp_path / "temp"), tmp_path / "work")
    for name, select in made.items():
        opened.define(name, select)
    decided = ", ".join(
        f"(1, {start}, '{code}', {day})"
        for start, code, day in ((zero + 9, "kiila", zero - 20), (zero + 9, "kiila", zero - 25), (zero, "kiila", zero))
    )
    opened.define("spell", f"SELECT * FROM (VALUES {decided}) AS t(pid, start, programme, decided)")
    assert opened.fetch(f"SELECT index_day FROM ({origin_sql('decision')}) AS o") == [(zero - 25,)]
    opened.close()


@pytest.mark.parametrize("origin", ORIGINS)
def test_sql_of_an_origin_means_the_same_on_both_engines(origin: str) -> None:
    assert objections(origin_sql(origin)) == []


def test_nobody_with_an_origin_is_refused_and_the_cohort_is_itself_again(workspace: Workspace) -> None:
    with pytest.raises(TkkError) as refused:
        cells(workspace, CONTEXT, grid(origins=("programme_end",)))
    assert (refused.value.code, refused.value.exit_status, refused.value.count) == ("TKK402", EXIT_DATA, 60)
    assert workspace.count("entrant") == 60


def test_incidence_at_a_horizon() -> None:
    counted = np.array([[0, 1, 2], [10, 1, 3], [10, 2, 1], [40, 0, 4]])
    early = incidence_at(counted, 1, 5.0, 0.95)
    assert (early["n"], early["n_event"], early["estimate"]) == (10, 2, pytest.approx(0.2))
    assert incidence_at(counted, 1, 40.0, 0.95)["estimate"] == pytest.approx(0.5)
    # TKK404: four persons are still without an event when follow-up ends
    assert math.isnan(incidence_at(counted, 1, 41.0, 0.95)["estimate"])
    # everyone has had an event: the curve is known for ever
    assert incidence_at(counted[:3], 1, 400.0, 0.95)["estimate"] == pytest.approx(5 / 6)
    nobody_yet = incidence_at(counted[1:], 1, 9.0, 0.95)
    assert (nobody_yet["estimate"], nobody_yet["n_event"]) == (0.0, 0)


def test_the_other_parameters_are_those_of_the_plan() -> None:
    for name in ("O2", "sustained_rtw", "paluu"):
        found = grid_of(PLAN, SensitivityOptions(outcome=name, windows="7,90", at=730.0, conf_level=0.99))
        assert found.outcome.code == "O2"
        assert (found.parameters["gap"], found.parameters["unit"]) == (3, "working")
        assert (found.windows, found.horizon, found.conf_level) == ((7, 90), 730.0, 0.99)
    other = grid_of(PLAN, SensitivityOptions(outcome="O3"))
    assert other.parameters["gap"] == 0
    assert other.partial == ("",)  # days without a benefit know no rule for part-time return


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"outcome": "O8"}, "TKK400"),
        ({"outcome": "O5"}, "TKK400"),
        ({"outcome": "palu"}, "TKK346"),
        ({"windows": "14,x"}, "TKK401"),
        ({"windows": "0"}, "TKK401"),
        ({"windows": "14,014"}, "TKK401"),
        ({"windows": ""}, "TKK401"),
        ({"origins": "index,loppu"}, "TKK401"),
        ({"origins": "end,end"}, "TKK401"),
        ({"partial": "half"}, "TKK401"),
        ({"at": 0.0}, "TKK401"),
        ({"group": "programme"}, "TKK403"),
        ({"conf_level": 95.0}, "TKK304"),
    ],
)
def test_what_cannot_be_varied_is_refused(options: dict[str, Any], code: str) -> None:
    with pytest.raises(TkkError) as refused:
        grid_of(PLAN, SensitivityOptions(**options))
    assert (refused.value.code, refused.value.exit_status) == (code, EXIT_USAGE)
    assert refused.value.hint


def test_a_plan_with_programmes_has_groups() -> None:
    plan = replace(PLAN, programme=Programme(groups={}))
    assert grid_of(plan, SensitivityOptions(group="provider")).group == "provider"
