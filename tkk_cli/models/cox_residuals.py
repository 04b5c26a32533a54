"""Residuals of a Cox fit, a row each: martingale, deviance, score, dfbeta, Schoenfeld."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.fits import Fit
from tkk_cli.models.risk_sums import risk_sums

__all__ = ["CoxResiduals", "cox_residuals"]


@dataclass(frozen=True, slots=True, eq=False)
class CoxResiduals:
    """Residuals of n rows and p columns; NaN in columns that were not estimated.

    Attributes
    ----------
    martingale : (n,) float64
        Event less cumulative hazard; without the weight of the row, and for one copy under frequency weights.
    deviance : (n,) float64
        Martingale residuals made symmetric: sign(M) sqrt(-2 (M + d log(d - M))).
    score : (n, p) float64
        What a row adds to the score, without its weight.
    dfbeta : (n, p) float64
        About how much a coefficient would change without the row (one copy of it under frequency weights).
    event : (m,) int64
        Rows with the event.
    schoenfeld : (m, p) float64
        Of each event: covariates less their mean over the risk set, as the fit weighs it.
    scaled_schoenfeld : (m, p) float64
        Times the number of events and the model-based covariance, plus the coefficient: beta(t) at the event.
    """

    martingale: Float
    deviance: Float
    score: Float
    dfbeta: Float
    event: Int
    schoenfeld: Float
    scaled_schoenfeld: Float


def cox_residuals(history: EventHistory, design: Design, fit: Fit, cause: int = 0) -> CoxResiduals:
    """Residuals of a fit of ``cox``: R's ``residuals(coxph)`` with its defaults.

    Under Efron's ties all of them are those of the averaged risk sets of a tied set.

    Parameters
    ----------
    history, design, cause
        Those of the fit.
    fit : Fit
        Of ``cox``.

    Returns
    -------
    CoxResiduals

    Raises
    ------
    TkkError
        TKK323 for exact ties, TKK325 for a fit with an infinite coefficient.

    Notes
    -----
    O(n p). ``tests/models/test_reference_cox.py`` checks every stored sum, ``tests/models/test_cox.py``
    single rows, against R.
    """
    if fit.state["ties"] == "exact":
        raise TkkError(
            "TKK323", "exact ties have no residuals by person", where="--ties exact", hint="use --ties efron"
        )
    infinite = np.isinf(fit.coefficient)
    if infinite.any():
        names = [name for name, one in zip(fit.columns, infinite, strict=True) if one]
        raise TkkError(
            "TKK325",
            f"the effect of {', '.join(names)} is infinite, so residuals are not defined",
            where=names[0],
            hint="leave the covariate out, put rare levels together, or use --penalty",
        )
    matrix, unknown = design.matrix, np.isnan(fit.coefficient)
    coefficient = np.nan_to_num(fit.coefficient)
    sums = risk_sums(history, matrix, coefficient, cause, ties=fit.state["ties"], offset=fit.state["offset"])
    total = sums.cumulated(sums.h0)
    spent = sums.risk * (total[sums.leave] - total[sums.enter])
    spent[sums.failing] -= sums.risk[sums.failing] * sums.h1[sums.cell]
    hit = np.zeros(len(history))
    hit[sums.failing] = 1.0
    martingale = hit - spent
    score = sums.influence()
    schoenfeld = matrix[sums.failing] - sums.centre - sums.mean_at_event[:, sums.cell].T
    assert fit.model_covariance is not None
    variance = np.nan_to_num(fit.model_covariance)
    weight = 1.0 if history.weight is None or history.weight_kind == "frequency" else history.weight[:, None]
    dfbeta = score @ variance * weight
    scaled = schoenfeld @ variance * _deaths(history, sums.failing) + coefficient
    for values in (score, dfbeta, schoenfeld, scaled):
        values[:, unknown] = np.nan
    return CoxResiduals(martingale, _deviance(martingale, spent, hit), score, dfbeta, sums.failing, schoenfeld, scaled)


def _deaths(history: EventHistory, failing: Int) -> float:
    if history.weight is None or history.weight_kind != "frequency":
        return float(len(failing))
    return float(history.weight[failing].sum())


def _deviance(martingale: Float, spent: Float, hit: Float) -> Float:
    # d log(d - M) is log of the hazard spent for an event, and 0 without one.
    logs = np.log(np.where(hit > 0, np.maximum(spent, np.finfo(float).tiny), 1.0))
    found: Float = np.sign(martingale) * np.sqrt(np.maximum(-2 * (martingale + hit * logs), 0.0))
    return found
