"""Which column plays which role of a layout, and what type it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from tkk_cli.data.registers.config import SourceEntry
from tkk_cli.data.registers.layouts.layout import Layout, Role
from tkk_cli.errors import TkkError

__all__ = ["bind_columns", "columns_of", "merge_kinds", "mixed_columns", "needed", "role_kinds"]

# Of these a second column that fits is no matter of taste: it would be another person, day or code.
_SINGLE = ("key", "date", "code")
# A file without this column while others have it would hold open spells only, without a word.
_END = "end"
_KINDS = ("text", "integer", "number", "date", "timestamp")


def bind_columns(layout: Layout, entry: SourceEntry, files: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Role -> column (of a ``wide`` role a tuple), by the names given or the layout's, without regard to case.

    Parameters
    ----------
    layout : Layout
    entry : SourceEntry
    files : mapping
        Name of a file -> its columns. A column has the spelling of the first file that has it.

    Raises
    ------
    TkkError
        TKK156 where a required role has no column in some file, TKK157 where two columns fit a role, TKK158 where a
        column that is given is not there.
    """
    spelling = _spelling(files)
    bound: dict[str, Any] = {}
    for role in layout.roles:
        if role.kind == "wide":
            found: Any = _wide(role, entry, spelling)
        else:
            found = _one(role, entry, spelling, files)
        if found:
            bound[role.name] = found
    lacking = [role for role in layout.roles if role.required and role.name not in bound]
    if lacking:
        raise _unfit(layout, lacking, entry, files, len(files))
    for role in layout.roles:
        if role.kind != "wide" and role.name in bound and (role.required or role.name == _END):
            without = [name for name, names in files.items() if bound[role.name].casefold() not in _folded(names)]
            if without:
                raise _unfit(layout, [role], entry, {without[0]: files[without[0]]}, len(without))
    return bound


def columns_of(bound: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that play a role, each once."""
    listed = [column for found in bound.values() for column in (found if isinstance(found, tuple) else (found,))]
    return tuple(dict.fromkeys(listed))


def needed(bound: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """Column of a file -> its name in the source, for the columns that play a role and are in the file."""
    wanted = {column.casefold(): column for column in columns_of(bound)}
    return {name: wanted[name.casefold()] for name in names if name.casefold() in wanted}


def role_kinds(layout: Layout, bound: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """The columns that play a role of the kind, in the cells of wide roles too."""
    roles = [role for role in layout.roles if kind in (role.kind, role.cells if role.kind == "wide" else None)]
    return columns_of({role.name: bound[role.name] for role in roles if role.name in bound})


def merge_kinds(entry: SourceEntry, bound: Mapping[str, Any], files: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Column -> its type in all files of a source; whole numbers and fractions together are numbers.

    Raises
    ------
    TkkError
        TKK161 where a column is text in one file and another thing in the next, or of a type that is not read.
    """
    merged: dict[str, str] = {}
    known = _kinds_of(files)
    for column in columns_of(bound):
        kinds = known.get(column.casefold(), set())
        if len(kinds) != 1 or not kinds <= set(_KINDS):
            what = f"is {' and '.join(sorted(kinds))}" if kinds else "is in no file with rows"
            hint = "convert it, or make the files of each type a source of their own"
            raise TkkError("TKK161", f"the column {column} {what}", where=_where(entry), count=len(kinds), hint=hint)
        merged[column] = next(iter(kinds))
    return merged


def mixed_columns(bound: Mapping[str, Any], files: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """The columns that have one type in one file and another in the next."""
    known = _kinds_of(files)
    return tuple(column for column in columns_of(bound) if len(known.get(column.casefold(), ())) > 1)


def _kinds_of(files: Mapping[str, Mapping[str, str]]) -> dict[str, set[str]]:
    """Column, without regard to case -> its types in all files."""
    found: dict[str, set[str]] = {}
    for kinds in files.values():
        for name, kind in kinds.items():
            found.setdefault(name.casefold(), set()).add(kind)
    return {name: {"number"} if kinds == {"integer", "number"} else kinds for name, kinds in found.items()}


def _spelling(files: Mapping[str, Sequence[str]]) -> dict[str, str]:
    spelling: dict[str, str] = {}
    for names in files.values():
        for name in names:
            spelling.setdefault(name.casefold(), name)
    return spelling


def _folded(names: Sequence[str]) -> set[str]:
    return {name.casefold() for name in names}


def _one(role: Role, entry: SourceEntry, spelling: Mapping[str, str], files: Mapping[str, Sequence[str]]) -> str | None:
    given = entry.columns.get(role.name)
    looked = [given] if given is not None else list(role.names)
    fitting = [spelling[name.casefold()] for name in looked if name.casefold() in spelling]
    fitting = list(dict.fromkeys(fitting))
    if given is not None and not fitting:
        raise _absent(role, given, entry, spelling)
    if not fitting:
        return None
    # a register with ID and id: the engines see one column
    twins = next((same for names in files.values() if len(same := _alike(fitting[0], names)) > 1), [])
    several = twins or (fitting if role.kind in _SINGLE else [])
    if len(several) > 1:
        hint = f'say which with columns = {{ {role.name} = "{fitting[0]}" }}, or make two sources of the files'
        message = f"several columns fit the role {role.name}: {', '.join(several)}"
        raise TkkError("TKK157", message, where=_where(entry), count=len(several), hint=hint)
    return fitting[0]


def _alike(column: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if name.casefold() == column.casefold()]


def _wide(role: Role, entry: SourceEntry, spelling: Mapping[str, str]) -> tuple[str, ...]:
    given = entry.columns.get(role.name)
    try:
        patterns = [re.compile(text, re.IGNORECASE) for text in ([given] if given is not None else role.names)]
    except re.error:
        hint = "the role is played by many columns: give a regular expression of their names"
        raise TkkError(
            "TKK158", f"the pattern of the role {role.name} cannot be read", where=_where(entry), hint=hint
        ) from None
    found = tuple(name for name in spelling.values() if any(pattern.fullmatch(name) for pattern in patterns))
    if given is not None and not found:
        raise _absent(role, given, entry, spelling)
    return found


def _absent(role: Role, given: str, entry: SourceEntry, spelling: Mapping[str, str]) -> TkkError:
    message = f"there is no column {given} for the role {role.name}"
    return TkkError("TKK158", message, where=_where(entry), hint=_near([given], spelling))


def _unfit(
    layout: Layout, roles: Sequence[Role], entry: SourceEntry, files: Mapping[str, Sequence[str]], count: int
) -> TkkError:
    names = {role.name: [entry.columns[role.name]] if role.name in entry.columns else role.names for role in roles}
    listed = ", ".join(f"{role} ({', '.join(looked)})" for role, looked in names.items())
    message = f"the layout {layout.name} does not fit: no column for the role{'s' * (len(roles) > 1)} {listed}"
    # what is written already belongs to the line to write: TOML knows a key once
    line = ", ".join([*(f'{role} = "{column}"' for role, column in entry.columns.items()), *_blanks(names, entry)])
    near = _near([name for looked in names.values() for name in looked], _spelling(files))
    where = f"{_where(entry)}, {next(iter(files))}"
    return TkkError("TKK156", message, where=where, count=count, hint=f"{near}; write columns = {{ {line} }}")


def _blanks(roles: Iterable[str], entry: SourceEntry) -> list[str]:
    return [f'{role} = "..."' for role in roles if role not in entry.columns]


def _near(names: Sequence[str], spelling: Mapping[str, str]) -> str:
    near = {found for name in names for found in get_close_matches(name.casefold(), spelling, n=2, cutoff=0.6)}
    listed = [spelling[name] for name in sorted(near)][:5]
    asked = f"did you mean {' or '.join(listed)}? " if listed else ""
    columns = list(spelling.values())
    more = ", ..." if len(columns) > 12 else ""
    return f"{asked}the columns are {', '.join(columns[:12])}{more}"


def _where(entry: SourceEntry) -> str:
    return f"[source.{entry.name}]"
