"""What all models on pieces share: events that columns separate are found, whatever the columns; cells lose nothing."""

from __future__ import annotations

import numpy as np
import pytest
from models.pieces_data import numbers, people
from scipy.optimize import linprog

from tkk_cli.models.discrete import discrete, periods_of
from tkk_cli.models.fits import Fit
from tkk_cli.models.glm import Cells, cells_of, unique_rows
from tkk_cli.models.poisson import pieces, poisson


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A few rows with a few small whole numbers: about a third of them separate the events."""
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(6, 25)), int(rng.integers(1, 4))
    x = rng.integers(0, 3 if seed % 3 else 2, (n, p)).astype(float)
    if seed % 5 == 0:
        x[:, 0] = rng.normal(size=n)
    event = (rng.random(n) < 0.3).astype(np.int64)
    event[:2] = (0, 1)
    return x, event


def separated(x: np.ndarray, event: np.ndarray, family: str) -> bool:
    """Whether some direction never lowers the likelihood and somewhere raises it (Konis 2007), on all rows."""
    columns = np.column_stack([np.ones(len(x)), x])
    if family == "poisson":
        up, level = -columns[event == 0], columns[event == 1]
    else:
        up, level = np.where(event[:, None] == 1, columns, -columns), np.zeros((1, columns.shape[1]))
    best = linprog(-up.sum(axis=0), up * -1, np.zeros(len(up)), level, np.zeros(len(level)), bounds=(-1, 1))
    return bool(-best.fun > 1e-7)


@pytest.mark.parametrize("family", ["poisson", "logit", "cloglog"])
def test_separation_is_found_when_it_is_there(family: str) -> None:
    seen = 0
    for seed in range(60):
        x, event = drawn(seed)
        design = numbers(**{f"x{j}": x[:, j] for j in range(x.shape[1])})
        rows = people(np.ones(len(x)), event)
        fit: Fit = (
            poisson(pieces(rows, []), design)[0]
            if family == "poisson"
            else discrete(periods_of(rows), design, family)[0][0]
        )
        found = bool(np.isinf([*fit.coefficient, fit.ancillary[0][1]]).any())
        assert found == separated(x, event, family), seed
        finite = np.isfinite(fit.coefficient)
        assert (np.diag(fit.covariance)[finite] < 1e4).all(), seed
        assert "TKK378" not in {note.code for note in fit.notes}
        seen += found
    assert 5 < seen < 50


def test_distinct_rows_of_a_matrix() -> None:
    matrix = np.array([[1.0, 2.0], [0.0, 2.0], [1.0, 2.0], [0.0, 2.0], [1.0, 2.0]])
    found, code = unique_rows(matrix)
    assert np.array_equal(found[code], matrix)
    assert len(found) == 2
    spread = np.arange(6.0).reshape(3, 2)
    found, code = unique_rows(spread)
    assert found is spread
    assert code.tolist() == [0, 1, 2]
    found, code = unique_rows(np.zeros((3, 0)))
    assert (found.shape, code.tolist()) == ((1, 0), [0, 0, 0])


def test_cells_keep_sums_and_columns() -> None:
    rng = np.random.default_rng(0)
    m = 200
    cells = Cells(
        np.ones((3, 1)),
        rng.normal(size=(4, 2)),
        rng.integers(0, 3, m),
        rng.integers(0, 4, m),
        rng.random((2, m)),
        rng.random(m),
        rng.integers(0, 2, m).astype(float),
    )
    few, cell = cells_of(cells)
    assert len(few.at) == 24
    assert np.allclose(few.event.sum(axis=1), cells.event.sum(axis=1))
    assert np.isclose(few.size.sum(), cells.size.sum())
    for name in ("at", "row", "offset"):
        assert np.array_equal(getattr(few, name)[cell], getattr(cells, name))
    x = np.concatenate([cells.base[cells.at], cells.covariates[cells.row]], axis=1)
    np.testing.assert_allclose(cells.gram(cells.size), x.T @ (cells.size[:, None] * x))
    np.testing.assert_allclose(cells.cross(cells.size), x.T @ cells.size)
    np.testing.assert_allclose(cells.linear(np.array([1.0, 2.0, 3.0])), x @ [1, 2, 3])
