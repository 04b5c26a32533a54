"""A cohort file says the same in every format, and its codebook makes it ready for the other commands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tkk_cli.data.reading import read_table
from tkk_cli.data.registers.columns import Column
from tkk_cli.data.registers.export import codebook_path, export, typed
from tkk_cli.errors import TkkError


def words(text: str) -> dict[str, str]:
    return {"fi": f"{text} fi", "sv": f"{text} sv", "en": f"{text} en"}


COLUMNS = (
    Column("id", "number", words("Henkilö"), role="person"),
    Column("avain", "text", words("Avain")),
    Column("alku", "date", words("Alku"), role="start"),
    Column("rtw_time", "time", words("Aika"), unit="day", role="time"),
    Column("rtw_event", "event", words("Tila"), labels={0: words("sensuroitu"), 1: words("työssä"), 2: words("eläke")}),
    Column("osuus", "number", words("Osuus")),
    Column("nainen", "yes_no", words("Nainen"), labels={0: words("ei"), 1: words("kyllä")}),
    Column("dg", "text", words("Diagnoosi"), labels={"F": words("mieli"), "M": words("tuki")}),
)
STAGE = pa.table(
    {
        "dg": ["M", None, "F"],
        "avain": ["0012", "ö3", "4"],
        "id": pa.array([3, 1, 2], pa.int32()),
        "alku": pa.array([18_262, None, 11_016], pa.int32()),
        "rtw_time": pa.array([0, 365, None], pa.int32()),
        "rtw_event": pa.array([1, 0, 2], pa.int32()),
        "osuus": [0.125, None, 1.0],
        "nainen": pa.array([1, 0, None], pa.int64()),
    }
)
NAMES = ("k.parquet", "k.csv", "k.sav", "k.dta")


def write(folder: Path, language: str = "fi", synthetic: bool = False) -> list[Path]:
    return export(typed(STAGE, COLUMNS), COLUMNS, [folder / name for name in NAMES], language, synthetic=synthetic)


@pytest.mark.parametrize("language", ["fi", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_format_reads_back_the_same(tmp_path: Path, name: str, language: str) -> None:
    write(tmp_path, language)
    table = read_table(tmp_path / name)
    got = {c: table[c] for c in STAGE.column_names}
    assert got["id"].values.tolist() == [1, 2, 3]
    np.testing.assert_array_equal(got["alku"].values, [np.nan, 11_016, 18_262])
    np.testing.assert_array_equal(got["rtw_time"].values, [365, np.nan, 0])
    np.testing.assert_array_equal(got["rtw_event"].values, [0, 2, 1])
    np.testing.assert_array_equal(got["osuus"].values, [np.nan, 1.0, 0.125])
    np.testing.assert_array_equal(got["nainen"].values, [0, np.nan, 1])
    for column, expected in (("avain", ["ö3", "4", "0012"]), ("dg", [None, "F", "M"])):
        texts = got[column]
        assert [texts.levels[i] if i >= 0 else None for i in texts.values.astype(int)] == expected
    assert got["alku"].kind == "date"
    assert got["rtw_time"].role == "time"
    assert got["rtw_event"].value_labels["2"]["fi"] == "eläke fi"
    assert got["dg"].label["sv"] == "Diagnoosi sv"
    assert not table.source.synthetic


def test_synthetic_data_are_labelled_everywhere(tmp_path: Path) -> None:
    write(tmp_path, synthetic=True)
    assert read_table(tmp_path / "k.csv").source.synthetic
    import pyarrow.parquet as pq
    import pyreadstat

    assert pq.read_schema(tmp_path / "k.parquet").metadata[b"synthetic"] == b"true"
    assert "SYNTEETTINEN" in pyreadstat.read_sav(tmp_path / "k.sav", metadataonly=True)[1].file_label
    assert "SYNTEETTINEN" in pyreadstat.read_dta(tmp_path / "k.dta", metadataonly=True)[1].file_label


def test_labels_are_in_the_language_asked(tmp_path: Path) -> None:
    import pyreadstat

    write(tmp_path, "sv")
    for read, name in ((pyreadstat.read_sav, "k.sav"), (pyreadstat.read_dta, "k.dta")):
        meta = read(tmp_path / name, metadataonly=True)[1]
        assert meta.column_names_to_labels["osuus"] == "Osuus sv"
    assert "0,125" in (tmp_path / "k.csv").read_text(encoding="utf-8")
    assert "1.1.2020" in (tmp_path / "k.csv").read_text(encoding="utf-8")
    write(tmp_path, "en")
    assert "0.125" in (tmp_path / "k.csv").read_text(encoding="utf-8")
    assert "2020-01-01" in (tmp_path / "k.csv").read_text(encoding="utf-8")


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in write(tmp_path)}
    shuffled = STAGE.take([2, 0, 1])
    export(typed(shuffled, COLUMNS), COLUMNS, [tmp_path / name for name in NAMES], "fi", synthetic=False)
    assert {name: (tmp_path / name).read_bytes() for name in first} == first
    assert set(first) == {*NAMES, "k.toml"}
    assert codebook_path(tmp_path / "k.sav").name == "k.toml"


def test_stata_gets_names_of_32_letters_that_differ_with_their_labels(tmp_path: Path) -> None:
    import pyreadstat

    stem = "days_partial_temporary_disability_pension"
    names = ["id", stem, f"{stem}_2", f"{stem}_start"]
    columns = [
        Column("id", "number", words("Henkilö")),
        Column(names[1], "number", words("Päivät")),
        Column(names[2], "yes_no", words("On"), labels={0: words("ei"), 1: words("kyllä")}),
        Column(names[3], "date", words("Alku")),
    ]
    stage = pa.table({name: pa.array([1, 0], pa.int32()) for name in names})
    export(typed(stage, columns), columns, [tmp_path / "k.dta"], "fi", synthetic=False)
    frame, meta = pyreadstat.read_dta(tmp_path / "k.dta")
    short = ["id", stem[:32], f"{stem[:30]}_2", f"{stem[:30]}_3"]
    assert list(frame) == short
    assert meta.column_labels == ["Henkilö fi", "Päivät fi", "On fi", "Alku fi"]
    assert meta.variable_value_labels == {short[2]: {0: "ei fi", 1: "kyllä fi"}}
    assert [str(day) for day in frame[short[3]]] == ["1970-01-01", "1970-01-02"]


def test_an_empty_cohort_is_a_file_with_a_head(tmp_path: Path) -> None:
    empty = typed(STAGE.slice(0, 0), COLUMNS)
    export(empty, COLUMNS, [tmp_path / "k.csv", tmp_path / "k.parquet"], "fi", synthetic=False)
    assert (tmp_path / "k.csv").read_text(encoding="utf-8-sig").splitlines() == [";".join(c.name for c in COLUMNS)]


def test_another_suffix_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(TkkError) as refused:
        export(typed(STAGE, COLUMNS), COLUMNS, [tmp_path / "k.csv", tmp_path / "k.rds"], "fi", synthetic=False)
    assert refused.value.code == "TKK507"
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_missing_is_a_coded_error(tmp_path: Path) -> None:
    with pytest.raises(TkkError) as refused:
        export(typed(STAGE, COLUMNS), COLUMNS, [tmp_path / "ei" / "k.csv"], "fi", synthetic=False)
    assert refused.value.code == "TKK504"
