"""Hand-made rows of a register through a layout and ``canonical_sql``, in an engine of their own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tkk_cli.data.registers.canonical import canonical_sql, table_of
from tkk_cli.data.registers.codes import CodeList, read_codes
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.layouts.layout import Source
from tkk_cli.data.registers.layouts.registry import find_layout
from tkk_cli.data.registers.states import read_states

EPOCH = datetime.date(1970, 1, 1)
DAYS = {"start", "stop", "birth", "death", "decided"}


def bind(layout_name: str, header: Sequence[str], date_format: str = "yyyy-mm-dd", **given: Any) -> Source:
    """A source of text columns whose roles are found by the names of the layout; other keywords are its settings."""
    layout = find_layout(layout_name)
    columns: dict[str, Any] = {}
    for role in layout.roles:
        fitting = [name for name in header if name.lower() in role.names]
        if fitting:
            columns[role.name] = fitting[0]
        else:
            assert not role.required, role.name
    years, inclusive, codes = given.pop("years", None), given.pop("inclusive", True), given.pop("codes", None)
    settings = {name: setting.default for name, setting in layout.settings.items()}
    assert given.keys() <= settings.keys()
    return Source(
        name="s",
        view="src_s",
        columns=columns,
        types=dict.fromkeys(header, "text"),
        date_formats=dict.fromkeys(header, date_format),
        codes=codes or (read_codes(layout.codes) if layout.codes else CodeList()),
        inclusive=inclusive,
        years=years,
        settings=settings | given,
    )


def canonical(
    folder: Path, layout_name: str, header: str, rows: Sequence[str], **given: Any
) -> dict[str, list[dict[str, Any]]]:
    """Table (``spell``, ``person``, ``earning``) -> its rows in order, days as ISO dates; cells between semicolons."""
    names = header.split(";")
    source = bind(layout_name, names, **given)
    raw = [(*[cell or None for cell in row.split(";")], "a.csv", n) for n, row in enumerate(rows, 1)]
    engine = DuckDB("500MB", 1, folder / "temp")
    try:
        kinds = dict.fromkeys(names, "VARCHAR")
        engine.rows(source.view, {**kinds, "tkk_file": "VARCHAR", "tkk_row": "BIGINT"}, raw)
        found: dict[str, list[dict[str, Any]]] = {}
        for expressions in find_layout(layout_name).rows(source):
            sql = canonical_sql(source, expressions, read_states())
            engine.define("made", sql)
            columns = [name for name, *_ in engine.fetch("DESCRIBE made")]
            made = [dict(zip(columns, row, strict=True)) for row in engine.fetch("SELECT * FROM made ORDER BY row")]
            found.setdefault(table_of(expressions), []).extend(made)
    finally:
        engine.close()
    return {table: [_dated(row) for row in made] for table, made in found.items()}


def spells(
    folder: Path, layout_name: str, header: str, rows: Sequence[str], **given: Any
) -> list[tuple[str, str | None, str, str | None]]:
    """Key, state, first day and day after the last of the usable spells."""
    made = canonical(folder, layout_name, header, rows, **given)["spell"]
    return [(row["key"], row["state"], row["start"], row["stop"]) for row in made if row["reason"] is None]


def _dated(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: (EPOCH + datetime.timedelta(days=value)).isoformat() if name in DAYS and value is not None else value
        for name, value in row.items()
    }
