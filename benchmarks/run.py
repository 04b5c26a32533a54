"""Speed and memory of ``tkk survival``, ``regress`` and ``cohort``, and R where it is installed. Prints Markdown.

``python benchmarks/run.py`` makes the people (seeded), runs every line five times after one run that warms the file
cache, and prints median, least and most. ``--quick`` stops at 100,000 rows. POSIX only: it asks the system what each
child used.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
MILLION = 1_000_000
# cmprsk::cuminc and survfit are not asked for more rows than this.
MOST_ROWS_OF_R = MILLION


@dataclass(frozen=True)
class Run:
    """What one process used: seconds of wall and CPU time, and its largest resident size in gigabytes."""

    wall: float
    cpu: float
    peak: float


def run(command: list[str]) -> Run:
    """Run a command to its end; refuse a failing one."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"exit status {process.returncode}: {' '.join(command)}")
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Run(wall, used.ru_utime + used.ru_stime, kilobytes / 1e6)


def survival_command(path: Path) -> list[str]:
    """The whole command: read, curves, tests, restricted means, JSON."""
    from people import EVENTS

    return [
        *(sys.executable, "-c", "from tkk_cli.app import main; main()", "survival", str(path)),
        *("--time", "seuranta", "--event", "tila", "--events", EVENTS, "--group", "ryhma"),
        *("--horizon", "730", "--format", "json"),
    ]


def make(folder: Path, persons: int, suffix: str) -> Path:
    """Make the people in a process of their own, so that its memory is not ours."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from people import write;"
    code += "write(int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])"
    run([sys.executable, "-c", code, str(HERE), str(persons), str(folder), suffix])
    return folder / f"people_{persons}.{suffix}"


def spread(values: list[float], digits: int = 2) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def table(head: list[str], rows: list[list[str]]) -> None:
    print("|", " | ".join(head), "|")
    print("|", " | ".join(["---"] + ["---:"] * (len(head) - 1)), "|")
    for row in rows:
        print("|", " | ".join(row), "|")
    print(flush=True)


def measure(path: Path, times: int) -> list[Run]:
    command = survival_command(path)
    run(command)
    return [run(command) for _ in range(times)]


def whole_command(folder: Path, million: int, times: int) -> None:
    print("## The whole command against its targets\n")
    targets = [(1_000, "parquet", 0.7), (1_000, "csv", 0.7), (million, "parquet", 3.0), (million, "csv", 4.0)]
    rows = []
    for persons, suffix, target in targets:
        runs = measure(make(folder, persons, suffix), times)
        walls = [r.wall for r in runs]
        row = [f"{persons:,} {suffix}", spread(walls), spread([r.cpu for r in runs]), spread([r.peak for r in runs])]
        rows.append([*row, f"{target} s", f"{statistics.median(walls) / target:.2f}"])
    table(["people", "wall s", "CPU s", "peak GB", "target", "wall / target"], rows)


def growth(folder: Path, sizes: tuple[int, ...], times: int) -> None:
    print("## Growth (Parquet)\n")
    rows, before = [], 0.0
    for persons in sizes:
        runs = measure(make(folder, persons, "parquet"), times)
        median = statistics.median(r.wall for r in runs)
        row = [f"{persons:,}", spread([r.wall for r in runs]), spread([r.cpu for r in runs])]
        rows.append([*row, spread([r.peak for r in runs]), f"{median / before:.1f}" if before else ""])
        before = median
    table(["people", "wall s", "CPU s", "peak GB", "times the line above"], rows)


def against_r(folder: Path, sizes: tuple[int, ...], times: int) -> None:
    print("## Curves and tests, reading left out: R against tkk\n")
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("R is not installed here.\n")
    rows = []
    for persons in (size for size in sizes if size <= MOST_ROWS_OF_R or rscript is None):
        us = [sys.executable, str(HERE / "curves.py"), str(make(folder, persons, "parquet"))]
        them = [rscript, str(HERE / "survival.R"), str(make(folder, persons, "csv"))] if rscript else None
        # In turns, so that both meet the same machine.
        rounds = [(parts(us), parts(them) if them else {}) for _ in range(times)]
        for name in rounds[0][0]:
            mine, theirs = [our[name] for our, _ in rounds], [their.get(name, 0.0) for _, their in rounds]
            row = [f"{persons:,}", name, spread(mine, 4)]
            if them:
                row += [spread(theirs, 3), f"{statistics.median(theirs) / statistics.median(mine):.1f}"]
            rows.append(row)
    table(["people", "R function", "tkk s", *(["R s", "R / tkk"] if rscript else [])], rows)


def parts(command: list[str]) -> dict[str, float]:
    """Seconds by R function as ``curves.py`` and ``survival.R`` print them, and the sums that the target is about."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    found: dict[str, float] = json.loads(done.stdout)
    for survfit in ("survfit, one event", "survfit, three causes"):
        found[f"{survfit} + survdiff + cuminc"] = found[survfit] + found["survdiff"] + found["cuminc"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="stop at 100,000 rows")
    parser.add_argument("--times", type=int, default=5, help="runs a line (default 5)")
    parser.add_argument("--folder", help="keep the people here and use those that are there")
    parser.add_argument("--part", choices=("command", "growth", "r", "models", "registers"), help="only this part")
    given = parser.parse_args()
    sizes = SIZES[:2] if given.quick else SIZES
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(given.folder or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(
            f"Median (least-most) of {given.times} runs; {os.cpu_count()} CPUs, Python {sys.version.split()[0]}.\n",
            flush=True,
        )
        if given.part in (None, "command"):
            whole_command(folder, sizes[-1] if given.quick else MILLION, given.times)
        if given.part in (None, "growth"):
            growth(folder, sizes, given.times)
        if given.part in (None, "r"):
            against_r(folder, sizes, given.times)
    quick = ["--quick"] if given.quick else []
    if given.part in (None, "registers"):
        subprocess.run([sys.executable, str(HERE / "registers.py"), *quick], check=True)
    if given.part in (None, "models"):
        subprocess.run([sys.executable, str(HERE / "models.py"), "--times", str(given.times), *quick], check=True)


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    main()
