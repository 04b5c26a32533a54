"""Entrants, flow and immortal time against a count person by person and day by day in plain Python."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from statistics import median

import pytest
from support.entry_days import Entry, Person
from support.entry_tables import BASE, LAST, STATES, load, plan_of, random_person, random_plan, registers
from support.portable import objections

from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.entry.eligibility import candidate_sql, steps
from tkk_cli.data.registers.entry.entrants import build_entrants, entrant_sql
from tkk_cli.data.registers.entry.flow import flow_rows, immortal_rows
from tkk_cli.data.registers.entry.index import exposure_sql, index_event_sql
from tkk_cli.data.registers.entry.known import Known
from tkk_cli.data.registers.entry.plan import CohortPlan, FollowUp
from tkk_cli.data.registers.schema import ENTRANT
from tkk_cli.data.registers.sql import day_number
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.errors import TkkError

RULE = STATES.at_work()
PLANS, PERSONS = 32, 120


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("entry")
    engine = DuckDB("1GB", 1, folder / "temp")
    yield Workspace(engine, folder / "work", reuse=False)
    engine.close()


def oracle(plan: CohortPlan) -> Entry:
    last = day_number(plan.follow_up.last) if plan.follow_up.last else LAST
    return Entry(plan, STATES, RULE, BASE, last, BASE)


@pytest.mark.parametrize("seed", range(PLANS))
def test_entrants_flow_and_delays_are_those_of_plain_python(workspace: Workspace, seed: int) -> None:
    rng = random.Random(seed)
    plan, persons = random_plan(rng), [random_person(rng, pid) for pid in range(1, PERSONS + 1)]
    load(workspace, persons, rng)
    by_hand = oracle(plan)
    expected = [row for person in persons if (row := by_hand.entrant(person)) is not None]
    with pytest.raises(TkkError, match="nobody is left") if not expected else nullcontext():
        build_entrants(workspace, plan, registers(), RULE)
    assert sorted(workspace.fetch(f"SELECT {', '.join(ENTRANT)} FROM entrant")) == expected
    left = by_hand.flow(persons)
    flow = flow_rows(workspace, plan)
    numbers = {step: at for at, step in enumerate(("index", *steps(plan)))}
    assert {(r["group"], numbers[r["step"]]): r["n"] for r in flow[1:] if r["n"]} == left
    assert flow[0] == {"step": "persons", "group": "", "n": PERSONS, "excluded": 0}
    assert sum(row["excluded"] for row in flow if row["group"] == "") == PERSONS - len(expected)
    delays = [(row[6] or "", None if row[7] is None else row[7] - row[1]) for row in expected]
    assert {row["group"]: tuple(row.values())[1:] for row in immortal_rows(workspace, plan)} == immortal(delays)


def immortal(delays: list[tuple[str, int | None]]) -> dict[str, tuple[float, ...]]:
    found = {}
    for group, n in Counter(group for group, _ in delays).items():
        late = [days for name, days in delays if name == group and days is not None and days > 0]
        found[group] = (n, len(late), float(median(late)) if late else 0.0, max(late, default=0), sum(late))
    return found


def test_random_plans_reach_every_branch() -> None:
    """What the comparison above goes through is worth something only if people stay, leave and have programmes."""
    ended, stayed = Counter[str](), 0
    for seed in range(PLANS):
        rng = random.Random(seed)
        plan, persons = random_plan(rng), [random_person(rng, pid) for pid in range(1, PERSONS + 1)]
        by_hand = oracle(plan)
        stayed += sum(by_hand.entrant(person) is not None for person in persons)
        for person in persons:
            event = by_hand.best(person)
            if event is not None and not all(event.passed):
                ended[steps(plan)[event.passed.index(False)]] += 1
    assert stayed > 500
    assert set(ended) == {
        *("wash_out", "alive", "age", "sex", "resident", "observed", "at_work", "without", "region"),
        *("programme", "landmark", "followed"),
    }


@pytest.mark.parametrize("seed", range(12))
def test_the_sql_is_of_the_portable_part(seed: int) -> None:
    plan, known = random_plan(random.Random(seed)), Known(BASE, LAST, False, False)
    texts = [index_event_sql(plan, STATES, known), candidate_sql(plan, STATES, RULE, known)]
    texts.append(entrant_sql(plan, STATES, RULE, known))
    if plan.programme is not None:
        texts.append(exposure_sql(plan))
    assert [objection for text in texts for objection in objections(text)] == []


def test_stages_are_used_again_and_not_after_a_change(tmp_path: Path) -> None:
    rng = random.Random(1)
    persons = [random_person(rng, pid) for pid in range(1, 30)]
    told: list[str] = []
    engine = DuckDB("1GB", 1, tmp_path / "temp")
    try:
        for days in (90, 90, 30):
            workspace = Workspace(engine, tmp_path / "work", begin=told.append)
            load(workspace, persons)
            before = workspace.path("entrant").stat().st_mtime_ns if workspace.path("entrant").exists() else 0
            build_entrants(workspace, plan_of(follow_up=FollowUp(days=days)), registers(), RULE)
            changed = workspace.path("entrant").stat().st_mtime_ns != before
            told.append(str(changed))
    finally:
        engine.close()
    assert [word for word in told if word in ("True", "False")] == ["True", "False", "True"]


def test_nobody_is_refused_with_the_step(workspace: Workspace) -> None:
    load(workspace, [Person(1, None, None, None, [])])
    with pytest.raises(TkkError) as caught:
        build_entrants(workspace, plan_of(), registers(), RULE)
    assert caught.value.code == "TKK290"
