"""The TOML files that users write: read alike, with the code of the file in the error."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tkk_cli.errors import TkkError
from tkk_cli.options import MOST_NAMED

__all__ = ["read_toml"]


def read_toml(path: Path, code: str) -> dict[str, Any]:
    """The tables of a TOML file, with or without a byte order mark.

    Raises
    ------
    TkkError
        ``code`` where there is no such file (the nearest name is told), it is not UTF-8 text, or it is no TOML.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError:
        here = sorted(file.name for file in path.parent.glob("*.toml")) if path.parent.is_dir() else []
        near = get_close_matches(path.name, here, n=1)
        others = f"the folder has {', '.join(here[:MOST_NAMED])}" if here else "check the name and the folder"
        hint = f"did you mean {near[0]}?" if near else others
        raise TkkError(code, "the file does not exist or cannot be opened", where=path.name, hint=hint) from None
    except UnicodeDecodeError:
        raise TkkError(code, "the file is not UTF-8 text", where=path.name, hint="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        hint = "a text stands in quotes, and a Windows path in single ones: path = 'D:\\data\\a.csv'"
        raise TkkError(code, f"the file is not valid TOML: {error}", where=path.name, hint=hint) from None
