"""What ``tkk inspect`` shows: how a file was read and facts about its columns, without a person's value."""

from __future__ import annotations

from typing import Any

import numpy as np

from tkk_cli.data.table import Column, DataTable
from tkk_cli.data.values import canonical, iso_dates

__all__ = ["describe"]


def describe(table: DataTable, *, ranges: bool = False) -> dict[str, Any]:
    """The facts about a table as plain values, ready for JSON.

    Parameters
    ----------
    table : DataTable
    ranges : bool
        Also the smallest and largest number of each column; those of dates are always shown.

    Returns
    -------
    dict
        ``name``, ``format``, ``sha256``, ``n_rows``, ``synthetic``, ``reading`` (dialect, codebook and what of it was
        guessed) and ``columns``, one dictionary a column.
    """
    source = table.source
    return {
        "name": source.name,
        "format": source.format,
        "sha256": source.sha256,
        "n_rows": table.n_rows,
        "synthetic": source.synthetic,
        "reading": dict(source.details),
        "columns": [_facts(column, ranges) for column in table.columns.values()],
    }


def _facts(column: Column, ranges: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": column.name,
        "kind": column.kind,
        "format": column.format,
        "distinct": len(column.levels) if column.kind == "text" else len(np.unique(column.values[~column.is_missing])),
        "missing": dict(column.missing),
        "label": dict(column.label),
        "value_labels": {code: dict(texts) for code, texts in column.value_labels.items()},
        "role": column.role,
        "unit": column.unit,
        "reference": column.reference,
        "note": column.note,
    }
    shown = column.kind == "date" or (ranges and column.kind == "number")
    present = column.values[~column.is_missing] if shown else np.empty(0)
    if len(present):
        ends = np.array([present.min(), present.max()])
        facts["range"] = list(iso_dates(ends)) if column.kind == "date" else [canonical(end) for end in ends.tolist()]
    return facts
