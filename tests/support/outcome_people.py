"""Random persons for the tests of outcomes, and the tables that their days make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from support.days import Stay, Window, episodes, number
from support.hand_tables import partial
from support.outcome_days import Pay, Person, Spell
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.entry.plan import Request
from tkk_cli.data.registers.schema import EARNING, ENTRANT, EPISODE, PERSON, SPELL
from tkk_cli.data.registers.states import AtWork, read_states
from tkk_cli.outcomes.definition import Context
from tkk_cli.outcomes.registry import outcome_stages, settled

__all__ = ["STATES", "outcome_row", "people", "tables"]

STATES = read_states()
COMMON = ("employed", "employed", "sickness", "partial_sickness", "unemployment", "rehabilitation", "subsidised")
RARE = ("temporary_disability_pension", "disability_pension", "old_age_pension", "emigrated", "death", "student")


def people(random: Random, competing: tuple[str, ...], rule: AtWork, n: int = 20) -> list[Person]:
    """Persons with random spells around their day zero."""
    return [person(random, competing, rule) for _ in range(n)]


def person(random: Random, competing: tuple[str, ...], rule: AtWork) -> Person:
    zero = number(2011, 1, 1) + random.randrange(500)
    window = Window(zero, zero - random.choice([0, 1, 90, 800]), zero + random.choice([1, 40, 300, 900, 1500]))
    spells = []
    for _ in range(random.randrange(12)):
        state = random.choice(COMMON if random.random() < 0.85 else RARE)
        start = zero + random.randrange(-900, 1400)
        if random.random() < 0.3:
            start = zero + random.randrange(-2, 3)
        length = random.choice([1, 2, 5, 13, 28, 60, 200, 700])
        stop = None if state in RARE[1:5] or random.random() < 0.05 else start + length
        spells.append(
            Spell(
                state,
                start,
                stop,
                random.choice([None, "a", "b"]),
                random.choice([None, 0.25, 0.5, 0.625]),
                random.choice([None, 18.75, 37.5]),
            )
        )
        if random.random() < 0.3 and stop is not None:
            spells.append(Spell(random.choice(COMMON), stop + random.randrange(3), stop + random.randrange(4, 90)))
    pay = [
        Pay(random.choice(["etk", "tulo"]), random.randrange(2008, 2015), random.choice([None, 1, 6, 7, 12]), cents)
        for cents in random.sample(range(100, 9_999_999), random.randrange(8))
    ]
    return Person(spells, window, random.choice([None, "a", "b"]), pay, STATES, rule, competing)


def tables(persons: Sequence[Person], more: Sequence[Mapping[str, Any]] = ()) -> dict[str, str]:
    """Name -> SELECT of the tables that outcomes read; ``more`` are further columns of each entrant."""
    spells: list[dict[str, Any]] = []
    entrants: list[dict[str, Any]] = []
    held: list[dict[str, Any]] = []
    known: list[dict[str, Any]] = []
    paid: list[dict[str, Any]] = []
    for pid, one in enumerate(persons, start=1):
        window = one.window
        entrants.append(
            {
                "pid": pid,
                "index_day": window.index_day,
                "look_start": window.look_start,
                "follow_stop": window.follow_stop,
                "employer": one.employer,
            }
        )
        known.append({"pid": pid, "key": f"k{pid}"})
        for s in one.spells:
            rank = STATES.rank(s.state)
            spells.append({**s.__dict__, "pid": pid, "state": rank})
        stays = [Stay(STATES.rank(s.state), s.start, s.stop) for s in one.spells]
        rows = episodes(stays, window, STATES, one.rule)
        held += [dict(zip(EPISODE, (pid, *row), strict=True)) for row in rows]
        paid += [{**row.__dict__, "key": f"k{pid}"} for row in one.pay]
    entrants = [{**row, **added} for row, added in zip(entrants, more or [{}] * len(entrants), strict=True)]
    return {
        "entrant": partial(ENTRANT, entrants),
        "episode": partial(EPISODE, held),
        "spell": partial(SPELL, spells),
        "person": partial(PERSON, known),
        "earning_row": partial(EARNING, paid),
    }


def outcome_row(folder: Path, person: Person, code: str, **parameters: Any) -> tuple[Any, ...]:
    """The values of an outcome of one person."""
    engine = DuckDB("1GB", 1, folder / "duckdb")
    try:
        for name, select in tables([person]).items():
            engine.define(name, select)
        request = Request(prefix="x", outcome=code, parameters=parameters)
        settled(request, folder, STATES)
        ((_, sql),) = outcome_stages([request], Context(STATES, person.rule, person.competing), folder)
        ((_, *values),) = engine.fetch(sql)
    finally:
        engine.close()
    return tuple(values)
