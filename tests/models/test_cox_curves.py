"""Curves from Cox fits: by hand, R live, and influences against the weights moved one by one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from agreement import at
from models.cox_models import design
from people import exactly
from reference_sets import frames, history

from tkk_cli.histories import EventHistory, Float
from tkk_cli.models import standardised
from tkk_cli.models.cox import cox
from tkk_cli.models.cox_curves import CausePart, baseline_hazards, hazard_steps, leaving, pattern_curves
from tkk_cli.models.risk_sums import risk_sums
from tkk_cli.models.standardised import StandardisedCurve, standardised_curve

# Central differences with a step of 1e-4 in a weight: their own error is about 1e-9.
MOVED = 1e-7
FITTED = 1e-7


def _parts(people: EventHistory, matrix: Float, ties: str = "efron", robust: bool = False) -> list[CausePart]:
    columns = design(pd.DataFrame(matrix, columns=[f"x{j}" for j in range(matrix.shape[1])]))
    parts = []
    for cause in range(len(people.causes)):
        fit = cox(people, columns, cause, ties=ties, robust=robust)
        sums = risk_sums(people, matrix, fit.coefficient, cause, ties=ties)
        parts.append(CausePart(sums, fit.coefficient, fit.covariance))
    return parts


def _people(
    n: int, causes: int, seed: int, strata: int = 0, late: bool = False, weighted: bool = True
) -> tuple[EventHistory, Float]:
    """People with an effect of x0 (0/1) and x1 in ticks of 20, a share of them late."""
    rng = np.random.default_rng(seed)
    matrix = np.column_stack([rng.integers(0, 2, n), rng.normal(size=n)]).astype(float)
    scale = np.exp(-0.5 * matrix[:, :1] * (1 - 2 * np.arange(causes)) - 0.3 * matrix[:, 1:])
    times = rng.exponential(300 * scale)
    censored = rng.uniform(50, 600, n)
    exit = np.ceil(np.minimum(times.min(axis=1), censored) / 20) * 20
    people = EventHistory(
        exit=exit,
        cause=np.where(times.min(axis=1) <= censored, times.argmin(axis=1) + 1, 0),
        causes=("return", "pension", "death")[:causes],
        group=np.zeros(n, dtype=np.int64),
        groups=("all",),
        entry=np.where(rng.random(n) < 0.3, np.floor((exit - 20) / 40) * 20, 0.0) if late else None,
        weight=rng.uniform(0.5, 2, n) if weighted else None,
        weight_kind="case" if weighted else None,
        stratum=rng.integers(0, strata, n) if strata else None,
    )
    return people, matrix


# By hand -------------------------------------------------------------------------------------------------------------


def test_four_people_by_hand() -> None:
    """Relative hazards 2, 1, 1, 1 (b = log 2); events of the first two at 1 together, of the third at 3."""
    zero = np.zeros(4, dtype=np.int64)
    people = EventHistory(np.array([1.0, 1, 3, 4]), np.array([1, 1, 1, 0]), ("return",), zero, ("all",))
    matrix = np.array([[1.0], [0], [0], [0]])
    for ties, first in (("breslow", Fraction(2, 5)), ("efron", Fraction(1, 5) + Fraction(2, 7))):
        part = CausePart(risk_sums(people, matrix, np.log([2.0]), ties=ties), np.log([2.0]), np.zeros((1, 1)))
        (base,) = baseline_hazards(part)
        assert base.time.tolist() == [1.0, 3.0]
        exactly(base.estimate, [first, first + Fraction(1, 2)])
        exactly(baseline_hazards(part, np.ones(1))[0].estimate, [2 * first, 2 * first + 1])
        (curve,) = pattern_curves([part], np.zeros(1))
        np.testing.assert_allclose(curve.estimate, np.exp(-base.estimate), rtol=1e-14)
        # At known coefficients the variance of the hazard is the sum of weight / denominator^2 over the steps.
        parts = [Fraction(1, 25) + Fraction(4, 49) if ties == "efron" else Fraction(2, 25), Fraction(1, 4)]
        exactly((curve.std_error / curve.estimate) ** 2, [parts[0], parts[0] + parts[1]])


def test_the_share_that_leaves_is_smooth_at_0() -> None:
    hazard = np.array([0.0, 1e-9, 0.99e-4, 1.01e-4, 0.5, 30.0])
    share, bend = leaving(hazard)
    with np.errstate(invalid="ignore", divide="ignore"):
        np.testing.assert_allclose(share[1:], -np.expm1(-hazard[1:]) / hazard[1:], rtol=1e-12)
    assert (share[0], bend[0]) == (1.0, -0.5)
    step = 1e-6
    slope = (leaving(hazard[2:] + step)[0] - leaving(hazard[2:] - step)[0]) / (2 * step)
    np.testing.assert_allclose(bend[2:], slope, rtol=1e-6)


@pytest.mark.parametrize("causes", [1, 2])
def test_covariates_far_from_anyone_have_no_error(causes: int) -> None:
    people, matrix = _people(60, causes, 2)
    parts = _parts(people, matrix)
    far = np.array([0.0, np.sign(parts[0].coefficient[1]) * 1e5])
    curve = pattern_curves(parts, far)[0]
    assert np.isnan(curve.std_error).all()
    assert np.isinf(baseline_hazards(parts[0], far)[0].estimate).all()


# R, live -------------------------------------------------------------------------------------------------------------


def test_the_robust_covariance_of_the_coefficients_is_used() -> None:
    # lung$w <- lung$age / 40; m <- coxph(Surv(time, dead) ~ sex + ph.karno, lung, weights = w, robust = TRUE)
    # summary(survfit(m, newdata = data.frame(sex = 1, ph.karno = 80)), times = c(100, 300)), R 4.2.2
    d = frames("lung")[""].dropna(subset=["ph.karno"])
    people = history(d.assign(w=d.age / 40), "time", "dead", weight="w")
    (curve,) = pattern_curves(_parts(people, d[["sex", "ph.karno"]].to_numpy(float), robust=True), np.array([1.0, 80]))
    for values, start, wanted in (
        (curve.estimate, 1.0, [0.827692613526, 0.450483687618]),
        (curve.std_error, 0.0, [0.0230348566023, 0.0352026518602]),
    ):
        np.testing.assert_allclose(at(curve.time, values, [100.0, 300.0], start), wanted, rtol=FITTED)


def test_a_frequency_weight_is_that_many_copies() -> None:
    # lung[rep(1:228, 1 + (1:228) %% 3), ]; coxph(Surv(time, dead) ~ sex + age), newdata (1, 60), times 100 and 300
    d = frames("lung")[""]
    d = d.assign(w=1.0 + np.arange(1, len(d) + 1) % 3)
    people = history(d, "time", "dead", weight="w", weight_kind="frequency")
    (curve,) = pattern_curves(_parts(people, d[["sex", "age"]].to_numpy(float)), np.array([1.0, 60]))
    found = at(curve.time, curve.estimate, [100.0, 300.0], 1.0), at(curve.time, curve.std_error, [100.0, 300.0], 0.0)
    wanted = [0.845581587855, 0.456975439760], [0.0191116753666, 0.0306543611949]
    np.testing.assert_allclose(found, wanted, rtol=FITTED)


# Incidence for a pattern ---------------------------------------------------------------------------------------------


def test_incidences_and_event_free_add_to_1() -> None:
    people, matrix = _people(200, 3, 1, strata=2, late=True)
    parts = _parts(people, matrix)
    for s in (0, 1):
        curves = pattern_curves(parts, np.array([1.0, 0.3]), stratum=s)
        time, steps = hazard_steps(parts, np.array([1.0, 0.3]), stratum=s)
        free = np.exp(-np.cumsum(steps.sum(axis=0)))
        np.testing.assert_allclose(np.sum([c.estimate for c in curves], axis=0) + free, 1.0, rtol=1e-12)
        for curve in curves:
            np.testing.assert_array_equal(curve.time, time)
            assert np.all(np.diff(curve.estimate) >= 0)


def test_the_variance_of_an_incidence_is_the_delta_method() -> None:
    """Every step of every cause and every coefficient moved by itself, and the variance put together from that."""
    people, matrix = _people(60, 2, 3)
    parts, row = _parts(people, matrix), np.array([1.0, -0.4])
    time, steps = hazard_steps(parts, row)
    curves = pattern_curves(parts, row)

    def incidence(hazard: Float, cause: int) -> float:
        total = hazard.sum(axis=0)
        before = np.exp(total - np.cumsum(total))
        share = np.divide(-np.expm1(-total), total, out=np.ones_like(total), where=total > 0)
        return float((before * share * hazard[cause]).sum())

    for cause, curve in enumerate(curves):
        variance = 0.0
        for k, part in enumerate(parts):
            place = np.searchsorted(time, part.sums.time)
            gradient = np.zeros(len(time))
            for u in place:
                moved = [steps.copy(), steps.copy()]
                moved[0][k, u] += 1e-6
                moved[1][k, u] -= 1e-6
                gradient[u] = (incidence(moved[0], cause) - incidence(moved[1], cause)) / 2e-6
            relative = float(part.relative(row))
            variance += gradient[place] ** 2 @ part.sums.q0 * relative**2
            mean = (part.sums.mean_step / part.sums.h0).T
            slope = (gradient[place] * relative * part.sums.h0) @ (row - part.sums.centre - mean)
            variance += slope @ part.covariance @ slope
        assert curve.estimate[-1] == pytest.approx(incidence(steps, cause), rel=1e-12)
        assert curve.std_error[-1] == pytest.approx(np.sqrt(variance), rel=1e-6)


# Standardised curves -------------------------------------------------------------------------------------------------

TIMES = np.array([100.0, 300.0])


def _standardised(people: EventHistory, matrix: Float, level: float = 1.0, **more: object) -> StandardisedCurve:
    ties = str(more.pop("ties", "efron"))
    rows = matrix.copy()
    rows[:, 0] = level
    parts = _parts(people, matrix, ties)
    covariances = [part.covariance for part in parts]
    return standardised_curve(people, rows, parts, covariances, TIMES, keep=TIMES, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("causes", "strata", "ties"), [(1, 0, "efron"), (1, 2, "breslow"), (2, 0, "breslow"), (3, 2, "efron")]
)
def test_the_influence_is_what_moving_a_weight_does(causes: int, strata: int, ties: str) -> None:
    people, matrix = _people(50, causes, 5, strata=strata, late=True)
    assert people.weight is not None
    found = _standardised(people, matrix, ties=ties)
    for i in range(0, 50, 7):
        moved = []
        for step in (1e-4, -1e-4):
            weight = people.weight.copy()
            weight[i] += step
            moved.append(_standardised(replace(people, weight=weight), matrix, ties=ties).estimate)
        slope = (moved[0] - moved[1]) / 2e-4 * people.weight[i]
        np.testing.assert_allclose(found.influence[:, i], slope, rtol=1e-5, atol=MOVED)
    np.testing.assert_allclose(found.std_error, np.sqrt((found.influence**2).sum(axis=1)), rtol=1e-12)
    np.testing.assert_allclose(found.covariance(found), found.std_error**2, rtol=1e-12)


@pytest.mark.parametrize("causes", [1, 2])
def test_the_estimate_is_the_mean_of_everyone_s_curve(causes: int) -> None:
    people, matrix = _people(40, causes, 6, strata=2)
    assert people.weight is not None
    assert people.stratum is not None
    offset = np.linspace(-0.5, 0.5, 40)
    parts = _parts(people, matrix)
    found = _standardised(people, matrix, 0.0, offset=offset)
    start = 1.0 if causes == 1 else 0.0
    each = []
    for i in range(40):
        row = np.array([0.0, matrix[i, 1]])
        curve = pattern_curves(parts, row, int(people.stratum[i]), float(offset[i]))[0]
        each.append(at(curve.time, curve.estimate, list(TIMES), start))
    np.testing.assert_allclose(found.estimate, people.weight @ np.array(each) / people.weight.sum(), rtol=1e-10)


def test_copies_clusters_and_the_order_of_rows() -> None:
    people, matrix = _people(60, 2, 7, weighted=False)
    copies = np.random.default_rng(1).integers(1, 4, 60)
    row = np.repeat(np.arange(60), copies)
    many = _standardised(people.take(row), matrix[row])
    weighted = _standardised(replace(people, weight=copies.astype(float), weight_kind="frequency"), matrix)
    np.testing.assert_allclose(weighted.estimate, many.estimate, rtol=1e-9)
    np.testing.assert_allclose(weighted.std_error, many.std_error, rtol=1e-8)
    np.testing.assert_allclose(weighted.covariance(weighted), many.covariance(many), rtol=1e-8)
    clustered = replace(people, cluster=np.arange(60) // 2)
    influence = _standardised(people, matrix).influence
    found = _standardised(clustered, matrix)
    np.testing.assert_allclose(found.influence, influence[:, ::2] + influence[:, 1::2], rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(found.std_error, np.sqrt((found.influence**2).sum(axis=1)), rtol=1e-12)
    order = np.random.default_rng(2).permutation(60)
    shuffled = _standardised(people.take(order), matrix[order])
    np.testing.assert_allclose(shuffled.influence, influence[:, order], rtol=1e-7, atol=1e-12)


def test_wide_steps_are_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Far more event times than steps: the estimate and its error move in the fourth and third digit."""
    people, matrix = _people(2000, 2, 8, weighted=False)
    people = replace(people, exit=people.exit + np.linspace(-19, 0, 2000))
    exact = _standardised(people, matrix)
    monkeypatch.setattr(standardised, "WORK", 1)
    wide = _standardised(people, matrix)
    np.testing.assert_allclose(wide.estimate, exact.estimate, rtol=1e-3)
    np.testing.assert_allclose(wide.std_error, exact.std_error, rtol=1e-2)
    assert not np.array_equal(wide.estimate, exact.estimate)


def test_before_the_first_event_nothing_is_known_to_vary() -> None:
    people, matrix = _people(50, 1, 9)
    rows, parts = matrix.copy(), _parts(people, matrix)
    found = standardised_curve(people, rows, parts, [parts[0].covariance], np.array([1.0, 2.0]))
    assert found.estimate.tolist() == [1.0, 1.0]
    np.testing.assert_allclose(found.std_error, 0.0, atol=1e-15)
    assert found.influence.shape == (0, 50)
