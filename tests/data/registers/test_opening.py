"""The work folder: what a killed run has spilled goes, what a running one has stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.small_registers import write_small_registers

import tkk_cli as tkk
from tkk_cli.data.registers.opening import _temp_of_machine, open_workspace
from tkk_cli.data.registers.options import EngineOptions
from tkk_cli.errors import TkkError


def test_what_a_killed_run_has_spilled_is_removed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    left, running, other = (
        tmp_path / f"{_temp_of_machine()}{ended.pid}",
        tmp_path / f"{_temp_of_machine()}{os.getppid()}",
        tmp_path / f"tkk-temp-elsewhere-{ended.pid}",
    )
    for folder in (left, running, other):
        folder.mkdir()
        (folder / "duckdb_temp_storage.tmp").write_bytes(b"rows")
    open_workspace(EngineOptions(temp=str(tmp_path), work=str(tmp_path / "work")), tmp_path / "r.toml").engine.close()
    assert os.name == "nt" or not left.exists()
    assert running.exists()
    assert other.exists()


@pytest.mark.parametrize("work", ["toml", "data"])
def test_a_work_folder_with_what_is_read_is_refused(tmp_path: Path, work: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "toml").mkdir()
    write_small_registers(tmp_path / "data", '[breaks]\n2019 = "keep"\n')
    plan = tmp_path / "toml" / "cohort.toml"
    plan.write_text('registers = "../data/registers.toml"\n', encoding="utf-8")
    with pytest.raises(TkkError) as refused:
        tkk.cohort(plan, work=str(tmp_path / work))
    assert (refused.value.code, refused.value.where) == ("TKK304", "--work")
    assert str(tmp_path / work / "work") in str(refused.value.hint)
    assert not list(tmp_path.rglob("*.parquet"))
    tkk.check(tmp_path / "data" / "registers.toml", work=str(tmp_path / "data" / "work"))
    with pytest.raises(TkkError, match="files that are read"):
        tkk.check(tmp_path / "data" / "registers.toml", work=str(tmp_path))
