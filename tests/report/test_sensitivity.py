"""The page and the figure of definitions, from a result made by hand."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from support.pictures import assert_apart, words

from tkk_cli.errors import TkkError
from tkk_cli.report.figures.options import SensitivityFigureOptions
from tkk_cli.report.figures.sensitivity import draw, save
from tkk_cli.report.language import LANGUAGES
from tkk_cli.report.render import FORMATS, render
from tkk_cli.results import Note, Result
from tkk_cli.steps.assembly import table_of
from tkk_cli.tables import TABLES


def made(
    groups: tuple[str, ...] = ("",),
    windows: tuple[int, ...] = (14, 28, 90),
    origins: tuple[str, ...] = ("index", "programme_end"),
    partial: tuple[str, ...] = ("counts", "does_not_count"),
) -> Result:
    rows = []
    for place, (origin, rule, window, group) in enumerate(itertools.product(origins, partial, windows, groups)):
        estimate = 0.8 - 0.01 * place
        rows.append(
            {
                "outcome": "sustained_rtw",
                "window": window,
                "unit": "calendar",
                "origin": origin,
                "partial": rule,
                "group": group,
                "time": 365.0,
                "n": 1200,
                "n_event": 900 - place,
                "estimate": estimate,
                "std_error": 0.02,
                "conf_low": estimate - 0.04,
                "conf_high": estimate + 0.04,
            }
        )
    # the last one is not estimable
    rows[-1] |= dict.fromkeys(("estimate", "std_error", "conf_low", "conf_high"), np.nan)
    return Result(
        kind="sensitivity",
        estimand={"quantity": "incidence", "causes": ["sustained_rtw", "death"], "unit": "day"},
        settings={
            "at": 365.0,
            "conf_level": 0.9,
            "group": "programme" if groups != ("",) else None,
            "gap": 3,
            "dated": "confirmed",
            "code": "O2",
        },
        labels={
            "causes": {"sustained_rtw": {"fi": "Pysyvä työhönpaluu", "sv": "Varaktig återgång", "en": "Sustained"}},
            "groups": {"tk": {"fi": "Työhön kytkeytyvä", "sv": "Arbetsanknuten", "en": "Work-linked"}},
        },
        tables={"sensitivity": table_of(rows, TABLES["sensitivity"]["sensitivity"])},
        notes=(
            Note("synthetic"),
            Note("sensitivity_same_persons"),
            Note("sensitivity_left_out", {"origin": "programme_end", "count": 1234}),
            Note("sensitivity_later_origin", {"origin": "programme_end"}),
            Note("sensitivity_beyond", {"count": 1, "horizon": 365.0}, "warning", "TKK404"),
        ),
        provenance={"tkk": "0", "input": {"name": "cohort.toml", "sha256": "0" * 64}, "n_read": 1, "n_used": 1},
    )


def test_the_page_in_finnish() -> None:
    text = render(made(), "text", "fi").replace("\u00a0", " ")
    assert text.startswith("Pysyvä työhönpaluu: herkkyys määritelmälle\n")
    assert "Kumulatiivinen ilmaantuvuus 365 päivää lähtöpäivästä" in text
    assert "O2: enintään 3 päivän keskeytys" in text
    table = render(made(), "markdown", "fi").replace("\u00a0", " ")
    row = next(" ".join(line.split()) for line in table.splitlines() if "28 pv" in line)
    assert row == "| kohortin nollapäivä | 28 pv | lasketaan | 1 200 | 899 | 79,0 % | 75,0–83,0 |"
    assert "Varoitus TKK404" in text
    assert "kuntoutuksen loppu puuttuu tai on katsotun ajan ulkopuolella 1 234 henkilöltä" in " ".join(text.split())
    assert "Ryhmä" not in table
    assert "Työhön kytkeytyvä" in render(made(("aslak", "tk")), "markdown", "fi")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_in_every_language(format: str, language: str) -> None:
    text = render(made(("aslak", "tk")), format, language)
    assert "tk" in text
    assert "{" not in text or format in ("json", "html")


def test_a_result_survives_json() -> None:
    result = made()
    assert Result.from_json(result.to_json()) == result


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("groups", [("",), ("aslak", "tk")])
def test_the_figure_has_every_definition_apart(columns: int, language: str, groups: tuple[str, ...]) -> None:
    figure = draw(made(groups), SensitivityFigureOptions(figure="x.pdf", columns=columns, title="Kuvio 1"), language)
    assert_apart(figure)
    assert len(words(figure, "origin")) == 2
    assert len(words(figure, "window")) == 6
    dots = [line for line in figure.axes[0].lines if line.get_label() == "estimate"]
    assert len(dots) == 12 * len(groups) - 1
    # filled and open markers alternate, and groups have shapes of their own: they differ without colour
    looks = {(dot.get_marker(), dot.get_markerfacecolor() == "white") for dot in dots}
    assert len(looks) == 2 * len(groups)
    assert len(words(figure, "legend")) == 2 * len(groups)
    assert bool(words(figure, "estimate")) == (columns == 2)


def test_the_figure_has_numbers_of_the_language() -> None:
    figure = draw(made(), SensitivityFigureOptions(figure="x.pdf"), "fi")
    numbers = [text.replace("\u00a0", " ") for text in words(figure, "estimate")]
    assert numbers[0] == "80,0 % (76,0–84,0)"
    assert numbers[-1] == "– (–)"
    assert words(figure, "window")[0] == "14 pv"
    assert words(figure, "heading") == ["90\u00a0%:n\u00a0LV"]
    assert words(figure, "synthetic")


def test_one_definition_needs_no_key() -> None:
    figure = draw(made(partial=("counts",)), SensitivityFigureOptions(figure="x.pdf"), "en")
    assert not words(figure, "legend")


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    options = SensitivityFigureOptions(columns=1)
    for name in ("a.svg", "b.svg"):
        save(made(), str(tmp_path / name), options, "sv")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert made().plot(str(tmp_path / "c.pdf"), "en", columns=1).axes
    assert (tmp_path / "c.pdf").stat().st_size > 1000


@pytest.mark.parametrize(
    "result", [made(windows=tuple(range(1, 21))), made(tuple("abcdefghi"), windows=(28,), origins=("index",))]
)
def test_more_than_a_figure_holds_is_refused(result: Result) -> None:
    with pytest.raises(TkkError) as refused:
        draw(result, SensitivityFigureOptions(figure="x.pdf"), "en")
    assert refused.value.code == "TKK523"
