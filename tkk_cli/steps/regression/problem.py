"""What a model of ``tkk regress`` is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tkk_cli.designs import Design
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.fits import Fit
from tkk_cli.results import Note
from tkk_cli.steps.options import RegressOptions

__all__ = ["Fitted", "Problem"]


@dataclass(frozen=True)
class Problem:
    """One adjustment set of one analysis.

    Attributes
    ----------
    label : str
        The adjustment set as it was given; ``""`` when there is one only.
    history : EventHistory
        n rows; the event of interest is the first cause. ``stratum`` and ``cluster`` are already those that the model
        is to use (the person's rows are a cluster when ``--id`` has several rows a person and no ``--cluster``).
        ``group`` is the exposure when there is one.
    design : Design
        n rows.
    exposure : str or None
        The variable of the exposure (``--group``); its levels are ``history.groups``, the reference first.
    unit : str
        In which the times are.
    options : RegressOptions
    robust : bool
        Whether the reported variance is the robust one.
    stratum_names : tuple of str
        By code of ``history.stratum``.
    person : (n,) int64 or None
        Codes from 0 of ``--id``.
    extra : mapping of str to (n,) array
        Other columns that an option names: ``offset``, ``lower`` and ``upper`` (interval-censored times, ``inf`` when
        right-censored), ``censoring_group`` (codes), time scales (``scale:age``).
    coefficients_only : bool
        Whether tables beside the fit (curves, tests of assumptions) are not wanted; the design cannot be rebuilt then.
    """

    label: str
    history: EventHistory
    design: Design
    exposure: str | None
    unit: str
    options: RegressOptions
    robust: bool
    stratum_names: tuple[str, ...] = ()
    person: Any = None
    extra: Mapping[str, Float] = field(default_factory=dict)
    coefficients_only: bool = False


@dataclass(frozen=True)
class Fitted:
    """One fit of a problem.

    Attributes
    ----------
    method : str
        The model in full: ``cox``, ``fine_gray``, ``weibull``, ``royston_parmar``, ``poisson``...
    cause : str
        The event.
    fit : Fit
        Its columns are those of ``design``.
    design : Design
        That of the problem, or what the model made of it (effects that change over time).
    concordance : (estimate, std_error) or None
    tables : mapping
        Name in ``tables.REGRESS`` -> rows as dictionaries without ``model``, ``method`` and ``cause``; a column that a
        row lacks is NaN or ``""``.
    notes : tuple of Note
        Beside those of the fit.
    """

    method: str
    cause: str
    fit: Fit
    design: Design
    concordance: tuple[float, float] | None = None
    tables: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
