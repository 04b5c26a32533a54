"""Figures beside the forest plot: adjusted curves, and the effects over time of a test of proportional hazards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.report.effects import fit_keys
from tkk_cli.report.figures import frame
from tkk_cli.report.figures.curves import MOST_GROUPS, Curve, Float, Scene
from tkk_cli.report.figures.layout import Box, Page, line_settings, text_height, text_width, wrap
from tkk_cli.report.figures.legend import legend
from tkk_cli.report.figures.options import FigureOptions, RegressFigureOptions
from tkk_cli.report.figures.panel import compose
from tkk_cli.report.figures.style import (
    AXIS_WIDTH,
    BAND_OPACITY,
    COLUMN_WIDTH,
    FAINT,
    FONT,
    GAP,
    INK,
    LEADING,
    MARGIN,
    POINTS_PER_MM,
    STYLES,
    TICK,
    Style,
)
from tkk_cli.report.figures.ticks import time_ticks, value_ticks
from tkk_cli.report.figures.words import group_name
from tkk_cli.report.language import text
from tkk_cli.report.notes import cause_label, level_label, term_label
from tkk_cli.report.numbers import number
from tkk_cli.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["compose_curves", "compose_effects_over_time", "read_curves"]

PANEL_HEIGHT = {1: 30 * POINTS_PER_MM, 2: 36 * POINTS_PER_MM}
PANELS_ACROSS = {1: 2, 2: 3}
MOST_PANELS = 24
CONSTANT = Style(FAINT, (4.0, 2.0))

Row = dict[str, Any]


# adjusted curves -----------------------------------------------------------------------------------------------------


def read_curves(result: Result, options: RegressFigureOptions) -> Scene:
    """The adjusted curves of the event of interest; with several adjustment sets those of the last.

    Raises
    ------
    TkkError
        TKK519 when there are none, TKK515 for more than can be told apart, TKK516 when nothing is left to draw.
    """
    rows = [row for row in _rows(result, "curves") if row["quantity"] in ("survival", "incidence")]
    kinds = [kind for kind in ("standardised", "pattern") if any(row["kind"] == kind for row in rows)]
    kind = options.curves if options.curves != "auto" else next(iter(kinds), "standardised")
    rows = _of_last_set(result, [row for row in rows if row["kind"] == kind])
    if not rows:
        raise TkkError(
            "TKK519",
            "the result has no adjusted curves" + (f" of the kind {kind}" if options.curves != "auto" else ""),
            where="--figure-curves",
            hint="leave out --figure-curves: curves are of --model cox, fine-gray, aft, spline and poisson, and the "
            "notes of the result say why one has none",
        )
    quantity = rows[0]["quantity"]
    rows = [row for row in rows if row["quantity"] == quantity]
    groups = tuple(dict.fromkeys(row["group"] for row in rows))
    if len(groups) > MOST_GROUPS:
        raise TkkError(
            "TKK515",
            f"A figure tells at most {MOST_GROUPS} curves apart",
            count=len(groups),
            hint="choose groups with --where, or write the numbers with --format csv",
        )
    stop = options.max_time or max(row["time"] for row in rows)
    if not stop > 0:
        raise TkkError("TKK516", "no follow-up is left to draw")
    origin = 1.0 if quantity == "survival" else 0.0
    curves = tuple(
        _curve(group, [row for row in rows if row["group"] == group], origin, stop, bands=options.bands == "yes")
        for group in groups
    )
    return Scene(quantity, False, curves, 0.0, float(stop), "", kind)


def _curve(group: str, rows_of: list[Row], origin: float, stop: float, *, bands: bool) -> Curve:
    rows = sorted((row for row in rows_of if 0 < row["time"] <= stop), key=lambda row: row["time"])
    time = np.array([0.0, *(row["time"] for row in rows), stop])
    columns = []
    for name in ("estimate", "conf_low", "conf_high"):
        shown = [np.nan if row[name] is None else row[name] for row in rows]
        values = np.array([origin, *shown, shown[-1] if shown else origin])
        columns.append(values if bands or name == "estimate" else np.full(len(values), np.nan))
    estimate, low, high = columns
    nothing = np.empty(0)
    return Curve(group, rows_of[0]["cause"], time, estimate, low, high, nothing, nothing, nothing, nothing, nothing)


def compose_curves(result: Result, options: RegressFigureOptions, language: str, *, opaque: bool) -> Figure:
    """Step curves with bands and names, as those of ``tkk survival`` but without counts: everyone is in each."""
    scene = read_curves(result, options)
    title = options.title
    if title is None and scene.kind == "pattern" and len(scene.curves) == 1:
        # A single curve has no name beside it, and nothing else says whose it is.
        title = group_name(result, scene.curves[0].group, language)
    plain = FigureOptions(
        columns=options.columns, legend=options.legend, title=title, bands=options.bands, risk_table="none"
    )
    return compose(result, scene, plain, language, opaque)[0]


# effects over time ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Panel:
    """The smoothed coefficient of a column, and the constant that was fitted."""

    title: str
    time: Float
    values: Float  # (3, m): estimate, lower and upper limit
    constant: float

    def limits(self) -> tuple[float, float]:
        seen = np.append(self.values, [0.0, self.constant])
        seen = seen[np.isfinite(seen)]
        pad = 0.05 * float(np.ptp(seen)) or 1.0
        return float(seen.min()) - pad, float(seen.max()) + pad


def _panels(result: Result, options: RegressFigureOptions, language: str) -> list[_Panel]:
    rows = _of_last_set(result, _rows(result, "effect_over_time"))
    if not rows:
        raise TkkError(
            "TKK520",
            "the result has no effects over time",
            where="--figure-ph",
            hint="use --model cox, and not --ph-test none",
        )
    fitted = _of_last_set(result, _rows(result, "coefficients"))
    constants = {(row["term"], row["level"]): row["coefficient"] for row in fitted}
    parts: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if options.max_time is None or row["time"] <= options.max_time:
            parts.setdefault((row["term"], row["level"]), []).append(row)
    if len(parts) > MOST_PANELS:
        raise TkkError(
            "TKK523",
            f"a figure holds at most {MOST_PANELS} effects over time",
            where="--figure-ph",
            count=len(parts),
            hint="leave out covariates, or write the numbers with --format csv",
        )
    if not parts:
        raise TkkError("TKK516", "no follow-up is left to draw", where="--max-time")
    made = []
    for (term, level), own in parts.items():
        name = term_label(result, term, language)
        if level:
            name = text("ph_panel", language, term=name, level=level_label(result, term, level, language))
        numbers = [[np.nan if row[key] is None else row[key] for row in own] for key in _ESTIMATES]
        constant = constants.get((term, level))
        time = np.array([row["time"] for row in own])
        made.append(_Panel(name, time, np.array(numbers), np.nan if constant is None else constant))
    return made


_ESTIMATES = ("estimate", "conf_low", "conf_high")


def compose_effects_over_time(
    result: Result, options: RegressFigureOptions, language: str, *, opaque: bool = False
) -> Figure:
    """Small panels: how each coefficient changes, beside the constant that the model fitted and no effect."""
    panels = _panels(result, options, language)
    width = COLUMN_WIDTH[options.columns]
    across = min(PANELS_ACROSS[options.columns], len(panels))
    down = -(-len(panels) // across)
    stop = max(float(panel.time[-1]) for panel in panels)
    marks = [_value_marks(panel, PANEL_HEIGHT[options.columns]) for panel in panels]
    left = 2 * TICK + max(text_width(number(mark, language)) for own in marks for mark in own) + GAP
    upright = FONT * LEADING
    right = text_width(number(np.ceil(stop), language)) / 2
    cell = (width - 2 * MARGIN - upright) / across
    inner = cell - left - right
    titles = [wrap(panel.title, inner + right) for panel in panels]
    title_height = max(map(text_height, titles)) + GAP
    samples = (Style(STYLES[0].color, ()), CONSTANT)
    event = cause_label(result, result.estimand["causes"][0], language)
    words = [f"{event}: {text('ph_changing', language)}", text("ph_constant", language)]
    key = legend(words, samples, width - 2 * MARGIN)
    time_lines = frame.time_title_lines(result, language, width / 2, width)
    step = title_height + PANEL_HEIGHT[options.columns] + frame.AXIS_HEIGHT + GAP
    foot = MARGIN + frame.synthetic_height(result) + text_height(time_lines)
    head = MARGIN + frame.title_height(options, width) + key.height + GAP
    page = Page(width, foot + down * step + head)

    for i, (panel, lines, own) in enumerate(zip(panels, titles, marks, strict=True)):
        row, column = divmod(i, across)
        bottom = page.height - head - row * step - title_height - PANEL_HEIGHT[options.columns]
        x = MARGIN + upright + column * cell + left
        axes = page.axes(Box(x, bottom, inner, PANEL_HEIGHT[options.columns]))
        _dress(axes, result, stop, panel, own, language, inner)
        _draw(axes, panel, bands=options.bands == "yes", opaque=opaque)
        above = bottom + PANEL_HEIGHT[options.columns] + GAP
        page.text(x, above + text_height(lines) / 2, lines, name="panel")
        if column == 0:
            page.upright(MARGIN + upright, bottom + PANEL_HEIGHT[options.columns] / 2, (text("ph_axis", language),))
    y = MARGIN + frame.synthetic_height(result) + text_height(time_lines) / 2
    page.text(width / 2, y, time_lines, align="center", name="axis")
    key.draw(page, MARGIN, page.height - MARGIN - frame.title_height(options, width))
    frame.draw_title(page, options)
    frame.draw_synthetic(page, result, language)
    return page.figure


def _value_marks(panel: _Panel, height: float) -> Float:
    low, high = panel.limits()

    def fits(ticks: Float) -> bool:
        return bool(np.all(np.diff(ticks) / (high - low) * height >= 1.6 * FONT * LEADING))

    return value_ticks(low, high, fits)


def _dress(axes: Axes, result: Result, stop: float, panel: _Panel, marks: Float, language: str, width: float) -> None:
    def fits(ticks: Float) -> bool:
        widths = np.array([text_width(number(tick, language)) for tick in ticks])
        return bool(np.all(np.diff(ticks) / stop * width >= (widths[1:] + widths[:-1]) / 2 + GAP))

    ticks = time_ticks(0.0, stop, result.estimand["unit"], fits)
    axes.set_xlim(0.0, stop)
    axes.set_ylim(*panel.limits())
    axes.set_xticks(ticks, [number(tick, language) for tick in ticks])
    axes.set_yticks(marks, [number(mark, language) for mark in marks])


def _draw(axes: Axes, panel: _Panel, *, bands: bool, opaque: bool) -> None:
    estimate, low, high = panel.values
    axes.axhline(0.0, color=INK, linewidth=AXIS_WIDTH, zorder=1, label="null")
    if not np.isnan(panel.constant):
        axes.axhline(panel.constant, zorder=2, label="constant", **line_settings(CONSTANT) | {"linewidth": 1.0})
    color = STYLES[0].color
    if bands and opaque:
        for limit in (low, high):
            axes.plot(panel.time, limit, color=color, linewidth=AXIS_WIDTH, zorder=1)
    elif bands:
        axes.fill_between(panel.time, low, high, linewidth=0, color=color, alpha=BAND_OPACITY, zorder=1)
    axes.plot(panel.time, estimate, zorder=3, label="effect", **line_settings(STYLES[0]))


# rows of a result ----------------------------------------------------------------------------------------------------


def _rows(result: Result, table: str) -> list[Row]:
    """The rows of a table that are of the event of interest."""
    if table not in result.tables:
        return []
    return result[table].where(cause=result.estimand["causes"][0]).to_records()


def _of_last_set(result: Result, rows: list[Row]) -> list[Row]:
    """The rows of the last adjustment set that has any, and there of the first method."""
    for model in reversed(dict.fromkeys(key.model for key in fit_keys(result))):
        own = [row for row in rows if row["model"] == model]
        if own:
            return [row for row in own if row["method"] == own[0]["method"]]
    return []
