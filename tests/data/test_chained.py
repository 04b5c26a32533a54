"""The equations of multiple imputation: what is matched with what, and the logit of categories."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from statsmodels.discrete.discrete_model import MNLogit

from tkk_cli.data import chained
from tkk_cli.data.chained import ChainedEquations

# two optimisers, each until its own small gradient
ITERATED = 1e-5


def drawn(columns: dict[str, Any], levels: dict[str, int], seed: int, name: str) -> Any:
    equations = ChainedEquations(columns, levels, np.random.default_rng(seed))
    np.random.seed(seed)  # statsmodels before 0.15 draws from here
    equations.update_all(1)
    return equations.data[name].to_numpy()


def test_the_donors_of_a_straight_line_are_the_five_nearest() -> None:
    """y = x exactly, so that the drawn coefficients are the estimated ones: 9.8 has 8, 9, 10, 11 and 12 beside it."""
    y = np.arange(21.0)
    y[4] = np.nan
    x = np.arange(21.0)
    x[4] = 9.8
    seen = {float(drawn({"x": x, "y": y}, {}, seed, "y")[4]) for seed in range(80)}
    assert seen == {8.0, 9.0, 10.0, 11.0, 12.0}


@pytest.mark.parametrize(("wanted", "donors"), [(-50.0, range(5)), (70.0, range(15, 20))])
def test_beyond_the_ends_the_donors_are_the_last_five(wanted: float, donors: range) -> None:
    x = np.append(np.arange(20.0), wanted)
    y = np.append(np.arange(20.0), np.nan)
    assert {float(drawn({"x": x, "y": y}, {}, seed, "y")[20]) for seed in range(80)} == set(donors)


def test_fewer_values_than_donors() -> None:
    x, y = np.array([0.0, 1.0, 2.0, 1.5]), np.array([0.0, 1.0, 2.0, np.nan])
    assert {float(drawn({"x": x, "y": y}, {}, seed, "y")[3]) for seed in range(40)} <= {0.0, 1.0, 2.0}


def test_every_row_of_a_tie_is_a_donor_and_no_other() -> None:
    """Two predictions, of 20 rows each: each row without a value has its own side's."""
    side = np.repeat([0.0, 1.0], 30)
    y = np.where(side == 0, -100.0, 100.0) + np.tile(np.arange(30.0), 2) / 30
    gone = np.tile(np.arange(30) >= 20, 2)
    values = np.where(gone, np.nan, y)
    found = [drawn({"x": side, "y": values}, {}, seed, "y") for seed in range(40)]
    assert {float(v) for one in found for v in one[gone & (side == 0)]} == set(y[:20])
    assert {float(v) for one in found for v in one[gone & (side == 1)]} == set(y[30:50])
    # within one data set too, there are more than five
    assert len(set(found[0][gone & (side == 0)])) > 5


def test_a_category_is_a_predictor_by_its_levels() -> None:
    """Three levels whose values do not follow their order."""
    code = np.repeat([0.0, 1.0, 2.0], 20)
    y = np.array([0.0, 50.0, 10.0])[code.astype(int)] + np.tile(np.linspace(0, 1, 20), 3)
    y[[0, 20, 40]] = np.nan
    found = drawn({"y": y, "k": code}, {"k": 3}, 1, "y")
    assert [round(v, -1) for v in found[[0, 20, 40]]] == [0.0, 50.0, 10.0]


def test_numbers_missing_together_are_related_as_where_they_are_known() -> None:
    """Two waves of a score, r = 0.9, both missing on the same 60 of 200 rows."""
    rng = np.random.default_rng(4)
    first = rng.normal(size=200)
    second = 0.9 * first + np.sqrt(1 - 0.81) * rng.normal(size=200)
    first[:60] = second[:60] = np.nan
    spreads, correlations = [], []
    for seed in range(20):
        equations = ChainedEquations({"a": first, "b": second}, {}, np.random.default_rng(seed))
        np.random.seed(seed)
        equations.update_all(10)
        a, b = (equations.data[name].to_numpy()[:60] for name in "ab")
        spreads.append(a.std())
        correlations.append(np.corrcoef(a, b)[0, 1])
    assert np.mean(spreads) == pytest.approx(np.nanstd(first), rel=0.1)
    assert np.mean(correlations) == pytest.approx(np.corrcoef(first[60:], second[60:])[0, 1], abs=0.05)


def logit_of(n: int, n_levels: int, seed: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    score = x @ rng.normal(size=(3, n_levels)) + rng.gumbel(size=(n, n_levels))
    return score.argmax(axis=1).astype(float), x


@pytest.mark.parametrize("n_levels", [2, 4])
def test_without_a_prior_the_logit_is_that_of_statsmodels(n_levels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chained, "PRIOR", 0.0)
    monkeypatch.setattr(chained, "PRIOR_OF_CONSTANT", 0.0)
    codes, x = logit_of(300, n_levels, 8)
    mine = chained._Logit(codes, x).fit(disp=False, method="newton")
    theirs = MNLogit(codes, x).fit(disp=False, method="newton")
    np.testing.assert_allclose(mine.params, theirs.params, rtol=1e-12)
    np.testing.assert_allclose(mine.cov_params(), theirs.cov_params(), rtol=1e-12)


def test_the_score_and_the_hessian_are_the_slopes_of_the_likelihood() -> None:
    """Central differences, the prior and the order of the coefficients included."""
    codes, x = logit_of(60, 3, 9)
    model = chained._Logit(codes, x)
    at, step = np.linspace(-1, 1.5, 6), 1e-5
    moves = step * np.eye(6)
    slope = [(model.loglike(at + move) - model.loglike(at - move)) / (2 * step) for move in moves]
    curve = [(model.score(at + move) - model.score(at - move)) / (2 * step) for move in moves]
    np.testing.assert_allclose(model.score(at), slope, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(model.hessian(at), curve, rtol=1e-6, atol=1e-6)


def test_the_coefficients_of_a_logit_are_drawn_from_their_normal_distribution() -> None:
    """Their mean is the estimate, their covariance the inverse of the information."""
    codes, x = logit_of(200, 3, 10)
    codes[:20] = np.nan
    equations = ChainedEquations({"a": x[:, 1], "b": x[:, 2], "k": codes}, {"k": 3}, np.random.default_rng(1))
    draws = []
    for _ in range(600):
        equations.perturb_params("k")
        draws.append(equations.params["k"].ravel(order="F"))
    model = chained._Logit(codes[20:], x[20:])
    expected = model.fit(disp=False, method="newton")
    mean = expected.params.ravel(order="F")
    np.testing.assert_allclose(equations.results["k"].params.ravel(order="F"), mean, rtol=ITERATED, atol=ITERATED)
    spread = np.sqrt(np.diag(np.linalg.inv(-model.hessian(mean))))
    assert (np.abs(np.mean(draws, axis=0) - mean) < 4 * spread / np.sqrt(600)).all()
    correlation = np.linalg.inv(-model.hessian(mean)) / np.outer(spread, spread)
    # four standard errors of a variance and of a correlation of 600 draws
    np.testing.assert_allclose(np.std(draws, axis=0), spread, rtol=4 / np.sqrt(2 * 600))
    np.testing.assert_allclose(np.corrcoef(np.transpose(draws)), correlation, atol=4 / np.sqrt(600))


def test_a_separated_level_is_drawn_where_it_occurs() -> None:
    """A level for each side of zero, and values far out on it."""
    x = np.concatenate([np.linspace(-3, -0.5, 40), np.linspace(0.5, 3, 40), [-40.0, 40.0]])
    codes = np.append((x[:80] > 0).astype(float), [np.nan, np.nan])
    for seed in range(10):
        assert drawn({"x": x, "k": codes}, {"k": 2}, seed, "k")[80:].tolist() == [0.0, 1.0]


def test_a_rare_level_stays_rare() -> None:
    """The prior does not touch the constant: 6 of 3000 known rows, about 6 of 3000 drawn ones."""
    codes = np.zeros(6000)
    codes[:6] = 1.0
    codes[3000:] = np.nan
    x = np.random.default_rng(3).normal(size=6000)
    counts = [drawn({"x": x, "k": codes}, {"k": 2}, seed, "k")[3000:].sum() for seed in range(30)]
    # sqrt(6 + 6): of the drawn rows, and of the constant
    assert abs(np.mean(counts) - 6) < 4 * np.sqrt(12 / 30)
