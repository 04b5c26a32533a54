"""A whole cohort from registers: its files, its counts, what is used again, and SQL that both engines understand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
from support.portable import objections
from support.small_registers import write_small_registers
from support.source import ROOT

import tkk_cli as tkk
from tkk_cli.data.reading import read_table
from tkk_cli.data.registers.engine import DuckDB
from tkk_cli.errors import TkkError
from tkk_cli.outcomes.registry import OUTCOMES
from tkk_cli.results import Result, json_schema

SMALL_PLAN = """registers = "registers.toml"
[look_back]
days = 30
[follow_up]
days = 1000
last = 2020-12-31
[outcome.paluu]
use = "O1"
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample registers with a plan of every outcome that is computed here."""
    folder = tmp_path_factory.mktemp("sample") / "registers"
    shutil.copytree(ROOT / "sample_data" / "registers", folder)
    plan = folder / "cohort.toml"
    text = plan.read_text(encoding="utf-8").split("[outcome.", 1)[0]
    names = [code for code, outcome in OUTCOMES.items() if outcome.computed == "cohort"]
    plan.write_text(text + "".join(f'[outcome.{code.lower()}]\nuse = "{code}"\n' for code in names), encoding="utf-8")
    return plan


@pytest.fixture(scope="module")
def ran(sample: Path) -> tuple[Result, list[str]]:
    """The result of a run with every outcome and grid, and every SQL text that was run."""
    texts: list[str] = []

    def recorded(method: Callable[..., object], position: int) -> Callable[..., object]:
        def call(self: DuckDB, *given: object) -> object:
            texts.append(str(given[position]))
            return method(self, *given)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name, position in (("define", 1), ("write", 1), ("fetch", 0)):
            patch.setattr(DuckDB, name, recorded(getattr(DuckDB, name), position))
        tkk.check(sample.with_name("registers.toml"))
        for unit in ("day", "week"):
            tkk.cohort(sample, grid=unit, grid_rule="first")
        result = tkk.cohort(sample, grid="month")
    return result, texts


def test_every_kernel_is_in_the_part_that_both_engines_share(ran: tuple[Result, list[str]]) -> None:
    _, texts = ran
    assert len(texts) > 100
    found = {objection: text for text in texts for objection in objections(text)}
    assert not found


def test_the_counts_agree_with_each_other(sample: Path, ran: tuple[Result, list[str]]) -> None:
    result, _ = ran
    n = len(pq.read_table(sample.with_name("cohort_data.parquet")))
    flow = result["flow"].where(group="")
    assert n == flow["n"][-1] == result.provenance["n_used"]
    np.testing.assert_array_equal(np.diff(flow["n"]), -flow["excluded"][1:])
    groups = result["groups"]
    assert groups["n"][0] == n == groups["n"][1:].sum()
    assert groups["person_days"][0] == groups["person_days"][1:].sum()
    states = result["states"]
    for group, days in zip(groups["group"], groups["person_days"], strict=True):
        assert states.where(group=group)["person_days"].sum() == days
        assert states.where(group=group)["share"].sum() == pytest.approx(1.0)
    for column in set(result["outcomes"]["column"]):
        events = [row for row in result["outcomes"].rows() if row["column"] == column and row["event"]]
        if len({row["event"] for row in events}) > 1:
            assert sum(row["count"] for row in events if not row["group"]) == events[0]["n"], column


def test_every_outcome_has_its_columns(sample: Path, ran: tuple[Result, list[str]]) -> None:
    result, _ = ran
    file = set(pq.read_schema(sample.with_name("cohort_data.parquet")).names)
    assert set(result["columns"]["column"]) == file
    prefixes = {code.lower() for code, outcome in OUTCOMES.items() if outcome.computed == "cohort"}
    assert set(result["columns"]["outcome"]) == prefixes | {"", "look_back"}


def test_the_file_is_ready_for_survival(sample: Path, ran: tuple[Result, list[str]]) -> None:
    del ran
    data = sample.with_name("cohort_data.parquet")
    made = tkk.survival(
        data,
        time="o2_time",
        event="o2_event",
        events={"paluu": 1, "kuolema": 2, "vanhuuselake": 3, "tyokyvyttomyyselake": 4},
        group="programme",
    )
    assert made.provenance["n_used"] == made.provenance["n_read"]
    assert any(note.key == "synthetic" for note in made.notes)


def test_the_result_is_a_value(ran: tuple[Result, list[str]]) -> None:
    result, _ = ran
    text = result.to_json()
    assert Result.from_json(text) == result
    jsonschema.validate(json.loads(text), json_schema("cohort"))


def test_the_grid_covers_the_window(sample: Path, ran: tuple[Result, list[str]]) -> None:
    del ran
    folder = sample.parent
    days = {
        unit: pq.read_table(folder / f"cohort_{unit}.parquet", columns=["days", "work_days"]).to_pandas().sum().tolist()
        for unit in ("day", "week", "month")
    }
    assert days["day"] == days["week"] == days["month"]
    tkk.cohort(sample, grid="month", grid_file=str(folder / "months.csv"))
    assert read_table(folder / "months.csv")["days"].values.sum() == days["month"][0]


def writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the stages that the engine writes from now on."""
    names: list[str] = []
    write = DuckDB.write

    def counted(self: DuckDB, view: str, sql: str, path: Path) -> None:
        names.append(view)
        write(self, view, sql, path)

    monkeypatch.setattr(DuckDB, "write", counted)
    return names


def test_a_second_run_uses_what_has_not_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_small_registers(tmp_path, '[breaks]\n2019 = "keep"\n')
    plan = tmp_path / "cohort.toml"
    plan.write_text(SMALL_PLAN, encoding="utf-8")
    first = tkk.cohort(plan)
    names = writes(monkeypatch)
    assert tkk.cohort(plan) == first
    assert names == []
    plan.write_text(SMALL_PLAN + '[outcome.pysyva]\nuse = "O2"\n', encoding="utf-8")
    tkk.cohort(plan)
    assert names == ["outcome_pysyva", "cohort"]
    names.clear()
    absences = tmp_path / "sairaus.csv"
    absences.write_text(absences.read_text(encoding="utf-8") + "H0002;6.3.2017;12.3.2017\n", encoding="utf-8")
    more = tkk.cohort(plan)
    assert "spell_sairaus" in names
    assert "spell_tyo" not in names
    assert more.provenance["n_used"] == first.provenance["n_used"] + 1
    names.clear()
    tkk.cohort(plan, fresh=True)
    assert "spell_tyo" in names


def test_a_break_needs_a_choice_and_a_choice_has_an_effect(tmp_path: Path) -> None:
    plan = tmp_path / "cohort.toml"
    plan.write_text(SMALL_PLAN, encoding="utf-8")
    write_small_registers(tmp_path)
    with pytest.raises(TkkError) as refused:
        tkk.cohort(plan)
    assert refused.value.code == "TKK262"
    made = {}
    for choice in ("keep", "drop", "indicator"):
        write_small_registers(tmp_path, f'[breaks]\n2019 = "{choice}"\n')
        result = tkk.cohort(plan)
        made[choice] = pq.read_table(tmp_path / "cohort_data.parquet")
        assert any(note.values.get("year") == "2019" for note in result.notes)
        employed = result["states"].where(state="employed")["person_days"][0]
        assert (employed < 3000) == (choice == "drop"), employed
    assert "break_2019" not in made["keep"].column_names
    assert set(made["indicator"]["break_2019"].to_pylist()) == {1}


def test_a_landmark_tells_who_was_at_work_before_it(tmp_path: Path) -> None:
    write_small_registers(tmp_path, '[breaks]\n2019 = "keep"\n')
    plan = tmp_path / "cohort.toml"
    for landmark, at_work in ((5, 0), (7, 0), (8, 4)):  # the absences last seven days
        text = SMALL_PLAN.replace("days = 1000", f"days = 1000\nlandmark = {landmark}")
        plan.write_text(text, encoding="utf-8")
        result = tkk.cohort(plan)
        values = pq.read_table(tmp_path / "cohort_data.parquet")["work_before_landmark"].to_pylist()
        assert sum(values) == at_work
        notes = [note.values for note in result.notes if note.key == "work_before_landmark"]
        assert notes == ([{"n": 4}] if at_work else [])


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    write_small_registers(tmp_path, '[breaks]\n2019 = "keep"\n')
    plan = tmp_path / "cohort.toml"
    plan.write_text(SMALL_PLAN.replace("outcome.paluu", "outcome.index").replace("O1", "O10"), encoding="utf-8")
    columns = tkk.cohort(plan)["columns"]["column"]
    assert len(columns) == len(set(columns))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"save": "k.rds"}, "TKK507"),
        ({"grid": "month", "grid_file": "k.sav"}, "TKK507"),
        ({"rejects": "k.txt"}, "TKK507"),
        ({"grid_file": "k.csv"}, "TKK304"),
        ({"grid_rule": "first"}, "TKK304"),
        ({"spark_options": "spark.toml"}, "TKK304"),
        ({"engine": "spark", "memory": "2GB"}, "TKK304"),
        ({"grid": "year"}, "TKK304"),
        ({"memory": "paljon"}, "TKK279"),
    ],
)
def test_what_cannot_be_is_refused_before_the_work(tmp_path: Path, options: dict[str, str], code: str) -> None:
    write_small_registers(tmp_path, '[breaks]\n2019 = "keep"\n')
    plan = tmp_path / "cohort.toml"
    plan.write_text(SMALL_PLAN, encoding="utf-8")
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(TkkError) as refused:
        tkk.cohort(plan, **options)
    assert refused.value.code == code
    assert {path.name for path in tmp_path.iterdir()} == before


def test_rejects_hold_row_numbers_and_reasons_only(tmp_path: Path) -> None:
    write_small_registers(tmp_path, '[breaks]\n2019 = "keep"\n')
    plan = tmp_path / "cohort.toml"
    plan.write_text(SMALL_PLAN, encoding="utf-8")
    result = tkk.cohort(plan, rejects=str(tmp_path / "rejects.csv"))
    assert result["rejects"].to_records() == [{"source": "sairaus", "reason": "end_before_start", "count": 1}]
    lines = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "H0001" not in lines[1]
    assert "end_before_start" in lines[1]


def test_an_outcome_of_a_source_that_there_is_not(tmp_path: Path) -> None:
    write_small_registers(tmp_path, '[breaks]\n2019 = "keep"\n')
    plan = tmp_path / "cohort.toml"
    plan.write_text(SMALL_PLAN + '[outcome.ansiot]\nuse = "O22"\nsource = "vuansiot"\n', encoding="utf-8")
    with pytest.raises(TkkError) as refused:
        tkk.cohort(plan)
    assert refused.value.code == "TKK347"
    assert refused.value.where == "[outcome.ansiot] source"


def test_a_folder_that_cannot_be_written_to_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_small_registers(tmp_path, '[breaks]\n2019 = "keep"\n')
    plan = tmp_path / "cohort.toml"
    plan.write_text(SMALL_PLAN, encoding="utf-8")
    monkeypatch.setattr("os.access", lambda path, _: Path(path) != tmp_path)
    with pytest.raises(TkkError) as refused:
        tkk.cohort(plan)
    assert (refused.value.code, refused.value.where) == ("TKK504", "--save")
    assert "--save FOLDER/cohort_data.parquet" in str(refused.value.hint)
    assert not (tmp_path / "cohort.work").exists()
    (tmp_path / "out").mkdir()
    tkk.cohort(plan, save=str(tmp_path / "out" / "a.csv"), work=str(tmp_path / "out" / "work"))
    assert (tmp_path / "out" / "a.csv").exists()
