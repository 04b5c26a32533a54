"""Canonical rows of a table written by hand: what a layout, a code list and ``canonical_sql`` make of it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tkk_cli.data.registers.canonical import canonical_sql, table_of
from tkk_cli.data.registers.codes import Code, CodeList
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.layouts.layout import Layout, Source
from tkk_cli.data.registers.layouts.registry import find_layout
from tkk_cli.data.registers.schema import EARNING, PERSON_ROW, SPELL_ROW
from tkk_cli.data.registers.sql import day_number
from tkk_cli.data.registers.states import read_states

STATES = read_states()
CODES = CodeList("hand", (Code("1", "employed"), Code("2", "sickness"), Code("3", "unemployment")))
_SQL_TYPES = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE", "timestamp": "TIMESTAMP"}
_COLUMNS = {"spell": SPELL_ROW, "person": PERSON_ROW, "earning": EARNING}


def day(text: str) -> int:
    """The day number of an ISO date."""
    return day_number(datetime.date.fromisoformat(text))


def bind(layout: Layout, columns: Sequence[str], given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Role -> column, by the names of the layout or by a pattern given."""
    bound: dict[str, Any] = {}
    for role in layout.roles:
        names = (given[role.name],) if given and role.name in given else role.names
        if role.kind == "wide":
            bound[role.name] = tuple(c for c in columns if any(re.fullmatch(n, c, re.IGNORECASE) for n in names))
        else:
            bound[role.name] = next((c for n in names for c in columns if c.lower() == n.lower()), None)
    return {role: column for role, column in bound.items() if column}


def source_of(
    layout: str,
    columns: Sequence[str],
    *,
    types: Mapping[str, str] | None = None,
    roles: Mapping[str, str] | None = None,
    date_format: str = "yyyy-mm-dd",
    codes: CodeList = CODES,
    settings: Mapping[str, Any] | None = None,
    years: tuple[int, int] | None = None,
    inclusive: bool = True,
) -> tuple[Layout, Source]:
    """A source of the view ``src_hand``, every column text unless ``types`` says otherwise."""
    found = find_layout(layout)
    return found, Source(
        name="hand",
        view="src_hand",
        columns=bind(found, columns, roles),
        types={column: (types or {}).get(column, "text") for column in columns},
        date_formats=dict.fromkeys(columns, date_format),
        codes=codes,
        inclusive=inclusive,
        years=years,
        settings={name: setting.default for name, setting in found.settings.items()} | dict(settings or {}),
    )


def canonical(
    engine: DuckDB, layout: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], **how: Any
) -> list[list[dict[str, Any]]]:
    """For every table that the layout gives, its rows in the order of file row and start."""
    found, source = source_of(layout, columns, **how)
    kinds = {column: _SQL_TYPES[source.types[column]] for column in columns}
    numbered = [(*row, "hand.csv", number) for number, row in enumerate(rows, 1)]
    engine.rows(source.view, {**kinds, "tkk_file": "VARCHAR", "tkk_row": "BIGINT"}, numbered)
    tables = []
    for made in found.rows(source):
        names = list(_COLUMNS[table_of(made)])
        order = '"row", "start"' if table_of(made) == "spell" else '"row"'
        sql = canonical_sql(source, made, STATES)
        fetched = engine.fetch(f"SELECT * FROM ({sql}) AS made ORDER BY {order}")
        tables.append([dict(zip(names, row, strict=True)) for row in fetched])
    return tables


def spans(rows: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """Code, start and stop (as ISO dates) of every spell."""
    return [(row["code"], _iso(row["start"]), _iso(row["stop"])) for row in rows]


def _iso(number: int | None) -> str | None:
    return None if number is None else (datetime.date(1970, 1, 1) + datetime.timedelta(number)).isoformat()
