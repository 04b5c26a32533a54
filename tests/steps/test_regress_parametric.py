"""``--model aft`` and ``--model spline`` from file to tables: every option changes something or is refused."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tkk_cli as tkk
from tkk_cli.errors import TkkError
from tkk_cli.models import parametric as module
from tkk_cli.results import Result


@pytest.fixture(autouse=True)
def without_lifelines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its start changes no number and costs a second."""
    monkeypatch.setattr(module, "lifelines_estimates", lambda *_: None)


@cache
def people() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n = 300
    age, programme = rng.integers(25, 63, n), rng.integers(0, 3, n)
    back = np.ceil(80 * np.exp(0.01 * (age - 45) - 0.4 * (programme == 1)) * rng.weibull(1.3, n)).astype(int)
    pension, end = np.ceil(rng.exponential(250, n)).astype(int), rng.integers(60, 200, n)
    exit_ = np.minimum(np.minimum(back, pension), end)
    return pd.DataFrame(
        {
            "aika": exit_,
            "tulo": np.where(rng.random(n) < 0.3, np.maximum(exit_ - 40, 0), 0),
            "paluu": (exit_ == back).astype(int),
            "tila": np.where(exit_ == back, 1, np.where(exit_ == pension, 2, 0)),
            "ohjelma": np.array(["ASLAK", "KIILA", "TYK"])[programme],
            "ika": age,
            "alue": rng.integers(1, 4, n),
            "paikka": rng.integers(0, 40, n),
            "paino": rng.uniform(0.5, 2, n).round(2),
            "kpl": rng.integers(1, 4, n),
            "siirto": rng.normal(0, 0.3, n).round(3),
            "ennen": np.where(exit_ == back, np.maximum(exit_ - 7, 0), exit_),
            "jalkeen": np.where(exit_ == back, exit_, np.nan),
        }
    )


FOLLOWED = {"time": "aika", "event": "paluu==1", "censored": "0", "group": "ohjelma", "covariates": ["ika"]}


def run(**more: Any) -> Result:
    return tkk.regress(people(), **{**FOLLOWED, **more})


def effects(result: Result) -> list[float]:
    table = result["coefficients"]
    return [c for c, role in zip(table["coefficient"], table["role"], strict=True) if role == "estimate"]


def errors(result: Result) -> list[float]:
    table = result["coefficients"]
    return [c for c, role in zip(table["std_error"], table["role"], strict=True) if role == "estimate"]


def notes(result: Result) -> dict[str, str | None]:
    return {note.key: note.code for note in result.notes}


def test_a_weibull_model_has_its_tables() -> None:
    result = run(model="aft", at=[60, 120], pattern=[{"ohjelma": "KIILA", "ika": 45}])
    assert result["models"]["method"] == ("weibull",)
    assert set(result["coefficients"]["measure"]) == {"time_ratio", "coefficient"}
    ancillary = [
        t
        for t, r in zip(result["coefficients"]["term"], result["coefficients"]["role"], strict=True)
        if r == "ancillary"
    ]
    assert ancillary == ["intercept", "log_scale"]
    assert result["models"]["df"] == (5,)
    assert 0.5 < result["models"]["concordance"][0] < 0.8
    assert {"weibull_shape", "curves_standardised"} <= notes(result).keys()
    assert result["tests"]["test"] == ("likelihood_ratio", "wald")
    at = pd.DataFrame(
        {name: result["at"][name] for name in ("kind", "group", "time", "estimate", "std_error", "conf_low")}
    )
    assert len(at) == 2 + 6
    contrasts = pd.DataFrame({name: result["contrasts"][name] for name in ("group", "measure", "time", "estimate")})
    value = {(row.group, row.time): row.estimate for row in at[at.kind == "standardised"].itertuples()}
    for row in contrasts.itertuples():
        own, other = value[row.group, row.time], value["ASLAK", row.time]
        assert row.estimate == pytest.approx(own - other if row.measure == "difference" else own / other, rel=1e-12)
    assert len(contrasts) == 8


def test_a_difference_over_its_error_is_near_the_test_of_the_coefficient() -> None:
    result = run(model="aft", covariates=None, at=[80])
    coefficients, contrasts = result["coefficients"], result["contrasts"]
    p = dict(zip(coefficients["level"], coefficients["p_value"], strict=True))
    for group, measure, value in zip(contrasts["group"], contrasts["measure"], contrasts["p_value"], strict=True):
        assert 0.2 < (value + 1e-3) / (p[group] + 1e-3) < 5, (group, measure)


@pytest.mark.parametrize("distribution", ["exponential", "weibull", "lognormal", "loglogistic", "gengamma"])
def test_every_distribution_is_another_model(distribution: str) -> None:
    result = run(model="aft", distribution=distribution)
    assert result["models"]["method"] == (distribution,)
    others = [run(model="aft", distribution=d) for d in ("exponential", "weibull") if d != distribution]
    assert all(effects(result) != effects(other) for other in others)


def test_the_options_of_a_spline_are_honoured() -> None:
    measures = {}
    for scale in ("hazard", "odds", "normal"):
        result = run(model="spline", spline_scale=scale)
        measures[scale] = result["coefficients"]["measure"][1]
        assert result["models"]["method"] == ("royston_parmar",)
        assert "spline_knots" in notes(result)
    assert measures == {"hazard": "hazard_ratio", "odds": "odds_ratio", "normal": "coefficient"}
    assert [run(model="spline", spline_df=df)["models"]["df"][0] for df in (1, 2, 4)] == [5, 6, 8]
    weibull, line = run(model="aft"), run(model="spline", spline_df=1)
    assert line["models"]["log_likelihood"][0] == pytest.approx(weibull["models"]["log_likelihood"][0], rel=1e-11)
    assert line["models"]["concordance"] == pytest.approx(weibull["models"]["concordance"], rel=1e-10)
    np.testing.assert_allclose(line["curves"]["estimate"], weibull["curves"]["estimate"], rtol=1e-7)
    np.testing.assert_allclose(line["curves"]["std_error"], weibull["curves"]["std_error"], rtol=1e-6)


@pytest.mark.parametrize("model", ["aft", "spline"])
@pytest.mark.parametrize(
    "more",
    [
        {"entry": "tulo"},
        {"weights": "paino", "weight_kind": "case"},
        {"weights": "paino", "weight_kind": "probability"},
        {"weights": "kpl", "weight_kind": "frequency"},
        {"offset": "siirto"},
    ],
    ids=lambda more: "-".join(map(str, more.values())),
)
def test_what_the_rows_are_changes_the_effects(model: str, more: dict[str, str]) -> None:
    plain, other = run(model=model), run(model=model, **more)
    assert not np.allclose(effects(plain), effects(other), rtol=1e-4)
    assert not np.allclose(plain["curves"]["estimate"], other["curves"]["estimate"], rtol=1e-5)


@pytest.mark.parametrize("model", ["aft", "spline"])
@pytest.mark.parametrize("more", [{"cluster": "paikka"}, {"variance": "robust"}], ids=str)
def test_clusters_and_robust_variance_change_the_errors_only(model: str, more: dict[str, str]) -> None:
    plain, other = run(model=model), run(model=model, **more)
    np.testing.assert_allclose(effects(plain), effects(other), rtol=1e-9)
    assert not np.allclose(errors(plain), errors(other), rtol=1e-3)
    assert "robust_variance" in notes(other)


@pytest.mark.parametrize("conf_type", ["loglog", "plain", "logit"])
def test_the_scale_and_level_of_intervals(conf_type: str) -> None:
    usual, other = run(model="aft", at=[60]), run(model="aft", at=[60], conf_type=conf_type, conf_level=0.9)
    np.testing.assert_array_equal(usual["at"]["estimate"], other["at"]["estimate"])
    assert (np.asarray(usual["at"]["conf_low"]) < other["at"]["conf_low"]).all()
    assert usual["coefficients"]["conf_low"][1] < other["coefficients"]["conf_low"][1]


def test_interval_censored_times() -> None:
    given = {"lower": "ennen", "upper": "jalkeen", "group": "ohjelma", "covariates": ["ika"], "model": "aft"}
    result = tkk.regress(people(), **given)
    exact = run(model="aft")
    assert result["models"]["n_event"] == exact["models"]["n_event"]
    assert not np.allclose(effects(result), effects(exact), rtol=1e-6)
    np.testing.assert_allclose(effects(result), effects(exact), atol=0.1)
    assert result["models"]["concordance"][0] is None or np.isnan(result["models"]["concordance"][0])


CAUSES = {"event": "tila", "events": {"paluu": 1, "elake": 2}}


@pytest.mark.parametrize("model", ["aft", "spline"])
def test_one_event_among_several_has_effects_and_no_curve(model: str) -> None:
    result = run(model=model, **CAUSES)
    assert "competing_as_censored_model" in notes(result)
    assert "curves" not in result.tables
    np.testing.assert_allclose(effects(result), effects(run(model=model)), rtol=1e-9)
    other = run(model=model, **CAUSES, of="elake")
    assert other["models"]["cause"] == ("elake",)
    assert effects(other) != effects(result)


def code(**more: Any) -> str:
    with pytest.raises(TkkError) as caught:
        run(**more)
    return caught.value.code


@pytest.mark.parametrize("model", ["aft", "spline"])
def test_what_is_refused(model: str) -> None:
    assert code(model=model, strata="alue") == "TKK333"
    assert code(model=model, **CAUSES, at=[60]) == "TKK335"
    assert code(model=model, **CAUSES, pattern=[{"ika": 50}]) == "TKK335"
    assert code(model=model, pattern=[{"pituus": 50}]) == "TKK222"
    assert code(model=model, ties="breslow") == "TKK306"


def test_several_rows_a_person_have_no_standardised_curve() -> None:
    d = people()
    late = d.aika > 50
    first = d.assign(nro=range(len(d)), alku=0, aika=np.minimum(d.aika, 50), paluu=np.where(late, 0, d.paluu))
    second = d.assign(nro=range(len(d)), alku=50)[late]
    rows = pd.concat([first, second])
    result = tkk.regress(rows, **FOLLOWED, model="spline", entry="alku", id="nro", pattern=[{"ika": 40}])
    whole = run(model="spline")
    np.testing.assert_allclose(effects(result), effects(whole), rtol=1e-7)
    assert {"rows_of_person_smooth": None, "curves_repeated": "TKK369"}.items() <= notes(result).items()
    assert set(result["curves"]["kind"]) == {"pattern"}


def test_a_level_without_events_has_no_curve() -> None:
    d = people().assign(paluu=lambda d: np.where(d.ohjelma == "TYK", 0, d.paluu))
    result = tkk.regress(d, **FOLLOWED, model="aft")
    assert "infinite" in result["coefficients"]["role"]
    assert {"parametric_infinite": "TKK372", "curves_infinite": "TKK369"}.items() <= notes(result).items()
    assert "curves" not in result.tables


def test_times_beyond_the_last_follow_up_are_a_warning_and_a_pattern_has_no_offset() -> None:
    result = run(model="aft", at=[5000], pattern=[{"ika": 40}], offset="siirto")
    assert {"at_beyond": "TKK358", "pattern_offset": None}.items() <= notes(result).items()


def test_imputed_covariates_give_coefficients_only() -> None:
    d = people().assign(ika=lambda d: np.where(np.arange(len(d)) % 9 == 0, np.nan, d.ika))
    result = tkk.regress(d, **FOLLOWED, model="aft", impute=2)
    assert "curves" not in result.tables
    assert len(effects(result)) == 3
