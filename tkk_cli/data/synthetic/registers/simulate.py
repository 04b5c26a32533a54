"""Synthetic registers as a folder of raw files: block by block, then put in place whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tkk_cli.data.synthetic.options import RegisterSimulationOptions
from tkk_cli.data.synthetic.registers import texts
from tkk_cli.data.synthetic.registers.bad_rows import add_bad_rows
from tkk_cli.data.synthetic.registers.careers import Careers, careers
from tkk_cli.data.synthetic.registers.dream import dream
from tkk_cli.data.synthetic.registers.etk_kela import etk, kela
from tkk_cli.data.synthetic.registers.folk import folk
from tkk_cli.data.synthetic.registers.layouts import FILES, REGISTERS
from tkk_cli.data.synthetic.registers.outcomes import true_outcomes, true_spells
from tkk_cli.data.synthetic.registers.request import Request, settled
from tkk_cli.data.synthetic.registers.rows import Rows
from tkk_cli.data.synthetic.registers.traps import NAMES, Planted, benefits, plant
from tkk_cli.data.synthetic.registers.writing import Csv, Dialect, Parquet, Statistical
from tkk_cli.errors import TkkError

__all__ = ["BLOCK", "blocks", "simulate_registers"]

BLOCK = 50_000
"""Persons in memory at a time. It changes no value: a career depends on the person's number alone."""

_RECORD = "traps.json"
_MAKERS = dict(zip(REGISTERS, (folk, etk, kela, dream), strict=True))
_TRUTH = Dialect()
# The two files that are written for SPSS and Stata where these formats are asked for.
_STATISTICAL = {"folk_sijoitetut": ".sav", "folk_tyovoimakoulutus": ".dta"}


def simulate_registers(options: RegisterSimulationOptions, begin: Callable[[str], None] | None = None) -> list[Path]:
    """Write synthetic registers with planted truth into a folder.

    The truth is a function of the seed and the years; traps and bad rows change the files only. The folder is written
    beside and then put in place. A folder that this command wrote before is replaced with all that is in it.

    Parameters
    ----------
    options : RegisterSimulationOptions
    begin : callable, optional
        Told each block of persons before it is made; there are ``blocks(options.persons)``.

    Returns
    -------
    list of Path
        The files written, in order of name.

    Raises
    ------
    TkkError
        TKK281 for a size, seed, register, year, trap or format that is not possible, TKK282 for a folder with something
        else in it, TKK142 for one that cannot be written to.

    Notes
    -----
    Cost O(persons), memory by block; 1,000,000 persons over seven years as Parquet take about a minute.
    ``tests/data/synthetic/registers/test_simulate.py`` reads the files through the layouts and finds the truth.
    """
    request = settled(options)
    folder = Path(options.output)
    _refuse_strange(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".tkk-", dir=folder.parent) as temporary:
            made = Path(temporary) / "new"
            names = _write(request, made, begin or (lambda _: None))
            _swap(folder, made, Path(temporary) / "old")
    except OSError as error:
        raise TkkError(
            "TKK142",
            f"the folder cannot be written to ({type(error).__name__})",
            where=str(folder),
            hint="give another folder with --output",
        ) from None
    return [folder / name for name in names]


def blocks(persons: int) -> int:
    """How many blocks of persons there are."""
    return -(-persons // BLOCK)


def _swap(folder: Path, made: Path, old: Path) -> None:
    """Put the new folder in the place of the old one; the old one is back if that fails."""
    if folder.exists():
        os.replace(folder, old)
    try:
        os.replace(made, folder)
    except BaseException:
        if old.exists():
            os.replace(old, folder)
        raise


def _refuse_strange(folder: Path) -> None:
    """A folder may be missing, empty, or hold nothing but what this command wrote and work folders of tkk."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    strange = [name for name in _held(folder) if name not in _recorded(folder)]
    if strange or not folder.is_dir():
        raise TkkError(
            "TKK282",
            "there is something else in the folder, and it would be lost",
            where=str(folder),
            count=len(strange) or None,
            hint="give a new folder with --output",
        )


def _held(folder: Path) -> list[str]:
    """Names of the files in a folder, work folders apart."""
    inside = [path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir()]
    return [path.as_posix() for path in inside if not path.parts[0].endswith(".work")]


def _recorded(folder: Path) -> set[str]:
    """The files that this command wrote by its own record; none where the folder is not ours."""
    try:
        marked = (folder / "README.md").read_text(encoding="utf-8").startswith(texts.MARK)
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        return set(record["files"]) if marked else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _write(request: Request, folder: Path, begin: Callable[[str], None]) -> list[str]:
    folder.mkdir()
    planted = Planted()
    with closing(_Files(request, folder)) as files:
        for first in range(0, request.persons, BLOCK):
            stop = min(first + BLOCK, request.persons)
            begin(f"persons {first:,} to {stop:,}")
            _add_block(files, planted, careers(np.arange(first, stop, dtype=np.int64), request.seed, request.years))
        bad = add_bad_rows(files.open, request.years) if request.bad_rows else []
        files.finish()
    _write_texts(request, folder, files)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    record = _record(request, planted, bad) | {"files": sorted([*names, _RECORD])}
    (folder / _RECORD).write_bytes((json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode())
    return sorted([*names, _RECORD])


def _add_block(files: _Files, planted: Planted, block: Careers) -> None:
    """The files of a block of persons, traps planted, and the truth."""
    request = files.request
    for name, year, rows in _raw(request, block):
        files.add(name, year, plant(request.traps, planted, block, name, year, rows))
    if 4 in request.traps:
        rows = benefits(block)
        planted.add(4, "tax_benefit", rows.person)
        files.add("tax_benefit", None, rows)
    files.truth("spells", true_spells(block))
    files.truth("outcomes", true_outcomes(block))
    planted.end_block()


def _raw(request: Request, block: Careers) -> Iterator[tuple[str, int | None, Rows]]:
    for register in request.registers:
        yield from _MAKERS[register](block)


@dataclass
class _Files:
    """The files that are open, by source and year."""

    request: Request
    folder: Path

    def __post_init__(self) -> None:
        self.open: dict[tuple[str, int | None], Csv | Parquet | Statistical] = {}
        self.suffixes: dict[str, str] = {}

    def add(self, name: str, year: int | None, rows: Rows) -> None:
        if (name, year) not in self.open:
            file = FILES[name]
            place = self.folder if name == "tax_benefit" else self.folder / file.register
            stem = file.stem.format(year=year, first=self.request.years[0], last=self.request.years[1])
            self.open[name, year] = self._start(name, place, stem, file.dialect)
        self.open[name, year].add(rows)

    def truth(self, name: str, rows: Rows) -> None:
        if (name, None) not in self.open:
            self.open[name, None] = self._start(name, self.folder / "truth", name, _TRUTH)
        self.open[name, None].add(rows)

    def _start(self, name: str, place: Path, stem: str, dialect: Dialect) -> Csv | Parquet | Statistical:
        place.mkdir(exist_ok=True)
        suffix = _STATISTICAL.get(name, "")
        if not suffix or suffix.removeprefix(".") not in self.request.formats:
            suffix = ".parquet" if "parquet" in self.request.formats else ".csv"
        self.suffixes[name] = suffix
        path = place / f"{stem}{suffix}"
        if suffix == ".csv":
            return Csv(path, dialect)
        return Parquet(path) if suffix == ".parquet" else Statistical(path)

    def finish(self) -> None:
        """Write what is written at the end only."""
        for file in self.open.values():
            if isinstance(file, Statistical):
                file.finish()

    def close(self) -> None:
        for file in self.open.values():
            file.close()


def _write_texts(request: Request, folder: Path, files: _Files) -> None:
    """The TOML files, the code list and the README."""
    written = [name for name in FILES if name in files.suffixes]
    own = {
        "registers.toml": [name for name in written if name not in ("dream", "tax_benefit")],
        "registers_dream.toml": [name for name in written if name == "dream"],
    }
    if "tax_benefit" in written:
        own["registers_trap4.toml"] = ["folk_perus", "folk_tyosuhde", "tax_benefit"]
    contents = {
        name: texts.registers_toml(sources, files.suffixes, request.years, request.traps)
        for name, sources in own.items()
        if sources
    }
    if {"folk", "etk", "kela"} <= set(request.registers):
        contents["cohort.toml"] = texts.cohort_toml(request.years)
    if "tax_benefit" in written:
        contents["tax_benefit_codes.csv"] = texts.benefit_codes()
    contents["README.md"] = texts.readme(
        written,
        [name for name in contents if name.endswith(".toml")],
        request.persons,
        request.seed,
        request.years,
        request.traps,
    )
    for name, content in contents.items():
        (folder / name).write_bytes(content.encode())


def _record(request: Request, planted: Planted, bad: list[dict[str, Any]]) -> dict[str, Any]:
    """What was asked and what was planted, for a machine to read."""
    return {
        "synthetic": True,
        "persons": request.persons,
        "seed": request.seed,
        "years": list(request.years),
        "registers": list(request.registers),
        "traps": [
            {
                "trap": trap,
                "name": NAMES[trap],
                "registers": "registers_trap4.toml" if trap == 4 else "registers.toml",
                "source": source,
                "rows": rows,
                "persons": persons,
            }
            for (trap, source), (rows, persons) in sorted(planted.counts.items())
        ],
        "bad_rows": bad,
    }
