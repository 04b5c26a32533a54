"""The states, in the order of their priority: which one holds on a day when several do, and what it means for work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["NONE", "AtWork", "State", "States"]

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
    """The rule that infers "at work": a state of ``needs`` holds and none of ``excludes``; partly, with one of ``partial``.

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

    def at_work(self) -> AtWork:
        """The default rule: competitive or subsidised work, no full benefit; partly with a partial benefit."""
        work = self.with_work("competitive") | self.with_work("subsidised")
        return AtWork(
            work, self.with_benefit("full") | {"death", "emigrated"} & set(self.names), self.with_benefit("partial")
        )
