"""What a layout is: roles that columns play, and the SQL that turns a raw row into canonical columns.

A layout states no file, no date format and no code list: these come bound in a ``Source``. It returns expressions
only; ``canonical`` wraps them into the SELECT, looks codes up and gives each row its reason for being set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tkk_cli.data.registers.codes import CodeList
from tkk_cli.data.registers.sql import date_day, identifier, missing_text, text_day

__all__ = ["EarningRows", "Layout", "PersonRows", "Role", "Rows", "Setting", "Source", "SpellRows"]

# Tried first, for Spark's FLOOR overflows above: a DOUBLE tells whole numbers apart up to here, and an INT ends here.
_EXACT = 2**53
_WHOLE = 2**31
# Between the thousands of a Finnish spreadsheet.
_NO_BREAK = "\u00a0"
# Not a number is larger than any to both engines: what is left below this is one.
_LARGEST = "CAST(1.0E308 AS DOUBLE)"


@dataclass(frozen=True)
class Role:
    """A part that a column plays in a layout.

    ``names`` are the column names to look for, in order, without regard to case. A role of the kind ``wide`` is played
    by many columns: its names are regular expressions, and ``cells`` is the kind of what stands in them.
    """

    name: str
    kind: str  # key, date, code, text, number or wide
    names: tuple[str, ...]
    required: bool = True
    cells: str = "code"


@dataclass(frozen=True)
class Setting:
    """A key of ``registers.toml`` that only some layouts take."""

    default: Any
    help: str
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Source:
    """A source of ``registers.toml``, its columns bound to the roles of its layout.

    Attributes
    ----------
    name : str
        The key in ``registers.toml``.
    view : str
        Its raw rows, with ``tkk_file`` and ``tkk_row``.
    columns : mapping
        Role -> column; of a ``wide`` role, a tuple of columns in the order of the file.
    types : mapping
        Column -> ``text``, ``integer``, ``number``, ``date`` or ``timestamp``.
    date_formats : mapping
        Column -> one of ``sql.DATE_FORMATS``, for date columns that hold text or whole numbers.
    days : mapping
        Date column -> a column of ``view`` with its day number, where that was read already.
    codes : CodeList
        What the codes mean (empty for a layout without codes).
    inclusive : bool
        Whether a spell's end is its last day (the rule in registers) or the day after it.
    years : (int, int) or None
        First and last year that the register covers; a spell that starts outside is set aside.
    settings : mapping
        The layout's own settings, defaults filled in.
    """

    name: str
    view: str
    columns: Mapping[str, Any]
    types: Mapping[str, str]
    date_formats: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)
    codes: CodeList = field(default_factory=CodeList)
    inclusive: bool = True
    years: tuple[int, int] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def has(self, role: str) -> bool:
        """Whether a column plays the role."""
        return role in self.columns

    def text(self, role: str) -> str:
        """A role's column as trimmed text, missing texts as NULL; a whole number without a decimal point."""
        return "NULL" if not self.has(role) else self.text_of(self.columns[role])

    def text_of(self, column: str) -> str:
        """The same of a column by name."""
        name = identifier(column)
        if self.types[column] == "number":
            # a code that a statistical file stores as a double: 3.0 is the code 3, and 3.5 is not rounded to one
            whole = f"ABS({name}) < {_EXACT} AND {name} = FLOOR({name})"
            written = f"CAST(CAST({name} AS BIGINT) AS VARCHAR) WHEN {_is_number(name)} THEN CAST({name} AS VARCHAR)"
            return f"CASE WHEN {whole} THEN {written} END"
        if self.types[column] != "text":
            return f"CAST({name} AS VARCHAR)"
        return f"CASE WHEN {missing_text(name)} THEN NULL ELSE TRIM({name}) END"

    def number(self, role: str) -> str:
        """A role's column as DOUBLE, a decimal comma read as a point; NULL where it is no number."""
        return "NULL" if not self.has(role) else self.number_of(self.columns[role])

    def number_of(self, column: str) -> str:
        """The same of a column by name."""
        name = identifier(column)
        if self.types[column] == "number":
            return _number(name)
        if self.types[column] != "text":
            return f"CAST({name} AS DOUBLE)"
        digits = f"REPLACE(REPLACE(TRIM({name}), ' ', ''), '{_NO_BREAK}', '')"
        return _number(f"TRY_CAST(REPLACE({digits}, ',', '.') AS DOUBLE)")

    def whole(self, role: str) -> str:
        """A role's column as INT; NULL where it is no whole number."""
        if not self.has(role):
            return "NULL"
        number = self.number(role)
        return f"CASE WHEN ABS({number}) < {_WHOLE} AND {number} = FLOOR({number}) THEN CAST({number} AS INT) END"

    def day(self, role: str) -> str:
        """A role's column as a day number; NULL where it is missing or no date."""
        if not self.has(role):
            return "NULL"
        return self.day_of(self.columns[role])

    def day_of(self, column: str) -> str:
        """The same of a column by name."""
        if column in self.days:
            return identifier(self.days[column])
        name = identifier(column)
        if self.types[column] in ("date", "timestamp"):
            return date_day(name)
        return text_day(f"CAST({name} AS VARCHAR)", self.date_formats[column])

    def present(self, role: str) -> str:
        """Whether a role's column holds something: a date that is present and yet not read is unreadable."""
        return "(1 = 0)" if not self.has(role) else self.present_of(self.columns[role])

    def present_of(self, column: str) -> str:
        """The same of a column by name."""
        name = identifier(column)
        filled = f"NOT {missing_text(name)}" if self.types[column] == "text" else f"{name} IS NOT NULL"
        if self.types[column] == "number":
            filled += f" AND {_is_number(name)}"
        return f"({filled})"


def _is_number(expression: str) -> str:
    """Whether a DOUBLE is neither infinite nor the NaN that other programs write for a missing number."""
    return f"ABS({expression}) <= {_LARGEST}"


def _number(expression: str) -> str:
    """A DOUBLE, NULL where it is no number."""
    double = f"CAST({expression} AS DOUBLE)"
    return f"CASE WHEN {_is_number(double)} THEN {double} END"


@dataclass(frozen=True, kw_only=True)
class SpellRows:
    """Expressions of one canonical spell a row, over ``rows``.

    ``rows`` is what stands after FROM: the source's view, or a subselect that unfolds wide columns and carries
    ``tkk_file`` and ``tkk_row``. ``start`` and ``end`` are day numbers; ``end`` is the last day, or the day after it
    where ``inclusive`` is false. ``start_present`` and ``end_present`` say whether the raw row holds a date there.
    Either ``state`` is a fixed name (or ``""``: no state), or the source's code list gives it for ``code``. The list
    gives the extent and the programme of a code as well, where the row has none; not where ``listed`` is false: then
    its codes are of another register.
    """

    rows: str
    key: str
    start: str
    end: str
    start_present: str
    end_present: str
    inclusive: bool
    code: str = "NULL"
    listed: bool = True
    state: str | None = None
    employer: str = "NULL"
    extent: str = "NULL"
    hours: str = "NULL"
    programme: str = "NULL"
    provider: str = "NULL"
    diagnosis: str = "NULL"
    decided: str = "NULL"


@dataclass(frozen=True, kw_only=True)
class PersonRows:
    """Expressions of one ``schema.PERSON_ROW`` a row, over ``rows``."""

    rows: str
    key: str
    year: str = "NULL"
    birth: str = "NULL"
    sex: str = "NULL"
    death: str = "NULL"
    region: str = "NULL"
    municipality: str = "NULL"
    education: str = "NULL"
    occupation: str = "NULL"
    activity: str = "NULL"


@dataclass(frozen=True, kw_only=True)
class EarningRows:
    """Expressions of one ``schema.EARNING`` a row, over ``rows``; ``cents`` is a number of cents."""

    rows: str
    key: str
    year: str
    cents: str
    month: str = "NULL"
    employer: str = "NULL"


Rows = SpellRows | PersonRows | EarningRows


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A register layout: a row of ``registry``.

    Attributes
    ----------
    name : str
        As in ``registers.toml``.
    title : str
        One line for ``tkk check --layouts``.
    source : str
        Where the layout is described, and what of it is unverified.
    roles : tuple of Role
    rows : callable
        ``Source`` -> what its rows become; a layout may give spells, persons and earnings at once.
    codes : str
        Name of the code list of the package that it reads by default; ``""`` for none.
    settings : mapping
        Its own keys of ``registers.toml``.
    traps : tuple of int
        Which of the fourteen traps can lie in it.
    """

    name: str
    title: str
    source: str
    roles: tuple[Role, ...]
    rows: Callable[[Source], tuple[Rows, ...]]
    codes: str = ""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    traps: tuple[int, ...] = ()
