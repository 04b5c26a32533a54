"""From a history to the cells and slots of ``subdistribution``: sort once, count once."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from tkk_cli.estimators.risk import distinct, sums
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.censoring_weights import CensoringCurve
from tkk_cli.models.subdistribution import Cells, Sums

__all__ = ["arrange"]

# Sort keys that fit in 16 bits are sorted by counting.
SHORT = 1 << 16
# A spread of this share of the mean is rounding: the column is constant.
ROUNDING = 1e-12


def arrange(
    history: EventHistory,
    matrix: Float,
    cause: int,
    curves: list[CensoringCurve],
    code: Int,
    *,
    pooled: bool,
    goes_on: NDArray[np.bool_] | None,
    offset: Float | None,
    efron: bool,
) -> Sums:
    """Sort the rows into cells.

    Parameters
    ----------
    history : EventHistory
    matrix : (n, p) float64
    cause : int
        0..K-1.
    curves : list of CensoringCurve
    code : (n,) int64
        Censoring curve of each row.
    pooled : bool
        Whether a censoring curve is shared by several strata.
    goes_on : (n,) bool or None
        Rows after which the person's follow-up goes on: nobody is censored there.
    offset : (n,) float64 or None
    efron : bool

    Returns
    -------
    Sums

    Notes
    -----
    O(n log n), O(n) for whole times of moderate range; the covariates are copied once.
    """
    n = len(history)
    stratum = np.zeros(n, dtype=np.int64) if history.stratum is None else history.stratum
    times, place = distinct(history.exit)
    kind = np.where(history.cause == cause + 1, 1, np.where(history.cause > 0, 2, 0))
    if goes_on is not None:
        kind = np.where(goes_on, 3, kind)
    layers = len(curves) if pooled else 1
    key = ((stratum * len(times) + place) * 4 + kind) * layers + (code if pooled else 0)
    order, cell, found = _sorted_cells(key)
    cell_layer, rest = found % layers, found // layers
    cell_kind, rest = rest % 4, rest // 4
    cell_stratum, cell_place = rest // len(times), rest % len(times)
    first_slot, slot_time, end = _slots(cell_stratum, cell_place, cell_kind == 1, times)
    curve = cell_layer if pooled else cell_stratum
    cells = Cells(cell_stratum, end, cell_kind, cell_layer, curve, times[cell_place], np.ones(len(end)))
    weight = _weights(curves, cells, first_slot, slot_time, pooled)
    weights = None if history.weight is None else history.weight[order]
    columns, centre, scale = _standardised(matrix, order, weights)
    had = np.flatnonzero(history.cause[order] == cause + 1)
    event_slot = end[cell[had]] - 1
    own = None if weights is None else weights[had]
    m = len(slot_time)
    shift = None if offset is None else offset[order]
    ones = np.ones(len(had)) if own is None else own
    return Sums(
        order=order,
        columns=columns,
        centre=centre,
        scale=scale,
        cell=cell,
        cells=cells,
        enter=None
        if history.entry is None
        else _entry_slots(history.entry[order], stratum[order], first_slot, slot_time),
        weight_of_row=weights,
        offset=shift,
        first_slot=first_slot,
        time=slot_time,
        weight=weight,
        event_rows=sums(event_slot, own if history.weight_kind == "frequency" else None, m),
        event_weight=sums(event_slot, own, m),
        event_sum=columns[:, had] @ ones,
        event_offset=0.0 if shift is None else float(shift[had] @ ones),
        efron=efron,
        pooled=pooled,
    )


def _sorted_cells(key: Int) -> tuple[Int, Int, Int]:
    """Order of the rows, cell of each sorted row, key of each cell."""
    narrow = key.astype(np.uint16) if key.max() < SHORT else key
    order = np.argsort(narrow, kind="stable")
    ordered = narrow[order]
    new = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    return order, np.cumsum(new) - 1, key[order[new]]


def _slots(stratum: Int, place: Int, had: NDArray[np.bool_], times: Float) -> tuple[Int, Float, Int]:
    """First slot of each stratum, time of each slot, first slot after each cell's exit."""
    wide = len(times) + 1
    mark = np.unique(stratum[had] * wide + place[had])
    # One more slot a stratum, after all of its times.
    mark = np.union1d(mark, np.arange(int(stratum.max()) + 1) * wide + len(times))
    first = np.searchsorted(mark, np.arange(int(stratum.max()) + 2) * wide)
    slot_time = np.append(times, np.inf)[mark % wide]
    end = np.searchsorted(mark, stratum * wide + place, side="right")
    return first, slot_time, end


def _weights(curves: list[CensoringCurve], cells: Cells, first_slot: Int, time: Float, pooled: bool) -> Float:
    """(L, m) weights of the slots; those of the cells are filled in."""
    weight = np.zeros((len(curves) if pooled else 1, len(time)))
    edges = np.searchsorted(cells.stratum, np.arange(len(first_slot)))
    for i, censoring in enumerate(curves):
        slots = slice(None) if pooled else slice(first_slot[i], first_slot[i + 1])
        weight[i if pooled else 0, slots] = censoring.before(time[slots])
        some = np.arange(len(cells.end)) if pooled else np.arange(edges[i], edges[i + 1])
        mine = some[(cells.kind[some] == 2) & (cells.curve[some] == i)]
        cells.at_exit[mine] = censoring.before(cells.exit[mine])
    return weight


def _entry_slots(entry: Float, stratum: Int, first_slot: Int, time: Float) -> Int:
    found = np.empty(len(entry), dtype=np.int64)
    if len(first_slot) == 2:
        return np.searchsorted(time, entry, side="right").astype(np.int64)
    order = np.argsort(stratum, kind="stable")
    edges = np.searchsorted(stratum[order], np.arange(len(first_slot)))
    for s, (low, high) in enumerate(itertools.pairwise(edges)):
        rows, begin = order[low:high], first_slot[s]
        found[rows] = begin + np.searchsorted(time[begin : first_slot[s + 1]], entry[rows], side="right")
    return found


def _standardised(matrix: Float, order: Int, weights: Float | None) -> tuple[Float, Float, Float]:
    n, p = matrix.shape
    columns, centre, scale = np.empty((p, n)), np.empty(p), np.ones(p)
    for j in range(p):
        column = matrix[:, j][order]
        centre[j] = np.average(column, weights=weights)
        column -= centre[j]
        spread = np.sqrt(np.average(column**2, weights=weights))
        if spread > ROUNDING * abs(centre[j]):
            scale[j] = spread
            column /= spread
        else:
            column[:] = 0.0
        columns[j] = column
    return columns, centre, scale
