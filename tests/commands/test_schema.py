"""``tkk schema``."""

from __future__ import annotations

import json

import pytest
from support.running import Run

from tkk_cli.results import TABLES, json_schema


@pytest.mark.parametrize("kind", TABLES)
def test_prints_the_schema_of_a_result(tkk: Run, kind: str) -> None:
    ran = tkk("schema", kind)
    assert ran.status == 0
    assert json.loads(ran.out) == json_schema(kind)
    assert {"check", "cohort", "sensitivity"} < set(TABLES)


def test_an_unknown_kind_is_a_usage_error(tkk: Run) -> None:
    ran = tkk("schema", "survial")
    assert ran.status == 2
    assert "error[TKK522]: 'survial' makes no result" in ran.err
    assert "hint: choose one of survival" in ran.err
