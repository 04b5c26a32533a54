"""No stored number of a family that the estimators fit is left without a test, and no stored file has changed."""

from __future__ import annotations

import hashlib
import json

import pytest
import test_reference_curves as curves
import test_reference_incidences as incidences
import test_reference_rank_tests as rank_tests
from reference_sets import FOLDER, NOT_CLAIMED, SETS, records

FITTED = {
    "kaplan_meier",
    "kaplan_meier_clustered",
    "kaplan_meier_left_truncated",
    "kaplan_meier_weighted",
    "nelson_aalen",
    "rmst",
    "propensity_weighted_survival",
    "recurrent_mcf",
    "logrank",
    "logrank_left_truncated",
    "logrank_stratified",
    "weighted_logrank",
    "weighted_logrank_stratified",
    "aalen_johansen",
    "aalen_johansen_left_truncated",
    "gray_test",
    "multi_state",
    "pseudo_values",
}
TESTS = (
    curves.test_kaplan_meier_is_survfit,
    curves.test_contrasts_of_restricted_means,
    curves.test_mean_cumulative_count_by_person,
    curves.test_curves_with_propensity_weights,
    rank_tests.test_log_rank_is_survdiff,
    rank_tests.test_weighted_log_rank_is_the_transcription,
    incidences.test_aalen_johansen_is_survfit,
    incidences.test_gray_is_cuminc,
)
BY_NAME = {
    ("lung", "km_cluster_inst"),
    ("lung", "fleming_harrington"),
    ("channing", "n_risk_profile"),
    ("channing", "score_test_left_trunc"),
    ("lung", "pseudo"),
    ("injury", "pseudo_first10"),
    ("mgus2", "pseudo_first20"),
    ("unempdur", "pseudo_cif_first"),
    # in tests/models/test_reference_pseudo.py
    ("injury", "pseudo_gee_rmst26"),
    *(("lung", f"pseudo_gee_{name}") for name in ("S365", "rmst500", "rmst500_jackknife", "S365_cloglog")),
    *(("mgus2", f"pseudo_gee_cif120{link}") for link in ("", "_cloglog")),
    ("mvad", "gee_months_employed"),
    *(("unempdur", f"pseudo_gee_{name}") for name in ("cif10_identity", "cif10_cloglog", "sojourn20")),
}


def _claimed() -> set[tuple[str, str]]:
    claimed = set(BY_NAME)
    for test in TESTS:
        (mark,) = (mark for mark in test.pytestmark if mark.name == "parametrize")
        claimed |= {(record.set, record.id) for record in mark.args[1]}
    return claimed


def test_every_stored_record_is_claimed_or_has_a_reason() -> None:
    stored = {(record.set, record.id) for record in records() if record.family in FITTED}
    assert len(stored) > 200
    assert _claimed() == stored - NOT_CLAIMED.keys()
    assert NOT_CLAIMED.keys() <= stored
    assert all(NOT_CLAIMED.values())


def test_every_set_with_such_a_record_is_stored() -> None:
    assert len(SETS) == 14


def test_the_manifest_names_every_file() -> None:
    manifest = json.loads((FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))
    listed = {name for source in manifest["sources"] for name in source["files"]}
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert listed == files - {"MANIFEST.json", "README.md", "manifest.py", "AGREEMENT.md"}
    for source in manifest["sources"]:
        assert source["licence"]
        assert source["source"]
        assert source["made_with"]["R"].startswith("R version 4.2.2")


@pytest.mark.parametrize("name", [*SETS, "extra", "."])
def test_the_stored_files_are_those_of_the_manifest(name: str) -> None:
    manifest = json.loads((FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))
    (source,) = (source for source in manifest["sources"] if source["folder"] == name)
    for file, digest in source["files"].items():
        assert hashlib.sha256((FOLDER / file).read_bytes()).hexdigest() == digest, file
