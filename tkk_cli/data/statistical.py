"""SPSS, Stata and SAS files: labels, user-missing values and each program's dates."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyreadstat
from numpy.typing import NDArray

from tkk_cli.data.formats import damaged
from tkk_cli.data.interpret import EMPTY, MissingRule, RawColumn, encode
from tkk_cli.data.values import Marks, canonical
from tkk_cli.errors import TkkError

__all__ = ["StatisticalFile"]

# format -> (reader, whether the reader can tell user-missing values, whether it takes an encoding)
_READERS: dict[str, tuple[str, bool, bool]] = {
    "spss": ("read_sav", True, True),
    "spss portable": ("read_por", False, False),
    "stata": ("read_dta", True, True),
    "sas": ("read_sas7bdat", True, True),
    "sas transport": ("read_xport", False, True),
}
_UNTOLD = "empty or user-missing"

_DAY = 86_400
# Days from the program's day zero to 1970-01-01.
_SPSS_ZERO, _STATA_SAS_ZERO = 141_428, 3_653
_SPSS_DATE = re.compile(r"(DATE|ADATE|EDATE|SDATE|JDATE|QYR|MOYR|WKYR)\d*$")
_SPSS_TIMED = re.compile(r"(DATETIME|YMDHMS)[\d.]*$")
_SAS_TIMED = re.compile(r"(DATETIME|DATEAMPM|DT[A-Z]+|[EB]8601D[TNZ]|NLDATM\w*|MDYAMPM)[\d.]*$")
_SAS_DATE = re.compile(
    r"(DATE|DAY|(DDMMYY|MMDDYY|YYMMDD|MMYY|YYMM|YYQ)[BCDNPS]?|[EB]8601DA|NLDATE\w*|JULIAN|JULDAY|MONYY|MONTH"
    r"|WEEKDATE|WEEKDATX|WORDDATE|WORDDATX|YEAR|YYMON|EUR(DFDD|DFDE|DFMY|DFWDX|DFWKX))[\d.]*$"
)


class StatisticalFile:
    """A file of SPSS, Stata or SAS; its columns are known before its data are read.

    A file that breaks off is refused, with one exception that cannot be seen: a SAS transport file states no number
    of rows, so one that breaks off exactly between two rows looks whole.

    Parameters
    ----------
    path : Path
    format : str
        A key of ``_READERS``.
    name : str
        For messages.
    encoding : str or None
        Overrides the encoding that the file states.
    """

    advice = ""

    def __init__(self, path: Path, format: str, name: str, encoding: str | None) -> None:
        self.format, self.marks = format, Marks()
        self._path, self._name = path, name
        reader, self._tells_missing, takes_encoding = _READERS[format]
        self._reader: Callable[..., Any] = getattr(pyreadstat, reader)
        self._settings: dict[str, Any] = {"output_format": "dict", "disable_datetime_conversion": True}
        if self._tells_missing:
            self._settings["user_missing"] = True
        if encoding is not None:
            if not takes_encoding:
                raise TkkError("TKK118", "this format does not take --encoding", where=name)
            self._settings["encoding"] = encoding
        _check_end(path, format, name)
        meta = self._call(metadataonly=True)[1]
        self.names: list[str] = list(meta.column_names)
        self._n_rows: int | None = meta.number_rows

    def _call(self, **settings: Any) -> Any:
        try:
            return self._reader(os.fspath(self._path), **self._settings, **settings)
        except MemoryError:
            raise
        except Exception:
            # The library's own text may quote the file, so it goes no further.
            raise damaged(self._name) from None

    @property
    def details(self) -> dict[str, Any]:
        """Nothing was guessed: the file states how it is to be read."""
        return {"encoding": self._settings["encoding"]} if "encoding" in self._settings else {}

    def read(self, wanted: list[str]) -> tuple[dict[str, RawColumn], int]:
        """The wanted columns and the number of rows; TKK104 when the file breaks off."""
        data, meta = self._call(usecols=wanted or self.names[:1])
        n_rows = len(next(iter(data.values()), ()))
        if meta.number_rows is not None and meta.number_rows != n_rows:
            raise damaged(self._name)
        if self.format == "sas transport":
            _check_transport(self._path, meta, self._name)
        return {name: self._raw(name, data[name], meta) for name in wanted}, n_rows

    def chunks(self, wanted: list[str], size: int) -> Iterator[tuple[dict[str, RawColumn], int]]:
        """The wanted columns ``size`` rows at a time, and how many rows these are; TKK104 when the file breaks off."""
        done = 0
        while True:
            data, meta = self._call(usecols=wanted or self.names[:1], row_offset=done, row_limit=size)
            n_rows = len(next(iter(data.values()), ()))
            done += n_rows
            if n_rows:
                yield {name: self._raw(name, data[name], meta) for name in wanted}, n_rows
            if n_rows < size:
                break
        if self._n_rows is not None and self._n_rows != done:
            raise damaged(self._name)
        if self.format == "sas transport":
            _check_transport(self._path, meta, self._name)

    def _raw(self, name: str, values: Any, meta: Any) -> RawColumn:
        file_labels: Mapping[Any, str] = meta.variable_value_labels.get(name) or {}
        labels = {_code(code): str(text) for code, text in file_labels.items()}
        stored = meta.original_variable_types.get(name) or ""
        label = meta.column_names_to_labels.get(name) or ""
        ranges = meta.missing_ranges.get(name) or []
        rules = tuple(MissingRule(_edge(rule["lo"]), _edge(rule["hi"])) for rule in ranges)
        empty = EMPTY if self._tells_missing else _UNTOLD
        if meta.readstat_variable_types[name] == "string":
            texts = encode(list(values))
            return RawColumn(texts, "text", label, labels, rules, empty=empty, format=stored)
        numbers, special = _split(values, labels)
        kind, note = "number", ""
        scale = self._scale(stored.upper())
        if scale is not None:
            kind = "date"
            unit, zero = scale
            days = np.floor(numbers / unit) - zero
            if np.any(days + zero != numbers / unit, where=~np.isnan(numbers)):
                note = "a time of day is left out"
            numbers = days
            rules = tuple(MissingRule(float(rule.low) / unit - zero, float(rule.high) / unit - zero) for rule in rules)
            labels = {}
        return RawColumn(numbers, kind, label, labels, rules, special, empty, format=stored, note=note)

    def _scale(self, stored: str) -> tuple[float, int] | None:
        """Units a day and the day zero of a column with a date format; ``None`` for every other column."""
        if self.format.startswith("spss"):
            return (_DAY, _SPSS_ZERO) if _SPSS_DATE.match(stored) or _SPSS_TIMED.match(stored) else None
        if self.format == "stata":
            if stored.startswith(("%TD", "%D", "%-TD", "%-D")):
                return 1, _STATA_SAS_ZERO
            # %tcHH:MM is a time of day alone
            timed = stored.startswith(("%TC", "%-TC")) and not stored.lstrip("%-").startswith("TCHH")
            return (_DAY * 1000, _STATA_SAS_ZERO) if timed else None
        if _SAS_TIMED.match(stored):
            return _DAY, _STATA_SAS_ZERO
        return (1, _STATA_SAS_ZERO) if _SAS_DATE.match(stored) else None


def _code(code: Any) -> str:
    return canonical(float(code)) if isinstance(code, (int, float)) else str(code).strip()


def _edge(value: Any) -> float | str:
    return value.strip() if isinstance(value, str) else float(value)


def _split(values: Any, labels: Mapping[str, str]) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
    """Numbers, and the rows of each special missing value (Stata's .a to .z, SAS's .A to ._), which come as letters."""
    try:
        return np.asarray(values, dtype=np.float64), {}
    except ValueError:
        items = np.asarray(values, dtype=object)
    letters = np.array([item if isinstance(item, str) else "" for item in items])
    special = {}
    for letter in sorted(set(letters.tolist()) - {""}):
        label = labels.get(letter) or labels.get(letter.lower())
        special[f"user-missing .{letter} ({label})" if label else f"user-missing .{letter}"] = letters == letter
    items[letters != ""] = None
    return items.astype(np.float64), special


def _check_end(path: Path, format: str, name: str) -> None:
    """Refuse a file whose last bytes show that it breaks off, where the reader would not notice."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(80)
        file.seek(max(0, size - 100))
        tail = file.read()
    if format == "stata" and head.startswith(b"<stata_dta>") and not tail.rstrip(b"\0\r\n ").endswith(b"</stata_dta>"):
        raise damaged(name)
    if format == "sas transport" and size % 80:
        raise damaged(name)


def _check_transport(path: Path, meta: Any, name: str) -> None:
    """A transport file does not say how many rows it has: what follows the last whole row must be padding."""
    content = path.read_bytes()
    start = max(content.find(b"HEADER RECORD*******OBS     "), content.find(b"HEADER RECORD*******OBSV8   "))
    width = sum(meta.variable_storage_width.values())
    if start < 0 or content.count(b"HEADER RECORD*******MEMB") > 1 or width <= 0:
        return
    rest = content[start + 80 :]
    left = rest[len(rest) - len(rest) % width :]
    if left.strip(b" "):
        raise damaged(name)
