"""The work folder: what a killed run has spilled goes, what a running one has stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tkk_cli.data.registers.opening import _temp_of_machine, open_workspace
from tkk_cli.data.registers.options import EngineOptions


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
