"""The check of registers from files to its page: every table, every option, every word."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from support.small_registers import PERSONS, write_small_registers

import tkk_cli
from tkk_cli.data.registers.canonical import REASONS
from tkk_cli.data.registers.checks.registry import CHECKS
from tkk_cli.errors import TkkError
from tkk_cli.report.language import LANGUAGES, has_text
from tkk_cli.report.render import FORMATS, render
from tkk_cli.results import Result, json_schema
from tkk_cli.tables import TABLES


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The check of the small registers, with no choice about 2019."""
    return tkk_cli.check(write_small_registers(tmp_path_factory.mktemp("registers")), memory="500MB", threads=1)


def found(result: Result) -> dict[tuple[str, str], tuple[str, int, int]]:
    """(check, source) -> level, count, persons."""
    return {
        (row["check"], row["source"]): (row["level"], row["count"], row["persons"]) for row in result["findings"].rows()
    }


def test_findings_are_errors_first(result: Result) -> None:
    findings = found(result)
    assert findings == {
        ("employment_break", "tyo"): ("error", 12, 12),
        ("unverified_code", "elake"): ("warning", 1, 1),
        ("no_person_row", "tyo"): ("warning", 4, 2),
        ("rows_set_aside", "sairaus"): ("warning", 1, 1),
        ("key_names", "tyo"): ("note", 24, 12),
        ("open_spell", "tyo"): ("note", 12, 12),
    }
    levels = [level for level, _, _ in findings.values()]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert result["findings"]["code"][0] == "TKK262"


def test_sources_rejects_linkage_and_codes(result: Result) -> None:
    sources = {row["source"]: row for row in result["sources"].rows()}
    assert (sources["sairaus"]["rows"], sources["sairaus"]["usable"], sources["sairaus"]["rejected"]) == (5, 4, 1)
    assert (sources["perus"]["first_year"], sources["perus"]["last_year"]) == (2016, 2020)
    assert result["rejects"].to_records() == [{"source": "sairaus", "reason": "end_before_start", "count": 1}]
    linked = {row["source"]: (row["persons"], row["matched"], row["orphans"]) for row in result["linkage"].rows()}
    assert linked == {"perus": (10, 10, 0), "tyo": (12, 10, 2), "sairaus": (4, 4, 0), "elake": (1, 1, 0)}
    assert result["codes"].to_records() == [
        {"source": "elake", "code": "1", "state": "disability_pension", "verified": "no", "count": 1}
    ]


def test_roles_tell_which_column_was_taken(result: Result) -> None:
    roles = {(row["source"], row["role"]): (row["column"], row["format"]) for row in result["roles"].rows()}
    assert roles["sairaus", "end"] == ("loppupvm", "d.m.yyyy")
    assert roles["tyo", "key"] == ("shnro", "text")
    assert roles["sairaus", "employer"] == ("", "")
    page = " ".join(render(result, "text", "en").replace("\u00a0", " ").split())
    assert "start = alkupvm (d.m.yyyy)" in page
    assert "key = hid_e (text)" not in page
    assert "Ei saraketta" in render(result, "html", "fi")


def test_a_column_of_ends_that_is_not_found_is_a_warning(tmp_path: Path) -> None:
    toml = write_small_registers(tmp_path, '[breaks]\n2019 = "keep"\n')
    file = tmp_path / "tyo.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("loppupvm", "tyon_loppu"), encoding="utf-8")
    checked = tkk_cli.check(toml)
    assert found(checked)["nothing_ends", "tyo"] == ("warning", 24, 12)
    assert ("tyo", "end", "") in {(row["source"], row["role"], row["column"]) for row in checked["roles"].rows()}
    page = " ".join(render(checked, "text", "en").split())
    assert "TKK254, every spell of the source is open" in page
    assert 'columns = { end = "..." }' in page


def test_a_result_is_a_value(result: Result) -> None:
    assert Result.from_json(result.to_json()) == result
    jsonschema.validate(json.loads(result.to_json()), json_schema("check"))
    assert set(result.tables) == set(TABLES["check"])
    for name, table in result.tables.items():
        assert list(table.columns) == list(TABLES["check"][name])
    assert (result.provenance["n_read"], result.provenance["n_used"], result.provenance["n_persons"]) == (80, 79, 12)
    assert "check result" in repr(result)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format", FORMATS)
def test_no_page_shows_a_key(result: Result, format: str, language: str) -> None:
    text = render(result, format, language)
    assert "TKK262" in text
    assert not any(key in text for key in PERSONS)


def test_the_page_says_what_to_do(result: Result) -> None:
    finnish = render(result, "text", "fi")
    assert "Lähteitä 4, henkilöitä 12, rivejä 80. Virheitä 1, varoituksia 3, huomautuksia 2." in finnish
    assert 'Kirjoita valinta: [breaks] 2019 = "drop"' in " ".join(finnish.split())
    assert "loppu ennen alkua" in finnish
    english = " ".join(render(result, "text", "en").split())
    assert "No cohort is made of these data until the errors are settled." in english
    assert "full disability pension no 1" in english
    assert "Reference: perus." in english


def test_a_choice_settles_the_break(tmp_path: Path) -> None:
    toml = write_small_registers(tmp_path, 'synthetic = true\n[breaks]\n2019 = "keep"\n')
    settled = tkk_cli.check(toml)
    assert found(settled)["employment_break", "tyo"] == ("note", 12, 12)
    assert settled.settings["breaks"] == {"2019": "keep"}
    text = " ".join(render(settled, "text", "en").split())
    assert "Choices at register breaks: 2019 keep." in text
    assert "The choice is made: spells are kept as they are." in text
    assert "until the errors" not in text


def test_options(tmp_path: Path) -> None:
    toml = write_small_registers(tmp_path)
    options = {"work": str(tmp_path / "w"), "temp": str(tmp_path), "memory": "300MB", "threads": 1, "fresh": True}
    rejects = tmp_path / "hylatyt.csv"
    named = tkk_cli.check(toml, reference="tyo", rejects=str(rejects), **options)
    assert {row["source"]: row["orphans"] for row in named["linkage"].rows()}["perus"] == 0
    assert {row["reference"] for row in named["linkage"].rows()} == {"tyo"}
    assert (tmp_path / "w" / "check_key.parquet").exists()
    assert not list(tmp_path.glob("tkk-temp-*"))
    assert rejects.read_text(encoding="utf-8").replace('"', "").split() == [
        "source,file,row,reason",
        "sairaus,sairaus.csv,5,end_before_start",
    ]
    with pytest.raises(TkkError) as refused:
        tkk_cli.check(toml, reference="tyoo")
    assert refused.value.code == "TKK304"


def test_a_second_run_takes_the_stages_as_they_stand(tmp_path: Path) -> None:
    toml = write_small_registers(tmp_path)
    first = tkk_cli.check(toml)
    stage = tmp_path / "registers.work" / "spell_tyo.parquet"
    written = stage.stat().st_mtime_ns
    assert tkk_cli.check(toml) == first
    assert stage.stat().st_mtime_ns == written


def test_everything_that_is_found_has_words() -> None:
    missing = [f"{kind}_{check.name}" for check in CHECKS for kind in ("check", "remedy")]
    missing += [f"reject_{reason}" for reason in REASONS]
    assert [key for key in missing if not has_text(key)] == []


@pytest.mark.parametrize("format", FORMATS)
def test_unknown_codes_are_on_the_page_and_rare_ones_never(tmp_path: Path, format: str) -> None:
    toml = write_small_registers(tmp_path, '[breaks]\n2019 = "keep"\n')
    lines = [f"{key};1.5.2018;31.12.2018;9X" for key in PERSONS[:10]] + [f"{PERSONS[0]};1.5.2018;2.5.2018;7RARE"]
    with (tmp_path / "elake.csv").open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    checked = tkk_cli.check(toml)
    assert [tuple(row.values())[1:] for row in checked["codes"].rows()] == [
        ("1", "disability_pension", "no", 1),
        ("9X", "", "unknown", 10),
        ("", "", "unknown", 1),
    ]
    text = render(checked, format, "en", table="codes" if format == "csv" else None)
    assert "7RARE" not in text
    assert "9X" in text
    if format == "text":
        words = " ".join(text.split())
        assert "elake 9X not in the list 10 (rare codes) not in the list 1 1 full disability pension no 1" in words


def test_a_long_list_of_codes_is_cut(result: Result) -> None:
    row = result["codes"].to_records()[0]
    data = result.to_dict()
    data["tables"]["codes"] = [row | {"code": str(code)} for code in range(1042)]
    text = render(Result.from_json(json.dumps(data)), "text", "en")
    assert "1,002 more rows: --format csv --table codes." in text


@pytest.mark.parametrize(("language", "words"), [("fi", "Mitään huomautettavaa ei löytynyt."), ("en", "Nothing was")])
def test_nothing_found_is_said(result: Result, language: str, words: str) -> None:
    data = result.to_dict()
    data["tables"] |= {"findings": [], "rejects": [], "codes": []}
    text = render(Result.from_json(json.dumps(data)), "text", language)
    assert words in text
    assert "TKK" not in text
