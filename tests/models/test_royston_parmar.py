"""Royston-Parmar models: against the parametric models, a general optimiser, R, Cox's model, and by properties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from models.aft_models import people, plain_design
from reference_sets import frames, records
from scipy.optimize import minimize

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory
from tkk_cli.models.fits import Fit
from tkk_cli.models.parametric import parametric, weibull_hazard_ratio
from tkk_cli.models.royston_parmar import knots_of, royston_parmar, spline_basis

LINES = [("hazard", "weibull"), ("odds", "loglogistic"), ("normal", "lognormal")]
# Newton's maxima, until a step moves nothing by 1e-10 standard deviations.
SAME_MAXIMUM = 1e-8


def lung() -> pd.DataFrame:
    d = frames("lung")[""].dropna(subset=["ph.ecog", "inst"])
    return d.assign(w=1.0 + np.arange(len(d)) % 3, inst=pd.factorize(d.inst)[0])


def history(d: pd.DataFrame) -> EventHistory:
    return people(d.time.to_numpy(), d.dead.to_numpy())


def gamma(fit: Fit) -> np.ndarray:
    return np.array([value for _, value, _ in fit.ancillary])


def same(one: Fit, other: Fit, within: float = SAME_MAXIMUM) -> None:
    np.testing.assert_allclose(one.coefficient, other.coefficient, rtol=within, atol=within)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=10 * within, atol=10 * within)
    np.testing.assert_allclose(
        gamma(one), gamma(other), rtol=1e-6, atol=1e-6
    )  # columns of a spline are nearly dependent
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-11)


@pytest.mark.parametrize(("scale", "distribution"), LINES)
def test_a_line_is_the_parametric_model(scale: str, distribution: str) -> None:
    d = lung()
    entry = np.where(np.arange(len(d)) % 2, 0.0, 4.0)
    one, design = replace(history(d), entry=entry), plain_design(d, ["age", "sex"])
    line = royston_parmar(one, design, 1, scale, robust=True)
    aft = parametric(one, design, distribution, robust=True)
    slope = np.exp(-aft.ancillary[1][1])
    np.testing.assert_allclose(line.coefficient, -aft.coefficient * slope, rtol=SAME_MAXIMUM)
    np.testing.assert_allclose(gamma(line), [-aft.ancillary[0][1] * slope, slope], rtol=SAME_MAXIMUM)
    np.testing.assert_allclose(line.covariance, weibull_hazard_ratio(aft)[1], rtol=1e-7)
    assert line.log_likelihood == pytest.approx(aft.log_likelihood, rel=1e-11)
    assert line.log_likelihood_null == pytest.approx(aft.log_likelihood_null, rel=1e-11)
    measures = {"hazard": "hazard_ratio", "odds": "odds_ratio", "normal": "coefficient"}
    assert (line.measure, line.df) == (measures[scale], 4)


def _loss(scale: str, d: pd.DataFrame, entry: np.ndarray, knots: np.ndarray, p: np.ndarray) -> float:
    """Minus the log-likelihood, written out from survival and its derivative by time."""
    from scipy.stats import norm

    def survival(time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, slopes = spline_basis(knots)(np.log(time))
        w = values @ p[:-1] + p[-1] * d.sex.to_numpy()
        rate = slopes @ p[:-1] / time
        if scale == "hazard":
            return np.exp(-np.exp(w)), rate * np.exp(w - np.exp(w))
        if scale == "odds":
            return 1 / (1 + np.exp(w)), rate * np.exp(w) / (1 + np.exp(w)) ** 2
        return norm.cdf(-w), rate * norm.pdf(w)

    alive, density = survival(d.time.to_numpy(dtype=np.float64))
    before, _ = survival(np.where(entry > 0, entry, 1.0))
    if np.any(density[d.dead.to_numpy() == 1] <= 0):
        return np.inf
    value = np.where(d.dead == 1, np.log(np.maximum(density, 1e-300)), np.log(alive))
    return -float(np.sum(value - np.where(entry > 0, np.log(before), 0.0)))


@pytest.mark.parametrize("scale", ["hazard", "odds", "normal"])
def test_a_general_optimiser_finds_no_better(scale: str) -> None:
    d = lung()
    entry = np.where(np.arange(len(d)) % 2, 0.0, 4.0)
    one = replace(history(d), entry=entry)
    fit = royston_parmar(one, plain_design(d, ["sex"]), 2, scale)
    knots = knots_of(one, 0, 2)
    best = np.array([*gamma(fit), *fit.coefficient])
    assert _loss(scale, d, entry, knots, best) == pytest.approx(-fit.log_likelihood, rel=1e-12)
    start = best * [1.02, 0.97, 0.9, 1.1]
    stop = {"xatol": 1e-10, "fatol": 1e-13, "maxiter": 8000, "maxfev": 8000}
    found = minimize(lambda p: _loss(scale, d, entry, knots, p), start, method="Nelder-Mead", options=stop)
    assert fit.log_likelihood == pytest.approx(-found.fun, rel=1e-9)
    np.testing.assert_allclose(best, found.x, rtol=1e-3)
    # The information by second differences: 1e-4 of their step is lost to rounding.
    steps = np.diag(1e-3 * np.array([errors for _, _, errors in fit.ancillary] + [0.1]))

    def bend(a: np.ndarray, b: np.ndarray) -> float:
        loss = [_loss(scale, d, entry, knots, best + i * a + j * b) for i, j in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
        return (loss[0] - loss[1] - loss[2] + loss[3]) / (4 * a.max() * b.max())

    numerical = np.linalg.inv(np.array([[bend(a, b) for b in steps] for a in steps]))
    assert fit.covariance[0, 0] == pytest.approx(numerical[-1, -1], rel=1e-3)
    np.testing.assert_allclose([e for _, _, e in fit.ancillary], np.sqrt(np.diag(numerical)[:-1]), rtol=1e-2)


def test_hazard_ratios_are_near_those_of_cox() -> None:
    (record,) = (r for r in records() if (r.set, r.id) == ("lung", "cox_age_sex_ecog"))
    d = frames("lung")[""].dropna(subset=["ph.ecog"])
    fit = royston_parmar(history(d), plain_design(d, ["age", "sex", "ph.ecog"]), 3)
    np.testing.assert_allclose(fit.coefficient, record.value["coef"], atol=0.01)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), record.value["se"], rtol=0.01)


def test_knots_are_quantiles_of_the_event_times() -> None:
    d = lung()
    # R: quantile(log(d$time[d$dead == 1]), c(0, 1/3, 2/3, 1)), type 7
    events = np.log(d.time[d.dead == 1])
    np.testing.assert_allclose(knots_of(history(d), 0, 3), np.quantile(events, [0, 1 / 3, 2 / 3, 1]), rtol=1e-12)
    weighted = replace(history(d), weight=d.w.to_numpy(), weight_kind="frequency")
    copies = np.repeat(events, d.w[d.dead == 1].astype(int))
    np.testing.assert_allclose(knots_of(weighted, 0, 5), np.quantile(copies, np.arange(6) / 5), rtol=1e-12)


def test_the_basis_is_linear_beyond_the_outer_knots_and_smooth_within() -> None:
    basis = spline_basis(np.array([1.0, 2.0, 2.5, 4.0]))
    x = np.array([-1.0, 0.0, 1.0, 4.0, 5.0, 6.0])
    np.testing.assert_allclose(np.diff(basis(x)[0], 2, axis=0)[[0, 3]], 0, atol=1e-10)
    step, inner = 1e-6, np.linspace(0.5, 4.5, 17)
    numerical = (basis(inner + step)[0] - basis(inner - step)[0]) / (2 * step)
    np.testing.assert_allclose(basis(inner)[1], numerical, atol=1e-7)


@pytest.mark.parametrize("scale", ["hazard", "odds", "normal"])
def test_row_order_copies_splits_and_the_unit_change_nothing(scale: str) -> None:
    d = lung()
    design = plain_design(d, ["age", "sex"])
    weighted = replace(history(d), weight=d.w.to_numpy(), weight_kind="frequency")
    whole = royston_parmar(weighted, design, 3, scale)
    order = np.random.default_rng(2).permutation(len(d))
    same(whole, royston_parmar(weighted.take(order), design.take(order), 3, scale))
    copies = np.repeat(np.arange(len(d)), d.w.astype(int))
    same(whole, royston_parmar(history(d).take(copies), design.take(copies), 3, scale))
    one = history(d)
    late = one.exit > 90
    split = people(
        np.concatenate([np.where(late, 90.0, one.exit), one.exit[late]]),
        np.concatenate([np.where(late, 0, one.cause), one.cause[late]]),
        entry=np.concatenate([np.zeros(len(d)), np.full(late.sum(), 90.0)]),
    )
    rows = np.concatenate([np.arange(len(d)), np.flatnonzero(late)])
    plain = royston_parmar(one, design, 3, scale)
    same(plain, royston_parmar(split, design.take(rows), 3, scale), 1e-7)
    clusters = replace(split, cluster=rows)
    robust = royston_parmar(one, design, 3, scale, robust=True)
    together = royston_parmar(clusters, design.take(rows), 3, scale, robust=True)
    np.testing.assert_allclose(robust.covariance, together.covariance, rtol=1e-6)
    years = royston_parmar(replace(one, exit=one.exit / 365.25), design, 3, scale)
    np.testing.assert_allclose(years.coefficient, plain.coefficient, rtol=1e-7)


@pytest.mark.parametrize("scale", ["hazard", "odds", "normal"])
def test_an_offset_has_the_coefficient_1(scale: str) -> None:
    d = lung()
    free = royston_parmar(history(d), plain_design(d, ["age", "sex"]), 2, scale)
    fixed = royston_parmar(
        history(d), plain_design(d, ["age"]), 2, scale, offset=free.coefficient[1] * d.sex.to_numpy(dtype=np.float64)
    )
    assert fixed.log_likelihood == pytest.approx(free.log_likelihood, rel=1e-11)
    assert fixed.coefficient[0] == pytest.approx(free.coefficient[0], rel=1e-7)


def test_case_weights_and_clusters_change_the_robust_variance_only() -> None:
    d = lung()
    weighted = replace(history(d), weight=d.w.to_numpy(), weight_kind="case")
    design = plain_design(d, ["sex"])
    model, robust = (royston_parmar(weighted, design, 2, robust=flag) for flag in (False, True))
    clustered = royston_parmar(replace(weighted, cluster=d.inst.to_numpy(dtype=np.int64)), design, 2, robust=True)
    assert model.coefficient[0] == robust.coefficient[0] == clustered.coefficient[0]
    assert len({float(fit.covariance[0, 0]) for fit in (model, robust, clustered)}) == 3
    assert (robust.model_covariance == model.covariance).all()  # type: ignore[union-attr]
    # A cluster that is one person is no cluster.
    alone = royston_parmar(replace(weighted, cluster=np.arange(len(d))), design, 2, robust=True)
    assert alone.covariance[0, 0] == pytest.approx(robust.covariance[0, 0], rel=1e-10)


def _code(*arguments: object, **named: object) -> str:
    with pytest.raises(TkkError) as caught:
        royston_parmar(*arguments, **named)  # type: ignore[arg-type]
    return caught.value.code


def test_what_is_refused() -> None:
    d = lung()
    one, design = history(d), plain_design(d, ["age"])
    assert _code(replace(one, stratum=d.sex.to_numpy(dtype=np.int64) - 1), design) == "TKK333"
    assert _code(replace(one, exit=np.where(np.arange(len(d)) == 0, 0.0, one.exit)), design) == "TKK334"
    assert _code(replace(one, cause=np.zeros(len(d), dtype=np.int64)), design) == "TKK336"
    nothing = Design(np.empty((8, 0)), (), ())
    two_times = people(np.array([2.0, 2, 2, 2, 2, 3, 3, 4]), np.array([1, 1, 1, 1, 1, 1, 1, 0]))
    assert _code(two_times, nothing, 4) == "TKK336"


def test_a_spline_that_bends_back_is_a_warning() -> None:
    time = np.concatenate([np.linspace(1, 2, 30), np.linspace(100, 110, 30)])
    nothing = Design(np.empty((60, 0)), (), ())
    fit = royston_parmar(people(time, np.ones(60)), nothing, 3)
    slopes = spline_basis(knots_of(people(time, np.ones(60)), 0, 3))(np.linspace(0, np.log(110), 500))[1]
    falls = bool(np.any(slopes @ gamma(fit) <= 0))
    assert [note.code for note in fit.notes if note.key == "spline_falls"] == (["TKK375"] if falls else [])
    assert falls


@pytest.mark.parametrize("scale", ["hazard", "odds", "normal"])
def test_a_level_without_events_is_infinite(scale: str) -> None:
    d = lung()
    d = d.assign(rare=(np.arange(len(d)) % 10 == 0).astype(float))
    d = d.assign(dead=np.where(d.rare == 1, 0, d.dead))
    fit = royston_parmar(history(d), plain_design(d, ["rare", "sex"]), 3, scale)
    assert fit.coefficient[0] == -np.inf
    assert [note.code for note in fit.notes if note.key == "parametric_infinite"] == ["TKK372"]
    others = d[d.rare == 0]
    alone = royston_parmar(history(others), plain_design(others, ["sex"]), 3, scale)
    np.testing.assert_allclose(fit.coefficient[1], alone.coefficient[0], rtol=1e-4)
