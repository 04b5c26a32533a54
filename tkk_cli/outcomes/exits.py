"""Leaving work for good: the first exit by its cause (O14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tkk_cli.outcomes.definition import Column, Context, Outcome, Parameter
from tkk_cli.outcomes.phrases import (
    competing,
    ctes,
    entered,
    event_columns,
    event_titles,
    followed,
    holds,
    rivals,
    time_event,
    words,
)

__all__ = ["OUTCOMES"]

Values = Mapping[str, Any]
CAUSES = (
    "disability_pension",
    "partial_disability_pension",
    "temporary_disability_pension",
    "partial_temporary_disability_pension",
    "career_pension",
    "old_age_pension",
    "death",
)
EXIT = words("Poistuminen työelämästä", "Utträde ur arbetslivet", "Exit from working life")


def _rivals(parameters: Values, context: Context) -> list[tuple[str, int]]:
    causes = parameters["causes"]
    return rivals(context, 1 + len(causes), without=causes)


def exit_sql(prefix: str, parameters: Values, context: Context) -> str:
    """The first cause that begins after day zero; of several on one day that of the highest priority."""
    causes = parameters["causes"]
    firsts = ", ".join(
        f"MIN(CASE WHEN {holds(context, [cause])} AND NOT {holds(context, [cause], 'before')} THEN a END) AS x{i}"
        for i, cause in enumerate(causes, start=1)
    )
    days = [f"x{i}" for i in range(1, len(causes) + 1)]
    first = f"LEAST({', '.join(days)})" if len(days) > 1 else days[0]
    ranked = sorted(range(len(causes)), key=lambda i: context.states.rank(causes[i]))
    chosen = " ".join(f"WHEN {days[i]} = {first} THEN {i + 1}" for i in ranked)
    shared = (
        entered(),
        followed(),
        competing(context, _rivals(parameters, context)),
        "changed AS (SELECT pid, index_day, a, states, "
        "COALESCE(LAG(states) OVER (PARTITION BY pid ORDER BY a), 0) AS before FROM seen)",
        f"began AS (SELECT pid, {firsts} FROM changed WHERE a > index_day GROUP BY pid)",
        f"gone AS (SELECT pid, {first} AS day, CASE {chosen} END AS code FROM began)",
    )
    return f"""{ctes(*shared)}
SELECT n.pid, {time_event(prefix, "g.day", own="g.code")}
FROM entered AS n LEFT JOIN ended AS c ON c.pid = n.pid LEFT JOIN gone AS g ON g.pid = n.pid"""


def exit_columns(prefix: str, parameters: Values, context: Context) -> tuple[Column, ...]:
    """The time and the cause."""
    own = [event_titles(context, cause) for cause in parameters["causes"]]
    return event_columns(prefix, EXIT, own, _rivals(parameters, context), context)


OUTCOMES = (
    Outcome(
        code="O14",
        name="exit_by_cause",
        aims=(2, 3, 4),
        titles=EXIT,
        definitions=words(
            "Ensimmäinen nollapäivän jälkeen alkava: {causes}. Kukin on oma tapahtumansa; samana päivänä alkavista "
            "luetaan se, jonka tila on etusijalla.",
            "Det första som börjar efter dag noll: {causes}. Var och en är en egen händelse; av dem som börjar samma "
            "dag räknas den vars tillstånd har företräde.",
            "The first to begin after day zero: {causes}. Each is an event of its own; of several that begin on one "
            "day the state of the highest priority counts.",
        ),
        source="FOLK eläke codes (Taika); Laaksonen & Gould 2014",
        parameters={"causes": Parameter(CAUSES, "Causes, in the order of their event codes.", states=True)},
        columns=exit_columns,
        sql=exit_sql,
    ),
)
