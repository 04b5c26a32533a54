"""FOLK eläke: the pensions that were in force at the end of each year, with a start and no end."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.layout import Layout, Role, Rows, Setting, Source, SpellRows
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.layouts.statistical_year import YEAR, whole_year, year_end
from tkk_cli.data.registers.sql import literal, year_start

__all__ = ["LAYOUT"]

# From here on the file is made of the Incomes Register: the first start is kept and breaks are not seen (trap 3).
_INCOMES_REGISTER = 2023
# The registers whose own kinds of pension (elakelaji_alkuper) are described; the meaning of a kind depends on it.
_ORIGINS = ("33", "34", "35")


def rows(source: Source) -> tuple[Rows, ...]:
    """A spell a row, up to 31 December of its year; the rows of consecutive years are one spell once they are merged.

    A pension that ended within a year is known to the end of the year before. The start is that of the kind of pension
    where the row has it (from 2015, ``aineisto`` 35). Else it is the start of the whole time on pension in the first
    year that tells of it (a pension granted afterwards begins before its first year), and 1 January in the years after:
    the kind may have changed. From 2023 no start is before 2023: it is the first ever, and the kinds are coarse.
    """
    kind, whole, year = source.day("kind_start"), source.day("pension_start"), "tkk_year"
    start = f"COALESCE({kind}, {whole})"
    floor, january = year_start(str(_INCOMES_REGISTER)), year_start(year)
    inner = (
        f"SELECT *, {whole_year(source, 'year')} AS tkk_year, {source.text('key')} AS tkk_key, {whole} AS tkk_whole "
        f"FROM {source.view}"
    )
    told = f"SELECT *, MIN(tkk_year) OVER (PARTITION BY tkk_key, tkk_whole) AS tkk_first FROM ({inner}) AS dated"
    return (
        SpellRows(
            rows=f"({told}) AS told",
            key=source.text("key"),
            start=(
                f"CASE WHEN {year} >= {_INCOMES_REGISTER} AND {start} < {floor} THEN {floor} "
                f"WHEN {kind} IS NOT NULL THEN {kind} WHEN tkk_first < {year} AND {whole} < {january} THEN {january} "
                f"ELSE {whole} END"
            ),
            end=year_end(year),
            start_present=f"({source.present('kind_start')} OR {source.present('pension_start')})",
            end_present=source.present("year"),
            inclusive=True,
            code=_code(source),
        ),
    )


def _code(source: Source) -> str:
    """``35:0K``: the register and its own kind; ``laji:2`` where there is none, ``2023:2`` from 2023."""
    origin, own, kind = source.text("origin"), source.text("own_kind"), source.text("kind")
    known = ", ".join(literal(name) for name in _ORIGINS)
    return (
        f"CASE WHEN tkk_year >= {_INCOMES_REGISTER} THEN '{_INCOMES_REGISTER}:' || {kind} "
        f"WHEN {origin} IN ({known}) AND {own} IS NOT NULL AND tkk_year <= {source.settings['last_kind_year']} "
        f"THEN {origin} || ':' || UPPER({own}) ELSE 'laji:' || {kind} END"
    )


LAYOUT = Layout(
    name="folk_elake",
    title="FOLK jaksotiedot eläke: pensions in force at the end of each year",
    source=(
        "Taika metadata of FOLK jaksotiedot: eläke; the state of each code is a proposal. In elakelaji a "
        "disability pension is neither full nor partial nor temporary: it is taken as full"
    ),
    roles=(
        Role("key", "key", KEYS),
        Role(YEAR.name, YEAR.kind, YEAR.names),
        Role("kind_start", "date", ("alkupvm_elakelaji",), required=False),
        Role("pension_start", "date", ("alkupvm_elakejakso",)),
        Role("own_kind", "code", ("elakelaji_alkuper",), required=False),
        Role("origin", "code", ("aineisto",), required=False),
        Role("kind", "code", ("elakelaji",)),
    ),
    rows=rows,
    codes="folk_elake",
    settings={
        "last_kind_year": Setting(
            2022, "Last year whose elakelaji_alkuper is used; the metadata name both 2021 and 2022.", (2021, 2022)
        )
    },
    traps=(1, 3, 6),
)
