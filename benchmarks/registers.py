"""Speed and memory of ``tkk cohort``: register files in, a cohort file and a monthly grid out. Prints Markdown.

``python benchmarks/registers.py`` makes the registers (the same ones every time), runs the whole cohort as a fresh
process, and prints what it used and how long every stage took. ``--quick`` stops at 100,000 persons, ``--persons
5500000`` is a national register, ``--csv`` reads CSV instead of Parquet.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from run import run, table

SIZES = (100_000, 1_000_000)
LIMITS = ("4GB", "2GB")
SPELLS_A_PERSON = 10
# A line of the table of stages is one or several names that the progress bar tells.
GROUPS = {
    "codes and dates": ("cells_", "spell_", "person_"),
    "keys": ("check_key",),
    "persons": ("person",),
    "spells": ("spell",),
    "entry": ("index_event", "chosen", "entrant"),
    "episodes": ("episode",),
    "look-back": ("lookback",),
    "outcomes": ("outcome_",),
    "cohort": ("cohort",),
    "grid": ("grid_",),
    "files and counts": ("files",),
}

# Rows i = 10 j + person, scattered by a multiplier without a common divisor. Of a person's ten rows the fourth is a
# sickness absence of a month or more that begins in 2011 to 2014, so that everyone has an index day; one row in 50 is
# told twice, one in 100 has no end, one in 1,000 ends before it begins.
DRAWN = """
WITH drawn AS (SELECT i // {persons} AS j, (i * 7919) % {persons} AS p, CAST(hash(i) >> 2 AS BIGINT) AS h,
                      CAST(hash(i + 7000000000) >> 2 AS BIGINT) AS g FROM range({rows}) AS t(i)),
     placed AS (SELECT *, CASE j WHEN 3 THEN 15000 + h % 1400 WHEN 4 THEN 14000 + h % 700 ELSE 14000 + h % 4000 END
                              AS start,
                       CASE WHEN j < 3 THEN 1 + (g // 1000) % 1500 WHEN j = 3 THEN 30 + (g // 1000) % 200
                            ELSE 1 + (g // 1000) % 200 END AS days FROM drawn),
     ended AS (SELECT *, CASE WHEN j BETWEEN 3 AND 4 THEN start + days WHEN g % 100 = 0 THEN NULL
                              WHEN g % 1000 = 7 THEN start - 5 ELSE start + days END AS stop FROM placed),
     twice AS (SELECT * FROM ended UNION ALL SELECT * FROM ended WHERE g % 50 = 1),
     dated AS (SELECT *, 'H' || lpad(CAST(p AS VARCHAR), 10, '0') AS shnro, DATE '1970-01-01' + CAST(start AS INT)
                         AS alkupvm, DATE '1970-01-01' + CAST(stop AS INT) AS loppupvm FROM twice)"""
FILES = {
    "tyo": "SELECT shnro, alkupvm, loppupvm, 'Y' || CAST(g % 100000 AS VARCHAR) AS yrtun FROM dated WHERE j < 3",
    "sairaus": "SELECT shnro, alkupvm, loppupvm, ['M54.5', 'F32.1', 'S82.0', 'I10', 'C50.9'][1 + g % 5] AS diagnoosi "
    "FROM dated WHERE j BETWEEN 3 AND 4",
    "muut": "SELECT shnro, alkupvm, loppupvm, CAST(1 + g % 10 AS VARCHAR) AS laji FROM dated WHERE j > 4",
}
PERSON_ROWS = """
SELECT 'H' || lpad(CAST(p AS VARCHAR), 10, '0') AS shnro, CAST(2009 + y AS INT) AS vuosi,
       DATE '1970-01-01' + CAST(-6000 + CAST(hash(p) >> 2 AS BIGINT) % 13000 AS INT) AS syntympv,
       CAST(1 + p % 2 AS VARCHAR) AS sukup, lpad(CAST(1 + p % 19 AS VARCHAR), 2, '0') AS mkunta,
       CAST(3 + p % 6 AS VARCHAR) AS ututku_aste,
       CASE WHEN hash(p + 3) % 25 = 0 THEN DATE '1970-01-01' + CAST(16500 + CAST(hash(p + 2) >> 2 AS BIGINT) % 1500
            AS INT) END AS kuolpv
FROM range({persons}) AS t(p), range(5) AS u(y)"""
CODES = """code,state,extent,programme,title,source,verified
1,unemployment,,,,,no
2,student,,,,,no
3,partial_sickness,0.5,,,,no
4,rehabilitation,,kiila,,,no
5,rehabilitation,,tk2,,,no
6,leave,,,,,no
7,unemployment,,,,,no
8,social_assistance,,,,,no
9,temporary_disability_pension,,,,,no
10,employed,,,,,no
"""
REGISTERS = """synthetic = true
[source.perus]
path = "perus.{suffix}"
layout = "folk_perustieto"
[source.tyo]
path = "tyo.{suffix}"
layout = "long"
state = "employed"
columns = {{ employer = "yrtun" }}
years = [2005, 2019]
[source.sairaus]
path = "sairaus.{suffix}"
layout = "long"
state = "sickness"
years = [2005, 2019]
[source.muut]
path = "muut.{suffix}"
layout = "long"
codes = "koodit.csv"
years = [2005, 2019]
"""
PLAN = """registers = "registers.toml"
[index]
event = "spell_start"
states = ["sickness"]
min_days = 30
first = 2011-01-01
last = 2014-12-31
[wash_out]
days = 90
states = ["sickness"]
[look_back]
days = 365
[eligibility]
age = [18, 64]
[programme]
before = 0
after = 180
[follow_up]
days = 1095
last = 2019-12-31
[outcome.paluu]
use = "O1"
[outcome.pysyva]
use = "O2"
[outcome.osallistuminen]
use = "O8"
[outcome.elake]
use = "O14"
"""


def make(persons: int, folder: Path, suffix: str) -> None:
    """The registers of so many persons with their two TOML files, the same ones every time."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET memory_limit = '4GB'")
    connection.execute(f"SET temp_directory = '{folder}'")
    drawn = DRAWN.format(persons=persons, rows=persons * SPELLS_A_PERSON)
    kind = "FORMAT csv, DELIMITER ';', HEADER" if suffix == "csv" else "FORMAT parquet"
    selects = {"perus": PERSON_ROWS.format(persons=persons)} | {name: f"{drawn} {sql}" for name, sql in FILES.items()}
    for name, sql in selects.items():
        connection.execute(f"COPY ({sql}) TO '{folder / name}.{suffix}' ({kind})")
    connection.close()
    texts = {"koodit.csv": CODES, "registers.toml": REGISTERS.format(suffix=suffix), "cohort.toml": PLAN}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def measure(folder: Path, work: Path, memory: str, save: str) -> None:
    """The whole cohort with its monthly grid once; JSON of wall and CPU seconds of every stage, and of rows."""
    from tkk_cli.steps.cohort import build
    from tkk_cli.steps.options import CohortOptions

    told: list[tuple[str, float, float]] = []

    def begin(name: str) -> None:
        told.append((name, time.perf_counter(), time.process_time()))

    begin("start")
    files = {"save": ",".join(str(work / f"cohort.{suffix}") for suffix in save.split(","))}
    options = CohortOptions(
        **files, memory=memory, threads=2, work=str(work), grid="month", grid_file=str(work / "grid.parquet")
    )
    result = build(folder / "cohort.toml", options, begin=begin)
    begin("end")
    stages: dict[str, list[float]] = {}
    for (name, wall, cpu), (_, next_wall, next_cpu) in itertools.pairwise(told):
        used = stages.setdefault(name, [0.0, 0.0])
        used[0] += next_wall - wall
        used[1] += next_cpu - cpu
    size = sum(file.stat().st_size for file in work.rglob("*") if file.is_file())
    found = {"stages": stages, "entrants": result.provenance["n_used"], "megabytes": size / 1e6}
    found["spells"] = int(sum(result.tables["sources"]["rows"][1:]))
    (folder / "measured.json").write_text(json.dumps(found), encoding="utf-8")


def grouped(stages: dict[str, list[float]]) -> dict[str, tuple[float, float]]:
    """Wall and CPU seconds by the lines of ``GROUPS``; what is in none of them is reading."""
    sums = {name: [0.0, 0.0] for name in ("reading", *GROUPS)}
    for stage, (wall, cpu) in stages.items():
        exact = [name for name, parts in GROUPS.items() if stage in parts]
        begun = [name for name, parts in GROUPS.items() if any(p.endswith("_") and stage.startswith(p) for p in parts)]
        line = sums[(exact + begun + ["reading"])[0]]
        line[0] += wall
        line[1] += cpu
    return {name: (wall, cpu) for name, (wall, cpu) in sums.items()}


def lines_of(persons: int, limits: list[str], folder: Path, suffix: str, save: str) -> tuple[list[str], ...]:
    """Make the registers and run the cohort under each limit, all in processes of their own."""
    this = [sys.executable, str(Path(__file__).resolve())]
    run([*this, "--make", str(persons), str(folder), suffix])
    lines = []
    for memory in limits:
        work = folder / f"work_{memory}"
        work.mkdir()
        busy = os.getloadavg()[0]
        used = run([*this, "--measure", str(folder), str(work), memory, save])
        shutil.rmtree(work)
        found = json.loads((folder / "measured.json").read_text(encoding="utf-8"))
        counts = [f"{persons:,} {suffix}", f"{found['spells']:,}", f"{found['entrants']:,}", memory]
        whole = [f"{used.wall:.1f}", f"{used.cpu:.1f}", f"{used.peak:.2f}", f"{found['megabytes']:.0f}", f"{busy:.1f}"]
        stages = [f"{wall:.1f} / {cpu:.1f}" for wall, cpu in grouped(found["stages"]).values()]
        lines.append([*counts, *whole, *stages])
    return tuple(lines)


def report(rows: list[list[str]]) -> None:
    """What the whole used, and the stages."""
    print("## tkk cohort: registers to a cohort file and a monthly grid, two threads\n")
    head = ["persons", "spells", "entrants", "limit", "wall s", "CPU s", "peak GB", "work MB", "load before"]
    table(head, [row[: len(head)] for row in rows])
    print("### Its stages: wall s / CPU s\n")
    names = ["stage", *(f"{row[0]}, {row[3]}" for row in rows)]
    stages = ("reading", *GROUPS)
    table(names, [[name, *(row[len(head) + place] for row in rows)] for place, name in enumerate(stages)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, nargs="+", default=list(SIZES), help="sizes to run")
    parser.add_argument("--memory", nargs="+", default=list(LIMITS), help="memory limits, such as 4GB")
    parser.add_argument("--quick", action="store_true", help=f"{SIZES[0]:,} persons only")
    parser.add_argument("--csv", action="store_true", help="registers as CSV instead of Parquet")
    parser.add_argument("--save", default="parquet", help="formats of the cohort file, such as parquet,sav")
    parser.add_argument("--folder", type=Path, help="where the rows and the work are (by default a temporary folder)")
    parser.add_argument("--make", nargs=3, metavar=("PERSONS", "FOLDER", "SUFFIX"), help="write the registers only")
    parser.add_argument("--measure", nargs=4, metavar=("FOLDER", "WORK", "MEMORY", "SAVE"), help="run the cohort once")
    given = parser.parse_args()
    if given.make:
        make(int(given.make[0]), Path(given.make[1]), given.make[2])
        return
    if given.measure:
        folder, work, memory, save = given.measure
        measure(Path(folder), Path(work), memory, save)
        return
    rows: list[list[str]] = []
    for persons in SIZES[:1] if given.quick else given.persons:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            rows += lines_of(persons, given.memory, Path(folder), "csv" if given.csv else "parquet", given.save)
    report(rows)


if __name__ == "__main__":
    main()
