"""The models of ``tkk regress``: where each is, and which options are its own."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable

from tkk_cli.errors import TkkError
from tkk_cli.options import flag
from tkk_cli.steps.options import RegressOptions
from tkk_cli.steps.regression.problem import Fitted, Problem

__all__ = ["MODELS", "OWN_OPTIONS", "PACKAGES", "fit_function", "require_own_options"]

# model -> module of this package
MODELS = {
    "cox": "cox",
    "fine-gray": "fine_gray",
    "aft": "aft",
    "spline": "spline",
    "poisson": "poisson",
    "pseudo": "pseudo",
    "additive": "additive",
    "discrete": "discrete",
}

# model -> packages whose version belongs to the result
PACKAGES: dict[str, tuple[str, ...]] = {
    "aft": ("lifelines", "scipy"),
    "spline": ("scipy",),
    "poisson": ("scipy",),
    "pseudo": ("statsmodels",),
    "discrete": ("scipy",),
}

# Options that only some models have: given to another, they would change nothing.
OWN_OPTIONS: dict[str, tuple[str, ...]] = {
    "ties": ("cox", "fine-gray"),
    "penalty": ("cox",),
    "ph_test": ("cox", "fine-gray"),
    "split_at": ("cox",),
    "time_varying": ("cox",),
    "convention": ("fine-gray",),
    "censoring_group": ("fine-gray",),
    "distribution": ("aft",),
    "spline_df": ("spline",),
    "spline_scale": ("spline",),
    "cuts": ("poisson", "discrete"),
    "time_scales": ("poisson",),
    "rate_table": ("poisson",),
    "quantity": ("pseudo",),
    "link": ("pseudo", "discrete"),
    "hazard": ("additive",),
    "horizon": ("pseudo",),
    "lower": ("aft",),
    "upper": ("aft",),
    "at": ("cox", "fine-gray", "aft", "spline", "poisson", "pseudo"),
    "pattern": ("cox", "fine-gray", "aft", "spline", "poisson"),
    "conf_type": ("cox", "fine-gray", "aft", "spline", "poisson"),
}


def fit_function(model: str) -> Callable[[Problem], list[Fitted]]:
    """The function that fits a model; its module is imported now and not before."""
    module = importlib.import_module(f"tkk_cli.steps.regression.{MODELS[model]}")
    function: Callable[[Problem], list[Fitted]] = module.fit
    return function


def require_own_options(options: RegressOptions) -> None:
    """Refuse an option of another model; TKK306."""
    for field in dataclasses.fields(options):
        models = OWN_OPTIONS.get(field.name)
        if models is None or options.model in models or getattr(options, field.name) == field.default:
            continue
        raise TkkError(
            "TKK306",
            f"--{flag(field.name)} does not belong to --model {options.model}",
            where=f"--{flag(field.name)}",
            hint=f"it goes with --model {' or '.join(models)}",
        )
