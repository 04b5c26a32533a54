"""Earnings by year, at the prices of one year where a table of prices is given (O22)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from tkk_cli.data.registers.sql import case, identifier, literal, year_start
from tkk_cli.outcomes.definition import Column, Context, Outcome, Parameter
from tkk_cli.outcomes.participation import YEARS
from tkk_cli.outcomes.phrases import YEAR, away, ctes, words, year_of

__all__ = ["OUTCOMES"]

Values = Mapping[str, Any]
EARNINGS = words("Ansiot", "Förvärvsinkomster", "Earnings")


def _numbers(parameters: Values) -> list[int]:
    """Calendar years from before the year of day zero (0) on; relative years have no 0."""
    numbers = list(range(-parameters["before"], parameters["years"] + 1))
    return numbers if parameters["scale"] == "calendar" else [number for number in numbers if number]


def _named(prefix: str, number: int) -> str:
    return f"{prefix}_before_{-number}" if number < 0 else f"{prefix}_year_{number}"


def _price(parameters: Values) -> str:
    """Expression: what a euro of ``year`` is worth in the year of comparison; NULL for a year without an index."""
    index = dict(parameters["cpi"])
    if not index:
        return "CAST(1 AS DOUBLE)"
    base = index[parameters["base_year"] or max(index)]
    # The indices as they are written: engines read the seventeen digits of a quotient differently.
    return f"{literal(base)} / CAST({case('year', sorted(index.items()))} AS DOUBLE)"


def _month() -> str:
    """The month of a day of the year from 0, with ``leap`` = 1 in a leap year."""
    lengths = list(itertools.accumulate([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30]))
    ends = [f"{days} + leap" if month > 1 else str(days) for month, days in enumerate(lengths, start=1)]
    return (
        f"CASE {' '.join(f'WHEN elapsed < {end} THEN {month}' for month, end in enumerate(ends, start=1))} ELSE 12 END"
    )


def _spans(parameters: Values) -> str:
    """``spans``: number, first and last year, first and last month from year 0, and the day by which all is known."""
    rows = []
    for number in _numbers(parameters):
        if parameters["scale"] == "calendar":
            year = f"year_zero + {number}"
            first, last = f"({year}) * 12", f"({year}) * 12 + 11"
            stop = year_start(f"({year} + 1)")
            years = f"{year} AS first_year, {year} AS last_year"
        else:
            first = f"month_zero + {12 * (number - 1 if number > 0 else number)}"
            last = f"{first} + 11"
            stop = f"index_day + {YEAR * (number if number > 0 else number + 1)}"
            years = f"({first}) // 12 AS first_year, ({last}) // 12 AS last_year"
        known = f"follow_stop >= {stop}"
        rows.append(
            f"SELECT pid, {number} AS number, {years}, {first} AS first_month, {last} AS last_month, "
            f"CASE WHEN {known} THEN 1 ELSE 0 END AS followed, {stop} AS b FROM base"
        )
    return f"spans AS ({' UNION ALL '.join(rows)})"


def _start() -> list[str]:
    """``base``: the year and the month (from year 0) of day zero."""
    year, after = year_start("year_zero"), year_start("(year_zero + 1)")
    return [
        f"dated AS (SELECT pid, index_day, follow_stop, {year_of('index_day')} AS year_zero FROM entrant)",
        f"""placed AS (SELECT pid, index_day, follow_stop, year_zero, index_day - {year} AS elapsed,
    {after} - {year} - 365 AS leap FROM dated)""",
        f"""base AS (SELECT pid, index_day, follow_stop, year_zero, year_zero * 12 + {_month()} - 1 AS month_zero
    FROM placed)""",
    ]


def earnings_sql(prefix: str, parameters: Values, context: Context) -> str:
    """Euros a year: of several sources the largest; 0 without a row, NULL for a year that the sources do not know."""
    calendar = parameters["scale"] == "calendar"
    source = f" AND source = {literal(parameters['source'])}" if parameters["source"] else ""
    months = "" if calendar else " AND month IS NOT NULL"
    paid = """paid AS (SELECT p.pid, r.source, r.year, r.month, CAST(SUM(r.cents) AS BIGINT) AS cents
    FROM pay_row AS r JOIN person AS p ON p.key = r.key GROUP BY p.pid, r.source, r.year, r.month)"""
    # A source that gives the sum of a year is not asked for its months.
    yearly = """paid_once AS (SELECT pid, source, year, year * 12 AS place,
    CAST(COALESCE(SUM(CASE WHEN month IS NULL THEN cents END), SUM(cents)) AS BIGINT) AS cents
    FROM paid GROUP BY pid, source, year)"""
    monthly = "paid_once AS (SELECT pid, source, year, year * 12 + month - 1 AS place, cents FROM paid)"
    named = ", ".join(
        f"MAX(CASE WHEN s.number = {number} AND s.followed = 1 AND o.pid IS NULL "
        "AND k.year IS NOT NULL AND l.year IS NOT NULL "
        "THEN CASE WHEN b.pid IS NULL THEN CAST(0 AS DOUBLE) ELSE b.euros END END) "
        f"AS {identifier(_named(prefix, number))}"
        for number in _numbers(parameters)
    )
    shared = [
        f"pay_row AS (SELECT source, key, year, month, cents FROM earning_row WHERE cents IS NOT NULL{source}{months})",
        *_start(),
        _spans(parameters),
        away(context),
        paid,
        yearly if calendar else monthly,
        """summed AS (SELECT s.pid, s.number, t.source, t.year, CAST(SUM(t.cents) AS BIGINT) AS cents
    FROM spans AS s JOIN paid_once AS t ON t.pid = s.pid AND t.place BETWEEN s.first_month AND s.last_month
    GROUP BY s.pid, s.number, t.source, t.year)""",
        f"""valued AS (SELECT pid, number, source,
    CAST(cents AS DOUBLE) / CAST(100 AS DOUBLE) * {_price(parameters)} AS euros FROM summed)""",
        """by_source AS (SELECT pid, number, source,
    CASE WHEN COUNT(*) = COUNT(euros) THEN SUM(euros) END AS euros FROM valued GROUP BY pid, number, source)""",
        "best AS (SELECT pid, number, MAX(euros) AS euros FROM by_source GROUP BY pid, number)",
        "known AS (SELECT DISTINCT year FROM pay_row)",
    ]
    return f"""{ctes(*shared)}
SELECT s.pid, {named}
FROM spans AS s LEFT JOIN best AS b ON b.pid = s.pid AND b.number = s.number
LEFT JOIN away AS o ON o.pid = s.pid AND o.number = s.number
LEFT JOIN known AS k ON k.year = s.first_year LEFT JOIN known AS l ON l.year = s.last_year GROUP BY s.pid"""


def earnings_columns(prefix: str, parameters: Values, context: Context) -> tuple[Column, ...]:
    """Euros a year."""
    made = []
    for number in _numbers(parameters):
        when = f"{number:+d}".replace("-", "\u2212") if number else "0"
        titles = {
            language: f"{title}, {year} {when}"
            for (language, title), year in zip(EARNINGS.items(), ("vuosi", "år", "year"), strict=True)
        }
        made.append(Column(_named(prefix, number), "number", titles, "euro"))
    return tuple(made)


OUTCOMES = (
    Outcome(
        code="O22",
        name="earnings",
        aims=(4,),
        titles=EARNINGS,
        definitions=words(
            "Ansiot euroina vuodessa ({scale}): {before} vuotta ennen nollapäivää ja {years} sen jälkeen{prices}. "
            "Usean lähteen tiedoista suurin; ilman riviä 0. Puuttuu vuodelta, jota lähteet eivät tunne tai jota ei "
            "seurata loppuun, tai jos henkilö ei sen päättyessä ole elossa ja maassa.",
            "Förvärvsinkomster i euro per år ({scale}): {before} år före dag noll och {years} efter{prices}. Den "
            "största av källorna; utan rad 0. Saknas för år som källorna inte känner eller som inte följs till slut, "
            "eller om personen vid årets slut inte lever eller inte är bosatt.",
            "Earnings in euros a year ({scale}): {before} years before day zero and {years} after it{prices}. The "
            "largest of several sources; 0 without a row. Missing for a year that the sources do not know, or that is "
            "not followed to its end, or at whose end the person is not alive and resident.",
        ),
        source="Bethge 2016; ETK vuansiot, FOLK palk. Largest of the sources: tkk.",
        parameters={
            "years": YEARS,
            "before": Parameter(1, "Years before day zero.", most=40),
            "scale": Parameter(
                "calendar",
                "Calendar years (0 = the year of day zero), or twelve months from the month of day zero "
                "(monthly rows only).",
                ("calendar", "relative"),
            ),
            "source": Parameter("", "Take the earnings of this source of registers.toml only."),
            "cpi": Parameter("", "CSV file with the columns year and index (consumer prices).", file=True),
            "base_year": Parameter(0, "Prices of this year; 0 = the last one of the table.", most=2200),
        },
        columns=earnings_columns,
        sql=earnings_sql,
    ),
)
