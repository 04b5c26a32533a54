"""Raw rows of the Finnish Centre for Pensions (ETK) and of the Social Insurance Institution (Kela)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tkk_cli.data.synthetic.registers.careers import Careers
from tkk_cli.data.synthetic.registers.folk import EMPLOYERS, contracts, employer, keys, work_days
from tkk_cli.data.synthetic.registers.hazards import DIAGNOSES, PROGRAMMES, STATES, number
from tkk_cli.data.synthetic.registers.rows import Cents, Rows, days, last_days, text

__all__ = ["PROVIDERS", "etk", "kela"]

PROVIDERS = (
    "Kuntoutuskeskus Mäntylä", "Järvenranta Kuntoutus", "Työpolku Itä", "Päijänteen valmennus", "Kuntoutumo Åbo",
    "Lännen työkyky", "Pohjantähti", "Väylä Valmennus",
)  # fmt: skip
_PENSIONS = {
    "disability_pension": "0", "temporary_disability_pension": "0K", "partial_disability_pension": "2",
    "partial_temporary_disability_pension": "2K", "career_pension": "A", "old_age_pension": "5",
}  # fmt: skip
_FAR_END = int(np.datetime64("9999-12-31", "D").astype(np.int64))
_STREAM = 600


def etk(careers: Careers) -> Iterator[tuple[str, int | None, Rows]]:
    """File, None (one file each) and rows."""
    words = keys(careers)
    jobs = contracts(careers)
    of = employer(careers, jobs)
    yield (
        "etk_tyosuhteet",
        None,
        Rows(
            jobs.person,
            {
                "id": text(jobs.person, words),
                "tyonantaja": text(of, tuple(f"T{i:05d}" for i in range(EMPLOYERS))),
                "alkamispvm": days(jobs.start),
                "paattymispvm": last_days(jobs.stop),
            },
        ),
    )
    yield "etk_elake", None, _pensions(careers, words)
    leave = careers.segments.of("leave")
    kind = careers.draws.below(_STREAM, 4, leave.person)
    yield (
        "etk_palkaton",
        None,
        Rows(
            leave.person,
            {
                "id": text(leave.person, words),
                "etuuslaji": 100 + kind,
                "alkamispvm": days(leave.start),
                "paattymispvm": last_days(leave.stop),
            },
        ),
    )
    yield "etk_vuansiot", None, _earnings(careers, words)


def _pensions(careers: Careers, words: tuple[str, ...]) -> Rows:
    """Every pension from its first to its last day; who draws it still has an end far in the future."""
    paid = careers.segments.of(*_PENSIONS)
    kind = np.zeros(len(STATES), dtype=np.int64)
    kind[number(*_PENSIONS)] = np.arange(len(_PENSIONS))
    old_age = paid.state == STATES.index("old_age_pension")
    end = last_days(paid.stop)
    return Rows(
        paid.person,
        {
            "id": text(paid.person, words),
            "elakelaji": text(kind[paid.state], tuple(_PENSIONS.values())),
            "dryhma1": text(np.where(old_age, 0, 1 + paid.diagnosis), ("", *DIAGNOSES)),
            "apvm": days(paid.start),
            "ppvm": np.where(np.isnat(end), np.int64(_FAR_END).astype("datetime64[D]"), end),
        },
    )


def _earnings(careers: Careers, words: tuple[str, ...]) -> Rows:
    """Earnings in cents, for years with any."""
    person, years, cents = [], [], []
    for year in range(careers.years[0], careers.years[1] + 1):
        worked = work_days(careers, year)
        who = np.flatnonzero(worked > 0)
        person.append(who)
        years.append(np.full(len(who), year))
        cents.append(worked[who] * careers.wage[who])
    who = np.concatenate(person)
    order = np.argsort(who, kind="stable")
    return Rows(
        who[order],
        {
            "id": text(who[order], words),
            "vuosi": np.concatenate(years)[order],
            "vuosiansio": np.concatenate(cents)[order],
        },
    )


def kela(careers: Careers) -> Iterator[tuple[str, int | None, Rows]]:
    """File, None (one file each) and rows."""
    words = keys(careers)
    ill = careers.segments.of("sickness", "partial_sickness")
    partial = ill.state == STATES.index("partial_sickness")
    yield (
        "kela_sairauspaivaraha",
        None,
        Rows(
            ill.person,
            {
                "hid_e": text(ill.person, words),
                "paivarahalaji": text(partial.astype(np.int64), ("sairauspäiväraha", "osasairauspäiväraha")),
                "alkupvm": days(ill.start),
                "loppupvm": last_days(ill.stop),
                "diagnoosi": text(ill.diagnosis, DIAGNOSES),
            },
        ),
    )
    course = careers.segments.of("rehabilitation")
    provider = careers.draws.below(_STREAM + 1, len(PROVIDERS), course.person)
    yield (
        "kela_kuntoutus",
        None,
        Rows(
            course.person,
            {
                "hid_e": text(course.person, words),
                "paatospvm": days(course.decided),
                "toimenpide": text(course.programme, tuple(name.upper() for name in PROGRAMMES)),
                "palveluntuottaja": text(provider, PROVIDERS),
                "alkupvm": days(course.start),
                "loppupvm": last_days(course.frame_stop),
            },
        ),
    )
    yield (
        "kela_kuntoutusraha",
        None,
        Rows(
            course.person,
            {
                "hid_e": text(course.person, words),
                "alkupvm": days(course.start),
                "loppupvm": last_days(course.stop),
                "paivaraha": Cents(careers.wage[course.person] * 7 // 10),
            },
        ),
    )
