"""The SELECT of a source's canonical rows: codes looked up, ends made half-open, reasons given; nothing is dropped."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from tkk_cli.data.registers.codes import Code, CodeList
from tkk_cli.data.registers.layouts.layout import EarningRows, PersonRows, Rows, Source, SpellRows
from tkk_cli.data.registers.lookup import code_line, code_number
from tkk_cli.data.registers.schema import EARNING, PERSON_ROW, SPELL_ROW
from tkk_cli.data.registers.sql import case, day_number, identifier, literal
from tkk_cli.data.registers.states import States
from tkk_cli.errors import TkkError

__all__ = ["OPEN_FROM", "REASONS", "canonical_sql", "table_of"]

# Registers write an end that is not known as a day of a far year (31.12.2099, 31.12.9999): from here an end is open.
OPEN_FROM = datetime.date(2099, 1, 1)

# Why a row is set aside; the first that holds is given.
REASONS = {
    "no_key": "no person key",
    "unreadable_start": "a start that is no date",
    "unreadable_end": "an end that is no date",
    "no_start": "no start",
    "end_before_start": "the end is before the start",
    "zero_length": "start and end are the same moment",
    "unknown_code": "a code that is not in the code list",
    "outside_years": "the start is outside the register's years",
    "bad_extent": "an extent that is not from 0 to 1",
    "bad_hours": "hours of a week that are not from 0 to 168",
    "unreadable_year": "a year that is no whole number",
    "unreadable_month": "a month that is not from 1 to 12",
    "unreadable_amount": "an amount that is no number",
}


def table_of(rows: Rows) -> str:
    """``spell``, ``person`` or ``earning``: the first part of the name of the stage."""
    return {SpellRows: "spell", PersonRows: "person", EarningRows: "earning"}[type(rows)]


def canonical_sql(source: Source, rows: Rows, states: States) -> str:
    """The columns of ``schema.SPELL_ROW``, ``PERSON_ROW`` or ``EARNING`` in their order, one row a raw row.

    Raises
    ------
    TkkError
        TKK245 where a code list or a layout names a state that is not in the table of states, TKK246 where rows have
        neither codes nor a state.
    """
    if isinstance(rows, SpellRows):
        return _spells(source, rows, states)
    if isinstance(rows, PersonRows):
        return _persons(source, rows)
    return _earnings(source, rows)


def _spells(source: Source, rows: SpellRows, states: States) -> str:
    _refuse_stateless(source, rows, states)
    names = ("employer", "extent", "hours", "programme", "provider", "diagnosis", "decided")
    raw = _named(
        rows.rows,
        {
            "key": (rows.key, "VARCHAR"),
            "code": (rows.code, "VARCHAR"),
            "start": (rows.start, "INT"),
            "end": (rows.end, "INT"),
            "start_present": (rows.start_present, "BOOLEAN"),
            "end_present": (rows.end_present, "BOOLEAN"),
            **{name: (getattr(rows, name), SPELL_ROW[name]) for name in names},
        },
    )
    fixed = rows.state is not None
    # without a code there is no line of the list; a fixed state leaves the list to say what else it does of a code
    listed = source.codes if rows.listed and rows.code != "NULL" else CodeList()
    ended = f"CASE WHEN x_end < {day_number(OPEN_FROM)} THEN x_end END"
    place = code_line(listed, "x_code", "x_number")
    numbered = f"SELECT *, {code_number('x_code')} AS x_number FROM ({raw}) AS coded"
    placed = f"SELECT *, {place} AS x_place, {ended} AS x_ended FROM ({numbered}) AS raw"
    extents, programmes = _of_place(listed.rows, "extent"), _of_place(listed.rows, "programme")
    values = {
        "code": "x_code",
        "state": literal(rows.state) if fixed else _of_place(listed.rows, "state"),
        "start": "x_start",
        "stop": "x_ended + 1" if rows.inclusive else "x_ended",
        "employer": "x_employer",
        "extent": f"COALESCE(x_extent, {extents})",
        "hours": "x_hours",
        "programme": f"COALESCE(LOWER(x_programme), {programmes})",
        "provider": "x_provider",
        "diagnosis": "UPPER(REPLACE(x_diagnosis, '.', ''))",
        "decided": "x_decided",
    }
    reasons = {
        "no_key": "x_key IS NULL",
        "unreadable_start": "x_start_present AND x_start IS NULL",
        "unreadable_end": "x_end_present AND x_end IS NULL",
        "no_start": "x_start IS NULL",
        "end_before_start": "x_ended < x_start",
        "zero_length": "(1 = 0)" if rows.inclusive else "x_ended = x_start",
        "unknown_code": "(1 = 0)" if fixed else "x_place IS NULL",
        "outside_years": _outside_days(source, "x_start"),
        "bad_extent": "x_extent < 0 OR x_extent > 1",
        "bad_hours": "x_hours < 0 OR x_hours > 168",
    }
    return _select(source, SPELL_ROW, values, reasons, placed)


def _persons(source: Source, rows: PersonRows) -> str:
    names = ("year", "birth", "sex", "death", "region", "municipality", "education", "occupation", "activity")
    typed = {name: (getattr(rows, name), PERSON_ROW[name]) for name in names}
    raw = _named(rows.rows, {"key": (rows.key, "VARCHAR"), **typed})
    reasons = {"no_key": "x_key IS NULL"}
    if rows.year != "NULL":
        reasons |= {"outside_years": _outside(source, "x_year"), "unreadable_year": "x_year IS NULL"}
    return _select(source, PERSON_ROW, {name: f"x_{name}" for name in names}, reasons, raw)


def _earnings(source: Source, rows: EarningRows) -> str:
    raw = _named(
        rows.rows,
        {
            "key": (rows.key, "VARCHAR"),
            "year": (rows.year, "INT"),
            "month": (rows.month, "INT"),
            "cents": (rows.cents, "DOUBLE"),
            "employer": (rows.employer, "VARCHAR"),
        },
    )
    reasons = {
        "no_key": "x_key IS NULL",
        "outside_years": _outside(source, "x_year"),
        "unreadable_year": "x_year IS NULL",
        "unreadable_amount": "x_cents IS NULL",
    }
    if rows.month != "NULL":
        reasons["unreadable_month"] = "x_month IS NULL OR x_month NOT BETWEEN 1 AND 12"
    # FLOOR(x + 0.5): rounding of a DOUBLE is written differently in the engines, this is not
    cents = "FLOOR(x_cents + CAST(0.5 AS DOUBLE))"
    values = {"year": "x_year", "month": "x_month", "cents": cents, "employer": "x_employer"}
    return _select(source, EARNING, values, reasons, raw)


def _named(rows: str, expressions: Mapping[str, tuple[str, str]]) -> str:
    """The layout's expressions, each with its type, under names that no register has, so that each is written once."""
    named = ", ".join(f"CAST({value} AS {kind}) AS x_{name}" for name, (value, kind) in expressions.items())
    return f"SELECT {named}, tkk_file AS x_file, tkk_row AS x_row FROM {rows}"


def _select(
    source: Source, columns: Mapping[str, str], values: Mapping[str, str], reasons: Mapping[str, str], rows: str
) -> str:
    """Every column with its type, and the first reason of ``REASONS`` that holds."""
    whens = " ".join(f"WHEN {reasons[name]} THEN {literal(name)}" for name in REASONS if name in reasons)
    frame = {
        "source": literal(source.name),
        "key": "x_key",
        "file": "x_file",
        "row": "x_row",
        "reason": f"CASE {whens} END",
    }
    named = {**frame, **values}
    selected = ", ".join(f"CAST({named[name]} AS {kind}) AS {identifier(name)}" for name, kind in columns.items())
    return f"SELECT {selected} FROM ({rows}) AS named"


def _outside_days(source: Source, day: str) -> str:
    if source.years is None:
        return "(1 = 0)"
    first, last = source.years
    start, stop = day_number(datetime.date(first, 1, 1)), day_number(datetime.date(last, 12, 31))
    return f"{day} NOT BETWEEN {start} AND {stop}"


def _outside(source: Source, year: str) -> str:
    return "(1 = 0)" if source.years is None else f"{year} NOT BETWEEN {source.years[0]} AND {source.years[1]}"


def _of_place(codes: Iterable[Code], attribute: str) -> str:
    """What a code list says in a column, by the line that a code falls on; NULL where it says nothing."""
    told = [(place, getattr(row, attribute)) for place, row in enumerate(codes, 1)]
    empty = attribute == "state"  # an empty state is a statement, an empty extent or programme is none
    return case("x_place", [(place, value) for place, value in told if value or value == 0 or empty])


def _refuse_stateless(source: Source, rows: SpellRows, states: States) -> None:
    if rows.state is None and (rows.code == "NULL" or not source.codes.rows):
        without = rows.code == "NULL"
        lacking = "a code column" if without else "a code list"
        give = 'columns = { code = "..." }' if without else 'codes = "list.csv", a file with the columns code and state'
        same = ', or one state for every row, state = "employed"' if "state" in source.settings else ""
        raise TkkError(
            "TKK246",
            f"the rows have neither {lacking} nor a state",
            where=f"source {source.name}",
            hint=f"write {give}{same}; states are {', '.join(states.names)}",
        )
    named = {rows.state} if rows.state is not None else {row.state for row in source.codes.rows}
    # an empty state is a statement: the row is known and gives none
    unknown = sorted(named - {"", *states.names})
    if unknown:
        from difflib import get_close_matches

        near = get_close_matches(unknown[0], states.names, n=1)
        raise TkkError(
            "TKK245",
            f"no state is called {', '.join(unknown)}",
            where=f"source {source.name}" + (f", code list {source.codes.name}" if rows.state is None else ""),
            count=len(unknown),
            hint=f"did you mean {near[0]}?" if near else f"states are {', '.join(states.names)}",
        )
