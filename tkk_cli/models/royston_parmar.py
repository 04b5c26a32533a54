"""Royston-Parmar models: a spline of log time for the baseline, covariates on the hazard, odds or normal scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.fits import Fit
from tkk_cli.models.parametric import measured_fit, require_usable
from tkk_cli.models.smooth_curves import Curve
from tkk_cli.models.standard import STANDARD
from tkk_cli.models.time_likelihood import Basis, Times
from tkk_cli.models.transformation import Solution, solve
from tkk_cli.results import Note

__all__ = ["SCALES", "knots_of", "royston_parmar", "spline_basis"]

# scale -> standard distribution of w, and what the coefficient of a covariate is
SCALES = {
    "hazard": ("extreme", "hazard_ratio"),
    "odds": ("logistic", "odds_ratio"),
    "normal": ("normal", "coefficient"),
}
GRID = 200
_ENDS = (np.floor, np.ceil)


def royston_parmar(
    history: EventHistory,
    design: Design,
    df: int = 3,
    scale: str = "hazard",
    cause: int = 0,
    *,
    offset: Float | None = None,
    robust: bool = False,
) -> Fit:
    """Hazard or odds ratios with a smooth baseline.

    g(S(t | x)) = s(log t) + x b + offset with s a natural cubic spline and g the log cumulative hazard, the log odds
    of the event by t, or minus the normal quantile of S; late entry divides by S(entry). df = 1 is the Weibull,
    log-logistic or log-normal model.

    Parameters
    ----------
    history : EventHistory
        n rows; every other cause is a censoring. Frequency weights are copies.
    design : Design
        n rows.
    df : int
        Columns of the spline besides the constant: df - 1 inner knots.
    scale : {"hazard", "odds", "normal"}
    cause : int
        0..K-1.
    offset : (n,) float64, optional
        Added to the linear predictor.
    robust : bool
        Sandwich of the scores of rows or clusters.

    Returns
    -------
    Fit
        Measure ``hazard_ratio``, ``odds_ratio`` (of the event) or ``coefficient``; ancillary ``gamma0``...
        ``gamma<df>`` as in R's ``flexsurvspline``. ``state["curve"]`` predicts.

    Raises
    ------
    TkkError
        TKK333 for strata, TKK334 for an event at time 0, TKK336 when there are too few distinct event times for the
        knots, no event, or no finite estimate.

    Notes
    -----
    Knots and basis as R's ``flexsurvspline``. O(n (df + p)^2) a step. ``tests/models/test_royston_parmar.py`` checks
    it against the parametric models, a general optimiser in R and Cox's model.

    References
    ----------
    Royston & Parmar (2002), eq. 4 and appendix 1.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.designs import Design
    >>> zero = np.zeros(5, dtype=np.int64)
    >>> time, event = np.array([1.0, 2.0, 3.0, 4.0, 6.0]), np.array([1, 1, 0, 1, 1])
    >>> people = EventHistory(time, event, ("return",), zero, ("all",))
    >>> fit = royston_parmar(people, Design(np.empty((5, 0)), (), ()), df=2)
    >>> [name for name, _, _ in fit.ancillary]
    ['gamma0', 'gamma1', 'gamma2']
    """
    require_usable(history, design, cause, offset)
    times = replace(Times.of(history, cause, None, None), fixed=offset)
    knots = knots_of(history, cause, df)
    standard, measure = SCALES[scale]

    def fitted(matrix: Float, knots: Float, start: Float) -> Solution:
        return solve(
            times,
            matrix,
            spline_basis(knots),
            STANDARD[standard],
            start,
            history,
            robust=robust,
            influence=matrix is design.matrix and len(knots) == df + 1,
        )

    def whole(matrix: Float) -> Solution:
        # The line between the outer knots always rises: from there the spline can bend.
        p = matrix.shape[1]
        line = fitted(matrix, knots[[0, -1]], np.concatenate([_rising(times), np.zeros(p)]))
        if df == 1:
            return line
        start = np.concatenate([line.theta[:2], np.zeros(df - 1), line.theta[2:]])
        found = fitted(matrix, knots, start)
        return replace(found, iterations=line.iterations + found.iterations)

    solution = whole(design.matrix)
    null = solution if not design.columns else whole(np.empty((len(history), 0)))
    p, b = len(design.columns), df + 1
    order = np.concatenate([np.arange(b, b + p), np.arange(b)])
    block = np.ix_(order, order)
    fit = measured_fit(
        history,
        design,
        cause,
        solution,
        null.log_likelihood,
        measure,
        (solution.theta[order], solution.covariance[block], solution.model_covariance[block]),
        tuple(f"gamma{j}" for j in range(b)),
        Curve(solution, spline_basis(knots), STANDARD[standard], False, 0.0),
        robust,
    )
    shown = ", ".join(f"{knot:.4g}" for knot in np.exp(knots))
    notes = [*fit.notes, Note("spline_knots", {"times": shown})]
    if _falls(solution.theta[:b], knots):
        notes.append(Note("spline_falls", {}, "warning", "TKK375"))
    return replace(fit, notes=tuple(notes))


def _rising(times: Times) -> Float:
    """A line through the middle of log time that rises by one standard deviation."""
    last = np.where(np.isfinite(times.upper), times.upper, times.lower)
    log_time = np.log(last[last > 0])
    spread = max(float(log_time.std()), 0.1)
    shift = 0.0 if times.fixed is None else float(times.fixed.mean())
    return np.array([-float(log_time.mean()) / spread - shift, 1 / spread])


def _falls(gamma: Float, knots: Float) -> bool:
    """Whether survival would rise somewhere between the first and the last event."""
    slope = spline_basis(knots)(np.linspace(knots[0], knots[-1], GRID))[1] @ gamma
    return bool(np.any(slope <= 0))


def knots_of(history: EventHistory, cause: int, df: int) -> Float:
    """(df + 1,) log times of the knots: the first and last event, and quantiles (R's type 7) of the events between.

    Copies of frequency weights count. TKK336 where knots coincide.
    """
    event = (history.cause == cause + 1) & (history.exit > 0)
    order = np.argsort(history.exit[event], kind="stable")
    time = np.log(history.exit[event][order])
    copies = np.ones(len(time))
    if history.weight is not None and history.weight_kind == "frequency":
        copies = history.weight[event][order]
    last = np.cumsum(copies)
    place = (last[-1] - 1) * np.linspace(0, 1, df + 1)
    below, above = (time[np.searchsorted(last, np.clip(f(place), 0, last[-1] - 1), side="right")] for f in _ENDS)
    knots: Float = below + (place - np.floor(place)) * (above - below)
    if np.any(np.diff(knots) <= 0):
        raise TkkError(
            "TKK336",
            f"the events are at too few different times for a spline with {df} degrees of freedom",
            where="--spline-df",
            hint="choose a smaller --spline-df",
        )
    return knots


def spline_basis(knots: Float) -> Basis:
    """The natural cubic spline of ``flexsurv``: 1, x, and a column for each inner knot; linear beyond the outer ones.

    v_j(x) = (x - k_j)+^3 - l_j (x - k_min)+^3 - (1 - l_j) (x - k_max)+^3, l_j = (k_max - k_j) / (k_max - k_min).

    Examples
    --------
    >>> values, slopes = spline_basis(np.array([0.0, 1.0, 2.0]))(np.array([1.0, 3.0]))
    >>> values.tolist(), slopes.tolist()
    ([[1.0, 1.0, -0.5], [1.0, 3.0, -6.0]], [[0.0, 1.0, -1.5], [0.0, 1.0, -3.0]])
    """
    low, high = float(knots[0]), float(knots[-1])

    def basis(x: Float) -> tuple[Float, Float]:
        values, slopes = [np.ones_like(x), x], [np.zeros_like(x), np.ones_like(x)]
        for knot in knots[1:-1]:
            share = (high - knot) / (high - low)
            parts = [np.maximum(x - k, 0.0) for k in (knot, low, high)]
            values.append(parts[0] ** 3 - share * parts[1] ** 3 - (1 - share) * parts[2] ** 3)
            slopes.append(3 * (parts[0] ** 2 - share * parts[1] ** 2 - (1 - share) * parts[2] ** 2))
        return np.column_stack(values), np.column_stack(slopes)

    return basis
