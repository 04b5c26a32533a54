"""From ``cohort.toml`` to episodes in a workspace: what the cohort and its sensitivity share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tkk_cli.data.registers.checks.breaks import require_choices, require_one_key_form
from tkk_cli.data.registers.config import Registers, read_registers
from tkk_cli.data.registers.entry.entrants import build_entrants
from tkk_cli.data.registers.entry.plan import CohortPlan
from tkk_cli.data.registers.entry.reading import check_states, read_plan
from tkk_cli.data.registers.intake import Intake, take_in
from tkk_cli.data.registers.opening import open_workspace
from tkk_cli.data.registers.options import EngineOptions
from tkk_cli.data.registers.spells import episode_sql, person_sql, spell_sql
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.data.registers.states import AtWork, States
from tkk_cli.errors import TkkError
from tkk_cli.outcomes.definition import Context, Outcome
from tkk_cli.outcomes.registry import settled
from tkk_cli.results import Note

__all__ = ["Prepared", "Settled", "add_entrants", "prepared", "rule_of"]

OTHER_STAGES = 12  # person, spell, those of the entry, episode, lookback, cohort: for the length of the progress bar


@dataclass(frozen=True)
class Settled:
    """An outcome of the plan: its prefix, its definition, and every parameter with its value."""

    prefix: str
    outcome: Outcome
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Prepared:
    """Everything that stands before the outcomes.

    ``notes`` is what a reader must know about day zero. The workspace holds ``person``, ``spell``, ``entrant`` and
    ``episode`` (``data.registers.schema``).
    """

    plan: CohortPlan
    registers: Registers
    intake: Intake
    workspace: Workspace
    rule: AtWork
    context: Context
    outcomes: tuple[Settled, ...]
    notes: tuple[Note, ...]


@contextmanager
def prepared(
    path: Path,
    options: EngineOptions,
    begin: Callable[[str], None] | None = None,
    expect: Callable[[int], None] | None = None,
) -> Iterator[Prepared]:
    """Read the plan, take the registers in and build the cohort up to its episodes; the engine is closed at the end.

    Parameters
    ----------
    path : Path
        ``cohort.toml``.
    options : EngineOptions
    begin : callable, optional
        Told the name of every stage before it runs.
    expect : callable, optional
        Told about how many stages there will be.

    Raises
    ------
    TkkError
        Those of the two TOML files, of the sources, and the refusal of a register break without a choice.
    """
    plan = read_plan(path)
    registers = read_registers(plan.registers)
    states = registers.states
    check_states(plan, states)
    outcomes = tuple(Settled(asked.prefix, *settled(asked, path.parent, states)) for asked in plan.outcomes)
    _refuse_strange_sources(outcomes, registers)
    rule = rule_of(plan, states)
    if expect is not None:
        expect(registers.pieces + len(outcomes) + OTHER_STAGES)
    with closing(open_workspace(options, path, begin, registers.files)) as workspace:
        intake = take_in(registers, workspace)
        require_choices(workspace, intake)
        require_one_key_form(workspace, intake)
        workspace.stage("person", person_sql())
        workspace.stage("spell", spell_sql(states))
        context = Context(states, rule, plan.follow_up.competing)
        notes = add_entrants(workspace, plan, registers, rule)
        yield Prepared(plan, registers, intake, workspace, rule, context, outcomes, notes)


def _refuse_strange_sources(outcomes: tuple[Settled, ...], registers: Registers) -> None:
    """TKK347 for an outcome of a source that there is not: it would be empty without a word."""
    names = [source.name for source in registers.sources]
    for asked in outcomes:
        source = asked.parameters.get("source")
        if source and source not in names:
            raise TkkError(
                "TKK347",
                f"there is no source {source!r}",
                where=f"[outcome.{asked.prefix}] source",
                hint=f"{registers.path.name} has {', '.join(names)}",
            )


def rule_of(plan: CohortPlan, states: States) -> AtWork:
    """The rule of "at work": that of the table of states, with what ``[at_work]`` says otherwise."""
    return states.at_work(plan.at_work)


def add_entrants(workspace: Workspace, plan: CohortPlan, registers: Registers, rule: AtWork) -> tuple[Note, ...]:
    """The stages ``entrant`` and ``episode`` of a plan, over the persons and spells there are; notes on day zero."""
    notes = build_entrants(workspace, plan, registers, rule)
    workspace.stage("episode", episode_sql(registers.states, rule))
    return notes
