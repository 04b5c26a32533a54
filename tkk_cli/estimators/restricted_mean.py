"""Restricted mean event-free time and restricted mean time lost to a cause, with their contrasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tkk_cli.estimators.aalen_johansen import incidence_of
from tkk_cli.estimators.influence import area_influence, cluster_sums, incidence_influence, summed_square
from tkk_cli.estimators.kaplan_meier import product_limit
from tkk_cli.estimators.risk import RiskTable
from tkk_cli.histories import EventHistory, Float

__all__ = ["Area", "difference", "ratio", "restricted_mean", "time_lost"]


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """An area under a curve.

    Attributes
    ----------
    estimate, std_error : float
    by_cluster : (C,) float64 or None
        Influence of each cluster, so that groups that share clusters can be contrasted.
    """

    estimate: float
    std_error: float
    by_cluster: Float | None


def restricted_mean(
    history: EventHistory,
    table: RiskTable,
    horizon: float,
    start: float = 0.0,
    robust: bool = False,
    survival: Float | None = None,
) -> Area:
    """Mean event-free time up to a horizon: ``start`` + the area under Kaplan-Meier from ``start`` to the horizon.

    Parameters
    ----------
    history : EventHistory
        One sample; several causes count as one event.
    table : RiskTable
        ``risk_table(history)``.
    horizon : float
        In the time unit of the history, > ``start``.
    start : float
        Where the curve starts: 0, or the time it is conditional on.
    robust : bool
        Infinitesimal jackknife by cluster; otherwise the Greenwood-type variance
        sum of (area from t to the horizon)^2 d / (Y (Y - d)), as R's ``print(survfit, rmean=)``.
    survival : (T,) float64, optional
        Another curve to integrate, for example Fleming-Harrington's; only with ``robust=False``.

    Notes
    -----
    Cost O(T), robust O(n). Beyond the last follow-up the curve is carried forward flat: the caller decides whether
    that is allowed.

    References
    ----------
    Kaplan & Meier (1958), section 5; Andersen, Hansen & Keiding (1991).

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
    >>> restricted_mean(people, risk_table(people), horizon=4.0).estimate
    3.25
    """
    survival = product_limit(table) if survival is None else survival
    steps = _areas(table.time, survival, 1.0, horizon, start)
    mean = start + float(steps.sum())
    if robust:
        influence = incidence_influence(history, table, None, survival)
        rows = area_influence(influence, table.time, horizon)
        by_cluster = None if influence.cluster is None else cluster_sums(-rows, influence.cluster)
        return Area(mean, float(np.sqrt(summed_square(rows, influence))), by_cluster)
    died, safe = table.any_event, np.where(table.risk > 0, table.risk, 1.0)
    left = np.where(table.exhausted, 0.0, table.risk - died)
    hazard = np.where(left > 0, died / (safe * np.where(left > 0, left, 1.0)), 0.0)
    remaining = steps[1:][::-1].cumsum()[::-1]
    inside = table.time <= horizon
    return Area(mean, float(np.sqrt(np.sum((remaining**2 * hazard)[inside]))), None)


def time_lost(history: EventHistory, table: RiskTable, cause: int, horizon: float, start: float = 0.0) -> Area:
    """Mean time lost to a cause up to a horizon: the area under its cumulative incidence.

    The times lost to all causes and the restricted mean add up to the horizon. The variance is the infinitesimal
    jackknife, by cluster where there are clusters.

    References
    ----------
    Andersen (2013), eq. 4; the standard error is that of R's ``pseudo(survfit, type="sojourn")``.

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
    >>> time_lost(people, risk_table(people), 0, horizon=4.0).estimate
    0.75
    """
    survival = product_limit(table)
    incidence = incidence_of(table, cause, survival)
    lost = float(_areas(table.time, incidence, 0.0, horizon, start).sum())
    influence = incidence_influence(history, table, cause, survival)
    rows = area_influence(influence, table.time, horizon)
    by_cluster = None if influence.cluster is None else cluster_sums(rows, influence.cluster)
    return Area(lost, float(np.sqrt(summed_square(rows, influence))), by_cluster)


def _areas(time: Float, value: Float, first: float, horizon: float, start: float) -> Float:
    """(T + 1,) areas of the steps of a curve between ``start`` and the horizon."""
    edges = np.clip(np.concatenate([[start], time, [max(horizon, time[-1])]]), start, horizon)
    steps: Float = np.diff(edges) * np.concatenate([[first], value])
    return steps


def difference(of: Area, reference: Area) -> tuple[float, float]:
    """(difference, standard error); groups that share clusters are not taken as independent."""
    return of.estimate - reference.estimate, _combined(of, reference, 1.0, 1.0)


def ratio(of: Area, reference: Area) -> tuple[float, float]:
    """(ratio, standard error of its logarithm); NaN when either area is 0."""
    if of.estimate <= 0 or reference.estimate <= 0:
        return float("nan"), float("nan")
    return of.estimate / reference.estimate, _combined(of, reference, 1 / of.estimate, 1 / reference.estimate)


def _combined(of: Area, reference: Area, scale: float, scale_reference: float) -> float:
    if of.by_cluster is None or reference.by_cluster is None:
        return float(np.hypot(of.std_error * scale, reference.std_error * scale_reference))
    joint = np.zeros(max(len(of.by_cluster), len(reference.by_cluster)))
    joint[: len(of.by_cluster)] += of.by_cluster * scale
    joint[: len(reference.by_cluster)] -= reference.by_cluster * scale_reference
    return float(np.sqrt(np.sum(joint**2)))
