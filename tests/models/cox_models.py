"""The Cox models of ``tests/reference``, as histories and designs: what each ``reference.R`` fits."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from reference_sets import Record, frames, history, table

from tkk_cli.designs import Design, Term
from tkk_cli.histories import EventHistory

FAMILIES = (
    "cox",
    "cox_cause_specific",
    "cox_left_truncated",
    "cox_time_varying",
    "cox_weighted",
    "recurrent_ag",
    "recurrent_pwp",
)


@dataclass(frozen=True)
class Model:
    """A stored Cox model, ready to be fitted."""

    history: EventHistory
    design: Design
    ties: str
    strata: tuple[str, ...]


def _lung(d: pd.DataFrame) -> pd.DataFrame:
    return d.assign(age2=d.age**2, w=1 + np.arange(1, len(d) + 1) % 3)


def _rossi(d: pd.DataFrame) -> pd.DataFrame:
    yes = {"fin1": ("fin", "yes"), "race1": ("race", "black"), "wexp1": ("wexp", "yes"), "mar1": ("mar", "married")}
    yes["paro1"] = ("paro", "yes")
    return d.assign(**{name: (d[column] == value).astype(int) for name, (column, value) in yes.items()})


def _veteran(d: pd.DataFrame) -> pd.DataFrame:
    return d.assign(**{f"cell_{c}": (d.celltype == c).astype(int) for c in ("smallcell", "adeno", "large")})


def _periods(d: pd.DataFrame, exit: str, event: str, cuts: tuple[float, ...]) -> pd.DataFrame:
    edges = [0.0, *cuts, np.inf]
    parts = []
    for period, (low, high) in enumerate(itertools.pairwise(edges), start=1):
        part = d[d[exit] > low]
        ends = np.minimum(part[exit], high)
        parts.append(
            part.assign(**{"t0": low, event: part[event] * (part[exit] <= high), exit: ends, "period": period})
        )
    return pd.concat(parts)


def _rossi_weeks(d: pd.DataFrame) -> pd.DataFrame:
    d = _rossi(d)
    weeks = []
    for week in range(1, 53):
        at_risk = d[d.week >= week]
        before = np.nan if week == 1 else at_risk[f"emp{week - 1}"].map({"yes": 1, "no": 0})
        weeks.append(
            at_risk.assign(
                start=week - 1,
                stop=week,
                arrest_now=(at_risk.arrest == 1) & (at_risk.week == week),
                employed=at_risk[f"emp{week}"].map({"yes": 1, "no": 0}),
                employed_lag1=before,
                id=at_risk.index,
            )
        )
    return pd.concat(weeks)


def _mgus2(d: pd.DataFrame) -> pd.DataFrame:
    male = (d.sex == "M").astype(int)
    return d.assign(sexM=male, pcm=(d.ev == 1).astype(int), die=(d.ev == 2).astype(int))


def _unempdur(d: pd.DataFrame) -> pd.DataFrame:
    causes = {f"c{k}": (d.cause == k).astype(int) for k in (1, 2, 3)}
    return d.assign(**causes, both=d.ui * d.reprate)


_ROSSI = ["fin1", "age", "race1", "wexp1", "mar1", "paro1", "prio"]
_CELLS = ["cell_smallcell", "cell_adeno", "cell_large"]
_VETERAN = ["trt", *_CELLS, "karno", "diagtime", "age", "prior"]
_UNEMPDUR = ["ui", "reprate", "age", "logwage", "tenure"]
_ROTTERDAM = ["hormon", "age", "meno", "s2", "s3", "grade", "nodes", "chemo", "lpgr", "ler", "year"]
_INJURY = ["afchnge", "highearn", "both"]

MODELS: dict[tuple[str, str], tuple[str, str, list[str], dict[str, Any]]] = {
    ("bcdeter", "cox_midpoint"): ("mid", "ev", ["chemo"], {}),
    ("bcdeter", "cox_right_endpoint"): ("ri", "ev", ["chemo"], {}),
    ("cav", "cox_death"): ("t", "dead", ["sex", "dage"], {}),
    ("cgd", "cox_first"): ("tstop", "status", ["trt"], {"frame": "first"}),
    ("cgd", "ag_efron"): (
        "tstop",
        "status",
        ["trt", "autosomal", "age", "steroids"],
        {"entry": "tstart", "cluster": "id"},
    ),
    ("cgd", "ag_breslow"): (
        "tstop",
        "status",
        ["trt", "autosomal", "age", "steroids"],
        {"entry": "tstart", "cluster": "id"},
    ),
    ("cgd", "ag_trt_only"): ("tstop", "status", ["trt"], {"entry": "tstart", "cluster": "id"}),
    ("cgd", "ag_strata_hos"): (
        "tstop",
        "status",
        ["trt", "autosomal", "steroids", "age"],
        {"entry": "tstart", "strata": ["hos.cat"]},
    ),
    ("cgd", "pwp_total"): ("tstop", "status", ["trt"], {"entry": "tstart", "strata": ["en"], "cluster": "id"}),
    ("cgd", "pwp_gap"): ("gap", "status", ["trt"], {"strata": ["en"], "cluster": "id"}),
    ("cgd", "pwp_gap_interaction"): ("gap", "status", ["t1", "t2", "t3"], {"strata": ["e3"], "cluster": "id"}),
    ("channing", "cox_gender"): ("age", "death", ["male"], {"entry": "ageentry"}),
    ("channing", "cox_gender_breslow"): ("age", "death", ["male"], {"entry": "ageentry"}),
    ("channing", "cox_entry_age"): ("time", "death", ["male", "ageentry"], {"frame": "study"}),
    ("dmlate", "cox_age_scale_insulin"): ("t1", "dead", ["ins", "sexF"], {"entry": "t0", "frame": "insulin"}),
    ("dmlate", "cox_duration_insulin"): ("f1", "dead", ["ins", "sexF", "age"], {"entry": "f0", "frame": "insulin"}),
    ("dmlate", "cox_age_scale"): ("agex", "dead", ["sexF"], {"entry": "age"}),
    ("injury", "cox_ky_did_efron"): ("durat", "event", _INJURY, {}),
    ("injury", "cox_ky_did_breslow"): ("durat", "event", _INJURY, {}),
    ("injury", "cox_ky_controls_strata_indust"): (
        "durat",
        "event",
        [*_INJURY, "male", "married", "lage", "ltotmed", "hosp"],
        {"strata": ["indust"]},
    ),
    ("injury", "cox_ky_cluster_injtype"): (
        "durat",
        "event",
        ["afchnge", "highearn", "male", "lage", "both"],
        {"cluster": "injtype"},
    ),
    ("injury", "cox_ky_robust"): ("durat", "event", ["afchnge", "highearn", "male", "lage", "both"], {}),
    ("injury", "cox_first150_exact"): ("durat", "event", ["afchnge", "highearn"], {"frame": "first150"}),
    **{
        ("lung", f"cox_age_sex_ecog{ties}"): ("time", "dead", ["age", "sex", "ph.ecog"], {})
        for ties in ("", "_breslow", "_exact")
    },
    ("lung", "cox_strata_sex"): ("time", "dead", ["age", "ph.ecog"], {"strata": ["sex"]}),
    ("lung", "cox_cluster_inst"): ("time", "dead", ["age", "sex", "wt.loss"], {"cluster": "inst"}),
    ("lung", "cox_spline_free_poly"): ("time", "dead", ["sex", "age", "age2", "ph.karno", "wt.loss", "meal.cal"], {}),
    ("lung", "cox_integer_weights"): ("time", "dead", ["age", "sex"], {"weight": "w"}),
    ("lung", "cox_weights_robust"): ("time", "dead", ["sex", "ph.karno"], {"weight": "w2"}),
    ("lung", "cox_survsplit"): ("time", "dead", ["age", "sex_l", "sex_m", "sex_h"], {"frame": "split", "entry": "t0"}),
    ("lung", "cox_age_sex_wtloss"): ("time", "dead", ["age", "sex", "wt.loss"], {}),
    ("lung", "cox_strata_inst"): ("time", "dead", ["age", "sex", "wt.loss"], {"strata": ["inst"]}),
    ("mgus2", "cox_cs_pcm"): ("etime", "pcm", ["age", "sexM", "mspike"], {}),
    ("mgus2", "cox_cs_death"): ("etime", "die", ["age", "sexM", "mspike"], {}),
    ("mgus2", "cox_age_scale"): ("a1", "death", ["sexM", "mspike"], {"entry": "a0", "frame": "age"}),
    ("mgus2", "cox_tv_pcm_death"): (
        "t1",
        "dead",
        ["age", "sexM", "pcm_now"],
        {"entry": "t0", "frame": "states"},
    ),
    ("mvad", "cox_training_employment_cluster"): (
        "len",
        "left",
        ["m", "gcse"],
        {"cluster": "id", "frame": "training"},
    ),
    ("mvad", "ag_joblessness"): (
        "stop",
        "je",
        ["m", "gcse", "fathers"],
        {"entry": "start", "cluster": "id", "frame": "spells"},
    ),
    ("mvad", "cox_first_job"): ("t", "ev", ["male", "gcse", "funemp", "Grammar"], {}),
    ("mvad", "cox_first_job_weighted"): ("t", "ev", ["male", "gcse", "funemp", "Grammar"], {"weight": "weight"}),
    **{("rossi", f"cox_{ties}"): ("week", "arrest", _ROSSI, {}) for ties in ("efron", "breslow", "exact")},
    ("rossi", "cox_fin_age_prio"): ("week", "arrest", ["fin1", "age", "prio"], {}),
    ("rossi", "cox_strata_wexp"): ("week", "arrest", ["fin1", "age", "prio"], {"strata": ["wexp"]}),
    ("rossi", "cox_tv_employed"): ("stop", "arrest_now", [*_ROSSI, "employed"], {"entry": "start", "frame": "weeks"}),
    ("rossi", "cox_tv_employed_lag1"): (
        "stop",
        "arrest_now",
        [*_ROSSI, "employed_lag1"],
        {"entry": "start", "frame": "weeks"},
    ),
    ("rossi", "cox_tv_cluster"): (
        "stop",
        "arrest_now",
        ["fin1", "age", "prio", "employed"],
        {"entry": "start", "frame": "weeks", "cluster": "id"},
    ),
    ("rossi", "cox_case_weights_robust"): ("week", "arrest", ["fin1", "age", "prio"], {"weight": "w"}),
    ("rotterdam", "cox_adjusted"): ("yr", "rfs", _ROTTERDAM, {}),
    ("sire", "cox_cs1"): ("yrs", "c1", ["era", "dg_age"], {}),
    ("sire", "cox_cs2"): ("yrs", "c2", ["era", "dg_age"], {}),
    **{
        ("unempdur", f"cox_cs{k}_{ties}"): ("spell", f"c{k}", _UNEMPDUR, {})
        for k in (1, 2)
        for ties in ("efron", "breslow")
    },
    ("unempdur", "cox_any_strata_age"): (
        "spell",
        "any",
        ["ui", "reprate", "both", "logwage", "tenure"],
        {"strata": ["ageg"]},
    ),
    **{("veteran", f"cox_full_{ties}"): ("time", "status", _VETERAN, {}) for ties in ("efron", "breslow", "exact")},
    ("veteran", "cox_strata_celltype"): ("time", "status", ["trt", "karno"], {"strata": ["celltype"]}),
    ("veteran", "cox_trt_prior_karno"): ("time", "status", ["trt", "prior", "karno"], {}),
    ("veteran", "cox_karno_by_period"): (
        "time",
        "status",
        ["trt", "prior", "k1", "k2", "k3"],
        {"frame": "split", "entry": "t0"},
    ),
    ("veteran", "cox_karno_by_period_strata"): (
        "time",
        "status",
        ["trt", "prior", "k1", "k2", "k3"],
        {"frame": "split", "entry": "t0", "strata": ["period"]},
    ),
}


def _mgus2_states(d: pd.DataFrame) -> pd.DataFrame:
    """Two rows for those who progress, 0.1 month before death where the months are the same."""
    ill = d[d.pstat == 1]
    when = np.where(ill.ptime >= ill.futime, ill.futime - 0.1, ill.ptime)
    first = d.assign(t0=0.0, t1=d.futime.astype(float), dead=d.death, pcm_now=0)
    first.loc[ill.index, "t1"] = when
    first.loc[ill.index, "dead"] = 0
    second = ill.assign(t0=when, t1=ill.futime.astype(float), dead=ill.death, pcm_now=1)
    return pd.concat([first, second])


def _dmlate_insulin(d: pd.DataFrame) -> pd.DataFrame:
    """Cut at the first insulin: the rows of Epi's ``cutLexis``."""
    start = d.doins - d.dodm
    later = start.notna() & (start > 0) & (start < d.fu)
    stop = np.where(later, start, d.fu)
    first = d.assign(f0=0.0, f1=stop, ins=(start <= 0).astype(int), dead=np.where(later, 0, d.dead))
    second = d[later].assign(f0=start[later], ins=1)
    second = second.assign(f1=second.f0 + (second.dox - second.doins))
    rows = pd.concat([first, second])
    return rows.assign(t0=rows.age + rows.f0, t1=rows.age + rows.f0 + (rows.f1 - rows.f0))


def _mvad(name: str) -> pd.DataFrame:
    d = frames("mvad")[{"training": "aj_training_exit", "spells": "mcf_joblessness"}[name]]
    yes = {"m": d.male, "gcse": d.gcse5eq, "fathers": d.funemp}
    d = d.assign(**{column: values.isin(["yes", 1]).astype(int) for column, values in yes.items()})
    return d.assign(left=(d.ev == 1).astype(int)) if name == "training" else d


def rows_of(set: str, name: str = "") -> pd.DataFrame:
    """The rows of a model, with the columns that its ``reference.R`` derives."""
    d = frames(set)[""]
    if set == "bcdeter":
        return d.assign(chemo=(d.treat == 2).astype(int), ri=d.upper.fillna(d.lower))
    if set == "cav":
        first = table("cav").groupby("PTNUM").dage.first()
        return d.assign(dage=d.PTNUM.map(first))
    if set == "cgd":
        d = d if name == "first" else frames(set)["mcf_all"]
        third = np.minimum(d.enum, 3)
        trt = (d.treat == "rIFN-g").astype(int)
        return d.assign(
            trt=trt,
            autosomal=(d.inherit == "autosomal").astype(int),
            gap=d.tstop - d.tstart,
            en=np.minimum(d.enum, 4),
            e3=third,
            **{f"t{k}": trt * (third == k) for k in (1, 2, 3)},
        )
    if set == "channing":
        d = frames(set)["km_time_on_study"] if name == "study" else d
        return d.assign(male=(d.gender == 1).astype(int))
    if set == "dmlate":
        d = _dmlate_insulin(d) if name == "insulin" else d
        return d.assign(sexF=(d.sex == "F").astype(int))
    if set == "injury":
        d = frames(set)["km_ky_all"]
        d = d.assign(both=d.afchnge * d.highearn)
        return d.iloc[:150] if name == "first150" else d
    if set == "lung":
        d = _lung(d)
        if name == "split":
            d = _periods(d, "time", "dead", (180, 365))
            d = d.assign(**{f"sex_{p}": (d.sex == 2) * (d.period == k) for k, p in enumerate("lmh", start=1)})
        return d
    if set == "mgus2":
        d = {"": d, "age": frames(set)["km_age_scale"], "states": _mgus2_states(d)}[name]
        return _mgus2(d)
    if set == "mvad" and name:
        return _mvad(name)
    if set == "mvad":
        return d.assign(**{c: (d[c] == "yes").astype(int) for c in ("funemp", "Grammar")})
    if set == "rossi":
        return _rossi_weeks(d) if name == "weeks" else _rossi(d)
    if set == "rotterdam":
        sizes = {"s2": (d["size"] == "20-50").astype(int), "s3": (d["size"] == ">50").astype(int)}
        return d.assign(**sizes, lpgr=np.log1p(d.pgr), ler=np.log1p(d.er))
    if set == "sire":
        return d.assign(c1=(d.status == 1).astype(int), c2=(d.status == 2).astype(int))
    if set == "unempdur":
        return _unempdur(d)
    if set == "veteran":
        d = _veteran(d)
        if name == "split":
            d = _periods(d, "time", "status", (90, 180))
            d = d.assign(**{f"k{k}": d.karno * (d.period == k) for k in (1, 2, 3)})
        return d
    return d


def model(record: Record) -> Model:
    """The rows and the design of a stored model."""
    exit, event, columns, more = MODELS[record.set, record.id]
    d = rows_of(record.set, more.get("frame", ""))
    used = [*columns, *(more[k] for k in ("entry", "weight", "cluster") if k in more), *more.get("strata", [])]
    d = d.dropna(subset=used)
    options = {k: v for k, v in more.items() if k != "frame"}
    people = history(d, exit, event, **options)
    names = tuple(history(d, exit, event, group=more["strata"]).groups) if "strata" in more else ()
    return Model(people, design(d[columns]), record.value["ties"], names)


def design(d: pd.DataFrame) -> Design:
    """Numbers, one term a column."""
    matrix = np.ascontiguousarray(d.to_numpy(dtype=np.float64))
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(d.columns))
    return Design(matrix, tuple(d.columns), terms)
