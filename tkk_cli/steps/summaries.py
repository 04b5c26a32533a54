"""Counts of a finished cohort for its result: groups, outcomes, states and columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tkk_cli.data.buffers import from_texts
from tkk_cli.data.registers.columns import Column
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.data.registers.states import NONE, States

__all__ = ["EVERYONE", "column_rows", "group_rows", "outcome_rows", "state_rows"]

EVERYONE = ""  # the group of all persons together
Row = dict[str, Any]


def group_rows(workspace: Workspace) -> list[Row]:
    """Persons, person-days and median follow-up by programme, everyone first."""
    counted = []
    for group in ("''", "COALESCE(programme, '')"):
        counted += workspace.fetch(
            f"SELECT {group} AS g, COUNT(*) AS n, CAST(SUM(follow_stop - index_day) AS BIGINT) AS days, "
            f"MEDIAN(follow_stop - index_day) AS middle FROM entrant GROUP BY {group} ORDER BY g"
        )
    # Without programmes everyone is the only group.
    rows = counted[:1] + [row for row in counted[1:] if row[0] != EVERYONE]
    return [{"group": g, "n": n, "person_days": days, "median_follow_up": middle} for g, n, days, middle in rows]


def outcome_rows(table: pa.Table, columns: Sequence[tuple[str, Column]], groups: Sequence[str]) -> Iterator[Row]:
    """Each outcome's events and means by group, from the rows of the cohort file.

    ``columns`` are pairs of a prefix and a column. Of an event column there is a row for every label, seen or not;
    ``estimate`` is its share of the persons with a value. It is a crude share, not a cumulative incidence: the time of
    follow-up differs between persons.
    """
    parts = {
        g: table if g == EVERYONE else table.filter(pc.equal(table["programme"], from_texts([g])[0])) for g in groups
    }
    for prefix, column in columns:
        if column.kind not in ("event", "yes_no", "number"):
            continue
        for group, part in parts.items():
            values = part[column.name].drop_null()
            n = len(values)
            of = {"outcome": prefix, "column": column.name, "group": group, "n": n}
            if column.kind == "number":
                if n:
                    yield {**of, "count": n, "estimate": pc.mean(values).as_py()}
                continue
            found = {row["values"]: row["counts"] for row in pc.value_counts(values).to_pylist()}
            codes = [1] if column.kind == "yes_no" else sorted({int(code) for code in column.labels} | found.keys())
            for code in codes:
                count = found.get(code, 0)
                yield {**of, "event": str(code), "count": count, "estimate": count / n if n else float("nan")}


def state_rows(workspace: Workspace, states: States, groups: Sequence[str]) -> Iterator[Row]:
    """Person-days after day zero in each state, by group."""
    days: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for group, rank, count in workspace.fetch(
        "SELECT e.programme, p.state, CAST(SUM(p.stop - GREATEST(p.start, e.index_day)) AS BIGINT) "
        "FROM episode AS p JOIN entrant AS e ON e.pid = p.pid WHERE p.stop > e.index_day GROUP BY e.programme, p.state"
    ):
        for name in {EVERYONE, group or EVERYONE}:
            days[name][rank] += count
    for group in groups:
        total = sum(days[group].values())
        for rank, name in enumerate([*states.names, NONE], 1):
            if rank in days[group]:
                count = days[group][rank]
                yield {"group": group, "state": name, "person_days": count, "share": count / total}


def column_rows(table: pa.Table, columns: Sequence[tuple[str, Column]]) -> list[Row]:
    """The columns of the cohort file with their missing values."""
    return [
        {"column": c.name, "kind": c.kind, "unit": c.unit, "outcome": prefix, "missing": table[c.name].null_count}
        for prefix, c in columns
    ]
