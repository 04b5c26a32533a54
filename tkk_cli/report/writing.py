"""Files are written whole or not at all: a temporary file in the same folder takes the place of the old one."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from tkk_cli.errors import TkkError

__all__ = ["check_folder", "write_whole"]


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part.

    Text is UTF-8 with the line breaks it has. A device or a pipe (``/dev/stdout``) is written to directly.

    Raises
    ------
    TkkError
        TKK504 when the folder is missing or cannot be written to, or the name is that of a folder.
    """
    target = Path(path)
    data = content.encode() if isinstance(content, str) else content
    try:
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_bytes(data)
        else:
            _replace(target.resolve(), data)
    except OSError as error:
        hint = "make the folder first" if not target.parent.is_dir() else "check the name and the rights of the folder"
        raise TkkError(
            "TKK504",
            f"the file cannot be written ({error.strerror or type(error).__name__})",
            where=str(path),
            hint=hint,
        ) from error


def check_folder(path: str | os.PathLike[str]) -> None:
    """Refuse a name whose folder is missing, before any work is done; TKK504."""
    if not Path(path).resolve().parent.is_dir():
        raise TkkError("TKK504", "the folder of the file does not exist", where=str(path), hint="make the folder first")


def _replace(target: Path, data: bytes) -> None:
    if target.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
