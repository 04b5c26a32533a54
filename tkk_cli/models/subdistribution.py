"""Sums over the risk sets of a subdistribution, in which competing events stay with the weight of censoring.

Rows with the same stratum, exit, kind of end and censoring curve make a *cell*, and every sum over rows goes through
cells. Each stratum has a *slot* for every distinct time of the event and one more for what comes after: someone is at
risk at the slots from ``enter`` up to ``end``, and after a competing event at those from ``end`` on, with the weight
W(t) / W(T). All of it is cumulative sums over slots: O(n p) a pass, however many times and competing events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tkk_cli.estimators.risk import sums
from tkk_cli.histories import Float, Int

__all__ = ["At", "Cells", "Sums"]

# Rows of one pass: their temporary arrays stay in the processor's cache.
BLOCK = 16384


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Rows that leave together.

    Attributes
    ----------
    stratum, end : (c,) int64
        Stratum, and the first slot after the exit.
    kind : (c,) int64
        0 = is censored, 1 = has the event, 2 = has a competing event, 3 = goes on in another row.
    layer : (c,) int64
        Row of ``Sums.weight``.
    curve : (c,) int64
        Position of the censoring curve.
    exit : (c,) float64
    at_exit : (c,) float64
        W(T) of a competing event, else 1.
    """

    stratum: Int
    end: Int
    kind: Int
    layer: Int
    curve: Int
    exit: Float
    at_exit: Float


@dataclass(frozen=True, slots=True, eq=False)
class At:
    """The sums at one vector of coefficients.

    Attributes
    ----------
    hazard : (n,) float64
        Weight times exp(linear predictor) of each sorted row.
    by_cell : (p + 1, c) float64
        Its sums, and those of the columns times it.
    total, dying : (p + 1, m) float64
        The same over those at risk at a slot, and over those with the event there.
    a : (2, m) float64
        Sums over tied events of (event weight) / S0 and of f times it.
    b : (3, m) float64
        Sums of (event weight) f^r / S0^2, r = 0, 1, 2.
    log_likelihood : float
    """

    hazard: Float
    by_cell: Float
    total: Float
    dying: Float
    a: Float
    b: Float
    log_likelihood: float

    @property
    def mean_sum(self) -> Float:
        """(p, m) weight of the events times the mean covariate of those at risk."""
        return self.a[0] * self.total[1:] - self.a[1] * self.dying[1:]


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """The rows in the order of their cells, and where everything is.

    Attributes
    ----------
    order : (n,) int64
        Row of the history at each place.
    columns : (p, n) float64
        Covariates less ``centre``, over ``scale``.
    cell : (n,) int64
    enter : (n,) int64 or None
        First slot at risk, with late entry or split rows.
    weight_of_row, offset : (n,) float64 or None
    first_slot : (S + 1,) int64
        First slot of each stratum.
    time : (m,) float64
        Of each slot; infinite after the last event.
    weight : (L, m) float64
        W(t) of each layer: one for each pooled censoring group, or one when each stratum has its own.
    event_rows : (m,) float64
        Tied events, copies counted; ``event_weight`` their weights.
    pooled : bool
        Whether the strata share the censoring curves.
    """

    order: Int
    columns: Float
    centre: Float
    scale: Float
    cell: Int
    cells: Cells
    enter: Int | None
    weight_of_row: Float | None
    offset: Float | None
    first_slot: Int
    time: Float
    weight: Float
    event_rows: Float
    event_weight: Float
    event_sum: Float
    event_offset: float
    efron: bool
    pooled: bool

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Row ranges that hold everything in cache."""
        step = BLOCK if self.enter is None else max(BLOCK, len(self.time))
        for low in range(0, len(self.order), step):
            yield low, min(low + step, len(self.order))

    def evaluate(self, beta: Float) -> At:
        """Everything that one step needs."""
        hazard, by_cell, entering = self._pass(beta)
        total, dying = self._at_risk(by_cell, entering)
        a, b, logs = self._ties(total[0], dying[0])
        return At(hazard, by_cell, total, dying, a, b, float(self.event_sum @ beta) + self.event_offset - logs)

    def _pass(self, beta: Float) -> tuple[Float, Float, Float | None]:
        p, n = self.columns.shape
        hazard = np.empty(n)
        by_cell = np.zeros((p + 1, len(self.cells.end)))
        entering = None if self.enter is None else np.zeros((p + 1, len(self.time)))
        for low, high in self.blocks():
            z = self.columns[:, low:high]
            predictor = beta @ z
            if self.offset is not None:
                predictor += self.offset[low:high]
            with np.errstate(over="ignore"):
                np.exp(predictor, out=predictor)
            if self.weight_of_row is not None:
                predictor *= self.weight_of_row[low:high]
            hazard[low:high] = predictor
            start = self.cell[low]
            local, width = self.cell[low:high] - start, int(self.cell[high - 1] - start) + 1
            for r in range(p + 1):
                values = predictor if r == 0 else predictor * z[r - 1]
                by_cell[r, start : start + width] += np.bincount(local, values, width)
                if self.enter is not None and entering is not None:
                    entering[r] += np.bincount(self.enter[low:high], values, len(self.time))
        return hazard, by_cell, entering

    def _at_risk(self, by_cell: Float, entering: Float | None) -> tuple[Float, Float]:
        cells, m = self.cells, len(self.time)
        total, dying = np.empty((len(by_cell), m)), np.empty((len(by_cell), m))
        had = cells.kind == 1
        stays = [cells.kind == 2 if len(self.weight) == 1 else (cells.kind == 2) & (cells.layer == layer)
                 for layer in range(len(self.weight))]  # fmt: skip
        for r, values in enumerate(by_cell):
            leaving = sums(cells.end, values, m)
            total[r] = self.later(leaving if entering is None else leaving - entering[r])
            for weight, stay in zip(self.weight, stays, strict=True):
                total[r] += weight * self.until(sums(cells.end[stay], values[stay] / cells.at_exit[stay], m))
            dying[r] = sums(cells.end[had] - 1, values[had], m)
        return total, dying

    def later(self, steps: Float) -> Float:
        """Sum over the later slots of the stratum."""
        back = np.append(np.cumsum(steps[::-1])[::-1], 0.0)
        if len(self.first_slot) == 2:
            return back[1:]
        return back[1:] - np.repeat(back[self.first_slot[1:]], np.diff(self.first_slot))

    def until(self, steps: Float) -> Float:
        """Sum over the slots of the stratum up to each, itself included."""
        forward = np.concatenate([[0.0], np.cumsum(steps)])
        if len(self.first_slot) == 2:
            return forward[1:]
        return forward[1:] - np.repeat(forward[self.first_slot[:-1]], np.diff(self.first_slot))

    def _ties(self, at_risk: Float, dying: Float) -> tuple[Float, Float, float]:
        m = len(self.time)
        a, b = np.zeros((2, m)), np.zeros((3, m))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            alone = (self.event_rows > 0) if not self.efron else (self.event_rows == 1)
            weight, s0 = self.event_weight[alone], at_risk[alone]
            a[0, alone], b[0, alone] = weight / s0, weight / s0**2
            logs = float(weight @ np.log(s0))
            tied = np.flatnonzero((self.event_rows > 0) & ~alone)
            if len(tied):
                counts = np.rint(self.event_rows[tied]).astype(np.int64)
                where = np.repeat(tied, counts)
                rank = np.arange(len(where)) - np.repeat(np.cumsum(counts) - counts, counts)
                share = rank / self.event_rows[where]
                mean_weight = self.event_weight[where] / self.event_rows[where]
                left = at_risk[where] - share * dying[where]
                logs += float(mean_weight @ np.log(left))
                for r in range(2):
                    a[r] += sums(where, mean_weight * share**r / left, m)
                for r in range(3):
                    b[r] += sums(where, mean_weight * share**r / left**2, m)
        return a, b, logs

    def score(self, at: At) -> Float:
        """(p,) derivative of the log-likelihood."""
        return self.event_sum - at.mean_sum.sum(axis=1)

    def information(self, at: At) -> tuple[Float, Float]:
        """(p, p) minus the second derivative, and its first part, Z' diag(w H) Z, alone."""
        p = len(self.columns)
        raw = np.zeros((p, p))
        cumulative = self.cumulative_hazard(at)
        for low, high in self.blocks():
            z = self.columns[:, low:high]
            raw += (z * (at.hazard[low:high] * self.exposure(cumulative, low, high))) @ z.T
        s1, d1 = at.total[1:], at.dying[1:]
        cross = (s1 * at.b[1]) @ d1.T
        return raw - (s1 * at.b[0]) @ s1.T + cross + cross.T - (d1 * at.b[2]) @ d1.T, raw

    def cumulative_hazard(self, at: At) -> tuple[Float, Float]:
        """(c,) baseline hazard over which the rows of a cell are at risk, from slot 0 on, and (m + 1,) its sums."""
        return self.over_risk(at.a[0], -at.a[1])

    def over_risk(self, steps: Float, own: Float) -> tuple[Float, Float]:
        """(c,) sums of the steps over which each cell is at risk, ``own`` added at its event; (m + 1,) their sums."""
        cells = self.cells
        running = np.concatenate([[0.0], np.cumsum(steps)])
        found = running[cells.end]
        if self.enter is None and len(self.first_slot) > 2:
            found = found - running[self.first_slot[cells.stratum]]
        had, stays = cells.kind == 1, np.flatnonzero(cells.kind == 2)
        found[had] += own[cells.end[had] - 1]
        layer = cells.layer[stays]
        for i, weight in enumerate(self.weight):
            after = np.concatenate([[0.0], np.cumsum(weight * steps)])
            mine = stays[layer == i]
            finish = self.first_slot[cells.stratum[mine] + 1]
            found[mine] += (after[finish] - after[cells.end[mine]]) / cells.at_exit[mine]
        return found, running

    def exposure(self, cumulative: tuple[Float, Float], low: int, high: int) -> Float:
        """Of sorted rows: sums of steps over which each is at risk."""
        by_cell, running = cumulative
        found = by_cell[self.cell[low:high]]
        if self.enter is not None:
            found -= running[self.enter[low:high]]
        return found
