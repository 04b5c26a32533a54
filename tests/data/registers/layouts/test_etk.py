"""ETK: jobs, pensions, unpaid periods and earnings."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.register_rows import canonical, spells

from tkk_cli.errors import TkkError

PENSIONS = "id;psyy;dryhma1;dryhma2;aalk;apvm;ppvm"
SLASHES = {"date_format": "d/m/yyyy"}


def test_jobs_are_employment(tmp_path: Path) -> None:
    header, rows = "id;alkamispvm;paattymispvm;tyonantaja", ["a;02/01/2015;31/01/2015;E1", "b;02/01/2015;;E2"]
    made = canonical(tmp_path, "etk_tyosuhteet", header, rows, **SLASHES)["spell"]
    assert [(row["state"], row["start"], row["stop"], row["employer"]) for row in made] == [
        ("employed", "2015-01-02", "2015-02-01", "E1"),
        ("employed", "2015-01-02", None, "E2"),
    ]


def test_pensions_keep_disease_groups_as_texts_and_open_far_ends(tmp_path: Path) -> None:
    rows = [
        "a;1;05;M51.1;01/03/2014;01/04/2014;31/12/2016;0K",
        "b;1;;i10;;01/04/2014;31/12/2099;2",
        "c;;;;01/03/2014;;01/01/9999;5",
        "d;;;;;;31/12/2016;5",
        "e;;;;;31/04/2014;;5",
    ]
    made = canonical(tmp_path, "etk_elake", f"{PENSIONS};elakelaji", rows, **SLASHES)["spell"]
    assert [(row["state"], row["start"], row["stop"], row["diagnosis"], row["reason"]) for row in made] == [
        ("temporary_disability_pension", "2014-04-01", "2017-01-01", "05", None),
        ("partial_disability_pension", "2014-04-01", None, "I10", None),
        ("old_age_pension", "2014-03-01", None, None, None),
        ("old_age_pension", None, "2017-01-01", None, "no_start"),
        ("old_age_pension", None, None, None, "unreadable_start"),
    ]


def test_pensions_need_a_kind_or_a_state(tmp_path: Path) -> None:
    rows = ["a;1;05;;;01/04/2014;31/12/2016"]
    with pytest.raises(TkkError, match="kind of the benefit") as caught:
        spells(tmp_path, "etk_elake", PENSIONS, rows, **SLASHES)
    assert caught.value.code == "TKK248"
    assert spells(tmp_path, "etk_elake", PENSIONS, rows, state="disability_pension", **SLASHES) == [
        ("a", "disability_pension", "2014-04-01", "2017-01-01")
    ]


def test_unpaid_periods_by_their_benefit(tmp_path: Path) -> None:
    codes = ("100", "103", "120", "121", "150", "210", "104")
    rows = [f"a;{code};01/04/2014;30/04/2014" for code in codes]
    made = canonical(tmp_path, "etk_palkaton", "id;etuuslaji;alkamispvm;paattymispvm", rows, **SLASHES)["spell"]
    states = ["leave", "leave", "sickness", "partial_sickness", "unemployment", "unemployment", None]
    assert [row["state"] for row in made] == states
    assert [row["reason"] for row in made] == [None] * 6 + ["unknown_code"]


def test_earnings_are_in_cents(tmp_path: Path) -> None:
    header, rows = "id;vuosi;vuosiansio", ["a;2014;3491029", "a;2015;", "a;20155;1"]
    made = canonical(tmp_path, "etk_vuansiot", header, rows)["earning"]
    assert [(row["year"], row["cents"], row["reason"]) for row in made] == [
        (2014, 3491029, None),
        (2015, None, "unreadable_amount"),
        (None, 1, "unreadable_year"),
    ]
    euros = canonical(tmp_path, "etk_vuansiot", header, ["a;2014;34910,29"], unit="euros")["earning"]
    assert euros[0]["cents"] == 3491029
