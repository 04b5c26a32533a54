"""The plot in the terminal: its size, its marks, its counts and its plain form."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest

from tkk_cli.report.figures.options import FigureOptions
from tkk_cli.report.figures.survival import figure_data
from tkk_cli.report.terminal import MARKS, PLAIN_MARKS, plot
from tkk_cli.results import Result, Table


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (60, 20)])
def test_plot_fits_the_terminal(width: int, height: int, unicode: bool, competing_result: Result) -> None:
    lines = plot(competing_result, "fi", width, height, unicode).split("\n")
    assert len(lines) == height
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


def test_every_group_has_its_mark(competing_result: Result) -> None:
    drawn = plot(competing_result, "fi", 80, 24)
    for mark, name in zip(MARKS, ("ASLAK", "Työhön kytkeytyvä kuntoutus", "KIILA"), strict=False):
        assert f"{mark} {name}" in drawn
        assert drawn.count(mark) > 3
    plain = plot(competing_result, "en", 80, 24, unicode=False)
    for mark, name in zip(PLAIN_MARKS, ("ASLAK", "Work-linked rehabilitation", "KIILA"), strict=False):
        assert f"{mark} {name}" in plain
        assert plain.count(mark) > 10
    assert plain.isascii()


def test_counts_are_those_of_the_figure(competing_result: Result) -> None:
    lines = plot(competing_result, "en", 80, 24).split("\n")
    ticks = next(line.split() for line in lines if line.split()[:1] == ["0"])
    counts = lines[lines.index("● ASLAK") + 1].split()
    source = competing_result["curves"].where(group="aslak", cause="tyohonpaluu")
    expected = [int(source["n_risk"][source["time"] >= float(t)][0]) for t in ticks]
    assert [int(count) for count in counts] == expected
    written = figure_data(competing_result, FigureOptions(), "en")
    assert f"risk_table,aslak,ASLAK,tyohonpaluu,Return to work,0,,,,,,{counts[0]}," in written


def test_plain_curve_by_hand() -> None:
    columns = {
        "group": ("a",) * 3,
        "cause": ("x",) * 3,
        "time": np.array([5.0, 10.0, 20.0]),
        "n_risk": np.array([4, 2, 1]),
        "n_event": np.array([2, 0, 1]),
        "n_censor": np.array([0, 1, 0]),
        "estimate": np.array([0.6, 0.6, 0.0]),
        "std_error": np.zeros(3),
        "conf_low": np.zeros(3),
        "conf_high": np.ones(3),
    }
    estimand = {"quantity": "survival", "causes": ["x"], "unit": "day", "time_origin": 0.0, "conditional_on": None}
    result = Result("survival", estimand, {}, {}, {"curves": Table(columns)}, (), {})
    lines = plot(result, "en", 24, 11, unicode=False).split("\n")
    assert lines[0] == "x: event-free probability"
    curve = [re.sub(r"^.*?[|+]", "", line) for line in lines[1:7]]
    width = max(map(len, curve))
    drop = curve[1].rindex("*")
    # 100 % up to a quarter of the axis, 60 % until its end, then 0 %.
    assert drop == round(0.25 * (width - 1))
    assert curve[0] == "*" * (drop + 1)
    assert curve[2] == " " * drop + "*" * (width - drop)
    assert [line.strip() for line in curve[3:]] == ["*"] * 3
    assert "At risk" not in lines[-1]
    assert lines[-1].split()[-1] == "1"


def test_small_terminal_keeps_a_readable_plot(single_cause_result: Result) -> None:
    lines = plot(single_cause_result, "sv", 10, 3).split("\n")
    assert sum("┤" in line for line in lines) == 6
    assert "Tid (dagar)" in "\n".join(lines)


def test_plot_needs_no_matplotlib(single_cause_result: Result) -> None:
    code = (
        "import sys; from tkk_cli.results import Result; from tkk_cli.report.terminal import plot;"
        "print(len(plot(Result.from_json(sys.stdin.read()), 'fi', 80, 24)));"
        "assert not {'matplotlib', 'pandas'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=single_cause_result.to_json(), text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 500


def test_synthetic_data_are_labelled(competing_result: Result) -> None:
    assert plot(competing_result, "sv", 80, 24).endswith("\nSyntetiska data")
