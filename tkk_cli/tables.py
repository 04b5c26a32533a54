"""The tables that a result may hold: their columns and JSON types, fixed, since a script may rely on them."""

from __future__ import annotations

__all__ = ["MAIN_TABLES", "REGRESS", "TABLES"]

# kind of result -> the table that is meant where none is named
MAIN_TABLES = {
    "survival": "curves",
    "regress": "coefficients",
    "verify": "agreement",
    "check": "findings",
    "cohort": "flow",
    "sensitivity": "sensitivity",
}

# Column name -> JSON type, for every table that a result may hold. Fixed: a script may rely on them.
_CURVE = {
    "group": "string",
    "cause": "string",
    "time": "number",
    "n_risk": "integer",
    "n_event": "integer",
    "n_censor": "integer",
    "weighted_risk": "number",
    "weighted_event": "number",
    "estimate": "number",
    "std_error": "number",
    "conf_low": "number",
    "conf_high": "number",
}
_ESTIMATE = {"estimate": "number", "std_error": "number", "conf_low": "number", "conf_high": "number"}

# Every row of a regression says whose it is: the adjustment set (``model``, "" for a single one), the method and event.
_FIT = {"model": "string", "method": "string", "cause": "string"}
_TEST = {"statistic": "number", "df": "integer", "p_value": "number"}

REGRESS: dict[str, dict[str, str]] = {
    # one row a fit
    "models": {
        **_FIT,
        "formula": "string",
        "n": "integer",
        "n_event": "number",
        "df": "integer",
        "log_likelihood_null": "number",
        "log_likelihood": "number",
        "aic": "number",
        "bic": "number",
        "concordance": "number",
        "concordance_std_error": "number",
        "iterations": "integer",
    },
    # one row a column of the design and a reference level; role: estimate, reference, dropped (collinear), infinite or
    # ancillary (scale, shape, knots). coefficient and its errors are linear; estimate and limits are of the measure:
    # hazard_ratio, subdistribution_hazard_ratio, time_ratio, rate_ratio, odds_ratio, ratio, difference,
    # hazard_difference, coefficient. n and n_event are of the level of a category, else of the whole fit.
    "coefficients": {
        **_FIT,
        "term": "string",
        "level": "string",
        "role": "string",
        "measure": "string",
        "n": "number",
        "n_event": "number",
        "coefficient": "number",
        "std_error": "number",
        "model_std_error": "number",
        "estimate": "number",
        "conf_low": "number",
        "conf_high": "number",
        "statistic": "number",
        "p_value": "number",
    },
    # test: likelihood_ratio, wald, score, robust_score; of all columns together
    "tests": {**_FIT, "test": "string", **_TEST},
    # Wald test of all columns of a term
    "term_tests": {**_FIT, "term": "string", **_TEST},
    # term "" is the global test; transform: km, rank, identity, log
    "proportional_hazards": {**_FIT, "transform": "string", "term": "string", **_TEST},
    # smoothed effect over time: coefficient beta(t) of a column
    "effect_over_time": {**_FIT, "term": "string", "level": "string", "time": "number", **_ESTIMATE},
    # quantity: survival or incidence, restricted_mean, time_lost, rate. kind: standardised (averaged over everyone, by
    # level of the group) or pattern (given covariates, named in ``group``)
    "curves": {
        **_FIT,
        "quantity": "string",
        "kind": "string",
        "group": "string",
        "time": "number",
        **_ESTIMATE,
    },
    # the curves at the times of --at
    "at": {
        **_FIT,
        "quantity": "string",
        "kind": "string",
        "group": "string",
        "time": "number",
        **_ESTIMATE,
    },
    # standardised curves compared at the times of --at. measure: difference, ratio
    "contrasts": {
        **_FIT,
        "quantity": "string",
        "measure": "string",
        "group": "string",
        "reference": "string",
        "time": "number",
        **_ESTIMATE,
        "p_value": "number",
    },
    # cumulative baseline hazard (of a stratum, covariates 0)
    "baseline": {**_FIT, "stratum": "string", "time": "number", "estimate": "number"},
    # additive hazards: cumulative coefficients
    "cumulative_coefficients": {**_FIT, "term": "string", "level": "string", "time": "number", **_ESTIMATE},
    # events and person-time by piece of follow-up and by group
    "rates": {
        **_FIT,
        "scale": "string",
        "interval": "string",
        "group": "string",
        "n_event": "number",
        "expected": "number",
        "person_time": "number",
        **_ESTIMATE,
    },
    # multiple imputation: share of missing rows, and of the information that is missing
    "imputation": {
        "variable": "string",
        "missing": "integer",
        "of": "integer",
        "fraction_missing_information": "number",
    },
    "audit": {"item": "string", "count": "integer", "of": "integer"},
    "excluded": {"reason": "string", "count": "integer"},
}

# what was read, of the registers: counts only
_SOURCES = {
    "source": "string",
    "layout": "string",
    "files": "integer",
    "rows": "integer",
    "usable": "integer",
    "rejected": "integer",
    "persons": "integer",
    "first_year": "integer",
    "last_year": "integer",
}

CHECK: dict[str, dict[str, str]] = {
    "sources": _SOURCES,
    # one row a source and role of its layout: the column that plays it ("" = none was found; several as "first, ...,
    # last (count)"), and its date format or type
    "roles": {"source": "string", "role": "string", "column": "string", "format": "string"},
    # one row a check and source that has something to say; level: note, warning or error; trap: 1 to 14, 0 = none
    "findings": {
        "code": "string",
        "check": "string",
        "trap": "integer",
        "level": "string",
        "source": "string",
        "count": "integer",
        "persons": "integer",
    },
    # rows set aside, by reason (canonical.REASONS)
    "rejects": {"source": "string", "reason": "string", "count": "integer"},
    # persons of a source against the persons of a reference source
    "linkage": {
        "source": "string",
        "reference": "string",
        "persons": "integer",
        "matched": "integer",
        "orphans": "integer",
        "reference_only": "integer",
        "duplicates": "integer",
        "share": "number",
    },
    # rows by code; state "" = gives no state; verified: yes, no, or unknown = not in the code list, so the rows are set
    # aside: named where many persons have the code (checks.finding.NAMED_FROM), the others together as code ""
    "codes": {"source": "string", "code": "string", "state": "string", "verified": "string", "count": "integer"},
}

COHORT: dict[str, dict[str, str]] = {
    # who left and why, in order: step index, wash_out, ...; n left after the step
    "flow": {"step": "string", "group": "string", "n": "integer", "excluded": "integer"},
    "groups": {"group": "string", "n": "integer", "person_days": "integer", "median_follow_up": "number"},
    # one row an outcome, group and event (or the outcome itself, event ""); estimate: share or mean
    "outcomes": {
        "outcome": "string",
        "column": "string",
        "group": "string",
        "event": "string",
        "n": "integer",
        "count": "integer",
        "estimate": "number",
    },
    # the exposure against day zero: days between them, and who could not have had an event in between
    "immortal_time": {
        "group": "string",
        "n": "integer",
        "after_index": "integer",
        "median_days": "number",
        "longest_days": "integer",
        "person_days": "integer",
    },
    # the columns of the cohort file
    "columns": {"column": "string", "kind": "string", "unit": "string", "outcome": "string", "missing": "integer"},
    # days in each state, of all days looked at after day zero
    "states": {"group": "string", "state": "string", "person_days": "integer", "share": "number"},
    "sources": _SOURCES,
    "rejects": CHECK["rejects"],
}

SENSITIVITY: dict[str, dict[str, str]] = {
    # the headline over definitions: cumulative incidence of the return at a horizon
    "sensitivity": {
        "outcome": "string",
        "window": "integer",
        "unit": "string",
        "origin": "string",
        "partial": "string",
        "group": "string",
        "time": "number",
        "n": "integer",
        "n_event": "integer",
        "estimate": "number",
        "std_error": "number",
        "conf_low": "number",
        "conf_high": "number",
    }
}

TABLES: dict[str, dict[str, dict[str, str]]] = {
    "survival": {
        # one row a group: counts are of rows unless weights are frequencies
        "groups": {
            "group": "string",
            "n": "integer",
            "weighted_n": "number",
            "n_event": "integer",
            "n_censor": "integer",
            "person_time": "number",
        },
        # one row a group and cause: cause-specific rate per unit of time
        "events": {
            "group": "string",
            "cause": "string",
            "n_event": "integer",
            "weighted_event": "number",
            "rate": "number",
        },
        # the whole step function: survival (one cause) or cumulative incidence (several)
        "curves": _CURVE,
        # several causes only: the probability that nothing has happened yet
        "event_free": {name: kind for name, kind in _CURVE.items() if name != "cause"},
        "cumulative_hazard": {"group": "string", "cause": "string", "time": "number", **_ESTIMATE},
        # the curve at the times of --at; counts of events since the listed time before
        "at": _CURVE,
        # first time at which the event has happened to that share
        "quantiles": {
            "group": "string",
            "cause": "string",
            "probability": "number",
            "estimate": "number",
            "conf_low": "number",
            "conf_high": "number",
        },
        # measure: restricted_mean (event-free time) or time_lost (to a cause)
        "restricted_mean": {
            "group": "string",
            "cause": "string",
            "measure": "string",
            "horizon": "number",
            **_ESTIMATE,
        },
        # measure: restricted_mean_difference, restricted_mean_ratio, time_lost_difference, time_lost_ratio
        "contrasts": {
            "group": "string",
            "reference": "string",
            "cause": "string",
            "measure": "string",
            "horizon": "number",
            **_ESTIMATE,
            "statistic": "number",
            "p_value": "number",
        },
        # test: log_rank, gehan, peto_peto, tarone_ware, fleming_harrington, gray; trend is another row
        "tests": {
            "test": "string",
            "cause": "string",
            "alternative": "string",
            "statistic": "number",
            "df": "integer",
            "p_value": "number",
        },
        "observed_expected": {
            "test": "string",
            "cause": "string",
            "group": "string",
            "n": "number",
            "observed": "number",
            "expected": "number",
        },
        "pairwise": {
            "test": "string",
            "cause": "string",
            "group": "string",
            "reference": "string",
            "statistic": "number",
            "df": "integer",
            "p_value": "number",
            "p_adjusted": "number",
        },
        "audit": {"item": "string", "count": "integer", "of": "integer"},
        "excluded": {"reason": "string", "count": "integer"},
    },
    "regress": REGRESS,
    "verify": {
        # one row a way (again, brute, r, survival), fit and quantity; reason: why nothing could be compared
        "agreement": {
            "way": "string",
            "version": "string",
            "model": "string",
            "method": "string",
            "cause": "string",
            "quantity": "string",
            "n": "integer",
            "compared": "integer",
            "digits": "number",
            "reason": "string",
        }
    },
    "check": CHECK,
    "cohort": COHORT,
    "sensitivity": SENSITIVITY,
}
