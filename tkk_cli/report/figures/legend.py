"""Names of the curves: at their ends, in an empty corner, or above the axes; never over a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tkk_cli.report.figures.curves import Curve, Float, Scene
from tkk_cli.report.figures.layout import Box, Page, push_apart, text_height, text_width, wrap
from tkk_cli.report.figures.style import FONT, GAP, LEADING, MARGIN, SAMPLE, Fill, Style

__all__ = ["DirectLabels", "Legend", "direct_labels", "empty_corner", "legend"]

NAME_GAP = 3.0
CLEARANCE = 4.0  # between a legend and the nearest curve


@dataclass(frozen=True)
class DirectLabels:
    """Names in the right margin at the heights where their curves end."""

    names: tuple[tuple[str, ...], ...]
    middles: tuple[float, ...]
    ends: tuple[float, ...]
    width: float

    def draw(self, page: Page, axes: Box, styles: Sequence[Style]) -> None:
        """A piece of each curve leads to its name."""
        left = axes.right + GAP
        for name, middle, end, style in zip(self.names, self.middles, self.ends, styles, strict=True):
            page.line([left, left + SAMPLE], [axes.bottom + end, axes.bottom + middle], style)
            page.text(left + SAMPLE + NAME_GAP, axes.bottom + middle, name, name="direct")


def direct_labels(scene: Scene, names: Sequence[str], top: float, height: float, widest: float) -> DirectLabels | None:
    """Names for the right margin, pushed apart; ``None`` when they do not fit beside the axes.

    ``top`` is the probability at the upper end of axes ``height`` points high, ``widest`` the room for a name.
    """
    lines = tuple(wrap(name, widest) for name in names)
    if any(line.endswith("-") for name in lines for line in name[:-1]) or max(map(len, lines)) > 3:
        return None
    at_end = [curve.estimate[-1] / top * height for curve in scene.curves]
    middles = push_apart(at_end, [text_height(name) + 1 for name in lines], -FONT, height + FONT / 2)
    if middles is None:
        return None
    # A curve that ends early is only named: a slanted piece of line would pretend to lead to it.
    ends = [
        end if curve.time[-1] == scene.stop else middle
        for end, middle, curve in zip(at_end, middles, scene.curves, strict=True)
    ]
    width = GAP + SAMPLE + NAME_GAP + max(text_width(line) for name in lines for line in name)
    return DirectLabels(lines, tuple(middles), tuple(ends), width)


@dataclass(frozen=True)
class Legend:
    """Entries in equally wide columns, read downwards."""

    names: tuple[tuple[str, ...], ...]
    samples: tuple[Style | Fill, ...]
    columns: int
    column_width: float

    @property
    def width(self) -> float:
        """Width of all columns."""
        return self.columns * self.column_width

    @property
    def height(self) -> float:
        """Height of the longest column."""
        return max(sum(text_height(name) for name in part) for part in self._parts())

    def _parts(self) -> list[tuple[tuple[str, ...], ...]]:
        rows = -(-len(self.names) // self.columns)
        return [self.names[i : i + rows] for i in range(0, len(self.names), rows)]

    def draw(self, page: Page, left: float, top: float) -> None:
        """Draw with the upper left corner at a point."""
        samples = iter(self.samples)
        for column, part in enumerate(self._parts()):
            x, y = left + column * self.column_width, top
            for name in part:
                height = text_height(name)
                self._sample(page, x, y - FONT * LEADING / 2, next(samples))
                page.text(x + SAMPLE + NAME_GAP, y - height / 2, name, name="legend")
                y -= height

    @staticmethod
    def _sample(page: Page, x: float, y: float, sample: Style | Fill) -> None:
        if isinstance(sample, Fill):
            page.patch(Box(x, y - FONT * 0.4, SAMPLE, FONT * 0.8), sample)
        else:
            page.line([x, x + SAMPLE], [y, y], sample)


def legend(names: Sequence[str], samples: Sequence[Style | Fill], width: float, columns: int | None = None) -> Legend:
    """A legend in as many columns as a width holds, or in a given number."""
    lines = tuple(wrap(name, width - SAMPLE - NAME_GAP - GAP) for name in names)
    entry = SAMPLE + NAME_GAP + max(text_width(line) for name in lines for line in name) + 2 * GAP
    many = min(len(names), max(1, int((width + 2 * GAP) // entry)))
    # As many rows as needed, then no more columns than those rows need.
    rows = -(-len(names) // many)
    return Legend(lines, tuple(samples), columns or -(-len(names) // rows), entry)


def empty_corner(scene: Scene, top: float, axes: Box, width: float, height: float) -> tuple[float, float] | None:
    """Upper left point of a box in a corner of the axes where no curve, band or mark passes, or ``None``."""
    if width > axes.width - 2 * MARGIN or height > axes.height - 2 * MARGIN:
        return None
    left, right = axes.left + 2 * MARGIN, axes.right - width
    high, low = axes.top, axes.bottom + 2 * MARGIN + height

    def time_at(x: float) -> float:
        return scene.start + (x - axes.left) / axes.width * (scene.stop - scene.start)

    def value_at(y: float) -> float:
        return (y - axes.bottom) / axes.height * top

    for x, y in ((right, high), (left, low), (left, high), (right, low)):
        times = time_at(x - CLEARANCE), time_at(x + width + CLEARANCE)
        values = value_at(y - height - CLEARANCE), value_at(y + CLEARANCE)
        if not any(_passes(curve, times, values) for curve in scene.curves):
            return x, y
    return None


def _passes(curve: Curve, times: tuple[float, float], values: tuple[float, float]) -> bool:
    """Whether a curve or its band comes into a rectangle; exact for monotone curves in a corner."""
    if curve.time[-1] < times[0]:
        return False
    first = max(int(np.searchsorted(curve.time, times[0], side="right")) - 1, 0)
    last = int(np.searchsorted(curve.time, times[1], side="right"))
    seen: list[Float] = [column[first:last] for column in (curve.estimate, curve.low, curve.high)]
    reached = np.concatenate(seen)
    reached = reached[~np.isnan(reached)]
    return bool(reached.min() <= values[1] and reached.max() >= values[0])
