"""The files of ``sample_data`` are those that the command in its README makes, and the README tells the truth."""

from pathlib import Path

import pyarrow
import pyarrow.parquet as parquet
import pyreadstat
import pytest

import tkk_cli as tkk
from tkk_cli.data.synthetic.codebook import COLUMNS
from tkk_cli.data.synthetic.files import simulate_cohort
from tkk_cli.data.synthetic.options import CohortSimulationOptions
from tkk_cli.data.synthetic.truth import PROGRAMMES, true_incidence

SAMPLE = Path(__file__).parents[2] / "sample_data"
SAV_MADE_WITH = "1.3.7"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    simulate_cohort(CohortSimulationOptions(output=str(folder)))
    return folder


@pytest.mark.parametrize("suffix", ["csv", "toml"])
def test_files_are_made_again_byte_by_byte(made: Path, suffix: str) -> None:
    assert (made / f"kuntoutus.{suffix}").read_bytes() == (SAMPLE / f"kuntoutus.{suffix}").read_bytes()


def test_sav_is_made_again(made: Path) -> None:
    ours, stored = made / "kuntoutus.sav", SAMPLE / "kuntoutus.sav"
    (our_data, our_meta), (data, meta) = (pyreadstat.read_sav(path, user_missing=True) for path in (ours, stored))
    assert our_data.equals(data)
    for fact in ("column_names_to_labels", "variable_value_labels", "missing_ranges", "file_label", "notes"):
        assert getattr(our_meta, fact) == getattr(meta, fact)
    # Versions of pyreadstat pad labels differently, so bytes can only be equal within one version.
    if pyreadstat.__version__ == SAV_MADE_WITH:
        assert ours.read_bytes() == stored.read_bytes()


def test_parquet_is_made_again(made: Path) -> None:
    ours, stored = made / "kuntoutus.parquet", SAMPLE / "kuntoutus.parquet"
    assert parquet.read_table(ours).equals(parquet.read_table(stored), check_metadata=True)
    # pyarrow writes its version into the file, so bytes can only be equal within one version.
    if f"version {pyarrow.__version__}" in parquet.ParquetFile(stored).metadata.created_by:
        assert ours.read_bytes() == stored.read_bytes()


def test_readme_shows_the_planted_incidences() -> None:
    lines = (SAMPLE / "README.md").read_text(encoding="utf-8").splitlines()
    for programme in PROGRAMMES:
        for day in (90, 180, 365, 730):
            cells = [programme, str(day), *(f"{100 * value:.2f}" for value in true_incidence(programme, [day])[:, 0])]
            assert f"| {' | '.join(cells)} |" in lines


def test_readme_names_every_column() -> None:
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in text] == []


EVENTS = {"tyohonpaluu": 1, "tyokyvyttomyyselake": 2, "vanhuuselake": 3, "kuolema": 4}
DATES = dict(zip(EVENTS, ("paluu_pvm", "elake_pvm", "vanhuuselake_pvm", "kuolin_pvm"), strict=True))


@pytest.mark.parametrize("suffix", ["csv", "sav", "parquet"])
def test_every_format_and_both_ways_to_give_time_have_one_answer(suffix: str) -> None:
    reference = tkk.survival(SAMPLE / "kuntoutus.csv", time="seuranta", event="tila", events=EVENTS, group="ohjelma")
    path = SAMPLE / f"kuntoutus.{suffix}"
    by_duration = tkk.survival(path, time="seuranta", event="tila", events=EVENTS, group="ohjelma")
    by_date = tkk.survival(path, start="alku", end="loppu", event_date=DATES, group="ohjelma")
    assert len(reference["curves"]) > 1000
    for result in (by_duration, by_date):
        assert result.tables == reference.tables
        assert result.label("groups", "työhön kytkeytyvä", "fi") == "Työhön kytkeytyvä kuntoutus"
        assert "synthetic" in {note.key for note in result.notes}
