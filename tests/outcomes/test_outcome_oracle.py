"""The SQL of every outcome against its definition day by day, on random spells and away from the defaults."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.outcome_days import ORACLES, Person, earnings
from support.outcome_people import STATES, people, tables
from support.portable import objections

from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.entry.plan import Request
from tkk_cli.outcomes.definition import Context
from tkk_cli.outcomes.registry import OUTCOMES, outcome_columns, outcome_stages, settled

SHARES = ["counts", "does_not_count"]
RUN = {
    "days": [1, 2, 5, 14, 28],
    "unit": ["calendar", "working"],
    "gap": [0, 1, 4],
    "partial": SHARES,
    "dated": ["first_day", "confirmed"],
}
SICK = [["sickness"], ["sickness", "partial_sickness"], ["partial_sickness", "rehabilitation"]]
# outcome -> parameter -> values away from the default (and the default among them)
VARIED: dict[str, dict[str, list[Any]]] = {
    "O1": {"partial": SHARES},
    "O2": RUN,
    "O3": {**RUN, "benefits": [["sickness", "unemployment"], ["partial_sickness"]]},
    "O4": RUN,
    "O5": {**RUN, "windows": [[2, 9], [1, 14, 40]]},
    "O6": {"days": [1, 3, 10]},
    "O7": {"days": [1, 4, 10], "gap": [0, 3, 8], "absence": SICK, "partial": SHARES},
    "O8": {"years": [1, 3], "before": [0, 2], "partial": [*SHARES, "half"], "least_days": [1, 200, 365]},
    "O9": {"years": [1, 2], "scale": ["relative", "calendar"], "partial": SHARES},
    "O10": {
        "horizon": [10, 100, 500],
        "unit": ["calendar", "working", "kela"],
        "partial": ["full", "half", "extent"],
        "absence": SICK,
    },
    "O11": {**RUN, "absence": SICK},
    "O12": {"days": [1, 10, 30], "employed": ["at_work", "contract"], "subsidised": SHARES, "gap": [0, 5]},
    "O13": {"horizon": [20, 200, 900], "employed": ["at_work", "contract"]},
    "O14": {"causes": [["death", "disability_pension"], ["partial_sickness", "disability_pension", "sickness"]]},
    "O15": {
        "days": [1, 10],
        "horizon": [50, 400],
        "employed": ["at_work", "contract"],
        "pension": [["temporary_disability_pension"], ["sickness", "partial_sickness"]],
        "conversion": [["disability_pension"], ["disability_pension", "old_age_pension"]],
    },
    "O16": {**RUN, "benefits": [[], ["unemployment", "sickness"]]},
    "O22": {
        "years": [1, 3],
        "before": [0, 2],
        "scale": ["calendar", "relative"],
        "source": ["", "etk"],
        "cpi": ["", "prices.csv"],
        "base_year": [0, 2012],
    },
    "O23": {"at": [1, 40, 365], "absent": SHARES},
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDB]:
    opened = DuckDB("1GB", 1, tmp_path_factory.mktemp("duckdb"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("prices")
    # 2014 is not there, so some earnings have no price
    (made / "prices.csv").write_text("year;index\n2008;90,5\n2009;92\n2010;95\n2011;98\n2012;100\n2013;101,5\n")
    return made


def same(ours: Any, theirs: Any) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=2e-6)


def requests(random: Random, code: str) -> list[Request]:
    """The default, and two sets of parameters away from it."""
    names = [name for name in VARIED[code] if name in OUTCOMES[code].parameters]
    varied = [{name: random.choice(VARIED[code][name]) for name in names} for _ in range(2)]
    for values in varied:
        if not values.get("cpi"):  # without prices there is no year of prices
            values.pop("base_year", None)
    return [Request(prefix="x", outcome=code, parameters=values) for values in ({}, *varied)]


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_outcome_is_its_definition_on_every_day(engine: DuckDB, folder: Path, seed: int) -> None:
    random = Random(seed)
    competing = random.choice([(), ("death",), ("death", "old_age_pension", "disability_pension")])
    rule = STATES.at_work()
    persons = people(random, competing, rule)
    for name, select in tables(persons).items():
        # written, so that the many queries do not read the text of the tables again
        engine.write(name, select, folder / f"{name}.parquet")
    context = Context(STATES, rule, competing)
    for code in ORACLES:
        for request in requests(random, code):
            _, parameters = settled(request, folder, STATES)
            ((_, sql),) = outcome_stages([request], context, folder)
            ((_, columns),) = outcome_columns([request], context, folder)
            found = {row[0]: row[1:] for row in engine.fetch(sql)}
            assert len(found) == len(persons)
            for pid, one in enumerate(persons, start=1):
                wanted = expected(code, one, parameters, persons)
                assert len(wanted) == len(columns) == len(found[pid])
                assert all(map(same, found[pid], wanted)), (code, parameters, pid, found[pid], wanted)


def expected(code: str, one: Person, parameters: dict[str, Any], persons: list[Person]) -> tuple[Any, ...]:
    if code != "O22":
        return ORACLES[code](one, parameters)
    rows = [row for other in persons for row in other.pay if parameters["source"] in ("", row.source)]
    years = {row.year for row in rows if parameters["scale"] == "calendar" or row.month is not None}
    return earnings(one, parameters, years)


@pytest.mark.parametrize("code", ORACLES)
def test_sql_means_the_same_on_both_engines(code: str, folder: Path) -> None:
    random = Random(code)
    for competing in ((), ("death",), ("death", "old_age_pension")):
        context = Context(STATES, STATES.at_work(), competing)
        for request in requests(random, code):
            ((_, sql),) = outcome_stages([request], context, folder)
            assert objections(sql) == []


def test_every_computed_outcome_has_an_oracle() -> None:
    assert set(ORACLES) == {code for code, outcome in OUTCOMES.items() if outcome.computed == "cohort"}
    assert set(VARIED) == set(ORACLES)
