"""The parts that place things: ticks, lines of text, boxes that keep apart, and a legend that keeps clear."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tkk_cli.report.figures.curves import read_scene
from tkk_cli.report.figures.layout import Box, push_apart, text_width, wrap
from tkk_cli.report.figures.legend import empty_corner
from tkk_cli.report.figures.options import FigureOptions
from tkk_cli.report.figures.ticks import percent_ticks, time_ticks
from tkk_cli.results import Result


def at_most(count: int):
    return lambda ticks: len(ticks) <= count


@pytest.mark.parametrize(
    ("start", "stop", "unit", "count", "expected"),
    [
        (0, 730, "day", 9, [0, 90, 180, 270, 360, 450, 540, 630, 720]),
        (0, 365, "day", 5, [0, 90, 180, 270, 360]),
        (0, 730, "day", 3, [0, 365, 730]),
        (0, 3650, "day", 6, [0, 730, 1460, 2190, 2920, 3650]),
        (0, 60, "month", 6, [0, 12, 24, 36, 48, 60]),
        (0, 104, "week", 5, [0, 26, 52, 78, 104]),
        (0, 12, "year", 7, [0, 2, 4, 6, 8, 10, 12]),
        (0, 1, "year", 6, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0, 5, "day", 6, [0, 1, 2, 3, 4, 5]),
        # A condition at 100 days: the start keeps its tick, and 180 is far enough away to keep its own.
        (100, 730, "day", 5, [100, 180, 360, 540, 720]),
        (100, 730, "day", 2, [100, 730]),
    ],
)
def test_time_ticks_suit_the_unit(start: float, stop: float, unit: str, count: int, expected: list[float]) -> None:
    np.testing.assert_allclose(time_ticks(start, stop, unit, at_most(count)), expected, rtol=0, atol=1e-12)


def test_only_the_start_where_nothing_fits() -> None:
    assert time_ticks(0, 730, "day", lambda _: False).tolist() == [0]


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.58, [0, 0.2, 0.4, 0.6]),
        (0.2, [0, 0.05, 0.1, 0.15, 0.2]),
        (0.0123, [0, 0.0025, 0.005, 0.0075, 0.01, 0.0125]),
        (1.3, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    ],
)
def test_percent_ticks_cover_the_curve(highest: float, expected: list[float]) -> None:
    np.testing.assert_allclose(percent_ticks(highest), expected, rtol=0, atol=1e-12)


@given(st.floats(0, 1))
def test_percent_ticks_always_cover(highest: float) -> None:
    ticks = percent_ticks(highest)
    assert ticks[0] == 0
    assert highest * (1 - 1e-9) <= ticks[-1] <= 1
    assert 2 <= len(ticks) <= 6


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(5, 12)), min_size=1, max_size=8))
def test_pushed_boxes_stay_inside_and_apart_in_their_order(boxes: list[tuple[float, float]]) -> None:
    wanted, heights = [w for w, _ in boxes], [h for _, h in boxes]
    centres = push_apart(wanted, heights, 0, 100)
    assert centres is not None
    order = sorted(range(len(boxes)), key=lambda i: wanted[i])
    for i in order:
        assert centres[i] - heights[i] / 2 >= -1e-9
        assert centres[i] + heights[i] / 2 <= 100 + 1e-9
    for below, above in pairwise(order):
        assert centres[above] - centres[below] >= (heights[above] + heights[below]) / 2 - 1e-9


def test_boxes_move_as_little_as_they_must() -> None:
    assert push_apart([20, 50], [10, 10], 0, 100) == [20, 50]
    assert push_apart([50, 52], [10, 10], 0, 100) == pytest.approx([46, 56])
    assert push_apart([0, 100], [10, 10], 0, 100) == pytest.approx([5, 95])
    assert push_apart([50, 50, 50], [40, 40, 40], 0, 100) is None


def test_lines_are_even_and_fit() -> None:
    assert wrap("Työhön kytkeytyvä kuntoutus", 500) == ("Työhön kytkeytyvä kuntoutus",)
    assert wrap("Työhön kytkeytyvä kuntoutus", 100) == ("Työhön kytkeytyvä", "kuntoutus")
    lines = wrap("Työkyvyttömyyseläkekuntoutusselvitys", 80)
    assert "".join(line.removesuffix("-") for line in lines) == "Työkyvyttömyyseläkekuntoutusselvitys"
    assert all(text_width(line) <= 80 for line in lines)
    assert wrap("TYK-Työhönvalmennusohjelma", 90)[0] == "TYK-"
    assert wrap("", 80) == ("",)


def test_legend_goes_where_no_curve_is(single_cause_result: Result, competing_result: Result) -> None:
    axes = Box(50, 0, 200, 150)
    survival = read_scene(single_cause_result, FigureOptions())
    assert empty_corner(survival, 1.0, axes, 60, 30) == (190, 150)  # upper right
    assert empty_corner(survival, 1.0, axes, 190, 100) is None
    assert empty_corner(survival, 1.0, axes, 300, 10) is None
    incidence = read_scene(competing_result, FigureOptions())
    assert empty_corner(incidence, 0.8, axes, 60, 20) == (56, 150)  # upper left
