"""The estimators against the package ``survival`` (Rust), run by ``nox -s oracle``.

The file is not named ``test_*``: the package is no dependency of the tests, and R remains the first oracle.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import survival

from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.kaplan_meier import kaplan_meier
from tkk_cli.estimators.log_rank import log_rank
from tkk_cli.estimators.risk import risk_table
from tkk_cli.histories import EventHistory, Float

CLOSED_FORM = 1e-10  # the same formula in two languages: only the order of the sums differs


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
