"""What holds for all Finnish layouts: SQL for both engines, code lists, and states."""

from __future__ import annotations

import itertools

import pytest
from support.portable import objections
from support.register_rows import bind

from tkk_cli.data.registers.canonical import canonical_sql
from tkk_cli.data.registers.codes import read_codes, read_programmes
from tkk_cli.data.registers.layouts.registry import LAYOUTS, find_layout
from tkk_cli.data.registers.states import read_states

FINNISH = [name for name in LAYOUTS if name.split("_")[0] in ("folk", "etk", "kela")]


@pytest.mark.parametrize("name", FINNISH)
def test_every_setting_gives_sql_for_both_engines(name: str) -> None:
    layout = find_layout(name)
    assert layout.name == name
    header = [role.names[0] for role in layout.roles]
    chosen = [
        [(key, value) for value in setting.choices] for key, setting in layout.settings.items() if setting.choices
    ]
    for settings in itertools.product(*chosen):
        source = bind(name, header, **dict(settings))
        for rows in layout.rows(source):
            assert objections(canonical_sql(source, rows, read_states())) == []


@pytest.mark.parametrize("name", FINNISH)
def test_no_column_fits_two_roles(name: str) -> None:
    names = [column for role in find_layout(name).roles for column in role.names]
    assert len(names) == len(set(names))
    assert all(column == column.lower() for column in names)


@pytest.mark.parametrize("name", sorted({find_layout(name).codes for name in FINNISH} - {""}))
def test_code_lists_name_states_programmes_and_where_they_come_from(name: str) -> None:
    codes = read_codes(name)
    programmes = {row.name for row in read_programmes()}
    assert {row.state for row in codes.rows} <= {"", *read_states().names}
    assert {row.programme for row in codes.rows} <= {"", *programmes}
    assert all(row.title and row.source for row in codes.rows)
    assert {row.verified for row in codes.rows} == {name.startswith("folk_")}
