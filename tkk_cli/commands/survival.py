"""``tkk survival``: flags in, one call, one rendering out."""

from __future__ import annotations

import shutil
import sys
from typing import Annotated

import typer

from tkk_cli.commands.build import make_app, with_options
from tkk_cli.commands.output import deliver, rendered, tell
from tkk_cli.commands.waiting import sign_of_life
from tkk_cli.errors import TkkError
from tkk_cli.report.figures.options import FigureOptions
from tkk_cli.report.options import OutputOptions
from tkk_cli.results import Result
from tkk_cli.steps.options import SurvivalOptions

__all__ = ["app", "survival"]


@with_options(options=SurvivalOptions, figure=FigureOptions, output=OutputOptions)
def survival(
    cohort: Annotated[str, typer.Argument(help="Cohort file of any format, or - for standard input.")],
    options: SurvivalOptions,
    figure: FigureOptions,
    output: OutputOptions,
) -> None:
    """Curves, tests, medians and restricted means of a cohort, with the journal figure.

    One event: Kaplan-Meier. Several: the Aalen-Johansen cumulative incidence of each. Ties, late entry, weights and
    clusters are exact; conventions are R's. The same is tkk_cli.survival() in Python.

    \b
    Examples:
      tkk survival kuntoutus.sav --time seuranta --event tila \\
          --events "tyohonpaluu=1,elake=2,kuolema=3" --group ohjelma \\
          --at 90,180,365 --horizon 730 --figure kuvio1.pdf --lang fi
      tkk survival kuntoutus.csv --start alku --end loppu --event-date paluu_pvm
      tkk survival kuntoutus.parquet --time seuranta --event tila==1 --censored 0,2,3 \\
          --cluster toimipaikka --json -o tulos.json
    """
    from tkk_cli.steps.survival import analyse

    _check_names(cohort, options, figure, output)
    with sign_of_life("reading and estimating", output.quiet):
        result = analyse(cohort, options)
    text = rendered(result, output)
    with sign_of_life("drawing", output.quiet):
        _write_figures(result, figure, output)
    deliver(text, result, output)


def _check_names(cohort: str, options: SurvivalOptions, figure: FigureOptions, output: OutputOptions) -> None:
    """Refuse what cannot be written before the work is done, so that no file is left without the others."""
    from tkk_cli.report.writing import check_names

    check_names(
        outputs={"--output": output.output, "--figure": figure.figure, "--figure-data": figure.figure_data},
        inputs=(cohort, options.codebook),
    )
    figure.require_use()
    if figure.plot is not None and (output.chosen_format != "text" and output.output is None):
        raise TkkError(
            "TKK503",
            f"--plot and --format {output.chosen_format} would share the terminal",
            hint="write the result to a file with --output",
        )
    if figure.figure is not None:
        from tkk_cli.report.figures.survival import check_suffix

        check_suffix(figure.figure)


def _write_figures(result: Result, figure: FigureOptions, output: OutputOptions) -> None:
    from tkk_cli.report.writing import write_whole

    if figure.figure is not None:
        from tkk_cli.report.figures.survival import save

        save(result, figure.figure, figure, output.lang)
        tell(f"wrote {figure.figure}", output)
    if figure.figure_data is not None:
        from tkk_cli.report.figures.survival import figure_data

        write_whole(figure.figure_data, figure_data(result, figure, output.lang))
        tell(f"wrote {figure.figure_data}", output)
    if figure.plot is not None:
        from tkk_cli.report.terminal import plot
        from tkk_cli.report.writing import print_whole

        size = shutil.get_terminal_size((80, 24))
        unicode = (sys.stdout.encoding or "").lower().startswith("utf")
        print_whole(plot(result, output.lang, min(size.columns, 100), 20, unicode) + "\n")


app = make_app("survival", survival)
