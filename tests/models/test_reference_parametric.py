"""Parametric models against R's ``survreg``, on real data."""

from __future__ import annotations

import numpy as np
import pytest
from models.aft_models import aft_model, cav_first, people, plain_design
from reference_sets import Record, frames, records

from tkk_cli.models.parametric import parametric, weibull_hazard_ratio
from tkk_cli.models.smooth_curves import pattern_curve

# survreg iterates until the relative change of the likelihood is 1e-13: its estimates then have 7 digits or more, and
# its second derivatives as many; coefficients near 0 are compared in standard errors.
ITERATED = 1e-7
# An optimiser without derivatives (optim, BFGS): "about 6 digits", says the record.
OPTIM = 2e-5

FAMILIES = ("parametric_aft", "parametric_left_truncated", "interval_censored", "turnbull")
BY_NAME = {
    ("bcdeter", "lrt"),
    ("cav", "interval_first_cav"),
    ("channing", "weibull_left_truncated"),
}
_NO_COVARIATES = "the non-parametric curve of interval-censored times has no covariates"
NOT_CLAIMED_PARAMETRIC: dict[tuple[str, str], str] = {
    ("injury", "aft_ky_did_gaussian"): "a normal distribution of time itself: tkk models times, which are positive",
    ("lung", "aft_weibull_strata_sex"): "a scale for each stratum: refused (TKK333)",
    **{
        ("bcdeter", f"{kind}_{who}"): _NO_COVARIATES
        for kind in ("npmle", "survfit_turnbull")
        for who in ("all", "radio", "radiochemo")
    },
}
STORED = [r for r in records() if r.family in FAMILIES]
AFT = [r for r in STORED if (r.set, r.id) not in BY_NAME | NOT_CLAIMED_PARAMETRIC.keys()]


def _the(set: str, id: str) -> Record:
    (found,) = (r for r in STORED if (r.set, r.id) == (set, id))
    return found


@pytest.mark.parametrize("record", AFT, ids=str)
def test_parametric_is_survreg(record: Record) -> None:
    model, value = aft_model(record), record.value
    fit = parametric(model.history, model.design, model.distribution, lower=model.lower, upper=model.upper)
    assert fit.n == value["n"]
    names = [name for name, _, _ in fit.ancillary]
    assert names == (["intercept"] if model.distribution == "exponential" else ["intercept", "log_scale"])
    errors = np.array(value["se"])
    mine = np.array([fit.ancillary[0][1], *fit.coefficient, *(v for _, v, _ in fit.ancillary[1:])])
    np.testing.assert_allclose(mine / errors, np.array(value["coef"]) / errors, rtol=ITERATED, atol=ITERATED)
    mine = [fit.ancillary[0][2], *np.sqrt(np.diag(fit.covariance)), *(e for _, _, e in fit.ancillary[1:])]
    np.testing.assert_allclose(mine, errors, rtol=ITERATED)
    p = len(model.covariates)
    stored = np.array(value["vcov"]["matrix"])[1 : p + 1, 1 : p + 1]
    np.testing.assert_allclose(fit.covariance, stored, rtol=ITERATED, atol=ITERATED * np.abs(stored).max(initial=0.0))
    assert fit.log_likelihood == pytest.approx(value["loglik"], rel=1e-10)
    assert fit.log_likelihood_null == pytest.approx(value["loglik_null"], rel=1e-10)
    assert 2 * fit.df - 2 * fit.log_likelihood == pytest.approx(value["aic"], rel=1e-10)
    if "ph" in value:
        shape, hazard = value["ph"]["shape"], np.array(value["ph"]["log_hr"])[1:]
        assert np.exp(-fit.ancillary[1][1]) == pytest.approx(shape, rel=ITERATED)
        np.testing.assert_allclose(weibull_hazard_ratio(fit)[0], hazard, rtol=1e-6, atol=ITERATED)
    if "surv" in value:
        _predicts(model.rows(value["quantile"]["newdata"]), fit.state["curve"], value)


def _predicts(rows: np.ndarray, curve: object, value: dict) -> None:
    times = np.array(value["surv"]["time"], dtype=np.float64)
    for row, survival in zip(rows, value["surv"]["surv"]["matrix"], strict=True):
        np.testing.assert_allclose(pattern_curve(curve, times, row)[0], survival, rtol=1e-6, atol=1e-10)
    gone = np.array(value["quantile"]["p"])
    quantiles, errors = (value["quantile"][name]["matrix"] for name in ("estimate", "se"))
    for row, at, error in zip(rows, np.array(quantiles), np.array(errors), strict=True):
        survival, std_error = pattern_curve(curve, at, row)
        np.testing.assert_allclose(survival, 1 - gone, atol=ITERATED)
        # The error of a quantile is that of survival over the density; the density by a difference, 7 digits.
        step = 1e-5 * at
        density = (pattern_curve(curve, at - step, row)[0] - pattern_curve(curve, at + step, row)[0]) / (2 * step)
        np.testing.assert_allclose(std_error / density, error, rtol=1e-6)


def test_likelihood_ratios_of_interval_censored_models() -> None:
    value = _the("bcdeter", "lrt").value
    fits = {}
    for distribution in ("weibull", "exponential"):
        model = aft_model(_the("bcdeter", f"aft_chemo_{distribution}"))
        fits[distribution] = parametric(model.history, model.design, distribution, lower=model.lower, upper=model.upper)
        (ratio,) = (test for test in fits[distribution].tests if test.test == "likelihood_ratio")
        assert (ratio.statistic, ratio.df) == (pytest.approx(value[f"{distribution}_chemo"], rel=1e-8), 1)
    gain = 2 * (fits["weibull"].log_likelihood - fits["exponential"].log_likelihood)
    assert gain == pytest.approx(value["weibull_vs_exponential"], rel=1e-8)


def test_first_vasculopathy_is_counted_as_in_the_reference() -> None:
    value, first = _the("cav", "interval_first_cav").value, cav_first()
    known = np.isfinite(first.upper)
    assert (len(first), known.sum()) == (value["n"], value["n_interval"])
    assert first.lower.mean() == pytest.approx(value["meanL"], rel=1e-12)
    assert first.upper[known].sum() == pytest.approx(value["sumR"], rel=1e-12)


def test_late_entry_is_the_written_out_likelihood() -> None:
    value, d = _the("channing", "weibull_left_truncated").value, frames("channing")[""]
    d = d.assign(male=(d.gender == 1).astype(int))
    history = people(d.age.to_numpy(), d.death.to_numpy(), entry=d.ageentry.to_numpy(dtype=np.float64))
    fit = parametric(history, plain_design(d, ["male"]), "weibull")
    (effect,), covariance = weibull_hazard_ratio(fit)
    (_, mu, _), (_, log_scale, log_scale_error) = fit.ancillary
    shape = np.exp(-log_scale)
    mine = [-log_scale, shape * (np.log(1000) - mu), effect]
    np.testing.assert_allclose(mine, [value[name] for name in ("log_shape", "b0", "b_male")], rtol=OPTIM, atol=OPTIM)
    errors = [log_scale_error, np.sqrt(covariance[0, 0])]
    np.testing.assert_allclose(errors, [value["se"][0], value["se"][2]], rtol=1e-4)  # optim's numerical Hessian
    assert fit.log_likelihood == pytest.approx(value["loglik"], rel=1e-9)


def test_every_stored_record_is_claimed_or_has_a_reason() -> None:
    stored = {(r.set, r.id) for r in STORED}
    assert len(stored) == 50
    assert {(r.set, r.id) for r in AFT} | BY_NAME == stored - NOT_CLAIMED_PARAMETRIC.keys()
    assert NOT_CLAIMED_PARAMETRIC.keys() <= stored
