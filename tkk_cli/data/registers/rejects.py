"""How many rows of every source are usable, and which were set aside and why: row numbers and reasons, no values."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tkk_cli.data.registers.intake import Intake
from tkk_cli.data.registers.sql import case, day_date
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.data.whole import whole
from tkk_cli.errors import TkkError

__all__ = ["rejects_counts", "rows_read", "source_counts", "write_rejects"]

_KINDS = ("spell", "person", "earning")


def source_counts(workspace: Workspace, intake: Intake) -> list[dict[str, Any]]:
    """Rows of the table ``sources``: files, raw rows, rows made of them, persons, and years where there are any."""
    counts = []
    for source, layout in zip(intake.sources, intake.layouts, strict=True):
        usable = rejected = 0
        years: list[int] = []
        for kind in intake.tables[source.name]:
            when = "start" if kind == "spell" else "year"
            total, good, first, last = workspace.fetch(
                f"SELECT COUNT(*) AS n, CAST(SUM(CASE WHEN reason IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS good, "
                f"MIN(CASE WHEN reason IS NULL THEN {when} END) AS first_{when}, "
                f"MAX(CASE WHEN reason IS NULL THEN {when} END) AS last_{when} FROM {kind}_{source.name}"
            )[0]
            usable += good or 0
            rejected += total - (good or 0)
            found = [value for value in (first, last) if value is not None]
            years += [day_date(day).year for day in found] if kind == "spell" else found
        counts.append(
            {
                "source": source.name,
                "layout": layout.name,
                "files": len(intake.files[source.name]),
                "rows": workspace.count(f"raw_{source.name}"),
                "usable": usable,
                "rejected": rejected,
                "persons": _persons(workspace, intake, source.name),
                **({"first_year": min(years), "last_year": max(years)} if years else {}),
            }
        )
    return counts


def rows_read(workspace: Workspace, intake: Intake) -> int:
    """Raw rows of all sources."""
    return sum(workspace.count(f"raw_{source.name}") for source in intake.sources)


def _persons(workspace: Workspace, intake: Intake, source: str) -> int:
    keys = " UNION ALL ".join(f"SELECT key FROM {kind}_{source} WHERE reason IS NULL" for kind in intake.tables[source])
    return int(workspace.fetch(f"SELECT COUNT(DISTINCT key) AS n FROM ({keys}) AS keys")[0][0])


def rejects_counts(workspace: Workspace, intake: Intake) -> list[dict[str, Any]]:
    """Rows of the table ``rejects``: how many rows of a source were set aside for a reason, the most frequent first."""
    counts = []
    for source in intake.sources:
        rows = _rejects_of(intake, source.name)
        sql = f"SELECT reason, COUNT(*) AS n FROM ({rows}) AS rejects GROUP BY reason ORDER BY n DESC, reason"
        counts += [
            {"source": source.name, "reason": str(reason), "count": int(n)} for reason, n in workspace.fetch(sql)
        ]
    return counts


def _rejects_of(intake: Intake, source: str) -> str:
    """Source, file, row number and reason of the rows of a source that were set aside."""
    file = case("file", intake.files[source])
    return " UNION ALL ".join(
        f"SELECT source, {file} AS file, row, reason FROM {kind}_{source} WHERE reason IS NOT NULL"
        for kind in intake.tables[source]
    )


def write_rejects(workspace: Workspace, intake: Intake, path: Path) -> None:
    """Write source, file, row number and reason of every row that was set aside, whole or not at all.

    The file holds no key and no value: the rows are looked up in the registers themselves.

    Raises
    ------
    TkkError
        TKK162 for a name that ends in neither ``.csv`` nor ``.parquet``, TKK504 where it cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".parquet"):
        hint = f"for example {path.stem}.csv"
        raise TkkError("TKK162", "the rejects file ends in neither .csv nor .parquet", where=path.name, hint=hint)
    rows = " UNION ALL ".join(_rejects_of(intake, source.name) for source in intake.sources)
    workspace.stage(
        "rejects", f"SELECT source, file, row, reason FROM ({rows}) AS r ORDER BY source, file, row, reason"
    )
    with whole(path) as part:
        _copy(workspace.path("rejects"), part, suffix)


def _copy(stage: Path, part: Path, suffix: str) -> None:
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    # one file of DuckDB, or a folder of parts of Spark, in the order of their names
    rows = ds.dataset(stage, format="parquet")
    if suffix == ".csv":
        with part.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow(rows.schema.names)
            for batch in rows.to_batches():
                lines.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    else:
        with pq.ParquetWriter(str(part), rows.schema) as writer:
            for batch in rows.to_batches():
                writer.write_batch(batch)
