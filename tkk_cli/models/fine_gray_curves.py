"""Cumulative incidences that a Fine-Gray fit predicts: of given covariates, and averaged over everyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tkk_cli.estimators.risk import sums
from tkk_cli.histories import Float, Int
from tkk_cli.models.fine_gray_scores import censoring_scores, martingale_sums, row_scores, taken_at_entry
from tkk_cli.models.fits import Fit

__all__ = ["Averages", "Incidence", "averaged_incidence", "baseline_hazard", "event_times", "predicted_incidence"]


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """(k, T) estimates and standard errors of k curves at T times."""

    estimate: Float
    std_error: Float


@dataclass(frozen=True, slots=True, eq=False)
class Averages:
    """Averaged curves and how they vary together.

    Attributes
    ----------
    estimate : (k, T) float64
    covariance : (T, k, k) float64
    """

    estimate: Float
    covariance: Float


def event_times(fit: Fit, most: int) -> Float:
    """Distinct times of the event: all of them, or at most ``most`` at their quantiles, the last included."""
    sums_ = fit.state["model"].sums
    times = np.unique(sums_.time[np.isfinite(sums_.time)])
    if len(times) <= most:
        return times
    every = np.sort(np.repeat(sums_.time, np.rint(sums_.event_rows).astype(np.int64)))
    return np.unique(np.quantile(every, np.arange(1, most + 1) / most, method="inverted_cdf"))


def baseline_hazard(fit: Fit, stratum: int = 0) -> tuple[Float, Float]:
    """Event times of a stratum and the cumulative subdistribution hazard at covariates 0 (Efron's with Efron's ties).

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.designs import Design, Term
    >>> from tkk_cli.histories import EventHistory
    >>> from tkk_cli.models.fine_gray import fine_gray
    >>> people = EventHistory(
    ...     exit=np.array([1.0, 2.0, 3.0, 4.0]),
    ...     cause=np.array([1, 2, 1, 1]),
    ...     causes=("return", "pension"),
    ...     group=np.zeros(4, dtype=np.int64),
    ...     groups=("all",),
    ... )
    >>> exposed = Design(np.array([[1.0], [0], [0], [1]]), ("x",), (Term("x", "number", (0,), ("x",), ("",)),))
    >>> baseline_hazard(fine_gray(people, exposed))[0].tolist()
    [1.0, 3.0, 4.0]
    """
    model, at, beta = _parts(fit)
    slots = slice(model.sums.first_slot[stratum], model.sums.first_slot[stratum + 1] - 1)
    at_zero = np.exp(-float(beta @ (model.sums.centre / model.sums.scale)))
    return model.sums.time[slots], np.cumsum(at.a[0][slots]) * at_zero


def predicted_incidence(fit: Fit, rows: Float, times: Float, stratum: int = 0) -> Incidence:
    """Incidence 1 - exp(-Lambda0(t) exp(z'b)) of given covariates.

    Parameters
    ----------
    fit : Fit
        Of ``fine_gray``.
    rows : (k, p) float64
        Covariates, as columns of the design.
    times : (T,) float64
    stratum : int
        Whose baseline: position among the codes in use.

    Returns
    -------
    Incidence
        The standard error is that of the influence function of the baseline and the coefficients, by cluster; under
        the ``crr`` convention with the term for the estimated censoring curve.

    Notes
    -----
    O(T n), and O(k T p^2) for k curves. A bootstrap agrees (``tests/models/test_fine_gray_curves.py``).
    """
    model, _, beta = _parts(fit)
    z = (rows - model.sums.centre) / model.sums.scale
    relative = np.exp(z @ beta)
    estimate, error = np.empty((len(rows), len(times))), np.empty((len(rows), len(times)))
    influence = _Influence.of(fit)
    of_beta = influence.cross(influence.beta)
    for t, time in enumerate(times):
        chosen = influence.chosen(time)
        chosen[: model.sums.first_slot[stratum]] = 0.0
        chosen[model.sums.first_slot[stratum + 1] :] = 0.0
        hazard = float(chosen @ influence.hazard)
        rows_, direction = influence.of_baseline(chosen)
        baseline = rows_ + direction @ influence.beta
        with_beta = influence.cross(baseline[None], influence.beta)[0]
        own = float(influence.cross(baseline[None])[0, 0])
        estimate[:, t] = -np.expm1(-hazard * relative)
        squared = own + 2 * hazard * (z @ with_beta) + hazard**2 * np.einsum("ki,ij,kj->k", z, of_beta, z)
        error[:, t] = np.exp(-hazard * relative) * relative * np.sqrt(np.maximum(squared, 0.0))
    return Incidence(estimate, error)


def averaged_incidence(fit: Fit, matrices: Sequence[Float], times: Float) -> Averages:
    """Mean predicted incidence over everyone, once for each way of setting the covariates.

    Parameters
    ----------
    fit : Fit
        Of ``fine_gray``, one row a person.
    matrices : sequence of k (n, p) float64
        Everyone's covariates, with the exposure set to one of its levels.
    times : (T,) float64

    Returns
    -------
    Averages
        Weighted means; each person has the own stratum and offset. The covariance is that of the influence function:
        people (the covariates are a sample too), baseline and coefficients.

    Notes
    -----
    O(T k n p); nothing is held by person and time.
    """
    model, _, beta = _parts(fit)
    sums_ = model.sums
    weight = np.ones(len(sums_.order)) if sums_.weight_of_row is None else sums_.weight_of_row
    share = weight / weight.sum()
    relative, scaled = [], []
    for matrix in matrices:
        z = ((matrix - sums_.centre) / sums_.scale)[sums_.order]
        linear = z @ beta if sums_.offset is None else z @ beta + sums_.offset
        scaled.append(z.T)
        relative.append(np.exp(linear))
    strata = len(sums_.first_slot) - 1
    stratum = sums_.cells.stratum[sums_.cell]
    slot_stratum = np.repeat(np.arange(strata), np.diff(sums_.first_slot))
    influence = _Influence.of(fit)
    estimate = np.empty((len(matrices), len(times)))
    covariance = np.empty((len(times), len(matrices), len(matrices)))
    for t, time in enumerate(times):
        chosen = influence.chosen(time)
        by_stratum = sums(slot_stratum, chosen * influence.hazard, strata)
        hazard = by_stratum[stratum] if strata > 1 else by_stratum[0]
        # With one baseline its influence is the same for every curve but for a factor.
        shared = influence.of_baseline(chosen) if strata == 1 else None
        together = np.empty((len(matrices), len(stratum)))
        for i, (rate, z) in enumerate(zip(relative, scaled, strict=True)):
            free = np.exp(-hazard * rate)
            estimate[i, t] = 1.0 - share @ free
            slope = share * free * rate
            if shared is None:
                steep = sums(stratum, slope, strata)
                rows, direction = influence.of_baseline(chosen * steep[slot_stratum])
            else:
                rows, direction = (float(slope.sum()) * part for part in shared)
            together[i] = rows + (direction + z @ (slope * hazard)) @ influence.beta
            together[i] += share * (1.0 - free - estimate[i, t])
        covariance[t] = influence.cross(together)
    return Averages(estimate, covariance)


def _parts(fit: Fit) -> tuple[Any, Any, Float]:
    return fit.state["model"], fit.state["at"], fit.state["beta"]


@dataclass(frozen=True, slots=True, eq=False)
class _Influence:
    """Influence of each sorted row on the coefficients and on sums of the baseline hazard.

    Attributes
    ----------
    beta : (p, n) float64
        On the coefficients of the scaled columns.
    hazard, mean : (m,) and (p, m) float64
        Steps of the baseline hazard, and the mean covariate times them.
    own : (n,) float64
        Event weight of each row over that of its slot, times the step.
    slot : (n,) int64
        Slot of each row's exit.
    """

    model: Any
    at: Any
    beta: Float
    hazard: Float
    mean: Float
    own: Float
    slot: Int

    @classmethod
    def of(cls, fit: Fit) -> _Influence:
        model, at, _ = _parts(fit)
        sums_ = model.sums
        extra = None if model.curves is None else censoring_scores(sums_, at, model.curves)
        beta = np.empty(sums_.columns.shape)
        for low, high, scores in row_scores(model.history, sums_, at, extra):
            beta[:, low:high] = fit.state["bread"] @ scores
        kind, slot = sums_.cells.kind[sums_.cell], sums_.cells.end[sums_.cell] - 1
        weight = 1.0 if sums_.weight_of_row is None else sums_.weight_of_row
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(sums_.event_weight > 0, at.a[0] / sums_.event_weight, 0.0)
        mean = at.b[0] * at.total[1:] - at.b[1] * at.dying[1:]
        return cls(model, at, beta, at.a[0], mean, np.where(kind == 1, weight * step[slot], 0.0), slot)

    def chosen(self, time: float) -> Float:
        """(m,) 1 for the slots up to a time."""
        return np.asarray(self.model.sums.time <= time, dtype=np.float64)

    def of_baseline(self, chosen: Float) -> tuple[Float, Float]:
        """Influence on the sum of ``chosen`` times the steps of the baseline hazard.

        At fixed coefficients (n,), and the weights (p,) of the influence on the coefficients.
        """
        sums_, b = self.model.sums, self.at.b
        exposure = sums_.over_risk(chosen * b[0], -chosen * b[1])
        found = self.own * chosen[self.slot] - self.at.hazard * sums_.exposure(exposure, 0, len(self.own))
        if self.model.curves is not None:
            extra = martingale_sums(sums_, self.at, self.model.curves, None, -(chosen * b[0])[None])
            added = extra.by_cell[0][sums_.cell]
            if self.model.history.entry is not None:
                entry = self.model.history.entry[sums_.order]
                added += taken_at_entry(extra, entry, sums_.cells.curve[sums_.cell])[0]
            copies = self.model.history.weight_kind == "frequency"
            found += added * sums_.weight_of_row if copies else added
        return found, -(self.mean @ chosen)

    def cross(self, values: Float, others: Float | None = None) -> Float:
        """Cross-products of influences, summed within clusters."""
        left, right = self._by_cluster(values), None if others is None else self._by_cluster(others)
        found: Float = left @ (left if right is None else right).T
        return found

    def _by_cluster(self, values: Float) -> Float:
        model = self.model
        if model.cluster is None:
            # Copies are people of their own: the root, since it meets itself in the product.
            copies = model.sums.weight_of_row if model.history.weight_kind == "frequency" else None
            return values if copies is None else values / np.sqrt(copies)
        code = model.cluster[model.sums.order]
        size = int(model.cluster.max()) + 1
        return np.stack([sums(code, row, size) for row in values])
