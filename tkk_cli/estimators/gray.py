"""Gray's test that the cumulative incidence of a cause is the same in all groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tkk_cli.estimators.log_rank import ROUNDING, ScoreTest, chi_square
from tkk_cli.estimators.risk import GroupCounts, each_stratum, group_counts
from tkk_cli.histories import EventHistory, Float

__all__ = ["gray"]


def gray(history: EventHistory, cause: int, rho: float = 0.0) -> ScoreTest:
    """K-sample test on the subdistribution hazards of a cause.

    Parameters
    ----------
    history : EventHistory
        G >= 2 groups. Strata and frequency weights are used; late entry, case weights and clusters are refused by the
        caller (see ``capabilities``).
    cause : int
        0..K-1.
    rho : float
        Weight (1 - F(t-))^rho with the pooled subdistribution.

    Returns
    -------
    ScoreTest
        ``observed`` and ``expected`` are events of the cause weighted by (1 - F)^rho.

    Notes
    -----
    Cost O(n log T + G^2 T), in place of a loop over times.

    References
    ----------
    Gray (1988), eq. 2.6 and section 3; the tie correction of R's ``cmprsk::cuminc``, against which
    ``tests/estimators/test_reference_rank_tests.py`` checks it.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.histories import EventHistory
    >>> people = EventHistory(
    ...     exit=np.array([2.0, 3.0, 3.0, 5.0]),
    ...     cause=np.array([1, 2, 1, 0]),
    ...     causes=("return", "pension"),
    ...     group=np.array([0, 0, 1, 1]),
    ...     groups=("a", "b"),
    ... )
    >>> test = gray(people, 0)
    >>> test.observed.tolist(), test.df
    ([1.0, 1.0], 1)
    """
    size = len(history.groups)
    variance, observed, expected = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    for stratum in each_stratum(history):
        if (stratum.cause > 0).any():
            o, e, v = _stratum(group_counts(stratum), cause, rho)
            observed, expected, variance = observed + o, expected + e, variance + v
    score = observed - expected
    statistic, df = chi_square(score, variance, (ROUNDING * max(observed.max(), expected.max())) ** 2)
    return ScoreTest(score, variance, statistic, df, observed, expected)


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """What score and variance share, on the event times of one stratum; (G, T) unless said."""

    own: Float
    other: Float
    risk: Float
    before: Float
    after: Float
    incidence_before: Float
    base: Float  # Y / S(t-), the risk set of the subdistribution over 1 - F(t-)
    base_sum: Float  # (T,)
    died: Float  # (T,) events of the cause in all groups
    pooled: Float  # (T,) pooled incidence
    weight: Float  # (T,) (1 - pooled(t-)) ** rho


def _stratum(counts: GroupCounts, cause: int, rho: float) -> tuple[Float, Float, Float]:
    risk, own = counts.risk, counts.event[cause]
    other = counts.event.sum(axis=0) - own
    safe = np.where(risk > 0, risk, 1.0)
    after = np.cumprod(1.0 - (own + other) / safe, axis=1)
    before = _left(after, 1.0)
    incidence_before = _left(np.cumsum(before * own / safe, axis=1), 0.0)
    base = np.where(before > 0, risk / np.where(before > 0, before, 1.0), 0.0)
    died, base_sum = own.sum(axis=0), _positive(base.sum(axis=0))
    pooled = np.cumsum(died / base_sum)
    # The pooled incidence may pass 1 when a group ends early; only whole powers of what is then negative exist.
    rest = 1.0 - _left(pooled, 0.0)
    weight = rest**rho if rho == int(rho) else np.maximum(rest, 0.0) ** rho
    pieces = _Pieces(own, other, risk, before, after, incidence_before, base, base_sum, died, pooled, weight)
    wide = base * (1.0 - incidence_before)
    expected = wide @ (weight * died / _positive(wide.sum(axis=0)))
    return own @ weight, expected, sum((_variance(pieces, k) for k in range(len(risk))), start=np.zeros(()))


def _variance(p: _Pieces, k: int) -> Float:
    """(G, G) variance of the score that comes from group k: a martingale integral that looks ahead by C(end) - C(t)."""
    safe = np.where(p.risk[k] > 0, p.risk[k], 1.0)
    # a_i(t) = W (1{i=k} R_k - R_i R_k / R), and its integral C_i against the pooled subdistribution hazard.
    a = -p.weight * p.base * p.base[k] / p.base_sum
    a[k] += p.weight * p.base[k]
    rest = 1.0 - _left(p.pooled, 0.0)
    # Nothing of the subdistribution is left at 0: its hazard, and with it the test, does not exist.
    rest = np.where(np.abs(rest) < ROUNDING, np.nan, rest)
    c = np.cumsum(a * np.where(p.died > 0, p.died / (p.base_sum * rest), 0.0), axis=1)
    ahead = c[:, -1:] - c
    free = p.after[k] > 0
    still = np.where(free, (1.0 - p.pooled) / np.where(free, p.after[k], 1.0), 0.0)
    # Own cause: the pooled hazard on the group's risk set; ties as draws without replacement from R S(t-).
    mass = _tied(p.died, p.base_sum * p.before[k]) * p.before[k] * p.died / (p.base_sum * safe) * (p.risk[k] > 0)
    looks = a + (1.0 - still) * ahead
    variance: Float = (looks * mass) @ looks.T
    # Competing causes: the group's own events.
    mass = _tied(p.other[k], safe) * p.before[k] ** 2 * p.other[k] / safe**2 * free
    looks = -still * ahead
    return variance + (looks * mass) @ looks.T


def _tied(events: Float, at_risk: Float) -> Float:
    """1 - (d - 1) / (Y - 1) where several events are tied, else 1."""
    several = events > 1
    return np.where(several, 1.0 - (events - 1.0) / _positive(np.where(several, at_risk - 1.0, 1.0)), 1.0)


def _positive(values: Float) -> Float:
    return np.where(values > 0, values, 1.0)


def _left(values: Float, first: float) -> Float:
    """Left-continuous version: each row shifted by one time."""
    shifted = np.empty_like(values)
    shifted[..., 0] = first
    shifted[..., 1:] = values[..., :-1]
    return shifted
