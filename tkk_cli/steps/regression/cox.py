"""``--model cox``: a Cox model of every cause, its checks and its curves."""

from __future__ import annotations

from typing import Any

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.estimators.concordance import concordance
from tkk_cli.histories import Float
from tkk_cli.models.cox import cox
from tkk_cli.models.cox_residuals import cox_residuals
from tkk_cli.models.fits import Fit
from tkk_cli.steps.regression.cox_tables import curve_tables, ph_tables, sums_of, with_changing_effects
from tkk_cli.steps.regression.problem import Fitted, Problem

__all__ = ["fit", "residual_table"]


def fit(problem: Problem) -> list[Fitted]:
    """Cox models, cause-specific where there are several causes: the others are censored.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    list of Fitted
        One a cause. Tables ``proportional_hazards``, ``effect_over_time``, ``baseline``, ``curves``, ``at``,
        ``contrasts``: see ``cox_tables``.

    Raises
    ------
    TkkError
        TKK320 to TKK324: see ``models.cox``; TKK327 to TKK329 for effects that change over time.
    """
    problem = with_changing_effects(problem)
    history = problem.history
    fits = [_fit(problem, cause) for cause in range(len(history.causes))]
    if problem.coefficients_only:
        return [Fitted("cox", name, one, problem.design) for name, one in zip(history.causes, fits, strict=True)]
    sums = [sums_of(problem, cause, one) for cause, one in enumerate(fits)]
    found = []
    for cause, (one, curves) in enumerate(zip(fits, curve_tables(problem, fits, sums), strict=True)):
        checks = ph_tables(problem, cause, one, sums[cause])
        found.append(
            Fitted(
                "cox",
                history.causes[cause],
                one,
                problem.design,
                concordance=_concordance(problem, cause, one),
                tables={**checks.tables, **curves.tables},
                notes=(*checks.notes, *curves.notes),
            )
        )
    return found


def _fit(problem: Problem, cause: int) -> Fit:
    options = problem.options
    return cox(
        problem.history,
        problem.design,
        cause,
        ties=options.ties,
        offset=problem.extra.get("offset"),
        penalty=options.penalty,
        robust=problem.robust,
    )


def _concordance(problem: Problem, cause: int, one: Fit) -> tuple[float, float] | None:
    """Of the linear predictor; none where a coefficient is infinite."""
    if np.isinf(one.coefficient).any():
        return None
    score = problem.design.matrix @ np.nan_to_num(one.coefficient)
    if "offset" in problem.extra:
        score = score + problem.extra["offset"]
    return concordance(problem.history, score, cause, cluster=problem.history.cluster)


def residual_table(problem: Problem) -> dict[str, Float]:
    """Residuals of the model of the event of interest, a row each: rows of people, not for publication.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    dict of str to (n,) float64
        ``martingale``, ``deviance``, and for each column ``score_COLUMN``, ``dfbeta_COLUMN``, ``schoenfeld_COLUMN`` and
        ``scaled_schoenfeld_COLUMN`` (the last two NaN but for events).

    Raises
    ------
    TkkError
        TKK325 for an infinite effect, TKK326 for effects that change over time, TKK323 for exact ties.
    """
    options: Any = problem.options
    if options.split_at is not None or options.time_varying is not None:
        raise TkkError(
            "TKK326",
            "an effect that changes over time splits rows, so residuals are not by row of the file",
            where="--residuals",
            hint="leave out --split-at and --time-varying",
        )
    found = cox_residuals(problem.history, problem.design, _fit(problem, 0))
    table: dict[str, Any] = {"martingale": found.martingale, "deviance": found.deviance}
    for j, name in enumerate(problem.design.columns):
        at_events = {"schoenfeld": found.schoenfeld, "scaled_schoenfeld": found.scaled_schoenfeld}
        table |= {f"score_{name}": found.score[:, j], f"dfbeta_{name}": found.dfbeta[:, j]}
        for kind, values in at_events.items():
            column = np.full(len(problem.history), np.nan)
            column[found.event] = values[:, j]
            table[f"{kind}_{name}"] = column
    return table
