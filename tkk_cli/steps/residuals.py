"""Residuals of a Cox model: rows of people, so they are no part of a result and are written only when asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.options import from_keywords
from tkk_cli.steps.options import RegressOptions
from tkk_cli.steps.regress import problems

__all__ = ["cox_residuals", "residuals"]

Columns = dict[str, np.ndarray[Any, Any]]


def residuals(data: Any, **options: Any) -> Any:
    """Residuals of the Cox model that ``regress`` fits with the same options, as a data frame.

    Parameters
    ----------
    data : path, pandas.DataFrame or pyarrow.Table
    **options
        As for ``regress``, one adjustment set; the event of interest.

    Returns
    -------
    pandas.DataFrame
        One row for each row used, in the order of the file: ``row`` (from 1, in the file), ``martingale``,
        ``deviance``, ``score_COLUMN``, ``dfbeta_COLUMN``, ``schoenfeld_COLUMN`` and ``scaled_schoenfeld_COLUMN`` (the
        last two NaN but for rows with the event).

    Raises
    ------
    TkkError
        TKK310 for a model that is not Cox, several adjustment sets, or imputation.

    Notes
    -----
    O(n p) after the fit.

    Examples
    --------
    >>> import tkk_cli as tkk
    >>> rows = tkk.residuals(
    ...     "sample_data/kuntoutus.csv", time="seuranta", event="tila==1", censored="0,2,3,4", covariates="ika"
    ... )
    >>> bool(abs(rows["martingale"].sum()) < 1e-8)
    True
    """
    import pandas

    return pandas.DataFrame(cox_residuals(data, from_keywords(RegressOptions, options)))


def cox_residuals(data: Any, options: RegressOptions) -> Columns:
    """``residuals`` as arrays by column."""
    from tkk_cli.steps.regression.cox import residual_table

    if options.model != "cox":
        raise TkkError("TKK310", f"--model {options.model} has no residuals here", hint="residuals are of --model cox")
    if options.impute:
        raise TkkError("TKK310", "residuals are of one data set, not of several imputed ones")
    regression, given = problems(data, options)
    if len(given) > 1:
        raise TkkError("TKK310", "residuals are of one adjustment set", hint="give --adjust once")
    return {"row": regression.rows, **residual_table(given[0])}
