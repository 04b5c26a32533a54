"""Rubin's rules: one fit from the fits of several completed data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.histories import Float
from tkk_cli.models.fits import Fit

__all__ = ["Pooled", "pool"]


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """A pooled fit.

    Attributes
    ----------
    fit : Fit
        Mean coefficients and Rubin's total covariance; no likelihood and no tests.
    df : (p,) float64
        Degrees of freedom of each coefficient's t distribution.
    missing_information : (p,) float64
        Fraction of missing information.
    within, between : (p, p) float64
    m : int
        Number of completed data sets.
    """

    fit: Fit
    df: Float
    missing_information: Float
    within: Float
    between: Float
    m: int


def pool(fits: Sequence[Fit], event: str | None = None) -> Pooled:
    """Pool m >= 2 fits of the same model.

    T = W + (1 + 1/m) B with the mean covariance W and the covariance B of the coefficients; r = (1 + 1/m) B / W,
    df = (m - 1) (1 + 1/r)^2, and (r + 2 / (df + 3)) / (r + 1) of the information is missing.

    Parameters
    ----------
    fits : sequence of m Fit
        The same columns in the same order.
    event : str, optional
        What the fits are of, for the error.

    Returns
    -------
    Pooled

    Raises
    ------
    TkkError
        TKK307 when a coefficient could not be estimated in one of the data sets.

    References
    ----------
    Rubin (1987), *Multiple Imputation for Nonresponse in Surveys*, eq. 3.1.2-3.1.6 and 3.1.10.

    Examples
    --------
    >>> import numpy as np
    >>> fits = [Fit(("ika",), np.array([b]), np.array([[0.04]]), "hazard_ratio", 10, 5.0, 1) for b in (0.4, 0.6)]
    >>> pooled = pool(fits)
    >>> float(pooled.fit.coefficient[0]), round(float(pooled.fit.covariance[0, 0]), 4)
    (0.5, 0.07)
    """
    m = len(fits)
    coefficients = np.stack([fit.coefficient for fit in fits])
    if not np.isfinite(coefficients).all():
        column = fits[0].columns[int(np.flatnonzero(~np.isfinite(coefficients).all(axis=0))[0])]
        raise TkkError(
            "TKK307",
            f"the effect of {column} cannot be estimated in every completed data set",
            where=event,
            hint="leave the column out, put its rare levels together, or put a rare event together with another in "
            "--events",
        )
    estimate = coefficients.mean(axis=0)
    within = np.mean([fit.covariance for fit in fits], axis=0)
    deviation = coefficients - estimate
    between = deviation.T @ deviation / (m - 1)
    total = within + (1 + 1 / m) * between
    ratio = (1 + 1 / m) * np.diag(between) / np.diag(within)
    with np.errstate(divide="ignore", invalid="ignore"):
        df = (m - 1) * (1 + 1 / ratio) ** 2
        missing = np.where(ratio > 0, (ratio + 2 / (df + 3)) / (ratio + 1), 0.0)
    notes = {(note.key, note.code): note for fit in fits for note in fit.notes}
    fit = replace(
        fits[0],
        coefficient=estimate,
        covariance=total,
        model_covariance=None,
        log_likelihood=float("nan"),
        log_likelihood_null=float("nan"),
        iterations=max(fit.iterations for fit in fits),
        tests=(),
        ancillary=_pooled_ancillary(fits),
        notes=tuple(notes.values()),
        state={},
    )
    return Pooled(fit, df, missing, within, between, m)


def _pooled_ancillary(fits: Sequence[Fit]) -> tuple[tuple[str, float, float], ...]:
    m = len(fits)
    pooled = []
    for rows in zip(*(fit.ancillary for fit in fits), strict=True):
        values = np.array([[estimate, error] for _, estimate, error in rows])
        between = values[:, 0].var(ddof=1)
        pooled.append(
            (rows[0][0], float(values[:, 0].mean()), float(np.sqrt(np.mean(values[:, 1] ** 2) + (1 + 1 / m) * between)))
        )
    return tuple(pooled)
