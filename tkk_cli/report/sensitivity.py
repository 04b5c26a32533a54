"""The page of ``tkk outcomes sensitivity``: one table, a row a definition."""

from __future__ import annotations

from tkk_cli.report.document import Column, Document, Grid, Listing
from tkk_cli.report.notes import sentence
from tkk_cli.report.numbers import duration, number, percent
from tkk_cli.report.page import Page, Row
from tkk_cli.results import Result

__all__ = ["document", "window_words"]


def document(result: Result, language: str) -> Document:
    """The page for a sensitivity analysis."""
    page = _Page(result, language)
    synthetic = [sentence(note, result, language) for note in result.notes if note.key == "synthetic"]
    blocks: tuple[Grid | Listing, ...] = (
        page.definitions(),
        *page.notes(("synthetic",)),
        Listing(page.word("section_provenance"), tuple(page.source()), "provenance"),
    )
    title = page.word("title_sensitivity", cause=page.cause(page.causes[0]))
    return Document(language, title, (*synthetic, page.lead(), page.rule()), blocks)


def window_words(page: Page, row: Row) -> str:
    """A window with its unit: ``28 d``."""
    return page.word(f"window_{row['unit']}", days=number(row["window"], page.language))


class _Page(Page):
    def lead(self) -> str:
        return self.word("sensitivity_lead", horizon=duration(self.result.settings["at"], "day", self.language))

    def rule(self) -> str:
        settings = self.result.settings
        return self.word(
            "sensitivity_rule",
            code=settings["code"],
            gap=number(settings["gap"], self.language),
            dated=self.word(f"dated_{settings['dated']}"),
        )

    def definitions(self) -> Grid:
        rows = self.rows("sensitivity")
        columns = [
            Column(self.word("sensitivity_origin"), tuple(self.word(f"origin_{row['origin']}") for row in rows), False),
            Column(self.word("sensitivity_window"), tuple(window_words(self, row) for row in rows), False),
        ]
        if any(row["partial"] for row in rows):
            rules = tuple(self.word(f"partial_{row['partial']}") for row in rows)
            columns.append(Column(self.word("sensitivity_partial"), rules, False))
        if self.result.settings["group"] is not None:
            columns.append(Column(self.group_heading(), tuple(self.group(row["group"]) for row in rows), False))
        return self.grid(
            self.word("section_sensitivity"),
            *columns,
            self.column("n", (row["n"] for row in rows), number),
            self.column("sensitivity_events", (row["n_event"] for row in rows), number),
            self.column("incidence", (row["estimate"] for row in rows), percent),
            self.limits(rows),
        )
