"""The arbitrary tables behind the careers: where a state leads, how long it lasts, who goes to which programme.

Nothing here says anything about a real programme. No programme has an effect: what follows a rehabilitation is drawn
from the same row whatever its name, so every true contrast between programmes of alike people is zero.

A career is a semi-Markov chain. In a state, a holding time is drawn from the row of ``HOLDING`` (17 quantiles in days,
straight lines between them) and the next state from the row of ``NEXT`` (shares per thousand) of the person's age band.
Death comes by calendar year (``DEATHS``), old-age pension at an age of 63 to 68 years; both end the chain.
"""

from __future__ import annotations

import numpy as np

from tkk_cli.data.synthetic.registers.draws import Ints

__all__ = [
    "ABSENCE",
    "ABSORBING",
    "BANDS",
    "DEATHS",
    "DIAGNOSES",
    "FIRST",
    "FRAME_DAYS",
    "HOLDING",
    "KEEPS_CONTRACT",
    "NEEDS_CONTRACT",
    "NEXT",
    "PROGRAMME",
    "PROGRAMMES",
    "STATES",
    "number",
]

# Names of states.csv; "other" is no state at all.
STATES = (
    "other", "employed", "unemployment", "subsidised", "student", "leave", "sickness", "partial_sickness",
    "rehabilitation", "temporary_disability_pension", "partial_temporary_disability_pension",
    "partial_disability_pension", "disability_pension", "career_pension", "emigrated", "old_age_pension", "death",
)  # fmt: skip
BANDS = (25, 50)
"""Ages that divide the age bands: under 25, 25 to 49, 50 and over."""

_ALL_AGES = {
    "unemployment": {
        "employed": 590, "subsidised": 120, "student": 70, "sickness": 130, "rehabilitation": 30, "other": 60,
    },
    "subsidised": {"employed": 350, "unemployment": 550, "other": 100},
    "student": {"employed": 550, "unemployment": 350, "other": 100},
    "leave": {"employed": 850, "unemployment": 150},
    "partial_sickness": {
        "employed": 790, "sickness": 100, "partial_disability_pension": 40,
        "partial_temporary_disability_pension": 20, "rehabilitation": 50,
    },
    "rehabilitation": {
        "employed": 520, "unemployment": 200, "sickness": 110, "subsidised": 50, "partial_sickness": 50,
        "temporary_disability_pension": 70,
    },
    "temporary_disability_pension": {
        "employed": 220, "unemployment": 150, "rehabilitation": 130, "partial_temporary_disability_pension": 100,
        "disability_pension": 400,
    },
    "partial_temporary_disability_pension": {
        "employed": 400, "partial_disability_pension": 500, "temporary_disability_pension": 100,
    },
    "partial_disability_pension": {"sickness": 450, "employed": 250, "disability_pension": 300},
    "other": {"employed": 480, "unemployment": 420, "student": 100},
}  # fmt: skip
_BY_BAND: dict[str, tuple[dict[str, int], ...]] = {
    "employed": (
        {"sickness": 330, "unemployment": 270, "employed": 250, "leave": 60, "other": 70, "emigrated": 20},
        {"sickness": 540, "unemployment": 150, "employed": 180, "leave": 80, "rehabilitation": 40, "emigrated": 10},
        {"sickness": 690, "unemployment": 130, "employed": 90, "rehabilitation": 70, "partial_disability_pension": 20},
    ),
    "sickness": (
        {"employed": 840, "partial_sickness": 60, "rehabilitation": 40, "unemployment": 40,
         "temporary_disability_pension": 20},
        {"employed": 750, "partial_sickness": 120, "rehabilitation": 60, "unemployment": 30,
         "temporary_disability_pension": 40},
        {"employed": 650, "partial_sickness": 150, "rehabilitation": 70, "unemployment": 30,
         "temporary_disability_pension": 60, "disability_pension": 30, "career_pension": 10},
    ),
}  # fmt: skip
_FIRST = (
    {"employed": 420, "unemployment": 110, "student": 120, "other": 350},
    {"employed": 780, "unemployment": 90, "other": 60, "leave": 30, "student": 20, "temporary_disability_pension": 10,
     "disability_pension": 10},
    {"employed": 740, "unemployment": 90, "other": 40, "disability_pension": 80, "partial_disability_pension": 30,
     "temporary_disability_pension": 20},
)  # fmt: skip
ABSORBING = ("disability_pension", "career_pension", "emigrated")
# A contract lives through these; partial benefits come with work where there is a contract.
KEEPS_CONTRACT = (
    "employed", "leave", "sickness", "partial_sickness", "rehabilitation", "partial_disability_pension",
    "partial_temporary_disability_pension",
)  # fmt: skip
NEEDS_CONTRACT = ("leave", "partial_sickness")
ABSENCE = (
    "sickness", "partial_sickness", "rehabilitation", "temporary_disability_pension",
    "partial_temporary_disability_pension", "partial_disability_pension",
)  # fmt: skip

_HOLDING = {
    "other": (5, 15, 25, 35, 45, 60, 75, 90, 110, 130, 160, 190, 230, 280, 360, 500, 900),
    "employed": (1, 25, 55, 85, 120, 160, 205, 255, 310, 375, 450, 540, 650, 800, 1000, 1400, 2600),
    "unemployment": (1, 10, 20, 30, 42, 55, 70, 87, 106, 130, 158, 192, 236, 295, 380, 540, 1000),
    "subsidised": (14, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180, 200, 220, 245, 280, 365),
    "student": (20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 230, 260, 300, 350, 420, 520, 700),
    "leave": (14, 60, 100, 140, 180, 220, 260, 290, 310, 330, 360, 400, 450, 520, 620, 780, 1095),
    "sickness": (1, 4, 7, 10, 12, 14, 17, 20, 24, 29, 35, 43, 55, 75, 110, 180, 330),
    "partial_sickness": (12, 15, 18, 21, 25, 30, 35, 40, 46, 53, 60, 70, 80, 90, 100, 110, 120),
    "rehabilitation": (4, 5, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 45, 60, 90, 150, 300),
    "temporary_disability_pension": (
        90, 120, 150, 180, 210, 240, 270, 300, 330, 365, 400, 450, 500, 600, 700, 850, 1100,
    ),
    "partial_temporary_disability_pension": (
        90, 120, 150, 180, 210, 240, 270, 300, 330, 365, 400, 450, 500, 600, 700, 850, 1100,
    ),
    "partial_disability_pension": (
        100, 200, 300, 400, 500, 650, 800, 950, 1100, 1300, 1500, 1800, 2100, 2500, 3000, 3600, 4500,
    ),
}  # fmt: skip

# Age from which a rate of deaths in 100,000 a year holds; higher than real so that small data have some.
DEATHS = ((0, 60), (40, 300), (55, 900), (65, 2200))

PROGRAMMES = ("aslak", "tyk", "tk1", "tk2", "kiila", "ips", "muu")
_PROGRAMME = (
    {"ips": 300, "tk1": 150, "tk2": 250, "tyk": 100, "muu": 200},
    {"aslak": 250, "tyk": 150, "tk1": 100, "tk2": 150, "kiila": 300, "muu": 50},
)
# From the first to the last day of a programme, at least and at most; the benefit is paid for the first part of it.
FRAME_DAYS = {
    "aslak": (330, 400), "tyk": (540, 730), "tk1": (90, 270), "tk2": (300, 420), "kiila": (365, 540),
    "ips": (180, 540), "muu": (30, 200),
}  # fmt: skip
DIAGNOSES = ("M54", "M51", "M17", "F32", "F33", "F43", "I25", "C50", "S82", "G43")


def number(*names: str) -> Ints:
    """The numbers of states by name."""
    return np.array([STATES.index(name) for name in names], dtype=np.int64)


def _thousand(shares: dict[str, int], names: tuple[str, ...]) -> Ints:
    """Shares per thousand as a list of a thousand numbers."""
    if sum(shares.values()) != 1000:
        raise ValueError("shares per thousand must add up to 1,000")
    return np.repeat([names.index(name) for name in shares], list(shares.values())).astype(np.int64)


def _next() -> Ints:
    table = np.zeros((len(STATES), len(BANDS) + 1, 1000), dtype=np.int64)
    for state in range(len(STATES)):
        table[state] = state
    for name, shares in _ALL_AGES.items():
        table[STATES.index(name)] = _thousand(shares, STATES)
    for name, bands in _BY_BAND.items():
        table[STATES.index(name)] = [_thousand(shares, STATES) for shares in bands]
    return table


NEXT = _next()
"""[state, age band, 0..999] -> next state."""
FIRST = np.array([_thousand(shares, STATES) for shares in _FIRST])
"""[age band, 0..999] -> state on the first day."""
PROGRAMME = np.array([_thousand(shares, PROGRAMMES) for shares in _PROGRAMME])
"""[with a contract, 0..999] -> programme."""
HOLDING = np.array([_HOLDING.get(name, (1,) * 17) for name in STATES], dtype=np.int64)
