"""Which raw files a synthetic register consists of: name, folder, layout, and how it is written and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tkk_cli.data.synthetic.registers.writing import Dialect

__all__ = ["FILES", "REGISTERS", "RegisterFile"]

REGISTERS = ("folk", "etk", "kela", "dream")
_FOLK = Dialect()
_ETK = Dialect(separator=";", date_format="d/m/yyyy")
_KELA = Dialect(separator=";", decimal=",", date_format="d.m.yyyy")


@dataclass(frozen=True)
class RegisterFile:
    """A raw file, or one a year.

    ``stem`` is the file's name; ``{year}``, ``{first}`` and ``{last}`` are filled in. ``more`` are further keys of its
    section of ``registers.toml``.
    """

    register: str
    layout: str
    stem: str
    dialect: Dialect
    title: str
    more: Mapping[str, str] = field(default_factory=dict)
    dated: bool = True


FILES: dict[str, RegisterFile] = {
    "folk_perus": RegisterFile(
        "folk", "folk_perustieto", "folk_perus_{year}_1", _FOLK, "henkilöt 31.12. / persons on 31 December", dated=False
    ),
    "kuolemat": RegisterFile("folk", "folk_perustieto", "kuolemat", _FOLK, "kuolinpäivät / days of death"),
    "muutot": RegisterFile(
        "folk", "long", "maastamuutot", _FOLK, "maastamuutot / moves abroad", {"state": '"emigrated"'}
    ),
    "folk_tkt": RegisterFile(
        "folk", "folk_tyossakaynti", "folk_tkt_{year}_1", _FOLK, "työssäkäynti / job of the last week"
    ),
    "folk_tulo": RegisterFile(
        "folk", "folk_tulotieto", "folk_tulo_{year}_1", _FOLK, "tulot, euroa / incomes, euros", dated=False
    ),
    "folk_tyosuhde": RegisterFile(
        "folk", "folk_tyosuhde", "folk_tyosuhde_{year}_1", _FOLK, "työsuhteet / jobs, told again every year"
    ),
    "folk_elake": RegisterFile(
        "folk", "folk_elake", "folk_elake_{year}_1", _FOLK, "eläkkeet 31.12. / pensions on 31 December"
    ),
    "folk_tyottomat": RegisterFile(
        "folk", "folk_tyottomat", "folk_tyottomat_{first}{last}_1", _FOLK, "työttömät / unemployed"
    ),
    "folk_sijoitetut": RegisterFile(
        "folk", "folk_sijoitetut", "folk_sijoitetut_{first}{last}_1", _FOLK, "sijoitetut / placed by a measure"
    ),
    "folk_tyonhakijat": RegisterFile(
        "folk", "folk_tyonhakijat", "folk_tyonhakijat_{first}{last}_1", _FOLK, "työnhakijat / job seekers"
    ),
    "folk_tyovoimakoulutus": RegisterFile(
        "folk",
        "folk_tyovoimakoulutus",
        "folk_tyovoimakoulutus_{first}{last}_1",
        _FOLK,
        "työvoimakoulutus / labour market training",
    ),
    "etk_tyosuhteet": RegisterFile("etk", "etk_tyosuhteet", "tyosuhteet", _ETK, "työsuhteet / jobs"),
    "etk_elake": RegisterFile("etk", "etk_elake", "elake", _ETK, "eläkkeet / pensions"),
    "etk_palkaton": RegisterFile("etk", "etk_palkaton", "palkaton", _ETK, "perhevapaat / family leave"),
    "etk_vuansiot": RegisterFile(
        "etk", "etk_vuansiot", "vuansiot", _ETK, "vuosiansiot, senttiä / yearly earnings, cents", dated=False
    ),
    "kela_sairauspaivaraha": RegisterFile(
        "kela", "kela_sairauspaivaraha", "sairauspaivaraha", _KELA, "sairauspäiväraha / sickness allowance"
    ),
    "kela_kuntoutus": RegisterFile(
        "kela",
        "kela_kuntoutus",
        "kuntoutus",
        Dialect(separator=";", decimal=",", date_format="d.m.yyyy", encoding="cp1252"),
        "kuntoutuspäätökset / rehabilitation decisions",
    ),
    "kela_kuntoutusraha": RegisterFile(
        "kela", "kela_kuntoutusraha", "kuntoutusraha", _KELA, "kuntoutusraha / rehabilitation allowance"
    ),
    "dream": RegisterFile("dream", "weekly_wide", "dream", _FOLK, "DREAM, viikot / weeks", dated=False),
    "tax_benefit": RegisterFile(
        "folk",
        "long",
        "tax_benefit",
        _FOLK,
        "etuudet ilman sairautta / benefits without sickness",
        {"codes": '"tax_benefit_codes.csv"'},
    ),
}
