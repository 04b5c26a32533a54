"""Trap 5: the main activity of one week against the employment spells of that week."""

from __future__ import annotations

from collections.abc import Iterator

from tkk_cli.data.registers.checks.check import Finding, Sight
from tkk_cli.data.registers.checks.rows import ACTIVITY, one_of, working
from tkk_cli.data.registers.sql import between, year_start

__all__ = ["activity_conflict"]


def activity_conflict(sight: Sight) -> Iterator[Finding]:
    """Person rows "unemployed" (12) of people with an employment spell on 31 December: part-time work on a benefit."""
    for subject in sight.giving("person"):
        if subject.column("activity") not in ACTIVITY or not sight.giving("spell"):
            continue
        day = f"({year_start('(s.year + 1)')} - 1)"
        working_then = f"{one_of('w.state', working(sight.states))} AND {between(day, 'w.start', 'w.stop')}"
        at_work = (
            f"SELECT DISTINCT s.key, s.year FROM {subject.usable('person')} AS s "
            "INNER JOIN spell_row AS w ON w.key = s.key "
            f"WHERE s.activity = '12' AND {working_then}"
        )
        count, persons = sight.counted(f"SELECT COUNT(*), COUNT(DISTINCT key) FROM ({at_work}) AS a")
        if count:
            yield Finding(subject.name, count, persons)
