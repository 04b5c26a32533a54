"""The page of ``tkk check``: sources, findings with what they mean, rows set aside, linkage, codes. Counts only."""

from __future__ import annotations

from tkk_cli.report.document import Column, Document, Grid, Listing
from tkk_cli.report.notes import sentence
from tkk_cli.report.numbers import number, percent
from tkk_cli.report.page import Page, Row
from tkk_cli.results import Result

__all__ = ["document", "rejects_grid", "sources_grid"]

MOST_CODES = 40  # lines of a code list on the page; all of them are in the table
# check -> the year of [breaks] that settles it
BREAKS = {"employment_break": "2019", "pension_break": "2023"}
_TYPES = ("", "text", "integer", "number", "date", "timestamp")
_NBSP = "\u00a0"
VERIFIED = ("unknown", "no", "yes")
LEVELS = ("error", "warning", "note")


def document(result: Result, language: str) -> Document:
    """The page for a check of registers."""
    page = _Page(result, language)
    blocks: list[Grid | Listing] = [sources_grid(page), *page.roles(), *page.findings(), *rejects_grid(page)]
    blocks += [*page.linkage(), *page.codes(), *page.notes(("synthetic",))]
    blocks.append(Listing(page.word("section_provenance"), tuple(page.source()), "provenance"))
    title = page.word("title_check", name=result.provenance["input"]["name"])
    return Document(language, title, tuple(page.lead()), tuple(blocks))


def sources_grid(page: Page) -> Grid:
    """What was read: rows, usable rows, persons and years of every source."""
    rows = page.rows("sources")
    return page.grid(
        page.word("section_sources"),
        Column(page.word("register_source"), tuple(row["source"] for row in rows), False),
        Column(page.word("layout"), tuple(row["layout"] for row in rows), False),
        page.column("register_rows", (row["rows"] for row in rows), number),
        page.column("usable", (row["usable"] for row in rows), number),
        page.column("set_aside", (row["rejected"] for row in rows), number),
        page.column("source_persons", (row["persons"] for row in rows), number),
        Column(page.word("years"), tuple(_years(page, row) for row in rows)),
    )


def _years(page: Page, row: Row) -> str:
    """First and last year; a source without a year has none."""
    years = [year for year in (row["first_year"], row["last_year"]) if year is not None and year > 0]
    if not years:
        return ""
    first, last = years[0], years[-1]
    return str(first) if first == last else page.word("range", low=first, high=last)


def rejects_grid(page: Page) -> list[Grid]:
    """Rows set aside by reason; nothing where there are none."""
    rows = page.rows("rejects")
    if not rows:
        return []
    return [
        page.grid(
            page.word("section_rejects"),
            Column(page.word("register_source"), tuple(row["source"] for row in rows), False),
            Column(page.word("reject_reason"), tuple(page.word(f"reject_{row['reason']}") for row in rows), False),
            page.column("register_rows", (row["count"] for row in rows), number),
        )
    ]


def _played(row: Row) -> bool:
    return bool(row["column"])


def _role(row: Row) -> str:
    """``start = alkupvm (d.m.yyyy)``; what is no format of dates is in the table only."""
    shape = "" if row["format"] in _TYPES else f" ({row['format']})"
    return f"{row['role']} = {row['column']}{shape}".replace(" ", _NBSP)


class _Page(Page):
    def lead(self) -> list[str]:
        made, findings = self.result.provenance, self.rows("findings")
        levels = [row["level"] for row in findings]
        counts = {
            "sources": len(self.rows("sources")),
            "persons": made["n_persons"],
            "rows": made["n_read"],
            **{f"{level}s": levels.count(level) for level in LEVELS},
        }
        words = [sentence(note, self.result, self.language) for note in self.result.notes if note.key == "synthetic"]
        words.append(self.word("check_lead", **{name: number(n, self.language) for name, n in counts.items()}))
        if counts["errors"]:
            words.append(self.word("check_errors"))
        choices = [
            self.word("break_choice", year=year, choice=choice)
            for year, choice in self.result.settings["breaks"].items()
        ]
        if choices:
            words.append(self.word("check_breaks", choices=self.word("list_mark").join(choices)))
        return words

    def roles(self) -> list[Grid]:
        """A row a source: the column that was taken for each role, and the roles that no column plays."""
        by_source: dict[str, list[Row]] = {}
        for row in self.rows("roles"):
            by_source.setdefault(row["source"], []).append(row)
        if not by_source:
            return []
        mark = self.word("list_mark")
        found = (mark.join(map(_role, filter(_played, rows))) for rows in by_source.values())
        lacking = (mark.join(row["role"] for row in rows if not _played(row)) for rows in by_source.values())
        return [
            self.grid(
                self.word("section_roles"),
                Column(self.word("register_source"), tuple(by_source), False),
                Column(self.word("roles_found"), tuple(found), False),
                Column(self.word("roles_lacking"), tuple(lacking), False),
            )
        ]

    def findings(self) -> list[Grid | Listing]:
        rows = self.rows("findings")
        if not rows:
            return [Listing(self.word("section_findings"), (self.word("no_findings"),))]
        found = self.grid(
            self.word("section_findings"),
            Column(self.word("finding_level"), tuple(self.word(f"level_{row['level']}") for row in rows), False),
            Column(self.word("code"), tuple(row["code"] for row in rows), False),
            Column(self.word("finding"), tuple(self.word(f"check_{row['check']}") for row in rows), False),
            Column(
                self.word("register_source"), tuple(row["source"] or self.word("all_sources") for row in rows), False
            ),
            self.column("register_rows", (row["count"] for row in rows), number),
            self.column("source_persons", (row["persons"] for row in rows), number),
        )
        unique = {row["check"]: row for row in rows}
        remedies = tuple(
            self.word(
                "remedy",
                code=row["code"],
                title=self.word(f"check_{name}"),
                words=self.remedy(row),
            )
            for name, row in unique.items()
        )
        return [found, Listing(self.word("section_remedies"), remedies)]

    def remedy(self, row: Row) -> str:
        """What to do; at a break that somebody has chosen about, the choice."""
        choice = self.result.settings["breaks"].get(BREAKS.get(row["check"]))
        if choice is not None:
            return self.word("remedy_chosen", choice=self.word(f"chosen_{choice}"))
        return self.word(f"remedy_{row['check']}")

    def linkage(self) -> list[Grid]:
        rows = self.rows("linkage")
        if not rows:
            return []
        return [
            self.grid(
                self.word("section_linkage"),
                Column(self.word("register_source"), tuple(row["source"] for row in rows), False),
                self.column("source_persons", (row["persons"] for row in rows), number),
                self.column("matched", (row["matched"] for row in rows), number),
                self.column("share", (row["share"] for row in rows), percent),
                self.column("orphans", (row["orphans"] for row in rows), number),
                self.column("reference_only", (row["reference_only"] for row in rows), number),
                self.column("duplicates", (row["duplicates"] for row in rows), number),
                foot=self.word("linkage_foot", reference=rows[0]["reference"]),
            )
        ]

    def codes(self) -> list[Grid]:
        """The lines of the code lists in use: what is not known or verified first, since it has to be read."""
        rows = sorted(self.rows("codes"), key=lambda row: VERIFIED.index(row["verified"]))
        if not rows:
            return []
        shown = rows[:MOST_CODES]
        left = len(rows) - len(shown)
        cut = self.word("table_cut", n=number(left, self.language), table="codes") if left else ""
        return [
            self.grid(
                self.word("section_codes"),
                Column(self.word("register_source"), tuple(row["source"] for row in shown), False),
                Column(
                    self.word("register_code"), tuple(row["code"] or self.word("other_codes") for row in shown), False
                ),
                Column(self.word("code_state"), tuple(map(self.state, shown)), False),
                Column(self.word("verified"), tuple(self.word(f"verified_{row['verified']}") for row in shown), False),
                self.column("register_rows", (row["count"] for row in shown), number),
                foot=cut,
            )
        ]

    def state(self, row: Row) -> str:
        """What a code gives; nothing is known of one that is in no list."""
        if row["state"]:
            return self.result.label("states", row["state"], self.language)
        return "" if row["verified"] == "unknown" else self.word("no_state")
