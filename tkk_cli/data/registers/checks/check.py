"""What a check is, and what it sees: the sources with their canonical rows, counted and never shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tkk_cli.data.registers.layouts.layout import Layout, Source
from tkk_cli.data.registers.sql import identifier
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.data.registers.states import States

__all__ = ["KINDS", "LEVELS", "Check", "Finding", "Sight", "Subject", "always"]

LEVELS = ("error", "warning", "note")
KINDS = ("spell", "person", "earning")


@dataclass(frozen=True)
class Subject:
    """A source as a check sees it.

    Attributes
    ----------
    source : Source
    layout : Layout
    kinds : tuple of str
        Which of ``KINDS`` its rows become.
    states : States
    with_persons : bool
        Whether any source gives person rows.
    """

    source: Source
    layout: Layout
    kinds: tuple[str, ...]
    states: States
    with_persons: bool

    @property
    def name(self) -> str:
        """As in ``registers.toml``."""
        return self.source.name

    def rows(self, kind: str) -> str:
        """The view of all its canonical rows of a kind, those set aside included."""
        return identifier(f"{kind}_{self.name}")

    def usable(self, kind: str) -> str:
        """A subselect of its rows of a kind that can be used."""
        return f"(SELECT * FROM {self.rows(kind)} WHERE reason IS NULL)"

    def column(self, role: str) -> str:
        """The column that plays a role, in lower case; ``""`` where none does."""
        return str(self.source.columns.get(role, "")).lower()


@dataclass(frozen=True)
class Sight:
    """Everything that the checks look at.

    Attributes
    ----------
    workspace : Workspace
    subjects : tuple of Subject
    states : States
    breaks : mapping
        The choices of ``[breaks]``.
    reference : tuple of str
        The sources that the others are compared with.
    """

    workspace: Workspace
    subjects: tuple[Subject, ...]
    states: States
    breaks: Mapping[str, str]
    reference: tuple[str, ...]
    _seen: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict, repr=False)

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a SELECT; asked for once, however many checks ask."""
        if sql not in self._seen:
            self._seen[sql] = self.workspace.fetch(sql)
        return self._seen[sql]

    def counted(self, sql: str) -> tuple[int, int]:
        """A count and a number of persons: the one row of a SELECT."""
        count, persons = self.fetch(sql)[0]
        return int(count or 0), int(persons or 0)

    def giving(self, kind: str) -> tuple[Subject, ...]:
        """The sources that give rows of a kind."""
        return tuple(subject for subject in self.subjects if kind in subject.kinds)

    def with_trap(self, trap: int, kind: str = "spell") -> tuple[Subject, ...]:
        """The sources in whose layout a trap can lie."""
        return tuple(subject for subject in self.giving(kind) if trap in subject.layout.traps)


@dataclass(frozen=True)
class Finding:
    """What a check found in a source (``""`` = in all of them together); ``level`` where it is not the check's own."""

    source: str
    count: int
    persons: int
    level: str | None = None


def always(_: Subject) -> bool:
    """Every source."""
    return True


@dataclass(frozen=True, kw_only=True)
class Check:
    """A row of the registry.

    Its words, what it means and what to do, are ``check_<name>`` and ``remedy_<name>`` of ``report.words_check``.

    Attributes
    ----------
    name : str
    code : str
        Several checks of one trap share its code.
    trap : int
        1 to 14; 0 for what is no trap of the Finnish registers.
    level : {"error", "warning", "note"}
    kind : {"spell", "person"}
        The rows that ``rows`` is about.
    applies : callable
        Whether ``rows`` is asked of a source.
    rows : str or callable, optional
        A condition, or subject -> condition, over a usable row ``s`` and what is known of its person ``p`` (``key``,
        ``birth``, ``death``; all NULL without a person row). The conditions of all checks are counted in one pass over
        a source.
    look : callable, optional
        sight -> findings, for a check that is about more than single rows.
    """

    name: str
    code: str
    trap: int
    level: str
    kind: str = "spell"
    applies: Callable[[Subject], bool] = always
    rows: str | Callable[[Subject], str] | None = None
    look: Callable[[Sight], Iterable[Finding]] | None = None
