"""The sentences for the notes of ``tkk regress``, as in ``sentences``."""

from __future__ import annotations

__all__ = ["SENTENCES_REGRESS"]

SENTENCES_REGRESS: dict[str, tuple[str, str, str]] = {
    # every model ------------------------------------------------------------
    "note_imputed": (
        "Puuttuvat taustamuuttujat on täydennetty {m} kertaa (siemenluku {seed}), ja mallit on yhdistetty Rubinin "
        "säännöillä. Oletus: puuttuminen riippuu vain siitä, mitä aineistossa on.",
        "Saknade kovariater har imputerats {m} gånger (frö {seed}) och modellerna är sammanvägda med Rubins regler. "
        "Antagande: att ett värde saknas beror bara på det som finns i data.",
        "Missing covariates were imputed {m} times (seed {seed}) and the models pooled by Rubin's rules. Assumption: "
        "that a value is missing depends only on what is in the data.",
    ),
    "note_verify_subsample": (
        "Määritelmät on laskettu enintään {n} rivin otoksesta, johon tkk on sovitettu samalla tavoin. Vertailu koskee "
        "laskentaa, ei mallin sopivuutta.",
        "Definitionerna är beräknade på ett urval av högst {n} rader, på vilka också tkk har anpassats. Jämförelsen "
        "gäller beräkningen, inte om modellen är lämplig.",
        "Brute force used a sample of at most {n} rows, to which tkk was fitted as well. Agreement is about the "
        "computation, not about whether the model is suitable.",
    ),
}
