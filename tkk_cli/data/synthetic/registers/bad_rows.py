"""Rows that no register should hold, written at the end of CSV files; where they stand is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tkk_cli.data.synthetic.registers.layouts import FILES
from tkk_cli.data.synthetic.registers.writing import Csv

__all__ = ["add_bad_rows"]

_KEY = "H00000000"


def _rows(years: tuple[int, int]) -> list[tuple[str, str, dict[str, str]]]:
    """Source, reason (as in ``canonical.REASONS``; ``key_form`` beside) and cells; {key} stands for the key column."""
    first, early = years[0], years[0] - 30
    unemployed = {"{key}": _KEY, "alkupvm": f"{first}-03-01", "loppupvm": f"{first}-03-31", "tjtyol": "2"}
    ill = {
        "{key}": _KEY, "paivarahalaji": "sairauspäiväraha", "alkupvm": f"1.3.{first}", "loppupvm": f"31.3.{first}",
        "diagnoosi": "M54",
    }  # fmt: skip
    leave = {"id": _KEY, "etuuslaji": "100", "alkamispvm": f"01/03/{first}", "paattymispvm": f"31/03/{first}"}
    paid = {"{key}": "12345", "alkupvm": f"1.3.{first}", "loppupvm": f"31.3.{first}", "paivaraha": "50,00"}
    return [
        ("folk_tyottomat", "end_before_start", unemployed | {"loppupvm": f"{first}-02-01"}),
        ("folk_tyottomat", "unknown_code", unemployed | {"tjtyol": "8"}),
        ("folk_tyottomat", "unreadable_start", unemployed | {"alkupvm": f"{first}-02-30"}),
        ("folk_tyottomat", "unreadable_end", unemployed | {"loppupvm": "kesken"}),
        ("folk_tyottomat", "outside_years", unemployed | {"alkupvm": f"{early}-01-01"}),
        ("folk_tyottomat", "no_start", unemployed | {"alkupvm": ""}),
        ("folk_tyottomat", "no_key", unemployed | {"{key}": ""}),
        ("kela_sairauspaivaraha", "end_before_start", ill | {"loppupvm": f"1.2.{first}"}),
        ("kela_sairauspaivaraha", "unknown_code", ill | {"paivarahalaji": "X"}),
        ("kela_sairauspaivaraha", "unreadable_start", ill | {"alkupvm": f"31.4.{first}"}),
        ("etk_palkaton", "unknown_code", leave | {"etuuslaji": "999"}),
        ("etk_palkaton", "no_key", leave | {"id": ""}),
        ("kela_kuntoutusraha", "key_form", paid),
    ]


def add_bad_rows(files: Mapping[tuple[str, int | None], Any], years: tuple[int, int]) -> list[dict[str, Any]]:
    """Write them into the files that there are; source, file, row number (from 1) and reason of each."""
    record = []
    for source, reason, cells in _rows(years):
        file = files.get((source, None))
        if not isinstance(file, Csv):
            continue
        key = next((name for name in file.columns if name in ("hid_e", "shnro")), "{key}")
        row = file.add_raw({name.replace("{key}", key): cell for name, cell in cells.items()})
        name = f"{FILES[source].register}/{file.path.name}"
        record.append({"source": source, "file": name, "row": row, "reason": reason})
    return record
