"""Tables: rows chosen, categories ordered, facts shown without a person's value."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa

from tkk_cli.data.inspection import describe
from tkk_cli.data.reading import read_table


def test_select_keeps_values_reasons_and_row_numbers() -> None:
    table = read_table(pa.table({"x": [1.0, None, 3, 4], "t": ["a", "b", None, "NA"]}))
    first = table.select(np.array([False, True, True, True]))
    second = first.select(np.array([True, False, True]))
    assert second.n_rows == 2
    assert second.row_numbers is not None
    assert second.row_numbers.tolist() == [2, 4]
    assert dict(first["t"].missing) == {'text "NA"': 1, "empty": 1}
    assert dict(second["x"].missing) == {"empty": 1}
    assert second.category("t").keys == ("b",)
    assert second.category("t").codes.tolist() == [0, -1]
    assert table.n_rows == 4


def test_categories_of_numbers_in_numeric_order() -> None:
    values = [10.0, 2.5, None, -1.0, 2e7, 10.0]
    category = read_table(pa.table({"x": values, "y": [3, 1, None, 2, 1, 3]})).category("x")
    assert category.keys == ("-1", "2.5", "10", "20000000")
    assert category.codes.tolist() == [2, 1, -1, 0, 3, 2]
    short = read_table(pa.table({"y": [3, 1, None, 2, 1, 3]})).category("y")
    assert (short.keys, short.codes.tolist()) == (("1", "2", "3"), [2, 0, -1, 1, 0, 2])
    assert read_table(pa.table({"x": pa.nulls(2, pa.float64())})).category("x").keys == ()


def test_texts_in_natural_order_and_padding_removed() -> None:
    category = read_table(pa.table({"t": ["ryhmä 10", "ryhmä 2 ", "ryhmä 2", "Ääni", " "]})).category("t")
    assert category.keys == ("ryhmä 2", "ryhmä 10", "Ääni")
    assert category.codes.tolist() == [1, 0, 0, 2, -1]
    many = [f"P{i}" for i in range(60_000)]
    category = read_table(pa.table({"t": many})).category("t")
    assert [category.keys[code] for code in category.codes] == many


def test_description_shows_no_value_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    path.write_text("tunnus;pvm;palkka\nsalainen;1.2.2015;4711\nkolmas;3.2.2015;12\n", encoding="utf-8")
    table = read_table(path)
    facts = describe(table)
    text = json.dumps(facts)
    assert "salainen" not in text
    assert "4711" not in text
    assert [column["distinct"] for column in facts["columns"]] == [2, 2, 2]
    assert facts["columns"][1]["range"] == ["2015-02-01", "2015-02-03"]
    assert describe(table, ranges=True)["columns"][2]["range"] == ["12", "4711"]
    assert "range" not in describe(table, ranges=True)["columns"][0]
