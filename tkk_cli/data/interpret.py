"""From a column as the file gives it to a column that means something: type, missing values by reason, labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tkk_cli.data.buffers import from_texts, integers, mask, one_chunk
from tkk_cli.data.codebook import Entry
from tkk_cli.data.table import Column, Kind
from tkk_cli.data.values import (
    MISSING_TOKENS,
    Marks,
    Parsed,
    canonical,
    is_code,
    looks_like,
    parse_dates,
    parse_numbers,
    plausible,
)

__all__ = ["MissingRule", "RawColumn", "encode", "interpret"]

EMPTY = "empty"
# Above this many distinct texts nobody reads them in order: they are identifiers, sorted plainly and fast.
_MANY = 50_000


@dataclass(frozen=True)
class MissingRule:
    """Values that the file declares missing: a code, or a range of numbers (``low < high``)."""

    low: float | str
    high: float | str


@dataclass(frozen=True, eq=False)
class RawColumn:
    """A column before interpretation.

    Attributes
    ----------
    data : dictionary-encoded Arrow array (texts) or (n,) float64 (numbers; dates as days since 1970-01-01)
    kind : {"untyped", "text", "number", "date"}
        ``untyped`` is text from a file without types, which may turn out to be numbers or dates.
    label, value_labels
        From the file; the value labels by canonical code.
    rules : tuple of MissingRule
        The file's own user-missing values.
    special : mapping of str to (n,) bool
        Rows that are missing for a reason that the file tells, such as Stata's ``.a``.
    empty : str
        The reason of every other missing value.
    ordered : bool
        Whether the order of the texts in the dictionary means something (a factor).
    format, note : str
        How the file stores the values, and what was lost.
    """

    data: Any
    kind: str
    label: str = ""
    value_labels: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[MissingRule, ...] = ()
    special: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    empty: str = EMPTY
    ordered: bool = False
    format: str = ""
    note: str = ""


def encode(texts: Any) -> Any:
    """Texts (an Arrow array, chunked or not, or a list) as one dictionary-encoded array."""
    array = one_chunk(texts if isinstance(texts, (pa.Array, pa.ChunkedArray)) else from_texts(texts))
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    return array if pa.types.is_string(array.type.value_type) else array.cast(pa.dictionary(pa.int32(), pa.string()))


def interpret(name: str, raw: RawColumn, entry: Entry, marks: Marks) -> Column:
    """The column that ``raw`` holds, read by the file's and the codebook's rules."""
    labels = _labels(raw.value_labels, entry.values)
    label = ({"": raw.label} if raw.label else {}) | dict(entry.label)
    marks = replace(marks, date_format=entry.date_format or marks.date_format)
    base = Column(
        name,
        "text",
        np.empty(0),
        label=label,
        value_labels=labels,
        role=entry.role,
        unit=entry.unit,
        reference=entry.reference,
        format=raw.format,
        note=raw.note,
        coded=bool(entry.values) or raw.ordered,
        marks=marks,
    )
    if raw.kind in ("untyped", "text"):
        return _text(base, raw, entry)
    return _numeric(base, raw, entry)


def _labels(file: Mapping[str, str], book: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Labels by code: the codebook's order first, then the file's; the file's text under the language ``""``."""
    labels = {code: dict(texts) for code, texts in book.items()}
    for code, text in file.items():
        labels[code] = {"": text} | labels.get(code, {})
    return labels


class _Reasons:
    """The reasons for which rows are missing, in the order in which they are found; the first found stands."""

    def __init__(self, n: int) -> None:
        self.why = np.full(n, -1, dtype=np.int8)
        self.names: list[str] = []

    def add(self, reason: str, rows: NDArray[np.bool_]) -> None:
        rows = rows & (self.why < 0)
        if not rows.any():
            return
        if reason not in self.names:
            if len(self.names) == 126:  # int8; no file has so many reasons, but a broken one must not wrap around
                self.names.append("other missing codes")
            if len(self.names) > 126:
                reason = self.names[126]
            else:
                self.names.append(reason)
        self.why[rows] = self.names.index(reason)

    def per_row(self, codes: NDArray[np.int64]) -> _Reasons:
        """The reasons of distinct values as reasons of rows; ``codes`` has no -1."""
        rows = _Reasons(0)
        rows.why, rows.names = self.why[codes], list(self.names)
        return rows

    def finish(self, column: Column) -> Column:
        if not self.names:
            return column
        counts = np.bincount(self.why[self.why >= 0], minlength=len(self.names)).tolist()
        return replace(column, why=self.why, missing=dict(zip(self.names, counts, strict=True)))


def _user_missing(code: str, labels: Mapping[str, Mapping[str, str]]) -> str:
    texts = labels.get(code, {})
    label = texts.get("") or texts.get("fi") or next(iter(texts.values()), "")
    return f"user-missing {code} ({label})" if label else f"user-missing {code}"


def _numeric(base: Column, raw: RawColumn, entry: Entry) -> Column:
    values = raw.data
    reasons = _Reasons(len(values))
    for reason, rows in raw.special.items():
        reasons.add(reason, rows)
    missing = np.isnan(values)
    if missing.any():
        reasons.add(raw.empty, missing)
    for rule in (*raw.rules, *(_codes(entry.missing) if raw.kind == "number" else ())):
        inside = (values >= rule.low) & (values <= rule.high)
        if rule.low != rule.high and inside.any():
            for code in base.value_labels:
                number = _number(code)
                if number is not None and rule.low <= number <= rule.high:
                    reasons.add(_user_missing(code, base.value_labels), values == number)
            low, high = (canonical(float(end)) if np.isfinite(float(end)) else "" for end in (rule.low, rule.high))
            reasons.add(f"user-missing {low} to {high}".rstrip(), inside)
        elif inside.any():
            reasons.add(_user_missing(canonical(float(rule.low)), base.value_labels), inside)
    kind: Kind = "date" if raw.kind == "date" else "number"
    if len(reasons.names) > 0:
        values = np.where(reasons.why >= 0, np.nan, values)
    return reasons.finish(replace(base, kind=kind, values=values))


def _codes(missing: tuple[str, ...]) -> list[MissingRule]:
    """The codebook's missing codes that are numbers."""
    numbers = [_number(code) for code in missing]
    return [MissingRule(number, number) for number in numbers if number is not None]


def _number(code: str) -> float | None:
    try:
        return float(code)
    except ValueError:
        return None


def _text(base: Column, raw: RawColumn, entry: Entry) -> Column:
    """Texts: what is missing, then (in a file without types) whether they are numbers or dates."""
    codes, levels = _trimmed(raw.data)
    texts: list[str] = levels.to_pylist() if _may_miss(levels, raw, entry) else []
    # one more distinct value, at the end: no value at all
    reasons = _Reasons(len(levels) + 1)
    reasons.why[-1:] = -1
    nowhere = np.zeros(len(levels) + 1, dtype=bool)
    for i, text in enumerate(texts):
        reason = _reason(text, raw, entry, base)
        if reason:
            at = nowhere.copy()
            at[i] = True
            reasons.add(reason, at)
    nowhere[-1] = True
    if (codes < 0).any():
        reasons.add(raw.empty, nowhere)
    present = reasons.why[:-1] < 0
    if not present.all():
        levels = levels.filter(mask(present))
    # position of each distinct value among those that are left; -1 for the missing
    place = np.append(np.where(present, np.cumsum(present) - 1, -1), -1)
    rows = reasons.per_row(codes)
    column = _typed(base, place[codes], levels, raw, entry)
    if column.kind == "number":
        # a missing code written otherwise than in the codebook: "9,0" for 9
        for rule in _codes(entry.missing):
            rows.add(_user_missing(canonical(float(rule.low)), base.value_labels), column.values == rule.low)
        if rows.names:
            column = replace(column, values=np.where(rows.why >= 0, np.nan, column.values))
    return rows.finish(column)


def _may_miss(levels: Any, raw: RawColumn, entry: Entry) -> bool:
    """Whether any distinct text can mean missing; spares a million names the look one by one."""
    known = [*MISSING_TOKENS, "", *entry.missing, *(str(rule.low) for rule in raw.rules)]
    return bool(pc.any(pc.is_in(levels, from_texts(known))).as_py())


def _reason(text: str, raw: RawColumn, entry: Entry, base: Column) -> str:
    if text == "":
        return raw.empty
    if text in entry.missing or any(text == rule.low for rule in raw.rules):
        return _user_missing(text, base.value_labels)
    return f'text "{text}"' if text in MISSING_TOKENS and text not in entry.values else ""


def _trimmed(data: Any) -> tuple[NDArray[np.int64], Any]:
    """Positions and distinct texts without the spaces around them (fixed-width programs pad texts)."""
    codes = integers(data.indices)
    levels = data.dictionary
    trimmed = pc.utf8_trim_whitespace(levels)
    if trimmed.equals(levels):
        return codes, levels
    again = trimmed.dictionary_encode()
    positions = np.append(integers(again.indices), -1)
    return positions[codes], again.dictionary


def _typed(base: Column, codes: NDArray[np.int64], levels: Any, raw: RawColumn, entry: Entry) -> Column:
    """Numbers or dates when every text reads as one, otherwise text with a note of what stood in the way."""
    wanted = entry.kind or ("text" if raw.kind == "text" else looks_like(levels))
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    note = base.note
    if wanted == "date" and len(levels):
        dates = parse_dates(levels, base.marks, counts)
        # eight digits may as well be a code, unless the user says that they are a date
        told = dates.format != "yyyymmdd" or entry.kind == "date" or base.marks.date_format == "yyyymmdd"
        if dates.ok.all() and not dates.problem and (told or plausible(dates.values)):
            return replace(base, kind="date", values=np.append(dates.values, np.nan)[codes], format=dates.format)
        note = _doubt(dates, counts, "dates")
    if (wanted == "number" or (wanted == "date" and entry.kind is None)) and len(levels):
        numbers = parse_numbers(levels, base.marks)
        if numbers.ok.all() and not numbers.problem:
            if entry.kind == "number" or not is_code(levels):
                return replace(
                    base, kind="number", values=np.append(numbers.values, np.nan)[codes], format=numbers.format
                )
            return _sorted(replace(base, format="code"), codes, levels, raw.ordered, tuple(entry.values))
        elif wanted == "number":
            note = _doubt(numbers, counts, "numbers")
    return _sorted(replace(base, note=note), codes, levels, raw.ordered, tuple(entry.values))


def _doubt(parsed: Parsed, counts: NDArray[np.int64], what: str) -> str:
    return parsed.problem or f"{int(counts[~parsed.ok].sum())} rows do not read as {what}"


def _sorted(base: Column, codes: NDArray[np.int64], distinct: Any, keep_order: bool, first: tuple[str, ...]) -> Column:
    """Text levels in the codebook's order, then the file's (a factor), else natural order: ``a2`` before ``a10``."""
    levels: list[str] = distinct.to_pylist()
    if keep_order:
        order = list(range(len(levels)))
    elif len(levels) > _MANY:
        order = pc.sort_indices(distinct).to_pylist()
    else:
        order = sorted(range(len(levels)), key=[_natural(level) for level in levels].__getitem__)
    if first:
        place = {code: i for i, code in enumerate(first)}
        order.sort(key=lambda i: place.get(levels[i], len(place)))
    rank = np.empty(len(levels) + 1, dtype=np.int64)
    rank[order] = np.arange(len(levels))
    rank[-1] = -1
    return replace(base, kind="text", values=rank[codes], levels=tuple(levels[i] for i in order))


_DIGITS = re.compile(r"(\d+)")


def _natural(text: str) -> tuple[list[tuple[int, int, str]], str]:
    parts = _DIGITS.split(text)
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p.casefold()) for p in parts if p], text
