"""Coverage of Fine-Gray's intervals against a planted subdistribution hazard (the design of Fine & Gray, 1999).

P(event of interest by t | z) = 1 - (1 - p (1 - e^-t))^exp(z'b); the others have the competing event at an exponential
time. 2,000 samples, seeds fixed. A 95 % interval must cover in 93.5 to 96.5 %. Not collected by default, as
``test_coverage``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tkk_cli.designs import Design, Term
from tkk_cli.estimators.intervals import limits, normal_quantile
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.fine_gray import fine_gray
from tkk_cli.models.fine_gray_curves import averaged_incidence, predicted_incidence

RUNS = 2000
PERSONS = 600
COVERED = (0.935, 0.965)
EFFECTS = np.array([0.5, -0.4])
SHARE = 0.5  # p: of those with z = 0, who ever has the event
STEP = 0.05  # times are rounded up to it: ties are the normal case
TIMES = np.array([0.5, 1.5])
PATTERN = np.array([[0.5, 1.0]])
Z = normal_quantile(0.95)
TERMS = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate("xz"))


def incidence(matrix: Float, time: float) -> Float:
    """The truth."""
    return 1 - (1 - SHARE * -np.expm1(-time)) ** np.exp(matrix @ EFFECTS)


def covariates(rng: np.random.Generator, n: int) -> Float:
    return np.column_stack([rng.normal(size=n), rng.integers(0, 2, n)]).astype(np.float64)


def samples() -> Iterator[tuple[EventHistory, Design]]:
    rng = np.random.default_rng(7)
    for _ in range(RUNS):
        matrix = covariates(rng, PERSONS)
        relative = np.exp(matrix @ EFFECTS)
        ever = 1 - (1 - SHARE) ** relative
        u = rng.random(PERSONS)
        first = u < ever
        # The inverse of the incidence, for those who have the event.
        inside = np.where(first, (1 - (1 - u * first) ** (1 / relative)) / SHARE, 0.0)
        time = np.where(first, -np.log1p(-inside), rng.exponential(1.0, PERSONS))
        end = rng.uniform(0.3, 3.0, PERSONS)
        seen = time <= end
        exit_ = np.ceil(np.minimum(time, end) / STEP)
        cause = np.where(seen, np.where(first, 1, 2), 0).astype(np.int64)
        group = np.zeros(PERSONS, dtype=np.int64)
        history = EventHistory(exit=exit_, cause=cause, causes=("return", "pension"), group=group, groups=("all",))
        yield history, Design(matrix, ("x", "z"), TERMS)


@pytest.mark.parametrize("convention", ["crr", "finegray"])
def test_intervals_cover(convention: str) -> None:
    hits: dict[str, list[bool]] = {}
    everyone = covariates(np.random.default_rng(8), 400_000)
    low_level, high_level = everyone.copy(), everyone.copy()
    low_level[:, 1], high_level[:, 1] = 0.0, 1.0
    times = TIMES / STEP
    truth = [float(np.mean(incidence(high_level, t) - incidence(low_level, t))) for t in TIMES]
    for history, design in samples():
        fit = fine_gray(history, design, convention=convention)
        error = np.sqrt(np.diag(fit.covariance))
        for j, name in enumerate(design.columns):
            hits.setdefault(name, []).append(bool(abs(fit.coefficient[j] - EFFECTS[j]) < Z * error[j]))
        curve = predicted_incidence(fit, PATTERN, times)
        low, high = limits(curve.estimate[0], curve.std_error[0], 0.95, "loglog")
        levels = [np.column_stack([design.matrix[:, 0], np.full(PERSONS, level)]) for level in (0.0, 1.0)]
        averages = averaged_incidence(fit, levels, times)
        for i, time in enumerate(TIMES):
            inside = low[i] < incidence(PATTERN, time)[0] < high[i]
            hits.setdefault(f"incidence at {time}", []).append(bool(inside))
            covariance = averages.covariance[i]
            spread = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
            away = averages.estimate[1, i] - averages.estimate[0, i] - truth[i]
            hits.setdefault(f"difference at {time}", []).append(bool(abs(away) < Z * spread))
    covered = {name: float(np.mean(values)) for name, values in hits.items()}
    assert all(COVERED[0] <= share <= COVERED[1] for share in covered.values()), covered
