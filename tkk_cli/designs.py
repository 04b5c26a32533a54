"""Designs: the covariates of a regression as numbers, with the words that say what each column is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Design", "Term"]

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the formula and its columns.

    Attributes
    ----------
    name : str
        As in the formula: ``ika``, ``C(koulutus)``, ``ohjelma:ika``, ``cr(ika, df=3)``.
    kind : {"number", "category", "other"}
        ``category`` = one 0/1 column for each level but the reference; ``other`` = interactions, splines, functions.
    columns : tuple of int
        Positions in the matrix.
    variables : tuple of str
        The columns of the file that it is made of.
    levels : tuple of str
        What each column stands for, in the order of ``columns``: the levels of a category, ``""`` for a number.
    reference : str or None
        The level of a category that the others are compared with.
    """

    name: str
    kind: str
    columns: tuple[int, ...]
    variables: tuple[str, ...]
    levels: tuple[str, ...]
    reference: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The covariates of n rows.

    Attributes
    ----------
    matrix : (n, p) float64, C-contiguous
        No intercept, no missing value.
    columns : tuple of p str
        Unique names: ``ika``, ``ohjelma[KIILA]``.
    terms : tuple of Term
        Together they hold each column once.
    rebuild : callable
        ``rebuild({"ohjelma": "KIILA", "ika": 45.0})`` is the matrix (n, p) of the same rows with these variables set
        for everyone. TKK222 for a variable or level that is not of the design.
    labels : mapping
        variable -> level (``""`` for the variable itself) -> {language: text}.
    means : mapping
        variable -> its mean, or its most common level: what a pattern has where it names nothing.

    Examples
    --------
    >>> import numpy as np
    >>> design = Design(np.array([[30.0], [45.0]]), ("ika",), (Term("ika", "number", (0,), ("ika",), ("",)),))
    >>> len(design), design.take(np.array([1])).matrix.tolist()
    (2, [[45.0]])
    """

    matrix: Float
    columns: tuple[str, ...]
    terms: tuple[Term, ...]
    rebuild: Callable[[Mapping[str, Any]], Float] | None = None
    labels: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    means: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.matrix)

    def take(self, rows: NDArray[Any]) -> Design:
        """The design of some rows (a mask or positions); it can no longer be rebuilt."""
        return replace(self, matrix=self.matrix[rows], rebuild=None)
