"""From the influence of rows to a covariance: weights, independent copies and clusters in one place."""

from __future__ import annotations

import numpy as np

from tkk_cli.estimators.distributions import chi_square_tail
from tkk_cli.estimators.risk import sums
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.fits import ChiSquare

__all__ = ["by_cluster", "copies_of", "jump_weights", "row_factor", "wald", "weights_of"]


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


def wald(coefficient: Float, covariance: Float) -> tuple[ChiSquare, ...]:
    """Wald test of all finite coefficients together; nothing where there is none."""
    kept = np.isfinite(coefficient)
    df = int(kept.sum())
    if df == 0:
        return ()
    effect, block = coefficient[kept], covariance[np.ix_(kept, kept)]
    statistic = float(effect @ np.linalg.pinv(block, hermitian=True) @ effect)
    return (ChiSquare("wald", statistic, df, chi_square_tail(statistic, df)),)
