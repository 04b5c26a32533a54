"""Of working days Monday follows Friday: a weekend is no interruption of a run, and none of its days."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.days import Window, number
from support.outcome_days import Person, Spell
from support.outcome_people import STATES, outcome_row

MONDAY = number(2016, 2, 22)  # the week after has the leap day


@pytest.mark.parametrize(
    ("gap", "unit", "days", "wanted"),
    [
        (0, "working", 10, (0, 1)),
        (0, "calendar", 6, (60, 0)),
        (2, "calendar", 12, (0, 1)),
        # Monday to Friday, Monday to Friday, Tuesday to Friday: one working day is missing
        (0, "working", 11, (60, 0)),
        (1, "working", 15, (0, 1)),
        (1, "working", 16, (60, 0)),
    ],
)
@pytest.mark.parametrize(("code", "state"), [("O2", "employed"), ("O11", "sickness")])
def test_a_weekend_parts_no_run_of_working_days(
    tmp_path: Path, code: str, state: str, gap: int, unit: str, days: int, wanted: tuple[int, int]
) -> None:
    weeks = [Spell(state, MONDAY + first, MONDAY + last + 1) for first, last in ((0, 4), (7, 11), (15, 18))]
    zero = MONDAY - (code == "O11")  # an absence begins after day zero
    person = Person(weeks, Window(zero, zero, zero + 60), None, (), STATES, STATES.at_work(), ())
    time, event = outcome_row(tmp_path, person, code, days=days, gap=gap, unit=unit)
    assert (time - (event and code == "O11"), event) == wanted
