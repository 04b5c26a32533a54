"""From information and scores to covariances and tests: weights, independent copies and clusters in one place."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tkk_cli.estimators.distributions import chi_square_tail
from tkk_cli.estimators.risk import sums
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.fits import ChiSquare

__all__ = [
    "by_cluster",
    "chi_square",
    "copies_of",
    "covariance_of",
    "inverse",
    "jump_weights",
    "quadratic",
    "row_factor",
    "squared_scores",
    "unscaled",
    "wald",
    "weights_of",
]

Mask = NDArray[np.bool_]

# An eigenvalue of a correlation matrix below this share of the largest is rounding, and so is a part of a vector.
SINGULAR = 1e-11
OUTSIDE = 1e-6


def weights_of(history: EventHistory) -> Float:
    """(n,) the weights, 1 where there are none."""
    return np.ones(len(history)) if history.weight is None else history.weight


def copies_of(history: EventHistory) -> int:
    """How many there are: rows, or copies under frequency weights."""
    return int(np.rint(weights_of(history).sum())) if history.weight_kind == "frequency" else len(history)


def jump_weights(history: EventHistory) -> Float:
    """(n,) what an event counts for in an optional variation: the copies, or the squared weight of one person."""
    weight = weights_of(history)
    return weight if history.weight_kind == "frequency" else weight**2


def row_factor(history: EventHistory) -> Float:
    """(n, 1) what the influence of a row is multiplied by: its weight, unless it stands for independent copies."""
    if history.weight is None or (history.weight_kind == "frequency" and history.cluster is None):
        return np.ones((len(history), 1))
    return history.weight[:, None]


def by_cluster(influence: Float, history: EventHistory) -> tuple[Float, Float]:
    """Influence of each independent unit: clusters, or rows where there are none.

    Parameters
    ----------
    influence : (n, k) float64
        Of rows, ``row_factor`` included.

    Returns
    -------
    (copies (m,), influence (m, k)) : float64
        ``copies`` says how often each counts: the frequency weights without clusters, else 1. The robust covariance is
        ``influence.T @ (copies[:, None] * influence)``.
    """
    if history.cluster is not None:
        summed = np.stack([sums(history.cluster, column, 0) for column in influence.T], axis=1)
        return np.ones(len(summed)), summed
    frequency = history.weight_kind == "frequency"
    return weights_of(history) if frequency else np.ones(len(history)), influence


def covariance_of(influence: Float, history: EventHistory) -> Float:
    """(k, k) robust covariance from the influence (n, k) of rows without their weight; no small-sample factor."""
    copies, summed = by_cluster(row_factor(history) * influence, history)
    found: Float = summed.T @ (copies[:, None] * summed)
    return found


def squared_scores(
    blocks: Iterable[tuple[int, int, Float]], p: int, cluster: Int | None, copies: Float | None
) -> tuple[Float, Float | None]:
    """The meat of a sandwich, from scores that come in blocks of rows.

    Parameters
    ----------
    blocks : iterable of (low, high, (p, high - low) float64)
        Scores of the rows ``low`` to ``high``, weights included.
    p : int
    cluster : (n,) int64 or None
        Codes from 0, in the order of the blocks.
    copies : (n,) float64 or None
        Of each row, where each is a person of its own: it has the score over the number of copies. Not with clusters.

    Returns
    -------
    ((p, p) sum of squared scores, (p, clusters) score of each cluster or None) : float64
    """
    if cluster is None:
        meat = np.zeros((p, p))
        for low, high, scores in blocks:
            meat += (scores if copies is None else scores / copies[low:high]) @ scores.T
        return meat, None
    total = np.zeros((p, int(cluster.max()) + 1))
    for low, high, scores in blocks:
        for summed, row in zip(total, scores, strict=True):
            np.add.at(summed, cluster[low:high], row)
    return total @ total.T, total


def inverse(information: Float, free: Mask) -> Float:
    """Inverse of the rows and columns that are free, 0 elsewhere."""
    found = np.zeros_like(information)
    kept = np.ix_(free, free)
    found[kept] = np.linalg.inv(information[kept])
    return found


def unscaled(covariance: Float, scale: Float, free: Mask) -> Float:
    """From standardised columns to the columns as they are; NaN where one is not free."""
    found: Float = covariance / np.outer(scale, scale)
    found[~free] = found[:, ~free] = np.nan
    return found


def quadratic(vector: Float, matrix: Float) -> float:
    """v' M^-1 v whatever the units of v; generalised where M is singular, NaN where v is then outside its range.

    A robust covariance is singular with fewer clusters than columns: no test of all of them together exists.
    """
    size = np.sqrt(np.diag(matrix))
    size[size == 0] = 1.0
    values, directions = np.linalg.eigh(matrix / np.outer(size, size))
    along = directions.T @ (vector / size)
    kept = values > SINGULAR * values.max(initial=0.0)
    if np.abs(along[~kept]).max(initial=0.0) > OUTSIDE * np.abs(along).max(initial=0.0):
        return np.nan
    return float(np.sum(along[kept] ** 2 / values[kept]))


def chi_square(test: str, statistic: float, df: int) -> ChiSquare:
    """A test with its P-value."""
    return ChiSquare(test, statistic, df, chi_square_tail(statistic, df))


def wald(coefficient: Float, covariance: Float) -> tuple[ChiSquare, ...]:
    """Wald test of all finite coefficients together; nothing where there is none."""
    kept = np.isfinite(coefficient)
    if not kept.any():
        return ()
    return (chi_square("wald", quadratic(coefficient[kept], covariance[np.ix_(kept, kept)]), int(kept.sum())),)
