"""What a parametric or spline fit predicts: survival for given covariates, and averaged over everyone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.sandwich import covariance_of, weights_of
from tkk_cli.models.standard import Standard
from tkk_cli.models.time_likelihood import Basis
from tkk_cli.models.transformation import FIRST, STEP, Solution

__all__ = ["Averaged", "Curve", "averaged_curve", "pattern_curve", "spread"]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What prediction needs of a fit.

    Attributes
    ----------
    solution : Solution
    basis : Basis
    standard : Standard, or a function of the shape
    offset_of_time : bool
        Whether an offset is one of log time (taken from it) or is added to w.
    log_slope : float
        Fixed coefficient of log time.
    """

    solution: Solution
    basis: Basis
    standard: Standard | Callable[[float], Standard]
    offset_of_time: bool
    log_slope: float

    def survival(self, time: float, rows: Float, share: Float, offset: Float | float = 0.0) -> tuple[Float, Float]:
        """(k,) survival of k covariate rows at a time > 0, and the (m,) derivatives of their mean."""
        theta = self.solution.theta
        log_time = np.full(len(rows), np.log(time)) - (offset if self.offset_of_time else 0.0)
        values = np.hstack([self.basis(log_time)[0], rows])
        w = values @ theta[: values.shape[1]] + self.log_slope * log_time + (0.0 if self.offset_of_time else offset)
        with np.errstate(all="ignore"):
            if isinstance(self.standard, Standard):
                survival, density = _exponentials(self.standard, w)
                return survival, -(share * density) @ values
            shape = float(theta[-1])
            survival, density = _exponentials(self.standard(shape), w)
            around = [share @ _exponentials(self.standard(shape + k * STEP), w)[0] for k in range(-3, 4)]
        return survival, np.append(-(share * density) @ values, FIRST @ np.array(around))


def _exponentials(standard: Standard, w: Float) -> tuple[Float, Float]:
    return np.exp(standard.log_survival(w)[0]), np.exp(standard.log_density(w)[0])


def pattern_curve(curve: Curve, times: Float, row: Float) -> tuple[Float, Float]:
    """Survival of one row of covariates at times > 0, without offset, and its standard error by the delta method.

    Returns
    -------
    (estimate, std_error) : (T,) float64 each

    Notes
    -----
    ``tests/models/test_reference_parametric.py`` checks it against ``psurvreg``.
    """
    one = np.ones(1)
    found = [curve.survival(float(time), row[None, :], one) for time in times]
    slope = np.array([part[1] for part in found])
    variance = np.einsum("tj,jk,tk->t", slope, curve.solution.covariance, slope)
    return np.array([part[0][0] for part in found]), np.sqrt(np.maximum(variance, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Averaged:
    """A curve averaged over everyone.

    Attributes
    ----------
    time, estimate, std_error : (T,) float64
    influence : mapping of time to (n,) float64
        What each row, with weight 1, adds at the times that contrasts are wanted for.
    """

    time: Float
    estimate: Float
    std_error: Float
    influence: dict[float, Float]


def averaged_curve(
    curve: Curve, history: EventHistory, rows: Float, times: Float, *, keep: Float, offset: Float | float = 0.0
) -> Averaged:
    """Mean survival over everyone, with the covariates that ``rows`` (n, p) give them.

    Parameters
    ----------
    curve : Curve
        Its solution has influences.
    history : EventHistory
        n rows; weights count, clusters are summed.
    rows : (n, p) float64
    times : (T,) float64
        > 0.
    keep : float64
        Some of ``times``: those whose influences are kept.
    offset : (n,) float64 or float

    Returns
    -------
    Averaged
        The error is of influences, robust: it counts the estimated coefficients and that the people are a sample.

    Notes
    -----
    O(T n m). ``tests/models/test_smooth_curves.py`` checks it by leaving people out.
    """
    weight = weights_of(history)
    share = weight / weight.sum()
    own = curve.solution.influence
    assert own is not None
    estimate, error = np.empty(len(times)), np.empty(len(times))
    kept: dict[float, Float] = {}
    for place, time in enumerate(times):
        survival, slope = curve.survival(float(time), rows, share, offset)
        estimate[place] = share @ survival
        influence = (survival - estimate[place]) / weight.sum() + own @ slope
        error[place] = spread(history, influence)
        if time in keep:
            kept[float(time)] = influence
    return Averaged(times, estimate, error, kept)


def spread(history: EventHistory, influence: Float) -> float:
    """Standard error of a number whose rows have these influences."""
    return float(np.sqrt(covariance_of(influence[:, None], history)[0, 0]))
