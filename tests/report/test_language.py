"""Every word exists in every language, with the same placeholders, and everything a result can say has words."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import tkk_cli
from tkk_cli.data.options import ColumnOptions
from tkk_cli.report.language import LANGUAGES, WORDS, has_text, text
from tkk_cli.report.notes import exclusion, group_label, sentence
from tkk_cli.report.sentences import SENTENCES
from tkk_cli.results import Note, Result
from tkk_cli.steps.options import SurvivalOptions

PACKAGE = Path(tkk_cli.__file__).parent


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


@pytest.mark.parametrize("key", [*WORDS, *SENTENCES])
def test_key_has_every_language_with_the_same_placeholders(key: str) -> None:
    row = {**WORDS, **SENTENCES}[key]
    assert len(row) == len(LANGUAGES)
    assert all(words.strip() or key == "group_mark" for words in row)
    assert len({frozenset(placeholders(words)) for words in row}) == 1


def test_no_key_is_in_two_tables() -> None:
    assert not WORDS.keys() & SENTENCES.keys()


def test_unknown_key_and_unknown_language_fail() -> None:
    with pytest.raises(KeyError):
        text("no_such_key", "fi")
    with pytest.raises(ValueError, match="de"):
        text("group", "de")
    assert not has_text("no_such_key")


ROOMS = ("steps", "data", "models", "verification")


def nodes() -> Iterator[ast.AST]:
    """Everything in the source of the rooms that make notes."""
    for path in [p for room in ROOMS for p in (PACKAGE / room).rglob("*.py")]:
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def emitted_keys() -> set[str]:
    """Keys of notes made anywhere in the package: ``Note("key", ...)`` and the facts ``("key", {...})``."""
    keys = set()
    for node in nodes():
        arguments: list[ast.expr] = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Note":
            arguments = node.args
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Dict):
            arguments = node.elts
        if arguments and isinstance(arguments[0], ast.Constant):
            keys.add(str(arguments[0].value))
    return keys


def test_the_notes_that_are_made_have_a_sentence() -> None:
    assert not {f"note_{key}" for key in emitted_keys()} - SENTENCES.keys()


def test_every_sentence_is_of_a_note_that_is_made() -> None:
    # A key may also come from a table of its module, so any text there counts.
    written = {
        f"note_{node.value}" for node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not SENTENCES.keys() - written


VALUES = {
    "group": "tk",
    "cause": "elake",
    "others": ["elake", "kuolema"],
    "codes": ["2", "3"],
    "strata": ["sukupuoli"],
    "order": ["tk", "aslak"],
    "kind": "case",
    "reason": "clusters",
    "date": "2015-12-31",
    "source": "day",
    "target": "year",
    "names": ["aslak", "tk"],
    "variable": "koulutus",
    "terms": ["ohjelma", "ohjelma:ika"],
    "column": "koulutus[02]",
    "columns": "koulutus[02], cr(ika, df=3)[1]",
    "times": [90.0, 365.0],
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", SENTENCES)
def test_every_sentence_is_filled_in(key: str, language: str, competing_result: Result) -> None:
    names = placeholders(SENTENCES[key][0])
    note = Note(key.removeprefix("note_"), {name: VALUES.get(name, 1234.5) for name in names})
    words = sentence(note, competing_result, language)
    assert "{" not in words
    assert "None" not in words
    assert words.endswith(".")


def test_sentence_uses_labels_units_and_numbers_of_the_language(competing_result: Result) -> None:
    note = Note("early_risk_set", {"group": "tk", "time": 1200.5, "n_risk": 3})
    assert sentence(note, competing_result, "fi").startswith(
        "Ryhmän ”Työhön kytkeytyvä kuntoutus” riskijoukko on alussa pieni (3 ajankohtana 1\u00a0200,5\u00a0päivää)"
    )
    assert "“Work-linked rehabilitation” is small early (3 at 1,200.5\u00a0days)" in sentence(
        note, competing_result, "en"
    )
    others = Note("estimand_incidence", {"cause": "tyohonpaluu", "others": ["elake", "kuolema"]})
    assert "när ”Sjukpension” eller ”Död” kan" in sentence(others, competing_result, "sv")


def test_groups_and_events_in_a_list_are_shown_by_their_labels(competing_result: Result) -> None:
    groups = ["kiila", "tk"]
    trend = Note("trend_scores", {"order": groups})
    assert sentence(trend, competing_result, "sv").endswith(
        "i gruppernas ordning: ”KIILA”, ”Arbetsanknuten rehabilitering”."
    )
    alike = Note("groups_alike", {"names": groups})
    assert "eroavat vain kirjainkoon tai välilyöntien osalta: ”KIILA”, ”Työhön kytkeytyvä kuntoutus”." in sentence(
        alike, competing_result, "fi"
    )
    same_day = Note("events_same_day", {"n": 2, "order": ["elake", "paluu_pvm"]})
    assert sentence(same_day, competing_result, "en").endswith("counted (“Disability pension”, “paluu_pvm”).")


def test_units_in_doubt_are_told(competing_result: Result) -> None:
    told = Note("unit_from_codebook", {"source": "week"})
    assert [sentence(told, competing_result, language).split()[-1] for language in ("fi", "sv")] == [
        "viikko.",
        "vecka.",
    ]
    assert "is week, as" in sentence(told, competing_result, "en")
    implausible = Note("unit_implausible", {"time": 50000.0})
    assert sentence(implausible, competing_result, "fi") == (
        "Pisin seuranta-aika on 50\u00a0000\u00a0päivää eli yli 120 vuotta: tarkista --unit ja --time-unit."
    )


def test_note_without_sentence_fails(competing_result: Result) -> None:
    with pytest.raises(KeyError):
        sentence(Note("nobody_wrote_this"), competing_result, "en")


@pytest.mark.parametrize(
    ("options", "field", "prefix"),
    [
        (ColumnOptions, "weight_kind", "kind"),
        (SurvivalOptions, "method", "method"),
        (SurvivalOptions, "conf_type", "conf_type"),
        (SurvivalOptions, "variance", "variance"),
    ],
)
def test_every_choice_that_is_printed_has_words(options: type, field: str, prefix: str) -> None:
    choices = next(f for f in dataclasses.fields(options) if f.name == field).metadata["choices"]
    assert choices
    assert not [choice for choice in choices if choice != "auto" and not has_text(f"{prefix}_{choice}")]


@pytest.mark.parametrize("form", ["unit_{}_one", "unit_{}_many", "person_time_{}"])
def test_every_unit_has_words(form: str) -> None:
    choices = next(f for f in dataclasses.fields(ColumnOptions) if f.name == "unit").metadata["choices"]
    assert not [unit for unit in choices if not has_text(form.format(unit))]


def test_exclusions_are_translated() -> None:
    assert exclusion("missing strata 2", "day", "fi") == "puuttuva tieto (osite 2)"
    assert exclusion("not selected by --where", "day", "sv") == "radurval"
    assert exclusion("follow-up ends by the landmark at 90", "week", "en") == (
        "follow-up ends by the landmark (90\u00a0weeks)"
    )
    with pytest.raises(KeyError):
        exclusion("a reason that nobody translated", "day", "fi")


def test_group_of_everyone_is_named(single_cause_result: Result) -> None:
    assert group_label(single_cause_result, "all", "fi") == "Kaikki"
    assert group_label(single_cause_result, "", "sv") == "Alla"
    assert group_label(single_cause_result, "tk", "sv") == "Arbetsanknuten rehabilitering"
