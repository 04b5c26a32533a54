"""``tkk explain``: codes and capabilities."""

from __future__ import annotations

import json
import re

import pytest
from support.running import Run

from tkk_cli.commands.explain import ELSEWHERE
from tkk_cli.errors import CODES


def test_alone_it_lists_every_code(tkk: Run) -> None:
    ran = tkk("explain")
    assert ran.status == 0
    assert [line[:6] for line in ran.out.splitlines()] == list(CODES)


@pytest.mark.parametrize("spelling", ["TKK521", "tkk521", "521"])
def test_a_code_is_explained(spelling: str, tkk: Run) -> None:
    text = tkk("explain", spelling).out
    assert text.startswith("TKK521  tkk explain does not know this topic\n")
    for heading in ("Why it matters for the estimate", "How to fix it", "Example", "Exit status"):
        assert f"\n{heading}\n" in text
    assert text.endswith("  2\n")
    assert max(map(len, text.splitlines())) <= 88


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_as_json(code: str, tkk: Run) -> None:
    assert json.loads(tkk("explain", code, "--json").out) == {"code": code, **CODES[code]._asdict()}


@pytest.mark.parametrize("topic", ELSEWHERE)
def test_what_another_command_explains(topic: str, tkk: Run) -> None:
    ran = tkk("explain", topic)
    assert ran.status == 2
    assert f"did you mean {ELSEWHERE[topic]}?" in ran.err
    assert tkk(*ELSEWHERE[topic].replace("NAME", "dream").split()[1:]).status == 0


def test_all_codes_as_json(tkk: Run) -> None:
    found = json.loads(tkk("explain", "--json").out)
    assert found.keys() == CODES.keys()
    assert found["TKK101"]["exit_status"] == 3


@pytest.mark.parametrize(
    ("topic", "hint"),
    [("TKK528", "TKK52"), ("capabilites", "capabilities"), ("kaplan", "tkk explain lists the codes")],
)
def test_an_unknown_topic_is_a_usage_error(topic: str, hint: str, tkk: Run) -> None:
    ran = tkk("explain", topic)
    assert ran.status == 2
    assert ran.err.startswith(f"error[TKK521]: {topic!r} is neither an error code nor 'capabilities'")
    assert hint in ran.err


def test_capabilities_are_a_table_of_estimators_and_features(tkk: Run) -> None:
    from tkk_cli.estimators.capabilities import CAPABILITIES, FEATURES
    from tkk_cli.steps.regression.capabilities import MODEL_CAPABILITIES, MODEL_FEATURES

    lines = tkk("explain", "capabilities").out.splitlines()
    for table, features in ((CAPABILITIES, FEATURES), (MODEL_CAPABILITIES, MODEL_FEATURES)):
        start = next(i for i, line in enumerate(lines) if line.split() == list(features))
        for line, (name, row) in zip(lines[start + 1 :], table.items(), strict=False):
            assert re.split(" {2,}", line) == [name, *(row[feature] for feature in features)]
    for name, text in (FEATURES | MODEL_FEATURES).items():
        assert any(line.split(maxsplit=1) == [name, text] for line in lines)


def test_capabilities_as_json(tkk: Run) -> None:
    found = json.loads(tkk("explain", "capabilities", "--json").out)
    refusals = {cell for row in found["capabilities"].values() for cell in row.values()} - {"yes", "no effect"}
    assert refusals <= CODES.keys()
    assert all(row.keys() == found["features"].keys() for row in found["capabilities"].values())
