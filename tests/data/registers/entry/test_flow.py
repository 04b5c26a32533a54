"""What the reader is told of day zero; the rules that a few persons show by hand; the span that registers know."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.entry_days import Person, Spell, day
from support.entry_tables import STATES, load, plan_of, registers

from tkk_cli.data.registers.config import Registers, SourceEntry
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.entry.entrants import build_entrants
from tkk_cli.data.registers.entry.flow import flow_rows, immortal_rows
from tkk_cli.data.registers.entry.known import Known, known_span
from tkk_cli.data.registers.entry.plan import CohortPlan, Comparison, Eligibility, FollowUp, Index, Programme
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.errors import TkkError
from tkk_cli.results import Note
from tkk_cli.tables import COHORT

RULE = STATES.at_work()
ZERO = day("2015-06-01")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("flow")
    engine = DuckDB("1GB", 1, folder / "temp")
    yield Workspace(engine, folder / "work", reuse=False)
    engine.close()


def sick(pid: int, *more: Spell, days: int = 40) -> Person:
    """A sickness absence from day zero, and other spells with days counted from it."""
    moved = [s._replace(start=ZERO + s.start, stop=None if s.stop is None else ZERO + s.stop) for s in more]
    return Person(pid, day("1980-01-01"), "1", None, [Spell("sickness", ZERO, ZERO + days), *moved])


def course(start: int, programme: str = "kiila", stop: int | None = 300) -> Spell:
    return Spell("other", start, stop, programme=programme)


PEOPLE = [sick(1), sick(2, course(10)), sick(3, course(30)), sick(4, course(31, "tyk")), sick(5, course(-5, "tyk"))]
EVERY = {"groups": {"laitos": ("tyk",)}}


def built(workspace: Workspace, persons: list[Person], plan: CohortPlan, known: Registers | None = None) -> list[Note]:
    load(workspace, persons)
    return list(build_entrants(workspace, plan, known or registers(), RULE))


def entrants(workspace: Workspace, columns: str) -> list[tuple[object, ...]]:
    return workspace.fetch(f"SELECT {columns} FROM entrant ORDER BY pid")


def test_immortal_time_is_told_with_its_numbers(workspace: Workspace) -> None:
    plan = plan_of(programme=Programme(after=60, before=7, **EVERY))
    notes = built(workspace, PEOPLE, plan)
    assert notes == [
        Note("immortal_time", {"n": 3, "days": 31, "person_days": 71}, "warning", "TKK294"),
        Note("programme_before_day_zero", {"n": 1, "days": 5}, "warning", "TKK298"),
    ]
    rows = immortal_rows(workspace, plan)
    assert [tuple(row.values()) for row in rows] == [
        ("laitos", 2, 1, 31.0, 31, 31),
        ("kiila", 2, 2, 20.0, 30, 40),
        ("ei kuntoutusta", 1, 0, 0.0, 0, 0),
    ]
    assert all(row.keys() == COHORT["immortal_time"].keys() for row in rows)
    assert all(row.keys() == COHORT["flow"].keys() for row in flow_rows(workspace, plan))


def test_names_that_no_row_has_are_told(workspace: Workspace) -> None:
    groups = {"laitos": ("tyk", "alsak"), "muu": ("kiila",)}
    eligibility = Eligibility(regions=("", "99"))
    notes = built(workspace, PEOPLE, plan_of(programme=Programme(after=60, before=7, groups=groups)))
    assert Note("names_not_seen", {"count": 1, "names": "alsak"}, "warning", "TKK253") in notes
    with pytest.raises(TkkError):  # nobody lives there: refused before there is anything to tell
        built(workspace, PEOPLE, plan_of(eligibility=eligibility))


def test_a_landmark_takes_immortal_time_away(workspace: Workspace) -> None:
    """A competing event before the landmark leaves the person out, one on the day of it is an event at time 0."""
    plan = plan_of(programme=Programme(after=30, **EVERY), follow_up=FollowUp(days=100, landmark=30))
    pensioned = [sick(pid, Spell("disability_pension", at, None)) for pid, at in ((6, 29), (7, 30))]
    dead = [dataclasses.replace(sick(pid), death=ZERO + at) for pid, at in ((8, 30), (9, 31))]
    assert built(workspace, [*PEOPLE, *pensioned, *dead], plan) == []
    assert entrants(workspace, f"pid, index_day - {ZERO}, programme, follow_stop - {ZERO}") == [
        (1, 30, "ei kuntoutusta", 130),
        (2, 30, "kiila", 130),
        (3, 30, "kiila", 130),
        (4, 30, "ei kuntoutusta", 130),
        (5, 30, "ei kuntoutusta", 130),
        (7, 30, "ei kuntoutusta", 130),
        (9, 30, "ei kuntoutusta", 130),
    ]
    flow = {row["step"]: (row["n"], row["excluded"]) for row in flow_rows(workspace, plan) if row["group"] == ""}
    assert flow["landmark"] == (7, 2)


def test_who_is_in_a_competing_state_before_day_zero_is_told(workspace: Workspace) -> None:
    spans = [(-90, None), (-90, 1), (-90, 0), (0, None), (1, None)]
    persons = [sick(pid, Spell("disability_pension", *span)) for pid, span in enumerate(spans, start=1)]
    assert built(workspace, persons, plan_of()) == [Note("ended_before_day_zero", {"n": 2}, "warning", "TKK299")]
    plan = plan_of(eligibility=Eligibility(without=("disability_pension",)))
    assert built(workspace, persons, plan) == []
    assert built(workspace, persons, plan_of(follow_up=FollowUp(days=365, competing=()))) == []


def test_a_qualified_origin_takes_the_design_out(workspace: Workspace) -> None:
    persons = [sick(1), sick(2, days=29), sick(3, days=30)]
    notes = built(workspace, persons, plan_of(index=Index(min_days=30)))
    assert notes == [Note("index_known_later", {"n": 2, "days": 29, "person_days": 58}, "warning", "TKK295")]
    assert entrants(workspace, f"pid, index_day - {ZERO}") == [(1, 0), (3, 0)]
    assert built(workspace, persons, plan_of(index=Index(min_days=30, origin="qualified"))) == []
    # day number 30 of the spell
    assert entrants(workspace, f"pid, index_day - {ZERO}") == [(1, 29), (3, 29)]


def test_ends_of_programmes_differ(workspace: Workspace) -> None:
    plan = plan_of(index=Index(event="rehabilitation_end"), programme=Programme(**EVERY))
    notes = built(workspace, PEOPLE, plan)
    assert notes == [Note("programme_ends_differ", {"groups": 2}, "warning", "TKK296")]
    assert entrants(workspace, f"pid, index_day - {ZERO}, programme") == [
        (2, 300, "kiila"),
        (3, 300, "kiila"),
        (4, 300, "laitos"),
        (5, 300, "laitos"),
    ]
    assert "programme_ends_differ" not in [note.key for note in built(workspace, PEOPLE[:3], plan)]


def test_a_spell_end_that_is_not_known_is_no_event(workspace: Workspace) -> None:
    persons = [sick(1), Person(2, None, None, None, [Spell("sickness", ZERO, None)])]
    built(workspace, persons, plan_of(index=Index(event="spell_end")))
    assert entrants(workspace, f"pid, index_day - {ZERO}, index_stop - {ZERO}") == [(1, 40, 40)]


def test_emigration_ends_follow_up_and_a_person_abroad_is_left_out(workspace: Workspace) -> None:
    persons = [
        sick(1, Spell("emigrated", 50, 60)),
        sick(2, Spell("emigrated", 0, 9)),
        sick(3, Spell("emigrated", -9, 0)),
    ]
    plan = plan_of()
    built(workspace, persons, plan)
    assert entrants(workspace, f"pid, follow_stop - {ZERO}") == [(1, 50), (3, 365)]
    assert flow_rows(workspace, plan)[-1] == {"step": "followed", "group": "", "n": 2, "excluded": 1}


def test_only_programmes_or_everyone(workspace: Workspace) -> None:
    plan = plan_of(programme=Programme(after=60, **EVERY), comparison=Comparison(pool="none"))
    built(workspace, PEOPLE, plan)
    assert [pid for (pid,) in entrants(workspace, "pid")] == [2, 3, 4]
    flow = [(row["step"], row["n"]) for row in flow_rows(workspace, plan) if row["group"] == "laitos"]
    assert flow[0] == ("index", 1)
    assert flow[-1] == ("followed", 1)


def test_nobody_left_names_the_step_and_how_many_left(workspace: Workspace) -> None:
    with pytest.raises(TkkError) as caught:
        built(workspace, PEOPLE, plan_of(eligibility=Eligibility(age=(60, 64))))
    assert (caught.value.code, caught.value.count) == ("TKK291", 5)
    assert "age" in caught.value.message


def sources(*years: tuple[int, int] | None) -> Registers:
    entries = tuple(
        SourceEntry(name=f"s{at}", layout="long", columns={}, years=span, settings={}) for at, span in enumerate(years)
    )
    return Registers(path=Path("registers.toml"), sources=entries, states=STATES, breaks={})


SPANS = [
    Person(1, None, None, None, [Spell("sickness", day("2012-03-04"), day("2012-04-01"), "s0")]),
    Person(2, None, None, None, [Spell("employed", day("2013-01-01"), None, "s1")]),
    Person(3, None, None, None, [Spell("employed", day("2013-01-01"), day("2015-05-06"), "s1")]),
]


@pytest.mark.parametrize(
    ("years", "last", "expected"),
    [
        # s2 has no spells: its years say nothing of them
        (((2010, 2018), (2011, 2016), (2014, 2014)), None, ("2011-01-01", "2016-12-31", False, False)),
        (((2010, 2018), None), None, ("2010-01-01", "2018-12-31", False, False)),
        (((2010, 2018), None), "2016-06-30", ("2010-01-01", "2016-06-30", False, False)),
        ((None, None), None, ("2012-01-01", "2015-05-05", True, True)),
        ((None, None), "2014-06-30", ("2012-01-01", "2014-06-30", True, False)),
    ],
)
def test_what_registers_know(
    workspace: Workspace, years: tuple[tuple[int, int] | None, ...], last: str | None, expected: tuple[object, ...]
) -> None:
    load(workspace, SPANS)
    follow = FollowUp(last=datetime.date.fromisoformat(last) if last else None)
    first, end, *guessed = expected
    known = known_span(workspace, plan_of(follow_up=follow), sources(*years))
    assert known == Known(day(str(first)), day(str(end)), *map(bool, guessed))


def test_guesses_are_told(workspace: Workspace) -> None:
    plan = plan_of(index=Index(states=("employed",)))
    notes = built(workspace, SPANS, plan, sources(None, None))
    assert notes == [
        Note("registers_end_guessed", {"date": "2015-05-05"}, "warning", "TKK293"),
        Note("registers_begin_guessed", {"date": "2012-01-01"}, "warning", "TKK297"),
    ]
    plan = dataclasses.replace(plan, eligibility=Eligibility(observed=False))
    assert [note.code for note in built(workspace, SPANS, plan, sources(None, None))] == ["TKK293"]


def test_years_without_a_common_day(workspace: Workspace) -> None:
    load(workspace, SPANS)
    with pytest.raises(TkkError) as caught:
        known_span(workspace, plan_of(), sources((2010, 2012), (2013, 2018)))
    assert caught.value.code == "TKK290"
