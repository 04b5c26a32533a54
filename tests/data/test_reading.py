"""The gateway: every format gives the same table, and a file that is not what it should be is refused."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pyreadstat
import pytest

from tkk_cli.data.options import ReadOptions
from tkk_cli.data.reading import column_names, read_table
from tkk_cli.data.table import DataTable
from tkk_cli.errors import CODES, EXIT_DATA, TkkError

FRAME = pd.DataFrame(
    {
        "aika": [1.5, 2.0, np.nan, 4.0],
        "tila": [0.0, 1.0, 1.0, 2.0],
        "työ": ["Ähtäri", "åbo", "", "Åbo"],
        "alku": pd.to_datetime(["2015-01-31", "2016-02-29", None, "1950-06-01"]),
    }
)


TEXTS = ("Ähtäri", "åbo", None, "Åbo")
ASCII = str.maketrans("ÄäÅåö", "AaAao")


def write(frame: pd.DataFrame, path: Path) -> Path:
    dates = frame.assign(alku=frame["alku"].dt.date.where(frame["alku"].notna(), None))
    suffix = path.suffix
    if suffix == ".csv":
        frame.to_csv(path, index=False, sep=";", decimal=",", date_format="%d.%m.%Y")
    elif suffix == ".parquet":
        frame.to_parquet(path)
    elif suffix == ".arrow":
        pa.feather.write_feather(pa.Table.from_pandas(frame), str(path))
    elif suffix == ".xlsx":
        frame.to_excel(path, index=False)
    elif suffix in (".sav", ".zsav"):
        pyreadstat.write_sav(dates, str(path), compress=suffix == ".zsav")
    elif suffix == ".por":
        # the portable format is ASCII
        plain = dates.assign(työ=dates["työ"].str.translate(ASCII))
        pyreadstat.write_por(
            plain.rename(columns={"työ": "TYO", "aika": "AIKA", "tila": "TILA", "alku": "ALKU"}), str(path)
        )
    elif suffix == ".dta":
        pyreadstat.write_dta(dates, str(path))
    elif suffix == ".xpt":
        pyreadstat.write_xport(dates.rename(columns={"työ": "tyo"}), str(path), file_format_version=8)
    return path


def check(table: DataTable) -> None:
    aika, tila, tyo, alku = table.columns
    np.testing.assert_array_equal(table.number(aika), [1.5, 2, np.nan, 4])
    assert table.category(tila).keys == ("0", "1", "2")
    np.testing.assert_array_equal(table.category(tila).codes, [0, 1, 1, 2])
    category = table.category(tyo)
    expected_texts = TEXTS if tyo != "TYO" else tuple(text and text.translate(ASCII) for text in TEXTS)
    assert tuple(category.keys[code] if code >= 0 else None for code in category.codes) == expected_texts
    expected = np.array(["2015-01-31", "2016-02-29", "NaT", "1950-06-01"], dtype="datetime64[D]")
    np.testing.assert_array_equal(table.date(alku), np.where(np.isnat(expected), np.nan, expected.astype(float)))
    assert {name: sum(column.missing.values()) for name, column in table.columns.items()} == {
        aika: 1, tila: 0, tyo: 1, alku: 1
    }  # fmt: skip


SUFFIXES = [".csv", ".parquet", ".arrow", ".xlsx", ".sav", ".zsav", ".por", ".dta", ".xpt"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_gives_the_same_table(tmp_path: Path, suffix: str) -> None:
    path = write(FRAME, tmp_path / f"tyo ä{suffix}")
    table = read_table(path)
    check(table)
    assert (table.source.name, len(table.source.sha256)) == (f"tyo ä{suffix}", 64)
    names = list(table.columns)
    assert column_names(path) == names
    some = read_table(str(path), [names[3], names[0]])
    assert list(some.columns) == [names[3], names[0]]
    np.testing.assert_array_equal(some.number(names[0]), [1.5, 2, np.nan, 4])


def test_frames_and_arrow_tables() -> None:
    check(read_table(FRAME.replace({"työ": {"": None}})))
    check(read_table(pa.Table.from_pandas(FRAME)))
    first, second = read_table(FRAME, ["tila"]), read_table(FRAME, ["tila"])
    assert first.source.sha256 == second.source.sha256 != read_table(FRAME, ["aika"]).source.sha256
    table = read_table(
        pd.DataFrame({"g": pd.Categorical(["b", "a", "b"], ["b", "a"]), "x": [1, "y", None], 3: [1, 2, 3]})
    )
    assert table.category("g").keys == ("b", "a")
    assert table.category("x").keys == ("1", "y")
    assert table.number("3").tolist() == [1, 2, 3]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_standard_input_in_every_format(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = write(FRAME, tmp_path / f"k{suffix}").read_bytes()
    stream = io.TextIOWrapper(io.BytesIO(content))
    monkeypatch.setattr(sys, "stdin", stream)
    table = read_table("-")
    check(table)
    assert table.source.name == "standard input"
    assert table.source.sha256 == read_table(tmp_path / f"k{suffix}").source.sha256


@pytest.mark.parametrize(("content", "code"), [(b"", "TKK102"), (b"\x00\x01\x02\x03", "TKK103")])
def test_standard_input_that_cannot_be_read(content: bytes, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    with pytest.raises(TkkError) as caught:
        read_table("-")
    assert caught.value.code == code


def test_a_folder_of_parquet_parts(tmp_path: Path) -> None:
    folder = tmp_path / "osat"
    for year, rows in ((2015, FRAME[:2]), (2016, FRAME[2:])):
        (folder / f"vuosi={year}").mkdir(parents=True)
        write(rows, folder / f"vuosi={year}" / "part-0.parquet")
    (folder / "_SUCCESS").touch()
    check(read_table(folder, ["aika", "tila", "työ", "alku"]))
    table = read_table(folder)
    assert table.category("vuosi").keys == ("2015", "2016")
    before = table.source.sha256
    write(FRAME[:1], folder / "vuosi=2016" / "part-0.parquet")
    assert read_table(folder).source.sha256 != before
    (tmp_path / "tyhjä").mkdir()
    assert refusal(tmp_path / "tyhjä") == "TKK105"


def test_a_part_that_is_damaged_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "osat"
    folder.mkdir()
    for name in ("part-0", "part-1"):
        write(FRAME, folder / f"{name}.parquet")
    content = (folder / "part-1.parquet").read_bytes()
    for name in ("part-1", "part-0"):
        (folder / f"{name}.parquet").write_bytes(content[:-20])
        with pytest.raises(TkkError) as caught:
            read_table(folder)
        assert (caught.value.code, caught.value.where) == ("TKK104", f"osat/{name}.parquet")


def refusal(data: object, columns: list[str] | None = None, **options: str) -> str:
    with pytest.raises(TkkError) as caught:
        read_table(data, columns, ReadOptions(**options))
    return caught.value.code


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    text = write(FRAME, tmp_path / "kohortti.csv")
    with pytest.raises(TkkError, match="does not exist") as caught:
        read_table(tmp_path / "kohorti.csv")
    assert (caught.value.code, caught.value.hint) == ("TKK101", "did you mean kohortti.csv?")
    (tmp_path / "tyhjä.csv").write_bytes(b"")
    assert refusal(tmp_path / "tyhjä.csv") == "TKK102"
    (tmp_path / "otsikko.csv").write_text("a;b\n", encoding="utf-8")
    assert refusal(tmp_path / "otsikko.csv") == "TKK117"
    (tmp_path / "k.xls").write_bytes(text.read_bytes())
    assert refusal(tmp_path / "k.xls") == "TKK105"
    (tmp_path / "k.sav.gz").write_bytes(text.read_bytes())
    assert refusal(tmp_path / "k.sav.gz") == "TKK105"
    assert refusal(42) == "TKK105"
    assert CODES["TKK101"].exit_status == EXIT_DATA


@pytest.mark.parametrize("content", SUFFIXES)
@pytest.mark.parametrize("name", ["k.csv", "k.csv.gz", "k.sav", "k.por", "k.dta", "k.sas7bdat", "k.xpt", "k.parquet",
                                  "k.arrow", "k.xlsx"])  # fmt: skip
def test_a_file_is_what_its_name_says(tmp_path: Path, content: str, name: str) -> None:
    if Path(name).suffix.removeprefix(".") == content.removeprefix(".").removeprefix("z"):
        return
    path = write(FRAME, tmp_path / f"oikea{content}").rename(tmp_path / name)
    assert refusal(path) == "TKK103"


def test_binary_rubbish_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "k.csv").write_bytes(bytes(range(256)) * 4)
    assert refusal(tmp_path / "k.csv") == "TKK103"


@pytest.mark.parametrize("suffix", [s for s in SUFFIXES if s not in (".csv", ".xpt")])
def test_a_file_that_breaks_off_is_never_read_short(tmp_path: Path, suffix: str) -> None:
    whole = write(pd.concat([FRAME] * 50, ignore_index=True), tmp_path / f"koko{suffix}")
    content, table = whole.read_bytes(), read_table(whole)
    cuts = [*range(1, len(content), max(1, len(content) // 40)), *range(len(content) - 9, len(content))]
    refusals = whole_reads = 0
    for cut in cuts:
        path = tmp_path / f"osa{suffix}"
        path.write_bytes(content[:cut])
        try:
            part = read_table(path)
        except TkkError as error:
            refusals += error.code in {"TKK102", "TKK103", "TKK104"}
            continue
        # Only padding at the very end may be missing.
        whole_reads += 1
        assert part.n_rows == table.n_rows
        for name, column in table.columns.items():
            np.testing.assert_array_equal(part[name].values, column.values)
    assert refusals + whole_reads == len(cuts)
    assert refusals > len(cuts) / 2


def test_a_transport_file_that_breaks_off_inside_a_row_is_refused(tmp_path: Path) -> None:
    # rows of 41 bytes in records of 80: a cut between records is almost never one between rows
    frame = pd.DataFrame({"aika": np.arange(200.0), "teksti": ["x" * 33] * 200})
    pyreadstat.write_xport(frame, str(tmp_path / "koko.xpt"), file_format_version=5)
    content = (tmp_path / "koko.xpt").read_bytes()
    assert read_table(tmp_path / "koko.xpt").n_rows == 200
    start = len(content) - len(content) % 80 - 80 * (200 * 41 // 80)
    for cut in [*range(start, start + 40 * 80, 80), len(content) - 7]:
        (tmp_path / "osa.xpt").write_bytes(content[:cut])
        assert refusal(tmp_path / "osa.xpt") == "TKK104"


def test_unknown_columns_come_with_the_nearest_names(tmp_path: Path) -> None:
    path = write(FRAME, tmp_path / "k.csv")
    with pytest.raises(TkkError) as caught:
        read_table(path, ["Aika", "tyo", "tila"])
    assert (caught.value.code, caught.value.count) == ("TKK109", 2)
    assert caught.value.hint is not None
    assert "aika" in caught.value.hint
    assert "työ" in caught.value.hint
    with pytest.raises(TkkError) as caught:
        read_table(path, ["tila"]).number("aika")
    assert caught.value.code == "TKK109"


def test_a_longer_name_that_contains_the_word_is_near(tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    path.write_text("Henkilön tunniste;Seuranta aika vuosina\n1;2\n", encoding="utf-8")
    with pytest.raises(TkkError) as caught:
        read_table(path, ["aika"])
    assert (caught.value.code, caught.value.hint) == ("TKK109", "did you mean Seuranta aika vuosina?")
    with pytest.raises(TkkError) as caught:
        read_table(path, ["aika"], ReadOptions(separator=","))
    assert "the file has 1 column with this separator" in str(caught.value.hint)


def test_a_document_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "k.docx").write_bytes(b"PK\x03\x04 document")
    with pytest.raises(TkkError) as caught:
        read_table(tmp_path / "k.docx")
    assert (caught.value.code, caught.value.hint) == ("TKK105", "save its table as CSV or .xlsx")


@pytest.mark.parametrize("option", ["separator", "sheet", "encoding"])
def test_an_option_without_effect_is_refused(tmp_path: Path, option: str) -> None:
    path = write(FRAME, tmp_path / "k.parquet")
    assert refusal(path, None, **{option: "x"}) == "TKK118"
    assert refusal(FRAME, None, **{option: "x"}) == "TKK118"
    takers = {"separator": ".csv", "sheet": ".xlsx", "encoding": ".dta"}
    for suffix in (".dta", ".xlsx", ".arrow"):
        if takers[option] != suffix:
            assert refusal(write(FRAME, tmp_path / f"k{suffix}"), None, **{option: "x"}) == "TKK118"


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".arrow", ".sav"])
def test_a_plain_run_does_not_import_pandas(tmp_path: Path, suffix: str) -> None:
    path = write(FRAME, tmp_path / f"k{suffix}")
    script = (
        "import sys; from tkk_cli.data.reading import read_table; from tkk_cli.data.where import evaluate;"
        f"t = read_table({str(path)!r}); [t.category(n) for n in t.columns]; t.date('alku');"
        "evaluate('alku > \"2015-01-01\" and aika > 1', t); assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
