"""The synthetic cohort as files: Finnish CSV, SPSS, Parquet and the codebook. The same request gives the same bytes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tkk_cli.data.synthetic.codebook import COLUMNS, DESCRIPTION, toml
from tkk_cli.data.synthetic.cohort import SYNTHETIC, cohort
from tkk_cli.data.synthetic.options import CohortSimulationOptions
from tkk_cli.errors import TkkError
from tkk_cli.options import words

__all__ = ["FORMATS", "STEM", "simulate_cohort", "stop_the_clock"]

STEM = "kuntoutus"
Arrays = Mapping[str, NDArray[Any]]

_CSV_BLOCK = 100_000
_NOT_A_TIME = np.iinfo(np.int64).min
_SPSS_EPOCH = np.datetime64("1582-10-14", "s")
# Date and time of creation in the header of a .sav file: where they stand, and what is written instead of the clock.
_SAV_CREATED, _SAV_FIXED = slice(92, 109), b"31 Dec 1800:00:00"


def simulate_cohort(options: CohortSimulationOptions) -> list[Path]:
    """Write the synthetic cohort and its codebook; each file is written whole or not at all.

    Parameters
    ----------
    options : CohortSimulationOptions

    Returns
    -------
    list of Path
        The files written: ``kuntoutus.toml``, then one file a format in the order asked.

    Raises
    ------
    TkkError
        TKK141 for a size, seed or format that is not possible, TKK142 when the folder cannot be written to.
    """
    formats = words(options.formats)
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise TkkError(
            "TKK141",
            f"a cohort is written as {', '.join(FORMATS)}",
            where="--formats",
            count=len(unknown),
            hint="for example --formats csv,parquet",
        )
    columns = cohort(options.persons, options.seed)
    folder = Path(options.output)
    writers = {"toml": lambda _, path: path.write_bytes(toml().encode()), **{name: FORMATS[name] for name in formats}}
    written = []
    for suffix, write in writers.items():
        target = folder / f"{STEM}.{suffix}"
        with _whole(target) as temporary:
            write(columns, temporary)
        written.append(target)
    return written


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A path to write to, which becomes ``target`` when all went well and is removed otherwise."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".tkk-", dir=target.parent) as folder:
            temporary = Path(folder) / target.name
            yield temporary
            os.replace(temporary, target)
    except OSError as error:
        raise TkkError(
            "TKK142",
            f"the folder cannot be written to ({type(error).__name__})",
            where=str(target.parent),
            hint="give another folder with --output",
        ) from None


def _write_csv(columns: Arrays, path: Path) -> None:
    """Semicolons, decimal comma, d.m.yyyy, UTF-8 with a byte order mark: what Excel in Finland reads and writes."""
    persons = len(columns["henkilo"])
    with path.open("w", encoding="utf-8-sig", newline="\n") as file:
        print(*columns, sep=";", file=file)
        for start in range(0, persons, _CSV_BLOCK):
            texts = [_csv_texts(values[start : start + _CSV_BLOCK]) for values in columns.values()]
            file.writelines(";".join(row) + "\n" for row in zip(*texts, strict=True))


def _csv_texts(values: NDArray[Any]) -> list[str]:
    if values.dtype == object:
        return list(values)
    if values.dtype.kind == "M":
        # Few distinct days: write each once.
        distinct, position = np.unique(values.astype(np.int64), return_inverse=True)
        texts = ["" if day == _NOT_A_TIME else _finnish_date(day) for day in distinct.tolist()]
        return [texts[i] for i in position.tolist()]
    if values.dtype.kind == "f":
        return ["" if value != value else f"{value:.10g}".replace(".", ",") for value in values.tolist()]
    return [str(value) for value in values.tolist()]


def _finnish_date(days: int) -> str:
    date = np.datetime64(days, "D").item()
    return f"{date.day}.{date.month}.{date.year}"


def _write_sav(columns: Arrays, path: Path) -> None:
    """SPSS: Finnish variable and value labels, user-missing codes, dates as dd.mm.yyyy, a note that says synthetic."""
    import pandas
    import pyreadstat

    frame, formats = {}, {}
    for name, values in columns.items():
        if values.dtype.kind == "M":
            seconds = (values - _SPSS_EPOCH).astype(np.float64)
            frame[name], formats[name] = np.where(np.isnat(values), np.nan, seconds), "EDATE10"
        else:
            frame[name] = values
            if values.dtype != object:
                formats[name] = "F8.3" if name == "paino" else "F8.0"
    described = {name: COLUMNS[name] for name in columns}
    value_labels: dict[str, dict[Any, str]] = {
        name: {code if columns[name].dtype == object else int(code): texts[0] for code, texts in column.values.items()}
        for name, column in described.items()
        if column.values
    }
    pyreadstat.write_sav(
        pandas.DataFrame(frame),
        path,
        file_label=f"{SYNTHETIC}: tkk simulate cohort",
        # One line of at most 80 bytes: older pyreadstat takes no list.
        note=f"{SYNTHETIC}, SYNTHETIC: keksittyjä henkilöitä, invented persons",
        column_labels={name: column.label[0] for name, column in described.items()},
        variable_value_labels=value_labels,
        missing_ranges={name: list(column.missing) for name, column in described.items() if column.missing},
        variable_measure={name: "nominal" if column.values else "scale" for name, column in described.items()},
        variable_format=formats,
        row_compress=True,
    )
    stop_the_clock(path)


def stop_the_clock(path: Path) -> None:
    """Write a fixed time of creation into the header of a .sav file."""
    with path.open("r+b") as file:
        file.seek(_SAV_CREATED.start)
        file.write(_SAV_FIXED)


def _write_parquet(columns: Arrays, path: Path) -> None:
    """Parquet with dictionary-coded texts; the key-value metadata says synthetic."""
    import pyarrow
    from pyarrow import parquet

    arrays = {}
    for name, values in columns.items():
        if values.dtype == object:
            array = pyarrow.array(values, mask=values == "", type=pyarrow.string())
            arrays[name] = array.dictionary_encode()
        else:
            arrays[name] = pyarrow.array(values, from_pandas=True)
    metadata = {"synthetic": "true", "aineisto": SYNTHETIC, "description": DESCRIPTION[2]}
    parquet.write_table(pyarrow.table(arrays, metadata=metadata), path, compression="zstd")


FORMATS: Mapping[str, Callable[[Arrays, Path], None]] = {
    "csv": _write_csv,
    "sav": _write_sav,
    "parquet": _write_parquet,
}
