"""Small tables from Python as text of SQL, so that a test makes many of them in one connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tkk_cli.data.registers.sql import identifier, literal


def values(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> str:
    """A SELECT of these rows with these columns (name -> SQL type); also of none."""
    typed = ", ".join(f"CAST({identifier(name)} AS {kind}) AS {identifier(name)}" for name, kind in columns.items())
    names = ", ".join(map(identifier, columns))
    lines = [f"({', '.join(map(literal, row))})" for row in rows]
    nothing = f"({', '.join('NULL' for _ in columns)})"
    table = f"(VALUES {', '.join(lines or [nothing])}) AS t({names})"
    return f"SELECT {typed} FROM {table}" + ("" if lines else " WHERE 1 = 0")


def partial(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> str:
    """The same from rows that name only the columns that matter; the others are NULL."""
    return values(columns, [[row.get(name) for name in columns] for row in rows])
