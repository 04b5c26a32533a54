"""``tkk verify``: flags in, one call, one rendering out."""

from __future__ import annotations

from typing import Annotated

import typer

from tkk_cli.commands.build import make_app, with_options
from tkk_cli.commands.output import deliver, rendered
from tkk_cli.commands.waiting import sign_of_life
from tkk_cli.errors import EXIT_CHECK_FAILED
from tkk_cli.report.options import OutputOptions
from tkk_cli.steps.options import VerifyOptions

__all__ = ["app", "verify"]


@with_options(options=VerifyOptions, output=OutputOptions)
def verify(
    result: Annotated[str, typer.Argument(help="JSON result of tkk survival or tkk regress.")],
    options: VerifyOptions,
    output: OutputOptions,
) -> None:
    """Compute a result again and by independent ways; print the digits of agreement.

    Ways: the same analysis again, brute force on a subsample, R and the package survival where they are installed.
    The same is tkk_cli.verify() in Python.

    \b
    Examples:
      tkk verify tulos.json
      tkk verify tulos.json --data kuntoutus.sav --ways again,brute --digits 8
    """
    from tkk_cli.report.writing import check_names
    from tkk_cli.steps.verify import analyse

    check_names(outputs={"--output": output.output}, inputs=(result, options.data))
    with sign_of_life("verifying", output.quiet):
        found = analyse(result, options)
    deliver(rendered(found, output), found, output)
    digits = [row["digits"] for row in found["agreement"].rows() if row["digits"] is not None]
    if not digits or min(digits) < options.digits:
        raise typer.Exit(EXIT_CHECK_FAILED)


app = make_app("verify", verify)
