"""A file (or a folder of parts) is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tkk_cli.errors import TkkError

__all__ = ["whole"]


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A path to write to, in a folder of its own beside ``target``, which it replaces when all went well.

    Raises
    ------
    TkkError
        TKK504 where it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".tkk-", dir=target.parent) as folder:
            part = Path(folder) / target.name
            yield part
            os.replace(part, target)
    except OSError as error:
        raise TkkError(
            "TKK504",
            f"the file cannot be written ({error.strerror or type(error).__name__})",
            where=target.name,
            hint="check the name and the rights of the folder",
        ) from error
