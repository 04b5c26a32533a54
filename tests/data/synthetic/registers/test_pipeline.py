"""The planted truth is found again by layouts, episodes and outcomes, and the planted traps by the checks."""

import csv
import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

import tkk_cli as tkk
from tkk_cli.data.registers.config import read_registers
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.data.registers.intake import Intake, take_in
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.data.synthetic.options import RegisterSimulationOptions
from tkk_cli.data.synthetic.registers.dream import CODES
from tkk_cli.data.synthetic.registers.simulate import simulate_registers
from tkk_cli.data.synthetic.registers.traps import NAMES

# which source tells of a state, and of it alone
TOLD = {
    "etk_elake": {
        "disability_pension",
        "temporary_disability_pension",
        "partial_disability_pension",
        "partial_temporary_disability_pension",
        "career_pension",
        "old_age_pension",
    },
    "etk_palkaton": {"leave"},
    "folk_tyottomat": {"unemployment"},
    "folk_sijoitetut": {"subsidised"},
    "folk_tyonhakijat": {"unemployment", "subsidised"},
    "folk_tyovoimakoulutus": {"student"},
    "kela_sairauspaivaraha": {"sickness", "partial_sickness"},
    "kela_kuntoutusraha": {"rehabilitation"},
    "muutot": {"emigrated"},
}


def simulated(folder: Path, **options: object) -> Path:
    simulate_registers(RegisterSimulationOptions(output=str(folder), **options))  # type: ignore[arg-type]
    return folder


def work_of(toml: Path) -> Path:
    """One work folder for all tests of a file: what is staged is used again."""
    return toml.parent.parent / f"{toml.stem}.work"


def taken_in(toml: Path) -> tuple[Workspace, Intake]:
    workspace = Workspace(DuckDB("1GB", 1, work_of(toml) / "temp"), work_of(toml))
    workspace.define("truth", f"SELECT * FROM read_csv('{toml.parent}/truth/spells.csv')")
    return workspace, take_in(read_registers(toml), workspace)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(tmp_path_factory.mktemp("plain") / "made", persons=500, seed=6)


def test_spells_that_are_read_are_the_true_ones(folder: Path) -> None:
    workspace, _ = taken_in(folder / "registers.toml")
    day = "CAST(DATE_DIFF('day', DATE '1970-01-01', {}) AS INT)"
    for source, states in TOLD.items():
        listed = ", ".join(f"'{state}'" for state in states)
        truth = workspace.fetch(
            f"SELECT key, state, {day.format('start')}, {day.format('stop')} FROM truth WHERE state IN ({listed})"
        )
        read = workspace.fetch(f"SELECT key, state, start, stop FROM spell_row WHERE source = '{source}'")
        assert sorted(read, key=str) == sorted(truth, key=str), source
        assert len(read) > 5, source
    assert workspace.fetch("SELECT COUNT(*) FROM person_row WHERE reason IS NOT NULL")[0][0] == 0
    programmes = workspace.fetch("SELECT programme, COUNT(*) FROM spell_row WHERE source = 'kela_kuntoutus' GROUP BY 1")
    truth = workspace.fetch("SELECT programme, COUNT(*) FROM truth WHERE programme IS NOT NULL GROUP BY 1")
    assert sorted(programmes) == sorted(truth)
    workspace.engine.close()


def test_every_true_outcome_and_episode_is_found(folder: Path, tmp_path: Path) -> None:
    work = work_of(folder / "registers.toml")
    tkk.cohort(folder / "cohort.toml", save=str(tmp_path / "cohort.parquet"), work=str(work))
    db = duckdb.connect()
    db.execute(f"CREATE VIEW truth AS SELECT * FROM read_csv('{folder}/truth/outcomes.csv')")
    db.execute(f"CREATE VIEW cohort AS SELECT * FROM '{tmp_path}/cohort.parquet'")
    members, same, returned = db.execute(
        "SELECT COUNT(*), SUM(CASE WHEN paluu_time = o1_time AND paluu_event = o1_event AND pysyva_time = o2_time "
        "AND pysyva_event = o2_event AND c.follow_stop = t.follow_stop THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN o2_event = 1 THEN 1 ELSE 0 END) "
        "FROM cohort AS c LEFT JOIN truth AS t ON t.key = c.person_key AND t.index_day = c.index_date"
    ).fetchall()[0]
    assert members > 100
    assert (same, returned > members // 2) == (members, True)

    # every day of the episodes of every member is in the true state
    tables = {name: f"'{work}/{name}.parquet'" for name in ("episode", "entrant", "person")}
    days = "CAST(DATE_DIFF('day', DATE '1970-01-01', {}) AS INT)"
    wrong, right = db.execute(
        f"""
        WITH lived AS (
            SELECT p.pid, t.state, {days.format("t.start")} AS start, COALESCE({days.format("t.stop")}, 99999) AS stop
            FROM read_csv('{folder}/truth/spells.csv') AS t JOIN {tables["person"]} AS p ON p.key = t.key),
        names AS (SELECT ROW_NUMBER() OVER () AS state, state AS name
            FROM read_csv('{Path(tkk.__file__).parent}/data/registers/states.csv')),
        compared AS (
            SELECT COALESCE(n.name, 'other') AS found, l.state AS truth,
                LEAST(e.stop, l.stop) - GREATEST(e.start, l.start) AS days
            FROM {tables["episode"]} AS e JOIN lived AS l ON l.pid = e.pid AND l.start < e.stop AND e.start < l.stop
            LEFT JOIN names AS n ON n.state = e.state)
        SELECT SUM(CASE WHEN found <> truth THEN days ELSE 0 END), SUM(days) FROM compared"""
    ).fetchall()[0]
    assert (wrong, right > 100 * 365) == (0, True)


def test_weeks_of_dream_are_read_as_they_are_written(folder: Path) -> None:
    workspace, intake = taken_in(folder / "registers_dream.toml")
    assert [source.name for source in intake.sources] == ["dream"]
    assert workspace.fetch("SELECT COUNT(*) FROM spell_dream WHERE reason IS NOT NULL") == [(0,)]
    with (folder / "dream/dream.csv").open(encoding="utf-8") as file:
        cells = Counter(cell for row in csv.reader(file) for cell in row)
    weeks = dict(workspace.fetch("SELECT code, CAST(SUM(stop - start) AS BIGINT) // 7 FROM spell_row GROUP BY code"))
    assert {code: weeks[code] for code in CODES.values()} == {code: cells[code] for code in CODES.values()}
    workspace.engine.close()


def test_without_traps_there_is_no_error(folder: Path) -> None:
    checked = tkk.check(folder / "registers.toml", work=str(work_of(folder / "registers.toml")))
    findings = set(zip(checked["findings"]["code"], checked["findings"]["level"], strict=True))
    assert {level for _, level in findings} == {"warning", "note"}
    assert {code for code, level in findings if level == "warning"} == {"TKK276"}


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(
        tmp_path_factory.mktemp("trapped") / "made", persons=400, traps="all", bad_rows=True, registers="folk,etk,kela"
    )


@pytest.fixture(scope="module")
def found(trapped: Path) -> dict[str, set[str]]:
    """The sources of the findings of each code."""
    sources: dict[str, set[str]] = {}
    for toml in ("registers.toml", "registers_trap4.toml"):
        findings = tkk.check(trapped / toml, work=str(work_of(trapped / toml)))["findings"]
        for code, source in zip(findings["code"], findings["source"], strict=True):
            sources.setdefault(code, set()).add(source)
    return sources


def test_every_trap_is_planted_and_found(trapped: Path, found: dict[str, set[str]]) -> None:
    record = json.loads((trapped / "traps.json").read_text(encoding="utf-8"))
    planted: dict[int, set[str]] = {}
    for row in record["traps"]:
        assert row["name"] == NAMES[row["trap"]]
        assert row["rows"] >= row["persons"] > 0
        planted.setdefault(row["trap"], set()).add(row["source"])
    assert set(planted) == set(range(1, 15))
    for trap, sources in planted.items():
        assert f"TKK{260 + trap}" in found, NAMES[trap]
        if trap not in (4, 6):  # of all sources together; of those with most rows lost
            assert sources & found[f"TKK{260 + trap}"] == sources, NAMES[trap]


def test_bad_rows_are_set_aside_for_their_reason_at_their_place(trapped: Path, found: dict[str, set[str]]) -> None:
    workspace, intake = taken_in(trapped / "registers.toml")
    bad = json.loads((trapped / "traps.json").read_text(encoding="utf-8"))["bad_rows"]
    assert len(bad) == 13
    for row in bad:
        read = workspace.fetch(f"SELECT reason FROM spell_{row['source']} WHERE row = {row['row']}")
        assert read == [(None if row["reason"] == "key_form" else row["reason"],)]
    for source in intake.sources:
        for kind in intake.tables[source.name]:
            aside = workspace.fetch(f"SELECT COUNT(*) FROM {kind}_{source.name} WHERE reason IS NOT NULL")[0][0]
            assert aside == sum(row["source"] == source.name and row["reason"] != "key_form" for row in bad)
    assert found["TKK260"] == {"kela_kuntoutusraha"}
    workspace.engine.close()


def test_traps_change_files_and_not_the_truth(trapped: Path, tmp_path: Path) -> None:
    plain = simulated(tmp_path / "plain", persons=400, first_year=1993, last_year=2023)
    for name in ("spells", "outcomes"):
        assert (plain / f"truth/{name}.csv").read_bytes() == (trapped / f"truth/{name}.csv").read_bytes()
    jobs = [len((f / "folk/folk_tyosuhde_1994_1.csv").read_bytes().splitlines()) for f in (plain, trapped)]
    lost = next(row for row in json.loads((trapped / "traps.json").read_text())["traps"] if row["trap"] == 8)
    lost_1993 = len((plain / "folk/folk_tyosuhde_1993_1.csv").read_bytes().splitlines()) - len(
        (trapped / "folk/folk_tyosuhde_1993_1.csv").read_bytes().splitlines()
    )
    assert jobs[0] - jobs[1] + lost_1993 == lost["rows"]
