"""The grammar of --formula: terms as formulaic's, errors that point at the character, and nothing that is executed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tkk_cli.data.formula import parse_formula
from tkk_cli.data.formula_calls import FUNCTIONS
from tkk_cli.errors import TkkError


def terms(text: str) -> list[str]:
    return [":".join(factor.text for factor in term) for term in parse_formula(text).terms]


def codes(text: str) -> list[str]:
    return [factor.code for term in parse_formula(text).terms for factor in term if factor.code]


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a + b + a",
        "a*b",
        "a:b + a",
        "a*b*c",
        "a + b - a",
        "(a + b + c)**2",
        "(a + b + c)^2 - a:b",
        "(a + b):c",
        "a/b",
        "(a + b)/c",
        "a + b:c + d*a",
        "1 + a",
        "~ a + b",
        "(a + b)*(c + d)",
        "(a*b)**2",
        "(a + b)**3",
        "a*b - b + c:a",
        "(a + b:c)**2",
        "a + (b + c) - (a + c)",
    ],
)
def test_terms_are_those_of_formulaic(text: str) -> None:
    from formulaic import Formula

    theirs = [set(str(term).split(":")) for term in Formula(text.lstrip("~ "))]
    assert [set(term.split(":")) for term in terms(text)] == [term for term in theirs if term != {"1"}]


@pytest.mark.parametrize(
    ("text", "shown", "code"),
    [
        ("log(ika)", "log(ika)", "log(x0)"),
        ("np.log(ika)", "log(ika)", "log(x0)"),
        ("cr( ika,df=3 )", "cr(ika, df=3)", "cr(x0, df=3, constraints='center')"),
        ("cr(ika, df=3, constraints=None)", "cr(ika, df=3, constraints=None)", "cr(x0, df=3, constraints=None)"),
        ("I(ika^2)", "I(ika ** 2)", "I(x0 ** 2)"),
        ("I(ika >= 50)", "I(ika >= 50)", "I((x0 >= 50) * 1.0)"),
        ("bs(ikä, knots=[30, 40], degree=2)", "bs(ikä, knots=[30, 40], degree=2)", "bs(x0, knots=[30, 40], degree=2)"),
        ("log(`oma ikä` + 1)", "log(`oma ikä` + 1)", "log(x0 + 1)"),
        ("minimum(ika, 60)", "minimum(ika, 60)", "minimum(x0, 60)"),
        ("log(center(x1) + x0)", "log(center(x1) + x0)", "log(center(x0) + x1)"),
        ("poly(ika, 2, raw=True)", "poly(ika, 2, raw=True)", "poly(x0, 2, raw=True)"),
    ],
)
def test_functions_are_shown_as_typed_and_coded_for_formulaic(text: str, shown: str, code: str) -> None:
    assert terms(text) == [shown]
    assert codes(text) == [code]


def test_the_same_function_spelled_twice_is_one_term() -> None:
    assert terms("log(ika) + log( ika )") == ["log(ika)"]


def test_names_in_backticks() -> None:
    formula = parse_formula("`oma ikä` * `a-b` + strata(`alue 1`, b)")
    assert formula.variables == ("oma ikä", "a-b")
    assert formula.strata == ("alue 1", "b")


def test_what_is_no_covariate_is_set_apart() -> None:
    formula = parse_formula("a + strata(b, c) + offset(d) + cluster(e) + strata(f)")
    assert formula.variables == ("a",)
    assert (formula.strata, formula.offset, formula.cluster) == (("b", "c", "f"), ("d",), ("e",))


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ('C(a, Treatment("b"))', "b"),
        ("C(a, Treatment(reference='b c'))", "b c"),
        ("C(a, contr.treatment(2))", "2"),
        ("C(a, contr.treatment(base=1.5))", "1.5"),
        ("C(a)", None),
    ],
)
def test_categories_and_their_reference(text: str, base: str | None) -> None:
    factor = parse_formula(text).terms[0][0]
    assert (factor.kind, factor.variables, factor.base) == ("category", ("a",), base)


# The caret stands under the character that is marked with a | here.
POINTED = {
    "TKK220": [
        "a + |(b",
        "a |b",
        "a +|",
        "a + |* b",
        "a + b|) + c",
        "a + log|(b",
        "|0 + a",
        "a - |1",
        "a + |2",
        "a ** |b",
        "a ** |0",
        "b + a|^2",
        "cr(a, df=3) |** 2",
        "a |~ b",
        "a + |`oma",
        'a + |"x',
        "a + |? b",
        "a + log(b)|(3)",
        "a:|strata(b)",
        "log(|b.real)",
        "log([|q for q in b])",
        "log(|'x' + b)",
        "I(|b if c else d)",
        "|log(1)",
        "|strata()",
        "strata(|b + c)",
        "|offset(a, b)",
        "|strata(a=b)",
        "C(|b > 3)",
        "|C(b, c, d)",
        "C(b, |Sum)",
        "C(b, |Treatment(c))",
        "log(b, **|c)",
        "bs(b, |{1: 2})",
        "|",
    ],
    "TKK223": [
        "a + |fo(b)",
        "np.|load(b)",
        "log(|__import__(b))",
        "log(|eval(b))",
        "log(|b.mean())",
        "log(b + |open(c))",
        "|exec(b)",
        "|lag(b)",
    ],
}


@pytest.mark.parametrize(("code", "marked"), [(code, marked) for code, texts in POINTED.items() for marked in texts])
def test_errors_point_at_the_character(code: str, marked: str) -> None:
    text = marked.replace("|", "", 1)
    with pytest.raises(TkkError) as caught:
        parse_formula(text)
    assert caught.value.code == code
    lines = caught.value.message.splitlines()
    assert lines[1].strip() == text.strip()
    assert lines[2].index("^") - 4 == marked.index("|"), caught.value.message
    assert f"character {marked.index('|') + 1}:" in lines[0]
    assert caught.value.hint


def test_the_nearest_function_is_named() -> None:
    with pytest.raises(TkkError) as caught:
        parse_formula("a + cenetr(b)")
    assert caught.value.hint == "did you mean center()?"


def test_every_function_can_be_called() -> None:
    for name in FUNCTIONS:
        assert terms(f"{name}(a)") == [f"{name}(a)"]


PIECES = [
    "a",
    "b",
    "`c d`",
    "1",
    "0",
    "2",
    "+",
    "-",
    "*",
    ":",
    "/",
    "**",
    "^",
    "(",
    ")",
    ",",
    "=",
    " ",
    "~",
    ".",
    "log(",
    "C(",
]
PIECES += [
    "cr(",
    "I(",
    "strata(",
    "df=3",
    "'x'",
    '"y',
    "`",
    "np.",
    "Treatment(",
    "[",
    "]",
    ">",
    "==",
    "%",
    "ä",
    "lambda",
    "if",
    "1e",
    "\\",
    "\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=9))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_formula_or_a_pointed_error(pieces: list[str]) -> None:
    error = refusal("".join(pieces))
    assert error is None or (error.code in ("TKK220", "TKK223") and "^" in error.message.splitlines()[2])


def refusal(text: str) -> TkkError | None:
    try:
        parse_formula(text)
    except TkkError as error:
        return error
    return None
