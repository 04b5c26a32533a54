"""The dictionary is complete, and what does not fit it is refused with a code."""

from __future__ import annotations

from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from tkk_cli.data.registers.entry.plan import Request
from tkk_cli.data.registers.states import States, read_states
from tkk_cli.errors import EXIT_USAGE, TkkError
from tkk_cli.outcomes.definition import Context, Outcome
from tkk_cli.outcomes.registry import OUTCOMES, find_outcome, outcome_columns, outcome_stages, settled
from tkk_cli.outcomes.wording import definition

STATES = read_states()
CONTEXT = Context(STATES, STATES.at_work(), ("death", "old_age_pension"))


def request(outcome: str, prefix: str = "paluu", **parameters: Any) -> Request:
    return Request(prefix=prefix, outcome=outcome, parameters=parameters)


def refused(code: str, *requests: Request, folder: Path = Path()) -> TkkError:
    with pytest.raises(TkkError) as error:
        outcome_stages(requests, CONTEXT, folder)
    assert error.value.code == code
    assert error.value.exit_status == EXIT_USAGE
    assert error.value.hint
    return error.value


def test_the_dictionary_has_o1_to_o23_once_each() -> None:
    assert list(OUTCOMES) == [f"O{i}" for i in range(1, 24)]
    assert len({outcome.name for outcome in OUTCOMES.values()}) == 23
    assert {aim for outcome in OUTCOMES.values() for aim in outcome.aims} == {1, 2, 3, 4}
    assert [code for code, outcome in OUTCOMES.items() if outcome.computed == "career"] == [
        "O17",
        "O18",
        "O19",
        "O20",
        "O21",
    ]


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
def test_a_definition_has_every_language_and_names_every_parameter(outcome: Outcome) -> None:
    assert set(outcome.titles) == set(outcome.definitions) == {"fi", "sv", "en"}
    assert outcome.source
    named = {
        language: {name for _, name, _, _ in Formatter().parse(text) if name}
        for language, text in outcome.definitions.items()
    }
    assert named["fi"] == named["sv"] == named["en"]
    # which source and which prices are said together, where prices are given
    unsaid = {"source", "cpi", "base_year"}
    assert set(outcome.parameters) - unsaid == named["en"] - {"prices"}
    defaults = {name: parameter.default for name, parameter in outcome.parameters.items()}
    for language in outcome.definitions:
        assert "{" not in definition(outcome, defaults, language, STATES)


def test_a_definition_says_the_values_in_words() -> None:
    outcome, values = settled(request("O2", days=60, unit="working", gap=3, partial="does_not_count"))
    assert definition(outcome, values, "en", STATES) == (
        "The first run of at least 60 consecutive days at work (Monday to Friday; work on a partial benefit does not "
        "count). An interruption of at most 3 days does not break the run. The day of the event is the first day of "
        "the run, also at a weekend. A run that is not complete when follow-up ends is censored."
    )
    outcome, values = settled(request("O16"))
    assert "(kaikki etuudet)" in definition(outcome, values, "fi", STATES)


def test_prices_are_said_where_they_are_given(tmp_path: Path) -> None:
    (tmp_path / "hinnat.csv").write_text("year,index\n2015,100\n2020,104.5\n", encoding="utf-8")
    outcome, values = settled(request("O22", cpi="hinnat.csv"), tmp_path)
    assert values["cpi"] == ((2015, 100.0), (2020, 104.5))
    assert "sen jälkeen vuoden 2020 hinnoin." in definition(outcome, values, "fi", STATES)
    outcome, values = settled(request("O22", cpi="hinnat.csv", base_year=2015), tmp_path)
    assert "after it at the prices of 2015." in definition(outcome, values, "en", STATES)
    assert "prices" not in definition(find_outcome("O22"), settled(request("O22"))[1], "en", STATES)


def test_an_outcome_is_found_by_code_and_name() -> None:
    assert find_outcome("o2") is find_outcome("Sustained_RTW") is OUTCOMES["O2"]


def test_columns_are_labelled_with_the_competing_events_in_their_order() -> None:
    (prefix, (time, event)), *_ = outcome_columns([request("O2", "rtw60", days=60)], CONTEXT)
    assert (prefix, time.name, time.kind, time.unit) == ("rtw60", "rtw60_time", "time", "day")
    assert [labels["en"] for labels in event.labels.values()] == [
        "censored",
        "Sustained return to work",
        "dead",
        "old-age pension",
    ]
    ((_, (_, split, _, later)),) = outcome_columns([request("O6")], CONTEXT)
    assert list(split.labels) == [0, 1, 2, 3, 4]
    assert split.labels[3] == later.labels[2] == STATES.rows[0].titles


def test_what_is_not_in_the_table_of_states_leaves_a_default_but_not_a_request() -> None:
    few = States(tuple(row for row in STATES.rows if row.name != "career_pension"))
    context = Context(few, few.at_work(), ("death",))
    ((_, (_, event)),) = outcome_columns([request("O14")], context)
    assert len(event.labels) == 7
    with pytest.raises(TkkError) as error:
        outcome_stages([request("O14", causes=["career_pension", "death"])], context)
    assert error.value.code == "TKK347"


def test_an_unknown_outcome_is_refused() -> None:
    assert refused("TKK346", request("sustained_rtv")).hint == "did you mean sustained_rtw?"
    assert refused("TKK346", request("o99")).hint == "did you mean O9?"
    assert "tkk outcomes list" in str(refused("TKK346", request("???")).hint)


@pytest.mark.parametrize(
    ("outcome", "parameters", "words"),
    [
        ("O2", {"dayz": 28}, "did you mean days?"),
        ("O1", {"window": 28}, "its parameters are partial"),
        ("O2", {"days": 0}, "from 1 to 3660"),
        ("O2", {"days": "28"}, "a whole number"),
        ("O2", {"days": True}, "a whole number"),
        ("O2", {"unit": "weeks"}, "one of calendar, working"),
        ("O2", {"partial": 1}, "a text"),
        ("O5", {"windows": [14, 0]}, "from 1 to 3660"),
        ("O5", {"windows": []}, "a list of whole numbers"),
        ("O5", {"windows": [14, 14]}, "without repetitions"),
        ("O7", {"absence": [3]}, "a list of names"),
        ("O7", {"absence": ["sicknes"]}, "did you mean sickness?"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused(outcome: str, parameters: dict[str, Any], words: str) -> None:
    error = refused("TKK347", request(outcome, **parameters))
    assert words in f"{error.message} {error.hint}"
    assert "[outcome.paluu]" in str(error.where)


def test_an_outcome_of_tkk_career_is_refused() -> None:
    assert "--grid month" in str(refused("TKK348", request("O18")).hint)


@pytest.mark.parametrize(
    "text",
    [None, "vuosi,indeksi\n2020,100\n", "year,index\n2020,0\n", "year,index\n2020,1\n2020,2\n", "year,index\n"],
)
def test_a_table_of_prices_that_cannot_be_used_is_refused(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "hinnat.csv").write_text(text, encoding="utf-8")
    refused("TKK349", request("O22", cpi="hinnat.csv"), folder=tmp_path)


def test_a_year_of_prices_that_is_not_in_the_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hinnat.csv").write_text("year,index\n2020,100\n", encoding="utf-8")
    refused("TKK349", request("O22", cpi="hinnat.csv", base_year=2019), folder=tmp_path)
    refused("TKK347", request("O22", base_year=2015), folder=tmp_path)


def test_names_of_columns_that_cannot_be_used_are_refused() -> None:
    refused("TKK350", request("O2", "28 päivää"))
    refused("TKK350", request("O2", "paluu_28"), request("O5", "paluu", windows=[28]))
