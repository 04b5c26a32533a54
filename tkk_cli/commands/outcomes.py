"""``tkk outcomes``: the dictionary of outcomes, and the headline of a cohort over definitions."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Annotated, Any

import typer

from tkk_cli.commands.build import SectionedCommand, with_options
from tkk_cli.errors import TkkError
from tkk_cli.report.figures.options import SensitivityFigureOptions
from tkk_cli.report.language import LANGUAGES, text
from tkk_cli.report.options import OutputOptions
from tkk_cli.steps.options import SensitivityOptions

__all__ = ["app"]

WIDTH = 88
AIMS = (1, 2, 3, 4)
_HELP = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)

Language = Annotated[str, typer.Option("--lang", help=f"Language of words. [{'|'.join(LANGUAGES)}]")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback(no_args_is_help=True)
def _outcomes() -> None:
    """The dictionary of outcomes: published definitions, and how much the headline depends on them.

    \b
    Examples:
      tkk outcomes list --aim 3
      tkk outcomes show O2 --lang fi
      tkk outcomes sensitivity cohort.toml --outcome O2 --windows 14,28,60,90
    """


@app.command("list", cls=SectionedCommand, context_settings=_HELP)
def list_outcomes(
    aim: Annotated[
        int | None,
        typer.Option(
            help="Of one aim: 1 entering work, 2 staying at work, 3 returning to work, 4 the career ahead.",
        ),
    ] = None,
    lang: Language = "en",
    as_json: AsJson = False,
) -> None:
    """List the outcomes with their codes, names and aims.

    \b
    Examples:
      tkk outcomes list
      tkk outcomes list --aim 3 --lang fi
    """
    from tkk_cli.outcomes.registry import OUTCOMES

    _check_language(lang)
    if aim is not None and aim not in AIMS:
        raise TkkError("TKK304", "--aim is 1, 2, 3 or 4", hint="--aim 3")
    chosen = [outcome for outcome in OUTCOMES.values() if aim is None or aim in outcome.aims]
    if as_json:
        rows = [
            {"code": o.code, "name": o.name, "aims": list(o.aims), "title": o.titles[lang], "computed": o.computed}
            for o in chosen
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    widest = max(len(outcome.name) for outcome in chosen)
    for outcome in chosen:
        aims = ",".join(map(str, outcome.aims))
        print(f"{outcome.code:<3}  {outcome.name:<{widest}}  {aims:<7}  {outcome.titles[lang]}")
    print()
    print(f"{text('outcomes_aims', lang)}: " + ", ".join(f"{n} {text(f'aim_{n}', lang)}" for n in AIMS))


@app.command("show", cls=SectionedCommand, context_settings=_HELP)
def show(
    outcome: Annotated[str, typer.Argument(help="Code or name, for example O2 or sustained_rtw.")],
    lang: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Show the definition of an outcome, its parameters, columns and source, and how to ask for it.

    \b
    Examples:
      tkk outcomes show O2
      tkk outcomes show sustained_rtw --lang fi
    """
    _check_language(lang)
    facts = _facts(outcome, lang)
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    lines = [f"{facts['code']}  {facts['name']}", facts["title"]]
    lines += [f"{text('outcomes_aims', lang)}: " + ", ".join(text(f"aim_{n}", lang) for n in facts["aims"])]
    sections = {
        "outcomes_definition": _filled(facts["definition"]),
        "outcomes_parameters": [line for p in facts["parameters"] for line in _parameter_lines(p)],
        "outcomes_columns": [line for c in facts["columns"] for line in _filled(_column_words(c), 4)],
        "outcomes_source": _filled(facts["source"]),
        "outcomes_write": [f"  {line}" for line in facts["toml"]] or _filled(text("outcomes_career", lang)),
    }
    for key, body in sections.items():
        if body:
            lines += ["", text(key, lang), *body]
    print("\n".join(lines))


def _check_language(lang: str) -> None:
    if lang not in LANGUAGES:
        raise TkkError("TKK501", f"{lang!r} is not a language of tkk", hint=f"choose one of {', '.join(LANGUAGES)}")


def _facts(name: str, lang: str) -> dict[str, Any]:
    """Everything the dictionary says of an outcome, with the defaults and the usual competing events."""
    from tkk_cli.data.registers.entry.plan import FollowUp
    from tkk_cli.data.registers.states import read_states
    from tkk_cli.outcomes.definition import Context
    from tkk_cli.outcomes.registry import find_outcome
    from tkk_cli.outcomes.wording import definition

    found = find_outcome(name)
    states = read_states()
    defaults = {name: parameter.default for name, parameter in found.parameters.items()}
    context = Context(states, states.at_work(), FollowUp().competing)
    # Without a file of prices there is no index.
    columns = found.columns(found.name, defaults | ({"cpi": ()} if "cpi" in defaults else {}), context)
    cohort = found.computed == "cohort"
    toml = [f"[outcome.{found.name}]", f'use = "{found.code}"']
    toml += [f"{key} = {json.dumps(value)}" for key, value in defaults.items() if value not in ("", (), 0)]
    return {
        "code": found.code,
        "name": found.name,
        "title": found.titles[lang],
        "aims": list(found.aims),
        "computed": found.computed,
        "definition": definition(found, defaults, lang, states),
        "parameters": [
            {
                "name": key,
                "default": list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default,
                "help": parameter.help,
                "choices": list(parameter.choices),
            }
            for key, parameter in found.parameters.items()
        ],
        "columns": [
            {
                "name": column.name,
                "unit": column.unit,
                "title": column.titles[lang],
                "labels": {str(code): words[lang] for code, words in column.labels.items()},
            }
            for column in columns
        ],
        "source": found.source,
        "toml": toml if cohort else [],
    }


def _filled(words: str, indent: int = 2) -> list[str]:
    return textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent=" " * indent)


def _parameter_lines(parameter: dict[str, Any]) -> list[str]:
    choices = f" [{'|'.join(parameter['choices'])}]" if parameter["choices"] else ""
    return _filled(f"{parameter['name']} = {json.dumps(parameter['default'])}: {parameter['help']}{choices}", 6)


def _column_words(column: dict[str, Any]) -> str:
    unit = f" ({column['unit']})" if column["unit"] else ""
    labels = "; ".join(f"{code} = {words}" for code, words in column["labels"].items())
    return f"{column['name']}{unit}: {column['title']}" + (f" [{labels}]" if labels else "")


@app.command("sensitivity", cls=SectionedCommand, context_settings=_HELP)
@with_options(options=SensitivityOptions, figure=SensitivityFigureOptions, output=OutputOptions)
def sensitivity(
    plan: Annotated[str, typer.Argument(help="cohort.toml of the cohort.")],
    options: SensitivityOptions,
    figure: SensitivityFigureOptions,
    output: OutputOptions,
) -> None:
    """The cumulative incidence of a return over windows, origins and rules for part-time return.

    One table and one figure. The members of the cohort stay the same; an origin moves their day zero. Competing events
    are those of the plan. The same is tkk_cli.outcome_sensitivity() in Python.

    \b
    Examples:
      tkk outcomes sensitivity cohort.toml --outcome O2 --windows 14,28,60,90 --at 365
      tkk outcomes sensitivity cohort.toml --origins start,end,programme_start --group programme \\
          --figure herkkyys.pdf --lang fi
    """
    from tkk_cli.commands.output import deliver, rendered, tell
    from tkk_cli.commands.waiting import stage_bar
    from tkk_cli.report.writing import check_names
    from tkk_cli.steps.sensitivity import analyse, grid_of

    check_names(outputs={"--output": output.output, "--figure": figure.figure}, inputs=(plan, options.spark_options))
    figure.require_use()
    if figure.figure is not None:
        from tkk_cli.data.registers.entry.reading import read_plan
        from tkk_cli.report.figures.saving import check_suffix
        from tkk_cli.report.figures.sensitivity import check_size

        check_suffix(figure.figure)
        grid = grid_of(read_plan(Path(plan)), options)
        check_size(len(grid), len(grid.origins))
    with stage_bar(output.quiet) as bar:
        result = analyse(Path(plan), options, begin=bar.begin, expect=bar.expect)
    written = rendered(result, output)
    if figure.figure is not None:
        from tkk_cli.report.figures.sensitivity import save

        save(result, figure.figure, figure, output.lang)
        tell(f"wrote {figure.figure}", output)
    deliver(written, result, output)
