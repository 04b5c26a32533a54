"""``--model cox`` from a file to fits: the options reach the fit, and residuals are rows of the file."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from models.cox_models import design

import tkk_cli as tkk
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory
from tkk_cli.models.cox import cox
from tkk_cli.results import Result
from tkk_cli.steps.options import RegressOptions
from tkk_cli.steps.regress import problems
from tkk_cli.steps.regression.cox import fit

ONE = {"time": "aika", "event": "tila==1", "censored": "0,2", "covariates": "ika,saldo"}


@cache
def people() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    n = 150
    age = rng.integers(25, 60, n)
    back = np.ceil(rng.exponential(12 / np.exp(0.03 * (age - 40)), n))
    end = rng.integers(4, 30, n)
    return pd.DataFrame(
        {
            "aika": np.minimum(back, end),
            "tila": np.where(back <= end, 1 + (age > 55), 0),
            "ika": age,
            "saldo": rng.normal(size=n).round(2),
            "ohjelma": np.array(["ASLAK", "TYK"])[rng.integers(0, 2, n)],
            "paikka": rng.integers(0, 40, n),
            "alue": rng.integers(1, 4, n),
            "kpl": rng.integers(1, 4, n),
            "siirto": rng.normal(0, 0.3, n),
        }
    )


def _regress(**options: Any) -> Result:
    return tkk.regress(people(), **{**ONE, **options})


def _direct(**more: Any) -> EventHistory:
    d = people()
    zero = np.zeros(len(d), dtype=np.int64)
    cause = (d.tila == 1).to_numpy().astype(np.int64)
    return EventHistory(d.aika.to_numpy(dtype=float), cause, ("1",), zero, ("all",), **more)


@pytest.mark.parametrize(
    ("options", "history", "arguments"),
    [
        ({}, {}, {}),
        ({"ties": "breslow"}, {}, {"ties": "breslow"}),
        ({"ties": "exact"}, {}, {"ties": "exact"}),
        ({"penalty": 4.0}, {}, {"penalty": 4.0}),
        ({"variance": "robust"}, {}, {"robust": True}),
        ({"cluster": "paikka"}, {"cluster": "paikka"}, {"robust": True}),
        ({"strata": "alue"}, {"stratum": "alue"}, {}),
        ({"offset": "siirto"}, {}, {"offset": "siirto"}),
    ],
    ids=str,
)
def test_options_are_those_of_the_model(
    options: dict[str, Any], history: dict[str, str], arguments: dict[str, Any]
) -> None:
    d = people()
    codes = {name: pd.factorize(d[column], sort=True)[0].astype(np.int64) for name, column in history.items()}
    if "offset" in arguments:
        arguments = {"offset": d[arguments["offset"]].to_numpy()}
    wanted = cox(_direct(**codes), design(d[["ika", "saldo"]]), **arguments)
    table = _regress(**options)["coefficients"]
    np.testing.assert_allclose(table["coefficient"], wanted.coefficient, rtol=1e-10)
    np.testing.assert_allclose(table["std_error"], np.sqrt(np.diag(wanted.covariance)), rtol=1e-10)


def test_every_cause_is_fitted_with_the_others_censored() -> None:
    both = tkk.regress(people(), **{**ONE, "event": "tila", "events": "paluu=1,elake=2", "censored": "0"})
    table = both["models"]
    assert table["cause"] == ("paluu", "elake")
    assert list(table["n_event"]) == [(people().tila == k).sum() for k in (1, 2)]
    alone = _regress()["models"]
    assert table["concordance"][0] == pytest.approx(alone["concordance"][0], rel=1e-12)
    assert table["log_likelihood"][0] == pytest.approx(alone["log_likelihood"][0], rel=1e-12)


def test_an_infinite_effect_has_no_concordance() -> None:
    d = people().assign(saldo=(people().tila == 1) * 1.0)
    result = tkk.regress(d, **ONE)
    assert result["coefficients"].where(term="saldo")["role"] == ("infinite",)
    assert np.isnan(result["models"]["concordance"][0])
    assert {note.code for note in result.notes} >= {"TKK363", "TKK395", "TKK369"}


def test_coefficients_only_has_no_tables() -> None:
    (problem,) = problems(people(), RegressOptions(**ONE))[1]
    (whole,) = fit(problem)
    (bare,) = fit(replace(problem, coefficients_only=True))
    assert {"baseline", "proportional_hazards"} <= whole.tables.keys()
    assert bare.tables == {}
    assert bare.concordance is None
    np.testing.assert_array_equal(bare.fit.coefficient, whole.fit.coefficient)


# Residuals -----------------------------------------------------------------------------------------------------------


def test_residuals_follow_the_rows_of_the_file() -> None:
    rows = tkk.residuals(people(), **ONE)
    event = people().tila == 1
    assert rows.columns.tolist() == [
        "row",
        "martingale",
        "deviance",
        *(
            f"{kind}_{name}"
            for name in ("ika", "saldo")
            for kind in ("score", "dfbeta", "schoenfeld", "scaled_schoenfeld")
        ),
    ]
    for kind in ("schoenfeld", "scaled_schoenfeld"):
        assert (rows[f"{kind}_ika"].notna() == event).all()
    for sums_to_zero in ("martingale", "score_ika", "dfbeta_saldo", "schoenfeld_saldo"):
        assert rows[sums_to_zero].sum() == pytest.approx(0, abs=1e-8)
    assert (np.sign(rows.deviance) == np.sign(rows.martingale)).all()
    assert (rows.martingale <= event).all()
    robust = _regress(variance="robust")["coefficients"]["std_error"]
    np.testing.assert_allclose(np.sqrt((rows[["dfbeta_ika", "dfbeta_saldo"]] ** 2).sum()), robust, rtol=1e-9)


def test_dfbeta_is_about_what_leaving_a_row_out_does() -> None:
    rows, whole = tkk.residuals(people(), **ONE), _regress()["coefficients"]["coefficient"]
    chosen = rows.dfbeta_ika.abs().nlargest(5).index
    for i in chosen:
        without = tkk.regress(people().drop(index=i), **ONE)["coefficients"]["coefficient"]
        assert whole[0] - without[0] == pytest.approx(rows.dfbeta_ika[i], rel=0.25)


def test_residuals_of_a_copy_are_those_of_each_copy() -> None:
    counted = tkk.residuals(people(), **ONE, weights="kpl", weight_kind="frequency")
    copies = people().loc[people().index.repeat(people().kpl)]
    each = tkk.residuals(copies, **ONE)
    first = np.cumsum(people().kpl) - people().kpl
    for name in counted.columns.drop("row"):
        np.testing.assert_allclose(counted[name], each[name].to_numpy()[first], rtol=1e-8, atol=1e-10, err_msg=name)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"split_at": "6", "group": "ohjelma"}, "TKK326"),
        ({"time_varying": "ika=log"}, "TKK326"),
        ({"ties": "exact"}, "TKK323"),
    ],
)
def test_residuals_that_do_not_exist_are_refused(options: dict[str, Any], code: str) -> None:
    with pytest.raises(TkkError) as refused:
        tkk.residuals(people(), **ONE, **options)
    assert refused.value.code == code


def test_bic_counts_events_and_not_their_weights() -> None:
    """R's ``BIC(coxph(..., weights =))``: the logarithm of the number of events."""
    heavy = people().assign(paino=40.0)
    plain = _regress()["models"].to_records()[0]
    weighted = tkk.regress(heavy, **ONE, weights="paino", weight_kind="case")["models"].to_records()[0]
    copies = _regress(weights="kpl", weight_kind="frequency")["models"].to_records()[0]
    events = int((people()["tila"] == 1).sum())
    assert weighted["bic"] == pytest.approx(2 * np.log(events) - 2 * weighted["log_likelihood"], rel=1e-12)
    assert plain["bic"] == pytest.approx(2 * np.log(events) - 2 * plain["log_likelihood"], rel=1e-12)
    assert copies["bic"] == pytest.approx(2 * np.log(copies["n_event"]) - 2 * copies["log_likelihood"], rel=1e-12)
