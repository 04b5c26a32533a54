"""The Fine-Gray model: effects of covariates on the subdistribution hazard, so on the cumulative incidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.censoring_weights import CensoringCurve, censoring_curves, enters_late
from tkk_cli.models.fine_gray_scores import censoring_scores, row_scores
from tkk_cli.models.fits import ChiSquare, Fit
from tkk_cli.models.newton import Maximum, independent_columns, maximise, without_lost
from tkk_cli.models.sandwich import chi_square, copies_of, inverse, quadratic, squared_scores, unscaled
from tkk_cli.models.subdistribution import At, Sums
from tkk_cli.models.subdistribution_rows import arrange
from tkk_cli.results import Note

__all__ = ["fine_gray"]

Mask = NDArray[np.bool_]


def fine_gray(
    history: EventHistory,
    design: Design,
    cause: int = 0,
    *,
    convention: str = "crr",
    ties: str = "breslow",
    offset: Float | None = None,
    censoring_group: Int | None = None,
    person: Int | None = None,
) -> Fit:
    """Subdistribution hazard ratios of a cause by Fine and Gray's weighted score, with a robust variance.

    Someone with a competing event at T stays at risk at t > T with the weight W(t-) / W(T-), W the Kaplan-Meier curve
    of censoring (with late entry times that of entry, Geskus); the others are at risk on ``(entry, exit]``.

    Parameters
    ----------
    history : EventHistory
        n rows. ``stratum`` gives each stratum its own baseline and, without ``censoring_group``, its own censoring
        curve. Frequency weights are copies. Case and probability weights multiply a row's terms; as in R's
        ``finegray`` the censoring curve does not use them.
    design : Design
        n rows.
    cause : int
        0..K-1.
    convention : {"crr", "finegray"}
        ``crr``: those with an event at t are at risk of censoring at t, Breslow's ties, and the variance has the term
        for the estimated censoring curve, as ``cmprsk::crr``. ``finegray``: they are not, and the variance takes the
        curve as known, as ``finegray`` and ``coxph`` of R's survival.
    ties : {"breslow", "efron"}
        ``crr`` has Breslow's only.
    offset : (n,) float64, optional
    censoring_group : (n,) int64, optional
        Codes of groups with a censoring curve of their own.
    person : (n,) int64, optional
        Codes of people with several rows: only their last row may end in censoring or an event.

    Returns
    -------
    Fit
        Measure ``subdistribution_hazard_ratio``; always robust, summed by cluster or person. ``state`` is for
        ``fine_gray_curves``. NaN for a column that the others determine, infinite for one that separates the events.

    Raises
    ------
    TkkError
        TKK330 when no event of the cause is left or a covariate or the offset is not finite; TKK331 for the ``crr``
        convention with late entry, and for ties that the convention does not have; TKK332 for rows of a person that
        do not follow each other, and when late entry leaves a weight of 0.

    Notes
    -----
    O(n log n) for the sort, then O(n p) for a step and for the variance.

    References
    ----------
    Fine & Gray (1999), eq. 7 and 8; Geskus (2011), eq. 9. ``tests/models/test_reference_fine_gray.py`` checks it
    against ``cmprsk::crr`` and ``survival::finegray``.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.designs import Design, Term
    >>> people = EventHistory(
    ...     exit=np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
    ...     cause=np.array([1, 2, 1, 0, 1]),
    ...     causes=("return", "pension"),
    ...     group=np.zeros(5, dtype=np.int64),
    ...     groups=("all",),
    ... )
    >>> exposed = Design(np.array([[1.0], [0], [0], [1], [0]]), ("x",), (Term("x", "number", (0,), ("x",), ("",)),))
    >>> round(float(fine_gray(people, exposed).coefficient[0]), 6)
    0.752039
    """
    _require_finite(design, offset)
    if not np.any(history.cause == cause + 1):
        raise TkkError(
            "TKK330",
            f"nobody has the event {history.causes[cause]}",
            hint="look at the codes of --events, and at which rows were left out",
        )
    first, last = _ends(history, person)
    if ties not in (("breslow",) if convention == "crr" else ("breslow", "efron")):
        raise TkkError(
            "TKK331",
            f"the {convention} convention does not have {ties} ties",
            where="--ties",
            hint="crr has breslow, --convention finegray has efron and breslow",
        )
    if convention == "crr" and enters_late(history, first):
        raise TkkError(
            "TKK331",
            "the crr convention does not take late entry",
            where="--entry",
            hint="use --convention finegray, whose weights count those who enter late",
        )
    code, pooled = _censoring_code(history, censoring_group)
    curves = censoring_curves(history, code, first, last, events_leave_first=convention == "finegray")
    if history.stratum is not None:
        codes = np.unique(history.stratum, return_inverse=True)[1].astype(np.int64)
        history = replace(history, stratum=codes)
    goes_on = None if last.all() else ~last
    sums_ = arrange(
        history,
        design.matrix,
        cause,
        curves,
        code,
        pooled=pooled,
        goes_on=goes_on,
        offset=offset,
        efron=ties == "efron",
    )
    _require_weights(sums_)
    cluster = history.cluster if history.cluster is not None else None if last.all() else person
    model = _Model(history, sums_, curves if convention == "crr" else None, cluster)
    return model.fit(design, cause)


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    history: EventHistory
    sums: Sums
    curves: list[CensoringCurve] | None
    cluster: Int | None

    def fit(self, design: Design, cause: int) -> Fit:
        """Maximise, then the variance."""
        active, information, start = self._start()
        found = maximise(self._value, self._slope, active, np.ptp(self.sums.columns, axis=1))
        found = without_lost(found, active, information, np.ptp(self.sums.columns, axis=1))
        free = active & ~found.diverging
        bread = inverse(found.information, free)
        covariance = bread @ self.meat(found.state) @ bread
        coefficient = np.where(active, found.beta / self.sums.scale, np.nan)
        coefficient[found.diverging] = np.copysign(np.inf, found.beta[found.diverging])
        return Fit(
            columns=design.columns,
            coefficient=coefficient,
            covariance=unscaled(covariance, self.sums.scale, free),
            measure="subdistribution_hazard_ratio",
            n=copies_of(self.history),
            n_event=float(self.sums.event_weight.sum()),
            df=int(active.sum()),
            model_covariance=unscaled(bread, self.sums.scale, free),
            log_likelihood=found.state.log_likelihood,
            log_likelihood_null=start["log_likelihood"],
            robust=True,
            iterations=found.iterations,
            tests=tuple(_tests(start, found, covariance, active)),
            notes=tuple(_notes(design, active, found, self.history.causes[cause])),
            state={"model": self, "at": found.state, "beta": found.beta, "bread": bread, "cause": cause},
        )

    def _start(self) -> tuple[Mask, Float, dict[str, float]]:
        """Columns that can be estimated; information, log-likelihood and score tests at coefficients 0."""
        at = self.sums.evaluate(np.zeros(len(self.sums.scale)))
        information, raw = self.sums.information(at)
        active = independent_columns(information, raw)
        score, kept = self.sums.score(at)[active], np.ix_(active, active)
        return (
            active,
            information,
            {
                "log_likelihood": at.log_likelihood,
                "score": quadratic(score, information[kept]),
                "robust_score": quadratic(score, self.meat(at)[kept]),
            },
        )

    def _value(self, beta: Float) -> tuple[float, At]:
        at = self.sums.evaluate(beta)
        return at.log_likelihood, at

    def _slope(self, at: At) -> tuple[Float, Float]:
        return self.sums.score(at), self.sums.information(at)[0]

    def meat(self, at: At) -> Float:
        """(p, p) sum over clusters of the squared summed score."""
        extra = None if self.curves is None else censoring_scores(self.sums, at, self.curves)
        scores = row_scores(self.history, self.sums, at, extra)
        codes = None if self.cluster is None else self.cluster[self.sums.order]
        copies = self.sums.weight_of_row if self.history.weight_kind == "frequency" else None
        return squared_scores(scores, len(self.sums.columns), codes, copies)[0]


def _tests(start: dict[str, float], found: Maximum[At], covariance: Float, active: Mask) -> Iterator[ChiSquare]:
    free = active & ~found.diverging
    if not active.any():
        return
    gain = 2 * (found.state.log_likelihood - start["log_likelihood"])
    wald = quadratic(found.beta[free], covariance[np.ix_(free, free)])
    statistics = {
        "likelihood_ratio": (gain, active),
        "wald": (wald, free),
        "score": (start["score"], active),
        "robust_score": (start["robust_score"], active),
    }
    for name, (statistic, columns) in statistics.items():
        yield chi_square(name, statistic, int(columns.sum()))


# Checks ------------------------------------------------------------------------------------------------------------


def _require_finite(design: Design, offset: Float | None) -> None:
    for name, column in zip(design.columns, design.matrix.T, strict=True):
        wrong = int(np.count_nonzero(~np.isfinite(column)))
        if wrong:
            raise TkkError(
                "TKK330",
                f"{name} is missing or infinite",
                where=name,
                count=wrong,
                hint="leave the rows out by --where",
            )
    if offset is not None and not np.isfinite(offset).all():
        wrong = int(np.count_nonzero(~np.isfinite(offset)))
        raise TkkError("TKK330", "the offset is missing or infinite", where="--offset", count=wrong)


def _ends(history: EventHistory, person: Int | None) -> tuple[Mask, Mask]:
    """First and last row of each person; TKK332 for gaps, overlaps and events before the last row."""
    n = len(history)
    every = np.ones(n, dtype=bool)
    if person is None or history.entry is None:
        return every, every
    order = np.lexsort((history.exit, person))
    same = person[order][1:] == person[order][:-1]
    if not same.any():
        return every, every
    broken = same & ((history.entry[order][1:] != history.exit[order][:-1]) | (history.cause[order][:-1] > 0))
    if broken.any():
        raise TkkError(
            "TKK332",
            "a person's rows have a gap, overlap, or go on after an event",
            where="--id",
            count=int(broken.sum()),
            hint="Fine-Gray needs rows that follow each other; use --model cox for events that repeat",
        )
    first, last = every.copy(), every.copy()
    first[order[1:][same]] = False
    last[order[:-1][same]] = False
    return first, last


def _require_weights(sums_: Sums) -> None:
    zero = (sums_.cells.kind == 2) & (sums_.cells.at_exit == 0)
    if zero.any():
        raise TkkError(
            "TKK332",
            "at a time after which people have competing events, everyone at risk has just entered or is censored",
            where="--entry",
            count=int(np.isin(sums_.cell, np.flatnonzero(zero)).sum()),
            hint="leave out the earliest entries by --where, so that some are at risk from the start",
        )


def _censoring_code(history: EventHistory, censoring_group: Int | None) -> tuple[Int, bool]:
    """Code of the censoring curve of each row, and whether strata share them."""
    if censoring_group is not None:
        return np.unique(censoring_group, return_inverse=True)[1].astype(np.int64), True
    if history.stratum is not None:
        return np.unique(history.stratum, return_inverse=True)[1].astype(np.int64), False
    return np.zeros(len(history), dtype=np.int64), False


def _notes(design: Design, active: Mask, found: Maximum[At], cause: str) -> Iterator[Note]:
    unknown = {
        "fine_gray_collinear": ~active,
        "fine_gray_infinite": found.diverging,
    }
    for key, columns in unknown.items():
        if columns.any():
            names = ", ".join(name for name, one in zip(design.columns, columns, strict=True) if one)
            yield Note(key, {"columns": names, "cause": cause}, "warning", "TKK370")
    if not found.converged:
        yield Note("fine_gray_not_converged", {"n": found.iterations, "cause": cause}, "warning", "TKK371")
