"""Code lists: what a register's code means. Editable CSV, each row with its source and whether it was verified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from tkk_cli.data.registers.lists import list_rows, packaged_list
from tkk_cli.errors import TkkError
from tkk_cli.options import LANGUAGES

__all__ = ["Code", "CodeList", "Programme", "code_lists", "packaged_codes", "read_codes", "read_programmes"]

_NEEDED = ("code", "state")
_COLUMNS = ("code", "state", "extent", "programme", "title", "source", "verified")
_KINDS = ("institutional", "work_linked", "other")


@dataclass(frozen=True)
class Code:
    """One row of a code list.

    Attributes
    ----------
    code : str
        As in the register, zeros kept; ``first-last`` is a range of whole numbers, ``*`` every other code.
    state : str
        A name of ``states.csv``; empty = the code is known and gives no state.
    extent : float or None
        Share of full time, where the code says it.
    programme : str
        A rehabilitation programme, where the code says it.
    title : str
    source : str
    verified : bool
    """

    code: str
    state: str
    extent: float | None = None
    programme: str = ""
    title: str = ""
    source: str = ""
    verified: bool = False

    def span(self) -> tuple[str, str] | None:
        """The first and last code of a range; None for one code.

        The ends have equally many digits (``00-13`` are the codes 00, 01 ... 13, and 7 is none of them), or no
        leading zero.
        """
        first, dash, last = self.code.partition("-")
        return (first, last) if dash and _digits(first) and _digits(last) else None


@dataclass(frozen=True)
class CodeList:
    """A code list by name; empty for a layout without codes."""

    name: str = ""
    rows: tuple[Code, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Programme:
    """One row of ``programmes.csv``: a rehabilitation programme.

    Attributes
    ----------
    name : str
        As in code lists and ``cohort.toml``.
    titles : mapping
        Language -> words.
    kind : {"institutional", "work_linked", "other"}
    source : str
    verified : bool
    """

    name: str
    titles: Mapping[str, str]
    kind: str
    source: str = ""
    verified: bool = False


def code_lists() -> tuple[str, ...]:
    """Names of the code lists of the package."""
    folder = resources.files("tkk_cli.data.registers") / "codes"
    return tuple(sorted(item.name.removesuffix(".csv") for item in folder.iterdir() if item.name.endswith(".csv")))


def packaged_codes(name: str) -> str:
    """The text of a code list of the package.

    Raises
    ------
    TkkError
        TKK241 where there is no such list.
    """
    if name not in code_lists():
        hint = f"a file NAME.csv, or one of {', '.join(code_lists())}"
        raise TkkError("TKK241", f"there is no code list {name!r}", hint=hint)
    return packaged_list(f"codes/{name}.csv")


def read_codes(name_or_path: str | Path) -> CodeList:
    """A code list: of the package by its name, or the user's own by its path (a text that ends in ``.csv`` is a path).

    A list of one's own needs the columns ``code`` and ``state``; what does not say ``verified`` is not.

    Raises
    ------
    TkkError
        TKK241 where there is no such list or it is no CSV, TKK242 where a column is missing, TKK243 where a code stands
        in two rows, TKK244 where a value cannot be read.
    """
    where = str(name_or_path)
    packaged = isinstance(name_or_path, str) and not where.endswith(".csv")
    text = packaged_codes(where) if packaged else _own(Path(name_or_path))
    name = where if packaged else Path(name_or_path).stem
    where = where if packaged else Path(name_or_path).name
    rows: list[Code] = []
    taken: dict[str, int] = {}
    spans: list[tuple[int, int, int, int]] = []
    for line, cells in _lines(text, _NEEDED, _COLUMNS, where):
        row = Code(
            cells["code"],
            cells["state"],
            _extent(cells["extent"], where, line),
            cells["programme"],
            cells["title"],
            cells["source"],
            _yes(cells["verified"] or "no", where, line),
        )
        _refuse_second(row, taken, spans, where, line)
        rows.append(row)
    return CodeList(name, tuple(rows))


def read_programmes() -> tuple[Programme, ...]:
    """The rehabilitation programmes of ``programmes.csv``, in its order."""
    where = "programmes.csv"
    columns = ("name", "fi", "sv", "en", "kind", "source", "verified")
    found = []
    for line, cells in _lines(packaged_list(where), columns, columns, where):
        if cells["kind"] not in _KINDS:
            raise _bad_value(f"kind is not one of {', '.join(_KINDS)}", where, line)
        titles = {language: cells[language] for language in LANGUAGES}
        verified = _yes(cells["verified"], where, line)
        found.append(Programme(cells["name"], titles, cells["kind"], cells["source"], verified))
    return tuple(found)


def _own(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TkkError("TKK241", "the code list cannot be read", where=path.name, hint="check its path") from error
    except UnicodeDecodeError as error:
        raise TkkError(
            "TKK241", "the code list is not UTF-8 text", where=path.name, hint="save it as CSV UTF-8"
        ) from error


def _lines(
    text: str, needed: tuple[str, ...], columns: tuple[str, ...], where: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """``list_rows``; TKK242 where a needed column is missing."""
    missing, rows = list_rows(text, needed, columns)
    if missing:
        others = ", ".join(name for name in columns if name not in needed)
        more = f"; {others} may follow" if others else ""
        raise TkkError(
            "TKK242",
            f"the list has no column {', '.join(missing)}",
            where=where,
            count=len(missing),
            hint=f"its first line is {','.join(needed)}{more}",
        )
    return rows


def _bad_value(message: str, where: str, line: int) -> TkkError:
    return TkkError("TKK244", message, where=f"{where}, line {line}", hint="correct the line of the list")


def _yes(text: str, where: str, line: int) -> bool:
    if text not in ("yes", "no"):
        raise _bad_value("verified is neither yes nor no", where, line)
    return text == "yes"


def _extent(text: str, where: str, line: int) -> float | None:
    if not text:
        return None
    try:
        extent = float(text.replace(",", "."))
    except ValueError:
        extent = -1.0
    if not 0 <= extent <= 1:
        raise _bad_value("extent is not a share from 0 to 1", where, line)
    return extent


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _refuse_second(
    row: Code, taken: dict[str, int], spans: list[tuple[int, int, int, int]], where: str, line: int
) -> None:
    """TKK243 where a line above has the code, or a range that shares a code with this range; remembers the line.

    One code may lie in a range: the code's own line holds.
    """
    if not row.code:
        raise _bad_value("code is empty", where, line)
    first = taken.setdefault(row.code, line)
    span = row.span()
    if span is not None:
        low, high = int(span[0]), int(span[1])
        padded = any(end.startswith("0") and len(end) > 1 for end in span)
        if low > high or (padded and len(span[0]) != len(span[1])):
            raise _bad_value("a range ends before it starts, or its ends have unequally many digits", where, line)
        # Without leading zeros the widths say nothing more than the numbers; with them 7 and 07 are two codes.
        width = len(span[0]) if len(span[0]) == len(span[1]) else 0
        for other_low, other_high, other_width, other_line in spans:
            if low <= other_high and other_low <= high and (not width or not other_width or width == other_width):
                first = min(first, other_line)
        spans.append((low, high, width, line))
    if first != line:
        raise TkkError(
            "TKK243",
            f"the code or range stands on line {first} too",
            where=f"{where}, line {line}",
            hint="a code has one meaning: delete one of the lines, or shorten a range",
        )
