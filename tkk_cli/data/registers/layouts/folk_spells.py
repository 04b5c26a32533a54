"""FOLK spells of the employment office: unemployed, job seekers, placed by a measure, labour market training."""

from __future__ import annotations

from collections.abc import Callable

from tkk_cli.data.registers.layouts.layout import Layout, Role, Rows, Source, SpellRows
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.layouts.statistical_year import OPEN_END, YEAR, end_of_year, told
from tkk_cli.data.registers.sql import year_start

__all__ = ["LAYOUTS"]


def spells(source: Source) -> tuple[Rows, ...]:
    """One spell a row; the reason of its end (``psyy``, coded in two ways) is not read."""
    spell = told(source)
    return (_spell(source, spell.rows, source.day("start"), spell.end),)


def job_seekers(source: Source) -> tuple[Rows, ...]:
    """Job seekers: the code is that of the start or, in a year that the search went on into, of its 1 January.

    So where several years tell of a search, each row speaks of its own year only.
    """
    spell, start = told(source), source.day("start")
    first, last = year_start("tkk_year"), end_of_year(source, "tkk_year")
    return (
        _spell(
            source,
            spell.rows,
            f"CASE WHEN tkk_first < tkk_year AND {start} < {first} THEN {first} ELSE {start} END",
            f"CASE WHEN tkk_year < tkk_last AND ({spell.end}) > {last} THEN {last} ELSE {spell.end} END",
        ),
    )


def _spell(source: Source, rows: str, start: str, end: str) -> SpellRows:
    return SpellRows(
        rows=rows,
        key=source.text("key"),
        start=start,
        end=end,
        start_present=source.present("start"),
        end_present=source.present("end"),
        inclusive=source.inclusive,
        code=source.text("code"),
    )


def _layout(
    name: str, title: str, column: str, note: str, rows: Callable[[Source], tuple[Rows, ...]] = spells
) -> Layout:
    return Layout(
        name=name,
        title=title,
        source=f"Taika metadata of FOLK jaksotiedot; the state of each code is a proposal. {note}".strip(),
        roles=(
            Role("key", "key", KEYS),
            YEAR,
            Role("start", "date", ("alkupvm",)),
            Role("end", "date", ("loppupvm",), required=False),
            Role("code", "code", (column,)),
        ),
        rows=rows,
        codes=name,
        settings={"open_end": OPEN_END},
        traps=(1, 13, 14),
    )


LAYOUTS = (
    _layout(
        "folk_tyottomat",
        "FOLK jaksotiedot työttömät: unemployed or laid off",
        "tjtyol",
        "Lay-offs are unemployment unless a code list of one's own says otherwise.",
    ),
    _layout(
        "folk_sijoitetut",
        "FOLK jaksotiedot sijoitetut: subsidised work, work trials and other placements",
        "tpide",
        "5T, 5V, 6T and 6V are pay subsidies (V = injury or illness).",
    ),
    _layout(
        "folk_tyonhakijat",
        "FOLK jaksotiedot työnhakijat: job searches by employment status",
        "tyol",
        "A seeker at work on the open labour market gives no state: the code holds on the first day only.",
        job_seekers,
    ),
    _layout("folk_tyovoimakoulutus", "FOLK jaksotiedot työvoimakoulutus: labour market training", "tyamm", ""),
)
