"""Every word that tkk prints about a result, in Finnish, Swedish and English, side by side.

A row is ``key: (fi, sv, en)`` in the order of ``LANGUAGES``. A new language is one more column here and in
``sentences``; a test asserts that every row has them all, with the same placeholders.
"""

from __future__ import annotations

from typing import Any

from tkk_cli.options import LANGUAGES
from tkk_cli.report.sentences import SENTENCES
from tkk_cli.report.words_check import WORDS_CHECK
from tkk_cli.report.words_cohort import WORDS_COHORT
from tkk_cli.report.words_outcomes import WORDS_OUTCOMES
from tkk_cli.report.words_regress import WORDS_REGRESS

__all__ = ["LANGUAGES", "WORDS", "has_text", "text"]


WORDS: dict[str, tuple[str, str, str]] = {
    # marks and ways of writing numbers ------------------------------------------------------------
    "decimal_mark": (",", ",", "."),
    "group_mark": ("\u00a0", "\u00a0", ","),
    "percent": ("{value}\u00a0%", "{value}\u00a0%", "{value}%"),
    "range": ("{low}–{high}", "{low}–{high}", "{low}–{high}"),
    # With a minus sign a dash would be read as another minus.
    "range_negative": ("{low}…{high}", "{low} till {high}", "{low} to {high}"),
    "range_open": ("{low}; {high}", "{low}; {high}", "{low}, {high}"),
    "list_mark": (", ", ", ", ", "),
    "not_estimable": ("–", "–", "–"),
    "not_estimable_key": ("– = ei arvioitavissa", "– = kan inte skattas", "– = not estimable"),
    "quoted": ("”{name}”", "”{name}”", "“{name}”"),
    # units of time: one, many (after a number and in an axis title) -----------------------------------------
    "unit_day_one": ("päivä", "dag", "day"),
    "unit_day_many": ("päivää", "dagar", "days"),
    "unit_week_one": ("viikko", "vecka", "week"),
    "unit_week_many": ("viikkoa", "veckor", "weeks"),
    "unit_month_one": ("kuukausi", "månad", "month"),
    "unit_month_many": ("kuukautta", "månader", "months"),
    "unit_year_one": ("vuosi", "år", "year"),
    "unit_year_many": ("vuotta", "år", "years"),
    "person_time_day": ("henkilöpäivää", "persondagar", "person-days"),
    "person_time_week": ("henkilöviikkoa", "personveckor", "person-weeks"),
    "person_time_month": ("henkilökuukautta", "personmånader", "person-months"),
    "person_time_year": ("henkilövuotta", "personår", "person-years"),
    # quantities ------------------------------------------------------------
    "event_free": ("Tapahtumavapaa osuus", "Händelsefri andel", "Event-free probability"),
    "incidence": ("Kumulatiivinen ilmaantuvuus", "Kumulativ incidens", "Cumulative incidence"),
    "title_survival": (
        "Tapahtumavapaa osuus, tapahtuma {cause} ({method})",
        "Händelsefri andel, händelse {cause} ({method})",
        "Event-free probability, event {cause} ({method})",
    ),
    "title_incidence": (
        "Kumulatiivinen ilmaantuvuus: {cause} ({method})",
        "Kumulativ incidens: {cause} ({method})",
        "Cumulative incidence of {cause} ({method})",
    ),
    "title_incidence_competing": (
        "Kumulatiivinen ilmaantuvuus, kun on kilpailevia tapahtumia: {cause} ({method})",
        "Kumulativ incidens med konkurrerande händelser: {cause} ({method})",
        "Cumulative incidence of {cause} with competing events ({method})",
    ),
    "or": ("{names} tai {last}", "{names} eller {last}", "{names} or {last}"),
    "method_kaplan_meier": ("Kaplan–Meier", "Kaplan–Meier", "Kaplan–Meier"),
    "method_fleming_harrington": ("Fleming–Harrington", "Fleming–Harrington", "Fleming–Harrington"),
    "method_aalen_johansen": ("Aalen–Johansen", "Aalen–Johansen", "Aalen–Johansen"),
    # column headings ------------------------------------------------------------
    "group": ("Ryhmä", "Grupp", "Group"),
    "all": ("Kaikki", "Alla", "All"),
    "reference": ("Vertailuryhmä", "Referens", "Reference"),
    "event": ("Tapahtuma", "Händelse", "Event"),
    "events": ("Tapahtumia", "Händelser", "Events"),
    "new_events": ("Uusia tapahtumia", "Nya händelser", "New events"),
    "censored": ("Sensuroituja", "Censurerade", "Censored"),
    "n": ("n", "n", "n"),
    "weighted_n": ("Painotettu n", "Viktat n", "Weighted n"),
    "weighted_event": ("Painotettuja tapahtumia", "Viktade händelser", "Weighted events"),
    "person_time": ("Henkilöaika ({unit})", "Persontid ({unit})", "Person-time ({unit})"),
    "person_time_weighted": (
        "Painotettu henkilöaika ({unit})",
        "Viktad persontid ({unit})",
        "Weighted person-time ({unit})",
    ),
    "rate": ("Ilmaantuvuustiheys /\u00a0{per} {unit}", "Incidenstäthet /\u00a0{per} {unit}", "Rate per {per} {unit}"),
    "rate_weighted": (
        "Painotettu ilmaantuvuustiheys /\u00a0{per} {unit}",
        "Viktad incidenstäthet /\u00a0{per} {unit}",
        "Weighted rate per {per} {unit}",
    ),
    "time_axis": ("Aika ({unit})", "Tid ({unit})", "Time ({unit})"),
    "at_risk": ("Riskissä", "Under risk", "At risk"),
    "interval": ("{level}:n\u00a0LV", "{level}\u00a0KI", "{level}\u00a0CI"),
    "std_error": ("Keskivirhe", "Medelfel", "Std. error"),
    "quantile": ("Kvantiili", "Kvantil", "Quantile"),
    "median": ("mediaani", "median", "median"),
    "estimate_percent": ("Arvio (%)", "Skattning (%)", "Estimate (%)"),
    "difference": ("Erotus ({unit})", "Skillnad ({unit})", "Difference ({unit})"),
    "ratio": ("Suhde", "Kvot", "Ratio"),
    "test": ("Testi", "Test", "Test"),
    "statistic": ("Testisuure", "Teststorhet", "Statistic"),
    "df": ("va", "fg", "df"),
    "p_value": ("P-arvo", "P-värde", "P\u00a0value"),
    "p_adjusted": ("P-arvo (Holm)", "P-värde (Holm)", "P\u00a0value (Holm)"),
    "alternative": ("Vaihtoehto", "Alternativ", "Alternative"),
    "alternative_difference": ("ryhmät eroavat", "grupperna skiljer sig", "groups differ"),
    "alternative_trend": ("suuntaus", "trend", "trend"),
    "observed": ("Havaittu", "Observerat", "Observed"),
    "expected": ("Odotettu", "Förväntat", "Expected"),
    "quantile_share": ("{share} ({name})", "{share} ({name})", "{share} ({name})"),
    "count": ("Lukumäärä", "Antal", "Count"),
    "of": ("Kaikkiaan", "Av", "Of"),
    "share": ("Osuus", "Andel", "Share"),
    "audit_item": ("Tarkastettu asia", "Kontrollerat", "Checked"),
    # measures ------------------------------------------------------------
    "measure_restricted_mean": (
        "Rajattu keskimääräinen tapahtumavapaa aika",
        "Begränsad händelsefri medeltid",
        "Restricted mean event-free time",
    ),
    "measure_time_lost": (
        "Rajattu keskimääräinen aika tapahtuman jälkeen",
        "Begränsad medeltid efter händelsen",
        "Restricted mean time after the event",
    ),
    "measure_restricted_mean_difference": (
        "Erotus: rajattu keskimääräinen tapahtumavapaa aika",
        "Skillnad: begränsad händelsefri medeltid",
        "Difference: restricted mean event-free time",
    ),
    "measure_restricted_mean_ratio": (
        "Suhde: rajattu keskimääräinen tapahtumavapaa aika",
        "Kvot: begränsad händelsefri medeltid",
        "Ratio: restricted mean event-free time",
    ),
    "measure_time_lost_difference": (
        "Erotus: rajattu keskimääräinen aika tapahtuman jälkeen",
        "Skillnad: begränsad medeltid efter händelsen",
        "Difference: restricted mean time after the event",
    ),
    "measure_time_lost_ratio": (
        "Suhde: rajattu keskimääräinen aika tapahtuman jälkeen",
        "Kvot: begränsad medeltid efter händelsen",
        "Ratio: restricted mean time after the event",
    ),
    # tests ------------------------------------------------------------
    "test_log_rank": ("Log-rank", "Log-rank", "Log-rank"),
    "test_gehan": ("Gehan–Breslow", "Gehan–Breslow", "Gehan–Breslow"),
    "test_peto_peto": ("Peto–Peto", "Peto–Peto", "Peto–Peto"),
    "test_tarone_ware": ("Tarone–Ware", "Tarone–Ware", "Tarone–Ware"),
    "test_fleming_harrington": (
        "Fleming–Harrington ({rho}; {gamma})",
        "Fleming–Harrington ({rho}; {gamma})",
        "Fleming–Harrington ({rho}; {gamma})",
    ),
    "test_gray": ("Gray", "Gray", "Gray"),
    # section titles ------------------------------------------------------------
    "section_groups": ("Ryhmät ja tapahtumat", "Grupper och händelser", "Groups and events"),
    "section_at": ("{quantity} valittuina aikoina", "{quantity} vid valda tider", "{quantity} at chosen times"),
    "section_at_cause": (
        "{quantity} valittuina aikoina: {cause}",
        "{quantity} vid valda tider: {cause}",
        "{quantity} at chosen times: {cause}",
    ),
    "section_quantiles": (
        "Aika tapahtumaan: kvantiilit",
        "Tid till händelsen: kvantiler",
        "Time to the event: quantiles",
    ),
    "section_horizon": (
        "{measure} (aikaraja {horizon})",
        "{measure} (tidsgräns {horizon})",
        "{measure} (up to {horizon})",
    ),
    "section_tests": ("Testit", "Tester", "Tests"),
    "section_pairwise": ("Parivertailut", "Parvisa jämförelser", "Pairwise comparisons"),
    "section_observed_expected": (
        "Havaitut ja odotetut tapahtumat",
        "Observerade och förväntade händelser",
        "Observed and expected events",
    ),
    "section_audit": (
        "Sidosten ja alkuaikojen tarkastus",
        "Kontroll av lika tider och inträden",
        "Tie and entry audit",
    ),
    "at_foot": (
        "Riskissä: juuri ennen kyseistä aikaa. Uusia tapahtumia: edellisen ajan jälkeen.",
        "Under risk: strax före tiden. Nya händelser: efter föregående tid.",
        "At risk: just before the time. New events: since the time before.",
    ),
    "section_notes": ("Huomautukset", "Anmärkningar", "Notes"),
    "section_warnings": ("Varoitukset", "Varningar", "Warnings"),
    "quantiles_foot": (
        "Tapahtumat, jotka eivät saavuta yhtään kvantiilia, on jätetty pois.",
        "Händelser som inte når någon kvantil är utelämnade.",
        "Events that reach none of the quantiles are left out.",
    ),
    "section_events": ("Tapahtumat syittäin", "Händelser efter typ", "Events by type"),
    "section_provenance": ("Alkuperä", "Ursprung", "Provenance"),
    "warning": ("Varoitus {code}", "Varning {code}", "Warning {code}"),
    # audit ------------------------------------------------------------
    "audit_tied_event_times": (
        "Tapahtumia, joilla on sama aika kuin toisella tapahtumalla",
        "Händelser vid samma tid som en annan händelse",
        "Events at the same time as another event",
    ),
    "audit_late_entry": (
        "Rivejä, jotka tulevat seurantaan myöhässä",
        "Rader med sent inträde",
        "Rows with late entry",
    ),
    "audit_event_at_time_zero": (
        "Tapahtumia ajankohtana 0",
        "Händelser vid tiden 0",
        "Events at time 0",
    ),
    "audit_entry_at_event_time": (
        "Rivejä, jotka tulevat seurantaan jonkun tapahtuman hetkellä (eivät silloin riskissä)",
        "Rader som börjar vid tiden för någons händelse (då inte under risk)",
        "Rows entering at the time of someone's event (not at risk then)",
    ),
    "audit_near_ties_merged": (
        "Vain pyöristykseltään eroavia aikoja yhdistetty",
        "Tider som skilde sig endast genom avrundning och slogs ihop",
        "Times that differed by rounding only, merged",
    ),
    "audit_censored_at_event_time": (
        "Sensuroituja tapahtuman hetkellä (silloin vielä riskissä)",
        "Censurerade vid tiden för en händelse (då ännu under risk)",
        "Censored at the time of an event (still at risk then)",
    ),
    # population ------------------------------------------------------------
    "population": (
        "Rivejä luettu {n_read}, mukana {n_used}, jätetty pois {n_excluded}",
        "Rader lästa {n_read}, använda {n_used}, uteslutna {n_excluded}",
        "Rows read {n_read}, used {n_used}, excluded {n_excluded}",
    ),
    "other_events": (
        "Arviot ja testit näytetään vain tapahtumasta {cause}; muiden tapahtumien luvut saa valitsimella --format json "
        "tai csv.",
        "Skattningar och tester visas endast för händelsen {cause}; de övriga händelsernas fås med --format json "
        "eller csv.",
        "Estimates and tests are shown for the event {cause} only; those of the other events are in --format json "
        "and csv.",
    ),
    "excluded_missing": ("puuttuva tieto ({detail})", "saknat värde ({detail})", "missing value ({detail})"),
    "excluded_where": ("rivirajaus", "radurval", "row filter"),
    "excluded_empty_interval": (
        "seuranta päättyy alkuunsa tai ennen sitä",
        "uppföljningen slutar vid eller före sin början",
        "follow-up ends at or before its start",
    ),
    "excluded_zero_weight": ("paino 0", "vikt 0", "weight 0"),
    "excluded_landmark": (
        "seuranta päättyy kiintopisteeseen ({detail}) mennessä",
        "uppföljningen slutar senast vid landmärket ({detail})",
        "follow-up ends by the landmark ({detail})",
    ),
    "excluded_landmark_entry": (
        "seurantaan tulo kiintopisteessä ({detail}) tai sen jälkeen",
        "inträde vid eller efter landmärket ({detail})",
        "entry at or after the landmark ({detail})",
    ),
    "excluded_conditional": (
        "seuranta päättyy ehtohetkeen ({detail}) mennessä",
        "uppföljningen slutar senast vid villkorstiden ({detail})",
        "follow-up ends by the conditioning time ({detail})",
    ),
    "part_time": ("aika", "tid", "time"),
    "part_event": ("tapahtuma", "händelse", "event"),
    "part_event_date": ("tapahtumapäivä", "händelsedag", "event date"),
    "part_start": ("alkupäivä", "startdag", "start"),
    "part_end": ("loppupäivä", "slutdag", "end"),
    "part_entry": ("seurantaan tulo", "inträde", "entry"),
    "part_group": ("ryhmä", "grupp", "group"),
    "part_cluster": ("rypäs", "kluster", "cluster"),
    "part_strata": ("osite", "stratum", "stratum"),
    "part_weight": ("paino", "vikt", "weight"),
    # provenance ------------------------------------------------------------
    "provenance_method": ("Menetelmä {value}", "Metod {value}", "Method {value}"),
    "provenance_interval": (
        "{level}:n luottamusväli ({value})",
        "{level} konfidensintervall ({value})",
        "{level} confidence interval ({value})",
    ),
    "provenance_variance": ("varianssi {value}", "varians {value}", "variance {value}"),
    "provenance_input": ("aineisto {name}", "data {name}", "input {name}"),
    "provenance_columns": ("Sarakkeet: {parts}", "Kolumner: {parts}", "Columns: {parts}"),
    "provenance_column": ("{part} {name}", "{part} {name}", "{part} {name}"),
    "provenance_column_detail": ("{part} {name} ({detail})", "{part} {name} ({detail})", "{part} {name} ({detail})"),
    "conf_type_log": ("log", "log", "log"),
    "conf_type_loglog": ("log-log", "log-log", "log-log"),
    "conf_type_plain": ("muuntamaton", "otransformerat", "plain"),
    "conf_type_logit": ("logit", "logit", "logit"),
    "conf_type_arcsin": ("arkussini", "arcsin", "arcsine"),
    "variance_greenwood": ("Greenwood", "Greenwood", "Greenwood"),
    "variance_robust": ("robusti", "robust", "robust"),
    "variance_aalen": ("Aalen", "Aalen", "Aalen"),
    # values of notes ------------------------------------------------------------
    "kind_frequency": ("lukumääräpainot", "frekvensvikter", "frequency weights"),
    "kind_case": ("tapauspainot", "fallvikter", "case weights"),
    "kind_probability": ("otantapainot", "sannolikhetsvikter", "probability weights"),
    "reason_weights": ("painot", "vikter", "weights"),
    "reason_clusters": ("ryppäät", "kluster", "clusters"),
    "reason_model": ("malli", "modellen", "the model"),
    "reason_asked": ("valinta --variance robust", "valet --variance robust", "the option --variance robust"),
    # figures ------------------------------------------------------------
    "figure_cause": ("{cause}: {what}", "{cause}: {what}", "{cause}: {what}"),
    "figure_time_landmark": (
        "Aika kiintopisteestä {time} ({unit})",
        "Tid från landmärket {time} ({unit})",
        "Time since landmark at {time} ({unit})",
    ),
    "figure_at_risk": ("Riskissä", "Antal under risk", "Number at risk"),
    "figure_at_risk_unweighted": (
        "Riskissä (painottamaton)",
        "Antal under risk (oviktat)",
        "Number at risk (unweighted)",
    ),
    "figure_at_risk_weighted": ("Riskissä (painotettu)", "Antal under risk (viktat)", "Number at risk (weighted)"),
    "figure_events": ("Tapahtumia kertynyt", "Kumulativa händelser", "Cumulative events"),
    "figure_events_unweighted": (
        "Tapahtumia kertynyt (painottamaton)",
        "Kumulativa händelser (oviktat)",
        "Cumulative events (unweighted)",
    ),
    "figure_events_weighted": (
        "Tapahtumia kertynyt (painotettu)",
        "Kumulativa händelser (viktat)",
        "Cumulative events (weighted)",
    ),
    "figure_synthetic": ("Synteettinen aineisto", "Syntetiska data", "Synthetic data"),
    # tkk verify ------------------------------------------------------------
    "title_verify": ("Tulosten varmennus", "Kontroll av resultaten", "Verification of a result"),
    "verify_lead": (
        "Tulos: tkk {command}, aineisto {name} (sha256 {digest}).",
        "Resultat: tkk {command}, data {name} (sha256 {digest}).",
        "Result: tkk {command}, data {name} (sha256 {digest}).",
    ),
    "section_agreement": ("Yhtäpitävyys", "Överensstämmelse", "Agreement"),
    "section_not_compared": ("Ei verrattu", "Inte jämfört", "Not compared"),
    "way": ("Laskutapa", "Beräkningssätt", "Way"),
    "way_again": ("tkk uudelleen", "tkk på nytt", "tkk again"),
    "way_brute": ("määritelmät sellaisinaan", "definitionerna utskrivna", "brute force"),
    "way_r": ("R", "R", "R"),
    "way_survival": ("survival-paketti", "paketet survival", "the package survival"),
    "verified_fit": ("Malli tai käyrä", "Modell eller kurva", "Model or curve"),
    "quantity": ("Suure", "Storhet", "Quantity"),
    "quantity_table": ("taulukko {name}", "tabell {name}", "table {name}"),
    "quantity_coefficient": ("kertoimet", "koefficienter", "coefficients"),
    "quantity_std_error": ("keskivirheet", "medelfel", "standard errors"),
    "quantity_log_likelihood": ("logaritminen uskottavuus", "log-likelihood", "log-likelihood"),
    "quantity_z": ("testisuureet", "testvariabler", "test statistics"),
    "quantity_estimate": ("käyrän arvot", "kurvans värden", "values of the curve"),
    "rows_compared": ("Rivejä", "Rader", "Rows"),
    "numbers_compared": ("Lukuja", "Tal", "Numbers"),
    "digits_agreed": ("Yhteisiä numeroita", "Gemensamma siffror", "Digits"),
    "digits_foot": (
        "Numeroita: suurimman suhteellisen eron kymmenlogaritmin vastaluku, enintään 15.",
        "Siffror: minus tiologaritmen av den största relativa skillnaden, högst 15.",
        "Digits: minus the decimal logarithm of the largest relative difference, at most 15.",
    ),
    "reason": ("Syy", "Orsak", "Reason"),
    "unverified_missing": ("ei asennettu", "inte installerat", "not installed"),
    "unverified_not_known": (
        "tätä mallia ei lasketa tällä tavalla",
        "modellen beräknas inte på detta sätt",
        "this way does not fit this model",
    ),
    "unverified_infinite": (
        "jokin kerroin kasvaa rajatta tässä otoksessa",
        "någon koefficient växer utan gräns i detta urval",
        "a coefficient grows without limit in this sample",
    ),
    "unverified_ties_exact": ("tarkka tasatilanne", "exakta lika tider", "exact ties"),
    "unverified_late_entry": ("myöhäinen tulo", "sent inträde", "late entry"),
    "unverified_subsample": (
        "otoksessa on liian vähän tapahtumia",
        "urvalet har för få händelser",
        "the subsample has too few events",
    ),
    "unverified_no_maximum": (
        "suurinta uskottavuutta ei löytynyt",
        "den största likelihooden hittades inte",
        "no maximum of the likelihood was found",
    ),
    "unverified_rate_table": ("vertailuluvut", "referenstal", "reference rates"),
    "unverified_glm_without": (
        "R:n glm ei tunne jotakin aineiston piirrettä",
        "R:s glm kan inte hantera något i data",
        "glm of R does not take a feature of the data",
    ),
    "unverified_pseudo_without": (
        "R:n pseudo ja geeglm eivät tunne jotakin aineiston piirrettä",
        "R:s pseudo och geeglm kan inte hantera något i data",
        "pseudo and geeglm of R do not take a feature of the data",
    ),
    "unverified_aareg_without": (
        "aareg ei tunne jotakin aineiston piirrettä",
        "aareg kan inte hantera något i data",
        "aareg does not take a feature of the data",
    ),
    "unverified_many_rows": (
        "tapahtumahetkiin jaettuja rivejä on liikaa",
        "för många rader när de delas vid händelserna",
        "too many rows once split at the event times",
    ),
    "unverified_r_missing": ("R:ää ei ole asennettu", "R är inte installerat", "R is not installed"),
    "unverified_r_slow": ("R ei ehtinyt valmiiksi", "R hann inte bli färdigt", "R did not finish in time"),
    "unverified_r_failed": ("R ei onnistunut", "R misslyckades", "R failed"),
    "unverified_crr_without": (
        "cmprsk::crr ei tunne jotakin aineiston piirrettä",
        "cmprsk::crr kan inte hantera något i data",
        "cmprsk::crr does not take a feature of the data",
    ),
    "unverified_finegray_without": (
        "finegray ei tunne jotakin aineiston piirrettä",
        "finegray kan inte hantera något i data",
        "finegray does not take a feature of the data",
    ),
    "unverified_survreg_without": (
        "survreg ei tunne jotakin aineiston piirrettä",
        "survreg kan inte hantera något i data",
        "survreg does not take a feature of the data",
    ),
    "unverified_rust_missing": ("ei asennettu", "inte installerat", "not installed"),
    "unverified_rust_without": (
        "paketti ei tunne jotakin mallin osaa",
        "paketet kan inte hantera något i modellen",
        "the package does not take a part of the model",
    ),
    # regression ------------------------------------------------------------
    **WORDS_REGRESS,
    **WORDS_CHECK,
    **WORDS_COHORT,
    **WORDS_OUTCOMES,
}


def text(key: str, language: str, **values: Any) -> str:
    """The words for a key in a language, placeholders filled in.

    Raises
    ------
    KeyError
        A key that is in no table: a defect of tkk, found by its tests.
    """
    row = SENTENCES[key] if key in SENTENCES else WORDS[key]
    return row[LANGUAGES.index(language)].format(**values)


def has_text(key: str) -> bool:
    """Whether there are words for a key."""
    return key in WORDS or key in SENTENCES
