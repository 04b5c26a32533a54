"""Interval-censored times: bounds, units, and every refusal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tkk_cli.data.design import build_regression
from tkk_cli.data.options import CovariateOptions
from tkk_cli.errors import TkkError

NAN = np.nan


def frame(**columns: Any) -> pd.DataFrame:
    base: dict[str, Any] = {
        "ilman": [2.0, NAN, 0.0, 5.0, 3.0, NAN],
        "todettu": [4.0, 3.0, 2.0, NAN, 3.0, NAN],
        "ika": [30, 40, 50, 60, 45, 20],
    }
    return pd.DataFrame(base | columns)


def made(data: pd.DataFrame, **options: Any) -> Any:
    base = {"lower": "ilman", "upper": "todettu", "covariates": "ika"}
    return build_regression(data, CovariateOptions(**(base | options)))


def refused(code: str, data: pd.DataFrame, **options: Any) -> TkkError:
    with pytest.raises(TkkError) as caught:
        made(data, **options)
    assert caught.value.code == code
    return caught.value


def test_bounds_and_the_history_that_they_make() -> None:
    regression = made(frame())
    assert regression.extra["lower"].tolist() == [2, 0, 0, 5, 3]
    assert regression.extra["upper"].tolist() == [4, 3, 2, np.inf, 3]
    history = regression.cohort.history
    assert history.exit.tolist() == [4, 3, 2, 5, 3]
    assert history.cause.tolist() == [1, 1, 1, 0, 1]
    assert history.causes == ("event",)
    assert regression.cohort.cause_labels["event"]["fi"] == "tapahtuma"
    assert regression.cohort.excluded == [("missing time", 1)]


def test_an_infinite_upper_time_is_right_censored() -> None:
    regression = made(frame(todettu=[4.0, 3.0, 2.0, np.inf, 3.0, NAN]))
    assert regression.cohort.history.cause.tolist() == [1, 1, 1, 0, 1]


def test_times_are_in_the_unit_that_is_shown() -> None:
    regression = made(frame(), time_unit="week", unit="day")
    assert regression.extra["lower"].tolist() == [14, 0, 0, 35, 21]
    assert regression.extra["upper"].tolist() == [28, 21, 14, np.inf, 21]
    assert regression.cohort.history.exit.tolist() == [28, 21, 14, 35, 21]
    assert regression.cohort.unit == "day"


def test_a_lower_time_after_the_upper_one() -> None:
    assert refused("TKK232", frame(ilman=[6.0, NAN, 3.0, 5.0, 3.0, NAN])).count == 2
    made(frame(ilman=[6.0, NAN, 0.0, 5.0, 3.0, NAN]), where="ika > 30")


@pytest.mark.parametrize(
    "options",
    [{"lower": None}, {"upper": None}, {"time": "todettu"}, {"event": "ika==30"}, {"events": "a=1"}, {"of": "a"}],
)
def test_one_outcome_and_whole(options: dict[str, str | None]) -> None:
    refused("TKK233", frame(), **options)
