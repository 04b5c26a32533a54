"""Aalen-Johansen, time lost and Gray's test against every stored number of R's survfit, pseudo and cuminc."""

from __future__ import annotations

import numpy as np
import pytest
from agreement import agree, agree_p, at, at_risk, matrix
from reference_sets import Record, frame, history, of_families, the_record

from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.distributions import chi_square_tail
from tkk_cli.estimators.gray import gray
from tkk_cli.estimators.intervals import limits
from tkk_cli.estimators.kaplan_meier import Curve, kaplan_meier, nelson_aalen
from tkk_cli.estimators.restricted_mean import Area, restricted_mean, time_lost
from tkk_cli.estimators.risk import each_group, risk_table
from tkk_cli.histories import EventHistory

# set -> (time, cause, number of causes) of its competing-risk records
COMPETING = {
    "dmlate": ("etime", "ev", 2),
    "mgus2": ("etime", "ev", 2),
    "mvad": ("len", "ev", 3),
    "sire": ("yrs", "ev", 2),
    "unempdur": ("spell", "ev", 3),
}
# id of a Gray record -> (group, strata)
GRAYS = {
    "gray_sex": ("sex", []),
    "gray_ageg": ("ageg", []),
    "gray_sex_strat_age": ("sex", ["ageg"]),
    "gray_training_male": ("m", []),
    "gray_per": ("era", []),
    "gray_agegr": ("agegr", []),
    "gray_ui": ("ui", []),
    "gray_ui_strat_age35": ("ui", ["age35"]),
    "gray_ui_rho1": ("ui", []),
    "gray_age6": ("ageg", []),
}


def _sample(record: Record, group: list[str], strata: list[str]) -> EventHistory:
    time, event, causes = COMPETING[record.set]
    entry = None
    if record.id == "aj_age_scale":
        time, entry = "b1", "a0"
    return history(frame(record), time, event, entry=entry, group=group, strata=strata, causes=causes)


@pytest.mark.parametrize("record", of_families("aalen_johansen", "aalen_johansen_left_truncated"), ids=str)
def test_aalen_johansen_is_survfit(record: Record) -> None:
    sample, want = _sample(record, [], []), record.value["all"]
    table, times = risk_table(sample), want["time"]
    exits = np.append(table.time[np.isin(table.time, sample.exit)], np.inf)
    agree(at_risk(table, exits[np.searchsorted(exits, times)]), matrix(want["n_risk"])[:, 0], "n_risk")
    curves = [kaplan_meier(sample, table, robust=True)]
    curves += [aalen_johansen(sample, table, cause) for cause in range(len(sample.causes))]
    for state, curve in enumerate(curves):
        what, start = f"{record} {want['states'][state]}", float(state == 0)
        low, high = limits(curve.estimate, curve.std_error, 0.95, "log")
        for name, values, first in (
            ("pstate", curve.estimate, start),
            ("std_err", curve.std_error, 0.0),
            ("lower", low, start),
            ("upper", high, start),
        ):
            agree(at(table.time, values, times, first), matrix(want[name])[:, state], f"{what} {name}")
    for cause in range(len(sample.causes)):
        hazard = nelson_aalen(sample, table, cause)
        read = at(table.time, hazard.estimate, times, 0.0)
        agree(read, matrix(want["cumhaz"])[:, cause], f"{record} cumhaz {cause}")
    if "sojourn" in record.value:
        _sojourn(sample, record.value["sojourn"], str(record))


def _sojourn(sample: EventHistory, want: dict, what: str) -> None:
    table, tau = risk_table(sample), want["tau"]
    areas = [restricted_mean(sample, table, tau, robust=True)]
    areas += [time_lost(sample, table, cause, tau) for cause in range(len(sample.causes))]
    agree([area.estimate for area in areas], want["rmean"], f"{what} mean time in state")
    agree([area.std_error for area in areas], want["se"], f"{what} se of mean time in state")
    counts = table.n_event.sum(axis=1)
    agree(counts, want["nevent"][1:], f"{what} events")


@pytest.mark.parametrize("record", of_families("gray_test"), ids=str)
def test_gray_is_cuminc(record: Record) -> None:
    group, strata = GRAYS[record.id]
    whole, want = _sample(record, [group], strata), record.value
    rho = float(record.call.partition("rho=")[2].partition(")")[0])
    for cause in range(len(whole.causes)):
        test = gray(whole, cause, rho)
        assert want["tests"]["event"][cause] == whole.causes[cause]
        agree(test.statistic, want["tests"]["stat"][cause], f"{record} statistic {cause}")
        assert test.df == want["tests"]["df"][cause]
        agree_p(chi_square_tail(test.statistic, test.df), want["tests"]["p"][cause], f"{record} p {cause}")
    for name, sample in zip(whole.groups, each_group(whole), strict=True):
        table = risk_table(sample)
        for cause, label in enumerate(whole.causes):
            row = want["curves"].index(f"{name.partition('=')[2]} {label}")
            curve = aalen_johansen(sample, table, cause, variance="aalen")
            # cuminc ends a curve at the last exit of its group, and timepoints() says NA after it.
            known = np.where(np.asarray(want["time"]) <= sample.exit.max(), 1.0, np.nan)
            value = known * at(table.time, curve.estimate, want["time"], 0.0)
            variance = known * at(table.time, curve.std_error, want["time"], 0.0) ** 2
            agree(value, matrix(want["est"])[row], f"{record} {name} {label} est")
            agree(variance, matrix(want["var"])[row], f"{record} {name} {label} var")


# Pseudo-values: estimate + n times the person's influence, so that their spread holds the robust standard error.


def _agree_with_pseudo(area: Area, n: int, mean: float, variance: float, what: str) -> None:
    agree(area.estimate, mean, f"{what}: mean of pseudo-values")
    agree(area.std_error, np.sqrt(variance * (n - 1)) / n, f"{what}: spread of pseudo-values")


def _point(curve: Curve, time: float) -> Area:
    index = np.searchsorted(curve.time, time, side="right") - 1
    return Area(float(curve.estimate[index]), float(curve.std_error[index]), None)


def test_pseudo_values_of_lung() -> None:
    want = the_record("lung", "pseudo").value
    sample = history(frame(the_record("lung", "km_all")), "time", "dead")
    table, n = risk_table(sample), len(sample)
    found = {
        "S365": _point(kaplan_meier(sample, table, robust=True), 365),
        "rmst500": restricted_mean(sample, table, 500, robust=True),
    }
    for name, area in found.items():
        _agree_with_pseudo(area, n, np.mean(want[name]), np.var(want[name], ddof=1), name)


def test_pseudo_values_of_injury() -> None:
    want = the_record("injury", "pseudo_first10").value
    sample = history(frame(the_record("injury", "lr_ky_high_rho0")), "durat", "event")
    table, n = risk_table(sample), len(sample)
    point = _point(kaplan_meier(sample, table, robust=True), 8)
    _agree_with_pseudo(point, n, want["mean_S8"], want["var_S8"], "S(8)")
    area = restricted_mean(sample, table, 26, robust=True)
    _agree_with_pseudo(area, n, want["mean_rmst26"], want["var_rmst26"], "restricted mean")


def test_pseudo_values_of_incidences() -> None:
    for name, id, time, horizon in (("mgus2", "pseudo_first20", 120, None), ("unempdur", "pseudo_cif_first", 10, 20)):
        want = the_record(name, id).value
        sample = _sample(the_record(name, "aj_all"), [], [])
        table, n = risk_table(sample), len(sample)
        point = _point(aalen_johansen(sample, table, 0), time)
        _agree_with_pseudo(point, n, want[f"mean_cif{time}"], want[f"var_cif{time}"], name)
        if horizon is not None:
            lost = time_lost(sample, table, 0, horizon)
            mean, variance = want[f"mean_sojourn{horizon}"], want[f"var_sojourn{horizon}"]
            _agree_with_pseudo(lost, n, mean, variance, name)
