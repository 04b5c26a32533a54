"""The sign of life: on a terminal, after a second, and gone afterwards."""

from __future__ import annotations

import io
import sys
import time

import pytest

from tkk_cli.commands import waiting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "quiet", "seconds", "shown"),
    [
        (Terminal, False, 0.1, True),
        (Terminal, True, 0.1, False),
        (io.StringIO, False, 0.1, False),
        (Terminal, False, 0, False),
    ],
)
def test_when_it_shows(
    stream: type[io.StringIO], quiet: bool, seconds: float, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "FIRST_SIGN", 0.03)
    monkeypatch.setattr(sys, "stderr", stream())
    with waiting.sign_of_life("reading", quiet):
        time.sleep(seconds)
    text = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert ("reading … 0 s" in text) == shown
    assert text.endswith(waiting.ERASE) == shown


def test_an_error_goes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(ValueError, match="inside"), waiting.sign_of_life("reading", quiet=False):
        raise ValueError("inside")
