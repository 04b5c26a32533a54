"""Small data for the models on pieces of follow-up."""

from __future__ import annotations

from typing import Any

import numpy as np

from tkk_cli.designs import Design, Term
from tkk_cli.histories import EventHistory


def people(
    exit: Any, cause: Any, entry: Any = None, causes: tuple[str, ...] = ("return",), **other: Any
) -> EventHistory:
    """A history without groups."""
    exit = np.asarray(exit, dtype=np.float64)
    entry = None if entry is None else np.asarray(entry, dtype=np.float64)
    zeros = np.zeros(len(exit), dtype=np.int64)
    return EventHistory(exit, np.asarray(cause, dtype=np.int64), causes, zeros, ("all",), entry, **other)


def numbers(**columns: Any) -> Design:
    """A design of number columns."""
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(columns))
    matrix = np.stack([np.asarray(values, dtype=np.float64) for values in columns.values()], axis=1)
    return Design(np.ascontiguousarray(matrix), tuple(columns), terms)


def nothing(n: int) -> Design:
    """A design without columns."""
    return Design(np.zeros((n, 0)), (), ())


def drawn(n: int, seed: int, causes: int = 1) -> tuple[EventHistory, Design]:
    """Random whole times with late entry, and a 0/1 and a continuous covariate."""
    rng = np.random.default_rng(seed)
    entry = rng.integers(0, 5, n)
    exit = entry + rng.integers(1, 12, n)
    names = ("return", "pension")[:causes]
    x = numbers(a=rng.integers(0, 2, n), b=rng.normal(size=n))
    return people(exit, rng.integers(0, causes + 1, n), entry, names), x


def waves(n: int, seed: int, causes: int = 1) -> tuple[EventHistory, Design]:
    """As ``drawn``, everyone from the start and followed to the end of one of four periods."""
    rows, x = drawn(n, seed, causes)
    return people(np.ceil(rows.exit / 4), rows.cause, causes=rows.causes), x
