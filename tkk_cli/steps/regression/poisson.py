"""``--model poisson``: rates on split follow-up, with further time scales and reference rates."""

from __future__ import annotations

from typing import Any

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.histories import Float
from tkk_cli.models.piecewise import intervals
from tkk_cli.models.poisson import TIME, Pieces, people_of, pieces, poisson
from tkk_cli.models.rates import rates
from tkk_cli.results import Note
from tkk_cli.steps.regression.pattern_rates import curve_tables
from tkk_cli.steps.regression.problem import Fitted, Problem
from tkk_cli.steps.regression.time_scales import bands_of, cut_points, read_rates, reference_rates, table_bands

__all__ = ["fit"]


def fit(problem: Problem) -> list[Fitted]:
    """Poisson models of every cause's rate.

    The rate is constant within the pieces of ``--cuts`` and, on further time scales, within their bands. With
    ``--rate-table`` the model is of the ratio to the reference rate: the table then stands for the effect of the time
    scales, which only say where to look the rate up and by which bands to show the ratios.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    list of Fitted
        One a cause. Tables ``rates``, and ``curves`` and ``at`` of patterns with ``--pattern`` or ``--at``.

    Raises
    ------
    TkkError
        TKK337, TKK338 and TKK341 for cuts, time scales and rates; TKK340 for a cause without events and for curves
        that the model does not give.
    """
    history, options = problem.history, problem.options
    bands = bands_of(problem)
    table = read_rates(problem) if options.rate_table else None
    further = {} if table is None else table_bands(problem, table, bands)
    parts = pieces(history, cut_points(problem), bands | further)
    reference = None if table is None else reference_rates(problem, table, parts)
    found = []
    for cause, name in enumerate(history.causes):
        if not (history.cause == cause + 1).any():
            raise TkkError(
                "TKK340", f"nobody has the event {name}", where="--events", hint="count its code as censored"
            )
        one, design = poisson(
            parts,
            problem.design,
            cause,
            factors=(TIME,) if table is not None else (TIME, *bands),
            reference_rate=reference,
            offset=problem.extra.get("offset"),
            robust=problem.robust,
            strata=problem.stratum_names,
        )
        notes = [Note("rates_relative_to_table")] if table is not None else []
        tables: dict[str, list[dict[str, Any]]] = {}
        if not problem.coefficients_only:
            tables["rates"] = _rate_rows(problem, parts, cause, [TIME, *bands], reference)
            tables |= curve_tables(problem, one, design, parts)
        found.append(Fitted("poisson", name, one, design, tables=tables, notes=tuple(notes)))
    return found


def _rate_rows(
    problem: Problem, parts: Pieces, cause: int, scales: list[str], reference: Float | None
) -> list[dict[str, Any]]:
    """Events, person-time and rate (or its ratio to the reference) of everyone, and by the bands of each scale."""
    history = parts.split.history
    weight = 1.0 if history.weight is None else history.weight
    event = (history.cause == cause + 1) * weight
    time = parts.length * weight
    expected = None if reference is None else time * reference
    people = people_of(parts.whole, parts.split.row) if problem.robust else None
    exposed = problem.exposure is not None
    names = history.groups if exposed else ("",)
    group = history.group if exposed else np.zeros(len(event), dtype=np.int64)
    rows = []
    pieces_of: list[tuple[str, tuple[str, ...], Any]] = [("", ("",), np.zeros(len(event), dtype=np.int64))]
    pieces_of += [(s, parts.levels[s], parts.split.piece[s]) for s in scales if parts.levels[s] != intervals([])]
    for scale, levels, piece in pieces_of:
        cell, size = group * len(levels) + piece, len(names) * len(levels)
        estimates = rates(event, time if expected is None else expected, cell, size, problem.options.conf_level, people)
        for c in np.flatnonzero(np.bincount(cell, minlength=size)).tolist():
            mine = cell == c
            rows.append(
                {
                    "scale": scale,
                    "interval": levels[c % len(levels)],
                    "group": names[c // len(levels)],
                    "n_event": float(event[mine].sum()),
                    "expected": np.nan if expected is None else float(expected[mine].sum()),
                    "person_time": float(time[mine].sum()),
                    **{
                        key: float(values[c])
                        for key, values in zip(
                            ("estimate", "std_error", "conf_low", "conf_high"), estimates, strict=True
                        )
                    },
                }
            )
    return rows
