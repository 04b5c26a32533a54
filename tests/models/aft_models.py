"""The parametric models of ``tests/reference``, as histories and designs: what each ``reference.R`` fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from reference_sets import Record, frames, table

from tkk_cli.designs import Design, Term
from tkk_cli.histories import EventHistory

__all__ = ["AftModel", "aft_model", "cav_first", "people", "plain_design"]

ROSSI = {"fin1": ("fin", "yes"), "race1": ("race", "black"), "wexp1": ("wexp", "yes"), "mar1": ("mar", "married")}
ROSSI["paro1"] = ("paro", "yes")
CELLS = ("smallcell", "adeno", "large")

# start of the id -> exit, event and covariates; for intervals lower, upper and covariates
MODELS: dict[tuple[str, str], tuple[str, str, list[str]]] = {
    ("bcdeter", "aft_chemo"): ("lower", "upper", ["chemo"]),
    ("bcdeter", "aft_nocov"): ("lower", "upper", []),
    ("cav", "aft_first_cav"): ("lower", "upper", ["sex", "dage"]),
    ("channing", "aft_time_on_study"): ("time", "death", ["male", "ageentry"]),
    ("injury", "aft_ky_did"): ("durat", "event", ["afchnge", "highearn", "both"]),
    ("lung", "aft"): ("time", "dead", ["age", "sex", "ph.ecog"]),
    ("lung", "aft_nocov"): ("time", "dead", []),
    ("rossi", "aft"): ("week", "arrest", ["fin1", "age", "race1", "wexp1", "mar1", "paro1", "prio"]),
    ("unempdur", "aft_any"): ("spell", "any", ["ui", "reprate", "age", "logwage", "tenure"]),
    ("veteran", "aft"): (
        "time",
        "status",
        ["trt", *(f"cell_{cell}" for cell in CELLS), "karno", "diagtime", "age", "prior"],
    ),
}


@dataclass(frozen=True)
class AftModel:
    """A stored model, ready to be fitted; ``columns`` of ``rows(newdata)`` are those of the design."""

    history: EventHistory
    design: Design
    lower: np.ndarray | None
    upper: np.ndarray | None
    distribution: str
    covariates: list[str]

    def rows(self, newdata: dict[str, list[object]]) -> np.ndarray:
        """The design of R's ``newdata``."""
        return derived(pd.DataFrame(newdata))[self.covariates].to_numpy(dtype=np.float64)


def plain_design(d: pd.DataFrame, covariates: list[str]) -> Design:
    """Numbers as they are."""
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(covariates))
    return Design(np.ascontiguousarray(d[covariates].to_numpy(dtype=np.float64)), tuple(covariates), terms)


def people(exit: np.ndarray, event: np.ndarray, **more: object) -> EventHistory:
    """A history of one cause and one group."""
    n = len(exit)
    return EventHistory(
        np.asarray(exit, dtype=np.float64),
        np.asarray(event, dtype=np.int64),
        ("event",),
        np.zeros(n, dtype=np.int64),
        ("all",),
        **more,  # type: ignore[arg-type]
    )


def derived(d: pd.DataFrame) -> pd.DataFrame:
    """The columns that the ``reference.R`` files derive, where their source is there."""
    made = {name: (d[column] == value).astype(int) for name, (column, value) in ROSSI.items() if column in d}
    if "celltype" in d:
        made |= {f"cell_{cell}": (d.celltype == cell).astype(int) for cell in CELLS}
    if "highearn" in d:
        made["both"] = d.afchnge * d.highearn
    if "gender" in d:
        made["male"] = (d.gender == 1).astype(int)
    if "treat" in d:
        made["chemo"] = (d.treat == 2).astype(int)
    return d.assign(**made)


def cav_first() -> pd.DataFrame:
    """Time to the first observed vasculopathy: in (lower, upper], upper infinite when never observed."""
    rows = []
    for _, person in table("cav").groupby("PTNUM", sort=True):
        years, state = person.years.to_numpy(), person.state.to_numpy()
        seen = np.flatnonzero((state == 2) | (state == 3))
        if len(seen):
            lower, upper = years[max(0, seen[0] - 1)], years[seen[0]]
        else:
            lower, upper = years[state != 4].max(), np.inf
        rows.append((lower, upper, person.sex.iloc[0], person.dage.iloc[0]))
    return pd.DataFrame(rows, columns=["lower", "upper", "sex", "dage"])


def _frame(set: str) -> pd.DataFrame:
    if set == "cav":
        first = cav_first()
        return first[(first.lower > 0) | np.isfinite(first.upper)]
    start = {"channing": "km_time_on_study", "injury": "km_ky_all"}.get(set, "")
    d = frames(set)[start]
    return d.assign(upper=d.upper.fillna(np.inf)) if set == "bcdeter" else d


def aft_model(record: Record) -> AftModel:
    """The model of a record of the family ``parametric_aft``."""
    start, _, distribution = record.id.rpartition("_")
    first, second, covariates = MODELS[record.set, start]
    d = derived(_frame(record.set)).dropna(subset=[first, second, *covariates])
    lower = upper = None
    if first == "lower":
        lower, upper = d.lower.to_numpy(dtype=np.float64), d.upper.to_numpy(dtype=np.float64)
        happened = np.isfinite(upper)
        history = people(np.where(happened, upper, lower), happened)
    else:
        history = people(d[first].to_numpy(dtype=np.float64), d[second].to_numpy())
    return AftModel(history, plain_design(d, covariates), lower, upper, distribution, covariates)
