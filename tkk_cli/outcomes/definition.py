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
    """Something that a definition leaves open, with the default that is published.

    A value has the type of the default. ``least`` and ``most`` bound a whole number (of a list: each), ``states`` says
    that a list holds names of states, ``file`` that a text names a file.
    """

    default: Any
    help: str
    choices: tuple[Any, ...] = ()
    least: int = 0
    most: int = 36_525
    states: bool = False
    file: bool = False


@dataclass(frozen=True)
class Context:
    """What a SELECT may rely on beside ``entrant``, ``episode``, ``spell``, ``earning_row`` and ``person``.

    Attributes
    ----------
    states : States
    at_work : AtWork
    competing : tuple of str
        States that end follow-up as a competing event, in the order of their event codes.
    """

    states: States
    at_work: AtWork
    competing: tuple[str, ...]


def _no_columns(prefix: str, parameters: Mapping[str, Any], context: Context) -> tuple[Column, ...]:
    return ()


def _no_sql(prefix: str, parameters: Mapping[str, Any], context: Context) -> str:
    return "SELECT pid FROM entrant"


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
    computed : {"cohort", "career"}
        Whether ``tkk cohort`` computes it, or ``tkk career`` from a state grid; then it has no columns here.
    """

    code: str
    name: str
    aims: tuple[int, ...]
    titles: Mapping[str, str]
    definitions: Mapping[str, str]
    source: str
    parameters: Mapping[str, Parameter]
    columns: Callable[[str, Mapping[str, Any], Context], tuple[Column, ...]] = _no_columns
    sql: Callable[[str, Mapping[str, Any], Context], str] = _no_sql
    computed: str = "cohort"
