"""Generic layouts: what a row by period, week, month, day or year becomes; calendars, blanks, joins and refusals."""

from __future__ import annotations

import csv
import datetime
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import sqlglot
from support.canonical_rows import CODES, STATES, canonical, day, source_of, spans
from support.portable import objections
from support.source import ROOT

from tkk_cli.data.registers.canonical import canonical_sql
from tkk_cli.data.registers.codes import Code, CodeList, read_codes
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.layouts.registry import LAYOUTS, find_layout
from tkk_cli.data.registers.layouts.unfold import named_month, named_week
from tkk_cli.errors import TkkError

GENERIC = {
    "long": ("id", "alkupvm", "loppupvm", "koodi", "osuus"),
    "periods_wide": ("id", "alku1", "loppu1", "tila1", "alku2", "loppu2", "tila2"),
    "weekly_wide": ("PNR", "y_9101", "y_9102", "branche_2008_01"),
    "states_by_month": ("id", "vuosi", "kuukausi", "tila"),
    "monthly_wide": ("id", "Jul.93", "Aug.93"),
    "states_by_day": ("id", "pvm", "tila"),
    "yearly": ("id", "vuosi", "tila", "syntyv", "sukup"),
    "incomes_register": ("hid_e", "vuosi", "kuukausi", "t101", "t201", "parttime", "hoursPerWeek", "termCode"),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDB]:
    duck = DuckDB("500MB", 1, tmp_path_factory.mktemp("generic"))
    yield duck
    duck.close()


def usable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["reason"] is None]


@pytest.mark.parametrize("layout", GENERIC)
def test_every_layout_can_be_carried_to_spark(layout: str) -> None:
    found, source = source_of(layout, GENERIC[layout])
    assert find_layout(layout) is found
    for made in found.rows(source):
        text = canonical_sql(source, made, STATES)
        assert objections(text) == []
        assert sqlglot.transpile(text, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


def test_tkk240_unknown_layout() -> None:
    with pytest.raises(TkkError) as caught:
        find_layout("weekly_wid")
    assert (caught.value.code, caught.value.hint) == ("TKK240", "did you mean weekly_wide?")
    assert set(GENERIC) <= set(LAYOUTS)


# wide periods ---------------------------------------------------------------------------------------------------------
def test_periods_side_by_side_with_gaps_in_numbers(engine: DuckDB) -> None:
    columns = ("id", "start1", "end1", "code1", "start3", "end3", "code3", "Start_10", "End_10", "Code_10")
    rows = [
        ("7", "2020-01-01", "2020-01-31", "1", "2020-03-01", None, "2", "", None, " "),
        ("8", None, "", None, None, None, None, "2021-05-01", "2021-04-01", "3"),
        ("9", None, "2020-01-31", None, "NA", None, None, None, None, "1"),
    ]
    made = canonical(engine, "periods_wide", columns, rows)[0]
    first = [row for row in made if row["key"] == "7"]
    assert spans(first) == [("1", "2020-01-01", "2020-02-01"), ("2", "2020-03-01", None)]
    assert {row["row"] for row in first} == {1}
    assert [row["reason"] for row in made if row["key"] == "8"] == ["end_before_start"]
    assert [row["reason"] for row in made if row["key"] == "9"] == ["no_start", "no_start"]


def test_periods_of_dates_with_one_state_and_a_share(engine: DuckDB) -> None:
    columns = ("id", "alku1", "osuus1", "alku2", "osuus2")
    types = {"alku1": "date", "alku2": "date", "osuus1": "number", "osuus2": "number"}
    rows = [("7", datetime.date(2020, 2, 29), 50.0, datetime.date(2021, 1, 1), None)]
    settings = {"state": "partial_sickness", "extent_unit": "percent"}
    made = canonical(engine, "periods_wide", columns, rows, types=types, settings=settings, codes=CodeList())[0]
    assert spans(made) == [(None, "2020-02-29", None), (None, "2021-01-01", None)]
    assert [(row["state"], row["extent"]) for row in made] == [("partial_sickness", 0.5), ("partial_sickness", None)]


@pytest.mark.parametrize(
    "columns",
    [
        ("id", "start1", "end1", "start2"),
        ("id", "start1", "end1", "end2"),
        ("id", "start1", "start01"),
    ],
)
def test_tkk247_columns_that_make_no_groups(engine: DuckDB, columns: tuple[str, ...]) -> None:
    with pytest.raises(TkkError) as caught:
        canonical(engine, "periods_wide", columns, [], settings={"state": "employed"})
    assert caught.value.code == "TKK247"


# weeks ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("column", "monday"),
    [
        ("y_9101", "1990-12-31"),  # week 1 begins in December
        ("y_9127", "1991-07-01"),
        ("y_9952", "1999-12-27"),
        ("y_0001", "2000-01-03"),
        ("y_8901", "2089-01-03"),
        ("y_9001", "1990-01-01"),
        ("y_0453", "2004-12-27"),
        ("y_0953", "2009-12-28"),
        ("y_1553", "2015-12-28"),
        ("y_2053", "2020-12-28"),
        ("y_1501", "2014-12-29"),
        ("y_2101", "2021-01-04"),
        ("uge_2009w53", "2009-12-28"),
    ],
)
def test_weeks_begin_on_their_iso_monday(engine: DuckDB, column: str, monday: str) -> None:
    made = canonical(engine, "weekly_wide", ("PNR", column), [("7", "1")], roles={"weeks": f"{column}"})[0]
    stop = datetime.date.fromisoformat(monday) + datetime.timedelta(7)
    assert spans(made) == [("1", monday, stop.isoformat())]
    assert datetime.date.fromisoformat(monday).isoweekday() == 1


def test_every_week_of_sixty_years_is_the_one_after_the_last() -> None:
    weeks = []
    for year in range(1990, 2050):
        last = datetime.date(year, 12, 28).isocalendar().week
        weeks += [named_week(f"y_{year % 100:02d}{week:02d}") for week in range(1, last + 1)]
    assert [b - a for a, b in itertools.pairwise(weeks)] == [1] * (len(weeks) - 1)


def test_runs_of_weeks_across_new_year_and_week_53(engine: DuckDB) -> None:
    columns = ("PNR", "y_0952", "y_0953", "y_1001", "y_1002", "y_1003")
    rows = [
        ("7", "1", "1", "1", None, "1"),
        ("8", "1", "2", " 2", "", "."),
        ("9", None, None, None, None, None),
        ("10", "9", "9", "3", "3", "3"),
    ]
    made = canonical(engine, "weekly_wide", columns, rows)[0]
    assert spans(made[:2]) == [("1", "2009-12-21", "2010-01-11"), ("1", "2010-01-18", "2010-01-25")]
    assert [row["key"] for row in made if row["key"] == "9"] == []
    eighth = [row for row in made if row["key"] == "8"]
    assert {(s, e) for code, s, e in spans(eighth) if code == "2"} >= {("2009-12-28", "2010-01-04")}
    assert max(row["stop"] for row in eighth) == day("2010-01-11")
    assert [(row["code"], row["reason"]) for row in made if row["key"] == "10"] == [("9", "unknown_code"), ("3", None)]
    assert {row["row"] for row in eighth} == {2}


def test_weeks_that_are_not_in_the_file_end_a_run(engine: DuckDB) -> None:
    made = canonical(engine, "weekly_wide", ("PNR", "y_1003", "y_1001"), [("7", "1", "1")])[0]
    assert spans(made) == [("1", "2010-01-04", "2010-01-11"), ("1", "2010-01-18", "2010-01-25")]


def test_weeks_of_numbers_and_the_code_list_of_dream(engine: DuckDB) -> None:
    columns = ("PNR", "y_1001", "y_1002", "y_1003", "y_1004")
    types = {"y_1001": "number", "y_1002": "number", "y_1003": "integer", "y_1004": "text"}
    rows = [("7", 890.0, None, 774, "999")]
    made = canonical(engine, "weekly_wide", columns, rows, types=types, codes=read_codes("dream"))[0]
    assert [(row["code"], row["state"]) for row in made] == [
        ("890", "sickness"),
        ("774", "subsidised"),
        ("999", "death"),
    ]


def test_branches_are_months_of_employment(engine: DuckDB) -> None:
    columns = ("PNR", "y_0801", "branche_2008_01", "branche_2008_02", "branche_2008_03", "branche_2008_04")
    rows = [("7", None, "620100", "620100", None, "862100"), ("8", "1", None, None, None, None)]
    weeks, months = canonical(engine, "weekly_wide", columns, rows)
    assert [row["key"] for row in weeks] == ["8"]
    assert spans(months) == [("620100", "2008-01-01", "2008-03-01"), ("862100", "2008-04-01", "2008-05-01")]
    assert {(row["state"], row["reason"]) for row in months} == {("employed", None)}


@pytest.mark.parametrize(
    ("columns", "count"),
    [
        (("PNR", "y_1053"), 1),  # 2010 has 52 weeks
        (("PNR", "y_1001", "y_1000", "y_1054"), 2),
        (("PNR", "y_1001", "uke_2010w01"), 1),
        (("PNR", "y_1001", "branche_2008_13"), 1),
    ],
)
def test_tkk247_columns_that_are_no_week_or_month(engine: DuckDB, columns: tuple[str, ...], count: int) -> None:
    with pytest.raises(TkkError) as caught:
        canonical(engine, "weekly_wide", columns, [], roles={"weeks": r"(y_|uke_).*"})
    assert (caught.value.code, caught.value.count) == ("TKK247", count)


# months ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("column", "year", "month"),
    [
        ("Jul.93", 1993, 7),
        ("jan00", 2000, 1),
        ("Dec.87", 1987, 12),
        ("feb59", 2059, 2),
        ("DEC 1999", 1999, 12),
        ("tila_2020_02", 2020, 2),
        ("m202012", 2020, 12),
        ("1993M07", 1993, 7),
    ],
)
def test_month_of_a_column_name(column: str, year: int, month: int) -> None:
    assert named_month(column) == year * 12 + month - 3


@pytest.mark.parametrize("column", ["tila_2020_13", "foo93", "xjul93", "Jul.9", "2020"])
def test_column_names_without_a_month(column: str) -> None:
    assert named_month(column) is None


def test_months_of_a_long_file_in_every_writing(engine: DuckDB) -> None:
    writings = ["2020-02", "202002", "2020-02-29", "20200215", "2020-02-29 12:00:00"]
    rows = [(str(i), text, "1") for i, text in enumerate(writings)]
    made = canonical(engine, "states_by_month", ("id", "kuukausi", "tila"), rows)[0]
    assert spans(made) == [("1", "2020-02-01", "2020-03-01")] * len(writings)
    wrong = [("7", text, "1") for text in ("2020-13", "2020-00", "x", "1e5000", "2020", "2.2020")]
    made = canonical(engine, "states_by_month", ("id", "kuukausi", "tila"), [*wrong, ("7", None, "1")])[0]
    assert [row["reason"] for row in made] == ["unreadable_start"] * len(wrong) + ["no_start"]


def test_month_and_year_in_two_columns_or_in_numbers(engine: DuckDB) -> None:
    columns = ("id", "vuosi", "kuukausi", "tila")
    types = {"vuosi": "number", "kuukausi": "number"}
    rows = [("7", 2019.0, 12.0, "1"), ("7", 2020.0, 1.0, "1"), ("8", 2020.0, 202003.0, "2"), ("9", 2020.0, 13.0, "1")]
    made = canonical(engine, "states_by_month", columns, rows, types=types)[0]
    assert spans(made)[:2] == [("1", "2019-12-01", "2020-02-01"), ("2", "2020-03-01", "2020-04-01")]
    assert [row["reason"] for row in made] == [None, None, "unreadable_start"]
    dates = [("7", datetime.date(2020, 2, 29), "1")]
    made = canonical(engine, "states_by_month", ("id", "pvm", "tila"), dates, types={"pvm": "date"})[0]
    assert spans(made) == [("1", "2020-02-01", "2020-03-01")]


def test_consecutive_months_are_one_spell(engine: DuckDB) -> None:
    rows = [
        ("7", "2020-03", "1"),
        ("7", "2020-01", "1"),
        ("7", "2020-02", "1"),
        ("7", "2020-04", "2"),
        ("7", "2020-06", "1"),
        ("8", "2020-07", "1"),
        ("7", "2020-02", "1"),  # twice
        (None, "2020-01", "1"),
        (None, "2020-02", "1"),
        ("7", "x", "1"),
        ("7", "2020-12", "1"),
        ("7", "2021-01", "1"),
    ]
    made = canonical(engine, "states_by_month", ("id", "kuukausi", "tila"), rows)[0]
    seventh = sorted(spans(row for row in usable(made) if row["key"] == "7"))
    covered = {(code, month) for code, start, stop in seventh for month in months_between(start, stop)}
    assert covered == {(code, text) for key, text, code in rows if key == "7" and text != "x"}
    assert ("1", "2020-12-01", "2021-02-01") in seventh
    assert ("2", "2020-04-01", "2020-05-01") in seventh
    assert ("1", "2020-06-01", "2020-07-01") in seventh
    assert sorted(row["reason"] for row in made if row["reason"]) == ["no_key", "no_key", "unreadable_start"]
    assert next(row["row"] for row in made if row["start"] == day("2020-01-01") and row["key"]) == 2


def months_between(start: str, stop: str) -> list[str]:
    first, last = (int(text[:4]) * 12 + int(text[5:7]) - 1 for text in (start, stop))
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(first, last)]


def test_mvad_unfolds_to_its_monthly_sequences(engine: DuckDB) -> None:
    with (ROOT / "tests" / "reference" / "mvad" / "data.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    months = [name for name in people[0] if named_month(name) is not None]
    assert len(months) == 72
    columns = ("id", *months)
    rows = [tuple(person[column] for column in columns) for person in people]
    made = canonical(engine, "monthly_wide", columns, rows, codes=read_codes("mvad"))[0]
    assert all(row["reason"] is None for row in made)
    sequences: dict[str, dict[str, str]] = {person["id"]: {} for person in people}
    for row, (code, start, stop) in zip(made, spans(made), strict=True):
        for month in months_between(start, stop):
            assert month not in sequences[row["key"]]
            sequences[row["key"]][month] = code
    written = months_between("1993-07-01", "1999-07-01")
    for person in people:
        assert [sequences[person["id"]][month] for month in written] == [person[column] for column in months]
    # the spells that were counted independently, but for those that go on in the same state
    with (ROOT / "tests" / "reference" / "mvad" / "spells.csv").open(encoding="utf-8", newline="") as file:
        assert len(made) == sum(1 for _ in csv.DictReader(file))


def test_months_in_order_from_a_first_month(engine: DuckDB) -> None:
    columns = ("id", "emp1", "emp2", "emp3")
    how: dict[str, Any] = {"roles": {"months": r"emp\d+"}}
    rows = [("7", "1", "1", "2")]
    made = canonical(engine, "monthly_wide", columns, rows, settings={"first_month": "2019-12"}, **how)[0]
    assert spans(made) == [("1", "2019-12-01", "2020-02-01"), ("2", "2020-02-01", "2020-03-01")]
    with pytest.raises(TkkError) as caught:
        canonical(engine, "monthly_wide", columns, rows, settings={"first_month": "12/2019"}, **how)
    assert caught.value.code == "TKK246"
    with pytest.raises(TkkError) as caught:
        canonical(engine, "monthly_wide", columns, rows, **how)
    assert (caught.value.code, caught.value.count) == ("TKK247", 3)


# days and years -------------------------------------------------------------------------------------------------------
def test_consecutive_days_are_one_spell_the_leap_day_too(engine: DuckDB) -> None:
    rows = [("7", f"{d}.2.2020", "1") for d in (27, 28, 29)] + [("7", "1.3.2020", "1"), ("7", "2.3.2020", "2")]
    rows += [("7", "29.2.2019", "1"), ("7", None, "1"), ("8", "3.3.2020", "9")]
    made = canonical(engine, "states_by_day", ("id", "pvm", "tila"), rows, date_format="d.m.yyyy")[0]
    assert spans(usable(made)) == [("1", "2020-02-27", "2020-03-02"), ("2", "2020-03-02", "2020-03-03")]
    assert sorted(row["reason"] for row in made if row["reason"]) == ["no_start", "unknown_code", "unreadable_start"]


def test_a_year_is_a_spell_and_a_person_row(engine: DuckDB) -> None:
    columns = ("id", "vuosi", "tila", "syntyv", "sukup", "maakunta", "koulutus")
    rows = [
        ("7", "2020", "1", "1980", "Nainen", "01", "3"),
        ("7", "2021", "2", "19x0", "M", None, ""),
        ("7", "2020.5", "1", "1980", "9", None, None),
    ]
    spells, persons = canonical(engine, "yearly", columns, rows)
    assert spans(usable(spells)) == [("1", "2020-01-01", "2021-01-01"), ("2", "2021-01-01", "2022-01-01")]
    assert spells[2]["reason"] == "unreadable_start"
    assert [row["reason"] for row in persons] == [None, None, "unreadable_year"]
    assert [row["birth"] for row in persons[:2]] == [day("1980-07-01"), None]
    assert [row["sex"] for row in persons] == ["2", "1", None]
    assert [(row["region"], row["education"]) for row in persons[:2]] == [("01", "3"), (None, None)]


def test_yearly_rows_without_facts_are_no_persons(engine: DuckDB) -> None:
    made = canonical(engine, "yearly", ("id", "vuosi", "tila"), [("7", "2020", "1")])
    assert len(made) == 1
    made = canonical(
        engine, "yearly", ("id", "vuosi"), [("7", "2020")], settings={"state": "student"}, codes=CodeList()
    )
    assert [(row["state"], row["start"]) for row in made[0]] == [("student", day("2020-01-01"))]
    with pytest.raises(TkkError) as caught:
        canonical(engine, "yearly", ("id", "vuosi"), [])
    assert caught.value.code == "TKK246"


# Incomes Register -----------------------------------------------------------------------------------------------------
INCOMES = (
    "incomeEarnerHid_e",
    "vuosi",
    "kuukausi",
    "payer",
    "t101",
    "t201",
    "t999",
    "parttime",
    "hoursPerWeek",
    "termCode",
)


def test_months_of_pay_are_work_and_earnings(engine: DuckDB) -> None:
    rows = [
        ("7", "2020", "12", "A", "1000,50", None, "5", "50", "18,75", "1"),
        ("7", "2021", "1", "B", None, "200", None, "0", None, None),
        ("7", "2021", "2", "B", "-100", "", None, None, None, "7"),
        ("7", "2021", "3", "B", None, "NA", "9", None, None, "7"),
    ]
    how: dict[str, Any] = {"codes": read_codes("incomes_register"), "settings": {"extent_unit": "percent"}}
    work, earned = canonical(engine, "incomes_register", INCOMES, rows, **how)
    assert spans(work) == [("1", "2020-12-01", "2021-01-01"), (None, "2021-01-01", "2021-02-01")]
    assert [(row["employer"], row["extent"], row["hours"], row["state"]) for row in work] == [
        ("A", 0.5, 18.75, "employed"),
        ("B", None, None, "employed"),
    ]
    assert [(row["year"], row["month"], row["cents"], row["employer"]) for row in earned] == [
        (2020, 12, 100050, "A"),
        (2021, 1, 20000, "B"),
        (2021, 2, -10000, "B"),
    ]
    how["settings"] = {"extent_unit": "percent", "min_amount": 200.0}
    assert [row["employer"] for row in canonical(engine, "incomes_register", INCOMES, rows, **how)[0]] == ["A"]


def test_months_of_pay_without_a_code_and_a_negative_limit(engine: DuckDB) -> None:
    rows = [("7", "2020", "12", "10")]
    columns = ("hid_e", "vuosi", "kuukausi", "t101")
    work, _ = canonical(engine, "incomes_register", columns, rows, codes=CODES)
    assert [(row["state"], row["reason"]) for row in work] == [("employed", None)]
    with pytest.raises(TkkError) as caught:
        canonical(engine, "incomes_register", columns, rows, settings={"min_amount": -1.0})
    assert caught.value.code == "TKK246"


def test_a_code_list_of_ones_own_replaces_the_one_of_the_layout(engine: DuckDB) -> None:
    own = CodeList("own", (Code("890-899", "partial_sickness", 0.5),))
    made = canonical(engine, "weekly_wide", ("PNR", "y_1001"), [("7", "891")], codes=own)[0]
    assert [(row["state"], row["extent"]) for row in made] == [("partial_sickness", 0.5)]
