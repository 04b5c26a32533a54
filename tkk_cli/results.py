"""Results as values: frozen, comparable, JSON both ways, no person-level row.

A ``Result`` is a set of tidy tables with fixed column names, the settings that made them, notes and provenance.
Words, units, digits and languages are added by ``report``. There is no clock inside: the same input gives the same
bytes.
"""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tkk_cli.errors import TkkError
from tkk_cli.options import from_keywords
from tkk_cli.tables import MAIN_TABLES, TABLES

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

__all__ = ["SCHEMA_VERSION", "TABLES", "Note", "Result", "Table", "json_schema"]

SCHEMA_VERSION = "1"
# kind of result -> what its figure is told
FIGURE_OPTIONS = {
    "survival": "FigureOptions",
    "regress": "RegressFigureOptions",
    "cohort": "FlowFigureOptions",
    "sensitivity": "SensitivityFigureOptions",
}
# kind of result -> what its estimand may be of
QUANTITIES = {
    "survival": ("survival", "incidence"),
    "regress": ("effects",),
    "verify": ("agreement",),
    "check": ("registers",),
    "cohort": ("cohort",),
    "sensitivity": ("incidence",),
}


@dataclass(frozen=True, eq=False)
class Table:
    """Equally long columns by name. Numbers are float64 or int64 arrays (NaN = not estimable), texts are tuples."""

    columns: Mapping[str, Any]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self.to_records() == other.to_records()

    __hash__ = None  # type: ignore[assignment]

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows as dictionaries of plain Python values; NaN and infinities are ``None``."""
        lists = {name: _plain(column) for name, column in self.columns.items()}
        names = list(lists)
        for values in zip(*lists.values(), strict=True):
            yield dict(zip(names, values, strict=True))

    def to_records(self) -> list[dict[str, Any]]:
        """All rows as a list of dictionaries."""
        return list(self.rows())

    def where(self, **equal: Any) -> Table:
        """The rows in which each named column equals the given value."""
        keep = np.ones(len(self), dtype=bool)
        for name, value in equal.items():
            keep &= np.asarray([item == value for item in self.columns[name]], dtype=bool)
        index = np.flatnonzero(keep)
        return Table(
            {
                name: column[index] if isinstance(column, np.ndarray) else tuple(column[i] for i in index)
                for name, column in self.columns.items()
            }
        )

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a pandas data frame."""
        import pandas

        return pandas.DataFrame({name: list(c) if isinstance(c, tuple) else c for name, c in self.columns.items()})


def _plain(column: Any) -> list[Any]:
    if isinstance(column, np.ndarray):
        values: list[Any] = column.tolist()
        if column.dtype.kind == "f":
            return [value if math.isfinite(value) else None for value in values]
        return values
    return list(column)


@dataclass(frozen=True)
class Note:
    """Something the reader must know: ``report.language`` has the sentence for ``key``, ``values`` fill it in.

    ``level`` is ``note`` or ``warning``; a warning has a ``TKK`` code.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    level: str = "note"
    code: str | None = None


@dataclass(frozen=True)
class Result:
    """What one analysis found.

    Attributes
    ----------
    kind : str
        The command that made it, a key of ``TABLES``.
    estimand : mapping
        ``quantity`` (of ``QUANTITIES``), ``causes`` (names, the one of interest first), ``unit``; of curves also
        ``time_origin`` (0 or the landmark) and ``conditional_on`` (time or None), of effects ``exposure`` (a variable
        or None) and ``measure``.
    settings : mapping
        Every option with the value used.
    labels : mapping
        ``groups`` and ``causes`` (and in a regression ``variables``, ``terms`` and ``levels``, these by
        ``variable=level``): name -> {language: text}; ``group_title``: {language: text}. A language that is missing
        falls back to ``""`` (the text of the file) and then to the name.
    tables : mapping of str to Table
        The names and columns of ``TABLES[kind]``; a table that does not apply is absent.
    notes : tuple of Note
    provenance : mapping
        ``tkk``, ``method``, ``input`` (name, sha256), ``n_read``, ``n_used``, ``versions``.
    """

    kind: str
    estimand: Mapping[str, Any]
    settings: Mapping[str, Any]
    labels: Mapping[str, Any]
    tables: Mapping[str, Table]
    notes: tuple[Note, ...]
    provenance: Mapping[str, Any]

    def __getitem__(self, table: str) -> Table:
        return self.tables[table]

    def label(self, what: str, name: str, language: str) -> str:
        """The text for a group (``what="groups"``) or a cause (``"causes"``) in a language."""
        texts = self.labels.get(what, {}).get(name, {})
        return texts.get(language) or texts.get("") or name

    def to_dict(self) -> dict[str, Any]:
        """Plain Python values, in a fixed order, as written by ``to_json``."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": self.kind,
            "estimand": dict(self.estimand),
            "settings": dict(self.settings),
            "labels": {key: dict(value) for key, value in self.labels.items()},
            "tables": {name: table.to_records() for name, table in self.tables.items()},
            "notes": [{"key": n.key, "level": n.level, "code": n.code, "values": dict(n.values)} for n in self.notes],
            "provenance": dict(self.provenance),
        }

    def to_json(self, indent: int | None = None) -> str:
        """JSON text at full precision; NaN and infinities are ``null``. See ``tkk schema survival``."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=indent)

    @classmethod
    def from_json(cls, text: str) -> Result:
        """The result that ``to_json`` wrote; equal to the original."""
        data = json.loads(text)
        spec = TABLES[data["kind"]]
        return cls(
            kind=data["kind"],
            estimand=data["estimand"],
            settings=data["settings"],
            labels=data["labels"],
            tables={name: _table(records, spec[name]) for name, records in data["tables"].items()},
            notes=tuple(Note(n["key"], n["values"], n["level"], n["code"]) for n in data["notes"]),
            provenance=data["provenance"],
        )

    def to_pandas(self, table: str | None = None) -> pandas.DataFrame:
        """One of the tables as a pandas data frame, by default the main one; TKK502 for a table that is not there."""
        table = table or MAIN_TABLES[self.kind]
        if table not in self.tables:
            raise TkkError(
                "TKK502", f"this result has no table {table!r}", hint=f"its tables are {', '.join(self.tables)}"
            )
        return self.tables[table].to_pandas()

    def __repr__(self) -> str:
        tables = ", ".join(f"{name} ({len(table)})" for name, table in self.tables.items())
        return f"<{self.kind} result: {self.estimand['quantity']} of {self.estimand['causes'][0]}; tables: {tables}>"

    def plot(self, path: str | None = None, language: str = "en", **options: Any) -> Figure:
        """The journal figure of ``--figure``: curves, or the forest plot of a regression.

        It is also written to ``path`` when that is given.

        Parameters
        ----------
        path : str, optional
            File to write; its suffix chooses the format (pdf, png, svg, tiff or eps).
        language : {"en", "fi", "sv"}
        **options
            The figure options of the command, for example ``columns=2`` or ``censor_marks=True``.

        Raises
        ------
        TkkError
            TKK304 for a name or a value that is no figure option; TKK518 for a kind of result that has no figure; the
            errors of ``--figure``.
        """
        if self.kind not in FIGURE_OPTIONS:
            raise TkkError("TKK518", f"a {self.kind} result has no figure")
        # By name: results know nothing of the rooms above them, and matplotlib is loaded only here.
        figures = importlib.import_module(f"tkk_cli.report.figures.{self.kind}")
        kind = getattr(importlib.import_module("tkk_cli.report.figures.options"), FIGURE_OPTIONS[self.kind])
        chosen: Any = from_keywords(kind, options)
        if path is not None:
            figures.save(self, path, chosen, language)
        figure: Figure = figures.draw(self, chosen, language)
        return figure


def _table(records: list[dict[str, Any]], spec: Mapping[str, str]) -> Table:
    names = list(records[0]) if records else list(spec)
    columns: dict[str, Any] = {}
    for name in names:
        values = [record[name] for record in records]
        if spec[name] == "string":
            columns[name] = tuple(values)
        elif spec[name] == "integer" and None not in values:
            columns[name] = np.array(values, dtype=np.int64)
        else:
            columns[name] = np.array([math.nan if v is None else v for v in values], dtype=np.float64)
    return Table(columns)


def json_schema(kind: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of ``Result.to_json`` for one kind of result."""
    tables = {
        name: {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    column: {"type": type_ if type_ == "string" else [type_, "null"]} for column, type_ in spec.items()
                },
                "additionalProperties": False,
            },
        }
        for name, spec in TABLES[kind].items()
    }
    texts = {"type": "object", "additionalProperties": {"type": "string"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"tkk {kind} result",
        "type": "object",
        "required": [
            "schema_version",
            "kind",
            "estimand",
            "settings",
            "labels",
            "tables",
            "notes",
            "provenance",
        ],
        "additionalProperties": False,
        "properties": {
            "schema_version": {"const": SCHEMA_VERSION},
            "kind": {"const": kind},
            "estimand": {
                "type": "object",
                "required": ["quantity", "causes", "unit"],
                "properties": {
                    "quantity": {"enum": list(QUANTITIES[kind])},
                    "causes": {"type": "array", "items": {"type": "string"}},
                    "unit": {"type": "string"},
                },
            },
            "settings": {"type": "object"},
            "labels": {
                "type": "object",
                "properties": {
                    "groups": {"type": "object", "additionalProperties": texts},
                    "causes": {"type": "object", "additionalProperties": texts},
                    "group_title": texts,
                    "variables": {"type": "object", "additionalProperties": texts},
                    "levels": {"type": "object", "additionalProperties": texts},
                    "terms": {"type": "object", "additionalProperties": texts},
                },
            },
            "tables": {"type": "object", "properties": tables, "additionalProperties": False},
            "notes": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["key", "level", "code", "values"],
                    "properties": {
                        "key": {"type": "string"},
                        "level": {"enum": ["note", "warning"]},
                        "code": {"type": ["string", "null"]},
                        "values": {"type": "object"},
                    },
                },
            },
            "provenance": {
                "type": "object",
                "required": ["tkk", "input", "n_read", "n_used", "versions"],
                "properties": {
                    "tkk": {"type": "string"},
                    "n_read": {"type": "integer"},
                    "n_used": {"type": "integer"},
                },
            },
        },
    }
