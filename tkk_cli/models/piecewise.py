"""What the models on pieces of follow-up share: the columns of the pieces, and the way from cells to a ``Fit``."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tkk_cli.designs import Design, Term
from tkk_cli.errors import TkkError
from tkk_cli.estimators.risk import sums
from tkk_cli.histories import Float, Int
from tkk_cli.models.fits import ChiSquare, Fit
from tkk_cli.models.glm import FAMILIES, Cells, Estimate, cells_of, maximise, scores_by
from tkk_cli.models.sandwich import chi_square, wald
from tkk_cli.results import Note

__all__ = ["Baseline", "Factor", "People", "baseline_of", "fit_cells", "intervals"]

# Log odds that only a separated column reaches: a chance of 1e-11.
NEVER = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """A part of the pieces with one rate ratio a level: periods, age bands.

    ``code`` (m,) is the level of each row; ``within`` says that each stratum has effects of its own.
    """

    name: str
    levels: tuple[str, ...]
    code: Int
    within: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """The columns of the pieces.

    Attributes
    ----------
    matrix : (C, b) float64
        One row a distinct combination of stratum and levels; an intercept for each stratum, then the factors.
    at : (m,) int64
        The combination of each row.
    intercepts : tuple of str
    columns : tuple of str
        Names of the b columns less the intercepts.
    terms : tuple of Term
        Their terms, positions counted from 0.
    """

    matrix: Float
    at: Int
    intercepts: tuple[str, ...]
    columns: tuple[str, ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Whose the rows are, for the robust variance.

    Attributes
    ----------
    code : (m,) int64
        Cluster, or the row of the history.
    size : int
        Number of codes.
    copies : (size,) float64 or None
        Frequency weight of each code: that many people with the same score.
    """

    code: Int
    size: int
    copies: Float | None = None


def intervals(cuts: Sequence[float] | Float) -> tuple[str, ...]:
    """Names of the pieces of time.

    Examples
    --------
    >>> intervals([90.0, 365.0])
    ('(0, 90]', '(90, 365]', '> 365')
    """
    if len(cuts) == 0:
        return ("all",)
    edges = [0.0, *cuts]
    inner = tuple(f"({low:.10g}, {high:.10g}]" for low, high in itertools.pairwise(edges))
    return (*inner, f"> {edges[-1]:.10g}")


def baseline_of(event: Float, factors: Sequence[Factor], stratum: Int | None, strata: Sequence[str]) -> Baseline:
    """The columns of the pieces, one combination of levels a row.

    The reference of a factor within strata is the first level with an event, of another the level with most events:
    a level without events would leave every ratio infinite.

    Parameters
    ----------
    event : (m,) float64
        Events of the rows.
    factors : sequence of Factor
        Levels of which no row is are left out.
    stratum : (m,) int64 or None
    strata : sequence of str
        Names of the strata.

    Returns
    -------
    Baseline
    """
    m = len(event)
    stratum = np.zeros(m, dtype=np.int64) if stratum is None else stratum
    key = stratum
    for factor in factors:
        key = key * len(factor.levels) + factor.code
    _, first, at = np.unique(key, return_index=True, return_inverse=True)
    own = stratum[first]
    n_strata = int(own.max()) + 1
    blocks = [np.equal.outer(own, np.arange(n_strata)).astype(np.float64)]
    columns: list[str] = []
    terms: list[Term] = []
    for factor in factors:
        level = factor.code[first]
        for s in range(n_strata) if factor.within else (None,):
            here = np.ones(m, dtype=bool) if s is None else stratum == s
            happened = sums(factor.code[here], event[here], len(factor.levels))
            seen = np.bincount(factor.code[here], minlength=len(factor.levels)) > 0
            reference = int(np.argmax(happened > 0) if factor.within else np.argmax(happened))
            others = [k for k in np.flatnonzero(seen).tolist() if k != reference]
            if not others:
                continue
            mine = np.ones(len(own), dtype=bool) if s is None else own == s
            blocks.append((np.equal.outer(level, others) & mine[:, None]).astype(np.float64))
            name = factor.name if s is None or n_strata == 1 else f"{factor.name} [{strata[s]}]"
            places = tuple(range(len(columns), len(columns) + len(others)))
            columns += [f"{name}[{factor.levels[k]}]" for k in others]
            levels = tuple(factor.levels[k] for k in others)
            terms.append(Term(name, "category", places, (factor.name,), levels, factor.levels[reference]))
    names = ("log_baseline",) if n_strata == 1 else tuple(f"log_baseline [{strata[s]}]" for s in range(n_strata))
    return Baseline(np.concatenate(blocks, axis=1), at.astype(np.int64), names, tuple(columns), tuple(terms))


def fit_cells(
    cells: Cells,
    family: str,
    baseline: Baseline,
    design: Design,
    *,
    measure: str,
    n: int,
    people: People | None = None,
    constant: float = 0.0,
) -> list[tuple[Fit, Design]]:
    """Fit rows of pieces and state what was found for each outcome.

    Parameters
    ----------
    cells : Cells
        m rows; ``base`` and ``at`` are those of ``baseline``, ``covariates`` the distinct rows of the design.
    family : {"poisson", "cloglog", "logit"}
    baseline : Baseline
    design : Design
        n rows: the columns of the people.
    measure : str
    n : int
        People, copies counted.
    people : People or None
        Whose scores are summed for the robust variance (no small-sample factor: R's ``vcovCL`` with
        ``type = "HC0", cadjust = FALSE``); ``None`` = the variance of the model.
    constant : float
        Added to both log-likelihoods: what depends on the data only.

    Returns
    -------
    list of (Fit, Design)
        One an outcome. The columns of a fit are those of the design, then those of the pieces; the design has them
        too, with NaN in its rows, since a row has several pieces. ``tests``: Wald of the columns of the design and,
        with the variance of the model, likelihood ratio. Intercepts are ``ancillary``.

    Raises
    ------
    TkkError
        TKK340 when a column separates the causes of a multinomial model.
    """
    few, cell = cells_of(cells)
    n_intercepts = len(baseline.intercepts)
    found = maximise(few, family, n_intercepts)
    if len(few.event) > 1 and np.abs(found.eta).max() > NEVER:
        raise TkkError(
            "TKK340",
            "a column separates the causes: a multinomial model has no finite estimate",
            where="--link logit",
            hint="put rare levels together, use fewer periods (--cuts), or --link cloglog, a model for each cause",
        )
    null = maximise(
        cells_of(replace(cells, covariates=np.zeros((1, 0)), row=np.zeros_like(cells.row)))[0], family, n_intercepts
    )
    covariance = found.covariance if people is None else _robust(cells, family, found, cell, people)
    q, b = len(found.shown), len(baseline.matrix[0])
    order = np.concatenate([np.arange(b, q), np.arange(n_intercepts, b)])
    wide = _with_baseline(design, baseline)
    fits = []
    for k in range(len(cells.event)):
        places = k * q + order
        estimated = found.shown[order]
        beta = found.coefficient[k]
        fits.append(
            (
                Fit(
                    columns=wide.columns,
                    coefficient=beta[order],
                    covariance=_masked(covariance[np.ix_(places, places)], estimated),
                    model_covariance=_masked(found.covariance[np.ix_(places, places)], estimated),
                    measure=measure,
                    n=n,
                    n_event=float(cells.event[k].sum()),
                    df=found.df,
                    log_likelihood=found.log_likelihood + constant,
                    log_likelihood_null=null.log_likelihood + constant,
                    robust=people is not None,
                    iterations=found.iterations,
                    tests=_tests(found, null, covariance, k, b, people is not None),
                    ancillary=_intercepts(found, covariance, k, baseline),
                    notes=_notes(wide, beta[order], found),
                    state={"beta": beta, "covariance": covariance[k * q : (k + 1) * q, k * q : (k + 1) * q]},
                ),
                wide,
            )
        )
    return fits


def _robust(cells: Cells, family: str, found: Estimate, cell: Int, people: People) -> Float:
    slope = FAMILIES[family](cells, found.eta[:, cell]).slope * found.kept[cell]
    scores = np.concatenate([scores_by(cells, one, people.code, people.size) for one in slope], axis=1)
    weighted = scores if people.copies is None else scores / people.copies[:, None]
    return np.asarray(found.covariance @ (weighted.T @ scores) @ found.covariance)


def _masked(covariance: Float, estimated: np.ndarray) -> Float:
    return np.where(estimated[:, None] & estimated, covariance, np.nan)


def _with_baseline(design: Design, baseline: Baseline) -> Design:
    p = len(design.columns)
    terms = tuple(replace(term, columns=tuple(p + j for j in term.columns)) for term in baseline.terms)
    unknown = np.full((len(design), len(baseline.columns)), np.nan)
    return replace(
        design,
        matrix=np.concatenate([design.matrix, unknown], axis=1),
        columns=(*design.columns, *baseline.columns),
        terms=(*design.terms, *terms),
        rebuild=None,
    )


def _tests(found: Estimate, null: Estimate, covariance: Float, k: int, b: int, robust: bool) -> tuple[ChiSquare, ...]:
    """Of the columns of the design: of one outcome by Wald, of all outcomes together by likelihood ratio."""
    q = len(found.shown)
    columns = np.flatnonzero(found.shown & (np.arange(q) >= b))
    tests = []
    df = found.df - null.df
    if not robust and df > 0:
        tests.append(chi_square("likelihood_ratio", max(0.0, 2 * (found.log_likelihood - null.log_likelihood)), df))
    places = k * q + columns
    return (*tests, *wald(found.coefficient[k, columns], covariance[np.ix_(places, places)]))


def _intercepts(found: Estimate, covariance: Float, k: int, baseline: Baseline) -> tuple[tuple[str, float, float], ...]:
    q = len(found.shown)
    return tuple(
        (
            name,
            float(found.coefficient[k, j]),
            math.sqrt(covariance[k * q + j, k * q + j]) if found.shown[j] else math.nan,
        )
        for j, name in enumerate(baseline.intercepts)
    )


def _notes(design: Design, coefficient: Float, found: Estimate) -> tuple[Note, ...]:
    notes = []
    for code, key, those in (
        ("TKK376", "pieces_separated", np.isinf(coefficient)),
        ("TKK377", "pieces_collinear", np.isnan(coefficient)),
    ):
        if those.any():
            names = ", ".join(name for name, one in zip(design.columns, those, strict=True) if one)
            notes.append(Note(key, {"columns": names}, "warning", code))
    if not found.converged:
        notes.append(Note("pieces_not_converged", {"iterations": found.iterations}, "warning", "TKK378"))
    return tuple(notes)
