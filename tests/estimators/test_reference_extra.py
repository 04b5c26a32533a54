"""Clusters, weights, late entry and strata together, and conditional curves, against ``tests/reference/extra``."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from agreement import CANCELLED, agree, at, matrix
from reference_sets import FOLDER, frames, history, table

from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.gray import gray
from tkk_cli.estimators.intervals import limits, quantile
from tkk_cli.estimators.kaplan_meier import kaplan_meier, nelson_aalen
from tkk_cli.estimators.log_rank import log_rank, trend_test
from tkk_cli.estimators.restricted_mean import difference, ratio, restricted_mean, time_lost
from tkk_cli.estimators.risk import each_group, risk_table
from tkk_cli.histories import EventHistory

# R's robust score test goes through a Cholesky factor of the summed squares: a few digits fewer than a closed form.
FACTORED = 1e-9
# A robust standard error that is 0 (everybody fails, or nobody has yet) may be left with the rounding of its terms.
ROUNDED_TO_0 = 1e-15
MONTHS_OF_INCIDENCE = [12.0, 60.0, 120.0, 240.0]


@cache
def extra() -> dict[str, Any]:
    """Records of extra.json by id."""
    stored = json.loads((FOLDER / "extra" / "extra.json").read_text(encoding="utf-8"))
    return {record["id"]: record["value"] for record in stored["results"]}


def agree_with_curve(sample: EventHistory, want: dict[str, Any], robust: bool, what: str, scale: str = "log") -> None:
    """Every column of one ``survfit`` object, on its rows, which are exits only."""
    counts = risk_table(sample)
    curve, hazard = kaplan_meier(sample, counts, robust), nelson_aalen(sample, counts, None, robust)
    rows = np.isin(counts.time, sample.exit)
    low, high = limits(curve.estimate, curve.std_error, 0.95, scale.replace("log-log", "loglog"))
    for name, values in (
        ("time", counts.time),
        ("n_risk", counts.risk),
        ("surv", curve.estimate),
        ("std_err_surv", curve.std_error),
        ("cumhaz", hazard.estimate),
        ("std_err_cumhaz", hazard.std_error),
        ("lower", low),
        ("upper", high),
    ):
        agree(values[rows], want[name], f"{what} {name}", ROUNDED_TO_0)


@pytest.mark.parametrize("gender", [1, 2])
def test_kaplan_meier_with_late_entry_weights_and_clusters(gender: int) -> None:
    d = frames("channing")["km_conditional_68"]
    d = d[d.gender == gender].assign(w=1 + d.obs % 5 / 4, cl=d.obs % 23)
    sample = history(d, "age", "death", entry="e", weight="w", cluster="cl")
    agree_with_curve(sample, extra()[f"km_entry_weight_cluster_{gender}"], True, f"gender {gender}")


@pytest.mark.parametrize("features", ["weight", "cluster", "weight_cluster", "entry_weight_cluster"])
def test_aalen_johansen_with_late_entry_weights_and_clusters(features: str) -> None:
    d, want = frames("mgus2")[""], extra()[f"aj_{features}"]
    d = d.assign(w=1 + d.id % 4 / 3, cl=d.id % 37, e=np.maximum(0, d.id % 30 - 20))
    d = d[d.etime > d.e] if "entry" in features else d
    sample = history(
        d,
        "etime",
        "ev",
        entry="e" if "entry" in features else None,
        weight="w" if "weight" in features else None,
        cluster="cl" if "cluster" in features else None,
        causes=2,
    )
    counts = risk_table(sample)
    curves = [kaplan_meier(sample, counts, robust=True)]
    curves += [aalen_johansen(sample, counts, cause) for cause in (0, 1)]
    areas = [restricted_mean(sample, counts, 120, robust=True)]
    areas += [time_lost(sample, counts, cause, 120) for cause in (0, 1)]
    assert want["time"] == MONTHS_OF_INCIDENCE
    for state, (curve, area) in enumerate(zip(curves, areas, strict=True)):
        read = at(counts.time, curve.estimate, MONTHS_OF_INCIDENCE, np.nan)
        agree(read, matrix(want["pstate"])[:, state], f"{features} pstate {state}")
        read = at(counts.time, curve.std_error, MONTHS_OF_INCIDENCE, np.nan)
        agree(read, matrix(want["std_err"])[:, state], f"{features} std_err {state}")
        agree(area.estimate, want["auc"][state], f"{features} area {state}")
        agree(area.std_error, want["auc_se"][state], f"{features} se of area {state}")


def _lung() -> pd.DataFrame:
    d = frames("lung")["km_cluster_inst"]
    return d.assign(w=1 + d.id % 4 / 3)


def test_contrast_of_restricted_means_when_groups_share_clusters() -> None:
    want = extra()["rmst_shared_clusters"]
    whole = history(_lung(), "time", "dead", group=["sex"], weight="w", cluster="inst")
    men, women = (restricted_mean(group, risk_table(group), 365, robust=True) for group in each_group(whole))
    agree([men.estimate, women.estimate], want["mean"], "means")
    agree([men.std_error, women.std_error], want["se"], "standard errors")
    agree(difference(women, men)[1], want["diff_se"], "difference")
    agree(ratio(women, men)[1], want["log_ratio_se"], "log ratio")


SCORES: dict[str, dict[str, Any]] = {
    "score_cluster": {"cluster": "cl"},
    "score_weight": {"weight": "w"},
    "score_weight_cluster_strata": {"weight": "w", "cluster": "cl", "strata": ["prior", "trt"]},
    "score_entry_weight_cluster_strata": {"entry": "e", "weight": "w", "cluster": "cl", "strata": ["prior"]},
}


@pytest.mark.parametrize("id", SCORES)
def test_robust_log_rank_is_the_robust_score_test_of_coxph(id: str) -> None:
    d = table("veteran")
    d = d.assign(w=1 + d.id % 4 / 3, cl=d.id % 19, e=d.id % 9)
    d = d[d.time > d.e] if "entry" in id else d
    test = log_rank(history(d, "time", "status", group=["celltype"], **SCORES[id]), robust=True)
    np.testing.assert_allclose(test.statistic, extra()[id]["statistic"], rtol=FACTORED)
    assert test.df == extra()[id]["df"]


def _unemployed() -> pd.DataFrame:
    d = frames("unempdur")[""]
    return d.assign(ageg=pd.cut(d.age, [0, 25, 30, 40, 50, 70], labels=False) + 1, ten=(d.tenure > 2).astype(int))


@pytest.mark.parametrize("rho", [-0.5, 1.0, 2.0])
def test_stratified_gray_with_rho(rho: float) -> None:
    whole, want = history(_unemployed(), "spell", "ev", group=["ageg"], strata=["ten"], causes=3), None
    want = extra()[f"gray_strata_rho{rho:g}"]
    for cause in range(3):
        test = gray(whole, cause, rho)
        agree(test.statistic, want["stat"][cause], f"cause {cause}")
        assert test.df == want["df"][cause]


@pytest.mark.parametrize("rho", [0.0, 1.0])
def test_stratified_log_rank_of_five_groups(rho: float) -> None:
    want = extra()[f"survdiff_five_strata_rho{rho:g}"]
    whole = history(_unemployed(), "spell", "any", group=["ageg"], strata=["ui", "ten"])
    test = log_rank(whole, weighting="fleming_harrington", rho=rho)
    agree(test.observed, want["observed"], "observed")
    agree(test.expected, want["expected"], "expected")
    agree(test.variance, matrix(want["var"]), "variance", CANCELLED)
    agree(test.statistic, want["chisq"], "statistic")


def test_trend_is_the_robust_score_test_of_a_numeric_covariate() -> None:
    whole = history(_unemployed(), "spell", "any", group=["ageg"])
    statistic, df = trend_test(log_rank(whole, robust=True))
    np.testing.assert_allclose(statistic, extra()["score_trend"]["statistic"], rtol=FACTORED)
    assert df == 1


@pytest.mark.parametrize("start", [180, 310])
def test_conditional_curve_is_survfit_from_a_start_time(start: int) -> None:
    """R keeps what happens at the start time itself: its curve is conditional on no event before it."""
    d, want = _lung(), extra()[f"start_time_{start}"]
    sample = history(d[d.time >= start], "time", "dead")
    agree_with_curve(sample, want, False, f"from {start}")
    counts = risk_table(sample)
    curve = kaplan_meier(sample, counts)
    low, high = limits(curve.estimate, curve.std_error, 0.95, "log")
    for name, values in (("quantile", curve.estimate), ("q_lower", low), ("q_upper", high)):
        agree([quantile(counts.time, 1 - values, p, start) for p in (0.25, 0.5)], want[name], name)
    area = restricted_mean(sample, counts, 700, start=start)
    agree([area.estimate, area.std_error], [want["rmean"], want["se_rmean"]], "restricted mean")


@pytest.mark.parametrize("scale", ["log", "log-log", "plain", "logit", "arcsin"])
def test_limits_at_another_confidence_level(scale: str) -> None:
    sample, want = history(_lung(), "time", "dead"), extra()[f"level90_{scale}"]
    curve = kaplan_meier(sample, risk_table(sample))
    low, high = limits(curve.estimate, curve.std_error, 0.9, scale.replace("log-log", "loglog"))
    agree(low, want["lower"], "lower")
    agree(high, want["upper"], "upper")
    read = [quantile(curve.time, 1 - low, 0.5), quantile(curve.time, 1 - high, 0.5)]
    agree(read, [want["q_lower"], want["q_upper"]], "median")
