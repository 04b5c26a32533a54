"""Unfolding of wide rows, and runs of like cells: what layouts by week, month and day have in common.

Times are whole positions that a layout turns into days: weeks since the Monday of 1969-12-29, or months as ``calendar``
numbers them. Every subselect here gives ``u_key``, ``u_code``, ``u_first`` and ``u_stop`` (half-open) beside
``tkk_file`` and ``tkk_row``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping

from tkk_cli.data.registers.calendar import month_start
from tkk_cli.data.registers.layouts.layout import Setting, Source
from tkk_cli.data.registers.sql import day_number, identifier, missing_text
from tkk_cli.errors import TkkError

__all__ = [
    "EXTENT_UNIT",
    "STATE",
    "islands",
    "month_day",
    "month_position",
    "named_month",
    "named_week",
    "positions",
    "runs",
    "share",
    "share_of",
    "week_day",
    "whole",
]

# Settings that several layouts take.
STATE = Setting(None, "The state of every row, where the file has no code column.")
EXTENT_UNIT = Setting("share", "Whether an extent is a share of full time or a percentage.", ("share", "percent"))

# A two-digit year below this is one of the 2000s: of weeks as DREAM has it, which begins in 1991; months may be older.
_PIVOT_WEEKS, _PIVOT_MONTHS = 90, 60
_WEEK_0 = -3  # the Monday of 1970-W01
_WIDTH = 5  # digits of a place among the columns of a row
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _year(digits: str, pivot: int) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < pivot else 1900)


def named_week(column: str) -> int | None:
    """The position of the ISO week that a column name ends with (``y_0953``, ``u2009w53``); None where it is none."""
    found = re.search(r"(\d{4}|\d{2})[_.-]?[wW]?(\d{2})$", column)
    if found is None:
        return None
    try:
        monday = datetime.date.fromisocalendar(_year(found[1], _PIVOT_WEEKS), int(found[2]), 1)
    except ValueError:
        return None
    return (day_number(monday) - _WEEK_0) // 7


def week_day(position: str) -> str:
    """The day number of the Monday of a week."""
    return f"CAST({position} * 7 + {_WEEK_0} AS INT)"


def month_position(year: int, month: int) -> int:
    """A calendar month as ``calendar`` numbers it."""
    return year * 12 + month - 3


def named_month(column: str) -> int | None:
    """The position of the month that a column name ends with (``b_2008_01``, ``Jul.93``); None where it is none."""
    found = re.search(r"(\d{4})[-_. mM]?(\d{2})$", column)
    if found is not None and 1 <= int(found[2]) <= 12:
        return month_position(int(found[1]), int(found[2]))
    found = re.search(r"(?<![a-z])([a-z]{3})[-_. ]?(\d{4}|\d{2})$", column.lower())
    if found is not None and found[1] in _MONTHS:
        return month_position(_year(found[2], _PIVOT_MONTHS), _MONTHS.index(found[1]) + 1)
    return None


def month_day(position: str) -> str:
    """The day number of the first day of a month."""
    return f"CAST({month_start(position)} AS INT)"


def positions(source: Source, columns: Iterable[str], position: Callable[[str], int | None]) -> dict[int, str]:
    """Position -> column, in order of time; TKK247 for a name that is no such time, or a time that stands twice."""
    found: dict[int, str] = {}
    wrong: list[str] = []
    for column in columns:
        at = position(column)
        if at is None or at in found:
            wrong.append(column)
        else:
            found[at] = column
    if wrong:
        raise TkkError(
            "TKK247",
            f"column {wrong[0]} is no week or month of the calendar, or stands for one that another column has",
            where=f"source {source.name}",
            count=len(wrong),
            hint="correct the name of the column, or choose the columns by a pattern under columns",
        )
    return dict(sorted(found.items()))


def runs(source: Source, columns: Mapping[int, str]) -> str:
    """Runs of equal cells of a wide row, blank cells none: ``(SELECT ...) AS runs``.

    One pass over the columns: a cell that differs from the one before becomes a text of its place and itself, and only
    these few are unfolded and go on to the window that finds the end of each run. Times without a column are blank.
    """
    first, stop = min(columns), max(columns) + 1
    changes, before = [], "''"
    # The place is in the text: the engines count the elements of an array from different numbers.
    for at in range(first, stop):
        column = columns.get(at)
        cell = "''" if column is None else f"COALESCE({_cell(source, column)}, '')"
        if (cell, before) != ("''", "''"):
            changes.append(f"CASE WHEN {cell} <> {before} THEN '{at - first:0{_WIDTH}}' || {cell} END")
        before = cell
    # The array has a subselect of its own: inside UNNEST, DuckDB makes it anew for every element.
    wide = (
        f"SELECT {source.text('key')} AS u_key, tkk_file, tkk_row, [{', '.join(changes)}] AS u_changes "
        f"FROM {source.view}"
    )
    unfolded = f"SELECT u_key, tkk_file, tkk_row, UNNEST(u_changes) AS u_change FROM ({wide}) AS wide"
    placed = (
        f"SELECT u_key, CAST(SUBSTRING(u_change, 1, {_WIDTH}) AS INT) + {first} AS u_first, "
        f"TRIM(SUBSTRING(u_change, {_WIDTH + 1})) AS u_cell, tkk_file, tkk_row FROM ({unfolded}) AS unfolded "
        "WHERE u_change IS NOT NULL"
    )
    ended = (
        f"SELECT *, COALESCE(LEAD(u_first) OVER (PARTITION BY tkk_file, tkk_row ORDER BY u_first), {stop}) AS u_stop "
        f"FROM ({placed}) AS placed"
    )
    return (
        "(SELECT u_key, u_cell AS u_code, u_first, u_stop, tkk_file, tkk_row "
        f"FROM ({ended}) AS ended WHERE NOT {missing_text('u_cell')}) AS runs"
    )


def _cell(source: Source, column: str) -> str:
    # a text is trimmed after it has been unfolded
    return identifier(column) if source.types[column] == "text" else source.text_of(column)


def islands(source: Source, first: str, present: str) -> str:
    """Rows of one week, month or day each, joined where a person has the same code in consecutive ones.

    ``first`` is the position, ``present`` whether the raw row holds one (``u_present``). A row that cannot be used is
    left alone, and a joined spell has the file and row of its first row.
    """
    raw = (
        f"SELECT {source.text('key')} AS u_key, {source.text('code')} AS u_code, {first} AS u_first, "
        f"{present} AS u_present, tkk_file, tkk_row FROM {source.view}"
    )
    order = "PARTITION BY u_key, u_code ORDER BY u_first, tkk_file, tkk_row"
    marked = (
        f"SELECT *, LAG(u_first) OVER ({order}) AS u_before, MAX(u_first) OVER (PARTITION BY u_key, u_code) AS u_last "
        f"FROM ({raw}) AS raw"
    )
    heads = (
        f"SELECT *, LEAD(u_before) OVER ({order}) AS u_next FROM ({marked}) AS marked "
        "WHERE u_key IS NULL OR u_first IS NULL OR u_before IS NULL OR u_first <> u_before + 1"
    )
    return (
        "(SELECT u_key, u_code, u_first, COALESCE(u_next, u_last) + 1 AS u_stop, u_present, tkk_file, tkk_row "
        f"FROM ({heads}) AS heads) AS islands"
    )


def whole(source: Source, role: str, low: int, high: int) -> str:
    """A role's column as a whole number from ``low`` to ``high``; NULL where it is none."""
    number = source.whole(role)
    return f"CASE WHEN ({number}) BETWEEN {low} AND {high} THEN {number} END"


def share(source: Source, role: str) -> str:
    """A role's column as a share of full time, by the setting ``extent_unit``."""
    return share_of(source, source.number(role)) if source.has(role) else "NULL"


def share_of(source: Source, number: str) -> str:
    """The same of an expression."""
    return number if source.settings["extent_unit"] == "share" else f"({number} / CAST(100 AS DOUBLE))"
