"""The SQL that finds the line of a code list on which a code falls."""

from __future__ import annotations

from tkk_cli.data.registers.codes import CodeList
from tkk_cli.data.registers.sql import literal

__all__ = ["code_line", "code_number"]


def code_number(code: str) -> str:
    """A code as a whole number where it is written in digits alone, else NULL."""
    # A cast takes 1e2 and 2.5 for numbers as well, so what was read is written again and compared.
    number = f"TRY_CAST({code} AS INT)"
    return f"CASE WHEN LPAD(CAST({number} AS VARCHAR), CAST(LENGTH({code}) AS INT), '0') = {code} THEN {number} END"


def code_line(codes: CodeList, code: str, number: str) -> str:
    """The line of the code list (from 1) that a code falls on: its own, else a range's, else that of ``*``; or NULL.

    ``number`` is ``code_number(code)``, or a column that holds it.
    """
    spans = [(span, line) for line, row in enumerate(codes.rows, 1) if (span := row.span()) is not None]
    others = [line for line, row in enumerate(codes.rows, 1) if row.code == "*"]
    whens = [
        f"WHEN {code} = {literal(row.code)} THEN {line}"
        for line, row in enumerate(codes.rows, 1)
        if row.span() is None and row.code != "*"
    ]
    for (first, last), line in spans:
        same = len(first) == len(last)
        written = f"LENGTH({code}) = {len(first)}" if same else f"CAST({number} AS VARCHAR) = {code}"
        whens.append(f"WHEN {number} BETWEEN {int(first)} AND {int(last)} AND {written} THEN {line}")
    otherwise = literal(others[0] if others else None)
    return f"CASE {' '.join(whens)} ELSE {otherwise} END" if whens else f"CAST({otherwise} AS INT)"
