"""The figures of a regression: drawn, saved, and as the numbers behind the forest plot."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING

from tkk_cli.report.figures import saving, style
from tkk_cli.report.figures.effects import compose_curves, compose_effects_over_time
from tkk_cli.report.figures.forest import compose_forest
from tkk_cli.report.figures.forest_rows import read_plot
from tkk_cli.report.figures.options import RegressFigureOptions
from tkk_cli.report.figures.saving import check_suffix
from tkk_cli.report.notes import cause_label, level_label, term_label
from tkk_cli.report.writing import write_whole
from tkk_cli.results import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["check_figures", "draw", "draw_curves", "draw_ph", "figure_data", "save", "write_figures"]

COLUMNS = (
    "model",
    "method",
    "cause",
    "cause_label",
    "term",
    "term_label",
    "level",
    "level_label",
    "role",
    "measure",
    "n",
    "n_event",
    "estimate",
    "conf_low",
    "conf_high",
    "p_value",
)


def draw(result: Result, options: RegressFigureOptions, language: str) -> Figure:
    """The forest plot: a line an effect with its interval, on a logarithmic axis where the effects are ratios.

    One adjustment set shows all of its effects, several those of the exposure beside each other. An interval that
    leaves the axis ends in an arrow; an effect that was left out or is not finite says so in place of its numbers.

    Parameters
    ----------
    result : Result
        A result of ``tkk regress``.
    options : RegressFigureOptions
    language : {"fi", "sv", "en"}

    Returns
    -------
    matplotlib.figure.Figure
        85 or 175 mm wide, as high as its lines need; it belongs to no window.

    Raises
    ------
    TkkError
        TKK518 and TKK523, see ``forest_rows.read_plot``.
    """
    with style.context():
        return compose_forest(result, options, language)


def draw_curves(result: Result, options: RegressFigureOptions, language: str, *, opaque: bool = False) -> Figure:
    """The adjusted curves of the event of interest, of the last adjustment set.

    Raises
    ------
    TkkError
        TKK515, TKK516 and TKK519, see ``effects.read_curves``.
    """
    with style.context():
        return compose_curves(result, options, language, opaque=opaque)


def draw_ph(result: Result, options: RegressFigureOptions, language: str, *, opaque: bool = False) -> Figure:
    """How each coefficient of the event of interest changes over time, beside the constant that was fitted.

    Raises
    ------
    TkkError
        TKK520 when the result has none, TKK516 when nothing is left to draw, TKK523 for more than fit a page.
    """
    with style.context():
        return compose_effects_over_time(result, options, language, opaque=opaque)


# option -> what draws its figure
_DRAW: dict[str, Callable[..., Figure]] = {"figure": draw, "figure_curves": draw_curves, "figure_ph": draw_ph}


def save(result: Result, path: str, options: RegressFigureOptions, language: str, which: str = "figure") -> None:
    """Write a figure in the format of the file name's suffix, whole or not at all; the same result, the same bytes.

    Raises
    ------
    TkkError
        TKK512 for an unknown suffix; those of the figure and of ``writing.write_whole``.
    """
    write_whole(path, _content(result, path, options, language, which))


def _content(result: Result, path: str, options: RegressFigureOptions, language: str, which: str) -> bytes:
    kind = check_suffix(path, _flag(which))
    # A forest plot has no transparent areas that EPS could not hold.
    how = {} if which == "figure" else {"opaque": kind == "eps"}
    figure = _DRAW[which](result, options, language, **how)
    with style.context():
        return saving.to_bytes(figure, kind, options.dpi)


def figure_data(result: Result, options: RegressFigureOptions, language: str) -> str:
    """The numbers that the forest plot draws, as CSV with point decimals at full precision.

    Raises
    ------
    TkkError
        Those of ``draw``.
    """
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for line in read_plot(result, options, language).lines:
        if line.row:
            term, level = line.row["term"], line.row["level"]
            labels = {
                "cause_label": cause_label(result, line.row["cause"], language),
                "term_label": term_label(result, term, language),
                "level_label": level_label(result, term, level, language) if level else "",
            }
            writer.writerow({**line.row, **labels})
    return out.getvalue()


def check_figures(options: RegressFigureOptions) -> None:
    """Refuse what cannot be written before any work is done.

    Raises
    ------
    TkkError
        TKK512 for an unknown suffix, TKK517 for an option of a figure that nothing draws.
    """
    options.require_use()
    for which in _DRAW:
        path = getattr(options, which)
        if path is not None:
            check_suffix(path, _flag(which))


def write_figures(result: Result, options: RegressFigureOptions, language: str) -> list[str]:
    """Write the figures and the data that the options name; all are drawn before the first is written.

    Returns
    -------
    list of str
        The names of the files.

    Raises
    ------
    TkkError
        Those of the figures and of ``writing.write_whole``.
    """
    wanted = {which: getattr(options, which) for which in _DRAW}
    made: dict[str, str | bytes] = {
        path: _content(result, path, options, language, which) for which, path in wanted.items() if path is not None
    }
    if options.figure_data is not None:
        made[options.figure_data] = figure_data(result, options, language)
    for path, content in made.items():
        write_whole(path, content)
    return list(made)


def _flag(which: str) -> str:
    return f"--{which.replace('_', '-')}"
