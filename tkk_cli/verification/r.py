"""R, where it is installed: the rows go to a folder of their own, a script fits them, and the folder is removed."""

from __future__ import annotations

import csv
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from tkk_cli.verification.case import Case, Numbers, Way, expanded

__all__ = ["MOST_ROWS", "R", "r_version"]

# R's robust variance and crr are quadratic: more rows than these are too many to wait for.
MOST_ROWS = 20_000
MOST_ROWS_QUADRATIC = 2_000
SECONDS = 300

_HEAD = """
options(digits = 17, warn = -1)
suppressPackageStartupMessages(library(survival))
d <- read.csv("rows.csv")
x <- as.matrix(d[, grepl("^x[0-9]", names(d)), drop = FALSE])
put <- function(name, value) cat(paste0(name, ",", sprintf("%.17g", as.numeric(value)), "\\n"), sep = "")
"""


def r_version() -> str | None:
    """``R 4.2.2, survival 3.5-3`` or ``None`` where R or its package survival is not there."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    line = 'cat(paste0("R ", getRversion(), ", survival ", packageVersion("survival")))'
    done = subprocess.run([program, "--vanilla", "-e", line], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 and done.stdout.startswith("R ") else None


def _run(case: Case, script: str) -> Numbers | str:
    program = shutil.which("Rscript")
    if program is None:
        return "r_missing"
    case = expanded(case)
    with tempfile.TemporaryDirectory(prefix="tkk-") as name:
        folder = Path(name)
        _write_rows(case, folder / "rows.csv")
        (folder / "fit.R").write_text(_HEAD + script, encoding="utf-8")
        try:
            done = subprocess.run(
                [program, "--vanilla", "fit.R"],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "r_slow"
    if done.returncode != 0:
        return "r_failed"
    found: dict[str, list[float]] = {}
    for line in done.stdout.splitlines():
        quantity, _, value = line.partition(",")
        found.setdefault(quantity, []).append(float("nan") if value in ("NA", "NaN") else float(value))
    return {quantity: np.array(values) for quantity, values in found.items()}


def _write_rows(case: Case, path: Path) -> None:
    history = case.history
    n = len(history)
    columns = {
        "entry": case.entry,
        "exit": history.exit,
        "cause": history.cause,
        "event": case.event,
        "weight": np.ones(n) if history.weight is None else history.weight,
        "cluster": np.arange(n) if history.cluster is None else history.cluster,
        "stratum": case.stratum,
        "off": case.offset,
        **{f"x{j}": case.matrix[:, j] for j in range(case.matrix.shape[1])},
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*(map(repr, values.tolist()) for values in columns.values()), strict=True))


def _surv(case: Case) -> str:
    return "Surv(exit, event)" if case.history.entry is None else "Surv(entry, exit, event)"


def _cox(case: Case) -> Numbers | str:
    if case.settings.get("penalty"):
        penalised = "ridge(" + ", ".join(f"x{j}" for j in range(case.matrix.shape[1]))
        terms = f"{penalised}, theta = {case.settings['penalty']!r}, scale = FALSE)"
    else:
        terms = "x"
    strata = " + strata(stratum)" if case.history.stratum is not None else ""
    robust, ties = ", robust = TRUE, cluster = cluster" if case.robust else "", case.settings["ties"]
    return _run(
        case,
        f"""
fit <- coxph({_surv(case)} ~ {terms}{strata} + offset(off), d, weights = weight, ties = "{ties}"{robust},
  control = coxph.control(eps = 1e-12, iter.max = 50))
put("coefficient", coef(fit)); put("std_error", sqrt(diag(vcov(fit)))); put("log_likelihood", fit$loglik[2])
""",
    )


def _fine_gray(case: Case) -> Numbers | str:
    if case.settings.get("convention") == "crr":
        weighted = case.history.weight is not None and case.history.weight_kind != "frequency"
        if case.history.entry is not None or case.history.stratum is not None or weighted or case.offset.any():
            return "crr_without"
        if case.history.cluster is not None or case.settings.get("censoring_group") is not None:
            return "crr_without"
        return _run(
            case,
            f"""
suppressPackageStartupMessages(library(cmprsk))
fit <- crr(d$exit, d$cause, x, failcode = {case.cause + 1}, gtol = 1e-12, maxiter = 50)
put("coefficient", fit$coef); put("std_error", sqrt(diag(fit$var))); put("log_likelihood", fit$loglik)
""",
        )
    if case.history.stratum is not None or case.settings.get("censoring_group") is not None:
        return "finegray_without"
    surv = "Surv(exit, state)" if case.history.entry is None else "Surv(entry, exit, state)"
    columns = " + ".join(f"x{j}" for j in range(case.matrix.shape[1]))
    return _run(
        case,
        f"""
d$state <- factor(d$cause, 0:{int(case.history.cause.max())}); d$person <- seq_len(nrow(d))
e <- finegray({surv} ~ ., d, etype = "{case.cause + 1}", id = person)
e$w <- e$fgwt * e$weight
fit <- coxph(Surv(fgstart, fgstop, fgstatus) ~ {columns} + offset(off), e, weights = w, cluster = cluster,
  ties = "{case.settings["ties"]}", control = coxph.control(eps = 1e-12, iter.max = 50))
put("coefficient", coef(fit)); put("std_error", sqrt(diag(vcov(fit))))
""",
    )


_SURVREG = {"weibull": "weibull", "exponential": "exponential", "lognormal": "lognormal", "loglogistic": "loglogistic"}


def _survreg(case: Case) -> Numbers | str:
    if case.history.entry is not None or case.history.stratum is not None or "lower" in case.settings:
        return "survreg_without"
    robust = ", robust = TRUE, cluster = cluster" if case.robust else ""
    return _run(
        case,
        f"""
fit <- survreg(Surv(exit, event) ~ x + offset(off), d, weights = weight, dist = "{_SURVREG[case.method]}"{robust},
  control = survreg.control(rel.tolerance = 1e-14, maxiter = 100))
p <- ncol(x)
put("coefficient", coef(fit)[1 + seq_len(p)]); put("std_error", sqrt(diag(vcov(fit)))[1 + seq_len(p)])
put("log_likelihood", fit$loglik[2])
""",
    )


def _curve(case: Case) -> Numbers | str:
    incidence = case.method == "aalen_johansen"
    times = f"c({', '.join(repr(float(t)) for t in case.times)})"
    surv = "exit, " if case.history.entry is None else "entry, exit, "
    end = f"factor(cause, 0:{len(case.history.causes)})" if incidence else "event"
    weights = ", weights = weight" if case.history.weight is not None else ""
    robust = ", robust = TRUE" if case.robust and not incidence else ""
    identity = ", id = seq_len(nrow(d))" if incidence else ""
    value = f"s$pstate[, {case.cause + 2}]" if incidence else "s$surv"
    error = (
        ""
        if case.history.cluster is not None
        else (f'put("std_error", s$std.err[, {case.cause + 2}])' if incidence else 'put("std_error", s$std.err)')
    )
    return _run(
        case,
        f"""
fit <- survfit(Surv({surv}{end}) ~ 1, d{weights}{robust}{identity})
s <- summary(fit, times = {times}, extend = TRUE)
put("estimate", {value}); {error}
""",
    )


R: dict[str, Way] = {
    "cox": _cox,
    "fine_gray": _fine_gray,
    **dict.fromkeys(_SURVREG, _survreg),
    "kaplan_meier": _curve,
    "aalen_johansen": _curve,
}
