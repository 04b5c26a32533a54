"""The layouts by name; a module is imported when its layout is used."""

from __future__ import annotations

import importlib

from tkk_cli.data.registers.layouts.layout import Layout
from tkk_cli.errors import TkkError

__all__ = ["LAYOUTS", "find_layout"]

# layout -> module of this package that holds its ``LAYOUT`` (a module with several holds ``LAYOUTS``)
LAYOUTS: dict[str, str] = {
    "long": "long",
}


def find_layout(name: str) -> Layout:
    """The layout of that name; TKK240 where there is none."""
    if name not in LAYOUTS:
        from difflib import get_close_matches

        near = get_close_matches(name, LAYOUTS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"layouts are {', '.join(LAYOUTS)}"
        raise TkkError("TKK240", f"there is no register layout {name!r}", hint=hint)
    module = importlib.import_module(f"tkk_cli.data.registers.layouts.{LAYOUTS[name]}")
    layouts: dict[str, Layout] = {layout.name: layout for layout in getattr(module, "LAYOUTS", None) or [module.LAYOUT]}
    return layouts[name]
