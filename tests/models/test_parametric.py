"""Parametric models: worked examples, properties, options away from their defaults, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from models.aft_models import people, plain_design
from reference_sets import frames

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory
from tkk_cli.models import parametric as module
from tkk_cli.models.fits import Fit
from tkk_cli.models.lifelines_start import lifelines_estimates
from tkk_cli.models.parametric import DISTRIBUTIONS, parametric, weibull_hazard_ratio
from tkk_cli.models.standard import STANDARD, generalised_gamma
from tkk_cli.models.time_likelihood import Times

EVERY = tuple(DISTRIBUTIONS)


@pytest.fixture(autouse=True)
def without_lifelines(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start of lifelines changes no number, as a test below says, and costs a second; so only that test has it."""
    if "lifelines" not in request.keywords:
        monkeypatch.setattr(module, "lifelines_estimates", lambda *_: None)


# Both are Newton's, from different starts, until a step moves nothing by 1e-10 standard deviations.
SAME_MAXIMUM = 1e-8
# R's survreg, printed to 12 digits.
PRINTED = 1e-9


def lung() -> pd.DataFrame:
    d = frames("lung")[""]
    d = d.dropna(subset=["ph.ecog", "inst"])
    number = np.arange(1, len(d) + 1)
    return d.assign(w=1 + number % 3, w2=d.age / d.age.mean(), inst=pd.factorize(d.inst)[0])


def history(d: pd.DataFrame, **columns: str) -> EventHistory:
    kinds = {"w": "frequency", "w2": "case"}
    more = {name: d[c].to_numpy(dtype=np.int64 if name == "cluster" else float) for name, c in columns.items()}
    if "weight" in columns:
        more["weight_kind"] = kinds[columns["weight"]]
    return people(d.time.to_numpy(), d.dead.to_numpy(), **more)


def parts(fit: Fit) -> np.ndarray:
    """Intercept, coefficients, other parameters."""
    first, *others = fit.ancillary
    return np.array([first[1], *fit.coefficient, *(value for _, value, _ in others)])


def errors(fit: Fit) -> np.ndarray:
    first, *others = fit.ancillary
    return np.array([first[2], *np.sqrt(np.diag(fit.covariance)), *(error for _, _, error in others)])


def same(one: Fit, other: Fit, within: float = SAME_MAXIMUM) -> None:
    np.testing.assert_allclose(parts(one), parts(other), rtol=within, atol=within)
    np.testing.assert_allclose(errors(one), errors(other), rtol=10 * within)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-11)


# Worked by hand ------------------------------------------------------------------------------------------------------


def test_exponential_rates_are_events_over_person_time() -> None:
    exit, event, exposed = np.array([1.0, 2, 3, 6, 4, 8]), np.array([1, 1, 0, 1, 1, 0]), np.array([0.0, 0, 0, 0, 1, 1])
    entry = np.array([0.0, 1, 0, 2, 0, 3])
    d = pd.DataFrame({"x": exposed})
    fit = parametric(people(exit, event, entry=entry), plain_design(d, ["x"]), "exponential")
    unexposed, others = Fraction(3, 1 + 1 + 3 + 4), Fraction(1, 4 + 5)
    assert fit.ancillary[0][1] == pytest.approx(-np.log(float(unexposed)), abs=1e-10)
    assert fit.coefficient[0] == pytest.approx(np.log(float(unexposed / others)), abs=1e-10)
    assert fit.covariance[0, 0] == pytest.approx(float(Fraction(1, 3) + 1), rel=1e-10)
    assert fit.log_likelihood == pytest.approx(3 * np.log(float(unexposed)) - 3 + np.log(float(others)) - 1, rel=1e-10)
    assert fit.log_likelihood_null == pytest.approx(4 * np.log(float(Fraction(4, 18))) - 4, rel=1e-10)
    assert (fit.n, fit.n_event, fit.df) == (6, 4.0, 2)


def test_log_normal_without_censoring_is_least_squares() -> None:
    x, log_time = np.array([0.0, 1, 2, 3]), np.array([1.0, 3, 2, 5])
    history = people(np.exp(log_time), np.ones(4))
    fit = parametric(history, plain_design(pd.DataFrame({"x": x}), ["x"]), "lognormal")
    slope = Fraction(11, 10)  # sum (x - 3/2) y / sum (x - 3/2)^2
    variance = Fraction(27, 10) / 4  # sum of squared residuals over n
    assert fit.coefficient[0] == pytest.approx(float(slope), abs=1e-11)
    assert np.exp(2 * fit.ancillary[1][1]) == pytest.approx(float(variance), rel=1e-10)
    assert fit.covariance[0, 0] == pytest.approx(float(variance / 5), rel=1e-10)


# R live --------------------------------------------------------------------------------------------------------------

# library(survival); d <- subset(lung, !is.na(ph.ecog) & !is.na(inst)); d$dead <- d$status - 1
# d$w <- 1 + seq_len(nrow(d)) %% 3; d$w2 <- d$age / mean(d$age)
# ct <- survreg.control(rel.tolerance = 1e-13, maxiter = 200)
# f <- survreg(..., control = ct); c(coef(f), log(f$scale)); sqrt(diag(vcov(f))); f$loglik
SURVREG = [
    # survreg(Surv(time, dead) ~ age + sex, d, dist = "weibull", robust = TRUE)
    ("weibull", {}, [6.2998939596492, -0.0124495968062, 0.3755559419580, -0.2827012163439],
     [0.49158717555975, 0.00740532194226, 0.12180541290810, 0.06655359140393], [-1140.86328649, -1134.24521217]),
    # survreg(Surv(time, dead) ~ age + sex + cluster(inst), d, dist = "lognormal")
    ("lognormal", {"cluster": "inst"}, [6.4504704900749, -0.0238189280825, 0.5125715757882, 0.0529346625183],
     [0.51516123027133, 0.00860830938893, 0.10717724636864, 0.08313288731723], [-1156.36075825, -1145.92274019]),
    # survreg(Surv(time, dead) ~ age + sex, d, weights = w2, dist = "loglogistic"). With weights the robust = TRUE of
    # survival 3.5-3 errs (issue 287 of the package); the sandwich is written out: r <- residuals(f, "matrix")
    # i <- (cbind(model.matrix(f) * r[, "dg"], r[, "ds"]) * d$w2) %*% f$var; sqrt(diag(crossprod(i)))
    ("loglogistic", {"weight": "w2"}, [6.0091984807221, -0.0155786239619, 0.4913323710999, -0.5455343587629],
     [0.534875552599, 0.00858132279364, 0.138431219117, 0.0792551022383], [-1162.14425861, -1153.89913962]),
    # survreg(Surv(time, dead) ~ age + sex, d, weights = w2, dist = "weibull"); the same with rowsum(i, d$inst)
    ("weibull", {"weight": "w2", "cluster": "inst"},
     [6.3315106474971, -0.0132424156016, 0.3895362012239, -0.2646418549351],
     [0.434379705839, 0.00648200106834, 0.112283716675, 0.0708214275097], [-1153.87663958, -1147.02027060]),
    # survreg(Surv(time, dead) ~ age + sex, d, weights = w, dist = "weibull"), not robust
    ("weibull", {"weight": "w"}, [6.3302382965775, -0.0137540574706, 0.3992256369324, -0.3087809242292],
     [0.33902572939086, 0.00495691275599, 0.08737666444571, 0.04394703830164], [-2294.67131993, -2278.83899229]),
]  # fmt: skip


@pytest.mark.parametrize(("distribution", "columns", "wanted", "error", "likelihood"), SURVREG)
def test_weights_and_robust_variances_are_survreg(
    distribution: str, columns: dict[str, str], wanted: list[float], error: list[float], likelihood: list[float]
) -> None:
    d = lung()
    robust = columns.get("weight") != "w"
    fit = parametric(history(d, **columns), plain_design(d, ["age", "sex"]), distribution, robust=robust)
    np.testing.assert_allclose(parts(fit), wanted, rtol=PRINTED)
    np.testing.assert_allclose(errors(fit), error, rtol=PRINTED)
    assert [fit.log_likelihood_null, fit.log_likelihood] == pytest.approx(likelihood, rel=PRINTED)
    assert fit.robust == robust


def test_an_offset_is_survreg() -> None:
    d = lung()
    offset, design = d["ph.ecog"].to_numpy() / 2, plain_design(d, ["age"])
    # survreg(Surv(time, dead) ~ age + offset(ph.ecog / 2), d, dist = "weibull")
    fit = parametric(history(d), design, "weibull", offset=offset)
    np.testing.assert_allclose(parts(fit), [7.1490308681684, -0.0234914188635, -0.0807131887835], rtol=PRINTED)
    np.testing.assert_allclose(errors(fit), [0.55376399600836, 0.00868151019493, 0.06244068591773], rtol=PRINTED)
    assert fit.log_likelihood == pytest.approx(-1170.50328259, rel=PRINTED)
    # the same with dist = "exponential", robust = TRUE
    fit = parametric(history(d), design, "exponential", offset=offset, robust=True)
    np.testing.assert_allclose(parts(fit), [7.2283444317731, -0.0247662920926], rtol=PRINTED)
    np.testing.assert_allclose(errors(fit), [0.57335840467714, 0.00897095671834], rtol=PRINTED)
    model_error = np.sqrt(fit.model_covariance[0, 0])  # type: ignore[index]
    assert model_error == pytest.approx(0.00930745032335, rel=PRINTED)


def test_the_generalised_gamma_is_a_brute_force_maximum() -> None:
    from scipy.optimize import minimize
    from scipy.special import gammaincc, gammaln

    d = lung()
    fit = parametric(history(d), plain_design(d, ["sex"]), "gengamma")
    time, event, sex = d.time.to_numpy(), d.dead.to_numpy() == 1, d.sex.to_numpy()

    def loss(p: np.ndarray) -> float:
        mu, effect, log_scale, q = p
        w = (np.log(time) - mu - effect * sex) / np.exp(log_scale)
        a = q**-2
        density = np.log(q) + a * np.log(a) - gammaln(a) + a * (q * w - np.exp(q * w)) - log_scale - np.log(time)
        return -float(np.sum(np.where(event, density, np.log(gammaincc(a, a * np.exp(q * w))))))

    stop = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000}
    found = minimize(loss, parts(fit) + 0.05, method="Nelder-Mead", options=stop)
    assert fit.log_likelihood == pytest.approx(-found.fun, rel=1e-10)
    np.testing.assert_allclose(parts(fit), found.x, atol=1e-5)  # a simplex stops where the likelihood is flat
    x, steps = found.x, 1e-3 * np.eye(4)
    bends = [[loss(x + a + b) - loss(x + a - b) - loss(x - a + b) + loss(x - a - b) for b in steps] for a in steps]
    numerical = np.linalg.inv(np.array(bends) / 4e-6)
    np.testing.assert_allclose(errors(fit), np.sqrt(np.diag(numerical)), rtol=1e-4)


# Properties ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("distribution", EVERY)
def test_row_order_copies_splits_and_the_unit_change_nothing(distribution: str) -> None:
    d = lung().iloc[::3]
    design = plain_design(d, ["age", "sex"])
    whole = parametric(history(d, weight="w"), design, distribution)
    order = np.random.default_rng(1).permutation(len(d))
    same(whole, parametric(history(d, weight="w").take(order), design.take(order), distribution))
    copies = np.repeat(np.arange(len(d)), d.w)
    same(whole, parametric(history(d).take(copies), design.take(copies), distribution))
    robust = parametric(history(d, weight="w"), design, distribution, robust=True)
    same(robust, parametric(history(d).take(copies), design.take(copies), distribution, robust=True))
    assert whole.n == len(copies)

    one = history(d)
    late = d.time.to_numpy() > 100
    split = people(
        np.concatenate([np.where(late, 100.0, one.exit), one.exit[late]]),
        np.concatenate([np.where(late, 0, one.cause), one.cause[late]]),
        entry=np.concatenate([np.zeros(len(d)), np.full(late.sum(), 100.0)]),
    )
    rows = np.concatenate([np.arange(len(d)), np.flatnonzero(late)])
    same(parametric(one, design, distribution), parametric(split, design.take(rows), distribution), 1e-7)

    years = parametric(replace(one, exit=one.exit / 365.25), design, distribution)
    days = parametric(one, design, distribution)
    np.testing.assert_allclose(years.coefficient, days.coefficient, rtol=1e-7)
    assert years.ancillary[0][1] == pytest.approx(days.ancillary[0][1] - np.log(365.25), rel=1e-8)
    events = d.dead.sum()
    assert years.log_likelihood == pytest.approx(days.log_likelihood + events * np.log(365.25), rel=1e-10)


@pytest.mark.parametrize("distribution", EVERY)
def test_intervals_of_no_width_are_exact_times(distribution: str) -> None:
    d = lung().iloc[::2]
    one, design = history(d), plain_design(d, ["sex"])
    upper = np.where(one.cause == 1, one.exit, np.inf)
    same(parametric(one, design, distribution), parametric(one, design, distribution, lower=one.exit, upper=upper))


@pytest.mark.parametrize("distribution", EVERY)
def test_narrow_intervals_approach_exact_times_and_late_entry_holds(distribution: str) -> None:
    d = lung().iloc[::2]
    entry = np.where(np.arange(len(d)) % 2, 0.0, 3.0)
    one, design = replace(history(d), entry=entry), plain_design(d, ["sex"])
    exact = parametric(one, design, distribution)
    lower = np.where(one.cause == 1, one.exit - 1e-3, one.exit)
    upper = np.where(one.cause == 1, one.exit + 1e-3, np.inf)
    near = parametric(one, design, distribution, lower=lower, upper=upper)
    np.testing.assert_allclose(near.coefficient, exact.coefficient, rtol=1e-4)
    np.testing.assert_allclose(errors(near), errors(exact), rtol=1e-3)


def test_left_censored_times() -> None:
    # library(survival); survreg(Surv(c(NA, 2, 3, NA, 4, 2), c(3, 2, NA, 5, 8, 6), type = "interval2") ~ 1, dist = ...)
    lower = np.array([0.0, 2, 3, 0, 4, 2])
    upper = np.array([3.0, 2, np.inf, 5, 8, 6])
    happened = np.isfinite(upper)
    history = people(np.where(happened, upper, lower), happened)
    nothing = Design(np.empty((6, 0)), (), ())
    for distribution, values in LEFT_CENSORED.items():
        fit = parametric(history, nothing, distribution, lower=lower, upper=upper)
        found = [fit.log_likelihood, *(value for _, value, _ in fit.ancillary)]
        np.testing.assert_allclose(found, values, rtol=1e-8, err_msg=distribution)


# log-likelihood, intercept, log(scale)
LEFT_CENSORED = {
    "weibull": [-4.52154739802, 1.31519376976, -0.994711152603],
    "lognormal": [-4.38863433602, 1.12272645667, -0.909589535779],
    "loglogistic": [-4.55892255617, 1.11068091932, -1.39094116902],
    "exponential": [-5.98999458334, 1.25067475419],
}


def test_other_events_are_censored() -> None:
    d = lung()
    cause = np.where(d.age > 70, 2 * d.dead, d.dead)
    both = replace(history(d), cause=cause.astype(np.int64), causes=("a", "b"))
    design = plain_design(d, ["sex"])
    for k in (0, 1):
        alone = people(d.time.to_numpy(), cause == k + 1)
        same(parametric(both, design, "weibull", k), parametric(alone, design, "weibull"))


def test_the_weibull_and_exponential_hazard_ratio() -> None:
    d = lung()
    design = plain_design(d, ["age", "sex"])
    fit = parametric(history(d), design, "exponential")
    np.testing.assert_allclose(weibull_hazard_ratio(fit)[0], -fit.coefficient, rtol=1e-12)
    np.testing.assert_allclose(weibull_hazard_ratio(fit)[1], fit.covariance, rtol=1e-12)
    weibull = parametric(history(d), design, "weibull")
    shape = np.exp(-weibull.ancillary[1][1])
    np.testing.assert_allclose(weibull_hazard_ratio(weibull)[0], -weibull.coefficient * shape, rtol=1e-12)


# Distributions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [1.7, 1.0, 0.3, 0.02, 1e-3, 0.0, -0.02, -0.6, -1.4])
def test_the_generalised_gamma_integrates_its_density(shape: float) -> None:
    from scipy.integrate import quad

    standard = generalised_gamma(shape)
    for w in (-1.5, 0.0, 0.8):
        value, slope, bend = (float(part[0]) for part in standard.log_survival(np.array([w])))

        def density(x: float) -> float:
            return float(np.exp(standard.log_density(np.array([x]))[0][0]))

        area = quad(density, w, 12 if shape >= 0 else 60, limit=400)[0]
        assert np.exp(value) == pytest.approx(area, rel=1e-7)
        step = 1e-4
        above, below = (float(standard.log_survival(np.array([w + k]))[0][0]) for k in (step, -step))
        assert slope == pytest.approx((above - below) / (2 * step), rel=1e-6)
        assert bend == pytest.approx((above - 2 * value + below) / step**2, rel=1e-4)


def test_the_generalised_gamma_has_the_others_within() -> None:
    w = np.linspace(-3, 2, 11)
    for shape, name in ((1.0, "extreme"), (0.0, "normal"), (1e-9, "normal")):
        for kind in ("log_survival", "log_density"):
            mine, theirs = getattr(generalised_gamma(shape), kind)(w), getattr(STANDARD[name], kind)(w)
            for one, other in zip(mine, theirs, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


# The start -----------------------------------------------------------------------------------------------------------


@pytest.mark.lifelines
@pytest.mark.parametrize("distribution", ["weibull", "lognormal", "loglogistic"])
def test_lifelines_finds_the_neighbourhood(distribution: str) -> None:
    d = lung()
    one, design = history(d, weight="w"), plain_design(d, ["age", "sex"])
    start = lifelines_estimates(Times.of(one, 0, None, None), design.matrix, one.weight, distribution)
    fit = parametric(one, design, distribution)
    assert start is not None
    np.testing.assert_allclose(start, fit.state["curve"].solution.theta, rtol=1e-2)


@pytest.mark.lifelines
@pytest.mark.parametrize("distribution", EVERY)
def test_the_start_does_not_matter(distribution: str, monkeypatch: pytest.MonkeyPatch) -> None:
    d = lung()
    design = plain_design(d, ["age", "sex"])
    first = parametric(history(d), design, distribution)
    monkeypatch.setattr(module, "lifelines_estimates", lambda *_: None)
    same(first, parametric(history(d), design, distribution))


# Columns that cannot be estimated, and what is refused ---------------------------------------------------------------


@pytest.mark.parametrize("distribution", EVERY)
def test_columns_that_others_determine_are_dropped(distribution: str) -> None:
    d = lung().iloc[::2]
    d = d.assign(twice=2 * d.age - 1, constant=3.0)
    fit = parametric(history(d), plain_design(d, ["age", "twice", "constant", "sex"]), distribution, robust=True)
    alone = parametric(history(d), plain_design(d, ["age", "sex"]), distribution, robust=True)
    assert np.isnan(fit.coefficient[[1, 2]]).all()
    np.testing.assert_allclose(fit.coefficient[[0, 3]], alone.coefficient, rtol=1e-7)
    assert fit.df == alone.df
    dropped = [note for note in fit.notes if note.key == "parametric_dropped"]
    assert [(note.values["column"], note.code) for note in dropped] == [("twice", "TKK373"), ("constant", "TKK373")]


@pytest.mark.parametrize("distribution", ["weibull", "lognormal", "exponential"])
def test_a_level_without_events_is_infinite(distribution: str) -> None:
    d = lung().iloc[:120]
    d = d.assign(rare=(np.arange(120) % 10 == 0).astype(float))
    d = d.assign(dead=np.where(d.rare == 1, 0, d.dead))
    fit = parametric(history(d), plain_design(d, ["rare", "sex"]), distribution)
    assert fit.coefficient[0] == np.inf  # they wait for ever: the time ratio has no end
    assert np.isnan(fit.covariance[0]).all()
    others = d[d.rare == 0]
    alone = parametric(history(others), plain_design(others, ["sex"]), distribution)
    np.testing.assert_allclose(fit.coefficient[1], alone.coefficient[0], rtol=1e-4)
    np.testing.assert_allclose(fit.covariance[1, 1], alone.covariance[0, 0], rtol=1e-3)
    assert [note.code for note in fit.notes] == ["TKK372"]


@pytest.mark.parametrize("distribution", ["weibull", "lognormal", "loglogistic", "exponential"])
@pytest.mark.parametrize("entry", [0.0, 0.3])
def test_a_start_far_out_does_not_hide_a_level_without_events(distribution: str, entry: float) -> None:
    """lifelines starts it so far out that steps on a rounded curvature would stop there, with a number."""
    random = np.random.default_rng(1)
    time, event = 100 * random.weibull(1.2, 200) + 0.5, random.random(200) < 0.6
    level = np.arange(200) % 4
    event[level == 3] = False
    one = replace(people(time, event.astype(np.int64)), entry=time * entry * random.random(200))
    design = plain_design(pd.DataFrame({f"l{k}": (level == k).astype(float) for k in (1, 2, 3)}), ["l1", "l2", "l3"])
    fit = parametric(one, design, distribution)
    assert np.isposinf(fit.coefficient).tolist() == [False, False, True]
    assert [(note.key, note.values["column"]) for note in fit.notes] == [("parametric_infinite", "l3")]
    # with that level as the reference the intercept has no end either
    design = plain_design(pd.DataFrame({f"l{k}": (level == k).astype(float) for k in (0, 1, 2)}), ["l0", "l1", "l2"])
    code, _ = _code(lambda: parametric(one, design, distribution))
    assert code == "TKK336"


def _code(call: object) -> tuple[str, int | None]:
    with pytest.raises(TkkError) as caught:
        call()  # type: ignore[operator]
    return caught.value.code, caught.value.count


def test_what_is_refused() -> None:
    d = lung()
    one, design = history(d), plain_design(d, ["age"])
    stratified = replace(one, stratum=d.sex.to_numpy(dtype=np.int64) - 1)
    assert _code(lambda: parametric(stratified, design))[0] == "TKK333"
    at_zero = replace(one, exit=np.where(np.arange(len(d)) < 2, 0.0, one.exit), cause=np.ones(len(d), dtype=np.int64))
    assert _code(lambda: parametric(at_zero, design)) == ("TKK334", 2)
    entered = replace(one, entry=np.full(len(d), 1.0))
    early = {"lower": np.full(len(d), 0.5), "upper": one.exit}
    assert _code(lambda: parametric(entered, design, **early)) == ("TKK334", len(d))
    nobody = replace(one, cause=np.zeros(len(d), dtype=np.int64))
    assert _code(lambda: parametric(nobody, design))[0] == "TKK336"
    missing = plain_design(d.assign(age=np.where(d.age > 75, np.nan, d.age)), ["age"])
    assert _code(lambda: parametric(one, missing)) == ("TKK336", int((d.age > 75).sum()))


def test_times_that_are_all_alike_have_no_scale() -> None:
    alike = people(np.full(20, 5.0), np.ones(20))
    nothing = Design(np.empty((20, 0)), (), ())
    two_times = people(np.repeat([1.0, 2.0], 10), np.ones(20))
    assert _code(lambda: parametric(two_times, nothing, "gengamma"))[0] == "TKK336"
    assert _code(lambda: parametric(alike, nothing, "weibull"))[0] == "TKK336"


def test_a_censoring_at_time_0_says_nothing() -> None:
    d = lung()
    one, design = history(d), plain_design(d, ["sex"])
    more = people(np.append(one.exit, 0.0), np.append(one.cause, 0))
    wider = Design(np.vstack([design.matrix, [[2.0]]]), design.columns, design.terms)
    same(parametric(one, design), parametric(more, wider))


def test_a_fit_that_does_not_settle_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    from tkk_cli.models import newton

    d = lung()
    monkeypatch.setattr(newton, "MOST_STEPS", 2)
    fit = parametric(history(d), plain_design(d, ["age"]))
    assert [note.code for note in fit.notes] == ["TKK374"]
