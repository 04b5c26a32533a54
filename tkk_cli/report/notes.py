"""A note of a result as a sentence: the words of ``sentences`` with its values in the style of the language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tkk_cli.report.language import has_text, text
from tkk_cli.report.numbers import date, duration, number
from tkk_cli.results import Note, Result

__all__ = [
    "cause_label",
    "column_label",
    "exclusion",
    "group_label",
    "level_label",
    "sentence",
    "term_label",
    "variable_label",
    "variables_of",
]

# name of a value in a note (with the note's key where the name means different things) -> how it is written
_WRITERS: dict[str, Callable[[Any, Result, str], str]] = {
    "group": lambda value, result, language: _quoted(group_label(result, value, language), language),
    "cause": lambda value, result, language: _quoted(cause_label(result, value, language), language),
    "others": lambda value, result, language: _alternatives(
        [_quoted(cause_label(result, cause, language), language) for cause in value], language
    ),
    "codes": lambda value, _, language: _joined(map(str, value), language),
    "variable": lambda value, result, language: variable_label(result, value, language),
    "terms": lambda value, result, language: _joined((term_label(result, one, language) for one in value), language),
    "column": lambda value, result, language: column_label(result, value, language),
    "columns": lambda value, result, language: _columns(value, result, language),
    "pseudo_pooled.times": lambda value, result, language: _times(value, result, language),
    "pseudo_by_stratum.times": lambda value, result, language: _times(value, result, language),
    "strata": lambda value, _, language: _joined(map(str, value), language),
    "names": lambda value, result, language: _groups(value, result, language),
    "trend_scores.order": lambda value, result, language: _groups(value, result, language),
    "events_same_day.order": lambda value, result, language: _joined(
        (_quoted(cause_label(result, cause, language), language) for cause in value), language
    ),
    "date": lambda value, _, language: date(value, language),
    "origin": lambda value, _, language: _word("origin", value, language),
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


def exclusion(reason: str, unit: str, language: str, result: Result | None = None) -> str:
    """A row of the table ``excluded`` in words; a covariate is shown by the label that ``result`` has for it.

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
                if result is not None and not has_text(f"part_{part}"):
                    detail = variable_label(result, detail, language)
                else:
                    detail = " ".join([text(f"part_{part}", language), number_of_part]).rstrip()
            elif detail:
                detail = duration(float(detail), unit, language)
            return text(key, language, detail=detail)
    raise KeyError(reason)


def group_label(result: Result, name: str, language: str) -> str:
    """The text for a group; the group of everyone, which has no label, is named here."""
    label = result.label("groups", name, language)
    if label in ("", "all"):
        return text("all", language)
    return _pattern(result, name, language) if label == name and result.kind == "regress" else label


def _pattern(result: Result, name: str, language: str) -> str:
    """Covariates that a curve is for, ``ohjelma=KIILA,ika=45``, by their labels; any other name as it is."""
    shown = []
    for part in name.split(","):
        variable, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            return name
        shown.append(f"{variable_label(result, variable, language)} = {_level(result, variable, value, language)}")
    return _joined(shown, language)


def cause_label(result: Result, name: str, language: str) -> str:
    """The text for an event."""
    return result.label("causes", name, language)


def variable_label(result: Result, name: str, language: str) -> str:
    """The text for a column of the file."""
    return result.label("variables", name, language)


def term_label(result: Result, term: str, language: str) -> str:
    """The text for a term of a formula: ``Ikä``, ``Ikä: cr(df=3)``, ``Ohjelma × Ikä``.

    What has no label is shown as in the formula.
    """
    own = result.label("terms", term, language)
    if own != term:
        return own
    # The pieces of follow-up that a model adds, or an effect in one of them.
    if term == "time" or term.startswith("time ("):
        piece = term.removeprefix("time").replace(",)", ",∞)").replace(",", ",\u00a0")
        return text("term_time", language) + piece
    parts = _apart(term)
    if len(parts) > 1:
        return " × ".join(term_label(result, part, language) for part in parts)
    call = re.fullmatch(r"([\w.]+)\(\s*([\w.]+)\s*(?:,\s*(.*))?\)", term)
    if call is None:
        return variable_label(result, term, language)
    function, variable, rest = call.groups()
    label = variable_label(result, variable, language)
    if function == "C" or label == variable:
        return label if function == "C" else term
    return f"{label}: {function}({rest})" if rest else f"{label}: {function}"


def level_label(result: Result, term: str, level: str, language: str) -> str:
    """The text for a level of a term, or of an interaction part by part."""
    # An effect in a piece of follow-up has the levels of its variable.
    terms, levels = [part for part in _apart(term) if not part.startswith("time (")], _apart(level)
    if len(terms) != len(levels):
        terms, levels = [term], [level]
    return " × ".join(_level(result, *pair, language) for pair in zip(terms, levels, strict=True))


def _level(result: Result, term: str, level: str, language: str) -> str:
    """A level, or a column such as ``ohjelma[KIILA]``, of a term that is no interaction."""
    column = re.fullmatch(r".*?\[(?:T\.)?(.*)\]", level)
    name = column.group(1) if column else level
    variable = variables_of(term)[0]
    if name == term:
        return term_label(result, term, language)
    # The columns of a spline are numbered: they are no levels of its variable.
    if term != variable and not term.startswith("C("):
        return name
    texts: Mapping[str, str] = result.labels.get("levels", {}).get(f"{variable}={name}", {})
    return texts.get(language) or texts.get("") or name


def column_label(result: Result, column: str, language: str) -> str:
    """The text for a column of the design: ``Ikä``, ``Koulutus: Perusaste``."""
    parts = [re.fullmatch(r"(.*)\[(?:T\.)?(.*)\]", part) or part for part in _apart(column)]
    return " × ".join(
        term_label(result, part, language)
        if isinstance(part, str)
        else f"{term_label(result, part[1], language)}: {_level(result, part[1], part[2], language)}"
        for part in parts
    )


def variables_of(term: str) -> list[str]:
    """The columns of the file that a term names: ``C(koulutus):ika`` -> ``koulutus``, ``ika``."""
    found = (re.fullmatch(r"[\w.]+\(\s*([\w.]+).*\)", part) for part in _apart(term))
    return [match.group(1) if match else part for match, part in zip(found, _apart(term), strict=True)]


def _apart(term: str, mark: str = ":") -> list[str]:
    """The parts of an interaction: split at colons, or at another mark, that are outside brackets."""
    parts, depth = [""], 0
    for letter in term:
        depth += (letter in "([") - (letter in ")]")
        if letter == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _plain(value: Any, language: str) -> str:
    if isinstance(value, (list, tuple)):
        return _joined((_plain(item, language) for item in value), language)
    return value if isinstance(value, str) else number(value, language)


def _quoted(name: str, language: str) -> str:
    return text("quoted", language, name=name)


def _joined(names: Iterable[str], language: str) -> str:
    return text("list_mark", language).join(names)


def _columns(names: str, result: Result, language: str) -> str:
    """Columns of a design, which a model names in one text."""
    return _joined((column_label(result, name.strip(), language) for name in _apart(names, ",")), language)


def _times(times: Iterable[float], result: Result, language: str) -> str:
    return _joined((duration(time, result.estimand["unit"], language) for time in times), language)


def _groups(names: Iterable[str], result: Result, language: str) -> str:
    return _joined((_quoted(group_label(result, name, language), language) for name in names), language)


def _alternatives(names: list[str], language: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return text("or", language, names=_joined(names[:-1], language), last=names[-1])


def _word(prefix: str, value: str, language: str) -> str:
    return text(f"{prefix}_{value}", language) if has_text(f"{prefix}_{value}") else str(value)
