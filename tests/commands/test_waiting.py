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


def test_the_bar_counts_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "FIRST_SIGN", 0.02)
    monkeypatch.setattr(sys, "stderr", Terminal())
    with waiting.stage_bar(quiet=False) as bar:
        bar.expect(4)
        for name in ("person", "spell", "episode"):
            bar.begin(name)
        time.sleep(0.1)
    assert str(bar) == "[############............] 2/4 episode"
    assert "2/4 episode … 0 s" in sys.stderr.getvalue()  # type: ignore[attr-defined]


def test_the_bar_is_never_full_before_the_end() -> None:
    bar = waiting.StageBar()
    assert str(bar) == f"[{'.' * waiting.BAR}] 0/0 "
    bar.expect(1)
    for name in ("a", "b", "c"):
        bar.begin(name)
    assert "2/3 c" in str(bar)
