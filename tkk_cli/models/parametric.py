"""Parametric survival models: covariates lengthen or shorten the time to an event by a factor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.fits import ChiSquare, Fit
from tkk_cli.models.lifelines_start import lifelines_estimates
from tkk_cli.models.sandwich import chi_square, copies_of, wald, weights_of
from tkk_cli.models.smooth_curves import Curve
from tkk_cli.models.standard import STANDARD, Standard, generalised_gamma
from tkk_cli.models.time_likelihood import Basis, Times
from tkk_cli.models.transformation import Solution, solve
from tkk_cli.results import Note

__all__ = ["DISTRIBUTIONS", "measured_fit", "parametric", "require_usable", "weibull_hazard_ratio"]

# distribution -> standard distribution of log time
DISTRIBUTIONS: dict[str, Standard | Callable[[float], Standard]] = {
    "exponential": STANDARD["extreme"],
    "weibull": STANDARD["extreme"],
    "lognormal": STANDARD["normal"],
    "loglogistic": STANDARD["logistic"],
    "gengamma": generalised_gamma,
}
# The models within the generalised gamma, and the shape at which they are (the log-normal is at 0, a limit).
NESTED = {"weibull": 1.0, "lognormal": 0.01}
# Newton's steps without lifelines do not start with a spread of 0.
SMALLEST_SPREAD = 0.1


def parametric(
    history: EventHistory,
    design: Design,
    distribution: str = "weibull",
    cause: int = 0,
    *,
    lower: Float | None = None,
    upper: Float | None = None,
    offset: Float | None = None,
    robust: bool = False,
) -> Fit:
    """Time ratios: how many times longer the time to the event is for each unit of a covariate.

    log T = intercept + x b + offset + scale W, with W the standard extreme value (``exponential``: scale 1;
    ``weibull``), normal, logistic or generalised gamma distribution, on the risk set ``(entry, exit]``: late entry
    divides by S(entry). lifelines finds a start on at most 2000 rows; Newton's steps with exact derivatives on every
    row find the maximum, since lifelines stops some digits before it. The generalised gamma starts from the better of
    the Weibull and the log-normal model, since lifelines calls its own fit of it unstable.

    Parameters
    ----------
    history : EventHistory
        n rows; every other cause is a censoring. Frequency weights are copies; case and probability weights multiply
        a row's log-likelihood.
    design : Design
        n rows.
    distribution : {"exponential", "weibull", "lognormal", "loglogistic", "gengamma"}
    cause : int
        0..K-1.
    lower, upper : (n,) float64, optional
        The event is in ``(lower, upper]``: equal = exactly then, ``upper`` infinite = right-censored, ``lower`` 0 =
        left-censored. They replace the exits of the history.
    offset : (n,) float64, optional
        Added to the mean of log T.
    robust : bool
        Sandwich of the scores of rows or clusters.

    Returns
    -------
    Fit
        Measure ``time_ratio``; ancillary ``intercept``, ``log_scale`` and (gengamma) ``shape``, R's ``flexsurv`` Q.
        NaN for a column that the others determine; infinite for a level without events. ``state["curve"]`` predicts.

    Raises
    ------
    TkkError
        TKK333 for strata, TKK334 for an event at time 0 or a lower time before entry, TKK336 when there is no event or
        no finite estimate.

    Notes
    -----
    O(n p^2) a step. The log-likelihood is of times, not of their logarithms, as in R's ``survreg``, against which
    ``tests/models/test_reference_parametric.py`` checks every stored model.

    References
    ----------
    Kalbfleisch & Prentice (2002), *The Statistical Analysis of Failure Time Data*, eq. 3.4 and 3.6; Prentice (1974).

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.designs import Design
    >>> zero = np.zeros(4, dtype=np.int64)
    >>> people = EventHistory(np.array([1.0, 2.0, 3.0, 6.0]), np.array([1, 1, 0, 1]), ("return",), zero, ("all",))
    >>> fit = parametric(people, Design(np.empty((4, 0)), (), ()), "exponential")
    >>> round(float(np.exp(fit.ancillary[0][1])), 9)  # 12 units of time, 3 events
    4.0
    """
    require_usable(history, design, cause, offset)
    times = Times.of(history, cause, lower, upper)
    exponential = distribution == "exponential"
    times = Times(times.lower, times.upper, times.entry, offset, True, 1.0 if exponential else 0.0)
    standard = DISTRIBUTIONS[distribution]
    basis: Basis = _constant if exponential else _line

    def fitted(name: str, matrix: Float, influence: bool = False) -> Solution:
        if name == "gengamma":
            start = _nearest_line(*(fitted(line, matrix) for line in NESTED))
        else:
            found = lifelines_estimates(times, matrix, history.weight, name) if matrix is design.matrix else None
            start = np.append(_plain_start(times, name), np.zeros(matrix.shape[1])) if found is None else found
        return solve(
            times,
            matrix,
            basis,
            DISTRIBUTIONS[name],
            start,
            history,
            robust=robust,
            influence=influence,
        )

    p = len(design.columns)
    solution = fitted(distribution, design.matrix, influence=True)
    null = fitted(distribution, np.empty((len(history), 0))) if p else solution
    location = _Location(solution, p, exponential, not isinstance(standard, Standard))
    curve = Curve(solution, basis, standard, True, times.log_slope)
    return measured_fit(
        history,
        design,
        cause,
        solution,
        null.log_likelihood,
        "time_ratio",
        (location.values, location.covariance, location.model_covariance),
        location.names,
        curve,
        robust,
    )


def _constant(log_time: Float) -> tuple[Float, Float]:
    return np.ones((len(log_time), 1)), np.zeros((len(log_time), 1))


def _line(log_time: Float) -> tuple[Float, Float]:
    one = np.ones(len(log_time))
    return np.column_stack([one, log_time]), np.column_stack([0 * one, one])


@dataclass(frozen=True, slots=True, eq=False)
class _Location:
    """Location and scale from the linear form: w = (log t - intercept - x b) / scale.

    ``values`` are the coefficients, then the ancillary parameters; the covariances are by the delta method, which at a
    maximum is the inverse information of these parameters.
    """

    solution: Solution
    p: int
    exponential: bool
    shaped: bool

    @property
    def _slope(self) -> float:
        return 1.0 if self.exponential else float(self.solution.theta[1])

    @property
    def names(self) -> tuple[str, ...]:
        return ("intercept", *(() if self.exponential else ("log_scale",)), *(("shape",) if self.shaped else ()))

    @property
    def values(self) -> Float:
        theta, a = self.solution.theta, self._slope
        b = 1 if self.exponential else 2
        scale = [] if self.exponential else [-np.log(a)]
        return np.concatenate([-theta[b : b + self.p] / a, [-theta[0] / a], scale, theta[b + self.p :]])

    @property
    def _jacobian(self) -> Float:
        a, values, p = self._slope, self.values, self.p
        b, m = (1 if self.exponential else 2), len(self.solution.theta)
        found = np.zeros((m, m))
        found[:p, b : b + p] = -np.eye(p) / a
        found[p, 0] = -1 / a
        if not self.exponential:
            found[: p + 1, 1] = -values[: p + 1] / a
            found[p + 1, 1] = -1 / a
        if self.shaped:
            found[-1, -1] = 1.0
        return found

    @property
    def covariance(self) -> Float:
        return self._jacobian @ self.solution.covariance @ self._jacobian.T

    @property
    def model_covariance(self) -> Float:
        return self._jacobian @ self.solution.model_covariance @ self._jacobian.T


def weibull_hazard_ratio(fit: Fit) -> tuple[Float, Float]:
    """Log hazard ratios of a Weibull or exponential fit and their covariance: -coefficient / scale.

    Parameters
    ----------
    fit : Fit
        Of ``parametric`` with ``weibull`` or ``exponential``.

    Returns
    -------
    (coefficient, covariance) : (p,) and (p, p) float64
        NaN as in the fit.

    Notes
    -----
    h(t | x) = h(t | 0) exp(-x b / scale): the only distributions that have both forms.
    """
    curve: Curve = fit.state["curve"]
    b, p = len(curve.solution.theta) - len(fit.columns), len(fit.columns)
    kept = np.isfinite(fit.coefficient)
    coefficient = np.where(kept, curve.solution.theta[b:], -fit.coefficient)
    covariance = curve.solution.covariance[b : b + p, b : b + p].copy()
    covariance[~kept] = covariance[:, ~kept] = np.nan
    return coefficient, covariance


# Shared with the spline models ----------------------------------------------------------------------------------------


def require_usable(history: EventHistory, design: Design, cause: int, offset: Float | None) -> None:
    """TKK333 for strata, TKK336 without events or with numbers that are not finite."""
    if history.stratum is not None:
        raise TkkError(
            "TKK333",
            "this model has one baseline and takes no strata",
            where="--strata",
            hint="put the column among the covariates, or use --model cox",
        )
    if not np.any(history.cause == cause + 1):
        raise TkkError(
            "TKK336",
            f"nobody has the event {history.causes[cause]}",
            hint="look at the codes of --events, and at which rows were left out",
        )
    finite = np.isfinite(design.matrix).all(axis=1) & (True if offset is None else np.isfinite(offset))
    if not finite.all():
        raise TkkError(
            "TKK336",
            "a covariate or the offset is missing or infinite",
            count=int((~finite).sum()),
            hint="leave these rows out by --where",
        )


def measured_fit(
    history: EventHistory,
    design: Design,
    cause: int,
    solution: Solution,
    null: float,
    measure: str,
    estimated: tuple[Float, Float, Float],
    names: tuple[str, ...],
    curve: Curve,
    robust: bool,
) -> Fit:
    """The ``Fit`` of a solution: ``estimated`` holds coefficients, then ancillary parameters, and both covariances."""
    values, covariance, model = estimated
    p = len(design.columns)
    coefficient = values[:p].copy()
    coefficient[solution.infinite] = np.sign(coefficient[solution.infinite]) * np.inf
    coefficient[solution.dropped] = np.nan
    lost = ~np.isfinite(coefficient)
    errors = np.sqrt(np.diag(covariance)[p:])
    covariance, model = covariance[:p, :p].copy(), model[:p, :p].copy()
    for matrix in (covariance, model):
        matrix[lost] = matrix[:, lost] = np.nan
    return Fit(
        columns=design.columns,
        coefficient=coefficient,
        covariance=covariance,
        measure=measure,
        n=copies_of(history),
        n_event=float(weights_of(history)[history.cause == cause + 1].sum()),
        df=solution.df,
        model_covariance=model,
        log_likelihood=solution.log_likelihood,
        log_likelihood_null=null,
        robust=robust,
        iterations=solution.iterations,
        tests=tuple(_tests(coefficient, covariance, 2 * (solution.log_likelihood - null))),
        ancillary=tuple(zip(names, values[p:].tolist(), errors.tolist(), strict=True)),
        notes=tuple(_notes(design, solution)),
        state={"curve": curve},
    )


def _tests(coefficient: Float, covariance: Float, gain: float) -> Iterator[ChiSquare]:
    df = int(np.count_nonzero(~np.isnan(coefficient)))
    if df:
        yield chi_square("likelihood_ratio", gain, df)
    yield from wald(coefficient, covariance)


def _notes(design: Design, solution: Solution) -> Iterator[Note]:
    for name, infinite, dropped in zip(design.columns, solution.infinite, solution.dropped, strict=True):
        if infinite:
            yield Note("parametric_infinite", {"column": name}, "warning", "TKK372")
        if dropped:
            yield Note("parametric_dropped", {"column": name}, "warning", "TKK373")
    if not solution.converged:
        yield Note("parametric_not_converged", {"iterations": solution.iterations}, "warning", "TKK374")


# The start ------------------------------------------------------------------------------------------------------------


def _plain_start(times: Times, distribution: str) -> Float:
    """Parameters of the model without covariates to start from: the mean and the spread of log time."""
    last = np.where(np.isfinite(times.upper), times.upper, times.lower)
    log_time = np.log(last[last > 0])
    spread = max(float(log_time.std()), SMALLEST_SPREAD)
    centre = float(log_time.mean()) - (0.0 if times.fixed is None else float(np.mean(times.fixed)))
    if distribution == "exponential":
        return np.array([-centre])
    return np.array([-centre / spread, 1 / spread])


def _nearest_line(*found: Solution) -> Float:
    """The better of the models that the generalised gamma has within it, and its shape."""
    best = max(range(len(found)), key=lambda i: found[i].log_likelihood)
    return np.append(found[best].theta, list(NESTED.values())[best])
