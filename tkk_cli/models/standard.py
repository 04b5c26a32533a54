"""Standard distributions of log time: survival and density on the log scale, with two derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tkk_cli.histories import Float

__all__ = ["STANDARD", "Standard", "generalised_gamma"]

Derivatives = tuple[Float, Float, Float]
HALF_LOG_2PI = 0.5 * float(np.log(2 * np.pi))
# Below this shape the incomplete gamma function has lost as many digits as the normal distribution is away.
NORMAL_SHAPE = 1e-8
# Stirling's series has 15 digits from here on.
STIRLING = 20.0
SMALL_EXPONENT = 0.05


@dataclass(frozen=True, slots=True)
class Standard:
    """``log_survival`` and ``log_density``: w (n,) -> the value and its first two derivatives by w."""

    log_survival: Callable[[Float], Derivatives]
    log_density: Callable[[Float], Derivatives]


def _extreme_survival(w: Float) -> Derivatives:
    hazard = np.exp(w)
    return -hazard, -hazard, -hazard


def _extreme_density(w: Float) -> Derivatives:
    hazard = np.exp(w)
    return w - hazard, 1 - hazard, -hazard


def _logistic_survival(w: Float) -> Derivatives:
    rest = np.logaddexp(0.0, w)
    event = np.exp(w - rest)
    return -rest, -event, -event * np.exp(-rest)


def _logistic_density(w: Float) -> Derivatives:
    value, slope, bend = _logistic_survival(w)
    return w + 2 * value, 1 + 2 * slope, 2 * bend


def _normal_survival(w: Float) -> Derivatives:
    from scipy.special import log_ndtr

    return _by_hazard(log_ndtr(-w), _normal_density(w))


def _normal_density(w: Float) -> Derivatives:
    return -w * w / 2 - HALF_LOG_2PI, -w, -np.ones_like(w)


def _by_hazard(value: Float, density: Derivatives) -> Derivatives:
    """Derivatives of log S from log S and log f: the hazard h = f / S has h' = h (h + (log f)')."""
    hazard = np.exp(density[0] - value)
    return value, -hazard, -hazard * (hazard + density[1])


STANDARD = {
    "extreme": Standard(_extreme_survival, _extreme_density),
    "logistic": Standard(_logistic_survival, _logistic_density),
    "normal": Standard(_normal_survival, _normal_density),
}


def generalised_gamma(shape: float) -> Standard:
    """Prentice's generalised gamma distribution of w; shape 1 is the extreme value, 0 the normal distribution.

    Parameters
    ----------
    shape : float
        Q of R's ``flexsurv``, any sign.

    Returns
    -------
    Standard

    Notes
    -----
    S(w) is the upper (Q > 0) or lower incomplete gamma function of a = 1/Q^2 at a exp(Q w). The density is written so
    that nothing cancels near Q = 0. Prentice (1974), eq. 1.

    Examples
    --------
    >>> round(float(generalised_gamma(1.0).log_survival(np.array([0.0]))[0][0]), 12)
    -1.0
    """
    if abs(shape) < NORMAL_SHAPE:
        return STANDARD["normal"]

    def log_density(w: Float) -> Derivatives:
        u = shape * w
        value = -HALF_LOG_2PI - _stirling_rest(1 / shape**2) - w * w * _second_rest(u)
        return value, -np.expm1(u) / shape, -np.exp(u)

    def log_survival(w: Float) -> Derivatives:
        from scipy.special import gammainc, gammaincc

        a = 1 / shape**2
        x = a * np.exp(shape * w)
        upper, lower = gammaincc(a, x), gammainc(a, x)
        alive, gone = (upper, lower) if shape > 0 else (lower, upper)
        with np.errstate(divide="ignore"):
            value = np.where(gone < 0.5, np.log1p(-gone), np.log(alive))
        return _by_hazard(value, log_density(w))

    return Standard(log_survival, log_density)


def _stirling_rest(a: float) -> float:
    """log Gamma(a) - (a - 1/2) log a + a - log(2 pi) / 2."""
    if a < STIRLING:
        from scipy.special import gammaln

        return float(gammaln(a)) - (a - 0.5) * float(np.log(a)) + a - HALF_LOG_2PI
    r = 1 / a
    return r * (1 / 12 - r**2 * (1 / 360 - r**2 * (1 / 1260 - r**2 * (1 / 1680 - r**2 / 1188))))


def _second_rest(u: Float) -> Float:
    """(exp(u) - 1 - u) / u^2; the series where the difference would cancel."""
    small = np.abs(u) < SMALL_EXPONENT
    safe = np.where(small, 1.0, u)
    series = 1 / 2 + u * (1 / 6 + u * (1 / 24 + u * (1 / 120 + u * (1 / 720 + u * (1 / 5040 + u / 40320)))))
    return np.where(small, series, (np.expm1(safe) - safe) / (safe * safe))
