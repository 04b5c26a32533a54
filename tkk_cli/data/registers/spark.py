"""Apache Spark as the engine, for registers that already lie on a cluster: the same SQL, carried over by sqlglot."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tkk_cli.data.registers.toml import read_toml
from tkk_cli.errors import TkkError

__all__ = ["Spark", "read_options", "spark_sql"]

# What the kernels rely on; the rest of the configuration is the site's.
NEEDED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.compression.codec": "zstd",
}
# On this machine alone: nothing listens on the network, nothing is printed.
LOCAL = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.log.level": "ERROR",
}


def spark_sql(sql: str) -> str:
    """DuckDB's SQL in Spark's dialect; an error for what cannot be carried over."""
    import sqlglot

    return sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)[0]


def read_options(path: Path | None) -> tuple[str | None, dict[str, str]]:
    """``master`` and ``[options]`` of a TOML file: where Spark runs and its configuration; TKK172 for another shape."""
    where = None if path is None else path.name
    read = {} if path is None else read_toml(path, "TKK172")
    master, options = read.pop("master", None), read.pop("options", {})
    if read or not isinstance(master, str | None) or not isinstance(options, dict):
        raise TkkError(
            "TKK172", "the Spark options have only master and [options]", where=where, count=max(len(read), 1)
        )
    return master, {str(name): str(value) for name, value in options.items()}


class Spark:
    """The engine for what has outgrown one machine.

    Where it runs: ``master`` of the options file, else the environment's ``SPARK_REMOTE`` (Spark Connect) or
    ``SPARK_MASTER``, else this machine.

    Parameters
    ----------
    options : pathlib.Path or None
        TOML file with ``master`` and ``[options]``.
    threads : int
        Threads on this machine, where no master is given.
    temp : pathlib.Path
        Spark's local folder, where no master is given; removed by ``close``.

    Raises
    ------
    TkkError
        TKK170 without PySpark, TKK171 when no session can be started, TKK172 for a bad options file.
    """

    name = "spark"

    def __init__(self, options: Path | None, threads: int, temp: Path) -> None:
        self._temp = temp
        master, given = read_options(options)
        self._session = _session(master, given, threads, temp)

    def raw(self, view: str, paths: Sequence[Path]) -> None:
        frame = self._session.read.option("mergeSchema", "true").parquet(*(str(path) for path in paths))
        file, row = "_metadata.file_name AS tkk_file", "_metadata.row_index + 1 AS tkk_row"
        frame.selectExpr(*(f"`{name}`" for name in frame.columns), file, row).createOrReplaceTempView(view)

    def open(self, view: str, path: Path) -> None:
        self._session.read.parquet(str(path)).createOrReplaceTempView(view)

    def define(self, view: str, sql: str) -> None:
        self._session.sql(spark_sql(sql)).createOrReplaceTempView(view)

    def rows(self, view: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
        kinds = {"VARCHAR": "STRING"}
        schema = ", ".join(f"`{name}` {kinds.get(kind, kind)}" for name, kind in columns.items())
        self._session.createDataFrame([tuple(row) for row in rows], schema).createOrReplaceTempView(view)

    def write(self, view: str, sql: str, path: Path) -> None:
        part = path.with_name(path.name + ".part")
        try:
            self._session.sql(spark_sql(sql)).write.mode("overwrite").parquet(str(part))
            _remove(path)
            os.replace(part, path)
        finally:
            _remove(part)
        self.open(view, path)

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._session.sql(spark_sql(sql)).collect()]

    def close(self) -> None:
        self._session.stop()
        shutil.rmtree(self._temp, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _session(master: str | None, given: Mapping[str, str], threads: int, temp: Path) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        hint = "install tkk-cli[spark], or use --engine duckdb"
        raise TkkError("TKK170", "--engine spark needs PySpark, which is not installed", hint=hint) from None
    builder = SparkSession.builder.appName("tkk")
    remote, master = os.environ.get("SPARK_REMOTE"), master or os.environ.get("SPARK_MASTER")
    settings = {**NEEDED, **given}
    if master is not None:
        builder = builder.master(master)
    elif remote is not None:
        builder = builder.remote(remote)
    else:
        settings = {**LOCAL, "spark.local.dir": str(temp), **settings}
        builder = builder.master(f"local[{threads}]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except Exception as error:
        hint = "Spark needs Java 17 or newer (JAVA_HOME) and a master that answers; or use --engine duckdb"
        raise TkkError("TKK171", f"no Spark session could be started ({type(error).__name__})", hint=hint) from error
