"""The exact (discrete logistic) partial likelihood: which d of those at risk failed, given that d did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.histories import Float, Int
from tkk_cli.models.partial_likelihood import PartialLikelihood

__all__ = ["ExactAt", "ExactLikelihood"]

# Sums over subsets are built one person at a time: at most so many numbers in all, and in one array.
WORK = 2_000_000_000
HELD = 20_000_000
# exp(this) is the largest number that is safely below overflow; the log of the number of subsets must stay below it.
LARGEST_LOG = 600.0


@dataclass(frozen=True, slots=True, eq=False)
class ExactAt:
    """Log-likelihood, and score and information, at one vector of coefficients."""

    beta: Float
    log_likelihood: float
    score: Float
    information: Float


@dataclass(frozen=True, slots=True, eq=False)
class ExactLikelihood:
    """The risk sets of the C cells, side by side.

    The sum over all subsets of k of the first i at risk of the product of their relative hazards is, by the i-th,
    E(i, k) = E(i - 1, k) + r_i E(i - 1, k - 1); its first and second derivatives follow. The recursion runs over i for
    every cell at once.

    Attributes
    ----------
    rows : PartialLikelihood
        Without weights.
    members : (C, N) int64
        Who is at risk at each cell, filled up with -1.
    deaths : (C,) int64
    """

    rows: PartialLikelihood
    members: Int
    deaths: Int

    @classmethod
    def of(cls, rows: PartialLikelihood) -> ExactLikelihood:
        """Find the risk sets; TKK324 when they are too many, or the subsets too numerous for a number."""
        size, m, p = len(rows.event), len(rows.order), len(rows.columns)
        deaths = rows.count[0::2]
        last = np.repeat(np.arange(2 * size) // 2, rows.count)
        first = rows.cell_first[last]
        first[rows.late] = rows.enter
        spans = last + 1 - first
        at_risk = np.bincount(first, minlength=size + 1) - np.bincount(last + 1, minlength=size + 1)
        number = np.cumsum(at_risk)[:size]
        most, longest = int(deaths.max()), int(number.max())
        work = longest * size * (most + 1) * (1 + p + p * p)
        subsets = float(np.max(deaths * (1 + np.log(number / deaths))))
        if work > WORK or size * longest > HELD or work // longest > HELD or subsets > LARGEST_LOG:
            raise TkkError(
                "TKK324",
                "the exact likelihood of so many ties among so many people is out of reach",
                where="--ties exact",
                count=most,
                hint="--ties efron is close to it and linear in the number of people",
            )
        cell = np.repeat(first - np.cumsum(spans) + spans, spans) + np.arange(int(spans.sum()))
        person = np.repeat(np.arange(m), spans)
        order = np.argsort(cell, kind="stable")
        members = np.full((size, longest), -1, dtype=np.int64)
        place = np.arange(len(cell)) - np.repeat(np.cumsum(number) - number, number)
        members[cell[order], place] = person[order]
        return cls(rows, members, deaths)

    def evaluate(self, beta: Float) -> ExactAt:
        """Log-likelihood, score and information at standardised coefficients."""
        predictor = (beta / self.rows.scale) @ self.rows.columns
        if self.rows.offset is not None:
            predictor = predictor + self.rows.offset
        columns = self.rows.columns / self.rows.scale[:, None]
        there = self.members >= 0
        # Relative to the mean log hazard of each risk set, so that products stay within range.
        level = np.where(there, predictor[self.members], 0.0).sum(axis=1) / there.sum(axis=1)
        size, p = len(self.deaths), len(beta)
        most = int(self.deaths.max())
        sums, slopes, bends = _empty(size, most + 1, p)
        with np.errstate(over="ignore", invalid="ignore"):
            for i in range(self.members.shape[1]):
                who = self.members[:, i]
                risk = np.where(there[:, i], np.exp(predictor[who] - level), 0.0)
                z = columns[:, who].T[:, None, :]
                _add(sums, slopes, bends, risk[:, None], z)
            cells = np.arange(size)
            total = sums[cells, self.deaths]
            mean = slopes[cells, self.deaths] / total[:, None]
            square = bends[cells, self.deaths] / total[:, None, None]
            spread = square - mean[:, :, None] * mean[:, None, :]
            value = float(predictor[self.rows.failing].sum() - (np.log(total) + self.deaths * level).sum())
        if not (np.isfinite(value) and np.isfinite(spread).all()):
            return ExactAt(beta, -np.inf, np.zeros(p), np.zeros((p, p)))
        return ExactAt(beta, value, self.rows.at_events / self.rows.scale - mean.sum(axis=0), spread.sum(axis=0))

    def slope(self, at: ExactAt) -> tuple[Float, Float, Float]:
        """Score, information, and what its diagonal is compared with: 1 a column and event."""
        return at.score, at.information, float(self.deaths.sum()) * np.eye(len(at.score))


def _empty(size: int, width: int, p: int) -> tuple[Float, Float, Float]:
    sums, slopes, bends = np.zeros((size, width)), np.zeros((size, width, p)), np.zeros((size, width, p, p))
    sums[:, 0] = 1.0
    return sums, slopes, bends


def _add(sums: Float, slopes: Float, bends: Float, risk: Float, z: Float) -> None:
    """One more person in each risk set, in place."""
    s, g = sums[:, :-1], slopes[:, :-1]
    cross = g[:, :, :, None] * z[:, :, None, :]
    outer = z[:, :, :, None] * z[:, :, None, :]
    more = bends[:, :-1] + cross + np.swapaxes(cross, 2, 3) + outer * s[:, :, None, None]
    bends[:, 1:] += risk[:, :, None, None] * more
    slopes[:, 1:] += risk[:, :, None] * (g + z * s[:, :, None])
    sums[:, 1:] += risk * s
