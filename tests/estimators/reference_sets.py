"""The stored sets of ``tests/reference``: their records, and the data preparation of each ``reference.R``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tkk_cli.histories import EventHistory, merge_near_ties

FOLDER = Path(__file__).parents[1] / "reference"
SETS = sorted(path.parent.name for path in FOLDER.glob("*/reference.json"))
DAYS_IN_YEAR = 365.25
DAYS_IN_MONTH = 30.4375

Frames = dict[str, pd.DataFrame]


class Record(NamedTuple):
    """One row of a ``reference.json``."""

    set: str
    id: str
    family: str
    call: str
    value: Any

    def __str__(self) -> str:
        return f"{self.set}-{self.id}"


@cache
def records() -> tuple[Record, ...]:
    """Every record of every set."""
    found = []
    for name in SETS:
        stored = json.loads((FOLDER / name / "reference.json").read_text(encoding="utf-8"))
        found += [Record(name, r["id"], r["family"], r["call"], r["value"]) for r in stored["results"]]
    return tuple(found)


_OTHER_STATES = "people move on from the first event: no competing-risk curve holds it"

# Records of the families of curves and tests that no test claims, each with its reason.
NOT_CLAIMED: dict[tuple[str, str], str] = {
    ("rotterdam", "km_matched_rmst_diff"): "the matched pairs are MatchIt's and are not stored",
    **{
        ("mgus2", id): _OTHER_STATES
        for id in ("illness_death_all", "illness_death_F", "illness_death_M", "transitions", "etm", "etm_s60")
    },
    **{
        ("mvad", id): _OTHER_STATES
        for id in (
            "aj_states",
            "aj_states_weighted",
            "aj_states_gcse5eq_yes",
            "aj_states_gcse5eq_no",
            "transition_table",
            "pseudo_months_employed",
        )
    },
    ("rotterdam", "aj_illness_death"): _OTHER_STATES,
}


def of_families(*families: str) -> list[Record]:
    """The records of some families that a test can claim."""
    return [r for r in records() if r.family in families and (r.set, r.id) not in NOT_CLAIMED]


def the_record(set: str, id: str) -> Record:
    """One record."""
    return next(record for record in records() if (record.set, record.id) == (set, id))


def table(set: str, file: str = "data.csv") -> pd.DataFrame:
    """A stored file, its decimals read exactly."""
    return pd.read_csv(FOLDER / set / file, low_memory=False)


# Data preparation: set -> the frames of its reference.R --------------------------------------------------------------


def _bcdeter() -> Frames:
    d = table("bcdeter")
    d["mid"] = np.where(d.upper.isna(), d.lower, (d.lower + d.upper) / 2)
    d["ev"] = d.upper.notna().astype(int)
    return {"": d}


def _cav() -> Frames:
    d = table("cav")
    person = d.groupby("PTNUM", as_index=False).agg(t=("years", "max"), worst=("state", "max"), sex=("sex", "first"))
    person["dead"] = (person.worst == 4).astype(int)
    return {"": person}


def _cgd() -> Frames:
    d = table("cgd")
    placebo = d.treat == "placebo"
    return {"": d[d.enum == 1], "mcf_all": d, "mcf_placebo": d[placebo], "mcf_rIFN": d[~placebo]}


def _channing() -> Frames:
    d = table("channing")
    followed = d[d.age > d.ageentry]
    frames = {"": followed, "km_time_on_study": d[d.time > 0]}
    for years in (68, 80):
        alive = followed[followed.age > 12 * years]
        frames[f"km_conditional_{years}"] = alive.assign(e=np.maximum(alive.ageentry, 12 * years))
    return frames


def _dmlate() -> Frames:
    d = table("dmlate")
    d["dead"] = d.dodth.notna().astype(int)
    d["fu"], d["age"], d["agex"] = d.dox - d.dodm, d.dodm - d.dobth, d.dox - d.dobth
    followed = d[d.fu > 0]
    insulin = np.maximum(followed.doins - followed.dodm, 0)
    first = insulin <= followed.fu
    either = followed.assign(
        etime=np.where(first, insulin, followed.fu), ev=np.where(first, 1, np.where(followed.dead == 1, 2, 0))
    )
    return {"": followed, "km_age_scale": followed[followed.age > 40], "aj_insulin_death": either[either.etime > 0]}


def _injury() -> Frames:
    d = table("injury")
    kentucky = d[d.ky == 1]
    high = kentucky[kentucky.highearn == 1]
    four = kentucky.assign(
        **{"interaction(afchnge, highearn)": kentucky.afchnge.astype(str) + "." + kentucky.highearn.astype(str)}
    )
    return {
        "": high,
        "km_ky_all": kentucky,
        "km_ky_groups": kentucky,
        "lr_ky_four_groups": four,
        "wlr_ky_high_strat": high[high.indust.notna()],
    }


def _lung() -> Frames:
    d = table("lung")
    d["dead"] = d.status - 1
    d["w2"] = d.age / d.age.mean()
    return {"": d, "wlr_sex_strat": d[d.inst.notna()], "km_cluster_inst": d[d.inst.notna()]}


def _mgus2() -> Frames:
    d = table("mgus2")
    progressed = d.pstat == 1
    d["etime"] = np.where(progressed, d.ptime, d.futime)
    d["ev"] = np.where(progressed, 1, 2 * d.death)
    d["ageg"] = _cut(d.age, [0, 60, 70, 80, 120], ["<=60", "61-70", "71-80", ">80"])
    d["a0"], d["a1"], d["b1"] = d.age, d.age + d.futime / 12, d.age + d.etime / 12
    return {
        "": d,
        "aj_sexF": d[d.sex == "F"],
        "aj_sexM": d[d.sex == "M"],
        "km_age_scale": d[d.a1 > d.a0],
        "aj_age_scale": d[d.b1 > d.a0],
    }


def _mvad() -> Frames:
    spells = table("mvad", "spells.csv")
    person = spells.groupby("id", as_index=False).first()
    person["gcse"], person["male"] = (person.gcse5eq == "yes").astype(int), (person.male == "yes").astype(int)
    job = spells[spells.state == "employment"]
    stable = job[job.stop - job.start >= 6]
    for time, event, found in (("t", "ev", job), ("t6", "ev6", stable)):
        start = person.id.map(found.groupby("id").start.min())
        person[time], person[event] = start.fillna(72), start.notna().astype(int)
    training = spells[spells.state == "training"]
    causes = {"employment": 1, "joblessness": 2}
    training = training.assign(
        len=training.stop - training.start,
        ev=[0 if pd.isna(to) else causes.get(to, 3) for to in training.next_state],
        m=(training.male == "yes").astype(int),
    )
    return {
        "": person[person.t > 0],
        "km_stable_job": person[person.t6 > 0],
        "aj_training_exit": training,
        "gray_training_male": training,
        "mcf_joblessness": spells.assign(je=(spells.next_state == "joblessness").astype(int)),
    }


def _rossi() -> Frames:
    d = table("rossi")
    d["w"] = np.where(d.prio > 3, 2, np.where(d.age < 22, 0.5, 1))
    return {"": d}


def _rotterdam() -> Frames:
    d = table("rotterdam")
    d["rfs"] = np.where(d.recur == 1, 1, d.death)
    d["yr"] = np.where(d.recur == 1, d.rtime, d.dtime) / DAYS_IN_YEAR
    return {"": d}


def _sire() -> Frames:
    d = table("sire")
    days = (pd.to_datetime(d.ex_date) - pd.to_datetime(d.dg_date)).dt.days
    d["yrs"] = days / DAYS_IN_YEAR
    d["dead"], d["ev"] = (d.status > 0).astype(int), d.status
    d["agegr"] = _cut(d.dg_age, [0, 55, 65, 75, 200], ["0-54", "55-64", "65-74", "75+"], right=False)
    d["era"] = (pd.to_datetime(d.dg_date) >= "2003-01-01").astype(int)
    before = (pd.Timestamp("2008-01-01") - pd.to_datetime(d.dg_date)).dt.days
    d["en"] = np.maximum(0, before) / DAYS_IN_YEAR
    k = d[days > 0]
    return {"": k, "km_period": k[(k.yrs > k.en) & (k.en < 20)]}


def _unempdur() -> Frames:
    d = table("unempdur")
    d["ui"] = (d.ui == "yes").astype(int)
    d["any"], d["ft"], d["ev"] = (d.cause > 0).astype(int), (d.cause == 1).astype(int), d.cause
    d["age35"] = (d.age >= 35).astype(int)
    d["ageg"] = _cut(d.age, [0, 25, 30, 35, 40, 50, 70], ["<=25", "26-30", "31-35", "36-40", "41-50", ">50"])
    return {"": d, "aj_ui0": d[d.ui == 0], "aj_ui1": d[d.ui == 1]}


def _veteran() -> Frames:
    return {"": table("veteran")}


def _cut(values: pd.Series, edges: list[float], labels: list[str], right: bool = True) -> pd.Series:
    return pd.cut(values, edges, labels=labels, right=right).astype(str)


PREPARE: dict[str, Callable[[], Frames]] = {
    "bcdeter": _bcdeter,
    "cav": _cav,
    "cgd": _cgd,
    "channing": _channing,
    "dmlate": _dmlate,
    "injury": _injury,
    "lung": _lung,
    "mgus2": _mgus2,
    "mvad": _mvad,
    "rossi": _rossi,
    "rotterdam": _rotterdam,
    "sire": _sire,
    "unempdur": _unempdur,
    "veteran": _veteran,
}


@cache
def frames(set: str) -> Frames:
    """The frames of a set; the key is the start of the ids that use it, ``""`` for the others."""
    return PREPARE[set]()


def frame(record: Record) -> pd.DataFrame:
    """The rows that a record was computed from."""
    found = frames(record.set)
    return found[max((start for start in found if record.id.startswith(start)), key=len)]


# From a frame to a history -------------------------------------------------------------------------------------------


def history(
    d: pd.DataFrame,
    exit: str,
    event: str,
    *,
    entry: str | None = None,
    group: list[str] | None = None,
    strata: list[str] | None = None,
    weight: str | None = None,
    weight_kind: str = "case",
    cluster: str | None = None,
    causes: int = 1,
) -> EventHistory:
    """Rows with missing values dropped and near-ties merged, as ``survfit`` does; groups named as R names them."""
    group, strata = group or [], strata or []
    used = [exit, event, *group, *strata, *(name for name in (entry, weight, cluster) if name)]
    d = d.dropna(subset=used)
    starts = None if entry is None else d[entry].to_numpy(dtype=np.float64)
    exits, starts, _ = merge_near_ties(d[exit].to_numpy(dtype=np.float64), starts)
    code, names = _coded(d, group)
    return EventHistory(
        exit=exits,
        cause=d[event].to_numpy(dtype=np.int64),
        causes=tuple(str(k) for k in range(1, causes + 1)),
        group=code,
        groups=names,
        entry=starts,
        weight=None if weight is None else d[weight].to_numpy(dtype=np.float64),
        weight_kind=None if weight is None else weight_kind,
        cluster=None if cluster is None else _coded(d, [cluster])[0],
        stratum=_coded(d, strata)[0] if strata else None,
    )


def _coded(d: pd.DataFrame, columns: list[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    if not columns:
        return np.zeros(len(d), dtype=np.int64), ("all",)
    named = [[f"{column}={_level(value)}" for value in d[column]] for column in columns]
    code, names = pd.factorize(pd.Series([", ".join(parts) for parts in zip(*named, strict=True)]), sort=True)
    return code.astype(np.int64), tuple(names)


def _level(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


FORMULA = re.compile(r"Surv\(([^)]*)\) ~ (.*)")


def from_call(record: Record, **options: Any) -> EventHistory:
    """The history that a record's ``survfit`` or ``survdiff`` call describes."""
    call = record.call.split("; summary")[0].removesuffix(")").split("(", 1)[1]
    call = re.sub(r", (rho|robust)=[\w.]+", "", call)
    call, _, weight = call.partition(", weights=")
    found = FORMULA.fullmatch(call)
    assert found, record.call
    *times, event = found[1].split(", ")
    strata = re.search(r" \+ strata\(([^)]*)\)", found[2])
    right = found[2].replace(strata[0], "") if strata else found[2]
    group = [] if right == "1" else [right] if right.startswith("interaction") else right.split(" + ")
    return history(
        frame(record),
        times[-1],
        event,
        entry=times[0] if len(times) == 2 else None,
        group=group,
        strata=strata[1].split(", ") if strata else None,
        weight=weight or None,
        **options,
    )
