"""The files of the synthetic cohort: what each holds, that it says synthetic, and that the bytes are the same."""

import csv
import datetime
import tomllib
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pyreadstat
import pytest

from tkk_cli.data.synthetic import files
from tkk_cli.data.synthetic.codebook import COLUMNS, toml
from tkk_cli.data.synthetic.cohort import cohort
from tkk_cli.data.synthetic.files import simulate_cohort
from tkk_cli.data.synthetic.options import CohortSimulationOptions
from tkk_cli.errors import TkkError

PERSONS, SEED = 300, 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "deeper"
    simulate_cohort(CohortSimulationOptions(persons=PERSONS, seed=SEED, output=str(folder)))
    return folder


@pytest.fixture(scope="module")
def people() -> dict[str, np.ndarray]:
    return cohort(PERSONS, SEED)


def test_files_written_are_those_asked_for(tmp_path: Path) -> None:
    options = CohortSimulationOptions(persons=5, output=str(tmp_path), formats="parquet, csv")
    assert [path.name for path in simulate_cohort(options)] == ["kuntoutus.toml", "kuntoutus.parquet", "kuntoutus.csv"]
    assert len(list(tmp_path.iterdir())) == 3


def test_same_request_same_bytes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_CSV_BLOCK", 7)
    for path in simulate_cohort(CohortSimulationOptions(persons=PERSONS, seed=SEED, output=str(tmp_path))):
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_csv_is_finnish(folder: Path, people: dict[str, np.ndarray]) -> None:
    raw = (folder / "kuntoutus.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfhenkilo;aineisto;")
    assert b"\r" not in raw
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == PERSONS
    assert {row["aineisto"] for row in rows} == {"SYNTEETTINEN"}
    assert [row["ohjelma"] for row in rows] == people["ohjelma"].tolist()
    assert [float(row["paino"].replace(",", ".")) for row in rows] == people["paino"].tolist()
    assert [row["ika"] for row in rows] == ["" if np.isnan(a) else str(int(a)) for a in people["ika"]]
    for name in ("alku", "paluu_pvm"):
        dates = [day.item() for day in people[name]]
        assert [row[name] for row in rows] == [f"{d.day}.{d.month}.{d.year}" if d else "" for d in dates]


def test_sav_has_labels_missing_codes_dates_and_no_clock(folder: Path, people: dict[str, np.ndarray]) -> None:
    data, meta = pyreadstat.read_sav(folder / "kuntoutus.sav", user_missing=True, output_format="dict")
    assert meta.column_names == list(COLUMNS)
    assert meta.column_names_to_labels["ika"] == "Ikä alussa"
    assert meta.variable_value_labels["tila"][2.0] == "Työkyvyttömyyseläke"
    assert meta.variable_value_labels["ohjelma"]["työhön kytkeytyvä"] == "Työhön kytkeytyvä kuntoutus"
    assert meta.variable_value_labels["koulutus"]["01"] == "Perusaste"
    assert meta.missing_ranges == {"esihenkilo_mukana": [{"lo": 9.0, "hi": 9.0}]}
    assert meta.file_label.startswith("SYNTEETTINEN")
    assert meta.notes == ["SYNTEETTINEN, SYNTHETIC: keksittyjä henkilöitä, invented persons"]
    assert meta.creation_time == datetime.datetime(2018, 12, 31)
    assert list(data["alku"]) == [day.item() for day in people["alku"]]
    # An empty date comes back as None or, from older versions, as NaN.
    deaths = [day if isinstance(day, datetime.date) else None for day in data["kuolin_pvm"]]
    assert deaths == [day.item() for day in people["kuolin_pvm"]]
    assert list(data["koulutus"]) == people["koulutus"].tolist()
    np.testing.assert_array_equal(data["paino"], people["paino"])


def test_parquet_is_typed_and_says_synthetic(folder: Path, people: dict[str, np.ndarray]) -> None:
    table = parquet.read_table(folder / "kuntoutus.parquet")
    assert table.column_names == list(COLUMNS)
    assert table.schema.metadata[b"synthetic"] == b"true"
    assert table.schema.metadata[b"aineisto"] == b"SYNTEETTINEN"
    assert str(table.schema.field("alku").type) == "date32[day]"
    assert table["seuranta"].to_pylist() == people["seuranta"].tolist()
    assert table["elake_pvm"].to_pylist() == [day.item() for day in people["elake_pvm"]]
    assert table["koulutus"].to_pylist() == [code or None for code in people["koulutus"]]
    assert table["ika"].null_count == np.isnan(people["ika"]).sum()


def test_codebook_describes_every_column_in_three_languages(folder: Path, people: dict[str, np.ndarray]) -> None:
    book = tomllib.loads((folder / "kuntoutus.toml").read_text(encoding="utf-8"))
    assert book["synthetic"] is True
    assert list(book["columns"]) == list(people)
    for name, column in book["columns"].items():
        assert set(column["label"]) == {"fi", "sv", "en"}
        assert all(set(texts) == {"fi", "sv", "en"} for texts in column.get("values", {}).values())
        if "values" in column:
            codes = {str(code) for code in people[name].tolist()} - {""}
            assert codes <= set(column["values"])
    assert book["columns"]["ohjelma"]["reference"] == "ASLAK"
    assert book["columns"]["esihenkilo_mukana"]["missing"] == [9]
    assert "\\" not in toml()


@pytest.mark.parametrize("formats", ["", "xls", "csv,dta"])
def test_unknown_formats_are_refused(tmp_path: Path, formats: str) -> None:
    with pytest.raises(TkkError) as caught:
        simulate_cohort(CohortSimulationOptions(formats=formats, output=str(tmp_path)))
    assert caught.value.code == "TKK141"
    assert not list(tmp_path.iterdir())


def test_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(TkkError) as caught:
        simulate_cohort(CohortSimulationOptions(persons=3, output=str(in_the_way)))
    assert caught.value.code == "TKK142"


def test_a_file_that_fails_leaves_the_old_one_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = CohortSimulationOptions(persons=3, output=str(tmp_path), formats="csv")
    simulate_cohort(options)
    before = (tmp_path / "kuntoutus.csv").read_bytes()

    def fail(_: object, path: Path) -> None:
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "FORMATS", {"csv": fail})
    with pytest.raises(TkkError) as caught:
        simulate_cohort(options)
    assert caught.value.code == "TKK142"
    assert (tmp_path / "kuntoutus.csv").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kuntoutus.csv", "kuntoutus.toml"]
