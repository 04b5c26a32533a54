"""Pseudo-observations in ``tkk regress``: "days at work gained, adjusted"."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.estimators.distributions import normal_tail
from tkk_cli.estimators.intervals import limits, normal_quantile
from tkk_cli.estimators.pseudo_values import follow_up, pseudo_values
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.pseudo import LINKS, PseudoFit, StandardisedMeans, pseudo_regression, standardised_means
from tkk_cli.options import numbers
from tkk_cli.results import Note
from tkk_cli.steps.options import RegressOptions
from tkk_cli.steps.regression.problem import Fitted, Problem

__all__ = ["fit"]

Row = dict[str, Any]
MEANS = ("restricted_mean", "time_lost")
ANY_EVENT = ("survival", "restricted_mean")


@dataclass(frozen=True)
class _Plan:
    """What is fitted: quantity, link, the times, and what a coefficient is."""

    quantity: str
    link: str
    times: Float
    measure: str

    @property
    def reversed(self) -> bool:
        """Whether one minus the quantity is fitted: cloglog of it is the log cumulative hazard."""
        return self.quantity == "survival" and self.link == "cloglog"


def fit(problem: Problem) -> list[Fitted]:
    """Regress pseudo-values of the event of interest on the covariates.

    Parameters
    ----------
    problem : Problem
        ``--quantity``, ``--link``, ``--at`` and ``--horizon`` say of what; with strata the pseudo-values are of the
        person's stratum, so that censoring may differ between strata.

    Returns
    -------
    list of one Fitted
        Tables ``at`` (standardised means by exposure) and ``contrasts`` (their differences and ratios).

    Raises
    ------
    TkkError
        TKK342 with late entry, TKK343 for options that contradict, TKK344 beyond the last follow-up, TKK345 when the
        fit does not converge.
    """
    history, options = problem.history, problem.options
    if history.entry is not None:
        if np.any(history.entry > 0):
            raise TkkError(
                "TKK342",
                "pseudo-values do not take late entry or pieces of a person's follow-up",
                where="--entry",
                count=int((history.entry > 0).sum()),
                hint="use --model cox, or one row a person that is followed from time 0",
            )
        history = replace(history, entry=None)
    plan = _plan(history, options)
    cause = None if plan.quantity in ANY_EVENT else 0
    values = pseudo_values(history, plan.times, plan.quantity)
    names = ("intercept",) if len(plan.times) == 1 else tuple(f"intercept[{time:g}]" for time in plan.times)
    offset = problem.extra.get("offset")
    found = pseudo_regression(
        history,
        problem.design,
        1 - values if plan.reversed else values,
        plan.link,
        plan.measure,
        names,
        cause,
        offset,
    )
    tables = (
        {} if problem.coefficients_only or problem.exposure is None else _standardised(problem, found, plan, history)
    )
    return [
        Fitted(
            "pseudo", history.causes[0], found.fit, problem.design, tables=tables, notes=_notes(problem, found, plan)
        )
    ]


def _plan(history: EventHistory, options: RegressOptions) -> _Plan:
    quantity, link = options.quantity.replace("-", "_"), options.link or "identity"
    of_mean = quantity in MEANS
    if link not in LINKS or (link == "cloglog" and of_mean):
        raise TkkError(
            "TKK343",
            f"--link {link} does not go with --quantity {options.quantity}",
            where="--link",
            hint="use identity (differences) or log (ratios)" + ("" if of_mean else ", or cloglog (hazard ratios)"),
        )
    at = numbers(options.at, "at")
    if options.horizon is not None and (at or not of_mean):
        raise TkkError(
            "TKK343",
            "--horizon and --at both say the horizon of the mean" if of_mean else "--horizon is of means only",
            where="--horizon",
            hint="leave --horizon out" if at else f"use --at {options.horizon:g}",
        )
    if not at and not of_mean:
        raise TkkError(
            "TKK343",
            f"--quantity {options.quantity} needs the times at which it is compared",
            where="--at",
            hint="for example --at 180,365",
        )
    shared, known = follow_up(history)
    times = np.unique(at or [shared if options.horizon is None else options.horizon])
    if times[0] <= 0:
        raise TkkError("TKK304", "--horizon is a time after 0", hint="for example --horizon 365")
    if times[-1] > known:
        raise TkkError(
            "TKK344",
            f"{times[-1]:g} is beyond the last follow-up of a group or stratum",
            where="--at" if at else "--horizon",
            count=int((times > known).sum()),
            hint=f"use {known:g} or less",
        )
    return _Plan(quantity, link, times, _measure(quantity, link))


def _measure(quantity: str, link: str) -> str:
    if link == "cloglog":
        return "hazard_ratio" if quantity == "survival" else "subdistribution_hazard_ratio"
    return "difference" if link == "identity" else "ratio"


def _standardised(problem: Problem, found: PseudoFit, plan: _Plan, history: EventHistory) -> dict[str, list[Row]]:
    assert problem.design.rebuild is not None
    assert problem.exposure is not None
    means = {
        name: standardised_means(
            found, history, problem.design.rebuild({problem.exposure: name}), problem.extra.get("offset")
        )
        for name in history.groups
    }
    level = problem.options.conf_level
    rows = [row for name, mean in means.items() for row in _at_rows(name, mean, plan, level)]
    reference, *others = history.groups
    contrasts = [
        row
        for name in others
        for row in _contrast_rows((name, means[name]), (reference, means[reference]), plan, level)
    ]
    return {"at": rows, "contrasts": contrasts}


def _at_rows(name: str, mean: StandardisedMeans, plan: _Plan, conf_level: float) -> Iterator[Row]:
    error = np.sqrt(mean.covariance(mean))
    estimate = _shown(mean, plan)
    if plan.quantity in MEANS:
        z = normal_quantile(conf_level)
        low, high = estimate - z * error, estimate + z * error
    else:
        low, high = limits(estimate, error, conf_level, "plain")
    for m, time in enumerate(plan.times):
        yield {
            "quantity": plan.quantity,
            "kind": "standardised",
            "group": name,
            "time": float(time),
            "estimate": float(estimate[m]),
            "std_error": float(error[m]),
            "conf_low": float(low[m]),
            "conf_high": float(high[m]),
        }


def _shown(mean: StandardisedMeans, plan: _Plan) -> Float:
    return 1 - mean.estimate if plan.reversed else mean.estimate


def _contrast_rows(
    of: tuple[str, StandardisedMeans], against: tuple[str, StandardisedMeans], plan: _Plan, conf_level: float
) -> Iterator[Row]:
    """Difference and ratio at each time; a ratio only of positive means, its interval on the log scale."""
    (name, mean), (reference, base) = of, against
    z = normal_quantile(conf_level)
    estimates = _shown(mean, plan), _shown(base, plan)
    parts = mean.covariance(mean), mean.covariance(base), base.covariance(base)
    for m, measure in itertools.product(range(len(plan.times)), ("difference", "ratio")):
        own, other = (float(e[m]) for e in estimates)
        v11, v12, v22 = (float(part[m]) for part in parts)
        row: Row = {
            "quantity": plan.quantity,
            "measure": measure,
            "group": name,
            "reference": reference,
            "time": float(plan.times[m]),
        }
        if measure == "difference":
            value, error = own - other, math.sqrt(max(v11 - 2 * v12 + v22, 0.0))
            row |= {"estimate": value, "conf_low": value - z * error, "conf_high": value + z * error}
        elif own > 0 and other > 0:
            value = math.log(own / other)
            error = math.sqrt(max(v11 / own**2 - 2 * v12 / (own * other) + v22 / other**2, 0.0))
            row |= {
                "estimate": own / other,
                "conf_low": math.exp(value - z * error),
                "conf_high": math.exp(value + z * error),
            }
        else:
            continue
        yield row | {"std_error": error, "p_value": normal_tail(value / error) if error > 0 else math.nan}


def _notes(problem: Problem, found: PseudoFit, plan: _Plan) -> tuple[Note, ...]:
    pooled = problem.history.stratum is None
    notes = [Note("pseudo_pooled" if pooled else "pseudo_by_stratum", {"times": list(plan.times)})]
    if plan.quantity in ANY_EVENT and len(problem.history.causes) > 1:
        notes.append(Note("pseudo_any_event", {"n": round(found.fit.n_event)}))
    if plan.link == "identity" and plan.quantity not in MEANS:
        n_times = len(plan.times)
        fitted = (problem.design.matrix @ found.parameters[n_times:])[:, None] + found.parameters[:n_times]
        outside = int(np.any((fitted < 0) | (fitted > 1), axis=1).sum())
        if outside:
            notes.append(Note("pseudo_outside", {"n": outside, "of": len(fitted)}, "warning", "TKK380"))
    return tuple(notes)
