"""Options, stated once: a frozen dataclass is at the same time flags, study keys and Python arguments.

A field made by ``option`` carries its help text and section; ``commands.build`` turns the class into flags
(``conf_level`` becomes ``--conf-level``), ``from_keywords`` accepts the same names from Python.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from tkk_cli.errors import TkkError

__all__ = [
    "LANGUAGES",
    "from_keywords",
    "listed",
    "merge",
    "numbers",
    "option",
    "pairs",
    "parts",
    "require_one_of",
    "words",
]

T = TypeVar("T")

LANGUAGES = ("fi", "sv", "en")  # of words, in the order in which they stand everywhere
MOST_NAMED = 12


def option(
    default: Any,
    help: str,
    section: str,
    *,
    choices: tuple[str, ...] = (),
    short: str | None = None,
    repeatable: bool = False,
) -> Any:
    """A dataclass field with its help text, help section and, where closed, its choices.

    A ``repeatable`` one is a text whose parts are separated by semicolons; its flag may be given several times.
    """
    metadata = {"help": help, "section": section, "choices": choices, "short": short, "repeatable": repeatable}
    return dataclasses.field(default=default, metadata=metadata)


def from_keywords(kind: type[T], keywords: Mapping[str, Any]) -> T:
    """An options object from Python keywords; lists become ``a,b`` (``a;b`` if repeatable), dictionaries ``a=1,b=2``.

    Raises
    ------
    TkkError
        TKK304 for a keyword that is no option (the nearest is named) or a value that is not a choice.
    """
    repeatable = {f.name: f.metadata["repeatable"] for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    names = list(repeatable)
    for name in keywords:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"options are {', '.join(names)}"
            raise TkkError("TKK304", f"{name!r} is not an option", hint=hint)
    return kind(**{name: _text(value, ";" if repeatable[name] else ",") for name, value in keywords.items()})


def merge(kind: type[T], options: Any) -> T:
    """The part of a larger options object that ``kind`` describes."""
    return kind(**{f.name: getattr(options, f.name) for f in dataclasses.fields(kind)})  # type: ignore[arg-type]


def _text(value: Any, separator: str = ",") -> Any:
    if isinstance(value, Mapping):
        return ",".join(f"{name}={_text(code, '+')}" for name, code in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        items = (_text(item) if isinstance(item, Mapping) else _digits(item) for item in value)
        return separator.join(items)
    return value


def _digits(item: Any) -> str:
    """A list item as text that reads back as the same number."""
    if isinstance(item, (str, int)) or not hasattr(item, "__float__"):
        return str(item)
    return repr(float(item)).removesuffix(".0")


def check_choices(options: Any) -> None:
    """Read numbers and refuse a value outside the declared choices; every options class calls it first of all."""
    for f in dataclasses.fields(options):
        choices, value = f.metadata.get("choices"), getattr(options, f.name)
        # Numbers may come as text, from a flag or a study file: one place reads them and says how they are written.
        for kind in (float, int):
            if value is not None and kind.__name__ in str(f.type).split(" | "):
                object.__setattr__(options, f.name, _number(value, kind, f.name))
        if choices and value is not None and value not in choices:
            raise TkkError(
                "TKK304", f"{value!r} is not a value of --{flag(f.name)}", hint=f"choose one of {', '.join(choices)}"
            )


def _number(value: Any, kind: type, name: str) -> Any:
    try:
        if isinstance(value, bool):
            raise ValueError
        number = kind(value)
        if isinstance(value, float) and number != value:
            raise ValueError
        return number
    except (TypeError, ValueError):
        point = str(value).replace(",", ".")
        whole = " whole" if kind is int else ""
        hint = f"write {point}" if "," in str(value) else "numbers are written like 730 or 0.5"
        raise TkkError("TKK304", f"--{flag(name)} takes a{whole} number, not {value!r}", hint=hint) from None


def flag(name: str) -> str:
    """``conf_level`` -> ``conf-level``."""
    return name.replace("_", "-")


def words(text: str | None) -> tuple[str, ...]:
    """``"a, b"`` -> ``("a", "b")``; ``None`` or empty -> ``()``."""
    return tuple(part.strip() for part in str(text).split(",") if part.strip()) if text is not None else ()


def parts(text: str | None) -> tuple[str, ...]:
    """``"crude; ika + sukup"`` -> ``("crude", "ika + sukup")``: the parts of a repeatable option."""
    return tuple(part.strip() for part in text.split(";") if part.strip()) if text is not None else ()


def numbers(text: str | float | None, name: str) -> tuple[float, ...]:
    """``"90,180"`` -> ``(90.0, 180.0)``; TKK304 where a part is not a number."""
    try:
        return tuple(float(part) for part in words(None if text is None else str(text)))
    except ValueError:
        raise TkkError(
            "TKK304", f"--{flag(name)} takes numbers separated by commas", hint=f"for example --{flag(name)} 90,180"
        ) from None


# What a user types differs: an event has a code, a covariate a value with a decimal point.
_PAIRS = {
    "pattern": "ohjelma=KIILA,ika=45.5",
    "time_varying": "ika=log,ohjelma=identity",
    "time_scales": "ika=5,alkuvuosi=1",
    "event_date": "tyohonpaluu=paluu_pvm,kuolema=kuolin_pvm",
}


def pairs(text: str | None, name: str) -> dict[str, str]:
    """``"a=1,b=2"`` -> ``{"a": "1", "b": "2"}``; TKK304 where a part has no ``=`` or a name comes twice."""
    found: dict[str, str] = {}
    for part in words(text):
        key, equals, value = part.partition("=")
        if not equals or not key.strip() or not value.strip() or key.strip() in found:
            raise TkkError(
                "TKK304",
                f"--{flag(name)} takes name=value pairs, each name once, separated by commas",
                hint=f'for example --{flag(name)} "{_PAIRS.get(name, "tyohonpaluu=1,elake=2")}"',
            )
        found[key.strip()] = value.strip()
    return found


def listed(names: Iterable[str]) -> str:
    """Names for a message. More than a dozen are counted, not shown: they may be values of people."""
    shown = list(names)
    return ", ".join(shown) if len(shown) <= MOST_NAMED else f"{len(shown)} different values (is this an identifier?)"


def require_one_of(options: Any, *names: str) -> None:
    """TKK205 unless at least one of the named options was given."""
    if not any(getattr(options, name) for name in names):
        flags = " or ".join(f"--{flag(name)}" for name in names)
        raise TkkError("TKK205", f"{flags} is missing")
