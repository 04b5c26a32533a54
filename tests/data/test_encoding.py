"""Columns of a design: by our own coding exactly what formulaic makes, values and names."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tkk_cli.data.encoding import Variable, encode
from tkk_cli.data.formula import parse_formula
from tkk_cli.errors import TkkError

CENTRED = ", constraints='center'"
N = 60
RNG = np.random.default_rng(7)
LEVELS = {"a": ("p", "q", "r"), "b": ("u", "v"), "c": ("k", "l", "m")}
CODES = {name: RNG.integers(0, len(levels), N) for name, levels in LEVELS.items()}
NUMBERS = {"x": RNG.normal(size=N), "y": RNG.normal(size=N)}


def frame() -> dict[str, Variable]:
    categories = {name: Variable(name, codes=CODES[name], levels=LEVELS[name], is_category=True) for name in LEVELS}
    return categories | {name: Variable(name, number=values) for name, values in NUMBERS.items()}


def pandas_frame() -> pd.DataFrame:
    categories = {name: pd.Categorical.from_codes(CODES[name], LEVELS[name]) for name in LEVELS}
    return pd.DataFrame(categories | NUMBERS)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "x",
        "a + x",
        "a*b",
        "a:b",
        "b:a",
        "a:x",
        "x:a + x",
        "a*b*c",
        "a/b",
        "a/b/x",
        "a*x*y",
        "(a + b + x)**2",
        "a:b:c",
        "a:b + a:c",
        "x + a:b:x",
        "a*b - b",
        "a:b:x + c",
        'C(a, Treatment("q"))*x',
        'C(a, Treatment("r")):b',
        "cr(x, df=3, constraints='center')*a",
        "cr(x, df=4, constraints=None)",
        "poly(x, 2) + bs(y, df=4)",
        "poly(x, 3, raw=True):b",
        "center(x) + scale(y) + I(x**2 + y)",
        "log(x + 5)*a",
        "exp(x):y",
    ],
)
def test_the_matrix_and_its_names_are_those_of_formulaic(text: str) -> None:
    from formulaic import model_matrix

    # our cr() is centred unless told otherwise
    ours = encode(parse_formula(text.replace(CENTRED, "")), frame())
    theirs = model_matrix(text, pandas_frame())
    names = [name.replace("[T.", "[").replace("'", '"') for name in theirs.columns if name != "Intercept"]
    assert [name.replace("'", '"') for name in ours.columns] == [
        name.replace(CENTRED.replace("'", '"'), "") for name in names
    ]
    np.testing.assert_allclose(ours.matrix(frame()), np.asarray(theirs)[:, 1:], rtol=1e-12, atol=1e-12)


def encoded(text: str) -> Any:
    return encode(parse_formula(text), frame())


def test_terms_say_what_each_column_is() -> None:
    terms = {term.name: term for term in encoded("a*x + C(b) + cr(y, df=3) + a:b").terms}
    assert (terms["a"].kind, terms["a"].levels, terms["a"].reference) == ("category", ("q", "r"), "p")
    assert (terms["x"].kind, terms["x"].levels, terms["x"].reference) == ("number", ("",), None)
    assert (terms["C(b)"].kind, terms["C(b)"].variables, terms["C(b)"].reference) == ("category", ("b",), "u")
    assert (terms["cr(y, df=3)"].kind, terms["cr(y, df=3)"].levels) == ("other", ("1", "2", "3"))
    assert (terms["a:x"].kind, terms["a:x"].levels, terms["a:x"].variables) == ("other", ("q", "r"), ("a", "x"))
    assert set(terms["a:b"].levels) >= {"q:v", "r:v"}
    places = sorted(place for term in terms.values() for place in term.columns)
    assert places == list(range(len(encoded("a*x + C(b) + cr(y, df=3) + a:b").columns)))


def test_the_reference_of_a_variable_has_no_column() -> None:
    other = frame() | {"a": Variable("a", codes=CODES["a"], levels=LEVELS["a"], reference=1, is_category=True)}
    made = encode(parse_formula("a"), other)
    assert made.columns == ("a[p]", "a[r]")
    assert made.terms[0].reference == "q"
    np.testing.assert_array_equal(made.matrix(other), np.stack([CODES["a"] == 0, CODES["a"] == 2], axis=1))


def test_the_matrix_is_float64_in_row_order() -> None:
    matrix = encoded("a*x").matrix(frame())
    assert matrix.dtype == np.float64
    assert matrix.flags.c_contiguous


def test_functions_keep_the_state_of_the_data_they_were_fitted_on() -> None:
    made = encoded("cr(x, df=3) + scale(y) + poly(x, 2)")
    whole = made.matrix(frame())
    for row in (0, 31):
        one = {name: variable.take(np.array([row])) for name, variable in frame().items()}
        np.testing.assert_allclose(made.matrix(one)[0], whole[row], rtol=1e-12, atol=1e-13)


def test_a_natural_spline_goes_on_in_a_straight_line() -> None:
    made = encoded("cr(x, df=3)")
    far = [made.matrix({"x": Variable("x", number=np.array([value]))})[0] for value in (8.0, 9.0, 10.0)]
    np.testing.assert_allclose(far[2] - far[1], far[1] - far[0], rtol=1e-9)


def test_a_natural_spline_is_the_one_of_the_textbook() -> None:
    """Hastie, Tibshirani & Friedman (2009), equations 5.4 and 5.5: the same functions, but for a constant."""
    x = NUMBERS["x"]
    knots = [x.min(), -0.6, 0.1, 0.7, x.max()]
    matrix = encoded("cr(x, knots=[-0.6, 0.1, 0.7])").matrix(frame())

    def d(k: int) -> Any:
        above = np.maximum(x - knots[k], 0) ** 3 - np.maximum(x - knots[-1], 0) ** 3
        return above / (knots[-1] - knots[k])

    textbook = np.column_stack([np.ones(N), x, *(d(k) - d(3) for k in range(3))])
    assert matrix.shape[1] == textbook.shape[1] - 1
    assert np.linalg.matrix_rank(np.column_stack([np.ones(N), matrix])) == textbook.shape[1]
    fitted = textbook @ np.linalg.lstsq(textbook, matrix, rcond=None)[0]
    np.testing.assert_allclose(fitted, matrix, atol=1e-10)


def test_missing_values_stay_missing_in_their_own_columns() -> None:
    holes = frame()
    codes, number = CODES["a"].copy(), NUMBERS["x"].copy()
    codes[3], number[5] = -1, np.nan
    holes |= {"a": Variable("a", codes=codes, levels=LEVELS["a"], is_category=True), "x": Variable("x", number=number)}
    made = encode(parse_formula("a + cr(x, df=3) + y"), holes)
    missing = np.isnan(made.matrix(holes))
    assert missing[3].tolist() == [True, True, False, False, False, False]
    assert missing[5].tolist() == [False, False, True, True, True, False]
    assert missing.sum() == 5


@pytest.mark.parametrize(
    ("text", "place"), [("x + log(a)", 4), ("x + cr(y, df=1)", 4), ("poly(x, 2, knots=3)", 0), ("x + bs(y, df=1)", 4)]
)
def test_what_cannot_be_computed_points_at_the_function(text: str, place: int) -> None:
    with pytest.raises(TkkError) as caught:
        encoded(text)
    assert caught.value.code == "TKK223"
    assert caught.value.message.splitlines()[2].index("^") - 4 == place


def test_a_function_that_is_not_finite_is_refused_with_a_count() -> None:
    with pytest.raises(TkkError) as caught:
        encoded("log(x)")
    assert (caught.value.code, caught.value.count) == ("TKK228", int((NUMBERS["x"] <= 0).sum()))


def test_a_reference_that_is_no_level() -> None:
    with pytest.raises(TkkError) as caught:
        encoded('C(a, Treatment("z"))')
    assert caught.value.code == "TKK222"
    assert "p, q, r" in str(caught.value.hint)


def test_plain_formulas_need_no_pandas() -> None:
    code = (
        "import sys, numpy as np\n"
        "from tkk_cli.data.encoding import Variable, encode\n"
        "from tkk_cli.data.formula import parse_formula\n"
        "frame = {'a': Variable('a', codes=np.array([0, 1, 0]), levels=('p', 'q'), is_category=True),"
        " 'x': Variable('x', number=np.arange(3.0))}\n"
        "encode(parse_formula('C(a)*x + a:x'), frame).matrix(frame)\n"
        "assert not {'pandas', 'formulaic', 'scipy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
