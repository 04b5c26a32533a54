"""Concordance: a hand-worked example, the count of all pairs, and what must not change it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import EIGHT, exactly

from tkk_cli.estimators.concordance import concordance
from tkk_cli.histories import EventHistory, Float

# Sums of at most a few hundred weights in another order.
SAME = 1e-12


def _every_pair(history: EventHistory, score: Float, cause: int = 0) -> tuple[float, float]:
    """The definition, pair by pair."""
    n = len(history)
    weight = np.ones(n) if history.weight is None else history.weight
    entry = np.full(n, -1.0) if history.entry is None else history.entry
    stratum = np.zeros(n) if history.stratum is None else history.stratum
    event = history.cause == cause + 1
    agreeing, pairs = np.zeros(n), np.zeros(n)
    for i in np.flatnonzero(event):
        t = history.exit[i]
        for j in range(n):
            later = history.exit[j] > t or (history.exit[j] == t and not event[j])
            if j != i and later and entry[j] < t and stratum[i] == stratum[j]:
                share = 1.0 if score[i] > score[j] else 0.5 if score[i] == score[j] else 0.0
                for one, other in ((i, j), (j, i)):
                    agreeing[one] += weight[other] * share
                    pairs[one] += weight[other]
    total = weight @ pairs / 2
    estimate = weight @ agreeing / 2 / total
    influence = weight * (agreeing - estimate * pairs) / total
    return float(estimate), float(np.sqrt(influence @ influence))


def test_eight_people_by_hand() -> None:
    """Returns at 2 (A), 3 (D) and 4 (E): A with B C D F H, D with C E F H, E with F G H; scores of A to H below.

    A agrees in 5 of 5; D ties with C and H and is below E and F: 1 of 4; E in 3 of 3. Together 9 of 12.
    """
    score = np.array([5.0, 1, 2, 2, 4, 3, 0, 2])
    share = Fraction(3, 4)
    agreeing = [5, 1, Fraction(3, 2), 2, 3, 2, 1, Fraction(5, 2)]
    pairs = [5, 1, 2, 5, 4, 3, 1, 3]
    squares = sum(((a - share * p) / 12) ** 2 for a, p in zip(agreeing, pairs, strict=True))
    estimate, error = concordance(EIGHT, score)
    exactly([estimate, error**2], [share, squares])


@st.composite
def _people(draw: st.DrawFn) -> tuple[EventHistory, Float]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(4, 40))
    exit = rng.integers(2, 9, n).astype(float)
    cause = rng.integers(0, 3, n)
    cause[0] = 1
    history = EventHistory(
        exit=exit,
        cause=cause,
        causes=("return", "pension"),
        group=np.zeros(n, dtype=np.int64),
        groups=("all",),
        entry=np.floor(exit * rng.random(n)) if draw(st.booleans()) else None,
        weight=rng.uniform(0.5, 2, n) if draw(st.booleans()) else None,
        weight_kind="case",
        stratum=rng.integers(0, 2, n) if draw(st.booleans()) else None,
    )
    return history, rng.integers(0, draw(st.sampled_from([2, 50])), n) / 7


@settings(max_examples=60, deadline=None)
@given(_people(), st.integers(0, 1))
def test_it_is_the_count_of_all_pairs(people: tuple[EventHistory, Float], cause: int) -> None:
    history, score = people
    with np.errstate(invalid="ignore", divide="ignore"):
        wanted = _every_pair(history, score, cause)
    np.testing.assert_allclose(concordance(history, score, cause), wanted, rtol=1e-9, atol=SAME)


@settings(max_examples=30, deadline=None)
@given(_people(), st.integers(0, 99))
def test_the_order_of_rows_and_the_scales_do_not_matter(people: tuple[EventHistory, Float], seed: int) -> None:
    history, score = people
    order = np.random.default_rng(seed).permutation(len(history))
    found = concordance(history, score)
    np.testing.assert_allclose(concordance(history.take(order), score[order]), found, rtol=1e-9, atol=SAME)
    entry = None if history.entry is None else history.entry * 30.4375
    monthly = replace(history, exit=history.exit * 30.4375, entry=entry)
    np.testing.assert_allclose(concordance(monthly, np.exp(score)), found, rtol=1e-9, atol=SAME)


def test_a_frequency_weight_is_that_many_copies() -> None:
    rng = np.random.default_rng(7)
    times, copies = rng.integers(1, 12, 50).astype(float), rng.integers(1, 5, 50)
    zero = np.zeros(50, dtype=np.int64)
    one = EventHistory(times, rng.integers(0, 2, 50), ("return",), zero, ("all",))
    score = rng.normal(size=50).round(1)
    weighted = replace(one, weight=copies.astype(float), weight_kind="frequency")
    row = np.repeat(np.arange(50), copies)
    np.testing.assert_allclose(concordance(weighted, score), concordance(one.take(row), score[row]), rtol=SAME)


def test_splitting_rows_changes_nothing_within_a_person() -> None:
    """A row cut at a time is the same person: the same pairs, and with the person as cluster the same error."""
    zero = np.zeros(3, dtype=np.int64)
    whole = EventHistory(np.array([4.0, 6, 8]), np.array([1, 1, 0]), ("return",), zero, ("all",), entry=np.zeros(3))
    cut = EventHistory(
        exit=np.array([3.0, 4, 5, 6, 8]),
        entry=np.array([0.0, 3, 0, 5, 0]),
        cause=np.array([0, 1, 0, 1, 0]),
        causes=("return",),
        group=np.zeros(5, dtype=np.int64),
        groups=("all",),
    )
    person = np.array([0, 0, 1, 1, 2])
    score = np.array([1.0, 2, 0])
    assert concordance(cut, score[person], cluster=person) == pytest.approx(concordance(whole, score), rel=SAME)


def test_clusters_add_up_their_influence() -> None:
    rng = np.random.default_rng(3)
    zero = np.zeros(30, dtype=np.int64)
    people = EventHistory(rng.integers(1, 9, 30).astype(float), rng.integers(0, 2, 30), ("return",), zero, ("all",))
    score = rng.normal(size=30)
    alone = concordance(people, score)
    assert concordance(people, score, cluster=np.arange(30)) == pytest.approx(alone, rel=SAME)
    paired = concordance(
        people.take(np.repeat(np.arange(30), 2)), np.repeat(score, 2), cluster=np.repeat(np.arange(30), 2)
    )
    # Two rows that are one person: the share is the same but for pairs of a row with its own copy, which are none
    # (an event with an event); the censored copies are no pairs either.
    assert paired[0] == pytest.approx(alone[0], rel=SAME)
    assert paired[1] == pytest.approx(alone[1], rel=SAME)


def test_scores_that_differ_by_rounding_are_ties() -> None:
    zero = np.zeros(2, dtype=np.int64)
    two = EventHistory(np.array([1.0, 2.0]), np.array([1, 0]), ("return",), zero, ("all",))
    assert concordance(two, np.array([0.3, 0.1 + 0.2]))[0] == 0.5


@pytest.mark.parametrize("cause", [[0, 0], [1, 1]])
def test_without_a_pair_there_is_none(cause: list[int]) -> None:
    zero = np.zeros(2, dtype=np.int64)
    two = EventHistory(np.array([1.0, 1.0]), np.array(cause), ("return",), zero, ("all",))
    assert np.isnan(concordance(two, np.array([1.0, 2.0]))).all()
