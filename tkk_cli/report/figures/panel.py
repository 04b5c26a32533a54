"""One panel of step curves, laid out from the text that has to fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tkk_cli.report.figures import risk_table
from tkk_cli.report.figures.curves import Curve, Float, Scene, group_name, time_title, value_title
from tkk_cli.report.figures.layout import Box, Page, line_settings, text_height, text_width, wrap
from tkk_cli.report.figures.legend import direct_labels, empty_corner, legend
from tkk_cli.report.figures.options import FigureOptions
from tkk_cli.report.figures.risk_table import Block, Row
from tkk_cli.report.figures.style import (
    BAND_OPACITY,
    COLUMN_WIDTH,
    FAINT,
    FONT,
    GAP,
    LEADING,
    LINE_WIDTH,
    MARGIN,
    POINTS_PER_MM,
    SMALL_FONT,
    STYLES,
    TICK,
    TITLE_FONT,
    Style,
    tint,
)
from tkk_cli.report.figures.ticks import percent_ticks, time_ticks
from tkk_cli.report.language import text
from tkk_cli.report.numbers import number, percent
from tkk_cli.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["compose"]

AXES_HEIGHT = {1: 52 * POINTS_PER_MM, 2: 80 * POINTS_PER_MM}
NAME_SHARE = {1: 0.33, 2: 0.25}  # of the figure's width, at most, for the names beside the counts
LABEL_SHARE = {1: 0.27, 2: 0.27}  # and for the names at the ends of the curves
LEAST_AXES_SHARE = 0.5


def compose(result: Result, scene: Scene, options: FigureOptions, language: str, opaque: bool) -> tuple[Figure, Float]:
    """The figure and the ticks of its time axis; ``opaque`` bands have a mixed tint instead of transparency."""
    width, axes_height = COLUMN_WIDTH[options.columns], AXES_HEIGHT[options.columns]
    unit = result.estimand["unit"]
    names = [group_name(result, curve.group, language) for curve in scene.curves]
    several = len(names) > 1
    styles = STYLES[: len(names)]
    marks = value_marks(scene)
    blocks = count_blocks(scene, names, options, language, NAME_SHARE[options.columns] * width)
    value_lines = wrap(value_title(result, scene, language), axes_height)
    left = left_margin(value_lines, marks, blocks, scene.start, language)

    labels = None
    if several and options.legend == "direct":
        labels = direct_labels(scene, names, marks[-1], axes_height, LABEL_SHARE[options.columns] * width)
    edge = MARGIN + last_half_width(blocks, scene, language)
    right = max(labels.width + MARGIN, edge) if labels else edge
    if labels and width - left - right < LEAST_AXES_SHARE * width:
        labels, right = None, edge
    axes_width = width - left - right
    suits = risk_table.fits(blocks, lambda t: number(t, language), language, axes_width, scene.stop - scene.start)
    ticks = time_ticks(scene.start, scene.stop, unit, suits)

    # Heights are known now; the page is built from the bottom up.
    key, corner = None, None
    if several and labels is None:
        key = legend(names, styles, width - 2 * MARGIN, columns=1)
        frame = Box(left, 0.0, axes_width, axes_height)
        corner = empty_corner(scene, marks[-1], frame, key.width, key.height)
        if corner is None:
            key = legend(names, styles, width - 2 * MARGIN)
    title = title_lines(options, width)
    head = MARGIN + FONT / 2 + text_height(title, TITLE_FONT) + (key.height + GAP if key and corner is None else 0.0)
    time_lines = time_title_lines(result, language, left + axes_width / 2, width)
    foot = axis_height(time_lines) + risk_table.height(blocks) + synthetic_height(result) + MARGIN
    page = Page(width, foot + axes_height + head)
    frame = Box(left, foot, axes_width, axes_height)

    axes = page.axes(frame)
    dress(axes, scene, ticks, marks, language)
    for curve, style in zip(scene.curves, styles, strict=True):
        draw_curve(axes, curve, style, options, opaque)
    page.upright(left - value_labels_width(marks, language) - GAP, frame.bottom + axes_height / 2, value_lines)
    positions = [left + (t - scene.start) / (scene.stop - scene.start) * axes_width for t in ticks]
    under = foot - axis_height(time_lines)
    page.text(left + axes_width / 2, under + text_height(time_lines) / 2, time_lines, align="center")
    risk_table.draw_blocks(page, blocks, ticks, positions, under, language)
    draw_title(page, title)
    draw_synthetic(page, result, language)
    if labels:
        labels.draw(page, frame, styles)
    elif key and corner:
        key.draw(page, corner[0], corner[1] + foot)
    elif key:
        key.draw(page, MARGIN, page.height - MARGIN - text_height(title, TITLE_FONT))
    return page.figure, ticks


def value_marks(scene: Scene) -> Float:
    """Marks of the probability axis; survival is shown from 0 to 100 per cent."""
    if scene.quantity == "survival":
        return percent_ticks(1.0)
    tops = [np.nanmax([*curve.estimate, *curve.high]) for curve in scene.curves]
    return percent_ticks(float(max(tops)))


def value_labels(marks: Float, language: str) -> list[str]:
    """``0 %``, ``50 %``; with decimals only where the marks need them."""
    digits = next(d for d in range(8) if np.allclose(100 * marks, np.round(100 * marks, d), rtol=0, atol=1e-9))
    return [percent(mark, language, digits) for mark in marks]


def value_labels_width(marks: Float, language: str) -> float:
    """Width of the widest of them, with the tick."""
    return 2 * TICK + max(map(text_width, value_labels(marks, language)))


def count_blocks(
    scene: Scene, names: Sequence[str], options: FigureOptions, language: str, widest: float
) -> tuple[Block, ...]:
    """The blocks of counts that the options ask for, one row a curve in the order of the curves."""
    if options.risk_table == "none":
        return ()
    kinds = ("at_risk", "events") if options.risk_table == "events" else ("at_risk",)
    suffix = f"_{scene.weighted}" if scene.weighted else ""
    blocks = []
    for kind in kinds:
        heading = text(f"figure_{kind}{suffix}", language)
        counts = [curve.at_risk if kind == "at_risk" else curve.events for curve in scene.curves]
        if len(names) == 1:
            blocks.append(Block((), (Row(wrap(heading, widest), None, counts[0]),)))
            continue
        wrapped = [risk_table.wrapped_name(name, widest) for name in names]
        rows = tuple(Row(*row) for row in zip(wrapped, STYLES, counts, strict=False))
        blocks.append(Block((heading,), rows))
    return tuple(blocks)


def left_margin(
    value_lines: Sequence[str], marks: Float, blocks: Sequence[Block], start: float, language: str
) -> float:
    """Room left of the axes for the probability axis and for the names beside the counts."""
    axis = text_height(value_lines) + GAP + value_labels_width(marks, language)
    names = risk_table.names_width(blocks) + GAP + risk_table.first_column_width(blocks, start, language) / 2
    return MARGIN + max(axis, names if blocks else 0.0)


def last_half_width(blocks: Sequence[Block], scene: Scene, language: str) -> float:
    """How far a tick label or a count may reach to the right of the axes."""
    numbers = [
        text_width(number(np.ceil(scene.stop), language)),
        risk_table.first_column_width(blocks, scene.start, language),
    ]
    return max(numbers) / 2


def title_lines(options: FigureOptions, width: float) -> tuple[str, ...]:
    """The title in lines; none by default."""
    return wrap(options.title, width - 2 * MARGIN, TITLE_FONT) if options.title else ()


def draw_title(page: Page, lines: Sequence[str]) -> None:
    """The title in the upper left corner."""
    page.text(MARGIN, page.height - MARGIN - text_height(lines, TITLE_FONT) / 2, lines, size=TITLE_FONT, name="title")


def time_title_lines(result: Result, language: str, middle: float, width: float) -> tuple[str, ...]:
    """The title of the time axis in lines that, centred on ``middle``, stay on the page."""
    return wrap(time_title(result, language), 2 * (min(middle, width - middle) - MARGIN))


def axis_height(time_lines: Sequence[str]) -> float:
    """Height of the ticks, their labels and the title of the time axis."""
    return 2 * TICK + FONT * LEADING + 2 + text_height(time_lines)


def synthetic(result: Result) -> bool:
    """Whether the data are synthetic."""
    return any(note.key == "synthetic" for note in result.notes)


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


def draw_curve(axes: Axes, curve: Curve, style: Style, options: FigureOptions, opaque: bool) -> None:
    """The band, the step function and, where asked, its censoring marks."""
    if not np.all(np.isnan(curve.high)):
        paint = {"color": tint(style.color)} if opaque else {"color": style.color, "alpha": BAND_OPACITY}
        time, low, high = corners(curve.time, curve.low, curve.high)
        axes.fill_between(time, low, high, linewidth=0, zorder=1, **paint)
    # Not clipped: half of a line along the edge would be missing.
    axes.plot(
        curve.time,
        curve.estimate,
        drawstyle="steps-post",
        clip_on=False,
        zorder=3,
        label=curve.group,
        **line_settings(style),
    )
    if options.censor_marks:
        axes.plot(
            curve.censored_time,
            curve.censored_estimate,
            linestyle="none",
            marker="|",
            markersize=5,
            markeredgewidth=LINE_WIDTH / 2,
            color=style.color,
            clip_on=False,
            zorder=3,
            label=f"{curve.group}:censored",
        )


def corners(time: Float, *values: Float) -> tuple[Float, ...]:
    """Vertices of step functions with their corners written out, so that an area keeps its last step before a gap."""
    return np.repeat(time, 2)[1:], *(np.repeat(v, 2)[:-1] for v in values)
