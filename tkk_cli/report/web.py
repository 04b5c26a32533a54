"""A document as one HTML file: no script, nothing from outside, readable on paper, in grey and by a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tkk_cli.report.document import Document, Grid, Listing

__all__ = ["render"]

_STYLE = """
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 56rem; padding: 0 1rem; color: #1a1a1a; background: #fff;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 .75rem; }
h2, caption { font-size: 1.05rem; font-weight: 600; text-align: left; line-height: 1.3; margin: 0; }
p { margin: .25rem 0; }
section { margin: 2rem 0 0; overflow-x: auto; }
caption { padding: 0 0 .35rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; line-height: 1.35; }
thead { border-top: 1.5px solid #1a1a1a; border-bottom: 1px solid #1a1a1a; }
tbody { border-bottom: 1px solid #c8c8c8; }
tbody:last-of-type { border-bottom: 1.5px solid #1a1a1a; }
th, td { padding: .3rem .5rem; vertical-align: top; text-align: left; font-weight: 400; }
tr:first-child > :first-child { padding-left: 0; }
tr > :last-child { padding-right: 0; }
thead th { font-weight: 600; vertical-align: bottom; }
.number { text-align: right; width: 9%; }
.whole { white-space: nowrap; }
td.number { white-space: nowrap; }
.foot { font-size: .85rem; color: #444; }
ul { margin: .35rem 0 0; padding-left: 1.25rem; }
.warning { border-left: 5px solid #1a1a1a; padding-left: .9rem; }
.provenance p { font-size: .85rem; color: #444; overflow-wrap: anywhere; }
@media print {
  :root { font-size: 9.5pt; }
  body { margin: 0; max-width: none; padding: 0; font-size: 1rem; }
  th, td { padding-top: .15rem; padding-bottom: .15rem; }
  section { break-inside: avoid; overflow: visible; margin-top: 1.2rem; }
}
"""


def render(document: Document) -> str:
    """The HTML of a document, whole and self-contained."""
    lead = "\n".join(f"<p>{escape(words)}</p>" for words in document.lead)
    blocks = "\n".join(_grid(block) if isinstance(block, Grid) else _listing(block) for block in document.blocks)
    return f"""<!DOCTYPE html>
<html lang="{document.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(document.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{escape(document.title)}</h1>
{lead}
{blocks}
</main>
</body>
</html>
"""


def _grid(grid: Grid) -> str:
    head = "".join(
        f'<th scope="col"{_number(column.numeric)}>{_heading(column.heading)}</th>' for column in grid.columns
    )
    bodies = "\n".join(_bodies(grid))
    foot = f'\n<p class="foot">{escape(grid.foot)}</p>' if grid.foot else ""
    return f"""<section>
<table>
<caption>{escape(grid.caption)}</caption>
<thead><tr>{head}</tr></thead>
{bodies}
</table>{foot}
</section>"""


def _bodies(grid: Grid) -> Iterator[str]:
    """The rows, those that share a name in the first column together: a name that repeats stands once and spans."""
    rows, repeats = grid.rows(), grid.repeats()
    starts = [i for i, n in enumerate(repeats) if n == 0]
    for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True):
        lines = []
        for i in range(start, stop):
            cells = []
            for j in range(repeats[i], len(rows[i])):
                span = next((k for k in range(i + 1, stop) if repeats[k] <= j), stop) - i
                cells.append(_cell(rows[i][j], j > 0 and grid.columns[j].numeric, j == 0, span))
            lines.append(f"<tr>{''.join(cells)}</tr>")
        yield "<tbody>\n" + "\n".join(lines) + "\n</tbody>"


def _cell(words: str, numeric: bool, first: bool, span: int) -> str:
    if numeric:
        return f"<td{_number(True)}>{escape(words)}</td>"
    scope = "rowgroup" if first and span > 1 else "row"
    spans = f' rowspan="{span}"' if span > 1 else ""
    return f'<th scope="{scope}"{spans}>{escape(words)}</th>'


def _heading(words: str) -> str:
    """A heading that breaks between words only: browsers would also break at a hyphen."""
    return " ".join(
        f'<span class="whole">{escape(word)}</span>' if "-" in word else escape(word) for word in words.split(" ")
    )


def _number(numeric: bool) -> str:
    return ' class="number"' if numeric else ""


def _listing(listing: Listing) -> str:
    if listing.style == "provenance":
        inner = "\n".join(f"<p>{escape(words)}</p>" for words in listing.sentences)
    else:
        inner = "<ul>\n" + "\n".join(f"<li>{escape(words)}</li>" for words in listing.sentences) + "\n</ul>"
    return f'<section class="{listing.style}">\n<h2>{escape(listing.heading)}</h2>\n{inner}\n</section>'
