"""tkk: return-to-work and work-career outcomes of rehabilitation cohorts.

The public names load on first use, so that ``import tkk_cli`` is instant.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from tkk_cli.errors import TkkError
    from tkk_cli.results import Result
    from tkk_cli.steps.check import check
    from tkk_cli.steps.cohort import cohort
    from tkk_cli.steps.options import CheckOptions, RegressOptions, SurvivalOptions, VerifyOptions
    from tkk_cli.steps.regress import regress
    from tkk_cli.steps.residuals import residuals
    from tkk_cli.steps.sensitivity import outcome_sensitivity
    from tkk_cli.steps.survival import survival
    from tkk_cli.steps.verify import verify

# public name -> module that holds it
_PUBLIC = {
    "CheckOptions": "tkk_cli.steps.options",
    "RegressOptions": "tkk_cli.steps.options",
    "Result": "tkk_cli.results",
    "SurvivalOptions": "tkk_cli.steps.options",
    "TkkError": "tkk_cli.errors",
    "VerifyOptions": "tkk_cli.steps.options",
    "check": "tkk_cli.steps.check",
    "cohort": "tkk_cli.steps.cohort",
    "outcome_sensitivity": "tkk_cli.steps.sensitivity",
    "regress": "tkk_cli.steps.regress",
    "residuals": "tkk_cli.steps.residuals",
    "survival": "tkk_cli.steps.survival",
    "verify": "tkk_cli.steps.verify",
}

__all__ = [
    "CheckOptions",
    "RegressOptions",
    "Result",
    "SurvivalOptions",
    "TkkError",
    "VerifyOptions",
    "__version__",
    "check",
    "cohort",
    "outcome_sensitivity",
    "regress",
    "residuals",
    "survival",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'tkk_cli' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
