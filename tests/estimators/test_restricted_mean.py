"""Restricted mean and time lost by hand; R's numbers are in ``test_reference_curves.py`` and ``..._incidences.py``."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as Q
from math import isnan, sqrt

import numpy as np
import pytest
from people import ONE_SAMPLE, exactly

from tkk_cli.estimators.restricted_mean import Area, difference, ratio, restricted_mean, time_lost
from tkk_cli.estimators.risk import risk_table

TABLE = risk_table(ONE_SAMPLE)
HORIZON = 6.5
# The event-free probability is 1, 5/6, 1/2, 3/8, 3/16 on steps of length 2, 1, 1, 2 and 1/2.
STEPS = [Q(2), Q(5, 6), Q(1, 2), Q(3, 4), Q(3, 32)]


def test_restricted_mean() -> None:
    area = restricted_mean(ONE_SAMPLE, TABLE, HORIZON)
    exactly(area.estimate, sum(STEPS))
    hazards = [Q(1, 30), Q(2, 15), Q(1, 12), Q(1, 2)]
    exactly(area.std_error**2, sum(sum(STEPS[k + 1 :]) ** 2 * h for k, h in enumerate(hazards)))


def test_restricted_mean_before_the_first_event_is_the_horizon() -> None:
    area = restricted_mean(ONE_SAMPLE, TABLE, 1.5)
    assert (area.estimate, area.std_error) == (1.5, 0.0)


def test_restricted_mean_from_a_start() -> None:
    """Given still absent at 3: at risk 4 and 2 at 4 and 6, so 1, 3/4, 3/8 on lengths 1, 2, 1/2."""
    later = replace(ONE_SAMPLE, entry=np.maximum(ONE_SAMPLE.entry, 3)).take(ONE_SAMPLE.exit > 3)
    exactly(restricted_mean(later, risk_table(later), HORIZON, start=3.0).estimate, 3 + 1 + Q(3, 2) + Q(3, 16))


def test_time_lost() -> None:
    lost = [time_lost(ONE_SAMPLE, TABLE, cause, HORIZON) for cause in (0, 1)]
    exactly(lost[0].estimate, Q(1, 6) + Q(1, 3) + Q(11, 24) * Q(5, 2))
    exactly(lost[1].estimate, Q(1, 6) * 3 + Q(17, 48) / 2)
    exactly(lost[0].estimate + lost[1].estimate + float(sum(STEPS)), Q(13, 2))


def test_robust_errors() -> None:
    """To the horizon 4 the area is 2 + S(2) + S(3), and the time lost to pension F(3) = 1/6 for one unit of time."""
    influence = np.array([-Q(5, 36), Q(1, 36), Q(1, 36), Q(1, 36), 0, Q(1, 36), 0, Q(1, 36)])
    log_3 = np.array([-Q(1, 6), Q(1, 30), -Q(1, 6), -Q(1, 6), Q(2, 15), Q(1, 6), 0, Q(1, 6)])
    on_share = np.array([0, 0, Q(4, 25), -Q(1, 25), -Q(1, 25), -Q(1, 25), 0, -Q(1, 25)])
    area = restricted_mean(ONE_SAMPLE, TABLE, 4, robust=True)
    exactly(area.estimate, 2 + Q(5, 6) + Q(1, 2))
    exactly(area.std_error**2, sum((influence + log_3 / 2) ** 2))
    lost = time_lost(ONE_SAMPLE, TABLE, 1, 4)
    exactly(lost.std_error**2, sum((influence / 5 + on_share * Q(5, 6)) ** 2))
    clustered = replace(ONE_SAMPLE, cluster=np.array([0, 0, 0, 0, 1, 1, 1, 1]))
    summed = (influence + log_3 / 2).reshape(2, 4).sum(axis=1)
    exactly(restricted_mean(clustered, TABLE, 4, robust=True).std_error ** 2, sum(summed**2))


def test_difference_and_ratio_of_independent_groups() -> None:
    of, reference = Area(6.0, 0.3, None), Area(4.0, 0.4, None)
    assert difference(of, reference) == pytest.approx((2.0, 0.5))
    assert ratio(of, reference) == pytest.approx((1.5, sqrt(0.05**2 + 0.1**2)))


def test_difference_of_groups_that_share_clusters() -> None:
    """Influences that move together cancel in the difference; a cluster may be missing from a group."""
    of, reference = Area(6.0, 5.0, np.array([3.0, 4.0])), Area(4.0, 3.0, np.array([1.0, 2.0, 2.0]))
    assert difference(of, reference)[1] == pytest.approx(sqrt(2**2 + 2**2 + 2**2))
    assert ratio(of, reference)[1] == pytest.approx(sqrt((1 / 2 - 1 / 4) ** 2 + (2 / 3 - 1 / 2) ** 2 + (1 / 2) ** 2))


def test_ratio_to_nothing_is_not_a_number() -> None:
    assert all(isnan(value) for value in ratio(Area(1.0, 0.1, None), Area(0.0, 0.0, None)))
