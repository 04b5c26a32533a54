"""Numbers in the three languages: marks, grouping, signs, digits, ranges."""

from __future__ import annotations

import math

import pytest

from tkk_cli.report.numbers import (
    common_digits,
    duration,
    interval,
    number,
    p_value,
    percent,
    percent_interval,
    time,
)

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", f"−1{NBSP}234{NBSP}567,9"), ("sv", f"−1{NBSP}234{NBSP}567,9"), ("en", "−1,234,567.9")],
)
def test_number_in_each_language(language: str, expected: str) -> None:
    assert number(-1234567.89, language, 1) == expected


@pytest.mark.parametrize(
    ("x", "options", "expected"),
    [
        (1000, {}, f"1{NBSP}000"),
        (999, {}, "999"),
        (1000, {"group": False}, "1000"),
        (2.5, {}, "2,5"),
        (2.50004, {}, "2,5"),
        (123456.78, {}, f"123{NBSP}457"),
        (100.0, {}, "100"),
        (3.0, {}, "3"),
        (3.0, {"digits": 2}, "3,00"),
        (0.000123456, {"significant": 3}, "0,000123"),
        (9.9996, {"significant": 4}, "10,00"),
        (0.00123, {"digits": 2, "significant": 2}, "0,0012"),
        (12.3456, {"digits": 2, "significant": 2}, "12,35"),
        (0.0, {"digits": 2, "significant": 2}, "0,00"),
        (12345.6, {"significant": 3}, f"12{NBSP}346"),
        (-0.04, {"digits": 1}, "0,0"),
        (-0.05001, {"digits": 1}, "−0,1"),
        (0, {}, "0"),
        (0.0, {"significant": 3}, "0"),
    ],
)
def test_number_options(x: float, options: dict, expected: str) -> None:
    assert number(x, "fi", **options) == expected


@pytest.mark.parametrize("x", [None, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("write", [number, percent, p_value, time])
def test_not_estimable_is_a_dash(x: float | None, write) -> None:
    if write is p_value and x in (math.inf, -math.inf):
        return
    assert write(x, "fi") == "–"


def test_percent() -> None:
    assert percent(0.12345, "fi") == f"12,3{NBSP}%"
    assert percent(0.12345, "sv", digits=0) == f"12{NBSP}%"
    assert percent(0.12345, "en", digits=2) == "12.35%"


@pytest.mark.parametrize(
    ("p", "fi", "en"),
    [
        (0.0009999, "<0,001", "<0.001"),
        (0.001, "0,001", "0.001"),
        (0.0496, "0,050", "0.050"),
        (0.9994, ">0,999", ">0.999"),
        (0.999, "0,999", "0.999"),
    ],
)
def test_p_value(p: float, fi: str, en: str) -> None:
    assert p_value(p, "fi") == fi
    assert p_value(p, "en") == en


@pytest.mark.parametrize(
    ("low", "high", "fi", "sv", "en"),
    [
        (0.98, 2.63, "0,98–2,63", "0,98–2,63", "0.98–2.63"),
        (-1.2, 3.4, "−1,20…3,40", "−1,20 till 3,40", "−1.20 to 3.40"),
        (285, None, "285,00; –", "285,00; –", "285.00, –"),
        (math.nan, 285, "–; 285,00", "–; 285,00", "–, 285.00"),
        (None, math.nan, "–", "–", "–"),
    ],
)
def test_interval(low: float | None, high: float | None, fi: str, sv: str, en: str) -> None:
    assert [interval(low, high, language, 2) for language in ("fi", "sv", "en")] == [fi, sv, en]


def test_interval_that_rounds_to_zero_has_no_minus() -> None:
    assert interval(-0.001, 0.5, "fi", 1) == "0,0–0,5"


def test_percent_interval() -> None:
    assert percent_interval(0.101, 0.2345, "fi") == "10,1–23,4"
    assert percent_interval(None, 0.2, "en", digits=0) == "–, 20"


@pytest.mark.parametrize(
    ("x", "unit", "language", "expected"),
    [
        (1, "day", "fi", f"1{NBSP}päivä"),
        (90, "day", "fi", f"90{NBSP}päivää"),
        (1.5, "month", "fi", f"1,5{NBSP}kuukautta"),
        (1, "week", "sv", f"1{NBSP}vecka"),
        (2, "year", "sv", f"2{NBSP}år"),
        (1000, "week", "en", f"1,000{NBSP}weeks"),
    ],
)
def test_duration(x: float, unit: str, language: str, expected: str) -> None:
    assert duration(x, unit, language) == expected


@pytest.mark.parametrize(
    ("values", "significant", "digits"),
    [
        ([1.0, 20.0, None], 3, 0),
        ([64.0, 212.5, math.nan], 4, 1),
        ([14.5, 8.25], 3, 1),
        ([0.0123], 3, 4),
        ([0.0, None], 3, 0),
        ([], 3, 0),
    ],
)
def test_common_digits(values: list[float | None], significant: int, digits: int) -> None:
    assert common_digits(values, significant) == digits
