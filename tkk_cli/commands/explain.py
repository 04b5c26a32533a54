"""``tkk explain``: what an error code means for the estimate, and what each estimator can do."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any

import typer

from tkk_cli.commands.build import make_app
from tkk_cli.errors import CODES, TkkError

__all__ = ["app", "explain"]

WIDTH = 88
# What another command explains.
ELSEWHERE = {"layouts": "tkk check --layouts", "outcomes": "tkk outcomes list", "codes": "tkk check --codes NAME"}


def explain(
    topic: Annotated[str | None, typer.Argument(help="An error code, or the word capabilities.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.", rich_help_panel="Output")] = False,
) -> None:
    """Explain an error code, or what each estimator can do.

    Without an argument, list every code.

    \b
    Examples:
      tkk explain
      tkk explain TKK101
      tkk explain capabilities --json
    """
    if topic is None:
        found: Any = {code: row._asdict() for code, row in CODES.items()}
        text = "\n".join(f"{code}  {row.title}" for code, row in CODES.items())
    elif topic.lower() == "capabilities":
        found, text = _capabilities()
    else:
        found, text = _code(topic)
    print(json.dumps(found, ensure_ascii=False, indent=2) if as_json else text)


def _code(topic: str) -> tuple[dict[str, Any], str]:
    code = topic.upper() if topic.upper().startswith("TKK") else f"TKK{topic}"
    if code not in CODES:
        near = get_close_matches(code, CODES, n=3) + get_close_matches(topic.lower(), ["capabilities"])
        if topic.lower() in ELSEWHERE:
            near = [ELSEWHERE[topic.lower()]]
        hint = f"did you mean {' or '.join(near)}?" if near else "tkk explain lists the codes"
        raise TkkError("TKK521", f"{topic!r} is neither an error code nor 'capabilities'", hint=hint)
    row = CODES[code]
    parts = {
        "Why it matters for the estimate": row.why,
        "How to fix it": row.fix,
        "Example": row.example,
        "Exit status": str(row.exit_status),
    }
    lines = [f"{code}  {row.title}"]
    for name, text in parts.items():
        if text:
            lines += ["", name, textwrap.indent(textwrap.fill(text, WIDTH - 2), "  ")]
    return {"code": code, **row._asdict()}, "\n".join(lines)


def _capabilities() -> tuple[dict[str, Any], str]:
    from tkk_cli.estimators.capabilities import CAPABILITIES, FEATURES
    from tkk_cli.steps.regression.capabilities import MODEL_CAPABILITIES, MODEL_FEATURES

    lines = ["Curves and tests (tkk survival)", "", *_grid(CAPABILITIES, FEATURES)]
    lines += ["", "Models (tkk regress)", "", *_grid(MODEL_CAPABILITIES, MODEL_FEATURES)]
    lines += ["", "A code in a cell is the refusal: tkk explain CODE says why.", ""]
    names = FEATURES | MODEL_FEATURES
    longest = max(len(name) for name in names)
    lines += [f"{name.ljust(longest)}  {text}" for name, text in names.items()]
    found = {
        "features": FEATURES,
        "capabilities": CAPABILITIES,
        "model_features": MODEL_FEATURES,
        "model_capabilities": MODEL_CAPABILITIES,
    }
    return found, "\n".join(lines)


def _grid(table: Mapping[str, Mapping[str, str]], features: Mapping[str, str]) -> list[str]:
    width = max(len(name) for name in table)
    columns = {name: max(len(name), *(len(row.get(name, "")) for row in table.values())) for name in features}
    lines = ["  ".join([" " * width, *(name.ljust(columns[name]) for name in features)]).rstrip()]
    for estimator, row in table.items():
        cells = [row.get(name, "").ljust(columns[name]) for name in features]
        lines.append("  ".join([estimator.ljust(width), *cells]).rstrip())
    return lines


app = make_app("explain", explain)
