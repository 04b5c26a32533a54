"""The curves of each group and what is read off them: values at times, quantiles, areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.intervals import limits, normal_quantile, quantile
from tkk_cli.estimators.kaplan_meier import Curve, fleming_harrington, kaplan_meier, nelson_aalen, product_limit
from tkk_cli.estimators.restricted_mean import Area, restricted_mean, time_lost
from tkk_cli.estimators.risk import RiskTable, each_group, risk_table
from tkk_cli.histories import EventHistory, Float
from tkk_cli.options import numbers
from tkk_cli.results import TABLES, Note, Table
from tkk_cli.steps.options import SurvivalOptions

__all__ = ["Plan", "Sample", "areas_of", "curve_tables", "make_table", "samples_of"]

EARLY_RISK_SET = 10
EARLY_SHARE = 0.1


@dataclass(frozen=True)
class Plan:
    """The options with every ``auto`` resolved."""

    options: SurvivalOptions
    method: str
    variance: str
    robust: bool  # rows are weighted or clustered, so every variance is robust
    quantity: str
    start: float
    horizon: float
    tests: tuple[str, ...]
    gray_refused: str | None

    @property
    def has_areas(self) -> bool:
        """Whether restricted means are estimated: under the Fleming-Harrington curve not with a robust variance."""
        return self.method != "fleming_harrington" or self.variance != "robust"


@dataclass(frozen=True, eq=False)
class Sample:
    """One group, counted."""

    name: str
    history: EventHistory
    table: RiskTable
    event_free: Float  # (T,) Kaplan-Meier of any event


def samples_of(history: EventHistory, start: float) -> list[Sample]:
    """The groups in order, each counted once; ``start`` is where the curves start."""
    samples = []
    for name, group in zip(history.groups, each_group(history), strict=True):
        table = risk_table(group, start)
        samples.append(Sample(name, group, table, product_limit(table)))
    return samples


def curve_tables(samples: list[Sample], plan: Plan) -> tuple[dict[str, Table], list[Note]]:
    """Every table that describes the groups one by one, and what must be said about them."""
    curves: list[dict[str, Any]] = []
    event_free: list[dict[str, Any]] = []
    at: list[dict[str, Any]] = []
    hazards: list[dict[str, Any]] = []
    quantiles: list[dict[str, Any]] = []
    times = np.array(numbers(plan.options.at, "at"))
    several = plan.quantity == "incidence"
    for sample in samples:
        for cause, name in _causes(sample, plan):
            curve = _estimate(sample, cause, plan)
            block = _with_limits(curve, plan) | {"group": sample.name, "cause": name}
            curves.append(block | _counts(sample, cause))
            at.append(_at(sample, cause, block, times, plan))
            quantiles += _quantiles(sample, block, plan)
            hazards.append(_hazard(sample, cause, plan) | {"group": sample.name, "cause": name})
        if several:
            free = kaplan_meier(sample.history, sample.table, robust=plan.variance == "robust")
            event_free.append(_with_limits(free, plan) | _counts(sample, None) | {"group": sample.name})
    tables = {
        "groups": _groups(samples, plan),
        "events": _events(samples, plan),
        "curves": make_table("curves", curves),
        "cumulative_hazard": make_table("cumulative_hazard", hazards),
        "quantiles": make_table("quantiles", quantiles),
    }
    if plan.has_areas:
        tables["restricted_mean"] = _restricted_means(samples, plan)
    if several:
        tables["event_free"] = make_table("event_free", event_free)
    if len(times):
        tables["at"] = make_table("at", at)
    return tables, list(_notes(samples, times))


def make_table(name: str, blocks: Iterable[Mapping[str, Any]]) -> Table:
    """Stack blocks of columns (scalars are repeated) into a table of ``results.TABLES["survival"]``."""
    parts: dict[str, list[Any]] = {}
    for block in blocks:
        length = max((np.size(v) for v in block.values() if isinstance(v, np.ndarray)), default=1)
        for column, value in block.items():
            texts = isinstance(value, str)
            parts.setdefault(column, []).append([value] * length if texts else np.broadcast_to(value, length))
    columns: dict[str, Any] = {}
    for column, kind in TABLES["survival"][name].items():
        if column not in parts:
            continue
        if kind == "string":
            columns[column] = tuple(text for part in parts[column] for text in part)
        else:
            dtype = np.int64 if kind == "integer" else np.float64
            columns[column] = np.concatenate(parts[column]).astype(dtype)
    return Table(columns)


def _causes(sample: Sample, plan: Plan) -> list[tuple[int | None, str]]:
    names = sample.history.causes
    return [(None, names[0])] if plan.quantity == "survival" else list(enumerate(names))


def _estimate(sample: Sample, cause: int | None, plan: Plan) -> Curve:
    if plan.method == "aalen_johansen":
        assert cause is not None
        return aalen_johansen(sample.history, sample.table, cause, plan.variance)
    estimator = kaplan_meier if plan.method == "kaplan_meier" else fleming_harrington
    return estimator(sample.history, sample.table, plan.variance == "robust")


def _with_limits(curve: Curve, plan: Plan) -> dict[str, Any]:
    low, high = limits(curve.estimate, curve.std_error, plan.options.conf_level, plan.options.conf_type)
    return {
        "time": curve.time,
        "estimate": curve.estimate,
        "std_error": curve.std_error,
        "conf_low": low,
        "conf_high": high,
    }


def _counts(sample: Sample, cause: int | None) -> dict[str, Any]:
    table = sample.table
    counts: dict[str, Any] = {
        "n_risk": table.n_risk,
        "n_event": table.n_event.sum(axis=0) if cause is None else table.n_event[cause],
        "n_censor": table.n_censor,
    }
    if _case_weighted(sample):
        counts["weighted_risk"] = table.risk
        counts["weighted_event"] = table.any_event if cause is None else table.event[cause]
    return counts


def _case_weighted(sample: Sample) -> bool:
    return sample.history.weight is not None and sample.history.weight_kind != "frequency"


def _at(sample: Sample, cause: int | None, block: Mapping[str, Any], times: Float, plan: Plan) -> dict[str, Any]:
    """The curve at given times, in order: the value at t, at risk just before t, events since the time before."""
    times = np.sort(times)
    known = sample.table.time
    value_at = np.searchsorted(known, times, side="right")
    risk_at = np.searchsorted(known, times, side="left")
    first = 1.0 if plan.quantity == "survival" else 0.0
    starts = {"estimate": first, "std_error": 0.0, "conf_low": first, "conf_high": first}
    picked: dict[str, Any] = {"group": block["group"], "cause": block["cause"], "time": times}
    for column, start in starts.items():
        picked[column] = np.concatenate([[start], block[column]])[value_at]
    for column, counts in _counts(sample, cause).items():
        if column in ("n_risk", "weighted_risk"):
            picked[column] = np.concatenate([counts, [0]])[risk_at]
        else:
            so_far = np.concatenate([[0], np.cumsum(counts)])[value_at]
            picked[column] = np.diff(np.concatenate([[0], so_far]))
    return picked


def _quantiles(sample: Sample, block: Mapping[str, Any], plan: Plan) -> Iterator[dict[str, Any]]:
    rising = plan.quantity == "incidence"

    def reached(column: str) -> Float:
        values: Float = block[column]
        return values if rising else 1.0 - values

    early, late = ("conf_high", "conf_low") if rising else ("conf_low", "conf_high")
    for probability in numbers(plan.options.quantiles, "quantiles"):
        found = [quantile(block["time"], reached(c), probability, plan.start) for c in ("estimate", early, late)]
        yield {
            "group": sample.name,
            "cause": block["cause"],
            "probability": probability,
            "estimate": found[0],
            "conf_low": found[1],
            "conf_high": found[2],
        }


def _hazard(sample: Sample, cause: int | None, plan: Plan) -> dict[str, Any]:
    robust = plan.robust or (plan.variance == "robust" and plan.quantity == "survival")
    curve = nelson_aalen(sample.history, sample.table, cause, robust)
    z = normal_quantile(plan.options.conf_level)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        spread = np.exp(z * curve.std_error / curve.estimate)
    return {
        "time": curve.time,
        "estimate": curve.estimate,
        "std_error": curve.std_error,
        "conf_low": curve.estimate / spread,
        "conf_high": curve.estimate * spread,
    }


def _groups(samples: list[Sample], plan: Plan) -> Table:
    blocks = []
    for sample in samples:
        block = {
            "group": sample.name,
            "n": int(_people(sample)),
            "n_event": int(sample.table.n_event.sum()),
            "n_censor": int(sample.table.n_censor.sum()),
            "person_time": _person_time(sample, plan),
        }
        if _case_weighted(sample):
            assert sample.history.weight is not None
            block["weighted_n"] = float(sample.history.weight.sum())
        blocks.append(block)
    return make_table("groups", blocks)


def _people(sample: Sample) -> float:
    weight = sample.history.weight
    return (
        float(weight.sum()) if sample.history.weight_kind == "frequency" and weight is not None else len(sample.history)
    )


def _person_time(sample: Sample, plan: Plan) -> float:
    history = sample.history
    length = history.exit - (plan.start if history.entry is None else history.entry)
    return float(length.sum() if history.weight is None else (length * history.weight).sum())


def _events(samples: list[Sample], plan: Plan) -> Table:
    blocks = []
    for sample in samples:
        time = _person_time(sample, plan)
        for cause, name in enumerate(sample.history.causes):
            events = float(sample.table.event[cause].sum())
            block = {
                "group": sample.name,
                "cause": name,
                "n_event": int(sample.table.n_event[cause].sum()),
                "rate": events / time if time > 0 else np.nan,
            }
            if _case_weighted(sample):
                block["weighted_event"] = events
            blocks.append(block)
    return make_table("events", blocks)


def areas_of(sample: Sample, plan: Plan) -> Iterator[tuple[str, str, Area]]:
    """(measure, cause, area) of a group: the restricted mean, then the time lost to each cause.

    With one event the time lost is the rest up to the horizon, with the same standard error.
    """
    robust = plan.variance == "robust"
    curve = None
    if plan.method == "fleming_harrington":
        curve = fleming_harrington(sample.history, sample.table).estimate
    mean = restricted_mean(sample.history, sample.table, plan.horizon, plan.start, robust, curve)
    yield "restricted_mean", "", mean
    if plan.quantity == "survival":
        mirrored = None if mean.by_cluster is None else -mean.by_cluster
        yield "time_lost", sample.history.causes[0], Area(plan.horizon - mean.estimate, mean.std_error, mirrored)
        return
    for cause, name in enumerate(sample.history.causes):
        yield "time_lost", name, time_lost(sample.history, sample.table, cause, plan.horizon, plan.start)


def _restricted_means(samples: list[Sample], plan: Plan) -> Table:
    z = normal_quantile(plan.options.conf_level)
    return make_table(
        "restricted_mean",
        [
            {
                "group": sample.name,
                "cause": cause,
                "measure": measure,
                "horizon": plan.horizon,
                "estimate": area.estimate,
                "std_error": area.std_error,
                "conf_low": area.estimate - z * area.std_error,
                "conf_high": area.estimate + z * area.std_error,
            }
            for sample in samples
            for measure, cause, area in areas_of(sample, plan)
        ],
    )


def _notes(samples: list[Sample], times: Float) -> Iterator[Note]:
    for sample in samples:
        table = sample.table
        if table.n_event.sum() == 0:
            yield Note("no_events", {"group": sample.name}, "warning", "TKK356")
        if sample.history.entry is not None:
            yield from _early_risk_set(sample)
        beyond = times[times > table.time[-1]]
        if len(beyond) and sample.event_free[-1] > 0:
            values = {"group": sample.name, "time": float(beyond.min()), "last": float(table.time[-1])}
            yield Note("beyond_follow_up", values, "warning", "TKK358")


def _early_risk_set(sample: Sample) -> Iterator[Note]:
    """Late entry: a few people at risk early can drive the whole curve."""
    table = sample.table
    died = table.n_event.sum(axis=0) > 0
    peak = int(table.n_risk.argmax())
    small = died & (table.n_risk < min(EARLY_RISK_SET, EARLY_SHARE * table.n_risk.max()))
    early = np.flatnonzero(small[:peak])
    if len(early):
        at = int(early[table.n_risk[early].argmin()])
        values = {"group": sample.name, "time": float(table.time[at]), "n_risk": int(table.n_risk[at])}
        yield Note("early_risk_set", values, "warning", "TKK357")
        if sample.event_free[at] == 0:
            yield Note("reached_zero", {"group": sample.name}, "warning", "TKK359")
