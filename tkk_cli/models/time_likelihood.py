"""The likelihood of times whose transformation is linear in the parameters, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.standard import Standard

__all__ = ["Basis", "Likelihood", "Scaled", "Times", "arrange", "cross"]

# log t -> (k, b) values and (k, b) derivatives by log t of the columns of the basis.
Basis = Callable[[Float], tuple[Float, Float]]

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
class Likelihood:
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
            found = cross(point.values, weight * second, point.values)
            found[:width, :width] -= cross(rate, weight, rate)
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
            both = cross(low.values, weight * rl * ru, high.values)
            found = cross(low.values, weight * (-rl * bend_l - rl * rl), low.values) + both + both.T
            found += cross(high.values, weight * (ru * bend_u - ru * ru), high.values)
            return found

        return low, gradient, of_interval


def cross(left: Float, weight: Float, right: Float) -> Float:
    found: Float = left.T @ (right * weight[:, None])
    return found


def _curvature(values: Float, second: Float) -> Callable[[Float], Float]:
    return lambda weight: cross(values, weight * second, values)


def _log_between(standard: Standard, low: Float, high: Float) -> Float:
    """log(S(low) - S(high))."""
    before, after = standard.log_survival(low)[0], standard.log_survival(high)[0]
    found: Float = before + np.log(-np.expm1(after - before))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """Parameters of orthonormal basis columns and centred, scaled covariates; ``back`` makes them the caller's."""

    basis: Float
    centre: Float
    scale: Float

    @classmethod
    def of(cls, values: Float, values_weight: Float, matrix: Float, weight: Float) -> Scaled:
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


def arrange(times: Times, matrix: Float, basis: Basis, weight: Float) -> tuple[Likelihood, Scaled]:
    """The pieces of the likelihood, in scaled columns."""
    lower, upper = times.lower, times.upper
    exact = np.flatnonzero(lower == upper)
    survived = np.flatnonzero(np.isinf(upper) & (lower > 0))
    between = np.flatnonzero((lower < upper) & np.isfinite(upper))
    entry = np.zeros(len(lower)) if times.entry is None else times.entry
    last = np.where(np.isfinite(upper), upper, lower)
    known = np.flatnonzero(last > 0)
    scaled = Scaled.of(basis(_log_times(times, known, last))[0], weight[known], matrix, weight)

    def point(rows: Int, at: Float) -> _Point:
        log_time = _log_times(times, rows, at)
        fixed = times.log_slope * log_time
        if times.fixed is not None and not times.fixed_time:
            fixed = fixed + times.fixed[rows]
        return _Point(rows, scaled.rows(basis(log_time)[0], matrix[rows]), fixed)

    started = np.flatnonzero(entry > 0)
    likelihood = Likelihood(
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
