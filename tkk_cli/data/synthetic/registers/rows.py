"""Raw rows of one register file as columns: whole numbers, days, and coded texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data.synthetic.registers.careers import OPEN
from tkk_cli.data.synthetic.registers.draws import Ints

__all__ = ["Cents", "Column", "Rows", "Text", "days", "last_days", "stack", "text"]

Dates = NDArray[np.datetime64]


@dataclass(frozen=True)
class Text:
    """A text column: ``words[codes]``; the empty word is a missing value."""

    codes: Ints
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: Any) -> Text:
        return Text(self.codes[rows], self.words)

    def where(self, rows: NDArray[np.bool_], word: str) -> Text:
        """With another word in some rows."""
        return Text(np.where(rows, len(self.words), self.codes), (*self.words, word))


@dataclass(frozen=True)
class Cents:
    """A column of euros with two decimals, held in cents."""

    cents: Ints

    def __len__(self) -> int:
        return len(self.cents)

    def __getitem__(self, rows: Any) -> Cents:
        return Cents(self.cents[rows])


Column = Ints | Dates | Text | Cents


@dataclass(frozen=True)
class Rows:
    """Columns of one length in the order of the file; ``person`` is the place in the block and is not written."""

    person: Ints
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: Any) -> Rows:
        """Some rows: a mask or places."""
        return Rows(self.person[rows], {name: column[rows] for name, column in self.columns.items()})

    def put(self, **columns: Column) -> Rows:
        """With other columns in place of those of the same name."""
        return Rows(self.person, {**self.columns, **columns})

    def without(self, *names: str) -> Rows:
        """Without some columns."""
        return Rows(self.person, {name: column for name, column in self.columns.items() if name not in names})

    def renamed(self, old: str, new: str) -> Rows:
        """A column under another name, in its place."""
        return Rows(self.person, {new if name == old else name: column for name, column in self.columns.items()})

    def dates(self, name: str) -> Dates:
        """A column of dates."""
        column = self.columns[name]
        if isinstance(column, (Text, Cents)) or column.dtype.kind != "M":
            raise TypeError(f"{name} is no column of dates")
        return cast(Dates, column)

    def texts(self, name: str) -> Text:
        """A column of texts."""
        column = self.columns[name]
        if not isinstance(column, Text):
            raise TypeError(f"{name} is no text column")
        return column


def days(day: Ints) -> Dates:
    """Day numbers as dates; OPEN is missing."""
    return np.where(day >= OPEN, np.datetime64("NaT", "D"), day.astype("datetime64[D]"))


def last_days(stop: Ints) -> Dates:
    """The last day of half-open spells, as registers write it."""
    return days(np.where(stop >= OPEN, OPEN, stop - 1))


def text(codes: NDArray[Any], words: Sequence[str]) -> Text:
    """A text column by codes."""
    return Text(np.asarray(codes, dtype=np.int64), tuple(words))


def stack(first: Rows, second: Rows) -> Rows:
    """The rows of the second after those of the first; the same columns."""
    columns = {name: _join(column, second.columns[name]) for name, column in first.columns.items()}
    return Rows(np.concatenate([first.person, second.person]), columns)


def _join(first: Column, second: Column) -> Column:
    if isinstance(first, Text) and isinstance(second, Text):
        words = tuple(dict.fromkeys((*first.words, *second.words)))
        place = {word: i for i, word in enumerate(words)}
        codes = [np.array([place[word] for word in of.words], dtype=np.int64)[of.codes] for of in (first, second)]
        return Text(np.concatenate(codes), words)
    if isinstance(first, Cents) and isinstance(second, Cents):
        return Cents(np.concatenate([first.cents, second.cents]))
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return np.concatenate([first, second])
    raise TypeError("columns of two kinds")
