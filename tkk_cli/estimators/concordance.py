"""Concordance: how often the person with the higher predicted risk is the first to have the event."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tkk_cli.estimators.risk import distinct
from tkk_cli.histories import EventHistory, Float, Int

__all__ = ["concordance"]

# Equal covariates may give predictors that differ in the last digits (sums in another order): they are ties.
SAME_SCORE = 1e-12


def concordance(history: EventHistory, score: Float, cause: int = 0, cluster: Int | None = None) -> tuple[float, float]:
    """Harrell's C: the share of comparable pairs in which the higher score goes with the earlier event.

    A pair is comparable when one has the event at t while the other is at risk at t and goes on: a censoring at t is
    later than an event at t, two events at t are no pair. Equal scores count one half. Under late entry the other
    must have entered before t. Pairs are sought within strata and pooled; a pair counts the product of its weights.

    Parameters
    ----------
    history : EventHistory
        n rows; every other cause is a censoring.
    score : (n,) float64
        Higher = more risk, for example the linear predictor of a Cox model.
    cause : int
        Position in ``history.causes``.
    cluster : (n,) int64, optional
        Codes from 0: influences are added up within a cluster.

    Returns
    -------
    (estimate, std_error)
        The error is the infinitesimal jackknife's. Both NaN without a comparable pair. Frequency weights are copies.

    Notes
    -----
    Cost: O(n log n), in whole-array operations. The convention of R's ``concordance(fit)`` (weights ``timewt="n"``);
    ``tests/estimators/test_concordance.py`` checks every stored Cox model and a count of all pairs.

    Examples
    --------
    >>> import numpy as np
    >>> zero = np.zeros(4, dtype=np.int64)
    >>> people = EventHistory(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 1]), ("return",), zero, ("all",))
    >>> concordance(people, np.array([3.0, 1.0, 2.0, 0.0]))[0]
    0.8
    """
    agreeing, pairs = _pairs(history, score, history.cause == cause + 1)
    weight = np.ones(len(history)) if history.weight is None else history.weight
    total = float(weight @ pairs) / 2
    if total <= 0:
        return float("nan"), float("nan")
    estimate = float(weight @ agreeing) / 2 / total
    influence = (agreeing - estimate * pairs) / total
    if cluster is not None:
        summed = np.bincount(cluster, weights=weight * influence)
        return estimate, float(np.sqrt(summed @ summed))
    copies = weight if history.weight_kind == "frequency" else weight * weight
    return estimate, float(np.sqrt(copies @ (influence * influence)))


def _pairs(history: EventHistory, score: Float, event: NDArray[np.bool_]) -> tuple[Float, Float]:
    """For each row the weight of its partners: those that agree (ties one half), and all."""
    n = len(history)
    rank, levels = _ranks(score)
    stratum = np.zeros(n, dtype=np.int64) if history.stratum is None else history.stratum
    times, place = distinct(history.exit if history.entry is None else np.concatenate([history.exit, history.entry]))
    # A step a time: 0 = the events at it, 1 = the censorings at it; a stratum's steps follow those of the one before.
    width = 2 * len(times) + 2
    step = stratum * width + 2 * place[:n] + ~event
    first = stratum * width
    late = None if history.entry is None else stratum * width + 2 * place[n:]
    weight = history.weight
    failing = np.flatnonzero(event)
    rows, events = _Sorted(step, rank, weight, levels), _Sorted(step, rank, weight, levels, failing)
    # As the earlier one: those who go on in the same stratum, less those who have not come yet.
    low, same = rows.between(step[failing] + 1, first[failing] + width, rank[failing])
    if late is not None:
        coming = _Sorted(late, rank, weight, levels)
        later = coming.between(step[failing], first[failing] + width, rank[failing])
        low, same = low - later[0], same - later[1]
        everyone = rows.total(step[failing] + 1, first[failing] + width)
        everyone -= coming.total(step[failing], first[failing] + width)
    else:
        everyone = rows.total(step[failing] + 1, first[failing] + width)
    # As the later one: the events while at risk.
    start = first if late is None else late + 1
    lower, equal = events.between(start, step, rank)
    pairs = events.total(start, step)
    agreeing = pairs - lower - equal / 2
    agreeing[failing] += low + same / 2
    pairs[failing] += everyone
    return agreeing, pairs


def _ranks(score: Float) -> tuple[Int, int]:
    order = np.argsort(score, kind="stable")
    ordered = score[order]
    new = np.diff(ordered) > SAME_SCORE * max(1.0, float(np.abs(ordered[[0, -1]]).max(initial=0.0)))
    rank = np.empty(len(score), dtype=np.int64)
    rank[order] = np.concatenate([[0], np.cumsum(new)]) if len(score) else 0
    return rank, int(new.sum()) + 1


class _Sorted:
    """Points in the order of their step, that answer: which weight has a step in [a, b) and a rank below r?

    A wavelet matrix: rank by rank bit, from the highest, zeros are moved before ones; an interval of positions stays
    an interval, and a query with the bit 1 collects the zeros that it leaves behind.
    """

    def __init__(self, step: Int, rank: Int, weight: Float | None, levels: int, rows: Int | None = None) -> None:
        chosen = step if rows is None else step[rows]
        order = np.argsort(chosen, kind="stable")
        self.step = chosen[order]
        origin = order if rows is None else rows[order]
        self.rank = rank[origin].astype(np.int32)
        self.weight = None if weight is None else weight[origin]
        self.bits = max(1, (levels - 1).bit_length())

    def _interval(self, start: Int, stop: Int) -> tuple[Int, Int]:
        low, high = np.searchsorted(self.step, start), np.searchsorted(self.step, stop)
        return low, np.maximum(low, high)

    def total(self, start: Int, stop: Int) -> Float:
        """(q,) weight with a step in [start, stop)."""
        low, high = self._interval(start, stop)
        if self.weight is None:
            return (high - low).astype(np.float64)
        running = _running(self.weight)
        return running[high] - running[low]

    def between(self, start: Int, stop: Int, rank: Int) -> tuple[Float, Float]:
        """(q,) weight with a step in [start, stop) and a rank below, and equal to, that of the query."""
        low, high = (edge.astype(np.int32) for edge in self._interval(start, stop))
        query = rank.astype(np.int32)
        points, weight = self.rank, self.weight
        below = np.zeros(len(query))
        for bit in range(self.bits - 1, -1, -1):
            zero = (points >> bit & 1) == 0
            count = _counts(zero)
            zeros = count[-1]
            up = (query >> bit & 1) == 1
            low_zero, high_zero = count[low], count[high]
            if weight is None:
                below += up * (high_zero - low_zero)
            else:
                kept = _running(np.where(zero, weight, 0.0))
                below += up * (kept[high] - kept[low])
                weight = np.concatenate([weight[zero], weight[~zero]])
            low = np.where(up, zeros + low - low_zero, low_zero)
            high = np.where(up, zeros + high - high_zero, high_zero)
            points = np.concatenate([points[zero], points[~zero]])
        if weight is None:
            return below, (high - low).astype(np.float64)
        running = _running(weight)
        return below, running[high] - running[low]


def _counts(flags: NDArray[np.bool_]) -> NDArray[np.int32]:
    found = np.zeros(len(flags) + 1, dtype=np.int32)
    np.cumsum(flags, out=found[1:])
    return found


def _running(weight: Float) -> Float:
    return np.concatenate([[0.0], np.cumsum(weight)])
