"""What a Cox fit predicts: the baseline hazard, and curves for given covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tkk_cli.histories import Float
from tkk_cli.models.risk_sums import RiskSums

__all__ = ["Baseline", "CausePart", "PatternCurve", "baseline_hazards", "hazard_steps", "pattern_curves"]


@dataclass(frozen=True, slots=True, eq=False)
class CausePart:
    """The fit of one cause, as prediction needs it.

    Attributes
    ----------
    sums : RiskSums
        At ``coefficient``.
    coefficient : (p,) float64
        0 for a dropped column.
    covariance : (p, p) float64
        The reported one; 0 for a dropped column.
    """

    sums: RiskSums
    coefficient: Float
    covariance: Float

    def relative(self, rows: Float, offset: Float | float = 0.0) -> Float:
        """Hazard relative to that of ``sums.centre`` and ``sums.offset``; infinite where beyond floating point."""
        with np.errstate(over="ignore"):  # covariates 0 may be far from anyone
            found: Float = np.exp((rows - self.sums.centre) @ self.coefficient + (offset - self.sums.offset))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """Cumulative hazard of one stratum at given covariates: ``time``, ``estimate`` (T,) float64."""

    stratum: int
    time: Float
    estimate: Float


@dataclass(frozen=True, slots=True, eq=False)
class PatternCurve:
    """A predicted curve: ``time``, ``estimate``, ``std_error`` (T,) float64, on the probability scale."""

    time: Float
    estimate: Float
    std_error: Float


def baseline_hazards(part: CausePart, at: Float | None = None) -> list[Baseline]:
    """Cumulative baseline hazard of each stratum.

    The step at an event time is the weight of the events over the weighted relative hazards at risk; under Efron's
    ties the sum of its steps (R's ``basehaz``).

    Parameters
    ----------
    part : CausePart
    at : (p,) float64, optional
        The covariates it is for; 0 by default (R's ``centered=FALSE``).

    Notes
    -----
    O(C). ``tests/models/test_reference_zph.py`` checks it against every stored ``basehaz``.
    """
    sums = part.sums
    factor = float(part.relative(np.zeros(len(sums.centre)) if at is None else at))
    return [
        Baseline(s, sums.time[cells], factor * np.cumsum(sums.h0[cells]))
        for s, cells in enumerate(_cells(sums, s) for s in range(len(sums.first) - 1))
    ]


def _cells(sums: RiskSums, stratum: int) -> slice:
    return slice(int(sums.first[stratum]), int(sums.first[stratum + 1]))


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """At the T event times of any cause in a stratum, for one row of covariates and K causes.

    ``hazard`` (K, T): step of the cumulative hazard; ``variance`` (K, T) of the step at fixed coefficients;
    ``slope`` (K, T, p): derivative of the step by the coefficients.
    """

    time: Float
    hazard: Float
    variance: Float
    slope: Float


def _steps(parts: Sequence[CausePart], row: Float, stratum: int, offset: float) -> _Steps:
    cells = [_cells(part.sums, stratum) for part in parts]
    time = np.unique(np.concatenate([part.sums.time[c] for part, c in zip(parts, cells, strict=True)]))
    shape = (len(parts), len(time))
    hazard, variance, slope = np.zeros(shape), np.zeros(shape), np.zeros((*shape, len(row)))
    for k, (part, c) in enumerate(zip(parts, cells, strict=True)):
        sums, place = part.sums, np.searchsorted(time, part.sums.time[c])
        r = float(part.relative(row, offset))
        hazard[k, place] = r * sums.h0[c]
        variance[k, place] = r * r * sums.q0[c]
        slope[k, place] = r * (np.multiply.outer(sums.h0[c], row - sums.centre) - sums.mean_step[:, c].T)
    return _Steps(time, hazard, variance, slope)


def hazard_steps(parts: Sequence[CausePart], row: Float, stratum: int = 0, offset: float = 0.0) -> tuple[Float, Float]:
    """(time, step of the cumulative hazard of each cause (K, T)) for one row of covariates."""
    steps = _steps(parts, row, stratum, offset)
    return steps.time, steps.hazard


def pattern_curves(parts: Sequence[CausePart], row: Float, stratum: int = 0, offset: float = 0.0) -> list[PatternCurve]:
    """Survival (one cause), or the cumulative incidence of each cause, for one row of covariates.

    Survival is exp(-H), as R's ``survfit(coxph)``; its variance is that of the baseline at fixed coefficients plus
    that of the coefficients, the reported (robust) one where the fit is robust. With several causes the probability of
    leaving at a time is 1 - exp(-step of all hazards), shared in proportion to the steps, so that the incidences and
    the event-free probability add to 1: R's ``survfit`` of a multi-state ``coxph`` with Breslow's ties (with Efron's it
    takes smaller steps than its own ``survfit`` of one cause). The variance is the delta method over the steps and
    coefficients of every cause (R gives none).

    Parameters
    ----------
    parts : sequence of K CausePart
        One fit a cause, in the order of the causes.
    row : (p,) float64
    stratum : int
        Whose baseline.
    offset : float

    Returns
    -------
    list of PatternCurve
        One (survival) when K = 1, else K (incidences), at the event times of any cause in the stratum. NaN where the
        covariates are so far from anyone that a hazard is beyond floating point.

    Notes
    -----
    O(K T p). ``tests/models/test_reference_zph.py`` checks every stored prediction, ``tests/models/test_cox_curves.py``
    the variance of incidences by moving each step and coefficient.

    Examples
    --------
    >>> from tkk_cli.histories import EventHistory
    >>> from tkk_cli.models.risk_sums import risk_sums
    >>> zero = np.zeros(3, dtype=np.int64)
    >>> people = EventHistory(np.array([1.0, 2.0, 3.0]), np.array([1, 1, 0]), ("return",), zero, ("all",))
    >>> fit = CausePart(risk_sums(people, np.zeros((3, 1)), np.zeros(1)), np.zeros(1), np.zeros((1, 1)))
    >>> pattern_curves([fit], np.zeros(1))[0].estimate.round(4).tolist()
    [0.7165, 0.4346]
    """
    # Covariates far from anyone: the hazard is beyond floating point and the error is not known (NaN).
    with np.errstate(over="ignore", invalid="ignore"):
        steps = _steps(parts, row, stratum, offset)
        if len(parts) > 1:
            return [_incidence(parts, steps, cause) for cause in range(len(parts))]
        survival = np.exp(-np.cumsum(steps.hazard[0]))
        slope = np.cumsum(steps.slope[0], axis=0)
        variance = np.cumsum(steps.variance[0]) + _quadratic(slope, parts[0].covariance)
        return [PatternCurve(steps.time, survival, survival * np.sqrt(variance))]


def _incidence(parts: Sequence[CausePart], steps: _Steps, cause: int) -> PatternCurve:
    any_cause = steps.hazard.sum(axis=0)
    before = np.exp(any_cause - np.cumsum(any_cause))
    share, bend = leaving(any_cause)
    found = np.cumsum(before * share * steps.hazard[cause])
    variance = np.zeros(len(found))
    for k, part in enumerate(parts):
        # Derivative by a step of cause k at u: ``gain(u) - found(t)``; sums over u up to t are therefore cumulative.
        gain = before * (share * (k == cause) + bend * steps.hazard[cause]) + found
        v = steps.variance[k]
        variance += np.cumsum(gain * gain * v) - 2 * found * np.cumsum(gain * v) + found * found * np.cumsum(v)
        slope = np.cumsum(gain[:, None] * steps.slope[k], axis=0)
        slope -= found[:, None] * np.cumsum(steps.slope[k], axis=0)
        variance += _quadratic(slope, part.covariance)
    return PatternCurve(steps.time, found, np.sqrt(np.maximum(variance, 0.0)))


def _quadratic(slope: Float, covariance: Float) -> Float:
    found: Float = np.einsum("tp,pq,tq->t", slope, covariance, slope, optimize=True)
    return np.maximum(found, 0.0)


def leaving(hazard: Float) -> tuple[Float, Float]:
    """(1 - exp(-h)) / h, the probability of leaving a unit of hazard, and its derivative; 1 and -1/2 at h = 0."""
    small = hazard < 1e-4
    safe = np.where(small, 1.0, hazard)
    gone = -np.expm1(-safe)
    share = np.where(small, 1 - hazard / 2 + hazard**2 / 6, gone / safe)
    # d/dh of (1 - e^-h) / h; the series where the difference would cancel.
    bend = np.where(small, -0.5 + hazard / 3 - hazard**2 / 8, (safe * np.exp(-safe) - gone) / safe**2)
    return share, bend
