"""Checks of single rows: conditions over a spell or person row ``s`` and what is known of its person ``p``."""

from __future__ import annotations

import datetime

from tkk_cli.data.registers.checks.check import Sight, Subject
from tkk_cli.data.registers.codes import CodeList
from tkk_cli.data.registers.sql import day_number, literal, year_start

__all__ = [
    "ACTIVITY",
    "FACTS",
    "activity_as_state",
    "activity_inferred",
    "before_birth",
    "death_known_early",
    "employment_before_1995",
    "employment_before_2005",
    "listed_code",
    "municipality_of_next_year",
    "no_person_row",
    "one_of",
    "open_spell",
    "pension_gap_years",
    "row_after_death",
    "spell_after_death",
    "stage_facts",
    "under_18",
    "unverified_code",
    "working",
    "year_day",
]

FACTS = "check_person"  # key, birth, death: what the person rows of all sources say of a person
ADULT = 6574  # days in 18 years
HALF_YEAR = 183
ACTIVITY = ("ptoim1", "ptoim2")  # main activity, of the last week of a year


def stage_facts(sight: Sight) -> None:
    """Birth and death by key, as the stage ``FACTS``."""
    sight.workspace.stage(
        FACTS,
        "SELECT key, CAST(MIN(birth) AS INT) AS birth, CAST(MIN(death) AS INT) AS death FROM person_row GROUP BY key",
    )


def year_day(year: int) -> int:
    """The day number of 1 January."""
    return day_number(datetime.date(year, 1, 1))


def one_of(column: str, names: frozenset[str]) -> str:
    """Whether a column is one of some names."""
    listed = ", ".join(literal(name) for name in sorted(names))
    return f"{column} IN ({listed})" if listed else "(1 = 0)"


def _starts(first: int, stop: int) -> str:
    """Whether a spell starts from 1 January of ``first`` and before that of ``stop``."""
    return f"s.start >= {year_day(first)} AND s.start < {year_day(stop)}"


def working(sight: Sight) -> frozenset[str]:
    """The states that are work of any kind."""
    return sight.states.with_work("competitive") | sight.states.with_work("subsidised")


def open_spell(sight: Sight, subject: Subject) -> str | None:
    """Trap 14: a spell without an end."""
    return "s.stop IS NULL"


def employment_before_1995(sight: Sight, subject: Subject) -> str | None:
    """Trap 8: the weakest years."""
    return f"{one_of('s.state', working(sight))} AND s.start < {year_day(1995)}" if 8 in subject.layout.traps else None


def employment_before_2005(sight: Sight, subject: Subject) -> str | None:
    """Trap 8: the weaker years."""
    return f"{one_of('s.state', working(sight))} AND {_starts(1995, 2005)}" if 8 in subject.layout.traps else None


def pension_gap_years(sight: Sight, subject: Subject) -> str | None:
    """Trap 3: starts in 1995 and 1998, when retroactive occupational pensions are missing."""
    return f"(({_starts(1995, 1996)}) OR ({_starts(1998, 1999)}))" if 3 in subject.layout.traps else None


def under_18(sight: Sight, subject: Subject) -> str | None:
    """Trap 10: a spell before 2016 of someone who would not be in it from 2016 on."""
    if 10 not in subject.layout.traps:
        return None
    return f"s.start < {year_day(2016)} AND s.start < p.birth + {ADULT}"


def no_person_row(sight: Sight, subject: Subject) -> str | None:
    """A spell of someone who has no person row, where there are person rows at all."""
    return "p.key IS NULL" if sight.giving("person") else None


def spell_after_death(sight: Sight, subject: Subject) -> str | None:
    """Trap 7: a spell that starts after the day of death."""
    return "s.state <> 'death' AND s.start > p.death" if sight.giving("person") else None


def before_birth(sight: Sight, subject: Subject) -> str | None:
    """A spell that starts before birth; a birth known as a year stands as its middle, so half a year is let pass."""
    return f"s.start < p.birth - {HALF_YEAR}" if sight.giving("person") else None


def row_after_death(sight: Sight, subject: Subject) -> str | None:
    """Trap 7: a person row of a year that begins after the death."""
    return f"{year_start('s.year')} > p.death"


def death_known_early(sight: Sight, subject: Subject) -> str | None:
    """Trap 7: a death that stands on the row of a year before it."""
    return f"s.death >= {year_start('(s.year + 1)')}"


def municipality_of_next_year(sight: Sight, subject: Subject) -> str | None:
    """Trap 12: ``kunta`` follows the division of the year after from 1999 on; ``kunta31_12`` does not."""
    return "s.municipality IS NOT NULL AND s.year >= 1999" if subject.column("municipality") == "kunta" else None


def activity_as_state(sight: Sight, subject: Subject) -> str | None:
    """Trap 5: the activity of one week taken as the state of a year."""
    return "s.state <> ''" if subject.column("code") in ACTIVITY else None


def activity_inferred(sight: Sight, subject: Subject) -> str | None:
    """Trap 5: rows with the activity "unemployed", which is inferred before "employed"."""
    return "s.activity = '12'" if subject.column("activity") in ACTIVITY else None


def listed_code(codes: CodeList, code: str) -> str:
    """The line of a code list that a code falls on, as text: never a code that the list does not name."""
    exact = [row.code for row in codes.rows if row.span() is None and row.code != "*"]
    whens = [f"WHEN {code} IN ({', '.join(map(literal, exact))}) THEN {code}"] if exact else []
    for row in codes.rows:
        span = row.span()
        if span is not None:
            whens.append(
                f"WHEN TRY_CAST({code} AS INT) BETWEEN {int(span[0])} AND {int(span[1])} THEN {literal(row.code)}"
            )
    return f"CASE {' '.join(whens)} ELSE '*' END" if whens else "'*'"


def unverified_code(sight: Sight, subject: Subject) -> str | None:
    """A code whose meaning was not verified."""
    codes = subject.source.codes
    doubtful = frozenset(row.code for row in codes.rows if not row.verified)
    return f"s.code IS NOT NULL AND {one_of(listed_code(codes, 's.code'), doubtful)}" if doubtful else None
