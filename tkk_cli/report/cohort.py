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
        names = (self.group(row["group"]) if row["group"] else self.word("everyone") for row in rows)
        return Column(self.group_heading(), tuple(names), False)

    def several_groups(self) -> bool:
        return len(self.result["groups"]) > 1

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
        """One grid an outcome: its events and measures, by group where there are several."""
        made = []
        for prefix in dict.fromkeys(row["outcome"] for row in self.rows("outcomes")):
            rows = [row for row in self.rows("outcomes") if row["outcome"] == prefix]
            titles = self.result.labels["outcomes"].get(prefix)
            title = titles[self.language] if titles else self.word("section_look_back")
            heading = f"{title} ({prefix})" if titles else title
            columns = [Column(self.word("outcome_value"), tuple(self.measure(row) for row in rows), False)]
            if self.several_groups():
                columns.append(self.named(rows))
            columns += [
                self.column("outcome_n", (row["n"] for row in rows), number),
                Column(self.word("outcome_count"), tuple(self.counted(row) for row in rows)),
                Column(self.word("outcome_share"), tuple(self.share(row) for row in rows)),
            ]
            foot = self.word("outcomes_foot") if any(row["event"] for row in rows) and titles else ""
            made.append(self.grid(heading, *columns, foot=foot))
        return made

    def measure(self, row: Row) -> str:
        titles = self.result.labels["columns"].get(row["column"], {})
        title = titles.get(self.language) or row["column"]
        level = self.result.labels["levels"].get(f"{row['column']}={row['event']}", {}).get(self.language)
        if not row["event"] or self.kinds[row["column"]] == "yes_no":
            return title
        # The events of an outcome stand under its name; other columns with codes are named.
        same = [r for r in self.rows("columns") if r["outcome"] == row["outcome"] and r["kind"] == "event"]
        return f"{title}: {level or row['event']}" if len(same) > 1 else str(level or row["event"])

    @property
    def kinds(self) -> dict[str, str]:
        return {row["column"]: row["kind"] for row in self.rows("columns")}

    def counted(self, row: Row) -> str:
        return number(row["count"], self.language) if row["event"] else ""

    def share(self, row: Row) -> str:
        return percent(row["estimate"], self.language) if row["event"] else number(row["estimate"], self.language, 2)

    def states(self) -> Grid:
        rows = self.rows("states")
        columns = [Column(self.word("state_heading"), tuple(self.state(row["state"]) for row in rows), False)]
        if self.several_groups():
            columns.insert(0, self.named(rows))
        return self.grid(
            self.word("section_states"),
            *columns,
            self.column("person_days", (row["person_days"] for row in rows), number),
            self.column("share", (row["share"] for row in rows), percent),
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
