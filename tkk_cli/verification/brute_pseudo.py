"""Pseudo-observations by brute force: the curve differentiated by each person's weight, then the equations by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tkk_cli.histories import Float
from tkk_cli.verification.brute_common import STEPS, errors_of, row_weights, sandwich, small
from tkk_cli.verification.case import Case, Numbers, expanded

__all__ = ["pseudo", "pseudo_times", "pseudo_values"]

MEANS = ("restricted-mean", "time-lost")
# A complex step has no cancellation: any small number will do.
TINY = 1e-30


def pseudo_times(case: Case) -> Float:
    """``--at``, ``--horizon``, or the last follow-up that every group and stratum reaches."""
    history, given = case.history, case.settings
    if given["at"]:
        return np.unique(given["at"])
    if given["horizon"] is not None:
        return np.array([given["horizon"]])
    parts = [codes for codes in (history.group, history.stratum) if codes is not None]
    return np.array([min(float(history.exit[codes == k].max()) for codes in parts for k in np.unique(codes))])


def pseudo_values(case: Case, times: Float) -> Float:
    """(n, M) theta + W D_i, D_i the derivative of theta by the weight of person i; within strata."""
    found = np.empty((len(case.history), len(times)))
    for stratum in np.unique(case.stratum):
        here = np.flatnonzero(case.stratum == stratum)
        found[here] = _of_sample(case, here, times)
    return found


def _of_sample(case: Case, here: NDArray[np.int64], times: Float) -> Float:
    """Everyone's complex step at once: entry i of a sum over people has the weight of person i moved."""
    exit_, cause, w = case.history.exit[here], case.history.cause[here], row_weights(case)[here]
    quantity = case.settings["quantity"]
    any_event = quantity in ("survival", "restricted-mean")

    def total(some: NDArray[np.bool_]) -> NDArray[np.complex128]:
        found: NDArray[np.complex128] = w[some].sum() + 1j * TINY * some
        return found

    free = np.ones(len(here), dtype=np.complex128)
    curve = free.copy() if any_event else 0 * free
    area = np.zeros((len(times), len(here)), dtype=np.complex128)
    level, last = np.tile(curve, (len(times), 1)), 0.0
    for time in np.unique(exit_[cause > 0]):
        area += curve * np.clip(np.minimum(time, times) - last, 0.0, None)[:, None]
        at_risk = total(exit_ >= time)
        if not any_event:
            curve = curve + free * total((exit_ == time) & (cause == case.cause + 1)) / at_risk
        free = free * (1 - total((exit_ == time) & (cause > 0)) / at_risk)
        curve = free if any_event else curve
        level[times >= time] = curve
        last = time
    area += curve * np.clip(times - last, 0.0, None)[:, None]
    theta = area if quantity in MEANS else level
    values: Float = (theta.real + w.sum() * theta.imag / TINY).T
    return values


def pseudo(case: Case) -> Numbers | str:
    """sum w (d mu / d beta) (y - mu) = 0, independent working correlation; the sandwich of people or clusters."""
    case = expanded(case)
    times = pseudo_times(case)
    y, link = pseudo_values(case, times), case.settings["link"]
    if case.settings["quantity"] == "survival" and link == "cloglog":
        y = 1 - y
    w, p = row_weights(case), case.matrix.shape[1]
    spread = case.matrix.std(axis=0)
    x = (case.matrix - case.matrix.mean(axis=0)) / spread
    level = w @ y / w.sum()
    start = {"identity": level, "log": np.log(np.abs(level)), "cloglog": np.log(-np.log1p(-np.clip(level, 0, 0.99)))}
    beta = np.concatenate([np.zeros(p), start[link] - case.offset.mean()])
    bread: Any = np.eye(len(beta))
    scores = np.zeros((len(x), len(beta)))
    for _ in range(2 * STEPS):
        information, scores = np.zeros((len(beta), len(beta))), np.zeros((len(x), len(beta)))
        for m in range(len(times)):
            columns = np.hstack([x, np.tile(np.eye(len(times))[m], (len(x), 1))])
            mean, slope = _mean(columns @ beta + case.offset, link)
            information += (columns * (w * slope**2)[:, None]).T @ columns
            scores += columns * (w * slope * (y[:, m] - mean))[:, None]
        bread = np.linalg.inv(information)
        step = bread @ scores.sum(axis=0)
        beta = beta + step
        if small(step, beta):
            break
    covariance = sandwich(case, scores, bread)
    return {"coefficient": beta[:p] / spread, "std_error": errors_of(covariance, p) / spread}


def _mean(eta: Float, link: str) -> tuple[Float, Float]:
    """The mean and its derivative by the predictor."""
    if link == "identity":
        return eta, np.ones(len(eta))
    if link == "log":
        return np.exp(eta), np.exp(eta)
    return -np.expm1(-np.exp(eta)), np.exp(eta - np.exp(eta))
