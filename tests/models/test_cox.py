"""Cox models: an example in exact numbers, R's numbers where none are stored, properties, and what is refused."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from models.cox_models import design as design_of
from reference_sets import history as history_of
from reference_sets import table

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory
from tkk_cli.models.cox import cox
from tkk_cli.models.cox_residuals import cox_residuals
from tkk_cli.models.fits import Fit

# R stops when the log-likelihood changes by less than 1e-9 of itself: its coefficients are then within about 1e-7.
ITERATED = 1e-7
# The same sums in another order.
ROUNDING = 1e-10


def _people(exit: list[float], cause: list[int], **more: Any) -> EventHistory:
    zero = np.zeros(len(exit), dtype=np.int64)
    return EventHistory(np.array(exit), np.array(cause), ("return",), zero, ("all",), **more)


def _design(**columns: Any) -> Design:
    return design_of(pd.DataFrame(columns))


def _lung() -> pd.DataFrame:
    d = table("lung")
    d["dead"] = d.status - 1
    return d.dropna(subset=["ph.ecog"]).reset_index(drop=True)


def _months() -> pd.DataFrame:
    """Months with many ties, late entry and weights."""
    d = _lung().dropna(subset=["inst"]).reset_index(drop=True)
    start = np.minimum(d.time // 2, (d.age % 7) * 10)
    d["m"] = np.ceil(d.time / 30)
    d["e"] = np.minimum(start // 30, d.m - 1)
    d["k"] = 1 + (np.arange(len(d)) + 1) % 3
    d["w"] = d.age / 60
    return d


def _same(a: Fit, b: Fit, rtol: float = ROUNDING) -> None:
    np.testing.assert_allclose(a.coefficient, b.coefficient, rtol=rtol)
    np.testing.assert_allclose(a.covariance, b.covariance, rtol=rtol, atol=rtol * np.abs(b.covariance).max())
    np.testing.assert_allclose(a.log_likelihood, b.log_likelihood, rtol=rtol)
    np.testing.assert_allclose([t.statistic for t in a.tests], [t.statistic for t in b.tests], rtol=10 * rtol)


# By hand -------------------------------------------------------------------------------------------------------------


def test_two_groups_by_hand() -> None:
    """Exits 1, 2, 3, 4, events but the last, x = 1, 0, 1, 0; h = exp(b).

    The partial likelihood is h/(2h+2) * 1/(h+2) * h/(h+1) = h^2 / (2 (h+1)^2 (h+2)).
    """
    fit = cox(_people([1, 2, 3, 4], [1, 1, 1, 0]), _design(x=[1.0, 0, 1, 0]))
    # The derivative of its logarithm by b is 2 - 2h/(h+1) - h/(h+2), which is 0 where h^2 - h - 4 = 0.
    h = (1 + math.sqrt(17)) / 2
    assert fit.coefficient[0] == pytest.approx(math.log(h), rel=1e-12)
    information = 2 * h / (h + 1) ** 2 + 2 * h / (h + 2) ** 2
    assert fit.covariance[0, 0] == pytest.approx(1 / information, rel=1e-12)
    assert fit.log_likelihood == pytest.approx(math.log(h * h / (2 * (h + 1) ** 2 * (h + 2))), rel=1e-12)
    assert fit.log_likelihood_null == pytest.approx(-math.log(4 * 3 * 2), rel=1e-12)


@pytest.mark.parametrize(
    ("ties", "denominator"),
    [
        ("efron", lambda h: (2 * h + 2) * (1.5 * h + 1.5)),
        ("breslow", lambda h: (2 * h + 2) ** 2),
        ("exact", lambda h: h * h + 4 * h + 1),
    ],
)
def test_a_tie_by_hand(ties: str, denominator: Any) -> None:
    """Two of four have the event at 1, one with x = 1 and one without: only the denominators differ."""
    fit = cox(_people([1, 1, 2, 3], [1, 1, 1, 0]), _design(x=[1.0, 0, 1, 0]), ties=ties)
    h = math.exp(fit.coefficient[0])
    assert fit.log_likelihood == pytest.approx(math.log(h * h / (denominator(h) * (h + 1))), rel=1e-12)
    for other in (h * 1.01, h / 1.01):
        assert fit.log_likelihood > math.log(other**2 / (denominator(other) * (other + 1)))


def test_case_weights_take_the_mean_weight_in_efrons_ties() -> None:
    """Corner 11: w = 2, 1, 3, 1, 4, 2 on six rows, the likelihood written out."""
    people = _people([1, 1, 2, 2, 2, 3], [1, 1, 1, 1, 0, 1], weight=np.array([2.0, 1, 3, 1, 4, 2]), weight_kind="case")
    x = _design(x=[1.0, 0, 1, 0, 1, 0])
    efron, breslow = (cox(people, x, ties=ties) for ties in ("efron", "breslow"))

    def log_likelihood(b: float, share: float) -> float:
        r = np.exp(b * x.matrix[:, 0]) * people.weight
        first = 1.5 * (math.log(r.sum()) + math.log(r.sum() - share * (r[0] + r[1])))
        second = 2 * (math.log(r[2:].sum()) + math.log(r[2:].sum() - share * (r[2] + r[3])))
        return b * (2 + 3) - first - second - 2 * math.log(r[5])

    for fit, share in ((efron, 0.5), (breslow, 0.0)):
        b = float(fit.coefficient[0])
        assert fit.log_likelihood == pytest.approx(log_likelihood(b, share), rel=1e-12)
        assert fit.log_likelihood > max(log_likelihood(b + step, share) for step in (-0.01, 0.01))


# R -------------------------------------------------------------------------------------------------------------------


def test_ridge_is_that_of_coxph() -> None:
    """coxph(Surv(time, dead) ~ ridge(age, sex, ph.ecog, theta = 5, scale = FALSE), lung), R 4.2.2."""
    d = _lung()
    fit = cox(history_of(d, "time", "dead"), design_of(d[["age", "sex", "ph.ecog"]]), penalty=5.0)
    # R stops penalised fits earlier.
    np.testing.assert_allclose(fit.coefficient, [0.0114831859771, -0.4833033080132, 0.4334154301810], rtol=1e-5)
    np.testing.assert_allclose(
        np.diag(fit.covariance), [8.58195930771e-05, 2.41886601755e-02, 0.012157063842386], rtol=1e-5
    )
    np.testing.assert_allclose((fit.log_likelihood_null, fit.log_likelihood), (-744.480455761, -729.346467767))
    (note,) = fit.notes
    assert note.key == "cox_penalised"
    assert note.values["df"] == pytest.approx(2.818, abs=1e-3)
    assert fit.tests == ()


def test_penalty_makes_a_determined_column_estimable() -> None:
    d = _lung()
    twice = design_of(pd.DataFrame({"age": d.age, "again": 2.0 * d.age + 3, "sex": d.sex}))
    fit = cox(history_of(d, "time", "dead"), twice, penalty=1.0)
    assert np.isfinite(fit.coefficient).all()


def test_offset_is_that_of_coxph() -> None:
    """coxph(Surv(time, dead) ~ sex + ph.ecog + offset(0.01 * (age - 60)), d, robust = TRUE), R 4.2.2."""
    d = _months()
    offset = 0.01 * (d.age.to_numpy() - 60.0)
    fit = cox(history_of(d, "time", "dead"), design_of(d[["sex", "ph.ecog"]]), offset=offset, robust=True)
    np.testing.assert_allclose(fit.coefficient, [-0.556579752478, 0.471752613212], rtol=ITERATED)
    np.testing.assert_allclose(np.diag(fit.model_covariance), [0.02823889775257, 0.01270644808009], rtol=ITERATED)
    np.testing.assert_allclose(
        fit.covariance.ravel(), np.array([2.738246473023, -0.449409270645, -0.449409270645, 1.553819327951]) / 100, 1e-6
    )
    np.testing.assert_allclose((fit.log_likelihood_null, fit.log_likelihood), (-737.705712983, -724.128116589))


def test_frequency_weights_are_r_on_expanded_rows() -> None:
    """coxph(Surv(m, dead) ~ age + sex + ph.ecog, d[rep(seq_len(nrow(d)), d$k), ], robust = TRUE), R 4.2.2."""
    d = _months()
    counted = history_of(d, "m", "dead", weight="k", weight_kind="frequency")
    fit = cox(counted, design_of(d[["age", "sex", "ph.ecog"]]), robust=True)
    np.testing.assert_allclose(fit.coefficient, [0.0137328853438, -0.6262940442737, 0.4837216949513], rtol=ITERATED)
    np.testing.assert_allclose(
        np.diag(fit.covariance), [4.67001611222e-05, 0.014018520393377, 7.99336678696e-03], rtol=1e-6
    )
    np.testing.assert_allclose((fit.log_likelihood_null, fit.log_likelihood), (-1712.66923165, -1677.42460309))
    assert fit.n == d.k.sum()
    assert fit.n_event == d.k[d.dead == 1].sum()


def test_residuals_are_those_of_coxph_with_everything() -> None:
    """Late entry, strata, case weights and ties; R 4.2.2:

    q <- coxph(Surv(e, m, dead) ~ age + sex + strata(ph.ecog), d[d$ph.ecog < 3, ], weights = w, cluster = each row)
    """
    d = _months()
    d = d[d["ph.ecog"] < 3].reset_index(drop=True)
    people = history_of(d, "m", "dead", entry="e", strata=["ph.ecog"], weight="w")
    columns = design_of(d[["age", "sex"]])
    fit = cox(people, columns, robust=True)
    np.testing.assert_allclose(fit.coefficient, [0.0112020048073, -0.5915441312527], rtol=ITERATED)
    model = fit.model_covariance
    np.testing.assert_allclose(
        [model[0, 0], model[0, 1], model[1, 1]],
        [8.79730264627e-05, 3.09234292235e-05, 2.83841821197e-02],
        rtol=1e-6,
    )
    found, rows = cox_residuals(people, columns, fit), [0, 1, 4, 39]
    close = {"rtol": 1e-6}
    np.testing.assert_allclose(
        found.martingale[rows], [0.0858246420942, -0.1874443984776, -1.5441337419382, 0.6603123836564], **close
    )
    np.testing.assert_allclose(
        found.deviance[rows], [0.0884107026454, -0.1768669838143, -1.1048470720652, 0.9158782402792], **close
    )
    np.testing.assert_allclose(found.score[rows, 0], [1.400193425906, -0.799883341142, 6.009295277056, 3.780584596509])
    np.testing.assert_allclose(
        found.dfbeta[rows, 1], [-0.00323472859935, 0.00203173825893, 0.01183452460464, 0.01410888276599], rtol=1e-5
    )
    assert found.schoenfeld.shape == (162, 2)
    np.testing.assert_allclose((found.schoenfeld**2).sum(axis=0), [12330.3581681396, 32.5604735327], **close)
    np.testing.assert_allclose((found.scaled_schoenfeld**2).sum(axis=0), [2.45611137705, 738.05156582472], **close)


def test_a_determined_column_is_left_out_as_in_r() -> None:
    """coxph(Surv(time, dead) ~ age + I(2 * age + 3) + sex, d): the second is NA, df 2; R 4.2.2."""
    d = _months()
    columns = design_of(pd.DataFrame({"age": d.age, "again": 2.0 * d.age + 3, "sex": d.sex}))
    fit = cox(history_of(d, "time", "dead"), columns, robust=True)
    np.testing.assert_allclose(fit.coefficient, [0.0172984740563, np.nan, -0.5039749162547], rtol=ITERATED)
    assert (fit.df, fit.tests[0].df) == (2, 2)
    np.testing.assert_allclose(fit.tests[0].statistic, 13.72907247961552)
    assert np.isnan(fit.covariance[1]).all()
    assert np.isfinite(fit.covariance[np.ix_([0, 2], [0, 2])]).all()
    (note,) = fit.notes
    assert (note.code, note.values["columns"]) == ("TKK362", "again")
    found = cox_residuals(history_of(d, "time", "dead"), columns, fit)
    assert np.isnan(found.dfbeta[:, 1]).all()
    assert np.isfinite(found.dfbeta[:, [0, 2]]).all()


def test_separation_is_an_infinite_effect() -> None:
    """R runs out of iterations at 22.2 and warns; the other coefficient and the limit of the likelihood agree."""
    people = _people([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 0, 0, 0, 0])
    columns = _design(x=[1.0, 1, 1, 1, 0, 0, 0, 0], z=[1.0, 0, 2, 1, 0, 1, 2, 1])
    fit = cox(people, columns)
    assert fit.coefficient[0] == np.inf
    assert fit.coefficient[1] == pytest.approx(-0.358462346658, rel=1e-6)
    assert fit.covariance[1, 1] == pytest.approx(0.739558211822, rel=1e-6)
    assert fit.log_likelihood == pytest.approx(-3.08913402672, rel=1e-8)
    assert np.isnan(fit.covariance[0]).all()
    assert [note.code for note in fit.notes] == ["TKK363", "TKK365"]
    assert fit.notes[0].values["columns"] == "x"
    flipped = cox(people, replace(columns, matrix=columns.matrix * [-1.0, 1.0]))
    assert flipped.coefficient[0] == -np.inf
    with pytest.raises(TkkError) as refused:
        cox_residuals(people, columns, fit)
    assert refused.value.code == "TKK325"


# Exact ties ----------------------------------------------------------------------------------------------------------


def test_separation_beyond_floating_point_is_told_without_an_error() -> None:
    """Relative hazards so far apart that sums of them vanish or overflow on the way."""
    columns = {"a": [6.0, 4, 1, 0, 6, 5, 6, 6], "b": [5.0, 7, 1, 9, 2, 11, 8, 0], "c": [2.0, 10, 9, 3, 0, 9, 5, 6]}
    entry = np.array([2.0, 0, 1, 1, 2, 0, 1, 1])
    people = _people([3.0, 1, 2, 2, 4, 2, 3, 2], [0, 1, 1, 1, 1, 1, 1, 0], entry=entry)
    fit = cox(people, _design(**columns))
    assert {"TKK363", "TKK364"} & {note.code for note in fit.notes}
    estimated = np.isfinite(fit.coefficient)
    assert (np.diag(fit.covariance)[estimated] > 0).all()


def test_exact_ties_are_all_subsets() -> None:
    """Late entry and strata, where every subset of the risk set is written out."""
    rng = np.random.default_rng(4)
    exit = rng.integers(2, 6, 24).astype(float)
    people = _people(
        exit.tolist(),
        rng.integers(0, 2, 24).tolist(),
        entry=np.minimum(rng.integers(0, 4, 24), exit - 1).astype(float),
        stratum=np.repeat([0, 1], 12),
    )
    columns = _design(x=rng.normal(size=24), z=rng.integers(0, 2, 24).astype(float))
    offset = rng.normal(size=24) / 4
    fit = cox(people, columns, ties="exact", offset=offset)

    def log_likelihood(beta: Any) -> float:
        r, total = np.exp(columns.matrix @ beta + offset), 0.0
        for s, t in itertools.product((0, 1), np.unique(exit)):
            at_risk = np.flatnonzero((people.stratum == s) & (people.entry < t) & (people.exit >= t))
            failing = at_risk[(people.exit[at_risk] == t) & (people.cause[at_risk] == 1)]
            if len(failing):
                ways = sum(np.prod(r[list(some)]) for some in itertools.combinations(at_risk, len(failing)))
                total += float(np.log(np.prod(r[failing]) / ways))
        return total

    assert fit.log_likelihood == pytest.approx(log_likelihood(fit.coefficient), rel=1e-12)
    assert fit.log_likelihood_null == pytest.approx(log_likelihood(np.zeros(2)), rel=1e-12)
    step = 1e-4
    moves = step * np.eye(2)
    curvature = [
        [
            (
                log_likelihood(fit.coefficient + a + b)
                - log_likelihood(fit.coefficient + a - b)
                - log_likelihood(fit.coefficient - a + b)
                + log_likelihood(fit.coefficient - a - b)
            )
            / (4 * step * step)
            for b in moves
        ]
        for a in moves
    ]
    np.testing.assert_allclose(np.linalg.inv(-np.array(curvature)), fit.covariance, rtol=1e-4)
    for move in moves:
        assert fit.log_likelihood > max(log_likelihood(fit.coefficient + sign * 100 * move) for sign in (-1, 1))


# Properties ----------------------------------------------------------------------------------------------------------

OPTIONS: list[dict[str, Any]] = [
    {},
    {"ties": "breslow"},
    {"robust": True},
    {"penalty": 3.0},
    {"ties": "breslow", "robust": True},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_copies_are_frequency_weights(options: dict[str, Any]) -> None:
    d = _months()
    columns = ["age", "sex", "ph.ecog"]
    counted = history_of(d, "m", "dead", entry="e", strata=["inst"], weight="k", weight_kind="frequency")
    rows = d.loc[d.index.repeat(d.k)]
    copied = history_of(rows, "m", "dead", entry="e", strata=["inst"])
    _same(cox(counted, design_of(d[columns]), **options), cox(copied, design_of(rows[columns]), **options))


def test_copies_of_a_cluster_stay_in_it() -> None:
    d = _months()
    counted = history_of(d, "m", "dead", cluster="inst", weight="k", weight_kind="frequency")
    rows = d.loc[d.index.repeat(d.k)]
    copied = history_of(rows, "m", "dead", cluster="inst")
    _same(
        cox(counted, design_of(d[["age", "sex"]]), robust=True),
        cox(copied, design_of(rows[["age", "sex"]]), robust=True),
    )


@pytest.mark.parametrize("options", [*OPTIONS, {"ties": "exact"}], ids=str)
def test_row_order_and_time_scale_change_nothing(options: dict[str, Any]) -> None:
    d = _months()
    people, columns = history_of(d, "m", "dead", entry="e", strata=["sex"]), design_of(d[["age", "ph.ecog"]])
    fit = cox(people, columns, **options)
    order = np.random.default_rng(2).permutation(len(d))
    _same(cox(people.take(order), columns.take(order), **options), fit)
    scaled = replace(people, exit=people.exit * 0.1 + 7, entry=people.entry * 0.1 + 7)
    _same(cox(scaled, columns, **options), fit)


@pytest.mark.parametrize("options", [{}, {"ties": "breslow"}, {"ties": "exact"}], ids=str)
def test_splitting_rows_changes_nothing(options: dict[str, Any]) -> None:
    d = _months()
    people, columns = history_of(d, "m", "dead", entry="e"), design_of(d[["age", "sex"]])
    cut = 6.0
    early, late = people.entry < cut, people.exit > cut
    first, second = people.take(early), people.take(late)
    stop = np.minimum(first.exit, cut)
    first = replace(first, exit=stop, cause=np.where(people.exit[early] > cut, 0, first.cause))
    both = EventHistory(
        np.concatenate([first.exit, second.exit]),
        np.concatenate([first.cause, second.cause]),
        people.causes,
        np.zeros(len(first) + len(second), dtype=np.int64),
        ("all",),
        entry=np.concatenate([first.entry, np.maximum(second.entry, cut)]),
    )
    rows = np.concatenate([np.flatnonzero(early), np.flatnonzero(late)])
    _same(cox(both, columns.take(rows), **options), cox(people, columns, **options))
    robust = replace(both, cluster=rows)
    _same(cox(robust, columns.take(rows), robust=True), cox(people, columns, robust=True))


def test_units_of_a_covariate_scale_its_coefficient() -> None:
    d = _months()
    people, columns = history_of(d, "m", "dead"), design_of(d[["age", "sex"]])
    fit = cox(people, columns, robust=True)
    moved = replace(columns, matrix=columns.matrix * [1000.0, 0.01] + [1e6, -3.0])
    other = cox(people, moved, robust=True)
    np.testing.assert_allclose(other.coefficient * [1000.0, 0.01], fit.coefficient, rtol=1e-8)
    np.testing.assert_allclose(np.diag(other.covariance) * [1e6, 1e-4], np.diag(fit.covariance), rtol=1e-8)


def test_many_strata_are_as_few() -> None:
    """Above 64 strata sums are accumulated together: the same as likelihoods added up by stratum."""
    rng = np.random.default_rng(8)
    n, n_strata = 1200, 150
    people = _people(
        rng.integers(1, 30, n).astype(float).tolist(),
        rng.integers(0, 2, n).tolist(),
        stratum=rng.integers(0, n_strata, n),
    )
    columns = _design(x=rng.normal(size=n), z=rng.normal(size=n))
    fit = cox(people, columns, robust=True)
    total = 0.0
    for s in range(n_strata):
        rows = people.stratum == s
        if np.any(people.cause[rows]) and len(np.unique(people.exit[rows])) > 1:
            part = replace(people.take(rows), stratum=None)
            offset = columns.matrix[rows] @ fit.coefficient
            total += cox(part, _design(x=np.arange(rows.sum()) * 1.0), offset=offset).log_likelihood_null
        elif np.any(people.cause[rows]):
            raise AssertionError("every stratum of this example has several times")
    assert fit.log_likelihood == pytest.approx(total, rel=1e-12)
    found = cox_residuals(people, columns, fit)
    np.testing.assert_allclose(found.score.sum(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(found.dfbeta.T @ found.dfbeta, fit.covariance, rtol=1e-9)


def test_other_causes_are_censored() -> None:
    d = _months()
    people = history_of(d, "m", "dead", entry="e")
    cause = np.where(people.cause == 1, 1 + np.arange(len(d)) % 2, 0)
    both = replace(people, cause=cause, causes=("first", "second"))
    columns = design_of(d[["age", "sex"]])
    for k in (0, 1):
        alone = replace(people, cause=(cause == k + 1).astype(np.int64))
        _same(cox(both, columns, k), cox(alone, columns))


# Refused and warned --------------------------------------------------------------------------------------------------


def _refused(code: str, people: EventHistory, columns: Design, **options: Any) -> TkkError:
    with pytest.raises(TkkError) as refused:
        cox(people, columns, **options)
    assert refused.value.code == code
    return refused.value


def test_what_is_refused() -> None:
    people = _people([1, 2, 3, 4], [1, 1, 1, 0])
    x = _design(x=[1.0, 0, 1, 0])
    missing = _refused("TKK320", people, _design(x=[1.0, np.nan, np.inf, 0]))
    assert (missing.where, missing.count) == ("x", 2)
    assert _refused("TKK320", people, x, offset=np.array([0, 0, np.inf, 0])).where == "--offset"
    _refused("TKK321", replace(people, cause=np.zeros(4, dtype=np.int64)), x)
    wide = _design(**{f"x{j}": np.random.default_rng(j).normal(size=4) for j in range(4)})
    assert _refused("TKK322", people, wide).count == 4
    weighted = replace(people, weight=np.full(4, 2.0), weight_kind="frequency")
    _refused("TKK323", weighted, x, ties="exact")
    _refused("TKK323", people, x, ties="exact", robust=True)
    many = _people(np.repeat([1.0, 2.0], 3000).tolist(), np.tile([1, 0], 3000).tolist())
    _refused("TKK324", many, _design(x=np.arange(6000) % 7 * 1.0), ties="exact")
    exact = cox(people, x, ties="exact")
    with pytest.raises(TkkError) as refused:
        cox_residuals(people, x, exact)
    assert refused.value.code == "TKK323"


def test_few_events_are_a_warning() -> None:
    people = _people([1, 2, 3, 4, 5], [1, 1, 0, 1, 0])
    (note,) = cox(people, _design(x=[1.0, 0, 1, 0, 1])).notes
    assert (note.key, note.code, note.values["events"], note.values["parameters"]) == (
        "events_per_parameter",
        "TKK365",
        3,
        1,
    )


def test_an_influential_cluster_is_counted_and_not_named() -> None:
    rng = np.random.default_rng(3)
    n = 200
    exit = np.append(rng.integers(1, 50, n), np.full(40, 1)).astype(float)
    x = np.append(rng.normal(size=n), np.full(40, 2.5))
    people = _people(
        exit.tolist(), np.ones(n + 40, dtype=int).tolist(), cluster=np.append(np.arange(n), np.full(40, n))
    )
    (note,) = cox(people, _design(x=x), robust=True).notes
    assert (note.key, note.code, note.level) == ("cox_influential", "TKK366", "warning")
    assert set(note.values) == {"n", "cause"}


def test_not_converging_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tkk_cli.models.newton.MOST_STEPS", 1)
    d = _months()
    fit = cox(history_of(d, "m", "dead"), design_of(d[["age", "sex"]]))
    (note,) = fit.notes
    assert (note.code, note.values["n"]) == ("TKK364", 1)
