"""The page of ``tkk survival``: which tables a reader sees, in which order, with which digits.

The whole curves are not on the page; ``--format csv`` and ``json`` have them.
"""

from __future__ import annotations

from tkk_cli.report.document import Column, Document, Grid, Listing
from tkk_cli.report.effects import RATE_PER
from tkk_cli.report.notes import sentence
from tkk_cli.report.numbers import common_digits, duration, number, p_value, time
from tkk_cli.report.page import Page, Row
from tkk_cli.results import Result

__all__ = ["document"]

# Notes that say what the numbers are: they stand above the tables.
_LEADING_NOTES = (
    "synthetic",
    "estimand_survival",
    "estimand_incidence",
    "estimand_incidence_single",
    "conditional",
    "landmark",
)


def document(result: Result, language: str) -> Document:
    """The page for a survival or a competing-risks result."""
    page = _Page(result, language)
    grids = [
        grid
        for build in (
            page.groups,
            page.events,
            page.at,
            page.quantiles,
            page.restricted_means,
            page.contrasts,
            page.tests,
            page.pairwise,
            page.observed_expected,
            page.audit,
        )
        for grid in build()
    ]
    return Document(language, page.title(), page.lead(), (*grids, *page.notes(_LEADING_NOTES), page.provenance()))


class _Page(Page):
    """Each builder gives the grids of one section, none when the section does not apply."""

    # above the tables ------------------------------------------------------------------------------------------------

    def title(self) -> str:
        quantity = self.result.estimand["quantity"]
        key = "title_incidence_competing" if self.several else f"title_{quantity}"
        return self.word(key, cause=self.cause(self.causes[0]), method=self.method())

    def method(self) -> str:
        return self.word(f"method_{self.result.settings['method']}")

    def lead(self) -> tuple[str, ...]:
        first = [sentence(note, self.result, self.language) for note in self.result.notes if note.key in _LEADING_NOTES]
        cause = self.word("quoted", name=self.cause(self.causes[0]))
        last = [self.word("other_events", cause=cause)] if self.one_of_several() else []
        return (*first, self.population(), *last)

    def one_of_several(self) -> bool:
        """Whether the details are about the event that the user named, ``--of``, and not about every event."""
        return self.several and self.result.settings.get("of") is not None

    def details(self, table: str) -> list[Row]:
        """The rows of the events that are shown in detail, in order; those of any event (no cause) belong to all."""
        shown = self.causes[:1] if self.one_of_several() else self.causes
        return self.ordered([row for row in self.rows(table) if row["cause"] in ("", *shown)])

    # tables ----------------------------------------------------------------------------------------------------------

    def groups(self) -> list[Grid]:
        rows = self.rows("groups")
        counted = [{**row, "weighted_event": None, "rate": None} for row in rows]
        if not self.several:
            by_group = {row["group"]: row for row in self.rows("events")}
            counted = [{**row, **by_group.get(row["group"], {})} for row in counted]
        columns = [
            *self.names(rows, "group"),
            self.column("n", (row["n"] for row in rows), number),
            *self.weighted(rows, "weighted_n", "n"),
            self.column("events", (row["n_event"] for row in rows), number),
            *self.weighted(counted, "weighted_event", "n_event"),
            self.column("censored", (row["n_censor"] for row in rows), number),
            self.fixed(
                self.perhaps_weighted("person_time"),
                (row["person_time"] for row in rows),
                unit=self.word(f"person_time_{self.unit}"),
            ),
        ]
        return [self.grid(self.word("section_groups"), *columns, *([] if self.several else [self.rates(counted)]))]

    def events(self) -> list[Grid]:
        """Events and rates by cause; one cause has them beside its groups."""
        rows = self.ordered(self.rows("events")) if self.several else []
        if not rows:
            return []
        return [
            self.grid(
                self.word("section_events"),
                *self.names(rows, "cause", "group"),
                self.column("events", (row["n_event"] for row in rows), number),
                *self.weighted(rows, "weighted_event", "n_event"),
                self.rates(rows),
            )
        ]

    def weighted(self, rows: list[Row], name: str, count: str) -> list[Column]:
        """The weighted count, where it differs from the count itself."""
        values = [row.get(name) for row in rows]
        differs = any(value not in (None, row[count]) for value, row in zip(values, rows, strict=True))
        return [self.fixed(name, values, 1)] if differs else []

    def rates(self, rows: list[Row]) -> Column:
        per = RATE_PER[self.unit]
        values = [None if row["rate"] is None else per * row["rate"] for row in rows]
        unit = self.word(f"person_time_{self.unit}")
        digits = common_digits(values)
        return self.column(
            self.perhaps_weighted("rate"),
            values,
            # A rare event beside a common one must not become a rate of 0.
            lambda value, language: number(value, language, digits, significant=2),
            per=number(per, self.language),
            unit=unit,
        )

    def perhaps_weighted(self, key: str) -> str:
        """The key of a heading that says so where person-time is weighted."""
        return f"{key}_weighted" if "weighted_n" in self.result["groups"].columns else key

    def at(self) -> list[Grid]:
        quantity = self.word("event_free" if self.result.estimand["quantity"] == "survival" else "incidence")
        made = []
        for cause in self.causes:
            rows = [row for row in self.details("at") if row["cause"] == cause]
            if not rows:
                continue
            key = "section_at_cause" if self.several else "section_at"
            made.append(
                self.grid(
                    self.word(key, quantity=quantity, cause=self.cause(cause)),
                    *self.names(rows, "group"),
                    self.column("time_axis", (row["time"] for row in rows), time, unit=self.unit_word()),
                    self.column("at_risk", (row["n_risk"] for row in rows), number),
                    self.column("new_events", (row["n_event"] for row in rows), number),
                    self.column("estimate_percent", (row["estimate"] for row in rows), _bare_percent),
                    self.limits(rows),
                    foot=self.word("at_foot"),
                )
            )
        return made

    def unit_word(self) -> str:
        return self.word(f"unit_{self.unit}_many")

    def quantiles(self) -> list[Grid]:
        rows = self.details("quantiles")
        reached = {row["cause"] for row in rows if row["estimate"] is not None} | {self.causes[0]}
        shown = [row for row in rows if row["cause"] in reached]
        if not shown:
            return []
        digits = common_digits([row[name] for row in shown for name in ("estimate", "conf_low", "conf_high")], 4)
        return [
            self.grid(
                self.word("section_quantiles"),
                *self.names(shown, "cause", "group"),
                Column(self.word("quantile"), tuple(self.quantile(row["probability"]) for row in shown)),
                self.fixed("time_axis", (row["estimate"] for row in shown), digits, unit=self.unit_word()),
                self.limits(shown, digits),
                foot=self.word("quantiles_foot") if len(shown) < len(rows) else "",
            )
        ]

    def quantile(self, probability: float) -> str:
        share = self.word("percent", value=number(round(100 * probability, 6), self.language))
        return self.word("quantile_share", share=share, name=self.word("median")) if probability == 0.5 else share

    def restricted_means(self) -> list[Grid]:
        made = []
        for caption, rows in self.by_measure("restricted_mean"):
            digits = common_digits([row["std_error"] for row in rows])
            made.append(
                self.grid(
                    caption,
                    *self.names(rows, "cause", "group"),
                    self.fixed("time_axis", (row["estimate"] for row in rows), digits, unit=self.unit_word()),
                    self.limits(rows, digits),
                    self.fixed("std_error", (row["std_error"] for row in rows), digits),
                )
            )
        return made

    def contrasts(self) -> list[Grid]:
        made = []
        for caption, rows in self.by_measure("contrasts"):
            ratio = rows[0]["measure"].endswith("_ratio")
            errors = [row["std_error"] for row in rows]
            digits = max(2, common_digits(errors) - 1) if ratio else common_digits(errors)
            estimates = [row["estimate"] for row in rows]
            made.append(
                self.grid(
                    caption,
                    *self.names(rows, "cause", "group", "reference"),
                    self.fixed("ratio", estimates, digits)
                    if ratio
                    else self.fixed("difference", estimates, digits, unit=self.unit_word()),
                    self.limits(rows, digits),
                    self.column("p_value", (row["p_value"] for row in rows), p_value),
                )
            )
        return made

    def by_measure(self, table: str) -> list[tuple[str, list[Row]]]:
        """The rows of each measure and horizon, with the caption that names both."""
        parts: dict[tuple[str, float], list[Row]] = {}
        for row in self.details(table):
            parts.setdefault((row["measure"], row["horizon"]), []).append(row)
        return [
            (
                self.word(
                    "section_horizon",
                    measure=self.word(f"measure_{measure}"),
                    horizon=duration(horizon, self.unit, self.language),
                ),
                rows,
            )
            for (measure, horizon), rows in parts.items()
        ]

    def test_name(self, test: str) -> str:
        given = {name: number(self.result.settings.get(name), self.language) for name in ("rho", "gamma")}
        return self.word(f"test_{test}", **given)

    def test_column(self, rows: list[Row]) -> Column:
        return Column(self.word("test"), tuple(self.test_name(row["test"]) for row in rows), False)

    def tests(self) -> list[Grid]:
        rows = self.details("tests")
        if not rows:
            return []
        columns = [*self.names(rows, "cause"), self.test_column(rows)]
        if any(row["alternative"] == "trend" for row in rows):
            kinds = ("trend" if row["alternative"] == "trend" else "difference" for row in rows)
            columns.append(
                Column(self.word("alternative"), tuple(self.word(f"alternative_{kind}") for kind in kinds), False)
            )
        columns += [
            self.fixed("statistic", (row["statistic"] for row in rows), 2),
            self.column("df", (row["df"] for row in rows), number),
            self.column("p_value", (row["p_value"] for row in rows), p_value),
        ]
        return [self.grid(self.word("section_tests"), *columns)]

    def pairwise(self) -> list[Grid]:
        rows = self.details("pairwise")
        if not rows:
            return []
        return [
            self.grid(
                self.word("section_pairwise"),
                *self.names(rows, "cause"),
                self.test_column(rows),
                *self.names(rows, "group", "reference"),
                self.fixed("statistic", (row["statistic"] for row in rows), 2),
                self.column("p_value", (row["p_value"] for row in rows), p_value),
                self.column("p_adjusted", (row["p_adjusted"] for row in rows), p_value),
            )
        ]

    def observed_expected(self) -> list[Grid]:
        rows = self.details("observed_expected")
        if not rows:
            return []
        return [
            self.grid(
                self.word("section_observed_expected"),
                *self.names(rows, "cause"),
                self.test_column(rows),
                *self.names(rows, "group"),
                *(
                    self.fixed(name, values, 0 if _whole(values) else 1)
                    for name, values in ((name, [row[name] for row in rows]) for name in ("n", "observed"))
                ),
                self.fixed("expected", (row["expected"] for row in rows), 1),
            )
        ]

    # below the tables ------------------------------------------------------------------------------------------------

    def provenance(self) -> Listing:
        settings = self.result.settings
        parts = [
            self.word("provenance_method", value=self.method()),
            self.word("provenance_interval", level=self.level(), value=self.word(f"conf_type_{settings['conf_type']}")),
            self.word("provenance_variance", value=self.word(f"variance_{settings['variance']}")),
        ]
        parts += self.source()
        return Listing(self.word("section_provenance"), ("; ".join(parts), *self.columns_used()), "provenance")


def _bare_percent(share: float | None, language: str) -> str:
    return number(None if share is None else 100 * share, language, 1)


def _whole(values: list[float | None]) -> bool:
    return all(value is None or float(value).is_integer() for value in values)
