"""``tkk inspect``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.running import Run

DATA = "ohjelma;aika;alku;työ\n1;0,5;1.2.2015;ä\n9;12,25;3.4.2015;\n2;1,0;2015-05-06;ö\n"
BOOK = '[columns.ohjelma]\nlabel = "Ohjelma"\nrole = "group"\nmissing = [9]\n[columns.ohjelma.values]\n1 = "ASLAK"\n'


def files(tmp_path: Path) -> Path:
    (tmp_path / "codebook.toml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "k.csv").write_text(DATA, encoding="utf-8")
    return tmp_path / "k.csv"


def test_text(tkk: Run, tmp_path: Path) -> None:
    ran = tkk("inspect", files(tmp_path))
    assert ran.status == 0
    assert ran.out.splitlines() == [
        "k.csv: text, 3 rows, 4 columns",
        "  separator: ;  (guessed; --separator overrides)",
        "  decimal: ,  (guessed; --decimal overrides)",
        "  encoding: utf-8  (guessed; --encoding overrides)",
        "  codebook: codebook.toml",
        "",
        "column   kind    read as        distinct  missing  range  label",
        "ohjelma  number  whole number          2        1         Ohjelma",
        "    missing: user-missing 9: 1",
        "    values: 1 = ASLAK: 1, 2: 1",
        "    codebook: role group",
        "aika     number  decimal comma         3        0",
        "alku     text                          3        0",
        "    look: mixes date formats: d.m.yyyy in 2 rows, yyyy-mm-dd in 1 rows",
        "työ      text                          2        1",
        "    missing: empty: 1",
    ]


def test_options_change_the_reading(tkk: Run, tmp_path: Path) -> None:
    path = files(tmp_path)
    ran = tkk(
        "inspect", path, "--separator", ";", "--decimal", ",", "--encoding", "utf-8", "--columns", "aika", "--ranges"
    )
    assert "guessed" not in ran.out
    assert "0.5 to 12.25" in ran.out
    assert "ohjelma" not in ran.out
    (tmp_path / "toinen.toml").write_text("synthetic = true\n", encoding="utf-8")
    ran = tkk("inspect", path, "--codebook", tmp_path / "toinen.toml")
    assert ran.out.startswith("k.csv: text, 3 rows, 4 columns, synthetic\n")


def test_json(tkk: Run, tmp_path: Path) -> None:
    facts = json.loads(tkk("inspect", files(tmp_path), "--json").out)
    assert facts["reading"]["guessed"] == ["separator", "decimal", "encoding"]
    assert facts["columns"][0]["missing"] == {"user-missing 9": 1}
    assert facts["columns"][0]["value_labels"] == {"1": {"fi": "ASLAK", "sv": "ASLAK", "en": "ASLAK"}}


def test_levels_are_counted_where_they_are_few(tkk: Run, tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    levels = ["b", "a", "a", "c"] * 6 + [""]
    rows = [f"{1 + i % 2};{level};P{i:02d};{i % 13}x" for i, level in enumerate(levels)]
    path.write_text("sukup;ryhmä;tunnus;monta\n" + "\n".join(rows) + "\n", encoding="utf-8")
    book = "[columns.sukup.values]\n2 = 'nainen'\n1 = 'mies'\n3 = 'muu'\n"
    (tmp_path / "k.toml").write_text(book, encoding="utf-8")
    facts = {column["name"]: column for column in json.loads(tkk("inspect", path, "--json").out)["columns"]}
    assert facts["sukup"]["counts"] == {"2": 12, "1": 13, "3": 0}
    assert list(facts["sukup"]["counts"]) == ["2", "1", "3"]
    assert facts["ryhmä"]["counts"] == {"a": 12, "b": 6, "c": 6}
    assert "counts" not in facts["tunnus"]
    assert "counts" not in facts["monta"]
    lines = tkk("inspect", path).out.splitlines()
    assert "    values: 2 = nainen: 12, 1 = mies: 13, 3 = muu: 0" in lines
    assert "    values: a: 12, b: 6, c: 6" in lines
    (tmp_path / "k.toml").write_text(
        "[columns.ryhmä]".replace("ryhmä", '"ryhmä"') + "\nreference = 'x'\n", encoding="utf-8"
    )
    assert tkk("inspect", path).status == 0


def test_the_folder_here_and_no_name(tkk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "aineisto").mkdir()
    monkeypatch.chdir(tmp_path / "aineisto")
    ran = tkk("inspect", ".")
    assert ran.status == 3
    assert "where: aineisto" in ran.err
    ran = tkk("inspect", "")
    assert ran.status == 3
    assert "error[TKK101]: the name of the file is empty" in ran.err


def test_a_file_that_cannot_be_used_is_exit_3(tkk: Run, tmp_path: Path) -> None:
    ran = tkk("inspect", tmp_path / "ei ole.csv")
    assert (ran.status, ran.out) == (3, "")
    assert "error[TKK101]: the file does not exist" in ran.err
