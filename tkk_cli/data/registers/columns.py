"""What the columns of a cohort file are: kind, unit, words and labels, for the file, its codebook and the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["KINDS", "Column"]

# kind -> what stands in the stage that holds it, and in the file
KINDS = {
    "time": "days since the index day",
    "event": "whole numbers with labels, 0 = censored",
    "number": "a number",
    "yes_no": "0 or 1",
    "date": "a day number in the stage, a date in the file",
    "text": "a text, or a code with labels",
}


@dataclass(frozen=True)
class Column:
    """One column of the cohort file.

    ``kind`` is a key of ``KINDS``; ``titles`` and the texts of ``labels`` (code -> words) are by language (fi, sv, en);
    ``role`` is the role of a codebook (person, group, start, ...).
    """

    name: str
    kind: str
    titles: Mapping[str, str]
    unit: str = ""
    labels: Mapping[Any, Mapping[str, str]] = field(default_factory=dict)
    role: str = ""
