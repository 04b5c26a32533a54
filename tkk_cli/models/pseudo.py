"""Regression on pseudo-values: generalised estimating equations with independent working correlation.

statsmodels solves them, as a ``GLM``: with independence they are the score equations of the generalised linear model
on all rows and times, and only the variance knows who belongs together, which ``sandwich`` sums. Its ``GEE`` gives the
same digits (``tests/models/test_pseudo.py``) from a list of arrays for each person, thirty times slower.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.fits import Fit
from tkk_cli.models.newton import independent_columns
from tkk_cli.models.sandwich import by_cluster, copies_of, row_factor, wald, weights_of
from tkk_cli.results import Note

__all__ = ["LINKS", "PseudoFit", "StandardisedMeans", "pseudo_regression", "standardised_means"]

# Each link, and its class in statsmodels.
LINKS = {"identity": "Identity", "log": "Log", "cloglog": "CLogLog"}
# The steps end when none changes an intercept or a coefficient (of covariates in standard deviations) by more.
SMALL_STEP = 1e-11
# Where a model fits badly each step takes off a constant share of the way that is left.
MOST_STEPS = 200
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

    Solves sum_i sum_m w_i (d mu_im / d beta) (y_im - mu_im) = 0 with link(mu_im) = a_m + x_i b + offset_i, by the
    reweighted least squares of ``statsmodels.genmod.generalized_linear_model.GLM``. The variance is the sandwich with
    scores summed over the times of a person and over clusters, without a small-sample factor (``san.se`` of geepack).
    It takes pseudo-values as if they were independent between people, which overstates it slightly (Jacobsen &
    Martinussen 2016).

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
    O(n M (M + p)^2) a step, two with the identity link; the covariates are copied out to every time.

    References
    ----------
    Andersen, Klein & Rosthoj (2003), eq. 3.1; Klein & Andersen (2005). Checked against geepack in
    ``tests/models/test_reference_pseudo.py`` and the GEE of statsmodels in ``tests/models/test_pseudo.py``.

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
    >>> pseudo_regression(people, design, people.exit[:, None]).fit.coefficient.round(9).tolist()
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
    solved = _solve(values, x[:, active[n_times:]], weight, link, np.zeros(len(x)) if offset is None else offset)
    back = np.eye(n_times + p)  # from centred and scaled columns
    back[:n_times, n_times:] = -centre / scale
    back[n_times:, n_times:] = np.diag(1 / scale)
    back = back[:, active]
    influence = row_factor(history) * (solved.scores @ (back @ solved.bread).T)
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
    predictors = predictor[:, None] + found.parameters[:n_times]
    link = _link(found.link)
    mean, slope = link.inverse(predictors), link.inverse_deriv(predictors)
    share = weight / weight.sum()
    estimate = share @ mean
    gradient = np.hstack([np.diag(share @ slope), slope.T @ (share[:, None] * matrix)])
    influence = found.influence @ gradient.T + row_factor(history) * (mean - estimate) / weight.sum()
    copies, summed = by_cluster(influence, history)
    return StandardisedMeans(estimate, summed, copies)


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """Of k = M + the columns that are estimated: coefficients, unweighted scores (n, k), inverse information (k, k)."""

    beta: Float
    scores: Float
    bread: Float
    iterations: int


def _library() -> tuple[Any, Any]:
    """(GLM, families) of statsmodels, whose import warns of what later versions of pandas take out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsmodels.genmod import families
        from statsmodels.genmod.generalized_linear_model import GLM
    return GLM, families


def _link(name: str) -> Any:
    return getattr(_library()[1].links, LINKS[name])()


def _solve(values: Float, x: Float, weight: Float, name: str, offset: Float) -> _Solved:
    """Fit from the means without covariates; a person's M rows are one after the other."""
    glm, families = _library()
    (n, n_times), link = values.shape, _link(name)
    columns = np.empty((n, n_times, n_times + x.shape[1]))
    columns[:, :, :n_times] = np.eye(n_times)
    columns[:, :, n_times:] = x[:, None]
    columns = columns.reshape(n * n_times, -1)
    start = np.zeros(columns.shape[1])
    start[:n_times] = _start(weight @ values / weight.sum(), name, link) - np.average(offset, weights=weight)
    with warnings.catch_warnings():
        # Of a link that keeps to 0..1, of a perfect fit, of numbers on the way: what matters is where it ends.
        warnings.simplefilter("ignore")
        model = glm(
            values.ravel(),
            columns,
            family=families.Gaussian(link, check_link=False),
            offset=np.repeat(offset, n_times),
            var_weights=np.repeat(weight, n_times),
            hasconst=True,  # else it takes the rank of all columns to know
        )
        try:
            found = model.fit(
                start_params=start,
                maxiter=MOST_STEPS,
                tol_criterion="params",
                atol=SMALL_STEP,
                rtol=SMALL_STEP,
                scale=1.0,
            )
        except ValueError as error:  # numbers that are not finite on the way
            raise _no_convergence(name) from error
    beta = np.asarray(found.params)
    predictor = (columns @ beta).reshape(values.shape) + offset[:, None]
    if not found.converged or (name != "identity" and np.max(np.abs(predictor)) > EDGE):
        raise _no_convergence(name)
    own = (values - link.inverse(predictor)) * link.inverse_deriv(predictor)
    scores = np.hstack([own, own.sum(axis=1)[:, None] * x])
    return _Solved(beta, scores, np.asarray(found.normalized_cov_params), int(found.fit_history["iteration"]))


def _no_convergence(link: str) -> TkkError:
    return TkkError(
        "TKK345",
        f"the regression on pseudo-values with the {link} link does not converge: in some level (nearly) nobody or "
        "everybody has the event by then",
        where="--link",
        hint="use --link identity, a later --at, or put levels together",
    )


def _start(level: Float, name: str, link: Any) -> Float:
    if name != "identity" and (np.any(level <= 0) or (name == "cloglog" and np.any(level >= 1))):
        raise _no_convergence(name)
    return np.asarray(link(level))
