"""Every result in every format and language: what is on the page, in which order, and what is not."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from tkk_cli.errors import TkkError
from tkk_cli.report import plain, web
from tkk_cli.report.document import Column, Document, Grid
from tkk_cli.report.language import LANGUAGES
from tkk_cli.report.notes import sentence
from tkk_cli.report.options import FORMATS, OutputOptions
from tkk_cli.report.render import DOCUMENTS, render
from tkk_cli.results import TABLES, Note, Result, Table
from tkk_cli.tables import MAIN_TABLES

NBSP = "\u00a0"


def page(result: Result, language: str = "en", **options) -> str:
    return render(result, "text", language, **options).replace(NBSP, " ")


def with_table(result: Result, **tables: list[dict]) -> Result:
    """The result with some tables replaced."""
    made = {}
    for name, rows in tables.items():
        columns: dict = {}
        for column in rows[0]:
            values = [row[column] for row in rows]
            columns[column] = tuple(values) if isinstance(values[0], str) else np.array(values)
        made[name] = Table(columns)
    return dataclasses.replace(result, tables={**result.tables, **made})


def test_every_kind_of_result_has_a_page() -> None:
    assert DOCUMENTS.keys() == TABLES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("fixture", ["single_cause_result", "competing_result"])
def test_every_format_and_language_is_the_same_twice(fixture: str, format: str, language: str, request) -> None:
    result = request.getfixturevalue(fixture)
    first = render(result, format, language)
    assert first == render(Result.from_json(result.to_json()), format, language)
    assert first.endswith("\n")
    assert not first.endswith("\n\n")
    assert not re.search(r"\bnan\b|\bNone\b", first)


def test_sections_stand_in_order(single_cause_result: Result) -> None:
    text = page(single_cause_result)
    headings = [
        "Event-free probability, event Return to work (Kaplan–Meier)",
        "Shown: the probability that the event “Return to work” has not happened yet.",
        "Rows read 1,260, used 240, excluded 1,020 (missing value (group): 17; row filter: 1,003).",
        "Groups and events",
        "Event-free probability at chosen times",
        "Time to the event: quantiles",
        "Restricted mean event-free time (up to 730 days)",
        "Difference: restricted mean event-free time (up to 730 days)",
        "Ratio: restricted mean event-free time (up to 730 days)",
        "Tests",
        "Pairwise comparisons",
        "Observed and expected events",
        "Tie and entry audit",
        "Notes",
        "Warnings",
        "- Warning TKK353: Codes 2, 3 are counted as censoring.",
        "Provenance",
        "Method Kaplan–Meier; 95% confidence interval (log); variance Greenwood; input kuntoutus.csv",
    ]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_competing_page_in_finnish(competing_result: Result) -> None:
    text = page(competing_result, "fi", width=140)
    assert "Kumulatiivinen ilmaantuvuus, kun on kilpailevia tapahtumia: Työhönpaluu (Aalen–Johansen)" in text
    assert text.index("SYNTEETTINEN AINEISTO") < text.index("Ryhmät ja tapahtumat")
    assert "valittuina aikoina: Työkyvyttömyyseläke" in text
    row = next(line for line in text.splitlines() if re.match(r"Työhön kytkeytyvä kuntoutus +90 ", line))
    at = competing_result["at"].where(group="tk", cause="tyohonpaluu").to_records()[0]
    cells = re.split(r" {2,}", row)
    assert cells[1:4] == ["90", str(at["n_risk"]), str(at["n_event"])]
    assert cells[4] == f"{100 * at['estimate']:.1f}".replace(".", ",")
    assert cells[5] == f"{100 * at['conf_low']:.1f}–{100 * at['conf_high']:.1f}".replace(".", ",")
    assert "95 %:n LV" in text
    assert "−20,0…60,0" in text
    assert "<0,001" in text


def test_competing_page_in_swedish(competing_result: Result) -> None:
    text = page(competing_result, "sv", width=140)
    assert "Kumulativ incidens med konkurrerande händelser: Återgång i arbete" in text
    assert "−20,0 till 60,0" in text
    assert "95 % KI" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_neutral_and_leaves_the_whole_curve_out(competing_result: Result, language: str) -> None:
    for format in ("text", "markdown", "html"):
        text = render(competing_result, format, language)
        assert not re.search(r"signifi|merkitsev|\bbetter\b|\bbest\b|parempi|bättre|\*\*", text, re.IGNORECASE)
        assert len(text.splitlines()) < 300 < len(competing_result["curves"])


def test_one_event_has_its_rate_beside_the_groups(single_cause_result: Result) -> None:
    text = page(single_cause_result, width=160)
    assert "Events by type" not in text
    events = single_cause_result["events"].to_records()[0]
    line = next(line for line in text.splitlines() if line.startswith("ASLAK"))
    assert line.split()[-1] == f"{1000 * events['rate']:.2f}"


@pytest.mark.parametrize(("unit", "per"), [("week", "1,000 person-weeks"), ("year", "100 person-years")])
def test_rate_and_times_follow_the_unit(single_cause_result: Result, unit: str, per: str) -> None:
    result = dataclasses.replace(single_cause_result, estimand={**single_cause_result.estimand, "unit": unit})
    text = re.sub(r"\s+", " ", render(result, "markdown", "en"))
    assert f"Rate per {per}" in text
    assert f"(up to 730 {unit}s)" in text


def test_other_settings_are_named(single_cause_result: Result) -> None:
    settings = {"method": "fleming_harrington", "conf_level": 0.999, "conf_type": "loglog", "variance": "robust"}
    result = dataclasses.replace(single_cause_result, settings={**single_cause_result.settings, **settings})
    text = page(result, "fi")
    assert "(Fleming–Harrington)" in text
    assert "99,9 %:n LV" in text
    assert "Menetelmä Fleming–Harrington; 99,9 %:n luottamusväli (log-log); varianssi robusti" in text


def test_incidence_of_one_event_does_not_speak_of_competing_events(single_cause_result: Result) -> None:
    result = dataclasses.replace(
        single_cause_result,
        estimand={**single_cause_result.estimand, "quantity": "incidence"},
        settings={**single_cause_result.settings, "method": "aalen_johansen"},
        notes=(Note("estimand_incidence_single", {"cause": "tyohonpaluu"}),),
    )
    text = page(result)
    assert text.startswith("Cumulative incidence of Return to work (Aalen–Johansen)\n")
    assert "Cumulative incidence at chosen times" in text
    assert "ompeting" not in text


def test_weighted_counts_have_their_own_column_only_where_they_differ(single_cause_result: Result) -> None:
    assert "Weighted" not in page(single_cause_result)
    groups = single_cause_result["groups"].to_records()
    groups = [{**row, "weighted_n": n} for row, n in zip(groups, (120.0, 131.25), strict=True)]
    events = single_cause_result["events"].to_records()
    events[0]["weighted_event"] = 90.5
    text = re.sub(r"\s+", " ", render(with_table(single_cause_result, groups=groups, events=events), "markdown"))
    assert "Weighted n" in text
    assert "131.2" in text
    assert "Weighted events" in text
    assert "90.5" in text


@pytest.mark.parametrize(
    ("language", "person_time", "rate"),
    [
        ("fi", "Painotettu henkilöaika (henkilöpäivää)", "Painotettu ilmaantuvuustiheys / 1 000 henkilöpäivää"),
        ("sv", "Viktad persontid (persondagar)", "Viktad incidenstäthet / 1 000 persondagar"),
        ("en", "Weighted person-time (person-days)", "Weighted rate per 1,000 person-days"),
    ],
)
@pytest.mark.parametrize("fixture", ["single_cause_result", "competing_result"])
def test_headings_of_weighted_person_time_and_rates_say_so(
    fixture: str, language: str, person_time: str, rate: str, request
) -> None:
    result = request.getfixturevalue(fixture)
    # Weights may sum to the number of rows: person-time is weighted all the same.
    weighted = with_table(result, groups=[{**row, "weighted_n": row["n"]} for row in result["groups"].to_records()])
    for heading in (person_time, rate):
        assert f" {heading} |" in render(weighted, "markdown", language).replace(NBSP, " ")
        assert f" {heading} |" not in render(result, "markdown", language).replace(NBSP, " ")


def test_small_rate_beside_a_large_one_is_not_zero(competing_result: Result) -> None:
    events = competing_result["events"].to_records()
    for row, rate in zip(events, (0.00234567, 0.00000123, 0.0), strict=False):
        row["rate"] = rate
    section = page(with_table(competing_result, events=events), "fi").split("Tapahtumat syittäin\n")[1].split("\n\n")[0]
    rates = [line.split()[-1] for line in section.splitlines() if re.search(r" ASLAK |^ +ASLAK ", line)]
    assert rates == ["2,35", "0,0012", "0,00"]


@pytest.mark.parametrize(
    ("observed", "expected", "shown"),
    [
        ((81.0, 79.0), (71.2544, 88.7456), "120 81 71.3"),
        ((4.4988, 12.0), (5.0, 11.4988), "120 4.5 5.0"),
        ((np.nan, 12.0), (np.nan, 12.0), "120 – –"),
        ((210.04, 190.0), (212.04, 188.0), "120 210.0 212.0"),
    ],
)
def test_observed_and_expected_have_one_decimal_unless_whole(
    single_cause_result: Result, observed: tuple, expected: tuple, shown: str
) -> None:
    rows = single_cause_result["observed_expected"].to_records()
    rows = [{**row, "observed": o, "expected": e} for row, o, e in zip(rows, observed, expected, strict=True)]
    section = page(with_table(single_cause_result, observed_expected=rows)).split("Observed and expected")[1]
    assert next(line for line in section.splitlines() if "ASLAK" in line).split("ASLAK")[1].split() == shown.split()


def test_trend_and_weights_of_a_test_are_named(single_cause_result: Result) -> None:
    tests = [
        {"test": test, "cause": "tyohonpaluu", "alternative": kind, "statistic": 3.456, "df": 1, "p_value": 0.063}
        for test, kind in (("fleming_harrington", "any_difference"), ("log_rank", "trend"))
    ]
    result = with_table(single_cause_result, tests=tests)
    result = dataclasses.replace(result, settings={**result.settings, "rho": 0.5, "gamma": 1.0})
    text = page(result, "fi")
    assert re.search(r"Fleming–Harrington \(0,5; 1\) +ryhmät eroavat +3,46 +1 +0,063", text)
    assert re.search(r"Log-rank +suuntaus", text)


def test_event_that_reaches_no_quantile_is_left_out_and_that_is_said(competing_result: Result) -> None:
    rows = [
        {"group": "tk", "cause": cause, "probability": 0.5, "estimate": x, "conf_low": low, "conf_high": np.nan}
        for cause, x, low in (("tyohonpaluu", 212.5, 170.0), ("elake", np.nan, np.nan))
    ]
    section = page(with_table(competing_result, quantiles=rows)).split("quantiles\n")[1].split("\n\n")[0]
    assert "212.5  170.0, –" in section
    assert "Disability" not in section
    assert "Events that reach none of the quantiles are left out." in section
    assert "– = not estimable" in section


def test_any_event_stands_without_an_event_column(competing_result: Result) -> None:
    row = competing_result["restricted_mean"].to_records()[0]
    result = with_table(competing_result, restricted_mean=[{**row, "cause": "", "measure": "restricted_mean"}])
    section = page(result).split("Restricted mean event-free time (up to 730 days)\n")[1].split("\n\n")[0]
    assert section.split()[0] != "Event"
    assert "220.2  191.8–248.7" in section


def test_result_without_groups(single_cause_result: Result) -> None:
    rename = {"group": "all"}
    tables = {
        name: [{**row, **rename} for row in single_cause_result[name].where(group="aslak").to_records()]
        for name in ("groups", "events", "curves", "at", "quantiles", "restricted_mean")
    }
    result = with_table(single_cause_result, **tables)
    kept = {name: table for name, table in result.tables.items() if name in {*tables, "excluded", "audit"}}
    result = dataclasses.replace(
        result, tables=kept, labels={**result.labels, "groups": {}, "group_title": {}}, notes=()
    )
    text = page(result, "fi")
    assert re.search(r"^Ryhmä .*\n-+.*\nKaikki +120 ", text, re.MULTILINE)
    assert not [heading for heading in ("Testit", "Parivertailut", "Huomautukset", "Varoitukset") if heading in text]


def test_column_title_of_the_file_is_used_where_a_language_is_missing(single_cause_result: Result) -> None:
    labels = {**single_cause_result.labels, "group_title": {"": "ohjelma"}}
    assert "\nohjelma " in page(dataclasses.replace(single_cause_result, labels=labels), "sv")


COLUMNS = {
    "time": "seuranta",
    "event": "tila",
    "events": "tyohonpaluu=1,elake=2+3",
    "entry": None,
    "strata": "ika|luokka,sukupuoli",
    "weights": "paino",
    "weight_kind": "case",
    "cluster": "toimipaikka",
    "where": "ika >= 30",
}


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "fi",
            "Sarakkeet: aika seuranta; tapahtuma tila (tyohonpaluu=1, elake=2+3); ryhmä ohjelma; "
            "osite ika|luokka, sukupuoli; paino paino (tapauspainot); rypäs toimipaikka; rivirajaus ika >= 30.",
        ),
        (
            "sv",
            "Kolumner: tid seuranta; händelse tila (tyohonpaluu=1, elake=2+3); grupp ohjelma; "
            "stratum ika|luokka, sukupuoli; vikt paino (fallvikter); kluster toimipaikka; radurval ika >= 30.",
        ),
        (
            "en",
            "Columns: time seuranta; event tila (tyohonpaluu=1, elake=2+3); group ohjelma; "
            "stratum ika|luokka, sukupuoli; weight paino (case weights); cluster toimipaikka; row filter ika >= 30.",
        ),
    ],
)
def test_provenance_names_the_columns(single_cause_result: Result, language: str, line: str) -> None:
    result = dataclasses.replace(single_cause_result, settings={**single_cause_result.settings, **COLUMNS})
    assert page(result, language, width=400).endswith(f"\n{line}\n")
    assert line.replace(">", "&gt;") in render(result, "html", language)
    # Each a paragraph of its own in Markdown.
    assert f"\n\n{line}\n".replace("|", "\\|") in render(result, "markdown", language)


def test_provenance_names_the_columns_of_dates(single_cause_result: Result) -> None:
    dates = {"start": "alku", "end": "loppu", "event_date": "paluu=paluu_pvm,elake=elake_pvm", "entry": "tulo"}
    result = dataclasses.replace(single_cause_result, settings={**single_cause_result.settings, **dates})
    assert page(result, "fi", width=400).endswith(
        "Sarakkeet: alkupäivä alku; loppupäivä loppu; tapahtumapäivä paluu=paluu_pvm, elake=elake_pvm; "
        "seurantaan tulo tulo; ryhmä ohjelma.\n"
    )


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_event_asked_for_with_of_is_the_one_shown_in_detail(competing_result: Result, format: str) -> None:
    rows = [
        {"group": "tk", "cause": cause, "probability": 0.5, "estimate": 212.5, "conf_low": 170.0, "conf_high": 300.0}
        for cause in ("tyohonpaluu", "elake", "kuolema")
    ]
    mean = competing_result["restricted_mean"].to_records()
    mean.append({**mean[0], "cause": "", "measure": "restricted_mean"})
    result = with_table(competing_result, quantiles=rows, restricted_mean=mean)
    asked = dataclasses.replace(result, settings={**result.settings, "of": "tyohonpaluu"})
    everything, some = (render(each, format).replace(NBSP, " ") for each in (result, asked))
    line = "Estimates and tests are shown for the event “Return to work” only; those of the other events are in"
    assert line in re.sub(r"\s+", " ", some)
    assert line not in re.sub(r"\s+", " ", everything)
    # The other events are still in the sentence on the estimand and in the counts of events.
    before, after = re.sub(r"\s+", " ", some.split("Events by type")[0]), some.split("Events by type")[1]
    assert "Disability pension" in before
    counts, details = after.split("chosen times", 1)
    assert "Disability pension" in counts
    assert "Death" in counts
    assert "Disability pension" not in details
    assert "Death" not in details
    assert "Disability pension" in everything.split("chosen times", 1)[1]
    for section in ("quantiles", "Restricted mean event-free time", "Restricted mean time after the event", "Tests"):
        assert section in details


def test_of_changes_nothing_where_there_is_one_event(single_cause_result: Result) -> None:
    settings = {**single_cause_result.settings, "of": "tyohonpaluu"}
    assert page(dataclasses.replace(single_cause_result, settings=settings)) == page(single_cause_result)


def test_other_events_stay_in_csv_and_json(competing_result: Result) -> None:
    asked = dataclasses.replace(competing_result, settings={**competing_result.settings, "of": "tyohonpaluu"})
    assert render(asked, "csv", table="tests") == render(competing_result, "csv", table="tests")
    assert Result.from_json(render(asked, "json")).tables == competing_result.tables


# text ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_keeps_to_the_width(competing_result: Result, language: str, width: int) -> None:
    assert max(len(line) for line in page(competing_result, language, width=width).splitlines()) <= width


def test_long_words_stay_whole_and_columns_aligned_where_there_is_no_room(competing_result: Result) -> None:
    lines = page(competing_result, "fi", width=30).split("Tapahtumat syittäin\n")[1].split("\n\n")[0].splitlines()
    rule = next(line for line in lines if set(line) == {"-", " "})
    assert "Työkyvyttömyyseläke  Työhön" in "\n".join(lines) or "Työkyvyttömyyseläke  ASLAK" in "\n".join(lines)
    assert all(len(line) <= len(rule) for line in lines)


def test_text_columns_are_aligned(competing_result: Result) -> None:
    lines = page(competing_result, "fi").split("Testit\n")[1].split("\n\n")[0].splitlines()
    rule = next(line for line in lines if set(line) == {"-", " "})
    ends = [match.end() for match in re.finditer("-+", rule)]
    rows = lines[lines.index(rule) + 1 :]
    assert all(len(row) == ends[-1] for row in rows)
    assert [row[:12].strip() for row in rows] == ["Työhönpaluu", "", "Työkyvyttömy", "", "Kuolema", ""]


def test_color_is_asked_for(single_cause_result: Result) -> None:
    plain = render(single_cause_result)
    colored = render(single_cause_result, color=True)
    assert "\033" not in plain
    assert colored.startswith("\033[1m")
    assert "\033[1;33m- Warning" in colored
    assert re.sub(r"\033\[[0-9;]*m", "", colored) == plain


def test_decomposed_letters_take_one_place(single_cause_result: Result) -> None:
    groups = {"aslak": {"en": "a\u0308a\u0308"}, "tk": {"en": "bb"}}
    result = dataclasses.replace(single_cause_result, labels={**single_cause_result.labels, "groups": groups})
    lines = page(result).split("Groups and events\n")[1].split("\n\n")[0].splitlines()
    assert lines[-2].index("120") - 2 == lines[-1].index("120")


# Markdown ------------------------------------------------------------------------------------------------------------


def test_markdown_tables_are_aligned_and_whole(competing_result: Result) -> None:
    text = render(competing_result, "markdown", "sv")
    assert text.startswith("# Kumulativ incidens")
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    assert len(tables) == text.count("\n## ") - 2  # notes and provenance are lists
    for table in tables:
        lines = table.splitlines()
        assert len({len(line) for line in lines}) == 1
        assert len({line.count("|") for line in lines}) == 1
        assert re.fullmatch(r"\| -+:?( \| -+:?)* \|", lines[1])


def test_markdown_escapes_what_a_label_may_hold(single_cause_result: Result) -> None:
    groups = {"aslak": {"en": "a|b <i>*x*</i>\nc"}}
    result = dataclasses.replace(single_cause_result, labels={**single_cause_result.labels, "groups": groups})
    assert r"| a\|b \<i>\*x\*\</i> c " in render(result, "markdown")


# HTML ----------------------------------------------------------------------------------------------------------------


class Checker(HTMLParser):
    """Collects tags and checks that they close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_is_one_accessible_file_with_nothing_from_outside(competing_result: Result, language: str) -> None:
    html = render(competing_result, "html", language)
    checker = Checker()
    checker.feed(html)
    assert checker.open == []
    names = [tag for tag, _ in checker.tags]
    assert ("html", {"lang": language}) in checker.tags
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert not re.search(r"https?:|url\(|@import", html)
    assert names.count("caption") == names.count("table") > 8
    assert all(attributes.get("scope") for tag, attributes in checker.tags if tag == "th")
    assert names.count("h1") == 1
    assert "@media print" in html


def test_html_rows_add_up_with_spanning_names(competing_result: Result) -> None:
    for table in re.findall(r"<table>.*?</table>", render(competing_result, "html"), re.DOTALL):
        columns = table.split("</thead>")[0].count("<th ")
        for body in re.findall(r"<tbody>.*?</tbody>", table, re.DOTALL):
            rows = body.count("<tr>")
            cells = body.count("<th ") + body.count("<td ")
            spans = sum(int(n) - 1 for n in re.findall(r'rowspan="(\d+)"', body))
            assert cells + spans == rows * columns


def test_a_repeated_name_stands_once_on_a_page_and_in_a_text() -> None:
    names = (("warning",) * 3 + ("note",), ("A", "A", "B", "B"), ("x", "y", "y", "y"))
    columns = [Column(f"c{i}", cells, numeric=False) for i, cells in enumerate(names)]
    grid = Grid("Found", (*columns, Column("n", ("1", "1", "1", "1"))))
    assert grid.repeats() == [0, 2, 1, 0]
    document = Document("en", "T", (), (grid,))
    lines = [line.split() for line in plain.render(document).splitlines()[-4:]]
    assert lines == [["warning", "A", "x", "1"], ["y", "1"], ["B", "y", "1"], ["note", "B", "y", "1"]]
    rows = re.findall(r"<tr>(<th scope=\"row.*?)</tr>|<tr>(<td.*?)</tr>", web.render(document))
    assert [re.findall(r">([^<]+)<", "".join(row)) for row in rows] == lines
    assert '<th scope="rowgroup" rowspan="3">warning</th><th scope="row" rowspan="2">A</th>' in rows[0][0]


def test_html_escapes_labels(single_cause_result: Result) -> None:
    groups = {"aslak": {"en": "<script>alert(1)</script> & co"}}
    result = dataclasses.replace(single_cause_result, labels={**single_cause_result.labels, "groups": groups})
    html = render(result, "html")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in html


# CSV and JSON --------------------------------------------------------------------------------------------------------


def test_csv_is_one_tidy_table_at_full_precision_in_every_language(competing_result: Result) -> None:
    text = render(competing_result, "csv", "fi")
    assert text == render(competing_result, "csv", "en")
    rows = list(csv.DictReader(io.StringIO(text)))
    curves = competing_result["curves"].to_records()
    assert list(rows[0]) == list(curves[0])
    assert [row["group"] for row in rows] == [row["group"] for row in curves]
    for name in ("estimate", "std_error", "conf_high"):
        assert [float(row[name]) if row[name] else None for row in rows] == [row[name] for row in curves]
    assert any(row["std_error"] == "" for row in rows)


def test_the_help_names_the_table_of_every_kind() -> None:
    words = next(f for f in dataclasses.fields(OutputOptions) if f.name == "table").metadata["help"]
    for kind, table in MAIN_TABLES.items():
        assert (f"{table} of {kind}" if table != kind else table) in words


@pytest.mark.parametrize(("language", "date"), [("fi", "1.2.2012"), ("sv", "1.2.2012"), ("en", "2012-02-01")])
def test_a_date_in_a_note_is_written_as_in_the_language(single_cause_result: Result, language: str, date: str) -> None:
    for key in ("registers_begin_guessed", "registers_end_guessed"):
        assert f" {date}," in sentence(Note(key, {"date": "2012-02-01"}), single_cause_result, language)


def test_csv_of_another_table(single_cause_result: Result) -> None:
    text = render(single_cause_result, "csv", table="excluded")
    assert text == "reason,count\nmissing group,17\nnot selected by --where,1003\n"


def test_json_says_what_to_json_says_one_row_a_line(competing_result: Result) -> None:
    text = render(competing_result, "json", "sv")
    assert json.loads(text) == json.loads(competing_result.to_json())
    assert Result.from_json(text).tables == competing_result.tables
    lines = text.splitlines()
    rows = sum(len(table) for table in competing_result.tables.values())
    assert rows < len(lines) < rows + 60


# refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        ({"format": "docx"}, "TKK501", "text, markdown, csv, json, html"),
        ({"language": "de"}, "TKK501", "fi, sv, en"),
        ({"format": "csv", "table": "kurves"}, "TKK502", "groups, events, curves"),
    ],
)
def test_unknown_format_language_or_table(single_cause_result: Result, arguments: dict, code: str, named: str) -> None:
    with pytest.raises(TkkError) as caught:
        render(single_cause_result, **arguments)
    assert caught.value.code == code
    assert caught.value.exit_status == 2
    assert named in str(caught.value)


def test_rendering_imports_no_pandas_or_matplotlib(single_cause_result: Result) -> None:
    code = (
        "import sys; from tkk_cli.report.render import render; from tkk_cli.results import Result;"
        "result = Result.from_json(sys.stdin.read());"
        f"[render(result, format) for format in {FORMATS}];"
        "sys.exit(bool({'pandas', 'matplotlib', 'scipy', 'pyarrow', 'rich'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=single_cause_result.to_json(), text=True, check=False)
    assert done.returncode == 0
