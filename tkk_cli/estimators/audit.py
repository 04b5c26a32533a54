"""Tie and entry audit: how many people stand where conventions change the numbers."""

from __future__ import annotations

import numpy as np

from tkk_cli.estimators.risk import distinct
from tkk_cli.histories import EventHistory

__all__ = ["audit"]


def audit(history: EventHistory, merged: int, start: float = 0.0) -> list[tuple[str, int, int]]:
    """Rows of (item, count, of) for the audit table; counts are of rows, or of distinct times where said.

    ``start`` is where the curve starts: an entry after it is late.

    ``tied_event_times`` (events that share their time with another event), ``censored_at_event_time`` (censorings at a
    time at which someone has an event: they stay at risk there), ``entry_at_event_time`` (entries at the time of
    somebody's event: not at risk there), ``event_at_time_zero``, ``near_ties_merged`` (distinct times that differed by
    rounding only).
    """
    failed = history.cause > 0
    events, place = distinct(history.exit[failed])
    together = np.bincount(place, minlength=len(events))
    n_events, n = int(failed.sum()), len(history)
    rows = [
        ("tied_event_times", int(together[together > 1].sum()), n_events),
        ("censored_at_event_time", _at(history.exit[~failed], events), n - n_events),
        ("event_at_time_zero", int((history.exit[failed] == 0).sum()), n_events),
        ("near_ties_merged", merged, len(distinct(history.exit)[0]) + merged),
    ]
    if history.entry is not None:
        rows.insert(2, ("late_entry", int((history.entry > start).sum()), n))
        rows.insert(3, ("entry_at_event_time", _at(history.entry, events), n))
    return rows


def _at(times: np.ndarray, events: np.ndarray) -> int:
    if len(events) == 0:
        return 0
    place = np.minimum(np.searchsorted(events, times), len(events) - 1)
    return int((events[place] == times).sum())
