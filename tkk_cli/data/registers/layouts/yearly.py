"""Yearly rows: one row a person and year, with a code for the whole year, facts of the person, or both."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.layout import Layout, PersonRows, Role, Rows, Source, SpellRows
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.layouts.unfold import STATE, month_day, whole
from tkk_cli.data.registers.sql import literal, year_start
from tkk_cli.errors import TkkError

__all__ = ["LAYOUT"]

_FACTS = ("birth", "birth_year", "sex", "death", "region", "municipality", "education", "occupation", "activity")
_SEXES = {"1": ("1", "m", "mies", "man", "male"), "2": ("2", "n", "nainen", "k", "kvinna", "f", "female")}


def rows(source: Source) -> tuple[Rows, ...]:
    """A spell from 1 January to 31 December where there is a code or a state, a person row where there are facts."""
    year = whole(source, "year", 1600, 9998)
    found: list[Rows] = []
    if source.has("code") or source.settings["state"] is not None:
        found.append(
            SpellRows(
                rows=source.view,
                key=source.text("key"),
                start=year_start(f"({year})"),
                end=year_start(f"({year} + 1)"),
                start_present=source.present("year"),
                end_present="(1 = 0)",
                inclusive=False,
                code=source.text("code"),
                state=source.settings["state"],
            )
        )
    if any(source.has(role) for role in _FACTS):
        found.append(_person(source, year))
    if not found:
        raise TkkError(
            "TKK246",
            "the yearly rows have no code, no state and no fact of a person",
            where=f"source {source.name}",
            hint="name their columns under columns, or give state",
        )
    return tuple(found)


def _person(source: Source, year: str) -> PersonRows:
    born = "NULL"
    if source.has("birth"):
        born = source.day("birth")
    elif source.has("birth_year"):
        # the middle of the year, since the day is not known
        born = month_day(f"(({whole(source, 'birth_year', 1600, 9998)}) * 12 + 4)")
    sex = f"LOWER({source.text('sex')})"
    whens = " ".join(
        f"WHEN {sex} IN ({', '.join(literal(word) for word in words)}) THEN {literal(code)}"
        for code, words in _SEXES.items()
    )
    return PersonRows(
        rows=source.view,
        key=source.text("key"),
        year=year,
        birth=born,
        sex=f"CASE {whens} END" if source.has("sex") else "NULL",
        death=source.day("death"),
        region=source.text("region"),
        municipality=source.text("municipality"),
        education=source.text("education"),
        occupation=source.text("occupation"),
        activity=source.text("activity"),
    )


LAYOUT = Layout(
    name="yearly",
    title="One row a person and year: a code for the whole year, facts of the person, or both",
    source="the common denominator of yearly extracts",
    roles=(
        Role("key", "key", KEYS),
        Role("year", "number", ("vuosi", "year")),
        Role("code", "code", ("tila", "koodi", "state", "code"), required=False),
        Role("birth", "date", ("syntymapvm", "syntpvm", "birth", "birth_date"), required=False),
        Role("birth_year", "number", ("syntyv", "syntymavuosi", "birth_year"), required=False),
        Role("sex", "text", ("sukup", "sukupuoli", "sex"), required=False),
        Role("death", "date", ("kuolpvm", "kuolinpvm", "death", "death_date"), required=False),
        Role("region", "text", ("maakunta", "maka", "region"), required=False),
        Role("municipality", "text", ("kunta", "municipality"), required=False),
        Role("education", "text", ("koulutus", "ututku_aste", "education"), required=False),
        Role("occupation", "text", ("ammatti", "ammattikoodi", "occupation"), required=False),
        Role("activity", "text", ("ptoim1", "activity"), required=False),
    ),
    rows=rows,
    settings={"state": STATE},
)
