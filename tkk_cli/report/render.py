"""A result in a format: the one door to text, Markdown, CSV, JSON and HTML."""

from __future__ import annotations

from collections.abc import Callable

from tkk_cli.errors import TkkError
from tkk_cli.report import check, cohort, machine, markdown, plain, regress, sensitivity, survival, verify, web
from tkk_cli.report.document import Document
from tkk_cli.report.language import LANGUAGES
from tkk_cli.report.options import FORMATS
from tkk_cli.results import Result
from tkk_cli.tables import MAIN_TABLES

__all__ = ["DOCUMENTS", "FORMATS", "render"]

# kind of result -> the builder of its page
DOCUMENTS: dict[str, Callable[[Result, str], Document]] = {
    "survival": survival.document,
    "regress": regress.document,
    "verify": verify.document,
    "sensitivity": sensitivity.document,
    "check": check.document,
    "cohort": cohort.document,
}


def render(
    result: Result,
    format: str = "text",
    language: str = "en",
    *,
    width: int | None = None,
    color: bool = False,
    table: str | None = None,
) -> str:
    """A result as text, Markdown, CSV, JSON or HTML; the text ends with a line break.

    Parameters
    ----------
    result : Result
    format : {"text", "markdown", "csv", "json", "html"}
    language : {"fi", "sv", "en"}
        Words, units and numbers; CSV and JSON are the same in every language.
    width : int, optional
        Characters in a line of text.
    color : bool
        Bold and colour in text.
    table : str, optional
        The table that CSV writes; by default the curves, or the coefficients of a regression.

    Raises
    ------
    TkkError
        TKK501 for another format or language; TKK502 for a table that the result does not have.
    """
    for what, value, known in (("format", format, FORMATS), ("language", language, LANGUAGES)):
        if value not in known:
            raise TkkError("TKK501", f"{value!r} is not a {what} of tkk", hint=f"choose one of {', '.join(known)}")
    if format == "csv":
        name = table or MAIN_TABLES[result.kind]
        if name not in result.tables:
            raise TkkError(
                "TKK502", f"this result has no table {name!r}", hint=f"its tables are {', '.join(result.tables)}"
            )
        return machine.csv_text(result, name)
    if format == "json":
        return machine.json_text(result)
    document = DOCUMENTS[result.kind](result, language)
    if format == "text":
        return plain.render(document, width, color)
    return markdown.render(document) if format == "markdown" else web.render(document)
