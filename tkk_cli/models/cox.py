"""Cox models: hazard ratios by the partial likelihood, with model-based, robust or clustered variance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.exact_ties import ExactAt, ExactLikelihood
from tkk_cli.models.fits import ChiSquare, Fit
from tkk_cli.models.newton import Maximum, independent_columns, maximise, without_lost
from tkk_cli.models.partial_likelihood import At, PartialLikelihood, arrange
from tkk_cli.models.sandwich import chi_square, copies_of, inverse, quadratic, squared_scores, unscaled, weights_of
from tkk_cli.results import Note

__all__ = ["cox"]

Mask = NDArray[np.bool_]

# Peduzzi and others (1996): with fewer events a parameter estimates and intervals are unreliable.
EVENTS_PER_PARAMETER = 10
# A cluster that moves a coefficient by more than this many model-based standard errors is influential; no cluster can
# move it by more than one robust standard error, whose square is the sum of the squared moves.
INFLUENTIAL = 1.0


def cox(
    history: EventHistory,
    design: Design,
    cause: int = 0,
    *,
    ties: str = "efron",
    offset: Float | None = None,
    penalty: float = 0.0,
    robust: bool = False,
) -> Fit:
    """Hazard ratios of a cause by the Cox partial likelihood.

    At risk at t are the rows with ``entry < t <= exit`` of the same stratum; other causes are censored. Ties: Efron's,
    Breslow's, or exact (discrete logistic, R's ``ties="exact"``). Frequency weights are copies, ties included; under
    case and probability weights each event has the mean weight of its tied set (R's convention).

    Parameters
    ----------
    history : EventHistory
        n rows. ``stratum`` has baselines of its own; rows of a ``cluster`` are correlated (robust variance only).
    design : Design
        n rows.
    cause : int
        0..K-1.
    ties : {"efron", "breslow", "exact"}
    offset : (n,) float64, optional
        Known part of the log hazard.
    penalty : float
        Ridge: half of it times the sum of squared coefficients is taken from the log-likelihood, as R's
        ``ridge(..., theta=penalty, scale=FALSE)``. The variance is the inverse of the penalised information.
    robust : bool
        Sandwich variance: score residuals summed by cluster (by row without clusters; each copy on its own), without a
        small-sample factor.

    Returns
    -------
    Fit
        Measure ``hazard_ratio``. ``log_likelihood`` without the penalty. Tests ``likelihood_ratio``, ``wald``,
        ``score`` and, when robust, ``robust_score`` of all columns; none with a penalty.

    Raises
    ------
    TkkError
        TKK320 for a covariate or offset that is not finite, TKK321 without an event of the cause, TKK322 for more
        columns than events, TKK323 for exact ties with weights or a robust variance, TKK324 for exact ties that are
        out of reach.

    Notes
    -----
    O(n log n) for the sort (O(n) for days), O(n p) a step and for the robust variance; holds about two copies of the
    design.

    References
    ----------
    Efron (1977), eq. 4; Lin & Wei (1989) for the robust variance. ``tests/models/test_reference_cox.py`` checks it
    against R's ``coxph``.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.designs import Design, Term
    >>> people = EventHistory(
    ...     exit=np.array([1.0, 2.0, 3.0, 4.0]),
    ...     cause=np.array([1, 1, 1, 0]),
    ...     causes=("return",),
    ...     group=np.zeros(4, dtype=np.int64),
    ...     groups=("all",),
    ... )
    >>> exposed = Design(np.array([[1.0], [0], [1], [0]]), ("x",), (Term("x", "number", (0,), ("x",), ("",)),))
    >>> round(float(cox(people, exposed).coefficient[0]), 6)
    0.940614
    """
    _require(history, design, cause, offset)
    if ties == "exact":
        _require_exact(history, robust)
    rows = arrange(history, design.matrix, cause, ties=ties, offset=offset)
    likelihood = ExactLikelihood.of(rows) if ties == "exact" else rows
    model = _Model(history, rows, likelihood, penalty / rows.scale**2, robust)
    return model.fit(design, cause, {"ties": ties, "offset": offset, "penalty": penalty})


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """A likelihood and what is taken from it: ``penalty`` (p,) of the standardised coefficients."""

    history: EventHistory
    rows: PartialLikelihood
    likelihood: PartialLikelihood | ExactLikelihood
    penalty: Float
    robust: bool

    def fit(self, design: Design, cause: int, state: dict[str, Any]) -> Fit:
        """Maximise, then the variance and the tests."""
        scale, ridge = self.rows.scale, np.diag(self.penalty)
        start = self._evaluate(np.zeros(len(scale)))
        start_slope = self.likelihood.slope(start)  # type: ignore[arg-type]
        active = independent_columns(start_slope[1] + ridge, start_slope[2] + ridge)

        def value(beta: Float) -> tuple[float, At | ExactAt]:
            at = self._evaluate(beta) if beta.any() else start
            return at.log_likelihood - float(self.penalty @ beta**2) / 2, at

        def slope(at: At | ExactAt) -> tuple[Float, Float]:
            score, information, _ = start_slope if at is start else self.likelihood.slope(at)  # type: ignore[arg-type]
            return score - self.penalty * at.beta, information + ridge

        found = maximise(value, slope, active, np.ptp(self.rows.columns, axis=1) / scale)
        found = without_lost(found, active, start_slope[1] + ridge, np.ptp(self.rows.columns, axis=1) / scale)
        free = active & ~found.diverging
        bread = inverse(found.information, free)
        covariance, name = bread, self.history.causes[cause]
        notes = [*_notes(design, active, found, name, _deaths(self.history, cause))]
        notes += self._penalty_note(bread, free)
        if self.robust:
            meat, total = self._meat(found.state)
            covariance = bread @ meat @ bread
            if total is not None:
                notes += _influential(total, bread, name)
                del total
        shown = found.beta / scale
        coefficient = np.where(active, shown, np.nan)
        coefficient[found.diverging] = np.copysign(np.inf, shown[found.diverging])
        return Fit(
            columns=design.columns,
            coefficient=coefficient,
            covariance=unscaled(covariance, scale, free),
            measure="hazard_ratio",
            n=copies_of(self.history),
            n_event=float(self.rows.event.sum()),
            df=int(active.sum()),
            model_covariance=unscaled(bread, scale, free),
            log_likelihood=found.state.log_likelihood,
            log_likelihood_null=start.log_likelihood,
            robust=self.robust,
            iterations=found.iterations,
            tests=tuple(self._tests(start, start_slope, found, covariance, free)),
            notes=tuple(notes),
            state={**state, "coefficient": shown, "estimated": np.flatnonzero(free)},
        )

    def _evaluate(self, beta: Float) -> At | ExactAt:
        return self.likelihood.evaluate(beta)

    def _meat(self, at: At | ExactAt) -> tuple[Float, Float | None]:
        """(p, p) sum of squared score residuals, summed by cluster before; and those sums (clusters, p)."""
        assert isinstance(at, At)  # exact ties have no score residuals and were refused
        rows, cluster = self.rows, self.history.cluster
        codes = None if cluster is None else cluster[rows.order]
        copies = rows.weight if self.history.weight_kind == "frequency" else None
        return squared_scores(rows.residuals(at), len(self.penalty), codes, copies)

    def _tests(
        self,
        start: At | ExactAt,
        start_slope: tuple[Float, Float, Float],
        found: Maximum[At | ExactAt],
        covariance: Float,
        free: Mask,
    ) -> Iterator[ChiSquare]:
        active = np.isin(np.arange(len(free)), np.flatnonzero(free | found.diverging))
        if self.penalty.any() or not active.any():
            return
        all_, kept = np.ix_(active, active), np.ix_(free, free)
        score = start_slope[0][active]
        gain = 2 * (found.state.log_likelihood - start.log_likelihood)
        df = int(active.sum())
        yield chi_square("likelihood_ratio", gain, df)
        yield chi_square("wald", quadratic(found.beta[free], covariance[kept]), int(free.sum()))
        yield chi_square("score", quadratic(score, start_slope[1][all_]), df)
        if self.robust:
            yield chi_square("robust_score", quadratic(score, self._meat(start)[0][all_]), df)

    def _penalty_note(self, bread: Float, free: Mask) -> Iterator[Note]:
        """Effective parameters: the trace of the information times the inverse of the penalised one (Gray 1992)."""
        if self.penalty.any():
            effective = int(free.sum()) - float(np.diag(bread) @ self.penalty)
            yield Note("cox_penalised", {"df": round(effective, 3)})


def _influential(total: Float, bread: Float, cause: str) -> Iterator[Note]:
    """How many clusters move a coefficient by more than its model-based standard error; ``total``: (p, clusters)."""
    error = np.sqrt(np.diag(bread))
    moved = np.zeros(total.shape[1], dtype=bool)
    for row, limit in zip(bread, error, strict=True):
        moved |= np.abs(row @ total) > INFLUENTIAL * limit
    if moved.any():
        yield Note("cox_influential", {"n": int(moved.sum()), "cause": cause}, "warning", "TKK366")


def _deaths(history: EventHistory, cause: int) -> int:
    """Number of events, copies counted, other weights not."""
    event = history.cause == cause + 1
    return int(event.sum()) if history.weight_kind != "frequency" else round(float(weights_of(history)[event].sum()))


# Checks --------------------------------------------------------------------------------------------------------------


def _require(history: EventHistory, design: Design, cause: int, offset: Float | None) -> None:
    # A sum is finite only when every term is: one pass without a temporary array.
    if not np.isfinite(design.matrix.sum()):
        for name, column in zip(design.columns, design.matrix.T, strict=True):
            _require_finite(name, name, column)
    if offset is not None:
        _require_finite("the offset", "--offset", offset)
    deaths = _deaths(history, cause)
    if deaths == 0:
        raise TkkError(
            "TKK321",
            f"nobody has the event {history.causes[cause]}",
            hint="look at the codes of --event or --events, and at which rows were left out",
        )
    if len(design.columns) > deaths:
        raise TkkError(
            "TKK322",
            f"{len(design.columns)} columns for {deaths} events {history.causes[cause]}",
            count=len(design.columns),
            hint="leave out covariates, or put rare levels together",
        )


def _require_finite(what: str, where: str, values: Float) -> None:
    if not np.isfinite(values).all():
        wrong = int(np.count_nonzero(~np.isfinite(values)))
        raise TkkError(
            "TKK320", f"{what} is missing or infinite", where=where, count=wrong, hint="leave the rows out by --where"
        )


def _require_exact(history: EventHistory, robust: bool) -> None:
    what = "weights" if history.weight is not None else "a robust variance" if robust else None
    if what is not None:
        raise TkkError(
            "TKK323",
            f"exact ties do not go with {what}",
            where="--ties exact",
            hint="use --ties efron",
        )


def _notes(design: Design, active: Mask, found: Maximum[At | ExactAt], cause: str, deaths: int) -> Iterator[Note]:
    for key, code, columns in (
        ("cox_collinear", "TKK362", ~active),
        ("cox_infinite", "TKK363", found.diverging),
    ):
        if columns.any():
            names = ", ".join(name for name, one in zip(design.columns, columns, strict=True) if one)
            yield Note(key, {"columns": names, "cause": cause}, "warning", code)
    if not found.converged:
        yield Note("cox_not_converged", {"n": found.iterations, "cause": cause}, "warning", "TKK364")
    parameters = int(active.sum())
    if deaths < EVENTS_PER_PARAMETER * parameters:
        values = {"events": deaths, "parameters": parameters, "cause": cause}
        yield Note("events_per_parameter", values, "warning", "TKK365")
