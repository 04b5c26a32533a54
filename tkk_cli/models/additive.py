"""Aalen's additive hazards: effects that change freely over time, by least squares at each event time."""

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
from tkk_cli.models.sandwich import by_cluster, copies_of, jump_weights, row_factor, wald, weights_of
from tkk_cli.results import Note

__all__ = ["AalenFit", "aalen_additive"]

Mask = NDArray[np.bool_]

# As R's aareg: with fewer rows at risk than this many times the covariates the steps are noise.
ROWS_A_COLUMN = 3
# Of columns in standard deviations: a smaller share of the largest eigenvalue is rounding.
SINGULAR = 1e-10
# The cumulative coefficients are given at this many times at most; a robust variance takes a pass over the rows each.
MOST_TIMES = 200
MOST_ROBUST_TIMES = 25
# Rows that are worked on together: their p x p matrices fit into the cache.
BLOCK = 4096
# Steps whose p x p x p matrices are held at once.
MOST_STEPS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class AalenFit:
    """A fit and its cumulative coefficients.

    Attributes
    ----------
    fit : Fit
        Average effects over the time from ``start`` to ``end``.
    time : (G,) float64
        Event times, at most 200 (25 when robust), the last one included.
    cumulative, std_error : (G, 1 + p) float64
        Baseline first; NaN for a dropped column.
    start, end : float
        Between which enough rows are at risk to tell the covariates apart.
    left_out : float
        Events, weighted, outside.
    """

    fit: Fit
    time: Float
    cumulative: Float
    std_error: Float
    start: float
    end: float
    left_out: float


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Rows with an intercept and standardised columns, on the distinct times: at risk at ``enter <= j < exit``."""

    z: Float
    weight: Float
    variation: Float  # weight of a jump in the optional variation
    copies: Float | None  # of frequency weights
    hit: Mask
    enter: Int
    exit: Int


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """At the T event times used.

    Attributes
    ----------
    project : (T, 1 + p, q) float64
        (Z'WZ)^-1, its rows back on the scale of the columns: times Z'W dN it is the step of B.
    step : (T, q) float64
        The step on the scale of ``z``.
    moved, middle : (T, q), (T, q, q) float64
        Z'W dN and Z'WV dN Z.
    information : (T, 1 + p) float64
        About each coefficient: one over the diagonal of (Z'WZ)^-1.
    """

    time: Float
    place: Int
    project: Float
    step: Float
    moved: Float
    middle: Float
    information: Float

    def increments(self) -> tuple[Float, Float]:
        """Steps of B (T, 1 + p) and of their optional variation (T, 1 + p, 1 + p)."""
        step = np.matmul(self.project, self.moved[:, :, None])[:, :, 0]
        return step, self.project @ self.middle @ self.project.transpose(0, 2, 1)


def aalen_additive(history: EventHistory, design: Design, cause: int = 0, robust: bool = False) -> AalenFit:
    """Cumulative regression functions B(t) of hazard(t | x) = b0(t) + x' b(t), and average effects.

    At each event time dB = (Z'WZ)^-1 Z'W dN over those at risk, Z with an intercept; ties are one step. The average
    effect is int K dB / int K dt, K(t) one over the diagonal of (Z'WZ)^-1: each time counts as much as it tells, so
    that the last, small risk sets do not drown the rest, and the test is that of R's ``aareg(test="aalen")``. The
    variance of the model is the optional variation, sum (Z'WZ)^-1 Z'WVdN Z (Z'WZ)^-1, V the weights of people and 1 of
    copies (frequency weights); the robust one sums squared
    int (Z'WZ)^-1 w_i z_i (dN_i - z_i' dB) over clusters. Used is the longest run of times, in person-time, at which
    Z'WZ can be inverted and at least three rows a covariate are at risk.

    Parameters
    ----------
    history : EventHistory
        Late entry, weights of each kind and clusters are taken; strata are not looked at.
    design : Design
    cause : int
        0..K-1; other causes censor.
    robust : bool

    Returns
    -------
    AalenFit

    Raises
    ------
    TkkError
        TKK345 when there is no event time at which the covariates can be told apart.

    Notes
    -----
    O(n p^2 + T p^3), robust O(G n p^3) more for the G times of ``AalenFit.time``.

    References
    ----------
    Aalen (1989); Aalen, Borgan & Gjessing (2008), eq. 4.59-4.62. ``tests/models/test_additive.py`` checks it
    against R's ``aareg``.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.designs import Design, Term
    >>> from tkk_cli.histories import EventHistory
    >>> people = EventHistory(
    ...     exit=np.array([1.0, 2, 3, 4, 5, 6]),
    ...     cause=np.array([1, 1, 0, 0, 0, 0]),
    ...     causes=("return",),
    ...     group=np.zeros(6, dtype=np.int64),
    ...     groups=("all",),
    ... )
    >>> x = np.array([[1.0], [0], [1], [0], [1], [0]])
    >>> fit = aalen_additive(people, Design(x, ("x",), (Term("x", "number", (0,), ("x",), ("",)),)))
    >>> abs(fit.cumulative.round(4)).tolist()
    [[0.0, 0.3333], [0.3333, 0.0]]
    """
    weight, p = weights_of(history), design.matrix.shape[1]
    centre = weight @ design.matrix / weight.sum()
    scale = np.sqrt(weight @ (design.matrix - centre) ** 2 / weight.sum())
    scale[scale <= SINGULAR * np.abs(centre)] = 1.0
    x = (design.matrix - centre) / scale
    cross = x.T @ (weight[:, None] * x)
    raw = np.diag(np.diag(cross) + weight.sum() * (centre / scale) ** 2)
    active = np.concatenate([[True], independent_columns(cross, raw)])
    back = np.eye(1 + p)  # from centred and scaled columns
    back[0, 1:] = -centre / scale
    back[1:, 1:] = np.diag(1 / scale)
    back = back[:, active]
    table = risk_table(replace(history, cluster=None))
    enter = np.zeros(len(x), dtype=np.int64) if table.enter_at is None else table.enter_at
    z = np.hstack([np.ones((len(x), 1)), x])[:, active]
    copies = weight if history.weight_kind == "frequency" else None
    rows = _Rows(z, weight, jump_weights(history), copies, history.cause == cause + 1, enter, table.exit_at + 1)
    inverse, run = _inverses(rows, table.time, history.causes[cause])
    start = float(table.time[run.start - 1]) if run.start else 0.0
    width = np.diff(table.time[run], prepend=start)
    exposure = width @ _information(inverse, back)
    exposure[~active] = np.nan
    steps = _steps(rows, inverse, run, table.time, back, history.causes[cause])
    wanted = MOST_ROBUST_TIMES if robust else MOST_TIMES
    places = np.unique(np.linspace(0, len(steps.time) - 1, wanted).round().astype(np.int64))
    step, variance = steps.increments()
    k = steps.information
    effect = (k * step).sum(axis=0) / exposure
    cumulative, covariance = np.cumsum(step, axis=0)[places], np.cumsum(variance, axis=0)[places]
    model: Float = np.einsum("ta,tab,tb->ab", k, variance, k) / np.outer(exposure, exposure)
    average: Float = model
    if robust:
        covariance = _robust(rows, steps, places, history, np.ones_like(k))
        stops = np.append(np.arange(MOST_STEPS, len(k), MOST_STEPS) - 1, len(k) - 1)
        average = _robust(rows, steps, stops, history, k)[-1] / np.outer(exposure, exposure)
    for values in (effect, cumulative):
        values[..., ~active] = np.nan
    for values in (model, average, covariance):
        values[..., ~active] = values[..., ~active, :] = np.nan
    own = np.flatnonzero(rows.hit)
    outside = (rows.exit[own] <= run.start) | (rows.exit[own] > run.stop)
    dropped = [name for name, kept in zip(design.columns, active[1:], strict=True) if not kept]
    fit = Fit(
        columns=design.columns,
        coefficient=effect[1:],
        covariance=average[1:, 1:],
        measure="hazard_difference",
        n=copies_of(history),
        n_event=float(weight[own].sum()),
        df=int(active.sum()),
        model_covariance=model[1:, 1:],
        robust=robust,
        tests=wald(effect[1:], average[1:, 1:]),
        ancillary=(("intercept", float(effect[0]), float(np.sqrt(average[0, 0]))),),
        notes=(Note("collinear_left_out", {"columns": ", ".join(dropped)}, "warning", "TKK381"),) if dropped else (),
    )
    return AalenFit(
        fit=fit,
        time=steps.time[places],
        cumulative=cumulative,
        std_error=np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)),
        start=start,
        end=float(table.time[run.stop - 1]),
        left_out=float(weight[own][outside].sum()),
    )


def _inverses(rows: _Rows, time: Float, cause: str) -> tuple[Float, slice]:
    """(Z'WZ)^-1 at each time of the run of times at which it exists, and the run: that with the most person-time."""
    q, size = rows.z.shape[1], len(time)
    cross: Float = np.empty((size, q, q))
    for a in range(q):
        for b in range(a, q):
            cross[:, a, b] = cross[:, b, a] = _at_risk(rows, rows.weight * rows.z[:, a] * rows.z[:, b], size)
    present = _at_risk(rows, rows.copies, size)
    values = np.linalg.eigvalsh(cross)
    usable = (present >= max(ROWS_A_COLUMN * (q - 1), q)) & (values[:, 0] > SINGULAR * np.abs(values[:, -1]))
    if not usable.any():
        raise _cannot(cause)
    # Late entry may part the usable times into several runs.
    edges = np.flatnonzero(np.diff(np.concatenate([[0], usable, [0]]))).reshape(-1, 2)
    watched = np.concatenate([[0.0], np.cumsum(present * np.diff(time, prepend=0.0))])
    first, stop = edges[np.argmax(watched[edges[:, 1]] - watched[edges[:, 0]])]
    run = slice(int(first), int(stop))
    inverse: Float = np.linalg.inv(cross[run]).astype(np.float64, copy=False)
    return inverse, run


def _cannot(cause: str) -> TkkError:
    return TkkError(
        "TKK345",
        f"at no time of the event {cause} can the covariates of those at risk be told apart",
        where="--event",
        hint="put levels together or leave out covariates",
    )


def _at_risk(rows: _Rows, values: Float | None, size: int) -> Float:
    """(T,) sum over the rows at risk at each time, cumulated from the last."""
    change = sums(rows.exit, values, size + 1) - sums(rows.enter, values, size + 1)
    found: Float = np.cumsum(change[::-1])[::-1][1:]
    return found


def _information(inverse: Float, back: Float) -> Float:
    """(T, 1 + p) one over the diagonal of (Z'WZ)^-1 on the scale of the columns; 0 for a dropped column."""
    diagonal = np.einsum("aq,tqr,ar->ta", back, inverse, back, optimize=True)
    found: Float = np.where(diagonal > 0, 1 / np.where(diagonal > 0, diagonal, 1.0), 0.0)
    return found


def _steps(rows: _Rows, inverse: Float, run: slice, time: Float, back: Float, cause: str) -> _Steps:
    q, size = rows.z.shape[1], len(time)
    at = rows.exit[rows.hit] - 1
    z, weight, squared = rows.z[rows.hit], rows.weight[rows.hit], rows.variation[rows.hit]
    place = np.flatnonzero(sums(at, None, size)[run] > 0)
    if len(place) == 0:
        raise _cannot(cause)
    moved = np.stack([sums(at, weight * column, size)[run][place] for column in z.T], axis=1)
    middle = np.empty((len(place), q, q))
    for a in range(q):
        for b in range(a, q):
            middle[:, a, b] = middle[:, b, a] = sums(at, squared * z[:, a] * z[:, b], size)[run][place]
    found: Float = inverse[place]
    step: Float = np.matmul(found, moved[:, :, None])[:, :, 0]
    return _Steps(time[run][place], run.start + place, back @ found, step, moved, middle, _information(found, back))


def _robust(rows: _Rows, steps: _Steps, places: Int, history: EventHistory, k: Float) -> Float:
    """(G, 1 + p, 1 + p) squared influence on int k dB, summed over clusters, at each of the places."""
    influence = np.zeros((len(rows.z), k.shape[1]))
    factor = row_factor(history)
    found = np.empty((len(places), k.shape[1], k.shape[1]))
    low = 0
    for g, place in enumerate(places):
        _add_influence(influence, rows, steps, k, low, int(place) + 1)
        low = int(place) + 1
        copies, summed = by_cluster(factor * influence, history)
        found[g] = summed.T @ (copies[:, None] * summed)
    return found


def _add_influence(influence: Float, rows: _Rows, steps: _Steps, k: Float, low: int, high: int) -> None:
    """Add what the steps ``low..high - 1`` give: int k (Z'WZ)^-1 z_i (dN_i - z_i' dB)."""
    q, p = rows.z.shape[1], influence.shape[1]
    project = k[low:high, :, None] * steps.project[low:high]
    products = project[:, :, :, None] * steps.step[low:high, None, None, :]
    total = np.concatenate([np.zeros((1, p * q, q)), np.cumsum(products.reshape(-1, p * q, q), axis=0)])
    place = steps.place[low:high]
    begin, end = np.searchsorted(place, rows.enter), np.searchsorted(place, rows.exit)
    throughout = (begin == 0) & (end == len(place))
    # Most rows are at risk at all of these steps: they share one matrix for each coefficient.
    z = rows.z[throughout]
    for j, shared in enumerate(total[-1].reshape(p, q, q)):
        influence[throughout, j] -= ((z @ shared) * z).sum(axis=1)
    partly = np.flatnonzero((end > begin) & ~throughout)
    for block in np.array_split(partly, len(partly) // BLOCK + 1):
        column = rows.z[block][:, :, None]
        inner = np.matmul(total[end[block]] - total[begin[block]], column).reshape(-1, p, q)
        influence[block] -= np.matmul(inner, column)[:, :, 0]
    hit = np.flatnonzero(rows.hit & (rows.exit > place[0]) & (rows.exit <= place[-1] + 1))
    event_at = np.searchsorted(place, rows.exit[hit] - 1)
    influence[hit] += np.matmul(project[event_at], rows.z[hit][:, :, None])[:, :, 0]
