"""``tkk check``: registers in, everything that was found out; or the layouts that registers may have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tkk_cli.commands.build import make_app, with_options
from tkk_cli.commands.output import deliver, rendered, tell
from tkk_cli.commands.waiting import stage_bar
from tkk_cli.errors import EXIT_CHECK_FAILED, TkkError
from tkk_cli.report.options import OutputOptions
from tkk_cli.steps.options import CheckOptions

__all__ = ["app", "check"]


@with_options(options=CheckOptions, output=OutputOptions)
def check(
    options: CheckOptions,
    output: OutputOptions,
    registers: Annotated[
        str | None, typer.Argument(help="registers.toml: files, layouts, columns and code lists.")
    ] = None,
    layouts: Annotated[
        bool, typer.Option("--layouts", help="List the layouts with their columns and settings, and stop.")
    ] = False,
    codes: Annotated[
        str | None, typer.Option("--codes", help="Print a code list of tkk as CSV, to copy and edit, and stop.")
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help="Print a registers.toml with every key explained, and stop.")
    ] = False,
) -> None:
    """Read registers and report everything that is wrong or needs a choice, in counts.

    The fourteen traps of Finnish registers, rows that cannot be used, keys that do not match, codes that nobody
    verified. The exit status is 1 where a finding is an error: tkk cohort would refuse. The same is tkk_cli.check() in
    Python.

    \b
    Examples:
      tkk check --example > registers.toml
      tkk check --layouts
      tkk check --codes kela_sairauspaivaraha > koodit.csv
      tkk check registers.toml
      tkk check registers.toml --rejects hylatyt.csv --lang fi --format html -o tarkistus.html
    """
    from tkk_cli.report.writing import check_names, print_whole

    shown = _shown(layouts, codes, example)
    if shown is not None:
        print_whole(shown)
        return
    if registers is None:
        hint = "tkk check registers.toml; tkk check --example prints one to edit, and --layouts what may stand in it"
        raise TkkError("TKK304", "registers.toml is missing", hint=hint)
    check_names(
        outputs={"--output": output.output, "--rejects": options.rejects}, inputs=(registers, options.spark_options)
    )
    from tkk_cli.steps.check import analyse

    with stage_bar(output.quiet) as bar:
        found = analyse(Path(registers), options, begin=bar.begin, expect=bar.expect)
    text = rendered(found, output)
    if options.rejects is not None:
        tell(f"wrote {options.rejects}", output)
    deliver(text, found, output)
    if "error" in found["findings"]["level"]:
        raise typer.Exit(EXIT_CHECK_FAILED)


def _shown(layouts: bool, codes: str | None, example: bool) -> str | None:
    """What an option asks for instead of a check."""
    if layouts:
        return layouts_text()
    if codes is not None:
        from tkk_cli.data.registers.codes import packaged_codes

        return packaged_codes(codes)
    if example:
        from tkk_cli.data.registers.examples import example as text_of

        return text_of("registers.toml")
    return None


def layouts_text() -> str:
    """Every layout with its roles, the column names that it knows, its settings and its traps."""
    from tkk_cli.data.registers.layouts.registry import LAYOUTS, find_layout

    blocks = []
    for name in LAYOUTS:
        layout = find_layout(name)
        lines = [f"{name}: {layout.title}"]
        width = max(len(role.name) for role in layout.roles)
        for role in layout.roles:
            names = ", ".join(dict.fromkeys(role.names)) or "(give it under columns)"
            lines.append(f"  {role.name:<{width}}  {names}{'' if role.required else '  (optional)'}")
        for key, setting in layout.settings.items():
            choices = f" [{'|'.join(map(str, setting.choices))}]" if setting.choices else ""
            default = "" if setting.default is None else f" (default {setting.default})"
            lines.append(f"  {key} = ...  {setting.help}{choices}{default}")
        if layout.codes:
            lines.append(f"  code list {layout.codes}")
        if layout.traps:
            lines.append(f"  traps {', '.join(map(str, layout.traps))}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


app = make_app("check", check)
