"""The fourteen traps of Finnish registers, planted in the raw rows of a block; what was planted is counted.

A trap changes files, never the truth. Each is a function of a ``Page`` that gives the rows as they are written and the
persons of the rows concerned: changed, added or left out, one entry a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from tkk_cli.data.synthetic.registers.careers import OPEN, Careers, Segments, first_day
from tkk_cli.data.synthetic.registers.draws import Ints
from tkk_cli.data.synthetic.registers.folk import (
    ACTIVITIES,
    EMPLOYER_KEYS,
    MUNICIPALITIES,
    contracts,
    jobs_rows,
    keys,
    persons_rows,
    work_days,
)
from tkk_cli.data.synthetic.registers.rows import Column, Rows, Text, days, last_days, stack, text

__all__ = ["NAMES", "YEARS", "Planted", "benefits", "plant"]

NAMES = {
    1: "person_key",
    2: "payment_periods",
    3: "pension_kinds",
    4: "benefits_without_sickness",
    5: "activity_inferred",
    6: "lags",
    7: "death_year",
    8: "missing_jobs",
    9: "employer_keys",
    10: "ages",
    11: "classifications",
    12: "municipalities",
    13: "unfinished_duplicated",
    14: "open_ended",
}
# The first and last year that the data must hold for a trap to lie in them.
YEARS = {
    2: (2018, 2020), 3: (2022, 2023), 8: (1993, 1994), 9: (2003, 2005), 10: (2015, 2016), 11: (2008, 2010),
    13: (2022, 2023),
}  # fmt: skip

_STREAM = 800


@dataclass(frozen=True)
class Page:
    """Rows of one file (and year; 0 where the source has one file) of a block of persons."""

    careers: Careers
    name: str
    year: int
    rows: Rows


_ENDS = ("loppupvm", "paattymispvm")
Touched = tuple[Rows, Ints]


class Planted:
    """Rows and persons of each trap and source, added up block by block (no person is in two blocks)."""

    def __init__(self) -> None:
        self.counts: dict[tuple[int, str], tuple[int, int]] = {}
        self._block: dict[tuple[int, str], list[Ints]] = {}

    def add(self, trap: int, source: str, persons: Ints) -> None:
        """Rows of a trap, by their persons' places in the block."""
        if len(persons):
            self._block.setdefault((trap, source), []).append(persons)

    def end_block(self) -> None:
        """Count the persons of the block that ends."""
        for key, parts in self._block.items():
            rows, persons = self.counts.get(key, (0, 0))
            people = np.concatenate(parts)
            self.counts[key] = (rows + len(people), persons + len(np.unique(people)))
        self._block = {}


def plant(asked: Iterable[int], planted: Planted, careers: Careers, name: str, year: int | None, rows: Rows) -> Rows:
    """The rows of a file with the traps that are asked for."""
    for trap in sorted(asked, key=_ORDER.index):
        if trap in _TRAPS:
            rows, persons = _TRAPS[trap](Page(careers, name, year or 0, rows))
            planted.add(trap, name, persons)
    return rows


def _none(rows: Rows) -> Touched:
    return rows, np.zeros(0, dtype=np.int64)


def _draw(careers: Careers, stream: int, persons: Ints) -> Ints:
    """A number of 0 to 999 a row, by its person."""
    return careers.draws.below(_STREAM + stream, 1000, persons)


def person_key(page: Page) -> Touched:
    """1: the key has its older name in some files."""
    name, rows = page.name, page.rows
    if name not in ("folk_tyottomat", "folk_tyonhakijat", "kela_sairauspaivaraha"):
        return _none(rows)
    return rows.renamed("hid_e", "shnro"), rows.person


def payment_periods(page: Page) -> Touched:
    """2: from 2019 whole months, joined over gaps of a month or less, under the first employer's key."""
    careers, name, year, rows = page.careers, page.name, page.year, page.rows
    if name != "folk_tyosuhde" or year < 2018:
        return _none(rows)
    border = first_day(2019)
    if year == 2018:
        goes_on = np.isnat(rows.dates("loppupvm"))
        return rows.put(loppupvm=np.where(goes_on, days(np.array(border - 1)), rows.dates("loppupvm"))), rows.person[:0]
    periods = jobs_rows(careers, _chained(contracts(careers), border), year)
    return periods, periods.person


def _chained(jobs: Segments, border: int) -> Segments:
    later = jobs.take(jobs.stop > border)
    month = np.maximum(later.start, border).astype("datetime64[D]").astype("datetime64[M]")
    start = month.astype("datetime64[D]").astype(np.int64)
    last = np.minimum(later.stop - 1, OPEN - 1).astype("datetime64[D]").astype("datetime64[M]")
    stop = np.where(later.stop >= OPEN, OPEN, (last + 1).astype("datetime64[D]").astype(np.int64))
    new = np.ones(len(later), dtype=bool)
    new[1:] = (later.person[1:] != later.person[:-1]) | (start[1:] - stop[:-1] > 31)
    firsts = np.flatnonzero(new)
    lasts = np.append(firsts[1:], len(later)) - 1 if len(firsts) else firsts
    return Segments(**{**vars(later.take(firsts)), "start": start[firsts], "stop": stop[lasts]})


def pension_kinds(page: Page) -> Touched:
    """3: from 2023 no kinds and the earliest start; pensions granted afterwards missing in 1995 and 1998."""
    careers, name, year, rows = page.careers, page.name, page.year, page.rows
    if name != "folk_elake" or (year < 2023 and year not in (1995, 1998)):
        return _none(rows)
    start = rows.dates("alkupvm_elakelaji")
    if year < 2023:
        lost = (start >= np.datetime64(f"{year}-01-01")) & (_draw(careers, 3, rows.person) < 400)
        return rows.take(~lost), rows.person[lost]
    paid = careers.segments.of("disability_pension", "temporary_disability_pension", "partial_disability_pension",
                               "partial_temporary_disability_pension", "career_pension", "old_age_pension")  # fmt: skip
    earliest = np.full(len(careers), OPEN, dtype=np.int64)
    np.minimum.at(earliest, paid.person, paid.start)
    first = days(earliest[rows.person])
    kind = text(np.zeros(len(rows), dtype=np.int64), ("",))
    return rows.put(elakelaji_alkuper=kind, alkupvm_elakejakso=first, alkupvm_elakelaji=first), rows.person


def benefits(careers: Careers) -> Rows:
    """4: benefits of the Incomes Register without sickness, rehabilitation and disability pension."""
    kinds = ("unemployment", "leave", "student", "old_age_pension")
    parts = [careers.segments.of(kind) for kind in kinds]
    rows = [
        Rows(
            of.person,
            {
                "incomeEarnerHid_e": text(of.person, keys(careers)),
                "alkupvm": days(of.start),
                "loppupvm": last_days(of.stop),
                "laji": text(np.full(len(of), i), ("tyottomyys", "perhe", "opinto", "vanhuuselake")),
            },
        )
        for i, of in enumerate(parts)
    ]
    whole = rows[0]
    for more in rows[1:]:
        whole = stack(whole, more)
    return whole.take(np.lexsort((whole.dates("alkupvm"), whole.person)))


def activity_inferred(page: Page) -> Touched:
    """5: some who work part-time on a benefit are unemployed (12) by their main activity."""
    careers, name, year, rows = page.careers, page.name, page.year, page.rows
    if name != "folk_perus":
        return _none(rows)
    of = rows.texts("ptoim1")
    at = (of.codes == ACTIVITIES.index("11")) & (_draw(careers, 50 + year % 40, rows.person) < 40)
    return rows.put(ptoim1=of.where(at, "12")), rows.person[at]


def lags(page: Page) -> Touched:
    """6: the last year is incomplete; of pensions the last two."""
    careers, name, year, rows = page.careers, page.name, page.year, page.rows
    last = careers.years[1]
    late = _draw(careers, 6, rows.person) < 600
    if name == "folk_perus" and year == last:
        filled = {column: rows.texts(column).where(late, "") for column in ("ptoim1", "ammattikoodi_k")}
        return rows.put(**filled), rows.person[late]
    if (name in ("folk_tulo", "folk_tyosuhde") and year == last) or (name == "folk_elake" and year >= last - 1):
        return rows.take(~late), rows.person[late]
    return _none(rows)


def death_year(page: Page) -> Touched:
    """7: persons and spells after death (the year of a death stands on the preceding row in any case)."""
    careers, name, year, rows = page.careers, page.name, page.year, page.rows
    if name == "folk_perus":
        died = (careers.death >= first_day(year)) & (careers.death < first_day(year + 1))
        who = np.flatnonzero(died)
        who = who[_draw(careers, 7, who) < 500]
        late = persons_rows(careers, who, year, work_days(careers, year))
        return stack(rows, late), who
    if name == "folk_tyottomat":
        dead = careers.segments.of("death")
        dead = dead.take(dead.start + 50 < first_day(careers.years[1] + 1))
        start, code = dead.start + 20, np.full(len(dead), 2)
        key = next(column for column in rows.columns if column in ("hid_e", "shnro"))
        psyy = text(np.full(len(dead), 0), ("01",))
        columns: dict[str, Column] = {
            key: text(dead.person, keys(careers)),
            "alkupvm": days(start),
            "loppupvm": days(start + 29),
        }
        return stack(rows, Rows(dead.person, {**columns, "psyy": psyy, "tjtyol": code})), dead.person
    return _none(rows)


def missing_jobs(page: Page) -> Touched:
    """8: before 1995 about 23 % of the jobs of the last week are missing."""
    careers, name, year, rows = page.careers, page.name, page.year, page.rows
    if name != "folk_tyosuhde" or year >= 1995:
        return _none(rows)
    lost = (rows.columns["tvm"] == 1) & (_draw(careers, 8, rows.person) < 230)
    return rows.take(~lost), rows.person[lost]


def employer_keys(page: Page) -> Touched:
    """9: from 2005 public employers have other keys."""
    name, year, rows = page.name, page.year, page.rows
    column = {"folk_tyosuhde": "yrtun_s", "folk_tkt": "syrtun"}.get(name)
    if column is None or year < 2005:
        return _none(rows)
    of = rows.texts(column)
    public = {word: f"J{word[1:]}" for word in EMPLOYER_KEYS[::4]}
    changed = np.array([word in public for word in of.words])[of.codes]
    return rows.put(**{column: Text(of.codes, tuple(public.get(word, word) for word in of.words))}), rows.person[
        changed
    ]


def ages(page: Page) -> Touched:
    """10: from 2016 no employment spells of persons under 18."""
    careers, name, year, rows = page.careers, page.name, page.year, page.rows
    if name != "folk_tyosuhde" or year < 2016:
        return _none(rows)
    young = (first_day(year + 1) - 1 - careers.birth[rows.person]) * 4 // 1461 < 18
    return rows.take(~young), rows.person[young]


def classifications(page: Page) -> Touched:
    """11: occupations of another classification before 2010, and of yet another before 2001."""
    name, year, rows = page.name, page.year, page.rows
    if name != "folk_perus" or year >= 2010:
        return _none(rows)
    of = rows.texts("ammattikoodi_k")
    digits = 4 if year >= 2001 else 3
    return rows.put(ammattikoodi_k=Text(of.codes, tuple(word[:digits] for word in of.words))), rows.person


def municipalities(page: Page) -> Touched:
    """12: municipalities merge in the middle of the years; ``kunta`` knows it a year early, and stands alone."""
    careers, name, year, rows = page.careers, page.name, page.year, page.rows
    if name != "folk_perus":
        return _none(rows)
    of = rows.texts("kunta")
    rows = rows.without("kunta31_12")
    if year + 1 < (careers.years[0] + careers.years[1] + 1) // 2:
        return _none(rows)
    merged = {MUNICIPALITIES[i + 1]: MUNICIPALITIES[i] for i in range(0, 12, 2)}
    changed = np.array([word in merged for word in of.words])[of.codes]
    return rows.put(kunta=Text(of.codes, tuple(merged.get(word, word) for word in of.words))), rows.person[changed]


def unfinished_duplicated(page: Page) -> Touched:
    """13: spells of 2023 and later stand there once more, unfinished or with another end."""
    careers, name, rows = page.careers, page.name, page.rows
    if name not in ("folk_tyottomat", "folk_tyonhakijat"):
        return _none(rows)
    end, start = rows.dates("loppupvm"), rows.dates("alkupvm")
    again = rows.take((start >= np.datetime64("2023-01-01")) & (_draw(careers, 13, rows.person) < 500))
    end, start = again.dates("loppupvm"), again.dates("alkupvm")
    other = np.where(np.isnat(end), start + 30, np.datetime64("NaT", "D"))
    return stack(rows, again.put(loppupvm=other)), again.person


def open_ended(page: Page) -> Touched:
    """14: spells without an end; some placements have lost theirs."""
    careers, name, rows = page.careers, page.name, page.rows
    column = next((column for column in _ENDS if column in rows.columns), None)
    if column is None:
        return _none(rows)
    end = rows.dates(column)
    if name == "folk_sijoitetut":
        end = np.where(_draw(careers, 14, rows.person) < 50, np.datetime64("NaT", "D"), end)
    return rows.put(**{column: end}), rows.person[np.isnat(end)]


_TRAPS: dict[int, Callable[[Page], Touched]] = {
    1: person_key, 2: payment_periods, 3: pension_kinds, 5: activity_inferred, 6: lags, 7: death_year,
    8: missing_jobs, 9: employer_keys, 10: ages, 11: classifications, 12: municipalities, 13: unfinished_duplicated,
    14: open_ended,
}  # fmt: skip
# What makes rows anew comes first; what leaves rows out or counts them comes last.
_ORDER = (4, 2, 1, 7, 13, 3, 5, 8, 9, 10, 11, 12, 6, 14)
