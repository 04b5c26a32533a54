"""Confidence intervals and quantiles of a curve, with R's conventions."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from tkk_cli.histories import Float

__all__ = ["CONF_TYPES", "limits", "normal_quantile", "quantile"]

CONF_TYPES = ("log", "loglog", "plain", "logit", "arcsin")
SAME = float(np.sqrt(np.finfo(float).eps))


def normal_quantile(conf_level: float) -> float:
    """z such that a standard normal lies in [-z, z] with probability ``conf_level``."""
    return NormalDist().inv_cdf(0.5 + conf_level / 2)


def limits(estimate: Float, std_error: Float, conf_level: float, conf_type: str) -> tuple[Float, Float]:
    """Pointwise limits of a probability on one of five scales.

    Parameters
    ----------
    estimate, std_error : (T,) float64
        A probability and its standard error, both on the probability scale.
    conf_level : float
        Between 0 and 1.
    conf_type : {"log", "loglog", "plain", "logit", "arcsin"}
        The scale on which the interval is symmetric; ``loglog`` is log(-log p).

    Returns
    -------
    (low, high) : (T,) float64 each
        Inside [0, 1]. NaN where the scale has no value: p = 0 for ``log``, p = 0 or 1 for ``loglog`` and ``logit``.

    Notes
    -----
    The conventions of R's ``survfit`` (survival 3.5); ``tests/estimators/test_reference_curves.py`` checks them on
    every data set.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = limits(np.array([0.5]), np.array([0.1]), 0.95, "plain")
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.304], [0.696])
    """
    z = normal_quantile(conf_level)
    p = estimate
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        inner = np.where((p > 0) & (p < 1), p, np.nan)
        if conf_type == "plain":
            low, high = p - z * std_error, p + z * std_error
        elif conf_type == "log":
            positive = np.where(p > 0, p, np.nan)
            spread = np.exp(z * std_error / positive)
            low, high = positive / spread, positive * spread
        elif conf_type == "loglog":
            centre, step = np.log(-np.log(inner)), z * std_error / (inner * np.log(inner))
            low, high = np.exp(-np.exp(centre - step)), np.exp(-np.exp(centre + step))
        elif conf_type == "logit":
            centre, step = np.log(inner / (1 - inner)), z * std_error / (inner * (1 - inner))
            low, high = 1 / (1 + np.exp(step - centre)), 1 / (1 + np.exp(-step - centre))
        else:
            centre = np.arcsin(np.sqrt(p))
            step = 0.5 * z * std_error / np.sqrt(p * (1 - p))
            low = np.sin(np.maximum(centre - step, 0)) ** 2
            high = np.sin(np.minimum(centre + step, np.pi / 2)) ** 2
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def quantile(time: Float, reached: Float, probability: float, start: float = 0.0) -> float:
    """First time at which a rising curve reaches a probability.

    When the curve equals the probability on an interval, the midpoint of that interval (R's rule, within
    ``sqrt(eps)``); on the last, open interval the midpoint up to the last time.

    Parameters
    ----------
    time : (T,) float64
    reached : (T,) float64
        One minus survival (or one minus a confidence limit of it); NaN = not estimable there.
    probability : float
        Between 0 and 1.
    start : float
        Where the curve starts from 0.

    Returns
    -------
    float
        NaN when the probability is not reached.

    Examples
    --------
    >>> import numpy as np
    >>> quantile(np.array([1.0, 2.0, 3.0]), np.array([0.25, 0.5, 0.75]), 0.5)
    2.5
    """
    x = np.concatenate([[start], time])
    y = np.concatenate([[0.0], reached])
    known = np.isfinite(y)
    last_time, last_known = x[-1], bool(known[-1])
    # A confidence band may fall back (late entry); R then looks the probability up among the sorted values.
    order = np.argsort(y[known], kind="stable")
    x, end = x[known][order], y[known][-1]
    y = y[known][order]
    first = np.searchsorted(y, probability - SAME, side="left")
    if first >= len(y):
        return float("nan")
    if last_known and abs(end - probability) < SAME:
        # Flat at the probability to the end: the midpoint runs to the last time.
        return float((x[first] + last_time) / 2)
    after = np.searchsorted(y, probability + SAME, side="left")
    return float((x[first] + x[after]) / 2) if after < len(y) else float("nan")
