"""A document as Markdown: pipe tables that are also aligned for reading in the source."""

from __future__ import annotations

import re

from tkk_cli.report.document import Document, Grid

__all__ = ["render"]


def render(document: Document) -> str:
    """The Markdown text of a document, headings from level one."""
    parts = [f"# {_escape(document.title)}", *(_escape(words) for words in document.lead)]
    for block in document.blocks:
        if isinstance(block, Grid):
            parts += [f"## {_escape(block.caption)}", _table(block)]
            parts += [f"*{_escape(block.foot)}*"] if block.foot else []
        else:
            bullet, gap = ("", "\n\n") if block.style == "provenance" else ("- ", "\n")
            parts += [f"## {_escape(block.heading)}", gap.join(bullet + _escape(words) for words in block.sentences)]
    return "\n\n".join(parts) + "\n"


def _table(grid: Grid) -> str:
    head = [_escape(column.heading) for column in grid.columns]
    body = [[_escape(cell) for cell in row] for row in grid.rows()]
    widths = [max(3, *(len(row[i]) for row in (head, *body))) for i in range(len(head))]
    numeric = [column.numeric for column in grid.columns]

    def line(cells: list[str]) -> str:
        padded = [c.rjust(w) if n else c.ljust(w) for c, w, n in zip(cells, widths, numeric, strict=True)]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * (w - 1) + ":" if n else "-" * w for w, n in zip(widths, numeric, strict=True)]
    return "\n".join([line(head), line(rule), *(line(row) for row in body)])


def _escape(words: str) -> str:
    """Letters that Markdown would read as markup, escaped; a label must not become a table, a link or a tag."""
    return re.sub(r"([\\|*_`<\[\]])", r"\\\1", " ".join(words.split(" ")).replace("\n", " "))
