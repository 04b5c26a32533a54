"""Stacked cumulative incidences of competing events, one panel a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tkk_cli.report.figures import frame, risk_table
from tkk_cli.report.figures.curves import Curve, Float, Scene
from tkk_cli.report.figures.layout import Box, Page, text_height, wrap
from tkk_cli.report.figures.legend import Legend, legend
from tkk_cli.report.figures.options import FigureOptions
from tkk_cli.report.figures.panel import AXES_HEIGHT
from tkk_cli.report.figures.risk_table import Block
from tkk_cli.report.figures.style import AXIS_WIDTH, COLUMN_WIDTH, FILLS, FONT, GAP, INK, MARGIN, POINTS_PER_MM
from tkk_cli.report.figures.ticks import percent_ticks, time_ticks
from tkk_cli.report.figures.words import group_name, heading, value_title
from tkk_cli.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["compose_stacked", "stack"]

SMALL_AXES_HEIGHT = 38 * POINTS_PER_MM
NAMES_BESIDE = 0.22  # of the figure's width, at most, for names beside the counts


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
    grid = _grid(result, scene, options, language)
    width, marks, span = COLUMN_WIDTH[options.columns], percent_ticks(1.0), scene.stop - scene.start
    title = frame.title_height(options, width)
    middle = (grid.left + width - grid.side) / 2
    time_lines = frame.time_title_lines(result, language, middle, width)
    head = MARGIN + title + grid.key.height + GAP
    under = frame.AXIS_HEIGHT + risk_table.height(grid.blocks[0])
    step = grid.name_height + FONT / 2 + grid.height + under + 2 * GAP
    # Only the lowest row carries the title of the time axis, between its ticks and its counts.
    foot = text_height(time_lines) + MARGIN + frame.synthetic_height(result) - 2 * GAP
    page = Page(width, head + grid.down * step + foot)

    for i, (name, blocks) in enumerate(zip(grid.names, grid.blocks, strict=True)):
        row, column = divmod(i, grid.across)
        bottom = page.height - head - row * step - grid.name_height - FONT / 2 - grid.height
        box = Box(grid.left + column * (grid.axes_width + grid.between), bottom, grid.axes_width, grid.height)
        page.text(box.left, box.top + FONT / 2 + text_height(name) / 2, name, name="panel")
        axes = page.axes(box)
        frame.dress(axes, scene, grid.ticks, marks, language)
        _draw_areas(axes, scene.curves[i * len(grid.causes) : (i + 1) * len(grid.causes)])
        if column:
            axes.set_yticklabels([])
        else:
            right = box.left - frame.value_labels_width(marks, language) - GAP
            page.upright(right, bottom + grid.height / 2, grid.value_lines)
        below = bottom - frame.AXIS_HEIGHT
        if row == grid.down - 1:
            if column == 0:
                page.text(middle, below - text_height(time_lines) / 2, time_lines, align="center")
            below -= text_height(time_lines)
        positions = [box.left + (t - scene.start) / span * grid.axes_width for t in grid.ticks]
        risk_table.draw_blocks(page, blocks, grid.ticks, positions, below, language, named=column == 0)
    grid.key.draw(page, max(MARGIN, min(grid.left, width - MARGIN - grid.key.width)), page.height - MARGIN - title)
    frame.draw_title(page, options)
    frame.draw_synthetic(page, result, language)
    return page.figure, grid.ticks


@dataclass(frozen=True)
class _Grid:
    """Sizes and texts that all panels share, and one entry a group of ``names`` and ``blocks``."""

    across: int
    down: int
    height: float
    axes_width: float
    left: float
    side: float
    between: float
    names: tuple[tuple[str, ...], ...]
    name_height: float
    causes: tuple[str, ...]
    blocks: tuple[tuple[Block, ...], ...]
    value_lines: tuple[str, ...]
    key: Legend
    ticks: Float


def _grid(result: Result, scene: Scene, options: FigureOptions, language: str) -> _Grid:
    width, groups = COLUMN_WIDTH[options.columns], scene.groups
    across = panels_in_a_row(len(groups), options.columns)
    height = AXES_HEIGHT[options.columns] if len(groups) == 1 else SMALL_AXES_HEIGHT
    each = len(scene.curves) // len(groups)
    causes = tuple(result.label("causes", curve.cause, language) for curve in scene.curves[:each])
    blocks = tuple(
        _blocks(scene, scene.curves[i * each : (i + 1) * each], causes, options, language) for i in range(len(groups))
    )
    every = [block for own in blocks for block in own]
    value_lines = wrap(value_title(result, scene, language, with_cause=False), height)
    left = frame.left_margin(value_lines, percent_ticks(1.0), every, scene.start, language)
    side = frame.right_margin(every, scene, language)
    between = 2 * side
    axes_width = (width - left - side - between * (across - 1)) / across
    suits = risk_table.fits(every, language, axes_width, scene.stop - scene.start)
    names = tuple(wrap(group_name(result, g, language), axes_width) if len(groups) > 1 else () for g in groups)
    return _Grid(
        across=across,
        down=-(-len(groups) // across),
        height=height,
        axes_width=axes_width,
        left=left,
        side=side,
        between=between,
        names=names,
        name_height=max(map(text_height, names)),
        causes=causes,
        blocks=blocks,
        value_lines=value_lines,
        key=legend(causes, FILLS[:each], width - 2 * MARGIN),
        ticks=time_ticks(scene.start, scene.stop, result.estimand["unit"], suits),
    )


def _blocks(
    scene: Scene, curves: tuple[Curve, ...], causes: tuple[str, ...], options: FigureOptions, language: str
) -> tuple[Block, ...]:
    """Numbers at risk of one group and, where asked, the events of each cause."""
    width = COLUMN_WIDTH[options.columns]
    beside = NAMES_BESIDE * width
    blocks = []
    if options.risk_table != "none":
        words = heading("at_risk", scene, language)
        blocks.append(Block((), risk_table.rows([words], [None], [curves[0].at_risk], beside, width)))
    if options.risk_table == "events":
        title = wrap(heading("events", scene, language), width - 2 * MARGIN)
        counts = [curve.events for curve in curves]
        blocks.append(Block(title, risk_table.rows(causes, [None] * len(causes), counts, beside, width)))
    return tuple(blocks)


def _draw_areas(axes: Axes, curves: tuple[Curve, ...]) -> None:
    times, edges = stack(curves)
    lower = np.zeros(len(times))
    for curve, upper, fill in zip(curves, edges, FILLS, strict=False):
        time, low, high = frame.corners(times, lower, upper)
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
