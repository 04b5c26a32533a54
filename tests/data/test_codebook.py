"""The codebook: where it is found, what it changes, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tkk_cli.data.codebook import find_codebook
from tkk_cli.data.options import ReadOptions
from tkk_cli.data.reading import read_table
from tkk_cli.errors import TkkError

BOOK = """
synthetic = true
title = "keksitty"
[columns.ohjelma]
label = { fi = "Ohjelma", sv = "Program", en = "Programme" }
role = "group"
reference = "TYK-kurssi"
missing = [9, "Ei tietoa"]
[columns.ohjelma.values]
3 = "KIILA"
1 = { fi = "TYK-kurssi", en = "TYK course" }
[columns.paino]
unit = "kg"
missing = [-1]
[columns.pvm]
date_format = "m/d/yyyy"
[columns.koodi]
kind = "text"
[columns.na.values]
NA = "Namibia"
"""
DATA = (
    "ohjelma;paino;pvm;koodi;na\n1;-1,0;3/4/2015;10;NA\n2;80,5;5/6/2015;9;.\n3;70,5;1/2/2016;8;NA\n"
    "9;60,5;1/3/2016;8;\n1;50,5;1/4/2016;8;DK\n"
)


def folder(tmp_path: Path, book: str = BOOK, name: str = "codebook.toml") -> Path:
    (tmp_path / "k.csv").write_text(DATA, encoding="utf-8")
    (tmp_path / name).write_text(book, encoding="utf-8")
    return tmp_path / "k.csv"


def test_everything_that_a_codebook_changes(tmp_path: Path) -> None:
    table = read_table(folder(tmp_path))
    ohjelma = table["ohjelma"]
    assert (ohjelma.kind, ohjelma.role) == ("number", "group")
    assert dict(ohjelma.missing) == {"user-missing 9": 1}
    category = table.category("ohjelma")
    assert category.keys == ("3", "1", "2")
    np.testing.assert_array_equal(category.codes, [1, 2, 0, -1, 1])
    assert category.labels == {
        "3": {"fi": "KIILA", "sv": "KIILA", "en": "KIILA"}, "1": {"fi": "TYK-kurssi", "en": "TYK course"}
    }  # fmt: skip
    assert category.reference == "1"
    assert category.title == {"fi": "Ohjelma", "sv": "Program", "en": "Programme"}
    assert (table["paino"].unit, dict(table["paino"].missing)) == ("kg", {"user-missing -1": 1})
    assert table.category("pvm").keys[0] == "2015-03-04"
    assert (table["koodi"].kind, table["koodi"].levels) == ("text", ("8", "9", "10"))
    assert dict(table["na"].missing) == {'text "."': 1, "empty": 1}
    assert table.category("na").keys == ("NA", "DK")
    assert table.source.synthetic
    assert table.source.details["codebook"] == "codebook.toml"
    assert len(table.source.details["codebook_sha256"]) == 64


@pytest.mark.parametrize("kind", ["number", "date", "text"])
def test_a_type_can_be_forced(tmp_path: Path, kind: str) -> None:
    (tmp_path / "k.csv").write_text("n;x\n1;20150131\n2;20150201\n", encoding="utf-8")
    (tmp_path / "k.toml").write_text(f'[columns.x]\nkind = "{kind}"\n', encoding="utf-8")
    assert read_table(tmp_path / "k.csv")["x"].kind == kind
    (tmp_path / "k.csv").write_text("n;x\n1;007\n2;008\n", encoding="utf-8")
    column = read_table(tmp_path / "k.csv")["x"]
    assert column.kind == ("number" if kind == "number" else "text")
    assert column.note == ("2 rows do not read as dates" if kind == "date" else "")


def test_where_it_is_found(tmp_path: Path) -> None:
    data = folder(tmp_path)
    for name in ("codebook.toml", "k.codebook.toml", "k.toml"):
        (tmp_path / name).write_text(BOOK, encoding="utf-8")
        assert find_codebook(data, None).name == name
    (tmp_path / "toinen.toml").write_text("[columns.paino]\nunit = 'g'\n", encoding="utf-8")
    table = read_table(data, options=ReadOptions(codebook=str(tmp_path / "toinen.toml")))
    assert (table["paino"].unit, table.source.synthetic) == ("g", False)
    assert find_codebook(None, None).name == ""
    with pytest.raises(TkkError) as caught:
        read_table(data, options=ReadOptions(codebook=str(tmp_path / "ei ole.toml")))
    assert caught.value.code == "TKK101"


@pytest.mark.parametrize(
    ("book", "where"),
    [("columns = 1", "columns must be a table"), ("[columns]\nx = 1", "columns.x must be a table"),
     ("[columns.x]\nlabels = 'a'", "columns.x.labels is not known"), ("[columns.x]\nlabel = 1", "columns.x.label"),
     ("[columns.x]\nlabel = { de = 'a' }", "columns.x.label.de is not a language"),
     ("[columns.x]\nmissing = 9", "columns.x.missing must be a list"),
     ("[columns.x]\nmissing = [true]", "columns.x.missing must be a text or a number"),
     ("[[columns]]\nx = 1", "columns must be a table"),
     ("[columns.x]\nvalues = [1]", "columns.x.values must be a table"),
     ("[columns.x.values]\n1 = { fi = 1 }", "columns.x.values.1"),
     ("[columns.x]\nkind = 'integer'", "columns.x.kind must be one of number, date, text"),
     ("[columns.x]\ndate_format = 'yy'", "columns.x.date_format must be one of"),
     ("[columns.x\nlabel = 1", "line 1"), ("[columns.x]\nlabel = \"\udce4\"", "not valid TOML")],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, book: str, where: str) -> None:
    data = folder(tmp_path, "")
    (tmp_path / "codebook.toml").write_bytes(book.encode("utf-8", "surrogateescape"))
    with pytest.raises(TkkError) as caught:
        read_table(data)
    assert caught.value.code == "TKK114"
    assert where in caught.value.message
    assert caught.value.where == "codebook.toml"


@pytest.mark.parametrize(
    ("book", "hint"),
    [("[column.ohjelma]\nlabel = 'a'", "did you mean [columns.ohjelma]?"), ("[Columns]\nx = 1", "[columns.NAME]"),
     ("[column.'työ']\nlabel = 'a'", '[columns."työ"]'), ("[[column]]\nname = 'x'", "[columns.NAME]"),
     ("[columns.x]\nlabels = 'a'", "did you mean label?"), ("[columns.x]\nvalue = {}", "did you mean values?"),
     ("[columns.x]\nReference = 'a'", "did you mean reference?"),
     ("[columns.ryhmä]\nrole = 'group'", '[columns."ryhmä"]'),
     ("[columns.seuranta aika.values]\n1 = 'a'", '[columns."seuranta aika".values]'),
     ("[columns.x.values]\nkyllä = 'a'", '"kyllä" = ...'),
     ("[columns.x.values]\nei tietoa = 'a'", '"ei tietoa" = ...')],
)  # fmt: skip
def test_the_hint_says_what_was_probably_meant(tmp_path: Path, book: str, hint: str) -> None:
    with pytest.raises(TkkError) as caught:
        read_table(folder(tmp_path, book))
    assert caught.value.code == "TKK114"
    assert hint in str(caught.value.hint)


def test_words_about_the_data_are_free(tmp_path: Path) -> None:
    book = "tekijat = ['a', 'b']\nlabel = { fi = 'Aineisto' }\n[columns.paino]\nunit = 'kg'\n"
    assert read_table(folder(tmp_path, book))["paino"].unit == "kg"


def test_a_reference_that_is_no_value_is_refused_where_groups_are_asked_for(tmp_path: Path) -> None:
    data = folder(tmp_path, "[columns.ohjelma]\nreference = 4\nmissing = [9]\n[columns.na]\nreference = 'Dk'\n")
    table = read_table(data)
    assert table.number("ohjelma")[0] == 1
    for name, hint in (("ohjelma", "the values are 1, 2, 3"), ("na", 'did you mean "DK"?')):
        with pytest.raises(TkkError) as caught:
            table.category(name)
        assert (caught.value.code, caught.value.where, caught.value.hint) == ("TKK114", "codebook.toml", hint)
    book = "[columns.ohjelma]\nreference = 3\n"
    some = read_table(folder(tmp_path, book)).select(np.array([True, True, False, True, True]))
    assert some.category("ohjelma").reference == "3"
