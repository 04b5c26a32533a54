"""The steps of entry in their order, and what each asks of an index event."""

from __future__ import annotations

from collections.abc import Sequence

from tkk_cli.data.registers.calendar import age
from tkk_cli.data.registers.entry.index import rank_list
from tkk_cli.data.registers.entry.known import Known
from tkk_cli.data.registers.entry.plan import CohortPlan
from tkk_cli.data.registers.sql import between, case, literal, year_of
from tkk_cli.data.registers.states import AtWork, States

__all__ = ["attributes_sql", "candidate_sql", "steps"]


def steps(plan: CohortPlan) -> tuple[str, ...]:
    """The steps that a plan takes after ``persons`` and ``index``, in order."""
    eligibility, follow = plan.eligibility, plan.follow_up
    taken = {
        "wash_out": plan.wash_out.days > 0,
        "alive": eligibility.alive,
        "age": eligibility.age is not None,
        "sex": bool(eligibility.sex),
        "resident": eligibility.resident is not None,
        "observed": eligibility.observed,
        "at_work": eligibility.at_work is not None,
        "without": bool(eligibility.without),
        "region": bool(eligibility.regions),
        "programme": plan.comparison.pool == "none" and not plan.index.rehabilitation,
        "landmark": follow.landmark > 0,
        "followed": bool(follow.censoring),
    }
    return tuple(step for step, is_taken in taken.items() if is_taken)


def _conditions(plan: CohortPlan, known: Known) -> dict[str, str]:
    """Step -> whether a row of ``fact`` passes it."""
    eligibility, landmark = plan.eligibility, plan.follow_up.landmark
    low, high = eligibility.age or (0, 0)
    years = age("birth", "zero")
    sexes, regions = (", ".join(literal(v) for v in values) for values in (eligibility.sex, eligibility.regions))
    return {
        "wash_out": "washed = 0",
        "alive": "(died IS NULL OR died > zero)",
        "age": f"birth IS NOT NULL AND {years} >= {low} AND {years} <= {high}",
        "sex": f"sex IN ({sexes})",
        "resident": f"resident = {int(bool(eligibility.resident))}",
        "observed": f"zero - {plan.look_back.days} >= {known.first}",
        "at_work": f"(needed = 1 AND excluded = 0) = ({int(bool(eligibility.at_work))} = 1)",
        "without": "had = 0",
        "region": f"region IN ({regions})",
        "programme": "programme IS NOT NULL",
        "landmark": f"ended = 0 AND (died IS NULL OR died > zero + {landmark}) AND zero + {landmark} <= {known.last}",
        "followed": "away = 0",
    }


def candidate_sql(plan: CohortPlan, states: States, rule: AtWork, known: Known) -> str:
    """Every index event with its programme and ``left_at``: the number of the first step that it does not pass.

    An event that passes all has one more than the number of steps. ``censored`` is the first start of a state that
    censors after day zero. Reads ``index_event``, ``exposure`` (where programmes are looked for), ``spell``, ``person``
    and ``person_row``.
    """
    conditions, taken = _conditions(plan, known), steps(plan)
    whens = " ".join(f"WHEN NOT COALESCE({conditions[step]}, 1 = 0) THEN {at}" for at, step in enumerate(taken, 1))
    left_at = f"CASE {whens} ELSE {len(taken) + 1} END" if taken else "1"
    searched = plan.programme is not None and plan.programme.column is None and not plan.index.rehabilitation
    columns = ("programme", "programme_start", "programme_stop", "provider")
    home = attributes_sql("SELECT pid, nth, " + year_of("zero") + " AS year FROM index_event", ["region"])
    asked = plan.eligibility.resident is not None or plan.eligibility.regions
    return f"""
WITH seen AS ({_spell_facts(plan, states, rule)}),
     fact AS (SELECT e.pid AS pid, e.nth AS nth, e.event_day AS event_day, e.zero AS zero, e.anchor AS anchor,
                     e.index_start AS index_start, e.index_stop AS index_stop,
                     {", ".join(f"{'x' if searched else 'e'}.{name} AS {name}" for name in columns)},
                     p.birth AS birth, p.sex AS sex, LEAST(p.death, s.died) AS died,
                     {", ".join(f"COALESCE(s.{name}, 0) AS {name}" for name in _FLAGS)}, s.censored AS censored,
                     {"COALESCE(h.resident, 0) AS resident, h.region AS region" if asked else "0 AS resident"}
              FROM index_event AS e
              JOIN person AS p ON p.pid = e.pid
              LEFT JOIN seen AS s ON s.pid = e.pid AND s.nth = e.nth
              {"LEFT JOIN exposure AS x ON x.pid = e.pid AND x.nth = e.nth" if searched else ""}
              {f"LEFT JOIN ({home}) AS h ON h.pid = e.pid AND h.nth = e.nth" if asked else ""})
SELECT pid, nth, zero, anchor, index_start, index_stop, {_level(plan)} AS programme, programme_start, programme_stop,
       provider, censored, CAST({left_at} AS INT) AS left_at
FROM fact"""


def _level(plan: CohortPlan) -> str:
    """The level of a programme: its group, else its own name, else the name of none."""
    if plan.programme is None:
        return "programme"
    levels = [(name, level) for level, names in plan.programme.groups.items() for name in names]
    return f"COALESCE({case('programme', levels)}, programme, {literal(plan.programme.none)})"


_FLAGS = ("washed", "needed", "excluded", "had", "ended", "away")


def _spell_facts(plan: CohortPlan, states: States, rule: AtWork) -> str:
    """What the spells of a person say of each event: one pass over those of the states that are asked for."""
    follow, landmark = plan.follow_up, plan.follow_up.landmark
    washed = plan.wash_out.states or (() if plan.index.rehabilitation else plan.index.states)
    in_wash = f"s.state IN ({rank_list(states, washed)})" if washed else "s.programme IS NOT NULL"
    reach = f"(s.stop IS NULL OR s.stop > e.anchor - {plan.wash_out.days})"
    used = {"death"} & set(states.names) | set(follow.censoring)
    used |= set(plan.eligibility.without) | (set(follow.competing) if landmark else set())
    used |= rule.needs | rule.excludes if plan.eligibility.at_work is not None else set()
    among = f"s.state IN ({rank_list(states, frozenset(used))})"
    if plan.wash_out.days:
        among = f"({among} OR {in_wash})"
    before, censoring = between("e.anchor - 1", "s.start", "s.stop"), rank_list(states, follow.censoring)
    ending = rank_list(states, (*follow.competing, *follow.censoring))
    flags = {
        "washed": f"{in_wash} AND s.start < e.anchor AND {reach}",
        "needed": f"s.state IN ({rank_list(states, rule.needs)}) AND {before}",
        "excluded": f"s.state IN ({rank_list(states, rule.excludes)}) AND {before}",
        "had": f"s.state IN ({rank_list(states, plan.eligibility.without)}) AND s.start < e.zero",
        "ended": f"s.state IN ({ending}) AND s.start >= e.zero AND s.start < e.zero + {landmark}",
        "away": f"s.state IN ({censoring}) AND {between(f'e.zero + {landmark}', 's.start', 's.stop')}",
    }
    death = rank_list(states, frozenset({"death"} & set(states.names)))
    return f"""
SELECT e.pid AS pid, e.nth AS nth,
       {", ".join(f"MAX(CASE WHEN {flags[name]} THEN 1 ELSE 0 END) AS {name}" for name in _FLAGS)},
       MIN(CASE WHEN s.state IN ({death}) THEN s.start END) AS died,
       MIN(CASE WHEN s.state IN ({censoring}) AND s.start > e.zero + {landmark} THEN s.start END) AS censored
FROM index_event AS e JOIN spell AS s ON s.pid = e.pid
WHERE {among}
GROUP BY e.pid, e.nth"""


def attributes_sql(members: str, attributes: Sequence[str]) -> str:
    """Columns of ``person_row`` as known at the end of the year before, else the latest before; timeless rows last.

    Of several values of a year the greatest, as for persons. ``resident`` is 1 where a row of the year before exists.

    Parameters
    ----------
    members : str
        SELECT of ``pid``, ``nth`` and ``year``.
    attributes : sequence of str
        Columns of ``schema.PERSON_ROW`` that hold text.
    """
    # The year goes in front of the value, so that the greatest text is the latest value.
    year = "LPAD(CAST(COALESCE(r.year, 0) AS VARCHAR), 4, '0')"
    found = ", ".join(f"SUBSTRING(MAX({year} || r.{name}), 5, 200) AS {name}" for name in attributes)
    return f"""
SELECT m.pid AS pid, m.nth AS nth, MAX(CASE WHEN r.year = m.year - 1 THEN 1 ELSE 0 END) AS resident, {found}
FROM ({members}) AS m JOIN person AS k ON k.pid = m.pid JOIN person_row AS r ON r.key = k.key
WHERE r.year IS NULL OR r.year < m.year
GROUP BY m.pid, m.nth"""
