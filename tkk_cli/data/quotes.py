"""Quotes in text files that are not closed, or that swallow rows; and the errors about rows that do not fit."""

from __future__ import annotations

import re

from tkk_cli.errors import TkkError

__all__ = ["RAGGED_HINT", "inseparable", "open_quote", "unclosed"]

RAGGED_HINT = "look for a separator or a quote inside a value, or give the separator with --separator"
# Separators inside one quoted value that show it to be several rows: 20 lines of two columns, 2 of eleven.
_SWALLOWED = 20


def open_quote(text: str, separator: str, width: int) -> int | None:
    """The data row in which a quote opens that is not closed, or that is closed only after whole rows.

    A value of several lines is taken for swallowed rows when most of its inner lines have exactly the separators of a
    row and there are ``_SWALLOWED`` of these; free text has other numbers of them.
    """
    start = rf"(?<![^{re.escape(separator)}\r\n])"
    # all that is no quoted value of several lines: other characters, quoted values of one line, quotes inside a value
    plain = re.compile(rf'(?:[^"]++|{start}"(?:[^"\r\n]++|"")*+"|(?<=[^{re.escape(separator)}\r\n])")*+')
    inside = re.compile(r'"(?:[^"]++|"")*+')
    place, line = 0, 0
    while True:
        end = plain.match(text, place).end()  # type: ignore[union-attr]
        line += _rows_in(text[place:end])
        if end == len(text):
            return None
        stop = inside.match(text, end).end()  # type: ignore[union-attr]
        inner = text[end:stop].splitlines()[1:-1]
        alike = sum(part.count(separator) == width - 1 for part in inner)
        if stop == len(text) or (alike * 2 > len(inner) and alike * (width - 1) >= _SWALLOWED):
            return line
        place = stop + 1


def _rows_in(text: str) -> int:
    """Line ends, empty lines counted as none."""
    return len(re.findall(r"[\r\n]+", text)) if "\n\n" in text or "\r" in text else text.count("\n")


def unclosed(row: int, name: str) -> TkkError:
    where = f"data row {row}" if row else "the header"
    hint = "close or remove the quote there; a quote inside a quoted value is written twice"
    return TkkError("TKK107", f"a quote that opens in {where} is not closed on its row", where=name, hint=hint)


def inseparable(name: str) -> TkkError:
    return TkkError("TKK107", "the rows cannot be told apart", where=name, hint=RAGGED_HINT)
