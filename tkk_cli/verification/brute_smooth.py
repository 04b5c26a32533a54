"""Parametric and spline models by brute force: the likelihood from scipy's densities, climbed by differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import interpolate, optimize, stats

from tkk_cli.histories import Float
from tkk_cli.verification.brute_common import errors_of, row_slopes, row_weights, sandwich
from tkk_cli.verification.case import Case, Numbers, expanded

__all__ = ["parametric", "royston_parmar"]

# Differences take steps of this share of the standard error that one event would have.
STEP, FIRST_STEP = 0.02, 0.001
POLISHING = 12
# Slope of the log-likelihood after which Newton's steps take over.
ROUGH = 0.01
# Steps, in widths of a difference, after which the maximum is reached, and after which the curvature is new.
CLOSE, NEAR = 1e-7, 0.1

Mask = NDArray[np.bool_]
# (times, the rows that they are of) -> log survival, or log density
Part = Callable[[Float, Mask], Float]


def parametric(case: Case) -> Numbers | str:
    """The likelihood of log T = intercept + x b + offset + scale W."""
    case = expanded(case)
    x, spread = _standardised(case.matrix)
    p, exponential = x.shape[1], case.method == "exponential"
    lower, upper = _bounds(case)
    times = np.where(np.isfinite(upper), upper, lower)
    log_time = np.log(times[times > 0])

    def rows(theta: Float) -> Float:
        place = theta[p] + x @ theta[:p] + case.offset
        scale = 1.0 if exponential else float(np.exp(theta[p + 1]))
        shape = float(theta[-1])
        return _log_likelihood(
            case,
            lambda t, some: _law(case.method, place[some], scale, shape, t, True),
            lambda t, some: _law(case.method, place[some], scale, shape, t, False),
        )

    centre = float(log_time.mean() - case.offset.mean())
    start = np.concatenate([np.zeros(p), [centre], [] if exponential else [np.log(max(log_time.std(), 0.1))]])
    starts = [np.append(start, q) for q in (0.6, -0.6)] if case.method == "gengamma" else [start]
    return _fitted(case, rows, starts, spread)


def _law(method: str, place: Float, scale: float, shape: float, t: Float, survival: bool) -> Float:
    """Log survival or log density at times > 0."""
    if method == "gengamma":
        q2 = shape * shape
        law: Any = stats.gengamma
        of: tuple[float, ...] = (1 / q2, shape / scale)
        place = place + scale / shape * np.log(q2)
    else:
        law, of = {
            "exponential": (stats.expon, ()),
            "weibull": (stats.weibull_min, (1 / scale,)),
            "lognormal": (stats.lognorm, (scale,)),
            "loglogistic": (stats.fisk, (1 / scale,)),
        }[method]
    function = law.logsf if survival else law.logpdf
    found: Float = function(t, *of, scale=np.exp(place))
    return found


def royston_parmar(case: Case) -> Numbers | str:
    """The likelihood of g(S(t)) = spline(log t) + x b + offset; the parameters are the values at the knots."""
    case = expanded(case)
    x, spread = _standardised(case.matrix)
    p = x.shape[1]
    at_event = np.log(case.history.exit[case.event == 1])
    knots = np.quantile(at_event, np.linspace(0, 1, int(case.settings["spline_df"]) + 1))
    law = {"hazard": stats.gumbel_l, "odds": stats.logistic, "normal": stats.norm}[case.settings["spline_scale"]]

    known: dict[bytes, tuple[Float, Float]] = {}

    def spline(t: Float) -> tuple[Float, Float]:
        key = t.tobytes()
        if key not in known:
            known[key] = _spline(np.log(t), knots)
        return known[key]

    def rows(theta: Float) -> Float:
        fixed = x @ theta[:p] + case.offset

        def survival(t: Float, some: Mask) -> Float:
            found: Float = law.logsf(spline(t)[0] @ theta[p:] + fixed[some])
            return found

        def density(t: Float, some: Mask) -> Float:
            value, slope = (part @ theta[p:] for part in spline(t))
            found: Float = law.logpdf(value + fixed[some]) + np.log(slope) - np.log(t)
            return found

        return _log_likelihood(case, survival, density)

    start = (knots - at_event.mean()) / max(at_event.std(), 0.1) - case.offset.mean()
    return _fitted(case, rows, [np.concatenate([np.zeros(p), start])], spread)


def _spline(u: Float, knots: Float) -> tuple[Float, Float]:
    """Value and slope of the natural cubic splines that are 1 at one knot and 0 at the others; lines beyond."""
    cardinal = interpolate.CubicSpline(knots, np.eye(len(knots)), bc_type="natural")
    inside = np.clip(u, knots[0], knots[-1])
    slope = cardinal(inside, 1)
    return cardinal(inside) + (u - inside)[:, None] * slope, slope


def _standardised(matrix: Float) -> tuple[Float, Float]:
    spread = matrix.std(axis=0)
    return (matrix - matrix.mean(axis=0)) / spread, spread


def _bounds(case: Case) -> tuple[Float, Float]:
    """The event is in (lower, upper]: equal = exactly then, infinite = not by the end."""
    if "lower" in case.extra:
        return case.extra["lower"], case.extra["upper"]
    return case.history.exit, np.where(case.event == 1, case.history.exit, np.inf)


def _log_likelihood(case: Case, survival: Part, density: Part) -> Float:
    """(n,) of each row, without its weight; late entry divides by the survival then."""
    lower, upper = _bounds(case)
    exact, between = lower == upper, (lower < upper) & np.isfinite(upper)
    after, inside, late = np.isinf(upper) & (lower > 0), between & (lower > 0), case.entry > 0
    found = np.zeros(len(lower))
    found[exact] += density(lower[exact], exact)
    found[after] += survival(lower[after], after)
    start, end = np.zeros(len(lower)), np.zeros(len(lower))
    start[inside] = survival(lower[inside], inside)
    end[between] = survival(upper[between], between)
    found[between] += (start + np.log(-np.expm1(np.minimum(end - start, -1e-300))))[between]
    found[late] -= survival(case.entry[late], late)
    return found


def _fitted(case: Case, rows: Callable[[Float], Float], starts: list[Float], spread: Float) -> Numbers | str:
    w, p = row_weights(case), len(spread)

    def loss(theta: Float) -> float:
        with np.errstate(all="ignore"):
            value = -float(w @ rows(theta))
        return value if np.isfinite(value) else 1e12

    theta = optimize.minimize(loss, min(starts, key=loss), method="BFGS", options={"gtol": ROUGH}).x
    width = np.full(len(theta), FIRST_STEP)
    with np.errstate(all="ignore"):
        information = _information(rows, w, theta, width)
        for _ in range(POLISHING):
            width = STEP * np.sqrt(max(float(w @ (case.event == 1)), 1.0) / np.maximum(np.diag(information), 1e-300))
            step = np.linalg.solve(information, w @ row_slopes(rows, theta, width))
            theta = theta + step
            far = float(np.abs(step / width).max())
            if not far >= CLOSE:
                break
            if far > NEAR:
                information = _information(rows, w, theta, width)
        if not far < CLOSE:
            return "no_maximum"
        slopes = row_slopes(rows, theta, width)
    covariance = np.linalg.inv(_information(rows, w, theta, width))
    if case.robust:
        covariance = sandwich(case, w[:, None] * slopes, covariance)
    return {
        "coefficient": theta[:p] / spread,
        "std_error": errors_of(covariance, p) / spread,
        "log_likelihood": np.array([-loss(theta)]),
    }


def _information(rows: Callable[[Float], Float], w: Float, theta: Float, width: Float) -> Float:
    """Minus the second derivatives, by differences of differences."""
    found = -row_slopes(lambda at: w @ row_slopes(rows, at, width), theta, width)
    half: Float = (found + found.T) / 2
    return half
