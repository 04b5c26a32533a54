"""The planted incidences against closed forms and plain numerical integration."""

import numpy as np
import pytest

from tkk_cli.data.synthetic import truth

DAYS = np.array([1.0, 30.0, 45.0, 180.0, 365.0, 366.0, 1000.0])


@pytest.fixture
def one_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """No covariate effects, old-age pension for all: closed forms exist."""
    monkeypatch.setattr(truth, "AGE_EFFECT", np.ones((3, 4)))
    monkeypatch.setattr(truth, "DIAGNOSIS_EFFECT", np.ones((4, 4)))


def cumulative(rates: np.ndarray, days: np.ndarray) -> np.ndarray:
    ends = [*truth.PIECES[1:], np.inf]
    return sum(
        rate * np.clip(days - start, 0, end - start) for rate, start, end in zip(rates, truth.PIECES, ends, strict=True)
    )


@pytest.mark.usefixtures("one_cell")
@pytest.mark.parametrize("programme", truth.PROGRAMMES)
def test_event_free_probability_has_its_closed_form(programme: str) -> None:
    returned, *others = (cumulative(r, DAYS) for r in truth.RATES[:, truth.PROGRAMMES.index(programme)])
    shape = truth.FRAILTY_SHAPE
    expected = (1 + returned / shape) ** -shape * np.exp(-sum(others))
    np.testing.assert_allclose(1 - truth.true_incidence(programme, DAYS).sum(axis=0), expected, rtol=1e-12)


@pytest.mark.usefixtures("one_cell")
def test_return_alone_is_a_gamma_mixture(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = truth.RATES.copy()
    rates[1:] = 0
    monkeypatch.setattr(truth, "RATES", rates)
    shape = truth.FRAILTY_SHAPE
    expected = 1 - (1 + cumulative(rates[0, 1], DAYS) / shape) ** -shape
    incidence = truth.true_incidence("TYK", DAYS)
    np.testing.assert_allclose(incidence[0], expected, rtol=1e-12)
    assert not incidence[1:].any()


def test_incidences_are_those_of_a_fine_riemann_sum() -> None:
    step, end = 0.2, 400.0
    middle = np.arange(step / 2, end, step)
    cells = truth.cell_rates()[truth.PROGRAMMES.index("KIILA")]
    piece = np.searchsorted(truth.PIECES, middle, side="right") - 1
    age_share = np.array([15, 15, 5]) / 35
    expected = np.zeros(4)
    for a in range(3):
        for d in range(4):
            hazard = cells[a, d][:, piece]
            total = np.array([cumulative(rates, middle) for rates in cells[a, d]])
            # the frailty by numerical integration too: a fine grid of its density
            z = np.arange(0.005, 12, 0.01)
            density = z**3 * np.exp(-4 * z)
            density /= density.sum()
            alive = np.exp(-np.outer(z, total[0])) * np.exp(-total[1:].sum(axis=0))
            weight = age_share[a] * truth.DIAGNOSIS_SHARE[d]
            expected[0] += weight * (density * z @ alive * hazard[0]).sum() * step
            expected[1:] += weight * (density @ alive * hazard[1:]).sum(axis=1) * step
    np.testing.assert_allclose(truth.true_incidence("KIILA", [end])[:, 0], expected, rtol=1e-5)


def test_times_in_any_order_and_repeated() -> None:
    sorted_ = truth.true_incidence("ASLAK", [0, 90, 365])
    mixed = truth.true_incidence("ASLAK", [365, 0, 90, 365])
    np.testing.assert_allclose(mixed, sorted_[:, [2, 0, 1, 2]], rtol=1e-13)
    assert not mixed[:, 1].any()


def test_programmes_differ_only_where_documented() -> None:
    assert np.ptp(truth.RATES[2:], axis=1).max() == 0
    assert (truth.RATES[1, 1:] == truth.RATES[1, 1]).all()
    # no programme is ahead on return to work at every time: the curves cross
    incidence = np.array([truth.true_incidence(p, [30, 730])[0] for p in truth.PROGRAMMES])
    assert incidence[:, 0].argmax() != incidence[:, 1].argmax()
