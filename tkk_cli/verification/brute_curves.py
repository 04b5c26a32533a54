"""Curves by brute force."""

from __future__ import annotations

import numpy as np

from tkk_cli.verification.brute_common import row_weights
from tkk_cli.verification.case import Case, Numbers, expanded

__all__ = ["curve"]


def curve(case: Case) -> Numbers | str:
    """Event-free probability, or Aalen-Johansen's incidence, as a product and a sum over times."""
    case = expanded(case)
    exit_, cause, entry, w = case.history.exit, case.history.cause, case.entry, row_weights(case)
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
