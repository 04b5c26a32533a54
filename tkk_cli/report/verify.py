"""The page of ``tkk verify``: on how many digits each way agrees."""

from __future__ import annotations

from tkk_cli.report.document import Column, Document, Grid, Listing
from tkk_cli.report.language import has_text
from tkk_cli.report.notes import sentence
from tkk_cli.report.numbers import number
from tkk_cli.report.page import Page, Row
from tkk_cli.results import Result

__all__ = ["document"]


def document(result: Result, language: str) -> Document:
    """The page for a verification."""
    page = _Page(result, language)
    notes = tuple(sentence(note, result, language) for note in result.notes)
    blocks: tuple[Grid | Listing, ...] = (*page.agreement(), Listing(page.word("section_notes"), notes))
    return Document(language, page.word("title_verify"), (page.lead(),), blocks)


class _Page(Page):
    def lead(self) -> str:
        source = self.result.provenance["input"]
        return self.word(
            "verify_lead",
            command=self.result.settings["verified"],
            name=source["name"],
            digest=source["sha256"][:12],
        )

    def agreement(self) -> list[Grid]:
        rows = self.rows("agreement")
        made = [self.numbers([row for row in rows if not row["reason"]])]
        missing = [row for row in rows if row["reason"]]
        if missing:
            made.append(self.missing(missing))
        return made

    def numbers(self, rows: list[Row]) -> Grid:
        return self.grid(
            self.word("section_agreement"),
            Column(self.word("way"), tuple(self.way(row) for row in rows), False),
            Column(self.word("verified_fit"), tuple(self.fit(row) for row in rows), False),
            Column(self.word("quantity"), tuple(self.quantity(row["quantity"]) for row in rows), False),
            self.column("rows_compared", (row["n"] for row in rows), number),
            self.column("numbers_compared", (row["compared"] for row in rows), number),
            self.fixed("digits_agreed", (row["digits"] for row in rows), 1),
            foot=self.word("digits_foot"),
        )

    def missing(self, rows: list[Row]) -> Grid:
        unique = list({(row["way"], self.fit(row), row["reason"]): row for row in rows}.values())
        return self.grid(
            self.word("section_not_compared"),
            Column(self.word("way"), tuple(self.way(row) for row in unique), False),
            Column(self.word("verified_fit"), tuple(self.fit(row) for row in unique), False),
            Column(self.word("reason"), tuple(self.word(f"unverified_{row['reason']}") for row in unique), False),
        )

    def way(self, row: Row) -> str:
        name = self.word(f"way_{row['way']}")
        if row["version"].startswith(f"{name} "):
            return str(row["version"])
        return f"{name} ({row['version']})" if row["version"] else name

    def fit(self, row: Row) -> str:
        method = row["method"]
        name = self.word(f"method_{method}") if has_text(f"method_{method}") else method.replace("_", " ")
        parts = [name, self.cause(row["cause"]) if row["cause"] else "", row["model"]]
        return ", ".join(part for part in parts if part)

    def quantity(self, name: str) -> str:
        kind, _, table = name.partition(":")
        return self.word("quantity_table", name=table) if kind == "table" else self.word(f"quantity_{name}")
