"""The sentences for the notes of everything that reads registers, as in ``sentences``."""

from __future__ import annotations

__all__ = ["SENTENCES_REGISTERS"]

SENTENCES_REGISTERS: dict[str, tuple[str, str, str]] = {
    # cohort ----------------------------------------------------------------
    # checks ----------------------------------------------------------------
    # outcomes --------------------------------------------------------------
}
