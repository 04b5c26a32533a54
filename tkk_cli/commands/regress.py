"""``tkk regress``: flags in, one call, one rendering out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from tkk_cli.commands.build import make_app, with_options
from tkk_cli.commands.output import deliver, rendered, tell
from tkk_cli.commands.waiting import sign_of_life
from tkk_cli.errors import TkkError
from tkk_cli.options import option
from tkk_cli.report.figures.options import RegressFigureOptions
from tkk_cli.report.options import OutputOptions
from tkk_cli.steps.options import RegressOptions

__all__ = ["app", "regress"]


@dataclass(frozen=True, kw_only=True)
class PersonOptions:
    """What is written about single rows, for the researcher's own eyes."""

    residuals: str | None = option(
        None,
        "Write the residuals of a Cox model here, a row a person: .csv or .parquet; not for publication.",
        "Output",
    )


@with_options(options=RegressOptions, figure=RegressFigureOptions, output=OutputOptions, person=PersonOptions)
def regress(
    cohort: Annotated[str, typer.Argument(help="Cohort file of any format, or - for standard input.")],
    options: RegressOptions,
    figure: RegressFigureOptions,
    output: OutputOptions,
    person: PersonOptions,
) -> None:
    """Effects with covariates: Cox, Fine-Gray, parametric, Poisson, pseudo-values, additive, discrete.

    --group is the exposure, --covariates, --formula or --adjust say what to adjust for. Ties, late entry, weights and
    clusters are exact; conventions are R's. The same is tkk_cli.regress() in Python.

    \b
    Examples:
      tkk regress kuntoutus.sav --time seuranta --event tila --events "tyohonpaluu=1,elake=2,kuolema=3" \\
          --group ohjelma --covariates ika,sukupuoli --at 180,365 --figure kuvio2.pdf --lang fi
      tkk regress kuntoutus.csv --time seuranta --event tila==1 --censored 0,2,3 --group ohjelma --strata alue \\
          --adjust crude --adjust "ika + sukupuoli" --adjust "cr(ika, df=3) * sukupuoli"
      tkk regress kuntoutus.csv --model pseudo --quantity time-lost --horizon 365 --time seuranta --event tila \\
          --events "tyohonpaluu=1,elake=2,kuolema=3" --group ohjelma --covariates ika
    """
    from tkk_cli.report.figures.regress import write_figures
    from tkk_cli.steps.regress import analyse

    _check_names(cohort, options, figure, output, person)
    with sign_of_life("reading and fitting", output.quiet):
        result = analyse(cohort, options)
        rows = _residuals(cohort, options, person)
    text = rendered(result, output)
    with sign_of_life("drawing", output.quiet):
        for name in write_figures(result, figure, output.lang):
            tell(f"wrote {name}", output)
    if rows is not None and person.residuals is not None:
        from tkk_cli.report.writing import write_whole

        write_whole(person.residuals, rows)
        tell(f"wrote {person.residuals}: one row a person, not for publication", output)
    deliver(text, result, output)


def _check_names(
    cohort: str,
    options: RegressOptions,
    figure: RegressFigureOptions,
    output: OutputOptions,
    person: PersonOptions,
) -> None:
    """Refuse what cannot be written before the work is done, so that no file is left without the others."""
    from tkk_cli.report.figures.regress import check_figures
    from tkk_cli.report.writing import check_names

    check_names(
        outputs={
            "--output": output.output,
            "--figure": figure.figure,
            "--figure-curves": figure.figure_curves,
            "--figure-ph": figure.figure_ph,
            "--figure-data": figure.figure_data,
            "--residuals": person.residuals,
        },
        inputs=(cohort, options.codebook, options.rate_table),
    )
    check_figures(figure)
    if person.residuals is not None and not person.residuals.lower().endswith((".csv", ".parquet")):
        raise TkkError("TKK506", "residuals are written as .csv or .parquet", where=person.residuals)
    if person.residuals is not None and cohort == "-":
        raise TkkError("TKK506", "residuals are not made from standard input", hint="give the file's name")


def _residuals(cohort: str, options: RegressOptions, person: PersonOptions) -> bytes | None:
    if person.residuals is None:
        return None
    import pyarrow
    import pyarrow.csv
    import pyarrow.parquet

    from tkk_cli.steps.residuals import cox_residuals

    table = pyarrow.table(cox_residuals(cohort, options))
    sink = pyarrow.BufferOutputStream()
    if person.residuals.lower().endswith(".csv"):
        pyarrow.csv.write_csv(table, sink)
    else:
        pyarrow.parquet.write_table(table, sink)
    return bytes(sink.getvalue())


app = make_app("regress", regress)
