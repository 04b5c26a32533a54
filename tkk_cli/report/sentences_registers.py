"""The sentences for the notes of everything that reads registers, as in ``sentences``."""

from __future__ import annotations

__all__ = ["SENTENCES_REGISTERS"]

SENTENCES_REGISTERS: dict[str, tuple[str, str, str]] = {
    # cohort ----------------------------------------------------------------
    "note_registers_end_guessed": (
        "Yksikään lähde ei kerro vuosiaan: rekisterien viimeiseksi päiväksi on arvattu {date}, viimeinen nähty alku "
        "tai loppu.",
        "Ingen källa anger sina år: registrens sista dag är gissad till {date}, den sista början eller det sista slut "
        "som syns.",
        "No source states its years: the last day of the registers is a guess, {date}, the last start or end that is "
        "seen.",
    ),
    "note_registers_begin_guessed": (
        "Yksikään lähde ei kerro vuosiaan: rekisterien on oletettu alkavan {date}, varhaisimman jakson vuoden alusta.",
        "Ingen källa anger sina år: registren antas börja {date}, från början av den tidigaste periodens år.",
        "No source states its years: the registers are taken to begin on {date}, the start of the year of the earliest "
        "spell.",
    ),
    "note_index_known_later": (
        "Kuolematonta aikaa: {n} henkilöä on mukana, koska indeksijakso kesti vielä {days} päivää nollapäivän jälkeen; "
        "sinä aikana ({person_days} henkilöpäivää) kukaan ei ole voinut palata.",
        "Odödlig tid: {n} personer är med för att indexperioden varade ännu {days} dagar efter dag noll; under den "
        "tiden ({person_days} persondagar) har ingen kunnat återgå.",
        "Immortal time: {n} persons are in because the index spell lasted {days} more days after day zero; in that "
        "time ({person_days} person-days) nobody could return.",
    ),
    "note_immortal_time": (
        "Kuolematonta aikaa: {n} henkilön kuntoutus alkoi nollapäivän jälkeen, enintään {days} päivää myöhemmin; "
        "siihen asti ({person_days} henkilöpäivää) heillä ei ole voinut olla tapahtumaa. Käytä maamerkkiä (landmark).",
        "Odödlig tid: för {n} personer började rehabiliteringen efter dag noll, högst {days} dagar senare; dittills "
        "({person_days} persondagar) har de inte kunnat ha en händelse. Använd en landmark.",
        "Immortal time: the programme of {n} persons started after day zero, at most {days} days later; until then "
        "({person_days} person-days) they could not have an event. Use a landmark.",
    ),
    "note_programme_ends_differ": (
        "Nollapäivä on kuntoutuksen loppu, ja verrattavia ryhmiä on {groups}: eripituisten kuntoutusten loput eivät "
        "ole vertailukelpoisia ajanhetkiä.",
        "Dag noll är slutet på rehabiliteringen, och grupperna är {groups}: sluten på olika långa program är inte "
        "jämförbara tidpunkter.",
        "Day zero is the end of the programme, and there are {groups} groups: the ends of programmes of different "
        "length are not comparable times.",
    ),
    "note_programme_before_day_zero": (
        "{n} henkilön kuntoutus alkoi ennen nollapäivää, enintään {days} päivää aiemmin: heitä seurataan vasta "
        "ohjelman kuluessa.",
        "För {n} personer började rehabiliteringen före dag noll, högst {days} dagar tidigare: de följs först under "
        "programmets gång.",
        "The programme of {n} persons started before day zero, at most {days} days earlier: they are followed only "
        "from later on in the programme.",
    ),
    "note_ended_before_day_zero": (
        "{n} henkilöä on nollapäivänä kilpailevassa tilassa, joka alkoi jo aiemmin: heidän tapahtumansa on ajassa 0. "
        "Rajaa heidät pois: [eligibility] without.",
        "{n} personer är på dag noll i ett konkurrerande tillstånd som började redan tidigare: deras händelse är vid "
        "tiden 0. Lämna bort dem: [eligibility] without.",
        "{n} persons are on day zero in a competing state that began before it: their event is at time 0. Leave them "
        "out: [eligibility] without.",
    ),
    "note_names_not_seen": (
        "Suunnitelman nimiä, joita ei ole yhdelläkään rivillä: {names}. Tarkista kirjoitusasu.",
        "Namn i planen som ingen rad har: {names}. Kontrollera stavningen.",
        "Names of the plan that no row has: {names}. Check how they are written.",
    ),
    "note_work_before_landmark": (
        "Maamerkki: {n} henkilöä oli työssä jo ennen maamerkkipäivää, ja he ovat mukana. Sarake work_before_landmark "
        'kertoo, ketkä: palanneet voi jättää pois ehdolla --where "work_before_landmark == 0".',
        "Landmärke: {n} personer var i arbete redan före landmärket, och de är med. Kolumnen work_before_landmark "
        'visar vilka: de som återgått kan lämnas bort med --where "work_before_landmark == 0".',
        "Landmark: {n} persons were at work before the landmark already, and they are in. The column "
        'work_before_landmark says who: leave out those who have returned with --where "work_before_landmark == 0".',
    ),
    "note_rows_set_aside": (
        "{count} rekisteririviä on jätetty pois, koska niitä ei voi käyttää; syyt ovat taulukossa, rivinumerot saa "
        "valitsimella --rejects.",
        "{count} registerrader har lämnats bort eftersom de inte kan användas; orsakerna finns i tabellen, radnumren "
        "fås med --rejects.",
        "{count} register rows were set aside because they cannot be used; the table has the reasons, --rejects the "
        "row numbers.",
    ),
    "note_break_kept": (
        "Rekisterikatkos {year}: rivit on pidetty sellaisinaan (keep). Katkoksen yli ulottuvat ajat eivät ole täysin "
        "vertailukelpoisia.",
        "Registerbrottet {year}: raderna är kvar som de är (keep). Tider som går över brottet är inte helt jämförbara.",
        "Register break of {year}: the rows are kept as they are (keep). Times that span the break are not fully "
        "comparable.",
    ),
    "note_break_dropped": (
        "Rekisterikatkos {year}: siitä vuodesta alkavat jaksot, joita katkos koskee, on jätetty pois (drop).",
        "Registerbrottet {year}: perioder som börjar det året eller senare och berörs av brottet är bortlämnade "
        "(drop).",
        "Register break of {year}: spells that start in that year or later and are touched by it are left out (drop).",
    ),
    "note_break_indicated": (
        "Rekisterikatkos {year}: sarake break_{year} kertoo, kenen katsottu aika ulottuu katkoksen yli (indicator).",
        "Registerbrottet {year}: kolumnen break_{year} visar vems granskade tid går över brottet (indicator).",
        "Register break of {year}: the column break_{year} says whose time spans the break (indicator).",
    ),
    # checks ----------------------------------------------------------------
    # outcomes --------------------------------------------------------------
    "note_sensitivity_same_persons": (
        "Kohortin jäsenet ovat joka rivillä samat; lähtöpäivä siirtää vain heidän nollapäivänsä. Paluun kanssa "
        "kilpailevat samat tapahtumat kuin kohortissa (Aalen–Johansen).",
        "Kohortens medlemmar är desamma på varje rad; utgångspunkten flyttar bara deras dag noll. Samma händelser "
        "konkurrerar med återgången som i kohorten (Aalen–Johansen).",
        "The members of the cohort are the same in every row; an origin moves only their day zero. The competing "
        "events are those of the cohort (Aalen–Johansen).",
    ),
    "note_sensitivity_left_out": (
        "Lähtöpäivä {origin} puuttuu tai on katsotun ajan ulkopuolella {count} henkilöltä; he eivät ole sen riveillä.",
        "Utgångspunkten {origin} saknas eller ligger utanför den granskade tiden för {count} personer; de är inte med "
        "på dess rader.",
        "The origin {origin} is missing or outside the days that are looked at for {count} persons; they are not in "
        "its rows.",
    ),
    "note_sensitivity_later_origin": (
        "Vain se, joka on seurannassa lähtöpäivänä ({origin}), on sen riveillä: rivit eri lähtöpäivistä eivät koske "
        "samaa aikaa, eikä eripituisten kuntoutusten loppuja voi verrata keskenään.",
        "Bara den som följs vid utgångspunkten ({origin}) är med på dess rader: rader med olika utgångspunkter gäller "
        "inte samma tid, och sluten på åtgärder av olika längd är inte jämförbara.",
        "Only those still followed at the origin ({origin}) are in its rows: rows of different origins are about "
        "different times, and the ends of programmes of different length do not compare.",
    ),
    "note_sensitivity_beyond": (
        "Seuranta päättyy ennen ajankohtaa {horizon} {count} rivillä; niillä ei ole arviota.",
        "Uppföljningen slutar före {horizon} på {count} rader; de har ingen skattning.",
        "Follow-up ends before {horizon} in {count} rows; they have no estimate.",
    ),
}
