"""Poisson models: by hand, by statsmodels, by R, and what must not change the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from models.pieces_data import drawn, nothing, numbers, people
from reference_sets import table

from tkk_cli.errors import TkkError
from tkk_cli.estimators.splitting import split
from tkk_cli.histories import EventHistory
from tkk_cli.models.fits import Fit
from tkk_cli.models.poisson import TIME, Bands, pieces, poisson
from tkk_cli.models.rate_table import band_limits, rate_table
from tkk_cli.models.rates import rates

# Two iterations that stop at steps of 1e-10 standard errors.
ITERATED = 1e-8
# R and statsmodels stop when the deviance stands still at 1e-14: coefficients are then within its root.
STOPPED = 1e-7
CUTS = [3.0, 7.0]


def same(one: Fit, other: Fit, rtol: float = ITERATED) -> None:
    np.testing.assert_allclose(one.coefficient, other.coefficient, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(one.log_likelihood, other.log_likelihood, rtol=rtol)
    np.testing.assert_allclose(one.ancillary[0][1:], other.ancillary[0][1:], rtol=rtol)


def test_a_ratio_of_two_rates_by_hand() -> None:
    """3 events in 10 against 1 in 20: ratio 6, variance of its log 1/3 + 1/1."""
    rows = people([2, 3, 5, 8, 12], [1, 1, 1, 1, 0])
    fit, _ = poisson(pieces(rows, []), numbers(x=[1, 1, 1, 0, 0]))
    assert fit.coefficient[0] == pytest.approx(np.log(6))
    assert fit.covariance[0, 0] == pytest.approx(1 / 3 + 1)
    assert fit.ancillary[0][:2] == ("log_baseline", pytest.approx(np.log(1 / 20)))
    rate = 3 * np.log(3 / 10) + np.log(1 / 20) - 4
    assert fit.log_likelihood == pytest.approx(rate)
    assert fit.log_likelihood_null == pytest.approx(4 * np.log(4 / 30) - 4)
    assert {test.test: test.df for test in fit.tests} == {"likelihood_ratio": 1, "wald": 1}
    assert fit.tests[0].statistic == pytest.approx(2 * (fit.log_likelihood - fit.log_likelihood_null))
    assert fit.tests[1].statistic == pytest.approx(np.log(6) ** 2 / (4 / 3))


def test_rates_of_the_pieces_by_hand() -> None:
    """Events and time in (0, 3], (3, 7] and after: 1 of 11, 2 of 6, 1 of 2."""
    rows = people([2, 5, 6, 9], [1, 1, 1, 1])
    fit, design = poisson(pieces(rows, CUTS), nothing(4))
    assert design.columns == ("time[(3, 7]]", "time[> 7]")
    assert design.terms[0].reference == "(0, 3]"
    np.testing.assert_allclose(np.exp(fit.coefficient), [(2 / 9) / (1 / 11), (1 / 2) / (1 / 11)])
    assert (fit.df, fit.tests) == (3, ())


def test_statsmodels_has_the_same_fit() -> None:
    import statsmodels.api as sm

    rows, x = drawn(60, 1)
    fit, _ = poisson(pieces(rows, CUTS), x)
    parts = split(rows, CUTS)
    assert parts.history.entry is not None
    columns = [np.ones(len(parts.row)), *x.matrix[parts.row].T, parts.piece == 1, parts.piece == 2]
    theirs = sm.GLM(
        parts.history.cause,
        np.stack(columns, axis=1).astype(float),
        family=sm.families.Poisson(),
        offset=np.log(parts.history.exit - parts.history.entry),
    ).fit(tol=1e-14, maxiter=100)
    np.testing.assert_allclose([fit.ancillary[0][1], *fit.coefficient], theirs.params, rtol=STOPPED)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), theirs.bse[1:], rtol=STOPPED)
    constant = np.log(parts.history.exit - parts.history.entry)[parts.history.cause == 1].sum()
    assert fit.log_likelihood + constant == pytest.approx(theirs.llf)


# veteran with w = 1 + age %% 3 / 2, site = id %% 20, late = ifelse(time > 20, id %% 15, 0):
# s <- survSplit(Surv(late, time, status) ~ ., d, cut = c(50, 100, 200), episode = "per")
def veteran(**other: object) -> tuple[EventHistory, object]:
    d = table("veteran")
    id = np.arange(1, len(d) + 1)
    late = np.where(d.time > 20, id % 15, 0)
    return people(d.time, d.status, late, **other), numbers(trt=d.trt, karno=d.karno)


def test_weights_late_entry_and_clusters_are_rs() -> None:
    # m <- glm(status ~ trt + karno + factor(per) + offset(log(time - late)), poisson, s, weights = w)
    # vcovCL(m, cluster = s$site, type = "HC0", cadjust = FALSE), then cluster = s$id
    coefficient = [
        0.1200633232496102,
        -0.0339583997864549,
        -0.0600248637380332,
        -0.1214441090170963,
        -0.4457638096901546,
    ]
    by_site = [0.2007515984609295, 0.0041296760579129, 0.2423248467066194, 0.2484416136498850, 0.2400981516347088]
    by_row = [0.20367287794508568, 0.00508811351749698, 0.2688140800229965, 0.27970118433454794, 0.28075020625743419]
    d = table("veteran")
    weight = (1 + d.age % 3 / 2).to_numpy(dtype=float)
    site = np.arange(1, len(d) + 1) % 20
    rows, x = veteran(weight=weight, weight_kind="case")
    for code, error in ((site, by_site), (None, by_row)):
        fit, _ = poisson(pieces(replace(rows, cluster=code), [50, 100, 200]), x, robust=True)
        np.testing.assert_allclose(fit.coefficient, coefficient, rtol=STOPPED)
        np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), error, rtol=STOPPED)
        assert [test.test for test in fit.tests] == ["wald"]
        assert fit.robust


def test_strata_are_rs_interaction() -> None:
    # glm(status ~ trt + karno + factor(prior) * factor(per) + offset(log(time - late)), poisson, s)
    d = table("veteran")
    rows, x = veteran(stratum=(d.prior > 0).to_numpy().astype(np.int64))
    fit, design = poisson(pieces(rows, [50, 100, 200]), x, strata=("prior=0", "prior=10"))
    np.testing.assert_allclose(fit.coefficient[:2], [0.1805234839687572, -0.0336590195513867], rtol=STOPPED)
    np.testing.assert_allclose(
        np.sqrt(np.diag(fit.covariance))[:2], [0.18286443876294836, 0.00509590426065562], rtol=STOPPED
    )
    assert design.columns[2] == "time [prior=0][(50, 100]]"
    first, interaction = (
        [0.0434328758945380, 0.0936510896486943, -0.2390287687216062],
        [-0.3402847611261499, -0.7261162261152641, -0.4325363044101271],
    )
    np.testing.assert_allclose(fit.coefficient[2:5], first, rtol=STOPPED)
    np.testing.assert_allclose(fit.coefficient[5:], np.add(first, interaction), rtol=STOPPED)
    assert [name for name, *_ in fit.ancillary] == ["log_baseline [prior=0]", "log_baseline [prior=10]"]
    assert fit.ancillary[1][1] - fit.ancillary[0][1] == pytest.approx(0.1855484298798923, rel=1e-7)
    assert fit.tests[0].statistic == pytest.approx(42.5679002064455, rel=1e-10)


def test_the_order_of_rows_and_more_splitting_change_nothing() -> None:
    rows, x = drawn(80, 2)
    fit, _ = poisson(pieces(rows, CUTS), x, robust=True)
    mixed = np.random.default_rng(0).permutation(80)
    same(poisson(pieces(rows.take(mixed), CUTS), x.take(mixed), robust=True)[0], fit)
    parts = split(rows, [2.0, 3.0, 5.5, 9.0])
    finer = replace(parts.history, cluster=parts.row)
    same(poisson(pieces(finer, CUTS), x.take(parts.row), robust=True)[0], fit)


@pytest.mark.parametrize("robust", [False, True])
def test_a_frequency_weight_is_copies(robust: bool) -> None:
    rows, x = drawn(50, 3)
    copies = np.random.default_rng(1).integers(1, 4, 50)
    weighted = replace(rows, weight=copies.astype(float), weight_kind="frequency")
    again = np.repeat(np.arange(50), copies)
    one, _ = poisson(pieces(weighted, CUTS), x, robust=robust)
    other, _ = poisson(pieces(rows.take(again), CUTS), x.take(again), robust=robust)
    same(one, other)
    assert (one.n, one.n_event) == (other.n, other.n_event)


def test_another_unit_of_time_moves_only_the_baseline() -> None:
    rows, x = drawn(80, 4)
    fit, _ = poisson(pieces(rows, CUTS), x)
    assert rows.entry is not None
    days = replace(rows, exit=rows.exit * 7, entry=rows.entry * 7)
    other, _ = poisson(pieces(days, [21, 49]), x)
    np.testing.assert_allclose(other.coefficient, fit.coefficient, rtol=ITERATED)
    assert other.ancillary[0][1] == pytest.approx(fit.ancillary[0][1] - np.log(7))


def test_an_offset_is_a_coefficient_of_one() -> None:
    rows, x = drawn(80, 5)
    fit, _ = poisson(pieces(rows, CUTS), x)
    other, _ = poisson(pieces(rows, CUTS), x, offset=2 * x.matrix[:, 1])
    np.testing.assert_allclose(other.coefficient[1], fit.coefficient[1] - 2, rtol=ITERATED)
    assert other.log_likelihood == pytest.approx(fit.log_likelihood)


def test_each_cause_has_its_rate() -> None:
    rows, x = drawn(100, 6, causes=2)
    both = [poisson(pieces(rows, CUTS), x, cause)[0] for cause in (0, 1)]
    for cause, fit in enumerate(both):
        alone = replace(rows, cause=(rows.cause == cause + 1).astype(np.int64), causes=("one",))
        same(poisson(pieces(alone, CUTS), x)[0], fit)


def test_a_reference_rate_gives_observed_over_expected() -> None:
    rows, _ = drawn(100, 7)
    parts = pieces(rows, CUTS)
    reference = np.array([0.1, 0.2, 0.3])[parts.split.piece[TIME]]
    fit, _ = poisson(parts, nothing(100), factors=(), reference_rate=reference)
    expected = float(reference @ parts.length)
    assert np.exp(fit.ancillary[0][1]) == pytest.approx((rows.cause == 1).sum() / expected)
    assert fit.ancillary[0][2] == pytest.approx((rows.cause == 1).sum() ** -0.5)


def test_two_time_scales_split_exactly() -> None:
    rows, x = drawn(100, 8)
    age = np.random.default_rng(2).integers(30, 50, 100).astype(float)
    bands = Bands(age, np.array([40.0, 45.0]), ("<40", "40-45", ">45"))
    fit, design = poisson(pieces(rows, CUTS, {"age": bands}), x, factors=(TIME, "age"))
    assert [term.name for term in design.terms] == ["a", "b", "time", "age"]
    finest = split(rows, np.arange(1.0, 20))
    assert finest.history.entry is not None
    again = Bands(age[finest.row], bands.cuts, bands.levels)
    same(poisson(pieces(finest.history, CUTS, {"age": again}), x.take(finest.row), factors=(TIME, "age"))[0], fit)


# Columns without an estimate -----------------------------------------------------------------------------------------


def test_a_level_without_events_is_infinite_and_leaves_the_rest() -> None:
    rows, x = drawn(80, 9)
    c = np.zeros(80)
    c[np.flatnonzero(rows.cause == 0)[:5]] = 1
    fit, _ = poisson(pieces(rows, CUTS), numbers(a=x.matrix[:, 0], c=c, b=x.matrix[:, 1]))
    rest, _ = poisson(pieces(rows.take(c == 0), CUTS), x.take(c == 0))
    assert fit.coefficient[1] == -np.inf
    np.testing.assert_allclose(fit.coefficient[[0, 2, 3, 4]], rest.coefficient, rtol=ITERATED)
    np.testing.assert_allclose(fit.covariance[0, 0], rest.covariance[0, 0], rtol=ITERATED)
    assert np.isnan(fit.covariance[1]).all()
    assert fit.log_likelihood == pytest.approx(rest.log_likelihood)
    assert [(note.code, note.values["columns"]) for note in fit.notes] == [("TKK376", "c")]
    # R's glm counts it too: the likelihood-ratio statistic has what it gains
    assert fit.df == rest.df + 1
    assert {test.test: test.df for test in fit.tests} == {"likelihood_ratio": 3, "wald": 2}


def test_a_period_without_events_is_infinite() -> None:
    fit, design = poisson(pieces(people([2, 2, 5, 6], [1, 1, 0, 0]), [3.0]), nothing(4))
    assert (fit.coefficient[0], design.columns[0]) == (-np.inf, "time[> 3]")
    fit, design = poisson(pieces(people([2, 5, 6], [0, 1, 1]), [3.0]), nothing(3))
    assert (fit.coefficient[0], design.terms[0].reference) == (-np.inf, "> 3")


def test_a_direction_of_two_columns_that_separates() -> None:
    """a + b = 2 without events, though both columns have some."""
    rows = people([4] * 8, [1, 1, 1, 0, 1, 0, 0, 0])
    fit, _ = poisson(pieces(rows, []), numbers(a=[0, 1, 0, 1, 0, 0, 1, 1], b=[0, 0, 1, 0, 1, 0, 1, 1]))
    assert np.isfinite(fit.coefficient).all()
    both = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    fit, _ = poisson(pieces(rows, []), numbers(a=[0, 1, 0, 1, 0, 0, 1, 1], b=[0, 0, 1, 0, 1, 0, 1, 1], ab=both))
    assert np.isfinite(fit.coefficient[:2]).all()
    assert fit.coefficient[2] == -np.inf


def test_a_column_that_others_determine_is_dropped() -> None:
    rows, x = drawn(60, 12)
    a, b = x.matrix.T
    fit, _ = poisson(pieces(rows, CUTS), numbers(a=a, b=b, c=2 * a - b + 3))
    np.testing.assert_allclose(
        fit.coefficient[[0, 1, 3, 4]], poisson(pieces(rows, CUTS), x)[0].coefficient, rtol=STOPPED
    )
    assert np.isnan(fit.coefficient[2])
    assert (fit.notes[0].code, fit.notes[0].values["columns"]) == ("TKK377", "c")


def test_a_fit_that_does_not_end_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tkk_cli.models.glm.MOST_STEPS", 1)
    rows, x = drawn(60, 11)
    assert [note.code for note in poisson(pieces(rows, CUTS), x)[0].notes] == ["TKK378"]


# Rates and rate tables -----------------------------------------------------------------------------------------------


def test_robust_limits_of_a_rate() -> None:
    """Two clusters with 1 and 3 events in 10 each: score -1 and 1, so the error is sqrt(2) / 20."""
    from tkk_cli.models.piecewise import People

    code = np.array([0, 0, 1, 1])
    event, time, cell = np.array([1.0, 0, 2, 1]), np.array([4.0, 6, 5, 5]), np.zeros(4, dtype=np.int64)
    rate, error, low, high = rates(event, time, cell, 2, 0.95, People(code, 2))
    assert rate[0] == pytest.approx(0.2)
    assert error[0] == pytest.approx(np.sqrt(2) / 20)
    assert np.log(high[0] / rate[0]) == pytest.approx(1.959963984540054 * error[0] / 0.2)
    assert low[0] * high[0] == pytest.approx(0.04)
    assert np.isnan([rate[1], error[1], low[1], high[1]]).all()


def test_limits_without_events_and_at_another_level() -> None:
    """-log(0.05) / 10: no event in 10 with a probability of 5 %."""
    _, _, low, high = rates(np.zeros(1), np.array([10.0]), np.zeros(1, dtype=np.int64), 1, 0.9)
    assert (low[0], high[0]) == (0.0, pytest.approx(-np.log(0.05) / 10))


def test_bands_of_a_rate_table() -> None:
    assert band_limits(np.array([4.0])).tolist() == [4.0, 5.0]
    grid = rate_table(("age",), [np.array([1, 0])], [np.array([30.0, 40.0])], np.array([0.2, 0.1]))
    assert grid.look_up([np.array([0, 1, 1])], np.arange(3)).tolist() == [0.1, 0.2, 0.2]


@pytest.mark.parametrize("place", [-1, 2])
def test_a_rate_outside_the_table_is_refused(place: int) -> None:
    grid = rate_table(("age",), [np.array([1, 0])], [np.array([30.0, 40.0])], np.array([0.2, 0.1]))
    with pytest.raises(TkkError, match="TKK341") as caught:
        grid.look_up([np.array([0, place, place])], np.array([0, 1, 1]))
    assert caught.value.count == 1


@pytest.mark.parametrize(
    ("codes", "rate", "count"), [([0, 1], [0.0, 0.1], 1), ([-1, 1], [0.2, np.nan], 2), ([1, 1], [0.2, 0.1], 1)]
)
def test_an_unusable_rate_table_is_refused(codes: list[int], rate: list[float], count: int) -> None:
    with pytest.raises(TkkError, match="TKK341") as caught:
        rate_table(("age",), [np.array(codes)], [np.array([30.0, 40.0])], np.array(rate))
    assert caught.value.count == count
