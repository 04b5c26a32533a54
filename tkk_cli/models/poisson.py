"""Poisson regression of rates on split follow-up: the piecewise exponential model, on one or several time scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tkk_cli.designs import Design
from tkk_cli.estimators.splitting import ScaleSplit, split_scales
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.fits import Fit
from tkk_cli.models.glm import Cells, unique_rows
from tkk_cli.models.piecewise import Factor, People, baseline_of, fit_cells, intervals
from tkk_cli.models.sandwich import copies_of

__all__ = ["TIME", "Bands", "Pieces", "people_of", "pieces", "poisson"]

TIME = "time"


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """A time scale: its value at time 0, its limits, and the names of its bands.

    Attributes
    ----------
    origin : (n,) float64
        In the unit of the history.
    cuts : (J,) float64
        Increasing, in the unit of the history.
    levels : tuple of J + 1 str
    """

    origin: Float
    cuts: Float
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Follow-up split on time since the start (``TIME``) and on other scales.

    Attributes
    ----------
    whole : EventHistory
        The n rows that were split.
    split : ScaleSplit
        m pieces.
    cuts : (J,) float64
        Of ``TIME``.
    levels : mapping of scale to its names of bands
    length : (m,) float64
        Person-time, without weights.
    """

    whole: EventHistory
    split: ScaleSplit
    cuts: Float
    levels: Mapping[str, tuple[str, ...]]
    length: Float

    def __len__(self) -> int:
        return len(self.length)


def pieces(history: EventHistory, cuts: Sequence[float] | Float, scales: Mapping[str, Bands] | None = None) -> Pieces:
    """Split follow-up for ``poisson``.

    Parameters
    ----------
    history : EventHistory
        n rows.
    cuts : (J,) increasing
        Times at which the baseline rate may change; empty = a constant rate.
    scales : mapping of name to Bands, optional
        Other time scales; ``TIME`` is taken.

    Returns
    -------
    Pieces
    """
    scales = scales or {}
    start = np.zeros(len(history))
    cuts = np.asarray(cuts, dtype=np.float64)
    parts = split_scales(
        history, {TIME: (start, cuts)} | {name: (bands.origin, bands.cuts) for name, bands in scales.items()}
    )
    entry = parts.history.entry
    length = parts.history.exit if entry is None else parts.history.exit - entry
    levels = {TIME: intervals(cuts)} | {name: bands.levels for name, bands in scales.items()}
    return Pieces(history, parts, cuts, levels, length)


def poisson(
    pieces: Pieces,
    design: Design,
    cause: int = 0,
    *,
    factors: Sequence[str] = (TIME,),
    reference_rate: Float | None = None,
    offset: Float | None = None,
    robust: bool = False,
    strata: Sequence[str] = (),
) -> tuple[Fit, Design]:
    """Ratios of rates, the rate being constant within pieces of follow-up.

    The rate of person i in piece j is ``exp(a_j + x_i b)`` on the risk set ``(entry, exit]``, so that the likelihood
    is that of events ~ Poisson(person-time times rate); exact for the piecewise exponential model. With a reference
    rate it is ``reference rate * exp(a_j + x_i b)``: ratios to it, exp(intercept) being the standardised ratio (SMR)
    of those with covariates 0. Several causes: one fit a cause, the others end follow-up.

    Parameters
    ----------
    pieces : Pieces
        Of n rows.
    design : Design
        n rows.
    cause : int
        Position in ``history.causes``.
    factors : sequence of str
        Scales of ``pieces`` with a ratio for each of their bands; within each stratum for ``TIME``.
    reference_rate : (m,) float64 or None
        Rate of each piece per unit of time, > 0.
    offset : (n,) float64 or None
        Added to the log rate.
    robust : bool
        Variance from scores summed over clusters, or over rows without them; no small-sample factor.
    strata : sequence of str
        Names of the strata, each of which has a baseline of its own.

    Returns
    -------
    (Fit, Design)
        ``measure`` is ``rate_ratio``; see ``piecewise.fit_cells`` for the columns. The log-likelihood is that of the
        rates, ``sum(events log(rate)) - sum(rate person-time)``, which does not depend on how follow-up was split:
        R's ``glm`` adds ``sum(log(person-time))`` over the pieces with an event.

    Notes
    -----
    O(m p) a step; pieces with the same columns are summed first, which changes nothing. Case and probability weights
    multiply events and person-time. Holford (1980), Biometrics 36, 299-305; Laird & Olivier (1981), JASA 76, 231-240.
    ``tests/models/test_poisson.py`` and ``test_reference_rates.py`` check it against R's ``glm`` and statsmodels.

    Examples
    --------
    >>> import numpy as np
    >>> people = EventHistory(
    ...     np.array([4.0, 6.0, 5.0, 5.0]),
    ...     np.array([1, 0, 1, 1]),
    ...     ("return",),
    ...     np.zeros(4, dtype=np.int64),
    ...     ("all",),
    ... )
    >>> from tkk_cli.designs import Term
    >>> x = Design(np.array([[0.0], [0.0], [1.0], [1.0]]), ("x",), (Term("x", "number", (0,), ("x",), ("",)),))
    >>> fit, _ = poisson(pieces(people, []), x)  # rates 1 / 10 and 2 / 10
    >>> float(np.exp(fit.coefficient[0]).round(6))
    2.0
    """
    parts = pieces.split
    history, row = parts.history, parts.row
    event = (history.cause == cause + 1).astype(np.float64)
    exposure = pieces.length.copy()
    log_factor = np.zeros(len(row))
    if offset is not None:
        log_factor += offset[row]
    if reference_rate is not None:
        log_factor += np.log(reference_rate)
    exposure *= np.exp(log_factor)
    if history.weight is not None:
        event *= history.weight
        exposure *= history.weight
    chosen = [Factor(name, pieces.levels[name], parts.piece[name], name == TIME) for name in factors]
    baseline = baseline_of(event, chosen, history.stratum, strata)
    covariates, person = unique_rows(design.matrix)
    cells = Cells(baseline.matrix, covariates, baseline.at, person[row], event[None], exposure, np.zeros(len(row)))
    return fit_cells(
        cells,
        "poisson",
        baseline,
        design,
        measure="rate_ratio",
        n=copies_of(pieces.whole),
        people=people_of(pieces.whole, row) if robust else None,
        constant=float(event @ log_factor),
    )[0]


def people_of(history: EventHistory, row: Int) -> People:
    """The clusters of rows that were split, or the rows that they come from with their copies."""
    if history.cluster is not None:
        return People(history.cluster[row], int(history.cluster.max()) + 1)
    return People(row, len(history), history.weight if history.weight_kind == "frequency" else None)
