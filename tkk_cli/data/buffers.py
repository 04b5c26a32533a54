"""Between Arrow and numpy by their shared memory.

pyarrow's own ``pa.array``, ``pa.scalar`` and ``to_numpy`` import pandas where it is installed, which costs a plain run
a third of a second; these few functions do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = ["booleans", "floats", "from_texts", "integers", "mask", "one_chunk"]


def one_chunk(array: Any) -> Any:
    """The array in one piece."""
    if not isinstance(array, pa.ChunkedArray):
        return array
    if pa.types.is_dictionary(array.type):
        array = array.unify_dictionaries()
    if array.num_chunks == 0:
        return pa.nulls(0, array.type)
    return array.chunk(0) if array.num_chunks == 1 else pa.concat_arrays(array.chunks)


def floats(array: Any) -> NDArray[np.float64]:
    """An array of numbers as float64, NaN where it is null."""
    array = one_chunk(array).cast(pa.float64(), safe=False)
    values = _values(array, np.dtype(np.float64))
    return np.where(_valid(array), values, np.nan) if array.null_count else values


def integers(array: Any, missing: int = -1) -> NDArray[np.int64]:
    """An array of whole numbers as int64, ``missing`` where it is null."""
    array = one_chunk(array).cast(pa.int64())
    values = _values(array, np.dtype(np.int64))
    return np.where(_valid(array), values, missing) if array.null_count else values


def booleans(array: Any) -> NDArray[np.bool_]:
    """An array of truth values as bool, false where it is null."""
    array = one_chunk(array)
    values = _bits(array.buffers()[1], array)
    return values & _valid(array) if array.null_count else values


def mask(values: NDArray[np.bool_]) -> Any:
    """(n,) bool as an Arrow array, for ``filter``."""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, _packed(values)])


def from_texts(items: Sequence[str | None]) -> Any:
    """Texts as an Arrow array, ``None`` as null."""
    encoded = [b"" if item is None else item.encode() for item in items]
    # 64-bit offsets: a long column of long texts may pass 2 GB
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(item) for item in encoded], out=offsets[1:])
    valid = None
    if None in items:
        valid = _packed(np.array([item is not None for item in items]))
    buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    array = pa.Array.from_buffers(pa.large_string(), len(encoded), buffers)
    return array.cast(pa.string()) if offsets[-1] < 2**31 else array


def _values(array: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    if len(array) == 0:
        return np.empty(0, dtype=dtype)
    return np.frombuffer(array.buffers()[1], dtype=dtype)[array.offset : array.offset + len(array)]


def _valid(array: Any) -> NDArray[np.bool_]:
    validity = array.buffers()[0]
    return np.ones(len(array), dtype=bool) if validity is None else _bits(validity, array)


def _bits(buffer: Any, array: Any) -> NDArray[np.bool_]:
    if len(array) == 0:
        return np.empty(0, dtype=bool)
    bits = np.unpackbits(np.frombuffer(buffer, dtype=np.uint8), count=array.offset + len(array), bitorder="little")
    return bits[array.offset :].astype(bool)


def _packed(values: NDArray[np.bool_]) -> Any:
    return pa.py_buffer(np.packbits(values, bitorder="little"))
