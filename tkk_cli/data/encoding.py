"""From the terms of a formula to the columns of a matrix: categories as 0/1, interactions as products.

The coding is R's and formulaic's: the first or named level of a category is its reference, and an interaction without
its main effects gets as many columns as it needs to say what they would have said.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data.formula import Formula, pointing
from tkk_cli.data.formula_calls import Factor
from tkk_cli.data.functions import Function, fit_function
from tkk_cli.designs import Term
from tkk_cli.errors import TkkError
from tkk_cli.histories import Float, Int
from tkk_cli.options import listed

__all__ = ["Encoding", "Variable", "encode"]

Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, eq=False)
class Variable:
    """A column as a covariate: numbers, a category, or both where a formula needs both.

    Attributes
    ----------
    name : str
    number : (n,) float64 or None
        NaN missing.
    codes : (n,) int64 or None
        Positions in ``levels``, -1 missing.
    levels : tuple of str
        Those that occur.
    reference : int
        Position of the level that the others are compared with.
    is_category : bool
        What the bare name means in a formula.
    title : mapping
        Language -> the variable's label.
    labels : mapping
        Level -> {language: label}.
    """

    name: str
    number: Float | None = None
    codes: Int | None = None
    levels: tuple[str, ...] = ()
    reference: int = 0
    is_category: bool = False
    title: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def _values(self) -> NDArray[Any]:
        values = self.codes if self.number is None else self.number
        assert values is not None
        return values

    @property
    def missing(self) -> NDArray[np.bool_]:
        """(n,) bool: the rows without a value."""
        return self._values < 0 if self.number is None else np.isnan(self._values)

    def take(self, rows: NDArray[Any]) -> Variable:
        """The variable of some rows."""
        number, codes = (None if values is None else values[rows] for values in (self.number, self.codes))
        return replace(self, number=number, codes=codes)

    def level(self, name: Any) -> int:
        """Position of a level given by its code, its label or its number; TKK222 where there is none."""
        text = str(name)
        for place, key in enumerate(self.levels):
            if text == key or text in self.labels.get(key, {}).values() or _same_number(text, key):
                return place
        raise TkkError(
            "TKK222",
            f"{text!r} is not a level of {self.name}",
            where=self.name,
            hint=f"the levels are {listed(self.levels)}",
        )

    def fixed(self, value: Any) -> Variable:
        """The variable with one value, as one row."""
        number, codes = None, None
        if self.number is not None:
            try:
                number = np.array([float(value)])
            except (TypeError, ValueError):
                raise TkkError(
                    "TKK222",
                    f"{value!r} is not a number, and {self.name} is",
                    where=self.name,
                    hint=f"write {self.name}=45 or {self.name}=45.5",
                ) from None
        if self.codes is not None:
            codes = np.array([self.level(value)], dtype=np.int64)
        return replace(self, number=number, codes=codes)


def _same_number(text: str, key: str) -> bool:
    try:
        return float(text) == float(key)
    except ValueError:
        return False


# A factor and whether it has a column for the reference level too.
Part = tuple[Factor, bool]
Piece = tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Encoding:
    """How the variables become columns; the state of functions is that of the data it was made from.

    Attributes
    ----------
    columns : tuple of p str
    terms : tuple of Term
    """

    formula: Formula
    columns: tuple[str, ...]
    terms: tuple[Term, ...]
    pieces: tuple[Piece, ...]
    functions: Mapping[Factor, Function]

    def matrix(self, frame: Mapping[str, Variable]) -> Float:
        """The columns of some values of the variables: (n, p) float64, C-contiguous; one row goes with any number."""
        used = {name for piece in self.pieces for factor, _ in piece for name in factor.variables}
        n_rows = max((len(frame[name]) for name in used), default=1)
        result = np.empty((n_rows, len(self.columns)))
        place = 0
        done: dict[Factor, Float] = {}
        for piece in self.pieces:
            for column in self._columns(piece, frame, done):
                result[:, place] = column
                place += 1
        return result

    def _columns(
        self, piece: Piece, frame: Mapping[str, Variable], done: dict[Factor, Float]
    ) -> Iterator[NDArray[Any]]:
        sides = [self._side(part, frame, done) for part in piece]
        for chosen in _combinations(sides):
            product = chosen[0]
            for other in chosen[1:]:
                product = product * other
            yield product

    def _side(self, part: Part, frame: Mapping[str, Variable], done: dict[Factor, Float]) -> list[NDArray[Any]]:
        factor, full = part
        if factor.kind == "function":
            if factor not in done:
                done[factor] = _computed(factor, self.functions[factor], _numbers(factor, frame))
            return list(done[factor].T)
        variable = frame[factor.variables[0]]
        if not _is_category(factor, variable):
            assert variable.number is not None
            return [variable.number]
        assert variable.codes is not None
        columns: list[NDArray[Any]] = [variable.codes == level for level in _coded(factor, variable, full)]
        missing = variable.codes < 0
        return [np.where(missing, np.nan, column) for column in columns] if missing.any() else columns


def encode(formula: Formula, frame: Mapping[str, Variable], copies: Int | None = None) -> Encoding:
    """Decide the columns of a formula's terms, and fit its functions.

    Parameters
    ----------
    formula : Formula
    frame : mapping
        Name -> variable, for every variable of the formula.
    copies : (n,) int64, optional
        How many people a row stands for (frequency weights): knots and means are those of the people.

    Returns
    -------
    Encoding

    Raises
    ------
    TkkError
        TKK222 for a reference in ``C(x, Treatment("b"))`` that is not a level; TKK223 for a function of a category or
        one that cannot be computed; TKK228 where a function is not finite.

    Notes
    -----
    tests/data/test_encoding.py compares columns and names with formulaic's.
    """
    functions: dict[Factor, Function] = {}
    for factor in dict.fromkeys(factor for term in formula.terms for factor in term if factor.kind == "function"):
        functions[factor] = _fitted(factor, formula, frame, copies)
    columns: list[str] = []
    terms: list[Term] = []
    pieces: list[Piece] = []
    spanned: set[Piece] = {()}
    for term in formula.terms:
        mine = _pieces(term, frame, spanned)
        names: list[str] = []
        levels: list[str] = []
        for piece in mine:
            for chosen in _combinations([_names(part, frame, functions) for part in piece]):
                names.append(":".join(name for name, _ in chosen))
                levels.append(":".join(level for _, level in chosen if level))
        first = frame[term[0].variables[0]]
        category = len(term) == 1 and _is_category(term[0], first)
        number = len(term) == 1 and term[0].kind == "column" and not category
        terms.append(
            Term(
                name=":".join(factor.text for factor in term),
                kind="category" if category else "number" if number else "other",
                columns=tuple(range(len(columns), len(columns) + len(names))),
                variables=tuple(dict.fromkeys(name for factor in term for name in factor.variables)),
                levels=tuple(levels),
                reference=first.levels[_reference(term[0], first)] if category else None,
            )
        )
        columns += names
        pieces += mine
    return Encoding(formula, tuple(columns), tuple(terms), tuple(pieces), functions)


def _fitted(factor: Factor, formula: Formula, frame: Mapping[str, Variable], copies: Int | None) -> Function:
    for name in factor.variables:
        if frame[name].number is None:
            problem = f"takes {name} as a number, and it is a category"
            raise pointing("TKK223", formula.text, factor.place, problem, "leave the function out, or use C(...)")
    values = _numbers(factor, frame)
    try:
        function = fit_function(factor, values if copies is None else np.repeat(values, copies, axis=0))
        _computed(factor, function, values)
    except ArithmeticError:
        problem = f"has {factor.text}, which cannot be computed"
        hint = "check its arguments: cr() takes df=3 or more, bs() df=4 or more, poly() a small degree"
        raise pointing("TKK223", formula.text, factor.place, problem, hint) from None
    return function


def _computed(factor: Factor, function: Function, values: Float) -> Float:
    """The columns of a function; TKK228 where they are not finite although the variables are known."""
    columns = function.columns(values)
    wrong = int((~np.isfinite(columns).all(axis=1) & ~np.isnan(values).any(axis=1)).sum())
    if wrong:
        hint = "a logarithm or a root needs numbers above 0: choose the rows with --where, or write log(x + 1)"
        raise TkkError("TKK228", f"{factor.text} is not a finite number", count=wrong, hint=hint)
    return columns


def _numbers(factor: Factor, frame: Mapping[str, Variable]) -> Float:
    numbers = [np.asarray(frame[name].number, dtype=np.float64) for name in factor.variables]
    return np.stack(np.broadcast_arrays(*numbers), axis=1)


def _is_category(factor: Factor, variable: Variable) -> bool:
    return factor.kind == "category" or (factor.kind == "column" and variable.is_category)


def _reference(factor: Factor, variable: Variable) -> int:
    return variable.reference if factor.base is None else variable.level(factor.base)


def _coded(factor: Factor, variable: Variable, full: bool) -> list[int]:
    """The levels that get a column."""
    reference = _reference(factor, variable)
    return [level for level in range(len(variable.levels)) if full or level != reference]


def _names(part: Part, frame: Mapping[str, Variable], functions: Mapping[Factor, Function]) -> list[tuple[str, str]]:
    """(name, level) of each column of a factor."""
    factor, full = part
    if factor.kind == "function":
        suffixes = functions[factor].suffixes
        return [(f"{factor.text}[{suffix}]" if suffix else factor.text, suffix) for suffix in suffixes]
    variable = frame[factor.variables[0]]
    if not _is_category(factor, variable):
        return [(factor.text, "")]
    levels = [variable.levels[level] for level in _coded(factor, variable, full)]
    return [(f"{factor.text}[{level}]", level) for level in levels]


def _combinations(sides: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    """Every choice of one column of each factor, the first factor's changing fastest."""
    for chosen in itertools.product(*reversed(sides)):
        yield chosen[::-1]


def _pieces(term: Iterable[Factor], frame: Mapping[str, Variable], spanned: set[Piece]) -> list[Piece]:
    """The products of a term that earlier terms do not span, as few as possible.

    A category is its contrasts and a constant; multiplied out, a term is a sum of products of contrasts. Those that
    earlier terms have are left out, and what is left is put together again: contrasts and constant are the full coding.
    """
    choices: list[list[Piece]] = [
        [((factor, False),), ()] if _is_category(factor, frame[factor.variables[0]]) else [((factor, True),)]
        for factor in term
    ]
    products = [tuple(itertools.chain.from_iterable(parts)) for parts in itertools.product(*choices)]
    new = [piece for piece in products if frozenset(piece) not in {frozenset(done) for done in spanned}]
    spanned.update(new)
    return _merged(new)


def _merged(pieces: list[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in sorted(pieces, key=len):
        for short in kept:
            extra = set(piece) - set(short)
            if len(piece) != len(short) + 1 or len(extra) != 1 or next(iter(extra))[1]:
                continue
            whole = tuple((factor, True) if (factor, full) in extra else (factor, full) for factor, full in piece)
            kept = _merged([*(other for other in kept if other != short), whole])
            break
        else:
            kept.append(piece)
    return kept
