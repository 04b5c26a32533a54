"""The fits of ``tkk regress`` as an independent way is given them: rows, and the options that change numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tkk_cli.designs import Design
from tkk_cli.histories import Float
from tkk_cli.options import numbers, pairs
from tkk_cli.steps.regression.problem import Fitted, Problem
from tkk_cli.steps.regression.time_scales import years_in
from tkk_cli.verification.case import Case, Numbers

__all__ = ["regress_case"]


def regress_case(problem: Problem, fitted: Fitted) -> tuple[Case, Numbers]:
    """The rows before any splitting with the settings of the fit, and the numbers that tkk has for them.

    Parameters
    ----------
    problem : Problem
    fitted : Fitted
        Of the problem.

    Returns
    -------
    (Case, Numbers)
        The numbers are of the columns with a finite estimate.
    """
    fit = fitted.fit
    kept = np.isfinite(fit.coefficient)
    p = len(problem.design.columns)
    settings = _settings(problem, fitted)
    infinite = np.isinf(fit.coefficient)
    if "effects" in settings:
        settings["effects"] = [effect for effect, here in zip(settings["effects"], kept, strict=True) if here]
        matrix = problem.design.matrix
    else:
        matrix = problem.design.matrix[:, kept[:p]]
        settings |= {"estimated": kept[p:].tolist(), "infinite": infinite[p:].tolist()}
        infinite = infinite[:p]
    extra = {name: values for name, values in problem.extra.items() if name in ("lower", "upper", "censoring_group")}
    for name in settings["bands"]:
        extra[f"scale:{name}"] = problem.extra[f"scale:{name}"] / years_in(problem.unit)
    case = Case(
        method="infinite" if infinite.any() else fitted.method,
        history=problem.history,
        cause=problem.history.causes.index(fitted.cause),
        matrix=matrix,
        robust=fit.robust,
        offset=problem.extra.get("offset", np.zeros(len(problem.history))),
        settings=settings,
        extra={name: np.asarray(values, dtype=np.float64) for name, values in extra.items()},
    )
    own = {
        "coefficient": fit.coefficient[kept],
        "std_error": np.sqrt(np.diag(fit.covariance)[kept]),
        "log_likelihood": np.array([fit.log_likelihood]),
    }
    if fitted.method == "aalen":
        own["z"] = own["coefficient"] / own["std_error"]
    return case, {name: values for name, values in own.items() if not np.isnan(values).any()}


def _settings(problem: Problem, fitted: Fitted) -> dict[str, Any]:
    options = problem.options
    crr = fitted.method == "fine_gray" and options.convention == "crr"
    changing = options.split_at is not None or options.time_varying is not None
    per_unit = years_in(problem.unit)
    found = {
        "ties": "breslow" if crr else options.ties,
        "penalty": options.penalty if fitted.method == "cox" else 0.0,
        "convention": options.convention,
        "spline_df": options.spline_df,
        "spline_scale": options.spline_scale,
        "cuts": sorted(set(numbers(options.cuts, "cuts"))),
        "bands": {name: float(width) / per_unit for name, width in pairs(options.time_scales, "time_scales").items()},
        "rate_table": options.rate_table,
        "quantity": options.quantity,
        "link": options.link or ("cloglog" if fitted.method == "discrete" else "identity"),
        "at": sorted(set(numbers(options.at, "at"))),
        "horizon": options.horizon,
    }
    if changing:
        found["effects"] = _effects(problem.design, fitted.design, numbers(options.split_at, "split_at"))
    return found


def _effects(whole: Design, changed: Design, cuts: Sequence[float]) -> list[tuple[int, str, Any]]:
    """What each column of effects that change is: (column, "whole" | "piece" | "clock", of what)."""
    edges: Float = np.array([0.0, *cuts, np.inf])
    seen: list[str] = []
    found: list[tuple[int, str, Any]] = []
    for name in changed.columns:
        if name in whole.columns:
            found.append((whole.columns.index(name), "whole", None))
            continue
        column, _, label = name.rpartition(":")
        if len(cuts) == 0:
            found.append((whole.columns.index(column), "clock", label))
            continue
        if label not in seen:
            seen.append(label)
        k = seen.index(label)
        found.append((whole.columns.index(column), "piece", (float(edges[k]), float(edges[k + 1]))))
    return found
