"""Sources become raw views, canonical stages, and the three views of the usable rows of all sources."""

from __future__ import annotations

import datetime
import os
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tkk_cli.data.registers.binding import bind_columns, merge_kinds, mixed_columns, needed, role_kinds
from tkk_cli.data.registers.canonical import canonical_sql, table_of
from tkk_cli.data.registers.codes import CodeList, read_codes
from tkk_cli.data.registers.config import BREAKS, Registers, SourceEntry
from tkk_cli.data.registers.dates import with_dates
from tkk_cli.data.registers.layouts.layout import Layout, Rows, Source
from tkk_cli.data.registers.layouts.registry import find_layout
from tkk_cli.data.registers.schema import EARNING, PERSON_ROW, SPELL_ROW
from tkk_cli.data.registers.sql import day_number, identifier
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.data.registers.states import States
from tkk_cli.data.registers.unused import refuse_unused, refuse_unused_breaks, refuse_unused_reading
from tkk_cli.errors import TkkError

if TYPE_CHECKING:
    from tkk_cli.data.registers.staging.raw import RawTable

__all__ = ["Intake", "take_in"]

_SCHEMAS = {"spell": SPELL_ROW, "person": PERSON_ROW, "earning": EARNING}


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Registers that were taken in.

    Attributes
    ----------
    registers : Registers
    sources : tuple of Source
        In the order of ``registers.toml``; ``layouts`` alike.
    layouts : tuple of Layout
    tables : mapping
        Source -> the kinds of its canonical stages: ``spell``, ``person``, ``earning``.
    files : mapping
        Source -> for each of its files the name of the Parquet file (``tkk_file``) and that of the file itself.
    """

    registers: Registers
    sources: tuple[Source, ...]
    layouts: tuple[Layout, ...]
    tables: Mapping[str, tuple[str, ...]]
    files: Mapping[str, tuple[tuple[str, str], ...]]

    def stages(self, kind: str) -> tuple[str, ...]:
        """The canonical stages of a kind, in the order of the sources."""
        return tuple(f"{kind}_{source.name}" for source in self.sources if kind in self.tables[source.name])


def take_in(registers: Registers, workspace: Workspace) -> Intake:
    """Stage every source and define ``spell_row``, ``person_row`` and ``earning_row``.

    What stands in the work folder unchanged is used again. Raises what reading (TKK101 to TKK118, TKK160, TKK161),
    binding (TKK156 to TKK159) and the canonical rows (TKK245, TKK246) raise, and TKK163 for a key that would change
    nothing.
    """
    sources, layouts = [], []
    tables: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[tuple[str, str], ...]] = {}
    for entry in registers.sources:
        layout = find_layout(entry.layout)
        source, files[entry.name] = _raw(entry, layout, workspace)
        tables[entry.name] = _stages(source, layout.rows(source), registers.states, workspace)
        sources.append(source)
        layouts.append(layout)
    refuse_unused_breaks(registers, [trap for layout in layouts for trap in layout.traps])
    intake = Intake(registers=registers, sources=tuple(sources), layouts=tuple(layouts), tables=tables, files=files)
    for kind, columns in _SCHEMAS.items():
        workspace.define(f"{kind}_row", _usable(intake, kind, columns))
    return intake


def _raw(entry: SourceEntry, layout: Layout, workspace: Workspace) -> tuple[Source, tuple[tuple[str, str], ...]]:
    """A source over its view ``src_<name>``, columns bound and dates read, and where its files come from."""
    from tkk_cli.data.registers.staging.tables import open_tables

    raw_tables = open_tables(entry)
    refuse_unused_reading(entry, {table.kind for table in raw_tables})
    shown = dict(zip(_shown([table.path for table in raw_tables]), raw_tables, strict=True))
    bound = bind_columns(layout, entry, {name: table.names for name, table in shown.items()})
    folder = workspace.folder / "raw" / entry.name
    paths, kinds = _staged(entry, layout, bound, shown, workspace, folder)
    if not paths:
        where = f"[source.{entry.name}] {', '.join(list(shown)[:3])}"
        raise TkkError("TKK117", "there are columns and no rows", where=where, hint="check the export")
    _tidy(folder, paths)
    view = f"raw_{entry.name}"
    workspace.raw(view, list(paths), " ".join(shown[name].fingerprint() for name in paths.values()))
    source = Source(
        name=entry.name,
        view=view,
        columns=bound,
        types=merge_kinds(entry, bound, kinds),
        codes=_codes(entry, layout),
        inclusive=entry.inclusive,
        years=entry.years,
        settings=entry.settings,
    )
    dated = with_dates(workspace, source, layout, entry, f"src_{entry.name}")
    refuse_unused(entry, layout, dated)
    return dated, tuple((path.name, name) for path, name in paths.items())


def _staged(
    entry: SourceEntry,
    layout: Layout,
    bound: Mapping[str, Any],
    tables: Mapping[str, RawTable],
    workspace: Workspace,
    folder: Path,
) -> tuple[dict[Path, str], dict[str, dict[str, str]]]:
    """Parquet file -> name of the file that it holds, and that name -> column -> type; files without rows are none."""
    from tkk_cli.data.registers.staging.parquet import column_kinds, stage

    amounts = role_kinds(layout, bound, "number")
    # a row is known by the base name of its file: of two that are called alike, neither is used where it is
    bases = Counter(table.path.name for table in tables.values())

    def staged(table: RawTable, without: Collection[str] = ()) -> Path:
        wanted = {column: name for column, name in needed(bound, table.names).items() if name not in without}
        return stage(table, wanted, folder, decimal=entry.decimal, amounts=amounts, fresh=not workspace.reuse)

    found: dict[str, Path] = {}
    kinds: dict[str, dict[str, str]] = {}
    for name, table in tables.items():
        path = table.path
        if not table.parquet or bases[path.name] > 1:
            workspace.begin(f"{entry.name}: {name}")
            path = staged(table)
        types, n_rows = column_kinds(path, name)
        if n_rows:
            found[name], kinds[name] = path, types
    # a column that a file has nothing in has the type that it has in the others
    for name, without in _hollow(mixed_columns(bound, kinds), found, kinds).items():
        found[name] = staged(tables[name], without)
        kinds[name], _ = column_kinds(found[name], name)
    return {path: name for name, path in found.items()}, kinds


def _hollow(
    mixed: Collection[str], files: Mapping[str, Path], kinds: Mapping[str, Mapping[str, str]]
) -> dict[str, set[str]]:
    """File -> those of the columns that it has nothing in, where another file has the column."""
    from tkk_cli.data.registers.staging.parquet import empty_column

    found: dict[str, set[str]] = defaultdict(set)
    for column in mixed:
        having = [name for name in files if column.casefold() in map(str.casefold, kinds[name])]
        empty = [name for name in having if empty_column(files[name], name, column)]
        for name in empty if len(empty) < len(having) else empty[1:]:
            found[name].add(column)
    return found


def _shown(paths: Sequence[Path]) -> list[str]:
    """The base names of files; with the folders that tell them apart where two are called alike."""
    names = [path.name for path in paths]
    if len(set(names)) == len(names):
        return names
    whole = [path.resolve() for path in paths]
    above = os.path.commonpath([path.parent for path in whole])
    return [path.relative_to(above).as_posix() for path in whole]


def _tidy(folder: Path, paths: Mapping[Path, str]) -> None:
    """Remove what earlier runs staged of other versions of the files."""
    for old in folder.glob("*.parquet"):
        if old not in paths:
            old.unlink(missing_ok=True)


def _codes(entry: SourceEntry, layout: Layout) -> CodeList:
    if entry.codes is not None:
        return read_codes(entry.codes)
    return read_codes(layout.codes) if layout.codes else CodeList()


def _stages(source: Source, parts: Sequence[Rows], states: States, workspace: Workspace) -> tuple[str, ...]:
    """One stage for each kind of rows that the layout makes of the source."""
    selects: dict[str, list[str]] = {}
    for rows in parts:
        selects.setdefault(table_of(rows), []).append(canonical_sql(source, rows, states))
    for kind, found in selects.items():
        workspace.stage(f"{kind}_{source.name}", " UNION ALL ".join(found))
    return tuple(selects)


def _usable(intake: Intake, kind: str, columns: Mapping[str, str]) -> str:
    """The usable rows of all sources; an empty table with the same columns where no source gives any."""
    names = ", ".join(map(identifier, columns))
    selects = []
    for source, layout in zip(intake.sources, intake.layouts, strict=True):
        if kind in intake.tables[source.name]:
            kept = ["reason IS NULL", *(_after_breaks(intake.registers, layout) if kind == "spell" else ())]
            selects.append(f"SELECT {names} FROM {kind}_{source.name} WHERE {' AND '.join(kept)}")
    if not selects:
        typed = ", ".join(f"CAST(NULL AS {of}) AS {identifier(name)}" for name, of in columns.items())
        return f"SELECT {names} FROM (SELECT {typed}) AS nothing WHERE 1 = 0"
    return " UNION ALL ".join(selects)


def _after_breaks(registers: Registers, layout: Layout) -> list[str]:
    """What ``drop`` of [breaks] leaves out: spells that start in the year or later, of a layout that the break touches.

    The rows stay in the canonical stage, so that checks still see them.
    """
    return [
        f"start < {day_number(datetime.date(int(year), 1, 1))}"
        for year, trap in BREAKS.items()
        if registers.breaks.get(year) == "drop" and trap in layout.traps
    ]
