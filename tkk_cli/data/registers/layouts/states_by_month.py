"""States by month: one row a person and month, or one row a person with one column a month."""

from __future__ import annotations

import re

from tkk_cli.data.registers.layouts.layout import Layout, Role, Rows, Setting, Source, SpellRows
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.layouts.unfold import (
    islands,
    month_day,
    month_position,
    named_month,
    positions,
    runs,
    whole,
)
from tkk_cli.errors import TkkError

__all__ = ["LAYOUTS"]


def long_rows(source: Source) -> tuple[Rows, ...]:
    """Whole calendar months, joined where the same code goes on."""
    present = source.present("month")
    if source.has("year"):
        present = f"({present} OR {source.present('year')})"
    return (_spells(islands(source, _position(source), present), "u_present"),)


def wide_rows(source: Source) -> tuple[Rows, ...]:
    """Runs of months with the same code; a blank month is none."""
    columns = source.columns["months"]
    first = source.settings["first_month"]
    if first is None:
        months = positions(source, columns, named_month)
    else:
        written = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", str(first))
        if written is None:
            raise TkkError(
                "TKK246",
                "first_month is no month",
                where=f"source {source.name}",
                hint='for example first_month = "1993-07"',
            )
        months = dict(enumerate(columns, month_position(int(written[1]), int(written[2]))))
    return (_spells(runs(source, months), "(1 = 1)"),)


def _spells(rows: str, present: str) -> SpellRows:
    return SpellRows(
        rows=rows,
        key="u_key",
        start=month_day("u_first"),
        end=month_day("u_stop"),
        start_present=present,
        end_present="(1 = 0)",
        inclusive=False,
        code="u_code",
    )


def _position(source: Source) -> str:
    """The month of a row: of a year and a month, or of one text or number such as 1993-07, 199307 or 1993-07-31."""
    digits = f"REPLACE(SUBSTRING({source.text('month')}, 1, 10), '-', '')"
    number = f"TRY_CAST(SUBSTRING({digits}, 1, 6) AS INT)"
    # what was read is written again and compared: a cast alone takes 1e5 for a number
    written = f"LENGTH({digits}) IN (6, 8) AND CAST({number} AS VARCHAR) = SUBSTRING({digits}, 1, 6)"
    together = f"CASE WHEN {written} AND {number} % 100 BETWEEN 1 AND 12 THEN {_of('(' + number + ')')} END"
    if not source.has("year"):
        return together
    year, month = whole(source, "year", 1600, 9998), whole(source, "month", 1, 12)
    return f"COALESCE(({year}) * 12 + ({month}) - 3, {together})"


def _of(number: str) -> str:
    return f"{number} // 100 * 12 + {number} % 100 - 3"


LAYOUTS = (
    Layout(
        name="states_by_month",
        title="One row a person and month: person, month (1993-07, 199307, a date, or year and month), code",
        source="the common denominator of monthly extracts",
        roles=(
            Role("key", "key", KEYS),
            Role("month", "text", ("kuukausi", "kk", "month", "pvm", "date")),
            Role("year", "number", ("vuosi", "year"), required=False),
            Role("code", "code", ("tila", "koodi", "state", "code")),
        ),
        rows=long_rows,
    ),
    Layout(
        name="monthly_wide",
        title="One row a person, one column a month (Jul.93, tila_1993_07), or columns in order from first_month",
        source="TraMineR's mvad data (McVicar and Anyadike-Danes 2002), and extracts of that shape",
        roles=(
            Role("key", "key", KEYS),
            Role("months", "wide", (r"[a-z]{3}[-_. ]?\d{2}(\d{2})?", r"[a-z_.]*(19|20)\d{2}[-_.m]?(0[1-9]|1[0-2])")),
        ),
        rows=wide_rows,
        settings={"first_month": Setting(None, "The month of the first column, where names do not say it: 1993-07.")},
    ),
)
