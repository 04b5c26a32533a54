"""The SELECT of a source's canonical rows: codes looked up, ends made half-open, reasons given. Nothing is dropped here."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.layout import EarningRows, PersonRows, Rows, Source, SpellRows
from tkk_cli.data.registers.states import States

__all__ = ["REASONS", "canonical_sql", "table_of"]

# Why a row is set aside; the first that holds is given.
REASONS = {
    "no_key": "no person key",
    "unreadable_start": "a start that is no date",
    "unreadable_end": "an end that is no date",
    "no_start": "no start",
    "end_before_start": "the end is before the start",
    "zero_length": "start and end are the same moment",
    "unknown_code": "a code that is not in the code list",
    "outside_years": "the start is outside the register's years",
    "unreadable_year": "a year that is no whole number",
    "unreadable_amount": "an amount that is no number",
}


def table_of(rows: Rows) -> str:
    """``spell``, ``person`` or ``earning``: the first part of the name of the stage."""
    return {SpellRows: "spell", PersonRows: "person", EarningRows: "earning"}[type(rows)]


def canonical_sql(source: Source, rows: Rows, states: States) -> str:
    """The columns of ``schema.SPELL_ROW``, ``PERSON_ROW`` or ``EARNING`` in their order, one row a raw row."""
    raise NotImplementedError
