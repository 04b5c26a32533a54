"""Scores of the rows of a Fine-Gray model, and what the estimated censoring curves add to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.censoring_weights import CensoringCurve
from tkk_cli.models.subdistribution import At, Sums

__all__ = ["CensoringScores", "censoring_scores", "martingale_sums", "row_scores", "taken_at_entry"]


@dataclass(frozen=True, slots=True, eq=False)
class CensoringScores:
    """What the estimated censoring curves add to each person's score.

    Attributes
    ----------
    by_cell : (q, c) float64
    curves : list of (time, (q, T + 1) float64)
        Of each censoring curve, what an entry at a time takes away.
    """

    by_cell: Float
    curves: list[tuple[Float, Float]]


def row_scores(
    history: EventHistory, sums_: Sums, at: At, extra: CensoringScores | None
) -> Iterator[tuple[int, int, Float]]:
    """(low, high, (p, high - low)) weighted score residuals of the sorted rows, block by block."""
    cells = sums_.cells
    s1, d1, b = at.total[1:], at.dying[1:], at.b
    cumulative = sums_.cumulative_hazard(at)
    means = [
        sums_.over_risk(b[0] * s - b[1] * d, b[2] * d - b[1] * s) for s, d in zip(s1, d1, strict=True)
    ]  # sums of the mean covariate times the baseline hazard
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(sums_.event_weight > 0, at.mean_sum / sums_.event_weight, 0.0)
    copies = history.weight_kind == "frequency"
    for low, high in sums_.blocks():
        cell, hazard = sums_.cell[low:high], at.hazard[low:high]
        weight = np.ones(high - low) if sums_.weight_of_row is None else sums_.weight_of_row[low:high]
        own = np.where(cells.kind[cell] == 1, weight, 0.0)
        slot = cells.end[cell] - 1
        scores = sums_.columns[:, low:high] * (own - hazard * sums_.exposure(cumulative, low, high))
        for r, cumulated in enumerate(means):
            scores[r] += hazard * sums_.exposure(cumulated, low, high) - own * mean[r][slot]
        if extra is not None:
            added = extra.by_cell[:, cell]
            if history.entry is not None:
                added += taken_at_entry(extra, history.entry[sums_.order[low:high]], cells.curve[cell])
            scores += added * weight if copies else added
        yield low, high, scores


def taken_at_entry(extra: CensoringScores, entry: Float, curve: Int) -> Float:
    found = np.zeros((len(extra.by_cell), len(entry)))
    for i, (time, cumulated) in enumerate(extra.curves):
        mine = curve == i
        found[:, mine] = cumulated[:, np.searchsorted(time, entry[mine], side="right")]
    return found


def censoring_scores(sums_: Sums, at: At, curves: list[CensoringCurve]) -> CensoringScores:
    """The integral of q / Y over each person's censoring martingale, Fine & Gray (1999), eq. 8.

    q(u) is the score, at the event times from u on, of those whose competing event came before u.
    """
    mean = at.b[0] * at.total[1:] - at.b[1] * at.dying[1:]
    return martingale_sums(sums_, at, curves, at.a[0], mean)


def martingale_sums(
    sums_: Sums, at: At, curves: list[CensoringCurve], hazard: Float | None, mean: Float
) -> CensoringScores:
    """Integrals over the censoring martingales of q(u) = Z(u) h(u) - E(u) m(u), divided by the number at risk.

    Z and E are the sums, with and without the covariates, over those who stay after a competing event before u; h and
    m are the sums of ``hazard`` (m,) and ``mean`` (q, m) over the slots from u on, with the weights W(t).

    Parameters
    ----------
    hazard : (m,) float64 or None
        ``None`` leaves the first product out.
    mean : (q, m) float64

    Returns
    -------
    CensoringScores
    """
    cells, pooled = sums_.cells, sums_.pooled
    by_cell = np.zeros((len(mean), len(cells.end)))
    taken = []
    edges = np.searchsorted(cells.stratum, np.arange(len(sums_.first_slot)))
    for i, curve in enumerate(curves):
        here = curve.censored > 0
        time, risk, censored = curve.time[here], curve.risk[here], curve.censored[here]
        q = np.zeros((len(mean), len(time)))
        for s in range(len(sums_.first_slot) - 1) if pooled else [i]:
            some = np.arange(edges[s], edges[s + 1])
            mine = some[(cells.kind[some] == 2) & (cells.curve[some] == i)]
            slots = slice(sums_.first_slot[s], sums_.first_slot[s + 1])
            weight = sums_.weight[i if pooled else 0, slots]
            # Eq. 8 has T < u <= t for a competing event at T and an event at t; under ties so has crr. Cells of a
            # stratum are in the order of their exits.
            past = np.searchsorted(cells.exit[mine], time, side="left")
            after = np.searchsorted(sums_.time[slots], time, side="left")
            alone = _running(at.by_cell[0, mine] / cells.at_exit[mine])[past]
            to_come = None if hazard is None else _to_come(weight * hazard[slots])[after]
            for r in range(len(mean)):
                q[r] -= alone * _to_come(weight * mean[r, slots])[after]
                if to_come is not None:
                    q[r] += _running(at.by_cell[r + 1, mine] / cells.at_exit[mine])[past] * to_come
        jump = q / risk
        cumulated = _running(jump * censored / risk)
        rows = np.flatnonzero(cells.curve == i) if pooled else np.arange(edges[i], edges[i + 1])
        until = np.searchsorted(time, cells.exit[rows], side="right")
        by_cell[:, rows] = -cumulated[:, until]
        gone = cells.kind[rows] == 0
        by_cell[:, rows[gone]] += jump[:, until[gone] - 1]
        taken.append((time, cumulated))
    return CensoringScores(by_cell, taken)


def _running(steps: Float) -> Float:
    """Sums up to each place along the last axis, from 0."""
    return np.concatenate([np.zeros((*steps.shape[:-1], 1)), np.cumsum(steps, axis=-1)], axis=-1)


def _to_come(steps: Float) -> Float:
    """Sums from each place on, and 0 at the end."""
    return np.append(np.cumsum(steps[::-1])[::-1], 0.0)
