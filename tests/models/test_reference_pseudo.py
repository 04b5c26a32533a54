"""Pseudo-values and the regression on them against every stored number of R's pseudo and geepack."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from agreement import CLOSED_FORM, matrix
from reference_sets import NOT_CLAIMED, Record, frame, history, records, table, the_record

from tkk_cli.designs import Design, Term
from tkk_cli.estimators.kaplan_meier import product_limit
from tkk_cli.estimators.pseudo_values import pseudo_values
from tkk_cli.estimators.risk import risk_table
from tkk_cli.histories import EventHistory
from tkk_cli.models.pseudo import PseudoFit, pseudo_regression

# geese() stops at a step of 1e-12 of the Fisher scores; its fit agrees to the root of what is left: 1e-7.
ITERATED = 1e-7
# A pseudo-value of 0 is a sum of terms of the size of n: rounding is of that size.
ROUNDING = 1e-9

# set -> (time, cause, number of causes) of its pseudo-values
OUTCOME = {
    "injury": ("durat", "event", 1),
    "lung": ("time", "dead", 1),
    "mgus2": ("etime", "ev", 2),
    "unempdur": ("spell", "ev", 3),
}
# id of a regression -> (quantity, time, covariates, link, whether of one minus the quantity)
REGRESSIONS = {
    ("injury", "pseudo_gee_rmst26"): ("restricted_mean", 26, ["afchnge"], "identity", False),
    ("lung", "pseudo_gee_S365"): ("survival", 365, ["sex", "age"], "identity", False),
    ("lung", "pseudo_gee_rmst500"): ("restricted_mean", 500, ["sex", "age"], "identity", False),
    ("lung", "pseudo_gee_S365_cloglog"): ("survival", 365, ["sex", "age"], "cloglog", True),
    ("mgus2", "pseudo_gee_cif120"): ("incidence", 120, ["age", "sexM"], "identity", False),
    ("mgus2", "pseudo_gee_cif120_cloglog"): ("incidence", 120, ["age", "sexM"], "cloglog", False),
    ("unempdur", "pseudo_gee_cif10_identity"): ("incidence", 10, ["ui", "age", "logwage"], "identity", False),
    ("unempdur", "pseudo_gee_cif10_cloglog"): ("incidence", 10, ["ui", "age", "logwage"], "cloglog", False),
    ("unempdur", "pseudo_gee_sojourn20"): ("time_lost", 20, ["ui", "age", "logwage"], "identity", False),
}
# Stored pseudo-values: name of the numbers -> (quantity, time)
VALUES = {
    ("injury", "pseudo_first10"): {"S8": ("survival", 8), "rmst26": ("restricted_mean", 26)},
    ("lung", "pseudo"): {"S365": ("survival", 365), "rmst500": ("restricted_mean", 500)},
    ("mgus2", "pseudo_first20"): {"cif120": ("incidence", 120), "sojourn240": ("time_lost", 240)},
    ("unempdur", "pseudo_cif_first"): {"cif10": ("incidence", 10), "sojourn20": ("time_lost", 20)},
}
OTHERS = {("lung", "pseudo_gee_rmst500_jackknife"), ("mvad", "gee_months_employed")}


def _frame(record: Record) -> pd.DataFrame:
    d = frame(the_record("injury", "lr_ky_high_rho0")) if record.set == "injury" else frame(record)
    return d.assign(sexM=(d.sex == "M").astype(int)) if record.set == "mgus2" else d


def _history(record: Record) -> EventHistory:
    time, event, causes = OUTCOME[record.set]
    return history(_frame(record), time, event, causes=causes)


def _design(d: pd.DataFrame, names: list[str]) -> Design:
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(names))
    return Design(np.ascontiguousarray(d[names].to_numpy(float)), tuple(names), terms)


def _agree(found: PseudoFit, record: Record, tolerance: float) -> None:
    want = record.value
    (intercept,) = found.fit.ancillary
    assert [intercept[1], *found.fit.coefficient] == pytest.approx(want["coef"], rel=tolerance)
    errors = [intercept[2], *np.sqrt(np.diag(found.fit.covariance))]
    assert errors == pytest.approx(want["robust_se"], rel=tolerance)
    np.testing.assert_allclose(found.fit.covariance, matrix(want["vcov"])[1:, 1:], rtol=10 * tolerance, atol=1e-12)
    if "wald" in want:
        z = found.fit.coefficient / np.sqrt(np.diag(found.fit.covariance))
        np.testing.assert_allclose(z**2, want["wald"][1:], rtol=10 * tolerance)


@pytest.mark.parametrize("key", VALUES, ids="-".join)
def test_pseudo_values_are_r_s(key: tuple[str, str]) -> None:
    record = the_record(*key)
    sample = _history(record)
    for name, (quantity, time) in VALUES[key].items():
        found = pseudo_values(sample, np.array([float(time)]), quantity)[:, 0]
        want = record.value[name]
        np.testing.assert_allclose(found[: len(want)], want, rtol=CLOSED_FORM, atol=ROUNDING * time)
        if f"mean_{name}" in record.value:
            assert found.mean() == pytest.approx(record.value[f"mean_{name}"], rel=CLOSED_FORM)
            assert found.var(ddof=1) == pytest.approx(record.value[f"var_{name}"], rel=CLOSED_FORM)


@pytest.mark.parametrize("key", REGRESSIONS, ids="-".join)
def test_regressions_are_geepack_s(key: tuple[str, str]) -> None:
    record = the_record(*key)
    quantity, time, names, link, reverse = REGRESSIONS[key]
    sample = _history(record)
    values = pseudo_values(sample, np.array([float(time)]), quantity)
    found = pseudo_regression(sample, _design(_frame(record), names), 1 - values if reverse else values, link)
    _agree(found, record, CLOSED_FORM if link == "identity" else ITERATED)


def _leave_one_out(sample: EventHistory, horizon: float) -> np.ndarray:
    """``n theta - (n - 1) theta without i`` of the restricted mean."""
    n = len(sample)

    def area(part: EventHistory) -> float:
        counts = risk_table(part)
        edges = np.clip(np.concatenate([[0.0], counts.time, [horizon]]), 0, horizon)
        return float(np.diff(edges) @ np.concatenate([[1.0], product_limit(counts)]))

    whole = area(sample)
    return np.array([n * whole - (n - 1) * area(sample.take(np.arange(n) != i)) for i in range(n)])


def test_the_exact_jackknife_of_lung() -> None:
    record = the_record("lung", "pseudo_gee_rmst500_jackknife")
    sample = _history(record)
    exact = _leave_one_out(sample, 500.0)
    np.testing.assert_allclose(exact, the_record("lung", "pseudo").value["jackknife_rmst500"], rtol=1e-9)
    _agree(pseudo_regression(sample, _design(_frame(record), ["sex", "age"]), exact[:, None]), record, 1e-9)
    # The infinitesimal jackknife differs from it by O(1/n).
    assert abs(exact - pseudo_values(sample, np.array([500.0]), "restricted_mean")[:, 0]).max() < 2.0


def test_months_employed_without_censoring() -> None:
    """Nobody is censored: the values are the outcomes, and the model a linear one with a sandwich."""
    record = the_record("mvad", "gee_months_employed")
    spells = table("mvad", "spells.csv")
    job = spells[spells.state == "employment"]
    person = spells.groupby("id", as_index=False).first()
    months = person.id.map((job.stop - job.start).groupby(job.id).sum()).fillna(0)
    person = person.assign(**{name: (person[name] == "yes").astype(int) for name in ("male", "gcse5eq", "funemp")})
    assert months[:10].tolist() == the_record("mvad", "pseudo_months_employed").value["observed_first10"]
    zeros = np.zeros(len(person), dtype=np.int64)
    people = EventHistory(np.full(len(person), 72.0), zeros, ("job",), zeros, ("all",))
    values = months.to_numpy(float)[:, None]
    _agree(pseudo_regression(people, _design(person, ["male", "gcse5eq", "funemp"]), values), record, CLOSED_FORM)


def test_every_record_is_claimed_or_has_a_reason() -> None:
    stored = {(r.set, r.id) for r in records() if r.family == "pseudo_values"}
    assert REGRESSIONS.keys() | VALUES.keys() | OTHERS == stored - NOT_CLAIMED.keys()
