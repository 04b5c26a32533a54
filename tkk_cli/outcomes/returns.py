"""Returning to work: the first return, and returns that last (O1 to O5, O15, O16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tkk_cli.outcomes.definition import Column, Context, Outcome, Parameter
from tkk_cli.outcomes.phrases import (
    DATED,
    GAP,
    PARTIAL,
    UNIT,
    absent,
    at_work,
    competing,
    ctes,
    days_in,
    employed,
    entered,
    event_columns,
    followed,
    holds,
    nth_day,
    rivals,
    runs,
    time_event,
    words,
)

__all__ = ["OUTCOMES"]

Values = Mapping[str, Any]
HEALTH = (
    "sickness",
    "partial_sickness",
    "rehabilitation",
    "temporary_disability_pension",
    "partial_temporary_disability_pension",
    "disability_pension",
    "partial_disability_pension",
)
WINDOWS = (14, 28, 30, 60, 90, 180, 365)

FIRST = words("Ensimmäinen työhönpaluu", "Första återgången till arbete", "First return to work")
SUSTAINED = words("Pysyvä työhönpaluu", "Varaktig återgång till arbete", "Sustained return to work")


def _lasting(condition: str, parameters: Values) -> str:
    """``back``: the day of the first run of so many days."""
    days, unit = parameters["days"], parameters["unit"]
    day = "a" if parameters["dated"] == "first_day" else nth_day("a", days, unit)
    return f"""{runs("run", "still", condition, parameters["gap"], unit=unit)},
back AS (SELECT pid, MIN({day}) AS day FROM run WHERE {days_in("a", "b", unit)} >= {days} GROUP BY pid)"""


def _select(prefix: str, day: str = "r.day", known: str = "", joined: str = "") -> str:
    return f"""SELECT n.pid, {time_event(prefix, day, known=known)}
FROM entered AS n LEFT JOIN ended AS c ON c.pid = n.pid LEFT JOIN back AS r ON r.pid = n.pid{joined}"""


def _to_a_run(prefix: str, condition: str, parameters: Values, context: Context) -> str:
    shared = (entered(), followed(), competing(context, rivals(context)), _lasting(condition, parameters))
    return f"{ctes(*shared)}\n{_select(prefix)}"


def _columns(titles: Mapping[str, str]) -> Any:
    def columns(prefix: str, parameters: Values, context: Context) -> tuple[Column, ...]:
        return event_columns(prefix, titles, [titles], rivals(context), context)

    return columns


def first_sql(prefix: str, parameters: Values, context: Context) -> str:
    """The first day at work."""
    first = {"days": 1, "unit": "calendar", "gap": 0, "dated": "first_day"}
    return _to_a_run(prefix, at_work(parameters), first, context)


def sustained_sql(prefix: str, parameters: Values, context: Context) -> str:
    """The first run at work of so many days."""
    return _to_a_run(prefix, at_work(parameters), parameters, context)


def without_benefit_sql(prefix: str, parameters: Values, context: Context) -> str:
    """The first run of so many days without these benefits."""
    benefits = parameters["benefits"] or context.states.with_benefit("full") | context.states.with_benefit("partial")
    free = f"NOT {holds(context, benefits)} AND NOT {absent(context)}"
    return _to_a_run(prefix, free, {"unit": "calendar", **parameters}, context)


def windows_sql(prefix: str, parameters: Values, context: Context) -> str:
    """The first run of every length that is asked for."""
    unit = parameters["unit"]
    found = ", ".join(
        f"MIN(CASE WHEN {days_in('a', 'b', unit)} >= {days} THEN "
        f"{'a' if parameters['dated'] == 'first_day' else nth_day('a', days, unit)} END) AS day{days}"
        for days in parameters["windows"]
    )
    columns = ", ".join(time_event(f"{prefix}_{days}", f"r.day{days}") for days in parameters["windows"])
    shared = (entered(), followed(), competing(context, rivals(context)))
    found = f"""{runs("run", "still", at_work(parameters), parameters["gap"], unit=unit)},
back AS (SELECT pid, {found} FROM run GROUP BY pid)"""
    return f"""{ctes(*shared, found)}
SELECT n.pid, {columns}
FROM entered AS n LEFT JOIN ended AS c ON c.pid = n.pid LEFT JOIN back AS r ON r.pid = n.pid"""


def windows_columns(prefix: str, parameters: Values, context: Context) -> tuple[Column, ...]:
    """A time and an event for every length."""
    made: list[Column] = []
    for days in parameters["windows"]:
        titles = {
            language: f"{title}, {days} {unit}"
            for (language, title), unit in zip(SUSTAINED.items(), ("pv", "d", "days"), strict=True)
        }
        made += event_columns(f"{prefix}_{days}", titles, [SUSTAINED], rivals(context), context)
    return tuple(made)


def _converted(parameters: Values, context: Context) -> list[tuple[str, int]]:
    """The permanent pension comes before the other competing events."""
    names = parameters["conversion"]
    own = list(zip(names, range(2, 2 + len(names)), strict=True))
    return own + rivals(context, 2 + len(names), without=names)


def pension_sql(prefix: str, parameters: Values, context: Context) -> str:
    """Work after a temporary disability pension; NULL for who is on none on day zero."""
    run = {"days": parameters["days"], "unit": "calendar", "gap": 0, "dated": "first_day"}
    shared = (
        entered(parameters["horizon"]),
        followed(),
        competing(context, _converted(parameters, context)),
        _lasting(employed({**parameters, "subsidised": "counts"}, context), run),
        f"pensioner AS (SELECT pid FROM seen WHERE a <= index_day AND index_day < b "
        f"AND {holds(context, parameters['pension'])})",
    )
    joined = " LEFT JOIN pensioner AS q ON q.pid = n.pid"
    return f"{ctes(*shared)}\n{_select(prefix, known='q.pid IS NOT NULL', joined=joined)}"


AFTER_PENSION = words(
    "Työhön paluu kuntoutustuen jälkeen",
    "Återgång till arbete efter rehabiliteringsstöd",
    "Return to work after a temporary disability pension",
)
FREE = words(
    "Kuukausi ilman sairausperusteista etuutta",
    "En månad utan sjukrelaterad förmån",
    "One month without medical benefits",
)
SELF_SUPPORT = words("Itsensä elättäminen", "Självförsörjning", "Self-support")
SUSTAINED_90 = words(
    "Työhönpaluu ilman uusiutumista, 90 päivää",
    "Återgång utan återfall, 90 dagar",
    "Return to work without relapse, 90 days",
)
RUN_WORDS = words(
    "Ensimmäinen vähintään {days} päivän yhtäjaksoinen jakso työssä ({unit}; {partial}). Enintään {gap} päivän "
    "keskeytys ei katkaise jaksoa. Tapahtuman päivä on {dated}. Jakso, joka on seurannan päättyessä kesken, on "
    "sensuroitu.",
    "Den första perioden av minst {days} dagar i följd i arbete ({unit}; {partial}). Ett avbrott på högst {gap} dagar "
    "bryter inte perioden. Händelsens dag är {dated}. En period som pågår när uppföljningen slutar är censurerad.",
    "The first run of at least {days} consecutive days at work ({unit}; {partial}). An interruption of at most {gap} "
    "days does not break the run. The day of the event is {dated}. A run that is not complete when follow-up ends is "
    "censored.",
)


def _days(default: int) -> Parameter:
    return Parameter(default, "Days that a run must last.", least=1, most=3660)


OUTCOMES = (
    Outcome(
        code="O1",
        name="first_rtw",
        aims=(3,),
        titles=FIRST,
        definitions=words(
            "Ensimmäinen päivä työssä nollapäivästä alkaen ({partial}).",
            "Den första dagen i arbete från och med dag noll ({partial}).",
            "The first day at work from day zero on ({partial}).",
        ),
        source="Int J Rehabil Res 2006 (DWECS/DREAM)",
        parameters={"partial": PARTIAL},
        columns=_columns(FIRST),
        sql=first_sql,
    ),
    Outcome(
        code="O2",
        name="sustained_rtw",
        aims=(3,),
        titles=SUSTAINED,
        definitions=RUN_WORDS,
        source="Viikari-Juntura 2017; Halonen 2016 (28 days, whose unit differs between papers); Viikari-Juntura 2012 "
        "(4 weeks). Gap and dating: tkk.",
        parameters={"days": _days(28), "unit": UNIT, "gap": GAP, "partial": PARTIAL, "dated": DATED},
        columns=_columns(SUSTAINED),
        sql=sustained_sql,
    ),
    Outcome(
        code="O3",
        name="month_without_benefits",
        aims=(3,),
        titles=FREE,
        definitions=words(
            "Ensimmäinen vähintään {days} päivän yhtäjaksoinen jakso ilman näitä etuuksia: {benefits}. Enintään {gap} "
            "päivän keskeytys ei katkaise jaksoa. Tapahtuman päivä on {dated}.",
            "Den första perioden av minst {days} dagar i följd utan dessa förmåner: {benefits}. Ett avbrott på högst "
            "{gap} dagar bryter inte perioden. Händelsens dag är {dated}.",
            "The first run of at least {days} consecutive days without these benefits: {benefits}. An interruption of "
            "at most {gap} days does not break the run. The day of the event is {dated}.",
        ),
        source="Aasdahl 2021 (one month without medical benefits). The list of benefits: tkk.",
        parameters={
            "days": _days(30),
            "benefits": Parameter(HEALTH, "Benefits that must not hold.", states=True),
            "gap": GAP,
            "dated": DATED,
        },
        columns=_columns(FREE),
        sql=without_benefit_sql,
    ),
    Outcome(
        code="O4",
        name="rtw_90",
        aims=(3,),
        titles=SUSTAINED_90,
        definitions=RUN_WORDS,
        source="Etuknwa 2019 (three months full-time or part-time without relapse)",
        parameters={"days": _days(90), "unit": UNIT, "gap": GAP, "partial": PARTIAL, "dated": DATED},
        columns=_columns(SUSTAINED_90),
        sql=sustained_sql,
    ),
    Outcome(
        code="O5",
        name="rtw_windows",
        aims=(3,),
        titles=words(
            "Pysyvä työhönpaluu eri pituuksilla",
            "Varaktig återgång med olika längder",
            "Sustained return to work by window",
        ),
        definitions=words(
            "Pysyvä työhönpaluu (O2) erikseen, kun jakson on kestettävä {windows} päivää ({unit}; {partial}). Enintään "
            "{gap} päivän keskeytys ei katkaise jaksoa. Tapahtuman päivä on {dated}.",
            "Varaktig återgång (O2) skilt för perioder av {windows} dagar ({unit}; {partial}). Ett avbrott på högst "
            "{gap} dagar bryter inte perioden. Händelsens dag är {dated}.",
            "Sustained return to work (O2), separately for runs of {windows} days ({unit}; {partial}). An interruption "
            "of at most {gap} days does not break the run. The day of the event is {dated}.",
        ),
        source="tkk (menu of windows in use; unverified)",
        parameters={
            "windows": Parameter(WINDOWS, "Days that a run must last, each its own outcome.", least=1, most=3660),
            "unit": UNIT,
            "gap": GAP,
            "partial": PARTIAL,
            "dated": DATED,
        },
        columns=windows_columns,
        sql=windows_sql,
    ),
    Outcome(
        code="O15",
        name="rtw_after_pension",
        aims=(3,),
        titles=AFTER_PENSION,
        definitions=words(
            "Nollapäivänä kuntoutustuella olevat ({pension}): ensimmäinen vähintään {days} päivän jakso työllisenä "
            "({employed}) {horizon} päivän kuluessa. Kilpaileva tapahtuma on ensin {conversion}. Muilla arvo puuttuu.",
            "De som dag noll har rehabiliteringsstöd ({pension}): den första perioden av minst {days} dagar i arbete "
            "({employed}) inom {horizon} dagar. Konkurrerande händelse är först {conversion}. För andra saknas värdet.",
            "Those on a temporary disability pension on day zero ({pension}): the first run of at least {days} days in "
            "employment ({employed}) within {horizon} days. The first competing event is {conversion}. Missing for "
            "everyone else.",
        ),
        source="Laaksonen & Gould 2014; Laaksonen 2021 (four years)",
        parameters={
            "days": _days(1),
            "horizon": Parameter(1461, "Follow-up in days.", least=1),
            "employed": Parameter(
                "at_work", "Whether employment is being at work, or a contract alone.", ("at_work", "contract")
            ),
            "pension": Parameter(("temporary_disability_pension",), "Pensions of day zero.", states=True),
            "conversion": Parameter(("disability_pension",), "Permanent pensions.", states=True),
        },
        columns=lambda prefix, parameters, context: event_columns(
            prefix, AFTER_PENSION, [AFTER_PENSION], _converted(parameters, context), context
        ),
        sql=pension_sql,
    ),
    Outcome(
        code="O16",
        name="self_support",
        aims=(1, 3),
        titles=SELF_SUPPORT,
        definitions=words(
            "Ensimmäinen vähintään {days} päivän yhtäjaksoinen jakso ilman etuuksia ({benefits}). Enintään {gap} "
            "päivän keskeytys ei katkaise jaksoa. Tapahtuman päivä on {dated}.",
            "Den första perioden av minst {days} dagar i följd utan förmåner ({benefits}). Ett avbrott på högst {gap} "
            "dagar bryter inte perioden. Händelsens dag är {dated}.",
            "The first run of at least {days} consecutive days without benefits ({benefits}). An interruption of at "
            "most {gap} days does not break the run. The day of the event is {dated}.",
        ),
        source="Nielsen 2015 (DREAM). Four weeks: tkk (unverified).",
        parameters={
            "days": _days(28),
            "benefits": Parameter((), "Benefits that must not hold; none named = every benefit.", states=True),
            "gap": GAP,
            "dated": DATED,
        },
        columns=_columns(SELF_SUPPORT),
        sql=without_benefit_sql,
    ),
)
