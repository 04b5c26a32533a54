"""Aalen-Johansen by hand; R's numbers are in ``test_reference_incidences.py``."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as Q

import numpy as np
from people import ONE_SAMPLE, exactly

from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.risk import risk_table
from tkk_cli.histories import EventHistory

TABLE = risk_table(ONE_SAMPLE)
AT = np.searchsorted(TABLE.time, [2, 3, 4, 6, 7])


def test_incidence() -> None:
    exactly(aalen_johansen(ONE_SAMPLE, TABLE, 0).estimate[AT], [Q(1, 6), Q(1, 3), Q(11, 24), Q(11, 24), Q(11, 24)])
    exactly(aalen_johansen(ONE_SAMPLE, TABLE, 1).estimate[AT], [0, Q(1, 6), Q(1, 6), Q(17, 48), Q(17, 48)])


def test_robust_variance() -> None:
    """Influence on F_pension(3) = S(2) d(3) / Y(3) = 5/6 1/5: that of S(2), and that of the share at 3."""
    on_survival = [-Q(5, 36), Q(1, 36), Q(1, 36), Q(1, 36), 0, Q(1, 36), 0, Q(1, 36)]
    on_share = [0, 0, Q(4, 25), -Q(1, 25), -Q(1, 25), -Q(1, 25), 0, -Q(1, 25)]
    influence = [s * Q(1, 5) + Q(5, 6) * h for s, h in zip(on_survival, on_share, strict=True)]
    assert sum(influence) == 0
    curve = aalen_johansen(ONE_SAMPLE, TABLE, 1)
    exactly(curve.std_error[AT[1]] ** 2, sum(u**2 for u in influence))
    clusters = replace(ONE_SAMPLE, cluster=np.array([0, 0, 0, 1, 1, 1, 2, 2]))
    summed = [sum(influence[a:b]) ** 2 for a, b in ((0, 3), (3, 6), (6, 8))]
    exactly(aalen_johansen(clusters, TABLE, 1).std_error[AT[1]] ** 2, sum(summed))


SIX = EventHistory(
    exit=np.array([1.0, 2, 3, 4, 5, 6]),
    cause=np.array([1, 2, 0, 1, 2, 0]),
    causes=("return", "pension"),
    group=np.zeros(6, dtype=np.int64),
    groups=("all",),
)


def test_aalens_variance() -> None:
    """S = 5/6, 2/3, 2/3, 4/9; F(4) = 7/18; each event looks ahead by (F(4) - F(u)) / S(u)."""
    curve = aalen_johansen(SIX, risk_table(SIX), 0, variance="aalen")
    exactly(curve.estimate[[0, 3]], [Q(1, 6), Q(7, 18)])
    at_1 = Q(1, 36) * (1 - Q(2, 9) / Q(5, 6)) ** 2
    at_2 = Q(25, 36) / 25 * (Q(2, 9) / Q(2, 3)) ** 2
    at_4 = Q(4, 9) / 9
    exactly(curve.std_error[[0, 3]] ** 2, [Q(1, 36), at_1 + at_2 + at_4])


def test_aalens_variance_draws_tied_events_without_replacement() -> None:
    """Two of four leave at 1: the variance of 2/4 is 2/16 times (4 - 2) / (4 - 1)."""
    tied = replace(SIX, exit=np.array([1.0, 1, 2, 2]), cause=np.array([1, 1, 0, 0]), group=np.zeros(4, dtype=np.int64))
    curve = aalen_johansen(tied, risk_table(tied), 0, variance="aalen")
    exactly(curve.std_error[0] ** 2, Q(2, 16) * Q(2, 3))
