"""What a raw table of a source offers, whatever it is, and when its file is the same as before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

__all__ = ["CELLS", "RawTable", "file_fingerprint", "rows_at_a_time"]

# Cells that are held at a time: a register of 1,500 weeks has few rows to a piece, one of five columns many.
CELLS = 4_000_000

# A file of up to so many bytes is known by its content, a larger one by its size and time of change.
_SMALL = 1 << 20


class RawTable(Protocol):
    """What every file and database table offers.

    Attributes
    ----------
    path : pathlib.Path
    name : str
        For messages: the file's name.
    names : list of str
        Its columns.
    parquet : bool
        Whether it can be used where it is.
    kind : str
        The kind of its file (``formats.SUFFIXES``), or ``database``.
    """

    path: Path
    name: str
    names: list[str]
    parquet: bool
    kind: str

    def fingerprint(self) -> str:
        """What changes when the content or the way of reading it does."""

    def batches(self, wanted: list[str]) -> Iterator[Any]:
        """The wanted columns as Arrow tables or batches, in the order of the rows; BeginAgainError: from the start."""


def rows_at_a_time(columns: int, most: int) -> int:
    """How many rows of so many columns are held at a time."""
    return max(1, min(most, CELLS // max(columns, 1)))


def file_fingerprint(path: Path) -> str:
    """Resolved name, size and time of change; of a small file its content instead of the time."""
    found = path.stat()
    if found.st_size <= _SMALL:
        state = hashlib.sha256(path.read_bytes()).hexdigest()
    else:
        state = f"{found.st_size} {found.st_mtime_ns}"
    return f"{path.resolve()} {state}"
