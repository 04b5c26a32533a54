"""The log-rank family by hand; R's numbers are in ``test_reference_rank_tests.py``."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as Q
from math import isnan

import numpy as np
import pytest
from people import EIGHT, exactly

from tkk_cli.estimators.log_rank import log_rank, trend_test

# Of the first group at 2, 3, 4, 6: observed less expected, and its variance d Y1 Y2 (Y - d) / Y^2 (Y - 1).
SURPLUS = [1 - Q(2, 6), 1 - Q(4, 5), 1 - Q(2, 4), 1 - Q(1, 2)]
VARIANCE = [Q(2, 9), Q(9, 25), Q(1, 4), Q(1, 4)]
OBSERVED = [1, 1, 1, 1]

WEIGHTS: dict[str, tuple[dict[str, object], list[Q]]] = {
    "log_rank": ({}, [Q(1)] * 4),
    "gehan": ({"weighting": "gehan"}, [Q(6), Q(5), Q(4), Q(2)]),
    "peto_peto": ({"weighting": "peto_peto"}, [Q(6, 7), Q(4, 7), Q(16, 35), Q(32, 105)]),
    "fleming_harrington 1 0": (
        {"weighting": "fleming_harrington", "rho": 1.0},
        [Q(1), Q(5, 6), Q(1, 2), Q(3, 8)],
    ),
    "fleming_harrington 0 1": (
        {"weighting": "fleming_harrington", "gamma": 1.0},
        [Q(0), Q(1, 6), Q(1, 2), Q(5, 8)],
    ),
    "fleming_harrington 2 1": (
        {"weighting": "fleming_harrington", "rho": 2.0, "gamma": 1.0},
        [Q(0), Q(25, 36) * Q(1, 6), Q(1, 4) * Q(1, 2), Q(9, 64) * Q(5, 8)],
    ),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_each_weighting(name: str) -> None:
    options, weight = WEIGHTS[name]
    test = log_rank(EIGHT, **options)
    score = sum(w * u for w, u in zip(weight, SURPLUS, strict=True))
    variance = sum(w**2 * v for w, v in zip(weight, VARIANCE, strict=True))
    exactly(test.score, [score, -score])
    exactly(test.variance.ravel(), [variance, -variance, -variance, variance])
    exactly(test.observed[0], sum(w * o for w, o in zip(weight, OBSERVED, strict=True)))
    exactly(test.statistic, score**2 / variance)
    assert test.df == 1


def test_tarone_ware() -> None:
    test = log_rank(EIGHT, weighting="tarone_ware")
    score = sum(float(y) ** 0.5 * float(u) for y, u in zip([6, 5, 4, 2], SURPLUS, strict=True))
    variance = sum(y * v for y, v in zip([6, 5, 4, 2], VARIANCE, strict=True))
    assert test.score[0] == pytest.approx(score, rel=1e-14)
    exactly(test.variance[0, 0], variance)


def test_log_rank_in_one_number() -> None:
    exactly(log_rank(EIGHT).statistic, Q(1568, 487))


def test_one_cause_takes_the_other_as_censored() -> None:
    """Returns at 2, 3 and 4: one of 6, 5 and 4, in the first, second and first group."""
    test = log_rank(EIGHT, cause=0)
    exactly(test.score[0], 1 - Q(2, 6) - Q(2, 5) + 1 - Q(2, 4))
    exactly(test.variance[0, 0], Q(2, 9) + Q(6, 25) + Q(1, 4))


def test_strata_are_added() -> None:
    """A, B, E, F and C, D, G, H: at 2 one of two, at 4 one of two; at 3 two of three, at 6 one of two."""
    test = log_rank(replace(EIGHT, stratum=np.array([0, 0, 1, 1, 0, 0, 1, 1])))
    exactly(test.score[0], (1 - Q(1, 3)) + (1 - Q(1, 2)) + (1 - Q(2, 3)) + (1 - Q(1, 2)))
    exactly(test.variance[0, 0], Q(2, 9) + Q(1, 4) + 2 * Q(1, 3) * Q(2, 3) * Q(1, 2) + Q(1, 4))


def test_robust_variance() -> None:
    """Score residuals of A to H: (1{first} - Y1 / Y) (N - Y_i d / Y) at 2, 3, 4 and 6; -1 and 1 by cluster of two."""
    first, second = [Q(2, 3), Q(3, 5), Q(1, 2), Q(1, 2)], [-Q(1, 3), -Q(2, 5), -Q(1, 2), -Q(1, 2)]
    residual = [
        first[0] * Q(5, 6),
        second[0] * -Q(1, 6),
        first[0] * -Q(1, 6) + first[1] * Q(3, 5),
        second[0] * -Q(1, 6) + second[1] * Q(3, 5),
        first[1] * -Q(2, 5) + first[2] * Q(3, 4),
        second[0] * -Q(1, 6) + second[1] * -Q(2, 5) + second[2] * -Q(1, 4),
        first[2] * -Q(1, 4) + first[3] * Q(1, 2),
        second[0] * -Q(1, 6) + second[1] * -Q(2, 5) + second[2] * -Q(1, 4) + second[3] * -Q(1, 2),
    ]
    assert sum(residual) == sum(SURPLUS)
    test = log_rank(EIGHT, robust=True)
    exactly(test.score[0], sum(SURPLUS))
    exactly(test.variance[0, 0], sum(r**2 for r in residual))
    paired = log_rank(replace(EIGHT, cluster=np.array([0, 0, 1, 1, 2, 2, 3, 3])), robust=True)
    exactly(paired.variance[0, 0], sum(sum(residual[2 * c : 2 * c + 2]) ** 2 for c in range(4)))


def test_trend_has_the_scores_0_1_2() -> None:
    three = replace(EIGHT, group=np.array([0, 1, 2, 1, 0, 1, 2, 1]), groups=("a", "b", "c"))
    test = log_rank(three)
    place = np.array([0.0, 1.0, 2.0])
    assert trend_test(test) == (pytest.approx((place @ test.score) ** 2 / (place @ test.variance @ place)), 1)
    assert trend_test(log_rank(EIGHT))[0] == pytest.approx(log_rank(EIGHT).statistic)


def test_a_group_that_is_never_at_risk_drops_out() -> None:
    late = replace(EIGHT, groups=("first", "second", "third"))
    late = replace(late, group=np.array([0, 1, 0, 1, 0, 1, 0, 2]), entry=np.append(EIGHT.entry[:7], 6.5))
    assert log_rank(late).df == 1


def test_no_event_no_test() -> None:
    test = log_rank(replace(EIGHT, cause=np.zeros(8, dtype=np.int64)))
    assert (isnan(test.statistic), test.df) == (True, 0)
    assert isnan(log_rank(replace(EIGHT, cause=np.zeros(8, dtype=np.int64)), robust=True).statistic)
    assert isnan(trend_test(test)[0])
    zeros = np.zeros(8, dtype=np.int64)
    for extra in ({"cluster": zeros}, {"weight": np.ones(8), "weight_kind": "frequency"}):
        test = log_rank(replace(EIGHT, cause=zeros, **extra), robust=True)
        assert (isnan(test.statistic), test.df) == (True, 0)
