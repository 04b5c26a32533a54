"""Newton's method for a log-likelihood, with the columns that cannot be estimated found on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tkk_cli.histories import Float

__all__ = ["STILL_MOVING", "Maximum", "independent_columns", "maximise", "without_lost"]

State = TypeVar("State")
Mask = NDArray[np.bool_]

# What is left of a column's information when the columns before it are taken out: below this share it is rounding.
COLLINEAR = 1e-10
# Relative change of the log-likelihood at convergence, as in R's coxph; the steps after it add the last digits.
CHANGE = 1e-9
MOST_STEPS = 50
MOST_HALVINGS = 20
# A step smaller than this (in standard deviations of a column) changes no digit that is reported.
SMALL_STEP = 1e-10
# Once the likelihood is flat, a column that still moves the linear predictors so far has no finite estimate.
STILL_MOVING = 0.05
FLAT_STEPS = 5
# Rounding may stop the steps of a column without an estimate: its variance is then more than so many times that at 0,
# and the standard error of what the column's range does to the linear predictors more than so much.
GROWN = 1e4
UNKNOWN = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class Maximum(Generic[State]):
    """Where the log-likelihood is largest.

    Attributes
    ----------
    beta : (p,) float64
        0 in columns that are not estimated.
    state : State
        What ``value`` gave there.
    information : (p, p) float64
    diverging : (p,) bool
        Columns whose coefficient grows without end.
    iterations : int
    converged : bool
    """

    beta: Float
    state: State
    information: Float
    diverging: Mask
    iterations: int
    converged: bool


def independent_columns(information: Float, raw: Float, share: float = COLLINEAR) -> Mask:
    """(p,) columns that the ones before them do not determine.

    Parameters
    ----------
    information : (p, p) float64
    raw : (p, p) float64
        The same without the mean taken out: the size of what may cancel.
    share : float
        What must be left of the size of a column.
    """
    p = len(information)
    factor = np.zeros((p, p))
    keep = np.zeros(p, dtype=bool)
    for j in range(p):
        row = factor[j]
        for k in np.flatnonzero(keep[:j]):
            row[k] = (information[j, k] - row[:k] @ factor[k, :k]) / factor[k, k]
        left = information[j, j] - row[:j] @ row[:j]
        if left > share * raw[j, j]:
            keep[j] = True
            row[j] = np.sqrt(left)
        else:
            row[:j] = 0.0
    return keep


def maximise(
    value: Callable[[Float], tuple[float, State]],
    slope: Callable[[State], tuple[Float, Float]],
    active: Mask,
    width: Float,
) -> Maximum[State]:
    """Maximise from 0 by Newton steps that are halved while they lead down.

    Parameters
    ----------
    value : callable
        Coefficients -> log-likelihood and state.
    slope : callable
        State -> score (p,) and information (p, p).
    active : (p,) bool
        Columns to estimate.
    width : (p,) float64
        Range of each column: how far a step moves the linear predictors.

    Returns
    -------
    Maximum
    """
    beta = np.zeros(len(active))
    found, state = value(beta)
    score, information = slope(state)
    flat, iterations = 0, 0
    diverging = np.zeros(len(active), dtype=bool)
    while iterations < MOST_STEPS:
        step = np.zeros(len(active))
        step[active] = np.linalg.lstsq(information[np.ix_(active, active)], score[active], rcond=1e-14)[0]
        moving = np.abs(step) * width > STILL_MOVING
        if flat >= FLAT_STEPS and moving.any():
            diverging = moving
            break
        if np.max(np.abs(step), initial=0.0) < SMALL_STEP or (flat >= 2 and not moving.any()):
            break
        iterations += 1
        for _ in range(MOST_HALVINGS):
            new, new_state = value(beta + step)
            if np.isfinite(new) and new >= found - CHANGE * abs(found):
                break
            step /= 2
        else:
            return Maximum(beta, state, information, diverging, iterations, False)
        # A likelihood that rises to 1 has a logarithm near 0: relative to it no change is small.
        flat = flat + 1 if abs(new - found) <= CHANGE * max(abs(new), 1.0) else 0
        beta, found, state = beta + step, new, new_state
        score, information = slope(state)
    return Maximum(beta, state, information, diverging, iterations, iterations < MOST_STEPS)


def without_lost(found: Maximum[State], active: Mask, information: Float, width: Float) -> Maximum[State]:
    """The maximum with the columns diverging whose information is lost in rounding, as where others separate events.

    Parameters
    ----------
    found : Maximum
    active : (p,) bool
        Columns that were estimated.
    information : (p, p) float64
        At 0, where it was there.
    width : (p,) float64
        As for ``maximise``.
    """
    free = active & ~found.diverging
    there = np.ix_(free, free)
    lost = np.zeros_like(free)
    lost[free] = ~independent_columns(found.information[there], information[there])
    kept = np.ix_(free & ~lost, free & ~lost)
    variance = np.diag(np.linalg.inv(found.information[kept]))
    grown = variance > GROWN * np.diag(np.linalg.inv(information[kept]))
    lost[free & ~lost] = grown & (variance * width[free & ~lost] ** 2 > UNKNOWN**2)
    return replace(found, diverging=found.diverging | lost) if lost.any() else found
