"""What the SQL of the outcomes shares: follow-up, competing events, runs of days, and a time with its event.

Common table expressions build on each other by name:

============ ==========================================================================================================
``entered``  ``pid, index_day, stop``: day zero and the first day that is no longer followed
``seen``     ``pid, a, b, states, work``: episodes from the look-back to ``stop``
``followed`` the same from day zero
``ended``    ``pid, day, code``: the first competing event and its code; on one day the first in their order
``still``    ``followed`` before the competing event
============ ==========================================================================================================

A competing event on the day of the event itself comes first: a person who dies on the day on which work would begin
has not returned. Nothing after it counts, not even days at work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tkk_cli.data.registers.sql import has_any, identifier, weekdays, year_start
from tkk_cli.data.registers.states import State
from tkk_cli.outcomes.definition import Column, Context, Parameter

__all__ = [
    "DATED",
    "GAP",
    "PARTIAL",
    "UNIT",
    "YEAR",
    "YES_NO",
    "absent",
    "at_work",
    "away",
    "competing",
    "ctes",
    "days_in",
    "employed",
    "entered",
    "event_columns",
    "event_titles",
    "followed",
    "holds",
    "nth_day",
    "pieces",
    "rivals",
    "runs",
    "time_event",
    "words",
    "year_of",
]

YES_NO = {0: {"fi": "ei", "sv": "nej", "en": "no"}, 1: {"fi": "kyllä", "sv": "ja", "en": "yes"}}
YEAR = 365  # days of a year of follow-up
_DAYS_OF_WEEK = {"working": 5, "kela": 6}
_SHIFT = 700_003  # makes day numbers positive and Monday the first day of a week

PARTIAL = Parameter("counts", "Whether part-time return with a partial benefit is work.", ("counts", "does_not_count"))
UNIT = Parameter("calendar", "Days that are counted: all, or Monday to Friday.", ("calendar", "working"))
GAP = Parameter(
    0, "Interruptions of at most so many days (of the unit) do not break a run; they count as part of it.", most=366
)
DATED = Parameter(
    "first_day", "The day of the event: the first of the run, or the one that completes it.", ("first_day", "confirmed")
)


def words(fi: str, sv: str, en: str) -> dict[str, str]:
    """A text by language."""
    return {"fi": fi, "sv": sv, "en": en}


def ctes(*parts: str) -> str:
    """``WITH a AS (...), b AS (...)``."""
    return "WITH " + ",\n".join(parts)


def holds(context: Context, states: Iterable[str], column: str = "states") -> str:
    """Whether any of the states holds; never, where there is none."""
    return has_any(column, context.states.bits(states))


def absent(context: Context) -> str:
    """Whether the person is dead or has emigrated."""
    return holds(context, {"death", "emigrated"} & set(context.states.names))


def away(context: Context) -> str:
    """The years of ``spans`` (``pid``, ``number``; ``b`` is the day after) on whose last day the person is absent.

    Registers of years hold the people who live in the country when the year ends: nobody else has months or earnings.
    """
    return f"""away AS (SELECT DISTINCT y.pid, y.number FROM spans AS y JOIN episode AS e ON e.pid = y.pid
    AND e.start < y.b AND y.b <= e.stop WHERE {absent(context)})"""


def at_work(parameters: Mapping[str, Any]) -> str:
    """Whether an episode is work by the rule, with or without part-time work on a partial benefit."""
    return "work >= 1" if parameters["partial"] != "does_not_count" else "work = 2"


def employed(parameters: Mapping[str, Any], context: Context) -> str:
    """Whether an episode is employment: competitive, or also subsidised; at work, or by contract alone.

    A contract without an end outlives the person in a register: it is no employment of the dead, nor of who has left.
    """
    names = set(context.states.with_work("competitive"))
    others = set(context.states.with_work("subsidised"))
    counts = parameters.get("subsidised") == "counts"
    parts = [holds(context, names | others if counts else names)]
    if not counts:
        parts.append(f"NOT {holds(context, others)}")
    parts.append("work >= 1" if parameters["employed"] == "at_work" else f"NOT {absent(context)}")
    return " AND ".join(parts)


def entered(horizon: int | None = None) -> str:
    """The entrants; follow-up ends at the latest ``horizon`` days after day zero."""
    stop = "follow_stop" if horizon is None else f"LEAST(follow_stop, index_day + {horizon})"
    return f"entered AS (SELECT pid, index_day, {stop} AS stop FROM entrant)"


def followed() -> str:
    """The episodes as they are seen, and those from day zero."""
    return """seen AS (SELECT n.pid, n.index_day, e.start AS a, LEAST(e.stop, n.stop) AS b, e.states, e.work
    FROM entered AS n JOIN episode AS e ON e.pid = n.pid WHERE e.start < n.stop),
followed AS (SELECT pid, GREATEST(a, index_day) AS a, b, states, work FROM seen WHERE b > index_day)"""


def rivals(context: Context, first_code: int = 2, without: Iterable[str] = ()) -> list[tuple[str, int]]:
    """The competing states with their event codes."""
    left = [name for name in context.competing if name not in set(without)]
    return list(zip(left, range(first_code, first_code + len(left)), strict=True))


def competing(context: Context, events: Sequence[tuple[str, int]]) -> str:
    """The first competing event of everyone who has one, and the follow-up before it."""
    if events:
        firsts = ", ".join(f"MIN(CASE WHEN {holds(context, [name])} THEN a END) AS c{code}" for name, code in events)
        days = [f"c{code}" for _, code in events]
        first = f"LEAST({', '.join(days)})" if len(days) > 1 else days[0]
        chosen = " ".join(f"WHEN {day} = {first} THEN {code}" for day, (_, code) in zip(days, events, strict=True))
        ended = f"""arrived AS (SELECT pid, {firsts} FROM followed GROUP BY pid),
ended AS (SELECT pid, {first} AS day, CASE {chosen} END AS code FROM arrived)"""
    else:
        ended = "ended AS (SELECT pid, CAST(NULL AS INT) AS day, CAST(NULL AS INT) AS code FROM entered)"
    return f"""{ended},
still AS (SELECT f.pid, f.a, LEAST(f.b, COALESCE(c.day, f.b)) AS b, f.states, f.work
    FROM followed AS f LEFT JOIN ended AS c ON c.pid = f.pid WHERE c.day IS NULL OR f.a < c.day)"""


def runs(name: str, source: str, condition: str, gap: int = 0, by: str = "", unit: str = "calendar") -> str:
    """Runs of days on which a condition holds; at most ``gap`` days between two of them do not part them.

    Days between are counted in the ``unit`` of the run: of working days, Monday follows Friday, so a weekend parts
    nothing. ``by`` are further columns that a run shares. The spans of ``source`` may overlap.
    """
    keys = f"pid, {by}" if by else "pid"
    before = f"PARTITION BY {keys} ORDER BY a, b ROWS BETWEEN UNBOUNDED PRECEDING AND"
    between = days_in("reached", "a", unit)
    return f"""{name}_spans AS (SELECT {keys}, a, b FROM {source} WHERE {condition}),
{name}_reached AS (SELECT {keys}, a, b, MAX(b) OVER ({before} 1 PRECEDING) AS reached FROM {name}_spans),
{name}_marked AS (SELECT {keys}, a, b, CASE WHEN {between} <= {gap} THEN 0 ELSE 1 END AS fresh
    FROM {name}_reached),
{name}_numbered AS (SELECT {keys}, a, b, SUM(fresh) OVER ({before} CURRENT ROW) AS place FROM {name}_marked),
{name} AS (SELECT {keys}, MIN(a) AS a, MAX(b) AS b FROM {name}_numbered GROUP BY {keys}, place)"""


def pieces(name: str, source: str, weight: str, by: str = "") -> str:
    """Spans that may overlap, cut where any begins or ends: on each piece the largest ``weight`` of those that hold."""
    keys = ["pid", by] if by else ["pid"]
    listed = ", ".join(keys)
    same = " AND ".join(f"s.{key} = c.{key}" for key in keys)
    return f"""{name}_cuts AS (SELECT {listed}, a AS day FROM {source} UNION SELECT {listed}, b AS day FROM {source}),
{name}_cut AS (SELECT {listed}, day AS a, LEAD(day) OVER (PARTITION BY {listed} ORDER BY day) AS b FROM {name}_cuts),
{name} AS (SELECT {", ".join(f"c.{key}" for key in keys)}, c.a, c.b, MAX(s.{weight}) AS {weight}
    FROM {name}_cut AS c JOIN {source} AS s ON {same} AND s.a <= c.a AND s.b >= c.b
    GROUP BY {", ".join(f"c.{key}" for key in keys)}, c.a, c.b)"""


def days_in(a: str, b: str, unit: str) -> str:
    """Days of a span: all of them (``calendar``), Monday to Friday (``working``) or Monday to Saturday (``kela``)."""
    return f"({b} - {a})" if unit == "calendar" else weekdays(a, b, _DAYS_OF_WEEK[unit])


def nth_day(a: str, n: int, unit: str) -> str:
    """The ``n``-th day from a day on, that day included where it counts."""
    if unit == "calendar":
        return f"({a} + {n - 1})"
    week = _DAYS_OF_WEEK[unit]
    counted = f"((({a} + {_SHIFT}) // 7) * {week} + LEAST(({a} + {_SHIFT}) % 7, {week}) + {n - 1})"
    return f"CAST({counted} // {week} * 7 + {counted} % {week} - {_SHIFT} AS INT)"


def year_of(day: str) -> str:
    """The calendar year of a day number."""
    near = f"(({day} + 719162) * 400 // 146097 + 1)"
    after, before = year_start(f"({near} + 1)"), year_start(near)
    return f"CAST({near} + CASE WHEN {after} <= {day} THEN 1 WHEN {before} > {day} THEN -1 ELSE 0 END AS INT)"


def time_event(
    prefix: str, day: str, zero: str = "n.index_day", own: str = "1", known: str = "", rival: str = "c.code"
) -> str:
    """``<prefix>_time`` and ``<prefix>_event`` of ``entered AS n LEFT JOIN ended AS c``.

    Time is in whole days; 0 is day zero itself (a person at work that day has returned at once), which the risk set of
    ``histories`` takes as an event at 0.

    Parameters
    ----------
    prefix : str
    day : str
        Expression: the day of the event, NULL without one.
    zero : str
        Expression: the day from which time is counted.
    own : str
        Expression: the code of the event.
    known : str
        A condition without which both are NULL.
    rival : str
        Expression: the code of the competing event.
    """
    time = f"CAST(LEAST(n.stop, COALESCE({day}, n.stop), COALESCE(c.day, n.stop)) - {zero} AS INT)"
    event = f"CASE WHEN c.day <= COALESCE({day}, n.stop) THEN {rival} WHEN {day} < n.stop THEN {own} ELSE 0 END"
    if known:
        time, event = (f"CASE WHEN {known} THEN {value} END" for value in (time, event))
    return f"{time} AS {identifier(f'{prefix}_time')}, CAST({event} AS INT) AS {identifier(f'{prefix}_event')}"


def event_titles(context: Context, name: str) -> Mapping[str, str]:
    """The words for a state."""
    found: State = context.states.rows[context.states.rank(name) - 1]
    return found.titles


def event_columns(
    prefix: str,
    titles: Mapping[str, str],
    own: Sequence[Mapping[str, str]],
    events: Sequence[tuple[str, int]],
    context: Context,
) -> tuple[Column, ...]:
    """The time and the event: 0 = censored, the outcome's own events from 1, then the competing ones."""
    labels: dict[int | str, Mapping[str, str]] = {0: words("sensuroitu", "censurerad", "censored")}
    labels.update(enumerate(own, start=1))
    labels.update((code, event_titles(context, name)) for name, code in events)
    time = words(f"{titles['fi']}: aika", f"{titles['sv']}: tid", f"{titles['en']}: time")
    event = words(f"{titles['fi']}: tapahtuma", f"{titles['sv']}: händelse", f"{titles['en']}: event")
    return (
        Column(f"{prefix}_time", "time", time, "day"),
        Column(f"{prefix}_event", "event", event, labels=labels),
    )
