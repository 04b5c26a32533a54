"""Geometry of a figure, in points from its lower left corner: measured text, boxes that keep apart, a blank page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

from tkk_cli.report.figures.style import AXIS_WIDTH, FONT, INK, LEADING, LINE_WIDTH, TICK, Fill, Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Box", "Page", "push_apart", "text_height", "text_width", "wrap"]

Float = NDArray[np.float64]

_FINE = 10  # text is measured ten times larger, where hinting to whole pixels no longer matters


class Box(NamedTuple):
    """A rectangle in points."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.bottom + self.height


@lru_cache(maxsize=4096)
def text_width(words: str, size: float = FONT) -> float:
    """Width of one line of text in points."""
    font = FontProperties(family="DejaVu Sans", size=size)
    width: float = _renderer().get_text_width_height_descent(words, font, False)[0]
    return width / _FINE


@lru_cache(maxsize=1)
def _renderer() -> Any:
    return RendererAgg(8, 8, 72 * _FINE)  # type: ignore[no-untyped-call]


def text_height(lines: Sequence[str], size: float = FONT) -> float:
    """Height that lines of text take up."""
    return len(lines) * size * LEADING


def wrap(words: str, width: float, size: float = FONT) -> tuple[str, ...]:
    """Text in as few lines as fit a width, none much shorter than the others; a word too long for it is cut."""
    pieces = [part for word in words.split(" ") if word for part in _cut(word, width, size)]
    lines = _fill(pieces, width, size)
    # The narrowest width that needs no more lines gives the most even ones.
    for word_width in sorted({text_width(line, size) for line in _runs(pieces)}):
        if word_width <= width and len(even := _fill(pieces, word_width, size)) == len(lines):
            return even
    return lines


def _runs(pieces: list[str]) -> list[str]:
    return [" ".join(pieces[i:j]) for i in range(len(pieces)) for j in range(i + 1, len(pieces) + 1)]


def _fill(pieces: list[str], width: float, size: float) -> tuple[str, ...]:
    lines: list[str] = []
    for piece in pieces:
        if lines and text_width(f"{lines[-1]} {piece}", size) <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return tuple(lines) or ("",)


def _cut(word: str, width: float, size: float) -> list[str]:
    parts = []
    while text_width(word, size) > width and len(word) > 4:
        keep = len(word) - 2
        while keep > 2 and text_width(word[:keep] + "-", size) > width:
            keep -= 1
        # A hyphen that is already there is the better place.
        hyphen = word.rfind("-", 2, keep + 1)
        parts.append(word[: hyphen + 1] if hyphen > 0 else word[:keep] + "-")
        word = word[hyphen + 1 :] if hyphen > 0 else word[keep:]
    return [*parts, word]


def push_apart(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float] | None:
    """Centres of boxes on a line, as near as possible to where they are wanted, in that order and without overlap.

    ``None`` when they do not fit between ``low`` and ``high``. Neighbours that would overlap form a block centred on
    their mean wish (pooling of adjacent violators), O(n).
    """
    if sum(heights) > high - low:
        return None
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[_Block] = []

    def bottom(block: _Block) -> float:
        return min(max(block.wishes / len(block.members), low), high - block.height)

    for i in order:
        block = _Block([i], heights[i], wanted[i] - heights[i] / 2)
        while blocks and bottom(blocks[-1]) + blocks[-1].height > bottom(block):
            before = blocks.pop()
            # Each member of the upper block wishes the joint block that much lower.
            wishes = before.wishes + block.wishes - len(block.members) * before.height
            block = _Block(before.members + block.members, before.height + block.height, wishes)
        blocks.append(block)
    centres = [0.0] * len(wanted)
    for block in blocks:
        edge = bottom(block)
        for i in block.members:
            centres[i] = edge + heights[i] / 2
            edge += heights[i]
    return centres


class _Block(NamedTuple):
    """Boxes that touch: their order, joint height and the sum of where each wishes the block's lower edge."""

    members: list[int]
    height: float
    wishes: float


class Page:
    """A figure of an exact size on which everything is placed in points."""

    def __init__(self, width: float, height: float) -> None:
        self.figure = Figure(figsize=(width / 72, height / 72), facecolor="white")
        FigureCanvasAgg(self.figure)
        self.width, self.height = width, height
        self.points = Affine2D().scale(1 / 72) + self.figure.dpi_scale_trans

    def text(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        align: str = "left",
        size: float = FONT,
        color: str = INK,
        name: str = "",
    ) -> None:
        """Lines of text around the height ``y``, the middle of the block."""
        top = y + text_height(lines, size) / 2
        for i, line in enumerate(lines):
            self.figure.text(
                x,
                top - (i + 0.5) * size * LEADING,
                line,
                transform=self.points,
                ha=align,
                va="center_baseline",
                fontsize=size,
                color=color,
                label=name,
            )

    def upright(self, x: float, y: float, lines: Sequence[str]) -> None:
        """Lines of text that read upwards; ``x`` is the right edge of the last one."""
        for i, line in enumerate(reversed(lines)):
            self.figure.text(
                x - (i + 0.5) * FONT * LEADING, y, line, transform=self.points, rotation=90, ha="center", va="center"
            )

    def line(self, xs: Sequence[float], ys: Sequence[float], style: Style) -> None:
        """A piece of line in the style of a curve."""
        self.figure.add_artist(Line2D(xs, ys, transform=self.points, **line_settings(style)))

    def patch(self, box: Box, fill: Fill) -> None:
        """A box filled like a stacked area."""
        self.figure.add_artist(
            Rectangle(
                (box.left, box.bottom),
                box.width,
                box.height,
                transform=self.points,
                facecolor=fill.color,
                hatch=fill.hatch,
                edgecolor="white" if fill.hatch else "none",
                linewidth=0,
            )
        )
        self.figure.add_artist(
            Rectangle(
                (box.left, box.bottom),
                box.width,
                box.height,
                transform=self.points,
                fill=False,
                edgecolor=INK,
                linewidth=AXIS_WIDTH,
            )
        )

    def axes(self, box: Box) -> Axes:
        """Axes that fill a box exactly, with a left and a lower spine."""
        axes = self.figure.add_axes(
            (box.left / self.width, box.bottom / self.height, box.width / self.width, box.height / self.height)
        )
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(length=TICK, width=AXIS_WIDTH, pad=TICK, labelsize=FONT)
        return axes


def line_settings(style: Style) -> dict[str, Any]:
    """Matplotlib's names for the style of a curve."""
    return {"color": style.color, "linewidth": LINE_WIDTH, "linestyle": (0, style.dashes) if style.dashes else "-"}
