"""Cox and Fine-Gray by brute force: the score of each event time, one after the other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tkk_cli.histories import Float
from tkk_cli.verification.brute_common import STEPS, errors_of, row_weights, sandwich, small
from tkk_cli.verification.case import Case, Numbers, expanded

__all__ = ["cox", "fine_gray"]

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Moment:
    """An event time of a stratum: how far each row is at risk, who fails, and the covariates then."""

    time: float
    share: Float
    failing: Mask
    z: Float


@dataclass(frozen=True, eq=False)
class _Sums:
    """Log partial likelihood, score, information, score residuals of rows; the steps of the hazard, and the means."""

    value: float
    score: Float
    information: Float
    residual: Float
    hazard: list[float]
    mean: list[Float]


def cox(case: Case) -> Numbers | str:
    """Cox by Newton's method; Efron's or Breslow's ties; effects that change; model-based or sandwich variance."""
    if case.settings.get("ties") == "exact":
        return "ties_exact"
    case = expanded(case)
    moments = list(_cox_moments(case))
    beta, found = _maximum(case, moments)
    covariance = np.linalg.inv(found.information)
    if case.robust:
        covariance = sandwich(case, found.residual, covariance)
    plain = found.value + _penalty(case) / 2 * float(beta @ beta)
    return {
        "coefficient": beta,
        "std_error": errors_of(covariance, len(beta)),
        "log_likelihood": np.array([plain]),
    }


def _penalty(case: Case) -> float:
    return float(case.settings.get("penalty") or 0.0)


def _cox_moments(case: Case) -> Iterator[_Moment]:
    exit_, event, entry = case.history.exit, case.event == 1, case.entry
    for stratum in np.unique(case.stratum):
        here = case.stratum == stratum
        for time in np.unique(exit_[here & event]):
            at_risk = here & (entry < time) & (exit_ >= time)
            yield _Moment(time, at_risk.astype(float), here & event & (exit_ == time), _covariates(case, time))


def _covariates(case: Case, time: float) -> Float:
    """The columns at a time: ``settings["effects"]`` says (column, kind, of what) for each."""
    x: Float = case.matrix - case.matrix.mean(axis=0)
    effects = case.settings.get("effects")
    if effects is None:
        return x
    columns = []
    for j, kind, of in effects:
        if kind == "piece":
            columns.append(case.matrix[:, j] * float(of[0] < time <= of[1]))
        else:
            columns.append(case.matrix[:, j] * _clock(of, time) if kind == "clock" else x[:, j])
    return np.column_stack(columns)


def _clock(name: str, time: float) -> float:
    """``t``, ``sqrt(t)``, ``log(t)`` or ``log(t+20)``."""
    if name == "t":
        return time
    if name == "sqrt(t)":
        return math.sqrt(time)
    return math.log(time + float(name.removeprefix("log(t").rstrip(")") or 0))


def _maximum(case: Case, moments: list[_Moment]) -> tuple[Float, _Sums]:
    beta = np.zeros(moments[0].z.shape[1])
    found = _sums(case, moments, beta)
    for _ in range(STEPS):
        step = np.linalg.solve(found.information, found.score)
        beta = beta + step
        found = _sums(case, moments, beta)
        if small(step, beta):
            break
    return beta, found


def _sums(case: Case, moments: list[_Moment], beta: Float) -> _Sums:
    w, penalty, efron = row_weights(case), _penalty(case), case.settings.get("ties", "efron") == "efron"
    value, score = -penalty / 2 * float(beta @ beta), -penalty * beta
    information = penalty * np.eye(len(beta))
    residual = np.zeros((len(w), len(beta)))
    hazard, means = [], []
    for moment in moments:
        z, failing = moment.z, moment.failing
        eta = z @ beta + case.offset
        r = w * np.exp(eta)
        d = int(failing.sum())
        mean_weight = w[failing].sum() / d
        value += float(w[failing] @ eta[failing])
        score = score + w[failing] @ z[failing]
        step = 0.0
        for k in range(d):
            share = moment.share - failing * (k / d if efron else 0.0)
            s0 = float(share @ r)
            mean = (share * r) @ z / s0
            spread = z - mean
            value -= mean_weight * np.log(s0)
            score = score - mean_weight * mean
            information = information + mean_weight * (spread * (share * r / s0)[:, None]).T @ spread
            residual += (failing / d * w)[:, None] * spread
            residual -= mean_weight * (share * r / s0)[:, None] * spread
            step += mean_weight / s0
        hazard.append(step)
        means.append(mean)
    return _Sums(value, score, information, residual, hazard, means)


def fine_gray(case: Case) -> Numbers | str:
    """The subdistribution score by its definition, and both conventions' sandwiches."""
    if case.history.entry is not None:
        return "late_entry"
    case = expanded(case)
    crr = case.settings.get("convention") == "crr"
    group = case.extra["censoring_group"].astype(np.int64) if "censoring_group" in case.extra else case.stratum
    moments = _weighted_moments(case, group, crr)
    beta, found = _maximum(case, moments)
    scores = found.residual
    if crr:
        scores = scores + _censoring_part(case, group, moments, found, beta)
    covariance = sandwich(case, scores, np.linalg.inv(found.information))
    return {
        "coefficient": beta,
        "std_error": errors_of(covariance, len(beta)),
        "log_likelihood": np.array([found.value]),
    }


def _gone(case: Case, time: float) -> Mask:
    """Had a competing event before the time."""
    cause = case.history.cause
    gone: Mask = (cause > 0) & (cause != case.cause + 1) & (case.history.exit < time)
    return gone


def _weighted_moments(case: Case, group: NDArray[np.int64], crr: bool) -> list[_Moment]:
    exit_, event = case.history.exit, case.event == 1
    z = case.matrix - case.matrix.mean(axis=0)
    at_exit = np.array([_left_limit(case, group == g, time, crr) for g, time in zip(group, exit_, strict=True)])
    moments = []
    for stratum in np.unique(case.stratum):
        here = case.stratum == stratum
        for time in np.unique(exit_[here & event]):
            share = (exit_ >= time).astype(float)
            for g in np.unique(group):
                stay = _gone(case, time) & (group == g)
                share[stay] = _left_limit(case, group == g, time, crr) / at_exit[stay]
            moments.append(_Moment(time, share * here, here & event & (exit_ == time), z))
    return sorted(moments, key=lambda moment: moment.time)


def _left_limit(case: Case, mine: Mask, time: float, events_stay: bool) -> float:
    """G(t-): the Kaplan-Meier of censoring just before t, without weights as R's; 0 where nobody was seen so long.

    An event at t comes before a censoring at t and has left its risk set; ``crr`` lets it stay.
    """
    exit_, censored = case.history.exit[mine], case.history.cause[mine] == 0
    if time > exit_.max():
        return 0.0
    value = 1.0
    for u in np.unique(exit_[censored & (exit_ < time)]):
        number = int((exit_[censored] == u).sum())
        at_risk = int((exit_ >= u).sum()) if events_stay else int((exit_ > u).sum()) + number
        value *= 1 - number / at_risk
    return value


def _censoring_part(case: Case, group: NDArray[np.int64], moments: list[_Moment], found: _Sums, beta: Float) -> Float:
    """psi of Fine & Gray (1999), eq. 8: the integral of q / Y over the censoring martingale of each row."""
    exit_, cause = case.history.exit, case.history.cause
    psi = np.zeros((len(exit_), len(beta)))
    r = row_weights(case) * np.exp(moments[0].z @ beta + case.offset)
    for g in np.unique(group):
        for u in np.unique(exit_[(group == g) & (cause == 0)]):
            stay = _gone(case, u) & (group == g)
            q = np.zeros(len(beta))
            for moment, hazard, mean in zip(moments, found.hazard, found.mean, strict=True):
                if moment.time >= u:
                    q += (moment.share * r * hazard)[stay] @ (moment.z - mean)[stay]
            at_risk = (group == g) & (exit_ >= u)
            censored = (group == g) & (exit_ == u) & (cause == 0)
            psi[censored] += q / at_risk.sum()
            psi[at_risk] -= q * censored.sum() / at_risk.sum() ** 2
    return psi
