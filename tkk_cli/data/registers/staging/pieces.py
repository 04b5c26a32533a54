"""Pieces of statistical and Excel files as Arrow: texts, whole numbers, numbers and dates; what is missing is null."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tkk_cli.data.buffers import from_texts, mask
from tkk_cli.data.interpret import RawColumn

__all__ = ["fractions", "numbers", "piece"]

# Beyond this a double does not hold every whole number.
_EXACT = 2.0**53


def piece(columns: Mapping[str, RawColumn], fractions: Collection[str]) -> Any:
    """Columns of a file as an Arrow table; number columns that are not among ``fractions`` become whole numbers."""
    return pa.table({name: _array(raw, whole=name not in fractions) for name, raw in columns.items()})


def fractions(columns: Mapping[str, RawColumn]) -> set[str]:
    """Number columns with a value that is not whole, or too large to be exact."""
    found = set()
    for name, raw in columns.items():
        if raw.kind == "number":
            values = raw.data[~np.isnan(raw.data)]
            if np.any(values != np.rint(values)) or np.any(np.abs(values) > _EXACT):
                found.add(name)
    return found


def numbers(values: NDArray[Any], valid: NDArray[np.bool_], kind: Any) -> Any:
    """An Arrow array of the memory of ``values``, null where they are not valid."""
    return pa.Array.from_buffers(kind, len(values), [mask(valid).buffers()[1], pa.py_buffer(values.tobytes())])


def _array(raw: RawColumn, *, whole: bool) -> Any:
    if raw.kind in ("text", "untyped"):
        texts = raw.data.cast(pa.string())
        codes = [rule.low for rule in raw.rules if isinstance(rule.low, str)]
        if codes:
            texts = pc.if_else(pc.is_in(texts, value_set=from_texts(codes)), pa.nulls(1, pa.string())[0], texts)
        return texts
    values = raw.data
    valid = ~np.isnan(values)
    for rule in raw.rules:
        valid &= ~((values >= float(rule.low)) & (values <= float(rule.high)))
    filled = np.where(valid, values, 0.0)
    if raw.kind == "date":
        return numbers(filled.astype(np.int32), valid, pa.date32())
    return numbers(filled.astype(np.int64), valid, pa.int64()) if whole else numbers(filled, valid, pa.float64())
