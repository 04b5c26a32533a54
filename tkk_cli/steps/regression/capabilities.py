"""What each model of ``tkk regress`` takes: printed by ``tkk explain capabilities``, held to the models by a test."""

from __future__ import annotations

__all__ = ["MODEL_CAPABILITIES", "MODEL_FEATURES"]

MODEL_FEATURES: dict[str, str] = {
    "late_entry": "late entry (left truncation)",
    "frequency": "frequency weights",
    "case": "case weights",
    "probability": "probability weights",
    "cluster": "clusters (robust variance)",
    "strata": "strata with a baseline each",
    "offset": "offset",
}

_YES = dict.fromkeys(MODEL_FEATURES, "yes")

# model -> feature -> "yes" or the code of the refusal
MODEL_CAPABILITIES: dict[str, dict[str, str]] = {
    "cox": dict(_YES),
    # with --convention finegray also late entry
    "fine-gray": {**_YES, "late_entry": "TKK331"},
    "aft": {**_YES, "strata": "TKK333"},
    "spline": {**_YES, "strata": "TKK333"},
    "poisson": dict(_YES),
    "pseudo": {**_YES, "late_entry": "TKK342"},
    # with --hazard lin-ying also strata
    "additive": {**_YES, "strata": "TKK342", "offset": "TKK342"},
    "discrete": dict(_YES),
}
