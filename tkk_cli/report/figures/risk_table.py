"""Counts under the time axis, each centred under its tick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tkk_cli.report.figures.curves import Float
from tkk_cli.report.figures.layout import Page, text_height, text_width, wrap
from tkk_cli.report.figures.style import FONT, GAP, LEADING, MARGIN, SAMPLE, Style
from tkk_cli.report.numbers import number

__all__ = ["Block", "Row", "draw_blocks", "first_half_width", "fits", "height", "left_width", "rows"]

SAMPLE_GAP = 3.0
BLOCK_GAP = 3.0
NAME_GAP = 1.5  # above a name that stands over its counts
LINE = FONT * LEADING


@dataclass(frozen=True)
class Row:
    """Counts of one group.

    Attributes
    ----------
    name : tuple of str
        In lines; ``above`` the counts, on lines of its own, or beside them on one line.
    style : Style or None
        Of the curve whose sample stands before the name.
    indent : float
        Room for the sample.
    counts : callable
        The counts at an array of times.
    """

    name: tuple[str, ...]
    style: Style | None
    indent: float
    counts: Callable[[Float], Float]
    above: bool

    @property
    def height(self) -> float:
        """Height of the name and the counts."""
        return NAME_GAP + text_height(self.name) + LINE if self.above else LINE


@dataclass(frozen=True)
class Block:
    """Rows under one heading; an empty one where the rows name themselves."""

    heading: tuple[str, ...]
    rows: tuple[Row, ...]


def rows(
    names: Sequence[str],
    styles: Sequence[Style | None],
    counts: Sequence[Callable[[Float], Float]],
    beside: float,
    page_width: float,
) -> tuple[Row, ...]:
    """Rows with all names beside the counts where ``beside`` points hold each of them, otherwise all names above."""
    indents = [SAMPLE + SAMPLE_GAP if style is not None else 0.0 for style in styles]
    above = any(text_width(name) + indent > beside for name, indent in zip(names, indents, strict=True))
    made = []
    for name, style, indent, count in zip(names, styles, indents, counts, strict=True):
        lines = wrap(name, page_width - 2 * MARGIN - indent) if above else (name,)
        made.append(Row(lines, style, indent, count, above))
    return tuple(made)


def _count_texts(row: Row, times: Float, language: str) -> list[str]:
    """Counts as text; weighted ones are rounded to whole people."""
    return [number(count, language, 0) for count in row.counts(times)]


def fits(blocks: Sequence[Block], language: str, width: float, span: float) -> Callable[[Float], bool]:
    """A test of whether ticks stand far enough apart for their own labels and for every row of counts."""

    def test(ticks: Float) -> bool:
        cells = [[number(t, language) for t in ticks]]
        cells += [_count_texts(row, ticks, language) for block in blocks for row in block.rows]
        widths = np.array([[text_width(cell) for cell in row] for row in cells]).max(axis=0)
        return bool(np.all(np.diff(ticks) * width / span >= (widths[1:] + widths[:-1]) / 2 + GAP))

    return test


def first_half_width(blocks: Sequence[Block], start: float, language: str) -> float:
    """How far the widest count under the first tick reaches to either side."""
    first = [_count_texts(row, np.array([start]), language)[0] for block in blocks for row in block.rows]
    return max(map(text_width, first), default=0.0) / 2


def left_width(blocks: Sequence[Block], start: float, language: str) -> float:
    """Room that the names beside the counts and the first counts need left of the axes."""
    beside = [row for block in blocks for row in block.rows if not row.above]
    names = max((row.indent + text_width(row.name[0]) + 1.5 * GAP for row in beside), default=0.0)
    return names + first_half_width(blocks, start, language)


def height(blocks: Sequence[Block]) -> float:
    """Height of all blocks, the gap above each included."""
    return sum(BLOCK_GAP + text_height(block.heading) + sum(row.height for row in block.rows) for block in blocks)


def draw_blocks(
    page: Page,
    blocks: Sequence[Block],
    ticks: Float,
    positions: Sequence[float],
    top: float,
    language: str,
    *,
    named: bool = True,
) -> None:
    """Draw the blocks downwards from ``top``; ``named`` is false for panels to the right of another."""
    y = top
    for block in blocks:
        y -= BLOCK_GAP + text_height(block.heading)
        if named and block.heading:
            page.text(MARGIN, y + text_height(block.heading) / 2, block.heading)
        for row in block.rows:
            top_of_name = y - NAME_GAP if row.above else y
            if named:
                page.text(MARGIN + row.indent, top_of_name - text_height(row.name) / 2, row.name, name="row")
                if row.style is not None:
                    page.line([MARGIN, MARGIN + SAMPLE], [top_of_name - LINE / 2] * 2, row.style)
            y -= row.height
            for x, count in zip(positions, _count_texts(row, ticks, language), strict=True):
                page.text(x, y + LINE / 2, (count,), align="center", name="count")
