"""Splitting follow-up: at times since the start, and on several time scales at once (Lexis).

By the rule ``(entry, exit]`` of ``histories`` an event at a cut belongs to the piece that ends there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tkk_cli.estimators.risk import sums
from tkk_cli.histories import EventHistory, Float, Int

__all__ = ["ScaleSplit", "Split", "split", "split_scales", "tabulate"]

# Cuts within this distance of an end (relative to the largest value of the scale) fall on it: rounding of
# "origin + time" makes no piece without follow-up.
SAME = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Follow-up in m pieces.

    Attributes
    ----------
    history : EventHistory
        m rows in the order of the rows that they come from, then of time; ``entry`` is always an array. The cause is
        on the last piece of a row, the others end without an event.
    row : (m,) int64
        The row of the history that was split.
    piece : (m,) int64
        0 = up to the first cut, j = after the j-th cut.
    """

    history: EventHistory
    row: Int
    piece: Int


@dataclass(frozen=True, slots=True, eq=False)
class ScaleSplit:
    """Follow-up in m pieces on several scales: as ``Split``, with the pieces of each scale by its name."""

    history: EventHistory
    row: Int
    piece: Mapping[str, Int]


def split(history: EventHistory, cuts: Sequence[float] | Float) -> Split:
    """Part each row at the cuts that lie inside its follow-up: pieces (.., c1], (c1, c2], ..., (cJ, ..).

    Person-time, events and weights stay what they were; a piece carries the weight, cluster, stratum and group of its
    row.

    Parameters
    ----------
    history : EventHistory
        n rows.
    cuts : (J,) increasing
        In the unit of the history; may be empty.

    Returns
    -------
    Split

    Notes
    -----
    O(m + n log J) time. ``tests/estimators/test_splitting.py`` checks it against survSplit and Epi's splitLexis.

    Examples
    --------
    >>> import numpy as np
    >>> one = EventHistory(np.array([10.0]), np.array([1]), ("return",), np.zeros(1, dtype=np.int64), ("all",))
    >>> parts = split(one, [4.0, 10.0])
    >>> parts.history.entry.tolist(), parts.history.exit.tolist(), parts.history.cause.tolist(), parts.piece.tolist()
    ([0.0, 4.0], [4.0, 10.0], [0, 1], [0, 1])
    """
    return _split(history, np.zeros(len(history)), np.asarray(cuts, dtype=np.float64))


def split_scales(history: EventHistory, scales: Mapping[str, tuple[Float, Sequence[float] | Float]]) -> ScaleSplit:
    """Part each row on several time scales at once, exactly: a piece lies in one band of every scale.

    Parameters
    ----------
    history : EventHistory
        n rows.
    scales : mapping of name to (origin, cuts)
        ``origin`` (n,) is the value of the scale at time 0, ``cuts`` its increasing limits of bands, both in the unit
        of the history: the scale's value at time t is ``origin + t``.

    Returns
    -------
    ScaleSplit

    Notes
    -----
    O(m) for each scale. Carstensen & Plummer (2011), J Stat Softw 38(6), section 3.

    Examples
    --------
    >>> import numpy as np
    >>> one = EventHistory(np.array([10.0]), np.array([1]), ("return",), np.zeros(1, dtype=np.int64), ("all",))
    >>> parts = split_scales(one, {"time": (np.zeros(1), [5.0]), "age": (np.array([47.0]), [40.0, 50.0])})
    >>> parts.history.exit.tolist(), parts.piece["time"].tolist(), parts.piece["age"].tolist()
    ([3.0, 5.0, 10.0], [0, 0, 1], [1, 2, 2])
    """
    row = np.arange(len(history), dtype=np.int64)
    pieces: dict[str, Int] = {}
    for name, (origin, cuts) in scales.items():
        parts = _split(history, np.asarray(origin, dtype=np.float64)[row], np.asarray(cuts, dtype=np.float64))
        history, row = parts.history, row[parts.row]
        pieces = {known: piece[parts.row] for known, piece in pieces.items()} | {name: parts.piece}
    return ScaleSplit(history, row, pieces)


def _split(history: EventHistory, origin: Float, cuts: Float) -> Split:
    entry = np.zeros(len(history)) if history.entry is None else history.entry
    exit = history.exit
    largest = max(1.0, float(np.abs(cuts).max(initial=0.0)), float(np.abs(origin).max(initial=0.0)))
    last = np.searchsorted(cuts, origin + exit - SAME * largest, side="left")
    first = np.minimum(np.searchsorted(cuts, origin + entry + SAME * largest, side="right"), last)
    count = last - first + 1
    row = np.repeat(np.arange(len(history), dtype=np.int64), count)
    ends = np.cumsum(count)
    piece = np.arange(len(row), dtype=np.int64) - np.repeat(ends - count - first, count)
    edge = np.concatenate([[-np.inf], cuts, [np.inf]])
    start, stop = edge[piece] - origin[row], edge[piece + 1] - origin[row]
    start[ends - count] = entry
    stop[ends - 1] = exit
    cause = np.zeros(len(row), dtype=np.int64)
    cause[ends - 1] = history.cause
    return Split(replace(history.take(row), entry=start, exit=stop, cause=cause), row, piece)


def tabulate(history: EventHistory, cells: Int, size: int) -> tuple[Float, Float]:
    """Events of each cause and person-time, by cell.

    Parameters
    ----------
    history : EventHistory
        m rows, split as the cells are.
    cells : (m,) int64
        0..size-1.
    size : int

    Returns
    -------
    (events (K, size), person_time (size,)) : float64
        Weighted where the history has weights, of any kind.

    Notes
    -----
    O(m).

    Examples
    --------
    >>> import numpy as np
    >>> one = EventHistory(np.array([10.0]), np.array([1]), ("return",), np.zeros(1, dtype=np.int64), ("all",))
    >>> parts = split(one, [4.0])
    >>> [values.tolist() for values in tabulate(parts.history, parts.piece, 2)]
    [[[0.0, 1.0]], [4.0, 6.0]]
    """
    weight = history.weight
    length = history.exit if history.entry is None else history.exit - history.entry
    person_time = sums(cells, length if weight is None else length * weight, size)
    n_causes = len(history.causes)
    events = sums(history.cause * size + cells, weight, (n_causes + 1) * size).reshape(n_causes + 1, size)
    return events[1:], person_time
