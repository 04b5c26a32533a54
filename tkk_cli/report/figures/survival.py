"""The journal figure of a survival result: drawn, saved, and as the numbers behind it."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np

from tkk_cli.report.figures import saving, style
from tkk_cli.report.figures.curves import Curve, Float, Scene, read_scene
from tkk_cli.report.figures.options import FigureOptions
from tkk_cli.report.figures.panel import compose
from tkk_cli.report.figures.saving import check_suffix
from tkk_cli.report.figures.stacked import compose_stacked, stack
from tkk_cli.report.figures.words import group_name
from tkk_cli.report.writing import write_whole
from tkk_cli.results import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["check_suffix", "draw", "figure_data", "save"]

COLUMNS = (
    "element",
    "group",
    "group_label",
    "cause",
    "cause_label",
    "time",
    "estimate",
    "conf_low",
    "conf_high",
    "stack_low",
    "stack_high",
    "n_risk",
    "cumulative_events",
)


def draw(result: Result, options: FigureOptions, language: str) -> Figure:
    """Step curves with bands, names and numbers at risk, at the size in which a journal prints them.

    The number at risk under a tick is that just before it (0 after the last follow-up); a curve holds its value from
    each event on and ends at its group's last follow-up.

    Parameters
    ----------
    result : Result
        A result of ``tkk survival``.
    options : FigureOptions
    language : {"fi", "sv", "en"}

    Returns
    -------
    matplotlib.figure.Figure
        85 or 175 mm wide, as high as its text needs; it belongs to no window.

    Raises
    ------
    TkkError
        TKK513 to TKK516, see ``curves.read_scene``.

    Notes
    -----
    O(n) in the rows of the curves. Counts and steps are checked by hand, and every text for being on the page and off
    the curves, in ``tests/report/test_figures.py``.
    """
    return _compose(result, options, language, opaque=False)[0]


def save(result: Result, path: str, options: FigureOptions, language: str) -> None:
    """Write the figure of ``draw`` in the format of the file name's suffix, whole or not at all.

    The same result gives the same bytes: no clock, path or name of a person goes into the file. Letters are embedded
    (PDF, EPS) or drawn as shapes (SVG).

    Raises
    ------
    TkkError
        TKK512 for an unknown suffix; those of ``draw`` and of ``writing.write_whole``.
    """
    kind = check_suffix(path)
    figure, _ = _compose(result, options, language, opaque=kind == "eps")
    with style.context():
        content = saving.to_bytes(figure, kind, options.dpi)
    write_whole(path, content)


def figure_data(result: Result, options: FigureOptions, language: str) -> str:
    """The numbers that ``draw`` draws, as CSV with point decimals at full precision.

    ``element`` says what a row is: ``curve`` a vertex (its values hold until the group's next time), ``censored`` a
    mark, ``risk_table`` the counts under a tick.

    Raises
    ------
    TkkError
        Those of ``draw``.
    """
    _, ticks = _compose(result, options, language, opaque=False)
    scene = read_scene(result, options)
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for curve in scene.curves:
        names = {
            "group": curve.group,
            "group_label": group_name(result, curve.group, language),
            "cause": curve.cause,
            "cause_label": result.label("causes", curve.cause, language),
        }
        for row in _curve_rows(scene, curve, options, ticks):
            writer.writerow({**names, **{key: _cell(value) for key, value in row.items()}})
    return out.getvalue()


def _compose(result: Result, options: FigureOptions, language: str, *, opaque: bool) -> tuple[Figure, Float]:
    scene = read_scene(result, options)
    with style.context():
        if options.stacked:
            return compose_stacked(result, scene, options, language)
        return compose(result, scene, options, language, opaque)


def _curve_rows(scene: Scene, curve: Curve, options: FigureOptions, ticks: Float) -> list[dict[str, Any]]:
    if options.stacked:
        own = tuple(other for other in scene.curves if other.group == curve.group)
        times, edges = stack(own)
        values: dict[str, Any] = {"estimate": curve.value(times)}
        values["stack_high"] = edges[[other.cause for other in own].index(curve.cause)]
        values["stack_low"] = values["stack_high"] - values["estimate"]
    else:
        times, values = curve.time, {"estimate": curve.estimate, "conf_low": curve.low, "conf_high": curve.high}
    rows = _element("curve", time=times, **values)
    if options.censor_marks and not options.stacked:
        rows += _element("censored", time=curve.censored_time, estimate=curve.censored_estimate)
    if options.risk_table != "none":
        counts = {"n_risk": curve.at_risk(ticks)}
        if options.risk_table == "events":
            counts["cumulative_events"] = curve.events(ticks)
        rows += _element("risk_table", time=ticks, **counts)
    return rows


def _element(element: str, **columns: Float) -> list[dict[str, Any]]:
    names = list(columns)
    return [
        {"element": element, **dict(zip(names, row, strict=True))}
        for row in zip(*(np.asarray(c).tolist() for c in columns.values()), strict=True)
    ]


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        if np.isnan(value):
            return ""
        return int(value) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return value
