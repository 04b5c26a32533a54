"""The one gateway: a path, standard input, a data frame or an Arrow table becomes a ``DataTable``."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from tkk_cli.data.codebook import Codebook, find_codebook
from tkk_cli.data.formats import SUFFIXES, compression_of, detect, format_of
from tkk_cli.data.interpret import RawColumn, interpret
from tkk_cli.data.options import ReadOptions
from tkk_cli.data.table import Column, DataTable, Source
from tkk_cli.data.values import Marks
from tkk_cli.errors import TkkError

__all__ = ["Reader", "column_names", "open_path", "read_table"]

STDIN = "standard input"
_DEFAULTS = ReadOptions()


class Reader(Protocol):
    """What every format offers: its names at once, its columns when asked."""

    format: str
    names: list[str]

    @property
    def advice(self) -> str:
        """What may explain that a column is not found; may be empty."""

    @property
    def marks(self) -> Marks:
        """How text that holds numbers or dates is written."""

    @property
    def details(self) -> dict[str, Any]:
        """How the file is read, for ``tkk inspect`` and provenance."""

    def read(self, wanted: list[str]) -> tuple[dict[str, RawColumn], int]:
        """The wanted columns and the number of rows."""


def read_table(data: Any, columns: Iterable[str] | None = None, options: ReadOptions = _DEFAULTS) -> DataTable:
    """Read the columns of a table, whatever it is.

    The format follows from the name and is checked against the content. Types of text files are decided on every
    value of a column; zero-padded codes stay text; a value is missing when it is empty, a missing token of another
    program (NA, ``.``), user-missing in the file, or a missing code of the codebook, and is counted by reason.

    Parameters
    ----------
    data : path, "-" (standard input), pandas.DataFrame or pyarrow.Table
        CSV and other text (also .gz, .zst), Parquet (a file or a folder), Arrow, SPSS, Stata, SAS, Excel.
    columns : iterable of str, optional
        The columns to read, in this order; all by default. Nothing else is read where the format allows.
    options : ReadOptions
        Codebook, separator, decimal mark, encoding, date format, sheet: where the guess is not wanted.

    Returns
    -------
    DataTable

    Raises
    ------
    TkkError
        TKK101 to TKK109, TKK114, TKK115, TKK117, TKK118: the file, its codebook or the options cannot be used.

    Notes
    -----
    O(rows x columns read). tests/data/test_reading.py checks every format against the others.
    """
    with _opened(data, options) as (reader, name, digest, codebook):
        wanted = _known(columns, reader, name)
        raw, n_rows = reader.read(wanted)
        if n_rows == 0:
            raise TkkError("TKK117", "there are columns and no rows", where=name, hint="check the export")
        marks = reader.marks
        if options.date_format is not None or options.decimal is not None:
            decimal = options.decimal or marks.decimal
            marks = replace(marks, decimal=decimal, date_format=options.date_format)
        table = {column: interpret(column, raw.pop(column), codebook.entry(column), marks) for column in wanted}
        details = dict(reader.details)
        if codebook.name:
            details |= {"codebook": codebook.name, "codebook_sha256": codebook.sha256}
        source = Source(name, digest() or _content_hash(table), reader.format, details, codebook.synthetic)
    return DataTable(table, n_rows, source)


def column_names(data: Any, options: ReadOptions = _DEFAULTS) -> list[str]:
    """The names of the columns, without reading the data where the format allows; raises as ``read_table``."""
    with _opened(data, options, hashed=False) as (reader, _, _, _):
        return list(reader.names)


@contextmanager
def _opened(data: Any, options: ReadOptions, *, hashed: bool = True) -> Iterator[tuple[Reader, str, Any, Codebook]]:
    """A reader for the data, its name, a function that gives its hash, and its codebook."""
    if isinstance(data, str) and not data.strip():
        raise TkkError(
            "TKK101", "the name of the file is empty", where="FILE", hint="give a data file, or - for a pipe"
        )
    if isinstance(data, (str, os.PathLike)) and str(data) != "-":
        path = Path(data)
        reader = open_path(path, options)
        codebook = find_codebook(path, options.codebook)
        name = _shown(path)
        if not hashed:
            yield reader, name, None, codebook
            return
        # hashlib and Arrow both release the interpreter's lock: the hash costs no time on a second core
        with ThreadPoolExecutor(1) as pool:
            yield reader, name, pool.submit(_file_hash, path).result, codebook
    elif isinstance(data, str):
        content = sys.stdin.buffer.read()
        codebook = find_codebook(None, options.codebook)
        with _open_content(content, options) as reader:
            yield reader, STDIN, hashlib.sha256(content).hexdigest, codebook
    elif isinstance(data, pa.Table) or _is_pandas(data):
        from tkk_cli.data.arrow import open_frame

        _refuse_unused(options, "a data frame", ("separator", "encoding", "sheet"))
        frame = open_frame(data)
        yield frame, f"{frame.format} table", lambda: "", find_codebook(None, options.codebook)
    else:
        hint = "give a path, a pandas data frame or an Arrow table"
        raise TkkError("TKK105", f"a {type(data).__name__} is not a table that tkk reads", hint=hint)


def _is_pandas(data: Any) -> bool:
    """Whether this is a pandas data frame, found out without importing pandas."""
    return type(data).__module__.partition(".")[0] == "pandas" and hasattr(data, "iloc")


def _shown(path: Path) -> str:
    """The base name; of ``.`` and the like, which have none, that of the folder they mean."""
    return path.name if path.name not in ("", "..") else path.resolve().name or str(path)


def open_path(path: Path, options: ReadOptions) -> Reader:
    """The reader of a file or folder, its content checked against its name; raises as ``read_table``."""
    if not path.exists():
        raise TkkError("TKK101", "the file does not exist", where=path.name, hint=_near_files(path))
    if path.is_dir():
        from tkk_cli.data.arrow import open_parquet, parts_of

        if not parts_of(path):
            hint = "give a file, or a folder of .parquet parts"
            raise TkkError("TKK105", "the folder holds no Parquet file", where=_shown(path), hint=hint)
        _refuse_unused(options, "Parquet", ("separator", "encoding", "sheet"))
        return open_parquet(path, _shown(path))
    kind = format_of(path)
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        hint = "close it in other programs, or ask for the right to read it"
        raise TkkError("TKK101", "the file cannot be opened", where=path.name, hint=hint) from None
    if not head.strip():
        raise TkkError("TKK102", "the file is empty", where=path.name, hint="check the export")
    packed = compression_of(path)
    _check_content(kind, packed, head, path.name, options)
    return _reader(kind, path, path.name, packed, options)


def _near_files(path: Path) -> str:
    folder = path.parent
    names = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
    near = get_close_matches(path.name, names, n=3)
    return f"did you mean {' or '.join(near)}?" if near else "check the name and the folder; quote a name with spaces"


def _check_content(kind: str, packed: str | None, head: bytes, name: str, options: ReadOptions) -> None:
    found, promised = detect(head), packed or kind
    # An encoding that is given explains bytes that do not look like text.
    if found == promised or (found == "unknown" and promised == "text" and options.encoding is not None):
        return
    shown = {"unknown": "is of no format that tkk knows", "gzip": "is gzip-compressed", "zstd": "is zstd-compressed"}
    suffixes = [suffix for suffix, format in SUFFIXES.items() if format == found]
    hint = f"rename it to {suffixes[0]}" if suffixes else "ask where the file comes from, or export it again"
    message = f"the name says {promised} and the content {shown.get(found, f'is {found}')}"
    raise TkkError("TKK103", message, where=name, hint=hint)


def _reader(kind: str, source: Path | bytes, name: str, packed: str | None, options: ReadOptions) -> Reader:
    """The reader of a format, its module imported only now."""
    if kind == "text":
        from tkk_cli.data.text import TextFile

        _refuse_unused(options, "a text file", ("sheet",))
        return TextFile(lambda: _stream(source, packed), name, options)
    if kind == "excel":
        from tkk_cli.data.excel import ExcelSheet

        _refuse_unused(options, "an Excel file", ("separator", "encoding"))
        return ExcelSheet(source, name, options.sheet, Marks())
    if kind in ("parquet", "arrow"):
        from tkk_cli.data.arrow import open_ipc, open_parquet

        _refuse_unused(options, f"a {kind} file", ("separator", "encoding", "sheet"))
        return open_parquet(source, name) if kind == "parquet" else open_ipc(source, name)
    from tkk_cli.data.statistical import StatisticalFile

    _refuse_unused(options, "this format", ("separator", "sheet"))
    assert isinstance(source, Path)
    return StatisticalFile(source, kind, name, options.encoding)


def _stream(source: Path | bytes, packed: str | None) -> Any:
    raw = pa.BufferReader(source) if isinstance(source, bytes) else pa.OSFile(str(source))
    return pa.CompressedInputStream(raw, packed) if packed else raw


@contextmanager
def _open_content(content: bytes, options: ReadOptions) -> Iterator[Reader]:
    """A reader of standard input, whose format only its bytes tell."""
    if not content.strip():
        raise TkkError("TKK102", "nothing came from standard input", where=STDIN, hint="pipe a table into tkk")
    kind = detect(content[:4096])
    packed = kind if kind in ("gzip", "zstd") else None
    if packed:
        kind = "text"
    if kind in ("text", "parquet", "arrow", "excel"):
        yield _reader(kind, content, STDIN, packed, options)
    elif kind in SUFFIXES.values():
        # These readers need a file; the folder is private to the user and goes away with its content.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "input"
            path.write_bytes(content)
            yield _reader(kind, path, STDIN, None, options)
    else:
        raise TkkError(
            "TKK103", "the content is of no format that tkk reads", where=STDIN, hint="pipe text or a data file"
        )


def _refuse_unused(options: ReadOptions, what: str, names: tuple[str, ...]) -> None:
    """An option that would have no effect is refused: it shows that something is not as the user thinks."""
    for name in names:
        if getattr(options, name) is not None:
            raise TkkError("TKK118", f"--{name} means nothing for {what}", hint=f"leave --{name} out")


def _known(columns: Iterable[str] | None, reader: Reader, where: str) -> list[str]:
    names = reader.names
    if columns is None:
        return names
    wanted = list(dict.fromkeys([columns] if isinstance(columns, str) else columns))
    unknown = [column for column in wanted if column not in names]
    if unknown:
        lower = {name.casefold(): name for name in names}
        near = {n for column in unknown for n in get_close_matches(column.casefold(), lower, n=3, cutoff=0.5)}
        near |= {n for column in unknown for n in [n for n in lower if column and column.casefold() in n][:3]}
        listed = ", ".join(lower[name] for name in sorted(near))
        hint = f"did you mean {listed}?" if near else "tkk inspect FILE lists the columns"
        hint = f"{hint}; {reader.advice}" if near and reader.advice else reader.advice or hint
        missing = ", ".join(f'"{column}"' for column in unknown)
        raise TkkError("TKK109", f"no such column: {missing}", where=where, count=len(unknown), hint=hint)
    return wanted


def _file_hash(path: Path) -> str:
    if path.is_dir():
        from tkk_cli.data.arrow import parts_of

        together = hashlib.sha256()
        for part in parts_of(path):
            together.update(f"{part.relative_to(path).as_posix()} {_file_hash(part)}\n".encode())
        return together.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _content_hash(columns: dict[str, Column]) -> str:
    """The hash of a table in memory: names, values and texts of the columns that were read."""
    digest = hashlib.sha256()
    for name, column in columns.items():
        digest.update(f"{name}\0{column.kind}\0{chr(0).join(column.levels)}\0".encode())
        digest.update(column.values.astype(column.values.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()
