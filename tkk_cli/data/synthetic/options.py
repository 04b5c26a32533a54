"""What a simulation can be told, stated once. Light: no heavy import."""

from __future__ import annotations

from dataclasses import dataclass

from tkk_cli.options import check_choices, option

__all__ = ["CohortSimulationOptions"]


@dataclass(frozen=True, kw_only=True)
class CohortSimulationOptions:
    """What ``tkk simulate cohort`` can be told."""

    persons: int = option(1200, "How many persons.", "Simulation")
    seed: int = option(1, "Seed: the same seed gives the same files.", "Simulation")
    formats: str = option("csv,sav,parquet", "File formats, separated by commas.", "Output")
    output: str = option("sample_data", "Folder to write to; it is made where it is missing.", "Output", short="-o")

    def __post_init__(self) -> None:
        check_choices(self)
