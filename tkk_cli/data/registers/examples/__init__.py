"""``registers.toml`` and ``cohort.toml`` with every key explained, to copy and edit."""

from __future__ import annotations

from importlib import resources

__all__ = ["example"]


def example(name: str) -> str:
    """The text of an example, ``registers.toml`` or ``cohort.toml``."""
    return (resources.files(__name__) / name).read_text(encoding="utf-8")
