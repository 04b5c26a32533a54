"""``--model aft``: parametric models of the time to the event of interest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tkk_cli.models.parametric import parametric
from tkk_cli.results import Note
from tkk_cli.steps.regression.problem import Fitted, Problem
from tkk_cli.steps.regression.smooth_tables import completed, refuse_curves_of_one_cause

__all__ = ["fit"]


def fit(problem: Problem) -> list[Fitted]:
    """Time ratios of the event of interest, other events censored.

    Returns
    -------
    list of one Fitted
        Its method is the distribution.

    Raises
    ------
    TkkError
        TKK333 to TKK336: see ``models.parametric`` and ``smooth_tables``.
    """
    refuse_curves_of_one_cause(problem)
    options = problem.options
    found = parametric(
        problem.history,
        problem.design,
        options.distribution,
        lower=problem.extra.get("lower"),
        upper=problem.extra.get("upper"),
        offset=problem.extra.get("offset"),
        robust=problem.robust,
    )
    if options.distribution == "weibull":
        log_scale = found.ancillary[1][1]
        found = replace(found, notes=(*found.notes, Note("weibull_shape", {"shape": float(np.exp(-log_scale))})))
    return [completed(problem, options.distribution, found, -1.0)]
