"""What SQL may be in a kernel: what was tried on both engines and meant the same. An allow-list, so news is refused."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

# Functions that gave identical tables on DuckDB and Spark.
FUNCTIONS = {
    *(
        "Sum",
        "Count",
        "Min",
        "Max",
        "Avg",
        "Median",
        "BitwiseXorAgg",
        "Lag",
        "Lead",
        "RowNumber",
        "FirstValue",
        "LastValue",
    ),
    *("Coalesce", "Nullif", "Greatest", "Least", "Case", "If", "Cast", "TryCast", "Abs", "Floor", "Round"),
    *("And", "Or", "Xor", "Not", "Exists"),
    *("Trim", "Upper", "Lower", "Length", "Pad", "Substring", "Left", "Right", "SplitPart", "Replace", "Concat"),
    *("DateDiff", "Explode", "Unnest", "GenerateSeries", "Array"),
}
RAISED = {
    exp.Qualify: "QUALIFY",
    exp.Interval: "INTERVAL arithmetic",
    exp.Pivot: "PIVOT",
    exp.TableSample: "SAMPLE",
    exp.Filter: "FILTER",
    exp.ArrayAgg: "LIST (its order is not carried over)",
    exp.GroupConcat: "STRING_AGG (its order is not carried over)",
}
AGGREGATES = (exp.Sum, exp.Min, exp.Max, exp.Count, exp.Avg, exp.BitwiseXorAgg)


def objections(sql: str) -> list[str]:
    """What of the SQL is not known to mean the same in Spark; nothing where all is well."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    found = [words for kind, words in RAISED.items() if tree.find(kind)]
    for function in tree.find_all(exp.Func):
        name = type(function).__name__
        if name == "Anonymous":
            found.append(f"unknown function {function.name}")
        elif name not in FUNCTIONS:
            found.append(f"function {name}")
        if isinstance(function, exp.DateDiff) and str(function.args.get("unit") or "").strip("'").upper() != "DAY":
            found.append("DATE_DIFF of another unit than days")
    for window in tree.find_all(exp.Window):
        ordered = window.args.get("order") and not window.args.get("alias")
        if isinstance(window.this, AGGREGATES) and ordered and not window.args.get("spec"):
            found.append("an ordered aggregate window without a ROWS frame")
    for join in tree.find_all(exp.Join):
        if str(join.args.get("method") or "").upper() == "ASOF":
            found.append("ASOF JOIN")
    for quotient in tree.find_all(exp.Div):
        if not any(_is_double(side) for side in (quotient.left, quotient.right)):
            found.append("/ of operands that are no DOUBLE")
    for place in tree.find_all(exp.Bracket):
        found.append(f"the position {place.sql()} in an array, which starts at 1 or at 0")
    for limit in tree.find_all(exp.Limit):
        if not limit.parent_select or not limit.parent_select.args.get("order"):
            found.append("LIMIT without an order")
    return found


def _is_double(side: exp.Expression) -> bool:
    side = side.unnest()
    return (
        (isinstance(side, exp.Cast) and side.to.is_type("double"))
        or isinstance(side, exp.Avg)
        or (isinstance(side, exp.Literal) and "." in side.name)
    )
