"""Where the SQL runs. ``Engine`` is what the stages ask for; ``DuckDB`` is the default, ``spark`` has the other one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from tkk_cli.data.registers.sql import identifier, literal
from tkk_cli.errors import TkkError

__all__ = ["DuckDB", "Engine"]

_MEMORY = "give more, for example --memory 4GB, or fewer threads, --threads 1"
_DISK = "make room, or give a folder on another disk with --temp or --work"


class Engine(Protocol):
    """One SQL text in DuckDB's dialect, run somewhere; tables are views over Parquet files."""

    name: str

    def raw(self, view: str, paths: Sequence[Path]) -> None:
        """Parquet files of one register as a view, with ``tkk_file`` (base name) and ``tkk_row`` (from 1) added."""

    def open(self, view: str, path: Path) -> None:
        """A written stage as a view."""

    def define(self, view: str, sql: str) -> None:
        """A view of a SELECT; nothing is computed."""

    def rows(self, view: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
        """A small table from Python: name -> SQL type, and its rows."""

    def write(self, view: str, sql: str, path: Path) -> None:
        """Run a SELECT, write its rows to Parquet whole or not at all, and show them as a view."""

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a SELECT: counts and small tables only."""

    def close(self) -> None:
        """Let go of memory and temporary files."""


class DuckDB:
    """The embedded engine: works out of core within ``memory``, spilling to ``temp``.

    Parameters
    ----------
    memory : str
        Limit such as ``"4GB"``.
    threads : int
    temp : pathlib.Path
        Folder for what does not fit in memory; removed by ``close``.
    """

    name = "duckdb"

    def __init__(self, memory: str, threads: int, temp: Path) -> None:
        import duckdb

        self._temp = temp
        # Nothing may try the network: extensions are neither installed nor loaded by themselves.
        offline: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
        self._connection = duckdb.connect(config=offline)
        for setting, value in {
            "memory_limit": memory,
            "threads": threads,
            "preserve_insertion_order": False,
            "TimeZone": "UTC",
            "temp_directory": str(temp),
        }.items():
            self._connection.execute(f"SET {setting} = {literal(value)}")

    def _run(self, sql: str, fetch: bool = False) -> Any:
        """Run SQL and fetch its rows if asked; memory or disk that does not suffice is the user's to give: TKK280."""
        import duckdb

        try:
            done = self._connection.execute(sql)
            return done.fetchall() if fetch else None
        except duckdb.OutOfMemoryException as error:
            # what does not fit in memory goes to disk, so this is either limit
            if "offload" in str(error):
                raise TkkError("TKK280", "the disk has no room for what does not fit in memory", hint=_DISK) from None
            raise TkkError("TKK280", "the memory that the engine may take is too small", hint=_MEMORY) from None
        except duckdb.IOException as error:
            if "No space left" not in str(error) and "quota" not in str(error):
                raise
            raise TkkError("TKK280", "the disk of the work folder is full", hint=_DISK) from None
        except RuntimeError as error:
            # Ctrl-C during a query comes as an error of its own
            if isinstance(error.__cause__, KeyboardInterrupt):
                raise KeyboardInterrupt from None
            raise

    def raw(self, view: str, paths: Sequence[Path]) -> None:
        files = ", ".join(literal(str(path)) for path in paths)
        self._run(
            f"CREATE OR REPLACE VIEW {identifier(view)} AS SELECT * EXCLUDE (filename, file_row_number), "
            "parse_filename(filename) AS tkk_file, file_row_number + 1 AS tkk_row "
            f"FROM read_parquet([{files}], filename=true, file_row_number=true, union_by_name=true)"
        )

    def open(self, view: str, path: Path) -> None:
        source = str(path / "*.parquet") if path.is_dir() else str(path)
        self._run(f"CREATE OR REPLACE VIEW {identifier(view)} AS SELECT * FROM read_parquet({literal(source)})")

    def define(self, view: str, sql: str) -> None:
        self._run(f"CREATE OR REPLACE VIEW {identifier(view)} AS {sql}")

    def rows(self, view: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
        typed = ", ".join(f"{identifier(name)} {kind}" for name, kind in columns.items())
        self._run(f"CREATE OR REPLACE TABLE {identifier(view)} ({typed})")
        if rows:
            marks = ", ".join("?" * len(columns))
            self._connection.executemany(f"INSERT INTO {identifier(view)} VALUES ({marks})", [list(r) for r in rows])

    def write(self, view: str, sql: str, path: Path) -> None:
        part = path.with_name(path.name + ".part")
        try:
            self._run(f"COPY ({sql}) TO {literal(str(part))} (FORMAT parquet, COMPRESSION zstd)")
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        self.open(view, path)

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._run(sql, fetch=True)
        return rows

    def close(self) -> None:
        self._connection.close()
        shutil.rmtree(self._temp, ignore_errors=True)
