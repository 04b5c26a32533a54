"""Multiple imputation: what is drawn, from where, how reproducibly, and whether the truth is recovered."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t
from support.source import ROOT

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


def test_means_and_slopes_are_recovered_with_the_right_coverage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing at random in 40 cohorts: the mean of age (44), its slope on sex (8), the share of a level."""
    # the chains have forgotten their start by then, and the test takes half the time
    monkeypatch.setattr(imputation, "CYCLES", 5)
    truth = np.mean([np.mean(cohort(5000, 1000 + i)[0]["koulutus"] == "korkea") for i in range(20)])
    hits = {"mean": 0, "slope": 0, "share": 0}
    bias = {"mean": 0.0, "slope": 0.0, "share": 0.0}
    rounds = 40
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
    # three standard errors of the simulation; of 40 intervals fewer than 34 hold with probability 0.003
    assert abs(bias["mean"]) < 0.3
    assert abs(bias["slope"]) < 0.45
    assert abs(bias["share"]) < 0.02
    assert all(count >= 34 for count in hits.values()), hits


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


def test_the_draws_have_the_mean_and_the_spread_that_least_squares_promises() -> None:
    """Age alone is incomplete: the mean of a completed age, over data sets, by the formulas of a regression."""
    data, holes = cohort(300, 21)
    regression = built(holes.assign(koulutus=data["koulutus"]))
    found = [float(x[:, 1].mean()) for x in matrices(regression, 80)]
    columns = [np.ones(300), data["sukup"] == "n", *(data["koulutus"] == level for level in LEVELS[1:])]
    x = np.column_stack([*columns, outcome_predictors(regression.cohort.history)]).astype(float)
    known = holes["ika"].notna().to_numpy()
    age = holes["ika"].to_numpy()[known]
    beta, rest = np.linalg.lstsq(x[known], age, rcond=None)[:2]
    variance = rest[0] / (known.sum() - x.shape[1])
    total = x[~known].sum(axis=0)
    expected = (age.sum() + total @ beta) / 300
    # of the coefficients that are drawn, and of the rows around their prediction
    between = variance * (total @ np.linalg.inv(x[known].T @ x[known]) @ total + (~known).sum()) / 300**2
    assert abs(np.mean(found) - expected) < 4 * np.sqrt(between / 80)
    # a fifth is 2.5 standard errors of a standard deviation of 80 draws; matching draws a little less than it promises
    assert 0.7 < np.std(found, ddof=1) / np.sqrt(between) < 1.2


def test_a_level_is_drawn_as_often_as_it_occurs_with_the_same_covariates() -> None:
    """One binary predictor and no event: the logit is saturated, and its probabilities are shares to be counted."""
    n = 1200
    rng = np.random.default_rng(31)
    sex = rng.integers(0, 2, n)
    # codes whose order says nothing: the middle one is rare for one sex, the outer ones for the other
    level = np.where(rng.random(n) < 0.7, np.where(sex == 1, 2, rng.choice([1, 3], n)), rng.integers(1, 4, n))
    data = pd.DataFrame({"aika": rng.exponential(size=n), "tila": rng.integers(0, 2, n), "sukup": sex, "luokka": level})
    gone = rng.random(n) < 0.3
    data["luokka"] = data["luokka"].where(~gone)
    regression = built(data, covariates=None, formula="sukup + C(luokka)")
    place = {name: j for j, name in enumerate(regression.designs[0][1].columns)}
    draws = matrices(regression, 20)
    for value in (0, 1):
        rows = gone & (sex == value)
        for code in (2, 3):
            share = np.mean((level == code)[~gone & (sex == value)])
            found = np.mean([x[rows, place[f"C(luokka)[{code}]"]].mean() for x in draws])
            assert abs(found - share) < 4 * np.sqrt(share * (1 - share) / (20 * rows.sum())) + 0.02


def test_a_separated_level_has_finite_draws() -> None:
    data, holes = cohort(100, 9)
    holes["koulutus"] = np.where(data["sukup"] == "n", "korkea", np.where(data["ika"] > 40, "keski", "matala"))
    holes.loc[:20, "koulutus"] = None
    for matrix in matrices(built(holes), 3):
        assert np.isfinite(matrix).all()


def test_covariates_that_determine_each_other_have_finite_draws() -> None:
    """Age and year of birth, with gaps of their own and in common."""
    data, holes = cohort(200, 12)
    holes["vuosi"] = 2020.37 - data["ika"]
    holes.loc[150:, "vuosi"] = np.nan
    for matrix in matrices(built(holes, covariates="ika,vuosi,koulutus"), 2):
        assert np.isfinite(matrix).all()
        # but for five donors where one would do
        only_age = holes["ika"].isna().to_numpy() & holes["vuosi"].notna().to_numpy()
        assert np.corrcoef(matrix[only_age, 0], matrix[only_age, 1])[0, 1] < -0.95


def test_an_outcome_that_is_the_same_for_all_is_no_obstacle() -> None:
    _, holes = cohort(80, 13)
    for matrix in matrices(built(holes.assign(aika=5.0, tila=1)), 2):
        assert np.isfinite(matrix).all()


def test_the_generator_of_numpy_does_not_matter() -> None:
    regression = built(cohort(80, 14)[1])
    np.random.seed(1)
    first = matrices(regression, 2)
    np.random.seed(2)
    for one, other in zip(first, matrices(regression, 2), strict=True):
        np.testing.assert_array_equal(one, other)


def test_too_few_known_values_are_refused() -> None:
    """A constant, sex, education (2), the event and its hazard: six coefficients for five ages."""
    data, holes = cohort(60, 15)
    holes["koulutus"] = data["koulutus"]
    for n, refused in ((6, True), (7, False)):
        holes["ika"] = data["ika"].where(np.arange(60) < n)
        regression = built(holes)
        if refused:
            with pytest.raises(TkkError) as caught:
                matrices(regression, 2)
            assert (caught.value.code, caught.value.where, caught.value.count) == ("TKK235", "ika", 6)
        else:
            assert np.isfinite(matrices(regression, 2)[0]).all()


def test_nothing_heavy_is_imported_before_something_is_drawn() -> None:
    """Complete cases, and imputation where nothing is missing, need neither statsmodels nor pandas."""
    program = """
import sys
from tkk_cli.data.design import build_regression
from tkk_cli.data.imputation import imputed_designs
from tkk_cli.data.options import CovariateOptions
for covariates in ("sukupuoli", "ika"):
    options = CovariateOptions(
        time="seuranta", event="tila==1", censored="0,2,3,4", covariates=covariates, impute=2
    )
    list(imputed_designs(build_regression("sample_data/kuntoutus.csv", options), 2, 1))
    print([name for name in ("statsmodels", "pandas") if name in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.split("\n")[:2] == ["[]", "['statsmodels', 'pandas']"]


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
