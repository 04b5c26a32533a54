"""Parametric estimates of lifelines: where the exact Newton steps of ``parametric`` start."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from tkk_cli.histories import Float
from tkk_cli.models.time_likelihood import Times

__all__ = ["lifelines_estimates"]

# lifelines takes a fraction of a second for this many rows; the steps after it use every row.
MOST_ROWS = 2000
# lifelines has no time 0 for an interval: this share of its end instead, for the start only.
NEARLY_ZERO = 1e-3

# distribution -> lifelines' class, its names of location and scale, and the sign of log scale in the latter
FITTERS = {
    "weibull": ("WeibullAFTFitter", "lambda_", "rho_", -1.0),
    "lognormal": ("LogNormalAFTFitter", "mu_", "sigma_", 1.0),
    "loglogistic": ("LogLogisticAFTFitter", "alpha_", "beta_", -1.0),
}


def lifelines_estimates(times: Times, matrix: Float, weight: Float | None, distribution: str) -> Float | None:
    """lifelines' fit as w = g0 + g1 log t + x d: (g0, g1, d...).

    Parameters
    ----------
    times : Times
    matrix : (n, p) float64
    weight : (n,) float64, optional
    distribution : str

    Returns
    -------
    (m,) float64 or None
        From at most 2000 rows, evenly spaced. ``None`` where lifelines is not installed (it keeps pandas below 3), its
        optimiser fails or it has no such model (exponential, gengamma, an offset): any start leads to the same maximum,
        only in more steps.
    """
    if distribution not in FITTERS or times.fixed is not None:
        return None
    try:
        import lifelines
        import pandas as pd
        from lifelines.exceptions import ConvergenceError, StatError
    except ImportError:
        return None
    name, location, scale_name, sign = FITTERS[distribution]
    fitter = getattr(lifelines, name)()
    known = np.flatnonzero((times.lower > 0) | np.isfinite(times.upper))
    rows = known[:: -(-len(known) // MOST_ROWS)]
    x = matrix[rows]
    spread = x.std(axis=0)
    varies = spread > 0
    centre, scale = x.mean(axis=0)[varies], spread[varies]
    frame = pd.DataFrame((x[:, varies] - centre) / scale, columns=[f"x{j}" for j in range(int(varies.sum()))])
    covariates = " + ".join(["1", *frame.columns])
    frame["weight"] = 1.0 if weight is None else weight[rows]
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            _fit(fitter, frame, times, rows, covariates)
    except (ConvergenceError, StatError, ValueError, FloatingPointError, np.linalg.LinAlgError):
        return None
    found = fitter.params_
    slope = float(np.exp(-sign * found[scale_name].iloc[0]))
    effect = np.zeros(matrix.shape[1])
    effect[varies] = found[location][[f"x{j}" for j in range(len(scale))]].to_numpy() / scale
    intercept = float(found[location]["Intercept"]) - float(effect[varies] @ centre)
    estimates = np.concatenate([[-intercept * slope, slope], -effect * slope])
    return estimates if np.isfinite(estimates).all() else None


def _fit(fitter: Any, frame: Any, times: Times, rows: Any, covariates: str) -> None:
    lower, upper = times.lower[rows], times.upper[rows]
    common: dict[str, Any] = {"weights_col": "weight", "formula": covariates}
    if times.entry is not None:
        frame["entry"] = times.entry[rows]
        common["entry_col"] = "entry"
    if np.all((lower == upper) | np.isinf(upper)):
        frame["time"], frame["event"] = lower, np.isfinite(upper)
        fitter.fit_right_censoring(frame, "time", "event", **common)
    else:
        frame["low"] = np.where(lower > 0, lower, NEARLY_ZERO * upper)
        frame["high"] = upper
        fitter.fit_interval_censoring(frame, "low", "high", **common)
