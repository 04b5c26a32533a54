"""A note of a result as a sentence: the words of ``sentences`` with its values in the style of the language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tkk_cli.report.language import has_text, text
from tkk_cli.report.numbers import duration, number, percent
from tkk_cli.results import Note, Result

__all__ = ["cause_label", "group_label", "sentence"]

# name of a value in a note -> how it is written
_WRITERS: dict[str, Callable[[Any, Result, str], str]] = {
    "group": lambda value, result, language: _quoted(group_label(result, value, language), language),
    "cause": lambda value, result, language: _quoted(cause_label(result, value, language), language),
    "others": lambda value, result, language: _alternatives(
        [_quoted(cause_label(result, cause, language), language) for cause in value], language
    ),
    "codes": lambda value, _, language: _joined(map(str, value), language),
    "strata": lambda value, _, language: _joined(map(str, value), language),
    "time": lambda value, result, language: duration(value, result.estimand["unit"], language),
    "horizon": lambda value, result, language: duration(value, result.estimand["unit"], language),
    "share": lambda value, _, language: percent(value, language),
    "kind": lambda value, _, language: _word("kind", value, language),
    "reason": lambda value, _, language: _word("reason", value, language),
    "source": lambda value, _, language: text(f"unit_{value}_one", language),
    "target": lambda value, _, language: text(f"unit_{value}_one", language),
}


def sentence(note: Note, result: Result, language: str) -> str:
    """The note in words; a number without a writer of its own is a count.

    Raises
    ------
    KeyError
        A note that has no sentence: a defect of tkk, found by its tests.
    """
    values = {
        name: _WRITERS[name](value, result, language) if name in _WRITERS else _plain(value, language)
        for name, value in note.values.items()
    }
    return text(f"note_{note.key}", language, **values)


def group_label(result: Result, name: str, language: str) -> str:
    """The text for a group; the group of everyone, which has no label, is named here."""
    label = result.label("groups", name, language)
    return text("all", language) if label in ("", "all") else label


def cause_label(result: Result, name: str, language: str) -> str:
    """The text for an event."""
    return result.label("causes", name, language)


def _plain(value: Any, language: str) -> str:
    return value if isinstance(value, str) else number(value, language)


def _quoted(name: str, language: str) -> str:
    return text("quoted", language, name=name)


def _joined(names: Iterable[str], language: str) -> str:
    return text("list_mark", language).join(names)


def _alternatives(names: list[str], language: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return text("or", language, names=_joined(names[:-1], language), last=names[-1])


def _word(prefix: str, value: str, language: str) -> str:
    return text(f"{prefix}_{value}", language) if has_text(f"{prefix}_{value}") else str(value)
