"""What registers say of the dead and of those who have left: no employment, no months and no earnings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.days import Window
from support.outcome_days import Pay, Person, Spell
from support.outcome_people import STATES, outcome_row

RULE = STATES.at_work()


@pytest.mark.parametrize(
    ("code", "parameters", "wanted"),
    [
        # 20 days of a contract before the person dies or leaves on day 30; 90 days would last until day 100
        ("O12", {"days": 20, "employed": "contract"}, (10, 1)),
        ("O12", {"days": 21, "employed": "contract"}, (200, 0)),
        ("O13", {"horizon": 200, "employed": "contract"}, (1, 10, 1, 20 / 7, 20 / 7 * 40, 20)),
        ("O23", {"at": 29}, (1,)),
        ("O23", {"at": 30}, (0,)),
        ("O23", {"at": 30, "absent": "does_not_count"}, (0,)),
    ],
)
@pytest.mark.parametrize("state", ["death", "emigrated"])
def test_a_contract_ends_with_its_person(
    tmp_path: Path, state: str, code: str, parameters: Mapping[str, Any], wanted: tuple[Any, ...]
) -> None:
    spells = [Spell("employed", 10, None, employer="a", hours=40.0), Spell(state, 30, None)]
    # neither state ends the follow-up of this plan
    person = Person(spells, Window(0, 0, 200), "a", (), STATES, RULE, ())
    assert outcome_row(tmp_path, person, code, **parameters) == pytest.approx(wanted)


@pytest.mark.parametrize("state", ["death", "emigrated"])
@pytest.mark.parametrize(
    ("code", "parameters", "wanted"),
    [
        ("O9", {"years": 3}, (11, None, None)),
        ("O9", {"years": 2, "scale": "calendar"}, (None, None)),
        ("O22", {"years": 2, "before": 1}, (None, 100.0, None, None)),
    ],
)
def test_a_year_that_the_person_does_not_see_the_end_of_is_missing(
    tmp_path: Path, state: str, code: str, parameters: Mapping[str, Any], wanted: tuple[Any, ...]
) -> None:
    # the years of 365 days end on days 364, 729 and 1094; day 0 is 1 January 1970
    spells = [Spell("employed", 40, None), Spell(state, 400, None)]
    pay = [Pay("etk", year, None, 10_000) for year in (1970, 1971, 1972)]
    person = Person(spells, Window(0, 0, 1500), None, pay, STATES, RULE, ())
    assert outcome_row(tmp_path, person, code, **parameters) == wanted


def test_a_year_abroad_that_ends_at_home_is_told(tmp_path: Path) -> None:
    spells = [Spell("employed", 0, None), Spell("emigrated", 100, 200)]
    person = Person(spells, Window(0, 0, 800), None, (), STATES, RULE, ())
    assert outcome_row(tmp_path, person, "O9", years=2) == (9, 12)
