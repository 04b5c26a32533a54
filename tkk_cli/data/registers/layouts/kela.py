"""Kela: sickness allowance, rehabilitation decisions, rehabilitation allowance. Names are guesses: extracts differ."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.etk import state_or_code
from tkk_cli.data.registers.layouts.layout import Layout, Role, Rows, Setting, Source, SpellRows
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.sql import literal
from tkk_cli.errors import TkkError

__all__ = ["LAYOUTS", "before_waiting"]

# After an allowance that ended so few days ago, the waiting period is not served again.
_NO_NEW_WAITING = 30
# What stands in the name of a measure (blanks for its signs, one at each end) -> programme; the first that fits.
_NAMES = (
    ("% aslak%", "aslak"),
    ("% kiila%", "kiila"),
    ("% tk1 %", "tk1"),
    ("% tk2 %", "tk2"),
    ("% tyk %", "tyk"),
    ("% ips %", "ips"),
    ("%sijoita ja valmenna%", "ips"),
    ("%työhönkuntoutus%", "tyohonkuntoutus"),
)


def before_waiting(day: str) -> str:
    """The first day of a waiting period of nine weekdays (Monday to Saturday) that ends the day before ``day``.

    Nine weekdays back from a Thursday, Friday or Saturday pass one Sunday, from a Monday to Wednesday two. From a
    Sunday, on which nothing is paid, they are counted as from the Monday after it.
    """
    # 1970-01-01 was a Thursday; the shift by whole weeks keeps the remainder of early days positive
    return f"({day} - CASE WHEN ({day} + 3 + 700000) % 7 >= 3 THEN 10 ELSE 11 END)"


def sickness(source: Source) -> tuple[Rows, ...]:
    """One spell of allowance a row, full or partial by its code.

    Kela pays from the tenth weekday of an absence. With ``waiting_period = "add"`` a spell starts nine weekdays
    earlier, unless an allowance of the person, of whatever kind, ended within the 30 days before it.
    """
    rows, start = source.view, source.day("start")
    if source.settings["waiting_period"] == "add":
        last = f"{source.day('end')}" if source.inclusive else f"({source.day('end')} - 1)"
        dated = (
            f"SELECT *, {source.text('key')} AS tkk_key, {start} AS tkk_start, COALESCE({last}, {start}) AS tkk_end "
            f"FROM {source.view}"
        )
        before = (
            "MAX(tkk_end) OVER (PARTITION BY tkk_key ORDER BY tkk_start, tkk_end, tkk_file, tkk_row "
            "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        )
        rows = f"(SELECT *, {before} AS tkk_before FROM ({dated}) AS dated) AS raw"
        chained = f"tkk_before >= tkk_start - {_NO_NEW_WAITING}"
        start = f"CASE WHEN {chained} THEN tkk_start ELSE {before_waiting('tkk_start')} END"
    return (_spell(source, rows, start, code=source.text("code"), state=state_or_code(source)),)


def measures(source: Source) -> tuple[Rows, ...]:
    """One rehabilitation measure a row: its programme by the name of the measure, else by its code.

    A measure is the frame of a course: ASLAK or TYK ran for a year or two with 10 to 33 days in all. So the row gives
    the programme and no state; days in rehabilitation come from the allowance (``kela_kuntoutusraha``). With
    ``state = "rehabilitation"`` the whole frame is in that state.
    """
    if not source.has("code") and not source.has("measure"):
        raise TkkError(
            "TKK248",
            "nothing tells the programme: no column of codes and none of names of measures",
            where=f"source {source.name}",
            hint='name the column, columns = { code = "..." } or columns = { measure = "..." }',
        )
    state, name = source.settings["state"], source.text("measure")
    # without a column of codes every row has an empty code, which is the line * of the code list
    code = source.text("code") if source.has("code") else "CAST(NULL AS VARCHAR)"
    signs = name
    for sign in ("-", "(", ")", ",", ".", "/", "®"):
        signs = f"REPLACE({signs}, '{sign}', ' ')"
    text = f"(' ' || LOWER({signs}) || ' ')"
    named = " ".join(f"WHEN {text} LIKE {literal(like)} THEN {literal(programme)}" for like, programme in _NAMES)
    programme = f"CASE {named} END" if source.has("measure") else "NULL"
    return (_spell(source, source.view, source.day("start"), code=code, state=state or None, programme=programme),)


def allowances(source: Source) -> tuple[Rows, ...]:
    """One spell of rehabilitation allowance a row."""
    return (_spell(source, source.view, source.day("start"), code=source.text("code"), state="rehabilitation"),)


def _spell(
    source: Source, rows: str, start: str, *, code: str, state: str | None, programme: str = "NULL"
) -> SpellRows:
    return SpellRows(
        rows=rows,
        key=source.text("key"),
        start=start,
        end=source.day("end"),
        start_present=source.present("start"),
        end_present=source.present("end"),
        inclusive=source.inclusive,
        code=code,
        state=state,
        employer=source.text("employer"),
        programme=programme,
        provider=f"COALESCE({source.text('provider')}, {source.text('course')})",
        diagnosis=source.text("diagnosis"),
        decided=source.day("decided"),
    )


_KEY = Role("key", "key", KEYS)
_START = Role("start", "date", ("alkupvm", "alkamispvm", "alku"))
_END = Role("end", "date", ("loppupvm", "paattymispvm", "loppu"), required=False)
_DIAGNOSIS = Role("diagnosis", "text", ("diagnoosi", "paadiagnoosi", "icd10", "dg1"), required=False)
_DECIDED = Role("decided", "date", ("paatospvm", "ratkaisupvm"), required=False)

LAYOUTS = (
    Layout(
        name="kela_sairauspaivaraha",
        title="Kela sickness allowance: one row a spell, full or partial",
        source=(
            "unverified: column names and codes differ from extract to extract, and the waiting period (nine weekdays; "
            "none within 30 days of an earlier allowance) is a simple reading of the rule. Allowance that the employer "
            "was paid is allowance all the same"
        ),
        roles=(
            _KEY,
            _START,
            _END,
            Role("code", "code", ("paivarahalaji", "etuuslaji", "laji"), required=False),
            _DIAGNOSIS,
            Role("employer", "text", ("tyonantaja", "ytunnus"), required=False),
        ),
        rows=sickness,
        codes="kela_sairauspaivaraha",
        settings={
            "waiting_period": Setting(
                "as_given",
                "as_given = a spell starts on its first paid day; add = nine weekdays before it.",
                ("as_given", "add"),
            ),
            "state": Setting(None, "The state of every row, where the file has no column of full or partial."),
        },
        traps=(1, 14),
    ),
    Layout(
        name="kela_kuntoutus",
        title="Kela rehabilitation: one row a decision on a measure",
        source="unverified: column names and codes of measures differ from extract to extract",
        roles=(
            _KEY,
            _START,
            _END,
            Role("code", "code", ("toimenpide", "toimenpidekoodi"), required=False),
            Role(
                "measure", "text", ("toimenpiteen_nimi", "toimenpidenimi", "kuntoutusmuoto", "ohjelma"), required=False
            ),
            Role("provider", "text", ("palveluntuottaja", "laitos"), required=False),
            Role("course", "text", ("kurssi", "kurssitunnus", "kurssinumero"), required=False),
            _DIAGNOSIS,
            _DECIDED,
        ),
        rows=measures,
        codes="kela_kuntoutus",
        settings={
            "state": Setting(
                "",
                'The state of the whole time of a measure: "" = none, days come from the allowance; "rehabilitation".',
                ("", "rehabilitation"),
            )
        },
        traps=(1, 14),
    ),
    Layout(
        name="kela_kuntoutusraha",
        title="Kela rehabilitation allowance: one row a spell",
        source="unverified: column names differ from extract to extract; partial allowance is not told apart",
        roles=(
            _KEY,
            _START,
            _END,
            Role("code", "code", ("etuuslaji", "laji"), required=False),
            Role("provider", "text", ("palveluntuottaja", "laitos"), required=False),
            _DIAGNOSIS,
            _DECIDED,
        ),
        rows=allowances,
        traps=(1, 14),
    ),
)
