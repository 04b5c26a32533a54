"""What a simulation of registers was asked for, checked and with its defaults settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tkk_cli.data.synthetic.options import RegisterSimulationOptions
from tkk_cli.data.synthetic.registers.layouts import REGISTERS
from tkk_cli.data.synthetic.registers.traps import NAMES, YEARS
from tkk_cli.errors import TkkError
from tkk_cli.options import words

__all__ = ["FORMATS", "MOST_PERSONS", "Request", "settled"]

FORMATS = ("csv", "parquet", "sav", "dta")
MOST_PERSONS = 50_000_000
_YEARS = (2012, 2018)
_EARLIEST, _LATEST = 1988, 2030


@dataclass(frozen=True)
class Request:
    """A simulation: everything is possible as it stands."""

    persons: int
    seed: int
    years: tuple[int, int]
    registers: tuple[str, ...]
    formats: tuple[str, ...]
    traps: tuple[int, ...]
    bad_rows: bool


def settled(options: RegisterSimulationOptions) -> Request:
    """The request of some options; TKK281 where it is not possible."""
    if not 1 <= options.persons <= MOST_PERSONS or options.seed < 0:
        raise _refusal(
            f"registers have 1 to {MOST_PERSONS} persons and a seed that is not negative", "--persons, --seed",
            "for example --persons 1000 --seed 1",
        )  # fmt: skip
    registers = tuple(name for name in REGISTERS if name in _known(options.registers, REGISTERS, "--registers"))
    formats = _known(options.formats, FORMATS, "--formats")
    if {"csv", "parquet"} <= set(formats) or not {"csv", "parquet"} & set(formats):
        raise _refusal(
            "files are either csv or parquet; sav and dta are for two of them besides", "--formats",
            "for example --formats csv,sav,dta",
        )  # fmt: skip
    traps = _traps(options.traps)
    if 4 in traps and "folk" not in registers:
        raise _refusal("trap 4 is planted beside FOLK", "--registers, --traps", "add folk to --registers")
    if options.bad_rows and "csv" not in formats:
        raise _refusal("bad rows are written to csv files only", "--bad-rows", "leave out --formats")
    years = _years(options.first_year, options.last_year, traps)
    return Request(options.persons, options.seed, years, registers, formats, traps, options.bad_rows)


def _refusal(message: str, where: str, hint: str, count: int | None = None) -> TkkError:
    return TkkError("TKK281", message, where=where, count=count, hint=hint)


def _known(text: str, names: Iterable[str], where: str) -> tuple[str, ...]:
    """The names of a list, each known."""
    choices = tuple(names)
    given = tuple(words(text))
    unknown = [name for name in given if name not in choices]
    if unknown or not given:
        raise _refusal(f"{where} takes {', '.join(choices)}", where, f"for example {where} {choices[0]}", len(unknown))
    return given


def _traps(text: str) -> tuple[int, ...]:
    """Numbers of the traps: by number or name, ``all`` or ``none``."""
    given = list(words(text))
    if given == ["all"]:
        return tuple(NAMES)
    if given == ["none"]:
        return ()
    by_name = {name: trap for trap, name in NAMES.items()} | {str(trap): trap for trap in NAMES}
    known = _known(text, by_name, "--traps")
    return tuple(sorted({by_name[name] for name in known}))


def _years(first: int, last: int, traps: tuple[int, ...]) -> tuple[int, int]:
    """First and last year; 0 = as early or late as the traps need."""
    limits = {trap: YEARS[trap] for trap in traps if trap in YEARS}
    earliest = min([_YEARS[0], *(a for a, _ in limits.values())])
    latest = max([_YEARS[1], *(b for _, b in limits.values())])
    years = first or min(earliest, last or latest), last or max(latest, first)
    if not _EARLIEST <= years[0] <= years[1] <= _LATEST:
        raise _refusal(
            f"years are {_EARLIEST} to {_LATEST}, the first not after the last", "--first-year, --last-year",
            "for example --first-year 2012 --last-year 2018",
        )  # fmt: skip
    outside = [trap for trap, (a, b) in limits.items() if a < years[0] or b > years[1]]
    if outside:
        raise _refusal(
            f"the years leave no room for {', '.join(NAMES[trap] for trap in outside)}", "--traps",
            f"leave out --first-year and --last-year, or give at most {earliest} and at least {latest}", len(outside),
        )  # fmt: skip
    return years
