"""Columns to roles: names in any case, several files, near names; types of several files together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tkk_cli.data.registers.binding import bind_columns, columns_of, merge_kinds, needed, role_kinds
from tkk_cli.data.registers.config import SourceEntry
from tkk_cli.data.registers.layouts.layout import Layout, Role
from tkk_cli.errors import TkkError

LAYOUT = Layout(
    name="hand",
    title="",
    source="",
    roles=(
        Role("key", "key", ("shnro", "hid_e")),
        Role("start", "date", ("alku",)),
        Role("end", "date", ("loppu",), required=False),
        Role("employer", "text", ("yrtun_s", "yrtun"), required=False),
        Role("pay", "number", ("palk",), required=False),
        Role("days", "wide", (r"pv\d+",), required=False, cells="date"),
    ),
    rows=lambda _: (),
)


def entry(**columns: str) -> SourceEntry:
    return SourceEntry(name="jobs", layout="hand", paths=(Path("a.csv"),), columns=columns, settings={})


def refused(files: dict[str, list[str]], **columns: str) -> TkkError:
    with pytest.raises(TkkError) as error:
        bind_columns(LAYOUT, entry(**columns), files)
    return error.value


def test_names_without_regard_to_case_in_the_spelling_of_the_first_file() -> None:
    files = {"a.csv": ["SHNRO", "Alku", "yrtun", "YRTUN_S", "pv2", "PV10"], "b.csv": ["shnro", "ALKU", "palk", "pv1"]}
    bound = bind_columns(LAYOUT, entry(), files)
    assert bound == {
        "key": "SHNRO",
        "start": "Alku",
        "employer": "YRTUN_S",  # of two that fit a text, the first of the layout's names
        "pay": "palk",
        "days": ("pv2", "PV10", "pv1"),
    }
    assert columns_of(bound) == ("SHNRO", "Alku", "YRTUN_S", "palk", "pv2", "PV10", "pv1")
    assert needed(bound, files["b.csv"]) == {"shnro": "SHNRO", "ALKU": "Alku", "palk": "palk", "pv1": "pv1"}
    assert role_kinds(LAYOUT, bound, "number") == ("palk",)
    assert role_kinds(LAYOUT, bound, "date") == ("Alku", "pv2", "PV10", "pv1")


def test_columns_that_are_given() -> None:
    bound = bind_columns(
        LAYOUT, entry(key="HID_E", start="pvm", days="d_.*"), {"a": ["shnro", "hid_e", "alku", "pvm", "D_1"]}
    )
    assert bound == {"key": "hid_e", "start": "pvm", "days": ("D_1",)}


def test_a_layout_that_does_not_fit() -> None:
    error = refused({"a.csv": ["henkilo", "alku", "shnr"]})
    assert error.code == "TKK156"
    assert "role key (shnro, hid_e)" in error.message
    assert "did you mean shnr?" in str(error.hint)
    assert error.where == "[source.jobs], a.csv"
    assert "the columns are x, y" in str(refused({"a.csv": ["x", "y"]}).hint)


def test_every_missing_role_is_told_at_once_beside_the_columns_that_are_given() -> None:
    error = refused({"a.csv": ["x", "y"]})
    assert "no column for the roles key (shnro, hid_e), start (" in error.message
    assert str(error.hint).endswith('write columns = { key = "...", start = "..." }')
    error = refused({"a.csv": ["x", "y"]}, key="x")
    assert str(error.hint).endswith('write columns = { key = "x", start = "..." }')


@pytest.mark.parametrize("column", ["alku", "loppu"])
def test_files_that_lack_what_decides_a_spell(column: str) -> None:
    whole = ["shnro", "alku", "loppu"]
    part = [name for name in whole if name != column]
    error = refused({"a.csv": whole, "b.csv": part, "c.csv": part})
    assert (error.code, error.count, error.where) == ("TKK156", 2, "[source.jobs], b.csv")


def test_two_columns_that_fit_a_key() -> None:
    assert refused({"a.csv": ["shnro", "hid_e", "alku"]}).code == "TKK157"
    assert refused({"a.csv": ["shnro", "alku"], "b.csv": ["hid_e", "alku"]}).code == "TKK157"
    error = refused({"a.csv": ["shnro", "ALKU", "alku"]}, start="alku")
    assert (error.code, error.count) == ("TKK157", 2)


def test_columns_that_are_given_and_not_there() -> None:
    error = refused({"a.csv": ["shnro", "alku"]}, start="alkv")
    assert error.code == "TKK158"
    assert "did you mean alku?" in str(error)
    assert refused({"a.csv": ["shnro", "alku"]}, days="d.*").code == "TKK158"
    assert refused({"a.csv": ["shnro", "alku"]}, days="d(").code == "TKK158"


def test_types_of_several_files() -> None:
    bound = {"key": "shnro", "pay": "palk"}
    kinds = merge_kinds(
        entry(), bound, {"a": {"shnro": "text", "palk": "integer"}, "b": {"SHNRO": "text", "palk": "number"}}
    )
    assert kinds == {"shnro": "text", "palk": "number"}
    assert (
        merge_kinds(entry(), bound, {"a": {"shnro": "text", "palk": "date"}, "b": {"shnro": "text"}})["palk"] == "date"
    )
    for files in (
        {"a": {"shnro": "text", "palk": "text"}, "b": {"shnro": "text", "palk": "number"}},
        {"a": {"shnro": "text", "palk": "list<item: int64>"}},
        {"a": {"shnro": "text"}},
    ):
        with pytest.raises(TkkError) as error:
            merge_kinds(entry(), bound, files)
        assert error.value.code == "TKK161"
        assert "palk" in error.value.message
