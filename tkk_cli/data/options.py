"""Options of reading a file and of the parts that its columns play. Light: no heavy import."""

from __future__ import annotations

from dataclasses import dataclass

from tkk_cli.options import check_choices, option

__all__ = ["UNITS", "ColumnOptions", "CovariateOptions", "ReadOptions"]

# Length of a unit in days. Months and years are mean lengths of the Gregorian calendar (365.25 / 12).
UNITS = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """How the file is to be read, where the guess is not wanted."""

    codebook: str | None = option(None, "Codebook (TOML): roles, labels, units, missing codes.", "File")
    separator: str | None = option(None, "Field separator of a text file: ; , | or tab.", "File")
    decimal: str | None = option(None, "Decimal mark of a text file.", "File", choices=(",", "."))
    encoding: str | None = option(None, "Text encoding: utf-8, utf-16, cp1252, latin-1.", "File")
    date_format: str | None = option(
        None,
        "Date format of text dates.",
        "File",
        choices=("d.m.yyyy", "d/m/yyyy", "m/d/yyyy", "yyyymmdd", "yyyy-mm-dd"),
    )
    sheet: str | None = option(None, "Sheet of an Excel file (the first by default).", "File")

    def __post_init__(self) -> None:
        check_choices(self)


@dataclass(frozen=True, kw_only=True)
class ColumnOptions(ReadOptions):
    """Which columns play which part in a cohort file."""

    time: str | None = option(None, "Column with the length of follow-up.", "Follow-up")
    event: str | None = option(None, "Column that says how follow-up ended; COLUMN==CODE for one event.", "Follow-up")
    events: str | None = option(
        None, 'Events and their codes, for example "tyohonpaluu=1,elake=2+3,kuolema=4".', "Follow-up"
    )
    censored: str = option("0", "Codes that mean censored, separated by commas.", "Follow-up")
    of: str | None = option(None, "The event of interest (the first of --events by default).", "Follow-up")
    start: str | None = option(None, "Column with the date on which follow-up starts.", "Follow-up")
    event_date: str | None = option(
        None, 'Column with the date of the event, or "name=column,..." for several.', "Follow-up"
    )
    end: str | None = option(None, "Column with the date on which follow-up ends.", "Follow-up")
    entry: str | None = option(None, "Column with late entry: a time, or a date with --start.", "Follow-up")
    unit: str | None = option(
        None,
        "Unit of every time given and shown (by default that of the time column: --time-unit, codebook, or day).",
        "Follow-up",
        choices=tuple(UNITS),
    )
    time_unit: str | None = option(
        None, "Unit of the time columns, where it is not --unit.", "Follow-up", choices=tuple(UNITS)
    )
    drop_empty_intervals: bool = option(
        False, "Leave out rows that end before they start, or at late entry, and count them.", "Follow-up"
    )
    group: str | None = option(None, "Column with the groups to compare.", "Groups and weights")
    group_order: str | None = option(
        None, "The groups in their order, separated by commas, the reference first.", "Groups and weights"
    )
    reference: str | None = option(None, "The group that the others are compared with.", "Groups and weights")
    strata: str | None = option(
        None, "Columns to stratify tests and the baseline of a model by, separated by commas.", "Groups and weights"
    )
    weights: str | None = option(None, "Column with weights; needs --weight-kind.", "Groups and weights")
    weight_kind: str | None = option(
        None, "What a weight means.", "Groups and weights", choices=("frequency", "case", "probability")
    )
    cluster: str | None = option(
        None, "Column with the workplace, course or person that rows belong to.", "Groups and weights"
    )
    where: str | None = option(
        None, 'Keep the rows for which this holds, for example "ika >= 30 and sukup == 1".', "Groups and weights"
    )


@dataclass(frozen=True, kw_only=True)
class CovariateOptions(ColumnOptions):
    """Which columns explain the outcome. ``--group`` is the exposure: the first term of every model."""

    covariates: str | None = option(None, "Columns to adjust for, separated by commas.", "Covariates")
    formula: str | None = option(
        None,
        'The right side of the model, for example "ohjelma * sukupuoli + cr(ika, df=3) + strata(alue)"; '
        "C(koulutus, Treatment('02')) sets a reference.",
        "Covariates",
    )
    adjust: str | None = option(
        None,
        'A set to adjust for beside --group: "crude", or a formula; several give a table that compares them.',
        "Covariates",
        repeatable=True,
    )
    offset: str | None = option(None, "Column added to the linear predictor with the coefficient 1.", "Covariates")
    id: str | None = option(
        None, "Column with the person, when a person has several rows (start-stop, late entry).", "Covariates"
    )
    lower: str | None = option(
        None, "Column with the last time before the event, for interval-censored times.", "Covariates"
    )
    upper: str | None = option(
        None, "Column with the first time after the event; missing = right-censored.", "Covariates"
    )
    impute: int = option(
        0, "Fill in missing covariates this many times (multiple imputation); 0 = complete cases.", "Covariates"
    )
    seed: int = option(1, "Seed of what is drawn at random.", "Covariates")
