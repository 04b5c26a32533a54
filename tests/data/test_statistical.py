"""SPSS, Stata and SAS: labels, user-missing values by name, each program's dates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from tkk_cli.data.options import ReadOptions
from tkk_cli.data.reading import read_table
from tkk_cli.errors import TkkError

HERE = Path(__file__).parent


def day(text: str) -> float:
    return float(np.datetime64(text, "D").astype(int))


def test_spss_labels_and_user_missing_values_are_kept_and_counted(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "tila": [0.0, 1, 9, 8, np.nan, 1],
            "ikä": [30.0, 97, 98, 51, 120, np.nan],
            "sukup": ["M", "N", "E", "M", "", "N"],
        }
    )
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "k.sav"),
        column_labels={"tila": "Tila seurannan lopussa"},
        variable_value_labels={
            "tila": {0: "sensuroitu", 1: "työhönpaluu", 9: "Ei vastausta"},
            "ikä": {98: "Ei halua sanoa"},
            "sukup": {"M": "mies", "E": "ei tietoa"},
        },
        missing_ranges={"tila": [9, 8], "ikä": [{"lo": 97, "hi": 200}], "sukup": ["E"]},
    )
    table = read_table(tmp_path / "k.sav")
    assert dict(table["tila"].missing) == {"empty": 1, "user-missing 9 (Ei vastausta)": 1, "user-missing 8": 1}
    assert dict(table["ikä"].missing) == {
        "empty": 1, "user-missing 98 (Ei halua sanoa)": 1, "user-missing 97 to 200": 2
    }  # fmt: skip
    assert dict(table["sukup"].missing) == {"empty": 1, "user-missing E (ei tietoa)": 1}
    np.testing.assert_array_equal(table.number("tila"), [0, 1, np.nan, np.nan, np.nan, 1])
    category = table.category("tila")
    assert category.keys == ("0", "1")
    assert category.labels["1"][""] == "työhönpaluu"
    assert category.title[""] == "Tila seurannan lopussa"
    assert dict(table.select(np.arange(6) < 3)["tila"].missing) == {
        "empty": 0, "user-missing 9 (Ei vastausta)": 1, "user-missing 8": 0
    }  # fmt: skip


def test_stata_special_missing_values_are_counted_by_letter(tmp_path: Path) -> None:
    frame = pd.DataFrame({"tila": [0.0, "a", 1.0, "b", np.nan, "a"]})
    pyreadstat.write_dta(
        frame,
        str(tmp_path / "k.dta"),
        missing_user_values={"tila": ["a", "b"]},
        variable_value_labels={"tila": {0: "ei", 1: "kyllä"}},
    )
    table = read_table(tmp_path / "k.dta")
    assert dict(table["tila"].missing) == {"user-missing .a": 2, "user-missing .b": 1, "empty": 1}
    np.testing.assert_array_equal(table.number("tila"), [0, np.nan, 1, np.nan, np.nan, np.nan])


@pytest.mark.parametrize("suffix", ["sav", "dta", "xpt"])
def test_dates_and_dates_with_a_time(tmp_path: Path, suffix: str) -> None:
    frame = pd.DataFrame(
        {
            "pvm": [dt.date(1582, 10, 15), dt.date(1969, 12, 31), dt.date(2016, 2, 29)],
            "hetki": [dt.datetime(1959, 12, 31, 23, 59), dt.datetime(1970, 1, 1), dt.datetime(2016, 2, 29, 12)],
            "kello": [dt.time(8, 0), dt.time(12, 30), dt.time(23, 59)],
        }
    )
    if suffix != "sav":
        frame = frame.assign(pvm=[dt.date(1900, 1, 1), dt.date(1969, 12, 31), dt.date(2016, 2, 29)])
    write = {"sav": pyreadstat.write_sav, "dta": pyreadstat.write_dta, "xpt": pyreadstat.write_xport}[suffix]
    write(frame, str(tmp_path / f"k.{suffix}"))
    table = read_table(tmp_path / f"k.{suffix}")
    first = "1582-10-15" if suffix == "sav" else "1900-01-01"
    np.testing.assert_array_equal(table.date("pvm"), [day(first), -1, day("2016-02-29")])
    np.testing.assert_array_equal(table.date("hetki"), [day("1959-12-31"), 0, day("2016-02-29")])
    assert table["hetki"].note == "a time of day is left out"
    assert table["pvm"].note == ""
    assert table["kello"].kind == "number"


@pytest.mark.parametrize(
    ("stored", "value", "expected"),
    [("ADATE10", 13_639_449_600, "2015-01-01"), ("EDATE8", 13_639_449_600, "2015-01-01"),
     ("SDATE10", 13_639_449_600, "2015-01-01"), ("JDATE7", 13_639_449_600, "2015-01-01"),
     ("MOYR8", 13_639_449_600, "2015-01-01"), ("DATETIME20", 13_639_449_600, "2015-01-01")],
)  # fmt: skip
def test_every_spss_date_format(tmp_path: Path, stored: str, value: float, expected: str) -> None:
    path = tmp_path / "k.sav"
    pyreadstat.write_sav(pd.DataFrame({"x": [float(value)]}), str(path), variable_format={"x": stored})
    assert read_table(path).category("x").keys == (expected,)


def test_the_encoding_can_be_given_where_the_format_allows(tmp_path: Path) -> None:
    pyreadstat.write_sav(pd.DataFrame({"x": ["ä"]}), str(tmp_path / "k.sav"))
    table = read_table(tmp_path / "k.sav", options=ReadOptions(encoding="utf-8"))
    assert table.category("x").keys == ("ä",)
    assert table.source.details["encoding"] == "utf-8"
    pyreadstat.write_por(pd.DataFrame({"X": ["a"]}), str(tmp_path / "k.por"))
    with pytest.raises(TkkError) as caught:
        read_table(tmp_path / "k.por", options=ReadOptions(encoding="utf-8"))
    assert caught.value.code == "TKK118"
