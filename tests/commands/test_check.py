"""The command: what it prints, what it writes, and its exit statuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from support.running import Run
from support.small_registers import write_small_registers

from tkk_cli.data.registers.layouts.registry import LAYOUTS, find_layout
from tkk_cli.errors import EXIT_CHECK_FAILED, EXIT_DATA, EXIT_OK, EXIT_USAGE


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    """Small registers about whose break nobody has chosen."""
    return write_small_registers(tmp_path)


def test_an_error_among_the_findings_is_status_1(toml: Path, tkk: Run) -> None:
    ran = tkk("check", toml, "--lang", "sv", "--memory", "500MB")
    assert ran.status == EXIT_CHECK_FAILED
    assert ran.out.startswith("Kontroll av registren: registers.toml\n")
    assert "TKK262" in ran.out
    assert ran.err == ""


def test_notes_and_warnings_are_status_0(tmp_path: Path, tkk: Run) -> None:
    toml = write_small_registers(tmp_path, '[breaks]\n2019 = "drop"\n')
    ran = tkk("check", toml, "--json", "-o", tmp_path / "tulos.json", "--rejects", tmp_path / "hylatyt.parquet")
    assert ran.status == EXIT_OK
    assert ran.out == ""
    assert ran.err.split() == ["wrote", f"{tmp_path}/hylatyt.parquet", "wrote", f"{tmp_path}/tulos.json"]
    assert json.loads((tmp_path / "tulos.json").read_text(encoding="utf-8"))["kind"] == "check"
    assert (tmp_path / "hylatyt.parquet").exists()


def test_csv_writes_the_findings_or_another_table(toml: Path, tkk: Run) -> None:
    findings = tkk("check", toml, "--format", "csv").out.splitlines()
    assert findings[0] == "code,check,trap,level,source,count,persons"
    assert findings[1] == "TKK262,employment_break,2,error,tyo,12,12"
    linkage = tkk("check", toml, "--format", "csv", "--table", "linkage").out.splitlines()
    assert linkage[0].startswith("source,reference,persons,matched,orphans")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], "TKK304"),
        (["{toml}", "--memory", "plenty"], "TKK279"),
        (["{toml}", "--reference", "perusteet"], "TKK304"),
        (["{toml}", "--rejects", "{toml}"], "TKK505"),
        (["{toml}", "--rejects", "hylatyt.xlsx"], "TKK162"),
        (["{toml}", "--engine", "oracle"], "TKK304"),
    ],
)
def test_what_is_typed_wrong_is_status_2(arguments: list[str], code: str, toml: Path, tkk: Run) -> None:
    ran = tkk("check", *(argument.replace("{toml}", str(toml)) for argument in arguments))
    assert ran.status == EXIT_USAGE
    assert ran.err.startswith(f"error[{code}]")
    assert ran.out == ""


def test_a_source_that_is_not_there_stops_the_check(toml: Path, tkk: Run) -> None:
    (toml.parent / "tyo.csv").unlink()
    ran = tkk("check", toml)
    assert ran.status in (EXIT_USAGE, EXIT_DATA)
    assert "tyo.csv" in ran.err


def test_every_planted_trap_is_found(tmp_path: Path, tkk: Run) -> None:
    folder = tmp_path / "rekisterit"
    assert tkk("simulate", "registers", "--persons", 300, "--traps", "all", "--output", folder).status == EXIT_OK
    planted = json.loads((folder / "traps.json").read_text(encoding="utf-8"))["traps"]
    assert {row["trap"] for row in planted} == set(range(1, 15))
    for toml in sorted({row["registers"] for row in planted if "dream" not in row["registers"]}):
        ran = tkk("check", folder / toml, "--format", "csv", "--quiet")
        assert ran.status == EXIT_CHECK_FAILED
        found = {int(row["trap"]) for row in csv.DictReader(ran.out.splitlines())}
        missed = {row["trap"] for row in planted if row["registers"] == toml} - found
        assert not missed, toml


def test_code_lists_and_an_example_are_printed(tkk: Run) -> None:
    assert tkk("check", "--codes", "kela_kuntoutus").out.startswith("code,state,extent,programme,title,source,verified")
    assert "[source.sairauspaivaraha]" in tkk("check", "--example").out
    wrong = tkk("check", "--codes", "kela")
    assert wrong.status == EXIT_USAGE
    assert "TKK241" in wrong.err


def test_layouts_lists_roles_names_and_settings(tkk: Run) -> None:
    ran = tkk("check", "--layouts")
    assert ran.status == EXIT_OK
    for name in LAYOUTS:
        assert f"{name}: {find_layout(name).title}\n" in ran.out
    long = ran.out.partition("\n\n")[0]
    assert "  key        hid_e, shnro," in long
    assert "(optional)" in long
    assert "  state = ...  The state of every row" in long
