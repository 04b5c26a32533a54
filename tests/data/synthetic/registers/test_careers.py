"""Careers: one state a day, no gaps, the same person whatever the others, and true outcomes counted day by day."""

import numpy as np
import pytest

from tkk_cli.data.synthetic.registers.careers import OPEN, Careers, careers, first_day
from tkk_cli.data.synthetic.registers.draws import Draws
from tkk_cli.data.synthetic.registers.dream import CODES, dream, weeks
from tkk_cli.data.synthetic.registers.folk import MONTH_BINS, contracts, folk, work_days
from tkk_cli.data.synthetic.registers.hazards import HOLDING, NEXT, PROGRAMMES, STATES, number
from tkk_cli.data.synthetic.registers.outcomes import true_outcomes

YEARS = (2014, 2018)
RIVALS = {"death": 2, "old_age_pension": 3, "disability_pension": 4}
WORK_WITH_A_CONTRACT = {
    "employed",
    "partial_sickness",
    "partial_disability_pension",
    "partial_temporary_disability_pension",
}


@pytest.fixture(scope="module")
def people() -> Careers:
    return careers(np.arange(400), 4, YEARS)


def test_draws_are_even_and_differ_by_seed_person_and_stream() -> None:
    draws = Draws(1, np.arange(100_000))
    tenths = np.bincount(draws.below(3, 10), minlength=10)
    assert np.abs(tenths - 10_000).max() < 400
    assert abs(np.corrcoef(draws.bits(3), draws.bits(4))[0, 1]) < 0.02
    assert abs(np.corrcoef(draws.bits(3), Draws(2, np.arange(100_000)).bits(3))[0, 1]) < 0.02
    assert draws.below(3, 10, np.array([7, 9])).tolist() == draws.below(3, 10)[[7, 9]].tolist()


def test_the_mixing_is_splitmix64() -> None:
    # of a zero base word, the first number of the published generator (seed 0) is that of stream 1
    draws = Draws(0, np.arange(1))
    assert draws.bits(1).tolist() == [0xE220A8397B1DCDAF >> 32]


def test_quantiles_are_drawn_in_equal_shares() -> None:
    row = HOLDING[STATES.index("sickness")]
    days = Draws(1, np.arange(50_000)).quantile(0, np.tile(row, (50_000, 1)))
    assert (days.min(), days.max() <= row[-1]) == (row[0], True)
    assert np.mean(days < row[8]) == pytest.approx(0.5, abs=0.01)


def test_rows_of_the_chain_go_to_states_that_are_named() -> None:
    assert NEXT.shape == (len(STATES), 3, 1000)
    assert set(NEXT[STATES.index("emigrated")].ravel()) == {STATES.index("emigrated")}
    shares = np.bincount(NEXT[STATES.index("sickness"), 2], minlength=len(STATES)) / 1000
    assert shares[STATES.index("employed")] == 0.65


def test_segments_are_disjoint_and_without_gaps(people: Careers) -> None:
    of = people.segments
    same = of.person[1:] == of.person[:-1]
    assert (of.start[1:][same] == of.stop[:-1][same]).all()
    assert (of.stop > of.start).all()
    assert of.start.min() >= first_day(2014)
    assert of.start.max() < first_day(2019)
    last = np.append(~same, True)
    assert (of.stop[last] == OPEN).all()
    assert (of.stop[~last] < OPEN).all()


def test_what_needs_a_contract_has_one(people: Careers) -> None:
    of = people.segments
    assert (of.of("employed", "partial_sickness", "leave").contract > 0).all()
    assert (of.of("unemployment", "subsidised", "disability_pension", "death").contract == 0).all()
    jobs = contracts(people)
    assert len(np.unique(np.stack([jobs.person, jobs.contract]), axis=1).T) == len(jobs)


def test_programmes_frame_their_benefit(people: Careers) -> None:
    course = people.segments.of("rehabilitation")
    assert (course.frame_stop >= np.minimum(course.stop, first_day(2019))).all()
    assert (course.decided < course.start).all()
    assert set(course.programme) == set(range(len(PROGRAMMES)))
    assert (people.segments.take(people.segments.programme < 0).frame_stop == -1).all()


def test_a_person_is_the_same_whatever_the_others(people: Careers) -> None:
    alone = careers(np.array([77]), 4, YEARS)
    among = people.segments.take(people.segments.person == 77)
    for name in ("start", "stop", "state", "contract", "programme", "frame_stop", "decided", "diagnosis"):
        assert getattr(alone.segments, name).tolist() == getattr(among, name).tolist()
    assert alone.wage[0] == people.wage[77]
    assert not np.array_equal(careers(np.arange(400), 5, YEARS).birth, people.birth)


def lived(people: Careers) -> list[list[tuple[str, bool]]]:
    """State and "has a contract" of every person on every day of the data."""
    begin, end = first_day(YEARS[0]), first_day(YEARS[1] + 1)
    days = [[("other", False)] * (end - begin) for _ in range(len(people))]
    of = people.segments
    for person, start, stop, state, contract in zip(
        *(column.tolist() for column in (of.person, of.start, of.stop, of.state, of.contract)), strict=True
    ):
        stop = min(stop, end)
        days[person][start - begin : stop - begin] = [(STATES[state], contract > 0)] * (stop - start)
    return days


def works(day: tuple[str, bool]) -> bool:
    state, contract = day
    return state == "subsidised" or (contract and state in WORK_WITH_A_CONTRACT)


def outcome(days: list[tuple[str, bool]], zero: int, least: int) -> tuple[int, int]:
    """Time and event of the first run at work of so many days: day by day, in plain Python."""
    stop = min(len(days), zero + 1095)
    gone = next((d for d in range(zero, len(days)) if days[d][0] == "emigrated"), len(days))
    stop = min(stop, gone)
    run = 0
    for day in range(zero, stop):
        if days[day][0] in RIVALS:
            return day - zero, RIVALS[days[day][0]]
        run = run + 1 if works(days[day]) else 0
        if run == least:
            return day - least + 1 - zero, 1
    return stop - zero, 0


def test_true_outcomes_are_those_of_a_count_day_by_day(people: Careers) -> None:
    truth = true_outcomes(people)
    columns = {name: truth.columns[name] for name in ("o1_time", "o1_event", "o2_time", "o2_event")}
    assert len(truth) > 100
    zeros = truth.dates("index_day").astype(np.int64) - first_day(2014)
    found = set()
    lives = lived(people)
    for i, (person, zero) in enumerate(zip(truth.person.tolist(), zeros.tolist(), strict=True)):
        days = lives[person]
        assert (columns["o1_time"][i], columns["o1_event"][i]) == outcome(days, zero, 1)
        assert (columns["o2_time"][i], columns["o2_event"][i]) == outcome(days, zero, 28)
        found.add(int(columns["o2_event"][i]))
    assert {0, 1, 4} <= found
    # every absence of 30 days or more is there
    expected = 0
    for days in lives:
        absent = "".join("x" if state in ("sickness", "partial_sickness") else " " for state, _ in days)
        expected += sum(len(run) >= 30 for run in absent.split(" ") if run)
    assert len(truth) == expected


def test_months_at_work_are_the_bins_of_statistics_finland(people: Careers) -> None:
    _name, _year, rows = next(item for item in folk(people) if item[:2] == ("folk_perus", 2016))
    days = work_days(people, 2016)[rows.person]
    assert days.max() == 366
    assert MONTH_BINS == (15, 45, 75, 105, 136, 166, 197, 227, 257, 288, 318, 349)
    for worked, months in ((0, 0), (14, 0), (15, 1), (348, 11), (349, 12), (366, 12)):
        assert np.searchsorted(MONTH_BINS, worked, side="right") == months
    assert (rows.columns["tyokk"] == np.searchsorted(MONTH_BINS, days, side="right")).all()


def test_a_resident_is_born_alive_and_in_the_country(people: Careers) -> None:
    gone = people.segments.of("death", "emigrated")
    assert len(gone) > 10
    assert not people.resident(2018)[gone.person].any()
    early = gone.take(gone.start >= first_day(2018))
    assert people.resident(2017)[early.person].all()
    assert number("death").tolist() == [STATES.index("death")]


def test_weeks_of_dream_hold_the_strongest_benefit_of_their_days(people: Careers) -> None:
    assert weeks((2009, 2010))[1][51:55] == ("y_0952", "y_0953", "y_1001", "y_1002")
    mondays, names = weeks(YEARS)
    assert (str(mondays[0].astype("datetime64[D]")), names[0], names[-1]) == ("2013-12-30", "y_1401", "y_1852")
    _, _, rows = next(dream(people))
    strength = {state: i for i, state in enumerate(CODES)}
    lives = lived(people)
    begin = first_day(YEARS[0])
    for monday, name in list(zip(mondays.tolist(), names, strict=True))[1:]:
        column = rows.texts(name)
        for person in range(80):
            states = {state for state, _ in lives[person][monday - begin : monday - begin + 7]} & set(CODES)
            expected = CODES[max(states, key=strength.__getitem__)] if states else ""
            assert column.words[column.codes[person]] == expected
    month = rows.texts("branche_2016_02")
    february = slice(first_day(2016) + 31 - begin, first_day(2016) + 60 - begin)
    employed = [any(works(day) for day in lives[person][february]) for person in range(len(people))]
    assert [month.words[code] != "" for code in month.codes] == employed
