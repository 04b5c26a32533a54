"""Checks of several spells together: breaks between years, coverage of states, duplicates and overlaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tkk_cli.data.registers.checks.check import Finding, Sight, Subject
from tkk_cli.data.registers.checks.rows import one_of, working, year_day
from tkk_cli.data.registers.schema import EARNING, PERSON_ROW, SPELL_ROW
from tkk_cli.data.registers.sql import literal

__all__ = [
    "employer_keys",
    "employment_break",
    "exact_duplicates",
    "no_disability_pension",
    "no_sickness",
    "nothing_ends",
    "open_duplicates",
    "overlaps",
    "pension_break",
    "rows_outside_years",
    "rows_set_aside",
]

SICKNESS = frozenset({"sickness", "partial_sickness"})
DISABILITY = frozenset(
    {
        "disability_pension",
        "temporary_disability_pension",
        "partial_disability_pension",
        "partial_temporary_disability_pension",
    }
)
LOST_MORE = 0.05  # how much larger a share of employers may get lost at 2004/05 than at the border before
LASTING = frozenset({"", "death", "emigrated", "old_age_pension"})  # of these nobody expects an end
ENOUGH = 10  # rows from which on it is no chance that all of them are open
_NO_END = 2**31 - 1


def _count(rows: str, condition: str) -> str:
    return f"SELECT COUNT(*), COUNT(DISTINCT key) FROM {rows} AS s WHERE {condition}"


def _level(sight: Sight, year: str) -> str | None:
    """A break is an error until ``[breaks]`` holds a choice; then it is told."""
    return "note" if year in sight.breaks else None


def employment_break(sight: Sight) -> Iterator[Finding]:
    """Trap 2: employment spells on both sides of 2018/19; counted are the payment periods that start from 2019 on.

    The spells before may be contracts of any source: jobs of ETK and then the Incomes Register are the break too.
    """
    touched, work, border = sight.with_trap(2), one_of("s.state", working(sight.states)), year_day(2019)
    if any(
        sight.counted(_count(s.usable("spell"), f"{work} AND s.start < {border}"))[0] for s in sight.giving("spell")
    ):
        for subject in touched:
            count, persons = sight.counted(_count(subject.usable("spell"), f"{work} AND s.start >= {border}"))
            if count:
                yield Finding(subject.name, count, persons, _level(sight, "2019"))


def pension_break(sight: Sight) -> Iterator[Finding]:
    """Trap 3: pension spells that reach into 2023 or later, when their kinds can no longer be told apart."""
    border = year_day(2023)
    for subject in sight.with_trap(3):
        count, persons = sight.counted(_count(subject.usable("spell"), f"s.start >= {border} OR s.stop > {border}"))
        if count:
            yield Finding(subject.name, count, persons, _level(sight, "2023"))


def _states(sight: Sight, subject: Subject) -> set[str]:
    return {state for (state,) in sight.fetch(f"SELECT DISTINCT state FROM {subject.usable('spell')} AS s")}


def _uncovered(sight: Sight, needed: frozenset[str]) -> Iterator[Finding]:
    """Employment spells, where no source gives any of the states that work must be told from."""
    given = set().union(*(_states(sight, subject) for subject in sight.giving("spell")))
    if given & needed:
        return
    counts = [
        sight.counted(_count(s.usable("spell"), one_of("s.state", working(sight.states))))
        for s in sight.giving("spell")
    ]
    if any(count for count, _ in counts):
        # One person may have jobs in several sources: the largest source is a number that is surely not too high.
        yield Finding("", sum(count for count, _ in counts), max(persons for _, persons in counts))


def no_sickness(sight: Sight) -> Iterator[Finding]:
    """Trap 4: employment, and no source with sickness absence."""
    return _uncovered(sight, SICKNESS)


def no_disability_pension(sight: Sight) -> Iterator[Finding]:
    """Trap 4: employment, and no source with disability pensions."""
    return _uncovered(sight, DISABILITY)


def employer_keys(sight: Sight) -> Iterator[Finding]:
    """Trap 9: spells of 2004 whose employer is not seen in 2005; a warning where more are lost than a year before."""
    for subject in sight.with_trap(9):
        rows = f"(SELECT * FROM {subject.usable('spell')} AS u WHERE u.employer IS NOT NULL)"
        seen = {
            year: f"MAX(CASE WHEN start < {year_day(year + 1)} AND (stop IS NULL OR stop > {year_day(year)}) "
            "THEN 1 ELSE 0 END)"
            for year in (2003, 2004, 2005)
        }
        employers = (
            f"(SELECT employer, {seen[2003]} AS y3, {seen[2004]} AS y4, {seen[2005]} AS y5 "
            f"FROM {rows} AS s GROUP BY employer)"
        )
        sums = ", ".join(
            f"CAST(SUM({value}) AS BIGINT)" for value in ("y3", "y3 * (1 - y4)", "y4", "y4 * (1 - y5)", "y5")
        )
        in_2003, lost_2004, in_2004, lost_2005, in_2005 = (
            int(n or 0) for n in sight.fetch(f"SELECT {sums} FROM {employers} AS e")[0]
        )
        if not in_2004 or not in_2005 or not lost_2005:
            continue
        usual = lost_2004 / in_2003 if in_2003 else 0.0
        count, persons = sight.counted(
            f"SELECT COUNT(*), COUNT(DISTINCT s.key) FROM {rows} AS s INNER JOIN {employers} AS e "
            f"ON e.employer = s.employer WHERE e.y4 = 1 AND e.y5 = 0 AND s.start < {year_day(2005)} "
            f"AND (s.stop IS NULL OR s.stop > {year_day(2004)})"
        )
        yield Finding(subject.name, count, persons, "warning" if lost_2005 / in_2004 > usual + LOST_MORE else "note")


def nothing_ends(sight: Sight) -> Iterator[Finding]:
    """Sources whose layout knows an end, and all of whose spells are open, those of lasting states apart."""
    for subject in sight.giving("spell"):
        if any(role.name.startswith("end") for role in subject.layout.roles):
            rows = f"{subject.usable('spell')} AS s WHERE NOT {one_of('s.state', LASTING)}"
            total, ended, persons = sight.fetch(f"SELECT COUNT(*), COUNT(s.stop), COUNT(DISTINCT s.key) FROM {rows}")[0]
            if total >= ENOUGH and not ended:
                yield Finding(subject.name, int(total), int(persons))


def open_duplicates(sight: Sight) -> Iterator[Finding]:
    """Trap 13: one person, state and start in several rows with different ends, or several of them open, from 2023."""
    for subject in sight.with_trap(13):
        groups = (
            "SELECT key, COUNT(*) AS n, COUNT(stop) AS ended, COUNT(DISTINCT stop) AS ends "
            f"FROM {subject.usable('spell')} AS s WHERE start >= {year_day(2023)} OR stop IS NULL "
            f"OR stop > {year_day(2023)} GROUP BY key, state, start"
        )
        sql = (
            f"SELECT CAST(SUM(n - 1) AS BIGINT), COUNT(DISTINCT key) FROM ({groups}) AS g "
            "WHERE n > 1 AND (n - ended > 1 OR ends > 1 OR (ended > 0 AND ended < n))"
        )
        yield from _some(subject, sight.counted(sql))


def exact_duplicates(sight: Sight) -> Iterator[Finding]:
    """Rows that say what another row of the source says; they count once."""
    for subject in sight.subjects:
        total, persons = 0, 0
        for kind in subject.kinds:
            count, some = sight.counted(_duplicates(subject, kind))
            total, persons = total + count, max(persons, some)
        yield from _some(subject, (total, persons))


def _duplicates(subject: Subject, kind: str) -> str:
    columns = {"spell": SPELL_ROW, "person": PERSON_ROW, "earning": EARNING}[kind]
    said = ", ".join(f'"{name}"' for name in columns if name not in ("source", "file", "row", "reason"))
    groups = f"SELECT key, COUNT(*) AS n FROM {subject.usable(kind)} AS s GROUP BY {said}"
    return f"SELECT CAST(SUM(n - 1) AS BIGINT), COUNT(DISTINCT key) FROM ({groups}) AS g WHERE n > 1"


def overlaps(sight: Sight) -> Iterator[Finding]:
    """Spells of one person, state and employer that begin before an earlier one has ended, exact duplicates apart."""
    for subject in sight.giving("spell"):
        distinct = (
            "SELECT DISTINCT key, state, COALESCE(employer, '') AS employer, start, "
            f"COALESCE(stop, {_NO_END}) AS stop FROM {subject.usable('spell')} AS s WHERE state <> ''"
        )
        reached = (
            "SELECT key, start, MAX(stop) OVER (PARTITION BY key, state, employer ORDER BY start, stop "
            f"ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached FROM ({distinct}) AS d"
        )
        yield from _some(
            subject, sight.counted(f"SELECT COUNT(*), COUNT(DISTINCT key) FROM ({reached}) AS r WHERE start < reached")
        )


def rows_set_aside(sight: Sight) -> Iterator[Finding]:
    """Rows that cannot be used, whatever the reason; an error where not one row of a source can."""
    for subject in sight.subjects:
        for finding in _some(subject, _all_kinds(sight, subject, "s.reason IS NOT NULL")):
            usable = sum(
                sight.fetch(f"SELECT COUNT(*) FROM {subject.usable(kind)} AS s")[0][0] for kind in subject.kinds
            )
            yield finding if usable else replace(finding, level="error")


def rows_outside_years(sight: Sight) -> Iterator[Finding]:
    """Rows that start outside the years of their register."""
    for subject in sight.subjects:
        yield from _some(subject, _all_kinds(sight, subject, f"s.reason = {literal('outside_years')}"))


def _all_kinds(sight: Sight, subject: Subject, condition: str) -> tuple[int, int]:
    counted = [sight.counted(_count(subject.rows(kind), condition)) for kind in subject.kinds]
    return sum(count for count, _ in counted), max((persons for _, persons in counted), default=0)


def _some(subject: Subject, counted: tuple[int, int]) -> Iterator[Finding]:
    if counted[0]:
        yield Finding(subject.name, *counted)
