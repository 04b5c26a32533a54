"""Each trap as it stands in the raw rows: what changes, where, and that the count is what changed."""

from __future__ import annotations

import numpy as np
import pytest

from tkk_cli.data.synthetic.registers.careers import Careers, careers, first_day
from tkk_cli.data.synthetic.registers.etk_kela import etk, kela
from tkk_cli.data.synthetic.registers.folk import folk, is_public
from tkk_cli.data.synthetic.registers.rows import Cents, Rows, Text, stack
from tkk_cli.data.synthetic.registers.traps import NAMES, Planted, benefits, plant

YEARS = (1993, 2023)
Files = dict[tuple[str, int | None], Rows]


@pytest.fixture(scope="module")
def people() -> Careers:
    return careers(np.arange(300), 9, YEARS)


@pytest.fixture(scope="module")
def files(people: Careers) -> Files:
    return {(name, year): rows for maker in (folk, etk, kela) for name, year, rows in maker(people)}


def planted(trap: int, people: Careers, files: Files, name: str, year: int | None = None) -> tuple[Rows, int, int]:
    """The rows with a trap, and the rows and persons that were counted."""
    counts = Planted()
    rows = plant([trap], counts, people, name, year, files[name, year])
    counts.end_block()
    return rows, *counts.counts.get((trap, name), (0, 0))


def words(rows: Rows, name: str) -> list[str]:
    column = rows.texts(name)
    return [column.words[code] for code in column.codes]


def test_traps_have_names() -> None:
    assert list(NAMES) == list(range(1, 15))
    assert len(set(NAMES.values())) == 14


def test_persons_of_a_block_count_once_and_blocks_add_up() -> None:
    counts = Planted()
    for _ in range(2):
        counts.add(1, "a", np.array([1, 1, 2]))
        counts.add(1, "a", np.array([2]))
        counts.add(2, "a", np.array([], dtype=np.int64))
        counts.end_block()
    assert counts.counts == {(1, "a"): (8, 4)}


def test_key_has_its_older_name(people: Careers, files: Files) -> None:
    rows, count, persons = planted(1, people, files, "kela_sairauspaivaraha")
    assert next(iter(rows.columns)) == "shnro"
    assert (count, persons) == (len(rows), len(np.unique(rows.person)))
    assert planted(1, people, files, "kela_kuntoutus")[1] == 0


def test_payment_periods_are_whole_months_joined_over_gaps(people: Careers, files: Files) -> None:
    rows, count, _ = planted(2, people, files, "folk_tyosuhde", 2020)
    start, end = rows.dates("alkupvm"), rows.dates("loppupvm")
    assert (start == start.astype("datetime64[M]").astype("datetime64[D]")).all()
    assert (start >= np.datetime64("2019-01-01")).all()
    ended = end[~np.isnat(end)]
    assert ((ended + 1) == (ended + 1).astype("datetime64[M]").astype("datetime64[D]")).all()
    assert count == len(rows) < len(files["folk_tyosuhde", 2020])
    before, _, _ = planted(2, people, files, "folk_tyosuhde", 2018)
    assert (before.dates("loppupvm") <= np.datetime64("2018-12-31")).all()
    assert planted(2, people, files, "folk_tyosuhde", 2017)[0] is files["folk_tyosuhde", 2017]


def test_pensions_lose_their_kinds_and_some_years(people: Careers, files: Files) -> None:
    rows, count, _ = planted(3, people, files, "folk_elake", 2023)
    assert set(words(rows, "elakelaji_alkuper")) == {""}
    assert (rows.dates("alkupvm_elakelaji") <= files["folk_elake", 2023].dates("alkupvm_elakelaji")).all()
    assert count == len(rows) > 20
    lost, missing, _ = planted(3, people, files, "folk_elake", 1998)
    assert len(files["folk_elake", 1998]) - len(lost) == missing


def test_benefits_hold_no_sickness(people: Careers) -> None:
    rows = benefits(people)
    assert set(words(rows, "laji")) == {"tyottomyys", "perhe", "opinto", "vanhuuselake"}
    assert (np.diff(rows.person) >= 0).all()


def test_activity_turns_from_work_to_unemployed(people: Careers, files: Files) -> None:
    rows, count, _ = planted(5, people, files, "folk_perus", 2015)
    plain = words(files["folk_perus", 2015], "ptoim1")
    changed = [pair for pair in zip(plain, words(rows, "ptoim1"), strict=True) if pair[0] != pair[1]]
    assert changed == [("11", "12")] * count
    assert count > 2


@pytest.mark.parametrize(
    ("name", "year"), [("folk_tulo", 2023), ("folk_tyosuhde", 2023), ("folk_elake", 2022), ("folk_elake", 2023)]
)
def test_last_years_are_incomplete(people: Careers, files: Files, name: str, year: int) -> None:
    rows, count, _ = planted(6, people, files, name, year)
    assert len(files[name, year]) - len(rows) == count
    assert 0.5 < count / len(files[name, year]) < 0.7
    assert planted(6, people, files, name, 2021)[1] == 0


def test_the_dead_have_rows_after_death(people: Careers, files: Files) -> None:
    extra = sum(planted(7, people, files, "folk_perus", year)[1] for year in range(1993, 2024))
    dead = people.segments.of("death")
    assert 0 < extra <= len(dead)
    rows, count, _ = planted(7, people, files, "folk_tyottomat")
    late = rows.take(slice(len(files["folk_tyottomat", None]), None))
    assert len(late) == count > 5
    assert (late.dates("alkupvm").astype(np.int64) > people.death[late.person]).all()


def test_jobs_are_missing_before_1995(people: Careers, files: Files) -> None:
    rows, count, _ = planted(8, people, files, "folk_tyosuhde", 1994)
    plain = files["folk_tyosuhde", 1994]
    assert len(plain) - len(rows) == count
    assert 0.1 < count / np.sum(np.asarray(plain.columns["tvm"]) == 1) < 0.4
    assert planted(8, people, files, "folk_tyosuhde", 1995)[1] == 0


def test_public_employers_have_new_keys_from_2005(people: Careers, files: Files) -> None:
    rows, count, _ = planted(9, people, files, "folk_tyosuhde", 2005)
    plain = words(files["folk_tyosuhde", 2005], "yrtun_s")
    for old, new in zip(plain, words(rows, "yrtun_s"), strict=True):
        assert new == (f"J{old[1:]}" if is_public(np.array(int(old[1:]))) else old)
    assert count == sum(word.startswith("J") for word in words(rows, "yrtun_s")) > 10
    assert planted(9, people, files, "folk_tkt", 2004)[1] == 0


def test_nobody_under_18_is_left_from_2016(people: Careers, files: Files) -> None:
    removed = 0
    for year in range(2014, 2024):
        rows, count, _ = planted(10, people, files, "folk_tyosuhde", year)
        removed += count
        if year >= 2016:
            assert ((first_day(year + 1) - 1 - people.birth[rows.person]) / 365.25 >= 17.99).all()
    assert removed > 0


def test_occupations_are_of_three_classifications(people: Careers, files: Files) -> None:
    digits = {
        year: {len(word) for word in words(planted(11, people, files, "folk_perus", year)[0], "ammattikoodi_k")}
        for year in (2000, 2001, 2009, 2010)
    }
    assert digits == {2000: {3}, 2001: {4}, 2009: {4}, 2010: {5}}


def test_municipalities_merge_and_the_early_column_stands_alone(people: Careers, files: Files) -> None:
    before, none, _ = planted(12, people, files, "folk_perus", 2006)
    after, count, _ = planted(12, people, files, "folk_perus", 2007)
    assert "kunta31_12" not in before.columns
    assert {"801", "803"} <= set(words(before, "kunta"))
    assert not {"801", "803"} & set(words(after, "kunta"))
    assert (none, count > 0) == (0, True)


def test_unfinished_spells_stand_twice(people: Careers, files: Files) -> None:
    rows, count, _ = planted(13, people, files, "folk_tyonhakijat")
    plain = files["folk_tyonhakijat", None]
    again = rows.take(slice(len(plain), None))
    assert len(again) == count > 2
    for person, start, end in zip(again.person, again.dates("alkupvm"), again.dates("loppupvm"), strict=True):
        same = (plain.person == person) & (plain.dates("alkupvm") == start)
        assert same.any()
        assert not (plain.dates("loppupvm")[same] == end).any()


def test_open_ends_are_counted_and_some_lost(people: Careers, files: Files) -> None:
    rows, count, _ = planted(14, people, files, "folk_sijoitetut")
    assert count == np.isnat(rows.dates("loppupvm")).sum()
    assert count > np.isnat(files["folk_sijoitetut", None].dates("loppupvm")).sum()
    jobs, open_jobs, _ = planted(14, people, files, "etk_tyosuhteet")
    assert open_jobs == np.isnat(jobs.dates("paattymispvm")).sum()


def test_incomes_are_the_same_in_euros_and_in_cents(files: Files) -> None:
    cents, euros = files["etk_vuansiot", None], files["folk_tulo", 2016]
    year = np.asarray(cents.columns["vuosi"]) == 2016
    paid = dict(zip(cents.person[year].tolist(), np.asarray(cents.columns["vuosiansio"])[year].tolist(), strict=True))
    for person, palk in zip(euros.person.tolist(), np.asarray(euros.columns["palk"]).tolist(), strict=True):
        assert palk == paid.get(person, 0) // 100
    assert (np.asarray(euros.columns["saiprva"]) < 0).any()


def test_pensions_of_folk_are_the_stock_of_the_last_day(people: Careers, files: Files) -> None:
    rows = files["folk_elake", 2016]
    last = first_day(2017) - 1
    paid = people.segments.of("disability_pension", "old_age_pension", "temporary_disability_pension",
                              "partial_disability_pension", "partial_temporary_disability_pension",
                              "career_pension")  # fmt: skip
    assert rows.person.tolist() == paid.person[(paid.start <= last) & (last < paid.stop)].tolist()
    assert not [name for name in rows.columns if "loppu" in name]


def test_columns_of_two_kinds_are_not_stacked() -> None:
    one = Rows(np.array([0]), {"a": np.array([1])})
    two = Rows(np.array([1]), {"a": Text(np.array([0]), ("x",))})
    with pytest.raises(TypeError):
        stack(one, two)
    with pytest.raises(TypeError):
        one.texts("a")
    with pytest.raises(TypeError):
        two.dates("a")
    euros = Rows(np.array([0]), {"a": Cents(np.array([150]))})
    assert stack(euros, euros).take([1]).columns["a"].cents.tolist() == [150]  # type: ignore[union-attr]
