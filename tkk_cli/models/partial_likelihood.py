"""The Cox partial likelihood in linear time: value, score, information and score residuals at given coefficients.

Rows are sorted once by the last event time (cell) at which they are at risk, those that fail there first: two segments
a cell, so that sums over risk sets are sums of segments, accumulated backwards. Nothing is held by row and time
together and no p x p matrix by event: with H the sum of the hazard steps of the cells at which a row is at risk,

    I = Z' diag(w r H) Z - sum over steps of S1 S1' / S0^2,

where under Efron's ties the l-th of the d steps of a cell has S0 - (l/d) D0 and S1 - (l/d) D1 in place of S0 and S1.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tkk_cli.estimators.risk import sums
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.event_cells import EventCells, event_cells

__all__ = ["At", "Moments", "PartialLikelihood", "arrange"]

# Columns of a block stay in the cache while they are multiplied.
BLOCK = 8192
# Up to so many strata are accumulated one by one; more of them together, in log2(cells) passes.
FEW_STRATA = 64
# Sums of relative hazards beyond it, or below its inverse, overflow in the products of the information.
LARGEST = 1e100
# A column whose spread is below this share of its mean is constant but for rounding.
ROUNDING = 1e-14


@dataclass(frozen=True, slots=True, eq=False)
class At:
    """At one vector of coefficients.

    ``risk`` (m,): weight times relative hazard. ``s0``, ``d0`` (C,): its sums over those at risk and over those that
    fail. ``denominator``: of each step. ``moments`` are kept once they have been asked for: slope and residuals share
    them.
    """

    beta: Float
    log_likelihood: float
    risk: Float
    s0: Float
    d0: Float
    denominator: Float
    moments: list[Moments] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """First moments and steps of the hazard at the C cells.

    Attributes
    ----------
    s1, d1 : (p, C) float64
        Sums of ``risk`` times the centred columns over those at risk and over those that fail.
    h0, h1 : (C,) float64
        Sum over the steps of event weight / denominator, times 1 and l/d: ``h0`` is the step of the baseline hazard.
    q0, q1, q2 : (C,) float64
        The same with the squared denominator, times 1, l/d and its square.
    """

    s1: Float
    d1: Float
    h0: Float
    h1: Float
    q0: Float
    q1: Float
    q2: Float

    @property
    def mean_step(self) -> Float:
        """(p, C) step of the baseline hazard times the mean covariate of those at risk."""
        found: Float = self.q0 * self.s1 - self.q1 * self.d1
        return found

    @property
    def mean_of_events(self) -> Float:
        """(p, C) mean covariate of those at risk, averaged over the steps, times the weight of the events."""
        found: Float = self.h0 * self.s1 - self.h1 * self.d1
        return found

    def product(self, g: Float | float = 1.0) -> Float:
        """(p, p) sum over the steps of g times the hazard times the product of the mean covariates."""
        mixed = self.s1 @ (self.d1 * (g * self.q1)).T
        found: Float = self.s1 @ (self.s1 * (g * self.q0)).T - mixed - mixed.T + self.d1 @ (self.d1 * (g * self.q2)).T
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """The steps of the hazard, by cell: ``first`` step of each, ``share`` l/d and ``weight`` of each step.

    ``share`` is ``None`` when every cell has one step, and so no tie to correct for. ``work`` is room for two numbers a
    step: to ask for it anew costs more than what is done in it.
    """

    cell: Int
    first: Int
    share: Float | None
    weight: Float
    work: Float

    def summed(self, values: Float) -> Float:
        """(C,) sums of the steps of each cell."""
        found: Float = np.add.reduceat(values, self.first)
        return found

    def denominators(self, s0: Float, d0: Float) -> Float:
        """(steps,) S0 - (l/d) D0."""
        if self.share is None:
            return s0
        found: Float = s0[self.cell]
        found -= np.multiply(np.take(d0, self.cell, out=self.work[0]), self.share, out=self.work[0])
        return found


@dataclass(frozen=True, slots=True, eq=False)
class PartialLikelihood:
    """Sorted rows of one cause.

    Coefficients, score and information are those of standardised columns, (column - centre) / scale; the columns that
    are held are centred only.

    Attributes
    ----------
    cells : EventCells
    order : (m,) int64
        The rows that are at risk at some cell, sorted.
    columns : (p, m) float64
    centre, scale : (p,) float64
        Mean of a column, and its standard deviation: 1 for a constant one, which is 0.
    weight, offset : (m,) float64 or None
    count : (2C,) int64
        Rows of each segment: failing at the cell, then leaving after it.
    filled, start : (f,) int64
        Segments that are not empty, and where they start.
    late, enter : (l,) int64
        Rows (positions) that come after the first cell of their stratum, and the cell at which they come.
    steps : _Steps
    event : (C,) float64
        Weight of the events.
    failing : (m,) bool
    at_events : (p,) float64
        Weighted sum of the columns over the events.
    offset_at_events : float
        That of the offset.
    work : (m,) float64
        Room for a product of each row: to ask for it anew costs more than the product.
    """

    cells: EventCells
    order: Int
    columns: Float
    centre: Float
    scale: Float
    weight: Float | None
    offset: Float | None
    count: Int
    filled: Int
    start: Int
    late: Int
    enter: Int
    steps: _Steps
    event: Float
    failing: NDArray[np.bool_]
    at_events: Float
    offset_at_events: float
    work: Float

    def evaluate(self, beta: Float) -> At:
        """Log-likelihood at standardised coefficients, -inf where relative hazards are beyond floating point."""
        slope = beta / self.scale
        risk = slope @ self.columns
        if self.offset is not None:
            risk += self.offset
        with np.errstate(over="ignore", invalid="ignore"):
            np.exp(risk, out=risk)
            if self.weight is not None:
                risk *= self.weight
            failing, leaving = self._segments(risk)
            s0 = self._at_risk(failing + leaving, risk)
            denominator = self.steps.denominators(s0, failing)
        value = float("-inf")
        if denominator.min() > 1 / LARGEST and denominator.max() < LARGEST:
            at_events = float(slope @ self.at_events) + self.offset_at_events
            value = at_events - float(self.steps.weight @ np.log(denominator, out=self.steps.work[0]))
        return At(beta, value, risk, s0, failing, denominator)

    def slope(self, at: At) -> tuple[Float, Float, Float]:
        """Score (p,), information (p, p), and the information without the means taken out."""
        m = self.moments(at)
        score = self.at_events - (m.s1 @ m.h0 - m.d1 @ m.h1)
        taken = m.product()
        hazard, missed = self._segment_hazard(m.h0, m.h1)[None], self._before(m.h0)[None]
        raw = np.zeros_like(taken)
        for low, high, first, last, inside in self._blocks():
            spent = self._at_rows(hazard, missed, low, high, first, last, inside)[0] * at.risk[low:high]
            block = self.columns[:, low:high]
            raw += (block * spent) @ block.T
        unit = np.outer(self.scale, self.scale)
        return score / self.scale, (raw - taken) / unit, raw / unit

    def residuals(self, at: At) -> Iterator[tuple[int, int, Float]]:
        """Score residuals times their weight, of sorted rows ``low`` to ``high``: (low, high, (p, high - low))."""
        m = self.moments(at)
        steps = [m.h0, *m.mean_step]
        own = [m.h1, *(m.q1 * m.s1 - m.q2 * m.d1)]
        # Of a row of each segment: hazard and its product with the mean covariate, and the mean at the event.
        hazard = np.stack([self._segment_hazard(*pair) for pair in zip(steps, own, strict=True)])
        missed = np.stack([self._before(step) for step in steps])
        mean = np.zeros((len(self.columns), len(self.count)))
        mean[:, 0::2] = m.mean_of_events / self.event
        for low, high, first, last, inside in self._blocks():
            spent = self._at_rows(hazard, missed, low, high, first, last, inside)
            spent *= at.risk[low:high]
            hit = self.failing[low:high].astype(np.float64)
            if self.weight is not None:
                hit *= self.weight[low:high]
            lost = np.repeat(mean[:, first:last], inside, axis=1) * hit
            found = self.columns[:, low:high] * (hit - spent[0]) + spent[1:] - lost
            yield low, high, found / self.scale[:, None]

    @property
    def cell_first(self) -> Int:
        """(C,) first cell of the stratum of each cell."""
        return self.cells.first[self.cells.stratum]

    def _segments(self, values: Float) -> tuple[Float, Float]:
        """(C,) sums over the rows that fail at each cell, and over those that leave after it."""
        total = np.zeros(len(self.count))
        total[self.filled] = np.add.reduceat(values, self.start)
        return total[0::2], total[1::2]

    def _at_risk(self, gone: Float, values: Float) -> Float:
        """Sums over those at risk at each cell: those who are gone at it or later, less those who come later."""
        if len(self.late):
            gone = gone - np.bincount(self.enter - 1, weights=values[self.late], minlength=len(gone))
        found = np.empty_like(gone)
        first = self.cells.first
        if len(first) - 1 <= FEW_STRATA:
            for low, high in itertools.pairwise(first):
                found[low:high] = np.cumsum(gone[low:high][::-1])[::-1]
            return found
        # Doubling: no sum crosses a stratum, so that small strata lose no digit to the large ones.
        found[:] = gone
        cell_first, reach, longest = self.cell_first, 1, int(np.diff(first).max())
        while reach < longest:
            same = cell_first[reach:] == cell_first[:-reach]
            found[:-reach] += np.where(same, found[reach:].copy(), 0.0)
            reach *= 2
        return found

    def moments(self, at: At) -> Moments:
        """The first moments and the steps of the hazard."""
        if not at.moments:
            at.moments.append(self._moments(at))
        return at.moments[0]

    def _moments(self, at: At) -> Moments:
        p, size = len(self.columns), len(self.event)
        s1, d1 = np.empty((p, size)), np.empty((p, size))
        values = self.work
        for j, column in enumerate(self.columns):
            np.multiply(at.risk, column, out=values)
            d1[j], leaving = self._segments(values)
            s1[j] = self._at_risk(d1[j] + leaving, values)
        steps, share = self.steps, self.steps.share
        if share is None:
            once, zero = steps.weight / at.denominator, np.zeros(size)
            return Moments(s1, d1, once, zero, once / at.denominator, zero, zero)
        once, twice = steps.work
        h0 = steps.summed(np.divide(steps.weight, at.denominator, out=once))
        q0 = steps.summed(np.divide(once, at.denominator, out=twice))
        h1 = steps.summed(np.multiply(once, share, out=once))
        q1 = steps.summed(np.multiply(twice, share, out=twice))
        q2 = steps.summed(np.multiply(twice, share, out=twice))
        return Moments(s1, d1, h0, h1, q0, q1, q2)

    def _before(self, step: Float) -> Float:
        """(l,) what late rows missed: the sum of the steps of their stratum before they come."""
        if not len(self.late):
            return step[:0]
        total = np.concatenate([[0.0], np.cumsum(step)])
        missed: Float = total[self.enter] - total[self.cell_first[self.enter - 1]]
        return missed

    def _segment_hazard(self, step: Float, correction: Float) -> Float:
        """(2C,) sum of the steps up to each cell, less the correction for those that fail there."""
        total = np.concatenate([[0.0], np.cumsum(step)])
        upto = total[1:] - total[self.cell_first]
        return np.stack([upto - correction, upto], axis=1).ravel()

    def _blocks(self) -> Iterator[tuple[int, int, int, int, Int]]:
        """Blocks of sorted rows (low, high) with the segments they belong to (first, last) and the rows of each."""
        start = np.concatenate([[0], np.cumsum(self.count)])
        for low in range(0, len(self.order), BLOCK):
            high = min(low + BLOCK, len(self.order))
            first, last = int(np.searchsorted(start, low, side="right")) - 1, int(np.searchsorted(start, high))
            yield (
                low,
                high,
                first,
                last,
                np.minimum(start[first + 1 : last + 1], high) - np.maximum(start[first:last], low),
            )

    def _at_rows(self, segment: Float, missed: Float, low: int, high: int, first: int, last: int, inside: Int) -> Float:
        """(k, high - low) values of the segments at the rows of a block, less what late rows missed."""
        found: Float = np.repeat(segment[:, first:last], inside, axis=1)
        come = slice(*np.searchsorted(self.late, [low, high]))
        found[:, self.late[come] - low] -= missed[:, come]
        return found


def arrange(
    history: EventHistory, matrix: Float, cause: int = 0, *, ties: str = "efron", offset: Float | None = None
) -> PartialLikelihood:
    """Sort the rows of a cause.

    Parameters
    ----------
    history : EventHistory
        Other causes are censored. With frequency weights the copies are tied; under case and probability weights each
        event has the mean weight of its cell in Efron's correction (R's convention).
    matrix : (n, p) float64
        Finite.
    cause : int
    ties : {"efron", "breslow"}
    offset : (n,) float64, optional

    Notes
    -----
    O(n) for whole times, O(n log n) otherwise; holds one copy of the matrix.
    """
    event = history.cause == cause + 1
    cells = event_cells(history, event)
    key = 2 * cells.leave - 1 - event
    kept = cells.leave > cells.enter
    size = len(cells.time)
    # Sixteen bits are sorted by counting.
    key = np.where(kept, key, 2 * size).astype(np.uint16 if 2 * size < 2**16 else np.int64)
    order = np.argsort(key, kind="stable")[: int(np.count_nonzero(kept))]
    count = np.bincount(key, minlength=2 * size + 1)[: 2 * size]
    weight = None if history.weight is None else history.weight[order]
    filled = np.flatnonzero(count)
    columns, centre, scale = _centred(matrix, order)
    failing = event[order]
    late = np.zeros(0, dtype=np.int64)
    if history.entry is not None:
        late = np.flatnonzero(cells.enter[order] > np.repeat(np.repeat(cells.first[cells.stratum], 2), count))
    shift = None if offset is None else offset[order] - offset.mean()
    hit = failing.astype(np.float64)
    if weight is not None:
        hit *= weight
    deaths = count[0::2].astype(np.float64)
    total = deaths
    if weight is not None:
        total = sums(np.repeat(np.arange(size), count[0::2]), weight[failing], size)
    if history.weight_kind == "frequency":
        deaths = total
    return PartialLikelihood(
        cells=cells,
        order=order,
        columns=columns,
        centre=centre,
        scale=scale,
        weight=weight,
        offset=shift,
        count=count,
        filled=filled,
        start=(np.cumsum(count) - count)[filled],
        late=late,
        enter=cells.enter[order[late]],
        steps=_steps(total, deaths, ties == "efron"),
        event=total,
        failing=failing,
        at_events=columns @ hit,
        offset_at_events=0.0 if shift is None else float(shift @ hit),
        work=np.empty(len(order)),
    )


def _steps(event: Float, deaths: Float, efron: bool) -> _Steps:
    size = len(event)
    if not efron or deaths.max(initial=0.0) <= 1:
        every = np.arange(size)
        return _Steps(every, every, None, event, np.empty((2, size)))
    count = np.rint(deaths).astype(np.int64)
    first = np.cumsum(count) - count
    cell = np.repeat(np.arange(size), count)
    step = np.arange(len(cell)) - first[cell]
    return _Steps(cell, first, step / deaths[cell], (event / deaths)[cell], np.empty((2, len(cell))))


def _centred(matrix: Float, order: Int) -> tuple[Float, Float, Float]:
    """Sorted columns less their mean, their means, and their standard deviations."""
    p, m = matrix.shape[1], len(order)
    centre = np.ones(len(matrix)) @ matrix / len(matrix)
    columns, square = np.empty((p, m)), np.zeros(p)
    for low in range(0, m, BLOCK):
        block = matrix.take(order[low : low + BLOCK], axis=0)
        block -= centre
        columns[:, low : low + BLOCK] = block.T
        square += np.einsum("ij,ij->j", block, block)
    spread = np.sqrt(square / max(m, 1))
    constant = spread <= ROUNDING * np.abs(centre)
    columns[constant] = 0.0
    return columns, centre, np.where(constant, 1.0, spread)
