"""The log-rank family against every stored number of R's ``survdiff`` and of the transcription in ``ref_lib.R``."""

from __future__ import annotations

import numpy as np
import pytest
from agreement import agree, agree_p, matrix
from reference_sets import Record, frame, from_call, history, of_families, the_record

from tkk_cli.estimators.distributions import chi_square_tail
from tkk_cli.estimators.log_rank import ScoreTest, log_rank

WEIGHTINGS = {
    "logrank": "log_rank",
    "gehan": "gehan",
    "tarone-ware": "tarone_ware",
    "peto-peto": "peto_peto",
    "fh": "fleming_harrington",
}
# set and start of the id -> (time, event, group, strata, entry): the calls name no columns
TRANSCRIBED = {
    ("channing", "wlr_left_trunc_gender_"): ("age", "death", "gender", [], "ageentry"),
    ("injury", "wlr_ky_high_strat_"): ("durat", "event", "afchnge", ["indust"], None),
    ("injury", "wlr_ky_high_"): ("durat", "event", "afchnge", [], None),
    ("lung", "wlr_sex_strat_"): ("time", "dead", "sex", ["inst"], None),
    ("lung", "wlr_sex_"): ("time", "dead", "sex", [], None),
    ("rossi", "wlr_fin_strat_"): ("week", "arrest", "fin", ["wexp"], None),
    ("rossi", "wlr_fin_"): ("week", "arrest", "fin", [], None),
    ("unempdur", "wlr_any_ui_"): ("spell", "any", "ui", [], None),
    ("veteran", "wlr_celltype_"): ("time", "status", "celltype", [], None),
    ("veteran", "wlr_trt_strat_"): ("time", "status", "trt", ["celltype"], None),
}
# Observed less expected, and the covariances, lose the digits that their terms share (the terms are at most ~1e4).
SUBTRACTED = 1e-10


def _agree(test: ScoreTest, want: dict, place: list[int], observed: str, expected: str, what: str) -> None:
    scale = float(np.max(np.abs(want[observed])))
    agree(test.observed[place], want[observed], f"{what} observed", SUBTRACTED * scale)
    agree(test.expected[place], want[expected], f"{what} expected", SUBTRACTED * scale)
    spread = matrix(want["var"])
    mine = test.variance[np.ix_(place, place)]
    agree(mine, spread, f"{what} variance", SUBTRACTED * float(np.max(np.abs(spread))))
    agree(test.statistic, want["chisq"], f"{what} statistic")
    assert test.df == want["df"], what
    agree_p(chi_square_tail(test.statistic, test.df), want["p"], f"{what} p")


@pytest.mark.parametrize("record", of_families("logrank", "logrank_stratified"), ids=str)
def test_log_rank_is_survdiff(record: Record) -> None:
    sample, rho = from_call(record), float(record.call.partition("rho=")[2].removesuffix(")"))
    test = log_rank(sample) if rho == 0 else log_rank(sample, weighting="fleming_harrington", rho=rho)
    place = [sample.groups.index(name) for name in record.value["groups"]]
    counts = np.bincount(sample.group, minlength=len(sample.groups))
    agree(counts[place], record.value["n"], f"{record} n")
    _agree(test, record.value, place, "observed", "expected", str(record))


@pytest.mark.parametrize("record", of_families("weighted_logrank", "weighted_logrank_stratified"), ids=str)
def test_weighted_log_rank_is_the_transcription(record: Record) -> None:
    spec = next(
        spec for (name, start), spec in TRANSCRIBED.items() if record.set == name and record.id.startswith(start)
    )
    time, event, group, strata, entry = spec
    sample, want = history(frame(record), time, event, group=[group], strata=strata, entry=entry), record.value
    test = log_rank(sample, weighting=WEIGHTINGS[want["weight"]], rho=want["rho"], gamma=want["gamma"])
    place = [sample.groups.index(f"{group}={level}") for level in want["groups"]]
    _agree(test, want, place, "weighted_observed", "weighted_expected", str(record))
    scale = float(np.max(np.abs(want["weighted_observed"])))
    agree(test.score[place], want["score"], f"{record} score", SUBTRACTED * scale)


def test_score_with_late_entry_is_that_of_a_cox_model() -> None:
    """Breslow's score test shares the score; its variance has no factor (Y - d) / (Y - 1), written out here."""
    record = the_record("channing", "score_test_left_trunc")
    sample = history(frame(record), "age", "death", group=["gender"], entry="ageentry")
    assert sample.entry is not None
    variance = 0.0
    for time in np.unique(sample.exit[sample.cause > 0]):
        at_risk = (sample.entry < time) & (sample.exit >= time)
        share = sample.group[at_risk].mean()
        variance += ((sample.exit == time) & (sample.cause > 0)).sum() * share * (1 - share)
    agree(log_rank(sample).score[0] ** 2 / variance, record.value["chisq"], "score test")
