"""Effects that change over time, against R's ``survSplit`` and ``tt`` fits, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from models.cox_models import design, rows_of
from reference_sets import frames, history, the_record

from tkk_cli.designs import Design, Term
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory
from tkk_cli.models import time_varying
from tkk_cli.models.cox import cox
from tkk_cli.models.time_varying import effects_by_period, effects_with_clock, read_clock

# Two Newton fits that stop at a relative change of 1e-9 of the log-likelihood.
FITTED = 1e-7


def _compare(record: Any, found: Any, order: list[int]) -> None:
    stored = record.value
    np.testing.assert_allclose(found.coefficient[order], stored["coef"], rtol=FITTED)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance))[order], stored["se"], rtol=FITTED)
    likelihoods = found.log_likelihood_null, found.log_likelihood
    np.testing.assert_allclose(likelihoods, (stored["loglik_null"], stored["loglik"]), rtol=1e-10)


def test_an_effect_by_period_is_survsplit_with_an_interaction() -> None:
    d = frames("lung")[""]
    d = d.assign(women=(d.sex == 2).astype(int))
    split = effects_by_period(history(d, "time", "dead"), design(d[["age", "women"]]), "women", [180.0, 365.0])
    names = ("age", "women:time (0,180]", "women:time (180,365]", "women:time (365,)")
    assert split.design.columns == names == tuple(term.name for term in split.design.terms)
    record = the_record("lung", "cox_survsplit")
    assert len(split.history) == record.value["n"] == len(split.design)
    _compare(record, cox(split.history, split.design), [0, 1, 2, 3])


def test_karno_by_period() -> None:
    d = frames("veteran")[""]
    split = effects_by_period(history(d, "time", "status"), design(d[["karno", "trt", "prior"]]), "karno", [90, 180])
    _compare(the_record("veteran", "cox_karno_by_period"), cox(split.history, split.design), [3, 4, 0, 1, 2])


TT = {
    ("lung", "cox_tt_karno"): ("time", "dead", ["sex", "ph.karno"], "ph.karno", "log(t+20)", [0, 1, 2]),
    ("rossi", "cox_tt_age_time"): ("week", "arrest", ["fin1", "age", "prio"], "age", "identity", [0, 1, 3, 2]),
    ("veteran", "cox_tt_karno_log20"): (
        "time",
        "status",
        ["trt", "prior", "karno"],
        "karno",
        "log(t+20)",
        [0, 1, 2, 3],
    ),
}


@pytest.mark.parametrize("key", TT, ids="-".join)
def test_a_function_of_time_is_tt(key: tuple[str, str]) -> None:
    exit, event, columns, name, function, order = TT[key]
    d = rows_of(key[0]).dropna(subset=columns)
    clock = read_clock(function)
    found = effects_with_clock(history(d, exit, event), design(d[columns]), {name: clock})
    assert found.design.columns[-1] == f"{name}:{clock.name}"
    _compare(the_record(*key), cox(found.history, found.design), order)


def _category() -> tuple[EventHistory, Design]:
    rng = np.random.default_rng(1)
    n = 60
    level = rng.integers(0, 3, n)
    matrix = np.column_stack([level == 1, level == 2, rng.normal(size=n)]).astype(float)
    terms = (
        Term("ohjelma", "category", (0, 1), ("ohjelma",), ("KIILA", "TYK"), "ASLAK"),
        Term("ika", "number", (2,), ("ika",), ("",)),
    )
    people = EventHistory(
        rng.integers(1, 20, n).astype(float), rng.integers(0, 3, n), ("a", "b"), level, ("ASLAK", "KIILA", "TYK")
    )
    return people, Design(matrix, ("ohjelma[KIILA]", "ohjelma[TYK]", "ika"), terms)


def test_a_category_has_each_level_in_each_period() -> None:
    people, columns = _category()
    split = effects_by_period(people, columns, "ohjelma", [5.0])
    assert [(t.name, t.levels, t.reference, t.kind) for t in split.design.terms] == [
        ("ohjelma:time (0,5]", ("KIILA", "TYK"), "ASLAK", "other"),
        ("ohjelma:time (5,)", ("KIILA", "TYK"), "ASLAK", "other"),
        ("ika", ("",), None, "number"),
    ]
    assert split.design.columns[:2] == ("ohjelma[KIILA]:time (0,5]", "ohjelma[TYK]:time (0,5]")
    early = split.history.exit <= 5
    np.testing.assert_array_equal(split.design.matrix[early, :2], columns.matrix[split.row][early, :2])
    assert not split.design.matrix[~early, :2].any()
    assert not split.design.matrix[early, 2:4].any()
    assert split.design.rebuild is None


def test_the_clock_takes_its_value_at_each_event_time() -> None:
    people, columns = _category()
    found = effects_with_clock(people, columns, {"ohjelma": read_clock("sqrt"), "ika": read_clock("log")})
    assert [t.name for t in found.design.terms] == ["ohjelma", "ika", "ohjelma:sqrt(t)", "ika:log(t)"]
    for t in np.unique(people.exit[people.cause > 0]):
        there = (found.history.entry < t) & (found.history.exit >= t)
        assert there.sum() == (people.exit >= t).sum()
        np.testing.assert_allclose(found.design.matrix[there, 5], found.design.matrix[there, 2] * np.log(t))
        np.testing.assert_allclose(found.design.matrix[there, 3], found.design.matrix[there, 0] * np.sqrt(t))
    # Rows of another cause are split at its times too, so one set of rows serves every cause.
    whole = cox(people, columns, 1)
    parted = cox(found.history, columns.take(found.row), 1)
    np.testing.assert_allclose(parted.coefficient, whole.coefficient, rtol=FITTED)


def _refused(code: str, call: Any) -> TkkError:
    with pytest.raises(TkkError) as caught:
        call()
    assert caught.value.code == code
    return caught.value


def test_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    people, columns = _category()
    assert _refused("TKK327", lambda: effects_by_period(people, columns, "ohjelma", [5.0, 40.0])).count == 1
    _refused("TKK327", lambda: effects_by_period(people, columns, "ohjelma", [9.0, 5.0]))
    _refused("TKK327", lambda: effects_by_period(people, columns, "ohjelma", []))
    wrong = _refused("TKK328", lambda: effects_by_period(people, columns, "sukupuoli", [5.0]))
    assert wrong.hint == "name one of ika, ohjelma"
    _refused("TKK328", lambda: effects_with_clock(people, columns, {"sukupuoli": read_clock("t")}))
    _refused("TKK328", lambda: read_clock("exp"))
    zero = EventHistory(np.array([0.0, 1]), np.array([1, 1]), ("a",), np.zeros(2, dtype=np.int64), ("all",))
    two = design(pd.DataFrame({"x": [0.0, 1.0]}))
    assert _refused("TKK327", lambda: effects_with_clock(zero, two, {"x": read_clock("t")})).count == 1
    early = EventHistory(
        np.array([0.0, 1]), np.array([1, 1]), ("a",), np.zeros(2, dtype=np.int64), ("all",), entry=np.array([-1.0, 0])
    )
    _refused("TKK328", lambda: effects_with_clock(early, two, {"x": read_clock("log")}))
    monkeypatch.setattr(time_varying, "MOST_NUMBERS", 1000)
    assert _refused("TKK329", lambda: effects_with_clock(people, columns, {"ika": read_clock("t")})).count
