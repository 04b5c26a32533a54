"""The words around the curves, for the figure and the terminal plot."""

from __future__ import annotations

import numpy as np

from tkk_cli.report.figures.curves import Float, Scene
from tkk_cli.report.language import text
from tkk_cli.report.notes import group_label
from tkk_cli.report.numbers import percent, time
from tkk_cli.results import Result

__all__ = ["group_name", "heading", "synthetic", "time_title", "value_labels", "value_title"]


def group_name(result: Result, group: str, language: str) -> str:
    """The label of a group; a cohort without groups is everyone."""
    if not group:
        return text("all", language)
    return group_label(result, group, language) if result.kind == "regress" else result.label("groups", group, language)


def time_title(result: Result, language: str) -> str:
    """Title of the time axis: ``Aika (päivää)``, or from which landmark."""
    unit = text(f"unit_{result.estimand['unit']}_many", language)
    origin = result.estimand.get("time_origin") or 0.0
    if origin:
        return text("figure_time_landmark", language, unit=unit, time=time(origin, language))
    return text("time_axis", language, unit=unit)


def value_title(result: Result, scene: Scene, language: str, *, with_cause: bool = True) -> str:
    """Title of the probability axis, with the event it is about."""
    if scene.kind:
        words = text(f"{scene.kind}_{scene.quantity}", language)
    else:
        words = text("event_free" if scene.quantity == "survival" else "incidence", language)
    if scene.any_event or not with_cause:
        return words
    cause = result.label("causes", scene.curves[0].cause, language)
    return text("figure_cause", language, cause=cause, what=words[0].lower() + words[1:])


def value_labels(marks: Float, language: str) -> list[str]:
    """``0 %``, ``50 %``; with decimals only where the marks need them."""
    digits = next(d for d in range(8) if np.allclose(100 * marks, np.round(100 * marks, d), rtol=0, atol=1e-9))
    return [percent(mark, language, digits) for mark in marks]


def heading(kind: str, scene: Scene, language: str) -> str:
    """What the counts are: ``Riskissä``, with the word weighted or unweighted under a weighted curve."""
    return text(f"figure_{kind}" + (f"_{scene.weighted}" if scene.weighted else ""), language)


def synthetic(result: Result) -> bool:
    """Whether the data are synthetic."""
    return any(note.key == "synthetic" for note in result.notes)
