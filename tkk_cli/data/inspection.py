"""What ``tkk inspect`` shows: how a file was read and facts about its columns, without a person's value."""

from __future__ import annotations

from typing import Any

import numpy as np

from tkk_cli.data.table import Column, DataTable
from tkk_cli.data.values import canonical, iso_dates

__all__ = ["describe"]

MOST_COUNTED = 12


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

    Notes
    -----
    ``counts`` has the rows of each level where a column is text or has labels, and no more than 12 levels. A text
    without labels whose values are mostly seen once is an identifier, and not shown.
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
    counts = _counts(column)
    if counts:
        facts["counts"] = counts
    shown = column.kind == "date" or (ranges and column.kind == "number")
    present = column.values[~column.is_missing] if shown else np.empty(0)
    if len(present):
        ends = np.array([present.min(), present.max()])
        facts["range"] = list(iso_dates(ends)) if column.kind == "date" else [canonical(end) for end in ends.tolist()]
    return facts


def _counts(column: Column) -> dict[str, int]:
    """Rows of each level, and of each label that no row has; empty where levels may be people's own values."""
    if column.kind != "text" and not column.value_labels:
        return {}
    codes, keys = column.grouped()
    rows = np.bincount(codes[codes >= 0], minlength=len(keys)).tolist()
    counts = dict(zip(keys, rows, strict=True)) | {code: 0 for code in column.value_labels if code not in keys}
    identifier = not column.value_labels and 2 * len(keys) > sum(rows)
    return {} if identifier or len(counts) > MOST_COUNTED else counts
