"""What the README shows is run: every command, the Python example, and the shape of its two commands."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from support.running import Run
from support.source import ROOT

from tkk_cli import errors

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
SETUP = [text for language, text in BLOCKS if language == "sh" and text.startswith("python3 -m venv")]


def commands() -> list[str]:
    """Every ``tkk ...`` of a shell block that sets nothing up, and the main job without its setting up."""
    shell = "".join(text for language, text in BLOCKS if language == "sh" and text not in SETUP)
    shown = [line for line in shell.splitlines() if line.startswith("tkk ")]
    main_job = SETUP[0].replace("\\\n", " ").split(".venv/bin/", 2)[2]
    return [main_job.strip(), *shown]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all commands: a reader types them one after the other."""
    made = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "sample_data", made / "sample_data")
    return made


@pytest.fixture
def checkout(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_runs(command: str, tkk: Run, checkout: Path) -> None:
    name, *arguments = shlex.split(command)
    assert name == "tkk"
    ran = tkk(*arguments)
    assert ran.status == 0, ran.err
    for option in ("--output", "--figure"):
        if option in arguments:
            assert (checkout / arguments[arguments.index(option) + 1]).exists()
    assert ran.out or "--output" in arguments


def test_the_python_example_runs(checkout: Path) -> None:
    (example,) = (text for language, text in BLOCKS if language == "python")
    exec(compile(example, "README.md", "exec"), {})
    assert (checkout / "kuvio2.pdf").read_bytes().startswith(b"%PDF")


def test_two_commands_set_up_from_nothing() -> None:
    main_job, test_run = SETUP
    assert main_job.startswith("python3 -m venv .venv && .venv/bin/python -m pip install --quiet . && ")
    assert "--figure kuvio1.pdf" in main_job
    assert test_run.rstrip().endswith("&& .venv/bin/python -m pytest")
    assert test_run.count("\n") == 1
    assert "readme_command 1" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_exit_statuses_shown_are_those_of_the_code() -> None:
    shown = {int(number) for number in re.findall(r"^\| (\d+) \| .* \|$", README, flags=re.MULTILINE)}
    assert shown == {getattr(errors, name) for name in errors.__all__ if name.startswith("EXIT_")}


def test_the_map_names_the_folders() -> None:
    shown = set(re.findall(r"^\| `([a-z_]+)/` \|", README, flags=re.MULTILINE))
    assert shown == {"tkk_cli", "sample_data", "analyses", "tests", "benchmarks"}
    assert all((ROOT / folder).is_dir() for folder in shown)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / target).exists(), target
