"""Event cells: the distinct event times of each stratum, and at which of them each row is at risk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tkk_cli.estimators.risk import distinct
from tkk_cli.histories import EventHistory, Float, Int

__all__ = ["EventCells", "event_cells"]


class EventCells(NamedTuple):
    """The C cells of n rows.

    Attributes
    ----------
    time, stratum : (C,)
        Distinct event times and codes, by stratum and time.
    first : (S + 1,) int64
        The cells of stratum s are ``first[s] <= c < first[s + 1]``.
    enter, leave : (n,) int64
        A row is at risk at the cells ``enter <= c < leave``; that of an event is ``leave - 1``.
    """

    time: Float
    stratum: Int
    first: Int
    enter: Int
    leave: Int


def event_cells(history: EventHistory, event: NDArray[np.bool_]) -> EventCells:
    """The cells of the rows that have the event.

    Parameters
    ----------
    history : EventHistory
        n rows; its causes are not looked at.
    event : (n,) bool

    Returns
    -------
    EventCells

    Notes
    -----
    O(n) for whole times without strata, O(n log n) otherwise.
    """
    n = len(history)
    times, place = distinct(history.exit)
    if history.stratum is None:
        seen = np.bincount(place[event], minlength=len(times)) > 0
        time = times[seen]
        leave = np.cumsum(seen, dtype=np.int64)[place]
        enter = np.zeros(n, dtype=np.int64)
        if history.entry is not None:
            enter = np.searchsorted(time, history.entry, side="right").astype(np.int64, copy=False)
        return EventCells(time, np.zeros(len(time), dtype=np.int64), np.array([0, len(time)]), enter, leave)
    n_strata, width = int(history.stratum.max(initial=-1)) + 1, len(times)
    cells = np.unique(history.stratum[event] * width + place[event])
    first = np.searchsorted(cells, np.arange(n_strata + 1) * width)
    leave = np.searchsorted(cells, history.stratum * width + place, side="right")
    enter = first[history.stratum]
    if history.entry is not None:
        before = np.searchsorted(times, history.entry, side="right")
        enter = np.searchsorted(cells, history.stratum * width + before)
    return EventCells(times[cells % width], cells // width, first, enter, leave)
