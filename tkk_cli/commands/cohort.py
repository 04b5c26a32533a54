"""``tkk cohort``: registers and a plan in, a cohort file, its flow and its counts out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tkk_cli.commands.build import make_app, with_options
from tkk_cli.commands.output import deliver, rendered, tell
from tkk_cli.commands.waiting import stage_bar
from tkk_cli.errors import TkkError
from tkk_cli.report.figures.options import FlowFigureOptions
from tkk_cli.report.options import OutputOptions
from tkk_cli.steps.options import CohortOptions

__all__ = ["app", "cohort"]


@with_options(options=CohortOptions, figure=FlowFigureOptions, output=OutputOptions)
def cohort(
    options: CohortOptions,
    figure: FlowFigureOptions,
    output: OutputOptions,
    plan: Annotated[
        str | None, typer.Argument(help="cohort.toml: index, eligibility, programme, follow-up, outcomes.")
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help="Print a cohort.toml with every key explained, and stop.")
    ] = False,
) -> None:
    """Raw register spells to one cohort with published return-to-work and work-career outcomes.

    The plan names registers.toml, which names the files. Spells stay in SQL; the cohort file is ready for tkk survival
    and tkk regress, with a codebook beside it. A second run takes what has not changed from the work folder. The same
    is tkk_cli.cohort() in Python.

    \b
    Examples:
      tkk cohort --example > cohort.toml
      tkk cohort rekisterit/cohort.toml
      tkk cohort rekisterit/cohort.toml --save kohortti.sav,kohortti.parquet --grid month \\
          --figure vuokaavio.pdf --lang fi
      tkk cohort cohort.toml --memory 8GB --temp /levy/tmp --json -o kohortti.json
    """
    from tkk_cli.report.writing import check_names, print_whole

    if example:
        from tkk_cli.data.registers.examples import example as text_of

        print_whole(text_of("cohort.toml"))
        return
    if plan is None:
        hint = "tkk cohort cohort.toml; tkk cohort --example prints one to edit"
        raise TkkError("TKK304", "cohort.toml is missing", hint=hint)
    from tkk_cli.steps.cohort import build, files_of

    path = Path(plan)
    files = files_of(path, options)
    outputs = {"--output": output.output, "--figure": figure.figure}
    outputs |= {"--grid-file": _name(files.grid), "--rejects": _name(files.rejects)}
    outputs |= {f"--save ({name.name})": str(name) for name in (*files.cohort, *files.books)}
    check_names(outputs=outputs, inputs=(plan, options.spark_options))
    figure.require_use()
    if figure.figure is not None:
        from tkk_cli.report.figures.saving import check_suffix

        check_suffix(figure.figure)
    with stage_bar(output.quiet) as bar:
        result = build(path, options, language=output.lang, begin=bar.begin, expect=bar.expect)
    text = rendered(result, output)
    for name in (*files.cohort, *files.books, files.grid, files.rejects):
        if name is not None:
            tell(f"wrote {name}", output)
    if figure.figure is not None:
        from tkk_cli.report.figures.cohort import save

        save(result, figure.figure, figure, output.lang)
        tell(f"wrote {figure.figure}", output)
    deliver(text, result, output)


def _name(path: Path | None) -> str | None:
    return None if path is None else str(path)


app = make_app("cohort", cohort)
