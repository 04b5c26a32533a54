"""Poisson and discrete-time models against every stored number of R."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from agreement import agree, matrix
from reference_sets import Record, of_families, records, table

from tkk_cli.designs import Design, Term
from tkk_cli.estimators.splitting import split, split_scales, tabulate
from tkk_cli.histories import EventHistory
from tkk_cli.models.discrete import Periods, discrete, periods_of
from tkk_cli.models.fits import Fit
from tkk_cli.models.poisson import TIME, Bands, pieces, poisson
from tkk_cli.models.rates import rates

# Both sides iterate until the deviance stands still; what is left is the rounding of the last step.
ITERATED = 1e-7
# nnet::multinom stops at about five digits.
MULTINOM = 1e-4

FAMILIES = ("poisson_rates", "lexis", "smr", "rates_standardised", "discrete_time")
STORED = {(record.set, record.id): record for record in of_families(*FAMILIES)}
_TABLE = (
    "popEpi's and Epi's population rates are not stored; expected counts are tested by hand in test_regress_pieces.py"
)
NOT_CLAIMED_RATES: dict[tuple[str, str], str] = {
    ("cgd", "negbin_rate"): "a negative binomial model is none of tkk's",
    ("dmlate", "smr"): _TABLE,
    ("sire", "smr_popmort"): _TABLE,
}
IN_OTHER_MODULES = {("dmlate", "lexis"), ("dmlate", "split_counts"), ("sire", "lexpand_table")}


def stored(*ids: tuple[str, str]) -> pytest.MarkDecorator:
    """The records of a test, which its name then tells."""
    return pytest.mark.parametrize("record", [STORED[id] for id in ids], ids=str)


def test_every_record_is_claimed_or_has_a_reason() -> None:
    marks = [mark for test in globals().values() for mark in getattr(test, "pytestmark", [])]
    here = {(record.set, record.id) for mark in marks if mark.args[0] == "record" for record in mark.args[1]}
    all_of_them = {(record.set, record.id) for record in records() if record.family in FAMILIES}
    assert all_of_them == here | IN_OTHER_MODULES | NOT_CLAIMED_RATES.keys()
    assert len(here) == 13


def design(d: pd.DataFrame, names: list[str]) -> Design:
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(names))
    return Design(np.ascontiguousarray(d[names].to_numpy(dtype=np.float64)), tuple(names), terms)


def history(exit: pd.Series, cause: pd.Series, entry: pd.Series | None = None, **other: object) -> EventHistory:
    causes = tuple(str(k) for k in range(1, max(1, int(cause.max())) + 1))
    zeros = np.zeros(len(exit), dtype=np.int64)
    start = None if entry is None else entry.to_numpy(dtype=np.float64)
    return EventHistory(
        exit.to_numpy(dtype=np.float64), cause.to_numpy(dtype=np.int64), causes, zeros, ("all",), start, **other
    )  # type: ignore[arg-type]


def beta(fit: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and standard errors, the intercept first and the pieces before the covariates, as glm has them."""
    n_pieces = sum("[" in name for name in fit.columns)
    p = len(fit.columns) - n_pieces
    order = [*range(p, p + n_pieces), *range(p)]
    _, intercept, error = fit.ancillary[0]
    se = np.sqrt(np.diag(fit.covariance))
    return np.array([intercept, *fit.coefficient[order]]), np.array([error, *se[order]])


def agree_glm(fit: Fit, value: dict[str, Any], se: str = "se") -> None:
    coefficient, error = beta(fit)
    np.testing.assert_allclose(coefficient, value["coef"], rtol=ITERATED)
    np.testing.assert_allclose(error, value[se], rtol=ITERATED)
    if se == "se":
        # Relative to the variances beside it, since a covariance may be nearly 0; glm's is that of its last step but
        # one, and a variance has twice the relative error of its root.
        size = np.outer(value["se"], value["se"])
        np.testing.assert_allclose(
            fit.state["covariance"] / size, matrix(value["vcov"]) / size, rtol=0, atol=2 * ITERATED
        )


# Poisson -------------------------------------------------------------------------------------------------------------


@stored(("cgd", "poisson_rate"))
def test_rates_of_infections_by_treatment(record: Record) -> None:
    """One row an infection here, one row a person in R: the same likelihood, and scores summed by person."""
    d = table("cgd")
    rows = history(d.tstop, d.status, d.tstart, cluster=pd.factorize(d.id)[0].astype(np.int64))
    x = design(d.assign(trt=(d.treat != "placebo").astype(int)), ["trt"])
    agree_glm(poisson(pieces(rows, []), x)[0], record.value)
    agree_glm(poisson(pieces(rows, []), x, robust=True)[0], record.value, "se_HC0")


def rossi_weeks() -> pd.DataFrame:
    d = table("rossi")
    weeks = d.loc[d.index.repeat(d.week)].reset_index(drop=True)
    weeks["stop"] = weeks.groupby("id").cumcount() + 1
    employed = d[[f"emp{k}" for k in range(1, 53)]].to_numpy() == "yes"
    weeks["employed"] = employed[weeks.id.to_numpy() - 1, weeks.stop.to_numpy() - 1].astype(int)
    weeks["arrested"] = ((weeks.stop == weeks.week) & (weeks.arrest == 1)).astype(int)
    return weeks.assign(start=weeks.stop - 1, fin1=(weeks.fin == "yes").astype(int), stop2=weeks.stop**2.0)


@pytest.mark.parametrize("rows", ["weeks", "people"])
@stored(("rossi", "poisson_piecewise"))
def test_piecewise_rates_of_arrest(record: Record, rows: str) -> None:
    d = rossi_weeks()
    if rows == "people":
        d = d[d.stop == d.week].assign(start=0)
    fit, whole = poisson(
        pieces(history(d.stop, d.arrested, d.start), [13.0, 26.0, 39.0]), design(d, ["fin1", "age", "prio"])
    )
    agree_glm(fit, record.value)
    # every week lasts 1, so that log(person-time) adds nothing to R's log-likelihood
    assert fit.log_likelihood == pytest.approx(record.value["loglik"], rel=1e-10)
    assert whole.columns[3:] == ("time[(13, 26]]", "time[(26, 39]]", "time[> 39]")


@stored(("rossi", "rates_fin_period"))
def test_events_and_person_weeks_by_aid_and_period(record: Record) -> None:
    wanted = record.value
    d = rossi_weeks()
    d = d[d.stop == d.week]
    parts = split(history(d.stop, d.arrested), [13.0, 26.0, 39.0])
    events, weeks = tabulate(parts.history, parts.piece * 2 + d.fin1.to_numpy()[parts.row], 8)
    assert events[0].tolist() == wanted["arrest_now"]
    agree(weeks, wanted["pt"], "person-weeks")


def diabetes() -> tuple[pd.DataFrame, EventHistory]:
    d = table("dmlate")
    d = d[d.dox > d.dodm].reset_index(drop=True)
    d = d.assign(age=d.dodm - d.dobth, sexM=(d.sex == "M").astype(int), dead=d.dodth.notna().astype(int))
    return d, history(d.dox - d.dodm, d.dead)


@stored(("dmlate", "rates_age10_sex"))
def test_rates_of_death_by_age_and_sex(record: Record) -> None:
    wanted = record.value
    d, rows = diabetes()
    parts = split_scales(rows, {"age": (d.age.to_numpy(), np.arange(10, 111, 10.0))})
    size = 11
    events, years = tabulate(parts.history, d.sexM.to_numpy()[parts.row] * size + parts.piece["age"], 2 * size)
    assert events[0].tolist() == wanted["D"]
    np.testing.assert_allclose(years, wanted["Y"], rtol=1e-9)
    rate, _, low, high = rates(events[0], years, np.arange(2 * size), 2 * size, 0.95)
    for mine, name in ((rate, "rate_per_1000"), (low, "lower_exact"), (high, "upper_exact")):
        np.testing.assert_allclose(1000 * mine, wanted[name], rtol=1e-9)


AGE = np.array([40.0, 50, 60, 70, 80])
DURATION = np.array([1.0, 2, 5, 10])


@stored(("dmlate", "poisson_age_tfd_sex"))
def test_rates_on_age_and_duration(record: Record) -> None:
    value = record.value
    d, rows = diabetes()
    bands = Bands(d.age.to_numpy(), AGE, ("<40", "40", "50", "60", "70", "80"))
    fit, _ = poisson(pieces(rows, DURATION, {"age": bands}), design(d, ["sexM"]), factors=("age", TIME))
    # the reference of age is the band with most events; R's is the first
    bands_shown = [f"age[{band}]" for band in ("<40", "40", "50", "60", "70", "80")]
    found = dict.fromkeys(bands_shown, 0.0) | dict(zip(fit.columns, fit.coefficient, strict=True))
    first = found[bands_shown[0]]
    mine = [fit.ancillary[0][1] + first, *(found[name] - first for name in bands_shown[1:])]
    theirs = ["1", *bands_shown[1:], *fit.columns[-4:], "sexM"]
    np.testing.assert_allclose([*mine, *(found[name] for name in theirs[6:])], value["coef"], rtol=ITERATED)
    error = dict(zip(fit.columns, np.sqrt(np.diag(fit.covariance)), strict=True))
    errors = dict(zip(theirs, value["se"], strict=True))
    for name in ("sexM", *fit.columns[-4:]):
        assert error[name] == pytest.approx(errors[name], rel=ITERATED)


@stored(("dmlate", "table_age_tfd_sex"))
def test_events_and_years_by_age_duration_and_sex(record: Record) -> None:
    wanted = record.value
    d, rows = diabetes()
    parts = split_scales(rows, {"age": (d.age.to_numpy(), AGE), "time": (np.zeros(len(d)), DURATION)})
    cell = (d.sexM.to_numpy()[parts.row] * 5 + parts.piece["time"]) * 6 + parts.piece["age"]
    events, years = tabulate(parts.history, cell, 60)
    assert events[0].tolist() == wanted["D"]
    np.testing.assert_allclose(years, wanted["Y"], rtol=1e-9)


@stored(("sire", "direct_standardisation_1993"), ("sire", "direct_standardisation_2003"), ("sire", "rate_standardised"))
def test_directly_standardised_rate(record: Record) -> None:
    """Weights times the rates of the strata; popEpi's record has both periods."""
    popepi = STORED["sire", "rate_standardised"].value
    for place, year in enumerate(popepi["per"]):
        value = STORED["sire", f"direct_standardisation_{year}"].value
        events, years = np.array(value["D"], dtype=float), np.array(value["Y"])
        each, spread, *_ = rates(events, years, np.arange(5), 5, 0.95)
        rate, error = value["weights"] @ each, np.sqrt(np.square(value["weights"] * spread).sum())
        if record.id == "rate_standardised":
            agree(rate, popepi["rate.adj"][place], "rate")
            agree(error, popepi["SE.rate.adj"][place], "standard error")
        elif record.id.endswith(str(year)):
            agree(rate, record.value["rate"], "rate")
            agree(error, record.value["se"], "standard error")


# Discrete time -------------------------------------------------------------------------------------------------------


@stored(("rossi", "discrete_cloglog"))
def test_weeks_of_arrest_with_employment_of_the_week(record: Record) -> None:
    value = record.value
    d = rossi_weeks()
    rows = history(d.stop, d.arrested, d.start, cluster=d.id.to_numpy() - 1)
    weeks = np.arange(1.0, 53)
    x = design(d, ["stop", "stop2", "fin1", "age", "prio", "employed"])
    common = np.zeros(52, dtype=np.int64)
    (fit, _), *rest = discrete(periods_of(rows, weeks), x, "cloglog", groups=common)
    assert not rest
    agree_glm(fit, value)
    assert fit.log_likelihood == pytest.approx(value["loglik"], rel=1e-10)
    ((fit, _),) = discrete(periods_of(rows, weeks), x, "cloglog", groups=common, robust=True)
    agree_glm(fit, value, "se_cluster_HC0")


def unemployed(cause: str) -> tuple[pd.DataFrame, Periods]:
    d = table("unempdur")
    d = d.assign(ui=(d.ui == "yes").astype(int), any=(d.cause > 0).astype(int))
    return d, periods_of(history(d.spell, d[cause]), np.arange(1.0, 29))


@stored(("unempdur", "discrete_cloglog"), ("unempdur", "discrete_logit"))
def test_grouped_periods_of_unemployment(record: Record) -> None:
    value, link = record.value, record.id.removeprefix("discrete_")
    d, periods = unemployed("any")
    assert len(periods.row) == d.spell.sum()
    groups = np.searchsorted([1, 2, 4, 6, 8, 13, 20, 28], np.arange(1, 29))
    x = design(d, ["ui", "reprate", "age", "logwage", "tenure"])
    ((fit, _),) = discrete(periods, x, link, groups=groups)
    agree_glm(fit, value)
    assert fit.log_likelihood == pytest.approx(value["loglik"], rel=1e-10)
    ((fit, _),) = discrete(periods, x, link, groups=groups, robust=True)
    agree_glm(fit, value, "se_cluster_HC0")


@stored(("unempdur", "discrete_multinomial"))
def test_multinomial_of_three_ways_out(record: Record) -> None:
    value = record.value
    d, periods = unemployed("cause")
    rows = periods.history
    weeks = d.loc[periods.row].assign(log_t=np.log(periods.period + 1.0))
    whole = replace(periods, whole=rows, row=np.arange(len(rows)))
    x = design(weeks, ["log_t", "ui", "age", "logwage"])
    fits = discrete(whole, x, "logit", groups=np.zeros(28, dtype=np.int64))
    assert len(fits) == 3
    for k, (fit, _) in enumerate(fits):
        coefficient, error = beta(fit)
        wanted = np.array(value["coef"]["matrix"][k])
        np.testing.assert_allclose(coefficient, wanted, rtol=MULTINOM, atol=MULTINOM * np.abs(wanted).max())
        np.testing.assert_allclose(error, value["se"]["matrix"][k], rtol=MULTINOM)
        assert fit.log_likelihood == pytest.approx(value["loglik"], rel=1e-9)
