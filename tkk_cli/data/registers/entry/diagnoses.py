"""Diagnosis groups: an editable CSV of beginnings of ICD-10 codes; the longest beginning that fits gives the group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tkk_cli.data.registers.lists import list_rows, packaged_list
from tkk_cli.errors import TkkError
from tkk_cli.options import LANGUAGES

__all__ = ["DiagnosisGroup", "group_sql", "read_diagnosis_groups"]

_COLUMNS = ("prefix", "group", "fi", "sv", "en", "source", "verified")
_LIST = "diagnosis_groups.csv"


@dataclass(frozen=True)
class DiagnosisGroup:
    """One row: the beginning of a code (``*`` = every other code), and the group with its words by language."""

    prefix: str
    name: str
    titles: Mapping[str, str]


def read_diagnosis_groups(path: Path | None = None) -> tuple[DiagnosisGroup, ...]:
    """The package's groups, or those of the user's own CSV with the same columns.

    Raises
    ------
    TkkError
        TKK292 for a file that cannot be read, a missing column, or a beginning or a group that is not possible.
    """
    where = _LIST if path is None else path.name
    try:
        text = packaged_list(_LIST) if path is None else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise _wrong("cannot be read as UTF-8 text", where, "check its name, and save it as CSV UTF-8") from None
    missing, lines = list_rows(text, _COLUMNS, _COLUMNS)
    if missing:
        raise _wrong(f"has no column {', '.join(missing)}", where, f"its first line is {','.join(_COLUMNS)}")
    rows: dict[str, DiagnosisGroup] = {}
    for number, found in lines:
        line, prefix, name = f"{where}, line {number}", found["prefix"].upper(), found["group"]
        if not re.fullmatch(r"\*|[A-Z][0-9A-Z]*", prefix) or prefix in rows:
            hint = "each once: a letter and what follows it in ICD-10, without the dot, or *"
            raise _wrong("has a beginning of codes that is not possible, or one twice", line, hint)
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise _wrong("has a group whose name is not possible", line, "a name has letters a to z, digits and _")
        titles = {language: found[language] or name for language in LANGUAGES}
        rows[prefix] = DiagnosisGroup(prefix, name, titles)
    if not rows:
        raise _wrong("is empty", where, "give a line for each group")
    return tuple(rows.values())


def group_sql(expression: str, groups: tuple[DiagnosisGroup, ...]) -> str:
    """The group of a diagnosis; NULL without a diagnosis, or where nothing fits."""
    whens = [
        f"WHEN {expression} IS NOT NULL THEN '{row.name}'"
        if row.prefix == "*"
        else f"WHEN SUBSTRING({expression}, 1, {len(row.prefix)}) = '{row.prefix}' THEN '{row.name}'"
        for row in sorted(groups, key=lambda row: (row.prefix == "*", -len(row.prefix), row.prefix))
    ]
    return f"CASE {' '.join(whens)} END"


def _wrong(what: str, where: str, hint: str) -> TkkError:
    return TkkError("TKK292", f"the list of diagnosis groups {what}", where=where, hint=hint)
