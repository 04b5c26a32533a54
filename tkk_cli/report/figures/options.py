"""What a figure can be told."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from tkk_cli.errors import TkkError
from tkk_cli.options import check_choices, flag, option

__all__ = ["FigureOptions", "FlowFigureOptions", "RegressFigureOptions", "SensitivityFigureOptions"]


@dataclass(frozen=True, kw_only=True)
class FigureOptions:
    """Everything a figure can be told; the defaults give what a journal prints in one column.

    Raises
    ------
    TkkError
        TKK304 for a value that is not a choice, TKK511 for a number outside its range.
    """

    figure: str | None = option(None, "Write the figure here: .pdf, .png, .svg, .tiff or .eps.", "Figure")
    figure_data: str | None = option(None, "Write the numbers that the figure draws here, as CSV.", "Figure")
    plot: str | None = option(None, "Draw the curves in the terminal.", "Figure", choices=("term",))
    columns: int = option(1, "Width in journal columns: 1 (85 mm) or 2 (175 mm).", "Figure")
    dpi: int = option(300, "Resolution of .png and .tiff, 300 to 600.", "Figure")
    show: str = option(
        "auto",
        "Which probability to draw; with competing events survival is that of no event at all.",
        "Figure",
        choices=("auto", "survival", "incidence"),
    )
    stacked: bool = option(False, "Stack the incidence of every event, one panel a group.", "Figure")
    max_time: float | None = option(None, "End of the time axis (the last follow-up by default).", "Figure")
    bands: str = option("yes", "Confidence bands.", "Figure", choices=("yes", "no"))
    censor_marks: bool = option(False, "Mark the times of censoring on the curves.", "Figure")
    risk_table: str = option(
        "risk",
        "Counts under the axis: numbers at risk, also cumulative events, or none.",
        "Figure",
        choices=("risk", "events", "none"),
    )
    weighted_counts: bool = option(False, "Show weighted counts under a weighted curve.", "Figure")
    legend: str = option(
        "direct", "Names at the ends of the curves where they fit, or a legend.", "Figure", choices=("direct", "legend")
    )
    title: str | None = option(None, "Title above the figure (journals put it in the caption).", "Figure")

    def __post_init__(self) -> None:
        check_choices(self)
        _check_size(self)

    def require_use(self) -> None:
        """Refuse options of a figure that nothing draws; TKK517."""
        if self.figure or self.figure_data or self.plot:
            return
        idle = [f.name for f in fields(self) if getattr(self, f.name) != f.default]
        if idle:
            raise TkkError(
                "TKK517",
                f"--{flag(idle[0])} is of a figure, and no figure is asked for",
                hint="add --figure FILE",
            )


@dataclass(frozen=True, kw_only=True)
class RegressFigureOptions:
    """Everything the figures of ``tkk regress`` can be told; a forest plot needs the width of two columns.

    Raises
    ------
    TkkError
        TKK304 for a value that is not a choice, TKK511 for a number outside its range.
    """

    figure: str | None = option(
        None, "Write the forest plot of the effects here: .pdf, .png, .svg, .tiff or .eps.", "Figure"
    )
    figure_curves: str | None = option(None, "Write the adjusted curves here, in the same formats.", "Figure")
    figure_ph: str | None = option(None, "Write the effects over time (proportional hazards) here.", "Figure")
    figure_data: str | None = option(None, "Write the numbers of the forest plot here, as CSV.", "Figure")
    columns: int = option(2, "Width in journal columns: 1 (85 mm) or 2 (175 mm).", "Figure")
    dpi: int = option(300, "Resolution of .png and .tiff, 300 to 600.", "Figure")
    causes: str = option(
        "first",
        "Events of the forest plot: the event of interest, or every event, one under another.",
        "Figure",
        choices=("first", "all"),
    )
    curves: str = option(
        "auto",
        "Adjusted curves (of the last --adjust): standardised, a curve a group, or pattern, those of --pattern.",
        "Figure",
        choices=("auto", "standardised", "pattern"),
    )
    max_time: float | None = option(None, "End of the time axis (the last follow-up by default).", "Figure")
    bands: str = option("yes", "Confidence bands.", "Figure", choices=("yes", "no"))
    legend: str = option(
        "direct", "Names at the ends of the curves where they fit, or a legend.", "Figure", choices=("direct", "legend")
    )
    title: str | None = option(None, "Title above the figure (journals put it in the caption).", "Figure")

    def __post_init__(self) -> None:
        check_choices(self)
        _check_size(self)

    def require_use(self) -> None:
        """Refuse options of a figure that is not drawn; TKK517."""
        for name, figures in _USED_BY.items():
            given = getattr(self, name) != next(f.default for f in fields(self) if f.name == name)
            if given and not any(getattr(self, figure) for figure in figures):
                raise TkkError(
                    "TKK517",
                    f"--{flag(name)} is of a figure that is not asked for",
                    hint="add " + " or ".join(f"--{flag(figure)} FILE" for figure in figures),
                )


@dataclass(frozen=True, kw_only=True)
class FlowFigureOptions:
    """Everything the flow figure of a cohort can be told.

    Raises
    ------
    TkkError
        TKK304 for a value that is not a choice, TKK511 for a number outside its range.
    """

    figure: str | None = option(None, "Write the flow figure here: .pdf, .png, .svg, .tiff or .eps.", "Figure")
    columns: int = option(2, "Width in journal columns: 1 (85 mm) or 2 (175 mm).", "Figure")
    dpi: int = option(300, "Resolution of .png and .tiff, 300 to 600.", "Figure")
    title: str | None = option(None, "Title above the figure (journals put it in the caption).", "Figure")

    def __post_init__(self) -> None:
        check_choices(self)
        _check_size(self)

    def require_use(self) -> None:
        """Refuse options of a figure that nothing draws; TKK517."""
        idle = [f.name for f in fields(self) if getattr(self, f.name) != f.default]
        if idle and self.figure is None:
            raise TkkError(
                "TKK517",
                f"--{flag(idle[0])} is of a figure, and no figure is asked for",
                hint="add --figure FILE",
            )


@dataclass(frozen=True, kw_only=True)
class SensitivityFigureOptions(FlowFigureOptions):
    """Everything the figure of ``tkk outcomes sensitivity`` can be told.

    Raises
    ------
    TkkError
        TKK304 for a value that is not a choice, TKK511 for a number outside its range.
    """

    figure: str | None = option(
        None, "Write the figure of the definitions here: .pdf, .png, .svg, .tiff or .eps.", "Figure"
    )


# option of a regression's figures -> the figures that it changes
_USED_BY = {
    "causes": ("figure", "figure_data"),
    "curves": ("figure_curves",),
    "legend": ("figure_curves",),
    "max_time": ("figure_curves", "figure_ph"),
    "bands": ("figure_curves", "figure_ph"),
    **dict.fromkeys(("columns", "dpi", "title"), ("figure", "figure_curves", "figure_ph")),
}


def _check_size(options: Any) -> None:
    if options.columns not in (1, 2):
        raise TkkError("TKK511", "A figure is one or two journal columns wide", where="--columns", hint="--columns 2")
    if not 300 <= options.dpi <= 600:
        raise TkkError("TKK511", "the resolution is outside 300 to 600 dpi", where="--dpi", hint="--dpi 300")
    max_time = getattr(options, "max_time", None)  # a figure without a time axis has none
    if max_time is not None and not max_time > 0:
        raise TkkError("TKK511", "the time axis must end after zero", where="--max-time", hint="--max-time 365")
