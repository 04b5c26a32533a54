"""Where the marks of the axes go."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["percent_ticks", "ratio_ticks", "time_ticks", "value_ticks"]

Float = NDArray[np.float64]

MOST_TICKS = 10

# The distances between marks that people count in, by unit of time.
STEPS = {
    "day": (1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730, 1825, 3650),
    "week": (1, 2, 4, 13, 26, 52, 104, 260, 520),
    "month": (1, 2, 3, 6, 12, 24, 60, 120),
    "year": (1, 2, 5, 10, 20, 50),
}


def time_ticks(start: float, stop: float, unit: str, fits: Callable[[Float], bool]) -> Float:
    """Marks of a time axis, the start included, in steps that suit the unit.

    The closest marks that ``fits`` accepts, at most ten; ``start`` alone when nothing fits.
    """
    for step in _steps(unit, start, stop):
        multiples = step * np.arange(np.ceil(start / step), np.floor(stop / step * (1 + 1e-12)) + 1)
        # A start that is no multiple of the step (a conditional curve) takes the place of a mark right after it.
        ticks = np.concatenate([[start], multiples[multiples - start >= step / 3]])
        if len(ticks) <= MOST_TICKS and fits(ticks):
            return ticks
    return np.array([start])


def _steps(unit: str, start: float, stop: float) -> Iterator[float]:
    """Candidate steps in increasing order, from a hundredth of the axis to a single step."""
    known = STEPS.get(unit, ())
    decimal = [base * 10.0**power for power in range(-9, 12) for base in (1, 2, 5)]
    steps = (
        [s for s in decimal if not known or s < known[0]] + [*known] + [s for s in decimal if known and s > known[-1]]
    )
    return (float(step) for step in steps if (stop - start) / 100 <= step <= stop)


def percent_ticks(highest: float) -> Float:
    """Marks of a probability axis from 0 to the first mark at or above ``highest``; the whole 0 to 1 in fifths."""
    highest = min(max(highest, 1e-4), 1.0)
    for step in (base * 10.0**power for power in range(-6, 1) for base in (1, 2, 2.5, 5)):
        count = int(np.ceil(highest / step * (1 - 1e-9)))
        if count <= 5:
            # Division by a whole number keeps 0.2, 0.4 ... the nearest floats, and the last mark exactly at 1.
            return np.minimum(np.arange(count + 1) / round(1 / step), 1.0)
    return np.array([0.0, 1.0])


# Marks of a logarithmic axis within a power of ten, from the closest to the widest apart.
RATIO_STEPS = ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))
MOST_VALUES = 7


def ratio_ticks(low: float, high: float, fits: Callable[[Float], bool]) -> Float:
    """Marks of a logarithmic axis between two ratios: the closest that ``fits`` accepts, 1 among them where it is in.

    A narrow axis counts in equal steps, a wide one in 1, 2, 5, 10 or whole powers of ten.
    """
    if high / low < 2.5:
        return value_ticks(low, high, fits)
    powers = np.arange(np.floor(np.log10(low)) - 1, np.ceil(np.log10(high)) + 1)
    for step in (1, 2, 3, 4, 6):
        for digits in RATIO_STEPS if step == 1 else ((1,),):
            # Multiples of the step keep the power 0, which is no effect.
            marks = np.array([d * 10.0**p for p in powers if p % step == 0 for d in digits])
            marks = marks[(marks >= low) & (marks <= high)]
            if 0 < len(marks) <= MOST_VALUES and fits(marks):
                return marks
    return np.array([1.0])


def value_ticks(low: float, high: float, fits: Callable[[Float], bool]) -> Float:
    """Marks of a linear axis at round numbers: the closest that ``fits`` accepts, at most seven."""
    start = int(np.floor(np.log10((high - low) / 10)))
    for step in (base * 10.0**power for power in range(start, start + 4) for base in (1, 2, 5)):
        marks = np.arange(np.ceil(low / step * (1 - 1e-12)), np.floor(high / step * (1 + 1e-12)) + 1) * step
        # A product such as 3 * 0.1 is to be the nearest float of what is printed.
        marks = np.array([float(f"{mark:.12g}") for mark in marks])
        if len(marks) <= MOST_VALUES and fits(marks):
            return marks
    return np.array([low])
