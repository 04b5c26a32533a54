"""The career ahead (O17 to O21): defined here, computed by ``tkk career`` from a state grid."""

from __future__ import annotations

from tkk_cli.outcomes.definition import Outcome
from tkk_cli.outcomes.phrases import words

__all__ = ["OUTCOMES"]

OUTCOMES = (
    Outcome(
        code="O17",
        name="working_life_expectancy",
        aims=(4,),
        titles=words("Työelämäodote", "Arbetslivslängd", "Working-life expectancy"),
        definitions=words(
            "Odotettavissa olevat vuodet työssä annetusta iästä eläkeikään: osuudet elinaikataululla (Sullivan), "
            "monitilataulu tai monitilamalli.",
            "Förväntade år i arbete från en given ålder till pensionsåldern: andelar med livslängdstabell (Sullivan), "
            "flertillståndstabell eller flertillståndsmodell.",
            "Expected years in work from a given age to the pension age: prevalence with a life table (Sullivan), a "
            "multistate life table or a multistate model.",
        ),
        source="Pedersen & Bjorner 2017",
        parameters={},
        computed="career",
    ),
    Outcome(
        code="O18",
        name="working_years_lost",
        aims=(4,),
        titles=words("Menetetyt työvuodet", "Förlorade arbetsår", "Working years lost"),
        definitions=words(
            "Odotettavissa olevat vuodet kussakin työn ulkopuolisessa tilassa annetusta iästä eläkeikään.",
            "Förväntade år i varje tillstånd utanför arbetet från en given ålder till pensionsåldern.",
            "Expected years in each state outside work from a given age to the pension age.",
        ),
        source="Robroek 2020",
        parameters={},
        computed="career",
    ),
    Outcome(
        code="O19",
        name="trajectories",
        aims=(4,),
        titles=words("Työssäolon kehityspolut", "Utvecklingsbanor för arbete", "Trajectories of work"),
        definitions=words(
            "Ryhmät, joilla on samanlainen kuukausittaisen työssäolon kehitys ennen nollapäivää ja sen jälkeen.",
            "Grupper med liknande utveckling av månatligt arbete före och efter dag noll.",
            "Groups with a similar course of monthly time at work before and after day zero.",
        ),
        source="Leinonen 2019 (PLOS ONE)",
        parameters={},
        computed="career",
    ),
    Outcome(
        code="O20",
        name="sequences",
        aims=(1, 2, 3, 4),
        titles=words("Tilasarjat", "Tillståndssekvenser", "Sequences of states"),
        definitions=words(
            "Kuukausittaisten tilojen sarjat, niiden etäisyydet ja ryhmittely.",
            "Sekvenser av månatliga tillstånd, deras avstånd och gruppering.",
            "Sequences of monthly states, their distances and clusters.",
        ),
        source="Perhoniemi 2023; Poutanen 2023",
        parameters={},
        computed="career",
    ),
    Outcome(
        code="O21",
        name="state_occupancy",
        aims=(3, 4),
        titles=words("Tilojen osuudet ja siirtymät", "Tillståndsandelar och övergångar", "State occupancy"),
        definitions=words(
            "Todennäköisyys olla kussakin tilassa ajan kuluessa, ja siirtymien keskimääräinen lukumäärä.",
            "Sannolikheten att vara i varje tillstånd över tiden, och det genomsnittliga antalet övergångar.",
            "The probability of being in each state over time, and the mean number of transitions.",
        ),
        source="Øyeflaten 2012",
        parameters={},
        computed="career",
    ),
)
