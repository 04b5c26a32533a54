"""The sentence for each note of a result, in Finnish, Swedish and English (the order of ``language.LANGUAGES``).

The key is ``note_`` and the key of the note. The values come in ready to print: a group or a cause as its label in
quotation marks, a time with its unit, a count with grouping.
"""

from __future__ import annotations

from tkk_cli.report.sentences_registers import SENTENCES_REGISTERS
from tkk_cli.report.sentences_regress import SENTENCES_REGRESS

__all__ = ["SENTENCES"]

SENTENCES: dict[str, tuple[str, str, str]] = {
    # what is estimated ------------------------------------------------------------
    "note_estimand_survival": (
        "Esitetään todennäköisyys, ettei tapahtumaa {cause} ole vielä sattunut.",
        "Visas: sannolikheten att händelsen {cause} ännu inte har inträffat.",
        "Shown: the probability that the event {cause} has not happened yet.",
    ),
    "note_estimand_incidence": (
        "Esitetään todennäköisyys, että tapahtuma {cause} on sattunut kuhunkin aikaan mennessä, kun sen sijasta voi "
        "sattua {others}. Kilpaileva tapahtuma ei ole sensurointi.",
        "Visas: sannolikheten att händelsen {cause} har inträffat vid varje tid, när {others} kan inträffa i stället. "
        "En konkurrerande händelse är inte en censurering.",
        "Shown: the probability that the event {cause} has happened by each time, when {others} can happen instead. "
        "A competing event is not a censoring.",
    ),
    "note_estimand_incidence_single": (
        "Esitetään todennäköisyys, että tapahtuma {cause} on sattunut kuhunkin aikaan mennessä.",
        "Visas: sannolikheten att händelsen {cause} har inträffat vid varje tid.",
        "Shown: the probability that the event {cause} has happened by each time.",
    ),
    "note_competing_as_censored": (
        "Koodit {codes} on luettu sensuroinneiksi. Jos ne tekevät tapahtuman mahdottomaksi, ne ovat kilpailevia "
        "tapahtumia: nimeä ne valitsimella --events.",
        "Koderna {codes} räknas som censurering. Om de gör händelsen omöjlig är de konkurrerande händelser: "
        "namnge dem med --events.",
        "Codes {codes} are counted as censoring. If they make the event impossible they are competing events: "
        "name them in --events.",
    ),
    "note_conditional": (
        "Ehdollinen käyrä: ei tapahtumaa ennen aikaa {time}. Ajan laskenta jatkuu alusta.",
        "Betingad kurva: ingen händelse före {time}. Tiden räknas fortfarande från början.",
        "Conditional curve: no event up to {time}. Time still counts from the start.",
    ),
    "note_landmark": (
        "Kiintopiste {time}: mukana ovat silloin seurannassa olevat, ja aika lasketaan siitä.",
        "Landmärke {time}: de som då är under uppföljning ingår, och tiden räknas därifrån.",
        "Landmark {time}: those under observation then are kept, and time counts from there.",
    ),
    "note_fh_estimator": (
        "Tapahtumavapaa osuus on Nelson–Aalenin kumulatiivisen hasardin vastaluvun eksponentti (Fleming–Harrington).",
        "Den händelsefria andelen är exponenten av minus Nelson–Aalens kumulativa hasard (Fleming–Harrington).",
        "The event-free probability is the exponential of minus the Nelson–Aalen cumulative hazard "
        "(Fleming–Harrington).",
    ),
    "note_unit_converted": (
        "Ajat muunnettu yksiköstä {source} yksikköön {target}; kuukausi on 30,4375 päivää ja vuosi 365,25 päivää.",
        "Tiderna är omräknade från {source} till {target}; en månad är 30,4375 dagar och ett år 365,25 dagar.",
        "Times converted from {source} to {target}; a month is 30.4375 days and a year 365.25 days.",
    ),
    "note_unit_from_codebook": (
        "Aikasarakkeen yksikkö on koodikirjan mukaan {source}.",
        "Tidskolumnens enhet är enligt kodboken {source}.",
        "The unit of the time column is {source}, as the codebook says.",
    ),
    "note_unit_implausible": (
        "Pisin seuranta-aika on {time} eli yli 120 vuotta: tarkista --unit ja --time-unit.",
        "Den längsta uppföljningen är {time}, alltså över 120 år: kontrollera --unit och --time-unit.",
        "The longest follow-up is {time}, more than 120 years: check --unit and --time-unit.",
    ),
    # who is counted ------------------------------------------------------------
    "note_synthetic": (
        "SYNTEETTINEN AINEISTO: rivit on tuotettu ohjelmallisesti, eikä yksikään kuvaa todellista henkilöä.",
        "SYNTETISKA DATA: raderna är framställda av ett program och ingen beskriver en verklig person.",
        "SYNTHETIC DATA: the rows were made by a program and none describes a real person.",
    ),
    "note_rows_not_persons": (
        "Lukumäärät ovat rivejä, eivät henkilöitä: samalla henkilöllä voi olla monta riviä.",
        "Antalen är rader, inte personer: samma person kan ha flera rader.",
        "Counts are of rows, not of people: one person may have several rows.",
    ),
    "note_late_entry": (
        "Myöhäinen seurantaan tulo: {n} riviä. Rivi on riskissä vasta tulonsa jälkeen.",
        "Sent inträde: {n} rader. En rad är under risk först efter sitt inträde.",
        "Late entry: {n} rows. A row is at risk only after its entry.",
    ),
    "note_early_risk_set": (
        "Ryhmän {group} riskijoukko on alussa pieni ({n_risk} ajankohtana {time}), ja koko käyrä riippuu siitä. "
        "Valitsin --conditional antaa ehdollisen käyrän.",
        "Riskmängden i gruppen {group} är liten i början ({n_risk} vid {time}), och hela kurvan beror på den. "
        "Med --conditional fås en betingad kurva.",
        "The risk set of the group {group} is small early ({n_risk} at {time}), and the whole curve depends on it. "
        "--conditional gives a conditional curve.",
    ),
    "note_no_events": (
        "Ryhmässä {group} ei ole yhtään tapahtumaa.",
        "I gruppen {group} finns inga händelser.",
        "The group {group} has no event.",
    ),
    "note_events_after_end": (
        "Seurannan päättymisen jälkeisiä tapahtumia: {n}. Ne on sensuroitu seurannan loppuun.",
        "Händelser efter uppföljningens slut: {n}. De är censurerade vid slutet.",
        "Events after the end of follow-up: {n}. They are censored at the end.",
    ),
    "note_events_same_day": (
        "Rivejä, joilla on kaksi tapahtumaa samana päivänä: {n}. Luettu on ensin nimetty ({order}).",
        "Rader med två händelser samma dag: {n}. Den först nämnda räknas ({order}).",
        "Rows with two events on one day: {n}. The one named first is counted ({order}).",
    ),
    "note_groups_alike": (
        "Ryhmien nimet eroavat vain kirjainkoon tai välilyöntien osalta: {names}. Jos ryhmä on sama, yhtenäistä nimet "
        "aineistossa.",
        "Gruppnamn skiljer sig endast i versaler eller mellanslag: {names}. Om gruppen är densamma, skriv namnen lika "
        "i data.",
        "Group names differ only in capitals or spaces: {names}. If the group is the same, write the names alike in "
        "the data.",
    ),
    "note_reference_group": (
        "Vertailuryhmä on {group}.",
        "Referensgruppen är {group}.",
        "The reference group is {group}.",
    ),
    # ties ------------------------------------------------------------
    "note_near_ties_merged": (
        "Vain pyöristykseltään eroavia aikoja yhdistetty: {n}.",
        "Tider som skilde sig endast genom avrundning och slogs ihop: {n}.",
        "Times that differed by rounding only were merged: {n}.",
    ),
    # weights and clusters ------------------------------------------------------------
    "note_weights_kind": (
        "Painot: {kind}.",
        "Vikter: {kind}.",
        "Weights: {kind}.",
    ),
    "note_weighted_counts": (
        "Arviot ovat painotettuja; lukumäärät ovat painottamattomia, ellei otsikossa toisin sanota.",
        "Skattningarna är viktade; antalen är oviktade om rubriken inte säger annat.",
        "Estimates are weighted; counts are unweighted unless the heading says otherwise.",
    ),
    "note_robust_variance": (
        "Varianssi on robusti (syy: {reason}).",
        "Variansen är robust (orsak: {reason}).",
        "The variance is robust (because of: {reason}).",
    ),
    "note_clusters": (
        "Ryppäitä {n}; saman ryppään rivejä ei pidetä toisistaan riippumattomina.",
        "Kluster: {n}; rader i samma kluster antas inte vara oberoende.",
        "Clusters: {n}; rows of one cluster are not taken as independent.",
    ),
    "note_few_clusters": (
        "Ryppäitä on vain {n}: robusti varianssi voi olla liian pieni.",
        "Det finns bara {n} kluster: den robusta variansen kan vara för liten.",
        "There are only {n} clusters: the robust variance may be too small.",
    ),
    # curves and restricted means ------------------------------------------------------------
    "note_reached_zero": (
        "Ryhmän {group} käyrä laskee nollaan; siitä eteenpäin luottamusväliä ei voi arvioida.",
        "Kurvan för gruppen {group} når noll; därifrån kan konfidensintervallet inte skattas.",
        "The curve of the group {group} reaches 0; from there on its interval is not estimable.",
    ),
    "note_beyond_follow_up": (
        "Ryhmän {group} seuranta päättyy ajankohtaan {last}; ajankohdan {time} arvo on jatkettu vaakasuorana.",
        "Uppföljningen i gruppen {group} slutar vid {last}; värdet vid {time} har förlängts vågrätt.",
        "Follow-up of the group {group} ends at {last}; the value at {time} is carried forward flat.",
    ),
    "note_no_area": (
        "Rajattuja keskiarvoja ei anneta Fleming–Harringtonin käyrälle, kun varianssi on robusti.",
        "Begränsade medeltider ges inte för Fleming–Harringtons kurva med robust varians.",
        "Restricted means are not given for the Fleming–Harrington curve with a robust variance.",
    ),
    "note_horizon_default": (
        "Rajattujen keskiarvojen aikaraja on {horizon}: lyhimmän ryhmän seuranta-aika.",
        "Tidsgränsen för begränsade medeltider är {horizon}: den kortaste gruppens uppföljningstid.",
        "The horizon of restricted means is {horizon}: the follow-up of the shortest group.",
    ),
    "note_horizon_extended": (
        "Aikaraja {horizon} ylittää jonkin ryhmän seuranta-ajan; käyrää on jatkettu vaakasuorana.",
        "Tidsgränsen {horizon} ligger bortom någon grupps uppföljning; kurvan har förlängts vågrätt.",
        "The horizon {horizon} lies beyond the follow-up of some group; its curve was carried forward flat.",
    ),
    # tests ------------------------------------------------------------
    "note_tests_stratified": (
        "Testit on ositettu: {strata}.",
        "Testerna är stratifierade: {strata}.",
        "Tests are stratified by {strata}.",
    ),
    "note_trend_scores": (
        "Suuntaustestin pisteet ovat 1, 2, 3 … ryhmien järjestyksessä: {order}.",
        "Trendtestets poäng är 1, 2, 3 … i gruppernas ordning: {order}.",
        "The scores of the trend test are 1, 2, 3 … in the order of the groups: {order}.",
    ),
    "note_gray_rho": (
        "Grayn testin rho on {rho}.",
        "Rho i Grays test är {rho}.",
        "The rho of Gray's test is {rho}.",
    ),
    "note_gray_not_done": (
        "Grayn testiä ei voitu tehdä; sen sijaan on syykohtaisten hasardien log-rank-testi.",
        "Grays test kunde inte göras; i stället visas log-rank-testet för de orsaksspecifika hasarderna.",
        "Gray's test could not be done; the log-rank test of the cause-specific hazards is given instead.",
    ),
    "note_test_not_possible": (
        "Jokin testi ei ole mahdollinen: ryhmät eivät ole riskissä samaan aikaan kuin tapahtumia sattuu.",
        "Något test är inte möjligt: grupperna är inte under risk samtidigt när händelser inträffar.",
        "Some test is not possible: the groups are not at risk together when events happen.",
    ),
    "note_holm": (
        "Parivertailujen P-arvot on korjattu Holmin menetelmällä.",
        "P-värdena för de parvisa jämförelserna är justerade enligt Holm.",
        "P values of the pairwise comparisons are adjusted by Holm's method.",
    ),
    # regression ------------------------------------------------------------
    **SENTENCES_REGRESS,
    **SENTENCES_REGISTERS,
}
