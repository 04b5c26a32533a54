"""Multiple imputation of covariates by chained equations, with the outcome in every equation.

Numbers are drawn by predictive mean matching and categories from a multinomial logit, so that every value drawn is one
that occurs. The equations are statsmodels' (``chained``); it and pandas are imported when something is to be drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from tkk_cli.data.design import Regression, design_of
from tkk_cli.data.encoding import Variable
from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float

__all__ = ["imputed_designs", "outcome_predictors"]

CYCLES = 10


def imputed_designs(regression: Regression, m: int, seed: int) -> Iterator[tuple[Design, ...]]:
    """The designs of m completed data sets.

    Each variable with missing values is drawn given all other covariates, an indicator of each event and its
    Nelson-Aalen cumulative hazard over the row's time at risk (White & Royston 2009), ten times in turn; once where
    only one variable has missing values. Knots and other states of functions are those of the observed values, so that
    coefficients mean the same in each data set. Weights and clusters are not used.

    Parameters
    ----------
    regression : Regression
        Built with ``--impute``.
    m : int
        Data sets; the first k are the same whatever m is.
    seed : int

    Yields
    ------
    tuple of Design
        In the order of ``regression.designs``.

    Raises
    ------
    TkkError
        TKK235 where a covariate has no more known values than its equation has coefficients.

    Notes
    -----
    O(m x 10 x n p^2). van Buuren (2018), algorithms 3.3 and 4.3, by ``statsmodels.imputation.mice.MICEData``.
    tests/data/test_imputation.py checks bias and coverage by simulation.

    Examples
    --------
    >>> from tkk_cli.data.design import build_regression
    >>> from tkk_cli.data.options import CovariateOptions
    >>> options = CovariateOptions(time="seuranta", event="tila==1", censored="0,2,3,4", covariates="ika", impute=2)
    >>> regression = build_regression("sample_data/kuntoutus.csv", options)
    >>> int(np.isnan(regression.designs[0][1].matrix).sum()), regression.missing
    (11, {'ika': 11})
    >>> [int(np.isnan(design.matrix).sum()) for (design,) in imputed_designs(regression, 2, seed=1)]
    [0, 0]
    """
    history, frame = regression.cohort.history, regression.frame
    outcome = outcome_predictors(history)
    columns = {f"covariate {name}": _column(variable) for name, variable in frame.items()}
    columns |= {f"outcome {j}": _scaled(values) for j, values in enumerate(outcome.T)}
    levels = {
        f"covariate {name}": len(variable.levels) for name, variable in frame.items() if _is_drawn_level(variable)
    }
    incomplete = [name for name, variable in frame.items() if variable.missing.any()]
    _require_enough(frame, incomplete, len(columns) - len(levels) + sum(size - 1 for size in levels.values()))
    for i in range(m):
        drawn = _draw(columns, levels, len(incomplete), np.random.default_rng([seed, i])) if incomplete else {}
        done = dict(frame)
        for name in incomplete:
            done[name] = _copied(frame[name], columns[f"covariate {name}"], drawn[f"covariate {name}"])
        yield tuple(design_of(encoding, done, history.weight) for encoding in regression.encodings)


def outcome_predictors(history: EventHistory) -> Float:
    """(n, 2K) float64: for each event its indicator and its Nelson-Aalen cumulative hazard from entry to exit."""
    times, place = np.unique(history.exit, return_inverse=True)
    leaving = np.bincount(place, minlength=len(times))
    at_risk = np.cumsum(leaving[::-1])[::-1].astype(np.float64)
    if history.entry is not None:
        # not yet at risk at a time: those whose entry is at it or later
        at_risk -= len(history) - np.searchsorted(np.sort(history.entry), times, side="left")
    columns = []
    for k in range(1, len(history.causes) + 1):
        happened = history.cause == k
        events = np.bincount(place[happened], minlength=len(times))
        hazard = np.concatenate([[0.0], np.cumsum(events / at_risk)])
        until = hazard[place + 1]
        if history.entry is not None:
            until = until - hazard[np.searchsorted(times, history.entry, side="right")]
        columns += [happened.astype(np.float64), until]
    return np.stack(columns, axis=1)


def _draw(
    columns: dict[str, Float], levels: dict[str, int], n_incomplete: int, rng: np.random.Generator
) -> dict[str, Float]:
    """The columns of one completed data set: a chain of its own."""
    from tkk_cli.data.chained import ChainedEquations

    equations = ChainedEquations(columns, levels, rng)
    with _numpy_seeded(rng):
        equations.update_all(CYCLES if n_incomplete > 1 else 1)
    return {name: equations.data[name].to_numpy() for name in columns}


@contextmanager
def _numpy_seeded(rng: np.random.Generator) -> Iterator[None]:
    """Seed numpy's global generator, which statsmodels draws from before 0.15, and leave it as it was."""
    state = np.random.get_state()
    np.random.seed(rng.integers(2**32, size=4, dtype=np.uint32))
    try:
        yield
    finally:
        np.random.set_state(state)


def _is_drawn_level(variable: Variable) -> bool:
    """Whether a level is drawn, and not a number that has levels too."""
    return variable.is_category and variable.codes is not None


def _column(variable: Variable) -> Float:
    """(n,) float64: codes of a category, a number in standard deviations; NaN missing."""
    if variable.is_category and variable.codes is not None:
        return np.where(variable.codes < 0, np.nan, variable.codes.astype(np.float64))
    assert variable.number is not None
    return _scaled(variable.number)


def _scaled(values: Float) -> Float:
    spread = float(np.nanstd(values))
    return (values - np.nanmean(values)) / (spread if spread > 0 else 1.0)


def _copied(variable: Variable, before: Float, after: Float) -> Variable:
    """The variable with the values of a row that has the drawn one, on the rows without any."""
    gone = np.isnan(before)
    known = np.flatnonzero(~gone)
    values, first = np.unique(before[known], return_index=True)
    donors = known[first[np.searchsorted(values, after[gone])]]
    number, codes = variable.number, variable.codes
    if number is not None:
        number = number.copy()
        number[gone] = number[donors]
    if codes is not None:
        codes = codes.copy()
        codes[gone] = codes[donors]
    return replace(variable, number=number, codes=codes)


def _require_enough(frame: Mapping[str, Variable], incomplete: list[str], n_columns: int) -> None:
    """Refuse a covariate whose equation would have as many coefficients as values to learn them from; TKK235."""
    for name in incomplete:
        n_known = int((~frame[name].missing).sum())
        if n_known <= n_columns:
            raise TkkError(
                "TKK235",
                f"{name} has {n_known} known values, and the equation for the others has {n_columns} coefficients",
                where=name,
                count=n_known,
                hint="leave it out, leave out other covariates, or leave --impute out",
            )
