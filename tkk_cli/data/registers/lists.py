"""The editable CSV lists of the package and of users: states, codes, programmes, diagnosis groups."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from importlib import resources

__all__ = ["list_rows", "packaged_list"]


def packaged_list(name: str) -> str:
    """The text of a list of the package by its path in ``data/registers``."""
    return (resources.files("tkk_cli.data.registers") / name).read_text(encoding="utf-8")


def list_rows(
    text: str, needed: Sequence[str], columns: Sequence[str]
) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """The needed columns that are missing; the line number and trimmed cells of every row that is not blank.

    A spreadsheet's semicolons do as well as commas, and a byte order mark as well as none. A column of ``columns`` that
    is not there has empty cells.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    reader = csv.DictReader(lines, delimiter=";" if lines and ";" in lines[0] else ",")
    missing = [name for name in needed if name not in (reader.fieldnames or ())]

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        for cells in reader:
            found = {name: (cells.get(name) or "").strip() for name in columns}
            if any(found.values()):
                yield reader.line_num, found

    return missing, rows()
