"""Fixtures for every test."""

from __future__ import annotations

import sys

import pytest
from support.running import Ran, Run

from tkk_cli.app import main


@pytest.fixture
def tkk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """``tkk("explain", "TKK101")`` runs the command line in this process."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["tkk", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return Ran(int(left.value.code or 0), out, err)

    return run
