"""``registers.toml``: what it says, and a coded error for everything that it cannot say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tkk_cli.data.registers.config import Registers, read_registers
from tkk_cli.data.registers.states import read_states
from tkk_cli.errors import TkkError

STATES = "state,work,benefit,fi,sv,en,source,verified\n"


def read(folder: Path, text: str) -> Registers:
    path = folder / "registers.toml"
    path.write_text(text, encoding="utf-8")
    return read_registers(path)


def refused(folder: Path, text: str) -> TkkError:
    with pytest.raises(TkkError) as error:
        read(folder, text)
    return error.value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a_2019.csv", "a_2020.csv", "b.csv", ".hidden.csv", "_SUCCESS"):
        (tmp_path / name).write_text("shnro;alkupvm\n1;1.2.2019\n", encoding="utf-8")
    (tmp_path / "parts" / "year=2019").mkdir(parents=True)
    (tmp_path / "parts" / "year=2019" / "part-0.parquet").write_bytes(b"PAR1")
    (tmp_path / "empty").mkdir()
    (tmp_path / "registers.work" / "raw").mkdir(parents=True)
    (tmp_path / "registers.work" / "raw" / "old.parquet").write_bytes(b"PAR1")
    return tmp_path


def test_everything_that_can_be_said(folder: Path) -> None:
    (folder / "omat.csv").write_text(STATES + "tyo,no,none,,,,,no\n", encoding="utf-8")
    registers = read(
        folder,
        """
        states = "omat.csv"
        synthetic = true
        [breaks]
        2019 = "drop"
        2023 = "indicator"
        [source.jobs]
        path = ["a_*.csv", "b.csv", "a_2019.csv"]
        layout = "long"
        columns = { key = "tunnus", start = "alku" }
        codes = "b.csv"
        date_format = "d/m/yyyy"
        encoding = "latin-1"
        separator = "|"
        decimal = ","
        sheet = "Taul1"
        end = "day_after"
        years = [1987, 2024]
        state = "employed"
        [source.pensions]
        database = "b.csv"
        table = "elake"
        layout = "long"
        """,
    )
    jobs, pensions = registers.sources
    assert registers.states.names == ("tyo",)
    assert registers.synthetic
    assert registers.breaks == {"2019": "drop", "2023": "indicator"}
    assert [path.name for path in jobs.paths] == ["a_2019.csv", "a_2020.csv", "b.csv"]
    assert jobs.columns == {"key": "tunnus", "start": "alku"}
    assert jobs.codes == folder / "b.csv"
    assert (jobs.date_format, jobs.encoding, jobs.separator) == ("d/m/yyyy", "latin-1", "|")
    assert (jobs.decimal, jobs.sheet, jobs.inclusive, jobs.years) == (",", "Taul1", False, (1987, 2024))
    assert jobs.settings["state"] == "employed"
    assert (pensions.paths, pensions.database, pensions.table) == ((), folder / "b.csv", "elake")
    assert pensions.inclusive
    assert pensions.settings["state"] is None


def test_a_folder_is_its_data_files_or_the_parquet_parts_below_it(folder: Path) -> None:
    registers = read(
        folder,
        '[source.a]\npath = "."\nlayout = "long"\n[source.b]\npath = "parts"\nlayout = "long"\n'
        '[source.c]\npath = "**/*.parquet"\nlayout = "long"\n',
    )
    assert [path.name for path in registers.sources[0].paths] == ["a_2019.csv", "a_2020.csv", "b.csv"]
    assert [path.name for path in registers.sources[1].paths] == ["part-0.parquet"]
    assert registers.sources[2].paths == registers.sources[1].paths


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("a = [", "TKK150", "not valid TOML"),
        ('state = "a.csv"', "TKK151", "did you mean states?"),
        ("[breaks]\n2018 = 'keep'", "TKK151", "2018"),
        ("[breaks]\n2019 = 'leave'", "TKK152", "keep, drop, indicator"),
        ("synthetic = 'yes'", "TKK152", "synthetic"),
        ("source = 3", "TKK152", "source"),
        ("", "TKK154", "[source.NAME]"),
        ("[source.a]\npath = 'b.csv'", "TKK154", "layout"),
        ("[source.a]\nlayout = 'long'", "TKK154", "database"),
        ("[source.a]\nlayout = 'long'\ndatabase = 'b.csv'", "TKK154", "table"),
        ("[source.a]\nlayout = 'long'\npath = 'b.csv'\ntable = 't'", "TKK154", "table"),
        ("[source.a]\nlayout = 'lnog'\npath = 'b.csv'", "TKK240", "did you mean long?"),
        ("[source.a]\nlayout = 'long'\npath = 'b.csv'\nseperator = ';'", "TKK151", "did you mean separator?"),
        ("[source.a]\nlayout = 'long'\npath = 'b.csv'\ncolumns = { ky = 'x' }", "TKK151", "did you mean key?"),
        ("[source.a]\nlayout = 'long'\npath = 'b.csv'\ncolumns = { key = 3 }", "TKK152", "columns.key"),
        ("[source.a]\nlayout = 'long'\npath = 3", "TKK152", "path"),
        ("[source.a]\nlayout = 'long'\npath = []", "TKK152", "path"),
        ("[source.a]\nlayout = 'long'\npath = 'b.csv'\nend = 'monday'", "TKK152", "last_day, day_after"),
        ("[source.a]\nlayout = 'long'\npath = 'b.csv'\nyears = [2024, 1987]", "TKK152", "years = [1987, 2024]"),
        ("[source.a]\nlayout = 'long'\npath = 'b.csv'\nyears = [true, 2020]", "TKK152", "years"),
        ("[source.'työ suhde']\nlayout = 'long'\npath = 'b.csv'", "TKK152", "letters a to z"),
        ("[source.row]\nlayout = 'long'\npath = 'b.csv'", "TKK152", "not the word row"),
        ("[source.a]\nlayout='long'\npath='b.csv'\n[source.A]\nlayout='long'\npath='b.csv'", "TKK152", "capitals"),
        ("[source.a]\nlayout = 'long'\npath = 'a_2018.csv'", "TKK153", "did you mean a_20"),
        ("[source.a]\nlayout = 'long'\npath = 'c_*.csv'", "TKK153", "pattern matches no file"),
        ("[source.a]\nlayout = 'long'\npath = 'empty'", "TKK153", "no data file"),
        ("[source.a]\nlayout = 'long'\npath = 'none/b.csv'", "TKK153", "no folder none"),
        ("[source.a]\nlayout = 'long'\npath = 'b.csv'\ncodes = 'koodit.csv'", "TKK153", "koodit.csv"),
    ],
)
def test_what_is_refused(folder: Path, text: str, code: str, told: str) -> None:
    error = refused(folder, text)
    assert error.code == code
    assert told in str(error)
    assert "registers.toml" in str(error.where)


def test_missing_files_are_counted(folder: Path) -> None:
    error = refused(folder, "[source.a]\nlayout = 'long'\npath = ['b.csv', 'c.csv', 'd.csv']")
    assert (error.code, error.count) == ("TKK153", 2)
    assert "c.csv, d.csv" in error.message


def test_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "registers.toml").write_bytes("states = 'työ'".encode("cp1252"))
    for name, told in (("register.toml", "did you mean registers.toml?"), ("registers.toml", "UTF-8")):
        with pytest.raises(TkkError, match=r"file") as error:
            read_registers(tmp_path / name)
        assert error.value.code == "TKK150"
        assert told in str(error.value)


def test_a_plan_is_no_registers(tmp_path: Path) -> None:
    (tmp_path / "cohort.toml").write_text('registers = "rekisterit.toml"\n[index]\n', encoding="utf-8")
    with pytest.raises(TkkError, match="plan of a cohort") as error:
        read_registers(tmp_path / "cohort.toml")
    assert error.value.code == "TKK151"
    assert error.value.hint == "tkk cohort cohort.toml; tkk check takes rekisterit.toml"


def test_the_states_of_the_package() -> None:
    states = read_states()
    assert states.names[0] == "death"
    assert states.bit(states.names[-1]) == 1
    assert all(set(row.titles) == {"fi", "sv", "en"} for row in states.rows)


def test_own_states(tmp_path: Path) -> None:
    path = tmp_path / "states.csv"
    path.write_text(
        STATES.replace(",", ";") + "sick;no;full;sairas;sjuk;;own;yes\n\nwork;competitive;none;;;;;no\n", "utf-8-sig"
    )
    states = read_states(path)
    assert states.names == ("sick", "work")
    assert states.rows[0].verified
    assert states.rows[0].titles == {"fi": "sairas", "sv": "sjuk", "en": "sick"}
    assert states.at_work().needs == {"work"}
    assert states.at_work({"excludes": ["work"]}).excludes == {"work"}


def test_the_dead_and_those_who_have_left_are_never_at_work() -> None:
    states = read_states()
    rule = states.at_work({"excludes": ("sickness",), "partial": ("student",)})
    assert rule.excludes == {"sickness", "death", "emigrated"}
    assert rule.partial == {"student"}
    assert rule.needs == states.at_work().needs == {"employed", "subsidised"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("state,work\n", "no column benefit, fi, sv"),
        (STATES, "0 states"),
        (STATES + "a,no,none,,,,,no\na,no,none,,,,,no\n", "line 3"),
        (STATES + "a,yes,none,,,,,no\n", "wrong work"),
        (STATES + "a,no,half,,,,,no\n", "wrong benefit"),
        (STATES + "a,no,full,,,,,\n", "wrong verified"),
        (STATES + "other,no,full,,,,,no\n", "not possible"),
        (STATES + "".join(f"s{i},no,none,,,,,no\n" for i in range(63)), "63 states"),
    ],
)
def test_states_that_are_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "states.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TkkError) as error:
        read_states(path)
    assert error.value.code == "TKK155"
    assert told in str(error.value)


def test_states_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "states.csv").write_bytes(b"\xe4\xff")
    for name in ("states.csv", "none.csv"):
        with pytest.raises(TkkError) as error:
            read_states(tmp_path / name)
        assert error.value.code == "TKK155"


def test_a_list_of_the_package_goes_by_its_name_and_a_whole_number_is_a_number(tmp_path: Path) -> None:
    (tmp_path / "kesto.csv").write_text("id;durat;event\n1;2;employment\n", encoding="utf-8")
    toml = tmp_path / "registers.toml"
    toml.write_text(
        '[source.kesto]\npath = "kesto.csv"\nlayout = "durations"\ncodes = "mvad"\nunit_days = 30.4375\n',
        encoding="utf-8",
    )
    (entry,) = read_registers(toml).sources
    assert entry.codes == "mvad"
    assert entry.settings["unit_days"] == 30.4375


def test_pieces_of_work_for_the_progress_bar(folder: Path) -> None:
    text = '[source.a]\npath = "a_*.csv"\nlayout = "long"\n[source.b]\npath = "b.csv"\nlayout = "long"\n'
    assert read(folder, text).pieces == 3 + 4
