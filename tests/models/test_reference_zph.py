"""What follows a Cox fit against R's stored numbers: concordance, ``cox.zph``, ``basehaz``, ``survfit`` of a fit.

The stored coefficients are put in, so every comparison is of closed forms at one point; the last digits of a
coefficient (15 are stored) still move what is far from it, hence ``AT_STORED``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from agreement import at, matrix
from models.cox_models import FAMILIES, MODELS, Model, model
from reference_sets import Record, frames, history, records, the_record

from tkk_cli.estimators.concordance import concordance
from tkk_cli.estimators.intervals import limits
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.cox_curves import CausePart, baseline_hazards, hazard_steps, pattern_curves
from tkk_cli.models.risk_sums import risk_sums
from tkk_cli.models.zph import TRANSFORMS, information_over_time, proportional_hazards

# Closed forms at coefficients of 15 digits: predictors of size 10 to 100 magnify the last digit, R's fit has an error
# of its own of about 1e-9 in the score that the test of proportional hazards takes as 0.
AT_STORED = 1e-7
# Standard errors of curves are roots of sums of squares of the same.
CURVE = 1e-8

_FIELDS = {"concordance", "zph", "basehaz", "basehaz_centered", "predicted"}
_TIMES = "changes the rows at every event time; fitted in test_time_varying.py"
NOT_CLAIMED_ZPH: dict[tuple[str, str], str] = {
    ("lung", "cox_tt_karno"): _TIMES,
    ("rossi", "cox_tt_age_time"): _TIMES,
    ("veteran", "cox_tt_karno_log20"): _TIMES,
    ("mgus2", "cox_multistate_predicted"): (
        "with Efron's ties the multi-state survfit of survival 3.5-3 takes too small a step where events are tied (its "
        "own survfit of each cause does not, and is tested); with Breslow's it agrees, in "
        "test_incidence_is_that_of_a_multi_state_coxph"
    ),
    ("lung", "concordance_S"): "another time weight than the default of R's coxph, which tkk has not",
    ("lung", "concordance_nG2"): "another time weight than the default of R's coxph, which tkk has not",
    ("lung", "concordance_I"): "another time weight than the default of R's coxph, which tkk has not",
}
# Ages are differences of dates there: equal ones differ in the last digit, to R an order and to tkk a tie.
ROUNDED_TIES = {("sire", "cox_cs1"), ("sire", "cox_cs2"), ("dmlate", "cox_duration_insulin")}
ROUNDED = 1e-6


def _claimed(*fields: str) -> list[Record]:
    return [r for r in records() if (r.set, r.id) in MODELS and any(name in r.value for name in fields)]


def _part(record: Record) -> tuple[Model, CausePart]:
    """The stored fit; coefficients that R left out are 0."""
    stored = model(record)
    coefficient = np.nan_to_num(np.array(record.value["coef"], dtype=np.float64))
    sums = risk_sums(stored.history, stored.design.matrix, coefficient, ties=stored.ties)
    return stored, CausePart(sums, coefficient, np.nan_to_num(matrix(record.value["vcov"])))


@pytest.mark.parametrize("record", _claimed("concordance"), ids=str)
def test_concordance_is_that_of_coxph(record: Record) -> None:
    stored = model(record)
    score = stored.design.matrix @ np.nan_to_num(np.array(record.value["coef"], dtype=np.float64))
    found = concordance(stored.history, score, cluster=stored.history.cluster)
    wanted = record.value["concordance"], record.value["concordance_se"]
    tolerance = ROUNDED if (record.set, record.id) in ROUNDED_TIES else 1e-10
    np.testing.assert_allclose(found[0], wanted[0], rtol=tolerance)
    np.testing.assert_allclose(found[1], wanted[1], rtol=max(tolerance, 1e-9) * 2)


def test_concordance_is_that_of_concordance() -> None:
    fit, stored = the_record("lung", "cox_age_sex_ecog"), the_record("lung", "concordance").value
    lung = model(fit)
    found = concordance(lung.history, lung.design.matrix @ np.array(fit.value["coef"]))
    np.testing.assert_allclose(found, (stored["C"], stored["se"]), rtol=1e-10)


@pytest.mark.parametrize("record", _claimed("zph"), ids=str)
def test_proportional_hazards_are_cox_zph(record: Record) -> None:
    stored, part = _part(record)
    assert set(record.value["zph"]) == set(TRANSFORMS)
    for transform, wanted in record.value["zph"].items():
        found = proportional_hazards(stored.history, stored.design, part.sums, transform=transform, terms=False)
        np.testing.assert_allclose([t.statistic for t in found], wanted["chisq"], rtol=AT_STORED, err_msg=transform)
        np.testing.assert_allclose([t.p_value for t in found], wanted["p"], rtol=1e-5, atol=1e-15, err_msg=transform)
        assert [t.df for t in found] == wanted["df"]


def _levels(stored: Model) -> list[str]:
    """R's names of the strata, from those of ``reference_sets`` (``sex=1``)."""
    return [name.partition("=")[2] for name in stored.strata]


@pytest.mark.parametrize("record", _claimed("basehaz"), ids=str)
def test_baseline_hazard_is_basehaz(record: Record) -> None:
    stored, part = _part(record)
    for name, means in (("basehaz", None), ("basehaz_centered", np.array(record.value["means"], dtype=np.float64))):
        value = record.value[name]
        by_name = {name.rpartition("=")[2]: one for name, one in value.items()}
        strata = [value] if "time" in value else [by_name[level] for level in _levels(stored)]
        for found, wanted in zip(baseline_hazards(part, means), strata, strict=True):
            known = [k for k, v in enumerate(wanted["cumhaz"]) if v is not None]
            times = [wanted["time"][k] for k in known]
            hazard = [wanted["cumhaz"][k] for k in known]
            np.testing.assert_allclose(at(found.time, found.estimate, times, 0.0), hazard, rtol=AT_STORED)


def _rows(record: Record, stored: Model) -> Float:
    """The rows of ``newdata`` in the columns of the design."""
    new = {name: np.atleast_1d(values) for name, values in record.value["predicted"]["newdata"].items()}
    size = max(len(values) for values in new.values())
    columns = []
    for name in stored.design.columns:
        if name == "male":
            values = (new["gender"] == 1).astype(float)
        elif name.startswith("cell_"):
            values = (new["celltype"] == name.removeprefix("cell_")).astype(float)
        else:
            values = new[name].astype(float)
        columns.append(np.broadcast_to(values, size))
    return np.column_stack(columns)


@pytest.mark.parametrize("record", _claimed("predicted"), ids=str)
def test_predicted_survival_is_survfit(record: Record) -> None:
    stored, part = _part(record)
    wanted = record.value["predicted"]
    rows = _rows(record, stored)

    def stored_curve(name: str) -> Float:
        value = wanted[name]
        table = matrix(value) if isinstance(value, dict) else np.array(value, dtype=np.float64)
        return table.reshape(len(wanted["time"]), -1)

    labels = wanted["strata"] or [""] * len(wanted["time"])
    for s, level in enumerate(_levels(stored) or [""]):
        here = [k for k, label in enumerate(labels) if label.rpartition("=")[2] == level]
        times = [wanted["time"][k] for k in here]
        assert times
        # With strata only the curves of the first row of ``newdata`` are stored.
        for j, row in enumerate(rows[: stored_curve("surv").shape[1]]):
            (curve,) = pattern_curves([part], row, stratum=s)
            low, high = limits(curve.estimate, curve.std_error, 0.95, "log")
            for name, values, start in (
                ("surv", curve.estimate, 1.0),
                ("std_err_surv", curve.std_error, 0.0),
                ("lower_log", low, 1.0),
                ("upper_log", high, 1.0),
            ):
                expected = stored_curve(name)[here, j]
                known = np.isfinite(expected)
                mine = at(curve.time, values, times, start)
                np.testing.assert_allclose(mine[known], expected[known], rtol=AT_STORED, atol=1e-15, err_msg=name)


def _fit(people: EventHistory, columns: Float, start: Float, cause: int, ties: str) -> CausePart:
    """Newton steps from R's coefficients: only their last digits are wanting."""
    coefficient = start
    for _ in range(3):
        sums = risk_sums(people, columns, coefficient, cause, ties=ties)
        score = sums.weight @ sums.influence()
        variance = np.linalg.inv(information_over_time(columns, sums, np.ones(len(sums.time)))[0][0])
        coefficient = coefficient + variance @ score
    return CausePart(risk_sums(people, columns, coefficient, cause, ties=ties), coefficient, variance)


# d as in mgus2/reference.R, s <- survfit(coxph(Surv(etime, event) ~ age + sexM + mspike, d, id = id, ties = "breslow"),
# newdata = data.frame(age = c(60, 80), sexM = 0:1, mspike = 1.2)); summary(s, times = c(12, 60, 240))$pstate, R 4.2.2.
MULTI_STATE = {
    (60, 0): [
        [0.00757434902650, 0.03055676108094, 0.12417314959520],
        [0.03998120273241, 0.12183212374537, 0.48848469557011],
    ],
    (80, 1): [
        [0.009178055161676, 0.031085648795557, 0.060297108697518],
        [0.1974520683175, 0.5003819723774, 0.9268083270872],
    ],
}


@pytest.mark.parametrize(("age", "male"), MULTI_STATE)
def test_incidence_is_that_of_a_multi_state_coxph(age: int, male: int) -> None:
    pcm, death = (model(the_record("mgus2", f"cox_cs_{name}")) for name in ("pcm", "death"))
    both = replace(pcm.history, cause=pcm.history.cause + 2 * death.history.cause, causes=("pcm", "death"))
    start = np.array(the_record("mgus2", "cox_multistate_predicted").value["coef"]).reshape(2, 3)
    parts = [_fit(both, pcm.design.matrix, start[k], k, "breslow") for k in range(2)]
    for curve, wanted in zip(pattern_curves(parts, np.array([age, male, 1.2])), MULTI_STATE[age, male], strict=True):
        np.testing.assert_allclose(at(curve.time, curve.estimate, [12.0, 60.0, 240.0], 0.0), wanted, rtol=AT_STORED)


@pytest.mark.parametrize("product_limit", [False, True])
def test_absolute_risk_is_that_of_cause_specific_models(product_limit: bool) -> None:
    """riskRegression adds S(t-) dH with S = exp(-H) or the product limit: sums of the same steps of the hazards."""
    stored = the_record("unempdur", "csc_absrisk_ft").value
    wanted = matrix(the_record("unempdur", "csc_absrisk_ft_pl" if product_limit else "csc_absrisk_ft").value["risk"])
    d = frames("unempdur")[""]
    columns = d[["ui", "age", "logwage"]].to_numpy(dtype=np.float64)
    people = history(d, "spell", "ev", causes=3)
    parts = []
    for cause in range(3):
        coef = stored["coef"][f"Cause {cause + 1}"]
        parts.append(_fit(people, columns, np.array([coef[n] for n in ("ui", "age", "logwage")]), cause, "breslow"))
    for j, ui in enumerate((0.0, 1.0)):
        time, steps = hazard_steps(parts, np.array([ui, 35.0, 5.5]))
        all_causes = steps.sum(axis=0)
        survival = np.cumprod(1 - all_causes) if product_limit else np.exp(-np.cumsum(all_causes))
        risk = np.cumsum(np.append(1.0, survival[:-1]) * steps[0])
        np.testing.assert_allclose(at(time, risk, stored["times"], 0.0), wanted[j], rtol=AT_STORED)


def test_every_stored_record_is_claimed_or_has_a_reason() -> None:
    families = {*FAMILIES, "concordance", "absolute_risk"}
    stored = {(r.set, r.id) for r in records() if r.family in families}
    named = {("lung", "concordance"), ("unempdur", "csc_absrisk_ft"), ("unempdur", "csc_absrisk_ft_pl")}
    assert stored - NOT_CLAIMED_ZPH.keys() == MODELS.keys() | named
    assert NOT_CLAIMED_ZPH.keys() <= stored
    assert all(NOT_CLAIMED_ZPH.values())
    for record in records():
        if (record.set, record.id) in MODELS:
            assert _FIELDS & record.value.keys()
