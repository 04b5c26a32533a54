"""The figure of the definitions: a dot with its interval for each, by origin and window; a marker a rule and group."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tkk_cli.errors import TkkError
from tkk_cli.report.figures import frame, saving, style
from tkk_cli.report.figures.layout import Box, Float, Page, text_height, text_width, wrap
from tkk_cli.report.figures.options import SensitivityFigureOptions
from tkk_cli.report.figures.saving import check_suffix
from tkk_cli.report.figures.style import (
    AXIS_WIDTH,
    COLUMN_WIDTH,
    FONT,
    GAP,
    LEADING,
    LINE_WIDTH,
    MARGIN,
    STYLES,
)
from tkk_cli.report.figures.ticks import percent_ticks
from tkk_cli.report.figures.words import value_labels
from tkk_cli.report.language import text
from tkk_cli.report.notes import group_label
from tkk_cli.report.numbers import duration, number, percent, percent_interval
from tkk_cli.report.page import Row
from tkk_cli.report.writing import write_whole
from tkk_cli.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["check_size", "draw", "save"]

LINE = FONT * LEADING
WINDOW_GAP = 4.0  # above the first dot of a window
ORIGIN_GAP = 7.0  # above the name of an origin
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")
MARKER_SIZE = 4.6
COLUMN_GAP = 10.0
GUIDE = "#c0c0c0"
MOST_LINES = 60
INDENT = 8.0


class _Line(NamedTuple):
    """A dot, or the name of an origin (no row); ``label`` is the window where it is the first of it."""

    row: Row | None
    label: str
    gap: float


def check_size(definitions: int, origins: int) -> None:
    """TKK523 where so many definitions do not fit in a figure, whatever the groups: told before they are computed."""
    _refuse_more(definitions + origins, MOST_LINES, "lines")


def draw(result: Result, options: SensitivityFigureOptions, language: str) -> Figure:
    """Estimates with their intervals, origins one under another, windows within them.

    Groups differ by shape and colour; a filled marker counts part-time return, an open one does not.

    Parameters
    ----------
    result : Result
        A result of ``tkk outcomes sensitivity``.
    options : SensitivityFigureOptions
    language : {"fi", "sv", "en"}

    Returns
    -------
    matplotlib.figure.Figure
        85 or 175 mm wide, as high as its lines need; it belongs to no window.

    Raises
    ------
    TkkError
        TKK523 for more definitions or groups than a figure holds.
    """
    with style.context():
        return _compose(result, options, language)


def save(result: Result, path: str, options: SensitivityFigureOptions, language: str) -> None:
    """Write the figure in the format of the file name's suffix, whole or not at all; the same result, the same bytes.

    Raises
    ------
    TkkError
        TKK512 for an unknown suffix; those of ``draw`` and of ``writing.write_whole``.
    """
    kind = check_suffix(path)
    with style.context():
        content = saving.to_bytes(_compose(result, options, language), kind, options.dpi)
    write_whole(path, content)


def _compose(result: Result, options: SensitivityFigureOptions, language: str) -> Figure:
    rows = result["sensitivity"].to_records()
    series = list(dict.fromkeys((row["group"], row["partial"]) for row in rows))
    groups = list(dict.fromkeys(group for group, _ in series))
    lines = _lines(rows, language)
    _check(lines, groups)
    width = COLUMN_WIDTH[options.columns]
    label_width = max(INDENT + text_width(line.label) for line in lines if line.row)
    beside = [_numbers(line.row, language) if line.row else "" for line in lines]
    numbers_width = max(map(text_width, beside)) + COLUMN_GAP if options.columns == 2 else 0.0
    left = MARGIN + label_width + COLUMN_GAP
    ticks = _ticks(rows)
    last = text_width(value_labels(ticks, language)[-1]) / 2
    axes_width = width - MARGIN - max(numbers_width, last) - left
    horizon = duration(result.settings["at"], "day", language)
    title = wrap(text("sensitivity_axis", language, horizon=horizon), axes_width + label_width)
    level = text("percent", language, value=number(round(100 * result.settings["conf_level"], 6), language))
    head = wrap(text("interval", language, level=level), numbers_width) if numbers_width else ()
    keys = _keys(result, series, width, language)
    foot = MARGIN + frame.synthetic_height(result) + text_height(title) + frame.AXIS_HEIGHT
    body = sum(LINE + line.gap for line in lines) + WINDOW_GAP
    key_height = sum(text_height(words) for words in keys.values()) + GAP if keys else 0.0
    heading = text_height(head) + (GAP if head else 0.0)
    above = frame.title_height(options, width)
    page = Page(width, foot + body + heading + key_height + above + 2 * MARGIN)

    axes = page.axes(Box(left, foot, axes_width, body))
    _dress(axes, ticks, body, language)
    top = body
    guided = body  # where the guides of the origin begin
    for line, words in zip(lines, beside, strict=True):
        top -= line.gap
        middle = top - LINE / 2
        if line.row is None:
            page.text(MARGIN, foot + middle, (line.label,), name="origin")
            _guide(axes, ticks, top + line.gap, guided)
            guided = top - LINE
        else:
            page.text(MARGIN + INDENT, foot + middle, (line.label,), name="window")
            _dot(axes, line.row, middle, groups)
            if numbers_width:
                page.text(width - MARGIN, foot + middle, (words,), align="right", name="estimate")
        top -= LINE
    _guide(axes, ticks, 0.0, guided)
    page.text(width - MARGIN, foot + body + GAP + text_height(head) / 2, head, align="right", name="heading")
    at = foot - frame.AXIS_HEIGHT - text_height(title) / 2
    page.text(left + axes_width, at, title, align="right", name="axis")
    _draw_keys(page, keys, groups, page.height - MARGIN - above)
    frame.draw_title(page, options)
    frame.draw_synthetic(page, result, language)
    return page.figure


def _lines(rows: list[Row], language: str) -> list[_Line]:
    made: list[_Line] = []
    origin = window = None
    for row in sorted(rows, key=lambda row: [_first(rows, row, "origin"), row["window"]]):
        if row["origin"] != origin:
            origin, window = row["origin"], None
            name = text(f"origin_{origin}", language)
            made.append(_Line(None, name[0].upper() + name[1:], ORIGIN_GAP if made else 0.0))
        new = row["window"] != window
        window = row["window"]
        words = text(f"window_{row['unit']}", language, days=number(window, language)) if new else ""
        made.append(_Line(row, words, WINDOW_GAP if new else 0.0))
    return made


def _first(rows: list[Row], row: Row, column: str) -> int:
    """The place of a value in the order in which the values were given."""
    return list(dict.fromkeys(one[column] for one in rows)).index(row[column])


def _check(lines: list[_Line], groups: list[str]) -> None:
    _refuse_more(len(lines), MOST_LINES, "lines")
    _refuse_more(len(groups), len(MARKERS), "groups")


def _refuse_more(count: int, most: int, what: str) -> None:
    if count > most:
        raise TkkError(
            "TKK523",
            f"a figure of definitions holds at most {most} {what}",
            where="--figure",
            count=count,
            hint="ask for fewer windows, origins or groups, or leave --figure out",
        )


def _numbers(row: Row, language: str) -> str:
    estimate = percent(row["estimate"], language)
    return f"{estimate} ({percent_interval(row['conf_low'], row['conf_high'], language)})"


def _keys(
    result: Result, series: list[tuple[str, str]], width: float, language: str
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The words of each marker; none where there is one."""
    if len(series) == 1:
        return {}
    named = {}
    several = len({group for group, _ in series}) > 1
    for group, partial in series:
        parts = [group_label(result, group, language)] if several else []
        parts += [text(f"partial_{partial}_long", language)] if partial else []
        words = text("list_mark", language).join(parts)
        named[group, partial] = wrap(words[0].upper() + words[1:], width - 2 * MARGIN - 2 * GAP)
    return named


def _ticks(rows: list[Row]) -> Float:
    return percent_ticks(max((v for row in rows for v in (row["conf_high"], row["estimate"]) if v), default=1.0))


def _dress(axes: Axes, ticks: Float, height: float, language: str) -> None:
    axes.set_xlim(0.0, ticks[-1])
    axes.set_ylim(0.0, height)
    axes.set_xticks(ticks, value_labels(ticks, language))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _guide(axes: Axes, ticks: Float, low: float, high: float) -> None:
    """Faint lines at the ticks, which leave the names of the origins free."""
    if high > low:
        axes.vlines(ticks, low, high, color=GUIDE, linewidth=AXIS_WIDTH / 2, zorder=0, label="guide")


def _look(row_group: str, partial: str, groups: list[str]) -> dict[str, object]:
    place = groups.index(row_group)
    color = STYLES[place].color
    open_ = partial == "does_not_count"
    return {
        "marker": MARKERS[place],
        "markersize": MARKER_SIZE,
        "color": color,
        "markerfacecolor": "white" if open_ else color,
        "linestyle": "none",
    }


def _dot(axes: Axes, row: Row, y: float, groups: list[str]) -> None:
    if row["estimate"] is None:
        return
    color = STYLES[groups.index(row["group"])].color
    if row["conf_low"] is not None and row["conf_high"] is not None:
        axes.plot(
            [row["conf_low"], row["conf_high"]],
            [y, y],
            color=color,
            linewidth=LINE_WIDTH * 0.8,
            zorder=2,
            label="interval",
        )
    axes.plot(
        [row["estimate"]],
        [y],
        zorder=3,
        clip_on=False,
        label="estimate",
        **_look(row["group"], row["partial"], groups),  # type: ignore[arg-type]
    )


def _draw_keys(page: Page, keys: dict[tuple[str, str], tuple[str, ...]], groups: list[str], top: float) -> None:
    from matplotlib.lines import Line2D

    for (group, partial), words in keys.items():
        sample = Line2D([MARGIN + MARKER_SIZE / 2], [top - LINE / 2], transform=page.points)
        sample.set(**_look(group, partial, groups))
        page.figure.add_artist(sample)
        page.text(MARGIN + 2 * GAP, top - text_height(words) / 2, words, name="legend")
        top -= text_height(words)
