"""Does an effect change over time? The score test of proportional hazards, and the effect as a smooth curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.estimators.distributions import chi_square_tail
from tkk_cli.estimators.intervals import normal_quantile
from tkk_cli.estimators.risk import distinct, risk_table
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.fits import ChiSquare
from tkk_cli.models.risk_sums import RiskSums, grams

__all__ = [
    "TRANSFORMS",
    "SmoothEffect",
    "information_over_time",
    "proportional_hazards",
    "smooth_effects",
    "transformed_times",
]

TRANSFORMS = ("km", "rank", "identity", "log")
# R's plot.cox.zph: a natural spline of four columns, at forty points.
SPLINE_DF = 4
POINTS = 40
# Below this share of its diagonal an eigenvalue is rounding: the effect cannot change there (one event time).
SINGULAR = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class SmoothEffect:
    """The coefficient of a column as a smooth function of time.

    ``time``, ``estimate``, ``std_error``, ``conf_low``, ``conf_high`` : (40,) float64.
    """

    column: int
    time: Float
    estimate: Float
    std_error: Float
    conf_low: Float
    conf_high: Float


def proportional_hazards(
    history: EventHistory,
    design: Design,
    sums: RiskSums,
    cause: int = 0,
    *,
    transform: str = "km",
    terms: bool = True,
    columns: Sequence[int] | None = None,
    penalty: float = 0.0,
) -> list[ChiSquare]:
    """Score test of proportional hazards: of each term against beta + theta g(t), and of all together.

    The test of theta = 0 in a model with the columns z and g(t) z, whose information is the sum over the event times
    of V(t), g(t) V(t) and g(t)^2 V(t): exact, unlike the correlation test of survival 2.x. Strata, late entry, weights
    and ties are those of the fit; the robust variance is not used (as in R).

    Parameters
    ----------
    history : EventHistory
    design : Design
    sums : RiskSums
        At the fitted coefficients.
    transform : {"km", "rank", "identity", "log"}
        g: one minus Kaplan-Meier just before t (unweighted and unstratified, copies counted), the mean rank of t among
        the ends of follow-up, t, log t.
    terms : bool
        False: a test of each column instead of each term.
    columns : sequence of int, optional
        The columns that were estimated (all by default); the others are left out.
    penalty : float
        Ridge penalty of the fit.

    Returns
    -------
    list of ChiSquare
        ``test`` is the name of the term or column; the last one, ``""``, is the global test. NaN where g does not vary.

    Raises
    ------
    TkkError
        TKK327 for ``log`` with an event at time 0.

    Notes
    -----
    Cost: that of one iteration of the fit. R's ``cox.zph`` (survival 3.5); ``tests/models/test_reference_zph.py``
    checks every stored test, and terms against R in ``tests/models/test_zph.py``.

    Examples
    --------
    Four people, of whom the exposed have the first and the last event.

    >>> from tkk_cli.designs import Term
    >>> from tkk_cli.models.cox import cox
    >>> from tkk_cli.models.risk_sums import risk_sums
    >>> zero = np.zeros(4, dtype=np.int64)
    >>> people = EventHistory(np.array([1.0, 2.0, 3.0, 4.0]), zero + 1, ("return",), zero, ("all",))
    >>> x = Design(np.array([[1.0], [0], [0], [1]]), ("x",), (Term("x", "number", (0,), ("x",), ("",)),))
    >>> sums = risk_sums(people, x.matrix, cox(people, x).coefficient)
    >>> [(t.test, round(t.statistic, 3)) for t in proportional_hazards(people, x, sums)]
    [('x', 2.118), ('', 2.118)]
    """
    used = np.arange(len(design.columns)) if columns is None else np.asarray(columns, dtype=np.int64)
    clock = transformed_times(history, sums, cause, transform)
    whole, score = information_over_time(design.matrix, sums, clock)
    block = np.ix_(used, used)
    fixed, cross, changing = (part[block] for part in whole)
    ridge = penalty * np.eye(len(used))
    schur = changing + ridge - cross @ _inverse(fixed + ridge) @ cross
    scale = np.sqrt(np.maximum(np.diag(changing), 0.0))
    place = {int(j): k for k, j in enumerate(used)}
    if terms:
        groups = [(term.name, [place[j] for j in term.columns if j in place]) for term in design.terms]
    else:
        groups = [(design.columns[int(j)], [k]) for k, j in enumerate(used)]
    groups = [(name, members) for name, members in groups if members]
    return [
        _test(name, schur, score[used], scale, members) for name, members in [*groups, ("", list(range(len(used))))]
    ]


def _inverse(information: Float) -> Float:
    """Inverse, blind to the units of the columns; generalised where the information is singular."""
    size = np.sqrt(np.maximum(np.diag(information), 0.0))
    size = np.where(size > 0, size, 1.0)
    found: Float = np.linalg.pinv(information / np.outer(size, size), rcond=SINGULAR, hermitian=True)
    return found / np.outer(size, size)


def _test(name: str, schur: Float, score: Float, scale: Float, members: list[int]) -> ChiSquare:
    u, info, size = score[members], schur[np.ix_(members, members)], scale[members]
    with np.errstate(divide="ignore", invalid="ignore"):
        info, u = info / np.outer(size, size), u / size
    if not np.all(np.isfinite(info)) or np.linalg.eigvalsh(info)[0] < SINGULAR:
        return ChiSquare(name, float("nan"), len(members), float("nan"))
    statistic = float(u @ np.linalg.solve(info, u))
    return ChiSquare(name, statistic, len(members), chi_square_tail(statistic, len(members)))


def transformed_times(history: EventHistory, sums: RiskSums, cause: int, transform: str) -> Float:
    """(C,) transformed times, centred over the events."""
    time = sums.time
    if transform == "identity":
        found = time
    elif transform == "log":
        if time.min(initial=1.0) <= 0:
            raise TkkError(
                "TKK327",
                "log time has no value at 0, where there are events",
                where="--ph-test log",
                count=int(sums.deaths[time <= 0].sum()),
                hint="--ph-test km",
            )
        found = np.log(time)
    elif transform == "rank":
        ends, place = distinct(history.exit)
        copies = history.weight if history.weight_kind == "frequency" else None
        tied = np.bincount(place, weights=copies, minlength=len(ends))
        found = (np.cumsum(tied) - (tied - 1) / 2)[np.searchsorted(ends, time)]
    else:
        found = _kaplan_meier(history, time, cause)
    centred: Float = found - (sums.deaths @ found) / sums.deaths.sum()
    return centred


def _kaplan_meier(history: EventHistory, time: Float, cause: int) -> Float:
    copies = history.weight_kind == "frequency"
    counted = replace(
        history,
        cause=(history.cause == cause + 1).astype(np.int64),
        causes=history.causes[:1],
        weight=history.weight if copies else None,
        weight_kind=history.weight_kind if copies else None,
    )
    table = risk_table(counted)
    with np.errstate(invalid="ignore"):
        step = np.where(table.n_risk > 0, 1 - table.n_event[0] / table.n_risk, 1.0)
    survival = np.concatenate([[1.0], np.cumprod(step)])
    return 1 - survival[np.searchsorted(table.time, time)]


def information_over_time(
    matrix: Float, sums: RiskSums, clock: Float, powers: Sequence[int] = (0, 1, 2)
) -> tuple[list[Float], Float]:
    """Information of (z, z), (z, g z) and (g z, g z), one for each power of g, and the score of g z."""
    own, failing = sums.cell, sums.failing
    weighted = sums.weight * sums.risk
    blocks, vectors = [], []
    for power in powers:
        g = clock**power
        h0 = sums.cumulated(g * sums.h0)
        v = weighted * (h0[sums.leave] - h0[sums.enter])
        v[failing] -= weighted[failing] * (g * sums.h1)[own]
        vectors.append(v)
        blocks.append(sums.product(g))
    whole = [gram - taken for gram, taken in zip(grams(matrix, sums.centre, *vectors), blocks, strict=True)]
    at_clock = sums.weight[failing] * clock[own]
    # A column at a time: the rows of the events are most of the matrix.
    at_events = [at_clock @ (column[failing] - mean) for column, mean in zip(matrix.T, sums.centre, strict=True)]
    return whole, np.array(at_events) - sums.mean_of_events @ clock


def smooth_effects(
    history: EventHistory,
    design: Design,
    sums: RiskSums,
    coefficient: Float,
    cause: int = 0,
    *,
    transform: str = "km",
    columns: Sequence[int] | None = None,
    conf_level: float = 0.95,
) -> list[SmoothEffect]:
    """The coefficient of each column over time: a natural spline through the scaled Schoenfeld residuals.

    The residuals of an event (covariate less the mean of those at risk), times the mean inverse information, plus the
    coefficient, against g(t), as R's ``plot.cox.zph``: four columns, forty points evenly on the scale of g. A column
    that does not vary in a stratum has no residuals there.

    Parameters
    ----------
    history, design, sums, cause, transform, columns
        As in ``proportional_hazards``.
    coefficient : (p,) float64
    conf_level : float

    Returns
    -------
    list of SmoothEffect
        Times on the original scale. A column whose events lie at fewer than four distinct times has none.

    Notes
    -----
    Cost: O(n p). ``tests/models/test_zph.py`` checks it against R's residuals and curve.
    """
    used = np.arange(len(design.columns)) if columns is None else np.asarray(columns, dtype=np.int64)
    clock = transformed_times(history, sums, cause, transform)
    (fixed,), _ = information_over_time(design.matrix, sums, clock, powers=(0,))
    fixed = fixed[np.ix_(used, used)]
    varies = _varies(design.matrix[:, used], sums)
    per_stratum = np.bincount(sums.stratum, weights=sums.deaths, minlength=len(sums.first) - 1)[:, None] * varies
    # Events that carry information on both columns: R divides the information by them.
    shared = sum(np.minimum.outer(row, row) for row in per_stratum)
    mean = fixed / np.where(shared == 0, 1.0, shared)
    variance = np.diag(_inverse(mean))
    scaled = np.full((len(sums.time), len(used)), np.nan)
    residual = _mean_residuals(design.matrix, sums)[:, used]
    for s, row in enumerate(per_stratum):
        known, cells = np.flatnonzero(row > 0), slice(sums.first[s], sums.first[s + 1])
        if len(known):
            inverse = _inverse(mean[np.ix_(known, known)])
            scaled[cells, known] = residual[cells, known] @ inverse + coefficient[used[known]]
    z = normal_quantile(conf_level)
    splines: dict[bytes, _Spline | None] = {}
    found = []
    for k, j in enumerate(used):
        known = np.isfinite(scaled[:, k])
        if known.tobytes() not in splines:
            splines[known.tobytes()] = _spline(clock, sums, known)
        spline = splines[known.tobytes()]
        if spline is not None:
            estimate, error = spline.through(scaled[known, k], float(variance[k]))
            found.append(SmoothEffect(int(j), spline.time, estimate, error, estimate - z * error, estimate + z * error))
    return found


def _mean_residuals(matrix: Float, sums: RiskSums) -> Float:
    """(C, p) Schoenfeld residuals, each times its weight, averaged over the events of a cell.

    The spline is linear in the residuals, and those of a cell have the same g(t): their mean is all it needs.
    """
    size, failing, cell = len(sums.time), sums.failing, sums.cell
    weight = sums.weight[failing]
    total = [
        np.bincount(cell, weights=weight * (matrix[failing, j] - sums.centre[j]), minlength=size)
        for j in range(matrix.shape[1])
    ]
    found: Float = np.column_stack(total) - sums.mean_of_events.T
    return found / sums.deaths[:, None]


def _varies(matrix: Float, sums: RiskSums) -> Any:
    """(S, p): does a column vary among the rows that are ever at risk in a stratum?"""
    n_strata = len(sums.first) - 1
    if n_strata == 1:
        return np.ptp(matrix, axis=0)[None, :] > 0
    there = sums.leave > sums.enter
    stratum = sums.stratum[sums.enter[there]]
    order = np.argsort(stratum, kind="stable")
    rows = matrix[there][order]
    present, starts = np.unique(stratum[order], return_index=True)
    found = np.zeros((n_strata, matrix.shape[1]), dtype=bool)
    found[present] = np.maximum.reduceat(rows, starts) > np.minimum.reduceat(rows, starts)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Spline:
    """A regression spline on some cells: ``time`` (40,), and the linear map from residuals to the curve."""

    time: Float
    root: Float
    basis: Float
    grid: Float

    def through(self, residual: Float, variance: float) -> tuple[Float, Float]:
        """(estimate, standard error) at the points, for residuals that each have this variance."""
        # With columns that vary in some strata only the mean information need not be positive: no error is known then.
        error: Float = np.sqrt((variance if variance >= 0 else np.nan) * (self.grid * self.grid).sum(axis=1))
        return self.grid @ (self.basis.T @ (residual * self.root)), error


def _spline(clock: Float, sums: RiskSums, known: NDArray[np.bool_]) -> _Spline | None:
    """None where the known cells lie at fewer times than the spline has columns."""
    x, count = clock[known], sums.deaths[known]
    places, first = np.unique(x, return_index=True)
    if len(places) < SPLINE_DF:
        return None
    points = np.linspace(places[0], places[-1], POINTS)
    every = np.concatenate([points, np.repeat(x, np.rint(count).astype(np.int64))])
    knots = np.quantile(every, np.linspace(0, 1, SPLINE_DF))
    root = np.sqrt(count)
    q, r = np.linalg.qr(_natural_spline(x, knots) * root[:, None])
    if np.abs(np.diag(r)).min() < SINGULAR * np.abs(np.diag(r)).max():
        return None
    time = np.interp(points, places, sums.time[known][first])
    return _Spline(time, root, q, np.linalg.solve(r.T, _natural_spline(points, knots).T).T)


def _natural_spline(x: Float, knots: Float) -> Float:
    """Columns that span the natural cubic splines with these knots, ends included."""
    span = knots[-1] - knots[0]
    u, k = (x - knots[0]) / span, (knots - knots[0]) / span

    def tail(j: int) -> Float:
        cubes: Float = (np.maximum(u - k[j], 0) ** 3 - np.maximum(u - k[-1], 0) ** 3) / (k[-1] - k[j])
        return cubes

    last = tail(len(knots) - 2)
    return np.column_stack([np.ones_like(u), u, *(tail(j) - last for j in range(len(knots) - 2))])
