"""Speed and memory of the register stages: raw spells in Parquet to episodes and a monthly grid. Prints Markdown.

``python benchmarks/registers.py``: 100,000 and 1,000,000 persons with ten spells each, in any order, under a limit of
4 GB and of 2 GB; each run in a process of its own, two threads. Everyone is an entrant, followed from 12 months before
to 36 months after a day of their own. ``--persons 5500000`` is a national register; ``--quick`` stops at 100,000.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from run import run, table

SIZES = (100_000, 1_000_000)
LIMITS = ("4GB", "2GB")
STAGES = ("person", "spell", "entrant", "episode", "grid_month")
SPELLS_A_PERSON = 10

# Days 14,000 to 18,000 are May 2008 to April 2019. A multiplier without a common divisor scatters a person's rows.
SPELL_ROWS = """
WITH drawn AS (SELECT i // {persons} AS j, (i * 7919) % {persons} AS p, CAST(hash(i) >> 2 AS BIGINT) AS h,
                      CAST(hash(i + 7000000000) >> 2 AS BIGINT) AS g FROM range({rows}) AS t(i)),
     placed AS (SELECT *, CAST(14000 + h % 4000 AS INT) AS start,
                       CASE WHEN j < 3 THEN 'employed' WHEN j < 6 THEN 'sickness'
                            ELSE ['unemployment', 'student', 'partial_sickness', 'rehabilitation', 'disability_pension',
                                  'leave', 'unemployment', 'social_assistance'][1 + g % 8] END AS state FROM drawn)
SELECT CASE WHEN j < 3 THEN 'etk' WHEN j < 6 THEN 'kela' ELSE 'folk' END AS source,
       'H' || lpad(CAST(p AS VARCHAR), 10, '0') AS key, CAST(g % 40 AS VARCHAR) AS code, state, start,
       CASE WHEN g % 100 > 0 THEN CAST(start + 1 + (g // 1000) % CASE state WHEN 'employed' THEN 1500
            WHEN 'disability_pension' THEN 3000 ELSE 200 END AS INT) END AS stop,
       CASE WHEN j < 3 THEN 'E' || CAST(g % 100000 AS VARCHAR) END AS employer, NULL::DOUBLE AS extent,
       NULL::DOUBLE AS hours,
       CASE WHEN state = 'rehabilitation' THEN ['kiila', 'tyk', 'tk1'][1 + g % 3] END AS programme,
       NULL::VARCHAR AS provider,
       CASE WHEN state = 'sickness' THEN 'M' || CAST(10 + g % 90 AS VARCHAR) END AS diagnosis, NULL::INT AS decided,
       'spells' AS file, p AS row, NULL::VARCHAR AS reason FROM placed"""
PERSON_ROWS = """
SELECT 'folk' AS source, 'H' || lpad(CAST(p AS VARCHAR), 10, '0') AS key, 2018 AS year,
       CAST(-7000 + CAST(hash(p) >> 2 AS BIGINT) % 14000 AS INT) AS birth, CAST(1 + p % 2 AS VARCHAR) AS sex,
       CASE WHEN hash(p + 3) % 25 = 0 THEN CAST(15500 + CAST(hash(p + 2) >> 2 AS BIGINT) % 2500 AS INT) END AS death,
       NULL::VARCHAR AS region, NULL::VARCHAR AS municipality, NULL::VARCHAR AS education, NULL::VARCHAR AS occupation,
       NULL::VARCHAR AS activity, 'persons' AS file, p AS row, NULL::VARCHAR AS reason FROM range({persons}) AS t(p)"""
ENTRANTS = """
SELECT pid, day AS index_day, day AS index_start, CAST(NULL AS INT) AS index_stop, day - 366 AS look_start,
       day + 1096 AS follow_stop, CASE WHEN pid % 3 > 0 THEN 'kiila' END AS programme,
       CAST(NULL AS INT) AS programme_start, CAST(NULL AS INT) AS programme_stop, CAST(NULL AS VARCHAR) AS provider,
       CAST(NULL AS VARCHAR) AS employer
FROM (SELECT pid, CAST(15000 + CAST(pid AS BIGINT) * 7919 % 1500 AS INT) AS day FROM person) AS p"""


def make(persons: int, folder: Path) -> None:
    """Spell rows and person rows of so many persons, the same ones every time."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    for name, sql in (("spell_row", SPELL_ROWS), ("person_row", PERSON_ROWS)):
        text = sql.format(persons=persons, rows=persons * SPELLS_A_PERSON)
        connection.execute(f"COPY ({text}) TO '{folder / name}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    connection.close()


def measure(folder: Path, work: Path, memory: str) -> None:
    """Every stage once; JSON of wall and CPU seconds, bytes and rows."""
    import resource

    from tkk_cli.data.registers.engine import DuckDB
    from tkk_cli.data.registers.grids import grid_sql
    from tkk_cli.data.registers.schema import EARNING
    from tkk_cli.data.registers.spells import episode_sql, person_sql, spell_sql
    from tkk_cli.data.registers.stages import Workspace
    from tkk_cli.data.registers.states import read_states

    states = read_states()
    workspace = Workspace(DuckDB(memory, 2, work / "temp"), work)
    for view in ("spell_row", "person_row"):
        workspace.raw(view, [folder / f"{view}.parquet"], "made")
    workspace.rows("earning_row", EARNING, [])
    kernels = (
        person_sql(),
        spell_sql(states),
        ENTRANTS,
        episode_sql(states, states.at_work()),
        grid_sql("month", "most", states),
    )
    lines = {}
    for stage, sql in zip(STAGES, kernels, strict=True):
        before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        workspace.stage(stage, sql)
        wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        size = workspace.path(stage).stat().st_size
        lines[stage] = {"wall": wall, "cpu": cpu, "megabytes": size / 1e6, "rows": workspace.count(stage)}
    workspace.engine.close()
    (work / "measured.json").write_text(json.dumps(lines), encoding="utf-8")


def lines_of(persons: int, limits: list[str], folder: Path) -> list[list[str]]:
    """Make the rows and run the stages under each limit, both in processes of their own."""
    this = [sys.executable, str(Path(__file__).resolve())]
    run([*this, "--make", str(persons), str(folder)])
    lines = []
    for memory in limits:
        work = folder / f"work_{memory}"
        work.mkdir()
        used = run([*this, "--measure", str(folder), str(work), memory])
        stages = json.loads((work / "measured.json").read_text(encoding="utf-8"))
        shutil.rmtree(work)
        seconds = [f"{stages[name]['wall']:.1f} / {stages[name]['cpu']:.1f}" for name in STAGES if name != "entrant"]
        megabytes = sum(stage["megabytes"] for stage in stages.values())
        counts = [f"{persons:,}", f"{persons * SPELLS_A_PERSON:,}", f"{stages['grid_month']['rows']:,}", memory]
        whole = [f"{used.wall:.1f} / {used.cpu:.1f}", f"{used.peak:.2f}", f"{megabytes:.0f}"]
        lines.append([*counts, *seconds, *whole])
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, nargs="+", default=list(SIZES), help="sizes to run")
    parser.add_argument("--memory", nargs="+", default=list(LIMITS), help="memory limits, such as 4GB")
    parser.add_argument("--quick", action="store_true", help=f"{SIZES[0]:,} persons only")
    parser.add_argument("--folder", type=Path, help="where the rows and the work are (by default a temporary folder)")
    parser.add_argument("--make", nargs=2, metavar=("PERSONS", "FOLDER"), help="write the rows, print nothing")
    parser.add_argument("--measure", nargs=3, metavar=("FOLDER", "WORK", "MEMORY"), help="run the stages once")
    given = parser.parse_args()
    if given.make:
        make(int(given.make[0]), Path(given.make[1]))
        return
    if given.measure:
        folder, work, memory = given.measure
        measure(Path(folder), Path(work), memory)
        return
    rows = []
    for persons in SIZES[:1] if given.quick else given.persons:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            rows += lines_of(persons, given.memory, Path(folder))
    print("### Register stages: wall s / CPU s, two threads\n")
    seconds = [name for name in STAGES if name != "entrant"]
    table(["persons", "spells", "cells", "limit", *seconds, "whole process", "peak GB", "Parquet MB"], rows)


if __name__ == "__main__":
    main()
