"""Registers written by a test and taken in with DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tkk_cli.data.registers.config import read_registers
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.intake import Intake, take_in
from tkk_cli.data.registers.stages import Workspace

LONG = 'layout = "long"\nstate = "employed"'


@contextmanager
def taken_in(
    folder: Path, toml: str, *, reuse: bool = True, begun: list[str] | None = None
) -> Iterator[tuple[Workspace, Intake]]:
    """A ``registers.toml`` with this text in the folder, taken in; the names of what began go to ``begun``."""
    path = folder / "registers.toml"
    path.write_text(toml, encoding="utf-8")
    engine = DuckDB("500MB", 1, folder / "temp")
    begin = None if begun is None else begun.append
    try:
        workspace = Workspace(engine, folder / "work", reuse=reuse, begin=begin)
        yield workspace, take_in(read_registers(path), workspace)
    finally:
        engine.close()


def spells(folder: Path, toml: str) -> list[tuple[str, int, int | None]]:
    """Key, start and stop of the usable spells, in order."""
    with taken_in(folder, toml) as (workspace, _):
        rows = workspace.fetch('SELECT "key", "start", "stop" FROM spell_row')
    return sorted(rows, key=lambda row: (row[0], row[1], row[2] or 0))
