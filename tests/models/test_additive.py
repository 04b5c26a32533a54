"""Additive hazards: R's aareg, the definitions by brute force, and what must not change a number."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from people import exactly
from reference_sets import frame, history, table, the_record

import tkk_cli as tkk
from tkk_cli.designs import Design, Term
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory
from tkk_cli.models import additive
from tkk_cli.models.additive import aalen_additive
from tkk_cli.models.fits import Fit
from tkk_cli.models.lin_ying import lin_ying
from tkk_cli.report.render import render

# R solves the normal equations of every death by its own pivoting: closed forms, but some of nearly singular risk sets.
LEAST_SQUARES = 1e-8
# The same sums in another order.
SAME = 1e-9

Model = Callable[[EventHistory, Design, int, bool], Fit]


def aalen(history: EventHistory, design: Design, cause: int, robust: bool) -> Fit:
    return aalen_additive(history, design, cause, robust).fit


MODELS = {"aalen": aalen, "lin_ying": lin_ying}
each_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def design(matrix: np.ndarray) -> Design:
    names = tuple(f"x{j}" for j in range(matrix.shape[1]))
    return Design(matrix, names, tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(names)))


def columns(d: pd.DataFrame, *names: str) -> Design:
    return design(np.ascontiguousarray(d[list(names)].to_numpy(float)))


def people(n: int = 120, seed: int = 5, **parts: object) -> tuple[EventHistory, Design]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(0, 2, n), rng.normal(45, 10, n)])
    entry = np.where(rng.random(n) < 0.3, rng.integers(0, 10, n), 0).astype(float)
    people = EventHistory(
        exit=entry + rng.integers(1, 40, n),
        cause=rng.integers(0, 3, n),
        causes=("return", "pension"),
        group=np.zeros(n, dtype=np.int64),
        groups=("all",),
        entry=entry,
    )
    return replace(people, **parts), design(x)  # type: ignore[arg-type]


def z_of(fit: Fit, covariance: np.ndarray | None = None) -> np.ndarray:
    return fit.coefficient / np.sqrt(np.diag(fit.covariance if covariance is None else covariance))


def agree(one: Fit, other: Fit) -> None:
    np.testing.assert_allclose(one.coefficient, other.coefficient, rtol=SAME)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=10 * SAME)


# R -------------------------------------------------------------------------------------------------------------------


def test_aalen_is_aareg_on_lung(monkeypatch: pytest.MonkeyPatch) -> None:
    """f <- aareg(Surv(time, status) ~ age + sex + ph.ecog, lung, dfbeta=TRUE); summary(f)."""
    monkeypatch.setattr(additive, "MOST_ROBUST_TIMES", 1000)
    d = table("lung").dropna(subset=["time", "status", "age", "sex", "ph.ecog"])
    sample = history(d.assign(dead=d.status - 1), "time", "dead")
    found = aalen_additive(sample, columns(d, "age", "sex", "ph.ecog"), 0, True)
    # apply(f$coefficient, 2, sum), and those with f$times <= 293
    last = [0.3871337795805264, 0.0321526659706374, -0.3539881924938826, 0.7189279375490772]
    at_293 = [0.925481076865992680, -0.000869538322203665, -0.431244879559215033, 0.436801809320253698]
    assert found.cumulative[-1] == pytest.approx(last, rel=LEAST_SQUARES)
    assert found.cumulative[found.time.tolist().index(293)] == pytest.approx(at_293, rel=LEAST_SQUARES)
    # summary(f)$table[, "z"], summary(f)$chisq, f$test.statistic / sqrt(diag(f$test.var))
    z = [1.02174809815901, -3.28233260316998, 3.61617081389743]
    assert z_of(found.fit) == pytest.approx(z, rel=LEAST_SQUARES)
    (_, intercept, error), (test,) = *found.fit.ancillary, found.fit.tests
    assert intercept / error == pytest.approx(1.23005471474949, rel=LEAST_SQUARES)
    assert test.statistic == pytest.approx(22.8404742864153, rel=LEAST_SQUARES)
    # R stops, as we do, where fewer than 9 are at risk: it uses 162 of the 164 deaths.
    assert (found.fit.n, found.fit.n_event, found.left_out) == (227, 164, 2)
    model = aalen_additive(sample, columns(d, "age", "sex", "ph.ecog")).fit
    assert z_of(model) == pytest.approx([0.98895072799459, -3.30929798362173, 3.61282775960355], rel=LEAST_SQUARES)


def test_aalen_is_aareg_with_many_ties() -> None:
    """aareg(Surv(spell, cause == 1) ~ I(ui == "yes") + age + logwage, unempdur, dfbeta=TRUE)."""
    d = frame(the_record("unempdur", "aj_all"))
    sample = history(d, "spell", "ev", causes=3)
    found = aalen_additive(sample, columns(d, "ui", "age", "logwage"), 0, True)
    want = [-0.21664701037306139, -0.33270975885175208, -0.00827572147581308, 0.32511405886310657]
    assert found.cumulative[-1] == pytest.approx(want, rel=LEAST_SQUARES)
    z = [-15.05941828669118, -3.42227409733978, 8.11485161886928]
    assert z_of(found.fit) == pytest.approx(z, rel=LEAST_SQUARES)
    assert found.fit.tests[0].statistic == pytest.approx(274.48658100398, rel=LEAST_SQUARES)
    z = [-13.89678939302861, -3.27989233355810, 7.67238135898891]
    assert z_of(found.fit, found.fit.model_covariance) == pytest.approx(z, rel=LEAST_SQUARES)


def test_aalen_is_aareg_with_weights_and_clusters() -> None:
    """aareg(Surv(time, status) ~ age + sex, l, weights=w, dfbeta=TRUE), l the rows with ph.ecog and inst.

    With ``cluster=`` R 3.5-3 adds up the influence in the order of times by the clusters in the order of the file; the
    numbers here are ``rowsum(influence, l$inst[order(l$time, -l$status)])``.
    """
    d = table("lung")
    d = d.assign(w=d.age / d.age.mean(), dead=d.status - 1)
    d = d.dropna(subset=["time", "status", "age", "sex", "ph.ecog", "inst"])
    weighted = aalen_additive(history(d, "time", "dead", weight="w"), columns(d, "age", "sex"), 0, True)
    want = [0.759308869183593, 0.040793590034025, -0.491077880681158]
    assert weighted.cumulative[-1] == pytest.approx(want, rel=LEAST_SQUARES)
    assert z_of(weighted.fit) == pytest.approx([1.9181779043834, -3.2437902246347], rel=LEAST_SQUARES)
    model = [0.00013480487540751 / 7.4839632013434e-05, -4.06643960015775 / 1.2675690383073]
    assert z_of(weighted.fit, weighted.fit.model_covariance) == pytest.approx(model, rel=LEAST_SQUARES)
    clustered = aalen(history(d, "time", "dead", cluster="inst"), columns(d, "age", "sex", "ph.ecog"), 0, True)
    z = [1.3712184380055, -4.7757660520821, 3.6560616576041]
    assert z_of(clustered) == pytest.approx(z, rel=LEAST_SQUARES)


def test_aalen_is_aareg_with_late_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """aareg(Surv(ageentry, age, death) ~ male): steps with 782 < time <= 1142, where both have enough at risk."""
    monkeypatch.setattr(additive, "MOST_TIMES", 1000)
    d = frame(the_record("channing", "cox_gender"))
    d = d.assign(male=(d.gender == 1).astype(int))
    found = aalen_additive(history(d, "age", "death", entry="ageentry"), columns(d, "male"))
    assert (found.start, found.end, found.left_out) == (782, 1153, 6)
    cumulative = found.cumulative[found.time.tolist().index(1142)]
    assert cumulative == pytest.approx([1.994039428836263, 0.656608498833662], rel=LEAST_SQUARES)


# definitions ---------------------------------------------------------------------------------------------------------


def test_four_people_by_hand() -> None:
    """Two with x = 1 leave at 1 (event) and 3 (event), two with x = 0 at 2 (event) and 4 (censored).

    Lin-Ying: D = 1 + 2/3 + 1/2, the spread of x among those at risk; U = (1 - 1/2) + (0 - 1/3) + (1 - 1/2) = 2/3.
    """
    four = EventHistory(
        exit=np.array([1.0, 3, 2, 4]),
        cause=np.array([1, 1, 1, 0]),
        causes=("return",),
        group=np.zeros(4, dtype=np.int64),
        groups=("all",),
    )
    x = design(np.array([[1.0], [1], [0], [0]]))
    found = lin_ying(four, x)
    spread = Fraction(1) + Fraction(2, 3) + Fraction(1, 2)
    exactly(found.coefficient, [Fraction(2, 3) / spread])
    exactly(found.covariance.ravel(), [(Fraction(1, 4) + Fraction(1, 9) + Fraction(1, 4)) / spread**2])


def test_aalen_with_one_category_is_nelson_aalen_of_each() -> None:
    people_, _ = people(300)
    group = np.random.default_rng(1).integers(0, 2, 300)
    found = aalen_additive(people_, design(group[:, None].astype(float)))
    for g, mine in ((0, found.cumulative[:, 0]), (1, found.cumulative.sum(axis=1))):
        sample = people_.take(group == g)
        assert sample.entry is not None
        times = np.unique(sample.exit[sample.cause == 1])
        times = times[(times > found.start) & (times <= found.time[-1])]
        risk = [np.sum((sample.entry < t) & (sample.exit >= t)) for t in times]
        steps = [np.sum((sample.exit == t) & (sample.cause == 1)) for t in times] / np.array(risk)
        assert mine[-1] == pytest.approx(steps.sum(), rel=SAME)


def _brute_lin_ying(people_: EventHistory, x: np.ndarray, cause: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients, covariance of the model and influence of each row, interval by interval."""
    n, p = x.shape
    weight = np.ones(n) if people_.weight is None else people_.weight
    stratum = np.zeros(n, dtype=int) if people_.stratum is None else people_.stratum
    entry = np.zeros(n) if people_.entry is None else people_.entry
    grid = np.unique(np.concatenate([[0.0], entry, people_.exit]))
    hit = people_.cause == cause + 1
    information, score, middle = np.zeros((p, p)), np.zeros(p), np.zeros((p, p))
    pieces = []
    for s in np.unique(stratum):
        for low, high in itertools.pairwise(grid):
            here = np.flatnonzero((stratum == s) & (entry <= low) & (people_.exit >= high))
            if len(here) == 0:
                continue
            mean = np.average(x[here], axis=0, weights=weight[here])
            away = x[here] - mean
            event = hit[here] & (people_.exit[here] == high)
            information += (high - low) * away.T @ (weight[here][:, None] * away)
            score += (weight[here] * event) @ away
            middle += away.T @ ((weight[here] ** 2 * event)[:, None] * away)
            rate = weight[here] @ event / weight[here].sum()
            pieces.append((here, away, mean, event, rate, high - low))
    bread = np.linalg.inv(information)
    beta = bread @ score
    influence = np.zeros((n, p))
    for here, away, mean, event, rate, width in pieces:
        baseline = rate - beta @ mean * width
        martingale = event - baseline - x[here] @ beta * width
        influence[here] += weight[here][:, None] * away * martingale[:, None]
    return beta, bread @ middle @ bread, influence @ bread


@pytest.mark.parametrize("features", ["plain", "weights", "strata", "both"])
def test_lin_ying_by_brute_force(features: str) -> None:
    rng = np.random.default_rng(2)
    parts: dict[str, object] = {}
    if features in ("weights", "both"):
        parts |= {"weight": rng.uniform(0.5, 2, 120), "weight_kind": "probability"}
    if features in ("strata", "both"):
        parts["stratum"] = rng.integers(0, 3, 120)
    sample, x = people(**parts)
    beta, model, influence = _brute_lin_ying(sample, x.matrix, 1)
    found = lin_ying(sample, x, 1)
    np.testing.assert_allclose(found.coefficient, beta, rtol=SAME)
    np.testing.assert_allclose(found.covariance, model, rtol=SAME)
    robust = lin_ying(sample, x, 1, True)
    np.testing.assert_allclose(robust.covariance, influence.T @ influence, rtol=SAME)
    assert robust.model_covariance == pytest.approx(model, rel=SAME)
    cluster = rng.integers(0, 20, 120)
    summed = np.zeros((20, 2))
    np.add.at(summed, cluster, influence)
    clustered = lin_ying(replace(sample, cluster=cluster), x, 1, True)
    np.testing.assert_allclose(clustered.covariance, summed.T @ summed, rtol=SAME)


def test_aalen_robust_curve_by_brute_force() -> None:
    sample, x = people(90, weight=np.random.default_rng(3).uniform(0.5, 2, 90), weight_kind="case")
    assert sample.entry is not None
    assert sample.weight is not None
    found = aalen_additive(sample, x, 0, True)
    z, weight = np.column_stack([np.ones(90), x.matrix]), sample.weight
    influence, total = np.zeros((90, 3)), np.zeros(3)
    for t in np.unique(sample.exit[sample.cause == 1]):
        if not found.start < t <= found.time[-1]:
            continue
        at_risk = ((sample.entry < t) & (sample.exit >= t)).astype(float)
        inverse = np.linalg.inv(z.T @ ((weight * at_risk)[:, None] * z))
        event = (sample.exit == t) & (sample.cause == 1)
        step = inverse @ (z.T @ (weight * event))
        influence += (weight * (event - at_risk * (z @ step)))[:, None] * (z @ inverse)
        total += step
    assert found.cumulative[-1] == pytest.approx(total, rel=SAME)
    assert found.std_error[-1] == pytest.approx(np.sqrt((influence**2).sum(axis=0)), rel=SAME)


def test_the_curve_is_given_at_some_times_only() -> None:
    sample, x = people(600, exit=np.random.default_rng(1).uniform(20, 60, 600))
    plain, robust = aalen_additive(sample, x), aalen_additive(sample, x, robust=True)
    assert 180 < len(plain.time) <= 200
    assert len(robust.time) == 25
    assert plain.time[-1] == robust.time[-1]
    np.testing.assert_allclose(plain.cumulative[-1], robust.cumulative[-1], rtol=SAME)


# what must not change a number ---------------------------------------------------------------------------------------


@each_model
def test_row_order_and_units(model: Model) -> None:
    sample, x = people(200, cluster=np.arange(200) // 3)
    found = model(sample, x, 0, True)
    order = np.random.default_rng(4).permutation(200)
    agree(model(sample.take(order), x.take(order), 0, True), found)
    assert sample.entry is not None
    months = model(replace(sample, exit=sample.exit / 30, entry=sample.entry / 30), x, 0, True)
    np.testing.assert_allclose(months.coefficient, found.coefficient * 30, rtol=SAME)
    shifted = model(sample, design(x.matrix * [1, 10] + [0, 500]), 0, True)
    np.testing.assert_allclose(shifted.coefficient, found.coefficient / [1, 10], rtol=SAME)


@each_model
@pytest.mark.parametrize("robust", [False, True])
def test_frequencies_are_copies(model: Model, robust: bool) -> None:
    copies = np.random.default_rng(6).integers(1, 4, 120)
    sample, x = people(weight=copies.astype(float), weight_kind="frequency")
    rows = np.repeat(np.arange(120), copies)
    expanded = replace(sample.take(rows), weight=None, weight_kind=None)
    one, other = model(sample, x, 0, robust), model(expanded, x.take(rows), 0, robust)
    agree(one, other)
    assert (one.n, one.n_event) == (other.n, other.n_event)
    cluster = np.arange(120) // 4
    agree(
        model(replace(sample, cluster=cluster), x, 0, True),
        model(replace(expanded, cluster=cluster[rows]), x.take(rows), 0, True),
    )


@each_model
def test_rows_in_pieces(model: Model) -> None:
    sample, x = people()
    assert sample.entry is not None
    cut = sample.entry + np.maximum(1, np.floor((sample.exit - sample.entry) / 2))
    split = cut < sample.exit
    rows = np.concatenate([np.arange(120), np.flatnonzero(split)])
    pieces = replace(
        sample.take(rows),
        entry=np.concatenate([sample.entry, cut[split]]),
        exit=np.concatenate([np.where(split, cut, sample.exit), sample.exit[split]]),
        cause=np.concatenate([np.where(split, 0, sample.cause), sample.cause[split]]),
        cluster=rows,
    )
    agree(model(pieces, x.take(rows), 0, True), model(sample, x, 0, True))


@each_model
def test_constant_effects_are_found(model: Model) -> None:
    """True differences 0.2 and 0.1 per unit of time: within three standard errors."""
    rng = np.random.default_rng(8)
    n = 4000
    x = np.column_stack([rng.integers(0, 2, n), rng.uniform(0, 2, n)])
    event, censoring = rng.exponential(1 / (0.3 + x @ [0.2, 0.1])), rng.uniform(0, 4, n)
    zeros = np.zeros(n, dtype=np.int64)
    cause = (event <= censoring).astype(np.int64)
    sample = EventHistory(np.minimum(event, censoring), cause, ("return",), zeros, ("all",))
    for robust in (False, True):
        found = model(sample, design(x), 0, robust)
        assert abs((found.coefficient - [0.2, 0.1]) / np.sqrt(np.diag(found.covariance))).max() < 3


# what is refused and noted -------------------------------------------------------------------------------------------


@each_model
def test_a_determined_column_is_left_out(model: Model) -> None:
    sample, x = people()
    found = model(sample, design(np.column_stack([x.matrix, x.matrix[:, 0] * 2])), 0, True)
    assert np.isnan(found.coefficient).tolist() == [False, False, True]
    assert np.isnan(found.covariance[2]).all()
    assert [(note.code, note.values["columns"]) for note in found.notes] == [("TKK381", "x2")]
    agree(
        replace(found, coefficient=found.coefficient[:2], covariance=found.covariance[:2, :2]),
        model(sample, x, 0, True),
    )


@each_model
def test_nobody_has_the_event(model: Model) -> None:
    sample, x = people(cause=np.ones(120, dtype=np.int64))
    with pytest.raises(TkkError, match="pension") as caught:
        model(sample, x, 1, False)
    assert caught.value.code == "TKK345"


def test_too_few_at_risk() -> None:
    sample, _ = people(4)
    with pytest.raises(TkkError) as caught:
        aalen_additive(sample, design(np.eye(4)[:, :3]))
    assert caught.value.code == "TKK345"


DATA = pd.DataFrame(
    {
        "aika": np.random.default_rng(9).integers(1, 50, 150),
        "tila": np.random.default_rng(10).integers(0, 3, 150),
        "ryhma": np.repeat(["A", "B", "C"], 50),
        "ika": np.random.default_rng(11).normal(45, 8, 150).round(1),
        "alue": np.tile([1, 2], 75),
    }
)
OPTIONS = {"time": "aika", "event": "tila", "events": {"paluu": 1, "elake": 2}, "group": "ryhma", "model": "additive"}


def test_the_step_gives_both_causes_and_cumulative_coefficients() -> None:
    result = tkk.regress(DATA, **OPTIONS, covariates=["ika"], conf_level=0.9)
    assert result["models"]["cause"] == ("paluu", "elake")
    assert set(result["models"]["method"]) == {"aalen"}
    rows = result["cumulative_coefficients"].where(cause="elake", term="ryhma", level="C")
    z = 1.6448536269514722
    assert rows["conf_high"] == pytest.approx(rows["estimate"] + z * rows["std_error"])
    assert set(result["coefficients"].where(role="estimate")["measure"]) == {"hazard_difference"}
    assert "aalen_average" in {note.key for note in result.notes}
    assert all("Aalen" in render(result, "text", lang) for lang in ("fi", "sv", "en"))


def test_lin_ying_takes_strata_and_aalen_does_not() -> None:
    plain = tkk.regress(DATA, **OPTIONS, hazard="lin-ying")
    strata = tkk.regress(DATA, **OPTIONS, hazard="lin-ying", strata="alue", variance="robust")
    assert set(strata["models"]["method"]) == {"lin_ying"}
    assert not np.allclose(plain["coefficients"]["coefficient"], strata["coefficients"]["coefficient"])
    with pytest.raises(TkkError) as caught:
        tkk.regress(DATA, **OPTIONS, strata="alue")
    assert caught.value.code == "TKK342"


def test_an_offset_is_refused() -> None:
    with pytest.raises(TkkError) as caught:
        tkk.regress(DATA, **OPTIONS, offset="ika")
    assert caught.value.code == "TKK342"
