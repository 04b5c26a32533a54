"""Fine-Gray by hand, by what must hold for any people, and by the derivative of its own score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tkk_cli.designs import Design, Term
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.censoring_weights import censoring_curves
from tkk_cli.models.cox import cox
from tkk_cli.models.fine_gray import fine_gray
from tkk_cli.models.fine_gray_scores import censoring_scores, row_scores
from tkk_cli.models.fits import Fit
from tkk_cli.models.subdistribution_rows import arrange

# A handful of fractions.
EXACT = 1e-13
# Two fits that are the same sums in another order, each to the last steps of Newton's method.
REORDERED = 1e-7
CONVENTIONS = {"crr": ("crr", "breslow"), "breslow": ("finegray", "breslow"), "efron": ("finegray", "efron")}
F = Fraction


def design(*columns: Any) -> Design:
    """Number columns x0, x1..."""
    names = tuple(f"x{j}" for j in range(len(columns)))
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(names))
    return Design(np.column_stack(columns).astype(np.float64), names, terms)


def people(exit: Any, cause: Any, **more: Any) -> EventHistory:
    n = len(exit)
    return EventHistory(
        exit=np.asarray(exit, dtype=np.float64),
        cause=np.asarray(cause, dtype=np.int64),
        causes=("return", "pension"),
        group=np.zeros(n, dtype=np.int64),
        groups=("all",),
        **more,
    )


def simulated(n: int, seed: int, late: bool = False, whole: bool = True) -> tuple[EventHistory, Design]:
    """People with ties, censoring that depends on nothing, and two covariates."""
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=n), rng.integers(0, 2, n)
    first = rng.exponential(12 / np.exp(0.5 * x - 0.4 * z))
    second, end = rng.exponential(15 * np.exp(0.3 * z)), rng.exponential(14, n)
    time = np.minimum(np.minimum(first, second), end)
    cause = np.where(time == first, 1, np.where(time == second, 2, 0))
    if whole:
        time = np.ceil(time)
    entry = np.minimum(rng.integers(0, 5, n) * (rng.random(n) < 0.4), time - 1).astype(np.float64) if late else None
    return people(time, cause, entry=entry), design(x, z)


def same(one: Fit, other: Fit, tolerance: float = REORDERED) -> None:
    np.testing.assert_allclose(one.coefficient, other.coefficient, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=100 * tolerance, atol=100 * tolerance)
    np.testing.assert_allclose(one.log_likelihood, other.log_likelihood, rtol=tolerance)


def rows_of(design_: Design, rows: Int) -> Design:
    return replace(design_, matrix=design_.matrix[rows])


# By hand -------------------------------------------------------------------------------------------------------------


def test_six_people_by_hand() -> None:
    """Exits 1 to 6, events at 1, 3 and 5, a pension at 2, censored at 4 and 6; x = 1, 0, 0, 1, 0, 1; at beta = 0.

    G(5-) = 2/3 (one of three is censored at 4), so at 1, 3, 5 there are 6, 5 and 2 + 2/3 at risk, with mean x 1/2, 2/5
    and 3/8. The pensioner's q(4) is 2/3 (0 - 3/8) / (8/3) = -3/32; a third of it goes to whoever is at risk at 4.
    """
    history, x = people([1, 2, 3, 4, 5, 6], [1, 2, 1, 0, 1, 0]), design([1, 0, 0, 1, 0, 1])
    score = F(1, 2) - F(2, 5) - F(3, 8)
    information = F(1, 4) + F(2, 5) * F(3, 5) + F(3, 8) * F(5, 8)
    before = -F(1, 2) / 6, -F(2, 5) / 5  # (0 - mean) times the step of the baseline hazard
    eta = [
        F(1, 2) * (1 - F(1, 6)),
        -(before[0] + before[1] - F(2, 3) * F(3, 8) * F(3, 8)),
        -F(2, 5) - (before[0] + before[1]),
        -(F(1, 2) / 6 + F(3, 5) / 5),
        -F(3, 8) * (1 - F(3, 8)) - (before[0] + before[1]),
        -(F(1, 2) / 6 + F(3, 5) / 5 + F(5, 8) * F(3, 8)),
    ]
    q = F(2, 3) * -F(3, 8) * F(3, 8)
    psi = [F(0), F(0), F(0), q / 3 * (1 - F(1, 3)), -q / 9, -q / 9]
    assert sum(eta) == score
    assert sum(psi) == 0
    crr, known = fine_gray(history, x), fine_gray(history, x, convention="finegray")
    for fit, scores in ((crr, [e + p for e, p in zip(eta, psi, strict=True)]), (known, eta)):
        tests = {test.test: test for test in fit.tests}
        np.testing.assert_allclose(tests["score"].statistic, float(score**2 / information), rtol=EXACT)
        robust = score**2 / sum(s**2 for s in scores)
        np.testing.assert_allclose(tests["robust_score"].statistic, float(robust), rtol=EXACT)
        null = -np.log(6) - np.log(5) - np.log(8 / 3)
        np.testing.assert_allclose(fit.log_likelihood_null, null, rtol=EXACT)


def test_ties_of_an_event_and_a_censoring_by_hand() -> None:
    """Pension at 1; at 2 an event and a censoring; event at 3. crr: G(3-) = 2/3; finegray: 1/2."""
    history, x = people([1, 2, 2, 3], [2, 1, 0, 1]), design([1, 0, 1, 0])
    for convention, weight in (("crr", F(2, 3)), ("finegray", F(1, 2))):
        fit = fine_gray(history, x, convention=convention)
        null = -np.log(4) - np.log(float(1 + weight))
        np.testing.assert_allclose(fit.log_likelihood_null, null, rtol=EXACT)


def test_efron_ties_by_hand() -> None:
    """Two of three at risk fail together: 3, then 3 less half of the two."""
    history, x = people([1, 1, 2], [1, 1, 2]), design([1, 0, 0])
    fit = fine_gray(history, x, convention="finegray", ties="efron")
    np.testing.assert_allclose(fit.log_likelihood_null, -np.log(3) - np.log(2), rtol=EXACT)


# What must hold ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONVENTIONS)
def test_copies_are_frequency_weights(name: str) -> None:
    convention, ties = CONVENTIONS[name]
    history, x = simulated(150, 1)
    times = np.random.default_rng(2).integers(1, 4, len(history))
    rows = np.repeat(np.arange(len(history)), times)
    weighted = replace(history, weight=times.astype(np.float64), weight_kind="frequency")
    one = fine_gray(weighted, x, convention=convention, ties=ties)
    other = fine_gray(history.take(rows), rows_of(x, rows), convention=convention, ties=ties)
    same(one, other)
    assert (one.n, one.n_event) == (other.n, other.n_event)
    clustered = replace(weighted, cluster=np.arange(len(history)) // 3)
    together = replace(history.take(rows), cluster=rows // 3)
    same(
        fine_gray(clustered, x, convention=convention, ties=ties),
        fine_gray(together, rows_of(x, rows), convention=convention, ties=ties),
    )


@st.composite
def crowds(draw: st.DrawFn) -> tuple[EventHistory, Design]:
    n = draw(st.integers(12, 30))

    def column(low: int, high: int) -> Any:
        return np.array(draw(st.lists(st.integers(low, high), min_size=n, max_size=n)))

    cause = column(0, 2)
    x, z = column(0, 3), column(0, 1)
    assume(min(np.sum(cause == 1), np.sum(cause == 2)) > 3)
    stratum = column(0, 1).astype(np.int64) if draw(st.booleans()) else None
    return people(column(1, 8), cause, stratum=stratum), design(x, z)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.filter_too_much])
@given(crowds(), st.sampled_from(sorted(CONVENTIONS)), st.randoms(use_true_random=False))
def test_order_scale_and_splits_change_nothing(crowd: tuple[EventHistory, Design], name: str, random: Any) -> None:
    (history, x), (convention, ties) = crowd, CONVENTIONS[name]
    how: dict[str, Any] = {"convention": convention, "ties": ties}
    plain = fine_gray(history, x, **how)
    assume(np.isfinite(plain.coefficient).all() and np.abs(plain.coefficient).max() < 5)
    order = np.array(random.sample(range(len(history)), len(history)))
    same(plain, fine_gray(history.take(order), rows_of(x, order), **how))
    same(plain, fine_gray(replace(history, exit=7.3 * history.exit), x, **how))
    rows = np.repeat(np.arange(len(history)), 2)
    second = np.arange(len(rows)) % 2 == 1
    half = np.floor(history.exit / 2)[rows]
    kept = second | (half > 0)
    pieces = replace(
        history.take(rows),
        entry=np.where(second, half, 0.0),
        exit=np.where(second, history.exit[rows], half),
        cause=np.where(second, history.cause[rows], 0),
    )
    split = fine_gray(pieces.take(kept), rows_of(x, rows[kept]), person=rows[kept].astype(np.int64), **how)
    same(plain, split)
    ours, theirs = ({test.test: test.statistic for test in fit.tests} for fit in (plain, split))
    np.testing.assert_allclose(list(ours.values()), list(theirs.values()), rtol=1e-5, atol=1e-8)


def test_without_competing_events_it_is_the_cox_model() -> None:
    history, x = simulated(200, 3, late=True)
    alone = replace(history, cause=np.where(history.cause == 2, 0, history.cause))
    for ties in ("breslow", "efron"):
        mine = fine_gray(alone, x, convention="finegray", ties=ties)
        theirs = cox(alone, x, ties=ties, robust=True)
        same(mine, theirs)


def test_an_offset_takes_the_place_of_an_effect() -> None:
    history, x = simulated(200, 4)
    free = fine_gray(history, x)
    shift = 0.3 * x.matrix[:, 0]
    moved = fine_gray(history, x, offset=shift)
    np.testing.assert_allclose(moved.coefficient, free.coefficient - [0.3, 0.0], atol=REORDERED)
    np.testing.assert_allclose(moved.covariance, free.covariance, rtol=1e-6)


def test_censoring_groups() -> None:
    """One group for all is none; strata with censoring curves of their own are also censoring groups."""
    history, x = simulated(200, 5)
    same(fine_gray(history, x), fine_gray(history, x, censoring_group=np.full(200, 7)))
    stratum = np.random.default_rng(6).integers(0, 3, 200)
    stratified = replace(history, stratum=stratum)
    same(fine_gray(stratified, x), fine_gray(stratified, x, censoring_group=stratum))
    other = fine_gray(history, x, censoring_group=stratum)
    assert abs(other.coefficient[0] - fine_gray(history, x).coefficient[0]) > 1e-4


def test_codes_of_strata_may_have_holes() -> None:
    history, x = simulated(150, 7)
    stratum = np.random.default_rng(8).integers(0, 2, 150)
    same(fine_gray(replace(history, stratum=stratum), x), fine_gray(replace(history, stratum=5 * stratum + 2), x))


def test_clusters_of_one_are_no_clusters_and_copies_in_one_add_nothing() -> None:
    history, x = simulated(200, 9)
    same(fine_gray(history, x), fine_gray(replace(history, cluster=np.arange(200)), x))
    rows = np.repeat(np.arange(200), 2)
    twice = replace(history.take(rows), cluster=rows)
    np.testing.assert_allclose(
        fine_gray(twice, rows_of(x, rows)).covariance, fine_gray(history, x).covariance, rtol=1e-6
    )


def test_case_weights_of_one_are_no_weights() -> None:
    history, x = simulated(200, 10)
    same(fine_gray(history, x), fine_gray(replace(history, weight=np.ones(200), weight_kind="case"), x))
    doubled = fine_gray(replace(history, weight=np.full(200, 2.0), weight_kind="probability"), x)
    plain = fine_gray(history, x)
    np.testing.assert_allclose(doubled.coefficient, plain.coefficient, rtol=REORDERED)


# The term for the censoring curve ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["one", "groups", "strata", "both"])
def test_scores_are_the_derivative_by_a_persons_weight(kind: str) -> None:
    """With the censoring curves made anew; equal but for terms of the order of one person's share."""
    n = 1500
    history, x = simulated(n, 11, whole=False)
    rng = np.random.default_rng(12)
    group, stratum = rng.integers(0, 3, n), rng.integers(0, 2, n)
    if kind in ("strata", "both"):
        history = replace(history, stratum=stratum)
    pooled = kind in ("groups", "both")
    fit = fine_gray(history, x, censoring_group=group if pooled else None)
    model = fit.state["model"]
    extra = censoring_scores(model.sums, fit.state["at"], model.curves)
    found = np.empty((2, n))
    for low, high, scores in row_scores(model.history, model.sums, fit.state["at"], extra):
        found[:, model.sums.order[low:high]] = scores * model.sums.scale[:, None]
    code = group if pooled else stratum if kind == "strata" else np.zeros(n, dtype=np.int64)
    every = np.ones(n, dtype=bool)

    def score(weight: Float) -> Float:
        weighted = replace(history, weight=weight, weight_kind="frequency")
        curves = censoring_curves(weighted, code, every, every, events_leave_first=False)
        sums = arrange(weighted, x.matrix, 0, curves, code, pooled=pooled, goes_on=None, offset=None, efron=False)
        return sums.score(sums.evaluate(fit.coefficient * sums.scale)) * sums.scale

    step = 1e-4
    for cause in (0, 2):
        for row in np.flatnonzero(history.cause == cause)[:4]:
            nudge = np.zeros(n)
            nudge[row] = step
            derivative = (score(1 + nudge) - score(1 - nudge)) / (2 * step)
            np.testing.assert_allclose(found[:, row], derivative, rtol=2e-3, atol=2e-4)


def test_the_term_makes_a_difference() -> None:
    history, x = simulated(300, 13, whole=False)
    crr, known = fine_gray(history, x), fine_gray(history, x, convention="finegray")
    np.testing.assert_allclose(crr.coefficient, known.coefficient, rtol=REORDERED)
    assert np.all(np.abs(crr.covariance / known.covariance - 1) > 1e-5)


# Columns that cannot be estimated, and errors ------------------------------------------------------------------------


def test_a_column_that_others_determine_is_dropped() -> None:
    history, x = simulated(200, 14)
    a, b = x.matrix.T
    fit = fine_gray(history, design(a, b, 2 * a - b, np.full(200, 3.0)))
    assert np.isnan(fit.coefficient).tolist() == [False, False, True, True]
    assert fit.df == 2
    np.testing.assert_allclose(fit.coefficient[:2], fine_gray(history, x).coefficient, rtol=REORDERED)
    np.testing.assert_allclose(fit.covariance[:2, :2], fine_gray(history, x).covariance, rtol=1e-6)
    assert np.isnan(fit.covariance[2:]).all()
    (note,) = fit.notes
    assert (note.key, note.code, note.values["columns"]) == ("fine_gray_collinear", "TKK370", "x2, x3")


def test_a_column_that_separates_is_infinite() -> None:
    history, x = simulated(300, 15)
    apart = (history.cause != 1) & (np.arange(300) % 3 == 0)
    fit = fine_gray(history, design(*x.matrix.T, apart))
    assert fit.coefficient[2] == -np.inf
    assert np.isnan(fit.covariance[2]).all()
    (note,) = fit.notes
    assert (note.key, note.code, note.values["columns"]) == ("fine_gray_infinite", "TKK370", "x2")
    # At the limit the others are those of the rows that are left, with the censoring curve of all.
    assert np.isfinite(fit.coefficient[:2]).all()
    assert np.isfinite(fit.covariance[:2, :2]).all()


def test_complete_separation() -> None:
    """Those with the event are told apart by x alone, and their order too: the likelihood rises to 1."""
    history = people(np.arange(1.0, 21), np.where(np.arange(20) < 8, 1, 2 * (np.arange(20) % 2)))
    assert fine_gray(history, design(np.arange(20)[::-1])).coefficient[0] == np.inf


def test_a_fit_that_does_not_converge_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tkk_cli.models.newton.MOST_STEPS", 1)
    history, x = simulated(200, 16)
    (note,) = fine_gray(history, x).notes
    assert (note.key, note.code) == ("fine_gray_not_converged", "TKK371")


def _broken(change: Callable[[EventHistory, Design], dict[str, Any]]) -> TkkError:
    history, x = simulated(60, 17)
    with pytest.raises(TkkError) as error:
        fine_gray(**{"history": history, "design": x, **change(history, x)})
    return error.value


def test_errors() -> None:
    assert _broken(lambda h, _: {"history": replace(h, cause=np.zeros(60, dtype=np.int64))}).code == "TKK330"
    wrong = design(np.where(np.arange(60) == 7, np.nan, 1.0), np.ones(60))
    error = _broken(lambda *_: {"design": wrong})
    assert (error.code, error.where, error.count) == ("TKK330", "x0", 1)
    error = _broken(lambda *_: {"offset": np.full(60, np.inf)})
    assert (error.code, error.where, error.count) == ("TKK330", "--offset", 60)
    for convention, ties in (("crr", "efron"), ("crr", "exact"), ("finegray", "exact")):
        error = _broken(lambda *_, c=convention, t=ties: {"convention": c, "ties": t})  # type: ignore[misc]
        assert (error.code, error.where) == ("TKK331", "--ties")
    late, x = simulated(60, 18, late=True)
    error = _broken(lambda *_: {"history": late, "design": x})
    assert (error.code, error.where) == ("TKK331", "--entry")
    assert "finegray" in str(error.hint)


def test_rows_of_a_person_that_do_not_follow_each_other() -> None:
    x = design([0, 0, 1, 0, 1])
    person = np.array([0, 0, 1, 2, 3])
    gap = people([2, 5, 3, 4, 6], [0, 1, 2, 0, 1], entry=np.array([0.0, 3, 0, 0, 0]))
    after = people([2, 5, 3, 4, 6], [2, 1, 2, 0, 1], entry=np.array([0.0, 2, 0, 0, 0]))
    for history in (gap, after):
        with pytest.raises(TkkError) as error:
            fine_gray(history, x, convention="finegray", person=person)
        assert (error.value.code, error.value.where, error.value.count) == ("TKK332", "--id", 1)


def test_late_entry_that_leaves_no_weight() -> None:
    """At 3 everyone at risk has just entered, so nothing is known of those who had a competing event before."""
    entry = np.array([0.0, 0, 3, 3, 3])
    history = people([1, 2, 4, 5, 6], [2, 1, 1, 0, 1], entry=entry)
    with pytest.raises(TkkError) as error:
        fine_gray(history, design([0, 1, 0, 1, 1]), convention="finegray")
    assert (error.value.code, error.value.count) == ("TKK332", 1)
