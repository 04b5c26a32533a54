"""What ``tkk`` prints, where and in which language: the options that every command with a result shares."""

from __future__ import annotations

from dataclasses import dataclass

from tkk_cli.errors import TkkError
from tkk_cli.options import check_choices, option
from tkk_cli.report.language import LANGUAGES
from tkk_cli.tables import MAIN_TABLES

__all__ = ["FORMATS", "OutputOptions"]

FORMATS = ("text", "markdown", "csv", "json", "html")
_TABLES = ", ".join(table if table == kind else f"{table} of {kind}" for kind, table in MAIN_TABLES.items())


@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """How a result is written.

    Raises
    ------
    TkkError
        TKK304 for a value that is not a choice; TKK503 for options that contradict each other.
    """

    format: str = option("text", "Format of the result.", "Output", choices=FORMATS)
    json: bool = option(False, "The same as --format json.", "Output")
    table: str | None = option(
        None,
        f"The table that --format csv writes (by default {_TABLES}).",
        "Output",
    )
    output: str | None = option(None, "File to write the result to, instead of the terminal.", "Output", short="-o")
    lang: str = option("en", "Language of words and numbers.", "Output", choices=LANGUAGES)
    quiet: bool = option(False, "No messages beside the result.", "Output", short="-q")

    def __post_init__(self) -> None:
        check_choices(self)
        if self.json and self.format not in ("text", "json"):
            raise TkkError(
                "TKK503", f"--json and --format {self.format} contradict each other", hint="give one of them"
            )
        if self.table is not None and self.chosen_format != "csv":
            raise TkkError(
                "TKK503",
                "--table chooses the table of --format csv only",
                hint=f"add --format csv --table {self.table}",
            )

    @property
    def chosen_format(self) -> str:
        """The format, ``--json`` taken into account."""
        return "json" if self.json else self.format
