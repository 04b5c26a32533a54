"""Raw rows of the FOLK modules, and of two small files of Statistics Finland: deaths and moves out of the country."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tkk_cli.data.synthetic.registers.careers import OPEN, Careers, Segments, first_day
from tkk_cli.data.synthetic.registers.draws import Ints
from tkk_cli.data.synthetic.registers.hazards import STATES, number
from tkk_cli.data.synthetic.registers.rows import Column, Rows, Text, days, last_days, text

__all__ = [
    "ACTIVITIES",
    "EMPLOYERS",
    "EMPLOYER_KEYS",
    "MONTH_BINS",
    "MUNICIPALITIES",
    "REGIONS",
    "at_work",
    "contracts",
    "employer",
    "folk",
    "is_public",
    "jobs_rows",
    "keys",
    "on_day",
    "persons_rows",
    "work_days",
]

# Invented numbers: two municipalities a region.
MUNICIPALITIES = tuple(str(800 + i) for i in range(36))
# Statistics Finland: from how many days on it is one month more (FOLK perustieto, tyokk).
MONTH_BINS = (15, 45, 75, 105, 136, 166, 197, 227, 257, 288, 318, 349)
ACTIVITIES = ("11", "12", "21", "22", "24", "99")
REGIONS = tuple(f"{i:02d}" for i in range(19))
EMPLOYERS = 5000
# level of education of a person's draw: missing = basic
_EDUCATION = ("", "3", "5", "6", "7")
_OCCUPATIONS = ("22210", "23410", "33130", "41100", "51201", "52230", "53210", "71110", "83320", "91120")
_PENSIONS = {
    "disability_pension": ("0", "2"), "temporary_disability_pension": ("0K", "2"),
    "partial_disability_pension": ("2", "2"), "partial_temporary_disability_pension": ("2K", "2"),
    "career_pension": ("A", "2"), "old_age_pension": ("5", "1"),
}  # fmt: skip
_STREAM = 500


def keys(careers: Careers, prefix: str = "H") -> tuple[str, ...]:
    """Person keys by place in the block."""
    return tuple(f"{prefix}{person:08d}" for person in careers.number.tolist())


def contracts(careers: Careers) -> Segments:
    """Employment contracts: one row from the first to the last day, absences included."""
    held = careers.segments.take(careers.segments.contract > 0)
    new = np.ones(len(held), dtype=bool)
    new[1:] = (held.person[1:] != held.person[:-1]) | (held.contract[1:] != held.contract[:-1])
    firsts = np.flatnonzero(new)
    lasts = np.append(firsts[1:], len(held)) - 1 if len(firsts) else firsts
    first = held.take(firsts)
    return Segments(**{**vars(first), "stop": held.stop[lasts]})


def employer(careers: Careers, jobs: Segments) -> Ints:
    """The employer's number, 0 to EMPLOYERS - 1, of each contract."""
    spread = careers.draws.bits(_STREAM, jobs.person) + jobs.contract * 2_654_435_761
    return ((spread % (1 << 32)) * EMPLOYERS) >> 32


def is_public(employers: Ints) -> np.ndarray:
    """One employer in four is the state or a municipality."""
    return employers % 4 == 0


def work_days(careers: Careers, year: int) -> Ints:
    """Days at work of each person in a year, in full or in part."""
    first, stop = first_day(year), first_day(year + 1)
    work = at_work(careers.segments)
    overlap = np.minimum(work.stop, stop) - np.maximum(work.start, first)
    return np.bincount(work.person, np.maximum(overlap, 0), len(careers)).astype(np.int64)


def at_work(segments: Segments) -> Segments:
    """Segments at work: with a contract and no full benefit, or subsidised."""
    partial = number("employed", "partial_sickness", "partial_disability_pension",
                     "partial_temporary_disability_pension")  # fmt: skip
    works = (segments.contract > 0) & np.isin(segments.state, partial)
    return segments.take(works | (segments.state == STATES.index("subsidised")))


def folk(careers: Careers) -> Iterator[tuple[str, int | None, Rows]]:
    """Module, year (None where a module has one file) and rows."""
    words = keys(careers)
    jobs = contracts(careers)
    for year in range(careers.years[0], careers.years[1] + 1):
        worked = work_days(careers, year)
        yield "folk_perus", year, persons_rows(careers, np.flatnonzero(careers.resident(year)), year, worked)
        yield "folk_tkt", year, _last_week(careers, words, jobs, year)
        yield "folk_tulo", year, _incomes(careers, words, year, worked)
        yield "folk_tyosuhde", year, jobs_rows(careers, jobs, year)
        yield "folk_elake", year, _pensions(careers, words, year)
    yield from _employment_services(careers, words)
    dead = careers.segments.of("death")
    yield "kuolemat", None, Rows(dead.person, {"hid_e": text(dead.person, words), "kuolpvm": days(dead.start)})
    yield "muutot", None, _spells(careers.segments.of("emigrated"), words)


def on_day(careers: Careers, day: int) -> Ints:
    """The state of each person on a day; 0 = none."""
    segments = careers.segments
    here = (segments.start <= day) & (day < segments.stop)
    state = np.zeros(len(careers), dtype=np.int64)
    state[segments.person[here]] = segments.state[here]
    return state


def persons_rows(careers: Careers, who: Ints, year: int, worked: Ints) -> Rows:
    """FOLK perustieto of some persons."""
    last = first_day(year + 1) - 1
    age = (last - careers.birth[who]) * 4 // 1461
    state = on_day(careers, last)[who]
    # the year of a death in the following year stands on this row: the last one that the person has
    died = (careers.death[who] < first_day(year + 2)) & (year + 1 <= careers.years[1])
    municipality = text(2 * (careers.region[who] - 1) + careers.draws.below(_STREAM + 1, 2, who), MUNICIPALITIES)
    months = np.searchsorted(MONTH_BINS, worked[who], side="right")
    birth_year = careers.birth[who].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return Rows(
        who,
        {
            "vuosi": np.full(len(who), year),
            "hid_e": text(who, keys(careers)),
            "syntyv": birth_year,
            "kuolv": text(died.astype(np.int64), ("", str(year + 1))),
            "sukup": careers.sex[who],
            "ika": age,
            "kunta": municipality,
            "kunta31_12": municipality,
            "mkunta": text(careers.region[who], REGIONS),
            "sivs": 1 + careers.draws.below(_STREAM + 2, 4, who),
            "ututku_aste": text(np.where(age < 20, 0, careers.education[who]), _EDUCATION),
            "ptoim1": text(_activity(state, age), ACTIVITIES),
            "ammattikoodi_k": text(careers.draws.below(_STREAM + 3, len(_OCCUPATIONS), who), _OCCUPATIONS),
            "tyokk": months,
        },
    )


def _activity(state: Ints, age: Ints) -> Ints:
    """Place in ACTIVITIES on the last day of the year; family leave and absence from work are work."""
    pensioner = number("disability_pension", "temporary_disability_pension", "career_pension", "old_age_pension")
    works = number("employed", "leave", "partial_sickness", "partial_disability_pension", "sickness",
                   "partial_temporary_disability_pension", "rehabilitation", "subsidised")  # fmt: skip
    choices = {
        "21": age < 15,
        "24": np.isin(state, pensioner),
        "12": state == STATES.index("unemployment"),
        "22": state == STATES.index("student"),
        "11": np.isin(state, works),
    }
    places = [np.int64(ACTIVITIES.index(code)) for code in choices]
    return np.select(list(choices.values()), places, np.int64(ACTIVITIES.index("99")))


def _last_week(careers: Careers, words: tuple[str, ...], jobs: Segments, year: int) -> Rows:
    """The job of the last week of the year, and the longest job of the year; both at most to the year's last day."""
    first, stop = first_day(year), first_day(year + 1)
    touching = jobs.take((jobs.start < stop) & (jobs.stop > first) & careers.resident(year)[jobs.person])
    length = np.minimum(touching.stop, stop) - np.maximum(touching.start, first)
    order = np.lexsort((touching.start, -length, touching.person))
    longest = touching.take(order)
    lead = np.ones(len(longest), dtype=bool)
    lead[1:] = longest.person[1:] != longest.person[:-1]
    longest = longest.take(lead)
    current = touching.take(touching.stop >= stop)
    n = len(careers)
    start1, end1, code1 = np.full(n, OPEN), np.full(n, OPEN), np.zeros(n, dtype=np.int64)
    start1[current.person] = current.start
    end1[current.person] = np.minimum(current.stop, stop)
    code1[current.person] = 1 + employer(careers, current)
    who = longest.person
    columns: dict[str, Column] = {
        "vuosi": np.full(len(who), year),
        "hid_e": text(who, words),
        "alkupvm1": days(start1[who]),
        "loppupvm1": last_days(end1[who]),
        "syrtun": text(code1[who], ("", *EMPLOYER_KEYS)),
        "tsekt1": text(np.where(code1[who] == 0, 0, 1 + is_public(code1[who] - 1)), ("", "5", "3")),
        "toimiala": text(code1[who], ("", *_INDUSTRIES)),
        "ammattikoodi": text(careers.draws.below(_STREAM + 3, len(_OCCUPATIONS), who), _OCCUPATIONS),
    }
    if year <= 2018:
        columns |= {
            "ptoim2": np.full(len(who), 11),
            "alkupvm2": days(np.maximum(longest.start, first)),
            "loppupvm2": last_days(np.minimum(longest.stop, stop)),
        }
    return Rows(who, columns)


def _incomes(careers: Careers, words: tuple[str, ...], year: int, worked: Ints) -> Rows:
    who = np.flatnonzero(careers.resident(year))
    first, stop = first_day(year), first_day(year + 1)
    ill = careers.segments.of("sickness")
    overlap = np.maximum(np.minimum(ill.stop, stop) - np.maximum(ill.start, first), 0)
    ill_days = np.bincount(ill.person, overlap, len(careers)).astype(np.int64)[who]
    pay = worked[who] * careers.wage[who] // 100
    allowance = ill_days * careers.wage[who] * 7 // 1000
    # one person in two hundred pays back more than was paid
    back = careers.draws.below(_STREAM + 10 + year - careers.years[0], 200, who) == 0
    return Rows(
        who,
        {
            "vuosi": np.full(len(who), year),
            "hid_e": text(who, words),
            "palk": pay,
            "yrtu": np.zeros(len(who), dtype=np.int64),
            "saiprva": np.where(back & (allowance == 0), -120, allowance),
            "kturaha": pay * 7 // 10 + allowance,
        },
    )


EMPLOYER_KEYS = tuple(f"Y{i:05d}" for i in range(EMPLOYERS))
_INDUSTRIES = tuple(f"{(i * 37) % 95 + 1:02d}" for i in range(EMPLOYERS))


def jobs_rows(careers: Careers, jobs: Segments, year: int) -> Rows:
    """Every contract that touches the year, with its own start; the end only if it is in the year."""
    first, stop = first_day(year), first_day(year + 1)
    held = jobs.take((jobs.start < stop) & (jobs.stop > first))
    number_of = employer(careers, held)
    goes_on = held.stop >= stop
    return Rows(
        held.person,
        {
            "vuosi": np.full(len(held), year),
            "hid_e": text(held.person, keys(careers)),
            "aineisto": np.where(is_public(number_of), 2, 1),
            "rivinro": held.contract,
            "yrtun_s": text(number_of, EMPLOYER_KEYS),
            "alkupvm": days(held.start),
            "loppupvm": last_days(np.where(held.stop > stop, OPEN, held.stop)),
            "tvm": goes_on.astype(np.int64),
            "sivu": np.zeros(len(held), dtype=np.int64),
            "toimiala": text(number_of, _INDUSTRIES),
        },
    )


def _pensions(careers: Careers, words: tuple[str, ...], year: int) -> Rows:
    """The stock of 31 December: no ends."""
    last = first_day(year + 1) - 1
    paid = careers.segments.of(*_PENSIONS)
    stock = paid.take((paid.start <= last) & (last < paid.stop))
    kind = np.zeros(len(STATES), dtype=np.int64)
    kind[number(*_PENSIONS)] = np.arange(len(_PENSIONS))
    of = kind[stock.state]
    return Rows(
        stock.person,
        {
            "vuosi": np.full(len(stock), year),
            "hid_e": text(stock.person, words),
            "aineisto": np.full(len(stock), 35),
            "elakelaji_alkuper": text(of, [own for own, _ in _PENSIONS.values()]),
            "elakelaji": text(of, [common for _, common in _PENSIONS.values()]),
            "alkupvm_elakejakso": days(stock.start),
            "alkupvm_elakelaji": days(stock.start),
        },
    )


def _employment_services(careers: Careers, words: tuple[str, ...]) -> Iterator[tuple[str, int | None, Rows]]:
    """Unemployed, placed, job seekers and training: one file each."""
    out = careers.segments.of("unemployment")
    laid_off = np.where(out.start % 12 == 0, 3, 2)
    yield "folk_tyottomat", None, _spells(out, words).put(psyy=_psyy(out), tjtyol=laid_off)
    placed = careers.segments.of("subsidised")
    kind = text(placed.start % 4, ("5T", "5V", "6T", "6V"))
    yield "folk_sijoitetut", None, _spells(placed, words).put(tpide=kind, psyy=_psyy(placed))
    seeking = careers.segments.of("unemployment", "subsidised")
    situation = np.where(seeking.state == STATES.index("subsidised"), 0, 2)
    yield "folk_tyonhakijat", None, _spells(seeking, words).put(tyol=situation, psyy=_psyy(seeking))
    training = careers.segments.of("student")
    yield "folk_tyovoimakoulutus", None, _spells(training, words).put(tyamm=1 + training.start % 2)


def _spells(of: Segments, words: tuple[str, ...]) -> Rows:
    columns: dict[str, Column] = {
        "hid_e": text(of.person, words),
        "alkupvm": days(of.start),
        "loppupvm": last_days(of.stop),
    }
    return Rows(of.person, columns)


def _psyy(of: Segments) -> Text:
    """Reason of the end, missing where there is none; from 2012 on in two characters, before in one."""
    old = of.stop < first_day(2012)
    return text(np.where(of.stop == OPEN, 0, np.where(old, 1, 3) + of.start % 2), ("", "1", "7", "01", "07"))
