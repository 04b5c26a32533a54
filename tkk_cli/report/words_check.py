"""The words of the page of ``tkk check``, as in ``language``: of every check what was found and what to do."""

from __future__ import annotations

__all__ = ["WORDS_CHECK"]

WORDS_CHECK: dict[str, tuple[str, str, str]] = {
    "title_check": ("Rekisterien tarkistus: {name}", "Kontroll av registren: {name}", "Check of registers: {name}"),
    "check_lead": (
        "Lähteitä {sources}, henkilöitä {persons}, rivejä {rows}. Virheitä {errors}, varoituksia {warnings}, "
        "huomautuksia {notes}.",
        "Källor {sources}, personer {persons}, rader {rows}. Fel {errors}, varningar {warnings}, anmärkningar {notes}.",
        "Sources {sources}, persons {persons}, rows {rows}. Errors {errors}, warnings {warnings}, notes {notes}.",
    ),
    "check_errors": (
        "Tästä aineistosta ei muodosteta kohorttia ennen kuin virheet on ratkaistu.",
        "Ingen kohort görs av dessa data innan felen är åtgärdade.",
        "No cohort is made of these data until the errors are settled.",
    ),
    "check_breaks": (
        "Rekisterikatkosten valinnat: {choices}.",
        "Val vid registerbrott: {choices}.",
        "Choices at register breaks: {choices}.",
    ),
    "break_choice": ("{year} {choice}", "{year} {choice}", "{year} {choice}"),
    "section_findings": ("Havainnot", "Fynd", "Findings"),
    "no_findings": ("Mitään huomautettavaa ei löytynyt.", "Inget att anmärka på hittades.", "Nothing was found."),
    "section_remedies": (
        "Mitä havainnot merkitsevät ja mitä tehdä",
        "Vad fynden betyder och vad man gör",
        "What the findings mean and what to do",
    ),
    "remedy": ("{code}, {title}: {words}", "{code}, {title}: {words}", "{code}, {title}: {words}"),
    "remedy_chosen": ("Valinta on tehty: {choice}.", "Valet är gjort: {choice}.", "The choice is made: {choice}."),
    "chosen_drop": (
        "jaksot tästä vuodesta alkaen jätetään pois",
        "perioder från detta år utesluts",
        "spells from this year on are left out",
    ),
    "chosen_indicator": (
        "jaksot säilyvät, ja kohorttitiedosto kertoo, keitä katkos koskee",
        "perioderna bevaras, och kohortfilen visar vilka som berörs",
        "spells are kept, and the cohort file says who is touched",
    ),
    "chosen_keep": ("jaksot säilyvät sellaisinaan", "perioderna bevaras", "spells are kept as they are"),
    "finding": ("Havainto", "Fynd", "Finding"),
    "finding_level": ("Taso", "Nivå", "Level"),
    "level_error": ("virhe", "fel", "error"),
    "level_warning": ("varoitus", "varning", "warning"),
    "level_note": ("huomautus", "anmärkning", "note"),
    "code": ("Koodi", "Kod", "Code"),
    "register_source": ("Lähde", "Källa", "Source"),
    "all_sources": ("kaikki", "alla", "all"),
    "register_rows": ("Rivejä", "Rader", "Rows"),
    "section_sources": ("Lähteet", "Källor", "Sources"),
    "layout": ("Muoto", "Layout", "Layout"),
    "usable": ("Käytettäviä", "Användbara", "Usable"),
    "set_aside": ("Syrjässä", "Åsidosatta", "Set aside"),
    "source_persons": ("Henkilöitä", "Personer", "Persons"),
    "years": ("Vuodet", "År", "Years"),
    "section_roles": ("Sarakkeiden tulkinta", "Kolumnernas roller", "Roles of columns"),
    "roles_found": (
        "Rooli = sarake (päivämäärien muoto)",
        "Roll = kolumn (datumformat)",
        "Role = column (date format)",
    ),
    "roles_lacking": ("Ei saraketta", "Utan kolumn", "No column"),
    "section_rejects": ("Syrjään jätetyt rivit", "Åsidosatta rader", "Rows set aside"),
    "reject_reason": ("Syy", "Orsak", "Reason"),
    "section_linkage": ("Henkilöiden yhdistyminen", "Länkning av personer", "Linkage of persons"),
    "linkage_foot": (
        "Vertailulähde: {reference}. Kaksoisrivi toistaa toisen rivin sanasta sanaan.",
        "Referenskälla: {reference}. En dubblettrad upprepar en annan rad ordagrant.",
        "Reference: {reference}. A duplicate row repeats another row word for word.",
    ),
    "matched": ("Löytyy vertailusta", "Finns i referensen", "In the reference"),
    "orphans": ("Puuttuu vertailusta", "Saknas i referensen", "Not in it"),
    "reference_only": ("Vain vertailussa", "Endast i referensen", "In it only"),
    "duplicates": ("Kaksoisrivejä", "Dubblettrader", "Duplicate rows"),
    "section_codes": ("Käytetyt koodit", "Använda koder", "Codes in use"),
    "register_code": (
        "Koodi (koodiluettelon rivi)",
        "Kod (kodlistans rad)",
        "Code (line of the code list)",
    ),
    "other_codes": ("(harvinaiset koodit)", "(sällsynta koder)", "(rare codes)"),
    "code_state": ("Tila", "Tillstånd", "State"),
    "no_state": ("ei tilaa", "inget tillstånd", "no state"),
    "verified": ("Varmistettu", "Verifierad", "Verified"),
    "verified_yes": ("kyllä", "ja", "yes"),
    "verified_no": ("ei", "nej", "no"),
    "verified_unknown": ("ei luettelossa", "finns inte i listan", "not in the list"),
    "table_cut": (
        "Lisäksi {n} riviä: --format csv --table {table}.",
        "Ytterligare {n} rader: --format csv --table {table}.",
        "{n} more rows: --format csv --table {table}.",
    ),
    # reasons for setting a row aside ------------------------------------------------------------
    "reject_no_key": ("ei henkilöavainta", "ingen personnyckel", "no person key"),
    "reject_unreadable_start": ("alku ei ole päivä", "början är inget datum", "the start is no date"),
    "reject_unreadable_end": ("loppu ei ole päivä", "slutet är inget datum", "the end is no date"),
    "reject_no_start": ("ei alkupäivää", "ingen början", "no start"),
    "reject_end_before_start": ("loppu ennen alkua", "slut före början", "the end is before the start"),
    "reject_zero_length": ("alku ja loppu sama hetki", "början och slut samtidigt", "start and end are one moment"),
    "reject_unknown_code": (
        "koodi ei ole koodiluettelossa",
        "koden finns inte i kodlistan",
        "the code is not in the code list",
    ),
    "reject_outside_years": (
        "alku rekisterin vuosien ulkopuolella",
        "början utanför registrets år",
        "the start is outside the register's years",
    ),
    "reject_bad_hours": (
        "viikkotunnit eivät ole väliltä 0–168",
        "veckotimmarna är inte mellan 0 och 168",
        "the hours of a week are not 0 to 168",
    ),
    "reject_bad_extent": ("osuus ei ole väliltä 0–1", "andelen är inte mellan 0 och 1", "the extent is not 0 to 1"),
    "reject_unreadable_year": ("vuosi ei ole vuosi", "året är inget år", "the year is no year"),
    "reject_unreadable_month": ("kuukausi ei ole 1–12", "månaden är inte 1–12", "the month is not 1 to 12"),
    "reject_unreadable_amount": ("summa ei ole luku", "beloppet är inget tal", "the amount is no number"),
    # checks: what was found, what to do ---------------------------------------------------------
    "check_two_key_forms": (
        "henkilöavaimia on kahta muotoa",
        "personnycklar i två former",
        "person keys in two forms",
    ),
    "remedy_two_key_forms": (
        "Sama henkilö kahdella avaimella olisi kaksi henkilöä. Kirjoita avaimet samalla tavalla (etunollat, viivat, "
        "desimaalit).",
        "Samma person med två nycklar vore två personer. Skriv nycklarna lika (inledande nollor, streck, decimaler).",
        "One person under two keys would be two. Write the keys alike (leading zeros, dashes, decimals).",
    ),
    "check_key_names": (
        "henkilöavaimella on toinen nimi kuin vertailulähteessä",
        "personnyckeln har ett annat namn än i referenskällan",
        "the person key has another name than in the reference",
    ),
    "remedy_key_names": (
        "Avain on vanhoissa aineistoissa shnro ja uusissa hid_e. Katso taulukosta Henkilöiden yhdistyminen, löytyvätkö "
        "henkilöt.",
        "Nyckeln heter shnro i äldre och hid_e i nyare leveranser. Se i tabellen Länkning av personer om de finns.",
        "The key is shnro in older and hid_e in newer deliveries. See in the table of linkage whether persons match.",
    ),
    "check_key_forms": (
        "henkilöavaimet ovat eri muotoa kuin vertailulähteessä",
        "personnycklarna har en annan form än i referenskällan",
        "person keys have another form than in the reference",
    ),
    "remedy_key_forms": (
        "Erimuotoiset avaimet eivät yhdisty. Pyydä rekisterinpitäjältä sama avain kaikkiin aineistoihin.",
        "Nycklar av olika form länkas inte. Be registerhållaren om samma nyckel i alla data.",
        "Keys of another form match nobody. Ask the data owner for one key in all files.",
    ),
    "check_employment_break": (
        "työsuhdejaksoja vuosien 2018/19 molemmin puolin (määrä: 2019 alkaen)",
        "anställningsperioder på båda sidor om 2018/19 (antal: från 2019)",
        "employment spells on both sides of 2018/19 (count: from 2019 on)",
    ),
    "remedy_employment_break": (
        "Vuodesta 2019 jaksot ovat tulorekisterin maksukausia eivätkä työsuhteita, joten työhön paluu ei ole "
        'vertailukelpoinen. Kirjoita valinta: [breaks] 2019 = "drop", "indicator" tai "keep".',
        "Från 2019 är perioderna inkomstregistrets betalningsperioder, inte anställningar: återgång i arbete är inte "
        'jämförbar. Skriv ett val: [breaks] 2019 = "drop", "indicator" eller "keep".',
        "From 2019 on spells are payment periods of the Incomes Register, not contracts: return to work is not "
        'comparable. Write a choice: [breaks] 2019 = "drop", "indicator" or "keep".',
    ),
    "check_pension_break": (
        "eläkejaksoja vuodesta 2023 alkaen",
        "pensionsperioder från 2023",
        "pension spells from 2023 on",
    ),
    "remedy_pension_break": (
        "Vuodesta 2023 täyttä työkyvyttömyyseläkettä, osatyökyvyttömyyseläkettä ja kuntoutustukea ei voi erottaa. "
        'Kirjoita valinta: [breaks] 2023 = "drop", "indicator" tai "keep", tai lisää ETK:n eläkkeet.',
        "Från 2023 kan full sjukpension, delinvalidpension och rehabiliteringsstöd inte skiljas åt. Skriv ett val: "
        '[breaks] 2023 = "drop", "indicator" eller "keep", eller lägg till PSC:s pensioner.',
        "From 2023 on full, partial and temporary disability pensions cannot be told apart. Write a choice: "
        '[breaks] 2023 = "drop", "indicator" or "keep", or add the pensions of ETK.',
    ),
    "check_pension_gap_years": (
        "eläkkeitä, jotka alkavat 1995 tai 1998",
        "pensioner som börjar 1995 eller 1998",
        "pensions that start in 1995 or 1998",
    ),
    "remedy_pension_gap_years": (
        "Takautuvasti myönnetyt työeläkkeet puuttuvat näiltä vuosilta.",
        "Retroaktivt beviljade arbetspensioner saknas dessa år.",
        "Occupational pensions granted afterwards are missing in these years.",
    ),
    "check_no_sickness": (
        "työsuhteita, mutta mikään lähde ei sisällä sairauspoissaoloja",
        "anställningar, men ingen källa har sjukfrånvaro",
        "employment, but no source has sickness absence",
    ),
    "remedy_no_sickness": (
        "Työsuhde jatkuu sairauspoissaolon ajan: ilman poissaoloja kaikki ovat työssä. Lisää Kelan sairauspäivärahat "
        "(tulorekisterin etuuksissa niitä ei ole).",
        "Anställningen fortgår under sjukfrånvaro: utan frånvaron är alla i arbete. Lägg till FPA:s sjukdagpenning "
        "(inkomstregistrets förmåner har den inte).",
        "A contract goes on during sickness absence: without absences everyone is at work. Add Kela's sickness "
        "allowance (benefits of the Incomes Register do not hold it).",
    ),
    "check_no_disability_pension": (
        "työsuhteita, mutta mikään lähde ei sisällä työkyvyttömyyseläkkeitä",
        "anställningar, men ingen källa har sjukpensioner",
        "employment, but no source has disability pensions",
    ),
    "remedy_no_disability_pension": (
        "Eläkkeellä olevan työsuhde näyttää työssäololta, eikä eläke ole kilpaileva tapahtuma. Lisää ETK:n tai FOLKin "
        "eläkkeet.",
        "En anställning under pension ser ut som arbete, och pension är ingen konkurrerande händelse. Lägg till "
        "pensioner från PSC eller FOLK.",
        "A contract beside a pension looks like work, and the pension is no competing event. Add pensions of ETK or "
        "FOLK.",
    ),
    "check_activity_as_state": (
        "vuoden viimeisen viikon pääasiallinen toiminta tilana",
        "huvudsaklig verksamhet under årets sista vecka som tillstånd",
        "main activity of the last week taken as a state",
    ),
    "remedy_activity_as_state": (
        "Yhden viikon tieto ei ole koko vuoden tila. Ota tilat jaksoista.",
        "En veckas uppgift är inte årets tillstånd. Ta tillstånden ur perioder.",
        "The status of one week is not the state of a year. Take states from spells.",
    ),
    "check_activity_inferred": (
        "pääasiallinen toiminta 12 (työtön)",
        "huvudsaklig verksamhet 12 (arbetslös)",
        "main activity 12 (unemployed)",
    ),
    "remedy_activity_inferred": (
        "Työttömyys päätellään ennen työllisyyttä: soviteltua päivärahaa saava osa-aikainen on tässä työtön.",
        "Arbetslöshet härleds före sysselsättning: en deltidsanställd med jämkad dagpenning är arbetslös här.",
        "Unemployment is inferred before employment: a part-time worker on an adjusted benefit is unemployed here.",
    ),
    "check_activity_conflict": (
        "toiminta 12 (työtön), vaikka työsuhde on voimassa 31.12.",
        "verksamhet 12 (arbetslös) trots anställning den 31.12",
        "activity 12 (unemployed) with an employment spell on 31 December",
    ),
    "remedy_activity_conflict": (
        "Käytä pääasiallista toimintaa taustatietona ja päättele työssäolo jaksoista.",
        "Använd huvudsaklig verksamhet som bakgrund och härled arbete ur perioder.",
        "Use main activity as background, and infer work from spells.",
    ),
    "check_incomplete_years": (
        "viimeinen vuosi tai kaksi näyttää vajaalta",
        "det sista året eller de två sista verkar ofullständiga",
        "the last year or two look incomplete",
    ),
    "remedy_incomplete_years": (
        "Puuttuva jakso näyttäisi siltä, ettei jaksoa ollut. Päätä seuranta ennen vajaata vuotta ([follow_up] last).",
        "En period som saknas ser ut som ingen period. Avsluta uppföljningen före det året ([follow_up] last).",
        "A missing spell would look like none. End the follow-up before that year ([follow_up] last).",
    ),
    "check_death_known_early": (
        "kuolema edeltävän tilastovuoden rivillä",
        "dödsfall på föregående statistikårs rad",
        "deaths on the row of the year before",
    ),
    "remedy_death_known_early": (
        "tkk käyttää kuolinpäivää eikä rivin vuotta. Älä poimi henkilöitä tämän sarakkeen puuttumisen mukaan.",
        "tkk använder dödsdagen, inte radens år. Välj inte personer efter om kolumnen saknas.",
        "tkk uses the day of death, not the year of the row. Select nobody by whether this column is missing.",
    ),
    "check_row_after_death": (
        "henkilörivejä kuoleman jälkeisiltä vuosilta",
        "personrader för år efter döden",
        "person rows of years after death",
    ),
    "remedy_row_after_death": (
        "Avain tai kuolinpäivä on väärä. Kysy rekisterinpitäjältä.",
        "Nyckeln eller dödsdagen är fel. Fråga registerhållaren.",
        "The key or the day of death is wrong. Ask the data owner.",
    ),
    "check_spell_after_death": (
        "jaksoja, jotka alkavat kuoleman jälkeen",
        "perioder som börjar efter döden",
        "spells that start after death",
    ),
    "remedy_spell_after_death": (
        "Kuolema on tiloista ensimmäinen, joten jakso ei vaikuta tuloksiin; suuri määrä kertoo vääristä avaimista.",
        "Döden går före andra tillstånd, så perioden inverkar inte; ett stort antal tyder på fel nycklar.",
        "Death comes before all states, so these change nothing; a large number shows wrong keys.",
    ),
    "check_employment_before_1995": (
        "työsuhdejaksoja ennen vuotta 1995",
        "anställningsperioder före 1995",
        "employment spells before 1995",
    ),
    "remedy_employment_before_1995": (
        "Noin 23 % työsuhteista puuttuu: kaikki yrittäjät ja noin viidennes kuntien työsuhteista. Aloita taustajakso "
        "myöhemmin.",
        "Cirka 23 % av anställningarna saknas: alla företagare och ungefär en femtedel av de kommunala. Börja "
        "bakgrundstiden senare.",
        "About 23% of jobs are missing: all self-employed and about a fifth of municipal jobs. Begin the look-back "
        "later.",
    ),
    "check_employment_before_2005": (
        "työsuhdejaksoja vuosilta 1995–2004",
        "anställningsperioder 1995–2004",
        "employment spells of 1995 to 2004",
    ),
    "remedy_employment_before_2005": (
        "Jaksot ovat heikompia kuin vuodesta 2005 alkaen. Mainitse tästä rajoituksena.",
        "Perioderna är svagare än från 2005. Nämn det som en begränsning.",
        "They are weaker than from 2005 on. Say so as a limitation.",
    ),
    "check_employer_keys": (
        "vuoden 2004 työsuhteita, joiden työnantajaa ei ole 2005",
        "anställningar 2004 vilkas arbetsgivare saknas 2005",
        "spells of 2004 whose employer is not seen in 2005",
    ),
    "remedy_employer_keys": (
        "Julkisen sektorin työnantajatunnukset vaihtuivat 2004/05. Pidä saman työnantajan seuranta rajan toisella "
        "puolella.",
        "Den offentliga sektorns arbetsgivarnycklar byttes 2004/05. Håll uppföljningen av samma arbetsgivare på en "
        "sida av gränsen.",
        "Employer keys of the public sector changed at 2004/05. Keep same-employer retention on one side of it.",
    ),
    "check_under_18": (
        "alle 18-vuotiaiden jaksoja ennen vuotta 2016",
        "perioder för personer under 18 år före 2016",
        "spells of people under 18 before 2016",
    ),
    "remedy_under_18": (
        "Vuodesta 2016 jaksoissa on vain 18 vuotta täyttäneitä. Rajaa ikä kaikkina vuosina ([eligibility] age).",
        "Från 2016 finns bara de som fyllt 18. Begränsa åldern alla år ([eligibility] age).",
        "From 2016 on there are only those of 18 and over. Limit ages in all years ([eligibility] age).",
    ),
    "check_occupation_change": (
        "ammattiluokitus vaihtuu vuosien välillä",
        "yrkesklassificeringen byts mellan år",
        "the classification of occupations changes between years",
    ),
    "remedy_occupation_change": (
        "Luokituksia on kolme (1980, 2001, 2010). Muunna yhteen luokitukseen ennen kuin vertaat vuosia.",
        "Det finns tre klassificeringar (1980, 2001, 2010). Omvandla till en innan åren jämförs.",
        "There are three classifications (1980, 2001, 2010). Convert to one before comparing years.",
    ),
    "check_education_change": (
        "koulutusluokitus vaihtuu vuosien välillä",
        "utbildningsklassificeringen byts mellan år",
        "the classification of education changes between years",
    ),
    "remedy_education_change": (
        "Muunna yhteen luokitukseen ennen kuin vertaat vuosia.",
        "Omvandla till en klassificering innan åren jämförs.",
        "Convert to one classification before comparing years.",
    ),
    "check_municipality_of_next_year": (
        "kunta seuraavan vuoden aluejaon mukaan",
        "kommun enligt nästa års indelning",
        "municipality by the division of the next year",
    ),
    "remedy_municipality_of_next_year": (
        "Vuodesta 1999 kunta on seuraavan vuoden jaon mukainen. Käytä saraketta kunta31_12.",
        "Från 1999 följer kunta nästa års indelning. Använd kolumnen kunta31_12.",
        "From 1999 on kunta follows the division of the next year. Use the column kunta31_12.",
    ),
    "check_municipality_mergers": (
        "kuntia, joita ei seuraavana vuonna enää ole",
        "kommuner som inte finns året därpå",
        "municipalities that are gone in the year after",
    ),
    "remedy_municipality_mergers": (
        "Kuntaliitos ei ole muutto. Muunna kunnat yhden vuoden jakoon tai käytä aluetta.",
        "En kommunsammanslagning är ingen flytt. Omvandla till ett års indelning eller använd region.",
        "A merger is no move. Convert to the division of one year, or use the region.",
    ),
    "check_open_duplicates": (
        "keskeneräisiä jaksoja useina riveinä",
        "oavslutade perioder på flera rader",
        "unfinished spells in several rows",
    ),
    "remedy_open_duplicates": (
        "Vuodesta 2023 toimitus toistaa keskeneräiset jaksot. tkk käyttää niiden yhdistettä: avoin rivi jatkuu, vaikka "
        "toinen rivi päättyy.",
        "Från 2023 upprepar leveransen oavslutade perioder. tkk tar deras union: den öppna raden fortsätter fast den "
        "andra slutar.",
        "From 2023 on a delivery repeats unfinished spells. tkk takes their union: the open row goes on where the "
        "other ends.",
    ),
    "check_open_spell": ("avoimia jaksoja (ei loppua)", "öppna perioder (inget slut)", "open spells (no end)"),
    "remedy_open_spell": (
        "Avoin jakso jatkuu seurannan loppuun. tkk ei pudota niitä.",
        "En öppen period fortsätter till uppföljningens slut. tkk utesluter dem inte.",
        "An open spell goes on to the end of follow-up. tkk drops none.",
    ),
    "check_nothing_ends": (
        "lähteen kaikki jaksot ovat avoimia",
        "källans alla perioder är öppna",
        "every spell of the source is open",
    ),
    "remedy_nothing_ends": (
        "Loppupäivän saraketta ei löytynyt tai se on tyhjä, joten tila jatkuisi seurannan loppuun. Katso taulukko "
        'Sarakkeiden tulkinta; nimeä sarake: columns = {{ end = "..." }}.',
        "Kolumnen för slutdagen hittades inte eller är tom, så tillståndet skulle fortgå till uppföljningens slut. Se "
        'tabellen Kolumnernas roller; namnge kolumnen: columns = {{ end = "..." }}.',
        "The column of ends was not found or is empty, so the state would go on to the end of follow-up. See the table "
        'Roles of columns; name the column: columns = {{ end = "..." }}.',
    ),
    "check_exact_duplicates": (
        "rivejä, jotka toistavat toisen rivin",
        "rader som upprepar en annan rad",
        "rows that repeat another row",
    ),
    "remedy_exact_duplicates": (
        "Toistuva rivi lasketaan kerran.",
        "En upprepad rad räknas en gång.",
        "A repeated row counts once.",
    ),
    "check_overlaps": (
        "saman tilan ja työnantajan päällekkäisiä jaksoja",
        "överlappande perioder av samma tillstånd och arbetsgivare",
        "overlapping spells of one state and employer",
    ),
    "remedy_overlaps": (
        "Päällekkäisistä jaksoista käytetään yhdistettä; päivä lasketaan kerran.",
        "Av överlappande perioder används unionen; en dag räknas en gång.",
        "Of overlapping spells the union is used; a day counts once.",
    ),
    "check_unverified_code": (
        "koodeja, joiden merkitystä ei ole varmistettu",
        "koder vilkas betydelse inte är verifierad",
        "codes whose meaning was not verified",
    ),
    "remedy_unverified_code": (
        "Koodiluettelo on tässä tkk:n ehdotus. Vertaa taulukkoa rekisterin kuvaukseen. Oma luettelo: tkk check --codes "
        'NIMI > omat.csv ja lähteeseen codes = "omat.csv".',
        "Kodlistan är här ett förslag av tkk. Jämför tabellen med registrets beskrivning. Egen lista: tkk check "
        '--codes NAMN > egna.csv och codes = "egna.csv" i källan.',
        "The code list is a proposal of tkk here. Compare the table with the register's description. Your own list: "
        'tkk check --codes NAME > own.csv, and codes = "own.csv" in the source.',
    ),
    "check_no_person_row": (
        "jaksoja henkilöiltä, joilla ei ole henkilöriviä",
        "perioder för personer utan personrad",
        "spells of people without a person row",
    ),
    "remedy_no_person_row": (
        "Ikä, sukupuoli, kuolema ja asuminen eivät ole tiedossa. Katso taulukko Henkilöiden yhdistyminen.",
        "Ålder, kön, död och boende är okända. Se tabellen Länkning av personer.",
        "Age, sex, death and residence are not known. See the table of linkage.",
    ),
    "check_before_birth": ("jaksoja ennen syntymää", "perioder före födelsen", "spells before birth"),
    "remedy_before_birth": (
        "Avain tai syntymäaika on väärä. Kysy rekisterinpitäjältä.",
        "Nyckeln eller födelsetiden är fel. Fråga registerhållaren.",
        "The key or the birth is wrong. Ask the data owner.",
    ),
    "check_rows_set_aside": (
        "rivejä, joita ei voi käyttää",
        "rader som inte kan användas",
        "rows that cannot be used",
    ),
    "remedy_rows_set_aside": (
        "Syyt ovat taulukossa; rivinumerot saa tiedostoon: --rejects hylatyt.csv. Puuttuva koodi lisätään omaan "
        "luetteloon (codes). Lähde, jonka kaikki rivit jäävät syrjään, on virhe.",
        "Orsakerna finns i tabellen; radnumren fås i en fil: --rejects bortfall.csv. En kod som saknas läggs till i "
        "en egen lista (codes). En källa utan en enda användbar rad är ett fel.",
        "The reasons are in the table; the row numbers go to a file with --rejects rejects.csv. A code that is lacking "
        "goes to a list of your own (codes). A source without one usable row is an error.",
    ),
    "check_rows_outside_years": (
        "rivejä rekisterin vuosien ulkopuolelta",
        "rader utanför registrets år",
        "rows outside the register's years",
    ),
    "remedy_rows_outside_years": (
        "Tarkista years ja päivämäärien muoto (date_format).",
        "Kontrollera years och datumformatet (date_format).",
        "Check years and the format of dates (date_format).",
    ),
}
