"""The definition of an outcome in words, its parameters filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tkk_cli.data.registers.states import States
from tkk_cli.options import LANGUAGES
from tkk_cli.outcomes.definition import Outcome

__all__ = ["definition"]

# (parameter, value) -> how the definition says it
_CHOICES = {
    ("partial", "counts"): (
        "osittaisella etuudella tehty työ lasketaan",
        "arbete med partiell förmån räknas",
        "work on a partial benefit counts",
    ),
    ("partial", "does_not_count"): (
        "osittaisella etuudella tehtyä työtä ei lasketa",
        "arbete med partiell förmån räknas inte",
        "work on a partial benefit does not count",
    ),
    ("partial", "half"): (
        "osittaisella etuudella tehty työ on puoli päivää",
        "arbete med partiell förmån är en halv dag",
        "work on a partial benefit is half a day",
    ),
    ("partial", "full"): (
        "osittainen päivä on kokonainen päivä",
        "en partiell dag är en hel dag",
        "a partial day is a whole day",
    ),
    ("partial", "extent"): (
        "osittainen päivä etuuden osuuden mukaan",
        "en partiell dag efter förmånens omfattning",
        "a partial day by the extent of the benefit",
    ),
    ("unit", "calendar"): ("kalenteripäiviä", "kalenderdagar", "calendar days"),
    ("unit", "working"): ("maanantaista perjantaihin", "måndag till fredag", "Monday to Friday"),
    ("unit", "kela"): ("maanantaista lauantaihin", "måndag till lördag", "Monday to Saturday"),
    ("dated", "first_day"): (
        "jakson ensimmäinen päivä, myös viikonloppuna",
        "periodens första dag, också under ett veckoslut",
        "the first day of the run, also at a weekend",
    ),
    ("dated", "confirmed"): (
        "päivä, jona pituus täyttyy",
        "den dag då längden uppnås",
        "the day on which it reaches that length",
    ),
    ("employed", "at_work"): ("työssä", "i arbete", "at work"),
    ("employed", "contract"): ("työsopimus riittää", "anställning räcker", "a contract is enough"),
    ("subsidised", "counts"): ("lasketaan", "räknas", "counts"),
    ("subsidised", "does_not_count"): ("ei lasketa", "räknas inte", "does not count"),
    ("absent", "counts"): ("ei haittaa", "hindrar inte", "does not matter"),
    ("absent", "does_not_count"): ("ei kelpaa", "godtas inte", "does not count"),
    ("scale", "relative"): ("vuodet nollapäivästä", "år från dag noll", "years from day zero"),
    ("scale", "calendar"): ("kalenterivuodet", "kalenderår", "calendar years"),
}
_EVERY = ("kaikki etuudet", "alla förmåner", "every benefit")
_PRICES = (
    " vuoden {base_year} hinnoin",
    " i {base_year} års priser",
    " at the prices of {base_year}",
)


def definition(outcome: Outcome, parameters: Mapping[str, Any], language: str, states: States) -> str:
    """The definition in a language, for parameters as ``settled`` gives them or for the defaults.

    Examples
    --------
    >>> from tkk_cli.data.registers.states import read_states
    >>> from tkk_cli.outcomes.registry import find_outcome
    >>> o1 = find_outcome("O1")
    >>> definition(o1, {"partial": "does_not_count"}, "en", read_states())
    'The first day at work from day zero on (work on a partial benefit does not count).'
    """
    place = LANGUAGES.index(language)
    filled = {name: _said(name, value, place, language, states) for name, value in parameters.items()}
    index = parameters.get("cpi") or ()
    base = parameters.get("base_year") or (max(dict(index)) if isinstance(index, tuple) and index else "")
    filled["prices"] = _PRICES[place].format(base_year=base) if index else ""
    return outcome.definitions[language].format(**filled)


def _said(name: str, value: Any, place: int, language: str, states: States) -> str:
    if isinstance(value, tuple):
        titles = {row.name: row.titles[language] for row in states.rows}
        return ", ".join(str(titles.get(item, item)) for item in value) or _EVERY[place]
    chosen = _CHOICES.get((name, value))
    return chosen[place] if chosen else str(value)
