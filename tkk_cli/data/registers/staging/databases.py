"""A table or view of a DuckDB or SQLite file, read and never written."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tkk_cli.data.registers.sql import identifier
from tkk_cli.data.registers.staging.raw import RawTable, file_fingerprint, rows_at_a_time
from tkk_cli.errors import TkkError

__all__ = ["open_table"]

_ROWS = 100_000
# What DuckDB may take to read ahead.
_MEMORY = "1GB"


def open_table(path: Path, table: str, source: str) -> RawTable:
    """The table of a database file, whose first bytes tell its kind.

    Raises
    ------
    TkkError
        TKK160 where the file is no database, cannot be read, or has no such table (with the tables it has).
    """
    with path.open("rb") as file:
        head = file.read(16)
    if head[8:12] == b"DUCK":
        return DuckTable(path, table, source)
    if head.startswith(b"SQLite format 3\0"):
        return SqliteTable(path, table, source)
    hint = "a database is a DuckDB or SQLite file; other files are given with path"
    raise _refused("the file is no database that tkk reads", path, source, hint)


class _Table(ABC):
    """What both kinds share: ``names`` are asked for at once, so that a missing table is told first."""

    parquet = False
    kind = "database"

    def __init__(self, path: Path, table: str, source: str) -> None:
        self.path, self.name = path, f"{path.name} {table}"
        self._source = source
        self._table = ".".join(identifier(part) for part in table.split("."))
        known = self._tables()
        if table.lower() not in {name.lower() for name in known}:
            near = get_close_matches(table.lower(), known, n=1) or known[:5]
            hint = f"its tables are {', '.join(known[:20])}" if not near else f"did you mean {' or '.join(near)}?"
            raise _refused(f"the database has no table {table}", path, source, hint if known else "it has no table")
        self.names = self._columns()

    @abstractmethod
    def _tables(self) -> list[str]:
        """Names of tables and views."""

    @abstractmethod
    def _columns(self) -> list[str]:
        """Names of the columns of the table."""

    def fingerprint(self) -> str:
        return f"{file_fingerprint(self.path)} {self._table}"

    def _broken(self) -> TkkError:
        # The library's own text may quote the data, so it goes no further.
        hint = "close it in other programs, and check that it was written by a version that is not newer"
        return _refused("the database cannot be read", self.path, self._source, hint)


class DuckTable(_Table):
    """A table or view of a ``.duckdb`` file; ``schema.table`` names one outside the main schema."""

    def _query(self, sql: str) -> Any:
        import duckdb

        config: Any = {
            "memory_limit": _MEMORY,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        try:
            connection = duckdb.connect(str(self.path), read_only=True, config=config)
            return connection, connection.execute(sql)
        except duckdb.Error:
            raise self._broken() from None

    def _tables(self) -> list[str]:
        name = "CASE WHEN table_schema = 'main' THEN table_name ELSE table_schema || '.' || table_name END"
        connection, found = self._query(f"SELECT {name} FROM information_schema.tables ORDER BY 1")
        with closing(connection):
            return [str(row[0]) for row in found.fetchall()]

    def _columns(self) -> list[str]:
        connection, found = self._query(f"SELECT * FROM {self._table} LIMIT 0")
        with closing(connection):
            return [str(column[0]) for column in found.description]

    def batches(self, wanted: list[str]) -> Iterator[Any]:
        import duckdb

        connection, found = self._query(f"SELECT {', '.join(map(identifier, wanted))} FROM {self._table}")
        try:
            with closing(connection):
                # the name of this method before DuckDB 1.5
                read = getattr(found, "to_arrow_reader", None) or found.fetch_record_batch
                yield from read(_ROWS)
        except duckdb.Error:
            raise self._broken() from None


class SqliteTable(_Table):
    """A table or view of a SQLite file, whose cells have types and whose columns need not."""

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)

    def _fetch(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        try:
            with closing(self._connect()) as connection:
                cursor = connection.execute(sql)
                return [column[0] for column in cursor.description], cursor.fetchall()
        except sqlite3.Error:
            raise self._broken() from None

    def _tables(self) -> list[str]:
        rows = self._fetch("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")[1]
        return [str(row[0]) for row in rows]

    def _columns(self) -> list[str]:
        return self._fetch(f"SELECT * FROM {self._table} LIMIT 0")[0]

    def batches(self, wanted: list[str]) -> Iterator[Any]:
        kinds = self._kinds(wanted)
        cells = {"text": "CAST({} AS TEXT)", "number": "CAST({} AS REAL)", "integer": "{}"}
        selected = ", ".join(cells[kinds[name]].format(identifier(name)) for name in wanted)
        try:
            with closing(self._connect()) as connection:
                cursor = connection.execute(f"SELECT {selected} FROM {self._table}")
                while rows := cursor.fetchmany(rows_at_a_time(len(wanted), _ROWS)):
                    yield _arrow(rows, wanted, kinds)
        except sqlite3.Error:
            raise self._broken() from None

    def _kinds(self, wanted: list[str]) -> dict[str, str]:
        """``text`` where any cell is, ``number`` where any is a fraction, else ``integer``."""
        asked = ", ".join(
            f"MAX(typeof({name}) IN ('text', 'blob')), MAX(typeof({name}) = 'real')" for name in map(identifier, wanted)
        )
        found = self._fetch(f"SELECT {asked} FROM {self._table}")[1][0]
        pairs = zip(wanted, found[::2], found[1::2], strict=True)
        return {name: "text" if text else "number" if real else "integer" for name, text, real in pairs}


def _arrow(rows: Sequence[tuple[Any, ...]], names: list[str], kinds: dict[str, str]) -> Any:
    import numpy as np
    import pyarrow as pa

    from tkk_cli.data.buffers import from_texts
    from tkk_cli.data.registers.staging.pieces import numbers

    columns = {}
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        if kinds[name] == "text":
            columns[name] = from_texts(cells).cast(pa.string())
            continue
        valid = np.array([cell is not None for cell in cells])
        values = [0 if cell is None else cell for cell in cells]
        if kinds[name] == "integer":
            columns[name] = numbers(np.array(values, dtype=np.int64), valid, pa.int64())
        else:
            columns[name] = numbers(np.array(values, dtype=np.float64), valid, pa.float64())
    return pa.table(columns)


def _refused(message: str, path: Path, source: str, hint: str) -> TkkError:
    return TkkError("TKK160", message, where=f"[source.{source}] {path.name}", hint=hint)
