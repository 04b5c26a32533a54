"""From persons and spells to entrants: the first (or last) index event of each person that passes every step."""

from __future__ import annotations

from tkk_cli.data.registers.config import Registers
from tkk_cli.data.registers.entry.eligibility import candidate_sql, steps
from tkk_cli.data.registers.entry.flow import entry_notes, flow_rows
from tkk_cli.data.registers.entry.index import exposure_sql, index_event_sql, rank_list
from tkk_cli.data.registers.entry.known import Known, known_span
from tkk_cli.data.registers.entry.plan import CohortPlan
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.data.registers.states import AtWork, States
from tkk_cli.errors import TkkError
from tkk_cli.results import Note

__all__ = ["build_entrants", "entrant_sql"]


def build_entrants(workspace: Workspace, plan: CohortPlan, registers: Registers, rule: AtWork) -> tuple[Note, ...]:
    """Write the stage ``entrant`` (``schema.ENTRANT``) from ``person``, ``spell`` and ``person_row``.

    Every index event of a person is a candidate; the first (or last) that passes all steps is the person's index. On
    the way are the stages ``index_event`` and ``chosen`` (of each person the event that got furthest, which the flow
    counts) and the views ``exposure`` and ``candidate``.

    Parameters
    ----------
    workspace : Workspace
    plan : CohortPlan
        Its states have been checked (``reading.check_states``).
    registers : Registers
        For the states, and the years of the sources.
    rule : AtWork

    Returns
    -------
    tuple of Note
        What a reader must know about day zero (``flow.entry_notes``).

    Raises
    ------
    TkkError
        TKK290 (no spells, or sources without a common day), TKK291 (nobody is left).
    """
    states = registers.states
    known = known_span(workspace, plan, registers)
    workspace.stage("index_event", index_event_sql(plan, states, known))
    if plan.programme is not None and plan.programme.column is None and not plan.index.rehabilitation:
        workspace.define("exposure", exposure_sql(plan))
    workspace.define("candidate", candidate_sql(plan, states, rule, known))
    direction = "" if plan.index.which == "first" else " DESC"
    workspace.stage(
        "chosen",
        f"""
SELECT pid, zero, anchor, index_start, index_stop, programme, programme_start, programme_stop, provider, censored,
       left_at
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY pid ORDER BY left_at DESC, nth{direction}) AS place FROM candidate) AS c
WHERE place = 1""",
    )
    workspace.stage("entrant", entrant_sql(plan, states, rule, known))
    if workspace.count("entrant") == 0:
        last = next(row for row in flow_rows(workspace, plan) if row["n"] == 0)
        raise TkkError(
            "TKK291",
            f"nobody is left after the step {last['step']}",
            where=plan.path.name,
            count=last["excluded"],
            hint="look at this step in the plan: those counted were the last to leave",
        )
    return entry_notes(workspace, plan, states, known)


def entrant_sql(plan: CohortPlan, states: States, rule: AtWork, known: Known) -> str:
    """``schema.ENTRANT`` of the chosen events that passed all steps.

    The employer is that of the work which held until the day before the index spell, else that which ended last within
    the look-back; of several the one that began first, then by key.
    """
    follow, days = plan.follow_up, plan.look_back.days
    stop = f"LEAST(c.zero + {follow.landmark + follow.days}, {known.last + 1})"
    return f"""
WITH job AS (SELECT c.pid AS pid, s.employer AS employer,
                    ROW_NUMBER() OVER (PARTITION BY c.pid ORDER BY LEAST(COALESCE(s.stop, c.anchor), c.anchor) DESC,
                                       s.start, s.employer) AS place
             FROM chosen AS c JOIN spell AS s ON s.pid = c.pid
             WHERE s.employer IS NOT NULL AND s.state IN ({rank_list(states, rule.needs)}) AND s.start < c.anchor
               AND (s.stop IS NULL OR s.stop > c.anchor - {max(days, 1)}))
SELECT c.pid AS pid, CAST(c.zero + {follow.landmark} AS INT) AS index_day, c.index_start AS index_start,
       c.index_stop AS index_stop, CAST(c.zero - {days} AS INT) AS look_start,
       CAST(LEAST({stop}, COALESCE(c.censored, {known.last + 1})) AS INT) AS follow_stop,
       c.programme AS programme, c.programme_start AS programme_start, c.programme_stop AS programme_stop,
       c.provider AS provider, j.employer AS employer
FROM chosen AS c LEFT JOIN (SELECT pid, employer FROM job WHERE place = 1) AS j ON j.pid = c.pid
WHERE c.left_at = {len(steps(plan)) + 1}"""
