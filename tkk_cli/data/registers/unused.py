"""Keys of a source that would change nothing: refused, since who writes a key believes that it does something."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tkk_cli.data.registers.codes import CodeList
from tkk_cli.data.registers.config import BREAKS, Registers, SourceEntry
from tkk_cli.data.registers.layouts.layout import Layout, Rows, Source, SpellRows
from tkk_cli.errors import TkkError

__all__ = ["refuse_unused", "refuse_unused_breaks", "refuse_unused_reading"]

# Key -> the kinds of files that it is about.
_READING = {
    "separator": ("text",),
    "decimal": ("text",),
    "encoding": ("text", "spss", "spss portable", "stata", "sas", "sas transport"),
    "sheet": ("excel",),
}


def refuse_unused_reading(entry: SourceEntry, kinds: Collection[str]) -> None:
    """TKK163 for a key about reading that is of no file of the source; ``kinds`` are those of its raw tables."""
    for key, takes in _READING.items():
        if getattr(entry, key) is not None and not set(kinds) & set(takes):
            raise _unused(entry, key, f"files of the kind {', '.join(sorted(set(kinds)))} have no {key}")


def refuse_unused_breaks(registers: Registers, traps: Collection[int]) -> None:
    """TKK163 for a choice of [breaks] about layouts that no source has; ``keep`` asks for nothing."""
    for year, choice in registers.breaks.items():
        if choice != "keep" and BREAKS[year] not in traps:
            raise TkkError(
                "TKK163",
                f"{year} would change nothing: no source has a layout that this break touches",
                where=f"{registers.path.name}, [breaks] {year}",
                hint=f"leave {year} out",
            )


def refuse_unused(entry: SourceEntry, layout: Layout, source: Source) -> None:
    """TKK163 for a date format, an end, a code list or a setting without which the rows of the source are the same."""
    dated = {source.types[column] for column in source.date_formats}
    if entry.date_format is not None and "text" not in dated and not (dated and entry.date_format == "yyyymmdd"):
        raise _unused(entry, "date_format", "no column of dates is text")
    rows = layout.rows(source)
    if not source.inclusive and _same(layout, rows, replace(source, inclusive=True)):
        raise _unused(entry, "end", "no column holds the end of a spell")
    if entry.codes is not None and not any(_looked_up(row, source.codes) for row in rows):
        raise _unused(entry, "codes", "no code is looked up")
    for key, setting in layout.settings.items():
        plain = replace(source, settings={**source.settings, key: setting.default})
        if plain.settings != source.settings and _same(layout, rows, plain):
            raise _unused(entry, key, "the column that it is about is not there, or another key goes before it")


def _looked_up(rows: Rows, codes: CodeList) -> bool:
    """Whether the code list says anything of the rows: where the state is fixed, an extent or a programme."""
    if not isinstance(rows, SpellRows) or not rows.listed or rows.code == "NULL":
        return False
    return rows.state is None or any(row.programme or row.extent is not None for row in codes.rows)


def _same(layout: Layout, rows: tuple[Rows, ...], source: Source) -> bool:
    try:
        return layout.rows(source) == rows
    except TkkError:  # a key that the layout cannot do without
        return False


def _unused(entry: SourceEntry, key: str, why: str) -> TkkError:
    where = f"[source.{entry.name}] {key}"
    message = f"{key} would change nothing: in the layout {entry.layout} {why}"
    return TkkError("TKK163", message, where=where, hint=f"leave {key} out, or check the layout and the columns")
