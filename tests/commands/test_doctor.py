"""``tkk doctor``, and the promise that no command opens a socket."""

from __future__ import annotations

import json
import socket
import sys
from importlib import metadata
from pathlib import Path

import pytest
from support.running import Run

from tkk_cli import __version__
from tkk_cli.commands import doctor, golden


def checks(tkk: Run) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in json.loads(tkk("doctor", "--json").out)["checks"]}


def test_a_sound_installation(tkk: Run) -> None:
    ran = tkk("doctor")
    assert ran.status == 0, ran.out
    assert ran.out.splitlines()[-1] == "Everything needed works."
    for heading in ("Versions:", "Optional parts:", "Machine:", "Self-test:"):
        assert ran.out.count(heading) == 1
    assert f"tkk               {__version__}" in ran.out
    assert "sockets opened during the self-test: 0" in ran.out


def test_json_holds_the_same_checks(tkk: Run) -> None:
    found = checks(tkk)
    assert found["numpy"]["detail"] == metadata.version("numpy")
    assert found["golden numbers"] == {
        "section": "Self-test",
        "name": "golden numbers",
        "status": "ok",
        "detail": f"{len(golden.GOLDEN)} of {len(golden.GOLDEN)} agree",
    }
    assert json.loads(tkk("doctor", "--json").out)["sound"] is True


def test_a_missing_or_old_dependency_is_broken(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["numpy>=1.26", "pandas>=999.1", "kuntoutus>=1", 'pytest>=8; extra == "test"']
    monkeypatch.setattr(metadata, "requires", lambda _: wanted)
    found = checks(tkk)
    assert found["numpy"]["status"] == "ok"
    assert found["pandas"]["status"] == "broken"
    assert found["pandas"]["detail"].endswith("; needs 999.1 or newer")
    assert found["kuntoutus"] == {
        "section": "Versions",
        "name": "kuntoutus",
        "status": "broken",
        "detail": "not installed; needs 1 or newer",
    }
    assert "pytest" not in found
    assert tkk("doctor").status == 1


def test_bounds_in_any_order_are_read(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["numpy<999,>=1.26", "pandas>=1,<2", "kuntoutus<3,>=1.4"]
    monkeypatch.setattr(metadata, "requires", lambda _: wanted)
    found = checks(tkk)
    assert found["numpy"]["status"] == "ok"
    assert found["pandas"]["status"] == "broken"
    assert found["pandas"]["detail"].endswith("; needs 1 or newer, below 2")
    assert found["kuntoutus"]["detail"] == "not installed; needs 1.4 or newer, below 3"


def test_the_engine_of_registers_and_the_parts_of_spark(
    tkk: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert checks(tkk)["register engine"]["status"] == "ok"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    spark = checks(tkk)["Spark"]
    assert spark["status"] == "absent"
    assert spark["detail"].startswith("--engine spark needs ")
    assert "Java" in spark["detail"]
    (tmp_path / "bin").mkdir()
    java = tmp_path / "bin" / "java"
    java.write_text("")
    java.chmod(0o755)
    assert "Java" not in checks(tkk)["Spark"]["detail"].replace("and Java", "")

    def broken(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr("tkk_cli.data.registers.engine.DuckDB.write", broken)
    assert checks(tkk)["register engine"]["status"] == "broken"


def test_a_wrong_number_is_broken(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(golden.GOLDEN, "Gray", 0.0149642)
    ran = tkk("doctor")
    assert ran.status == 1
    assert "wrong: Gray" in ran.out
    assert ran.out.splitlines()[-1] == "Something is broken: see above."


def test_a_dependency_that_fails_is_reported(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ImportError("libgfortran is missing")

    monkeypatch.setattr(golden, "disagreements", fail)
    found = checks(tkk)["golden numbers"]
    assert found["status"] == "broken"
    assert found["detail"] == "failed to run (ImportError: libgfortran is missing)"


def test_an_opened_socket_is_broken(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def opens() -> tuple[int, list[str]]:
        socket.socket().close()
        return 1, []

    monkeypatch.setattr(golden, "disagreements", opens)
    assert checks(tkk)["offline"]["status"] == "broken"


def test_optional_parts_may_be_absent(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda _, **__: None)
    monkeypatch.setattr(doctor, "_memory_gb", lambda: None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed
    monkeypatch.setattr(golden, "disagreements", lambda: (10, []))
    found = checks(tkk)
    assert found["R"]["status"] == "absent"
    assert found["zstd"]["status"] == "absent"
    assert found["memory"] == {"section": "Machine", "name": "memory", "status": "absent", "detail": "unknown"}
    assert tkk("doctor").status == 0


def test_a_folder_that_cannot_be_written(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(doctor.tempfile, "NamedTemporaryFile", refuse)
    found = checks(tkk)
    assert found["temporary folder"]["status"] == "broken"
    assert found["this folder"]["status"] == "absent"


def test_the_main_job_runs_with_sockets_forbidden(tkk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    file = tmp_path / "kohortti.csv"
    rows = [f"{t};{c};{g}" for t, c, g in zip(golden.TIMES, golden.CAUSES, golden.GROUPS, strict=True)]
    file.write_text("\n".join(["aika;tila;ryhma", *rows, ""]), encoding="utf-8")
    ran = tkk("survival", file, "--time", "aika", "--event", "tila", "--events", "a=1,b=2", "--group", "ryhma")
    assert ran.status == 0, ran.err
    assert ran.out
    figure = tmp_path / "kuvio.png"
    ran = tkk(
        "survival", file, "--time", "aika", "--event", "tila", "--events", "a=1,b=2", "--group", "ryhma",
        "--figure", figure,
    )  # fmt: skip
    assert ran.status == 0, ran.err
    assert figure.stat().st_size > 0
