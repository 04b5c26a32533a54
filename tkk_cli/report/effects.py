"""How effects are written: their scale, digits, references and what could not be estimated; for page and figure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from tkk_cli.report.language import text
from tkk_cli.report.notes import variables_of
from tkk_cli.report.numbers import common_digits, interval, number
from tkk_cli.results import Result

__all__ = [
    "RATE_PER",
    "RATIOS",
    "FitKey",
    "Scale",
    "exposure_rows",
    "fit_keys",
    "method_name",
    "model_names",
    "scale_of",
]

# Measures whose null is 1 and that are shown on a log axis; the others have 0.
RATIOS = {"hazard_ratio", "subdistribution_hazard_ratio", "time_ratio", "rate_ratio", "odds_ratio", "ratio"}

# Rates are shown per this many units of person-time, so that they have a digit before the decimal mark.
RATE_PER = {"day": 1000, "week": 1000, "month": 100, "year": 100}

MOST_DECIMALS = 6
LARGEST = 1e6

Row = dict[str, Any]


class FitKey(NamedTuple):
    """What names a fit in every table of a regression."""

    model: str
    method: str
    cause: str


def fit_keys(result: Result) -> list[FitKey]:
    """The fits, the event of interest first, then by method and adjustment set as they were fitted."""
    table = result["coefficients"]
    found = list(dict.fromkeys(map(FitKey._make, zip(table["model"], table["method"], table["cause"], strict=True))))
    causes = list(result.estimand["causes"])
    methods = list(dict.fromkeys(key.method for key in found))
    return sorted(found, key=lambda key: (causes.index(key.cause), methods.index(key.method)))


def exposure_rows(rows: list[Row], exposure: str | None) -> list[Row]:
    """The rows of the exposure, in each piece of follow-up; every row that is no ancillary one when there is none."""
    own = [row for row in rows if row["role"] != "ancillary"]
    return [row for row in own if variables_of(row["term"].partition(":time (")[0]) == [exposure]] or own


def method_name(method: str, language: str) -> str:
    """The model in words."""
    return text(f"method_{method}", language)


def model_names(result: Result, language: str) -> dict[str, str]:
    """Adjustment set -> ``1: vakioimaton``, ``2: ika + sukupuoli``, in the order in which they were given."""
    sets = dict.fromkeys(result["coefficients"]["model"])
    crude = text("model_crude", language)
    return {name: f"{i}: {crude if name == 'crude' else name}" for i, name in enumerate(sets, 1)}


@dataclass(frozen=True)
class Scale:
    """How the effects of one measure are written.

    Attributes
    ----------
    kind : str
        The measure; ``cause_specific`` for a hazard ratio with several events.
    ratio : bool
        1 means no effect, and the axis is logarithmic; otherwise 0 does, and it is linear.
    factor : float
        By which estimates are multiplied: percentage points, hazards per 1000 days.
    heading : str
        Of the column: ``HR``, ``Erotus (päivää)``.
    language : str
    """

    kind: str
    ratio: bool
    factor: float
    heading: str
    language: str

    @property
    def null(self) -> float:
        """The value that means no effect."""
        return 1.0 if self.ratio else 0.0

    def estimate(self, row: Row) -> str:
        """The estimate, the reference as such, or why there is none."""
        role = row["role"]
        if role == "reference":
            return text("reference_value", self.language, value=number(self.null, self.language))
        if role == "dropped":
            return text("dropped", self.language)
        if role == "infinite":
            if not self.ratio:
                return text("infinite", self.language)
            return "→\u00a00" if row["estimate"] == 0 else "→\u00a0∞"
        return self._written(row["estimate"], self._decimals(row))

    def interval(self, row: Row) -> str:
        """The limits; empty where there is no estimate."""
        if row["role"] in ("reference", "dropped", "infinite"):
            return ""
        decimals = self._decimals(row)
        low, high = row["conf_low"], row["conf_high"]
        if not self.ratio or low is None:
            scaled = [None if value is None else self.factor * value for value in (low, high)]
            return interval(scaled[0], scaled[1], self.language, decimals)
        # A limit beyond all numbers is not one that could not be estimated.
        high = math.inf if high is None and row["std_error"] is not None else high
        key = "range_open" if high is None else "range"
        shown = {"low": self._written(low, decimals), "high": self._written(high, decimals)}
        return text(key, self.language, **shown)

    def both(self, row: Row) -> str:
        """``0,85 (0,70–1,03)`` in one cell."""
        limits = self.interval(row)
        return f"{self.estimate(row)} ({limits})" if limits else self.estimate(row)

    def _decimals(self, row: Row) -> int:
        if not self.ratio:
            # Two digits of the standard error: effects of age and of a programme differ in size.
            error = row["std_error"]
            return max(1, common_digits([None if error is None else self.factor * error], 2))
        decimals = 2
        # An effect per day or euro may be 1.0003: an interval of 1.00 to 1.00 would say nothing.
        while decimals < MOST_DECIMALS and self._written(row["conf_low"], decimals) == self._written(
            row["conf_high"], decimals
        ):
            decimals += 1
        return decimals

    def _written(self, value: float | None, decimals: int) -> str:
        if value is None:
            return text("not_estimable", self.language)
        if not self.ratio:
            return number(self.factor * value, self.language, decimals)
        if value > LARGEST:
            return ">" + number(LARGEST, self.language)
        if value < 1 / LARGEST:
            return "<" + number(1 / LARGEST, self.language, MOST_DECIMALS)
        if value >= 100:
            return number(value, self.language, 0)
        return number(value, self.language, decimals, significant=2 if value < 0.1 else None)


def scale_of(result: Result, measure: str, language: str) -> Scale:
    """The scale of a measure of ``tables.REGRESS["coefficients"]`` in a result."""
    unit = result.estimand["unit"]
    kind = "cause_specific" if measure == "hazard_ratio" and len(result.estimand["causes"]) > 1 else measure
    factor, words = 1.0, {}
    if measure == "difference":
        share = (result.settings.get("quantity") or "").replace("-", "_") in ("survival", "incidence")
        factor = 100.0 if share else 1.0
        words = {"unit": text("unit_points" if share else f"unit_{unit}_many", language)}
    elif measure == "hazard_difference":
        factor = float(RATE_PER[unit])
        words = {"unit": text(f"person_time_{unit}", language), "per": number(factor, language)}
    return Scale(kind, measure in RATIOS, factor, text(f"short_{measure}", language, **words), language)
