"""What the parametric and the spline adapters share: curves, contrasts, concordance and what to say about the fit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.estimators.concordance import concordance
from tkk_cli.estimators.distributions import normal_tail
from tkk_cli.estimators.intervals import limits, normal_quantile
from tkk_cli.histories import Float
from tkk_cli.models.fits import Fit
from tkk_cli.models.smooth_curves import Averaged, averaged_curve, pattern_curve, spread
from tkk_cli.options import numbers, pairs, parts
from tkk_cli.results import Note
from tkk_cli.steps.options import RegressOptions
from tkk_cli.steps.regression.problem import Fitted, Problem

__all__ = ["completed", "refuse_curves_of_one_cause"]

Row = dict[str, Any]

# A smooth curve through that many points; averages go through everyone at each, so fewer where people are many.
MOST_TIMES = 200
FEWEST_TIMES = 30
ROWS_TIMES = 10_000_000


def refuse_curves_of_one_cause(problem: Problem) -> None:
    """TKK335 when a curve is asked for and there are several causes."""
    options = problem.options
    if len(problem.history.causes) > 1 and (options.at is not None or options.pattern is not None):
        raise TkkError(
            "TKK335",
            "a model of one event gives no probability among competing events",
            where="--pattern" if options.pattern is not None else "--at",
            hint="leave out --at and --pattern, or use --model cox or --model fine-gray",
        )


def completed(problem: Problem, method: str, fit: Fit, risk: float) -> Fitted:
    """The fit of the first cause with its curves, concordance and notes.

    Parameters
    ----------
    problem : Problem
    method : str
    fit : Fit
        ``state["curve"]`` predicts.
    risk : float
        1 where a higher linear predictor means an earlier event, -1 where a later one.

    Returns
    -------
    Fitted
        Without curves when there are several causes, after imputation, and for infinite coefficients.

    Raises
    ------
    TkkError
        TKK222 for a pattern with an unknown variable or level, TKK304 for one that is not ``name=value``.
    """
    history, design = problem.history, problem.design
    notes = [*_notes(problem)]
    found = Fitted(method, history.causes[0], fit, design, notes=tuple(notes))
    if problem.coefficients_only or problem.options.impute:
        return found
    if np.isinf(fit.coefficient).any():
        return replace(found, notes=(*notes, Note("curves_infinite", {}, "warning", "TKK369")))
    agreement = None
    if "lower" not in problem.extra and design.columns:
        score = risk * (design.matrix @ np.nan_to_num(fit.coefficient))
        if "offset" in problem.extra:
            score = score + risk * problem.extra["offset"]
        agreement = concordance(history, score, 0, history.cluster)
    tables: dict[str, list[Row]] = {}
    if len(history.causes) == 1:
        tables, more = _curves(problem, fit)
        notes += more
    return replace(found, concordance=agreement, tables=tables, notes=tuple(notes))


def _notes(problem: Problem) -> Iterator[Note]:
    history = problem.history
    if len(history.causes) > 1:
        yield Note("competing_as_censored_model", {"cause": history.causes[0]})
    if _repeated(problem):
        yield Note("rows_of_person_smooth")


def _repeated(problem: Problem) -> bool:
    return problem.person is not None and int(np.max(problem.person)) + 1 < len(problem.history)


def _curves(problem: Problem, fit: Fit) -> tuple[dict[str, list[Row]], list[Note]]:
    options = problem.options
    times = np.array(sorted(set(numbers(options.at, "at"))))
    rows: dict[str, list[Row]] = {"curves": [], "at": [], "contrasts": []}
    notes = []
    for text in parts(options.pattern):
        _pattern(problem, fit, pairs(text, "pattern"), times, rows)
    if options.pattern is not None and "offset" in problem.extra:
        notes.append(Note("pattern_offset"))
    if problem.exposure is not None:
        if _repeated(problem):
            notes.append(Note("curves_repeated", {}, "warning", "TKK369"))
        else:
            _standardised(problem, fit, times, rows)
            notes.append(Note("curves_standardised", {"n": fit.n}))
    last = _last(problem)
    if rows["at"] and (times > last).any():
        notes.append(Note("at_beyond", {"time": float(times[times > last][0]), "last": last}, "warning", "TKK358"))
    return {name: found for name, found in rows.items() if found}, notes


def _last(problem: Problem) -> float:
    return float(problem.history.exit.max())


def _rows(head: Row, times: Float, estimate: Float, error: Float, options: RegressOptions) -> list[Row]:
    low, high = limits(estimate, error, options.conf_level, options.conf_type)
    return [{**head, **_point(*values)} for values in zip(times, estimate, error, low, high, strict=True)]


def _point(time: float, estimate: float, error: float, low: float, high: float) -> Row:
    values = {"time": time, "estimate": estimate, "std_error": error, "conf_low": low, "conf_high": high}
    return {name: float(value) for name, value in values.items()}


def _pattern(problem: Problem, fit: Fit, given: dict[str, str], times: Float, rows: dict[str, list[Row]]) -> None:
    design = problem.design
    assert design.rebuild is not None
    design.rebuild(given)  # names and levels are checked before the typical values are added
    row = design.rebuild({**design.means, **given})[0]
    head = {
        "quantity": "survival",
        "kind": "pattern",
        "group": ", ".join(f"{variable}={value}" for variable, value in given.items()),
    }
    grid = np.linspace(0, _last(problem), MOST_TIMES + 1)[1:]
    for name, chosen in (("curves", grid), ("at", times)):
        if len(chosen):
            rows[name] += _rows(head, chosen, *pattern_curve(fit.state["curve"], chosen, row), problem.options)


def _standardised(problem: Problem, fit: Fit, times: Float, rows: dict[str, list[Row]]) -> None:
    history, design, options = problem.history, problem.design, problem.options
    assert design.rebuild is not None
    size = int(min(MOST_TIMES, max(FEWEST_TIMES, ROWS_TIMES // len(history))))
    even = np.linspace(0, _last(problem), size + 1)[1:]
    grid = np.union1d(even, times)
    reference: Averaged | None = None
    for level in history.groups:
        curve = averaged_curve(
            fit.state["curve"],
            history,
            design.rebuild({str(problem.exposure): level}),
            grid,
            keep=times,
            offset=problem.extra.get("offset", 0.0),
        )
        head = {"quantity": "survival", "kind": "standardised", "group": level}
        for name, chosen in (("curves", np.isin(grid, even)), ("at", np.isin(grid, times))):
            rows[name] += _rows(head, grid[chosen], curve.estimate[chosen], curve.std_error[chosen], options)
        if reference is None:
            reference = curve
        else:
            head = {"quantity": "survival", "group": level, "reference": history.groups[0]}
            rows["contrasts"] += [
                {**head, **found} for time in times for found in _contrast(problem, float(time), curve, reference)
            ]


def _contrast(problem: Problem, time: float, curve: Averaged, reference: Averaged) -> Iterator[Row]:
    """The difference, and the ratio with an interval that is symmetric on the log scale."""
    history, z = problem.history, normal_quantile(problem.options.conf_level)
    a, b = (float(one.estimate[np.searchsorted(one.time, time)]) for one in (curve, reference))
    own, other = curve.influence[time], reference.influence[time]
    error = spread(history, own - other)
    yield {
        "measure": "difference",
        **_point(time, a - b, error, a - b - z * error, a - b + z * error),
        "p_value": _p_value(a - b, error),
    }
    if min(a, b) <= 0:
        yield {"measure": "ratio", **_point(time, *[math.nan] * 4), "p_value": math.nan}
        return
    error = spread(history, own / a - other / b)
    ratio, factor = a / b, math.exp(z * error)
    yield {
        "measure": "ratio",
        **_point(time, ratio, ratio * error, ratio / factor, ratio * factor),
        "p_value": _p_value(math.log(ratio), error),
    }


def _p_value(value: float, error: float) -> float:
    return normal_tail(value / error) if error > 0 else math.nan
