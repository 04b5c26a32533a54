"""What the columns of a cohort file are: kind, unit, words and labels, for the file, its codebook and the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tkk_cli.data.registers.states import NONE, States

__all__ = ["EXPOSURE", "HEAD", "Column", "grid_columns"]


@dataclass(frozen=True)
class Column:
    """One column of the cohort file.

    ``kind`` is ``time`` (days since day zero), ``event`` (whole numbers with labels, 0 = censored), ``number``,
    ``yes_no`` (0 or 1), ``date`` (a day number in the stage, a date in the file) or ``text`` (or a code with labels);
    ``titles`` and the texts of ``labels`` (code -> words) are by language (fi, sv, en);
    ``role`` is the role of a codebook (person, group, start, ...).
    """

    name: str
    kind: str
    titles: Mapping[str, str]
    unit: str = ""
    labels: Mapping[Any, Mapping[str, str]] = field(default_factory=dict)
    role: str = ""


# The head of the cohort file, before look-back covariates and outcomes.
HEAD = (
    Column(
        "id",
        "number",
        {"fi": "Henkilö (järjestysnumero)", "sv": "Person (löpnummer)", "en": "Person (number)"},
        role="person",
    ),
    Column("person_key", "text", {"fi": "Henkilöavain", "sv": "Personnyckel", "en": "Person key"}),
    Column("index_date", "date", {"fi": "Nollapäivä", "sv": "Dag noll", "en": "Day zero"}, role="start"),
    Column(
        "index_start",
        "date",
        {"fi": "Indeksijakson alku", "sv": "Indexperiodens början", "en": "Start of the index spell"},
    ),
    Column(
        "index_stop",
        "date",
        {
            "fi": "Indeksijakson loppu (seuraava päivä)",
            "sv": "Indexperiodens slut (dagen efter)",
            "en": "End of the index spell (day after)",
        },
    ),
    Column(
        "follow_stop",
        "date",
        {
            "fi": "Seurannan loppu (seuraava päivä)",
            "sv": "Uppföljningens slut (dagen efter)",
            "en": "End of follow-up (day after)",
        },
        role="end",
    ),
    Column(
        "programme",
        "text",
        {"fi": "Kuntoutusohjelma", "sv": "Rehabiliteringsprogram", "en": "Rehabilitation programme"},
        role="group",
    ),
    Column(
        "programme_start",
        "date",
        {"fi": "Kuntoutuksen alku", "sv": "Rehabiliteringens början", "en": "Start of rehabilitation"},
    ),
    Column(
        "programme_stop",
        "date",
        {
            "fi": "Kuntoutuksen loppu (seuraava päivä)",
            "sv": "Rehabiliteringens slut (dagen efter)",
            "en": "End of rehabilitation (day after)",
        },
    ),
    Column(
        "provider",
        "text",
        {"fi": "Palveluntuottaja tai kurssi", "sv": "Serviceproducent eller kurs", "en": "Provider or course"},
        role="cluster",
    ),
    Column(
        "employer",
        "text",
        {"fi": "Työnantaja ennen nollapäivää", "sv": "Arbetsgivare före dag noll", "en": "Employer before day zero"},
    ),
)
EXPOSURE = ("programme", "programme_start", "programme_stop", "provider")  # left out without [programme]


def grid_columns(unit: str, states: States) -> tuple[Column, ...]:
    """The columns of the file of a grid: ``id`` is that of the cohort file, ``state`` a rank in the table of states.

    Parameters
    ----------
    unit : {"day", "week", "month", "calendar_month"}
    states : States
    """
    names = {states.rank(row.name): row.titles for row in states.rows}
    names[states.rank(NONE)] = {"fi": "muu tai ei tietoa", "sv": "annat eller okänt", "en": "other or unknown"}
    periods = {
        "day": {"fi": "Päivä nollapäivästä", "sv": "Dag från dag noll", "en": "Day since day zero"},
        "week": {"fi": "Viikko nollapäivästä", "sv": "Vecka från dag noll", "en": "Week since day zero"},
        "month": {"fi": "Kuukausi nollapäivästä", "sv": "Månad från dag noll", "en": "Month since day zero"},
        "calendar_month": {
            "fi": "Kalenterikuukausi nollapäivän kuukaudesta",
            "sv": "Kalendermånad från månaden för dag noll",
            "en": "Calendar month since that of day zero",
        },
    }
    days = {"fi": "Katsottuja päiviä", "sv": "Granskade dagar", "en": "Days that are looked at"}
    work = {"fi": "Työssäolopäiviä", "sv": "Dagar i arbete", "en": "Days at work"}
    return (
        HEAD[0],
        Column("period", "number", periods[unit], unit=unit.removeprefix("calendar_"), role="time"),
        Column("state", "event", {"fi": "Tila", "sv": "Tillstånd", "en": "State"}, labels=names, role="state"),
        Column("days", "number", days, unit="day"),
        Column("work_days", "number", work, unit="day"),
    )
