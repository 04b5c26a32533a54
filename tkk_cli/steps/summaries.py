"""Counts of a finished cohort for its result: groups, outcomes, states and columns. Only counts leave the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tkk_cli.data.registers.columns import Column
from tkk_cli.data.registers.sql import identifier
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


def outcome_rows(workspace: Workspace, columns: Sequence[tuple[str, Column]], groups: Sequence[str]) -> Iterator[Row]:
    """Each outcome's events and means by group: ``columns`` are pairs of a prefix and a column of it.

    Of an event column there is a row for every label, seen or not; ``estimate`` is its share of the persons with a
    value. It is a crude share, not a cumulative incidence: the time of follow-up differs between persons.
    """
    for prefix, column in columns:
        if column.kind not in ("event", "yes_no", "number"):
            continue
        name = identifier(column.name)
        for group in groups:
            of = {"outcome": prefix, "column": column.name, "group": group}
            where = f"{name} IS NOT NULL" + ("" if group == EVERYONE else f" AND programme = {_text(group)}")
            if column.kind == "number":
                n, mean = workspace.fetch(f"SELECT COUNT(*), AVG(CAST({name} AS DOUBLE)) FROM cohort WHERE {where}")[0]
                if n:
                    yield {**of, "n": n, "count": n, "estimate": mean}
                continue
            found = dict(workspace.fetch(f"SELECT {name}, COUNT(*) FROM cohort WHERE {where} GROUP BY {name}"))
            n = sum(found.values())
            codes = [1] if column.kind == "yes_no" else sorted({int(code) for code in column.labels} | found.keys())
            for code in codes:
                count = found.get(code, 0)
                yield {**of, "event": str(code), "n": n, "count": count, "estimate": count / n if n else float("nan")}


def state_rows(workspace: Workspace, states: States, groups: Sequence[str]) -> Iterator[Row]:
    """Person-days after day zero in each state, by group."""
    names = [*states.names, NONE]
    for group in groups:
        where = "" if group == EVERYONE else f" AND e.programme = {_text(group)}"
        days = dict(
            workspace.fetch(
                "SELECT p.state, CAST(SUM(p.stop - GREATEST(p.start, e.index_day)) AS BIGINT) "
                "FROM episode AS p JOIN entrant AS e ON e.pid = p.pid "
                f"WHERE p.stop > e.index_day{where} GROUP BY p.state"
            )
        )
        total = sum(days.values())
        for rank, name in enumerate(names, 1):
            if rank in days:
                yield {"group": group, "state": name, "person_days": days[rank], "share": days[rank] / total}


def column_rows(workspace: Workspace, columns: Sequence[tuple[str, Column]], n: int) -> list[Row]:
    """The columns of the cohort file with their missing values."""
    counts = ", ".join(f"COUNT({identifier(column.name)}) AS c{i}" for i, (_, column) in enumerate(columns))
    present = workspace.fetch(f"SELECT {counts} FROM cohort")[0]
    return [
        {"column": c.name, "kind": c.kind, "unit": c.unit, "outcome": prefix, "missing": n - there}
        for (prefix, c), there in zip(columns, present, strict=True)
    ]


def _text(group: str) -> str:
    return "'" + group.replace("'", "''") + "'"
