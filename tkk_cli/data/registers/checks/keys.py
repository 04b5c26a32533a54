"""Person keys: two names for one key, keys that differ in form, and who is found in which source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tkk_cli.data.registers.checks.check import Finding, Sight, Subject
from tkk_cli.data.registers.sql import literal
from tkk_cli.data.registers.stages import Workspace

__all__ = ["KEY_TABLE", "key_forms", "key_names", "linkage", "stage_keys", "two_key_forms"]

KEY_TABLE = "check_key"  # source, key, n: the distinct keys of every source
LONG_KEY = 8  # keys from so many characters on have one length, if they have one form


def stage_keys(workspace: Workspace, subjects: tuple[Subject, ...]) -> None:
    """The distinct keys of every source, with the number of their rows, as the stage ``KEY_TABLE``."""
    parts = [
        f"SELECT {literal(subject.name)} AS source, key, COUNT(*) AS n FROM ({rows}) AS r GROUP BY key"
        for subject in subjects
        for rows in [
            " UNION ALL ".join(f"SELECT key FROM {subject.rows(kind)} WHERE key IS NOT NULL" for kind in subject.kinds)
        ]
    ]
    nobody = "SELECT CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS key, CAST(0 AS BIGINT) AS n WHERE 1 = 0"
    workspace.stage(KEY_TABLE, " UNION ALL ".join(parts) or nobody)


@dataclass(frozen=True)
class _Form:
    """How some keys of a source are written: ``kind`` and length."""

    kind: str  # whole, padded (digits that start with 0), decimal (12.0), marked (with - or +) or text
    length: int


def _forms(sight: Sight) -> dict[str, dict[_Form, tuple[int, int]]]:
    """Source -> form -> rows and persons."""
    number = "TRY_CAST(key AS BIGINT)"
    digits = f"{number} IS NOT NULL AND LPAD(CAST({number} AS VARCHAR), CAST(LENGTH(key) AS INT), '0') = key"
    decimal = "TRY_CAST(key AS DOUBLE) IS NOT NULL AND key LIKE '%.0'"
    kind = (
        f"CASE WHEN {digits} AND key LIKE '0_%' THEN 'padded' WHEN {digits} THEN 'whole' WHEN {decimal} THEN 'decimal' "
        "WHEN key LIKE '%-%' OR key LIKE '%+%' THEN 'marked' ELSE 'text' END"
    )
    sql = (
        f"SELECT source, {kind} AS kind, CAST(LENGTH(key) AS INT) AS length, CAST(SUM(n) AS BIGINT) AS n, "
        f"COUNT(*) AS persons FROM {KEY_TABLE} GROUP BY source, {kind}, CAST(LENGTH(key) AS INT)"
    )
    found: dict[str, dict[_Form, tuple[int, int]]] = defaultdict(dict)
    for source, name, length, n, persons in sight.fetch(sql):
        found[source][_Form(name, int(length))] = (int(n), int(persons))
    return found


def _groups(forms: dict[_Form, tuple[int, int]]) -> dict[Any, tuple[int, int]]:
    """The forms of one source that cannot be one way of writing, with rows and persons each.

    Whole numbers of many lengths are one form, and so are whole and padded ones of the padded length; short texts
    (P1, P12) are of any length, long ones of one.
    """
    padded = {form.length for form in forms if form.kind == "padded"}
    groups: dict[Any, tuple[int, int]] = defaultdict(lambda: (0, 0))
    lengths = [form.length for form in forms if form.kind in ("text", "marked")]
    long = bool(lengths) and min(lengths) >= LONG_KEY
    for form, (n, persons) in forms.items():
        if form.kind == "padded" or (form.kind == "whole" and form.length in padded):
            group: Any = ("padded", form.length)
        elif form.kind in ("text", "marked"):
            group = (form.kind, form.length if long else 0)
        else:
            group = (form.kind, 0)
        before = groups[group]
        groups[group] = (before[0] + n, before[1] + persons)
    return groups


def two_key_forms(sight: Sight) -> Iterator[Finding]:
    """Keys of one source in two forms: rows and persons of all forms but the commonest."""
    for source, forms in _forms(sight).items():
        groups = sorted(_groups(forms).values(), reverse=True)
        if len(groups) > 1:
            yield Finding(source, sum(n for n, _ in groups[1:]), sum(persons for _, persons in groups[1:]))


def key_forms(sight: Sight) -> Iterator[Finding]:
    """Keys of a source whose form no reference source has: they cannot match."""
    forms = _forms(sight)
    known = [_groups(forms.get(name, {})) for name in sight.reference]
    usual = set().union(*known)
    padded = {length for kind, length in usual if kind == "padded"}
    whole = {form.length for name in sight.reference for form in forms.get(name, {}) if form.kind == "whole"}
    for source in [name for name in forms if name not in sight.reference and usual]:
        lengths = {form.length for form in forms[source] if form.kind == "whole"}
        strange = []
        for (kind, length), counts in _groups(forms[source]).items():
            # A number without a leading zero may be of a padded form or not: the lengths tell.
            alike = (kind == "whole" and lengths <= padded) or (kind == "padded" and whole == {length})
            if (kind, length) not in usual and not alike:
                strange.append(counts)
        if strange:
            yield Finding(source, sum(n for n, _ in strange), sum(persons for _, persons in strange))


def key_names(sight: Sight) -> Iterator[Finding]:
    """Sources whose key column has another name than in the reference sources."""
    named = {subject.name: subject.column("key") for subject in sight.subjects}
    usual = {named[name] for name in sight.reference if name in named}
    for name, column in named.items():
        if name not in sight.reference and column not in usual:
            yield Finding(name, *_all_keys(sight).get(name, (0, 0)))


def _all_keys(sight: Sight) -> dict[str, tuple[int, int]]:
    """Source -> rows and persons."""
    sql = f"SELECT source, CAST(SUM(n) AS BIGINT) AS n, COUNT(*) AS persons FROM {KEY_TABLE} GROUP BY source"
    return {source: (int(n), int(persons)) for source, n, persons in sight.fetch(sql)}


def linkage(sight: Sight, duplicates: dict[str, int]) -> list[dict[str, Any]]:
    """Rows of the table ``linkage``: the persons of every source against those of the reference sources together."""
    chosen = ", ".join(literal(name) for name in sight.reference)
    reference = f"(SELECT DISTINCT key FROM {KEY_TABLE} WHERE source IN ({chosen or 'NULL'}))"
    known = int(sight.fetch(f"SELECT COUNT(*) FROM {reference} AS r")[0][0])
    matched = {
        source: int(n)
        for source, n in sight.fetch(
            f"SELECT k.source, COUNT(*) FROM {KEY_TABLE} AS k INNER JOIN {reference} AS r ON r.key = k.key "
            "GROUP BY k.source"
        )
    }
    rows = []
    for subject in sight.subjects:
        persons = _all_keys(sight).get(subject.name, (0, 0))[1]
        found = matched.get(subject.name, 0)
        rows.append(
            {
                "source": subject.name,
                "reference": ", ".join(sight.reference),
                "persons": persons,
                "matched": found,
                "orphans": persons - found,
                "reference_only": known - found,
                "duplicates": duplicates.get(subject.name, 0),
                "share": found / persons if persons else float("nan"),
            }
        )
    return rows
