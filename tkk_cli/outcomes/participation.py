"""Staying at work: the share of days at work (O8), and months at work a year by the official bins (O9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tkk_cli.data.registers.sql import identifier, year_start
from tkk_cli.outcomes.definition import Column, Context, Outcome, Parameter
from tkk_cli.outcomes.phrases import PARTIAL, YEAR, absent, at_work, away, ctes, entered, words, year_of

__all__ = ["MONTH_BINS", "OUTCOMES", "SCALE", "YEARS", "observed_years"]

Values = Mapping[str, Any]
# Statistics Finland: the first day count of 1, 2, ..., 12 months (Taika, FOLK perustieto: tyokk).
MONTH_BINS = (15, 45, 75, 105, 136, 166, 197, 227, 257, 288, 318, 349)

YEARS = Parameter(3, "Years after day zero.", least=1, most=40)
SCALE = Parameter(
    "relative",
    "Years of 365 days from day zero, or calendar years (1 = the first after the year of day zero).",
    ("relative", "calendar"),
)
SHARE = words("Työssäolo-osuus", "Andel dagar i arbete", "Share of days at work")
MONTHS = words("Kuukausia työssä", "Månader i arbete", "Months at work")


def _numbers(before: int, years: int) -> list[int]:
    """Years before day zero are -before to -1, those after it 1 to years."""
    return [*range(-before, 0), *range(1, years + 1)]


def _named(prefix: str, number: int) -> str:
    return f"{prefix}_before_{-number}" if number < 0 else f"{prefix}_year_{number}"


def observed_years(scale: str, numbers: Iterable[int]) -> str:
    """``spans``: first day and stop of each year of each entrant."""
    rows = []
    for number in numbers:
        if scale == "relative":
            first = f"index_day + {YEAR * (number - 1 if number > 0 else number)}"
            stop = f"{first} + {YEAR}"
        else:
            year = year_of("index_day")
            first, stop = year_start(f"({year} + {number})"), year_start(f"({year} + {number + 1})")
        rows.append(f"SELECT pid, stop AS known, {number} AS number, {first} AS a, {stop} AS b FROM entered")
    return f"spans AS ({' UNION ALL '.join(rows)})"


def _counted(work: str, away: str) -> str:
    """``counted``: by year, days alive and resident, days at work, and of those days on part-time work."""
    days = "LEAST(e.stop, y.b, y.known) - GREATEST(e.start, y.a)"
    return f"""counted AS (SELECT y.pid, y.number,
    CAST(SUM(CASE WHEN {away} THEN 0 ELSE {days} END) AS BIGINT) AS alive,
    CAST(SUM(CASE WHEN {work} AND NOT {away} THEN {days} ELSE 0 END) AS BIGINT) AS at_work,
    CAST(SUM(CASE WHEN work = 1 AND NOT {away} THEN {days} ELSE 0 END) AS BIGINT) AS partly
    FROM spans AS y JOIN episode AS e ON e.pid = y.pid AND e.start < LEAST(y.b, y.known) AND e.stop > y.a
    GROUP BY y.pid, y.number)"""


def share_sql(prefix: str, parameters: Values, context: Context) -> str:
    """Days at work among days alive, resident and followed, year by year."""
    numbers = _numbers(parameters["before"], parameters["years"])
    halves = "2 * at_work - partly" if parameters["partial"] == "half" else "2 * at_work"
    share = f"CAST({halves} AS DOUBLE) / CAST(2 * alive AS DOUBLE)"
    share = f"CASE WHEN alive >= {parameters['least_days']} THEN {share} END"
    columns = ", ".join(
        f"MAX(CASE WHEN w.number = {number} THEN {share} END) AS {identifier(_named(prefix, number))}"
        for number in numbers
    )
    shared = (entered(), observed_years("relative", numbers), _counted(at_work(parameters), absent(context)))
    return f"""{ctes(*shared)}
SELECT n.pid, {columns} FROM entered AS n LEFT JOIN counted AS w ON w.pid = n.pid GROUP BY n.pid"""


def share_columns(prefix: str, parameters: Values, context: Context) -> tuple[Column, ...]:
    """A share a year."""
    numbers = _numbers(parameters["before"], parameters["years"])
    return tuple(Column(_named(prefix, n), "number", _titles(SHARE, n)) for n in numbers)


def _titles(titles: Mapping[str, str], number: int) -> dict[str, str]:
    when = words("vuosi ennen nollapäivää", "år före dag noll", "year before day zero")
    if number > 0:
        when = words("vuosi nollapäivän jälkeen", "år efter dag noll", "year after day zero")
    return {language: f"{title}, {abs(number)}. {when[language]}" for language, title in titles.items()}


def months_sql(prefix: str, parameters: Values, context: Context) -> str:
    """Months at work in each year at whose end the person is followed, alive and resident."""
    numbers = range(1, parameters["years"] + 1)
    bins = " ".join(
        f"WHEN w.at_work >= {days} THEN {months}"
        for months, days in sorted(enumerate(MONTH_BINS, start=1), reverse=True)
    )
    months = f"CASE WHEN y.known < y.b OR o.pid IS NOT NULL THEN NULL {bins} ELSE 0 END"
    columns = ", ".join(
        f"CAST(MAX(CASE WHEN y.number = {n} THEN {months} END) AS INT) AS {identifier(_named(prefix, n))}"
        for n in numbers
    )
    shared = (
        entered(),
        observed_years(parameters["scale"], numbers),
        _counted(at_work(parameters), absent(context)),
        away(context),
    )
    return f"""{ctes(*shared)}
SELECT y.pid, {columns}
FROM spans AS y LEFT JOIN counted AS w ON w.pid = y.pid AND w.number = y.number
LEFT JOIN away AS o ON o.pid = y.pid AND o.number = y.number GROUP BY y.pid"""


def months_columns(prefix: str, parameters: Values, context: Context) -> tuple[Column, ...]:
    """Months a year."""
    numbers = range(1, parameters["years"] + 1)
    return tuple(Column(_named(prefix, n), "number", _titles(MONTHS, n), "month") for n in numbers)


OUTCOMES = (
    Outcome(
        code="O8",
        name="work_share",
        aims=(2, 3, 4),
        titles=SHARE,
        definitions=words(
            "Työssä oltujen päivien osuus päivistä, jolloin henkilö on elossa, maassa ja seurannassa, 365 päivän "
            "vuosittain: {before} vuotta ennen nollapäivää ja {years} sen jälkeen ({partial}). Puuttuu, jos tällaisia "
            "päiviä on alle {least_days}.",
            "Andelen dagar i arbete av de dagar då personen lever, är bosatt och följs, per år om 365 dagar: {before} "
            "år före dag noll och {years} efter ({partial}). Saknas om sådana dagar är färre än {least_days}.",
            "Days at work among the days on which the person is alive, resident and followed, by years of 365 days: "
            "{before} before day zero and {years} after it ({partial}). Missing with fewer than {least_days} such "
            "days.",
        ),
        source="Leinonen 2019; Viikari-Juntura 2017",
        parameters={
            "years": YEARS,
            "before": Parameter(1, "Years before day zero.", most=40),
            "partial": Parameter("counts", "How days of part-time work count.", ("counts", "does_not_count", "half")),
            "least_days": Parameter(1, "Days that a year must have to give a share.", least=1, most=YEAR),
        },
        columns=share_columns,
        sql=share_sql,
    ),
    Outcome(
        code="O9",
        name="work_months",
        aims=(2, 4),
        titles=MONTHS,
        definitions=words(
            "Työssä oltujen päivien määrä vuodessa kuukausiksi Tilastokeskuksen luokituksella (1–14 päivää = 0, 15–44 "
            "= 1, …, vähintään 349 = 12), {years} vuotta ({scale}; {partial}). Puuttuu, jos vuotta ei seurata "
            "loppuun tai henkilö ei sen päättyessä ole elossa ja maassa.",
            "Antalet dagar i arbete per år som månader enligt Statistikcentralens klasser (1–14 dagar = 0, 15–44 = 1, "
            "…, minst 349 = 12), {years} år ({scale}; {partial}). Saknas om året inte följs till slut, eller om "
            "personen vid årets slut inte lever eller inte är bosatt.",
            "Days at work in a year as months by the classes of Statistics Finland (1–14 days = 0, 15–44 = 1, …, 349 "
            "or more = 12), {years} years ({scale}; {partial}). Missing for a year that is not followed to its end, "
            "or at whose end the person is not alive and resident.",
        ),
        source="Statistics Finland, FOLK perustieto (tyokk)",
        parameters={"years": YEARS, "scale": SCALE, "partial": PARTIAL},
        columns=months_columns,
        sql=months_sql,
    ),
)
