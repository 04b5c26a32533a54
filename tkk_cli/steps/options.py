"""The options of every analysis, stated once. Light: no heavy import."""

from __future__ import annotations

from dataclasses import dataclass

from tkk_cli.data.options import CohortOptions
from tkk_cli.options import option

__all__ = ["SurvivalOptions"]


@dataclass(frozen=True, kw_only=True)
class SurvivalOptions(CohortOptions):
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
