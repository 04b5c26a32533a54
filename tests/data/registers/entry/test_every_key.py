"""Every key of ``cohort.toml`` changes the SQL of the cohort, or is refused: none is read and forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from support.entry_tables import STATES, registers

from tkk_cli.data.registers.entry.eligibility import candidate_sql
from tkk_cli.data.registers.entry.entrants import entrant_sql
from tkk_cli.data.registers.entry.index import exposure_sql, index_event_sql
from tkk_cli.data.registers.entry.known import known_span
from tkk_cli.data.registers.entry.lookback import lookback_columns, lookback_sql
from tkk_cli.data.registers.entry.reading import _SECTIONS, read_plan
from tkk_cli.data.registers.spells import episode_sql
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.outcomes.definition import Context
from tkk_cli.outcomes.registry import OUTCOMES, outcome_columns, outcome_stages
from tkk_cli.steps.preparing import rule_of

GROUPS = "prefix,group,fi,sv,en,source,verified\nF,mieli,,,,,no\n"
# Section and key -> a value away from the default.
VALUES: dict[str, dict[str, str]] = {
    "index": {
        "event": '"spell_end"',
        "states": '["unemployment"]',
        "min_days": "9",
        "join_gap": "3",
        "origin": '"qualified"\nmin_days = 9',
        "first": "2015-01-01",
        "last": "2015-01-01",
        "which": '"last"',
    },
    "wash_out": {"days": "7", "states": '["student"]\ndays = 7'},
    "look_back": {"days": "91", "covariates": '["age"]', "diagnosis_groups": '"groups.csv"'},
    "eligibility": {
        "age": "[18, 63]",
        "sex": '["1"]',
        "resident": "true",
        "at_work": "true",
        "alive": "false",
        "observed": "false",
        "without": '["student"]',
        "regions": '["01"]',
    },
    "programme": {
        "before": "5",
        "after": "9",
        "groups": '{ yksi = ["tyk"] }',
        "column": '"code"',
        "none": '"none"',
    },
    "comparison": {"pool": '"none"\n[programme]'},
    "follow_up": {
        "days": "730",
        "last": "2015-12-31",
        "competing": '["death"]',
        "censoring": "[]",
        "landmark": "60",
    },
    "at_work": {"needs": '["employed"]', "excludes": '["student"]', "partial": '["student"]'},
}
CASES = [(section, key, value) for section, keys in VALUES.items() for key, value in keys.items()]


class Seen:
    """What ``known_span`` asks of a workspace: one source with spells."""

    def fetch(self, _: str) -> list[tuple[Any, ...]]:
        return [("s", 16_436, 17_000)]


def compiled(folder: Path, text: str) -> tuple[Any, ...]:
    """Everything that runs for a plan, in words; the order in which candidates are chosen included."""
    path = folder / "cohort.toml"
    path.write_text(f'registers = "registers.toml"\n[outcome.o]\nuse = "O2"\n{text}\n', encoding="utf-8")
    plan = read_plan(path)
    rule = rule_of(plan, STATES)
    known = known_span(cast(Workspace, Seen()), plan, registers())
    context = Context(STATES, rule, plan.follow_up.competing)
    return (
        index_event_sql(plan, STATES, known),
        exposure_sql(plan) if plan.programme is not None else "",
        candidate_sql(plan, STATES, rule, known),
        plan.index.which,
        entrant_sql(plan, STATES, rule, known),
        episode_sql(STATES, rule),
        lookback_sql(plan, STATES),
        lookback_columns(plan, STATES),
        outcome_stages(plan.outcomes, context, folder),
        outcome_columns(plan.outcomes, context, folder),
    )


def test_there_is_a_value_for_every_key() -> None:
    assert {name: set(keys) for name, keys in VALUES.items()} == {name: set(keys) for name, keys in _SECTIONS.items()}


@pytest.mark.parametrize(("section", "key", "value"), CASES, ids=[f"{section}.{key}" for section, key, _ in CASES])
def test_every_key_changes_what_runs(tmp_path: Path, section: str, key: str, value: str) -> None:
    (tmp_path / "groups.csv").write_text(GROUPS, encoding="utf-8")
    rest = "".join(f"{line}\n" for line in ("[programme]",) if section == "programme")
    # a key that needs another one is compared with that one alone
    needed = "".join(f"[{section}]\n{more}\n" if "=" in more else f"{more}\n" for more in value.split("\n")[1:])
    assert compiled(tmp_path, f"[{section}]\n{key} = {value}") != compiled(tmp_path, needed or rest)


def others(value: Any, choices: tuple[Any, ...]) -> list[Any]:
    if choices:
        return [choice for choice in choices if choice != value]
    if isinstance(value, tuple):
        return [(7,) if value and isinstance(value[0], int) else ("student",)]
    return [value + 1]


@pytest.mark.parametrize("code", [code for code, outcome in OUTCOMES.items() if outcome.computed == "cohort"])
def test_every_parameter_of_an_outcome_changes_its_sql(tmp_path: Path, code: str) -> None:
    (tmp_path / "cpi.csv").write_text("year,index\n2014,100\n2015,101\n", encoding="utf-8")
    outcome = OUTCOMES[code]

    def sql(parameters: str) -> Any:
        return compiled(tmp_path, f'[outcome.x]\nuse = "{code}"\n{parameters}')[-2]

    for name, parameter in outcome.parameters.items():
        before = 'cpi = "cpi.csv"\n' if name == "base_year" else ""
        given = {"cpi": ["cpi.csv"], "base_year": [2014], "source": ["s"]}.get(name) or others(
            parameter.default, parameter.choices
        )
        for value in given:
            written = list(value) if isinstance(value, tuple) else value
            assert sql(f"{before}{name} = {written!r}") != sql(before), (name, value)
