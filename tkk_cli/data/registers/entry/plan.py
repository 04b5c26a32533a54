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
    ``rehabilitation_start``, ``rehabilitation_end`` or ``decision`` (of a rehabilitation row, which then is the index
    spell). An end is the first day after the spell. Spells of the states at most ``join_gap`` days apart are one; it
    must last ``min_days``, which is known at day zero only if ``origin`` is ``qualified`` (day zero = the day number
    ``min_days`` of the spell) instead of ``event``. ``first`` and ``last`` bound the day of the event.
    """

    event: str = "spell_start"
    states: tuple[str, ...] = ("sickness", "partial_sickness")
    min_days: int = 1
    join_gap: int = 0
    origin: str = "event"
    first: datetime.date | None = None
    last: datetime.date | None = None
    which: str = "first"  # first eligible or last eligible of a person

    @property
    def rehabilitation(self) -> bool:
        """Whether the event is that of a rehabilitation row."""
        return self.event in ("rehabilitation_start", "rehabilitation_end", "decision")


@dataclass(frozen=True, kw_only=True)
class WashOut:
    """``[wash_out]``: no spell of ``states`` in the ``days`` before the index spell (or the decision, if earlier).

    Without ``states``: those of the index, or any earlier rehabilitation row where the index is one.
    """

    days: int = 0
    states: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LookBack:
    """``[look_back]``: history of ``days`` before day zero (before a landmark moves it), and the covariates made of it.

    ``diagnosis_groups`` is the user's list instead of the package's ``diagnosis_groups.csv``.
    """

    days: int = 365
    covariates: tuple[str, ...] = ()
    diagnosis_groups: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Eligibility:
    """``[eligibility]``: steps in this order; a step that is not given is not taken."""

    age: tuple[int, int] | None = None  # whole years on day zero, both ends included
    sex: tuple[str, ...] = ()
    resident: bool | None = None  # a person row at the end of the year before day zero
    at_work: bool | None = None  # at work on the day before the index spell (or the decision, if earlier)
    alive: bool = True
    observed: bool = True  # the look-back lies within the years of the registers
    without: tuple[str, ...] = ()  # no spell of these states ever before day zero (for example a disability pension)
    regions: tuple[str, ...] = ()  # at the end of the year before day zero, else the latest known before


@dataclass(frozen=True, kw_only=True)
class Programme:
    """``[programme]``: the exposure, from rehabilitation rows near day zero.

    The first rehabilitation spell that starts from ``before`` days before to ``after`` days after day zero; with a
    landmark, ``after`` is counted from day zero before it moves, is the landmark where it is not given, and may not be
    later. ``groups`` merges programmes into levels by name; a programme in no group keeps its name. ``column`` takes
    the level from the index spell's own column instead (``programme``, ``code``, ``provider`` or ``source``).
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
    """``[follow_up]``: how long, what ends it as a competing event, what censors, and a landmark.

    ``last`` is the last day that the registers know: by default 31 December of the earliest last year that a source of
    spells states in ``registers.toml``, and where none does, the last start or end that is seen.
    """

    days: int = 1095
    last: datetime.date | None = None
    competing: tuple[str, ...] = ("death", "old_age_pension", "disability_pension")
    censoring: tuple[str, ...] = ("emigrated",)
    landmark: int = 0  # day zero moves so many days; who has ended before is left out


@dataclass(frozen=True, kw_only=True)
class Request:
    """``[outcome.PREFIX]``: an outcome of the dictionary and its parameters as they were written."""

    prefix: str
    outcome: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class CohortPlan:
    """A whole ``cohort.toml``.

    ``at_work`` changes the rule of ``states.csv``: keys ``needs``, ``excludes`` and ``partial``, each some states. The
    dead and those who have left are never at work.
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
