"""Every check, one row each: the fourteen traps of Finnish registers, and what can be wrong with any register."""

from __future__ import annotations

from tkk_cli.data.registers.checks import keys, rows, spans, years
from tkk_cli.data.registers.checks.activity import activity_conflict
from tkk_cli.data.registers.checks.check import Check
from tkk_cli.data.registers.checks.rows import trap

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    Check(name="two_key_forms", code="TKK260", trap=0, level="error", look=keys.two_key_forms),
    # the fourteen traps ----------------------------------------------------------------------------------------------
    Check(name="key_names", code="TKK261", trap=1, level="note", look=keys.key_names),
    Check(name="key_forms", code="TKK261", trap=1, level="warning", look=keys.key_forms),
    Check(name="employment_break", code="TKK262", trap=2, level="error", look=spans.employment_break),
    Check(name="pension_break", code="TKK263", trap=3, level="error", look=spans.pension_break),
    Check(name="pension_gap_years", code="TKK263", trap=3, level="note", rows=rows.PENSION_GAP_YEARS, applies=trap(3)),
    Check(name="no_sickness", code="TKK264", trap=4, level="warning", look=spans.no_sickness),
    Check(name="no_disability_pension", code="TKK264", trap=4, level="warning", look=spans.no_disability_pension),
    Check(
        name="activity_as_state",
        code="TKK265",
        trap=5,
        level="warning",
        rows=rows.ACTIVITY_AS_STATE,
        applies=rows.played_by("code", *rows.ACTIVITY),
    ),
    Check(
        name="activity_inferred",
        code="TKK265",
        trap=5,
        level="note",
        kind="person",
        rows=rows.ACTIVITY_INFERRED,
        applies=rows.played_by("activity", *rows.ACTIVITY),
    ),
    Check(name="activity_conflict", code="TKK265", trap=5, level="warning", look=activity_conflict),
    Check(name="incomplete_years", code="TKK266", trap=6, level="note", look=years.incomplete_years),
    Check(name="death_known_early", code="TKK267", trap=7, level="note", kind="person", rows=rows.DEATH_KNOWN_EARLY),
    Check(name="row_after_death", code="TKK267", trap=7, level="warning", kind="person", rows=rows.ROW_AFTER_DEATH),
    Check(name="spell_after_death", code="TKK267", trap=7, level="warning", rows=rows.SPELL_AFTER_DEATH),
    Check(
        name="employment_before_1995",
        code="TKK268",
        trap=8,
        level="warning",
        rows=rows.employment(1900, 1995),
        applies=trap(8),
    ),
    Check(
        name="employment_before_2005",
        code="TKK268",
        trap=8,
        level="note",
        rows=rows.employment(1995, 2005),
        applies=trap(8),
    ),
    Check(name="employer_keys", code="TKK269", trap=9, level="warning", look=spans.employer_keys),
    Check(name="under_18", code="TKK270", trap=10, level="note", rows=rows.UNDER_18, applies=trap(10)),
    Check(name="occupation_change", code="TKK271", trap=11, level="warning", look=years.occupation_change),
    Check(name="education_change", code="TKK271", trap=11, level="warning", look=years.education_change),
    Check(
        name="municipality_of_next_year",
        code="TKK272",
        trap=12,
        level="note",
        kind="person",
        rows=rows.MUNICIPALITY_OF_NEXT_YEAR,
        applies=rows.played_by("municipality", "kunta"),
    ),
    Check(name="municipality_mergers", code="TKK272", trap=12, level="warning", look=years.municipality_mergers),
    Check(name="open_duplicates", code="TKK273", trap=13, level="warning", look=spans.open_duplicates),
    Check(name="open_spell", code="TKK274", trap=14, level="note", rows=rows.OPEN_SPELL),
    Check(name="nothing_ends", code="TKK254", trap=0, level="warning", look=spans.nothing_ends),
    # any register ----------------------------------------------------------------------------------------------------
    Check(name="exact_duplicates", code="TKK275", trap=0, level="note", look=spans.exact_duplicates),
    Check(name="overlaps", code="TKK275", trap=0, level="note", look=spans.overlaps),
    Check(
        name="unverified_code",
        code="TKK276",
        trap=0,
        level="warning",
        rows=rows.unverified_code,
        applies=lambda subject: bool(rows.doubtful_codes(subject)),
    ),
    Check(
        name="no_person_row",
        code="TKK277",
        trap=0,
        level="warning",
        rows=rows.NO_PERSON_ROW,
        applies=lambda subject: subject.with_persons,
    ),
    Check(name="before_birth", code="TKK277", trap=0, level="warning", rows=rows.BEFORE_BIRTH),
    Check(name="rows_set_aside", code="TKK278", trap=0, level="warning", look=spans.rows_set_aside),
    Check(name="rows_outside_years", code="TKK278", trap=0, level="warning", look=spans.rows_outside_years),
)
