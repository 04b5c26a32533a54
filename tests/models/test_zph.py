"""The test of proportional hazards and the smooth effects: R live, the definition, and what must not change them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from models.cox_models import Model, design, model
from reference_sets import frames, history, the_record

from tkk_cli.designs import Design, Term
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.cox import cox
from tkk_cli.models.risk_sums import RiskSums, risk_sums
from tkk_cli.models.zph import information_over_time, proportional_hazards, smooth_effects, transformed_times

# Two fits that agree to 1e-9 in the score.
FITTED = 1e-7


def _sums(stored: Model, ties: str = "efron") -> tuple[RiskSums, Float]:
    coefficient = cox(stored.history, stored.design, ties=ties).coefficient
    return risk_sums(stored.history, stored.design.matrix, coefficient, ties=ties), coefficient


def _lung_ecog() -> Model:
    """``ph.ecog`` as a factor of three levels (the one person with 3 left out)."""
    d = frames("lung")[""].query("`ph.ecog` < 3")
    matrix = np.column_stack([d.sex, d["ph.ecog"] == 1, d["ph.ecog"] == 2]).astype(float)
    terms = (
        Term("sex", "number", (0,), ("sex",), ("",)),
        Term("C(ph.ecog)", "category", (1, 2), ("ph.ecog",), ("1", "2"), "0"),
    )
    people = history(d, "time", "dead")
    return Model(people, Design(matrix, ("sex", "ecog1", "ecog2"), terms), "efron", ())


# m <- coxph(Surv(time, dead) ~ sex + factor(ph.ecog), lung[lung$ph.ecog < 3, ]); cox.zph(m, transform = )$table
TERMS = {
    "km": [(2.59519400099, 1, 0.107188313910), (2.86013082696, 2, 0.239293268726), (5.04722490612, 3, 0.168371586321)],
    "log": [(2.29677129932, 1, 0.129643238112), (3.12945967466, 2, 0.209144508581), (5.16097413109, 3, 0.160382257417)],
}


@pytest.mark.parametrize("transform", TERMS)
def test_a_term_of_several_columns_is_tested_as_one(transform: str) -> None:
    stored = _lung_ecog()
    sums, _ = _sums(stored)
    found = proportional_hazards(stored.history, stored.design, sums, transform=transform)
    assert [t.test for t in found] == ["sex", "C(ph.ecog)", ""]
    for test, (statistic, df, p_value) in zip(found, TERMS[transform], strict=True):
        assert (test.statistic, test.p_value) == pytest.approx((statistic, p_value), rel=FITTED)
        assert test.df == df


def test_exact_ties_are_tested_as_breslow_at_the_exact_coefficients() -> None:
    # cox.zph(coxph(Surv(time, status) ~ trt + karno, veteran, ties = "exact")), R 4.2.2
    d = frames("veteran")[""]
    stored = Model(history(d, "time", "status"), design(d[["trt", "karno"]]), "exact", ())
    sums, _ = _sums(stored, "exact")
    found = proportional_hazards(stored.history, stored.design, sums)
    assert [t.statistic for t in found] == pytest.approx([0.293997067525, 11.576812928332, 13.137081836553], rel=FITTED)


# The spline of plot.cox.zph at its 1st, 10th and 40th point: coefficient, then standard error.
SMOOTH = {
    ("cox_age_sex_ecog", "km"): [
        (0.1011954971872, -0.0275626491713, -0.0152326176616, 0.0298842288483, 0.0159800695182, 0.0370314428109),
        (-1.007464667745, -0.676670758819, 0.197443123798, 0.540901041593, 0.289237386416, 0.670264777110),
        (0.0861146500779, 0.9505104030837, 0.7075056784628, 0.3662478127856, 0.1958446222226, 0.4538408871993),
    ],
    ("cox_age_sex_ecog", "log"): [
        (0.2191631745985, 0.0982687424484, 0.0270485745615, 0.0639744521607, 0.0296734351106, 0.0355707786451),
        (-1.002172601122, -0.955180071990, 0.155872553728, 1.157930090306, 0.537085699631, 0.643826926806),
        (-1.2798946503678, 0.0894917154115, 0.2993693174026, 0.7840424224071, 0.3636644185211, 0.4359396370560),
    ],
    ("cox_strata_sex", "identity"): [
        (0.1007952770744, -0.0308012299633, -0.0591056108698, 0.0301778029904, 0.0148791257953, 0.0551738708022),
        (0.164628686766, 0.800830879376, 1.248979400262, 0.374753563928, 0.184771748350, 0.685159377752),
    ],
}


@pytest.mark.parametrize(("id", "transform"), SMOOTH)
def test_the_smooth_effect_is_that_of_plot_cox_zph(id: str, transform: str) -> None:
    stored = model(the_record("lung", id))
    sums, coefficient = _sums(stored)
    found = smooth_effects(stored.history, stored.design, sums, coefficient, transform=transform, conf_level=0.9)
    assert [effect.column for effect in found] == list(range(len(coefficient)))
    for effect, wanted in zip(found, SMOOTH[id, transform], strict=True):
        shown = [*effect.estimate[[0, 9, 39]], *effect.std_error[[0, 9, 39]]]
        np.testing.assert_allclose(shown, wanted, rtol=1e-6)
        assert (effect.time[0], effect.time[-1]) == (5.0, 883.0)
        assert np.all(np.diff(effect.time) > 0)
        np.testing.assert_allclose(effect.conf_high - effect.estimate, 1.6448536269514722 * effect.std_error)


def test_the_statistic_is_that_of_its_definition() -> None:
    """V(t) added up event time by event time, Breslow ties, strata and late entry, against the linear-time sums."""
    rng = np.random.default_rng(2)
    n = 60
    exit = rng.integers(2, 12, n).astype(float)
    people = EventHistory(
        exit=exit,
        cause=rng.integers(0, 2, n),
        causes=("return",),
        group=np.zeros(n, dtype=np.int64),
        groups=("all",),
        entry=np.floor(exit * rng.random(n)),
        weight=rng.uniform(0.5, 2, n),
        weight_kind="case",
        stratum=rng.integers(0, 2, n),
    )
    columns = design(pd.DataFrame({"a": rng.normal(size=n), "b": rng.normal(size=n)}))
    fit = cox(people, columns, ties="breslow")
    sums = risk_sums(people, columns.matrix, fit.coefficient, ties="breslow")
    found = proportional_hazards(people, columns, sums, transform="identity")
    assert people.entry is not None
    assert people.weight is not None
    relative = people.weight * np.exp(columns.matrix @ fit.coefficient)
    information, score = np.zeros((4, 4)), np.zeros(4)
    for t in np.unique(exit[people.cause == 1]):
        for s in (0, 1):
            failing = (exit == t) & (people.cause == 1) & (people.stratum == s)
            if not failing.any():
                continue
            there = (people.entry < t) & (exit >= t) & (people.stratum == s)
            share = relative[there] / relative[there].sum()
            z = columns.matrix[there]
            mean = share @ z
            scatter = people.weight[failing].sum() * ((z - mean).T * share) @ (z - mean)
            g = np.array([1.0, t])
            information += np.kron(np.outer(g, g), scatter)
            score += np.kron(g, people.weight[failing] @ (columns.matrix[failing] - mean))
    inverse = np.linalg.inv(information)
    score[:2] = 0.0
    assert found[-1].statistic == pytest.approx(float(score @ inverse @ score), rel=FITTED)
    one = [0, 1, 2]
    alone = score[one] @ np.linalg.inv(information[np.ix_(one, one)]) @ score[one]
    assert found[0].statistic == pytest.approx(float(alone), rel=FITTED)


def _days(n: int, seed: int) -> Model:
    rng = np.random.default_rng(seed)
    zero = np.zeros(n, dtype=np.int64)
    people = EventHistory(rng.integers(1, 15, n).astype(float), rng.integers(0, 2, n), ("return",), zero, ("all",))
    columns = pd.DataFrame({"a": rng.normal(size=n).round(1), "b": rng.integers(0, 2, n)})
    return Model(people, design(columns), "efron", ())


@pytest.mark.parametrize("transform", ["km", "rank", "identity", "log"])
def test_a_frequency_weight_is_that_many_copies(transform: str) -> None:
    one = _days(80, 4)
    copies = np.random.default_rng(5).integers(1, 4, 80)
    row = np.repeat(np.arange(80), copies)
    many = Model(one.history.take(row), one.design.take(row), "efron", ())
    weighted = replace(one, history=replace(one.history, weight=copies.astype(float), weight_kind="frequency"))
    results = []
    for stored in (many, weighted):
        sums, coefficient = _sums(stored)
        tests = proportional_hazards(stored.history, stored.design, sums, transform=transform)
        effects = smooth_effects(stored.history, stored.design, sums, coefficient, transform=transform)
        results.append([[t.statistic for t in tests], *[[e.estimate, e.std_error] for e in effects]])
    for expanded, collapsed in zip(*results, strict=True):
        np.testing.assert_allclose(collapsed, expanded, rtol=1e-8)


def test_the_scale_of_weights_does_not_move_the_smooth_effect() -> None:
    one = _days(80, 6)
    weight = np.random.default_rng(5).uniform(0.5, 2, 80)
    curves = []
    for factor in (1.0, 10.0):
        people = replace(one.history, weight=weight * factor, weight_kind="probability")
        sums, coefficient = _sums(replace(one, history=people))
        curves.append([e.estimate for e in smooth_effects(people, one.design, sums, coefficient)])
    np.testing.assert_allclose(curves[1], curves[0], rtol=1e-8)


def test_splitting_rows_and_their_order_change_nothing() -> None:
    one = _days(80, 8)
    order = np.random.default_rng(1).permutation(160)
    people = one.history
    early = replace(people, exit=people.exit - 0.5, cause=np.zeros(80, dtype=np.int64), entry=np.zeros(80))
    late = replace(people, entry=people.exit - 0.5)
    pieces = replace(
        people,
        exit=np.concatenate([early.exit, late.exit])[order],
        entry=np.concatenate([np.zeros(80), people.exit - 0.5])[order],
        cause=np.concatenate([early.cause, late.cause])[order],
        group=np.zeros(160, dtype=np.int64),
    )
    split = Model(pieces, one.design.take(np.concatenate([np.arange(80), np.arange(80)])[order]), "efron", ())
    whole, parted = (proportional_hazards(m.history, m.design, _sums(m)[0], transform="km") for m in (one, split))
    assert [t.statistic for t in parted] == pytest.approx([t.statistic for t in whole], rel=1e-8)


def test_a_column_may_be_left_out() -> None:
    one = _days(80, 9)
    twice = np.column_stack([one.design.matrix, one.design.matrix[:, 0]])
    terms = (*one.design.terms, Term("c", "number", (2,), ("c",), ("",)))
    wide = Design(twice, ("a", "b", "c"), terms)
    sums = risk_sums(one.history, twice, np.append(_sums(one)[1], 0.0))
    found = proportional_hazards(one.history, wide, sums, columns=[0, 1])
    alone = proportional_hazards(one.history, one.design, _sums(one)[0])
    assert [t.test for t in found] == ["a", "b", ""]
    assert [t.statistic for t in found] == pytest.approx([t.statistic for t in alone], rel=1e-8)
    effects = smooth_effects(one.history, wide, sums, np.append(_sums(one)[1], 0.0), columns=[0, 1])
    assert [e.column for e in effects] == [0, 1]


# m <- coxph(Surv(time, status) ~ ridge(trt, karno, theta = 20, scale = FALSE), veteran); cox.zph(m, terms = FALSE). It
# recycles the second derivatives c(20, 20) of the penalty over the whole 2 x 2 block, which is no penalty's; tkk adds
# them to its diagonal. Everything else of the statistic agrees.
RIDGE = [0.03450160492319, 12.30086826203901, 12.76417607699568]


def test_a_ridge_adds_its_penalty_to_the_diagonals() -> None:
    d = frames("veteran")[""]
    people, columns = history(d, "time", "status"), design(d[["trt", "karno"]])
    sums = risk_sums(people, columns.matrix, cox(people, columns, penalty=20.0).coefficient)
    clock = transformed_times(people, sums, 0, "km")
    (fixed, cross, changing), score = information_over_time(columns.matrix, sums, clock)

    def statistics(penalty: Float) -> list[float]:
        whole = np.block([[fixed + penalty, cross], [cross, changing + penalty]])
        u = np.append([0.0, 0.0], score)
        parts = [[0, 1, 2], [0, 1, 3], [0, 1, 2, 3]]
        return [float(u[k] @ np.linalg.solve(whole[np.ix_(k, k)], u[k])) for k in parts]

    found = proportional_hazards(people, columns, sums, penalty=20.0)
    assert [t.statistic for t in found] == pytest.approx(statistics(20.0 * np.eye(2)), rel=1e-9)
    assert statistics(20.0 * np.ones((2, 2))) == pytest.approx(RIDGE, rel=FITTED)


def test_one_event_time_cannot_tell_a_change() -> None:
    zero = np.zeros(4, dtype=np.int64)
    people = EventHistory(np.array([2.0, 2, 3, 3]), np.array([1, 1, 0, 0]), ("return",), zero, ("all",))
    columns = design(pd.DataFrame({"a": [1.0, 0, 1, 0]}))
    sums = risk_sums(people, columns.matrix, np.zeros(1))
    found = proportional_hazards(people, columns, sums)
    assert np.isnan([t.statistic for t in found]).all()
    assert np.isnan(found[0].p_value)
    assert smooth_effects(people, columns, sums, np.zeros(1)) == []


def test_log_time_is_refused_at_0() -> None:
    zero = np.zeros(4, dtype=np.int64)
    people = EventHistory(np.array([0.0, 1, 2, 3]), np.array([1, 1, 0, 1]), ("return",), zero, ("all",))
    columns = design(pd.DataFrame({"a": [1.0, 0, 1, 0]}))
    with pytest.raises(TkkError) as caught:
        proportional_hazards(people, columns, risk_sums(people, columns.matrix, np.zeros(1)), transform="log")
    assert (caught.value.code, caught.value.count) == ("TKK327", 1)


def test_no_error_is_known_where_the_mean_information_is_not_positive() -> None:
    """Each column varies in some strata only: R's pairwise mean information (its square root is NaN in R as well)."""
    a = [2, 2, 2, 2, 1, 2, 1, 1, 1, 1, 0, 1]
    b = [1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 0]
    d = pd.DataFrame({"a": a, "b": b, "s": [2, 1, 1, 2, 0, 1, 0, 1, 1, 0, 2, 0]})
    d["time"], d["event"] = [12.0, 4, 3, 6, 1, 5, 2, 11, 10, 9, 7, 8], 1
    one = Model(history(d, "time", "event", strata=["s"]), design(d[["a", "b"]].astype(float)), "efron", ())
    sums, coefficient = _sums(one)
    for effect in smooth_effects(one.history, one.design, sums, coefficient):
        assert np.isfinite(effect.estimate).all()
        assert np.isnan(effect.std_error).all()
        assert np.isnan(effect.conf_low).all()
