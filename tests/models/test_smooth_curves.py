"""Curves of parametric and spline fits: by hand, against bending parameters, and by leaving people out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from models.aft_models import people, plain_design
from reference_sets import frames

from tkk_cli.designs import Design
from tkk_cli.histories import EventHistory
from tkk_cli.models import parametric as module
from tkk_cli.models.fits import Fit
from tkk_cli.models.parametric import parametric
from tkk_cli.models.royston_parmar import royston_parmar
from tkk_cli.models.smooth_curves import averaged_curve, pattern_curve, spread

TIMES = np.array([60.0, 200.0, 500.0])


@pytest.fixture(autouse=True)
def without_lifelines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its start changes no number and costs a second."""
    monkeypatch.setattr(module, "lifelines_estimates", lambda *_: None)


def data() -> tuple[EventHistory, Design, pd.DataFrame]:
    d = frames("lung")[""].dropna(subset=["ph.ecog"]).iloc[::2]
    return people(d.time.to_numpy(), d.dead.to_numpy()), plain_design(d, ["sex", "age"]), d


def fits(history: EventHistory, design: Design, **more: object) -> list[Fit]:
    return [
        parametric(history, design, "weibull", **more),  # type: ignore[arg-type]
        parametric(history, design, "gengamma", **more),  # type: ignore[arg-type]
        parametric(history, design, "exponential", **more),  # type: ignore[arg-type]
        royston_parmar(history, design, 2, "odds", **more),  # type: ignore[arg-type]
    ]


def test_an_exponential_curve_by_hand() -> None:
    history = people(np.array([1.0, 2, 3, 6]), np.array([1, 1, 0, 1]))
    fit = parametric(history, Design(np.empty((4, 0)), (), ()), "exponential")
    estimate, error = pattern_curve(fit.state["curve"], np.array([2.0]), np.empty(0))
    rate = 3 / 12
    assert estimate[0] == pytest.approx(np.exp(-2 * rate), rel=1e-10)
    assert error[0] == pytest.approx(np.exp(-2 * rate) * 2 * rate / np.sqrt(3), rel=1e-10)


def test_an_average_of_one_kind_of_person_is_the_pattern() -> None:
    history, design, _ = data()
    row = np.array([2.0, 60.0])
    for fit in fits(history, design):
        curve = fit.state["curve"]
        everyone = averaged_curve(curve, history, np.tile(row, (len(history), 1)), TIMES, keep=TIMES[:1])
        np.testing.assert_allclose(everyone.estimate, pattern_curve(curve, TIMES, row)[0], rtol=1e-12)
        assert list(everyone.influence) == [60.0]


def test_with_a_robust_variance_so_are_the_errors() -> None:
    history, design, d = data()
    row = np.array([1.0, 70.0])
    for more in (
        {},
        {"cluster": np.arange(len(d)) % 20},
        {"weight": 1.0 + np.arange(len(d)) % 3, "weight_kind": "case"},
    ):
        own = replace(history, **more)
        for fit in fits(own, design, robust=True):
            everyone = averaged_curve(fit.state["curve"], own, np.tile(row, (len(d), 1)), TIMES, keep=TIMES)
            np.testing.assert_allclose(everyone.std_error, pattern_curve(fit.state["curve"], TIMES, row)[1], rtol=1e-9)


def test_influences_are_those_of_leaving_people_out() -> None:
    history, design, d = data()
    exposed = design.matrix.copy()
    exposed[:, 0] = 2.0
    for k, fit in enumerate(fits(history, design)):
        whole = averaged_curve(fit.state["curve"], history, exposed, TIMES, keep=TIMES)
        lighter = 1.0 - 1e-4 * (np.arange(len(d)) == 7)
        own = replace(history, weight=lighter, weight_kind="case")
        less = averaged_curve(fits(own, design)[k].state["curve"], own, exposed, TIMES, keep=TIMES)
        moved = (whole.estimate - less.estimate) / 1e-4
        np.testing.assert_allclose([whole.influence[t][7] for t in TIMES], moved, rtol=2e-2, atol=1e-7)


def test_frequency_weights_are_copies_and_row_order_is_nothing() -> None:
    history, design, d = data()
    count = 1.0 + np.arange(len(d)) % 3
    weighted = replace(history, weight=count, weight_kind="frequency")
    rows = np.random.default_rng(3).permutation(np.repeat(np.arange(len(d)), count.astype(int)))
    copied, wider = history.take(rows), design.take(rows)
    for one, other in zip(fits(weighted, design), fits(copied, wider), strict=True):
        mine = averaged_curve(one.state["curve"], weighted, design.matrix, TIMES, keep=TIMES)
        theirs = averaged_curve(other.state["curve"], copied, wider.matrix, TIMES, keep=TIMES)
        np.testing.assert_allclose(mine.estimate, theirs.estimate, rtol=1e-8)
        np.testing.assert_allclose(mine.std_error, theirs.std_error, rtol=1e-7)
        for time in TIMES:
            assert spread(weighted, mine.influence[time]) == pytest.approx(
                spread(copied, theirs.influence[time]), rel=1e-7
            )


def test_an_offset_moves_time_or_the_scale() -> None:
    history, design, d = data()
    offset = np.where(np.arange(len(d)) % 2, 0.3, -0.1)
    for fit in fits(history, design, offset=offset):
        curve, row = fit.state["curve"], design.matrix[:2]
        for i in range(2):
            one = averaged_curve(curve, history, np.tile(row[i], (len(d), 1)), TIMES, keep=TIMES, offset=offset[i])
            if fit.measure == "time_ratio":
                shifted = pattern_curve(curve, TIMES * np.exp(-offset[i]), row[i])[0]
            else:
                odds = 1 / pattern_curve(curve, TIMES, row[i])[0] - 1
                shifted = 1 / (1 + odds * np.exp(offset[i]))
            np.testing.assert_allclose(one.estimate, shifted, rtol=1e-10)
