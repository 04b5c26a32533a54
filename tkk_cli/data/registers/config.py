"""``registers.toml``: which file or table is which source, in which layout, with which columns and code lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tkk_cli.data.registers.states import States

__all__ = ["Registers", "SourceEntry"]


@dataclass(frozen=True, kw_only=True)
class SourceEntry:
    """One ``[source.NAME]`` as written, checked for its keys and nothing else.

    Attributes
    ----------
    name : str
    layout : str
    paths : tuple of pathlib.Path
        Files, a folder's files, or what a pattern with ``*`` matched.
    database, table : Path and str, or None
        A table of a database file instead of files.
    columns : mapping
        Role -> column, where the layout's own names do not fit.
    codes : pathlib.Path or None
        The user's code list instead of the package's.
    date_format, encoding, separator, decimal : str or None
    inclusive : bool
        ``end = "last_day"`` (default) or ``end = "day_after"``.
    years : (int, int) or None
    settings : mapping
        What is left: the layout's own settings.
    """

    name: str
    layout: str
    paths: tuple[Path, ...] = ()
    database: Path | None = None
    table: str | None = None
    columns: Mapping[str, str]
    codes: Path | None = None
    date_format: str | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    inclusive: bool = True
    years: tuple[int, int] | None = None
    settings: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Registers:
    """A whole ``registers.toml``.

    Attributes
    ----------
    path : pathlib.Path
    sources : tuple of SourceEntry
    states : States
        The package's ``states.csv`` or the user's.
    breaks : mapping
        ``[breaks]``: the explicit choice for ``2019`` (employment spells become payment periods) and ``2023`` (pension
        kinds can no longer be told apart): ``keep``, ``drop`` (spells that start in the year or later are left out) or
        ``indicator`` (kept, and the cohort file says who is touched). Absent = not chosen, which is refused where it
        matters.
    synthetic : bool
    """

    path: Path
    sources: tuple[SourceEntry, ...]
    states: States
    breaks: Mapping[str, str]
    synthetic: bool = False
