"""Adjusted curves and effects over time: what is drawn, from which fit, and that no text is cut or covered."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from support.pictures import assert_apart, words
from support.regressions import SETS, cox, curve, fine_gray, table, whose

from tkk_cli.errors import TkkError
from tkk_cli.report.figures.effects import MOST_PANELS, read_curves
from tkk_cli.report.figures.options import RegressFigureOptions
from tkk_cli.report.figures.regress import draw_curves, draw_ph
from tkk_cli.report.language import LANGUAGES
from tkk_cli.results import Result

FIRST = (SETS[0], "cox", "tyohonpaluu")


def options(**given: object) -> RegressFigureOptions:
    return RegressFigureOptions(**given)  # type: ignore[arg-type]


def with_rows(name: str, rows: list[dict]) -> Result:
    return dataclasses.replace(cox(), tables={**cox().tables, name: table(name, rows)})


def parts(figure: Figure, label: str) -> list[Line2D]:
    return [line for axes in figure.axes for line in axes.lines if line.get_label() == label]


# adjusted curves -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["standardised", "pattern"])
def test_every_text_of_the_curves_is_on_the_page_and_apart(kind: str, language: str, columns: int) -> None:
    for legend in ("direct", "legend"):
        figure = draw_curves(cox(), options(columns=columns, curves=kind, legend=legend), language)
        assert_apart(figure)
        assert figure.get_figwidth() * 25.4 == pytest.approx({1: 85, 2: 175}[columns])


def test_curves_start_without_events_and_hold_their_values() -> None:
    scene = read_curves(cox(), options())
    rows = cox()["curves"].where(kind="standardised", group="tk")
    drawn = scene.curves[1]
    assert scene.groups == ("aslak", "tk", "kiila")
    assert (drawn.time[0], drawn.estimate[0]) == (0.0, 0.0)
    assert drawn.time[1:-1] == pytest.approx(rows["time"])
    assert drawn.estimate[1:-1] == pytest.approx(rows["estimate"])
    assert drawn.high[1:-1] == pytest.approx(rows["conf_high"])
    assert (drawn.time[-1], drawn.estimate[-1]) == (730.0, rows["estimate"][-1])
    assert drawn.value(np.array([185.0])) == pytest.approx(rows["estimate"][17])


def test_survival_starts_at_one_and_says_what_it_is() -> None:
    made = with_rows("curves", whose(curve("aslak", "survival", "standardised", 0.003), *FIRST))
    scene = read_curves(made, options())
    assert scene.curves[0].estimate[0] == 1.0
    figure = draw_curves(made, options(), "fi")
    assert "Työhönpaluu: vakioitu tapahtumavapaa osuus" in words(figure)


def test_curves_say_of_which_event_and_how_they_were_made() -> None:
    assert "Återgång i arbete: standardiserad kumulativ incidens" in words(draw_curves(cox(), options(), "sv"))
    figure = draw_curves(cox(), options(curves="pattern"), "en")
    assert "Return to work: predicted cumulative incidence" in words(figure)
    # A single curve has no name beside it.
    assert words(figure, "title") == ["Programme = KIILA, Age at start = 45"]
    assert words(draw_curves(cox(), options(curves="pattern", title="Mine"), "en"), "title") == ["Mine"]
    assert read_curves(cox(), options(curves="pattern")).groups == ("ohjelma=kiila, ika=45",)


def test_patterns_are_drawn_when_they_are_all_there_is() -> None:
    rows = [row for row in cox()["curves"].to_records() if row["kind"] == "pattern"]
    assert read_curves(with_rows("curves", rows), options()).kind == "pattern"


def test_the_curves_are_those_of_the_last_adjustment_set() -> None:
    more = whose(curve("aslak", "incidence", "standardised", 0.001), SETS[1], "cox", "tyohonpaluu")
    other = whose(curve("aslak", "incidence", "standardised", 0.002), SETS[2], "cox", "elake")
    made = with_rows("curves", [*cox()["curves"].to_records(), *more, *other])
    scene = read_curves(made, options())
    assert scene.groups == ("aslak",)
    assert scene.curves[0].estimate[1] == pytest.approx(more[0]["estimate"])


def test_the_axis_may_end_earlier_and_bands_be_left_out() -> None:
    scene = read_curves(cox(), options(max_time=365.0, bands="no"))
    assert scene.stop == 365.0
    assert all(curve.time[-1] == 365.0 and np.all(np.isnan(curve.high)) for curve in scene.curves)
    figure = draw_curves(cox(), options(max_time=365.0, bands="no"), "en")
    assert figure.axes[0].get_xlim() == (0.0, 365.0)
    assert not figure.axes[0].collections
    assert draw_curves(cox(), options(), "en").axes[0].collections


def test_an_axis_that_ends_before_the_first_event_is_flat() -> None:
    scene = read_curves(cox(), options(max_time=5.0))
    assert list(scene.curves[0].estimate) == [0.0, 0.0]


def test_a_result_without_such_curves_is_refused() -> None:
    with pytest.raises(TkkError, match="TKK519"):
        draw_curves(fine_gray(), options(), "en")
    rows = [row for row in cox()["curves"].to_records() if row["kind"] == "pattern"]
    with pytest.raises(TkkError, match="TKK519"):
        draw_curves(with_rows("curves", rows), options(curves="standardised"), "en")


def test_more_curves_than_can_be_told_apart_are_refused() -> None:
    rows = [row for i in range(9) for row in whose(curve(f"g{i}", "incidence", "pattern", 0.003), *FIRST)]
    with pytest.raises(TkkError, match="TKK515"):
        draw_curves(with_rows("curves", rows), options(), "en")


def test_curves_without_time_are_refused() -> None:
    rows = [{**row, "time": 0.0} for row in cox()["curves"].to_records()]
    with pytest.raises(TkkError, match="TKK516"):
        draw_curves(with_rows("curves", rows), options(), "en")


# effects over time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_panels_is_on_the_page_and_apart(language: str, columns: int) -> None:
    figure = draw_ph(cox(), options(columns=columns, title="Vaikutukset ajassa"), language)
    assert_apart(figure)
    assert figure.get_figwidth() * 25.4 == pytest.approx({1: 85, 2: 175}[columns])
    assert len(figure.axes) == 3


def test_a_panel_has_the_effect_the_constant_and_no_effect() -> None:
    figure = draw_ph(cox(), options(), "en")
    rows = cox()["effect_over_time"].where(model=SETS[2], cause="tyohonpaluu", term="ohjelma", level="tk")
    effect = parts(figure, "effect")[0]
    assert effect.get_xdata() == pytest.approx(rows["time"])
    assert effect.get_ydata() == pytest.approx(rows["estimate"])
    # The constant is that of the same set; a column that is not in it has none.
    assert [line.get_ydata()[0] for line in parts(figure, "constant")] == pytest.approx([0.22, -0.02])
    assert [line.get_ydata()[0] for line in parts(figure, "null")] == [0.0] * 3
    for axes in figure.axes:
        low, high = axes.get_ylim()
        assert low < 0 < high
        assert axes.get_xlim() == (0.0, 700.0)
    assert " ".join(words(figure, "panel")) == "Programme: Work-linked rehabilitation Programme: KIILA Age at start"
    assert words(figure, "legend") == ["Return to work: effect over time", "constant effect"]


def test_panels_may_end_earlier_and_have_no_bands() -> None:
    figure = draw_ph(cox(), options(max_time=300.0, bands="no"), "fi")
    assert max(parts(figure, "effect")[0].get_xdata()) <= 300.0
    assert not figure.axes[0].collections
    assert draw_ph(cox(), options(), "fi").axes[0].collections
    with pytest.raises(TkkError, match="TKK516"):
        draw_ph(cox(), options(max_time=1.0), "fi")


def test_a_flat_effect_without_limits_is_drawn() -> None:
    rows = [{"term": "ika", "time": t, "estimate": 0.0, "conf_low": math.nan} for t in (10.0, 20.0)]
    figure = draw_ph(with_rows("effect_over_time", whose(rows, *FIRST)), options(), "en")
    assert figure.axes[0].get_ylim() == (-1.0, 1.0)


def test_a_result_without_effects_over_time_is_refused() -> None:
    with pytest.raises(TkkError, match="TKK520"):
        draw_ph(fine_gray(), options(), "en")


def test_more_panels_than_a_page_holds_are_refused() -> None:
    rows = [{"term": f"x{i}", "time": 10.0, "estimate": 0.1} for i in range(MOST_PANELS + 1)]
    with pytest.raises(TkkError, match="TKK523"):
        draw_ph(with_rows("effect_over_time", whose(rows, *FIRST)), options(), "en")
