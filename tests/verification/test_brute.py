"""Brute force against the linear-time estimators: two ways that share no line must agree."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tkk_cli.designs import Design, Term
from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.kaplan_meier import kaplan_meier
from tkk_cli.estimators.risk import risk_table
from tkk_cli.histories import EventHistory
from tkk_cli.models.cox import cox
from tkk_cli.models.fine_gray import fine_gray
from tkk_cli.verification.brute import BRUTE
from tkk_cli.verification.case import Case, expanded

ITERATED = 1e-7  # both stop when the step is small
CLOSED = 1e-12


def case(method: str, robust: bool = False, n: int = 150, **settings: Any) -> Case:
    """People on whole days with heavy ties and two causes; ``keep`` names the features to keep."""
    keep = settings.pop("keep", ())
    rng = np.random.default_rng(2)
    entry = rng.integers(0, 8, n).astype(float)
    weight = rng.integers(1, 4, n).astype(float) if "frequency" in keep else rng.uniform(0.5, 2, n)
    kind = next((kind for kind in ("frequency", "case") if kind in keep), None)
    history = EventHistory(
        exit=entry + rng.integers(1, 25, n),
        cause=rng.integers(0, 3, n),
        causes=("paluu", "elake"),
        group=np.zeros(n, dtype=np.int64),
        groups=("all",),
        entry=entry if "entry" in keep else None,
        weight=weight if kind else None,
        weight_kind=kind,
        cluster=np.arange(n) // 4 if "cluster" in keep else None,
        stratum=np.arange(n) % 3 if "strata" in keep else None,
    )
    matrix = np.column_stack([rng.normal(40, 10, n), rng.integers(0, 2, n)])
    offset = rng.normal(0, 0.3, n) if "offset" in keep else np.zeros(n)
    return Case(method, history, 0, matrix, robust, offset, settings, times=np.array([3.0, 9.0, 20.0]))


def design(of: Case) -> Design:
    terms = tuple(Term(f"x{j}", "number", (j,), (f"x{j}",), ("",)) for j in range(2))
    return Design(of.matrix, ("x0", "x1"), terms)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize(
    ("robust", "keep"),
    [
        (False, ()),
        (False, ("entry", "strata", "offset")),
        (True, ("cluster", "entry")),
        (True, ("case",)),
        (True, ("case", "cluster", "strata")),
        (False, ("frequency",)),
        (True, ("frequency", "entry")),
    ],
)
def test_cox(ties: str, robust: bool, keep: tuple[str, ...]) -> None:
    one = case("cox", robust, ties=ties, penalty=0.0, keep=keep)
    theirs = BRUTE["cox"](one)
    assert not isinstance(theirs, str)
    ours = cox(one.history, design(one), 0, ties=ties, offset=one.offset, robust=robust)
    np.testing.assert_allclose(ours.coefficient, theirs["coefficient"], rtol=ITERATED)
    np.testing.assert_allclose(np.sqrt(np.diag(ours.covariance)), theirs["std_error"], rtol=ITERATED)
    np.testing.assert_allclose(ours.log_likelihood, theirs["log_likelihood"][0], rtol=CLOSED)


def test_ridge() -> None:
    one = case("cox", ties="efron", penalty=5.0)
    theirs = BRUTE["cox"](one)
    assert not isinstance(theirs, str)
    ours = cox(one.history, design(one), 0, penalty=5.0)
    np.testing.assert_allclose(ours.coefficient, theirs["coefficient"], rtol=ITERATED)


@pytest.mark.parametrize(
    ("convention", "ties", "keep"),
    [
        ("crr", "breslow", ()),
        ("crr", "breslow", ("frequency", "offset")),
        ("crr", "breslow", ("case", "strata")),
        ("crr", "breslow", ("cluster", "groups")),
        ("finegray", "breslow", ("frequency",)),
        ("finegray", "efron", ("case", "cluster", "groups")),
    ],
)
def test_fine_gray(convention: str, ties: str, keep: tuple[str, ...]) -> None:
    one = case("fine_gray", True, convention=convention, ties=ties, keep=keep)
    groups = np.arange(len(one.history)) % 2
    if "groups" in keep:
        one = dataclasses.replace(one, extra={"censoring_group": groups.astype(float)})
    theirs = BRUTE["fine_gray"](one)
    assert not isinstance(theirs, str)
    ours = fine_gray(
        one.history,
        design(one),
        0,
        convention=convention,
        ties=ties,
        offset=one.offset,
        censoring_group=groups if "groups" in keep else None,
    )
    np.testing.assert_allclose(ours.coefficient, theirs["coefficient"], rtol=ITERATED)
    np.testing.assert_allclose(np.sqrt(np.diag(ours.covariance)), theirs["std_error"], rtol=ITERATED)
    np.testing.assert_allclose(ours.log_likelihood, theirs["log_likelihood"][0], rtol=CLOSED)


@pytest.mark.parametrize("keep", [(), ("entry",), ("frequency", "entry"), ("case",)])
def test_curves(keep: tuple[str, ...]) -> None:
    one = case("kaplan_meier", keep=keep)
    theirs = BRUTE["kaplan_meier"](one)
    assert not isinstance(theirs, str)
    table = risk_table(one.history)
    place = np.searchsorted(table.time, one.times, side="right") - 1
    ours = kaplan_meier(one.history, table, robust="case" in keep)
    np.testing.assert_allclose(ours.estimate[place], theirs["estimate"], rtol=CLOSED)
    theirs = BRUTE["aalen_johansen"](dataclasses.replace(one, method="aalen_johansen", cause=1))
    assert not isinstance(theirs, str)
    incidence = aalen_johansen(one.history, table, 1)
    np.testing.assert_allclose(incidence.estimate[place], theirs["estimate"], rtol=CLOSED)


@pytest.mark.parametrize(
    ("method", "settings", "reason"),
    [
        ("cox", {"ties": "exact"}, "ties_exact"),
        ("fine_gray", {"convention": "finegray", "keep": ("entry",)}, "late_entry"),
        ("poisson", {"rate_table": "luvut.csv"}, "rate_table"),
    ],
)
def test_what_brute_force_does_not_do_is_said(method: str, settings: dict[str, Any], reason: str) -> None:
    assert BRUTE[method](case(method, **settings)) == reason


def test_frequency_weights_become_rows() -> None:
    one = case("cox", ties="efron", keep=("frequency",))
    many = expanded(one)
    assert one.history.weight is not None
    assert len(many.history) == one.history.weight.sum() == len(many.matrix) == len(many.offset)
    assert many.history.weight is None
