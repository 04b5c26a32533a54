"""The command as a user meets it: files in, files out, exit status, and never a traceback or a person's value."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
import pyreadstat
import pytest

import tkk_cli as tkk
from tkk_cli.results import json_schema

SAMPLES = Path(__file__).parents[2] / "sample_data"
EVENTS = "tyohonpaluu=1,tyokyvyttomyyselake=2,vanhuuselake=3,kuolema=4"
JOB = ("--time", "seuranta", "--event", "tila", "--events", EVENTS, "--group", "ohjelma")


def run(*arguments: object, folder: Path, text: str | bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    data = text.encode() if isinstance(text, str) else text
    command = [sys.executable, "-c", "from tkk_cli.app import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, input=data, capture_output=True, check=False)


def numbers(done: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr.decode()
    tables: dict[str, Any] = json.loads(done.stdout)["tables"]
    return tables


@pytest.mark.parametrize("suffix", ["csv", "sav", "parquet"])
def test_the_same_numbers_from_every_sample(suffix: str, tmp_path: Path) -> None:
    tables = numbers(
        run("survival", SAMPLES / f"kuntoutus.{suffix}", *JOB, "--at", "90,365", "--json", folder=tmp_path)
    )
    twin = tkk.survival(
        SAMPLES / "kuntoutus.csv", time="seuranta", event="tila", events=EVENTS, group="ohjelma", at=[90, 365]
    )
    for name in ("at", "tests", "restricted_mean", "contrasts"):
        assert tables[name] == twin[name].to_records(), name


def test_json_follows_the_published_schema(tmp_path: Path) -> None:
    done = run("survival", SAMPLES / "kuntoutus.csv", *JOB, "--entry", "tulo_paiva", "--json", folder=tmp_path)
    jsonschema.validate(json.loads(done.stdout), json_schema("survival"))
    again = run("survival", SAMPLES / "kuntoutus.csv", *JOB, "--entry", "tulo_paiva", "--json", folder=tmp_path)
    assert done.stdout == again.stdout


def test_dates_give_the_durations(tmp_path: Path) -> None:
    dates = "tyohonpaluu=paluu_pvm,tyokyvyttomyyselake=elake_pvm,vanhuuselake=vanhuuselake_pvm,kuolema=kuolin_pvm"
    by_date = ("--start", "alku", "--end", "loppu", "--event-date", dates, "--group", "ohjelma")
    a = numbers(run("survival", SAMPLES / "kuntoutus.csv", *by_date, "--json", folder=tmp_path))
    b = numbers(run("survival", SAMPLES / "kuntoutus.csv", *JOB, "--json", folder=tmp_path))
    assert a["curves"] == b["curves"]


def test_standard_input(tmp_path: Path) -> None:
    text = "aika;tila\n5;1\n8;0\n9;1\n"
    done = run("survival", "-", "--time", "aika", "--event", "tila==1", "--json", folder=tmp_path, text=text)
    assert numbers(done)["groups"][0]["n"] == 3


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("format", ["text", "markdown", "html", "csv"])
def test_every_format_in_every_language(format: str, language: str, tmp_path: Path) -> None:
    output = tmp_path / "tulos"
    options = ("--format", format, "--lang", language, "--at", "365", "--pairwise", "-o", output)
    done = run("survival", SAMPLES / "kuntoutus.sav", *JOB, *options, folder=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b""
    assert done.stderr.decode().strip() == f"wrote {output}"
    text = output.read_text(encoding="utf-8")
    words = {"fi": "ilmaantuvuus", "sv": "incidens", "en": "ncidence"}
    assert ("group,cause,time" if format == "csv" else words[language]) in text


@pytest.mark.parametrize("suffix", ["pdf", "png", "svg", "tiff", "eps"])
def test_figures_of_every_kind(suffix: str, tmp_path: Path) -> None:
    done = run(
        *("survival", SAMPLES / "kuntoutus.parquet", *JOB, "--figure", f"kuvio.{suffix}", "--figure-data", "k.csv"),
        *("--lang", "fi", "--quiet"),
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    assert (tmp_path / f"kuvio.{suffix}").stat().st_size > 5_000
    assert (tmp_path / "k.csv").read_text().count("\n") > 100
    assert len(list(tmp_path.iterdir())) == 2


def test_the_terminal_plot(tmp_path: Path) -> None:
    done = run("survival", SAMPLES / "kuntoutus.csv", *JOB, "--plot", "term", folder=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.decode().splitlines()) > 60


def test_one_table_as_csv(tmp_path: Path) -> None:
    done = run("survival", SAMPLES / "kuntoutus.csv", *JOB, "--format", "csv", "--table", "tests", folder=tmp_path)
    assert done.stdout.decode().splitlines()[0] == "test,cause,alternative,statistic,df,p_value"


def test_labels_of_spss_reach_the_page(tmp_path: Path) -> None:
    done = run("survival", SAMPLES / "kuntoutus.sav", *JOB, "--lang", "fi", folder=tmp_path)
    assert "Työhönpaluu" in done.stdout.decode() or "Työhön paluu" in done.stdout.decode()
    assert "SYNTEETTINEN" in done.stdout.decode()


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        (("--tim", "seuranta"), 2, ""),
        (("--conf-type", "cloglog"), 2, "TKK304"),
        (("--horizon", "9999"), 2, "TKK303"),
        (("--method", "kaplan_meier"), 2, "TKK301"),
        (("--censored", "9"), 3, "TKK204"),
        (("--reference", "IPS"), 2, "TKK212"),
        (("--figure", "kuvio.doc"), 2, "TKK512"),
        (("--figure", "ei/ole/kuvio.pdf"), 2, "TKK504"),
        (("-o", "ei/ole/tulos.txt"), 2, "TKK504"),
        (("--figure", "a.pdf", "--figure-data", "ei/ole/k.csv"), 2, "TKK504"),
        (("--figure", "a.pdf", "-o", "./a.pdf"), 2, "TKK505"),
        (("-o", str(SAMPLES / "kuntoutus.csv")), 2, "TKK505"),
        (("--dpi", "600"), 2, "TKK517"),
        (("--json", "--plot", "term"), 2, "TKK503"),
        (("--horizon", "0,5"), 2, "TKK304"),
    ],
)
def test_refusals_leave_nothing_behind(options: tuple[str, ...], status: int, code: str, tmp_path: Path) -> None:
    done = run("survival", SAMPLES / "kuntoutus.csv", *JOB, *options, folder=tmp_path)
    message = done.stderr.decode()
    assert done.returncode == status, message
    assert f"error[{code}]" in message if code else "No such option" in message
    assert "Traceback" not in message
    assert done.stdout == b""
    assert not list(tmp_path.iterdir())


def test_a_message_holds_no_value_of_a_person(tmp_path: Path) -> None:
    secret = "aika;tila;ryhmä\n5;1;A\nsalainen123;0;B\n-777;1;B\n"
    (tmp_path / "a.csv").write_text(secret)
    done = run("survival", "a.csv", "--time", "aika", "--event", "tila==1", folder=tmp_path)
    assert done.returncode == 3
    assert b"salainen" not in done.stderr
    assert b"777" not in done.stderr


def test_every_format_of_one_cohort(tmp_path: Path) -> None:
    table = pyarrow.table({"aika": [5, 8, 8, 12], "tila": [1, 0, 1, 1], "ryhmä": ["å", "ä", "å", "ä"]})
    pyarrow.csv.write_csv(table, tmp_path / "a.csv")
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    pyarrow.feather.write_feather(table, tmp_path / "a.feather")
    frame = table.to_pandas()
    pyreadstat.write_sav(frame, tmp_path / "a.sav")
    pyreadstat.write_dta(frame, tmp_path / "a.dta")
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    job = ("--time", "aika", "--event", "tila==1", "--group", "ryhmä", "--json")
    found = [
        numbers(run("survival", f"a.{suffix}", *job, folder=tmp_path))
        for suffix in ("csv", "parquet", "feather", "sav", "dta", "xlsx")
    ]
    assert all(tables == found[0] for tables in found)


def test_warnings_of_a_csv_go_to_standard_error(tmp_path: Path) -> None:
    job = ("--time", "seuranta", "--event", "tila==1", "--censored", "0,2,3,4", "--format", "csv", "-o", "a.csv")
    done = run("survival", SAMPLES / "kuntoutus.csv", *job, folder=tmp_path)
    assert b"warning[TKK353]" in done.stderr
    assert run("survival", SAMPLES / "kuntoutus.csv", *job, "--quiet", folder=tmp_path).stderr == b""


def test_a_full_disk_behind_standard_output(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from tkk_cli.app import main; main()", "survival", str(SAMPLES / "kuntoutus.csv")]
    if not Path("/dev/full").exists():
        return  # a device of Linux only
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*command, *JOB], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert b"TKK504" in done.stderr


def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from tkk_cli.app import main; main()", "survival", str(SAMPLES / "kuntoutus.csv")]
    with subprocess.Popen(
        [*command, *JOB, "--json"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
