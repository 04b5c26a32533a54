"""Fits on several completed data sets, pooled by Rubin's rules."""

from __future__ import annotations

from dataclasses import replace

from tkk_cli.data.design import Regression
from tkk_cli.data.imputation import imputed_designs
from tkk_cli.errors import TkkError
from tkk_cli.results import Note
from tkk_cli.steps.regression.pooling import Pooled, pool
from tkk_cli.steps.regression.problem import Fitted, Problem
from tkk_cli.steps.regression.registry import fit_function

__all__ = ["fit_imputed"]

Fits = list[tuple[Problem, list[Fitted]]]


def fit_imputed(regression: Regression, given: list[Problem]) -> tuple[Fits, dict[tuple[str, str, str], Pooled]]:
    """Fit every problem on each completed data set and pool; only coefficients are pooled, so only they are kept.

    Parameters
    ----------
    regression : Regression
        Built with ``--impute``; its missing covariates are still missing.
    given : list of Problem

    Returns
    -------
    (fits, pooled)
        As of complete data, and ``Pooled`` by (label, method, cause). A competing event whose model cannot be pooled is
        left out with a warning.

    Raises
    ------
    TkkError
        TKK307 when the model of the event of interest cannot be pooled.
    """
    options = replace(given[0].options, ph_test="none")
    fit = fit_function(options.model)
    runs: list[list[list[Fitted]]] = []
    for designs in imputed_designs(regression, options.impute, options.seed):
        runs.append(
            [
                fit(replace(problem, design=design, options=options, coefficients_only=True))
                for problem, design in zip(given, designs, strict=True)
            ]
        )
    fits: Fits = []
    pooled: dict[tuple[str, str, str], Pooled] = {}
    for place, problem in enumerate(given):
        kept: list[Fitted] = []
        for i, first in enumerate(runs[0][place]):
            try:
                together = pool([run[place][i].fit for run in runs], first.cause)
            except TkkError:
                # A rare competing event may not bear the model: the event of interest must.
                if not kept:
                    raise
                note = Note("cause_not_pooled", {"cause": first.cause}, "warning", "TKK390")
                kept[0] = replace(kept[0], notes=(*kept[0].notes, note))
                continue
            pooled[problem.label, first.method, first.cause] = together
            kept.append(replace(first, fit=together.fit, concordance=None, tables={}))
        fits.append((replace(problem, design=runs[0][place][0].design), kept))
    return fits, pooled
