"""Fine-Gray on real data is ``cmprsk::crr`` and ``finegray`` + ``coxph`` of R's survival."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from agreement import matrix
from models.fine_gray_numbers import NUMBERS
from reference_sets import Record, frames, history, records, the_record

from tkk_cli.designs import Design, Term
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.fine_gray import fine_gray
from tkk_cli.models.fine_gray_curves import baseline_hazard, predicted_incidence
from tkk_cli.models.fits import Fit

# Both iterate; ours goes on until a step changes no digit, and R ran to 1e-11 or better.
ITERATED = 1e-7
# crr stops where its score is below this share of its log-likelihood, up to 2e-5 from the maximum in these records;
# so they are compared with Newton's steps stopped by the same rule. NUMBERS has the same fits run to convergence.
CRR_STOPS = 1e-6
# The log-likelihood is flat there, so it has all of its digits.
FLAT = 1e-12

_EXPANDED = "tkk expands no rows; the weights of the expanded rows are in every coefficient that is tested"
NOT_CLAIMED_FINE_GRAY: dict[tuple[str, str], str] = {
    **{("mgus2", f"finegray_rows_{c}"): _EXPANDED for c in ("pcm", "death")},
    ("unempdur", "finegray_rows"): _EXPANDED,
}
CRR = {
    ("mgus2", "crr_pcm"): 0,
    ("mgus2", "crr_death"): 1,
    ("mvad", "crr_training_employment"): 0,
    ("sire", "crr1"): 0,
    ("unempdur", "crr_ft"): 0,
    ("unempdur", "crr_pt"): 1,
}
FINEGRAY = {
    ("unempdur", "finegray_ft"): (0, "efron"),
    ("unempdur", "finegray_ft_breslow"): (0, "breslow"),
    **{
        ("mgus2", f"finegray_{name}_{ties}"): (cause, ties)
        for cause, name in enumerate(("pcm", "death"))
        for ties in ("efron", "breslow")
    },
}
UNEMPDUR = ["ui", "reprate", "age", "logwage", "tenure"]
MGUS2 = ["age", "sexM", "mspike"]
TIMES = {"mgus2": ("etime", "ev"), "mvad": ("len", "ev"), "sire": ("yrs", "status"), "unempdur": ("spell", "cause")}


def design(d: pd.DataFrame, columns: list[str]) -> Design:
    """The columns as numbers."""
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(columns))
    return Design(np.ascontiguousarray(d[columns].to_numpy(dtype=np.float64)), tuple(columns), terms)


def prepared(set: str) -> tuple[pd.DataFrame, list[str]]:
    """Rows and covariates of the models of a set, as its ``reference.R`` makes them."""
    d = frames(set)["aj_training_exit" if set == "mvad" else ""].copy()
    if set == "mgus2":
        d["sexM"] = (d.sex == "M").astype(int)
        return d.dropna(subset=MGUS2), MGUS2
    if set == "mvad":
        d["gcse"] = (d.gcse5eq == "yes").astype(int)
        return d, ["m", "gcse"]
    return d, ["era", "dg_age"] if set == "sire" else UNEMPDUR


def fitted(set: str, cause: int, **options: Any) -> Fit:
    d, columns = prepared(set)
    exit, event = TIMES[set]
    return fine_gray(history(d, exit, event, causes=int(d[event].max())), design(d, columns), cause, **options)


def agree(mine: Float, theirs: Float, tolerance: float, what: str) -> None:
    np.testing.assert_allclose(mine, theirs, rtol=tolerance, err_msg=what)


def agree_covariance(mine: Float, theirs: Float, tolerance: float) -> None:
    """In units of the standard errors: a covariance near 0 has no digits of its own."""
    unit = np.sqrt(np.outer(np.diag(theirs), np.diag(theirs)))
    np.testing.assert_allclose(mine / unit, theirs / unit, rtol=0, atol=tolerance)


def stopped_as_crr(fit: Fit) -> Fit:
    """The fit after as many of Newton's steps as crr takes."""
    model = fit.state["model"]
    sums, beta = model.sums, np.zeros(len(fit.columns))
    while True:
        at = sums.evaluate(beta)
        score, information = sums.score(at), sums.information(at)[0]
        coefficient = beta / sums.scale
        left = np.max(np.abs(score * sums.scale) * np.maximum(np.abs(coefficient), 1))
        if left < CRR_STOPS * max(abs(at.log_likelihood), 1):
            break
        beta = beta + np.linalg.solve(information, score)
    bread = np.linalg.inv(information)
    return replace(
        fit,
        coefficient=coefficient,
        covariance=bread @ model.meat(at) @ bread / np.outer(sums.scale, sums.scale),
        log_likelihood=at.log_likelihood,
        state={**fit.state, "at": at, "beta": beta, "bread": bread},
    )


@pytest.mark.parametrize("record", [the_record(*key) for key in CRR], ids=str)
def test_it_is_crr(record: Record) -> None:
    converged, stored = fitted(record.set, CRR[record.set, record.id]), record.value
    fit = stopped_as_crr(converged)
    np.testing.assert_array_less(np.abs(fit.coefficient / converged.coefficient - 1), 1e-4)
    agree(fit.coefficient, stored["coef"], ITERATED, "coefficients")
    agree_covariance(fit.covariance, matrix(stored["vcov"]), ITERATED)
    agree(np.sqrt(np.diag(fit.covariance)), stored["se"], ITERATED, "standard errors")
    agree(np.array(fit.log_likelihood), stored["loglik"], FLAT, "log-likelihood")
    agree(np.array(fit.log_likelihood_null), stored["loglik_null"], FLAT, "null log-likelihood")
    assert fit.n == stored["n"]
    assert fit.measure == "subdistribution_hazard_ratio"
    predicted = stored["predicted_cif"]
    curves = predicted_incidence(fit, matrix(predicted["cov1"]), np.array(predicted["time"], dtype=np.float64))
    agree(curves.estimate.T, matrix(predicted["cif"]), ITERATED, "predicted incidence")


def with_censoring_of_all(cause: int, ties: str) -> Fit:
    """mgus2 as its records have it: ``finegray`` counted the censoring of people whose ``mspike`` is missing.

    Case weights do not enter the censoring curve, so a weight of nothing leaves them in it and in nothing else; an
    event of theirs, which is not a censoring either way, is made the other one, that it be in no tied set.
    """
    d = frames("mgus2")[""].copy()
    d["sexM"], missing = (d.sex == "M").astype(int), d.mspike.isna()
    d["w"], d["mspike"] = np.where(missing, 1e-200, 1.0), d.mspike.fillna(0.0)
    d["ev"] = np.where(missing & (d.ev > 0), 2 - cause, d.ev)
    rows = history(d, "etime", "ev", weight="w", causes=2)
    return fine_gray(rows, design(d, MGUS2), cause, convention="finegray", ties=ties)


@pytest.mark.parametrize("record", [the_record(*key) for key in FINEGRAY], ids=str)
def test_it_is_finegray_with_coxph(record: Record) -> None:
    (cause, ties), stored = FINEGRAY[record.set, record.id], record.value
    if record.set == "mgus2":
        fit = with_censoring_of_all(cause, ties)
    else:
        fit = fitted(record.set, cause, convention="finegray", ties=ties)
    assert fit.model_covariance is not None
    agree(fit.coefficient, stored["coef"], ITERATED, "coefficients")
    agree_covariance(fit.covariance, matrix(stored["vcov"]), ITERATED)
    agree(np.sqrt(np.diag(fit.covariance)), stored["robust_se"], ITERATED, "robust standard errors")
    agree(np.sqrt(np.diag(fit.model_covariance)), stored["se"], ITERATED, "standard errors of the model")
    agree(np.array(fit.log_likelihood), stored["loglik"], FLAT, "log-likelihood")
    agree(np.array(fit.log_likelihood_null), stored["loglik_null"], FLAT, "null log-likelihood")
    assert fit.n_event == stored["nevent"]
    tests = {test.test: test for test in fit.tests}
    for name, key in (("likelihood_ratio", "lrt"), ("wald", "wald"), ("score", "score")):
        agree(np.array(tests[name].statistic), stored[key]["chisq"], ITERATED, name)
        assert tests[name].df == stored[key]["df"]
    agree(np.array(tests["robust_score"].statistic), stored["robust_score"], ITERATED, "robust score")


def _unempdur() -> tuple[pd.DataFrame, EventHistory, Design]:
    d, columns = prepared("unempdur")
    d["s"], d["w"] = (d.age >= 35).astype(int), np.where(d.tenure > 3, 1.5, 0.75)
    return d, history(d, "spell", "cause", causes=int(d.cause.max())), design(d, columns)


def _late() -> tuple[Design, EventHistory]:
    d, _ = prepared("mgus2")
    d["b1"] = d.age + d.etime / 12
    d = d[d.b1 > d.age]
    return design(d, ["sexM", "mspike"]), history(d, "b1", "ev", entry="age", causes=2)


@pytest.mark.parametrize("name", NUMBERS)
def test_it_is_r_run_to_convergence(name: str) -> None:
    kind, _, how = name.partition("_")
    options: dict[str, Any] = {} if kind == "crr" else {"convention": "finegray", "ties": how}
    cause = 0
    if kind == "mgus2":
        fit = fitted("mgus2", 0, **options)
    elif kind == "late":
        covariates, rows = _late()
        fit = fine_gray(rows, covariates, **options)
    else:
        d, _, covariates = _unempdur()
        more = {"strata": {"strata": ["s"]}, "weights": {"weight": "w"}, "cluster": {"cluster": "age"}}
        rows = history(d, "spell", "cause", causes=int(d.cause.max()), **more.get(kind, {}))
        if how == "cengroup":
            options["censoring_group"] = d.s.to_numpy()
        elif kind == "crr":
            cause = int(how) - 1
        fit = fine_gray(rows, covariates, cause, **options)
    coefficient, triangle, log_likelihood = NUMBERS[name]
    p = len(coefficient)
    covariance = np.zeros((p, p))
    covariance.T[np.tril_indices(p)] = triangle
    covariance = np.triu(covariance) + np.triu(covariance, 1).T
    agree(fit.coefficient, np.array(coefficient), ITERATED, "coefficients")
    agree(np.array(fit.log_likelihood), np.array(log_likelihood), FLAT, "log-likelihood")
    if how == "cengroup":
        # crr 2.2-11 counts in the variance of a group's censoring curve only the events of that group, though
        # censoring weighs in at all; test_fine_gray checks ours against the derivative. The two are close.
        agree_covariance(fit.covariance, covariance, 0.02)
    else:
        agree_covariance(fit.covariance, covariance, ITERATED)


def test_the_baseline_is_that_of_crr() -> None:
    """cumsum of ``crr``'s ``bfitj`` is -log(1 - incidence) at covariates 0."""
    fit = stopped_as_crr(fitted("mvad", 0))
    stored = the_record("mvad", "crr_training_employment").value["predicted_cif"]
    time, hazard = baseline_hazard(fit)
    at = hazard[np.searchsorted(time, stored["time"], side="right") - 1]
    agree(-np.expm1(-at), matrix(stored["cif"])[:, 0], ITERATED, "incidence at 0")


def test_every_stored_record_is_claimed_or_has_a_reason() -> None:
    stored = {(record.set, record.id) for record in records() if record.family == "fine_gray"}
    assert len(stored) == 15
    assert CRR.keys() | FINEGRAY.keys() == stored - NOT_CLAIMED_FINE_GRAY.keys()
    assert NOT_CLAIMED_FINE_GRAY.keys() <= stored
    assert all(NOT_CLAIMED_FINE_GRAY.values())
