"""How figures look: sizes in points, colours and line styles that survive colour blindness and a greyscale copier."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import matplotlib

__all__ = ["FILLS", "STYLES", "Fill", "Style", "context"]

POINTS_PER_MM = 72 / 25.4
COLUMN_WIDTH = {1: 85 * POINTS_PER_MM, 2: 175 * POINTS_PER_MM}

FONT = 8.0  # the size at which the figure is printed, so nothing is to be scaled
TITLE_FONT = 9.0
SMALL_FONT = 6.5
LEADING = 1.25  # line height over font size

MARGIN = 3.0  # between the outermost ink and the edge of the figure
GAP = 5.0  # between a sample or a number and its neighbour
TICK = 3.0
SAMPLE = 17.0  # length of a line sample, long enough for every dash pattern to show
LINE_WIDTH = 1.3
AXIS_WIDTH = 0.6
INK = "#1a1a1a"
FAINT = "#595959"
BAND_OPACITY = 0.17


class Style(NamedTuple):
    """Colour and dash pattern of a curve (in units of its width; none = solid)."""

    color: str
    dashes: tuple[float, ...]


class Fill(NamedTuple):
    """Colour and hatch of a stacked area."""

    color: str
    hatch: str


# Okabe and Ito's colours without their yellow, which a thin line on white does not show, plus a grey. Each has a dash
# pattern of its own, so that the curves differ without colour too.
STYLES = (
    Style("#0072B2", ()),
    Style("#D55E00", (4.5, 1.6)),
    Style("#009E73", (5.5, 1.4, 1.1, 1.4)),
    Style("#000000", (1.1, 1.3)),
    Style("#CC79A7", (9.0, 1.8)),
    Style("#E69F00", (2.4, 1.2)),
    Style("#56B4E9", (4.5, 1.3, 1.1, 1.3, 1.1, 1.3)),
    Style("#7F7F7F", (7.0, 1.4, 2.6, 1.4)),
)

# Neighbours differ in lightness; from the fourth on a hatch helps.
FILLS = (
    Fill("#0072B2", ""),
    Fill("#E69F00", ""),
    Fill("#E3EBF0", ""),
    Fill("#009E73", "////"),
    Fill("#F3D3E4", "...."),
    Fill("#D55E00", "\\\\\\\\"),
    Fill("#C9E6F7", "xxxx"),
    Fill("#595959", "||||"),
)

# Typed loosely because the names that matplotlib's stubs list differ between its versions.
_SETTINGS: Any = {
    # DejaVu Sans comes with matplotlib, so every machine draws the same letters.
    "font.family": "DejaVu Sans",
    "font.size": FONT,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": AXIS_WIDTH,
    "axes.unicode_minus": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 0.5,
    "hatch.color": "white",
    "lines.dash_capstyle": "butt",
    "lines.solid_capstyle": "butt",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "tkk",
}


@contextmanager
def context() -> Iterator[None]:
    """Our settings over matplotlib's defaults, whatever the user's own are; theirs come back afterwards."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        yield
