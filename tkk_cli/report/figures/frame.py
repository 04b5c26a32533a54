"""What every figure has around its curves: axes, titles, counts and the label of synthetic data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tkk_cli.report.figures import risk_table
from tkk_cli.report.figures.curves import Float, Scene
from tkk_cli.report.figures.layout import Page, text_height, text_width, wrap
from tkk_cli.report.figures.options import FigureOptions, FlowFigureOptions, RegressFigureOptions
from tkk_cli.report.figures.risk_table import Block
from tkk_cli.report.figures.style import FAINT, FONT, GAP, LEADING, MARGIN, SMALL_FONT, TICK, TITLE_FONT
from tkk_cli.report.figures.words import synthetic, time_title, value_labels
from tkk_cli.report.language import text
from tkk_cli.report.numbers import number
from tkk_cli.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AnyFigureOptions = FigureOptions | RegressFigureOptions | FlowFigureOptions
AXIS_HEIGHT = 2 * TICK + FONT * LEADING + 2  # ticks of the time axis and their labels


def value_labels_width(marks: Float, language: str) -> float:
    """Width of the widest of them, with the tick."""
    return 2 * TICK + max(map(text_width, value_labels(marks, language)))


def left_margin(
    value_lines: Sequence[str], marks: Float, blocks: Sequence[Block], start: float, language: str
) -> float:
    """Room left of the axes for the probability axis and for the names beside the counts."""
    axis = text_height(value_lines) + GAP + value_labels_width(marks, language)
    return MARGIN + max(axis, risk_table.left_width(blocks, start, language))


def right_margin(blocks: Sequence[Block], scene: Scene, language: str) -> float:
    """Room right of the axes for half of the last tick label and count."""
    last = text_width(number(np.ceil(scene.stop), language)) / 2
    return MARGIN + max(last, risk_table.first_half_width(blocks, scene.start, language))


def title_lines(options: AnyFigureOptions, width: float) -> tuple[str, ...]:
    """The title in lines; none by default."""
    return wrap(options.title, width - 2 * MARGIN, TITLE_FONT) if options.title else ()


def title_height(options: AnyFigureOptions, width: float) -> float:
    """Height of the title."""
    return text_height(title_lines(options, width), TITLE_FONT)


def draw_title(page: Page, options: AnyFigureOptions) -> None:
    """The title in the upper left corner."""
    lines = title_lines(options, page.width)
    page.text(MARGIN, page.height - MARGIN - text_height(lines, TITLE_FONT) / 2, lines, size=TITLE_FONT, name="title")


def time_title_lines(result: Result, language: str, middle: float, width: float) -> tuple[str, ...]:
    """The title of the time axis in lines that, centred on ``middle``, stay on the page."""
    return wrap(time_title(result, language), 2 * (min(middle, width - middle) - MARGIN))


def synthetic_height(result: Result) -> float:
    """Height of the line that says so."""
    return SMALL_FONT * LEADING if synthetic(result) else 0.0


def draw_synthetic(page: Page, result: Result, language: str) -> None:
    """Label synthetic data in the lower right corner, on a line of its own."""
    if synthetic(result):
        words = text("figure_synthetic", language)
        y = MARGIN + SMALL_FONT * LEADING / 2
        page.text(page.width - MARGIN, y, (words,), align="right", size=SMALL_FONT, color=FAINT, name="synthetic")


def dress(axes: Axes, scene: Scene, ticks: Float, marks: Float, language: str) -> None:
    """Limits, ticks and tick labels."""
    axes.set_xlim(scene.start, scene.stop)
    axes.set_ylim(0.0, marks[-1])
    axes.set_xticks(ticks, [number(t, language) for t in ticks])
    axes.set_yticks(marks, value_labels(marks, language))


def corners(time: Float, *values: Float) -> tuple[Float, ...]:
    """Vertices of step functions with their corners written out, so that an area keeps its last step before a gap."""
    return np.repeat(time, 2)[1:], *(np.repeat(v, 2)[:-1] for v in values)
