"""The grammar of ``--formula``: the right side of a model as R and formulaic write it, never executed.

``ohjelma * sukupuoli + cr(ika, df=3) + strata(alue)``. Operators are ``+ - * : / **`` (also ``^``); names with spaces,
dots or dashes stand in backticks. Functions are those of ``formula_calls.FUNCTIONS``; what stands inside them is
arithmetic on columns and numbers. ``strata()``, ``offset()`` and ``cluster()`` are no covariates and are set apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from tkk_cli.data.formula_calls import SPECIAL, Factor, Token, read_call
from tkk_cli.errors import TkkError

__all__ = ["Formula", "parse_formula", "pointing"]

_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>`[^`]+`)|(?P<text>"[^"]*"|'[^']*')|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"""
    r"""|(?P<name>[^\W\d]\w*)|(?P<mark>\*\*|[<>=!]=|[-+*/:^()=,<>%.\[\]~]))"""
)
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, ":": 3, "**": 4, "^": 4}
_HINT = 'for example "ohjelma * sukupuoli + cr(ika, df=3) + strata(alue)"'


Terms = list[tuple[Factor, ...]]


@dataclass(frozen=True)
class Formula:
    """A parsed formula.

    Attributes
    ----------
    text : str
        As typed.
    terms : tuple of tuple of Factor
        Main effects first, then interactions by degree, each in the order in which it appears.
    strata, offset, cluster : tuple of str
        The columns inside these calls.
    """

    text: str
    terms: tuple[tuple[Factor, ...], ...]
    strata: tuple[str, ...] = ()
    offset: tuple[str, ...] = ()
    cluster: tuple[str, ...] = ()
    places: tuple[tuple[str, int], ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns of the covariates, each once."""
        return tuple(dict.fromkeys(name for term in self.terms for factor in term for name in factor.variables))

    def unknown(self, name: str, hint: str | None) -> TkkError:
        """The error about a column that the file does not have, pointing at its place in the formula."""
        place = dict(reversed(self.places))[name]
        return pointing("TKK224", self.text, place, f'names the column "{name}", which the file does not have', hint)


def pointing(code: str, text: str, place: int, problem: str, hint: str | None = None) -> TkkError:
    """An error that shows the formula and, under it, a caret at the character."""
    return TkkError(
        code, f"the formula {problem}, at character {place + 1}:\n    {text}\n    {' ' * place}^", hint=hint or _HINT
    )


def parse_formula(text: str) -> Formula:
    """Parse the right side of a model.

    Parameters
    ----------
    text : str

    Returns
    -------
    Formula

    Raises
    ------
    TkkError
        TKK220 where it cannot be read, TKK223 where it calls something that is not of ``FUNCTIONS``; both with a caret
        under the character.

    Notes
    -----
    ``a*b`` is ``a + b + a:b``, ``a/b`` is ``a + a:b``, ``(a + b)**2`` all products up to two factors. An intercept is
    always there, and ``1`` may be written. tests/data/test_formula.py compares the terms with formulaic's.

    Examples
    --------
    >>> formula = parse_formula("ohjelma * ika + strata(alue)")
    >>> [":".join(factor.text for factor in term) for term in formula.terms], formula.strata
    (['ohjelma', 'ika', 'ohjelma:ika'], ('alue',))
    """
    shown = re.sub(r"\s", " ", text).strip()
    parser = _Parser(shown)
    terms = sorted(parser.whole(), key=len)
    special: dict[str, list[str]] = {kind: [] for kind in SPECIAL}
    covariates = []
    for term in terms:
        marked = [factor for factor in term if factor.kind in SPECIAL]
        if not marked:
            covariates.append(term)
        elif len(term) > 1:
            problem = f"multiplies {marked[0].kind}(), which stands by itself"
            raise pointing("TKK220", shown, marked[0].place, problem)
        else:
            special[marked[0].kind] += marked[0].variables
    return Formula(
        shown,
        tuple(covariates),
        **{kind: tuple(dict.fromkeys(names)) for kind, names in special.items()},
        places=tuple(parser.places),
    )


class _Parser:
    """Precedence climbing over the tokens of a formula."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens()
        self.at = 0
        self.places: list[tuple[str, int]] = []

    def refuse(self, place: int, problem: str, hint: str | None = None, code: str = "TKK220") -> NoReturn:
        raise pointing(code, self.text, place, problem, hint)

    def _tokens(self) -> list[Token]:
        found, at = [], 0
        end = len(self.text.rstrip())
        while at < end:
            match = _TOKEN.match(self.text, at)
            if match is None or match.lastgroup is None:
                place = at + len(self.text[at:]) - len(self.text[at:].lstrip())
                character = self.text[place]
                unclosed = {"`": "a backtick", '"': "a quotation mark", "'": "a quotation mark"}.get(character)
                self.refuse(place, f"has {unclosed} that is not closed" if unclosed else f"has a stray {character}")
            kind = match.lastgroup
            found.append(Token(kind, match[kind], match.start(kind)))
            at = match.end()
        return [*found, Token("end", "", end)]

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def next(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def whole(self) -> Terms:
        if self.token.text == "~":
            self.next()
        if self.token.kind == "end":
            self.refuse(0, "is empty")
        terms = self.sum_of(1)
        token = self.token
        if token.text == "~":
            self.refuse(token.place, "has a left side; the outcome is given with --time and --event")
        if token.text == ")":
            self.refuse(token.place, "has a closing parenthesis too many")
        if token.kind != "end":
            self.refuse(token.place, f"has no operator before {token.text}")
        return terms

    def sum_of(self, least: int) -> Terms:
        """Everything that binds at least as tightly as ``least``."""
        left = self.one()
        while (precedence := _PRECEDENCE.get(self.token.text, 0)) >= least:
            operator = self.next()
            if operator.text in ("**", "^"):
                left = self.power_of(left, operator)
                continue
            if operator.text == "-" and self.token.text in ("0", "1"):
                self.refuse(self.token.place, "leaves out the intercept, which every model has")
            right = self.sum_of(precedence + 1)
            left = _COMBINE[operator.text](left, right)
        return left

    def power_of(self, terms: Terms, operator: Token) -> Terms:
        exponent = self.exponent()
        if exponent > 1 and len(terms) < 2:
            # R and formulaic take a power of one column for the column: who writes ika^2 means a square.
            self.refuse(operator.place, "has a power of one column, which is that column again; a square is I(ika**2)")
        return _power(terms, exponent)

    def exponent(self) -> int:
        token = self.next()
        if token.kind != "number" or not token.text.isdigit() or int(token.text) < 1:
            self.refuse(token.place, "has a power that is not a whole number; a square is I(ika**2)")
        return int(token.text)

    def one(self) -> Terms:
        """A column, a function, or a parenthesis."""
        token = self.next()
        if token.text == "(":
            inside = self.sum_of(1)
            if self.token.text != ")":
                if self.token.kind == "end":
                    self.refuse(token.place, "has a parenthesis that is not closed")
                self.refuse(self.token.place, f"has no operator before {self.token.text}")
            self.next()
            return inside
        if token.text in ("np", "numpy") and self.token.text == ".":
            self.next()
            token = self.next()
        if token.kind == "name" and self.token.text == "(":
            return [(self.call(token),)]
        if token.kind in ("name", "quoted"):
            return [(self.column(token),)]
        if token.kind == "number":
            if token.text == "0":
                self.refuse(token.place, "leaves out the intercept, which every model has")
            if token.text != "1":
                self.refuse(token.place, "has a number by itself; a fixed part is offset(column)")
            return []
        what = "ends where a column is expected" if token.kind == "end" else f"has {token.text} instead of a column"
        self.refuse(token.place, what)

    def column(self, token: Token) -> Factor:
        name = token.text.strip("`")
        self.places.append((name, token.place))
        return Factor(name, "column", (name,), place=token.place)

    def call(self, name: Token) -> Factor:
        """A function, from its name to the parenthesis that closes it."""
        first = self.at
        depth = 0
        while True:
            token = self.next()
            if token.kind == "end":
                self.refuse(name.place + len(name.text), "has a parenthesis that is not closed")
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "mark" else 0
            if depth == 0:
                break
        return read_call(name, self.tokens[first : self.at], self.refuse, self.places)


def _power(terms: Terms, exponent: int) -> Terms:
    result = terms
    for _ in range(exponent - 1):
        result = _together(result, _products(result, terms))
    return [term for term in result if len(term) <= exponent] if all(len(t) == 1 for t in terms) else result


def _together(left: Terms, right: Terms) -> Terms:
    """Each term once, whatever the order of its factors."""
    found: dict[frozenset[Factor], tuple[Factor, ...]] = {}
    for term in (*left, *right):
        found.setdefault(frozenset(term), term)
    return list(found.values())


def _products(left: Terms, right: Terms) -> Terms:
    return _together([tuple(dict.fromkeys([*a, *b])) for a in left for b in right], [])


def _without(left: Terms, right: Terms) -> Terms:
    gone = {frozenset(term) for term in right}
    return [term for term in left if frozenset(term) not in gone]


def _nested(left: Terms, right: Terms) -> Terms:
    outer = tuple(dict.fromkeys(factor for term in left for factor in term))
    return _together(left, _products([outer], right))


_COMBINE: dict[str, Callable[[Terms, Terms], Terms]] = {
    "+": _together,
    "-": _without,
    "*": lambda left, right: _together(_together(left, right), _products(left, right)),
    "/": _nested,
    ":": _products,
}
