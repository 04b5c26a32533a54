"""Multiple imputation: what is drawn, from where, how reproducibly, and whether the truth is recovered."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from tkk_cli.data import imputation
from tkk_cli.data.design import Regression, build_regression
from tkk_cli.data.imputation import imputed_designs, outcome_predictors
from tkk_cli.data.options import CovariateOptions
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory

LEVELS = np.array(["matala", "keski", "korkea"])


def cohort(n: int, seed: int, share: float = 0.4) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(complete, with holes): age and education depend on sex, and are missing more often for one sex."""
    rng = np.random.default_rng(seed)
    sex = rng.integers(0, 2, n)
    age = 40 + 8 * sex + rng.normal(0, 5, n)
    score = np.stack([np.zeros(n), 0.8 * sex, (age - 44) / 5], axis=1) + rng.gumbel(size=(n, 3))
    education = LEVELS[score.argmax(axis=1)]
    rate = 0.05 * np.exp(0.08 * (age - 44) - 0.5 * sex)
    time = rng.exponential(1 / rate)
    data = pd.DataFrame(
        {
            "aika": np.minimum(time, 30) + 0.01,
            "tila": (time <= 30).astype(int),
            "sukup": np.array(["m", "n"])[sex],
            "ika": age,
            "koulutus": education,
        }
    )
    holes = data.copy()
    holes.loc[rng.random(n) < share * (0.5 + sex), "ika"] = np.nan
    holes.loc[rng.random(n) < share * (1.5 - sex), "koulutus"] = None
    return data, holes


def built(data: pd.DataFrame, **options: Any) -> Regression:
    base = {"time": "aika", "event": "tila==1", "covariates": "sukup,ika,koulutus", "impute": 5}
    return build_regression(data, CovariateOptions(**(base | options)))


def matrices(regression: Regression, m: int, seed: int = 1) -> list[Any]:
    return [designs[0].matrix for designs in imputed_designs(regression, m, seed)]


def test_only_what_is_missing_is_filled_in_and_with_values_that_occur() -> None:
    _, holes = cohort(120, 1)
    regression = built(holes)
    before = regression.designs[0][1].matrix
    assert regression.missing == {"sukup": 0, "ika": int(holes["ika"].isna().sum())} | {
        "koulutus": int(holes["koulutus"].isna().sum())
    }
    assert len(before) == len(holes)
    seen = set(holes["ika"].dropna())
    for matrix in matrices(regression, 3):
        known = ~np.isnan(before)
        np.testing.assert_array_equal(matrix[known], before[known])
        assert set(matrix[:, 1]) <= seen
        assert set(matrix[:, 2:].sum(axis=1)) <= {0.0, 1.0}


def test_the_seed_decides_and_more_data_sets_do_not_change_the_first() -> None:
    regression = built(cohort(80, 2)[1])
    state = np.random.get_state()[1].tolist()
    three, five = matrices(regression, 3, seed=9), matrices(regression, 5, seed=9)
    for one, other in zip(three, five[:3], strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(five[0], five[1])
    assert not np.array_equal(matrices(regression, 1, seed=10)[0], five[0])
    assert np.random.get_state()[1].tolist() == state


def test_nothing_missing_leaves_the_designs_as_they_are() -> None:
    regression = built(cohort(50, 3)[0])
    for matrix in matrices(regression, 2):
        np.testing.assert_array_equal(matrix, regression.designs[0][1].matrix)


def test_every_adjustment_set_gets_the_same_values() -> None:
    regression = built(cohort(80, 4)[1], covariates=None, group="sukup", adjust="crude;ika;koulutus + cr(ika, df=3)")
    for crude, age, spline in imputed_designs(regression, 2, 1):
        assert crude.columns == ("sukup[n]",)
        assert spline.rebuild is not None
        row = spline.rebuild({"sukup": "n", "koulutus": "keski", "ika": age.matrix[7, 1]})
        np.testing.assert_allclose(row[0, -3:], spline.matrix[7, -3:], rtol=1e-10)


def test_knots_are_those_of_the_observed_values_in_every_data_set() -> None:
    data, holes = cohort(80, 5)
    regression = built(holes, covariates=None, formula="cr(ika, df=4)")
    known = holes["ika"].notna().to_numpy()
    whole = built(holes[known], covariates=None, formula="cr(ika, df=4)", impute=0).designs[0][1].matrix
    for matrix in matrices(regression, 2):
        np.testing.assert_allclose(matrix[known], whole, rtol=1e-12)
    assert len(data) == len(matrix)


def test_a_variable_that_is_number_and_category_stays_one() -> None:
    data, holes = cohort(90, 6)
    holes["luokka"] = np.where(holes["ika"].isna(), np.nan, np.clip(data["ika"] // 10, 3, 5))
    regression = built(holes, covariates=None, formula="luokka + C(luokka) + sukup")
    for matrix in matrices(regression, 3):
        place = {name: j for j, name in enumerate(regression.designs[0][1].columns)}
        np.testing.assert_array_equal(matrix[:, place["luokka"]] == 4, matrix[:, place["C(luokka)[4]"]] == 1)
        np.testing.assert_array_equal(matrix[:, place["luokka"]] == 5, matrix[:, place["C(luokka)[5]"]] == 1)


@pytest.mark.parametrize("late", [False, True])
def test_the_outcome_is_the_event_and_its_cumulative_hazard(late: bool) -> None:
    rng = np.random.default_rng(7)
    n = 30
    entry = rng.integers(0, 4, n).astype(float) if late else None
    exit_ = rng.integers(5, 12, n).astype(float) if not late else entry + rng.integers(1, 8, n)  # type: ignore[operator]
    cause = rng.integers(0, 3, n)
    zeros = np.zeros(n, dtype=np.int64)
    history = EventHistory(exit_, cause, ("a", "b"), zeros, ("all",), entry=entry)
    found = outcome_predictors(history)
    start = np.zeros(n) if entry is None else entry
    for k in (1, 2):
        np.testing.assert_array_equal(found[:, 2 * k - 2], cause == k)
        for i in range(n):
            hazard = 0.0
            for time in np.unique(exit_):
                if (entry is None or start[i] < time) and time <= exit_[i]:
                    at_risk = np.sum(exit_ >= time) if entry is None else np.sum((start < time) & (time <= exit_))
                    hazard += np.sum((exit_ == time) & (cause == k)) / at_risk
            assert found[i, 2 * k - 1] == pytest.approx(hazard, rel=1e-12)


def pooled(values: list[tuple[float, float]]) -> tuple[float, float]:
    """Rubin: the mean, and half the width of its 95 % interval."""
    estimate, variance = np.array(values).T
    m = len(values)
    between = (1 + 1 / m) * np.var(estimate, ddof=1)
    df = (m - 1) * (1 + variance.mean() / between) ** 2
    return float(estimate.mean()), float(t.ppf(0.975, df) * np.sqrt(variance.mean() + between))


def slope(x: Any, y: Any) -> tuple[float, float]:
    """Least squares of y on the columns of x and a constant: the last coefficient and its variance."""
    x = np.column_stack([np.ones(len(y)), x])
    beta, rest = np.linalg.lstsq(x, y, rcond=None)[:2]
    return float(beta[-1]), float(np.linalg.inv(x.T @ x)[-1, -1] * rest[0] / (len(y) - x.shape[1]))


def test_means_and_slopes_are_recovered_with_the_right_coverage() -> None:
    """Missing at random in 60 cohorts: the mean of age (44), its slope on sex (8), the share of a level."""
    truth = np.mean([np.mean(cohort(5000, 1000 + i)[0]["koulutus"] == "korkea") for i in range(20)])
    hits = {"mean": 0, "slope": 0, "share": 0}
    bias = {"mean": 0.0, "slope": 0.0, "share": 0.0}
    rounds = 60
    for i in range(rounds):
        regression = built(cohort(150, i)[1])
        place = {name: j for j, name in enumerate(regression.designs[0][1].columns)}
        draws = matrices(regression, 5, seed=i)
        n = len(draws[0])
        measures = {
            "mean": ([(x[:, place["ika"]].mean(), x[:, place["ika"]].var(ddof=1) / n) for x in draws], 44.0),
            "slope": ([slope(x[:, place["sukup[n]"]], x[:, place["ika"]]) for x in draws], 8.0),
            "share": ([], truth),
        }
        for x in draws:
            share = float(x[:, place["koulutus[korkea]"]].mean())
            measures["share"][0].append((share, share * (1 - share) / n))
        for name, (values, target) in measures.items():
            estimate, width = pooled(values)
            hits[name] += int(abs(estimate - target) < width)
            bias[name] += (estimate - target) / rounds
    # three standard errors of the simulation; of 60 intervals fewer than 52 hold with probability 0.003
    assert abs(bias["mean"]) < 0.3
    assert abs(bias["slope"]) < 0.45
    assert abs(bias["share"]) < 0.02
    assert all(count >= 52 for count in hits.values()), hits


def test_the_outcome_keeps_the_association() -> None:
    """Age is related to the event; had the outcome been left out of the equations the difference would shrink."""
    data, _ = cohort(4000, 11)
    rng = np.random.default_rng(3)
    holes = data.assign(ika=np.where(rng.random(len(data)) < 0.5, np.nan, data["ika"]))
    regression = built(holes)
    event = data["tila"].to_numpy() == 1
    whole = data.loc[event, "ika"].mean() - data.loc[~event, "ika"].mean()
    found = np.mean([x[event, 1].mean() - x[~event, 1].mean() for x in matrices(regression, 5)])
    assert whole > 3
    assert abs(found - whole) < 0.45


def test_rows_with_the_same_prediction_are_all_donors() -> None:
    """One binary predictor: predictions are tied in hundreds, and not only five of the rows may be drawn."""
    n = 400
    rng = np.random.default_rng(5)
    data = pd.DataFrame(
        {"aika": 5.0, "tila": rng.integers(0, 2, n), "sukup": rng.integers(0, 2, n), "ika": rng.normal(size=n)}
    )
    data.loc[rng.random(n) < 0.4, "ika"] = np.nan
    regression = built(data, covariates="sukup,ika")
    gone = data["ika"].isna().to_numpy()
    # four predictions of five rows would give twenty values at most
    assert len(set(matrices(regression, 1)[0][gone, 1])) > 40


def test_the_draws_have_the_distribution_of_statsmodels_mice() -> None:
    """Means over many data sets of an age missing at random, and its spread between data sets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsmodels.imputation.mice import MICEData

        data, holes = cohort(300, 21)
        regression = built(holes.assign(koulutus=data["koulutus"]))
        ours = [float(x[:, 1].mean()) for x in matrices(regression, 60)]
        columns = {"sukup": (data["sukup"] == "n").astype(float), "ika": holes["ika"]}
        for level in LEVELS[1:]:
            columns[level] = (data["koulutus"] == level).astype(float)
        outcome = outcome_predictors(regression.cohort.history)
        columns |= {"event": outcome[:, 0], "hazard": outcome[:, 1]}
        state = np.random.get_state()
        np.random.seed(4)
        # from 0.15 on it has a generator of its own, before it draws from numpy's
        seed = {"rng": 4} if "rng" in inspect.signature(MICEData).parameters else {}
        theirs_data = MICEData(pd.DataFrame(columns), k_pmm=5, **seed)
        theirs = []
        for _ in range(60):
            theirs_data.update_all(1)
            theirs.append(float(theirs_data.data["ika"].mean()))
        np.random.set_state(state)
    spread = float(np.std(theirs, ddof=1))
    assert abs(np.mean(ours) - np.mean(theirs)) < 4 * spread / np.sqrt(60) * np.sqrt(2)
    assert 0.6 < np.std(ours, ddof=1) / spread < 1.6


def test_the_logit_is_that_of_statsmodels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imputation, "PRIOR", 1e-9)
    rng = np.random.default_rng(8)
    x = np.column_stack([np.ones(200), rng.normal(size=(200, 2))])
    codes = (x @ rng.normal(size=(3, 3)) + rng.gumbel(size=(200, 3))).argmax(axis=1)
    beta, root = imputation._multinomial(codes, x, np.zeros((2, 3)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsmodels.discrete.discrete_model import MNLogit

        theirs = MNLogit(codes, x).fit(disp=False, method="newton", tol=1e-12)
    np.testing.assert_allclose(beta.T, theirs.params, rtol=1e-4, atol=1e-5)
    covariance = np.linalg.inv(root @ root.T)
    np.testing.assert_allclose(covariance, theirs.cov_params(), rtol=1e-3, atol=1e-6)


def test_a_separated_level_has_finite_draws() -> None:
    data, holes = cohort(100, 9)
    holes["koulutus"] = np.where(data["sukup"] == "n", "korkea", np.where(data["ika"] > 40, "keski", "matala"))
    holes.loc[:20, "koulutus"] = None
    for matrix in matrices(built(holes), 3):
        assert np.isfinite(matrix).all()


def test_how_covariates_are_imputed_is_noted() -> None:
    _, holes = cohort(60, 10)
    assert dict(built(holes).cohort.facts)["imputation_model"] == {}
    holes["paino"] = 1.5
    weighted = dict(built(holes, weights="paino", weight_kind="probability").cohort.facts)
    assert "imputation_unweighted" in weighted


def test_rows_that_cannot_be_imputed_one_by_one() -> None:
    _, holes = cohort(60, 10)
    holes["paino"], holes["hlo"] = 2, np.arange(60) // 2
    for options in ({"weights": "paino", "weight_kind": "frequency"}, {"id": "hlo"}):
        with pytest.raises(TkkError) as caught:
            built(holes, **options)
        assert caught.value.code == "TKK234"
    with pytest.raises(TkkError) as caught:
        built(holes.assign(ika=np.nan))
    assert caught.value.code == "TKK227"
