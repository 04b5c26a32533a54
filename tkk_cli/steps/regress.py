"""``tkk regress``: from a cohort to effects with covariates, their checks and adjusted curves."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from tkk_cli.data.design import Regression, build_regression
from tkk_cli.errors import TkkError
from tkk_cli.estimators.audit import audit
from tkk_cli.histories import EventHistory
from tkk_cli.options import from_keywords, numbers, pairs, parts
from tkk_cli.results import Note, Result, Table
from tkk_cli.steps.assembly import count_table, fact_note, provenance, table_of
from tkk_cli.steps.options import RegressOptions
from tkk_cli.steps.regression.coefficients import coefficient_rows, model_row, term_test_rows, test_rows
from tkk_cli.steps.regression.imputed import fit_imputed
from tkk_cli.steps.regression.pooling import Pooled
from tkk_cli.steps.regression.problem import Fitted, Problem
from tkk_cli.steps.regression.registry import PACKAGES, fit_function, require_own_options
from tkk_cli.tables import REGRESS

__all__ = ["RegressOptions", "analyse", "problems", "regress"]

FEW_CLUSTERS = 30
ROBUST_ONLY = {"fine-gray", "pseudo"}


def regress(data: Any, **options: Any) -> Result:
    """Effects of a programme and of covariates on the time to an event; the twin of ``tkk regress``.

    Cox models of every cause, Fine-Gray, parametric, spline, Poisson, pseudo-observation, additive and discrete-time
    models on the risk set ``(entry, exit]``; ties are exact and conventions are R's.

    Parameters
    ----------
    data : path, pandas.DataFrame or pyarrow.Table
        One row a person, or a piece of a person's follow-up with ``entry`` and ``id``.
    **options
        The names and defaults of ``RegressOptions``. ``group`` is the exposure; ``formula``, ``covariates`` or
        ``adjust`` (a list) say what to adjust for; ``pattern`` takes a list of dictionaries.

    Returns
    -------
    Result
        Tables ``coefficients``, ``models``, ``tests``, ``term_tests``, ``proportional_hazards``, ``curves``,
        ``contrasts`` and others (``tables.REGRESS``); ``to_pandas("coefficients")``, ``to_json()``, ``plot()``.

    Raises
    ------
    TkkError
        With a code that ``tkk explain`` explains.

    Notes
    -----
    Cox and Fine-Gray cost O(n log n) for the sort and O(n p) a step, clustered variance included.

    Examples
    --------
    >>> import tkk_cli as tkk
    >>> result = tkk.regress(
    ...     "sample_data/kuntoutus.csv",
    ...     time="seuranta",
    ...     event="tila==1",
    ...     censored="0,2,3,4",
    ...     group="ohjelma",
    ...     covariates=["ika"],
    ... )
    >>> result["models"]["method"]
    ('cox',)
    """
    return analyse(data, from_keywords(RegressOptions, options))


def analyse(data: Any, options: RegressOptions) -> Result:
    """``regress`` with an options object."""
    regression, given = problems(data, options)
    _check_patterns(given, options)
    history = regression.cohort.history
    pooled: dict[tuple[str, str, str], Pooled] = {}
    if options.impute:
        fits, pooled = fit_imputed(regression, given)
    else:
        fit = fit_function(options.model)
        fits = [(problem, fit(problem)) for problem in given]
    tables = _tables(regression, fits, pooled, options)
    method = fits[0][1][0].method
    return Result(
        kind="regress",
        estimand={
            "quantity": "effects",
            "causes": list(history.causes),
            "unit": regression.cohort.unit,
            "exposure": options.group,
            "measure": fits[0][1][0].fit.measure,
        },
        settings={f.name: getattr(options, f.name) for f in dataclasses.fields(options)}
        | {
            "unit": regression.cohort.unit,
            "method": method,
            "formulas": list(regression.formulas),
            "robust": fits[0][1][0].fit.robust,
            "several_models": len(regression.designs) > 1,
        },
        labels=_labels(regression),
        tables=tables,
        notes=_notes(regression, given[0], fits, options),
        provenance=provenance(
            regression.cohort,
            len(history),
            method,
            dict.fromkeys([*PACKAGES.get(options.model, ()), *(["statsmodels"] if options.impute else [])]),
        ),
    )


def problems(data: Any, options: RegressOptions) -> tuple[Regression, list[Problem]]:
    """Read a cohort and state one problem for each adjustment set.

    Parameters
    ----------
    data : path, pandas.DataFrame or pyarrow.Table
    options : RegressOptions

    Returns
    -------
    (Regression, list of Problem)

    Raises
    ------
    TkkError
        TKK304 for a number outside its range, TKK306 for an option of another model, TKK308 for a variance that does
        not go with the data; TKK1xx and TKK2xx from reading.
    """
    _check_numbers(options)
    require_own_options(options)
    scales = pairs(options.time_scales, "time_scales")
    columns = [*([options.censoring_group] if options.censoring_group else []), *scales]
    regression = build_regression(data, options, tuple(columns))
    history = regression.cohort.history
    extra = {name: values for name, values in regression.extra.items() if name not in columns}
    if options.censoring_group:
        extra["censoring_group"] = regression.extra[options.censoring_group]
    extra |= {f"scale:{name}": regression.extra[name] for name in scales}
    return regression, [
        Problem(
            label=label,
            history=history,
            design=design,
            exposure=options.group,
            unit=regression.cohort.unit,
            options=options,
            robust=_is_robust(history, options),
            stratum_names=regression.stratum_names,
            person=regression.person,
            extra=extra,
        )
        for label, design in regression.designs
    ]


def _check_patterns(given: list[Problem], options: RegressOptions) -> None:
    """Refuse a wrong name or level also where the model gives no curve in the end."""
    for text in parts(options.pattern):
        for problem in given:
            one = problem.design.rebuild
            if one is not None:
                one(pairs(text, "pattern"))


def _check_numbers(options: RegressOptions) -> None:
    if not 0 < options.conf_level < 1:
        raise TkkError("TKK304", "--conf-level lies between 0 and 1", hint="for example --conf-level 0.95")
    for name in ("at", "cuts", "split_at"):
        if any(not 0 < time < float("inf") for time in numbers(getattr(options, name), name)):
            raise TkkError("TKK304", f"--{name.replace('_', '-')} takes times after 0", hint="for example 90,180,365")
    if options.penalty < 0:
        raise TkkError("TKK304", "--penalty is at least 0")
    if options.impute < 0 or options.impute == 1:
        raise TkkError("TKK304", "--impute is 0 or at least 2", hint="for example --impute 20")
    if options.spline_df < 1:
        raise TkkError("TKK304", "--spline-df is at least 1", hint="for example --spline-df 3")
    curves = options.pattern or (options.at and options.model != "pseudo")  # there --at says what is modelled
    if options.impute and curves:
        raise TkkError(
            "TKK309", "curves are not given after multiple imputation", hint="leave out --at and --pattern, or --impute"
        )


def _is_robust(history: EventHistory, options: RegressOptions) -> bool:
    """Whether the reported variance is the robust one; TKK308 where the model's would ignore something."""
    needed = history.cluster is not None or history.weight_kind in ("case", "probability")
    always = options.model in ROBUST_ONLY
    if options.variance == "model" and (history.cluster is not None or always):
        what = f"--model {options.model} has no" if always else "clusters are ignored by a"
        raise TkkError("TKK308", f"{what} model-based variance", where="--variance", hint="use --variance robust")
    # The cause-specific models beside Fine-Gray have the variance that --model cox gives them.
    return options.variance == "robust" or options.model == "pseudo" or (options.variance == "auto" and needed)


def _tables(
    regression: Regression,
    fits: list[tuple[Problem, list[Fitted]]],
    pooled: dict[tuple[str, str, str], Pooled],
    options: RegressOptions,
) -> dict[str, Table]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in REGRESS}
    for (problem, found), formula in zip(fits, regression.formulas, strict=True):
        for fitted in found:
            whose = {"model": problem.label, "method": fitted.method, "cause": fitted.cause}
            pool = pooled.get((problem.label, fitted.method, fitted.cause))
            made: dict[str, Iterable[dict[str, Any]]] = {
                "models": [model_row(fitted, formula, problem.history)],
                "coefficients": coefficient_rows(fitted, problem.history, options.conf_level, pool),
                "tests": test_rows(fitted),
                "term_tests": term_test_rows(fitted, pool),
            }
            for name, some in (*made.items(), *fitted.tables.items()):
                rows[name].extend({**row, **whose} for row in some)
    rows["imputation"] = _imputation_rows(regression, fits, pooled)
    tables = {name: table_of(rows[name], spec) for name, spec in REGRESS.items() if rows[name]}
    history = regression.cohort.history
    tables["audit"] = count_table(["item", "count", "of"], audit(history, regression.cohort.merged, 0.0))
    tables["excluded"] = count_table(["reason", "count"], regression.cohort.excluded)
    return tables


def _imputation_rows(
    regression: Regression,
    fits: list[tuple[Problem, list[Fitted]]],
    pooled: dict[tuple[str, str, str], Pooled],
) -> list[dict[str, Any]]:
    """One row a column of the first fit: how much was missing, and the information lost by it."""
    if not pooled:
        return []
    problem, found = fits[0]
    pool = pooled[problem.label, found[0].method, found[0].cause]
    rows = []
    for term in problem.design.terms:
        missing = max(regression.missing.get(variable, 0) for variable in term.variables)
        for j in term.columns:
            rows.append(
                {
                    "variable": problem.design.columns[j],
                    "missing": missing,
                    "of": len(problem.history),
                    "fraction_missing_information": float(pool.missing_information[j]),
                }
            )
    return rows


def _labels(regression: Regression) -> dict[str, Any]:
    """Names -> {language: text} of groups, events, variables, levels (``variable=level``) and plain terms."""
    cohort = regression.cohort
    variables: dict[str, Any] = {}
    levels: dict[str, Any] = {}
    terms: dict[str, Any] = {}
    for _, design in regression.designs:
        for variable, texts in design.labels.items():
            for level, text in texts.items():
                if level == "":
                    variables[variable] = dict(text)
                else:
                    levels[f"{variable}={level}"] = dict(text)
        for term in design.terms:
            if term.kind in ("number", "category") and len(term.variables) == 1 and variables.get(term.variables[0]):
                terms[term.name] = variables[term.variables[0]]
    return {
        "groups": cohort.group_labels,
        "causes": cohort.cause_labels,
        "group_title": cohort.group_title,
        "variables": variables,
        "levels": levels,
        "terms": terms,
    }


def _notes(
    regression: Regression, problem: Problem, fits: list[tuple[Problem, list[Fitted]]], options: RegressOptions
) -> tuple[Note, ...]:
    history = problem.history
    notes = [fact_note(key, values) for key, values in regression.cohort.facts]
    if history.entry is not None:
        notes.append(Note("late_entry", {"n": int((history.entry > 0).sum())}))
    if regression.cohort.merged:
        notes.append(Note("near_ties_merged", {"n": regression.cohort.merged}))
    if fits[0][1][0].fit.robust:
        clustered = history.cluster is not None
        weighted = history.weight_kind in ("case", "probability")
        asked = options.variance == "robust"
        reason = "clusters" if clustered else "weights" if weighted else "asked" if asked else "model"
        notes.append(Note("robust_variance", {"reason": reason}))
    if history.cluster is not None and int(history.cluster.max()) + 1 < FEW_CLUSTERS:
        notes.append(Note("few_clusters", {"n": int(history.cluster.max()) + 1}, "warning", "TKK351"))
    if options.impute:
        notes.append(Note("imputed", {"m": options.impute, "seed": options.seed}))
    seen = [note for _, found in fits for fitted in found for note in (*fitted.fit.notes, *fitted.notes)]
    return tuple(_once([*notes, *seen]))


def _once(notes: Iterable[Note]) -> list[Note]:
    """Each different note once: several models may say the same."""
    kept: list[Note] = []
    for note in notes:
        if note not in kept:
            kept.append(note)
    return kept
