"""The weight with which someone stays at risk after a competing event: 1 over what censoring would have left."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tkk_cli.estimators.risk import distinct, sums
from tkk_cli.histories import EventHistory, Float, Int

__all__ = ["CensoringCurve", "censoring_curves", "enters_late"]

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class CensoringCurve:
    """Censoring (and late entry) in one censoring group.

    Attributes
    ----------
    time : (T,) float64
        Distinct exits and entries.
    risk : (T,) float64
        At risk of censoring.
    censored : (T,) float64
    weight : (T + 1,) float64
        G(t-) H(t-) of a time t with j times before it: G the Kaplan-Meier curve of censoring, H of entry, backwards.
    last : float
        The last exit; nobody of the group is known beyond it, so the weight there is 0.
    """

    time: Float
    risk: Float
    censored: Float
    weight: Float
    last: float

    def before(self, times: Float) -> Float:
        """G(t-) H(t-)."""
        found = self.weight[np.searchsorted(self.time, times, side="left")]
        return np.where(times > self.last, 0.0, found)


def enters_late(history: EventHistory, first: Mask) -> bool:
    """Whether someone enters after the first exit: until then everyone who comes is there."""
    return history.entry is not None and bool(np.any(history.entry[first] > history.exit.min()))


def censoring_curves(
    history: EventHistory, code: Int, first: Mask, last: Mask, *, events_leave_first: bool
) -> list[CensoringCurve]:
    """The censoring curve of each censoring group.

    Parameters
    ----------
    history : EventHistory
        Frequency weights are counted; other weights are not looked at, as in R's ``finegray``.
    code : (n,) int64
        Censoring groups 0..G-1.
    first, last : (n,) bool
        The first and the last row of each person: nobody enters or is censored between them.
    events_leave_first : bool
        Whether those with an event at t are out of the risk set of a censoring at t: ``True`` is R's ``finegray``,
        ``False`` is ``cmprsk::crr``.

    Returns
    -------
    list of G CensoringCurve

    Notes
    -----
    O(n log n). With late entry G is multiplied by H(t) = prod over entry times d > t of (1 - entering / present),
    Geskus (2011), eq. 9.
    """
    copies = history.weight if history.weight_kind == "frequency" else None
    late = enters_late(history, first)
    order = np.argsort(code, kind="stable")
    edges = np.searchsorted(code[order], np.arange(int(code.max()) + 2))
    single = len(edges) == 2
    curves = []
    for low, high in itertools.pairwise(edges):
        rows = slice(None) if single else order[low:high]
        entry = None if history.entry is None else history.entry[rows]
        curves.append(
            _curve(
                history.exit[rows],
                history.cause[rows],
                entry,
                None if copies is None else copies[rows],
                (first[rows], last[rows]),
                (events_leave_first, late),
            )
        )
    return curves


def _curve(
    exit: Float, cause: Int, entry: Float | None, copies: Float | None, ends: tuple[Mask, Mask], how: tuple[bool, bool]
) -> CensoringCurve:
    (first, last), (events_leave_first, late) = ends, how
    n = len(exit)
    time, place = distinct(exit if entry is None else np.concatenate([exit, entry]))
    size = len(time)
    leaving = sums(place[:n], copies, size)
    gone = (cause == 0) & last
    censored = sums(place[:n][gone], None if copies is None else copies[gone], size)
    risk = np.cumsum(leaving[::-1])[::-1]
    if entry is not None:
        entering = sums(place[n:], copies, size)
        risk = risk - np.cumsum(entering[::-1])[::-1]
    if events_leave_first:
        had = cause > 0
        risk = risk - sums(place[:n][had], None if copies is None else copies[had], size)
    safe = np.where(risk > 0, risk, 1.0)
    weight = np.concatenate([[1.0], np.cumprod(1.0 - censored / safe)])
    if late:
        came = sums(place[n:][first], None if copies is None else copies[first], size)
        present = np.cumsum(sums(place[n:], copies, size)) - np.cumsum(leaving)
        missing = 1.0 - came / np.where(present > 0, present, 1.0)
        weight = weight * np.append(np.cumprod(missing[::-1])[::-1], 1.0)
    return CensoringCurve(time, risk, censored, weight, float(exit.max()))
