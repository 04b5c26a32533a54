"""Regression on pseudo-values: statsmodels' GEE, standardised means, every option, refusal and note."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tkk_cli as tkk
from tkk_cli.designs import Design, Term
from tkk_cli.errors import TkkError
from tkk_cli.estimators.pseudo_values import pseudo_values
from tkk_cli.histories import EventHistory
from tkk_cli.models.pseudo import PseudoFit, pseudo_regression, standardised_means
from tkk_cli.report.render import render
from tkk_cli.results import Result

# Closed form, and steps of a GLM to 1e-11, against those of GEE, which stop at 1e-13 of the score.
CLOSED_FORM = 1e-9
ITERATED = 1e-7
AT = np.array([8.0, 16.0])


def design(matrix: np.ndarray) -> Design:
    names = tuple(f"x{j}" for j in range(matrix.shape[1]))
    return Design(matrix, names, tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(names)))


def people(n: int = 150, seed: int = 2, **parts: object) -> tuple[EventHistory, Design]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(0, 2, n), rng.normal(45, 8, n)])
    event = np.ceil(rng.exponential(12 * np.exp(0.4 * x[:, 0])))
    censored = rng.integers(5, 40, n)
    sample = EventHistory(
        exit=np.minimum(event, censored),
        cause=np.where(event <= censored, rng.integers(1, 3, n), 0),
        causes=("return", "pension"),
        group=x[:, 0].astype(np.int64),
        groups=("a", "b"),
    )
    return replace(sample, **parts), design(x)  # type: ignore[arg-type]


def gee(
    values: np.ndarray, x: np.ndarray, link: str, cluster: np.ndarray, weights: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """(intercepts and coefficients, robust covariance) of statsmodels, rows stacked by time."""
    from statsmodels.genmod.cov_struct import Independence
    from statsmodels.genmod.families import Gaussian, links
    from statsmodels.genmod.generalized_estimating_equations import GEE

    n, m = values.shape
    level = np.tile(np.eye(m), (n, 1))
    stacked = np.hstack([level, np.repeat(x, m, axis=0)])
    kind = {"identity": links.Identity, "log": links.Log, "cloglog": links.CLogLog}[link]
    start = np.zeros(stacked.shape[1])
    start[:m] = {"identity": values.mean(axis=0), "log": np.log(values.mean(axis=0)), "cloglog": -0.5}[link]
    model = GEE(
        values.ravel(),
        stacked,
        groups=np.repeat(cluster, m),
        family=Gaussian(link=kind(), check_link=False),
        cov_struct=Independence(),
        weights=None if weights is None else np.repeat(weights, m),
    )
    fit = model.fit(maxiter=500, ctol=1e-13, cov_type="robust", start_params=start)
    return fit.params, fit.cov_params()


def all_parts(found: PseudoFit) -> tuple[np.ndarray, np.ndarray]:
    values = np.array([value for _, value, _ in found.fit.ancillary] + found.fit.coefficient.tolist())
    errors = [error for *_, error in found.fit.ancillary] + np.sqrt(np.diag(found.fit.covariance)).tolist()
    return values, np.array(errors)


# Pseudo-values are not confined to 0..1, so neither is the family.
@pytest.mark.filterwarnings("ignore:The CLogLog link function does not respect the domain")
@pytest.mark.parametrize("link", ["identity", "log", "cloglog"])
@pytest.mark.parametrize("feature", ["plain", "cluster", "case"])
def test_it_is_the_gee_of_statsmodels(link: str, feature: str) -> None:
    parts: dict[str, object] = {}
    cluster = np.arange(150)
    if feature == "cluster":
        cluster = np.arange(150) // 4
        parts["cluster"] = cluster
    if feature == "case":
        parts |= {"weight": np.random.default_rng(1).uniform(0.5, 2, 150), "weight_kind": "case"}
    sample, x = people(**parts)
    values = pseudo_values(sample, AT, "incidence")
    found = pseudo_regression(sample, x, values, link, names=("intercept[8]", "intercept[16]"))
    want, covariance = gee(values, x.matrix, link, cluster, sample.weight)
    mine, errors = all_parts(found)
    tolerance = CLOSED_FORM if link == "identity" else ITERATED
    np.testing.assert_allclose(mine, want, rtol=tolerance)
    np.testing.assert_allclose(errors, np.sqrt(np.diag(covariance)), rtol=tolerance)
    assert found.fit.robust
    assert found.fit.model_covariance is None
    assert found.fit.df == 4


def test_an_offset_shifts_the_outcome_of_a_linear_model() -> None:
    sample, x = people()
    values = pseudo_values(sample, AT, "restricted_mean")
    offset = np.random.default_rng(3).normal(size=150)
    one = pseudo_regression(sample, x, values, offset=offset, names=("a", "b"))
    other = pseudo_regression(sample, x, values - offset[:, None], names=("a", "b"))
    np.testing.assert_allclose(one.parameters, other.parameters, rtol=CLOSED_FORM)
    np.testing.assert_allclose(one.fit.covariance, other.fit.covariance, rtol=CLOSED_FORM)
    logged = pseudo_regression(sample, x, values, "log", offset=np.full(150, 0.3), names=("a", "b"))
    plain = pseudo_regression(sample, x, values, "log", names=("a", "b"))
    np.testing.assert_allclose(logged.parameters[2:], plain.parameters[2:], rtol=ITERATED)
    np.testing.assert_allclose(logged.parameters[:2], plain.parameters[:2] - 0.3, rtol=ITERATED)


@pytest.mark.parametrize("link", ["identity", "cloglog"])
def test_frequencies_are_copies(link: str) -> None:
    copies = np.random.default_rng(5).integers(1, 4, 150)
    rows = np.repeat(np.arange(150), copies)
    sample, x = people()
    counts = replace(sample, weight=copies.astype(float), weight_kind="frequency")
    for cluster in (None, np.arange(150) // 3):
        one = replace(counts, cluster=cluster)
        other = replace(sample.take(rows), cluster=None if cluster is None else cluster[rows])
        fits = []
        for part, xs in ((one, x), (other, x.take(rows))):
            fits.append(pseudo_regression(part, xs, pseudo_values(part, AT, "incidence"), link, names=("a", "b")))
        np.testing.assert_allclose(fits[0].parameters, fits[1].parameters, rtol=ITERATED)
        np.testing.assert_allclose(fits[0].fit.covariance, fits[1].fit.covariance, rtol=ITERATED)
        assert (fits[0].fit.n, fits[0].fit.n_event) == (fits[1].fit.n, fits[1].fit.n_event)


def test_a_saturated_model_gives_the_curves_of_the_groups() -> None:
    """Pseudo-values within each group and no other covariate: the difference of two Aalen-Johansen incidences."""
    from tkk_cli.estimators.aalen_johansen import aalen_johansen
    from tkk_cli.estimators.risk import each_group, risk_table

    sample, _ = people()
    values = pseudo_values(replace(sample, stratum=sample.group), AT[:1], "incidence")
    found = pseudo_regression(sample, design(sample.group[:, None].astype(float)), values)
    curves = [aalen_johansen(part, risk_table(part), 0) for part in each_group(sample)]
    places = [np.searchsorted(curve.time, AT[0], side="right") - 1 for curve in curves]
    first, second = (float(c.estimate[i]) for c, i in zip(curves, places, strict=True))
    assert found.fit.coefficient[0] == pytest.approx(second - first, rel=CLOSED_FORM)
    variance = sum(float(c.std_error[i]) ** 2 for c, i in zip(curves, places, strict=True))
    assert found.fit.covariance[0, 0] == pytest.approx(variance, rel=CLOSED_FORM)


@pytest.mark.parametrize("link", ["identity", "log", "cloglog"])
def test_the_variance_of_standardised_means_is_that_of_the_jackknife(link: str) -> None:
    """The influence of a row is what leaving it out changes, times n - 1, up to O(1/n)."""
    sample, x = people(400)
    values = pseudo_values(sample, AT, "incidence")

    def means(keep: np.ndarray) -> np.ndarray:
        part, xs = sample.take(keep), x.take(keep)
        found = pseudo_regression(part, xs, values[keep], link, names=("a", "b"))
        matrix = xs.matrix.copy()
        matrix[:, 0] = 1
        return standardised_means(found, part, matrix).estimate

    everyone = np.arange(400)
    found = pseudo_regression(sample, x, values, link, names=("a", "b"))
    matrix = x.matrix.copy()
    matrix[:, 0] = 1
    standard = standardised_means(found, sample, matrix)
    left_out = np.array([means(np.delete(everyone, i)) for i in range(0, 400, 4)])
    change = 399 / 400 * (standard.estimate - left_out)
    np.testing.assert_allclose(standard.influence[::4], change, atol=0.15 * standard.influence.std())
    variance = standard.covariance(standard)
    assert variance == pytest.approx((standard.influence**2).sum(axis=0), rel=CLOSED_FORM)


def test_a_model_that_fits_badly_takes_many_steps() -> None:
    """Each takes off a constant share of the way that is left: far from the start the equations still hold."""
    x = np.array([0.0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
    values = np.array([0.0, 0, 1, 2, 2, 3, 0, 1, 0, 6, 7, 8])[:, None]
    sample = EventHistory(np.ones(12), np.ones(12, np.int64), ("a",), np.zeros(12, np.int64), ("all",))
    found = pseudo_regression(sample, design(x[:, None]), values, "log")
    mean = np.exp(found.parameters[0] + found.parameters[1] * x)
    own = (values[:, 0] - mean) * mean
    assert [own.sum(), own @ x] == pytest.approx([0, 0], abs=ITERATED)
    assert found.fit.iterations > 50


def test_a_determined_column_is_left_out() -> None:
    sample, x = people()
    values = pseudo_values(sample, AT[:1], "survival")
    found = pseudo_regression(sample, design(np.column_stack([x.matrix, 2 - x.matrix[:, 0], np.ones(150)])), values)
    assert np.isnan(found.fit.coefficient).tolist() == [False, False, True, True]
    assert [(note.code, note.values["columns"]) for note in found.fit.notes] == [("TKK381", "x2, x3")]
    plain = pseudo_regression(sample, x, values)
    assert found.fit.coefficient[:2] == pytest.approx(plain.fit.coefficient, rel=CLOSED_FORM)
    assert found.fit.tests[0].df == 2


def test_no_covariate_is_the_mean() -> None:
    sample, _ = people()
    values = pseudo_values(sample, AT[:1], "survival")
    found = pseudo_regression(sample, design(np.zeros((150, 0))), values, "log")
    assert np.exp(found.parameters) == pytest.approx(values.mean(axis=0), rel=CLOSED_FORM)
    assert found.fit.tests == ()


# the step ------------------------------------------------------------------------------------------------------------


def frame(n: int = 240) -> pd.DataFrame:
    sample, x = people(n, 7)
    return pd.DataFrame(
        {
            "aika": sample.exit,
            "tila": sample.cause,
            "ryhma": np.where(x.matrix[:, 0] == 1, "uusi", "vanha"),
            "ika": x.matrix[:, 1].round(1),
            "alue": np.arange(n) % 2,
            "paikka": np.arange(n) // 6,
            "tulo": np.arange(n) % 3 == 0,
            "paino": np.random.default_rng(1).uniform(0.5, 2, n).round(2),
        }
    )


ONE = {
    "time": "aika",
    "event": "tila==1",
    "censored": "0,2",
    "group": "ryhma",
    "group_order": "vanha,uusi",
    "covariates": ["ika"],
    "model": "pseudo",
}
TWO = ONE | {"event": "tila", "events": {"paluu": 1, "elake": 2}, "censored": "0"}


def effect(result: Result) -> float:
    (value,) = result["coefficients"].where(term="ryhma", role="estimate")["estimate"]
    return float(value)


def history_of(data: pd.DataFrame, two: bool) -> EventHistory:
    cause = data["tila"].to_numpy()
    return EventHistory(
        exit=data["aika"].to_numpy(float),
        cause=cause if two else (cause == 1).astype(np.int64),
        causes=("paluu", "elake") if two else ("paluu",),
        group=(data["ryhma"] == "uusi").to_numpy(np.int64),
        groups=("vanha", "uusi"),
    )


@pytest.mark.parametrize(
    ("quantity", "link", "measure"),
    [
        ("restricted-mean", "identity", "difference"),
        ("restricted-mean", "log", "ratio"),
        ("time-lost", "identity", "difference"),
        ("survival", "identity", "difference"),
        ("survival", "cloglog", "hazard_ratio"),
        ("incidence", "cloglog", "subdistribution_hazard_ratio"),
        ("incidence", "log", "ratio"),
    ],
)
def test_every_quantity_and_link(quantity: str, link: str, measure: str) -> None:
    data = frame()
    result = tkk.regress(data, **TWO, quantity=quantity, link=link, at="8,16", conf_level=0.9)
    sample = history_of(data, two=True)
    x = design(np.column_stack([sample.group, data["ika"]]).astype(float))
    name = quantity.replace("-", "_")
    values = pseudo_values(sample, AT, name)
    reverse = (quantity, link) == ("survival", "cloglog")
    found = pseudo_regression(sample, x, 1 - values if reverse else values, link, names=("a", "b"))
    coefficients = result["coefficients"].where(role="estimate")
    assert coefficients["coefficient"] == pytest.approx(found.fit.coefficient, rel=ITERATED)
    assert set(coefficients["measure"]) == {measure}
    assert result["models"]["method"] == ("pseudo",)
    assert result["coefficients"].where(role="ancillary")["term"] == ("intercept[8]", "intercept[16]")
    matrix = x.matrix.copy()
    matrix[:, 0] = 1
    mean = standardised_means(found, sample, matrix).estimate
    at = result["at"].where(group="uusi")
    assert at["estimate"] == pytest.approx(1 - mean if reverse else mean, rel=ITERATED)
    assert set(result["at"]["quantity"]) == {name}
    assert ("pseudo_any_event" in {note.key for note in result.notes}) == (name in ("survival", "restricted_mean"))
    for language in ("fi", "sv", "en"):
        assert render(result, "text", language)


def test_contrasts_are_of_the_standardised_means() -> None:
    result = tkk.regress(frame(), **ONE, quantity="survival", at="8", conf_level=0.9)
    base, new = (float(result["at"].where(group=name)["estimate"][0]) for name in ("vanha", "uusi"))
    difference = result["contrasts"].where(measure="difference").to_records()[0]
    ratio = result["contrasts"].where(measure="ratio").to_records()[0]
    assert (difference["group"], difference["reference"]) == ("uusi", "vanha")
    assert difference["estimate"] == pytest.approx(new - base)
    # Without an interaction a linear model has the same difference for everyone: its coefficient.
    row = result["coefficients"].where(term="ryhma", role="estimate").to_records()[0]
    for name in ("estimate", "std_error", "conf_low", "conf_high", "p_value"):
        assert difference[name] == pytest.approx(row[name])
    assert ratio["estimate"] == pytest.approx(new / base)
    z = 1.6448536269514722
    assert ratio["conf_high"] == pytest.approx(ratio["estimate"] * np.exp(z * ratio["std_error"]))


def test_the_default_horizon_is_the_last_follow_up_that_every_group_reaches() -> None:
    data = frame()
    shared = min(data.groupby("ryhma")["aika"].max())
    result = tkk.regress(data, **ONE)
    assert set(result["at"]["time"]) == {shared}
    assert effect(tkk.regress(data, **ONE, horizon=shared)) == effect(result)
    assert effect(tkk.regress(data, **ONE, horizon=10.0)) != effect(result)
    assert effect(tkk.regress(data, **ONE, at="10")) == effect(tkk.regress(data, **ONE, horizon=10.0))


def test_strata_clusters_and_weights_change_what_they_should() -> None:
    data = frame()
    plain = tkk.regress(data, **ONE, horizon=12.0)
    strata = tkk.regress(data, **ONE, horizon=12.0, strata="alue")
    weighted = tkk.regress(data, **ONE, horizon=12.0, weights="paino", weight_kind="probability")
    clustered = tkk.regress(data, **ONE, horizon=12.0, cluster="paikka")
    assert effect(strata) != effect(plain) != effect(weighted)
    assert effect(clustered) == pytest.approx(effect(plain), rel=CLOSED_FORM)
    errors = [r["coefficients"].where(term="ryhma", role="estimate")["std_error"][0] for r in (plain, clustered)]
    assert errors[0] != pytest.approx(errors[1], rel=1e-3)
    assert "pseudo_pooled" in {note.key for note in plain.notes}
    assert "pseudo_by_stratum" in {note.key for note in strata.notes}


def test_an_entry_at_0_is_no_late_entry() -> None:
    data = frame()
    assert effect(tkk.regress(data.assign(nolla=0), **ONE, entry="nolla")) == effect(tkk.regress(data, **ONE))


def test_fitted_probabilities_outside_the_range_are_counted() -> None:
    data = frame()
    data = data.assign(ika=np.where(np.arange(240) == 0, 900, data["ika"]))
    notes = tkk.regress(data, **ONE, quantity="incidence", at="8").notes
    (found,) = [note for note in notes if note.key == "pseudo_outside"]
    assert (found.code, found.level) == ("TKK380", "warning")
    assert 0 < found.values["n"] <= found.values["of"] == 240


# refusals ------------------------------------------------------------------------------------------------------------


def refused(code: str, data: pd.DataFrame | None = None, **options: Any) -> None:
    with pytest.raises(TkkError) as caught:
        tkk.regress(frame() if data is None else data, **options)
    assert caught.value.code == code, caught.value
    assert caught.value.hint


def test_late_entry_is_refused() -> None:
    data = frame()
    data = data.assign(tulo=np.where(data["tulo"] & (data["aika"] > 1), 1, 0))
    refused("TKK342", data, **ONE, entry="tulo")


def test_options_that_contradict_are_refused() -> None:
    refused("TKK343", **ONE, link="logit")
    refused("TKK343", **ONE, link="cloglog")
    refused("TKK343", **TWO, quantity="time-lost", link="cloglog")
    refused("TKK343", **ONE, quantity="survival")
    refused("TKK343", **ONE, quantity="survival", at="8", horizon=8.0)
    refused("TKK343", **ONE, at="8", horizon=8.0)
    refused("TKK304", **ONE, horizon=0.0)


def test_beyond_the_last_follow_up_is_refused() -> None:
    refused("TKK344", **ONE, horizon=1000.0)
    refused("TKK344", **ONE, quantity="survival", at="8,1000")


def test_no_convergence_is_an_error() -> None:
    data = frame()
    new = data["ryhma"] == "uusi"
    nobody = data.assign(tila=np.where(new, 0, data["tila"]), aika=np.where(new, 30, data["aika"]))
    refused("TKK345", nobody, **ONE, quantity="incidence", at="8", link="cloglog")
    refused("TKK345", data.assign(aika=data["aika"] + 10), **ONE, quantity="incidence", at="8", link="log")
