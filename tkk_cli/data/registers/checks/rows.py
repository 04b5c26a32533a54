"""Checks of single rows: conditions over a spell or person row ``s`` and what is known of its person ``p``."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from tkk_cli.data.registers.checks.check import Sight, Subject
from tkk_cli.data.registers.codes import CodeList
from tkk_cli.data.registers.lookup import code_line, code_number
from tkk_cli.data.registers.sql import case, day_number, literal, year_start
from tkk_cli.data.registers.states import States

__all__ = [
    "ACTIVITY",
    "ACTIVITY_AS_STATE",
    "ACTIVITY_INFERRED",
    "BEFORE_BIRTH",
    "DEATH_KNOWN_EARLY",
    "FACTS",
    "MUNICIPALITY_OF_NEXT_YEAR",
    "NO_PERSON_ROW",
    "OPEN_SPELL",
    "PENSION_GAP_YEARS",
    "ROW_AFTER_DEATH",
    "SPELL_AFTER_DEATH",
    "UNDER_18",
    "doubtful_codes",
    "employment",
    "listed_code",
    "one_of",
    "played_by",
    "stage_facts",
    "trap",
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


def working(states: States) -> frozenset[str]:
    """The states that are work of any kind."""
    return states.with_work("competitive") | states.with_work("subsidised")


def trap(number: int) -> Callable[[Subject], bool]:
    """Whether a trap can lie in the layout of a source."""
    return lambda subject: number in subject.layout.traps


def played_by(role: str, *columns: str) -> Callable[[Subject], bool]:
    """Whether a role is played by one of some columns."""
    return lambda subject: subject.column(role) in columns


def doubtful_codes(subject: Subject) -> frozenset[str]:
    """The lines of the source's code list that were not verified."""
    return frozenset(row.code for row in subject.source.codes.rows if not row.verified)


def employment(first: int, stop: int) -> Callable[[Subject], str]:
    """Whether a spell is work that starts from 1 January of ``first`` and before that of ``stop``."""
    return lambda subject: f"{one_of('s.state', working(subject.states))} AND {_starts(first, stop)}"


def unverified_code(subject: Subject) -> str:
    """Whether the meaning of a code was not verified."""
    line = listed_code(subject.source.codes, "s.code")
    return f"s.code IS NOT NULL AND {one_of(line, doubtful_codes(subject))}"


OPEN_SPELL = "s.stop IS NULL"
# Starts in 1995 and 1998, when retroactive occupational pensions are missing.
PENSION_GAP_YEARS = f"(({_starts(1995, 1996)}) OR ({_starts(1998, 1999)}))"
# Nobody under 18 is in a spell from 2016 on.
UNDER_18 = f"(s.start < {year_day(2016)} AND s.start < p.birth + {ADULT})"
NO_PERSON_ROW = "p.key IS NULL"
# A birth known as a year stands as its middle, so half a year is let pass.
BEFORE_BIRTH = f"s.start < p.birth - {HALF_YEAR}"
SPELL_AFTER_DEATH = "(s.state <> 'death' AND s.start > p.death)"
# A person row of a year is true on its last day.
ROW_AFTER_DEATH = f"{year_start('s.year')} > p.death"
DEATH_KNOWN_EARLY = f"s.death >= {year_start('(s.year + 1)')}"
MUNICIPALITY_OF_NEXT_YEAR = "(s.municipality IS NOT NULL AND s.year >= 1999)"
ACTIVITY_AS_STATE = "s.state <> ''"
ACTIVITY_INFERRED = "s.activity = '12'"


def listed_code(codes: CodeList, code: str) -> str:
    """The line of a code list that a code falls on, as text: never a code that the list does not name."""
    line = code_line(codes, code, code_number(code))
    return case(f"({line})", enumerate((row.code for row in codes.rows), 1), "*")
