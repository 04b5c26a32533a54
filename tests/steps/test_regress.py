"""From file to effects: every option changes numbers or is refused, and the tables fit together."""

from __future__ import annotations

import dataclasses
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tkk_cli as tkk
from tkk_cli.errors import TkkError
from tkk_cli.results import Result
from tkk_cli.steps.options import RegressOptions
from tkk_cli.steps.regression.capabilities import MODEL_CAPABILITIES, MODEL_FEATURES
from tkk_cli.steps.regression.registry import MODELS, OWN_OPTIONS
from tkk_cli.tables import REGRESS


@cache
def people() -> pd.DataFrame:
    """Synthetic people with an effect of age and of programme, ties, late entry, and everything that may be named."""
    rng = np.random.default_rng(11)
    n = 600
    age = rng.integers(25, 63, n)
    programme = rng.integers(0, 3, n)
    entry = np.where(rng.random(n) < 0.3, rng.integers(1, 15, n), 0)
    hazard = np.exp(0.02 * (age - 45) + 0.3 * (programme == 1))
    back = np.ceil(rng.exponential(60 / hazard)).astype(int)
    pension = np.ceil(rng.exponential(150, n)).astype(int)
    end = rng.integers(30, 160, n)
    exit_ = np.minimum(np.minimum(back, pension), end)
    wave = np.ceil((entry + exit_) / 20).astype(int)
    return pd.DataFrame(
        {
            "aalto": wave,
            "tulo_aalto": ((entry > 7) & (wave > 1)).astype(int),
            "aika": entry + exit_,
            "tulo": entry,
            "tila": np.where(exit_ == back, 1, np.where(exit_ == pension, 2, 0)),
            "ohjelma": np.array(["ASLAK", "KIILA", "TYK"])[programme],
            "ika": age,
            "sukupuoli": np.array(["mies", "nainen"])[rng.integers(0, 2, n)],
            "kipu": np.where(rng.random(n) < 0.1, np.nan, rng.normal(5, 2, n).round(1)),
            "alue": rng.integers(1, 4, n),
            "paikka": rng.integers(0, 50, n),
            "paino": rng.uniform(0.5, 2, n).round(2),
            "kpl": rng.integers(1, 4, n),
            "siirto": rng.normal(0, 0.3, n).round(3),
            "ennen": np.maximum(entry + exit_ - 7, 0),
            "jalkeen": np.where(exit_ == back, entry + exit_, np.nan),
        }
    )


ONE = {"time": "aika", "event": "tila==1", "censored": "0,2", "group": "ohjelma", "covariates": "ika,sukupuoli"}
TWO = {"time": "aika", "event": "tila", "events": {"paluu": 1, "elake": 2}, "group": "ohjelma", "covariates": "ika"}


def fit(base: dict[str, Any], **options: Any) -> Result:
    return tkk.regress(people(), **{**base, **options})


def coefficients(result: Result) -> np.ndarray:
    table = result["coefficients"]
    return np.stack([table["coefficient"], table["std_error"]])


BASE: dict[str, dict[str, Any]] = {
    "cox": ONE,
    "fine-gray": TWO,
    "aft": ONE,
    "spline": ONE,
    "poisson": {**ONE, "cuts": "30,60"},
    "pseudo": {**TWO, "quantity": "time-lost", "horizon": 60},
    "additive": ONE,
    "discrete": {**ONE, "time": "aalto"},
}


@pytest.mark.parametrize("model", MODELS)
def test_every_model_gives_a_whole_result(model: str) -> None:
    result = fit(BASE[model], model=model)
    assert result.tables.keys() <= REGRESS.keys()
    table = result["coefficients"]
    roles = set(table["role"])
    assert roles <= {"estimate", "reference", "ancillary"}
    estimates = table.where(role="estimate")
    assert len(estimates) >= 3
    for name in ("coefficient", "std_error", "estimate", "conf_low", "conf_high", "p_value"):
        assert np.isfinite(estimates[name]).all(), name
    assert (estimates["conf_low"] < estimates["estimate"]).all()
    assert (estimates["estimate"] < estimates["conf_high"]).all()
    reference = table.where(role="reference", term="ohjelma")
    assert set(reference["level"]) == {"ASLAK"}
    again = Result.from_json(result.to_json())
    assert again.to_json() == result.to_json()
    assert json.loads(result.to_json())["estimand"]["exposure"] == "ohjelma"


# option -> (model, value); each must change coefficients, errors or the tables named
CHANGES: list[tuple[str, str, Any]] = [
    ("cox", "ties", "breslow"),
    ("cox", "ties", "exact"),
    ("cox", "penalty", 20.0),
    ("cox", "split_at", "40"),
    ("cox", "time_varying", "ika=log"),
    ("cox", "conf_level", 0.9),
    ("cox", "ph_test", "rank"),
    ("cox", "at", "30,60"),
    ("cox", "pattern", "ohjelma=TYK,ika=50"),
    ("cox", "variance", "robust"),
    ("fine-gray", "convention", "finegray"),
    ("fine-gray", "censoring_group", "ohjelma"),
    ("fine-gray", "at", "30"),
    ("aft", "distribution", "exponential"),
    ("aft", "distribution", "lognormal"),
    ("aft", "distribution", "loglogistic"),
    ("aft", "distribution", "gengamma"),
    ("aft", "variance", "robust"),
    ("spline", "spline_df", 2),
    ("spline", "spline_scale", "odds"),
    ("spline", "spline_scale", "normal"),
    ("poisson", "cuts", "50"),
    ("poisson", "variance", "robust"),
    ("pseudo", "quantity", "restricted-mean"),
    ("pseudo", "horizon", 40),
    ("pseudo", "link", "log"),
    ("additive", "hazard", "lin-ying"),
    ("discrete", "link", "logit"),
    ("discrete", "cuts", "1,2,4,6,8"),
]


@pytest.mark.parametrize(("model", "name", "value"), CHANGES)
def test_an_option_changes_the_result(model: str, name: str, value: Any) -> None:
    base = fit(BASE[model], model=model)
    other = fit(BASE[model], model=model, **{name: value})
    before = {k: t.to_records() for k, t in base.tables.items()}
    after = {k: t.to_records() for k, t in other.tables.items()}
    assert before != after


FEATURES: dict[str, dict[str, Any]] = {
    "late_entry": {"entry": "tulo"},
    "frequency": {"weights": "kpl", "weight_kind": "frequency"},
    "case": {"weights": "paino", "weight_kind": "case"},
    "probability": {"weights": "paino", "weight_kind": "probability"},
    "cluster": {"cluster": "paikka"},
    "strata": {"strata": "alue"},
    "offset": {"offset": "siirto"},
}


# What a model does not take, and the code that says so.
REFUSED = {
    (model, feature): code
    for model, row in MODEL_CAPABILITIES.items()
    for feature, code in row.items()
    if code != "yes"
}


def test_the_table_of_capabilities_is_complete() -> None:
    assert MODEL_CAPABILITIES.keys() == MODELS.keys()
    assert all(row.keys() == MODEL_FEATURES.keys() == FEATURES.keys() for row in MODEL_CAPABILITIES.values())


def test_another_convention_or_hazard_takes_what_the_default_refuses() -> None:
    late = fit(TWO, model="fine-gray", convention="finegray", entry="tulo")
    assert not np.allclose(*[r["coefficients"]["coefficient"] for r in (late, fit(TWO, model="fine-gray"))])
    strata = fit(ONE, model="additive", hazard="lin-ying", strata="alue")
    plain = fit(ONE, model="additive", hazard="lin-ying")
    assert not np.allclose(*[r["coefficients"]["coefficient"] for r in (strata, plain)], rtol=1e-6)


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("model", MODELS)
def test_a_feature_changes_the_numbers_or_is_refused(model: str, feature: str) -> None:
    base, refused = fit(BASE[model], model=model), None
    features = FEATURES[feature]
    if (model, feature) == ("discrete", "late_entry"):
        features = {"entry": "tulo_aalto"}
    try:
        other = fit(BASE[model], model=model, **features)
    except TkkError as error:
        refused = error
    if refused is not None:
        assert (model, feature) in REFUSED, refused
        assert refused.code == REFUSED[model, feature]
        assert refused.hint
        return
    assert (model, feature) not in REFUSED
    ours, theirs = coefficients(base), coefficients(other)
    assert ours.shape != theirs.shape or not np.allclose(ours, theirs, rtol=1e-6, equal_nan=True)


@pytest.mark.parametrize("model", MODELS)
def test_frequency_weights_are_copies(model: str) -> None:
    if (model, "frequency") in REFUSED:
        return
    collapsed = fit(BASE[model], model=model, weights="kpl", weight_kind="frequency")
    d = people()
    copies = d.loc[d.index.repeat(d.kpl)].reset_index(drop=True)
    expanded = tkk.regress(copies, **BASE[model], model=model)
    np.testing.assert_allclose(coefficients(collapsed), coefficients(expanded), rtol=1e-6, equal_nan=True)
    for name in ("n", "n_event"):
        np.testing.assert_allclose(collapsed["coefficients"][name], expanded["coefficients"][name], equal_nan=True)


@pytest.mark.parametrize("name", OWN_OPTIONS)
def test_an_option_of_another_model_is_refused(name: str) -> None:
    field = next(f for f in dataclasses.fields(RegressOptions) if f.name == name)
    choices = field.metadata["choices"]
    value = next((c for c in choices if c != field.default), None) or {"spline_df": 4, "penalty": 2.0}.get(name, "30")
    other = next((model for model in MODELS if model not in OWN_OPTIONS[name]), None)
    if other is None:
        return
    with pytest.raises(TkkError) as refused:
        fit(BASE[other], model=other, **{name: value})
    assert refused.value.code == "TKK306"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"conf_level": 1.0}, "TKK304"),
        ({"at": "0"}, "TKK304"),
        ({"penalty": -1.0}, "TKK304"),
        ({"impute": 1}, "TKK304"),
        ({"model": "spline", "spline_df": 0}, "TKK304"),
        ({"impute": 2, "at": "30"}, "TKK309"),
        ({"variance": "model", "cluster": "paikka"}, "TKK308"),
        ({"model": "pseudo", "variance": "model"}, "TKK308"),
        ({"model": "poisson", "ties": "exact"}, "TKK306"),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, Any], code: str) -> None:
    with pytest.raises(TkkError) as refused:
        fit(ONE, **options)
    assert refused.value.code == code


def test_counts_of_levels_add_up() -> None:
    result = fit(ONE)
    table = result["coefficients"]
    for term in ("ohjelma", "sukupuoli"):
        rows = table.where(term=term)
        assert rows["n"].sum() == len(people())
        assert rows["n_event"].sum() == (people().tila == 1).sum()
    by_level = people().groupby("ohjelma").size()
    assert dict(zip(table.where(term="ohjelma")["level"], table.where(term="ohjelma")["n"], strict=True)) == dict(
        by_level
    )


def test_every_cause_has_its_model_and_the_first_is_of_interest() -> None:
    result = fit(TWO)
    assert list(dict.fromkeys(result["coefficients"]["cause"])) == ["paluu", "elake"]
    alone = fit({**TWO, "event": "tila==2", "events": None, "censored": "0,1"})
    mine = result["coefficients"].where(cause="elake")
    np.testing.assert_allclose(mine["coefficient"], alone["coefficients"]["coefficient"], rtol=1e-10)


def test_fine_gray_stands_beside_the_cause_specific_models() -> None:
    result = fit(TWO, model="fine-gray")
    models = result["models"]
    assert list(zip(models["method"], models["cause"], strict=True)) == [
        ("fine_gray", "paluu"),
        ("cox", "paluu"),
        ("cox", "elake"),
    ]
    assert "fine_gray_and_cause_specific" in {note.key for note in result.notes}


def test_adjustment_sets_are_models_side_by_side() -> None:
    given = {name: value for name, value in ONE.items() if name != "covariates"}
    result = tkk.regress(people(), **given, adjust=["crude", "ika", "ika + kipu"])
    assert result["models"]["model"] == ("crude", "ika", "ika + kipu")
    # complete cases over all sets together
    complete = people().dropna(subset=["kipu"])
    assert set(result["models"]["n"]) == {len(complete)}
    alone = tkk.regress(complete, **given, covariates="ika")
    mine = result["coefficients"].where(model="ika")
    np.testing.assert_allclose(mine["coefficient"], alone["coefficients"]["coefficient"], rtol=1e-9)
    assert result["excluded"].to_records() == [{"reason": "missing kipu", "count": len(people()) - len(complete)}]


def test_imputation_is_seeded_and_pools() -> None:
    given = {**ONE, "covariates": "ika,kipu", "impute": 3}
    first, same = tkk.regress(people(), **given, seed=4), tkk.regress(people(), **given, seed=4)
    other = tkk.regress(people(), **given, seed=5)
    assert first.to_json() == same.to_json()
    assert first["coefficients"].to_records() != other["coefficients"].to_records()
    assert set(first["models"]["n"]) == {len(people())}
    share = first["imputation"].where(variable="kipu")
    assert share["missing"][0] == people().kipu.isna().sum()
    assert 0 < share["fraction_missing_information"][0] < 0.6
    assert first["imputation"].where(variable="ika")["fraction_missing_information"][0] < 0.2


def test_pseudo_values_at_given_times_can_be_imputed() -> None:
    given = {**ONE, "model": "pseudo", "quantity": "survival", "covariates": "ika,kipu", "impute": 2}
    result = tkk.regress(people(), **given, at="30,60")
    ancillary = [row for row in result["coefficients"].rows() if row["role"] == "ancillary"]
    assert [row["term"] for row in ancillary] == ["intercept[30]", "intercept[60]"]
    assert "at" not in result.tables


def test_labels_of_the_codebook_reach_the_result(tmp_path: Path) -> None:
    people().to_csv(tmp_path / "d.csv", index=False)
    (tmp_path / "d.toml").write_text(
        '[columns.ika]\nlabel = { fi = "Ikä", en = "Age" }\n'
        '[columns.sukupuoli]\nreference = "nainen"\n[columns.sukupuoli.values]\nmies = { fi = "Mies" }\n',
        encoding="utf-8",
    )
    result = tkk.regress(str(tmp_path / "d.csv"), **ONE)
    assert result.labels["terms"]["ika"]["fi"] == "Ikä"
    assert result.labels["levels"]["sukupuoli=mies"]["fi"] == "Mies"
    assert result["coefficients"].where(term="sukupuoli", role="reference")["level"] == ("nainen",)


def test_start_stop_rows_of_a_person_change_nothing() -> None:
    d = people().assign(tulo0=0, hlo=np.arange(len(people())))
    early, late = d[d.aika > 30].assign(aika=30, tila=0), d[d.aika > 30].assign(tulo0=30)
    pieces = pd.concat([d[d.aika <= 30], early, late])
    whole = tkk.regress(d, **ONE)
    split = tkk.regress(pieces, **ONE, entry="tulo0", id="hlo", variance="robust")
    robust = tkk.regress(d, **ONE, variance="robust")
    estimates = [r["coefficients"]["coefficient"] for r in (whole, split)]
    np.testing.assert_allclose(estimates[0], estimates[1], rtol=1e-9)
    np.testing.assert_allclose(split["coefficients"]["std_error"], robust["coefficients"]["std_error"], rtol=1e-9)


def test_interval_censored_times() -> None:
    given = {name: value for name, value in ONE.items() if name not in ("time", "event", "censored")}
    result = tkk.regress(people(), **given, model="aft", lower="ennen", upper="jalkeen")
    assert np.isfinite(result["coefficients"].where(role="estimate")["std_error"]).all()
    exact = fit(ONE, model="aft")
    assert (
        abs(
            result["coefficients"].where(term="ika")["coefficient"][0]
            - exact["coefficients"].where(term="ika")["coefficient"][0]
        )
        < 0.02
    )


def test_residuals_are_rows_of_people() -> None:
    rows = tkk.residuals(people().assign(kipu=people().kipu), **{**ONE, "covariates": "ika,kipu"})
    assert len(rows) == people().kipu.notna().sum()
    assert math.isclose(rows["martingale"].sum(), 0, abs_tol=1e-8)
    assert rows["row"].tolist() == (np.flatnonzero(people().kipu.notna()) + 1).tolist()
    for options in ({"model": "aft"}, {"impute": 2}):
        with pytest.raises(TkkError) as refused:
            tkk.residuals(people(), **ONE, **options)
        assert refused.value.code == "TKK310"


def test_a_rare_competing_event_does_not_stop_imputation() -> None:
    d = people().assign(harva=np.where((people().tila == 2) & (people().ohjelma != "KIILA"), 0, people().tila))
    options = {**TWO, "event": "harva", "covariates": "kipu", "impute": 2}
    result = tkk.regress(d, **options)
    assert result["models"]["cause"] == ("paluu",)
    assert [note.values for note in result.notes if note.code == "TKK390"] == [{"cause": "elake"}]
    with pytest.raises(TkkError) as refused:
        tkk.regress(d, **options, of="elake")
    assert refused.value.code == "TKK307"


def test_a_wrong_pattern_is_refused_also_where_no_curve_is_given() -> None:
    rows = people().assign(tulo0=0, hlo=np.arange(len(people())) // 2)
    for pattern in ("ohjelma=KIIILA", "pituus=170"):
        with pytest.raises(TkkError) as refused:
            tkk.regress(rows, **ONE, split_at="40", pattern=pattern)
        assert refused.value.code == "TKK222"


def test_weighted_events_are_counted_as_people() -> None:
    result = fit(ONE, weights="paino", weight_kind="case")
    assert result["models"]["n_event"].tolist() == [(people().tila == 1).sum()]
