"""Length and end of follow-up: from a duration and a code, or from dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data.options import UNITS, ColumnOptions
from tkk_cli.data.table import Category, DataTable
from tkk_cli.errors import TkkError
from tkk_cli.histories import Float, Int
from tkk_cli.options import listed, pairs, words

__all__ = ["Outcome", "read_outcome", "unit_of"]

Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Outcome:
    """How follow-up ends, for every row of the table.

    Attributes
    ----------
    exit : (n,) float64
        In ``unit``; NaN where missing.
    cause : (n,) int64
        0 censored, k the event ``causes[k - 1]``; meaningless where a reason of ``missing`` applies.
    causes : tuple of str
        The event of interest first.
    labels : mapping
        Cause -> {language: text}.
    missing : mapping
        Reason -> rows that cannot be used for it.
    unit : str
        The unit in which times are shown.
    scale : float
        What a time of the file is multiplied by to be in ``unit``.
    origin : (n,) float64 or None
        Start of follow-up in days since 1970, where the times come from dates.
    facts : list of (key, values)
    """

    exit: Float
    cause: Int
    causes: tuple[str, ...]
    labels: Mapping[str, Mapping[str, str]]
    missing: Mapping[str, NDArray[np.bool_]]
    unit: str
    scale: float = 1.0
    origin: Float | None = None
    facts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def read_outcome(table: DataTable, options: ColumnOptions, selected: NDArray[np.bool_]) -> Outcome:
    """The outcome from ``--time`` or ``--start`` and ``--end``, with ``--event``, or from dates of the events.

    Parameters
    ----------
    selected : (n,) bool
        Rows that the filter kept; only they are checked.

    Raises
    ------
    TkkError
        TKK204 a code that is neither an event nor censored; TKK205 the event is not said; TKK211 dates out of order;
        TKK213 ``--of`` is no event; TKK214 both or neither way of giving time.
    """
    by_dates = options.start is not None
    if by_dates == (options.time is not None):
        raise TkkError(
            "TKK214",
            "give the length of follow-up with --time, or dates with --start and --end",
            hint="--time seuranta --event tila --events ..., or --start alku --end loppu --event-date ...",
        )
    outcome = _from_dates(table, options, selected) if by_dates else _from_duration(table, options, selected)
    return _interest_first(outcome, options)


def _from_duration(table: DataTable, options: ColumnOptions, selected: NDArray[np.bool_]) -> Outcome:
    assert options.time is not None
    if options.event_date is not None or options.end is not None:
        raise TkkError("TKK214", "--event-date and --end go with --start, not with --time")
    cause, names, labels, missing, facts = _coded(table, options, selected)
    unit, scale, unit_facts = unit_of(table, options)
    exit_ = table.number(options.time) * scale
    missing = {"missing time": ~np.isfinite(exit_), **missing}
    return Outcome(exit_, cause, names, labels, missing, unit, scale, None, facts + unit_facts)


def unit_of(table: DataTable, options: ColumnOptions) -> tuple[str, float, list[tuple[str, dict[str, Any]]]]:
    """(unit shown, factor from the file's unit, facts): what the flags do not say, the codebook does."""
    assert options.time is not None
    noted = table.columns[options.time].unit
    if noted is not None and noted not in UNITS:
        raise TkkError(
            "TKK215",
            f"the codebook gives {options.time} the unit {noted!r}",
            where=options.time,
            hint=f"a time has one of the units {', '.join(UNITS)}",
        )
    if noted and options.time_unit and noted != options.time_unit:
        raise TkkError(
            "TKK215",
            f"--time-unit {options.time_unit} contradicts the codebook, where {options.time} is in units of {noted}",
            where=options.time,
            hint="correct one of them",
        )
    unit = options.unit or options.time_unit or noted or "day"
    own = options.time_unit or noted or unit
    facts: list[tuple[str, dict[str, Any]]] = []
    if noted and not options.time_unit and (noted, unit) != ("day", "day"):
        facts.append(("unit_from_codebook", {"source": noted}))
    if own != unit:
        facts.append(("unit_converted", {"source": own, "target": unit}))
    return unit, UNITS[own] / UNITS[unit], facts


def _coded(
    table: DataTable, options: ColumnOptions, selected: NDArray[np.bool_]
) -> tuple[Int, tuple[str, ...], Labels, dict[str, NDArray[np.bool_]], list[tuple[str, dict[str, Any]]]]:
    """(cause, events, labels, missing, facts) from the column of ``--event``."""
    if options.event is None:
        raise TkkError("TKK205", "--event is missing", hint='for example --event tila --events "tyohonpaluu=1"')
    column, _, only = (part.strip() for part in options.event.partition("=="))
    category = table.category(column)
    events = _events(category, column, only, options)
    code_of = {code: k + 1 for k, codes in enumerate(events.values()) for code in codes}
    censored = {_code(category, text) for text in words(options.censored)} - {None}
    by_category = np.full(len(category.keys) + 1, -1, dtype=np.int64)
    for place, key in enumerate(category.keys):
        by_category[place] = code_of.get(key, 0 if key in censored else -1)
    cause = by_category[category.codes]
    present = np.bincount(category.codes[selected & (category.codes >= 0)], minlength=len(category.keys)) > 0
    stray = [key for place, key in enumerate(category.keys) if present[place] and by_category[place] < 0]
    if stray:
        raise TkkError(
            "TKK204",
            f"the code {listed(_named(category, key) for key in stray)} is neither an event nor censored",
            where=column,
            count=int((selected & (category.codes >= 0) & (cause < 0)).sum()),
            hint="add it to --events, or to --censored if follow-up goes on without it; a code that means missing "
            "belongs to the missing codes of the codebook",
        )
    facts: list[tuple[str, dict[str, Any]]] = []
    hidden = [_named(category, key) for key in category.keys if key in censored and key != "0"]
    if hidden and len(events) == 1 and len(censored) > 1:
        facts.append(("competing_as_censored", {"codes": hidden}))
    labels = {
        name: dict(category.labels.get(codes[0], {})) if len(codes) == 1 else {} for name, codes in events.items()
    }
    return cause, tuple(events), labels, {"missing event": category.codes < 0}, facts


def _events(category: Category, column: str, only: str, options: ColumnOptions) -> dict[str, list[str]]:
    """Event name -> canonical codes, every code one that the column has."""
    if only and options.events is not None:
        raise TkkError("TKK205", f"give --event {column}==CODE or --events, not both")
    if not only and options.events is None:
        known = listed(_named(category, key) for key in category.keys)
        raise TkkError(
            "TKK205",
            "which code means the event is not said, and tkk does not guess",
            where=f"{column} has the codes {known}",
            hint=f'type --event {column}==CODE, or --events "name=code,..." for several events',
        )
    wanted = {only: only} if only else pairs(options.events, "events")
    found: dict[str, list[str]] = {}
    taken: set[str] = set()
    for name, text in wanted.items():
        # A label or a code may itself hold a plus; only then is it not a list of codes.
        texts = [text] if _code(category, text) is not None else [part.strip() for part in text.split("+")]
        codes = [_known_code(category, part, column, options) for part in texts]
        if taken & set(codes) or len(set(codes)) < len(codes):
            raise TkkError("TKK204", f"the code {text} is given to two events", where=column)
        taken |= set(codes)
        found[category.labels.get(codes[0], {}).get("", f"{column}=={codes[0]}") if only else name] = codes
    both = [text for text in words(options.censored) if _code(category, text) in taken]
    # The default "0" gives way to an event that is said to be 0; an explicit conflict is an error.
    if both and options.censored != "0":
        raise TkkError("TKK204", f"the code {', '.join(both)} is both an event and censored", where=column)
    return found


def _known_code(category: Category, text: str, column: str, options: ColumnOptions) -> str:
    code = _code(category, text)
    if code is None and {_code(category, part) for part in words(options.censored)} >= set(category.keys):
        raise TkkError(
            "TKK207",
            f"everyone is censored: the event code {text} does not occur",
            where=column,
            hint="check the codes of --events and --censored with tkk inspect",
        )
    if code is None and len(labelled := _labelled(category, text)) == 1:
        return labelled[0]
    if code is None:
        raise TkkError(
            "TKK204",
            f"the event code {text} does not occur",
            where=column,
            hint=f"the codes are {listed(_named(category, key) for key in category.keys)}",
        )
    return code


def _code(category: Category, text: str) -> str | None:
    """The canonical code that a text means: a code of the column, a number written otherwise, or a value label."""
    if text in category.keys:
        return text
    for key in category.keys:
        if text in category.labels.get(key, {}).values() or _same_number(text, key):
            return key
    return None


def _labelled(category: Category, text: str) -> list[str]:
    """Codes with a value label that do not occur: an event that happened to nobody is no slip of the pen."""
    return [
        key
        for key, texts in category.labels.items()
        if text == key or text in texts.values() or _same_number(text, key)
    ]


def _same_number(text: str, key: str) -> bool:
    try:
        return float(text) == float(key)
    except ValueError:
        return False


def _named(category: Category, key: str) -> str:
    label = category.labels.get(key, {}).get("")
    return f"{key} ({label})" if label and label != key else key


def _from_dates(table: DataTable, options: ColumnOptions, selected: NDArray[np.bool_]) -> Outcome:
    assert options.start is not None
    if options.time_unit is not None:
        raise TkkError("TKK214", "--time-unit goes with --time; dates are counted in days")
    if options.end is None:
        raise TkkError("TKK214", "--start needs --end")
    if options.event is None and options.censored != "0":
        raise TkkError("TKK214", "--censored goes with --event; dates of events need no codes")
    if (options.event_date is None) == (options.event is None):
        raise TkkError("TKK214", "--start needs --event-date, or --event with the code at --end")
    if options.event is not None:
        return _from_end_and_code(table, options, selected)
    assert options.event_date is not None
    if options.events is not None:
        raise TkkError("TKK214", "--events goes with --event, not with --event-date")
    if "=" in options.event_date:
        columns = pairs(options.event_date, "event_date")
    else:
        columns = {name: name for name in words(options.event_date)}
    start, last = table.date(options.start), table.date(options.end)
    dates = np.stack([table.date(column) for column in columns.values()])
    _check_order(start, last, dates, list(columns.values()), options, selected)
    known = np.where(np.isfinite(dates), dates, np.inf)
    first = known.min(axis=0)
    # Two events on one day: the one that was named first.
    which = known.argmin(axis=0) + 1
    happened = np.isfinite(first) & ~(first > last)
    exit_days = np.where(happened, first, last) - start
    late = selected & np.isfinite(first) & (first > last)
    facts: list[tuple[str, dict[str, Any]]] = []
    if late.any():
        facts.append(("events_after_end", {"n": int(late.sum())}))
    same_day = selected & happened & ((known == first).sum(axis=0) > 1)
    if same_day.any():
        facts.append(("events_same_day", {"n": int(same_day.sum()), "order": list(columns)}))
    missing = {"missing start": ~np.isfinite(start), "missing end": ~np.isfinite(exit_days)}
    cause = np.where(happened, which, 0).astype(np.int64)
    # A name given on the command line is the user's word; a bare column speaks by its own label.
    labels = {name: dict(table.columns[column].label) if name == column else {} for name, column in columns.items()}
    unit = options.unit or "day"
    return Outcome(exit_days / UNITS[unit], cause, tuple(columns), labels, missing, unit, 1.0, start, facts)


def _from_end_and_code(table: DataTable, options: ColumnOptions, selected: NDArray[np.bool_]) -> Outcome:
    """The last day of follow-up with a code that says how it ended: the usual layout of a cohort in SPSS."""
    assert options.start is not None
    assert options.end is not None
    start, last = table.date(options.start), table.date(options.end)
    _check_order(start, last, np.empty((0, len(start))), [], options, selected)
    cause, names, labels, missing, facts = _coded(table, options, selected)
    missing = {"missing start": ~np.isfinite(start), "missing end": ~np.isfinite(last), **missing}
    unit = options.unit or "day"
    return Outcome((last - start) / UNITS[unit], cause, names, labels, missing, unit, 1.0, start, facts)


def _check_order(
    start: Float, last: Float, dates: Float, columns: list[str], options: ColumnOptions, selected: NDArray[np.bool_]
) -> None:
    checks = [(options.end, last), *zip(columns, dates, strict=True)]
    for column, date in checks:
        before = selected & (date < start)
        if before.any():
            raise TkkError(
                "TKK211",
                f"{column} is before {options.start}",
                where=column,
                count=int(before.sum()),
                hint="correct the dates, or leave the rows out with --where",
            )


def _interest_first(outcome: Outcome, options: ColumnOptions) -> Outcome:
    if options.of is None:
        return outcome
    named = [name for name in outcome.causes if options.of == name or options.of in outcome.labels[name].values()]
    if not named:
        raise TkkError(
            "TKK213", f"--of {options.of} is not an event", hint=f"the events are {', '.join(outcome.causes)}"
        )
    order = [named[0], *(name for name in outcome.causes if name != named[0])]
    place = np.array([0, *(order.index(name) + 1 for name in outcome.causes)], dtype=np.int64)
    labels = {name: outcome.labels[name] for name in order}
    cause = np.where(outcome.cause > 0, place[np.maximum(outcome.cause, 0)], outcome.cause)
    return replace(outcome, cause=cause, causes=tuple(order), labels=labels)
