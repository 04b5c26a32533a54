"""A sign of life during long work, on a terminal only, gone when the work is done: the seconds, or a bar of stages."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["StageBar", "sign_of_life", "stage_bar"]

BAR = 24  # characters
FIRST_SIGN = 1.0  # seconds; shorter work needs no sign
ERASE = "\r\x1b[K"


@contextmanager
def sign_of_life(what: str, quiet: bool) -> Iterator[None]:
    """Show ``what`` and the seconds so far on standard error while the block runs.

    Nothing is shown with ``quiet``, when standard error is no terminal (a pipe, a log, CI), or for work under a second.
    """
    with _shown(lambda: what, quiet):
        yield


class StageBar:
    """How far a run of known stages has come: told what begins, and how many there will be."""

    def __init__(self) -> None:
        self._expected = 0
        self._begun = 0
        self._name = ""

    def expect(self, stages: int) -> None:
        """About so many stages there will be."""
        self._expected = stages

    def begin(self, name: str) -> None:
        """A stage begins; those before it are done."""
        self._begun += 1
        self._name = name

    def __str__(self) -> str:
        # More stages than expected: the bar stays just short of full.
        of = max(self._expected, self._begun)
        full = round(BAR * (self._begun - 1) / of) if self._begun else 0
        return f"[{'#' * full}{'.' * (BAR - full)}] {max(self._begun - 1, 0)}/{of} {self._name}"


@contextmanager
def stage_bar(quiet: bool) -> Iterator[StageBar]:
    """A bar of stages on standard error while the block runs; silent where ``sign_of_life`` is."""
    bar = StageBar()
    with _shown(lambda: str(bar), quiet):
        yield bar


@contextmanager
def _shown(words: Callable[[], str], quiet: bool) -> Iterator[None]:
    if quiet or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    start = time.monotonic()

    def tick() -> None:
        while not done.wait(FIRST_SIGN):
            line = f"{words()} … {time.monotonic() - start:.0f} s"
            sys.stderr.write(ERASE + line[: shutil.get_terminal_size().columns - 1])
            sys.stderr.flush()

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        if time.monotonic() - start >= FIRST_SIGN:
            sys.stderr.write(ERASE)
            sys.stderr.flush()
