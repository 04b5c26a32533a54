"""Every code is explained, used and tested; every failure is one clear text and the right exit status."""

from __future__ import annotations

import ast
import errno
import re
import signal
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest
from support.running import Run
from support.source import ROOT, TREES

from tkk_cli import app
from tkk_cli.commands.build import make_app
from tkk_cli.errors import CODES, EXIT_BUG, EXIT_CHECK_FAILED, EXIT_DATA, EXIT_OK, EXIT_USAGE, TkkError

CODE = re.compile(r"TKK\d{3}")


def codes_in(module: str) -> set[str]:
    texts = (n.value for n in ast.walk(TREES[module]) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return {text for text in texts if CODE.fullmatch(text)}


USED = set().union(*(codes_in(module) for module in TREES if module != "tkk_cli.errors"))


def test_codes_that_are_raised_are_explained() -> None:
    assert CODES.keys() >= USED


def test_codes_that_are_explained_are_raised() -> None:
    assert CODES.keys() <= USED


def test_every_code_occurs_in_a_test() -> None:
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    tested = set(CODE.findall("".join(path.read_text(encoding="utf-8") for path in files)))
    assert CODES.keys() <= tested | {"TKK901"}


def test_codes_stand_in_numeric_order() -> None:
    assert list(CODES) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_explanation_is_complete(code: str) -> None:
    row = CODES[code]
    assert row.exit_status in {EXIT_OK, EXIT_CHECK_FAILED, EXIT_USAGE, EXIT_DATA, EXIT_BUG}
    assert not row.title.endswith(".")
    assert row.why.endswith(".")
    assert row.fix.endswith((".", ")"))


def test_error_text_says_what_where_how_many_and_what_next() -> None:
    error = TkkError("TKK109", "no column 'ikaa'", where="kohortti.csv", count=1, hint="did you mean 'ika'?")
    assert str(error).splitlines() == [
        "error[TKK109]: no column 'ikaa'",
        "  where: kohortti.csv",
        "  how many: 1",
        "  hint: did you mean 'ika'?",
    ]
    assert str(TkkError("TKK109", "no column 'ikaa'")) == "error[TKK109]: no column 'ikaa'"
    assert error.exit_status == EXIT_DATA


def test_status_0(tkk: Run) -> None:
    assert tkk("--version").status == 0


def test_status_1_when_a_check_fails(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from tkk_cli.commands import golden

    monkeypatch.setattr(golden, "disagreements", lambda: (10, ["log-rank"]))
    ran = tkk("doctor")
    assert ran.status == EXIT_CHECK_FAILED
    assert "9 of 10 agree; wrong: log-rank" in ran.out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["surival"], "Did you mean 'survival'?"),
        (["explain", "--jsonn"], "No such option"),
        (["schema"], "Missing argument"),
        (["explain", "TKK000"], "error[TKK521]"),
    ],
)
def test_status_2_for_usage(arguments: list[str], text: str, tkk: Run) -> None:
    ran = tkk(*arguments)
    assert ran.status == EXIT_USAGE
    assert text in ran.err
    assert ran.out == ""


def test_status_3_for_unusable_input(tkk: Run, tmp_path: Path) -> None:
    ran = tkk("survival", tmp_path / "puuttuu.csv", "--time", "aika", "--event", "tila")
    assert ran.status == EXIT_DATA
    assert ran.err.startswith("error[TKK101]: ")
    assert ran.err.endswith("  more: tkk explain TKK101\n")
    assert "Traceback" not in ran.err
    assert ran.out == ""


def command_that_raises(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise error

    add_command(fail, monkeypatch)


def add_command(fail: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("tkk_cli.commands.fail")
    module.app = make_app("fail", fail)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tkk_cli.commands.fail", module)
    monkeypatch.setitem(app.COMMANDS, "fail", ("fail", ""))


def test_status_70_for_a_bug_shows_neither_traceback_nor_value(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    command_that_raises(ValueError("could not convert '131052-308T'"), monkeypatch)
    ran = tkk("fail")
    assert ran.status == EXIT_BUG
    assert ran.err.startswith("error[TKK901]: tkk failed in a way it should not (ValueError)")
    assert "131052" not in ran.err
    assert "Traceback" not in ran.err


def test_a_full_disk_is_no_bug(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    command_that_raises(OSError(errno.ENOSPC, "No space left on device", "/salainen/131052-308T"), monkeypatch)
    ran = tkk("fail")
    assert ran.status == EXIT_USAGE
    assert ran.err.startswith("error[TKK504]: the disk is full")
    assert "131052" not in ran.err


def test_status_130_after_an_interrupt(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    add_command(lambda: signal.raise_signal(signal.SIGINT), monkeypatch)
    ran = tkk("fail")
    assert ran.status == 130
    assert "Traceback" not in ran.err


def test_status_130_where_a_library_wraps_the_interrupt(tkk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped = RuntimeError("Query interrupted")
    wrapped.__cause__ = KeyboardInterrupt()
    command_that_raises(wrapped, monkeypatch)
    ran = tkk("fail")
    assert (ran.status, ran.err) == (130, "")


@pytest.mark.parametrize("way", ["flag", "variable"])
def test_debug_shows_the_traceback(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command_that_raises(TkkError("TKK109", "no column"), monkeypatch)
    monkeypatch.setattr(sys, "argv", ["tkk", *(["--debug"] if way == "flag" else []), "fail"])
    if way == "variable":
        monkeypatch.setenv("TKK_DEBUG", "1")
    with pytest.raises(TkkError):
        app.main()


RUN = "import sys; from tkk_cli.app import main; sys.argv = ['tkk'] + sys.argv[1:]; main()"


def test_a_closed_pipe_is_silent() -> None:
    child = subprocess.Popen([sys.executable, "-c", RUN, "explain"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    err = child.stderr.read()
    child.wait(timeout=20)
    child.stderr.close()
    assert err == b""
