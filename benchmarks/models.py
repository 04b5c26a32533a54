"""Speed and memory of ``tkk regress``: the Cox and Fine-Gray models, and R beside them. Prints Markdown.

``python benchmarks/models.py``: up to a million rows with six covariates, follow-up in days; each fit in a process of
its own. R is run on the same rows, at sizes that it finishes; what it would take for 100,000 rows is read off its
growth and marked as such. ``--quick`` makes everything smaller.

Cox: Efron's ties, with the model's variance, the variance clustered by person (three rows each), and the test of
proportional hazards after a fit; R's ``coxph`` without the cluster, and ``coxph(cluster=)``. Fine-Gray: both
conventions with a robust variance; ``cmprsk::crr``, and ``finegray`` + ``coxph(cluster=)`` of survival.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tkk_cli.designs import Design, Term
from tkk_cli.histories import EventHistory
from tkk_cli.models.cox import cox
from tkk_cli.models.fine_gray import fine_gray
from tkk_cli.models.risk_sums import risk_sums
from tkk_cli.models.zph import proportional_hazards

HERE = Path(__file__).parent
COLUMNS = tuple("abcdef")
EFFECTS = np.array([0.3, -0.2, 0.1, 0.05, 0.4, -0.01])
ROWS_OF_A_PERSON = 3
TARGET_ROWS = 100_000
MILLION = 1_000_000


def rows(n: int, competing: bool) -> tuple[EventHistory, Design]:
    """People followed for up to four years: a return, perhaps a competing event, or the end, in whole days."""
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
    other = rng.exponential(900, n) if competing else np.full(n, np.inf)
    last = np.minimum(np.minimum(back, other), rng.uniform(100, 1460, n))
    history = EventHistory(
        exit=np.floor(last) + 1,
        cause=np.where(last == back, 1, np.where(last == other, 2, 0)).astype(np.int64),
        causes=("return", "pension") if competing else ("return",),
        group=np.zeros(n, dtype=np.int64),
        groups=("all",),
        cluster=None if competing else rng.integers(0, n // ROWS_OF_A_PERSON, n),
    )
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(COLUMNS))
    return history, Design(matrix, COLUMNS, terms)


def proportionality(history: EventHistory, design: Design) -> Callable[[], object]:
    """The test alone: the fit is made before."""
    coefficient = cox(history, design).coefficient
    return lambda: proportional_hazards(history, design, risk_sums(history, design.matrix, coefficient))


# What is measured: how it is made ready, and done.
WORK: dict[str, Callable[[EventHistory, Design], Callable[[], object]]] = {
    "plain": lambda history, design: lambda: cox(history, design),
    "clustered": lambda history, design: lambda: cox(history, design, robust=True),
    "proportional hazards": proportionality,
    "crr": lambda history, design: lambda: fine_gray(history, design),
    "finegray": lambda history, design: lambda: fine_gray(history, design, convention="finegray", ties="efron"),
}
COX, FINE_GRAY = ("plain", "clustered", "proportional hazards"), ("crr", "finegray")


def measure(n: int, kind: str, times: int) -> dict[str, float]:
    """Median seconds, and the memory added in multiples of the design matrix (POSIX)."""
    import resource

    history, design = rows(n, kind in FINE_GRAY)
    # The first rows once, so that loading code is not timed.
    some = np.arange(1000)
    WORK[kind](history.take(some), design.take(some))()
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    todo = WORK[kind](history, design)
    seconds, processor = [], []
    for _ in range(times):
        start, busy = time.perf_counter(), time.process_time()
        todo()
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    added = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit - before
    return {
        "wall": float(np.median(seconds)),
        "cpu": float(np.median(processor)),
        "memory": added / design.matrix.nbytes,
    }


def in_a_process(n: int, kind: str, times: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", str(n), kind, "--times", str(times)]
    # One thread, as R's: those of OpenBLAS wait busily, which counts as CPU time and does no work.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8", env=environment)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def r_seconds(rscript: str, n: int, kind: str) -> float:
    """CPU seconds of R on the same rows."""
    history, design = rows(n, kind in FINE_GRAY)
    person = np.arange(n) if history.cluster is None else history.cluster
    table = np.column_stack([history.exit, history.cause, person, design.matrix])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        head = ",".join(("time", "cause", "person", *COLUMNS))
        np.savetxt(path, table, delimiter=",", header=head, comments="", fmt="%.17g")
        command = [rscript, str(HERE / "models.R"), str(path), kind]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    return float(json.loads(done.stdout)["seconds"])


def table(head: list[str], lines: list[list[str]]) -> None:
    print("|", " | ".join(head), "|")
    print("|", " | ".join(["---"] + ["---:"] * (len(head) - 1)), "|")
    for line in lines:
        print("|", " | ".join(line), "|")
    print(flush=True)


def ours(kinds: tuple[str, ...], sizes: list[int], times: int) -> dict[tuple[int, str], float]:
    """CPU seconds by size and kind."""
    found, lines = {}, []
    for n in sizes:
        for kind in kinds:
            used = in_a_process(n, kind, times)
            found[n, kind] = used["cpu"]
            lines.append([f"{n:,}", kind, f"{used['wall']:.3f}", f"{used['cpu']:.3f}", f"{used['memory']:.1f}"])
    table(["rows", "what", "wall s", "CPU s", "memory / design"], lines)
    return found


def against(label: str, what: str, own: float, seconds: float) -> list[str]:
    return [label, what, f"{own:.4f}", f"{seconds:.2f}", f"{seconds / own:.0f}"]


def growing(rscript: str, kind: str, sizes: list[int], mine: dict[tuple[int, str], float]) -> list[list[str]]:
    """R at each size, and what its growth says of the target."""
    seconds = [r_seconds(rscript, n, kind) for n in sizes]
    lines = [against(f"{n:,}", kind, mine[n, kind], used) for n, used in zip(sizes, seconds, strict=True)]
    power = math.log(seconds[-1] / seconds[-2]) / math.log(sizes[-1] / sizes[-2])
    guess = seconds[-1] * (TARGET_ROWS / sizes[-1]) ** power
    label = f"{TARGET_ROWS:,} (R extrapolated, n^{power:.2f})"
    return [*lines, against(label, kind, mine[TARGET_ROWS, kind], guess)]


def main() -> None:
    parser: Any = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="100,000 rows, and R on fewer")
    parser.add_argument("--times", type=int, default=5, help="fits a line (default 5)")
    parser.add_argument("--one", nargs=2, metavar=("ROWS", "WHAT"), help="measure one fit, print JSON")
    parser.add_argument("--part", choices=("cox", "fine_gray"), help="only this model")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(int(given.one[0]), given.one[1], given.times)))
        return
    rscript = shutil.which("Rscript")
    large = [TARGET_ROWS, *([] if given.quick else [MILLION])]
    if given.part in (None, "cox"):
        print("## Cox, six covariates, days, Efron's ties\n")
        slow = [5_000, 10_000] if given.quick else [10_000, 20_000, 40_000]
        mine = ours(COX, [*slow, *large], given.times)
        if rscript:
            lines = []
            for n in large:
                seconds = r_seconds(rscript, n, "plain")
                lines += [against(f"{n:,}", f"{kind}; R plain", mine[n, kind], seconds) for kind in COX[:2]]
            lines += growing(rscript, "clustered", slow, mine)
            table(["rows", "variance", "tkk CPU s", "R CPU s", "R / tkk"], lines)
    if given.part in (None, "fine_gray"):
        print("## Fine-Gray, six covariates, days, robust variance\n")
        slow = [1000, 2000, 4000] if given.quick else [2500, 5000, 10_000]
        mine = ours(FINE_GRAY, [*slow, *large], given.times)
        if rscript:
            lines = [line for kind in FINE_GRAY for line in growing(rscript, kind, slow, mine)]
            table(["rows", "convention", "tkk CPU s", "R CPU s", "R / tkk"], lines)
    if rscript is None:
        print("R is not installed here.\n")


if __name__ == "__main__":
    main()
