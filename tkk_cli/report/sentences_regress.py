"""The sentences for the notes of ``tkk regress``, as in ``sentences``."""

from __future__ import annotations

__all__ = ["SENTENCES_REGRESS"]

SENTENCES_REGRESS: dict[str, tuple[str, str, str]] = {}
