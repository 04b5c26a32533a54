"""Long spells: one row a spell with a person key, a start and an end; a code, or one state for all."""

from __future__ import annotations

from tkk_cli.data.registers.layouts.layout import Layout, Role, Rows, Source, SpellRows
from tkk_cli.data.registers.layouts.unfold import EXTENT_UNIT, STATE, share

__all__ = ["KEYS", "LAYOUT"]

# The person key by its names in Finnish registers; the name changed, the key did not always.
KEYS = ("hid_e", "shnro", "incomeearnerhid_e", "incomeearnershnro", "id", "henkilo", "person", "pnr", "pid")


def rows(source: Source) -> tuple[Rows, ...]:
    """One spell a row."""
    return (
        SpellRows(
            rows=source.view,
            key=source.text("key"),
            start=source.day("start"),
            end=source.day("end"),
            start_present=source.present("start"),
            end_present=source.present("end"),
            inclusive=source.inclusive,
            code=source.text("code"),
            state=source.settings["state"],
            employer=source.text("employer"),
            extent=share(source, "extent"),
            hours=source.number("hours"),
            programme=source.text("programme"),
            provider=source.text("provider"),
            diagnosis=source.text("diagnosis"),
            decided=source.day("decided"),
        ),
    )


LAYOUT = Layout(
    name="long",
    title="One row a spell: person, start, end, and a code or one state for all",
    source="the common denominator of register extracts",
    roles=(
        Role("key", "key", KEYS),
        Role("start", "date", ("alkupvm", "alku", "start", "start_date", "alkamispvm")),
        Role("end", "date", ("loppupvm", "loppu", "end", "end_date", "stop", "paattymispvm"), required=False),
        Role("code", "code", ("tila", "koodi", "state", "code", "laji"), required=False),
        Role("employer", "text", ("yrtun_s", "syrtun", "tyonantaja", "employer"), required=False),
        Role("extent", "number", ("osuus", "extent"), required=False),
        Role("hours", "number", ("viikkotunnit", "hoursperweek", "hours"), required=False),
        Role("programme", "text", ("ohjelma", "toimenpide", "programme"), required=False),
        Role("provider", "text", ("palveluntuottaja", "kurssi", "provider"), required=False),
        Role("diagnosis", "text", ("diagnoosi", "icd10", "dg", "diagnosis"), required=False),
        Role("decided", "date", ("paatospvm", "decided"), required=False),
    ),
    rows=rows,
    settings={"state": STATE, "extent_unit": EXTENT_UNIT},
)
