"""Lin and Ying's additive hazards: constant differences of the hazard, in closed form."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.estimators.risk import risk_table, sums
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.fits import Fit
from tkk_cli.models.newton import independent_columns
from tkk_cli.models.sandwich import copies_of, covariance_of, inverse, jump_weights, wald, weights_of
from tkk_cli.results import Note

__all__ = ["lin_ying"]


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One stratum: its sums, and what the residuals of its rows need."""

    rows: Int
    history: EventHistory
    x: Float
    hit: NDArray[np.bool_]
    exit_at: Int
    enter_at: Int
    mean: Float  # (T, p) of those at risk
    width: Float  # (T,) of the interval that ends at each time
    hazard: Float  # (T,) events over the number at risk


def lin_ying(history: EventHistory, design: Design, cause: int = 0, robust: bool = False) -> Fit:
    """Differences of the hazard by covariates, constant over time, beside a free baseline (of each stratum).

    hazard(t | Z) = h0(t) + beta' Z. The estimate solves D beta = U with D = sum_i w_i int Y_i (Z_i - Zbar)^2 dt and
    U = sum_i w_i int (Z_i - Zbar) dN_i, Zbar the mean of those at risk; ties are sums. The variance of the model is
    D^-1 (sum_i v_i int (Z_i - Zbar)^2 dN_i) D^-1, v the squared weight of a person or the number of copies; the robust
    one has the squared sums of w_i int (Z_i - Zbar) dM_i over clusters in the middle.

    Parameters
    ----------
    history : EventHistory
        Late entry, strata, weights of each kind, clusters and rows in pieces are taken.
    design : Design
    cause : int
        0..K-1; other causes censor.
    robust : bool

    Returns
    -------
    Fit
        ``hazard_difference`` per unit of time; NaN for a column that the others determine.

    Raises
    ------
    TkkError
        TKK345 when the cause has no event.

    Notes
    -----
    O(n p^2) after the sort.

    References
    ----------
    Lin & Ying (1994), eq. 2.8 and 2.9. ``tests/models/test_additive.py`` checks it by brute force.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.designs import Design, Term
    >>> from tkk_cli.histories import EventHistory
    >>> people = EventHistory(
    ...     exit=np.array([1.0, 2.0]),
    ...     cause=np.array([1, 1]),
    ...     causes=("return",),
    ...     group=np.zeros(2, dtype=np.int64),
    ...     groups=("all",),
    ... )
    >>> design = Design(np.array([[1.0], [0.0]]), ("x",), (Term("x", "number", (0,), ("x",), ("",)),))
    >>> lin_ying(people, design).coefficient.tolist()
    [1.0]
    """
    hit = history.cause == cause + 1
    if not hit.any():
        raise TkkError("TKK345", f"nobody has the event {history.causes[cause]}", where="--event", count=0)
    weight, p = weights_of(history), design.matrix.shape[1]
    x = design.matrix - weight @ design.matrix / weight.sum()
    parts = _parts(history, x, hit)
    information, raw, score, middle = np.zeros((p, p)), np.zeros(p), np.zeros(p), np.zeros((p, p))
    for part in parts:
        w = weights_of(part.history)
        long = w * _length(part.history)
        at_risk = part.width * _sums_at_risk(part, w)
        within = part.x.T @ (long[:, None] * part.x)
        information += within - part.mean.T @ (at_risk[:, None] * part.mean)
        raw += np.diag(within)
        away = (part.x - part.mean[part.exit_at])[part.hit]
        score += w[part.hit] @ away
        middle += away.T @ (jump_weights(part.history)[part.hit][:, None] * away)
    active = independent_columns(information, np.diag(raw))
    bread = inverse(information, active)
    beta = bread @ score
    model = bread @ middle @ bread
    covariance = model
    if robust:
        influence = np.empty((len(history), p))
        for part in parts:
            influence[part.rows] = _residuals(part, beta)
        covariance = covariance_of(influence @ bread, history)
    for matrix in (model, covariance):
        matrix[:, ~active] = matrix[~active] = np.nan
    coefficient = np.where(active, beta, np.nan)
    dropped = [name for name, kept in zip(design.columns, active, strict=True) if not kept]
    return Fit(
        columns=design.columns,
        coefficient=coefficient,
        covariance=covariance,
        measure="hazard_difference",
        n=copies_of(history),
        n_event=float(weight[hit].sum()),
        df=int(active.sum()),
        model_covariance=model,
        robust=robust,
        tests=wald(coefficient, covariance),
        notes=(Note("collinear_left_out", {"columns": ", ".join(dropped)}, "warning", "TKK381"),) if dropped else (),
    )


def _parts(history: EventHistory, x: Float, hit: NDArray[np.bool_]) -> list[_Part]:
    codes = np.zeros(len(history), dtype=np.int64) if history.stratum is None else history.stratum
    order = np.argsort(codes, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
    return [_part(rows, history.take(rows), x[rows], hit[rows]) for rows in groups]


def _part(rows: Int, history: EventHistory, x: Float, hit: NDArray[np.bool_]) -> _Part:
    table = risk_table(replace(history, stratum=None, cluster=None))
    size = len(table.time)
    enter_at = np.zeros(len(history), dtype=np.int64) if table.enter_at is None else table.enter_at
    part = _Part(rows, history, x, hit, table.exit_at, enter_at, np.zeros((size, x.shape[1])), np.zeros(0), np.zeros(0))
    weight = weights_of(history)
    at_risk = np.where(table.n_risk > 0, table.risk, 0.0)
    safe = np.where(at_risk > 0, at_risk, 1.0)
    mean = np.stack([_sums_at_risk(part, weight * column) for column in x.T], axis=1) / safe[:, None]
    mean[at_risk == 0] = 0.0
    events = sums(table.exit_at[hit], weight[hit], size)
    return replace(part, mean=mean, width=np.diff(table.time, prepend=0.0), hazard=events / safe)


def _sums_at_risk(part: _Part, values: Float) -> Float:
    """(T,) sum over the rows at risk at each time."""
    size = len(part.mean)
    leaving = sums(part.exit_at, values, size + 1)
    waiting = sums(part.enter_at, values, size + 1)
    still: Float = np.cumsum(leaving[::-1])[::-1][:size]
    return still - np.cumsum(waiting[::-1])[::-1][1:]


def _length(history: EventHistory) -> Float:
    return history.exit if history.entry is None else history.exit - history.entry


def _residuals(part: _Part, beta: Float) -> Float:
    """(n, p) int (Z_i - Zbar) dM_i of each row, without its weight."""

    def between(steps: Float) -> Float:
        total = np.concatenate([np.zeros((1, *steps.shape[1:])), np.cumsum(steps, axis=0)])
        found: Float = total[part.exit_at + 1] - total[part.enter_at]
        return found

    mean, width, hazard = part.mean, part.width, part.hazard
    own, risk = part.x @ beta, mean @ beta
    found = np.where(part.hit[:, None], part.x - mean[part.exit_at], 0.0)
    found -= part.x * between(hazard)[:, None] - between(mean * hazard[:, None])
    # int (Z - Zbar)(Z - Zbar)' beta dt, multiplied out so that each integral is a difference of running sums.
    found -= part.x * (own * _length(part.history) - between(risk * width))[:, None]
    found += own[:, None] * between(mean * width[:, None]) - between(mean * (risk * width)[:, None])
    return found
