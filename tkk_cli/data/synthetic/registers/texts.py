"""``registers.toml``, ``cohort.toml`` and the README that stand beside the synthetic files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tkk_cli.data.synthetic.cohort import SYNTHETIC
from tkk_cli.data.synthetic.registers.layouts import FILES, RegisterFile
from tkk_cli.data.synthetic.registers.outcomes import FOLLOW_UP, LEAST_DAYS

__all__ = ["MARK", "benefit_codes", "cohort_toml", "readme", "registers_toml"]

MARK = "<!-- tkk simulate registers -->"
"""By this line a folder is known as ours."""

Years = tuple[int, int]
_HEAD = f"# {SYNTHETIC} aineisto | SYNTETISKT material | SYNTHETIC data: tkk simulate registers\n"


def registers_toml(names: Sequence[str], suffixes: dict[str, str], years: Years, traps: Iterable[int]) -> str:
    """``registers.toml`` over some files of ``FILES``, each with its suffix."""
    parts = [f"{_HEAD}synthetic = true\n", _breaks(names, years, set(traps))]
    parts += [_section(name, FILES[name], suffixes[name], years, set(traps)) for name in names]
    return "\n".join(part for part in parts if part)


def _breaks(names: Sequence[str], years: Years, traps: set[int]) -> str:
    """The choice at a break that lies in the years and is not planted: one's own choice is asked for where it is."""
    lines = []
    if years[0] < 2019 <= years[1] and 2 not in traps and {"folk_tyosuhde", "folk_tkt"} & set(names):
        lines.append('2019 = "keep"  # these synthetic jobs are contracts throughout')
    if years[1] >= 2023 and 3 not in traps and "folk_elake" in names:
        lines.append('2023 = "drop"  # no kinds of pension from here on: those of etk_elake hold')
    return "\n".join(["[breaks]", *lines, ""]) if lines else ""


def _section(name: str, file: RegisterFile, suffix: str, years: Years, traps: set[int]) -> str:
    stem = file.stem.format(year="*", first=years[0], last=years[1])
    folder = "" if name == "tax_benefit" else f"{file.register}/"
    lines = [f"# {file.title}", f"[source.{name}]", f'path = "{folder}{stem}{suffix}"', f'layout = "{file.layout}"']
    lines += [f"{key} = {value}" for key, value in file.more.items()]
    if name == "folk_perus" and 12 in traps:
        lines.append('columns = { municipality = "kunta" }')
    if suffix == ".csv":
        if file.dated:
            lines.append(f'date_format = "{file.dialect.date_format}"')
        if file.dialect.encoding != "utf-8":
            lines.append(f'encoding = "{file.dialect.encoding}"')
    if file.dated and name != "kuolemat":
        lines.append(f"years = [{years[0]}, {years[1]}]")
    return "\n".join(lines) + "\n"


def benefit_codes() -> str:
    """The code list of the file of benefits without sickness."""
    states = {
        "tyottomyys": "unemployment", "perhe": "leave", "opinto": "student", "vanhuuselake": "old_age_pension",
    }  # fmt: skip
    lines = ["code,state,extent,programme,title,source,verified"]
    lines += [f"{code},{state},,,{code},{SYNTHETIC},no" for code, state in states.items()]
    return "\n".join(lines) + "\n"


def cohort_toml(years: Years) -> str:
    """A usable ``cohort.toml``: long sickness absences, programmes within half a year, five outcomes."""
    first = years[0] + 1 if years[1] > years[0] else years[0]
    last = max(first, years[1] - 1)
    return f"""{_HEAD}registers = "registers.toml"

[index]
event = "spell_start"
states = ["sickness", "partial_sickness"]
min_days = {LEAST_DAYS}
first = {first}-01-01
last = {last}-12-31

[wash_out]
days = 90
states = ["sickness", "partial_sickness"]

[look_back]
days = 365

[eligibility]
age = [18, 62]
at_work = true
without = ["disability_pension", "old_age_pension"]

# Who starts within half a year is known only then: for contrasts between programmes set landmark = 180 in [follow_up].
[programme]
before = 0
after = 180
none = "ei kuntoutusta"

[programme.groups]
laitosmuotoinen = ["aslak", "tyk"]
"työhön kytkeytyvä" = ["tk1", "tk2", "kiila", "ips"]
muu = ["muu"]

[follow_up]
days = {FOLLOW_UP}
last = {years[1]}-12-31
competing = ["death", "old_age_pension", "disability_pension"]
censoring = ["emigrated"]

[outcome.paluu]
use = "O1"

[outcome.pysyva]
use = "O2"
days = 28

[outcome.osittainen]
use = "O6"

[outcome.osallistuminen]
use = "O8"

[outcome.elake]
use = "O14"
"""


def readme(
    names: Sequence[str], tomls: Sequence[str], persons: int, seed: int, years: Years, traps: Sequence[int]
) -> str:
    """The README in Finnish, Swedish and English, over some files of ``FILES`` and the TOML files that read them."""
    rows = [f"| `{name}` | {FILES[name].register} | {FILES[name].layout} | {FILES[name].title} |" for name in names]
    planted = ", ".join(map(str, traps)) or "-"
    commands = [f"tkk check {toml}" if toml.startswith("registers") else f"tkk cohort {toml}" for toml in tomls]
    return f"""{MARK}
# {SYNTHETIC} · SYNTETISK · SYNTHETIC

**Keksittyjä henkilöitä.** Tiedostot on tehty komennolla `tkk simulate registers`. Niissä ei ole yhtään todellista
henkilöä, eivätkä luvut kerro mitään todellisista etuuksista, kuntoutusmuodoista tai työnantajista: millään
kuntoutusmuodolla ei ole vaikutusta.

**Påhittade personer.** Filerna är gjorda med kommandot `tkk simulate registers`. Ingen verklig person finns i dem, och
talen säger ingenting om verkliga förmåner, rehabiliteringsformer eller arbetsgivare: ingen form har någon effekt.

**Invented persons.** The files were made by the command `tkk simulate registers`. No real person is in them, and the
numbers say nothing about real benefits, programmes or employers: no programme has an effect.

| persons | seed | years | traps planted |
| --- | --- | --- | --- |
| {persons} | {seed} | {years[0]}–{years[1]} | {planted} |

```
{chr(10).join(commands)}
```

| source | register | layout | what it is |
| --- | --- | --- | --- |
{chr(10).join(rows)}

`truth/spells`: the true state of every person on every day, `start` the first day and `stop` the day after the last
(empty: it goes on after the data). `truth/outcomes`: the true first return to work (o1) and return of at least 28 days
(o2) of every absence of {LEAST_DAYS} days or more; event 0 censored, 1 return, 2 death, 3 old-age pension, 4 disability
pension; followed for {FOLLOW_UP} days. A person of DREAM is the person of the same number elsewhere: key `D` for `H`.
`traps.json`: what was planted, by trap and source, with rows and persons; and the list of files.
"""
