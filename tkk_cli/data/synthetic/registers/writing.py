"""Rows as files, block by block: CSV in the register's own dialect, Parquet, and small files for SPSS or Stata."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as parquet

from tkk_cli.data.synthetic.cohort import SYNTHETIC
from tkk_cli.data.synthetic.registers.rows import Cents, Column, Rows, Text

__all__ = ["Csv", "Dialect", "Parquet", "Statistical"]

# Days whose texts are kept at hand; every later one is the far end of an open spell, 9999-12-31.
_LAST_TEXT_DAY = 100_000


@dataclass(frozen=True)
class Dialect:
    """How a register writes its CSV files."""

    separator: str = ","
    decimal: str = "."
    date_format: str = "yyyy-mm-dd"
    encoding: str = "utf-8"


class Csv:
    """A CSV file that grows; ``lines`` counts its data rows."""

    suffix = ".csv"

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self.path, self.dialect, self.lines = path, dialect, 0
        self.columns: tuple[str, ...] = ()
        self._file = path.open("wb")

    def add(self, rows: Rows) -> None:
        """Rows of a block; the first block brings the names."""
        if not self.columns:
            self.columns = tuple(rows.columns)
            self._line(self.columns)
        texts = pa.table({name: _as_text(column, self.dialect) for name, column in rows.columns.items()})
        options = pacsv.WriteOptions(
            include_header=False, delimiter=self.dialect.separator, quoting_style="none", batch_size=50_000
        )
        buffer = io.BytesIO()
        pacsv.write_csv(texts, buffer, options)
        self._file.write(self._encoded(buffer.getvalue()))
        self.lines += len(rows)

    def add_raw(self, cells: Mapping[str, str]) -> int:
        """One row as it is, columns that are not named empty; its number from 1."""
        self._line([cells.get(name, "") for name in self.columns])
        self.lines += 1
        return self.lines

    def close(self) -> None:
        """No more rows."""
        self._file.close()

    def _line(self, cells: Sequence[str]) -> None:
        self._file.write((self.dialect.separator.join(cells) + "\n").encode(self.dialect.encoding))

    def _encoded(self, utf8: bytes) -> bytes:
        return utf8 if self.dialect.encoding == "utf-8" else utf8.decode("utf-8").encode(self.dialect.encoding)


class Parquet:
    """A Parquet file that grows by row groups."""

    suffix = ".parquet"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: parquet.ParquetWriter | None = None

    def add(self, rows: Rows) -> None:
        """Rows of a block."""
        metadata = {"synthetic": "true", "aineisto": SYNTHETIC}
        table = pa.table({name: _as_array(column) for name, column in rows.columns.items()}, metadata=metadata)
        if self._writer is None:
            self._writer = parquet.ParquetWriter(self.path, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        """No more rows."""
        if self._writer is not None:
            self._writer.close()


class Statistical:
    """A small .sav or .dta file, kept in memory until it is closed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._parts: list[pa.Table] = []

    def add(self, rows: Rows) -> None:
        """Rows of a block."""
        self._parts.append(pa.table({name: _as_array(column, coded=False) for name, column in rows.columns.items()}))

    def close(self) -> None:
        """Nothing is open."""

    def finish(self) -> None:
        """Write the file, without the clock in its header."""
        import pyreadstat

        frame = pa.concat_tables(self._parts).to_pandas()
        if self.path.suffix == ".sav":
            from tkk_cli.data.synthetic.files import stop_the_clock

            pyreadstat.write_sav(frame, self.path, file_label=SYNTHETIC)
            stop_the_clock(self.path)
        else:
            pyreadstat.write_dta(frame, self.path, file_label=SYNTHETIC)
            _stop_the_clock_of_stata(self.path)


def _stop_the_clock_of_stata(path: Path) -> None:
    """Stata's header holds the time of writing between these marks, 17 signs long."""
    content = path.read_bytes()
    mark = b"<timestamp>"
    at = content.index(mark) + len(mark) + 1
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"31 Dec 1800 00:00")


@cache
def _day_texts(date_format: str) -> pa.Array:
    """The texts of the days from 1800 to _LAST_TEXT_DAY, and of 9999-12-31 at the end."""
    days = np.append(np.arange(_first_text_day(), _LAST_TEXT_DAY), _far_end()).astype("datetime64[D]").astype(object)
    pattern = {
        "yyyy-mm-dd": "{0.year}-{0.month:02d}-{0.day:02d}",
        "d.m.yyyy": "{0.day}.{0.month}.{0.year}",
        "d/m/yyyy": "{0.day:02d}/{0.month:02d}/{0.year}",
    }[date_format]
    return pa.array([pattern.format(day) for day in days], pa.string())


def _first_text_day() -> int:
    return int(np.datetime64("1800-01-01", "D").astype(np.int64))


def _far_end() -> int:
    return int(np.datetime64("9999-12-31", "D").astype(np.int64))


def _as_text(column: Column, dialect: Dialect) -> pa.Array:
    if isinstance(column, Text):
        return _as_array(column, coded=False)
    if isinstance(column, Cents):
        cents = pa.array(column.cents)
        whole, rest = pc.divide(cents, 100), pa.array(column.cents % 100)
        two = pc.utf8_lpad(pc.cast(rest, pa.string()), 2, "0")
        return pc.binary_join_element_wise(pc.cast(whole, pa.string()), two, dialect.decimal)
    if column.dtype.kind == "M":
        day = column.astype(np.int64)
        place = np.minimum(day, _LAST_TEXT_DAY) - _first_text_day()
        missing = np.isnat(column)
        return _day_texts(dialect.date_format).take(pa.array(np.where(missing, 0, place), mask=missing))
    return pc.cast(pa.array(column), pa.string())


def _as_array(column: Column, *, coded: bool = True) -> Any:
    if isinstance(column, Text):
        words = pa.array([word or None for word in column.words], pa.string())
        if coded:
            empty = np.array([word == "" for word in column.words])[column.codes]
            codes = pa.array(column.codes.astype(np.int32), mask=empty)
            return pa.DictionaryArray.from_arrays(codes, pa.array(column.words, pa.string()))
        return words.take(pa.array(column.codes))
    if isinstance(column, Cents):
        return pa.array(column.cents / 100)
    return pa.array(column)
