"""The journal figure: sizes, fonts, words, counts, and that no text is cut off or covers anything."""

from __future__ import annotations

import csv
import itertools
import math
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from tkk_cli.errors import TkkError
from tkk_cli.report.figures.options import FigureOptions
from tkk_cli.report.figures.survival import draw, figure_data, save
from tkk_cli.results import Note, Result, Table

NAMES = (
    "ASLAK",
    "Työhön kytkeytyvä kuntoutus",
    "KIILA",
    "Ammatillinen kuntoutus, TYK",
    "Työkyvyttömyyseläkekuntoutusselvitys",
    "TK2",
    "Kuntoutustutkimus",
    "Ei kuntoutusta (verrokki)",
)


def many(result: Result, groups: int, stop: tuple[float, ...] = (730.0,)) -> Result:
    """The first group of a result under several names: each curve a share of it, ending at its own time."""
    rows = [row for row in result["curves"].to_records() if row["group"] == "aslak"]
    records = []
    for g in range(groups):
        end = stop[g % len(stop)]
        for row in rows:
            if row["time"] <= end:
                changed = {k: row[k] * (1 - g / 12) for k in ("estimate", "conf_low", "conf_high") if row[k]}
                records.append({**row, **changed, "group": f"g{g}"})
    labels = {**result.labels, "groups": {f"g{g}": {"": NAMES[g]} for g in range(groups)}}
    return with_curves(replace(result, labels=labels), records)


def with_curves(result: Result, records: list[dict]) -> Result:
    names = list(records[0])
    columns = {name: tuple(row[name] for row in records) for name in ("group", "cause")}
    for name in names:
        if name not in columns:
            columns[name] = np.array([math.nan if row[name] is None else row[name] for row in records])
    return replace(result, tables={**result.tables, "curves": Table(columns)})


def hand_made(**estimand: object) -> Result:
    """Five people with an entry at 2 and at 0, an event at 3 and at 5, a censoring at 4: counts known by hand."""
    columns = {
        "group": ("",) * 5,
        "cause": ("tyohonpaluu",) * 5,
        "time": np.array([0.0, 2.0, 3.0, 4.0, 5.0]),
        "n_risk": np.array([0, 4, 5, 4, 3]),
        "n_event": np.array([0, 0, 1, 0, 2]),
        "n_censor": np.array([0, 0, 0, 1, 1]),
        "estimate": np.array([1.0, 1.0, 0.8, 0.8, 0.8 / 3]),
        "std_error": np.zeros(5),
        "conf_low": np.array([1.0, 1.0, 0.5, 0.5, math.nan]),
        "conf_high": np.array([1.0, 1.0, 0.9, 0.9, math.nan]),
    }
    about = {
        "quantity": "survival",
        "causes": ["tyohonpaluu"],
        "unit": "day",
        "time_origin": 0.0,
        "conditional_on": None,
    }
    return Result("survival", {**about, **estimand}, {}, {}, {"curves": Table(columns)}, (), {})


def texts(figure: Figure, label: str | None = None) -> list[Text]:
    found = [t for t in figure.findobj(Text) if t.get_text() and t.get_visible()]
    return [t for t in found if label is None or t.get_label() == label]


def boxes(figure: Figure, label: str | None = None) -> list:
    renderer = figure.canvas.get_renderer()
    return [(t, t.get_window_extent(renderer)) for t in texts(figure, label)]


def data_rows(text: str, element: str) -> list[dict[str, str]]:
    return [row for row in csv.DictReader(StringIO(text)) if row["element"] == element]


def assert_readable(figure: Figure) -> None:
    """Every text is on the page, none overlaps another, none covers a curve or its band."""
    figure.canvas.draw()
    found = boxes(figure)
    for text, box in found:
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
        assert inside, f"{text.get_text()} is cut off"
    for (one, a), (other, b) in itertools.combinations(found, 2):
        # Rounding to pixels; the boxes of neighbouring lines of text touch.
        apart = a.x1 <= b.x0 + 0.3 or b.x1 <= a.x0 + 0.3 or a.y1 <= b.y0 + 0.6 or b.y1 <= a.y0 + 0.6
        assert apart, f"{one.get_text()} overlaps {other.get_text()}"
    for axes in figure.axes:
        for curve in axes.lines:
            if curve.get_label().endswith(":censored"):
                continue
            x, y = curve.get_data()
            dense = np.linspace(x[0], x[-1], 2000)
            heights = np.asarray(y)[np.searchsorted(x, dense, side="right") - 1]
            points = axes.transData.transform(np.column_stack([dense, heights]))
            for text, box in found:
                assert not box.count_contains(points), f"{text.get_text()} covers {curve.get_label()}"


VARIANTS = {
    "default": {},
    "two columns": {"columns": 2},
    "events": {"risk_table": "events", "censor_marks": True},
    "legend": {"legend": "legend", "columns": 2},
    "no counts": {"risk_table": "none", "title": "Työhönpaluu kuntoutuksen jälkeen kolmessa ohjelmassa 2015–2020"},
}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_text_is_readable(
    variant: str, language: str, single_cause_result: Result, competing_result: Result
) -> None:
    for result in (single_cause_result, competing_result):
        assert_readable(draw(result, FigureOptions(**VARIANTS[variant]), language))


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("groups", [1, 2, 3, 5, 8])
def test_many_groups_with_long_names_are_readable(groups: int, columns: int, single_cause_result: Result) -> None:
    result = many(single_cause_result, groups, (730.0, 300.0, 511.0))
    for legend in ("direct", "legend"):
        assert_readable(draw(result, FigureOptions(columns=columns, legend=legend), "fi"))


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("groups", [1, 2, 4, 8])
def test_stacked_panels_are_readable(groups: int, columns: int, competing_result: Result) -> None:
    options = FigureOptions(columns=columns, stacked=True, risk_table="events", title="Otsikko")
    assert_readable(draw(many(competing_result, groups), options, "fi"))


@pytest.mark.parametrize(("columns", "millimetres"), [(1, 85.0), (2, 175.0)])
def test_width_is_that_of_journal_columns(
    columns: int, millimetres: float, single_cause_result: Result, tmp_path: Path
) -> None:
    options = FigureOptions(columns=columns, dpi=450)
    assert draw(single_cause_result, options, "en").get_figwidth() * 25.4 == pytest.approx(millimetres)
    save(single_cause_result, str(tmp_path / "f.tiff"), options, "en")
    with Image.open(tmp_path / "f.tiff") as image:
        assert image.mode == "RGB"
        assert image.info["dpi"] == (450, 450)
        assert image.width / 450 * 25.4 == pytest.approx(millimetres, abs=25.4 / 450)
    save(single_cause_result, str(tmp_path / "f.pdf"), options, "en")
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+)", (tmp_path / "f.pdf").read_bytes())
    assert box is not None
    assert float(box[1]) / 72 * 25.4 == pytest.approx(millimetres, abs=0.01)


@pytest.mark.parametrize("suffix", ["pdf", "png", "svg", "tiff", "tif", "eps", "PDF"])
@pytest.mark.parametrize("stacked", [False, True])
def test_same_result_gives_same_bytes(suffix: str, stacked: bool, competing_result: Result, tmp_path: Path) -> None:
    written = []
    for name in ("yksi", "kaksi"):
        path = tmp_path / f"{name}.{suffix}"
        save(competing_result, str(path), FigureOptions(stacked=stacked), "fi")
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert len(written[0]) > 5000
    assert b"CreationDate" not in written[0]
    assert b"yksi" not in written[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([f"yksi.{suffix}", f"kaksi.{suffix}"])


def test_fonts_are_embedded(competing_result: Result, tmp_path: Path) -> None:
    for suffix in ("pdf", "eps", "svg"):
        save(competing_result, str(tmp_path / f"f.{suffix}"), FigureOptions(), "fi")
    assert b"/FontFile2" in (tmp_path / "f.pdf").read_bytes()
    assert b"/Type3" not in (tmp_path / "f.pdf").read_bytes()
    assert b"/FontType 42" in (tmp_path / "f.eps").read_bytes()
    assert b"<text" not in (tmp_path / "f.svg").read_bytes()


def test_eps_has_outlines_instead_of_transparent_bands(single_cause_result: Result, tmp_path: Path) -> None:
    save(single_cause_result, str(tmp_path / "f.eps"), FigureOptions(), "fi")
    save(single_cause_result, str(tmp_path / "plain.eps"), FigureOptions(bands="no"), "fi")
    with_bands, plain = ((tmp_path / name).read_text("latin-1") for name in ("f.eps", "plain.eps"))
    # The limits are thin lines; nothing is filled that the figure without bands does not fill.
    assert with_bands.count("0.4 setlinewidth") >= 1
    assert with_bands.count("\nfill") == plain.count("\nfill")


def test_words_and_numbers_follow_the_language(single_cause_result: Result) -> None:
    records = [{**row, "n_risk": row["n_risk"] * 100} for row in single_cause_result["curves"].to_records()]
    result = with_curves(single_cause_result, records)
    shown = {}
    for language in ("fi", "sv", "en"):
        figure = draw(result, FigureOptions(columns=2), language)
        shown[language] = {text.get_text() for text in texts(figure)}
    assert {"Aika (päivää)", "Työhönpaluu: tapahtumavapaa osuus", "50\u00a0%".replace("50", "40")} <= shown["fi"]
    assert {"Riskissä", "12\u00a0000", "Työhön kytkeytyvä kuntoutus"} <= shown["fi"]
    assert {"Tid (dagar)", "Återgång i arbete: händelsefri andel", "40\u00a0%", "12\u00a0000"} <= shown["sv"]
    assert {"Time (days)", "Return to work: event-free probability", "40%", "12,000"} <= shown["en"]


def test_small_incidence_has_decimal_comma(competing_result: Result) -> None:
    records = [
        {**row, **{k: row[k] and row[k] / 60 for k in ("estimate", "conf_low", "conf_high")}}
        for row in competing_result["curves"].to_records()
    ]
    result = with_curves(competing_result, records)
    labels = [t.get_text() for t in draw(result, FigureOptions(), "fi").axes[0].get_yticklabels()]
    assert labels[:2] == ["0,0\u00a0%", "0,5\u00a0%"] or labels[:2] == ["0,00\u00a0%", "0,25\u00a0%"]
    labels = [t.get_text() for t in draw(result, FigureOptions(), "en").axes[0].get_yticklabels()]
    assert labels[1] in ("0.5%", "0.25%")


def test_counts_by_hand() -> None:
    options = FigureOptions(risk_table="events", censor_marks=True)
    written = figure_data(hand_made(), options, "en")
    table = data_rows(written, "risk_table")
    # At 0 those who enter at 0 count: they are at risk right after it. At 3 the one who has the event still counts.
    assert [row["time"] for row in table] == ["0", "1", "2", "3", "4", "5"]
    assert [row["n_risk"] for row in table] == ["4", "4", "4", "5", "4", "3"]
    assert [row["cumulative_events"] for row in table] == ["0", "0", "0", "1", "1", "3"]
    assert [row["time"] for row in data_rows(written, "curve")] == ["0", "3", "5"]
    assert [row["conf_low"] for row in data_rows(written, "curve")] == ["1", "0.5", ""]
    assert [(row["time"], row["estimate"]) for row in data_rows(written, "censored")] == [
        ("4", "0.8"),
        ("5", repr(0.8 / 3)),
    ]


def test_counts_stand_under_their_ticks(competing_result: Result) -> None:
    figure = draw(competing_result, FigureOptions(columns=2), "fi")
    figure.canvas.draw()
    axes = figure.axes[0]
    ticks = [axes.transData.transform((x, 0))[0] for x in axes.get_xticks()]
    counts = boxes(figure, "count")
    assert len(counts) == 3 * len(ticks)
    for i, (text, _) in enumerate(counts):
        x = text.get_transform().transform(text.get_position())[0]
        assert x == pytest.approx(ticks[i % len(ticks)], abs=1e-6)
        assert text.get_ha() == "center"
    names = [text.get_text() for text in texts(figure, "row")]
    assert names == ["ASLAK", "Työhön kytkeytyvä kuntoutus", "KIILA"]


def test_conditional_curve_starts_at_its_condition() -> None:
    result = hand_made(conditional_on=2.0)
    figure = draw(result, FigureOptions(), "en")
    assert figure.axes[0].get_xlim() == (2.0, 5.0)
    x, y = figure.axes[0].lines[0].get_data()
    assert (x[0], y[0]) == (2.0, 1.0)
    first = data_rows(figure_data(result, FigureOptions(), "en"), "risk_table")[0]
    assert (first["time"], first["n_risk"]) == ("2", "5")


def test_axis_names_the_landmark() -> None:
    figure = draw(hand_made(time_origin=90.0), FigureOptions(), "fi")
    assert "Aika kiintopisteestä 90 (päivää)" in {t.get_text() for t in texts(figure)}


def test_max_time_cuts_curves_and_counts(single_cause_result: Result) -> None:
    options = FigureOptions(max_time=200, censor_marks=True)
    figure = draw(single_cause_result, options, "en")
    assert figure.axes[0].get_xlim() == (0.0, 200.0)
    for line in figure.axes[0].lines:
        assert max(line.get_xdata()) <= 200
    rows = single_cause_result["curves"].where(group="aslak")
    last = [e for t, e in zip(rows["time"], rows["estimate"], strict=True) if t <= 200][-1]
    steps = figure.axes[0].lines[0]
    assert (steps.get_xdata()[-1], steps.get_ydata()[-1]) == (200.0, last)


def test_figure_data_is_what_is_drawn(competing_result: Result) -> None:
    for options in (FigureOptions(max_time=365), FigureOptions(bands="no"), FigureOptions(show="incidence", columns=2)):
        figure = draw(competing_result, options, "fi")
        written = figure_data(competing_result, options, "fi")
        rows = data_rows(written, "curve")
        assert "\u00a0" not in written
        for line in figure.axes[0].lines:
            own = [row for row in rows if row["group"] == line.get_label()]
            np.testing.assert_array_equal([float(row["time"]) for row in own], line.get_xdata())
            np.testing.assert_array_equal([float(row["estimate"]) for row in own], line.get_ydata())
            assert {row["cause_label"] for row in own} == {"Työhönpaluu"}
            assert all(bool(row["conf_high"]) == (options.bands == "yes" and row["estimate"] != "0") for row in own[1:])
        np.testing.assert_array_equal(
            [float(r["time"]) for r in data_rows(written, "risk_table") if r["group"] == "kiila"],
            figure.axes[0].get_xticks(),
        )


def test_stacked_data_are_the_edges_of_the_areas(competing_result: Result) -> None:
    options = FigureOptions(stacked=True, columns=2)
    figure = draw(competing_result, options, "en")
    rows = data_rows(figure_data(competing_result, options, "en"), "curve")
    for axes, group in zip(figure.axes, ("aslak", "tk", "kiila"), strict=True):
        for line in axes.lines:
            own = [row for row in rows if row["group"] == group and row["cause"] == line.get_label()]
            np.testing.assert_array_equal([float(row["stack_high"]) for row in own], line.get_ydata())
    top = [row for row in rows if row["group"] == "tk" and row["cause"] == "kuolema"][-1]
    ends = [
        competing_result["curves"].where(group="tk", cause=c)["estimate"][-1]
        for c in ("tyohonpaluu", "elake", "kuolema")
    ]
    assert float(top["stack_high"]) == pytest.approx(sum(ends))
    assert float(top["stack_high"]) - float(top["stack_low"]) == pytest.approx(ends[2])


def test_incidence_of_one_event_is_the_complement(single_cause_result: Result) -> None:
    result = replace(single_cause_result, notes=())
    rows = data_rows(figure_data(result, FigureOptions(show="incidence"), "en"), "curve")
    source = result["curves"].where(group="aslak")
    own = [row for row in rows if row["group"] == "aslak"]
    assert float(own[-1]["estimate"]) == 1 - source["estimate"][-1]
    assert float(own[-1]["conf_low"]) == 1 - source["conf_high"][-1]
    assert own[0]["estimate"] == "0"


def test_event_free_probability_of_several_events(competing_result: Result) -> None:
    curves = competing_result["curves"].where(cause="tyohonpaluu")
    columns = {name: column for name, column in curves.columns.items() if name != "cause"}
    columns["estimate"] = 1 - columns["estimate"]
    result = replace(competing_result, tables={**competing_result.tables, "event_free": Table(columns)})
    figure = draw(result, FigureOptions(show="survival"), "sv")
    assert "Händelsefri andel" in {t.get_text() for t in texts(figure)}
    assert figure.axes[0].lines[0].get_ydata()[0] == 1.0


def test_counts_of_a_weighted_curve_say_what_they_are(single_cause_result: Result) -> None:
    records = [
        {**row, "weighted_risk": row["n_risk"] * 1.5, "weighted_event": row["n_event"] * 1.5}
        for row in single_cause_result["curves"].to_records()
    ]
    result = with_curves(single_cause_result, records)
    unweighted = {t.get_text() for t in texts(draw(result, FigureOptions(risk_table="events"), "fi"))}
    assert {"Riskissä (painottamaton)", "Tapahtumia kertynyt (painottamaton)", "120"} <= unweighted
    weighted = {t.get_text() for t in texts(draw(result, FigureOptions(weighted_counts=True), "en"))}
    assert {"Number at risk (weighted)", "180"} <= weighted
    assert "120" not in weighted


def test_curves_differ_without_colour(single_cause_result: Result) -> None:
    lines = draw(many(single_cause_result, 8), FigureOptions(), "en").axes[0].lines
    assert len({str(line.get_linestyle()) + str(line._unscaled_dash_pattern) for line in lines}) == 8
    assert len({line.get_color() for line in lines}) == 8


def test_synthetic_data_are_labelled(competing_result: Result) -> None:
    assert Note("synthetic") in competing_result.notes
    for stacked in (False, True):
        figure = draw(competing_result, FigureOptions(stacked=stacked), "fi")
        assert [t.get_text() for t in texts(figure, "synthetic")] == ["Synteettinen aineisto"]
    plain = draw(replace(competing_result, notes=()), FigureOptions(), "fi")
    assert not texts(plain, "synthetic")


def test_title_only_when_asked(single_cause_result: Result) -> None:
    assert not texts(draw(single_cause_result, FigureOptions(), "en"), "title")
    # A dollar sign is a dollar sign and starts no formula.
    titled = draw(single_cause_result, FigureOptions(title="Cost $5 and $6"), "en")
    assert [t.get_text() for t in texts(titled, "title")] == ["Cost $5 and $6"]
    assert_readable(titled)


def test_settings_of_the_user_neither_matter_nor_change(single_cause_result: Result, tmp_path: Path) -> None:
    save(single_cause_result, str(tmp_path / "a.svg"), FigureOptions(), "en")
    with matplotlib.rc_context({"font.size": 20, "axes.grid": True, "svg.fonttype": "none"}):
        save(single_cause_result, str(tmp_path / "b.svg"), FigureOptions(), "en")
        assert matplotlib.rcParams["font.size"] == 20
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_tied_curve_ends_get_separate_names(single_cause_result: Result) -> None:
    records = [row for row in single_cause_result["curves"].to_records() if row["group"] == "aslak"]
    records = [{**row, "group": name} for name in ("a", "b", "c") for row in records]
    result = with_curves(replace(single_cause_result, labels={}), records)
    figure = draw(result, FigureOptions(), "en")
    heights = sorted(t.get_position()[1] for t in texts(figure, "direct"))
    assert len(heights) == 3
    assert min(np.diff(heights)) >= 8
    assert_readable(figure)


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("TKK511", {"columns": 3}),
        ("TKK511", {"dpi": 150}),
        ("TKK511", {"dpi": 1200}),
        ("TKK511", {"max_time": 0}),
    ],
)
def test_numbers_outside_their_range_are_refused(code: str, options: dict) -> None:
    with pytest.raises(TkkError) as error:
        FigureOptions(**options)
    assert error.value.code == code


@pytest.mark.parametrize("name", ["kuvio.bmp", "kuvio", "kuvio.jpg"])
def test_unknown_suffix_is_refused(name: str, single_cause_result: Result, tmp_path: Path) -> None:
    with pytest.raises(TkkError) as error:
        save(single_cause_result, str(tmp_path / name), FigureOptions(), "fi")
    assert error.value.code == "TKK512"
    assert not list(tmp_path.iterdir())


def test_what_the_result_does_not_hold_is_refused(single_cause_result: Result, competing_result: Result) -> None:
    def code(result: Result, **options: object) -> str:
        with pytest.raises(TkkError) as error:
            draw(result, FigureOptions(**options), "en")
        return error.value.code

    assert code(single_cause_result, stacked=True) == "TKK513"
    assert code(competing_result, stacked=True, show="survival") == "TKK513"
    assert code(competing_result, show="survival") == "TKK513"
    # Competing events were treated as censored: 1 minus the curve is not their incidence.
    assert code(single_cause_result, show="incidence") == "TKK513"
    assert code(single_cause_result, weighted_counts=True) == "TKK514"
    records = [{**r, "group": f"{r['group']}{i}"} for i in range(5) for r in single_cause_result["curves"].to_records()]
    assert code(with_curves(single_cause_result, records)) == "TKK515"
    assert code(hand_made(conditional_on=2.0), max_time=2) == "TKK516"
