"""``registers.toml``: which file or table is which source, in which layout, with which columns and code lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tkk_cli.data.registers.codes import code_lists
from tkk_cli.data.registers.layouts.layout import Layout
from tkk_cli.data.registers.layouts.registry import find_layout
from tkk_cli.data.registers.paths import find_files
from tkk_cli.data.registers.sql import DATE_FORMATS
from tkk_cli.data.registers.states import States, read_states
from tkk_cli.data.registers.toml import read_toml
from tkk_cli.errors import TkkError

__all__ = ["BREAKS", "BREAK_CHOICES", "Registers", "SourceEntry", "read_registers"]

# The years from which a register is not comparable with itself, each with its trap, and what may be done about it.
BREAKS = {"2019": 2, "2023": 3}
BREAK_CHOICES = ("keep", "drop", "indicator")
_TOP = ("states", "synthetic", "breaks", "source")
_ENDS = ("last_day", "day_after")
_TEXTS = ("layout", "database", "table", "codes", "date_format", "encoding", "separator", "decimal", "sheet", "end")
_KEYS = ("path", *_TEXTS, "columns", "years")
_CHOICES = {"date_format": DATE_FORMATS, "decimal": (",", "."), "end": _ENDS}
# ``spell_row`` and its like are views of all sources together.
_TAKEN = ("row",)


@dataclass(frozen=True, kw_only=True)
class SourceEntry:
    """One ``[source.NAME]`` as written, checked for its keys and nothing else.

    Attributes
    ----------
    name : str
    layout : str
    paths : tuple of pathlib.Path
        Files, a folder's files, or what a pattern with ``*`` matched.
    database, table : Path and str, or None
        A table of a database file instead of files.
    columns : mapping
        Role -> column, where the layout's own names do not fit.
    codes : pathlib.Path, str or None
        The user's code list, or the name of another list of the package, instead of the layout's own.
    date_format, encoding, separator, decimal, sheet : str or None
    inclusive : bool
        ``end = "last_day"`` (default) or ``end = "day_after"``.
    years : (int, int) or None
    settings : mapping
        What is left: the layout's own settings.
    """

    name: str
    layout: str
    paths: tuple[Path, ...] = ()
    database: Path | None = None
    table: str | None = None
    columns: Mapping[str, str]
    codes: Path | str | None = None
    date_format: str | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    inclusive: bool = True
    years: tuple[int, int] | None = None
    settings: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Registers:
    """A whole ``registers.toml``.

    Attributes
    ----------
    path : pathlib.Path
    sources : tuple of SourceEntry
    states : States
        The package's ``states.csv`` or the user's.
    breaks : mapping
        ``[breaks]``: the explicit choice for ``2019`` (employment spells become payment periods) and ``2023`` (pension
        kinds can no longer be told apart): ``keep``, ``drop`` (spells that start in the year or later are left out) or
        ``indicator`` (kept, and the cohort file says who is touched). Absent = not chosen, which is refused where it
        matters.
    synthetic : bool
    """

    path: Path
    sources: tuple[SourceEntry, ...]
    states: States
    breaks: Mapping[str, str]
    synthetic: bool = False

    @property
    def files(self) -> tuple[Path, ...]:
        """Everything that is read: the file itself, the data, and code lists of the user."""
        found = [self.path]
        for source in self.sources:
            found += [path for path in (*source.paths, source.database, source.codes) if isinstance(path, Path)]
        return tuple(found)

    @property
    def pieces(self) -> int:
        """About how many pieces of work it is to take them in, for a progress bar: files, days and rows of each."""
        return sum(len(source.paths) or 1 for source in self.sources) + 2 * len(self.sources)


def read_registers(path: Path) -> Registers:
    """Read and check ``registers.toml``; its paths are relative to its folder.

    Raises
    ------
    TkkError
        TKK150 (cannot be read), TKK151 (an unknown key), TKK152 (a value that is not possible), TKK153 (a file that is
        not there), TKK154 (a source without layout or data), TKK155 (the table of states), TKK240 (an unknown layout).
    """
    book = read_toml(path, "TKK150")
    if "registers" in book and "source" not in book:
        raise TkkError(
            "TKK151",
            "the file is the plan of a cohort: it names no source of registers",
            where=path.name,
            hint=f"tkk cohort {path.name}; tkk check takes {book['registers']}",
        )
    _refuse_unknown(book, _TOP, path.name)
    breaks = _table(book.get("breaks", {}), f"{path.name}, breaks")
    _refuse_unknown(breaks, BREAKS, f"{path.name}, [breaks]")
    for year, choice in breaks.items():
        _one_of(choice, BREAK_CHOICES, f"{path.name}, breaks.{year}")
    synthetic = book.get("synthetic", False)
    if not isinstance(synthetic, bool):
        raise _bad("must be true or false", f"{path.name}, synthetic")
    states = _text(book["states"], f"{path.name}, states") if "states" in book else None
    sources = _table(book.get("source", {}), f"{path.name}, source")
    if not sources:
        raise TkkError("TKK154", "no register is named", where=path.name, hint="add [source.NAME] with path and layout")
    folder = path.resolve().parent
    return Registers(
        path=path,
        sources=tuple(_source(name, value, folder, path.name, sources) for name, value in sources.items()),
        states=read_states(None if states is None else folder / states),
        breaks=breaks,
        synthetic=synthetic,
    )


def _source(name: str, value: Any, folder: Path, toml: str, names: Collection[str]) -> SourceEntry:
    where = f"{toml}, [source.{name}]"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or name.lower() in _TAKEN:
        raise _bad("is no possible name of a source", where, "letters a to z, digits and _, not the word row")
    if sum(other.lower() == name.lower() for other in names) > 1:
        raise _bad("is the name of two sources that differ only in capitals", where)
    given = _table(value, where)
    layout = _layout(given, where)
    _refuse_unknown(given, (*_KEYS, *layout.settings), where)
    texts = {key: _text(given[key], f"{where} {key}") if key in given else None for key in _TEXTS}
    for key, choices in _CHOICES.items():
        if texts[key] is not None:
            _one_of(texts[key], choices, f"{where} {key}")
    table = texts["table"]
    if ("path" in given) == ("database" in given) or ("database" in given) != (table is not None):
        hint = 'path = "file.csv", or database = "file.duckdb" with table = "name"'
        raise TkkError("TKK154", "the source needs either a path, or a database and a table", where=where, hint=hint)
    database = texts["database"] and find_files(folder, [texts["database"]], where)[0]
    codes = texts["codes"]
    # a list of the package goes by its name alone
    own = codes and codes not in code_lists() and find_files(folder, [codes], where)[0]
    return SourceEntry(
        name=name,
        layout=layout.name,
        paths=find_files(folder, _texts(given["path"], f"{where} path"), where) if "path" in given else (),
        database=database or None,
        table=table,
        columns=_columns(given.get("columns", {}), layout, f"{where} columns"),
        codes=own or codes or None,
        inclusive=texts["end"] != "day_after",
        years=_years(given["years"], f"{where} years") if "years" in given else None,
        settings={key: _setting(key, given, layout, where) for key in layout.settings},
        **{key: texts[key] for key in ("date_format", "encoding", "separator", "decimal", "sheet")},
    )


def _layout(given: Mapping[str, Any], where: str) -> Layout:
    if "layout" not in given:
        raise TkkError("TKK154", "the source has no layout", where=where, hint="tkk check --layouts lists them")
    try:
        return find_layout(_text(given["layout"], f"{where} layout"))
    except TkkError as error:
        raise TkkError(error.code, error.message, where=error.where or where, hint=error.hint) from None


def _columns(value: Any, layout: Layout, where: str) -> dict[str, str]:
    columns = _table(value, where)
    _refuse_unknown(columns, tuple(role.name for role in layout.roles), where)
    return {role: _text(column, f"{where}.{role}") for role, column in columns.items()}


def _years(value: Any, where: str) -> tuple[int, int]:
    whole = isinstance(value, list) and [type(year) for year in value] == [int, int]
    if not whole or not 1600 <= value[0] <= value[1] <= 9999:
        raise _bad("must be the first and the last year", where, "for example years = [1987, 2024]")
    return value[0], value[1]


def _setting(key: str, given: Mapping[str, Any], layout: Layout, where: str) -> Any:
    setting = layout.settings[key]
    if key not in given:
        return setting.default
    value = tuple(given[key]) if isinstance(given[key], list) else given[key]
    if setting.choices:
        _one_of(value, setting.choices, f"{where} {key}")
    elif setting.default is None and not isinstance(value, str):
        # no default is that of a name that may be left out
        raise _bad("must be a text in quotes", f"{where} {key}")
    elif setting.default is not None and _kind(value) is not _kind(setting.default):
        raise _bad("is of another kind than the setting", f"{where} {key}", f"the default is {setting.default!r}")
    return value


def _kind(value: Any) -> type:
    """The type of a setting; a whole number may stand for any number."""
    return float if type(value) is int else type(value)


def _refuse_unknown(given: Collection[str], known: Collection[str], where: str) -> None:
    unknown = [key for key in given if key not in known]
    if unknown:
        near = get_close_matches(unknown[0].casefold(), known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(known)}"
        listed = ", ".join(unknown)
        raise TkkError("TKK151", f"not known: {listed}", where=where, count=len(unknown), hint=hint)


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _bad("must be a table", where)
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _bad("must be a text in quotes", where)
    return value


def _texts(value: Any, where: str) -> list[str]:
    if not isinstance(value, list):
        return [_text(value, where)]
    if not value:
        raise _bad("must be a text in quotes, or a list of them", where)
    return [_text(item, where) for item in value]


def _one_of(value: Any, choices: tuple[Any, ...], where: str) -> None:
    if value not in choices or isinstance(value, bool) != isinstance(choices[0], bool):
        shown = ", ".join(str(choice) for choice in choices)
        raise _bad("is none of the choices", where, f"one of {shown}")


def _bad(what: str, where: str, hint: str | None = None) -> TkkError:
    return TkkError("TKK152", f"the value {what}", where=where, hint=hint)
