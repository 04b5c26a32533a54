"""What an outcome is: a published definition in words, its parameters, and the SELECT that computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tkk_cli.data.registers.columns import Column
from tkk_cli.data.registers.states import AtWork, States

__all__ = ["Column", "Context", "Outcome", "Parameter"]


@dataclass(frozen=True)
class Parameter:
    """Something that a definition leaves open, with the default that is published."""

    default: Any
    help: str
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Context:
    """What a SELECT may rely on beside ``entrant``, ``episode``, ``spell``, ``earning_row`` and ``person``.

    Attributes
    ----------
    states : States
    at_work : AtWork
    competing : tuple of str
        States that end follow-up as a competing event, in the order of their event codes.
    competing_titles : mapping
        State -> words by language.
    """

    states: States
    at_work: AtWork
    competing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One row of the dictionary.

    Attributes
    ----------
    code : str
        ``O2``.
    name : str
        ``sustained_rtw``: the default prefix of its columns.
    aims : tuple of int
        1 entering work, 2 staying at work, 3 returning to work, 4 the career ahead.
    titles, definitions : mapping
        Language -> words; ``{days}`` and other parameters are filled in.
    source : str
        The publication, and what is a choice of tkk.
    parameters : mapping
    columns : callable
        (prefix, parameters, context) -> its columns, in order.
    sql : callable
        (prefix, parameters, context) -> SELECT of ``pid`` and these columns, exactly one row an entrant.
    """

    code: str
    name: str
    aims: tuple[int, ...]
    titles: Mapping[str, str]
    definitions: Mapping[str, str]
    source: str
    parameters: Mapping[str, Parameter]
    columns: Callable[[str, Mapping[str, Any], Context], tuple[Column, ...]]
    sql: Callable[[str, Mapping[str, Any], Context], str]
