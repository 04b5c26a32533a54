"""``tkk cohort``: raw registers to one analysable cohort with published outcomes, its flow, and its files."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from tkk_cli.data.registers.codes import read_programmes
from tkk_cli.data.registers.columns import EXPOSURE, HEAD, Column, grid_columns
from tkk_cli.data.registers.entry.covariates import lookback_columns
from tkk_cli.data.registers.entry.flow import flow_rows, immortal_rows
from tkk_cli.data.registers.entry.lookback import lookback_sql
from tkk_cli.data.registers.export import FORMATS, codebook, codebook_path, export, pieces_of, typed
from tkk_cli.data.registers.grids import grid_sql
from tkk_cli.data.registers.rejects import rejects_counts, source_counts, write_rejects
from tkk_cli.data.registers.sql import day_number, identifier
from tkk_cli.data.whole import whole
from tkk_cli.errors import TkkError
from tkk_cli.options import from_keywords, words
from tkk_cli.outcomes.phrases import YES_NO
from tkk_cli.outcomes.registry import outcome_columns, outcome_stages
from tkk_cli.results import Note, Result
from tkk_cli.steps.assembly import registers_provenance, table_of
from tkk_cli.steps.options import CohortOptions
from tkk_cli.steps.preparing import Prepared, prepared
from tkk_cli.steps.summaries import column_rows, group_rows, outcome_rows, state_rows
from tkk_cli.tables import TABLES

__all__ = ["Files", "build", "cohort", "files_of"]

_FROM = {"id": "e.pid", "person_key": "p.key", "index_date": "e.index_day"}
_BREAK_NOTES = {"keep": "break_kept", "drop": "break_dropped", "indicator": "break_indicated"}
_GRID_FORMATS = (".parquet", ".csv")


@dataclasses.dataclass(frozen=True)
class Files:
    """What a run writes: cohort files with their codebooks, the grid and the rejects."""

    cohort: tuple[Path, ...]
    grid: Path | None
    rejects: Path | None

    @property
    def books(self) -> tuple[Path, ...]:
        """The codebooks, one a stem."""
        named = (*self.cohort, self.grid) if self.grid is not None else self.cohort
        return tuple(dict.fromkeys(codebook_path(path) for path in named))


def files_of(path: Path, options: CohortOptions) -> Files:
    """The names that a run will write, the defaults beside ``cohort.toml`` filled in.

    Raises
    ------
    TkkError
        TKK304 for an option of the grid without ``--grid``, TKK507 for a suffix that is not written.
    """
    given = [Path(name) for name in words(options.save)]
    cohort_files = tuple(given) or (path.with_name(f"{path.stem}_data.parquet"),)
    grid = None
    if options.grid is not None:
        default = path.with_name(f"{path.stem}_{options.grid}.parquet")
        grid = default if options.grid_file is None else Path(options.grid_file)
    else:
        for flag, idle in (
            ("--grid-file", options.grid_file is None),
            ("--grid-rule", options.grid_rule == CohortOptions.grid_rule),
        ):
            if not idle:
                raise TkkError("TKK304", f"{flag} without --grid", hint="add --grid month, calendar_month, week or day")
    rejects = None if options.rejects is None else Path(options.rejects)
    for names, formats in ((cohort_files, tuple(FORMATS)), ((grid, rejects), _GRID_FORMATS)):
        for name in names:
            if name is not None and name.suffix.lower() not in formats:
                raise TkkError(
                    "TKK507",
                    f"{name.name} is not written as {name.suffix or 'a file without a suffix'}",
                    hint=f"give a name that ends in {', '.join(formats)}",
                )
    return Files(cohort_files, grid, rejects)


def _refuse_closed_folders(files: Files) -> None:
    """TKK504 before the work is done: registers often lie where nobody but their keeper writes."""
    for flag, path in [*(("--save", path) for path in files.cohort), ("--grid-file", files.grid)]:
        if path is not None and path.parent.is_dir() and not os.access(path.parent, os.W_OK):
            raise TkkError(
                "TKK504",
                f"the folder of {path.name} cannot be written to",
                where=flag,
                hint=f"{flag} FOLDER/{path.name}, and --work FOLDER for the stages",
            )


def cohort(plan: str | Path, *, language: str = "en", **options: Any) -> Result:
    """Build a cohort from raw registers and write its file.

    Parameters
    ----------
    plan : path
        ``cohort.toml``, which names ``registers.toml``.
    language : {"en", "fi", "sv"}
        Of the labels in SPSS and Stata files, and of numbers and dates in CSV.
    **options
        The names and defaults of ``CohortOptions``.

    Returns
    -------
    Result
        Tables ``flow``, ``groups``, ``outcomes``, ``immortal_time``, ``states``, ``columns``, ``sources`` and
        ``rejects``: counts only. The rows of persons are in the files.

    Raises
    ------
    TkkError
        Those of the two TOML files, of the sources and of the engine.

    Notes
    -----
    Cost: linear in spells after one sort by person; out of core within ``memory``. Tested day by day against brute
    force in ``tests/data/registers/test_oracle.py`` and ``tests/outcomes``.
    """
    return build(Path(plan), from_keywords(CohortOptions, options), language=language)


def build(
    path: Path,
    options: CohortOptions,
    *,
    language: str = "en",
    begin: Callable[[str], None] | None = None,
    expect: Callable[[int], None] | None = None,
) -> Result:
    """``cohort`` with an options object, telling of its progress."""
    files = files_of(path, options)
    _refuse_closed_folders(files)
    with prepared(path, options, begin, expect) as made:
        columns = _add_cohort(made)
        if options.grid is not None and files.grid is not None:
            _write_grid(made, options.grid, options.grid_rule, files.grid)
        made.workspace.begin("files")
        if files.rejects is not None:
            write_rejects(made.workspace, made.intake, files.rejects)
        kept = [column for _, column in columns]
        rows = typed(_read(pieces_of(made.workspace.path("cohort"))), kept)
        export(rows, kept, files.cohort, language, synthetic=made.registers.synthetic)
        return _result(made, path, options, columns, rows)


def _add_cohort(made: Prepared) -> list[tuple[str, Column]]:
    """The stages of the outcomes and of the whole; the columns of the file with the prefix of their outcome."""
    workspace, plan, states = made.workspace, made.plan, made.registers.states
    exposed = plan.programme is not None or plan.index.rehabilitation
    head = [column for column in HEAD if exposed or column.name not in EXPOSURE]
    columns = [("", column) for column in head]
    selected = [f"{_FROM.get(c.name, f'e.{c.name}')} AS {c.name}" for c in head]
    joins = ["JOIN person AS p ON p.pid = e.pid"]
    workspace.stage("lookback", lookback_sql(plan, states))
    for stage, sql in outcome_stages(plan.outcomes, made.context, plan.path.parent):
        workspace.stage(stage, sql)
    parts = [("look_back", "lookback", lookback_columns(plan, states))]
    for prefix, own in outcome_columns(plan.outcomes, made.context, plan.path.parent):
        parts.append((prefix, f"outcome_{prefix}", own))
    for prefix, stage, own in parts:
        joins.append(f"LEFT JOIN {stage} ON {stage}.pid = e.pid")
        selected += [f"{stage}.{identifier(column.name)} AS {identifier(column.name)}" for column in own]
        columns += [(prefix, column) for column in own]
    for year, choice in sorted(made.registers.breaks.items()):
        if choice == "indicator":
            day = day_number(datetime.date(int(year), 1, 1))
            selected.append(
                f"CASE WHEN e.look_start < {day} AND e.follow_stop > {day} THEN 1 ELSE 0 END AS break_{year}"
            )
            columns.append(("", _break_column(year)))
    if plan.follow_up.landmark:
        joins.append(f"LEFT JOIN ({_worked_sql(plan.follow_up.landmark)}) AS worked ON worked.pid = e.pid")
        selected.append("CASE WHEN worked.pid IS NULL THEN 0 ELSE 1 END AS work_before_landmark")
        columns.append(("", _WORK_BEFORE_LANDMARK))
    _refuse_twins(columns)
    workspace.stage("cohort", f"SELECT {', '.join(selected)} FROM entrant AS e {' '.join(joins)}")
    return columns


def _worked_sql(landmark: int) -> str:
    """Who was at work between the event that brings in and the landmark: a return that no follow-up sees."""
    return (
        "SELECT DISTINCT s.pid AS pid FROM episode AS s JOIN entrant AS n ON n.pid = s.pid "
        f"WHERE s.work > 0 AND s.stop > n.index_day - {landmark} AND s.start < n.index_day"
    )


def _refuse_twins(columns: list[tuple[str, Column]]) -> None:
    seen: dict[str, str] = {}
    for prefix, column in columns:
        if column.name.lower() in seen:
            raise TkkError(
                "TKK350",
                f"two columns of the cohort file would be named {column.name}",
                where=f"[outcome.{prefix}]",
                hint="give the outcome another prefix",
            )
        seen[column.name.lower()] = prefix


_WORK_BEFORE_LANDMARK = Column(
    "work_before_landmark",
    "yes_no",
    {
        "fi": "Työssä ennen maamerkkipäivää",
        "sv": "I arbete före landmärket",
        "en": "At work before the landmark",
    },
    labels=YES_NO,
)


def _break_column(year: str) -> Column:
    titles = {
        "fi": f"Katsottu jakso ulottuu rekisterikatkoksen {year} yli",
        "sv": f"Den granskade tiden går över registerbrottet {year}",
        "en": f"The time looked at spans the register break of {year}",
    }
    return Column(f"break_{year}", "yes_no", titles, labels=YES_NO)


def _read(pieces: list[Path]) -> pa.Table:
    tables = []
    for piece in pieces:
        with pq.ParquetFile(piece) as file:
            tables.append(file.read())
    return pa.concat_tables(tables)


def _write_grid(made: Prepared, unit: str, rule: str, target: Path) -> None:
    """The stage of the grid, its file and its codebook: ``id`` is that of the cohort file."""
    name, states = f"grid_{unit}", made.registers.states
    columns = grid_columns(unit, states)
    calendar = unit == "calendar_month"
    cells = grid_sql("month" if calendar else unit, rule, states, calendar)
    made.workspace.stage(name, f"SELECT pid AS id, period, state, days, work_days FROM ({cells}) AS cells")
    source = made.workspace.path(name)
    with whole(target) as part:
        if target.suffix.lower() == ".csv":
            pieces = pieces_of(source)
            with pacsv.CSVWriter(part, pq.read_schema(pieces[0])) as writer:
                for piece in pieces:
                    with pq.ParquetFile(piece) as file:
                        for batch in file.iter_batches():
                            writer.write_batch(batch)
        elif source.is_dir():
            shutil.copytree(source, part)
        else:
            shutil.copyfile(source, part)
    with whole(codebook_path(target)) as part:
        part.write_text(codebook(columns, synthetic=made.registers.synthetic), encoding="utf-8", newline="\n")


def _result(
    made: Prepared, path: Path, options: CohortOptions, columns: list[tuple[str, Column]], table: pa.Table
) -> Result:
    workspace, states = made.workspace, made.registers.states
    groups = group_rows(workspace)
    names = [row["group"] for row in groups]
    sources = source_counts(workspace, made.intake)
    found = {
        "flow": flow_rows(workspace, made.plan),
        "groups": groups,
        "outcomes": list(outcome_rows(table, [pair for pair in columns if pair[0]], names)),
        "immortal_time": immortal_rows(workspace, made.plan),
        "states": list(state_rows(workspace, states, names)),
        "columns": column_rows(table, columns),
        "sources": sources,
        "rejects": rejects_counts(workspace, made.intake),
    }
    spec = TABLES["cohort"]
    return Result(
        kind="cohort",
        estimand={"quantity": "cohort", "causes": list(made.context.competing), "unit": "day"},
        settings={f.name: getattr(options, f.name) for f in dataclasses.fields(options)} | _plan_settings(made),
        labels=_labels(made, columns),
        tables={name: table_of(rows, spec[name]) for name, rows in found.items() if rows},
        notes=tuple(_notes(made, found, table)),
        provenance=registers_provenance(
            path, "cohort", options.engine, sum(row["rows"] for row in sources), len(table)
        ),
    )


def _plan_settings(made: Prepared) -> dict[str, Any]:
    """``cohort.toml`` as it was understood, defaults included: what a reader needs to do it again."""
    plan = made.plan
    sections: dict[str, Any] = {
        name: None if (value := getattr(plan, name)) is None else dataclasses.asdict(value)
        for name in ("index", "wash_out", "look_back", "eligibility", "programme", "comparison", "follow_up")
    }
    sections["at_work"] = {name: sorted(states) for name, states in vars(made.rule).items()}
    sections["outcomes"] = {asked.prefix: {"use": asked.outcome.code, **asked.parameters} for asked in made.outcomes}
    sections["breaks"] = dict(made.registers.breaks)
    return json.loads(json.dumps(sections, default=str))


def _labels(made: Prepared, columns: list[tuple[str, Column]]) -> dict[str, Any]:
    states = {row.name: dict(row.titles) for row in made.registers.states.rows}
    return {
        "groups": {programme.name: dict(programme.titles) for programme in read_programmes()},
        "causes": {name: states[name] for name in made.context.competing},
        "states": states,
        "outcomes": {asked.prefix: dict(asked.outcome.titles) for asked in made.outcomes},
        "columns": {column.name: dict(column.titles) for _, column in columns},
        "levels": {
            f"{column.name}={code}": dict(texts) for _, column in columns for code, texts in column.labels.items()
        },
    }


def _notes(made: Prepared, found: Mapping[str, Any], table: pa.Table) -> Iterator[Note]:
    if made.registers.synthetic:
        yield Note("synthetic")
    yield from made.notes
    worked = pc.sum(table["work_before_landmark"]).as_py() if made.plan.follow_up.landmark else 0
    if worked:
        yield Note("work_before_landmark", {"n": worked})
    rejected = sum(row["count"] for row in found["rejects"])
    if rejected:
        yield Note("rows_set_aside", {"count": rejected})
    for year, choice in sorted(made.registers.breaks.items()):
        yield Note(_BREAK_NOTES[choice], {"year": year})
