"""What follows a Cox fit: the sums of its partial likelihood by event time, and what each row has to do with them.

Every quantity is a sum over cells of one of five numbers a cell, so that nothing is ever held by row and time together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.partial_likelihood import At, Moments, PartialLikelihood, arrange

__all__ = ["RiskSums", "grams", "risk_sums"]

BLOCK = 16384


@dataclass(frozen=True, slots=True, eq=False)
class RiskSums(Moments):
    """Sums at the C cells of one cause, at given coefficients; covariates are counted from ``centre``.

    Attributes
    ----------
    rows : PartialLikelihood
    at : At
    time, stratum, first, enter, leave
        The cells and the rows at risk: see ``EventCells``.
    failing : (m,) int64
        Rows with the event; theirs is the cell ``leave - 1``.
    weight, risk : (n,) float64
        Weight of each row (1 without), and its relative hazard exp(z'b + offset), which is 1 at ``centre`` and
        ``offset``; 0 for a row that is at risk at no cell.
    centre : (p,) float64
    offset : float
    event, deaths : (C,) float64
        Weight and number of the events.
    """

    rows: PartialLikelihood
    at: At
    time: Float
    stratum: Int
    first: Int
    enter: Int
    leave: Int
    failing: Int
    weight: Float
    risk: Float
    centre: Float
    offset: float
    event: Float
    deaths: Float

    @property
    def cell(self) -> Int:
        """(m,) cell of each event."""
        return self.leave[self.failing] - 1

    @property
    def mean_at_event(self) -> Float:
        """(p, C) mean covariate of those at risk, averaged over the steps of a cell."""
        return self.mean_of_events / self.event

    def cumulated(self, values: Float) -> Float:
        """(C + 1,) sums of the cells before each cell, over all strata: differences within one are its sums."""
        return np.concatenate([[0.0], np.cumsum(values)])

    def influence(self) -> Float:
        """(n, p) score residuals of the rows, without their weight."""
        found = np.zeros((len(self.weight), len(self.centre)))
        for low, high, scores in self.rows.residuals(self.at):
            found[self.rows.order[low:high]] = (scores * self.rows.scale[:, None]).T
        return found / self.weight[:, None]


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
        See ``arrange``.
    offset : (n,) float64, optional

    Notes
    -----
    Cost: that of sorting the rows and of one step of a fit; holds one copy of the matrix.

    Examples
    --------
    >>> import numpy as np
    >>> zero = np.zeros(3, dtype=np.int64)
    >>> people = EventHistory(np.array([1.0, 2.0, 2.0]), np.array([1, 1, 0]), ("return",), zero, ("all",))
    >>> risk_sums(people, np.zeros((3, 1)), np.zeros(1)).h0.tolist()
    [0.3333333333333333, 0.5]
    """
    rows = arrange(history, matrix, cause, ties=ties, offset=offset)
    at = rows.evaluate(coefficient * rows.scale)
    m = rows.moments(at)
    risk = np.zeros(len(history))
    risk[rows.order] = at.risk if rows.weight is None else at.risk / rows.weight
    return RiskSums(
        *(m.s1, m.d1, m.h0, m.h1, m.q0, m.q1, m.q2),
        rows=rows,
        at=at,
        time=rows.cells.time,
        stratum=rows.cells.stratum,
        first=rows.cells.first,
        enter=rows.cells.enter,
        leave=rows.cells.leave,
        failing=np.flatnonzero(history.cause == cause + 1),
        weight=np.ones(len(history)) if history.weight is None else history.weight,
        risk=risk,
        centre=rows.centre,
        offset=0.0 if offset is None else float(offset.mean()),
        event=rows.event,
        deaths=rows.event if history.weight_kind == "frequency" else rows.count[0::2].astype(np.float64),
    )


def grams(matrix: Float, centre: Float, *weights: Float) -> list[Float]:
    """``Z' diag(v) Z`` of the centred matrix for each vector of weights, in blocks of rows."""
    p = matrix.shape[1]
    found = [np.zeros((p, p)) for _ in weights]
    for start in range(0, len(matrix), BLOCK):
        block = matrix[start : start + BLOCK] - centre
        for total, v in zip(found, weights, strict=True):
            total += (block * v[start : start + BLOCK, None]).T @ block
    return found
