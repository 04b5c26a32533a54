"""The curves of a Fine-Gray fit as tables: its baseline, incidences of patterns, and averages by level of exposure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from tkk_cli.estimators.distributions import normal_tail
from tkk_cli.estimators.intervals import limits, normal_quantile
from tkk_cli.histories import Float
from tkk_cli.models.fine_gray_curves import (
    Averages,
    averaged_incidence,
    baseline_hazard,
    event_times,
    predicted_incidence,
)
from tkk_cli.models.fits import Fit
from tkk_cli.options import numbers, pairs, parts
from tkk_cli.results import Note
from tkk_cli.steps.regression.problem import Problem

__all__ = ["Curves", "curve_tables"]

Row = dict[str, Any]

# Curves are given at that many times, fewer where going through everyone at each would take long.
MOST_TIMES = 200
FEWEST_TIMES = 30
ROWS_TIMES = 20_000_000


class Curves(NamedTuple):
    """Rows by table of ``tables.REGRESS``, without ``model``, ``method`` and ``cause``; and notes."""

    tables: dict[str, list[Row]]
    notes: tuple[Note, ...]


def curve_tables(problem: Problem, fit: Fit) -> Curves:
    """Baseline, predicted incidences of ``--pattern`` and standardised ones by level of ``--group``.

    Parameters
    ----------
    problem : Problem
        That of the fit.
    fit : Fit

    Returns
    -------
    Curves
        ``baseline``, ``curves``, ``at`` and ``contrasts``. Why there are none is a warning (TKK369): an infinite
        coefficient, several rows a person (standardised curves only).

    Raises
    ------
    TkkError
        TKK222 for a pattern with an unknown variable or level; TKK304 for one that is not ``name=value``.
    """
    if np.isinf(fit.coefficient).any():
        return Curves({}, (Note("curves_infinite", {}, "warning", "TKK369"),))
    rows: dict[str, list[Row]] = {"baseline": list(_baseline(problem, fit))}
    if problem.design.rebuild is None or problem.options.impute:
        return Curves(rows, ())
    notes: list[Note] = []
    asked = np.array(sorted(set(numbers(problem.options.at, "at"))))
    most = int(min(MOST_TIMES, max(FEWEST_TIMES, ROWS_TIMES // len(problem.history))))
    shown = event_times(fit, most)
    if problem.options.pattern is not None:
        if "offset" in problem.extra:
            notes.append(Note("pattern_offset"))
        _extend(rows, _patterns(problem, fit, shown, asked))
    if problem.exposure is not None:
        if _repeated(problem):
            notes.append(Note("curves_repeated", {}, "warning", "TKK369"))
        else:
            _extend(rows, _standardised(problem, fit, shown, asked))
            notes.append(Note("curves_standardised", {"n": fit.n}))
    last = float(problem.history.exit.max())
    if (asked > last).any() and rows.get("at"):
        notes.append(Note("at_beyond", {"time": float(asked[asked > last][0]), "last": last}, "warning", "TKK358"))
    return Curves(rows, tuple(notes))


def _extend(rows: dict[str, list[Row]], found: dict[str, list[Row]]) -> None:
    for name, more in found.items():
        if more:
            rows.setdefault(name, []).extend(more)


def _repeated(problem: Problem) -> bool:
    return problem.person is not None and int(np.max(problem.person)) + 1 < len(problem.history)


def _strata(problem: Problem) -> list[str]:
    """Names of the strata in use, in the order of their codes."""
    if problem.history.stratum is None:
        return [""]
    codes = np.unique(problem.history.stratum)
    return [problem.stratum_names[code] if problem.stratum_names else str(code) for code in codes]


def _baseline(problem: Problem, fit: Fit) -> Iterator[Row]:
    for s, name in enumerate(_strata(problem)):
        time, hazard = baseline_hazard(fit, s)
        some = np.unique(np.rint(np.linspace(0, len(time) - 1, min(len(time), MOST_TIMES))).astype(np.int64))
        for i in some:
            yield {"stratum": name, "time": float(time[i]), "estimate": float(hazard[i])}


def _points(head: Row, time: Float, estimate: Float, error: Float, options: Any) -> list[Row]:
    low, high = limits(estimate, error, options.conf_level, options.conf_type)
    names = ("time", "estimate", "std_error", "conf_low", "conf_high")
    columns = (time, estimate, error, low, high)
    return [head | dict(zip(names, values, strict=True)) for values in zip(*(v.tolist() for v in columns), strict=True)]


def _patterns(problem: Problem, fit: Fit, shown: Float, asked: Float) -> dict[str, list[Row]]:
    design, options = problem.design, problem.options
    assert design.rebuild is not None
    given = [pairs(text, "pattern") for text in parts(options.pattern)]
    for pattern in given:
        design.rebuild(pattern)  # names and levels are checked before the typical values are added
    matrix = np.concatenate([design.rebuild({**design.means, **pattern})[:1] for pattern in given])
    rows: dict[str, list[Row]] = {"curves": [], "at": []}
    for s, stratum in enumerate(_strata(problem)):
        for table, times in (("curves", shown), ("at", asked)):
            curves = predicted_incidence(fit, matrix, times, s)
            for i, pattern in enumerate(given):
                name = ", ".join(f"{variable}={value}" for variable, value in pattern.items())
                head = {
                    "quantity": "incidence",
                    "kind": "pattern",
                    "group": ", ".join(filter(None, (name, stratum))),
                }
                rows[table] += _points(head, times, curves.estimate[i], curves.std_error[i], options)
    return rows


def _standardised(problem: Problem, fit: Fit, shown: Float, asked: Float) -> dict[str, list[Row]]:
    design, options, levels = problem.design, problem.options, problem.history.groups
    assert design.rebuild is not None
    matrices = [design.rebuild({str(problem.exposure): level}) for level in levels]
    times = np.union1d(shown, asked)
    found = averaged_incidence(fit, matrices, times)
    rows: dict[str, list[Row]] = {"curves": [], "at": [], "contrasts": []}
    for i, level in enumerate(levels):
        head = {"quantity": "incidence", "kind": "standardised", "group": level}
        error = np.sqrt(np.maximum(found.covariance[:, i, i], 0.0))
        for table, wanted in (("curves", shown), ("at", asked)):
            here = np.isin(times, wanted)
            rows[table] += _points(head, times[here], found.estimate[i, here], error[here], options)
        if i > 0:
            head = {"quantity": "incidence", "group": level, "reference": levels[0]}
            rows["contrasts"] += _contrasts(head, found, i, times, np.isin(times, asked), options.conf_level)
    return rows


def _contrasts(head: Row, found: Averages, i: int, times: Float, asked: Any, conf_level: float) -> Iterator[Row]:
    """Difference and ratio to the first level; the interval of the ratio is symmetric on the log scale."""
    z = normal_quantile(conf_level)
    for t in np.flatnonzero(asked):
        ours, theirs = float(found.estimate[i, t]), float(found.estimate[0, t])
        own, other, shared = found.covariance[t, i, i], found.covariance[t, 0, 0], found.covariance[t, 0, i]
        error = math.sqrt(max(0.0, own + other - 2 * shared))
        yield {
            **head,
            "time": float(times[t]),
            "measure": "difference",
            "estimate": ours - theirs,
            "std_error": error,
            "conf_low": ours - theirs - z * error,
            "conf_high": ours - theirs + z * error,
            "p_value": normal_tail((ours - theirs) / error) if error > 0 else math.nan,
        }
        ratio, spread = math.nan, math.nan
        if ours > 0 and theirs > 0:
            ratio = ours / theirs
            spread = math.sqrt(max(0.0, own / ours**2 + other / theirs**2 - 2 * shared / (ours * theirs)))
        yield {
            **head,
            "time": float(times[t]),
            "measure": "ratio",
            "estimate": ratio,
            "std_error": ratio * spread,
            "conf_low": ratio * math.exp(-z * spread),
            "conf_high": ratio * math.exp(z * spread),
            "p_value": normal_tail(math.log(ratio) / spread) if spread > 0 else math.nan,
        }
