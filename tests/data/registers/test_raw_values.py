"""What stands in the cells of a raw file, and what the canonical rows make of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from support.intakes import LONG, taken_in

from tkk_cli.data.registers.checks.finding import code_rows, finding_rows, look_at
from tkk_cli.data.registers.rejects import write_rejects
from tkk_cli.data.registers.sql import day_number
from tkk_cli.errors import TkkError

NAN = float("nan")


def fetched(folder: Path, toml: str, sql: str) -> list[tuple[Any, ...]]:
    with taken_in(folder, toml) as (workspace, _):
        return workspace.fetch(sql)


def test_a_number_that_is_none_is_missing(tmp_path: Path) -> None:
    lines = ["hid_e;alkupvm;osuus;viikkotunnit", "a;1.1.2015;NaN;nan", "b;1.1.2015;;inf", "c;1.1.2015;1;7,5"]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    toml = '[source.jobs]\npath = "a.csv"\nlayout = "long"\nstate = "employed"\n'
    found = fetched(tmp_path, toml, "SELECT key, extent, hours, reason FROM spell_jobs ORDER BY key")
    assert found == [("a", None, None, None), ("b", None, None, None), ("c", 1.0, 7.5, None)]


def test_nan_of_a_parquet_file_is_missing_and_no_key(tmp_path: Path) -> None:
    columns = {
        "hid_e": [1.0, 2.0, NAN],
        "vuosi": [2015.0, NAN, 2015.0],
        "palk": [NAN, 2.0, 2.0],
        "yrtu": [3.5, 1.0, 1.0],
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    toml = '[source.pay]\npath = "a.parquet"\nlayout = "folk_tulotieto"\n'
    found = fetched(tmp_path, toml, "SELECT key, year, cents, reason FROM earning_pay ORDER BY key, year")
    assert found == [("1", 2015, 350, None), ("2", None, 300, "unreadable_year"), (None, 2015, 300, "no_key")]


def test_thousands_may_be_apart_by_a_blank_that_does_not_break(tmp_path: Path) -> None:
    lines = ["hid_e;vuosi;palk;yrtu", "a;2015;1\u00a0234,50;", "b;2015;1 234,50;-0,5"]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    toml = '[source.pay]\npath = "a.csv"\nlayout = "folk_tulotieto"\n'
    found = fetched(tmp_path, toml, "SELECT key, cents, reason FROM earning_pay ORDER BY key")
    assert found == [("a", 123450, None), ("b", 123400, None)]


def test_a_column_that_a_file_has_nothing_in_is_of_the_type_of_the_others(tmp_path: Path) -> None:
    first, last = dt.date(2015, 1, 1), dt.date(2015, 1, 31)
    nothing = {"a": pa.nulls(2), "b": pa.nulls(2, pa.string()), "c": pa.array([last, None])}
    for name, ends in nothing.items():
        table = {"hid_e": [name, name], "alkupvm": [first, first], "Loppupvm" if name == "b" else "loppupvm": ends}
        pq.write_table(pa.table(table), tmp_path / f"{name}.parquet")
    sql = "SELECT key, stop FROM spell_s ORDER BY key, row"
    ended = [("c", day_number(last) + 1), ("c", None)]
    for paths in (["a", "b", "c"], ["c", "a"], ["a", "b"]):
        toml = f"[source.s]\npath = {[f'{name}.parquet' for name in paths]}\n{LONG}\n"
        expected = [(name, None) for name in sorted(paths) if name != "c" for _ in range(2)]
        assert fetched(tmp_path, toml, sql) == expected + ended * ("c" in paths)
    texts = pd.DataFrame({"hid_e": ["e"], "alkupvm": [first], "loppupvm": [""]})
    pyreadstat.write_sav(texts, str(tmp_path / "e.sav"))
    toml = f'[source.s]\npath = ["e.sav", "c.parquet"]\n{LONG}\n'
    assert fetched(tmp_path, toml, sql) == [*ended, ("e", None)]
    pq.write_table(pa.table({"hid_e": ["d"], "alkupvm": [first], "loppupvm": ["31.1.2015"]}), tmp_path / "d.parquet")
    with pytest.raises(TkkError, match="TKK161"):
        fetched(tmp_path, f'[source.s]\npath = ["c.parquet", "d.parquet"]\n{LONG}\n', sql)


def test_files_that_are_called_alike_are_told_apart(tmp_path: Path) -> None:
    for folder, code in (("v1/k1", "890"), ("v2/k1", "730")):
        (tmp_path / folder).mkdir(parents=True)
        table = {"pnr": ["1", "2"], "y_1501": [code, code], "y_1502": [code, "zz"]}
        pq.write_table(pa.table(table), tmp_path / folder / "part-0.parquet")
    toml = '[source.s]\npath = "v*/k1/part-0.parquet"\nlayout = "weekly_wide"\n'
    with taken_in(tmp_path, toml) as (workspace, intake):
        sql = "SELECT key, code, stop - start FROM spell_s WHERE reason IS NULL ORDER BY key, code"
        assert workspace.fetch(sql) == [("1", "730", 14), ("1", "890", 14), ("2", "730", 7), ("2", "890", 7)]
        write_rejects(workspace, intake, tmp_path / "rejects.csv")
    assert (tmp_path / "rejects.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "s,v1/k1/part-0.parquet,2,unknown_code",
        "s,v2/k1/part-0.parquet,2,unknown_code",
    ]


@pytest.mark.parametrize("state", ["5", "true", '["employed"]'])
def test_a_state_is_a_text(tmp_path: Path, state: str) -> None:
    (tmp_path / "a.csv").write_text("hid_e;alkupvm\na;1.1.2015\n", encoding="utf-8")
    with pytest.raises(TkkError, match="TKK152") as error:
        fetched(tmp_path, f'[source.s]\npath = "a.csv"\nlayout = "long"\nstate = {state}\n', "SELECT 1")
    assert error.value.where == "registers.toml, [source.s] state"


CODES = "code,state,extent,programme,title,source,verified\n"


def test_a_fixed_state_leaves_the_rest_to_the_code_list(tmp_path: Path) -> None:
    lines = ["hid_e;alkupvm;koodi;osuus", "a;1.1.2015;7;", "b;1.1.2015;7;0.2", "c;1.1.2015;07;", "d;1.1.2015;;"]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "codes.csv").write_text(CODES + "5-9,employed,0.4,kiila,,,no\n", encoding="utf-8")
    source = '[source.s]\npath = "a.csv"\nlayout = "long"\ncodes = "codes.csv"\nstate = '
    sql = "SELECT key, state, extent, programme, reason FROM spell_s ORDER BY key"
    for state in ("sickness", ""):
        assert fetched(tmp_path, f'{source}"{state}"', sql) == [
            ("a", state, 0.4, "kiila", None),
            ("b", state, 0.2, "kiila", None),
            ("c", state, None, None, None),
            ("d", state, None, None, None),
        ]


def test_the_industry_of_a_month_is_no_code_of_a_benefit(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("pnr;y_1001;branche_2010_01\n1;890;841100\n", encoding="utf-8")
    (tmp_path / "codes.csv").write_text(CODES + "*,sickness,0.5,muu,,,no\n", encoding="utf-8")
    toml = '[source.s]\npath = "a.csv"\nlayout = "weekly_wide"\ncodes = "codes.csv"\n'
    found = fetched(tmp_path, toml, "SELECT state, extent, programme FROM spell_s ORDER BY state")
    assert found == [("employed", None, None), ("sickness", 0.5, "muu")]


def test_a_code_is_counted_on_the_line_that_gave_its_state(tmp_path: Path) -> None:
    lines = [
        "hid_e;alkupvm;koodi",
        *(f"{key};1.1.2015;{code}" for key, code in zip("abcd", ("7", "07", "7.0", "8"), strict=True)),
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "codes.csv").write_text(CODES + "5-9,employed,,,,,no\n*,student,,,,,yes\n", encoding="utf-8")
    toml = '[source.s]\npath = "a.csv"\nlayout = "long"\ncodes = "codes.csv"\n'
    with taken_in(tmp_path, toml) as (workspace, intake):
        sight = look_at(workspace, intake)
        counted = {(row["code"], row["state"]): row["count"] for row in code_rows(sight)}
        doubtful = [row["count"] for row in finding_rows(sight) if row["check"] == "unverified_code"]
    assert counted == {("5-9", "employed"): 2, ("*", "student"): 2}
    assert doubtful == [2]
