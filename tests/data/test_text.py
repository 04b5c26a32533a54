"""Text files: dialects, encodings, types decided on the whole column, and everything that is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tkk_cli.data.options import ReadOptions
from tkk_cli.data.reading import column_names, read_table
from tkk_cli.data.table import DataTable
from tkk_cli.errors import TkkError

FINNISH = "henkilö;seuranta;paino;alku;työ\n1;365;0,5;1.2.2015;Ähtäri\n2;12;1,25;31.12.2015;Åbo\n3;;12,0;;NA\n"


def read(tmp_path: Path, content: str | bytes, name: str = "k.csv", **options: str) -> DataTable:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, options=ReadOptions(**options))


def refused(code: str, tmp_path: Path, content: str | bytes, name: str = "k.csv", **options: str) -> TkkError:
    with pytest.raises(TkkError) as caught:
        read(tmp_path, content, name, **options)
    assert caught.value.code == code
    return caught.value


def check_finnish(table: DataTable) -> None:
    assert table.n_rows == 3
    assert {name: column.kind for name, column in table.columns.items()} == {
        "henkilö": "number",
        "seuranta": "number",
        "paino": "number",
        "alku": "date",
        "työ": "text",
    }
    np.testing.assert_array_equal(table.number("seuranta"), [365, 12, np.nan])
    np.testing.assert_array_equal(table.number("paino"), [0.5, 1.25, 12])
    expected = [np.datetime64("2015-02-01").astype(int), np.datetime64("2015-12-31").astype(int), np.nan]
    np.testing.assert_array_equal(table.date("alku"), expected)
    assert table.category("työ").keys == ("Ähtäri", "Åbo")
    assert dict(table["työ"].missing) == {'text "NA"': 1}
    assert dict(table["seuranta"].missing) == {"empty": 1}


@pytest.mark.parametrize(
    ("encoding", "stated"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8 with BOM"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252"), ("latin-1", "cp1252")],
)  # fmt: skip
def test_finnish_file_in_every_encoding(tmp_path: Path, encoding: str, stated: str) -> None:
    table = read(tmp_path, FINNISH.encode(encoding))
    check_finnish(table)
    assert table.source.details["encoding"] == stated
    assert table.source.details["separator"] == ";"
    assert table.source.details["decimal"] == ","
    assert table.source.details["guessed"] == ["separator", "decimal", "encoding"]


@pytest.mark.parametrize(("separator", "option"), [("\t", "tab"), ("|", "|"), (";", ";"), (",", ",")])
def test_every_separator_guessed_and_given(tmp_path: Path, separator: str, option: str) -> None:
    content = FINNISH.replace(",", ".").replace(";", separator)
    for options in ({}, {"separator": option}):
        table = read(tmp_path, content, **options)
        check_finnish(table)
        assert table.source.details["decimal"] == "."
        assert ("separator" in table.source.details["guessed"]) is not bool(options)


def test_windows_and_old_mac_line_ends_and_excel_separator_line(tmp_path: Path) -> None:
    check_finnish(read(tmp_path, FINNISH.replace("\n", "\r\n")))
    check_finnish(read(tmp_path, "sep=;\r\n" + FINNISH))
    check_finnish(read(tmp_path, "\n\n" + FINNISH))


@pytest.mark.parametrize("packed", ["gz", "zst"])
def test_compressed(tmp_path: Path, packed: str) -> None:
    content = FINNISH.encode()
    small = gzip.compress(content) if packed == "gz" else pa.Codec("zstd").compress(content).to_pybytes()
    check_finnish(read(tmp_path, small, f"k.csv.{packed}"))
    big = gzip.compress(b"a;b\n" + b"1;2\n" * 300_000)
    for cut in (12, len(big) // 2, len(big) - 1):
        refused("TKK104", tmp_path, big[:cut], "k.csv.gz")


def test_quoted_fields_with_line_breaks_separators_and_quotes(tmp_path: Path) -> None:
    table = read(tmp_path, 'a;"b ""x""\nc"\n"1\n2";3\n"q;""r""";4\n')
    assert column_names(tmp_path / "k.csv") == ["a", 'b "x"\nc']
    assert set(table.category("a").keys) == {"1\n2", 'q;"r"'}


def test_zero_padded_and_very_long_codes_stay_text(tmp_path: Path) -> None:
    table = read(tmp_path, "kunta;tunnus;luku\n007;12345678901234567;10\n091;12345678901234568;0\n")
    assert (table["kunta"].kind, table["tunnus"].kind, table["luku"].kind) == ("text", "text", "number")
    assert table.category("kunta").keys == ("007", "091")
    assert len(table.category("tunnus").keys) == 2
    np.testing.assert_array_equal(table.number("kunta"), [7, 91])


@pytest.mark.parametrize(
    ("texts", "kind_of_format"),
    [(["1.2.2015", "31.12.2015"], "d.m.yyyy"), (["01/02/2015", "31/12/2015"], "d/m/yyyy"),
     (["02/01/2015", "12/31/2015"], "m/d/yyyy"), (["20150201", "20151231"], "yyyymmdd"),
     (["2015-02-01", "2015-12-31"], "yyyy-mm-dd"), (["2015-02-01T00:00:00", "2015-12-31 00:00"], "yyyy-mm-dd"),
     (["1.2.2015 0:00:00", "31.12.2015 0.00"], "d.m.yyyy"),
     (["2015-02-01 13:30:00Z", "2015-12-31 00:00"], "yyyy-mm-dd, time of day left out")],
)  # fmt: skip
def test_every_date_format(tmp_path: Path, texts: list[str], kind_of_format: str) -> None:
    table = read(tmp_path, "n;pvm\n" + "".join(f"1;{text}\n" for text in texts))
    assert (table["pvm"].kind, table["pvm"].format) == ("date", kind_of_format)
    assert table.category("pvm").keys == ("2015-02-01", "2015-12-31")


def test_ambiguous_day_and_month_are_shown_and_asked(tmp_path: Path) -> None:
    content = "n;pvm\n1;3/4/2015\n2;5/6/2015\n"
    table = read(tmp_path, content)
    assert "cannot be told apart" in table["pvm"].note
    with pytest.raises(TkkError, match="cannot be told apart") as caught:
        table.date("pvm")
    assert caught.value.code == "TKK110"
    assert read(tmp_path, content, date_format="d/m/yyyy").category("pvm").keys == ("2015-04-03", "2015-06-05")
    assert read(tmp_path, content, date_format="m/d/yyyy").category("pvm").keys == ("2015-03-04", "2015-05-06")


@pytest.mark.parametrize("texts", [["1.2.2015", "2015-03-04"], ["13/1/2015", "1/13/2015"], ["20150101", "1.1.2015"]])
def test_mixed_date_formats_are_refused_when_dates_are_asked_for(tmp_path: Path, texts: list[str]) -> None:
    table = read(tmp_path, "n;pvm\n" + "".join(f"1;{text}\n" for text in texts))
    assert table["pvm"].note.startswith("mixes date formats")
    with pytest.raises(TkkError, match=r"mixes date formats: .* rows, ") as caught:
        table.date("pvm")
    assert caught.value.code == "TKK110"
    assert "2015" not in str(caught.value)


def test_a_day_that_does_not_exist_is_counted_and_never_shown(tmp_path: Path) -> None:
    table = read(tmp_path, "n;pvm\n1;28.2.2015\n2;31.2.2015\n3;1.1.2016\n4;?\n")
    assert table["pvm"].note == "2 rows do not read as dates"
    with pytest.raises(TkkError) as caught:
        table.date("pvm")
    assert (caught.value.code, caught.value.count) == ("TKK113", 2)
    assert "first at data row 2, 4" in caught.value.message
    assert "31.2" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "point", "comma"),
    [('n|x\n1|"1,234"\n2|"12,500"\n', [1234, 12500], [1.234, 12.5]),
     ("n;x\n1;1 234,5\n2;10\n", None, [1234.5, 10]),
     ("n;x\n1;1.234,5\n2;10\n", None, [1234.5, 10]),
     ('n;x\n1;1,234.5\n2;10\n', [1234.5, 10], None),
     ("p;x\n0,5;1.234\n0,75;12.500\n", [1.234, 12.5], [1234, 12500]),
     ("n;x\n1;1.234\n2;345\n3;2.012\n", [1.234, 345, 2.012], [1234, 345, 2012])],
)  # fmt: skip
def test_grouped_thousands_are_asked_about(
    tmp_path: Path, content: str, point: list[float] | None, comma: list[float] | None
) -> None:
    with pytest.raises(TkkError, match="may group thousands") as caught:
        read(tmp_path, content).number("x")
    assert caught.value.code == "TKK111"
    assert "234" not in str(caught.value)
    for decimal, expected in ((".", point), (",", comma)):
        table = read(tmp_path, content, decimal=decimal)
        if expected is None:
            with pytest.raises(TkkError) as caught:
                table.number("x")
            assert caught.value.code == "TKK112"
        else:
            np.testing.assert_array_equal(table.number("x"), expected)


@pytest.mark.parametrize("texts", [["1,234", "0,512"], ["1,234", "12,5"], ["-0,5", "3"]])
def test_a_decimal_comma_that_cannot_group_is_read(tmp_path: Path, texts: list[str]) -> None:
    table = read(tmp_path, "n;x\n" + "".join(f"1;{text}\n" for text in texts))
    np.testing.assert_array_equal(table.number("x"), [float(text.replace(",", ".")) for text in texts])
    assert table["x"].format == "decimal comma"


@pytest.mark.parametrize(
    "content", ["n,x\n1,1.234\n2,345\n", "n;p;x\n1;0.5;1.234\n2;1;345\n", "n;x\n1;0.512\n2;1.234\n"]
)
def test_a_decimal_point_that_nothing_speaks_against_is_read(tmp_path: Path, content: str) -> None:
    assert 1.234 in read(tmp_path, content).number("x")


def test_unusual_numbers(tmp_path: Path) -> None:
    table = read(tmp_path, "n;x;y;z\n1;1e+05;\u22125,5;inf\n2; 7 ;+1,0;1\n")
    np.testing.assert_array_equal(table.number("x"), [1e5, 7])
    np.testing.assert_array_equal(table.number("y"), [-5.5, 1])
    assert table["z"].kind == "text"


def test_a_stray_text_among_numbers_is_counted_and_never_shown(tmp_path: Path) -> None:
    table = read(tmp_path, "n;x\n1;5\n2;noin kymmenen\n3;6\n4;7\n")
    assert table["x"].note == "1 rows do not read as numbers"
    with pytest.raises(TkkError) as caught:
        table.select(np.array([False, True, True, True])).number("x")
    assert (caught.value.code, caught.value.count) == ("TKK112", 1)
    assert "first at data row 2" in caught.value.message
    assert "kymmenen" not in str(caught.value)


def test_ragged_rows_are_named(tmp_path: Path) -> None:
    error = refused("TKK107", tmp_path, 'a;b\n1;2\n"x\ny";3;salaisuus\n4\n5;6\n')
    assert error.count == 2
    assert "first at data row 2, 3" in error.message
    assert "salaisuus" not in str(error)
    refused("TKK107", tmp_path, 'a;b\n1;"' + "x" * 200_000)


ROWS = [f"{i};a;3;x{i};5" for i in range(1, 501)]


@pytest.mark.parametrize(
    ("changes", "row"),
    [({101: '101;"a;3;x;5'}, "data row 101"), ({500: '500;a 5";3;x;"5'}, "data row 500"),
     ({0: 'id;"b;c;d;e'}, "header"),
     ({101: '101;"a;3;x;5', 301: '301;a";3;x;5'}, "data row 101"),
     ({7: '7;"a\n\nb";3;x;5', 101: '101;a;3;"x;5', 110: '110;a;3;x";5'}, "data row 101")],
)  # fmt: skip
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_quote_that_swallows_rows_is_named(
    tmp_path: Path, changes: dict[int, str], row: str, line_end: str, encoding: str
) -> None:
    lines = ["id;b;c;d;e", *ROWS]
    for number, line in changes.items():
        lines[number] = line
    for end in ("", "\n"):
        error = refused("TKK107", tmp_path, ("\n".join(lines) + end).replace("\n", line_end).encode(encoding))
        assert f"a quote that opens in {'the ' if row == 'header' else ''}{row} is not closed" in error.message


@pytest.mark.parametrize("row", [1_001, 290_001])
def test_an_open_quote_in_a_long_file(tmp_path: Path, row: int) -> None:
    lines = ["id;b;c;d;e", *ROWS * 600]
    lines[row] = '1;a;3;"x;5'
    assert f"data row {row} is not closed" in refused("TKK107", tmp_path, "\n".join(lines)).message


def test_free_text_of_many_lines_and_quotes_inside_values_are_no_swallowed_rows(tmp_path: Path) -> None:
    lines = ["id;b;c;d;e", *ROWS]
    lines[100] = '100;a;3;"' + 'hei; ""sanoi"" hän\n\n' * 60 + '";5'
    lines[200] = '200;5" putki;3;"";5'
    lines[500] = '500;5";"a;""3";x;5'
    assert read(tmp_path, "\n\n".join(lines)).n_rows == 500


def test_names_twice_and_names_that_are_empty(tmp_path: Path) -> None:
    assert '"tila"' in refused("TKK108", tmp_path, "tila;a; tila\n1;2;3\n").message
    assert list(read(tmp_path, '"",a\n1,2\n').columns) == ["column 1", "a"]


def test_encodings_that_do_not_fit(tmp_path: Path) -> None:
    content = FINNISH.encode("cp1252")
    refused("TKK106", tmp_path, content, encoding="utf-8")
    refused("TKK106", tmp_path, b"a;b\n\x81;\xe4\n")
    refused("TKK118", tmp_path, content, encoding="utf-9")
    check_finnish(read(tmp_path, content, encoding="latin-1"))
    rows = b"1;x\n" * 300_000
    late = b"a;b\n" + rows + "2;ä\n".encode("cp1252")
    table = read(tmp_path, late)
    assert (table.category("b").keys, table.source.details["encoding"]) == (("x", "ä"), "cp1252")
    refused("TKK106", tmp_path, "a;b\nö;y\n".encode() + rows + "2;ä\n".encode("cp1252"))


def test_impossible_options(tmp_path: Path) -> None:
    refused("TKK118", tmp_path, FINNISH, separator=";;")
    refused("TKK118", tmp_path, FINNISH, sheet="1")


def test_only_the_columns_asked_for_are_read_and_the_rest_may_be_broken(tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    path.write_text("a,b,c\n1,x,1.1.2015\n2,y,2015-01-01\n", encoding="utf-8")
    table = read_table(path, ["b", "a"])
    assert list(table.columns) == ["b", "a"]
    assert read_table(path, []).n_rows == 2
