"""How close is equal, and curves read as R's ``summary(survfit, times=)`` reads them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tkk_cli.estimators.kaplan_meier import Curve
from tkk_cli.estimators.risk import RiskTable

# Closed forms are the same arithmetic in another order: 1e-10 leaves five digits to rounding over 1e4 factors.
CLOSED_FORM = 1e-10
# A variance is a sum that may cancel to 0; its rounding error, eps times its terms, shows as a root: 1e-8.
CANCELLED = 1e-8
# P-values far out in the tail multiply the relative error of the statistic by statistic / 2; R's 1 - pchisq() adds eps.
TAIL = 1e-9
TAIL_FLOOR = 1e-15


def agree(mine: npt.ArrayLike, theirs: Sequence[float | None] | float | None, what: str, absolute: float = 0.0) -> None:
    """Equal within ``CLOSED_FORM`` (relative) or ``absolute``, and NaN exactly where R has NA (``None``)."""
    found = np.atleast_1d(np.asarray(mine, dtype=np.float64))
    wanted = np.atleast_1d(np.asarray(theirs, dtype=np.float64))
    np.testing.assert_allclose(found, wanted, rtol=CLOSED_FORM, atol=absolute, equal_nan=True, err_msg=what)


def agree_p(mine: npt.ArrayLike, theirs: Sequence[float] | float, what: str) -> None:
    """P-values, whose error grows with the statistic."""
    np.testing.assert_allclose(mine, theirs, rtol=TAIL, atol=TAIL_FLOOR, err_msg=what)


def matrix(value: dict[str, object]) -> np.ndarray:
    """A matrix of ``reference.json`` with NaN for null."""
    return np.array(value["matrix"], dtype=np.float64)


def at(time: np.ndarray, values: np.ndarray, times: Sequence[float], start: float) -> np.ndarray:
    """A right-continuous step function that is ``start`` before its first time."""
    return np.append(start, values)[np.searchsorted(time, times, side="right")]


def at_risk(table: RiskTable, times: Sequence[float], weighted: bool = False) -> np.ndarray:
    """Number at risk just before each time."""
    counts = table.risk if weighted else table.n_risk
    return np.append(counts, 0)[np.searchsorted(table.time, times, side="left")]


def since_last(table: RiskTable, counts: np.ndarray, times: Sequence[float]) -> np.ndarray:
    """Counts accumulated since the listed time before."""
    return np.diff(at(table.time, np.cumsum(counts), times, 0.0), prepend=0.0)


def curve_at(curve: Curve, times: Sequence[float], start: float) -> tuple[np.ndarray, np.ndarray]:
    """(estimate, standard error) at listed times."""
    return at(curve.time, curve.estimate, times, start), at(curve.time, curve.std_error, times, 0.0)
