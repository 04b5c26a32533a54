"""What must hold for any people: order, scale, labels, copies, splits, sums, and the variance by brute force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.gray import gray
from tkk_cli.estimators.kaplan_meier import fleming_harrington, kaplan_meier, nelson_aalen
from tkk_cli.estimators.log_rank import RANK_TESTS, ScoreTest, log_rank
from tkk_cli.estimators.restricted_mean import difference, restricted_mean, time_lost
from tkk_cli.estimators.risk import each_group, each_stratum, risk_table
from tkk_cli.histories import EventHistory, merge_near_ties

# Sums of at most a few hundred terms of order 1, and their squares, in another order.
REORDERED = 1e-9
# A variance that is 0 is a difference of such sums: its root keeps half of the digits or fewer.
ROOT_OF_REORDERED = 1e-6

HORIZON = 6.5
Numbers = dict[str, np.ndarray]
examples = settings(max_examples=200, deadline=None, derandomize=True)
# Where every curve or every test is compared with every variance.
fewer = settings(max_examples=80, deadline=None, derandomize=True)


@st.composite
def people(
    draw: st.DrawFn, *, late: bool | None = None, n_causes: int | None = None, groups: int = 2, size: int = 14
) -> EventHistory:
    """Up to ``size`` people on whole days 1 to 8, so that ties of every kind are the rule."""
    n = draw(st.integers(4, size))
    causes = n_causes or draw(st.integers(1, 3))

    def column(low: int, high: int) -> np.ndarray:
        return np.array(draw(st.lists(st.integers(low, high), min_size=n, max_size=n)), dtype=np.int64)

    exit, cause = column(1, 8).astype(np.float64), column(0, causes)
    assume(cause.any())
    late = draw(st.booleans()) if late is None else late
    return EventHistory(
        exit=exit,
        cause=cause,
        causes=tuple(f"cause {k + 1}" for k in range(causes)),
        group=column(0, groups - 1),
        groups=tuple(f"group {g + 1}" for g in range(groups)),
        entry=np.minimum(column(0, 7), exit - 1).astype(np.float64) if late else None,
        weight=column(1, 3).astype(np.float64),
        weight_kind="frequency",
        cluster=column(0, 3) if draw(st.booleans()) else None,
        stratum=column(0, 1) if draw(st.booleans()) else None,
    )


def curves(history: EventHistory) -> Numbers:
    """Every curve and area of one sample with each of its variances, at the days 1 to 8."""
    table, found = risk_table(history), {}
    days = np.searchsorted(table.time, np.arange(1.0, 9.0), side="right")
    plain = history.cluster is None and history.weight_kind != "case"
    every = {
        f"{name} {robust}": estimator(history, table, robust=robust)
        for name, estimator in (("survival", kaplan_meier), ("breslow", fleming_harrington), ("hazard", nelson_aalen))
        for robust in (False, True)
    }
    for k in range(len(history.causes)):
        every[f"incidence {k}"] = aalen_johansen(history, table, k)
        every[f"hazard {k}"] = nelson_aalen(history, table, k, robust=True)
        if plain and history.entry is None:
            every[f"incidence {k} by Aalen"] = aalen_johansen(history, table, k, variance="aalen")
        lost = time_lost(history, table, k, HORIZON)
        found[f"time lost {k}"] = np.array([lost.estimate, lost.std_error])
    for name, curve in every.items():
        found[name] = np.append(float(name.startswith(("survival", "breslow"))), curve.estimate)[days]
        found[f"{name} error"] = np.append(0.0, curve.std_error)[days]
    for robust in (False, True):
        area = restricted_mean(history, table, HORIZON, robust=robust)
        found[f"area {robust}"] = np.array([area.estimate, area.std_error])
    return found


def rank_tests(history: EventHistory) -> Numbers:
    """Every test of the groups with each of its variances, for any event and for the last cause."""
    found = {}
    for weighting in RANK_TESTS:
        for robust in (False, True):
            for cause in (None, len(history.causes) - 1):
                test = log_rank(history, cause, weighting, rho=0.5, gamma=1.0, robust=robust)
                found |= _score(test, f"{weighting} {robust} {cause}")
    if history.cluster is None and history.entry is None and history.weight_kind != "case":
        for rho in (0.0, 2.0):
            found |= _score(gray(history, 0, rho), f"gray {rho}")
    return found


def _score(test: ScoreTest, name: str) -> Numbers:
    numbers = {"score": test.score, "variance": test.variance, "observed": test.observed, "expected": test.expected}
    return {f"{name} {key}": np.asarray(value) for key, value in numbers.items()}


def same(found: Numbers, wanted: Numbers) -> None:
    assert found.keys() == wanted.keys()
    for name, values in wanted.items():
        noise = ROOT_OF_REORDERED if "error" in name or "area" in name or "lost" in name else REORDERED
        np.testing.assert_allclose(found[name], values, rtol=REORDERED, atol=noise, equal_nan=True, err_msg=name)


def copied(history: EventHistory) -> EventHistory:
    """As many rows as the weights say, without weights."""
    assert history.weight is not None
    rows = np.repeat(np.arange(len(history)), history.weight.astype(np.int64))
    return replace(history.take(rows), weight=None, weight_kind=None)


@fewer
@given(people(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(history: EventHistory, random: object) -> None:
    rows = list(range(len(history)))
    random.shuffle(rows)
    for kind in ("frequency", "case"):
        sample = replace(history, weight_kind=kind)
        same(curves(sample.take(np.array(rows))), curves(sample))
        same(rank_tests(sample.take(np.array(rows))), rank_tests(sample))


@examples
@given(people(), st.sampled_from([1 / 30.4375, 0.1, 365.25, 1e6]))
def test_the_unit_of_time_does_not_matter(history: EventHistory, unit: float) -> None:
    scaled = replace(history, exit=history.exit * unit, entry=None if history.entry is None else history.entry * unit)
    same(rank_tests(scaled), rank_tests(history))
    table, other = risk_table(history), risk_table(scaled)
    np.testing.assert_array_equal(table.n_risk, other.n_risk)
    for robust in (False, True):
        mine, theirs = kaplan_meier(history, table, robust), kaplan_meier(scaled, other, robust)
        np.testing.assert_array_equal(mine.estimate, theirs.estimate)
        np.testing.assert_array_equal(mine.std_error, theirs.std_error)
        area, scaled_area = (
            restricted_mean(history, table, HORIZON, robust=robust),
            restricted_mean(scaled, other, HORIZON * unit, robust=robust),
        )
        assert scaled_area.estimate == pytest.approx(area.estimate * unit, rel=REORDERED)
        assert scaled_area.std_error == pytest.approx(
            area.std_error * unit, rel=REORDERED, abs=ROOT_OF_REORDERED * unit
        )


@fewer
@given(people(groups=3), st.permutations(range(3)))
def test_the_labels_of_groups_do_not_matter(history: EventHistory, order: list[int]) -> None:
    place = np.array(order)
    relabelled = rank_tests(replace(history, group=place[history.group]))
    for name, values in rank_tests(history).items():
        moved = relabelled[name][np.ix_(place, place)] if values.ndim == 2 else relabelled[name][place]
        np.testing.assert_allclose(moved, values, rtol=REORDERED, atol=REORDERED, equal_nan=True, err_msg=name)


@examples
@given(people(groups=3), st.booleans())
def test_a_statistic_does_not_depend_on_the_labels(history: EventHistory, robust: bool) -> None:
    other = replace(history, group=2 - history.group)
    mine, theirs = log_rank(history, robust=robust), log_rank(other, robust=robust)
    assert mine.df == theirs.df
    assert theirs.statistic == pytest.approx(mine.statistic, rel=1e-6, nan_ok=True)


@fewer
@given(people())
def test_a_frequency_is_that_many_people(history: EventHistory) -> None:
    same(curves(history), curves(copied(history)))
    same(rank_tests(history), rank_tests(copied(history)))


@examples
@given(people())
def test_a_frequency_is_that_many_people_in_counts(history: EventHistory) -> None:
    mine, theirs = risk_table(history), risk_table(copied(history))
    for name in ("time", "n_risk", "n_event", "n_censor", "risk", "event"):
        np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name), err_msg=name)


@examples
@given(people())
def test_incidences_and_the_event_free_probability_add_to_1(history: EventHistory) -> None:
    for kind in ("frequency", "case"):
        sample = replace(history, weight_kind=kind)
        table = risk_table(sample)
        total = sum(aalen_johansen(sample, table, k).estimate for k in range(len(sample.causes)))
        np.testing.assert_allclose(total + kaplan_meier(sample, table).estimate, 1, rtol=1e-12)
        areas = [time_lost(sample, table, k, HORIZON).estimate for k in range(len(sample.causes))]
        assert sum(areas) + restricted_mean(sample, table, HORIZON).estimate == pytest.approx(HORIZON, rel=1e-12)


@examples
@given(people(n_causes=1))
def test_one_cause_is_one_minus_kaplan_meier(history: EventHistory) -> None:
    for kind in ("frequency", "case"):
        sample = replace(history, weight_kind=kind)
        table = risk_table(sample)
        incidence, survival = aalen_johansen(sample, table, 0), kaplan_meier(sample, table, robust=True)
        np.testing.assert_allclose(incidence.estimate, 1 - survival.estimate, rtol=0, atol=1e-12)
        np.testing.assert_allclose(incidence.std_error, survival.std_error, rtol=REORDERED, atol=ROOT_OF_REORDERED)
        lost, area = time_lost(sample, table, 0, HORIZON), restricted_mean(sample, table, HORIZON, robust=True)
        assert lost.std_error == pytest.approx(area.std_error, rel=REORDERED, abs=ROOT_OF_REORDERED)


@fewer
@given(people(), st.data())
def test_splitting_follow_up_changes_nothing(history: EventHistory, data: st.DataObject) -> None:
    for kind in ("frequency", "case"):
        whole = replace(history, weight_kind=kind)
        if whole.cluster is None:
            whole = replace(whole, cluster=np.arange(len(whole)))
        if whole.entry is None:
            whole = replace(whole, entry=np.zeros(len(whole)))
        assert whole.entry is not None
        n = len(whole)
        share = np.array(data.draw(st.lists(st.floats(0, 1), min_size=n, max_size=n)))
        cut = np.floor(whole.entry + share * (whole.exit - whole.entry))
        inside = (cut > whole.entry) & (cut < whole.exit)
        early = replace(whole, exit=cut, cause=np.zeros(n, dtype=np.int64)).take(inside)
        late = replace(whole, entry=np.where(inside, cut, whole.entry))
        split = _stacked(early, late)
        same(curves(split), curves(whole))
        same(rank_tests(split), rank_tests(whole))


def _stacked(*parts: EventHistory) -> EventHistory:
    def column(name: str) -> np.ndarray | None:
        values = [getattr(part, name) for part in parts]
        return None if values[0] is None else np.concatenate(values)

    names = ("exit", "cause", "group", "entry", "weight", "cluster", "stratum")
    return replace(parts[0], **{name: column(name) for name in names})


@examples
@given(people(), st.sampled_from([0.01, 0.3, 7.0, 1e5]))
def test_a_common_factor_of_case_weights_does_not_matter(history: EventHistory, factor: float) -> None:
    assert history.weight is not None
    sample = replace(history, weight_kind="case")
    other = replace(sample, weight=history.weight * factor)
    mine, theirs = curves(sample), curves(other)
    robust = [name for name in mine if not any(word in name for word in ("False", "error"))]
    same({n: theirs[n] for n in robust}, {n: mine[n] for n in robust})
    errors = [name for name in mine if "error" in name and "False" not in name]
    same({n: theirs[n] for n in errors}, {n: mine[n] for n in errors})
    one, another = log_rank(sample, robust=True), log_rank(other, robust=True)
    np.testing.assert_allclose(another.score, one.score * factor, rtol=1e-6, atol=REORDERED * factor)
    np.testing.assert_allclose(another.variance, one.variance * factor**2, rtol=1e-6, atol=REORDERED * factor**2)


@fewer
@given(people(), st.data())
def test_near_ties_are_ties(history: EventHistory, data: st.DataObject) -> None:
    n = len(history)
    noise = np.array(data.draw(st.lists(st.floats(-1e-10, 1e-10), min_size=2 * n, max_size=2 * n)))
    entry = None if history.entry is None else history.entry + np.where(history.entry > 0, np.abs(noise[n:]), 0)
    exit, entry, _ = merge_near_ties(history.exit + noise[:n], entry)
    fixed = replace(history, exit=exit, entry=entry)
    np.testing.assert_array_equal(risk_table(fixed).n_risk, risk_table(history).n_risk)
    same(rank_tests(fixed), rank_tests(history))
    np.testing.assert_array_equal(
        kaplan_meier(fixed, risk_table(fixed)).estimate, kaplan_meier(history, risk_table(history)).estimate
    )


# Brute force: the derivative of an estimate with respect to each person's weight, by a complex step. -----------------

STEP = 1e-30


def _derivatives(history: EventHistory, estimate: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """(n, ...) influence of each row at its weight, exact to rounding."""
    assert history.weight is not None
    found = []
    for row in range(len(history)):
        weight = history.weight.astype(np.complex128)
        weight[row] += 1j * STEP
        found.append(estimate(weight).imag / STEP)
    return np.array(found)


def _brute_force(history: EventHistory, estimate: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Robust standard error: the root of the sum over clusters of squared sums of weight times influence."""
    assert history.weight is not None
    influence = _derivatives(history, estimate)
    if history.cluster is not None:
        clusters = np.unique(history.cluster)
        summed = [(history.weight[:, None] * influence)[history.cluster == c].sum(axis=0) for c in clusters]
        return np.sqrt(np.sum(np.square(summed), axis=0))
    # A frequency is that many independent people, a case weight multiplies one person's influence.
    factor = history.weight if history.weight_kind == "frequency" else history.weight**2
    return np.sqrt((factor[:, None] * influence**2).sum(axis=0))


def _by_day(history: EventHistory, weight: np.ndarray, cause: int | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(at risk, any event, own event) on each day from 1 to 8, by a loop over the days."""
    entry = np.zeros(len(history)) if history.entry is None else history.entry
    at_risk, any_event, own = np.zeros((3, 8), dtype=np.complex128)
    for day in range(1, 9):
        fails = (history.exit == day) & (history.cause > 0)
        at_risk[day - 1] = weight[(entry < day) & (history.exit >= day)].sum()
        any_event[day - 1] = weight[fails].sum()
        own[day - 1] = weight[fails & ((cause is None) | (history.cause == (cause or 0) + 1))].sum()
    return np.where(at_risk == 0, 1, at_risk), any_event, own


def _incidence(history: EventHistory, cause: int | None) -> Callable[[np.ndarray], np.ndarray]:
    def estimate(weight: np.ndarray) -> np.ndarray:
        at_risk, any_event, own = _by_day(history, weight, cause)
        # Where everyone at risk fails the factor is 0 whatever the weights.
        factor = np.where(np.isclose(any_event, at_risk, rtol=1e-12, atol=0), 0, 1 - any_event / at_risk)
        before = np.append(1, np.cumprod(factor)[:-1])
        return np.cumsum(before * own / at_risk)

    return estimate


def _hazard(history: EventHistory, cause: int | None) -> Callable[[np.ndarray], np.ndarray]:
    def estimate(weight: np.ndarray) -> np.ndarray:
        at_risk, _, own = _by_day(history, weight, cause)
        return np.cumsum(own / at_risk)

    return estimate


def _area(curve: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    widths = np.diff(np.append(np.arange(1.0, 7.0), HORIZON))
    return lambda weight: np.sum(curve(weight)[:6] * widths, keepdims=True)


@examples
@given(people(), st.sampled_from(["frequency", "case"]))
def test_robust_errors_of_curves_by_brute_force(history: EventHistory, kind: str) -> None:
    history = replace(history, weight_kind=kind)
    assert history.weight is not None
    if kind == "case":
        history = replace(history, weight=history.weight / 4 + 0.1)
    found = curves(history)
    wanted = {"survival True": _incidence(history, None), "hazard True": _hazard(history, None)}
    for k in range(len(history.causes)):
        wanted |= {f"incidence {k}": _incidence(history, k), f"hazard {k}": _hazard(history, k)}
    for name, estimate in wanted.items():
        value = estimate(history.weight.astype(np.complex128)).real
        value = 1 - value if name == "survival True" else value
        np.testing.assert_allclose(found[name], value, rtol=0, atol=REORDERED, err_msg=name)
        error = _brute_force(history, estimate)
        np.testing.assert_allclose(found[f"{name} error"], error, rtol=1e-6, atol=ROOT_OF_REORDERED, err_msg=name)
    for k in range(len(history.causes)):
        lost = _brute_force(history, _area(_incidence(history, k)))
        np.testing.assert_allclose(found[f"time lost {k}"][1], lost[0], rtol=1e-6, atol=ROOT_OF_REORDERED)
    area = _brute_force(history, _area(_incidence(history, None)))
    np.testing.assert_allclose(found["area True"][1], area[0], rtol=1e-6, atol=ROOT_OF_REORDERED)


@examples
@given(people(), st.sampled_from(["frequency", "case"]), st.sampled_from(RANK_TESTS))
def test_robust_variance_of_tests_by_brute_force(history: EventHistory, kind: str, weighting: str) -> None:
    history = replace(history, weight_kind=kind)
    assert history.weight is not None
    residual, score = np.zeros(len(history)), 0.0
    for stratum in range(2):
        rows = np.zeros(len(history), dtype=bool)
        rows[:] = stratum == 0 if history.stratum is None else history.stratum == stratum
        residual[rows] = _score_residuals(history.take(rows), weighting)
        score += residual[rows] @ history.weight[rows]
    if history.cluster is not None:
        summed = np.bincount(history.cluster, weights=residual * history.weight)
        variance = np.sum(summed**2)
    else:
        factor = history.weight if kind == "frequency" else history.weight**2
        variance = np.sum(residual**2 * factor)
    test = log_rank(history, None, weighting, rho=1.0, gamma=0.5, robust=True)
    np.testing.assert_allclose(test.score[0], score, rtol=REORDERED, atol=REORDERED)
    np.testing.assert_allclose(test.variance[0, 0], variance, rtol=REORDERED, atol=REORDERED)


def _score_residuals(history: EventHistory, weighting: str) -> np.ndarray:
    """sum over days of W (1{first} - Y1 / Y) (event - at risk d / Y), day by day and person by person."""
    assert history.weight is not None
    weight, first = history.weight, history.group == 0
    entry = np.zeros(len(history)) if history.entry is None else history.entry
    residual, survival, modified = np.zeros(len(history)), 1.0, 1.0
    for day in range(1, 9):
        at_risk = (entry < day) & (history.exit >= day)
        fails = (history.exit == day) & (history.cause > 0)
        total, died = weight[at_risk].sum(), weight[fails].sum()
        if died == 0:
            continue
        modified *= 1 - died / (total + 1)
        of_test = {
            "log_rank": 1.0,
            "gehan": total,
            "peto_peto": modified,
            "tarone_ware": np.sqrt(total),
            "fleming_harrington": survival * max(1 - survival, 0.0) ** 0.5,
        }[weighting]
        share = weight[at_risk & first].sum() / total
        residual += of_test * (first - share) * (fails - at_risk * died / total)
        survival *= 1 - died / total
    return residual


@examples
@given(people(late=False))
def test_groups_that_share_clusters_are_not_independent(history: EventHistory) -> None:
    """The error of a difference of areas is that of the summed influences of both groups, by brute force."""
    assert history.weight is not None
    history = replace(history, weight_kind="case", cluster=np.arange(len(history)) % 3)
    first, second = each_group(history)
    assume(len(first) > 0 and len(second) > 0)
    areas = [restricted_mean(group, risk_table(group), HORIZON, robust=True) for group in (first, second)]
    summed = np.zeros(3)
    for group, sign in ((first, -1.0), (second, 1.0)):
        assert group.weight is not None
        influence = _derivatives(group, _area(_incidence(group, None)))[:, 0] * group.weight
        summed += sign * np.bincount(group.cluster, weights=influence, minlength=3)
    error = difference(areas[1], areas[0])[1]
    assert error == pytest.approx(np.sqrt(np.sum(summed**2)), rel=1e-6, abs=ROOT_OF_REORDERED)


@examples
@given(people(late=False, groups=3))
def test_strata_and_groups_are_split_without_loss(history: EventHistory) -> None:
    for each in (each_group, each_stratum):
        parts = list(each(history))
        assert sum(len(part) for part in parts) == len(history)
        assert sum(part.exit.sum() for part in parts) == history.exit.sum()
