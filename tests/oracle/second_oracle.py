"""The estimators against the package ``survival`` (Rust), run by ``nox -s oracle``.

The file is not named ``test_*``: the package is no dependency of the tests, and R remains the first oracle.
Of its regressions those that carry the names of R's functions are here. Left out is what it is known to compute
otherwise than R: ``recurrent.andersen_gill``, ``regression.flexible_parametric_model`` and the ``causal`` functions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import survival

from tkk_cli.designs import Design, Term
from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.concordance import concordance
from tkk_cli.estimators.kaplan_meier import kaplan_meier
from tkk_cli.estimators.log_rank import log_rank
from tkk_cli.estimators.risk import risk_table
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.cox import cox
from tkk_cli.models.fine_gray import fine_gray
from tkk_cli.models.fits import ChiSquare, Fit
from tkk_cli.models.parametric import parametric
from tkk_cli.models.risk_sums import risk_sums
from tkk_cli.models.zph import proportional_hazards

CLOSED_FORM = 1e-10  # the same formula in two languages: only the order of the sums differs
# Newton's last step leaves the square of the one before it, so both stop far nearer the maximum than their rules ask;
# what remains is rounding through an inverted information.
ITERATED = 1e-8
LOG_LIKELIHOOD = 1e-10  # flat at the maximum, so where exactly a fit stops does not show


def history(entry: bool = False, weight: bool = False, seed: int = 5) -> EventHistory:
    """400 people in two groups, whole days with heavy ties, two causes."""
    random = np.random.default_rng(seed)
    start = random.integers(0, 20, 400) * random.integers(0, 2, 400)
    return EventHistory(
        exit=(start + random.integers(1, 60, 400)).astype(float),
        cause=random.integers(0, 3, 400),
        causes=("paluu", "elake"),
        group=random.integers(0, 2, 400),
        groups=("a", "b"),
        entry=start.astype(float) if entry else None,
        weight=random.integers(1, 4, 400).astype(float) if weight else None,
        weight_kind="frequency" if weight else None,
    )


def response(h: EventHistory, event: list[Any]) -> Any:
    times = [h.exit.tolist()] if h.entry is None else [h.entry.tolist(), h.exit.tolist()]
    return survival.Surv(*times, event)


def at(times: Any, values: Any, wanted: Float) -> Float:
    """A step function of the oracle, which keeps its own times, at ours."""
    return np.asarray(values)[np.searchsorted(np.asarray(times), wanted, side="right") - 1]


@pytest.mark.parametrize("entry", [False, True])
@pytest.mark.parametrize("weight", [False, True])
def test_kaplan_meier(entry: bool, weight: bool) -> None:
    h = history(entry, weight)
    weights = None if h.weight is None else h.weight.tolist()
    theirs = survival.survfit(response(h, (h.cause > 0).astype(int).tolist()), weights=weights)
    ours = kaplan_meier(h, risk_table(h))
    surv = at(theirs.time, theirs.surv, ours.time)
    np.testing.assert_allclose(ours.estimate, surv, atol=CLOSED_FORM)
    above = surv > 0  # the oracle's standard error is that of log S
    log_error = at(theirs.time, theirs.std_err, ours.time[above])
    np.testing.assert_allclose(ours.std_error[above], surv[above] * log_error, atol=CLOSED_FORM)


@pytest.mark.parametrize("entry", [False, True])
@pytest.mark.parametrize("cause", [0, 1])
def test_aalen_johansen(entry: bool, cause: int) -> None:
    h = history(entry)
    start = np.zeros(len(h)) if h.entry is None else h.entry
    columns = {
        "start": start.tolist(),
        "stop": h.exit.tolist(),
        "end": [str(code) for code in h.cause],
        "person": list(range(len(h))),
    }
    theirs = survival.survfit("Surv(start, stop, factor(end)) ~ 1", columns, id=columns["person"])
    ours = aalen_johansen(h, risk_table(h), cause)
    for values, stored in ((ours.estimate, theirs.pstate), (ours.std_error, theirs.std_err)):
        np.testing.assert_allclose(
            values, at(theirs.time, np.asarray(stored)[:, cause + 1], ours.time), atol=CLOSED_FORM
        )


@pytest.mark.parametrize("rho", [0.0, 1.0])
@pytest.mark.parametrize("cause", [0, 1, None])
def test_rank_tests(rho: float, cause: int | None) -> None:
    h = history()
    event = h.cause > 0 if cause is None else h.cause == cause + 1
    theirs = survival.survdiff(response(h, event.astype(int).tolist()), group=h.group.tolist(), rho=rho)
    ours = log_rank(h, cause, "fleming_harrington", rho=rho)
    np.testing.assert_allclose(ours.statistic, theirs.chisq, rtol=1e-8)  # a quotient of differences of large sums
    np.testing.assert_allclose(ours.observed, theirs.obs, rtol=CLOSED_FORM)
    np.testing.assert_allclose(ours.expected, theirs.exp, rtol=CLOSED_FORM)


# Regressions ---------------------------------------------------------------------------------------------------------

STOP = {"eps": 1e-11, "iter_max": 50}
COLUMNS = ("x", "z", "w")
FORMULA = " + ".join(COLUMNS)


def people(*, entry: bool = False, strata: bool = False, weight: bool = False, cluster: bool = False) -> EventHistory:
    """The 400 people, with what a regression can take besides."""
    random = np.random.default_rng(6)
    return replace(
        history(entry),
        stratum=random.integers(0, 3, 400) if strata else None,
        weight=random.uniform(0.5, 3.0, 400) if weight else None,
        weight_kind="probability" if weight else None,
        cluster=random.permutation(np.repeat(np.arange(50), 8)) if cluster else None,
    )


def covariates() -> Design:
    """A number, a group and a number with few values (ties among the scores)."""
    random = np.random.default_rng(7)
    matrix = np.column_stack([random.normal(size=400), random.integers(0, 2, 400), random.integers(0, 4, 400)])
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(COLUMNS))
    return Design(matrix, COLUMNS, terms)


def frame(h: EventHistory, design: Design) -> dict[str, list[Any]]:
    columns = {
        "entry": np.zeros(len(h)) if h.entry is None else h.entry,
        "exit": h.exit,
        "event": (h.cause == 1).astype(int),
        "end": h.cause.astype(str),
        "person": np.arange(len(h)),
        **dict(zip(design.columns, design.matrix.T, strict=True)),
    }
    if h.stratum is not None:
        columns["stratum"] = h.stratum
    return {name: values.tolist() for name, values in columns.items()}


def their_cox(h: EventHistory, design: Design, ties: str) -> Any:
    """Their fit; the variance is robust with a cluster, or weights that are no whole numbers."""
    surv = "Surv(exit, event)" if h.entry is None else "Surv(entry, exit, event)"
    strata = "" if h.stratum is None else " + strata(stratum)"
    return survival.coxph(
        f"{surv} ~ {FORMULA}{strata}",
        frame(h, design),
        weights=None if h.weight is None else h.weight.tolist(),
        cluster=None if h.cluster is None else h.cluster.tolist(),
        ties=ties,
        **STOP,
    )


def agree(ours: Fit, coefficient: Any, covariance: Any) -> None:
    """Coefficients relative to themselves or, near 0, to their standard errors; covariances the same way."""
    error = np.sqrt(np.diag(ours.covariance))
    np.testing.assert_allclose(ours.coefficient / error, np.asarray(coefficient) / error, rtol=ITERATED, atol=ITERATED)
    scale = np.outer(error, error)
    np.testing.assert_allclose(ours.covariance / scale, np.asarray(covariance) / scale, rtol=ITERATED, atol=ITERATED)


FEATURES = [
    {},
    {"entry": True},
    {"strata": True},
    {"weight": True},
    {"cluster": True},
    {"weight": True, "cluster": True},
    {"entry": True, "strata": True, "cluster": True},
    {"entry": True, "strata": True, "weight": True, "cluster": True},
]


def named(features: dict[str, bool]) -> str:
    return "-".join(features) or "plain"


@pytest.mark.parametrize("features", FEATURES, ids=named)
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_cox(features: dict[str, bool], ties: str) -> None:
    h, design = people(**features), covariates()
    ours = cox(h, design, ties=ties, robust=h.cluster is not None or h.weight is not None)
    theirs = their_cox(h, design, ties)
    agree(ours, theirs.coefficients, theirs.var)
    likelihoods = (ours.log_likelihood_null, ours.log_likelihood)
    np.testing.assert_allclose(likelihoods, theirs.loglik, rtol=LOG_LIKELIHOOD)
    statistic = {test.test: test.statistic for test in ours.tests}
    np.testing.assert_allclose(statistic["score"], theirs.score, rtol=ITERATED)
    np.testing.assert_allclose(statistic["wald"], theirs.wald_test, rtol=ITERATED)
    if ours.robust:
        assert ours.model_covariance is not None
        agree(replace(ours, covariance=ours.model_covariance), theirs.coefficients, theirs.naive_var)
        np.testing.assert_allclose(statistic["robust_score"], theirs.rscore, rtol=ITERATED)


@pytest.mark.parametrize("features", FEATURES, ids=named)
@pytest.mark.parametrize("transform", ["km", "rank", "identity", "log"])
def test_proportional_hazards(features: dict[str, bool], transform: str) -> None:
    h, design = people(**features), covariates()
    sums = risk_sums(h, design.matrix, cox(h, design).coefficient)
    ours: list[ChiSquare] = proportional_hazards(h, design, sums, transform=transform)
    theirs = survival.cox_zph(their_cox(h, design, "efron"), transform).table
    assert [test.test or "GLOBAL" for test in ours] == [row["name"] for row in theirs]
    np.testing.assert_allclose([test.statistic for test in ours], [row["chisq"] for row in theirs], rtol=ITERATED)
    np.testing.assert_allclose([test.p_value for test in ours], [row["p"] for row in theirs], rtol=ITERATED)


@pytest.mark.parametrize("features", FEATURES, ids=named)
def test_concordance(features: dict[str, bool]) -> None:
    """At the same scores, so that a tie in the last digit is one for both."""
    h, design = people(**features), covariates()
    score = np.round(design.matrix @ np.array([0.3, -0.2, 0.1]), 1)
    event = (h.cause == 1).astype(int).tolist()
    theirs = survival.concordance(
        response(h, event),
        scores=score.tolist(),
        strata=None if h.stratum is None else h.stratum.tolist(),
        weights=None if h.weight is None else h.weight.tolist(),
        cluster=None if h.cluster is None else h.cluster.tolist(),
        reverse=True,
    )
    estimate, error = concordance(h, score, cluster=h.cluster)
    np.testing.assert_allclose(estimate, theirs.concordance, rtol=CLOSED_FORM)
    np.testing.assert_allclose(error, np.sqrt(theirs.var), rtol=CLOSED_FORM)


@pytest.mark.parametrize("entry", [False, True])
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_fine_gray(entry: bool, ties: str) -> None:
    """Rows expanded by their ``finegray``, summed by person in the variance of their ``coxph``."""
    h, design = people(entry=entry), covariates()
    columns = frame(h, design)
    rows = survival.finegray(
        f"Surv({'entry, ' if entry else ''}exit, factor(end)) ~ {FORMULA} + person",
        columns,
        etype="1",
        id=columns["person"],
    )
    theirs = survival.coxph(
        f"Surv(fgstart, fgstop, fgstatus) ~ {FORMULA}",
        rows,
        weights=rows["fgwt"],
        cluster=rows["person"],
        ties=ties,
        **STOP,
    )
    agree(fine_gray(h, design, convention="finegray", ties=ties), theirs.coefficients, theirs.var)


@pytest.mark.parametrize("distribution", ["weibull", "exponential", "lognormal", "loglogistic"])
@pytest.mark.parametrize("features", [{}, {"cluster": True}, {"weight": True, "cluster": True}], ids=named)
def test_parametric(distribution: str, features: dict[str, bool]) -> None:
    """Without late entry, which ``survreg`` does not take. Theirs: intercept, columns and the log of the scale."""
    h, design = people(**features), covariates()
    ours = parametric(h, design, distribution, robust=h.cluster is not None)
    theirs = survival.survreg(
        f"Surv(exit, event) ~ {FORMULA}",
        frame(h, design),
        dist=distribution,
        weights=None if h.weight is None else h.weight.tolist(),
        cluster=None if h.cluster is None else h.cluster.tolist(),
        rel_tolerance=1e-12,
        maxiter=100,
    )
    covariance = np.asarray(theirs.var)
    error, block = np.sqrt(np.diag(covariance)), slice(1, 1 + len(COLUMNS))
    agree(ours, theirs.coefficients[1:], covariance[block, block])
    ancillary = {name: (estimate, std_error) for name, estimate, std_error in ours.ancillary}
    np.testing.assert_allclose(ancillary["intercept"], (theirs.coefficients[0], error[0]), rtol=ITERATED)
    if distribution != "exponential":
        np.testing.assert_allclose(ancillary["log_scale"], (np.log(theirs.scale[0]), error[-1]), rtol=ITERATED)
    np.testing.assert_allclose(ours.log_likelihood, theirs.loglik[-1], rtol=LOG_LIKELIHOOD)
