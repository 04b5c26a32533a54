"""Entering work: sustained employment (O12), competitive employment (O13), and the same employer later on (O23)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tkk_cli.data.registers.sql import identifier
from tkk_cli.outcomes.definition import Column, Context, Outcome, Parameter
from tkk_cli.outcomes.phrases import (
    GAP,
    YES_NO,
    absent,
    competing,
    ctes,
    employed,
    entered,
    event_columns,
    followed,
    pieces,
    rivals,
    runs,
    time_event,
    words,
)

__all__ = ["OUTCOMES"]

Values = Mapping[str, Any]
EMPLOYED = Parameter("at_work", "Whether employment is being at work, or a contract alone.", ("at_work", "contract"))
SUSTAINED = words("Pysyvä työllisyys", "Varaktig sysselsättning", "Sustained employment")
COMPETITIVE = words("Työ avoimilla työmarkkinoilla", "Arbete på öppna arbetsmarknaden", "Competitive employment")
SAME = words("Sama työnantaja", "Samma arbetsgivare", "Same employer")


def sustained_sql(prefix: str, parameters: Values, context: Context) -> str:
    """The first run of employment of so many days."""
    shared = (
        entered(),
        followed(),
        competing(context, rivals(context)),
        runs("run", "still", employed(parameters, context), parameters["gap"]),
        f"back AS (SELECT pid, MIN(a) AS day FROM run WHERE b - a >= {parameters['days']} GROUP BY pid)",
    )
    return f"""{ctes(*shared)}
SELECT n.pid, {time_event(prefix, "r.day")}
FROM entered AS n LEFT JOIN ended AS c ON c.pid = n.pid LEFT JOIN back AS r ON r.pid = n.pid"""


def _jobs(name: str, source: str, context: Context) -> str:
    """Work of each employer on the days of ``source``; an employer that is not known is one employer."""
    ranks = ", ".join(str(context.states.rank(state)) for state in sorted(context.states.with_work("competitive")))
    return f"""{name} AS (SELECT f.pid, COALESCE(s.employer, '') AS employer, GREATEST(s.start, f.a) AS a,
    LEAST(COALESCE(s.stop, f.b), f.b) AS b, CAST(FLOOR(s.hours * 100 + 0.5) AS BIGINT) AS hours
    FROM {source} AS f JOIN spell AS s ON s.pid = f.pid AND s.start < f.b AND (s.stop IS NULL OR s.stop > f.a)
    WHERE s.state IN ({ranks or "0"}) AND (s.stop IS NULL OR s.stop > s.start))"""


def competitive_sql(prefix: str, parameters: Values, context: Context) -> str:
    """The first job, and within the horizon the days, hours and longest job."""
    own = {**parameters, "subsidised": "does_not_count"}
    shared = (
        entered(parameters["horizon"]),
        followed(),
        competing(context, rivals(context)),
        f"hired AS (SELECT pid, a, b FROM still WHERE {employed(own, context)})",
        f"contracted AS (SELECT pid, a, b FROM still WHERE {employed({**own, 'employed': 'contract'}, context)})",
        _jobs("worked", "hired", context),
        pieces("hourly", "worked", "hours", "employer"),
        _jobs("held", "contracted", context),
        runs("tenure", "held", "b > a", by="employer"),
        "total AS (SELECT pid, MIN(a) AS day, CAST(SUM(b - a) AS BIGINT) AS days FROM hired GROUP BY pid)",
        "time_worked AS (SELECT pid, CAST(SUM((b - a) * hours) AS BIGINT) AS hours FROM hourly GROUP BY pid)",
        "longest AS (SELECT pid, MAX(b - a) AS days FROM tenure GROUP BY pid)",
    )
    return f"""{ctes(*shared)}
SELECT n.pid, CASE WHEN t.pid IS NULL THEN 0 ELSE 1 END AS {identifier(f"{prefix}_any")},
    {time_event(prefix, "t.day")},
    CAST(COALESCE(t.days, 0) AS DOUBLE) / CAST(7 AS DOUBLE) AS {identifier(f"{prefix}_weeks")},
    CASE WHEN t.pid IS NULL THEN CAST(0 AS DOUBLE)
        ELSE CAST(h.hours AS DOUBLE) / CAST(700 AS DOUBLE) END AS {identifier(f"{prefix}_hours")},
    CAST(COALESCE(g.days, 0) AS INT) AS {identifier(f"{prefix}_longest")}
FROM entered AS n LEFT JOIN ended AS c ON c.pid = n.pid LEFT JOIN total AS t ON t.pid = n.pid
LEFT JOIN time_worked AS h ON h.pid = n.pid LEFT JOIN longest AS g ON g.pid = n.pid"""


def competitive_columns(prefix: str, parameters: Values, context: Context) -> tuple[Column, ...]:
    """Any job, the time to it, weeks, hours and the longest job."""
    return (
        Column(f"{prefix}_any", "yes_no", COMPETITIVE, labels=YES_NO),
        *event_columns(prefix, COMPETITIVE, [COMPETITIVE], rivals(context), context),
        Column(f"{prefix}_weeks", "number", words("Viikkoja työssä", "Veckor i arbete", "Weeks worked"), "week"),
        Column(f"{prefix}_hours", "number", words("Työtunteja", "Arbetstimmar", "Hours worked"), "hour"),
        Column(f"{prefix}_longest", "number", words("Pisin työsuhde", "Längsta anställning", "Longest job"), "day"),
    )


def same_sql(prefix: str, parameters: Values, context: Context) -> str:
    """Whether the employer before the index spell employs the person on a day after day zero."""
    work = context.states.with_work("competitive") | context.states.with_work("subsidised")
    ranks = ", ".join(str(context.states.rank(state)) for state in sorted(work)) or "0"
    day = f"n.index_day + {parameters['at']}"
    there = f"NOT {absent(context)}" if parameters["absent"] == "counts" else "e.work >= 1"
    return f"""WITH kept AS (SELECT DISTINCT n.pid FROM entrant AS n JOIN spell AS s ON s.pid = n.pid
    AND s.employer = n.employer AND s.start <= {day} AND (s.stop IS NULL OR {day} < s.stop) AND s.state IN ({ranks})),
present AS (SELECT DISTINCT n.pid FROM entrant AS n JOIN episode AS e ON e.pid = n.pid
    AND e.start <= {day} AND {day} < e.stop AND {there})
SELECT n.pid, CASE WHEN n.employer IS NULL OR n.follow_stop <= {day} THEN NULL
    WHEN s.pid IS NOT NULL AND w.pid IS NOT NULL THEN 1 ELSE 0 END AS {identifier(f"{prefix}_same")}
FROM entrant AS n LEFT JOIN kept AS s ON s.pid = n.pid LEFT JOIN present AS w ON w.pid = n.pid"""


OUTCOMES = (
    Outcome(
        code="O12",
        name="sustained_employment",
        aims=(1, 4),
        titles=SUSTAINED,
        definitions=words(
            "Ensimmäinen vähintään {days} päivän jakso työllisenä ({employed}; tuettu työ: {subsidised}). Enintään "
            "{gap} päivän keskeytys ei katkaise jaksoa.",
            "Den första perioden av minst {days} dagar i sysselsättning ({employed}; subventionerat arbete: "
            "{subsidised}). Ett avbrott på högst {gap} dagar bryter inte perioden.",
            "The first run of at least {days} days in employment ({employed}; subsidised work: {subsidised}). An "
            "interruption of at most {gap} days does not break it.",
        ),
        source="Common in evaluations of vocational rehabilitation (unverified); 1, 6 and 12 months are in use too",
        parameters={
            "days": Parameter(90, "Days that employment must last (3 months; 30, 180, 365).", least=1, most=3660),
            "employed": EMPLOYED,
            "subsidised": Parameter("counts", "Whether subsidised work counts.", ("counts", "does_not_count")),
            "gap": GAP,
        },
        columns=lambda prefix, parameters, context: event_columns(
            prefix, SUSTAINED, [SUSTAINED], rivals(context), context
        ),
        sql=sustained_sql,
    ),
    Outcome(
        code="O13",
        name="competitive_employment",
        aims=(1,),
        titles=COMPETITIVE,
        definitions=words(
            "Työ avoimilla työmarkkinoilla {horizon} päivän kuluessa, ilman tuettua työtä ({employed}): onko sitä "
            "ollut päiväkään, aika ensimmäiseen työhön, viikot, tunnit (viikkotyöajoista) ja pisin työsuhde päivinä "
            "(poissaolot mukaan lukien).",
            "Arbete på öppna arbetsmarknaden inom {horizon} dagar, utan subventionerat arbete ({employed}): om det "
            "funnits någon dag, tiden till det första arbetet, veckor, timmar (av veckoarbetstider) och den längsta "
            "anställningen i dagar (frånvaro inräknad).",
            "Work on the open labour market within {horizon} days, without subsidised work ({employed}): whether there "
            "was a day of it, the time to the first job, weeks, hours (from weekly hours) and the longest job in days "
            "(absence included).",
        ),
        source="Reme 2019; SEED 2020 (individual placement and support)",
        parameters={"horizon": Parameter(548, "Days from day zero (18 months).", least=1), "employed": EMPLOYED},
        columns=competitive_columns,
        sql=competitive_sql,
    ),
    Outcome(
        code="O23",
        name="same_employer",
        aims=(2,),
        titles=SAME,
        definitions=words(
            "Onko indeksijaksoa edeltävä työnantaja henkilön työnantaja myös {at} päivän kuluttua nollapäivästä "
            "(sopimus; poissaolo silloin: {absent}). Puuttuu, jos työnantajaa ei tunneta tai seuranta päättyy "
            "aiemmin.",
            "Om arbetsgivaren före indexperioden är personens arbetsgivare också {at} dagar efter dag noll (kontrakt; "
            "frånvaro då: {absent}). Saknas om arbetsgivaren är okänd eller uppföljningen slutar tidigare.",
            "Whether the employer before the index spell is the person's employer {at} days after day zero too "
            "(contract; absence then: {absent}). Missing if the employer is unknown or follow-up ends before.",
        ),
        source="FOLK (yrtun_s; keys of public employers changed in 2004/05)",
        parameters={
            "at": Parameter(365, "Days from day zero.", least=1),
            "absent": Parameter(
                "counts", "Whether a contract counts on a day not at work.", ("counts", "does_not_count")
            ),
        },
        columns=lambda prefix, parameters, context: (Column(f"{prefix}_same", "yes_no", SAME, labels=YES_NO),),
        sql=same_sql,
    ),
)
