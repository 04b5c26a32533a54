"""The columns of every table between the stages: name -> SQL type. Days are INT since 1970-01-01, spells half-open.

A stage writes exactly these columns in this order; a later stage may rely on nothing else.
"""

from __future__ import annotations

__all__ = ["EARNING", "ENTRANT", "EPISODE", "GRID", "PERSON", "PERSON_ROW", "SPELL", "SPELL_ROW"]

# What a layout makes of one raw row; ``reason`` is NULL for a row that can be used (see canonical.REASONS).
_ORIGIN = {"file": "VARCHAR", "row": "BIGINT", "reason": "VARCHAR"}

# One table a source, spell_<source>; spell_row is the usable rows of all.
SPELL_ROW = {
    "source": "VARCHAR",
    "key": "VARCHAR",  # the person key as it stands in the register
    "code": "VARCHAR",  # the register's own code, as looked up in its code list
    "state": "VARCHAR",  # a name of states.csv; '' = the code is known and gives no state
    "start": "INT",
    "stop": "INT",  # NULL = open
    "employer": "VARCHAR",
    "extent": "DOUBLE",  # share of full time, 0 to 1 (0.5 = half a partial allowance)
    "hours": "DOUBLE",  # working hours a week
    "programme": "VARCHAR",  # rehabilitation: a name of programmes.csv
    "provider": "VARCHAR",  # rehabilitation: provider, course or site
    "diagnosis": "VARCHAR",  # ICD-10 without dot, upper case
    "decided": "INT",  # day of the decision
    **_ORIGIN,
}

# One row a person and year (or a person, where the register has no year): person_<source>, person_row.
PERSON_ROW = {
    "source": "VARCHAR",
    "key": "VARCHAR",
    "year": "INT",  # statistical year: true on 31 December; NULL = timeless
    "birth": "INT",  # day; a register that knows only the year gives 1 July of it
    "sex": "VARCHAR",  # '1' man, '2' woman
    "death": "INT",
    "region": "VARCHAR",
    "municipality": "VARCHAR",
    "education": "VARCHAR",
    "occupation": "VARCHAR",
    "activity": "VARCHAR",  # main activity in the last week of the year
    **_ORIGIN,
}

# earning_<source>, earning_row
EARNING = {
    "source": "VARCHAR",
    "key": "VARCHAR",
    "year": "INT",
    "month": "INT",  # NULL = a yearly sum
    "cents": "BIGINT",
    "employer": "VARCHAR",
    **_ORIGIN,
}

# One row a person; pid is dense from 1 in the order of the keys.
PERSON = {
    "pid": "INT",
    "key": "VARCHAR",
    "birth": "INT",
    "sex": "VARCHAR",
    "death": "INT",
    "first_year": "INT",  # first and last statistical year with a person row; NULL without any
    "last_year": "INT",
}

# Usable spells of known persons, exact duplicates once; a death from a person row is a spell of state death.
SPELL = {
    "pid": "INT",
    "state": "INT",  # rank in states.csv, 1 = highest priority
    "start": "INT",
    "stop": "INT",
    "source": "VARCHAR",
    "code": "VARCHAR",
    "employer": "VARCHAR",
    "extent": "DOUBLE",
    "hours": "DOUBLE",
    "programme": "VARCHAR",
    "provider": "VARCHAR",
    "diagnosis": "VARCHAR",
    "decided": "INT",
}

# One row a member of the cohort: day zero and the window that is looked at.
ENTRANT = {
    "pid": "INT",
    "index_day": "INT",  # day zero (after the landmark, if there is one)
    "index_start": "INT",  # start and stop of the index spell
    "index_stop": "INT",
    "look_start": "INT",  # first day of the look-back
    "follow_stop": "INT",  # first day that is no longer followed: end of data, of follow-up, or emigration
    "programme": "VARCHAR",
    "programme_start": "INT",
    "programme_stop": "INT",
    "provider": "VARCHAR",
    "employer": "VARCHAR",  # employer on the day before the index spell, or the last one within the look-back
}

# Disjoint, without gaps from look_start to follow_stop of every entrant, in order; neighbours differ in ``states``.
EPISODE = {
    "pid": "INT",
    "start": "INT",
    "stop": "INT",
    "states": "BIGINT",  # the states that hold, one bit each: the bit of rank r is 2 ** (number of states - r)
    "state": "INT",  # the first in priority of them; number of states + 1 = none
    "work": "INT",  # 0 not at work, 1 partly, 2 fully (the rule of states.csv and [at_work])
}

# grid_day, grid_week, grid_month: period 0 begins on the index day; periods before it are negative. Of
# grid_calendar_month period 0 is the month of the index day.
GRID = {
    "pid": "INT",
    "period": "INT",
    "state": "INT",  # by the rule of the grid: the state of most days, or the first in priority
    "days": "INT",  # days of the period that are looked at
    "work_days": "INT",  # of which at work
}
