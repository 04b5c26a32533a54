"""``cohort.toml``: every section and key is checked as it is read; states are checked later, when they are known.

::

    registers = "registers.toml"
    [index]
    event = "spell_start"
    states = ["sickness"]
    min_days = 30
    [programme]
    after = 90
    [programme.groups]
    laitos = ["aslak", "tyk"]
    [outcome.paluu]
    use = "O2"
    days = 28
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tkk_cli.data.registers.columns import HEAD
from tkk_cli.data.registers.entry.contradictions import check_plan
from tkk_cli.data.registers.entry.covariates import covariate_names
from tkk_cli.data.registers.entry.plan import (
    CohortPlan,
    Comparison,
    Eligibility,
    FollowUp,
    Index,
    LookBack,
    Programme,
    Request,
    WashOut,
)
from tkk_cli.data.registers.states import States
from tkk_cli.data.registers.toml import read_toml
from tkk_cli.errors import TkkError

__all__ = ["check_states", "read_plan"]

# A rule turns the value of a key into the plan's, or raises ValueError with what the key takes and an example of it.
_Rule = Callable[[object], Any]


def _whole(least: int) -> _Rule:
    def rule(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 36525:
            raise ValueError(f"a whole number of days from {least} to 36525", f"{max(least, 365)}")
        return value

    return rule


def _choice(*names: str) -> _Rule:
    def rule(value: object) -> str:
        if value not in names:
            near = get_close_matches(value, names, n=1) if isinstance(value, str) else []
            raise ValueError(f"one of {', '.join(names)}", f'"{(near or names)[0]}"')
        return str(value)

    return rule


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text", '"..."')
    return value.strip()


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false", "true")
    return value


def _names(value: object) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) and item.strip() for item in items):
        raise ValueError("a list of names", '["..."]')
    return tuple(dict.fromkeys(item.strip() for item in items))


def _sexes(value: object) -> tuple[str, ...]:
    names = _names([str(item) for item in value] if isinstance(value, list) else str(value))
    if not names or not set(names) <= {"1", "2"}:
        raise ValueError('"1" (man), "2" (woman) or both', '["1", "2"]')
    return names


def _date(value: object) -> datetime.date:
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value.strip())
        except ValueError:
            pass
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise ValueError("a date: year, month and day", "2015-12-31")
    return value


def _ages(value: object) -> tuple[int, int]:
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(type(item) is int and 0 <= item <= 150 for item in value)
    ):
        raise ValueError("two ages in whole years", "[18, 64]")
    return value[0], value[1]


_GROUPS = '{ laitos = ["aslak", "tyk"] }'


def _level_groups(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ValueError("a table: level = [programmes]", _GROUPS)
    groups = {level: _names(names) for level, names in value.items()}
    if not all(groups.values()):
        raise ValueError("at least one programme for each level", _GROUPS)
    return groups


_SECTIONS: dict[str, dict[str, _Rule]] = {
    "index": {
        "event": _choice("spell_start", "spell_end", "rehabilitation_start", "rehabilitation_end", "decision"),
        "states": _names,
        "min_days": _whole(1),
        "join_gap": _whole(0),
        "origin": _choice("event", "qualified"),
        "first": _date,
        "last": _date,
        "which": _choice("first", "last"),
    },
    "wash_out": {"days": _whole(0), "states": _names},
    "look_back": {"days": _whole(0), "covariates": _names, "diagnosis_groups": _text},
    "eligibility": {
        "age": _ages,
        "sex": _sexes,
        "resident": _yes_no,
        "at_work": _yes_no,
        "alive": _yes_no,
        "observed": _yes_no,
        "without": _names,
        "regions": _names,
    },
    "programme": {
        "before": _whole(0),
        "after": _whole(0),
        "groups": _level_groups,
        "column": _choice("programme", "code", "provider", "source"),
        "none": _text,
    },
    "comparison": {"pool": _choice("everyone", "none")},
    "follow_up": {
        "days": _whole(1),
        "last": _date,
        "competing": _names,
        "censoring": _names,
        "landmark": _whole(0),
    },
    "at_work": {"needs": _names, "excludes": _names, "partial": _names},
}
_TOP = ("registers", *_SECTIONS, "outcome")
_PLAIN = re.compile(r"[a-z][a-z0-9_]{0,40}")


def read_plan(path: Path) -> CohortPlan:
    """The plan of a ``cohort.toml``; paths in it are relative to its folder.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    CohortPlan
        States and outcomes are carried as written: ``check_states`` and the dictionary of outcomes check them.

    Raises
    ------
    TkkError
        TKK283 (no such file, or no TOML), TKK284 (unknown section or key), TKK285 (a value of the wrong kind),
        TKK286 (settings that contradict each other), TKK289 (a prefix that cannot be used).

    Examples
    --------
    >>> from pathlib import Path
    >>> plan = read_plan(Path("sample_data/registers/cohort.toml"))
    >>> plan.index.event, plan.registers.name, [request.outcome for request in plan.outcomes][:2]
    ('spell_start', 'registers.toml', ['O1', 'O2'])
    """
    content = read_toml(path, "TKK283")
    if "source" in content and "registers" not in content:
        raise TkkError(
            "TKK284",
            "the file names the sources of registers: it is no plan of a cohort",
            where=path.name,
            hint=f'tkk check {path.name}; a plan (tkk cohort --example) begins with registers = "{path.name}"',
        )
    _only(content, _TOP, f"{path.name}", "section or key")
    if "registers" not in content:
        raise TkkError(
            "TKK285",
            "the plan does not say of which registers it is",
            where=path.name,
            hint='begin the file with registers = "registers.toml"',
        )
    given = {name: _section(content, name, path) for name in _SECTIONS}
    folder = path.resolve().parent
    if "diagnosis_groups" in given["look_back"]:
        given["look_back"]["diagnosis_groups"] = folder / given["look_back"]["diagnosis_groups"]
    if "programme" in content:
        given["programme"].setdefault("groups", {})
        # with a landmark, who has started a programme by then is in it
        if given["follow_up"].get("landmark") and not _decided_by_index(given):
            given["programme"].setdefault("after", given["follow_up"]["landmark"])
    plan = CohortPlan(
        path=path,
        registers=folder / _value(_text, content["registers"], f"{path.name}: registers"),
        index=Index(**given["index"]),
        wash_out=WashOut(**given["wash_out"]),
        look_back=LookBack(**given["look_back"]),
        eligibility=Eligibility(**given["eligibility"]),
        programme=Programme(**given["programme"]) if "programme" in content else None,
        comparison=Comparison(**given["comparison"]),
        follow_up=FollowUp(**given["follow_up"]),
        at_work=given["at_work"],
        outcomes=_outcomes(content.get("outcome", {}), path),
    )
    check_plan(plan, given)
    return plan


def _decided_by_index(given: Mapping[str, Mapping[str, Any]]) -> bool:
    return "column" in given["programme"] or Index(**given["index"]).rehabilitation


def _only(table: Iterable[str], allowed: Iterable[str], where: str, what: str) -> None:
    names = list(allowed)
    for key in table:
        if key not in names:
            near = get_close_matches(key, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
            raise TkkError("TKK284", f"there is no {what} {key!r}", where=where, hint=hint)


def _value(rule: _Rule, value: object, where: str) -> Any:
    try:
        return rule(value)
    except ValueError as error:
        key = where.rsplit(" ", 1)[-1]
        takes, example = error.args
        hint = f"for example {key} = {example}"
        raise TkkError("TKK285", f"{key} takes {takes}", where=where, hint=hint) from error


def _table(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TkkError(
            "TKK285", "a section is expected here, not a value", where=where, hint=f"write {where} as a section"
        )
    return value


def _section(content: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    where = f"{path.name}: [{name}]"
    table = _table(content.get(name, {}), where)
    rules = _SECTIONS[name]
    _only(table, rules, where, "key")
    return {key: _value(rules[key], value, f"{where} {key}") for key, value in table.items()}


def _outcomes(content: object, path: Path) -> tuple[Request, ...]:
    requests, head = [], [column.name for column in HEAD]
    for prefix, table in _table(content, f"{path.name}: [outcome]").items():
        where = f"{path.name}: [outcome.{prefix}]"
        if not _PLAIN.fullmatch(prefix) or prefix in head:
            raise TkkError(
                "TKK289",
                "the name cannot begin the names of columns",
                where=where,
                hint=f"use small letters a to z, digits and _, a letter first; not one of {', '.join(head)}",
            )
        parameters = dict(_table(table, where))
        if "use" not in parameters:
            raise TkkError(
                "TKK285", "the section does not say which outcome it is", where=where, hint='write use = "O2"'
            )
        outcome = _value(_text, parameters.pop("use"), f"{where} use")
        requests.append(Request(prefix=prefix, outcome=outcome, parameters=parameters))
    return tuple(requests)


def _named_states(plan: CohortPlan) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not plan.index.rehabilitation:
        yield "[index] states", plan.index.states
    yield "[wash_out] states", plan.wash_out.states
    yield "[eligibility] without", plan.eligibility.without
    yield "[follow_up] competing", plan.follow_up.competing
    yield "[follow_up] censoring", plan.follow_up.censoring
    for key, names in plan.at_work.items():
        yield f"[at_work] {key}", names


def check_states(plan: CohortPlan, states: States) -> None:
    """What needs the table of states: TKK287 for a state that it lacks (of a default, too), TKK288 for a covariate."""
    for where, names in _named_states(plan):
        for name in names:
            if name not in states.names:
                near = get_close_matches(name, states.names, n=1)
                hint = f"did you mean {near[0]}?" if near else f"states are {', '.join(states.names)}"
                raise TkkError("TKK287", f"there is no state {name!r}", where=f"{plan.path.name}: {where}", hint=hint)
    covariate_names(plan, states)
