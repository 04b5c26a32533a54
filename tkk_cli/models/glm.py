"""Poisson and binomial regression on pieces of follow-up, by Newton's method.

The rows of the model are pieces of people's follow-up. What depends on the piece (period, age band, stratum) and what
depends on the person (covariates) are two small matrices that the rows point into, so that neither is ever copied out
to the m pieces, as the GLM of statsmodels would need: a step costs O(m p) time and O(m) memory. Rows that point to the
same place in both are one cell, whose events and exposure are summed: the same likelihood, exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tkk_cli.estimators.risk import distinct, sums
from tkk_cli.histories import Float, Int
from tkk_cli.models.newton import independent_columns

__all__ = ["FAMILIES", "Cells", "Estimate", "cells_of", "maximise", "scores_by", "unique_rows"]

# A column whose length outside the span of those before it is less than 1e-6 of its own is determined by them.
COLLINEAR = 1e-12
MOST_STEPS = 60
# The step after the last moves nothing when the squared step in standard errors is this small.
CONVERGED = 1e-20
# Smallest eigenvalue of the information, its diagonal being 1, below which a column may separate the events.
FLAT = 1e-7
# Variance of the coefficient of a column with spread 1 that only a separated one reaches.
ENDLESS = 1e4
# Log cumulative hazard of a period beyond which its chance is 1 to the last digit, and squares do not overflow.
LARGEST = 50.0

Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """m rows: what was observed, and where in the two matrices their columns are.

    Attributes
    ----------
    base : (C, b) float64
        Columns of the piece: intercepts first.
    covariates : (U, p) float64
        Columns of the person.
    at, row : (m,) int64
        Row of ``base`` and of ``covariates``.
    event : (K, m) float64
        Weighted events; K > 1 for a multinomial model.
    size : (m,) float64
        Exposure (Poisson) or number at risk (binomial), weighted.
    offset : (m,) float64
        Added to the linear predictor.
    """

    base: Float
    covariates: Float
    at: Int
    row: Int
    event: Float
    size: Float
    offset: Float

    def take(self, rows: Bool) -> Cells:
        """Some of the rows."""
        return replace(
            self,
            at=self.at[rows],
            row=self.row[rows],
            event=self.event[:, rows],
            size=self.size[rows],
            offset=self.offset[rows],
        )

    def linear(self, beta: Float) -> Float:
        """(m,) X beta, without the offset."""
        b = self.base.shape[1]
        fitted: Float = (self.base @ beta[:b])[self.at] + (self.covariates @ beta[b:])[self.row]
        return fitted

    def cross(self, g: Float) -> Float:
        """(q,) X' g."""
        return np.concatenate(
            [
                self.base.T @ sums(self.at, g, len(self.base)),
                self.covariates.T @ sums(self.row, g, len(self.covariates)),
            ]
        )

    def gram(self, h: Float) -> Float:
        """(q, q) X' diag(h) X."""
        base, covariates = self.base, self.covariates
        mixed = np.empty((base.shape[1], covariates.shape[1]))
        for j in range(covariates.shape[1]):
            mixed[:, j] = base.T @ sums(self.at, h * covariates[self.row, j], len(base))
        return np.block(
            [
                [base.T @ (sums(self.at, h, len(base))[:, None] * base), mixed],
                [mixed.T, covariates.T @ (sums(self.row, h, len(covariates))[:, None] * covariates)],
            ]
        )


class Step(NamedTuple):
    """The log-likelihood at a linear predictor (K, m)."""

    value: float
    slope: Float  # (K, m)
    information: Float  # (K, K, m): expected
    curvature: Float  # (K, K, m): observed; the log-likelihood is concave, so that Newton's steps lead up


def _poisson(cells: Cells, eta: Float) -> Step:
    mean = cells.size * np.exp(eta[0])
    information = mean[None, None]
    return Step(float(cells.event[0] @ eta[0] - mean.sum()), cells.event - mean, information, information)


def _cloglog(cells: Cells, eta: Float) -> Step:
    hazard = np.exp(np.minimum(eta[0], LARGEST))
    happens = -np.expm1(-hazard)
    event, none = cells.event[0], cells.size - cells.event[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(event > 0, event * np.log(happens), 0.0).sum() - none @ hazard
    odds = hazard * np.exp(-hazard) / np.maximum(happens, 1e-300)
    information = cells.size * hazard * odds
    curvature = event * odds * np.maximum(hazard + odds - 1, 0.0) + none * hazard
    return Step(float(value), (event * odds - none * hazard)[None], information[None, None], curvature[None, None])


def _logit(cells: Cells, eta: Float) -> Step:
    """Binomial for one outcome, multinomial for several: log of the probability of each against that of none."""
    top = np.maximum(eta.max(axis=0), 0.0)
    parts = np.exp(eta - top)
    total = parts.sum(axis=0) + np.exp(-top)
    p = parts / total
    value = float((cells.event * eta).sum() - cells.size @ (np.log(total) + top))
    information = -cells.size * p[:, None] * p[None]
    for k in range(len(p)):
        information[k, k] += cells.size * p[k]
    return Step(value, cells.event - cells.size * p, information, information)


FAMILIES: dict[str, Callable[[Cells, Float], Step]] = {"poisson": _poisson, "cloglog": _cloglog, "logit": _logit}


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """What maximises the likelihood.

    Attributes
    ----------
    coefficient : (K, q) float64
        NaN for a dropped column, +-inf for one that separates the events.
    covariance : (K q, K q) float64
        Inverse of the expected information, outcome by outcome. Rows of columns without an estimate mean nothing.
    shown : (q,) bool
        Columns with an estimate.
    eta : (K, m) float64
        Linear predictor with the offset.
    kept : (m,) bool
        False for rows that a separating column takes out of the likelihood.
    log_likelihood : float
        Without the constants that depend on the data only.
    df, iterations : int
    converged : bool
    """

    coefficient: Float
    covariance: Float
    shown: Bool
    eta: Float
    kept: Bool
    log_likelihood: float
    df: int
    iterations: int
    converged: bool


def cells_of(cells: Cells) -> tuple[Cells, Int]:
    """Sum the rows that have the same columns and offset; also the cell of each row."""
    n_base = len(cells.base)
    offset, place = _distinct(cells.offset)
    code = (place * len(cells.covariates) + cells.row) * n_base + cells.at
    found, cell = np.unique(code, return_inverse=True)
    size = len(found)
    rest = found // n_base
    summed = Cells(
        cells.base,
        cells.covariates,
        found % n_base,
        rest % len(cells.covariates),
        np.stack([sums(cell, event, size) for event in cells.event]),
        sums(cell, cells.size, size),
        offset[rest // len(cells.covariates)],
    )
    return summed, cell


def _distinct(values: Float) -> tuple[Float, Int]:
    """``distinct`` with the common case of one value spared."""
    if len(values) and np.all(values == values[0]):
        return values[:1], np.zeros(len(values), dtype=np.int64)
    return distinct(values)


def unique_rows(matrix: Float) -> tuple[Float, Int]:
    """The distinct rows of a matrix and which of them each row is; the matrix itself when most rows differ."""
    n, p = matrix.shape
    code = np.zeros(n, dtype=np.int64)
    for j in range(p):
        _, place = distinct(matrix[:, j])
        code = code * (int(place.max(initial=0)) + 1) + place
        found, first, code = np.unique(code, return_index=True, return_inverse=True)
        if 2 * len(found) > n:
            return matrix, np.arange(n, dtype=np.int64)
    return (matrix[first], code) if p else (matrix[: min(n, 1)], code)


def maximise(cells: Cells, family: str, n_intercepts: int = 1) -> Estimate:
    """Fit a generalised linear model to cells.

    Parameters
    ----------
    cells : Cells
        The first ``n_intercepts`` columns of ``base`` are 0/1 and one of them is 1 in each row.
    family : {"poisson", "cloglog", "logit"}
    n_intercepts : int

    Returns
    -------
    Estimate

    Notes
    -----
    Newton's steps, halved where needed, on centred and scaled covariates, until a step is below 1e-10 standard errors.
    Columns determined by earlier ones are dropped. Columns that separate the events have no finite estimate: the
    likelihood grows along a direction which is found by linear programming (Konis 2007), its rows are left out, and
    the other coefficients are those of the limit.
    """
    centre, scale = _typical(cells)
    scaled = replace(cells, covariates=(cells.covariates - centre) / scale)
    b, q = cells.base.shape[1], cells.base.shape[1] + len(centre)
    back = np.eye(q)
    back[b:, b:] /= scale[:, None]
    back[:n_intercepts, b:] = -centre / scale
    kept = np.ones(len(cells.at), dtype=bool)
    order: Int = np.arange(q, dtype=np.int64)
    infinite = np.zeros(q)
    rank = 0
    while True:
        part = scaled.take(kept)
        columns = _independent(part.gram(np.ones(len(part.at))), order)
        rank = max(rank, len(columns))  # an infinite coefficient was fitted too
        found = _newton(part, family, columns, n_intercepts)
        direction = _separating(part, family, columns, found)
        if direction is None:
            break
        gone = np.abs(part.linear(direction)) > 1e-6
        kept[np.flatnonzero(kept)[gone]] = False
        shown = back @ direction
        infinite = np.where(np.abs(shown) > 1e-6, np.sign(shown), infinite)
        # Columns without a finite estimate come last: they are the ones that the remaining rows do not need.
        order = np.concatenate([order[infinite[order] == 0], order[infinite[order] != 0]])
    eta = np.stack([scaled.linear(one) for one in found.beta]) + cells.offset
    return _restored(found, columns, rank, back, infinite, eta, kept)


class _Found(NamedTuple):
    beta: Float  # (K, q)
    covariance: Float  # of the columns kept, outcome by outcome
    step: Step
    iterations: int
    converged: bool
    least: float  # smallest eigenvalue of the information, its diagonal being 1

    @property
    def informative(self) -> bool:
        """Whether the data inform on every direction: no column can separate the events."""
        return self.least > FLAT and np.diag(self.covariance).max(initial=0.0) < ENDLESS


def _newton(cells: Cells, family: str, columns: Int, n_intercepts: int) -> _Found:
    likelihood = FAMILIES[family]
    n_outcomes, q, r = len(cells.event), cells.base.shape[1] + cells.covariates.shape[1], len(columns)
    beta = np.zeros((n_outcomes, q))
    beta[:, :n_intercepts] = _start(cells, family)[:, None]
    offset = cells.offset

    def at(beta: Float) -> Step:
        return likelihood(cells, np.stack([cells.linear(one) for one in beta]) + offset)

    step, iterations, converged = at(beta), 0, False
    while True:
        if converged or iterations == MOST_STEPS:
            covariance, least = _inverse(_information(cells, step.information, columns))
            return _Found(beta, covariance, step, iterations, converged, least)
        gradient = np.concatenate([cells.cross(g)[columns] for g in step.slope])
        toward, _ = _inverse(_information(cells, step.curvature, columns))
        move = (toward @ gradient).reshape(n_outcomes, r)
        decrement = float(gradient @ move.ravel())
        iterations += 1
        for halved in range(30):
            trial = beta.copy()
            trial[:, columns] += move / 2**halved
            with np.errstate(over="ignore", invalid="ignore"):
                new = at(trial)
            if new.value >= step.value - 1e-9 * (1 + abs(step.value)):
                beta, step = trial, new
                break
        converged = decrement < CONVERGED * max(1.0, r)


def _information(cells: Cells, weight: Float, columns: Int) -> Float:
    """(K r, K r) of the columns kept, outcome by outcome."""
    block = np.ix_(columns, columns)
    return np.block([[cells.gram(each)[block] for each in row] for row in weight])


def _start(cells: Cells, family: str) -> Float:
    """(K,) intercepts of the model without covariates."""
    share = np.maximum(cells.event.sum(axis=1), 0.5) / max(cells.size.sum(), 1e-300)
    if family == "poisson":
        return np.asarray(np.log(share))
    share = np.minimum(share, 0.9 / len(share))
    return np.asarray(np.log(-np.log1p(-share)) if family == "cloglog" else np.log(share / (1 - share.sum())))


def _typical(cells: Cells) -> tuple[Float, Float]:
    """Centre and scale of the covariates; 1 for a constant one."""
    if not cells.covariates.size:
        return np.zeros(cells.covariates.shape[1]), np.ones(cells.covariates.shape[1])
    centre = cells.covariates.mean(axis=0)
    spread = cells.covariates.std(axis=0)
    return centre, np.where(spread > 1e-12 * np.maximum(np.abs(centre), 1e-300), spread, 1.0)


def _independent(gram: Float, order: Int) -> Int:
    """Columns, in increasing order, that are not determined by those before them in ``order``."""
    ordered = gram[np.ix_(order, order)]
    return np.sort(order[independent_columns(ordered, ordered, COLLINEAR)])


def _inverse(information: Float) -> tuple[Float, float]:
    """The inverse, and the smallest eigenvalue once the diagonal is 1: near 0 when a direction has no information."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    values, vectors = np.linalg.eigh(information / scale[:, None] / scale)
    some = values > 1e-14 * values.max(initial=0.0)
    half = vectors[:, some] / scale[:, None]
    return np.asarray((half / values[some]) @ half.T), float(values.min(initial=1.0))


def _separating(cells: Cells, family: str, columns: Int, found: _Found) -> Float | None:
    """A direction along which the likelihood of one outcome never falls and somewhere grows; ``None`` without one.

    Along it the linear predictor stays on rows with and without events, falls or stays on rows without events and,
    in a binomial model, rises or stays where everyone has the event.
    """
    if len(cells.event) > 1:
        return None
    event = cells.event[0]
    none = event == 0
    everyone = (event == cells.size) & (family != "poisson") & ~none
    # Looking for a direction is dear where no cell has both; a fit with one has no information along it.
    if family != "poisson" and found.converged and found.informative:
        return None
    fixed = cells.take(~none & ~everyone)
    gram = fixed.gram(np.ones(len(fixed.at)))[np.ix_(columns, columns)]
    length = np.sqrt(np.diag(cells.gram(np.ones(len(cells.at))))[columns])
    values, vectors = np.linalg.eigh(gram / length[:, None] / length)
    free = vectors[:, values < COLLINEAR] / length[:, None]
    if free.shape[1] == 0:
        return None
    free = free / np.abs(free).max(axis=0)
    directions = np.zeros((len(free.T), cells.base.shape[1] + cells.covariates.shape[1]))
    directions[:, columns] = free.T
    loose = cells.take(none | everyone)
    sign = np.where(everyone[none | everyone], 1.0, -1.0)
    allowed = np.stack([sign * loose.linear(one) for one in directions], axis=1)
    allowed = np.unique(allowed.round(9), axis=0)
    from scipy.optimize import linprog

    best = linprog(-allowed.sum(axis=0), A_ub=-allowed, b_ub=np.zeros(len(allowed)), bounds=(-1, 1), method="highs")
    if not best.success or -best.fun < 1e-6:
        return None
    direction = best.x @ directions
    return np.asarray(direction / np.abs(direction).max())


def _restored(found: _Found, columns: Int, rank: int, back: Float, infinite: Float, eta: Float, kept: Bool) -> Estimate:
    """From the scaled columns that were estimated to all columns as they are."""
    n_outcomes, q = found.beta.shape
    shown = np.isin(np.arange(q), columns) & (infinite == 0)
    places = np.concatenate([k * q + columns for k in range(n_outcomes)])
    whole = np.zeros((n_outcomes * q, n_outcomes * q))
    whole[np.ix_(places, places)] = found.covariance
    transform = np.kron(np.eye(n_outcomes), back)
    coefficient = found.beta @ back.T
    coefficient[:, ~shown] = np.nan
    coefficient[:, infinite != 0] = np.copysign(np.inf, infinite[infinite != 0])
    return Estimate(
        coefficient,
        transform @ whole @ transform.T,
        shown,
        eta,
        kept,
        found.step.value,
        n_outcomes * rank,
        found.iterations,
        found.converged,
    )


def scores_by(cells: Cells, slope: Float, code: Int, size: int) -> Float:
    """(size, q) derivative of the log-likelihood, summed over the rows of each cluster."""
    base = [sums(code, slope * cells.base[cells.at, j], size) for j in range(cells.base.shape[1])]
    person = [sums(code, slope * cells.covariates[cells.row, j], size) for j in range(cells.covariates.shape[1])]
    return np.stack([*base, *person], axis=1)
