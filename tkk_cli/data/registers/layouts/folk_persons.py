"""FOLK perustieto: one row a person and statistical year."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.layout import Layout, PersonRows, Role, Rows, Source
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.layouts.statistical_year import YEAR, whole_year, year_end
from tkk_cli.data.registers.sql import year_start

__all__ = ["LAYOUT"]


def rows(source: Source) -> tuple[Rows, ...]:
    """One person and year; a file without a year (``folk_perus_sukup_1``) gives timeless facts.

    A register that knows only the year of birth gives 1 July of it, and only the year of death 31 December. The year
    of death stands on the row of the year before it (trap 7); its value is the year of death all the same.
    """
    born, died = whole_year(source, "birth_year"), whole_year(source, "death_year")
    return (
        PersonRows(
            rows=source.view,
            key=source.text("key"),
            year=whole_year(source, "year"),
            # 184 days from 1 July to the end of a year, leap year or not
            birth=f"COALESCE({source.day('birth')}, {year_start(f'({born} + 1)')} - 184)",
            sex=source.text("sex"),
            death=f"COALESCE({source.day('death')}, {year_end(died)})",
            region=source.text("region"),
            municipality=source.text("municipality"),
            education=source.text("education"),
            occupation=source.text("occupation"),
            activity=source.text("activity"),
        ),
    )


LAYOUT = Layout(
    name="folk_perustieto",
    title="FOLK perustieto: persons by statistical year (also the separate file of sex)",
    source=(
        "Taika metadata of FOLK perustieto, from 2021 sex in folk_perus_sukup_1; unverified: the date columns of birth "
        "and death, which only some extracts have. maka is the urban-rural class: the region is mkunta"
    ),
    roles=(
        Role("key", "key", KEYS),
        YEAR,
        Role("birth_year", "number", ("syntyv",), required=False),
        Role("birth", "date", ("syntympv", "syntpv", "syntymapvm"), required=False),
        Role("death_year", "number", ("kuolv",), required=False),
        Role("death", "date", ("kuolpv", "kuolpvm", "kuolinpvm"), required=False),
        Role("sex", "text", ("sukup",), required=False),
        Role("region", "text", ("mkunta", "maakunta"), required=False),
        Role("municipality", "text", ("kunta31_12", "kunta"), required=False),
        Role("education", "text", ("ututku_aste",), required=False),
        Role("occupation", "text", ("ammattikoodi_k", "ammattikoodi"), required=False),
        Role("activity", "text", ("ptoim1",), required=False),
    ),
    rows=rows,
    traps=(1, 5, 6, 7, 11, 12),
)
