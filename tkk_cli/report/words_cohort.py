"""The words of the page and the flow figure of ``tkk cohort``, as in ``language``."""

from __future__ import annotations

__all__ = ["WORDS_COHORT"]

WORDS_COHORT: dict[str, tuple[str, str, str]] = {
    "title_cohort": ("Kohortti: {name}", "Kohort: {name}", "Cohort: {name}"),
    "cohort_lead": (
        "Kohortissa on {n} henkilöä. Nollapäivä: {index}. Seuranta enintään {days} päivää.",
        "Kohorten har {n} personer. Dag noll: {index}. Uppföljning högst {days} dagar.",
        "The cohort has {n} persons. Day zero: {index}. Follow-up of at most {days} days.",
    ),
    "index_spell_start": ("jakson alku", "periodens början", "start of the spell"),
    "index_spell_end": ("jakson loppu", "periodens slut", "end of the spell"),
    "index_qualified": (
        "päivä, jona jakso on kestänyt {days} päivää",
        "dagen då perioden har varat {days} dagar",
        "the day on which the spell has lasted {days} days",
    ),
    "index_rehabilitation_start": ("kuntoutuksen alku", "rehabiliteringens början", "start of rehabilitation"),
    "index_rehabilitation_end": ("kuntoutuksen loppu", "rehabiliteringens slut", "end of rehabilitation"),
    "index_decision": ("kuntoutuspäätös", "rehabiliteringsbeslut", "decision on rehabilitation"),
    # flow ---------------------------------------------------------------------
    "section_flow": ("Kohortin muodostuminen", "Kohortens flöde", "Flow of the cohort"),
    "flow_step": ("Vaihe", "Steg", "Step"),
    "flow_reason": ("Poistumisen syy", "Orsak till bortfall", "Why persons left"),
    "flow_excluded": ("Poistui", "Bortföll", "Left"),
    "flow_n": ("n\u00a0=\u00a0{n}", "n\u00a0=\u00a0{n}", "n\u00a0=\u00a0{n}"),
    "flow_persons": ("Henkilöitä rekistereissä", "Personer i registren", "Persons in the registers"),
    "flow_index": ("Indeksitapahtuma", "Indexhändelse", "Index event"),
    "flow_out_index": ("ei indeksitapahtumaa", "ingen indexhändelse", "no index event"),
    "flow_wash_out": (
        "Ei aiempaa jaksoa ennen indeksiä",
        "Ingen tidigare period före index",
        "No earlier spell before it",
    ),
    "flow_out_wash_out": (
        "aiempi jakso poissulkuaikana",
        "tidigare period under utvaskningstiden",
        "an earlier spell within the wash-out",
    ),
    "flow_alive": ("Elossa nollapäivänä", "Vid liv dag noll", "Alive on day zero"),
    "flow_out_alive": ("kuollut ennen nollapäivää", "död före dag noll", "dead before day zero"),
    "flow_age": ("Ikä rajoissa", "Ålder inom gränserna", "Of the age asked for"),
    "flow_out_age": (
        "ikä rajojen ulkopuolella tai tuntematon",
        "ålder utanför gränserna eller okänd",
        "outside the age range, or age unknown",
    ),
    "flow_sex": ("Sukupuoli rajauksessa", "Kön enligt avgränsningen", "Of the sex asked for"),
    "flow_out_sex": ("muu tai tuntematon sukupuoli", "annat eller okänt kön", "another sex, or unknown"),
    "flow_resident": ("Väestössä ennen nollapäivää", "I befolkningen före dag noll", "Resident before day zero"),
    "flow_out_resident": (
        "ei väestössä edellisen vuoden lopussa",
        "inte i befolkningen i slutet av föregående år",
        "not resident at the end of the year before",
    ),
    "flow_observed": (
        "Taustajakso rekisterien vuosina",
        "Bakgrundstiden inom registrens år",
        "Look-back within the registers' years",
    ),
    "flow_out_observed": (
        "taustajakso alkaa ennen rekistereitä",
        "bakgrundstiden börjar före registren",
        "look-back begins before the registers",
    ),
    "flow_at_work": (
        "Työssä tai ei työssä ennen indeksiä",
        "I arbete eller inte före index",
        "At work, or not, before the index event",
    ),
    "flow_out_at_work": (
        "työtilanne ei ehtojen mukainen",
        "arbetssituationen uppfyller inte villkoret",
        "work status not as asked for",
    ),
    "flow_without": ("Ei poissulkevaa tilaa", "Inget uteslutande tillstånd", "No excluding state"),
    "flow_out_without": (
        "poissulkeva tila ennen nollapäivää",
        "uteslutande tillstånd före dag noll",
        "an excluding state before day zero",
    ),
    "flow_regions": ("Alue rajauksessa", "Region enligt avgränsningen", "In the regions asked for"),
    "flow_out_regions": ("muu tai tuntematon alue", "annan eller okänd region", "another region, or unknown"),
    "flow_programme": (
        "Ohjelma tai vertailujoukko",
        "Program eller jämförelsegrupp",
        "In a programme or the comparison",
    ),
    "flow_out_programme": ("ei ohjelmaa", "inget program", "no programme"),
    "flow_landmark": (
        "Seurannassa maamerkkipäivänä",
        "Under uppföljning vid landmärket",
        "Under follow-up at the landmark",
    ),
    "flow_out_landmark": (
        "seuranta päättyi ennen maamerkkipäivää",
        "uppföljningen slutade före landmärket",
        "follow-up ended before the landmark",
    ),
    "flow_followed": ("Seurattavissa", "Kan följas upp", "Can be followed"),
    "flow_out_followed": ("ei seurattavaa päivää", "ingen dag att följa upp", "no day to follow"),
    # groups -------------------------------------------------------------------
    "section_cohort_groups": ("Ryhmät", "Grupper", "Groups"),
    "everyone": ("kaikki", "alla", "everyone"),
    "persons": ("Henkilöitä", "Personer", "Persons"),
    "person_days": ("Henkilöpäiviä", "Persondagar", "Person-days"),
    "median_follow_up": ("Seurannan mediaani, päivää", "Median uppföljning, dagar", "Median follow-up, days"),
    # immortal time --------------------------------------------------------------
    "section_immortal_time": ("Kuolematon aika", "Odödlig tid", "Immortal time"),
    "after_index": ("Alkaa nollapäivän jälkeen", "Börjar efter dag noll", "Starts after day zero"),
    "median_days_between": ("Mediaani, päivää", "Median, dagar", "Median, days"),
    "longest_days_between": ("Pisin, päivää", "Längst, dagar", "Longest, days"),
    "immortal_foot": (
        "Nollapäivän ja kuntoutuksen alun välillä henkilöllä ei ole voinut olla tapahtumaa ja silti kuulua ryhmään. "
        "Aika suosii ohjelmaa, ellei sitä käsitellä (maamerkki, myöhäinen tulo).",
        "Mellan dag noll och rehabiliteringens början kan personen inte ha haft händelsen och ändå höra till gruppen. "
        "Tiden gynnar programmet om den inte beaktas (landmärke, sent inträde).",
        "Between day zero and the start of rehabilitation a person cannot have had the event and be in the group. "
        "The time favours the programme unless it is dealt with (landmark, late entry).",
    ),
    # outcomes -----------------------------------------------------------------
    "section_look_back": ("Taustatiedot ennen nollapäivää", "Bakgrund före dag noll", "History before day zero"),
    "outcome_value": ("Tapahtuma tai mittari", "Händelse eller mått", "Event or measure"),
    "outcomes_foot": (
        "Lukumäärä/henkilöitä (raaka osuus) tai keskiarvo. Raaka osuus ei ole kumulatiivinen ilmaantuvuus, sillä "
        "seuranta-ajat eroavat: sen antaa tkk survival.",
        "Antal/personer (rå andel) eller medelvärde. En rå andel är ingen kumulativ incidens, för uppföljningstiderna "
        "skiljer sig: den ger tkk survival.",
        "Count/persons (crude share), or mean. A crude share is no cumulative incidence, since times of follow-up "
        "differ: tkk survival gives that.",
    ),
    # states -------------------------------------------------------------------
    "section_states": (
        "Päivät tiloittain nollapäivästä",
        "Dagar per tillstånd från dag noll",
        "Days by state from day zero",
    ),
    "state_heading": ("Tila", "Tillstånd", "State"),
    "state_other": ("muu tai ei tietoa", "annat eller okänt", "other or unknown"),
    # columns --------------------------------------------------------------------
    "section_columns": ("Kohorttitiedoston sarakkeet", "Kohortfilens kolumner", "Columns of the cohort file"),
    "column_heading": ("Sarake", "Kolumn", "Column"),
    "column_title": ("Sisältö", "Innehåll", "Contents"),
    "column_missing": ("Puuttuu", "Saknas", "Missing"),
    "kind_column_time": ("aika", "tid", "time"),
    "kind_column_event": ("tapahtuma", "händelse", "event"),
    "kind_column_number": ("luku", "tal", "number"),
    "kind_column_yes_no": ("kyllä/ei", "ja/nej", "yes/no"),
    "kind_column_date": ("päivä", "datum", "date"),
    "kind_column_text": ("teksti", "text", "text"),
    "column_kind": ("Laji", "Typ", "Kind"),
}
