"""A document as plain text: aligned columns, a rule under the headings, lines no wider than asked where words allow."""

from __future__ import annotations

import textwrap
import unicodedata

from tkk_cli.report.document import Column, Document, Grid, Listing

__all__ = ["render"]

WIDTH = 100
GAP = "  "
_STYLES = {"title": "1", "heading": "1", "warning": "1;33", "provenance": "2"}


def render(document: Document, width: int | None = None, color: bool = False) -> str:
    """The text of a document.

    Parameters
    ----------
    document : Document
    width : int, optional
        Characters in a line, 100 by default.
    color : bool
        Bold headings and yellow warnings, by ANSI codes.
    """
    width = WIDTH if width is None else width

    def style(words: str, kind: str) -> str:
        return f"\033[{_STYLES[kind]}m{words}\033[0m" if color else words

    parts = ["\n".join(style(line, "title") for line in _wrap(document.title, width))]
    parts.append("\n".join(line for words in document.lead for line in _wrap(words, width)))
    for block in document.blocks:
        heading = block.caption if isinstance(block, Grid) else block.heading
        lines = [style(line, "heading") for line in _wrap(heading, width)]
        if isinstance(block, Grid):
            lines += _grid(block, width)
        else:
            kind = "warning" if block.style == "warning" else "provenance" if block.style == "provenance" else None
            lines += [style(line, kind) if kind else line for line in _listing(block, width)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _listing(listing: Listing, width: int) -> list[str]:
    bullet = "" if listing.style == "provenance" else "- "
    return [
        line for sentence in listing.sentences for line in _wrap(sentence, width, first=bullet, later=" " * len(bullet))
    ]


def _grid(grid: Grid, width: int) -> list[str]:
    columns = grid.columns
    widths = _widths(columns, width)
    headings = [_wrap(column.heading, w) for column, w in zip(columns, widths, strict=True)]
    tallest = max(len(lines) for lines in headings)
    head = [[""] * (tallest - len(lines)) + lines for lines in headings]
    lines = [_line(columns, widths, [cells[i] for cells in head]) for i in range(tallest)]
    lines.append(GAP.join("-" * w for w in widths))
    for row, n in zip(grid.rows(), grid.repeats(), strict=True):
        cells = [_wrap(cell, w) or [""] for cell, w in zip(("",) * n + row[n:], widths, strict=True)]
        lines += [
            _line(columns, widths, [cell[i] if i < len(cell) else "" for cell in cells])
            for i in range(max(len(cell) for cell in cells))
        ]
    return lines + (_wrap(grid.foot, width) if grid.foot else [])


def _widths(columns: tuple[Column, ...], width: int) -> list[int]:
    """Headings wrap between words; numbers get what they need and names share what is left.

    A column of names keeps its longest word whole: a table of long words may be wider than asked.
    """
    least = [max(_longest_word(cell) for cell in (column.heading, *column.cells)) for column in columns]
    widths = [
        max(_longest_word(column.heading), *(_cells(cell) for cell in column.cells)) if column.cells else least[i]
        for i, column in enumerate(columns)
    ]
    while sum(widths) + len(GAP) * (len(widths) - 1) > width:
        names = [i for i, column in enumerate(columns) if not column.numeric and widths[i] > least[i]]
        if not names:
            break
        widths[max(names, key=widths.__getitem__)] -= 1
    return widths


def _longest_word(words: str) -> int:
    return max(_cells(word) for word in words.split(" "))


def _line(columns: tuple[Column, ...], widths: list[int], cells: list[str]) -> str:
    padded = []
    for column, width, cell in zip(columns, widths, cells, strict=True):
        space = " " * (width - _cells(cell))
        padded.append(space + cell if column.numeric else cell + space)
    return GAP.join(padded).rstrip()


def _wrap(words: str, width: int, first: str = "", later: str = "") -> list[str]:
    return textwrap.wrap(
        words,
        max(width, 1),
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _cells(words: str) -> int:
    """Places on the screen: a combining mark takes none, a wide letter two."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in words
    )
