"""What a text means: numbers with either decimal mark, dates in five formats, missing tokens; nothing is guessed twice.

Every function works on the distinct texts of a column, so a million rows cost no more than a few thousand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tkk_cli.data.buffers import booleans, floats, from_texts, mask

__all__ = [
    "DATE_FORMATS",
    "MISSING_TOKENS",
    "Marks",
    "Parsed",
    "canonical",
    "is_code",
    "iso_dates",
    "looks_like",
    "parse_dates",
    "parse_numbers",
    "plausible",
    "whole_dates",
]

# Texts that other programs write for a missing value (R, SAS, Stata, SQL, Excel); the codebook can claim one as a code.
MISSING_TOKENS = frozenset({"NA", "N/A", "NaN", "nan", "NULL", "null", ".", "#N/A"})

_SPACE = "[ \u00a0\u202f]"
_SIGN = "[+\\-\u2212]"  # the true minus sign too
_NUMBER_SHAPE = rf"^{_SIGN}?[\d.,]*\d(?:[\d.,]|{_SPACE}\d)*(?:[eE][+-]?\d+)?$"
_GROUPED = {mark: rf"^[+-]?[1-9]\d{{0,2}}(?:\{mark}\d{{3}})+$" for mark in ",."}
_CODE = r"^[+-]?0\d|^[+-]?\d{16}"

_TIME = r"(?:[T ](?:klo )?(?P<h>\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?)(?:Z|[+-]\d{2}:?\d{2})?)?"
_SHAPES = {
    "d.m.yyyy": rf"^(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>\d{{4}}){_TIME}$",
    "d/m/yyyy": rf"^(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})/(?P<y>\d{{4}}){_TIME}$",
    "yyyymmdd": r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?P<h>)$",
    "yyyy-mm-dd": rf"^(?P<y>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}}){_TIME}$",
}
_SHAPES["m/d/yyyy"] = _SHAPES["d/m/yyyy"].replace("<d>", "<x>").replace("<m>", "<d>").replace("<x>", "<m>")
DATE_FORMATS = tuple(_SHAPES)
# yyyymmdd is a date without being told only between these days, where other eight-digit codes are rare.
_FIRST_DAY, _LAST_DAY = np.datetime64("1850-01-01").astype(int), np.datetime64("2100-01-01").astype(int)


@dataclass(frozen=True)
class Marks:
    """How numbers and dates are written: what the user gave, and what the rest of the file suggests.

    ``points_group`` says that a point followed by three digits may group thousands even without a decimal comma.
    """

    decimal: str | None = None
    guessed_decimal: str | None = None
    date_format: str | None = None
    points_group: bool = False


@dataclass(frozen=True, eq=False)
class Parsed:
    """Distinct texts, read: ``values`` (k,) float64, ``ok`` (k,) bool, the format, and why it cannot be decided."""

    values: NDArray[np.float64]
    ok: NDArray[np.bool_]
    format: str = ""
    problem: str = ""


def canonical(value: float) -> str:
    """The text of a code: ``1`` for 1.0, ``2.5`` for 2.5."""
    return str(int(value)) if value == int(value) and abs(value) < 1e16 else repr(float(value))


def iso_dates(days: NDArray[np.float64]) -> tuple[str, ...]:
    """Days since 1970-01-01 as yyyy-mm-dd."""
    return tuple(np.datetime_as_string(days.astype("datetime64[D]")).tolist())


def looks_like(levels: Any, sample: int = 50) -> str:
    """``date``, ``number`` or ``text``: what most of the first texts may be, at no cost for a column of names."""
    texts = levels[:sample].to_pylist()
    if sum(_any_shape(text) for text in texts) * 2 > len(texts):
        return "date"
    return "number" if sum(bool(re.match(_NUMBER_SHAPE, text)) for text in texts) * 2 > len(texts) else "text"


def _any_shape(text: str) -> bool:
    return any(re.match(shape, text) for shape in _SHAPES.values())


def is_code(levels: Any) -> bool:
    """Whether digits are a code and not a quantity: zero-padded, or longer than a number can hold exactly."""
    return bool(len(levels)) and bool(pc.any(pc.match_substring_regex(levels, _CODE)).as_py())


def parse_numbers(levels: Sequence[str] | Any, marks: Marks) -> Parsed:
    """Read distinct texts as numbers.

    With a decimal mark given, the other mark and spaces may group thousands. Without one, the texts decide: a column
    whose commas (or points, in a file with decimal commas) may all be grouping is a ``problem``, as is a grouping
    space or a column with both marks.
    """
    texts = levels if isinstance(levels, pa.Array) else from_texts(levels)
    if marks.decimal is not None:
        return _numbers_with(texts, marks.decimal, grouping=True)
    point, comma = _has(texts, "."), _has(texts, ",")
    if not comma:
        values = _cast(texts)
        if values is not None:
            doubt = marks.points_group or marks.guessed_decimal == ","
            if doubt and point and _all(_only(texts, "."), _GROUPED["."]):
                return _undecided(values, "point")
            return Parsed(values, np.isfinite(values), "decimal point" if point else "whole number")
    if _all(texts, _NUMBER_SHAPE):
        none = np.full(len(texts), np.nan)
        if bool(pc.any(pc.match_substring_regex(texts, rf"\d{_SPACE}\d")).as_py()):
            return _undecided(none, "space")
        if comma and point:
            return _undecided(none, "comma or point")
        commas = _only(texts, ",")
        if comma and marks.guessed_decimal != "," and _all(commas, _GROUPED[","]):
            return _undecided(none, "comma")
    return _numbers_with(texts, "," if comma and not point else ".", grouping=False)


def _undecided(values: NDArray[np.float64], mark: str) -> Parsed:
    problem = f"has numbers in which a {mark} may group thousands"
    return Parsed(values, np.ones(len(values), dtype=bool), problem=problem)


def _numbers_with(texts: Any, decimal: str, *, grouping: bool) -> Parsed:
    other = "." if decimal == "," else ","
    whole = rf"(?:\d+|\d{{1,3}}(?:(?:\{other}|{_SPACE})\d{{3}})+)" if grouping else r"\d+"
    pattern = rf"^{_SIGN}?(?:{whole}(?:\{decimal}\d*)?|\{decimal}\d+)(?:[eE][+-]?\d+)?$"
    ok = booleans(pc.match_substring_regex(texts, pattern))
    good = texts.filter(mask(ok))
    plain = pc.replace_substring_regex(good, rf"\{other}|{_SPACE}", "") if grouping else good
    plain = pc.replace_substring(pc.replace_substring(plain, decimal, "."), "\u2212", "-")
    values = np.full(len(texts), np.nan)
    values[ok] = floats(plain.cast(pa.float64()))
    label = "decimal comma" if decimal == "," else "decimal point"
    return Parsed(values, ok, label if _has(texts, decimal) else "whole number")


def _cast(texts: Any) -> NDArray[np.float64] | None:
    """All texts as plain numbers, or ``None``: far faster than a pattern, and right for most columns."""
    try:
        values = floats(texts)
    except pa.ArrowInvalid:
        return None
    return values if np.isfinite(values).all() else None


def parse_dates(levels: Sequence[str] | Any, marks: Marks, counts: NDArray[np.int64] | None = None) -> Parsed:
    """Read distinct texts as days since 1970-01-01; a time of day is left out.

    ``counts`` (k,) are rows a text, for the message about mixed formats. Day and month of 3/4/2015 are told apart by
    the other dates of the column; when none of them has a day above 12, that is a ``problem``.
    """
    texts = levels if isinstance(levels, pa.Array) else from_texts(levels)
    weights = np.ones(len(texts), dtype=np.int64) if counts is None else counts
    nothing = np.full(len(texts), np.nan)
    if marks.date_format is not None:
        return _dates_in(texts, marks.date_format)
    # m/d/yyyy has the shape of d/m/yyyy and is told from it below
    shapes = [name for name in DATE_FORMATS if name != "m/d/yyyy"]
    found = {name: booleans(pc.match_substring_regex(texts, _bare(name))) for name in shapes}
    found = {name: match for name, match in found.items() if match.any()}
    if len(found) > 1:
        parts = ", ".join(f"{name} in {int(weights[match].sum())} rows" for name, match in found.items())
        return Parsed(nothing, np.zeros(len(texts), dtype=bool), problem=f"mixes date formats: {parts}")
    if not found:
        return Parsed(nothing, np.zeros(len(texts), dtype=bool))
    name = next(iter(found))
    if name == "d/m/yyyy":
        as_day, as_month = _dates_in(texts, "d/m/yyyy"), _dates_in(texts, "m/d/yyyy")
        return _day_or_month(as_day, as_month, weights)
    return _dates_in(texts, name)


def _day_or_month(as_day: Parsed, as_month: Parsed, weights: NDArray[np.int64]) -> Parsed:
    """3/4/2015 as the 3rd of April or the 4th of March, whichever every other date of the column allows."""
    only_day, only_month = as_day.ok & ~as_month.ok, as_month.ok & ~as_day.ok
    problem = ""
    if only_day.any() and only_month.any():
        rows = int(weights[only_day].sum()), int(weights[only_month].sum())
        problem = f"mixes date formats: d/m/yyyy in at least {rows[0]} rows, m/d/yyyy in at least {rows[1]} rows"
    elif not (only_day.any() or only_month.any() or np.array_equal(as_day.values, as_month.values, equal_nan=True)):
        problem = "has dates in which day and month cannot be told apart (no day is above 12)"
    chosen = as_month if only_month.any() else as_day
    return replace(chosen, problem=problem)


def _bare(name: str) -> str:
    return re.sub(r"\?P<.>", "?:", _SHAPES[name])


def _dates_in(texts: Any, name: str) -> Parsed:
    parts = pc.extract_regex(texts, _SHAPES[name])
    match = booleans(pc.is_valid(parts))
    number = {key: floats(pc.struct_field(parts, key)) for key in "ymd"}
    year, month, day = (np.nan_to_num(number[key], nan=1).astype(np.int64) for key in "ymd")
    months = (year - 1970) * 12 + np.clip(month, 1, 12) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - first
    ok = match & (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)
    timed = bool(pc.any(pc.match_substring_regex(pc.struct_field(parts, "h"), "[1-9]")).as_py())
    label = f"{name}, time of day left out" if timed else name
    return Parsed(np.where(ok, first + day - 1.0, np.nan), ok, label)


def whole_dates(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Numbers that all read as yyyymmdd, as days since 1970-01-01; ``None`` when one does not."""
    distinct, inverse = np.unique(values[~np.isnan(values)], return_inverse=True)
    if len(distinct) and (distinct.min() < 1e7 or distinct.max() >= 1e8 or np.any(distinct != np.rint(distinct))):
        return None
    parsed = _dates_in(from_texts([canonical(value) for value in distinct.tolist()]), "yyyymmdd")
    if not (parsed.ok.all() and plausible(parsed.values)):
        return None
    days = np.full(len(values), np.nan)
    days[~np.isnan(values)] = parsed.values[inverse]
    return days


def plausible(days: NDArray[np.float64]) -> bool:
    """Whether eight digits that read as dates are within the years in which they are taken for dates."""
    return bool(np.all((days >= _FIRST_DAY) & (days <= _LAST_DAY)))


def _has(texts: Any, part: str) -> bool:
    return bool(pc.any(pc.match_substring(texts, part)).as_py())


def _only(texts: Any, part: str) -> Any:
    return texts.filter(pc.match_substring(texts, part))


def _all(texts: Any, pattern: str) -> bool:
    return len(texts) > 0 and bool(pc.all(pc.match_substring_regex(texts, pattern)).as_py())
