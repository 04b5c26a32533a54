"""``tkk outcomes sensitivity``: the headline of a cohort over definitions (window, origin, partial return)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tkk_cli.data.registers.codes import read_programmes
from tkk_cli.data.registers.entry.plan import CohortPlan, Request
from tkk_cli.data.registers.entry.reading import read_plan
from tkk_cli.data.registers.rejects import rows_read
from tkk_cli.data.registers.schema import ENTRANT
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.errors import TkkError
from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.intervals import limits
from tkk_cli.estimators.risk import risk_table
from tkk_cli.histories import EventHistory
from tkk_cli.options import from_keywords, words
from tkk_cli.outcomes.definition import Context, Outcome
from tkk_cli.outcomes.registry import find_outcome, outcome_stages, settled
from tkk_cli.results import Note, Result
from tkk_cli.steps.assembly import registers_provenance, table_of
from tkk_cli.steps.options import SensitivityOptions
from tkk_cli.steps.preparing import Prepared, prepared
from tkk_cli.tables import TABLES

__all__ = ["ORIGINS", "Grid", "analyse", "cells", "grid_of", "incidence_at", "origin_sql", "outcome_sensitivity"]

# Day zero that may take the place of the cohort's own -> the column of ``entrant`` that has it ("" = see origin_sql).
ORIGINS = {
    "index": "n.index_day",
    "start": "n.index_start",
    "end": "n.index_stop",
    "programme_start": "n.programme_start",
    "programme_end": "n.programme_stop",
    "decision": "d.decided",
}
PARTIAL = ("counts", "does_not_count")
Row = dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Grid:
    """What is varied: the outcome with its other parameters, and every value of the three that vary."""

    outcome: Outcome
    parameters: Mapping[str, Any]
    windows: tuple[int, ...]
    origins: tuple[str, ...]
    partial: tuple[str, ...]
    horizon: float
    group: str | None
    conf_level: float

    def __len__(self) -> int:
        return len(self.windows) * len(self.origins) * len(self.partial)


def outcome_sensitivity(plan: str | Path, **options: Any) -> Result:
    """Cumulative incidence of a return at a horizon, over windows, origins and rules for partial return.

    The members of the cohort stay the same: an origin moves day zero of each of them. Those without that date, or with
    it outside the days that are looked at, are not in its rows. Competing events are those of the plan
    (Aalen-Johansen).

    Parameters
    ----------
    plan : path
        ``cohort.toml``.
    **options
        The names and defaults of ``SensitivityOptions``.

    Returns
    -------
    Result
        Table ``sensitivity``: one row a window, origin, rule and group. NaN where follow-up ends before the horizon.

    Raises
    ------
    TkkError
        TKK400 for an outcome without a window, TKK401 for a value that cannot be varied, TKK402 when nobody has an
        origin, TKK403 for groups in a plan without programmes; those of ``tkk cohort``.
    """
    return analyse(Path(plan), from_keywords(SensitivityOptions, options))


def analyse(
    path: Path,
    options: SensitivityOptions,
    begin: Callable[[str], None] | None = None,
    expect: Callable[[int], None] | None = None,
) -> Result:
    """``outcome_sensitivity`` with an options object, telling of its progress."""
    grid = grid_of(read_plan(path), options)
    own = len(grid) + len(grid.origins)
    with prepared(path, options, begin, None if expect is None else lambda n: expect(n + own)) as made:
        rows, left_out = cells(made.workspace, made.context, grid)
        return _result(made, path, options, grid, rows, left_out)


def grid_of(plan: CohortPlan, options: SensitivityOptions) -> Grid:
    """The grid of the options; the other parameters are those of the plan, where it asks for the outcome.

    Raises
    ------
    TkkError
        TKK400, TKK401 and TKK403, see ``outcome_sensitivity``.
    """
    asked = next((request for request in plan.outcomes if request.prefix == options.outcome), None)
    outcome = find_outcome(options.outcome if asked is None else asked.outcome)
    asked = asked or next((r for r in plan.outcomes if find_outcome(r.outcome) is outcome), None)
    if not {"days", "dated"} <= set(outcome.parameters):
        raise TkkError(
            "TKK400",
            f"{outcome.code} ({outcome.name}) is no return that must last, so it has no windows to vary",
            where="--outcome",
            hint="--outcome O2",
        )
    given = {} if asked is None else dict(asked.parameters)
    _, parameters = settled(Request(prefix="x", outcome=outcome.code, parameters=given), plan.path.parent)
    if options.group is not None and plan.programme is None and not plan.index.rehabilitation:
        raise TkkError(
            "TKK403", "the plan has no programmes to group by", where="--group", hint="add [programme] to cohort.toml"
        )
    if not 0 < options.conf_level < 1:
        raise TkkError("TKK304", "--conf-level is between 0 and 1", hint="--conf-level 0.95")
    if not options.at > 0:
        raise TkkError("TKK401", "the horizon must be after day zero", where="--at", hint="--at 365")
    partial = _chosen(options.partial, PARTIAL, "--partial")
    return Grid(
        outcome=outcome,
        parameters=parameters,
        windows=_windows(options.windows, outcome),
        origins=_chosen(options.origins, tuple(ORIGINS), "--origins"),
        partial=partial if "partial" in outcome.parameters else ("",),
        horizon=options.at,
        group=options.group,
        conf_level=options.conf_level,
    )


def _chosen(text: str, known: Sequence[str], where: str) -> tuple[str, ...]:
    found = words(text)
    unknown = [name for name in found if name not in known]
    if unknown or not found or len(set(found)) < len(found):
        what = f"{unknown[0]!r} is not among them" if unknown else "each value once, at least one"
        raise TkkError("TKK401", f"{where} takes values separated by commas: {what}", hint=", ".join(known))
    return found


def _windows(text: str, outcome: Outcome) -> tuple[int, ...]:
    rule = outcome.parameters["days"]
    found = words(text)
    fits = all(item.isdecimal() and rule.least <= int(item) <= rule.most for item in found)
    if not found or not fits or len({int(item) for item in found if item.isdecimal()}) < len(found):
        raise TkkError(
            "TKK401",
            f"--windows takes whole numbers of days from {rule.least} to {rule.most}, each once",
            hint="--windows 14,28,60,90",
        )
    return tuple(int(item) for item in found)


def origin_sql(origin: str) -> str:
    """``schema.ENTRANT`` with another day zero; who lacks it, or has it outside what is looked at, is not in it.

    A decision is that of the rehabilitation row with which the programme began, the earliest of several.
    """
    day = ORIGINS[origin]
    columns = ", ".join(f"CAST({day} AS INT) AS index_day" if name == "index_day" else f"n.{name}" for name in ENTRANT)
    decided = """
LEFT JOIN (SELECT pid, start, MIN(decided) AS decided FROM spell WHERE decided IS NOT NULL AND programme IS NOT NULL
           GROUP BY pid, start) AS d ON d.pid = n.pid AND d.start = n.programme_start"""
    joined = decided if origin == "decision" else ""
    return f"SELECT {columns} FROM entrant AS n{joined} WHERE {day} >= n.look_start AND {day} < n.follow_stop"


def cells(workspace: Workspace, context: Context, grid: Grid) -> tuple[list[Row], dict[str, int]]:
    """A row a window, origin, rule and group; and how many persons each origin leaves out.

    Only counts of persons by time and event leave the engine. The workspace holds ``entrant``, ``episode``, ``spell``,
    ``person`` and ``earning_row``; its view ``entrant`` is the cohort's own again at the end.

    Raises
    ------
    TkkError
        TKK402 when nobody has an origin.
    """
    everyone = workspace.count("entrant")
    for origin in dict.fromkeys(("index", *grid.origins)):
        workspace.stage(f"origin_{origin}", origin_sql(origin))
    rows: list[Row] = []
    left_out: dict[str, int] = {}
    try:
        for origin in grid.origins:
            # The outcomes read ``entrant``; the stage behind it is a file of its own.
            workspace.define("entrant", f"SELECT * FROM origin_{origin}")
            left_out[origin] = everyone - workspace.count("entrant")
            if left_out[origin] == everyone:
                raise TkkError(
                    "TKK402",
                    f"nobody has the origin {origin} within the days that are looked at",
                    where="--origins",
                    count=everyone,
                    hint="leave it out, or lengthen [look_back] or [follow_up]",
                )
            for partial in grid.partial:
                for window in grid.windows:
                    workspace.begin(f"{origin} {window} {partial}".strip())
                    rows += _cell(workspace, context, grid, origin, window, partial)
    finally:
        workspace.define("entrant", "SELECT * FROM origin_index")
    return rows, left_out


def _cell(workspace: Workspace, context: Context, grid: Grid, origin: str, window: int, partial: str) -> Iterator[Row]:
    parameters = {name: value for name, value in grid.parameters.items() if name in grid.outcome.parameters}
    parameters |= {"days": window} | ({"partial": partial} if partial else {})
    request = Request(prefix="x", outcome=grid.outcome.code, parameters=parameters)
    ((_, sql),) = outcome_stages([request], context)
    group = "''" if grid.group is None else f"COALESCE(n.{grid.group}, '')"
    counted = workspace.fetch(
        f"SELECT {group} AS g, o.x_time, o.x_event, COUNT(*) AS persons FROM ({sql}) AS o "
        f"JOIN entrant AS n ON n.pid = o.pid GROUP BY {group}, o.x_time, o.x_event ORDER BY g, o.x_time, o.x_event"
    )
    for name in sorted({row[0] for row in counted}):
        own = np.array([row[1:] for row in counted if row[0] == name], dtype=np.int64)
        yield {
            "outcome": grid.outcome.name,
            "window": window,
            "unit": str(grid.parameters.get("unit", "calendar")),
            "origin": origin,
            "partial": partial,
            "group": name,
            "time": grid.horizon,
            **incidence_at(own, len(context.competing), grid.horizon, grid.conf_level),
        }


def incidence_at(counted: Any, competitors: int, horizon: float, conf_level: float) -> Row:
    """The incidence of event 1 at a horizon from ``(rows, 3)`` times, events and counts of persons.

    NaN where the horizon is after the last follow-up and somebody was still without an event then.
    """
    time, event, persons = counted.T
    history = EventHistory(
        exit=time.astype(np.float64),
        cause=event,
        causes=("event", *(f"competing{i}" for i in range(competitors))),
        group=np.zeros(len(time), dtype=np.int64),
        groups=("",),
        weight=persons.astype(np.float64),
        weight_kind="frequency",
    )
    table = risk_table(history)
    curve = aalen_johansen(history, table, 0)
    low, high = limits(curve.estimate, curve.std_error, conf_level, "log")
    place = int(np.searchsorted(curve.time, horizon, side="right")) - 1
    # Before the first event there is no interval, as at every estimate of 0.
    found = {"estimate": 0.0, "std_error": 0.0, "conf_low": float("nan"), "conf_high": float("nan")}
    if horizon > curve.time[-1] and not table.exhausted[-1]:
        found = dict.fromkeys(found, float("nan"))
    elif place >= 0:
        values = (curve.estimate[place], curve.std_error[place], low[place], high[place])
        found = {name: float(value) for name, value in zip(found, values, strict=True)}
    returned = int(persons[(event == 1) & (time <= horizon)].sum())
    return {"n": int(persons.sum()), "n_event": returned, **found}


def _result(
    made: Prepared, path: Path, options: SensitivityOptions, grid: Grid, rows: list[Row], left_out: Mapping[str, int]
) -> Result:
    states = {row.name: dict(row.titles) for row in made.registers.states.rows}
    name = grid.outcome.name
    n_read = rows_read(made.workspace, made.intake)
    n_used = made.workspace.count("entrant")
    return Result(
        kind="sensitivity",
        estimand={"quantity": "incidence", "causes": [name, *made.context.competing], "unit": "day"},
        settings={f.name: getattr(options, f.name) for f in dataclasses.fields(options)}
        | {"gap": grid.parameters["gap"], "dated": grid.parameters["dated"], "code": grid.outcome.code},
        labels={
            "groups": {programme.name: dict(programme.titles) for programme in read_programmes()},
            "causes": {name: dict(grid.outcome.titles)} | {state: states[state] for state in made.context.competing},
        },
        tables={"sensitivity": table_of(rows, TABLES["sensitivity"]["sensitivity"])},
        notes=tuple(_notes(made, grid, rows, left_out)),
        provenance=registers_provenance(path, "aalen_johansen", options.engine, n_read, n_used, "numpy"),
    )


def _notes(made: Prepared, grid: Grid, rows: list[Row], left_out: Mapping[str, int]) -> Iterator[Note]:
    if made.registers.synthetic:
        yield Note("synthetic")
    yield Note("sensitivity_same_persons")
    for origin, count in left_out.items():
        if count:
            yield Note("sensitivity_left_out", {"origin": origin, "count": count})
    for origin in grid.origins:
        if origin not in ("index", "start"):
            yield Note("sensitivity_later_origin", {"origin": origin})
    beyond = sum(bool(np.isnan(row["estimate"])) for row in rows)
    if beyond:
        yield Note("sensitivity_beyond", {"count": beyond, "horizon": grid.horizon}, "warning", "TKK404")
