"""Which format a file has: its name and its first bytes must agree."""

from __future__ import annotations

from pathlib import Path

from tkk_cli.errors import TkkError

__all__ = ["SUFFIXES", "BeginAgainError", "compression_of", "damaged", "detect", "format_of", "utf16_of"]

# The table of formats: a suffix, and the reader that takes it.
SUFFIXES = {
    ".csv": "text",
    ".tsv": "text",
    ".tab": "text",
    ".txt": "text",
    ".dat": "text",
    ".asc": "text",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".sav": "spss",
    ".zsav": "spss",
    ".por": "spss portable",
    ".dta": "stata",
    ".sas7bdat": "sas",
    ".xpt": "sas transport",
    ".xlsx": "excel",
    ".xlsm": "excel",
}
_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
_HINTS = {
    ".xls": "save it as .xlsx",
    ".ods": "save it as .xlsx or .csv",
    ".zip": "unpack it first",
    ".rds": "save it as .csv",
    ".doc": "save its table as CSV or .xlsx",
    ".docx": "save its table as CSV or .xlsx",
    ".odt": "save its table as CSV or .xlsx",
    ".pdf": "ask for the table itself, as CSV or .xlsx",
}

_MAGIC = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"$FL2", "spss"),
    (b"$FL3", "spss"),
    (b"<stata_dta>", "stata"),
    (b"HEADER RECORD*******LIB", "sas transport"),
    (b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c", "sas"),
    (b"PK\x03\x04", "excel"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xd0\xcf\x11\xe0", "old Excel (.xls)"),
    (b"%PDF", "PDF"),
)
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class BeginAgainError(Exception):
    """A reader in pieces sees late that it read the pieces before in a wrong way; from the start it will do better."""


def damaged(name: str) -> TkkError:
    """The error of a file that breaks off or does not follow its format."""
    hint = "copy or export the file again; compare its size with the original"
    return TkkError("TKK104", "the file is damaged or breaks off before its end", where=name, hint=hint)


def compression_of(path: Path) -> str | None:
    """``gzip`` or ``zstd`` by the last suffix, else ``None``."""
    return _COMPRESSIONS.get(path.suffix.lower())


def format_of(path: Path) -> str:
    """The format that a file's name promises.

    Raises
    ------
    TkkError
        TKK105 for a suffix that is not in the table, or a compressed file that is not text.
    """
    inner = path.with_suffix("") if compression_of(path) else path
    suffix = inner.suffix.lower()
    kind = SUFFIXES.get(suffix)
    if kind is None:
        hint = _HINTS.get(suffix, f"rename it to what it is: {', '.join(SUFFIXES)} (text also .gz or .zst)")
        raise TkkError(
            "TKK105", f'the file name ends in "{suffix}", which is no format that tkk reads', where=path.name, hint=hint
        )
    if kind != "text" and inner is not path:
        raise TkkError("TKK105", "only text files may be compressed", where=path.name, hint="unpack it first")
    return kind


def detect(head: bytes) -> str:
    """The format that the first bytes show; ``unknown`` for binary content that no reader takes."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if (
        len(head) > 2
        and head[0] in {104, 105, 108, 110, 111, 113, 114, 115}
        and head[1] in {1, 2}
        and head[2] in {1, 2}
    ):
        return "stata"
    if b"SPSS PORT FILE" in head[:600].replace(b"\r", b"").replace(b"\n", b""):
        return "spss portable"
    if head.startswith(_TEXT_MARKS) or utf16_of(head):
        return "text"
    # a few control characters are text (tab, line ends, form feed, Ctrl-Z at the end of old files)
    controls = sum(head.count(bytes([code])) for code in range(32) if code not in (9, 10, 12, 13, 26))
    return "unknown" if controls else "text"


def utf16_of(head: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` when every other byte of nearly all pairs is zero, as in text without a mark."""
    pairs = len(head[:2000]) // 2
    if pairs < 2:
        return None
    low, high = head[: 2 * pairs : 2].count(0) / pairs, head[1 : 2 * pairs : 2].count(0) / pairs
    if high > 0.8 and low < 0.1:
        return "utf-16-le"
    return "utf-16-be" if low > 0.8 and high < 0.1 else None
