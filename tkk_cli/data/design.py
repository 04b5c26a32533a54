"""Covariates: from the options and the columns of a file to the designs of a regression, with every check of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data.cohort import Cohort, Sifted, columns_of, dense, sift
from tkk_cli.data.covariates import checked, infinite_value, variables_of
from tkk_cli.data.encoding import Encoding, Variable, encode
from tkk_cli.data.formulas import AdjustmentSet, adjustment_sets
from tkk_cli.data.interval import bounds_of, read_interval, refuse_other_outcomes
from tkk_cli.data.options import CovariateOptions
from tkk_cli.data.outcome import read_outcome
from tkk_cli.data.reading import read_table
from tkk_cli.data.start_stop import person_codes, start_stop_facts
from tkk_cli.data.table import DataTable
from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.options import words

__all__ = ["AdjustmentSet", "Regression", "build_regression", "design_of"]

Facts = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Regression:
    """A cohort with the designs of its models.

    Attributes
    ----------
    cohort : Cohort
        Of the rows that every model uses, so that the models can be compared. With several rows a person and no
        ``--cluster`` the person is the cluster.
    designs : tuple of (label, Design)
        One for each adjustment set; the label is ``""`` where there is one only. With ``--impute`` missing covariates
        are NaN in them: ``imputation.imputed_designs`` fills them in.
    formulas : tuple of str
    person : (n,) int64 or None
        Codes of ``--id`` from 0.
    stratum_names : tuple of str
        By code of ``cohort.history.stratum``.
    rows : (n,) int64
        From 1: where each row stands in the file.
    extra : mapping of str to (n,) array
        ``offset``, ``lower`` and ``upper``, and the further columns that were asked for.
    missing : mapping of str to int
        Variable -> rows in which it is missing; empty without ``--impute``.
    frame : mapping of str to Variable
        The covariates of the rows.
    encodings : tuple of Encoding
        How the covariates become the matrix of each design.
    """

    cohort: Cohort
    designs: tuple[tuple[str, Design], ...]
    formulas: tuple[str, ...]
    person: Int | None
    stratum_names: tuple[str, ...]
    rows: Int
    extra: Mapping[str, Float]
    missing: Mapping[str, int]
    frame: Mapping[str, Variable]
    encodings: tuple[Encoding, ...]


def build_regression(data: Any, options: CovariateOptions, columns: tuple[str, ...] = ()) -> Regression:
    """Read a cohort with its covariates.

    Parameters
    ----------
    data : path, "-", pandas.DataFrame or pyarrow.Table
        Only the columns that the options name are read, in one pass.
    options : CovariateOptions
    columns : tuple of str
        Further columns that the analysis needs: numbers, or codes where a column holds text.

    Returns
    -------
    Regression
        Complete cases over all adjustment sets together, those left out counted by the column that was missing.

    Raises
    ------
    TkkError
        TKK220 to TKK224: the formula or the covariates cannot be understood; TKK225 to TKK229: a covariate cannot be
        used, TKK236: it is the outcome; TKK230 a person's rows overlap; TKK231 to TKK233 options that contradict each
        other; TKK234 rows that cannot be imputed one by one; TKK237 one cluster; and those of ``build_cohort``.

    Notes
    -----
    O(rows x columns). Plain formulas (columns, ``C()``, interactions) need no pandas.
    tests/data/test_design.py checks it, tests/data/test_encoding.py against formulaic.

    Examples
    --------
    >>> options = CovariateOptions(
    ...     time="seuranta", event="tila==1", censored="0,2,3,4", group="ohjelma", covariates="ika,sukupuoli"
    ... )
    >>> regression = build_regression("sample_data/kuntoutus.csv", options)
    >>> regression.designs[0][1].columns[2:], regression.cohort.excluded
    (('ohjelma[työhön kytkeytyvä]', 'ika', 'sukupuoli[2]'), [('missing ika', 11)])
    """
    sets = adjustment_sets(options)
    options = _with_special(options, sets)
    refuse_other_outcomes(options)
    table = _read(data, options, sets, columns)
    covariates = list(dict.fromkeys(name for one in sets for name in one.parsed.variables))
    _refuse_outcome(covariates, options)
    others = [name for name in (options.id, options.offset, *columns) if name is not None]
    number_like = {*covariates, *others} - {options.id, options.group}
    dates = [name for name in table.columns if name in number_like and table[name].kind == "date"]
    if dates:
        raise TkkError(
            "TKK225",
            "a covariate holds dates",
            where=", ".join(dates),
            hint="make it a number first, for example the year or the age on that date",
        )
    imputed = covariates if options.impute else []
    needed = {
        f"missing {name}": table[name].is_missing
        for name in dict.fromkeys([*covariates, *others])
        if name not in imputed and name != options.group
    }
    interval = options.lower is not None or options.upper is not None
    sifted = sift(table, options, read_interval if interval else read_outcome, needed)
    return _assembled(table, sifted, sets, options, columns)


def _assembled(
    table: DataTable,
    sifted: Sifted,
    sets: tuple[AdjustmentSet, ...],
    options: CovariateOptions,
    columns: tuple[str, ...],
) -> Regression:
    cohort, kept = sifted.cohort, sifted.kept
    frame, facts = variables_of(table, sifted, [one.parsed for one in sets], options)
    facts += checked(frame, cohort.history)
    person = None if options.id is None else person_codes(table[options.id], kept)
    history = cohort.history
    if history.cluster is not None and history.cluster.max() == 0:
        raise TkkError(
            "TKK237",
            "every row is in the same cluster",
            where=options.cluster,
            count=len(history),
            hint="leave out --cluster, or name the column of the workplace, course or person",
        )
    if person is not None:
        facts += start_stop_facts(history, person)
        if history.cluster is None and int(person.max()) + 1 < len(person):
            if history.weight_kind == "frequency":
                raise TkkError(
                    "TKK238",
                    "a person has several rows, and frequency weights count copies of people",
                    where=f"--id {options.id}",
                    count=len(person),
                    hint="repeat the rows with an id for each copy, or say what is correlated with --cluster",
                )
            history = replace(history, cluster=person)
            facts.append(("clusters_person", {"n": int(person.max()) + 1}))
    if options.impute:
        facts += _imputation_facts(history, person)
    cohort = replace(cohort, history=history, facts=[*cohort.facts, *facts])
    weight = history.weight
    copies = weight.astype(np.int64) if weight is not None and history.weight_kind == "frequency" else None
    encodings = tuple(encode(one.parsed, frame, copies) for one in sets)
    designs = tuple(
        (one.label, design_of(encoding, frame, weight)) for one, encoding in zip(sets, encodings, strict=True)
    )
    _check_size(designs, history)
    return Regression(
        cohort=cohort,
        designs=designs,
        formulas=tuple(one.formula for one in sets),
        person=person,
        stratum_names=_stratum_names(table, options, sifted),
        rows=np.flatnonzero(sifted.kept) + 1,
        extra=_extra(table, options, columns, sifted),
        missing={name: int(variable.missing.sum()) for name, variable in frame.items()} if options.impute else {},
        frame=frame,
        encodings=encodings,
    )


def _refuse_outcome(covariates: list[str], options: CovariateOptions) -> None:
    """Refuse a covariate that is the outcome: the model would explain the time by itself."""
    event = None if options.event is None else options.event.partition("==")[0].strip()
    outcome = {options.time, event, options.end, options.lower, options.upper}
    both = [name for name in covariates if name in outcome]
    if both:
        raise TkkError(
            "TKK236",
            f"{', '.join(both)} is part of the outcome and a covariate at once",
            where=", ".join(both),
            hint="leave it out of the covariates: they are known before the outcome",
        )


def _with_special(options: CovariateOptions, sets: tuple[AdjustmentSet, ...]) -> CovariateOptions:
    """The options with what ``strata()``, ``offset()`` and ``cluster()`` of the formulas add to them."""
    for kind in ("strata", "offset", "cluster"):
        named = {getattr(one.parsed, kind) for one in sets}
        if len(named) > 1:
            raise TkkError(
                "TKK231",
                f"{kind}() differs between the sets of --adjust",
                hint=f"the models are compared on the same footing: give --{kind}, or {kind}() in each set",
            )
        names = next(iter(named))
        given = words(getattr(options, kind))
        if kind != "strata" and len({*names, *given}) > 1:
            raise TkkError("TKK231", f"{kind}() and --{kind} name different columns", hint="give one of them")
        if names:
            added: Any = {kind: ",".join(dict.fromkeys([*given, *names]))}
            options = replace(options, **added)
    return options


def _read(data: Any, options: CovariateOptions, sets: tuple[AdjustmentSet, ...], columns: tuple[str, ...]) -> DataTable:
    named: Iterable[str | None] = [
        *columns_of(options),
        *(name for one in sets for name in one.parsed.variables),
        options.id,
        options.offset,
        options.lower,
        options.upper,
        *columns,
    ]
    try:
        return read_table(data, list(dict.fromkeys(name for name in named if name is not None)), options)
    except TkkError as error:
        if error.code == "TKK109":
            for one in sets:
                for name, _ in one.parsed.places:
                    if f'"{name}"' in error.message:
                        raise one.parsed.unknown(name, error.hint) from None
        raise


def design_of(encoding: Encoding, frame: Mapping[str, Variable], weight: Float | None) -> Design:
    """The design of some values of the covariates.

    Parameters
    ----------
    encoding : Encoding
    frame : mapping of str to Variable
    weight : (n,) float64 or None
        For the means.

    Returns
    -------
    Design
    """
    names = dict.fromkeys(name for term in encoding.terms for name in term.variables)
    mine = {name: frame[name] for name in names}
    return Design(
        matrix=encoding.matrix(mine),
        columns=encoding.columns,
        terms=encoding.terms,
        rebuild=partial(_rebuilt, encoding, mine),
        labels={name: {"": variable.title, **variable.labels} for name, variable in mine.items()},
        means={name: _typical(variable, weight) for name, variable in mine.items()},
    )


def _rebuilt(encoding: Encoding, frame: Mapping[str, Variable], values: Mapping[str, Any]) -> Float:
    for name in values:
        if name not in frame:
            raise TkkError(
                "TKK222", f"{name!r} is not a covariate of the model", where=name, hint=f"they are {', '.join(frame)}"
            )
    fixed = {name: variable.fixed(values[name]) if name in values else variable for name, variable in frame.items()}
    # where every variable is set the rows are alike: one row, seen as all of them
    return np.broadcast_to(encoding.matrix(fixed), (len(next(iter(frame.values()))), len(encoding.columns)))


def _typical(variable: Variable, weight: Float | None) -> Any:
    known = ~variable.missing
    weight = None if weight is None else weight[known]
    if variable.codes is not None:  # a level even where it is a number too: 1.5 is no level
        return variable.levels[int(np.bincount(variable.codes[known], weights=weight).argmax())]
    assert variable.number is not None
    return float(np.average(variable.number[known], weights=weight))


def _imputation_facts(history: EventHistory, person: Int | None) -> Facts:
    """How covariates will be imputed; TKK234 where independent draws for each row would be wrong."""
    if person is not None and int(person.max()) + 1 < len(person):
        raise TkkError(
            "TKK234",
            "several rows a person: each would get another value of the same covariate",
            where="--impute",
            hint="impute before splitting the follow-up into rows, or leave --impute out",
        )
    if history.weight_kind == "frequency":
        raise TkkError(
            "TKK234",
            "frequency weights: all the people of a row would get the same value",
            where="--impute",
            hint="give one row a person, or leave --impute out",
        )
    facts: Facts = [("imputation_model", {})]
    if history.weight is not None or history.cluster is not None:
        facts.append(("imputation_unweighted", {}))
    return facts


def _check_size(designs: tuple[tuple[str, Design], ...], history: EventHistory) -> None:
    happened = history.cause == 1
    frequency = history.weight is not None and history.weight_kind == "frequency"
    events = float(history.weight[happened].sum() if frequency and history.weight is not None else happened.sum())
    for label, design in designs:
        if len(design.columns) > events:
            raise TkkError(
                "TKK229",
                f"the model has {len(design.columns)} columns and {events:.0f} events of {history.causes[0]}",
                where=label or None,
                count=len(design.columns),
                hint="leave out covariates, or put rare levels together; ten events a column is a common minimum",
            )


def _stratum_names(table: DataTable, options: CovariateOptions, sifted: Sifted) -> tuple[str, ...]:
    """``alue=1, sukupuoli=2`` for each code of the history's strata."""
    stratum = sifted.cohort.history.stratum
    if stratum is None:
        return ()
    _, first = np.unique(stratum, return_index=True)
    rows = np.flatnonzero(sifted.kept)[first]
    columns = [(name, table.category(name)) for name in words(options.strata)]
    return tuple(
        ", ".join(f"{name}={category.keys[category.codes[row]]}" for name, category in columns) for row in rows
    )


def _extra(
    table: DataTable, options: CovariateOptions, columns: tuple[str, ...], sifted: Sifted
) -> dict[str, NDArray[Any]]:
    kept = sifted.kept
    extra: dict[str, NDArray[Any]] = {}
    for name in columns:
        text = table[name].kind == "text"
        extra[name] = dense(table.category(name).codes[kept]) if text else table.number(name)[kept]
    if options.offset is not None:
        extra["offset"] = table.number(options.offset)[kept]
    for name in (*columns, "offset"):
        if name in extra and not np.isfinite(extra[name]).all():
            raise infinite_value(name, int((~np.isfinite(extra[name])).sum()))
    if options.lower is not None or options.upper is not None:
        bounds = bounds_of(table, options)
        extra |= {"lower": bounds.lower[kept], "upper": bounds.upper[kept]}
    return extra
