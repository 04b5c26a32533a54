"""``--model fine-gray``: from options to tables, with the cause-specific models beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import tkk_cli as tkk
from tkk_cli.errors import TkkError
from tkk_cli.results import Result

ASKED = {
    "time": "aika",
    "event": "tila",
    "events": {"paluu": 1, "elake": 2},
    "group": "ohjelma",
    "covariates": "ika",
    "model": "fine-gray",
}


def people(n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(21)
    age, programme, region = rng.integers(25, 63, n), rng.integers(0, 3, n), rng.integers(0, 2, n)
    back = np.ceil(rng.exponential(60 / np.exp(0.02 * (age - 45) + 0.4 * (programme == 1))))
    pension, end = np.ceil(rng.exponential(120, n)), rng.integers(20 + 30 * region, 160, n)
    time = np.minimum(np.minimum(back, pension), end).astype(int)
    return pd.DataFrame(
        {
            "aika": time,
            "tulo": np.where(rng.random(n) < 0.3, np.minimum(rng.integers(1, 15, n), time - 1), 0),
            "tila": np.where(time == back, 1, np.where(time == pension, 2, 0)),
            "ohjelma": np.array(["ASLAK", "KIILA", "TYK"])[programme],
            "ika": age,
            "alue": region,
            "paino": rng.choice([0.5, 1.0, 2.0], n),
            "siirto": rng.normal(0, 0.3, n).round(2),
            "henkilo": np.arange(n),
        }
    )


def fit(data: pd.DataFrame | None = None, **options: Any) -> Result:
    return tkk.regress(people() if data is None else data, **{**ASKED, **options})


def keys(result: Result) -> set[str]:
    return {note.key for note in result.notes}


def effects(result: Result, method: str = "fine_gray") -> list[dict[str, Any]]:
    return result["coefficients"].where(method=method).to_records()


def test_the_models_stand_side_by_side() -> None:
    result = fit()
    models = result["models"]
    assert list(zip(models["method"], models["cause"], strict=True)) == [
        ("fine_gray", "paluu"),
        ("cox", "paluu"),
        ("cox", "elake"),
    ]
    assert {"fine_gray_and_cause_specific", "fine_gray_crr", "curves_standardised"} <= keys(result)
    assert {row["measure"] for row in effects(result)} == {"subdistribution_hazard_ratio"}
    assert {row["measure"] for row in effects(result, "cox")} == {"hazard_ratio"}
    assert "cox_beside_model_variance" in keys(result)
    assert effects(result, "cox") == effects(fit(model="cox"), "cox")
    assert effects(fit(variance="robust"), "cox") == effects(fit(model="cox", variance="robust"), "cox")
    tests = result["proportional_hazards"]
    assert set(tests["method"]) == {"cox"}
    assert "proportional_hazards" not in fit(ph_test="none").tables
    # The curves are those of the incidence alone.
    assert set(result["curves"]["method"]) == {"fine_gray"}
    assert set(result["curves"]["quantity"]) == {"incidence"}


def test_convention_and_ties_are_honoured_and_named() -> None:
    crr, efron = fit(), fit(convention="finegray")
    breslow = fit(convention="finegray", ties="breslow")
    found = [effects(result)[1]["coefficient"] for result in (crr, efron, breslow)]
    assert len(set(found)) == 3
    assert "fine_gray_finegray_efron" in keys(efron)
    assert "fine_gray_finegray_breslow" in keys(breslow)
    # crr has Breslow's ties: the other Cox models change, it does not.
    assert effects(fit(ties="breslow")) == effects(crr)
    with pytest.raises(TkkError) as error:
        fit(ties="exact")
    assert error.value.code == "TKK331"


def test_late_entry_needs_the_other_convention() -> None:
    with pytest.raises(TkkError) as error:
        fit(entry="tulo")
    assert (error.value.code, error.value.where) == ("TKK331", "--entry")
    assert effects(fit(entry="tulo", convention="finegray")) != effects(fit(convention="finegray"))


@pytest.mark.parametrize(
    "more",
    [
        {"censoring_group": "alue"},
        {"strata": "alue"},
        {"offset": "siirto"},
        {"weights": "paino", "weight_kind": "case"},
        {"cluster": "ika"},
    ],
    ids=lambda more: next(iter(more)),
)
def test_what_is_given_changes_the_numbers(more: dict[str, Any]) -> None:
    plain, changed = effects(fit()), effects(fit(**more))
    moved = "std_error" if "cluster" in more else "coefficient"
    assert plain[1][moved] != changed[1][moved]
    assert ("fine_gray_censoring_unweighted" in keys(fit(**more))) == ("weights" in more)


def test_curves_at_times_patterns_and_contrasts() -> None:
    result = fit(at="30,90", pattern=[{"ohjelma": "KIILA", "ika": 50}, {"ika": 30}], conf_level=0.9, conf_type="loglog")
    at = result["at"].to_records()
    assert [(row["kind"], row["group"], row["time"]) for row in at if row["kind"] == "pattern"] == [
        ("pattern", "ohjelma=KIILA, ika=50", 30.0),
        ("pattern", "ohjelma=KIILA, ika=50", 90.0),
        ("pattern", "ika=30", 30.0),
        ("pattern", "ika=30", 90.0),
    ]
    averages = {(row["group"], row["time"]): row for row in at if row["kind"] == "standardised"}
    assert list(averages) == [(level, t) for level in ("ASLAK", "KIILA", "TYK") for t in (30.0, 90.0)]
    for row in at:
        assert 0 < row["conf_low"] < row["estimate"] < row["conf_high"] < 1
    wide = fit(at="30,90", conf_type="loglog")["at"].to_records()
    narrow = averages["KIILA", 30.0]
    (same,) = (row for row in wide if (row["group"], row["time"]) == ("KIILA", 30.0))
    assert same["estimate"] == pytest.approx(narrow["estimate"])
    assert same["conf_low"] < narrow["conf_low"]
    for row in result["contrasts"].to_records():
        ours, theirs = averages[row["group"], row["time"]], averages["ASLAK", row["time"]]
        if row["measure"] == "difference":
            assert row["estimate"] == pytest.approx(ours["estimate"] - theirs["estimate"])
            assert row["std_error"] < ours["std_error"] + theirs["std_error"]
        else:
            assert row["estimate"] == pytest.approx(ours["estimate"] / theirs["estimate"])
            assert row["conf_low"] * row["conf_high"] == pytest.approx(row["estimate"] ** 2)
        assert (row["p_value"] < 0.1) == (not row["conf_low"] <= (row["measure"] == "ratio") <= row["conf_high"])
    assert "at_beyond" in keys(fit(at="10000"))


def test_strata_have_baselines_and_patterns_of_their_own() -> None:
    result = fit(strata="alue", pattern={"ika": 40}, at="60", offset="siirto")
    assert len(set(result["baseline"]["stratum"])) == 2
    groups = [row["group"] for row in result["at"].to_records() if row["kind"] == "pattern"]
    assert len(groups) == 2
    assert all(group.startswith("ika=40, ") for group in groups)
    assert "pattern_offset" in keys(result)


def test_split_rows_are_one_person() -> None:
    whole = people()
    half = whole.aika // 2
    first = whole[half > 0].assign(aika=half[half > 0], tila=0, alku=0)
    rows = pd.concat([first, whole.assign(alku=half)])
    split = fit(rows, entry="alku", id="henkilo", at="60")
    for row, same in zip(effects(split), effects(fit(whole)), strict=True):
        for column in ("coefficient", "std_error") if row["role"] == "estimate" else ():
            assert row[column] == pytest.approx(same[column], rel=1e-6)
    assert "curves_repeated" in keys(split)


def test_one_event_is_refused_and_no_competing_event_said() -> None:
    with pytest.raises(TkkError) as error:
        fit(event="tila==1", events=None, censored="0,2")
    assert error.value.code == "TKK330"
    alone = people().astype({"ika": float})
    alone.loc[alone.tila == 2, "ika"] = np.nan
    result = fit(alone)
    assert {"fine_gray_no_competing_event", "fine_gray_cause_not_modelled"} <= keys(result)
    assert result["models"]["method"] == ("fine_gray", "cox")


def test_an_infinite_effect_has_no_curves() -> None:
    data = people()
    data["este"] = ((data.tila != 1) & (data.index % 3 == 0)).astype(int)
    result = fit(data, covariates="este")
    assert {"fine_gray_infinite", "curves_infinite"} <= keys(result)
    (row,) = (row for row in effects(result) if row["term"] == "este")
    assert (row["role"], row["estimate"]) == ("infinite", 0.0)
    assert "curves" not in result.tables


def test_imputed_data_are_pooled() -> None:
    data = people()
    data["kipu"] = np.where(data.index % 7 == 0, np.nan, data.ika % 10)
    result = fit(data, covariates="ika,kipu", impute=2)
    assert result["models"]["method"] == ("fine_gray", "cox", "cox")
    assert "curves" not in result.tables
