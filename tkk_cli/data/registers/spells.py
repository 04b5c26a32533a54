"""Persons, spells and episodes: from usable rows of many registers to one answer a day.

Every function gives the text of a SELECT; which views it reads stands in its docstring.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tkk_cli.data.registers.schema import SPELL
from tkk_cli.data.registers.sql import case, has_any
from tkk_cli.data.registers.states import NONE, AtWork, States

__all__ = ["OPEN", "episode_sql", "merged_sql", "person_sql", "spell_sql"]

# Stands for "no known end" where ends are compared: later than any day, and a gap may still be added to it.
OPEN = 1 << 30
# The bit of "looked at on this day", above those of all states.
_LOOKED_AT = 1 << 62


def person_sql() -> str:
    """Everyone with a row in a register: ``schema.PERSON`` from ``spell_row``, ``person_row`` and ``earning_row``.

    Where person rows contradict each other, the latest year wins (timeless rows are the earliest), then the greatest
    value; of several dates of death the earliest.
    """
    # The year goes in front of the value, so that the greatest text is the latest value. Days before 1970 are negative.
    year = "LPAD(CAST(COALESCE(year, 0) AS VARCHAR), 4, '0')"
    birth = f"MAX({year} || LPAD(CAST(birth + 5000000 AS VARCHAR), 8, '0'))"
    return f"""
WITH known AS (SELECT key FROM spell_row UNION SELECT key FROM person_row UNION SELECT key FROM earning_row),
     facts AS (SELECT key, {birth} AS birth, MAX({year} || sex) AS sex, MIN(death) AS death,
                      MIN(year) AS first_year, MAX(year) AS last_year
               FROM person_row GROUP BY key)
SELECT CAST(ROW_NUMBER() OVER (ORDER BY k.key) AS INT) AS pid, k.key AS key,
       CAST(SUBSTRING(f.birth, 5, 8) AS INT) - 5000000 AS birth, SUBSTRING(f.sex, 5, 20) AS sex,
       f.death AS death, f.first_year AS first_year, f.last_year AS last_year
FROM known AS k LEFT JOIN facts AS f ON f.key = k.key WHERE k.key IS NOT NULL"""


def spell_sql(states: States) -> str:
    """Spells of known persons: ``schema.SPELL`` from ``spell_row`` and ``person``, exact duplicates once.

    A row whose code gives no state is kept with the rank of ``NONE`` if it names a programme (a rehabilitation decision
    without days); it is never part of an episode. A date of death in a person row is a spell without an end, and so is
    a spell of death: a register that gives one day, or the weeks up to its own end, means nothing else.
    """
    rank = case("r.state", [(name, states.rank(name)) for name in states.names], states.rank(NONE))
    taken = {
        "pid": "p.pid",
        "state": f"CAST({rank} AS INT)",
        "stop": "CASE WHEN r.state = 'death' THEN NULL ELSE r.stop END",
    }
    columns = ", ".join(f"{taken.get(name, f'r.{name}')} AS {name}" for name in SPELL)
    spells = f"""
SELECT DISTINCT {columns} FROM spell_row AS r JOIN person AS p ON p.key = r.key
WHERE (r.state = 'death' OR r.stop IS NULL OR r.stop > r.start) AND (r.state <> '' OR r.programme IS NOT NULL)"""
    if "death" not in states.names:
        return spells
    given = {"pid": "pid", "state": str(states.rank("death")), "start": "death", "source": "'person'"}
    death = ", ".join(f"CAST({given.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in SPELL.items())
    return f"{spells}\nUNION ALL\nSELECT {death} FROM person WHERE death IS NOT NULL"


def merged_sql(table: str, ranks: Iterable[int], gap: int = 0, by: Sequence[str] = ("pid",)) -> str:
    """Spells of these states put together: columns ``by``, ``start``, ``stop``, one row an unbroken stretch.

    Stretches with at most ``gap`` days between them are one. A stretch without a known end has ``stop`` NULL.

    Parameters
    ----------
    table : str
        A view with ``by``, ``state``, ``start`` and ``stop``.
    ranks : iterable of int
        Ranks of the states.
    gap : int
        Days, 0 or more.
    by : sequence of str
        Columns within which stretches are joined.

    Raises
    ------
    ValueError
        Of no rank, or a negative gap.

    Notes
    -----
    O(n log n) in these spells. ``tests/data/registers/test_oracle.py`` checks it day by day.
    """
    chosen = sorted(set(ranks))
    if not chosen or gap < 0:
        raise ValueError("merged_sql needs a state, and a gap of 0 days or more")
    keys = ", ".join(by)
    order = f"PARTITION BY {keys} ORDER BY start, stop ROWS BETWEEN UNBOUNDED PRECEDING AND"
    return f"""
SELECT {keys}, CAST(MIN(start) AS INT) AS start, CAST(NULLIF(MAX(stop), {OPEN}) AS INT) AS stop
FROM (SELECT {keys}, start, stop, SUM(fresh) OVER ({order} CURRENT ROW) AS stretch
      FROM (SELECT {keys}, start, stop,
                   CASE WHEN start <= MAX(stop) OVER ({order} 1 PRECEDING) + {gap} THEN 0 ELSE 1 END AS fresh
            FROM (SELECT {keys}, start, COALESCE(stop, {OPEN}) AS stop FROM {table}
                  WHERE state IN ({", ".join(map(str, chosen))}) AND (stop IS NULL OR stop > start)) AS chosen
           ) AS marked
     ) AS counted
GROUP BY {keys}, stretch"""


def episode_sql(states: States, rule: AtWork) -> str:
    """What holds on every day that is looked at: ``schema.EPISODE`` from ``entrant`` and ``spell``.

    Spells are cut to the window of their person, then to the days on which no earlier spell of the same state holds: a
    state then begins and ends at most once a day, and one XOR of bits is both. O(n log n) in the spells of the window.
    ``tests/data/registers/test_oracle.py`` checks it day by day.
    """
    bits = [(states.rank(name), states.bit(name)) for name in states.names]
    bit = f"CAST({case('state', bits)} AS BIGINT)"
    top = " ".join(f"WHEN states >= CAST({value} AS BIGINT) THEN {rank}" for rank, value in bits)
    needs, excludes, partial = (
        has_any("states", states.bits(names)) for names in (rule.needs, rule.excludes, rule.partial)
    )
    return f"""
WITH cut AS (SELECT s.pid AS pid, s.state AS state, GREATEST(s.start, n.look_start) AS start,
                    LEAST(COALESCE(s.stop, n.follow_stop), n.follow_stop) AS stop
             FROM spell AS s JOIN entrant AS n ON n.pid = s.pid
             WHERE s.state <= {len(states)} AND s.start < n.follow_stop AND (s.stop IS NULL OR s.stop > n.look_start)),
     reached AS (SELECT pid, state, start, stop,
                        MAX(stop) OVER (PARTITION BY pid, state ORDER BY start, stop
                                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                 FROM cut WHERE start < stop),
     alone AS (SELECT pid, GREATEST(start, COALESCE(before, start)) AS start, stop, {bit} AS bit
               FROM reached WHERE before IS NULL OR stop > before
               UNION ALL
               SELECT pid, look_start AS start, follow_stop AS stop, CAST({_LOOKED_AT} AS BIGINT) AS bit
               FROM entrant WHERE look_start < follow_stop),
     turn AS (SELECT pid, start AS day, bit FROM alone UNION ALL SELECT pid, stop AS day, bit FROM alone),
     day AS (SELECT pid, day, BIT_XOR(bit) AS bit FROM turn GROUP BY pid, day),
     run AS (SELECT pid, day AS start, LEAD(day) OVER (PARTITION BY pid ORDER BY day) AS stop,
                    BIT_XOR(bit) OVER (PARTITION BY pid ORDER BY day
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS states
             FROM day WHERE bit <> 0),
     held AS (SELECT pid, start, stop, states - CAST({_LOOKED_AT} AS BIGINT) AS states
              FROM run WHERE states >= CAST({_LOOKED_AT} AS BIGINT))
SELECT CAST(pid AS INT) AS pid, CAST(start AS INT) AS start, CAST(stop AS INT) AS stop, states,
       CAST(CASE {top} ELSE {states.rank(NONE)} END AS INT) AS state,
       CAST(CASE WHEN NOT {needs} OR {excludes} THEN 0 WHEN {partial} THEN 1 ELSE 2 END AS INT) AS work
FROM held"""
