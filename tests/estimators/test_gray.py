"""Gray's test by hand; R's numbers on real data are in ``test_reference_incidences.py``."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as Q

import numpy as np
import pytest
from agreement import agree
from people import exactly
from test_reference_extra import extra

from tkk_cli.estimators.gray import gray
from tkk_cli.histories import EventHistory

# Nobody is censored: who has the other event stays at risk for good, so that only own events leave the risk set.
PLAIN = EventHistory(
    exit=np.array([1.0, 3, 5, 7, 2, 4, 6, 8]),
    cause=np.array([1, 2, 1, 2, 2, 1, 1, 2]),
    causes=("return", "pension"),
    group=np.repeat([0, 1], 4),
    groups=("first", "second"),
)
TIED = replace(
    PLAIN,
    exit=np.array([1.0, 1, 2, 3, 4, 1, 2, 2, 3, 5]),
    cause=np.array([1, 2, 0, 1, 2, 1, 1, 0, 2, 0]),
    group=np.repeat([0, 1], 5),
)


def test_observed_and_expected() -> None:
    """Returns at 1, 4, 5, 6 in the groups 1, 2, 1, 2: at risk 4 of 8, 3 of 7, 3 of 6, 2 of 5."""
    test = gray(PLAIN, 0)
    exactly(test.observed, [2, 2])
    expected = Q(4, 8) + Q(3, 7) + Q(3, 6) + Q(2, 5)
    exactly(test.expected, [expected, 4 - expected])
    exactly(test.score[0], 2 - expected)


def test_rho_weighs_by_one_minus_the_pooled_incidence() -> None:
    test = gray(PLAIN, 0, rho=1.0)
    exactly(test.observed, [1 + Q(6, 8), Q(7, 8) + Q(5, 8)])
    exactly(test.expected[0], Q(4, 8) + Q(7, 8) * Q(3, 7) + Q(6, 8) * Q(3, 6) + Q(5, 8) * Q(2, 5))


def test_censored_people_are_spread_over_those_who_remain() -> None:
    """B, censored at 2 of four, leaves Y / S = 2 / (3/4) at 3, where Kaplan-Meier has seen one event of four."""
    sample = replace(
        PLAIN,
        exit=np.array([1.0, 2, 3, 4, 1.5, 3.5]),
        cause=np.array([2, 0, 1, 0, 0, 0]),
        group=np.array([0, 0, 0, 0, 1, 1]),
    )
    exactly(gray(sample, 0).expected, [Q(8, 3) / (Q(8, 3) + 1), 1 / (Q(8, 3) + 1)])


@pytest.mark.parametrize("rho", [0, 1])
@pytest.mark.parametrize(("name", "sample"), [("plain", PLAIN), ("tied", TIED)])
def test_statistic_is_that_of_cuminc(name: str, sample: EventHistory, rho: int) -> None:
    found = [gray(sample, cause, float(rho)).statistic for cause in (0, 1)]
    agree(found, extra()[f"gray_hand_rho{rho}"][name], name)


def test_strata_are_added() -> None:
    both = EventHistory(
        exit=np.concatenate([PLAIN.exit, TIED.exit]),
        cause=np.concatenate([PLAIN.cause, TIED.cause]),
        causes=PLAIN.causes,
        group=np.concatenate([PLAIN.group, TIED.group]),
        groups=PLAIN.groups,
        stratum=np.repeat([0, 1], [8, 10]),
    )
    whole, parts = gray(both, 0), [gray(PLAIN, 0), gray(TIED, 0)]
    np.testing.assert_allclose(whole.score, sum(part.score for part in parts), rtol=1e-14)
    np.testing.assert_allclose(whole.variance, sum(part.variance for part in parts), rtol=1e-14)


def test_a_rho_that_is_no_whole_number() -> None:
    # cuminc(c(1,1,1,1,1,1,2,2,1,1,3,4), c(0,0,0,0,0,0,1,1,0,1,1,1), rep(1:2, c(10, 2)), rho = 1.5)
    sample = EventHistory(
        exit=np.array([1.0, 1, 1, 1, 1, 1, 2, 2, 1, 1, 3, 4]),
        cause=np.array([0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1]),
        causes=("event",),
        group=np.repeat([0, 1], [10, 2]),
        groups=("a", "b"),
    )
    assert gray(sample, 0, 1.5).statistic == pytest.approx(2.722427, abs=1e-6)
