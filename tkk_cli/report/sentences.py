"""The sentence for each note of a result, in Finnish, Swedish and English (the order of ``language.LANGUAGES``).

The key is ``note_`` and the key of the note. The values come in ready to print: a group or a cause as its label in
quotation marks, a time with its unit, a count with grouping.
"""

from __future__ import annotations

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
    "note_empty_risk_set": (
        "Ryhmässä {group} kukaan ei ole riskissä ajankohtana {time}; käyrä jatkuu muuttumattomana.",
        "I gruppen {group} är ingen under risk vid {time}; kurvan fortsätter oförändrad.",
        "In the group {group} no one is at risk at {time}; the curve continues unchanged.",
    ),
    "note_no_events": (
        "Ryhmässä {group} ei ole yhtään tapahtumaa.",
        "I gruppen {group} finns inga händelser.",
        "The group {group} has no event.",
    ),
    "note_small_group": (
        "Ryhmä {group} on pieni: {n} (raja {limit}). Arviot ovat epätarkkoja, ja luvut voivat olla tunnistettavia.",
        "Gruppen {group} är liten: {n} (gräns {limit}). Skattningarna är osäkra och talen kan röja personer.",
        "The group {group} is small: {n} (limit {limit}). Its estimates are imprecise and its counts may be "
        "disclosive.",
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
    "note_tied_share": (
        "Tapahtumista {share} sattuu samaan aikaan kuin jokin toinen tapahtuma.",
        "Av händelserna inträffar {share} vid samma tid som en annan händelse.",
        "Of the events, {share} happen at the same time as another event.",
    ),
    "note_entry_at_event": (
        "Rivejä, jotka tulevat seurantaan jonkun tapahtuman hetkellä: {n}. Ne eivät ole riskissä sillä hetkellä.",
        "Rader som börjar vid tiden för någons händelse: {n}. De är inte under risk vid den tiden.",
        "Rows entering at the time of someone's event: {n}. They are not at risk at that time.",
    ),
    "note_censored_at_event": (
        "Sensurointeja tapahtuman hetkellä: {n}. Tapahtuma luetaan ensin, sensurointi sen jälkeen.",
        "Censureringar vid tiden för en händelse: {n}. Händelsen räknas först, censureringen därefter.",
        "Censorings at the time of an event: {n}. The event comes first, the censoring after it.",
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
    "note_quantile_not_reached": (
        "Ryhmän {group} käyrä ei saavuta kaikkia kvantiileja seuranta-aikana.",
        "Kurvan för gruppen {group} når inte alla kvantiler under uppföljningen.",
        "The curve of the group {group} does not reach every quantile during follow-up.",
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
        "Suuntaustestin pisteet ovat 1, 2, 3 … ryhmien järjestyksessä.",
        "Trendtestets poäng är 1, 2, 3 … i gruppernas ordning.",
        "The scores of the trend test are 1, 2, 3 … in the order of the groups.",
    ),
    "note_gray_rho": (
        "Grayn testin rho on {rho}.",
        "Rho i Grays test är {rho}.",
        "The rho of Gray's test is {rho}.",
    ),
    "note_holm": (
        "Parivertailujen P-arvot on korjattu Holmin menetelmällä.",
        "P-värdena för de parvisa jämförelserna är justerade enligt Holm.",
        "P values of the pairwise comparisons are adjusted by Holm's method.",
    ),
}
