"""The risk-set kernel: who is at risk, who has an event, who is censored, at each time.

Every estimator, test and number-at-risk table counts here. The rule ``(entry, exit]`` is stated in ``histories``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tkk_cli.histories import EventHistory, Float, Int

__all__ = ["GroupCounts", "RiskTable", "distinct", "each_group", "each_stratum", "group_counts", "risk_table", "sums"]

# Integer times up to this multiple of the number of rows are indexed by counting instead of sorting.
DENSE = 4


@dataclass(frozen=True, slots=True, eq=False)
class RiskTable:
    """Counts at the T distinct times of one sample, in increasing order.

    Attributes
    ----------
    time : (T,) float64
        Distinct exits and, with late entry, distinct entries.
    n_risk, n_censor : (T,) int64
        Persons at risk (entry < t <= exit) and censored at t. With frequency weights the weights are counted.
    n_event : (K, T) int64
        Persons with each event at t.
    risk : (T,) float64
        Weighted number at risk; equals ``n_risk`` without weights.
    event : (K, T) float64
        Weighted events of each cause.
    exit_at : (n,) int64
        Row of each person's exit.
    enter_at : (n,) int64 or None
        First row at which each person is at risk; ``None`` = row 0 for all.
    """

    time: Float
    n_risk: Int
    n_event: Int
    n_censor: Int
    risk: Float
    event: Float
    exit_at: Int
    enter_at: Int | None

    @property
    def any_event(self) -> Float:
        """(T,) float64: weighted events of any cause."""
        total: Float = self.event.sum(axis=0)
        return total

    @property
    def exhausted(self) -> NDArray[np.bool_]:
        """(T,) bool: everyone at risk has an event; told from the counts, since weighted sums miss 0 by rounding."""
        return (self.n_event.sum(axis=0) == self.n_risk) & (self.n_risk > 0)


@dataclass(frozen=True, slots=True, eq=False)
class GroupCounts:
    """Counts of G groups on the shared distinct event times of one stratum.

    Attributes
    ----------
    time : (T,) float64
    risk : (G, T) float64
        Weighted number at risk.
    event : (K, G, T) float64
        Weighted events of each cause.
    exit_at, enter_at : (n,) int64
        Number of distinct event times <= exit and <= entry: row i is at risk at ``enter_at[i] <= j < exit_at[i]``.
    """

    time: Float
    risk: Float
    event: Float
    exit_at: Int
    enter_at: Int


def distinct(values: Float) -> tuple[Float, Int]:
    """Distinct values in increasing order and the position of each value among them.

    O(n) for whole numbers of moderate range (days, weeks, months), O(n log n) otherwise.
    """
    if len(values) == 0:
        return values, np.zeros(0, dtype=np.int64)
    whole = values.astype(np.int64)
    if values.min() >= 0 and values.max() < DENSE * len(values) + 1000 and np.array_equal(whole, values):
        seen = np.bincount(whole) > 0
        position = np.cumsum(seen) - 1
        return np.flatnonzero(seen).astype(np.float64), position[whole]
    found, position = np.unique(values, return_inverse=True)
    return found, position.astype(np.int64)


def risk_table(history: EventHistory, start: float = 0.0) -> RiskTable:
    """Count one sample (groups and strata are not looked at).

    ``start`` is where the curve starts; entries at it are no time of the table.

    Cost: O(n) for whole times, O(n log n) for the sort otherwise.
    """
    n, n_causes = len(history), len(history.causes)
    if history.entry is None:
        time, exit_at = distinct(history.exit)
        enter_at = None
    else:
        time, place = distinct(np.concatenate([history.exit, history.entry]))
        if len(time) and time[0] == start and start < history.exit.min():
            time, place = time[1:], place - 1
        exit_at, enter_at = place[:n], place[n:] + 1
    size = len(time)
    cells = history.cause * size + exit_at
    copies = history.weight if history.weight_kind == "frequency" else None
    counts = sums(cells, copies, (n_causes + 1) * size).reshape(n_causes + 1, size)
    n_risk = _at_risk(enter_at, copies, counts.sum(axis=0), size)
    if history.weight is None or history.weight_kind == "frequency":
        risk, event = n_risk, counts[1:]
    else:
        weighted = sums(cells, history.weight, (n_causes + 1) * size).reshape(n_causes + 1, size)
        event = weighted[1:]
        risk = _at_risk(enter_at, history.weight, weighted.sum(axis=0), size)
        risk = np.where(n_risk == 0, 0.0, risk)
    return RiskTable(time, _ints(n_risk), _ints(counts[1:]), _ints(counts[0]), risk, event, exit_at, enter_at)


def _at_risk(enter_at: Int | None, weight: Float | None, leaving: Float, size: int) -> Float:
    # Reversed sums keep the last risk sets exact: they are sums of what is still there.
    still: Float = np.cumsum(leaving[::-1])[::-1]
    if enter_at is None:
        return still
    later = sums(enter_at, weight, size + 1)[1:]
    waiting: Float = np.cumsum(later[::-1])[::-1]
    return still - waiting


def sums(cells: Int, weight: Float | None, size: int) -> Float:
    """(size,) sum of the weights (None: count) of the rows in each cell."""
    return np.bincount(cells, weights=weight, minlength=size).astype(np.float64, copy=False)


def _ints(values: Float) -> Int:
    return np.rint(values).astype(np.int64)


def each_group(history: EventHistory) -> Iterator[EventHistory]:
    """The history of each group in the order of ``history.groups``; a group may be empty."""
    yield from _split(history, history.group, len(history.groups))


def each_stratum(history: EventHistory) -> Iterator[EventHistory]:
    """The history of each stratum; the whole history when there are no strata."""
    if history.stratum is None:
        yield history
    else:
        yield from _split(history, history.stratum, int(history.stratum.max(initial=-1)) + 1)


def _split(history: EventHistory, codes: Int, size: int) -> Iterator[EventHistory]:
    if size == 1:
        yield history
    elif size <= 8:
        for code in range(size):
            yield history.take(codes == code)
    else:
        order = np.argsort(codes, kind="stable")
        edges = np.searchsorted(codes[order], np.arange(size + 1))
        for low, high in itertools.pairwise(edges):
            yield history.take(order[low:high])


def group_counts(history: EventHistory) -> GroupCounts:
    """Count all groups of one stratum on the distinct times of its events (of any cause).

    Cost: O(n log T) time and O(G T) memory.
    """
    n_groups, n_causes = len(history.groups), len(history.causes)
    has_event = history.cause > 0
    exits, place = distinct(history.exit)
    # Event times are some of the exit times: counting them up to each exit spares a search a row.
    with_event = np.bincount(place[has_event], minlength=len(exits)) > 0
    time, size = exits[with_event], int(with_event.sum())
    exit_at = np.cumsum(with_event, dtype=np.int64)[place]
    event_at = exit_at[has_event] - 1
    enter_at = (
        np.zeros(len(history), dtype=np.int64)
        if history.entry is None
        else np.searchsorted(time, history.entry, side="right")
    )
    group, cause, weight = history.group, history.cause, history.weight
    wide = size + 1
    gone = sums(group * wide + exit_at, weight, n_groups * wide).reshape(n_groups, wide)
    come = sums(group * wide + enter_at, weight, n_groups * wide).reshape(n_groups, wide)
    # At risk at j: exits later than j less entries later than j, both as sums of what is still to come.
    later = (gone - come)[:, ::-1].cumsum(axis=1)[:, ::-1]
    cells = ((cause[has_event] - 1) * n_groups + group[has_event]) * size + event_at
    event = sums(cells, None if weight is None else weight[has_event], n_causes * n_groups * size)
    return GroupCounts(time, later[:, 1:], event.reshape(n_causes, n_groups, size), exit_at, enter_at)
