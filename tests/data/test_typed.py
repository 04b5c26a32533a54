"""Arrow types, Excel cells and frames: what each becomes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tkk_cli.data.options import ReadOptions
from tkk_cli.data.reading import column_names, read_table
from tkk_cli.errors import TkkError


def test_arrow_types() -> None:
    table = read_table(
        pa.table(
            {
                "bool": pa.array([True, False, None]),
                "dec": pa.array([Decimal("1.50"), None, Decimal("2.25")]),
                "big": pa.array([2**60, 2**60 + 1, None]),
                "int8": pa.array([1, None, 3], pa.int8()),
                "d64": pa.array([dt.date(1960, 1, 2), None, dt.date(2020, 2, 29)], pa.date64()),
                "ts": pa.array([dt.datetime(1969, 12, 31, 23), None, dt.datetime(2020, 1, 1)], pa.timestamp("ns")),
                "null": pa.nulls(3),
                "list": pa.array([[1], [2], None]),
                "large": pa.array(["b10", "b9", None], pa.large_string()),
                "factor": pa.DictionaryArray.from_arrays(pa.array([1, 0, None]), ["toka", "eka"]),
                "codes": pa.DictionaryArray.from_arrays(pa.array([1, 0, None]), [5, 7]),
            }
        )
    )
    np.testing.assert_array_equal(table.number("bool"), [1, 0, np.nan])
    assert table.category("bool").labels["1"][""] == "true"
    np.testing.assert_array_equal(table.number("dec"), [1.5, np.nan, 2.25])
    assert table.category("big").keys == (str(2**60), str(2**60 + 1))
    np.testing.assert_array_equal(table.number("int8"), [1, np.nan, 3])
    assert table.category("d64").keys == ("1960-01-02", "2020-02-29")
    assert table.category("ts").keys == ("1969-12-31", "2020-01-01")
    assert table["ts"].note == "a time of day is left out"
    assert dict(table["null"].missing) == {"empty": 3}
    assert list(table["list"].missing) == ["of a type that tkk does not read (list<item: int64>)"]
    assert table.category("large").keys == ("b9", "b10")
    assert table.category("factor").keys == ("toka", "eka")
    np.testing.assert_array_equal(table.number("codes"), [7, 5, np.nan])


def test_chunks_slices_and_nulls_are_read_alike(tmp_path: Path) -> None:
    table = pa.table({"x": list(range(10)) + [None] * 3 + list(range(7)), "t": ["a", None] * 10})
    pq.write_table(table, tmp_path / "k.parquet", row_group_size=3)
    sliced = pa.concat_tables([table.slice(0, 9), table.slice(9)])
    for data in (tmp_path / "k.parquet", sliced, table.slice(0, 20)):
        read = read_table(data)
        np.testing.assert_array_equal(read.number("x"), [*range(10), *[np.nan] * 3, *range(7)])
        np.testing.assert_array_equal(read.category("t").codes, [0, -1] * 10)


def test_duplicate_names_in_an_arrow_table() -> None:
    with pytest.raises(TkkError) as caught:
        read_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["x", "x"]))
    assert caught.value.code == "TKK108"


def test_text_that_holds_numbers_or_dates_is_read_when_asked() -> None:
    table = read_table(
        pa.table({"x": ["1", "2", None], "pvm": ["31.1.2015", "", "1.2.2015"], "n": [20150131, None, 20150201]})
    )
    assert table["x"].kind == table["pvm"].kind == "text"
    np.testing.assert_array_equal(table.number("x"), [1, 2, np.nan])
    np.testing.assert_array_equal(table.date("pvm"), table.date("n")[[0, 1, 2]])
    with pytest.raises(TkkError) as caught:
        table.date("x")
    assert caught.value.code == "TKK113"
    dates = read_table(pa.table({"d": [dt.date(2015, 1, 1)], "x": [3.5]}))
    for ask, name, code in ((dates.number, "d", "TKK112"), (dates.date, "x", "TKK113")):
        with pytest.raises(TkkError) as caught:
            ask(name)
        assert caught.value.code == code


def test_options_reach_the_text_of_typed_files() -> None:
    data = pa.table({"x": ["1.234", "5"], "pvm": ["3/4/2015", "5/6/2015"]})
    table = read_table(data, options=ReadOptions(decimal=",", date_format="m/d/yyyy"))
    np.testing.assert_array_equal(table.number("x"), [1234, 5])
    assert table.date("pvm")[0] == np.datetime64("2015-03-04").astype(int)


def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("Työ 2")
    for row in (["aika", "tila", "työ", "pvm", "seka", None], [1, 0, "ä", dt.date(2015, 1, 31), 1, None], [],
                [2.5, None, "007", dt.datetime(2015, 2, 1, 12), "x", None]):  # fmt: skip
        first.append(row)
    second.append(["a", None, "b"])
    second.append([True, "x", "1,5"])
    path = tmp_path / "k.xlsx"
    book.save(path)
    return path


def test_excel_cells(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    table = read_table(path)
    assert table.n_rows == 2
    assert table.source.details == {"sheet": "Sheet", "guessed": ["sheet"]}
    np.testing.assert_array_equal(table.number("aika"), [1, 2.5])
    np.testing.assert_array_equal(table.number("tila"), [0, np.nan])
    assert table.category("työ").keys == ("007", "ä")
    assert table.category("pvm").keys == ("2015-01-31", "2015-02-01")
    assert table["pvm"].note == "a time of day is left out"
    assert table.category("seka").keys == ("1", "x")
    other = read_table(path, options=ReadOptions(sheet="Työ 2"))
    assert list(other.columns) == ["a", "column 2", "b"]
    assert (other.number("a")[0], other.number("b")[0]) == (1, 1.5)


def test_excel_sheets_that_cannot_be_read(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    with pytest.raises(TkkError) as caught:
        read_table(path, options=ReadOptions(sheet="Taulukko"))
    assert caught.value.code == "TKK115"
    assert '"Sheet", "Työ 2"' in str(caught.value.hint)
    for rows, code in (([["a", "a"], [1, 2]], "TKK108"), ([["a"], [1, 2]], "TKK107"), ([["a", "b"]], "TKK117")):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
        with pytest.raises(TkkError) as caught:
            read_table(path)
        assert caught.value.code == code
    assert column_names(path) == ["a", "b"]


@pytest.mark.parametrize("first", [[], [["a"]], [["Raportti 2015"], ["sivu 1"]]])
def test_other_sheets_are_named_when_the_first_is_no_table(tmp_path: Path, first: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    for row in first:
        book.active.append(row)
    book.create_sheet("Aineisto").append(["aika"])
    book.save(tmp_path / "k.xlsx")
    with pytest.raises(TkkError) as caught:
        read_table(tmp_path / "k.xlsx", ["aika"] if len(first) != 1 else None)
    assert caught.value.code == ("TKK109" if len(first) == 2 else "TKK117")
    assert '--sheet takes one of "Sheet", "Aineisto"' in str(caught.value.hint)
