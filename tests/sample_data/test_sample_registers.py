"""``sample_data/registers`` is what the command in the README makes, and its two TOML files run as they are."""

import json
import shutil
from pathlib import Path

import pytest

import tkk_cli as tkk
from tkk_cli.data.registers.entry.reading import check_states, read_plan
from tkk_cli.data.registers.states import read_states
from tkk_cli.data.synthetic.options import RegisterSimulationOptions
from tkk_cli.data.synthetic.registers.simulate import simulate_registers
from tkk_cli.outcomes.registry import settled

SAMPLE = Path(__file__).parents[2] / "sample_data"
REGISTERS = SAMPLE / "registers"


def files(folder: Path) -> dict[str, bytes]:
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return {name.as_posix(): (folder / name).read_bytes() for name in names if not name.parts[0].endswith(".work")}


def test_files_are_made_again_byte_by_byte(tmp_path: Path) -> None:
    simulate_registers(RegisterSimulationOptions(persons=200, first_year=2014, output=str(tmp_path / "registers")))
    made = files(tmp_path / "registers")
    assert made == {name: files(REGISTERS)[name] for name in made}
    assert json.loads(made["traps.json"])["files"] == sorted(made)
    assert sum(map(len, made.values())) < 600_000


def test_the_readme_names_the_command() -> None:
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert "tkk simulate registers --persons 200 --first-year 2014 --output sample_data/registers" in text


def test_the_plan_names_states_and_outcomes_that_there_are() -> None:
    plan, states = read_plan(REGISTERS / "cohort.toml"), read_states()
    check_states(plan, states)
    assert [settled(request, REGISTERS, states)[0].code for request in plan.outcomes] == ["O1", "O2", "O6", "O8", "O14"]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tkk.Result:
    folder = tmp_path_factory.mktemp("sample") / "registers"
    shutil.copytree(REGISTERS, folder, ignore=shutil.ignore_patterns("*.work"))
    return tkk.cohort(folder / "cohort.toml")


def test_the_cohort_is_built_and_says_that_it_is_synthetic(result: tkk.Result) -> None:
    assert "synthetic" in {note.key for note in result.notes}
    flow = result["flow"]
    assert flow["n"][0] == 200
    assert 20 < flow["n"][-1] < 200
