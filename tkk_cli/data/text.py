"""Text files: the dialect is sniffed on the first megabyte, then Arrow reads the wanted columns as texts."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from tkk_cli.data.formats import BeginAgainError, damaged, utf16_of
from tkk_cli.data.interpret import RawColumn, encode
from tkk_cli.data.options import ReadOptions
from tkk_cli.data.quotes import RAGGED_HINT, inseparable, open_quote, unclosed
from tkk_cli.data.values import Marks
from tkk_cli.errors import TkkError

__all__ = ["Dialect", "TextFile", "sniff"]

SAMPLE = 1 << 20
_TAIL = 1 << 16
_SEPARATORS = (";", "\t", ",", "|")
_DECIMAL = re.compile(r"[+-]?\d+([.,])\d+(?:[eE][+-]?\d+)?$")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}$")


@dataclass(frozen=True)
class Dialect:
    """How a text file is written, and which of it was guessed."""

    encoding: str
    separator: str
    decimal: str | None
    names: tuple[str, ...]
    skip_lines: int
    bom: bool
    only_ascii: bool
    guessed: tuple[str, ...]


def sniff(head: bytes, name: str, options: ReadOptions, *, complete: bool) -> Dialect:
    """The dialect of a text file.

    Parameters
    ----------
    head : bytes
        The first bytes of the file.
    name : str
        The file's name, for messages.
    options : ReadOptions
        Separator, decimal mark and encoding, where the guess is not wanted.
    complete : bool
        Whether ``head`` is the whole file; otherwise its last line is left out.

    Raises
    ------
    TkkError
        TKK106 (encoding), TKK108 (a column name twice), TKK118 (an impossible separator).
    """
    encoding = options.encoding or _encoding(head)
    text = _decode(head, encoding, name, complete=complete)
    if not complete:
        text = text[: text.rfind("\n") + 1] or text
    skip, declared = 0, None
    if re.match(r"sep=.\r?\n", text):  # Excel's own way of telling the separator
        declared, skip = text[4], 1
        text = text.split("\n", 1)[1]
    body = text.lstrip("\r\n")
    skip += text[: len(text) - len(body)].count("\n")
    separator = _given_separator(options) or declared or _guess_separator(body)
    try:
        rows = [row for row in csv.reader(io.StringIO(body, newline=""), delimiter=separator) if row]
    except csv.Error:  # a field beyond all size: a quote that never ends
        width = len(next(csv.reader([body.split("\n", 1)[0]], delimiter=separator)))
        row = open_quote(body, separator, width)
        raise unclosed(row, name) if row is not None else inseparable(name) from None
    names = _names(rows[0] if rows else [], name)
    decimal = options.decimal or _guess_decimal(rows[1:])
    guesses = (
        ("separator", options.separator or declared),
        ("decimal", options.decimal),
        ("encoding", options.encoding),
    )
    return Dialect(
        encoding=encoding,
        separator=separator,
        decimal=decimal,
        names=names,
        skip_lines=skip,
        bom=head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)),
        only_ascii=text.isascii(),
        guessed=tuple(what for what, given in guesses if given is None),
    )


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    unmarked = utf16_of(head)
    if unmarked:
        return unmarked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _decode(head: bytes, encoding: str, name: str, *, complete: bool) -> str:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        return decoder.decode(head, final=complete).removeprefix("\ufeff")
    except UnicodeError:  # UTF-16 without its mark is no UnicodeDecodeError
        raise _undecodable(encoding, name) from None
    except LookupError:
        hint = "encodings are utf-8, utf-16, cp1252 and latin-1, among others"
        raise TkkError("TKK118", f'"{encoding}" is not an encoding', where="--encoding", hint=hint) from None


def _undecodable(encoding: str, name: str) -> TkkError:
    hint = "give the right one with --encoding, for example --encoding cp1252, or save the file as UTF-8"
    return TkkError("TKK106", f"the text is not {encoding} throughout", where=name, hint=hint)


def _given_separator(options: ReadOptions) -> str | None:
    given = options.separator
    if given is None:
        return None
    given = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}.get(given.lower(), given)
    if len(given) != 1 or given in '"\r\n':
        raise TkkError("TKK118", "a separator is one character", where="--separator", hint="one of ; , | or tab")
    return given


def _guess_separator(text: str) -> str:
    """The separator that cuts the most rows into as many fields as the header has; more fields win a draw."""

    def score(separator: str) -> tuple[float, int]:
        try:
            rows = [row for row in csv.reader(io.StringIO(text[: 1 << 16], newline=""), delimiter=separator) if row][
                :500
            ]
        except csv.Error:
            return 0.0, 0
        width = len(rows[0]) if rows else 0
        return (sum(len(row) == width for row in rows) / len(rows), width) if width > 1 else (0.0, 0)

    best = max(_SEPARATORS, key=score)
    if score(best)[1] > 1:
        return best
    return next((separator for separator in _SEPARATORS if separator not in text), "\t")


def _names(header: list[str], name: str) -> tuple[str, ...]:
    names = tuple(text.strip() or f"column {i}" for i, text in enumerate(header, start=1))
    twice = [text for text, count in Counter(names).items() if count > 1]
    if twice:
        listed = ", ".join(f'"{text}"' for text in twice[:5])
        hint = "give each column its own name in the file"
        raise TkkError("TKK108", f"a column name comes twice: {listed}", where=name, count=len(twice), hint=hint)
    return names


def _guess_decimal(rows: list[list[str]]) -> str | None:
    """The mark of the numbers that cannot be grouped thousands; ``None`` when there are none, or both."""
    marks = {
        match[1]
        for row in rows[:2000]
        for cell in row
        if (match := _DECIMAL.match(cell.strip())) and not _GROUPED.match(cell.strip())
    }
    return marks.pop() if len(marks) == 1 else None


class TextFile:
    """A text file (or stream) that can be read more than once.

    Parameters
    ----------
    open_stream : callable
        Gives a new Arrow stream of the uncompressed bytes.
    name : str
        For messages.
    options : ReadOptions
    """

    format = "text"

    def __init__(self, open_stream: Callable[[], Any], name: str, options: ReadOptions) -> None:
        self._open, self._name = open_stream, name
        try:
            with self._open() as stream:
                head = stream.read(SAMPLE)
        except OSError:  # a compressed file that breaks off
            raise damaged(name) from None
        self._complete = len(head) < SAMPLE
        self.dialect = sniff(head, name, options, complete=self._complete)
        self.names = list(self.dialect.names)
        # Arrow takes a header without a line end for a row that is cut in two.
        self._header_only = self._complete and not re.search(rb"[\r\n]", head.strip())
        self._given = options

    @property
    def marks(self) -> Marks:
        """How numbers and dates are written."""
        # Where ; separates, the comma is likely the decimal mark, so that points may group thousands.
        points_group = self.dialect.separator == ";" and self.dialect.decimal != "."
        return Marks(self._given.decimal, self.dialect.decimal, self._given.date_format, points_group)

    @property
    def advice(self) -> str:
        """What may explain that a column is not found."""
        single = len(self.names) == 1 and self._given.separator is not None
        return "the file has 1 column with this separator; leave --separator out, or give another" if single else ""

    @property
    def details(self) -> dict[str, Any]:
        """The dialect as shown by ``tkk inspect``."""
        dialect = self.dialect
        return {
            "separator": "tab" if dialect.separator == "\t" else dialect.separator,
            "decimal": dialect.decimal,
            "encoding": dialect.encoding + (" with BOM" if dialect.bom and dialect.encoding == "utf-8" else ""),
            "guessed": list(dialect.guessed),
        }

    def read(self, wanted: list[str]) -> tuple[dict[str, RawColumn], int]:
        """The wanted columns as texts, and the number of rows.

        Raises
        ------
        TkkError
            TKK106 when the text cannot be decoded, TKK107 for rows with too few or too many fields, or a quote that is
            not closed.
        """
        # Without a wanted column the first one is read, for the number of rows.
        table = self._table(wanted or self.names[:1])
        columns = {name: RawColumn(encode(table[str(self.names.index(name))]), "untyped") for name in wanted}
        return columns, table.num_rows

    def batches(self, wanted: list[str], block: int = 1 << 22) -> Iterator[Any]:
        """The wanted columns as Arrow batches of plain texts, about ``block`` bytes of the file at a time.

        The same refusals as of ``read``, some of them only after the last batch: until then nothing is certain. Where
        the first letter beyond ASCII shows the encoding too late, ``BeginAgainError`` is raised: begin again.
        """
        if self._complete:
            yield from _plain(self._table(wanted), wanted).to_batches()
            return
        ragged: list[int] = []
        n_rows = 0
        for batch in self._blocks(wanted, ragged, block, threads=True):
            n_rows += batch.num_rows
            yield batch.rename_columns(wanted)
        self._check_quotes(n_rows + len(ragged))
        if ragged:
            # only a single thread knows the numbers of the rows
            ragged.clear()
            for _ in self._blocks(wanted[:1], ragged, block, threads=False):
                pass
            raise self._uneven(ragged)

    def _blocks(self, wanted: list[str], ragged: list[int], block: int, *, threads: bool) -> Iterator[Any]:
        try:
            with self._open() as stream:
                settings = self._settings(wanted, ragged, pa.string(), threads=threads, block=block)
                yield from arrow_csv.open_csv(stream, **settings)
        except UnicodeError:
            raise _undecodable(self.dialect.encoding, self._name) from None
        except OSError:
            raise damaged(self._name) from None
        except pa.ArrowInvalid as error:
            raise self._unreadable(error) from None

    def _table(self, wanted: list[str]) -> Any:
        if self._header_only:
            return pa.table(
                {str(self.names.index(name)): pa.nulls(0, pa.string()).dictionary_encode() for name in wanted}
            )
        ragged: list[int] = []
        try:
            table = self._parse(wanted, ragged, threads=True)
            self._check_quotes(table.num_rows + len(ragged))
            if ragged:
                # only a single thread knows the numbers of the rows
                ragged.clear()
                self._parse(wanted, ragged, threads=False)
        except UnicodeError:
            raise _undecodable(self.dialect.encoding, self._name) from None
        except OSError:
            raise damaged(self._name) from None
        except pa.ArrowInvalid as error:
            problem = self._unreadable(error)
            if isinstance(problem, BeginAgainError):
                return self._table(wanted)
            raise problem from None
        if ragged:
            raise self._uneven(ragged)
        return table

    def _unreadable(self, error: Exception) -> Exception:
        """What Arrow's complaint means; the dialect is changed where another encoding is to be tried."""
        if "UTF8" not in str(error):
            self._check_quotes(None)
            return inseparable(self._name)
        if "encoding" in self.dialect.guessed and self.dialect.only_ascii and self.dialect.encoding == "utf-8":
            # The first letter beyond ASCII came after the sample.
            self.dialect = replace(self.dialect, encoding="cp1252")
            return BeginAgainError()
        return _undecodable(self.dialect.encoding, self._name)

    def _uneven(self, ragged: list[int]) -> TkkError:
        rows = ", ".join(str(number) for number in ragged[:5])
        message = f"rows do not have the {len(self.names)} fields of the header (first at data row {rows})"
        return TkkError("TKK107", message, where=self._name, count=len(ragged), hint=RAGGED_HINT)

    def _check_quotes(self, n_rows: int | None) -> None:
        """Refuse a quote that swallows rows; ``n_rows`` (``None`` where the rows cannot be told apart) were read.

        Arrow takes what follows an open quote as one value, without a word. Only the count of lines shows at no cost
        that a value holds several, so the quotes themselves are followed only then, and on the last line.
        """
        lines, quoted, tail = 0, False, b""
        with self._open() as stream:
            while chunk := stream.read(SAMPLE):
                octets = np.frombuffer(chunk, dtype=np.uint8)
                quoted = quoted or 34 in chunk
                lines += max(int(np.count_nonzero(octets == 10)), int(np.count_nonzero(octets == 13)))
                tail = (tail + chunk)[-_TAIL:] if len(chunk) < _TAIL else chunk[-_TAIL:]
        if not quoted:
            return
        dialect = self.dialect
        last = tail.rstrip().replace(b"\r", b"\n").rpartition(b"\n")
        in_lines = n_rows is not None and lines <= n_rows + 1 + dialect.skip_lines
        if in_lines and last[1] and not dialect.encoding.lower().startswith("utf-16"):
            if open_quote(last[2].decode(dialect.encoding, "replace"), dialect.separator, 1) is not None:
                raise unclosed(n_rows or 0, self._name)
            return
        with self._open() as stream:
            text = bytes(stream.read()).decode(dialect.encoding, "replace").removeprefix("\ufeff")
        for _ in range(dialect.skip_lines):
            text = text.partition("\n")[2]
        row = open_quote(text, dialect.separator, len(self.names))
        if row is not None:
            raise unclosed(row, self._name)

    def _parse(self, wanted: list[str], ragged: list[int], *, threads: bool) -> Any:
        dictionary = pa.dictionary(pa.int32(), pa.string())
        with self._open() as stream:
            return arrow_csv.read_csv(stream, **self._settings(wanted, ragged, dictionary, threads=threads))

    def _settings(
        self, wanted: list[str], ragged: list[int], kind: Any, *, threads: bool, block: int | None = None
    ) -> dict[str, Any]:
        """How Arrow reads the wanted columns as texts; numbers of uneven rows, which are skipped, go to ``ragged``."""

        def skip(row: Any) -> str:
            ragged.append((row.number or 0) - 1)  # Arrow counts the header
            return "skip"

        keys = [str(self.names.index(name)) for name in wanted]
        encoding = "utf8" if self.dialect.encoding.lower() in {"utf-8", "utf8", "utf-8-sig"} else self.dialect.encoding
        return {
            "read_options": arrow_csv.ReadOptions(
                # numbers for names, so that a name can be anything
                column_names=[str(i) for i in range(len(self.names))],
                skip_rows=self.dialect.skip_lines,
                skip_rows_after_names=1,
                encoding=encoding,
                use_threads=threads,
                block_size=block,
            ),
            "parse_options": arrow_csv.ParseOptions(
                delimiter=self.dialect.separator, newlines_in_values=True, invalid_row_handler=skip
            ),
            "convert_options": arrow_csv.ConvertOptions(
                include_columns=keys, column_types=dict.fromkeys(keys, kind), strings_can_be_null=False
            ),
        }


def _plain(table: Any, names: list[str]) -> Any:
    """Dictionary-encoded columns as plain texts under their own names."""
    return table.cast(pa.schema([(key, pa.string()) for key in table.column_names])).rename_columns(names)
