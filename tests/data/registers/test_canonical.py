"""Canonical rows: half-open ends, codes by a code list, the first reason of a row that cannot be used, types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.canonical_rows import CODES, STATES, canonical, day, source_of, spans

from tkk_cli.data.registers.canonical import REASONS, canonical_sql, table_of
from tkk_cli.data.registers.codes import Code, CodeList
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.layouts.layout import EarningRows, PersonRows, SpellRows
from tkk_cli.data.registers.schema import EARNING, PERSON_ROW, SPELL_ROW
from tkk_cli.errors import TkkError

COLUMNS = ("id", "alkupvm", "loppupvm", "koodi")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDB]:
    duck = DuckDB("500MB", 1, tmp_path_factory.mktemp("canonical"))
    yield duck
    duck.close()


def long(engine: DuckDB, *rows: tuple[Any, ...], **how: Any) -> list[dict[str, Any]]:
    return canonical(engine, "long", COLUMNS, rows, **how)[0]


def test_columns_and_types_of_every_table(engine: DuckDB) -> None:
    _, source = source_of("long", COLUMNS)
    engine.rows("src_hand", {**dict.fromkeys(COLUMNS, "VARCHAR"), "tkk_file": "VARCHAR", "tkk_row": "BIGINT"}, [])
    spell = SpellRows(
        rows="src_hand",
        key='"id"',
        start="1",
        end="NULL",
        start_present="(1 = 1)",
        end_present="(1 = 0)",
        inclusive=True,
        state="employed",
    )
    person = PersonRows(rows="src_hand", key='"id"')
    earning = EarningRows(rows="src_hand", key='"id"', year="2020", cents="12.5")
    for made, table, columns in (
        (spell, "spell", SPELL_ROW),
        (person, "person", PERSON_ROW),
        (earning, "earning", EARNING),
    ):
        assert table_of(made) == table
        described = engine.fetch(f"DESCRIBE {canonical_sql(source, made, STATES)}")
        assert {row[0]: row[1].replace("INTEGER", "INT") for row in described} == columns
        assert [row[0] for row in described] == list(columns)


@pytest.mark.parametrize(
    ("inclusive", "end", "stop"),
    [
        (True, "2020-01-10", "2020-01-11"),
        (False, "2020-01-10", "2020-01-10"),
        (True, "2020-02-28", "2020-02-29"),
        (True, "2020-02-29", "2020-03-01"),
        (True, "2020-01-01", "2020-01-02"),
        (True, None, None),
        (True, "", None),
        (True, "2098-12-31", "2099-01-01"),
        (True, "2099-12-31", None),
        (False, "9999-12-31", None),
    ],
)
def test_ends_become_half_open_and_far_ends_open(
    engine: DuckDB, inclusive: bool, end: str | None, stop: str | None
) -> None:
    (row,) = long(engine, ("7", "2020-01-01", end, "1"), inclusive=inclusive)
    assert spans([row]) == [("1", "2020-01-01", stop)]
    assert row["reason"] is None
    assert (row["source"], row["key"], row["state"], row["file"], row["row"]) == (
        "hand",
        "7",
        "employed",
        "hand.csv",
        1,
    )


GOOD = ("7", "2020-01-01", "2020-01-31", "1")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (GOOD, None),
        ((None, "x", "x", "9"), "no_key"),
        ((" ", "2020-01-01", None, "1"), "no_key"),
        (("7", "2019-02-29", "x", "9"), "unreadable_start"),
        (("7", "2020-01-01", "31.1.2020", "9"), "unreadable_end"),
        (("7", "", "2020-01-31", "9"), "no_start"),
        (("7", "2020-01-02", "2020-01-01", "9"), "end_before_start"),
        (("7", "2020-01-01", "2020-01-31", "9"), "unknown_code"),
        (("7", "2020-01-01", "2020-01-31", None), "unknown_code"),
        (("7", "2014-12-31", "2020-01-31", "1"), "outside_years"),
        (("7", "2021-01-01", "2021-01-31", "1"), "outside_years"),
        (("7", "2015-01-01", "2021-01-31", "1"), None),
        (("7", "2020-12-31", None, "1"), None),
    ],
)
def test_the_first_reason_that_holds(engine: DuckDB, row: tuple[Any, ...], reason: str | None) -> None:
    (made,) = long(engine, row, years=(2015, 2020))
    assert made["reason"] == reason


def test_zero_length_is_a_reason_only_where_the_end_is_the_day_after(engine: DuckDB) -> None:
    same = ("7", "2020-01-01", "2020-01-01", "1")
    assert [row["reason"] for row in long(engine, same)] == [None]
    assert [row["reason"] for row in long(engine, same, inclusive=False)] == ["zero_length"]


def test_codes_exact_before_range_before_rest(engine: DuckDB) -> None:
    codes = CodeList(
        "own",
        (
            Code("100-199", "employed", 1.0),
            Code("150", "sickness"),
            Code("00-13", "rehabilitation", programme="kiila"),
            Code("8-12", "unemployment"),
            Code("0K", "temporary_disability_pension"),
            Code("9'9", ""),
        ),
    )
    given = ["100", "199", "150", "00", "07", "7", "8", "12", "0K", "9'9", "200", "0100", "1e2", "99.6", "-5", "+12"]
    rows = long(engine, *(("7", "2020-01-01", None, code) for code in given), codes=codes)
    assert [(row["code"], row["state"]) for row in rows] == [
        ("100", "employed"),
        ("199", "employed"),
        ("150", "sickness"),
        ("00", "rehabilitation"),
        ("07", "rehabilitation"),
        ("7", None),
        ("8", "unemployment"),
        ("12", "rehabilitation"),
        ("0K", "temporary_disability_pension"),
        ("9'9", ""),
        ("200", None),
        ("0100", None),
        ("1e2", None),
        ("99.6", None),
        ("-5", None),
        ("+12", None),
    ]
    assert [row["reason"] for row in rows] == [None if row["state"] is not None else "unknown_code" for row in rows]
    assert (rows[0]["extent"], rows[2]["extent"], rows[3]["programme"]) == (1.0, None, "kiila")


def test_a_star_takes_every_other_code_a_missing_one_too(engine: DuckDB) -> None:
    codes = CodeList("own", (Code("*", "other_benefit"), Code("1", "employed")))
    rows = long(engine, *(("7", "2020-01-01", None, code) for code in ("1", "x", None)), codes=codes)
    assert [(row["state"], row["reason"]) for row in rows] == [
        ("employed", None),
        ("other_benefit", None),
        ("other_benefit", None),
    ]


def test_a_number_that_is_not_whole_is_not_rounded_to_a_code(engine: DuckDB) -> None:
    columns = ("id", "alkupvm", "koodi")
    types = {"id": "number", "koodi": "number"}
    given = [(7.0, 1.0), (7.0, 1.5), (7.5, 2.0), (7.0, 1e300), (float(2**40), 3.0), (None, 1.0)]
    rows = canonical(engine, "long", columns, [(key, "2020-01-01", code) for key, code in given], types=types)[0]
    assert [row["reason"] for row in rows] == [None, "unknown_code", None, "unknown_code", None, "no_key"]
    assert [row["key"] for row in rows] == ["7", "7", "7.5", "7", str(2**40), None]
    assert rows[0]["code"] == "1"


def test_what_the_row_says_comes_before_what_its_code_says(engine: DuckDB) -> None:
    codes = CodeList("own", (Code("1", "partial_sickness", 0.5, "kiila"), Code("2", "sickness", 0.0)))
    columns = (*COLUMNS, "osuus", "ohjelma", "diagnoosi", "viikkotunnit", "paatospvm", "yrtun_s", "kurssi")
    more = ("0,4", " TYK ", "m54.5", "37,5", "2019-12-01", "0012", "K 7")
    rows = [("7", "2020-01-01", None, "1", *more), ("7", "2020-01-01", None, "1", *[None] * 7)]
    rows += [("7", "2020-01-01", None, "2", *[None] * 7), ("7", "2020-01-01", None, "1", "40", *[None] * 6)]
    full, bare, zero, wrong = canonical(engine, "long", columns, rows, codes=codes)[0]
    assert (full["extent"], full["programme"], full["diagnosis"]) == (0.4, "tyk", "M545")
    assert (full["hours"], full["decided"], full["employer"], full["provider"]) == (
        37.5,
        day("2019-12-01"),
        "0012",
        "K 7",
    )
    assert (bare["extent"], bare["programme"], bare["hours"]) == (0.5, "kiila", None)
    assert zero["extent"] == 0.0
    assert wrong["reason"] == "bad_extent"
    as_percent = canonical(engine, "long", columns, rows[3:], codes=codes, settings={"extent_unit": "percent"})[0]
    assert (as_percent[0]["extent"], as_percent[0]["reason"]) == (0.4, None)


@pytest.mark.parametrize(("hours", "reason"), [("-1", "bad_hours"), ("168,5", "bad_hours"), ("0", None), ("168", None)])
def test_hours_that_no_week_has_are_set_aside(engine: DuckDB, hours: str, reason: str | None) -> None:
    columns = (*COLUMNS[:3], "viikkotunnit")
    rows = [("7", "2020-01-01", None, hours)]
    (row,) = canonical(engine, "long", columns, rows, codes=CodeList(), settings={"state": "employed"})[0]
    assert row["reason"] == reason


def test_one_state_for_all_rows_needs_no_code(engine: DuckDB) -> None:
    rows = canonical(engine, "long", COLUMNS[:3], [GOOD[:3]], codes=CodeList(), settings={"state": "rehabilitation"})[0]
    assert [(row["state"], row["code"], row["reason"]) for row in rows] == [("rehabilitation", None, None)]


@pytest.mark.parametrize("codes", [CODES, CodeList()])
def test_tkk246_neither_state_nor_code(engine: DuckDB, codes: CodeList) -> None:
    columns = COLUMNS[:3] if codes.rows else COLUMNS
    with pytest.raises(TkkError) as caught:
        canonical(engine, "long", columns, [GOOD[: len(columns)]], codes=codes)
    assert caught.value.code == "TKK246"


@pytest.mark.parametrize(
    "how", [{"settings": {"state": "employd"}}, {"codes": CodeList("own", (Code("1", "employd"), Code("2", "")))}]
)
def test_tkk245_a_state_that_is_none(engine: DuckDB, how: dict[str, Any]) -> None:
    with pytest.raises(TkkError) as caught:
        long(engine, GOOD, **how)
    assert (caught.value.code, caught.value.count) == ("TKK245", 1)
    assert caught.value.hint == "did you mean employed?"


def test_persons_and_their_years(engine: DuckDB) -> None:
    columns = ("id", "vuosi", "sukup", "birth")
    rows = [
        ("7", "2019", "1", "1980-05-01"),
        (None, "2019", "1", None),
        ("7", "x", "2", None),
        ("7", "2030", "2", None),
    ]
    made = canonical(engine, "yearly", columns, rows, years=(2000, 2020), codes=CodeList())[0]
    assert [row["reason"] for row in made] == [None, "no_key", "unreadable_year", "outside_years"]
    assert (made[0]["year"], made[0]["sex"], made[0]["birth"]) == (2019, "1", day("1980-05-01"))


def test_earnings_and_their_reasons(engine: DuckDB) -> None:
    columns = ("hid_e", "vuosi", "kuukausi", "t101")
    rows = [
        ("7", "2020", "2", "1234,56"),
        ("7", "2020", "3", "-0,005"),
        (None, "2020", "2", "1"),
        ("7", "", "2", "1"),
        ("7", "2020", "13", "1"),
        ("7", "2020", "2", "abc"),
        ("7", "2018", "2", "1"),
    ]
    made = canonical(engine, "incomes_register", columns, rows, years=(2019, 2022))[1]
    assert [row["cents"] for row in made[:2]] == [123456, 0]
    assert [row["reason"] for row in made] == [
        None,
        None,
        "no_key",
        "unreadable_year",
        "unreadable_month",
        "unreadable_amount",
        "outside_years",
    ]


def test_every_reason_is_explained() -> None:
    assert all(words and not words.endswith(".") for words in REASONS.values())
    assert list(REASONS)[:4] == ["no_key", "unreadable_start", "unreadable_end", "no_start"]
