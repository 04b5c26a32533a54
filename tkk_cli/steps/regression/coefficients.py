"""From fits to the tables that every model has: coefficients with their reference rows, tests, and one row a model."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tkk_cli.designs import Term
from tkk_cli.estimators.distributions import chi_square_tail, normal_tail
from tkk_cli.estimators.intervals import normal_quantile
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.fits import Fit
from tkk_cli.models.sandwich import chi_square, quadratic
from tkk_cli.steps.regression.pooling import Pooled
from tkk_cli.steps.regression.problem import Fitted

__all__ = ["RATIOS", "Row", "coefficient_rows", "model_row", "term_test_rows", "test_rows"]

Row = dict[str, Any]

# Measures that are exp(coefficient); the others are the coefficient itself.
RATIOS = {
    "hazard_ratio",
    "subdistribution_hazard_ratio",
    "time_ratio",
    "rate_ratio",
    "odds_ratio",
    "ratio",
}
# Methods whose likelihood knows only the events: BIC counts events (not their weights), as R does for coxph.
PARTIAL = {"cox"}


@dataclass(frozen=True)
class _Counts:
    """Rows and events of the whole fit, and of the rows in which a 0/1 column is 1; NaN where they are not known."""

    history: EventHistory
    fitted: Fitted

    def of(self, column: Float | None) -> tuple[float, float]:
        if column is None or len(column) != len(self.history):
            return math.nan, math.nan
        weight = self.history.weight
        counted = column * weight if weight is not None and self.history.weight_kind == "frequency" else column
        hit = self.history.cause == self.history.causes.index(self.fitted.cause) + 1
        return float(counted.sum()), float(counted[hit].sum())


def coefficient_rows(
    fitted: Fitted, history: EventHistory, conf_level: float, pooled: Pooled | None = None
) -> Iterator[Row]:
    """The rows of one fit: each column, a row for the reference of each category, and the ancillary parameters."""
    fit, design = fitted.fit, fitted.design
    counts = _Counts(history, fitted)
    ones = np.ones(len(design))
    for term in design.terms:
        indicators = {j: _indicator(design.matrix[:, j], term) for j in term.columns}
        if term.reference is not None:
            others = [column for column in indicators.values() if column is not None]
            reference = ones - np.sum(others, axis=0) if len(others) == len(term.columns) else None
            n, events = counts.of(reference)
            yield {
                "term": term.name,
                "level": term.reference,
                "role": "reference",
                "measure": fit.measure,
                "n": n,
                "n_event": events,
                "coefficient": 0.0,
                "estimate": 1.0 if fit.measure in RATIOS else 0.0,
            }
        for j, level in zip(term.columns, term.levels, strict=True):
            n, events = counts.of(indicators[j] if term.kind == "category" else ones)
            yield {
                "term": term.name,
                "level": level,
                "measure": fit.measure,
                "n": n,
                "n_event": events,
                **_estimated(fit, j, conf_level, pooled),
            }
    for name, value, error in fit.ancillary:
        z = normal_quantile(conf_level)
        yield {
            "term": name,
            "role": "ancillary",
            "measure": "coefficient",
            "coefficient": value,
            "std_error": error,
            "estimate": value,
            "conf_low": value - z * error,
            "conf_high": value + z * error,
        }


def _indicator(column: Float, term: Term) -> Float | None:
    return column if term.kind == "category" and bool(np.all((column == 0) | (column == 1))) else None


def _estimated(fit: Fit, j: int, conf_level: float, pooled: Pooled | None) -> Row:
    """Estimate, error, interval and test of a column."""
    value = float(fit.coefficient[j])
    if math.isnan(value):
        return {"role": "dropped"}
    ratio = fit.measure in RATIOS
    if math.isinf(value):
        limit = (math.inf if value > 0 else 0.0) if ratio else value
        return {"role": "infinite", "coefficient": value, "estimate": limit}
    error = math.sqrt(fit.covariance[j, j])
    statistic = value / error if error > 0 else math.nan
    quantile, p_value = _reference_distribution(statistic, conf_level, None if pooled is None else float(pooled.df[j]))
    low, high = value - quantile * error, value + quantile * error
    with np.errstate(over="ignore"):
        shown = [float(np.exp(v)) if ratio else v for v in (value, low, high)]
    model = math.nan if fit.model_covariance is None else math.sqrt(fit.model_covariance[j, j])
    return {
        "role": "estimate",
        "coefficient": value,
        "std_error": error,
        "model_std_error": model,
        "estimate": shown[0],
        "conf_low": shown[1],
        "conf_high": shown[2],
        "statistic": statistic,
        "p_value": p_value,
    }


def _reference_distribution(statistic: float, conf_level: float, df: float | None) -> tuple[float, float]:
    """Half-width of the interval in standard errors, and the P-value: normal, or t after imputation."""
    if df is None or math.isinf(df):
        return normal_quantile(conf_level), normal_tail(statistic)
    from scipy.stats import t

    return float(t.ppf(0.5 + conf_level / 2, df)), float(2 * t.sf(abs(statistic), df))


def test_rows(fitted: Fitted) -> list[Row]:
    """Tests of all columns together."""
    return [
        {"test": test.test, "statistic": test.statistic, "df": test.df, "p_value": test.p_value}
        for test in fitted.fit.tests
    ]


def term_test_rows(fitted: Fitted, pooled: Pooled | None = None) -> Iterator[Row]:
    """Wald test of the columns of each term that has several."""
    fit = fitted.fit
    for term in fitted.design.terms:
        columns = [j for j in term.columns if math.isfinite(fit.coefficient[j])]
        if len(term.columns) < 2 or not columns:
            continue
        block = np.ix_(columns, columns)
        effect = fit.coefficient[columns]
        if pooled is not None:
            yield {"term": term.name, **_pooled_wald(effect, pooled.within[block], pooled.between[block], pooled.m)}
            continue
        test = chi_square("wald", quadratic(effect, fit.covariance[block]), len(columns))
        yield {"term": term.name, "statistic": test.statistic, "df": test.df, "p_value": test.p_value}


def _pooled_wald(effect: Float, within: Float, between: Float, m: int) -> Row:
    """D1 of Li, Raghunathan & Rubin (1991), as a chi-square-like statistic (k times F)."""
    from scipy.stats import f

    k = len(effect)
    ratio = (1 + 1 / m) * float(np.trace(between @ np.linalg.inv(within))) / k
    statistic = float(effect @ np.linalg.solve(within, effect)) / (k * (1 + ratio))
    t = k * (m - 1)
    if ratio == 0:
        df = math.inf
    elif t > 4:
        df = 4 + (t - 4) * (1 + (1 - 2 / t) / ratio) ** 2
    else:
        df = t * (1 + 1 / k) * (1 + 1 / ratio) ** 2 / 2
    p_value = chi_square_tail(k * statistic, k) if math.isinf(df) else float(f.sf(statistic, k, df))
    return {"statistic": k * statistic, "df": k, "p_value": p_value}


def model_row(fitted: Fitted, formula: str, history: EventHistory) -> Row:
    """One row: how well the model fits, and on how many."""
    fit = fitted.fit
    counted = _Counts(history, fitted).of(np.ones(len(history)))[1]
    size = counted if fitted.method in PARTIAL else fit.n
    # Fine and Gray's is no likelihood and a penalised fit is not at its maximum: criteria would not compare models.
    compares = fitted.method != "fine_gray" and not fit.state.get("penalty")
    likelihood = fit.log_likelihood if compares else math.nan
    concordance, error = fitted.concordance or (math.nan, math.nan)
    return {
        "formula": formula,
        "n": fit.n,
        # people, as in the rows of the coefficients: weights that are not frequencies do not count them
        "n_event": counted if history.weight_kind in ("case", "probability") else fit.n_event,
        "df": fit.df,
        "log_likelihood_null": fit.log_likelihood_null,
        "log_likelihood": fit.log_likelihood,
        "aic": 2 * fit.df - 2 * likelihood,
        "bic": math.log(size) * fit.df - 2 * likelihood,
        "concordance": concordance,
        "concordance_std_error": error,
        "iterations": fit.iterations,
    }
