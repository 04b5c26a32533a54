"""Rates and discrete-time models by brute force: everyone's pieces by a loop, then iterated least squares."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tkk_cli.histories import Float, Int
from tkk_cli.verification.brute_common import STEPS, errors_of, row_weights, sandwich, small
from tkk_cli.verification.case import Case, Numbers, expanded

__all__ = ["Pieces", "discrete", "periods", "poisson", "rate_pieces"]


# Of a time: nearer places are the same.
ROUNDING = 1e-9


class Pieces(NamedTuple):
    """One row a piece: whose it is, in which level of each factor, its person-time, and what ended it (0 = nothing)."""

    row: Int
    level: dict[str, Int]
    length: Float
    cause: Int


def rate_pieces(case: Case) -> Pieces:
    """Follow-up cut at ``settings["cuts"]`` and at multiples of the widths of ``settings["bands"]``."""
    cuts, bands = list(case.settings["cuts"]), case.settings["bands"]
    found = []
    for i, (start, end) in enumerate(zip(np.maximum(case.entry, 0.0), case.history.exit, strict=True)):
        origin = {name: float(case.extra[f"scale:{name}"][i]) for name in bands}
        places = list(cuts)
        for name, width in bands.items():
            first, last = (math.floor((origin[name] + t) / width) for t in (start, end))
            places += [k * width - origin[name] for k in range(first, last + 1)]
        inner = sorted({t for t in places if start + ROUNDING * end < t < end * (1 - ROUNDING)})
        for a, b in itertools.pairwise([start, *inner, end]):
            middle = (a + b) / 2
            level = {"time": sum(cut < middle for cut in cuts)}
            level |= {name: math.floor((origin[name] + middle) / width) for name, width in bands.items()}
            found.append((i, level, b - a, int(case.history.cause[i]) if b == end else 0))
    parts = _columns(found, ["time", *bands])
    return parts._replace(level={name: level - level.min() for name, level in parts.level.items()})


def periods(case: Case) -> Pieces:
    """A row for each period that a person is followed to the end of, or has an event in."""
    history = case.history
    ends = list(case.settings["cuts"]) or sorted(set(history.exit[history.cause > 0].tolist()))
    found = []
    for i, (start, stop, cause) in enumerate(zip(case.entry, history.exit, history.cause, strict=True)):
        for j, end in enumerate(ends):
            low = ends[j - 1] if j else 0.0
            happens = bool(cause > 0 and low < stop <= end) or bool(cause > 0 and j == 0 and stop <= end)
            if start < end and (happens or stop >= end):
                found.append((i, {"time": j}, 1.0, int(cause) if happens else 0))
    return _columns(found, ["time"])


def _columns(found: list[tuple[int, dict[str, int], float, int]], names: list[str]) -> Pieces:
    return Pieces(
        np.array([row for row, _, _, _ in found]),
        {name: np.array([level[name] for _, level, _, _ in found]) for name in names},
        np.array([length for _, _, length, _ in found]),
        np.array([cause for _, _, _, cause in found]),
    )


def poisson(case: Case) -> Numbers | str:
    """Events of a rate exp(a_j + x b + offset) over person-time."""
    if case.settings.get("rate_table"):
        return "rate_table"
    case = expanded(case)
    parts = rate_pieces(case)
    event = (parts.cause == case.cause + 1).astype(float)
    w = row_weights(case)[parts.row]
    base = _baseline(case, parts, w * event)
    inside = base.inside
    y, x, w = event[inside], np.hstack([case.matrix[parts.row], base.matrix])[inside], w[inside]
    of, time = case.offset[parts.row][inside], parts.length[inside]
    beta = np.zeros(x.shape[1])
    beta[-base.intercepts :] = np.log((w @ y) / (w @ (time * np.exp(of))))
    scale = np.abs(x).max(axis=0)
    x = x / scale
    for _ in range(STEPS):
        mean = time * np.exp(x @ beta + of)
        step = np.linalg.solve((x * (w * mean)[:, None]).T @ x, x.T @ (w * (y - mean)))
        beta = beta + step
        if small(step, beta):
            break
    mean = time * np.exp(x @ beta + of)
    covariance = np.linalg.inv((x * (w * mean)[:, None]).T @ x)
    if case.robust:
        covariance = sandwich(case, _by_row(case, parts.row[inside], x * (w * (y - mean))[:, None]), covariance)
    value = float(w @ (y * (x @ beta + of) - mean))
    p = x.shape[1] - base.intercepts
    return {
        "coefficient": beta[:p] / scale[:p],
        "std_error": errors_of(covariance, p) / scale[:p],
        "log_likelihood": np.array([value]),
    }


def discrete(case: Case) -> Numbers | str:
    """The chance of each cause in a period: multinomial logits, or a complementary log-log of one cause."""
    case = expanded(case)
    parts = periods(case)
    logit = case.settings["link"] == "logit"
    causes = range(len(case.history.causes)) if logit else [case.cause]
    y = np.stack([(parts.cause == k + 1).astype(float) for k in causes], axis=1)
    w = row_weights(case)[parts.row]
    base = _baseline(case, parts, w * y.sum(axis=1))
    inside = base.inside
    x = np.hstack([case.matrix[parts.row], base.matrix])[inside]
    scale = np.abs(x).max(axis=0)
    x, y, w, of = x / scale, y[inside], w[inside], case.offset[parts.row][inside]
    k, q = y.shape[1], x.shape[1]
    theta = np.zeros((k, q))
    theta[:, -base.intercepts :] = np.log((w @ y) / (w @ (1 - y.sum(axis=1))))[:, None]
    for _ in range(STEPS):
        _, gap, weight = _chance(x @ theta.T + of[:, None], y, logit)
        step = np.linalg.solve(_information(x, w, weight), _scores(x, w, gap).sum(axis=0))
        theta = theta + step.reshape(k, q)
        if small(step, theta.ravel()):
            break
    value, gap, weight = _chance(x @ theta.T + of[:, None], y, logit)
    covariance = np.linalg.inv(_information(x, w, weight))
    if case.robust:
        covariance = sandwich(case, _by_row(case, parts.row[inside], _scores(x, w, gap)), covariance)
    p, own = q - base.intercepts, case.cause if logit else 0
    return {
        "coefficient": theta[own, :p] / scale[:p],
        "std_error": np.sqrt(np.diag(covariance))[own * q : own * q + p] / scale[:p],
        "log_likelihood": np.array([float(w @ value)]),
    }


def _chance(eta: Float, y: Float, logit: bool) -> tuple[Float, Float, Float]:
    """Of each row: log-likelihood (m,), its slope by the predictors (m, k), and the expected information (m, k, k)."""
    if logit:
        odds = np.exp(eta)
        chance = odds / (1 + odds.sum(axis=1, keepdims=True))
        value = (y * eta).sum(axis=1) - np.log1p(odds.sum(axis=1))
        return value, y - chance, chance[:, :, None] * (np.eye(y.shape[1]) - chance[:, None, :])
    hazard = np.exp(eta)
    chance = -np.expm1(-hazard)
    slope = hazard * np.exp(-hazard)
    value = (y * np.log(chance) - (1 - y) * hazard).sum(axis=1)
    return value, (y - chance) / (chance * (1 - chance)) * slope, (slope**2 / (chance * (1 - chance)))[:, :, None]


def _scores(x: Float, w: Float, gap: Float) -> Float:
    return np.hstack([x * (w * column)[:, None] for column in gap.T])


def _information(x: Float, w: Float, weight: Float) -> Float:
    k = weight.shape[1]
    return np.block([[(x * (w * weight[:, a, b])[:, None]).T @ x for b in range(k)] for a in range(k)])


def _by_row(case: Case, row: Int, scores: Float) -> Float:
    """Summed over the pieces of each row."""
    return np.stack([np.bincount(row, weights=column, minlength=len(case.history)) for column in scores.T], axis=1)


class _Baseline(NamedTuple):
    """Columns of the pieces, the intercepts last; and the rows that have any part in the likelihood."""

    matrix: Float
    intercepts: int
    inside: NDArray[np.bool_]


def _baseline(case: Case, parts: Pieces, event: Float) -> _Baseline:
    """An intercept for each stratum, and effects of the levels beside a reference.

    The reference of time, in each stratum, is the first period with an event; of another scale the band with most
    events. ``settings["estimated"]`` says which of the columns have an estimate: a level without events has none, and
    its pieces tell nothing of the others.
    """
    stratum = case.stratum[parts.row]
    strata = range(int(stratum.max()) + 1)
    columns = []
    for name, level in parts.level.items():
        for here in [stratum == s for s in strata] if name == "time" else [np.ones(len(level), dtype=bool)]:
            events = np.bincount(level[here], weights=event[here])
            reference = int(np.argmax(events > 0) if name == "time" else np.argmax(events))
            columns += [here & (level == k) for k in np.unique(level[here]) if k != reference]
    base = np.array(columns, dtype=float).reshape(len(columns), len(event)).T
    estimated = np.asarray(case.settings["estimated"], dtype=bool)
    inside = np.ones(len(event), dtype=bool)
    if len(estimated) == len(columns):
        endless = np.asarray(case.settings["infinite"], dtype=bool)
        inside = np.asarray(base[:, endless].sum(axis=1) == 0)
        base = base[:, estimated]
    own = np.equal.outer(stratum, np.arange(len(strata))).astype(float)
    return _Baseline(np.hstack([base, own]), len(strata), inside)
