"""States by day: one row a person and day."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.layout import Layout, Role, Rows, Source, SpellRows
from tkk_cli.data.registers.layouts.long import KEYS
from tkk_cli.data.registers.layouts.unfold import islands

__all__ = ["LAYOUT"]


def rows(source: Source) -> tuple[Rows, ...]:
    """Single days, joined where the same code goes on."""
    return (
        SpellRows(
            rows=islands(source, source.day("day"), source.present("day")),
            key="u_key",
            start="u_first",
            end="u_stop",
            start_present="u_present",
            end_present="(1 = 0)",
            inclusive=False,
            code="u_code",
        ),
    )


LAYOUT = Layout(
    name="states_by_day",
    title="One row a person and day: person, date, code",
    source="the common denominator of daily extracts",
    roles=(
        Role("key", "key", KEYS),
        Role("day", "date", ("pvm", "paiva", "date", "day")),
        Role("code", "code", ("tila", "koodi", "state", "code")),
    ),
    rows=rows,
)
