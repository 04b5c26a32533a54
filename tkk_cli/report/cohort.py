"""The page of ``tkk cohort``: flow, groups, immortal time, outcomes, states, the columns of the file."""

from __future__ import annotations

from tkk_cli.report.check import rejects_grid, sources_grid
from tkk_cli.report.document import Column, Document, Grid, Listing
from tkk_cli.report.notes import sentence
from tkk_cli.report.numbers import number, percent
from tkk_cli.report.page import Page, Row
from tkk_cli.results import Result

__all__ = ["document"]


def document(result: Result, language: str) -> Document:
    """The page for a cohort."""
    page = _Page(result, language)
    lead = [sentence(note, result, language) for note in result.notes if note.key == "synthetic"]
    blocks: list[Grid | Listing] = [page.flow(), page.groups()]
    blocks += page.immortal_time()
    blocks += page.outcomes()
    blocks += [page.states(), page.columns()]
    blocks += [sources_grid(page), *rejects_grid(page)]
    blocks += page.notes(("synthetic",))
    blocks.append(Listing(page.word("section_provenance"), tuple(page.source()), "provenance"))
    title = page.word("title_cohort", name=result.provenance["input"]["name"])
    return Document(language, title, (*lead, page.lead()), tuple(blocks))


class _Page(Page):
    def lead(self) -> str:
        index = self.result.settings["index"]
        key = "qualified" if index["origin"] == "qualified" else index["event"]
        words = self.word(f"index_{key}", days=number(index["min_days"], self.language))
        days = number(self.result.settings["follow_up"]["days"], self.language)
        return self.word(
            "cohort_lead", n=number(self.result.provenance["n_used"], self.language), index=words, days=days
        )

    def named(self, rows: list[Row]) -> Column:
        """The groups of rows; everyone together has no name in a result."""
        return Column(self.group_heading(), tuple(self.name(row["group"]) for row in rows), False)

    def flow(self) -> Grid:
        rows = [row for row in self.rows("flow") if not row["group"]]
        return self.grid(
            self.word("section_flow"),
            Column(self.word("flow_step"), tuple(self.word(f"flow_{row['step']}") for row in rows), False),
            Column(
                self.word("flow_reason"),
                tuple(self.word(f"flow_out_{row['step']}") if i else "" for i, row in enumerate(rows)),
                False,
            ),
            Column(
                self.word("flow_excluded"),
                tuple(number(row["excluded"], self.language) if i else "" for i, row in enumerate(rows)),
            ),
            self.column("persons", (row["n"] for row in rows), number),
        )

    def groups(self) -> Grid:
        rows = self.rows("groups")
        return self.grid(
            self.word("section_cohort_groups"),
            self.named(rows),
            self.column("persons", (row["n"] for row in rows), number),
            self.column("person_days", (row["person_days"] for row in rows), number),
            self.fixed("median_follow_up", (row["median_follow_up"] for row in rows), 0),
        )

    def immortal_time(self) -> list[Grid]:
        rows = [row for row in self.rows("immortal_time") if row["after_index"]]
        if not rows:
            return []
        return [
            self.grid(
                self.word("section_immortal_time"),
                self.named(rows),
                self.column("persons", (row["n"] for row in rows), number),
                self.column("after_index", (row["after_index"] for row in rows), number),
                self.fixed("median_days_between", (row["median_days"] for row in rows), 0),
                self.column("longest_days_between", (row["longest_days"] for row in rows), number),
                self.column("person_days", (row["person_days"] for row in rows), number),
                foot=self.word("immortal_foot"),
            )
        ]

    def outcomes(self) -> list[Grid]:
        """One grid an outcome: its events and measures down, the groups across."""
        made: list[Grid] = []
        foot = self.word("outcomes_foot")
        for prefix in dict.fromkeys(row["outcome"] for row in self.rows("outcomes")):
            rows = [row for row in self.rows("outcomes") if row["outcome"] == prefix]
            titles = self.result.labels["outcomes"].get(prefix)
            heading = f"{titles[self.language]} ({prefix})" if titles else self.word("section_look_back")
            lines = list(dict.fromkeys((row["column"], row["event"]) for row in rows))
            cells = {(row["column"], row["event"], row["group"]): self.cell(row) for row in rows}
            measures = Column(self.word("outcome_value"), tuple(self.measure(prefix, *line) for line in lines), False)
            groups = [
                Column(self.name(group), tuple(cells.get((*line, group), "") for line in lines))
                for group in dict.fromkeys(row["group"] for row in rows)
            ]
            # Said once, under the first outcome.
            made.append(self.grid(heading, measures, *groups, foot=foot if titles else ""))
            foot = "" if titles else foot
        return made

    def cell(self, row: Row) -> str:
        """Count of n and share, or a mean."""
        if not row["event"]:
            return number(row["estimate"], self.language, 2)
        counts = f"{number(row['count'], self.language)}/{number(row['n'], self.language)}"
        return f"{counts} ({percent(row['estimate'], self.language)})" if row["n"] else counts

    def name(self, group: str) -> str:
        return self.group(group) if group else self.word("everyone")

    def measure(self, prefix: str, column: str, event: str) -> str:
        """The words of a line: what a column measures, or the event that it counts."""
        title = self.result.labels["columns"].get(column, {}).get(self.language) or column
        kinds = {row["column"]: row["kind"] for row in self.rows("columns") if row["outcome"] == prefix}
        if kinds[column] != "event":
            return title
        level = self.result.labels["levels"].get(f"{column}={event}", {}).get(self.language) or event
        # A single event column needs no name under the name of its outcome.
        several = list(kinds.values()).count("event") > 1
        return f"{title.rpartition(': ')[0] or title}: {level}" if several else level

    def states(self) -> Grid:
        rows = self.rows("states")
        share = {(row["state"], row["group"]): percent(row["share"], self.language) for row in rows}
        everyone = [row for row in rows if not row["group"]]
        names = [row["state"] for row in everyone]
        shares = [
            Column(self.name(group), tuple(share.get((state, group), percent(0.0, self.language)) for state in names))
            for group in dict.fromkeys(row["group"] for row in rows)
        ]
        return self.grid(
            self.word("section_states"),
            Column(self.word("state_heading"), tuple(self.state(name) for name in names), False),
            self.column("person_days", (row["person_days"] for row in everyone), number),
            *shares,
        )

    def state(self, name: str) -> str:
        titles = self.result.labels["states"].get(name, {})
        return titles.get(self.language) or self.word("state_other")

    def columns(self) -> Grid:
        rows = self.rows("columns")
        titles = self.result.labels["columns"]
        return self.grid(
            self.word("section_columns"),
            Column(self.word("column_heading"), tuple(row["column"] for row in rows), False),
            Column(self.word("column_kind"), tuple(self.word(f"kind_column_{row['kind']}") for row in rows), False),
            Column(self.word("column_title"), tuple(titles[row["column"]][self.language] for row in rows), False),
            self.column("column_missing", (row["missing"] for row in rows), number),
        )
