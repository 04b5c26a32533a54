"""Settings of ``cohort.toml`` that contradict each other, or that would be ignored: refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tkk_cli.data.registers.entry.plan import CohortPlan
from tkk_cli.errors import TkkError

__all__ = ["check_plan"]

_Given = Mapping[str, Mapping[str, Any]]
_Found = Iterator[tuple[str, str, str]]  # section and key, what is wrong, what to type


def check_plan(plan: CohortPlan, given: _Given) -> None:
    """TKK286 for the first contradiction; ``given`` holds the keys that were written, by section."""
    for findings in (_index(plan, given), _programme(plan, given), _follow_up(plan), _rest(plan, given)):
        for where, message, hint in findings:
            raise TkkError("TKK286", message, where=f"{plan.path.name}: {where}", hint=hint)


def _index(plan: CohortPlan, given: _Given) -> _Found:
    index = plan.index
    for key in ("states", "join_gap"):
        if index.rehabilitation and key in given["index"]:
            yield (
                f"[index] {key}",
                f"{key} is of spells, and the event {index.event} is of rehabilitation rows",
                (f'leave {key} out, or use event = "spell_start"'),
            )
    if not index.rehabilitation and not index.states:
        yield "[index] states", "an index spell needs a state", 'write states = ["sickness"]'
    if index.origin == "qualified" and index.event not in ("spell_start", "rehabilitation_start"):
        yield "[index] origin", f"a spell has qualified before {index.event}", 'use origin = "event"'
    if index.first and index.last and index.first > index.last:
        yield "[index] first", "the first day is after the last", "change first or last"
    if index.event == "spell_start":
        ends = set(plan.follow_up.competing) | set(plan.follow_up.censoring)
        for state in index.states:
            if state in ends:
                yield (
                    "[index] states",
                    f"{state} brings a person in and ends the follow-up at once",
                    ("take it out of [index] states, or out of competing and censoring in [follow_up]"),
                )


def _programme(plan: CohortPlan, given: _Given) -> _Found:
    programme, landmark = plan.programme, plan.follow_up.landmark
    if programme is None:
        if plan.comparison.pool == "none" and not plan.index.rehabilitation:
            yield "[comparison] pool", "without a programme nobody is left", "add a section [programme]"
        return
    for key in ("before", "after", "column", "none"):
        if plan.index.rehabilitation and key in given["programme"]:
            yield (
                f"[programme] {key}",
                f"the programme is that of the row of the event {plan.index.event}",
                (f"leave {key} out"),
            )
    if plan.comparison.pool == "none" and "none" in given["programme"]:
        yield "[programme] none", "nobody without a programme stays in", 'leave none out, or use pool = "everyone"'
    for key in ("before", "after"):
        if programme.column and key in given["programme"]:
            yield (
                f"[programme] {key}",
                "a programme taken from a column of the index spell has no window",
                (f"leave {key} or column out"),
            )
    if programme.after >= plan.follow_up.days:
        yield (
            "[programme] after",
            "programmes would be looked for after the end of follow-up",
            ("make after shorter than days in [follow_up]"),
        )
    if landmark and programme.after > landmark:
        yield (
            "[programme] after",
            f"what starts after the landmark ({landmark} days) is not known at day zero",
            ("make after at most the landmark, or the landmark later"),
        )
    seen: dict[str, str] = {}
    for level, names in programme.groups.items():
        if level == programme.none:
            yield "[programme] none", "a level has the name of those without a programme", "give the level another name"
        for name in names:
            if name in seen:
                yield "[programme.groups]", f"{name} is in {seen[name]} and in {level}", "name it once"
            seen[name] = level


def _follow_up(plan: CohortPlan) -> _Found:
    follow = plan.follow_up
    for state in follow.competing:
        if state in follow.censoring:
            yield "[follow_up] censoring", f"{state} cannot both censor and be a competing event", "name it in one list"
    if follow.last and plan.index.first and follow.last < plan.index.first:
        yield "[follow_up] last", "the registers end before the first index day", "change last, or first in [index]"


def _rest(plan: CohortPlan, given: _Given) -> _Found:
    ages = plan.eligibility.age
    if ages and ages[0] > ages[1]:
        yield "[eligibility] age", "the lower age is above the upper", f"write age = [{ages[1]}, {ages[0]}]"
    if plan.wash_out.states and not plan.wash_out.days:
        yield "[wash_out] days", "a wash-out of no days would change nothing", "write days = 365"
    covariates = plan.look_back.covariates
    if plan.look_back.diagnosis_groups is not None and covariates and "diagnosis_group" not in covariates:
        yield (
            "[look_back] diagnosis_groups",
            "no covariate is made of the list",
            "add diagnosis_group to covariates, or leave the list out",
        )
    rule = given["at_work"]
    for key in ("needs", "partial"):
        for state in rule.get(key, ()):
            if state in rule.get("excludes", ()):
                yield f"[at_work] {key}", f"{state} is in {key} and in excludes", "name it once"
