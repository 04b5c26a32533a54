"""``--model discrete``: the chance of the event in each period of follow-up."""

from __future__ import annotations

from tkk_cli.errors import TkkError
from tkk_cli.models.discrete import discrete, periods_of
from tkk_cli.options import numbers
from tkk_cli.results import Note
from tkk_cli.steps.regression.problem import Fitted, Problem

__all__ = ["fit"]

LINKS = ("cloglog", "logit")
# Share of a period's rows censored inside it above which its baseline is badly too high.
MANY = 0.1


def fit(problem: Problem) -> list[Fitted]:
    """Discrete-time models: a period is a piece of ``--cuts``, or each time at which someone has an event.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    list of Fitted
        One a cause: of one multinomial model with ``--link logit``, of a model each with ``cloglog``.

    Raises
    ------
    TkkError
        TKK304 for another link; TKK339 when the times do not fit the periods; TKK340 for a cause that nobody has or
        a column that separates the causes of a multinomial model.
    """
    history, options = problem.history, problem.options
    link = options.link or "cloglog"
    if link not in LINKS:
        raise TkkError("TKK304", f"--link {link} is not of --model discrete", hint="choose cloglog or logit")
    periods = periods_of(history, tuple(sorted(set(numbers(options.cuts, "cuts")))))
    fits = discrete(
        periods,
        problem.design,
        link,
        offset=problem.extra.get("offset"),
        robust=problem.robust,
        strata=problem.stratum_names,
    )
    notes = [Note("discrete_periods", {"n": len(periods.end)})]
    if periods.partial_share > MANY:
        share = round(100 * periods.partial_share)
        values = {"n": int(periods.partial.sum()), "share": share}
        notes.append(Note("discrete_partial_many", values, "warning", "TKK379"))
    elif periods.partial.any():
        notes.append(Note("discrete_partial", {"n": int(periods.partial.sum())}))
    if len(history.causes) > 1:
        notes.append(Note("discrete_multinomial" if link == "logit" else "discrete_causes"))
    return [
        Fitted("discrete", name, one, design, notes=tuple(notes))
        for name, (one, design) in zip(history.causes, fits, strict=True)
    ]
