"""The raw tables of a source: its files in any format of the gateway, or a table of a database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tkk_cli.data.formats import BeginAgainError, damaged, format_of
from tkk_cli.data.options import ReadOptions
from tkk_cli.data.reading import Reader, open_path
from tkk_cli.data.registers.config import SourceEntry
from tkk_cli.data.registers.staging.raw import RawTable, file_fingerprint, rows_at_a_time
from tkk_cli.errors import TkkError

__all__ = ["FileTable", "open_tables"]

# Rows of a statistical file at a time: little memory, and as fast as larger pieces.
CHUNK = 50_000


def open_tables(entry: SourceEntry) -> tuple[RawTable, ...]:
    """The raw tables of a source, each opened and checked as far as its head shows.

    Raises
    ------
    TkkError
        TKK101 to TKK108, TKK115, TKK117, TKK118 of the gateway, with the source; TKK160 for a database.
    """
    if entry.database is not None:
        from tkk_cli.data.registers.staging.databases import open_table

        return (open_table(entry.database, entry.table or "", entry.name),)
    options = ReadOptions(separator=entry.separator, decimal=entry.decimal, encoding=entry.encoding, sheet=entry.sheet)
    return tuple(FileTable(path, entry.name, options) for path in entry.paths)


class FileTable:
    """A file in a format of the gateway."""

    def __init__(self, path: Path, source: str, options: ReadOptions) -> None:
        self.path, self.name = path, path.name
        self._source, self._options = source, options
        kind = self._told(lambda: format_of(path))
        # each key is for the files that it is about; one that is about none of them is refused by ``unused``
        given = ReadOptions(encoding=options.encoding)
        if kind == "text":
            given = replace(options, sheet=None)
        elif kind in ("parquet", "arrow", "excel"):
            given = ReadOptions(sheet=options.sheet if kind == "excel" else None)
        self._reader: Reader = self._told(lambda: open_path(path, given))
        self.names = list(self._reader.names)
        self.kind, self._partitions = kind, _partitions(path) if kind == "parquet" else {}
        self.names += [name for name in self._partitions if name not in self.names]
        # the engines see only what stands in the file, so what its folders say is written beside it
        self.parquet = kind == "parquet" and not self._partitions
        # columns of a statistical file that hold more than whole numbers
        self._fractions: set[str] = set()

    def fingerprint(self) -> str:
        return f"{file_fingerprint(self.path)} {self._options}"

    def batches(self, wanted: list[str]) -> Iterator[Any]:
        try:
            yield from self._batches(wanted)
        except TkkError as error:
            raise _of_source(error, self._source) from None

    def _batches(self, wanted: list[str]) -> Iterator[Any]:
        reader: Any = self._reader
        if self.kind == "text":
            yield from reader.batches(wanted)
        elif self.kind == "arrow":
            yield from _ipc_batches(self.path, wanted)
        elif self.kind == "parquet":
            yield from _parquet_batches(self.path, wanted, self._partitions)
        elif self.kind == "excel":
            from tkk_cli.data.registers.staging.pieces import piece

            yield piece(reader.read(wanted)[0], self._fractions)
        else:
            yield from self._chunks(reader, wanted)

    def _chunks(self, reader: Any, wanted: list[str]) -> Iterator[Any]:
        """Pieces of a statistical file: a column of doubles is whole numbers until a piece shows that it is not."""
        from tkk_cli.data.registers.staging.pieces import fractions, piece

        late: set[str] = set()
        first = True
        for columns, _ in reader.chunks(wanted, rows_at_a_time(len(wanted), CHUNK)):
            found = fractions(columns) - self._fractions
            if first:
                self._fractions |= found
            else:
                late |= found
            first = False
            if not late:
                yield piece(columns, self._fractions)
        if late:
            self._fractions |= late
            raise BeginAgainError

    def _told(self, call: Any) -> Any:
        try:
            return call()
        except TkkError as error:
            raise _of_source(error, self._source) from None


def _ipc_batches(path: Path, wanted: list[str]) -> Iterator[Any]:
    import pyarrow as pa
    from pyarrow import ipc

    try:
        with pa.OSFile(str(path)) as file, ipc.open_file(file) as reader:
            for i in range(reader.num_record_batches):
                yield reader.get_batch(i).select(wanted)
    except (pa.ArrowException, OSError):
        raise damaged(path.name) from None


def _partitions(path: Path) -> dict[str, str]:
    """What the folders of a part say: ``vuosi=2019/part-0.parquet`` has the column ``vuosi``."""
    found: dict[str, str] = {}
    for folder in path.parents:
        name, equals, value = folder.name.partition("=")
        if not (equals and name):
            break
        found[name] = unquote(value)
    return found


def _parquet_batches(path: Path, wanted: list[str], partitions: Mapping[str, str]) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(str(path)) as file:
            stored = [name for name in wanted if name not in partitions]
            for batch in file.iter_batches(columns=stored):
                told = {name: pa.array([value] * batch.num_rows) for name, value in partitions.items()}
                yield pa.table({name: told[name] if name in told else batch[name] for name in wanted})
    except (pa.ArrowException, OSError):
        raise damaged(path.name) from None


def _as_keys(text: str) -> str:
    """``--encoding cp1252`` as ``encoding = "cp1252"``, ``--separator`` as ``separator``."""
    return re.sub(r"--(\w+)", r"\1", re.sub(r"--(\w+) (cp1252)", r'\1 = "\2"', text))


def _of_source(error: TkkError, source: str) -> TkkError:
    """The gateway's error with the source, and keys of ``registers.toml`` where it speaks of options."""
    message, hint, place = (_as_keys(text) for text in (error.message, error.hint or "", error.where or ""))
    where = f"[source.{source}] {place}".strip()
    return TkkError(error.code, message, where=where, count=error.count, hint=hint or None)
