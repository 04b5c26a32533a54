"""Splitting changes no person-time, no event and no membership, and agrees with R."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_sets import Record, frame, of_families, table

from tkk_cli.estimators.splitting import split, split_scales, tabulate
from tkk_cli.histories import EventHistory

LEXIS = {record.id: record for record in of_families("lexis")}


def _history(exit: list[float], cause: list[int], **other: object) -> EventHistory:
    zeros = np.zeros(len(exit), dtype=np.int64)
    return EventHistory(np.array(exit, dtype=float), np.array(cause), ("a", "b"), zeros, ("all",), **other)  # type: ignore[arg-type]


def test_an_event_at_a_cut_belongs_to_the_piece_that_ends_there() -> None:
    parts = split(_history([3.0, 5.0, 7.0], [1, 2, 0]), [3.0, 5.0])
    assert parts.row.tolist() == [0, 1, 1, 2, 2, 2]
    assert parts.piece.tolist() == [0, 0, 1, 0, 1, 2]
    assert parts.history.cause.tolist() == [1, 0, 2, 0, 0, 0]
    assert parts.history.entry is not None
    assert parts.history.entry.tolist() == [0, 0, 3, 0, 3, 5]
    assert parts.history.exit.tolist() == [3, 3, 5, 3, 5, 7]


def test_no_cut_leaves_the_rows_as_they_are() -> None:
    parts = split(_history([3.0, 5.0], [1, 0], entry=np.array([1.0, 0.0])), [])
    assert parts.history.entry is not None
    assert (parts.history.entry.tolist(), parts.history.exit.tolist(), parts.piece.tolist()) == ([1, 0], [3, 5], [0, 0])


def test_a_late_entry_at_a_cut_starts_in_the_next_piece() -> None:
    parts = split(_history([6.0], [1], entry=np.array([4.0])), [4.0, 5.0])
    assert parts.piece.tolist() == [1, 2]


def test_rounding_makes_no_empty_piece() -> None:
    """0.1 + 0.2 is not 0.3 in binary: the piece after the cut would last 5e-17."""
    parts = split_scales(_history([0.2], [1]), {"age": (np.array([0.1]), [0.3])})
    assert parts.piece["age"].tolist() == [0]
    assert parts.history.cause.tolist() == [1]


def test_every_part_of_a_row_is_carried() -> None:
    one = np.array([2.5])
    code = np.array([3])
    rows = _history([9.0], [1], weight=one, weight_kind="case", cluster=code, stratum=code)
    parts = split(rows, [2.0, 4.0]).history
    assert parts.weight is not None
    assert parts.cluster is not None
    assert parts.stratum is not None
    assert parts.weight.tolist() == [2.5] * 3
    assert parts.cluster.tolist() == parts.stratum.tolist() == [3] * 3


def test_tabulated_with_weights() -> None:
    rows = _history([2.0, 4.0], [1, 2], weight=np.array([2.0, 0.5]), weight_kind="probability")
    parts = split(rows, [3.0])
    events, person_time = tabulate(parts.history, parts.piece, 2)
    assert events.tolist() == [[2.0, 0.0], [0.0, 0.5]]
    assert person_time.tolist() == [2 * 2 + 0.5 * 3, 0.5 * 1]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20), st.integers(0, 2)), min_size=1, max_size=20),
    st.lists(st.integers(1, 40), unique=True, max_size=6).map(sorted),
    st.integers(0, 10),
)
def test_person_time_and_events_stay(rows: list[tuple[int, int, int]], cuts: list[int], origin: int) -> None:
    entry = np.array([float(start) for start, _, _ in rows])
    history = _history([s + d for s, d, _ in rows], [c for _, _, c in rows], entry=entry)
    parts = split_scales(
        history, {"time": (np.zeros(len(rows)), cuts), "age": (np.full(len(rows), float(origin)), cuts)}
    )
    assert parts.history.entry is not None
    length = parts.history.exit - parts.history.entry
    assert (length > 0).all()
    assert np.array_equal(np.bincount(parts.row, length), history.exit - entry)
    assert (
        np.bincount(parts.history.cause, minlength=3)[1:].tolist()
        == np.bincount(history.cause, minlength=3)[1:].tolist()
    )
    edges = np.array([-np.inf, *cuts, np.inf])
    for name, start in (("time", 0), ("age", origin)):
        piece = parts.piece[name]
        assert (edges[piece] <= start + parts.history.entry).all()
        assert (start + parts.history.exit <= edges[piece + 1]).all()


def diabetes(record: Record) -> tuple[EventHistory, np.ndarray, np.ndarray]:
    """DMlate: follow-up from diagnosis in years, age and calendar year at diagnosis."""
    d = frame(record)
    d = d[d.dox > d.dodm]
    dead = d.dodth.notna().to_numpy().astype(np.int64)
    history = EventHistory((d.dox - d.dodm).to_numpy(), dead, ("death",), np.zeros(len(d), dtype=np.int64), ("all",))
    return history, (d.dodm - d.dobth).to_numpy(), d.dodm.to_numpy()


def test_lexis_of_diabetes_is_epis() -> None:
    history, age, year = diabetes(LEXIS["split_counts"])
    wanted, counts = LEXIS["lexis"].value, LEXIS["split_counts"].value
    assert (len(history), int(history.cause.sum())) == (wanted["persons"], wanted["deaths"])
    start = np.zeros(len(history))
    by_age = {"age": (age, np.arange(0, 101, 5.0))}
    by_duration = {**by_age, "duration": (start, np.array([0, 1, 2, 5, 10, 20, 30, 40.0]))}
    by_year = {"age": (age, np.arange(0, 111, 10.0)), "year": (year, np.arange(1995, 2011.0))}
    for scales, rows, years in zip(
        (by_age, by_duration, by_year),
        (counts["rows_age5"], counts["rows_age5_tfD"], counts["rows_age10_per1"]),
        counts["pyears"],
        strict=True,
    ):
        parts = split_scales(history, scales)
        assert len(parts.row) == rows
        assert parts.history.entry is not None
        assert (parts.history.exit - parts.history.entry).sum() == pytest.approx(years, rel=1e-12)
        assert np.bincount(parts.history.cause)[1] == wanted["deaths"]


def test_lexpand_of_sire_is_popepis() -> None:
    """popEpi counts years by calendar (day of the year over its length), so person-years agree to 1e-3."""
    import pandas as pd

    d, record = table("sire"), LEXIS["lexpand_table"].value
    names = ("bi_date", "dg_date", "ex_date")
    dates = {name: (pd.to_datetime(d[name]) - pd.Timestamp("1970-01-01")).dt.days for name in names}
    keep = (dates["ex_date"] > dates["dg_date"]).to_numpy()
    length = (dates["ex_date"] - dates["dg_date"]).to_numpy()[keep].astype(float)
    died = d.status.isin([1, 2]).to_numpy()[keep].astype(np.int64)
    history = EventHistory(length, died, ("death",), np.zeros(len(length), dtype=np.int64), ("all",))
    age = (dates["dg_date"] - dates["bi_date"]).to_numpy()[keep].astype(float)
    limits = [(pd.Timestamp(f"{year}-01-01") - pd.Timestamp("1970-01-01")).days for year in (1993, 2003, 2013)]
    parts = split_scales(
        history,
        {
            "age": (age, np.array([45, 55, 65, 75]) * 365.25),
            "year": (dates["dg_date"].to_numpy()[keep].astype(float), np.array(limits, dtype=float)),
        },
    )
    inside = (parts.piece["year"] == 1) | (parts.piece["year"] == 2)
    cell = parts.piece["age"] * 2 + parts.piece["year"] - 1
    events, days = tabulate(parts.history.take(inside), cell[inside], 10)
    assert np.allclose(days / 365.25, record["pyrs"], rtol=2e-3)
    # deaths on a birthday or a New Year's Day fall on the other side of a half-open band
    assert np.abs(events[0] - record["from0to1"]).max() <= 3
    assert events[0].sum() == sum(record["from0to1"])
