"""Two results made by hand for the tests of ``report``: one event in two groups, three competing events in three.

The people are drawn from a seeded generator and the step functions are counted here, by loops, so that these tests
need no estimator.
"""

from __future__ import annotations

import numpy as np
import pytest

from tkk_cli.results import Note, Result, Table

GROUPS = {
    "aslak": {"": "ASLAK", "fi": "ASLAK", "sv": "ASLAK", "en": "ASLAK"},
    "tk": {
        "fi": "Työhön kytkeytyvä kuntoutus",
        "sv": "Arbetsanknuten rehabilitering",
        "en": "Work-linked rehabilitation",
    },
    "kiila": {"fi": "KIILA", "sv": "KIILA", "en": "KIILA"},
}
CAUSES = {
    "tyohonpaluu": {"fi": "Työhönpaluu", "sv": "Återgång i arbete", "en": "Return to work"},
    "elake": {"fi": "Työkyvyttömyyseläke", "sv": "Sjukpension", "en": "Disability pension"},
    "kuolema": {"fi": "Kuolema", "sv": "Död", "en": "Death"},
}
GROUP_TITLE = {"fi": "Kuntoutusmuoto", "sv": "Åtgärd", "en": "Programme"}
AT = (90.0, 180.0, 365.0)
Z = 1.959963984540054


def people(seed: int, n: int, causes: int, mean: float) -> tuple[np.ndarray, np.ndarray]:
    """Whole-day times within 730 days and what happened then (0 = censored)."""
    rng = np.random.default_rng(seed)
    time = np.minimum(np.ceil(rng.exponential(mean, n)), 730.0)
    cause = rng.choice(causes + 1, size=n, p=[0.25, *([0.75] if causes == 1 else [0.5, 0.15, 0.1])])
    return time, np.where(time >= 730.0, 0, cause)


def steps(group: str, names: list[str], time: np.ndarray, cause: np.ndarray, quantity: str) -> list[dict]:
    """Rows of ``curves`` for one group, the causes one after the other."""
    rows, survival, variance_sum = [], 1.0, 0.0
    incidence = dict.fromkeys(names, 0.0)
    per_cause: dict[str, list[dict]] = {name: [] for name in names}
    for t in np.unique(time):
        n_risk = int((time >= t).sum())
        events = {name: int(((time == t) & (cause == k)).sum()) for k, name in enumerate(names, 1)}
        d = sum(events.values())
        for name in names:
            incidence[name] += survival * events[name] / n_risk
        survival *= 1 - d / n_risk
        variance_sum += d / (n_risk * (n_risk - d)) if n_risk > d else np.nan
        for name in names:
            estimate = survival if quantity == "survival" else incidence[name]
            if quantity == "survival":
                error = survival * np.sqrt(variance_sum)
            else:
                error = np.sqrt(estimate * (1 - estimate) / len(time))
            low = estimate * np.exp(-Z * error / estimate) if estimate > 0 else np.nan
            high = min(1.0, estimate * np.exp(Z * error / estimate)) if estimate > 0 else np.nan
            per_cause[name].append(
                {
                    "group": group,
                    "cause": name,
                    "time": t,
                    "n_risk": n_risk,
                    "n_event": events[name],
                    "n_censor": int(((time == t) & (cause == 0)).sum()),
                    "estimate": estimate,
                    "std_error": error if estimate > 0 else np.nan,
                    "conf_low": low,
                    "conf_high": high,
                }
            )
    for name in names:
        rows += per_cause[name]
    return rows


def at_times(curve: list[dict]) -> list[dict]:
    """The curve at ``AT``: the last step before, with events since the time before."""
    rows = []
    for key in dict.fromkeys((row["group"], row["cause"]) for row in curve):
        own, before = [row for row in curve if (row["group"], row["cause"]) == key], 0.0
        for t in AT:
            last = [row for row in own if row["time"] <= t][-1]
            since = [row for row in own if before < row["time"] <= t]
            later = [row for row in own if row["time"] >= t]
            rows.append(
                {
                    **last,
                    "time": t,
                    "n_risk": later[0]["n_risk"] if later else 0,
                    "n_event": sum(row["n_event"] for row in since),
                    "n_censor": sum(row["n_censor"] for row in since),
                }
            )
            before = t
    return rows


def table(rows: list[dict]) -> Table:
    """Columns of plain dictionaries: texts as tuples, numbers as arrays."""
    columns: dict = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        columns[name] = tuple(values) if isinstance(values[0], str) else np.array(values)
    return Table(columns)


def build(group_names: list[str], cause_names: list[str], quantity: str, notes: tuple[Note, ...]) -> Result:
    """A whole result for the groups and causes; the reference is the first group."""
    curves: list[dict] = []
    groups: list[dict] = []
    events: list[dict] = []
    means: list[dict] = []
    for g, group in enumerate(group_names):
        time, cause = people(10 + g, 120, len(cause_names), 240.0 + 120.0 * g)
        curves += steps(group, cause_names, time, cause, quantity)
        groups.append(
            {
                "group": group,
                "n": len(time),
                "n_event": int((cause > 0).sum()),
                "n_censor": int((cause == 0).sum()),
                "person_time": float(time.sum()),
            }
        )
        for k, name in enumerate(cause_names, 1):
            count = int((cause == k).sum())
            events.append(
                {
                    "group": group,
                    "cause": name,
                    "n_event": count,
                    "weighted_event": float(count),
                    "rate": count / time.sum(),
                }
            )
            means.append(
                {
                    "group": group,
                    "cause": name,
                    "measure": "restricted_mean" if quantity == "survival" else "time_lost",
                    "horizon": 730.0,
                    "estimate": 310.25 + 20 * g - 90 * k,
                    "std_error": 14.5,
                    "conf_low": 281.8 + 20 * g - 90 * k,
                    "conf_high": 338.7 + 20 * g - 90 * k,
                }
            )
    measure = means[0]["measure"]
    contrasts = [
        {
            "group": group,
            "reference": group_names[0],
            "cause": name,
            "measure": f"{measure}_{kind}",
            "horizon": 730.0,
            "estimate": estimate,
            "std_error": error,
            "conf_low": low,
            "conf_high": high,
            "statistic": 0.98,
            "p_value": 0.327,
        }
        for name in cause_names
        for group in group_names[1:]
        for kind, estimate, error, low, high in (
            ("difference", 20.0, 20.4, -20.0, 60.0),
            ("ratio", 1.09, 0.1, 0.91, 1.31),
        )
    ]
    tests = [
        {
            "test": test,
            "cause": name,
            "alternative": "any_difference",
            "statistic": 8.914,
            "df": len(group_names) - 1,
            "p_value": 0.0004,
        }
        for name in cause_names
        for test in (("log_rank",) if quantity == "survival" else ("gray", "log_rank"))
    ]
    tables = {
        "groups": table(groups),
        "events": table(events),
        "curves": table(curves),
        "at": table(at_times(curves)),
        "restricted_mean": table(means),
        "contrasts": table(contrasts),
        "tests": table(tests),
        "observed_expected": table(
            [
                {
                    "test": "log_rank",
                    "cause": cause_names[0],
                    "group": group,
                    "n": 120.0,
                    "observed": 80.0,
                    "expected": 71.25,
                }
                for group in group_names
            ]
        ),
        "pairwise": table(
            [
                {
                    "test": tests[0]["test"],
                    "cause": cause_names[0],
                    "group": group,
                    "reference": group_names[0],
                    "statistic": 3.2,
                    "df": 1,
                    "p_value": 0.0736,
                    "p_adjusted": 0.1472,
                }
                for group in group_names[1:]
            ]
        ),
        "audit": table(
            [
                {"item": "tied_event_times", "count": 1042, "of": 2000},
                {"item": "entry_at_event_time", "count": 0, "of": 2000},
                {"item": "near_ties_merged", "count": 3, "of": 730},
                {"item": "censored_at_event_time", "count": 41, "of": 90},
            ]
        ),
        "excluded": table(
            [{"reason": "missing group", "count": 17}, {"reason": "not selected by --where", "count": 1003}]
        ),
    }
    if quantity == "survival":
        tables["quantiles"] = table(
            [
                {
                    "group": group,
                    "cause": cause_names[0],
                    "probability": probability,
                    "estimate": estimate,
                    "conf_low": low,
                    "conf_high": high,
                }
                for group in group_names
                for probability, estimate, low, high in (
                    (0.25, 64.0, 51.0, 88.0),
                    (0.5, 212.5, 170.0, 291.0),
                    (0.75, 540.0, 402.0, np.nan),
                )
            ]
        )
    return Result(
        kind="survival",
        estimand={
            "quantity": quantity,
            "causes": cause_names,
            "unit": "day",
            "time_origin": 0.0,
            "conditional_on": None,
        },
        settings={
            "method": "kaplan_meier" if quantity == "survival" else "aalen_johansen",
            "rho": 0.0,
            "gamma": 0.0,
            "conf_level": 0.95,
            "conf_type": "log",
            "variance": "greenwood" if quantity == "survival" else "robust",
            "group": "ohjelma",
            "horizon": 730.0,
        },
        labels={
            "groups": {name: GROUPS[name] for name in group_names},
            "causes": {name: CAUSES[name] for name in cause_names},
            "group_title": GROUP_TITLE,
        },
        tables=tables,
        notes=notes,
        provenance={
            "tkk": "0.1.0",
            "method": "Kaplan-Meier" if quantity == "survival" else "Aalen-Johansen",
            "input": {"name": "kuntoutus.csv", "sha256": "0123456789abcdef" * 4},
            "n_read": 120 * len(group_names) + 1020,
            "n_used": 120 * len(group_names),
            "versions": {"python": "3.11", "numpy": "2.0"},
        },
    )


def single_cause() -> Result:
    """Return to work alone, two groups."""
    notes = (
        Note("estimand_survival", {"cause": "tyohonpaluu"}),
        Note("horizon_default", {"horizon": 730.0}),
        Note("late_entry", {"n": 1204}),
        Note("competing_as_censored", {"codes": ["2", "3"]}, "warning", "TKK353"),
    )
    return build(["aslak", "tk"], ["tyohonpaluu"], "survival", notes)


def competing() -> Result:
    """Return to work with pension and death competing, three groups."""
    notes = (
        Note("synthetic"),
        Note("estimand_incidence", {"cause": "tyohonpaluu", "others": ["elake", "kuolema"]}),
        Note("late_entry", {"n": 1204}),
        Note("holm"),
    )
    return build(["aslak", "tk", "kiila"], ["tyohonpaluu", "elake", "kuolema"], "incidence", notes)


@pytest.fixture(scope="session")
def single_cause_result() -> Result:
    return single_cause()


@pytest.fixture(scope="session")
def competing_result() -> Result:
    return competing()
