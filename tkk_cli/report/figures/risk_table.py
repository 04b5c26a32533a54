"""Counts under the time axis, each centred under its tick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tkk_cli.report.figures.curves import Float
from tkk_cli.report.figures.layout import Page, text_height, text_width, wrap
from tkk_cli.report.figures.style import FONT, GAP, LEADING, MARGIN, SAMPLE, Style
from tkk_cli.report.numbers import number

__all__ = ["Block", "Row", "draw_blocks", "first_column_width", "fits", "height", "names_width"]

SAMPLE_GAP = 3.0
BLOCK_GAP = 3.0


@dataclass(frozen=True)
class Row:
    """Counts of one group: its name, the sample of its curve (if any) and the counts at any times."""

    name: tuple[str, ...]
    style: Style | None
    counts: Callable[[Float], Float]


@dataclass(frozen=True)
class Block:
    """Rows under one heading; no heading where the rows name themselves."""

    heading: tuple[str, ...]
    rows: tuple[Row, ...]


def count_text(count: float, language: str) -> str:
    """A count in the figure; weighted counts are rounded to whole people."""
    return number(count, language, 0)


def fits(
    blocks: Sequence[Block], labels: Callable[[float], str], language: str, width: float, span: float
) -> Callable[[Float], bool]:
    """A test of whether ticks stand far enough apart for their own labels and every row of counts."""

    def test(ticks: Float) -> bool:
        rows = [[labels(t) for t in ticks]]
        rows += [[count_text(n, language) for n in row.counts(ticks)] for block in blocks for row in block.rows]
        widths = np.array([[text_width(cell) for cell in row] for row in rows]).max(axis=0)
        needed = (widths[1:] + widths[:-1]) / 2 + GAP
        return bool(np.all(np.diff(ticks) * width / span >= needed))

    return test


def first_column_width(blocks: Sequence[Block], start: float, language: str) -> float:
    """Width of the widest count under the first tick."""
    counts = [row.counts(np.array([start]))[0] for block in blocks for row in block.rows]
    return max((text_width(count_text(n, language)) for n in counts), default=0.0)


def names_width(blocks: Sequence[Block]) -> float:
    """Width of the widest name with its sample."""
    return max((_indent(row) + max(map(text_width, row.name)) for b in blocks for row in b.rows), default=0.0)


def _indent(row: Row) -> float:
    return SAMPLE + SAMPLE_GAP if row.style is not None else 0.0


def height(blocks: Sequence[Block]) -> float:
    """Height of all blocks, the gap above each included."""
    rows = sum(text_height(row.name) for block in blocks for row in block.rows)
    return rows + sum(text_height(block.heading) + BLOCK_GAP for block in blocks)


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
    """Draw the blocks downwards from ``top``; ``named`` leaves out names (panels to the right of another)."""
    y = top
    for block in blocks:
        y -= BLOCK_GAP
        if block.heading:
            y -= text_height(block.heading)
            if named:
                page.text(MARGIN, y + text_height(block.heading) / 2, block.heading)
        for row in block.rows:
            y -= text_height(row.name)
            middle = y + text_height(row.name) / 2
            if named:
                page.text(MARGIN + _indent(row), middle, row.name)
                if row.style is not None:
                    # The sample stands on the first line of a long name.
                    sample = y + text_height(row.name) - FONT * LEADING / 2
                    page.line([MARGIN, MARGIN + SAMPLE], [sample, sample], row.style)
            for x, count in zip(positions, row.counts(ticks), strict=True):
                page.text(x, middle, (count_text(count, language),), align="center", name="count")


def wrapped_name(name: str, width: float) -> tuple[str, ...]:
    """A row's name in the lines that a width allows."""
    return wrap(name, width - SAMPLE - SAMPLE_GAP)
