"""Time tkk's curves and tests on arrays, reading left out: the counterpart of ``survival.R``.

Prints one JSON object: part -> seconds. Run by ``run.py``: ``python benchmarks/curves.py FILE.parquet``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np
from pyarrow import parquet

from tkk_cli.estimators.aalen_johansen import aalen_johansen
from tkk_cli.estimators.gray import gray
from tkk_cli.estimators.kaplan_meier import kaplan_meier
from tkk_cli.estimators.log_rank import log_rank
from tkk_cli.estimators.risk import each_group, risk_table
from tkk_cli.histories import EventHistory


def history(path: str) -> EventHistory:
    """The people of a Parquet file as an event history of two groups and three causes."""
    table = parquet.read_table(path, columns=["seuranta", "tila", "ryhma"])
    return EventHistory(
        exit=table["seuranta"].to_numpy().astype(np.float64),
        cause=table["tila"].to_numpy().astype(np.int64),
        causes=("tyohonpaluu", "elake", "kuolema"),
        group=(table["ryhma"].to_numpy() == "uusi").astype(np.int64),
        groups=("nykyinen", "uusi"),
    )


def one_curve(people: EventHistory) -> None:
    """The event-free probability in every group, with Greenwood's standard errors."""
    for group in each_group(people):
        kaplan_meier(group, risk_table(group))


def curves(people: EventHistory) -> None:
    """Every cause and the event-free probability in every group, with standard errors."""
    for group in each_group(people):
        table = risk_table(group)
        kaplan_meier(group, table, robust=True)
        for cause in range(len(people.causes)):
            aalen_johansen(group, table, cause)


def gray_tests(people: EventHistory) -> None:
    """What ``cuminc`` does: incidences with Aalen's variance, and Gray's test of every cause."""
    for group in each_group(people):
        table = risk_table(group)
        for cause in range(len(people.causes)):
            aalen_johansen(group, table, cause, variance="aalen")
    for cause in range(len(people.causes)):
        gray(people, cause)


def seconds(work: Callable[[EventHistory], object], people: EventHistory) -> float:
    # The first thousand rows once, so that loading code is not timed.
    work(people.take(np.arange(1000)))
    start = time.perf_counter()
    work(people)
    return time.perf_counter() - start


def main() -> None:
    people = history(sys.argv[1])
    parts: dict[str, Callable[[EventHistory], object]] = {
        "survfit, one event": one_curve,
        "survfit, three causes": curves,
        "survdiff": log_rank,
        "cuminc": gray_tests,
    }
    print(json.dumps({name: seconds(work, people) for name, work in parts.items()}))


if __name__ == "__main__":
    main()
