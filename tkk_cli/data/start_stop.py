"""Several rows a person: pieces of follow-up that must not overlap, their gaps, and repeated events."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data.table import Column
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float, Int

__all__ = ["person_codes", "start_stop_facts"]


def person_codes(column: Column, kept: NDArray[np.bool_]) -> Int:
    """(n,) int64 codes from 0 of the persons on the rows that are kept; none of them may be missing."""
    values = column.values if kept.all() else column.values[kept]
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def start_stop_facts(history: EventHistory, person: Int) -> list[tuple[str, dict[str, Any]]]:
    """Check the rows of each person against each other, in O(n log n).

    A person's rows may overlap only in different strata (parallel kinds of event). Gaps are allowed and counted, as
    are persons with rows after an event.

    Parameters
    ----------
    history : EventHistory
    person : (n,) int64
        Codes from 0.

    Returns
    -------
    list of (key, values)
        ``gaps``, ``recurrent``, and ``rows_without_entry`` where several rows a person all start at 0.

    Raises
    ------
    TkkError
        TKK230 with the number of persons and rows that overlap.
    """
    n_persons = int(person.max()) + 1
    if n_persons == len(person):
        return []
    if history.entry is None:
        several = np.bincount(person) > 1
        values = {"persons": int(several.sum()), "rows": int(several[person].sum())}
        return [("rows_without_entry", values)]
    order = _order(person, history.entry)
    _refuse_overlaps(history, person, order)
    who, entry = person[order], history.entry[order]
    same = who[1:] == who[:-1]
    # The latest end so far of the person's rows, whatever their stratum: of ranks, since whole numbers keep persons
    # apart without rounding.
    ends, rank = np.unique(history.exit[order], return_inverse=True)
    latest = ends[np.maximum.accumulate(rank + who * len(ends)) - who * len(ends)]
    gap = same & (entry[1:] > latest[:-1])
    facts: list[tuple[str, dict[str, Any]]] = []
    if gap.any():
        facts.append(("gaps", {"persons": len(np.unique(who[1:][gap])), "rows": int(gap.sum())}))
    last_entry = np.zeros(n_persons)
    np.maximum.at(last_entry, person, history.entry)
    followed = (history.cause > 0) & (history.exit <= last_entry[person])
    if followed.any():
        facts.append(("recurrent", {"persons": len(np.unique(person[followed]))}))
    return facts


def _refuse_overlaps(history: EventHistory, person: Int, order: NDArray[Any]) -> None:
    assert history.entry is not None
    unit = person
    if history.stratum is not None:
        unit = person * (int(history.stratum.max()) + 1) + history.stratum
        order = _order(unit, history.entry)
    overlap = (unit[order][1:] == unit[order][:-1]) & (history.entry[order][1:] < history.exit[order][:-1])
    if overlap.any():
        persons = len(np.unique(person[order][1:][overlap]))
        raise TkkError(
            "TKK230",
            f"rows of the same person overlap in time: {persons} persons, {int(overlap.sum())} pairs of rows",
            where="--id",
            count=int((np.append(overlap, False) | np.insert(overlap, 0, False)).sum()),
            hint="a row ends where the next one starts, (entry, exit]; correct them, or check --entry and --id",
        )


def _order(unit: Int, entry: Float) -> NDArray[Any]:
    """Rows by person (or person and stratum) and time; a file is often in this order already."""
    if np.all((unit[1:] > unit[:-1]) | ((unit[1:] == unit[:-1]) & (entry[1:] >= entry[:-1]))):
        return np.arange(len(unit))
    return np.lexsort([entry, unit])
