"""The page before it has a format: a title, paragraphs, grids of ready strings and lists of sentences.

A builder (``survival``) makes a ``Document`` from a result once; ``plain``, ``markdown`` and ``web`` only lay it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Column", "Document", "Grid", "Listing"]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and the cells under it; numbers go to the right, and every cell is text already."""

    heading: str
    cells: tuple[str, ...]
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the leading columns that are not numeric name the row. ``foot`` explains what needs explaining."""

    caption: str
    columns: tuple[Column, ...]
    foot: str = ""

    def rows(self) -> list[tuple[str, ...]]:
        """The cells row by row."""
        return list(zip(*(column.cells for column in self.columns), strict=True))

    def repeats(self) -> list[int]:
        """Of each row, how many of its leading names stand in the row above: they need not be said again."""
        found, before = [], None
        for row in self.rows():
            n = 0
            while before and n < len(row) - 1 and not self.columns[n].numeric and row[n] == before[n]:
                n += 1
            found.append(n)
            before = row
        return found


@dataclass(frozen=True, slots=True)
class Listing:
    """Sentences under a heading."""

    heading: str
    sentences: tuple[str, ...]
    style: Literal["note", "warning", "provenance"] = "note"


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader gets, in order."""

    language: str
    title: str
    lead: tuple[str, ...]
    blocks: tuple[Grid | Listing, ...]
