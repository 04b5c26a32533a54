"""The numbered errors of tkk: one exception, one table of codes.

``TkkError`` carries a code, what happened, where, how many rows and a hint. ``app`` is the only place that turns it
into text and an exit status; ``tkk explain CODE`` prints the row of ``CODES``. A message may name files, columns,
codes and counts, never a person's value.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CODES", "EXIT_BUG", "EXIT_CHECK_FAILED", "EXIT_DATA", "EXIT_OK", "EXIT_USAGE", "Explanation", "TkkError"]

EXIT_OK = 0
EXIT_CHECK_FAILED = 1
EXIT_USAGE = 2
EXIT_DATA = 3
EXIT_BUG = 70


class Explanation(NamedTuple):
    """What ``tkk explain CODE`` prints."""

    exit_status: int
    title: str
    why: str
    fix: str
    example: str = ""


class TkkError(Exception):
    """Something tkk refuses, with a code of ``CODES``.

    Parameters
    ----------
    code : str
        ``TKK`` and three digits, a key of ``CODES``.
    message : str
        What happened, in one sentence, with no value of a person.
    where : str, optional
        File, column or option.
    count : int, optional
        How many rows, columns or groups are concerned.
    hint : str, optional
        What to type next.
    """

    def __init__(
        self, code: str, message: str, *, where: str | None = None, count: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where
        self.count = count
        self.hint = hint

    @property
    def exit_status(self) -> int:
        """Exit status of the command line for this error: 1, 2, 3 or 70."""
        return CODES[self.code].exit_status

    def __str__(self) -> str:
        lines = [f"error[{self.code}]: {self.message}"]
        if self.where is not None:
            lines.append(f"  where: {self.where}")
        if self.count is not None:
            lines.append(f"  how many: {self.count}")
        if self.hint is not None:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


CODES: dict[str, Explanation] = {
    # 1xx reading -----------------------------------------------------------------------------------------------------
    "TKK101": Explanation(
        EXIT_DATA,
        "The file does not exist or cannot be opened",
        "Nothing was read, so nothing was computed.",
        "Check the name and the folder; quote a name that has spaces.",
    ),
    "TKK109": Explanation(
        EXIT_DATA,
        "A column that was asked for is not in the file",
        "Names are compared exactly, capitals and the letters å, ä and ö included.",
        "tkk inspect FILE lists the columns; the message names the nearest ones.",
    ),
    "TKK112": Explanation(
        EXIT_DATA,
        "A column that must hold numbers holds something else",
        "Turning the other values into missing would drop people without a word.",
        "Correct the file, name the missing codes in the codebook, or give the separator and decimal mark yourself.",
    ),
    "TKK113": Explanation(
        EXIT_DATA,
        "A column that must hold dates holds something else",
        "A wrong date moves a person's follow-up.",
        "Give the format with --date-format, or correct the file.",
    ),
    "TKK141": Explanation(
        EXIT_USAGE,
        "A synthetic cohort of this size, seed or format is not possible",
        "Nothing was simulated and nothing was written.",
        "Give 1 to 100000000 persons, a seed that is not negative, and formats out of csv, sav and parquet.",
        "tkk simulate cohort --persons 1200 --seed 1 --formats csv,parquet",
    ),
    "TKK142": Explanation(
        EXIT_USAGE,
        "The folder for the synthetic data cannot be written to",
        "Each file is written whole or not at all: a file that was there before is unchanged.",
        "Give another folder with --output, or free space and rights in this one.",
    ),
    # 50x output ------------------------------------------------------------------------------------------------------
    "TKK501": Explanation(
        EXIT_USAGE,
        "The format or language of the output is not one that tkk has",
        "Nothing was written; the result is unchanged.",
        "Formats are text, markdown, csv, json and html; languages are fi, sv and en.",
    ),
    "TKK502": Explanation(
        EXIT_USAGE,
        "The result has no table of this name",
        "A table that does not apply to the analysis is absent, for example quantiles with several events.",
        "Choose one of the tables in the message, or write all of them with --format json.",
        "tkk survival cohort.csv ... --format csv --table groups",
    ),
    "TKK503": Explanation(
        EXIT_USAGE,
        "Two options about the output contradict each other",
        "Choosing one of them without a word could write something other than what was meant.",
        "Leave one out, or change it as the message says.",
        "tkk survival cohort.csv ... --format csv --table at",
    ),
    "TKK504": Explanation(
        EXIT_USAGE,
        "The output file cannot be written",
        "A file is written whole or not at all: one that was there before is unchanged.",
        "Make the folder, choose another one, or check its rights and the free space.",
    ),
    # 51x figures -----------------------------------------------------------------------------------------------------
    "TKK511": Explanation(
        EXIT_USAGE,
        "A number that shapes the figure is outside its range",
        "Journals print figures one or two columns wide (85 or 175 mm) at 300 to 600 dpi.",
        "Give --columns 1 or 2, --dpi from 300 to 600 and a --max-time after the start of the curves.",
        "tkk survival cohort.csv ... --figure figure.png --columns 2 --dpi 600",
    ),
    "TKK512": Explanation(
        EXIT_USAGE,
        "The figure's file name has no known suffix",
        "The suffix chooses the format, so nothing was written.",
        "End the name in .pdf, .png, .svg, .tiff, .tif or .eps.",
        "tkk survival cohort.csv ... --figure figure.pdf",
    ),
    "TKK513": Explanation(
        EXIT_USAGE,
        "The result does not hold the probability that the figure is asked to draw",
        "With competing events 1 minus a survival curve is no probability of the event: it counts people as still able "
        "to have the event after a competing event has made it impossible.",
        "Name every event with --events: the curves are then cumulative incidences, and can be stacked.",
        'tkk survival cohort.csv ... --events "return=1,pension=2,death=3" --figure figure.pdf --stacked',
    ),
    "TKK514": Explanation(
        EXIT_USAGE,
        "Weighted counts were asked for, but the curves have no weights",
        "The counts under the figure would not be what their heading says.",
        "Leave out --weighted-counts, or give --weights and --weight-kind.",
    ),
    "TKK515": Explanation(
        EXIT_USAGE,
        "There are more groups than a figure can tell apart",
        "Colours and line styles that can be told apart, in greyscale too, run out after eight.",
        "Choose groups with --where, or write the curves with --format csv.",
    ),
    "TKK516": Explanation(
        EXIT_USAGE,
        "No follow-up is left to draw",
        "The time axis would end before the curves start.",
        "Give a later --max-time, or leave it out.",
    ),
    # 52x help --------------------------------------------------------------------------------------------------------
    "TKK521": Explanation(
        EXIT_USAGE,
        "tkk explain does not know this topic",
        "Nothing was computed.",
        "tkk explain lists the codes; tkk explain capabilities prints what each estimator can do.",
        "tkk explain TKK101",
    ),
    "TKK522": Explanation(
        EXIT_USAGE,
        "tkk schema does not know this kind of result",
        "Nothing was computed.",
        "The kinds are the commands that make a result.",
        "tkk schema survival",
    ),
    # 9xx bugs --------------------------------------------------------------------------------------------------------
    "TKK901": Explanation(
        EXIT_BUG,
        "tkk failed in a way it should not",
        "Nothing was written; no number of this run is to be used.",
        "Run the command again as tkk --debug ... and report where it failed, without your data.",
    ),
}
