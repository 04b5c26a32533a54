"""The fit that every regression model gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tkk_cli.histories import Float
from tkk_cli.results import Note

__all__ = ["ChiSquare", "Fit"]


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A test: its name (``likelihood_ratio``, ``wald``, ``score``, ``robust_score``), statistic, df and P-value."""

    test: str
    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted regression.

    Attributes
    ----------
    columns : tuple of p str
        Those of the design.
    coefficient : (p,) float64
        NaN for a column that the others determine (dropped); +-inf for one that separates the events.
    covariance : (p, p) float64
        The reported one: robust when ``robust``, else of the model. NaN in the rows of dropped and infinite columns.
    model_covariance : (p, p) float64 or None
        Of the model; ``None`` where there is none (pseudo-observations).
    measure : str
        What exp(coefficient), or the coefficient itself, is: see ``tables.REGRESS["coefficients"]``.
    n : int
        Rows used, copies counted under frequency weights.
    n_event : float
        Events of the cause, weighted.
    df : int
        Estimated parameters, ancillary ones included.
    log_likelihood, log_likelihood_null : float
        NaN where the model has none.
    robust : bool
    iterations : int
    tests : tuple of ChiSquare
    ancillary : tuple of (name, estimate, std_error)
        Intercepts, scales, shapes, as the model estimates them.
    notes : tuple of Note
        What the reader must know: separation, collinearity, non-convergence, each with its ``TKK`` code.
    state : mapping
        What the model needs to predict; not part of a result.
    """

    columns: tuple[str, ...]
    coefficient: Float
    covariance: Float
    measure: str
    n: int
    n_event: float
    df: int
    model_covariance: Float | None = None
    log_likelihood: float = float("nan")
    log_likelihood_null: float = float("nan")
    robust: bool = False
    iterations: int = 0
    tests: tuple[ChiSquare, ...] = ()
    ancillary: tuple[tuple[str, float, float], ...] = ()
    notes: tuple[Note, ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict)
