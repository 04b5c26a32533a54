"""Rubin's rules by hand, and against R's ``mice::pool`` formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tkk_cli.designs import Design, Term
from tkk_cli.errors import TkkError
from tkk_cli.models.fits import Fit
from tkk_cli.steps.regression.coefficients import term_test_rows
from tkk_cli.steps.regression.pooling import pool
from tkk_cli.steps.regression.problem import Fitted


def fit(values: list[float], errors: list[float]) -> Fit:
    return Fit(
        columns=tuple(f"x{i}" for i in range(len(values))),
        coefficient=np.array(values),
        covariance=np.diag(np.square(errors)),
        measure="hazard_ratio",
        n=100,
        n_event=50.0,
        df=len(values),
        ancillary=(("intercept", values[0], errors[0]),),
    )


def test_three_fits_by_hand() -> None:
    pooled = pool([fit([0.1, 1.0], [0.2, 0.3]), fit([0.2, 1.0], [0.2, 0.3]), fit([0.6, 1.0], [0.3, 0.3])])
    within = (0.04 + 0.04 + 0.09) / 3
    between = ((0.1 - 0.3) ** 2 + (0.2 - 0.3) ** 2 + (0.6 - 0.3) ** 2) / 2
    total = within + 4 / 3 * between
    assert pooled.fit.coefficient == pytest.approx([0.3, 1.0])
    assert pooled.fit.covariance[0, 0] == pytest.approx(total)
    assert pooled.fit.covariance[1, 1] == pytest.approx(0.09)
    ratio = 4 / 3 * between / within
    df = 2 * (1 + 1 / ratio) ** 2
    assert pooled.df[0] == pytest.approx(df)
    assert math.isinf(pooled.df[1])
    assert pooled.missing_information[0] == pytest.approx((ratio + 2 / (df + 3)) / (ratio + 1))
    assert pooled.missing_information[1] == 0
    assert pooled.fit.ancillary[0][1:] == pytest.approx((0.3, math.sqrt(total)))


def test_a_coefficient_that_is_not_always_there_is_refused() -> None:
    with pytest.raises(TkkError) as refused:
        pool([fit([0.1], [0.2]), fit([math.inf], [0.2])], "kuolema")
    assert (refused.value.code, refused.value.where) == ("TKK307", "kuolema")
    assert "x0" in refused.value.message


def test_the_test_of_a_term_is_blind_to_units() -> None:
    # Effects per euro and per million: two standard errors and one, so 4 + 1 whatever the units.
    one = fit([2e-10, 1.0], [1e-10, 1.0])
    design = Design(np.ones((3, 2)), one.columns, (Term("x", "other", (0, 1), ("x",), ("", "")),))
    (row,) = term_test_rows(Fitted("cox", "return", one, design))
    assert row["statistic"] == pytest.approx(5)
    assert row["df"] == 2
    assert row["p_value"] == pytest.approx(math.exp(-2.5))
