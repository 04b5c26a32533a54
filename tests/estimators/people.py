"""Eight people with late entry, ties and a censoring tied with an event, worked by hand in the tests of each estimator.

=======  =====  ====  =====  =====  ===================================
person   entry  exit  cause  group  at risk at 2, 3, 4, 6
=======  =====  ====  =====  =====  ===================================
A        0      2     1      0      2
B        0      2     0      1      2 (censored with A's event)
C        0      3     2      0      2, 3
D        1      3     1      1      2, 3
E        2      4     1      0      3, 4 (enters at A's event)
F        0      4     0      1      2, 3, 4 (censored with E's event)
G        3      6     2      0      4, 6 (enters at C's and D's events)
H        0      7     0      1      2, 3, 4, 6
=======  =====  ====  =====  =====  ===================================

At risk 6, 5, 4, 2; events of any cause 1, 2, 1, 1; event-free probability 5/6, 1/2, 3/8, 3/16.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from tkk_cli.histories import EventHistory

EIGHT = EventHistory(
    entry=np.array([0.0, 0, 0, 1, 2, 0, 3, 0]),
    exit=np.array([2.0, 2, 3, 3, 4, 4, 6, 7]),
    cause=np.array([1, 0, 2, 1, 1, 0, 2, 0]),
    causes=("return", "pension"),
    group=np.array([0, 1, 0, 1, 0, 1, 0, 1]),
    groups=("first", "second"),
)
ONE_SAMPLE = replace(EIGHT, group=np.zeros(8, dtype=np.int64), groups=("all",))

# A sum of a handful of fractions in floating point.
EXACT = 1e-14


def exactly(found: Iterable[float] | float, wanted: Sequence[Fraction | int] | Fraction | int) -> None:
    """Equal to fractions up to the rounding of their floating-point sums."""
    fractions = wanted if isinstance(wanted, Sequence) else [wanted]
    values = np.atleast_1d(np.asarray(found, dtype=np.float64))
    np.testing.assert_allclose(values, [float(f) for f in fractions], rtol=EXACT, atol=EXACT)
