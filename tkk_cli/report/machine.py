"""A result for programs: one tidy table as CSV, or everything as JSON, at full precision in every language."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from tkk_cli.results import Result

__all__ = ["csv_text", "json_text"]


def csv_text(result: Result, table: str) -> str:
    """One table with its machine names, comma-separated, decimal points; a value that is not estimable is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(result[table].columns)
    # csv writes a float by repr, hence at full precision, and None as nothing.
    writer.writerows(row.values() for row in result[table].rows())
    return stream.getvalue()


def json_text(result: Result) -> str:
    """The JSON of ``Result.to_json`` with one table row or note a line, so that a diff shows what changed."""
    return "{\n" + ",\n".join(f" {_compact(key)}: {_part(value)}" for key, value in result.to_dict().items()) + "\n}\n"


def _part(value: Any) -> str:
    if isinstance(value, dict) and any(isinstance(inner, list) for inner in value.values()):
        inner = ",\n".join(f"  {_compact(key)}: {_records(records, '   ')}" for key, records in value.items())
        return "{\n" + inner + "\n }"
    return _records(value, "  ")


def _records(value: Any, indent: str) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(indent + _compact(record) for record in value) + "\n" + indent[:-1] + "]"
    return _compact(value)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
