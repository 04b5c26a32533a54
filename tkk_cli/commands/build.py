"""Turn an options dataclass into a Typer command: the flags, their help sections and their defaults."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_type_hints

import typer
from typer.core import TyperCommand

from tkk_cli.options import flag

__all__ = ["make_app", "with_options"]


class SectionedCommand(TyperCommand):
    """A command whose help lists its options in named sections, in plain text."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                section = "Arguments" if parameter.param_type_name == "argument" else "Options"
                name = getattr(parameter, "rich_help_panel", None) or section
                sections.setdefault(name, []).append(record)
        for name in [n for n in sections if n != "Options"] + ["Options"]:
            if name in sections:
                with formatter.section(name):
                    formatter.write_dl(sections[name])


def make_app(name: str, function: Callable[..., None]) -> typer.Typer:
    """An app that holds one command, ready for the lazy command table of ``app``."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    app.command(name, cls=SectionedCommand, context_settings={"help_option_names": ["-h", "--help"]})(function)
    return app


def with_options(**classes: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the flags of options classes.

    ``with_options(options=SurvivalOptions)`` replaces the parameter ``options`` of the decorated function by one flag
    a field; the function is called with the options object.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(function, eval_str=True)
        parameters = [p for p in own.parameters.values() if p.name not in classes]
        for kind in classes.values():
            parameters += _flags(kind)
        # Typer reads the arguments first; every flag is keyword-only with a default.
        parameters.sort(key=lambda p: p.default is not inspect.Parameter.empty)

        def command(**given: Any) -> None:
            for name, kind in classes.items():
                for f in dataclasses.fields(kind):
                    if f.metadata["repeatable"]:
                        given[f.name] = ";".join(given[f.name] or ()) or None
                own_names = [f.name for f in dataclasses.fields(kind)]
                given[name] = kind(**{n: given.pop(n) for n in own_names})
            function(**given)

        command.__name__ = function.__name__
        command.__doc__ = function.__doc__
        command.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in parameters}
        return command

    return decorate


def _flags(kind: type) -> list[inspect.Parameter]:
    hints = get_type_hints(kind)
    return [
        inspect.Parameter(
            f.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=f.default,
            annotation=Annotated[_flag_type(f, hints[f.name]), _typer_option(f)],
        )
        for f in dataclasses.fields(kind)
    ]


def _flag_type(field: dataclasses.Field[Any], hint: Any) -> Any:
    """Numbers reach the options class as text: ``options`` reads them, and knows that 0,5 is meant as 0.5."""
    if field.metadata["repeatable"]:
        return list[str] | None
    if hint in (int, float):
        return str
    return str | None if hint in (int | None, float | None) else hint


def _typer_option(field: dataclasses.Field[Any]) -> Any:
    text, choices = field.metadata["help"], field.metadata["choices"]
    if choices:
        text = f"{text} [{'|'.join(choices)}]"
    is_number = bool({"int", "float"} & set(str(field.type).split(" | ")))
    names = [f"--{flag(field.name)}"] + ([field.metadata["short"]] if field.metadata["short"] else [])
    return typer.Option(
        *names,
        help=text,
        metavar="<number>" if is_number else None,
        rich_help_panel=field.metadata["section"],
        show_default=field.default not in (None, False),
        autocompletion=(lambda: list(choices)) if choices else None,
    )
