"""The step from file to result: options off their defaults, refusals, every cell of the capability table."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tkk_cli as tkk
from tkk_cli.errors import TkkError
from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.capabilities import CAPABILITIES, FEATURES
from tkk_cli.estimators.gray import gray
from tkk_cli.estimators.intervals import limits
from tkk_cli.estimators.kaplan_meier import fleming_harrington, kaplan_meier
from tkk_cli.estimators.log_rank import log_rank, trend_test
from tkk_cli.estimators.restricted_mean import difference, ratio, restricted_mean, time_lost
from tkk_cli.estimators.risk import each_group, risk_table
from tkk_cli.histories import EventHistory
from tkk_cli.results import Result
from tkk_cli.steps.comparisons import holm

SAME = 1e-14  # the step calls the estimator, so the numbers are the same to the last bits


def people(n: int = 240, seed: int = 3) -> pd.DataFrame:
    """Synthetic people in three groups, whole days, with everything that an option may name."""
    rng = np.random.default_rng(seed)
    entry = np.where(rng.random(n) < 0.4, rng.integers(1, 20, n), 0)
    exit_ = entry + rng.integers(1, 120, n)
    return pd.DataFrame(
        {
            "aika": exit_,
            "tulo": entry,
            "tila": rng.choice([0, 1, 1, 2], n),
            "ryhma": np.array(["A", "B", "C"])[rng.integers(0, 3, n)],
            "osite": rng.integers(0, 2, n),
            "paikka": rng.integers(0, 40, n),
            "paino": rng.uniform(0.5, 2, n).round(2),
            "kpl": rng.integers(1, 4, n),
        }
    )


ONE = {"time": "aika", "event": "tila==1", "censored": "0,2", "group": "ryhma"}
TWO = {"time": "aika", "event": "tila", "events": {"paluu": 1, "elake": 2}, "group": "ryhma"}
FEATURE_OPTIONS: dict[str, dict[str, Any]] = {
    "late_entry": {"entry": "tulo"},
    "frequency": {"weights": "kpl", "weight_kind": "frequency"},
    "case": {"weights": "paino", "weight_kind": "case"},
    "cluster": {"cluster": "paikka"},
    "strata": {"strata": "osite"},
}


def history(two: bool = True, **parts: Any) -> EventHistory:
    data = people()
    cause = data["tila"].to_numpy() if two else (data["tila"] == 1).to_numpy().astype(np.int64)
    return EventHistory(
        exit=data["aika"].to_numpy(float),
        cause=cause,
        causes=("paluu", "elake") if two else ("paluu",),
        group=data["ryhma"].map({"A": 0, "B": 1, "C": 2}).to_numpy(np.int64),
        groups=("A", "B", "C"),
        **parts,
    )


def column(result: Result, table: str, name: str, **equal: Any) -> np.ndarray:
    return np.asarray(result[table].where(**equal)[name])


def refused(code: str, **options: Any) -> TkkError:
    with pytest.raises(TkkError) as caught:
        tkk.survival(people(), **options)
    assert caught.value.code == code, caught.value
    return caught.value


# curves --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("conf_type", ["log", "loglog", "plain", "logit", "arcsin"])
@pytest.mark.parametrize("conf_level", [0.8, 0.99])
def test_curves_of_one_event(conf_type: str, conf_level: float) -> None:
    result = tkk.survival(people(), **ONE, conf_type=conf_type, conf_level=conf_level)
    assert result.estimand["quantity"] == "survival"
    for name, sample in zip("ABC", each_group(history(two=False)), strict=True):
        curve = kaplan_meier(sample, risk_table(sample))
        low, high = limits(curve.estimate, curve.std_error, conf_level, conf_type)
        assert column(result, "curves", "estimate", group=name) == pytest.approx(curve.estimate, rel=SAME)
        assert column(result, "curves", "conf_low", group=name) == pytest.approx(low, rel=SAME, nan_ok=True)
        assert column(result, "curves", "conf_high", group=name) == pytest.approx(high, rel=SAME, nan_ok=True)


@pytest.mark.parametrize("variance", ["robust", "aalen"])
def test_curves_of_several_events(variance: str) -> None:
    result = tkk.survival(people(), **TWO, variance=variance)
    assert result.estimand["quantity"] == "incidence"
    for name, sample in zip("ABC", each_group(history()), strict=True):
        for cause, label in enumerate(("paluu", "elake")):
            curve = aalen_johansen(sample, risk_table(sample), cause, variance)
            assert column(result, "curves", "std_error", group=name, cause=label) == pytest.approx(
                curve.std_error, rel=SAME
            )


def test_incidences_and_event_free_add_to_one() -> None:
    result = tkk.survival(people(), **TWO, entry="tulo")
    for name in "ABC":
        total = sum(column(result, "curves", "estimate", group=name, cause=cause) for cause in ("paluu", "elake"))
        free = column(result, "event_free", "estimate", group=name)
        assert total + free == pytest.approx(np.ones(len(free)), abs=1e-12)


def test_fleming_harrington_and_robust_variance_of_one_event() -> None:
    result = tkk.survival(people(), **ONE, method="fleming_harrington", variance="robust")
    for name, sample in zip("ABC", each_group(history(two=False)), strict=True):
        curve = fleming_harrington(sample, risk_table(sample), robust=True)
        assert column(result, "curves", "std_error", group=name) == pytest.approx(curve.std_error, rel=SAME)


def test_one_event_may_be_shown_as_incidence() -> None:
    survival = tkk.survival(people(), **ONE)
    incidence = tkk.survival(people(), **ONE, method="aalen_johansen")
    assert incidence.estimand["quantity"] == "incidence"
    assert column(incidence, "curves", "estimate") == pytest.approx(
        1 - column(survival, "curves", "estimate"), abs=1e-12
    )


def test_at_counts_events_since_the_time_before() -> None:
    result = tkk.survival(people(), **ONE, at=[0, 30, 60, 90])
    data = people()
    a = data[data["ryhma"] == "A"]
    for time, before, risk, events in zip(
        (0, 30, 60, 90),
        (-1, 0, 30, 60),
        column(result, "at", "n_risk", group="A"),
        column(result, "at", "n_event", group="A"),
        strict=True,
    ):
        assert risk == (a["aika"] >= time).sum()
        assert events == ((a["aika"] > before) & (a["aika"] <= time) & (a["tila"] == 1)).sum()
    assert column(result, "at", "estimate", group="A")[0] == 1


def test_weights_are_shown_beside_the_counts() -> None:
    result = tkk.survival(people(), **ONE, weights="paino", weight_kind="probability")
    assert result["curves"]["n_risk"][0] == (people()["ryhma"] == "A").sum()
    assert result["curves"]["weighted_risk"][0] == pytest.approx(people().query("ryhma == 'A'")["paino"].sum())
    frequency = tkk.survival(people(), **ONE, weights="kpl", weight_kind="frequency")
    assert "weighted_risk" not in frequency["curves"].columns
    assert frequency["curves"]["n_risk"][0] == people().query("ryhma == 'A'")["kpl"].sum()


def test_quantiles() -> None:
    result = tkk.survival(people(), **ONE, quantiles=[0.1, 0.9])
    assert column(result, "quantiles", "probability").tolist() == [0.1, 0.9] * 3
    curve = result["curves"].where(group="A")
    first = curve["time"][np.asarray(curve["estimate"]) <= 0.9][0]
    assert column(result, "quantiles", "estimate", group="A", probability=0.1)[0] == first


def test_quantiles_of_an_incidence_invert_its_own_bands() -> None:
    result = tkk.survival(people(), **TWO, quantiles="0.3")
    curve = result["curves"].where(group="A", cause="paluu")
    row = result["quantiles"].where(group="A", cause="paluu")
    for name, band in (("estimate", "estimate"), ("conf_low", "conf_high"), ("conf_high", "conf_low")):
        reached = curve["time"][np.asarray(curve[band]) >= 0.3]
        assert row[name][0] == (reached[0] if len(reached) else pytest.approx(math.nan, nan_ok=True))


# areas ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variance", ["greenwood", "robust"])
def test_restricted_means_and_contrasts(variance: str) -> None:
    result = tkk.survival(people(), **ONE, horizon=80, variance=variance, conf_level=0.9)
    areas = [restricted_mean(s, risk_table(s), 80.0, 0.0, variance == "robust") for s in each_group(history(two=False))]
    assert column(result, "restricted_mean", "std_error", measure="restricted_mean") == pytest.approx(
        [a.std_error for a in areas], rel=SAME
    )
    value, error = difference(areas[1], areas[0])
    row = result["contrasts"].where(group="B", measure="restricted_mean_difference")
    assert row["estimate"][0] == pytest.approx(value, rel=1e-12)
    assert row["conf_high"][0] - value == pytest.approx(1.6448536269514722 * error, rel=1e-12)
    value, error = ratio(areas[2], areas[0])
    row = result["contrasts"].where(group="C", measure="restricted_mean_ratio")
    assert row["conf_low"][0] == pytest.approx(value * math.exp(-1.6448536269514722 * error), rel=1e-12)
    lost = result["contrasts"].where(group="B", measure="time_lost_difference")
    assert lost["estimate"][0] == pytest.approx(-difference(areas[1], areas[0])[0], rel=1e-12)


def test_times_lost_add_up_to_the_horizon() -> None:
    result = tkk.survival(people(), **TWO, horizon=70, reference="B")
    for name in "ABC":
        assert column(result, "restricted_mean", "estimate", group=name).sum() == pytest.approx(70, rel=1e-12)
    sample = next(each_group(history()))
    expected = time_lost(sample, risk_table(sample), 1, 70.0)
    assert column(result, "restricted_mean", "std_error", group="A", cause="elake")[0] == pytest.approx(
        expected.std_error, rel=SAME
    )
    assert set(result["contrasts"]["reference"]) == {"B"}


def test_the_horizon_stays_within_the_follow_up() -> None:
    data = people()
    last = int(data.groupby("ryhma")["aika"].max().min())
    assert tkk.survival(data, **ONE).settings["horizon"] == last
    error = refused("TKK303", **ONE, horizon=500)
    assert "--extend-horizon" in (error.hint or "")
    extended = tkk.survival(data, **ONE, horizon=500, extend_horizon=True)
    assert "horizon_extended" in {note.key for note in extended.notes}
    assert extended.settings["horizon"] == 500


def test_a_curve_that_ends_at_zero_has_no_unknown_part() -> None:
    data = pd.DataFrame({"aika": [1, 2, 3, 2, 4, 4], "tila": [1, 1, 1, 1, 1, 1], "ryhma": list("AAABBB")})
    result = tkk.survival(data, **{**ONE, "censored": "0"}, horizon=10)
    assert column(result, "restricted_mean", "estimate", group="A", measure="restricted_mean")[0] == pytest.approx(2)


# tests ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["log_rank", "gehan", "peto_peto", "tarone_ware", "fleming_harrington"])
@pytest.mark.parametrize("features", [[], ["strata"], ["cluster"], ["late_entry", "case"]])
def test_rank_tests_with_trend(name: str, features: list[str]) -> None:
    given = {k: v for feature in features for k, v in FEATURE_OPTIONS[feature].items()}
    rho, gamma = (0.5, 1.5) if name == "fleming_harrington" else (0.0, 0.0)
    result = tkk.survival(people(), **ONE, **given, test=name, rho=rho, gamma=gamma, trend=True)
    data, parts = people(), {}
    if "strata" in features:
        parts["stratum"] = data["osite"].to_numpy(np.int64)
    if "cluster" in features:
        parts["cluster"] = data["paikka"].to_numpy(np.int64)
    if "late_entry" in features:
        parts |= {"entry": data["tulo"].to_numpy(float), "weight": data["paino"].to_numpy(), "weight_kind": "case"}
    expected = log_rank(
        history(two=False, **parts), 0, name, rho, gamma, robust=bool({"cluster", "case"} & set(features))
    )
    rows = result["tests"].to_records()
    assert [row["alternative"] for row in rows] == ["any_difference", "trend"]
    assert rows[0]["statistic"] == pytest.approx(expected.statistic, rel=1e-12)
    assert rows[1]["statistic"] == pytest.approx(trend_test(expected)[0], rel=1e-12)
    assert result["observed_expected"]["expected"] == pytest.approx(expected.expected, rel=1e-12)


def test_gray_with_strata_and_rho() -> None:
    result = tkk.survival(people(), **TWO, strata="osite", rho=1)
    expected = [gray(history(stratum=people()["osite"].to_numpy(np.int64)), cause, 1.0) for cause in (0, 1)]
    assert result["tests"]["test"] == ("gray", "gray")
    assert result["tests"]["statistic"] == pytest.approx([test.statistic for test in expected], rel=1e-12)
    assert {"gray_rho", "tests_stratified"} <= {note.key for note in result.notes}


def test_several_tests_and_none() -> None:
    assert set(tkk.survival(people(), **TWO, test="log_rank,gray")["tests"]["test"]) == {"log_rank", "gray"}
    assert "tests" not in tkk.survival(people(), **TWO, test="none").tables
    assert "tests" not in tkk.survival(people(), **{**ONE, "group": None}).tables


def test_pairwise_with_holm() -> None:
    result = tkk.survival(people(), **ONE, pairwise=True)
    rows = result["pairwise"].to_records()
    assert [(row["reference"], row["group"]) for row in rows] == [("A", "B"), ("A", "C"), ("B", "C")]
    assert [row["p_adjusted"] for row in rows] == holm([row["p_value"] for row in rows])
    two = tkk.survival(people().query("ryhma != 'A'"), **ONE)
    assert rows[2]["statistic"] == pytest.approx(two["tests"]["statistic"][0], rel=1e-12)


def test_holm_as_r() -> None:
    # p.adjust(c(0.01, 0.04, 0.03, NaN, 0.005), "holm")
    adjusted = holm([0.01, 0.04, 0.03, math.nan, 0.005])
    assert adjusted[:3] + adjusted[4:] == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert math.isnan(adjusted[3])


def test_auto_with_trend_says_that_it_is_not_gray() -> None:
    result = tkk.survival(people(), **TWO, trend=True)
    assert set(result["tests"]["test"]) == {"log_rank"}
    assert ("gray_not_done", "TKK316") in {(note.key, note.code) for note in result.notes}


def test_a_test_needs_groups() -> None:
    alone = {**ONE, "group": None}
    refused("TKK305", **alone, test="log_rank")
    refused("TKK305", **alone, trend=True)
    refused("TKK305", **alone, pairwise=True)
    refused("TKK305", **alone, strata="osite")


# restricting ---------------------------------------------------------------------------------------------------------


def test_conditional_is_late_entry_at_the_condition() -> None:
    result = tkk.survival(people(), **ONE, conditional=30)
    data = people().query("aika > 30").assign(tulo=30)
    same = tkk.survival(data, **ONE, entry="tulo")
    from_there = column(same, "curves", "time") > 30
    expected = column(same, "curves", "estimate")[from_there]
    assert column(result, "curves", "estimate") == pytest.approx(expected, rel=SAME)
    assert column(result, "groups", "person_time") == pytest.approx(column(same, "groups", "person_time"))
    assert column(tkk.survival(people(), **TWO, conditional=30), "tests", "test").tolist() == ["gray", "gray"]
    assert column(tkk.survival(people(), **TWO, conditional=5, entry="tulo"), "tests", "test")[0] == "log_rank"
    assert result.estimand["conditional_on"] == 30
    left_out = dict(zip(result["excluded"]["reason"], result["excluded"]["count"], strict=True))
    assert left_out["follow-up ends by the condition at 30"] == (people()["aika"] <= 30).sum()
    mean = result["restricted_mean"].where(group="A", measure="restricted_mean")["estimate"][0]
    assert mean > 30


def test_conditional_is_a_ratio_of_the_curve() -> None:
    whole = tkk.survival(people(), **ONE, at=[30, 60])
    given = tkk.survival(people(), **ONE, conditional=30, at=[60])
    at = column(whole, "at", "estimate", group="B")
    assert column(given, "at", "estimate", group="B")[0] == pytest.approx(at[1] / at[0], rel=1e-12)


def test_landmark_restarts_the_clock() -> None:
    result = tkk.survival(people(), **TWO, entry="tulo", landmark=10)
    data = people().query("aika > 10 and tulo < 10").assign(aika=lambda d: d["aika"] - 10)
    same = tkk.survival(data, **TWO)
    assert column(result, "curves", "estimate") == pytest.approx(column(same, "curves", "estimate"), rel=SAME)
    assert result.estimand["time_origin"] == 10
    assert result.provenance["n_used"] == len(data)
    assert result["excluded"]["count"].sum() == len(people()) - len(data)


def test_nobody_or_nothing_after_the_landmark() -> None:
    refused("TKK206", **ONE, landmark=1000)
    data = pd.DataFrame({"aika": [1, 5, 1, 5], "tila": [1, 0, 1, 0], "ryhma": list("AABB")})
    with pytest.raises(TkkError) as caught:
        tkk.survival(data, **{**ONE, "censored": "0"}, landmark=2)
    assert caught.value.code == "TKK207"


# refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"conf_level": 1.0},
        {"conf_level": 95},
        {"rho": -1.0},
        {"gamma": -0.5},
        {"conditional": 30, "landmark": 30},
        {"landmark": 0},
        {"conditional": -5},
        {"quantiles": "0.5,1.5"},
        {"at": "90,-1"},
        {"at": "ninety"},
        {"test": "wilcoxon"},
        {"test": "none", "trend": True},
        {"test": "none,log_rank"},
        {"horizon": 0},
        {"horizon": "0,5"},
        {"rho": 1.0},
        {"test": "log_rank,gehan", "rho": 1.0},
        {"test": "fleming_harrington,gehan", "gamma": -1.0},
        {"conditional": 30, "at": [20]},
        {"conf_type": "cloglog"},
        {"konfidenssi": 1},
    ],
)
def test_values_that_an_option_cannot_have(options: dict[str, Any]) -> None:
    refused("TKK304", **ONE, **options)


@pytest.mark.parametrize("method", ["kaplan_meier", "fleming_harrington"])
def test_one_minus_kaplan_meier_is_refused_with_competing_events(method: str) -> None:
    refused("TKK301", **TWO, method=method)


@pytest.mark.parametrize(("feature", "code"), [("late_entry", "TKK312"), ("case", "TKK313"), ("cluster", "TKK314")])
@pytest.mark.parametrize("options", [{"test": "gray"}, {"variance": "aalen"}])
def test_what_gray_and_aalen_do_not_take(options: dict[str, Any], feature: str, code: str) -> None:
    error = refused(code, **TWO, **FEATURE_OPTIONS[feature], **options)
    assert "robust" in (error.hint or "") or "log_rank" in (error.hint or "")


def test_a_variance_belongs_to_its_estimator() -> None:
    refused("TKK315", **TWO, variance="greenwood")
    refused("TKK315", **ONE, variance="aalen")
    refused("TKK316", **TWO, test="gray", trend=True)


def _run(estimator: str, feature: str) -> Result:
    """The smallest call that uses an estimator with a feature."""
    base = TWO if feature == "several_causes" or estimator in TWO_CAUSES else ONE
    return tkk.survival(people(), **base, **FEATURE_OPTIONS.get(feature, {}), **USES[estimator])


USES: dict[str, dict[str, Any]] = {
    "kaplan_meier": {"method": "kaplan_meier"},
    "fleming_harrington": {"method": "fleming_harrington"},
    "nelson_aalen": {},
    "aalen_johansen": {"method": "aalen_johansen", "test": "log_rank"},
    "aalen_johansen_aalen": {"method": "aalen_johansen", "variance": "aalen", "test": "log_rank"},
    "greenwood": {"variance": "greenwood", "test": "log_rank"},
    "restricted_mean": {"horizon": 60},
    "time_lost": {"horizon": 60},
    "log_rank": {"test": "log_rank"},
    "gehan": {"test": "gehan"},
    "peto_peto": {"test": "peto_peto"},
    "tarone_ware": {"test": "tarone_ware"},
    "fleming_harrington_test": {"test": "fleming_harrington", "rho": 1.0},
    "gray": {"test": "gray"},
}
TWO_CAUSES = {"aalen_johansen", "aalen_johansen_aalen", "time_lost", "gray"}


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("estimator", CAPABILITIES)
def test_every_cell_of_the_capability_table(estimator: str, feature: str) -> None:
    cell = CAPABILITIES[estimator][feature]
    if cell.startswith("TKK"):
        with pytest.raises(TkkError) as caught:
            _run(estimator, feature)
        assert caught.value.code == cell
    else:
        result = _run(estimator, feature)
        assert result.provenance["n_used"] == len(people())


@pytest.mark.parametrize("estimator", [e for e in CAPABILITIES if CAPABILITIES[e]["late_entry"] == "yes"])
@pytest.mark.parametrize("feature", ["late_entry", "frequency", "case", "cluster"])
def test_a_feature_that_is_taken_is_not_ignored(estimator: str, feature: str) -> None:
    if CAPABILITIES[estimator][feature] != "yes":
        return
    base = TWO if estimator in TWO_CAUSES else ONE
    without = tkk.survival(people(), **base, **USES[estimator])
    with_feature = _run(estimator, feature)
    for name in {"curves", "cumulative_hazard", "restricted_mean"} & set(with_feature.tables):
        assert without[name] != with_feature[name]
    assert without["tests"] != with_feature["tests"]


def test_auto_tells_that_gray_could_not_be_done() -> None:
    result = tkk.survival(people(), **TWO, cluster="paikka")
    assert set(result["tests"]["test"]) == {"log_rank"}
    assert [(n.key, n.code) for n in result.notes if n.level == "warning"] == [("gray_not_done", "TKK314")]


# warnings and values -------------------------------------------------------------------------------------------------


def warnings(data: pd.DataFrame, **options: Any) -> dict[str, str | None]:
    return {note.key: note.code for note in tkk.survival(data, **options).notes if note.level == "warning"}


def test_warnings_have_codes() -> None:
    data = people().assign(paikka=lambda d: d["paikka"] % 5)
    assert warnings(data, **ONE, cluster="paikka") == {"few_clusters": "TKK351", "competing_as_censored": "TKK353"}
    assert warnings(people(), **TWO, horizon=900, extend_horizon=True) == {"horizon_extended": "TKK352"}
    assert warnings(people(), **TWO, at=[900]) == {"beyond_follow_up": "TKK358"}
    flat = people().assign(tila=lambda d: d["tila"].where(d["ryhma"] != "C", 0))
    assert warnings(flat, **TWO) == {"no_events": "TKK356"}


def test_events_after_the_end_are_told() -> None:
    dates = {"alku": ["2020-01-01"] * 3, "loppu": ["2020-03-01"] * 3, "paluu": ["2020-02-01", "2020-04-01", None]}
    found = warnings(pd.DataFrame(dates), start="alku", end="loppu", event_date="paluu")
    assert found == {"events_after_end": "TKK354"}


def test_early_risk_sets_are_told() -> None:
    late = pd.DataFrame({"aika": [3, *range(60, 100)], "tulo": [1, *[50] * 40], "tila": 1})
    found = warnings(late, time="aika", event="tila==1", entry="tulo")
    assert found == {"early_risk_set": "TKK357", "reached_zero": "TKK359"}


def test_groups_that_never_meet_cannot_be_compared() -> None:
    apart = pd.DataFrame({"aika": [2, 3, 8, 9], "tulo": [0, 0, 5, 5], "tila": 1, "ryhma": list("AABB")})
    result = tkk.survival(apart, **{**ONE, "censored": "0"}, entry="tulo")
    assert math.isnan(result["tests"]["p_value"][0])
    assert ("test_not_possible", "TKK360") in {(note.key, note.code) for note in result.notes}


def test_same_input_same_bytes_and_a_round_trip() -> None:
    first, second = (tkk.survival(people(), **TWO, at=[30], pairwise=True, test="gray").to_json() for _ in range(2))
    assert first == second
    assert Result.from_json(first).to_json() == first


def test_row_order_does_not_matter() -> None:
    mixed = people().sample(frac=1, random_state=1)
    a, b = (tkk.survival(data, **TWO, cluster="paikka") for data in (people(), mixed))
    for name in ("curves", "tests", "contrasts"):
        for column_name, values in a[name].columns.items():
            if isinstance(values, np.ndarray):
                assert values == pytest.approx(b[name][column_name], rel=1e-9, abs=1e-12, nan_ok=True), column_name


def test_a_single_cluster_has_no_variance() -> None:
    data = people()
    assert refused("TKK317", **ONE, cluster="ryhma").count == 3
    shared = tkk.survival(data.assign(paikka=1).pipe(lambda d: d.assign(paikka=d.index % 2)), **ONE, cluster="paikka")
    assert np.isfinite(shared["contrasts"]["std_error"]).all()


def test_robust_variance_of_one_event_is_that_of_the_hazard_too() -> None:
    plain, robust = (tkk.survival(people(), **ONE, variance=variance) for variance in ("greenwood", "robust"))
    assert plain["cumulative_hazard"] != robust["cumulative_hazard"]


def test_the_restricted_mean_is_that_of_the_curve_asked_for() -> None:
    # R: print(survfit(Surv(t, s) ~ 1, stype = 2, ctype = 1), rmean = 5), the eight rows of tests/estimators
    data = pd.DataFrame({"t": [1, 2, 2, 3, 4, 5, 5, 6], "s": [1, 1, 0, 1, 0, 1, 1, 1]})
    result = tkk.survival(data, time="t", event="s==1", method="fleming_harrington", horizon=5)
    curve = np.exp(-np.cumsum([1 / 8, 1 / 7, 1 / 5, 0]))
    assert result["restricted_mean"]["estimate"][0] == pytest.approx(1 + curve.sum(), rel=1e-12)
    robust = tkk.survival(data, time="t", event="s==1", method="fleming_harrington", variance="robust")
    assert "restricted_mean" not in robust.tables
    assert "no_area" in {note.key for note in robust.notes}


def test_no_one_is_at_risk_before_the_first_entry() -> None:
    data = pd.DataFrame({"t": [9, 9, 8, 9], "e": [5, 6, 5, 7], "s": [1, 0, 1, 1]})
    result = tkk.survival(data, time="t", event="s==1", entry="e", at=[3, 5, 6, 8])
    assert result["at"]["n_risk"].tolist() == [0, 0, 2, 4]
    audit = dict(zip(result["audit"]["item"], result["audit"]["count"], strict=True))
    assert audit["late_entry"] == 4
    later = tkk.survival(data, time="t", event="s==1", entry="e", conditional=5.5)
    audit = dict(zip(later["audit"]["item"], later["audit"]["count"], strict=True))
    assert audit["late_entry"] == 2


def test_an_incidence_that_reaches_one_is_one() -> None:
    data = pd.DataFrame({"t": [1, 1, 1, 2, 2, 3, 4], "d": 1})
    for conf_type, low in (("log", 1.0), ("loglog", math.nan)):
        result = tkk.survival(data, time="t", event="d==1", method="aalen_johansen", conf_type=conf_type)
        last = {name: values[-1] for name, values in result["curves"].columns.items()}
        assert (last["estimate"], last["std_error"]) == (1.0, 0.0)
        assert last["conf_low"] == pytest.approx(low, nan_ok=True)


def test_rounding_makes_no_test() -> None:
    rows = {"t": [1, 1, 4, 4, 3, 3, 2, 4], "d": [0, 0, 1, 1, 1, 1, 1, 1], "g": list("AABBBBBB"), "c": range(8)}
    names = "tarone_ware,log_rank"
    result = tkk.survival(pd.DataFrame(rows), time="t", event="d==1", group="g", cluster="c", test=names, trend=True)
    assert np.isnan(result["tests"]["statistic"]).all()
    assert (result["tests"]["df"] == 0).all()


def test_lists_keep_their_digits() -> None:
    result = tkk.survival(people(), **ONE, at=np.array([36.52422, 70.25]), quantiles=[1 / 3])
    assert result["at"]["time"][:2].tolist() == [36.52422, 70.25]
    assert result["quantiles"]["probability"][0] == 1 / 3


def test_the_unit_of_the_codebook(tmp_path: Path) -> None:
    people().to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "a.toml").write_text('[columns.aika]\nunit = "week"\n')
    plain = tkk.survival(tmp_path / "a.csv", **ONE)
    assert plain.estimand["unit"] == "week"
    days = tkk.survival(tmp_path / "a.csv", **ONE, unit="day", at=[70])
    assert days["at"]["estimate"][0] == tkk.survival(people(), **ONE, at=[10])["at"]["estimate"][0]
    assert {"unit_converted", "unit_from_codebook"} <= {note.key for note in days.notes}
    with pytest.raises(TkkError) as caught:
        tkk.survival(tmp_path / "a.csv", **ONE, time_unit="day")
    assert caught.value.code == "TKK215"
    assert warnings(people(), **TWO, unit="month") == {}
    assert warnings(people(), **TWO, unit="year") == {"unit_implausible": "TKK355"}


def test_groups_in_the_order_asked_for() -> None:
    result = tkk.survival(people(), **ONE, group_order="C,A,B", trend=True)
    assert result["groups"]["group"] == ("C", "A", "B")
    assert [n.values["order"] for n in result.notes if n.key == "trend_scores"] == [["C", "A", "B"]]
    refused("TKK212", **ONE, group_order="A,B")
    refused("TKK212", **ONE, group_order="A,B,C,C")


def test_too_many_groups_and_names_alike() -> None:
    many = people().assign(ryhma=lambda d: d.index)
    error = refused_for(many, "TKK216", **TWO)
    assert error.count == len(many)
    alike = people().assign(ryhma=lambda d: d["ryhma"].replace({"A": "Tyk", "B": "TYK"}))
    assert warnings(alike, **TWO) == {"groups_alike": "TKK361"}


def refused_for(data: pd.DataFrame, code: str, **options: Any) -> TkkError:
    with pytest.raises(TkkError) as caught:
        tkk.survival(data, **options)
    assert caught.value.code == code, caught.value
    return caught.value


def test_where_the_curve_is_certain_the_variance_is_exactly_zero() -> None:
    data = people().assign(tila=1)
    for extra in ({"weights": "paino", "weight_kind": "case"}, {"cluster": "paikka"}):
        result = tkk.survival(data, **{**TWO, "events": {"paluu": 1}}, method="aalen_johansen", **extra)
        for name in "ABC":
            last = result["curves"].where(group=name)
            assert last["estimate"][-1] == 1.0
            assert last["std_error"][-1] == 0.0
