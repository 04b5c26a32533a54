"""Regression on pseudo-values: generalised estimating equations with independent working correlation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.fits import Fit
from tkk_cli.models.newton import independent_columns
from tkk_cli.models.sandwich import by_cluster, copies_of, row_factor, wald, weights_of
from tkk_cli.results import Note

__all__ = ["LINKS", "PseudoFit", "StandardisedMeans", "pseudo_regression", "standardised_means"]

LINKS = ("identity", "log", "cloglog")
Mask = NDArray[np.bool_]
# The steps end when none changes a linear predictor (of covariates in standard deviations) by more.
SMALL_STEP = 1e-11
MOST_STEPS = 100
MOST_HALVINGS = 30
ROUNDING = 1e-12
# A linear predictor beyond it means a mean of 0 or 1, or out of any range.
EDGE = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class PseudoFit:
    """A fit and what its standardised means need.

    Attributes
    ----------
    fit : Fit
    parameters : (M + p,) float64
        Intercept of each time, then the coefficients (0 for a dropped column).
    influence : (n, M + p) float64
        Of each row (of one copy of it under frequency weights), weight included, on the parameters.
    link : str
    """

    fit: Fit
    parameters: Float
    influence: Float
    link: str


@dataclass(frozen=True, slots=True, eq=False)
class StandardisedMeans:
    """Means had everyone a given exposure, at M times.

    Attributes
    ----------
    estimate : (M,) float64
    influence : (m, M) float64
        Of each cluster, or of each row without clusters.
    copies : (m,) float64
        How often each counts: the frequency weights, else 1.
    """

    estimate: Float
    influence: Float
    copies: Float

    def covariance(self, other: StandardisedMeans) -> Float:
        """(M,) covariance with other means of the same people."""
        found: Float = self.copies @ (self.influence * other.influence)
        return found


def pseudo_regression(
    history: EventHistory,
    design: Design,
    values: Float,
    link: str = "identity",
    measure: str = "difference",
    names: tuple[str, ...] = ("intercept",),
    cause: int | None = 0,
    offset: Float | None = None,
) -> PseudoFit:
    """Effects of covariates on the mean of pseudo-values, the same at every time on the scale of the link.

    Solves sum_i sum_m w_i (d mu_im / d beta) (y_im - mu_im) = 0 with link(mu_im) = a_m + x_i b + offset_i, by
    Gauss-Newton steps. The variance is the sandwich with scores summed over the times of a person and over clusters,
    without a small-sample factor (``san.se`` of geepack). It takes pseudo-values as if they were independent between
    people, which overstates it slightly (Jacobsen & Martinussen 2016).

    Parameters
    ----------
    history : EventHistory
        n rows: weights and clusters, and the events that are counted.
    design : Design
    values : (n, M) float64
    link : {"identity", "log", "cloglog"}
        cloglog(mu) = log(-log(1 - mu)).
    measure : str
        Of the coefficients.
    names : tuple of M str
        Of the intercepts.
    cause : int or None
        Whose events ``n_event`` counts; None = any.
    offset : (n,) float64, optional

    Returns
    -------
    PseudoFit

    Raises
    ------
    TkkError
        TKK345 when the steps do not converge, as where a level has a mean at the edge of what the link allows.

    Notes
    -----
    O(n M p^2) a step; the identity link takes one.

    References
    ----------
    Andersen, Klein & Rosthoj (2003), eq. 3.1; Klein & Andersen (2005). Checked against geepack in
    ``tests/models/test_reference_pseudo.py`` and statsmodels in ``tests/models/test_pseudo.py``.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.designs import Design, Term
    >>> from tkk_cli.histories import EventHistory
    >>> people = EventHistory(
    ...     exit=np.array([2.0, 4.0, 3.0, 6.0]),
    ...     cause=np.array([1, 1, 1, 1]),
    ...     causes=("return",),
    ...     group=np.zeros(4, dtype=np.int64),
    ...     groups=("all",),
    ... )
    >>> design = Design(np.array([[0.0], [0], [1], [1]]), ("x",), (Term("x", "number", (0,), ("x",), ("",)),))
    >>> pseudo_regression(people, design, people.exit[:, None]).fit.coefficient.tolist()
    [1.5]
    """
    n_times, p = values.shape[1], design.matrix.shape[1]
    weight = weights_of(history)
    centre = weight @ design.matrix / weight.sum()
    scale = np.sqrt(weight @ (design.matrix - centre) ** 2 / weight.sum())
    scale[scale <= ROUNDING * np.abs(centre)] = 1.0
    x = (design.matrix - centre) / scale
    cross = x.T @ (weight[:, None] * x)
    raw = np.diag(np.diag(cross) + weight.sum() * (centre / scale) ** 2)
    active = np.concatenate([np.ones(n_times, dtype=bool), independent_columns(cross, raw)])
    shift = np.zeros(len(x)) if offset is None else offset
    solved = _solve(_Equations(x, values, weight, link, shift), active)
    back = np.eye(n_times + p)  # from centred and scaled columns
    back[:n_times, n_times:] = -centre / scale
    back[n_times:, n_times:] = np.diag(1 / scale)
    bread = np.zeros((n_times + p, n_times + p))
    bread[np.ix_(active, active)] = np.linalg.inv(solved.information[np.ix_(active, active)])
    influence = row_factor(history) * (solved.scores @ (back @ bread).T)
    copies, summed = by_cluster(influence, history)
    covariance = summed.T @ (copies[:, None] * summed)
    effects = slice(n_times, None)
    parameters = back @ solved.beta
    coefficient = np.where(active[effects], parameters[effects], np.nan)
    covariance[:, ~active] = covariance[~active] = np.nan
    happened = history.cause > 0 if cause is None else history.cause == cause + 1
    dropped = [name for name, kept in zip(design.columns, active[effects], strict=True) if not kept]
    errors = np.sqrt(np.diag(covariance)[:n_times])
    fit = Fit(
        columns=design.columns,
        coefficient=coefficient,
        covariance=covariance[effects, effects],
        measure=measure,
        n=copies_of(history),
        n_event=float(weight[happened].sum()),
        df=int(active.sum()),
        robust=True,
        iterations=solved.iterations,
        tests=wald(coefficient, covariance[effects, effects]),
        ancillary=tuple(zip(names, map(float, parameters), map(float, errors), strict=False)),
        notes=(Note("collinear_left_out", {"columns": ", ".join(dropped)}, "warning", "TKK381"),) if dropped else (),
    )
    return PseudoFit(fit, parameters, influence, link)


def standardised_means(
    found: PseudoFit, history: EventHistory, matrix: Float, offset: Float | None = None
) -> StandardisedMeans:
    """Means of everyone at other values of the covariates: those of ``matrix`` (n, p).

    The variance is that of the coefficients and of who is in the sample, together, by the influence of each row.
    """
    n_times = len(found.parameters) - matrix.shape[1]
    weight = weights_of(history)
    predictor = matrix @ found.parameters[n_times:] + (0.0 if offset is None else offset)
    mean, slope = _mean(predictor[:, None] + found.parameters[:n_times], found.link)
    share = weight / weight.sum()
    estimate = share @ mean
    gradient = np.hstack([np.diag(share @ slope), slope.T @ (share[:, None] * matrix)])
    influence = found.influence @ gradient.T + row_factor(history) * (mean - estimate) / weight.sum()
    copies, summed = by_cluster(influence, history)
    return StandardisedMeans(estimate, summed, copies)


@dataclass(frozen=True, slots=True, eq=False)
class _Equations:
    x: Float
    values: Float
    weight: Float
    link: str
    shift: Float

    def predictor(self, beta: Float) -> Float:
        """(n, M) linear predictors."""
        m = self.values.shape[1]
        return (self.x @ beta[m:] + self.shift)[:, None] + beta[:m]

    def loss(self, beta: Float) -> float:
        """The sum of squares whose gradient the equations are."""
        with np.errstate(over="ignore"):
            mean, _ = _mean(self.predictor(beta), self.link)
            return float(self.weight @ ((self.values - mean) ** 2).sum(axis=1))

    def slope(self, beta: Float) -> tuple[Float, Float]:
        """Scores of the rows without their weight (n, M + p), and the information (M + p, M + p)."""
        mean, slope = _mean(self.predictor(beta), self.link)
        own = (self.values - mean) * slope
        scores = np.hstack([own, own.sum(axis=1)[:, None] * self.x])
        squared = self.weight[:, None] * slope**2
        corner = squared.T @ self.x
        block = self.x.T @ (squared.sum(axis=1)[:, None] * self.x)
        information = np.block([[np.diag(squared.sum(axis=0)), corner], [corner.T, block]])
        return scores, information


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    beta: Float
    scores: Float
    information: Float
    iterations: int


def _solve(equations: _Equations, active: Mask) -> _Solved:
    """Gauss-Newton steps from the means without covariates, halved while they lead up."""
    beta = np.zeros(len(active))
    n_times = equations.values.shape[1]
    level = equations.weight @ equations.values / equations.weight.sum()
    beta[:n_times] = _start(level, equations.link) - np.average(equations.shift, weights=equations.weight)
    loss = equations.loss(beta)
    for iterations in range(1, MOST_STEPS + 1):
        scores, information = equations.slope(beta)
        step = np.zeros(len(active))
        step[active] = np.linalg.lstsq(
            information[np.ix_(active, active)], (equations.weight @ scores)[active], rcond=1e-14
        )[0]
        for _ in range(MOST_HALVINGS):
            new = equations.loss(beta + step)
            if new <= loss * (1 + ROUNDING):
                break
            step /= 2
        beta, loss = beta + step, new
        if equations.link == "identity" or np.max(np.abs(step)) < SMALL_STEP:
            return _Solved(beta, *equations.slope(beta), iterations)
        if np.max(np.abs(equations.predictor(beta))) > EDGE:
            break
    raise _no_convergence(equations.link)


def _no_convergence(link: str) -> TkkError:
    return TkkError(
        "TKK345",
        f"the regression on pseudo-values with the {link} link does not converge: in some level (nearly) nobody or "
        "everybody has the event by then",
        where="--link",
        hint="use --link identity, a later --at, or put levels together",
    )


def _start(level: Float, link: str) -> Float:
    if link == "identity":
        return level
    if np.any(level <= 0) or (link == "cloglog" and np.any(level >= 1)):
        raise _no_convergence(link)
    return np.log(level) if link == "log" else np.log(-np.log1p(-level))


def _mean(predictor: Float, link: str) -> tuple[Float, Float]:
    """(mean, its derivative by the linear predictor)."""
    if link == "identity":
        return predictor, np.ones_like(predictor)
    hazard = np.exp(predictor)
    return (hazard, hazard) if link == "log" else (-np.expm1(-hazard), hazard * np.exp(-hazard))
