"""The covariates that a look-back can give: names, kinds, words; what a plan asks for, spelled out.

Names are plain ASCII. ``state_history`` stands for all ``state_q1``, ``state_q2``, ... and ``state_days`` for
``days_<state>`` of every state and ``days_other``.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from tkk_cli.data.registers.columns import Column
from tkk_cli.data.registers.entry.diagnoses import read_diagnosis_groups
from tkk_cli.data.registers.entry.plan import CohortPlan
from tkk_cli.data.registers.states import NONE, States
from tkk_cli.errors import TkkError
from tkk_cli.options import LANGUAGES

__all__ = ["ATTRIBUTES", "QUARTER", "SICKNESS", "covariate_names", "lookback_columns", "possible_names"]

QUARTER = 91  # days
SICKNESS = ("sickness", "partial_sickness")
# taken from person_row
ATTRIBUTES = ("region", "municipality", "education", "occupation", "activity")

# name -> kind, unit, title in fi, sv, en
_FIXED: dict[str, tuple[str, str, tuple[str, str, str]]] = {
    "age": ("number", "year", ("Ikä nollapäivänä", "Ålder på dag noll", "Age on day zero")),
    "sex": ("text", "", ("Sukupuoli", "Kön", "Sex")),
    "region": ("text", "", ("Maakunta", "Landskap", "Region")),
    "municipality": ("text", "", ("Kunta", "Kommun", "Municipality")),
    "education": ("text", "", ("Koulutus", "Utbildning", "Education")),
    "occupation": ("text", "", ("Ammatti", "Yrke", "Occupation")),
    "activity": ("text", "", ("Pääasiallinen toiminta", "Huvudsaklig verksamhet", "Main activity")),
    "diagnosis_group": (
        "text",
        "",
        ("Indeksijakson diagnoosiryhmä", "Diagnosgrupp i indexperioden", "Diagnosis group of the index spell"),
    ),
    "work_days": ("number", "day", ("Työssäolopäivät ennen", "Dagar i arbete före", "Days at work before")),
    "work_share": (
        "number",
        "",
        ("Työssäolon osuus päivistä ennen", "Andel dagar i arbete före", "Share of days at work before"),
    ),
    "months_since_work": (
        "number",
        "month",
        ("Kuukausia viimeisestä työpäivästä", "Månader sedan senaste arbetsdag", "Months since the last day at work"),
    ),
    "sickness_days": (
        "number",
        "day",
        ("Sairauspoissaolopäivät ennen", "Sjukfrånvarodagar före", "Sickness absence days before"),
    ),
    "sickness_spells": (
        "number",
        "",
        ("Sairauspoissaolojaksot ennen", "Sjukfrånvaroperioder före", "Sickness absence spells before"),
    ),
    "programme_before": (
        "yes_no",
        "",
        ("Aiempi kuntoutus", "Tidigare rehabilitering", "Earlier rehabilitation"),
    ),
}
_DEFAULT = (
    "age",
    "sex",
    "region",
    "education",
    "diagnosis_group",
    "work_days",
    "work_share",
    "months_since_work",
    "sickness_days",
    "sickness_spells",
    "programme_before",
    "state_history",
)
_SETS = ("state_history", "state_days")
_NO_STATE = {"fi": "muu", "sv": "annat", "en": "other"}
_SEXES = {"1": {"fi": "mies", "sv": "man", "en": "man"}, "2": {"fi": "nainen", "sv": "kvinna", "en": "woman"}}


def _history(plan: CohortPlan) -> list[str]:
    return [f"state_q{quarter}" for quarter in range(1, plan.look_back.days // QUARTER + 1)]


def possible_names(plan: CohortPlan, states: States) -> tuple[str, ...]:
    """Every covariate that the look-back can give with this table of states, the sets included."""
    sick = set(SICKNESS) & set(states.names)
    fixed = [name for name in _FIXED if sick or not name.startswith("sickness_")]
    return (*fixed, *_SETS, *_history(plan), *(f"days_{name}" for name in (*states.names, NONE)))


def covariate_names(plan: CohortPlan, states: States) -> tuple[str, ...]:
    """The covariates of the plan with sets spelled out, each once; a default set where none is named.

    Raises
    ------
    TkkError
        TKK288 for a name that the look-back does not give.
    """
    possible = possible_names(plan, states)
    named = plan.look_back.covariates or tuple(name for name in _DEFAULT if name in possible)
    for name in named:
        if name not in possible:
            near = get_close_matches(name, possible, n=1)
            listed = ", ".join(name for name in possible if not name.startswith("days_"))
            raise TkkError(
                "TKK288",
                f"the look-back of {plan.look_back.days} days gives no covariate {name!r}",
                where=f"{plan.path.name}: [look_back] covariates",
                hint=f"did you mean {near[0]}?" if near else f"there are {listed}, and days_ with the name of a state",
            )
    sets = {"state_history": _history(plan), "state_days": [f"days_{name}" for name in (*states.names, NONE)]}
    return tuple(dict.fromkeys(one for name in named for one in sets.get(name, [name])))


def lookback_columns(plan: CohortPlan, states: States) -> tuple[Column, ...]:
    """The columns of ``lookback`` after ``pid``, in the order of the plan, with their words and labels."""
    return tuple(_column(name, plan, states) for name in covariate_names(plan, states))


def _column(name: str, plan: CohortPlan, states: States) -> Column:
    words: dict[int | str, Mapping[str, str]] = {row.name: row.titles for row in states.rows}
    words[NONE] = _NO_STATE
    if name in _FIXED:
        kind, unit, titles = _FIXED[name]
        labels: dict[int | str, Mapping[str, str]] = {}
        if name == "sex":
            labels.update(_SEXES)
        elif name == "diagnosis_group":
            groups = read_diagnosis_groups(plan.look_back.diagnosis_groups)
            labels.update({row.name: row.titles for row in groups})
        return Column(name, kind, dict(zip(LANGUAGES, titles, strict=True)), unit, labels)
    if name.startswith("days_"):
        state = words[name.removeprefix("days_")]
        before = {"fi": "Päiviä ennen: {}", "sv": "Dagar före: {}", "en": "Days before: {}"}
        return Column(name, "number", {lang: text.format(state[lang]) for lang, text in before.items()}, "day")
    days = QUARTER * int(name.removeprefix("state_q"))
    titles_of = {
        "fi": f"Tila {days} päivää ennen",
        "sv": f"Tillstånd {days} dagar före",
        "en": f"State {days} days before",
    }
    return Column(name, "text", titles_of, "", words)
