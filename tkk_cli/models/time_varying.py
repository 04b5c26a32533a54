"""Effects that change over time: one effect a period, or a covariate times a function of time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tkk_cli.designs import Design, Term
from tkk_cli.errors import TkkError
from tkk_cli.estimators.splitting import split
from tkk_cli.histories import EventHistory, Float, Int

__all__ = ["Clock", "Expanded", "effects_by_period", "effects_with_clock", "read_clock"]

# A covariate that follows the clock needs a row for each person at each event time: 8 bytes times columns times rows.
MOST_NUMBERS = 100_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """A function of time: ``name`` as in ``log(t+20)`` or ``t``, and what it computes."""

    name: str
    function: Callable[[Float], Float]


@dataclass(frozen=True, slots=True, eq=False)
class Expanded:
    """Rows split in time.

    Attributes
    ----------
    history : EventHistory
        m rows.
    design : Design
        m rows, with the columns of the effects that change; it cannot be rebuilt.
    row : (m,) int64
        The row that each came from.
    """

    history: EventHistory
    design: Design
    row: Int


def read_clock(text: str) -> Clock:
    """``identity``, ``log``, ``sqrt``, or ``log(t+20)`` with any number; TKK328 for another function.

    Examples
    --------
    >>> import numpy as np
    >>> read_clock("identity").name, read_clock("log(t + 20)").function(np.array([0.0])).round(3).tolist()
    ('t', [2.996])
    """
    plain = text.replace(" ", "")
    if plain in ("identity", "t"):
        return Clock("t", lambda t: t)
    if plain in ("sqrt", "sqrt(t)"):
        return Clock("sqrt(t)", np.sqrt)
    found = re.fullmatch(r"log(?:\(t(?:\+(\d+(?:\.\d+)?))?\))?", plain)
    if found is None:
        raise TkkError(
            "TKK328",
            f"{text!r} is not a function of time that tkk knows",
            where="--time-varying",
            hint="use identity, log, sqrt or log(t+20)",
        )
    added = float(found[1] or 0)
    return Clock(f"log(t+{found[1]})" if added else "log(t)", lambda t: np.log(t + added))


def effects_by_period(history: EventHistory, design: Design, variable: str, cuts: Sequence[float]) -> Expanded:
    """Rows split at the cuts, and each column of a variable once a period: R's ``survSplit`` with an interaction.

    Parameters
    ----------
    history, design : n rows
    variable : str
        Its own terms are replaced; interactions with it stay as they are.
    cuts : sequence of float
        Increasing, inside the follow-up.

    Raises
    ------
    TkkError
        TKK327: no event before the first cut, after the last, or between two; TKK328: the variable is in no term of
        its own.

    Notes
    -----
    O(m p). ``tests/models/test_time_varying.py`` checks the stored ``survSplit`` fits of R.

    Examples
    --------
    >>> zero = np.zeros(3, dtype=np.int64)
    >>> people = EventHistory(np.array([1.0, 2.0, 3.0]), np.array([1, 1, 0]), ("return",), zero, ("all",))
    >>> x = Design(np.array([[1.0], [0.0], [1.0]]), ("x",), (Term("x", "number", (0,), ("x",), ("",)),))
    >>> split = effects_by_period(people, x, "x", [1.5])
    >>> split.design.columns, split.design.matrix.tolist()
    (('x:time (0,1.5]', 'x:time (1.5,)'), [[1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    """
    terms = _own_terms(design, variable, "--split-at")
    _require_positive(history)
    ends = history.exit[history.cause == 1]
    events = np.bincount(np.searchsorted(cuts, ends), minlength=len(cuts) + 1)
    if len(cuts) == 0 or np.any(np.diff([0.0, *cuts]) <= 0) or events.min() == 0:
        raise TkkError(
            "TKK327",
            "every period needs events, and the times must increase",
            where="--split-at",
            count=int((events == 0).sum()) or None,
            hint="choose fewer or other times",
        )
    parts = split(history, cuts)
    periods = [f"({low:g},{high:g}]" for low, high in zip([0.0, *cuts], [*cuts, np.inf], strict=True)]
    periods[-1] = f"({cuts[-1]:g},)"
    here = [(parts.piece == k).astype(np.float64) for k in range(len(periods))]
    added = [(f"time {name}", flags) for name, flags in zip(periods, here, strict=True)]
    return _expanded(design, parts.history, parts.row, dict.fromkeys(terms, added), keep=False)


def effects_with_clock(history: EventHistory, design: Design, clocks: Mapping[str, Clock]) -> Expanded:
    """Each column of the named variables again, times a function of time, exact at every event time (R's ``tt``).

    The rows are split at every distinct event time of any cause, so that the fit takes the value of the function at
    the event time for everyone at risk there.

    Parameters
    ----------
    history, design : n rows
    clocks : mapping of variable to Clock

    Raises
    ------
    TkkError
        TKK328: a variable is in no term of its own, or a function has no value at an event time; TKK329: too many
        rows.

    Notes
    -----
    O(m p) with m = the number of people at risk summed over the event times, at most ``MOST_NUMBERS`` / p.
    ``tests/models/test_time_varying.py`` checks the stored ``tt`` fits of R.

    Examples
    --------
    >>> zero = np.zeros(2, dtype=np.int64)
    >>> people = EventHistory(np.array([1.0, 2.0]), np.array([1, 1]), ("return",), zero, ("all",))
    >>> x = Design(np.array([[1.0], [3.0]]), ("x",), (Term("x", "number", (0,), ("x",), ("",)),))
    >>> split = effects_with_clock(people, x, {"x": read_clock("identity")})
    >>> split.design.columns, split.design.matrix.tolist()
    (('x', 'x:t'), [[1.0, 1.0], [3.0, 3.0], [3.0, 6.0]])
    """
    terms = {term: clock for name, clock in clocks.items() for term in _own_terms(design, name, "--time-varying")}
    _require_positive(history)
    times = np.unique(history.exit[history.cause > 0])
    entry = np.zeros(len(history)) if history.entry is None else history.entry
    pieces = np.searchsorted(times, history.exit, side="right") - np.searchsorted(times, entry, side="right") + 1
    width = len(design.columns) + sum(len(term.columns) for term in terms)
    if int(pieces.sum()) * width > MOST_NUMBERS:
        raise TkkError(
            "TKK329",
            "an effect that follows time needs a row for each person at each event time, which is too many here",
            where="--time-varying",
            count=int(pieces.sum()),
            hint="let the effect change by period: --split-at 90,365; or measure time in weeks",
        )
    parts = split(history, times)
    # A piece ends at an event time or holds none: its own end will do.
    added = {}
    for term, clock in terms.items():
        with np.errstate(divide="ignore", invalid="ignore"):
            at_times = clock.function(times)
        if not np.all(np.isfinite(at_times)):
            raise TkkError(
                "TKK328",
                f"{clock.name} has no value at an event time",
                where="--time-varying",
                hint="use log(t+1)",
            )
        value = np.append(at_times, 0.0)[np.minimum(parts.piece, len(times))]
        added[term] = [(clock.name, value)]
    return _expanded(design, parts.history, parts.row, added, keep=True)


def _own_terms(design: Design, variable: str, where: str) -> list[Term]:
    found = [term for term in design.terms if term.variables == (variable,)]
    if not found:
        names = sorted({term.variables[0] for term in design.terms if len(term.variables) == 1})
        raise TkkError(
            "TKK328",
            f"{variable!r} is in no term of its own",
            where=where,
            hint=f"name one of {', '.join(names)}" if names else "add the column to the model",
        )
    return found


def _require_positive(history: EventHistory) -> None:
    if history.entry is None and np.any(history.exit <= 0):
        raise TkkError(
            "TKK327",
            "follow-up that ends at time 0 cannot be parted",
            count=int((history.exit <= 0).sum()),
            hint="leave these rows out: --drop-empty-intervals or --where",
        )


def _expanded(
    design: Design,
    history: EventHistory,
    row: Int,
    added: Mapping[Term, Sequence[tuple[str, Float]]],
    keep: bool,
) -> Expanded:
    """The design of the split rows: terms times functions of the row, instead of or (``keep``) after the terms."""
    columns: list[Float] = []
    names: list[str] = []
    terms: list[Term] = []

    def place(term: Term, label: str, factor: Float | None) -> None:
        first = len(columns)
        for j in term.columns:
            values = design.matrix[row, j]
            columns.append(values if factor is None else values * factor)
            names.append(design.columns[j] + label)
        positions = tuple(range(first, len(columns)))
        kind = term.kind if factor is None else "other"
        terms.append(replace(term, name=term.name + label, kind=kind, columns=positions))

    for term in design.terms:
        if term not in added or keep:
            place(term, "", None)
        if term in added and not keep:
            for label, factor in added[term]:
                place(term, f":{label}", factor)
    if keep:
        for term, factors in added.items():
            for label, factor in factors:
                place(replace(term, reference=None), f":{label}", factor)
    matrix = np.ascontiguousarray(np.column_stack(columns))
    changed = replace(design, matrix=matrix, columns=tuple(names), terms=tuple(terms), rebuild=None)
    return Expanded(history, changed, row)
