"""A note of a result as a sentence: the words of ``sentences`` with its values in the style of the language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tkk_cli.report.language import has_text, text
from tkk_cli.report.numbers import duration, number
from tkk_cli.results import Note, Result

__all__ = ["cause_label", "exclusion", "group_label", "sentence"]

# name of a value in a note (with the note's key where the name means different things) -> how it is written
_WRITERS: dict[str, Callable[[Any, Result, str], str]] = {
    "group": lambda value, result, language: _quoted(group_label(result, value, language), language),
    "cause": lambda value, result, language: _quoted(cause_label(result, value, language), language),
    "others": lambda value, result, language: _alternatives(
        [_quoted(cause_label(result, cause, language), language) for cause in value], language
    ),
    "codes": lambda value, _, language: _joined(map(str, value), language),
    "strata": lambda value, _, language: _joined(map(str, value), language),
    "names": lambda value, result, language: _groups(value, result, language),
    "trend_scores.order": lambda value, result, language: _groups(value, result, language),
    "events_same_day.order": lambda value, result, language: _joined(
        (_quoted(cause_label(result, cause, language), language) for cause in value), language
    ),
    "last": lambda value, result, language: duration(value, result.estimand["unit"], language),
    "time": lambda value, result, language: duration(value, result.estimand["unit"], language),
    "horizon": lambda value, result, language: duration(value, result.estimand["unit"], language),
    "kind": lambda value, _, language: _word("kind", value, language),
    "reason": lambda value, _, language: _word("reason", value, language),
    "source": lambda value, _, language: text(f"unit_{value}_one", language),
    "target": lambda value, _, language: text(f"unit_{value}_one", language),
}

# A reason for which rows were left out: how it starts in the result -> key of its words; what follows is the detail.
_REASONS = {
    "missing ": "excluded_missing",
    "not selected by --where": "excluded_where",
    "entry at or after exit": "excluded_empty_interval",
    "weight is zero": "excluded_zero_weight",
    "follow-up ends by the condition at ": "excluded_conditional",
    "follow-up ends by the landmark at ": "excluded_landmark",
    "entry at or after the landmark at ": "excluded_landmark_entry",
}


def sentence(note: Note, result: Result, language: str) -> str:
    """The note in words; a number without a writer of its own is a count.

    Raises
    ------
    KeyError
        A note that has no sentence: a defect of tkk, found by its tests.
    """
    values = {}
    for name, value in note.values.items():
        write = _WRITERS.get(f"{note.key}.{name}") or _WRITERS.get(name)
        values[name] = write(value, result, language) if write else _plain(value, language)
    return text(f"note_{note.key}", language, **values)


def exclusion(reason: str, unit: str, language: str) -> str:
    """A row of the table ``excluded`` in words.

    Raises
    ------
    KeyError
        A reason that has no words: a defect of tkk, found by its tests.
    """
    for start, key in _REASONS.items():
        if reason.startswith(start):
            detail = reason.removeprefix(start)
            if key == "excluded_missing":
                part, _, number_of_part = detail.partition(" ")
                detail = " ".join([text(f"part_{part}", language), number_of_part]).rstrip()
            elif detail:
                detail = duration(float(detail), unit, language)
            return text(key, language, detail=detail)
    raise KeyError(reason)


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


def _groups(names: Iterable[str], result: Result, language: str) -> str:
    return _joined((_quoted(group_label(result, name, language), language) for name in names), language)


def _alternatives(names: list[str], language: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return text("or", language, names=_joined(names[:-1], language), last=names[-1])


def _word(prefix: str, value: str, language: str) -> str:
    return text(f"{prefix}_{value}", language) if has_text(f"{prefix}_{value}") else str(value)
