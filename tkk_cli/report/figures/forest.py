"""The forest plot of a regression: a line an effect, laid out from the text that has to fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tkk_cli.report.effects import model_names
from tkk_cli.report.figures import frame
from tkk_cli.report.figures.forest_rows import Line, Plot, read_plot
from tkk_cli.report.figures.layout import Box, Float, Page, text_height, text_width, wrap
from tkk_cli.report.figures.options import RegressFigureOptions
from tkk_cli.report.figures.style import (
    AXIS_WIDTH,
    COLUMN_WIDTH,
    FAINT,
    FONT,
    GAP,
    INK,
    LEADING,
    LINE_WIDTH,
    MARGIN,
    STYLES,
    TICK,
)
from tkk_cli.report.figures.ticks import ratio_ticks, value_ticks
from tkk_cli.report.language import text
from tkk_cli.report.numbers import number
from tkk_cli.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["compose_forest"]

INDENT = 8.0
LINE_GAP = 4.0  # between lines of different labels
WIDEST_LABEL = {1: 0.34, 2: 0.36}  # of the figure's width
LEAST_AXES = 0.22
MARKERS = ("s", "o", "D", "^", "v", "P", "X", "*")
MARKER_SIZE = 4.6
COLUMN_GAP = 10.0
REACH = 0.75  # how far beyond the estimates an interval may stretch the axis, in widths of the estimates


@dataclass(frozen=True, eq=False)
class _Layout:
    """Where the columns are and how high each line is."""

    labels: tuple[tuple[str, ...], ...]
    heights: Float
    counts_right: float
    axes_left: float
    axes_right: float


def compose_forest(result: Result, options: RegressFigureOptions, language: str) -> Figure:
    """Estimates as squares with their intervals on a shared axis, labels and numbers beside them."""
    plot = read_plot(result, options, language)
    width = COLUMN_WIDTH[options.columns]
    plan = _layout(plot, options, language)
    axes_width = plan.axes_right - plan.axes_left
    # The numbers stand under the words of the axis, which are the heading of their column too.
    head_lines = wrap(plot.heading, width - MARGIN - plan.axes_right - COLUMN_GAP)
    counts_lines = wrap(text("forest_counts", language), 60.0) if plan.counts_right else ("",)
    head = text_height(max(head_lines, counts_lines, key=len)) + GAP
    title_lines = wrap(plot.axis, axes_width + 2 * COLUMN_GAP)
    foot = MARGIN + frame.synthetic_height(result) + text_height(title_lines) + frame.AXIS_HEIGHT
    names = [model_names(result, language)[name] for name in plot.sets]
    key_height = sum(text_height(wrap(name, width - 2 * MARGIN - 2 * GAP)) for name in names)
    key_height += GAP if names else 0.0
    title = frame.title_height(options, width)
    body = float(plan.heights.sum()) + LINE_GAP
    page = Page(width, foot + body + head + key_height + title + 2 * MARGIN)

    axes = page.axes(Box(plan.axes_left, foot, axes_width, body))
    _dress(axes, plot, axes_width, body, language)
    tops = foot + body - np.cumsum(plan.heights) + plan.heights
    for line, lines, top in zip(plot.lines, plan.labels, tops, strict=True):
        # A label of several lines stands beside its estimate with the first of them.
        first = top - _gap(line) - FONT * LEADING / 2
        page.text(MARGIN + line.depth * INDENT, top - _gap(line) - text_height(lines) / 2, lines, name="label")
        page.text(width - MARGIN, first, (line.estimate,), align="right", name="estimate")
        if line.counts and plan.counts_right:
            page.text(plan.counts_right, first, (line.counts,), align="right", name="counts")
        _draw(axes, plot, line, first - foot)
    top = foot + body + GAP
    page.text(width - MARGIN, top + text_height(head_lines) / 2, head_lines, align="right", name="heading")
    if plan.counts_right:
        middle = top + text_height(counts_lines) / 2
        page.text(plan.counts_right, middle, counts_lines, align="right", name="heading")
    middle = plan.axes_left + axes_width / 2
    page.text(middle, foot - frame.AXIS_HEIGHT - text_height(title_lines) / 2, title_lines, align="center", name="axis")
    _draw_key(page, names, page.height - MARGIN - title)
    frame.draw_title(page, options)
    frame.draw_synthetic(page, result, language)
    return page.figure


def _layout(plot: Plot, options: RegressFigureOptions, language: str) -> _Layout:
    """Labels as wide as leave the axes room."""
    for share in (1.0, 0.85, 0.7, 0.55):
        plan = _with_labels(plot, options, language, share * WIDEST_LABEL[options.columns])
        if plan.axes_right - plan.axes_left >= LEAST_AXES * COLUMN_WIDTH[options.columns]:
            break
    return plan


def _with_labels(plot: Plot, options: RegressFigureOptions, language: str, share: float) -> _Layout:
    width = COLUMN_WIDTH[options.columns]
    widest = share * width
    labels = tuple(wrap(line.label, widest - line.depth * INDENT) for line in plot.lines)
    label_width = max(
        line.depth * INDENT + max(map(text_width, lines)) for line, lines in zip(plot.lines, labels, strict=True)
    )
    counts = [text_width(line.counts) for line in plot.lines if line.counts]
    # A figure of one column has no room for counts.
    heading = max(map(text_width, wrap(text("forest_counts", language), 60.0)))
    counts_width = COLUMN_GAP + max(*counts, heading) if counts and options.columns == 2 else 0.0
    estimates = max(text_width(line.estimate) for line in plot.lines)
    counts_right = MARGIN + label_width + counts_width if counts_width else 0.0
    heights = _heights(plot, labels)
    return _Layout(
        labels=labels,
        heights=heights,
        counts_right=counts_right,
        axes_left=MARGIN + label_width + counts_width + COLUMN_GAP,
        axes_right=width - MARGIN - estimates - COLUMN_GAP,
    )


def _heights(plot: Plot, labels: tuple[tuple[str, ...], ...]) -> Float:
    """A line of text each; a longer label may stand beside the lines of its adjustment sets."""
    heights = np.array([FONT * LEADING + _gap(line) for line in plot.lines])
    starts = [i for i, line in enumerate(plot.lines) if line.label]
    for start, stop in zip(starts, [*starts[1:], len(plot.lines)], strict=True):
        heights[stop - 1] += max(0.0, text_height(labels[start]) - (stop - start) * FONT * LEADING)
    return heights


def _gap(line: Line) -> float:
    """Above a line; the adjustment sets of one level stand together."""
    return LINE_GAP if line.label else 0.0


def _dress(axes: Axes, plot: Plot, width: float, height: float, language: str) -> None:
    """Scale, ticks and the line of no effect; the height of the axes is in points."""
    low, high = _limits(plot)
    span = np.log(high / low) if plot.scale.ratio else high - low

    def fits(ticks: Float) -> bool:
        labels = [number(tick, language) for tick in ticks]
        places = np.log(ticks / low) if plot.scale.ratio else ticks - low
        widths = np.array([text_width(label) for label in labels])
        distances = np.diff(places) / span * width
        return bool(np.all(distances >= (widths[1:] + widths[:-1]) / 2 + GAP))

    choose: Callable[..., Float] = ratio_ticks if plot.scale.ratio else value_ticks
    ticks = choose(low, high, fits)
    if plot.scale.ratio:
        axes.set_xscale("log")
        axes.minorticks_off()
    axes.set_xlim(low, high)
    axes.set_ylim(0.0, height)
    axes.set_xticks(ticks, [number(tick, language) for tick in ticks])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvline(plot.scale.null, color=FAINT, linewidth=AXIS_WIDTH, linestyle=(0, (3, 2)), zorder=1, label="null")


def _limits(plot: Plot) -> tuple[float, float]:
    """Ends of the axis: every estimate and no effect are on it, and intervals as far as they leave those readable."""
    own = [_values(plot, line) for line in plot.lines if line.row.get("role") == "estimate"]
    low, middle, high = np.array(own).T
    if plot.scale.ratio:
        low, middle, high = (np.log(np.clip(v, 1e-300, 1e300)) for v in (low, middle, high))
    null = np.log(plot.scale.null) if plot.scale.ratio else plot.scale.null
    ends = np.append(middle, null)
    half = np.nanmedian(high - low) / 2
    reach = max(REACH * float(np.ptp(ends)), 3 * float(half))
    first = max(min(float(np.nanmin(low)), ends.min()), ends.min() - reach)
    last = min(max(float(np.nanmax(high)), ends.max()), ends.max() + reach)
    pad = 0.05 * (last - first)
    first, last = first - pad, last + pad
    return (float(np.exp(first)), float(np.exp(last))) if plot.scale.ratio else (first, last)


def _values(plot: Plot, line: Line) -> tuple[float, float, float]:
    """Lower limit, estimate and upper limit as they are drawn; a limit that is not estimable is NaN."""
    numbers = (line.row[name] for name in ("conf_low", "estimate", "conf_high"))
    low, middle, high = (np.nan if value is None else plot.scale.factor * value for value in numbers)
    return low, middle, high


def _draw(axes: Axes, plot: Plot, line: Line, y: float) -> None:
    """The square and the interval of a line, with an arrow where the interval leaves the axis."""
    role = line.row.get("role")
    color, marker = STYLES[line.place].color if plot.sets else INK, MARKERS[line.place]
    if role == "reference":
        axes.plot([plot.scale.null], [y], marker="s", markersize=MARKER_SIZE * 0.8, color="white", zorder=3)[0].set(
            markeredgecolor=INK, markeredgewidth=AXIS_WIDTH, label="reference"
        )
    if role != "estimate":
        return
    low, middle, high = _values(plot, line)
    first, last = axes.get_xlim()
    ends = [first if np.isnan(low) else max(low, first), last if np.isnan(high) else min(high, last)]
    axes.plot(ends, [y, y], color=color, linewidth=LINE_WIDTH * 0.8, zorder=2, label="interval")
    for end, away, arrow in ((first, not low >= first, "<"), (last, not high <= last, ">")):
        if away:
            axes.plot(
                [end], [y], marker=arrow, markersize=TICK + 1, color=color, clip_on=False, zorder=3, label="arrow"
            )
    axes.plot([middle], [y], marker=marker, markersize=MARKER_SIZE, color=color, zorder=4, label="estimate")


def _draw_key(page: Page, names: list[str], top: float) -> None:
    """The adjustment sets with their markers, one under another."""
    from matplotlib.lines import Line2D

    for place, name in enumerate(names):
        lines = wrap(name, page.width - 2 * MARGIN - 2 * GAP)
        middle = top - FONT * LEADING / 2
        sample = Line2D([MARGIN + MARKER_SIZE / 2], [middle], transform=page.points, marker=MARKERS[place])
        sample.set(markersize=MARKER_SIZE, color=STYLES[place].color, linestyle="none")
        page.figure.add_artist(sample)
        page.text(MARGIN + 2 * GAP, top - text_height(lines) / 2, lines, name="legend")
        top -= text_height(lines)
