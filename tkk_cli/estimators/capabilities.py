"""What each estimator takes: one table, printed by ``tkk explain capabilities`` and enforced by ``require``."""

from __future__ import annotations

from tkk_cli.errors import TkkError

__all__ = ["CAPABILITIES", "FEATURES", "allows", "require"]

FEATURES: dict[str, str] = {
    "ties": "tied times, exactly",
    "late_entry": "late entry (left truncation)",
    "frequency": "frequency weights",
    "case": "case or probability weights",
    "cluster": "clusters (robust variance)",
    "strata": "strata",
    "several_causes": "competing events",
}

_YES = dict.fromkeys(FEATURES, "yes")

# estimator -> feature -> "yes", the code of the refusal, or "no effect" (strata stratify tests; curves are by group)
CAPABILITIES: dict[str, dict[str, str]] = {
    "kaplan_meier": {**_YES, "strata": "no effect", "several_causes": "TKK301"},
    "fleming_harrington": {**_YES, "strata": "no effect", "several_causes": "TKK301"},
    "nelson_aalen": {**_YES, "strata": "no effect"},
    "aalen_johansen": {**_YES, "strata": "no effect"},
    "aalen_johansen_aalen": {
        **_YES,
        "strata": "no effect",
        "late_entry": "TKK312",
        "case": "TKK313",
        "cluster": "TKK314",
    },
    "greenwood": {**_YES, "strata": "no effect", "case": "TKK313", "cluster": "TKK314", "several_causes": "TKK315"},
    "restricted_mean": {**_YES, "strata": "no effect"},
    "time_lost": {**_YES, "strata": "no effect"},
    "log_rank": dict(_YES),
    "gehan": dict(_YES),
    "peto_peto": dict(_YES),
    "tarone_ware": dict(_YES),
    "fleming_harrington_test": dict(_YES),
    "gray": {**_YES, "late_entry": "TKK312", "case": "TKK313", "cluster": "TKK314"},
}


def allows(estimator: str, features: list[str]) -> str | None:
    """The code of the first refusal, or ``None`` when every feature is taken."""
    for feature in features:
        code = CAPABILITIES[estimator][feature]
        if code.startswith("TKK"):
            return code
    return None


def require(estimator: str, features: list[str], hint: str) -> None:
    """Refuse a combination that the estimator does not take, with the code of the table."""
    for feature in features:
        code = CAPABILITIES[estimator][feature]
        if code.startswith("TKK"):
            raise TkkError(code, f"{estimator} does not take {FEATURES[feature]}", hint=hint)
