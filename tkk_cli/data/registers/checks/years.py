"""Checks from year to year: incomplete last years, and classifications whose codes change."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from tkk_cli.data.registers.checks.check import Finding, Sight, Subject
from tkk_cli.data.registers.checks.rows import year_day
from tkk_cli.data.registers.sql import year_of

__all__ = ["education_change", "incomplete_years", "municipality_mergers", "occupation_change"]

FALL = 0.8  # a year with less than this share of the year before is taken for incomplete
CHANGED = 0.5  # a year in which more than this share of rows has a code unknown to the year before
RESIDENTS = 10  # a municipality with fewer persons may be gone by chance
FILLED = ("activity", "occupation", "education", "region", "municipality")


def incomplete_years(sight: Sight) -> Iterator[Finding]:
    """Trap 6: the last year or two of a source hold less than the year before; counted are the rows of these years."""
    for subject in sight.subjects:
        for kind in subject.kinds:
            counts = _spell_years(sight, subject) if kind == "spell" else _row_years(sight, subject, kind)
            short = _short_years(counts)
            if short:
                year = year_of("s.start") if kind == "spell" else "s.year"
                count, persons = sight.counted(
                    f"SELECT COUNT(*), COUNT(DISTINCT s.key) FROM {subject.usable(kind)} AS s "
                    f"WHERE {year} IN ({', '.join(map(str, short))})"
                )
                yield Finding(subject.name, count, persons, "warning" if 6 in subject.layout.traps else None)


def _row_years(sight: Sight, subject: Subject, kind: str) -> dict[int, tuple[int, ...]]:
    """Year -> rows, and of person rows the filled cells of each variable."""
    filled = "".join(f", COUNT(s.{name})" for name in (FILLED if kind == "person" else ()))
    rows = sight.fetch(
        f"SELECT s.year, COUNT(*){filled} FROM {subject.usable(kind)} AS s WHERE s.year IS NOT NULL GROUP BY s.year"
    )
    return {int(row[0]): tuple(map(int, row[1:])) for row in rows}


def _spell_years(sight: Sight, subject: Subject) -> dict[int, tuple[int, ...]]:
    """Year -> spells that start, and persons with a spell in it.

    A start counts once, however many rows tell of it: some registers tell of a spell again in every year of it. Some
    give what is in force at the end of the year: there the persons show what is missing, and the starts do not.
    """
    starts = f"SELECT DISTINCT key, state, start FROM {subject.usable('spell')} AS u"
    year = year_of("s.start")
    started = {
        int(found): int(n) for found, n in sight.fetch(f"SELECT {year}, COUNT(*) FROM ({starts}) AS s GROUP BY {year}")
    }
    if not started:
        return {}
    last = max(started)
    years = range(last - 3, last + 1)
    persons = ", ".join(
        f"COUNT(DISTINCT CASE WHEN s.start < {year_day(y + 1)} AND (s.stop IS NULL OR s.stop > {year_day(y)}) "
        f"THEN s.key END) AS y{y}"
        for y in years
    )
    touched = dict(zip(years, sight.fetch(f"SELECT {persons} FROM {subject.usable('spell')} AS s")[0], strict=True))
    return {y: (n, int(touched.get(y, 0))) for y, n in started.items()}


def _short_years(counts: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    """The last one or two years, where they fall short of the year before them."""
    if not counts:
        return ()
    # A stray row of a far year is not the register's last year.
    most = max(row[0] for row in counts.values())
    last = max(year for year, row in counts.items() if row[0] * 100 >= most)
    if _falls(counts.get(last - 2), counts.get(last - 1)):
        return (last - 1, last)
    return (last,) if _falls(counts.get(last - 1), counts[last]) else ()


def _falls(before: tuple[int, ...] | None, now: tuple[int, ...] | None) -> bool:
    """Whether rows, or the filled cells of a column, fall by more than a fifth and beyond chance."""
    if before is None or now is None:
        return False
    return any(b * FALL - n > 3 * math.sqrt(b) for b, n in zip(before, now, strict=True))


def occupation_change(sight: Sight) -> Iterator[Finding]:
    """Trap 11: years in which most occupations have a code that the year before does not have."""
    return _changes(sight, "occupation", -1, CHANGED, 1)


def education_change(sight: Sight) -> Iterator[Finding]:
    """The same of education."""
    return _changes(sight, "education", -1, CHANGED, 1)


def municipality_mergers(sight: Sight) -> Iterator[Finding]:
    """Trap 12: rows whose municipality, with ten persons or more, does not exist in the year after."""
    return _changes(sight, "municipality", 1, 0.0, RESIDENTS)


def _changes(sight: Sight, column: str, step: int, share: float, least: int) -> Iterator[Finding]:
    """Rows of the years in which a larger share than ``share`` has a code that the year ``step`` away does not have."""
    for subject in [s for s in sight.giving("person") if s.source.has(column)]:
        gone = _gone(subject, column, step, least)
        years = sight.fetch(
            f"SELECT year, CAST(SUM(n) AS BIGINT), CAST(SUM(CASE WHEN gone = 1 THEN n ELSE 0 END) AS BIGINT) "
            f"FROM ({gone}) AS g GROUP BY year"
        )
        changed = ", ".join(str(int(year)) for year, n, new in years if new and new > share * n)
        if changed:
            count, persons = sight.counted(
                f"SELECT COUNT(*), COUNT(DISTINCT s.key) FROM {subject.usable('person')} AS s "
                f"INNER JOIN ({gone}) AS g ON g.year = s.year AND g.code = s.{column} "
                f"WHERE g.gone = 1 AND s.year IN ({changed})"
            )
            yield Finding(subject.name, count, persons)


def _gone(subject: Subject, column: str, step: int, least: int) -> str:
    """Year, code, n and whether the code is missing from the year ``step`` away, of years that have such a year."""
    codes = (
        f"SELECT s.year AS year, s.{column} AS code, COUNT(*) AS n FROM {subject.usable('person')} AS s "
        f"WHERE s.{column} IS NOT NULL AND s.year IS NOT NULL GROUP BY s.year, s.{column}"
    )
    years = f"SELECT DISTINCT year FROM ({codes}) AS y"
    return (
        f"SELECT a.year, a.code, a.n, CASE WHEN b.code IS NULL AND a.n >= {least} THEN 1 ELSE 0 END AS gone "
        f"FROM ({codes}) AS a INNER JOIN ({years}) AS e ON e.year = a.year + ({step}) "
        f"LEFT JOIN ({codes}) AS b ON b.year = a.year + ({step}) AND b.code = a.code"
    )
