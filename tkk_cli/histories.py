"""Validated histories: the shape in which people reach the estimators.

The rule of the risk set is stated here and nowhere else: a person is at risk on the interval ``(entry, exit]``.
Someone who enters at ``t`` is not at risk at ``t``; an event at ``t`` comes before a censoring at ``t``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["EventHistory", "Float", "Int", "merge_near_ties"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]

# R's timefix: sqrt(machine epsilon), absolute or relative to the mean absolute time (survival::aeqSurv).
NEAR_TIE = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True, slots=True, eq=False)
class EventHistory:
    """One row a person (or a piece of a person's follow-up) on one time scale.

    Attributes
    ----------
    exit : (n,) float64
        End of follow-up, in the time unit of the analysis, >= 0.
    cause : (n,) int64
        0 = censored at ``exit``, k = 1..K the event ``causes[k - 1]``.
    causes : tuple of K str
        Names of the events.
    entry : (n,) float64 or None
        Late entry; ``None`` means that everyone is followed from the start. ``entry < exit`` on every row.
    group : (n,) int64
        0..G-1, position in ``groups``.
    groups : tuple of G str
        Names of the groups, the reference first.
    weight : (n,) float64 or None
        > 0; ``weight_kind`` says what a weight means.
    weight_kind : {"frequency", "case", "probability"} or None
        ``frequency`` = that many identical people; ``case`` and ``probability`` = one person each, robust variance.
    cluster, stratum : (n,) int64 or None
        Codes from 0.

    Examples
    --------
    Four people: two returns, a pension, one still followed.

    >>> import numpy as np
    >>> people = EventHistory(
    ...     exit=np.array([2.0, 3.0, 3.0, 5.0]),
    ...     cause=np.array([1, 2, 1, 0]),
    ...     causes=("return", "pension"),
    ...     group=np.zeros(4, dtype=np.int64),
    ...     groups=("all",),
    ... )
    >>> len(people), people.take(people.exit > 2).cause.tolist()
    (4, [2, 1, 0])
    """

    exit: Float
    cause: Int
    causes: tuple[str, ...]
    group: Int
    groups: tuple[str, ...]
    entry: Float | None = None
    weight: Float | None = None
    weight_kind: str | None = None
    cluster: Int | None = None
    stratum: Int | None = None

    def __len__(self) -> int:
        return len(self.exit)

    def take(self, rows: NDArray[np.bool_] | Int) -> EventHistory:
        """The history of some rows (a mask or positions), groups and causes kept."""

        def pick(values: NDArray[Any] | None) -> NDArray[Any] | None:
            return None if values is None else values[rows]

        return replace(
            self,
            exit=self.exit[rows],
            cause=self.cause[rows],
            group=self.group[rows],
            entry=pick(self.entry),
            weight=pick(self.weight),
            cluster=pick(self.cluster),
            stratum=pick(self.stratum),
        )


def merge_near_ties(exit: Float, entry: Float | None = None) -> tuple[Float, Float | None, int]:
    """Make times that differ by rounding only one time, as R's ``timefix`` does.

    Two neighbouring distinct times are one when they differ by at most ``sqrt(eps)``, absolutely or relative to the
    mean absolute distinct time; exit and entry are treated together. Each merged time takes its smallest value.

    Returns
    -------
    (exit, entry, merged)
        The times and how many distinct values disappeared. Integer times come back untouched, in O(n).

    Examples
    --------
    >>> import numpy as np
    >>> merge_near_ties(np.array([0.3, 0.7 - 0.4, 0.9]))[2]
    1
    """
    if _whole(exit) and (entry is None or _whole(entry)):
        return exit, entry, 0
    together = exit if entry is None else np.concatenate([exit, entry])
    distinct = np.unique(together)
    gap = np.diff(distinct)
    scale = np.mean(np.abs(distinct))
    tied = (gap <= NEAR_TIE) | (gap <= NEAR_TIE * scale)
    if not tied.any():
        return exit, entry, 0
    kept = distinct[np.concatenate([[True], ~tied])]

    def fix(times: Float) -> Float:
        return kept[np.searchsorted(kept, times, side="right") - 1]

    return fix(exit), None if entry is None else fix(entry), int(tied.sum())


def _whole(times: Float) -> bool:
    return bool(np.all(times == np.rint(times)))
