"""The page on how far the estimators agree with R: every comparison of the ``test_reference_*`` modules, by family.

``TKK_AGREEMENT_PAGE=page.md pytest`` writes it; ``.ci/run`` and ``nox -s agreement`` do.
"""

from __future__ import annotations

import math
import os
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["PAGE", "AgreementPage"]

PAGE = os.environ.get("TKK_AGREEMENT_PAGE")
MOST_DIGITS = 12  # beyond them the order of summation decides, which differs between machines
RECORD = re.compile(r"\[([a-z0-9]+)-(\w+)")


class AgreementPage:
    """A pytest plug-in that listens to ``numpy.testing.assert_allclose``."""

    def __init__(self, path: Path, families: dict[tuple[str, str], str]) -> None:
        self.path = path
        self.families = families
        self.numbers: defaultdict[str, int] = defaultdict(int)
        self.records: defaultdict[str, set[str]] = defaultdict(set)
        self.sets: defaultdict[str, set[str]] = defaultdict(set)
        self.digits: defaultdict[str, list[float]] = defaultdict(list)
        self.compare: Callable[..., None] = np.testing.assert_allclose

    def listen(self) -> None:
        """Start to listen, before the test modules take the function by name."""
        np.testing.assert_allclose = self._listen

    def _listen(self, actual: Any, desired: Any, rtol: float = 1e-7, atol: float = 0, **options: Any) -> None:
        self.compare(actual, desired, rtol=rtol, atol=atol, **options)
        test = os.environ.get("PYTEST_CURRENT_TEST", "")
        if "/test_reference_" not in test or self._family(test) is None:
            return
        family, record = self._family(test) or ("", "")
        ours, theirs = np.broadcast_arrays(np.asarray(actual, dtype=float), np.asarray(desired, dtype=float))
        finite = np.isfinite(theirs)
        # What the test allows absolutely is rounding around 0, where relative digits have no meaning.
        size = np.maximum(np.abs(theirs[finite]), atol / rtol if rtol else 0.0)
        away = np.abs(ours[finite] - theirs[finite])
        worst = max((float(a / s) for a, s in zip(away, size, strict=True) if a > 0 and s > 0), default=0.0)
        self.digits[family].append(MOST_DIGITS if worst == 0 else min(MOST_DIGITS, -math.log10(worst)))
        self.numbers[family] += int(finite.sum())
        self.records[family].add(record)
        self.sets[family].add(record.split("-")[0])

    def _family(self, test: str) -> tuple[str, str] | None:
        """(family, record) of the running test, from the record that names it."""
        found = RECORD.search(test)
        if found is None or (found[1], found[2]) not in self.families:
            return None
        return self.families[found[1], found[2]], f"{found[1]}-{found[2]}"

    def pytest_sessionfinish(self) -> None:
        np.testing.assert_allclose = self.compare
        self.path.write_text(self._text(), encoding="utf-8")

    def _text(self) -> str:
        lines = [
            "# Agreement with R",
            "",
            "Made by `nox -s agreement` from the stored results of `tests/reference` (R 4.2.2 with survival, cmprsk",
            "and others, as its manifest says). Digits: minus the decimal logarithm of a relative difference,",
            f"at most {MOST_DIGITS}. Fewer than 8 at worst: R's iterations stop before the maximum, or two terms",
            "cancel; each test names its tolerance and the reason.",
            "",
            "| family | sets | records | numbers | digits, worst | digits, median |",
            "| --- | --- | ---: | ---: | ---: | ---: |",
        ]
        for family in sorted(self.records):
            digits = sorted(self.digits[family])
            sets = ", ".join(sorted(self.sets[family]))
            lines.append(
                f"| {family} | {sets} | {len(self.records[family])} | {self.numbers[family]} "
                f"| {math.floor(digits[0])} | {math.floor(digits[len(digits) // 2])} |"
            )
        lines += ["", f"{sum(map(len, self.records.values()))} records, {sum(self.numbers.values())} numbers.", ""]
        return "\n".join(lines)
