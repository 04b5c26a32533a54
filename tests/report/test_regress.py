"""The page of a regression: effects, references, what could not be estimated, and every table in three languages."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from support.regressions import RESULTS, SETS, cox, effect, fine_gray, poisson, programme, pseudo, result, table, whose

import tkk_cli
from tkk_cli.errors import TkkError
from tkk_cli.report.effects import RATIOS, exposure_rows, fit_keys, scale_of
from tkk_cli.report.language import LANGUAGES, has_text
from tkk_cli.report.notes import column_label, exclusion, group_label, level_label, sentence, term_label, variables_of
from tkk_cli.report.options import FORMATS
from tkk_cli.report.render import render
from tkk_cli.results import Note, Result, json_schema
from tkk_cli.steps.options import RegressOptions
from tkk_cli.steps.regression.coefficients import RATIOS as COMPUTED_RATIOS

NBSP = "\u00a0"


def page(made: Result, language: str = "en", width: int = 200) -> str:
    return render(made, "text", language, width=width).replace(NBSP, " ")


def lines(text: str, start: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith(start)]


def section(text: str, caption: str) -> str:
    return next(part for part in text.split("\n\n") if part.startswith(caption))


def cells(line: str) -> list[str]:
    return re.split(r" {2,}", line.strip())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", RESULTS)
def test_every_format_and_language_is_the_same_twice(name: str, format: str, language: str) -> None:
    first = render(RESULTS[name](), format, language)
    again = Result.from_json(RESULTS[name]().to_json())
    assert first == render(again, format, language)
    assert first.endswith("\n")
    assert not re.search(r"\bnan\b|\bNone\b|\{\w*\}", first) or format == "json"


@pytest.mark.parametrize("name", RESULTS)
def test_the_result_is_of_its_schema(name: str) -> None:
    jsonschema.validate(json.loads(RESULTS[name]().to_json()), json_schema("regress"))


def test_the_schema_knows_what_an_estimand_may_be_of() -> None:
    data = json.loads(cox().to_json())
    data["estimand"]["quantity"] = "survival"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, json_schema("regress"))


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_neutral_and_leaves_curves_out(name: str, language: str) -> None:
    text = page(RESULTS[name](), language)
    assert not re.search(r"signifi|merkitsev|\bbetter\b|\bbest\b|parempi|paras|bättre|bäst", text, re.IGNORECASE)
    assert len(text.splitlines()) < 260


def test_sections_stand_in_order() -> None:
    text = page(cox())
    headings = [
        "Cause-specific hazard ratios for Return to work (Cox model)",
        "SYNTHETIC DATA",
        "The cause-specific hazard ratio (HR) compares the speed of the event “Return to work”",
        f"Adjustment of the models: 1: crude; 2: {SETS[1]}; 3: {SETS[2]}.",
        "Ties: Efron; variance: robust. Confidence intervals (95%) and P values are Wald's.",
        "Rows read 1,220, used 1,200, excluded 20 (missing value (Age at start): 17; missing value (group): 3).",
        "Models side by side – Return to work: cause-specific hazard ratios, Cox model",
        "Models side by side – Disability pension: cause-specific hazard ratios, Cox model",
        "Return to work: cause-specific hazard ratios, Cox model – model 1: crude",
        "Disability pension: cause-specific hazard ratios, Cox model – model 1: crude",
        "Tests of whole variables (Wald)",
        "Fit of the models",
        "All coefficients together",
        "Test of proportional hazards (time scale: Kaplan–Meier)",
        "Standardised cumulative incidence: Return to work – model 1: crude",
        "Predicted cumulative incidence for chosen covariates: Return to work – model 1: crude",
        "Difference: standardised cumulative incidence, Return to work – model 1: crude",
        "Ratio: standardised cumulative incidence, Return to work – model 1: crude",
        "Tie and entry audit",
        "Notes",
        "Warnings",
        "- Warning TKK351:",
        "Provenance",
        "Method Cox model; 95% confidence interval (Wald); variance robust; input kuntoutus.csv",
    ]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_coefficients_have_references_counts_and_journal_digits() -> None:
    part = section(page(cox(), "fi"), f"Työhönpaluu: syykohtaiset hasardisuhteet, Coxin malli – malli 2: {SETS[1]}")
    assert cells(part.splitlines()[1]) == ["Muuttuja", "Taso", "n", "Tapahtumia", "HR", "95 %:n LV", "P-arvo"]
    assert cells(lines(part, "Kuntoutusmuoto")[0]) == ["Kuntoutusmuoto", "ASLAK", "500", "280", "1 (vertailu)"]
    assert cells(lines(part, "Työhön kytkeytyvä")[0])[1:] == ["400", "250", "1,32", "1,11–1,58", "0,002"]
    # The age is a number: neither level nor counts of its own.
    assert cells(lines(part, "Ikä alussa")[0]) == ["Ikä alussa", "0,97", "0,96–0,98", "<0,001"]


def test_dropped_and_infinite_effects_say_so() -> None:
    part = section(
        page(cox(), "sv"), f"Återgång i arbete: orsaksspecifika hasardkvoter, Cox-modell – modell 3: {SETS[2]}"
    )
    assert cells(lines(part, "Högre högskolenivå")[0]) == ["Högre högskolenivå", "40", "0", "→ 0"]
    assert cells(lines(part, "3")[0]) == ["3", "utelämnad"]
    assert "Utelämnad: bestäms helt av de andra kolumnerna. → 0, → ∞" in part
    assert "Ålder vid start: cr(df=3)" in part
    assert cells(lines(part, "Kön × Åtgärd")[0])[:2] == ["Kön × Åtgärd", "Kvinna × Arbetsanknuten rehabilitering"]


def test_an_effect_without_bound_points_to_infinity() -> None:
    row = {"term": "ika", "role": "infinite", "measure": "hazard_ratio", "coefficient": np.inf, "estimate": np.inf}
    made = result(whose([row], "", "cox", "tyohonpaluu"), {"models": []}, "hazard_ratio")
    assert cells(lines(page(made), "Age at start")[0]) == ["Age at start", "→ ∞"]
    linear = {**row, "measure": "coefficient"}
    made = result(whose([linear], "", "royston_parmar", "tyohonpaluu"), {"models": []}, "coefficient", model="spline")
    assert cells(lines(page(made, "fi"), "Ikä alussa")[0]) == ["Ikä alussa", "ei äärellinen"]


def test_adjustment_sets_stand_side_by_side() -> None:
    part = section(page(cox()), "Models side by side – Disability pension")
    tk = cox()["coefficients"].where(term="ohjelma", level="tk", cause="elake").to_records()
    shown = [f"{row['estimate']:.2f} ({row['conf_low']:.2f}–{row['conf_high']:.2f})" for row in tk]
    assert cells(lines(part, "Work-linked")[0])[1:] == shown
    assert "Age at start" not in part


def test_without_an_exposure_every_effect_is_compared() -> None:
    made = dataclasses.replace(cox(), estimand={**cox().estimand, "exposure": None})
    part = section(page(made), "Models side by side – Return to work")
    assert cells(lines(part, "Age at start")[0])[:2] == ["Age at start", "0.97 (0.96–0.98)"]


def test_fine_gray_stands_beside_the_cause_specific_models() -> None:
    text = page(fine_gray(), "sv")
    assert "Den är inte en kvot av hastigheter." in text.replace("\n", " ")
    assert "Den orsaksspecifika hasardkvoten (HR)" in text.replace("\n", " ")
    part = section(text, "Modeller sida vid sida")
    assert cells(lines(part, "Arbetsanknuten")[0])[1:] == ["1,28 (1,06–1,56)", "1,36 (1,14–1,63)", "0,54 (0,37–0,80)"]
    assert "konvention crr" in text
    assert "Lika tider" not in text


def test_differences_show_their_unit_and_digits_of_their_error() -> None:
    days = page(pseudo(), "fi")
    quantity = "Erotus vertailuun nähden: rajattu keskimääräinen aika tapahtuman jälkeen"
    assert f"{quantity} (tapahtuma ”Työhönpaluu”); 0 = ei eroa." in days
    with_horizon = dataclasses.replace(pseudo(), notes=(Note("pseudo_pooled", {"times": [365.0]}),))
    assert f"{quantity}, 365 päivää (tapahtuma" in page(with_horizon, "fi").replace("\u00a0", " ")
    assert cells(lines(days, "Työhön kytkeytyvä kuntoutus")[0])[3:] == ["41,3", "16,6–66,0", "0,001"]
    assert cells(lines(days, "Ikä alussa")[0])[1:] == ["−1,20", "−1,81…−0,60", "<0,001"]
    assert "0 (vertailu)" in days
    shares = page(pseudo("incidence"), "en")
    assert "percentage" in shares
    assert cells(lines(shares, "Work-linked")[0])[3:] == ["4.1", "1.7–6.6", "0.001"]


def test_hazard_differences_are_per_person_time() -> None:
    text = page(RESULTS["additive"](), "fi", width=110)
    assert cells(lines(text, "Työhön kytkeytyvä kuntoutus")[0])[3:] == ["0,93", "0,32–1,54", "0,003"]
    assert "Hasardiero" in text
    assert "henkilöpäivää" in text


def test_rates_by_piece_of_follow_up() -> None:
    rates = section(page(poisson(), "en"), "Events and person-time")
    assert cells(lines(rates, "All")[0]) == ["All", "ASLAK", "700", "201,500", "3.47", "2.78–4.34"]
    assert cells(lines(rates, "Follow-up time")[0])[1:] == ["ASLAK", "(0, 90]", "500", "81,000", "6.17", "4.94–7.72"]


def test_events_beside_those_expected() -> None:
    rates = section(page(poisson(101.25), "fi"), "Tapahtumat ja henkilöaika")
    assert cells(lines(rates, "(90, 365]")[0]) == ["(90, 365]", "200", "120 500", "101,2", "1,98", "1,58–2,47"]
    assert "Ilmaantuvuustiheys" not in rates


def test_imputation_is_told() -> None:
    text = page(poisson(), "sv")
    assert cells(lines(section(text, "Ifyllda värden"), "Ålder vid start")[0])[1:] == [
        "120",
        "1 200",
        "10,0 %",
        "11,3 %",
    ]
    assert "ifyllda datamängder 20, frö 7" in text


def test_ancillary_parameters_have_words_where_they_are_known() -> None:
    part = section(page(RESULTS["weibull"](), "fi"), "Mallin muut parametrit")
    assert cells(lines(part, "vakio")[0]) == ["vakio", "5,900", "5,802–5,998"]
    more = [effect(name, "", 0.0002, 0.00004, "coefficient", role="ancillary") for name in ("intercept[180]", "gamma0")]
    rows = whose([effect("ika", "", 0.1, 0.1, "difference"), *more], "", "pseudo", "elake")
    other = section(page(result(rows, {"models": []}, "difference"), "fi"), "Mallin muut parametrit")
    assert cells(lines(other, "vakio, 180")[0]) == ["vakio, 180 päivää", "0,000200", "0,000122–0,000278"]
    assert lines(other, "gamma0")
    assert cells(lines(part, "log(skaala)")[0]) == ["log(skaala)", "−0,200", "−0,298…−0,102"]


def test_contrasts_of_shares_are_percentage_points() -> None:
    part = section(page(cox(), "fi"), "Erotus: vakioitu")
    assert cells(lines(part, "KIILA")[0]) == ["KIILA", "ASLAK", "360", "7,1", "1,2–13,0", "0,021"]
    part = section(page(cox(), "fi"), "Suhde: vakioitu")
    assert cells(lines(part, "KIILA")[0]) == ["KIILA", "ASLAK", "360", "1,12", "1,02–1,23", "0,021"]


def test_proportional_hazards_name_the_global_test() -> None:
    part = section(page(cox(), "sv"), "Test av proportionella hasarder")
    assert cells(lines(part, "alla tillsammans")[0]) == ["alla tillsammans", "9,40", "3", "0,024"]


def test_other_settings_are_named() -> None:
    settings = {**cox().settings, "conf_level": 0.9, "ties": "breslow", "penalty": 2.5, "robust": False}
    text = page(dataclasses.replace(cox(), settings=settings), "fi")
    assert "Sidosten käsittely: Breslow; varianssi: mallin mukainen. Luottamusvälit (90 %)" in text
    assert "90 %:n LV" in text
    assert "harjannerangaistus 2,5" in text


def test_a_hazard_ratio_of_one_event_does_not_speak_of_causes() -> None:
    made = result(
        whose(programme("hazard_ratio", (0.3, 0.1), (0.1, 0.1)), "", "cox", "elake"), {"models": []}, "hazard_ratio"
    )
    text = page(made)
    assert text.startswith("Hazard ratios for Disability pension (Cox model)")
    assert "cause-specific" not in text.lower()
    assert "Event " not in text


def row_of(value: float, error: float, measure: str = "hazard_ratio") -> dict:
    made = table("coefficients", whose([effect("ika", "", value, error, measure)], "", "cox", "tyohonpaluu"))
    return made.to_records()[0]


@pytest.mark.parametrize(
    ("coefficient", "error", "shown"),
    [
        (np.log(0.0456), 0.1, "0.046 (0.037–0.055)"),  # two digits below 0.1
        (0.0003, 0.0001, "1.0003 (1.0001–1.0005)"),  # per day: no interval of 1.00 to 1.00
        (np.log(120.4), 0.2, "120 (81.36–178)"),
        (1.0, 20.0, "2.72 (<0.000001–>1,000,000)"),
        (0.0, 0.1, "1.00 (0.82–1.22)"),
        (0.13, 900.0, "1.14 (<0.000001–>1,000,000)"),  # limits beyond what a number can hold
    ],
)
def test_ratios_keep_the_digits_that_say_something(coefficient: float, error: float, shown: str) -> None:
    scale = scale_of(cox(), "hazard_ratio", "en")
    assert scale.both(row_of(coefficient, error)) == shown


def test_a_limit_that_is_not_estimable_is_a_dash() -> None:
    scale = scale_of(pseudo(), "difference", "en")
    row = {**row_of(41.3, 12.6, "difference"), "conf_high": None}
    assert scale.interval(row) == "16.6, –"


def test_the_ratios_of_the_page_are_those_of_the_analysis() -> None:
    assert RATIOS == COMPUTED_RATIOS


def test_fits_are_ordered_by_event_then_method_then_set() -> None:
    keys = fit_keys(cox())
    assert [key.cause for key in keys] == ["tyohonpaluu"] * 3 + ["elake"] * 3
    assert [key.model for key in keys[:3]] == list(SETS)
    assert [(key.method, key.cause) for key in fit_keys(fine_gray())] == [
        ("fine_gray", "tyohonpaluu"),
        ("cox", "tyohonpaluu"),
        ("cox", "elake"),
    ]


def test_the_exposure_is_found_in_a_function_too() -> None:
    rows = [{"term": "C(ohjelma)", "role": "estimate"}, {"term": "ika", "role": "estimate"}]
    assert exposure_rows(rows, "ohjelma") == rows[:1]
    assert exposure_rows(rows, "koulutus") == rows
    pieces = [{"term": "ohjelma:time (0,90]", "role": "estimate"}, {"term": "ohjelma:ika", "role": "estimate"}]
    assert exposure_rows(pieces, "ohjelma") == pieces[:1]
    assert exposure_rows([*rows, {"term": "scale", "role": "ancillary"}], None) == rows


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("ika", "Ikä alussa"),
        ("C(sukupuoli)", "Sukupuoli"),
        ('C(koulutus, Treatment("02"))', "Koulutusaste"),
        ("cr(ika, df=3)", "Ikä alussa: cr(df=3)"),
        ("log(ika)", "Ikä alussa: log"),
        ("ika:C(sukupuoli)", "Ikä alussa × Sukupuoli"),
        ("tulot", "tulot"),
        ("I(tulot / 1000)", "I(tulot / 1000)"),
        ("time", "Seuranta-aika"),
        ("ohjelma:time (90,365]", "Kuntoutusmuoto × Seuranta-aika (90,\u00a0365]"),
        ("ohjelma:time (365,)", "Kuntoutusmuoto × Seuranta-aika (365,\u00a0∞)"),
    ],
)
def test_terms_are_shown_by_their_labels(term: str, words: str) -> None:
    assert term_label(cox(), term, "fi") == words


@pytest.mark.parametrize(
    ("term", "level", "words"),
    [
        ("C(koulutus)", "04", "Ylempi korkea-aste"),
        ("ohjelma:C(sukupuoli)", "tk:2", "Työhön kytkeytyvä kuntoutus × Nainen"),
        ("ohjelma:ika", "ohjelma[tk]:ika", "Työhön kytkeytyvä kuntoutus × Ikä alussa"),
        ("C(sukupuoli):ohjelma", "C(sukupuoli)[T.2]:ohjelma[T.kiila]", "Nainen × KIILA"),
        ("time", "(0, 90]", "(0, 90]"),
        ("cr(ika, df=3):sukupuoli", "1:2", "1 × Nainen"),
        ("ohjelma:time (90,365]", "tk", "Työhön kytkeytyvä kuntoutus"),
        ("sukupuoli", "3", "3"),
    ],
)
def test_levels_are_shown_by_their_labels(term: str, level: str, words: str) -> None:
    assert level_label(cox(), term, level, "fi") == words


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("ika", "Ikä alussa"),
        ("ohjelma[kiila]", "Kuntoutusmuoto: KIILA"),
        ("C(koulutus)[T.02]", "Koulutusaste: Toinen aste"),
        ("C(sukupuoli)[2]:ika", "Sukupuoli: Nainen × Ikä alussa"),
        ("cr(ika, df=3)[1]", "Ikä alussa: cr(df=3): 1"),
    ],
)
def test_columns_are_shown_by_their_labels(column: str, words: str) -> None:
    assert column_label(cox(), column, "fi") == words


def test_variables_of_a_term() -> None:
    assert variables_of("C(koulutus, Treatment('a:b')):ika") == ["koulutus", "ika"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kiila", "KIILA"),
        ("sukupuoli=2, ika=45", "Kön = Kvinna, Ålder vid start = 45"),
        ("", "Alla"),
        ("uusi", "uusi"),
    ],
)
def test_groups_and_patterns_are_shown_by_their_labels(name: str, words: str) -> None:
    assert group_label(cox(), name, "sv") == words


def test_a_missing_covariate_is_named_by_its_label() -> None:
    assert exclusion("missing sukupuoli", "day", "sv", cox()) == "saknat värde (Kön)"
    assert exclusion("missing tulot", "day", "sv", cox()) == "saknat värde (tulot)"


def test_csv_writes_the_coefficients_unless_told_otherwise() -> None:
    read = list(csv.DictReader(io.StringIO(render(cox(), "csv"))))
    assert len(read) == len(cox()["coefficients"])
    assert read[1]["estimate"] == repr(float(cox()["coefficients"]["estimate"][1]))
    assert next(csv.DictReader(io.StringIO(render(cox(), "csv", table="models"))))["method"] == "cox"
    with pytest.raises(TkkError, match="TKK502"):
        render(pseudo(), "csv", table="curves")
    assert list(cox().to_pandas()["term"]) == list(cox()["coefficients"]["term"])


@pytest.mark.parametrize("field", ["ties"])
def test_every_choice_that_is_printed_has_words(field: str) -> None:
    choices = next(f for f in dataclasses.fields(RegressOptions) if f.name == field).metadata["choices"]
    assert not [choice for choice in choices if not has_text(f"{field}_{choice}")]


@pytest.mark.parametrize("measure", sorted(COMPUTED_RATIOS | {"difference", "hazard_difference", "coefficient"}))
def test_every_measure_has_words(measure: str) -> None:
    assert has_text(f"effects_{measure}")
    assert has_text(f"short_{measure}")
    assert has_text(f"lead_{measure}")


def test_every_method_of_a_fit_has_words() -> None:
    folder = Path(tkk_cli.__file__).parent / "steps" / "regression"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    methods = set(re.findall(r"\bFitted\(\s*\"(\w+)\"", text)) | {"royston_parmar"}
    assert len(methods) >= 7
    assert not [method for method in methods if not has_text(f"method_{method}")]


@pytest.mark.parametrize("field", ["ph_test", "quantity", "distribution"])
def test_every_method_scale_and_quantity_has_words(field: str) -> None:
    prefix = {"ph_test": "transform", "quantity": "quantity", "distribution": "method"}[field]
    choices = next(f for f in dataclasses.fields(RegressOptions) if f.name == field).metadata["choices"]
    wanted = [choice.replace("-", "_") for choice in choices if choice != "none"]
    assert not [choice for choice in wanted if not has_text(f"{prefix}_{choice}")]


def test_notes_name_covariates_by_their_labels() -> None:
    doubtful = Note("ph_doubtful", {"cause": "tyohonpaluu", "terms": ["ohjelma", "cr(ika, df=3)"]}, "warning", "TKK396")
    assert "Kuntoutusmuoto, Ikä alussa: cr(df=3)." in sentence(doubtful, cox(), "fi")
    infinite = Note("cox_infinite", {"cause": "tyohonpaluu", "columns": "C(koulutus)[04], cr(ika, df=3)[2]"})
    assert "effect of Level of education: Higher tertiary, Age at start: cr(df=3): 2 is" in sentence(
        infinite, cox(), "en"
    )
    left = Note("levels_left_out", {"variable": "koulutus", "codes": ["04"]})
    assert "Utbildningsnivå" in sentence(left, cox(), "sv")


def test_a_note_may_list_columns() -> None:
    note = Note("tests_stratified", {"strata": ["alue", "sukupuoli"]})
    assert "alue, sukupuoli" in page(dataclasses.replace(cox(), notes=(note,)))
