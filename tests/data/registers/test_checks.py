"""Each trap is found where it lies, with its rows and persons, and is silent where it does not."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.portable import objections

from tkk_cli.data.registers import schema
from tkk_cli.data.registers.checks.breaks import require_choices, require_one_key_form
from tkk_cli.data.registers.checks.finding import code_rows, finding_rows, linkage_rows, look_at, role_rows
from tkk_cli.data.registers.checks.registry import CHECKS
from tkk_cli.data.registers.codes import Code, CodeList
from tkk_cli.data.registers.config import Registers
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.intake import Intake
from tkk_cli.data.registers.layouts import long
from tkk_cli.data.registers.layouts.layout import Layout, Source
from tkk_cli.data.registers.opening import open_workspace
from tkk_cli.data.registers.options import EngineOptions
from tkk_cli.data.registers.spark import spark_sql
from tkk_cli.data.registers.sql import day_number, year_of
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.data.registers.states import States, read_states
from tkk_cli.errors import CODES, EXIT_DATA, EXIT_OK, EXIT_USAGE, TkkError

STATES: States = read_states()
Row = dict[str, Any]


def day(text: str) -> int:
    return day_number(datetime.date.fromisoformat(text))


class Taken:
    """Sources by hand: canonical rows in a workspace, and what ``take_in`` would say of them."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.sources: list[Source] = []
        self.layouts: list[Layout] = []
        self.tables: dict[str, tuple[str, ...]] = {}
        self.breaks: dict[str, str] = {}

    def add(
        self,
        name: str,
        traps: tuple[int, ...] = (),
        *,
        columns: Mapping[str, Any] | None = None,
        codes: CodeList | None = None,
        **rows: list[Row],
    ) -> None:
        """A source with rows of the kinds ``spell``, ``person`` or ``earning``; spells are employed where not told."""
        self.layouts.append(replace(long.LAYOUT, name=name, traps=traps))
        self.sources.append(
            Source(name, f"src_{name}", {"key": "hid_e", **(columns or {})}, {}, codes=codes or CodeList())
        )
        self.tables[name] = tuple(rows)
        spec = {"spell": schema.SPELL_ROW, "person": schema.PERSON_ROW, "earning": schema.EARNING}
        for kind, given in rows.items():
            usual: Row = {"source": name, "state": "employed"} if kind == "spell" else {"source": name}
            full = [usual | row | {"file": "f", "row": i} for i, row in enumerate(given, 1)]
            self.workspace.rows(
                f"{kind}_{name}",
                spec[kind],
                [tuple(_plain(row.get(column)) for column in spec[kind]) for row in full],
            )

    def intake(self) -> Intake:
        for kind, spec in (("spell", schema.SPELL_ROW), ("person", schema.PERSON_ROW)):
            names = [name for name, kinds in self.tables.items() if kind in kinds]
            columns = ", ".join(f'"{name}"' for name in spec)
            parts = [f"SELECT {columns} FROM {kind}_{name} WHERE reason IS NULL" for name in names]
            empty = ", ".join(f'CAST(NULL AS {type_}) AS "{name}"' for name, type_ in spec.items())
            self.workspace.define(f"{kind}_row", " UNION ALL ".join(parts) or f"SELECT {empty} WHERE 1 = 0")
        registers = Registers(path=Path("registers.toml"), sources=(), states=STATES, breaks=self.breaks)
        return Intake(
            registers=registers,
            sources=tuple(self.sources),
            layouts=tuple(self.layouts),
            tables=self.tables,
            files=dict.fromkeys(self.tables, ()),
        )

    def found(self) -> dict[str, list[tuple[str, str, int, int]]]:
        """Check -> (level, source, count, persons)."""
        found: dict[str, list[tuple[str, str, int, int]]] = {}
        for row in finding_rows(look_at(self.workspace, self.intake())):
            found.setdefault(row["check"], []).append((row["level"], row["source"], row["count"], row["persons"]))
        return found


def _plain(value: Any) -> Any:
    return day(value) if isinstance(value, str) and len(value) == 10 and value[4:5] == "-" else value


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[Taken]:
    engine = DuckDB("500MB", 1, tmp_path / "temp")
    with closing(engine):
        yield Taken(Workspace(engine, tmp_path / "work"))


def spell(key: str, start: str, stop: str | None = None, **more: Any) -> Row:
    return {"key": key, "start": start, "stop": stop, **more}


def person(key: str, year: int, **more: Any) -> Row:
    return {"key": key, "year": year, **more}


def test_nothing_is_found_in_clean_registers(taken: Taken) -> None:
    taken.add("perus", person=[person("1", year, birth="1970-07-01") for year in range(2010, 2014)])
    taken.add(
        "jaksot",
        spell=[
            spell("1", "2010-01-01", "2011-01-01"),
            spell("1", "2011-01-01", "2011-02-01", state="sickness"),
            spell("1", "2012-01-01", "2012-02-01", state="disability_pension"),
        ],
    )
    assert taken.found() == {}


def test_trap_1_two_names_and_two_forms_of_a_key(taken: Taken) -> None:
    taken.add("perus", person=[person("0012", 2010), person("0345", 2010)])
    taken.add("etk", columns={"key": "shnro"}, spell=[spell("12", "2010-01-01", "2010-02-01")])
    taken.add("kela", spell=[spell("0012", "2010-01-01", "2010-02-01", state="sickness")])
    taken.add("muu", spell=[spell("1234", "2010-01-01", "2010-02-01", state="disability_pension")])
    found = taken.found()
    assert found["key_names"] == [("note", "etk", 1, 1)]
    assert found["key_forms"] == [("warning", "etk", 1, 1)]
    # 1234 may well be one of 0012 and 0345
    assert found["no_person_row"] == [("warning", "etk", 1, 1), ("warning", "muu", 1, 1)]
    assert "two_key_forms" not in found


@pytest.mark.parametrize(
    ("keys", "rarer"),
    [
        (["0012", "0345", "7"], 1),
        (["12", "13", "14.0"], 1),
        (["131052-308T", "131052308T", "010101-123A"], 1),
        (["a" * 64, "b" * 64, "c" * 32], 1),
        (["12", "345", "6789"], 0),
        (["P1", "P12", "P123456789"], 0),
        (["0012", "1234"], 0),
    ],
)
def test_keys_in_two_forms_inside_a_source(keys: list[str], rarer: int, taken: Taken) -> None:
    taken.add("jaksot", spell=[spell(key, "2010-01-01", "2010-02-01", state="sickness") for key in keys])
    expected = [("error", "jaksot", rarer, rarer)] if rarer else []
    assert taken.found().get("two_key_forms", []) == expected
    if rarer:
        with pytest.raises(TkkError, match="two forms") as refused:
            require_one_key_form(taken.workspace, taken.intake())
        assert (refused.value.code, refused.value.count) == ("TKK260", 1)
        assert not any(key in str(refused.value) for key in keys)
    else:
        require_one_key_form(taken.workspace, taken.intake())


def test_trap_2_employment_on_both_sides_of_2019(taken: Taken) -> None:
    taken.add("ennen", (2,), spell=[spell("1", "2018-05-01", "2018-06-01")])
    taken.add(
        "jalkeen", (2,), spell=[spell("1", "2019-01-01", "2019-06-01"), spell("2", "2020-01-01", reason="unknown_code")]
    )
    assert taken.found()["employment_break"] == [("error", "jalkeen", 1, 1)]
    with pytest.raises(TkkError) as refused:
        require_choices(taken.workspace, taken.intake())
    assert (refused.value.code, refused.value.count) == ("TKK262", 1)
    assert 'write [breaks] and 2019 = "drop"' in str(refused.value)
    taken.breaks["2019"] = "indicator"
    assert taken.found()["employment_break"] == [("note", "jalkeen", 1, 1)]
    require_choices(taken.workspace, taken.intake())


def test_trap_2_needs_both_sides_and_a_touched_layout(taken: Taken) -> None:
    taken.add("jalkeen", (2,), spell=[spell("1", "2019-01-01", "2019-06-01")])
    taken.add("kela", (2,), spell=[spell("1", "2018-01-01", "2018-06-01", state="sickness")])
    assert "employment_break" not in taken.found()
    require_choices(taken.workspace, taken.intake())


def test_trap_2_jobs_of_etk_and_then_the_incomes_register_are_the_break_too(taken: Taken) -> None:
    taken.add("etk", spell=[spell("1", "2018-01-01", "2019-06-01")])
    assert "employment_break" not in taken.found()
    taken.add("tulorekisteri", (2,), spell=[spell("1", "2019-01-01", "2019-06-01")])
    assert taken.found()["employment_break"] == [("error", "tulorekisteri", 1, 1)]


def test_trap_3_pensions_from_2023_and_the_gaps_of_1995_and_1998(taken: Taken) -> None:
    pension = {"state": "disability_pension"}
    taken.add(
        "elake",
        (3,),
        spell=[
            spell("1", "1995-12-31", "1996-06-01", **pension),
            spell("1", "1998-01-01", "1998-06-01", **pension),
            spell("2", "2015-01-01", "2024-01-01", **pension),
            spell("3", "2020-01-01", "2023-01-01", **pension),
            spell("4", "2023-01-01", None, **pension),
        ],
    )
    found = taken.found()
    assert found["pension_break"] == [("error", "elake", 2, 2)]
    assert found["pension_gap_years"] == [("note", "elake", 2, 1)]
    with pytest.raises(TkkError) as refused:
        require_choices(taken.workspace, taken.intake())
    assert (refused.value.code, refused.value.count) == ("TKK263", 2)
    taken.breaks["2023"] = "drop"
    require_choices(taken.workspace, taken.intake())


def test_trap_4_no_source_of_sickness_or_disability(taken: Taken) -> None:
    taken.add("tyo", spell=[spell("1", "2010-01-01", "2010-02-01"), spell("2", "2010-01-01", "2010-02-01")])
    taken.add("etuus", (4,), spell=[spell("1", "2011-01-01", "2011-02-01", state="unemployment")])
    found = taken.found()
    assert found["no_sickness"] == found["no_disability_pension"] == [("warning", "", 2, 2)]
    taken.add("kela", spell=[spell("1", "2010-01-01", "2010-02-01", state="partial_sickness")])
    found = taken.found()
    assert "no_sickness" not in found
    assert "no_disability_pension" in found


def test_trap_5_activity_of_one_week(taken: Taken) -> None:
    taken.add(
        "perus",
        columns={"activity": "ptoim1"},
        person=[
            person("1", 2010, activity="12"),
            person("2", 2010, activity="12"),
            person("3", 2010, activity="11"),
        ],
    )
    taken.add(
        "tyo",
        spell=[
            spell("1", "2010-12-31", "2011-01-01"),
            spell("2", "2010-12-01", "2010-12-31"),
            spell("3", "2010-01-01"),
        ],
    )
    taken.add("vuosi", columns={"code": "PTOIM1"}, spell=[spell("1", "2010-01-01", "2011-01-01", state="unemployment")])
    found = taken.found()
    assert found["activity_inferred"] == [("note", "perus", 2, 2)]
    assert found["activity_conflict"] == [("warning", "perus", 1, 1)]
    assert found["activity_as_state"] == [("warning", "vuosi", 1, 1)]


@pytest.mark.parametrize(
    ("by_year", "short"),
    [((100, 100, 100), 0), ((100, 100, 30), 30), ((100, 30, 5), 35), ((5, 4, 2), 0), ((100, 90, 80), 0)],
)
def test_trap_6_the_last_years_are_incomplete(by_year: tuple[int, ...], short: int, taken: Taken) -> None:
    rows = [
        spell(str(1000 + i), f"{2018 + y}-03-01", f"{2018 + y}-03-05", state="sickness")
        for y, n in enumerate(by_year)
        for i in range(n)
    ]
    taken.add("kela", (6,), spell=rows)
    taken.add("muu", spell=rows)
    found = taken.found().get("incomplete_years", [])
    persons = max(by_year[1:]) if short == 35 else short
    assert found == ([("warning", "kela", short, persons), ("note", "muu", short, persons)] if short else [])


def test_trap_6_a_spell_that_is_told_again_every_year_starts_once(taken: Taken) -> None:
    rows = [
        spell(str(key), f"{first}-01-01", f"{year + 1}-01-01")
        for first in (2017, 2018, 2019)
        for key in range(30)
        for year in range(first, 2020)
    ]
    taken.add("tyosuhde", (6,), spell=rows)
    assert "incomplete_years" not in taken.found()


def test_trap_6_a_stock_of_the_end_of_the_year_shows_by_its_persons(taken: Taken) -> None:
    rows = [
        spell(str(key), f"{2016 + key % 5}-03-01", f"{year + 1}-01-01", state="disability_pension")
        for year in range(2016, 2021)
        for key in range(100)
        if 2016 + key % 5 <= year and (year < 2020 or key % 10 == 4)
    ]
    taken.add("elake", (6,), spell=rows)
    assert taken.found()["incomplete_years"] == [("warning", "elake", 10, 10)]


def test_trap_6_the_last_year_lacks_a_variable(taken: Taken) -> None:
    taken.add(
        "perus",
        (6,),
        person=[
            person(str(i), year, activity="11" if year < 2020 else None)
            for year in range(2017, 2021)
            for i in range(30)
        ],
    )
    assert taken.found()["incomplete_years"] == [("warning", "perus", 30, 30)]


def test_trap_7_deaths_on_the_year_before_and_rows_after_death(taken: Taken) -> None:
    taken.add(
        "perus",
        person=[
            person("1", 2010, death="2011-05-01"),
            person("2", 2011, death="2011-05-01"),
            person("2", 2012),
            person("3", 2012),
        ],
    )
    taken.add(
        "jaksot",
        spell=[
            spell("1", "2011-04-01", "2012-01-01", state="sickness"),
            spell("1", "2011-05-02", "2011-06-01", state="sickness"),
            spell("1", "2011-05-02", None, state="death"),
        ],
    )
    found = taken.found()
    assert found["death_known_early"] == [("note", "perus", 1, 1)]
    assert found["row_after_death"] == [("warning", "perus", 1, 1)]
    assert found["spell_after_death"] == [("warning", "jaksot", 1, 1)]


def test_trap_8_early_employment_is_weaker(taken: Taken) -> None:
    rows = [spell("1", "1994-12-31", "1999-01-01"), spell("1", "1995-01-01", "1999-01-01"), spell("2", "2005-01-01")]
    taken.add("tyo", (8,), spell=rows)
    taken.add("etk", spell=rows)
    found = taken.found()
    assert found["employment_before_1995"] == [("warning", "tyo", 1, 1)]
    assert found["employment_before_2005"] == [("note", "tyo", 1, 1)]


def test_trap_9_employers_lost_at_2004_05(taken: Taken) -> None:
    changed = [spell(str(i), "2003-01-01", "2005-01-01", employer=f"A{i}") for i in range(5)]
    changed += [spell(str(i), "2005-01-01", "2006-01-01", employer=f"B{i}") for i in range(5)]
    kept = [spell(str(i), "2003-01-01", "2006-01-01", employer=f"K{i}") for i in range(5)]
    taken.add("tyo", (9,), spell=changed + kept)
    taken.add("yksityinen", (9,), spell=kept)
    taken.add("etk", spell=changed)
    assert taken.found()["employer_keys"] == [("warning", "tyo", 5, 5)]


def test_trap_10_people_under_18_before_2016(taken: Taken) -> None:
    taken.add("perus", person=[person("1", 2010, birth="1995-07-01")])
    rows = [spell("1", "2012-01-01", "2012-03-01"), spell("1", "2014-01-01", "2014-03-01")]
    taken.add("tyo", (10,), spell=rows)
    taken.add("etk", spell=rows)
    assert taken.found()["under_18"] == [("note", "tyo", 1, 1)]


def test_trap_11_occupation_codes_change(taken: Taken) -> None:
    codes = {2009: ["512", "233"], 2010: ["5120", "2330"], 2011: ["5120", "2331"]}
    taken.add(
        "perus",
        columns={"occupation": "ammattikoodi_k", "education": "ututku_aste"},
        person=[
            person(key, year, occupation=code, education="3")
            for year, pair in codes.items()
            for key, code in zip("12", pair, strict=True)
        ],
    )
    found = taken.found()
    assert found["occupation_change"] == [("warning", "perus", 2, 2)]
    assert "education_change" not in found


def test_trap_12_municipalities_of_the_next_year_and_mergers(taken: Taken) -> None:
    rows = [
        person(str(i), year, municipality="999" if i < 12 and year == 2008 else "091")
        for year in (1998, 2008, 2009)
        for i in range(20)
    ]
    rows.append(person("30", 2008, municipality="123"))
    taken.add("perus", columns={"municipality": "KUNTA"}, person=rows)
    taken.add("toinen", columns={"municipality": "kunta31_12"}, person=rows[:-1])
    found = taken.found()
    assert found["municipality_of_next_year"] == [("note", "perus", 41, 21)]
    assert found["municipality_mergers"] == [("warning", "perus", 12, 12), ("warning", "toinen", 12, 12)]


def test_trap_13_unfinished_spells_in_several_rows(taken: Taken) -> None:
    jobless = {"state": "unemployment"}
    rows = [
        spell("1", "2022-11-01", None, **jobless),
        spell("1", "2022-11-01", "2023-02-01", **jobless),
        spell("2", "2023-03-01", None, **jobless),
        spell("2", "2023-03-01", None, **jobless),
        spell("3", "2023-03-01", "2023-04-01", **jobless),
        spell("3", "2023-04-01", "2023-05-01", **jobless),
        spell("4", "2020-03-01", "2020-04-01", **jobless),
        spell("4", "2020-03-01", "2020-05-01", **jobless),
    ]
    taken.add("tem", (13,), spell=rows)
    taken.add("muu", spell=rows)
    assert taken.found()["open_duplicates"] == [("warning", "tem", 2, 2)]


def test_trap_14_open_spells_are_told(taken: Taken) -> None:
    taken.add(
        "kela",
        (14,),
        spell=[spell("1", "2010-01-01", None, state="sickness"), spell("1", "2011-01-01", None, reason="no_key")],
    )
    assert taken.found()["open_spell"] == [("note", "kela", 1, 1)]


def test_duplicates_and_overlaps(taken: Taken) -> None:
    sick = {"state": "sickness"}
    taken.add(
        "kela",
        spell=[
            spell("1", "2010-01-01", "2010-02-01", **sick),
            spell("1", "2010-01-01", "2010-02-01", **sick),
            spell("1", "2010-01-15", "2010-03-01", **sick),
            spell("1", "2010-03-01", "2010-04-01", **sick),
            spell("2", "2010-01-01", None, **sick),
            spell("2", "2015-01-01", "2015-02-01", **sick),
        ],
    )
    taken.add("tyo", spell=[spell("1", "2010-01-01", "2011-01-01", employer=e) for e in ("A", "B")])
    taken.add("palkat", earning=[{"key": "1", "year": 2010, "cents": 100}] * 3)
    found = taken.found()
    assert found["exact_duplicates"] == [("note", "kela", 1, 1), ("note", "palkat", 2, 1)]
    assert found["overlaps"] == [("note", "kela", 2, 2)]


def test_people_without_person_rows_and_spells_before_birth(taken: Taken) -> None:
    taken.add("perus", person=[person("1", 2010, birth="1980-07-01")])
    taken.add(
        "kela",
        spell=[
            spell("1", "1979-01-01", "1979-02-01", state="sickness"),
            spell("1", "1980-02-01", "1980-03-01", state="sickness"),
            spell("2", "2010-01-01", "2010-02-01", state="sickness"),
        ],
    )
    found = taken.found()
    assert found["no_person_row"] == [("warning", "kela", 1, 1)]
    assert found["before_birth"] == [("warning", "kela", 1, 1)]


def test_rows_set_aside(taken: Taken) -> None:
    taken.add(
        "kela",
        spell=[
            spell("1", "2010-01-01", "2010-02-01", state="sickness"),
            spell("1", "1910-01-01", "2010-02-01", reason="outside_years"),
            spell("2", "1910-01-01", "2010-02-01", reason="unknown_code"),
        ],
    )
    taken.add("tyhja", spell=[spell("1", "1910-01-01", "2010-02-01", reason="unknown_code")])
    found = taken.found()
    assert found["rows_set_aside"] == [("error", "tyhja", 1, 1), ("warning", "kela", 2, 2)]
    assert found["rows_outside_years"] == [("warning", "kela", 1, 1)]


CODE_LIST = CodeList(
    "oma",
    (
        Code("01", "sickness", verified=True),
        Code("10-19", "unemployment"),
        Code("*", "other_benefit"),
    ),
)


def test_codes_are_counted_by_the_lines_of_the_list(taken: Taken) -> None:
    used = [("01", "sickness"), ("12", "unemployment"), ("13", "unemployment"), ("131052-308T", "other_benefit")]
    taken.add(
        "etuus",
        codes=CODE_LIST,
        spell=[spell("1", f"201{i}-01-01", f"201{i}-02-01", code=c, state=s) for i, (c, s) in enumerate(used)],
    )
    sight = look_at(taken.workspace, taken.intake())
    unverified = [row for row in finding_rows(sight) if row["check"] == "unverified_code"]
    assert [(row["count"], row["persons"]) for row in unverified] == [(3, 1)]
    assert [tuple(row.values()) for row in code_rows(sight)] == [
        ("etuus", "10-19", "unemployment", "no", 2),
        ("etuus", "*", "other_benefit", "no", 1),
        ("etuus", "01", "sickness", "yes", 1),
    ]


def test_an_unknown_code_is_named_only_where_ten_persons_have_it(taken: Taken) -> None:
    def unknown(code: str | None, persons: int, rows: int = 1) -> list[Row]:
        return [
            spell(f"{i}", "2010-01-01", "2010-02-01", code=code, state=None, reason="unknown_code")
            for i in range(persons)
            for _ in range(rows)
        ]

    rows = [*unknown("A", 10), *unknown("B", 9, 5), *unknown("C", 12, 2), *unknown("D", 1), *unknown(None, 11)]
    other = spell("99", "2010-01-01", "2010-02-01", code="E", reason="no_start")
    taken.add("etuus", codes=CODE_LIST, spell=[*rows, other, spell("1", "2010-01-01", code="01", state="sickness")])
    taken.add("tyo", spell=[spell("1", "2010-01-01", code="C")])
    assert [tuple(row.values()) for row in code_rows(look_at(taken.workspace, taken.intake()))] == [
        ("etuus", "01", "sickness", "yes", 1),
        ("etuus", "C", "", "unknown", 24),
        ("etuus", "A", "", "unknown", 10),
        ("etuus", "", "", "unknown", 45 + 1 + 11),
    ]


@pytest.mark.parametrize(
    ("stops", "state", "found"),
    [
        ([None] * 10, "sickness", [("warning", "kela", 10, 5)]),
        ([None] * 9, "sickness", []),
        ([None] * 10 + ["2010-02-01"], "sickness", []),
        ([None] * 10, "death", []),
        ([None] * 10, "emigrated", []),
    ],
)
def test_a_source_of_which_no_spell_ends(
    taken: Taken, stops: list[str | None], state: str, found: list[tuple[str, str, int, int]]
) -> None:
    taken.add("kela", spell=[spell(str(i % 5), "2010-01-01", stop, state=state) for i, stop in enumerate(stops)])
    assert taken.found().get("nothing_ends", []) == found
    # a layout that knows no end has none to lack
    taken.layouts[0] = replace(long.LAYOUT, roles=tuple(role for role in long.LAYOUT.roles if role.name != "end"))
    assert "nothing_ends" not in taken.found()


def test_roles_name_the_columns_that_play_them(taken: Taken) -> None:
    taken.add("kela", columns={"start": "alku", "code": ("a1", "a2", "a3", "a4")}, spell=[spell("1", "2010-01-01")])
    taken.sources[0] = replace(
        taken.sources[0], types={"hid_e": "integer", "a1": "text"}, date_formats={"alku": "ddmmyyyy"}
    )
    rows = {row["role"]: (row["column"], row["format"]) for row in role_rows(look_at(taken.workspace, taken.intake()))}
    assert list(rows) == [role.name for role in long.LAYOUT.roles]
    assert rows["key"] == ("hid_e", "integer")
    assert rows["start"] == ("alku", "ddmmyyyy")
    assert rows["code"][0] == "a1, ..., a4 (4)"
    assert rows["end"] == ("", "")


def test_linkage_against_the_person_rows_or_a_named_source(taken: Taken) -> None:
    taken.add("perus", person=[person(key, year) for key in "123" for year in (2010, 2011)])
    taken.add("kela", spell=[spell(key, "2010-01-01", "2010-02-01", state="sickness") for key in "2334"])
    sight = look_at(taken.workspace, taken.intake())
    assert linkage_rows(sight, finding_rows(sight)) == [
        {
            "source": "perus",
            "reference": "perus",
            "persons": 3,
            "matched": 3,
            "orphans": 0,
            "reference_only": 0,
            "duplicates": 0,
            "share": 1.0,
        },
        {
            "source": "kela",
            "reference": "perus",
            "persons": 3,
            "matched": 2,
            "orphans": 1,
            "reference_only": 1,
            "duplicates": 1,
            "share": 2 / 3,
        },
    ]
    named = linkage_rows(look_at(taken.workspace, taken.intake(), "kela"), [])
    assert [(row["matched"], row["orphans"]) for row in named] == [(2, 1), (3, 0)]
    with pytest.raises(TkkError, match="no source of the registers") as refused:
        look_at(taken.workspace, taken.intake(), "kelaa")
    assert refused.value.code == "TKK304"


def test_without_person_rows_the_largest_source_is_the_reference(taken: Taken) -> None:
    taken.add("pieni", spell=[spell("1", "2010-01-01", "2010-02-01", state="sickness")])
    taken.add("suuri", spell=[spell(key, "2010-01-01", "2010-02-01", state="sickness") for key in "12"])
    assert look_at(taken.workspace, taken.intake()).reference == ("suuri",)
    assert "no_person_row" not in taken.found()


def test_every_trap_has_a_check_with_its_code() -> None:
    assert {check.trap for check in CHECKS} == set(range(15))
    for check in CHECKS:
        assert check.trap == 0 or check.code == f"TKK{260 + check.trap}"
        assert (check.rows is None) != (check.look is None)
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    statuses = {code: CODES[code].exit_status for code in {check.code for check in CHECKS}}
    assert {code for code, status in statuses.items() if status != EXIT_OK} == {"TKK260", "TKK262", "TKK263"}
    assert (statuses["TKK260"], statuses["TKK262"]) == (EXIT_DATA, EXIT_USAGE)
    quiet = {"TKK261", "TKK264", "TKK265", "TKK266", "TKK267", "TKK268", "TKK269", "TKK270", "TKK271", "TKK272"}
    assert statuses.keys() >= quiet | {"TKK273", "TKK274", "TKK275", "TKK276", "TKK277", "TKK278"}


def test_the_sql_is_carried_to_spark(taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    fetch = taken.workspace.fetch
    monkeypatch.setattr(taken.workspace, "fetch", lambda sql: asked.append(sql) or fetch(sql))
    columns = {"activity": "ptoim1", "occupation": "ammatti", "municipality": "kunta"}
    taken.add("perus", columns=columns, person=[person("1", 2010, activity="12")])
    taken.add("jaksot", tuple(range(1, 15)), codes=CODE_LIST, spell=[spell("1", "2010-01-01", employer="A")])
    taken.found()
    assert len(asked) > 20
    for sql in asked:
        assert objections(sql) == []
        spark_sql(sql)


def test_the_year_of_a_day(taken: Taken) -> None:
    days = "(SELECT CAST(UNNEST(GENERATE_SERIES(-135000, 100000)) AS INT) AS d)"
    wrong = f"SELECT COUNT(*) FROM {days} AS x WHERE {year_of('d')} <> YEAR(DATE '1970-01-01' + d)"
    assert taken.workspace.fetch(wrong) == [(0,)]


@pytest.mark.parametrize("options", [{"memory": "a lot"}, {"memory": "0GB"}, {"memory": "4"}, {"threads": -1}])
def test_limits_that_are_none_are_refused(options: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(TkkError) as refused:
        open_workspace(EngineOptions(**options), tmp_path / "registers.toml")
    assert refused.value.code == "TKK279"
    assert not list(tmp_path.iterdir())


def test_a_workspace_beside_the_toml_or_where_it_is_asked_for(tmp_path: Path) -> None:
    toml, mine = tmp_path / "registers.toml", tmp_path / "mine"
    (mine / "keep").mkdir(parents=True)
    with closing(open_workspace(EngineOptions(memory="0.5 gb", threads=1), toml).engine):
        assert (tmp_path / "registers.work").is_dir()
    begun: list[str] = []
    options = EngineOptions(temp=str(mine), work=str(tmp_path / "w"), memory="200MiB")
    workspace = open_workspace(options, toml, begun.append)
    workspace.stage("one", "SELECT 1 AS x")
    workspace.engine.close()
    assert begun == ["one"]
    assert (tmp_path / "w" / "one.parquet").exists()
    # closing removes what was spilled and nothing else of the folder
    assert [path.name for path in mine.iterdir()] == ["keep"]


def test_a_work_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TkkError) as refused:
        open_workspace(EngineOptions(work=str(tmp_path / "file" / "w")), tmp_path / "registers.toml")
    assert refused.value.code == "TKK504"
