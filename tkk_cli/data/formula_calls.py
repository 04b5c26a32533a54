"""The functions of a formula: each call is checked on its syntax tree and made safe; nothing is executed here."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NoReturn, Protocol

__all__ = ["FUNCTIONS", "SPECIAL", "Factor", "Token", "read_call"]

# What a formula may call; each is one of formulaic's, and cr, cs and cc are centred (see ``_Checked.visit_Call``).
FUNCTIONS = (
    *("log", "log2", "log10", "exp", "sqrt", "abs", "minimum", "maximum"),
    *("I", "center", "scale", "poly", "bs", "cr", "cs", "cc"),
)
SPECIAL = ("strata", "offset", "cluster")
_CENTRED = ("cr", "cs", "cc")
_WORDS = {"True", "False", "None"}


@dataclass(frozen=True)
class Factor:
    """One piece of a term: a column, a column as a category, or a function of columns; equal when spelled alike.

    Attributes
    ----------
    text : str
        ``ika``, ``C(koulutus)``, ``cr(ika, df=3)``, blanks normalised.
    kind : {"column", "category", "function", "strata", "offset", "cluster"}
    variables : tuple of str
        The columns that it names.
    base : str or None
        The reference level of ``C(x, Treatment("b"))``.
    code : str
        A function as an expression of ``x0``, ``x1``, ..., which stand for ``variables``.
    place : int
        Where it stands in the formula, from 0.
    """

    text: str
    kind: str = field(compare=False)
    variables: tuple[str, ...] = field(compare=False)
    base: str | None = field(default=None, compare=False)
    code: str = field(default="", compare=False)
    place: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    place: int


class Refuse(Protocol):
    """Raises the error about a place of the formula."""

    def __call__(self, place: int, problem: str, hint: str | None = None, code: str = "TKK220") -> NoReturn: ...


def read_call(name: Token, tokens: list[Token], refuse: Refuse, places: list[tuple[str, int]]) -> Factor:
    """A call as a factor.

    Parameters
    ----------
    name : Token
        Of the function.
    tokens : list of Token
        From the opening parenthesis to the closing one.
    refuse : callable
        Raises TKK220 or TKK223 with a caret under a character.
    places : list
        Takes each column and its place.

    Returns
    -------
    Factor
    """
    return _Call(name, tokens, refuse, places).factor()


class _Call:
    """A function of a formula, checked on its syntax tree; columns are ``x0``, ``x1``, ... in the tree."""

    def __init__(self, name: Token, tokens: list[Token], refuse: Refuse, places: list[tuple[str, int]]) -> None:
        self.name, self.refuse = name, refuse
        self.columns: dict[str, str] = {}
        self.offsets: list[tuple[int, int]] = []
        pieces = [name.text]
        self.offsets.append((0, name.place))
        size = len(name.text)
        for i, token in enumerate(tokens):
            following = tokens[i + 1].text if i + 1 < len(tokens) else ""
            text = token.text
            if token.kind == "quoted" or (token.kind == "name" and self._is_column(text, following, tokens[i - 1])):
                column = text.strip("`")
                places.append((column, token.place))
                text = self.columns.setdefault(column, f"x{len(self.columns)}")
            elif text == "^":
                text = "**"
            if pieces[-1][-1].isalnum() and text[0].isalnum():
                text = f" {text}"
            self.offsets.append((size + len(text) - len(text.lstrip()), token.place))
            pieces.append(text)
            size += len(text)
        self.code = "".join(pieces)

    @staticmethod
    def _is_column(text: str, following: str, before: Token) -> bool:
        return following not in ("(", "=", ".") and before.text != "." and text not in _WORDS

    def place(self, offset: int) -> int:
        """The character of the formula for a place in the code."""
        start, original = max(pair for pair in self.offsets if pair[0] <= offset)
        return original + offset - start if offset == start else original

    def factor(self) -> Factor:
        name = self.name.text
        if name not in (*FUNCTIONS, *SPECIAL, "C"):
            self.unknown(name, self.name.place)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of odd escapes in a level's name
                tree = ast.parse(self.code, mode="eval").body
        except SyntaxError as error:
            self.refuse(self.place((error.offset or 1) - 1), f"cannot be read inside {name}()")
        if not isinstance(tree, ast.Call):
            self.refuse(self.name.place, f"goes on after {name}()")
        if name in SPECIAL:
            return self.special(tree)
        if name == "C":
            return self.category(tree)
        checked = _Checked(self).visit(tree)
        if not self.columns:
            self.refuse(self.name.place, f"has {name}() without a column")
        return Factor(
            self.shown(tree),
            "function",
            tuple(self.columns),
            code=ast.unparse(ast.fix_missing_locations(checked)),
            place=self.name.place,
        )

    def unknown(self, name: str, place: int) -> NoReturn:
        known = [*FUNCTIONS, *SPECIAL, "C"]
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}()?" if near else f"the functions are {', '.join(known)}"
        self.refuse(place, f"calls {name}(), which is not a function of tkk", hint, "TKK223")

    def shown(self, tree: ast.expr) -> str:
        """The call in its normal spelling, with the columns under their own names."""
        names = {short: name if name.isidentifier() else f"`{name}`" for name, short in self.columns.items()}
        text = ast.unparse(tree)
        return re.sub(r"""'[^']*'|"[^"]*"|\bx\d+\b""", lambda match: names.get(match[0], match[0]), text)

    def special(self, tree: ast.Call) -> Factor:
        kind = self.name.text
        names = self.names_of(tree.args)
        if tree.keywords or not names or (kind != "strata" and len(names) > 1):
            self.refuse(self.name.place, f"has {kind}() that does not hold " + _HOLDS[kind])
        return Factor(f"{kind}({', '.join(names)})", kind, names, place=self.name.place)

    def names_of(self, nodes: Iterable[ast.expr]) -> tuple[str, ...]:
        original = {short: name for name, short in self.columns.items()}
        names = []
        for node in nodes:
            if not isinstance(node, ast.Name):
                self.refuse(self.place(node.col_offset), f"has something else than a column in {self.name.text}()")
            names.append(original[node.id])
        return tuple(names)

    def category(self, tree: ast.Call) -> Factor:
        names = self.names_of(tree.args[:1])
        if len(names) != 1 or tree.keywords or len(tree.args) > 2:
            self.refuse(self.name.place, 'has C() that does not hold one column: C(x), or C(x, Treatment("b"))')
        base = self.base(tree.args[1]) if len(tree.args) == 2 else None
        return Factor(self.shown(tree), "category", names, base, place=self.name.place)

    def base(self, node: ast.expr) -> str:
        call = isinstance(node, ast.Call) and ast.unparse(node.func) in ("Treatment", "contr.treatment")
        given = [*node.args, *(keyword.value for keyword in node.keywords)] if isinstance(node, ast.Call) else []
        keys = [keyword.arg for keyword in node.keywords] if isinstance(node, ast.Call) else []
        if call and len(given) == 1 and set(keys) <= {"base", "reference"} and isinstance(given[0], ast.Constant):
            value = given[0].value
            if isinstance(value, (str, int, float)):
                return value if isinstance(value, str) else f"{value:g}"
        self.refuse(self.place(node.col_offset), 'has another coding than Treatment("reference")')


_HOLDS = {"strata": "columns", "offset": "one column", "cluster": "one column"}
_ALLOWED = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.operator, ast.unaryop, ast.cmpop, ast.Load, ast.List, ast.Tuple)


class _Checked(ast.NodeTransformer):
    """The tree of a call made safe: only arithmetic, columns, numbers and ``FUNCTIONS`` are left in it."""

    def __init__(self, call: _Call) -> None:
        self.call = call
        self.depth = 0

    def visit(self, node: ast.AST) -> Any:
        method = getattr(self, f"visit_{type(node).__name__}", None)
        if method is not None:
            return method(node)
        if not isinstance(node, _ALLOWED):
            place = self.call.place(getattr(node, "col_offset", 0))
            self.call.refuse(place, f"has something else than arithmetic in {self.call.name.text}()")
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        function = node.func
        if isinstance(function, ast.Attribute) and ast.unparse(function.value) in ("np", "numpy"):
            function = ast.Name(function.attr, ast.Load(), col_offset=function.col_offset)
        if not isinstance(function, ast.Name) or function.id not in FUNCTIONS:
            self.call.unknown(ast.unparse(function), self.call.place(function.col_offset))
        for keyword in node.keywords:
            if keyword.arg is None:
                place = self.call.place(keyword.value.col_offset)
                self.call.refuse(place, f"has something else than arithmetic in {self.call.name.text}()")
        keywords = [ast.keyword(keyword.arg, self.visit(keyword.value)) for keyword in node.keywords]
        if function.id in _CENTRED and "constraints" not in [keyword.arg for keyword in keywords]:
            # Their columns add up to 1, which the intercept (or the baseline hazard) says already.
            keywords.append(ast.keyword("constraints", ast.Constant("center")))
        return ast.Call(function, [self.visit(argument) for argument in node.args], keywords)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        return ast.BinOp(node, ast.Mult(), ast.Constant(1.0))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.call.columns.values():
            self.call.unknown(node.id, self.call.place(node.col_offset))
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, (int, float)) and node.value is not None:
            self.call.refuse(self.call.place(node.col_offset), "has a text where a number is expected")
        return node
