"""A figure as the bytes of a file: no date, no path, no name inside, so that the same figure gives the same bytes."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from tkk_cli.errors import TkkError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["SUFFIXES", "check_suffix", "to_bytes"]

SUFFIXES = {".pdf": "pdf", ".png": "png", ".svg": "svg", ".tiff": "tiff", ".tif": "tiff", ".eps": "eps"}


def check_suffix(path: str, where: str = "--figure") -> str:
    """The format that a file name's suffix stands for.

    Raises
    ------
    TkkError
        TKK512 for any other suffix.
    """
    suffix = PurePath(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise TkkError(
            "TKK512",
            f"{suffix or 'a name without suffix'} is no format of a figure",
            where=where,
            hint=f"end the name in {', '.join(SUFFIXES)}",
        )
    return SUFFIXES[suffix]


def to_bytes(figure: Figure, kind: str, dpi: int) -> bytes:
    """The figure in a format of ``SUFFIXES``."""
    if kind in ("png", "tiff"):
        return _pixels(figure, kind, dpi)
    metadata = {
        "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
        "svg": {"Creator": None, "Date": None, "Format": None, "Type": None},
        "eps": {"Creator": "tkk"},
    }
    content = BytesIO()
    figure.savefig(content, format=kind, metadata=metadata[kind])
    if kind == "eps":
        # Matplotlib offers no way to leave out the clock.
        return re.sub(rb"(?m)^%%(CreationDate|Title):.*\n", b"", content.getvalue(), count=2)
    return content.getvalue()


def _pixels(figure: Figure, kind: str, dpi: int) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    before = figure.dpi
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    # Journals ask for RGB; a layer of transparency is a common reason for a returned figure.
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")  # type: ignore[no-untyped-call]
    figure.set_dpi(before)
    content = BytesIO()
    image.save(content, kind, dpi=(dpi, dpi), **({"compression": "tiff_lzw"} if kind == "tiff" else {"optimize": True}))
    return content.getvalue()
