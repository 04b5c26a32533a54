"""Rows of one person: overlaps refused, gaps and repeated events counted, the person as the cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tkk_cli.data.design import build_regression
from tkk_cli.data.options import CovariateOptions
from tkk_cli.data.start_stop import start_stop_facts
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory
from tkk_cli.steps.assembly import fact_note

#        person entry exit cause ika
ROWS = [
    ("b", 0, 5, 0, 40),
    ("a", 4, 9, 1, 31),
    ("a", 0, 4, 0, 30),
    ("c", 2, 6, 1, 52),
    ("b", 5, 8, 1, 41),
]


def frame(*more: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame([*ROWS, *more], columns=["hlo", "alku", "loppu", "tila", "ika"])


def made(data: pd.DataFrame, **options: Any) -> Any:
    base = {"time": "loppu", "event": "tila", "events": "paluu=1", "entry": "alku", "id": "hlo", "covariates": "ika"}
    return build_regression(data, CovariateOptions(**(base | options)))


def facts(data: pd.DataFrame, **options: Any) -> dict[str, Any]:
    return dict(made(data, **options).cohort.facts)


def test_the_person_is_the_cluster() -> None:
    regression = made(frame())
    assert regression.person.tolist() == [1, 0, 0, 2, 1]
    assert regression.cohort.history.cluster.tolist() == [1, 0, 0, 2, 1]
    assert facts(frame()) == {"clusters_person": {"n": 3}}


def test_a_cluster_that_is_given_stays() -> None:
    regression = made(frame().assign(paikka=[1, 1, 1, 2, 2]), cluster="paikka")
    assert regression.cohort.history.cluster.tolist() == [0, 0, 0, 1, 1]
    assert regression.person.tolist() == [1, 0, 0, 2, 1]
    assert "clusters_person" not in dict(regression.cohort.facts)


def test_one_row_a_person_has_no_cluster() -> None:
    regression = made(frame().drop_duplicates("hlo"))
    assert regression.cohort.history.cluster is None
    assert regression.person.tolist() == [1, 0, 2]


def test_numbers_as_persons() -> None:
    assert made(frame().assign(hlo=[70, 7, 7, 900, 70])).person.tolist() == [1, 0, 0, 2, 1]


@pytest.mark.parametrize("row", [("a", 8, 12, 0, 33), ("c", 0, 3, 0, 51), ("c", 3, 5, 0, 51), ("c", 2, 6, 0, 51)])
def test_overlapping_rows_are_refused_with_their_number(row: tuple[Any, ...]) -> None:
    with pytest.raises(TkkError) as caught:
        made(frame(row))
    assert (caught.value.code, caught.value.count) == ("TKK230", 2)
    assert "1 persons, 1 pairs" in caught.value.message


def test_rows_may_overlap_in_different_strata() -> None:
    data = frame(("c", 2, 7, 0, 52)).assign(laji=[1, 1, 1, 1, 1, 2])
    assert len(made(data, strata="laji").cohort.history) == 6
    with pytest.raises(TkkError):
        made(data.assign(laji=[1, 1, 1, 1, 2, 1]), strata="laji")


def test_gaps_are_allowed_and_counted() -> None:
    data = frame(("d", 0, 2, 0, 20), ("d", 3, 4, 0, 20), ("d", 6, 7, 1, 20))
    assert facts(data)["gaps"] == {"persons": 1, "rows": 2}


def test_a_person_who_changes_stratum_has_no_gap() -> None:
    data = frame(("d", 0, 2, 0, 20), ("d", 2, 3, 1, 20), ("d", 3, 7, 1, 20)).assign(laji=[1, 1, 1, 1, 1, 1, 2, 1])
    found = facts(data, strata="laji")
    assert "gaps" not in found
    assert found["recurrent"] == {"persons": 1}


def test_warnings_have_their_codes() -> None:
    codes = {key: fact_note(key, {}).code for key in ("gaps", "rows_without_entry", "recurrent")}
    assert codes == {"gaps": "TKK387", "rows_without_entry": "TKK388", "recurrent": None}


def test_rows_after_an_event() -> None:
    assert facts(frame(("a", 9, 12, 1, 33), ("a", 12, 13, 0, 33)))["recurrent"] == {"persons": 1}
    assert "recurrent" not in facts(frame())


def test_several_rows_without_entry() -> None:
    assert facts(frame(), entry=None)["rows_without_entry"] == {"persons": 2, "rows": 4}


def test_a_missing_person_is_left_out_and_counted() -> None:
    data = frame()
    data.loc[0, "hlo"] = None
    regression = made(data)
    assert regression.cohort.excluded == [("missing hlo", 1)]
    assert regression.person.tolist() == [0, 0, 2, 1]


def test_start_stop_rows_with_dates() -> None:
    first = pd.Timestamp("2020-01-01")
    data = frame()
    for name in ("alku", "loppu"):
        data[name] = first + pd.to_timedelta(data[name], unit="D")
    data["indeksi"] = first
    options = {"time": None, "start": "indeksi", "end": "loppu"}
    history = made(data, **options).cohort.history
    assert history.entry.tolist() == [0, 4, 0, 2, 5]
    assert history.exit.tolist() == [5, 9, 4, 6, 8]


def pairs_by_hand(history: EventHistory, person: Any) -> tuple[int, int]:
    """(persons with an overlap, persons with a gap) by comparing each row with every other of the person."""
    assert history.entry is not None
    overlapping, gapped = set(), set()
    for who in set(person.tolist()):
        rows = np.flatnonzero(person == who)
        spells = sorted((float(history.entry[i]), float(history.exit[i])) for i in rows)
        for i, (start, _) in enumerate(spells):
            if any(other < start and start < end for other, end in spells[:i] + spells[i + 1 :]):
                overlapping.add(who)
            if i and start > max(end for _, end in spells[:i]):
                gapped.add(who)
        if len({start for start, _ in spells}) < len(spells):
            overlapping.add(who)
    return len(overlapping), len(gapped)


@pytest.mark.parametrize("seed", range(40))
def test_overlaps_and_gaps_against_every_pair(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 14
    entry = rng.integers(0, 40, n).astype(float)
    history = EventHistory(
        exit=entry + rng.integers(1, 4, n),
        cause=np.zeros(n, dtype=np.int64),
        causes=("e",),
        group=np.zeros(n, dtype=np.int64),
        groups=("all",),
        entry=entry,
    )
    person = np.unique(rng.integers(0, 5, n), return_inverse=True)[1]
    overlapping, gapped = pairs_by_hand(history, person)
    if overlapping:
        with pytest.raises(TkkError, match="overlap in time"):
            start_stop_facts(history, person)
    else:
        found = dict(start_stop_facts(history, person))
        assert found.get("gaps", {"persons": 0})["persons"] == gapped
        kinds = replace(history, stratum=rng.integers(0, 2, n))
        assert dict(start_stop_facts(kinds, person)) == found
