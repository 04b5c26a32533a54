"""The states, in the order of their priority: which one holds on a day when several do, and what it means for work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tkk_cli.data.registers.lists import list_rows, packaged_list
from tkk_cli.errors import TkkError
from tkk_cli.options import LANGUAGES

__all__ = ["NONE", "AtWork", "State", "States", "read_states"]

NONE = "other"  # the state of a day on which no state holds


@dataclass(frozen=True)
class State:
    """One row of ``states.csv``.

    Attributes
    ----------
    name : str
    work : {"competitive", "subsidised", "no"}
        Whether a spell of it is work, and of what kind.
    benefit : {"full", "partial", "none"}
        Whether it is a benefit that stands in for full work, or for part of it.
    titles : mapping
        Language -> words.
    source : str
    verified : bool
    """

    name: str
    work: str
    benefit: str
    titles: Mapping[str, str]
    source: str = ""
    verified: bool = False


@dataclass(frozen=True)
class AtWork:
    """The rule of "at work": a state of ``needs`` holds and none of ``excludes``; partly, with one of ``partial``.

    An employment contract goes on during sickness absence, so a contract alone is not work.
    """

    needs: frozenset[str]
    excludes: frozenset[str]
    partial: frozenset[str]


@dataclass(frozen=True)
class States:
    """All states, highest priority first (at most 62)."""

    rows: tuple[State, ...]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of priority."""
        return tuple(row.name for row in self.rows)

    def rank(self, name: str) -> int:
        """1 for the highest priority; ``NONE`` has the rank after the last."""
        return len(self.rows) + 1 if name == NONE else self.names.index(name) + 1

    def bit(self, name: str) -> int:
        """The bit of a state in ``episode.states``: the higher the priority, the higher the bit."""
        return 1 << (len(self.rows) - self.rank(name))

    def bits(self, names: Iterable[str]) -> int:
        """The bits of several states together."""
        return sum(self.bit(name) for name in set(names))

    def with_benefit(self, kind: str) -> frozenset[str]:
        """Names of the states whose ``benefit`` is ``kind``."""
        return frozenset(row.name for row in self.rows if row.benefit == kind)

    def with_work(self, kind: str) -> frozenset[str]:
        """Names of the states whose ``work`` is ``kind``."""
        return frozenset(row.name for row in self.rows if row.work == kind)

    def at_work(self, given: Mapping[str, Iterable[str]] | None = None) -> AtWork:
        """The rule: competitive or subsidised work, no full benefit; partly with a partial benefit.

        ``given`` names the states of ``needs``, ``excludes`` or ``partial`` instead. The dead and those who have left
        are never at work, whatever it excludes: a contract without an end outlives them in a register.
        """
        rule = {
            "needs": self.with_work("competitive") | self.with_work("subsidised"),
            "excludes": self.with_benefit("full"),
            "partial": self.with_benefit("partial"),
            **{key: frozenset(names) for key, names in (given or {}).items()},
        }
        return AtWork(rule["needs"], rule["excludes"] | {"death", "emigrated"} & set(self.names), rule["partial"])


_COLUMNS = ("state", "work", "benefit", "fi", "sv", "en", "source", "verified")
_CHOICES = {
    "work": ("competitive", "subsidised", "no"),
    "benefit": ("full", "partial", "none"),
    "verified": ("yes", "no"),
}
# One bit each in a BIGINT, whose sign and the bit of no state are not used.
_MOST = 62


def read_states(path: Path | None = None) -> States:
    """The table of states: the package's, or the user's own CSV with the same columns.

    Raises
    ------
    TkkError
        TKK155 for a file that cannot be read, a missing column, a name or word that is not possible, a state twice, or
        more than 62 states; the line is named.

    Examples
    --------
    >>> states = read_states()
    >>> states.names[:2], states.rank("death")
    (('death', 'emigrated'), 1)
    >>> sorted(states.at_work().needs)
    ['employed', 'subsidised']
    """
    if path is None:
        return _states(packaged_list("states.csv"), "states.csv")
    try:
        return _states(path.read_text(encoding="utf-8-sig"), path.name)
    except (OSError, UnicodeDecodeError):
        raise _wrong("cannot be read as UTF-8 text", path.name, "check its name, and save it as CSV UTF-8") from None


def _states(text: str, where: str) -> States:
    missing, lines = list_rows(text, _COLUMNS, _COLUMNS)
    if missing:
        raise _wrong(f"has no column {', '.join(missing)}", where, f"its first line is {','.join(_COLUMNS)}")
    rows: dict[str, State] = {}
    for number, found in lines:
        line, name = f"{where}, line {number}", found["state"]
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name == NONE:
            hint = f"a name has letters a to z, digits and _; {NONE} is the day without a state"
            raise _wrong("has a state whose name is not possible", line, hint)
        if name in rows:
            raise _wrong(f"has the state {name} twice", line, "the first line is its priority: delete the other")
        for column, choices in _CHOICES.items():
            if found[column] not in choices:
                raise _wrong(f"has a wrong {column}", line, f"{column} is one of {', '.join(choices)}")
        titles = {language: found[language] or name for language in LANGUAGES}
        rows[name] = State(name, found["work"], found["benefit"], titles, found["source"], found["verified"] == "yes")
    if not 0 < len(rows) <= _MOST:
        raise _wrong(f"has {len(rows)} states", where, f"give 1 to {_MOST} states: put similar ones together")
    return States(tuple(rows.values()))


def _wrong(what: str, where: str, hint: str) -> TkkError:
    return TkkError("TKK155", f"the table of states {what}", where=where, hint=hint)
