"""The list of what SQL may be in a kernel refuses what the engines understand differently."""

from __future__ import annotations

import pytest
from support.portable import objections

from tkk_cli.data.registers import sql


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT a - b AS d, x / 7 FROM t", "no DOUBLE"),
        ("SELECT DATE_DIFF('month', a, b) FROM t", "DATE_DIFF"),
        ("SELECT a + INTERVAL 1 DAY FROM t", "INTERVAL"),
        ("SELECT SUM(x) OVER (PARTITION BY p ORDER BY d) FROM t", "ROWS frame"),
        ("SELECT LIST(x ORDER BY y) FROM t", "LIST"),
        ("SELECT x FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY x) = 1", "QUALIFY"),
        ("SELECT * FROM t ASOF JOIN u ON t.a >= u.a", "ASOF"),
        ("SELECT x FROM t LIMIT 3", "LIMIT"),
        ("SELECT QUANTILE_CONT(x, 0.5) FROM t", "function"),
        ("SELECT ISODOW(x) FROM t", "function"),
        ("SELECT no_such(x) FROM t", "unknown function"),
    ],
)
def test_what_means_something_else_in_spark_is_refused(text: str, words: str) -> None:
    assert any(words in objection for objection in objections(text))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT x // 7, x % 7, CAST(SUM(y) AS BIGINT), CAST(x AS DOUBLE) / 7 FROM t GROUP BY x",
        "SELECT SUM(x) OVER (PARTITION BY p ORDER BY d ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t",
        "SELECT UNNEST(GENERATE_SERIES(a, b)) AS k FROM t WHERE b >= a",
        f"SELECT {sql.text_day('x', 'd.m.yyyy')}, {sql.text_day('x', 'yyyymmdd')}, {sql.date_day('d')} FROM t",
        f"SELECT {sql.weekdays('a', 'b', 6)}, {sql.year_start('y')}, {sql.has_any('s', 5)} FROM t",
    ],
)
def test_what_was_tried_on_both_engines_may_be_used(text: str) -> None:
    assert objections(text) == []
