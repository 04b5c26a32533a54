"""``tkk regress --model poisson`` and ``discrete`` from a table to effects: time scales, reference rates, periods."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tkk_cli as tkk
from tkk_cli.errors import TkkError
from tkk_cli.results import Result


def people(n: int = 200, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "aika": rng.integers(30, 720, n),
            "tila": rng.integers(0, 3, n),
            "ohjelma": np.where(rng.random(n) < 0.5, "ASLAK", "KIILA"),
            "sukupuoli": rng.integers(1, 3, n),
            "bmi": rng.normal(26, 3, n),
            "ika": rng.uniform(30, 60, n),
            "vuosi": rng.uniform(2010, 2015, n),
            "paikka": rng.integers(0, 40, n),
            "paino": rng.integers(1, 4, n),
            "siirto": rng.normal(size=n),
        }
    )


ONE = {"time": "aika", "event": "tila==1", "censored": "0,2", "group": "ohjelma", "model": "poisson"}
TWO = {"time": "aika", "event": "tila", "events": "paluu=1,elake=2", "group": "ohjelma"}


def regress(data: pd.DataFrame | None = None, **options: Any) -> Result:
    return tkk.regress(people() if data is None else data, **options)


def effect(result: Result, level: str = "KIILA") -> dict[str, Any]:
    (row,) = [row for row in result["coefficients"].rows() if row["level"] == level]
    return row


def rows_of(result: Result, table: str, **equal: Any) -> list[dict[str, Any]]:
    return list(result[table].where(**equal).rows())


def refused(code: str, data: pd.DataFrame | None = None, **options: Any) -> TkkError:
    with pytest.raises(TkkError, match=code) as caught:
        regress(data, **options)
    return caught.value


# Poisson -------------------------------------------------------------------------------------------------------------


def test_a_constant_rate_is_the_ratio_of_the_rates_in_the_table() -> None:
    d = people()
    result = regress(d, **ONE)
    events = (d.tila == 1).groupby(d.ohjelma).sum()
    rate = events / d.groupby("ohjelma").aika.sum()
    row = effect(result)
    assert row["estimate"] == pytest.approx(rate.KIILA / rate.ASLAK)
    assert row["std_error"] == pytest.approx(math.sqrt((1 / events).sum()))
    table = rows_of(result, "rates")
    assert [row["group"] for row in table] == ["ASLAK", "KIILA"]
    assert [row["estimate"] for row in table] == pytest.approx(list(rate))
    assert [row["person_time"] for row in table] == d.groupby("ohjelma").aika.sum().tolist()


def test_pieces_of_time_are_rows_with_their_reference() -> None:
    result = regress(**ONE, cuts="365,90")
    rows = rows_of(result, "coefficients", term="time")
    assert [(row["level"], row["role"]) for row in rows] == [
        ("(0, 90]", "reference"),
        ("(90, 365]", "estimate"),
        ("> 365", "estimate"),
    ]
    assert all(row["n"] is None for row in rows)
    assert len(rows_of(result, "rates", scale="time")) == 6
    total = sum(row["n_event"] for row in rows_of(result, "rates", scale="time"))
    assert total == result["models"]["n_event"][0]


def test_two_causes_are_two_models() -> None:
    both = regress(**TWO, model="poisson", cuts="90")
    alone = regress(**ONE, cuts="90")
    assert set(both["models"]["cause"]) == {"paluu", "elake"}
    assert rows_of(both, "coefficients", cause="paluu", level="KIILA")[0]["estimate"] == pytest.approx(
        effect(alone)["estimate"]
    )


def test_time_scales_in_years_whatever_the_unit() -> None:
    d = people()
    result = regress(d, **ONE, time_scales="ika=10,vuosi=1", cuts="180")
    terms = list(dict.fromkeys(result["coefficients"]["term"]))
    assert terms == ["ohjelma", "time", "ika", "vuosi", "log_baseline"]
    assert {row["level"] for row in rows_of(result, "coefficients", term="ika")} >= {"(30, 40]", "(40, 50]", "(50, 60]"}
    weeks = regress(d, **ONE, time_scales="ika=10,vuosi=1", cuts=repr(180 / 7), time_unit="day", unit="week")
    assert effect(weeks)["coefficient"] == pytest.approx(effect(result)["coefficient"], rel=1e-8)
    years = rows_of(weeks, "rates", scale="ika", interval="(30, 40]", group="ASLAK")[0]["person_time"] * 7
    assert years == pytest.approx(
        rows_of(result, "rates", scale="ika", interval="(30, 40]", group="ASLAK")[0]["person_time"]
    )


def test_the_reported_variance_of_rates_counts_clusters() -> None:
    exact = regress(**ONE)
    robust = regress(**ONE, cluster="paikka")
    assert rows_of(robust, "rates")[0]["estimate"] == rows_of(exact, "rates")[0]["estimate"]
    assert rows_of(robust, "rates")[0]["std_error"] != pytest.approx(rows_of(exact, "rates")[0]["std_error"], rel=1e-4)
    assert effect(robust)["std_error"] != effect(robust)["model_std_error"]


def test_frequency_weights_are_copies() -> None:
    d = people()
    weighted = regress(d, **ONE, cuts="90", weights="paino", weight_kind="frequency")
    copied = regress(d.loc[d.index.repeat(d.paino)], **ONE, cuts="90")
    for name in ("estimate", "std_error", "n", "n_event"):
        assert effect(weighted)[name] == pytest.approx(effect(copied)[name])
    for one, other in zip(rows_of(weighted, "rates"), rows_of(copied, "rates"), strict=True):
        assert one["conf_high"] == pytest.approx(other["conf_high"])


def test_strata_and_an_offset_reach_the_model() -> None:
    plain = effect(regress(**ONE, cuts="90"))["estimate"]
    strata = regress(**ONE, cuts="90", strata="sukupuoli")
    assert effect(strata)["estimate"] != pytest.approx(plain, rel=1e-6)
    assert "time [sukupuoli=2]" in strata["coefficients"]["term"]
    assert effect(regress(**ONE, cuts="90", offset="siirto"))["estimate"] != pytest.approx(plain, rel=1e-4)


def test_slips_in_cuts_and_time_scales_are_refused() -> None:
    assert refused("TKK337", **ONE, cuts="90,800,900").count == 2
    assert refused("TKK337", **ONE, time_scales="ika=wide").where == "--time-scales"
    assert refused("TKK337", **ONE, time_scales="ika=0").where == "--time-scales"
    assert refused("TKK337", **ONE, time_scales="ika=0.01").count > 200  # type: ignore[operator]
    assert refused("TKK338", **ONE, time_scales="ika=5", covariates="ika").where == "--time-scales"
    words = people().assign(ikaryhma=lambda d: np.where(d.ika < 40, "nuori", "vanha"))
    assert "text" in refused("TKK338", words, **ONE, time_scales="ikaryhma=5").message


# Reference rates -----------------------------------------------------------------------------------------------------


def table(folder: Path, text: str) -> str:
    path = folder / "rates.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def by_age_and_sex(folder: Path, last: int = 62, rate: str = "0.4") -> str:
    lines = [f"{age},{sex},{rate if sex == 1 else 0.2}" for age in range(30, last) for sex in (1, 2)]
    return table(folder, "\n".join(["ika,sukupuoli,rate", *lines]))


def test_observed_over_expected(tmp_path: Path) -> None:
    """Rates per person-year that depend on sex only: expected = 0.4 or 0.2 times years."""
    d = people()
    options = {"covariates": "sukupuoli", "time_scales": "ika=10"}
    result = regress(d, **ONE, **options, rate_table=by_age_and_sex(tmp_path))
    expected = (d.aika / 365.25 * np.where(d.sukupuoli == 1, 0.4, 0.2)).groupby(d.ohjelma).sum()
    observed = (d.tila == 1).groupby(d.ohjelma).sum()
    rows = rows_of(result, "rates", scale="")
    assert [row["expected"] for row in rows] == pytest.approx(list(expected))
    assert [row["estimate"] for row in rows] == pytest.approx(list(observed / expected))
    bands = rows_of(result, "rates", scale="ika")
    assert sum(row["expected"] for row in bands) == pytest.approx(expected.sum())
    assert "time" not in result["coefficients"]["term"]
    assert "ika" not in result["coefficients"]["term"]
    assert "rates_relative_to_table" in {note.key for note in result.notes}


def test_a_rate_table_changes_the_effect_by_its_own(tmp_path: Path) -> None:
    """Doubling the rate of men halves their ratio to it, and moves nothing else."""
    d = people()
    options = {**ONE, "formula": "C(sukupuoli)", "time_scales": "ika=10"}
    one = regress(d, **options, rate_table=by_age_and_sex(tmp_path))
    twice = regress(d, **options, rate_table=by_age_and_sex(tmp_path, rate="0.8"))
    assert effect(twice, "2")["estimate"] == pytest.approx(2 * effect(one, "2")["estimate"])
    assert effect(twice)["estimate"] == pytest.approx(effect(one)["estimate"])


def test_wide_bands_of_a_table_reach_the_next_value(tmp_path: Path) -> None:
    d = people().assign(ika=44.0, aika=730, tila=1)
    path = table(tmp_path, "ika,rate\n40,0.1\n45,0.3\n50,0.5\n")
    (row,) = rows_of(
        regress(d, **{**ONE, "group": None}, covariates="bmi", time_scales="ika=50", rate_table=path), "rates", scale=""
    )
    assert row["expected"] == pytest.approx(len(d) * (0.1 + 0.3 * (730 / 365.25 - 1)))


def test_follow_up_beyond_the_table_is_counted_and_refused(tmp_path: Path) -> None:
    path = by_age_and_sex(tmp_path, last=50)
    d = people()
    error = refused("TKK341", d, **ONE, covariates="sukupuoli", time_scales="ika=10", rate_table=path)
    assert error.count == (d.ika + d.aika / 365.25 > 50).sum()


def test_columns_of_the_table_that_the_model_lacks(tmp_path: Path) -> None:
    path = by_age_and_sex(tmp_path)
    assert "sukupuoli" in refused("TKK338", **ONE, time_scales="ika=10", rate_table=path).message
    error = refused("TKK338", **ONE, covariates="sukupuoli", time_scales="ika=10,vuosi=1", rate_table=path)
    assert error.where == "vuosi"


# Curves --------------------------------------------------------------------------------------------------------------


def test_curves_of_a_constant_rate() -> None:
    """S = exp(-rate t), with standard error S rate t / sqrt(events)."""
    d = people()
    result = regress(d, **ONE, at="90,365", conf_type="plain", conf_level=0.9)
    for name in ("ASLAK", "KIILA"):
        mine = d[d.ohjelma == name]
        events = (mine.tila == 1).sum()
        for time, row in zip((90, 365), rows_of(result, "at", group=f"ohjelma={name}"), strict=True):
            mean = events / mine.aika.sum() * time
            assert row["estimate"] == pytest.approx(math.exp(-mean))
            assert row["std_error"] == pytest.approx(math.exp(-mean) * mean / math.sqrt(events))
            assert row["conf_low"] == pytest.approx(row["estimate"] - 1.6448536269514722 * row["std_error"])
            assert (row["quantity"], row["kind"]) == ("survival", "pattern")


def test_the_curve_of_a_pattern_with_pieces() -> None:
    result = regress(**ONE, covariates="bmi", cuts="90,365", at="400", pattern="ohjelma=KIILA,bmi=30")
    value = {row["level"] or row["term"]: row["coefficient"] for row in result["coefficients"].rows()}
    rate = np.exp(value["log_baseline"] + value["KIILA"] + 30 * value["bmi"])
    ratios = np.exp([0.0, value["(90, 365]"], value["> 365"]])
    (row,) = rows_of(result, "at")
    assert row["estimate"] == pytest.approx(math.exp(-rate * (ratios @ [90, 275, 35])))
    assert row["group"] == "ohjelma=KIILA, bmi=30"
    curve = rows_of(result, "curves")
    assert (curve[0]["time"], curve[0]["estimate"]) == (0, 1)
    assert [row["estimate"] for row in curve] == sorted((row["estimate"] for row in curve), reverse=True)


@pytest.mark.parametrize(
    "options",
    [
        {"time_scales": "ika=10"},
        {"strata": "sukupuoli"},
        {"offset": "siirto"},
        {"event": "tila", "events": "paluu=1,elake=2", "censored": "0"},
    ],
)
def test_curves_that_the_model_does_not_give(options: dict[str, Any]) -> None:
    assert refused("TKK340", **{**ONE, **options}, at="90").where == "--at"
    assert refused("TKK340", **{**ONE, **options}, pattern="ohjelma=KIILA").where == "--pattern"


def test_no_curve_after_the_last_follow_up() -> None:
    assert refused("TKK340", **ONE, at="90,1000").count == 1


# Discrete time -------------------------------------------------------------------------------------------------------


def waves(n: int = 300) -> pd.DataFrame:
    d = people(n, 2)
    return d.assign(aika=np.random.default_rng(3).integers(1, 6, n))


def test_a_wave_is_each_time_of_an_event() -> None:
    result = regress(waves(), **{**ONE, "model": "discrete"})
    assert result["coefficients"]["measure"][0] == "hazard_ratio"
    levels = [row["level"] for row in rows_of(result, "coefficients", term="time")]
    assert levels == ["1", "2", "3", "4", "5"]
    (note,) = [note for note in result.notes if note.key == "discrete_periods"]
    assert note.values == {"n": 5}


def test_cuts_that_keep_the_waves_change_no_effect() -> None:
    plain = effect(regress(waves(), **{**ONE, "model": "discrete"}))
    for cuts in ("1,2,3,4,5", "5,4,3,2,1"):
        row = effect(regress(waves(), **{**ONE, "model": "discrete"}, cuts=cuts))
        assert row["estimate"] == pytest.approx(plain["estimate"], rel=1e-9)
    wide = effect(regress(waves(), **{**ONE, "model": "discrete"}, cuts="2,5"))
    assert wide["estimate"] != pytest.approx(plain["estimate"], rel=1e-6)


def test_the_link_and_the_measure() -> None:
    result = regress(waves(), **{**ONE, "model": "discrete"}, link="logit")
    assert effect(result)["measure"] == "odds_ratio"
    assert refused("TKK304", waves(), **{**ONE, "model": "discrete"}, link="identity").hint is not None


def test_causes_by_either_link() -> None:
    logit = regress(waves(), **TWO, model="discrete", link="logit")
    assert "discrete_multinomial" in {note.key for note in logit.notes}
    assert [row["df"] for row in rows_of(logit, "tests", test="likelihood_ratio")] == [2, 2]
    cloglog = regress(waves(), **TWO, model="discrete")
    assert "discrete_causes" in {note.key for note in cloglog.notes}
    assert set(cloglog["models"]["cause"]) == {"paluu", "elake"}


def test_censored_inside_a_period_is_counted_and_many_are_a_warning() -> None:
    d = waves()
    some = d.assign(aika=np.where(d.index == d.index[d.tila == 0][0], 2.5, d.aika))
    few = regress(some, **{**ONE, "model": "discrete"}, cuts="1,2,3,4,5")
    (note,) = [note for note in few.notes if note.key == "discrete_partial"]
    assert note.values == {"n": 1}
    many = regress(d, **{**ONE, "model": "discrete"}, cuts="2,5")
    (note,) = [note for note in many.notes if note.key == "discrete_partial_many"]
    assert (note.level, note.code) == ("warning", "TKK379")
    assert note.values["n"] == (d.aika.isin([1, 3, 4]) & (d.tila != 1)).sum()
    assert note.values["share"] > 10


def test_times_that_are_no_periods() -> None:
    d = people(600)
    assert refused("TKK339", d, **{**ONE, "model": "discrete"}).where == "--cuts"
    assert (
        refused("TKK339", d, **{**ONE, "model": "discrete"}, cuts="90,180").count
        == ((d.aika > 180) & (d.tila == 1)).sum()
    )


def test_strata_offset_weights_and_clusters_reach_the_model() -> None:
    options = {**ONE, "model": "discrete"}
    plain = effect(regress(waves(), **options))
    for more in ({"strata": "sukupuoli"}, {"offset": "siirto"}, {"weights": "paino", "weight_kind": "probability"}):
        assert effect(regress(waves(), **options, **more))["estimate"] != pytest.approx(plain["estimate"], rel=1e-6)
    clustered = effect(regress(waves(), **options, cluster="paikka"))
    assert clustered["estimate"] == pytest.approx(plain["estimate"])
    assert clustered["std_error"] != pytest.approx(plain["std_error"], rel=1e-6)


@pytest.mark.parametrize("model", ["poisson", "discrete"])
def test_a_cause_whose_rows_were_left_out(model: str) -> None:
    d = people().assign(bmi=lambda d: np.where(d.tila == 2, np.nan, d.bmi))
    assert (
        "elake"
        in refused(
            "TKK340", d, **TWO, model=model, cuts="90,719" if model == "discrete" else "90", covariates="bmi"
        ).message
    )
