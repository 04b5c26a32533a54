"""What the columns of the synthetic cohort mean: roles, units and labels in Finnish, Swedish and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tkk_cli.data.synthetic.cohort import SYNTHETIC, UNKNOWN
from tkk_cli.options import LANGUAGES

__all__ = ["COLUMNS", "DESCRIPTION", "LANGUAGES", "Described", "toml"]

Texts = tuple[str, str, str]

DESCRIPTION: Texts = (
    "Synteettinen kuntoutuskohortti: keksityt henkilöt ja hasardit",
    "Syntetisk rehabiliteringskohort: påhittade personer och hasarder",
    "Synthetic rehabilitation cohort: invented persons and hazards",
)


class Described(NamedTuple):
    """One column: its label, the part it plays, and the labels of its codes."""

    label: Texts
    role: str | None = None
    unit: str | None = None
    reference: str | None = None
    values: Mapping[str, Texts] = {}
    missing: tuple[int, ...] = ()


_NO_YES: Mapping[str, Texts] = {"0": ("Ei", "Nej", "No"), "1": ("Kyllä", "Ja", "Yes")}
_NOT_KNOWN: Mapping[str, Texts] = {str(UNKNOWN): ("Ei tietoa", "Uppgift saknas", "Not known")}

COLUMNS: Mapping[str, Described] = {
    "henkilo": Described(("Henkilö", "Person", "Person"), "person"),
    "aineisto": Described(
        ("Aineiston laji", "Materialets art", "Kind of data"),
        values={SYNTHETIC: ("Synteettinen aineisto", "Syntetiskt material", "Synthetic data")},
    ),
    "ohjelma": Described(
        ("Kuntoutusohjelma", "Rehabiliteringsprogram", "Rehabilitation programme"),
        "group",
        reference="ASLAK",
        values={
            "ASLAK": ("ASLAK-kuntoutus", "ASLAK-rehabilitering", "ASLAK rehabilitation"),
            "TYK": ("TYK-kuntoutus", "TYK-rehabilitering", "TYK rehabilitation"),
            "KIILA": ("KIILA-kuntoutus", "KIILA-rehabilitering", "KIILA rehabilitation"),
            "työhön kytkeytyvä": (
                "Työhön kytkeytyvä kuntoutus",
                "Arbetsanknuten rehabilitering",
                "Work-linked rehabilitation",
            ),
        },
    ),
    "ika": Described(("Ikä alussa", "Ålder vid start", "Age at start"), unit="year"),
    "sukupuoli": Described(
        ("Sukupuoli", "Kön", "Sex"), values={"1": ("Mies", "Man", "Man"), "2": ("Nainen", "Kvinna", "Woman")}
    ),
    "koulutus": Described(
        ("Koulutusaste", "Utbildningsnivå", "Level of education"),
        values={
            "01": ("Perusaste", "Grundnivå", "Basic"),
            "02": ("Toinen aste", "Andra stadiet", "Upper secondary"),
            "03": ("Alempi korkea-aste", "Lägre högskolenivå", "Lower tertiary"),
            "04": ("Ylempi korkea-aste", "Högre högskolenivå", "Higher tertiary"),
        },
    ),
    "diagnoosi": Described(
        ("Päädiagnoosin ryhmä (ICD-10)", "Huvuddiagnosens grupp (ICD-10)", "Main diagnosis, chapter of ICD-10"),
        values={
            "F": ("Mielenterveyden häiriöt", "Psykiska störningar", "Mental disorders"),
            "G": ("Hermoston sairaudet", "Sjukdomar i nervsystemet", "Diseases of the nervous system"),
            "I": ("Verenkiertoelinten sairaudet", "Cirkulationsorganens sjukdomar", "Circulatory diseases"),
            "M": ("Tuki- ja liikuntaelinten sairaudet", "Sjukdomar i rörelseorganen", "Musculoskeletal diseases"),
        },
    ),
    "toimipaikka": Described(("Toimipaikka", "Arbetsställe", "Workplace"), "cluster"),
    "tulo_paiva": Described(
        ("Seurantaan tulo, päivää alusta", "Inträde i uppföljningen, dagar", "Late entry, days from start"),
        "entry",
        "day",
    ),
    "seuranta": Described(
        ("Seuranta-aika, päivää alusta", "Uppföljningstid, dagar från start", "Follow-up, days from start"),
        "time",
        "day",
    ),
    "tila": Described(
        ("Tila seurannan lopussa", "Status vid uppföljningens slut", "Status at the end of follow-up"),
        "event",
        values={
            "0": ("Seuranta päättyi (sensuroitu)", "Uppföljningen slutade (censurerad)", "End of follow-up (censored)"),
            "1": ("Työhönpaluu", "Återgång till arbete", "Return to work"),
            "2": ("Työkyvyttömyyseläke", "Sjukpension", "Disability pension"),
            "3": ("Vanhuuseläke", "Ålderspension", "Old-age pension"),
            "4": ("Kuolema", "Död", "Death"),
        },
    ),
    "paino": Described(("Tapauspaino", "Fallvikt", "Case weight"), "weights"),
    "alku": Described(("Kuntoutuksen alku", "Rehabiliteringens start", "Start of rehabilitation"), "start"),
    "loppu": Described(("Seurannan loppu", "Uppföljningens slut", "End of follow-up"), "end"),
    "paluu_pvm": Described(
        ("Työhönpaluun päivä", "Datum för återgång till arbete", "Date of return to work"), "event_date"
    ),
    "elake_pvm": Described(
        ("Työkyvyttömyyseläkkeen alku", "Sjukpensionens början", "Start of disability pension"), "event_date"
    ),
    "vanhuuselake_pvm": Described(
        ("Vanhuuseläkkeen alku", "Ålderspensionens början", "Start of old-age pension"), "event_date"
    ),
    "kuolin_pvm": Described(("Kuolinpäivä", "Dödsdatum", "Date of death"), "event_date"),
    "tilanneanalyysi": Described(
        ("Tilanneanalyysi työpaikalla", "Lägesanalys på arbetsplatsen", "Situation analysis at the workplace"),
        values=_NO_YES,
    ),
    "esihenkilo_mukana": Described(
        ("Esihenkilö mukana", "Chefen med", "Supervisor takes part"),
        values={**_NO_YES, **_NOT_KNOWN},
        missing=(UNKNOWN,),
    ),
    "tyon_muokkaus": Described(
        ("Työtä muokattu", "Arbetet anpassat", "Work was modified"),
        values=_NO_YES,
    ),
}


def toml() -> str:
    """The codebook as TOML text: ``synthetic = true``, then a table a column, in file order."""
    lines = [
        f"# {DESCRIPTION[LANGUAGES.index('fi')]}.",
        "synthetic = true",
        f"label = {_inline(DESCRIPTION)}",
    ]
    for name, column in COLUMNS.items():
        lines += ["", f"[columns.{name}]", f"label = {_inline(column.label)}"]
        lines += [
            f"{key} = {_text(value)}"
            for key in ("role", "unit", "reference")
            if (value := getattr(column, key)) is not None
        ]
        if column.missing:
            lines.append(f"missing = {list(column.missing)}")
        if column.values:
            lines += ["", f"[columns.{name}.values]"]
            lines += [f"{_text(code)} = {_inline(texts)}" for code, texts in column.values.items()]
    return "\n".join(lines) + "\n"


def _inline(texts: Texts) -> str:
    return "{ " + ", ".join(f"{lang} = {_text(text)}" for lang, text in zip(LANGUAGES, texts, strict=True)) + " }"


def _text(value: str) -> str:
    # No label holds a quote, a backslash or a control character, the only ones TOML needs escaped.
    return f'"{value}"'
