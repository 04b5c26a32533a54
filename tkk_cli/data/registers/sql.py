"""The few SQL phrases that both engines understand alike, and the quoting of what goes into SQL text.

Kernels are written in the part of DuckDB's dialect that sqlglot carries over to Spark without a change of meaning;
``tests/data/registers/test_portable.py`` holds every kernel to that part.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable

__all__ = [
    "DATE_FORMATS",
    "between",
    "case",
    "date_day",
    "day_date",
    "day_number",
    "has_any",
    "identifier",
    "literal",
    "missing_text",
    "text_day",
    "weekdays",
    "year_of",
    "year_start",
]

EPOCH = datetime.date(1970, 1, 1)
DATE_FORMATS = ("d.m.yyyy", "d/m/yyyy", "m/d/yyyy", "yyyymmdd", "yyyy-mm-dd")
# Texts that other programs write for a missing value.
MISSING = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", ".")


def identifier(name: str) -> str:
    """A column or table name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A Python value as SQL: NULL, a number, or a text in single quotes."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("only finite numbers go into SQL")
        return f"CAST({value!r} AS DOUBLE)"
    return "'" + str(value).replace("'", "''") + "'"


def case(expression: str, choices: Iterable[tuple[object, object]], otherwise: object = None) -> str:
    """``CASE expression WHEN a THEN b ... ELSE otherwise END``; ``otherwise`` alone where there is no choice."""
    whens = " ".join(f"WHEN {literal(a)} THEN {literal(b)}" for a, b in choices)
    return f"CASE {expression} {whens} ELSE {literal(otherwise)} END" if whens else f"({literal(otherwise)})"


def between(day: str, first: str, stop: str) -> str:
    """``first <= day < stop`` where ``stop`` NULL is open."""
    return f"({day} >= {first} AND ({stop} IS NULL OR {day} < {stop}))"


def has_any(states: str, bits: int) -> str:
    """Whether any of the states with these bits holds (``episode.states``, ``States.bits``)."""
    return f"(({states} & CAST({bits} AS BIGINT)) <> 0)"


def day_number(date: datetime.date) -> int:
    """Days since 1970-01-01."""
    return (date - EPOCH).days


def day_date(day: int) -> datetime.date:
    """The date of a day number: the inverse of ``day_number``.

    Examples
    --------
    >>> day_date(day_number(datetime.date(2016, 2, 29))).isoformat()
    '2016-02-29'
    """
    return EPOCH + datetime.timedelta(days=day)


def date_day(expression: str) -> str:
    """The day number of a DATE (or of the date part of a TIMESTAMP)."""
    return f"CAST(DATE_DIFF('day', DATE '1970-01-01', CAST({expression} AS DATE)) AS INT)"


def missing_text(expression: str) -> str:
    """Whether a text column is missing: NULL, empty or a missing token of another program."""
    tokens = ", ".join(literal(token) for token in MISSING)
    return f"({expression} IS NULL OR TRIM({expression}) IN ({tokens}))"


def text_day(expression: str, date_format: str) -> str:
    """The day number of a text date; NULL where it is no such date (29 February of a common year included).

    A time of day after the date (after a blank or a T) is cut off.
    """
    text = f"TRIM({expression})"
    if date_format == "yyyymmdd":
        # a number read from a statistical file may come as 20190131.0
        text = f"SPLIT_PART({text}, '.', 1)"
        year, month, day = (f"SUBSTRING({text}, {at}, {n})" for at, n in ((1, 4), (5, 2), (7, 2)))
        fits = f"LENGTH({text}) = 8"
    else:
        head = f"SPLIT_PART(SPLIT_PART({text}, ' ', 1), 'T', 1)"
        mark = {"d.m.yyyy": ".", "yyyy-mm-dd": "-"}.get(date_format, "/")
        parts = [f"SPLIT_PART({head}, '{mark}', {i})" for i in (1, 2, 3)]
        order = {"d.m.yyyy": (2, 1, 0), "d/m/yyyy": (2, 1, 0), "m/d/yyyy": (2, 0, 1), "yyyy-mm-dd": (0, 1, 2)}
        year, month, day = (parts[i] for i in order[date_format])
        fits = f"LENGTH({year}) = 4 AND LENGTH({month}) IN (1, 2) AND LENGTH({day}) IN (1, 2)"
    iso = f"{year} || '-' || LPAD({month}, 2, '0') || '-' || LPAD({day}, 2, '0')"
    return f"CASE WHEN {fits} THEN {date_day(f'TRY_CAST({iso} AS DATE)')} END"


def year_start(year: str) -> str:
    """The day number of 1 January of a whole year (an INT expression, 1600 to 9999)."""
    before = f"({year} - 1)"
    return f"CAST({before} * 365 + {before} // 4 - {before} // 100 + {before} // 400 - 719162 AS INT)"


def year_of(day: str) -> str:
    """The calendar year of a day number (an INT expression, years 1600 to 9999): the inverse of ``year_start``."""
    # Years of 365.2425 days, tried from the one above: the mean year is never more than one too high.
    guess = f"((({day}) + 719528) * 400 // 146097 + 1)"
    return (
        f"CAST(CASE WHEN {year_start(guess)} <= {day} THEN {guess} "
        f"WHEN {year_start(f'({guess} - 1)')} <= {day} THEN {guess} - 1 ELSE {guess} - 2 END AS INT)"
    )


def weekdays(start: str, stop: str, days: int) -> str:
    """How many of the first ``days`` days of a week lie in a span: 5 = Monday to Friday, 6 = Kela's Monday to Saturday.

    Public holidays are not looked at.
    """

    def before(day: str) -> str:
        # 1970-01-01 was a Thursday; the shift by whole weeks keeps the quotient of early years whole and positive.
        shifted = f"({day} + 3 + 700000)"
        return f"(({shifted} // 7) * {days} + LEAST({shifted} % 7, {days}))"

    return f"CAST({before(stop)} - {before(start)} AS INT)"
