"""Pseudo-values: what each person adds to a curve, or to the area under it, so that a regression can explain it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tkk_cli.estimators.aalen_johansen import incidence_of
from tkk_cli.estimators.influence import Influence, area_influence, incidence_influence
from tkk_cli.estimators.kaplan_meier import product_limit
from tkk_cli.estimators.risk import RiskTable, risk_table
from tkk_cli.histories import EventHistory, Float, Int

__all__ = ["QUANTITIES", "follow_up", "pseudo_values"]

QUANTITIES = ("survival", "incidence", "restricted_mean", "time_lost")


def pseudo_values(history: EventHistory, at: Float, quantity: str, cause: int = 0) -> Float:
    """Pseudo-values of each person, by the infinitesimal jackknife.

    The value is theta + W D_i, where theta is the estimate of everyone, D_i its derivative by the weight of person i
    and W the sum of weights: what ``n theta - (n - 1) theta without i`` is up to O(1/n), and exactly the person's own
    outcome when nobody is censored. Their weighted mean is theta. With strata, theta and W are of the person's stratum.

    Parameters
    ----------
    history : EventHistory
        n rows without late entry: under left truncation the values would follow the people who came late, not the
        population. Clusters are not looked at: they belong to the variance of the regression.
    at : (M,) float64
        Times, or horizons of the means.
    quantity : {"survival", "incidence", "restricted_mean", "time_lost"}
        ``survival`` and ``restricted_mean`` are of any event, the others of ``cause``.
    cause : int
        0..K-1.

    Returns
    -------
    (n, M) float64
        Not confined to the range of the quantity. Beyond the last follow-up the curve is carried forward flat:
        see ``follow_up``.

    Notes
    -----
    O(n) for whole times, O(n log n) for the sort otherwise, and O(n) more a time: everyone with the same exit and
    cause has the same value.

    References
    ----------
    Andersen, Klein & Rosthoj (2003); the infinitesimal jackknife is that of ``pseudo`` of R's survival, against which
    ``tests/models/test_reference_pseudo.py`` checks it. Grand et al. (2019) on late entry.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.histories import EventHistory
    >>> people = EventHistory(
    ...     exit=np.array([2.0, 3.0, 3.0, 5.0]),
    ...     cause=np.array([1, 1, 1, 0]),
    ...     causes=("return",),
    ...     group=np.zeros(4, dtype=np.int64),
    ...     groups=("all",),
    ... )
    >>> pseudo_values(people, np.array([2.0, 4.0]), "restricted_mean").tolist()
    [[2.0, 2.0], [2.0, 3.0], [2.0, 3.0], [2.0, 4.0]]
    """
    found = np.empty((len(history), len(at)))
    for rows, sample in _samples(history):
        found[rows] = _one_sample(sample, at, quantity, cause)
    return found


def follow_up(history: EventHistory) -> tuple[float, float]:
    """How far the curves of every group and of every stratum go.

    Returns
    -------
    (shared, known) : float
        ``shared`` is the last follow-up that all of them reach; up to ``known`` no curve is carried forward: ``inf``
        where each ends at probability 0, since everyone who is still there has an event.
    """
    shared = known = np.inf
    for codes in (history.group, history.stratum):
        if codes is None:
            continue
        last = np.full(int(codes.max()) + 1, -np.inf)
        np.maximum.at(last, codes, history.exit)
        at_last = history.exit == last[codes]
        censored = np.bincount(codes[at_last & (history.cause == 0)], minlength=len(last)) > 0
        there = np.isfinite(last)
        shared = min(shared, float(last[there].min()))
        known = min(known, float(last[censored].min(initial=np.inf)))
    return shared, known


def _samples(history: EventHistory) -> Iterator[tuple[Int | slice, EventHistory]]:
    plain = replace(history, entry=None, cluster=None, stratum=None)
    if history.stratum is None:
        yield slice(None), plain
        return
    order = np.argsort(history.stratum, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(history.stratum[order])) + 1):
        yield rows, plain.take(rows)


def _one_sample(history: EventHistory, at: Float, quantity: str, cause: int) -> Float:
    table = risk_table(history)
    of = None if quantity in ("survival", "restricted_mean") else cause
    survival = product_limit(table)
    curve = survival if of is None else incidence_of(table, of, survival)
    # The table holds the weights; without them in the history the influence is the derivative by a weight, of cells
    # (exit, cause) instead of people.
    influence = incidence_influence(replace(history, weight=None, weight_kind=None), table, of, survival)
    total = float(len(history) if history.weight is None else history.weight.sum())
    sign = -1.0 if of is None else 1.0
    first = 1.0 if of is None else 0.0
    cell = _cell_of_row(history, table)
    found = np.empty((len(history), len(at)))
    for m, time in enumerate(at):
        if quantity in ("restricted_mean", "time_lost"):
            edges = np.clip(np.concatenate([[0.0], table.time, [max(time, table.time[-1])]]), 0.0, time)
            theta = float(np.sum(np.diff(edges) * np.concatenate([[first], curve])))
            derivative = area_influence(influence, table.time, float(time))
        else:
            place = int(np.searchsorted(table.time, time, side="right")) - 1
            theta = float(curve[place]) if place >= 0 else first
            derivative = _at(influence, place)
        found[:, m] = (theta + sign * total * derivative)[cell]
    return found


def _at(influence: Influence, place: int) -> Float:
    """Influence of each cell on the curve at a row of the table (-1: before the first)."""
    if place < 0:
        return np.zeros(len(influence.exit_at))
    left = influence.exit_at <= place
    value: Float = influence.basis[:, place] @ np.where(left, influence.after, influence.inside)
    return value


def _cell_of_row(history: EventHistory, table: RiskTable) -> Int:
    """Position of each row among the cells (cause, exit) with anybody in them, in the order of ``influence``."""
    size = len(table.time)
    filled = np.concatenate([table.n_censor[None, :], table.n_event]).ravel() > 0
    position: Int = np.cumsum(filled) - 1
    found: Int = position[history.cause * size + table.exit_at]
    return found
