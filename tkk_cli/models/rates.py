"""Rates as they are: events over person-time, or over expected events, with their intervals."""

from __future__ import annotations

import numpy as np

from tkk_cli.estimators.intervals import normal_quantile
from tkk_cli.estimators.risk import sums
from tkk_cli.histories import Float, Int
from tkk_cli.models.piecewise import People

__all__ = ["rates"]


def rates(
    event: Float, exposure: Float, cell: Int, size: int, conf_level: float, people: People | None = None
) -> tuple[Float, Float, Float, Float]:
    """Events over exposure by cell, with standard error and limits.

    Parameters
    ----------
    event, exposure : (m,) float64
        Of pieces of follow-up; exposure is person-time, or expected events.
    cell : (m,) int64
    size : int
    conf_level : float
    people : People or None
        With them the variance is that of a ratio of sums over clusters and the interval symmetric on the log scale;
        without, events are Poisson and the interval is exact (Garwood 1936).

    Returns
    -------
    (estimate, std_error, low, high) : (size,) float64 each
        NaN without exposure; robust limits are NaN without events.

    Notes
    -----
    O(m), with ``people`` O(m + cells x clusters). tests/models/test_reference_rates.py checks the exact limits against
    R's ``qchisq``.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.zeros(2, dtype=np.int64)
    >>> [x.round(4).tolist() for x in rates(np.array([1.0, 0.0]), np.array([4.0, 6.0]), one, 1, 0.95)]
    [[0.1], [0.1], [0.0025], [0.5572]]
    """
    events, total = sums(cell, event, size), sums(cell, exposure, size)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.where(total > 0, events / total, np.nan)
    if people is None:
        from scipy.special import gammaincinv

        tail = (1 - conf_level) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            low = np.where(events > 0, gammaincinv(np.maximum(events, 1e-300), tail), 0.0) / total
            high = gammaincinv(events + 1, 1 - tail) / total
            return estimate, np.sqrt(events) / total, low, high
    error = np.empty(size)
    for c in range(size):
        mine = cell == c
        score = sums(people.code[mine], event[mine] - estimate[c] * exposure[mine], people.size)
        square = score**2 if people.copies is None else score**2 / people.copies
        error[c] = np.sqrt(square.sum()) / total[c] if total[c] > 0 else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.exp(normal_quantile(conf_level) * np.where(events > 0, error / estimate, np.nan))
    return estimate, error, estimate / spread, estimate * spread
