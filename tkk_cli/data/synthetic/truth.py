"""The planted truth: hazards, frailty and covariates of the synthetic cohort, and the incidences that follow from them.

Every number here is arbitrary and was chosen so that curves cross, causes compete and ages differ. Nothing in it says
anything about a real programme.

A person of programme ``g``, age group ``a`` and diagnosis ``d`` in a workplace of frailty ``Z`` has, in the piece ``j``
of ``PIECES``, the cause-specific hazards a day

    return to work:  Z * RATES[1][g][j] * AGE_EFFECT[a][1] * DIAGNOSIS_EFFECT[d][1]
    other causes k:      RATES[k][g][j] * AGE_EFFECT[a][k] * DIAGNOSIS_EFFECT[d][k]

``Z`` is gamma with mean 1 and variance ``1 / FRAILTY_SHAPE``, one draw a workplace. Programme, age, diagnosis,
workplace, late entry and the calendar are independent, so nothing is confounded and censoring is independent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tkk_cli.histories import Float

__all__ = [
    "AGES",
    "AGE_EFFECT",
    "AGE_GROUPS",
    "CAUSES",
    "DIAGNOSES",
    "DIAGNOSIS_EFFECT",
    "DIAGNOSIS_SHARE",
    "FRAILTY_SHAPE",
    "PIECES",
    "PROGRAMMES",
    "PROGRAMME_SHARE",
    "RATES",
    "cell_rates",
    "true_incidence",
]

PROGRAMMES = ("ASLAK", "TYK", "KIILA", "työhön kytkeytyvä")
PROGRAMME_SHARE = (0.30, 0.20, 0.25, 0.25)
CAUSES = ("tyohonpaluu", "tyokyvyttomyyselake", "vanhuuselake", "kuolema")

PIECES = (0.0, 30.0, 90.0, 180.0, 365.0)
"""Day on which each piece of the piecewise constant hazards begins; the last one has no end."""

# Events per 1,000 person-days; a row a programme, a column a piece.
_PENSION = [0.05, 0.10, 0.20, 0.40, 0.30]
_PER_THOUSAND = {
    "tyohonpaluu": [
        [1.5, 3.0, 2.5, 1.2, 0.4],
        [0.8, 2.0, 2.8, 1.6, 0.6],
        [1.2, 2.6, 2.6, 1.4, 0.5],
        [2.2, 2.8, 2.0, 1.1, 0.4],
    ],
    "tyokyvyttomyyselake": [[0.04, 0.08, 0.16, 0.32, 0.24], _PENSION, _PENSION, _PENSION],
    "vanhuuselake": [[0.4, 0.5, 0.6, 0.8, 1.0]] * 4,
    "kuolema": [[0.02, 0.02, 0.02, 0.02, 0.02]] * 4,
}
RATES: Float = np.array([_PER_THOUSAND[cause] for cause in CAUSES]) / 1000.0
"""(cause, programme, piece) hazard a day at the reference age and diagnosis and at frailty 1."""

AGES = (30, 64)
AGE_GROUPS = (45, 60)
"""First ages of the second and the third age group; ages are whole years, all of ``AGES`` equally likely."""
AGE_EFFECT: Float = np.array([[1.2, 0.5, 0.0, 0.5], [1.0, 1.0, 0.0, 1.0], [0.6, 1.5, 1.0, 2.0]])
"""(age group, cause) hazard ratio: only those aged 60 or more take an old-age pension."""

DIAGNOSES = ("M", "F", "I", "G")
DIAGNOSIS_SHARE = (0.45, 0.35, 0.10, 0.10)
DIAGNOSIS_EFFECT: Float = np.array(
    [[1.0, 1.0, 1.0, 1.0], [0.8, 1.3, 1.0, 1.0], [0.9, 1.1, 1.0, 2.0], [0.7, 1.4, 1.0, 1.5]]
)
"""(diagnosis, cause) hazard ratio; the codes are chapters of ICD-10."""

FRAILTY_SHAPE = 4
"""A whole number, so that a frailty is a mean of that many exponential draws."""

_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(16)


def cell_rates() -> Float:
    """(programme, age group, diagnosis, cause, piece) hazards a day at frailty 1."""
    rates: Float = np.einsum("kgj,ak,dk->gadkj", RATES, AGE_EFFECT, DIAGNOSIS_EFFECT)
    return rates


def true_incidence(programme: str, times: ArrayLike) -> Float:
    """Cumulative incidence of every cause by each day in one programme, as planted.

    The hazards are averaged over age, diagnosis and the gamma frailty: with cumulative hazards ``A`` (return to work,
    at frailty 1) and ``B`` (the other causes), the density of a return is ``a (1 + A/s)^-(s+1) exp(-B)`` and that of
    another cause ``b (1 + A/s)^-s exp(-B)``, ``s = FRAILTY_SHAPE``. The densities are smooth inside a piece and are
    integrated there by 16 Gauss-Legendre nodes, which is exact to rounding. Times of the data are rounded up to whole
    days, so the incidence of the data by a whole day is the same number.

    Parameters
    ----------
    programme : str
        One of ``PROGRAMMES``.
    times : (T,) array_like
        Days >= 0, in any order.

    Returns
    -------
    (4, T) float64
        Rows in the order of ``CAUSES``; one minus their sum is the probability that nothing has happened.

    Notes
    -----
    Cost O(48 T). ``tests/data/synthetic/test_truth.py`` checks it against closed forms and a simulated cohort.

    Examples
    --------
    >>> true_incidence("KIILA", [180, 730]).round(3)[0]
    array([0.303, 0.481])
    """
    days = np.atleast_1d(np.asarray(times, dtype=np.float64))
    edges = np.unique(np.concatenate([[0.0], days, [p for p in PIECES if p < days.max(initial=0.0)]]))
    half = np.diff(edges)[:, None] / 2
    nodes = edges[:-1, None] + half * (1 + _NODES)
    piece = np.searchsorted(PIECES, edges[:-1], side="right") - 1

    rates = cell_rates()[PROGRAMMES.index(programme)].reshape(-1, len(CAUSES), len(PIECES))
    by_piece = np.diff(PIECES, append=np.inf)[:-1] * rates[..., :-1]
    before = np.concatenate([np.zeros_like(rates[..., :1]), np.cumsum(by_piece, axis=-1)], axis=-1)
    rate = rates[..., piece, None]
    hazard = before[..., piece, None] + rate * (nodes - np.asarray(PIECES)[piece][:, None])

    returned = 1 + hazard[:, :1] / FRAILTY_SHAPE
    others = np.exp(-hazard[:, 1:].sum(axis=1, keepdims=True))
    density = rate * returned**-FRAILTY_SHAPE * others
    density[:, 0] /= returned[:, 0]
    average = np.einsum("c,ckmn->kmn", _cell_share(), density)
    mass = (average * half * _NODE_WEIGHTS).sum(axis=-1)
    incidence = np.concatenate([np.zeros((len(CAUSES), 1)), np.cumsum(mass, axis=1)], axis=1)
    return incidence[:, np.searchsorted(edges, days)]


def _cell_share() -> Float:
    ages = np.arange(AGES[0], AGES[1] + 1)
    age_share = np.bincount(np.searchsorted(AGE_GROUPS, ages, side="right"), minlength=3) / len(ages)
    return np.multiply.outer(age_share, DIAGNOSIS_SHARE).ravel()
