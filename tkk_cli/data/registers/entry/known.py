"""The first and the last day that the registers know: outside them, nothing seen does not mean nothing there."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from tkk_cli.data.registers.config import Registers
from tkk_cli.data.registers.entry.plan import CohortPlan
from tkk_cli.data.registers.sql import day_date, day_number
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.errors import TkkError

__all__ = ["Known", "known_span"]


@dataclass(frozen=True)
class Known:
    """First and last day that are known, and whether each is a guess from the spells that are seen."""

    first: int
    last: int
    first_guessed: bool
    last_guessed: bool


def known_span(workspace: Workspace, plan: CohortPlan, registers: Registers) -> Known:
    """What all sources of spells cover by their ``years``: from the latest first year to the earliest last year.

    ``[follow_up] last`` goes before the years. Where no source of spells states its years, the registers begin on 1
    January of the year of the earliest start and end with the last start or end that is seen: a guess.

    Raises
    ------
    TkkError
        TKK290 where there is no spell at all, or where the sources have no day in common.
    """
    seen = workspace.fetch(
        "SELECT source, MIN(start), MAX(GREATEST(start, COALESCE(stop - 1, start))) FROM spell GROUP BY source"
    )
    if not seen:
        raise TkkError(
            "TKK290",
            "the registers have no usable spell of a known person",
            where=registers.path.name,
            hint="tkk check says which rows are set aside, and why",
        )
    sources = {row[0] for row in seen}
    years = [entry.years for entry in registers.sources if entry.years is not None and entry.name in sources]
    if years:
        first = datetime.date(max(year for year, _ in years), 1, 1)
        last = day_number(datetime.date(min(year for _, year in years), 12, 31))
    else:
        earliest = day_date(min(row[1] for row in seen))
        first = earliest.replace(month=1, day=1)
        last = max(row[2] for row in seen)
    if plan.follow_up.last is not None:
        last = day_number(plan.follow_up.last)
    if day_number(first) > last:
        raise TkkError(
            "TKK290",
            "the sources of spells have no day in common",
            where=registers.path.name,
            hint="look at years of each source, and at last in [follow_up]",
        )
    guessed = not years
    return Known(day_number(first), last, guessed, guessed and plan.follow_up.last is None)
