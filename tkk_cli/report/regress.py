"""The page of ``tkk regress``: what is modelled, the effects of every fit, their checks, notes and provenance.

Whole curves, baselines and effects over time are not on the page; the figures and ``--format csv`` and ``json`` have
them.
"""

from __future__ import annotations

from tkk_cli.report.document import Document, Listing
from tkk_cli.report.effects import fit_keys, method_name, model_names, scale_of
from tkk_cli.report.notes import sentence
from tkk_cli.report.numbers import duration, number
from tkk_cli.report.page import Page
from tkk_cli.report.regress_checks import CheckTables
from tkk_cli.report.regress_effects import EffectTables
from tkk_cli.results import Result

__all__ = ["document"]

# Notes that say what the numbers are: they stand above the tables.
_LEADING_NOTES = ("synthetic", "fine_gray_and_cause_specific")

_PSEUDO_TIMES = ("pseudo_pooled", "pseudo_by_stratum")


def document(result: Result, language: str) -> Document:
    """The page for a regression, the event of interest first."""
    page, effects, checks = _Page(result, language), EffectTables(result, language), CheckTables(result, language)
    grids = [
        grid
        for build in (
            effects.comparison,
            effects.coefficients,
            effects.ancillary,
            effects.term_tests,
            effects.models,
            effects.tests,
            checks.proportional_hazards,
            checks.at,
            checks.contrasts,
            checks.rates,
            checks.imputation,
            checks.audit,
        )
        for grid in build()
    ]
    return Document(language, page.title(), page.lead(), (*grids, *page.notes(_LEADING_NOTES), page.provenance()))


class _Page(Page):
    """What stands above and below the tables."""

    def __init__(self, result: Result, language: str) -> None:
        super().__init__(result, language)
        self.keys = fit_keys(result)
        measures = zip(*(result["coefficients"][name] for name in ("method", "cause", "measure")), strict=True)
        # The first row of a fit is an effect; an ancillary parameter comes last.
        self.measure = {(method, cause): measure for method, cause, measure in reversed(list(measures))}

    def title(self) -> str:
        scale = scale_of(self.result, self.result.estimand["measure"], self.language)
        return self.word(
            "title_regress",
            effects=self.word(f"effects_{scale.kind}"),
            cause=self.cause(self.causes[0]),
            method=method_name(self.keys[0].method, self.language),
        )

    def lead(self) -> tuple[str, ...]:
        first = [sentence(note, self.result, self.language) for note in self.result.notes if note.key in _LEADING_NOTES]
        return (*first, *self.meanings(), self.formulas(), self.how(), self.population())

    def meanings(self) -> list[str]:
        """What each kind of effect says about the event of interest."""
        own = [self.measure[key.method, key.cause] for key in self.keys if key.cause == self.causes[0]]
        kinds = dict.fromkeys(scale_of(self.result, measure, self.language).kind for measure in own)
        return [
            self.word(
                f"lead_{kind}",
                cause=self.word("quoted", name=self.cause(self.causes[0])),
                quantity=self.quantity() if kind in ("ratio", "difference") else "",
            )
            for kind in kinds
        ]

    def quantity(self) -> str:
        """What pseudo-observations are of, with its times: a restricted mean says nothing without its horizon."""
        quantity = self.word(f"quantity_{self.result.settings['quantity'].replace('-', '_')}")
        times = [time for note in self.result.notes if note.key in _PSEUDO_TIMES for time in note.values["times"]]
        shown = [duration(time, self.unit, self.language) for time in dict.fromkeys(times)]
        return self.word("list_mark").join([quantity, *shown])

    def formulas(self) -> str:
        sets = model_names(self.result, self.language)
        if len(sets) > 1:
            return self.word("lead_formulas", formula="; ".join(sets.values()))
        return self.word("lead_formula", formula=self.result.settings["formulas"][0])

    def how(self) -> str:
        details = [self.word("how_variance", value=self.variance())]
        if self.ties():
            details.insert(0, self.word("how_ties", value=self.ties()))
        words = "; ".join(details)
        return self.word("lead_how", details=words[0].upper() + words[1:], level=self.level())

    def variance(self) -> str:
        return self.word("variance_robust" if self.result.settings["robust"] else "variance_model")

    def ties(self) -> str:
        """How a Cox model took its ties; the other models have none to take, or always take them alike."""
        settings = self.result.settings
        return self.word(f"ties_{settings['ties']}") if settings.get("model") == "cox" else ""

    def provenance(self) -> Listing:
        settings = self.result.settings
        methods = dict.fromkeys(key.method for key in self.keys)
        parts = [
            self.word("provenance_method", value=", ".join(method_name(name, self.language) for name in methods)),
            self.word("provenance_wald", level=self.level()),
            self.word("provenance_variance", value=self.variance()),
        ]
        if settings.get("model") == "fine-gray":
            parts.append(self.word("provenance_convention", value=settings["convention"]))
        if settings.get("penalty"):
            parts.append(self.word("provenance_penalty", value=number(settings["penalty"], self.language)))
        if settings.get("impute"):
            counts = {"m": number(settings["impute"], self.language), "seed": str(settings["seed"])}
            parts.append(self.word("provenance_imputed", **counts))
        parts += self.source()
        return Listing(self.word("section_provenance"), ("; ".join(parts), *self.columns_used()), "provenance")
