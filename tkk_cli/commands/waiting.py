"""A sign of life during long work: the seconds so far, on a terminal only, gone when the work is done."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["sign_of_life"]

FIRST_SIGN = 1.0  # seconds; shorter work needs no sign
ERASE = "\r\x1b[K"


@contextmanager
def sign_of_life(what: str, quiet: bool) -> Iterator[None]:
    """Show ``what`` and the seconds so far on standard error while the block runs.

    Nothing is shown with ``quiet``, when standard error is no terminal (a pipe, a log, CI), or for work under a second.
    """
    if quiet or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    start = time.monotonic()

    def tick() -> None:
        while not done.wait(FIRST_SIGN):
            sys.stderr.write(f"{ERASE}{what} … {time.monotonic() - start:.0f} s")
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
