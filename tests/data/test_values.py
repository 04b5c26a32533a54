"""Texts as numbers and dates, and numpy to Arrow and back, on made-up values."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tkk_cli.data.buffers import booleans, floats, from_texts, integers, mask
from tkk_cli.data.values import Marks, canonical, iso_dates, parse_dates, parse_numbers, whole_dates

WRITTEN = {
    "d.m.yyyy": lambda d: f"{d.day}.{d.month}.{d.year:04d}",
    "d/m/yyyy": lambda d: f"{d.day:02d}/{d.month:02d}/{d.year:04d}",
    "m/d/yyyy": lambda d: f"{d.month:02d}/{d.day:02d}/{d.year:04d}",
    "yyyymmdd": lambda d: f"{d.year:04d}{d.month:02d}{d.day:02d}",
    "yyyy-mm-dd": lambda d: d.isoformat(),
}


@pytest.mark.parametrize("format", WRITTEN)
@given(days=st.lists(st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31)), min_size=1))
def test_dates_in_a_given_format_come_back(format: str, days: list[dt.date]) -> None:
    parsed = parse_dates([WRITTEN[format](day) for day in days], Marks(date_format=format))
    assert parsed.ok.all()
    assert parsed.values.tolist() == [(day - dt.date(1970, 1, 1)).days for day in days]
    assert iso_dates(parsed.values) == tuple(day.isoformat() for day in days)


@pytest.mark.parametrize("text", ["29.2.2015", "0.1.2015", "1.0.2015", "1.13.2015", "31.4.2015", "1.1.15", "a1.1.2015"])
def test_days_that_do_not_exist(text: str) -> None:
    parsed = parse_dates([text, "1.1.2015"], Marks())
    assert parsed.ok.tolist() == [False, True]
    assert np.isnan(parsed.values[0])


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1), st.sampled_from(",."))
def test_numbers_written_with_either_mark_come_back(numbers: list[float], mark: str) -> None:
    parsed = parse_numbers([repr(number).replace(".", mark) for number in numbers], Marks(decimal=mark))
    assert parsed.ok.all()
    assert parsed.values.tolist() == numbers


@given(st.integers(-(10**15), 10**15), st.sampled_from(",. \u00a0"))
def test_grouped_whole_numbers_come_back_once_the_mark_is_given(number: int, group: str) -> None:
    text = f"{number:,}".replace(",", group)
    decimal = "," if group == "." else "."
    assert parse_numbers([text], Marks(decimal=decimal)).values.tolist() == [number]


def test_nothing_to_read() -> None:
    assert parse_numbers([], Marks()).ok.all()
    assert parse_dates([], Marks()).ok.all()
    assert whole_dates(np.array([np.nan])) is not None


def test_whole_numbers_that_are_no_dates() -> None:
    assert whole_dates(np.array([20150131.0, 20150230.0])) is None
    assert whole_dates(np.array([20150131.5])) is None
    assert whole_dates(np.array([99990101.0])) is None


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (2.5, "2.5"), (-3.0, "-3"), (1e20, "1e+20"), (0.1, "0.1")])
def test_codes_have_one_text(value: float, text: str) -> None:
    assert canonical(value) == text


@given(st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])))))
def test_texts_reach_arrow_unchanged(items: list[str | None]) -> None:
    assert from_texts(items).to_pylist() == items


@given(st.lists(st.one_of(st.none(), st.integers(-(2**53), 2**53))), st.integers(0, 3))
def test_numbers_reach_numpy_unchanged(items: list[int | None], start: int) -> None:
    for array in (pa.array(items, pa.int64()).slice(start), pa.chunked_array([items[start:], items[:0]], pa.int64())):
        expected = items[start:]
        np.testing.assert_array_equal(floats(array), [np.nan if item is None else item for item in expected])
        assert integers(array, missing=-7).tolist() == [-7 if item is None else item for item in expected]


@given(st.lists(st.one_of(st.none(), st.booleans())), st.integers(0, 9))
def test_truth_values_reach_numpy_and_arrow_unchanged(items: list[bool | None], start: int) -> None:
    values = booleans(pa.array(items, pa.bool_()).slice(start))
    assert values.tolist() == [bool(item) for item in items[start:]]
    assert mask(values).to_pylist() == values.tolist()
