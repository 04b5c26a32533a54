"""Sums of the Incomes Register: one row a year, month, payer and earner."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.layout import EarningRows, Layout, Role, Rows, Setting, Source, SpellRows
from tkk_cli.data.registers.layouts.unfold import EXTENT_UNIT, month_day, share, whole
from tkk_cli.errors import TkkError

__all__ = ["LAYOUT"]


def rows(source: Source) -> tuple[Rows, ...]:
    """A month of work for every month that pays more than ``min_amount``, and the sum of the amounts in cents."""
    least = source.settings["min_amount"]
    if least < 0:
        raise TkkError(
            "TKK246",
            "min_amount is negative",
            where=f"source {source.name}",
            hint="give euros a month, 0 = every month with pay",
        )
    filled = [source.present_of(column) for column in source.columns["amounts"]]
    summed = " + ".join(_amount(source, column) for column in source.columns["amounts"])
    year, month = whole(source, "year", 1600, 9998), whole(source, "month", 1, 12)
    position = f"(({year}) * 12 + ({month}) - 3)"
    paid = f"(SELECT * FROM {source.view} WHERE {summed} > CAST({least!r} AS DOUBLE)) AS paid"
    work = SpellRows(
        rows=paid,
        key=source.text("key"),
        start=month_day(position),
        end=month_day(f"({position} + 1)"),
        start_present=f"({source.present('year')} OR {source.present('month')})",
        end_present="(1 = 0)",
        inclusive=False,
        code=source.text("code"),
        state=None if source.has("code") else "employed",
        employer=source.text("employer"),
        extent=f"CASE WHEN {share(source, 'extent')} > 0 THEN {share(source, 'extent')} END",
        hours=source.number("hours"),
    )
    earned = EarningRows(
        rows=f"(SELECT * FROM {source.view} WHERE {' OR '.join(filled)}) AS told",
        key=source.text("key"),
        year=year,
        month=month,
        cents=f"({summed}) * CAST(100 AS DOUBLE)",
        employer=source.text("employer"),
    )
    return work, earned


def _amount(source: Source, column: str) -> str:
    """An amount, 0 where the cell is blank; NULL, and with it the sum, where it is no number."""
    return f"(CASE WHEN {source.present_of(column)} THEN {source.number_of(column)} ELSE CAST(0 AS DOUBLE) END)"


LAYOUT = Layout(
    name="incomes_register",
    title="Sums of the Incomes Register (TAX_SUMINCOMES): one row a year, month, payer and earner",
    source=(
        "Statistics Finland's catalogue (Taika), TAX_SUMINCOMES; the name of the payer's column, which t columns are "
        "wages (t101 and t2xx here) and the unit of parttime are unverified"
    ),
    roles=(
        Role("key", "key", ("incomeearnerhid_e", "incomeearnershnro", "hid_e", "shnro")),
        Role("year", "number", ("vuosi", "year")),
        Role("month", "number", ("kuukausi", "month")),
        Role("amounts", "wide", (r"t101", r"t2\d\d"), cells="number"),
        Role("employer", "text", ("payer", "payerid", "syrtun", "yrtun_s"), required=False),
        Role("extent", "number", ("parttime",), required=False),
        Role("hours", "number", ("hoursperweek",), required=False),
        Role("code", "code", ("termcode",), required=False),
    ),
    rows=rows,
    codes="incomes_register",
    settings={
        "min_amount": Setting(0.0, "Euros a month from payer to earner above which the month counts as work."),
        "extent_unit": EXTENT_UNIT,
    },
    traps=(1, 2),
)
