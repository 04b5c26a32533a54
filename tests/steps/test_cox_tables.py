"""The tables that follow a Cox fit, from a file to rows: what is in them, what they say instead, what they refuse."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tkk_cli as tkk
from tkk_cli.errors import TkkError
from tkk_cli.estimators.intervals import limits
from tkk_cli.results import Result
from tkk_cli.steps.regression import cox_tables

ONE = {"time": "aika", "event": "tila==1", "censored": "0,2", "covariates": "ika"}
TWO = {"time": "aika", "event": "tila", "events": "paluu=1,elake=2", "covariates": "ika"}


@cache
def people() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    n = 400
    programme, age = rng.integers(0, 3, n), rng.integers(25, 60, n)
    times = np.ceil(rng.exponential(90 / np.exp(0.4 * (programme == 1) + 0.02 * (age - 40)), n))
    other, end = np.ceil(rng.exponential(250, n)), rng.integers(40, 200, n)
    exit = np.minimum(np.minimum(times, other), end)
    return pd.DataFrame(
        {
            "aika": exit,
            "tila": np.where(exit == times, 1, np.where(exit == other, 2, 0)),
            "ohjelma": np.array(["ASLAK", "KIILA", "TYK"])[programme],
            "ika": age,
            "alue": rng.integers(1, 3, n),
            "paino": rng.uniform(0.5, 2, n),
            "kpl": rng.integers(1, 3, n),
            "siirto": rng.normal(0, 0.2, n),
            "henkilo": np.arange(n),
        }
    )


def _fit(base: dict[str, Any], **more: Any) -> Result:
    return tkk.regress(people(), **(base | more))


def _keys(result: Result) -> set[str]:
    return {note.key for note in result.notes}


def _note(result: Result, key: str) -> Any:
    (note,) = (note for note in result.notes if note.key == key)
    return note


# Proportional hazards ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transform", ["km", "rank", "identity", "log"])
def test_each_term_is_tested_on_the_time_scale_that_was_asked_for(transform: str) -> None:
    found = _fit(ONE, group="ohjelma", ph_test=transform, conf_level=0.9)
    rows = found.tables["proportional_hazards"].to_records()
    assert [(row["term"], row["df"], row["transform"]) for row in rows] == [
        ("ohjelma", 2, transform),
        ("ika", 1, transform),
        ("", 3, transform),
    ]
    effects = found.tables["effect_over_time"]
    assert {(row["term"], row["level"]) for row in effects.rows()} == {
        ("ohjelma", "KIILA"),
        ("ohjelma", "TYK"),
        ("ika", ""),
    }
    assert len(effects) == 3 * 40
    np.testing.assert_allclose(effects["conf_high"] - effects["estimate"], 1.6448536269514722 * effects["std_error"])
    statistics = {t: _fit(ONE, ph_test=t).tables["proportional_hazards"]["statistic"][0] for t in (transform, "km")}
    assert len(set(statistics.values())) == (1 if transform == "km" else 2)


def test_no_test_when_none_is_asked_for() -> None:
    found = _fit(ONE, ph_test="none")
    assert not {"proportional_hazards", "effect_over_time"} & found.tables.keys()


def test_a_changing_effect_is_a_warning() -> None:
    """One group has its events at the start and the end, the other between."""
    n = 300
    k = np.arange(n)
    outer = k % 2 == 1
    times = np.where(outer, np.where(k % 4 == 1, k % 10 + 1, k % 20 + 61), k % 31 + 20).astype(float)
    frame = pd.DataFrame({"aika": times, "tila": 1, "x": outer.astype(int), "y": np.arange(n) % 7})
    found = tkk.regress(frame, time="aika", event="tila==1", covariates="x,y")
    note = _note(found, "ph_doubtful")
    assert (note.level, note.code, note.values["terms"]) == ("warning", "TKK396", ["x"])


def test_together_may_be_doubtful_where_none_is_alone() -> None:
    tests = [cox_tables.ChiSquare("a", 3.0, 1, 0.08), cox_tables.ChiSquare("", 6.5, 2, 0.04)]
    fit = _Fake(robust=True)
    notes = list(cox_tables._ph_notes(tests, "paluu", fit))  # type: ignore[arg-type]
    assert [(note.key, note.code) for note in notes] == [
        ("ph_doubtful_together", "TKK396"),
        ("ph_model_variance", None),
    ]


class _Fake:
    def __init__(self, robust: bool) -> None:
        self.robust = robust


def test_the_robust_fit_says_that_the_test_is_not() -> None:
    assert "ph_model_variance" in _keys(_fit(ONE, variance="robust"))
    assert "ph_model_variance" not in _keys(_fit(ONE))


def test_an_infinite_coefficient_leaves_out_tests_and_curves() -> None:
    frame = people().assign(none=((people().tila == 0) & (people().index % 2 == 0)).astype(int))
    found = tkk.regress(frame, **ONE | {"covariates": "ika,none"}, group="ohjelma")
    assert not {"proportional_hazards", "curves", "baseline", "contrasts"} & found.tables.keys()
    assert _note(found, "ph_not_given").code == "TKK395"
    assert _note(found, "curves_infinite").code == "TKK369"


# Curves --------------------------------------------------------------------------------------------------------------


def test_a_pattern_takes_typical_values_for_what_it_does_not_name() -> None:
    found = _fit(ONE, group="ohjelma", pattern="ohjelma=KIILA; ohjelma=KIILA,ika=30", at="60", conf_type="loglog")
    at = found.tables["at"].where(kind="pattern")
    assert at["group"] == ("ohjelma=KIILA", "ohjelma=KIILA, ika=30")
    mean = float(people().ika.mean())
    same = _fit(ONE, group="ohjelma", pattern=f"ohjelma=KIILA,ika={mean!r}", at="60").tables["at"].where(kind="pattern")
    assert at["estimate"][0] == pytest.approx(same["estimate"][0], rel=1e-12)
    assert at["estimate"][0] != pytest.approx(at["estimate"][1], rel=1e-3)
    low, high = limits(at["estimate"], at["std_error"], 0.95, "loglog")
    np.testing.assert_allclose([at["conf_low"], at["conf_high"]], [low, high])


def test_a_curve_is_the_whole_step_function() -> None:
    found = _fit(ONE, group="ohjelma", pattern="ika=40")
    events = np.unique(people().aika[people().tila == 1])
    curve = found.tables["curves"].where(kind="pattern")
    np.testing.assert_array_equal(curve["time"], events)
    np.testing.assert_array_equal(found.tables["baseline"]["time"], events)
    assert np.all(np.diff(curve["estimate"]) < 0)
    assert "contrasts" not in found.tables
    assert "at" not in found.tables


def test_long_curves_are_thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _fit(ONE, pattern="ika=40").tables["curves"]
    monkeypatch.setattr(cox_tables, "MOST_POINTS", 20)
    thin = _fit(ONE, pattern="ika=40").tables["curves"]
    assert len(thin) == 20
    assert {(row["time"], row["estimate"]) for row in thin.rows()} <= {
        (row["time"], row["estimate"]) for row in whole.rows()
    }
    assert thin["time"][-1] == whole["time"][-1]
    monkeypatch.setattr(cox_tables, "MOST_TIMES", 10)
    grid = _fit(ONE, group="ohjelma", at="77").tables
    assert len(grid["curves"]) <= 3 * 11  # that of --at is an event time too
    assert grid["at"]["time"].tolist() == [77.0] * 3


def test_several_events_give_incidences_of_each() -> None:
    found = _fit(TWO, group="ohjelma", pattern="ohjelma=TYK,ika=40", at="60,120")
    at = found.tables["at"]
    assert set(at["quantity"]) == {"incidence"}
    assert {(row["cause"], row["kind"]) for row in at.rows()} == {
        ("paluu", "pattern"),
        ("elake", "pattern"),
        ("paluu", "standardised"),
    }
    assert _note(found, "curves_standardised").values == {"n": 400}


def test_contrasts_are_those_of_the_curves() -> None:
    found = _fit(ONE, group="ohjelma", at="60", conf_level=0.9)
    at = {row["group"]: row for row in found.tables["at"].rows()}
    rows = {(row["measure"], row["group"]): row for row in found.tables["contrasts"].rows()}
    assert set(rows) == {(measure, group) for measure in ("difference", "ratio") for group in ("KIILA", "TYK")}
    one, ratio = rows["difference", "KIILA"], rows["ratio", "KIILA"]
    assert one["reference"] == "ASLAK"
    assert one["estimate"] == pytest.approx(at["KIILA"]["estimate"] - at["ASLAK"]["estimate"])
    assert ratio["estimate"] == pytest.approx(at["KIILA"]["estimate"] / at["ASLAK"]["estimate"])
    # The two share their people and coefficients: the error is not that of two samples.
    apart = np.hypot(at["KIILA"]["std_error"], at["ASLAK"]["std_error"])
    assert 0 < one["std_error"] < apart * 1.5
    assert one["conf_high"] - one["estimate"] == pytest.approx(1.6448536269514722 * one["std_error"])
    spread = np.log(ratio["conf_high"] / ratio["estimate"])
    assert spread == pytest.approx(1.6448536269514722 * ratio["std_error"] / ratio["estimate"])
    assert one["p_value"] == pytest.approx(ratio["p_value"], abs=0.02)


def test_before_any_event_a_ratio_of_incidences_is_not_estimable() -> None:
    frame = people().assign(aika=people().aika + 10)
    found = tkk.regress(frame, **TWO, group="ohjelma", at="5").tables["contrasts"]
    for row in found.rows():
        expected = (0.0, None) if row["measure"] == "difference" else (None, None)
        assert (row["estimate"], row["p_value"]) == expected


def test_strata_have_curves_of_their_own() -> None:
    found = _fit(ONE, strata="alue", group="ohjelma", pattern="ika=40", at="60")
    assert set(found.tables["baseline"]["stratum"]) == {"alue=1", "alue=2"}
    patterns = found.tables["at"].where(kind="pattern")
    assert patterns["group"] == ("ika=40, alue=1", "ika=40, alue=2")
    assert patterns["estimate"][0] != patterns["estimate"][1]


def test_an_offset_moves_the_averages_and_not_the_pattern() -> None:
    plain = _fit(ONE, group="ohjelma", pattern="ika=40", at="60")
    moved = _fit(ONE, group="ohjelma", pattern="ika=40", at="60", offset="siirto")
    assert "pattern_offset" in _keys(moved)
    assert "pattern_offset" not in _keys(plain)
    assert not np.allclose(plain.tables["at"]["estimate"], moved.tables["at"]["estimate"], rtol=1e-6)


def test_a_time_beyond_follow_up_is_a_warning() -> None:
    found = _fit(ONE, group="ohjelma", at="60,1000")
    note = _note(found, "at_beyond")
    assert (note.code, note.values["time"], note.values["last"]) == ("TKK358", 1000.0, float(people().aika.max()))
    assert "at_beyond" not in _keys(_fit(ONE, group="ohjelma", at="60"))


def test_several_rows_a_person_have_patterns_and_no_averages() -> None:
    frame = people()
    first = frame.assign(alku=0.0, aika=frame.aika / 2, tila=0)
    twice = pd.concat([first, frame.assign(alku=frame.aika / 2)])
    found = tkk.regress(twice, **ONE, group="ohjelma", entry="alku", id="henkilo", pattern="ika=40", at="60")
    assert set(found.tables["curves"]["kind"]) == {"pattern"}
    assert _note(found, "curves_repeated").code == "TKK369"
    assert "contrasts" not in found.tables
    whole = _fit(ONE, group="ohjelma", pattern="ika=40", at="60").tables["at"].where(kind="pattern")
    np.testing.assert_allclose(found.tables["at"]["estimate"], whole["estimate"], rtol=1e-7)


def test_unknown_patterns_are_refused() -> None:
    for pattern, code in (("ohjelma=XX", "TKK222"), ("paino=1", "TKK222"), ("ika=vanha", "TKK222"), ("ika", "TKK304")):
        with pytest.raises(TkkError) as caught:
            _fit(ONE, group="ohjelma", pattern=pattern)
        assert caught.value.code == code, pattern


# Effects that change over time ---------------------------------------------------------------------------------------


def test_an_effect_by_period_has_rows_of_its_own_and_no_curves() -> None:
    found = _fit(ONE, group="ohjelma", split_at="50,100")
    terms = dict.fromkeys(found.tables["coefficients"]["term"])
    assert list(terms) == ["ohjelma:time (0,50]", "ohjelma:time (50,100]", "ohjelma:time (100,)", "ika"]
    assert "curves" not in found.tables
    assert "baseline" in found.tables
    assert _note(found, "curves_changing").code == "TKK369"


def test_an_effect_that_follows_time_has_a_column_more() -> None:
    found = _fit(TWO, time_varying="ika=log(t+20)")
    assert list(dict.fromkeys(found.tables["coefficients"]["term"])) == ["ika", "ika:log(t+20)"]
    assert set(found.tables["coefficients"]["cause"]) == {"paluu", "elake"}
    assert "curves_changing" not in _keys(found)


def test_a_robust_variance_of_split_rows_is_by_row_of_the_file() -> None:
    """A period whose effects are the same as the other's would give R's cluster = id; here against the plain fit."""
    robust = _fit(ONE, group="ohjelma", split_at="50", variance="robust").tables["coefficients"]
    frame = people()
    own = tkk.regress(frame, **ONE, group="ohjelma", split_at="50", cluster="henkilo").tables["coefficients"]
    np.testing.assert_allclose(robust["std_error"], own["std_error"], rtol=1e-12)
    model = _fit(ONE, group="ohjelma", split_at="50").tables["coefficients"]
    assert not np.allclose(robust["std_error"], model["std_error"], rtol=1e-4, equal_nan=True)


def test_the_offset_follows_its_row() -> None:
    moved = _fit(ONE, group="ohjelma", split_at="50", offset="siirto").tables["coefficients"]["estimate"]
    assert not np.allclose(
        moved, _fit(ONE, group="ohjelma", split_at="50").tables["coefficients"]["estimate"], rtol=1e-4
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"split_at": "50", "time_varying": "ika=log", "group": "ohjelma"}, "TKK328"),
        ({"split_at": "50"}, "TKK328"),
        ({"split_at": "50,5000", "group": "ohjelma"}, "TKK327"),
        ({"time_varying": "ika=cube"}, "TKK328"),
        ({"time_varying": "alue=log"}, "TKK328"),
        (
            {"time_varying": "ika=log", "weights": "kpl", "weight_kind": "frequency", "variance": "robust"},
            "TKK328",
        ),
    ],
)
def test_what_cannot_change_over_time_is_refused(more: dict[str, Any], code: str) -> None:
    with pytest.raises(TkkError) as caught:
        _fit(ONE, **more)
    assert caught.value.code == code
