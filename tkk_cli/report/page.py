"""What every page shares: a result and a language, and how columns of a grid are made from its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tkk_cli.report.document import Column, Grid
from tkk_cli.report.language import text
from tkk_cli.report.notes import cause_label, group_label
from tkk_cli.report.numbers import common_digits, interval, number, percent_interval
from tkk_cli.results import Result

__all__ = ["Page", "Row"]

Row = dict[str, Any]


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
