"""Excel sheets: the first row with content is the header; a cell's own type counts, mixed columns are text."""

from __future__ import annotations

import datetime as dt
import warnings
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from tkk_cli.data.formats import damaged
from tkk_cli.data.interpret import RawColumn, encode
from tkk_cli.data.values import Marks, canonical
from tkk_cli.errors import TkkError

__all__ = ["ExcelSheet"]

_EPOCH = dt.date(1970, 1, 1)


class ExcelSheet:
    """One sheet of a workbook.

    Parameters
    ----------
    source : Path or bytes
    name : str
        For messages.
    sheet : str or None
        Its title; the first sheet by default.
    marks : Marks
        For the columns that hold text.
    """

    format = "excel"

    def __init__(self, source: Path | bytes, name: str, sheet: str | None, marks: Marks) -> None:
        self.marks, self._name = marks, name
        title, rows, titles = _rows(source, name, sheet)
        listed = ", ".join(f'"{one}"' for one in titles)
        self.advice = f'the sheet "{title}" was read; --sheet takes one of {listed}' if len(titles) > 1 else ""
        if not rows:
            raise self._no_rows("the sheet is empty")
        self.details: dict[str, Any] = {"sheet": title, "guessed": [] if sheet else ["sheet"]}
        header = list(rows[0])
        while header and header[-1] is None:
            header.pop()
        self.names = [f"column {i}" if cell is None else str(cell).strip() for i, cell in enumerate(header, start=1)]
        twice = [text for text, count in Counter(self.names).items() if count > 1]
        if twice:
            listed = ", ".join(f'"{text}"' for text in twice[:5])
            hint = "give each column its own name in the sheet"
            raise TkkError("TKK108", f"a column name comes twice: {listed}", where=name, count=len(twice), hint=hint)
        self._rows = rows[1:]
        width = len(self.names)
        beyond = [i for i, row in enumerate(self._rows, start=1) if any(cell is not None for cell in row[width:])]
        if beyond:
            message = f"rows have cells beyond the header (first at data row {', '.join(map(str, beyond[:5]))})"
            hint = "name every column in the first row, or clear the cells beside the table"
            raise TkkError("TKK107", message, where=name, count=len(beyond), hint=hint)

    def read(self, wanted: list[str]) -> tuple[dict[str, RawColumn], int]:
        """The wanted columns and the number of rows; TKK117 when there are none."""
        if not self._rows:
            raise self._no_rows("there are columns and no rows")
        places = {name: self.names.index(name) for name in wanted}
        columns = {
            name: _raw([row[place] if place < len(row) else None for row in self._rows])
            for name, place in places.items()
        }
        return columns, len(self._rows)

    def _no_rows(self, message: str) -> TkkError:
        return TkkError("TKK117", message, where=self._name, hint=self.advice or "check the export")


def _rows(source: Path | bytes, name: str, sheet: str | None) -> tuple[str, list[tuple[Any, ...]], list[str]]:
    """The title of the sheet and its rows, empty rows left out, and the titles of all sheets."""
    import openpyxl

    titles: list[str] = []
    try:
        with warnings.catch_warnings():
            # openpyxl warns of drop-down lists and styles that it leaves out; they hold no data
            warnings.simplefilter("ignore")
            content = BytesIO(source) if isinstance(source, bytes) else str(source)
            book = openpyxl.load_workbook(content, read_only=True, data_only=True)
            try:
                titles = [one.title for one in book.worksheets]
                title = sheet or (titles[0] if titles else "")
                if title in titles:
                    rows = [row for row in book[title].iter_rows(values_only=True) if any(c is not None for c in row)]
                    return title, rows, titles
            finally:
                book.close()
    except MemoryError:
        raise
    except Exception:
        raise damaged(name) from None
    listed = ", ".join(f'"{one}"' for one in titles)
    raise TkkError("TKK115", f'the workbook has no sheet "{title}"', where=name, hint=f"--sheet takes one of {listed}")


def _raw(cells: list[Any]) -> RawColumn:
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int, float, bool}:
        return RawColumn(np.array(cells, dtype=np.float64), "number", format="number")
    if kinds <= {dt.datetime, dt.date}:
        days = np.array([np.nan if cell is None else _day(cell) for cell in cells])
        timed = any(isinstance(cell, dt.datetime) and cell.time() != dt.time() for cell in cells)
        return RawColumn(days, "date", format="date", note="a time of day is left out" if timed else "")
    return RawColumn(encode([_text(cell) for cell in cells]), "untyped")


def _day(cell: dt.date) -> float:
    day = cell.date() if isinstance(cell, dt.datetime) else cell
    return float((day - _EPOCH).days)


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return canonical(cell) if isinstance(cell, (int, float)) else str(cell)
