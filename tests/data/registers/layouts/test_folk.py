"""FOLK modules: persons, incomes, jobs, pensions and the spells of the employment office."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.register_rows import canonical, spells

from tkk_cli.data.registers.codes import Code, CodeList
from tkk_cli.errors import TkkError

JOBS = "vuosi;hid_e;aineisto;yrtun_s;alkupvm;loppupvm;tvm;atv"
PENSIONS = "vuosi;hid_e;elakelaji_alkuper;aineisto;elakelaji;alkupvm_elakejakso;alkupvm_elakelaji"


def test_a_person_row_has_the_birth_and_death_that_the_years_allow(tmp_path: Path) -> None:
    header = "vuosi;hid_e;syntyv;kuolv;sukup;mkunta;kunta31_12;maka;ututku_aste;ptoim1;ammattikoodi_k"
    rows = ["2015;a;1964;2016;2;01;091;K1;3;11;223", "2016;b;1965;;1;06;837;M7;;24;", "x;c;1970;;1;;;;;;"]
    made = canonical(tmp_path, "folk_perustieto", header, rows)["person"]
    first = {name: made[0][name] for name in made[0] if name not in ("source", "file", "row", "reason")}
    assert first == {
        "key": "a",
        "year": 2015,
        "birth": "1964-07-01",
        "sex": "2",
        "death": "2016-12-31",
        "region": "01",
        "municipality": "091",
        "education": "3",
        "occupation": "223",
        "activity": "11",
    }
    assert (made[1]["birth"], made[1]["death"], made[1]["education"]) == ("1965-07-01", None, None)
    assert made[2]["reason"] == "unreadable_year"


def test_a_date_of_birth_or_death_is_preferred_to_the_year(tmp_path: Path) -> None:
    header = "vuosi;shnro;syntyv;syntympv;kuolv;kuolpv"
    rows = ["2015;a;1964;1964-02-29;2016;2016-03-01", "2015;b;1964;;2016;"]
    made = canonical(tmp_path, "folk_perustieto", header, rows)["person"]
    assert [(row["birth"], row["death"]) for row in made] == [
        ("1964-02-29", "2016-03-01"),
        ("1964-07-01", "2016-12-31"),
    ]


def test_the_file_of_sex_has_no_year(tmp_path: Path) -> None:
    made = canonical(tmp_path, "folk_perustieto", "hid_e;sukup", ["a;1"])["person"]
    assert [(row["year"], row["sex"], row["birth"], row["reason"]) for row in made] == [(None, "1", None, None)]


def test_euros_become_cents_and_may_be_negative(tmp_path: Path) -> None:
    header, rows = "vuosi;hid_e;palk;yrtu", ["2015;a;1200,55;100", "2015;b;-35,5;", "2015;c;;", "2015;d;x;5"]
    made = canonical(tmp_path, "folk_tulotieto", header, rows)["earning"]
    assert [(row["year"], row["month"], row["cents"], row["reason"]) for row in made] == [
        (2015, None, 130055, None),
        (2015, None, -3550, None),
        (2015, None, None, "unreadable_amount"),
        (2015, None, None, "unreadable_amount"),
    ]
    made = canonical(tmp_path, "folk_tulotieto", header, rows, sum="self_employment")["earning"]
    assert [row["cents"] for row in made] == [10000, None, None, 500]


def test_a_sum_without_its_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TkkError) as caught:
        canonical(tmp_path, "folk_tulotieto", "vuosi;hid_e;palk", ["2015;a;1"])
    assert (caught.value.code, caught.value.count) == ("TKK249", 1)
    made = canonical(tmp_path, "folk_tulotieto", "vuosi;hid_e;palk", ["2015;a;1"], sum="wages")["earning"]
    assert made[0]["cents"] == 100


@pytest.mark.parametrize("key", ["hid_e", "shnro"])
def test_jobs_of_both_keys_have_employers_and_the_day_after_the_last(tmp_path: Path, key: str) -> None:
    rows = ["2015;a;1;E1;2015-01-12;2015-12-31;1;1", "2015;;1;E1;2015-01-12;;1;1"]
    made = canonical(tmp_path, "folk_tyosuhde", JOBS.replace("hid_e", key), rows)["spell"]
    got = [made[0][name] for name in ("key", "code", "state", "start", "stop", "employer", "reason")]
    assert got == ["a", "1", "employed", "2015-01-12", "2016-01-01", "E1", None]
    assert made[1]["reason"] == "no_key"


YEARLY = [
    "2014;a;1;E1;2010-05-01;;1;1",
    "2015;a;1;E1;2010-05-01;;1;1",
    "2016;a;1;E1;2010-05-01;2016-03-31;0;0",  # the end is told in the last row of the job
    "2015;b;1;E2;2015-02-01;;1;1",  # no later row: open, and kept
    "2016;c;1;E3;2016-02-01;;1;1",
]


@pytest.mark.parametrize(
    ("open_end", "stops"),
    [
        ("latest", ["2015-01-01", "2016-01-01", "2016-04-01", None, None]),
        ("year_end", ["2015-01-01", "2016-01-01", "2016-04-01", "2016-01-01", None]),
        ("open", [None, None, "2016-04-01", None, None]),
    ],
)
def test_an_open_job_does_not_outlive_the_end_that_a_later_year_tells(
    tmp_path: Path, open_end: str, stops: list[str | None]
) -> None:
    made = canonical(tmp_path, "folk_tyosuhde", JOBS, YEARLY, open_end=open_end)["spell"]
    assert [row["stop"] for row in made] == stops
    assert {row["start"] for row in made[:3]} == {"2010-05-01"}


def test_an_open_job_without_a_year_is_open(tmp_path: Path) -> None:
    assert spells(tmp_path, "folk_tyosuhde", "hid_e;alkupvm;loppupvm", ["a;2010-05-01;", "a;2010-05-01;x"]) == [
        ("a", "employed", "2010-05-01", None)
    ]


def test_only_main_or_longest_jobs_where_asked(tmp_path: Path) -> None:
    rows = ["2015;a;1;E1;2015-01-01;2015-02-01;1;0", "2015;a;1;E2;2015-01-01;2015-09-01;0;1"]
    for jobs, employers in {"all": ["E1", "E2"], "main": ["E1"], "longest": ["E2"]}.items():
        made = canonical(tmp_path, "folk_tyosuhde", JOBS, rows, jobs=jobs)["spell"]
        assert [row["employer"] for row in made] == employers
    with pytest.raises(TkkError, match="needs a column") as caught:
        canonical(tmp_path, "folk_tyosuhde", "hid_e;alkupvm", ["a;2015-01-01"], jobs="main")
    assert caught.value.code == "TKK249"


def test_a_row_of_tyossakaynti_gives_up_to_two_jobs(tmp_path: Path) -> None:
    header = "vuosi;shnro;syrtun;alkupvm1;loppupvm1;syrtun2;alkupvm2;loppupvm2"
    rows = [
        "2014;a;E1;2014-10-01;;E2;2013-01-01;2014-08-31",
        "2014;b;;;;;;",  # no job at all is no fault
        "2015;a;E1;2014-10-01;2015-12-31;E1;2014-10-01;2015-12-31",
        "2015;c;E3;;2015-12-31;;;",
    ]
    made = canonical(tmp_path, "folk_tyossakaynti", header, rows)["spell"]
    got = [(row["key"], row["code"], row["employer"], row["start"], row["stop"], row["reason"]) for row in made]
    assert got == [
        ("a", "main", "E1", "2014-10-01", "2015-01-01", None),
        ("a", "main", "E1", "2014-10-01", "2016-01-01", None),
        ("c", "main", "E3", None, "2016-01-01", "no_start"),
        ("a", "longest", "E2", "2013-01-01", "2014-09-01", None),
        ("a", "longest", "E1", "2014-10-01", "2016-01-01", None),
    ]
    made = canonical(tmp_path, "folk_tyossakaynti", header, rows, jobs="longest")["spell"]
    assert {row["code"] for row in made} == {"longest"}


def test_what_a_kind_of_pension_means_depends_on_its_register(tmp_path: Path) -> None:
    kinds = {
        "35;2": "partial_disability_pension",
        "35;0": "disability_pension",
        "35;0K": "temporary_disability_pension",
        "35;2k": "partial_temporary_disability_pension",
        "35;A": "career_pension",
        "35;52": "",
        "34;11": "disability_pension",
        "33;11": "old_age_pension",
        "34;23": "partial_temporary_disability_pension",
        "33;23": "disability_pension",
        "31;1": "old_age_pension",  # kinds of the registers before 2003 are not described: elakelaji
    }
    rows = []
    for kind in kinds:
        origin, own = kind.split(";")
        rows.append(f"2016;a;{own};{origin};1;2016-02-01;2016-02-01")
    made = canonical(tmp_path, "folk_elake", PENSIONS, rows)["spell"]
    assert [row["state"] for row in made] == list(kinds.values())
    assert [made[0]["code"], made[3]["code"], made[-1]["code"]] == ["35:2", "35:2K", "laji:1"]
    unknown = canonical(tmp_path, "folk_elake", PENSIONS, ["2016;a;99;35;1;2016-02-01;"])["spell"]
    assert unknown[0]["reason"] == "unknown_code"


def test_year_end_stock_becomes_spells_that_join(tmp_path: Path) -> None:
    rows = [
        "2012;a;0K;35;2;2011-11-15;",  # granted afterwards: it begins before the first year that tells of it
        "2013;a;0;35;2;2011-11-15;",  # the kind has changed, since when is not known
        "2016;a;0;35;2;2011-11-15;2013-06-01",  # from 2015 the start of the kind is there
        "2017;a;0;35;2;2011-11-15;2013-06-01",
        "2017;b;0;35;2;2018-01-01;2018-01-01",
    ]
    assert spells(tmp_path, "folk_elake", PENSIONS, rows) == [
        ("a", "temporary_disability_pension", "2011-11-15", "2013-01-01"),
        ("a", "disability_pension", "2013-01-01", "2014-01-01"),
        ("a", "disability_pension", "2013-06-01", "2017-01-01"),
        ("a", "disability_pension", "2013-06-01", "2018-01-01"),
    ]
    made = canonical(tmp_path, "folk_elake", PENSIONS, rows)["spell"]
    assert made[4]["reason"] == "end_before_start"


def test_from_2023_kinds_are_coarse_and_starts_are_not_trusted(tmp_path: Path) -> None:
    rows = ["2022;a;0K;35;2;2021-03-01;2021-03-01", "2023;a;0K;35;2;2021-03-01;2021-03-01", "2024;b;;;8;2023-10-01;"]
    made = canonical(tmp_path, "folk_elake", PENSIONS, rows)["spell"]
    assert [(row["code"], row["state"], row["start"], row["stop"]) for row in made] == [
        ("35:0K", "temporary_disability_pension", "2021-03-01", "2023-01-01"),
        ("2023:2", "disability_pension", "2023-01-01", "2024-01-01"),
        ("2023:8", "other_benefit", "2023-10-01", "2025-01-01"),
    ]
    made = canonical(tmp_path, "folk_elake", PENSIONS, rows, last_kind_year=2021)["spell"]
    assert [row["code"] for row in made] == ["laji:2", "2023:2", "2023:8"]


def test_unemployment_with_both_codings_of_its_end(tmp_path: Path) -> None:
    header = "vuosi;hid_e;alkupvm;loppupvm;psyy;tjtyol"
    rows = ["2010;a;2010-02-01;2010-02-28;3;2", "2013;a;2013-02-01;2013-02-28;03;3", "2013;b;2013-05-01;;;2"]
    rows += ["2013;c;2013-05-01;2013-05-02;13;4"]
    assert spells(tmp_path, "folk_tyottomat", header, rows) == [
        ("a", "unemployment", "2010-02-01", "2010-03-01"),
        ("a", "unemployment", "2013-02-01", "2013-03-01"),
        ("b", "unemployment", "2013-05-01", None),
    ]
    laid_off = CodeList("own", (Code("2", "unemployment"), Code("3", ""), Code("4", "employed")))
    assert [row[1] for row in spells(tmp_path, "folk_tyottomat", header, rows, codes=laid_off)] == [
        "unemployment",
        "",
        "unemployment",
        "employed",
    ]


def test_pay_subsidies_are_subsidised_work(tmp_path: Path) -> None:
    rows = [f"a;2015-0{n}-01;2015-0{n}-10;{code}" for n, code in enumerate(("5T", "5V", "6T", "6V", "05", "63"), 1)]
    made = canonical(tmp_path, "folk_sijoitetut", "hid_e;alkupvm;loppupvm;tpide", rows)["spell"]
    assert [row["state"] for row in made] == ["subsidised"] * 5 + [""]
    assert made[0]["stop"] == "2015-01-11"


def test_a_job_search_over_new_year_has_the_status_of_each_year(tmp_path: Path) -> None:
    header = "vuosi;hid_e;alkupvm;loppupvm;tyol"
    rows = ["2014;a;2014-09-01;2015-04-30;2", "2015;a;2014-09-01;2015-04-30;8", "2015;b;2015-09-01;;3", "2016;;;;2"]
    assert spells(tmp_path, "folk_tyonhakijat", header, rows) == [
        ("a", "unemployment", "2014-09-01", "2015-01-01"),
        ("a", "student", "2015-01-01", "2015-05-01"),
        ("b", "unemployment", "2015-09-01", None),
    ]
    assert spells(tmp_path, "folk_tyonhakijat", header[6:], [rows[0][5:]]) == [
        ("a", "unemployment", "2014-09-01", "2015-05-01")
    ]


def test_years_join_where_an_end_is_the_day_after(tmp_path: Path) -> None:
    header = "vuosi;hid_e;alkupvm;loppupvm;tyol"
    rows = ["2014;a;2014-09-01;2015-05-01;2", "2015;a;2014-09-01;2015-05-01;8"]
    made = canonical(tmp_path, "folk_tyonhakijat", header, rows, inclusive=False)["spell"]
    assert [(row["start"], row["stop"]) for row in made] == [("2014-09-01", "2015-01-01"), ("2015-01-01", "2015-05-01")]
    rows = ["2014;a;2014-09-01;", "2015;a;2014-09-01;"]
    jobs = canonical(
        tmp_path, "folk_tyosuhde", "vuosi;hid_e;alkupvm;loppupvm", rows, inclusive=False, open_end="year_end"
    )["spell"]
    assert [row["stop"] for row in jobs] == ["2015-01-01", None]


def test_training_and_dates_of_another_format(tmp_path: Path) -> None:
    rows = ["a;20150105;20150301;1", "b;20150105;;2", "c;20150230;;2", "d;20150105;20149999;1"]
    made = canonical(tmp_path, "folk_tyovoimakoulutus", "hid_e;alkupvm;loppupvm;tyamm", rows, date_format="yyyymmdd")[
        "spell"
    ]
    assert [(row["state"], row["start"], row["stop"], row["reason"]) for row in made] == [
        ("student", "2015-01-05", "2015-03-02", None),
        ("student", "2015-01-05", None, None),
        ("student", None, None, "unreadable_start"),
        ("student", "2015-01-05", None, "unreadable_end"),
    ]
