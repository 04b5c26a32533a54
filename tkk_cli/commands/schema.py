"""``tkk schema``: the published JSON Schema of a result."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tkk_cli.commands.build import make_app
from tkk_cli.errors import TkkError

__all__ = ["app", "schema"]


def schema(
    kind: Annotated[str, typer.Argument(help="The command whose result is described, for example survival.")],
) -> None:
    """Print the JSON Schema (draft 2020-12) of a result.

    \b
    Examples:
      tkk schema survival
    """
    from tkk_cli.results import TABLES, json_schema

    if kind not in TABLES:
        raise TkkError("TKK522", f"{kind!r} makes no result", hint=f"choose one of {', '.join(TABLES)}")
    print(json.dumps(json_schema(kind), ensure_ascii=False, indent=2))


app = make_app("schema", schema)
