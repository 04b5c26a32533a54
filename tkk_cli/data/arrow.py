"""Parquet, Arrow and data frames: columns that already have a type."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tkk_cli.data.buffers import floats
from tkk_cli.data.formats import damaged
from tkk_cli.data.interpret import RawColumn, encode
from tkk_cli.data.values import Marks
from tkk_cli.errors import TkkError

__all__ = ["ArrowTable", "open_frame", "open_ipc", "open_parquet", "parts_of"]

_MICROSECONDS_A_DAY = 86_400_000_000
# Whole numbers beyond this are not exact as float64; such a column is an identifier and stays text.
_EXACT = 2**53


class ArrowTable:
    """Named columns with Arrow types that can be read a few at a time.

    Parameters
    ----------
    format : str
    schema : pyarrow.Schema
    load : callable
        From column names to an Arrow table.
    """

    advice = ""

    def __init__(self, format: str, schema: Any, load: Callable[[list[str]], Any], name: str) -> None:
        self.format = format
        self.names: list[str] = list(schema.names)
        self.details: dict[str, Any] = {}
        self.marks = Marks()
        self._schema, self._load, self._name = schema, load, name
        twice = sorted({column for column in self.names if self.names.count(column) > 1})
        if twice:
            listed = ", ".join(f'"{column}"' for column in twice[:5])
            hint = "give each column its own name"
            raise TkkError("TKK108", f"a column name comes twice: {listed}", where=name, count=len(twice), hint=hint)

    def read(self, wanted: list[str]) -> tuple[dict[str, RawColumn], int]:
        """The wanted columns and the number of rows; TKK104 when the content is damaged."""
        try:
            table = self._load(wanted or self.names[:1])
        except (pa.ArrowException, OSError):
            raise damaged(self._name) from None
        ordered = {field.name for field in self._schema if pa.types.is_dictionary(field.type)}
        return {name: _raw(table[name], name in ordered) for name in wanted}, table.num_rows


def open_parquet(source: Any, name: str) -> ArrowTable:
    """A Parquet file (path or buffer), or a folder of parts, Hive-style column folders included."""
    import pyarrow.parquet as pq

    try:
        if isinstance(source, Path) and source.is_dir():
            import pyarrow.dataset as ds

            files = [str(part) for part in parts_of(source)]
            dataset = ds.dataset(
                files, format="parquet", partitioning=ds.HivePartitioning.discover(), partition_base_dir=str(source)
            )

            def load(wanted: list[str]) -> Any:
                try:
                    return dataset.to_table(columns=wanted)
                except (pa.ArrowException, OSError):
                    raise damaged(_bad_part(source, name)) from None

            return ArrowTable("parquet", dataset.schema, load, name)
        schema = pq.read_schema(_input(source))
        texts = [field.name for field in schema if pa.types.is_string(field.type)]
        file = pq.ParquetFile(_input(source), read_dictionary=texts)
    except (pa.ArrowException, OSError):
        raise damaged(_bad_part(source, name)) from None
    return ArrowTable("parquet", schema, lambda wanted: file.read(columns=wanted), name)


def _bad_part(source: Any, name: str) -> str:
    """The name of the first part of a folder that cannot be read; of anything else the name given."""
    import pyarrow.parquet as pq

    for part in parts_of(source) if isinstance(source, Path) and source.is_dir() else []:
        try:
            pq.ParquetFile(_input(part)).read()
        except (pa.ArrowException, OSError):
            return f"{name}/{part.relative_to(source).as_posix()}"
    return name


def parts_of(folder: Path) -> list[Path]:
    """The Parquet files of a folder in the order of their names; hidden ones and job markers left out."""
    parts = [part for part in folder.rglob("*") if part.suffix.lower() in {".parquet", ".pq"} and part.is_file()]
    return sorted(part for part in parts if not any(p.startswith((".", "_")) for p in part.relative_to(folder).parts))


def open_ipc(source: Any, name: str) -> ArrowTable:
    """An Arrow IPC file (Feather version 2)."""
    from pyarrow import ipc

    def load(wanted: list[str]) -> Any:
        options = ipc.IpcReadOptions(included_fields=[schema.get_field_index(column) for column in wanted])
        with ipc.open_file(_input(source), options=options) as reader:
            return reader.read_all()

    try:
        with ipc.open_file(_input(source)) as reader:
            schema = reader.schema
    except (pa.ArrowException, OSError):
        raise damaged(name) from None
    return ArrowTable("arrow", schema, load, name)


def _input(source: Any) -> Any:
    return pa.OSFile(str(source)) if isinstance(source, Path) else pa.BufferReader(source)


def open_frame(frame: Any) -> ArrowTable:
    """A pandas data frame or an Arrow table in memory."""
    if isinstance(frame, pa.Table):
        return ArrowTable("arrow", frame.schema, frame.select, "the Arrow table")
    names = [str(name) for name in frame.columns]
    arrays = [_from_pandas(frame.iloc[:, i]) for i in range(len(names))]
    schema = pa.schema([pa.field(name, array.type) for name, array in zip(names, arrays, strict=True)])
    table = pa.Table.from_arrays(arrays, schema=schema)
    return ArrowTable("pandas", schema, table.select, "the data frame")


def _from_pandas(series: Any) -> Any:
    try:
        array = pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # An object column that mixes types: text, as a CSV of it would be.
        array = pa.array([None if value is None or value != value else str(value) for value in series], pa.string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _raw(column: Any, ordered: bool) -> RawColumn:
    """An Arrow column as texts, numbers or days."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        if pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type):
            return RawColumn(encode(column), "text", ordered=ordered, format="text")
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or str(kind) == "string_view":
        return RawColumn(encode(column.cast(pa.string())), "text", format="text")
    if pa.types.is_boolean(kind):
        labels = {"0": "false", "1": "true"}
        return RawColumn(floats(column.cast(pa.int8())), "number", value_labels=labels, format="bool")
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _days(column)
    if pa.types.is_integer(kind) and _too_long(column):
        return RawColumn(encode(column.cast(pa.string())), "text", format=str(kind))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return RawColumn(floats(column), "number", format=str(kind))
    nothing = np.full(len(column), np.nan)
    if pa.types.is_null(kind):
        return RawColumn(nothing, "number", format="null")
    return RawColumn(nothing, "number", empty=f"of a type that tkk does not read ({kind})", format=str(kind))


def _too_long(column: Any) -> bool:
    if column.type.bit_width < 64:
        return False
    ends = pc.min_max(column)
    return any(abs(end) > _EXACT for end in (ends["min"].as_py(), ends["max"].as_py()) if end is not None)


def _days(column: Any) -> RawColumn:
    """Dates, or timestamps without their time of day, as days since 1970-01-01."""
    label = str(column.type)
    if pa.types.is_date32(column.type):
        return RawColumn(floats(column.cast(pa.int32())), "date", format="date")
    micro = floats(column.cast(pa.timestamp("us"), safe=False).cast(pa.int64()))
    days = np.floor(micro / _MICROSECONDS_A_DAY)
    timed = bool(np.any(days * _MICROSECONDS_A_DAY != micro, where=~np.isnan(micro)))
    note = "a time of day is left out" if timed else ""
    return RawColumn(days, "date", format=label, note=note)
