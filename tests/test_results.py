"""A result is a value: it compares, goes through JSON and fits its published schema."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import jsonschema
import numpy as np
import pytest

from tkk_cli.errors import TkkError
from tkk_cli.results import TABLES, Note, Result, Table, json_schema


def made(**changes: Any) -> Result:
    """A result of two groups with a NaN, letters beyond ASCII and a note."""
    curves = Table(
        {
            "group": ("ASLAK", "ASLAK", "Työhön kytkeytyvä"),
            "cause": ("paluu", "paluu", "paluu"),
            "time": np.array([1.0, 2.5, 4.0]),
            "n_risk": np.array([6, 5, 3], dtype=np.int64),
            "estimate": np.array([5 / 6, 0.1 + 0.2, 0.0]),
            "std_error": np.array([0.15, 0.2, np.nan]),
        }
    )
    result = Result(
        kind="survival",
        estimand={"quantity": "survival", "causes": ["paluu"], "unit": "day", "time_origin": 0.0},
        settings={"conf_level": 0.95, "at": None},
        labels={
            "groups": {"ASLAK": {"": "ASLAK-kurssi", "sv": "ASLAK-kurs"}},
            "causes": {},
            "group_title": {"fi": "Ohjelma"},
        },
        tables={"curves": curves, "excluded": Table({"reason": (), "count": np.array([], dtype=np.int64)})},
        notes=(Note("late_entry", {"n": 3}), Note("small_group", {"group": "ASLAK"}, "warning", "TKK304")),
        provenance={"tkk": "0.1.0", "input": {"name": "a.csv"}, "n_read": 9, "n_used": 9, "versions": {}},
    )
    return dataclasses.replace(result, **changes)


def test_json_round_trip_keeps_everything() -> None:
    result = made()
    again = Result.from_json(result.to_json())
    assert again == result
    assert again.to_json() == result.to_json()
    assert again["curves"]["n_risk"].dtype == np.int64
    assert again["curves"]["estimate"][1] == 0.1 + 0.2  # every digit
    assert math.isnan(again["curves"]["std_error"][2])
    assert len(again["excluded"]) == 0


def test_json_is_utf8_text_with_null_for_what_is_not_estimable() -> None:
    text = made().to_json(indent=2)
    assert "Työhön kytkeytyvä" in text
    assert "NaN" not in text
    assert json.loads(text)["tables"]["curves"][2]["std_error"] is None


def test_equality_sees_nan_as_equal_and_any_other_change() -> None:
    curves = made()["curves"]
    assert made() == made()
    changed = Table({**curves.columns, "estimate": np.array([5 / 6, 0.3, 0.0])})
    assert made(tables={"curves": changed}) != made()
    assert made(settings={}) != made()
    assert curves != "a table"


def test_a_result_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        made().kind = "cox"  # type: ignore[misc]


def test_where_takes_rows() -> None:
    rows = made()["curves"].where(group="ASLAK", time=2.5)
    assert rows.to_records() == [
        {"group": "ASLAK", "cause": "paluu", "time": 2.5, "n_risk": 5, "estimate": 0.1 + 0.2, "std_error": 0.2}
    ]
    assert len(made()["curves"].where(group="TYK")) == 0


def test_label_falls_back_to_the_file_and_then_to_the_name() -> None:
    result = made()
    assert result.label("groups", "ASLAK", "sv") == "ASLAK-kurs"
    assert result.label("groups", "ASLAK", "fi") == "ASLAK-kurssi"
    assert result.label("causes", "paluu", "fi") == "paluu"


def test_pandas() -> None:
    frame = made().to_pandas()
    assert list(frame.columns) == ["group", "cause", "time", "n_risk", "estimate", "std_error"]
    assert frame["n_risk"].tolist() == [6, 5, 3]
    assert frame["std_error"].isna().tolist() == [False, False, True]
    assert made().to_pandas("excluded").empty


@pytest.mark.parametrize("kind", TABLES)
def test_the_schema_is_a_schema(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(kind))


def test_a_result_fits_its_schema() -> None:
    jsonschema.validate(json.loads(made().to_json()), json_schema("survival"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["schema_version"], "0"),
        (["tables", "curves"], [{"estimate": "0,83"}]),
        (["tables", "curves"], [{"hetu": "1"}]),
        (["tables", "people"], []),
        (["notes"], [{"key": "x", "level": "loud", "code": None, "values": {}}]),
        (["estimand", "quantity"], "one_minus_km"),
        (["provenance"], {}),
    ],
)
def test_the_schema_refuses(path: list[str], value: Any) -> None:
    data = json.loads(made().to_json())
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, json_schema("survival"))


def test_plot_refuses_what_is_no_figure_option() -> None:
    with pytest.raises(TkkError) as refused:
        made().plot(colums=2)
    assert refused.value.code == "TKK304"
    assert refused.value.hint == "did you mean columns?"
