"""FOLK tulotieto: yearly earnings in euros."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.layout import EarningRows, Layout, Role, Rows, Setting, Source
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.layouts.statistical_year import YEAR, need, whole_year

__all__ = ["LAYOUT"]

_SUMS = {"both": ("wages", "self_employment"), "wages": ("wages",), "self_employment": ("self_employment",)}


def rows(source: Source) -> tuple[Rows, ...]:
    """One sum a person and year. It may be negative: what was paid in error is taken back the year after.

    Of two columns, one that is empty counts as nothing; the amount is missing where both are.
    """
    roles = _SUMS[source.settings["sum"]]
    need(source, roles, "sum")
    unreadable = " OR ".join(f"({source.present(role)} AND {source.number(role)} IS NULL)" for role in roles)
    empty = " AND ".join(f"{source.number(role)} IS NULL" for role in roles)
    euros = " + ".join(f"COALESCE({source.number(role)}, CAST(0 AS DOUBLE))" for role in roles)
    return (
        EarningRows(
            rows=source.view,
            key=source.text("key"),
            year=whole_year(source, "year"),
            cents=f"CASE WHEN {unreadable} OR ({empty}) THEN NULL ELSE ({euros}) * 100 END",
        ),
    )


LAYOUT = Layout(
    name="folk_tulotieto",
    title="FOLK tulotieto: wages and entrepreneurs' income by year, in euros",
    source="Taika metadata of FOLK tulotieto; wages (palk) from 1995",
    roles=(
        Role("key", "key", KEYS),
        Role(YEAR.name, YEAR.kind, YEAR.names),
        Role("wages", "number", ("palk",), required=False),
        Role("self_employment", "number", ("yrtu",), required=False),
    ),
    rows=rows,
    settings={"sum": Setting("both", "Which columns make up the earnings.", tuple(_SUMS))},
    traps=(1, 6),
)
