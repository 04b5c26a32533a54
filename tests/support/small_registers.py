"""A small set of register files with a ``registers.toml``: person rows, employment over 2018/19, sickness absence."""

from __future__ import annotations

from pathlib import Path

__all__ = ["PERSONS", "write_small_registers"]

TOML = """
[source.perus]
path = "perus.csv"
layout = "folk_perustieto"

[source.tyo]
path = "tyo.csv"
layout = "folk_tyosuhde"

[source.sairaus]
path = "sairaus.csv"
layout = "long"
state = "sickness"

[source.elake]
path = "elake.csv"
layout = "long"
codes = "elakkeet.csv"
"""

PERSONS = tuple(f"H{number:04d}" for number in range(1, 13))


def write_small_registers(folder: Path, more: str = "") -> Path:
    """Write the files; ``more`` comes first in ``registers.toml``, whose path comes back.

    Of twelve persons ten have person rows, one a year from 2016 to 2020. All work to the end of 2018 and again, with an
    open end, from 2019; every third is absent for a week of 2017, one row has an end before its start. One has a
    disability pension in 2019 by a code that nobody verified.
    """
    lines = {
        "perus.csv": ["vuosi;hid_e;syntyv;sukup"]
        + [f"{year};{key};1970;1" for key in PERSONS[:10] for year in range(2016, 2021)],
        "tyo.csv": ["vuosi;shnro;yrtun_s;alkupvm;loppupvm"]
        + [f"2016;{key};Y1;2016-01-01;2018-12-31" for key in PERSONS]
        + [f"2019;{key};Y1;2019-01-01;" for key in PERSONS],
        "sairaus.csv": ["hid_e;alkupvm;loppupvm"]
        + [f"{key};6.3.2017;12.3.2017" for key in PERSONS[::3]]
        + [f"{PERSONS[0]};20.3.2017;19.3.2017"],
        "elake.csv": ["hid_e;alkupvm;loppupvm;laji", f"{PERSONS[1]};1.5.2019;31.12.2019;1"],
        "elakkeet.csv": ["code,state,extent,programme,title,source,verified", "1,disability_pension,,,,,no"],
    }
    for name, rows in lines.items():
        (folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    toml = folder / "registers.toml"
    toml.write_text(more + TOML, encoding="utf-8")
    return toml
