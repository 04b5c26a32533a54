"""The flow figure of a cohort: how many persons each step left, who left at it and why, and the groups at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matplotlib.patches import FancyArrowPatch, Rectangle

from tkk_cli.report.figures import frame, saving, style
from tkk_cli.report.figures.layout import Box, Page, text_height, wrap
from tkk_cli.report.figures.options import FlowFigureOptions
from tkk_cli.report.figures.saving import check_suffix
from tkk_cli.report.figures.style import AXIS_WIDTH, COLUMN_WIDTH, INK, MARGIN
from tkk_cli.report.language import text
from tkk_cli.report.notes import group_label
from tkk_cli.report.numbers import number
from tkk_cli.report.writing import write_whole
from tkk_cli.results import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw", "save"]

PADDING = 5.0  # between a frame and its words
STEP = 14.0  # between the boxes of two steps
MAIN_SHARE = {1: 0.5, 2: 0.46}  # of the figure's width that the boxes on the left take
ASIDE = 14.0  # between a box and the one that tells who left
MOST_BESIDE = {1: 2, 2: 4}  # groups that stand beside each other at the end; more are listed in one box


class _Step(NamedTuple):
    """The words of a box, of the box beside it (none for the first), and their height."""

    lines: tuple[str, ...]
    aside: tuple[str, ...]
    height: float


def draw(result: Result, options: FlowFigureOptions, language: str) -> Figure:
    """Boxes from the registers down to the groups; to the right of each arrow who left at that step.

    Parameters
    ----------
    result : Result
        A result of ``tkk cohort``.
    options : FlowFigureOptions
    language : {"fi", "sv", "en"}

    Returns
    -------
    matplotlib.figure.Figure
        85 or 175 mm wide, as high as its steps need; it belongs to no window.
    """
    with style.context():
        return _compose(result, options, language)


def save(result: Result, path: str, options: FlowFigureOptions, language: str) -> None:
    """Write the figure in the format of the file name's suffix, whole or not at all; the same result, the same bytes.

    Raises
    ------
    TkkError
        TKK512 for an unknown suffix; those of ``writing.write_whole``.
    """
    kind = check_suffix(path)
    with style.context():
        content = saving.to_bytes(_compose(result, options, language), kind, options.dpi)
    write_whole(path, content)


def _compose(result: Result, options: FlowFigureOptions, language: str) -> Figure:
    width = COLUMN_WIDTH[options.columns]
    main = MAIN_SHARE[options.columns] * (width - 2 * MARGIN)
    aside = width - 2 * MARGIN - main - ASIDE
    steps = _steps(result, language, main - 2 * PADDING, aside - 2 * PADDING)
    groups = _groups(result, language, options, width)
    group_height = max(map(_height, groups)) + STEP if groups else 0.0
    title = frame.title_height(options, width)
    foot = MARGIN + frame.synthetic_height(result)
    height = sum(step.height + STEP for step in steps) - STEP + group_height + foot + title + 2 * MARGIN
    page = Page(width, height)

    top = height - MARGIN - title
    middle = MARGIN + main / 2
    for i, step in enumerate(steps):
        box = Box(MARGIN, top - _height(step.lines), main, _height(step.lines))
        if step.aside:
            # Who left stands half way down the arrow that leads here.
            centre = box.top + (step.height - box.height + STEP) / 2
            beside = Box(width - MARGIN - aside, centre - _height(step.aside) / 2, aside, _height(step.aside))
            _frame(page, beside, step.aside)
            _arrow(page, middle, centre, beside.left, centre)
        _frame(page, box, step.lines)
        if i + 1 < len(steps):
            below = steps[i + 1]
            top = box.bottom - STEP - (below.height - _height(below.lines))
            _arrow(page, middle, box.bottom, middle, top)
        else:
            top = box.bottom
    _draw_groups(page, groups, top, middle)
    frame.draw_title(page, options)
    frame.draw_synthetic(page, result, language)
    return page.figure


def _steps(result: Result, language: str, main: float, aside: float) -> list[_Step]:
    made: list[_Step] = []
    for row in result["flow"].where(group="").rows():
        count = text("flow_n", language, n=number(row["n"], language))
        lines = (*wrap(text(f"flow_{row['step']}", language), main), count)
        left: tuple[str, ...] = ()
        if made:
            reason = text(f"flow_out_{row['step']}", language)
            left = wrap(f"{reason} ({text('flow_n', language, n=number(row['excluded'], language))})", aside)
        # The arrow must be as long as the box beside it is high.
        room = max(0.0, _height(left) - STEP + 2 * PADDING) if left else 0.0
        made.append(_Step(lines, left, _height(lines) + room))
    return made


def _groups(result: Result, language: str, options: FlowFigureOptions, width: float) -> list[tuple[str, ...]]:
    """The words of the groups' boxes; none where everyone is one group."""
    groups = [row for row in result["groups"].rows() if row["group"]]
    named = [
        (group_label(result, row["group"], language), text("flow_n", language, n=number(row["n"], language)))
        for row in groups
    ]
    if len(groups) > MOST_BESIDE[options.columns]:
        room = width - 2 * MARGIN - 2 * PADDING
        return [tuple(line for name, n in named for line in wrap(f"{name}: {n}", room))]
    room = _group_width(width, max(len(groups), 1)) - 2 * PADDING
    return [(*wrap(name, room), n) for name, n in named]


def _group_width(width: float, beside: int) -> float:
    return (width - 2 * MARGIN - (beside - 1) * ASIDE) / beside


def _draw_groups(page: Page, groups: list[tuple[str, ...]], top: float, middle: float) -> None:
    width = _group_width(page.width, max(len(groups), 1))
    bar = top - STEP / 2
    for i, lines in enumerate(groups):
        height = max(map(_height, groups))
        box = Box(MARGIN + i * (width + ASIDE), top - STEP - height, width, height)
        _frame(page, box, lines)
        if len(groups) == 1:
            _arrow(page, middle, top, middle, box.top)
            continue
        page.figure.add_artist(_line(page, (middle, top), (middle, bar)))
        page.figure.add_artist(_line(page, (middle, bar), (box.left + width / 2, bar)))
        _arrow(page, box.left + width / 2, bar, box.left + width / 2, box.top)


def _height(lines: tuple[str, ...]) -> float:
    return text_height(lines) + 2 * PADDING if lines else 0.0


def _frame(page: Page, box: Box, lines: tuple[str, ...]) -> None:
    page.figure.add_artist(
        Rectangle(
            (box.left, box.bottom),
            box.width,
            box.height,
            transform=page.points,
            fill=False,
            edgecolor=INK,
            linewidth=AXIS_WIDTH,
        )
    )
    page.text(box.left + PADDING, box.bottom + box.height / 2, lines, name="box")


def _line(page: Page, start: tuple[float, float], stop: tuple[float, float]) -> FancyArrowPatch:
    return FancyArrowPatch(
        start, stop, arrowstyle="-", shrinkA=0, shrinkB=0, linewidth=AXIS_WIDTH, color=INK, transform=page.points
    )


def _arrow(page: Page, x: float, y: float, to_x: float, to_y: float) -> None:
    page.figure.add_artist(
        FancyArrowPatch(
            (x, y),
            (to_x, to_y),
            arrowstyle="-|>",
            mutation_scale=6,
            shrinkA=0,
            shrinkB=0,
            linewidth=AXIS_WIDTH,
            color=INK,
            transform=page.points,
        )
    )
