"""``tkk survival``: from a cohort to curves, tests, medians and restricted means."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from tkk_cli.data.cohort import Cohort, build_cohort
from tkk_cli.errors import TkkError
from tkk_cli.estimators.audit import audit
from tkk_cli.estimators.capabilities import allows, require
from tkk_cli.estimators.log_rank import RANK_TESTS
from tkk_cli.histories import EventHistory
from tkk_cli.options import from_keywords, listed, numbers, words
from tkk_cli.results import Note, Result
from tkk_cli.steps.assembly import count_table, fact_note, provenance
from tkk_cli.steps.comparisons import comparison_tables
from tkk_cli.steps.curves import Plan, Sample, curve_tables, samples_of
from tkk_cli.steps.options import SurvivalOptions

__all__ = ["SurvivalOptions", "analyse", "restricted", "survival"]

FEW_CLUSTERS = 30

METHOD_TITLES = {
    "kaplan_meier": "Kaplan-Meier",
    "fleming_harrington": "Fleming-Harrington",
    "aalen_johansen": "Aalen-Johansen",
}


def survival(data: Any, **options: Any) -> Result:
    """Curves, tests, quantiles and restricted means of a cohort; the twin of ``tkk survival``.

    One event: Kaplan-Meier with the risk set ``(entry, exit]``. Several: the Aalen-Johansen cumulative incidence of
    each; 1 - Kaplan-Meier is refused. Ties are exact; conventions are R's (``survfit``, ``survdiff``, ``cuminc``).

    Parameters
    ----------
    data : path, pandas.DataFrame or pyarrow.Table
        One row a person, or a piece of a person's follow-up with ``entry`` and ``cluster``.
    **options
        The names and defaults of ``SurvivalOptions``; ``at``, ``quantiles`` and ``censored`` also take lists, and
        ``events`` and ``event_date`` dictionaries.

    Returns
    -------
    Result
        Tables ``groups``, ``events``, ``curves``, ``at``, ``quantiles``, ``restricted_mean``, ``contrasts``, ``tests``
        and others (``results.TABLES``); ``to_pandas()``, ``to_json()``, ``plot()``.

    Raises
    ------
    TkkError
        With a code that ``tkk explain`` explains.

    Notes
    -----
    O(n log n) for the sort and O(n) a pass; a million rows in about a second.

    Examples
    --------
    >>> import tkk_cli as tkk
    >>> result = tkk.survival(
    ...     "sample_data/kuntoutus.csv",
    ...     time="seuranta",
    ...     event="tila",
    ...     events={"tyohonpaluu": 1, "tyokyvyttomyyselake": 2, "vanhuuselake": 3, "kuolema": 4},
    ...     group="ohjelma",
    ...     at=[180, 365],
    ... )
    >>> result.estimand["quantity"]
    'incidence'
    """
    return analyse(data, from_keywords(SurvivalOptions, options))


def analyse(data: Any, options: SurvivalOptions) -> Result:
    """``survival`` with an options object."""
    _check_numbers(options)
    cohort = build_cohort(data, options)
    history, excluded = restricted(cohort.history, options)
    plan = _plan(history, options, bool(cohort.group_labels))
    samples = samples_of(history, plan.start)
    _require_horizon(plan, samples, options)
    notes = _notes(cohort, history, plan, samples, options)
    tables, curve_notes = curve_tables(samples, plan)
    comparisons, test_notes = comparison_tables(history, samples, plan)
    tables |= comparisons
    tables["audit"] = count_table(["item", "count", "of"], audit(history, cohort.merged, plan.start))
    tables["excluded"] = count_table(["reason", "count"], cohort.excluded + excluded)
    return Result(
        kind="survival",
        estimand={
            "quantity": plan.quantity,
            "causes": list(history.causes),
            "unit": cohort.unit,
            "time_origin": options.landmark or 0.0,
            "conditional_on": options.conditional,
        },
        settings={f.name: getattr(options, f.name) for f in dataclasses.fields(options)}
        | {
            "unit": cohort.unit,
            "method": plan.method,
            "variance": plan.variance,
            "horizon": plan.horizon,
            "test": ",".join(plan.tests),
        },
        labels={"groups": cohort.group_labels, "causes": cohort.cause_labels, "group_title": cohort.group_title},
        tables=tables,
        notes=(*notes, *curve_notes, *test_notes),
        provenance=provenance(cohort, len(history), METHOD_TITLES[plan.method]),
    )


def _check_numbers(options: SurvivalOptions) -> None:
    if not 0 < options.conf_level < 1:
        raise TkkError("TKK304", "--conf-level lies between 0 and 1", hint="for example --conf-level 0.95")
    for name in ("rho", "gamma"):
        if not getattr(options, name) >= 0:
            raise TkkError("TKK304", f"--{name} is at least 0")
    if options.conditional is not None and options.landmark is not None:
        raise TkkError("TKK304", "give --conditional or --landmark, not both")
    for name in ("conditional", "landmark"):
        value = getattr(options, name)
        if value is not None and not 0 < value < np.inf:
            raise TkkError("TKK304", f"--{name} is a time after 0")
    if any(not 0 < q < 1 for q in numbers(options.quantiles, "quantiles")):
        raise TkkError("TKK304", "--quantiles lie between 0 and 1", hint="for example --quantiles 0.25,0.5,0.75")
    first = options.conditional or 0.0
    if any(not first <= t < np.inf for t in numbers(options.at, "at")):
        raise TkkError("TKK304", f"--at takes times from {first:g} on", hint="for example --at 90,180,365")


def restricted(history: EventHistory, options: SurvivalOptions) -> tuple[EventHistory, list[tuple[str, int]]]:
    """The history given that nothing has happened by a time, and who left for it."""
    if options.conditional is None and options.landmark is None:
        return history, []
    excluded = []
    if options.conditional is not None:
        time = options.conditional
        stays = history.exit > time
        excluded.append((f"follow-up ends by the condition at {time:g}", int((~stays).sum())))
        left = history.take(stays)
        if left.entry is not None:
            # Whoever was there at the time is there from the start of the curve; only later entries are late.
            late = bool((left.entry > time).any())
            left = dataclasses.replace(left, entry=np.maximum(left.entry, time) if late else None)
    else:
        assert options.landmark is not None
        time = options.landmark
        gone = history.exit <= time
        later = np.zeros(len(history), dtype=bool) if history.entry is None else ~gone & (history.entry >= time)
        excluded.append((f"follow-up ends by the landmark at {time:g}", int(gone.sum())))
        if later.any():
            excluded.append((f"entry at or after the landmark at {time:g}", int(later.sum())))
        left = dataclasses.replace(history, exit=history.exit - time, entry=None).take(~gone & ~later)
    _require_people(left, history, time)
    return left, excluded


def _require_people(kept: EventHistory, history: EventHistory, time: float) -> None:
    left = np.bincount(kept.group, minlength=len(history.groups))
    empty = [name for name, n in zip(history.groups, left, strict=True) if n == 0]
    if empty:
        raise TkkError(
            "TKK206",
            f"no one is under observation after {time:g} in the group {', '.join(empty)}",
            count=len(empty),
            hint="choose an earlier time",
        )
    if not (kept.cause > 0).any():
        raise TkkError("TKK207", f"there is no event after {time:g}", hint="choose an earlier time")


def _plan(history: EventHistory, options: SurvivalOptions, grouped: bool) -> Plan:
    """Resolve every ``auto`` and refuse what does not go together."""
    several = len(history.causes) > 1
    features = _features(history)
    method = options.method
    if method == "auto":
        method = "aalen_johansen" if several else "kaplan_meier"
    if several and method != "aalen_johansen":
        require(
            method, ["several_causes"], "leave out --method, or name one event and count the others as what they are"
        )
    weighted_rows = "cluster" in features or "case" in features
    variance = options.variance
    if variance == "auto":
        variance = "robust" if weighted_rows or method == "aalen_johansen" else "greenwood"
    if (method == "aalen_johansen") != (variance == "aalen") and variance != "robust":
        raise TkkError(
            "TKK315",
            f"--variance {variance} does not belong to --method {method}",
            hint="greenwood is for one event, aalen for several; robust is for both",
        )
    if variance != "robust":
        estimator = "greenwood" if variance == "greenwood" else "aalen_johansen_aalen"
        require(estimator, [f for f in features if f != "several_causes"], "use --variance robust")
    if history.cluster is not None:
        _require_clusters(history)
    tests, fell_back = _tests(history, options, features, grouped)
    _require_effect(options, tests, grouped)
    return Plan(
        options=options,
        method=method,
        variance=variance,
        robust=weighted_rows,
        quantity="incidence" if method == "aalen_johansen" else "survival",
        start=options.conditional or 0.0,
        horizon=_horizon(history, options),
        tests=tests,
        gray_refused=fell_back,
    )


def _require_clusters(history: EventHistory) -> None:
    """Refuse a robust variance from a single cluster: it is 0 whatever the data."""
    assert history.cluster is not None
    pairs = np.unique(np.stack([history.group, history.cluster]), axis=1)[0]
    alone = [name for name, n in zip(history.groups, np.bincount(pairs), strict=True) if n < 2]
    if alone:
        raise TkkError(
            "TKK317",
            f"the group {listed(alone)} is a single cluster",
            where="--cluster",
            count=len(alone),
            hint="a variance between clusters needs at least two in every group",
        )


def _require_effect(options: SurvivalOptions, tests: tuple[str, ...], grouped: bool) -> None:
    """Refuse an option that would change nothing."""
    takers = {"rho": {"fleming_harrington", "gray"}, "gamma": {"fleming_harrington"}}
    for name, able in takers.items():
        if getattr(options, name) and not able & set(tests):
            hint = f"use --test {' or '.join(sorted(able))}"
            raise TkkError("TKK304", f"--{name} has no effect without its test", hint=hint)
    if options.strata and not grouped:
        raise TkkError("TKK305", "--strata stratifies tests between groups", hint="give --group COLUMN")


def _features(history: EventHistory) -> list[str]:
    present = {
        "late_entry": history.entry is not None,
        "frequency": history.weight_kind == "frequency",
        "case": history.weight is not None and history.weight_kind != "frequency",
        "cluster": history.cluster is not None,
        "strata": history.stratum is not None,
        "several_causes": len(history.causes) > 1,
    }
    return [name for name, here in present.items() if here]


def _tests(
    history: EventHistory, options: SurvivalOptions, features: list[str], grouped: bool
) -> tuple[tuple[str, ...], str | None]:
    """The tests to do, and the code of the refusal when ``auto`` could not do Gray's."""
    asked = words(options.test)
    unknown = [name for name in asked if name not in (*RANK_TESTS, "gray", "auto", "none")]
    if unknown or not asked or (len(asked) > 1 and ("none" in asked or "auto" in asked)):
        raise TkkError(
            "TKK304",
            f"{options.test!r} is not a value of --test",
            hint=f"auto, none, or some of {', '.join((*RANK_TESTS, 'gray'))}",
        )
    if len(history.groups) < 2:
        if (asked != ("auto",) and asked != ("none",)) or options.trend or options.pairwise:
            hint = "give --group COLUMN" if not grouped else "the column has one group only"
            raise TkkError("TKK305", "a test needs at least two groups", hint=hint)
        return (), None
    if asked == ("none",):
        if options.trend or options.pairwise:
            raise TkkError("TKK304", "--trend and --pairwise need a test", hint="leave out --test none")
        return (), None
    if asked == ("auto",):
        if len(history.causes) == 1:
            return ("log_rank",), None
        refusal = allows("gray", features) or ("TKK316" if options.trend else None)
        return (("gray",), None) if refusal is None else (("log_rank",), refusal)
    if "gray" in asked:
        require("gray", features, "use --test log_rank for the cause-specific hazards")
        if options.trend:
            raise TkkError("TKK316", "Gray's test has no version for trend", hint="use --test log_rank --trend")
    return asked, None


def _horizon(history: EventHistory, options: SurvivalOptions) -> float:
    if options.horizon is not None:
        start = options.conditional or 0.0
        if not start < options.horizon < np.inf:
            raise TkkError("TKK304", f"--horizon is a time after {start:g}")
        return float(options.horizon)
    last = np.zeros(len(history.groups))
    np.maximum.at(last, history.group, history.exit)
    return float(last.min())


def _require_horizon(plan: Plan, samples: list[Sample], options: SurvivalOptions) -> None:
    """Refuse an area under a part of a curve that nobody was followed through."""
    short = [s for s in samples if plan.horizon > s.table.time[-1] and s.event_free[-1] > 0]
    if short and not options.extend_horizon:
        latest = min(s.table.time[-1] for s in short)
        raise TkkError(
            "TKK303",
            f"the horizon {plan.horizon:g} is beyond the last follow-up of {listed(s.name for s in short)}",
            where="--horizon",
            count=len(short),
            hint=f"use --horizon {latest:g} or less; --extend-horizon carries the curve forward flat",
        )


def _notes(
    cohort: Cohort, history: EventHistory, plan: Plan, samples: list[Sample], options: SurvivalOptions
) -> list[Note]:
    first, *others = history.causes
    if plan.quantity == "survival":
        notes = [Note("estimand_survival", {"cause": first})]
    elif others:
        notes = [Note("estimand_incidence", {"cause": first, "others": others})]
    else:
        notes = [Note("estimand_incidence_single", {"cause": first})]
    notes += [fact_note(key, values) for key, values in cohort.facts]
    if history.entry is not None:
        notes.append(Note("late_entry", {"n": int((history.entry > plan.start).sum())}))
    if not plan.has_areas:
        notes.append(Note("no_area"))
    if cohort.merged:
        notes.append(Note("near_ties_merged", {"n": cohort.merged}))
    if options.conditional is not None:
        notes.append(Note("conditional", {"time": options.conditional}))
    if options.landmark is not None:
        notes.append(Note("landmark", {"time": options.landmark}))
    if history.cluster is not None and int(history.cluster.max()) + 1 < FEW_CLUSTERS:
        notes.append(Note("few_clusters", {"n": int(history.cluster.max()) + 1}, "warning", "TKK351"))
    if plan.robust:
        notes.append(Note("robust_variance", {"reason": "clusters" if history.cluster is not None else "weights"}))
    if plan.method == "fleming_harrington":
        notes.append(Note("fh_estimator"))
    if options.horizon is None:
        notes.append(Note("horizon_default", {"horizon": plan.horizon}))
    elif any(plan.horizon > s.table.time[-1] and s.event_free[-1] > 0 for s in samples):
        notes.append(Note("horizon_extended", {"horizon": plan.horizon}, "warning", "TKK352"))
    if len(history.groups) > 1:
        notes.append(Note("reference_group", {"group": history.groups[0]}))
    if history.weight is not None and history.weight_kind != "frequency":
        notes.append(Note("weighted_counts"))
    if history.entry is not None and history.cluster is not None:
        notes.append(Note("rows_not_persons"))
    if plan.gray_refused is not None:
        notes.append(Note("gray_not_done", {"code": plan.gray_refused}, "warning", plan.gray_refused))
    return notes
