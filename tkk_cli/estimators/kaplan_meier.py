"""Kaplan-Meier, Fleming-Harrington and Nelson-Aalen curves of one sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tkk_cli.estimators.influence import curve_variance, hazard_influence, incidence_influence
from tkk_cli.estimators.risk import RiskTable
from tkk_cli.histories import EventHistory, Float

__all__ = ["Curve", "fleming_harrington", "kaplan_meier", "nelson_aalen"]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A step function at the times of a risk table.

    Attributes
    ----------
    time, estimate, std_error : (T,) float64
        ``std_error`` is on the scale of the estimate; NaN where it is not estimable.
    """

    time: Float
    estimate: Float
    std_error: Float


def kaplan_meier(history: EventHistory, table: RiskTable, robust: bool = False) -> Curve:
    """Event-free probability by Kaplan and Meier.

    S(t) = prod over u <= t of 1 - d(u) / Y(u), with the risk set of ``histories`` and all causes counted as the event.

    Parameters
    ----------
    history : EventHistory
        One sample; several causes count as one event.
    table : RiskTable
        ``risk_table(history)``.
    robust : bool
        Infinitesimal jackknife by cluster instead of Greenwood.

    Returns
    -------
    Curve
        (T,) arrays. Where the curve is 0 Greenwood's standard error is NaN and the robust one 0.

    Notes
    -----
    Cost O(T) after the risk table; robust with clusters O(n log n).

    References
    ----------
    Kaplan & Meier (1958), eq. 2a-2b; Greenwood (1926). Checked against R's ``survfit`` in
    ``tests/estimators/test_reference_curves.py``.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.estimators.risk import risk_table
    >>> from tkk_cli.histories import EventHistory
    >>> people = EventHistory(
    ...     exit=np.array([2.0, 3.0, 3.0, 5.0]),
    ...     cause=np.array([1, 1, 0, 1]),
    ...     causes=("return",),
    ...     group=np.array([0, 0, 1, 1]),
    ...     groups=("a", "b"),
    ... )
    >>> kaplan_meier(people, risk_table(people)).estimate.tolist()
    [0.75, 0.5, 0.0]
    """
    survival = product_limit(table)
    if robust:
        variance = curve_variance(incidence_influence(history, table, None, survival))
        return Curve(table.time, survival, np.where(survival > 0, np.sqrt(variance), 0.0))
    died, safe = table.any_event, np.where(table.risk > 0, table.risk, 1.0)
    left = np.where(table.exhausted, 0.0, table.risk - died)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.where(died > 0, died / (safe * left), 0.0)
        std_error = survival * np.sqrt(np.cumsum(greenwood))
    return Curve(table.time, survival, std_error)


def product_limit(table: RiskTable) -> Float:
    """(T,) Kaplan-Meier estimate of any event; exactly 0 from the time at which everyone at risk fails."""
    died, safe = table.any_event, np.where(table.risk > 0, table.risk, 1.0)
    factor: Float = 1.0 - died / safe
    factor[table.exhausted] = 0.0
    return np.multiply.accumulate(factor)


def fleming_harrington(history: EventHistory, table: RiskTable, robust: bool = False) -> Curve:
    """exp(-Nelson-Aalen) with the standard error S(t) se(H(t)); R's ``survfit(stype=2, ctype=1)``.

    References
    ----------
    Fleming & Harrington (1984). With ``robust`` R 4.2's survival 3.5 puts se(H) where S se(H) belongs; tkk does not.
    """
    hazard = nelson_aalen(history, table, None, robust)
    survival = np.exp(-hazard.estimate)
    return Curve(table.time, survival, survival * hazard.std_error)


def nelson_aalen(history: EventHistory, table: RiskTable, cause: int | None = None, robust: bool = False) -> Curve:
    """Cumulative hazard sum of d_cause / Y, with Aalen's variance sum of d_cause / Y^2.

    Parameters
    ----------
    cause : int or None
        0..K-1 for a cause-specific hazard, None for any event.
    robust : bool
        Infinitesimal jackknife by cluster.

    References
    ----------
    Aalen (1978), eq. 3.3 and 3.4.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.estimators.risk import risk_table
    >>> from tkk_cli.histories import EventHistory
    >>> people = EventHistory(
    ...     exit=np.array([2.0, 3.0, 3.0, 5.0]),
    ...     cause=np.array([1, 2, 1, 0]),
    ...     causes=("return", "pension"),
    ...     group=np.array([0, 0, 1, 1]),
    ...     groups=("a", "b"),
    ... )
    >>> nelson_aalen(people, risk_table(people), 0).estimate.round(4).tolist()
    [0.25, 0.5833, 0.5833]
    """
    own = table.any_event if cause is None else table.event[cause]
    safe = np.where(table.risk > 0, table.risk, 1.0)
    variance = curve_variance(hazard_influence(history, table, cause)) if robust else np.cumsum(own / safe**2)
    return Curve(table.time, np.cumsum(own / safe), np.sqrt(variance))
