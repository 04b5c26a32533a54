"""Options of everything that reads registers: where the SQL runs and how much it may take. Light: no heavy import."""

from __future__ import annotations

from dataclasses import dataclass

from tkk_cli.options import check_choices, option

__all__ = ["EngineOptions"]


@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """Where the SQL runs, within which limits, and where its work is kept."""

    engine: str = option(
        "duckdb",
        "Engine: duckdb on this machine, or spark (SPARK_REMOTE or --spark-options says where).",
        "Engine",
        choices=("duckdb", "spark"),
    )
    memory: str = option("4GB", "Memory that the engine may take.", "Engine")
    threads: int = option(0, "Processor threads; 0 = all of them.", "Engine")
    temp: str | None = option(None, "Folder for what does not fit in memory (by default in the work folder).", "Engine")
    work: str | None = option(
        None, "Folder of the stages, with rows of persons (by default NAME.work beside the TOML file).", "Engine"
    )
    fresh: bool = option(False, "Run every stage again, changed or not.", "Engine")
    spark_options: str | None = option(None, "TOML file of Spark: master and its options.", "Engine")

    def __post_init__(self) -> None:
        check_choices(self)
