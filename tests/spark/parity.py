"""DuckDB and Spark give identical tables, stage by stage: ``nox -s spark`` runs it (it needs PySpark and Java)."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tkk_cli as tkk
from tkk_cli.outcomes.registry import OUTCOMES
from tkk_cli.results import Result

UNITS = ("day", "week", "month")


def plan(folder: Path) -> Path:
    """The plan of the simulated registers with every outcome that a cohort file can hold."""
    text = (folder / "cohort.toml").read_text(encoding="utf-8").split("[outcome.", 1)[0]
    names = [outcome.code for outcome in OUTCOMES.values() if outcome.computed == "cohort"]
    blocks = [f'[outcome.{code.lower()}]\nuse = "{code}"\n' for code in names]
    path = folder / "all.toml"
    path.write_text(text + "\n".join(blocks), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, dict[str, Result]]]:
    """The same run on both engines: its folder of stages and its results by unit of the grid."""
    from tkk_cli.data.synthetic.options import RegisterSimulationOptions
    from tkk_cli.data.synthetic.registers.simulate import simulate_registers

    folder = tmp_path_factory.mktemp("parity") / "registers"
    simulate_registers(RegisterSimulationOptions(persons=120, seed=4, output=str(folder)))
    cohort = plan(folder)
    made = {}
    for engine in ("duckdb", "spark"):
        work = folder.parent / engine
        made[engine] = (
            work,
            {
                unit: tkk.cohort(
                    cohort,
                    engine=engine,
                    work=str(work),
                    grid=unit,
                    save=str(folder.parent / f"{engine}.parquet"),
                    grid_file=str(folder.parent / f"{engine}_{unit}.parquet"),
                    threads=2,
                )
                for unit in UNITS
            },
        )
    return made


def sorted_rows(path: Path) -> pa.Table:
    table = pq.read_table(path)
    return table.sort_by([(name, "ascending") for name in table.column_names])


def test_every_stage_is_identical(results: dict[str, tuple[Path, dict[str, Result]]]) -> None:
    (duckdb, _), (spark, _) = results["duckdb"], results["spark"]
    stages = sorted(path.name for path in duckdb.glob("*.parquet"))
    assert stages == sorted(path.name for path in spark.glob("*.parquet"))
    assert {"episode.parquet", "cohort.parquet", *(f"grid_{unit}.parquet" for unit in UNITS)} <= set(stages)
    different = []
    for name in stages:
        one, other = sorted_rows(duckdb / name), sorted_rows(spark / name)
        if one.schema.names != other.schema.names or not one.equals(other.cast(one.schema)):
            different.append(name)
    assert not different


@pytest.mark.parametrize("unit", UNITS)
def test_the_results_are_identical(results: dict[str, tuple[Path, dict[str, Result]]], unit: str) -> None:
    one, other = results["duckdb"][1][unit], results["spark"][1][unit]
    for name, table in one.tables.items():
        assert table == other[name], name


def test_every_outcome_has_a_stage(results: dict[str, tuple[Path, dict[str, Result]]]) -> None:
    names = {path.stem for path in results["spark"][0].glob("outcome_*.parquet")}
    assert names == {f"outcome_{o.code.lower()}" for o in OUTCOMES.values() if o.computed == "cohort"}
    assert all(pq.read_table(results["spark"][0] / f"{name}.parquet").num_rows for name in names)
