"""``cohort.toml``: what is read, and what is refused with section and key."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from support.entry_tables import STATES

from tkk_cli.data.registers.entry.plan import CohortPlan, Comparison, Eligibility, FollowUp, Index, LookBack, WashOut
from tkk_cli.data.registers.entry.reading import check_states, read_plan
from tkk_cli.data.registers.states import States
from tkk_cli.errors import TkkError

HEAD = 'registers = "registers.toml"\n'
REHABILITATION = '[index]\nevent = "rehabilitation_start"\n'


def read(folder: Path, text: str) -> CohortPlan:
    path = folder / "cohort.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return read_plan(path)


def refused(folder: Path, text: str) -> TkkError:
    with pytest.raises(TkkError) as caught:
        read(folder, text)
    return caught.value


def test_every_key_is_read(tmp_path: Path) -> None:
    plan = read(
        tmp_path,
        """
[index]
event = "spell_end"
states = ["sickness", "sickness", "unemployment"]
min_days = 10
join_gap = 3
origin = "event"
first = 2014-02-01
last = "2016-03-31"
which = "last"
[wash_out]
days = 180
states = "sickness"
[look_back]
days = 700
covariates = ["age", "diagnosis_group"]
diagnosis_groups = "ryhmat.csv"
[eligibility]
age = [18, 63]
sex = [2]
resident = true
at_work = false
alive = false
observed = false
without = ["disability_pension"]
regions = ["01", "02"]
[programme]
before = 5
after = 30
none = "none"
[programme.groups]
laitos = ["aslak", "tyk"]
[comparison]
pool = "everyone"
[follow_up]
days = 730
last = 2018-12-31
competing = ["death"]
censoring = []
landmark = 60
[at_work]
needs = ["employed"]
[outcome.paluu]
use = "O2"
days = 28
unit = "working_days"
""",
    )
    assert plan.registers == tmp_path.resolve() / "registers.toml"
    assert plan.index == Index(
        event="spell_end",
        states=("sickness", "unemployment"),
        min_days=10,
        join_gap=3,
        first=datetime.date(2014, 2, 1),
        last=datetime.date(2016, 3, 31),
        which="last",
    )
    assert plan.wash_out == WashOut(days=180, states=("sickness",))
    groups = tmp_path.resolve() / "ryhmat.csv"
    assert plan.look_back == LookBack(days=700, covariates=("age", "diagnosis_group"), diagnosis_groups=groups)
    assert plan.eligibility == Eligibility(
        age=(18, 63),
        sex=("2",),
        resident=True,
        at_work=False,
        alive=False,
        observed=False,
        without=("disability_pension",),
        regions=("01", "02"),
    )
    assert plan.programme is not None
    assert (plan.programme.before, plan.programme.after, plan.programme.none) == (5, 30, "none")
    assert plan.programme.groups == {"laitos": ("aslak", "tyk")}
    assert plan.comparison == Comparison(pool="everyone")
    last = datetime.date(2018, 12, 31)
    assert plan.follow_up == FollowUp(days=730, last=last, competing=("death",), censoring=(), landmark=60)
    assert plan.at_work == {"needs": ("employed",)}
    (request,) = plan.outcomes
    assert (request.prefix, request.outcome) == ("paluu", "O2")
    assert request.parameters == {"days": 28, "unit": "working_days"}


def test_defaults(tmp_path: Path) -> None:
    plan = read(tmp_path, "")
    assert (plan.index, plan.wash_out, plan.follow_up) == (Index(), WashOut(), FollowUp())
    assert (plan.programme, plan.at_work, plan.outcomes) == (None, {}, ())
    check_states(plan, STATES)


def test_after_is_the_landmark_where_it_is_not_given(tmp_path: Path) -> None:
    plan = read(tmp_path, "[programme]\n[follow_up]\nlandmark = 90\n")
    assert plan.programme is not None
    assert plan.programme.after == 90
    plan = read(tmp_path, '[programme]\ncolumn = "code"\n[follow_up]\nlandmark = 90\n')
    assert plan.programme is not None
    assert plan.programme.after == 0
    plan = read(tmp_path, f"{REHABILITATION}[programme]\n[follow_up]\nlandmark = 90\n")
    assert plan.programme is not None
    assert plan.programme.after == 0


@pytest.mark.parametrize(
    ("code", "text", "where", "hint"),
    [
        ("TKK284", "[indx]\n", "cohort.toml", "index"),
        ("TKK284", "[index]\nstats = []\n", "[index]", "states"),
        ("TKK284", "[follow_up]\nzzz = 1\n", "[follow_up]", "landmark"),
        ("TKK285", "index = 3\n", "[index]", "section"),
        ("TKK285", "[index]\nmin_days = 0\n", "[index] min_days", "for example min_days = 365"),
        ("TKK285", "[index]\nmin_days = true\n", "[index] min_days", None),
        ("TKK285", '[index]\nevent = "spel_end"\n', "[index] event", 'event = "spell_end"'),
        ("TKK285", '[index]\nfirst = "1.2.2014"\n', "[index] first", None),
        ("TKK285", "[index]\nfirst = 2014-02-01T10:00:00\n", "[index] first", None),
        ("TKK285", "[index]\nstates = [1]\n", "[index] states", None),
        ("TKK285", "[eligibility]\nage = [18]\n", "[eligibility] age", None),
        ("TKK285", '[eligibility]\nsex = ["3"]\n', "[eligibility] sex", None),
        ("TKK285", '[eligibility]\nalive = "yes"\n', "[eligibility] alive", None),
        ("TKK285", "[follow_up]\nlandmark = -1\n", "[follow_up] landmark", None),
        ("TKK285", "[programme]\ngroups = 3\n", "[programme] groups", "groups = { "),
        ("TKK285", "[programme.groups]\na = []\n", "[programme] groups", None),
        ("TKK285", "[programme]\nnone = 3\n", "[programme] none", None),
        ("TKK285", "[outcome.paluu]\ndays = 28\n", "[outcome.paluu]", "O2"),
        ("TKK285", "[outcome]\npaluu = 3\n", "[outcome.paluu]", "section"),
        ("TKK289", '[outcome.Paluu]\nuse = "O2"\n', "[outcome.Paluu]", "small letters"),
        ("TKK289", '[outcome.index_date]\nuse = "O2"\n', "[outcome.index_date]", "employer"),
        ("TKK286", f'{REHABILITATION}states = ["sickness"]\n', "[index] states", "spell_start"),
        ("TKK286", '[index]\nevent = "decision"\njoin_gap = 3\n', "[index] join_gap", "spell_start"),
        ("TKK286", "[index]\nstates = []\n", "[index] states", "sickness"),
        ("TKK286", '[index]\nevent = "spell_end"\norigin = "qualified"\n', "[index] origin", "event"),
        ("TKK286", "[index]\nfirst = 2015-01-01\nlast = 2014-01-01\n", "[index] first", "last"),
        ("TKK286", '[index]\nstates = ["disability_pension"]\n', "[index] states", "competing"),
        ("TKK286", '[comparison]\npool = "none"\n', "[comparison] pool", "programme"),
        ("TKK286", f"{REHABILITATION}[programme]\nafter = 3\n", "[programme] after", "leave"),
        ("TKK286", '[programme]\ncolumn = "code"\nbefore = 3\n', "[programme] before", "leave"),
        ("TKK286", "[programme]\nafter = 2000\n", "[programme] after", "shorter"),
        ("TKK286", "[programme]\nafter = 100\n[follow_up]\nlandmark = 90\n", "[programme] after", "landmark"),
        ("TKK286", '[programme]\nnone = "a"\n[programme.groups]\na = ["tyk"]\n', "[programme] none", "another name"),
        ("TKK286", '[programme.groups]\na = ["tyk"]\nb = ["tyk"]\n', "[programme.groups]", "once"),
        ("TKK286", '[follow_up]\ncensoring = ["death"]\n', "[follow_up] censoring", "one list"),
        ("TKK286", "[index]\nfirst = 2015-01-01\n[follow_up]\nlast = 2014-12-31\n", "[follow_up] last", "first"),
        ("TKK286", '[programme]\nnone = "a"\n[comparison]\npool = "none"\n', "[programme] none", "leave none out"),
        ("TKK286", f'{REHABILITATION}[programme]\nnone = "a"\n', "[programme] none", "leave none out"),
        (
            "TKK286",
            '[look_back]\ncovariates = ["age"]\ndiagnosis_groups = "a.csv"\n',
            "[look_back] diagnosis_groups",
            "diagnosis_group",
        ),
        ("TKK286", "[eligibility]\nage = [60, 20]\n", "[eligibility] age", "[20, 60]"),
        ("TKK286", '[wash_out]\nstates = ["sickness"]\n', "[wash_out] days", "365"),
        ("TKK286", '[at_work]\nneeds = ["employed"]\nexcludes = ["employed"]\n', "[at_work] needs", "once"),
    ],
)
def test_refused_with_section_and_key(tmp_path: Path, code: str, text: str, where: str, hint: str | None) -> None:
    error = refused(tmp_path, text)
    assert error.code == code, error
    assert where in str(error.where)
    assert hint is None or hint in str(error.hint)
    assert error.hint or code == "TKK286"


def test_registers_are_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "rekisterit.toml"
    path.write_text('[source.a]\npath = "a.csv"\nlayout = "long"\n', encoding="utf-8")
    with pytest.raises(TkkError, match="no plan") as caught:
        read_plan(path)
    assert caught.value.code == "TKK284"
    assert "tkk check rekisterit.toml" in str(caught.value.hint)


def test_a_plan_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "kohortti.toml").touch()
    (tmp_path / "registers.toml").touch()
    for name, hint in (("kohorti.toml", "did you mean kohortti.toml?"), ("x.toml", "kohortti.toml, registers.toml")):
        with pytest.raises(TkkError) as caught:
            read_plan(tmp_path / name)
        assert caught.value.code == "TKK283"
        assert hint in str(caught.value.hint)


def test_a_plan_without_registers(tmp_path: Path) -> None:
    path = tmp_path / "cohort.toml"
    path.write_text("[index]\n", encoding="utf-8")
    with pytest.raises(TkkError) as caught:
        read_plan(path)
    assert caught.value.code == "TKK285"


@pytest.mark.parametrize("content", [None, b"registers = ", b"registers = '\xe4'"])
def test_a_plan_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "cohort.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TkkError) as caught:
        read_plan(path)
    assert caught.value.code == "TKK283"


@pytest.mark.parametrize(
    ("text", "where", "hint"),
    [
        ('[index]\nstates = ["sicknes"]\n', "[index] states", "sickness"),
        ('[wash_out]\ndays = 3\nstates = ["zzz"]\n', "[wash_out] states", "employed"),
        ('[eligibility]\nwithout = ["deth"]\n', "[eligibility] without", "death"),
        ('[follow_up]\ncompeting = ["other"]\n', "[follow_up] competing", "student"),
        ('[at_work]\npartial = ["zzz"]\n', "[at_work] partial", "employed"),
    ],
)
def test_unknown_states(tmp_path: Path, text: str, where: str, hint: str) -> None:
    plan = read(tmp_path, text)
    with pytest.raises(TkkError) as caught:
        check_states(plan, STATES)
    assert caught.value.code == "TKK287"
    assert where in str(caught.value.where)
    assert hint in str(caught.value.hint)


def test_a_default_that_the_own_table_lacks_is_told(tmp_path: Path) -> None:
    few = States(tuple(row for row in STATES.rows if row.name not in ("sickness", "partial_sickness")))
    with pytest.raises(TkkError) as caught:
        check_states(read(tmp_path, ""), few)
    assert caught.value.code == "TKK287"
    check_states(read(tmp_path, REHABILITATION), few)
