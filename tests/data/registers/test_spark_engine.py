"""The Spark engine without Spark: its options, and what it says when Spark cannot be had. tests/spark runs it."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from tkk_cli.data.registers.spark import Spark, read_options, spark_sql
from tkk_cli.errors import TkkError


def test_master_and_options_come_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "spark.toml"
    file.write_text('master = "spark://klusteri:7077"\n[options]\n"spark.executor.memory" = "8g"\n"spark.x" = 3\n')
    assert read_options(file) == ("spark://klusteri:7077", {"spark.executor.memory": "8g", "spark.x": "3"})
    assert read_options(None) == (None, {})


@pytest.mark.parametrize("text", ["master = 1", "options = 1", "muu = 1", "master ="])
def test_another_shape_of_the_options_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "spark.toml"
    file.write_text(text)
    with pytest.raises(TkkError) as refused:
        read_options(file)
    assert refused.value.code == "TKK172"
    assert refused.value.where == "spark.toml"


def test_without_pyspark_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(TkkError, match="PySpark") as refused:
        Spark(None, 1, tmp_path)
    assert refused.value.code == "TKK170"


class Builder:
    """A session builder that remembers what it was told and cannot start."""

    told: dict[str, str]

    def __init__(self) -> None:
        self.told = {}

    def appName(self, name: str) -> Builder:  # noqa: N802 - Spark's name
        return self.config("name", name)

    def master(self, master: str) -> Builder:
        return self.config("master", master)

    def remote(self, remote: str) -> Builder:
        return self.config("remote", remote)

    def config(self, name: str, value: str) -> Builder:
        self.told[name] = value
        return self

    def getOrCreate(self) -> None:  # noqa: N802 - Spark's name
        raise RuntimeError("no Java")


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> Builder:
    made = Builder()
    module = types.ModuleType("pyspark.sql")
    module.SparkSession = types.SimpleNamespace(builder=made)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyspark", types.ModuleType("pyspark"))
    monkeypatch.setitem(sys.modules, "pyspark.sql", module)
    for name in ("SPARK_REMOTE", "SPARK_MASTER"):
        monkeypatch.delenv(name, raising=False)
    return made


def start(options: Path | None, temp: Path) -> None:
    with pytest.raises(TkkError) as refused:
        Spark(options, 3, temp)
    assert refused.value.code == "TKK171"


def test_on_this_machine_nothing_listens_on_the_network(tmp_path: Path, builder: Builder) -> None:
    start(None, tmp_path)
    assert builder.told["master"] == "local[3]"
    assert builder.told["spark.ui.enabled"] == "false"
    assert builder.told["spark.driver.bindAddress"] == "127.0.0.1"
    assert builder.told["spark.sql.session.timeZone"] == "UTC"
    assert builder.told["spark.local.dir"] == str(tmp_path)


def test_the_master_comes_from_the_file_then_from_the_environment(
    tmp_path: Path, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_MASTER", "yarn")
    start(None, tmp_path)
    assert builder.told["master"] == "yarn"
    assert "spark.ui.enabled" not in builder.told
    file = tmp_path / "spark.toml"
    file.write_text('master = "local[7]"\n[options]\n"spark.sql.ansi.enabled" = "x"\n')
    start(file, tmp_path)
    assert builder.told["master"] == "local[7]"
    assert builder.told["spark.sql.ansi.enabled"] == "x"


def test_a_connect_server_comes_from_the_environment(
    tmp_path: Path, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_REMOTE", "sc://palvelin")
    start(None, tmp_path)
    assert builder.told["remote"] == "sc://palvelin"
    assert "master" not in builder.told


def test_the_dialect_is_carried_over() -> None:
    assert spark_sql('SELECT "a b" // 7 AS x, a & CAST(5 AS BIGINT) FROM t') == (
        "SELECT `a b` DIV 7 AS x, a & CAST(5 AS BIGINT) FROM t"
    )
