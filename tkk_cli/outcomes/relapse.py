"""Partial and full return as events of their own (O6), and relapse after a return (O7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tkk_cli.data.registers.sql import identifier
from tkk_cli.outcomes.definition import Column, Context, Outcome, Parameter
from tkk_cli.outcomes.phrases import (
    PARTIAL,
    at_work,
    competing,
    ctes,
    entered,
    event_columns,
    followed,
    holds,
    rivals,
    runs,
    time_event,
    words,
)

__all__ = ["OUTCOMES"]

Values = Mapping[str, Any]
FULL = words("täysi työhönpaluu", "full återgång till arbete", "full return to work")
PART = words("osittainen työhönpaluu", "partiell återgång till arbete", "partial return to work")
EITHER = words("Täysi tai osittainen työhönpaluu", "Full eller partiell återgång", "Full or partial return to work")
LATER = words(
    "Osittaisesta täyteen työhönpaluuseen", "Från partiell till full återgång", "From partial to full return to work"
)
AGAIN = words("Uusi poissaolo paluun jälkeen", "Ny frånvaro efter återgång", "New absence after a return")


def split_sql(prefix: str, parameters: Values, context: Context) -> str:
    """The first return by its kind on its first day, and after a partial one the time to full work."""
    days = parameters["days"]
    shared = (
        entered(),
        followed(),
        competing(context, rivals(context, 3)),
        runs("run", "still", "work >= 1"),
        f"back AS (SELECT pid, MIN(a) AS day FROM run WHERE b - a >= {days} GROUP BY pid)",
        "kind AS (SELECT r.pid, r.day, s.work FROM back AS r JOIN still AS s "
        "ON s.pid = r.pid AND s.a <= r.day AND r.day < s.b)",
        runs("whole", "still", "work = 2"),
        f"later AS (SELECT r.pid, MIN(w.a) AS day FROM back AS r JOIN whole AS w ON w.pid = r.pid "
        f"WHERE w.b - w.a >= {days} AND w.a > r.day GROUP BY r.pid)",
    )
    first = time_event(prefix, "k.day", own="CASE WHEN k.work = 2 THEN 1 ELSE 2 END")
    # One event of interest here, so the competing ones have a code less.
    later = time_event(f"{prefix}_full", "l.day", zero="k.day", known="k.work = 1", rival="c.code - 1")
    return f"""{ctes(*shared)}
SELECT n.pid, {first}, {later}
FROM entered AS n LEFT JOIN ended AS c ON c.pid = n.pid LEFT JOIN kind AS k ON k.pid = n.pid
LEFT JOIN later AS l ON l.pid = n.pid"""


def split_columns(prefix: str, parameters: Values, context: Context) -> tuple[Column, ...]:
    """Two times with their events."""
    return (
        *event_columns(prefix, EITHER, [FULL, PART], rivals(context, 3), context),
        *event_columns(f"{prefix}_full", LATER, [FULL], rivals(context), context),
    )


def relapse_sql(prefix: str, parameters: Values, context: Context) -> str:
    """The first absence that begins after the return; absences close together are one, also across the return."""
    gone = holds(context, parameters["absence"])
    shared = (
        entered(),
        followed(),
        competing(context, rivals(context)),
        # From the look-back on: an absence may have begun before day zero.
        runs("spell_away", "seen", gone, parameters["gap"]),
        runs("run", "still", f"{at_work(parameters)} AND NOT {gone}"),
        f"""back AS (SELECT r.pid, MIN(r.a) AS day FROM run AS r LEFT JOIN spell_away AS s
    ON s.pid = r.pid AND s.a <= r.a AND r.a < s.b
    WHERE r.b - r.a >= {parameters["days"]} AND s.pid IS NULL GROUP BY r.pid)""",
        "again AS (SELECT r.pid, MIN(s.a) AS day FROM back AS r JOIN spell_away AS s ON s.pid = r.pid "
        "WHERE s.a > r.day GROUP BY r.pid)",
    )
    back = f"CAST(r.day - n.index_day AS INT) AS {identifier(f'{prefix}_return')}"
    return f"""{ctes(*shared)}
SELECT n.pid, {back}, {time_event(prefix, "g.day", zero="r.day", known="r.day IS NOT NULL")}
FROM entered AS n LEFT JOIN ended AS c ON c.pid = n.pid LEFT JOIN back AS r ON r.pid = n.pid
LEFT JOIN again AS g ON g.pid = n.pid"""


def relapse_columns(prefix: str, parameters: Values, context: Context) -> tuple[Column, ...]:
    """The return, and from it the time to the new absence."""
    title = words("Päiviä työhönpaluuseen", "Dagar till återgång", "Days to the return")
    return (
        Column(f"{prefix}_return", "number", title, "day"),
        *event_columns(prefix, AGAIN, [AGAIN], rivals(context), context),
    )


_DAYS = Parameter(1, "Days that the return must last.", least=1, most=3660)

OUTCOMES = (
    Outcome(
        code="O6",
        name="partial_full_rtw",
        aims=(3,),
        titles=EITHER,
        definitions=words(
            "Ensimmäinen vähintään {days} päivän jakso työssä lajin mukaan: täysi, jos sen ensimmäisenä päivänä ei ole "
            "osittaista etuutta, muuten osittainen; nämä kilpailevat keskenään. Osittaisen paluun jälkeen aika "
            "ensimmäiseen vähintään {days} päivän jaksoon täydessä työssä.",
            "Den första perioden av minst {days} dagar i arbete efter slag: full om ingen partiell förmån gäller den "
            "första dagen, annars partiell; de konkurrerar med varandra. Efter en partiell återgång tiden till den "
            "första perioden av minst {days} dagar i fullt arbete.",
            "The first run of at least {days} days at work, by kind: full if no partial benefit holds on its first "
            "day, otherwise partial; they compete with each other. After a partial return, the time from it to the "
            "first run of at least {days} days fully at work.",
        ),
        source="Bethge 2016; Viikari-Juntura 2017 (partial sickness allowance). Kind by the first day: tkk.",
        parameters={"days": _DAYS},
        columns=split_columns,
        sql=split_sql,
    ),
    Outcome(
        code="O7",
        name="relapse",
        aims=(2, 3),
        titles=AGAIN,
        definitions=words(
            "Työhönpaluusta (vähintään {days} päivää työssä; {partial}) ensimmäisen uuden poissaolon ({absence}) "
            "alkuun. Poissaolot, joiden välissä on enintään {gap} päivää, ovat yksi: niiden välinen työ ei ole paluu. "
            "Puuttuu, jos paluuta ei ole.",
            "Från återgången (minst {days} dagar i arbete; {partial}) till början av den första nya frånvaron "
            "({absence}). Frånvaroperioder med högst {gap} dagar emellan är en: arbete däremellan är ingen återgång. "
            "Saknas utan återgång.",
            "From the return (at least {days} days at work; {partial}) to the start of the first new absence "
            "({absence}). Absences with at most {gap} days between them are one: work between them is no return. "
            "Missing without a return.",
        ),
        source="MiDAS/ISF 2015-5 (a restart within 5 days is the same spell). Return of the chosen length: tkk.",
        parameters={
            "days": _DAYS,
            "gap": Parameter(5, "Absences with at most so many days between them are one.", most=366),
            "absence": Parameter(("sickness",), "What an absence is.", states=True),
            "partial": PARTIAL,
        },
        columns=relapse_columns,
        sql=relapse_sql,
    ),
)
