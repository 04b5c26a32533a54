"""Places where regression software goes wrong: R's numbers, through the public function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from reference_sets import frames, table

import tkk_cli as tkk
from tkk_cli.errors import TkkError
from tkk_cli.results import Result

# R 4.2.2, survival 3.5-3, cmprsk 2.2-11, printed with ten digits
PRINTED = 2e-9

TIES = {"crr": "efron", "finegray": "breslow"}  # crr has Breslow's ties alone
COX = {"time": "t", "event": "s==1", "censored": "0"}


def fit(d: pd.DataFrame, covariates: str = "x", **options: Any) -> Result:
    return tkk.regress(d, **{**COX, "covariates": covariates, **options})


def numbers(result: Result, place: int = 0) -> list[float]:
    table_ = result["coefficients"]
    return [float(table_[name][place]) for name in ("coefficient", "model_std_error", "std_error")]


def test_times_that_differ_by_rounding_are_tied() -> None:
    """Without ``timefix`` R, and others, give 0.1949501766."""
    d = pd.DataFrame({"t": [1.1 - 1, 0.1, 0.7 - 0.4, 0.3, 0.9, 1.2], "s": 1, "x": [1, 0, 0, 1, 1, 0]})
    result = fit(d)
    assert numbers(result)[0] == pytest.approx(0.4054651081, rel=PRINTED)
    assert "near_ties_merged" in {note.key for note in result.notes}


WEIGHTED = pd.DataFrame(
    {"t": [9, 1, 1, 6, 6, 8], "s": [1, 1, 0, 1, 1, 0], "x": [0, 1, 1, 1, 0, 0], "w": [2, 1, 3, 1, 4, 2]}
)


@pytest.mark.parametrize(
    ("ties", "wanted"),
    [
        ("efron", [1.2428800339, 0.9213505822, 0.6944928059]),
        ("breslow", [1.0856113737, 0.9077442180, 0.6442984131]),
    ],
)
def test_case_weights_under_ties_use_the_mean_weight(ties: str, wanted: list[float]) -> None:
    # coxph(Surv(t, s) ~ x, weights = w, robust = TRUE, ties = ...): coef, naive and robust standard error
    found = numbers(fit(WEIGHTED, weights="w", weight_kind="case", ties=ties))
    assert found == pytest.approx(wanted, rel=PRINTED)


def test_case_weights_are_not_copies_under_efron_but_frequencies_are() -> None:
    # the same fit of the expanded rows
    assert numbers(fit(WEIGHTED, weights="w", weight_kind="frequency"))[0] == pytest.approx(1.39236318, rel=1e-8)


def lung_in_months() -> pd.DataFrame:
    d = table("lung").dropna(subset=["inst"])
    return d.assign(t=np.rint(d.time / 30.4375), s=d.status - 1, paikka=d.inst)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"variance": "robust"}, [0.009507509917, 0.160471730746]),
        ({"cluster": "paikka"}, [0.007440575865, 0.130666461505]),
    ],
)
def test_robust_errors_use_efrons_averaged_risk_set(options: dict[str, str], wanted: list[float]) -> None:
    # coxph(Surv(t, s) ~ age + sex, robust = TRUE) and cluster = inst
    result = fit(lung_in_months(), "age,sex", **options)
    assert [numbers(result, j)[2] for j in (0, 1)] == pytest.approx(wanted, rel=PRINTED)
    assert numbers(result)[0] == pytest.approx(0.01727765689, rel=PRINTED)


def test_the_baseline_is_at_covariates_0_and_fits_the_ties() -> None:
    # basehaz(coxph(Surv(time, status == 2) ~ age + sex, lung), centered = FALSE); 2.852758810 at the means
    d = table("lung").assign(s=lambda rows: rows.status - 1)
    result = fit(d, "age,sex", time="time")
    assert result["baseline"]["estimate"][-1] == pytest.approx(2.013058457, rel=1e-8)  # R stops a step earlier


def test_separation_is_an_infinite_effect_and_not_a_large_number() -> None:
    """R warns and gives 21.7, others 16.5 or 23.7: where they stopped."""
    d = pd.DataFrame({"t": range(1, 13), "s": [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], "x": [1] * 4 + [0] * 8})
    d["ika"] = [30, 50, 40, 45, 33, 47, 52, 38, 41, 36, 44, 55]
    result = fit(d, "x,ika")
    row = next(iter(result["coefficients"].rows()))
    assert row["role"] == "infinite"
    assert (row["conf_low"], row["p_value"]) == (None, None)
    assert "TKK363" in {note.code for note in result.notes}


def test_a_column_that_others_determine_is_left_out_and_named() -> None:
    d = lung_in_months().assign(toinen=lambda rows: 2 * rows.age - 3 * rows.sex)
    result = fit(d, "age,sex,toinen")
    assert result["coefficients"]["role"] == ("estimate", "estimate", "dropped")
    assert result["models"]["df"].tolist() == [2]
    assert numbers(result)[0] == pytest.approx(0.01727765689, rel=PRINTED)
    assert "TKK362" in {note.code for note in result.notes}


def test_weights_of_zero_are_left_out_and_counted_and_negative_ones_refused() -> None:
    d = WEIGHTED.assign(w=[2, 1, 0, 1, 4, 2])
    result = fit(d, weights="w", weight_kind="case")
    assert result["excluded"].to_records() == [{"reason": "weight is zero", "count": 1}]
    assert numbers(result) == numbers(fit(d[d.w > 0], weights="w", weight_kind="case"))
    with pytest.raises(TkkError) as refused:
        fit(WEIGHTED.assign(w=-1), weights="w", weight_kind="case")
    assert refused.value.code == "TKK208"


def test_a_row_that_ends_before_it_starts_is_refused_or_left_out_and_counted() -> None:
    d = WEIGHTED.assign(alku=[0, 0, 0, 6, 0, 0])
    with pytest.raises(TkkError) as refused:
        fit(d, entry="alku")
    assert refused.value.code == "TKK203"
    kept = fit(d, entry="alku", drop_empty_intervals=True)
    assert kept["excluded"].to_records() == [{"reason": "entry at or after exit", "count": 1}]


def test_someone_who_enters_at_an_event_is_not_at_risk_at_it() -> None:
    # coxph(Surv(c(0,0,3,3,1), c(3,5,5,6,6), c(1,1,0,1,1)) ~ c(1,0,1,0,1))
    d = pd.DataFrame({"a": [0, 0, 3, 3, 1], "t": [3, 5, 5, 6, 6], "s": [1, 1, 0, 1, 1], "x": [1, 0, 1, 0, 1]})
    moved = d.assign(a=[0, 0, 3.5, 3.5, 1])
    assert numbers(fit(d, entry="a")) == numbers(fit(moved, entry="a"))
    earlier = d.assign(a=[0, 0, 2.5, 2.5, 1])
    assert numbers(fit(d, entry="a"))[0] != pytest.approx(numbers(fit(earlier, entry="a"))[0])


def test_fine_gray_by_crr_and_by_finegray_are_two_conventions() -> None:
    d = frames("mgus2")[""]
    d = d.assign(sexM=(d.sex == "M").astype(int))
    options = {"time": "etime", "event": "ev", "events": "pcm=1,kuolema=2", "model": "fine-gray"}
    # crr(etime, event, cbind(age, sexM)); and finegray(~ age + sexM + id), coxph(weights = fgwt, cluster = id, Breslow)
    wanted = {
        "crr": [-0.0173381534947, -0.2600382378841, 0.00573710323024, 0.18568103479217],
        "finegray": [-0.0173007334247, -0.2597009146486, 0.00570095802298, 0.18557930854622],
    }
    for convention, theirs in wanted.items():
        found = tkk.regress(d, **options, covariates="age,sexM", convention=convention, ties=TIES[convention])
        rows = found["coefficients"].where(method="fine_gray")
        mine = [*rows["coefficient"], *rows["std_error"]]
        # both of R's programs stop a step before the maximum
        assert mine == pytest.approx(theirs, rel=1e-5)


def test_every_cause_keeps_efron() -> None:
    """R's multi-state coxph falls back to Breslow when ``ties`` is given."""
    d = frames("mgus2")[""]
    options = {"time": "etime", "event": "ev", "events": "pcm=1,kuolema=2"}
    together = tkk.regress(d, **options, covariates="age", ties="efron")
    for code, name in ((1, "pcm"), (2, "kuolema")):
        alone = tkk.regress(
            d, time="etime", event=f"ev=={code}", censored=f"0,{3 - code}", covariates="age", ties="efron"
        )
        mine = together["coefficients"].where(cause=name)["coefficient"][0]
        assert mine == pytest.approx(alone["coefficients"]["coefficient"][0], rel=1e-10)
    breslow = tkk.regress(d, **options, covariates="age", ties="breslow")
    assert breslow["coefficients"]["coefficient"][1] != pytest.approx(together["coefficients"]["coefficient"][1])
