"""Discrete-time models: periods, by hand, by statsmodels, by R, and what must not change the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from models.pieces_data import drawn, nothing, numbers, people, waves
from reference_sets import table

from tkk_cli.errors import TkkError
from tkk_cli.models.discrete import discrete, periods_of
from tkk_cli.models.fits import Fit

# Two iterations that stop at steps of 1e-10 standard errors.
ITERATED = 1e-8
# R and statsmodels stop when the deviance stands still at 1e-14: coefficients are then within its root.
STOPPED = 1e-7


def one(rows: object, x: object, link: str = "cloglog", cuts: object = (), **other: object) -> Fit:
    ((fit, _),) = discrete(periods_of(rows, cuts), x, link, **other)  # type: ignore[arg-type]
    return fit


def same(a: Fit, b: Fit, rtol: float = ITERATED) -> None:
    np.testing.assert_allclose(a.coefficient, b.coefficient, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(a.covariance, b.covariance, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(a.log_likelihood, b.log_likelihood, rtol=rtol)


# Periods -------------------------------------------------------------------------------------------------------------


def test_who_is_at_risk_in_a_period() -> None:
    """Cuts 2, 4, 6. Censored at 4: two whole periods; at 5: the third is not counted; an event at 5 is in the third."""
    periods = periods_of(people([4, 5, 5, 1], [0, 0, 1, 0]), [2, 4, 6])
    assert periods.row.tolist() == [0, 0, 1, 1, 2, 2, 2]
    assert periods.period.tolist() == [0, 1, 0, 1, 0, 1, 2]
    assert periods.history.cause.tolist() == [0, 0, 0, 0, 0, 0, 1]
    assert periods.levels == ("(0, 2]", "(2, 4]", "(4, 6]")
    assert periods.partial.tolist() == [1, 0, 1]
    assert periods.partial_share == 0.5


def test_without_cuts_the_times_of_events_are_periods() -> None:
    periods = periods_of(people([2, 5, 3, 2], [1, 1, 0, 0], [0, 2, 0, 1]))
    assert periods.levels == ("2", "5")
    assert list(zip(periods.row.tolist(), periods.period.tolist(), strict=True)) == [(0, 0), (1, 1), (2, 0), (3, 0)]
    assert periods.partial.sum() == 0


def test_rows_of_a_person_are_the_same_periods() -> None:
    whole = periods_of(people([6, 4], [1, 0]), [2, 4, 6])
    parts = periods_of(people([2, 6, 4], [0, 1, 0], [0, 2, 0]), [2, 4, 6])
    assert parts.period.tolist() == whole.period.tolist()
    assert parts.history.cause.tolist() == whole.history.cause.tolist()


def test_events_at_many_times_need_cuts() -> None:
    with pytest.raises(TkkError, match="TKK339") as caught:
        periods_of(people(np.arange(1, 102), np.ones(101)))
    assert caught.value.count == 101
    assert len(periods_of(people(np.arange(1, 101), np.ones(100))).end) == 100


def test_an_event_after_the_last_cut_is_refused() -> None:
    with pytest.raises(TkkError, match="TKK339") as caught:
        periods_of(people([1, 3, 9], [1, 1, 0]), [2])
    assert caught.value.count == 1


def test_an_entry_inside_a_period_is_refused() -> None:
    with pytest.raises(TkkError, match="TKK339") as caught:
        periods_of(people([4, 4, 4], [1, 0, 0], [1, 2, 3]), [2, 4])
    assert (caught.value.count, caught.value.where) == (2, "--entry")


def test_a_cause_that_nobody_has_is_refused() -> None:
    with pytest.raises(TkkError, match="TKK340"):
        periods_of(people([1, 2], [1, 1], causes=("return", "pension")))


# Fits ----------------------------------------------------------------------------------------------------------------


def test_odds_and_hazards_by_hand() -> None:
    """2 of 3 against 1 of 4 in one period."""
    rows = people([1] * 7, [1, 1, 0, 1, 0, 0, 0])
    x = numbers(x=[1, 1, 1, 0, 0, 0, 0])
    fit = one(rows, x, "logit")
    assert np.exp(fit.coefficient[0]) == pytest.approx((2 / 1) / (1 / 3))
    assert fit.covariance[0, 0] == pytest.approx(1 / 2 + 1 + 1 + 1 / 3)
    assert fit.measure == "odds_ratio"
    value = 2 * np.log(2 / 3) + np.log(1 / 3) + np.log(1 / 4) + 3 * np.log(3 / 4)
    assert fit.log_likelihood == pytest.approx(value)
    fit = one(rows, x)
    assert np.exp(fit.coefficient[0]) == pytest.approx(np.log(1 / 3) / np.log(3 / 4))
    assert fit.log_likelihood == pytest.approx(value)
    assert fit.measure == "hazard_ratio"


@pytest.mark.parametrize("link", ["cloglog", "logit"])
def test_statsmodels_has_the_same_fit(link: str) -> None:
    import statsmodels.api as sm

    rows, x = drawn(150, 1)
    periods = periods_of(rows)
    fit = one(rows, x, link)
    levels = np.arange(len(periods.end))
    baseline = np.equal.outer(periods.period, levels).astype(float)
    links = {"cloglog": sm.families.links.CLogLog, "logit": sm.families.links.Logit}
    theirs = sm.GLM(
        periods.history.cause,
        np.concatenate([x.matrix[periods.row], baseline], axis=1),
        family=sm.families.Binomial(links[link]()),
    ).fit(tol=1e-14, maxiter=200)
    np.testing.assert_allclose(fit.coefficient[:2], theirs.params[:2], rtol=STOPPED)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance))[:2], theirs.bse[:2], rtol=STOPPED)
    assert fit.log_likelihood == pytest.approx(theirs.llf)


def test_weights_and_clusters_are_rs() -> None:
    # veteran: month <- pmin(ceiling(time / 30), 8), events after 240 days censored, w and site as in test_poisson.py
    # glm(y ~ trt + karno + factor(t), binomial(link), person-months, weights = w);
    # vcovCL(m, cluster = site, type = "HC0", cadjust = FALSE)
    stored = {
        "cloglog": ([0.2129677162947995, -0.0357530417434842], [0.20861919608195870, 0.00445389219018478]),
        "logit": ([0.2462818282226581, -0.0423506237560844], [0.23766781762476519, 0.00597296940539365]),
    }
    d = table("veteran")
    month = np.minimum(np.ceil(d.time / 30), 8)
    event = np.where(d.time > 240, 0, d.status)
    weight = (1 + d.age % 3 / 2).to_numpy(dtype=float)
    site = np.arange(1, len(d) + 1) % 20
    rows = people(month, event, weight=weight, weight_kind="case", cluster=site)
    periods = periods_of(rows, np.arange(1, 9))
    assert len(periods.row) == 493
    for link, (coefficient, error) in stored.items():
        ((fit, design),) = discrete(periods, numbers(trt=d.trt, karno=d.karno), link, robust=True)
        np.testing.assert_allclose(fit.coefficient[:2], coefficient, rtol=STOPPED)
        np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance))[:2], error, rtol=STOPPED)
        assert design.terms[-1].reference == "(0, 1]"


def test_the_multinomial_model_of_statsmodels() -> None:
    from statsmodels.discrete.discrete_model import MNLogit

    rows, x = waves(200, 2, causes=2)
    periods = periods_of(rows, [1, 2, 3, 4])
    fits = discrete(periods, x, "logit")
    columns = [np.ones(len(periods.row)), *x.matrix[periods.row].T, *(periods.period == j for j in (1, 2, 3))]
    theirs = MNLogit(periods.history.cause, np.stack(columns, axis=1).astype(float)).fit(
        disp=0, method="newton", tol=1e-14, maxiter=100
    )
    for k, (fit, _) in enumerate(fits):
        np.testing.assert_allclose([fit.ancillary[0][1], *fit.coefficient], theirs.params[:, k], rtol=STOPPED)
        np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), theirs.bse[1:, k], rtol=STOPPED)
        assert fit.log_likelihood == pytest.approx(theirs.llf)
        assert {test.test: test.df for test in fit.tests} == {"likelihood_ratio": 4, "wald": 2}


def test_each_cause_has_its_cloglog_model() -> None:
    rows, x = drawn(150, 3, causes=2)
    periods = periods_of(rows)
    for cause, (fit, _) in enumerate(discrete(periods, x)):
        event = (periods.history.cause == cause + 1).astype(np.int64)
        alone = replace(periods, history=replace(periods.history, cause=event, causes=("one",)))
        ((wanted, _),) = discrete(alone, x)
        same(fit, wanted)


@pytest.mark.parametrize("link", ["cloglog", "logit"])
@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("causes", [1, 2])
def test_copies_and_the_order_of_rows(link: str, robust: bool, causes: int) -> None:
    rows, x = waves(100, 4, causes)
    cuts = [1, 2, 3, 4]
    copies = np.random.default_rng(1).integers(1, 4, 100)
    weighted = replace(rows, weight=copies.astype(float), weight_kind="frequency")
    again = np.random.default_rng(2).permutation(np.repeat(np.arange(100), copies))
    some = discrete(periods_of(weighted, cuts), x, link, robust=robust)
    others = discrete(periods_of(rows.take(again), cuts), x.take(again), link, robust=robust)
    for (fit, _), (other, _) in zip(some, others, strict=True):
        same(fit, other)
        assert (fit.n, fit.n_event) == (other.n, other.n_event)


def test_an_offset_is_a_coefficient_of_one() -> None:
    rows, x = drawn(120, 5)
    for link in ("cloglog", "logit"):
        fit = one(rows, x, link)
        other = one(rows, x, link, offset=x.matrix[:, 1])
        assert other.coefficient[1] == pytest.approx(fit.coefficient[1] - 1)


def test_strata_have_their_own_periods() -> None:
    """Strata with everything else interacted are two separate models."""
    rows, x = waves(160, 6)
    stratum = np.arange(160) % 2
    a, b = x.matrix.T
    own = numbers(a0=a * (stratum == 0), b0=b * (stratum == 0), a1=a * (stratum == 1), b1=b * (stratum == 1))
    ((fit, _),) = discrete(periods_of(replace(rows, stratum=stratum), [1, 2, 3, 4]), own, strata=("south", "north"))
    for s in (0, 1):
        alone = one(rows.take(stratum == s), x.take(stratum == s), cuts=[1, 2, 3, 4])
        np.testing.assert_allclose(fit.coefficient[2 * s : 2 * s + 2], alone.coefficient[:2], rtol=STOPPED)


def test_grouped_periods_share_a_baseline() -> None:
    rows, x = waves(150, 7)
    ((_, design),) = discrete(periods_of(rows, [1, 2, 3, 4]), x, groups=np.array([0, 0, 1, 1]))
    assert design.terms[-1].levels == ("(2, 3] - (3, 4]",)
    ((fit, _),) = discrete(periods_of(rows, [1, 2, 3, 4]), nothing(150), groups=np.zeros(4, dtype=np.int64))
    periods = periods_of(rows, [1, 2, 3, 4])
    chance = (periods.history.cause == 1).mean()
    assert fit.ancillary[0][1] == pytest.approx(np.log(-np.log(1 - chance)))


@pytest.mark.parametrize("link", ["cloglog", "logit"])
def test_levels_with_no_and_with_only_events_are_infinite(link: str) -> None:
    rows, x = waves(150, 8)
    never, always = np.zeros(150), np.zeros(150)
    never[np.flatnonzero(rows.cause == 0)[:6]] = 1
    first = np.flatnonzero((rows.cause == 1) & (rows.exit == rows.exit.min()))[:3]
    always[first] = 1
    a, b = x.matrix.T
    fit = one(rows, numbers(a=a, never=never, b=b, always=always), link, cuts=[1, 2, 3, 4])
    assert fit.coefficient[1] == -np.inf
    assert fit.coefficient[3] == np.inf
    kept = (never == 0) & (always == 0)
    rest = one(rows.take(kept), x.take(kept), link, cuts=[1, 2, 3, 4])
    np.testing.assert_allclose(fit.coefficient[[0, 2]], rest.coefficient[:2], rtol=STOPPED)
    assert fit.log_likelihood == pytest.approx(rest.log_likelihood)
    assert fit.df == rest.df + 2
    assert fit.notes[0].code == "TKK376"


def test_a_number_that_separates_is_infinite() -> None:
    fit = one(people([1] * 6, [0, 0, 0, 1, 1, 1]), numbers(x=[1, 2, 3, 4, 5, 6]), "logit")
    assert fit.coefficient[0] == np.inf


def test_separated_causes_are_refused() -> None:
    rows, x = waves(100, 9, causes=2)
    c = (rows.cause == 1).astype(float)
    with pytest.raises(TkkError, match="TKK340"):
        discrete(periods_of(rows, [1, 2, 3, 4]), numbers(c=c), "logit")
    assert len(x) == 100
