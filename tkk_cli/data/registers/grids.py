"""Grids: the state of every day, week or month of a person."""

from __future__ import annotations

from tkk_cli.data.registers.calendar import month_of, month_start
from tkk_cli.data.registers.states import NONE, States

__all__ = ["RULES", "UNITS", "grid_sql"]

UNITS = ("day", "week", "month")
RULES = ("most", "first")

# Whole weeks (or other units) that make a day before the index day positive: both engines then have the same quotient.
_SHIFT = 100_000
# The months that a grid can hold: of the years 1600 to 2599.
_MONTHS = (1600 * 12, 2600 * 12)


def grid_sql(unit: str, rule: str, states: States, calendar_month: bool = False) -> str:
    """The state of every period of every entrant: ``schema.GRID`` from ``entrant`` and ``episode``.

    Period 0 begins on the index day; a week is 7 days; a month begins on the day of the month of the index day, or on
    the last day of a month that is too short (31 January, 28 February, 31 March). A period that the window cuts stays,
    with the days that are looked at. ``work_days`` counts days partly at work as well. Only the periods in which an
    episode begins are aggregated: O(cells) for the others.

    Parameters
    ----------
    unit : {"day", "week", "month"}
    rule : {"most", "first"}
        The state of most days of the period, ties by priority; or the first in priority that touches it.
    states : States
    calendar_month : bool
        Months of the calendar instead (unit ``month`` only): period 0 is the one of the index day.

    Raises
    ------
    ValueError
        Of another unit or rule, or of calendar months of another unit.

    Notes
    -----
    ``tests/data/registers/test_oracle.py`` checks every unit and rule day by day.
    """
    if unit not in UNITS or rule not in RULES or (calendar_month and unit != "month"):
        raise ValueError(f"no grid by {unit} and {rule}{' in calendar months' if calendar_month else ''}")
    if unit == "day":
        return """
WITH moved AS (SELECT e.pid AS pid, e.start - n.index_day AS start, e.stop - n.index_day AS stop, e.state AS state,
                      e.work AS work
               FROM episode AS e JOIN entrant AS n ON n.pid = e.pid),
     cell AS (SELECT pid, state, work, UNNEST(GENERATE_SERIES(start, stop - 1)) AS period
              FROM moved WHERE stop > start)
SELECT pid, CAST(period AS INT) AS period, state, CAST(1 AS INT) AS days,
       CAST(CASE WHEN work > 0 THEN 1 ELSE 0 END AS INT) AS work_days
FROM cell"""
    placed, whole = (
        (_months_placed(calendar_month), _WHOLE_MONTHS) if unit == "month" else (_WEEKS_PLACED, _WHOLE_WEEKS)
    )
    return f"""
WITH {placed},
     filled AS (SELECT pid, state, work, zero, shift,
                       CASE WHEN start = begins_first THEN first_period ELSE first_period + 1 END AS first_full,
                       CASE WHEN stop = ends_last THEN last_period ELSE last_period - 1 END AS last_full FROM placed),
     cell AS (SELECT pid, state, work, zero, shift, UNNEST(GENERATE_SERIES(first_full, last_full)) AS period
              FROM filled WHERE last_full >= first_full),
     part AS (SELECT pid, first_period - zero AS period, state, work, LEAST(stop, ends_first) - start AS days
              FROM placed WHERE start > begins_first OR (first_period = last_period AND stop < ends_last)
              UNION ALL
              SELECT pid, last_period - zero AS period, state, work, stop - begins_last AS days
              FROM placed WHERE last_period > first_period AND stop < ends_last),
     {_mixed(rule, states.rank(NONE))}
{whole}
UNION ALL
SELECT pid, CAST(period AS INT) AS period, CAST(state AS INT) AS state, CAST(days AS INT) AS days,
       CAST(work_days AS INT) AS work_days
FROM mixed"""


# ``placed``: each episode with its first and last period, numbered without a sign (``zero`` is the number of period 0),
# and the days on which these begin and end. ``shift`` is what the beginning of a period depends on.
_WEEKS_PLACED = f"""moved AS (
         SELECT e.pid AS pid, e.state AS state, e.work AS work, e.start - n.index_day + {7 * _SHIFT} AS start,
                e.stop - n.index_day + {7 * _SHIFT} AS stop
         FROM episode AS e JOIN entrant AS n ON n.pid = e.pid),
     placed AS (SELECT pid, state, work, start, stop, {_SHIFT} AS zero, 0 AS shift, start // 7 AS first_period,
                       (stop - 1) // 7 AS last_period, start // 7 * 7 AS begins_first,
                       start // 7 * 7 + 7 AS ends_first, (stop - 1) // 7 * 7 AS begins_last,
                       (stop - 1) // 7 * 7 + 7 AS ends_last
                FROM moved)"""

_WHOLE_WEEKS = """SELECT pid, CAST(period - zero AS INT) AS period, state, CAST(7 AS INT) AS days,
       CAST(CASE WHEN work > 0 THEN 7 ELSE 0 END AS INT) AS work_days
FROM cell"""

_WHOLE_MONTHS = """SELECT pid, period, state, days, CASE WHEN work > 0 THEN days ELSE CAST(0 AS INT) END AS work_days
FROM (SELECT c.pid AS pid, CAST(c.period - c.zero AS INT) AS period, c.state AS state, c.work AS work,
             CAST(LEAST(m.next + c.shift, m.after - 1) - LEAST(m.opens + c.shift, m.next - 1) AS INT) AS days
      FROM cell AS c JOIN calendar AS m ON m.number = c.period) AS measured"""


def _months_placed(calendar_month: bool) -> str:
    """``calendar`` (when its months begin) and ``placed`` for months."""
    shift = "0" if calendar_month else "n.index_day - CASE WHEN m.opens > n.index_day THEN m.before ELSE m.opens END"
    begins = "LEAST({0}.opens + e.shift, {0}.next - 1)"  # of the period whose number the month has

    def period(month: str, day: str) -> tuple[str, str, str]:
        """Its number, its first day and the day after its last one: the month of the row, or the one before it."""
        here = begins.format(month)
        past = f"CASE WHEN {here} > {day}"
        return (
            f"{past} THEN {month}.number - 1 ELSE {month}.number END",
            f"{past} THEN LEAST({month}.before + e.shift, {month}.opens - 1) ELSE {here} END",
            f"{past} THEN {here} ELSE LEAST({month}.next + e.shift, {month}.after - 1) END",
        )

    first_period, begins_first, ends_first = period("a", "e.start")
    last_period, begins_last, ends_last = period("b", "e.stop - 1")
    starts = {"before": "(number - 1)", "opens": "number", "next": "(number + 1)", "after": "(number + 2)"}
    return f"""calendar AS (
         SELECT number, {", ".join(f"CAST({month_start(month)} AS INT) AS {name}" for name, month in starts.items())}
         FROM (SELECT CAST(n AS INT) AS number
               FROM (SELECT UNNEST(GENERATE_SERIES({_MONTHS[0]}, {_MONTHS[1]})) AS n) AS listed) AS numbers),
     origin AS (SELECT n.pid AS pid, CASE WHEN m.opens > n.index_day THEN m.number - 1 ELSE m.number END AS zero,
                       {shift} AS shift
                FROM entrant AS n JOIN calendar AS m ON m.number = {month_of("n.index_day")}),
     moved AS (SELECT x.pid AS pid, x.state AS state, x.work AS work, x.start AS start, x.stop AS stop, o.zero AS zero,
                      o.shift AS shift, {month_of("x.start - o.shift")} AS near_first,
                      {month_of("x.stop - 1 - o.shift")} AS near_last
               FROM episode AS x JOIN origin AS o ON o.pid = x.pid),
     placed AS (SELECT e.pid AS pid, e.state AS state, e.work AS work, e.start AS start, e.stop AS stop,
                       e.zero AS zero, e.shift AS shift, {first_period} AS first_period, {last_period} AS last_period,
                       {begins_first} AS begins_first, {ends_first} AS ends_first,
                       {begins_last} AS begins_last, {ends_last} AS ends_last
                FROM moved AS e JOIN calendar AS a ON a.number = e.near_first
                     JOIN calendar AS b ON b.number = e.near_last)"""


def _mixed(rule: str, none: int) -> str:
    """``mixed``: the periods that hold more than one episode, or less than the whole of a period."""
    work_days = "SUM(CASE WHEN work > 0 THEN days ELSE 0 END) AS work_days"
    if rule == "first":
        return f"""mixed AS (SELECT pid, period, MIN(state) AS state, SUM(days) AS days, {work_days}
               FROM part GROUP BY pid, period)"""
    return f"""held AS (SELECT pid, period, state, CAST(SUM(days) AS INT) AS days, {work_days}
              FROM part GROUP BY pid, period, state),
     mixed AS (SELECT pid, period, {none} - MAX(days * {none} + {none} - state) % {none} AS state, SUM(days) AS days,
                      SUM(work_days) AS work_days
               FROM held GROUP BY pid, period)"""
