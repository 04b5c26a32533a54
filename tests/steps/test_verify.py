"""A result is verified against itself, against brute force, and against a stand-in for R."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from support.running import Run

import tkk_cli as tkk
from tkk_cli.errors import TkkError
from tkk_cli.steps.verify import compare
from tkk_cli.verification import r

SAMPLE = Path("sample_data/kuntoutus.csv").resolve()
COX = {"time": "seuranta", "event": "tila==1", "censored": "0,2,3,4", "group": "ohjelma", "covariates": "ika"}
CURVES = {"time": "seuranta", "event": "tila", "events": "tyohonpaluu=1,elake=2+3,kuolema=4", "group": "ohjelma"}


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "tulos.json"
    path.write_text(tkk.regress(str(SAMPLE), **COX).to_json(), encoding="utf-8")
    return path


def test_digits() -> None:
    assert compare(np.array([1.0]), np.array([1.0])) == 15
    assert compare(np.array([100.0]), np.array([100.01])) == 4
    assert compare(np.array([1e-9]), np.array([0.0]), np.array([0.1])) == 8
    assert compare(np.array([1.0, np.nan]), np.array([1.0, 2.0])) == 0
    assert compare(np.array([1.0]), np.array([1.0, 2.0])) == 0
    assert compare(np.array([0.0]), np.array([0.0])) == 15


def test_the_same_numbers_again_and_by_brute_force(stored: Path) -> None:
    found = tkk.verify(stored, data=SAMPLE, ways="again,brute")["agreement"]
    again = found.where(way="again")
    assert len(again) > 4
    assert (again["digits"] == 15).all()
    brute = found.where(way="brute")
    assert set(brute["quantity"]) == {"coefficient", "std_error", "log_likelihood"}
    assert set(brute["n"]) == {1000}
    assert (brute["digits"] >= 7).all()


def test_fine_gray_and_its_cause_specific_models(tmp_path: Path) -> None:
    path = tmp_path / "tulos.json"
    result = tkk.regress(str(SAMPLE), **CURVES, covariates="ika", model="fine-gray")
    path.write_text(result.to_json(), encoding="utf-8")
    found = tkk.verify(path, data=SAMPLE, ways="brute")["agreement"]
    assert set(found["method"]) == {"fine_gray", "cox"}
    assert (found["digits"][np.isfinite(found["digits"])] >= 7).all()
    assert set(found["reason"]) == {"", "infinite"}


def test_curves(tmp_path: Path) -> None:
    path = tmp_path / "tulos.json"
    path.write_text(tkk.survival(str(SAMPLE), **CURVES).to_json(), encoding="utf-8")
    found = tkk.verify(path, data=SAMPLE, ways="again,brute")["agreement"]
    brute = found.where(way="brute")
    assert len(brute) == 4 * 3
    assert (brute["digits"] >= 12).all()
    assert (found.where(way="again")["digits"] == 15).all()


def test_a_changed_number_and_changed_data_are_found(stored: Path, tmp_path: Path) -> None:
    data = json.loads(stored.read_text(encoding="utf-8"))
    data["tables"]["coefficients"][1]["coefficient"] += 1e-3
    stored.write_text(json.dumps(data), encoding="utf-8")
    found = tkk.verify(stored, data=SAMPLE, ways="again")["agreement"]
    assert found.where(quantity="table:coefficients")["digits"][0] < 4
    other = tmp_path / "kuntoutus.csv"
    other.write_bytes(SAMPLE.read_bytes() + b"\n")
    with pytest.raises(TkkError) as refused:
        tkk.verify(stored)
    assert refused.value.code == "TKK531"


def test_what_cannot_be_verified_is_refused(stored: Path, tmp_path: Path) -> None:
    for content in ("{", '{"kind": "survival"}', "[]"):
        wrong = tmp_path / "muu.json"
        wrong.write_text(content, encoding="utf-8")
        with pytest.raises(TkkError) as refused:
            tkk.verify(wrong)
        assert refused.value.code == "TKK530"
    with pytest.raises(TkkError) as refused:
        tkk.verify(stored, data=tmp_path / "puuttuu.csv")
    assert refused.value.code == "TKK531"
    with pytest.raises(TkkError) as refused:
        tkk.verify(stored, ways="magic")
    assert refused.value.code == "TKK304"


def test_r_gets_the_rows_and_its_numbers_are_read(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = []

    def stand_in(arguments: list[str], cwd: Path | None = None, **_: object) -> subprocess.CompletedProcess[str]:
        if "-e" in arguments:
            return subprocess.CompletedProcess(arguments, 0, "R 4.9.9, survival 9.9", "")
        assert cwd is not None
        folders.append(cwd)
        script = (cwd / "fit.R").read_text(encoding="utf-8")
        assert "coxph(" in script
        assert 'ties = "efron"' in script
        rows = list(csv.DictReader((cwd / "rows.csv").read_text(encoding="utf-8").splitlines()))
        assert len(rows) > 1000
        assert {"x0", "x3", "exit", "event", "weight"} <= rows[0].keys()
        return subprocess.CompletedProcess(arguments, 0, "coefficient,1\n" * 4, "")

    monkeypatch.setattr(r.shutil, "which", lambda _: "Rscript")
    monkeypatch.setattr(r.subprocess, "run", stand_in)
    found = tkk.verify(stored, data=SAMPLE, ways="r")["agreement"]
    assert found["version"] == ("R 4.9.9, survival 9.9",)
    assert found["compared"].tolist() == [4]
    assert found["digits"][0] == 0
    assert not folders[0].exists()  # rows of people do not stay behind


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"split_at": "90,300"}, ("survSplit(", "coxph(", "(e$exit > 90.0 & e$exit <= 300.0)")),
        ({"time_varying": "ika=log(t+20)"}, ("survSplit(", "log(e$exit+20)")),
        ({"model": "poisson", "cuts": "90,365"}, ("survSplit(", "glm(", "poisson")),
        ({"model": "discrete", "cuts": "90,365,5000", "link": "logit"}, ("survSplit(", 'binomial("logit")')),
        ({"model": "pseudo", "at": "180,365"}, ("pseudo(", 'type = "rmst"', "geese(")),
        ({"model": "additive"}, ("aareg(",)),
        ({"model": "aft"}, ("survreg(", 'dist = "weibull"')),
    ],
)
def test_r_is_asked_for_the_same_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, str], words: tuple[str, ...]
) -> None:
    path = tmp_path / "tulos.json"
    path.write_text(tkk.regress(str(SAMPLE), **COX, **options).to_json(), encoding="utf-8")

    def stand_in(arguments: list[str], cwd: Path | None = None, **_: object) -> subprocess.CompletedProcess[str]:
        if cwd is not None:
            script = (cwd / "fit.R").read_text(encoding="utf-8")
            assert all(word in script for word in words)
        return subprocess.CompletedProcess(arguments, 0, "R 4.9.9" if cwd is None else "coefficient,1\n", "")

    monkeypatch.setattr(r.shutil, "which", lambda _: "Rscript")
    monkeypatch.setattr(r.subprocess, "run", stand_in)
    assert len(tkk.verify(path, data=SAMPLE, ways="r")["agreement"]) == 1


def test_a_subsample_without_events_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tulos.json"
    result = tkk.regress(str(SAMPLE), **CURVES, covariates="ika", model="poisson", cuts="90")
    path.write_text(result.to_json(), encoding="utf-8")
    monkeypatch.setattr("tkk_cli.verification.brute.MOST_ROWS", 20)
    assert tkk.verify(path, data=SAMPLE, ways="brute")["agreement"]["reason"] == ("subsample",)


@pytest.mark.parametrize("failure", ["r_failed", "r_slow"])
def test_a_failure_of_r_is_said(stored: Path, monkeypatch: pytest.MonkeyPatch, failure: str) -> None:
    def stand_in(arguments: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        if "-e" in arguments:
            return subprocess.CompletedProcess(arguments, 0, "R 4.9.9", "")
        if failure == "r_slow":
            raise subprocess.TimeoutExpired(arguments, 1)
        return subprocess.CompletedProcess(arguments, 1, "", "")

    monkeypatch.setattr(r.shutil, "which", lambda _: "Rscript")
    monkeypatch.setattr(r.subprocess, "run", stand_in)
    assert tkk.verify(stored, data=SAMPLE, ways="r")["agreement"]["reason"] == (failure,)


def test_without_r_it_is_said(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(r.shutil, "which", lambda _: None)
    assert tkk.verify(stored, data=SAMPLE, ways="r")["agreement"]["reason"] == ("missing",)


def test_the_command(tkk: Run, stored: Path) -> None:
    done = tkk("verify", stored, "--data", SAMPLE, "--ways", "again,brute", "--lang", "fi")
    assert done.status == 0
    assert "Tulosten varmennus" in done.out
    assert tkk("verify", stored, "--data", SAMPLE, "--ways", "brute", "--digits", "14.9").status == 1
    assert tkk("verify", stored, "--data", SAMPLE, "--ways", "magic").status == 2
