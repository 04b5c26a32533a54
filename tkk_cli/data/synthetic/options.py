"""What a simulation can be told, stated once. Light: no heavy import."""

from __future__ import annotations

from dataclasses import dataclass

from tkk_cli.options import check_choices, option

__all__ = ["CohortSimulationOptions", "RegisterSimulationOptions"]


@dataclass(frozen=True, kw_only=True)
class CohortSimulationOptions:
    """What ``tkk simulate cohort`` can be told."""

    persons: int = option(1200, "How many persons.", "Simulation")
    seed: int = option(1, "Seed: the same seed gives the same files.", "Simulation")
    formats: str = option("csv,sav,parquet", "File formats, separated by commas.", "Output")
    output: str = option("sample_data", "Folder to write to; it is made where it is missing.", "Output", short="-o")

    def __post_init__(self) -> None:
        check_choices(self)


@dataclass(frozen=True, kw_only=True)
class RegisterSimulationOptions:
    """What ``tkk simulate registers`` can be told."""

    persons: int = option(1000, "How many persons.", "Simulation")
    seed: int = option(1, "Seed: the same seed gives the same files.", "Simulation")
    first_year: int = option(0, "First year; 0 = 2012, or earlier where a trap needs it.", "Simulation")
    last_year: int = option(0, "Last year; 0 = 2018, or later where a trap needs it.", "Simulation")
    registers: str = option("folk,etk,kela,dream", "Which registers, separated by commas.", "Simulation")
    traps: str = option("none", "Traps to plant: all, none, or numbers (1 to 14) or names.", "Traps")
    bad_rows: bool = option(False, "Add rows that must be set aside, and say where they stand.", "Traps")
    formats: str = option("csv", "csv or parquet; with sav or dta too, one small file is written so.", "Output")
    output: str = option("rekisterit", "Folder to write to; it is made where it is missing.", "Output", short="-o")

    def __post_init__(self) -> None:
        check_choices(self)
