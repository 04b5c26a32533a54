"""What every analysis adds to its tables: the cohort's facts as notes, counts as tables, and where it all came from."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from tkk_cli.data.cohort import Cohort
from tkk_cli.results import Note, Table

__all__ = ["count_table", "fact_note", "provenance", "registers_provenance", "table_of"]

# Facts of a cohort that are warnings, by their keys.
WARNINGS = {
    "competing_as_censored": "TKK353",
    "events_after_end": "TKK354",
    "unit_implausible": "TKK355",
    "groups_alike": "TKK361",
    "levels_left_out": "TKK385",
    "level_without_events": "TKK386",
    "gaps": "TKK387",
    "rows_without_entry": "TKK388",
}


def fact_note(key: str, values: dict[str, Any]) -> Note:
    """A fact of the cohort as a note, or as a warning with its code."""
    return Note(key, values, "warning" if key in WARNINGS else "note", WARNINGS.get(key))


def count_table(names: list[str], rows: list[tuple[Any, ...]]) -> Table:
    """A table of a text column and of counts."""
    columns: dict[str, Any] = {}
    for place, name in enumerate(names):
        values = [row[place] for row in rows]
        columns[name] = tuple(values) if place == 0 else np.array(values, dtype=np.int64)
    return Table(columns)


def table_of(rows: Iterable[Mapping[str, Any]], spec: Mapping[str, str]) -> Table:
    """Rows as a table with the columns of ``spec``; what a row lacks is NaN, -1 or an empty text by its type."""
    rows = list(rows)
    columns: dict[str, Any] = {}
    for name, kind in spec.items():
        if kind == "string":
            columns[name] = tuple(str(row.get(name, "")) for row in rows)
        elif kind == "integer":
            columns[name] = np.array([int(row.get(name, -1)) for row in rows], dtype=np.int64)
        else:
            columns[name] = np.array([float(row.get(name, np.nan)) for row in rows], dtype=np.float64)
    return Table(columns)


def provenance(cohort: Cohort, n_used: int, method: str, packages: Iterable[str] = ()) -> dict[str, Any]:
    """Where the numbers come from: the file, its hash, the rows and the versions of what computed."""
    source = cohort.source
    versions = {"python": platform.python_version(), "numpy": np.__version__, "pyarrow": version("pyarrow")}
    return {
        "tkk": version("tkk-cli"),
        "method": method,
        "input": {"name": source.name, "sha256": source.sha256, "format": source.format},
        "n_read": cohort.n_read,
        "n_used": n_used,
        "versions": versions | {name: version(name) for name in packages if find_spec(name) is not None},
    }


def registers_provenance(
    path: Path, method: str, engine: str, n_read: int, n_used: int, package: str = "pyarrow"
) -> dict[str, Any]:
    """The same of what SQL made of registers: their TOML file, the rows of all sources, and the engine."""
    names = (package, {"duckdb": "duckdb", "spark": "pyspark"}[engine])
    return {
        "tkk": version("tkk-cli"),
        "method": method,
        "input": {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "format": "toml"},
        "n_read": n_read,
        "n_used": n_used,
        "versions": {"python": platform.python_version()} | {name: version(name) for name in names},
    }
