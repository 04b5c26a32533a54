"""Results of ``tkk regress`` made by hand for the tests of ``report``: every table, role and measure at least once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from tkk_cli.results import Note, Result, Table
from tkk_cli.tables import REGRESS

Row = dict[str, Any]

GROUPS = {
    "aslak": {"fi": "ASLAK", "sv": "ASLAK", "en": "ASLAK"},
    "tk": {
        "fi": "Työhön kytkeytyvä kuntoutus",
        "sv": "Arbetsanknuten rehabilitering",
        "en": "Work-linked rehabilitation",
    },
    "kiila": {"fi": "KIILA", "sv": "KIILA", "en": "KIILA"},
}
CAUSES = {
    "tyohonpaluu": {"fi": "Työhönpaluu", "sv": "Återgång i arbete", "en": "Return to work"},
    "elake": {"fi": "Työkyvyttömyyseläke", "sv": "Sjukpension", "en": "Disability pension"},
}
VARIABLES = {
    "ohjelma": {"fi": "Kuntoutusmuoto", "sv": "Åtgärd", "en": "Programme"},
    "ika": {"fi": "Ikä alussa", "sv": "Ålder vid start", "en": "Age at start"},
    "sukupuoli": {"fi": "Sukupuoli", "sv": "Kön", "en": "Sex"},
    "koulutus": {"fi": "Koulutusaste", "sv": "Utbildningsnivå", "en": "Level of education"},
}
LEVELS = {f"ohjelma={name}": texts for name, texts in GROUPS.items()} | {
    "sukupuoli=1": {"fi": "Mies", "sv": "Man", "en": "Man"},
    "sukupuoli=2": {"fi": "Nainen", "sv": "Kvinna", "en": "Woman"},
    "koulutus=01": {"fi": "Perusaste", "sv": "Grundnivå", "en": "Basic"},
    "koulutus=02": {"fi": "Toinen aste", "sv": "Andra stadiet", "en": "Upper secondary"},
    "koulutus=04": {"fi": "Ylempi korkea-aste", "sv": "Högre högskolenivå", "en": "Higher tertiary"},
}
TERMS = {"ohjelma": VARIABLES["ohjelma"], "ika": VARIABLES["ika"], "C(sukupuoli)": VARIABLES["sukupuoli"]}
TERMS["C(koulutus)"] = VARIABLES["koulutus"]
SETS = ("crude", "ika + C(sukupuoli)", "C(sukupuoli) * ohjelma + cr(ika, df=3) + C(koulutus)")
Z = 1.959963984540054
RATIOS = {"hazard_ratio", "subdistribution_hazard_ratio", "time_ratio", "rate_ratio", "odds_ratio", "ratio"}


def table(name: str, rows: Iterable[Row]) -> Table:
    """Rows as a table of a regression; what a row lacks is NaN, -1 or an empty text."""
    rows, columns = list(rows), {}
    for column, kind in REGRESS[name].items():
        if kind == "string":
            columns[column] = tuple(row.get(column, "") for row in rows)
        elif kind == "integer":
            columns[column] = np.array([row.get(column, -1) for row in rows], dtype=np.int64)
        else:
            columns[column] = np.array([row.get(column, math.nan) for row in rows], dtype=np.float64)
    return Table(columns)


def effect(term: str, level: str, value: float, error: float, measure: str, **more: Any) -> Row:
    """A row of ``coefficients`` whose limits and P-value belong to the coefficient."""
    shown = [value, value - Z * error, value + Z * error]
    if measure in RATIOS:
        with np.errstate(over="ignore"):
            shown = [float(np.exp(v)) for v in shown]
    return {
        "term": term,
        "level": level,
        "role": "estimate",
        "measure": measure,
        "n": 1200.0,
        "n_event": 700.0,
        "coefficient": value,
        "std_error": error,
        "model_std_error": error,
        "estimate": shown[0],
        "conf_low": shown[1],
        "conf_high": shown[2],
        "statistic": value / error,
        "p_value": math.erfc(abs(value / error) / math.sqrt(2)),
        **more,
    }


def category(
    term: str, levels: dict[str, tuple[float, float]], measure: str, counts: list[tuple[int, int]]
) -> list[Row]:
    """The reference (the level with an error of 0) and the other levels of a category."""
    rows = []
    for (level, (value, error)), (n, events) in zip(levels.items(), counts, strict=True):
        own = {"n": float(n), "n_event": float(events)}
        if error == 0:
            null = 1.0 if measure in RATIOS else 0.0
            rows.append({"term": term, "level": level, "role": "reference", "measure": measure})
            rows[-1] |= {"coefficient": 0.0, "estimate": null, **own}
        else:
            rows.append(effect(term, level, value, error, measure, **own))
    return rows


def programme(measure: str, tk: tuple[float, float], kiila: tuple[float, float]) -> list[Row]:
    """The rows of the exposure."""
    levels = {"aslak": (0.0, 0.0), "tk": tk, "kiila": kiila}
    return category("ohjelma", levels, measure, [(500, 280), (400, 250), (300, 170)])


def whose(rows: Iterable[Row], model: str, method: str, cause: str) -> list[Row]:
    """Rows with the fit that they belong to."""
    return [{**row, "model": model, "method": method, "cause": cause} for row in rows]


def model_row(model: str, method: str, cause: str, **more: Any) -> Row:
    row = {"formula": "ohjelma", "n": 1200, "n_event": 700.0, "df": 3, "log_likelihood_null": -4312.25}
    row |= {"log_likelihood": -4301.5, "aic": 8609.0, "bic": 8622.65, "iterations": 5}
    return whose([row | more], model, method, cause)[0]


def result(
    rows: list[Row], tables: dict[str, list[Row]], measure: str, notes: tuple[Note, ...] = (), **settings: Any
) -> Result:
    """A whole result around some rows of coefficients."""
    causes = list(dict.fromkeys(row["cause"] for row in rows))
    given = {
        "coefficients": rows,
        "audit": [{"item": "tied_event_times", "count": 412, "of": 700}],
        "excluded": [{"reason": "missing ika", "count": 17}, {"reason": "missing group", "count": 3}],
        **tables,
    }
    return Result(
        kind="regress",
        estimand={"quantity": "effects", "causes": causes, "unit": "day", "exposure": "ohjelma", "measure": measure},
        settings={
            "model": "cox",
            "method": rows[0]["method"],
            "conf_level": 0.95,
            "ties": "efron",
            "quantity": "restricted-mean",
            "convention": "crr",
            "formulas": ["ohjelma"],
            "robust": False,
            "impute": 0,
            "seed": 1,
            "group": "ohjelma",
            "time": "seuranta",
            **settings,
        },
        labels={
            "groups": GROUPS,
            "causes": {name: CAUSES[name] for name in causes},
            "group_title": VARIABLES["ohjelma"],
            "variables": VARIABLES,
            "levels": LEVELS,
            "terms": TERMS,
        },
        tables={name: table(name, rows) for name, rows in given.items()},
        notes=notes,
        provenance={
            "tkk": "0.1.0",
            "method": rows[0]["method"],
            "input": {"name": "kuntoutus.csv", "sha256": "0123456789abcdef" * 4},
            "n_read": 1220,
            "n_used": 1200,
            "versions": {"python": "3.11", "numpy": "2.0"},
        },
    )


def adjusted(cause: str, shift: float) -> list[Row]:
    """The coefficients of three adjustment sets of a Cox model."""
    measure = "hazard_ratio"
    age = effect("ika", "", -0.0312 + shift, 0.0041, measure)
    sex = category("C(sukupuoli)", {"1": (0.0, 0.0), "2": (0.12 + shift, 0.08)}, measure, [(520, 300), (680, 400)])
    school = category("C(koulutus)", {"01": (0.0, 0.0), "02": (0.05, 0.09)}, measure, [(600, 300), (560, 400)])
    school.append({"term": "C(koulutus)", "level": "04", "role": "infinite", "measure": measure, "n": 40.0})
    school[-1] |= {"n_event": 0.0, "coefficient": -math.inf, "estimate": 0.0}
    bend = [effect("cr(ika, df=3)", str(i), v + shift, 0.21, measure) for i, v in enumerate((0.4, -0.2), 1)]
    bend.append({"term": "cr(ika, df=3)", "level": "3", "role": "dropped", "measure": measure, "n": 1200.0})
    both = [
        effect("C(sukupuoli):ohjelma", f"{s}:{p}", 0.2 + shift, 0.31, measure) for s, p in (("2", "tk"), ("2", "kiila"))
    ]
    return [
        *whose(programme(measure, (0.31 + shift, 0.09), (-0.12 + shift, 0.1)), SETS[0], "cox", cause),
        *whose([*programme(measure, (0.28 + shift, 0.09), (-0.09 + shift, 0.11)), age, *sex], SETS[1], "cox", cause),
        *whose(
            [*programme(measure, (0.22 + shift, 0.14), (-0.02 + shift, 0.16)), *bend, *sex, *school, *both],
            SETS[2],
            "cox",
            cause,
        ),
    ]


def curve(group: str, quantity: str, kind: str, speed: float) -> list[Row]:
    """An incidence of 80 % or so over two years, a step every ten days, or the survival beside it."""
    rows = []
    for t in np.arange(10.0, 731.0, 10.0):
        share = 0.8 * (1 - math.exp(-speed * t))
        value = 1 - share if quantity == "survival" else share
        limits = {"conf_low": max(value - 0.04, 0.0), "conf_high": min(value + 0.04, 1.0)}
        rows.append({"quantity": quantity, "kind": kind, "group": group, "time": t, "estimate": value, **limits})
        rows[-1]["std_error"] = 0.02
    return rows


def cox() -> Result:
    """Cause-specific Cox models of two events with three adjustment sets, and everything that goes with them."""
    rows = [row for cause, shift in (("tyohonpaluu", 0.0), ("elake", 0.3)) for row in adjusted(cause, shift)]
    fits = [(model, "cox", cause) for cause in CAUSES for model in SETS]
    tests = [
        {"test": "likelihood_ratio", "statistic": 21.5, "df": 3, "p_value": 0.00008},
        {"test": "wald", "statistic": 21.02, "df": 3, "p_value": 0.0001},
        {"test": "score", "statistic": 21.33, "df": 3, "p_value": 0.0001},
    ]
    zph = [
        {"transform": "km", "term": term, "statistic": statistic, "df": df, "p_value": p}
        for term, statistic, df, p in (("ohjelma", 9.31, 2, 0.0095), ("ika", 0.02, 1, 0.888), ("", 9.4, 3, 0.024))
    ]
    over_time = [
        {"term": term, "level": level, "time": float(t), "estimate": 0.3 - t / 1500, "std_error": 0.1}
        | {"conf_low": 0.1 - t / 1500, "conf_high": 0.5 - t / 1500}
        for term, level in (("ohjelma", "tk"), ("ohjelma", "kiila"), ("ika", ""))
        for t in np.linspace(5, 700, 40)
    ]
    speeds = {"aslak": 0.003, "tk": 0.0045, "kiila": 0.0025}
    curves = [row for group, speed in speeds.items() for row in curve(group, "incidence", "standardised", speed)]
    curves += curve("ohjelma=kiila, ika=45", "incidence", "pattern", 0.0035)
    contrasts = [
        {"quantity": "incidence", "measure": measure, "group": group, "reference": "aslak", "time": 360.0}
        | {"estimate": value, "std_error": 0.03, "conf_low": low, "conf_high": high, "p_value": 0.021}
        for measure, value, low, high in (("difference", 0.0713, 0.0125, 0.1301), ("ratio", 1.12, 1.02, 1.23))
        for group in ("tk", "kiila")
    ]
    first = (SETS[0], "cox", "tyohonpaluu")
    tables = {
        "models": [model_row(*fit, concordance=0.6123, concordance_std_error=0.0112) for fit in fits],
        "tests": [row for fit in fits for row in whose(tests, *fit)],
        "term_tests": [
            row
            for fit in fits
            for row in whose([{"term": "ohjelma", "statistic": 18.2, "df": 2, "p_value": 1e-4}], *fit)
        ],
        "proportional_hazards": [row for fit in fits for row in whose(zph, *fit)],
        "effect_over_time": [row for fit in fits for row in whose(over_time, *fit)],
        "curves": whose(curves, *first),
        "at": whose([row for row in curves if row["time"] in (180.0, 360.0)], *first),
        "contrasts": whose(contrasts, *first),
    }
    notes = (Note("synthetic"), Note("late_entry", {"n": 1204}), Note("few_clusters", {"n": 12}, "warning", "TKK351"))
    return result(rows, tables, "hazard_ratio", notes, formulas=list(SETS), robust=True, cluster="toimipaikka")


def fine_gray() -> Result:
    """Fine-Gray beside the cause-specific models."""
    rows = [
        *whose(programme("subdistribution_hazard_ratio", (0.25, 0.1), (-0.1, 0.11)), "", "fine_gray", "tyohonpaluu"),
        *whose(programme("hazard_ratio", (0.31, 0.09), (-0.12, 0.1)), "", "cox", "tyohonpaluu"),
        *whose(programme("hazard_ratio", (-0.61, 0.2), (0.05, 0.18)), "", "cox", "elake"),
    ]
    fits = [("", "fine_gray", "tyohonpaluu"), ("", "cox", "tyohonpaluu"), ("", "cox", "elake")]
    tables = {"models": [model_row(*fit) for fit in fits]}
    return result(rows, tables, "subdistribution_hazard_ratio", model="fine-gray", robust=True)


def weibull() -> Result:
    """An accelerated failure time model with its ancillary parameters."""
    own = [*programme("time_ratio", (-0.2, 0.08), (0.1, 0.09)), effect("ika", "", 0.00021, 0.00009, "time_ratio")]
    own += [
        effect(name, "", value, 0.05, "coefficient", role="ancillary")
        for name, value in (("intercept", 5.9), ("log_scale", -0.2))
    ]
    fit = ("", "weibull", "tyohonpaluu")
    return result(whose(own, *fit), {"models": [model_row(*fit)]}, "time_ratio", model="aft")


def pseudo(quantity: str = "time-lost") -> Result:
    """Pseudo-observations with an identity link: days, or shares."""
    days = quantity in ("time-lost", "restricted-mean")
    scale = 1.0 if days else 0.001
    own = programme("difference", (41.3 * scale, 12.6 * scale), (-8.0 * scale, 13.4 * scale))
    own.append(effect("ika", "", -1.204 * scale, 0.31 * scale, "difference"))
    fit = ("", "pseudo", "tyohonpaluu")
    missing = {"log_likelihood": math.nan, "log_likelihood_null": math.nan, "aic": math.nan, "bic": math.nan}
    tables: dict[str, list[Row]] = {"models": [model_row(*fit, **missing)]}
    if days:
        at = [
            {"quantity": "time_lost", "kind": "standardised", "group": group, "time": 365.0, "estimate": value}
            | {"std_error": 9.1, "conf_low": value - 17.8, "conf_high": value + 17.8}
            for group, value in (("aslak", 151.2), ("tk", 192.5), ("kiila", 143.2))
        ]
        tables["at"] = whose(at, *fit)
        difference = {"quantity": "time_lost", "measure": "difference", "group": "tk", "reference": "aslak"}
        difference |= {"time": 365.0, "estimate": 41.3, "std_error": 12.6, "conf_low": 16.6, "conf_high": 66.0}
        tables["contrasts"] = whose([difference | {"p_value": 0.001}], *fit)
    return result(whose(own, *fit), tables, "difference", model="pseudo", quantity=quantity, robust=True)


def additive() -> Result:
    """Constant additive hazards."""
    own = [*programme("hazard_difference", (0.00093, 0.00031), (-0.0002, 0.0003))]
    fit = ("", "lin_ying", "tyohonpaluu")
    return result(whose(own, *fit), {"models": [model_row(*fit)]}, "hazard_difference", model="additive", robust=True)


def poisson(expected: float = math.nan) -> Result:
    """Rates by piece of follow-up, or beside the events that are expected, after multiple imputation."""
    pieces = {"(0, 90]": (0.0, 0.0), "(90, 365]": (-0.4, 0.12)}
    own = [
        *category("time", pieces, "rate_ratio", [(1200, 500), (700, 200)]),
        *programme("rate_ratio", (0.3, 0.1), (-0.1, 0.12)),
        effect("ika", "", -0.02, 0.004, "rate_ratio"),
    ]
    fit = ("", "poisson", "tyohonpaluu")
    rates = []
    parts = [("", "", 700.0, 201_500.0), ("time", "(0, 90]", 500.0, 81_000.0), ("time", "(90, 365]", 200.0, 120_500.0)]
    for scale, piece, n, days, group in [(*part, group) for group in ("aslak", "tk") for part in parts]:
        value = n / (days if math.isnan(expected) else expected)
        rates.append({"scale": scale, "interval": piece, "group": group, "n_event": n, "person_time": days})
        rates[-1] |= {"expected": expected, "estimate": value, "conf_low": 0.8 * value, "conf_high": 1.25 * value}
    imputed = {"variable": "ika", "missing": 120, "of": 1200, "fraction_missing_information": 0.113}
    tables = {"models": [model_row(*fit)], "rates": whose(rates, *fit), "imputation": [imputed]}
    return result(whose(own, *fit), tables, "rate_ratio", model="poisson", impute=20, seed=7)


RESULTS = {
    "cox": cox,
    "fine_gray": fine_gray,
    "weibull": weibull,
    "pseudo": pseudo,
    "pseudo_share": lambda: pseudo("incidence"),
    "additive": additive,
    "poisson": poisson,
    "relative": lambda: poisson(101.25),
}
