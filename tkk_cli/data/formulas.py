"""Which formulas the options ask for: one, or one for each set of covariates to adjust for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tkk_cli.data.formula import Formula, parse_formula
from tkk_cli.data.formula_calls import Factor
from tkk_cli.data.options import CovariateOptions
from tkk_cli.errors import TkkError
from tkk_cli.options import parts, words

__all__ = ["AdjustmentSet", "adjustment_sets"]

CRUDE = "crude"


@dataclass(frozen=True)
class AdjustmentSet:
    """One model: its label as given, its formula with the exposure in it, and the formula parsed."""

    label: str
    formula: str
    parsed: Formula


def adjustment_sets(options: CovariateOptions) -> tuple[AdjustmentSet, ...]:
    """The models that the options ask for; the exposure of ``--group`` is the first term of each.

    Parameters
    ----------
    options : CovariateOptions

    Returns
    -------
    tuple of AdjustmentSet
        One with the label ``""`` unless ``--adjust`` is given.

    Raises
    ------
    TkkError
        TKK221 when there is nothing to explain the outcome with, or two ways of saying it; TKK220, TKK223 from the
        formula.
    """
    if options.formula is not None and options.covariates is not None:
        raise TkkError(
            "TKK221", "give --covariates or --formula, not both", hint="--covariates a,b is --formula 'a + b'"
        )
    sets = parts(options.adjust)
    if not sets:
        text = options.formula
        if options.covariates is not None:
            text = " + ".join(quoted(name) for name in words(options.covariates))
        if text is None and options.group is None:
            raise TkkError(
                "TKK221",
                "nothing explains the outcome",
                hint="give the exposure with --group, covariates with --covariates, or --formula",
            )
        return (_with_exposure("", text, options.group),)
    if options.group is None:
        raise TkkError("TKK221", "--adjust needs the exposure", hint="give it with --group COLUMN")
    if options.formula is not None or options.covariates is not None:
        raise TkkError(
            "TKK221", "--adjust does not go with --formula or --covariates", hint="give each set with --adjust"
        )
    if len(set(sets)) < len(sets):
        raise TkkError("TKK221", "a set of --adjust is given twice", hint="give each set once")
    return tuple(_with_exposure(label, None if label == CRUDE else label, options.group) for label in sets)


def _with_exposure(label: str, text: str | None, exposure: str | None) -> AdjustmentSet:
    parsed = Formula("", ()) if text is None else parse_formula(text)
    shown = parsed.text
    alone = {term[0].variables for term in parsed.terms if len(term) == 1}
    if exposure is not None and (exposure,) not in alone:
        factor = Factor(exposure, "column", (exposure,))
        parsed = replace(parsed, terms=((factor,), *parsed.terms))
        shown = f"{quoted(exposure)} + {shown}" if shown else quoted(exposure)
    if not parsed.terms:
        raise TkkError("TKK221", "the formula has no covariate", hint="name at least one column")
    return AdjustmentSet(label, shown, parsed)


def quoted(name: str) -> str:
    """A column's name as it stands in a formula."""
    return name if name.isidentifier() else f"`{name}`"
