"""The synthetic cohort: seeded draws from the planted truth, person by person but without a loop over persons."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data.synthetic import truth
from tkk_cli.errors import TkkError
from tkk_cli.histories import Float

__all__ = ["DATES", "MOST_PERSONS", "SYNTHETIC", "cohort"]

SYNTHETIC = "SYNTEETTINEN"
MOST_PERSONS = 100_000_000

FIRST_START = np.datetime64("2014-01-01", "D")
START_DAYS = 1461
END_OF_DATA = np.datetime64("2018-12-31", "D")

LATE_SHARE = 0.15
LATEST_ENTRY = 120
PERSONS_A_WORKPLACE = 12

EDUCATION = ("01", "02", "03", "04")
EDUCATION_SHARE = (0.15, 0.45, 0.25, 0.15)
UNKNOWN = 9
# Share of "yes" by programme; these columns have no effect on any hazard.
WORK_LINKAGE = {
    "tilanneanalyysi": (0.30, 0.40, 0.60, 0.80),
    "esihenkilo_mukana": (0.25, 0.35, 0.75, 0.80),
    "tyon_muokkaus": (0.15, 0.25, 0.40, 0.60),
}
DATES = {1: "paluu_pvm", 2: "elake_pvm", 3: "vanhuuselake_pvm", 4: "kuolin_pvm"}
"""Cause -> column with the date of that event."""

# One stream of random numbers a purpose: a new column draws from a new stream and changes no other.
_STREAMS = (
    "programme", "age", "diagnosis", "workplace", "frailty", "time", "cause", "entry", "start", "sex", "education",
    "missing", "weight", "tilanneanalyysi", "esihenkilo_mukana", "tyon_muokkaus",
)  # fmt: skip


def cohort(persons: int, seed: int = 1) -> dict[str, NDArray[Any]]:
    """Draw a synthetic rehabilitation cohort whose true incidences are known (``truth.true_incidence``).

    Follow-up starts at ``alku`` and ends, in whole days (rounded up, hence many ties), at the first of return to work,
    disability pension, old-age pension, death and the end of data. A share enters late (``tulo_paiva``): who had an
    event on or before that day is never seen, which is left truncation. Workplaces share a gamma frailty of return.

    Parameters
    ----------
    persons : int
        How many persons the cohort has, 1 to 100,000,000.
    seed : int, default 1
        Not negative. The same seed and size give the same arrays.

    Returns
    -------
    dict of str to (persons,) array
        In file order. A missing number is NaN, a missing text empty, a date without event NaT.

    Raises
    ------
    TkkError
        TKK141 when the size or the seed is out of range.

    Notes
    -----
    Cost O(n); 10,000,000 persons take about 10 s and 2.5 GB. ``tests/data/synthetic/test_synthetic_cohort.py`` compares
    a large cohort with the planted incidences.

    Examples
    --------
    >>> people = cohort(1200)
    >>> len(people["seuranta"]), sorted(set(people["tila"].tolist()))
    (1200, [0, 1, 2, 3, 4])
    """
    if not 1 <= persons <= MOST_PERSONS or seed < 0:
        raise TkkError(
            "TKK141",
            f"a cohort has 1 to {MOST_PERSONS} persons and a seed that is not negative",
            where="--persons, --seed",
            hint="for example tkk simulate cohort --persons 1200 --seed 1",
        )
    # Late entry leaves out about one person in forty; draw enough to have `persons` left.
    drawn = persons + persons // 20 + 100
    uniform = _Uniform(seed)
    programme = _draw(uniform("programme", drawn), truth.PROGRAMME_SHARE)
    age = (truth.AGES[0] + uniform("age", drawn) * (truth.AGES[1] - truth.AGES[0] + 1)).astype(np.int8)
    diagnosis = _draw(uniform("diagnosis", drawn), truth.DIAGNOSIS_SHARE)
    workplaces = max(2, persons // PERSONS_A_WORKPLACE)
    workplace = (uniform("workplace", drawn) * workplaces).astype(np.int32)
    # A gamma variable of whole shape s and mean 1 is the mean of s exponential ones.
    frailty = (
        -np.log1p(-uniform("frailty", truth.FRAILTY_SHAPE * workplaces)).reshape(truth.FRAILTY_SHAPE, -1).mean(axis=0)
    )
    day, cause = _first_event(
        programme, age, diagnosis, frailty[workplace], uniform("time", drawn), uniform("cause", drawn)
    )
    late = uniform("entry", drawn) / LATE_SHARE
    entry = np.where(late < 1, 1 + late * LATEST_ENTRY, 0).astype(np.int32)

    seen = np.flatnonzero(day > entry)[:persons]
    programme, age, diagnosis, workplace = programme[seen], age[seen], diagnosis[seen], workplace[seen]
    start = (FIRST_START + (uniform("start", drawn) * START_DAYS).astype(np.int64))[seen]
    follow_up = (END_OF_DATA - start).astype(np.int64)
    happened = day[seen] <= follow_up
    exit = np.where(happened, day[seen], follow_up).astype(np.int32)
    cause = np.where(happened, cause[seen], 0).astype(np.int8)
    end = start + exit

    missing = uniform("missing", persons)
    education = np.array(["", *EDUCATION], dtype=object)
    return {
        "henkilo": np.arange(1, persons + 1, dtype=np.int32),
        "aineisto": np.full(persons, SYNTHETIC, dtype=object),
        "ohjelma": np.array(truth.PROGRAMMES, dtype=object)[programme],
        "ika": np.where(missing < 0.01, np.nan, age),
        "sukupuoli": _draw(uniform("sex", persons), (0.4, 0.6)) + np.int8(1),
        "koulutus": education[np.where(missing > 0.97, 0, 1 + _draw(uniform("education", persons), EDUCATION_SHARE))],
        "diagnoosi": np.array(truth.DIAGNOSES, dtype=object)[diagnosis],
        "toimipaikka": workplace + np.int32(1),
        "tulo_paiva": entry[seen],
        "seuranta": exit,
        "tila": cause,
        "paino": np.rint(500 + 1500 * uniform("weight", persons)) / 1000,
        "alku": start,
        "loppu": end,
        **{name: np.where(cause == code, end, np.datetime64("NaT", "D")) for code, name in DATES.items()},
        **{name: _yes_no(uniform(name, persons), programme, name) for name in WORK_LINKAGE},
    }  # fmt: skip


class _Uniform:
    """Uniform numbers on [0, 1) by stream; plain ``random`` only, so that numpy's version does not change them."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, stream: str, size: int) -> Float:
        sequence = np.random.SeedSequence(self.seed, spawn_key=(_STREAMS.index(stream),))
        return np.random.Generator(np.random.PCG64(sequence)).random(size)


def _draw(uniform: Float, share: tuple[float, ...]) -> NDArray[np.int8]:
    """Category of each uniform number."""
    return np.searchsorted(np.cumsum(share)[:-1], uniform, side="right").astype(np.int8)


def _yes_no(uniform: Float, programme: NDArray[np.int8], name: str) -> NDArray[np.int8]:
    """1 yes, 0 no; of ``esihenkilo_mukana`` one in twenty is 9, not known."""
    share = np.array(WORK_LINKAGE[name])[programme]
    answer = (uniform < share).astype(np.int8)
    return np.where(uniform > 0.95, np.int8(UNKNOWN), answer) if name == "esihenkilo_mukana" else answer


def _first_event(
    programme: NDArray[np.int8],
    age: NDArray[np.int8],
    diagnosis: NDArray[np.int8],
    frailty: Float,
    time_uniform: Float,
    cause_uniform: Float,
) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """Day (1, 2, ...) and cause (1..4) of the first event, were there no end of data.

    The total hazard is inverted piece by piece; the cause is drawn in proportion to the hazards of that piece.
    """
    rates = truth.cell_rates()
    age_group = np.searchsorted(truth.AGE_GROUPS, age, side="right").astype(np.int8)
    cell = np.ravel_multi_index((programme, age_group, diagnosis), rates.shape[:3]).astype(np.int8)
    rates = rates.reshape(-1, *rates.shape[3:])

    left = -np.log1p(-time_uniform)
    time = np.full(len(left), np.inf)
    piece = np.zeros(len(left), dtype=np.int8)
    widths = np.diff(truth.PIECES, append=np.inf)
    for j, (start, width) in enumerate(zip(truth.PIECES, widths, strict=True)):
        rate = frailty * rates[:, 0, j][cell] + rates[:, 1:, j].sum(axis=1)[cell]
        here = (left >= 0) & (left < rate * width)
        time[here] = start + left[here] / rate[here]
        piece[here] = j
        left -= rate * width

    # Hazards of the first causes added up, each divided by the total.
    added = frailty * rates[cell, 0, piece]
    others = np.cumsum(rates[:, 1:], axis=1)
    threshold = cause_uniform * (added + others[cell, -1, piece])
    cause = np.ones(len(time), dtype=np.int8)
    for k in range(rates.shape[1] - 1):
        cause += threshold >= added
        added = frailty * rates[cell, 0, piece] + others[cell, k, piece]
    return np.maximum(np.ceil(time), 1).astype(np.int32), cause
