"""The words of ``tkk outcomes``, and of the page and figure of its sensitivity analysis, as in ``language``."""

from __future__ import annotations

__all__ = ["WORDS_OUTCOMES"]

WORDS_OUTCOMES: dict[str, tuple[str, str, str]] = {
    "aim_1": ("työhön pääsy", "inträde i arbete", "entering work"),
    "aim_2": ("työssä pysyminen", "kvarstannande i arbete", "staying at work"),
    "aim_3": ("työhön paluu", "återgång till arbete", "returning to work"),
    "aim_4": ("tuleva työura", "den kommande arbetskarriären", "the career ahead"),
    "outcomes_aims": ("Tavoitteet", "Mål", "Aims"),
    "outcomes_definition": ("Määritelmä (oletusarvoin)", "Definition (förval)", "Definition (with the defaults)"),
    "outcomes_parameters": ("Parametrit", "Parametrar", "Parameters"),
    "outcomes_columns": ("Sarakkeet", "Kolumner", "Columns"),
    "outcomes_source": ("Lähde", "Källa", "Source"),
    "outcomes_write": ("Näin cohort.toml-tiedostoon", "Så här i cohort.toml", "In cohort.toml"),
    "outcomes_career": (
        "Ei kohortin sarakkeena: tkk career laskee sen tilaruudukosta (tkk cohort --grid month).",
        "Inte en kolumn i kohorten: tkk career räknar det från ett tillståndsrutnät (tkk cohort --grid month).",
        "Not a column of a cohort: tkk career computes it from a grid of states (tkk cohort --grid month).",
    ),
    "title_sensitivity": (
        "{cause}: herkkyys määritelmälle",
        "{cause}: känslighet för definitionen",
        "{cause}: sensitivity to the definition",
    ),
    "sensitivity_lead": (
        "Kumulatiivinen ilmaantuvuus {horizon} lähtöpäivästä, kun muut tapahtumat kilpailevat.",
        "Kumulativ incidens {horizon} efter utgångspunkten, med konkurrerande händelser.",
        "Cumulative incidence {horizon} after the origin, with competing events.",
    ),
    "sensitivity_rule": (
        "{code}: enintään {gap} päivän keskeytys ei katkaise jaksoa; tapahtuman päivä on {dated}.",
        "{code}: ett avbrott på högst {gap} dagar bryter inte perioden; händelsens dag är {dated}.",
        "{code}: an interruption of at most {gap} days does not break the run; the day of the event is {dated}.",
    ),
    "dated_first_day": ("jakson ensimmäinen päivä", "periodens första dag", "the first day of the run"),
    "dated_confirmed": (
        "päivä, jona pituus täyttyy",
        "den dag då längden uppnås",
        "the day on which it reaches its length",
    ),
    "section_sensitivity": ("Määritelmät", "Definitioner", "Definitions"),
    "sensitivity_origin": ("Lähtöpäivä", "Utgångspunkt", "Origin"),
    "sensitivity_window": ("Pituus vähintään", "Längd minst", "At least"),
    "window_calendar": ("{days} pv", "{days} d", "{days} d"),
    "window_working": ("{days} arkipv", "{days} vardagar", "{days} weekdays"),
    "sensitivity_partial": ("Osittainen paluu", "Partiell återgång", "Partial return"),
    "partial_counts": ("lasketaan", "räknas", "counts"),
    "partial_does_not_count": ("ei lasketa", "räknas inte", "does not count"),
    "partial_counts_long": ("osittainen paluu lasketaan", "partiell återgång räknas", "partial return counts"),
    "partial_does_not_count_long": (
        "osittaista paluuta ei lasketa",
        "partiell återgång räknas inte",
        "partial return does not count",
    ),
    "sensitivity_events": ("Paluita", "Återgångar", "Returns"),
    "origin_index": ("kohortin nollapäivä", "kohortens dag noll", "day zero of the cohort"),
    "origin_start": ("indeksijakson alku", "indexperiodens början", "start of the index spell"),
    "origin_end": ("indeksijakson loppu", "indexperiodens slut", "end of the index spell"),
    "origin_programme_start": ("kuntoutuksen alku", "rehabiliteringens början", "start of the programme"),
    "origin_programme_end": ("kuntoutuksen loppu", "rehabiliteringens slut", "end of the programme"),
    "origin_decision": ("kuntoutuspäätös", "rehabiliteringsbeslut", "decision on the programme"),
    "sensitivity_axis": (
        "Kumulatiivinen ilmaantuvuus, {horizon}",
        "Kumulativ incidens, {horizon}",
        "Cumulative incidence, {horizon}",
    ),
}
