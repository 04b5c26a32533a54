"""The Typer app: a lazy command table, and the one place where an error becomes text and an exit status."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tkk_cli import __version__
from tkk_cli.errors import TkkError

__all__ = ["COMMANDS", "app", "main"]

# name -> (module in tkk_cli.commands, one line of help). The module is imported when the command is used.
COMMANDS: dict[str, tuple[str, str]] = {
    "survival": ("survival", "Curves, tests, medians and restricted means of a cohort, with the journal figure."),
    "regress": ("regress", "Effects with covariates: Cox, Fine-Gray, parametric, Poisson, pseudo-values and more."),
    "cohort": ("cohort", "Raw registers to one cohort with return-to-work and work-career outcomes."),
    "check": ("check", "Check registers: traps, linkage, unusable rows, unverified codes; counts only."),
    "outcomes": ("outcomes", "The dictionary of outcomes, and a headline over several definitions."),
    "inspect": ("inspect", "Show how a file is read: dialect, columns, types, labels, missing values, dates."),
    "simulate": ("simulate", "Write synthetic data with planted truth."),
    "verify": ("verify", "Compute a result again and by independent ways; print the digits of agreement."),
    "schema": ("schema", "Print the JSON Schema of a result."),
    "explain": ("explain", "Explain an error code, or what each estimator can do."),
    "doctor": ("doctor", "Check the installation: versions, optional parts, offline work."),
}


class LazyGroup(TyperGroup):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tkk_cli.commands.{COMMANDS[cmd_name][0]}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        # Typer looks for near names among loaded commands; ours load on demand, so the table answers.
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in COMMANDS.items()])


app = typer.Typer(
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"tkk {__version__}")
        raise typer.Exit()


@app.callback(no_args_is_help=True)
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Return-to-work and work-career outcomes of rehabilitation cohorts.

    Files become validated histories, histories become results, results become paper. No network, no telemetry.
    """


def main() -> None:
    """Run the command line; never a traceback unless ``--debug`` comes before the command or TKK_DEBUG is set."""
    debug = "--debug" in sys.argv[1:2] or bool(os.environ.get("TKK_DEBUG"))
    try:
        app(prog_name="tkk")
    except TkkError as error:
        if debug:
            raise
        print(error, file=sys.stderr)
        print(f"  more: tkk explain {error.code}", file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if debug:
            raise
        if isinstance(error.__cause__ or error.__context__, KeyboardInterrupt):
            sys.exit(130)
        bug = _full_disk(error) or TkkError(
            "TKK901",
            # The text of a foreign exception may hold data, so only its type is shown.
            f"tkk failed in a way it should not ({type(error).__name__})",
            hint="run tkk --debug ... to see where, and report it without your data",
        )
        print(bug, file=sys.stderr)
        sys.exit(bug.exit_status)


def _full_disk(error: Exception) -> TkkError | None:
    """A full disk can stop any write, and is no bug."""
    if not isinstance(error, OSError) or error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return None
    return TkkError("TKK504", "the disk is full", hint="make room, or write to a folder on another disk")
