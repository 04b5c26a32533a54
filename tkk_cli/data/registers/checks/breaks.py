"""What a cohort is refused for: a register break that nobody has made a choice about, and keys in two forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tkk_cli.data.registers.checks.check import Finding, Sight
from tkk_cli.data.registers.checks.finding import subjects_of
from tkk_cli.data.registers.checks.keys import stage_keys, two_key_forms
from tkk_cli.data.registers.checks.spans import employment_break, pension_break
from tkk_cli.data.registers.intake import Intake
from tkk_cli.data.registers.stages import Workspace
from tkk_cli.errors import TkkError

__all__ = ["require_choices", "require_one_key_form"]

# year of [breaks] -> its check, its code, and what happens there
_BREAKS: dict[str, tuple[Callable[[Sight], Iterable[Finding]], str, str]] = {
    "2019": (
        employment_break,
        "TKK262",
        "employment spells lie on both sides of 2018/19: contracts before, payment periods joined over a month after",
    ),
    "2023": (
        pension_break,
        "TKK263",
        "pension spells reach into 2023 or later, where full, partial and temporary pensions cannot be told apart",
    ),
}


def require_choices(workspace: Workspace, intake: Intake) -> None:
    """Refuse a register break that the data touch and ``[breaks]`` holds no choice for.

    Raises
    ------
    TkkError
        TKK262 for employment spells on both sides of 2018/19, TKK263 for pension spells from 2023 on, each with the
        number of spells.
    """
    registers = intake.registers
    sight = Sight(workspace, subjects_of(intake), registers.states, registers.breaks, ())
    for year, (look, code, happens) in _BREAKS.items():
        if year in registers.breaks:
            continue
        found = list(look(sight))
        if found:
            raise TkkError(
                code,
                happens,
                where=f"{registers.path.name}: {', '.join(finding.source for finding in found)}",
                count=sum(finding.count for finding in found),
                hint=f'write [breaks] and {year} = "drop" (spells from {year} on are left out), "keep" or "indicator"',
            )


def require_one_key_form(workspace: Workspace, intake: Intake) -> None:
    """Refuse a source whose person keys are written in two forms: one person would be two.

    Raises
    ------
    TkkError
        TKK260 with the number of persons whose key is in the rarer form.
    """
    sight = Sight(workspace, subjects_of(intake), intake.registers.states, intake.registers.breaks, ())
    stage_keys(workspace, sight.subjects)
    for finding in two_key_forms(sight):
        raise TkkError(
            "TKK260",
            "the person keys are written in two forms: one person would be two",
            where=f"{intake.registers.path.name}: {finding.source}",
            count=finding.persons,
            hint="write the keys alike (zeros, dashes, decimals), or make two sources of the file",
        )
