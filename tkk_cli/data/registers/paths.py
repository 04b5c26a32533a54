"""Which files a path of ``registers.toml`` means: a file, a folder's files, or what a pattern matches."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from tkk_cli.data.formats import SUFFIXES, compression_of
from tkk_cli.errors import TkkError

__all__ = ["find_files"]

# The folder of an earlier run's stages beside the TOML file holds Parquet files that are no register.
_WORK = ".work"


def find_files(folder: Path, texts: Sequence[str], where: str) -> tuple[Path, ...]:
    """The files that the texts mean, in the order of the texts and then of their names, each once.

    Parameters
    ----------
    folder : pathlib.Path
        What a relative path is relative to.
    texts : sequence of str
        Files, folders (their data files; hidden ones and job markers left out) or patterns with ``*``, ``?`` or ``[``.
    where : str
        For messages.

    Raises
    ------
    TkkError
        TKK153 for files that are not there, with near names; a pattern without a match; a folder without a data file.
    """
    found: dict[Path, None] = {}
    missing: list[str] = []
    for text in texts:
        path = folder / text
        files = [path] if path.is_file() else _files_of(path) if path.is_dir() else _matches(folder, text)
        if not files:
            missing.append(text)
        found |= dict.fromkeys(files)
    if missing:
        raise _nothing(folder, missing, where)
    return tuple(found)


def _files_of(folder: Path) -> list[Path]:
    """Data files in a folder, or the Parquet parts anywhere below it where it holds none itself."""
    here = sorted(path for path in folder.iterdir() if path.is_file() and _is_data(path, folder))
    parts = (path for path in folder.rglob("*") if path.suffix.lower() in {".parquet", ".pq"} and path.is_file())
    return here or sorted(path for path in parts if _is_data(path, folder))


def _is_data(path: Path, folder: Path) -> bool:
    inner = path.with_suffix("") if compression_of(path) else path
    hidden = any(part.startswith((".", "_")) or part.endswith(_WORK) for part in path.relative_to(folder).parts)
    return inner.suffix.lower() in SUFFIXES and not hidden


def _matches(folder: Path, pattern: str) -> list[Path]:
    names = glob.glob(pattern, root_dir=folder, recursive=True)
    found = (folder / name for name in names if not any(part.endswith(_WORK) for part in Path(name).parts))
    return sorted(path for path in found if path.is_file())


def _nothing(folder: Path, missing: list[str], where: str) -> TkkError:
    first, path = missing[0], folder / missing[0]
    if path.is_dir():
        message, hint = "the folder holds no data file", f"data files end in {', '.join(SUFFIXES)}"
    elif glob.has_magic(first):
        message, hint = "the pattern matches no file", _near(path)
    else:
        message, hint = "the file does not exist", _near(path)
    return TkkError("TKK153", f"{message}: {', '.join(missing[:5])}", where=where, count=len(missing), hint=hint)


def _near(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no folder {path.parent.name}"
    names = sorted(file.name for file in path.parent.iterdir() if not file.name.startswith("."))
    near = get_close_matches(path.name, names, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else "check the name; it is relative to registers.toml"
