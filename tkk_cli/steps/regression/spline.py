"""``--model spline``: Royston-Parmar models of the time to the event of interest."""

from __future__ import annotations

from tkk_cli.models.royston_parmar import royston_parmar
from tkk_cli.steps.regression.problem import Fitted, Problem
from tkk_cli.steps.regression.smooth_tables import completed, refuse_curves_of_one_cause

__all__ = ["fit"]


def fit(problem: Problem) -> list[Fitted]:
    """Hazard or odds ratios of the event of interest on a smooth baseline, other events censored.

    Returns
    -------
    list of one Fitted

    Raises
    ------
    TkkError
        TKK333 to TKK336: see ``models.royston_parmar`` and ``smooth_tables``.
    """
    refuse_curves_of_one_cause(problem)
    options = problem.options
    found = royston_parmar(
        problem.history,
        problem.design,
        options.spline_df,
        options.spline_scale,
        offset=problem.extra.get("offset"),
        robust=problem.robust,
    )
    return [completed(problem, "royston_parmar", found, 1.0)]
