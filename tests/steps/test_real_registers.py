"""Real data from their raw columns, through registers and cohort, to the numbers that are known of them."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

import tkk_cli as tkk
from tkk_cli.data.reading import read_table

REFERENCE = Path(__file__).parents[1] / "reference"
HEAD = "code,state,extent,programme,title,source,verified\n"
PLAN = """registers = "registers.toml"
[look_back]
days = 0
[eligibility]
observed = false
[comparison]
pool = "everyone"
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        folder.joinpath(name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder / "cohort.toml"


def raw(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name / "data.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def incidence(result: tkk.Result, cause: str) -> np.ndarray:
    return np.asarray(result["at"].where(cause=cause)["estimate"])


def test_injury_weeks_off_work_become_time_to_return(tmp_path: Path) -> None:
    """Meyer, Viscusi and Durbin's claims: the share still off work is that of the raw weeks."""
    plan = write(
        tmp_path,
        codes__csv=HEAD + "1,employed,,,back at work,Meyer Viscusi and Durbin 1995,yes\n",
        registers__toml=f"""[source.injury]
path = '{REFERENCE / "injury" / "data.csv"}'
layout = "durations"
columns = {{ duration = "durat", code = "event" }}
codes = "codes.csv"
unit_days = 7
""",
        cohort__toml=PLAN + '[follow_up]\ndays = 2000\nlast = 2010-01-01\ncompeting = []\n[outcome.rtw]\nuse = "O1"\n',
    )
    tkk.cohort(plan)
    times = (7, 28, 182)
    made = tkk.survival(tmp_path / "cohort_data.parquet", time="rtw_time", event="rtw_event==1", at=times)
    days = [math.floor(float(row["durat"]) * 7 + 0.5) for row in raw("injury")]
    assert len(days) == made.provenance["n_used"] == 7150
    expected = [sum(day > time for day in days) / 7150 for time in times]
    np.testing.assert_allclose(made["at"]["estimate"], expected, rtol=1e-12)


def test_unempdur_keeps_its_published_incidence(tmp_path: Path) -> None:
    """Ecdat's UnempDur: incidence of full-time and part-time re-employment by two-week tick."""
    states = (
        "state,work,benefit,fi,sv,en,source,verified\n"
        "unobserved,no,none,ei tietoa,okänt,not observed,UnempDur,yes\n"
        "left,no,none,poistui muualle,annan orsak,left for another reason,UnempDur,yes\n"
        "part_time,no,none,osa-aikatyö,deltid,part-time work,UnempDur,yes\n"
        "unemployment,no,full,työtön,arbetslös,unemployed,UnempDur,yes\n"
        "employed,competitive,none,kokoaikatyö,heltid,full-time work,UnempDur,yes\n"
    )
    plan = write(
        tmp_path,
        states__csv=states,
        codes__csv=HEAD
        + "".join(
            f"{code},{state},,,,Ecdat,yes\n"
            for code, state in enumerate(("unobserved", "employed", "part_time", "left"))
        ),
        registers__toml=f"""states = "states.csv"
[source.unempdur]
path = '{REFERENCE / "unempdur" / "data.csv"}'
layout = "durations"
columns = {{ duration = "spell", code = "cause" }}
codes = "codes.csv"
unit_days = 14
state = "unemployment"
""",
        cohort__toml=PLAN
        + """[index]
states = ["unemployment"]
[follow_up]
days = 1000
last = 2005-01-01
competing = ["part_time", "left"]
censoring = ["unobserved"]
[outcome.job]
use = "O1"
""",
    )
    tkk.cohort(plan)
    data = tmp_path / "cohort_data.parquet"
    made = tkk.survival(
        data,
        time="job_time",
        event="job_event",
        events={"full_time": 1, "part_time": 2, "left": 3},
        at=[14 * tick for tick in (5, 10, 20, 28)],
    )
    counts = {row["cause"]: row["n_event"] for row in made["events"].rows()}
    assert counts == {"full_time": 1073, "part_time": 339, "left": 574}
    assert [round(value, 4) for value in incidence(made, "full_time")] == [0.2384, 0.3155, 0.4388, 0.4847]
    assert round(incidence(made, "part_time")[-1], 4) == 0.1495


@pytest.fixture(scope="module")
def mvad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mvad")
    names = ("employment", "FE", "HE", "joblessness", "school", "training")
    states = "state,work,benefit,fi,sv,en,source,verified\n" + "".join(
        f"{name.lower()},{'competitive' if name == 'employment' else 'no'},none,{name},{name},{name},mvad,yes\n"
        for name in names
    )
    plan = write(
        folder,
        states__csv=states,
        codes__csv=HEAD + "".join(f"{name},{name.lower()},,,,mvad,yes\n" for name in names),
        registers__toml=f"""states = "states.csv"
[source.mvad]
path = '{REFERENCE / "mvad" / "data.csv"}'
layout = "monthly_wide"
codes = "codes.csv"
""",
        cohort__toml=PLAN
        + """[index]
states = ["employment", "fe", "he", "joblessness", "school", "training"]
[follow_up]
days = 3000
last = 1999-06-30
competing = []
censoring = []
[outcome.months]
use = "O9"
""",
    )
    tkk.cohort(plan, grid="month", grid_file=str(folder / "months.parquet"))
    return folder


def test_mvad_gives_the_published_monthly_sequences(mvad: Path) -> None:
    """McVicar and Anyadike-Danes 2002: 712 persons, 72 months from July 1993, each month as published."""
    cohort = read_table(mvad / "cohort_data.parquet", ["id", "person_key"])
    keys = cohort["person_key"]
    key_of = {int(i): keys.levels[int(k)] for i, k in zip(cohort["id"].values, keys.values, strict=True)}
    grid = read_table(mvad / "months.parquet", ["id", "period", "state"])
    ranks = dict(enumerate(("employment", "FE", "HE", "joblessness", "school", "training"), 1))
    found: dict[tuple[str, int], str] = {
        (key_of[int(pid)], int(period)): ranks[int(state)]
        for pid, period, state in zip(grid["id"].values, grid["period"].values, grid["state"].values, strict=True)
    }
    assert {ranks[int(code)].lower() for code in grid["state"].value_labels if int(code) in ranks} == {
        labels["fi"].lower() for code, labels in grid["state"].value_labels.items() if int(code) in ranks
    }
    rows = raw("mvad")
    months = [name for name in rows[0] if name[3:4] == "."][-72:]
    months = list(rows[0])[list(rows[0]).index("Jul.93") :][:72]
    expected = {(row["id"], i): row[month] for row in rows for i, month in enumerate(months)}
    assert len(expected) == 712 * 72
    assert found == expected
