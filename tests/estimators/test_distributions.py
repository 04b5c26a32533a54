"""The closed forms against scipy."""

from __future__ import annotations

import math

import pytest
from scipy.special import chdtrc, ndtr

from tkk_cli.estimators.distributions import chi_square_tail, normal_tail

# math.erfc and scipy each round; lgamma and exp lose about two digits more in the tail.
TAIL = 1e-12


@pytest.mark.parametrize("df", [1, 2, 3, 4, 5, 9, 10, 31, 200])
@pytest.mark.parametrize("statistic", [1e-8, 0.3, 1.0, 3.84, 25.0, 150.0, 700.0])
def test_chi_square(statistic: float, df: int) -> None:
    assert chi_square_tail(statistic, df) == pytest.approx(float(chdtrc(df, statistic)), rel=TAIL, abs=1e-300)


@pytest.mark.parametrize("z", [0.0, 0.5, -1.96, 3.0, -8.0, 30.0])
def test_normal(z: float) -> None:
    assert normal_tail(z) == pytest.approx(2 * float(ndtr(-abs(z))), rel=TAIL)


def test_what_is_not_estimable() -> None:
    assert math.isnan(chi_square_tail(math.nan, 1))
    assert math.isnan(chi_square_tail(1.0, 0))
    assert math.isnan(normal_tail(math.nan))
    assert normal_tail(math.inf) == 0.0
    assert chi_square_tail(0.0, 3) == 1.0
