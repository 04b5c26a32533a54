"""``codebook.toml``: what the columns of a file mean, beside the file or given with ``--codebook``.

::

    synthetic = true                        # top-level words about the data are free, tables are not
    [columns.ohjelma]
    label = { fi = "Ohjelma", sv = "Program", en = "Programme" }      # or one text
    role = "group"
    reference = "ASLAK"
    missing = [9, "Ei tietoa"]
    kind = "text"                           # number, date or text, where the guess is wrong
    date_format = "d/m/yyyy"
    [columns.ohjelma.values]                # also the order of the groups
    ASLAK = { fi = "ASLAK-kurssi" }         # or one text
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tkk_cli.data.values import DATE_FORMATS, canonical
from tkk_cli.errors import TkkError
from tkk_cli.options import LANGUAGES

__all__ = ["Codebook", "Entry", "find_codebook", "read_codebook"]

_KINDS = ("number", "date", "text")


@dataclass(frozen=True)
class Entry:
    """What the codebook says about one column."""

    label: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    role: str | None = None
    unit: str | None = None
    reference: str | None = None
    kind: str | None = None
    date_format: str | None = None


@dataclass(frozen=True)
class Codebook:
    """The entries by column, the file's base name and hash, and whether it says that the data are synthetic."""

    name: str = ""
    sha256: str = ""
    synthetic: bool = False
    columns: Mapping[str, Entry] = field(default_factory=dict)

    def entry(self, column: str) -> Entry:
        """The entry of a column, an empty one when the codebook does not name it."""
        return self.columns.get(column, Entry())


def find_codebook(data: Path | None, given: str | None) -> Codebook:
    """The codebook given, else ``STEM.toml``, ``STEM.codebook.toml`` or ``codebook.toml`` beside the file, or none."""
    if given is not None:
        path = Path(given)
        if not path.is_file():
            raise TkkError("TKK101", "the codebook does not exist", where=path.name, hint="check --codebook")
        return read_codebook(path)
    if data is not None:
        stem = data.name.split(".")[0]
        for name in (f"{data.stem}.toml", f"{stem}.toml", f"{stem}.codebook.toml", "codebook.toml"):
            path = data.parent / name
            if path.is_file():
                return read_codebook(path)
    return Codebook()


def read_codebook(path: Path) -> Codebook:
    """Read and check a codebook; TKK114 names the line or the key that is wrong."""
    content = path.read_bytes()
    try:
        book = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        hint = _quoting(content.decode("utf-8", "replace"), str(error))
        raise TkkError("TKK114", f"the codebook is not valid TOML: {error}", where=path.name, hint=hint) from None
    for name, value in book.items():
        # of the data as a whole there may be words, and a label by language
        if name not in ("columns", "label") and (isinstance(value, dict) or _tables(value)):
            raise _wrong(path, name, "is a table that is not known", f"did you mean [columns{_rest(value)}]?")
    columns = book.get("columns", {})
    if not isinstance(columns, dict):
        raise _wrong(path, "columns", "must be a table: [columns.NAME]")
    entries = {name: _entry(path, f"columns.{name}", value) for name, value in columns.items()}
    digest = hashlib.sha256(content).hexdigest()
    return Codebook(path.name, digest, book.get("synthetic") is True, entries)


def _tables(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _rest(table: Any) -> str:
    names = [name for name, value in table.items() if isinstance(value, dict)] if isinstance(table, dict) else []
    return f".{_in_quotes(names[0])}" if names else ".NAME"


def _in_quotes(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{name}"'


def _quoting(text: str, error: str) -> str | None:
    """How the name in the line of a syntax error is written, where it needs quotes and has none."""
    number = re.search(r"at line (\d+)", error)
    line = text.splitlines()[int(number[1]) - 1].strip() if number else ""
    header = re.match(r"\[([^\]\"']+)\]$", line)
    if header:
        shown = ".".join(_in_quotes(part.strip()) for part in header[1].split("."))
        return f"a name with å, ä, ö or a space stands in quotes: [{shown}]"
    key = re.match(r"([^\"'=\[{]*[^\"'=\[{\s])\s*=", line)
    if key and not re.fullmatch(r"[A-Za-z0-9_.-]+", key[1]):
        return f'a name with å, ä, ö or a space stands in quotes: "{key[1]}" = ...'
    return None


def _entry(path: Path, key: str, value: Any) -> Entry:
    if not isinstance(value, dict):
        raise _wrong(path, key, "must be a table")
    allowed = list(Entry.__dataclass_fields__)
    for name in value:
        if name not in allowed:
            near = get_close_matches(name.casefold(), allowed, n=1)
            hint = f"did you mean {near[0]}?" if near else None
            raise _wrong(path, f"{key}.{name}", f"is not known; the keys are {', '.join(allowed)}", hint)
    texts: dict[str, str | None] = {}
    for name in ("role", "unit", "reference", "kind", "date_format"):
        texts[name] = None if name not in value else _code(path, f"{key}.{name}", value[name])
    for name, choices in (("kind", _KINDS), ("date_format", DATE_FORMATS)):
        if texts[name] is not None and texts[name] not in choices:
            raise _wrong(path, f"{key}.{name}", f"must be one of {', '.join(choices)}")
    missing, values = value.get("missing", []), value.get("values", {})
    if not isinstance(missing, list):
        raise _wrong(path, f"{key}.missing", "must be a list")
    if not isinstance(values, dict):
        raise _wrong(path, f"{key}.values", "must be a table of codes")
    return Entry(
        label=_labels(path, f"{key}.label", value["label"]) if "label" in value else {},
        values={_plain(code): _labels(path, f"{key}.values.{code}", text) for code, text in values.items()},
        missing=tuple(_code(path, f"{key}.missing", item) for item in missing),
        **texts,
    )


def _labels(path: Path, key: str, value: Any) -> dict[str, str]:
    if isinstance(value, str):
        return dict.fromkeys(LANGUAGES, value)
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise _wrong(path, key, 'must be a text, or a table such as { fi = "...", sv = "...", en = "..." }')
    for language in value:
        if language not in LANGUAGES:
            raise _wrong(path, f"{key}.{language}", f"is not a language; the languages are {', '.join(LANGUAGES)}")
    return dict(value)


def _code(path: Path, key: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return canonical(value)
    raise _wrong(path, key, "must be a text or a number")


def _plain(code: str) -> str:
    """``"1.0"`` as a key means the number 1."""
    try:
        return canonical(float(code)) if code.endswith(".0") else code
    except ValueError:
        return code


def _wrong(path: Path, key: str, what: str, hint: str | None = None) -> TkkError:
    return TkkError("TKK114", f"in the codebook, {key} {what}", where=path.name, hint=hint)
