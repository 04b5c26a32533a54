"""The row filter of ``--where``: a small safe language on a parsed syntax tree; nothing is ever executed.

``ika >= 30 and sukup == 1``; ``ohjelma in ("TYK", "ASLAK")``; ``alku < "2015-01-31"``; ``not missing(tila)``. Names
with spaces, dots or dashes stand in backticks. A text matches a code or one of its value labels. A missing value
makes a comparison unknown, and only rows for which the whole filter is true are kept, as in SQL.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data.table import DataTable, near_values
from tkk_cli.data.values import Marks, parse_dates
from tkk_cli.errors import TkkError

__all__ = ["columns_of", "evaluate"]

Mask = NDArray[np.bool_]
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`([^`]+)`""")
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}
_HINT = 'for example: ika >= 30 and ohjelma in ("TYK", "ASLAK") and not missing(tila)'


@dataclass(frozen=True)
class _Filter:
    """The tree of an expression, the text it was made from, and the quoted names that stand-ins replaced."""

    typed: str
    plain: str
    root: ast.expr
    names: dict[str, str]

    def name(self, node: ast.Name) -> str:
        """The column that a node names, as typed: Python normalises ``node.id``, and a file's names are exact."""
        text = self.plain.encode()[node.col_offset : node.end_col_offset].decode()
        return self.names.get(text, text)

    def refuse(self, node: ast.expr, problem: str, hint: str = _HINT) -> NoReturn:
        """Raise TKK116 at the place of a node (the tree counts bytes, people count characters)."""
        place = len(self.plain.encode()[: node.col_offset].decode())
        raise _pointing(self.typed, place, problem, hint)


def _pointing(text: str, place: int, problem: str, hint: str) -> TkkError:
    return TkkError(
        "TKK116", f"--where {problem}, at character {place + 1}:\n    {text}\n    {' ' * place}^", hint=hint
    )


def columns_of(expression: str) -> list[str]:
    """The columns that a filter names, each once, in order of appearance; TKK116 when it cannot be parsed."""
    parsed = _parse(expression)
    calls = {id(node.func) for node in ast.walk(parsed.root) if isinstance(node, ast.Call)}
    nodes = [node for node in ast.walk(parsed.root) if isinstance(node, ast.Name) and id(node) not in calls]
    return list(dict.fromkeys(parsed.name(node) for node in sorted(nodes, key=lambda node: node.col_offset)))


def evaluate(expression: str, table: DataTable) -> Mask:
    """The rows for which a filter is true.

    Parameters
    ----------
    expression : str
    table : DataTable
        With at least the columns of ``columns_of(expression)``.

    Returns
    -------
    (n,) bool

    Raises
    ------
    TkkError
        TKK116 with the place in the text; TKK109 to TKK113 when a column is not what the comparison needs.
    """
    parsed = _parse(expression)
    return _logic(parsed, parsed.root, table)[0]


def _parse(expression: str) -> _Filter:
    text = re.sub(r"\s", " ", expression).strip()
    if not text:
        raise _pointing(text, 0, "is empty", _HINT)
    names: dict[str, str] = {}

    def stand_in(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        # As many characters as the quoted name, so that places in the text stay right; all of them ideographs,
        # which no normalisation changes and no keyword has.
        word = chr(0x4E00 + len(names)) + "\u4e00" * (len(match[0]) - 1)
        names[word] = match[1]
        return word

    plain = _QUOTED.sub(stand_in, text)
    try:
        root = ast.parse(plain, mode="eval").body
    except SyntaxError as error:
        # no place is given where the text ends too early
        place = (error.offset or len(text) + 1) - 1
        single = re.search(r"[^=!<>]=[^=]", plain)
        hint = _comma(plain) or _joining(plain) or ("equality is == with two signs" if single else _HINT)
        raise _pointing(text, min(place, len(text)), "cannot be read", hint) from None
    except (ValueError, RecursionError, MemoryError):
        raise _pointing(text, 0, "cannot be read", _HINT) from None
    for node in ast.walk(root):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr)):
            sign = re.search("[&|]", _blanked(plain))
            raise _pointing(text, sign.start() if sign else 0, "has & or |", _joining(plain))
    return _Filter(text, plain, root, names)


def _blanked(plain: str) -> str:
    """The text without what stands in quotes, as long as before."""
    return _QUOTED.sub(lambda match: " " * len(match[0]), plain)


def _joining(plain: str) -> str:
    wrong = re.search(r"[&|]|\b(?:AND|OR|NOT)\b", _blanked(plain))
    return (
        "join conditions with and / or, in small letters, each a whole comparison: a == 1 and b == 2" if wrong else ""
    )


def _comma(plain: str) -> str:
    number = re.search(r"\b(\d+),(\d+)\b", _blanked(plain))
    return f"a decimal is written with a point: {number[1]}.{number[2]}" if number else ""


def _logic(parsed: _Filter, node: ast.expr, table: DataTable) -> tuple[Mask, Mask]:
    """The rows that are true and those that are false; the others are unknown."""
    match node:
        case ast.BoolOp(op=op, values=parts):
            pairs = [_logic(parsed, part, table) for part in parts]
            trues, falses = zip(*pairs, strict=True)
            return (_every(trues), _some(falses)) if isinstance(op, ast.And) else (_some(trues), _every(falses))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            true, false = _logic(parsed, operand, table)
            return false, true
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [left, *others]
            known = [_compare(parsed, op, a, b, table) for op, a, b in zip(ops, sides, others, strict=False)]
            trues, falses = zip(*known, strict=True)
            return _every(trues), _some(falses)
        case ast.Call(func=ast.Name(id="missing"), args=[ast.Name() as name], keywords=[]):
            missing = table[parsed.name(name)].is_missing
            return missing, ~missing
        case ast.Tuple(elts=[_, *_]):
            parsed.refuse(node, "has a comma here", _comma(parsed.plain) or _HINT)
        case ast.Name():
            parsed.refuse(node, "needs a comparison here", f"for example {parsed.name(node)} == 1")
        case _:
            parsed.refuse(node, "has something that is not part of its language")


def _every(masks: Sequence[Mask]) -> Mask:
    return np.asarray(np.logical_and.reduce(masks), dtype=bool)


def _some(masks: Sequence[Mask]) -> Mask:
    return np.asarray(np.logical_or.reduce(masks), dtype=bool)


def _compare(parsed: _Filter, op: ast.cmpop, left: ast.expr, right: ast.expr, table: DataTable) -> tuple[Mask, Mask]:
    if isinstance(op, (ast.In, ast.NotIn)):
        if not isinstance(left, ast.Name) or not isinstance(right, (ast.Tuple, ast.List, ast.Constant)):
            parsed.refuse(left, "takes in as COLUMN in (value, value)")
        items = [right] if isinstance(right, ast.Constant) else right.elts
        name = parsed.name(left)
        found = np.zeros(table.n_rows, dtype=bool)
        for item in items:
            found |= _equal(parsed, name, item, table)
        known = ~table[name].is_missing
        return (found & known, ~found & known) if isinstance(op, ast.In) else (~found & known, found & known)
    if type(op) not in _COMPARE:
        parsed.refuse(left, "compares with ==, !=, <, <=, >, >= and in")
    if isinstance(left, ast.Name) and isinstance(right, ast.Name):
        return _two_columns(parsed, op, left, right, table)
    if not isinstance(left, ast.Name):
        if not isinstance(right, ast.Name):
            parsed.refuse(left, "needs a column on one side of a comparison")
        left, right, op = right, left, _MIRRORED.get(type(op), type(op))()
    name = parsed.name(left)
    known = ~table[name].is_missing
    if isinstance(op, (ast.Eq, ast.NotEq)):
        equal = _equal(parsed, name, right, table)
        return (equal & known, ~equal & known) if isinstance(op, ast.Eq) else (~equal & known, equal & known)
    values, limit = _ordered(parsed, name, right, table)
    true = _COMPARE[type(op)](values, limit)
    return true & known, ~true & known


def _two_columns(
    parsed: _Filter, op: ast.cmpop, left: ast.Name, right: ast.Name, table: DataTable
) -> tuple[Mask, Mask]:
    one, two = table[parsed.name(left)], table[parsed.name(right)]
    known = ~one.is_missing & ~two.is_missing
    if one.kind == two.kind and one.kind != "text":
        true = _COMPARE[type(op)](one.values, two.values)
    elif one.kind == two.kind and isinstance(op, (ast.Eq, ast.NotEq)):
        texts = (np.array([*column.levels, ""], dtype=object)[column.values] for column in (one, two))
        true = _COMPARE[type(op)](*texts)
    else:
        parsed.refuse(left, f"cannot compare {one.kind} with {two.kind} in this way")
    return true & known, ~true & known


def _constant(parsed: _Filter, node: ast.expr) -> float | str:
    sign = 1.0
    inner = node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        sign, inner = (-1.0 if isinstance(node.op, ast.USub) else 1.0), node.operand
    if isinstance(inner, ast.Constant) and isinstance(inner.value, (int, float)) and not isinstance(inner.value, bool):
        return sign * float(inner.value)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    parsed.refuse(node, 'needs a number or a "text" here')


def _equal(parsed: _Filter, name: str, node: ast.expr, table: DataTable) -> Mask:
    """Rows whose code, number, date or value label is the constant."""
    column, wanted = table[name], _constant(parsed, node)
    if column.kind == "date" and isinstance(wanted, str):
        return np.asarray(column.values == _day(parsed, node, wanted))
    if column.kind == "number" and isinstance(wanted, float):
        return np.asarray(column.values == wanted)
    if column.kind == "date":
        parsed.refuse(node, f'compares the date {name} with a number; write "2015-01-31"')
    category = table.category(name)
    codes = [
        place
        for place, key in enumerate(category.keys)
        if key == wanted or _as_number(key) == wanted or wanted in category.labels.get(key, {}).values()
    ]
    known = any(wanted == code or wanted in labels.values() for code, labels in category.labels.items())
    if not codes and not known and isinstance(wanted, str) and (column.kind == "text" or _as_number(wanted) is None):
        what = "value" if column.kind == "text" else "label"
        hint = near_values(wanted, category.keys, category.labels)
        parsed.refuse(node, f"names a {what} that the column {name} does not have", hint or _HINT)
    if column.kind == "number" and isinstance(wanted, str) and not codes and not known:
        return np.asarray(column.values == _as_number(wanted))
    return np.isin(category.codes, codes)


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _ordered(parsed: _Filter, name: str, node: ast.expr, table: DataTable) -> tuple[NDArray[np.float64], float]:
    """The column and the constant on one scale: numbers, or days."""
    limit = _constant(parsed, node)
    if isinstance(limit, float):
        return table.number(name), limit
    if table[name].kind == "number" and _as_number(limit) is not None:
        return table.number(name), float(limit)
    return table.date(name), _day(parsed, node, limit)


def _day(parsed: _Filter, node: ast.expr, text: str) -> float:
    day = parse_dates([text], Marks())
    if not day.ok.all() or day.problem:
        parsed.refuse(node, "has a text that is not a date", 'write dates as "2015-01-31"')
    return float(day.values[0])
