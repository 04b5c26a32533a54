"""Days of absence (O10) and the first long absence (O11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tkk_cli.data.registers.sql import identifier
from tkk_cli.outcomes.definition import Column, Context, Outcome, Parameter
from tkk_cli.outcomes.phrases import (
    DATED,
    GAP,
    UNIT,
    absent,
    competing,
    ctes,
    days_in,
    entered,
    event_columns,
    followed,
    holds,
    nth_day,
    pieces,
    rivals,
    runs,
    time_event,
    words,
)

__all__ = ["OUTCOMES"]

Values = Mapping[str, Any]
ABSENCE = Parameter(("sickness", "partial_sickness"), "What an absence is.", states=True)
DAYS = words("Poissaolopäiviä", "Frånvarodagar", "Days of absence")
OBSERVED = words("Seurattuja päiviä", "Uppföljda dagar", "Days observed")
LONG = words("Pitkä poissaolo", "Lång frånvaro", "Long absence")


def days_sql(prefix: str, parameters: Values, context: Context) -> str:
    """Days of absence within the horizon, weighted on partial benefits, and the days that were looked at."""
    names = set(parameters["absence"])
    partial = names & context.states.with_benefit("partial")
    unit = parameters["unit"]
    living = f"living AS (SELECT pid, a, b, states FROM followed WHERE NOT {absent(context)})"
    if parameters["partial"] == "extent":
        weighed = _by_extent(names, partial, context)
    else:
        part = 1000 if parameters["partial"] == "full" else 500
        full = holds(context, names - partial)
        weighed = (
            f"weighed AS (SELECT pid, a, b, CASE WHEN {full} THEN 1000 ELSE {part} END AS weight FROM living "
            f"WHERE {holds(context, names)})"
        )
    shared = (entered(parameters["horizon"]), followed(), living, weighed)
    total = f"CAST(COALESCE(SUM({days_in('w.a', 'w.b', unit)} * w.weight), 0) AS BIGINT)"
    return f"""{ctes(*shared)},
lost AS (SELECT w.pid, {total} AS days FROM weighed AS w GROUP BY w.pid),
looked AS (SELECT pid, CAST(SUM(b - a) AS BIGINT) AS days FROM living GROUP BY pid)
SELECT n.pid, CAST(COALESCE(l.days, 0) AS DOUBLE) / CAST(1000 AS DOUBLE) AS {identifier(f"{prefix}_days")},
    COALESCE(o.days, 0) AS {identifier(f"{prefix}_observed")}
FROM entered AS n LEFT JOIN lost AS l ON l.pid = n.pid LEFT JOIN looked AS o ON o.pid = n.pid"""


def _by_extent(names: set[str], partial: set[str], context: Context) -> str:
    """Thousandths of a day from the spells: the largest of those that hold; 0.5 where a partial one says nothing."""
    ranks = ", ".join(str(context.states.rank(name)) for name in sorted(names)) or "0"
    partial_ranks = ", ".join(str(context.states.rank(name)) for name in sorted(partial)) or "0"
    extent = "CAST(FLOOR(COALESCE(s.extent, CAST(0.5 AS DOUBLE)) * 1000 + 0.5) AS BIGINT)"
    weight = f"CASE WHEN s.state IN ({partial_ranks}) THEN {extent} ELSE 1000 END"
    return f"""held AS (SELECT f.pid, GREATEST(s.start, f.a) AS a, LEAST(COALESCE(s.stop, f.b), f.b) AS b,
    {weight} AS weight
    FROM living AS f JOIN spell AS s ON s.pid = f.pid AND s.start < f.b AND (s.stop IS NULL OR s.stop > f.a)
    WHERE s.state IN ({ranks}) AND (s.stop IS NULL OR s.stop > s.start)),
{pieces("weighed", "held", "weight")}"""


def days_columns(prefix: str, parameters: Values, context: Context) -> tuple[Column, ...]:
    """The days, and the days observed."""
    return (
        Column(f"{prefix}_days", "number", DAYS, "day"),
        Column(f"{prefix}_observed", "number", OBSERVED, "day"),
    )


def long_sql(prefix: str, parameters: Values, context: Context) -> str:
    """The first run of absence that begins after day zero and lasts so many days."""
    days, unit = parameters["days"], parameters["unit"]
    day = "a" if parameters["dated"] == "first_day" else nth_day("a", days, unit)
    shared = (
        entered(),
        followed(),
        competing(context, rivals(context)),
        # From the look-back on: an absence that is under way on day zero does not begin after it.
        """watched AS (SELECT s.pid, s.a, LEAST(s.b, COALESCE(c.day, s.b)) AS b, s.states, s.work
    FROM seen AS s LEFT JOIN ended AS c ON c.pid = s.pid WHERE c.day IS NULL OR s.a < c.day)""",
        runs("away", "watched", holds(context, parameters["absence"]), parameters["gap"], unit=unit),
        f"long AS (SELECT w.pid, MIN({day}) AS day FROM away AS w JOIN entered AS z ON z.pid = w.pid "
        f"WHERE w.a > z.index_day AND {days_in('w.a', 'w.b', unit)} >= {days} GROUP BY w.pid)",
    )
    return f"""{ctes(*shared)}
SELECT n.pid, {time_event(prefix, "l.day")}
FROM entered AS n LEFT JOIN ended AS c ON c.pid = n.pid LEFT JOIN long AS l ON l.pid = n.pid"""


OUTCOMES = (
    Outcome(
        code="O10",
        name="absence_days",
        aims=(2, 3),
        titles=DAYS,
        definitions=words(
            "Poissaolopäivät ({absence}) {horizon} päivän kuluessa nollapäivästä ({unit}; {partial}), ja päivät, "
            "jolloin henkilö on elossa, maassa ja seurannassa.",
            "Frånvarodagar ({absence}) inom {horizon} dagar från dag noll ({unit}; {partial}), och de dagar då "
            "personen lever, är bosatt och följs.",
            "Days of absence ({absence}) within {horizon} days from day zero ({unit}; {partial}), and the days on "
            "which the person is alive, resident and followed.",
        ),
        source="Gismervik 2020. Weights of partial days: tkk. Kela counts Monday to Saturday (unverified).",
        parameters={
            "horizon": Parameter(365, "Days from day zero.", least=1),
            "unit": Parameter(
                "calendar",
                "Days that are counted: all, Monday to Friday, or Monday to Saturday as Kela does.",
                ("calendar", "working", "kela"),
            ),
            "partial": Parameter(
                "full",
                "A day on a partial benefit is a day, half of one, or the extent of the spell (0.5 if unsaid).",
                ("full", "half", "extent"),
            ),
            "absence": ABSENCE,
        },
        columns=days_columns,
        sql=days_sql,
    ),
    Outcome(
        code="O11",
        name="long_absence",
        aims=(2,),
        titles=LONG,
        definitions=words(
            "Ensimmäinen nollapäivän jälkeen alkava vähintään {days} päivän poissaolo ({absence}; {unit}). Enintään "
            "{gap} päivän keskeytys ei katkaise poissaoloa. Tapahtuman päivä on {dated}.",
            "Den första frånvaron ({absence}) på minst {days} dagar som börjar efter dag noll ({unit}). Ett avbrott på "
            "högst {gap} dagar bryter inte frånvaron. Händelsens dag är {dated}.",
            "The first absence ({absence}) of at least {days} days that begins after day zero ({unit}). An "
            "interruption of at most {gap} days does not break it. The day of the event is {dated}.",
        ),
        source="Perhoniemi 2023 (30 days); Pekkala 2017 (more than 10 working days); Suoyrjö 2007 (more than 21 days)",
        parameters={
            "days": Parameter(30, "Days that the absence must last.", least=1, most=3660),
            "unit": UNIT,
            "gap": GAP,
            "absence": ABSENCE,
            "dated": DATED,
        },
        columns=lambda prefix, parameters, context: event_columns(prefix, LONG, [LONG], rivals(context), context),
        sql=long_sql,
    ),
)
