"""Time scales of a Poisson model: bands from ``--time-scales``, and reference rates from ``--rate-table``."""

from __future__ import annotations

import itertools
import math

import numpy as np

from tkk_cli.data.options import UNITS
from tkk_cli.data.reading import read_table
from tkk_cli.data.table import DataTable
from tkk_cli.designs import Term
from tkk_cli.errors import TkkError
from tkk_cli.histories import Float, Int
from tkk_cli.models.poisson import Bands, Pieces
from tkk_cli.models.rate_table import RateTable, band_limits, rate_table
from tkk_cli.options import numbers, pairs
from tkk_cli.steps.regression.problem import Problem

__all__ = ["bands_of", "cut_points", "read_rates", "reference_rates", "table_bands", "years_in"]

MOST_BANDS = 200
RATE = "rate"
# Names of the scales on which follow-up is split to look rates up; a column cannot start with it.
LOOK_UP = "\0"


def years_in(unit: str) -> float:
    """Length of a unit in years of 365.25 days."""
    return UNITS[unit] / UNITS["year"]


def cut_points(problem: Problem) -> tuple[float, ...]:
    """``--cuts`` in increasing order; TKK337 where one parts nothing."""
    cuts = tuple(sorted(set(numbers(problem.options.cuts, "cuts"))))
    last = float(problem.history.exit.max())
    beyond = sum(cut >= last for cut in cuts)
    if beyond and problem.options.model == "poisson":
        raise TkkError(
            "TKK337",
            "a cut at or after the end of all follow-up parts nothing",
            where="--cuts",
            count=beyond,
            hint="leave it out, or check --unit: cuts are in the unit of the analysis",
        )
    return cuts


def bands_of(problem: Problem) -> dict[str, Bands]:
    """The bands of ``--time-scales``, (30, 35] and so on: multiples of the width that follow-up reaches.

    Raises
    ------
    TkkError
        TKK337 for a width that is no number above 0, or so small that there are more than 200 bands; TKK338 for a
        column that is in the formula as well, or that holds text.
    """
    per_unit = years_in(problem.unit)
    history = problem.history
    entry = np.zeros(len(history)) if history.entry is None else history.entry
    found = {}
    for name, text in pairs(problem.options.time_scales, "time_scales").items():
        width = _width(name, text)
        used = {variable for term in problem.design.terms for variable in term.variables}
        if name in used:
            raise TkkError(
                "TKK338",
                f'the column "{name}" is a time scale and a covariate at once',
                where="--time-scales",
                hint="leave it out of the covariates: the time scale has its effect",
            )
        origin = problem.extra[f"scale:{name}"]
        if origin.dtype.kind != "f":
            raise TkkError(
                "TKK338",
                f'the time scale "{name}" holds text',
                where="--time-scales",
                hint="give a column with the value at time 0 in years, for example the age",
            )
        low = math.floor(float((origin + entry * per_unit).min()) / width + 1e-9)
        high = max(math.ceil(float((origin + history.exit * per_unit).max()) / width - 1e-9), low + 1)
        if high - low > MOST_BANDS:
            raise TkkError(
                "TKK337",
                f"the time scale {name} has more than {MOST_BANDS} bands",
                where="--time-scales",
                count=high - low,
                hint="give the value at time 0 in years, and a wider band",
            )
        limits: Float = width * np.arange(low, high + 1, dtype=np.float64)
        levels = tuple(f"({a:.10g}, {b:.10g}]" for a, b in itertools.pairwise(limits))
        found[name] = Bands(origin / per_unit, np.asarray(limits[1:-1] / per_unit), levels)
    return found


def _width(name: str, text: str) -> float:
    try:
        width = float(text)
    except ValueError:
        width = math.nan
    if not 0 < width < math.inf:
        raise TkkError(
            "TKK337",
            f"the width of the bands of {name} is a number of years above 0",
            where="--time-scales",
            hint=f'for example --time-scales "{name}=5"',
        )
    return width


# Reference rates -----------------------------------------------------------------------------------------------------


def read_rates(problem: Problem) -> RateTable:
    """The file of ``--rate-table``: a column ``rate`` (per person-year), those of the time scales (lower limits of
    bands, in years), and any covariates.

    Raises
    ------
    TkkError
        TKK338 when a column is neither a time scale nor a single covariate of the model, or a column is lacking;
        TKK341 for what the rates cannot be looked up in.
    """
    table = read_table(problem.options.rate_table)
    scales = list(pairs(problem.options.time_scales, "time_scales"))
    lacking = [name for name in (RATE, *scales) if name not in table.columns]
    if lacking:
        raise TkkError(
            "TKK338",
            "the rate table lacks a column",
            where=", ".join(lacking),
            hint=f'it needs "{RATE}" (per person-year) and the columns of --time-scales',
        )
    names = tuple(name for name in table.columns if name != RATE)
    columns: list[Int] = []
    values: list[Float | tuple[str, ...]] = []
    for name in names:
        codes, distinct = _numbers(table, name) if name in scales else _categories(problem, table, name)
        columns.append(codes)
        values.append(distinct)
    return rate_table(names, columns, values, table.number(RATE))


def _numbers(table: DataTable, name: str) -> tuple[Int, Float]:
    found = table.number(name)
    known = np.isfinite(found)
    distinct = np.unique(found[known])
    return np.where(known, np.searchsorted(distinct, found), -1).astype(np.int64), distinct


def _categories(problem: Problem, table: DataTable, name: str) -> tuple[Int, tuple[str, ...]]:
    if _term(problem, name) is None:
        raise TkkError(
            "TKK338",
            f'the column "{name}" of the rate table is neither a time scale nor a covariate of its own in the model',
            where="--rate-table",
            hint=f'add {name} to --covariates, or "{name}=1" to --time-scales, or leave the column out of the file',
        )
    category = table.category(name)
    return category.codes, category.keys


def _term(problem: Problem, name: str) -> Term | None:
    terms = problem.design.terms
    return next((t for t in terms if t.variables == (name,) and t.kind in ("number", "category")), None)


def table_bands(problem: Problem, table: RateTable, bands: dict[str, Bands]) -> dict[str, Bands]:
    """The bands of the rate table, as further scales to split follow-up on."""
    per_unit = years_in(problem.unit)
    found = {}
    for name, values in zip(table.names, table.values, strict=True):
        if name in bands and not isinstance(values, tuple):
            limits = band_limits(values)
            found[LOOK_UP + name] = Bands(bands[name].origin, limits / per_unit, ("",) * (len(limits) + 1))
    return found


def reference_rates(problem: Problem, table: RateTable, parts: Pieces) -> Float:
    """(m,) reference rate of each piece per unit of time; TKK341 where the table has none."""
    row = parts.split.row
    positions = []
    for name, values in zip(table.names, table.values, strict=True):
        if isinstance(values, tuple):
            positions.append(_positions(problem, name, values)[row])
        else:
            positions.append(parts.split.piece[LOOK_UP + name] - 1)
    return table.look_up(positions, row) * years_in(problem.unit)


def _positions(problem: Problem, name: str, values: tuple[str, ...]) -> Int:
    """(n,) position of each person's value among those of the table; -1 where it has none."""
    term = _term(problem, name)
    assert term is not None
    place = {value: k for k, value in enumerate(values)}
    columns = problem.design.matrix[:, list(term.columns)]
    if term.kind == "number":
        distinct, code = np.unique(columns[:, 0], return_inverse=True)
        of = np.array([place.get(f"{value:.15g}", -1) for value in distinct], dtype=np.int64)
        return of[code]
    of = np.array([place.get(level, -1) for level in (term.reference or "", *term.levels)], dtype=np.int64)
    return of[np.where(columns.any(axis=1), columns.argmax(axis=1) + 1, 0)]
