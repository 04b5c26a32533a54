"""The log-rank family: tests that the event hazards of the groups are equal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tkk_cli.estimators.risk import GroupCounts, each_stratum, group_counts, sums
from tkk_cli.histories import EventHistory, Float

__all__ = ["RANK_TESTS", "ScoreTest", "chi_square", "log_rank", "trend_test"]

RANK_TESTS = ("log_rank", "gehan", "peto_peto", "tarone_ware", "fleming_harrington")


ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class ScoreTest:
    """A k-sample score test.

    Attributes
    ----------
    score : (G,) float64
        Weighted observed minus expected.
    variance : (G, G) float64
    statistic : float
        Chi-square; NaN when no comparison is possible.
    df : int
    observed, expected : (G,) float64
        Weighted by the test's weights.
    """

    score: Float
    variance: NDArray[np.float64]
    statistic: float
    df: int
    observed: Float
    expected: Float


def log_rank(
    history: EventHistory,
    cause: int | None = None,
    weighting: str = "log_rank",
    rho: float = 0.0,
    gamma: float = 0.0,
    robust: bool = False,
) -> ScoreTest:
    """Test that the groups have the same hazard of a cause, the other causes censored.

    U_g = sum over t of W(t) (d_g - d Y_g / Y), summed over strata, with the hypergeometric variance, or with the
    robust variance of the summed score residuals by cluster (Breslow ties).

    Parameters
    ----------
    history : EventHistory
        G >= 2 groups; strata, late entry and weights are used. Case and probability weights need ``robust``.
    cause : int or None
        0..K-1, None for any event.
    weighting : {"log_rank", "gehan", "peto_peto", "tarone_ware", "fleming_harrington"}
        W(t) = 1; Y; prod over u <= t of 1 - d / (Y + 1); sqrt(Y); S(t-)^rho (1 - S(t-))^gamma with the pooled
        Kaplan-Meier of the stratum.
    robust : bool
        Sandwich variance by cluster, as the robust score test of R's ``coxph``.

    Returns
    -------
    ScoreTest
        ``df`` is the rank of the variance (groups never at risk drop out).

    Notes
    -----
    Cost O(n log T + G T).

    References
    ----------
    Klein & Moeschberger (2003), eq. 7.3.3-7.3.5 and table 7.3. Checked against R's ``survdiff`` and a transcription
    with late entry in ``tests/estimators/test_reference_rank_tests.py``.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.histories import EventHistory
    >>> people = EventHistory(
    ...     exit=np.array([2.0, 3.0, 3.0, 5.0]),
    ...     cause=np.array([1, 1, 0, 1]),
    ...     causes=("return",),
    ...     group=np.array([0, 0, 1, 1]),
    ...     groups=("a", "b"),
    ... )
    >>> test = log_rank(people)
    >>> test.observed.tolist(), round(test.statistic, 4), test.df
    ([2.0, 1.0], 2.8824, 1)
    """
    size = len(history.groups)
    score, variance = np.zeros(size), np.zeros((size, size))
    observed, expected = np.zeros(size), np.zeros(size)
    residuals, terms = [], 0.0
    for stratum in each_stratum(history):
        if not (stratum.cause > 0).any():
            continue
        counts = group_counts(stratum)
        events = counts.event.sum(axis=0) if cause is None else counts.event[cause]
        at_risk, died = counts.risk.sum(axis=0), events.sum(axis=0)
        weight = _weighting(weighting, at_risk, died, rho, gamma) * (died > 0)
        share = counts.risk / np.where(at_risk > 0, at_risk, 1.0)
        observed += events @ weight
        expected += share @ (weight * died)
        if robust:
            residuals.append(_score_residuals(stratum, counts, cause, weight, share, died / at_risk))
        else:
            factor = _draws(weight, at_risk, died)
            variance += np.diag(share @ factor) - (share * factor) @ share.T
            terms += float(factor.sum())
    score = observed - expected
    if residuals:
        variance = _sandwich(np.concatenate(residuals, axis=1), history)
    # The robust variance is a sum of squares of what may be rounding, the other one a difference of these terms.
    floor = (ROUNDING * max(observed.max(), expected.max())) ** 2 if robust else ROUNDING * terms
    statistic, df = chi_square(score, variance, floor)
    return ScoreTest(score, variance, statistic, df, observed, expected)


def _weighting(name: str, at_risk: Float, died: Float, rho: float, gamma: float) -> Float:
    if name == "log_rank":
        return np.ones_like(at_risk)
    if name == "gehan":
        return at_risk
    if name == "tarone_ware":
        return np.sqrt(at_risk)
    if name == "peto_peto":
        return np.multiply.accumulate(1.0 - died / (at_risk + 1.0))
    factor = 1.0 - died / np.where(at_risk > 0, at_risk, 1.0)
    # Weighted sums miss 0 by rounding where everyone at risk fails.
    pooled = np.cumprod(np.where(factor < ROUNDING, 0.0, factor))
    before = np.concatenate([[1.0], pooled[:-1]])
    # 0 ** 0 is 1, as in R: a weight that is not asked for has no effect.
    weighted: Float = before**rho * np.maximum(1.0 - before, 0.0) ** gamma
    return weighted


def _draws(weight: Float, at_risk: Float, died: Float) -> Float:
    """(T,) W^2 d (Y - d) / (Y - 1): the hypergeometric variance but for the shares of the groups."""
    several = at_risk > 1
    return np.where(several, weight**2 * died * (at_risk - died) / np.where(several, at_risk - 1, 1.0), 0.0)


def _score_residuals(
    history: EventHistory, counts: GroupCounts, cause: int | None, weight: Float, share: Float, hazard: Float
) -> Float:
    """(G, n) contribution of each row to the score, times its weight."""
    size = len(history.groups)
    total = np.concatenate([[0.0], np.cumsum(weight * hazard)])
    shared = np.concatenate([np.zeros((size, 1)), np.cumsum(share * weight * hazard, axis=1)], axis=1)
    hit = history.cause > 0 if cause is None else history.cause == cause + 1
    last = np.maximum(counts.exit_at - 1, 0)
    jump = np.where(hit, weight[last], 0.0)
    rows = np.arange(len(history))
    own = np.zeros((size, len(history)))
    own[history.group, rows] = jump - (total[counts.exit_at] - total[counts.enter_at])
    residual = own - jump * share[:, last] + shared[:, counts.exit_at] - shared[:, counts.enter_at]
    return residual if history.weight is None else residual * history.weight


def _sandwich(residuals: Float, history: EventHistory) -> Float:
    # The residuals stand stratum by stratum; the clusters are put in the same order.
    if history.cluster is not None:
        order = [stratum.cluster for stratum in each_stratum(history) if (stratum.cause > 0).any()]
        cluster = np.concatenate([c for c in order if c is not None])
        residuals = np.stack([sums(cluster, row, 0) for row in residuals])
    elif history.weight_kind == "frequency":
        # Each of the w copies has the residual without the weight: w (r / w)^2.
        copies = [stratum.weight for stratum in each_stratum(history) if (stratum.cause > 0).any()]
        residuals = residuals / np.sqrt(np.concatenate([w for w in copies if w is not None]))
    matrix: Float = residuals @ residuals.T
    return matrix


def chi_square(score: Float, variance: Float, floor: float) -> tuple[float, int]:
    """(statistic, df) of score' V^- score, V^- a generalised inverse on the space that V spans.

    A variance up to ``floor`` is rounding, and no comparison is possible: NaN and 0.
    """
    scale = float(np.max(np.diag(variance), initial=0.0))
    if not np.isfinite(scale) or scale <= floor:
        return float("nan"), 0
    values, vectors = np.linalg.eigh(variance)
    kept = values > scale * 1e-10
    projected = vectors[:, kept].T @ score
    return float(np.sum(projected**2 / values[kept])), int(kept.sum())


def trend_test(test: ScoreTest) -> tuple[float, int]:
    """(statistic, 1) for a trend over the groups in their order, with scores 0, 1, ... G-1."""
    place = np.arange(len(test.score), dtype=np.float64)
    variance = float(place @ test.variance @ place)
    if test.df == 0 or variance <= 1e-10 * float(place @ place) * float(np.max(np.diag(test.variance))):
        return float("nan"), 0
    return float((place @ test.score) ** 2 / variance), 1
