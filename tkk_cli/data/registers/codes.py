"""Code lists: what a register's code means. Editable CSV, each row with its source and whether it was verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Code", "CodeList"]


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


@dataclass(frozen=True)
class CodeList:
    """A code list by name; empty for a layout without codes."""

    name: str = ""
    rows: tuple[Code, ...] = field(default_factory=tuple)

    def states(self) -> Mapping[str, str]:
        """Code -> state."""
        return {row.code: row.state for row in self.rows}
