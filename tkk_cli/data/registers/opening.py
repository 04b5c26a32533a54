"""The workspace that the options ask for: an engine within its limits, and the folder of its stages."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from tkk_cli.data.registers.engine import DuckDB, Engine
from tkk_cli.data.registers.options import EngineOptions
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.errors import TkkError

__all__ = ["open_workspace"]

# DuckDB takes decimal and binary units; a number without a unit would be bytes or a percentage, which nobody means.
_MEMORY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[KMGT]i?B\s*", re.IGNORECASE)


def open_workspace(
    options: EngineOptions,
    toml: Path,
    begin: Callable[[str], None] | None = None,
    read: Iterable[Path] = (),
) -> Workspace:
    """The engine and the work folder that ``options`` ask for; the caller closes ``workspace.engine``.

    Parameters
    ----------
    options : EngineOptions
    toml : pathlib.Path
        ``registers.toml`` or ``cohort.toml``: the work folder is ``<stem>.work`` beside it unless ``--work`` is given.
    begin : callable, optional
        Told the name of every stage before it runs.
    read : iterable of Path
        What else is read, beside ``toml``: a work folder that holds any of it is refused.

    Raises
    ------
    TkkError
        TKK279 for a memory or a number of threads that is none, TKK304 for an option of the other engine or a work
        folder with files that are read, TKK504 where the work folder cannot be made, and the errors of Spark.
    """
    _refuse_unused(options)
    amount = _MEMORY.fullmatch(options.memory)
    if amount is None or float(amount[1]) == 0:
        raise TkkError("TKK279", f"{options.memory!r} is no amount of memory", where="--memory", hint="--memory 4GB")
    if options.threads < 0:
        raise TkkError("TKK279", f"{options.threads} is no number of threads", where="--threads", hint="--threads 2")
    folder = Path(options.work) if options.work is not None else toml.with_name(f"{toml.stem}.work")
    _refuse_shared(folder, (toml, *read))
    # A folder of its own: closing the engine removes it, and the user's --temp holds other things as well.
    around = Path(options.temp) if options.temp is not None else folder
    _remove_left_over(around)
    temp = around / f"{_temp_of_machine()}{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temp.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TkkError(
            "TKK504",
            f"the work folder cannot be made ({error.strerror})",
            where=str(folder),
            hint="give another one with --work or --temp",
        ) from error
    return Workspace(_engine(options, temp), folder, reuse=not options.fresh, begin=begin)


def _temp_of_machine() -> str:
    return f"tkk-temp-{re.sub(r'[^A-Za-z0-9]+', '-', platform.node())}-"


def _remove_left_over(around: Path) -> None:
    """Remove what runs of this machine that were killed have spilled: it holds rows of persons, and may be large."""
    mine = _temp_of_machine()
    for folder in around.glob(f"{mine}*") if around.is_dir() else ():
        process = folder.name.removeprefix(mine)
        if process.isdigit() and not _runs(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    """Whether a process of this machine runs; on Windows, where asking would end it, always."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _refuse_shared(folder: Path, read: Iterable[Path]) -> None:
    """Old stages are removed from the work folder: what a run reads must not lie there."""
    whole = folder.resolve()
    inside = [path for path in read if whole in path.resolve().parents]
    if inside:
        raise TkkError(
            "TKK304",
            f"the work folder holds files that are read, {inside[0].name} among them",
            where="--work",
            count=len(inside),
            hint=f"give a folder of its own: --work {folder / 'work'}",
        )


def _refuse_unused(options: EngineOptions) -> None:
    if options.engine != "spark" and options.spark_options is not None:
        hint = "add --engine spark, or leave --spark-options out"
        raise TkkError("TKK304", "--spark-options is of Spark, and the engine is DuckDB", hint=hint)
    if options.engine == "spark" and options.memory != EngineOptions.memory:
        hint = 'write "spark.driver.memory" = "8g" under [options] in the file of --spark-options'
        raise TkkError("TKK304", "--memory is of DuckDB, and the engine is Spark", hint=hint)


def _engine(options: EngineOptions, temp: Path) -> Engine:
    threads = options.threads or os.cpu_count() or 1
    if options.engine == "spark":
        from tkk_cli.data.registers.spark import Spark

        return Spark(Path(options.spark_options) if options.spark_options is not None else None, threads, temp)
    return DuckDB(options.memory, threads, temp)
