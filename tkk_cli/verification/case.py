"""What an independent way is given: the rows of one fit as plain arrays, and how they are to be fitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tkk_cli.histories import EventHistory, Float, Int

__all__ = ["Case", "Numbers", "Way", "expanded"]

# quantity (coefficient, std_error, log_likelihood, estimate) -> values; what a way cannot give is absent
Numbers = dict[str, Float]


@dataclass(frozen=True)
class Case:
    """One fit, or one curve when there is no covariate.

    Attributes
    ----------
    method : str
        ``cox``, ``fine_gray``, ``weibull``, ``kaplan_meier``, ``aalen_johansen``...
    history : EventHistory
        Without groups that matter.
    cause : int
        0..K-1.
    matrix : (n, p) float64
        Covariates; p = 0 for a curve.
    robust : bool
        Whether the standard errors are robust ones.
    offset : (n,) float64
    settings : mapping
        Options that change numbers: ``ties``, ``penalty``, ``convention``, ``distribution``...
    times : (m,) float64
        Where a curve is compared.
    extra : mapping of str to (n,) float64
        ``lower`` and ``upper`` of interval-censored times, ``censoring_group``, time scales (``scale:age``).
    """

    method: str
    history: EventHistory
    cause: int
    matrix: Float
    robust: bool
    offset: Float
    settings: Mapping[str, Any] = field(default_factory=dict)
    times: Float = field(default_factory=lambda: np.zeros(0))
    extra: Mapping[str, Float] = field(default_factory=dict)

    @property
    def event(self) -> Int:
        """(n,) int64: 1 where the cause happened."""
        found: Int = (self.history.cause == self.cause + 1).astype(np.int64)
        return found

    @property
    def entry(self) -> Float:
        """(n,) float64: entry; before every time for those followed from the start."""
        return np.full(len(self.history), -1.0) if self.history.entry is None else self.history.entry

    @property
    def stratum(self) -> Int:
        """(n,) int64."""
        own = self.history.stratum
        found: Int = np.zeros(len(self.history), dtype=np.int64) if own is None else own
        return found


# A way gives its numbers, or says in a key of the report why it has none.
Way = Callable[[Case], Numbers | str]


def expanded(case: Case) -> Case:
    """The case with each row as often as its frequency weight says, and no weights."""
    from dataclasses import replace

    history = case.history
    if history.weight is None or history.weight_kind != "frequency":
        return case
    rows = np.repeat(np.arange(len(history)), np.rint(history.weight).astype(np.int64))
    copies = replace(history.take(rows), weight=None, weight_kind=None)
    extra = {name: values[rows] for name, values in case.extra.items()}
    return replace(case, history=copies, matrix=case.matrix[rows], offset=case.offset[rows], extra=extra)
