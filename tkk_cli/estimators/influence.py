"""Infinitesimal-jackknife (robust) variance of a whole curve, in one pass.

The influence of a person on a curve at time t can be written as ``sum_b f_b(t) X_b(t)`` with B <= 3 functions ``f_b``
that are the same for everyone, and coefficients ``X_b`` that change only when the person enters and leaves. The robust
variance, the sum over clusters of the squared summed influence, is then ``sum_bc f_b f_c M_bc`` where ``M_bc`` (the
cross-products of the coefficients summed over clusters) changes only at entries and exits, so it is a cumulative sum:
O(n log n) for the sort of the clusters, O(n) without, instead of persons x times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tkk_cli.estimators.risk import RiskTable, sums
from tkk_cli.histories import EventHistory, Float, Int

__all__ = [
    "Influence",
    "area_influence",
    "cluster_sums",
    "curve_variance",
    "hazard_influence",
    "incidence_influence",
    "summed_square",
]


# A sum below this share of the sizes of its terms is rounding.
NOISE = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """Influence of each row on a step function over the times of a risk table.

    Attributes
    ----------
    basis : (B, T) float64
    inside : (B, n) float64
        Coefficients while the row is at risk.
    after : (B, n) float64
        Coefficients from the row's exit on; 0 in the last line, which is of those at risk.
    enter_at, exit_at : (n,) int64
        Rows of the risk table.
    copies : (n,) float64 or None
        How many identical, independent persons a row stands for.
    cluster : (n,) int64 or None
    moves : (T,) bool
        Times at which the curve, and so its variance, can change.
    """

    basis: Float
    inside: Float
    after: Float
    enter_at: Int
    exit_at: Int
    copies: Float | None
    cluster: Int | None
    moves: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Persons, or the cells into which identical persons collapse."""

    enter_at: Int
    exit_at: Int
    cause: Int
    scale: Float
    copies: Float | None
    cluster: Int | None


def _rows(history: EventHistory, table: RiskTable) -> _Rows:
    size = len(table.time)
    plain = history.weight is None or history.weight_kind == "frequency"
    if plain and history.cluster is None and table.enter_at is None:
        # Everyone with the same exit and cause has the same influence: count the cells instead of the people.
        counts = np.concatenate([table.n_censor[None, :], table.n_event]).astype(np.float64)
        cause, exit_at = np.nonzero(counts)
        people = counts[cause, exit_at]
        return _Rows(np.zeros_like(exit_at), exit_at, cause, np.ones(len(people)), people, None)
    n = len(history)
    enter_at = np.zeros(n, dtype=np.int64) if table.enter_at is None else table.enter_at
    scale: Float = np.ones(n)
    copies: Float | None = None
    if history.weight is not None:
        # A frequency weight in a cluster multiplies the person's influence: the copies belong to one cluster.
        if history.weight_kind == "frequency" and history.cluster is None:
            copies = history.weight
        else:
            scale = history.weight
    return _Rows(np.minimum(enter_at, size), table.exit_at, history.cause, scale, copies, history.cluster)


def incidence_influence(history: EventHistory, table: RiskTable, cause: int | None, survival: Float) -> Influence:
    """Influence on the Aalen-Johansen incidence of a cause (or of any event: one minus Kaplan-Meier).

    Parameters
    ----------
    cause : int or None
        0..K-1, or None for any event.
    survival : (T,) float64
        Kaplan-Meier curve of any event at the times of the table.

    Notes
    -----
    The derivative of the product-integral with respect to a person's weight. With ``Y`` at risk, ``d`` events and
    ``F`` the incidence, a person at risk on (e, T] contributes at t < T

        -(D + Q)(t) + F(t) H(t) - F(t) H(e) + (D + Q)(e),

    where D = sum S(u-) d_cause / Y^2, H = sum d / (Y (Y - d)), Q = sum F(u) d / (Y (Y - d)); the terms freeze at T and
    an own event adds its jump. See the vignette "compete" and ``survfit`` of R's survival, whose numbers it gives.
    """
    at_risk, died = table.risk, table.any_event
    own = died if cause is None else table.event[cause]
    before = np.concatenate([[1.0], survival[:-1]])
    safe = np.where(at_risk > 0, at_risk, 1.0)
    jump = before * own / safe
    incidence = np.cumsum(jump)
    left = at_risk - died
    # When everyone at risk fails, survival is 0 from then on and the derivative of that factor is 0.
    alive = ~table.exhausted & (left > 0)
    per_left = np.where(alive, 1.0 / np.where(alive, left, 1.0), 0.0)
    d_sum = np.cumsum(jump / safe)
    h_sum = np.cumsum(died * per_left / safe)
    q_sum = np.cumsum(incidence * died * per_left / safe)
    rows = _rows(history, table)
    d_q_start, h_start = _lag(d_sum + q_sum, rows.enter_at), _lag(h_sum, rows.enter_at)
    end = rows.exit_at
    failed = rows.cause > 0
    hit = failed if cause is None else rows.cause == cause + 1
    share = failed * per_left[end]
    alpha = share - (h_sum[end] - h_start)
    constant = hit * (before / safe)[end] + share * incidence[end] - ((d_sum + q_sum)[end] - d_q_start)
    zero = np.zeros(len(end))
    return Influence(
        basis=np.stack([np.ones_like(incidence), incidence, incidence * h_sum - d_sum - q_sum]),
        inside=rows.scale * np.stack([d_q_start, -h_start, np.ones(len(end))]),
        after=rows.scale * np.stack([constant, -alpha, zero]),
        enter_at=rows.enter_at,
        exit_at=rows.exit_at,
        copies=rows.copies,
        cluster=rows.cluster,
        moves=own > 0,
    )


def hazard_influence(history: EventHistory, table: RiskTable, cause: int | None) -> Influence:
    """Influence on the Nelson-Aalen cumulative hazard of a cause (None: any event)."""
    own = table.any_event if cause is None else table.event[cause]
    safe = np.where(table.risk > 0, table.risk, 1.0)
    d_sum = np.cumsum(own / safe**2)
    rows = _rows(history, table)
    start = _lag(d_sum, rows.enter_at)
    end = rows.exit_at
    hit = rows.cause > 0 if cause is None else rows.cause == cause + 1
    return Influence(
        basis=np.stack([np.ones_like(d_sum), -d_sum]),
        inside=rows.scale * np.stack([start, np.ones(len(end))]),
        after=rows.scale * np.stack([hit / safe[end] - d_sum[end] + start, np.zeros(len(end))]),
        enter_at=rows.enter_at,
        exit_at=rows.exit_at,
        copies=rows.copies,
        cluster=rows.cluster,
        moves=own > 0,
    )


def _lag(values: Float, enter_at: Int) -> Float:
    """The value just before each row's first time at risk."""
    padded = np.concatenate([[0.0], values])
    return padded[enter_at]


def curve_variance(influence: Influence) -> Float:
    """(T,) robust variance: the sum over clusters of squared influence, without a small-sample factor."""
    size = influence.basis.shape[1]
    if influence.cluster is None:
        products = _products_of_rows(influence, size)
    else:
        products = _products_of_clusters(influence, size)
    variance, magnitude = np.zeros(size), np.zeros(size)
    for (b, c), product in products.items():
        term = (1.0 if b == c else 2.0) * influence.basis[b] * influence.basis[c] * product
        variance += term
        magnitude += np.abs(term)
    # What is left of terms that cancel is rounding: a variance of 0, as where the curve is certain.
    variance[variance < NOISE * magnitude] = 0.0
    # Between events the variance is the one before, to the last bit: rounding must not make a flat band wave.
    last_move = np.maximum.accumulate(np.where(influence.moves, np.arange(size), -1))
    return np.where(last_move < 0, 0.0, np.maximum(variance, 0.0)[last_move])


def _pairs(n_basis: int) -> list[tuple[int, int]]:
    return [(b, c) for b in range(n_basis) for c in range(b, n_basis)]


def _products_of_rows(influence: Influence, size: int) -> dict[tuple[int, int], Float]:
    found = {}
    for b, c in _pairs(len(influence.basis)):
        inside = influence.inside[b] * influence.inside[c]
        after = influence.after[b] * influence.after[c]
        if influence.copies is not None:
            inside, after = inside * influence.copies, after * influence.copies
        gone = np.cumsum(sums(influence.exit_at, after, size + 1))[:size]
        # Those still inside are summed from the end, so that nothing but zero is left of them at the last time.
        leaving = sums(influence.exit_at, inside, size + 1) - sums(influence.enter_at, inside, size + 1)
        found[b, c] = gone + _later(leaving)
    return found


def _later(steps: Float) -> Float:
    """(T,) sums of the T + 1 steps that come after each time."""
    return np.cumsum(steps[::-1])[::-1][1:]


def _products_of_clusters(influence: Influence, size: int) -> dict[tuple[int, int], Float]:
    assert influence.cluster is not None
    place = np.concatenate([influence.enter_at, influence.exit_at])
    cluster = np.concatenate([influence.cluster, influence.cluster])
    order = np.lexsort((place, cluster))
    place, cluster = place[order], cluster[order]
    first = np.concatenate([[True], cluster[1:] != cluster[:-1]])
    start = np.flatnonzero(first)
    length = np.diff(np.append(start, len(place)))
    level = []
    for inside, after in zip(influence.inside, influence.after, strict=True):
        step = np.concatenate([inside, after - inside])[order]
        total = np.cumsum(step)
        # Restart the running sum at each cluster.
        level.append(total - np.repeat(total[start] - step[start], length))
    found = {}
    last = len(influence.basis) - 1
    for b, c in _pairs(len(influence.basis)):
        product = level[b] * level[c]
        previous = np.where(first, 0.0, np.concatenate([[0.0], product[:-1]]))
        steps = sums(place, product - previous, size + 1)
        # The last coefficient is of those at risk and 0 at the end, so its products are summed from there.
        found[b, c] = _later(-steps) if c == last else np.cumsum(steps)[:size]
    return found


def area_influence(influence: Influence, time: Float, horizon: float) -> Float:
    """(n,) influence of each row on the area under the curve from its start to the horizon."""
    edges = np.minimum(np.append(time, horizon), horizon)
    steps = np.cumsum(influence.basis * np.diff(edges), axis=1)
    area = np.concatenate([np.zeros((len(influence.basis), 1)), steps], axis=1)
    enter, end = influence.enter_at, influence.exit_at
    total = np.zeros(len(end))
    for b in range(len(influence.basis)):
        at_exit = area[b][end]
        total += influence.inside[b] * (at_exit - area[b][enter]) + influence.after[b] * (area[b][-1] - at_exit)
    return total


def cluster_sums(values: Float, cluster: Int) -> Float:
    """(C,) sums by cluster; exactly 0 where the members cancel to rounding."""
    total = sums(cluster, values, 0)
    total[np.abs(total) < NOISE * sums(cluster, np.abs(values), 0)] = 0.0
    return total


def summed_square(values: Float, influence: Influence) -> float:
    """Sum over clusters of the squared sum of row values: the robust variance of one number."""
    if influence.cluster is not None:
        values = cluster_sums(values, influence.cluster)
    squared = values**2
    return float(np.sum(squared if influence.copies is None else squared * influence.copies))
