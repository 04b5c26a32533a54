"""What the columns of a cohort file are: kind, unit, words and labels, for the file, its codebook and the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["EXPOSURE", "HEAD", "Column"]


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
