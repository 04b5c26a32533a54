"""The corners where survival software is often wrong, one golden test each, with R's numbers of ``reference/extra``.

The numbers are those of the list of corners; the corners of regression (11, 12, 15, 17, 18, 21 to 23) are not here, and
those that a command refuses or asks for (3 empty intervals, 13 weights of 0, 24 event codes) are tested with it.
"""

from __future__ import annotations

import numpy as np
import pytest
from agreement import agree, at, at_risk, since_last
from reference_sets import DAYS_IN_MONTH, frames, history, table
from test_reference_extra import agree_with_curve, extra

from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.audit import audit
from tkk_cli.estimators.intervals import limits, quantile
from tkk_cli.estimators.kaplan_meier import Curve, kaplan_meier
from tkk_cli.estimators.log_rank import log_rank
from tkk_cli.estimators.restricted_mean import restricted_mean
from tkk_cli.estimators.risk import risk_table
from tkk_cli.histories import EventHistory, merge_near_ties

SCALES = {"log": "log", "log-log": "loglog", "plain": "plain", "logit": "logit", "arcsin": "arcsin"}


def rows(
    exit: list[float],
    event: list[int],
    entry: list[float] | None = None,
    weight: list[float] | None = None,
    kind: str = "case",
    group: list[int] | None = None,
) -> EventHistory:
    """A few people, near-ties merged."""
    exits, starts, _ = merge_near_ties(np.array(exit, float), None if entry is None else np.array(entry, float))
    code = np.zeros(len(exits), dtype=np.int64) if group is None else np.array(group)
    return EventHistory(
        exit=exits,
        cause=np.array(event),
        causes=("event",),
        group=code,
        groups=tuple(str(g) for g in range(code.max() + 1)),
        entry=starts,
        weight=None if weight is None else np.array(weight, float),
        weight_kind=None if weight is None else kind,
    )


def curve_of(sample: EventHistory, robust: bool = False) -> Curve:
    return kaplan_meier(sample, risk_table(sample), robust)


def agree_with_corner(sample: EventHistory, id: str, scale: str = "log", robust: bool = False) -> None:
    """The curve, its limits and its median, and NaN where R has NA."""
    want = extra()[f"corner_{id}"]
    agree_with_curve(sample, want, robust, id, scale)
    curve = curve_of(sample, robust)
    low, high = limits(curve.estimate, curve.std_error, 0.95, SCALES[scale])
    read = [quantile(curve.time, 1 - values, 0.5) for values in (curve.estimate, low, high)]
    agree(read, [want["median"], want["m_lower"], want["m_upper"]], f"{id} median")


def test_corner_01_who_enters_at_an_event_time_is_not_at_risk_there() -> None:
    sample = rows([3, 5, 5, 6], [1, 1, 0, 1], entry=[0, 0, 3, 3])
    assert risk_table(sample).n_risk.tolist() == [2, 3, 1]
    agree_with_corner(sample, "01_entry_tie")
    assert {name: count for name, count, _ in audit(sample, 0)}["entry_at_event_time"] == 2


def test_corner_02_who_is_censored_at_an_event_time_is_at_risk_there() -> None:
    sample = rows([2, 2, 3], [1, 0, 1])
    assert risk_table(sample).n_risk.tolist() == [3, 1]
    agree_with_corner(sample, "02_censored_tie")
    assert {name: count for name, count, _ in audit(sample, 0)}["censored_at_event_time"] == 1


NEAR_TIES = [1.1 - 1, 0.1, 0.7 - 0.4, 0.3, 0.9, 1.2]


def test_corner_04_times_that_differ_by_rounding_are_one_time() -> None:
    assert len(set(NEAR_TIES)) == 6
    assert merge_near_ties(np.array(NEAR_TIES))[2] == 2
    sample = rows(NEAR_TIES, [1] * 6, group=[0, 1, 0, 1, 0, 1])
    agree_with_corner(sample, "04_near_ties")
    agree(log_rank(sample).statistic, extra()["corner_04_near_ties_test"]["chisq"], "log-rank")


def test_corner_04_entries_and_exits_are_merged_together() -> None:
    sample = rows([0.1, 0.3, 0.5, 0.7 - 0.4, 0.8], [1, 1, 1, 1, 0], entry=[0, 1.1 - 1, 0.3, 0, 0])
    agree_with_corner(sample, "04_near_ties_entry")


@pytest.mark.parametrize("scale", SCALES)
def test_corner_05_where_the_curve_is_0_nothing_is_estimable(scale: str) -> None:
    agree_with_corner(rows([1, 2, 3], [1, 1, 1]), f"05_zero_{scale}", scale)


@pytest.mark.parametrize("scale", SCALES)
def test_corner_06_where_the_curve_is_1_only_some_scales_have_limits(scale: str) -> None:
    sample = rows([1, 2, 3, 4], [0, 1, 0, 1])
    agree_with_corner(sample, f"06_one_{scale}", scale)
    low, _ = limits(curve_of(sample).estimate, curve_of(sample).std_error, 0.95, SCALES[scale])
    assert np.isnan(low[0]) == (scale in ("log-log", "logit", "arcsin"))


def test_corner_07_an_early_empty_risk_set_takes_the_curve_to_0_and_a_later_start_does_not() -> None:
    exit, entry = [1.0, 5.0, 6.0], [0.0, 2.0, 3.0]
    agree_with_corner(rows(exit, [1, 1, 1], entry), "07_early_collapse")
    later = rows(exit[1:], [1, 1], [3.0, 3.0])
    want = extra()["corner_07_early_collapse_start"]
    agree_with_curve(later, want, False, "conditional")
    curve = curve_of(later)
    agree(quantile(curve.time, 1 - curve.estimate, 0.5, start=3), want["median"], "median")


def test_corner_08_a_time_with_no_one_at_risk_is_no_event() -> None:
    sample = rows([1, 2, 7, 8, 9], [1, 0, 1, 0, 1], entry=[0, 0, 5, 5, 5])
    agree_with_corner(sample, "08_gap")
    assert at_risk(risk_table(sample), [3.0, 5.0, 6.0]).tolist() == [0, 0, 3]


@pytest.mark.parametrize(("id", "event"), [("half", [1, 1, 1, 1]), ("open", [1, 1, 0, 0]), ("never", [1, 0, 0, 0])])
def test_corner_09_the_median_is_the_midpoint_of_a_step_at_one_half(id: str, event: list[int]) -> None:
    agree_with_corner(rows([1, 2, 3, 4], event), f"09_median_{id}")


@pytest.mark.parametrize("scale", ["log", "log-log"])
def test_corner_09_and_10_the_median_of_lung_has_the_limits_of_its_own_scale(scale: str) -> None:
    curve, want = curve_of(history(frames("lung")[""], "time", "dead")), extra()[f"corner_09_lung_{scale}"]
    low, high = limits(curve.estimate, curve.std_error, 0.95, SCALES[scale])
    read = [quantile(curve.time, 1 - values, 0.5) for values in (curve.estimate, low, high)]
    assert read == [want["median"], want["lower"], want["upper"]]


WEIGHTED = ([1, 2, 2, 3, 4, 5, 6], [1, 1, 0, 1, 0, 1, 0])


def test_corner_14_case_weights_have_the_robust_error_and_frequencies_greenwoods() -> None:
    agree_with_corner(rows(*WEIGHTED, weight=[1.5, 0.5, 2, 1, 1.25, 0.75, 2]), "14_weights", robust=True)
    agree_with_corner(rows(*WEIGHTED, weight=[2, 1, 3, 1, 2, 1, 2], kind="frequency"), "14_weights_integer")


def test_corner_16_strata_that_cannot_compare_add_nothing() -> None:
    d = table("lung")
    d = d.assign(m=np.rint(d.time / DAYS_IN_MONTH), dead=d.status - 1)
    everyone = history(d, "time", "dead", group=["sex"], strata=["ph.ecog"])
    agree(log_rank(everyone).statistic, extra()["corner_16_strata"]["chisq"], "log-rank")
    assert np.bincount(everyone.stratum).min() == 1
    without = log_rank(history(d[d["ph.ecog"] != 3], "time", "dead", group=["sex"], strata=["ph.ecog"]))
    agree(without.statistic, extra()["corner_16_strata"]["chisq"], "log-rank without the stratum of one")


def test_corner_19_the_two_variances_of_an_incidence_differ() -> None:
    sample, want = history(frames("mgus2")[""], "etime", "ev", causes=2), extra()["corner_19_variance"]
    counts = risk_table(sample)
    robust, aalen = (aalen_johansen(sample, counts, 0, variance) for variance in ("robust", "aalen"))
    low, high = limits(robust.estimate, robust.std_error, 0.95, "log")
    for values, name in ((robust.std_error, "robust"), (aalen.std_error, "aalen"), (low, "lower"), (high, "upper")):
        agree(at(counts.time, values, [60.0], np.nan), want[name], name)
    low, _ = limits(robust.estimate, robust.std_error * 10, 0.95, "plain")
    assert low.min() == 0


def test_corner_20_beyond_the_last_time_the_area_grows_flat() -> None:
    sample, want = history(frames("lung")[""], "time", "dead"), extra()["corner_20_beyond"]
    areas = [restricted_mean(sample, risk_table(sample), horizon) for horizon in (500, 1022, 1500)]
    agree([area.estimate for area in areas], want["rmean"], "means")
    agree([area.std_error for area in areas], want["se"], "standard errors")


def test_corner_also_events_at_time_0_count() -> None:
    sample = rows([0, 0, 1, 2, 3], [1, 0, 1, 0, 1])
    assert curve_of(sample).estimate[0] == pytest.approx(0.8)
    agree_with_corner(sample, "time_zero")
    assert {name: count for name, count, _ in audit(sample, 0)}["event_at_time_zero"] == 1


def test_corner_also_counts_at_listed_times() -> None:
    """At risk just before the time; events and censorings since the listed time before; the curve at the time."""
    counts = risk_table(rows([1, 2, 3, 4, 5, 6], [1, 0, 1, 1, 0, 1]))
    curve = curve_of(rows([1, 2, 3, 4, 5, 6], [1, 0, 1, 1, 0, 1]))
    want = extra()["corner_summary"]
    times = want["time"]
    agree(at_risk(counts, times), want["n_risk"], "n_risk")
    agree(at(curve.time, curve.estimate, times, 1.0), want["surv"], "surv")
    agree(since_last(counts, counts.any_event, times), want["n_event"], "n_event")
    agree(since_last(counts, counts.n_censor, times), want["n_censor"], "n_censor")


def test_corner_also_conversions_make_near_ties_that_are_merged() -> None:
    days = np.arange(1.0, 400.0)
    months = np.concatenate([days / DAYS_IN_MONTH, days * (12 / 365.25)])
    merged, _, gone = merge_near_ties(months)
    assert len(np.unique(months)) > len(days)
    assert len(np.unique(merged)) == len(days)
    assert gone == len(np.unique(months)) - len(days)
