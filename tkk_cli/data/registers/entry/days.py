"""Ages from day numbers in whole-number SQL."""

from __future__ import annotations

__all__ = ["age"]

_MARCH_0 = 719468  # days from 1 March of the year 0 to 1970-01-01


def _march(day: str) -> tuple[str, str]:
    """The year that begins in March, and the day in it from 0: the leap day is the last day of such a year.

    Neri and Schneider (2023), Euclidean affine functions and their application to calendar algorithms.
    """
    quarters = f"(4 * CAST({day} + {_MARCH_0} AS BIGINT) + 3)"
    in_century = f"(4 * (({quarters} % 146097) // 4) + 3)"
    return f"(100 * ({quarters} // 146097) + {in_century} // 1461)", f"(({in_century} % 1461) // 4)"


def age(birth: str, day: str) -> str:
    """Whole years from birth to a day; who is born on 29 February has the birthday on 1 March in common years."""
    (born_year, born_place), (year, place) = _march(birth), _march(day)
    return f"CAST({year} - {born_year} - CASE WHEN {place} < {born_place} THEN 1 ELSE 0 END AS INT)"
