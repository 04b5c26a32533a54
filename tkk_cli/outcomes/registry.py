"""The dictionary of outcomes, and what ``cohort.toml`` asks of it, checked and turned into stages."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tkk_cli.data.registers.entry.plan import Request
from tkk_cli.data.registers.states import States
from tkk_cli.errors import TkkError
from tkk_cli.outcomes import absence, career, earnings, employment, exits, participation, relapse, returns
from tkk_cli.outcomes.definition import Column, Context, Outcome, Parameter

__all__ = ["OUTCOMES", "find_outcome", "outcome_columns", "outcome_stages", "settled"]

_MODULES = (returns, relapse, participation, absence, employment, exits, earnings, career)
# code -> outcome, in the order of the codes
OUTCOMES: Mapping[str, Outcome] = {
    outcome.code: outcome
    for outcome in sorted((o for module in _MODULES for o in module.OUTCOMES), key=lambda o: int(o.code[1:]))
}
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def find_outcome(name: str) -> Outcome:
    """The outcome with this code (``O2``) or name (``sustained_rtw``).

    Raises
    ------
    TkkError
        TKK346 when there is none.

    Examples
    --------
    >>> find_outcome("O2").name, find_outcome("sustained_rtw").parameters["days"].default
    ('sustained_rtw', 28)
    """
    known = {key.lower(): (key, outcome) for outcome in OUTCOMES.values() for key in (outcome.code, outcome.name)}
    asked = name.strip().lower()
    if asked not in known:
        near = get_close_matches(asked, known, n=1)
        hint = f"did you mean {known[near[0]][0]}?" if near else "tkk outcomes list shows them"
        raise TkkError("TKK346", f"{name!r} is no outcome of the dictionary", hint=hint)
    return known[asked][1]


def settled(request: Request, folder: Path = Path(), states: States | None = None) -> tuple[Outcome, dict[str, Any]]:
    """The outcome of a request and all of its parameters, defaults filled in.

    Parameters
    ----------
    request : Request
    folder : pathlib.Path
        From which a file that a parameter names is found: that of ``cohort.toml``.
    states : States, optional
        Names of states must be among them; of a default list those that are not are left out.

    Raises
    ------
    TkkError
        TKK346 for an unknown outcome, TKK347 for a parameter, value or state that does not exist or fit, TKK348
        for an outcome that only ``tkk career`` computes, TKK349 for a table of prices that cannot be used, TKK350 for
        a prefix that cannot begin the name of a column.
    """
    outcome = find_outcome(request.outcome)
    where = f"[outcome.{request.prefix}]"
    if not _PREFIX.fullmatch(request.prefix):
        raise TkkError(
            "TKK350",
            "the prefix of an outcome is letters a to z, digits and _, a letter first",
            where=where,
            hint=f"for example [outcome.{outcome.name}]",
        )
    if outcome.computed == "career":
        raise TkkError(
            "TKK348",
            f"{outcome.code} ({outcome.name}) is no column of a cohort: tkk career computes it from a state grid",
            where=where,
            hint="write a grid with tkk cohort --grid month and leave this outcome out",
        )
    unknown = [name for name in request.parameters if name not in outcome.parameters]
    if unknown:
        raise TkkError(
            "TKK347",
            f"{outcome.code} has no parameter {unknown[0]!r}",
            where=where,
            hint=_parameters_hint(outcome, unknown[0]),
        )
    values = {name: parameter.default for name, parameter in outcome.parameters.items()}
    for name, value in request.parameters.items():
        values[name] = _fitting(value, name, outcome.parameters[name], f"{where} {name}")
    if "cpi" in values:
        if values["base_year"] and not values["cpi"]:
            hint = 'add cpi = "FILE.csv", or leave base_year out'
            raise TkkError(
                "TKK347", "base_year would change nothing without cpi", where=f"{where} base_year", hint=hint
            )
        values["cpi"] = _prices(folder, values["cpi"], values["base_year"], f"{where} cpi")
    if states is not None:
        for name in (name for name, parameter in outcome.parameters.items() if parameter.states):
            values[name] = _known(values[name], outcome.parameters[name].default, states, f"{where} {name}")
    return outcome, values


def _parameters_hint(outcome: Outcome, name: str) -> str:
    near = get_close_matches(name, outcome.parameters, n=1)
    return f"did you mean {near[0]}?" if near else f"its parameters are {', '.join(outcome.parameters) or 'none'}"


def _fitting(value: Any, name: str, parameter: Parameter, where: str) -> Any:
    """The value, of the type of the default and in its range."""
    if isinstance(parameter.default, tuple):
        whole = bool(parameter.default) and isinstance(parameter.default[0], int)
        items = tuple(value) if isinstance(value, (list, tuple)) else (value,)
        kind: type = int if whole else str
        if (not items and parameter.default) or any(type(item) is not kind for item in items):
            raise _unfit(name, "a list of " + ("whole numbers" if whole else "names"), parameter, where)
        if len(set(items)) < len(items):
            raise _unfit(name, "a list without repetitions", parameter, where)
        if whole and not all(parameter.least <= item <= parameter.most for item in items):
            raise _unfit(name, f"whole numbers from {parameter.least} to {parameter.most}", parameter, where)
        return items
    if type(value) is not type(parameter.default):
        kinds = {int: "a whole number", str: "a text"}
        raise _unfit(name, kinds[type(parameter.default)], parameter, where)
    if parameter.choices and value not in parameter.choices:
        raise _unfit(name, f"one of {', '.join(parameter.choices)}", parameter, where)
    if isinstance(value, int) and not parameter.least <= value <= parameter.most:
        raise _unfit(name, f"a whole number from {parameter.least} to {parameter.most}", parameter, where)
    return value


def _unfit(name: str, wanted: str, parameter: Parameter, where: str) -> TkkError:
    default = list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default
    return TkkError("TKK347", f"{name} takes {wanted}", where=where, hint=f"the default is {default!r}")


def _prices(folder: Path, name: str, base_year: int, where: str) -> tuple[tuple[int, float], ...]:
    """The index by year; none without a file."""
    if not name:
        return ()
    try:
        text = (folder / name).read_text(encoding="utf-8-sig")
        separator = ";" if ";" in text else ","
        rows = list(csv.DictReader(text.splitlines(), delimiter=separator))
        index = {int(row["year"]): float(row["index"].replace(",", ".")) for row in rows}
    except (OSError, UnicodeDecodeError, KeyError, ValueError, AttributeError, TypeError):
        raise TkkError(
            "TKK349",
            "the table of prices cannot be read",
            where=where,
            hint="a CSV file with the columns year and index, a row a year",
        ) from None
    if len(index) < len(rows) or not index or min(index.values()) <= 0 or (base_year and base_year not in index):
        raise TkkError(
            "TKK349",
            "the table of prices has a year twice, an index that is not above 0, or lacks the year of base_year",
            where=where,
            hint="a row a year, each with an index above 0, base_year among them",
        )
    return tuple(sorted(index.items()))


def _known(names: tuple[str, ...], default: tuple[str, ...], states: States, where: str) -> tuple[str, ...]:
    unknown = [name for name in names if name not in states.names]
    if not unknown:
        return names
    left = tuple(name for name in names if name not in unknown)
    if names == default and left:
        return left
    near = get_close_matches(unknown[0], states.names, n=1)
    raise TkkError(
        "TKK347",
        f"{unknown[0]!r} is no state of the table of states",
        where=where,
        hint=f"did you mean {near[0]}?" if near else f"its states are {', '.join(states.names)}",
    )


def _ready(
    requests: Iterable[Request], context: Context, folder: Path
) -> list[tuple[str, Outcome, dict[str, Any], tuple[Column, ...]]]:
    made = []
    seen: dict[str, str] = {}
    for request in requests:
        outcome, values = settled(request, folder, context.states)
        columns = outcome.columns(request.prefix, values, context)
        for column in columns:
            if column.name.lower() in seen:
                raise TkkError(
                    "TKK350",
                    f"two outcomes give a column {column.name}",
                    where=f"[outcome.{request.prefix}] and [outcome.{seen[column.name.lower()]}]",
                    hint="give one of them another prefix",
                )
            seen[column.name.lower()] = request.prefix
        made.append((request.prefix, outcome, values, columns))
    return made


def outcome_stages(requests: Sequence[Request], context: Context, folder: Path = Path()) -> tuple[tuple[str, str], ...]:
    """The stage ``outcome_<prefix>`` of every request with its SELECT: ``pid`` and columns, one row an entrant.

    Raises
    ------
    TkkError
        Those of ``settled``; TKK350 for two columns of one name.
    """
    return tuple(
        (f"outcome_{prefix}", outcome.sql(prefix, values, context))
        for prefix, outcome, values, _ in _ready(requests, context, folder)
    )


def outcome_columns(
    requests: Sequence[Request], context: Context, folder: Path = Path()
) -> tuple[tuple[str, tuple[Column, ...]], ...]:
    """The prefix of every request and its columns, in order.

    Raises
    ------
    TkkError
        Those of ``outcome_stages``.
    """
    return tuple((prefix, columns) for prefix, _, _, columns in _ready(requests, context, folder))
