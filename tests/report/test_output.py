"""Options about the output, and files that are written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tkk_cli.errors import TkkError
from tkk_cli.report.options import FORMATS, OutputOptions
from tkk_cli.report.writing import write_whole


def test_json_is_the_same_as_format_json() -> None:
    assert OutputOptions().chosen_format == "text"
    assert OutputOptions(json=True).chosen_format == "json"
    assert OutputOptions(json=True, format="json").chosen_format == "json"
    assert [OutputOptions(format=format).chosen_format for format in FORMATS] == list(FORMATS)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"json": True, "format": "csv"}, "TKK503"),
        ({"table": "at"}, "TKK503"),
        ({"table": "at", "json": True}, "TKK503"),
        ({"format": "xlsx"}, "TKK304"),
        ({"lang": "de"}, "TKK304"),
    ],
)
def test_contradictions_are_refused(given: dict, code: str) -> None:
    with pytest.raises(TkkError) as caught:
        OutputOptions(**given)
    assert caught.value.code == code


def test_table_goes_with_csv() -> None:
    assert OutputOptions(format="csv", table="at").table == "at"


@pytest.mark.parametrize("content", ["kuntoutus å ä ö –\n", b"\x00\xff"])
def test_file_is_written_and_replaced(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "tulos.txt"
    path.write_text("before")
    write_whole(path, content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert list(tmp_path.iterdir()) == [path]


def test_new_file_has_the_usual_rights(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        write_whole(str(tmp_path / "a.csv"), "x\n")
    finally:
        os.umask(old)
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o644


def test_link_keeps_pointing_at_the_new_content(tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("before")
    try:
        link.symlink_to(target)
    except OSError:
        return  # a system that allows no links has nothing to keep
    write_whole(link, "after")
    assert link.is_symlink()
    assert target.read_text() == "after"


def test_device_is_written_to_and_not_replaced() -> None:
    write_whole(os.devnull, "x")
    assert not Path(os.devnull).is_file()


def test_missing_folder_and_folder_as_file_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere" / "a.csv", tmp_path):
        with pytest.raises(TkkError) as caught:
            write_whole(path, "x")
        assert caught.value.code == "TKK504"
        assert caught.value.where == str(path)
    assert "make the folder first" in str(_refusal(tmp_path / "nowhere" / "a.csv"))
    assert list(tmp_path.iterdir()) == []


def _refusal(path: Path) -> TkkError:
    with pytest.raises(TkkError) as caught:
        write_whole(path, "x")
    return caught.value


def test_old_file_survives_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tulos.json"
    path.write_text("before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert _refusal(path).code == "TKK504"
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
