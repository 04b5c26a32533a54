"""Models in which a standard variable is linear in the parameters: S(t) = S0(w), w = basis(log t) g + x d + fixed.

The parametric (accelerated failure time) models have the basis (1, log t), the Royston-Parmar models a spline. The
likelihood of w is concave without late entry, so Newton's method finds its maximum from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.newton import STILL_MOVING, Maximum, independent_columns, maximise
from tkk_cli.models.sandwich import covariance_of, inverse, weights_of
from tkk_cli.models.standard import Standard
from tkk_cli.models.time_likelihood import Basis, Likelihood, Times, arrange, cross

__all__ = ["FIRST", "STEP", "Solution", "solve"]

Mask = NDArray[np.bool_]

# The shape of a distribution has no closed derivative: central differences of 7 points, exact to about 1e-12.
STEP = 0.02
FIRST = np.array([-1 / 60, 3 / 20, -3 / 4, 0, 3 / 4, -3 / 20, 1 / 60]) / STEP
SECOND = np.array([1 / 90, -3 / 20, 3 / 2, -49 / 18, 3 / 2, -3 / 20, 1 / 90]) / STEP**2
# Smallest curvature, relative to the largest, that a Newton step trusts where the likelihood is not concave.
CURVATURE = 1e-8
# A curvature this small, relative to the largest, may be 0 or below it. One above it is taken as it is, however small:
# the steps along a coefficient that grows without end would else shrink, and look like a maximum.
ROUNDING = 1e-14
# Covariates that start with linear predictors this far apart start from 0: a level without events is so far out that
# the likelihood there is flat to the last digit.
FAR = 5.0
# A generalised gamma distribution with a shape beyond this has nearly all its people at one end.
MOST_SHAPE = 10.0
NO_MAXIMUM = "the distribution of times cannot be estimated: a parameter of it has no single best value"
NO_REFERENCE = "the intercept has no finite estimate: nobody at the reference levels has the event"
OTHER_REFERENCE = "choose a reference with events (--reference, or C(x, Treatment(...))), or use --model cox"
SIMPLER = "choose a distribution with fewer parameters (--distribution weibull, a smaller --spline-df)"


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


def solve(
    times: Times,
    matrix: Float,
    basis: Basis,
    standard: Standard | Callable[[float], Standard],
    start: Float,
    history: EventHistory,
    *,
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
    history : EventHistory
        Whose weights and clusters are taken.
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
    whole = weights_of(history)
    shaped = not isinstance(standard, Standard)
    likelihood, scaled = arrange(times, matrix, basis, whole)
    problem = _Maximisation(likelihood, standard, shaped)
    p, b = matrix.shape[1], len(scaled.basis)
    back = scaled.back(shaped)
    origin = np.linalg.solve(back, start)
    centred = (matrix - scaled.centre) / scaled.scale
    free = independent_columns(
        cross(centred, whole, centred), cross(matrix / scaled.scale, whole, matrix / scaled.scale)
    )
    active = np.concatenate([np.ones(b, dtype=bool), free, np.ones(int(shaped), dtype=bool)])
    origin[~active] = 0.0
    if np.ptp(centred @ origin[b : b + p]) > FAR:
        origin[b : b + p] = 0.0
    width = np.ptp(centred, axis=0) if p else np.zeros(0)
    with np.errstate(all="ignore"):  # a step outside the domain has no likelihood and is halved
        found = maximise(
            lambda step: problem.value(origin + step),
            problem.slope,
            active,
            # The mean moves along with a covariate that has no end; whether the intercept does is asked below.
            np.concatenate([[0.0], np.ones(b - 1), width, np.ones(int(shaped))]),
        )
        diverging = found.diverging.copy()
        diverging[b : b + p] |= free & _eventless(matrix, np.isfinite(times.upper))
        infinite = diverging[b : b + p]
        information = problem.information(found.state)
        kept = active & ~diverging
        lost = shaped and (diverging[-1] or not found.converged)
        if diverging[:b].any() or lost or not _definite(information, kept):
            raise TkkError("TKK336", NO_MAXIMUM, hint=SIMPLER)
        if infinite.any() and _moves(problem, found, active, back[0]):
            raise TkkError("TKK336", NO_REFERENCE, hint=OTHER_REFERENCE)
        model = inverse(information, kept)
        rows = problem.scores(found.state) @ (model @ back.T) if robust or influence else None
        log_likelihood = problem.value(found.state)[0]
    model = back @ model @ back.T
    return Solution(
        theta=back @ found.state,
        model_covariance=model,
        covariance=covariance_of(rows, history) if robust and rows is not None else model,
        dropped=~free,
        infinite=infinite,
        influence=rows if influence else None,
        log_likelihood=log_likelihood,
        df=int(active.sum()),
        iterations=found.iterations,
        converged=found.converged,
    )


def _eventless(matrix: Float, event: Mask) -> Mask:
    """(p,) columns of 0 and 1 without an event at 1: steps lost in rounding may stop short of telling."""
    indicator = ((matrix == 0) | (matrix == 1)).all(axis=0)
    return np.asarray(indicator & (matrix[event] == 0).all(axis=0))


def _moves(problem: _Maximisation, found: Maximum[Float], active: Mask, combination: Float) -> bool:
    """Whether a combination of the parameters still moves with those that have no end."""
    score = problem.slope(found.state)[0]
    step = np.linalg.lstsq(found.information[np.ix_(active, active)], score[active], rcond=1e-14)[0]
    return bool(abs(combination[active] @ step) > STILL_MOVING)


def _definite(information: Float, kept: Mask) -> bool:
    block = information[np.ix_(kept, kept)]
    return bool(np.isfinite(block).all() and np.linalg.eigvalsh(block)[0] > 0)


@dataclass(frozen=True, slots=True, eq=False)
class _Maximisation:
    """The likelihood as a function of (theta, shape)."""

    likelihood: Likelihood
    standard: Standard | Callable[[float], Standard]
    shaped: bool

    def rows(self, parameters: Float) -> Float:
        if isinstance(self.standard, Standard):
            return self.likelihood.values(parameters, self.standard)
        return self.likelihood.values(parameters[:-1], self.standard(float(parameters[-1])))

    def value(self, parameters: Float) -> tuple[float, Float]:
        if self.shaped and abs(parameters[-1]) > MOST_SHAPE:
            return -np.inf, parameters
        found = float(self.likelihood.weight @ self.rows(parameters))
        return (found if np.isfinite(found) else -np.inf), parameters

    def slope(self, parameters: Float) -> tuple[Float, Float]:
        """Score and information, the latter made positive definite where the likelihood is not concave."""
        score, information, _ = self._derivatives(parameters, False)
        if not np.isfinite(information).all():
            raise TkkError("TKK336", NO_MAXIMUM, hint=SIMPLER)
        values, vectors = np.linalg.eigh((information + information.T) / 2)
        largest = np.abs(values).max()
        bounded = np.where(values > ROUNDING * largest, values, np.maximum(np.abs(values), CURVATURE * largest))
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
