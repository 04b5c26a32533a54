"""``tkk regress`` from the command line: the same numbers as from Python, files whole or not at all, clear refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.running import Run

import tkk_cli

SAMPLE = Path("sample_data/kuntoutus.csv").resolve()
ONE = ("--time", "seuranta", "--event", "tila==1", "--censored", "0,2,3,4", "--group", "ohjelma")


def test_the_command_is_the_function(tkk: Run) -> None:
    done = tkk("regress", SAMPLE, *ONE, "--covariates", "ika,sukupuoli", "--at", "180,365", "--json")
    assert (done.status, done.err) == (0, "")
    result = tkk_cli.regress(
        str(SAMPLE),
        time="seuranta",
        event="tila==1",
        censored="0,2,3,4",
        group="ohjelma",
        covariates=["ika", "sukupuoli"],
        at=[180, 365],
    )
    assert json.loads(done.out) == result.to_dict()


def test_repeated_flags_are_lists(tkk: Run) -> None:
    done = tkk("regress", SAMPLE, *ONE, "--adjust", "crude", "--adjust", "cr(ika, df=3) + sukupuoli", "--json")
    given = tkk_cli.regress(
        str(SAMPLE),
        time="seuranta",
        event="tila==1",
        censored="0,2,3,4",
        group="ohjelma",
        adjust=["crude", "cr(ika, df=3) + sukupuoli"],
    )
    assert json.loads(done.out) == given.to_dict()
    patterns = ("--pattern", "ohjelma=KIILA,ika=30", "--pattern", "ohjelma=TYK,ika=50")
    done = tkk("regress", SAMPLE, *ONE, "--covariates", "ika", *patterns, "--at", "90", "--json")
    shown = [row for row in json.loads(done.out)["tables"]["at"] if row["kind"] == "pattern"]
    assert len(shown) == 2


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("format", ["text", "markdown", "html", "csv"])
def test_every_format_in_every_language(tkk: Run, language: str, format: str) -> None:
    done = tkk("regress", SAMPLE, *ONE, "--covariates", "ika", "--lang", language, "--format", format)
    assert done.status == 0
    assert "ika" in done.out if format == "csv" else "HR" in done.out


def test_residuals_are_written_beside_the_result(tkk: Run, tmp_path: Path) -> None:
    for name in ("jaannokset.csv", "jaannokset.parquet"):
        path = tmp_path / name
        done = tkk("regress", SAMPLE, *ONE, "--covariates", "ika", "--residuals", path)
        assert done.status == 0
        assert "not for publication" in done.err
        rows = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
        assert abs(rows["martingale"].sum()) < 1e-8
        assert np.all(np.diff(rows["row"]) > 0)


@pytest.mark.parametrize(
    ("arguments", "code", "status"),
    [
        (("--covariates", "ika", "--residuals", "jaannokset.xlsx"), "TKK506", 2),
        (("--covariates", "ikaa"), "TKK224", 2),
        (("--formula", "ohjelma + (ika"), "TKK220", 2),
        (("--covariates", "ika", "--cuts", "90"), "TKK306", 2),
    ],
)
def test_a_refusal_is_one_clear_text(tkk: Run, arguments: tuple[str, ...], code: str, status: int) -> None:
    done = tkk("regress", SAMPLE, *ONE, *arguments)
    assert done.out == ""
    assert done.err.startswith(f"error[{code}]")
    assert done.status == status


def test_nothing_is_written_when_a_figure_cannot_be(tkk: Run, tmp_path: Path) -> None:
    done = tkk("regress", SAMPLE, *ONE, "--covariates", "ika", "--figure", tmp_path / "a.xyz", "-o", tmp_path / "b.txt")
    assert done.status == 2
    assert list(tmp_path.iterdir()) == []


def test_figures_are_written(tkk: Run, tmp_path: Path) -> None:
    names = {flag: tmp_path / f"{flag.strip('-')}.pdf" for flag in ("--figure", "--figure-curves", "--figure-ph")}
    given = [part for flag, path in names.items() for part in (flag, path)]
    done = tkk("regress", SAMPLE, *ONE, "--covariates", "ika", *given)
    assert done.status == 0
    assert all(path.read_bytes().startswith(b"%PDF") for path in names.values())
    assert done.err.count("wrote") == 3
