"""What stands in the cells of a raw file, and what the canonical rows make of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from support.intakes import taken_in

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
