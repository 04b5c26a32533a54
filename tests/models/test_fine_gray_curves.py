"""Incidences that a Fine-Gray fit predicts: by definition, and their errors by moving one weight and refitting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from models.test_fine_gray import design, people, simulated

from tkk_cli.designs import Design
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.fine_gray import fine_gray
from tkk_cli.models.fine_gray_curves import averaged_incidence, baseline_hazard, event_times, predicted_incidence
from tkk_cli.models.fits import Fit

SUMMED = 1e-10
# The influence function leaves out terms of the order of one person's share: 1 in 120.
FIRST_ORDER = 0.02
TIMES = np.array([2.0, 5.0, 9.0, 30.0])


def levels(x: Design) -> list[Float]:
    """Everyone with the second covariate 0, then 1."""
    found = []
    for level in (0.0, 1.0):
        matrix = x.matrix.copy()
        matrix[:, 1] = level
        found.append(matrix)
    return found


def test_prediction_is_one_minus_exp_of_the_hazard() -> None:
    history, x = simulated(200, 1)
    fit = fine_gray(history, x, convention="finegray", ties="efron")
    time, hazard = baseline_hazard(fit)
    rows = np.array([[0.0, 0.0], [1.0, 1.0]])
    found = predicted_incidence(fit, rows, time)
    wanted = 1 - np.exp(-np.exp(rows @ fit.coefficient)[:, None] * hazard)
    np.testing.assert_allclose(found.estimate, wanted, rtol=SUMMED)
    assert np.all(np.diff(found.estimate) > 0)
    assert predicted_incidence(fit, rows, np.array([0.5])).std_error.tolist() == [[0.0], [0.0]]
    # Flat from the last event on.
    late = predicted_incidence(fit, rows, np.array([time[-1], 1e6]))
    np.testing.assert_array_equal(late.estimate[:, 0], late.estimate[:, 1])


@pytest.mark.parametrize("weighted", [False, True])
def test_average_is_the_mean_of_predictions(weighted: bool) -> None:
    history, x = simulated(100, 2)
    rng = np.random.default_rng(3)
    stratum, weight = rng.integers(0, 2, 100), rng.uniform(0.5, 2, 100)
    history = replace(history, stratum=stratum)
    if weighted:
        history = replace(history, weight=weight, weight_kind="probability")
    fit = fine_gray(history, x)
    found = averaged_incidence(fit, levels(x), TIMES)
    for level, matrix in enumerate(levels(x)):
        by_row = np.empty((100, len(TIMES)))
        for s in (0, 1):
            by_row[stratum == s] = predicted_incidence(fit, matrix[stratum == s], TIMES, s).estimate
        mean = np.average(by_row, axis=0, weights=weight if weighted else None)
        np.testing.assert_allclose(found.estimate[level], mean, rtol=SUMMED)


def numbers(fit: Fit, x: Design, stratum: int) -> Float:
    """Two predictions, two averages and their difference at four times."""
    rows = np.array([[0.5, 0.0], [-1.0, 1.0]])
    averages = averaged_incidence(fit, levels(x), TIMES).estimate
    predicted = predicted_incidence(fit, rows, TIMES, stratum).estimate
    return np.concatenate([predicted.ravel(), averages.ravel(), averages[1] - averages[0]])


def errors(fit: Fit, x: Design, stratum: int) -> Float:
    rows = np.array([[0.5, 0.0], [-1.0, 1.0]])
    covariance = averaged_incidence(fit, levels(x), TIMES).covariance
    own = np.sqrt(np.einsum("tkk->kt", covariance))
    difference = np.sqrt(covariance[:, 0, 0] + covariance[:, 1, 1] - 2 * covariance[:, 0, 1])
    predicted = predicted_incidence(fit, rows, TIMES, stratum).std_error
    return np.concatenate([predicted.ravel(), own.ravel(), difference])


@pytest.mark.parametrize("kind", ["plain", "strata", "groups", "cluster", "frequency"])
def test_errors_are_the_derivatives_by_every_persons_weight(kind: str) -> None:
    n = 120
    history, x = simulated(n, 4, whole=False)
    rng = np.random.default_rng(5)
    codes, cluster, copies = rng.integers(0, 2, n), np.arange(n), np.ones(n)
    more: dict[str, Any] = {"censoring_group": codes} if kind == "groups" else {}
    if kind == "strata":
        history = replace(history, stratum=codes)
    if kind == "cluster":
        cluster = rng.integers(0, 40, n)
        history = replace(history, cluster=cluster)
    if kind == "frequency":
        copies = rng.integers(1, 4, n).astype(np.float64)
        history = replace(history, weight=copies, weight_kind="frequency")

    def moved(row: int, step: float) -> Float:
        weight = copies.copy()
        weight[row] += step
        nudged = replace(history, weight=weight, weight_kind="frequency", cluster=None)
        return numbers(fine_gray(nudged, x, **more), x, 0)

    step = 1e-4
    derivative = np.stack([(moved(i, step) - moved(i, -step)) / (2 * step) for i in range(n)])
    together = np.zeros((n, derivative.shape[1]))
    np.add.at(together, cluster, derivative * np.sqrt(copies)[:, None])
    wanted = np.sqrt((together**2).sum(axis=0))
    np.testing.assert_allclose(errors(fine_gray(history, x, **more), x, 0), wanted, rtol=FIRST_ORDER)


def test_copies_are_people() -> None:
    history, x = simulated(80, 6)
    times = np.random.default_rng(7).integers(1, 4, 80)
    rows = np.repeat(np.arange(80), times)
    one = fine_gray(replace(history, weight=times.astype(np.float64), weight_kind="frequency"), x)
    repeated = design(*x.matrix[rows].T)
    other = fine_gray(history.take(rows), repeated)
    np.testing.assert_allclose(errors(one, x, 0), errors(other, repeated, 0), rtol=1e-7)
    np.testing.assert_allclose(numbers(one, x, 0), numbers(other, repeated, 0), rtol=1e-7)


def test_split_rows_predict_the_same() -> None:
    history, x = simulated(80, 8)
    rows = np.repeat(np.arange(80), 2)
    second = np.arange(160) % 2 == 1
    half = history.exit[rows] / 2
    pieces: EventHistory = replace(
        history.take(rows),
        entry=np.where(second, half, 0.0),
        exit=np.where(second, history.exit[rows], half),
        cause=np.where(second, history.cause[rows], 0),
    )
    whole, split = fine_gray(history, x), fine_gray(pieces, design(*x.matrix[rows].T), person=rows)
    given = np.array([[0.3, 1.0]])
    one, other = predicted_incidence(whole, given, TIMES), predicted_incidence(split, given, TIMES)
    np.testing.assert_allclose(one.estimate, other.estimate, rtol=1e-7)
    np.testing.assert_allclose(one.std_error, other.std_error, rtol=1e-6)


def test_times_are_events_or_their_quantiles() -> None:
    history = people([1, 1, 2, 3, 3, 3, 4, 9], [1, 1, 2, 1, 1, 1, 1, 0])
    fit = fine_gray(history, design([0, 1, 0, 1, 0, 1, 0, 1]))
    assert event_times(fit, 10).tolist() == [1, 3, 4]
    assert event_times(fit, 2).tolist() == [3, 4]
