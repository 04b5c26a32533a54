"""Brute force: the definitions written out, one event time after the other. Slow, short, and right to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from tkk_cli.histories import Float
from tkk_cli.verification.case import Case, Numbers, Way, expanded

__all__ = ["BRUTE", "MOST_ROWS"]

MOST_ROWS = 1000
STEPS = 50

Mask = NDArray[np.bool_]


def _weights(case: Case) -> Float:
    return np.ones(len(case.history)) if case.history.weight is None else case.history.weight


def _event_times(case: Case) -> Iterator[tuple[Mask, Mask]]:
    """(at risk, failing) at each distinct event time of each stratum."""
    exit_, event, entry = case.history.exit, case.event == 1, case.entry
    for stratum in np.unique(case.stratum):
        here = case.stratum == stratum
        for time in np.unique(exit_[here & event]):
            yield here & (entry < time) & (exit_ >= time), here & event & (exit_ == time)


def _cox(case: Case) -> Numbers | str:
    """Cox by Newton's method; Efron's or Breslow's ties; model-based or clustered sandwich variance."""
    if case.settings.get("ties") == "exact":
        return "ties_exact"
    case = expanded(case)
    z, w = case.matrix - case.matrix.mean(axis=0), _weights(case)
    sets = list(_event_times(case))
    beta = np.zeros(z.shape[1])
    for _ in range(STEPS):
        value, score, information, _ = _cox_sums(case, z, w, sets, beta)
        step = np.linalg.solve(information, score)
        beta = beta + step
        if np.abs(step).max() < 1e-12 * (1 + np.abs(beta).max()):
            break
    value, score, information, residual = _cox_sums(case, z, w, sets, beta)
    covariance = np.linalg.inv(information)
    if case.robust:
        covariance = _sandwich(case, residual, covariance)
    penalty = float(case.settings.get("penalty") or 0.0)
    plain = value + penalty / 2 * float(beta @ beta)
    return {"coefficient": beta, "std_error": np.sqrt(np.diag(covariance)), "log_likelihood": np.array([plain])}


def _cox_sums(
    case: Case, z: Float, w: Float, sets: list[tuple[Mask, Mask]], beta: Float
) -> tuple[float, Float, Float, Float]:
    """Log partial likelihood, score, information, and the score residual of each row."""
    eta = z @ beta + case.offset
    r = w * np.exp(eta)
    penalty = float(case.settings.get("penalty") or 0.0)
    value, score = -penalty / 2 * float(beta @ beta), -penalty * beta
    information = penalty * np.eye(len(beta))
    residual = np.zeros_like(z)
    for at_risk, failing in sets:
        d = int(failing.sum())
        mean_weight = w[failing].sum() / d
        value += float(w[failing] @ eta[failing])
        score = score + w[failing] @ z[failing]
        for k in range(d):
            share = at_risk.astype(float)
            if case.settings.get("ties", "efron") == "efron":
                share[failing] -= k / d
            s0 = float(share @ r)
            mean = (share * r) @ z / s0
            spread = z - mean
            value -= mean_weight * np.log(s0)
            score = score - mean_weight * mean
            information = information + mean_weight * (spread * (share * r / s0)[:, None]).T @ spread
            own = failing / d
            residual += own[:, None] * w[:, None] * spread
            residual -= mean_weight * (share * r / s0)[:, None] * spread
    return value, score, information, residual


def _sandwich(case: Case, residual: Float, bread: Float) -> Float:
    cluster = case.history.cluster
    if cluster is not None:
        residual = np.stack([np.bincount(cluster, weights=column) for column in residual.T], axis=1)
    influence = residual @ bread
    product: Float = influence.T @ influence
    return product


def _fine_gray(case: Case) -> Numbers | str:
    """The subdistribution score by its definition: Breslow ties, the censoring curve by Kaplan-Meier."""
    history = case.history
    if history.entry is not None or history.stratum is not None:
        return "late_entry_or_strata"
    if case.settings.get("censoring_group") is not None:
        return "censoring_groups"
    if case.settings.get("convention") == "finegray" and case.settings.get("ties") == "efron":
        return "ties_efron"
    case = expanded(case)
    z, w = case.matrix - case.matrix.mean(axis=0), _weights(case)
    exit_, cause = case.history.exit, case.history.cause
    # R's finegray looks at no weights for the censoring curve.
    left = _censoring_left_limit(exit_, cause, np.ones_like(w), case.settings.get("convention") == "crr")
    own = {time: left(time) for time in np.unique(exit_)}
    at_exit = np.array([own[time] for time in exit_])
    competing = (cause > 0) & (cause != case.cause + 1)
    sets = []
    for time in np.unique(exit_[case.event == 1]):
        gone = competing & (exit_ < time)
        share = (exit_ >= time).astype(float)
        share[gone] = own[time] / at_exit[gone]
        sets.append(((case.event == 1) & (exit_ == time), share))
    beta = np.zeros(z.shape[1])
    value = 0.0
    for _ in range(STEPS):
        r = w * np.exp(z @ beta + case.offset)
        value, score, information = 0.0, np.zeros_like(beta), np.zeros((len(beta), len(beta)))
        for failing, share in sets:
            s0 = float(share @ r)
            mean = (share * r) @ z / s0
            spread = z - mean
            died = float(w[failing].sum())
            value += float(w[failing] @ (z @ beta + case.offset)[failing]) - died * np.log(s0)
            score += w[failing] @ z[failing] - died * mean
            information += died * (spread * (share * r / s0)[:, None]).T @ spread
        step = np.linalg.solve(information, score)
        beta = beta + step
        if np.abs(step).max() < 1e-12 * (1 + np.abs(beta).max()):
            break
    return {"coefficient": beta, "log_likelihood": np.array([value])}


def _censoring_left_limit(
    exit_: Float, cause: NDArray[np.int64], w: Float, events_stay: bool
) -> Callable[[float], float]:
    """G(t-): the Kaplan-Meier of censoring just before t.

    An event at t comes before a censoring at t and has left its risk set; ``crr`` lets it stay.
    """
    times = np.unique(exit_[cause == 0])

    def left(time: float) -> float:
        value = 1.0
        for u in times[times < time]:
            censored = float(w[(exit_ == u) & (cause == 0)].sum())
            at_risk = float(w[exit_ >= u].sum()) if events_stay else float(w[exit_ > u].sum()) + censored
            value *= 1 - censored / at_risk
        return value

    return left


def _curve(case: Case) -> Numbers | str:
    """Event-free probability, or Aalen-Johansen's incidence, as a product and a sum over times."""
    case = expanded(case)
    exit_, cause, entry, w = case.history.exit, case.history.cause, case.entry, _weights(case)
    free, incidence = 1.0, 0.0
    times = np.unique(exit_[cause > 0])
    values = [0.0 if case.method == "aalen_johansen" else 1.0]
    for time in times:
        at_risk = float(w[(entry < time) & (exit_ >= time)].sum())
        any_event = float(w[(exit_ == time) & (cause > 0)].sum())
        incidence += free * float(w[(exit_ == time) & (cause == case.cause + 1)].sum()) / at_risk
        free *= 1 - any_event / at_risk
        values.append(incidence if case.method == "aalen_johansen" else free)
    return {"estimate": np.array(values)[np.searchsorted(times, case.times, side="right")]}


BRUTE: dict[str, Way] = {
    "cox": _cox,
    "fine_gray": _fine_gray,
    "kaplan_meier": _curve,
    "aalen_johansen": _curve,
}
