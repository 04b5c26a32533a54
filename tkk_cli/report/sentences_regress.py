"""The sentences for the notes of ``tkk regress``, as in ``sentences``."""

from __future__ import annotations

__all__ = ["SENTENCES_REGRESS"]

SENTENCES_REGRESS: dict[str, tuple[str, str, str]] = {
    # every model ------------------------------------------------------------
    "note_imputed": (
        "Puuttuvat taustamuuttujat on täydennetty {m} kertaa (siemenluku {seed}), ja mallit on yhdistetty Rubinin "
        "säännöillä. Oletus: puuttuminen riippuu vain siitä, mitä aineistossa on.",
        "Saknade kovariater har imputerats {m} gånger (frö {seed}) och modellerna är sammanvägda med Rubins regler. "
        "Antagande: att ett värde saknas beror bara på det som finns i data.",
        "Missing covariates were imputed {m} times (seed {seed}) and the models pooled by Rubin's rules. Assumption: "
        "that a value is missing depends only on what is in the data.",
    ),
    "note_cause_not_pooled": (
        "Tapahtuman {cause} mallia ei voitu yhdistää täydennetyistä aineistoista: tapahtumia on liian vähän. Se "
        "jätettiin pois.",
        "Modellen för händelsen {cause} kunde inte sammanvägas över de imputerade datamängderna: händelserna är för "
        "få. Den utelämnades.",
        "The model of the event {cause} could not be pooled over the completed data sets: there are too few events. It "
        "was left out.",
    ),
    "note_verify_subsample": (
        "Määritelmät on laskettu enintään {n} rivin otoksesta, johon tkk on sovitettu samalla tavoin. Vertailu koskee "
        "laskentaa, ei mallin sopivuutta.",
        "Definitionerna är beräknade på ett urval av högst {n} rader, på vilka också tkk har anpassats. Jämförelsen "
        "gäller beräkningen, inte om modellen är lämplig.",
        "Brute force used a sample of at most {n} rows, to which tkk was fitted as well. Agreement is about the "
        "computation, not about whether the model is suitable.",
    ),
    # covariates ------------------------------------------------------------
    "note_levels_left_out": (
        "Muuttujasta {variable} jäi kokonaan pois luokkia, joiden jokaiselta riviltä puuttuu jokin muu tieto: {codes}.",
        "Klasser av {variable} som föll helt bort eftersom varje rad saknar något annat värde: {codes}.",
        "Levels of {variable} left out altogether, since every row that has them lacks another value: {codes}.",
    ),
    "note_level_without_events": (
        "Muuttujan {variable} luokkia, joissa ei ole yhtään tapahtumaa {cause} (kerrointa ei voi arvioida): {codes}.",
        "Klasser av {variable} utan någon händelse {cause} (koefficienten kan inte skattas): {codes}.",
        "Levels of {variable} without any event {cause} (their coefficient cannot be estimated): {codes}.",
    ),
    "note_gaps": (
        "Henkilön rivien välissä on aukkoja: {persons} henkilöä, {rows} aukkoa. Aukon aikana henkilö ei ole riskissä.",
        "Det finns luckor mellan personers rader: {persons} personer, {rows} luckor. Under en lucka är personen inte "
        "under risk.",
        "There are gaps between the rows of a person: {persons} persons, {rows} gaps. In a gap the person is not at "
        "risk.",
    ),
    "note_recurrent": (
        "Henkilöitä, joilla on rivejä tapahtuman jälkeen: {persons}. Tapahtuma voi siis toistua.",
        "Personer som har rader efter en händelse: {persons}. Händelsen kan alltså upprepas.",
        "Persons with rows after an event: {persons}. The event may thus recur.",
    ),
    "note_rows_without_entry": (
        "Useita rivejä on {persons} henkilöllä (yhteensä {rows} riviä) eikä valitsinta --entry annettu: jokaisen rivin "
        "aika alkaa nollasta.",
        "{persons} personer har flera rader (sammanlagt {rows}) och --entry gavs inte: tiden på varje rad börjar från "
        "noll.",
        "{persons} persons have several rows ({rows} in all) and --entry was not given: the time of each row starts "
        "from zero.",
    ),
    "note_clusters_person": (
        "Henkilöitä on {n}; saman henkilön rivejä ei pidetä toisistaan riippumattomina.",
        "Antal personer: {n}; rader för samma person antas inte vara oberoende.",
        "Persons: {n}; rows of one person are not taken as independent.",
    ),
    "note_imputation_model": (
        "Täydennys ketjutetuilla yhtälöillä: luvut poimitaan riveiltä, joiden ennuste on lähellä, luokat "
        "multinomiaalisesta logistisesta mallista. Selittäjinä ovat muut taustamuuttujat, tapahtumat ja niiden "
        "Nelson–Aalenin kumulatiiviset hasardit.",
        "Imputation med kedjade ekvationer: tal dras från rader med närliggande prediktion, klasser ur en multinomial "
        "logistisk modell. Prediktorer är övriga kovariater, händelserna och deras Nelson–Aalen-kumulativa hasarder.",
        "Imputation by chained equations: numbers are drawn from rows with a near prediction, categories from a "
        "multinomial logistic model. Predictors are the other covariates, the events and their Nelson–Aalen cumulative "
        "hazards.",
    ),
    "note_imputation_unweighted": (
        "Painoja ja ryppäitä ei käytetä täydennettäessä.",
        "Vikter och kluster används inte i imputationen.",
        "Weights and clusters are not used in the imputation.",
    ),
    # pseudo-observations and additive hazards
    "note_pseudo_pooled": (
        "Pseudohavainnot ({times}) on laskettu kaikista yhdessä: sensuroituminen oletetaan taustamuuttujista "
        "riippumattomaksi. Jos se riippuu niistä, anna --strata.",
        "Pseudoobservationerna ({times}) är beräknade på alla tillsammans: censureringen antas inte bero på "
        "kovariaterna. Beror den på dem, ange --strata.",
        "The pseudo-observations ({times}) are of everyone together: censoring is taken not to depend on the "
        "covariates. If it does, give --strata.",
    ),
    "note_pseudo_by_stratum": (
        "Pseudohavainnot ({times}) on laskettu ositteittain: sensuroituminen saa riippua ositteesta.",
        "Pseudoobservationerna ({times}) är beräknade per stratum: censureringen får bero på stratumet.",
        "The pseudo-observations ({times}) are of each stratum: censoring may depend on the stratum.",
    ),
    "note_pseudo_any_event": (
        "Suure koskee aikaa mihin tahansa tapahtumaan ({n}), ei vain ensisijaiseen; yhteen tapahtumaan "
        "menetetty aika on --quantity time-lost.",
        "Storheten gäller tiden till vilken händelse som helst ({n}), inte bara den primära; tiden som går förlorad "
        "till en händelse är --quantity time-lost.",
        "The quantity is of the time to any of the events ({n}), not only the one of interest; the time lost to one "
        "event is --quantity time-lost.",
    ),
    "note_pseudo_outside": (
        "Sovitettu todennäköisyys on alle 0 tai yli 1 {n} rivillä kaikista {of} rivistä.",
        "Den anpassade sannolikheten är under 0 eller över 1 på {n} av {of} rader.",
        "The fitted probability is below 0 or above 1 on {n} of {of} rows.",
    ),
    "note_aalen_average": (
        "Kertoimet ovat Aalenin mallin keskimääräisiä vaikutuksia ajasta {start} aikaan {time}: joka hetki painaa sen "
        "mukaan, paljonko se kertoo. Tapahtumia tämän ulkopuolella, jolloin riskissä on liian vähän rivejä: {n}.",
        "Koefficienterna är genomsnittliga effekter i Aalens modell från tiden {start} till {time}: varje tidpunkt "
        "väger så mycket som den säger. Händelser utanför, då för få rader är under risk: {n}.",
        "The coefficients are average effects of Aalen's model from time {start} to {time}: each time weighs as much "
        "as it tells. Events outside, when too few rows are at risk: {n}.",
    ),
    "note_collinear_left_out": (
        "Muut sarakkeet määräävät nämä, joten ne jätettiin pois: {columns}.",
        "Dessa kolumner bestäms av andra och uteslöts: {columns}.",
        "These columns are determined by others and were left out: {columns}.",
    ),
    # what follows a Cox model ------------------------------------------------------------
    "note_ph_not_given": (
        "Hasardien verrannollisuuden testiä tapahtumalle {cause} ei anneta: kaikki kertoimet eivät ole äärellisiä.",
        "Testet av proportionella hasarder för händelsen {cause} ges inte: alla koefficienter är inte ändliga.",
        "The test of proportional hazards for the event {cause} is not given, since not every coefficient is finite.",
    ),
    "note_ph_doubtful": (
        "Tapahtuma {cause}: vaikutus näyttää muuttuvan ajan mittaan (P < 0,05): {terms}. Hasardisuhde on silloin "
        "seuranta-ajan keskiarvo; katso vaikutuksen kuvaajaa.",
        "Händelsen {cause}: effekten tycks ändras över tiden (P < 0,05): {terms}. Hasardkvoten är då ett medelvärde "
        "över uppföljningen; se på effektens kurva.",
        "Event {cause}: the effect seems to change over time (P < 0.05): {terms}. The hazard ratio is then an average "
        "over the follow-up; look at the curve of the effect.",
    ),
    "note_ph_doubtful_together": (
        "Tapahtuma {cause}: vaikutukset näyttävät yhdessä muuttuvan ajan mittaan (P < 0,05), mutta mikään ei yksinään.",
        "Händelsen {cause}: effekterna tycks tillsammans ändras över tiden (P < 0,05), fast ingen av dem ensam.",
        "Event {cause}: the effects together seem to change over time (P < 0.05), though none does alone.",
    ),
    "note_ph_model_variance": (
        "Hasardien verrannollisuuden testi käyttää mallin varianssia, ei robustia (kuten R:n cox.zph).",
        "Testet av proportionella hasarder använder modellens varians, inte den robusta (som cox.zph i R).",
        "The test of proportional hazards uses the variance of the model, not the robust one (as R's cox.zph).",
    ),
    "note_curves_infinite": (
        "Käyriä ei anneta, koska kaikki kertoimet eivät ole äärellisiä.",
        "Kurvor ges inte, eftersom alla koefficienter inte är ändliga.",
        "Curves are not given, since not every coefficient is finite.",
    ),
    "note_curves_changing": (
        "Mallin käyriä ei anneta, koska vaikutukset muuttuvat ajan mittaan.",
        "Modellens kurvor ges inte, eftersom effekter ändras över tiden.",
        "Curves of the model are not given, since effects change over time.",
    ),
    "note_curves_repeated": (
        "Vakioituja käyriä ei anneta, koska samalla henkilöllä on useita rivejä: ei ole yhtä taustatietojen riviä, "
        "jonka yli keskiarvo laskettaisiin. Valitsimella --pattern saa käyrän annetuille taustatiedoille.",
        "Standardiserade kurvor ges inte, eftersom samma person har flera rader: det finns ingen enda rad kovariater "
        "att ta medelvärdet över. Med --pattern fås en kurva för givna kovariater.",
        "Standardised curves are not given, since a person has several rows: there is no single row of covariates to "
        "average over. --pattern gives a curve for given covariates.",
    ),
    "note_curves_standardised": (
        "Vakioidut käyrät: mallin ennuste, kun kaikilla {n} henkilöllä olisi sama ryhmä ja muut taustatiedot "
        "sellaisina kuin ne ovat, keskiarvona kaikista. Luottamusväli ottaa huomioon senkin, että henkilöt ovat otos.",
        "Standardiserade kurvor: modellens prediktion om alla {n} personer hade samma grupp och i övrigt sina egna "
        "kovariater, i medeltal över alla. Intervallet beaktar också att personerna är ett urval.",
        "Standardised curves: what the model predicts if all {n} persons had the same group and otherwise their own "
        "covariates, averaged over everyone. The interval also allows for the persons being a sample.",
    ),
    "note_pattern_offset": (
        "Annettujen taustatietojen käyrissä offset on 0.",
        "I kurvorna för givna kovariater är offset 0.",
        "In the curves for given covariates the offset is 0.",
    ),
    "note_at_beyond": (
        "Seuranta päättyy ajankohtaan {last}; ajankohdan {time} arvot on jatkettu vaakasuorana.",
        "Uppföljningen slutar vid {last}; värdena vid {time} har förlängts vågrätt.",
        "Follow-up ends at {last}; the values at {time} are carried forward flat.",
    ),
    # Poisson, discrete time ---------------------------------------------------
    "note_pieces_separated": (
        "Äärellistä estimaattia ei ole, koska taso tai jakso on ilman tapahtumia tai vain tapahtumia: {columns}. Muut "
        "vaikutukset ovat jäljelle jäävien rivien.",
        "Det finns ingen ändlig skattning, eftersom en nivå eller period saknar händelser eller har bara händelser: "
        "{columns}. De övriga effekterna gäller de rader som återstår.",
        "There is no finite estimate, since a level or period has no event or nothing but events: {columns}. The other "
        "effects are those of the rows that are left.",
    ),
    "note_pieces_collinear": (
        "Muut sarakkeet määräävät nämä sarakkeet, jotka jätettiin pois: {columns}.",
        "Dessa kolumner bestäms av de andra och utelämnades: {columns}.",
        "These columns are determined by the others and were dropped: {columns}.",
    ),
    "note_pieces_not_converged": (
        "Mallin sovitus ei supennut {iterations} askeleessa; estimaatteja ei tule käyttää.",
        "Anpassningen konvergerade inte på {iterations} steg; skattningarna ska inte användas.",
        "The fit did not converge in {iterations} steps; the estimates are not to be used.",
    ),
    "note_rates_relative_to_table": (
        "Ilmaantuvuudet ovat suhteessa vertailutaulukkoon: odotetut tapahtumat ovat vertailuilmaantuvuus kertaa "
        "henkilöaika.",
        "Incidenserna är relativa till referenstabellen: förväntade händelser är referensincidens gånger persontid.",
        "Rates are relative to the rate table: expected events are the reference rate times person-time.",
    ),
    "note_discrete_periods": (
        "Jaksoja on {n}. Henkilö on riskissä jaksossa, jos häntä seurattiin sen loppuun tai siinä tapahtuneeseen "
        "tapahtumaan.",
        "Antal perioder: {n}. En person är under risk i en period om hen följdes till dess slut eller till en händelse "
        "i den.",
        "Periods: {n}. A person is at risk in a period if followed to its end or to an event in it.",
    ),
    "note_discrete_partial": (
        "Jakson sisällä sensuroituja on {n}: heidän viimeinen, keskeneräinen jaksonsa ei ole mukana.",
        "Censurerade inne i en period: {n}; deras sista, ofullständiga period räknas inte med.",
        "Censored inside a period: {n}; their last, unfinished period is not counted.",
    ),
    "note_discrete_partial_many": (
        "Jakson sisällä sensuroituja on {n}, eräässä jaksossa {share} % riveistä: heidän keskeneräinen jaksonsa ei ole "
        "mukana, joten tapahtuman todennäköisyys on siinä liian suuri.",
        "Censurerade inne i en period: {n}, i en av perioderna {share} % av raderna; deras ofullständiga period räknas "
        "inte med, så sannolikheten för händelsen blir för hög i den.",
        "Censored inside a period: {n}, in one period {share}% of its rows; their unfinished period is not counted, so "
        "the chance of the event is too high in it.",
    ),
    "note_discrete_multinomial": (
        "Kaikki tapahtumat ovat samassa multinomiaalisessa mallissa; uskottavuusosamäärän testi koskee niitä yhdessä.",
        "Alla händelser ingår i samma multinomiala modell; likelihoodkvottestet gäller dem tillsammans.",
        "All events are in one multinomial model; the likelihood-ratio test is of them together.",
    ),
    "note_discrete_causes": (
        "Jokaisella tapahtumalla on oma mallinsa; muun tapahtuman jaksossa henkilö on riskissä ilman tapahtumaa.",
        "Varje händelse har en egen modell; i perioden för en annan händelse är personen under risk utan händelse.",
        "Each event has a model of its own; in the period of another event a person is at risk without the event.",
    ),
    # Cox ------------------------------------------------------------
    "note_cox_collinear": (
        "Coxin malli ({cause}): sarakkeita {columns} ei voi erottaa muista, ja ne jätettiin pois.",
        "Cox-modell ({cause}): kolumnerna {columns} kan inte skiljas från de andra och lämnades bort.",
        "Cox model of {cause}: the columns {columns} cannot be told apart from the others and were left out.",
    ),
    "note_cox_infinite": (
        "Coxin malli ({cause}): sarakkeiden {columns} vaikutus on ääretön, sillä kaikki tapahtumat ovat niiden samalla "
        "puolella.",
        "Cox-modell ({cause}): effekten av {columns} är oändlig, eftersom alla händelser ligger på samma sida.",
        "Cox model of {cause}: the effect of {columns} is infinite, since all events fall on one side.",
    ),
    "note_cox_not_converged": (
        "Coxin malli ({cause}) ei supennut {n} askeleessa; älä käytä sen lukuja.",
        "Cox-modellen ({cause}) konvergerade inte på {n} steg; använd inte dess tal.",
        "The Cox model of {cause} did not converge in {n} steps; do not use its numbers.",
    ),
    "note_events_per_parameter": (
        "Tapahtumia {cause} on {events} ja arvioitavia kertoimia {parameters}: alle kymmenen kerrointa kohti.",
        "Det finns {events} händelser {cause} och {parameters} koefficienter: färre än tio händelser per koefficient.",
        "There are {events} events {cause} for {parameters} coefficients: fewer than ten for each.",
    ),
    "note_cox_influential": (
        "Coxin malli ({cause}): ryppäitä, joista yksikin siirtää jotakin kerrointa yli mallin keskivirheen verran: "
        "{n}.",
        "Cox-modell ({cause}): antal kluster som vart för sig flyttar någon koefficient mer än modellens medelfel: "
        "{n}.",
        "Cox model of {cause}: clusters that each move a coefficient by more than its model-based standard error: {n}.",
    ),
    "note_cox_penalised": (
        "Kertoimia on kutistettu kohti nollaa (harjaregressio); tehollisia parametreja on {df}.",
        "Koefficienterna är krympta mot noll (ridge); antalet effektiva parametrar är {df}.",
        "Coefficients are shrunk towards zero (ridge); there are {df} effective parameters.",
    ),
    # Fine-Gray ------------------------------------------------------------
    "note_fine_gray_and_cause_specific": (
        "Finen ja Grayn malli kertoo, miten tekijä muuttaa todennäköisyyttä, että {cause} tapahtuu. Tapahtumakohtainen "
        "Coxin malli kertoo, miten tekijä muuttaa tapahtuman vauhtia niillä, joille mitään ei ole vielä tapahtunut. "
        "Suhteet voivat poiketa toisistaan myös suunnaltaan, joten ne luetaan yhdessä.",
        "Fine-Gray-modellen säger hur en faktor ändrar sannolikheten att {cause} inträffar. Den orsaksspecifika "
        "Cox-modellen säger hur faktorn ändrar takten bland dem som ännu inte haft någon händelse. Kvoterna kan skilja "
        "sig åt, också till riktningen, och läses därför tillsammans.",
        "The Fine-Gray model tells how a factor changes the probability that {cause} happens. The cause-specific Cox "
        "model tells how it changes the rate among those to whom nothing has happened yet. The ratios may differ, even "
        "in direction, so they are read together.",
    ),
    "note_cox_beside_model_variance": (
        "Coxin mallien varianssi on mallin mukainen, kuten --model cox antaa sen.",
        "Cox-modellernas varians är modellens, som med --model cox.",
        "The variance of the Cox models is that of the model, as --model cox gives it.",
    ),
    "note_fine_gray_crr": (
        "Fine-Gray: R:n cmprsk::crr-funktion tapa (samanaikaiset tapahtumat Breslow'n tapaan; varianssissa on mukana "
        "arvioidun sensurointikäyrän epävarmuus).",
        "Fine-Gray: enligt cmprsk::crr i R (Breslows metod för lika tider; variansen omfattar osäkerheten i den "
        "skattade censureringskurvan).",
        "Fine-Gray: as cmprsk::crr in R (Breslow's ties; the variance includes that of the estimated censoring curve).",
    ),
    "note_fine_gray_finegray_efron": (
        "Fine-Gray: R:n survival::finegray-funktion tapa (samanaikaiset tapahtumat Efronin tapaan; varianssi pitää "
        "sensurointikäyrää tunnettuna).",
        "Fine-Gray: enligt survival::finegray i R (Efrons metod för lika tider; variansen tar censureringskurvan som "
        "känd).",
        "Fine-Gray: as survival::finegray in R (Efron's ties; the variance takes the censoring curve as known).",
    ),
    "note_fine_gray_finegray_breslow": (
        "Fine-Gray: R:n survival::finegray-funktion tapa (samanaikaiset tapahtumat Breslow'n tapaan; varianssi pitää "
        "sensurointikäyrää tunnettuna).",
        "Fine-Gray: enligt survival::finegray i R (Breslows metod för lika tider; variansen tar censureringskurvan "
        "som känd).",
        "Fine-Gray: as survival::finegray in R (Breslow's ties; the variance takes the censoring curve as known).",
    ),
    "note_fine_gray_no_competing_event": (
        "Kilpailevia tapahtumia ei sattunut kenellekään, joten Fine-Grayn malli on sama kuin tapahtuman {cause} "
        "Coxin malli.",
        "Ingen hade en konkurrerande händelse, så Fine-Gray-modellen är densamma som Cox-modellen för {cause}.",
        "Nobody had a competing event, so the Fine-Gray model is the same as the Cox model of {cause}.",
    ),
    "note_fine_gray_censoring_unweighted": (
        "Fine-Grayn mallin sensurointikäyrä on laskettu ilman painoja, kuten R:n finegray sen laskee.",
        "Censureringskurvan i Fine-Gray-modellen är beräknad utan vikter, som i R:s finegray.",
        "The censoring curve of the Fine-Gray model is unweighted, as in R's finegray.",
    ),
    "note_fine_gray_cause_not_modelled": (
        "Tapahtumasta {cause} ei ole omaa Coxin mallia: tapahtumia on vähemmän kuin kertoimia.",
        "{cause} har ingen egen Cox-modell: händelserna är färre än koefficienterna.",
        "There is no Cox model of {cause}: it has fewer events than coefficients.",
    ),
    "note_fine_gray_collinear": (
        "Fine-Grayn malli ({cause}): sarakkeita {columns} ei voi erottaa muista, ja ne jätettiin pois.",
        "Fine-Gray-modell ({cause}): kolumnerna {columns} kan inte skiljas från de andra och lämnades bort.",
        "Fine-Gray model of {cause}: the columns {columns} cannot be told apart from the others and were left out.",
    ),
    "note_fine_gray_infinite": (
        "Fine-Grayn malli ({cause}): sarakkeiden {columns} vaikutus on ääretön, sillä kaikki tapahtumat ovat niiden "
        "samalla puolella.",
        "Fine-Gray-modell ({cause}): effekten av {columns} är oändlig, eftersom alla händelser ligger på samma sida.",
        "Fine-Gray model of {cause}: the effect of {columns} is infinite, since all events fall on one side.",
    ),
    "note_fine_gray_not_converged": (
        "Fine-Grayn malli ({cause}) ei supennut {n} askeleessa; älä käytä sen lukuja.",
        "Fine-Gray-modellen ({cause}) konvergerade inte på {n} steg; använd inte dess tal.",
        "The Fine-Gray model of {cause} did not converge in {n} steps; do not use its numbers.",
    ),
    # parametric and spline models -------------------------------------------
    "note_parametric_infinite": (
        "Muuttujan {column} vaikutukselle ei ole äärellistä estimaattia: kenelläkään, jolla on tämä arvo, ei ole "
        "tapahtumaa, tai tapahtuma on kaikilla heti. Muut vaikutukset ovat raja-arvoja.",
        "Effekten av {column} har ingen ändlig skattning: ingen med detta värde har händelsen, eller så har alla den "
        "genast. De övriga effekterna är gränsvärden.",
        "The effect of {column} has no finite estimate: nobody with this value has the event, or everyone has it at "
        "once. The other effects are those of the limit.",
    ),
    "note_parametric_dropped": (
        "Muut muuttujat määräävät sarakkeen {column}, joten se jätettiin pois mallista.",
        "Kolumnen {column} bestäms av de övriga variablerna och lämnades utanför modellen.",
        "The other covariates determine {column}; it was left out of the model.",
    ),
    "note_parametric_not_converged": (
        "Mallin sovitus ei asettunut {iterations} askeleessa. Lukuihin ei pidä luottaa.",
        "Anpassningen av modellen stabiliserades inte på {iterations} steg. Siffrorna är inte tillförlitliga.",
        "The fit did not settle in {iterations} steps. Its numbers are not to be trusted.",
    ),
    "note_spline_knots": (
        "Splinin solmukohdat: {times} (ensimmäinen ja viimeinen tapahtuma ja niiden välissä tapahtuma-aikojen "
        "kvantiilit).",
        "Splinens knutar: {times} (den första och den sista händelsen och däremellan kvantiler av händelsetiderna).",
        "Knots of the spline: {times} (the first and the last event, and quantiles of the event times between).",
    ),
    "note_spline_falls": (
        "Splini taipuu takaisin: ennustettu käyrä nousee jossakin kohdassa. Vähennä splinin vapausasteita.",
        "Splinen böjer sig tillbaka: den predicerade kurvan stiger någonstans. Minska splinens frihetsgrader.",
        "The spline bends back: somewhere the predicted survival rises. Choose fewer degrees of freedom.",
    ),
    "note_competing_as_censored_model": (
        "Malli koskee vain tapahtumaa {cause}: muut tapahtumat on käsitelty sensurointina. Vaikutukset koskevat "
        "tämän tapahtuman hasardia; todennäköisyyskäyriä ei anneta, koska muu tapahtuma voi tulla ensin.",
        "Modellen gäller endast händelsen {cause}: andra händelser har behandlats som censurering. Effekterna gäller "
        "hasarden för denna händelse; sannolikhetskurvor ges inte, eftersom en annan händelse kan komma först.",
        "The model is of {cause} only: other events are taken as censored. Its effects are on the hazard of this "
        "event; no curve of a probability is given, since another event may come first.",
    ),
    "note_rows_of_person_smooth": (
        "Henkilöllä on useita rivejä: hasardi on kullakin hetkellä se, jonka senhetkiset taustamuuttujat antavat.",
        "En person har flera rader: hasarden är vid varje tidpunkt den som de aktuella kovariaterna ger.",
        "People have several rows: the hazard at each time is the one that the covariates of that time give.",
    ),
    "note_weibull_shape": (
        "Weibull-mallin muotoparametri on {shape}: hasardisuhde on aikasuhde korotettuna potenssiin \u2212{shape}.",
        "Weibullmodellens formparameter är {shape}: hasardkvoten är tidskvoten upphöjd till \u2212{shape}.",
        "The shape of the Weibull model is {shape}: a hazard ratio is the time ratio to the power of \u2212{shape}.",
    ),
}
