"""The row filter: its language, its logic of missing values, and the place at which it points."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from tkk_cli.data.options import ReadOptions
from tkk_cli.data.reading import read_table
from tkk_cli.data.table import DataTable
from tkk_cli.data.where import columns_of, evaluate
from tkk_cli.errors import TkkError


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> DataTable:
    book = tmp_path_factory.mktemp("where") / "book.toml"
    book.write_text('[columns.sukup.values]\n1 = { fi = "mies", en = "man" }\n2 = "nainen"\n', encoding="utf-8")
    data = pa.table(
        {
            "ika": [25, 30, 45, None],
            "sukup": [1, 2, None, 2],
            "ohjelma": ["TYK", "ASLAK", "it's", None],
            "alku": [dt.date(2014, 1, 1), dt.date(2015, 1, 31), None, dt.date(2016, 1, 1)],
            "loppu": [dt.date(2015, 1, 1), dt.date(2015, 1, 31), dt.date(2016, 1, 1), None],
            "hos.cat-1 ä": [1.5, -2.0, 0.0, 1.5],
            "työ": ["007", "8", "9", "10"],
        }
    )
    return read_table(data, options=ReadOptions(codebook=str(book)))


@pytest.mark.parametrize(
    ("expression", "rows"),
    [("ika >= 30", "0110"), ("30 <= ika", "0110"), ("25 < ika < 45", "0100"), ("ika == 25.0", "1000"),
     ("ika != 25", "0110"), ("not ika == 25", "0110"), ("ika > 0 or sukup == 2", "1111"),
     ("ika > 100 and sukup == 1", "0000"), ("not (ika > 100 and sukup == 1)", "1111"),
     ("sukup == 'mies'", "1000"), ('sukup == "man"', "1000"), ("sukup in ('nainen', 1)", "1101"),
     ("sukup == '2'", "0101"), ("sukup not in (1,)", "0101"), ("sukup != 'man'", "0101"),
     ("ohjelma in ('TYK', 'ASLAK')", "1100"), ("ohjelma not in ['TYK']", "0110"), ('ohjelma == "it\'s"', "0010"),
     ("ohjelma in 'TYK'", "1000"),
     ("missing(ika)", "0001"), ("not missing(ohjelma) and not missing(sukup)", "1100"),
     ("alku < '2015-01-31'", "1000"), ("alku >= '31.1.2015'", "0101"), ("alku == '2015-01-31'", "0100"),
     ("alku in ('2014-01-01', '1.1.2016')", "1001"), ("loppu > alku", "1000"), ("loppu == alku", "0100"),
     ("`hos.cat-1 ä` == -2", "0100"), ("`hos.cat-1 ä` > +1 and ika < 40", "1000"),
     ("työ == '007'", "1000"), ("työ >= 9", "0011"), ("ika >= '30'", "0110"), ("ohjelma != työ", "1110"),
     ("(ika == 25\n or ika == 45)", "1010")],
)  # fmt: skip
def test_rows(table: DataTable, expression: str, rows: str) -> None:
    np.testing.assert_array_equal(evaluate(expression, table), [row == "1" for row in rows])


@pytest.mark.parametrize(
    ("expression", "place", "words"),
    [("", 1, "is empty"), ("ika = 3", 5, "cannot be read"), ("ika >= 3 &", 11, "cannot be read"),
     ("(ika > 3) & (sukup == 1)", 11, "& or |"),
     ("ohjelma == '&' and ika > 3 | ika < 2", 28, "& or |"),
     ("ika", 1, "needs a comparison"), ("1 == 1", 1, "needs a column"),
     ("ika > 3 and työ.x == 1", 13, "needs a column"), ("ika == __import__('os')", 8, "needs a number"),
     ("len(ika) == 3", 1, "needs a column"), ("missing(3)", 1, "not part of its language"),
     ("ika is 3", 1, "compares with"),
     ("sukup == 'mies' or sukup == 'tyttö'", 29, "label that the column sukup does not have"),
     ("työ == '007' and alku == 3", 26, "date alku with a number"), ("alku < 'eilen'", 8, "not a date"),
     ("`hos.cat-1 ä` > 0 and alku < 'x'", 30, "not a date"), ("ika == ohjelma", 1, "cannot compare number with text"),
     ("lambda: 3", 1, "not part of its language"), ("ika == True", 8, "needs a number"),
     ("3 in (3, 4)", 1, "takes in as COLUMN in"), ("ika + 1 == 3", 1, "needs a column")],
)  # fmt: skip
def test_errors_point_at_the_character(table: DataTable, expression: str, place: int, words: str) -> None:
    with pytest.raises(TkkError) as caught:
        evaluate(expression, table)
    assert caught.value.code == "TKK116"
    assert words in caught.value.message
    assert f"at character {place}:" in caught.value.message
    pointer = caught.value.message.splitlines()[-1]
    assert pointer.index("^") == 4 + place - 1


@pytest.mark.parametrize(
    ("expression", "hint"),
    [("ika > 3 & sukup == 1", "with and / or"), ("ika > 3 && sukup == 1", "with and / or"),
     ("ika > 3 |", "with and / or"),
     ("ika > 3 AND sukup == 1", "with and / or"), ("ika > 1,5", "with a point: 1.5"),
     ("(ika > 1,5) or sukup == 1", "with a point: 1.5"), ("sukup == 1 and ika > 0,05", "with a point: 0.05"),
     ("ika = 3", "== with two signs"), ("ohjelma == 'Tyk'", 'did you mean "TYK"?'), ("ohjelma != ' aslak'", '"ASLAK"?'),
     ("ohjelma in ('TYK', 'ASLAKKA')", '"ASLAK"?'), ("ohjelma == 'x'", "the values are ASLAK, it's, TYK"),
     ("sukup == 'Mies'", 'did you mean "mies"?')],
)  # fmt: skip
def test_hints_say_what_to_type(table: DataTable, expression: str, hint: str) -> None:
    with pytest.raises(TkkError) as caught:
        evaluate(expression, table)
    assert caught.value.code == "TKK116"
    assert hint in str(caught.value.hint)


def test_values_of_an_identifier_are_not_named() -> None:
    table = read_table(pa.table({"tunnus": [f"henkilö{i}" for i in range(51)]}))
    with pytest.raises(TkkError) as caught:
        evaluate("tunnus == 'henkilö51'", table)
    assert "henkilö5" not in str(caught.value.hint)
    assert caught.value.hint == "tkk inspect FILE shows the column"


def test_a_column_that_is_not_what_the_comparison_needs(table: DataTable) -> None:
    for expression, code in (("ohjelma > 3", "TKK112"), ("ika < '2015-01-31'", "TKK113"), ("pituus > 3", "TKK109")):
        with pytest.raises(TkkError) as caught:
            evaluate(expression, table)
        assert caught.value.code == code


def test_columns_are_named_once_in_order_and_as_typed() -> None:
    expression = "ika > 3 and `hos.cat-1 ä` == 1 and not missing(työ) and ika < 90 and 'alku' == ﬁ and `a` == `b`"
    assert columns_of(expression) == ["ika", "hos.cat-1 ä", "työ", "ﬁ", "a", "b"]
    with pytest.raises(TkkError):
        columns_of("ika >")
