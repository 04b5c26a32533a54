"""FOLK työsuhde (one row a job and year) and FOLK työssäkäynti (one row a person and year with up to two jobs)."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.layout import Layout, Role, Rows, Setting, Source, SpellRows
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.layouts.statistical_year import OPEN_END, YEAR, need, told
from tkk_cli.data.registers.sql import literal

__all__ = ["LAYOUTS"]

_JOBS = "Which jobs: all, main (of the last week of the year, TVM) or longest (of the year, ATV; to 2018)."


def contracts(source: Source) -> tuple[Rows, ...]:
    """FOLK työsuhde: one spell of employment a row; ``code`` is the register that the row came from (``aineisto``)."""
    jobs = source.settings["jobs"]
    only = ""
    if jobs != "all":
        need(source, (jobs,), "jobs")
        only = f"{source.text(jobs)} = '1'"
    spells = told(source, where=only)
    return (
        SpellRows(
            rows=spells.rows,
            key=source.text("key"),
            start=source.day("start"),
            end=spells.end,
            start_present=source.present("start"),
            end_present=source.present("end"),
            inclusive=source.inclusive,
            code=source.text("origin"),
            state="employed",
            employer=source.text("employer"),
        ),
    )


def last_week(source: Source) -> tuple[Rows, ...]:
    """FOLK työssäkäynti: the job of the year's last week (TVM) and the longest of the year (ATV), each a spell.

    A person without a job has a row all the same: a row with neither start nor end of a job is no spell of it.
    """
    jobs = {"main": "1", "longest": "2"}
    chosen = source.settings["jobs"]
    if chosen != "all":
        need(source, (f"start{jobs[chosen]}",), "jobs")
        jobs = {chosen: jobs[chosen]}
    return tuple(_job(source, name, n) for name, n in jobs.items() if source.has(f"start{n}"))


def _job(source: Source, name: str, n: str) -> SpellRows:
    start, end = f"start{n}", f"end{n}"
    spells = told(source, start=start, end=end, where=f"{source.present(start)} OR {source.present(end)}")
    return SpellRows(
        rows=spells.rows,
        key=source.text("key"),
        start=source.day(start),
        end=spells.end,
        start_present=source.present(start),
        end_present=source.present(end),
        inclusive=source.inclusive,
        code=literal(name),
        state="employed",
        employer=source.text(f"employer{n}"),
    )


LAYOUTS = (
    Layout(
        name="folk_tyosuhde",
        title="FOLK jaksotiedot työsuhde: one row a job and year",
        source=(
            "Taika metadata of FOLK jaksotiedot: työsuhde; not stated there, and so unverified: whether a job that "
            "goes on has no end"
        ),
        roles=(
            Role("key", "key", KEYS),
            YEAR,
            Role("start", "date", ("alkupvm",)),
            Role("end", "date", ("loppupvm",), required=False),
            Role("employer", "text", ("yrtun_s",), required=False),
            Role("origin", "code", ("aineisto",), required=False),
            Role("main", "code", ("tvm",), required=False),
            Role("longest", "code", ("atv",), required=False),
        ),
        rows=contracts,
        settings={"jobs": Setting("all", _JOBS, ("all", "main", "longest")), "open_end": OPEN_END},
        traps=(1, 2, 8, 9, 10, 14),
    ),
    Layout(
        name="folk_tyossakaynti",
        title="FOLK työssäkäynti: the job of the last week of the year and the longest job of the year",
        source="Taika metadata of FOLK työssäkäynti; the longest job to 2018 and only if it lasted half a year",
        roles=(
            Role("key", "key", KEYS),
            YEAR,
            Role("start1", "date", ("alkupvm1",)),
            Role("end1", "date", ("loppupvm1",), required=False),
            Role("employer1", "text", ("syrtun",), required=False),
            Role("start2", "date", ("alkupvm2",), required=False),
            Role("end2", "date", ("loppupvm2",), required=False),
            Role("employer2", "text", ("syrtun2",), required=False),
        ),
        rows=last_week,
        settings={"jobs": Setting("all", _JOBS, ("all", "main", "longest")), "open_end": OPEN_END},
        traps=(1, 2, 8, 9, 14),
    ),
)
