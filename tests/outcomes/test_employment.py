"""A contract without an end outlives the person in a register: employment of the dead is none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.days import Window
from support.outcome_days import Person, Spell
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
