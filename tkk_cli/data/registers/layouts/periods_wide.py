"""Wide periods: one row a person, its spells side by side in numbered columns."""

from __future__ import annotations

import re

from tkk_cli.data.registers.layouts.layout import Layout, Role, Rows, Source, SpellRows
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.layouts.unfold import EXTENT_UNIT, STATE, share_of
from tkk_cli.errors import TkkError

__all__ = ["LAYOUT"]


def rows(source: Source) -> tuple[Rows, ...]:
    """One spell a group of columns with the same number; a group without a start, an end and a code is no spell."""
    starts = _numbered(source, "start")
    others = {role: _numbered(source, role) for role in ("end", "code", "extent") if source.has(role)}
    for role, columns in others.items():
        if columns.keys() != starts.keys():
            number = min(columns.keys() ^ starts.keys())
            raise TkkError(
                "TKK247",
                f"the columns of start and {role} do not have the same numbers: {number} is in one of them alone",
                where=f"source {source.name}",
                count=len(columns.keys() ^ starts.keys()),
                hint="choose the columns by a pattern under columns",
            )
    groups = [_group(source, start, {role: others[role][n] for role in others}) for n, start in starts.items()]
    return (
        SpellRows(
            rows=f"({' UNION ALL '.join(groups)}) AS unfolded",
            key="u_key",
            start="u_start",
            end="u_end",
            start_present="u_start_present",
            end_present="u_end_present",
            inclusive=source.inclusive,
            code="u_code" if source.has("code") else "NULL",
            state=source.settings["state"],
            extent="u_extent",
        ),
    )


def _numbered(source: Source, role: str) -> dict[int, str]:
    """The last number in a column's name -> the column."""
    found: dict[int, str] = {}
    for column in source.columns[role]:
        digits = re.findall(r"\d+", column)
        if not digits or int(digits[-1]) in found:
            raise TkkError(
                "TKK247",
                f"column {column} of {role} has no number, or the number of another column",
                where=f"source {source.name}",
                hint="choose the columns by a pattern under columns",
            )
        found[int(digits[-1])] = column
    return found


def _group(source: Source, start: str, others: dict[str, str]) -> str:
    end, code, extent = (others.get(role) for role in ("end", "code", "extent"))
    ended = source.present_of(end) if end else "(1 = 0)"
    filled = [source.present_of(column) for column in (start, end, code) if column]
    return (
        f"SELECT {source.text('key')} AS u_key, {source.day_of(start)} AS u_start, "
        f"CAST({source.day_of(end) if end else 'NULL'} AS INT) AS u_end, "
        f"{source.present_of(start)} AS u_start_present, {ended} AS u_end_present, "
        f"CAST({source.text_of(code) if code else 'NULL'} AS VARCHAR) AS u_code, "
        f"CAST({share_of(source, source.number_of(extent)) if extent else 'NULL'} AS DOUBLE) AS u_extent, "
        f"tkk_file, tkk_row FROM {source.view} WHERE {' OR '.join(filled)}"
    )


LAYOUT = Layout(
    name="periods_wide",
    title="One row a person, spells side by side: start1, end1, code1, start2, ...",
    source="a common shape of extracts made by hand",
    roles=(
        Role("key", "key", KEYS),
        Role("start", "wide", (r"(alkupvm|alku|start|start_date|alkamispvm)[_.]?\d+",), cells="date"),
        Role("end", "wide", (r"(loppupvm|loppu|end|end_date|stop|paattymispvm)[_.]?\d+",), False, "date"),
        Role("code", "wide", (r"(tila|koodi|state|code|laji)[_.]?\d+",), required=False),
        Role("extent", "wide", (r"(osuus|extent)[_.]?\d+",), False, "number"),
    ),
    rows=rows,
    settings={"state": STATE, "extent_unit": EXTENT_UNIT},
)
