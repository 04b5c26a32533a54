"""Every other model of ``tkk regress`` against brute force, through the cases that ``tkk verify`` makes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tkk_cli.steps import regress
from tkk_cli.steps.options import RegressOptions
from tkk_cli.steps.regression.registry import fit_function
from tkk_cli.steps.verify_cases import regress_case
from tkk_cli.verification.brute import BRUTE

SOLVED = 1e-9  # both iterate to the same equations, whose derivatives are exact
DIFFERENCES = 2e-6  # derivatives of the brute-force likelihood are differences


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n = 160
    x, entry = rng.integers(0, 2, n), rng.integers(0, 3, n)
    time = np.ceil(12 * rng.weibull(1.3, n) * np.exp(0.4 * x)) + entry
    end = rng.integers(6, 30, n)
    end = np.minimum(entry + end, 20)
    event = np.where(time <= end, rng.integers(1, 3, n), 0)
    stop = np.minimum(time, end)
    return pd.DataFrame(
        {
            "seuranta": stop,
            "alku": entry,
            "tila": event,
            "ohjelma": np.where(x, "KIILA", "muu"),
            "ika": rng.normal(45, 8, n).round(),
            "paino": rng.integers(1, 4, n),
            "tyopaikka": rng.integers(0, 40, n),
            "alue": rng.integers(0, 2, n),
            "lisa": rng.normal(0, 0.2, n),
            "jalkeen": np.where(event == 1, stop - 1, stop),
            "viimeistaan": np.where(event == 1, stop, np.nan),
        }
    )


ONE = {"time": "seuranta", "event": "tila==1", "censored": "0,2", "group": "ohjelma", "covariates": "ika"}
TWO = {**ONE, "event": "tila", "events": "paluu=1,elake=2", "censored": "0"}
COPIES = {"weights": "paino", "weight_kind": "frequency"}
CASES = {"weights": "paino", "weight_kind": "case", "cluster": "tyopaikka"}
BETWEEN = {"lower": "jalkeen", "upper": "viimeistaan", "time": None, "event": None, "censored": "0"}
LATE, STRATA, OFFSET = {"entry": "alku"}, {"strata": "alue"}, {"offset": "lisa"}


def agree(people: pd.DataFrame, tolerance: float, **options: Any) -> set[str]:
    """Compare every fit and every number that brute force has; the quantities compared."""
    given = RegressOptions(**options)
    _, (problem,) = regress.problems(people, given)
    compared: set[str] = set()
    for fitted in fit_function(given.model)(problem):
        case, own = regress_case(problem, fitted)
        theirs = BRUTE[case.method](case)
        assert not isinstance(theirs, str), theirs
        for name, values in theirs.items():
            scale = own["std_error"].min() if name == "coefficient" else 0.0
            np.testing.assert_allclose(values, own[name], rtol=tolerance, atol=tolerance * scale, err_msg=name)
        compared |= theirs.keys()
    return compared


ALL = {"coefficient", "std_error", "log_likelihood"}


@pytest.mark.parametrize(
    "changing",
    [
        {"split_at": "5,12"},
        {"split_at": "8", **CASES, **LATE, "ties": "breslow"},
        {"time_varying": "ika=log(t+20),ohjelma=sqrt"},
        {"time_varying": "ohjelma=log", "strata": "alue", "variance": "robust"},
    ],
)
def test_effects_that_change(people: pd.DataFrame, changing: dict[str, Any]) -> None:
    assert agree(people, 1e-7, **{**ONE, **changing}) == ALL


@pytest.mark.parametrize(
    ("distribution", "features"),
    [
        ("exponential", {**COPIES, **OFFSET}),
        ("weibull", {**LATE, **CASES}),
        ("lognormal", {**BETWEEN, **CASES}),
        ("loglogistic", {**LATE, **OFFSET, "variance": "robust"}),
        ("gengamma", {}),
    ],
)
def test_parametric(people: pd.DataFrame, distribution: str, features: dict[str, Any]) -> None:
    given = {**ONE, "model": "aft", "distribution": distribution, **features}
    assert agree(people, DIFFERENCES, **given) == ALL


@pytest.mark.parametrize(
    ("scale", "features"),
    [("hazard", {**LATE, **CASES}), ("odds", {**COPIES, "spline_df": 2}), ("normal", {**OFFSET, "spline_df": 1})],
)
def test_splines(people: pd.DataFrame, scale: str, features: dict[str, Any]) -> None:
    assert agree(people, DIFFERENCES, **{**ONE, "model": "spline", "spline_scale": scale, **features}) == ALL


@pytest.mark.parametrize(
    "features",
    [{}, {**LATE, **CASES, **STRATA}, {**COPIES, **OFFSET, "variance": "robust"}, {**LATE, "covariates": None}],
)
def test_rates(people: pd.DataFrame, features: dict[str, Any]) -> None:
    scales = {"time_scales": "ika=10", "covariates": None} if "covariates" in features else {}
    given = {**TWO, "model": "poisson", "cuts": "4,9,15", "unit": "year", **features, **scales}
    assert agree(people, SOLVED, **given) == ALL


@pytest.mark.parametrize("link", ["cloglog", "logit"])
@pytest.mark.parametrize("features", [{}, {**CASES, **STRATA}, {**COPIES, **OFFSET, "variance": "robust"}])
def test_periods(people: pd.DataFrame, link: str, features: dict[str, Any]) -> None:
    assert agree(people, SOLVED, **{**TWO, "model": "discrete", "cuts": "5,10,20", "link": link, **features}) == ALL


def test_every_time_a_period(people: pd.DataFrame) -> None:
    assert agree(people, SOLVED, **{**ONE, **LATE, "model": "discrete"}) == ALL


@pytest.mark.parametrize(
    "features",
    [
        {},
        {"quantity": "survival", "link": "cloglog", "at": "4,8", **CASES},
        {"quantity": "incidence", "link": "log", "at": "8", **COPIES},
        {"quantity": "time-lost", "horizon": 10.0, **STRATA, **OFFSET},
    ],
)
def test_pseudo_observations(people: pd.DataFrame, features: dict[str, Any]) -> None:
    assert agree(people, SOLVED, **{**TWO, "model": "pseudo", **features}) == {"coefficient", "std_error"}


@pytest.mark.parametrize("hazard", ["aalen", "lin-ying"])
@pytest.mark.parametrize("features", [LATE, {**CASES, **LATE}, {**COPIES, "variance": "robust"}, {**COPIES}])
def test_additive(people: pd.DataFrame, hazard: str, features: dict[str, Any]) -> None:
    given = {**TWO, "model": "additive", "hazard": hazard, **features}
    assert agree(people, SOLVED, **given) == {"coefficient", "std_error"}


def test_additive_in_strata(people: pd.DataFrame) -> None:
    assert agree(people, SOLVED, **{**TWO, "model": "additive", "hazard": "lin-ying", **STRATA, **CASES})
