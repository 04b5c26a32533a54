"""Who left and why, and the time before a programme starts in which its people could not have had an event."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from tkk_cli.data.registers.entry.eligibility import steps
from tkk_cli.data.registers.entry.index import rank_list
from tkk_cli.data.registers.entry.known import Known
from tkk_cli.data.registers.entry.plan import CohortPlan
from tkk_cli.data.registers.sql import between, day_date
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.data.registers.states import States
from tkk_cli.results import Note

__all__ = ["entry_notes", "flow_rows", "immortal_rows"]


def flow_rows(workspace: Workspace, plan: CohortPlan) -> list[dict[str, Any]]:
    """Persons left after each step: rows of ``tables.COHORT["flow"]`` (step, group, n, excluded).

    A person is left after a step as long as one of the index events has passed it and all steps before; ``n`` of the
    last step is the cohort. Group ``""`` is everyone and comes first, from ``persons`` on; a level of the programme
    counts from the index event on, each person under the programme of the event that got furthest.
    """
    reached: dict[str, Counter[int]] = {"": Counter()}
    for group, left_at, count in workspace.fetch(
        "SELECT programme, left_at, COUNT(*) FROM chosen GROUP BY programme, left_at"
    ):
        for name in {"", group} - {None}:
            reached.setdefault(name, Counter())[left_at] += count
    persons = workspace.count("person")
    rows: list[dict[str, Any]] = [{"step": "persons", "group": "", "n": persons, "excluded": 0}]
    for group in ("", *_ordered(plan, set(reached) - {""})):
        before = sum(reached[group].values()) if group else persons
        for at, step in enumerate(("index", *steps(plan))):
            left = sum(count for left_at, count in reached[group].items() if left_at > at)
            rows.append({"step": step, "group": group, "n": left, "excluded": before - left})
            before = left
    return rows


def _ordered(plan: CohortPlan, groups: set[str]) -> list[str]:
    """Levels in the order of the plan, then by name; those without a programme last."""
    levels = list(plan.programme.groups) if plan.programme is not None else []
    none = plan.programme.none if plan.programme is not None else ""
    return sorted(groups, key=lambda g: (g == none, levels.index(g) if g in levels else len(levels), g))


def _delays(workspace: Workspace) -> dict[str, Counter[int | None]]:
    """Group -> days from day zero to the start of the programme -> persons; None = no programme."""
    delays: dict[str, Counter[int | None]] = defaultdict(Counter)
    for group, days, count in workspace.fetch(
        "SELECT COALESCE(programme, ''), programme_start - index_day, COUNT(*) FROM entrant "
        "GROUP BY COALESCE(programme, ''), programme_start - index_day"
    ):
        delays[group][days] += count
    return delays


def immortal_rows(workspace: Workspace, plan: CohortPlan) -> list[dict[str, Any]]:
    """The start of the programme against day zero, by group: rows of ``tables.COHORT["immortal_time"]``.

    ``after_index`` persons started after day zero; between day zero and then they could not leave the group by an event
    (``person_days`` in all). Median and longest delay are of those persons, 0 where there is none.
    """
    delays = _delays(workspace)
    rows = []
    for group in _ordered(plan, set(delays)):
        late = Counter({days: n for days, n in delays[group].items() if days is not None and days > 0})
        rows.append(
            {
                "group": group,
                "n": delays[group].total(),
                "after_index": late.total(),
                "median_days": _median(late),
                "longest_days": max(late, default=0),
                "person_days": sum(days * n for days, n in late.items()),
            }
        )
    return rows


def _median(counts: Counter[int]) -> float:
    """The median of days that are given with their counts; 0 of none."""
    values, last = sorted(counts.elements()), counts.total() - 1
    return (values[last // 2] + values[(last + 1) // 2]) / 2 if values else 0.0


def _unseen(workspace: Workspace, plan: CohortPlan) -> list[str]:
    """Programmes and regions that the plan names and no row has: a slip of the pen, or a register that lacks them."""
    asked: list[tuple[str, str, list[str]]] = []
    if plan.programme is not None and plan.programme.column is None:
        members = [name for group in plan.programme.groups.values() for name in group]
        asked.append(("programme", "spell", members))
    asked.append(("region", "person_row", list(plan.eligibility.regions)))
    unseen = []
    for column, table, names in asked:
        if names:
            seen = {value for (value,) in workspace.fetch(f"SELECT DISTINCT {column} FROM {table}")}
            unseen += [name for name in names if name not in seen]
    return unseen


def entry_notes(workspace: Workspace, plan: CohortPlan, states: States, known: Known) -> tuple[Note, ...]:
    """What a reader must know about day zero: guessed ends, immortal time, differing origins, who has ended before."""
    index, programme = plan.index, plan.programme
    notes = []
    if known.last_guessed:
        notes.append(Note("registers_end_guessed", {"date": day_date(known.last).isoformat()}, "warning", "TKK293"))
    if known.first_guessed and plan.eligibility.observed:
        notes.append(Note("registers_begin_guessed", {"date": day_date(known.first).isoformat()}, "warning", "TKK297"))
    if index.min_days > 1 and index.origin == "event" and index.event in ("spell_start", "rehabilitation_start"):
        n, days = workspace.count("entrant"), index.min_days - 1
        values = {"n": n, "days": days, "person_days": n * days}
        notes.append(Note("index_known_later", values, "warning", "TKK295"))
    if index.rehabilitation:
        groups = len(_delays(workspace))
        if index.event == "rehabilitation_end" and groups > 1:
            notes.append(Note("programme_ends_differ", {"groups": groups}, "warning", "TKK296"))
    elif programme is not None and programme.column is None:
        notes += _window_notes(workspace, plan)
    unseen = _unseen(workspace, plan)
    if unseen:
        notes.append(Note("names_not_seen", {"count": len(unseen), "names": ", ".join(unseen)}, "warning", "TKK253"))
    ended = _ended_before(workspace, plan, states)
    if ended:
        notes.append(Note("ended_before_day_zero", {"n": ended}, "warning", "TKK299"))
    return tuple(notes)


def _ended_before(workspace: Workspace, plan: CohortPlan, states: States) -> int:
    """Entrants who are in a competing state on day zero, since before it: their event is no event of the follow-up."""
    ranks = rank_list(states, plan.follow_up.competing)
    held = f"s.start < n.index_day AND {between('n.index_day', 's.start', 's.stop')}"
    query = f"""SELECT COUNT(DISTINCT n.pid) FROM entrant AS n JOIN spell AS s ON s.pid = n.pid
WHERE s.state IN ({ranks}) AND {held}"""
    return int(workspace.fetch(query)[0][0])


def _window_notes(workspace: Workspace, plan: CohortPlan) -> list[Note]:
    notes = []
    late = [row for row in immortal_rows(workspace, plan) if row["after_index"]]
    if late:
        values = {
            "n": sum(row["after_index"] for row in late),
            "days": max(row["longest_days"] for row in late),
            "person_days": sum(row["person_days"] for row in late),
        }
        notes.append(Note("immortal_time", values, "warning", "TKK294"))
    # a landmark has moved day zero: what counts is the day of the event
    landmark = plan.follow_up.landmark
    early = Counter[int]()
    for delays in _delays(workspace).values():
        early.update({-days - landmark: n for days, n in delays.items() if days is not None and days + landmark < 0})
    if early:
        notes.append(Note("programme_before_day_zero", {"n": early.total(), "days": max(early)}, "warning", "TKK298"))
    return notes
