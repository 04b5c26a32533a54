"""Numbers as a reader of Finnish, Swedish or English expects them: decimal mark, grouping, minus, ranges.

Finnish and Swedish: decimal comma, a no-break space from 1 000 up and before the percent sign. A value that is not
estimable (``None``, NaN or infinite) is an en dash.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from tkk_cli.report.language import text

__all__ = ["common_digits", "date", "duration", "interval", "number", "p_value", "percent", "percent_interval", "time"]

MINUS = "\u2212"


def number(
    x: float | None, language: str, digits: int | None = None, significant: int | None = None, *, group: bool = True
) -> str:
    """A number in the style of a language.

    Parameters
    ----------
    x : float or None
    language : {"fi", "sv", "en"}
    digits : int, optional
        Decimals.
    significant : int, optional
        At least this many significant digits, with ``digits`` too; whole digits are never rounded away.
        With neither, at most five significant digits and no zeros at the end of the decimals.
    group : bool
        Group the thousands.
    """
    if x is None or not math.isfinite(x):
        return text("not_estimable", language)
    if digits is None:
        digits = _decimals(x, 5 if significant is None else significant)
        while significant is None and digits and round(x, digits) == round(x, digits - 1):
            digits -= 1
    elif significant is not None:
        digits = max(digits, _decimals(x, significant))
    whole, _, decimals = f"{abs(x):,.{digits}f}".partition(".")
    whole = whole.replace(",", text("group_mark", language) if group else "")
    negative = x < 0 and any(d not in "0,." for d in f"{abs(x):.{digits}f}")
    return (MINUS if negative else "") + whole + (text("decimal_mark", language) + decimals if decimals else "")


def common_digits(values: Iterable[float | None], significant: int = 3) -> int:
    """Decimals for a whole column: none if all are whole, else ``significant`` digits of the largest value."""
    known = [abs(x) for x in values if x is not None and math.isfinite(x)]
    if all(float(x).is_integer() for x in known):
        return 0
    return _decimals(max(known), significant)


def _decimals(x: float, significant: int) -> int:
    """Decimals that show ``significant`` digits of x, counted after rounding (9.9996 is 10.00, not 10.000)."""
    if x == 0:
        return 0
    exponent = int(f"{abs(x):.{significant - 1}e}".partition("e")[2])
    return max(0, significant - 1 - exponent)


def time(x: float | None, language: str) -> str:
    """A time without its unit, as ``number`` writes it."""
    return number(x, language)


def duration(x: float | None, unit: str, language: str) -> str:
    """A time with its unit in words: ``1 päivä``, ``90 päivää``, ``1,5 vuotta``."""
    form = "one" if x == 1 else "many"
    return f"{time(x, language)}\u00a0{text(f'unit_{unit}_{form}', language)}"


def date(iso: str, language: str) -> str:
    """A date as it is written: ``2015-12-31`` in English, ``31.12.2015`` in Finnish and Swedish."""
    if language == "en":
        return iso
    year, month, day = iso.split("-")
    return f"{int(day)}.{int(month)}.{year}"


def percent(x: float | None, language: str, digits: int = 1) -> str:
    """A share between 0 and 1 as a percentage with its sign."""
    if x is None or not math.isfinite(x):
        return text("not_estimable", language)
    return text("percent", language, value=number(100 * x, language, digits))


def p_value(p: float | None, language: str) -> str:
    """A P-value with three decimals; below 0.001 and above 0.999 the bound."""
    if p is not None and p < 0.001:
        return "<" + number(0.001, language, 3)
    if p is not None and p > 0.999:
        return ">" + number(0.999, language, 3)
    return number(p, language, 3)


def interval(
    low: float | None, high: float | None, language: str, digits: int | None = None, significant: int | None = None
) -> str:
    """Two limits: ``0,98–2,63``; a negative limit or one that is not estimable is kept readable."""
    limits = {name: number(x, language, digits, significant) for name, x in (("low", low), ("high", high))}
    missing = [value for value in limits.values() if value == text("not_estimable", language)]
    if len(missing) == 2:
        return missing[0]
    key = "range_open" if missing else "range_negative" if MINUS in "".join(limits.values()) else "range"
    return text(key, language, **limits)


def percent_interval(low: float | None, high: float | None, language: str, digits: int = 1) -> str:
    """The limits of a share as percentages, without the percent sign."""
    return interval(_hundredfold(low), _hundredfold(high), language, digits)


def _hundredfold(x: float | None) -> float | None:
    return None if x is None else 100 * x
