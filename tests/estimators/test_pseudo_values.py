"""Pseudo-values: fractions, their definition as a jackknife, weights, strata, areas. R: test_reference_pseudo.py."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from people import exactly
from reference_sets import frame, history, the_record

from tkk_cli.estimators.aalen_johansen import incidence_of
from tkk_cli.estimators.kaplan_meier import product_limit
from tkk_cli.estimators.pseudo_values import QUANTITIES, follow_up, pseudo_values
from tkk_cli.estimators.risk import risk_table
from tkk_cli.histories import EventHistory

SAME = 1e-11  # the same sums in another order
STEP = 1e-6  # of a derivative by a weight


def people(n: int = 60, seed: int = 2, **parts: object) -> EventHistory:
    rng = np.random.default_rng(seed)
    sample = EventHistory(
        exit=rng.integers(1, 20, n).astype(float),
        cause=rng.integers(0, 3, n),
        causes=("return", "pension"),
        group=rng.integers(0, 2, n),
        groups=("a", "b"),
    )
    return replace(sample, **parts)  # type: ignore[arg-type]


def theta(sample: EventHistory, time: float, quantity: str, cause: int = 0) -> float:
    """The estimate of everyone, from the curve."""
    table = risk_table(sample)
    survival = product_limit(table)
    of_any = quantity in ("survival", "restricted_mean")
    curve = survival if of_any else incidence_of(table, cause, survival)
    padded = np.concatenate([[1.0 if of_any else 0.0], curve])
    if quantity in ("survival", "incidence"):
        return float(padded[np.searchsorted(table.time, time, side="right")])
    edges = np.clip(np.concatenate([[0.0], table.time, [max(time, table.time[-1])]]), 0, time)
    return float(np.diff(edges) @ padded)


def test_five_people_in_fractions() -> None:
    """Exits 1 (event), 2 (censored), 3 (event), 4 (event), 5 (censored): S(3) = 4/5 * 2/3 = 8/15.

    d S(3) / d w_i: who has the event at 1: S d log(1 - d1/Y1) = S (-1/4 + 1/5) + 0, and so on by
    -S (dN/(Y - d) - sum d/(Y (Y - d))) over the times at risk.
    """
    five = EventHistory(
        exit=np.array([1.0, 2, 3, 4, 5]),
        cause=np.array([1, 0, 1, 1, 0]),
        causes=("return",),
        group=np.zeros(5, dtype=np.int64),
        groups=("all",),
    )
    s = Fraction(8, 15)
    at_1, at_3 = Fraction(1, 5 * 4), Fraction(1, 3 * 2)
    derivative = [
        -s * (Fraction(1, 4) - at_1),
        s * at_1,
        -s * (Fraction(1, 2) - at_3 - at_1),
        s * (at_1 + at_3),
        s * (at_1 + at_3),
    ]
    exactly(pseudo_values(five, np.array([3.0]), "survival")[:, 0], [s + 5 * d for d in derivative])


def test_without_censoring_they_are_the_outcomes() -> None:
    sample = people(cause=np.random.default_rng(1).integers(1, 3, 60))
    at = np.array([0.5, 4.0, 9.5, 30.0])
    one = (sample.cause == 1)[:, None]
    happened = sample.exit[:, None] <= at
    want = {
        "survival": ~happened,
        "incidence": happened & one,
        "restricted_mean": np.minimum(sample.exit[:, None], at),
        "time_lost": np.where(one, np.maximum(at - sample.exit[:, None], 0), 0),
    }
    for quantity in QUANTITIES:
        np.testing.assert_allclose(pseudo_values(sample, at, quantity), want[quantity], atol=1e-11)


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("weighted", [False, True])
def test_they_are_the_derivative_by_a_weight(quantity: str, weighted: bool) -> None:
    weight = np.random.default_rng(3).uniform(0.5, 2, 60) if weighted else np.ones(60)
    sample = people(weight=weight, weight_kind="case")
    found = pseudo_values(sample, np.array([8.0]), quantity, 1)[:, 0]
    whole = theta(sample, 8.0, quantity, 1)
    assert np.average(found, weights=weight) == pytest.approx(whole, rel=SAME)
    for i in range(0, 60, 7):
        up, down = weight.copy(), weight.copy()
        up[i] += STEP
        down[i] -= STEP
        slope = theta(replace(sample, weight=up), 8.0, quantity, 1) - theta(
            replace(sample, weight=down), 8.0, quantity, 1
        )
        assert found[i] == pytest.approx(whole + weight.sum() * slope / (2 * STEP), abs=1e-6 * weight.sum())


def test_the_exact_jackknife_of_stored_data() -> None:
    """n theta - (n - 1) theta without i is R's; the infinitesimal one differs from it by O(1/n)."""
    want = the_record("lung", "pseudo").value
    sample = history(frame(the_record("lung", "km_all")), "time", "dead")
    n = len(sample)
    whole = theta(sample, 365, "survival")
    exact = [n * whole - (n - 1) * theta(sample.take(np.arange(n) != i), 365, "survival") for i in range(n)]
    np.testing.assert_allclose(exact, want["jackknife_S365"], rtol=1e-9, atol=1e-11)
    assert np.abs(pseudo_values(sample, np.array([365.0]), "survival")[:, 0] - exact).max() < 3 / n


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_what_changes_nothing(quantity: str) -> None:
    at = np.array([3.0, 11.0])
    sample = people()
    found = pseudo_values(sample, at, quantity)
    order = np.random.default_rng(4).permutation(60)
    np.testing.assert_allclose(pseudo_values(sample.take(order), at, quantity), found[order], rtol=SAME, atol=SAME)
    scaled = pseudo_values(replace(sample, exit=sample.exit / 7), at / 7, quantity)
    unit = 7 if quantity in ("restricted_mean", "time_lost") else 1
    np.testing.assert_allclose(scaled * unit, found, rtol=SAME, atol=1e-10)
    weighted = replace(sample, weight=np.full(60, 2.5), weight_kind="probability")
    np.testing.assert_allclose(pseudo_values(weighted, at, quantity), found, rtol=SAME, atol=1e-10)
    np.testing.assert_array_equal(pseudo_values(replace(sample, cluster=np.arange(60) // 5), at, quantity), found)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_frequency_is_so_many_copies(quantity: str) -> None:
    copies = np.random.default_rng(5).integers(1, 4, 60)
    rows = np.repeat(np.arange(60), copies)
    sample = people()
    counted = pseudo_values(
        replace(sample, weight=copies.astype(float), weight_kind="frequency"), np.array([9.0]), quantity
    )
    expanded = pseudo_values(sample.take(rows), np.array([9.0]), quantity)
    np.testing.assert_allclose(counted[rows], expanded, rtol=SAME, atol=1e-10)


def test_strata_have_values_of_their_own() -> None:
    stratum = np.random.default_rng(6).integers(0, 3, 60)
    sample = people(stratum=stratum)
    found = pseudo_values(sample, np.array([6.0, 12.0]), "time_lost", 1)
    for s in range(3):
        alone = pseudo_values(replace(sample, stratum=None).take(stratum == s), np.array([6.0, 12.0]), "time_lost", 1)
        np.testing.assert_array_equal(found[stratum == s], alone)


def test_times_and_means_lost_and_kept_add_up() -> None:
    sample = people()
    at = np.array([5.0, 15.0])
    kept = pseudo_values(sample, at, "restricted_mean")
    lost = [pseudo_values(sample, at, "time_lost", cause) for cause in (0, 1)]
    np.testing.assert_allclose(kept + lost[0] + lost[1], np.broadcast_to(at, (60, 2)), rtol=SAME)


def test_how_far_the_curves_go() -> None:
    sample = EventHistory(
        exit=np.array([4.0, 9, 7, 7, 12]),
        cause=np.array([1, 0, 1, 1, 1]),
        causes=("return",),
        group=np.array([0, 0, 1, 1, 0]),
        groups=("a", "b", "nobody"),
    )
    assert follow_up(sample) == (7.0, np.inf)
    assert follow_up(replace(sample, stratum=np.array([0, 0, 1, 1, 1]))) == (7.0, 9.0)
    assert follow_up(replace(sample, cause=np.array([1, 0, 1, 0, 0]))) == (7.0, 7.0)
