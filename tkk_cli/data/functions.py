"""Functions of columns in a formula (splines, logarithms, polynomials), computed by formulaic with their state kept."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tkk_cli.data.formula_calls import Factor
from tkk_cli.histories import Float

__all__ = ["Function", "fit_function"]


@dataclass(frozen=True, eq=False)
class Function:
    """A function with the knots, means or norms of the data that it was fitted on.

    Attributes
    ----------
    suffixes : tuple of str
        What tells its columns apart: ``1``, ``2``...; one empty text when there is one column.
    columns : callable
        (n, k) numbers of the variables -> (n, columns) float64.
    """

    suffixes: tuple[str, ...]
    columns: Callable[[Float], Float]


def fit_function(factor: Factor, values: Float) -> Function:
    """Fit a function of a formula.

    Parameters
    ----------
    factor : Factor
        Checked by ``formula_calls``: its code holds nothing but arithmetic and known functions.
    values : (n, k) float64
        The numbers of ``factor.variables``; rows with a missing value are not used.

    Returns
    -------
    Function
        Missing values stay missing; values beyond the data extend a natural spline linearly. Inner knots of ``cr``
        stand at quantiles of the distinct values (R's ``ns`` takes those of all rows), of ``bs`` at quantiles of all.

    Raises
    ------
    ArithmeticError
        When formulaic cannot compute it, for example too few degrees of freedom.
    """
    # formulaic needs pandas: they are imported for a formula that has functions, and for no other
    import pandas as pd
    from formulaic import model_matrix

    def named(numbers: Float) -> Any:
        return pd.DataFrame({f"x{i}": numbers[:, i] for i in range(numbers.shape[1])})

    def quietly(make: Callable[[], Any]) -> Any:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                return make()
            except Exception as error:
                raise ArithmeticError(factor.text) from error

    context = {"sqrt": np.sqrt, "abs": np.abs, "minimum": np.minimum, "maximum": np.maximum, "I": lambda x: x}
    whole = values[~np.isnan(values).any(axis=1)]
    fitted = quietly(lambda: model_matrix(f"0 + {factor.code}", named(whole), context=context, na_action="ignore"))
    spec = fitted.model_spec
    found = [re.search(r"\[([^\[\]]*)\]$", str(name)) for name in fitted.columns]
    suffixes = tuple(match[1] if match else "" for match in found) if len(found) > 1 else ("",)

    def columns(numbers: Float) -> Float:
        known = ~np.isnan(numbers).any(axis=1)
        result = np.full((len(numbers), len(suffixes)), np.nan)
        if known.any():
            result[known] = quietly(lambda: np.asarray(spec.get_model_matrix(named(numbers[known]), context=context)))
        return result

    return Function(suffixes, columns)
