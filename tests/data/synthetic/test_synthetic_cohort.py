"""The synthetic cohort: consistent columns, the planted incidences, the same numbers from the same seed."""

import numpy as np
import pytest

from tkk_cli.data.synthetic import truth
from tkk_cli.data.synthetic.codebook import COLUMNS
from tkk_cli.data.synthetic.cohort import DATES, cohort
from tkk_cli.errors import TkkError

LARGE = 200_000


@pytest.fixture(scope="module")
def large() -> dict[str, np.ndarray]:
    return cohort(LARGE, seed=11)


def test_columns_are_the_documented_ones_in_their_order(large: dict[str, np.ndarray]) -> None:
    assert list(large) == list(COLUMNS)
    assert {len(values) for values in large.values()} == {LARGE}


def test_same_seed_same_arrays_other_seed_other_arrays() -> None:
    one, again, other = cohort(500, seed=3), cohort(500, seed=3), cohort(500, seed=4)
    for name in one:
        np.testing.assert_array_equal(one[name], again[name])
    assert (one["seuranta"] != other["seuranta"]).any()


def test_dates_agree_with_durations(large: dict[str, np.ndarray]) -> None:
    days = (large["loppu"] - large["alku"]).astype(int)
    np.testing.assert_array_equal(days, large["seuranta"])
    for code, name in DATES.items():
        happened = large["tila"] == code
        np.testing.assert_array_equal(large[name][happened], large["loppu"][happened])
        assert np.isnat(large[name][~happened]).all()
    censored = large["tila"] == 0
    assert set(large["loppu"][censored].astype(str)) == {"2018-12-31"}


def test_late_entry_is_before_exit_and_rare(large: dict[str, np.ndarray]) -> None:
    assert (large["tulo_paiva"] < large["seuranta"]).all()
    late = large["tulo_paiva"] > 0
    assert 0.12 < late.mean() < 0.15
    assert large["tulo_paiva"].max() == 120


def test_old_age_pension_only_from_sixty(large: dict[str, np.ndarray]) -> None:
    ages = large["ika"][large["tila"] == 3]
    assert np.nanmin(ages) >= 60


def test_missing_values_and_codes(large: dict[str, np.ndarray]) -> None:
    assert 0.005 < np.isnan(large["ika"]).mean() < 0.015
    assert 0.025 < (large["koulutus"] == "").mean() < 0.035
    assert 0.045 < (large["esihenkilo_mukana"] == 9).mean() < 0.055
    assert set(large["tilanneanalyysi"].tolist()) == {0, 1}
    assert large["paino"].min() == 0.5
    assert large["paino"].max() == 2.0


@pytest.mark.parametrize("programme", truth.PROGRAMMES)
def test_incidence_of_a_large_cohort_is_the_planted_one(large: dict[str, np.ndarray], programme: str) -> None:
    # Nobody is censored before day 365, so a share among those who entered on day 0 is the incidence.
    rows = (large["ohjelma"] == programme) & (large["tulo_paiva"] == 0)
    times = np.array([30, 90, 180, 364])
    planted = truth.true_incidence(programme, times)
    event, day = large["tila"][rows], large["seuranta"][rows]
    for k in range(4):
        seen = np.array([((event == k + 1) & (day <= t)).mean() for t in times])
        error = np.sqrt(planted[k] * (1 - planted[k]) / rows.sum())
        # four standard errors: the seed is fixed, the frailty adds little
        assert (np.abs(seen - planted[k]) < 4 * error).all()


def test_late_entrants_follow_the_same_hazards(large: dict[str, np.ndarray]) -> None:
    # Truncation is real: the late ones, given event-free at their entry, leave as the others do after day 120.
    later = large["seuranta"] > 120
    late = large["tulo_paiva"] > 0
    shares = [(large["seuranta"][later & who] <= 300).mean() for who in (late, ~late)]
    assert abs(shares[0] - shares[1]) < 0.012


def test_workplaces_share_a_frailty(large: dict[str, np.ndarray]) -> None:
    back = ((large["tila"] == 1) & (large["seuranta"] <= 180)).astype(float)
    size = np.bincount(large["toimipaikka"])[1:]
    mean = np.bincount(large["toimipaikka"], back)[1:][size > 1] / size[size > 1]
    p = back.mean()
    expected_without = (p * (1 - p) / size[size > 1]).mean()
    assert np.var(mean) > 1.15 * expected_without


@pytest.mark.parametrize("persons", [1, 2, 7])
def test_very_small_cohorts(persons: int) -> None:
    people = cohort(persons, seed=5)
    assert people["henkilo"].tolist() == list(range(1, persons + 1))


@pytest.mark.parametrize(("persons", "seed"), [(0, 1), (-3, 1), (100_000_001, 1), (10, -1)])
def test_impossible_sizes_and_seeds(persons: int, seed: int) -> None:
    with pytest.raises(TkkError) as caught:
        cohort(persons, seed)
    assert caught.value.code == "TKK141"
