"""Wide weeks: the shape of the Danish DREAM database, one row a person and one column an ISO week."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.layout import Layout, Role, Rows, Source, SpellRows
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.layouts.unfold import month_day, named_month, named_week, positions, runs, week_day

__all__ = ["LAYOUT"]


def rows(source: Source) -> tuple[Rows, ...]:
    """Runs of weeks with the same benefit, Monday to Monday; where there are months of employment, their runs too."""
    weeks = runs(source, positions(source, source.columns["weeks"], named_week))
    found = [_run(weeks, week_day("u_first"), week_day("u_stop"), None)]
    if source.has("branches"):
        months = runs(source, positions(source, source.columns["branches"], named_month))
        found.append(_run(months, month_day("u_first"), month_day("u_stop"), "employed"))
    return tuple(found)


def _run(rows: str, start: str, stop: str, state: str | None) -> SpellRows:
    return SpellRows(
        rows=rows,
        key="u_key",
        start=start,
        end=stop,
        start_present="(1 = 1)",
        end_present="(1 = 1)",
        inclusive=False,
        code="u_code",
        # an industry is no code of a benefit
        listed=state is None,
        state=state,
    )


LAYOUT = Layout(
    name="weekly_wide",
    title="One row a person, one column an ISO week (y_YYWW) with the code of a benefit, blank = none (DREAM)",
    source="DREAM note of June 2015 and heaven::importDREAM; the meaning of the codes is unverified",
    roles=(
        Role("key", "key", ("pnr", *KEYS)),
        Role("weeks", "wide", (r"y_\d{4}",)),
        Role("branches", "wide", (r"branche_\d{4}_\d{2}",), required=False),
    ),
    rows=rows,
    codes="dream",
)
