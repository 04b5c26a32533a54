"""What runs when, what is kept, and what is used again: named SELECTs written to Parquet in a work folder.

Every view has a key: of a file its fingerprint, of a small table its rows, of a stage its SQL and the keys of the views
that the SQL names. A stage whose key stands in the folder's list is not run again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tkk_cli.data.registers.engine import Engine

__all__ = ["Workspace"]

_LIST = "stages.json"


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


class Workspace:
    """An engine and a folder of its stages.

    Parameters
    ----------
    engine : Engine
    folder : pathlib.Path
        Made if it is not there. It holds rows of persons: it belongs beside the data.
    reuse : bool
        Whether a stage with the same key is taken as it stands.
    begin : callable
        Told the name of every stage before it runs or is taken as it stands (for a progress bar).
    """

    def __init__(
        self, engine: Engine, folder: Path, *, reuse: bool = True, begin: Callable[[str], None] | None = None
    ) -> None:
        self.engine = engine
        self.folder = folder
        self.reuse = reuse
        self._begin = begin
        self._keys: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self._written: dict[str, str] = self._read_list() if reuse else {}

    def raw(self, view: str, paths: Sequence[Path], fingerprint: str) -> None:
        """Parquet files of one register as a view, with ``tkk_file`` and ``tkk_row``."""
        self._keys[view] = _digest("raw", [str(path) for path in paths], fingerprint)
        self.engine.raw(view, paths)

    def rows(self, view: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
        """A small table from Python: name -> SQL type, and its rows."""
        self._keys[view] = _digest("rows", dict(columns), [list(row) for row in rows])
        self.engine.rows(view, columns, rows)

    def define(self, view: str, sql: str) -> None:
        """A view of a SELECT; nothing is computed."""
        self._keys[view] = self._key(sql)
        self.engine.define(view, sql)

    def stage(self, view: str, sql: str) -> None:
        """A SELECT whose rows are written to ``<folder>/<view>.parquet``, unless they stand there already."""
        key, path = self._key(sql), self.path(view)
        self._keys[view] = key
        self.begin(view)
        if self._written.get(view) == key and path.exists():
            self.engine.open(view, path)
            return
        if self._written.pop(view, None) is not None:
            self._write_list()
        self.engine.write(view, sql, path)
        self._written[view] = key
        self._write_list()

    def begin(self, name: str) -> None:
        """Say that a piece of work begins, for a progress bar."""
        if self._begin is not None:
            self._begin(name)

    def path(self, view: str) -> Path:
        """Where a stage's rows are."""
        return self.folder / f"{view}.parquet"

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a SELECT: counts and small tables only."""
        return self.engine.fetch(sql)

    def count(self, view: str) -> int:
        """The number of rows of a view."""
        return int(self.fetch(f"SELECT COUNT(*) FROM {view}")[0][0])

    def _key(self, sql: str) -> str:
        used = sorted(self._keys.keys() & set(re.findall(r"\w+", sql)))
        return _digest(self.engine.name, sql, [(name, self._keys[name]) for name in used])

    def _read_list(self) -> dict[str, str]:
        try:
            found = json.loads((self.folder / _LIST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write_list(self) -> None:
        part = self.folder / f"{_LIST}.part"
        try:
            part.write_text(json.dumps(self._written, indent=1), encoding="utf-8")
            os.replace(part, self.folder / _LIST)
        finally:
            part.unlink(missing_ok=True)

    def close(self) -> None:
        """Let the engine go; the stages stay for the next run."""
        self.engine.close()
