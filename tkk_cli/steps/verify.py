"""``tkk verify``: the numbers of a result again, and by independent ways, with the digits on which they agree."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tkk_cli.data.cohort import build_cohort
from tkk_cli.errors import TkkError
from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.kaplan_meier import kaplan_meier
from tkk_cli.estimators.risk import each_group, risk_table
from tkk_cli.histories import EventHistory, Float
from tkk_cli.options import from_keywords, words
from tkk_cli.results import Note, Result
from tkk_cli.steps import regress, survival
from tkk_cli.steps.assembly import table_of
from tkk_cli.steps.options import RegressOptions, SurvivalOptions, VerifyOptions
from tkk_cli.steps.regression.problem import Problem
from tkk_cli.steps.regression.registry import fit_function
from tkk_cli.steps.verify_cases import regress_case
from tkk_cli.tables import TABLES
from tkk_cli.verification import brute, r, rust
from tkk_cli.verification.case import Case, Numbers, Way

__all__ = ["VerifyOptions", "compare", "verify"]

MOST_DIGITS = 15.0
MOST_TIMES = 20
NOTHING: Float = np.zeros(0)


class _Path(NamedTuple):
    """An independent way: its name, its version (``None`` = not installed), what it can do, and for how many rows."""

    name: str
    version: str | None
    methods: dict[str, Way]
    most_rows: int


def verify(result: str | Path, **options: Any) -> Result:
    """The digits on which a stored result agrees with itself made anew, and with independent implementations.

    Again: the same analysis of the same file. Brute force: the definitions written out, on at most 1,000 rows. R and
    the package ``survival`` where they are installed, on at most 20,000 rows. On a subsample tkk is fitted to the same
    rows as the other way.

    Parameters
    ----------
    result : path
        Of a JSON result of ``tkk survival`` or ``tkk regress``.
    **options
        The names and defaults of ``VerifyOptions``.

    Returns
    -------
    Result
        Table ``agreement``: one row a way, fit and quantity.

    Raises
    ------
    TkkError
        TKK530 when the file is no such result, TKK531 when the data are not found or not the same.

    Notes
    -----
    With R the rows are written to a temporary folder that only the user can read, and removed.
    """
    return analyse(str(result), from_keywords(VerifyOptions, options))


def analyse(result: str, options: VerifyOptions) -> Result:
    """``verify`` with an options object."""
    ways = words(options.ways)
    unknown = [way for way in ways if way not in ("again", "brute", "r", "survival")]
    if unknown or not ways:
        raise TkkError("TKK304", f"{options.ways!r} is not a value of --ways", hint="again, brute, r, survival")
    stored, data = _stored(Path(result), options)
    paths = [path for path in _paths() if path.name in ways]
    rows: list[dict[str, Any]] = []
    if "again" in ways:
        rows += _again(stored, data)
    cases = _regress_cases if stored.kind == "regress" else _survival_cases
    for path in paths:
        if path.version is None:
            rows.append({"way": path.name, "reason": "missing"})
            continue
        for who, case, own in cases(stored, data, path.most_rows, options.seed):
            rows += [{"way": path.name, "version": path.version, **who, **row} for row in _compared(path, case, own)]
    return Result(
        kind="verify",
        estimand={"quantity": "agreement", "causes": stored.estimand["causes"], "unit": stored.estimand["unit"]},
        settings={f.name: getattr(options, f.name) for f in dataclasses.fields(options)}
        | {"verified": stored.kind, "conf_level": stored.settings["conf_level"]},
        labels=stored.labels,
        tables={"agreement": table_of(rows, TABLES["verify"]["agreement"])},
        notes=(Note("verify_subsample", {"n": brute.MOST_ROWS}),),
        provenance=stored.provenance,
    )


def _paths() -> list[_Path]:
    return [
        _Path("brute", "tkk", brute.BRUTE, brute.MOST_ROWS),
        _Path("r", r.r_version(), r.R, r.MOST_ROWS),
        _Path("survival", rust.rust_version(), rust.RUST, rust.MOST_ROWS),
    ]


def _stored(path: Path, options: VerifyOptions) -> tuple[Result, Path]:
    """The result, and the file that it was made from."""
    try:
        stored = Result.from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, ValueError):
        raise TkkError(
            "TKK530", "the file is not a JSON result of tkk", where=path.name, hint="make one with --json -o tulos.json"
        ) from None
    if stored.kind not in ("survival", "regress"):
        raise TkkError("TKK530", f"a result of tkk {stored.kind} cannot be verified", where=path.name)
    name = str(stored.provenance["input"]["name"])
    data = (
        Path(options.data) if options.data else next((f for f in (path.parent / name, Path(name)) if f.is_file()), None)
    )
    if data is None or not data.exists():
        raise TkkError("TKK531", "the data of the result are not found", where=name, hint="say where: --data FILE")
    return stored, data


def _options(stored: Result) -> Any:
    """The options of the analysis: the settings that are fields, as they were resolved."""
    kind = RegressOptions if stored.kind == "regress" else SurvivalOptions
    given = {f.name: stored.settings[f.name] for f in dataclasses.fields(kind) if f.name in stored.settings}
    if stored.kind == "survival" and not given["test"]:
        given["test"] = "none"
    return kind(**given)


def _again(stored: Result, data: Path) -> list[dict[str, Any]]:
    """The whole analysis once more: digits by table."""
    module = regress if stored.kind == "regress" else survival
    made = module.analyse(str(data), _options(stored))
    before, now = stored.provenance["input"]["sha256"], made.provenance["input"]["sha256"]
    if before != now:
        raise TkkError(
            "TKK531",
            "the data are not those of the result: their content differs",
            where=data.name,
            hint="find the file that the result was made from",
        )
    rows = []
    for name, table in stored.tables.items():
        pairs = [
            (np.asarray(column), np.asarray(made[name][key]))
            for key, column in table.columns.items()
            if isinstance(column, np.ndarray)
        ]
        same = name in made.tables and all(len(a) == len(b) for a, b in pairs)
        digits = min((compare(a, b) for a, b in pairs), default=MOST_DIGITS) if same else 0.0
        rows.append(
            {
                "way": "again",
                "version": made.provenance["tkk"],
                "quantity": f"table:{name}",
                "n": made.provenance["n_used"],
                "compared": sum(len(a) for a, _ in pairs),
                "digits": digits,
            }
        )
    return rows


def compare(ours: Float, theirs: Float, scale: Float | None = None) -> float:
    """Digits on which two arrays agree: -log10 of the largest relative difference, at most 15; 0 where NaNs differ.

    ``scale`` says how large a difference of 1 would be where the numbers themselves are near 0.

    Examples
    --------
    >>> import numpy as np
    >>> compare(np.array([1.0, 2.0]), np.array([1.0, 2.0002]))
    4.0
    """
    ours, theirs = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    if ours.shape != theirs.shape or not np.array_equal(np.isfinite(ours), np.isfinite(theirs)):
        return 0.0
    finite = np.isfinite(ours)
    size = np.maximum(np.abs(ours), np.abs(theirs))
    if scale is not None:
        size = np.maximum(size, scale)
    away = np.abs(ours - theirs)[finite]
    wrong = away > 0
    if not wrong.any():
        return MOST_DIGITS
    worst = float(np.max(away[wrong] / size[finite][wrong]))
    return round(min(MOST_DIGITS, max(0.0, -math.log10(worst))), 1)


def _compared(path: _Path, case: Case, own: Numbers) -> Iterator[dict[str, Any]]:
    n = len(case.history)
    way = path.methods.get(case.method)
    reason = case.method if case.method in ("infinite", "subsample") else "not_known"
    found = reason if way is None else way(case)
    if isinstance(found, str):
        yield {"n": n, "reason": found}
        return
    for quantity, theirs in found.items():
        if quantity in own:
            scale = own["std_error"] if quantity == "coefficient" else None
            digits = compare(own[quantity], theirs, scale)
            yield {"quantity": quantity, "n": n, "compared": len(theirs), "digits": digits}


Cases = Iterator[tuple[dict[str, str], Case, Numbers]]


def _chosen(n: int, most: int, seed: int) -> Any:
    """Positions of at most so many rows, in order."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))


def _regress_cases(stored: Result, data: Path, most_rows: int, seed: int) -> Cases:
    options = _options(stored)
    if options.impute:
        return
    _, given = regress.problems(str(data), options)
    for problem in given:
        part = _part(problem, _chosen(len(problem.history), most_rows, seed))
        try:
            found = fit_function(options.model)(part)
        except TkkError:
            # A few rows of many may lack an event that the model needs.
            if len(part.history) == len(problem.history):
                raise
            yield {"model": problem.label}, Case("subsample", part.history, 0, part.design.matrix, False, NOTHING), {}
            continue
        for fitted in found:
            who = {"model": problem.label, "method": fitted.method, "cause": fitted.cause}
            yield who, *regress_case(part, fitted)


def _part(problem: Problem, rows: Any) -> Problem:
    """The problem of some rows."""
    history = problem.history.take(rows)
    return dataclasses.replace(
        problem,
        history=dataclasses.replace(history, cluster=_dense(history.cluster), stratum=_dense(history.stratum)),
        design=problem.design.take(rows),
        person=None if problem.person is None else _dense(problem.person[rows]),
        extra={name: values[rows] for name, values in problem.extra.items()},
        coefficients_only=True,
    )


def _dense(codes: Any) -> Any:
    return None if codes is None else np.unique(codes, return_inverse=True)[1].astype(np.int64)


def _survival_cases(stored: Result, data: Path, most_rows: int, seed: int) -> Cases:
    options = _options(stored)
    cohort = build_cohort(str(data), options)
    history, _ = survival.restricted(cohort.history, options)
    method = str(options.method)
    if options.conditional is not None or method == "fleming_harrington":
        return
    for name, group in zip(history.groups, each_group(history), strict=True):
        part = group.take(_chosen(len(group), most_rows, seed))
        part = dataclasses.replace(part, cluster=_dense(part.cluster), stratum=None)
        causes = range(len(history.causes)) if method == "aalen_johansen" else range(1)
        for cause in causes:
            who = {"model": name, "method": method, "cause": history.causes[cause]}
            yield who, *_curve_case(part, cause, method, options)


def _curve_case(history: EventHistory, cause: int, method: str, options: SurvivalOptions) -> tuple[Case, Numbers]:
    times = np.unique(history.exit[history.cause > 0])
    if len(times) > MOST_TIMES:
        times = times[np.linspace(0, len(times) - 1, MOST_TIMES).astype(int)]
    table = risk_table(history)
    robust = options.variance == "robust"
    if method == "aalen_johansen":
        curve = aalen_johansen(history, table, cause, "aalen" if options.variance == "aalen" else "robust")
    else:
        curve = kaplan_meier(history, table, robust=robust)
    place = np.searchsorted(curve.time, times, side="right") - 1
    own = {"estimate": curve.estimate[place]}
    if options.variance != "aalen":
        own["std_error"] = curve.std_error[place]
    offset = np.zeros(len(history))
    matrix = np.zeros((len(history), 0))
    return Case(method, history, cause, matrix, robust, offset, times=times), own
