"""Durations without dates: one row a person with the length of a spell and what came after it.

Public data sets and claims files often hold only "weeks off work" and how they ended. Every spell is laid on the same
made-up day, so calendar time means nothing there: no ages, no register years, no seasons.
"""

from __future__ import annotations

import datetime

from tkk_cli.data.registers.layouts.layout import Layout, Role, Rows, Setting, Source, SpellRows
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.sql import day_number
from tkk_cli.errors import TkkError

__all__ = ["LAYOUT"]

_LONGEST = 36_525  # days; a longer duration is no number of this unit


def rows(source: Source) -> tuple[Rows, ...]:
    """The spell itself, and an open one after it in the state that the code stands for.

    The end is rounded to whole days, half a day up.
    """
    start, days = _origin(source), source.settings["unit_days"]
    if not isinstance(days, int | float) or isinstance(days, bool) or days <= 0:
        raise TkkError(
            "TKK246", "unit_days is no positive number", where=f"source {source.name}", hint="for example unit_days = 7"
        )
    number = source.number("duration")
    length = f"FLOOR({number} * CAST({float(days)!r} AS DOUBLE) + CAST(0.5 AS DOUBLE))"
    length = f"CASE WHEN {number} >= 0 AND {length} <= {_LONGEST} THEN CAST({length} AS INT) END"
    end = f"({start} + {length})"
    present = source.present("duration")
    during = SpellRows(
        rows=source.view,
        key=source.text("key"),
        # without a duration nothing is known of the spell: it is set aside, not open
        start=f"CASE WHEN {length} IS NOT NULL THEN {start} END",
        end=end,
        start_present=present,
        end_present=present,
        inclusive=False,
        state=source.settings["state"],
    )
    after = SpellRows(
        rows=source.view,
        key=source.text("key"),
        start=end,
        end="NULL",
        start_present=present,
        end_present="(1 = 0)",
        inclusive=False,
        code=source.text("code"),
        extent=source.number("extent"),
        hours=source.number("hours"),
    )
    return during, after


def _origin(source: Source) -> int:
    given = source.settings["origin"]
    if isinstance(given, datetime.date) and not isinstance(given, datetime.datetime):
        return day_number(given)
    raise TkkError(
        "TKK246",
        "origin is no date",
        where=f"source {source.name}",
        hint="write it without quotes: origin = 2000-01-01",
    )


LAYOUT = Layout(
    name="durations",
    title="One row a person without dates: the length of a spell, and a code for what came after it",
    source="Meyer, Viscusi and Durbin's injury data, Ecdat's UnempDur, and files of that shape",
    roles=(
        Role("key", "key", KEYS),
        Role("duration", "number", ("kesto", "durat", "duration", "spell")),
        Role("code", "code", ("loppu", "tila", "event", "cause", "code")),
        Role("extent", "number", ("osuus", "extent"), required=False),
        Role("hours", "number", ("viikkotunnit", "hoursperweek", "hours"), required=False),
    ),
    rows=rows,
    settings={
        "unit_days": Setting(1, "Days in the unit of the duration: 7 for weeks, 14 for ticks of two weeks."),
        "origin": Setting(datetime.date(2000, 1, 1), "The day on which every spell is laid."),
        "state": Setting("sickness", "The state during the spell."),
    },
)
