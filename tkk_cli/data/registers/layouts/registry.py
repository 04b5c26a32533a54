"""The layouts by name; a module is imported when its layout is used."""

from __future__ import annotations

import importlib

from tkk_cli.data.registers.layouts.layout import Layout
from tkk_cli.errors import TkkError

__all__ = ["LAYOUTS", "find_layout"]

# layout -> module of this package that holds its ``LAYOUT`` (a module with several holds ``LAYOUTS``)
LAYOUTS: dict[str, str] = {
    "long": "long",
    "periods_wide": "periods_wide",
    "weekly_wide": "weekly_wide",
    "states_by_month": "states_by_month",
    "monthly_wide": "states_by_month",
    "states_by_day": "states_by_day",
    "yearly": "yearly",
    "incomes_register": "incomes_register",
    "durations": "durations",
    "folk_perustieto": "folk_persons",
    "folk_tulotieto": "folk_incomes",
    "folk_tyosuhde": "folk_work",
    "folk_tyossakaynti": "folk_work",
    "folk_elake": "folk_pensions",
    "folk_tyottomat": "folk_spells",
    "folk_sijoitetut": "folk_spells",
    "folk_tyonhakijat": "folk_spells",
    "folk_tyovoimakoulutus": "folk_spells",
    "etk_tyosuhteet": "etk",
    "etk_elake": "etk",
    "etk_palkaton": "etk",
    "etk_vuansiot": "etk",
    "kela_sairauspaivaraha": "kela",
    "kela_kuntoutus": "kela",
    "kela_kuntoutusraha": "kela",
}


def find_layout(name: str) -> Layout:
    """The layout of that name; TKK240 where there is none."""
    if name not in LAYOUTS:
        from difflib import get_close_matches

        near = get_close_matches(name, LAYOUTS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"layouts are {', '.join(LAYOUTS)}"
        raise TkkError("TKK240", f"there is no register layout {name!r}", hint=hint)
    module = importlib.import_module(f"tkk_cli.data.registers.layouts.{LAYOUTS[name]}")
    layouts: dict[str, Layout] = {layout.name: layout for layout in getattr(module, "LAYOUTS", None) or [module.LAYOUT]}
    return layouts[name]
