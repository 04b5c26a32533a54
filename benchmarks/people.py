"""People for the benchmarks: the synthetic cohort, cut to two groups, days and three causes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

from tkk_cli.data.synthetic.cohort import cohort
from tkk_cli.data.synthetic.truth import PROGRAMMES

EVENTS = "tyohonpaluu=1,elake=2,kuolema=3"


def people(persons: int) -> pa.Table:
    """Eight columns, four of which an analysis reads; old-age pension counts as pension (cause 2)."""
    everyone = cohort(persons, seed=20)
    first_two = np.isin(everyone["ohjelma"], PROGRAMMES[:2])
    columns = {name: everyone[name] for name in ("henkilo", "sukupuoli", "toimipaikka", "seuranta", "alku", "loppu")}
    columns["ryhma"] = np.where(first_two, "nykyinen", "uusi")
    columns["tila"] = np.array([0, 1, 2, 2, 3], dtype=np.int8)[everyone["tila"]]
    return pa.table(columns)


def write(persons: int, folder: Path, suffix: str) -> Path:
    """The file with that many people, made when it is not there yet."""
    path = folder / f"people_{persons}.{suffix}"
    if not path.exists():
        table = people(persons)
        if suffix == "csv":
            csv.write_csv(table, path, csv.WriteOptions(delimiter=";"))
        else:
            parquet.write_table(table, path)
    return path
