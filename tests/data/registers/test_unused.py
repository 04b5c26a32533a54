"""Every key of ``registers.toml`` changes what is read, or is refused: a key that is ignored is the worst of errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.intakes import taken_in

from tkk_cli.data.registers import config
from tkk_cli.data.registers.codes import CodeList, read_codes
from tkk_cli.data.registers.layouts.layout import Layout, Role, Source
from tkk_cli.data.registers.layouts.registry import LAYOUTS, find_layout
from tkk_cli.errors import TkkError

CODES = "code,state,extent,programme,title,source,verified\n7,{state},,,,,no\n"
PLAIN = 'path = "a.csv"\nlayout = "long"\nstate = "employed"'
CODED = 'path = "a.csv"\nlayout = "long"\ncodes = "{codes}"\ncolumns = {{ code = "{code}" }}'
DATABASE = 'database = "a.{name}"\ntable = "{table}"\nlayout = "long"\nstate = "employed"'
SHEET = 'path = "a.xlsx"\nlayout = "long"\nstate = "employed"'
PERCENT = 'path = "extent.csv"\nlayout = "long"\nstate = "employed"\nextent_unit = "percent"'
# Key of a source -> two ways to write it, each with what else it needs, that do not read the same.
EFFECTS: dict[str, tuple[str, str]] = {
    "path": (PLAIN, PLAIN.replace("a.csv", "b.csv")),
    "layout": (PLAIN, PLAIN.replace('"long"', '"etk_tyosuhteet"').replace('\nstate = "employed"', "")),
    "database": (DATABASE.format(name="db", table="t"), DATABASE.format(name="other", table="t")),
    "table": (DATABASE.format(name="db", table="t"), DATABASE.format(name="db", table="u")),
    "codes": (CODED.format(codes="c.csv", code="koodi"), CODED.format(codes="d.csv", code="koodi")),
    "columns": (CODED.format(codes="c.csv", code="koodi"), CODED.format(codes="c.csv", code="toinen")),
    "date_format": (
        PLAIN.replace("a.csv", "slash.csv") + '\ndate_format = "d/m/yyyy"',
        PLAIN.replace("a.csv", "slash.csv") + '\ndate_format = "m/d/yyyy"',
    ),
    "encoding": (
        PLAIN.replace("a.csv", "latin.csv") + '\nencoding = "latin-1"',
        PLAIN.replace("a.csv", "latin.csv") + '\nencoding = "cp850"',
    ),
    "separator": (PLAIN.replace("a.csv", "bar.csv") + '\nseparator = "|"', PLAIN),
    "decimal": (PERCENT + '\ndecimal = ","', PERCENT + '\ndecimal = "."'),
    "sheet": (SHEET + '\nsheet = "yksi"', SHEET + '\nsheet = "kaksi"'),
    "end": (PLAIN, PLAIN + '\nend = "day_after"'),
    "years": (PLAIN, PLAIN + "\nyears = [2016, 2017]"),
}
HEAD = "shnro;alkupvm;loppupvm;koodi;toinen\n"


def files(folder: Path) -> None:
    texts = {
        "a.csv": HEAD + "1;1.2.2015;3.2.2015;7;8\n",
        "b.csv": HEAD + "2;1.2.2015;3.2.2015;7;8\n",
        "slash.csv": HEAD + "1;3/4/2015;5/4/2015;7;8\n",
        "bar.csv": HEAD.replace(";", "|") + "3|1.2.2015|3.2.2015|7|8\n",
        "extent.csv": "shnro;alkupvm;loppupvm;osuus\n1;1.2.2015;3.2.2015;5.000\n2;1.2.2015;3.2.2015;50\n",
        "c.csv": CODES.format(state="sickness"),
        "d.csv": CODES.format(state="student"),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "latin.csv").write_bytes((HEAD + "Ä1;1.2.2015;3.2.2015;7;8\n").encode("latin-1"))
    for name in ("db", "other"):
        with closing(sqlite3.connect(folder / f"a.{name}")) as base:
            for table in ("t", "u"):
                base.execute(f"CREATE TABLE {table} (shnro TEXT, alkupvm TEXT, loppupvm TEXT)")
                base.execute(f"INSERT INTO {table} VALUES ('{name}{table}', '2015-02-01', '2015-02-03')")
            base.commit()
    with pd.ExcelWriter(folder / "a.xlsx") as book:
        for key, sheet in enumerate(("yksi", "kaksi")):
            row = {"shnro": [f"k{key}"], "alkupvm": ["1.2.2015"], "loppupvm": ["3.2.2015"]}
            pd.DataFrame(row).to_excel(book, sheet_name=sheet, index=False)
    pd.DataFrame({"shnro": ["1"], "alkupvm": pd.to_datetime(["2015-02-01"])}).to_parquet(folder / "a.parquet")


def read(folder: Path, source: str, top: str = "") -> list[tuple[Any, ...]]:
    with taken_in(folder, f"{top}\n[source.s]\n{source}\n", reuse=False) as (workspace, _):
        return workspace.fetch("SELECT * EXCLUDE (file) FROM spell_s ORDER BY ALL")


def test_every_key_of_a_source_changes_what_is_read(tmp_path: Path) -> None:
    files(tmp_path)
    assert EFFECTS.keys() == set(config._KEYS)
    for key, (one, other) in EFFECTS.items():
        assert read(tmp_path, one) != read(tmp_path, other), key


@pytest.mark.parametrize(
    ("source", "key"),
    [
        (PLAIN.replace("a.csv", "a.parquet") + '\nseparator = ";"', "separator"),
        (PLAIN.replace("a.csv", "a.parquet") + '\ndecimal = ","', "decimal"),
        (PLAIN.replace("a.csv", "a.parquet") + '\nencoding = "latin-1"', "encoding"),
        (DATABASE.format(name="db", table="t") + '\nencoding = "latin-1"', "encoding"),
        (PLAIN + '\nsheet = "yksi"', "sheet"),
        (PLAIN.replace("a.csv", "a.parquet") + '\ndate_format = "d.m.yyyy"', "date_format"),
        (PLAIN + '\ncodes = "c.csv"', "codes"),
        (PLAIN + '\nextent_unit = "percent"', "extent_unit"),
        (
            'path = "a.csv"\nlayout = "states_by_day"\nend = "day_after"\ncodes = "c.csv"\n'
            'columns = { day = "alkupvm", code = "koodi" }',
            "end",
        ),
    ],
)
def test_a_key_that_would_change_nothing_is_refused(tmp_path: Path, source: str, key: str) -> None:
    files(tmp_path)
    with pytest.raises(TkkError) as error:
        read(tmp_path, source)
    assert error.value.code == "TKK163"
    assert error.value.where == f"[source.s] {key}"


def test_keys_are_for_the_files_that_they_fit(tmp_path: Path) -> None:
    files(tmp_path)
    # of two kinds of files together a key is about one of them
    both = 'path = ["bar.csv", "a.xlsx"]\nlayout = "long"\nstate = "employed"\nseparator = "|"\nsheet = "kaksi"'
    assert [row[1] for row in read(tmp_path, both)] == ["3", "k1"]


def test_the_top_of_the_file_has_no_idle_key(tmp_path: Path) -> None:
    files(tmp_path)
    assert set(config._TOP) == {"states", "synthetic", "breaks", "source"}
    (tmp_path / "s.csv").write_text("state,work,benefit,fi,sv,en,source,verified\nx,no,none,,,,,no\n", encoding="utf-8")
    with pytest.raises(TkkError, match="no state is called employed"):
        read(tmp_path, PLAIN, 'states = "s.csv"')
    with taken_in(tmp_path, f"synthetic = true\n[source.s]\n{PLAIN}") as (_, intake):
        assert intake.registers.synthetic
    for year in config.BREAKS:
        for choice in ("drop", "indicator"):
            with pytest.raises(TkkError) as error:
                read(
                    tmp_path,
                    PLAIN.replace('"long"', '"etk_tyosuhteet"').replace('state = "employed"', ""),
                    f'[breaks]\n{year} = "{choice}"',
                )
            assert error.value.code == "TKK163"


WIDE = {"weeks": ("y_9201", "y_9202"), "branches": ("branche_1992_01", "branche_1992_02")}
WIDE["months"] = ("m_2015_01", "m_2015_02")


def bound(layout: Layout) -> Source:
    """A source with a column for every role of the layout."""
    columns: dict[str, Any] = {}
    types: dict[str, str] = {}
    for role in layout.roles:
        names = WIDE.get(role.name, (f"{role.name}1", f"{role.name}2")) if role.kind == "wide" else (role.name,)
        kind = role.cells if role.kind == "wide" else role.kind
        columns[role.name] = names if role.kind == "wide" else role.name
        types |= dict.fromkeys(names, kind if kind in ("date", "number") else "text")
    settings = {name: setting.default for name, setting in layout.settings.items()}
    codes = read_codes(layout.codes) if layout.codes else CodeList()
    return Source(name="s", view="src_s", columns=columns, types=types, codes=codes, settings=settings)


def without(source: Source, role: Role) -> Source:
    return replace(source, columns={name: c for name, c in source.columns.items() if name != role.name})


def others(name: str, layout: Layout) -> Iterator[Any]:
    setting = layout.settings[name]
    samples = {int: 7, float: 9.5, str: "student"}
    named = {"first_month": "1993-07", "state": "student", "origin": "2010-01-01"}
    yield from [choice for choice in setting.choices if choice != setting.default] or [
        named.get(name, samples.get(type(setting.default)))
    ]


def variants(source: Source, layout: Layout) -> Iterator[Source]:
    """The source, with another value of each setting, and without each role that may be missing."""
    yield source
    for name in layout.settings:
        yield from (replace(source, settings={**source.settings, name: value}) for value in others(name, layout))
    yield from (without(source, role) for role in layout.roles if not role.required)


def differ(layout: Layout, one: Source, other: Source) -> bool:
    try:
        rows = layout.rows(one)
    except TkkError:
        return False
    try:
        return layout.rows(other) != rows
    except TkkError:
        return True


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_role_and_every_setting_of_a_layout_is_used(name: str) -> None:
    layout = find_layout(name)
    source = bound(layout)
    for role in layout.roles:
        if not role.required:
            assert any(differ(layout, one, without(one, role)) for one in variants(source, layout)), role.name
    for key in layout.settings:
        for value in others(key, layout):
            changed = [(one, replace(one, settings={**one.settings, key: value})) for one in variants(source, layout)]
            assert any(differ(layout, one, other) or differ(layout, other, one) for one, other in changed), key
