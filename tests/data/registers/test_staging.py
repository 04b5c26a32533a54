"""Any format becomes the same rows; what is damaged or not what it seems is refused; nothing is half-written."""

from __future__ import annotations

import datetime as dt
import gzip
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pyreadstat
import pytest
from support.intakes import LONG, spells, taken_in

from tkk_cli.data.options import ReadOptions
from tkk_cli.data.registers.staging import raw as raw_tables
from tkk_cli.data.registers.staging import tables as staging_tables
from tkk_cli.data.registers.staging.parquet import stage
from tkk_cli.data.registers.staging.tables import FileTable
from tkk_cli.errors import TkkError

KEYS = ["007", "8", "9"]
STARTS = [dt.date(2010, 2, 1), dt.date(2012, 2, 29), dt.date(1969, 12, 31)]
ENDS = [dt.date(2010, 2, 1), None, dt.date(1970, 1, 1)]
# key, start, stop: the last day of a spell plus one
EXPECTED = [("007", 14641, 14642), ("8", 15399, None), ("9", -1, 1)]
PLAIN = [("7" if key == "007" else key, start, stop) for key, start, stop in EXPECTED]


def lines(separator: str = ";", head: str = "shnro;alkupvm;loppupvm", ending: str = "\n") -> str:
    rows = [head] + [
        f"{key};{start.day}.{start.month}.{start.year};" + ("" if end is None else f"{end.day}.{end.month}.{end.year}")
        for key, start, end in zip(KEYS, STARTS, ENDS, strict=True)
    ]
    return ending.join(rows).replace(";", separator) + ending


def source(path: str, more: str = "") -> str:
    return f'[source.jobs]\npath = "{path}"\n{LONG}\n{more}\n'


def frame() -> pd.DataFrame:
    days = [pd.to_datetime(pd.Series(values)).dt.date for values in (STARTS, ENDS)]
    return pd.DataFrame({"shnro": [7.0, 8.0, 9.0], "alkupvm": days[0], "loppupvm": days[1]})


TEXTS: dict[str, bytes] = {
    "plain": lines().encode(),
    "bom": lines().encode("utf-8-sig"),
    "utf16": lines().encode("utf-16"),
    "tab": lines("\t").encode(),
    "windows": lines(ending="\r\n").encode("cp1252"),
    "no newline": lines().rstrip().encode(),
    "sep line": ("sep=;\n" + lines()).encode(),
    "capitals": lines(head="SHNRO;AlkuPvm;LOPPUPVM").encode(),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.csv").write_bytes(TEXTS[name])
    assert spells(tmp_path, source("a.csv")) == EXPECTED


def test_a_compressed_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(lines().encode()))
    assert spells(tmp_path, source("a.csv.gz")) == EXPECTED


def test_finnish_names_and_quoted_line_ends(tmp_path: Path) -> None:
    text = lines(head="hlö;alkupäivä;loppupvm;selite").replace("8;29.2.2012;", '8;29.2.2012;;"yksi\nkaksi"')
    text = text.replace("1.2.2010\n", "1.2.2010;ä\n").replace("1.1.1970\n", "1.1.1970;\n")
    (tmp_path / "a.csv").write_bytes(text.encode("cp1252"))
    assert spells(tmp_path, source("a.csv", 'columns = { key = "hlö", start = "ALKUPÄIVÄ" }')) == EXPECTED


def arrow_table() -> pa.Table:
    columns = {"shnro": pa.array(KEYS).dictionary_encode(), "alkupvm": STARTS, "loppupvm": pa.array(ENDS, pa.date32())}
    return pa.table({**columns, "turha": pa.array([[1], [2], [3]])})


def excel(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("jaksot")
    sheet.append(["shnro", "alkupvm", "loppupvm"])
    for row in zip(KEYS, STARTS, ENDS, strict=True):
        sheet.append(row)
    book.save(path)


def duck(path: Path) -> None:
    table = arrow_table().drop_columns(["turha"])
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE jaksot (shnro VARCHAR, alkupvm DATE, loppupvm DATE)")
        for row in table.to_pylist():
            connection.execute("INSERT INTO jaksot VALUES (?, ?, ?)", list(row.values()))


def sqlite(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE jaksot (shnro TEXT, alkupvm TEXT, loppupvm)")
        rows = [(k, str(s), None if e is None else str(e)) for k, s, e in zip(KEYS, STARTS, ENDS, strict=True)]
        connection.executemany("INSERT INTO jaksot VALUES (?, ?, ?)", rows)
    connection.close()


TYPED: dict[str, tuple[Callable[[Path], Any], list[Any]]] = {
    "a.parquet": (lambda path: pq.write_table(arrow_table(), path), EXPECTED),
    "a.feather": (lambda path: feather.write_feather(arrow_table(), str(path)), EXPECTED),
    "a.sav": (lambda path: pyreadstat.write_sav(frame(), str(path)), PLAIN),
    "a.dta": (lambda path: pyreadstat.write_dta(frame(), str(path)), PLAIN),
    "a.xpt": (lambda path: pyreadstat.write_xport(frame(), str(path), table_name="T"), PLAIN),
}


@pytest.mark.parametrize("name", TYPED)
def test_typed_files(tmp_path: Path, name: str) -> None:
    write, expected = TYPED[name]
    write(tmp_path / name)
    assert spells(tmp_path, source(name)) == expected


def test_a_sheet_of_excel(tmp_path: Path) -> None:
    excel(tmp_path / "a.xlsx")
    assert spells(tmp_path, source("a.xlsx", 'sheet = "jaksot"')) == EXPECTED


@pytest.mark.parametrize(("name", "write"), [("a.duckdb", duck), ("a.db", sqlite)])
def test_databases(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    write(tmp_path / name)
    toml = f'[source.jobs]\ndatabase = "{name}"\ntable = "%s"\n{LONG}\n'
    assert spells(tmp_path, toml % "Jaksot") == EXPECTED
    with pytest.raises(TkkError) as error:
        spells(tmp_path, toml % "jaksat")
    assert error.value.code == "TKK160"
    assert "did you mean jaksot?" in str(error.value)


def test_files_that_are_no_database(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text(lines(), encoding="utf-8")
    (tmp_path / "b.db").write_bytes(b"SQLite format 3\0" + b"x" * 200)
    (tmp_path / "c.db").write_bytes(b"\0" * 8 + b"DUCK" + b"x" * 200)
    for name in ("a.db", "b.db", "c.db"):
        with pytest.raises(TkkError) as error:
            spells(tmp_path, f'[source.jobs]\ndatabase = "{name}"\ntable = "t"\n{LONG}\n')
        assert error.value.code == "TKK160"
        assert name in str(error.value.where)


def test_sqlite_cells_of_several_types(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute("CREATE TABLE t (id, alku, hours, yrtun_s)")
        connection.executemany(
            "INSERT INTO t VALUES (?, ?, ?, ?)", [(1, 20100201, 37.5, "a"), (2, None, 20, 5), (3, 20100202, None, None)]
        )
    connection.close()
    with taken_in(tmp_path, f'[source.jobs]\ndatabase = "a.db"\ntable = "t"\n{LONG}\n') as (workspace, intake):
        assert intake.sources[0].types == {"id": "integer", "alku": "integer", "hours": "number", "yrtun_s": "text"}
        found = workspace.fetch("SELECT key, start, hours, employer, reason FROM spell_jobs ORDER BY key")
    assert found == [("1", 14641, 37.5, "a", None), ("2", None, 20.0, "5", "no_start"), ("3", 14642, None, None, None)]


def test_labels_missing_codes_and_fractions_of_a_statistical_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging_tables, "CHUNK", 2)
    table = pd.DataFrame(
        {
            "shnro": [1.0, 2.0, 3.0, 4.0, 5.0],
            "alkupvm": [20100201.0] * 5,
            "tila": [1.0, 2.0, 9.0, 2.0, 1.0],
            "hours": [37.0, 20.0, 18.0, 7.5, 20.0],  # the fraction comes in a later piece
            "employer": ["a", "EI", "b", "", "c"],
        }
    )
    pyreadstat.write_sav(
        table,
        str(tmp_path / "a.sav"),
        variable_value_labels={"tila": {1.0: "työssä", 2.0: "työtön"}},
        missing_ranges={"tila": [9], "employer": ["EI"]},
    )
    codes = "code,state,extent,programme,title,source,verified\n1,employed,,,,,no\n2,unemployment,,,,,no\n"
    (tmp_path / "koodit.csv").write_text(codes, encoding="utf-8")
    toml = '[source.jobs]\npath = "a.sav"\nlayout = "long"\ncodes = "koodit.csv"\n'
    with taken_in(tmp_path, toml) as (workspace, intake):
        kinds = intake.sources[0].types
        found = workspace.fetch("SELECT key, code, hours, employer, reason FROM spell_jobs ORDER BY key")
    assert (kinds["shnro"], kinds["alkupvm"], kinds["hours"]) == ("integer", "integer", "number")
    assert found == [
        ("1", "1", 37.0, "a", None),
        ("2", "2", 20.0, None, None),
        ("3", None, 18.0, "b", "unknown_code"),
        ("4", "2", 7.5, None, None),
        ("5", "1", 20.0, "c", None),
    ]


def big(rows: int, tail: str = "") -> str:
    return "shnro;alkupvm\n" + "".join(f"{i:07d};{i % 28 + 1}.1.2010\n" for i in range(rows)) + tail


def test_a_large_text_is_read_block_by_block(tmp_path: Path) -> None:
    # beyond the sample, and the first letter beyond ASCII at the very end
    text = big(100_000, "ä;1.1.2011\n")
    (tmp_path / "a.csv").write_bytes(text.encode("cp1252"))
    with taken_in(tmp_path, source("a.csv")) as (workspace, intake):
        count, first, last = workspace.fetch("SELECT COUNT(*), MIN(key), MAX(key) FROM spell_row")[0]
        rows = workspace.fetch("SELECT CAST(key AS INT) - row FROM spell_row WHERE key <> 'ä' GROUP BY 1")
    assert (count, first, last) == (100_001, "0000000", "ä")
    assert rows == [(-1,)]  # the row numbers are those of the file
    assert len(intake.files["jobs"]) == 1


@pytest.mark.parametrize(
    ("tail", "code", "told"),
    [
        ("1;2;3\n", "TKK107", "data row 100001"),
        ('"1;1.1.2010\n', "TKK107", "quote"),
        ("\x81;1.1.2010\n", "TKK106", "cp1252"),
    ],
)
def test_a_large_text_that_is_wrong_at_its_end(tmp_path: Path, tail: str, code: str, told: str) -> None:
    (tmp_path / "a.csv").write_bytes(big(100_000, tail).encode("latin-1"))
    with pytest.raises(TkkError) as error:
        spells(tmp_path, source("a.csv"))
    assert error.value.code == code
    assert told in str(error.value)
    assert "[source.jobs] a.csv" in str(error.value.where)
    assert not list((tmp_path / "work").rglob("*.part*"))
    assert not list((tmp_path / "work" / "raw").rglob("*.parquet"))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "TKK102"),
        ("a.csv", b"shnro;alkupvm\n", "TKK117"),
        ("a.csv", b"shnro;alkupvm", "TKK117"),
        ("a.sav", b"shnro;alkupvm\n1;1.1.2010\n", "TKK103"),
        ("a.parquet", b"PAR1 and no more", "TKK104"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "TKK105"),
        ("a.csv", b"shnro;shnro\n1;1.1.2010\n", "TKK108"),
        ("a.csv.gz", gzip.compress(b"shnro;alkupvm\n" * 1000)[:-20], "TKK104"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TkkError) as error:
        spells(tmp_path, source(name))
    assert error.value.code == code
    assert "[source.jobs]" in str(error.value.where)


def test_an_option_that_means_nothing_speaks_of_the_key(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(lines(), encoding="utf-8")
    with pytest.raises(TkkError) as error:
        spells(tmp_path, source("a.csv", 'encoding = "utf-7000"'))
    assert error.value.code == "TKK118"
    assert "--" not in str(error.value)
    with pytest.raises(TkkError) as error:
        spells(tmp_path, source("a.csv", 'encoding = "utf-16"'))
    assert error.value.code == "TKK106"
    assert 'encoding = "cp1252"' in str(error.value.hint)


def test_a_file_without_rows_among_others_is_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(lines(), encoding="utf-8")
    pq.write_table(arrow_table().slice(0, 0), tmp_path / "b.parquet")
    assert spells(tmp_path, source("*.*").replace('"*.*"', '["a.csv", "b.parquet"]')) == EXPECTED


def test_parquet_parts_whose_folders_hold_a_column(tmp_path: Path) -> None:
    for value, rows in (("Y%201", 2), ("Y2", 3)):
        folder = tmp_path / "jobs" / f"yrtun_s={value}"
        folder.mkdir(parents=True)
        pq.write_table(arrow_table().slice(0, rows), folder / "part-0.parquet")
    with taken_in(tmp_path, source("jobs")) as (workspace, intake):
        found = workspace.fetch("SELECT employer, COUNT(*), MIN(key) FROM spell_row GROUP BY employer ORDER BY 1")
    assert found == [("Y 1", 2, "007"), ("Y2", 3, "007")]
    assert [name for _, name in intake.files["jobs"]] == ["yrtun_s=Y%201/part-0.parquet", "yrtun_s=Y2/part-0.parquet"]


def test_parquet_files_in_place_with_names_in_other_capitals(tmp_path: Path) -> None:
    table = arrow_table()
    pq.write_table(table.slice(0, 2), tmp_path / "a.parquet")
    pq.write_table(table.slice(2).rename_columns([n.upper() for n in table.column_names]), tmp_path / "b.parquet")
    assert spells(tmp_path, source("*.parquet")) == EXPECTED
    assert not (tmp_path / "work" / "raw").exists()


def test_wide_registers_are_held_a_few_rows_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_tables, "CELLS", 6_000)
    (tmp_path / "a.csv").write_text(big(100_000), encoding="utf-8")
    table = FileTable(tmp_path / "a.csv", "jobs", ReadOptions())
    wanted = {name: name for name in table.names}
    path = stage(table, wanted, tmp_path / "raw", decimal=None, amounts=(), fresh=False)
    with pq.ParquetFile(path) as file:
        rows = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    assert sum(rows) == 100_000
    assert max(rows) == 3_000


def test_the_decimal_mark_that_is_given_groups_with_the_other(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("shnro;alkupvm;hours\n1;1.1.2010;1.037,5\n2;1.1.2010;1 000\n", encoding="utf-8")
    with taken_in(tmp_path, source("a.csv", 'decimal = ","')) as (workspace, _):
        assert workspace.fetch("SELECT hours FROM spell_jobs ORDER BY key") == [(1037.5,), (1000.0,)]


def test_staging_is_used_again_until_the_file_or_its_columns_change(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(lines(), encoding="utf-8")
    raw = tmp_path / "work" / "raw" / "jobs"

    def staged(more: str = "", *, reuse: bool = True) -> dict[str, int]:
        with taken_in(tmp_path, source("a.csv", more), reuse=reuse):
            return {path.name: path.stat().st_mtime_ns for path in raw.iterdir()}

    first = staged()
    assert len(first) == 1
    assert staged() == first
    assert staged(reuse=False).keys() == first.keys()
    assert staged(reuse=False) != first
    assert staged('columns = { employer = "loppupvm" }') == staged()  # the same columns in other roles
    (tmp_path / "a.csv").write_text(lines().replace("007", "006"), encoding="utf-8")
    second = staged()
    assert len(second) == 1
    assert second.keys() != first.keys()


class Broken(FileTable):
    """A table whose reading is interrupted after its first rows."""

    def batches(self, wanted: list[str]) -> Iterator[Any]:
        yield from super().batches(wanted)
        raise KeyboardInterrupt


def test_an_interrupted_staging_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(lines(), encoding="utf-8")
    table = Broken(tmp_path / "a.csv", "jobs", ReadOptions())
    with pytest.raises(KeyboardInterrupt):
        stage(table, {"shnro": "shnro"}, tmp_path / "raw", decimal=None, amounts=(), fresh=False)
    assert list((tmp_path / "raw").iterdir()) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(lines(), encoding="utf-8")
    (tmp_path / "raw").write_text("a file is in the way", encoding="utf-8")
    table = FileTable(tmp_path / "a.csv", "jobs", ReadOptions())
    with pytest.raises(TkkError) as error:
        stage(table, {"shnro": "shnro"}, tmp_path / "raw", decimal=None, amounts=(), fresh=False)
    assert error.value.code == "TKK504"
