"""Look-back covariates against a count day by day in plain Python, and by hand."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.entry_days import Entry, Person, Spell, age, day
from support.entry_tables import BASE, LAST, STATES, load, plan_of, random_person, random_plan, registers
from support.portable import objections

from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.entry.diagnoses import read_diagnosis_groups
from tkk_cli.data.registers.entry.entrants import build_entrants
from tkk_cli.data.registers.entry.lookback import lookback_columns, lookback_sql
from tkk_cli.data.registers.entry.plan import CohortPlan, Eligibility, Index, LookBack, WashOut
from tkk_cli.data.registers.entry.reading import check_states
from tkk_cli.data.registers.spells import episode_sql
from tkk_cli.data.registers.sql import day_number
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.data.registers.states import NONE, States
from tkk_cli.errors import TkkError

RULE = STATES.at_work()
ALL = (
    *("age", "sex", "region", "education", "diagnosis_group", "work_days", "work_share", "months_since_work"),
    *("sickness_days", "sickness_spells", "programme_before", "state_history", "state_days"),
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("lookback")
    engine = DuckDB("1GB", 1, folder / "temp")
    yield Workspace(engine, folder / "work", reuse=False)
    engine.close()


def run(workspace: Workspace, plan: CohortPlan, persons: list[Person], shuffle: random.Random | None = None) -> Any:
    """pid -> covariate -> value."""
    load(workspace, persons, shuffle)
    build_entrants(workspace, plan, registers(), RULE)
    workspace.stage("episode", episode_sql(STATES, RULE))
    workspace.stage("lookback", lookback_sql(plan, STATES))
    names = [column.name for column in lookback_columns(plan, STATES)]
    rows = workspace.fetch(f"SELECT pid, {', '.join(names)} FROM lookback ORDER BY pid")
    return {pid: dict(zip(names, values, strict=True)) for pid, *values in rows}


def by_hand(entry: Entry, person: Person, row: tuple[Any, ...]) -> dict[str, Any]:
    """The covariates of an entrant, from the states of every day."""
    plan = entry.plan
    zero = row[1] - plan.follow_up.landmark
    window = range(zero - plan.look_back.days, zero)
    held = {d: entry.holding(person, d) for d in window}
    top = {d: min(names, key=STATES.rank) if names else NONE for d, names in held.items()}
    work = [d for d in window if entry.working(person, d)]
    sick = {d for d, names in held.items() if names & {"sickness", "partial_sickness"}}
    before = [s for s in person.spells if s.programme is not None and s.last(BASE) > window.start]
    limit = zero if row[7] is None else min(zero, row[7])
    found: dict[str, Any] = {
        "age": None if person.birth is None else age(person.birth, zero),
        "sex": person.sex,
        "region": entry.known(person, zero, 0),
        "education": entry.known(person, zero, 1),
        "diagnosis_group": diagnosis(entry, person, row),
        "work_days": len(work),
        "work_share": len(work) / len(window) if window else None,
        "months_since_work": (zero - 1 - max(work)) / 30.4375 if work else None,
        "sickness_days": len(sick),
        "sickness_spells": sum(d - 1 not in sick for d in sick),
        "programme_before": int(any(s.start < limit for s in before)),
    }
    found |= {f"state_q{q}": top[zero - 91 * q] for q in range(1, len(window) // 91 + 1)}
    return found | {f"days_{name}": list(top.values()).count(name) for name in (*STATES.names, NONE)}


def diagnosis(entry: Entry, person: Person, row: tuple[Any, ...]) -> str | None:
    index, start, stop = entry.plan.index, row[2], 10**9 if row[3] is None else row[3]
    codes = [
        (s.start, s.diagnosis)
        for s in person.spells
        if (s.programme is not None if index.rehabilitation else s.state in index.states)
        and s.diagnosis is not None
        and s.start < stop
        and s.last(BASE) > start
    ]
    return {"F": "mental", "M": "musculoskeletal"}.get(min(codes)[1][0], "other") if codes else None


@pytest.mark.parametrize("seed", range(12))
def test_covariates_are_those_of_plain_python(workspace: Workspace, seed: int) -> None:
    rng = random.Random(seed)
    plan = dataclasses.replace(
        random_plan(rng),
        look_back=LookBack(days=rng.choice([0, 91, 200, 365]), covariates=ALL),
        eligibility=Eligibility(alive=False, observed=False),
        wash_out=WashOut(),
    )
    persons = [random_person(rng, pid) for pid in range(1, 60)]
    last = day_number(plan.follow_up.last) if plan.follow_up.last else LAST
    entry = Entry(plan, STATES, RULE, BASE, last, BASE)
    expected = {p.pid: by_hand(entry, p, row) for p in persons if (row := entry.entrant(p)) is not None}
    assert len(expected) > 3
    found = run(workspace, plan, persons, rng)
    assert found.keys() == expected.keys()
    for pid, values in found.items():
        assert values == pytest.approx(expected[pid])


@pytest.mark.parametrize("event", ["spell_start", "rehabilitation_start"])
def test_the_sql_is_of_the_portable_part(event: str) -> None:
    plan = plan_of(index=Index(event=event), look_back=LookBack(days=200, covariates=ALL))
    assert objections(lookback_sql(plan, STATES)) == []


PERSON = Person(
    1,
    day("1960-02-29"),
    "2",
    None,
    [
        Spell("employed", day("2014-01-01"), day("2015-01-31")),
        Spell("sickness", day("2014-03-01"), day("2014-03-11")),
        Spell("partial_sickness", day("2014-03-11"), day("2014-03-21")),
        Spell("sickness", day("2015-02-28"), None, diagnosis="M54"),
    ],
    {2014: ("01", None), 2013: ("02", "3"), 2015: ("03", "8")},
)


def test_a_person_by_hand(workspace: Workspace) -> None:
    plan = plan_of(index=Index(first=day_of("2015-01-01")), look_back=LookBack(days=365, covariates=ALL))
    values = run(workspace, plan, [PERSON])[1]
    assert values["age"] == 54  # born on 29 February: 55 on 1 March
    assert (values["region"], values["education"]) == ("01", "3")
    assert (values["sickness_days"], values["sickness_spells"]) == (20, 1)
    # from 28 February 2014 to 30 January 2015, without the ten days of full allowance
    assert values["work_days"] == day("2015-01-31") - day("2014-02-28") - 10
    assert values["work_share"] == values["work_days"] / 365
    assert values["months_since_work"] == pytest.approx(28 / 30.4375)
    assert values["diagnosis_group"] == "musculoskeletal"
    # 364 days before 28 February 2015 is the first day of the absence
    assert [values[f"state_q{q}"] for q in (1, 2, 3, 4)] == ["employed", "employed", "employed", "sickness"]
    assert (values["days_other"], values["days_partial_sickness"]) == (28, 10)


def day_of(text: str) -> Any:
    import datetime

    return datetime.date.fromisoformat(text)


def test_default_set_has_words_in_every_language() -> None:
    columns = lookback_columns(plan_of(look_back=LookBack(days=200)), STATES)
    assert [column.name for column in columns][:2] == ["age", "sex"]
    assert [column.name for column in columns][-2:] == ["state_q1", "state_q2"]
    for column in columns:
        assert column.titles.keys() == {"fi", "sv", "en"}
        assert all(texts.keys() >= {"fi", "sv", "en"} for texts in column.labels.values())
        assert column.name.isascii()
    assert {c.name: set(c.labels) for c in columns}["diagnosis_group"] == {"mental", "musculoskeletal", "other"}


def test_names_depend_on_the_window_and_the_states() -> None:
    with pytest.raises(TkkError) as caught:
        check_states(plan_of(look_back=LookBack(days=200, covariates=("age", "state_q3"))), STATES)
    assert caught.value.code == "TKK288"
    assert "state_q2" in str(caught.value.hint) or "state_q1" in str(caught.value.hint)
    with pytest.raises(TkkError) as caught:
        check_states(plan_of(look_back=LookBack(covariates=("zzz",))), STATES)
    assert "months_since_work" in str(caught.value.hint)
    few = States(tuple(row for row in STATES.rows if "sickness" not in row.name))
    names = [c.name for c in lookback_columns(plan_of(look_back=LookBack(covariates=("state_days",))), few)]
    assert "days_sickness" not in names
    assert "sickness_days" not in [c.name for c in lookback_columns(plan_of(), few)]


def test_own_diagnosis_groups(workspace: Workspace, tmp_path: Path) -> None:
    own = tmp_path / "omat.csv"
    own.write_text("prefix;group;fi;sv;en;source;verified\nM5;back;selkä;rygg;back;own;no\nM;limbs;;;;own;no\n")
    plan = plan_of(look_back=LookBack(covariates=("diagnosis_group",), diagnosis_groups=own))
    (column,) = lookback_columns(plan, STATES)
    assert column.labels["back"]["sv"] == "rygg"
    assert column.labels["limbs"]["sv"] == "limbs"
    plan = dataclasses.replace(plan, index=Index(first=day_of("2015-01-01")))
    spells = [Spell("sickness", day("2015-03-01"), None, diagnosis=code) for code in ("M10", "F32")]
    others = [dataclasses.replace(PERSON, pid=2 + at, spells=[spell]) for at, spell in enumerate(spells)]
    found = run(workspace, plan, [PERSON, *others])
    assert [found[pid]["diagnosis_group"] for pid in (1, 2, 3)] == ["back", "limbs", None]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read"),
        ("prefix,group\nF,mental\n", "has no column fi, sv"),
        ("prefix,group,fi,sv,en,source,verified\nF,a,,,,,\nF,b,,,,,\n", "one twice"),
        ("prefix,group,fi,sv,en,source,verified\nF-3,a,,,,,\n", "not possible"),
        ("prefix,group,fi,sv,en,source,verified\nF,Ä x,,,,,\n", "group whose name"),
        ("prefix,group,fi,sv,en,source,verified\n,,,,,,\n", "is empty"),
        ("", "has no column"),
    ],
)
def test_bad_diagnosis_groups(tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "g.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(TkkError, match=words) as caught:
        read_diagnosis_groups(path)
    assert caught.value.code == "TKK292"
