"""Event-free curves of given covariates from a Poisson model: exp(-sum of rates times lengths)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.estimators.intervals import limits
from tkk_cli.histories import Float
from tkk_cli.models.fits import Fit
from tkk_cli.models.poisson import TIME, Pieces
from tkk_cli.options import numbers, pairs, parts
from tkk_cli.steps.regression.problem import Problem

__all__ = ["curve_tables"]

POINTS = 200


def curve_tables(problem: Problem, fit: Fit, design: Design, pieces: Pieces) -> dict[str, list[dict[str, Any]]]:
    """Rows of ``curves`` and ``at`` for ``--pattern``; with ``--at`` alone, for each level of the exposure.

    The standard error is by the delta method from the reported covariance of the coefficients.

    Raises
    ------
    TkkError
        TKK340 with several causes, further time scales, reference rates, strata or an offset, for coefficients
        without an estimate, and for a time after the last follow-up.
    """
    options = problem.options
    if options.pattern is None and options.at is None:
        return {}
    _refuse(problem, fit, pieces)
    at = sorted(numbers(options.at, "at"))
    end = float(problem.history.exit.max())
    if at and at[-1] > end:
        raise TkkError(
            "TKK340",
            "a time is after the last follow-up: a rate there is not known",
            where="--at",
            count=sum(time > end for time in at),
            hint="give earlier times",
        )
    grid = np.unique([*np.linspace(0.0, end, POINTS + 1), *at])
    rows: dict[str, list[dict[str, Any]]] = {"curves": [], "at": []}
    for name, x in _patterns(problem):
        for table, times in (("curves", grid), ("at", np.array(at))):
            survival, error = _survival(fit, design, pieces, x, times)
            low, high = limits(survival, error, options.conf_level, options.conf_type)
            rows[table] += [
                {
                    "quantity": "survival",
                    "kind": "pattern",
                    "group": name,
                    "time": float(time),
                    "estimate": float(survival[j]),
                    "std_error": float(error[j]),
                    "conf_low": float(low[j]),
                    "conf_high": float(high[j]),
                }
                for j, time in enumerate(times)
            ]
    return {name: found for name, found in rows.items() if found}


def _refuse(problem: Problem, fit: Fit, pieces: Pieces) -> None:
    reasons = {
        "several causes": len(problem.history.causes) > 1,
        "further time scales": len(pieces.levels) > 1,
        "a rate table": problem.options.rate_table is not None,
        "strata": problem.history.stratum is not None,
        "an offset": "offset" in problem.extra,
        "coefficients without an estimate": not np.isfinite(fit.coefficient).all(),
    }
    for reason, holds in reasons.items():
        if holds:
            raise TkkError(
                "TKK340",
                f"a Poisson model gives no curves with {reason}",
                where="--pattern" if problem.options.pattern else "--at",
                hint="leave out --pattern and --at, or use --model cox",
            )


def _patterns(problem: Problem) -> list[tuple[str, Float]]:
    """(name, covariates) of each pattern."""
    design = problem.design
    given = [pairs(text, "pattern") for text in parts(problem.options.pattern)]
    if not given and problem.exposure is not None:
        given = [{problem.exposure: level} for level in problem.history.groups]
    found = []
    for pattern in given or [{}]:
        assert design.rebuild is not None
        values = {name: _value(design, name, text) for name, text in pattern.items()}
        x = design.rebuild({**design.means, **values})[0]
        found.append((", ".join(f"{name}={text}" for name, text in pattern.items()), x))
    return found


def _value(design: Design, name: str, text: str) -> Any:
    """A number where the design has a number for the variable."""
    if isinstance(design.means.get(name), float):
        try:
            return float(text)
        except ValueError:
            return text
    return text


def _survival(fit: Fit, design: Design, pieces: Pieces, x: Float, times: Float) -> tuple[Float, Float]:
    levels = pieces.levels[TIME]
    p = len(x)
    term = next((term for term in design.terms if term.name == TIME and term.columns[0] >= p), None)
    effects = np.zeros((len(levels), len(design.columns) + 1))
    effects[:, 0] = 1.0
    effects[:, 1 : p + 1] = x
    if term is not None:
        for j, level in zip(term.columns, term.levels, strict=True):
            effects[levels.index(level), j + 1] = 1.0
    beta = np.array([fit.ancillary[0][1], *fit.coefficient])
    rate = np.exp(effects @ beta)
    cuts = np.asarray(pieces.cuts, dtype=np.float64)
    low, high = np.append(0.0, cuts), np.append(cuts, np.inf)
    length = np.clip(times[:, None], low, high) - low
    survival = np.exp(-length @ rate)
    slope = (length * rate) @ effects
    # the state has the intercept and the pieces before the covariates
    q = len(beta)
    order = [0, *range(q - p, q), *range(1, q - p)]
    covariance = fit.state["covariance"][np.ix_(order, order)]
    variance = np.einsum("tj,jk,tk->t", slope, covariance, slope)
    return survival, survival * np.sqrt(np.maximum(variance, 0.0))
