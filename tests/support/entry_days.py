"""Entry into a cohort worked out person by person and day by day in plain Python, apart from the SQL."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tkk_cli.data.registers.entry.plan import CohortPlan
from tkk_cli.data.registers.states import NONE, AtWork, States

EPOCH = datetime.date(1970, 1, 1)
LONG = 1500  # days after which nothing is looked at


class Spell(NamedTuple):
    """As ``schema.SPELL``, with the name of the state."""

    state: str
    start: int
    stop: int | None
    source: str = "s"
    code: str | None = None
    employer: str | None = None
    programme: str | None = None
    provider: str | None = None
    diagnosis: str | None = None
    decided: int | None = None

    def last(self, base: int) -> int:
        return base + LONG if self.stop is None else self.stop

    def days(self, base: int) -> range:
        return range(self.start, self.last(base))


@dataclass
class Person:
    """A person with the rows of the registers; ``years``: year (or None) -> region, education."""

    pid: int
    birth: int | None
    sex: str | None
    death: int | None
    spells: list[Spell]
    years: dict[int | None, tuple[str | None, str | None]] = field(default_factory=dict)


class Event(NamedTuple):
    """An index event of a person with what was found of it."""

    zero: int
    anchor: int
    start: int
    stop: int | None
    programme: str | None
    programme_start: int | None
    programme_stop: int | None
    provider: str | None
    passed: tuple[bool, ...]
    order: tuple[Any, ...]


def day(text: str) -> int:
    """The day number of an ISO date."""
    return (datetime.date.fromisoformat(text) - EPOCH).days


def date(number: int) -> datetime.date:
    return EPOCH + datetime.timedelta(days=number)


def age(birth: int, on: int) -> int:
    a, b = date(birth), date(on)
    return b.year - a.year - ((b.month, b.day) < (a.month, a.day))


class Entry:
    """The cohort of a plan by brute force."""

    def __init__(self, plan: CohortPlan, states: States, rule: AtWork, first: int, last: int, base: int) -> None:
        self.plan, self.states, self.rule = plan, states, rule
        self.first, self.last, self.base = first, last, base

    def holding(self, person: Person, on: int) -> set[str]:
        dead = {"death"} if person.death is not None and person.death <= on else set()
        return dead | {s.state for s in person.spells if s.state != NONE and s.start <= on < s.last(self.base)}

    def working(self, person: Person, on: int) -> bool:
        now = self.holding(person, on)
        return bool(now & self.rule.needs) and not now & self.rule.excludes

    def runs(self, person: Person) -> list[tuple[int, int | None]]:
        """Stretches of days of the index states, gaps of at most ``join_gap`` days bridged."""
        days = sorted({d for s in person.spells if s.state in self.plan.index.states for d in s.days(self.base)})
        found: list[list[int]] = []
        for d in days:
            if found and d - found[-1][1] - 1 <= self.plan.index.join_gap:
                found[-1][1] = d
            else:
                found.append([d, d])
        end = self.base + LONG
        return [(a, None if b + 1 >= end else b + 1) for a, b in found]

    def known(self, person: Person, on: int, place: int) -> str | None:
        """Region (place 0) or education (1): of the latest year before that of ``on``, timeless rows last."""
        years = [y or 0 for y, v in person.years.items() if (y is None or y < date(on).year) and v[place] is not None]
        return person.years[max(years) or None][place] if years else None

    def events(self, person: Person) -> list[Event]:
        plan, index = self.plan, self.plan.index
        found = []
        for start, stop, row in self.spells_of_index(person):
            happened = {"spell_end": stop, "rehabilitation_end": stop, "decision": row and row.decided}
            at = happened.get(index.event, start)
            if at is None:
                continue
            zero = at + index.min_days - 1 if index.origin == "qualified" else at
            lasted = min(self.last + 1 if stop is None else stop, self.last + 1) - start
            if zero > self.last or lasted < index.min_days:
                continue
            if (index.first and date(at) < index.first) or (index.last and date(at) > index.last):
                continue
            exposure = self.exposure(person, zero, start, stop, row)
            passed = tuple(self.passes(person, zero, min(at, start), exposure is not None).values())
            name = exposure[0] if exposure else None
            if plan.programme:
                name = next((g for g, names in plan.programme.groups.items() if name in names), name)
                name = name or plan.programme.none
            names = (row.programme or "", row.provider or "") if row else ("", "")
            order = (at, start, 10**9 if stop is None else stop, *names)
            rest = exposure[1:] if exposure else (None, None, None)
            found.append(Event(zero, min(at, start), start, stop, name, *rest, passed, order))
        return sorted(found, key=lambda e: e.order, reverse=index.which == "last")

    def spells_of_index(self, person: Person) -> Iterable[tuple[int, int | None, Spell | None]]:
        if self.plan.index.rehabilitation:
            return [(s.start, s.stop, s) for s in person.spells if s.programme is not None]
        return [(start, stop, None) for start, stop in self.runs(person)]

    def exposure(
        self, person: Person, zero: int, start: int, stop: int | None, row: Spell | None
    ) -> tuple[str, int, int | None, str | None] | None:
        programme = self.plan.programme
        if row is not None:
            assert row.programme is not None
            return row.programme, row.start, row.stop, row.provider
        if programme is None:
            return None
        if programme.column:
            firsts = [s for s in person.spells if s.state in self.plan.index.states and s.start == start]
            values = [v for s in firsts if (v := getattr(s, programme.column)) is not None]
            providers = [s.provider for s in firsts if s.provider is not None]
            return (min(values), start, stop, min(providers, default=None)) if values else None
        window = range(zero - programme.before, zero + programme.after + 1)
        near = [s for s in person.spells if s.programme is not None and s.start in window]
        near.sort(key=lambda s: (s.start, s.last(self.base), s.programme, s.provider or ""))
        return (near[0].programme, near[0].start, near[0].stop, near[0].provider) if near else None  # type: ignore[return-value]

    def passes(self, person: Person, zero: int, anchor: int, exposed: bool) -> dict[str, bool]:
        """Step -> passed, in the published order, of the steps that the plan takes."""
        plan, spells = self.plan, person.spells
        eligible, follow = plan.eligibility, plan.follow_up
        deaths = [s.start for s in spells if s.state == "death"] + ([person.death] if person.death is not None else [])
        dies = min(deaths, default=10**9)
        later = zero + follow.landmark
        answers: dict[str, bool] = {}
        if plan.wash_out.days:
            washed = plan.wash_out.states or (() if plan.index.rehabilitation else plan.index.states)
            before = range(anchor - plan.wash_out.days, anchor)
            of = [s for s in spells if (s.state in washed if washed else s.programme is not None)]
            answers["wash_out"] = not any(s.start <= d < s.last(self.base) for s in of for d in before)
        if eligible.alive:
            answers["alive"] = dies > zero
        if eligible.age:
            low, high = eligible.age
            answers["age"] = person.birth is not None and low <= age(person.birth, zero) <= high
        if eligible.sex:
            answers["sex"] = person.sex in eligible.sex
        if eligible.resident is not None:
            answers["resident"] = (date(zero).year - 1 in person.years) == eligible.resident
        if eligible.observed:
            answers["observed"] = zero - plan.look_back.days >= self.first
        if eligible.at_work is not None:
            answers["at_work"] = self.working(person, anchor - 1) == eligible.at_work
        if eligible.without:
            answers["without"] = not any(s.state in eligible.without and s.start < zero for s in spells)
        if eligible.regions:
            answers["region"] = self.known(person, zero, 0) in eligible.regions
        if plan.comparison.pool == "none" and not plan.index.rehabilitation:
            answers["programme"] = exposed
        if follow.landmark:
            ends = {*follow.competing, *follow.censoring}
            ended = any(s.state in ends and zero <= s.start < later for s in spells)
            answers["landmark"] = not ended and dies > later and later <= self.last
        if follow.censoring:
            answers["followed"] = not self.holding(person, later) & set(follow.censoring)
        return answers

    def best(self, person: Person) -> Event | None:
        """The event that passes the most steps in order; the first (or last) of several."""
        events = self.events(person)
        return max(events, key=lambda e: prefix(e.passed)) if events else None

    def entrant(self, person: Person) -> tuple[Any, ...] | None:
        event = self.best(person)
        if event is None or not all(event.passed):
            return None
        follow = self.plan.follow_up
        zero = event.zero + follow.landmark
        gone = [s.start for s in person.spells if s.state in follow.censoring and s.start > zero]
        stop = min([zero + follow.days, self.last + 1, *gone])
        return (
            person.pid,
            zero,
            event.start,
            event.stop,
            event.zero - self.plan.look_back.days,
            stop,
            event.programme,
            event.programme_start,
            event.programme_stop,
            event.provider,
            self.employer(person, event),
        )

    def employer(self, person: Person, event: Event) -> str | None:
        """Going back day by day from the day before the index spell; the job that began first, then the least key."""
        jobs = [s for s in person.spells if s.employer is not None and s.state in self.rule.needs]
        for back in range(1, max(self.plan.look_back.days, 1) + 1):
            now = [s for s in jobs if s.start <= event.anchor - back < s.last(self.base)]
            if now:
                return min(now, key=lambda s: (s.start, s.employer)).employer
        return None

    def flow(self, persons: list[Person]) -> Counter[tuple[str, int]]:
        """(group, number of steps passed) -> persons left; the steps are numbered from the index event, 0."""
        left: Counter[tuple[str, int]] = Counter()
        for person in persons:
            events = self.events(person)
            if not events:
                continue
            for at in range(len(events[0].passed) + 1):
                if any(all(event.passed[:at]) for event in events):
                    left["", at] += 1
            best = self.best(person)
            assert best is not None
            if best.programme is not None:
                for at in range(prefix(best.passed) + 1):
                    left[best.programme, at] += 1
        return left


def prefix(passed: tuple[bool, ...]) -> int:
    """How many of the first answers are yes."""
    return next((at for at, answer in enumerate(passed) if not answer), len(passed))
