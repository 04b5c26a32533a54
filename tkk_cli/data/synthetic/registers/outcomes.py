"""True outcomes, straight from the careers: the first return to work and the first that lasts 28 days (O1 and O2).

Day zero is the first day of an absence: sickness and partial sickness allowance without a gap, at least 30 days. Time
is in days from day zero. A return is dated at its first day at work, in full or in part. Events: 0 censored (by the end
of the data, of three years, or a move out of the country), 1 return, 2 death, 3 old-age pension, 4 disability pension.
"""

from __future__ import annotations

import numpy as np

from tkk_cli.data.synthetic.registers.careers import OPEN, Careers, Segments, first_day
from tkk_cli.data.synthetic.registers.draws import Ints
from tkk_cli.data.synthetic.registers.folk import EMPLOYER_KEYS, at_work, employer, keys
from tkk_cli.data.synthetic.registers.hazards import PROGRAMMES, STATES, number
from tkk_cli.data.synthetic.registers.rows import Column, Rows, days, text

__all__ = ["COMPETING", "FOLLOW_UP", "LEAST_DAYS", "true_outcomes", "true_spells"]

COMPETING = ("death", "old_age_pension", "disability_pension")
FOLLOW_UP = 1095
LEAST_DAYS = 30
# A person's days lie this far apart when persons are put on one line.
_LINE = 1 << 20


def true_spells(careers: Careers) -> Rows:
    """The state of every person on every day: ``start`` is the first day, ``stop`` the day after the last."""
    of = careers.segments
    job = np.where(of.contract > 0, 1 + employer(careers, of), 0)
    return Rows(
        of.person,
        {
            "key": text(of.person, keys(careers)),
            "state": text(of.state, STATES),
            "start": days(of.start),
            "stop": days(of.stop),
            "employer": text(job, ("", *EMPLOYER_KEYS)),
            "programme": text(1 + of.programme, ("", *PROGRAMMES)),
        },
    )


def true_outcomes(careers: Careers) -> Rows:
    """One row an absence of 30 days or more."""
    absences = _runs(careers.segments.of("sickness", "partial_sickness"))
    end = first_day(careers.years[1] + 1)
    absences = absences.take(np.minimum(absences.stop, end) - absences.start >= LEAST_DAYS)
    zero, who = absences.start, absences.person
    follow_stop = np.minimum(np.minimum(zero + FOLLOW_UP, end), careers.emigrated[who])
    rival_day, rival = _rivals(careers, who)
    work = _runs(at_work(careers.segments))
    columns: dict[str, Column] = {
        "key": text(who, keys(careers)),
        "index_day": days(zero),
        "absence_stop": days(absences.stop),
        "follow_stop": days(follow_stop),
    }
    outcomes: dict[str, Ints] = {}
    for name, least in (("o1", 1), ("o2", 28)):
        back = _first_run(work, who, zero, np.minimum(follow_stop, rival_day), least)
        event = np.select([back < OPEN, rival_day < follow_stop], [1, rival], 0)
        day = np.select([event == 1, event > 1], [back, rival_day], follow_stop)
        outcomes |= {f"{name}_time": day - zero, f"{name}_event": event}
    return Rows(who, {**columns, **outcomes})


def _runs(segments: Segments) -> Segments:
    """Segments without a gap between them as one, with the values of the first."""
    new = np.ones(len(segments), dtype=bool)
    new[1:] = (segments.person[1:] != segments.person[:-1]) | (segments.start[1:] != segments.stop[:-1])
    firsts = np.flatnonzero(new)
    lasts = np.append(firsts[1:], len(segments)) - 1 if len(firsts) else firsts
    return Segments(**{**vars(segments.take(firsts)), "stop": segments.stop[lasts]})


def _rivals(careers: Careers, who: Ints) -> tuple[Ints, Ints]:
    """Day and event code of each person's first competing event."""
    ended = careers.segments.of(*COMPETING)
    day = np.full(len(careers), OPEN, dtype=np.int64)
    np.minimum.at(day, ended.person, ended.start)
    first = ended.start == day[ended.person]
    code = np.zeros(len(careers), dtype=np.int64)
    codes = np.zeros(len(STATES), dtype=np.int64)
    codes[number(*COMPETING)] = np.arange(2, 2 + len(COMPETING))
    code[ended.person[first]] = codes[ended.state[first]]
    return day[who], code[who]


def _first_run(work: Segments, who: Ints, zero: Ints, known: Ints, least: int) -> Ints:
    """First day of the first run at work from day zero on that lasts ``least`` days of what is known; OPEN = none."""
    back = np.full(len(who), OPEN, dtype=np.int64)
    long = work.take(work.stop - work.start >= least)
    line = long.person * _LINE + long.start
    place = np.searchsorted(line, who * _LINE + zero)
    inside = place < len(long)
    start, stop = np.full(len(who), OPEN), np.full(len(who), OPEN)
    same = inside.copy()
    same[inside] = long.person[place[inside]] == who[inside]
    start[same], stop[same] = long.start[place[same]], long.stop[place[same]]
    holds = np.minimum(stop, known) - start >= least
    back[holds] = start[holds]
    return back
