"""The words of the page and the figures of ``tkk regress``, as in ``language``."""

from __future__ import annotations

__all__ = ["WORDS_REGRESS"]

WORDS_REGRESS: dict[str, tuple[str, str, str]] = {
    # title ------------------------------------------------------------
    "title_regress": (
        "{effects}: {cause} ({method})",
        "{effects}: {cause} ({method})",
        "{effects} for {cause} ({method})",
    ),
    "method_cox": ("Coxin malli", "Cox-modell", "Cox model"),
    "method_fine_gray": ("Fine–Grayn malli", "Fine–Gray-modell", "Fine–Gray model"),
    "method_exponential": ("eksponentiaalinen malli", "exponentialmodell", "exponential model"),
    "method_weibull": ("Weibull-malli", "Weibullmodell", "Weibull model"),
    "method_lognormal": ("lognormaali malli", "lognormal modell", "log-normal model"),
    "method_loglogistic": ("loglogistinen malli", "loglogistisk modell", "log-logistic model"),
    "method_gengamma": ("yleistetty gammamalli", "generaliserad gammamodell", "generalised gamma model"),
    "method_royston_parmar": ("Royston–Parmarin splinimalli", "Royston–Parmars splinemodell", "Royston–Parmar model"),
    "method_poisson": ("Poisson-malli", "Poissonmodell", "Poisson model"),
    "method_pseudo": ("pseudohavainnot, GEE", "pseudoobservationer, GEE", "pseudo-observations, GEE"),
    "method_aalen": ("Aalenin additiivinen malli", "Aalens additiva modell", "Aalen's additive model"),
    "method_lin_ying": (
        "Linin ja Yingin additiivinen malli",
        "Lin och Yings additiva modell",
        "Lin and Ying's additive model",
    ),
    "method_discrete": ("diskreetin ajan malli", "modell i diskret tid", "discrete-time model"),
    # effects: in a title, and the short heading of their column -----------------------------------------
    "effects_hazard_ratio": ("Hasardisuhteet", "Hasardkvoter", "Hazard ratios"),
    "effects_cause_specific": (
        "Syykohtaiset hasardisuhteet",
        "Orsaksspecifika hasardkvoter",
        "Cause-specific hazard ratios",
    ),
    "effects_subdistribution_hazard_ratio": (
        "Osajakauman hasardisuhteet",
        "Subdistributionshasardkvoter",
        "Subdistribution hazard ratios",
    ),
    "effects_time_ratio": ("Aikasuhteet", "Tidskvoter", "Time ratios"),
    "effects_rate_ratio": ("Ilmaantuvuustiheyksien suhteet", "Incidenskvoter", "Rate ratios"),
    "effects_odds_ratio": ("Vetosuhteet", "Oddskvoter", "Odds ratios"),
    "effects_ratio": ("Suhteet", "Kvoter", "Ratios"),
    "effects_difference": ("Erotukset", "Skillnader", "Differences"),
    "effects_hazard_difference": ("Hasardien erotukset", "Hasarddifferenser", "Hazard differences"),
    "effects_coefficient": ("Kertoimet", "Koefficienter", "Coefficients"),
    "short_hazard_ratio": ("HR", "HR", "HR"),
    "short_subdistribution_hazard_ratio": ("sHR", "sHR", "sHR"),
    "short_time_ratio": ("Aikasuhde", "Tidskvot", "Time ratio"),
    "short_rate_ratio": ("IRR", "IRR", "IRR"),
    "short_odds_ratio": ("OR", "OR", "OR"),
    "short_ratio": ("Suhde", "Kvot", "Ratio"),
    "short_difference": ("Erotus ({unit})", "Skillnad ({unit})", "Difference ({unit})"),
    "short_hazard_difference": (
        "Hasardiero /\u00a0{per} {unit}",
        "Hasarddifferens /\u00a0{per} {unit}",
        "Hazard difference per {per} {unit}",
    ),
    "short_coefficient": ("Kerroin", "Koefficient", "Coefficient"),
    "unit_points": ("%-yksikköä", "procentenheter", "percentage points"),
    # what each effect says ------------------------------------------------------------
    "lead_hazard_ratio": (
        "Hasardisuhde (HR) vertaa tapahtuman {cause} nopeutta niillä, joille sitä ei vielä ole sattunut; yli 1 = "
        "tapahtuma sattuu nopeammin.",
        "Hasardkvoten (HR) jämför hur snabbt händelsen {cause} inträffar bland dem som ännu inte har haft den; över 1 "
        "= snabbare.",
        "The hazard ratio (HR) compares the speed of the event {cause} among those who have not had it yet; above 1 = "
        "faster.",
    ),
    "lead_cause_specific": (
        "Syykohtainen hasardisuhde (HR) vertaa tapahtuman {cause} nopeutta niillä, joille ei vielä ole sattunut mitään "
        "tapahtumaa; muut tapahtumat päättävät riskissä olon. Se ei yksin kerro, kuinka moni lopulta kokee tapahtuman.",
        "Den orsaksspecifika hasardkvoten (HR) jämför hur snabbt händelsen {cause} inträffar bland dem som ännu inte "
        "har haft någon händelse; de övriga händelserna avslutar tiden under risk. Den säger inte ensam hur många "
        "som till slut får händelsen.",
        "The cause-specific hazard ratio (HR) compares the speed of the event {cause} among those who have had no "
        "event yet; the other events end the time at risk. By itself it does not say how many have the event "
        "in the end.",
    ),
    "lead_subdistribution_hazard_ratio": (
        "Osajakauman hasardisuhde (sHR) kuvaa tapahtuman {cause} kumulatiivista ilmaantuvuutta, kun kilpailevan "
        "tapahtuman kokeneet pysyvät riskijoukossa; yli 1 = ilmaantuvuus on suurempi. Se ei ole nopeuksien suhde.",
        "Subdistributionshasardkvoten (sHR) gäller den kumulativa incidensen av händelsen {cause}: de som har haft en "
        "konkurrerande händelse blir kvar i riskmängden; över 1 = större incidens. Den är inte en kvot av hastigheter.",
        "The subdistribution hazard ratio (sHR) is about the cumulative incidence of the event {cause}: those with a "
        "competing event stay in the risk set; above 1 = a higher incidence. It is not a ratio of speeds.",
    ),
    "lead_time_ratio": (
        "Aikasuhde kertoo, moninkertainenko aika tapahtumaan {cause} on; yli 1 = tapahtuma sattuu myöhemmin.",
        "Tidskvoten säger hur många gånger längre tiden till händelsen {cause} är; över 1 = händelsen kommer senare.",
        "The time ratio says how many times longer the time to the event {cause} is; above 1 = the event comes later.",
    ),
    "lead_rate_ratio": (
        "Ilmaantuvuustiheyksien suhde (IRR) vertaa tapahtumia {cause} henkilöaikaa kohden; yli 1 = tapahtumia on "
        "enemmän.",
        "Incidenskvoten (IRR) jämför antalet händelser {cause} per persontid; över 1 = fler händelser.",
        "The rate ratio (IRR) compares events {cause} per person-time; above 1 = more events.",
    ),
    "lead_odds_ratio": (
        "Vetosuhde (OR) vertaa tapahtuman {cause} vetoa eli todennäköisyyttä jaettuna vastakohdan todennäköisyydellä.",
        "Oddskvoten (OR) jämför oddset för händelsen {cause}: sannolikheten delad med sannolikheten för motsatsen.",
        "The odds ratio (OR) compares the odds of the event {cause}: its probability over that of the opposite.",
    ),
    "lead_ratio": (
        "Suhde vertailuun: {quantity} (tapahtuma {cause}); 1 = ei eroa.",
        "Kvot mot referensen: {quantity} (händelse {cause}); 1 = ingen skillnad.",
        "Ratio to the reference: {quantity} (event {cause}); 1 = no difference.",
    ),
    "lead_difference": (
        "Erotus vertailuun nähden: {quantity} (tapahtuma {cause}); 0 = ei eroa.",
        "Skillnad mot referensen: {quantity} (händelse {cause}); 0 = ingen skillnad.",
        "Difference from the reference: {quantity} (event {cause}); 0 = no difference.",
    ),
    "lead_hazard_difference": (
        "Hasardien erotus kertoo, kuinka monta tapahtumaa {cause} enemmän sattuu henkilöaikaa kohden; 0 = ei eroa.",
        "Hasarddifferensen säger hur många fler händelser {cause} som inträffar per persontid; 0 = ingen skillnad.",
        "The hazard difference says how many more events {cause} happen per person-time; 0 = no difference.",
    ),
    "lead_coefficient": (
        "Kerroin on mallin omalla asteikolla (tapahtuma {cause}); 0 = ei eroa.",
        "Koefficienten är på modellens egen skala (händelse {cause}); 0 = ingen skillnad.",
        "The coefficient is on the model's own scale (event {cause}); 0 = no difference.",
    ),
    "lead_how": (
        "{details}. Luottamusvälit ({level}) ja P-arvot ovat Waldin mukaisia.",
        "{details}. Konfidensintervallen ({level}) och P-värdena är enligt Wald.",
        "{details}. Confidence intervals ({level}) and P values are Wald's.",
    ),
    "how_ties": ("Sidosten käsittely: {value}", "Lika tider: {value}", "Ties: {value}"),
    "how_variance": ("varianssi: {value}", "varians: {value}", "variance: {value}"),
    "variance_model": ("mallin mukainen", "enligt modellen", "model-based"),
    "ties_efron": ("Efron", "Efron", "Efron"),
    "ties_breslow": ("Breslow", "Breslow", "Breslow"),
    "ties_exact": ("eksakti", "exakt", "exact"),
    "lead_formula": ("Malli: {formula}.", "Modell: {formula}.", "Model: {formula}."),
    "lead_formulas": (
        "Mallien vakiointi: {formula}.",
        "Modellernas justering: {formula}.",
        "Adjustment of the models: {formula}.",
    ),
    # quantities ------------------------------------------------------------
    "quantity_survival": ("tapahtumavapaa osuus", "händelsefri andel", "event-free probability"),
    "quantity_incidence": ("kumulatiivinen ilmaantuvuus", "kumulativ incidens", "cumulative incidence"),
    "quantity_restricted_mean": (
        "rajattu keskimääräinen tapahtumavapaa aika",
        "begränsad händelsefri medeltid",
        "restricted mean event-free time",
    ),
    "quantity_time_lost": (
        "rajattu keskimääräinen aika tapahtuman jälkeen",
        "begränsad medeltid efter händelsen",
        "restricted mean time after the event",
    ),
    "quantity_rate": ("ilmaantuvuustiheys", "incidenstäthet", "rate"),
    # tables ------------------------------------------------------------
    "section_coefficients": (
        "{cause}: {effects}, {method}",
        "{cause}: {effects}, {method}",
        "{cause}: {effects}, {method}",
    ),
    "section_adjusted": ("{caption} – malli {model}", "{caption} – modell {model}", "{caption} – model {model}"),
    "model_crude": ("vakioimaton", "ojusterad", "crude"),
    "variable": ("Muuttuja", "Variabel", "Variable"),
    "level": ("Taso", "Nivå", "Level"),
    "model": ("Malli", "Modell", "Model"),
    "model_number": ("Malli {number}", "Modell {number}", "Model {number}"),
    "method": ("Menetelmä", "Metod", "Method"),
    "reference_value": ("{value} (vertailu)", "{value} (ref.)", "{value} (ref.)"),
    "dropped": ("jätetty pois", "utelämnad", "left out"),
    "infinite": ("ei äärellinen", "inte ändlig", "not finite"),
    "dropped_foot": (
        "Jätetty pois: muut sarakkeet määräävät sen täysin.",
        "Utelämnad: bestäms helt av de andra kolumnerna.",
        "Left out: the other columns determine it.",
    ),
    "infinite_foot": (
        "→\u00a00, →\u00a0∞, ei äärellinen: jollakin tasolla kaikilla tai ei kellään on tapahtuma, joten arvio ei ole "
        "äärellinen.",
        "→\u00a00, →\u00a0∞, inte ändlig: alla eller ingen på en nivå har händelsen, så skattningen är inte ändlig.",
        "→\u00a00, →\u00a0∞, not finite: everyone or no one at some level has the event, so the estimate is not "
        "finite.",
    ),
    "section_comparison": (
        "Mallit rinnakkain – {cause}",
        "Modeller sida vid sida – {cause}",
        "Models side by side – {cause}",
    ),
    "section_beside": ("Mallit rinnakkain", "Modeller sida vid sida", "Models side by side"),
    "beside": ("{cause}: {what}, {method}", "{cause}: {what}, {method}", "{cause}: {what}, {method}"),
    "beside_what": ("{what}, {method}", "{what}, {method}", "{what}, {method}"),
    "with_interval": ("{what} ({level}:n\u00a0LV)", "{what} ({level}\u00a0KI)", "{what} ({level}\u00a0CI)"),
    "section_ancillary": ("Mallin muut parametrit", "Modellens övriga parametrar", "Other parameters of the model"),
    "parameter": ("Parametri", "Parameter", "Parameter"),
    "estimate": ("Arvio", "Skattning", "Estimate"),
    "ancillary_intercept": ("vakio", "konstant", "intercept"),
    "ancillary_log_scale": ("log(skaala)", "log(skala)", "log(scale)"),
    "ancillary_shape": ("muoto", "form", "shape"),
    "ancillary_log_baseline": ("log(perustaso)", "log(basnivå)", "log(baseline)"),
    "section_term_tests": (
        "Muuttujien yhteistestit (Wald)",
        "Test av hela variabler (Wald)",
        "Tests of whole variables (Wald)",
    ),
    "section_models": ("Mallien sopivuus", "Modellernas anpassning", "Fit of the models"),
    "log_likelihood": ("Log-uskottavuus", "Log-likelihood", "Log-likelihood"),
    "parameters": ("Parametreja", "Parametrar", "Parameters"),
    "aic": ("AIC", "AIC", "AIC"),
    "concordance": ("C-indeksi (keskivirhe)", "C-index (medelfel)", "C-index (std. error)"),
    "section_model_tests": (
        "Mallin kaikki kertoimet yhdessä",
        "Alla koefficienter tillsammans",
        "All coefficients together",
    ),
    "test_likelihood_ratio": ("Uskottavuusosamäärä", "Likelihoodkvot", "Likelihood ratio"),
    "test_wald": ("Wald", "Wald", "Wald"),
    "test_score": ("Pisteytystesti (score)", "Score", "Score"),
    "test_robust_score": ("Robusti pisteytystesti (score)", "Robust score", "Robust score"),
    "section_ph": (
        "Hasardien verrannollisuuden testi (ajan asteikko: {transform})",
        "Test av proportionella hasarder (tidsskala: {transform})",
        "Test of proportional hazards (time scale: {transform})",
    ),
    "ph_foot": (
        "Pieni P-arvo viittaa siihen, että vaikutus muuttuu ajan myötä. Kuva: --figure-ph.",
        "Ett litet P-värde tyder på att effekten ändras med tiden. Figur: --figure-ph.",
        "A small P value suggests that the effect changes over time. Figure: --figure-ph.",
    ),
    "transform_km": ("Kaplan–Meier", "Kaplan–Meier", "Kaplan–Meier"),
    "transform_rank": ("järjestysluku", "rang", "rank"),
    "transform_identity": ("aika", "tid", "time"),
    "transform_log": ("log aika", "log tid", "log time"),
    "global_test": ("kaikki yhdessä", "alla tillsammans", "all together"),
    "section_standardised": (
        "Vakioitu {quantity}: {cause}",
        "Standardiserad {quantity}: {cause}",
        "Standardised {quantity}: {cause}",
    ),
    "section_pattern": (
        "Ennustettu {quantity} valituilla taustamuuttujien arvoilla: {cause}",
        "Predikterad {quantity} för valda kovariatvärden: {cause}",
        "Predicted {quantity} for chosen covariates: {cause}",
    ),
    "pattern": ("Taustamuuttujat", "Kovariater", "Covariates"),
    "standardised_foot": (
        "Vakioitu: keskiarvo kaikista, kun jokaisen ryhmäksi vuorollaan asetetaan sama.",
        "Standardiserad: medelvärdet över alla när var och en i tur och ordning ges samma grupp.",
        "Standardised: the mean over everyone, with each given the same group in turn.",
    ),
    "section_contrasts_difference": (
        "Erotus: vakioitu {quantity}, {cause}",
        "Skillnad: standardiserad {quantity}, {cause}",
        "Difference: standardised {quantity}, {cause}",
    ),
    "section_contrasts_ratio": (
        "Suhde: vakioitu {quantity}, {cause}",
        "Kvot: standardiserad {quantity}, {cause}",
        "Ratio: standardised {quantity}, {cause}",
    ),
    "section_rates": ("Tapahtumat ja henkilöaika", "Händelser och persontid", "Events and person-time"),
    "scale": ("Aika-asteikko", "Tidsskala", "Time scale"),
    "term_time": ("Seuranta-aika", "Uppföljningstid", "Follow-up time"),
    "piece": ("Jakso", "Period", "Period"),
    "relative_rate": (
        "Havaitut\u00a0/\u00a0odotetut",
        "Observerat\u00a0/\u00a0förväntat",
        "Observed\u00a0/\u00a0expected",
    ),
    "section_imputation": ("Puuttuvien arvojen täydennys", "Ifyllda värden", "Missing values filled in"),
    "missing_rows": ("Puuttuu", "Saknas", "Missing"),
    "missing_information": ("Puuttuva informaatio", "Saknad information", "Missing information"),
    # provenance ------------------------------------------------------------
    "provenance_wald": (
        "{level}:n luottamusväli (Wald)",
        "{level} konfidensintervall (Wald)",
        "{level} confidence interval (Wald)",
    ),
    "provenance_convention": ("sopimus {value}", "konvention {value}", "convention {value}"),
    "provenance_penalty": ("harjannerangaistus {value}", "ridgestraff {value}", "ridge penalty {value}"),
    "provenance_imputed": (
        "täydennettyjä aineistoja {m}, siemenluku {seed}",
        "ifyllda datamängder {m}, frö {seed}",
        "completed data sets {m}, seed {seed}",
    ),
    "part_id": ("henkilö", "person", "person"),
    "part_offset": ("offset", "offset", "offset"),
    "part_lower": ("alaraja", "undre gräns", "lower limit"),
    "part_upper": ("yläraja", "övre gräns", "upper limit"),
    "part_censoring_group": ("sensurointiryhmä", "censureringsgrupp", "censoring group"),
    "part_rate_table": ("vertailuluvut", "referenstal", "reference rates"),
    # figures ------------------------------------------------------------
    "forest_counts": ("n / tapahtumia", "n / händelser", "n / events"),
    "forest_log_axis": ("{what}, logaritminen asteikko", "{what}, logaritmisk skala", "{what}, logarithmic scale"),
    "standardised_survival": (
        "Vakioitu tapahtumavapaa osuus",
        "Standardiserad händelsefri andel",
        "Standardised event-free probability",
    ),
    "standardised_incidence": (
        "Vakioitu kumulatiivinen ilmaantuvuus",
        "Standardiserad kumulativ incidens",
        "Standardised cumulative incidence",
    ),
    "pattern_survival": (
        "Ennustettu tapahtumavapaa osuus",
        "Predikterad händelsefri andel",
        "Predicted event-free probability",
    ),
    "pattern_incidence": (
        "Ennustettu kumulatiivinen ilmaantuvuus",
        "Predikterad kumulativ incidens",
        "Predicted cumulative incidence",
    ),
    "ph_panel": ("{term}: {level}", "{term}: {level}", "{term}: {level}"),
    "ph_axis": ("β(t)", "β(t)", "β(t)"),
    "ph_constant": ("vakiovaikutus", "konstant effekt", "constant effect"),
    "ph_changing": ("vaikutus ajan mukaan", "effekt över tid", "effect over time"),
}
