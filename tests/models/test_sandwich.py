"""Quadratic forms: units change nothing, and a singular covariance gives no number that rounding made."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tkk_cli.designs import Design, Term
from tkk_cli.histories import EventHistory
from tkk_cli.models.cox import cox
from tkk_cli.models.sandwich import quadratic


def test_units_change_no_test() -> None:
    matrix = np.array([[2.0, 0.6], [0.6, 1.0]])
    vector = np.array([1.0, -2.0])
    want = float(vector @ np.linalg.solve(matrix, vector))
    assert quadratic(vector, matrix) == pytest.approx(want, rel=1e-14)
    units = np.array([1e-7, 1e4])  # an income in euros beside a share: variances 22 digits apart
    assert quadratic(vector * units, matrix * np.outer(units, units)) == pytest.approx(want, rel=1e-12)


def test_a_singular_matrix_gives_a_number_only_in_its_range() -> None:
    rows = np.array([[1.0, 2.0, 0.5], [0.0, 1.0, -1.0]])
    matrix = rows.T @ rows
    assert quadratic(rows.sum(0), matrix) == pytest.approx(2.0, rel=1e-10)  # each row counts one, however many columns
    assert math.isnan(quadratic(np.array([1.0, 0.0, 0.0]), matrix))
    assert quadratic(np.zeros(0), np.zeros((0, 0))) == 0.0


def test_fewer_clusters_than_columns_leave_no_wald_test() -> None:
    draw = np.random.default_rng(5)
    n, p = 60, 4
    people = EventHistory(
        exit=draw.exponential(1.0, n),
        cause=(draw.random(n) < 0.7).astype(np.int64),
        causes=("return",),
        group=np.zeros(n, dtype=np.int64),
        groups=("all",),
        cluster=np.arange(n) % 3,
    )
    names = tuple("abcd")
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(names))
    fit = cox(people, Design(draw.normal(size=(n, p)), names, terms), robust=True)
    tests = {test.test: test for test in fit.tests}
    assert np.isfinite(np.diag(fit.covariance)).all()
    assert math.isnan(tests["wald"].statistic)
    assert math.isnan(tests["wald"].p_value)
    assert math.isfinite(tests["likelihood_ratio"].statistic)
    assert tests["robust_score"].statistic == pytest.approx(3.0, rel=1e-8)  # one for each cluster, as coxph
