"""R, where it is installed: the rows go to a folder of their own, a script fits them, and the folder is removed."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from tkk_cli.verification.brute_pseudo import pseudo_times
from tkk_cli.verification.case import Case, Numbers, Way, expanded

__all__ = ["MOST_ROWS", "R", "r_version"]

# R's robust variance and crr are quadratic: more rows than these are too many to wait for.
MOST_ROWS = 20_000
# Rows once split at every event time.
MOST_SPLIT = 3_000_000
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
        "grp": history.group,
        **{name.replace(":", "_"): values for name, values in case.extra.items()},
        **{f"x{j}": case.matrix[:, j] for j in range(case.matrix.shape[1])},
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*(map(repr, values.tolist()) for values in columns.values()), strict=True))


def _surv(case: Case) -> str:
    return "Surv(exit, event)" if case.history.entry is None else "Surv(entry, exit, event)"


def _cox(case: Case) -> Numbers | str:
    if "effects" in case.settings:
        return _changing(case)
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


def _changing(case: Case) -> Numbers | str:
    """Effects that change: R splits the rows, at the cuts or at every event time."""
    effects = case.settings["effects"]
    cuts = sorted({of[1] for _, kind, of in effects if kind == "piece" and np.isfinite(of[1])})
    times = cuts or np.unique(case.history.exit[case.history.cause > 0]).tolist()
    if len(case.history) * len(times) > MOST_SPLIT or case.settings.get("penalty"):
        return "many_rows"
    columns = []
    for j, kind, of in effects:
        if kind == "piece":
            low, high = (repr(value).replace("inf", "Inf") for value in of)
            columns.append(f"e$x{j} * (e$exit > {low} & e$exit <= {high})")
        else:
            columns.append(f"e$x{j} * {_r_clock(of)}" if kind == "clock" else f"e$x{j}")
    strata = " + strata(stratum)" if case.history.stratum is not None else ""
    robust = ", robust = TRUE, cluster = cluster" if case.robust else ""
    return _run(
        case,
        f"""
d$entry <- pmax(d$entry, 0)
e <- survSplit(Surv(entry, exit, event) ~ ., d, cut = c({", ".join(map(repr, times))}))
z <- cbind({", ".join(columns)})
fit <- coxph(Surv(entry, exit, event) ~ z{strata} + offset(off), e, weights = weight,
  ties = "{case.settings["ties"]}"{robust}, control = coxph.control(eps = 1e-12, iter.max = 50))
put("coefficient", coef(fit)); put("std_error", sqrt(diag(vcov(fit)))); put("log_likelihood", fit$loglik[2])
""",
    )


def _r_clock(name: str) -> str:
    return re.sub(r"\bt\b", "e$exit", name)


def _fine_gray(case: Case) -> Numbers | str:
    if case.settings.get("convention") == "crr":
        weighted = case.history.weight is not None and case.history.weight_kind != "frequency"
        if case.history.entry is not None or case.history.stratum is not None or weighted or case.offset.any():
            return "crr_without"
        if case.history.cluster is not None:
            return "crr_without"
        grouped = "censoring_group" in case.extra
        group = ", cengroup = d$censoring_group" if grouped else ""
        # crr 2.2-11 lets only the events of a group speak for the variance of its censoring curve.
        error = "" if grouped else 'put("std_error", sqrt(diag(fit$var)));'
        return _run(
            case,
            f"""
suppressPackageStartupMessages(library(cmprsk))
fit <- crr(d$exit, d$cause, x, failcode = {case.cause + 1}{group}, gtol = 1e-12, maxiter = 50)
put("coefficient", fit$coef); {error} put("log_likelihood", fit$loglik)
""",
        )
    if case.history.stratum is not None or "censoring_group" in case.extra:
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
    if case.history.entry is not None or case.history.stratum is not None:
        return "survreg_without"
    robust = ", robust = TRUE, cluster = cluster" if case.robust else ""
    within = "lower" in case.extra
    surv = 'Surv(lower, upper, type = "interval2")' if within else "Surv(exit, event)"
    return _run(
        case,
        f"""
if ({"TRUE" if within else "FALSE"}) {{ d$lower[d$lower == 0] <- NA; d$upper[!is.finite(d$upper)] <- NA }}
fit <- survreg({surv} ~ x + offset(off), d, weights = weight, dist = "{_SURVREG[case.method]}"{robust},
  control = survreg.control(rel.tolerance = 1e-14, maxiter = 100))
p <- ncol(x)
put("coefficient", coef(fit)[1 + seq_len(p)]); put("std_error", sqrt(diag(vcov(fit)))[1 + seq_len(p)])
put("log_likelihood", fit$loglik[2])
""",
    )


def _split_glm(case: Case) -> Numbers | str:
    """R splits the rows at the cuts; its glm fits the pieces with events, its sandwich is by hand."""
    method, link, bands = case.method, case.settings["link"], case.settings["bands"]
    if bands or case.settings.get("rate_table") or case.history.stratum is not None:
        return "glm_without"
    if method == "discrete" and (not case.settings["cuts"] or (link == "logit" and len(case.history.causes) > 1)):
        return "glm_without"
    family = "poisson" if method == "poisson" else f'binomial("{link}")'
    # In a period that someone leaves without an event they are not at risk; a rate has the time of all.
    whole = "" if method == "poisson" else "e <- e[e$cause > 0 | e$exit >= c(cuts, Inf)[e$piece], ]\n"
    offset = "offset(off + log(exit - entry))" if method == "poisson" else "offset(off)"
    # The rates' own log-likelihood is without the person-time of the events.
    value = "- sum((w * e$event * log(e$exit - e$entry)))" if method == "poisson" else ""
    return _run(
        case,
        f"""
d$entry <- pmax(d$entry, 0); cuts <- c({", ".join(map(repr, case.settings["cuts"]))})
e <- if (length(cuts)) survSplit(Surv(entry, exit, event) ~ ., d, cut = cuts, episode = "piece") else
  cbind(d, piece = 1)
{whole}happens <- tapply(e$event, e$piece, sum)
none <- tapply(1 - e$event, e$piece, sum); kept <- happens > 0 & ({"TRUE" if method == "poisson" else "none > 0"})
e <- e[e$piece %in% as.integer(names(happens)[kept]), ]
w <- e$weight; z <- as.matrix(e[, grepl("^x[0-9]", names(e)), drop = FALSE])
e$piece <- factor(e$piece)
fit <- glm(as.formula(paste("event ~ z +", if (nlevels(e$piece) > 1) "piece +" else "", "{offset}")), {family}, e,
  weights = w, epsilon = 1e-14, maxit = 100)
v <- summary(fit, dispersion = 1)$cov.unscaled
if ({"TRUE" if case.robust else "FALSE"}) {{
  s <- rowsum(model.matrix(fit) * fit$weights * residuals(fit, "working"), e$cluster)
  v <- v %*% crossprod(s) %*% v
}}
k <- 1 + seq_len(length(coef(fit)) - 1)
mu <- fitted(fit)
ll <- if (fit$family$family == "poisson") sum(w * (e$event * log(mu) - mu)) else
  sum(w * ifelse(e$event == 1, log(mu), log1p(-mu)))
put("coefficient", coef(fit)[k]); put("std_error", sqrt(diag(v))[k]); put("log_likelihood", ll {value})
""",
    )


def _pseudo(case: Case) -> Numbers | str:
    quantity, link = case.settings["quantity"], case.settings["link"]
    if case.history.stratum is not None or case.history.entry is not None:
        return "pseudo_without"
    if case.history.weight is not None and case.history.weight_kind != "frequency":
        return "pseudo_without"
    times = f"c({', '.join(repr(float(t)) for t in pseudo_times(case))})"
    several = quantity in ("incidence", "time-lost")
    end = f"factor(cause, 0:{len(case.history.causes)})" if several else "cause > 0"
    kind = {"survival": "survival", "restricted-mean": "rmst", "incidence": "pstate", "time-lost": "sojourn"}[quantity]
    return _run(
        case,
        f"""
suppressPackageStartupMessages(library(geepack))
times <- {times}; n <- nrow(d); d$person <- seq_len(n)
fit <- survfit(Surv(exit, {end}) ~ 1, d{", id = person" if several else ""})
found <- pseudo(fit, times = times, type = "{kind}")
y <- {f"if (length(times) > 1) found[, , {case.cause + 2}] else found[, {case.cause + 2}]" if several else "found"}
e <- d[rep(seq_len(n), length(times)), ]
e$y <- as.vector(y); e$when <- factor(rep(times, each = n))
{"e$y <- 1 - e$y" if quantity == "survival" and link == "cloglog" else ""}
e <- e[order(e$cluster, e$person), ]
z <- as.matrix(e[, grepl("^x[0-9]", names(e)), drop = FALSE]); e$z <- scale(z)
form <- if (length(times) > 1) y ~ z + when + offset(off) else y ~ z + offset(off)
fit <- geese(form, id = cluster, data = e, mean.link = "{link}", family = gaussian, corstr = "independence",
  control = geese.control(epsilon = 1e-12, maxit = 200))
k <- 1 + seq_len(ncol(z)); s <- attr(e$z, "scaled:scale")
put("coefficient", fit$beta[k] / s); put("std_error", sqrt(diag(fit$vbeta))[k] / s)
""",
    )


def _aalen(case: Case) -> Numbers | str:
    """Only the test statistics: aareg's coefficients are not divided by the person-time."""
    if case.history.weight is not None and case.history.weight_kind != "frequency":
        return "aareg_without"
    if case.robust:  # aareg's robust variance is of increments that it weights in its own way
        return "aareg_without"
    return _run(
        case,
        f"""
fit <- aareg({_surv(case)} ~ x, d, test = "aalen", nmin = 3 * ncol(x), x = TRUE)
z <- fit$test.statistic / sqrt(diag(as.matrix(fit$test.var)))
put("z", tail(z, ncol(x)))
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
    "poisson": _split_glm,
    "discrete": _split_glm,
    "pseudo": _pseudo,
    "aalen": _aalen,
    "kaplan_meier": _curve,
    "aalen_johansen": _curve,
}
