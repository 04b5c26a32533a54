"""Spells, episodes and grids worked out day by day in plain Python: slow, and nothing in common with the SQL.

A day is a whole number since 1970-01-01; a spell is half-open, an end that is not known is None.
"""

from __future__ import annotations

import calendar
import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tkk_cli.data.registers.states import AtWork, States

EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True)
class Stay:
    """A spell of a state, by its rank."""

    state: int
    start: int
    stop: int | None


@dataclass(frozen=True)
class Window:
    """Day zero of a person, and what is looked at."""

    index_day: int
    look_start: int
    follow_stop: int


def date(day: int) -> datetime.date:
    return EPOCH + datetime.timedelta(days=day)


def number(year: int, month: int, day: int) -> int:
    return (datetime.date(year, month, day) - EPOCH).days


def holds(stay: Stay, day: int) -> bool:
    return stay.start <= day and (stay.stop is None or day < stay.stop)


def merged(stays: Iterable[Stay], ranks: Collection[int], gap: int, last: int) -> list[tuple[int, int | None]]:
    """Unbroken stretches of these states; ``last`` is a day after every known end."""
    chosen = [stay for stay in stays if stay.state in ranks]
    days = sorted({day for stay in chosen for day in range(stay.start, last if stay.stop is None else stay.stop)})
    stretches: list[list[int]] = []
    for day in days:
        if stretches and day - stretches[-1][1] - 1 <= gap:
            stretches[-1][1] = day
        else:
            stretches.append([day, day])
    endless = any(stay.stop is None for stay in chosen)
    return [(first, None if endless and final == last - 1 else final + 1) for first, final in stretches]


def day_states(stays: Sequence[Stay], window: Window, states: States) -> dict[int, frozenset[int]]:
    """Day -> ranks of the states that hold."""
    return {
        day: frozenset(stay.state for stay in stays if stay.state <= len(states) and holds(stay, day))
        for day in range(window.look_start, window.follow_stop)
    }


def at_work(ranks: Collection[int], states: States, rule: AtWork) -> int:
    names = {states.names[rank - 1] for rank in ranks}
    if not names & rule.needs or names & rule.excludes:
        return 0
    return 1 if names & rule.partial else 2


def episodes(stays: Sequence[Stay], window: Window, states: States, rule: AtWork) -> list[tuple[int, ...]]:
    """(start, stop, states, state, work), neighbours with other states."""
    rows: list[list[Any]] = []
    for day, ranks in day_states(stays, window, states).items():
        if rows and rows[-1][2] == ranks:
            rows[-1][1] = day + 1
        else:
            rows.append([day, day + 1, ranks])
    return [
        (
            start,
            stop,
            sum(2 ** (len(states) - rank) for rank in ranks),
            min(ranks, default=len(states) + 1),
            at_work(ranks, states, rule),
        )
        for start, stop, ranks in rows
    ]


def months_later(origin: datetime.date, months: int) -> datetime.date:
    """The same day of another month, or its last day."""
    year, month = divmod(origin.year * 12 + origin.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(origin.day, calendar.monthrange(year, month + 1)[1]))


def period_of(day: int, index_day: int, unit: str, calendar_month: bool) -> int:
    """The number of the period of a day, by trying."""
    if unit == "day":
        return day - index_day
    if unit == "week":
        return (day - index_day) // 7
    here, zero = date(day), date(index_day)
    months = here.year * 12 + here.month - zero.year * 12 - zero.month
    return months if calendar_month or months_later(zero, months) <= here else months - 1


def grid(
    stays: Sequence[Stay],
    window: Window,
    states: States,
    rule: AtWork,
    *,
    unit: str,
    by: str,
    calendar_month: bool = False,
) -> list[tuple[int, ...]]:
    """(period, state, days, work_days), in order."""
    cells: dict[int, list[tuple[int, int]]] = {}
    for day, ranks in day_states(stays, window, states).items():
        cell = cells.setdefault(period_of(day, window.index_day, unit, calendar_month), [])
        cell.append((min(ranks, default=len(states) + 1), at_work(ranks, states, rule)))
    rows = []
    for period, days in sorted(cells.items()):
        counts = Counter(state for state, _ in days)
        state = min(counts) if by == "first" else min(counts, key=lambda rank: (-counts[rank], rank))
        rows.append((period, state, len(days), sum(work > 0 for _, work in days)))
    return rows
