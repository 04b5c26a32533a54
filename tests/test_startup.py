"""Starting is cheap, every command explains itself, and the shells can complete."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from support.running import Run
from support.small_registers import write_small_registers

from tkk_cli.app import COMMANDS, app

HEAVY = ("numpy", "pandas", "scipy", "matplotlib", "duckdb", "pydantic", "rich", "pyarrow", "pyreadstat", "openpyxl")
CPU_LIMIT = 0.150

# Runs the command and writes what it loaded and cost on standard error.
PROBE = """
import sys, time
sys.argv = ["tkk"] + sys.argv[1:]
from tkk_cli.app import main
try:
    main()
finally:
    loaded = [name for name in %r if name in sys.modules]
    print(time.process_time(), *loaded, file=sys.stderr)
"""


def probe(*arguments: str) -> tuple[float, list[str], str]:
    ran = subprocess.run(
        [sys.executable, "-c", PROBE % (HEAVY,), *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    cpu, *loaded = ran.stderr.split()
    return float(cpu), loaded, ran.stdout


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_start_loads_nothing_heavy_and_is_quick(argument: str) -> None:
    runs = [probe(argument) for _ in range(5)]
    assert all(loaded == [] for _, loaded, _ in runs)
    assert min(cpu for cpu, _, _ in runs) < CPU_LIMIT


def test_help_names_every_command() -> None:
    _, _, text = probe("--help")
    for name in COMMANDS:
        assert f"\n  {name} " in text


def test_a_plain_csv_run_does_not_load_pandas_or_matplotlib(tmp_path: Path) -> None:
    file = tmp_path / "aineisto.csv"
    file.write_text("aika;tila\n1;1\n2;0\n3;1\n", encoding="utf-8")
    _, loaded, text = probe("survival", str(file), "--time", "aika", "--event", "tila==1")
    assert text
    assert not {"pandas", "matplotlib", "openpyxl"} & set(loaded)


def test_a_cohort_does_not_load_pandas_or_matplotlib(tmp_path: Path) -> None:
    write_small_registers(tmp_path, '[breaks]\n2019 = "keep"\n')
    plan = tmp_path / "cohort.toml"
    text = 'registers = "registers.toml"\n[index]\nevent = "spell_start"\nstates = ["sickness"]\n'
    plan.write_text(f'{text}[outcome.paluu]\nuse = "O1"\n', encoding="utf-8")
    _, loaded, _ = probe(
        "cohort", str(plan), "--quiet", "--grid", "month", "--grid-file", str(tmp_path / "ruudukko.csv")
    )
    assert (tmp_path / "ruudukko.csv").exists()
    assert "duckdb" in loaded
    assert not {"pandas", "matplotlib", "openpyxl"} & set(loaded)


def paths(name: str) -> list[list[str]]:
    """The command, or the subcommands of a group."""
    root: Any = typer.main.get_command(app)
    command = root.get_command(typer.Context(root, info_name="tkk"), name)
    return [[name, inner] for inner in getattr(command, "commands", ())] or [[name]]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_sections_and_examples(name: str, tkk: Run) -> None:
    for path in paths(name):
        ran = tkk(*path, "--help")
        assert ran.status == 0
        assert "\nOptions:\n" in ran.out
        # Shown line by line as written: one command a line.
        examples = re.split(r"\n  Examples:?\n", ran.out)[1].splitlines()
        assert examples[0].startswith(f"    tkk {' '.join(path)}")


def test_long_help_is_in_sections(tkk: Run) -> None:
    text = tkk("survival", "--help").out
    for section in ("Follow-up", "Groups and weights", "Estimates", "Tests", "File", "Figure", "Output"):
        assert f"\n{section}:\n" in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "pwsh"])
def test_completion_scripts(shell: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from tkk_cli.app import main; import sys; sys.argv = ['tkk']; main()"],
        env={**os.environ, "_TKK_COMPLETE": f"source_{shell}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "tkk" in ran.stdout
    assert "_TKK_COMPLETE" in ran.stdout
