"""``tkk cohort`` on the command line: what is written, what is said, and what a break leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.running import Run
from support.small_registers import write_small_registers

from tkk_cli.errors import EXIT_USAGE

PLAN = """registers = "registers.toml"
[look_back]
days = 30
[follow_up]
days = 1000
last = 2020-12-31
[outcome.paluu]
use = "O1"
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    write_small_registers(tmp_path, '[breaks]\n2019 = "keep"\n')
    path = tmp_path / "cohort.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_the_default_writes_a_file_with_its_codebook(plan: Path, tkk: Run) -> None:
    ran = tkk("cohort", plan)
    assert ran.status == 0
    assert {path.name for path in plan.parent.glob("cohort*")} == {
        *("cohort.toml", "cohort.work", "cohort_data.parquet", "cohort_data.toml")
    }
    assert ran.out.startswith("Cohort: cohort.toml")
    assert f"wrote {plan.with_name('cohort_data.parquet')}" in ran.err
    assert "TKK" not in ran.err


def test_everything_that_can_be_written(plan: Path, tkk: Run) -> None:
    folder = plan.parent
    names = ["k.csv", "k.sav", "k.dta"]
    ran = tkk(
        *("cohort", plan, "--save", ",".join(str(folder / name) for name in names), "--grid", "week"),
        *("--grid-file", folder / "viikot.csv", "--rejects", folder / "hylatyt.parquet", "--lang", "fi"),
        *("--figure", folder / "kaavio.png", "--work", folder / "tyo", "--json", "-o", folder / "k.json", "--quiet"),
    )
    assert ran.status == 0
    assert ran.out == ran.err == ""
    made = {path.name for path in folder.iterdir()}
    assert {*names, "k.toml", "viikot.csv", "hylatyt.parquet", "kaavio.png", "tyo", "k.json"} <= made
    assert "cohort.work" not in made
    assert not [name for name in made if name.startswith(".")]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--figure", "k.txt"], "TKK512"),
        (["--columns", "1"], "TKK517"),
        (["--save", "puuttuva/k.csv"], "TKK504"),
        (["--save", "cohort.parquet"], "TKK505"),  # its codebook would be cohort.toml
        (["--save", "k.csv", "-o", "k.toml"], "TKK505"),
        (["--engine", "spork"], "TKK304"),
        (["--threads", "-1"], "TKK279"),
    ],
)
def test_names_are_refused_before_the_work(
    plan: Path, tkk: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: str
) -> None:
    monkeypatch.chdir(plan.parent)
    ran = tkk("cohort", "cohort.toml", *arguments)
    assert ran.status == 2
    assert f"error[{code}]" in ran.err
    assert not list(plan.parent.glob("*.parquet"))


def test_a_plan_that_is_not_there(tmp_path: Path, tkk: Run) -> None:
    ran = tkk("cohort", tmp_path / "ei.toml")
    assert ran.status in (2, 3)
    assert ran.err.startswith("error[TKK")


@pytest.mark.parametrize(("language", "words"), [("fi", "Kohortti: "), ("sv", "Kohort: "), ("en", "Cohort: ")])
def test_the_page_in_three_languages(plan: Path, tkk: Run, language: str, words: str) -> None:
    for format in ("text", "markdown", "html"):
        ran = tkk("cohort", plan, "--lang", language, "--format", format)
        assert ran.status == 0
        assert words in ran.out
    assert tkk("cohort", plan, "--format", "csv").out.startswith("step,group,n,excluded\n")
    assert tkk("cohort", plan, "--format", "csv", "--table", "columns").out.startswith("column,kind,unit,outcome")


@pytest.mark.parametrize("delay", [0.6, 1.2])
def test_an_interrupt_leaves_nothing_half_written(plan: Path, delay: float) -> None:
    """Ctrl-C at some moment of the work; the next run goes on from the stages that were done."""
    rows = plan.with_name("tyo.csv")
    head, *lines = rows.read_text(encoding="utf-8").splitlines()
    many = [line.replace(";H", f";{n}H") for n in range(9_000) for line in lines]
    rows.write_text("\n".join([head, *lines, *many]) + "\n", encoding="utf-8")
    run = [sys.executable, "-c", "from tkk_cli.app import main; main()", "cohort", str(plan)]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode in (0, 130, -signal.SIGINT), errors
    assert "Traceback" not in errors
    left = [path.name for path in plan.parent.rglob("*") if path.name.endswith((".part", ".tmp"))]
    assert not left
    assert not list(plan.parent.glob("cohort_data.*")) or process.returncode == 0
    again = subprocess.run(run, capture_output=True, text=True, check=False, timeout=120, env=os.environ)
    assert again.returncode == 0, again.stderr
    assert plan.with_name("cohort_data.parquet").exists()


def test_an_example_is_printed_and_the_plan_is_asked_for(tkk: Run) -> None:
    assert '[outcome.pysyva]\nuse = "O2"' in tkk("cohort", "--example").out
    without = tkk("cohort")
    assert without.status == EXIT_USAGE
    assert "tkk cohort --example" in without.err
