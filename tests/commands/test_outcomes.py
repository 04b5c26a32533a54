"""The dictionary on the command line, and the headline over definitions from register files to its page and figure."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from support.running import Run

from tkk_cli.errors import EXIT_OK, EXIT_USAGE
from tkk_cli.outcomes.registry import OUTCOMES

REGISTERS = """
[source.tyo]
path = "tyo.csv"
layout = "long"
state = "employed"
years = [2010, 2015]

[source.sairaus]
path = "sairaus.csv"
layout = "long"
state = "sickness"
years = [2010, 2015]
"""
COHORT = """
registers = "registers.toml"
[index]
min_days = 10
first = 2012-01-01
[look_back]
days = 100
[follow_up]
days = 300
[outcome.paluu]
use = "O2"
gap = 2
dated = "confirmed"
"""


MANY = ",".join(map(str, range(1, 31)))  # windows: with two rules and the name of the origin 61 lines


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Twenty persons at work, absent from 1 March 2012: person i for 20 + i days."""
    work, sick = ["hid_e;alkupvm;loppupvm"], ["hid_e;alkupvm;loppupvm"]
    for i in range(20):
        work.append(f"H{i:03d};2011-01-01;2015-12-31")
        sick.append(f"H{i:03d};2012-03-01;2012-03-{20 + i % 10}")
        sick.append(f"H{i:03d};2012-04-{10 + i % 5};2012-05-{10 + i % 10}")
    (tmp_path / "tyo.csv").write_text("\n".join(work) + "\n", encoding="utf-8")
    (tmp_path / "sairaus.csv").write_text("\n".join(sick) + "\n", encoding="utf-8")
    (tmp_path / "registers.toml").write_text(REGISTERS, encoding="utf-8")
    path = tmp_path / "cohort.toml"
    path.write_text(COHORT, encoding="utf-8")
    return path


@pytest.mark.parametrize("arguments", [("list",), ("show", "O2"), ("show", "O22", "--lang", "fi")])
def test_the_dictionary_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys; sys.argv = ['tkk', 'outcomes', *sys.argv[1:]]\n"
        "from tkk_cli.app import main\n"
        "try: main()\n"
        "finally: print(*{'numpy', 'duckdb', 'pyarrow', 'matplotlib'} & sys.modules.keys(), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout
    assert ran.stderr.strip() == ""


def test_list_is_all_or_of_an_aim(tkk: Run) -> None:
    lines = tkk("outcomes", "list").out.splitlines()
    assert [line.split()[0] for line in lines[:23]] == list(OUTCOMES)
    assert lines[-1].startswith("Aims: 1 entering work")
    some = tkk("outcomes", "list", "--aim", "1", "--lang", "fi").out
    assert "O13  competitive_employment" in some
    assert "Työ avoimilla työmarkkinoilla" in some
    assert "O2 " not in some
    assert [row["code"] for row in json.loads(tkk("outcomes", "list", "--aim", "1", "--json").out)] == [
        "O12",
        "O13",
        "O16",
        "O20",
    ]


@pytest.mark.parametrize("code", OUTCOMES)
def test_show_says_how_to_ask_for_it(code: str, tkk: Run) -> None:
    facts: dict[str, Any] = json.loads(tkk("outcomes", "show", code, "--json", "--lang", "sv").out)
    assert facts["title"] == OUTCOMES[code].titles["sv"]
    written = tomllib.loads("\n".join(facts["toml"]))
    if OUTCOMES[code].computed == "career":
        assert (written, facts["columns"]) == ({}, [])
        assert "tkk career" in tkk("outcomes", "show", code).out
        return
    asked = written["outcome"][facts["name"]]
    assert asked.pop("use") == code
    defaults = {parameter["name"]: parameter["default"] for parameter in facts["parameters"]}
    assert asked.items() <= defaults.items()
    assert facts["columns"][0]["name"].startswith(facts["name"])


def test_show_in_words(tkk: Run) -> None:
    text = tkk("outcomes", "show", "sustained_rtw", "--lang", "fi").out
    for words in (
        "O2  sustained_rtw\nPysyvä työhönpaluu\nTavoitteet: työhön paluu\n",
        "vähintään 28 päivän yhtäjaksoinen jakso työssä (kalenteripäiviä;",
        "3 = vanhuuseläke",
        '  [outcome.sustained_rtw]\n  use = "O2"\n  days = 28\n',
    ):
        assert words in text


def test_sensitivity_from_files_to_page_and_figure(plan: Path, tkk: Run, tmp_path: Path) -> None:
    shared = ("outcomes", "sensitivity", plan, "--windows", "10,60", "--origins", "index,end", "--at", "100")
    ran = tkk(*shared, "--lang", "fi", "--figure", tmp_path / "kuvio.svg", "--memory", "500MB")
    assert ran.status == EXIT_OK, ran.err
    assert ran.out.startswith("Pysyvä työhönpaluu: herkkyys määritelmälle\n")
    assert "O2: enintään 2 päivän keskeytys ei katkaise jaksoa; tapahtuman päivä on päivä, jona" in ran.out
    assert "indeksijakson loppu" in ran.out
    assert (tmp_path / "kuvio.svg").exists()
    made = json.loads(tkk(*shared, "--json", "--partial", "counts").out)
    rows = made["tables"]["sensitivity"]
    # twelve to twenty-two days at work come before the second absence; sixty only after it
    assert [(r["origin"], r["window"], r["n"], r["n_event"]) for r in rows] == [
        ("index", 10, 20, 20),
        ("index", 60, 20, 0),
        ("end", 10, 20, 20),
        ("end", 60, 20, 0),
    ]
    assert made["settings"]["at"] == 100.0
    csv = tkk(*shared, "--format", "csv").out.splitlines()
    assert csv[0].startswith("outcome,window,unit,origin,partial,group,time,n,n_event,estimate")
    assert len(csv) == 9


def test_a_horizon_beyond_follow_up_is_a_warning(plan: Path, tkk: Run) -> None:
    ran = tkk("outcomes", "sensitivity", plan, "--windows", "360", "--at", "310", "--lang", "sv")
    assert ran.status == EXIT_OK
    assert "Varning TKK404: Uppföljningen slutar före 310" in " ".join(ran.out.split()).replace("\u00a0", " ")


def test_more_lines_than_a_figure_holds_are_refused_before_the_work(plan: Path, tkk: Run) -> None:
    asked = ("outcomes", "sensitivity", plan, "--windows", MANY, "--figure", plan.with_name("kuvio.svg"))
    ran = tkk(*asked)
    assert (ran.status, ran.out) == (EXIT_USAGE, "")
    assert "TKK523" in ran.err
    assert not plan.with_name("cohort.work").exists()
    assert tkk(*asked, "--partial", "counts").status == EXIT_OK


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["list", "--aim", "5"], "TKK304"),
        (["list", "--lang", "de"], "TKK501"),
        (["show", "O99"], "TKK346"),
        (["sensitivity", "{plan}", "--origins", "alku"], "TKK401"),
        (["sensitivity", "{plan}", "--outcome", "O9"], "TKK400"),
        (["sensitivity", "{plan}", "--group", "programme"], "TKK403"),
        (["sensitivity", "{plan}", "--figure", "kuvio.gif"], "TKK512"),
        (["sensitivity", "{plan}", "--dpi", "600"], "TKK517"),
        (["sensitivity", "{plan}", "--output", "{plan}"], "TKK505"),
    ],
)
def test_what_is_typed_wrong_is_status_2(arguments: list[str], code: str, plan: Path, tkk: Run) -> None:
    ran = tkk("outcomes", *(argument.replace("{plan}", str(plan)) for argument in arguments))
    assert (ran.status, ran.out) == (EXIT_USAGE, "")
    assert code in ran.err
