"""Every outcome worked out day by day in plain Python: slow, and nothing in common with the SQL but the definitions.

A person has spells, a window and an employer; on each day the states that hold and the answer to "at work?" (0, 1, 2)
come from ``support.days``. A function per outcome returns the values of its columns in order.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.days import Window, at_work, date
from tkk_cli.data.registers.states import AtWork, States

Values = Mapping[str, Any]
BINS = {14: 0, 44: 1, 74: 2, 104: 3, 135: 4, 165: 5, 196: 6, 226: 7, 256: 8, 287: 9, 317: 10, 348: 11}


@dataclass(frozen=True)
class Spell:
    """A spell with what an outcome looks at; its state by name."""

    state: str
    start: int
    stop: int | None
    employer: str | None = None
    extent: float | None = None
    hours: float | None = None

    def holds(self, day: int) -> bool:
        return self.start <= day and (self.stop is None or day < self.stop)


@dataclass(frozen=True)
class Pay:
    """A row of earnings."""

    source: str
    year: int
    month: int | None
    cents: int


@dataclass
class Person:
    """Spells, the window, and what each day of it is."""

    spells: Sequence[Spell]
    window: Window
    employer: str | None
    pay: Sequence[Pay]
    states: States
    rule: AtWork
    competing: tuple[str, ...]
    held: dict[int, frozenset[str]] = field(init=False)
    work: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        days = range(self.window.look_start, self.window.follow_stop)
        self.held = {day: frozenset(spell.state for spell in self.spells if spell.holds(day)) for day in days}
        ranks = {day: [self.states.rank(name) for name in names] for day, names in self.held.items()}
        self.work = {day: at_work(ranks[day], self.states, self.rule) for day in days}

    @property
    def zero(self) -> int:
        return self.window.index_day

    def followed(self, horizon: int | None = None) -> range:
        stop = self.window.follow_stop
        return range(self.zero, stop if horizon is None else min(stop, self.zero + horizon))

    def alive(self, day: int) -> bool:
        return not self.held[day] & {"death", "emigrated"}

    def lives(self, day: int) -> bool:
        """Alive and resident, as far as the window is looked at."""
        return day not in self.held or self.alive(day)

    def end(self, days: range, rivals: Sequence[tuple[str, int]]) -> tuple[int, int]:
        """The day on which competing events end follow-up and the code, or (stop, 0)."""
        for day in days:
            for name, code in rivals:
                if name in self.held[day]:
                    return day, code
        return days.stop, 0


def rivals(person: Person, first: int = 2, without: Collection[str] = ()) -> list[tuple[str, int]]:
    return [(name, first + i) for i, name in enumerate(n for n in person.competing if n not in without)]


def counts(day: int, unit: str) -> bool:
    return date(day).weekday() < {"calendar": 7, "working": 5, "kela": 6}[unit]


def stretches(days: Sequence[int], gap: int, unit: str = "calendar") -> list[tuple[int, int]]:
    """(first, last) of days that are together but for at most ``gap`` others that count."""
    made: list[tuple[int, int]] = []
    for day in days:
        if made and sum(counts(other, unit) for other in range(made[-1][1] + 1, day)) <= gap:
            made[-1] = (made[-1][0], day)
        else:
            made.append((day, day))
    return made


def lasting(days: Sequence[int], gap: int, length: int, unit: str = "calendar", dated: str = "first_day") -> list[int]:
    """The day of every run that is long enough."""
    found = []
    for first, last in stretches(days, gap, unit):
        counted = [day for day in range(first, last + 1) if counts(day, unit)]
        if len(counted) >= length:
            found.append(first if dated == "first_day" else counted[length - 1])
    return found


def ending(day: int | None, code: int, end: tuple[int, int], zero: int) -> tuple[int, int]:
    if day is not None and day < end[0]:
        return day - zero, code
    return end[0] - zero, end[1]


def working(person: Person, day: int, partial: str) -> bool:
    return person.work[day] >= (2 if partial == "does_not_count" else 1)


def _return(person: Person, p: Values, holds: Callable[[int], bool]) -> tuple[int, int]:
    end = person.end(person.followed(), rivals(person))
    days = [day for day in range(person.zero, end[0]) if holds(day)]
    found = lasting(days, p.get("gap", 0), p.get("days", 1), p.get("unit", "calendar"), p.get("dated", "first_day"))
    return ending(min(found, default=None), 1, end, person.zero)


def first_rtw(person: Person, p: Values) -> tuple[Any, ...]:
    return _return(person, p, lambda day: working(person, day, p["partial"]))


def windows(person: Person, p: Values) -> tuple[Any, ...]:
    made: tuple[Any, ...] = ()
    for days in p["windows"]:
        made += first_rtw(person, {**p, "days": days})
    return made


def without_benefits(person: Person, p: Values) -> tuple[Any, ...]:
    every = {row.name for row in person.states.rows if row.benefit != "none"}
    benefits = set(p["benefits"]) or every
    return _return(person, p, lambda day: not person.held[day] & benefits and person.alive(day))


def partial_full(person: Person, p: Values) -> tuple[Any, ...]:
    end = person.end(person.followed(), rivals(person, 3))
    days = range(person.zero, end[0])
    back = min(lasting([d for d in days if person.work[d] >= 1], 0, p["days"]), default=None)
    kind = None if back is None else person.work[back]
    first = ending(back, 1 if kind == 2 else 2, end, person.zero)
    if back is None or kind == 2:
        return (*first, None, None)
    full = [day for day in lasting([d for d in days if person.work[d] == 2], 0, p["days"]) if day > back]
    return (*first, *ending(min(full, default=None), 1, (end[0], max(end[1] - 1, 0)), back))


def relapse(person: Person, p: Values) -> tuple[Any, ...]:
    end = person.end(person.followed(), rivals(person))
    away = stretches([day for day, held in person.held.items() if held & set(p["absence"])], p["gap"])
    inside = {day for first, last in away for day in range(first, last + 1)}
    at = [day for day in range(person.zero, end[0]) if working(person, day, p["partial"])]
    # days at work between two absences of one spell are no return, and absence itself is none
    at = [day for day in at if day not in inside]
    back = min(lasting(at, 0, p["days"]), default=None)
    if back is None:
        return None, None, None
    again = min((first for first, _ in away if first > back), default=None)
    return (back - person.zero, *ending(again, 1, end, back))


def _year(person: Person, number: int) -> range:
    first = person.zero + 365 * (number - 1 if number > 0 else number)
    return range(first, first + 365)


def share(person: Person, p: Values) -> tuple[Any, ...]:
    made: list[float | None] = []
    for number in [*range(-p["before"], 0), *range(1, p["years"] + 1)]:
        days = [day for day in _year(person, number) if day in person.held and person.alive(day)]
        weight = {0: 0.0, 1: {"counts": 1.0, "half": 0.5, "does_not_count": 0.0}[p["partial"]], 2: 1.0}
        worked = sum(weight[person.work[day]] for day in days)
        made.append(worked / len(days) if len(days) >= p["least_days"] else None)
    return tuple(made)


def months(person: Person, p: Values) -> tuple[Any, ...]:
    made: list[int | None] = []
    for number in range(1, p["years"] + 1):
        days = _year(person, number)
        if p["scale"] == "calendar":
            year = date(person.zero).year + number
            days = range(*((datetime.date(y, 1, 1) - date(0)).days for y in (year, year + 1)))
        if days.stop > person.window.follow_stop or not person.lives(days.stop - 1):
            made.append(None)
            continue
        worked = sum(person.alive(day) and working(person, day, p["partial"]) for day in days)
        made.append(next((value for last, value in BINS.items() if worked <= last), 12))
    return tuple(made)


def absence(person: Person, p: Values) -> tuple[Any, ...]:
    names = set(p["absence"])
    full = names - person.states.with_benefit("partial")
    total = 0.0
    days = [day for day in person.followed(p["horizon"]) if person.alive(day)]
    for day in days:
        held = [spell for spell in person.spells if spell.state in names and spell.holds(day)]
        if not held or not counts(day, p["unit"]):
            continue
        if p["partial"] == "extent":
            total += max(
                1.0 if spell.state in full else 0.5 if spell.extent is None else spell.extent for spell in held
            )
        else:
            total += 1.0 if p["partial"] == "full" or any(spell.state in full for spell in held) else 0.5
    return round(total, 6), len(days)


def long_absence(person: Person, p: Values) -> tuple[Any, ...]:
    end = person.end(person.followed(), rivals(person))
    days = [day for day in range(person.window.look_start, end[0]) if person.held[day] & set(p["absence"])]
    # a run that has begun by day zero is no new one
    late = [
        day
        for first, last in stretches(days, p["gap"], p["unit"])
        if first > person.zero
        for day in lasting(range(first, last + 1), 0, p["days"], p["unit"], p["dated"])
    ]
    return ending(min(late, default=None), 1, end, person.zero)


def employed(person: Person, day: int, p: Values) -> bool:
    held = person.held[day]
    if p["subsidised"] == "counts":
        found = bool(held & {"employed", "subsidised"})
    else:
        found = "employed" in held and "subsidised" not in held
    return found and (person.alive(day) if p["employed"] == "contract" else person.work[day] >= 1)


def sustained_employment(person: Person, p: Values) -> tuple[Any, ...]:
    return _return(person, p, lambda day: employed(person, day, p))


def competitive(person: Person, p: Values) -> tuple[Any, ...]:
    p = {**p, "subsidised": "does_not_count"}
    end = person.end(person.followed(p["horizon"]), rivals(person))
    open_days = range(person.zero, end[0])
    days = [day for day in open_days if employed(person, day, p)]
    timed = ending(min(days, default=None), 1, end, person.zero)
    jobs = [spell for spell in person.spells if spell.state == "employed"]
    employers = {spell.employer or "" for spell in jobs}
    hours = None if days else 0.0
    for day in days:
        for employer in employers:
            said = [s.hours for s in jobs if (s.employer or "") == employer and s.holds(day) and s.hours is not None]
            if said:
                hours = (hours or 0.0) + max(said) / 7
    longest = 0
    contract = [day for day in open_days if employed(person, day, {**p, "employed": "contract"})]
    for employer in employers:
        held = [d for d in contract if any((s.employer or "") == employer and s.holds(d) for s in jobs)]
        longest = max([longest, *(last - first + 1 for first, last in stretches(held, 0))])
    return (int(bool(days)), *timed, len(days) / 7, None if hours is None else round(hours, 6), longest)


def exits(person: Person, p: Values) -> tuple[Any, ...]:
    causes = p["causes"]
    end = person.end(person.followed(), rivals(person, 1 + len(causes), causes))
    for day in person.followed()[1:]:
        began = [
            name for name in causes if name in person.held[day] and name not in person.held.get(day - 1, frozenset())
        ]
        if began:
            name = min(began, key=person.states.rank)
            return ending(day, causes.index(name) + 1, end, person.zero)
    return ending(None, 0, end, person.zero)


def after_pension(person: Person, p: Values) -> tuple[Any, ...]:
    if not person.held[person.zero] & set(p["pension"]):
        return None, None
    own = [(name, 2 + i) for i, name in enumerate(p["conversion"])]
    others = rivals(person, 2 + len(own), p["conversion"])
    end = person.end(person.followed(p["horizon"]), own + others)
    days = [d for d in range(person.zero, end[0]) if employed(person, d, {**p, "subsidised": "counts"})]
    return ending(min(lasting(days, 0, p["days"]), default=None), 1, end, person.zero)


def earnings(person: Person, p: Values, years: Collection[int]) -> tuple[Any, ...]:
    """``years``: those of which the chosen source has any row (of a month, on the scale of months)."""
    index = dict(p["cpi"])
    base = index.get(p["base_year"] or max(index, default=0), 1.0)
    zero = date(person.zero)
    rows = [row for row in person.pay if p["source"] in ("", row.source)]
    made: list[float | None] = []
    for number in range(-p["before"], p["years"] + 1):
        if p["scale"] == "calendar":
            months = [(zero.year + number, month) for month in range(1, 13)]
            stop = (datetime.date(zero.year + number + 1, 1, 1) - date(0)).days
        elif number == 0:
            continue
        else:
            first = zero.year * 12 + zero.month - 1 + 12 * (number - 1 if number > 0 else number)
            months = [((first + i) // 12, (first + i) % 12 + 1) for i in range(12)]
            stop = person.zero + 365 * (number if number > 0 else number + 1)
        if (
            person.window.follow_stop < stop
            or not person.lives(stop - 1)
            or not {months[0][0], months[-1][0]} <= set(years)
        ):
            made.append(None)
            continue
        found: list[float] = []
        unpriced = False
        for source in {row.source for row in rows}:
            cents: dict[int, int] = {}
            of_source = [row for row in rows if row.source == source]
            whole = [row for row in of_source if row.month is None and row.year == months[0][0]]
            if p["scale"] == "calendar" and whole:
                cents[months[0][0]] = sum(row.cents for row in whole)
            else:
                for row in of_source:
                    if (row.year, row.month) in months:
                        cents[row.year] = cents.get(row.year, 0) + row.cents
            if cents and all(not index or year in index for year in cents):
                found.append(sum(c / 100 * (base / index[year] if index else 1.0) for year, c in cents.items()))
            unpriced = unpriced or bool(cents)
        made.append(round(max(found), 6) if found else None if unpriced else 0.0)
    return tuple(made)


def same_employer(person: Person, p: Values) -> tuple[Any, ...]:
    day = person.zero + p["at"]
    if person.employer is None or day >= person.window.follow_stop:
        return (None,)
    kept = any(
        s.state in ("employed", "subsidised") and s.employer == person.employer and s.holds(day) for s in person.spells
    )
    return (int(kept and (person.alive(day) if p["absent"] == "counts" else person.work[day] >= 1)),)


ORACLES: dict[str, Callable[..., tuple[Any, ...]]] = {
    "O1": first_rtw,
    "O2": first_rtw,
    "O3": without_benefits,
    "O4": first_rtw,
    "O5": windows,
    "O6": partial_full,
    "O7": relapse,
    "O8": share,
    "O9": months,
    "O10": absence,
    "O11": long_absence,
    "O12": sustained_employment,
    "O13": competitive,
    "O14": exits,
    "O15": after_pension,
    "O16": without_benefits,
    "O22": earnings,
    "O23": same_employer,
}
