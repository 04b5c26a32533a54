"""Newton's method on functions whose maximum is known, and the columns that it leaves out."""

from __future__ import annotations

import numpy as np
import pytest

from tkk_cli.histories import Float
from tkk_cli.models.newton import Maximum, independent_columns, maximise, without_lost


def quadratic(centre: Float, curvature: Float) -> tuple:
    def value(beta: Float) -> tuple[float, Float]:
        away = beta - centre
        return -float(away @ curvature @ away) / 2, beta

    def slope(beta: Float) -> tuple[Float, Float]:
        return -curvature @ (beta - centre), curvature

    return value, slope


def test_a_quadratic_takes_one_step() -> None:
    centre, curvature = np.array([1.5, -2.0]), np.array([[2.0, 0.5], [0.5, 1.0]])
    found = maximise(*quadratic(centre, curvature), np.array([True, True]), np.ones(2))
    np.testing.assert_allclose(found.beta, centre, rtol=1e-14)
    assert found.converged
    assert not found.diverging.any()


def test_columns_that_are_not_active_stay_at_zero() -> None:
    centre, curvature = np.array([1.5, -2.0]), np.diag([2.0, 1.0])
    found = maximise(*quadratic(centre, curvature), np.array([False, True]), np.ones(2))
    assert found.beta.tolist() == [0.0, -2.0]


def test_a_step_that_leads_down_is_halved() -> None:
    """-log cosh(x - 3): from 0 a full Newton step lands near 100."""

    def value(beta: Float) -> tuple[float, Float]:
        return -float(np.log(np.cosh(beta - 3))[0]), beta

    def slope(beta: Float) -> tuple[Float, Float]:
        return -np.tanh(beta - 3), np.array([[1 / np.cosh(beta[0] - 3) ** 2]])

    assert abs(slope(np.zeros(1))[0][0] / slope(np.zeros(1))[1][0, 0]) > 90
    found = maximise(value, slope, np.array([True]), np.ones(1))
    np.testing.assert_allclose(found.beta, [3.0], rtol=1e-12)


def test_a_likelihood_that_rises_for_ever_is_told() -> None:
    """-log(1 + exp(-x)) has no maximum."""

    def value(beta: Float) -> tuple[float, Float]:
        return -float(np.log1p(np.exp(-beta))[0]), beta

    def slope(beta: Float) -> tuple[Float, Float]:
        share = 1 / (1 + np.exp(beta))
        return share, np.array([share * (1 - share)])

    found = maximise(value, slope, np.array([True]), np.ones(1))
    assert found.diverging.tolist() == [True]
    assert found.beta[0] > 10


def test_a_likelihood_without_a_way_up_does_not_converge() -> None:
    def value(beta: Float) -> tuple[float, Float]:
        return (0.0 if not beta.any() else float("nan")), beta

    found = maximise(value, lambda _: (np.ones(1), np.eye(1)), np.array([True]), np.ones(1))
    assert not found.converged
    assert found.beta.tolist() == [0.0]


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_columns_that_others_determine(scale: float) -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 50))
    z = np.column_stack([a, a + b, np.full(50, 3.0), b, b**2]) * scale
    centred = z - z.mean(axis=0)
    assert independent_columns(centred.T @ centred, z.T @ z).tolist() == [True, True, False, False, True]


def test_a_column_whose_information_is_lost_diverges() -> None:
    """Two columns were two and are one at the maximum; the third, diverging already, has no say in it."""
    information = np.array([[2.0, 2.0, 0.5], [2.0, 2.0 + 1e-13, 0.5], [0.5, 0.5, 0.0]])
    none, third = np.zeros(3, dtype=bool), np.array([False, False, True])
    found = Maximum(np.ones(3), None, information, third, 9, True)
    told = without_lost(found, ~none, np.diag([3.0, 3.0, 3.0]), np.ones(3))
    assert told.diverging.tolist() == [False, True, True]
    whole = Maximum(np.ones(3), None, np.diag([2.0, 1e-3, 1.0]), none, 4, True)
    assert without_lost(whole, ~none, np.eye(3), np.ones(3)) is whole
    far = Maximum(np.ones(3), None, np.diag([2.0, 1e-7, 1.0]), none, 4, True)
    assert without_lost(far, ~none, np.eye(3), np.ones(3)).diverging.tolist() == [False, True, False]
