"""Calendar months and ages in whole-number SQL: the number of a month, the day on which it begins, whole years.

A month is numbered from March of the year 0, so that the leap day ends a year and every month begins on a day that one
expression gives. Only differences between such numbers mean something to a reader.
"""

from __future__ import annotations

__all__ = ["age", "month_of", "month_start"]

_MARCH_0 = 719468  # days from 1 March of the year 0 to 1970-01-01


def month_start(month: str) -> str:
    """The day number of the first day of a month (an INT expression that is not negative)."""
    # 48, 1200 and 4800 months are the 4, 100 and 400 years of the leap rule.
    return (
        f"({month} // 12 * 365 + {month} // 48 - {month} // 1200 + {month} // 4800 "
        f"+ (153 * ({month} % 12) + 2) // 5 - {_MARCH_0})"
    )


def month_of(day: str) -> str:
    """The number of the month of a day, or the number after it: one too many where ``month_start`` is past the day.

    400 years are 4,800 months and 146,097 days; the shift of 100,000 puts the error on one side.
    """
    return f"CAST((CAST({day} + {_MARCH_0} AS BIGINT) * 4800 + 100000) // 146097 AS INT)"


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
