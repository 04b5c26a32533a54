"""Random persons as raw register files, and what a reader of these files knows of them in plain Python."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from support import outcome_days
from support.days import Stay, Window
from support.entry_days import Person, Spell, date
from support.entry_tables import BASE, LAST, STATES, random_person
from tkk_cli.data.registers.states import NONE, AtWork

__all__ = ["key", "persons_of_files", "seen", "stays", "write_files"]

HOURS = {"a": 37.5, "b": 20.0}
MEASURES = {name: f"{number:02d}" for number, name in enumerate(("kiila", "tyk", "aslak", "muu"))}
TOML = """
[source.jaksot]
path = "jaksot.csv"
layout = "long"
codes = "tilat.csv"
date_format = "d.m.yyyy"
years = [2014, 2016]
[source.kuntoutus]
path = "kuntoutus.csv"
layout = "long"
codes = "toimenpiteet.csv"
date_format = "yyyymmdd"
end = "day_after"
years = [2014, 2016]
[source.perus]
path = "perus.csv"
layout = "folk_perustieto"
date_format = "yyyy-mm-dd"
"""


def key(person: Person) -> str:
    return f"H{person.pid:03d}"


def persons_of_files(rng: random.Random, n: int) -> list[Person]:
    """Random persons without what files cannot tell: facts without a person row, spells from outside the years."""
    persons = []
    for pid in range(1, n + 1):
        person = random_person(rng, pid)
        person.spells = [s for s in person.spells if BASE <= s.start <= LAST]
        person.years = {year: facts for year, facts in person.years.items() if year is not None}
        if not person.years:
            person = replace(person, birth=None, sex=None, death=None)
        if person.years or person.spells:
            persons.append(person)
    return persons


def write_files(folder: Path, persons: Iterable[Person], rng: random.Random) -> Path:
    """The files, rows in any order and some twice, and ``registers.toml``, whose path comes back."""
    spells: list[list[Any]] = []
    measures: list[list[Any]] = []
    rows: list[list[Any]] = []
    for person in persons:
        for s in person.spells:
            if s.programme is None:
                end = "" if s.stop is None else f"{date(s.stop - 1):%d.%m.%Y}"
                facts = (s.state, s.employer, extent(s), HOURS.get(s.employer or ""), s.diagnosis)
                spells.append([key(person), f"{date(s.start):%d.%m.%Y}", end, *facts])
            else:
                days = ("" if day is None else f"{date(day):%Y%m%d}" for day in (s.start, s.stop, s.decided))
                measures.append([key(person), *days, MEASURES[s.programme] + s.state[0], s.provider])
        for year, (region, education) in person.years.items():
            days = ("" if day is None else date(day).isoformat() for day in (person.birth, person.death))
            rows.append([key(person), year, *days, person.sex, region, education])
    _write(folder / "jaksot.csv", "hid_e alku loppu tila tyonantaja osuus viikkotunnit diagnoosi", spells, rng)
    _write(folder / "kuntoutus.csv", "shnro alku loppu paatospvm koodi kurssi", measures, rng)
    _write(folder / "perus.csv", "shnro vuosi syntympv kuolpv sukup mkunta ututku_aste", rows, rng)
    head = ["code", "state", "extent", "programme", "title", "source", "verified"]
    codes = [[name, name, "", "", "", "", "yes"] for name in STATES.names]
    both = [("r", "rehabilitation"), ("o", "")]  # with days in rehabilitation, and a decision alone
    lines = [[code + end, state, "", name, "", "", "yes"] for name, code in MEASURES.items() for end, state in both]
    for name, content in (("tilat.csv", codes), ("toimenpiteet.csv", lines)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *content])
    toml = folder / "registers.toml"
    toml.write_text(TOML, encoding="utf-8")
    return toml


def _write(path: Path, head: str, rows: Sequence[list[Any]], rng: random.Random) -> None:
    told = [*rows, *rng.sample(rows, len(rows) // 10)]
    rng.shuffle(told)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([head.split(), *told])


def extent(spell: Spell) -> float | None:
    """A share that some spells have."""
    return (None, 0.25, 0.6)[spell.start % 3]


def all_spells(person: Person) -> list[outcome_days.Spell]:
    made = [
        outcome_days.Spell(s.state, s.start, s.stop, s.employer, extent(s), HOURS.get(s.employer or ""))
        for s in person.spells
        if s.state != NONE
    ]
    return made if person.death is None else [*made, outcome_days.Spell("death", person.death, None)]


def seen(
    person: Person, window: Window, employer: str | None, rule: AtWork, competing: tuple[str, ...]
) -> outcome_days.Person:
    """The person as outcomes see them: a window, and what each day of it is."""
    return outcome_days.Person(all_spells(person), window, employer, (), STATES, rule, competing)


def stays(person: Person) -> list[Stay]:
    return [Stay(STATES.rank(s.state), s.start, s.stop) for s in all_spells(person)]
