"""Discrete-time models: the chance of the event in each period (wave, week) for those still at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tkk_cli.designs import Design
from tkk_cli.errors import TkkError
from tkk_cli.histories import EventHistory, Float, Int
from tkk_cli.models.fits import Fit
from tkk_cli.models.glm import Cells, unique_rows
from tkk_cli.models.piecewise import Factor, baseline_of, fit_cells, intervals
from tkk_cli.models.poisson import TIME, people_of
from tkk_cli.models.sandwich import copies_of, weights_of

__all__ = ["MOST_PERIODS", "Periods", "discrete", "periods_of"]

MOST_PERIODS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """Everyone's periods.

    Attributes
    ----------
    whole : EventHistory
        The n rows that were expanded.
    history : EventHistory
        m rows, one a person and period at risk; the cause is on the period of the event.
    row : (m,) int64
        The row of ``whole``.
    period : (m,) int64
    end : (J,) float64
        Where each period ends.
    levels : tuple of J str
    partial : (J,) int64
        Rows censored inside a period, which is not counted for them.
    """

    whole: EventHistory
    history: EventHistory
    row: Int
    period: Int
    end: Float
    levels: tuple[str, ...]
    partial: Int

    @property
    def partial_share(self) -> float:
        """The largest share of a period's rows that were censored inside it: its chance of the event is too high."""
        counted = np.bincount(self.period, minlength=len(self.end)) + self.partial
        return float((self.partial / np.maximum(counted, 1)).max())


def periods_of(history: EventHistory, cuts: Sequence[float] | Float = ()) -> Periods:
    """Expand a history to one row a person and period.

    A period is ``(c[j-1], c[j]]``. A person is at risk in it if followed to its end or to an event in it: someone
    censored inside a period is not at risk in it, someone censored at its end is. Without cuts each distinct time of
    an event ends a period, so that the risk sets are those of ``(entry, exit]`` at these times.

    Parameters
    ----------
    history : EventHistory
        n rows.
    cuts : (J,) increasing
        Ends of the periods; the first starts at 0.

    Returns
    -------
    Periods

    Raises
    ------
    TkkError
        TKK339 without cuts when there are more than 100 times of events, for an event after the last cut, and for a
        late entry inside a period; TKK340 for a cause that nobody has.
    """
    happens = history.cause > 0
    lacking = [name for k, name in enumerate(history.causes) if not (history.cause == k + 1).any()]
    if lacking:
        raise TkkError(
            "TKK340", f"nobody has the event {', '.join(lacking)}", where="--events", hint="count its code as censored"
        )
    if len(cuts) == 0:
        end = np.unique(history.exit[happens])
        if len(end) > MOST_PERIODS:
            raise TkkError(
                "TKK339",
                f"events at more than {MOST_PERIODS} different times are no periods",
                where="--cuts",
                count=len(end),
                hint="give the ends of the periods, for example --cuts 90,180,365, or use --model cox",
            )
        levels = tuple(f"{time:.10g}" for time in end)
    else:
        end = np.asarray(cuts, dtype=np.float64)
        levels = intervals(end)[:-1]
        _check(history, end)
    entry = np.zeros(len(history)) if history.entry is None else history.entry
    first = np.searchsorted(end, entry, side="right")
    last = np.where(
        happens, np.searchsorted(end, history.exit, side="left"), np.searchsorted(end, history.exit, side="right") - 1
    )
    number = np.maximum(last - first + 1, 0)
    row = np.repeat(np.arange(len(history), dtype=np.int64), number)
    ends = np.cumsum(number)
    period = np.arange(len(row), dtype=np.int64) - np.repeat(ends - number - first, number)
    expanded = history.take(row)
    expanded.cause[period < last[row]] = 0
    reached = np.concatenate([[0.0], end])
    partial = np.zeros(len(end), dtype=np.int64)
    if len(cuts):
        inside = ~happens & (history.exit < end[-1]) & (reached[last + 1] < history.exit)
        partial = np.bincount(last[inside] + 1, minlength=len(end))
    return Periods(history, expanded, row, period, end, levels, partial)


def _check(history: EventHistory, end: Float) -> None:
    late = int((history.exit[history.cause > 0] > end[-1]).sum())
    if late:
        raise TkkError(
            "TKK339",
            "events after the last cut belong to no period",
            where="--cuts",
            count=late,
            hint="add a cut at or after the last event",
        )
    if history.entry is not None:
        inside = int((~np.isin(history.entry, np.concatenate([[0.0], end]))).sum())
        if inside:
            raise TkkError(
                "TKK339",
                "late entry inside a period: it is not known how much of the period was at risk",
                where="--entry",
                count=inside,
                hint="cut where people enter, or use --model cox or poisson",
            )


def discrete(
    periods: Periods,
    design: Design,
    link: str = "cloglog",
    *,
    groups: Int | None = None,
    offset: Float | None = None,
    robust: bool = False,
    strata: Sequence[str] = (),
) -> list[tuple[Fit, Design]]:
    """Regression of the chance of the event in a period, given that nothing has happened before it.

    ``cloglog``: log(-log(1 - h)) = a_j + x b; exp(b) is the hazard ratio of the proportional hazards model whose times
    are grouped into the periods. ``logit``: log(h / (1 - h)) = a_j + x b; exp(b) is an odds ratio. Several causes:
    with ``logit`` one multinomial model of all of them, against none of them; with ``cloglog`` a model a cause, in
    which those with another event in a period are at risk in it without the event.

    Parameters
    ----------
    periods : Periods
        Of n rows.
    design : Design
        n rows.
    link : {"cloglog", "logit"}
    groups : (J,) int64 or None
        Periods with the same code share their baseline; each period has its own by default. With one code for all the
        design holds the form of the baseline.
    offset : (n,) float64 or None
        Added to the linear predictor.
    robust : bool
        Variance from scores summed over clusters, or over people without them; no small-sample factor.
    strata : sequence of str
        Names of the strata, each of which has a baseline of its own.

    Returns
    -------
    list of (Fit, Design)
        One a cause. ``measure`` is ``hazard_ratio`` or ``odds_ratio``; columns as in ``piecewise.fit_cells``. The
        likelihood-ratio test of a multinomial model is of all causes together.

    Notes
    -----
    People with the same covariates are summed by period first, which changes nothing. O(m p) a step for m
    person-periods. Prentice & Gloeckler (1978), Biometrics 34, 57-67; Allison (1982), Sociological Methodology 13,
    61-98. ``tests/models/test_discrete.py`` and ``test_reference_rates.py`` check it against R's ``glm``, R's
    ``nnet::multinom`` and statsmodels.

    Examples
    --------
    >>> import numpy as np
    >>> from tkk_cli.designs import Term
    >>> one = np.zeros(4, dtype=np.int64)
    >>> people = EventHistory(np.ones(4), np.array([1, 0, 1, 1]), ("return",), one, ("all",))
    >>> x = Design(np.array([[0.0], [0.0], [0.0], [1.0]]), ("x",), (Term("x", "number", (0,), ("x",), ("",)),))
    >>> ((fit, _),) = discrete(periods_of(people), x, "logit")  # the odds are 2 to 1 without x, without limit with it
    >>> fit.coefficient.tolist(), round(fit.ancillary[0][1], 6)
    ([inf], 0.693147)
    """
    history, row = periods.history, periods.row
    weight = weights_of(history)
    event = np.stack([(history.cause == k + 1) * weight for k in range(len(history.causes))])
    factors = _factors(periods, groups)
    baseline = baseline_of(event.sum(axis=0), factors, history.stratum, strata)
    covariates, person = unique_rows(design.matrix)
    cells = Cells(
        baseline.matrix,
        covariates,
        baseline.at,
        person[row],
        event,
        weight,
        np.zeros(len(row)) if offset is None else offset[row],
    )
    n = copies_of(periods.whole)
    people = people_of(periods.whole, row) if robust else None
    measure = "odds_ratio" if link == "logit" else "hazard_ratio"
    if link == "logit":
        return fit_cells(cells, link, baseline, design, measure=measure, n=n, people=people)
    found = []
    for one in event:
        own = baseline_of(one, factors, history.stratum, strata)
        part = Cells(own.matrix, covariates, own.at, cells.row, one[None], weight, cells.offset)
        found += fit_cells(part, link, own, design, measure=measure, n=n, people=people)
    return found


def _factors(periods: Periods, groups: Int | None) -> list[Factor]:
    if groups is None:
        return [Factor(TIME, periods.levels, periods.period, True)]
    names = []
    for g in range(int(groups.max()) + 1):
        of = np.flatnonzero(groups == g)
        names.append(periods.levels[of[0]] if len(of) == 1 else f"{periods.levels[of[0]]} - {periods.levels[of[-1]]}")
    return [Factor(TIME, tuple(names), groups[periods.period], True)]
