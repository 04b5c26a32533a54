"""``tkk simulate``: the flags reach the cohort, and the help says what it writes."""

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as parquet

from tkk_cli.data.synthetic.cohort import cohort


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from tkk_cli.app import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, encoding="utf-8")


def test_flags_away_from_their_defaults(tmp_path: Path) -> None:
    done = run(
        "simulate", "cohort", "--persons", "40", "--seed", "9", "--formats", "parquet", "-o", "out", folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(Path("out", name)) for name in ("kuntoutus.toml", "kuntoutus.parquet")]
    table = parquet.read_table(tmp_path / "out" / "kuntoutus.parquet")
    assert table["seuranta"].to_pylist() == cohort(40, 9)["seuranta"].tolist()


def test_impossible_size_is_a_usage_error(tmp_path: Path) -> None:
    done = run("simulate", "cohort", "--persons", "0", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error[TKK141]")
    assert not list(tmp_path.iterdir())


def test_help_lists_the_cohort_and_has_examples(tmp_path: Path) -> None:
    group = run("simulate", "--help", folder=tmp_path)
    command = run("simulate", "cohort", "--help", folder=tmp_path)
    assert group.returncode == command.returncode == 0
    assert "cohort" in group.stdout
    for text in ("Simulation:", "Output:", "--persons", "--seed", "--formats", "Examples", "1200"):
        assert text in command.stdout


def test_registers_are_listed_by_folder(tmp_path: Path) -> None:
    done = run("simulate", "registers", "--persons", "5", "--registers", "etk,dream", "-o", "out", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert str(Path("out", "registers.toml")) in lines
    for inner in ("dream", "etk"):
        count = sum(path.is_file() for path in (tmp_path / "out" / inner).iterdir())
        assert f"{Path('out', inner)}: {count} files" in lines
    assert len(lines) < 10
