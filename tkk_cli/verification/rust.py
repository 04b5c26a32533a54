"""The package ``survival`` (Rust), where it is installed: an implementation that shares no line with tkk."""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from tkk_cli.verification.case import Case, Numbers, Way, expanded

__all__ = ["MOST_ROWS", "RUST", "rust_version"]

MOST_ROWS = 20_000


def rust_version() -> str | None:
    """``survival 2.0.0`` or ``None``."""
    try:
        return f"survival {version('survival')}"
    except PackageNotFoundError:
        return None


def _response(case: Case) -> str:
    return "Surv(exit, event)" if case.history.entry is None else "Surv(entry, exit, event)"


def _rows(case: Case) -> dict[str, list[Any]]:
    columns = {
        "entry": case.entry,
        "exit": case.history.exit,
        "event": case.event,
        "stratum": case.stratum,
        "off": case.offset,
        **{f"x{j}": case.matrix[:, j] for j in range(case.matrix.shape[1])},
    }
    return {name: values.tolist() for name, values in columns.items()}


def _cox(case: Case) -> Numbers | str:
    if rust_version() is None:
        return "rust_missing"
    if case.settings.get("penalty") or "effects" in case.settings:
        return "rust_without"
    package = importlib.import_module("survival")
    case = expanded(case)
    terms = [f"x{j}" for j in range(case.matrix.shape[1])]
    terms += ["strata(stratum)"] if case.history.stratum is not None else []
    terms += ["offset(off)"] if case.offset.any() else []
    weight, cluster = case.history.weight, case.history.cluster
    if case.robust and cluster is None:
        cluster = np.arange(len(case.history))
    fit = package.coxph(
        f"{_response(case)} ~ {' + '.join(terms)}",
        _rows(case),
        weights=None if weight is None else weight.tolist(),
        cluster=None if cluster is None or not case.robust else cluster.tolist(),
        ties=case.settings["ties"],
        eps=1e-11,
        iter_max=50,
    )
    return {
        "coefficient": np.asarray(fit.coefficients, dtype=np.float64),
        "std_error": np.sqrt(np.diag(np.asarray(fit.var, dtype=np.float64))),
        "log_likelihood": np.asarray(fit.loglik, dtype=np.float64)[-1:],
    }


def _kaplan_meier(case: Case) -> Numbers | str:
    if rust_version() is None:
        return "rust_missing"
    package = importlib.import_module("survival")
    case = expanded(case)
    weight = case.history.weight
    fit = package.survfit(f"{_response(case)} ~ 1", _rows(case), weights=None if weight is None else weight.tolist())
    place = np.searchsorted(np.asarray(fit.time), case.times, side="right")
    return {"estimate": np.append(1.0, np.asarray(fit.surv))[place]}


RUST: dict[str, Way] = {"cox": _cox, "kaplan_meier": _kaplan_meier}
