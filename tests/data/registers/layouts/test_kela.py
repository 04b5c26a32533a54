"""Kela: sickness allowance with its waiting period, rehabilitation measures and rehabilitation allowance."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb
import pytest
from support.register_rows import EPOCH, canonical, spells

from tkk_cli.data.registers.codes import Code, CodeList
from tkk_cli.data.registers.layouts.kela import before_waiting
from tkk_cli.errors import TkkError

ALLOWANCE = "hid_e;alkupvm;loppupvm;paivarahalaji;diagnoosi;tyonantaja"
MEASURES = "shnro;paatospvm;alkupvm;loppupvm;toimenpide;toimenpiteen_nimi;palveluntuottaja;kurssi"


def test_full_and_partial_allowance(tmp_path: Path) -> None:
    rows = [
        "a;12.1.2015;31.3.2015;sairauspäiväraha;m54.5;E1",
        "a;1.4.2015;30.4.2015;O;M545;E1",
        "a;1.5.2015;;T;F32;",
        "a;1.5.2015;;X;F32;",
    ]
    made = canonical(tmp_path, "kela_sairauspaivaraha", ALLOWANCE, rows, date_format="d.m.yyyy")["spell"]
    columns = ("state", "start", "stop", "extent", "diagnosis", "employer", "reason")
    assert [tuple(row[name] for name in columns) for row in made] == [
        ("sickness", "2015-01-12", "2015-04-01", None, "M545", "E1", None),
        ("partial_sickness", "2015-04-01", "2015-05-01", 0.5, "M545", "E1", None),
        ("sickness", "2015-05-01", None, None, "F32", None, None),
        (None, "2015-05-01", None, None, "F32", None, "unknown_code"),
    ]


def test_allowance_needs_full_or_partial(tmp_path: Path) -> None:
    header, rows = "hid_e;alkupvm;loppupvm", ["a;2015-01-12;2015-02-01"]
    with pytest.raises(TkkError) as caught:
        spells(tmp_path, "kela_sairauspaivaraha", header, rows)
    assert caught.value.code == "TKK248"
    assert spells(tmp_path, "kela_sairauspaivaraha", header, rows, state="sickness") == [
        ("a", "sickness", "2015-01-12", "2015-02-02")
    ]


def nine_weekdays_before(day: datetime.date) -> datetime.date:
    """The same by counting."""
    counted = 0
    while counted < 9:
        day -= datetime.timedelta(days=1)
        counted += day.weekday() != 6
    return day


@pytest.mark.parametrize("first", ["1969-12-20", "2016-02-20", "2020-12-25"])
def test_the_waiting_period_is_nine_weekdays_without_sundays(first: str) -> None:
    start = datetime.date.fromisoformat(first)
    for day in (start + datetime.timedelta(days=n) for n in range(21)):
        number = (day - EPOCH).days
        found = duckdb.sql(f"SELECT {before_waiting(f'({number})')}").fetchall()[0][0]
        paid = day + datetime.timedelta(days=1) if day.weekday() == 6 else day
        assert EPOCH + datetime.timedelta(days=found) == nine_weekdays_before(paid)


def test_the_waiting_period_is_added_to_the_first_of_a_chain(tmp_path: Path) -> None:
    rows = [
        "a;2015-01-12;2015-03-31;T;;",  # a Monday: two Sundays lie between
        "a;2015-04-01;2015-04-30;O;;",
        "a;2015-05-30;2015-06-30;T;;",  # 30 days after the last paid day
        "a;2015-07-31;2015-08-31;T;;",  # 31 days: a Friday, one Sunday
        "b;2015-06-04;;T;;",
    ]
    added = spells(tmp_path, "kela_sairauspaivaraha", ALLOWANCE, rows, waiting_period="add")
    assert [row[2] for row in added] == ["2015-01-01", "2015-04-01", "2015-05-30", "2015-07-21", "2015-05-25"]
    given = spells(tmp_path, "kela_sairauspaivaraha", ALLOWANCE, rows)
    assert [row[2] for row in given] == [row.split(";")[1] for row in rows]
    assert [row[3] for row in added] == [row[3] for row in given]
    # where the end in the file is the day after the last, the chain is a day shorter
    excluded = spells(tmp_path, "kela_sairauspaivaraha", ALLOWANCE, rows, waiting_period="add", inclusive=False)
    assert [row[2] for row in excluded][2] == "2015-05-20"


def test_programmes_by_the_name_of_the_measure_and_by_code(tmp_path: Path) -> None:
    names = {
        ";ASLAK-kurssi, tuki- ja liikuntaelinsairaudet": "aslak",
        ";TYK (työkykyä ylläpitävä)": "tyk",
        ";Työkyvyn arviointi": "muu",
        ";TK1": "tk1",
        ";Kuntoutus TK2-malli": "tk2",
        ";Ammatillinen KIILA-kuntoutus®": "kiila",
        ";Sijoita ja valmenna! (IPS)": "ips",
        ";Tips ja ohjaus": "muu",
        ";Työhönkuntoutus": "tyohonkuntoutus",
        "KIILA;": "kiila",
        "TYK;aslak": "aslak",
        ";": "muu",
    }
    rows = [f"a;2015-01-02;2015-02-01;2016-01-31;{name};;" for name in names]
    made = canonical(tmp_path, "kela_kuntoutus", MEASURES, rows)["spell"]
    assert [row["programme"] for row in made] == list(names.values())
    assert {row["state"] for row in made} == {""}
    assert {(row["decided"], row["start"], row["stop"]) for row in made} == {("2015-01-02", "2015-02-01", "2016-02-01")}


@pytest.mark.parametrize("state", ["", "rehabilitation"])
def test_names_of_measures_are_enough(tmp_path: Path, state: str) -> None:
    rows = ["a;2015-02-01;2016-01-31;KIILA-kuntoutus", "a;2015-02-01;2016-01-31;Kurssi", "a;2015-02-01;2016-01-31;"]
    header = "hid_e;alkupvm;loppupvm;toimenpiteen_nimi"
    made = canonical(tmp_path, "kela_kuntoutus", header, rows, state=state)["spell"]
    assert [row["programme"] for row in made] == ["kiila", "muu", "muu"]
    assert {(row["state"], row["reason"]) for row in made} == {(state, None)}


def test_a_measure_has_its_provider_or_course(tmp_path: Path) -> None:
    rows = ["a;;2015-02-01;2016-01-31;KIILA;;Kuntoutus Äijälä;K1", "a;;2015-02-01;2016-01-31;KIILA;;;K2"]
    made = canonical(tmp_path, "kela_kuntoutus", MEASURES, rows)["spell"]
    assert [row["provider"] for row in made] == ["Kuntoutus Äijälä", "K2"]


@pytest.mark.parametrize("state", ["", "rehabilitation"])
def test_a_state_for_the_frame_of_a_measure_keeps_its_programme(tmp_path: Path, state: str) -> None:
    own = CodeList(
        "own",
        (Code("3001-3010", "", programme="tyk"), Code("K", "", programme="kiila"), Code("*", "", programme="muu")),
    )
    rows = [f"a;;2015-02-01;2016-01-31;{code}" for code in ("3001", "3010", "3011", "K", "")]
    header = MEASURES.rsplit(";", 3)[0]
    made = canonical(tmp_path, "kela_kuntoutus", header, rows, state=state, codes=own)["spell"]
    assert [row["programme"] for row in made] == ["tyk", "tyk", "muu", "kiila", "muu"]
    assert {(row["state"], row["reason"]) for row in made} == {(state, None)}


def test_measures_need_a_code_or_a_name(tmp_path: Path) -> None:
    with pytest.raises(TkkError, match="programme") as caught:
        spells(tmp_path, "kela_kuntoutus", "hid_e;alkupvm", ["a;2015-01-01"])
    assert caught.value.code == "TKK248"


def test_rehabilitation_allowance_is_rehabilitation(tmp_path: Path) -> None:
    header, rows = "hid_e;alkupvm;loppupvm;palveluntuottaja", ["a;2015-02-02;2015-02-06;P", "a;2015-02-02;2015-02-01;P"]
    made = canonical(tmp_path, "kela_kuntoutusraha", header, rows)["spell"]
    assert [(row["state"], row["stop"], row["provider"], row["reason"]) for row in made] == [
        ("rehabilitation", "2015-02-07", "P", None),
        ("rehabilitation", "2015-02-02", "P", "end_before_start"),
    ]
