"""Interval-censored times: the event is known to have happened after ``--lower`` and by ``--upper``."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data.options import ColumnOptions, CovariateOptions
from tkk_cli.data.outcome import Outcome, unit_of
from tkk_cli.data.table import DataTable
from tkk_cli.errors import TkkError
from tkk_cli.histories import Float

__all__ = ["Bounds", "bounds_of", "read_interval", "refuse_other_outcomes"]

EVENT = {"fi": "tapahtuma", "sv": "händelse", "en": "event"}


@dataclass(frozen=True)
class Bounds:
    """(n,) float64 each, in the unit shown: ``lower`` 0 when left-censored, ``upper`` infinite when right-censored."""

    lower: Float
    upper: Float


def refuse_other_outcomes(options: CovariateOptions) -> None:
    """TKK233 when interval-censored times are given by half, or beside another way of giving the outcome."""
    if options.lower is None and options.upper is None:
        return
    if options.lower is None or options.upper is None:
        raise TkkError(
            "TKK233", "--lower and --upper go together", hint="rows without an upper time are right-censored"
        )
    names = ("time", "event", "events", "of", "start", "end", "event_date")
    given = [name for name in names if getattr(options, name) is not None]
    if given:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise TkkError(
            "TKK233", f"--lower and --upper are the outcome, and {flags} is another", hint="give one of the two"
        )


def bounds_of(table: DataTable, options: CovariateOptions) -> Bounds:
    """The two times of every row."""
    assert options.lower is not None
    assert options.upper is not None
    _, scale, _ = unit_of(table, _as_time(options))
    lower, upper = table.number(options.lower) * scale, table.number(options.upper) * scale
    missing = np.isnan(lower) & np.isnan(upper)
    upper = np.where(np.isnan(upper) & ~missing, np.inf, upper)
    return Bounds(np.where(np.isnan(lower) & ~missing, 0.0, lower), upper)


def read_interval(table: DataTable, options: ColumnOptions, selected: NDArray[np.bool_]) -> Outcome:
    """The outcome as the last known time: the event at ``upper`` where it is finite, else censored at ``lower``.

    Parameters
    ----------
    table : DataTable
    options : CovariateOptions
        With ``lower`` and ``upper``. A missing or zero lower time is left-censored, a missing upper one right-censored.
    selected : (n,) bool
        Rows that the filter kept; only they are checked.

    Returns
    -------
    Outcome
        One event, named ``event``.

    Raises
    ------
    TkkError
        TKK232 where the lower time is after the upper one.
    """
    assert isinstance(options, CovariateOptions)
    unit, scale, facts = unit_of(table, _as_time(options))
    bounds = bounds_of(table, options)
    wrong = selected & (bounds.lower > bounds.upper)
    if wrong.any():
        raise TkkError(
            "TKK232",
            f"{options.lower} is after {options.upper}",
            where=f"{options.lower}, {options.upper}",
            count=int(wrong.sum()),
            hint="the lower time is the last one without the event; correct the rows or leave them out with --where",
        )
    happened = np.isfinite(bounds.upper)
    return Outcome(
        exit=np.where(happened, bounds.upper, bounds.lower),
        cause=happened.astype(np.int64),
        causes=("event",),
        labels={"event": EVENT},
        missing={"missing time": np.isnan(bounds.upper)},
        unit=unit,
        scale=scale,
        facts=facts,
    )


def _as_time(options: CovariateOptions) -> CovariateOptions:
    return replace(options, time=options.upper)
