"""Kaplan-Meier, Nelson-Aalen and restricted means against every stored number of R's ``survfit``."""

from __future__ import annotations

import numpy as np
import pytest
from agreement import CANCELLED, agree, agree_p, at, at_risk, curve_at, since_last
from reference_sets import Record, frame, from_call, history, of_families, the_record

from tkk_cli.estimators.distributions import normal_tail
from tkk_cli.estimators.intervals import limits, normal_quantile, quantile
from tkk_cli.estimators.kaplan_meier import Curve, fleming_harrington, kaplan_meier, nelson_aalen
from tkk_cli.estimators.restricted_mean import Area, difference, ratio, restricted_mean
from tkk_cli.estimators.risk import each_group, risk_table

FAMILIES = ("kaplan_meier", "kaplan_meier_left_truncated", "kaplan_meier_weighted")
KAPLAN_MEIER = [record for record in of_families(*FAMILIES) if record.call.startswith("survfit")]
SCALES = {"log": "log", "log-log": "loglog", "plain": "plain", "logit": "logit", "arcsin": "arcsin"}


@pytest.mark.parametrize("record", KAPLAN_MEIER, ids=str)
def test_kaplan_meier_is_survfit(record: Record) -> None:
    whole = from_call(record)
    robust = "robust=TRUE" in record.call
    for name, group in zip(whole.groups, each_group(whole), strict=True):
        want, table, what = record.value[name], risk_table(group), f"{record} {name}"
        weighted = group.weight is not None
        curve, hazard = kaplan_meier(group, table, robust), nelson_aalen(group, table, None, robust)
        times, exits = want["time"], np.isin(table.time, group.exit)
        assert len(group) == want["n"], what
        events = table.event.sum() if weighted else table.n_event.sum()
        agree(events, want["events"], what)
        # Between exits R prints the number at its next row, entries since then included; rows are exits only.
        rows = np.append(table.time[exits], np.inf)
        listed = rows[np.searchsorted(rows, times)]
        agree(at_risk(table, listed, weighted), want["n_risk"], f"{what} n_risk", CANCELLED * weighted)
        agree(since_last(table, table.any_event, times), want["n_event"], f"{what} n_event", CANCELLED * weighted)
        if not weighted:
            agree(since_last(table, table.n_censor, times), want["n_censor"], f"{what} n_censor")
        survival, error = curve_at(curve, times, 1.0)
        agree(survival, want["surv"], f"{what} surv")
        agree(error, want["std_err_surv"], f"{what} std_err_surv")
        cumulative, error = curve_at(hazard, times, 0.0)
        agree(cumulative, want["cumhaz_nelson_aalen"], f"{what} cumhaz")
        agree(error, want["std_err_cumhaz"], f"{what} std_err_cumhaz")
        for scale, interval in want["ci"].items():
            low, high = limits(curve.estimate, curve.std_error, 0.95, SCALES[scale])
            for side, values in (("lower", low), ("upper", high)):
                # Before its first row, the first exit, R prints limits of 1.
                read = at(table.time[exits], values[exits], times, 1.0)
                agree(read, interval[side], f"{what} {scale} {side}")
        _quantiles(want["quantiles"], curve, what)
        if "rmst" in want:
            area = restricted_mean(group, table, want["rmst"]["tau"])
            agree(area.estimate, want["rmst"]["rmst"], f"{what} rmst")
            agree(area.std_error, want["rmst"]["se"], f"{what} se(rmst)")


def _quantiles(want: dict, curve: Curve, what: str) -> None:
    def read(reached: np.ndarray) -> list[float]:
        return [quantile(curve.time, reached, p) for p in want["probs"]]

    agree(read(1 - curve.estimate), want["estimate"], f"{what} quantiles")
    for scale, interval in want["ci"].items():
        low, high = limits(curve.estimate, curve.std_error, 0.95, SCALES[scale])
        agree(read(1 - low), interval["lower"], f"{what} {scale} lower limit of quantiles")
        agree(read(1 - high), interval["upper"], f"{what} {scale} upper limit of quantiles")


@pytest.mark.parametrize("record", of_families("rmst"), ids=str)
def test_contrasts_of_restricted_means(record: Record) -> None:
    source = the_record(record.set, record.id.removesuffix("_rmst_diff"))
    tau, whole = record.value["tau"], from_call(source)
    areas = dict(zip(whole.groups, (restricted_mean(g, risk_table(g), tau) for g in each_group(whole)), strict=True))
    base, z = areas[record.value["reference"]], normal_quantile(0.95)
    for want in record.value["contrasts"]:
        area, what = areas[want["group"]], f"{record} {want['group']}"
        value, error = difference(area, base)
        times, log_error = ratio(area, base)
        agree([value, error], [want["diff"], want["se"]], f"{what} difference", _noise(base))
        agree([value - z * error, value + z * error], [want["lower"], want["upper"]], f"{what} limits", _noise(base))
        agree(value / error, want["z"], f"{what} z", _noise(base) / error)
        agree_p(normal_tail(value / error), want["p"], f"{what} p")
        limits_of_ratio = [times, times * np.exp(-z * log_error), times * np.exp(z * log_error)]
        agree(limits_of_ratio, [want["ratio"], want["ratio_lower"], want["ratio_upper"]], f"{what} ratio")
        agree(tau - area.estimate, want["rmtl"], f"{what} time lost", _noise(base))


def _noise(area: Area) -> float:
    """A difference of two areas loses the digits that they share."""
    return 1e-13 * area.estimate


def test_kaplan_meier_by_cluster() -> None:
    record = the_record("lung", "km_cluster_inst")
    sample, want = history(frame(record), "time", "dead", cluster="inst"), record.value
    table = risk_table(sample)
    curve = kaplan_meier(sample, table, robust=True)
    survival, error = curve_at(curve, want["time"], 1.0)
    agree(at_risk(table, want["time"]), want["n_risk"], "n_risk")
    agree(survival, want["surv"], "surv")
    agree(error, want["robust_se"], "robust_se")
    low, high = limits(survival, error, 0.95, "log")
    agree(low, want["lower_log"], "lower")
    agree(high, want["upper_log"], "upper")


def test_fleming_harrington_is_the_exponential_of_nelson_aalen() -> None:
    want = the_record("lung", "fleming_harrington").value
    whole = from_call(the_record("lung", "km_sex"))
    for name, group in zip(whole.groups, each_group(whole), strict=True):
        rows = [i for i, stratum in enumerate(want["strata"]) if stratum == name]
        times, table = [want["time"][i] for i in rows], risk_table(group)
        for curve, start, estimate, error in (
            (nelson_aalen(group, table), 0.0, "cumhaz_na", "se_na"),
            (fleming_harrington(group, table), 1.0, "surv_breslow", "se_surv_breslow"),
        ):
            value, std_error = curve_at(curve, times, start)
            agree(value, [want[estimate][i] for i in rows], estimate)
            agree(std_error, [want[error][i] for i in rows], error)


def test_number_at_risk_with_late_entry_is_the_direct_count() -> None:
    record = the_record("channing", "n_risk_profile")
    table = risk_table(history(frame(record), "age", "death", entry="ageentry"))
    agree(at_risk(table, record.value["time"]), record.value["direct"], "entry < t <= exit")
    assert record.value["direct"] != record.value["n_risk"]  # what survfit prints between its rows


@pytest.mark.parametrize("record", of_families("recurrent_mcf"), ids=str)
def test_mean_cumulative_count_by_person(record: Record) -> None:
    want, d = record.value, frame(record)
    if record.set == "cgd":
        sample = history(d, "tstop", "status", entry="tstart", cluster="id")
    else:
        sample = history(d, "stop", "je", entry="start", cluster="id")
    table = risk_table(sample)
    curve = nelson_aalen(sample, table, robust=True)
    count, error = curve_at(curve, want["times"], 0.0)
    agree(count, want["mcf"], "mcf")
    agree(error, want["se_robust"], "se")
    if "final" in want:
        agree(curve.estimate[-1], want["final"], "final")
        agree(since_last(table, table.any_event, want["times"]), want["events"], "events")
        agree(at_risk(table, want["times"]), want["n_risk"], "n_risk")


WEIGHTINGS = {
    "unadjusted": lambda z, e: z**0 + 0 * e,
    "ate": lambda z, e: z / e + (1 - z) / (1 - e),
    "ate_stabilised": lambda z, e: z * z.mean() / e + (1 - z) * (1 - z).mean() / (1 - e),
    "att": lambda z, e: z + (1 - z) * e / (1 - e),
    "overlap": lambda z, e: z * (1 - e) + (1 - z) * e,
    "matching": lambda z, e: np.minimum(e, 1 - e) / (z * e + (1 - z) * (1 - e)),
}
# The propensities behind the weights are an iterated fit (R's glm at epsilon 1e-14).
ITERATED = 1e-7


@pytest.mark.parametrize("record", of_families("propensity_weighted_survival"), ids=str)
def test_curves_with_propensity_weights(record: Record) -> None:
    d = frame(record)
    weight = WEIGHTINGS[record.id.removeprefix("weighted_")](d.hormon.to_numpy(), _propensity(d))
    whole = history(d.assign(w=weight), "yr", "rfs", group=["hormon"], weight="w", weight_kind="probability")
    want = record.value["km"]
    for code, group in enumerate(each_group(whole)):
        table = risk_table(group)
        curve, greenwood = kaplan_meier(group, table, robust=True), kaplan_meier(group, table)
        low, high = limits(curve.estimate, curve.std_error, 0.95, "log")
        found = {
            "surv{}": curve.estimate,
            "se{}_robust": curve.std_error,
            "se{}_greenwood": greenwood.std_error,
            "lower{}_log": low,
            "upper{}_log": high,
        }
        for name, values in found.items():
            read = at(table.time, values, want["time"], np.nan)
            np.testing.assert_allclose(read, want[name.format(code)], rtol=ITERATED, err_msg=f"{record} {name} {code}")
        area = restricted_mean(group, table, 10.0, robust=True)
        np.testing.assert_allclose(area.estimate, record.value["rmst10"][code], rtol=ITERATED)


def _propensity(d) -> np.ndarray:
    """Fitted probabilities of the logistic model of rotterdam/reference.R, by Newton's method."""
    size = d["size"]
    columns = [d.age, d.meno, size == "20-50", size == ">50", d.grade, d.nodes, d.chemo]
    columns += [np.log1p(d.pgr), np.log1p(d.er), d.year]
    x = np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])
    x = np.column_stack([np.ones(len(x)), (x - x.mean(axis=0)) / x.std(axis=0)])
    coefficient = np.zeros(x.shape[1])
    for _ in range(12):
        fitted = 1 / (1 + np.exp(-x @ coefficient))
        information = (x * (fitted * (1 - fitted))[:, None]).T @ x
        coefficient = coefficient + np.linalg.solve(information, x.T @ (d.hormon.to_numpy() - fitted))
    return 1 / (1 + np.exp(-x @ coefficient))
