"""Cox models: time and memory of tkk, and R's beside it. Prints Markdown.

``python benchmarks/regress.py``: up to a million rows with six covariates, follow-up in days, Efron's ties; each fit in
a process of its own, with the model's variance, the variance clustered by person (three rows each), and the test of
proportional hazards after a fit. R's ``coxph`` is run on the same rows without the cluster; ``coxph(cluster=)`` at
sizes that it finishes, and what it would take for 100,000 rows is read off its growth and marked as such. ``--quick``
makes everything smaller.
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tkk_cli.designs import Design, Term
from tkk_cli.histories import EventHistory
from tkk_cli.models.cox import cox
from tkk_cli.models.risk_sums import risk_sums
from tkk_cli.models.zph import proportional_hazards

HERE = Path(__file__).parent
COLUMNS = tuple("abcdef")
EFFECTS = np.array([0.3, -0.2, 0.1, 0.05, 0.4, -0.01])
ROWS_OF_A_PERSON = 3
KINDS = ("plain", "clustered", "proportional hazards")
CLUSTERED_ROWS = 100_000


def rows(n: int) -> tuple[EventHistory, Design]:
    """People followed for up to four years: a return or the end, in whole days."""
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
    back, end = rng.exponential(600 / np.exp(matrix @ EFFECTS)), rng.uniform(100, 1460, n)
    history = EventHistory(
        exit=np.floor(np.minimum(back, end)) + 1,
        cause=(back <= end).astype(np.int64),
        causes=("return",),
        group=np.zeros(n, dtype=np.int64),
        groups=("all",),
        cluster=rng.integers(0, n // ROWS_OF_A_PERSON, n),
    )
    terms = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate(COLUMNS))
    return history, Design(matrix, COLUMNS, terms)


def work(history: EventHistory, design: Design, kind: str) -> Callable[[], object]:
    """What is measured."""
    if kind != "proportional hazards":
        return lambda: cox(history, design, robust=kind == "clustered")
    coefficient = cox(history, design).coefficient

    def test() -> object:
        return proportional_hazards(history, design, risk_sums(history, design.matrix, coefficient))

    return test


def measure(n: int, kind: str, times: int) -> dict[str, float]:
    """Median seconds, and the memory added in multiples of the design matrix (POSIX)."""
    import resource

    history, design = rows(n)
    # The first rows once, so that loading code is not timed.
    some = np.arange(1000)
    work(history.take(some), design.take(some), kind)()
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    todo = work(history, design, kind)
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
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def r_seconds(rscript: str, n: int, kind: str) -> float:
    """CPU seconds of ``coxph`` on the same rows."""
    history, design = rows(n)
    assert history.cluster is not None
    names = ("time", "event", "person", *COLUMNS)
    table = np.column_stack([history.exit, history.cause, history.cluster, design.matrix])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        np.savetxt(path, table, delimiter=",", header=",".join(names), comments="", fmt="%.17g")
        command = [rscript, str(HERE / "regress.R"), str(path), kind]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    return float(json.loads(done.stdout)["seconds"])


def table(head: list[str], lines: list[list[str]]) -> None:
    print("|", " | ".join(head), "|")
    print("|", " | ".join(["---"] + ["---:"] * (len(head) - 1)), "|")
    for line in lines:
        print("|", " | ".join(line), "|")
    print(flush=True)


def ours(sizes: list[int], times: int) -> dict[tuple[int, str], float]:
    found, lines = {}, []
    for n in sizes:
        for kind in KINDS:
            used = in_a_process(n, kind, times)
            found[n, kind] = used["cpu"]
            lines.append([f"{n:,}", kind, f"{used['wall']:.3f}", f"{used['cpu']:.3f}", f"{used['memory']:.1f}"])
    table(["rows", "variance or test", "wall s", "CPU s", "memory / design"], lines)
    return found


def theirs(rscript: str, plain: list[int], clustered: list[int], mine: dict[tuple[int, str], float]) -> None:
    """R at each size, its growth, and the ratio of CPU seconds on the same rows."""
    lines = []
    for n in plain:
        seconds = r_seconds(rscript, n, "plain")
        for kind in ("plain", "clustered"):
            own = mine[n, kind]
            lines.append(
                [f"{n:,}", f"{kind}; R without cluster", f"{own:.4f}", f"{seconds:.2f}", f"{seconds / own:.0f}"]
            )
    slow = [r_seconds(rscript, n, "clustered") for n in clustered]
    for n, seconds in zip(clustered, slow, strict=True):
        own = mine[n, "clustered"]
        lines.append([f"{n:,}", "clustered; R with cluster", f"{own:.4f}", f"{seconds:.2f}", f"{seconds / own:.0f}"])
    if clustered[-1] < CLUSTERED_ROWS:
        power = math.log(slow[-1] / slow[-2]) / math.log(clustered[-1] / clustered[-2])
        guess, own = slow[-1] * (CLUSTERED_ROWS / clustered[-1]) ** power, mine[CLUSTERED_ROWS, "clustered"]
        label = f"{CLUSTERED_ROWS:,} (R extrapolated, n^{power:.2f})"
        lines.append([label, "clustered; R with cluster", f"{own:.4f}", f"{guess:.0f}", f"{guess / own:.0f}"])
    table(["rows", "variance", "tkk CPU s", "R CPU s", "R / tkk"], lines)


def main() -> None:
    parser: Any = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="100,000 rows, and R with the cluster up to 10,000")
    parser.add_argument("--times", type=int, default=5, help="fits a line (default 5)")
    parser.add_argument("--one", nargs=2, metavar=("ROWS", "KIND"), help="measure one fit, print JSON")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(int(given.one[0]), given.one[1], given.times)))
        return
    clustered = [5_000, 10_000] if given.quick else [10_000, 20_000, 40_000]
    large = [CLUSTERED_ROWS, *([] if given.quick else [1_000_000])]
    print("## Cox, six covariates, days, Efron's ties\n")
    mine = ours([*clustered, *large], given.times)
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("R is not installed here.\n")
    else:
        theirs(rscript, large, clustered, mine)


if __name__ == "__main__":
    main()
