"""``tkk inspect``: how a file is read, before anything is computed from it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tkk_cli.commands.build import make_app, with_options
from tkk_cli.data.options import ReadOptions

__all__ = ["app", "inspect"]


@with_options(options=ReadOptions)
def inspect(
    file: Annotated[str, typer.Argument(help="The data file, a folder of Parquet parts, or - for standard input.")],
    options: ReadOptions,
    columns: Annotated[
        str | None,
        typer.Option("--columns", help="Only these columns, separated by commas.", rich_help_panel="Output"),
    ] = None,
    ranges: Annotated[
        bool,
        typer.Option("--ranges", help="Also the smallest and largest numbers.", rich_help_panel="Output"),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.", rich_help_panel="Output")] = False,
) -> None:
    """Show how a file is read: dialect, columns, types, labels, missing values, dates.

    Every guess is named and can be overridden. Of columns with at most 12 levels (texts and labelled codes) each level
    is shown with its number of rows. No other value is shown except the ends of date columns (and of numbers, with
    --ranges).

    \b
    Examples:
      tkk inspect sample_data/kuntoutus.csv
      tkk inspect cohort.csv --separator ";" --decimal , --date-format d.m.yyyy
      tkk inspect cohort.sav --columns tila,ohjelma --json
    """
    from tkk_cli.data.inspection import describe
    from tkk_cli.data.reading import read_table
    from tkk_cli.options import words

    facts = describe(read_table(file, words(columns) if columns else None, options), ranges=ranges)
    if as_json:
        import json

        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        print(_text(facts))


def _text(facts: dict[str, Any]) -> str:
    reading = dict(facts["reading"])
    guessed = reading.pop("guessed", [])
    reading.pop("codebook_sha256", None)
    head = f"{facts['name']}: {facts['format']}, {facts['n_rows']} rows, {len(facts['columns'])} columns"
    lines = [head + (", synthetic" if facts["synthetic"] else "")]
    for name, value in reading.items():
        shown = "no number shows it" if value is None else value
        option = f"  (guessed; --{name} overrides)" if name in guessed else ""
        lines.append(f"  {name}: {shown}{option}")
    table: list[tuple[str, ...]] = [("column", "kind", "read as", "distinct", "missing", "range", "label")]
    table += [_row(column) for column in facts["columns"]]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    lines.append("")
    for row, column in zip(table, [None, *facts["columns"]], strict=True):
        cells = [
            cell.rjust(w) if i in (3, 4) else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
        lines += [f"    {text}" for text in _more(column)] if column else []
    return "\n".join(lines)


def _row(column: dict[str, Any]) -> tuple[str, ...]:
    missing = str(sum(column["missing"].values()))
    ends = " to ".join(column.get("range", []))
    return (
        column["name"],
        column["kind"],
        column["format"],
        str(column["distinct"]),
        missing,
        ends,
        _label(column["label"]),
    )


def _label(texts: dict[str, str]) -> str:
    return texts.get("") or texts.get("fi") or next(iter(texts.values()), "")


def _more(column: dict[str, Any]) -> list[str]:
    """What does not fit in a table: missing values by reason, value labels, codebook, doubts."""
    lines = []
    if column["missing"]:
        lines.append("missing: " + ", ".join(f"{reason}: {count}" for reason, count in column["missing"].items()))
    counts, labels = column.get("counts", {}), column["value_labels"]
    if counts or labels:
        shown = [code + (f" = {_label(labels[code])}" if code in labels else "") for code in counts or labels]
        rows = [f": {count}" for count in counts.values()] or [""] * len(shown)
        lines.append("values: " + ", ".join(text + count for text, count in zip(shown, rows, strict=True)))
    given = [f"{key} {column[key]}" for key in ("role", "unit", "reference") if column[key] is not None]
    if given:
        lines.append("codebook: " + ", ".join(given))
    if column["note"]:
        lines.append(f"look: {column['note']}")
    return lines


app = make_app("inspect", inspect)
