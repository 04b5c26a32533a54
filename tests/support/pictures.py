"""What the tests of figures ask of every picture: its texts, where they are, and that none is cut off or covered."""

from __future__ import annotations

import itertools

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def texts(figure: Figure, label: str | None = None) -> list[Text]:
    """The texts that can be seen, all or those of one label."""
    found = [t for t in figure.findobj(Text) if t.get_text() and t.get_visible()]
    return [t for t in found if label is None or t.get_label() == label]


def words(figure: Figure, label: str | None = None) -> list[str]:
    """What they say."""
    return [t.get_text() for t in texts(figure, label)]


def boxes(figure: Figure, label: str | None = None) -> list[tuple[Text, Bbox]]:
    """The texts with the boxes that they take up."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    return [(t, t.get_window_extent(renderer)) for t in texts(figure, label)]


def assert_apart(figure: Figure) -> None:
    """Every text is on the page and none overlaps another."""
    found = boxes(figure)
    for text, box in found:
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
        assert inside, f"{text.get_text()} is cut off"
    for (one, a), (other, b) in itertools.combinations(found, 2):
        # Rounding to pixels; the boxes of neighbouring lines of text touch.
        apart = a.x1 <= b.x0 + 0.3 or b.x1 <= a.x0 + 0.3 or a.y1 <= b.y0 + 0.6 or b.y1 <= a.y0 + 0.6
        assert apart, f"{one.get_text()} overlaps {other.get_text()}"
