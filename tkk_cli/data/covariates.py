"""Columns as covariates: numbers or categories, which level is the reference, and what makes one unusable."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tkk_cli.data.cohort import Sifted
from tkk_cli.data.encoding import Variable
from tkk_cli.data.formula import Formula
from tkk_cli.data.options import CovariateOptions
from tkk_cli.data.table import Column, DataTable
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory

__all__ = ["checked", "infinite_value", "variables_of"]

MOST_LEVELS = 50

Facts = list[tuple[str, dict[str, Any]]]


def variables_of(
    table: DataTable, sifted: Sifted, formulas: Iterable[Formula], options: CovariateOptions
) -> tuple[dict[str, Variable], Facts]:
    """The variables of some formulas, on the rows that are kept.

    Text is a category; so is a number when the codebook or the file labels every value that occurs, or under ``C()``.
    Levels stand in the codebook's order; the reference is the codebook's, else the first level. The exposure has the
    groups of the history as its levels, the reference first.

    Parameters
    ----------
    table : DataTable
    sifted : Sifted
    formulas : iterable of Formula
    options : CovariateOptions

    Returns
    -------
    (variables, facts)
        By name; facts on levels that only rows left out have.

    Raises
    ------
    TkkError
        TKK226 for a category of more than 50 levels, TKK228 for text of numbers some of which are infinite.
    """
    factors = [factor for formula in formulas for term in formula.terms for factor in term]
    found: dict[str, Variable] = {}
    facts: Facts = []
    for name in dict.fromkeys(name for factor in factors for name in factor.variables):
        kinds = {factor.kind for factor in factors if name in factor.variables}
        column = table[name]
        is_category = name == options.group or column.kind == "text" or _all_labelled(column) or kinds == {"category"}
        variable = Variable(name, title=column.label, is_category=is_category)
        if name == options.group:
            variable = _exposure(variable, sifted)
        elif "category" in kinds or is_category:
            variable, fact = _category(variable, table, sifted)
            facts += fact
        if column.kind == "number" and (not is_category or "function" in kinds):
            number = column.values if sifted.kept.all() else column.values[sifted.kept]
            variable = replace(variable, number=number)
        found[name] = variable
    return found, facts


def checked(variables: Mapping[str, Variable], history: EventHistory) -> Facts:
    """Refuse covariates that can explain nothing, and name levels without events.

    Parameters
    ----------
    variables : mapping
    history : EventHistory

    Returns
    -------
    list of (key, values)
        ``level_without_events`` for each event and variable that has such levels.

    Raises
    ------
    TkkError
        TKK227 for a constant covariate, TKK228 for an infinite value.
    """
    facts: Facts = []
    for name, variable in variables.items():
        if variable.number is not None:
            infinite = np.isinf(variable.number)
            if infinite.any():
                raise infinite_value(name, int(infinite.sum()))
        known = ~variable.missing
        if not known.any():
            raise TkkError("TKK227", f"{name} has no value on any row", where=name, count=len(variable))
        if variable.number is not None:
            values = variable.number[known]
            constant = float(values.min()) == float(values.max())
        else:
            constant = len(variable.levels) == 1
        if constant:
            raise TkkError(
                "TKK227",
                f"{name} has the same value on every row",
                where=name,
                count=int(known.sum()),
                hint="leave it out, or check --where and the missing values of the other columns",
            )
        facts += _eventless(variable, history)
    return facts


def _all_labelled(column: Column) -> bool:
    """Whether every number that occurs has a label; labels on some (a ceiling, the ends of a scale) are not enough."""
    return (
        column.kind == "number" and bool(column.value_labels) and set(column.grouped()[1]) <= set(column.value_labels)
    )


def _exposure(variable: Variable, sifted: Sifted) -> Variable:
    cohort = sifted.cohort
    history = cohort.history
    return replace(
        variable, codes=history.group, levels=history.groups, title=cohort.group_title, labels=cohort.group_labels
    )


def _category(variable: Variable, table: DataTable, sifted: Sifted) -> tuple[Variable, Facts]:
    category = table.category(variable.name)
    size = len(category.keys)
    codes = category.codes[sifted.kept]
    rows = np.bincount(codes[codes >= 0], minlength=size)
    left = rows > 0
    _refuse_numbers_as_text(variable.name, {category.keys[i]: int(rows[i]) for i in np.flatnonzero(left)})
    out = category.codes[sifted.selected & ~sifted.kept]
    gone = (np.bincount(out[out >= 0], minlength=size) > 0) & ~left
    facts: Facts = []
    if gone.any():
        names = [category.keys[i] for i in np.flatnonzero(gone)]
        facts.append(("levels_left_out", {"variable": variable.name, "codes": names}))
    place = np.append(np.where(left, np.cumsum(left) - 1, -1), -1)
    levels = tuple(category.keys[i] for i in np.flatnonzero(left))
    reference = levels.index(category.reference) if category.reference in levels else 0
    labels = {level: category.labels[level] for level in levels if level in category.labels}
    made = replace(variable, codes=place[codes], levels=levels, reference=reference, labels=labels)
    return made, facts


def _refuse_numbers_as_text(name: str, rows: Mapping[str, int]) -> None:
    """Refuse text that is no category: infinite numbers, and a measurement or identifier with too many levels."""
    numbers = {key: _as_number(key) for key in rows}
    infinite = [key for key, value in numbers.items() if value is not None and math.isinf(value)]
    if infinite and None not in numbers.values():
        raise infinite_value(name, sum(rows[key] for key in infinite))
    if len(rows) <= MOST_LEVELS:
        return
    words = [key for key, value in numbers.items() if value is None]
    if 0 < len(words) <= len(rows) / 2:
        hint = (
            f"{sum(rows[key] for key in words)} rows hold something that is no number, which makes the column text: "
            "correct them, or name the codes that mean missing in the codebook (missing = [...])"
        )
    else:
        hint = (
            f"a category has at most {MOST_LEVELS} levels: is it an identifier? Rows that belong together go to "
            "--cluster; put rare classes together in a new column"
        )
    raise TkkError("TKK226", f"{name} has {len(rows)} different values", where=name, count=len(rows), hint=hint)


def infinite_value(name: str, count: int) -> TkkError:
    """The error about infinite values of a column."""
    hint = "correct the values, or leave the rows out with --where"
    return TkkError("TKK228", "a value is infinite", where=name, count=count, hint=hint)


def _as_number(text: str) -> float | None:
    """The number that a text is, with a comma or a point; None where it is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _eventless(variable: Variable, history: EventHistory) -> Facts:
    if variable.codes is None:
        return []
    size = len(variable.levels)
    facts: Facts = []
    for k, cause in enumerate(history.causes, start=1):
        codes = variable.codes[(history.cause == k) & (variable.codes >= 0)]
        none = np.bincount(codes, minlength=size) == 0
        if none.any() and not none.all():
            levels = [variable.levels[i] for i in np.flatnonzero(none)]
            facts.append(("level_without_events", {"variable": variable.name, "codes": levels, "cause": cause}))
    return facts
