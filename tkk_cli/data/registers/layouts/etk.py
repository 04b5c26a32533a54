"""Finnish Centre for Pensions (ETK): jobs, pensions, unpaid periods with a benefit, and yearly earnings."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.layout import EarningRows, Layout, Role, Rows, Setting, Source, SpellRows
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.layouts.statistical_year import YEAR, whole_year
from tkk_cli.errors import TkkError

__all__ = ["LAYOUTS", "state_or_code"]

_FINREGISTRY = "column names and date format as FinRegistry reads them (dd/mm/yyyy, semicolons); "


def state_or_code(source: Source) -> str | None:
    """The state that the source gives to every row; None where a code column tells it, TKK248 where nothing does."""
    state: str | None = source.settings["state"]
    if state is None and not source.has("code"):
        raise TkkError(
            "TKK248",
            "nothing tells the kind of the benefit: no column of codes and no state",
            where=f"source {source.name}",
            hint='name the column, columns = { code = "..." }, or give one state to every row, state = "..."',
        )
    return state


def jobs(source: Source) -> tuple[Rows, ...]:
    """One spell of employment a row."""
    return (_spell(source, source.day("start"), source.present("start"), state="employed"),)


def pensions(source: Source) -> tuple[Rows, ...]:
    """One pension a row, from ``apvm`` (``aalk`` where it is missing) to ``ppvm``; a far future end is open.

    The group of the first disease stands as the diagnosis, the second where there is none.
    """
    start = f"COALESCE({source.day('start')}, {source.day('first_start')})"
    present = f"({source.present('start')} OR {source.present('first_start')})"
    diagnosis = f"COALESCE({source.text('disease1')}, {source.text('disease2')})"
    return (_spell(source, start, present, state_or_code(source), diagnosis),)


def unpaid(source: Source) -> tuple[Rows, ...]:
    """One period with a benefit a row."""
    return (_spell(source, source.day("start"), source.present("start")),)


def _spell(
    source: Source, start: str, start_present: str, state: str | None = None, diagnosis: str = "NULL"
) -> SpellRows:
    return SpellRows(
        rows=source.view,
        key=source.text("key"),
        start=start,
        end=source.day("end"),
        start_present=start_present,
        end_present=source.present("end"),
        inclusive=source.inclusive,
        code=source.text("code"),
        state=state,
        employer=source.text("employer"),
        diagnosis=diagnosis,
    )


def earnings(source: Source) -> tuple[Rows, ...]:
    """One sum a person and year."""
    times = {"cents": "1", "euros": "100"}[source.settings["unit"]]
    return (
        EarningRows(
            rows=source.view,
            key=source.text("key"),
            year=whole_year(source, "year"),
            cents=f"{source.number('amount')} * {times}",
        ),
    )


LAYOUTS = (
    Layout(
        name="etk_tyosuhteet",
        title="ETK jobs: one row a job",
        source="unverified: column names and codes differ from extract to extract",
        roles=(
            Role("key", "key", KEYS),
            Role("start", "date", ("alkamispvm", "alkupvm", "alkpvm")),
            Role("end", "date", ("paattymispvm", "loppupvm", "paatpvm"), required=False),
            Role("code", "code", ("tyoelakelaki", "elakelaki"), required=False),
            Role("employer", "text", ("tyonantaja", "tyonantajatunnus", "ytunnus"), required=False),
        ),
        rows=jobs,
        traps=(1, 14),
    ),
    Layout(
        name="etk_elake",
        title="ETK pensions: one row a pension",
        source=(
            f"{_FINREGISTRY}unverified: what aalk, apvm and ppvm mean, the column of the kind of pension and its codes "
            "(psyy is not read: its codes were not found)"
        ),
        roles=(
            Role("key", "key", KEYS),
            Role("start", "date", ("apvm",)),
            Role("first_start", "date", ("aalk",), required=False),
            Role("end", "date", ("ppvm",), required=False),
            Role("code", "code", ("elakelaji", "elaji"), required=False),
            Role("disease1", "text", ("dryhma1",), required=False),
            Role("disease2", "text", ("dryhma2",), required=False),
        ),
        rows=pensions,
        codes="etk_elake",
        settings={"state": Setting(None, "The state of every row, where the file has no column of kinds.")},
        traps=(1, 14),
    ),
    Layout(
        name="etk_palkaton",
        title="ETK unpaid periods: one row a period with a benefit",
        source=f"{_FINREGISTRY}unverified: the codes of etuuslaji, from research code; codes not listed are set aside",
        roles=(
            Role("key", "key", KEYS),
            Role("start", "date", ("alkamispvm",)),
            Role("end", "date", ("paattymispvm",), required=False),
            Role("code", "code", ("etuuslaji",)),
        ),
        rows=unpaid,
        codes="etk_palkaton",
        traps=(1, 14),
    ),
    Layout(
        name="etk_vuansiot",
        title="ETK yearly earnings, in cents",
        source="column names and the unit as FinRegistry reads them",
        roles=(
            Role("key", "key", KEYS),
            Role(YEAR.name, YEAR.kind, YEAR.names),
            Role("amount", "number", ("vuosiansio",)),
        ),
        rows=earnings,
        settings={"unit": Setting("cents", "Unit of the amounts.", ("cents", "euros"))},
        traps=(1,),
    ),
)
