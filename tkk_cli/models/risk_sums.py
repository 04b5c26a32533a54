"""The sums over risk sets that follow a Cox fit: baseline hazard, its variance, influences, information by time.

A cell is a distinct event time of a stratum; a row is at risk at the cells ``enter <= c < leave``. Every quantity is a
sum over cells of one of five numbers a cell, so that nothing is ever held by row and time together. Under Efron's ties
the d events of a cell are d steps, step l with the denominator S0 - (l/d) D0.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tkk_cli.estimators.risk import distinct, sums
from tkk_cli.histories import EventHistory, Float, Int

__all__ = ["RiskSums", "grams", "risk_sums"]

BLOCK = 16384


@dataclass(frozen=True, slots=True, eq=False)
class RiskSums:
    """Sums at the C cells of one cause, covariates counted from ``centre``.

    Attributes
    ----------
    time, stratum : (C,)
        Distinct event times and codes, by stratum and time.
    first : (S + 1,) int64
        The cells of stratum s are ``first[s] <= c < first[s + 1]``.
    enter, leave : (n,) int64
        Cells at which each row is at risk.
    failing : (m,) int64
        Rows with the event; theirs is the cell ``leave - 1``.
    weight, risk : (n,) float64
        Weight of each row (1 without), and its relative hazard exp(z'b + offset) at ``centre`` = 1.
    centre : (p,) float64
    event, deaths : (C,) float64
        Weight and number of the events.
    s0, d0 : (C,) and s1, d1 : (C, p) float64
        Sums of ``weight * risk`` (times the centred covariates) over those at risk and over those with the event.
    h0, h1 : (C,) float64
        Sum over the steps of event weight / denominator, times 1 and l/d: ``h0`` is the step of the baseline hazard.
    q0, q1, q2 : (C,) float64
        The same with the squared denominator, times 1, l/d and its square.
    """

    time: Float
    stratum: Int
    first: Int
    enter: Int
    leave: Int
    failing: Int
    weight: Float
    risk: Float
    centre: Float
    event: Float
    deaths: Float
    s0: Float
    s1: Float
    d0: Float
    d1: Float
    h0: Float
    h1: Float
    q0: Float
    q1: Float
    q2: Float

    @property
    def cell(self) -> Int:
        """(m,) cell of each event."""
        return self.leave[self.failing] - 1

    @property
    def mean_step(self) -> Float:
        """(C, p) step of the baseline hazard times the mean covariate of those at risk."""
        return self.q0[:, None] * self.s1 - self.q1[:, None] * self.d1

    @property
    def mean_at_event(self) -> Float:
        """(C, p) mean covariate of those at risk, averaged over the steps of a cell."""
        return (self.h0[:, None] * self.s1 - self.h1[:, None] * self.d1) / self.event[:, None]

    def cumulated(self, values: Float) -> Float:
        """(C + 1, ...) sums of the cells before each cell, over all strata: differences within one are its sums."""
        zero = np.zeros((1, *values.shape[1:]))
        return np.concatenate([zero, np.cumsum(values, axis=0)])

    def influence(self, matrix: Float) -> Float:
        """(n, p) score residuals of the rows, without their weight."""
        p = matrix.shape[1]
        h0, h1 = self.cumulated(self.h0), self.h1
        mean = self.cumulated(self.mean_step)
        own = self.q1[:, None] * self.s1 - self.q2[:, None] * self.d1
        at_event, cell = self.mean_at_event, self.cell
        found = np.empty((len(matrix), p))
        spent = self.risk * (h0[self.leave] - h0[self.enter])
        for j in range(p):
            z = matrix[:, j] - self.centre[j]
            column = mean[:, j]
            found[:, j] = self.risk * (column[self.leave] - column[self.enter]) - z * spent
            z, r = z[self.failing], self.risk[self.failing]
            found[self.failing, j] += z - at_event[cell, j] + r * (z * h1[cell] - own[cell, j])
        return found


def risk_sums(
    history: EventHistory,
    matrix: Float,
    coefficient: Float,
    cause: int = 0,
    *,
    ties: str = "efron",
    offset: Float | None = None,
) -> RiskSums:
    """The sums at given coefficients.

    Parameters
    ----------
    history : EventHistory
        Other causes than ``cause`` (position in ``causes``) are censored.
    matrix : (n, p) float64
    coefficient : (p,) float64
        Finite.
    ties : {"efron", "breslow"}
        With frequency weights the copies are tied, under case and probability weights each event has the mean weight
        of its cell (R's convention).
    offset : (n,) float64, optional

    Notes
    -----
    Cost: O(n log C + n p) time, a few arrays of n numbers.

    Examples
    --------
    >>> import numpy as np
    >>> zero = np.zeros(3, dtype=np.int64)
    >>> people = EventHistory(np.array([1.0, 2.0, 2.0]), np.array([1, 1, 0]), ("return",), zero, ("all",))
    >>> risk_sums(people, np.zeros((3, 1)), np.zeros(1)).h0.tolist()
    [0.3333333333333333, 0.5]
    """
    n, p = matrix.shape
    event = history.cause == cause + 1
    time, stratum, first, enter, leave = _cells(history, event)
    size = len(time)
    weight = np.ones(n) if history.weight is None else history.weight
    centre = weight @ matrix / weight.sum()
    predictor = matrix @ coefficient - centre @ coefficient
    if offset is not None:
        predictor = predictor + offset
    risk = np.exp(predictor)
    weighted = weight * risk
    failing = np.flatnonzero(event)
    cell = leave[failing] - 1

    # Each stratum has one place more than cells: for those who are still there at its last.
    shift = 0 if history.stratum is None else history.stratum

    def at_risk(values: Float) -> Float:
        there = sums(leave + shift, values, size + len(first) - 1)
        if history.entry is not None:
            there = there - sums(enter + shift, values, size + len(first) - 1)
        total = np.empty(size)
        for s, (low, high) in enumerate(itertools.pairwise(first)):
            total[low:high] = np.cumsum(there[low + s + 1 : high + s + 1][::-1])[::-1]
        return total

    s0 = at_risk(weighted)
    s1, d1 = np.empty((size, p)), np.empty((size, p))
    failed = weighted[failing]
    for j in range(p):
        z = matrix[:, j] - centre[j]
        s1[:, j] = at_risk(weighted * z)
        d1[:, j] = sums(cell, failed * z[failing], size)
    d0 = sums(cell, failed, size)
    total = sums(cell, weight[failing], size)
    copies = history.weight_kind == "frequency"
    deaths = total if copies else sums(cell, None, size)
    steps = _steps(total, deaths, s0, d0, ties == "efron")
    return RiskSums(
        time, stratum, first, enter, leave, failing, weight, risk, centre, total, deaths, s0, s1, d0, d1, *steps
    )


def _cells(history: EventHistory, event: NDArray[np.bool_]) -> tuple[Float, Int, Int, Int, Int]:
    n = len(history)
    times, place = distinct(history.exit)
    if history.stratum is None:
        seen = np.bincount(place[event], minlength=len(times)) > 0
        time = times[seen]
        leave = np.cumsum(seen, dtype=np.int64)[place]
        enter = np.zeros(n, dtype=np.int64)
        if history.entry is not None:
            enter = np.searchsorted(time, history.entry, side="right").astype(np.int64, copy=False)
        return time, np.zeros(len(time), dtype=np.int64), np.array([0, len(time)]), enter, leave
    n_strata, width = int(history.stratum.max(initial=-1)) + 1, len(times)
    cells = np.unique(history.stratum[event] * width + place[event])
    first = np.searchsorted(cells, np.arange(n_strata + 1) * width)
    leave = np.searchsorted(cells, history.stratum * width + place, side="right")
    enter = first[history.stratum]
    if history.entry is not None:
        before = np.searchsorted(times, history.entry, side="right")
        enter = np.searchsorted(cells, history.stratum * width + before)
    return times[cells % width], cells // width, first, enter, leave


def _steps(event: Float, deaths: Float, s0: Float, d0: Float, efron: bool) -> tuple[Float, Float, Float, Float, Float]:
    if not efron or deaths.max(initial=0.0) <= 1:
        zero = np.zeros(len(event))
        return event / s0, zero, event / s0**2, zero, zero
    count = np.rint(deaths).astype(np.int64)
    cell = np.repeat(np.arange(len(event)), count)
    step = np.arange(len(cell)) - np.repeat(np.cumsum(count) - count, count)
    share = step / deaths[cell]
    once = (event / deaths)[cell] / (s0[cell] - share * d0[cell])
    twice = once / (s0[cell] - share * d0[cell])

    def summed(values: Float) -> Float:
        return sums(cell, values, len(event))

    return summed(once), summed(once * share), summed(twice), summed(twice * share), summed(twice * share * share)


def grams(matrix: Float, centre: Float, *weights: Float) -> list[Float]:
    """``Z' diag(v) Z`` of the centred matrix for each vector of weights, in blocks of rows."""
    p = matrix.shape[1]
    found = [np.zeros((p, p)) for _ in weights]
    for start in range(0, len(matrix), BLOCK):
        block = matrix[start : start + BLOCK] - centre
        for total, v in zip(found, weights, strict=True):
            total += (block * v[start : start + BLOCK, None]).T @ block
    return found
