"""The tables that follow a Cox fit: proportional hazards, effects over time, baselines, curves and their contrasts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.estimators.distributions import normal_tail
from tkk_cli.estimators.intervals import limits, normal_quantile
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.cox_curves import CausePart, baseline_hazards, pattern_curves
from tkk_cli.models.fits import ChiSquare, Fit
from tkk_cli.models.risk_sums import RiskSums, risk_sums
from tkk_cli.models.standardised import StandardisedCurve, standardised_curve
from tkk_cli.models.time_varying import Expanded, effects_by_period, effects_with_clock, read_clock
from tkk_cli.models.zph import proportional_hazards, smooth_effects
from tkk_cli.options import numbers, pairs, parts
from tkk_cli.results import Note
from tkk_cli.steps.regression.problem import Problem

__all__ = ["Added", "curve_tables", "ph_tables", "sums_of", "with_changing_effects"]

Row = dict[str, Any]

# A step function is shown at no more points than a figure can tell apart.
MOST_POINTS = 500
# Standardised curves go through everyone at each time: that many times, fewer where people are many.
MOST_TIMES = 100
FEWEST_TIMES = 30
ROWS_TIMES = 10_000_000
DOUBTFUL = 0.05


class Added(NamedTuple):
    """Rows by table of ``tables.REGRESS``, without ``model``, ``method`` and ``cause``; and notes."""

    tables: dict[str, list[Row]]
    notes: tuple[Note, ...]


def with_changing_effects(problem: Problem) -> Problem:
    """The problem with its rows split for ``--split-at`` or ``--time-varying``; itself without them.

    Raises
    ------
    TkkError
        TKK327 to TKK329: see ``models.time_varying``; TKK328 also for both options at once, ``--split-at`` without
        ``--group``, and a robust variance with frequency weights (the copies of a row would be one cluster).
    """
    options = problem.options
    if options.split_at is None and options.time_varying is None:
        return problem
    if options.split_at is not None and options.time_varying is not None:
        raise _cannot("--split-at and --time-varying change the same effects", hint="give one of them")
    if problem.robust and problem.history.weight_kind == "frequency" and problem.history.cluster is None:
        raise _cannot("a robust variance of split rows needs one row a person", hint="--variance model")
    if options.split_at is not None:
        if problem.exposure is None:
            raise _cannot("--split-at is about the effect of --group", hint="name the exposure with --group")
        cuts = numbers(options.split_at, "split_at")
        expanded = effects_by_period(problem.history, problem.design, problem.exposure, cuts)
    else:
        asked = pairs(options.time_varying, "time_varying")
        clocks = {name: read_clock(function) for name, function in asked.items()}
        expanded = effects_with_clock(problem.history, problem.design, clocks)
    return _split(problem, expanded)


def _cannot(message: str, hint: str) -> TkkError:
    return TkkError("TKK328", message, where="--split-at, --time-varying", hint=hint)


def _split(problem: Problem, expanded: Expanded) -> Problem:
    row, history = expanded.row, expanded.history
    if problem.robust and history.cluster is None:
        history = replace(history, cluster=row)
    person = None if problem.person is None else np.asarray(problem.person)[row]
    extra = {name: values[row] for name, values in problem.extra.items()}
    return replace(problem, history=history, design=expanded.design, person=person, extra=extra)


def sums_of(problem: Problem, cause: int, fit: Fit) -> RiskSums | None:
    """The sums at a fit, which its checks and curves share; ``None`` when a coefficient is infinite."""
    if np.isinf(fit.coefficient).any():
        return None
    return risk_sums(
        problem.history,
        problem.design.matrix,
        np.nan_to_num(fit.coefficient),
        cause,
        ties=problem.options.ties,
        offset=problem.extra.get("offset"),
    )


def ph_tables(problem: Problem, cause: int, fit: Fit, sums: RiskSums | None) -> Added:
    """The test of proportional hazards of a fit and its smoothed effects.

    Parameters
    ----------
    problem : Problem
        That of the fit: with the split rows where effects change.
    cause : int
        Position in ``history.causes``.
    fit : Fit
    sums : RiskSums or None
        Of ``sums_of``.

    Returns
    -------
    Added
        ``proportional_hazards`` and ``effect_over_time``; nothing with ``--ph-test none`` or without an estimated
        column, and a warning (TKK395) in their place when a coefficient is infinite. TKK396 warns where P < 0.05.
    """
    transform = problem.options.ph_test
    used = np.flatnonzero(np.isfinite(fit.coefficient))
    if transform == "none" or len(used) == 0:
        return Added({}, ())
    name = problem.history.causes[cause]
    if sums is None:
        return Added({}, (Note("ph_not_given", {"cause": name}, "warning", "TKK395"),))
    tests = proportional_hazards(
        problem.history,
        problem.design,
        sums,
        cause,
        transform=transform,
        columns=used.tolist(),
        penalty=problem.options.penalty,
    )
    effects = smooth_effects(
        problem.history,
        problem.design,
        sums,
        np.nan_to_num(fit.coefficient),
        cause,
        transform=transform,
        columns=used.tolist(),
        conf_level=problem.options.conf_level,
    )
    labels = {j: (t.name, level) for t in problem.design.terms for j, level in zip(t.columns, t.levels, strict=True)}
    over_time = [
        {"term": labels[e.column][0], "level": labels[e.column][1], **_point(e.time[i], *values)}
        for e in effects
        for i, values in enumerate(zip(e.estimate, e.std_error, e.conf_low, e.conf_high, strict=True))
    ]
    rows = [
        {"transform": transform, "term": t.test, "statistic": t.statistic, "df": t.df, "p_value": t.p_value}
        for t in tests
    ]
    return Added({"proportional_hazards": rows, "effect_over_time": over_time}, tuple(_ph_notes(tests, name, fit)))


def _ph_notes(tests: Sequence[ChiSquare], cause: str, fit: Fit) -> Iterator[Note]:
    *terms, together = tests
    doubtful = [test.test for test in terms if test.p_value < DOUBTFUL]
    if doubtful:
        yield Note("ph_doubtful", {"cause": cause, "terms": doubtful}, "warning", "TKK396")
    elif together.p_value < DOUBTFUL:
        yield Note("ph_doubtful_together", {"cause": cause}, "warning", "TKK396")
    if fit.robust:
        yield Note("ph_model_variance")


def _point(time: float, estimate: float, error: float, low: float, high: float) -> Row:
    values = {"time": time, "estimate": estimate, "std_error": error, "conf_low": low, "conf_high": high}
    return {name: float(value) for name, value in values.items()}


def curve_tables(problem: Problem, fits: Sequence[Fit], sums: Sequence[RiskSums | None]) -> list[Added]:
    """Baselines, curves for patterns and standardised curves of the fits of all causes together.

    One cause: survival. Several: cumulative incidence; the patterns of every cause, the standardised curves of the
    event of interest (the first). Averages are over everyone in the data, with their own covariates, strata and
    offset, and the exposure of ``--group`` set to each level.

    Parameters
    ----------
    problem : Problem
        That of the fits.
    fits : sequence of K Fit
        In the order of ``history.causes``.
    sums : sequence of K RiskSums or None
        Of ``sums_of``.

    Returns
    -------
    list of K Added
        ``baseline`` and, where they can be given, ``curves``, ``at``, ``contrasts``. Why not is a warning (TKK369):
        infinite coefficients, effects that change over time, several rows a person (standardised curves only).

    Raises
    ------
    TkkError
        TKK222 for a pattern with an unknown variable or level; TKK304 for one that is not ``name=value``.
    """
    causes = [
        CausePart(one, np.nan_to_num(fit.coefficient), np.nan_to_num(fit.covariance))
        for fit, one in zip(fits, sums, strict=True)
        if one is not None
    ]
    if len(causes) < len(fits):
        refusal = Note("curves_infinite", {}, "warning", "TKK369")
        return [Added({}, (refusal,) if k == 0 else ()) for k in range(len(fits))]
    tables: list[dict[str, list[Row]]] = [{"baseline": _baseline_rows(problem, part)} for part in causes]
    if problem.options.impute:
        return [Added(table, ()) for table in tables]
    notes: list[Note] = []
    times = np.array(sorted(set(numbers(problem.options.at, "at"))))
    if problem.design.rebuild is None:
        if problem.exposure is not None or problem.options.pattern is not None:
            notes.append(Note("curves_changing", {}, "warning", "TKK369"))
        return [Added(table, tuple(notes) if k == 0 else ()) for k, table in enumerate(tables)]
    if problem.options.pattern is not None and "offset" in problem.extra:
        notes.append(Note("pattern_offset"))
    for k, rows in enumerate(_pattern_rows(problem, causes, times)):
        _extend(tables[k], rows)
    if problem.exposure is not None:
        if _repeated(problem):
            notes.append(Note("curves_repeated", {}, "warning", "TKK369"))
        else:
            rows = _standardised_rows(problem, causes, fits, times)
            _extend(tables[0], rows)
            notes.append(Note("curves_standardised", {"n": fits[0].n}))
    last = float(problem.history.exit.max())
    if (times > last).any() and any(table.get("at") for table in tables):
        notes.append(Note("at_beyond", {"time": float(times[times > last][0]), "last": last}, "warning", "TKK358"))
    return [Added(table, tuple(notes) if k == 0 else ()) for k, table in enumerate(tables)]


def _extend(table: dict[str, list[Row]], rows: Mapping[str, list[Row]]) -> None:
    for name, found in rows.items():
        if found:
            table.setdefault(name, []).extend(found)


def _repeated(problem: Problem) -> bool:
    return problem.person is not None and int(np.max(problem.person)) + 1 < len(problem.history)


def _thin(size: int) -> Any:
    """Positions of at most ``MOST_POINTS`` points, the first and last among them."""
    if size <= MOST_POINTS:
        return np.arange(size)
    return np.unique(np.rint(np.linspace(0, size - 1, MOST_POINTS)).astype(np.int64))


def _stratum(problem: Problem, stratum: int) -> str:
    return problem.stratum_names[stratum] if problem.stratum_names else ""


def _baseline_rows(problem: Problem, part: CausePart) -> list[Row]:
    return [
        {"stratum": _stratum(problem, base.stratum), "time": float(base.time[i]), "estimate": float(base.estimate[i])}
        for base in baseline_hazards(part)
        for i in _thin(len(base.time))
    ]


def _curve_rows(head: Row, time: Float, estimate: Float, error: Float, options: Any) -> list[Row]:
    low, high = limits(estimate, error, options.conf_level, options.conf_type)
    return [{**head, **_point(*values)} for values in zip(time, estimate, error, low, high, strict=True)]


def _pattern_rows(problem: Problem, causes: Sequence[CausePart], times: Float) -> Iterator[dict[str, list[Row]]]:
    """The rows of each cause."""
    design, options = problem.design, problem.options
    several = len(causes) > 1
    found: list[dict[str, list[Row]]] = [{"curves": [], "at": []} for _ in causes]
    for text in parts(options.pattern):
        given = pairs(text, "pattern")
        assert design.rebuild is not None
        design.rebuild(given)  # names and levels are checked before the typical values are added
        row = design.rebuild({**design.means, **given})[0]
        for s in range(len(causes[0].sums.first) - 1):
            name = ", ".join(f"{variable}={value}" for variable, value in given.items())
            name = ", ".join(filter(None, (name, _stratum(problem, s))))
            head = {"quantity": "incidence" if several else "survival", "kind": "pattern", "group": name}
            for k, curve in enumerate(pattern_curves(causes, row, s)):
                shown = _thin(len(curve.time))
                found[k]["curves"] += _curve_rows(
                    head, curve.time[shown], curve.estimate[shown], curve.std_error[shown], options
                )
                here = np.searchsorted(curve.time, times, side="right")
                estimate = np.append(0.0 if several else 1.0, curve.estimate)[here]
                error = np.append(0.0, curve.std_error)[here]
                found[k]["at"] += _curve_rows(head, times, estimate, error, options)
    yield from found


def _grid(history: EventHistory, times: Float) -> Float:
    """Times of the standardised curves: quantiles of the event times, the last one, and those of ``--at``."""
    events = history.exit[history.cause > 0]
    most = int(min(MOST_TIMES, max(FEWEST_TIMES, ROWS_TIMES // max(1, len(history)))))
    distinct = np.unique(events)
    if len(distinct) > most:
        distinct = np.unique(np.quantile(events, np.linspace(0, 1, most), method="inverted_cdf"))
    return np.union1d(distinct, times)


def _standardised_rows(
    problem: Problem, causes: Sequence[CausePart], fits: Sequence[Fit], times: Float
) -> dict[str, list[Row]]:
    history, design, options = problem.history, problem.design, problem.options
    assert design.rebuild is not None
    grid = _grid(history, times)
    on_events = np.isin(grid, history.exit[history.cause > 0])
    asked = np.isin(grid, times)
    quantity = "incidence" if len(causes) > 1 else "survival"
    covariances = [
        np.nan_to_num(fit.covariance if fit.model_covariance is None else fit.model_covariance) for fit in fits
    ]
    rows: dict[str, list[Row]] = {"curves": [], "at": [], "contrasts": []}
    reference: StandardisedCurve | None = None
    for level in history.groups:
        curve = standardised_curve(
            history,
            design.rebuild({str(problem.exposure): level}),
            causes,
            covariances,
            grid,
            keep=times,
            offset=problem.extra.get("offset"),
        )
        head = {"quantity": quantity, "kind": "standardised", "group": level}
        for name, chosen in (("curves", on_events), ("at", asked)):
            rows[name] += _curve_rows(head, grid[chosen], curve.estimate[chosen], curve.std_error[chosen], options)
        if reference is None:
            reference = curve
        else:
            head = {"quantity": quantity, "group": level, "reference": history.groups[0]}
            rows["contrasts"] += _contrasts(head, curve, reference, asked, options.conf_level)
    return rows


def _contrasts(
    head: Row, curve: StandardisedCurve, reference: StandardisedCurve, asked: Any, conf_level: float
) -> Iterator[Row]:
    z = normal_quantile(conf_level)
    own, other, shared = curve.covariance(curve), reference.covariance(reference), curve.covariance(reference)
    for i, g in enumerate(np.flatnonzero(asked)):
        a, b, time = float(curve.estimate[g]), float(reference.estimate[g]), float(curve.time[g])
        difference = a - b
        error = math.sqrt(max(0.0, own[i] + other[i] - 2 * shared[i]))
        test = normal_tail(difference / error) if error > 0 else math.nan
        yield {
            **head,
            "measure": "difference",
            **_point(time, difference, error, difference - z * error, difference + z * error),
            "p_value": test,
        }
        if a <= 0 or b <= 0:
            yield {**head, "measure": "ratio", **_point(time, *[math.nan] * 4), "p_value": math.nan}
            continue
        # On the log scale, where the interval of a ratio is symmetric.
        error = math.sqrt(max(0.0, own[i] / a**2 + other[i] / b**2 - 2 * shared[i] / (a * b)))
        test = normal_tail(math.log(a / b) / error) if error > 0 else math.nan
        low, high = a / b * math.exp(-z * error), a / b * math.exp(z * error)
        yield {**head, "measure": "ratio", **_point(time, a / b, a / b * error, low, high), "p_value": test}
