"""The forest plot: where estimates and intervals are, what stands beside them, and that no text is cut or covered."""

from __future__ import annotations

import csv
import dataclasses
import math
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image
from support.pictures import assert_apart, boxes, words
from support.regressions import RESULTS, SETS, cox, effect, fine_gray, programme, pseudo, result, whose

from tkk_cli.errors import TkkError
from tkk_cli.report.effects import RATIOS
from tkk_cli.report.figures.forest_rows import MOST_LINES, read_plot
from tkk_cli.report.figures.options import RegressFigureOptions
from tkk_cli.report.figures.regress import check_figures, draw, figure_data, save, write_figures
from tkk_cli.report.figures.ticks import ratio_ticks, value_ticks
from tkk_cli.report.language import LANGUAGES
from tkk_cli.results import Note, Result

SYNTHETIC = (Note("synthetic"),)
FIT = ("", "cox", "tyohonpaluu")


def options(**given: object) -> RegressFigureOptions:
    return RegressFigureOptions(**given)  # type: ignore[arg-type]


def parts(figure: Figure, label: str) -> list[Line2D]:
    return [line for line in figure.axes[0].lines if line.get_label() == label]


def one_fit(rows: list[dict], measure: str = "hazard_ratio", **settings: object) -> Result:
    return result(whose(rows, *FIT), {"models": []}, measure, SYNTHETIC, **settings)


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", RESULTS)
def test_every_text_is_on_the_page_and_apart(name: str, language: str, columns: int) -> None:
    for causes in ("first", "all"):
        figure = draw(RESULTS[name](), options(columns=columns, causes=causes), language)
        assert_apart(figure)
        assert figure.get_figwidth() * 25.4 == pytest.approx({1: 85, 2: 175}[columns])


def test_estimates_and_intervals_are_where_the_numbers_say() -> None:
    rows = [*programme("hazard_ratio", (0.3, 0.1), (-0.2, 0.12)), effect("ika", "", 0.05, 0.02, "hazard_ratio")]
    figure = draw(one_fit(rows), options(), "en")
    axes = figure.axes[0]
    assert axes.get_xscale() == "log"
    drawn = [line.get_xdata()[0] for line in parts(figure, "estimate")]
    assert drawn == pytest.approx(np.exp([0.3, -0.2, 0.05]), rel=1e-12)
    ends = [tuple(line.get_xdata()) for line in parts(figure, "interval")]
    expected = [np.exp([v - 1.959963984540054 * e, v + 1.959963984540054 * e]) for v, e in ((0.3, 0.1), (-0.2, 0.12))]
    assert ends[0] == pytest.approx(expected[0])
    assert ends[1] == pytest.approx(expected[1])
    heights = [line.get_ydata()[0] for line in parts(figure, "estimate")]
    assert heights == sorted(heights, reverse=True)
    assert [line.get_xdata()[0] for line in parts(figure, "reference")] == [1.0]
    assert parts(figure, "null")[0].get_xdata()[0] == 1.0
    assert not parts(figure, "arrow")


def test_a_number_stands_level_with_its_square() -> None:
    figure = draw(cox(), options(), "fi")
    axes = figure.axes[0]
    found = [box for _, box in boxes(figure, "estimate")]
    squares = [line for line in axes.lines if line.get_label() in ("estimate", "reference")]
    ys = sorted((axes.transData.transform((1.0, line.get_ydata()[0]))[1] for line in squares), reverse=True)
    assert [(box.y0 + box.y1) / 2 for box in found] == pytest.approx(ys, abs=1.5)


def test_differences_have_a_linear_axis_and_their_unit() -> None:
    figure = draw(pseudo(), options(), "fi")
    axes = figure.axes[0]
    assert axes.get_xscale() == "linear"
    assert [line.get_xdata()[0] for line in parts(figure, "estimate")] == pytest.approx([41.3, -8.0, -1.204])
    assert parts(figure, "null")[0].get_xdata()[0] == 0.0
    assert words(figure, "axis") == ["Työhönpaluu: Erotus (päivää)"]
    shares = draw(pseudo("incidence"), options(), "en")
    assert [line.get_xdata()[0] for line in parts(shares, "estimate")] == pytest.approx([4.13, -0.8, -0.1204])


def test_an_interval_off_the_axis_ends_in_an_arrow() -> None:
    rows = [*programme("hazard_ratio", (0.3, 0.1), (0.2, 4.0)), effect("ika", "", 0.05, 0.1, "hazard_ratio")]
    figure = draw(one_fit(rows), options(), "en")
    low, high = figure.axes[0].get_xlim()
    assert [line.get_xdata()[0] for line in parts(figure, "arrow")] == pytest.approx([low, high])
    assert [line.get_marker() for line in parts(figure, "arrow")] == ["<", ">"]
    assert tuple(parts(figure, "interval")[1].get_xdata()) == pytest.approx((low, high))
    assert high < 10
    assert "1.22 (0.00048–3,102)" in words(figure, "estimate")


def test_a_limit_that_is_not_estimable_is_an_arrow_too() -> None:
    row = {**effect("ika", "", 0.4, 0.1, "hazard_ratio"), "conf_high": math.nan}
    figure = draw(one_fit([row, effect("paino", "", 0.2, 0.1, "hazard_ratio")]), options(), "en")
    assert [line.get_marker() for line in parts(figure, "arrow")] == [">"]


def test_what_could_not_be_estimated_says_so() -> None:
    made = dataclasses.replace(cox(), estimand={**cox().estimand, "exposure": None})
    last = [row for row in made["coefficients"].to_records() if row["model"] == SETS[2] and row["cause"] == "elake"]
    rows = [{**{k: math.nan if v is None else v for k, v in row.items()}, "model": ""} for row in last]
    figure = draw(result(rows, {"models": []}, "hazard_ratio"), options(), "fi")
    assert "jätetty pois" in words(figure, "estimate")
    assert "→\u00a00" in words(figure, "estimate")
    assert len(parts(figure, "estimate")) == sum(row["role"] == "estimate" for row in rows)
    assert "Nainen × KIILA" in words(figure, "label")


def test_adjustment_sets_have_markers_and_colours_of_their_own() -> None:
    figure = draw(cox(), options(), "sv")
    squares = parts(figure, "estimate")
    assert len(squares) == 6
    assert len({(line.get_marker(), line.get_color()) for line in squares}) == 3
    assert words(figure, "legend") == ["1: ojusterad", f"2: {SETS[1]}", f"3: {SETS[2]}"]
    assert words(figure, "label") == ["Åtgärd", "ASLAK", "Arbetsanknuten rehabilitering", "KIILA"]
    assert words(figure, "counts") == ["500 / 280", "400 / 250", "300 / 170"]
    assert words(figure, "synthetic") == ["Syntetiska data"]


def test_one_column_has_no_counts() -> None:
    assert not words(draw(cox(), options(columns=1), "en"), "counts")


def test_every_event_stands_under_its_name_when_asked() -> None:
    first, every = (words(draw(cox(), options(causes=causes), "en"), "label") for causes in ("first", "all"))
    assert "Disability pension" not in first
    assert every[:2] == ["Return to work", "Programme"]
    assert "Disability pension" in every
    both = draw(fine_gray(), options(causes="all"), "en")
    assert "Return to work: sHR, Fine–Gray model" in words(both, "label")
    assert words(both, "axis") == ["Ratio, logarithmic scale"]
    assert words(draw(fine_gray(), options(), "en"), "axis") == ["Return to work: sHR, logarithmic scale"]


def test_long_labels_are_wrapped_not_cut() -> None:
    name = "Kuntoutusmuotoon osallistuneiden työterveyshuollon yhteistyöneuvottelujen lukumäärä vuodessa"
    made = one_fit([effect("neuvottelut", "", 0.1, 0.05, "hazard_ratio")])
    made = dataclasses.replace(made, labels={**made.labels, "terms": {"neuvottelut": {"fi": name}}})
    figure = draw(made, options(columns=1), "fi")
    assert_apart(figure)
    shown = words(figure, "label")
    assert len(shown) > 2
    assert " ".join(shown).replace("- ", "") == name


def test_the_title_stands_above() -> None:
    figure = draw(cox(), options(title="Työhönpaluu vuosina 2015–2020"), "fi")
    assert words(figure, "title") == ["Työhönpaluu vuosina 2015–2020"]
    assert max(box.y1 for _, box in boxes(figure)) == boxes(figure, "title")[0][1].y1


def test_figure_data_has_the_numbers_at_full_precision() -> None:
    read = list(csv.DictReader(StringIO(figure_data(cox(), options(causes="all"), "fi"))))
    records = {
        (row["model"], row["cause"], row["level"]): row
        for row in cox()["coefficients"].where(term="ohjelma").to_records()
    }
    assert len(read) == 2 * (1 + 2 * 3)
    for row in read:
        assert float(row["estimate"]) == records[row["model"], row["cause"], row["level"]]["estimate"]
    assert read[1]["term_label"] == "Kuntoutusmuoto"
    assert read[1]["level_label"] == "Työhön kytkeytyvä kuntoutus"
    assert read[0]["conf_low"] == ""


def test_nothing_estimated_is_refused() -> None:
    row = {"term": "ika", "role": "dropped", "measure": "hazard_ratio"}
    with pytest.raises(TkkError, match="TKK518"):
        draw(one_fit([row]), options(), "en")


def test_more_than_a_figure_holds_is_refused() -> None:
    many = [effect(f"x{i}", "", 0.1, 0.1, "hazard_ratio") for i in range(MOST_LINES + 1)]
    with pytest.raises(TkkError, match="TKK523"):
        draw(one_fit(many), options(), "en")
    sets = [
        row
        for i in range(9)
        for row in whose(programme("hazard_ratio", (0.1, 0.1), (0.2, 0.1)), f"x{i}", "cox", "elake")
    ]
    with pytest.raises(TkkError, match="TKK523"):
        draw(result(sets, {"models": []}, "hazard_ratio"), options(), "en")


def test_an_event_on_another_scale_stays_out() -> None:
    rows = [
        *whose(programme("hazard_ratio", (0.3, 0.1), (0.1, 0.1)), "", "cox", "tyohonpaluu"),
        *whose(programme("hazard_difference", (0.3, 0.1), (0.1, 0.1)), "", "lin_ying", "elake"),
    ]
    plot = read_plot(result(rows, {"models": []}, "hazard_ratio"), options(causes="all"), "en")
    assert {line.row["measure"] for line in plot.lines if line.row} == {"hazard_ratio"}


@pytest.mark.parametrize("suffix", [".pdf", ".png", ".svg", ".tiff", ".eps"])
def test_every_format_is_the_same_twice(tmp_path: Path, suffix: str) -> None:
    names = [str(tmp_path / f"{name}{suffix}") for name in ("one", "two")]
    for name in names:
        save(cox(), name, options(), "fi")
    one, two = (Path(name).read_bytes() for name in names)
    assert one == two
    if suffix == ".png":
        with Image.open(names[0]) as image:
            assert image.size[0] == pytest.approx(175 / 25.4 * 300, abs=1)


def test_write_figures_writes_what_is_named(tmp_path: Path) -> None:
    names = {
        "figure": str(tmp_path / "forest.svg"),
        "figure_curves": str(tmp_path / "curves.eps"),
        "figure_ph": str(tmp_path / "ph.eps"),
        "figure_data": str(tmp_path / "forest.csv"),
    }
    assert write_figures(cox(), options(**names), "en") == list(names.values())
    assert all(Path(name).stat().st_size > 500 for name in names.values())
    assert write_figures(cox(), options(), "en") == []


def test_nothing_is_written_when_one_figure_cannot_be_drawn(tmp_path: Path) -> None:
    given = options(figure=str(tmp_path / "forest.svg"), figure_ph=str(tmp_path / "ph.svg"))
    with pytest.raises(TkkError, match="TKK520"):
        write_figures(fine_gray(), given, "en")
    assert not list(tmp_path.iterdir())


def test_names_and_idle_options_are_checked_before_the_work() -> None:
    check_figures(options(figure="a.pdf", figure_curves="b.png", causes="all"))
    with pytest.raises(TkkError, match="TKK512") as caught:
        check_figures(options(figure_ph="ph.jpeg"))
    assert caught.value.where == "--figure-ph"
    check_figures(options(figure_data="a.csv", causes="all"))
    check_figures(options(figure_ph="a.eps", bands="no", max_time=30.0, columns=1))


@pytest.mark.parametrize(
    "given",
    [
        {"causes": "all"},
        {"causes": "all", "figure_curves": "a.pdf"},
        {"curves": "pattern", "figure": "a.pdf"},
        {"legend": "legend", "figure_ph": "a.pdf"},
        {"max_time": 365.0, "figure": "a.pdf"},
        {"bands": "no", "figure_data": "a.csv"},
        {"title": "Tulos", "figure_data": "a.csv"},
        {"columns": 1},
        {"dpi": 600},
    ],
)
def test_an_option_that_would_change_nothing_is_refused(given: dict) -> None:
    with pytest.raises(TkkError, match="TKK517"):
        check_figures(options(**given))


@pytest.mark.parametrize("given", [{"columns": 3}, {"dpi": 72}, {"max_time": 0.0}])
def test_numbers_outside_their_range_are_refused(given: dict) -> None:
    with pytest.raises(TkkError, match="TKK511"):
        options(**given)


def test_plot_of_a_result_is_the_forest_plot(tmp_path: Path) -> None:
    path = tmp_path / "forest.png"
    figure = cox().plot(str(path), "fi", columns=1, causes="all")
    assert figure.get_figwidth() * 25.4 == pytest.approx(85)
    assert path.stat().st_size > 500
    with pytest.raises(TkkError, match="TKK304"):
        cox().plot(censor_marks=True)
    with pytest.raises(TkkError, match="TKK518"):
        dataclasses.replace(cox(), kind="verify").plot()


def everything_fits(_: np.ndarray) -> bool:
    return True


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0.7, 1.6, [0.8, 1.0, 1.2, 1.4, 1.6]),
        (0.4, 3.1, [0.5, 0.7, 1, 1.5, 2, 3]),
        (0.08, 12, [0.1, 0.2, 0.5, 1, 2, 5, 10]),
        (0.0009, 1100, [0.001, 0.01, 0.1, 1, 10, 100, 1000]),
        (1e-8, 1e8, [1e-6, 1e-3, 1, 1e3, 1e6]),
    ],
)
def test_marks_of_a_logarithmic_axis(low: float, high: float, marks: list[float]) -> None:
    assert list(ratio_ticks(low, high, everything_fits)) == pytest.approx(marks)


def test_marks_that_do_not_fit_are_thinned() -> None:
    assert list(ratio_ticks(0.4, 3.1, lambda ticks: len(ticks) <= 3)) == pytest.approx([0.5, 1, 2])
    assert list(ratio_ticks(0.4, 3.1, lambda ticks: len(ticks) <= 0)) == [1.0]
    assert list(value_ticks(-3.2, 7.9, lambda ticks: len(ticks) <= 3)) == [0.0, 5.0]
    assert list(value_ticks(-3.2, 7.9, lambda ticks: len(ticks) <= 0)) == [-3.2]


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [(-0.31, 0.42, [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4][1::2]), (-30, 70, [-20, 0, 20, 40, 60])],
)
def test_marks_of_a_linear_axis(low: float, high: float, marks: list[float]) -> None:
    assert list(value_ticks(low, high, everything_fits)) == pytest.approx(marks)
    assert 0.0 in value_ticks(low, high, everything_fits)


def test_ratios_and_the_rest_are_told_apart() -> None:
    for name, made in RESULTS.items():
        measure = made().estimand["measure"]
        scale = "log" if measure in RATIOS else "linear"
        assert draw(made(), options(), "en").axes[0].get_xscale() == scale, name
