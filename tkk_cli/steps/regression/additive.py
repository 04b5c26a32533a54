"""Additive hazards in ``tkk regress``: differences of the hazard, that change freely (Aalen) or not (Lin and Ying)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.estimators.intervals import normal_quantile
from tkk_cli.models.additive import AalenFit, aalen_additive
from tkk_cli.models.lin_ying import lin_ying
from tkk_cli.results import Note
from tkk_cli.steps.regression.problem import Fitted, Problem

__all__ = ["fit"]

Row = dict[str, Any]


def fit(problem: Problem) -> list[Fitted]:
    """Additive hazards of each cause.

    Parameters
    ----------
    problem : Problem
        ``--hazard aalen`` or ``lin-ying``.

    Returns
    -------
    list of Fitted
        One a cause. Aalen's coefficients are average effects, with the table ``cumulative_coefficients``.

    Raises
    ------
    TkkError
        TKK342 with an offset, and for Aalen with strata; TKK345 where nothing can be estimated.
    """
    if "offset" in problem.extra:
        raise TkkError(
            "TKK342",
            "additive hazards do not take an offset",
            where="--offset",
            hint="use --model poisson, or leave the offset out",
        )
    history, design = problem.history, problem.design
    if problem.options.hazard == "lin-ying":
        return [
            Fitted("lin_ying", cause, lin_ying(history, design, k, problem.robust), design)
            for k, cause in enumerate(history.causes)
        ]
    if history.stratum is not None:
        raise TkkError(
            "TKK342",
            "Aalen's model does not take strata: each of its effects is free already",
            where="--strata",
            hint="use --hazard lin-ying, or give the strata as a covariate",
        )
    return [
        _aalen(problem, cause, aalen_additive(history, design, k, problem.robust))
        for k, cause in enumerate(history.causes)
    ]


def _aalen(problem: Problem, cause: str, found: AalenFit) -> Fitted:
    values = {"start": f"{found.start:g}", "time": found.end, "n": round(found.left_out)}
    rows = [] if problem.coefficients_only else list(_cumulative_rows(problem, found))
    tables = {"cumulative_coefficients": rows} if rows else {}
    return Fitted("aalen", cause, found.fit, problem.design, tables=tables, notes=(Note("aalen_average", values),))


def _cumulative_rows(problem: Problem, found: AalenFit) -> Iterator[Row]:
    z = normal_quantile(problem.options.conf_level)
    names = [("intercept", "", 0)]
    for term in problem.design.terms:
        names += [(term.name, level, 1 + j) for j, level in zip(term.columns, term.levels, strict=True)]
    for term_name, level, j in names:
        if np.isnan(found.cumulative[-1, j]):
            continue
        for time, value, error in zip(found.time, found.cumulative[:, j], found.std_error[:, j], strict=True):
            yield {
                "term": term_name,
                "level": level,
                "time": float(time),
                "estimate": float(value),
                "std_error": float(error),
                "conf_low": float(value - z * error),
                "conf_high": float(value + z * error),
            }
