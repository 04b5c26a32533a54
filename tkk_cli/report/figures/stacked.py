"""Stacked cumulative incidences of competing events, one panel a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tkk_cli.report.figures import risk_table
from tkk_cli.report.figures.curves import Curve, Float, Scene, group_name, value_title
from tkk_cli.report.figures.layout import Box, Page, text_height, wrap
from tkk_cli.report.figures.legend import legend
from tkk_cli.report.figures.options import FigureOptions
from tkk_cli.report.figures.panel import (
    AXES_HEIGHT,
    axis_height,
    corners,
    draw_synthetic,
    draw_title,
    dress,
    last_half_width,
    left_margin,
    synthetic_height,
    time_title_lines,
    title_lines,
    value_labels_width,
)
from tkk_cli.report.figures.risk_table import Block, Row
from tkk_cli.report.figures.style import (
    AXIS_WIDTH,
    COLUMN_WIDTH,
    FILLS,
    FONT,
    GAP,
    INK,
    MARGIN,
    POINTS_PER_MM,
    TITLE_FONT,
)
from tkk_cli.report.figures.ticks import percent_ticks, time_ticks
from tkk_cli.report.language import text
from tkk_cli.report.numbers import number
from tkk_cli.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["compose_stacked", "stack"]

SMALL_AXES_HEIGHT = 38 * POINTS_PER_MM
NAME_SHARE = 0.22


def stack(curves: tuple[Curve, ...]) -> tuple[Float, Float]:
    """Common times of the causes of one group and the upper edge of each cause's area, (causes, times)."""
    times = np.unique(np.concatenate([curve.time for curve in curves]))
    return times, np.cumsum([curve.value(times) for curve in curves], axis=0)


def panels_in_a_row(groups: int, columns: int) -> int:
    """How many panels stand side by side."""
    if columns == 1:
        return 1 if groups <= 3 else 2
    return {1: 1, 2: 2, 4: 2}.get(groups, 3)


def compose_stacked(result: Result, scene: Scene, options: FigureOptions, language: str) -> tuple[Figure, Float]:
    """The figure and the ticks of its time axes."""
    width = COLUMN_WIDTH[options.columns]
    groups = scene.groups
    across = panels_in_a_row(len(groups), options.columns)
    down = -(-len(groups) // across)
    height = AXES_HEIGHT[options.columns] if len(groups) == 1 else SMALL_AXES_HEIGHT
    causes = [curve.cause for curve in scene.curves if curve.group == groups[0]]
    cause_names = [result.label("causes", cause, language) for cause in causes]
    blocks = {group: _blocks(scene, group, cause_names, options, language, NAME_SHARE * width) for group in groups}
    every_block = [block for own in blocks.values() for block in own]
    marks = percent_ticks(1.0)
    total_height = height * down
    value_lines = wrap(value_title(result, scene, language, with_cause=False), total_height)
    left = left_margin(value_lines, marks, every_block, scene.start, language)
    side = last_half_width(every_block, scene, language)
    between = 2 * side + GAP
    axes_width = (width - left - side - MARGIN - between * (across - 1)) / across
    span = scene.stop - scene.start
    suits = risk_table.fits(every_block, lambda t: number(t, language), language, axes_width, span)
    ticks = time_ticks(scene.start, scene.stop, result.estimand["unit"], suits)

    key = legend(cause_names, FILLS[: len(causes)], width - 2 * MARGIN)
    title = title_lines(options, width)
    names = {g: wrap(group_name(result, g, language), axes_width) if len(groups) > 1 else () for g in groups}
    name_height = max(text_height(lines) for lines in names.values())
    head = MARGIN + text_height(title, TITLE_FONT) + key.height + GAP
    middle = (left + width - side - MARGIN) / 2
    time_lines = time_title_lines(result, language, middle, width)
    under = axis_height(()) + risk_table.height(blocks[groups[0]])
    row_height = name_height + FONT / 2 + height + under + (GAP if down > 1 else 0.0)
    foot = MARGIN + synthetic_height(result)
    # Only the lowest row carries the title of the time axis, between its ticks and its counts.
    page = Page(width, head + down * row_height + text_height(time_lines) + foot)

    for i, group in enumerate(groups):
        row, column = divmod(i, across)
        lowest = row == down - 1
        bottom = page.height - head - row * row_height - name_height - FONT / 2 - height
        frame = Box(left + column * (axes_width + between), bottom, axes_width, height)
        page.text(frame.left, frame.top + FONT / 2 + text_height(names[group]) / 2, names[group], name="panel")
        axes = page.axes(frame)
        dress(axes, scene, ticks, marks, language)
        if column:
            axes.set_yticklabels([])
        _draw_areas(axes, tuple(curve for curve in scene.curves if curve.group == group))
        positions = [frame.left + (t - scene.start) / span * axes_width for t in ticks]
        below = bottom - axis_height(()) - (text_height(time_lines) if lowest else 0.0)
        risk_table.draw_blocks(page, blocks[group], ticks, positions, below, language, named=column == 0)
    lowest_axes = page.height - head - (down - 1) * row_height - name_height - FONT / 2 - height
    page.text(middle, lowest_axes - axis_height(()) - text_height(time_lines) / 2, time_lines, align="center")
    highest = page.height - head - name_height - FONT / 2
    page.upright(left - value_labels_width(marks, language) - GAP, (highest + lowest_axes) / 2, value_lines)
    key.draw(page, MARGIN, page.height - MARGIN - text_height(title, TITLE_FONT))
    draw_title(page, title)
    draw_synthetic(page, result, language)
    return page.figure, ticks


def _blocks(
    scene: Scene, group: str, cause_names: list[str], options: FigureOptions, language: str, widest: float
) -> tuple[Block, ...]:
    if options.risk_table == "none":
        return ()
    own = [curve for curve in scene.curves if curve.group == group]
    suffix = f"_{scene.weighted}" if scene.weighted else ""
    blocks = [Block((), (Row(wrap(text(f"figure_at_risk{suffix}", language), widest), None, own[0].at_risk),))]
    if options.risk_table == "events":
        heading = wrap(text(f"figure_events{suffix}", language), widest)
        rows = tuple(Row(wrap(name, widest), None, curve.events) for name, curve in zip(cause_names, own, strict=True))
        blocks.append(Block(heading, rows))
    return tuple(blocks)


def _draw_areas(axes: Axes, curves: tuple[Curve, ...]) -> None:
    times, edges = stack(curves)
    lower = np.zeros(len(times))
    for curve, upper, fill in zip(curves, edges, FILLS, strict=False):
        time, low, high = corners(times, lower, upper)
        axes.fill_between(
            time,
            low,
            high,
            facecolor=fill.color,
            hatch=fill.hatch or None,
            edgecolor="white" if fill.hatch else "none",
            linewidth=0,
            zorder=1,
        )
        axes.plot(
            times,
            upper,
            drawstyle="steps-post",
            color=INK,
            linewidth=AXIS_WIDTH,
            zorder=2,
            clip_on=False,
            label=curve.cause,
        )
        lower = upper
