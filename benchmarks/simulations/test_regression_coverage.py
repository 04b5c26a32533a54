"""Coverage of the intervals of every regression model, and size of its tests, against planted effects.

A cohort has 400 persons, x normal and z 0/1, two causes, whole days (so ties), censoring on a day between 100 and 700
and, where the model takes it, late entry for a half. The event of interest has proportional hazards on a Weibull
baseline, the competing one a constant hazard that z raises; what differs is said at each test. 2,000 cohorts: a 95 %
interval must cover in 93.5 to 96.5 %, a 5 % test reject in 4 to 6.5 %. Seeds are fixed. Not collected by default, as
``test_coverage``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import t as student

from tkk_cli.data.design import build_regression
from tkk_cli.data.imputation import imputed_designs
from tkk_cli.data.options import CovariateOptions
from tkk_cli.designs import Design, Term
from tkk_cli.estimators.intervals import normal_quantile
from tkk_cli.estimators.pseudo_values import pseudo_values
from tkk_cli.histories import EventHistory, Float
from tkk_cli.models.cox import cox
from tkk_cli.models.cox_curves import CausePart
from tkk_cli.models.discrete import discrete, periods_of
from tkk_cli.models.fits import Fit
from tkk_cli.models.lin_ying import lin_ying
from tkk_cli.models.parametric import parametric
from tkk_cli.models.poisson import pieces, poisson
from tkk_cli.models.pseudo import pseudo_regression
from tkk_cli.models.risk_sums import risk_sums
from tkk_cli.models.royston_parmar import royston_parmar
from tkk_cli.models.standardised import standardised_curve
from tkk_cli.models.zph import proportional_hazards
from tkk_cli.steps.regression.pooling import pool

RUNS = 2000
PERSONS = 400
COVERED, REJECTED = (0.935, 0.965), (0.04, 0.065)
Z = normal_quantile(0.95)
CAUSES = ("return", "pension")
TERMS = tuple(Term(name, "number", (j,), (name,), ("",)) for j, name in enumerate("xz"))
EFFECTS = np.array([-0.4, 0.5])  # of x and z, on the log hazard of a return
COMPETING, COMPETING_EFFECT = 1 / 600, 0.3
SHAPE, SCALE = 1.3, 250.0
TIME, HORIZON = 180, 365
CUTS, RATES = np.array([90.0, 270.0]), np.array([0.003, 0.006, 0.002])

Cohort = tuple[EventHistory, Design]


def hazard(time: Float) -> Float:
    """Cumulative baseline hazard of a return."""
    return (time / SCALE) ** SHAPE


def covariates(rng: np.random.Generator, n: int) -> Float:
    return np.column_stack([rng.normal(size=n), rng.integers(0, 2, n)]).astype(np.float64)


def weibull(rng: np.random.Generator, matrix: Float) -> Float:
    """Times to a return."""
    return SCALE * (rng.exponential(size=len(matrix)) * np.exp(-matrix @ EFFECTS)) ** (1 / SHAPE)


def piecewise(rng: np.random.Generator, matrix: Float) -> Float:
    """Times to a return where its hazard is constant within the pieces of ``CUTS``."""
    needed = rng.exponential(size=len(matrix)) * np.exp(-matrix @ EFFECTS)
    start = np.concatenate([[0.0], CUTS])
    reached = np.concatenate([[0.0], np.cumsum(RATES[:-1] * np.diff(start))])
    piece = np.searchsorted(reached, needed, side="right") - 1
    return start[piece] + (needed - reached[piece]) / RATES[piece]


def seen(
    rng: np.random.Generator, matrix: Float, time: Float, *, late: bool = True, censored: Float | None = None
) -> Cohort:
    """What a register knows of times: whole days, the first event, and only of those who have not had one at entry.

    Entry and the end of follow-up are whole days too, so that rounding an event up to its day changes no comparison.
    """
    n = len(matrix)
    competing = rng.exponential(size=n) / (COMPETING * np.exp(COMPETING_EFFECT * matrix[:, 1]))
    end = rng.integers(100, 701, n).astype(np.float64) if censored is None else censored
    first = np.ceil(np.minimum(time, competing))
    exit_ = np.minimum(first, end)
    cause = np.where(first <= end, np.where(time <= competing, 1, 2), 0).astype(np.int64)
    entry = rng.integers(1, 61, n) * rng.integers(0, 2, n).astype(np.float64) if late else np.zeros(n)
    kept = exit_ > entry
    history = EventHistory(
        exit=exit_[kept],
        cause=cause[kept],
        causes=CAUSES,
        group=np.zeros(int(kept.sum()), dtype=np.int64),
        groups=("all",),
        entry=entry[kept] if late else None,
    )
    return history, Design(matrix[kept], ("x", "z"), TERMS)


def cohorts(seed: int, *, late: bool = True) -> Iterator[Cohort]:
    rng = np.random.default_rng(seed)
    for _ in range(RUNS):
        matrix = covariates(rng, PERSONS)
        yield seen(rng, matrix, weibull(rng, matrix), late=late)


class Tally:
    """How often something happened, by name."""

    def __init__(self) -> None:
        self.happened: dict[str, list[bool]] = {}

    def add(self, name: str, happened: object) -> None:
        self.happened.setdefault(name, []).append(bool(happened))

    def covers(self, name: str, estimate: float, error: float, truth: float, quantile: float = Z) -> None:
        self.add(name, abs(estimate - truth) <= quantile * error)

    def effects(self, name: str, fit: Fit, truth: Float) -> None:
        """The first columns of a fit are those of ``truth``."""
        for j, true in enumerate(truth):
            self.covers(f"{name}, {fit.columns[j]}", fit.coefficient[j], np.sqrt(fit.covariance[j, j]), true)

    def outside(self, between: tuple[float, float]) -> dict[str, float]:
        shares = {name: float(np.mean(values)) for name, values in self.happened.items()}
        for name, share in shares.items():
            print(f"{name:45s} {100 * share:.2f}")
        return {name: share for name, share in shares.items() if not between[0] <= share <= between[1]}


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_cox(ties: str) -> None:
    tally = Tally()
    for history, design in cohorts(11):
        tally.effects(f"Cox, {ties}", cox(history, design, ties=ties), EFFECTS)
    assert tally.outside(COVERED) == {}


def test_cox_under_probability_weights() -> None:
    """Of 800 persons all with a return are sampled and 40 % of the others: without weights the effects are wrong."""
    rng = np.random.default_rng(12)
    tally, naive = Tally(), []
    for _ in range(RUNS):
        matrix = covariates(rng, 2 * PERSONS)
        history, design = seen(rng, matrix, weibull(rng, matrix))
        chance = np.where(history.cause == 1, 1.0, 0.4)
        sampled = rng.random(len(history)) < chance
        sample = replace(history.take(sampled), weight=1 / chance[sampled], weight_kind="probability")
        fit = cox(sample, design.take(sampled), robust=True)
        tally.effects("Cox, probability weights", fit, EFFECTS)
        bare = cox(replace(sample, weight=None, weight_kind=None), design.take(sampled))
        naive.append(np.abs(bare.coefficient - EFFECTS) <= Z * np.sqrt(np.diag(bare.covariance)))
    assert np.mean(naive, axis=0).min() < 0.9
    assert tally.outside(COVERED) == {}


# With 60 clusters of 8 the interval of x covers in 93.0 %: the sandwich has no small-sample factor, as R's.
CLUSTERS, SIZE, ALPHA = 120, 4, 0.7


def stable(rng: np.random.Generator, n: int) -> Float:
    """Positive stable variables, E exp(-s u) = exp(-s^ALPHA) (Chambers, Mallows & Stuck 1976)."""
    angle, e = np.pi * rng.random(n), rng.exponential(size=n)
    return (
        np.sin(ALPHA * angle)
        / np.sin(angle) ** (1 / ALPHA)
        * (np.sin((1 - ALPHA) * angle) / e) ** ((1 - ALPHA) / ALPHA)
    )


def test_cox_in_clusters() -> None:
    """120 workplaces of 4 share a positive stable frailty, under which hazards are proportional without it as well.

    x is a workplace's own in half of its variance, z is a person's: the variance of the model is too small for x.
    """
    rng = np.random.default_rng(13)
    tally, naive = Tally(), []
    cluster = np.repeat(np.arange(CLUSTERS), SIZE)
    for _ in range(RUNS):
        matrix = covariates(rng, len(cluster))
        matrix[:, 0] = (matrix[:, 0] + rng.normal(size=CLUSTERS)[cluster]) / np.sqrt(2)
        frailty = stable(rng, CLUSTERS)[cluster]
        needed = (rng.exponential(size=len(cluster)) / frailty) ** ALPHA
        time = SCALE * (needed * np.exp(-matrix @ EFFECTS)) ** (1 / SHAPE)
        history, design = seen(rng, matrix, time, late=False)
        fit = cox(replace(history, cluster=cluster), design, robust=True)
        tally.effects("Cox, clusters", fit, EFFECTS)
        naive.append(abs(fit.coefficient[0] - EFFECTS[0]) <= Z * np.sqrt(fit.model_covariance[0, 0]))
    assert np.mean(naive) < 0.9
    assert tally.outside(COVERED) == {}


def true_curves(level: float, until: int) -> tuple[Float, Float]:
    """Without an event, and incidence of a return, at days 0..until if everyone had z = ``level``: x integrated out."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    days = np.linspace(0, until, 20 * until + 1)
    relative = np.exp(nodes * EFFECTS[0] + level * EFFECTS[1])[:, None]
    base = hazard(days)
    free = np.exp(-relative * base - COMPETING * np.exp(COMPETING_EFFECT * level) * days)
    middle = (free[:, 1:] + free[:, :-1]) / 2
    incidence = np.cumsum(middle * relative * np.diff(base), axis=1)
    share = weights / weights.sum()
    return share @ free[:, ::20], np.concatenate([[0.0], (share @ incidence)[19::20]])


def test_standardised_curves() -> None:
    """Difference of the averaged incidence of a return on day 180, from the Cox models of both causes."""
    tally = Tally()
    times = np.array([float(TIME)])
    truth = true_curves(1.0, TIME)[1][-1] - true_curves(0.0, TIME)[1][-1]
    for history, design in cohorts(14):
        fits = [cox(history, design, cause) for cause in (0, 1)]
        sums = [risk_sums(history, design.matrix, fit.coefficient, cause) for cause, fit in enumerate(fits)]
        parts = [CausePart(s, fit.coefficient, fit.covariance) for s, fit in zip(sums, fits, strict=True)]
        levels = [np.column_stack([design.matrix[:, 0], np.full(len(design), level)]) for level in (1.0, 0.0)]
        high, low = (
            standardised_curve(
                history, design.matrix, rows, parts, [fit.covariance for fit in fits], times, cause=0, keep=times
            )
            for rows in levels
        )
        error = np.sqrt(high.covariance(high) + low.covariance(low) - 2 * high.covariance(low))
        tally.covers("standardised incidence, difference", high.estimate[0] - low.estimate[0], error[0], truth)
    assert tally.outside(COVERED) == {}


def test_weibull_time_ratios(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the start that lifelines gives: forty times the fit, and the maximum is the same."""
    monkeypatch.setattr("tkk_cli.models.parametric.lifelines_estimates", lambda *_: None)
    tally = Tally()
    for history, design in cohorts(15):
        tally.effects("Weibull", parametric(history, design), -EFFECTS / SHAPE)
    assert tally.outside(COVERED) == {}


def test_royston_parmar() -> None:
    tally = Tally()
    for history, design in cohorts(16):
        tally.effects("Royston-Parmar, df 2", royston_parmar(history, design, df=2), EFFECTS)
    assert tally.outside(COVERED) == {}


def test_poisson_rate_ratios() -> None:
    """The hazard of a return is constant within the pieces of the model."""
    rng = np.random.default_rng(17)
    tally = Tally()
    for _ in range(RUNS):
        matrix = covariates(rng, PERSONS)
        history, design = seen(rng, matrix, piecewise(rng, matrix))
        fit, _ = poisson(pieces(history, CUTS), design)
        tally.effects("Poisson", by_name(fit, design), EFFECTS)
    assert tally.outside(COVERED) == {}


def by_name(fit: Fit, design: Design) -> Fit:
    """The columns of the design alone, where a model has put others beside them."""
    at = [fit.columns.index(name) for name in design.columns]
    return replace(
        fit, columns=design.columns, coefficient=fit.coefficient[at], covariance=fit.covariance[np.ix_(at, at)]
    )


def test_discrete_time() -> None:
    """Periods of 28 days, censoring at their ends: cloglog has the hazard ratio of continuous time.

    x is in halves, so that people with the same covariates are one row of the model.
    """
    rng = np.random.default_rng(18)
    tally = Tally()
    cuts = 28.0 * np.arange(1, 19)
    for _ in range(RUNS):
        matrix = covariates(rng, PERSONS)
        matrix[:, 0] = np.rint(2 * matrix[:, 0]) / 2
        end = 28.0 * rng.integers(4, 19, PERSONS)
        history, design = seen(rng, matrix, weibull(rng, matrix), late=False, censored=end)
        fit, _ = discrete(periods_of(history, cuts), design)[0]
        tally.effects("discrete, cloglog", by_name(fit, design), EFFECTS)
    assert tally.outside(COVERED) == {}


def test_pseudo_values() -> None:
    """Days without any event and days lost to a return in a year; z is allotted at random, so its effect is plain."""
    free, incidence = zip(*(true_curves(level, HORIZON - 1) for level in (0.0, 1.0)), strict=True)
    truth = {
        "restricted_mean": float((free[1] - free[0]).sum()),
        "time_lost": float((incidence[1] - incidence[0]).sum()),
    }
    tally = Tally()
    for history, design in cohorts(19, late=False):
        for quantity, true in truth.items():
            values = pseudo_values(history, np.array([float(HORIZON)]), quantity)
            fit = pseudo_regression(history, design, values).fit
            tally.covers(f"pseudo, {quantity}, z", fit.coefficient[1], np.sqrt(fit.covariance[1, 1]), true)
    assert tally.outside(COVERED) == {}


def test_lin_ying() -> None:
    """The hazard of a return is 0.002 + 0.001 x + 0.002 z a day, x uniform."""
    rng = np.random.default_rng(20)
    tally = Tally()
    truth = np.array([0.001, 0.002])
    for _ in range(RUNS):
        matrix = np.column_stack([rng.random(PERSONS), rng.integers(0, 2, PERSONS)])
        time = rng.exponential(size=PERSONS) / (0.002 + matrix @ truth)
        history, design = seen(rng, matrix, time)
        for robust in (False, True):
            name = "Lin-Ying, robust" if robust else "Lin-Ying"
            tally.effects(name, lin_ying(history, design, robust=robust), truth)
    assert tally.outside(COVERED) == {}


@pytest.mark.parametrize("transform", ["km", "identity"])
def test_proportional_hazards_keep_the_size_of_their_test(transform: str) -> None:
    tally = Tally()
    for history, design in cohorts(21):
        sums = risk_sums(history, design.matrix, cox(history, design).coefficient)
        for test in proportional_hazards(history, design, sums, transform=transform):
            tally.add(f"cox.zph, {transform}, {test.test or 'global'}", test.p_value < 0.05)
    assert tally.outside(REJECTED) == {}


def test_imputation() -> None:
    """x is missing in 20 or 50 % by z. 300 cohorts of 10 completed data sets: 92 to 98 %, 2.4 standard errors."""
    tally, runs = Tally(), 300
    options = CovariateOptions(
        time="time", event="cause==1", censored="0,2", entry="entry", covariates="x,z", impute=10
    )
    rng = np.random.default_rng(22)
    for run, (history, design) in zip(range(runs), cohorts(22), strict=False):
        x, z = design.matrix.T
        gone = rng.random(len(x)) < np.where(z > 0, 0.5, 0.2)
        table = pa.table(
            {
                "time": history.exit,
                "entry": history.entry,
                "cause": history.cause,
                "x": pa.array(x, mask=gone),
                "z": z,
            }
        )
        regression = build_regression(table, options)
        known = regression.cohort.history
        pooled = pool([cox(known, completed) for (completed,) in imputed_designs(regression, 10, run)])
        for j, name in enumerate(pooled.fit.columns):
            quantile = student.ppf(0.975, pooled.df[j])
            error = np.sqrt(pooled.fit.covariance[j, j])
            tally.covers(f"imputed, {name}", pooled.fit.coefficient[j], error, EFFECTS[j], quantile)
    assert tally.outside((0.92, 0.98)) == {}
