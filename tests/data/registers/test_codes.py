"""Code lists and programmes: what is read, and every way in which a list is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tkk_cli.data.registers.codes import Code, code_lists, read_codes, read_programmes
from tkk_cli.data.registers.states import read_states
from tkk_cli.errors import TkkError

HEAD = "code,state,extent,programme,title,source,verified\n"


def listed(folder: Path, text: str, head: str = HEAD) -> Path:
    path = folder / "own.csv"
    path.write_text(head + text, encoding="utf-8")
    return path


def test_own_list_keeps_zeros_and_reads_every_column(tmp_path: Path) -> None:
    path = listed(tmp_path, '007,employed,"0,5",kiila,A title,A source,yes\n\n10-19,,,,,,no\n*,sickness,,,,,no\n')
    found = read_codes(path)
    assert found.name == "own"
    assert found.rows[0] == Code("007", "employed", 0.5, "kiila", "A title", "A source", True)
    assert [(row.code, row.state) for row in found.rows] == [("007", "employed"), ("10-19", ""), ("*", "sickness")]
    assert read_codes(str(path)) == found


def test_a_spreadsheet_may_write_semicolons_and_a_mark_of_byte_order(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(HEAD.replace(",", ";") + "1;employed;0,25;;;;no\n", encoding="utf-8-sig")
    assert read_codes(path).rows == (Code("1", "employed", 0.25),)


@pytest.mark.parametrize(
    ("code", "span"),
    [("111-138", ("111", "138")), ("00-13", ("00", "13")), ("7-13", ("7", "13")), ("A1-A9", None), ("0K", None)],
)
def test_span_of_a_range(code: str, span: tuple[str, str] | None) -> None:
    assert Code(code, "").span() == span


def test_lists_of_the_package_are_read_and_name_states() -> None:
    states = read_states().names
    assert {"dream", "mvad", "incomes_register"} <= set(code_lists())
    for name in code_lists():
        rows = read_codes(name).rows
        assert rows
        assert {row.state for row in rows} - {""} <= set(states), name
        assert all(row.source for row in rows if row.verified), name
        assert {row.programme for row in rows} - {""} <= {programme.name for programme in read_programmes()}, name


def test_programmes() -> None:
    programmes = {programme.name: programme for programme in read_programmes()}
    assert list(programmes) == ["aslak", "tyk", "tk1", "tk2", "kiila", "ips", "tyohonkuntoutus", "muu"]
    assert programmes["aslak"].kind == "institutional"
    assert programmes["kiila"].kind == "work_linked"
    assert all(set(programme.titles) == {"fi", "sv", "en"} for programme in programmes.values())
    assert all(all(programme.titles.values()) for programme in programmes.values())


@pytest.mark.parametrize("name", ["nothing", "nothing.csv"])
def test_tkk241_no_such_list(name: str) -> None:
    with pytest.raises(TkkError) as caught:
        read_codes(name)
    assert caught.value.code == "TKK241"


def test_tkk241_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(HEAD.encode() + "1,employed,,,työ,,no\n".encode("latin-1"))
    with pytest.raises(TkkError) as caught:
        read_codes(path)
    assert caught.value.code == "TKK241"


def test_tkk242_missing_columns(tmp_path: Path) -> None:
    with pytest.raises(TkkError) as caught:
        read_codes(listed(tmp_path, "1,employed\n", "koodi,tila\n"))
    assert (caught.value.code, caught.value.count, caught.value.where) == ("TKK242", 2, "own.csv")
    assert str(caught.value.hint).startswith("its first line is code,state; extent")


def test_code_and_state_are_enough(tmp_path: Path) -> None:
    rows = read_codes(listed(tmp_path, "1;employed\n2;unemployment\n", "code;state\n")).rows
    assert rows == (Code("1", "employed"), Code("2", "unemployment"))
    assert read_codes(listed(tmp_path, "1,employed,\n", "code,state,verified\n")).rows == rows[:1]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1", "1"),
        ("111-138", "138-140"),
        ("00-13", "13-20"),
        ("7-13", "9-9"),
        ("7-13", "10-10"),
        ("*", "*"),
    ],
)
def test_tkk243_a_code_in_two_lines(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(TkkError) as caught:
        read_codes(listed(tmp_path, f"{first},employed,,,,,no\nX,,,,,,no\n{second},sickness,,,,,no\n"))
    assert caught.value.code == "TKK243"
    assert "line 2" in caught.value.message
    assert str(caught.value.where).endswith("line 4")


@pytest.mark.parametrize(("first", "second"), [("0-9", "00-13"), ("111-138", "120"), ("1-9", "10-19")])
def test_codes_of_other_width_or_inside_a_range_are_other_codes(tmp_path: Path, first: str, second: str) -> None:
    assert len(read_codes(listed(tmp_path, f"{first},employed,,,,,no\n{second},sickness,,,,,no\n")).rows) == 2


@pytest.mark.parametrize(
    "row", ["1,,1.5,,,,no", "1,,half,,,,no", "1,,,,,,maybe", ",employed,,,,,no", "20-10,,,,,,no", "00-113,,,,,,no"]
)
def test_tkk244_a_value_that_cannot_be_read(tmp_path: Path, row: str) -> None:
    with pytest.raises(TkkError) as caught:
        read_codes(listed(tmp_path, f"X,,,,,,no\n{row}\n"))
    assert caught.value.code == "TKK244"
    assert str(caught.value.where).endswith("line 3")
