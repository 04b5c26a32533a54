"""Groups against each other: tests, pairwise tests and contrasts of areas."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np

from tkk_cli.estimators.distributions import chi_square_tail, normal_tail
from tkk_cli.estimators.gray import gray
from tkk_cli.estimators.intervals import normal_quantile
from tkk_cli.estimators.log_rank import ScoreTest, log_rank, trend_test
from tkk_cli.estimators.restricted_mean import Area, difference, ratio
from tkk_cli.histories import EventHistory
from tkk_cli.options import words
from tkk_cli.results import Note, Table
from tkk_cli.steps.curves import Plan, Sample, areas_of, make_table

__all__ = ["comparison_tables"]


def comparison_tables(history: EventHistory, samples: list[Sample], plan: Plan) -> tuple[dict[str, Table], list[Note]]:
    """Tables ``tests``, ``observed_expected``, ``pairwise`` and ``contrasts``, each only where it applies."""
    tables: dict[str, Table] = {}
    notes: list[Note] = []
    if plan.tests:
        done = [(name, cause, _run(history, name, cause, plan)) for name, cause in _tests(history, plan)]
        tables["tests"] = make_table("tests", _test_rows(history, done, plan))
        tables["observed_expected"] = make_table("observed_expected", _observed(history, samples, done))
        if plan.options.pairwise:
            tables["pairwise"] = make_table("pairwise", _pairwise(history, plan))
            notes.append(Note("holm"))
        if plan.options.strata:
            notes.append(Note("tests_stratified", {"strata": list(words(plan.options.strata))}))
        if plan.options.trend:
            notes.append(Note("trend_scores", {"order": list(history.groups)}))
        if "gray" in plan.tests and plan.options.rho:
            notes.append(Note("gray_rho", {"rho": plan.options.rho}))
        if any(not math.isfinite(test.statistic) for _, _, test in done):
            notes.append(Note("test_not_possible", {}, "warning", "TKK360"))
    if len(samples) > 1 and plan.has_areas:
        tables["contrasts"] = make_table("contrasts", _contrasts(samples, plan))
    return tables, notes


def _tests(history: EventHistory, plan: Plan) -> Iterator[tuple[str, int]]:
    for name in plan.tests:
        for cause in range(len(history.causes)):
            yield name, cause


def _run(history: EventHistory, name: str, cause: int, plan: Plan) -> ScoreTest:
    if name == "gray":
        return gray(history, cause, plan.options.rho)
    return log_rank(history, cause, name, plan.options.rho, plan.options.gamma, plan.robust)


def _test_rows(history: EventHistory, done: list[tuple[str, int, ScoreTest]], plan: Plan) -> Iterator[dict[str, Any]]:
    for name, cause, test in done:
        found = [("any_difference", test.statistic, test.df)]
        if plan.options.trend:
            found.append(("trend", *trend_test(test)))
        for alternative, statistic, df in found:
            yield {
                "test": name,
                "cause": history.causes[cause],
                "alternative": alternative,
                "statistic": statistic,
                "df": df,
                "p_value": chi_square_tail(statistic, df),
            }


def _observed(
    history: EventHistory, samples: list[Sample], done: list[tuple[str, int, ScoreTest]]
) -> Iterator[dict[str, Any]]:
    for name, cause, test in done:
        for sample, observed, expected in zip(samples, test.observed, test.expected, strict=True):
            weight = sample.history.weight
            yield {
                "test": name,
                "cause": history.causes[cause],
                "group": sample.name,
                "n": float(len(sample.history) if weight is None else weight.sum()),
                "observed": float(observed),
                "expected": float(expected),
            }


def _pairwise(history: EventHistory, plan: Plan) -> Iterator[dict[str, Any]]:
    pairs = list(combinations(range(len(history.groups)), 2))
    for name, cause in _tests(history, plan):
        tests = [_run(_two_groups(history, *pair), name, cause, plan) for pair in pairs]
        p_values = [chi_square_tail(test.statistic, test.df) for test in tests]
        for (first, second), test, p, adjusted in zip(pairs, tests, p_values, holm(p_values), strict=True):
            yield {
                "test": name,
                "cause": history.causes[cause],
                "group": history.groups[second],
                "reference": history.groups[first],
                "statistic": test.statistic,
                "df": test.df,
                "p_value": p,
                "p_adjusted": adjusted,
            }


def _two_groups(history: EventHistory, first: int, second: int) -> EventHistory:
    pair = history.take((history.group == first) | (history.group == second))
    return dataclasses.replace(
        pair,
        group=(pair.group == second).astype(np.int64),
        groups=(history.groups[first], history.groups[second]),
    )


def holm(p_values: list[float]) -> list[float]:
    """Holm's step-down adjustment; NaN stays NaN and does not count.

    References
    ----------
    Holm (1979); R's ``p.adjust(method="holm")``.
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if not math.isnan(p))
    adjusted = [math.nan] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * p))
        adjusted[place] = largest
    return adjusted


def _contrasts(samples: list[Sample], plan: Plan) -> Iterator[dict[str, Any]]:
    areas = [list(areas_of(sample, plan)) for sample in samples]
    z = normal_quantile(plan.options.conf_level)
    for sample, found in zip(samples[1:], areas[1:], strict=True):
        for (measure, cause, area), (_, _, reference) in zip(found, areas[0], strict=True):
            base = {"group": sample.name, "reference": samples[0].name, "cause": cause, "horizon": plan.horizon}
            yield base | {"measure": f"{measure}_difference"} | _difference(area, reference, z)
            yield base | {"measure": f"{measure}_ratio"} | _ratio(area, reference, z)


def _difference(area: Area, reference: Area, z: float) -> dict[str, float]:
    value, std_error = difference(area, reference)
    return _wald(value, std_error) | {
        "estimate": value,
        "conf_low": value - z * std_error,
        "conf_high": value + z * std_error,
    }


def _ratio(area: Area, reference: Area, z: float) -> dict[str, float]:
    """The ratio with the standard error of its logarithm, on which interval and test are made."""
    value, std_error = ratio(area, reference)
    spread = math.exp(z * std_error) if math.isfinite(std_error) else math.nan
    log_value = math.log(value) if value > 0 else math.nan
    return _wald(log_value, std_error) | {
        "estimate": value,
        "conf_low": value / spread,
        "conf_high": value * spread,
    }


def _wald(value: float, std_error: float) -> dict[str, float]:
    statistic = value / std_error if std_error > 0 else math.nan
    return {"std_error": std_error, "statistic": statistic, "p_value": normal_tail(statistic)}
