"""The tables beside the effects on the page of ``tkk regress``: assumptions, curves at times, rates, imputation."""

from __future__ import annotations

from tkk_cli.report.document import Column, Grid
from tkk_cli.report.effects import RATE_PER
from tkk_cli.report.notes import column_label
from tkk_cli.report.numbers import common_digits, interval, number, p_value, percent, percent_interval, time
from tkk_cli.report.page import Row
from tkk_cli.report.regress_effects import FitPage, count

__all__ = ["CheckTables"]

# Quantities that are shares; the others are times.
_SHARES = ("survival", "incidence")


class CheckTables(FitPage):
    """Each builder gives the grids of one section, none when the section does not apply."""

    def proportional_hazards(self) -> list[Grid]:
        rows = self.by_fit("proportional_hazards")
        made = []
        for transform in dict.fromkeys(row["transform"] for row in rows):
            own = [row for row in rows if row["transform"] == transform]
            names = tuple(self.term(row["term"]) if row["term"] else self.word("global_test") for row in own)
            made.append(
                self.grid(
                    self.word("section_ph", transform=self.word(f"transform_{transform}")),
                    *self.whose(own),
                    Column(self.word("variable"), names, False),
                    *self.chi_square(own),
                    foot=self.word("ph_foot"),
                )
            )
        return made

    # curves at times -------------------------------------------------------------------------------------------------

    def parts(self, table: str, *names: str) -> list[list[Row]]:
        """The rows of a table by fit and by the columns named, in order."""
        found: dict[tuple[str, ...], list[Row]] = {}
        for row in self.by_fit(table):
            found.setdefault((row["model"], row["method"], *(row[name] for name in ("cause", *names))), []).append(row)
        return list(found.values())

    def caption(self, key: str, row: Row) -> str:
        words = {"quantity": self.word(f"quantity_{row['quantity']}"), "cause": self.cause(row["cause"])}
        return self.adjusted(self.word(key, **words), row["model"])

    def at(self) -> list[Grid]:
        made = []
        for rows in self.parts("at", "quantity", "kind"):
            standardised = rows[0]["kind"] == "standardised"
            names = self.names(rows, "group")
            if not standardised:
                names = (Column(self.word("pattern"), tuple(self.group(row["group"]) for row in rows), False),)
            made.append(
                self.grid(
                    self.caption(f"section_{rows[0]['kind']}", rows[0]),
                    *names,
                    self.column("time_axis", (row["time"] for row in rows), time, unit=self.unit_word()),
                    *self.values(rows),
                    foot=self.word("standardised_foot") if standardised else "",
                )
            )
        return made

    def unit_word(self) -> str:
        return self.word(f"unit_{self.unit}_many")

    def values(self, rows: list[Row]) -> list[Column]:
        """Estimate and interval: shares in per cent, times in their unit."""
        if rows[0]["quantity"] in _SHARES:
            shares = (_times(100, row["estimate"]) for row in rows)
            return [self.fixed("estimate_percent", shares, 1), self.limits(rows)]
        digits = max(1, common_digits([row["std_error"] for row in rows], 2))
        return [self.fixed("estimate", (row["estimate"] for row in rows), digits), self.limits(rows, digits)]

    def contrasts(self) -> list[Grid]:
        made = []
        for rows in self.parts("contrasts", "quantity", "measure"):
            measure = rows[0]["measure"]
            made.append(
                self.grid(
                    self.caption(f"section_contrasts_{measure}", rows[0]),
                    *self.names(rows, "group", "reference"),
                    self.column("time_axis", (row["time"] for row in rows), time, unit=self.unit_word()),
                    *self.contrast_values(rows, measure),
                    self.column("p_value", (row["p_value"] for row in rows), p_value),
                )
            )
        return made

    def contrast_values(self, rows: list[Row], measure: str) -> list[Column]:
        estimates = [row["estimate"] for row in rows]
        if measure == "ratio":
            return [self.fixed("ratio", estimates, 2), self.limits(rows, 2)]
        if rows[0]["quantity"] in _SHARES:
            points = [_times(100, value) for value in estimates]
            heading = self.word("short_difference", unit=self.word("unit_points"))
            cells = tuple(percent_interval(row["conf_low"], row["conf_high"], self.language) for row in rows)
            return [
                Column(heading, tuple(number(value, self.language, 1) for value in points)),
                Column(self.word("interval", level=self.level()), cells),
            ]
        digits = max(1, common_digits([row["std_error"] for row in rows], 2))
        return [self.fixed("difference", estimates, digits, unit=self.unit_word()), self.limits(rows, digits)]

    # pieces of follow-up and missing values --------------------------------------------------------------------------

    def rates(self) -> list[Grid]:
        """Events by piece of follow-up: their rate, or beside reference rates how they relate to the expected."""
        rows = self.by_fit("rates")
        if not rows:
            return []
        unit = self.word(f"person_time_{self.unit}")
        relative = any(row["expected"] is not None for row in rows)
        return [
            self.grid(
                self.word("section_rates"),
                *self.pieces(rows),
                self.column("events", (row["n_event"] for row in rows), count),
                self.fixed("person_time", (row["person_time"] for row in rows), 0, unit=unit),
                *(self.expected(rows) if relative else self.rate_columns(rows, unit)),
            )
        ]

    def rate_columns(self, rows: list[Row], unit: str) -> list[Column]:
        per = RATE_PER[self.unit]
        rates = [_times(per, row["estimate"]) for row in rows]
        digits = common_digits(rates)
        limits = tuple(
            interval(_times(per, row["conf_low"]), _times(per, row["conf_high"]), self.language, digits, 2)
            for row in rows
        )
        return [
            self.column(
                "rate",
                rates,
                # A rare event beside a common one must not become a rate of 0.
                lambda value, language: number(value, language, digits, significant=2),
                per=number(per, self.language),
                unit=unit,
            ),
            Column(self.word("interval", level=self.level()), limits),
        ]

    def expected(self, rows: list[Row]) -> list[Column]:
        return [
            self.fixed("expected", (row["expected"] for row in rows), 1),
            self.fixed("relative_rate", (row["estimate"] for row in rows), 2),
            self.limits(rows, 2),
        ]

    def pieces(self, rows: list[Row]) -> list[Column]:
        """The columns that name a piece of follow-up."""
        columns = self.whose(rows)
        if len({row["scale"] for row in rows}) > 1:
            columns.append(Column(self.word("scale"), tuple(self.scale_name(row["scale"]) for row in rows), False))
        # A piece such as (90, 365] is not to break inside.
        pieces = tuple(row["interval"].replace(" ", "\u00a0") for row in rows)
        columns += self.names(rows, "group") if any(row["group"] for row in rows) else []
        return [*columns, Column(self.word("piece"), pieces, False)]

    def scale_name(self, scale: str) -> str:
        if not scale:
            return self.word("all")
        return self.word("term_time") if scale == "time" else self.term(scale)

    def imputation(self) -> list[Grid]:
        rows = self.rows("imputation")
        if not rows:
            return []
        shares = (row["missing"] / row["of"] if row["of"] else None for row in rows)
        return [
            self.grid(
                self.word("section_imputation"),
                Column(
                    self.word("variable"),
                    tuple(column_label(self.result, row["variable"], self.language) for row in rows),
                    False,
                ),
                self.column("missing_rows", (row["missing"] for row in rows), number),
                self.column("of", (row["of"] for row in rows), number),
                self.column("share", shares, percent),
                self.column("missing_information", (row["fraction_missing_information"] for row in rows), percent),
            )
        ]


def _times(factor: float, value: float | None) -> float | None:
    return None if value is None else factor * value
