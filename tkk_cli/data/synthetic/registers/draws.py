"""Random whole numbers that depend on the seed, the person and the purpose alone.

A counter is mixed (splitmix64) instead of a stream being read: a person's career is the same whatever the number of
persons, the order or the block. Everything is whole-number arithmetic, so every machine gives the same bytes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Draws", "Ints"]

Ints = NDArray[np.int64]

_GAMMA = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1
# A table of holding times has this many pieces of equal probability.
_PIECES_BITS = 4


def _mix(word: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Splitmix64's finalizer (Steele, Lea and Flood 2014, figure 16)."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


class Draws:
    """The draws of some persons: one base word a person.

    Parameters
    ----------
    seed : int
    persons : (n,) array of whole numbers
        Who draws: their numbers in the whole population.
    """

    def __init__(self, seed: int, persons: Ints) -> None:
        start = np.full(len(persons), (seed * _GAMMA) & _WORD, dtype=np.uint64)
        self._base = _mix(_mix(start) + persons.astype(np.uint64) * np.uint64(_GAMMA))

    def bits(self, stream: int, who: Ints | slice = slice(None)) -> Ints:
        """32 random bits of each, as whole numbers; another ``stream`` gives other numbers."""
        words = _mix(self._base[who] + np.uint64((stream * _GAMMA) & _WORD))
        return (words >> np.uint64(32)).astype(np.int64)

    def below(self, stream: int, bound: Ints | int, who: Ints | slice = slice(None)) -> Ints:
        """A whole number of 0 to ``bound`` - 1."""
        return (self.bits(stream, who) * bound) >> 32

    def quantile(self, stream: int, table: Ints, who: Ints | slice = slice(None)) -> Ints:
        """A draw from the distribution whose 17 quantiles (0, 1/16, ..., 1) are a row of ``table``; a row a person."""
        bits = self.bits(stream, who)
        piece, rest = bits >> (32 - _PIECES_BITS), bits & ((1 << (32 - _PIECES_BITS)) - 1)
        each = np.arange(len(bits))
        low, high = table[each, piece], table[each, piece + 1]
        return low + (((high - low) * rest) >> (32 - _PIECES_BITS))
