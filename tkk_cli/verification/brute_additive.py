"""Additive hazards by brute force: sums over the intervals between distinct times."""

from __future__ import annotations

import itertools

import numpy as np

from tkk_cli.histories import Float
from tkk_cli.verification.brute_common import errors_of, row_weights, sandwich
from tkk_cli.verification.case import Case, Numbers, expanded

__all__ = ["aalen", "lin_ying"]

# R's aareg stops when fewer people than this many times the covariates are at risk.
ROWS_A_COLUMN = 3
SINGULAR = 1e-10


def _edges(case: Case) -> Float:
    times = np.concatenate([[0.0], np.maximum(case.entry, 0.0), case.history.exit])
    return np.unique(times)


def lin_ying(case: Case) -> Numbers | str:
    """D beta = U, each stratum around its own means; variance of the martingale's jumps, or of the whole residual."""
    case = expanded(case)
    x, w, p = case.matrix - case.matrix.mean(axis=0), row_weights(case), case.matrix.shape[1]
    exit_, entry = case.history.exit, np.maximum(case.entry, 0.0)
    information, scores, middle = np.zeros((p, p)), np.zeros((len(x), p)), np.zeros((p, p))
    intervals = []
    for stratum in np.unique(case.stratum):
        for a, b in itertools.pairwise(_edges(case)):
            at_risk = (case.stratum == stratum) & (entry <= a) & (exit_ >= b)
            if not at_risk.any():
                continue
            away = (x - np.average(x[at_risk], axis=0, weights=w[at_risk])) * at_risk[:, None]
            failing = at_risk & (exit_ == b) & (case.event == 1)
            information += (b - a) * (away * w[:, None]).T @ away
            own = away * (w * failing)[:, None]
            scores += own
            middle += own.T @ own
            intervals.append((away, b - a, w[failing].sum() / w[at_risk].sum()))
    bread = np.linalg.inv(information)
    beta = bread @ scores.sum(axis=0)
    covariance = bread @ middle @ bread
    if case.robust:
        for away, width, hazard in intervals:
            scores -= away * (w * (hazard + width * (away @ beta)))[:, None]
        covariance = sandwich(case, scores, bread)
    return {"coefficient": beta, "std_error": errors_of(covariance, p)}


def aalen(case: Case) -> Numbers | str:
    """Average of dB = (Z'WZ)^-1 Z'W dN, each time with the weight 1 / diagonal of (Z'WZ)^-1."""
    case = expanded(case)
    spread = case.matrix.std(axis=0)
    x, w = (case.matrix - case.matrix.mean(axis=0)) / spread, row_weights(case)
    z = np.hstack([x, np.ones((len(x), 1))])
    q, exit_, entry = z.shape[1], case.history.exit, np.maximum(case.entry, 0.0)
    runs: list[list[tuple[float, float, Float]]] = [[]]
    for a, b in itertools.pairwise(_edges(case)):
        at_risk = (entry <= a) & (exit_ >= b)
        cross = (z[at_risk] * w[at_risk][:, None]).T @ z[at_risk]
        sizes = np.linalg.eigvalsh(cross)
        if at_risk.sum() >= max(ROWS_A_COLUMN * (q - 1), q) and sizes[0] > SINGULAR * sizes[-1]:
            runs[-1].append((a, b, np.linalg.inv(cross)))
        elif runs[-1]:
            runs.append([])
    run = max(runs, key=lambda one: sum((b - a) * ((entry <= a) & (exit_ >= b)).sum() for a, b, _ in one))
    exposure, effect, middle, influence = np.zeros(q), np.zeros(q), np.zeros((q, q)), np.zeros((len(z), q))
    for a, b, inverse in run:
        k = 1 / np.diag(inverse)
        exposure += k * (b - a)
        at_risk = (entry <= a) & (exit_ >= b)
        failing = (at_risk & (exit_ == b) & (case.event == 1)).astype(float)
        if not failing.any():
            continue
        step = inverse @ (z.T @ (w * failing))
        effect += k * step
        jumps = (z * (w * failing)[:, None]) @ inverse * k
        middle += jumps.T @ jumps
        influence += (z * (w * (failing - at_risk * (z @ step)))[:, None]) @ inverse * k
    covariance = sandwich(case, influence, np.eye(q)) if case.robust else middle
    p = q - 1
    return {
        "coefficient": (effect / exposure)[:p] / spread,
        "std_error": errors_of(covariance, p) / exposure[:p] / spread,
    }
