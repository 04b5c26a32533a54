"""A table in memory: columns that are numbers, dates or text, with their labels and what is missing and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data.values import Marks, canonical, iso_dates, parse_dates, parse_numbers, whole_dates
from tkk_cli.errors import TkkError

__all__ = ["Category", "Column", "DataTable", "Source", "near_values"]

Kind = Literal["number", "date", "text"]
Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Source:
    """Where a table comes from: base name, content hash (sha256, hex), format, and how the file was read.

    ``synthetic`` is true when the codebook says so.
    """

    name: str
    sha256: str
    format: str
    details: Mapping[str, Any] = field(default_factory=dict)
    synthetic: bool = False


@dataclass(frozen=True, eq=False)
class Column:
    """One column as read and interpreted.

    Attributes
    ----------
    name : str
    kind : {"number", "date", "text"}
    values : (n,) array
        number: float64, NaN missing. date: float64, whole days since 1970-01-01, NaN missing. text: int64 positions
        in ``levels``, -1 missing.
    levels : tuple of str
        Text only: the distinct values, those of the codebook first in its order, then in natural order.
    label : mapping
        Language -> label of the column; ``""`` is the label in the file.
    value_labels : mapping
        Canonical code -> {language: label}; ``""`` is the label in the file.
    missing : mapping
        Reason -> number of rows, for example ``"user-missing 9 (Ei vastausta)"``.
    role, unit, reference : str or None
        From the codebook.
    format : str
        How the values were read, for example ``d.m.yyyy``.
    note : str
        What is doubtful about the reading, in words; empty where nothing is.
    coded : bool
        Whether ``levels`` (text) or the value labels (number) stand in an order that was given and is kept.
    marks : Marks
        Decimal mark and date format with which text is read when it is asked for as numbers or dates.
    why : (n,) int8 or None
        Position of the reason in ``missing``, -1 = there is a value; ``None`` when nothing is missing.
    """

    name: str
    kind: Kind
    values: NDArray[Any]
    levels: tuple[str, ...] = ()
    label: Mapping[str, str] = field(default_factory=dict)
    value_labels: Labels = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)
    role: str | None = None
    unit: str | None = None
    reference: str | None = None
    format: str = ""
    note: str = ""
    coded: bool = False
    marks: Marks = field(default_factory=Marks)
    why: NDArray[np.int8] | None = None

    @property
    def is_missing(self) -> NDArray[np.bool_]:
        """(n,) bool: the rows without a value."""
        return self.values < 0 if self.kind == "text" else np.isnan(self.values)

    def grouped(self) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Each row's position in the values that occur (-1 missing), and these values in their order."""
        codes, keys = _text_codes(self) if self.kind == "text" else _number_codes(self)
        return _reorder(codes, keys, self) if self.coded else (codes, keys)

    def take(self, keep: NDArray[np.bool_]) -> Column:
        """The column of some rows, its missing values counted again."""
        why = None if self.why is None else self.why[keep]
        missing: dict[str, int] = {}
        if why is not None:
            counts = np.bincount(why[why >= 0], minlength=len(self.missing))
            missing = {reason: int(count) for reason, count in zip(self.missing, counts, strict=True)}
        return replace(self, values=self.values[keep], why=why, missing=missing)


@dataclass(frozen=True, eq=False)
class Category:
    """A column as groups: (n,) int64 ``codes`` into ``keys`` (-1 missing), labels by key and language."""

    codes: NDArray[np.int64]
    keys: tuple[str, ...]
    labels: Labels
    title: Mapping[str, str]
    reference: str | None


@dataclass(frozen=True, eq=False)
class DataTable:
    """Columns of equal length, asked for as numbers, dates or categories.

    ``row_numbers`` are the rows of the source, from 1, when only some are left.
    """

    columns: Mapping[str, Column]
    n_rows: int
    source: Source
    row_numbers: NDArray[np.int64] | None = None

    def __getitem__(self, name: str) -> Column:
        if name not in self.columns:
            raise TkkError("TKK109", f'the column "{name}" was not read', where=self.source.name)
        return self.columns[name]

    def number(self, name: str) -> NDArray[np.float64]:
        """A column as numbers.

        Parameters
        ----------
        name : str
            A column of the table.

        Returns
        -------
        (n,) float64
            NaN where the value is missing.

        Raises
        ------
        TkkError
            TKK111 when a comma, point or space may group thousands, TKK112 when something is not a number.
        """
        column = self[name]
        if column.kind == "number":
            return column.values
        if column.kind == "date":
            raise self._refusal("TKK112", column, "must hold numbers and holds dates", None)
        parsed = parse_numbers(column.levels, column.marks)
        if parsed.problem:
            raise self._refusal("TKK111", column, parsed.problem, None)
        if not parsed.ok.all():
            raise self._refusal("TKK112", column, "must hold numbers and holds something else", parsed.ok)
        return _spread(parsed.values, column.values)

    def date(self, name: str) -> NDArray[np.float64]:
        """A column as dates.

        Parameters
        ----------
        name : str
            A column of the table. Whole numbers that all read as yyyymmdd are dates.

        Returns
        -------
        (n,) float64
            Whole days since 1970-01-01, NaN where the value is missing.

        Raises
        ------
        TkkError
            TKK110 when formats are mixed or day and month cannot be told apart, TKK113 when something is not a date.
        """
        column = self[name]
        if column.kind == "date":
            return column.values
        if column.kind == "number":
            days = whole_dates(column.values)
            if days is None:
                raise self._refusal("TKK113", column, "must hold dates and holds numbers", None)
            return days
        parsed = parse_dates(column.levels, column.marks, _counts(column))
        if parsed.problem:
            raise self._refusal("TKK110", column, parsed.problem, None)
        if not parsed.ok.all():
            raise self._refusal("TKK113", column, "must hold dates and holds something else", parsed.ok)
        return _spread(parsed.values, column.values)

    def category(self, name: str) -> Category:
        """A column as groups, whatever it holds.

        Numbers have the keys ``"1"`` or ``"2.5"``, never ``"1.0"``; dates are ISO. The keys are those that occur, in
        the order of the codebook or the file where there is one, else in numeric or natural order.

        Parameters
        ----------
        name : str
            A column of the table.

        Returns
        -------
        Category
            ``codes`` (n,) int64, -1 where the value is missing.

        Raises
        ------
        TkkError
            TKK114 when the codebook's reference is not a value of the column.
        """
        column = self[name]
        codes, keys = column.grouped()
        reference = _key_of(column.reference, column)
        # of the rows that a filter left, the reference may rightly be gone
        if reference is not None and self.row_numbers is None and reference not in {*keys, *column.value_labels}:
            message = f'in the codebook, the reference of the column "{name}" is not one of its values'
            where = str(self.source.details.get("codebook", self.source.name))
            raise TkkError("TKK114", message, where=where, hint=near_values(reference, keys, column.value_labels))
        return Category(codes, keys, column.value_labels, column.label, reference)

    def select(self, keep: NDArray[np.bool_]) -> DataTable:
        """The table of the rows for which ``keep`` (n,) is true."""
        numbers = np.arange(1, self.n_rows + 1) if self.row_numbers is None else self.row_numbers
        columns = {name: column.take(keep) for name, column in self.columns.items()}
        return DataTable(columns, int(np.count_nonzero(keep)), self.source, numbers[keep])

    def _refusal(self, code: str, column: Column, problem: str, ok: NDArray[np.bool_] | None) -> TkkError:
        """The error about a column, with the first rows it concerns and no value."""
        count, hint = None, _HINTS[code]
        if ok is not None:
            bad = np.flatnonzero(np.append(~ok, False)[column.values])
            count = len(bad)
            rows = bad + 1 if self.row_numbers is None else self.row_numbers[bad]
            problem = f"{problem} (first at data row {', '.join(str(row) for row in rows[:5])})"
        message = f'the column "{column.name}" {problem}'
        return TkkError(code, message, where=self.source.name, count=count, hint=hint)


# Values of a column with more distinct ones than this may be people's own, and are not named in a message.
_MOST_NAMED, _MOST_LISTED = 50, 12
_HINTS = {
    "TKK110": "give the format with --date-format, for example --date-format d.m.yyyy, or make the column uniform",
    "TKK111": "say which mark is the decimal one: --decimal , or --decimal . (the other one then groups thousands)",
    "TKK112": "correct the file, or name the codes that mean missing in the codebook (missing = [...])",
    "TKK113": "give the format with --date-format, or name the codes that mean missing in the codebook",
}


def _spread(values: NDArray[np.float64], codes: NDArray[np.int64]) -> NDArray[np.float64]:
    # Code -1 picks the NaN at the end.
    return np.append(values, np.nan)[codes]


def _counts(column: Column) -> NDArray[np.int64]:
    return np.bincount(column.values[column.values >= 0], minlength=len(column.levels))


def _text_codes(column: Column) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    used = _counts(column) > 0
    if used.all():
        return column.values, column.levels
    renumber = np.append(np.cumsum(used) - 1, -1)
    return renumber[column.values], tuple(level for level, u in zip(column.levels, used, strict=True) if u)


def _number_codes(column: Column) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    present = ~column.is_missing
    values = column.values[present]
    codes = np.full(len(column.values), -1, dtype=np.int64)
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    if high - low < 1e6 and np.all(values == np.rint(values)):
        # Counting is several times faster than sorting, and codes and days are nearly always a short range.
        offsets = (values - low).astype(np.int64)
        used = np.bincount(offsets, minlength=1) > 0
        distinct = np.flatnonzero(used) + low
        codes[present] = (np.cumsum(used) - 1)[offsets]
    else:
        distinct, codes[present] = np.unique(values, return_inverse=True)
    if not len(values):
        return codes, ()
    if column.kind == "date":
        return codes, iso_dates(np.asarray(distinct, dtype=np.float64))
    return codes, tuple(canonical(value) for value in distinct.tolist())


def _reorder(
    codes: NDArray[np.int64], keys: tuple[str, ...], column: Column
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    place = {key: i for i, key in enumerate(column.levels or column.value_labels)}
    order = sorted(range(len(keys)), key=lambda i: place.get(keys[i], len(place) + i))
    rank = np.empty(len(keys) + 1, dtype=np.int64)
    rank[order] = np.arange(len(keys))
    rank[-1] = -1
    return rank[codes], tuple(keys[i] for i in order)


def near_values(text: str, keys: tuple[str, ...], labels: Labels) -> str | None:
    """A hint with the value or label nearest to a text, or all of a few; many are not named: they may be people's."""
    names = list(dict.fromkeys([*keys, *labels, *(label for texts in labels.values() for label in texts.values())]))
    if not keys or len(keys) > _MOST_NAMED:
        return "tkk inspect FILE shows the column" if not labels else None
    lower = {name.casefold().strip(): name for name in reversed(names)}
    near = get_close_matches(text.casefold().strip(), lower, n=1)
    if near:
        return f'did you mean "{lower[near[0]]}"?'
    return f"the values are {', '.join(keys)}" if len(keys) <= _MOST_LISTED else "tkk inspect FILE shows the column"


def _key_of(reference: str | None, column: Column) -> str | None:
    """The key that the codebook's reference names, by its code or by one of its labels."""
    if reference is None or reference in column.value_labels or reference in column.levels:
        return reference
    return next((key for key, labels in column.value_labels.items() if reference in labels.values()), reference)
