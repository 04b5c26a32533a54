"""Index events: every event that could bring a person in, one row each, before anyone is left out."""

from __future__ import annotations

from tkk_cli.data.registers.entry.known import Known
from tkk_cli.data.registers.entry.plan import CohortPlan
from tkk_cli.data.registers.spells import OPEN, merged_sql
from tkk_cli.data.registers.sql import day_number
from tkk_cli.data.registers.states import States

__all__ = ["exposure_sql", "index_event_sql", "rank_list"]


def rank_list(states: States, names: tuple[str, ...] | frozenset[str]) -> str:
    """The ranks of states for ``IN (...)``; no rank at all is 0, which no spell has."""
    return ", ".join(str(rank) for rank in sorted(states.rank(name) for name in names)) or "0"


def index_event_sql(plan: CohortPlan, states: States, known: Known) -> str:
    """The events of ``[index]``: one row an event, numbered within a person in the order of time (``nth``).

    ``zero`` is day zero before a landmark, ``anchor`` the day before which a wash-out and "at work" look: the start of
    the index spell, or the decision where that is earlier. The four columns of the programme are those of the row of
    the event, else NULL. What lasts is counted up to the last known day.
    """
    index = plan.index
    spells = _rehabilitation(plan) if index.rehabilitation else _spells(plan, states)
    day = {"spell_end": "stop", "rehabilitation_end": "stop", "decision": "decided"}.get(index.event, "start")
    zero = f"{day} + {index.min_days - 1}" if index.origin == "qualified" else day
    end = f"LEAST(COALESCE(stop, {known.last + 1}), {known.last + 1})"
    conditions = [f"{day} IS NOT NULL", f"{zero} <= {known.last}", f"{end} - start >= {index.min_days}"]
    if index.first is not None:
        conditions.append(f"{day} >= {day_number(index.first)}")
    if index.last is not None:
        conditions.append(f"{day} <= {day_number(index.last)}")
    order = f"event_day, start, COALESCE(stop, {OPEN}), COALESCE(programme, ''), COALESCE(provider, '')"
    return f"""
WITH event AS (SELECT pid, {day} AS event_day, {zero} AS zero, LEAST({day}, start) AS anchor,
                      start, stop, programme, programme_start, programme_stop, provider
               FROM ({spells}) AS index_spell
               WHERE {" AND ".join(conditions)})
SELECT pid, CAST(ROW_NUMBER() OVER (PARTITION BY pid ORDER BY {order}) AS INT) AS nth,
       CAST(event_day AS INT) AS event_day, CAST(zero AS INT) AS zero, CAST(anchor AS INT) AS anchor,
       start AS index_start, stop AS index_stop, programme, programme_start, programme_stop, provider
FROM event"""


def _rehabilitation(plan: CohortPlan) -> str:
    decided = "decided" if plan.index.event == "decision" else "CAST(NULL AS INT) AS decided"
    return (
        f"SELECT DISTINCT pid, start, stop, {decided}, programme, start AS programme_start, stop AS programme_stop, "
        "provider FROM spell WHERE programme IS NOT NULL"
    )


def _spells(plan: CohortPlan, states: States) -> str:
    merged = merged_sql("spell", [states.rank(name) for name in plan.index.states], plan.index.join_gap)
    column = plan.programme.column if plan.programme is not None else None
    if column is None:
        return (
            "SELECT pid, start, stop, CAST(NULL AS VARCHAR) AS programme, CAST(NULL AS INT) AS programme_start, "
            f"CAST(NULL AS INT) AS programme_stop, CAST(NULL AS VARCHAR) AS provider FROM ({merged}) AS merged"
        )
    # of several rows that begin the index spell, the smallest value
    return f"""
SELECT m.pid AS pid, m.start AS start, m.stop AS stop, o.programme AS programme,
       CASE WHEN o.programme IS NOT NULL THEN m.start END AS programme_start,
       CASE WHEN o.programme IS NOT NULL THEN m.stop END AS programme_stop, o.provider AS provider
FROM ({merged}) AS m
JOIN (SELECT pid, start, MIN({column}) AS programme, MIN(provider) AS provider FROM spell
      WHERE state IN ({rank_list(states, plan.index.states)}) GROUP BY pid, start) AS o
  ON o.pid = m.pid AND o.start = m.start"""


def exposure_sql(plan: CohortPlan) -> str:
    """The programme of every event: the first rehabilitation row that starts in the window around day zero.

    Of rows that start on the same day, the one that ends first, then by name of programme and provider.
    """
    assert plan.programme is not None
    order = f"s.start, COALESCE(s.stop, {OPEN}), s.programme, COALESCE(s.provider, '')"
    return f"""
SELECT pid, nth, programme, programme_start, programme_stop, provider
FROM (SELECT e.pid AS pid, e.nth AS nth, s.programme AS programme, s.start AS programme_start,
             s.stop AS programme_stop, s.provider AS provider,
             ROW_NUMBER() OVER (PARTITION BY e.pid, e.nth ORDER BY {order}) AS place
      FROM index_event AS e JOIN spell AS s ON s.pid = e.pid
      WHERE s.programme IS NOT NULL
        AND s.start BETWEEN e.zero - {plan.programme.before} AND e.zero + {plan.programme.after}) AS near
WHERE place = 1"""
