"""Kaplan-Meier, Fleming-Harrington and Nelson-Aalen by hand; R's numbers are in ``test_reference_curves.py``."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as Q

import numpy as np
from people import ONE_SAMPLE, exactly

from tkk_cli.estimators.kaplan_meier import fleming_harrington, kaplan_meier, nelson_aalen
from tkk_cli.estimators.risk import risk_table

TABLE = risk_table(ONE_SAMPLE)
AT = np.searchsorted(TABLE.time, [2, 3, 4, 6, 7])


def test_risk_set() -> None:
    assert TABLE.time.tolist() == [1, 2, 3, 4, 6, 7]  # D's entry at 1 changes the risk set; 0 is where all start
    assert TABLE.n_risk.tolist() == [5, 6, 5, 4, 2, 1]
    assert TABLE.n_event.tolist() == [[0, 1, 1, 1, 0, 0], [0, 0, 1, 0, 1, 0]]
    assert TABLE.n_censor.tolist() == [0, 1, 0, 1, 0, 1]


def test_kaplan_meier() -> None:
    curve = kaplan_meier(ONE_SAMPLE, TABLE)
    exactly(curve.estimate[AT], [Q(5, 6), Q(1, 2), Q(3, 8), Q(3, 16), Q(3, 16)])
    greenwood = np.cumsum([Q(1, 30), Q(2, 15), Q(1, 12), Q(1, 2), Q(0)])
    squares = [Q(25, 36), Q(1, 4), Q(9, 64), Q(9, 256), Q(9, 256)]
    exactly(curve.std_error[AT] ** 2, [s * g for s, g in zip(squares, greenwood, strict=True)])
    assert curve.estimate[0] == 1
    assert curve.std_error[0] == 0


def test_robust_kaplan_meier() -> None:
    """Influence on log S(3): -(N - Y_i d / Y) / (Y - d) at 2 and 3 for A to F and H, in the order of the rows."""
    influence = [
        -Q(1, 6),
        Q(1, 30),
        Q(1, 30) - Q(1, 5),
        Q(1, 30) - Q(1, 5),
        Q(2, 15),
        Q(1, 30) + Q(2, 15),
        Q(0),
        Q(1, 30) + Q(2, 15),
    ]
    assert sum(influence) == 0
    curve = kaplan_meier(ONE_SAMPLE, TABLE, robust=True)
    exactly(curve.std_error[AT[1]] ** 2, Q(1, 4) * sum(u**2 for u in influence))
    pairs = replace(ONE_SAMPLE, cluster=np.array([0, 0, 1, 1, 2, 2, 3, 3]))
    summed = [sum(influence[2 * c : 2 * c + 2]) ** 2 for c in range(4)]
    exactly(kaplan_meier(pairs, TABLE, robust=True).std_error[AT[1]] ** 2, Q(1, 4) * sum(summed))


def test_weighted_kaplan_meier() -> None:
    """A stands for 2 and H for 3: at risk 9, 7, 6, 4 (weighted), events 2, 2, 1, 1."""
    sample = replace(ONE_SAMPLE, weight=np.array([2.0, 1, 1, 1, 1, 1, 1, 3]), weight_kind="case")
    table = risk_table(sample)
    exactly(table.risk[AT[:4]], [9, 7, 6, 4])
    assert table.n_risk[AT].tolist() == [6, 5, 4, 2, 1]
    exactly(kaplan_meier(sample, table).estimate[AT[:4]], np.cumprod([Q(7, 9), Q(5, 7), Q(5, 6), Q(3, 4)]).tolist())


def test_nelson_aalen() -> None:
    hazard = nelson_aalen(ONE_SAMPLE, TABLE)
    exactly(hazard.estimate[AT[:4]], np.cumsum([Q(1, 6), Q(2, 5), Q(1, 4), Q(1, 2)]).tolist())
    exactly(hazard.std_error[AT[:4]] ** 2, np.cumsum([Q(1, 36), Q(2, 25), Q(1, 16), Q(1, 4)]).tolist())
    pension = nelson_aalen(ONE_SAMPLE, TABLE, cause=1)
    exactly(pension.estimate[AT[:4]], [0, Q(1, 5), Q(1, 5), Q(7, 10)])
    exactly(pension.std_error[AT[:4]] ** 2, [0, Q(1, 25), Q(1, 25), Q(29, 100)])


def test_robust_nelson_aalen() -> None:
    """Influence on H(3): (N - Y_i d / Y) / Y at 2 and 3."""
    influence = [Q(5, 36), -Q(1, 36), Q(3, 25) - Q(1, 36), Q(3, 25) - Q(1, 36), -Q(2, 25)]
    influence += [-Q(2, 25) - Q(1, 36)] * 2
    assert sum(influence) == 0
    hazard = nelson_aalen(ONE_SAMPLE, TABLE, robust=True)
    exactly(hazard.std_error[AT[1]] ** 2, sum(u**2 for u in influence))


def test_fleming_harrington() -> None:
    curve, hazard = fleming_harrington(ONE_SAMPLE, TABLE), np.cumsum([Q(1, 6), Q(2, 5), Q(1, 4), Q(1, 2)])
    exactly(-np.log(curve.estimate[AT[:4]]), hazard.tolist())
    squared = np.cumsum([Q(1, 36), Q(2, 25), Q(1, 16), Q(1, 4)])
    exactly((curve.std_error[AT[:4]] / curve.estimate[AT[:4]]) ** 2, squared.tolist())


def test_robust_fleming_harrington_is_on_the_scale_of_the_curve() -> None:
    curve, hazard = (f(ONE_SAMPLE, TABLE, robust=True) for f in (fleming_harrington, nelson_aalen))
    np.testing.assert_allclose(curve.std_error, curve.estimate * hazard.std_error, rtol=1e-14)
