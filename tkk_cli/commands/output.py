"""What every command with a result does at its end: print or write it, say what was written, tell warnings."""

from __future__ import annotations

import os
import shutil
import sys

from tkk_cli.report.options import OutputOptions
from tkk_cli.results import Result

__all__ = ["deliver", "rendered", "tell"]


def rendered(result: Result, output: OutputOptions) -> str:
    """The result as text in the format asked for; done before any file is written, since it may refuse."""
    from tkk_cli.report.render import render

    to_terminal = output.output is None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if to_terminal else None
    color = to_terminal and "NO_COLOR" not in os.environ
    return render(result, output.chosen_format, output.lang, width=width, color=color, table=output.table)


def deliver(text: str, result: Result, output: OutputOptions) -> None:
    """Print the text, or write it whole."""
    from tkk_cli.report.writing import print_whole, write_whole

    if output.chosen_format == "csv":
        _tell_warnings(result, output)
    if output.output is None:
        print_whole(text)
    else:
        write_whole(output.output, text)
        tell(f"wrote {output.output}", output)


def _tell_warnings(result: Result, output: OutputOptions) -> None:
    """A CSV table has no place for warnings, so they go to standard error."""
    from tkk_cli.report.notes import sentence

    for note in result.notes:
        if note.level == "warning":
            tell(f"warning[{note.code}]: {sentence(note, result, output.lang)}", output)


def tell(message: str, output: OutputOptions) -> None:
    """A message on standard error, unless ``--quiet``."""
    if not output.quiet:
        print(message, file=sys.stderr)
