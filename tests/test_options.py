"""Options are stated once: the flags, the Python keywords and their defaults are the same."""

from __future__ import annotations

import dataclasses
import importlib
from typing import Any

import pytest
import typer

from tkk_cli.app import COMMANDS
from tkk_cli.errors import TkkError
from tkk_cli.options import check_choices, flag, from_keywords, merge, numbers, option, pairs, require_one_of, words
from tkk_cli.steps import options as step_options

# "SurvivalOptions" -> step "survival"
CLASSES = {name.removesuffix("Options").lower(): getattr(step_options, name) for name in step_options.__all__}
STEPS = list(CLASSES)


# step -> the group whose sub-command it is
GROUPS = {"sensitivity": "outcomes"}


def command_of(step: str) -> Any:
    top = GROUPS.get(step, step)
    command: Any = typer.main.get_command(importlib.import_module(f"tkk_cli.commands.{COMMANDS[top][0]}").app)
    return command.commands[step] if step in GROUPS else command


@pytest.mark.parametrize("step", STEPS)
def test_flags_keywords_and_defaults_are_the_same(step: str) -> None:
    parameters = {p.name: p for p in command_of(step).params}
    for field in dataclasses.fields(CLASSES[step]):
        parameter = parameters[field.name]
        assert parameter.opts[0] == f"--{flag(field.name)}"
        assert parameter.default == field.default or (field.default is False and not parameter.default)
        assert field.metadata["help"] in parameter.help


@pytest.mark.parametrize("step", STEPS)
def test_python_takes_exactly_the_same_names(step: str) -> None:
    kind = CLASSES[step]
    assert from_keywords(kind, {}) == kind()
    for field in dataclasses.fields(kind):
        for value in (*field.metadata["choices"], field.default):
            assert getattr(from_keywords(kind, {field.name: value}), field.name) == value
    known = {field.name for field in dataclasses.fields(kind)} & {"seed", "unit", "memory"}
    for name in known:
        with pytest.raises(TkkError) as refused:
            from_keywords(kind, {f"{name}{name[-1]}": "day"})
        assert refused.value.code == "TKK304"
        assert refused.value.hint == f"did you mean {name}?"
    assert known


@pytest.mark.parametrize("step", STEPS)
def test_no_two_flags_share_a_name(step: str) -> None:
    spellings = [name for parameter in command_of(step).params for name in parameter.opts]
    assert len(spellings) == len(set(spellings))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Part:
    """A small options class."""

    at: str | None = option(None, "Times.", "Estimates")
    unit: str = option("day", "Unit.", "Follow-up", choices=("day", "week"))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Whole(Part):
    """A larger one."""

    trend: bool = option(False, "Trend.", "Tests")


def test_lists_and_dictionaries_become_the_text_of_a_flag() -> None:
    assert from_keywords(Part, {"at": [90, 180.0, 365.5]}).at == "90,180,365.5"
    assert from_keywords(Part, {"at": ("a", "b")}).at == "a,b"
    assert from_keywords(Part, {"at": {"tyohonpaluu": 1, "elake": 2}}).at == "tyohonpaluu=1,elake=2"
    assert from_keywords(Part, {"at": {"tyohonpaluu": 1, "elake": [2, 3]}}).at == "tyohonpaluu=1,elake=2+3"


def test_merge_takes_the_part() -> None:
    assert merge(Part, Whole(at="90", unit="week", trend=True)) == Part(at="90", unit="week")


def test_words_numbers_and_pairs() -> None:
    assert words(" a, b,,c ") == ("a", "b", "c")
    assert words(None) == words("") == ()
    assert numbers("90, 180.5", "at") == (90.0, 180.5)
    assert numbers(365, "horizon") == (365.0,)
    assert numbers(None, "at") == ()
    assert pairs("tyohonpaluu=1, elake=2", "events") == {"tyohonpaluu": "1", "elake": "2"}
    assert pairs(None, "events") == {}


@pytest.mark.parametrize("text", ["90,x", "90;180"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(TkkError, match="--at-times takes numbers") as refused:
        numbers(text, "at_times")
    assert refused.value.code == "TKK304"


@pytest.mark.parametrize("text", ["tyohonpaluu", "=1", "a=", "a=1,a=2"])
def test_what_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(TkkError, match="name=value") as refused:
        pairs(text, "events")
    assert refused.value.code == "TKK304"


def test_one_of_several_options_is_required() -> None:
    require_one_of(Whole(at="90"), "at", "trend")
    with pytest.raises(TkkError, match="--at or --trend is missing") as refused:
        require_one_of(Whole(), "at", "trend")
    assert refused.value.code == "TKK205"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Numbered:
    """An options class with numbers."""

    horizon: float | None = option(None, "Horizon.", "Estimates")
    dpi: int = option(300, "Resolution.", "Figure")

    def __post_init__(self) -> None:
        check_choices(self)


def test_numbers_come_as_text_from_flags_and_as_numbers_from_python() -> None:
    assert Numbered(horizon="0.5", dpi="600") == Numbered(horizon=0.5, dpi=600)  # type: ignore[arg-type]
    assert isinstance(Numbered(horizon=365).horizon, float)


@pytest.mark.parametrize(
    ("given", "hint"),
    [({"horizon": "0,5"}, "write 0.5"), ({"horizon": True}, ""), ({"dpi": 300.5}, ""), ({"dpi": "x"}, "")],
)
def test_what_is_no_number_is_a_coded_usage_error(given: dict[str, Any], hint: str) -> None:
    with pytest.raises(TkkError) as refused:
        Numbered(**given)
    assert refused.value.code == "TKK304"
    assert hint in (refused.value.hint or "")
