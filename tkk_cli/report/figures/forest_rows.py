"""What a forest plot draws, as lines from top to bottom: headings, references, and estimates with their intervals.

The figure and ``--figure-data`` both read the same lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tkk_cli.errors import TkkError
from tkk_cli.report.effects import FitKey, Scale, exposure_rows, fit_keys, method_name, scale_of
from tkk_cli.report.figures.options import RegressFigureOptions
from tkk_cli.report.language import text
from tkk_cli.report.notes import cause_label, level_label, term_label
from tkk_cli.report.numbers import number
from tkk_cli.results import Result

__all__ = ["MOST_SETS", "Line", "Plot", "read_plot"]

MOST_SETS = 8
MOST_LINES = 80

Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Line:
    """A line of the plot.

    Attributes
    ----------
    label : str
        What it is about; ``""`` under a line with the same label.
    depth : int
        How far the label is indented: 0 an event or a variable, 1 or 2 what belongs to it.
    estimate, counts : str
        What is written beside it.
    row : mapping
        Of the table ``coefficients``; empty for a heading.
    place : int
        Position of its adjustment set, which chooses marker and colour.
    """

    label: str
    depth: int
    estimate: str = ""
    counts: str = ""
    row: Row = field(default_factory=dict)
    place: int = 0


@dataclass(frozen=True, eq=False)
class Plot:
    """The lines, their scale and the adjustment sets (none when there is only one)."""

    lines: tuple[Line, ...]
    scale: Scale
    heading: str
    axis: str
    sets: tuple[str, ...]


def read_plot(result: Result, options: RegressFigureOptions, language: str) -> Plot:
    """The lines for the event of interest, or for every event.

    One adjustment set shows all of its effects, several show those of the exposure beside each other.

    Raises
    ------
    TkkError
        TKK518 when nothing was estimated, TKK523 for more adjustment sets or lines than a figure holds.
    """
    reader = _Reader(result, options, language)
    lines = tuple(reader.lines())
    if not any(line.row.get("role") == "estimate" for line in lines):
        raise TkkError("TKK518", "no effect was estimated that could be drawn", where="--figure")
    if len(lines) > MOST_LINES:
        raise TkkError(
            "TKK523",
            f"a forest plot holds at most {MOST_LINES} lines",
            where="--figure",
            count=len(lines),
            hint="leave out covariates, or use --causes first",
        )
    level = text("percent", language, value=number(round(100 * result.settings["conf_level"], 6), language))
    what = reader.heading()
    heading = text("with_interval", language, what=what, level=level)
    axis = text("forest_log_axis", language, what=what) if reader.scale.ratio else what
    if len(reader.parts) == 1:
        # With several parts each is headed by its event.
        axis = f"{cause_label(result, reader.parts[0][1], language)}: {axis}"
    return Plot(lines, reader.scale, heading, axis, tuple(reader.sets) if len(reader.sets) > 1 else ())


class _Reader:
    def __init__(self, result: Result, options: RegressFigureOptions, language: str) -> None:
        self.result, self.language = result, language
        keys = fit_keys(result)
        self.sets = list(dict.fromkeys(result["coefficients"]["model"]))
        if len(self.sets) > MOST_SETS:
            raise TkkError(
                "TKK523",
                f"A figure tells at most {MOST_SETS} adjustment sets apart",
                where="--adjust",
                count=len(self.sets),
                hint="give fewer --adjust, or write the numbers with --format csv",
            )
        self.rows: dict[FitKey, list[Row]] = {key: [] for key in keys}
        for row in result["coefficients"].to_records():
            if row["role"] != "ancillary":
                self.rows[FitKey(row["model"], row["method"], row["cause"])].append(row)
        self.scale = self.scale_of(keys[0])
        # One axis for all: an event whose effect is on another scale stays out.
        shown = [key for key in keys if self.rows[key] and self.scale_of(key).ratio == self.scale.ratio]
        parts = dict.fromkeys((key.method, key.cause) for key in shown)
        self.parts = list(parts) if options.causes == "all" else list(parts)[:1]

    def scale_of(self, key: FitKey) -> Scale:
        measure = self.rows[key][0]["measure"] if self.rows[key] else self.result.estimand["measure"]
        return scale_of(self.result, measure, self.language)

    def heading(self) -> str:
        headings = {self.scale_of(FitKey(self.sets[0], method, cause)).heading for method, cause in self.parts}
        return headings.pop() if len(headings) == 1 else text("short_ratio", self.language)

    def lines(self) -> Iterator[Line]:
        for method, cause in self.parts:
            deeper = len(self.parts) > 1
            if deeper:
                yield Line(self.part_name(method, cause), 0)
            keys = [FitKey(name, method, cause) for name in self.sets]
            own = {key: self.rows[key] for key in keys if self.rows.get(key)}
            exposure = self.result.estimand.get("exposure")
            if len(self.sets) > 1:
                own = {key: exposure_rows(rows, exposure) for key, rows in own.items()}
            yield from self.terms(own, int(deeper))

    def part_name(self, method: str, cause: str) -> str:
        event = cause_label(self.result, cause, self.language)
        if len({method for method, _ in self.parts}) == 1:
            return event
        scale = self.scale_of(FitKey(self.sets[0], method, cause))
        return text("beside", self.language, cause=event, what=scale.heading, method=method_name(method, self.language))

    def terms(self, own: dict[FitKey, list[Row]], depth: int) -> Iterator[Line]:
        """Each variable with its levels, each level with its adjustment sets."""
        places: dict[str, dict[str, list[tuple[int, Row, Scale]]]] = {}
        for key, rows in own.items():
            for row in rows:
                entry = (self.sets.index(key.model), row, self.scale_of(key))
                places.setdefault(row["term"], {}).setdefault(row["level"], []).append(entry)
        for term, levels in places.items():
            name = term_label(self.result, term, self.language)
            alone = list(levels) == [""]
            if not alone:
                yield Line(name, depth)
            for level, entries in levels.items():
                label = name if alone else level_label(self.result, term, level, self.language)
                if entries[0][1]["role"] == "reference":
                    entries = entries[:1]
                for i, (place, row, scale) in enumerate(entries):
                    yield Line(
                        label if i == 0 else "",
                        depth + (not alone),
                        estimate=scale.both(row),
                        counts=self.counts(row, levels) if i == 0 else "",
                        row=row,
                        place=place,
                    )

    def counts(self, row: Row, levels: dict[str, list[tuple[int, Row, Scale]]]) -> str:
        """Rows and events of a level of a category; the whole fit's would be the same in every line."""
        is_category = any(entries[0][1]["role"] == "reference" for entries in levels.values())
        if not is_category or row["n"] is None:
            return ""
        return " / ".join(number(row[name], self.language, 0) for name in ("n", "n_event"))
