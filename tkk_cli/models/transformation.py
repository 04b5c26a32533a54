"""Models in which a standard variable is linear in the parameters: S(t) = S0(w), w = basis(log t) g + x d + fixed.

The parametric (accelerated failure time) models have the basis (1, log t), the Royston-Parmar models a spline. The
likelihood of w is concave without late entry, so Newton's method finds its maximum from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tkk_cli.errors import TkkError
from tkk_cli.estimators.risk import sums
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.newton import independent_columns, maximise
from tkk_cli.models.standard import Standard

__all__ = ["FIRST", "STEP", "Basis", "Solution", "Times", "solve", "squared"]

Mask = NDArray[np.bool_]
# log t -> (k, b) values and (k, b) derivatives by log t of the columns of the basis.
Basis = Callable[[Float], tuple[Float, Float]]

# The shape of a distribution has no closed derivative: central differences of 7 points, exact to about 1e-12.
STEP = 0.02
FIRST = np.array([-1 / 60, 3 / 20, -3 / 4, 0, 3 / 4, -3 / 20, 1 / 60]) / STEP
SECOND = np.array([1 / 90, -3 / 20, 3 / 2, -49 / 18, 3 / 2, -3 / 20, 1 / 90]) / STEP**2
# Smallest curvature, relative to the largest, that a Newton step trusts where the likelihood is not concave.
CURVATURE = 1e-8
# Columns of the basis closer to dependent than this share cannot be told apart.
SINGULAR = 1e-10
# w at time 0: every distribution has survival 1 and density 0 there.
BEFORE_ALL = -1e4


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """What is known of n rows.

    Attributes
    ----------
    lower, upper : (n,) float64
        The event is in ``(lower, upper]``; equal = exactly then, ``upper`` infinite = right-censored.
    entry : (n,) float64 or None
    fixed : (n,) float64 or None
        Added to w (``fixed_time`` False) or subtracted from log t (True): an offset.
    fixed_time : bool
    log_slope : float
        Fixed coefficient of log t in w (1 in the exponential model, where the basis is 1).
    """

    lower: Float
    upper: Float
    entry: Float | None = None
    fixed: Float | None = None
    fixed_time: bool = False
    log_slope: float = 0.0

    @classmethod
    def of(cls, history: EventHistory, cause: int, lower: Float | None, upper: Float | None) -> Times:
        """Interval-censored times where they are given, else the exit of the history; TKK334."""
        if lower is None or upper is None:
            event = history.cause == cause + 1
            lower, upper = history.exit, np.where(event, history.exit, np.inf)
        impossible = (upper == lower) & (lower <= 0)
        if impossible.any():
            raise TkkError(
                "TKK334",
                "a parametric model has no events at time 0",
                count=int(impossible.sum()),
                hint="leave these rows out by --where, or add half a unit to every time",
            )
        if history.entry is not None and np.any(lower < history.entry):
            raise TkkError(
                "TKK334",
                "the last time without the event is before late entry",
                where="--lower, --entry",
                count=int(np.sum(lower < history.entry)),
                hint="someone followed from entry is known to be without the event then: set --lower to it",
            )
        return cls(lower, upper, history.entry)


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """Some rows, each at a time: w = values @ theta + fixed."""

    rows: Int
    values: Float
    fixed: Float

    def w(self, theta: Float) -> Float:
        found: Float = self.values @ theta + self.fixed
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Likelihood:
    """Log-likelihood of n rows, piece by piece: exact times, survival (and entry, with the sign -1), intervals."""

    n: int
    weight: Float
    exact: _Point
    slopes: Float
    fixed_slope: float
    log_time: Float
    survived: tuple[tuple[float, _Point], ...]
    low: _Point
    high: _Point

    def values(self, theta: Float, standard: Standard) -> Float:
        """(n,) log-likelihood of each row."""
        found = np.zeros(self.n)
        for rows, value in self._values(theta, standard):
            found[rows] += value
        return found

    def _values(self, theta: Float, standard: Standard) -> Iterator[tuple[Int, Float]]:
        point = self.exact
        slope = self.slopes @ theta[: self.slopes.shape[1]] + self.fixed_slope
        yield point.rows, standard.log_density(point.w(theta))[0] + np.log(slope) - self.log_time
        for sign, point in self.survived:
            yield point.rows, sign * standard.log_survival(point.w(theta))[0]
        if len(self.low.rows):
            yield self.low.rows, _log_between(standard, self.low.w(theta), self.high.w(theta))

    def slope(self, theta: Float, standard: Standard, scores: bool = False) -> tuple[Float, Float, Float | None]:
        """Score (m,), information (m, m) and, when asked, the scores of the rows (n, m)."""
        m = len(theta)
        score, information = np.zeros(m), np.zeros((m, m))
        by_row = np.zeros((self.n, m)) if scores else None
        for point, gradient, curvature in self._slopes(theta, standard):
            weight = self.weight[point.rows]
            score += weight @ gradient
            information -= curvature(weight)
            if by_row is not None:
                by_row[point.rows] += gradient
        return score, information, by_row

    def _slopes(self, theta: Float, standard: Standard) -> Iterator[tuple[_Point, Float, Callable[[Float], Float]]]:
        point, width = self.exact, self.slopes.shape[1]
        _, first, second = standard.log_density(point.w(theta))
        rate = self.slopes / (self.slopes @ theta[:width] + self.fixed_slope)[:, None]
        gradient = point.values * first[:, None]
        gradient[:, :width] += rate

        def of_density(weight: Float) -> Float:
            found = _cross(point.values, weight * second, point.values)
            found[:width, :width] -= _cross(rate, weight, rate)
            return found

        yield point, gradient, of_density
        for sign, at in self.survived:
            _, first_, second_ = standard.log_survival(at.w(theta))
            yield at, at.values * (sign * first_)[:, None], _curvature(at.values, sign * second_)
        if len(self.low.rows):
            yield self._between(theta, standard)

    def _between(self, theta: Float, standard: Standard) -> tuple[_Point, Float, Callable[[Float], Float]]:
        low, high = self.low, self.high
        wl, wu = low.w(theta), high.w(theta)
        value = _log_between(standard, wl, wu)
        fl, bend_l, _ = standard.log_density(wl)
        fu, bend_u, _ = standard.log_density(wu)
        # Densities over the probability of the interval; a lower time of 0 has w = -inf and density 0.
        rl, ru = np.exp(fl - value), np.exp(fu - value)
        bend_l = np.where(rl > 0, bend_l, 0.0)
        gradient = high.values * ru[:, None] - low.values * rl[:, None]

        def of_interval(weight: Float) -> Float:
            both = _cross(low.values, weight * rl * ru, high.values)
            found = _cross(low.values, weight * (-rl * bend_l - rl * rl), low.values) + both + both.T
            found += _cross(high.values, weight * (ru * bend_u - ru * ru), high.values)
            return found

        return low, gradient, of_interval


def _cross(left: Float, weight: Float, right: Float) -> Float:
    found: Float = left.T @ (right * weight[:, None])
    return found


def _curvature(values: Float, second: Float) -> Callable[[Float], Float]:
    return lambda weight: _cross(values, weight * second, values)


def _log_between(standard: Standard, low: Float, high: Float) -> Float:
    """log(S(low) - S(high))."""
    before, after = standard.log_survival(low)[0], standard.log_survival(high)[0]
    found: Float = before + np.log(-np.expm1(after - before))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """The maximum, in the columns of the basis, the covariates and, last, the shape.

    Attributes
    ----------
    theta : (m,) float64
        0 in covariates that the others determine.
    model_covariance, covariance : (m, m) float64
        The model's, and the sandwich when asked (else the same); 0 in covariates that are not estimated.
    dropped, infinite : (p,) bool
        Covariates that the others determine, and those whose coefficient grows without end.
    influence : (n, m) float64 or None
        What each row, with weight 1, adds to ``theta``.
    log_likelihood : float
    df, iterations : int
    converged : bool
    """

    theta: Float
    model_covariance: Float
    covariance: Float
    dropped: Mask
    infinite: Mask
    influence: Float | None
    log_likelihood: float
    df: int
    iterations: int
    converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Scaled:
    """Parameters of orthonormal basis columns and centred, scaled covariates; ``back`` makes them the caller's."""

    basis: Float
    centre: Float
    scale: Float

    @classmethod
    def of(cls, values: Float, values_weight: Float, matrix: Float, weight: Float) -> _Scaled:
        factor = np.linalg.qr(values * np.sqrt(values_weight / values_weight.sum())[:, None], mode="r")
        size = np.abs(np.diag(factor))
        if len(factor) < values.shape[1] or size.min() < SINGULAR * size.max():
            raise TkkError(
                "TKK336",
                "the times are too much alike for the distribution to be estimated",
                hint="choose --distribution exponential, a smaller --spline-df, or --model cox",
            )
        share = weight / weight.sum()
        centre = share @ matrix
        scale = np.sqrt(share @ (matrix - centre) ** 2)
        return cls(np.linalg.inv(factor), centre, np.where(scale > 0, scale, 1.0))

    def back(self, shaped: bool) -> Float:
        """(m, m)."""
        b, p = len(self.basis), len(self.centre)
        found = np.zeros((b + p + shaped, b + p + shaped))
        found[:b, :b] = self.basis
        found[b : b + p, b : b + p] = np.diag(1 / self.scale)
        found[0, b : b + p] = -self.centre / self.scale
        if shaped:
            found[-1, -1] = 1.0
        return found

    def rows(self, values: Float, matrix: Float) -> Float:
        return np.hstack([values @ self.basis, (matrix - self.centre) / self.scale])


def solve(
    times: Times,
    matrix: Float,
    basis: Basis,
    standard: Standard | Callable[[float], Standard],
    start: Float,
    *,
    weight: Float | None = None,
    frequency: bool = False,
    cluster: Int | None = None,
    robust: bool = False,
    influence: bool = False,
) -> Solution:
    """Maximise the likelihood of S(t) = S0(basis(log t) g + x d + fixed).

    Parameters
    ----------
    times : Times
    matrix : (n, p) float64
        Covariates.
    basis : Basis
        Its first column is 1.
    standard : Standard, or a function of the shape
        With a function, the shape is the last parameter.
    start : (m,) float64
        Where w rises with t.
    weight : (n,) float64, optional
    frequency : bool
        Whether a weight is a number of copies.
    cluster : (n,) int64, optional
        Codes from 0.
    robust : bool
        Sandwich of the rows' (clusters') scores, as ``survreg(robust=TRUE)`` without weights: no small-sample factor.
    influence : bool
        Whether the influences of the rows are wanted.

    Returns
    -------
    Solution

    Raises
    ------
    TkkError
        TKK336 when the basis or the shape has no finite estimate.

    Notes
    -----
    O(n (b + p)^2) a step.
    """
    whole = np.ones(len(times.lower)) if weight is None else weight
    shaped = not isinstance(standard, Standard)
    likelihood, scaled = _arrange(times, matrix, basis, whole)
    problem = _Maximisation(likelihood, standard, shaped)
    p, b = matrix.shape[1], len(scaled.basis)
    back = scaled.back(shaped)
    origin = np.linalg.solve(back, start)
    centred = (matrix - scaled.centre) / scaled.scale
    free = independent_columns(
        _cross(centred, whole, centred), _cross(matrix / scaled.scale, whole, matrix / scaled.scale)
    )
    active = np.concatenate([np.ones(b, dtype=bool), free, np.ones(int(shaped), dtype=bool)])
    origin[~active] = 0.0
    width = np.ptp(centred, axis=0) if p else np.zeros(0)
    with np.errstate(all="ignore"):  # a step outside the domain has no likelihood and is halved
        found = maximise(
            lambda step: problem.value(origin + step),
            problem.slope,
            active,
            np.concatenate([np.ones(b), width, np.ones(int(shaped))]),
        )
        infinite = found.diverging[b : b + p]
        information = problem.information(found.state)
        kept = active & ~found.diverging
        if found.diverging[:b].any() or (shaped and found.diverging[-1]) or not _definite(information, kept):
            raise TkkError(
                "TKK336",
                "the distribution of times cannot be estimated: a parameter of it has no single best value",
                hint="choose a distribution with fewer parameters (--distribution weibull, a smaller --spline-df)",
            )
        model = _inverse(information, kept)
        rows = problem.scores(found.state) @ (model @ back.T) if robust or influence else None
    model = back @ model @ back.T
    return Solution(
        theta=back @ found.state,
        model_covariance=model,
        covariance=squared(rows, whole, frequency, cluster) if robust and rows is not None else model,
        dropped=~free,
        infinite=infinite,
        influence=rows if influence else None,
        log_likelihood=problem.value(found.state)[0],
        df=int(active.sum()),
        iterations=found.iterations,
        converged=found.converged,
    )


def _definite(information: Float, kept: Mask) -> bool:
    block = information[np.ix_(kept, kept)]
    return bool(np.isfinite(block).all() and np.linalg.eigvalsh(block)[0] > 0)


def squared(influence: Float, weight: Float, frequency: bool, cluster: Int | None) -> Float:
    """(m, m) sum over clusters, or rows, of the squared weighted influence; copies are rows of their own."""
    if cluster is None:
        return _cross(influence, weight if frequency else weight**2, influence)
    size = int(cluster.max()) + 1
    by_cluster = np.stack([sums(cluster, weight * column, size) for column in influence.T])
    found: Float = by_cluster @ by_cluster.T
    return found


def _inverse(information: Float, free: Mask) -> Float:
    found = np.zeros_like(information)
    kept = np.ix_(free, free)
    found[kept] = np.linalg.inv(information[kept])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Maximisation:
    """The likelihood as a function of (theta, shape)."""

    likelihood: _Likelihood
    standard: Standard | Callable[[float], Standard]
    shaped: bool

    def rows(self, parameters: Float) -> Float:
        if isinstance(self.standard, Standard):
            return self.likelihood.values(parameters, self.standard)
        return self.likelihood.values(parameters[:-1], self.standard(float(parameters[-1])))

    def value(self, parameters: Float) -> tuple[float, Float]:
        found = float(self.likelihood.weight @ self.rows(parameters))
        return (found if np.isfinite(found) else -np.inf), parameters

    def slope(self, parameters: Float) -> tuple[Float, Float]:
        """Score and information, the latter made positive definite where the likelihood is not concave."""
        score, information, _ = self._derivatives(parameters, False)
        values, vectors = np.linalg.eigh((information + information.T) / 2)
        bounded = np.maximum(np.abs(values), CURVATURE * np.abs(values).max())
        return score, (vectors * bounded) @ vectors.T

    def information(self, parameters: Float) -> Float:
        return self._derivatives(parameters, False)[1]

    def scores(self, parameters: Float) -> Float:
        """(n, m) scores of the rows, without their weights."""
        found = self._derivatives(parameters, True)[2]
        assert found is not None
        return found

    def _derivatives(self, parameters: Float, scores: bool) -> tuple[Float, Float, Float | None]:
        if isinstance(self.standard, Standard):
            return self.likelihood.slope(parameters, self.standard, scores)
        theta, shape = parameters[:-1], float(parameters[-1])
        around = [self.standard(shape + k * STEP) for k in range(-3, 4)]
        rows = [self.likelihood.values(theta, standard) for standard in around]
        slopes = [self.likelihood.slope(theta, standard)[0] for standard in around]
        score, information, by_row = self.likelihood.slope(theta, around[3], scores)
        by_shape: Float = np.tensordot(FIRST, rows, 1)
        weight, m = self.likelihood.weight, len(parameters)
        whole = np.zeros((m, m))
        whole[:-1, :-1] = information
        whole[-1, :-1] = whole[:-1, -1] = -np.tensordot(FIRST, slopes, 1)
        whole[-1, -1] = -float(SECOND @ (np.array(rows) @ weight))
        joined = None if by_row is None else np.hstack([by_row, by_shape[:, None]])
        return np.append(score, weight @ by_shape), whole, joined


def _log_times(times: Times, rows: Int, at: Float) -> Float:
    """log t of some rows, the offset taken out where it is one of time."""
    with np.errstate(divide="ignore"):
        found = np.log(at[rows])
    return found - times.fixed[rows] if times.fixed is not None and times.fixed_time else found


def _arrange(times: Times, matrix: Float, basis: Basis, weight: Float) -> tuple[_Likelihood, _Scaled]:
    """The pieces of the likelihood, in scaled columns."""
    lower, upper = times.lower, times.upper
    exact = np.flatnonzero(lower == upper)
    survived = np.flatnonzero(np.isinf(upper) & (lower > 0))
    between = np.flatnonzero((lower < upper) & np.isfinite(upper))
    entry = np.zeros(len(lower)) if times.entry is None else times.entry
    last = np.where(np.isfinite(upper), upper, lower)
    known = np.flatnonzero(last > 0)
    scaled = _Scaled.of(basis(_log_times(times, known, last))[0], weight[known], matrix, weight)

    def point(rows: Int, at: Float) -> _Point:
        log_time = _log_times(times, rows, at)
        fixed = times.log_slope * log_time
        if times.fixed is not None and not times.fixed_time:
            fixed = fixed + times.fixed[rows]
        return _Point(rows, scaled.rows(basis(log_time)[0], matrix[rows]), fixed)

    started = np.flatnonzero(entry > 0)
    likelihood = _Likelihood(
        n=len(lower),
        weight=weight,
        exact=point(exact, lower),
        slopes=basis(_log_times(times, exact, lower))[1] @ scaled.basis,
        fixed_slope=times.log_slope,
        log_time=np.log(lower[exact]),
        survived=((1.0, point(survived, lower)), (-1.0, point(started, entry))),
        low=_from_start(between, lower, point),
        high=point(between, upper),
    )
    return likelihood, scaled


def _from_start(rows: Int, lower: Float, point: Callable[[Int, Float], _Point]) -> _Point:
    """Lower times; at time 0 everyone is without the event whatever the parameters."""
    found = point(rows, np.where(lower > 0, lower, 1.0))
    unknown = lower[rows] == 0
    return _Point(rows, np.where(unknown[:, None], 0.0, found.values), np.where(unknown, BEFORE_ALL, found.fixed))


def _log_times(times: Times, rows: Int, at: Float) -> Float:
    """log t of some rows, the offset taken out where it is one of time."""
    found: Float = np.log(at[rows])
    return found - times.fixed[rows] if times.fixed is not None and times.fixed_time else found
