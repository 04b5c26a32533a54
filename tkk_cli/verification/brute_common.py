"""What the brute-force ways share: weights, the sandwich, and derivatives from differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tkk_cli.histories import Float
from tkk_cli.verification.case import Case

__all__ = ["STEPS", "errors_of", "row_slopes", "row_weights", "sandwich", "small"]

STEPS = 50
# Central differences of order 6: the error is of the order of the seventh derivative times the step to the sixth.
STENCIL = ((-3, -1 / 60), (-2, 3 / 20), (-1, -3 / 4), (1, 3 / 4), (2, -3 / 20), (3, 1 / 60))


def row_weights(case: Case) -> Float:
    """(n,) weights, 1 where there are none."""
    return np.ones(len(case.history)) if case.history.weight is None else case.history.weight


def sandwich(case: Case, scores: Float, bread: Any) -> Float:
    """Of weighted scores of the rows, summed over clusters where there are any."""
    cluster = case.history.cluster
    if cluster is not None:
        scores = np.stack([np.bincount(cluster, weights=column) for column in scores.T], axis=1)
    influence = scores @ bread
    product: Float = influence.T @ influence
    return product


def errors_of(covariance: Any, p: int) -> Float:
    """Standard errors of the first p parameters."""
    found: Float = np.sqrt(np.diag(covariance)[:p])
    return found


def small(step: Any, beta: Float) -> bool:
    """Whether a step no longer matters."""
    return bool(np.abs(step).max(initial=0.0) < 1e-12 * (1 + np.abs(beta).max(initial=0.0)))


def row_slopes(rows: Callable[[Float], Float], at: Float, width: Float) -> Float:
    """Derivatives of ``rows`` (any shape) by each parameter, last axis; ``width`` is the step of each parameter."""
    found = []
    for j, h in enumerate(width):
        unit = np.zeros(len(at))
        unit[j] = h
        found.append(sum(weight * rows(at + k * unit) for k, weight in STENCIL) / h)
    return np.stack(found, axis=-1)
