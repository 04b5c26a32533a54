"""From a table to an event history: which columns play which part, and who is left out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data import where
from tkk_cli.data.options import UNITS, ColumnOptions
from tkk_cli.data.outcome import Outcome, read_outcome
from tkk_cli.data.reading import read_table
from tkk_cli.data.table import Category, DataTable, Source
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float, Int, merge_near_ties
from tkk_cli.options import listed, words

__all__ = ["Cohort", "Sifted", "build_cohort", "columns_of", "dense", "sift"]

Labels = Mapping[str, Mapping[str, str]]

MOST_GROUPS = 50
IMPLAUSIBLE_YEARS = 120
# No unit makes this a length of time; beyond it sums of squares overflow.
LONGEST = 1e9


@dataclass(frozen=True)
class Cohort:
    """A validated history with the words that go with it.

    Attributes
    ----------
    history : EventHistory
        Near-ties merged; the event of interest is the first cause, the reference group the first group.
    group_labels, cause_labels : mapping
        Name -> {language: text}.
    group_title : mapping
        The group column's own label by language.
    n_read : int
        Rows of the file.
    excluded : list of (reason, count)
        Rows left out, each under the first reason that applied to it.
    facts : list of (key, values)
        What the reader should know, for the notes of a result.
    unit : str
        In which the times are.
    merged : int
        Distinct times that were one but for rounding.
    source : Source
    """

    history: EventHistory
    group_labels: Labels
    cause_labels: Labels
    group_title: Mapping[str, str]
    n_read: int
    excluded: list[tuple[str, int]]
    facts: list[tuple[str, dict[str, Any]]]
    unit: str
    merged: int
    source: Source


@dataclass(frozen=True)
class Sifted:
    """A cohort with the rows of the table that are in it (``kept``) and those that ``--where`` chose (``selected``)."""

    cohort: Cohort
    kept: NDArray[np.bool_]
    selected: NDArray[np.bool_]


@dataclass
class _Sieve:
    """Keeps account of the rows that stay and of why the others left."""

    keep: NDArray[np.bool_]
    excluded: list[tuple[str, int]] = field(default_factory=list)

    def drop(self, reason: str, rows: NDArray[np.bool_]) -> int:
        """Leave out rows for a reason; a row that has left already is not counted again."""
        leaving = self.keep & rows
        count = int(leaving.sum())
        if count:
            self.excluded.append((reason, count))
            self.keep &= ~rows
        return count


def build_cohort(data: Any, options: ColumnOptions) -> Cohort:
    """Read a cohort and make its event history.

    Parameters
    ----------
    data : path, "-", pandas.DataFrame or pyarrow.Table
        Only the columns that the options name are read.
    options : ColumnOptions

    Returns
    -------
    Cohort

    Raises
    ------
    TkkError
        TKK201-TKK219: times, codes, groups or weights that cannot be used; TKK1xx from reading.
    """
    return sift(read_table(data, columns_of(options), options), options, read_outcome).cohort


def sift(
    table: DataTable,
    options: ColumnOptions,
    outcome_of: Callable[[DataTable, ColumnOptions, NDArray[np.bool_]], Outcome],
    needed: Mapping[str, NDArray[np.bool_]] | None = None,
) -> Sifted:
    """``build_cohort`` on a table that is read.

    Parameters
    ----------
    table : DataTable
        With the columns of ``columns_of(options)``.
    options : ColumnOptions
    outcome_of : callable
        Makes the outcome: ``read_outcome``, or that of interval-censored times.
    needed : mapping, optional
        Reason -> (n,) bool, more rows that cannot be used, in the order in which they are to be counted.

    Returns
    -------
    Sifted
    """
    n_read = table.n_rows
    sieve = _Sieve(np.ones(n_read, dtype=bool))
    if options.where is not None:
        sieve.drop("not selected by --where", ~where.evaluate(options.where, table))
    present = sieve.keep.copy()
    outcome = outcome_of(table, options, sieve.keep)
    for reason, rows in outcome.missing.items():
        sieve.drop(reason, rows)
    entry = _entry(table, options, outcome, sieve)
    group, strata = _group(table, options), [table.category(name) for name in words(options.strata)]
    cluster = None if options.cluster is None else table.category(options.cluster)
    categories = {"group": group, "cluster": cluster, **{f"strata {i + 1}": s for i, s in enumerate(strata)}}
    for part, category in categories.items():
        if category is not None:
            sieve.drop(f"missing {part}", category.codes < 0)
    weight = _weight(table, options, sieve)
    for reason, rows in (needed or {}).items():
        sieve.drop(reason, rows)
    follow_up, entry, merged = _merged(outcome.exit, entry, sieve.keep)
    _check_follow_up(follow_up, entry, options, sieve)
    kept = sieve.keep
    if not kept.any():
        raise TkkError("TKK202", "no rows are left", count=n_read, hint=_reasons(sieve.excluded))
    groups, codes, labels = _ordered_groups(group, options, kept, present)
    history = EventHistory(
        exit=follow_up[kept],
        entry=None if entry is None else entry[kept],
        cause=outcome.cause[kept],
        causes=outcome.causes,
        group=codes[kept],
        groups=groups,
        weight=None if weight is None else weight[kept],
        weight_kind=options.weight_kind,
        cluster=None if cluster is None else dense(cluster.codes[kept]),
        stratum=_strata_codes(strata, kept),
    )
    if not (history.cause > 0).any():
        raise TkkError(
            "TKK207",
            "everyone is censored: there is no event to analyse",
            where=options.event or options.event_date,
            count=len(history),
            hint="check the codes of --events and --censored with tkk inspect",
        )
    title = {} if group is None else {"": str(options.group), **group.title}
    facts = outcome.facts + _facts(history, options, outcome.unit)
    if table.source.synthetic:
        facts.append(("synthetic", {}))
    cohort = Cohort(
        history, labels, outcome.labels, title, n_read, sieve.excluded, facts, outcome.unit, merged, table.source
    )
    return Sifted(cohort, kept, present)


def columns_of(options: ColumnOptions) -> list[str]:
    """The columns that the options name, each once."""
    event = None if options.event is None else options.event.partition("==")[0].strip()
    dates = [part.partition("=")[2].strip() or part for part in words(options.event_date)]
    named: Iterable[str | None] = [
        options.time,
        event,
        options.start,
        *dates,
        options.end,
        options.entry,
        options.group,
        *words(options.strata),
        options.weights,
        options.cluster,
        *(where.columns_of(options.where) if options.where else []),
    ]
    return list(dict.fromkeys(name for name in named if name is not None))


def _entry(table: DataTable, options: ColumnOptions, outcome: Outcome, sieve: _Sieve) -> Float | None:
    if options.entry is None:
        return None
    if outcome.origin is None:
        entry = table.number(options.entry) * outcome.scale
    else:
        entry = (table.date(options.entry) - outcome.origin) / UNITS[outcome.unit]
    sieve.drop("missing entry", ~np.isfinite(entry))
    negative = sieve.keep & (entry < 0)
    if negative.any():
        raise TkkError(
            "TKK201",
            "entry is before the start of follow-up",
            where=options.entry,
            count=int(negative.sum()),
            hint="entry is a time since the start; 0 for those followed from the start",
        )
    return entry


def _merged(exit_: Float, entry: Float | None, kept: NDArray[np.bool_]) -> tuple[Float, Float | None, int]:
    """Near-ties made one time on the kept rows, before anything is checked: rounding may have parted entry and exit."""
    fixed, fixed_entry, merged = merge_near_ties(exit_[kept], None if entry is None else entry[kept])
    if merged == 0:
        return exit_, entry, 0
    exit_ = exit_.copy()
    exit_[kept] = fixed
    if entry is not None and fixed_entry is not None:
        entry = entry.copy()
        entry[kept] = fixed_entry
    return exit_, entry, merged


def _check_follow_up(exit_: Float, entry: Float | None, options: ColumnOptions, sieve: _Sieve) -> None:
    if options.drop_empty_intervals:
        sieve.drop("entry at or after exit", exit_ < 0 if entry is None else entry >= exit_)
    impossible = sieve.keep & ((exit_ < 0) | (exit_ > LONGEST))
    if impossible.any():
        raise TkkError(
            "TKK201",
            f"follow-up is negative, or longer than {LONGEST:g}",
            where=options.time or options.start,
            count=int(impossible.sum()),
            hint="correct the dates or durations, or leave the rows out with --where",
        )
    if entry is None:
        return
    empty = sieve.keep & (entry >= exit_)
    if empty.any():
        raise TkkError(
            "TKK203",
            "entry is at or after exit, so the person is never at risk",
            where=options.entry,
            count=int(empty.sum()),
            hint="correct them, or leave them out and count them with --drop-empty-intervals",
        )


def _weight(table: DataTable, options: ColumnOptions, sieve: _Sieve) -> Float | None:
    if options.weights is None:
        if options.weight_kind is not None:
            raise TkkError("TKK210", "--weight-kind needs --weights COLUMN")
        return None
    if options.weight_kind is None:
        raise TkkError(
            "TKK210",
            "--weights needs --weight-kind",
            where=options.weights,
            hint="frequency (that many identical people), case, or probability (inverse-probability weights)",
        )
    weight = table.number(options.weights)
    sieve.drop("missing weight", ~np.isfinite(weight))
    negative = sieve.keep & (weight < 0)
    if negative.any():
        raise TkkError("TKK208", "a weight is negative", where=options.weights, count=int(negative.sum()))
    if options.weight_kind == "frequency":
        broken = sieve.keep & (weight != np.rint(weight))
        if broken.any():
            raise TkkError(
                "TKK209",
                "a frequency weight is not a whole number",
                where=options.weights,
                count=int(broken.sum()),
                hint="use --weight-kind case or probability",
            )
    sieve.drop("weight is zero", weight == 0)
    return weight


def _group(table: DataTable, options: ColumnOptions) -> Category | None:
    if options.group is None:
        if options.reference is not None:
            raise TkkError("TKK212", "--reference needs --group COLUMN")
        return None
    return table.category(options.group)


def _ordered_groups(
    group: Category | None, options: ColumnOptions, kept: NDArray[np.bool_], present: NDArray[np.bool_]
) -> tuple[tuple[str, ...], Int, Labels]:
    """Names with the reference first, the codes of all rows in that order, and the labels."""
    if group is None:
        return ("all",), np.zeros(len(kept), dtype=np.int64), {}
    if len(group.keys) > MOST_GROUPS:
        raise TkkError(
            "TKK216",
            f"{options.group} has {len(group.keys)} different values",
            where=options.group,
            count=len(group.keys),
            hint=f"at most {MOST_GROUPS} groups are compared; choose some with --where, or put classes in a new column",
        )
    size = len(group.keys)
    left = np.bincount(group.codes[kept], minlength=size)
    before = np.bincount(group.codes[present & (group.codes >= 0)], minlength=size)
    emptied = [group.keys[i] for i in np.flatnonzero((before > 0) & (left == 0))]
    if emptied:
        raise TkkError(
            "TKK206",
            f"no one is left in the group {listed(emptied)}",
            where=options.group,
            count=len(emptied),
            hint="every row of the group has a missing value; choose the groups with --where",
        )
    order = [int(i) for i in np.flatnonzero(left)]
    if options.group_order is not None:
        named = [_place_of(name, order, group, options) for name in words(options.group_order)]
        if sorted(named) != sorted(order):
            missing = [group.keys[i] for i in order if i not in named]
            raise TkkError(
                "TKK212",
                "--group-order names each group once",
                where=options.group,
                hint=f"it lacks {listed(missing)}" if missing else "a group is named twice",
            )
        order = named
    if options.reference is not None:
        first = _place_of(options.reference, order, group, options)
        order = [first, *(i for i in order if i != first)]
    elif group.reference in [group.keys[i] for i in order] and options.group_order is None:
        first = group.keys.index(str(group.reference))
        order = [first, *(i for i in order if i != first)]
    place = np.full(size + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    names = tuple(group.keys[i] for i in order)
    return names, place[group.codes], {name: _group_label(name, group, options) for name in names}


def _place_of(name: str, order: list[int], group: Category, options: ColumnOptions) -> int:
    """Position of a group given by its code or its label."""
    for i in order:
        if name == group.keys[i] or name in group.labels.get(group.keys[i], {}).values():
            return i
    raise TkkError(
        "TKK212",
        f"{name!r} is not a group",
        where=options.group,
        hint=f"the groups are {listed(group.keys[i] for i in order)}",
    )


def _group_label(name: str, group: Category, options: ColumnOptions) -> dict[str, str]:
    """Its labels; a bare number says nothing in a figure, so it is shown with the column's name."""
    labels = dict(group.labels.get(name, {}))
    if not labels and name.replace(".", "", 1).lstrip("-").isdigit():
        labels[""] = f"{options.group}={name}"
    return labels


def _strata_codes(strata: list[Category], kept: NDArray[np.bool_]) -> Int | None:
    if not strata:
        return None
    combined = np.zeros(int(kept.sum()), dtype=np.int64)
    for category in strata:
        combined = combined * len(category.keys) + category.codes[kept]
    return dense(combined)


def dense(codes: Int) -> Int:
    """Codes from 0 without gaps."""
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def _facts(history: EventHistory, options: ColumnOptions, unit: str) -> list[tuple[str, dict[str, Any]]]:
    facts: list[tuple[str, dict[str, Any]]] = []
    longest = float(history.exit.max())
    if longest * UNITS[unit] > IMPLAUSIBLE_YEARS * UNITS["year"]:
        facts.append(("unit_implausible", {"time": longest}))
    spelled: dict[str, list[str]] = {}
    for name in history.groups:
        spelled.setdefault(" ".join(name.casefold().split()), []).append(name)
    facts.extend(("groups_alike", {"names": names}) for names in spelled.values() if len(names) > 1)
    if history.weight is not None:
        facts.append(("weights_kind", {"kind": options.weight_kind}))
    if history.cluster is not None:
        facts.append(("clusters", {"n": int(history.cluster.max()) + 1}))
    return facts


def _reasons(excluded: list[tuple[str, int]]) -> str:
    return "; ".join(f"{reason}: {count}" for reason, count in excluded)
