"""Sources taken in: dates, breaks, the views of all sources, what was set aside, and what is used again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from support.intakes import LONG, spells, taken_in

from tkk_cli.data.registers import intake as intake_module
from tkk_cli.data.registers.layouts.layout import Layout, PersonRows, Role, Rows, Source, SpellRows
from tkk_cli.data.registers.rejects import rejects_counts, source_counts, write_rejects
from tkk_cli.data.registers.schema import EARNING, PERSON_ROW, SPELL_ROW
from tkk_cli.data.registers.sql import day_number
from tkk_cli.errors import TkkError


def day(year: int, month: int, number: int) -> int:
    return day_number(dt.date(year, month, number))


def write(folder: Path, name: str, *rows: str, head: str = "shnro;alkupvm;loppupvm") -> None:
    (folder / name).write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


def source(path: str, more: str = "", name: str = "jobs") -> str:
    return f'[source.{name}]\npath = "{path}"\n{LONG}\n{more}\n'


def refused(folder: Path, toml: str) -> TkkError:
    with pytest.raises(TkkError) as error:
        spells(folder, toml)
    return error.value


def test_the_format_of_dates_is_decided_on_every_value(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "1;3/4/2015;", "2;13/4/2015;5/6/2015 12:30")
    write(tmp_path, "b.csv", "1;4/3/2015;", "2;4/13/2015;6/25/2015")
    expected = [("1", day(2015, 4, 3), None), ("2", day(2015, 4, 13), day(2015, 6, 6))]
    # the ends of a.csv alone cannot be decided
    assert refused(tmp_path, source("a.csv")).code == "TKK159"
    assert spells(tmp_path, source("a.csv", 'date_format = "d/m/yyyy"')) == expected
    assert [start for _, start, _ in spells(tmp_path, source("b.csv"))] == [day(2015, 4, 3), day(2015, 4, 13)]


@pytest.mark.parametrize(
    ("rows", "more", "told"),
    [
        (["1;3/4/2015;", "2;5/6/2015;"], "", "day and month cannot be told apart"),
        (["1;1.2.2015;", "2;2015-02-03;"], "", "mixes date formats"),
        (["1;13/4/2015;", "2;4/13/2015;"], "", "mixes date formats"),
        (["1;helmikuu;", "2;maaliskuu;"], "", "no value is a date"),
        (["1;1.2.2015;"], 'date_format = "yyyymmdd"', "no value is a date written yyyymmdd"),
    ],
)
def test_dates_that_cannot_be_read(tmp_path: Path, rows: list[str], more: str, told: str) -> None:
    write(tmp_path, "a.csv", *rows)
    error = refused(tmp_path, source("a.csv", more))
    assert error.code == "TKK159"
    assert told in error.message
    assert error.where == "[source.jobs] column alkupvm"


def test_dates_as_whole_numbers_and_doubles(tmp_path: Path) -> None:
    table = {"shnro": ["1", "2"], "alkupvm": pa.array([20150201, None], pa.int64()), "loppupvm": [20150301.0, None]}
    pq.write_table(pa.table(table), tmp_path / "a.parquet")
    assert spells(tmp_path, source("a.parquet")) == [("1", day(2015, 2, 1), day(2015, 3, 2))]
    pyreadstat.write_sav(pd.DataFrame({"shnro": [1.0], "alkupvm": [20000.0]}), str(tmp_path / "a.sav"))
    assert refused(tmp_path, source("a.sav")).code == "TKK159"


def test_an_unreadable_end_is_set_aside_and_not_taken_for_open(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "1;1.2.2015;31.2.2015", "2;1.2.2015;?", "3;1.2.2015;NA", "4;1.2.2015;1.2.2015")
    with taken_in(tmp_path, source("a.csv")) as (workspace, intake):
        assert rejects_counts(workspace, intake) == [{"source": "jobs", "reason": "unreadable_end", "count": 2}]
    assert spells(tmp_path, source("a.csv", 'end = "day_after"\nyears = [2010, 2020]')) == [
        ("3", day(2015, 2, 1), None)
    ]


def test_views_of_all_sources_and_their_columns(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "1;1.2.2015;", ";1.2.2015;")
    write(tmp_path, "b.csv", "2;1.2.2016;", head="hid_e;alkupvm;loppupvm")
    with taken_in(tmp_path, source("a.csv") + source("b.csv", name="later")) as (workspace, intake):
        assert workspace.fetch("SELECT source, key FROM spell_row ORDER BY source") == [("jobs", "1"), ("later", "2")]
        assert workspace.count("person_row") == workspace.count("earning_row") == 0
        for view, columns in (("spell_row", SPELL_ROW), ("person_row", PERSON_ROW), ("earning_row", EARNING)):
            found = workspace.fetch(f"DESCRIBE SELECT * FROM {view}")
            assert [row[0] for row in found] == list(columns)
            assert [row[1].replace("INTEGER", "INT") for row in found] == list(columns.values())
        assert intake.stages("spell") == ("spell_jobs", "spell_later")
        assert intake.stages("person") == ()
        rows = source_counts(workspace, intake)
    assert rows[0] == {
        "source": "jobs",
        "layout": "long",
        "files": 1,
        "rows": 2,
        "usable": 1,
        "rejected": 1,
        "persons": 1,
        "first_year": 2015,
        "last_year": 2015,
    }


def both(source: Source) -> tuple[Rows, ...]:
    """Two spells and a person from one row."""
    parts: dict[str, Any] = {"rows": source.view, "key": source.text("key"), "start": source.day("start")}
    ends = {"end": source.day("end"), "start_present": "(1 = 1)", "end_present": source.present("end")}
    employed = SpellRows(**parts, **ends, inclusive=True, state="employed")
    student = SpellRows(**parts, **ends, inclusive=True, state="student")
    return employed, student, PersonRows(rows=source.view, key=source.text("key"), year="2018", sex="'1'")


TOUCHED = Layout(
    name="long",
    title="",
    source="",
    roles=(
        Role("key", "key", ("shnro",)),
        Role("start", "date", ("alkupvm",)),
        Role("end", "date", ("loppupvm",), required=False),
    ),
    rows=both,
    traps=(2,),
)


def test_several_kinds_of_rows_and_the_break_of_2019(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_module, "find_layout", lambda _: TOUCHED)
    write(tmp_path, "a.csv", "1;31.12.2018;", "2;1.1.2019;", "3;1.1.2023;")

    def starts(breaks: str) -> list[tuple[Any, ...]]:
        with taken_in(tmp_path, f"[breaks]\n{breaks}\n{source('a.csv')}") as (workspace, intake):
            assert intake.tables == {"jobs": ("spell", "person")}
            assert workspace.count("spell_jobs") == 6  # the checks still see every row
            assert workspace.count("person_row") == 3
            return workspace.fetch("SELECT key, state FROM spell_row ORDER BY key, state")

    everything = [(key, state) for key in "123" for state in ("employed", "student")]
    assert starts('2019 = "keep"') == everything
    assert starts('2019 = "indicator"\n2023 = "keep"') == everything
    with pytest.raises(TkkError, match="2023 would change nothing"):  # a pension break does not touch this layout
        starts('2023 = "drop"')
    assert starts('2019 = "drop"') == everything[:2]


def test_rejects_hold_row_numbers_and_reasons_of_the_files(tmp_path: Path) -> None:
    for folder in ("2018", "2019"):
        (tmp_path / folder).mkdir()
    write(tmp_path, "2018/a.csv", "SECRET;1.2.2018;1.1.2018", "1;1.2.2018;")
    write(tmp_path, "2019/a.csv", "1;1.2.2019;", ";1.2.2019;", "SECRET;1.2.2019;1.1.2019")
    with taken_in(tmp_path, source("*/a.csv")) as (workspace, intake):
        write_rejects(workspace, intake, tmp_path / "rejects.csv")
        write_rejects(workspace, intake, tmp_path / "rejects.parquet")
        for name, code in (("rejects.xlsx", "TKK162"), ("nowhere/rejects.csv", "TKK504")):
            with pytest.raises(TkkError) as error:
                write_rejects(workspace, intake, tmp_path / name)
            assert error.value.code == code
    text = (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    assert text.splitlines() == [
        "source,file,row,reason",
        "jobs,2018/a.csv,1,end_before_start",
        "jobs,2019/a.csv,2,no_key",
        "jobs,2019/a.csv,3,end_before_start",
    ]
    assert pq.read_table(tmp_path / "rejects.parquet").to_pylist()[1]["row"] == 2
    assert not list(tmp_path.glob("*.part"))


def test_unchanged_sources_are_used_again(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "1;1.2.2018;")
    write(tmp_path, "b.csv", "1;1.2.2018;")
    toml = source("a.csv") + source("b.csv", name="later")

    def written() -> dict[str, int]:
        with taken_in(tmp_path, toml):
            return {path.name: path.stat().st_mtime_ns for path in (tmp_path / "work").glob("*.parquet")}

    first = written()
    assert written() == first
    write(tmp_path, "b.csv", "1;1.2.2019;")
    second = written()
    assert {name for name in first if first[name] != second[name]} == {"cells_later.parquet", "spell_later.parquet"}


def test_the_names_of_what_begins(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "1;1.2.2018;")
    begun: list[str] = []
    with taken_in(tmp_path, source("a.csv"), begun=begun):
        pass
    assert begun == ["jobs: a.csv", "cells_jobs", "spell_jobs"]
