"""Careers with planted truth: for a block of persons, who is in which state on which day. Vectorised over persons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tkk_cli.data.synthetic.registers import hazards
from tkk_cli.data.synthetic.registers.draws import Draws, Ints
from tkk_cli.data.synthetic.registers.hazards import STATES, number

__all__ = ["OPEN", "Careers", "Segments", "careers", "first_day"]

OPEN = 200_000
"""The stop of what goes on after the last day of the data."""

_YEAR = 365.25
_FIELDS = ("person", "start", "stop", "state", "contract", "programme", "frame_stop", "decided", "diagnosis")
# Streams of one step of the chain; the persons' own streams lie before the first step.
_OWN = 1000
_STEP = 16


@dataclass(frozen=True)
class Segments:
    """Disjoint spells of one state in the order of persons and days: person p is in it on start <= day < stop.

    ``contract`` numbers a person's employment contracts from 1 (0 = none); it goes on through absence. ``programme``,
    ``frame_stop`` (day after the programme's last day) and ``decided`` belong to rehabilitation and are -1 elsewhere.
    """

    person: Ints
    start: Ints
    stop: Ints
    state: Ints
    contract: Ints
    programme: Ints
    frame_stop: Ints
    decided: Ints
    diagnosis: Ints

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: Ints | np.ndarray) -> Segments:
        """Some of them."""
        return Segments(*(getattr(self, name)[rows] for name in _FIELDS))

    def of(self, *states: str) -> Segments:
        """Those of some states."""
        return self.take(np.isin(self.state, number(*states)))


@dataclass(frozen=True)
class Careers:
    """A block of persons and their segments.

    ``number`` is the person's number in the population, ``segments.person`` the place in the block.
    """

    number: Ints
    birth: Ints
    sex: Ints
    region: Ints
    education: Ints
    wage: Ints  # cents a day at work
    death: Ints  # OPEN = not in the data
    emigrated: Ints  # OPEN = not in the data
    segments: Segments
    draws: Draws
    years: tuple[int, int]

    def __len__(self) -> int:
        return len(self.number)

    def resident(self, year: int) -> np.ndarray:
        """Who is born, alive and in the country on 31 December."""
        day = first_day(year + 1) - 1
        return (self.birth <= day) & (self.death > day) & (self.emigrated > day)


def first_day(year: int) -> int:
    """Day number of 1 January."""
    return int(np.datetime64(f"{year:04d}-01-01", "D").astype(np.int64))


def careers(numbers: Ints, seed: int, years: tuple[int, int]) -> Careers:
    """The careers of these persons from 1 January of the first year to 31 December of the last.

    Parameters
    ----------
    numbers : (n,) array of whole numbers
        Numbers of the persons. A person's career depends on the number, the seed and the years alone.
    seed : int
    years : (int, int)

    Returns
    -------
    Careers

    Notes
    -----
    Cost O(spells); 1,000,000 persons over seven years take about ten seconds. ``tests/data/synthetic/registers``
    checks that segments are disjoint and without gaps, and the outcomes against a plain day-by-day count.
    """
    draws = Draws(seed, numbers)
    begin, end = first_day(years[0]), first_day(years[1] + 1)
    oldest, youngest = first_day(years[0] - 64), first_day(max(years[0] - 17, years[1] - 16))
    birth = oldest + draws.below(0, youngest - oldest)
    death = _deaths(draws, birth, years)
    retire = birth + int(63 * _YEAR) + draws.below(1, int(5 * _YEAR))
    start = np.maximum(begin, birth + int(15 * _YEAR) + draws.below(2, int(4 * _YEAR)))
    segments = _chain(draws, birth, start, np.minimum(np.minimum(death, retire), end), end)
    gone = segments.of("emigrated")
    emigrated = np.full(len(numbers), OPEN, dtype=np.int64)
    emigrated[gone.person] = gone.start
    death = np.where((emigrated < OPEN) | (death >= end), OPEN, death)
    return Careers(
        number=numbers,
        birth=birth,
        sex=1 + draws.below(3, 2),
        region=1 + draws.below(4, 18),
        education=draws.below(5, 5),
        wage=5_000 + draws.below(6, 12_000),
        death=death,
        emigrated=emigrated,
        segments=_with_ends(segments, np.maximum(retire, begin), death, emigrated, end),
        draws=draws,
        years=years,
    )


def _deaths(draws: Draws, birth: Ints, years: tuple[int, int]) -> Ints:
    """Day of death, OPEN for who lives on."""
    ages, rates = (np.array(column) for column in zip(*hazards.DEATHS, strict=True))
    death = np.full(len(birth), OPEN, dtype=np.int64)
    for i, year in enumerate(range(years[0], years[1] + 1)):
        first, stop = first_day(year), first_day(year + 1)
        age = (first - birth) // 366
        rate = rates[np.searchsorted(ages, age, side="right").clip(1) - 1]
        dies = (draws.below(100 + 2 * i, 100_000) < rate) & (death == OPEN) & (age >= 15)
        death = np.where(dies, first + draws.below(101 + 2 * i, stop - first), death)
    return death


def _chain(draws: Draws, birth: Ints, start: Ints, limit: Ints, end: int) -> Segments:
    """Step by step, all persons at once who have not come to their limit."""
    keeps, needs = number(*hazards.KEEPS_CONTRACT), number(*hazards.NEEDS_CONTRACT)
    absorbing, absence = number(*hazards.ABSORBING), number(*hazards.ABSENCE)
    employed, unemployment = number("employed", "unemployment").tolist()
    who = np.flatnonzero(start < limit)
    day = start[who]
    state = hazards.FIRST[_band(day - birth[who]), draws.below(7, 1000, who)]
    contract = np.where(np.isin(state, keeps), 1, 0)
    diagnosis = draws.below(8, len(hazards.DIAGNOSES), who)
    last = np.zeros(len(start), dtype=np.int64)  # the latest contract's number
    last[who] = contract
    parts: list[tuple[Ints, ...]] = [(np.zeros(0, dtype=np.int64),) * len(_FIELDS)]
    step = 0
    while len(who):
        stream = _OWN + _STEP * step
        days = np.maximum(draws.quantile(stream, hazards.HOLDING[state], who), 1)
        stop = np.where(np.isin(state, absorbing), limit[who], np.minimum(day + days, limit[who]))
        programme = _programme(draws, stream, who, day, stop, limit[who], state, contract)
        parts.append((who, day, np.where(stop >= end, OPEN, stop), state, contract, *programme, diagnosis))
        going = stop < limit[who]
        who, day, old, contract, diagnosis = who[going], stop[going], state[going], contract[going], diagnosis[going]
        state = hazards.NEXT[old, _band(day - birth[who]), draws.below(stream + 1, 1000, who)]
        # Leave and a partial allowance are from work: without a contract the way leads to unemployment.
        state = np.where((contract == 0) & np.isin(state, needs), unemployment, state)
        new = (state == employed) & ((contract == 0) | (old == employed))
        last[who] += new
        contract = np.where(new, last[who], np.where(np.isin(state, keeps), contract, 0))
        # One illness, one diagnosis: a new one is drawn when the chain comes from outside the absences.
        drawn = draws.below(stream + 2, len(hazards.DIAGNOSES), who)
        diagnosis = np.where(np.isin(old, absence), diagnosis, drawn)
        step += 1
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return Segments(*(column[order] for column in columns))


def _band(age_days: Ints) -> Ints:
    return np.searchsorted((np.array(hazards.BANDS) * _YEAR).astype(np.int64), age_days, side="right")


def _programme(
    draws: Draws, stream: int, who: Ints, day: Ints, stop: Ints, limit: Ints, state: Ints, contract: Ints
) -> tuple[Ints, Ints, Ints]:
    """Of a rehabilitation: programme, the day after the programme's last day, day of the decision; -1 elsewhere."""
    programme = hazards.PROGRAMME[(contract > 0).astype(np.int64), draws.below(stream + 3, 1000, who)]
    shortest, longest = (np.array([hazards.FRAME_DAYS[p][i] for p in hazards.PROGRAMMES]) for i in (0, 1))
    length = shortest[programme] + draws.below(stream + 4, (longest - shortest)[programme], who)
    frame = np.maximum(np.minimum(day + length, limit), stop)
    decided = day - 10 - draws.below(stream + 5, 60, who)
    inside = state == STATES.index("rehabilitation")
    return np.where(inside, programme, -1), np.where(inside, frame, -1), np.where(inside, decided, -1)


def _with_ends(segments: Segments, pension: Ints, death: Ints, emigrated: Ints, end: int) -> Segments:
    """The way out of the country, the old-age pension and the death, sorted in."""
    pensioners = np.flatnonzero((pension < end) & (pension < death) & (emigrated == OPEN))
    dead = np.flatnonzero(death < OPEN)
    size = len(pensioners) + len(dead)
    ends = {
        "person": np.concatenate([pensioners, dead]),
        "start": np.concatenate([pension[pensioners], death[dead]]),
        "stop": np.concatenate([death[pensioners], np.full(len(dead), OPEN)]),
        "state": np.repeat(number("old_age_pension", "death"), [len(pensioners), len(dead)]),
    }
    fill = {"contract": 0, "programme": -1, "frame_stop": -1, "decided": -1, "diagnosis": 0}
    columns = {
        name: np.concatenate([getattr(segments, name), ends[name] if name in ends else np.full(size, fill[name])])
        for name in _FIELDS
    }
    # Who has left the country is not seen again: no pension and no death end that spell.
    columns["stop"] = np.where(columns["state"] == STATES.index("emigrated"), OPEN, columns["stop"])
    order = np.lexsort((columns["start"], columns["person"]))
    return Segments(**{name: column[order] for name, column in columns.items()})
