"""Brute force: the definitions written out, one person or event time after the other. Slow, short, right to look at."""

from __future__ import annotations

from tkk_cli.verification.brute_additive import aalen, lin_ying
from tkk_cli.verification.brute_cox import cox, fine_gray
from tkk_cli.verification.brute_curves import curve
from tkk_cli.verification.brute_pieces import discrete, poisson
from tkk_cli.verification.brute_pseudo import pseudo
from tkk_cli.verification.brute_smooth import parametric, royston_parmar
from tkk_cli.verification.case import Way

__all__ = ["BRUTE", "MOST_ROWS"]

MOST_ROWS = 1000

BRUTE: dict[str, Way] = {
    "cox": cox,
    "fine_gray": fine_gray,
    **dict.fromkeys(("exponential", "weibull", "lognormal", "loglogistic", "gengamma"), parametric),
    "royston_parmar": royston_parmar,
    "poisson": poisson,
    "discrete": discrete,
    "pseudo": pseudo,
    "aalen": aalen,
    "lin_ying": lin_ying,
    "kaplan_meier": curve,
    "aalen_johansen": curve,
}
