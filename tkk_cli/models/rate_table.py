"""Reference rates: the rate of each piece of follow-up from a table by age, calendar year and other columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.histories import Float, Int

__all__ = ["RateTable", "band_limits", "rate_table"]


@dataclass(frozen=True, slots=True, eq=False)
class RateTable:
    """A full grid of rates.

    Attributes
    ----------
    names : tuple of D str
    values : tuple of D arrays or tuples
        The distinct values of each column, in increasing order: axis d of ``rate``.
    rate : D-dimensional float64
        NaN where the table has no row.
    """

    names: tuple[str, ...]
    values: tuple[Float | tuple[str, ...], ...]
    rate: Float

    def look_up(self, positions: list[Int], row: Int) -> Float:
        """The rate of each of m pieces.

        Parameters
        ----------
        positions : list of D (m,) int64
            Position on each axis; -1 or the length of the axis where the table has no such value.
        row : (m,) int64
            Whose piece it is, for the count of the error.

        Returns
        -------
        (m,) float64

        Raises
        ------
        TkkError
            TKK341 when the table lacks the rate of some piece.
        """
        known = np.ones(len(row), dtype=bool)
        for place, size in zip(positions, self.rate.shape, strict=True):
            known &= (place >= 0) & (place < size)
        found = np.full(len(row), np.nan)
        found[known] = self.rate[tuple(place[known] for place in positions)]
        lacking = np.isnan(found)
        if lacking.any():
            raise TkkError(
                "TKK341",
                "the rate table has no rate for some of the follow-up",
                where=", ".join(self.names) or "--rate-table",
                count=len(np.unique(row[lacking])),
                hint="add rows to the table, or end follow-up where it ends; the count is of rows of the cohort",
            )
        return found


def rate_table(
    names: tuple[str, ...], columns: list[Int], values: list[Float | tuple[str, ...]], rate: Float
) -> RateTable:
    """Rows of a table as a grid.

    Parameters
    ----------
    names : tuple of D str
    columns : list of D (r,) int64
        Position of each row's value among the distinct ones; -1 = missing.
    values : list of D
        The distinct values.
    rate : (r,) float64

    Returns
    -------
    RateTable

    Raises
    ------
    TkkError
        TKK341 for a missing value, a rate that is not above 0, or two rows for the same cell.
    """
    bad = ~(np.isfinite(rate) & (rate > 0))
    for column in columns:
        bad |= column < 0
    if bad.any():
        raise TkkError(
            "TKK341",
            "the rate table has missing values, or rates that are not above 0",
            where="--rate-table",
            count=int(bad.sum()),
            hint="leave such rows out; put ages together where nobody died",
        )
    shape = tuple(len(found) for found in values)
    cell = np.ravel_multi_index(tuple(columns), shape) if shape else np.zeros(len(rate), dtype=np.int64)
    twice = len(cell) - len(np.unique(cell))
    if twice:
        raise TkkError(
            "TKK341",
            "the rate table has several rates for the same values",
            where=", ".join(names) or "--rate-table",
            count=twice,
            hint="name every column that the rates depend on, and leave the others out of the file",
        )
    grid = np.full(int(np.prod(shape, dtype=np.int64)), np.nan)
    grid[cell] = rate
    return RateTable(names, tuple(values), grid.reshape(shape))


def band_limits(values: Float) -> Float:
    """Limits of the bands of a rate table: each value is the lower limit of a band up to the next one.

    The last band is as wide as the one before it, or 1 when it is the only one.

    Examples
    --------
    >>> import numpy as np
    >>> band_limits(np.array([30.0, 35.0, 40.0])).tolist()
    [30.0, 35.0, 40.0, 45.0]
    """
    width = values[-1] - values[-2] if len(values) > 1 else 1.0
    return np.append(values, values[-1] + width)
