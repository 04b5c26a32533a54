"""Files are written whole or not at all: a temporary file in the same folder takes the place of the old one."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tkk_cli.errors import TkkError

__all__ = ["check_names", "print_whole", "write_whole"]


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


def print_whole(text: str) -> None:
    """Write to standard output and see that it arrived; TKK504 where it cannot be written to (a full disk).

    A reader that has seen enough (``| head``) is no error.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain once more when it closes the stream at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise TkkError(
            "TKK504", f"standard output cannot be written to ({error.strerror})", hint="is the disk full?"
        ) from error


def check_names(outputs: Mapping[str, str | None], inputs: Iterable[str | None]) -> None:
    """Refuse names before any work is done.

    Raises
    ------
    TkkError
        TKK504 where a folder is missing; TKK505 where an output would replace an input, or two outputs are one file.
    """
    used = {Path(name).resolve(): "a file that is read" for name in inputs if name is not None}
    for flag, name in outputs.items():
        if name is None:
            continue
        path = Path(name).resolve()
        if not path.parent.is_dir():
            raise TkkError("TKK504", "the folder of the file does not exist", where=name, hint="make the folder first")
        if path in used:
            raise TkkError("TKK505", f"{flag} is {used[path]}", where=name, hint="give it another name")
        used[path] = f"the file of {flag} too"


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
