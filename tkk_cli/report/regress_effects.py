"""The tables of effects on the page of ``tkk regress``: fits beside each other, coefficients, tests, fit."""

from __future__ import annotations

from tkk_cli.report.document import Column, Grid
from tkk_cli.report.effects import FitKey, Scale, exposure_rows, fit_keys, method_name, model_names, scale_of
from tkk_cli.report.language import has_text
from tkk_cli.report.notes import level_label, term_label
from tkk_cli.report.numbers import common_digits, duration, interval, number, p_value
from tkk_cli.report.page import Page, Row
from tkk_cli.results import Result

__all__ = ["EffectTables", "FitPage"]


class FitPage(Page):
    """A page whose rows belong to fits."""

    def __init__(self, result: Result, language: str) -> None:
        super().__init__(result, language)
        self.keys = fit_keys(result)
        self.sets = model_names(result, language)
        self.methods = list(dict.fromkeys(key.method for key in self.keys))

    def of(self, table: str, key: FitKey) -> list[Row]:
        """The rows of one fit."""
        return [row for row in self.rows(table) if (row["model"], row["method"], row["cause"]) == key]

    def by_fit(self, table: str) -> list[Row]:
        """All rows in the order of the fits."""
        return [row for key in self.keys for row in self.of(table, key)]

    def whose(self, rows: list[Row]) -> list[Column]:
        """The columns that name the fit of a row, those only in which rows differ."""
        made = list(self.names(rows, "cause")) if len({key.cause for key in self.keys}) > 1 else []
        if len(self.methods) > 1:
            cells = tuple(method_name(row["method"], self.language) for row in rows)
            made.append(Column(self.word("method"), cells, False))
        if len(self.sets) > 1:
            cells = tuple(self.sets[row["model"]].partition(":")[0] for row in rows)
            made.append(Column(self.word("model"), cells, False))
        return made

    def adjusted(self, caption: str, model: str) -> str:
        """A caption with the adjustment set where there are several."""
        if len(self.sets) == 1:
            return caption
        return self.word("section_adjusted", caption=caption, model=self.sets[model])

    def term(self, name: str) -> str:
        return term_label(self.result, name, self.language)

    def terms(self, rows: list[Row]) -> Column:
        return Column(self.word("variable"), tuple(self.term(row["term"]) for row in rows), False)

    def level_column(self, rows: list[Row]) -> list[Column]:
        if not any(row["level"] for row in rows):
            return []
        cells = tuple(level_label(self.result, row["term"], row["level"], self.language) for row in rows)
        return [Column(self.word("level"), cells, False)]

    def chi_square(self, rows: list[Row]) -> list[Column]:
        return [
            self.fixed("statistic", (row["statistic"] for row in rows), 2),
            self.column("df", (row["df"] for row in rows), number),
            self.column("p_value", (row["p_value"] for row in rows), p_value),
        ]


class EffectTables(FitPage):
    """Each builder gives the grids of one section, none when the section does not apply."""

    def scale(self, rows: list[Row]) -> Scale:
        return scale_of(self.result, rows[0]["measure"], self.language)

    def effects_of(self, key: FitKey) -> list[Row]:
        return [row for row in self.of("coefficients", key) if row["role"] != "ancillary"]

    # fits beside each other ------------------------------------------------------------------------------------------

    def comparison(self) -> list[Grid]:
        """Adjustment sets as columns, one grid an event and method; or every event and method of a single set."""
        if len(self.sets) > 1:
            groups = dict.fromkeys((key.method, key.cause) for key in self.keys)
            return [
                self.beside(
                    self.word("section_comparison", cause=self.fit_caption(FitKey("", method, cause))),
                    [key for key in self.keys if (key.method, key.cause) == (method, cause)],
                    whole_name=False,
                )
                for method, cause in groups
            ]
        if len(self.keys) == 1:
            return []
        headings = {self.word("beside_what", what=self.heading(key), method=self.method(key)) for key in self.keys}
        if len(headings) > 1:
            return [self.beside(self.word("section_beside"), self.keys, whole_name=True)]
        return [self.beside(self.word("section_comparison", cause=headings.pop()), self.keys, whole_name=False)]

    def heading(self, key: FitKey) -> str:
        return self.scale(self.of("coefficients", key)).heading

    def beside(self, caption: str, keys: list[FitKey], *, whole_name: bool) -> Grid:
        exposure = self.result.estimand.get("exposure")
        cells: list[dict[tuple[str, str], str]] = []
        order: dict[tuple[str, str], Row] = {}
        headings = []
        for key in keys:
            rows = exposure_rows(self.effects_of(key), exposure)
            scale = self.scale(rows)
            cells.append({(row["term"], row["level"]): scale.both(row) for row in rows})
            for row in rows:
                order.setdefault((row["term"], row["level"]), row)
            if whole_name:
                whose = self.word("beside", cause=self.cause(key.cause), what=scale.heading, method=self.method(key))
            elif len(self.sets) == 1:
                whose = self.cause(key.cause)
            else:
                whose = self.word("model_number", number=self.sets[key.model].partition(":")[0])
            headings.append(self.word("with_interval", what=whose, level=self.level()))
        shown = list(order.values())
        return self.grid(
            caption,
            self.terms(shown),
            *self.level_column(shown),
            *(
                Column(heading, tuple(own.get(place, "") for place in order))
                for heading, own in zip(headings, cells, strict=True)
            ),
            foot=self.unestimated(shown),
        )

    # one fit ---------------------------------------------------------------------------------------------------------

    def method(self, key: FitKey) -> str:
        return method_name(key.method, self.language)

    def fit_caption(self, key: FitKey) -> str:
        rows = [row for row in self.rows("coefficients") if (row["method"], row["cause"]) == (key.method, key.cause)]
        effects = self.word(f"effects_{self.scale(rows).kind}")
        words = effects if effects[1:2].isupper() else effects[0].lower() + effects[1:]
        return self.word("section_coefficients", cause=self.cause(key.cause), effects=words, method=self.method(key))

    def coefficients(self) -> list[Grid]:
        made = []
        for key in self.keys:
            rows = self.effects_of(key)
            if not rows:
                continue
            scale = self.scale(rows)
            made.append(
                self.grid(
                    self.adjusted(self.fit_caption(key), key.model),
                    self.terms(rows),
                    *self.level_column(rows),
                    *self.counts(rows),
                    Column(scale.heading, tuple(scale.estimate(row) for row in rows)),
                    Column(self.word("interval", level=self.level()), tuple(scale.interval(row) for row in rows)),
                    Column(self.word("p_value"), tuple(self.p(row) for row in rows)),
                    foot=self.unestimated(rows),
                )
            )
        return made

    def counts(self, rows: list[Row]) -> list[Column]:
        """Rows and events of each level; those of a whole fit are in the table of the models."""
        categories = {row["term"] for row in rows if row["role"] == "reference"}
        known = [row["n"] is not None and row["term"] in categories for row in rows]
        if not any(known):
            return []
        return [
            Column(
                self.word(heading),
                tuple(count(row[name], self.language) if shown else "" for row, shown in zip(rows, known, strict=True)),
            )
            for heading, name in (("n", "n"), ("events", "n_event"))
        ]

    def p(self, row: Row) -> str:
        return p_value(row["p_value"], self.language) if row["role"] == "estimate" else ""

    def unestimated(self, rows: list[Row]) -> str:
        """What explains the rows that have no estimate."""
        roles = {row["role"] for row in rows}
        return " ".join(self.word(f"{role}_foot") for role in ("dropped", "infinite") if role in roles)

    def ancillary(self) -> list[Grid]:
        rows = [row for row in self.by_fit("coefficients") if row["role"] == "ancillary"]
        if not rows:
            return []
        words = tuple(self.parameter(row["term"]) for row in rows)
        # A hazard a day is small, the logarithm of a scale is not.
        digits = [max(3, common_digits([row["std_error"]], 2)) for row in rows]
        values = zip(rows, digits, strict=True)
        estimates = tuple(number(row["estimate"], self.language, d) for row, d in values)
        values = zip(rows, digits, strict=True)
        limits = tuple(interval(row["conf_low"], row["conf_high"], self.language, d) for row, d in values)
        return [
            self.grid(
                self.word("section_ancillary"),
                *self.whose(rows),
                Column(self.word("parameter"), words, False),
                Column(self.word("estimate"), estimates),
                Column(self.word("interval", level=self.level()), limits),
            )
        ]

    def parameter(self, name: str) -> str:
        """``log(skaala)``; of an intercept of a time or a stratum, its words with what is in brackets."""
        base, _, detail = name.rstrip("]").partition("[")
        if not has_text(f"ancillary_{base.strip()}"):
            return name
        if base == "intercept" and detail:
            return f"{self.word('ancillary_intercept')}, {duration(float(detail), self.unit, self.language)}"
        return self.word(f"ancillary_{base.strip()}") + (f" ({detail})" if detail else "")

    # tests and fit ---------------------------------------------------------------------------------------------------

    def term_tests(self) -> list[Grid]:
        rows = self.by_fit("term_tests")
        if not rows:
            return []
        return [self.grid(self.word("section_term_tests"), *self.whose(rows), self.terms(rows), *self.chi_square(rows))]

    def models(self) -> list[Grid]:
        rows = self.by_fit("models")
        optional = [
            self.fixed(key, values, 1)
            for key, values in (
                ("log_likelihood", [row["log_likelihood"] for row in rows]),
                ("aic", [row["aic"] for row in rows]),
            )
            if any(value is not None for value in values)
        ]
        if any(row["concordance"] is not None for row in rows):
            optional.append(Column(self.word("concordance"), tuple(self.concordance(row) for row in rows)))
        methods = Column(self.word("method"), tuple(method_name(row["method"], self.language) for row in rows), False)
        return [
            self.grid(
                self.word("section_models"),
                *(self.whose(rows) or [methods]),
                self.column("n", (row["n"] for row in rows), count),
                self.column("events", (row["n_event"] for row in rows), count),
                self.column("parameters", (row["df"] for row in rows), number),
                *optional,
            )
        ]

    def concordance(self, row: Row) -> str:
        if row["concordance"] is None:
            return self.word("not_estimable")
        value, error = (number(row[name], self.language, 3) for name in ("concordance", "concordance_std_error"))
        return f"{value} ({error})"

    def tests(self) -> list[Grid]:
        rows = self.by_fit("tests")
        if not rows:
            return []
        names = Column(self.word("test"), tuple(self.word(f"test_{row['test']}") for row in rows), False)
        return [self.grid(self.word("section_model_tests"), *self.whose(rows), names, *self.chi_square(rows))]


def count(value: float | None, language: str) -> str:
    """A count; weighted ones may have a fraction."""
    return number(value, language, 0 if value is None or float(value).is_integer() else 1)
