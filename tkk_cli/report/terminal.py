"""The curves of a result as text, for rooms without a viewer: braille dots, or plain letters where those fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tkk_cli.report.figures.curves import Curve, Float, Scene, read_scene, value_marks
from tkk_cli.report.figures.options import FigureOptions
from tkk_cli.report.figures.ticks import time_ticks
from tkk_cli.report.figures.words import group_name, heading, synthetic, time_title, value_labels, value_title
from tkk_cli.report.language import text
from tkk_cli.report.numbers import number
from tkk_cli.results import Result

__all__ = ["plot"]

MARKS = "●■▲◆○□△◇"
PLAIN_MARKS = "*o+x#@%&"
MARK_DISTANCE = 12  # columns between two marks of a curve
NAMES_BESIDE = 0.3  # of the width, at most, for names beside the counts
LEAST_COLUMNS, LEAST_ROWS = 20, 6
# Which bit of U+2800 is the dot in a row (4) and column (2) of a cell.
BRAILLE = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
TO_PLAIN = str.maketrans({"\u00a0": " ", "\u2212": "-", "–": "-"})


def plot(result: Result, language: str, width: int, height: int, unicode: bool = True) -> str:
    """Step curves with an axis, numbers at risk and a mark of its own for each group; no colour is needed.

    The same curves, ticks and counts as in the journal figure, without bands.

    Parameters
    ----------
    result : Result
        A result of ``tkk survival``.
    language : {"fi", "sv", "en"}
    width, height : int
        Columns and lines of the whole plot; it gets longer or wider where fewer than 20 columns or 6 lines would be
        left for the curves.
    unicode : bool
        Braille dots and shapes; otherwise one ASCII letter a group.

    Returns
    -------
    str
        Lines without trailing blanks.

    Raises
    ------
    TkkError
        TKK515 for more than eight groups, TKK516 when there is no follow-up.

    Notes
    -----
    O(n) in the rows of the curves; checked by hand and against the figure in ``tests/report/test_terminal.py``.
    """
    scene = read_scene(result, FigureOptions(bands="no"))
    marks = (MARKS if unicode else PLAIN_MARKS)[: len(scene.curves)]
    value_ticks = value_marks(scene)
    labels = value_labels(value_ticks, language)
    table = _Table(result, scene, marks, language, int(NAMES_BESIDE * width))
    left = max(max(map(len, labels)) + 1, table.left)
    right = max(table.half_first, len(number(np.ceil(scene.stop), language)) // 2)
    columns = max(width - left - 1 - right, LEAST_COLUMNS)
    ticks = time_ticks(scene.start, scene.stop, result.estimand["unit"], table.fits(columns))
    at = [left + 1 + column for column in _columns(scene, ticks, columns)]

    after = ["", _spread(at, [number(t, language) for t in ticks]), *table.lines(ticks, at)]
    if synthetic(result):
        after.append(text("figure_synthetic", language))
    rows = max(height - len(after) - 2, LEAST_ROWS)
    draw = _braille if unicode else _letters
    cells = draw(scene, marks, value_ticks[-1], columns, rows)
    bar, tick, corner, dash, foot = "│┤└─┬" if unicode else "|++-+"
    label_of = {_row(v, value_ticks[-1], rows): label for v, label in zip(value_ticks, labels, strict=True)}
    curves = [f"{label_of.get(i, ''):>{left}}{tick if i in label_of else bar}{cells[i]}" for i in range(rows)]
    after[0] = " " * left + corner + "".join(foot if left + 1 + i in at else dash for i in range(columns))
    title = time_title(result, language)
    after.insert(2, " " * max(left + 1 + (columns - len(title)) // 2, 0) + title)
    drawn = "\n".join(line.rstrip() for line in [value_title(result, scene, language), *curves, *after])
    return drawn if unicode else drawn.translate(TO_PLAIN)


class _Table:
    """Names, marks and numbers at risk under the axis: the legend and the counts in one."""

    def __init__(self, result: Result, scene: Scene, marks: str, language: str, beside: int) -> None:
        self.scene, self.language = scene, language
        self.title = heading("at_risk", scene, language)
        names = [group_name(result, curve.group, language) for curve in scene.curves]
        marked = [f"{mark} {name}" for mark, name in zip(marks, names, strict=True)]
        self.names = marked if len(names) > 1 else [self.title]
        widest = max(map(len, self.names))
        self.beside = widest <= beside
        self.half_first = (max(len(row[0]) for row in self._counts(np.array([scene.start]))) + 1) // 2
        self.left = self.half_first + (widest + 1 if self.beside else 0)

    def _counts(self, times: Float) -> list[list[str]]:
        return [[number(n, self.language, 0) for n in curve.at_risk(times)] for curve in self.scene.curves]

    def fits(self, columns: int) -> Callable[[Float], bool]:
        """A test of whether tick labels and counts stay apart."""

        def test(ticks: Float) -> bool:
            cells = [[number(t, self.language) for t in ticks], *self._counts(ticks)]
            widths = np.array([[len(cell) for cell in row] for row in cells]).max(axis=0)
            distances = np.diff(_columns(self.scene, ticks, columns))
            return bool(np.all(distances >= (widths[1:] + widths[:-1]) / 2 + 2))

        return test

    def lines(self, ticks: Float, at: Sequence[int]) -> list[str]:
        """The lines of the table, counts centred on the columns ``at``."""
        lines = [self.title] if len(self.names) > 1 else []
        for name, counts in zip(self.names, self._counts(ticks), strict=True):
            cells = _spread(at, counts)
            lines += [name + cells[len(name) :]] if self.beside else [name, cells]
        return lines


def _spread(positions: Sequence[int], words: Sequence[str]) -> str:
    """Words centred on columns of one line."""
    line = ""
    for position, word in zip(positions, words, strict=True):
        line = line.ljust(max(position - len(word) // 2, 0)) + word
    return line


def _columns(scene: Scene, times: Float, columns: int) -> NDArray[np.int64]:
    """The column of each time."""
    return np.rint((times - scene.start) / (scene.stop - scene.start) * (columns - 1)).astype(np.int64)


def _row(value: float, top: float, rows: int) -> int:
    """The row of a probability, from the upper end of the axis."""
    return int(np.rint((1 - value / top) * (rows - 1)))


def _trace(curve: Curve, scene: Scene, top: float, columns: int, rows: int) -> list[tuple[int, int, int]]:
    """Column, first row and last row of each piece of a curve; a step fills the rows between its two values."""
    values = curve.value(np.linspace(scene.start, scene.stop, columns))
    # Rounding may put the last follow-up between two columns; what is drawn never goes beyond it.
    ends = [(column, _row(value, top, rows)) for column, value in enumerate(values) if not np.isnan(value)]
    before = [ends[0], *ends]
    return [(c, min(r, p), max(r, p)) for (c, r), (_, p) in zip(ends, before, strict=False)]


def _braille(scene: Scene, marks: str, top: float, columns: int, rows: int) -> list[str]:
    dots = np.zeros((rows, columns), dtype=np.int64)
    for curve in scene.curves:
        for column, first, last in _trace(curve, scene, top, 2 * columns, 4 * rows):
            for row in range(first, last + 1):
                dots[row // 4, column // 2] |= BRAILLE[row % 4, column % 2]
    cells = [[chr(0x2800 + bits) if bits else " " for bits in line] for line in dots.tolist()]
    for i, (curve, mark) in enumerate(zip(scene.curves, marks, strict=True)):
        pieces = {column // 2: last // 4 for column, _, last in _trace(curve, scene, top, 2 * columns, 4 * rows)}
        for column, row in pieces.items():
            # Each group has its own columns for marks; the last one tells the ends of early curves apart.
            turn = (column + 1 + i * MARK_DISTANCE // len(marks)) % MARK_DISTANCE == 0 or column == max(pieces)
            if len(marks) > 1 and turn and cells[row][column] not in marks:
                cells[row][column] = mark
    return ["".join(line) for line in cells]


def _letters(scene: Scene, marks: str, top: float, columns: int, rows: int) -> list[str]:
    cells: list[list[str]] = [[""] * columns for _ in range(rows)]
    for curve, mark in zip(scene.curves, marks, strict=True):
        for column, first, last in _trace(curve, scene, top, columns, rows):
            for row in range(first, last + 1):
                cells[row][column] += mark
    # Where curves share a cell they take turns from column to column.
    return ["".join(cell[i % len(cell)] if cell else " " for i, cell in enumerate(line)) for line in cells]
