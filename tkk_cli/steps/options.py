"""The options of every analysis, stated once. Light: no heavy import."""

from __future__ import annotations

from dataclasses import dataclass

from tkk_cli.data.options import ColumnOptions, CovariateOptions
from tkk_cli.data.registers.options import EngineOptions
from tkk_cli.options import check_choices, option

__all__ = ["CheckOptions", "CohortOptions", "RegressOptions", "SensitivityOptions", "SurvivalOptions", "VerifyOptions"]


@dataclass(frozen=True, kw_only=True)
class SurvivalOptions(ColumnOptions):
    """Everything ``tkk survival`` can be told about the analysis."""

    method: str = option(
        "auto",
        "Estimator; auto is Kaplan-Meier for one event and Aalen-Johansen for several.",
        "Estimates",
        choices=("auto", "kaplan_meier", "fleming_harrington", "aalen_johansen"),
    )
    conf_level: float = option(0.95, "Confidence level, between 0 and 1.", "Estimates")
    conf_type: str = option(
        "log",
        "Scale of the confidence interval (log is R's default, loglog SAS's and Stata's).",
        "Estimates",
        choices=("log", "loglog", "plain", "logit", "arcsin"),
    )
    variance: str = option(
        "auto",
        "Variance; auto is Greenwood for one event, robust for several, and robust with weights or clusters.",
        "Estimates",
        choices=("auto", "greenwood", "robust", "aalen"),
    )
    at: str | None = option(None, "Times at which to print the curve, for example 90,180,365.", "Estimates")
    quantiles: str = option("0.25,0.5,0.75", "Quantiles of the time to the event.", "Estimates")
    horizon: float | None = option(
        None, "Horizon of the restricted mean (by default the shortest group's follow-up).", "Estimates"
    )
    extend_horizon: bool = option(
        False, "Allow a horizon beyond the last follow-up: the curve is carried forward flat.", "Estimates"
    )
    conditional: float | None = option(None, "Condition on no event up to this time; the clock goes on.", "Estimates")
    landmark: float | None = option(
        None, "Keep those under observation at this time; the clock starts there.", "Estimates"
    )
    test: str = option(
        "auto",
        "Tests of equal curves, separated by commas: log_rank, gehan, peto_peto, tarone_ware, fleming_harrington, "
        "gray, or none; auto is log_rank for one event and gray for several.",
        "Tests",
    )
    rho: float = option(0.0, "Rho of Fleming-Harrington and of Gray's test.", "Tests")
    gamma: float = option(0.0, "Gamma of Fleming-Harrington.", "Tests")
    trend: bool = option(False, "Test for trend over the groups in their order.", "Tests")
    pairwise: bool = option(False, "Compare the groups pair by pair, P-values adjusted by Holm.", "Tests")


@dataclass(frozen=True, kw_only=True)
class RegressOptions(CovariateOptions):
    """Everything ``tkk regress`` can be told about the analysis."""

    model: str = option(
        "cox",
        "Model: cox (each cause), fine-gray, aft, spline, poisson, pseudo, additive or discrete.",
        "Model",
        choices=("cox", "fine-gray", "aft", "spline", "poisson", "pseudo", "additive", "discrete"),
    )
    conf_level: float = option(0.95, "Confidence level, between 0 and 1.", "Model")
    variance: str = option(
        "auto",
        "Variance of the coefficients; auto is robust with clusters, repeated rows or case and probability weights.",
        "Model",
        choices=("auto", "model", "robust"),
    )
    ties: str = option("efron", "Tied events in a Cox model.", "Cox", choices=("efron", "breslow", "exact"))
    penalty: float = option(0.0, "Ridge penalty of a Cox model: half of it times the squared coefficients.", "Cox")
    ph_test: str = option(
        "km",
        "Time scale of the test of proportional hazards, or none.",
        "Cox",
        choices=("km", "rank", "identity", "log", "none"),
    )
    split_at: str | None = option(
        None, "Times at which the effect of --group may change, for example 90,365 (Cox).", "Cox"
    )
    time_varying: str | None = option(
        None, 'Effects that change with a function of time, for example "ika=log,ohjelma=identity" (Cox).', "Cox"
    )
    convention: str = option(
        "crr",
        "Fine-Gray: crr (variance with the estimated censoring curve) or finegray (without it, as R's finegray).",
        "Fine-Gray",
        choices=("crr", "finegray"),
    )
    censoring_group: str | None = option(
        None, "Column with a censoring curve of its own for each value (Fine-Gray).", "Fine-Gray"
    )
    distribution: str = option(
        "weibull",
        "Distribution of a parametric model.",
        "Parametric",
        choices=("exponential", "weibull", "lognormal", "loglogistic", "gengamma"),
    )
    spline_df: int = option(3, "Degrees of freedom of the baseline of a spline model.", "Parametric")
    spline_scale: str = option(
        "hazard", "Scale on which a spline model is linear.", "Parametric", choices=("hazard", "odds", "normal")
    )
    cuts: str | None = option(
        None, "Times that part the follow-up (poisson, discrete), for example 90,180,365.", "Pieces of time"
    )
    time_scales: str | None = option(
        None,
        "More time scales of a poisson model: columns with the value at time 0 and the width of a band in years, for "
        'example "ika=5,alkuvuosi=1".',
        "Pieces of time",
    )
    rate_table: str | None = option(
        None, "File with reference rates (columns as --time-scales, and rate): relative to it.", "Pieces of time"
    )
    quantity: str = option(
        "restricted-mean",
        "What pseudo-observations are of; of the event of interest where there are several.",
        "Pseudo-observations",
        choices=("survival", "incidence", "restricted-mean", "time-lost"),
    )
    link: str | None = option(
        None,
        "Link: of pseudo identity (default), log or cloglog; of discrete cloglog (default) or logit.",
        "Pseudo-observations",
        choices=("identity", "log", "cloglog", "logit"),
    )
    hazard: str = option(
        "aalen",
        "Additive hazards: aalen (effects change freely) or lin-ying (constant).",
        "Additive",
        choices=("aalen", "lin-ying"),
    )
    at: str | None = option(None, "Times at which to give curves and pseudo-values, for example 180,365.", "Curves")
    horizon: float | None = option(
        None, "Horizon of restricted means (by default the last follow-up that every group reaches).", "Curves"
    )
    pattern: str | None = option(
        None,
        'Covariates to give a curve for, for example "ohjelma=KIILA,ika=45"; the others are at their mean.',
        "Curves",
        repeatable=True,
    )
    conf_type: str = option(
        "log",
        "Scale of the interval of a curve.",
        "Curves",
        choices=("log", "loglog", "plain", "logit", "arcsin"),
    )


@dataclass(frozen=True, kw_only=True)
class VerifyOptions:
    """Everything ``tkk verify`` can be told."""

    data: str | None = option(
        None, "The file that the result was made from (by default looked for beside the result).", "Verification"
    )
    ways: str = option("again,brute,r,survival", "Ways to compute the numbers, separated by commas.", "Verification")
    digits: float = option(
        6.0, "Fewer digits of agreement than these are a failed check (exit status 1).", "Verification"
    )
    seed: int = option(1, "Seed of the subsample, where a way is too slow for all rows.", "Verification")

    def __post_init__(self) -> None:
        check_choices(self)


@dataclass(frozen=True, kw_only=True)
class CohortOptions(EngineOptions):
    """Everything ``tkk cohort`` can be told beside ``cohort.toml``: what to write, and where the work is done."""

    save: str | None = option(
        None,
        "Cohort files to write, by suffix (.parquet, .csv, .sav, .dta), separated by commas; by default "
        "NAME_data.parquet beside the TOML file.",
        "Files",
    )
    grid: str | None = option(
        None,
        "Write the state of every person in every period too; a period counts from day zero, a calendar_month from the "
        "month of it.",
        "Files",
        choices=("day", "week", "month", "calendar_month"),
    )
    grid_rule: str = option(
        "most",
        "State of a period: that of most days, or the first in priority that touches it.",
        "Files",
        choices=("most", "first"),
    )
    grid_file: str | None = option(
        None, "File of the grid (.parquet or .csv); by default NAME_UNIT.parquet beside the TOML file.", "Files"
    )
    rejects: str | None = option(
        None, "File with the row numbers of rows that could not be used, and why (.csv or .parquet).", "Files"
    )


@dataclass(frozen=True, kw_only=True)
class CheckOptions(EngineOptions):
    """Everything ``tkk check`` can be told beside ``registers.toml``."""

    rejects: str | None = option(
        None, "File with the row numbers of rows that could not be used, and why (.csv or .parquet).", "Files"
    )
    reference: str | None = option(
        None,
        "Source whose persons the others are compared with (by default those with person rows, or the largest).",
        "Check",
    )


@dataclass(frozen=True, kw_only=True)
class SensitivityOptions(EngineOptions):
    """Everything ``tkk outcomes sensitivity`` can be told beside ``cohort.toml``."""

    outcome: str = option(
        "O2", "The return: a code or name of the dictionary, or a prefix of cohort.toml.", "Definitions"
    )
    windows: str = option("14,28,60,90", "Days that a return must last, separated by commas.", "Definitions")
    origins: str = option(
        "index",
        "Days zero, separated by commas: index (that of cohort.toml), start and end (of the index spell), "
        "programme_start, programme_end, decision.",
        "Definitions",
    )
    partial: str = option(
        "counts,does_not_count", "Rules for work on a partial benefit, separated by commas.", "Definitions"
    )
    at: float = option(365.0, "Horizon in days.", "Estimates")
    group: str | None = option(
        None, "A row for each programme or provider.", "Estimates", choices=("programme", "provider")
    )
    conf_level: float = option(0.95, "Confidence level, between 0 and 1.", "Estimates")
