"""Fixtures for every test."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from support.agreement_page import PAGE, AgreementPage
from support.running import Ran, Run

from tkk_cli.app import main


def pytest_configure(config: pytest.Config) -> None:
    """The page of agreement with R, where it is asked for."""
    if PAGE is not None:
        from reference_sets import records

        families = {(record.set, record.id): record.family for record in records()}
        page = AgreementPage(Path(PAGE).resolve(), families)
        page.listen()
        config.pluginmanager.register(page, "agreement-page")


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
