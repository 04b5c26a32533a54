"""How the dates of a source are written, and their day numbers: every distinct text is read once, not every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tkk_cli.data.registers.config import SourceEntry
from tkk_cli.data.registers.layouts.layout import Layout, Source
from tkk_cli.data.registers.sql import identifier, literal, missing_text, text_day
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.errors import TkkError

__all__ = ["with_dates"]

# Distinct dates that decide the format, the most frequent first: two hundred years of days.
_DATES = 75_000
_READ = ("date", "timestamp")
Group = tuple[str, ...]


def with_dates(workspace: Workspace, source: Source, layout: Layout, entry: SourceEntry, view: str) -> Source:
    """The source over ``view``, with the formats of its unread date columns and, of single ones, their day numbers.

    Two stages are wanted of it: the distinct texts of the date columns (``cells_<source>``), and the raw view joined
    with their days. The columns of a wide role are written alike, so they are looked at together, and are too many to
    be joined.

    Raises
    ------
    TkkError
        TKK159 where a format cannot be decided, or where no value is a date.
    """
    singles = [(source.columns[role.name],) for role in layout.roles if role.kind == "date" and source.has(role.name)]
    singles = [group for group in dict.fromkeys(singles) if source.types[group[0]] not in _READ]
    groups = [*singles, *_wide_groups(source, layout)]
    formats: dict[str, str] = {}
    if groups:
        workspace.stage(_cells(source), _cells_sql(source, groups))
        for place, group in enumerate(groups):
            formats |= dict.fromkeys(group, _format_of(workspace, source, place, group, entry))
    workspace.define(view, _joined(source, [group[0] for group in singles], formats))
    days = {group[0]: f"tkk_day_{place}" for place, group in enumerate(singles)}
    return replace(source, view=view, date_formats=formats, days=days)


def _wide_groups(source: Source, layout: Layout) -> list[Group]:
    """The unread columns of every wide role of dates, those of each type together."""
    groups = []
    for role in layout.roles:
        if role.kind == "wide" and role.cells == "date" and source.has(role.name):
            kinds = sorted({source.types[column] for column in source.columns[role.name]} - set(_READ))
            groups += [tuple(c for c in source.columns[role.name] if source.types[c] == kind) for kind in kinds]
    return groups


def _cells(source: Source) -> str:
    return f"cells_{source.name}"


def _cell(source: Source, column: str, table: str = "") -> str:
    name = f"{table}{identifier(column)}"
    # 20190131.0 of a statistical file is 20190131
    return name if source.types[column] == "text" else f"CAST(TRY_CAST({name} AS BIGINT) AS VARCHAR)"


def _cells_sql(source: Source, groups: Sequence[Group]) -> str:
    parts = [
        f"SELECT {place} AS place, {_cell(source, column)} AS cell, COUNT(*) AS n FROM {source.view} "
        f"WHERE {identifier(column)} IS NOT NULL GROUP BY {_cell(source, column)}"
        for place, group in enumerate(groups)
        for column in group
    ]
    return (
        "SELECT place, cell, CAST(SUM(n) AS BIGINT) AS n FROM "
        f"({' UNION ALL '.join(parts)}) AS parts WHERE cell IS NOT NULL GROUP BY place, cell"
    )


def _joined(source: Source, columns: Sequence[str], formats: dict[str, str]) -> str:
    days = [f"d{place}.day AS tkk_day_{place}" for place in range(len(columns))]
    joins = [
        f"LEFT JOIN (SELECT cell, {text_day('cell', formats[column])} AS day FROM {_cells(source)} "
        f"WHERE place = {place}) AS d{place} ON d{place}.cell = {_cell(source, column, 'r.')}"
        for place, column in enumerate(columns)
    ]
    return " ".join([f"SELECT {', '.join(['r.*', *days])} FROM {source.view} AS r", *joins])


def _format_of(workspace: Workspace, source: Source, place: int, columns: Group, entry: SourceEntry) -> str:
    import numpy as np

    from tkk_cli.data.values import Marks, parse_dates

    text = source.types[columns[0]] == "text"
    given = entry.date_format if text else "yyyymmdd"
    found = _distinct(workspace, source, place)
    if not found:
        return given or "yyyy-mm-dd"
    counts = np.array([count for _, count in found], dtype=np.int64)
    parsed = parse_dates([value for value, _ in found], Marks(date_format=given), counts)
    where = f"[source.{entry.name}] column {', '.join(columns[:3])}"
    if parsed.problem:
        hint = 'give date_format = "d/m/yyyy" (or another), or make files that are written otherwise another source'
        raise TkkError("TKK159", f"the column {parsed.problem}", where=where, hint=hint)
    if not parsed.ok.any():
        what = f"no value is a date written {given}" if given else "no value is a date"
        hint = "give the right date_format, or the right column with columns = { ROLE = NAME }"
        raise TkkError("TKK159", what, where=where, count=int(counts.sum()), hint=hint)
    return parsed.format.partition(",")[0]


def _distinct(workspace: Workspace, source: Source, place: int) -> list[tuple[str, int]]:
    """The distinct dates of a group without their time of day, and how many rows have each."""
    day = "SPLIT_PART(SPLIT_PART(TRIM(cell), ' ', 1), 'T', 1)"
    found = workspace.fetch(
        f"SELECT day, CAST(SUM(n) AS BIGINT) AS n FROM (SELECT {day} AS day, n FROM {_cells(source)} "
        f"WHERE place = {literal(place)} AND NOT {missing_text('cell')}) AS dates "
        f"GROUP BY day ORDER BY n DESC, day LIMIT {_DATES}"
    )
    return [(str(value), int(n)) for value, n in found]
