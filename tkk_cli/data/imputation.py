"""Multiple imputation of covariates by chained equations, with the outcome in every equation.

Numbers are drawn by predictive mean matching and categories from a multinomial logit, so that every value drawn is one
that occurs. Matching on the codes of a category, as ``statsmodels.MICEData`` does by default, would make neighbours of
levels that only their order in the codebook makes neighbours; the equations are therefore our own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data.design import Regression, design_of
from tkk_cli.data.encoding import Variable
from tkk_cli.designs import Design
from tkk_cli.histories import EventHistory, Float, Int

__all__ = ["imputed_designs", "outcome_predictors"]

CYCLES = 10
DONORS = 5
# Precision of a normal prior on the coefficients of a logit, per standard deviation of a predictor: it decides only
# where a level is separated, and the draws would run to infinity.
PRIOR = 0.1
MOST_STEPS = 25


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

    Notes
    -----
    O(m x 10 x n p^2). van Buuren (2018), algorithms 3.1, 3.3 and 4.3. tests/data/test_imputation.py checks bias and
    coverage by simulation and the draws against statsmodels' MICE.

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
    outcome = outcome_predictors(regression.cohort.history)
    missing = {name: variable.missing for name, variable in regression.frame.items()}
    order = sorted((name for name in missing if missing[name].any()), key=lambda name: int(missing[name].sum()))
    for i in range(m):
        rng = np.random.default_rng([seed, i])
        frame = _completed(regression.frame, missing, order, outcome, rng)
        yield tuple(design_of(encoding, frame, regression.cohort.history.weight) for encoding in regression.encodings)


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


def _completed(
    frame: Mapping[str, Variable],
    missing: dict[str, NDArray[np.bool_]],
    order: list[str],
    outcome: Float,
    rng: np.random.Generator,
) -> dict[str, Variable]:
    """One completed data set: a chain of its own, from a random start."""
    done = dict(frame)
    for name in order:
        gone = missing[name]
        donors = rng.choice(np.flatnonzero(~gone), size=int(gone.sum()))
        done[name] = _copied(done[name], gone, donors)
    predictors = _Predictors(done, outcome)
    starts: dict[str, Float] = {}
    for _ in range(CYCLES if len(order) > 1 else 1):
        for name in order:
            x, gone, variable = predictors.without(name), missing[name], done[name]
            if variable.is_category and variable.codes is not None:
                size = len(variable.levels)
                start = starts.get(name, np.zeros((size - 1, x.shape[1])))
                drawn, starts[name] = _draw_level(variable.codes, x, gone, rng, start)
                donors = _first_of(variable.codes, ~gone, size)[drawn]
            else:
                assert variable.number is not None
                donors = _match(variable.number, x, gone, rng)
            done[name] = _copied(variable, gone, donors)
            predictors.renew(done[name])
    return done


class _Predictors:
    """A constant, the outcome and the covariates as columns, scaled once, so that a cycle renews only what changed."""

    def __init__(self, variables: Mapping[str, Variable], outcome: Float) -> None:
        blocks = {name: _columns(variable) for name, variable in variables.items()}
        x = np.column_stack([np.ones(len(outcome)), outcome, *blocks.values()])
        self.centre, self.spread = x.mean(axis=0), x.std(axis=0)
        self.centre[0], self.spread[0] = 0.0, 1.0
        self.spread[self.spread == 0] = 1.0
        self.matrix = (x - self.centre) / self.spread
        ends = 1 + outcome.shape[1] + np.cumsum([block.shape[1] for block in blocks.values()])
        self.place = {
            name: slice(int(end) - blocks[name].shape[1], int(end)) for name, end in zip(blocks, ends, strict=True)
        }

    def without(self, name: str) -> Float:
        """(n, q) float64: all columns but those of a variable."""
        return np.delete(self.matrix, self.place[name], axis=1)

    def renew(self, variable: Variable) -> None:
        """Write the values of a variable that has been drawn again."""
        place = self.place[variable.name]
        self.matrix[:, place] = (_columns(variable) - self.centre[place]) / self.spread[place]


def _columns(variable: Variable) -> Float:
    """A number as it is, a category as 0/1 columns without the first level."""
    if variable.is_category and variable.codes is not None:
        return (variable.codes[:, None] == np.arange(1, len(variable.levels))).astype(np.float64)
    assert variable.number is not None
    return variable.number[:, None]


def _copied(variable: Variable, gone: NDArray[np.bool_], donors: Int) -> Variable:
    """The variable with the values of the donors on the rows without one."""
    number, codes = variable.number, variable.codes
    if number is not None:
        number = number.copy()
        number[gone] = number[donors]
    if codes is not None:
        codes = codes.copy()
        codes[gone] = codes[donors]
    return replace(variable, number=number, codes=codes)


def _first_of(codes: Int, known: NDArray[np.bool_], size: int) -> Int:
    """A row with each level."""
    rows = np.flatnonzero(known)
    first = np.zeros(size, dtype=np.int64)
    first[codes[rows][::-1]] = rows[::-1]
    return first


def _match(values: Float, x: Float, gone: NDArray[np.bool_], rng: np.random.Generator) -> Int:
    """Predictive mean matching: for each missing row, a row whose prediction is among the five nearest."""
    known = np.flatnonzero(~gone)
    seen, y = x[known], values[known]
    # a trace of ridge, for predictors that determine each other
    gram = seen.T @ seen
    gram[np.diag_indices_from(gram)] *= 1 + 1e-8
    gram[np.diag_indices_from(gram)] += 1e-8
    root = np.linalg.cholesky(gram)
    beta = np.linalg.solve(gram, seen.T @ y)
    left = y - seen @ beta
    sigma = np.sqrt(left @ left / rng.chisquare(max(len(y) - len(beta), 1)))
    drawn = beta + sigma * np.linalg.solve(root.T, rng.standard_normal(len(beta)))
    order = np.argsort(seen @ beta, kind="stable")
    ranked = (seen @ beta)[order]
    wanted = x[gone] @ drawn
    around = np.searchsorted(ranked, wanted)[:, None] + np.arange(-DONORS, DONORS)
    near = np.clip(around, 0, len(ranked) - 1)
    distance = np.where(around == near, np.abs(ranked[near] - wanted[:, None]), np.inf)
    chosen = np.argsort(distance, axis=1)[:, : min(DONORS, len(ranked))]
    pick = rng.integers(0, chosen.shape[1], size=len(wanted))
    position = near[np.arange(len(wanted)), chosen[np.arange(len(wanted)), pick]]
    # Rows with the same prediction (but for rounding) are equally near: any of them, not only those beside the place.
    rounding = 1e-9 * (ranked[-1] - ranked[0])
    start = np.searchsorted(ranked, ranked[position] - rounding, side="left")
    end = np.searchsorted(ranked, ranked[position] + rounding, side="right")
    return known[order[rng.integers(start, end)]]


def _draw_level(
    codes: Int, x: Float, gone: NDArray[np.bool_], rng: np.random.Generator, start: Float
) -> tuple[Int, Float]:
    """Levels for the missing rows, from a multinomial logit with coefficients drawn from their posterior; its fit."""
    beta, root = _multinomial(codes[~gone], x[~gone], start)
    draw = np.linalg.solve(root.T, rng.standard_normal(beta.size)).reshape(beta.shape)
    chance = _chances(x[gone], beta + draw)[0]
    # the first level has what the others leave
    passed = rng.random(chance.shape[1]) < np.cumsum(chance[::-1], axis=0)
    return passed.sum(axis=0), beta


def _chances(x: Float, beta: Float) -> tuple[Float, Float]:
    """(K - 1, n) probabilities of all levels but the first, and (n,) the logarithm of that of the first."""
    score = beta @ x.T
    top = np.maximum(score.max(axis=0), 0.0)
    power = np.exp(score - top)
    total = power.sum(axis=0) + np.exp(-top)
    return power / total, -top - np.log(total)


def _multinomial(codes: Int, x: Float, start: Float) -> tuple[Float, Float]:
    """Coefficients (K - 1, q) of a multinomial logit and the Cholesky root of their information, by Newton's method."""
    beta = start
    size, n_columns = beta.shape
    observed = codes == np.arange(1, size + 1)[:, None]
    counts = observed @ x
    prior = np.tile(np.r_[1e-6, np.full(n_columns - 1, PRIOR)], size).reshape(beta.shape)

    def objective(beta: Float, first: Float) -> float:
        return float((beta * counts).sum() + first.sum() - 0.5 * (prior * beta**2).sum())

    chance, first = _chances(x, beta)
    value = objective(beta, first)
    for _ in range(MOST_STEPS):
        information = _information(chance, x) + np.diag(prior.ravel())
        score = counts - chance @ x - prior * beta
        step = np.linalg.solve(information, score.ravel()).reshape(beta.shape)
        before = value
        for half in (1.0, 0.5, 0.25, 0.125, 0.0625):
            chance, first = _chances(x, beta + half * step)
            value = objective(beta + half * step, first)
            if value >= before:
                break
        beta = beta + half * step
        if abs(value - before) < 1e-8 * (abs(value) + 1):
            break
    # the last step changed next to nothing, so the information before it will do
    return beta, np.asarray(np.linalg.cholesky(information), dtype=np.float64)


def _information(chance: Float, x: Float) -> Float:
    size, n_columns = len(chance), x.shape[1]
    result = np.empty((size, n_columns, size, n_columns))
    for k in range(size):
        for other in range(k + 1):
            weight = chance[k] * ((k == other) - chance[other])
            block = (x * weight[:, None]).T @ x
            result[k, :, other, :] = result[other, :, k, :] = block
    return result.reshape(size * n_columns, size * n_columns)
