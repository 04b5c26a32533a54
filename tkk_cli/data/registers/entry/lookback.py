"""Look-back covariates: one row an entrant, from what was known before day zero (before a landmark moves it)."""

from __future__ import annotations

from tkk_cli.data.registers.calendar import age
from tkk_cli.data.registers.entry.covariates import ATTRIBUTES, QUARTER, SICKNESS, covariate_names, lookback_columns
from tkk_cli.data.registers.entry.diagnoses import group_sql, read_diagnosis_groups
from tkk_cli.data.registers.entry.eligibility import attributes_sql
from tkk_cli.data.registers.entry.index import rank_list
from tkk_cli.data.registers.entry.plan import CohortPlan
from tkk_cli.data.registers.sql import between, case, has_any, year_of
from tkk_cli.data.registers.states import NONE, States

__all__ = ["lookback_columns", "lookback_sql"]

_DAYS_A_MONTH = 30.4375


def lookback_sql(plan: CohortPlan, states: States) -> str:
    """SELECT of ``pid`` and ``lookback_columns``: one row an entrant.

    Reads ``entrant``, ``episode``, ``spell``, ``person`` and ``person_row``. The window is ``look_back.days`` up to
    the day before day zero; a landmark does not lengthen it, since what happens before the landmark may be an effect of
    the programme.

    - ``age``: whole years on day zero; ``sex``: of the person.
    - ``region``, ``municipality``, ``education``, ``occupation``, ``activity``: at the end of the year before day zero,
      else the latest before, else a timeless row.
    - ``work_days``, ``work_share``: days at work, partly or fully, and their share of the window.
    - ``months_since_work``: from the end of the last work in the window to day zero, 0 if at work until then (30.4375
      days a month); missing without any.
    - ``sickness_days``, ``sickness_spells``: days on which sickness or partial_sickness holds, whatever else does, and
      the unbroken stretches of them; a spell that began before the window is one.
    - ``days_<state>``: days on which that state is first in priority; ``days_other`` those without a state.
    - ``state_q<j>``: the state 91 j days before day zero.
    - ``programme_before``: a rehabilitation row that goes on in the window and began before day zero and before the
      programme of the entrant.
    - ``diagnosis_group``: of the first row of the index spell with a diagnosis, by ``diagnosis_groups.csv``.
    """
    names = covariate_names(plan, states)
    homes = [name for name in names if name in ATTRIBUTES]
    windowed = [name for name in names if _in_window(name, states) is not None]
    chosen = [f"{_expression(name, plan, states)} AS {name}" for name in names]
    parts = [f"member AS ({_member(plan)})"]
    joins = ["JOIN person AS p ON p.pid = m.pid"]
    if windowed:
        parts += _window(windowed, states)
        joins.append("LEFT JOIN history AS w ON w.pid = m.pid")
    if homes:
        years = f"SELECT pid, 1 AS nth, {year_of('zero')} AS year FROM member"
        parts.append(f"home AS ({attributes_sql(years, homes)})")
        joins.append("LEFT JOIN home AS h ON h.pid = m.pid")
    if "programme_before" in names:
        parts.append(f"earlier AS ({_EARLIER})")
        joins.append("LEFT JOIN earlier AS r ON r.pid = m.pid")
    if "diagnosis_group" in names:
        parts.append(f"diagnosed AS ({_diagnosed(plan, states)})")
        joins.append("LEFT JOIN diagnosed AS d ON d.pid = m.pid")
    return f"WITH {', '.join(parts)}\nSELECT {', '.join(['m.pid AS pid', *chosen])}\nFROM member AS m {' '.join(joins)}"


def _member(plan: CohortPlan) -> str:
    return (
        f"SELECT pid, look_start, index_day - {plan.follow_up.landmark} AS zero, index_start, index_stop, "
        "programme_start FROM entrant"
    )


_EARLIER = """
SELECT m.pid AS pid, 1 AS found FROM member AS m JOIN spell AS s ON s.pid = m.pid
WHERE s.programme IS NOT NULL AND s.start < LEAST(m.zero, COALESCE(m.programme_start, m.zero))
  AND (s.stop IS NULL OR s.stop > m.look_start)
GROUP BY m.pid"""


def _diagnosed(plan: CohortPlan, states: States) -> str:
    if plan.index.rehabilitation:
        of_index = "s.programme IS NOT NULL"
    else:
        of_index = f"s.state IN ({rank_list(states, plan.index.states)})"
    return f"""
SELECT pid, diagnosis
FROM (SELECT m.pid AS pid, s.diagnosis AS diagnosis,
             ROW_NUMBER() OVER (PARTITION BY m.pid ORDER BY s.start, s.diagnosis) AS place
      FROM member AS m JOIN spell AS s ON s.pid = m.pid
      WHERE s.diagnosis IS NOT NULL AND {of_index} AND (m.index_stop IS NULL OR s.start < m.index_stop)
        AND (s.stop IS NULL OR s.stop > m.index_start)) AS row_of_index
WHERE place = 1"""


def _window(names: list[str], states: States) -> list[str]:
    """``lived``: episodes cut to the window; ``history``: one row a person of what they add up to."""
    sick = f"CASE WHEN {has_any('e.states', states.bits(set(SICKNESS) & set(states.names)))} THEN 1 ELSE 0 END"
    return [
        f"""lived AS (
SELECT pid, zero, start, stop, state, work, sick,
       LAG(sick) OVER (PARTITION BY pid ORDER BY start) AS sick_before
FROM (SELECT m.pid AS pid, m.zero AS zero, e.start AS start, LEAST(e.stop, m.zero) AS stop, e.state AS state,
             e.work AS work, {sick} AS sick
      FROM member AS m JOIN episode AS e ON e.pid = m.pid WHERE e.start < m.zero) AS cut)""",
        f"""history AS (
SELECT pid, {", ".join(f"{_in_window(name, states)} AS {name}" for name in names)} FROM lived GROUP BY pid)""",
    ]


def _in_window(name: str, states: States) -> str | None:
    """The aggregate over ``lived`` of a covariate; None where it is not made of episodes."""

    def days(condition: str) -> str:
        return f"CAST(SUM(CASE WHEN {condition} THEN stop - start ELSE 0 END) AS INT)"

    if name in ("work_days", "work_share"):
        return days("work > 0")
    if name == "sickness_days":
        return days("sick = 1")
    if name == "sickness_spells":
        return "CAST(SUM(CASE WHEN sick = 1 AND COALESCE(sick_before, 0) = 0 THEN 1 ELSE 0 END) AS INT)"
    if name == "months_since_work":
        return "MIN(CASE WHEN work > 0 THEN zero - stop END)"
    if name.startswith("days_"):
        return days(f"state = {states.rank(name.removeprefix('days_'))}")
    if name.startswith("state_q"):
        day = f"zero - {QUARTER * int(name.removeprefix('state_q'))}"
        return f"MAX(CASE WHEN {between(day, 'start', 'stop')} THEN state END)"
    return None


def _expression(name: str, plan: CohortPlan, states: States) -> str:
    if name == "age":
        return age("p.birth", "m.zero")
    if name == "sex":
        return "p.sex"
    if name in ATTRIBUTES:
        return f"h.{name}"
    if name == "diagnosis_group":
        return group_sql("d.diagnosis", read_diagnosis_groups(plan.look_back.diagnosis_groups))
    if name == "programme_before":
        return "COALESCE(r.found, 0)"
    if name == "work_share":
        window = plan.look_back.days
        return (
            f"CAST(COALESCE(w.work_share, 0) AS DOUBLE) / CAST({window} AS DOUBLE)"
            if window
            else "CAST(NULL AS DOUBLE)"
        )
    if name == "months_since_work":
        return f"CAST(w.months_since_work AS DOUBLE) / CAST({_DAYS_A_MONTH} AS DOUBLE)"
    if name.startswith("state_q"):
        ranks = [(states.rank(state), state) for state in (*states.names, NONE)]
        return case(f"w.{name}", ranks)
    return f"COALESCE(w.{name}, 0)"
