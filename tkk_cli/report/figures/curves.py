"""What a figure draws, as numbers: the vertices of every curve, its band and the counts under the axis.

The figure, ``--figure-data`` and the terminal plot all read the same ``Scene``, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tkk_cli.errors import TkkError
from tkk_cli.report.figures.options import FigureOptions
from tkk_cli.report.figures.ticks import percent_ticks
from tkk_cli.results import Result, Table

__all__ = ["Curve", "Scene", "read_scene", "value_marks"]

Float = NDArray[np.float64]

MOST_GROUPS = 8


@dataclass(frozen=True, eq=False)
class Curve:
    """One step function on the drawn time axis.

    Attributes
    ----------
    group, cause : str
        Machine names.
    time, estimate, low, high : (m,) float64
        Vertices: the start, every time at which a value changes, the end of follow-up or of the axis. A value holds
        until the next time. The limits are NaN where they are not estimable.
    censored_time, censored_estimate : (c,) float64
        Where the censoring marks go.
    row_time, row_risk, row_event : (r,) float64
        Every row of the curve for the counts, drawn or not.
    """

    group: str
    cause: str
    time: Float
    estimate: Float
    low: Float
    high: Float
    censored_time: Float
    censored_estimate: Float
    row_time: Float
    row_risk: Float
    row_event: Float

    def at_risk(self, times: Float) -> Float:
        """Number at risk at each time: just before it, and 0 after the last follow-up.

        At the start itself those who enter exactly then count too, although they are at risk only right after it.
        """
        risk = np.append(self.row_risk, [0.0, 0.0])
        row = np.searchsorted(self.row_time, times, side="left")
        row_after = np.searchsorted(self.row_time, times, side="right")
        return np.where(times == self.time[0], np.maximum(risk[row], risk[row_after]), risk[row])

    def events(self, times: Float) -> Float:
        """Events up to and at each time."""
        return np.append(0.0, np.cumsum(self.row_event))[np.searchsorted(self.row_time, times, side="right")]

    def value(self, times: Float) -> Float:
        """The curve at each time; NaN before its start and after its end."""
        row = np.searchsorted(self.time, times, side="right") - 1
        inside = (times >= self.time[0]) & (times <= self.time[-1])
        return np.where(inside, self.estimate[np.clip(row, 0, None)], np.nan)


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything one figure draws.

    Attributes
    ----------
    quantity : {"survival", "incidence"}
    any_event : bool
        The curves are of the event-free probability with several events.
    curves : tuple of Curve
        In the order of the groups, the causes of a group together.
    start, stop : float
        The time axis.
    weighted : {"", "unweighted", "weighted"}
        What the counts are when the curve is weighted.
    kind : {"", "standardised", "pattern"}
        What a model made of the curves.
    """

    quantity: str
    any_event: bool
    curves: tuple[Curve, ...]
    start: float
    stop: float
    weighted: str
    kind: str = ""

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups in drawing order."""
        return tuple(dict.fromkeys(curve.group for curve in self.curves))


def read_scene(result: Result, options: FigureOptions) -> Scene:
    """What the options ask of a result, truncated at the end of the time axis.

    Raises
    ------
    TkkError
        TKK513 for a probability that the result does not hold, TKK514 for weighted counts without weights, TKK515
        for more groups than can be told apart, TKK516 when nothing is left to draw.
    """
    quantity, any_event = _quantity(result, options)
    table = result["event_free" if any_event else "curves"]
    if options.weighted_counts and "weighted_risk" not in table.columns:
        raise TkkError(
            "TKK514", "the curves have no weights", where="--weighted-counts", hint="leave out --weighted-counts"
        )
    weighted = "weighted_risk" in table.columns
    complement = quantity != ("survival" if any_event else result.estimand["quantity"])
    causes = [""] if any_event else list(result.estimand["causes"])[: None if options.stacked else 1]
    groups = tuple(dict.fromkeys(table["group"]))
    if len(groups) > MOST_GROUPS:
        raise TkkError(
            "TKK515",
            f"A figure tells at most {MOST_GROUPS} groups apart",
            count=len(groups),
            hint="choose groups with --where, or write the numbers with --format csv",
        )
    columns = _columns(table, options.weighted_counts, complement)
    group_of = np.array(table["group"], dtype=object)
    cause_of = np.array(table["cause"] if not any_event else [""] * len(table), dtype=object)
    picked = {
        (g, c): {name: column[(group_of == g) & (cause_of == c)] for name, column in columns.items()}
        for g in groups
        for c in causes
    }
    conditional = result.estimand.get("conditional_on")
    start = float(conditional or 0.0)
    last = max((rows["time"][-1] for rows in picked.values() if len(rows["time"])), default=start)
    stop = float(last if options.max_time is None else options.max_time)
    if not stop > start:
        raise TkkError(
            "TKK516", "no follow-up is left to draw", where="--max-time" if options.max_time is not None else None
        )
    curves = tuple(
        _curve(g, c, rows, 1.0 if quantity == "survival" else 0.0, start, stop, conditional is not None)
        for (g, c), rows in picked.items()
    )
    if options.bands == "no" or options.stacked:
        curves = tuple(_without_limits(curve) for curve in curves)
    counted = ("weighted" if options.weighted_counts else "unweighted") if weighted else ""
    return Scene(quantity, any_event, curves, start, stop, counted)


def _quantity(result: Result, options: FigureOptions) -> tuple[str, bool]:
    own, causes = result.estimand["quantity"], result.estimand["causes"]
    shown = own if options.show == "auto" else options.show
    if options.stacked and (shown != "incidence" or len(causes) < 2):
        raise TkkError(
            "TKK513",
            "only the incidence of several events can be stacked",
            where="--stacked",
            count=len(causes),
            hint="name the events with --events, or leave out --stacked",
        )
    others_censored = any(note.key == "competing_as_censored" for note in result.notes)
    if shown == "incidence" and own == "survival" and others_censored:
        raise TkkError(
            "TKK513",
            "1 minus the event-free probability is no incidence when competing events were censored",
            where="--show incidence",
            hint="name every event with --events to get the cumulative incidence",
        )
    any_event = shown == "survival" and own == "incidence" and len(causes) > 1
    if any_event and "event_free" not in result.tables:
        raise TkkError("TKK513", "the result has no event-free probability", where="--show survival")
    return shown, any_event


def _columns(table: Table, weighted_counts: bool, complement: bool) -> dict[str, Float]:
    prefix = "weighted_" if weighted_counts else "n_"
    names = {
        "time": "time",
        "risk": f"{prefix}risk",
        "event": f"{prefix}event",
        "censored": "n_censor",
        "estimate": "estimate",
        "low": "conf_high" if complement else "conf_low",
        "high": "conf_low" if complement else "conf_high",
    }
    columns = {key: np.asarray(table[name], dtype=np.float64) for key, name in names.items()}
    if complement:
        for key in ("estimate", "low", "high"):
            columns[key] = 1.0 - columns[key]
    return columns


def _curve(
    group: str, cause: str, rows: Mapping[str, Float], origin: float, start: float, stop: float, conditional: bool
) -> Curve:
    # An event at time 0 is drawn as a drop at the start; before the time of a condition there is no curve at all.
    after = rows["time"] > start if conditional else rows["time"] >= start
    rows = {name: column[after] for name, column in rows.items()}
    drawn = {name: column[rows["time"] <= stop] for name, column in rows.items()}
    end = min(rows["time"][-1], stop) if len(rows["time"]) else start
    values = [np.concatenate([[origin], drawn[name]]) for name in ("estimate", "low", "high")]
    time_ = np.concatenate([[start], drawn["time"]])
    # Rows at which only someone was censored or entered move nothing and would only make the file larger.
    moves = np.ones(len(time_), dtype=bool)
    moves[1:] = np.any([_changes(column) for column in values], axis=0)
    time_, values = time_[moves], [column[moves] for column in values]
    if end > time_[-1]:
        time_, values = np.append(time_, end), [np.append(column, column[-1]) for column in values]
    estimate, low, high = values
    marked = drawn["censored"] > 0
    return Curve(
        group=group,
        cause=cause,
        time=time_,
        estimate=estimate,
        low=low,
        high=high,
        censored_time=drawn["time"][marked],
        censored_estimate=drawn["estimate"][marked],
        row_time=rows["time"],
        row_risk=rows["risk"],
        row_event=rows["event"],
    )


def _changes(column: Float) -> NDArray[np.bool_]:
    both_missing = np.isnan(column[1:]) & np.isnan(column[:-1])
    changes: NDArray[np.bool_] = (column[1:] != column[:-1]) & ~both_missing
    return changes


def _without_limits(curve: Curve) -> Curve:
    nothing = np.full(len(curve.time), np.nan)
    return replace(curve, low=nothing, high=nothing)


def value_marks(scene: Scene) -> Float:
    """Marks of the probability axis; survival is shown from 0 to 100 per cent."""
    if scene.quantity == "survival":
        return percent_ticks(1.0)
    return percent_ticks(max(float(np.nanmax([*curve.estimate, *curve.high])) for curve in scene.curves))
