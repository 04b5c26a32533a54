"""Raw rows of DREAM: one row a person, one column a week and one a month of employment."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tkk_cli.data.synthetic.registers.careers import OPEN, Careers, Segments, first_day
from tkk_cli.data.synthetic.registers.draws import Ints
from tkk_cli.data.synthetic.registers.folk import at_work, keys
from tkk_cli.data.synthetic.registers.hazards import STATES
from tkk_cli.data.synthetic.registers.rows import Rows, Text, text

__all__ = ["CODES", "dream", "weeks"]

# From the state that gives way to the one that holds: one code a week, the strongest of its days.
CODES = {
    "student": "651", "subsidised": "224", "unemployment": "111", "leave": "881", "partial_sickness": "893",
    "partial_temporary_disability_pension": "774", "partial_disability_pension": "771", "rehabilitation": "760",
    "sickness": "890", "temporary_disability_pension": "810", "career_pension": "621", "disability_pension": "783",
    "old_age_pension": "998", "emigrated": "997", "death": "999",
}  # fmt: skip
_THURSDAY = 3  # an ISO week belongs to the year of its Thursday


def weeks(years: tuple[int, int]) -> tuple[Ints, tuple[str, ...]]:
    """Mondays and column names of the ISO weeks of some years."""
    begin = first_day(years[0]) - 7
    # 1970-01-01 was a Thursday, so day -3 was a Monday
    mondays = np.arange(begin - (begin + 3) % 7, first_day(years[1] + 1) + 7, 7)
    thursdays = (mondays + _THURSDAY).astype("datetime64[D]")
    year = thursdays.astype("datetime64[Y]").astype(np.int64) + 1970
    week = (thursdays - thursdays.astype("datetime64[Y]")).astype(np.int64) // 7 + 1
    inside = (year >= years[0]) & (year <= years[1])
    names = tuple(f"y_{y % 100:02d}{w:02d}" for y, w in zip(year[inside], week[inside], strict=True))
    return mondays[inside], names


def dream(careers: Careers) -> Iterator[tuple[str, int | None, Rows]]:
    """One file; persons of their own, with keys of their own."""
    n = len(careers)
    mondays, names = weeks(careers.years)
    grid = np.zeros((n, len(mondays)), dtype=np.int8)
    for code, state in enumerate(CODES, start=1):
        of = careers.segments.take(careers.segments.state == STATES.index(state))
        _paint(grid, of, mondays, code)
    columns: dict[str, Text] = {"PNR": text(np.arange(n), keys(careers, "D"))}
    words = ("", *CODES.values())
    columns |= {name: text(grid[:, i], words) for i, name in enumerate(names)}
    years = np.arange(careers.years[0], careers.years[1] + 1)
    months = np.array([f"{y}-{m:02d}" for y in years for m in range(1, 13)], dtype="datetime64[M]")
    firsts = np.append(months, months[-1] + 1).astype("datetime64[D]").astype(np.int64)
    jobs = np.zeros((n, len(months)), dtype=np.int8)
    _paint(jobs, at_work(careers.segments), firsts[:-1], 1, firsts[-1])
    industry = 1 + careers.draws.below(700, 9)
    for i, month in enumerate(months):
        name = "branche_" + str(month).replace("-", "_")
        columns[name] = text(jobs[:, i] * industry, ("", *(f"{10 * k:06d}" for k in range(1, 10))))
    yield "dream", None, Rows(np.arange(n), columns)


def _paint(grid: np.ndarray, of: Segments, firsts: Ints, code: int, stop: int | None = None) -> None:
    """Write a code into every period in which a segment has a day; periods follow each other without a gap."""
    first = np.searchsorted(firsts, of.start, side="right") - 1
    last = np.searchsorted(firsts, np.minimum(of.stop, OPEN) - 1, side="right") - 1
    end = firsts[-1] + 7 if stop is None else stop
    kept = (last >= 0) & (of.start < end)
    first, last, person = np.maximum(first[kept], 0), last[kept], of.person[kept]
    length = last - first + 1
    place = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    grid[np.repeat(person, length), np.repeat(first, length) + place] = code
