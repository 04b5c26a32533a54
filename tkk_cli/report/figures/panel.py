"""One panel of step curves, laid out from the text that has to fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tkk_cli.report.figures import frame, risk_table
from tkk_cli.report.figures.curves import Curve, Float, Scene, value_marks
from tkk_cli.report.figures.layout import Box, Page, line_settings, text_height, wrap
from tkk_cli.report.figures.legend import DirectLabels, direct_labels, empty_corner, legend
from tkk_cli.report.figures.options import FigureOptions
from tkk_cli.report.figures.risk_table import Block
from tkk_cli.report.figures.style import (
    BAND_OPACITY,
    COLUMN_WIDTH,
    FONT,
    GAP,
    LINE_WIDTH,
    MARGIN,
    POINTS_PER_MM,
    STYLES,
    Style,
)
from tkk_cli.report.figures.ticks import time_ticks
from tkk_cli.report.figures.words import group_name, heading, value_title
from tkk_cli.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["AXES_HEIGHT", "compose"]

AXES_HEIGHT = {1: 52 * POINTS_PER_MM, 2: 80 * POINTS_PER_MM}
NAMES_BESIDE = 0.33  # of the figure's width, at most, for names beside the counts
NAMES_AT_ENDS = 0.27  # and for names at the ends of the curves
OUTLINE_WIDTH = 0.4  # of a band
LEAST_AXES = 0.45  # of the figure's width that the names have to leave to the axes


def compose(result: Result, scene: Scene, options: FigureOptions, language: str, opaque: bool) -> tuple[Figure, Float]:
    """The figure and the ticks of its time axis; ``opaque`` bands are outlines instead of transparent areas."""
    width, axes_height = COLUMN_WIDTH[options.columns], AXES_HEIGHT[options.columns]
    names = [group_name(result, curve.group, language) for curve in scene.curves]
    styles, marks, span = STYLES[: len(names)], value_marks(scene), scene.stop - scene.start
    value_lines = wrap(value_title(result, scene, language), axes_height)
    plan = _plan(scene, names, value_lines, marks, options, language)
    axes_width = width - plan.left - plan.right
    middle = plan.left + axes_width / 2
    suits = risk_table.fits(plan.blocks, language, axes_width, span)
    ticks = time_ticks(scene.start, scene.stop, result.estimand["unit"], suits)

    # A legend goes into an empty corner, or above the axes and then makes the figure higher.
    needs_key = len(names) > 1 and plan.labels is None
    key = legend(names, styles, width - 2 * MARGIN, columns=1)
    corner = empty_corner(scene, marks[-1], Box(plan.left, 0.0, axes_width, axes_height), key.width, key.height)
    above = needs_key and corner is None
    if above:
        key = legend(names, styles, width - 2 * MARGIN)
    title = frame.title_height(options, width)
    time_lines = frame.time_title_lines(result, language, middle, width)
    under_axes = frame.AXIS_HEIGHT + text_height(time_lines)
    foot = under_axes + risk_table.height(plan.blocks) + frame.synthetic_height(result) + MARGIN
    page = Page(width, foot + axes_height + FONT / 2 + (key.height + GAP if above else 0.0) + title + MARGIN)
    box = Box(plan.left, foot, axes_width, axes_height)

    axes = page.axes(box)
    frame.dress(axes, scene, ticks, marks, language)
    for curve, style in zip(scene.curves, styles, strict=True):
        _draw_curve(axes, curve, style, options, opaque)
    page.upright(box.left - frame.value_labels_width(marks, language) - GAP, box.bottom + axes_height / 2, value_lines)
    page.text(middle, foot - frame.AXIS_HEIGHT - text_height(time_lines) / 2, time_lines, align="center")
    positions = [box.left + (t - scene.start) / span * axes_width for t in ticks]
    risk_table.draw_blocks(page, plan.blocks, ticks, positions, foot - under_axes, language)
    frame.draw_title(page, options)
    frame.draw_synthetic(page, result, language)
    if plan.labels is not None:
        plan.labels.draw(page, box, styles)
    elif needs_key and corner is not None:
        key.draw(page, corner[0], corner[1] + foot)
    elif needs_key:
        left = min(box.left, page.width - MARGIN - key.width)
        key.draw(page, max(left, MARGIN), page.height - MARGIN - title)
    return page.figure, ticks


@dataclass(frozen=True)
class _Plan:
    """Where names go and what room that leaves."""

    blocks: tuple[Block, ...]
    left: float
    right: float
    labels: DirectLabels | None


def _plan(
    scene: Scene,
    names: Sequence[str],
    value_lines: Sequence[str],
    marks: Float,
    options: FigureOptions,
    language: str,
) -> _Plan:
    """The first arrangement that leaves the axes wide enough, from the easiest to read to the narrowest."""
    width, height = COLUMN_WIDTH[options.columns], AXES_HEIGHT[options.columns]
    labels = None
    if len(names) > 1 and options.legend == "direct":
        labels = direct_labels(scene, names, marks[-1], height, NAMES_AT_ENDS * width)
    attempts = [(tried, beside) for tried in (labels, None) for beside in (NAMES_BESIDE * width, 0.0)]
    for tried, beside in attempts:
        blocks = _count_blocks(scene, names, options, language, beside)
        left = frame.left_margin(value_lines, marks, blocks, scene.start, language)
        right = frame.right_margin(blocks, scene, language)
        if tried is not None:
            right = max(right, tried.width + MARGIN)
        if width - left - right >= LEAST_AXES * width:
            break
    return _Plan(blocks, left, right, tried)


def _count_blocks(
    scene: Scene, names: Sequence[str], options: FigureOptions, language: str, beside: float
) -> tuple[Block, ...]:
    """The blocks of counts that the options ask for, one row a curve in the order of the curves."""
    kinds = {"none": (), "risk": ("at_risk",), "events": ("at_risk", "events")}[options.risk_table]
    width = COLUMN_WIDTH[options.columns]
    blocks = []
    for kind in kinds:
        words = heading(kind, scene, language)
        counts = [curve.at_risk if kind == "at_risk" else curve.events for curve in scene.curves]
        if len(names) == 1:
            blocks.append(Block((), risk_table.rows([words], [None], counts, beside, width)))
        else:
            rows = risk_table.rows(names, STYLES[: len(names)], counts, beside, width)
            blocks.append(Block(wrap(words, width - 2 * MARGIN), rows))
    return tuple(blocks)


def _outline_band(axes: Axes, curve: Curve, style: Style) -> None:
    """The limits as thin steps: without transparency a filled band would hide the groups behind it."""
    for limit in (curve.low, curve.high):
        steps = axes.plot(curve.time, limit, drawstyle="steps-post", zorder=1)[0]
        steps.set(**line_settings(style) | {"linewidth": OUTLINE_WIDTH})


def _draw_curve(axes: Axes, curve: Curve, style: Style, options: FigureOptions, opaque: bool) -> None:
    """The band, the step function and, where asked, its censoring marks."""
    if not np.all(np.isnan(curve.high)):
        if opaque:
            _outline_band(axes, curve, style)
        else:
            time, low, high = frame.corners(curve.time, curve.low, curve.high)
            axes.fill_between(time, low, high, linewidth=0, zorder=1, color=style.color, alpha=BAND_OPACITY)
    # Not clipped: half of a line along the edge would be missing.
    steps = axes.plot(curve.time, curve.estimate, drawstyle="steps-post", zorder=3, label=curve.group)[0]
    steps.set(clip_on=False, **line_settings(style))
    if options.censor_marks:
        marks = axes.plot(curve.censored_time, curve.censored_estimate, zorder=3, label=f"{curve.group}:censored")[0]
        marks.set(
            color=style.color,
            linestyle="none",
            marker="|",
            markersize=5,
            markeredgewidth=LINE_WIDTH / 2,
            clip_on=False,
        )
