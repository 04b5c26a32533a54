"""``tkk simulate``: synthetic data with planted truth."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import typer

from tkk_cli.commands.build import SectionedCommand, with_options
from tkk_cli.commands.waiting import stage_bar
from tkk_cli.data.synthetic.options import CohortSimulationOptions, RegisterSimulationOptions

__all__ = ["app"]

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@app.callback(no_args_is_help=True)
def _simulate() -> None:
    """Write synthetic data with planted truth. Every file says that it is synthetic.

    \b
    Examples
      tkk simulate cohort
      tkk simulate cohort --persons 100000 --seed 7 --formats parquet --output harjoitus
      tkk simulate registers --persons 1000 --seed 1 --output rekisterit
    """


@app.command("cohort", cls=SectionedCommand)
@with_options(options=CohortSimulationOptions)
def cohort(options: CohortSimulationOptions) -> None:
    """Write a rehabilitation cohort: four programmes, return to work and three competing events.

    Late entry, workplaces as clusters, ties, missing values and dates are in it; the hazards are arbitrary, documented
    and say nothing about a real programme. The codebook is written beside the data.

    \b
    Examples
      tkk simulate cohort
      tkk simulate cohort --persons 100000 --seed 7 --formats parquet --output harjoitus
    """
    from tkk_cli.data.synthetic.files import simulate_cohort

    for path in simulate_cohort(options):
        print(path)


@app.command("registers", cls=SectionedCommand)
@with_options(options=RegisterSimulationOptions)
def registers(options: RegisterSimulationOptions) -> None:
    """Write raw register files: FOLK, ETK, Kela and DREAM, with the true careers behind them.

    registers.toml and cohort.toml that read them stand beside. Each of the fourteen traps of Finnish registers is
    planted on request, and counted in traps.json. The hazards are arbitrary, and no programme has an effect. A folder
    that this command wrote before is replaced; any other folder with something in it is refused.

    \b
    Examples
      tkk simulate registers
      tkk simulate registers --persons 200 --traps all --bad-rows --output harjoitus
      tkk simulate registers --persons 1000000 --formats parquet --registers folk,etk,kela --output iso
    """
    from tkk_cli.data.synthetic.registers.simulate import blocks, simulate_registers

    with stage_bar(quiet=False) as bar:
        bar.expect(blocks(options.persons))
        written = simulate_registers(options, begin=bar.begin)
    # hundreds of yearly files: a folder within the folder is one line
    folder = Path(options.output)
    for path in written:
        if path.parent == folder:
            print(path)
    for inner, files in Counter(path.parent for path in written if path.parent != folder).items():
        print(f"{inner}: {files} files")
