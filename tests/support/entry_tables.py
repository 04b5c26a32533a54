"""Persons of ``entry_days`` as the tables that entry reads, in a workspace; random persons and plans."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from support.entry_days import Person, Spell, date, day
from support.hand_tables import values
from tkk_cli.data.registers.config import Registers, SourceEntry
from tkk_cli.data.registers.entry.plan import (
    CohortPlan,
    Comparison,
    Eligibility,
    FollowUp,
    Index,
    LookBack,
    Programme,
    WashOut,
)
from tkk_cli.data.registers.schema import PERSON, PERSON_ROW, SPELL
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.data.registers.states import NONE, States, read_states

STATES: States = read_states()
BASE, LAST = day("2014-01-01"), day("2016-12-31")
_NAMES = (
    *("sickness", "sickness", "sickness", "partial_sickness", "employed", "employed", "employed", "unemployment"),
    *("temporary_disability_pension", "disability_pension", "emigrated", "other_benefit"),
)


def load(workspace: Workspace, persons: Iterable[Person], shuffle: random.Random | None = None) -> None:
    """The views ``person``, ``spell`` and ``person_row``; in another order with ``shuffle``."""
    people, spells, years = [], [], []
    for p in persons:
        key = f"k{p.pid:04d}"
        people.append((p.pid, key, p.birth, p.sex, p.death, min((y for y in p.years if y), default=None), None))
        rows = [*p.spells, *([Spell("death", p.death, None, "person")] if p.death is not None else [])]
        for s in rows:
            given = s._asdict() | {"pid": p.pid, "state": STATES.rank(s.state)}
            spells.append([given.get(name) for name in SPELL])
        for year, (region, education) in p.years.items():
            row = {"source": "perus", "key": key, "year": year, "region": region, "education": education}
            years.append([row.get(name) for name in PERSON_ROW])
    tables = (("person", PERSON, people), ("spell", SPELL, spells), ("person_row", PERSON_ROW, years))
    for view, columns, rows in tables:
        if shuffle is not None:
            shuffle.shuffle(rows)
        workspace.define(view, values(columns, rows))


def registers(years: tuple[int, int] | None = (2014, 2016), states: States = STATES) -> Registers:
    """One source of spells, ``s``, and what else ``build_entrants`` asks for."""
    entry = SourceEntry(name="s", layout="long", columns={}, years=years, settings={})
    return Registers(path=Path("registers.toml"), sources=(entry,), states=states, breaks={})


def plan_of(**sections: Any) -> CohortPlan:
    """A plan whose sections are defaults where nothing is given."""
    given: Mapping[str, Any] = {
        "path": Path("cohort.toml"),
        "registers": Path("registers.toml"),
        "index": Index(),
        "wash_out": WashOut(),
        "look_back": LookBack(days=90),
        "eligibility": Eligibility(),
        "programme": None,
        "comparison": Comparison(),
        "follow_up": FollowUp(days=365),
        "at_work": {},
        "outcomes": (),
    }
    return CohortPlan(**{**given, **sections})


def random_person(rng: random.Random, pid: int) -> Person:
    """Overlaps, nested and touching spells, open ends, rehabilitation with and without a state, gaps in person rows."""

    def some_day(first: int, last: int) -> int:
        """Mostly one of few days, so that starts and ends meet."""
        return BASE + (rng.randint(first, last) if rng.random() < 0.3 else rng.randrange(first, last, 30))

    spells = set()
    for _ in range(rng.randint(0, 9)):
        state, start = rng.choice(_NAMES), some_day(-60, 600)
        if state in ("disability_pension", "emigrated") and rng.random() < 0.5:
            continue
        stop = None if rng.random() < 0.1 else start + rng.choice([1, 2, 29, 30, 30, 31, 60, 120])
        work = state == "employed"
        employer = rng.choice(["a", "b", None]) if work or rng.random() < 0.2 else None
        diagnosis = rng.choice(["F32", "M54", "Z73", None]) if "sickness" in state else None
        spells.add(Spell(state, start, stop, "s", rng.choice(["1", "2"]), employer, None, None, diagnosis))
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
        start = some_day(0, 500)
        stop = None if rng.random() < 0.1 else start + rng.choice([5, 30, 210])
        state, decided = rng.choice(["rehabilitation", NONE]), rng.choice([None, start - 30, start + 3])
        programme, provider = rng.choice(["kiila", "tyk", "aslak", "muu"]), rng.choice(["x", "y", None])
        spells.add(Spell(state, start, stop, "s", None, None, programme, provider, None, decided))
    years: dict[int | None, tuple[str | None, str | None]] = {
        year: (rng.choice(["01", "02", None]), rng.choice(["3", "6", None]))
        for year in (None, 2012, 2013, 2014, 2015)
        if rng.random() < 0.5
    }
    birth = rng.choice([None, day("1960-02-29") + rng.randint(0, 3), BASE - rng.randint(6500, 24000)])
    death = some_day(0, 700) if rng.random() < 0.15 else None
    ordered = sorted(spells, key=str)
    return Person(pid, birth, rng.choice(["1", "2", None]), death, ordered, years)


def random_plan(rng: random.Random) -> CohortPlan:
    """Every setting away from its default now and then."""

    def maybe(share: float, value: Any, otherwise: Any) -> Any:
        return value if rng.random() < share else otherwise

    event = rng.choice(["spell_start"] * 4 + ["spell_end", "rehabilitation_start", "rehabilitation_end", "decision"])
    rehabilitation = event not in ("spell_start", "spell_end")
    index = Index(
        event=event,
        states=rng.choice([("sickness",), ("sickness", "partial_sickness"), ("unemployment",)]),
        min_days=rng.choice([1, 1, 10, 30]),
        join_gap=0 if rehabilitation else rng.choice([0, 0, 5, 30]),
        origin=maybe(0.3, "qualified", "event") if event in ("spell_start", "rehabilitation_start") else "event",
        first=maybe(0.3, date(BASE + 100), None),
        last=maybe(0.3, date(BASE + 500), None),
        which=rng.choice(["first", "last"]),
    )
    landmark = rng.choice([0, 0, 30, 90])
    groups = rng.choice([{}, {"laitos": ("aslak", "tyk")}])
    window = {"before": rng.choice([0, 30]), "after": landmark or rng.choice([0, 60])}
    programme = maybe(0.7, Programme(groups=groups, **window), None)
    if programme is not None and (rehabilitation or rng.random() < 0.2):
        column = None if rehabilitation else rng.choice(["programme", "code", "provider", "source"])
        programme = Programme(groups=groups, column=column, none="ei")
    return plan_of(
        index=index,
        wash_out=WashOut(days=rng.choice([0, 0, 30, 180]), states=rng.choice([(), ("unemployment", "rehabilitation")])),
        look_back=LookBack(days=rng.choice([0, 60, 200])),
        eligibility=Eligibility(
            age=maybe(0.2, (25, 54), None),
            sex=maybe(0.15, ("2",), ()),
            resident=maybe(0.2, rng.random() < 0.7, None),
            at_work=maybe(0.2, rng.random() < 0.7, None),
            alive=rng.random() < 0.8,
            observed=rng.random() < 0.6,
            without=maybe(0.3, ("disability_pension", "temporary_disability_pension"), ()),
            regions=maybe(0.15, ("01",), ()),
        ),
        programme=programme,
        comparison=Comparison(pool=maybe(0.35, "none", "everyone") if programme or rehabilitation else "everyone"),
        follow_up=FollowUp(
            days=rng.choice([100, 365]),
            last=maybe(0.3, datetime.date(2015, 12, 31), None),
            competing=rng.choice([("death", "disability_pension"), ()]),
            censoring=rng.choice([("emigrated",), ("emigrated", "old_age_pension"), ()]),
            landmark=landmark,
        ),
    )
