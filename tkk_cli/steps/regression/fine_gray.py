"""``--model fine-gray``: the incidence of the event of interest, with the cause-specific models beside it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.models.cox import cox
from tkk_cli.models.fine_gray import fine_gray
from tkk_cli.results import Note
from tkk_cli.steps.regression.cox_tables import ph_tables, sums_of
from tkk_cli.steps.regression.fine_gray_tables import curve_tables
from tkk_cli.steps.regression.problem import Fitted, Problem

__all__ = ["fit"]

CONVENTION_NOTES = {
    ("crr", "breslow"): "fine_gray_crr",
    ("finegray", "breslow"): "fine_gray_finegray_breslow",
    ("finegray", "efron"): "fine_gray_finegray_efron",
}
# No event, and fewer events than columns.
TOO_RARE = {"TKK321", "TKK322"}


def fit(problem: Problem) -> list[Fitted]:
    """Fine-Gray of the event of interest, then the Cox model of every event.

    Parameters
    ----------
    problem : Problem
        ``extra["censoring_group"]`` holds the codes of ``--censoring-group``, ``extra["offset"]`` the offset.

    Returns
    -------
    list of Fitted
        ``fine_gray``, with its curves, and ``cox`` for each cause that has events enough, with tests of proportional
        hazards only: what they answer is not the same, and a note says so.

    Raises
    ------
    TkkError
        TKK330 with fewer than two events; the errors of ``models.fine_gray.fine_gray`` and of the Cox models.
    """
    history, options = problem.history, problem.options
    if len(history.causes) < 2:
        raise TkkError(
            "TKK330",
            "a Fine-Gray model compares incidences among competing events, and only one event is named",
            where="--event",
            hint="name every event with --events, or use --model cox",
        )
    crr = options.convention == "crr"
    # crr has Breslow's ties; Efron's are what --ties is when it is not given.
    ties = "breslow" if crr and options.ties == "efron" else options.ties
    group = problem.extra.get("censoring_group")
    found = fine_gray(
        history,
        problem.design,
        convention=options.convention,
        ties=ties,
        offset=problem.extra.get("offset"),
        censoring_group=None if group is None else np.asarray(group).astype(np.int64),
        person=problem.person,
    )
    notes = [
        Note("fine_gray_and_cause_specific", {"cause": history.causes[0]}),
        Note(CONVENTION_NOTES[options.convention, ties]),
    ]
    if not problem.robust:
        notes.append(Note("cox_beside_model_variance"))
    if not np.any(history.cause > 1):
        notes.append(Note("fine_gray_no_competing_event", {"cause": history.causes[0]}))
    if history.weight_kind in ("case", "probability"):
        notes.append(Note("fine_gray_censoring_unweighted"))
    tables = {}
    if not problem.coefficients_only:
        curves = curve_tables(problem, found)
        tables, notes = curves.tables, [*notes, *curves.notes]
    beside = list(_cause_specific(problem))
    missing = [name for name in history.causes if name not in {fitted.cause for fitted in beside}]
    notes += [Note("fine_gray_cause_not_modelled", {"cause": name}) for name in missing]
    mine = Fitted("fine_gray", history.causes[0], found, problem.design, tables=tables, notes=tuple(notes))
    return [mine, *beside]


def _cause_specific(problem: Problem) -> Iterator[Fitted]:
    """The Cox model of each event, without curves, which would double those of the incidence.

    A competing event that is too rare for a model of its own is left out with a note: that of the event of interest
    does not need it.
    """
    options = problem.options
    for cause, name in enumerate(problem.history.causes):
        try:
            found = cox(
                problem.history,
                problem.design,
                cause,
                ties=options.ties,
                offset=problem.extra.get("offset"),
                robust=problem.robust,
            )
        except TkkError as error:
            if cause == 0 or error.code not in TOO_RARE:
                raise
            continue
        if problem.coefficients_only:
            yield Fitted("cox", name, found, problem.design)
            continue
        checks = ph_tables(problem, cause, found, sums_of(problem, cause, found))
        yield Fitted("cox", name, found, problem.design, tables=checks.tables, notes=checks.notes)
