"""Synthetic registers as a folder: the same bytes, the formats, what is refused, and nothing half-written."""

import json
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pyreadstat
import pytest
from support.running import Run

from tkk_cli.data.synthetic.options import RegisterSimulationOptions
from tkk_cli.data.synthetic.registers import simulate, texts
from tkk_cli.data.synthetic.registers.request import settled
from tkk_cli.data.synthetic.registers.simulate import simulate_registers
from tkk_cli.errors import TkkError


def made(folder: Path, **options: Any) -> Path:
    simulate_registers(RegisterSimulationOptions(**{"persons": 60, "output": str(folder), **options}))
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = made(tmp_path / "one", formats="csv,sav,dta"), made(tmp_path / "two", formats="csv,sav,dta")
    other = made(tmp_path / "other", seed=2, formats="csv,sav,dta")
    assert content(one) == content(two)
    differing = {name for name, data in content(one).items() if content(other)[name] != data}
    assert {"kela/kuntoutus.csv", "truth/spells.csv", "dream/dream.csv", "folk/folk_perus_2015_1.csv"} <= differing


def test_blocks_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = content(made(tmp_path / "whole", traps="1,6,14"))
    monkeypatch.setattr(simulate, "BLOCK", 17)
    assert content(made(tmp_path / "blocks", traps="1,6,14")) == whole


def test_fewer_persons_are_the_first_of_more(tmp_path: Path) -> None:
    few, more = made(tmp_path / "few", persons=20), made(tmp_path / "more")
    for name in ("truth/spells.csv", "kela/sairauspaivaraha.csv", "folk/folk_tyosuhde_2014_1.csv"):
        assert content(more)[name].startswith(content(few)[name])


def test_files_are_in_the_dialect_of_their_register(tmp_path: Path) -> None:
    files = content(made(tmp_path / "made"))
    assert files["etk/elake.csv"].splitlines()[0] == b"id;elakelaji;dryhma1;apvm;ppvm"
    assert b";31/12/9999\n" in files["etk/elake.csv"]
    head, first, *_ = files["kela/kuntoutusraha.csv"].decode().splitlines()
    assert head == "hid_e;alkupvm;loppupvm;paivaraha"
    assert first.rsplit(";", 1)[1].replace(",", "").isdigit()
    assert "," in first
    assert "Päijänteen valmennus".encode("cp1252") in files["kela/kuntoutus.csv"]
    assert "osasairauspäiväraha".encode() in files["kela/sairauspaivaraha.csv"]
    assert files["folk/folk_tyottomat_20122018_1.csv"].startswith(b"hid_e,alkupvm,loppupvm,psyy,tjtyol\nH0000")
    weeks = files["dream/dream.csv"].split(b"\n")[0].split(b",")
    assert (weeks[0], weeks[1], b"y_1553" in weeks, b"y_1453" in weeks) == (b"PNR", b"y_1201", True, False)
    assert weeks[-1] == b"branche_2018_12"


def test_parquet_holds_the_same_rows(tmp_path: Path) -> None:
    csv, columns = made(tmp_path / "csv"), made(tmp_path / "parquet", formats="parquet")
    lines = (csv / "kela/sairauspaivaraha.csv").read_text(encoding="utf-8").splitlines()
    table = parquet.read_table(columns / "kela/sairauspaivaraha.parquet")
    assert table.num_rows == len(lines) - 1
    assert [str(kind) for kind in table.schema.types[2:4]] == ["date32[day]", "date32[day]"]
    assert table.schema.metadata[b"synthetic"] == b"true"
    key, _, start, end, _ = lines[1].split(";")
    row = table.slice(0, 1).to_pylist()[0]
    assert (row["hid_e"], f"{row['alkupvm']:%-d.%-m.%Y}", f"{row['loppupvm']:%-d.%-m.%Y}") == (key, start, end)
    assert 'path = "kela/sairauspaivaraha.parquet"' in (columns / "registers.toml").read_text(encoding="utf-8")


def test_one_file_for_spss_and_one_for_stata(tmp_path: Path) -> None:
    folder = made(tmp_path / "made", formats="csv,sav,dta", persons=200)
    placed, meta = pyreadstat.read_sav(folder / "folk/folk_sijoitetut_20122018_1.sav")
    assert set(placed["tpide"]) <= {"5T", "5V", "6T", "6V"}
    assert meta.file_label == "SYNTEETTINEN"
    training, _ = pyreadstat.read_dta(folder / "folk/folk_tyovoimakoulutus_20122018_1.dta")
    assert list(training.columns) == ["hid_e", "alkupvm", "loppupvm", "tyamm"]
    assert not (folder / "folk/folk_sijoitetut_20122018_1.csv").exists()
    # no clock: a fixed time of writing stands in both headers
    for name in ("folk_sijoitetut_20122018_1.sav", "folk_tyovoimakoulutus_20122018_1.dta"):
        assert b"31 Dec 1800" in (folder / "folk" / name).read_bytes()[:600]


def test_registers_and_years_are_those_asked_for(tmp_path: Path) -> None:
    folder = made(tmp_path / "made", registers="kela,etk", first_year=2015, last_year=2016)
    names = set(content(folder))
    assert not any(name.startswith(("folk/", "dream/")) for name in names)
    assert {"registers.toml", "etk/vuansiot.csv", "kela/kuntoutus.csv"} <= names
    assert "cohort.toml" not in names
    years = {line.split(";")[1] for line in content(folder)["etk/vuansiot.csv"].decode().splitlines()[1:]}
    assert years == {"2015", "2016"}
    assert "years = [2015, 2016]" in (folder / "registers.toml").read_text(encoding="utf-8")


def test_breaks_have_a_choice_unless_they_are_planted(tmp_path: Path) -> None:
    plain = made(tmp_path / "plain", persons=5, first_year=2017, last_year=2023)
    text = (plain / "registers.toml").read_text(encoding="utf-8")
    assert '2019 = "keep"' in text
    assert '2023 = "drop"' in text
    planted = made(tmp_path / "planted", persons=5, traps="payment_periods,3", first_year=2017)
    assert "[breaks]" not in (planted / "registers.toml").read_text(encoding="utf-8")


def test_everything_says_that_it_is_synthetic(tmp_path: Path) -> None:
    files = content(made(tmp_path / "made", persons=5))
    for word in ("SYNTEETTINEN", "SYNTETISK", "SYNTHETIC"):
        assert word.encode() in files["README.md"]
    assert b"synthetic = true" in files["registers.toml"]
    assert b"synthetic = true" in files["registers_dream.toml"]
    assert json.loads(files["traps.json"])["synthetic"] is True


def test_a_folder_of_our_own_is_replaced_and_any_other_is_refused(tmp_path: Path) -> None:
    folder = made(tmp_path / "made", persons=5, traps="4")
    (folder / "cohort.work").mkdir()
    (folder / "cohort.work" / "episode.parquet").write_bytes(b"stage")
    made(folder, persons=6)
    assert not (folder / "registers_trap4.toml").exists()
    assert b"\nH00000005," in content(folder)["truth/spells.csv"]

    (folder / "oma.csv").write_text("oma", encoding="utf-8")
    before = content(folder)
    with pytest.raises(TkkError) as refused:
        made(folder, persons=7)
    assert (refused.value.code, refused.value.count, refused.value.exit_status) == ("TKK282", 1, 2)
    assert content(folder) == before

    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "README.md").write_text(texts.MARK, encoding="utf-8")
    for place in (strange, strange / "README.md"):
        with pytest.raises(TkkError) as refused:
            made(place)
        assert refused.value.code == "TKK282"
    assert [path.name for path in strange.iterdir()] == ["README.md"]


def test_nothing_is_left_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(made(tmp_path / "made", persons=5))
    replace = os.replace

    def full(source: Path, target: Path) -> None:
        if Path(source).name == "new":
            raise OSError("no space")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    for name in ("made", "other"):
        with pytest.raises(TkkError) as refused:
            made(tmp_path / name, persons=6)
        assert refused.value.code == "TKK142"
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    assert content(tmp_path / "made") == before


def test_an_interrupted_run_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulate, "BLOCK", 20)
    seen: list[str] = []

    def begin(block: str) -> None:
        seen.append(block)
        if len(seen) == 2:
            raise KeyboardInterrupt

    options = RegisterSimulationOptions(persons=60, output=str(tmp_path / "made"))
    with pytest.raises(KeyboardInterrupt):
        simulate_registers(options, begin=begin)
    assert list(tmp_path.iterdir()) == []
    assert (seen, simulate.blocks(60), simulate.blocks(61)) == (["persons 0 to 20", "persons 20 to 40"], 3, 4)


@pytest.mark.parametrize(
    "options",
    [
        {"persons": 0},
        {"seed": -1},
        {"registers": "folk,kanta"},
        {"registers": ""},
        {"formats": "csv,parquet"},
        {"formats": "sav"},
        {"formats": "xlsx"},
        {"traps": "15"},
        {"traps": "all,none"},
        {"traps": "4", "registers": "kela"},
        {"bad_rows": True, "formats": "parquet"},
        {"first_year": 2018, "last_year": 2012},
        {"last_year": 2100},
        {"traps": "pension_kinds", "last_year": 2020},
    ],
)
def test_what_cannot_be_made_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(TkkError) as refused:
        settled(RegisterSimulationOptions(**options))
    assert (refused.value.code, refused.value.exit_status) == ("TKK281", 2)


def test_years_make_room_for_the_traps() -> None:
    assert settled(RegisterSimulationOptions()).years == (2012, 2018)
    assert settled(RegisterSimulationOptions(traps="all")).years == (1993, 2023)
    assert settled(RegisterSimulationOptions(traps="lags, 9")).years == (2003, 2018)
    assert settled(RegisterSimulationOptions(first_year=2020)).years == (2020, 2020)
    assert settled(RegisterSimulationOptions(last_year=2010)).years == (2010, 2010)
    assert settled(RegisterSimulationOptions(traps="14,open_ended")).traps == (14,)


def test_the_command_names_the_files(tkk: Run, tmp_path: Path) -> None:
    ran = tkk("simulate", "registers", "--persons", "5", "--registers", "kela", "--output", tmp_path / "made")
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert lines[0] == str(tmp_path / "made" / "README.md")
    folders = [line.removesuffix(" files").rsplit(": ", 1) for line in lines if line.endswith(" files")]
    assert {Path(folder).name for folder, _ in folders} == {"kela", "truth"}
    single = len(lines) - len(folders)
    assert single + sum(int(n) for _, n in folders) == len(content(tmp_path / "made"))
