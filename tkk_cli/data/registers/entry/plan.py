"""``cohort.toml`` as values: what the stages of ``entry`` and the outcomes are told."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "CohortPlan",
    "Comparison",
    "Eligibility",
    "FollowUp",
    "Index",
    "LookBack",
    "Programme",
    "Request",
    "WashOut",
]


@dataclass(frozen=True, kw_only=True)
class Index:
    """``[index]``: the event that brings a person in, and day zero.

    ``event`` is ``spell_start`` or ``spell_end`` (of a spell of ``states``; a sickness absence by default),
    ``rehabilitation_start``, ``rehabilitation_end`` or ``decision``. Spells of the states at most ``join_gap`` days
    apart are one, and it must last ``min_days``. With ``origin = "qualified"`` day zero is the day on which it has
    lasted so long; with ``"event"`` it is the event itself, and membership is known only ``min_days`` later.
    """

    event: str = "spell_start"
    states: tuple[str, ...] = ("sickness", "partial_sickness")
    min_days: int = 1
    join_gap: int = 0
    origin: str = "event"
    first: datetime.date | None = None
    last: datetime.date | None = None
    which: str = "first"  # first eligible or last eligible of a person


@dataclass(frozen=True, kw_only=True)
class WashOut:
    """``[wash_out]``: no spell of ``states`` in the ``days`` before the index event."""

    days: int = 0
    states: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LookBack:
    """``[look_back]``: history of ``days`` before day zero, and the covariates made of it."""

    days: int = 365
    covariates: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Eligibility:
    """``[eligibility]``: steps in this order; a step that is not given is not taken."""

    age: tuple[int, int] | None = None  # whole years on day zero, both ends included
    sex: tuple[str, ...] = ()
    resident: bool | None = None  # a person row at the end of the year before day zero
    at_work: bool | None = None  # at work on the day before day zero's spell
    alive: bool = True
    observed: bool = True  # the look-back lies within the years of the registers
    without: tuple[str, ...] = ()  # no spell of these states ever before day zero (for example a disability pension)
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Programme:
    """``[programme]``: the exposure, from rehabilitation rows near day zero.

    The first rehabilitation spell that starts from ``before`` days before to ``after`` days after day zero; ``groups``
    merges programmes into levels by name. ``column`` takes it from the index spell's own column instead.
    """

    before: int = 0
    after: int = 0
    groups: Mapping[str, tuple[str, ...]]
    column: str | None = None
    none: str = "ei kuntoutusta"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """``[comparison]``: who stays in beside the programmes: ``none`` (programme only), or everyone eligible."""

    pool: str = "everyone"


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """``[follow_up]``: how long, what ends it as a competing event, what censors, and a landmark."""

    days: int = 1095
    last: datetime.date | None = None  # last day that the registers know (default: the last whole year of all sources)
    competing: tuple[str, ...] = ("death", "old_age_pension", "disability_pension")
    censoring: tuple[str, ...] = ("emigrated",)
    landmark: int = 0  # day zero moves so many days; who has ended before is left out


@dataclass(frozen=True, kw_only=True)
class Request:
    """``[outcome.PREFIX]``: an outcome of the dictionary with its parameters, defaults filled in."""

    prefix: str
    outcome: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class CohortPlan:
    """A whole ``cohort.toml``.

    ``at_work`` changes the rule of ``states.csv``: keys ``needs``, ``excludes`` and ``partial``, each some states.
    """

    path: Path
    registers: Path
    index: Index
    wash_out: WashOut
    look_back: LookBack
    eligibility: Eligibility
    programme: Programme | None
    comparison: Comparison
    follow_up: FollowUp
    at_work: Mapping[str, tuple[str, ...]]
    outcomes: tuple[Request, ...]
