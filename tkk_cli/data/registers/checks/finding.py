"""Run the checks over what was taken in: findings, linkage and codes, each as rows of a table of counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tkk_cli.data.registers.checks.check import KINDS, LEVELS, Check, Finding, Sight, Subject
from tkk_cli.data.registers.checks.keys import KEY_TABLE, linkage, stage_keys
from tkk_cli.data.registers.checks.registry import CHECKS
from tkk_cli.data.registers.checks.rows import FACTS, listed_code, stage_facts
from tkk_cli.data.registers.intake import Intake
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.errors import TkkError

__all__ = ["code_rows", "finding_rows", "linkage_rows", "look_at", "persons_of_all", "role_rows", "subjects_of"]

Row = dict[str, Any]

NAMED_FROM = 10  # persons: a code of fewer could tell of one of them


def subjects_of(intake: Intake) -> tuple[Subject, ...]:
    """The sources with their layouts, in the order of ``registers.toml``."""
    with_persons = any("person" in kinds for kinds in intake.tables.values())
    return tuple(
        Subject(
            source,
            layout,
            tuple(kind for kind in KINDS if kind in intake.tables[source.name]),
            intake.registers.states,
            with_persons,
        )
        for source, layout in zip(intake.sources, intake.layouts, strict=True)
    )


def look_at(workspace: Workspace, intake: Intake, reference: str | None = None) -> Sight:
    """Prepare what the checks need: the stages of keys and of births and deaths.

    Parameters
    ----------
    workspace : Workspace
        With everything taken in.
    intake : Intake
    reference : str, optional
        The source that the others are compared with; by default those with person rows, or else the one with the most
        persons.

    Raises
    ------
    TkkError
        TKK304 for a reference that is no source.
    """
    subjects = subjects_of(intake)
    names = tuple(subject.name for subject in subjects)
    if reference is not None and reference not in names:
        raise TkkError(
            "TKK304", f"--reference {reference!r} is no source of the registers", hint=f"sources are {', '.join(names)}"
        )
    stage_keys(workspace, subjects)
    chosen = (reference,) if reference is not None else _reference(workspace, subjects)
    sight = Sight(workspace, subjects, intake.registers.states, intake.registers.breaks, chosen)
    stage_facts(sight)
    return sight


def _reference(workspace: Workspace, subjects: tuple[Subject, ...]) -> tuple[str, ...]:
    persons = tuple(subject.name for subject in subjects if "person" in subject.kinds)
    if persons:
        return persons
    rows = workspace.fetch(f"SELECT source, COUNT(*) AS n FROM {KEY_TABLE} GROUP BY source ORDER BY n DESC, source")
    return tuple(str(row[0]) for row in rows[:1])


def finding_rows(sight: Sight) -> list[Row]:
    """Rows of the table ``findings``: errors first, then warnings and notes, in the order of the registry."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for name, finding in _of_rows(sight):
        found[name].append(finding)
    for check in CHECKS:
        if check.look is not None:
            sight.workspace.begin(check.name)
            found[check.name] += check.look(sight)
    rows = [
        {
            "code": check.code,
            "check": check.name,
            "trap": check.trap,
            "level": finding.level or check.level,
            "source": finding.source,
            "count": finding.count,
            "persons": finding.persons,
        }
        for check in CHECKS
        for finding in found[check.name]
    ]
    return sorted(rows, key=lambda row: LEVELS.index(str(row["level"])))


def _of_rows(sight: Sight) -> Iterator[tuple[str, Finding]]:
    """The checks of single rows, all of a source in one pass: rows by person first, then persons."""
    for subject in sight.subjects:
        for kind in subject.kinds:
            conditions = _conditions(subject, kind)
            if not conditions:
                continue
            sums = ", ".join(
                f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS n{i}" for i, (_, condition) in enumerate(conditions)
            )
            by_person = (
                f"SELECT s.key AS key, {sums} FROM {subject.usable(kind)} AS s "
                f"LEFT JOIN {FACTS} AS p ON p.key = s.key GROUP BY s.key"
            )
            totals = ", ".join(
                f"CAST(SUM(n{i}) AS BIGINT) AS t{i}, CAST(SUM(CASE WHEN n{i} > 0 THEN 1 ELSE 0 END) AS BIGINT) AS p{i}"
                for i in range(len(conditions))
            )
            sight.workspace.begin(f"rows_{subject.name}")
            counts = sight.fetch(f"SELECT {totals} FROM ({by_person}) AS b")[0]
            for i, (check, _) in enumerate(conditions):
                if counts[2 * i]:
                    yield check.name, Finding(subject.name, int(counts[2 * i]), int(counts[2 * i + 1]))


def _conditions(subject: Subject, kind: str) -> list[tuple[Check, str]]:
    return [
        (check, check.rows if isinstance(check.rows, str) else check.rows(subject))
        for check in CHECKS
        if check.rows is not None and check.kind == kind and check.applies(subject)
    ]


def linkage_rows(sight: Sight, findings: list[Row]) -> list[Row]:
    """Rows of the table ``linkage``: every source against the reference."""
    duplicates = {str(row["source"]): int(row["count"]) for row in findings if row["check"] == "exact_duplicates"}
    return linkage(sight, duplicates)


def role_rows(sight: Sight) -> list[Row]:
    """Rows of the table ``roles``: which column of a source was taken for which role of its layout, and how it is read.

    A role without a column is in it: what was not found is what a reader has to see.
    """
    rows = []
    for subject in sight.subjects:
        source = subject.source
        for role in subject.layout.roles:
            found = source.columns.get(role.name, ())
            columns = (found,) if isinstance(found, str) else tuple(found)
            formats = dict.fromkeys(source.date_formats.get(name, source.types.get(name, "")) for name in columns)
            rows.append(
                {
                    "source": subject.name,
                    "role": role.name,
                    "column": ", ".join(columns) if len(columns) < 4 else _abridged(columns),
                    "format": ", ".join(formats),
                }
            )
    return rows


def _abridged(columns: tuple[str, ...]) -> str:
    return f"{columns[0]}, ..., {columns[-1]} ({len(columns)})"


def code_rows(sight: Sight) -> list[Row]:
    """Rows of the table ``codes``: how many usable rows fall on each line of the code lists, commonest first.

    After them the codes that the list does not have: by name where ``NAMED_FROM`` persons have one, else together.
    """
    rows = []
    for subject in sight.giving("spell"):
        codes = subject.source.codes
        verified = {row.code: "yes" if row.verified else "no" for row in codes.rows}
        if not verified:
            continue
        line = listed_code(codes, "s.code")
        rows += [
            {"source": subject.name, "code": code, "state": state, "verified": verified[code], "count": int(n)}
            for code, state, n in sight.fetch(
                f"SELECT {line} AS code, s.state, COUNT(*) AS n FROM {subject.usable('spell')} AS s "
                f"WHERE s.code IS NOT NULL GROUP BY {line}, s.state ORDER BY n DESC, code, s.state"
            )
            if code in verified
        ]
        rows += [
            {"source": subject.name, "code": code, "state": "", "verified": "unknown", "count": int(n)}
            for code, n in sight.fetch(_unknown_codes(subject))
        ]
    return rows


def _unknown_codes(subject: Subject) -> str:
    """Codes that are not in the code list and their rows; a code of few persons never leaves the engine."""
    named = f"CASE WHEN COUNT(DISTINCT s.key) >= {NAMED_FROM} THEN s.code ELSE '' END"
    return (
        f"SELECT named, CAST(SUM(n) AS BIGINT) AS n FROM (SELECT COALESCE({named}, '') AS named, COUNT(*) AS n "
        f"FROM {subject.rows('spell')} AS s WHERE s.reason = 'unknown_code' GROUP BY s.code) AS c "
        "GROUP BY named ORDER BY CASE WHEN named = '' THEN 1 ELSE 0 END, n DESC, named"
    )


def persons_of_all(sight: Sight) -> int:
    """The persons of all sources together."""
    return int(sight.fetch(f"SELECT COUNT(DISTINCT key) FROM {KEY_TABLE} AS k")[0][0])
