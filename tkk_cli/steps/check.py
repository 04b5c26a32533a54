"""``tkk check``: what is in the registers and what is wrong with them, counts only."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tkk_cli.data.registers.checks.check import Sight
from tkk_cli.data.registers.checks.finding import (
    code_rows,
    finding_rows,
    linkage_rows,
    look_at,
    persons_of_all,
    role_rows,
)
from tkk_cli.data.registers.checks.registry import CHECKS
from tkk_cli.data.registers.config import Registers, read_registers
from tkk_cli.data.registers.intake import Intake, take_in
from tkk_cli.data.registers.opening import open_workspace
from tkk_cli.data.registers.rejects import rejects_counts, source_counts, write_rejects
from tkk_cli.options import from_keywords
from tkk_cli.results import Note, Result, Table
from tkk_cli.steps.assembly import registers_provenance, table_of
from tkk_cli.steps.options import CheckOptions
from tkk_cli.tables import TABLES

__all__ = ["CheckOptions", "analyse", "check"]


def check(registers: str | Path, **options: Any) -> Result:
    """Everything that is to be known of registers before a cohort is made of them.

    Every source is read and its rows made canonical; then the fourteen traps of Finnish registers and what can be wrong
    with any register are looked for. Nothing but counts leaves the engine.

    Parameters
    ----------
    registers : path
        ``registers.toml``.
    **options
        The names and defaults of ``CheckOptions``.

    Returns
    -------
    Result
        Tables ``sources``, ``roles``, ``findings`` (level ``error``: a cohort is refused), ``rejects``, ``linkage`` and
        ``codes``.

    Raises
    ------
    TkkError
        Those of ``registers.toml``, of the sources, of the engine, and TKK304 for a reference that is no source.

    Notes
    -----
    Cost: a few passes over every source and one sort of its spells by person. Tested in
    ``tests/data/registers/test_checks.py``, each check where it applies and where it does not.
    """
    return analyse(Path(registers), from_keywords(CheckOptions, options))


def analyse(
    path: Path,
    options: CheckOptions,
    *,
    begin: Callable[[str], None] | None = None,
    expect: Callable[[int], None] | None = None,
) -> Result:
    """``check`` with an options object, telling of its progress."""
    registers = read_registers(path)
    if expect is not None:
        expect(registers.pieces + len(registers.sources) + len([one for one in CHECKS if one.look is not None]))
    with closing(open_workspace(options, path, begin, registers.files)) as workspace:
        intake = take_in(registers, workspace)
        sight = look_at(workspace, intake, options.reference)
        findings = finding_rows(sight)
        sources = source_counts(workspace, intake)
        found = {
            "sources": sources,
            "roles": role_rows(sight),
            "findings": findings,
            "rejects": rejects_counts(workspace, intake),
            "linkage": linkage_rows(sight, findings),
            "codes": code_rows(sight),
        }
        if options.rejects is not None:
            write_rejects(workspace, intake, Path(options.rejects))
        return _result(path, options, registers, intake, sight, found)


def _result(
    path: Path,
    options: CheckOptions,
    registers: Registers,
    intake: Intake,
    sight: Sight,
    found: dict[str, list[dict[str, Any]]],
) -> Result:
    spec = TABLES["check"]
    tables: dict[str, Table] = {name: table_of(rows, spec[name]) for name, rows in found.items()}
    n_read, n_used = (sum(row[name] for row in found["sources"]) for name in ("rows", "usable"))
    return Result(
        kind="check",
        estimand={"quantity": "registers", "causes": [source.name for source in intake.sources], "unit": "day"},
        settings={f.name: getattr(options, f.name) for f in dataclasses.fields(options)}
        | {"breaks": dict(registers.breaks), "reference": list(sight.reference)},
        labels={"states": {row.name: dict(row.titles) for row in registers.states.rows}},
        tables=tables,
        notes=(Note("synthetic", {}),) if registers.synthetic else (),
        provenance=registers_provenance(path, "check", options.engine, n_read, n_used)
        | {"n_persons": persons_of_all(sight)},
    )
