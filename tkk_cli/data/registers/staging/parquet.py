"""What is wanted of a raw table as a Parquet file of the work folder, written whole or not at all, and used again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tkk_cli.data.formats import BeginAgainError, damaged
from tkk_cli.data.registers.staging.raw import RawTable, rows_at_a_time
from tkk_cli.errors import TkkError

__all__ = ["column_kinds", "empty_column", "stage"]

# Changes when the same file would become other rows.
_VERSION = "1"
# Rows of a row group, where they are not many cells: what the engine reads in one piece.
_GROUP = 122_880


def stage(
    table: RawTable,
    wanted: Mapping[str, str],
    folder: Path,
    *,
    decimal: str | None,
    amounts: Collection[str],
    fresh: bool,
) -> Path:
    """The wanted columns of a raw table as a Parquet file in ``folder``; one that stands there is used again.

    Parameters
    ----------
    table : RawTable
    wanted : mapping
        Column of the table -> its name in the Parquet file.
    folder : pathlib.Path
    decimal : str or None
        The decimal mark that the user gave: in ``amounts`` the other mark then groups thousands, and is left out.
    amounts : collection of str
        Number columns, by their names in the Parquet file.
    fresh : bool
        Whether it is written again even so.

    Raises
    ------
    TkkError
        What reading raises, and TKK504 where the folder cannot be written.
    """
    recipe = repr((_VERSION, table.fingerprint(), sorted(wanted.items()), decimal, sorted(amounts)))
    path = folder / f"{hashlib.sha256(recipe.encode()).hexdigest()[:24]}.parquet"
    if path.exists() and not fresh:
        return path
    other = {",": ".", ".": ","}.get(decimal or "") if table.kind == "text" else None
    grouped = dict.fromkeys(set(amounts) & set(wanted.values()), other) if other else {}
    part = path.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            while not _written(table, wanted, part, grouped):
                pass
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        hint = "free space, or give another folder with --work"
        message = f"the work folder cannot be written ({error.strerror})"
        raise TkkError("TKK504", message, where=str(folder), hint=hint) from None
    return path


def _written(table: RawTable, wanted: Mapping[str, str], part: Path, grouped: Mapping[str, str]) -> bool:
    """Write the whole table; false where its reader asks for a second time from the start."""
    writer: Any = None
    waiting: list[Any] = []
    rows, group = 0, rows_at_a_time(len(wanted), _GROUP)
    try:
        for batch in table.batches(list(wanted)):
            named = pa.table(dict(zip(wanted.values(), batch.columns, strict=True)))
            waiting.append(_ungrouped(named, grouped))
            rows += batch.num_rows
            writer = writer or _writer(part, named.schema)
            if rows >= group:
                writer.write_table(pa.concat_tables(waiting), row_group_size=group)
                waiting, rows = [], 0
        if writer is None:
            # no row: the columns alone, as texts that nobody misses
            waiting = [pa.table({name: pa.nulls(0, pa.string()) for name in wanted.values()})]
            writer = _writer(part, waiting[0].schema)
        if waiting:
            writer.write_table(pa.concat_tables(waiting), row_group_size=group)
    except BeginAgainError:
        return False
    finally:
        if writer is not None:
            writer.close()
    return True


def _writer(part: Path, schema: Any) -> Any:
    return pq.ParquetWriter(str(part), schema, compression="zstd", compression_level=1)


def _ungrouped(table: Any, grouped: Mapping[str, str]) -> Any:
    for name, mark in grouped.items():
        place = table.column_names.index(name)
        table = table.set_column(place, name, pc.replace_substring(table[name], mark, ""))
    return table


def column_kinds(path: Path, name: str) -> tuple[dict[str, str], int]:
    """Column -> ``text``, ``integer``, ``number``, ``date``, ``timestamp`` or another type's name; and the rows."""
    try:
        with pq.ParquetFile(str(path)) as file:
            return {field.name: _kind(field.type) for field in file.schema_arrow}, file.metadata.num_rows
    except (pa.ArrowException, OSError):
        raise damaged(name) from None


def empty_column(path: Path, name: str, column: str) -> bool:
    """Whether a column, by its name without regard to case, has nothing in any row: so the statistics of it say."""
    try:
        with pq.ParquetFile(str(path)) as file:
            place = [field.name.casefold() for field in file.schema_arrow].index(column.casefold())
            if pa.types.is_null(file.schema_arrow.field(place).type):
                return True
            parts = [file.metadata.row_group(i).column(place) for i in range(file.metadata.num_row_groups)]
            return all(_nothing(part.statistics, part.num_values) for part in parts)
    except (pa.ArrowException, OSError):
        raise damaged(name) from None


def _nothing(told: Any, n_values: int) -> bool:
    """Nulls alone, or (the missing texts of a text file or of SPSS) empty texts."""
    if told is None:
        return False
    return (told.has_null_count and told.null_count == n_values) or (told.has_min_max and told.max in ("", b""))


def _kind(kind: Any) -> str:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    for name, tests in _KINDS.items():
        if any(test(kind) for test in tests):
            return name
    return str(kind)


_KINDS: dict[str, tuple[Any, ...]] = {
    "text": (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view),
    "integer": (pa.types.is_integer, pa.types.is_boolean, pa.types.is_null),
    "number": (pa.types.is_floating, pa.types.is_decimal),
    "date": (pa.types.is_date,),
    "timestamp": (pa.types.is_timestamp,),
}
