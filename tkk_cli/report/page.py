"""What every page shares: a result and a language, and how columns of a grid are made from its rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from tkk_cli.report.document import Column, Grid, Listing
from tkk_cli.report.language import text
from tkk_cli.report.notes import cause_label, exclusion, group_label, sentence
from tkk_cli.report.numbers import common_digits, interval, number, percent, percent_interval
from tkk_cli.results import Result

__all__ = ["Page", "Row"]

Row = dict[str, Any]

# Options that name columns, in the order of the provenance line -> the word for the part that the column plays.
_COLUMN_OPTIONS = {
    "time": "part_time",
    "start": "part_start",
    "end": "part_end",
    "event": "part_event",
    "event_date": "part_event_date",
    "entry": "part_entry",
    "id": "part_id",
    "lower": "part_lower",
    "upper": "part_upper",
    "group": "part_group",
    "strata": "part_strata",
    "weights": "part_weight",
    "cluster": "part_cluster",
    "offset": "part_offset",
    "censoring_group": "part_censoring_group",
    "rate_table": "part_rate_table",
    "where": "excluded_where",
}


class Page:
    """Words, labels and columns for one result in one language; a page of a kind of result builds on it."""

    def __init__(self, result: Result, language: str) -> None:
        self.result = result
        self.language = language
        self.causes = list(result.estimand["causes"])
        self.unit = result.estimand["unit"]
        self.several = len(self.causes) > 1

    # words -----------------------------------------------------------------------------------------------------------

    def word(self, key: str, **values: Any) -> str:
        return text(key, self.language, **values)

    def group(self, name: str) -> str:
        return group_label(self.result, name, self.language)

    def cause(self, name: str) -> str:
        return cause_label(self.result, name, self.language)

    def rows(self, table: str) -> list[Row]:
        return self.result[table].to_records() if table in self.result.tables else []

    def ordered(self, rows: list[Row]) -> list[Row]:
        """Rows by cause, any event (no cause) and then the event of interest first; the order within is kept."""
        return sorted(rows, key=lambda row: ["", *self.causes].index(row["cause"]))

    def level(self) -> str:
        share = 100 * self.result.settings["conf_level"]
        return self.word("percent", value=number(round(share, 6), self.language))

    # columns ---------------------------------------------------------------------------------------------------------

    def column(self, key: str, values: Iterable[Any], write: Callable[[Any, str], str], **words: Any) -> Column:
        return Column(self.word(key, **words), tuple(write(value, self.language) for value in values))

    def fixed(self, key: str, values: Iterable[float | None], digits: int | None = None, **words: Any) -> Column:
        values = list(values)
        shown = common_digits(values) if digits is None else digits
        return self.column(key, values, lambda value, language: number(value, language, shown), **words)

    def names(self, rows: list[Row], *keys: str) -> tuple[Column, ...]:
        """The columns that name a row; the event only where there are several and the rows are about one of them."""
        made = []
        for key in keys:
            if key == "cause":
                if self.several and any(row["cause"] for row in rows):
                    made.append(Column(self.word("event"), tuple(self.cause(row["cause"]) for row in rows), False))
            else:
                heading = self.group_heading() if key == "group" else self.word(key)
                made.append(Column(heading, tuple(self.group(row[key]) for row in rows), False))
        return tuple(made)

    def group_heading(self) -> str:
        titles = self.result.labels.get("group_title", {})
        return titles.get(self.language) or titles.get("") or self.word("group")

    def limits(self, rows: list[Row], digits: int | None = None) -> Column:
        """The interval; shares when ``digits`` is not given."""
        cells = tuple(
            percent_interval(row["conf_low"], row["conf_high"], self.language)
            if digits is None
            else interval(row["conf_low"], row["conf_high"], self.language, digits)
            for row in rows
        )
        return Column(self.word("interval", level=self.level()), cells)

    def grid(self, caption: str, *columns: Column, foot: str = "") -> Grid:
        mark = self.word("not_estimable")
        cells = [cell for column in columns if column.numeric for cell in column.cells]
        marked = any(cell.startswith(mark) or cell.endswith(mark) for cell in cells)
        feet = [foot] if foot else []
        return Grid(caption, columns, " ".join([*feet, self.word("not_estimable_key")] if marked else feet))

    # a table of every analysis ----------------------------------------------------------------------------------------

    def audit(self) -> list[Grid]:
        rows = self.rows("audit")
        if not rows:
            return []
        return [
            self.grid(
                self.word("section_audit"),
                Column(self.word("audit_item"), tuple(self.word(f"audit_{row['item']}") for row in rows), False),
                self.column("count", (row["count"] for row in rows), number),
                self.column("of", (row["of"] for row in rows), number),
                self.column("share", (row["count"] / row["of"] if row["of"] else None for row in rows), percent),
            )
        ]

    # above and below the tables --------------------------------------------------------------------------------------

    def population(self) -> str:
        """How many rows were read and used, and why the others were not."""
        made = self.result.provenance
        counts = {"n_read": made["n_read"], "n_used": made["n_used"], "n_excluded": made["n_read"] - made["n_used"]}
        reasons = [
            f"{exclusion(row['reason'], self.unit, self.language, self.result)}:"
            f"\u00a0{number(row['count'], self.language)}"
            for row in self.rows("excluded")
        ]
        words = self.word("population", **{name: number(n, self.language) for name, n in counts.items()})
        return words + (f" ({'; '.join(reasons)})" if reasons else "") + "."

    def notes(self, leading: Collection[str]) -> list[Listing]:
        """The notes and the warnings, without those that stand above the tables."""
        warnings, notes = [], []
        for note in self.result.notes:
            if note.key in leading:
                continue
            words = sentence(note, self.result, self.language)
            if note.level == "warning":
                warnings.append(f"{self.word('warning', code=note.code)}: {words}" if note.code else words)
            else:
                notes.append(words)
        made = [
            Listing(self.word("section_notes"), tuple(notes)),
            Listing(self.word("section_warnings"), tuple(warnings), "warning"),
        ]
        return [listing for listing in made if listing.sentences]

    def source(self) -> list[str]:
        """The file with the start of its hash, and the version of tkk."""
        made = self.result.provenance
        source = made["input"]
        digest = f" (sha256 {source['sha256'][:12]})" if source.get("sha256") else ""
        named = [self.word("provenance_input", name=source["name"]) + digest] if source.get("name") else []
        return [*named, f"tkk {made['tkk']}"]

    def columns_used(self) -> tuple[str, ...]:
        """One sentence with the columns that were given, as they were given."""
        settings = self.result.settings
        details = {"event": _spaced(settings.get("events")), "weights": self.weight_kind()}
        parts = []
        for option, word in _COLUMN_OPTIONS.items():
            if settings.get(option) is None:
                continue
            name = _spaced(settings[option]) if option in ("event_date", "strata") else settings[option]
            key = "provenance_column_detail" if details.get(option) else "provenance_column"
            parts.append(self.word(key, part=self.word(word), name=name, detail=details.get(option)))
        return (self.word("provenance_columns", parts="; ".join(parts)) + ".",) if parts else ()

    def weight_kind(self) -> str:
        kind = self.result.settings.get("weight_kind")
        return self.word(f"kind_{kind}") if kind else ""


def _spaced(given: str | None) -> str:
    """A list as it was typed, with a space after each comma."""
    return ", ".join(part.strip() for part in (given or "").split(","))
