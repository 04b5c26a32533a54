"""Too little memory or disk is told by a code, and leaves nothing half-written."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.errors import EXIT_USAGE, TkkError

SORT = "SELECT CAST(hash(i) AS VARCHAR) AS a FROM range(300000) AS r(i) ORDER BY a"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[DuckDB]:
    engine = DuckDB("3MB", 1, tmp_path / "temp")
    yield engine
    engine.close()


def test_tkk280_memory_that_is_too_small(small: DuckDB, tmp_path: Path) -> None:
    with pytest.raises(TkkError) as caught:
        small.write("sorted", SORT, tmp_path / "sorted.parquet")
    assert (caught.value.code, caught.value.exit_status) == ("TKK280", EXIT_USAGE)
    assert "--memory 4GB" in str(caught.value.hint)
    assert not list(tmp_path.glob("sorted*"))


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (duckdb.IOException("Could not write file: No space left on device"), "full"),
        (duckdb.OutOfMemoryException("failed to offload data block of size 256.0 KiB"), "no room"),
    ],
)
def test_tkk280_a_full_disk(small: DuckDB, raised: Exception, words: str) -> None:
    class Full:
        def execute(self, _: str) -> Any:
            raise raised

    connection, small._connection = small._connection, Full()  # type: ignore[assignment]
    with pytest.raises(TkkError, match=words) as caught:
        small.fetch("SELECT 1")
    small._connection = connection
    assert caught.value.code == "TKK280"
    assert "--temp" in str(caught.value.hint)


def test_an_interrupt_during_a_query_is_an_interrupt(small: DuckDB, tmp_path: Path) -> None:
    timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        small.write("long", "SELECT COUNT(*) AS n FROM range(1000000000) AS a(i), range(1000) AS b(j)", tmp_path / "a")
    timer.join()
    assert not list(tmp_path.glob("a*"))
