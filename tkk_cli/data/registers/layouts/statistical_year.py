"""What the yearly files of Statistics Finland share: the statistical year, and spells that several years tell again."""

from __future__ import annotations

from dataclasses import dataclass

from tkk_cli.data.registers.layouts.layout import Role, Setting, Source
from tkk_cli.data.registers.sql import year_start
from tkk_cli.errors import TkkError

__all__ = ["OPEN_END", "YEAR", "Told", "end_of_year", "need", "told", "whole_year", "year_end"]

YEAR = Role("year", "number", ("vuosi",), required=False)

OPEN_END = Setting(
    "latest",
    "A spell without an end in a file of one year: latest = open, but known only to 31 December of its year where a "
    "later year tells of a spell that started the same day; year_end = known only to 31 December, except in the last "
    "year of the source; open = open always.",
    ("latest", "year_end", "open"),
)


def whole_year(source: Source, role: str) -> str:
    """A role's column as a year; NULL where it is no whole number from 1600 to 9999."""
    if not source.has(role):
        return "NULL"
    number = source.number(role)
    return f"CASE WHEN {number} BETWEEN 1600 AND 9999 AND FLOOR({number}) = {number} THEN CAST({number} AS INT) END"


def year_end(year: str) -> str:
    """The day number of 31 December of a year."""
    return f"({year_start(f'({year} + 1)')} - 1)"


def end_of_year(source: Source, year: str) -> str:
    """The end of a spell that lasts to the end of a year, as the source writes ends: the last day or the day after."""
    return year_end(year) if source.inclusive else year_start(f"({year} + 1)")


def need(source: Source, roles: tuple[str, ...], setting: str) -> None:
    """Refuse (TKK249) a setting whose columns the source does not have."""
    missing = [role for role in roles if not source.has(role)]
    if missing:
        raise TkkError(
            "TKK249",
            f"{setting} = {source.settings[setting]!r} needs a column that the source does not have",
            where=f"source {source.name}: {', '.join(missing)}",
            count=len(missing),
            hint=f"give the column under columns, or choose another {setting}",
        )


@dataclass(frozen=True)
class Told:
    """Spells of a yearly file: what stands after FROM, and the end of a spell as far as it is known.

    The file of a year tells again of the spells that went on from the year before. A row of an earlier year may have no
    end yet; taken as open it would outlive the end that a later row gives.

    Attributes
    ----------
    rows : str
        With ``tkk_year``, ``tkk_first`` and ``tkk_last``: the row's year, the first and the last year that tells of the
        spell (NULL where the source has no year).
    end : str
    """

    rows: str
    end: str


def told(source: Source, *, start: str = "start", end: str = "end", where: str = "") -> Told:
    """The spells of two date roles; ``where`` keeps only the rows for which it holds."""
    kept = f" WHERE {where}" if where else ""
    if not source.has("year"):
        nothing = ", ".join(f"CAST(NULL AS INT) AS tkk_{name}" for name in ("year", "first", "last"))
        return Told(f"(SELECT *, {nothing} FROM {source.view}{kept}) AS told", source.day(end))
    inner = (
        f"SELECT *, {whole_year(source, 'year')} AS tkk_year, {source.text('key')} AS tkk_key, "
        f"{source.day(start)} AS tkk_start FROM {source.view}{kept}"
    )
    same = "OVER (PARTITION BY tkk_key, tkk_start)"
    rows = f"(SELECT *, MIN(tkk_year) {same} AS tkk_first, MAX(tkk_year) {same} AS tkk_last FROM ({inner}) AS dated)"
    last = {
        "latest": "tkk_last",
        "year_end": f"(SELECT MAX({whole_year(source, 'year')}) FROM {source.view})",
        "open": "tkk_year",
    }[source.settings["open_end"]]
    day, missing = source.day(end), f"NOT {source.present(end)}"
    known = end_of_year(source, "tkk_year")
    return Told(f"{rows} AS told", f"CASE WHEN {missing} AND tkk_year < {last} THEN {known} ELSE {day} END")
