"""Fine-Gray with a robust variance: time and memory of tkk, and R's growth beside it. Prints Markdown.

``python benchmarks/fine_gray.py``: up to a million rows with six covariates, follow-up in days, both conventions, each
in a process of its own. ``cmprsk::crr``, and ``finegray`` + ``coxph(cluster=)`` of survival, are run at sizes that
they finish; what they would take for 100,000 rows is read off their growth and marked as such. ``--quick`` makes
everything smaller.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tkk_cli.designs import Design, Term
from tkk_cli.histories import EventHistory
from tkk_cli.models.fine_gray import fine_gray

HERE = Path(__file__).parent
COLUMNS = tuple("abcdef")
EFFECTS = np.array([0.3, -0.2, 0.1, 0.05, 0.4, -0.01])
CONVENTIONS = {"crr": "breslow", "finegray": "efron"}
TARGET_ROWS = 100_000


def rows(n: int) -> tuple[EventHistory, Design]:
    """People followed for up to four years: a return, a competing event or the end, in whole days."""
    rng = np.random.default_rng(1)
    matrix = np.column_stack(
        [
            rng.integers(0, 2, n),
            rng.normal(size=n),
            rng.integers(0, 2, n),
            rng.normal(size=n),
            rng.random(n),
            rng.integers(20, 64, n),
        ]
    ).astype(np.float64)
    back = rng.exponential(600 / np.exp(matrix @ EFFECTS))
    other, end = rng.exponential(900, n), rng.uniform(100, 1460, n)
    time_ = np.minimum(np.minimum(back, other), end)
    cause = np.where(time_ == back, 1, np.where(time_ == other, 2, 0)).astype(np.int64)
    history = EventHistory(
        exit=np.floor(time_) + 1,
        cause=cause,
        causes=("return", "pension"),
        group=np.zeros(n, dtype=np.int64),
        groups=("all",),
    )
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(COLUMNS))
    return history, Design(matrix, COLUMNS, terms)


def measure(n: int, convention: str, times: int) -> dict[str, float]:
    """Median seconds of a fit, and the memory it adds in multiples of the design matrix (POSIX)."""
    import resource

    history, design = rows(n)
    ties = CONVENTIONS[convention]
    # The first rows once, so that loading code is not timed.
    some = np.arange(1000)
    fine_gray(history.take(some), design.take(some), convention=convention, ties=ties)
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    seconds, processor = [], []
    for _ in range(times):
        start, busy = time.perf_counter(), time.process_time()
        fine_gray(history, design, convention=convention, ties=ties)
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    added = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit - before
    return {
        "wall": float(np.median(seconds)),
        "cpu": float(np.median(processor)),
        "memory": added / design.matrix.nbytes,
    }


def in_a_process(n: int, convention: str, times: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", str(n), convention, "--times", str(times)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def r_seconds(rscript: str, folder: Path, n: int) -> dict[str, float]:
    """CPU seconds of R by function, as ``fine_gray.R`` prints them."""
    history, design = rows(n)
    path = folder / f"{n}.csv"
    table = np.column_stack([history.exit, history.cause, design.matrix])
    np.savetxt(path, table, delimiter=",", header=",".join(("time", "cause", *COLUMNS)), comments="", fmt="%.17g")
    command = [rscript, str(HERE / "fine_gray.R"), str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def table(head: list[str], lines: list[list[str]]) -> None:
    print("|", " | ".join(head), "|")
    print("|", " | ".join(["---"] + ["---:"] * (len(head) - 1)), "|")
    for line in lines:
        print("|", " | ".join(line), "|")
    print(flush=True)


def ours(sizes: list[int], times: int) -> dict[tuple[int, str], float]:
    found, lines = {}, []
    for n in sizes:
        for convention in CONVENTIONS:
            used = in_a_process(n, convention, times)
            found[n, convention] = used["cpu"]
            lines.append([f"{n:,}", convention, f"{used['wall']:.3f}", f"{used['cpu']:.3f}", f"{used['memory']:.1f}"])
    table(["rows", "convention", "wall s", "CPU s", "memory / design"], lines)
    return found


def theirs(rscript: str, sizes: list[int], mine: dict[tuple[int, str], float]) -> None:
    """R at each size, its growth, and the ratio of CPU seconds at the same rows."""
    seconds: dict[str, list[float]] = {convention: [] for convention in CONVENTIONS}
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for n in sizes:
            used = r_seconds(rscript, Path(folder), n)
            for convention in CONVENTIONS:
                seconds[convention].append(used[convention])
                own = mine[n, convention]
                lines.append(
                    [f"{n:,}", convention, f"{own:.4f}", f"{used[convention]:.2f}", f"{used[convention] / own:.0f}"]
                )
    for convention in CONVENTIONS:
        last, before = seconds[convention][-1], seconds[convention][-2]
        power = math.log(last / before) / math.log(sizes[-1] / sizes[-2])
        guess = last * (TARGET_ROWS / sizes[-1]) ** power
        own = mine[TARGET_ROWS, convention]
        label = f"{TARGET_ROWS:,} (R extrapolated, n^{power:.2f})"
        lines.append([label, convention, f"{own:.4f}", f"{guess:.0f}", f"{guess / own:.0f}"])
    table(["rows", "convention", "tkk CPU s", "R CPU s", "R / tkk"], lines)


def main() -> None:
    parser: Any = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="100,000 rows, and R up to 4,000")
    parser.add_argument("--times", type=int, default=5, help="fits a line (default 5)")
    parser.add_argument("--one", nargs=2, metavar=("ROWS", "CONVENTION"), help="measure one fit, print JSON")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(int(given.one[0]), given.one[1], given.times)))
        return
    r_sizes = [1000, 2000, 4000] if given.quick else [2500, 5000, 10_000]
    sizes = [*r_sizes, TARGET_ROWS, *([] if given.quick else [1_000_000])]
    print("## Fine-Gray, six covariates, days, robust variance\n")
    mine = ours(sizes, given.times)
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("R is not installed here.\n")
    else:
        theirs(rscript, r_sizes, mine)


if __name__ == "__main__":
    main()
