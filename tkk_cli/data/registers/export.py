"""The cohort as files: Parquet, CSV, SPSS or Stata, each with labels, and the codebook that ``tkk survival`` reads."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from tkk_cli.data.registers.columns import Column
from tkk_cli.data.whole import whole
from tkk_cli.errors import TkkError
from tkk_cli.options import LANGUAGES

__all__ = ["FORMATS", "SYNTHETIC", "codebook", "codebook_path", "export", "pieces_of", "typed"]

SYNTHETIC = "SYNTEETTINEN"
_BLOCK = 100_000
_STATA_FIXED = datetime.datetime(1960, 1, 1)  # no clock in an output: the same input gives the same bytes
_SPSS_EPOCH_DAYS = 141_428  # days from 1582-10-14 to 1970-01-01
_SAV_CREATED, _SAV_FIXED = 92, b"31 Dec 1800:00:00"
_LONGEST_LABEL = {"sav": 255, "dta": 80}
_LONGEST_STATA_NAME = 32


def export(
    table: pa.Table, columns: Sequence[Column], paths: Sequence[Path], language: str, *, synthetic: bool
) -> list[Path]:
    """Write a cohort in every format asked for, with its codebook beside it; each file whole or not at all.

    Parameters
    ----------
    table : pyarrow.Table
        As ``typed`` gives it: one column a ``Column``.
    columns : sequence of Column
    paths : sequence of Path
        The suffix chooses the format: a key of ``FORMATS``.
    language : {"fi", "sv", "en"}
        Of the labels in SPSS and Stata files, and of numbers and dates in CSV; the codebook has all three.
    synthetic : bool
        Whether file and codebook say so.

    Returns
    -------
    list of Path
        What was written: each file, then its codebook (once a stem).

    Raises
    ------
    TkkError
        TKK507 for another suffix, TKK504 where a file cannot be written.
    """
    for path in paths:
        if path.suffix.lower() not in FORMATS:
            raise TkkError(
                "TKK507",
                f"a cohort is not written as {path.suffix or 'a file without a suffix'}",
                where=path.name,
                hint=f"give a name that ends in {', '.join(FORMATS)}",
            )
    written = []
    for path in paths:
        with whole(path) as part:
            FORMATS[path.suffix.lower()](table, columns, part, language, synthetic)
        written.append(path)
    for book in dict.fromkeys(codebook_path(path) for path in paths):
        with whole(book) as part:
            part.write_text(codebook(columns, synthetic=synthetic), encoding="utf-8", newline="\n")
        written.append(book)
    return written


def codebook_path(path: Path) -> Path:
    """Where the codebook of a cohort file stands: beside it, under its stem."""
    return path.with_suffix(".toml")


def pieces_of(stage: Path) -> list[Path]:
    """The Parquet files of a stage: itself (DuckDB), or the parts in its folder (Spark)."""
    return sorted(stage.glob("*.parquet")) if stage.is_dir() else [stage]


def typed(table: pa.Table, columns: Sequence[Column]) -> pa.Table:
    """The rows of the stage in the order of their first column: dates as dates, codes as small whole numbers."""
    arrays = []
    for column in columns:
        values = table[column.name].combine_chunks()
        if column.kind == "date":
            values = values.cast(pa.int32()).cast(pa.date32())
        elif column.kind in ("event", "yes_no"):
            values = values.cast(pa.int8())
        elif column.kind == "text":
            values = values.cast(pa.string())
        arrays.append(values)
    made = pa.table(dict(zip([column.name for column in columns], arrays, strict=True)))
    # not sort_by, nor read_table or a dataset for the reading: these load pandas, a second of a small cohort's run
    return made.take(pc.sort_indices(made[columns[0].name]))


def _write_parquet(table: pa.Table, columns: Sequence[Column], path: Path, language: str, synthetic: bool) -> None:
    fields = [pa.field(c.name, table[c.name].type, metadata={"label": _words(c.titles, language)}) for c in columns]
    metadata = {"synthetic": "true", "aineisto": SYNTHETIC} if synthetic else {}
    schema = pa.schema(fields, metadata=metadata)
    parquet.write_table(table.cast(schema), path, compression="zstd")


def _write_csv(table: pa.Table, columns: Sequence[Column], path: Path, language: str, synthetic: bool) -> None:  # noqa: ARG001
    """Semicolons, UTF-8 with a byte order mark; in Finnish and Swedish decimal commas and d.m.yyyy, as in Excel."""
    if language != "en":
        table = pa.table({c.name: _local(table[c.name], c) for c in columns})
    body = csv.WriteOptions(include_header=False, delimiter=";", quoting_style="needed")
    with path.open("wb") as file:
        file.write("\ufeff".encode() + (";".join(c.name for c in columns) + "\n").encode())
        for start in range(0, max(len(table), 1), _BLOCK):
            csv.write_csv(table.slice(start, _BLOCK), file, body)


def _local(values: Any, column: Column) -> Any:
    if column.kind == "date":
        days = pc.unique(values).drop_null().to_pylist()
        texts = pa.array([f"{day.day}.{day.month}.{day.year}" for day in days], pa.string())
        return texts.take(pc.index_in(values, pa.array(days, pa.date32())))
    if pa.types.is_floating(values.type):
        return pc.replace_substring(values.cast(pa.string()), ".", ",")
    return values


def _frame(table: pa.Table) -> Any:
    """A pandas frame in which dates are numbers of days and every missing text is empty."""
    import pandas

    made = {}
    for name in table.column_names:
        values = table[name]
        if pa.types.is_date(values.type):
            made[name] = _floats(values)
        elif pa.types.is_string(values.type):
            made[name] = values.fill_null("").to_numpy().astype(object)
        else:
            made[name] = _floats(values) if values.null_count else values.to_numpy()
    return pandas.DataFrame(made)


def _floats(values: Any) -> Any:
    if pa.types.is_date(values.type):
        values = values.cast(pa.int32())
    return values.cast(pa.float64()).fill_null(float("nan")).to_numpy().copy()


def _value_labels(columns: Sequence[Column], language: str, longest: int) -> dict[str, dict[Any, str]]:
    return {
        c.name: {code: _words(texts, language)[:longest] for code, texts in c.labels.items()}
        for c in columns
        if c.labels
    }


def _write_sav(table: pa.Table, columns: Sequence[Column], path: Path, language: str, synthetic: bool) -> None:
    import pyreadstat

    frame, formats = _frame(table), {}
    for column in columns:
        if column.kind == "date":
            frame[column.name] = (frame[column.name] + _SPSS_EPOCH_DAYS) * 86_400.0
            formats[column.name] = "EDATE10"
        elif column.kind != "text":
            formats[column.name] = (
                "F8.3" if frame[column.name].dtype.kind == "f" and column.kind == "number" else "F8.0"
            )
    pyreadstat.write_sav(
        frame,
        path,
        file_label=f"{SYNTHETIC}: tkk cohort" if synthetic else "tkk cohort",
        note=f"{SYNTHETIC}, SYNTHETIC: keksittyjä henkilöitä, invented persons" if synthetic else None,
        column_labels={c.name: _words(c.titles, language)[: _LONGEST_LABEL["sav"]] for c in columns},
        variable_value_labels=_value_labels(columns, language, 120),
        variable_measure={c.name: "nominal" if c.labels else "scale" for c in columns},
        variable_format=formats,
        row_compress=True,
    )
    with path.open("r+b") as file:
        file.seek(_SAV_CREATED)
        file.write(_SAV_FIXED)


def _write_dta(table: pa.Table, columns: Sequence[Column], path: Path, language: str, synthetic: bool) -> None:
    import pandas

    frame, dates = _frame(table), {}
    for column in columns:
        if column.kind == "date":
            frame[column.name] = pandas.to_datetime(frame[column.name], unit="D")
            dates[column.name] = "td"
    numeric = [c for c in columns if c.kind != "text"]
    short = _stata_names([c.name for c in columns])
    frame.rename(columns=short).to_stata(
        path,
        write_index=False,
        version=118,
        convert_dates={short[name]: kind for name, kind in dates.items()},
        time_stamp=_STATA_FIXED,
        data_label=f"{SYNTHETIC}: tkk cohort" if synthetic else "tkk cohort",
        variable_labels={short[c.name]: _words(c.titles, language)[: _LONGEST_LABEL["dta"]] for c in columns},
        value_labels={short[name]: labels for name, labels in _value_labels(numeric, language, 32_000).items()},
    )


def _stata_names(names: Sequence[str]) -> dict[str, str]:
    """Name -> its name in Stata, which has room for 32 letters: cut, and numbered where two would be alike."""
    made = {name: name for name in names if len(name) <= _LONGEST_STATA_NAME}
    taken = set(made)
    for name in names:
        if name not in made:
            cut, number = name[:_LONGEST_STATA_NAME], 1
            while cut in taken:
                number += 1
                cut = f"{name[: _LONGEST_STATA_NAME - len(str(number)) - 1]}_{number}"
            made[name] = cut
            taken.add(cut)
    return made


def _words(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or ""


def codebook(columns: Sequence[Column], *, synthetic: bool) -> str:
    """The codebook as TOML: labels in three languages, units, roles and value labels."""
    lines = ["synthetic = true"] if synthetic else []
    for column in columns:
        lines += ["", f"[columns.{column.name}]", f"label = {_inline(column.titles)}"]
        lines += [f"{key} = {_text(value)}" for key, value in (("role", column.role), ("unit", column.unit)) if value]
        if column.kind == "date":
            lines.append('kind = "date"')
        if column.labels:
            lines += ["", f"[columns.{column.name}.values]"]
            lines += [f"{_text(str(code))} = {_inline(texts)}" for code, texts in column.labels.items()]
    return "\n".join(lines).lstrip("\n") + "\n"


def _inline(texts: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{lang} = {_text(texts[lang])}" for lang in LANGUAGES if lang in texts) + " }"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


Writer = Callable[[pa.Table, Sequence[Column], Path, str, bool], None]
FORMATS: dict[str, Writer] = {".parquet": _write_parquet, ".csv": _write_csv, ".sav": _write_sav, ".dta": _write_dta}
