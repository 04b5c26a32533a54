"""Covariates from a file to designs: references, complete cases, adjustment sets, and every refusal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tkk_cli.data.cohort import build_cohort
from tkk_cli.data.design import Regression, build_regression
from tkk_cli.data.imputation import imputed_designs
from tkk_cli.data.options import ColumnOptions, CovariateOptions
from tkk_cli.errors import TkkError
from tkk_cli.steps.assembly import fact_note

BASE = {"time": "aika", "event": "tila", "events": "paluu=1,elake=2"}
N = 40


def frame(**columns: Any) -> pd.DataFrame:
    rows = np.arange(N)
    base: dict[str, Any] = {
        "aika": 1.0 + rows,
        "tila": rows % 3,
        "ohjelma": np.array(["TYK", "ASLAK", "KIILA"])[rows % 3 - rows % 2],
        "ika": 30.0 + rows * 7 % 31,
        "sukup": 1 + rows // 2 % 2,
        "koulutus": np.array(["01", "02", "03"])[rows // 3 % 3],
        "alue": rows % 4,
    }
    return pd.DataFrame(base | columns)


def made(data: Any, **options: Any) -> Regression:
    return build_regression(data, CovariateOptions(**(BASE | options)))


def refused(code: str, data: Any, **options: Any) -> TkkError:
    with pytest.raises(TkkError) as caught:
        made(data, **options)
    assert caught.value.code == code, caught.value
    return caught.value


def design(data: Any, **options: Any) -> Any:
    return made(data, **options).designs[0][1]


# ways of saying what explains ---------------------------------------------------------------------------------------


def test_covariates_are_a_formula_with_plus() -> None:
    listed = made(frame(), group="ohjelma", covariates="ika, koulutus")
    formula = made(frame(), group="ohjelma", formula="ika + koulutus")
    assert listed.formulas == formula.formulas == ("ohjelma + ika + koulutus",)
    assert listed.designs[0][1].columns == formula.designs[0][1].columns
    np.testing.assert_array_equal(listed.designs[0][1].matrix, formula.designs[0][1].matrix)


def test_the_exposure_comes_first_unless_it_is_a_term_of_the_formula() -> None:
    assert design(frame(), group="ohjelma", formula="ika").columns == ("ohjelma[KIILA]", "ohjelma[TYK]", "ika")
    assert design(frame(), group="ohjelma").columns == ("ohjelma[KIILA]", "ohjelma[TYK]")
    own = made(frame(), group="ohjelma", formula="ika + ohjelma:ika")
    assert own.formulas == ("ohjelma + ika + ohjelma:ika",)
    main = ("ohjelma[KIILA]", "ohjelma[TYK]")
    assert own.designs[0][1].columns == (*main, "ika", "ohjelma[KIILA]:ika", "ohjelma[TYK]:ika")
    assert made(frame(), group="ohjelma", formula="ika * ohjelma").formulas == ("ika * ohjelma",)


def test_the_exposure_has_the_reference_and_order_of_the_groups() -> None:
    regression = made(frame(), group="ohjelma", group_order="TYK,KIILA,ASLAK", covariates="ika")
    term = regression.designs[0][1].terms[0]
    assert (term.reference, term.levels) == ("TYK", ("KIILA", "ASLAK"))
    assert regression.cohort.history.groups == ("TYK", "KIILA", "ASLAK")
    np.testing.assert_array_equal(regression.designs[0][1].matrix[:, 0], regression.cohort.history.group == 1)
    named = design(frame(), group="ohjelma", reference="KIILA", formula="ika*ohjelma").terms[1]
    assert (named.reference, named.levels) == ("KIILA", ("ASLAK", "TYK"))


def test_a_number_as_the_exposure_is_a_category() -> None:
    term = design(frame(), group="sukup", covariates="ika").terms[0]
    assert (term.kind, term.reference, term.levels) == ("category", "1", ("2",))


def test_adjustment_sets_share_the_exposure_and_the_rows() -> None:
    data = frame(ika=np.where(np.arange(N) < 3, np.nan, frame()["ika"]))
    regression = made(data, group="ohjelma", adjust="crude;ika;ika + C(sukup)")
    assert [label for label, _ in regression.designs] == ["crude", "ika", "ika + C(sukup)"]
    assert regression.formulas == ("ohjelma", "ohjelma + ika", "ohjelma + ika + C(sukup)")
    assert [len(one) for _, one in regression.designs] == [N - 3] * 3
    assert regression.cohort.excluded == [("missing ika", 3)]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"covariates": "ika", "formula": "ika"},
        {"adjust": "ika"},
        {"adjust": "ika", "group": "ohjelma", "formula": "ika"},
        {"adjust": "ika", "group": "ohjelma", "covariates": "ika"},
        {"adjust": "ika;ika", "group": "ohjelma"},
        {"formula": "strata(alue)"},
        {"formula": "1"},
    ],
)
def test_what_explains_is_said_once(options: dict[str, str]) -> None:
    assert refused("TKK221", frame(), **options).hint


def test_a_column_that_is_not_there_is_pointed_at() -> None:
    error = refused("TKK224", frame(), group="ohjelma", formula="ika + sukupu*alue")
    assert error.message.splitlines()[2].index("^") - 4 == 6
    assert "sukup" in str(error.hint)
    assert "ikaa" in refused("TKK224", frame(), covariates="sukup,ikaa").message
    refused("TKK109", frame(), covariates="ika", cluster="tyopaikka")


# categories and numbers ---------------------------------------------------------------------------------------------


def codebook(tmp_path: Path, data: pd.DataFrame, text: str) -> Path:
    data.to_csv(tmp_path / "kohortti.csv", index=False)
    (tmp_path / "kohortti.toml").write_text(text, encoding="utf-8")
    return tmp_path / "kohortti.csv"


def test_levels_stand_in_the_order_of_the_codebook_with_its_reference(tmp_path: Path) -> None:
    text = """
[columns.koulutus]
label = { fi = "Koulutus", en = "Education" }
reference = "02"
kind = "text"
[columns.koulutus.values]
03 = { fi = "Ylin", en = "Highest" }
01 = "Alin"
02 = "Keski"
"""
    one = design(codebook(tmp_path, frame(), text), covariates="koulutus")
    assert (one.terms[0].reference, one.terms[0].levels) == ("02", ("03", "01"))
    assert one.labels["koulutus"][""]["fi"] == "Koulutus"
    assert one.labels["koulutus"]["03"]["en"] == "Highest"


def test_a_number_is_a_category_when_every_value_has_a_label(tmp_path: Path) -> None:
    text = "[columns.sukup.values]\n1 = 'mies'\n2 = 'nainen'\n[columns.ika.values]\n60 = '60 tai yli'\n"
    one = design(codebook(tmp_path, frame(), text), covariates="sukup,ika,alue")
    assert [term.kind for term in one.terms] == ["category", "number", "number"]
    assert one.columns == ("sukup[2]", "ika", "alue")


def test_a_labelled_number_is_a_number_inside_a_function(tmp_path: Path) -> None:
    text = "[columns.alue.values]\n0 = 'a'\n1 = 'b'\n2 = 'c'\n3 = 'd'\n"
    one = design(codebook(tmp_path, frame(), text), formula="I(alue**2) + alue")
    np.testing.assert_array_equal(one.matrix[:, 0], (np.arange(N) % 4) ** 2.0)
    assert one.columns[1:] == ("alue[1]", "alue[2]", "alue[3]")
    assert one.rebuild({"alue": 2})[0].tolist() == [4.0, 0.0, 1.0, 0.0]


def test_c_makes_a_category_of_a_number() -> None:
    one = design(frame(), formula="C(alue, Treatment(2)) + alue")
    assert one.columns == ("C(alue, Treatment(2))[0]", "C(alue, Treatment(2))[1]", "C(alue, Treatment(2))[3]", "alue")


def test_a_plain_number_is_the_column_itself() -> None:
    np.testing.assert_array_equal(design(frame(), covariates="ika").matrix[:, 0], frame()["ika"])


def test_means_are_weighted_and_categories_have_their_most_common_level() -> None:
    weight = np.where(frame()["koulutus"] == "03", 5, 1)
    one = design(frame(paino=weight), covariates="ika,koulutus", weights="paino", weight_kind="frequency")
    assert one.means["ika"] == pytest.approx(np.average(frame()["ika"], weights=weight), rel=1e-12)
    assert one.means["koulutus"] == "03"
    assert design(frame(), covariates="ika").means["ika"] == pytest.approx(frame()["ika"].mean(), rel=1e-12)


@pytest.mark.parametrize("formula", ["C(alue) + ika", "C(alue) + alue + ika"])
def test_a_number_under_c_has_its_most_common_level_and_not_a_mean(formula: str) -> None:
    data = frame(alue=np.minimum(np.arange(N) % 4, 2))
    one = design(data, formula=formula)
    assert one.means["alue"] == "2"
    assert one.rebuild is not None
    assert one.rebuild(one.means)[0].tolist()[:2] == [0.0, 1.0]


def test_frequency_weights_are_copies_for_functions_too() -> None:
    data = frame(paino=1 + np.arange(N) % 4)
    copies = data.loc[data.index.repeat(data["paino"])].reset_index(drop=True)
    formula = "cr(ika, df=3) + bs(alue + ika, df=4) + poly(ika, 2) + scale(ika)"
    weighted = design(data, formula=formula, weights="paino", weight_kind="frequency")
    expanded = design(copies, formula=formula).matrix
    np.testing.assert_allclose(np.repeat(weighted.matrix, data["paino"], axis=0), expanded, rtol=1e-9, atol=1e-12)


# rebuilding ---------------------------------------------------------------------------------------------------------


def test_rebuild_sets_a_variable_for_everyone() -> None:
    one = design(frame(), group="ohjelma", formula="ika * ohjelma + cr(ika, df=3)")
    same = one.rebuild({})
    np.testing.assert_allclose(same, one.matrix, rtol=1e-12)
    everyone = one.rebuild({"ohjelma": "TYK"})
    assert everyone.shape == one.matrix.shape
    place = {name: j for j, name in enumerate(one.columns)}
    assert np.all(everyone[:, place["ohjelma[TYK]"]] == 1)
    assert np.all(everyone[:, place["ohjelma[KIILA]"]] == 0)
    np.testing.assert_array_equal(everyone[:, place["ika:ohjelma[TYK]"]], one.matrix[:, place["ika"]])


def test_rebuild_with_everything_set_is_the_same_row_for_everyone() -> None:
    one = design(frame(), group="ohjelma", formula="ika * ohjelma + cr(ika, df=3)")
    row = int(np.flatnonzero(frame()["ohjelma"] == "KIILA")[0])
    pattern = one.rebuild({"ohjelma": "KIILA", "ika": float(frame()["ika"][row])})
    assert pattern.shape == one.matrix.shape
    np.testing.assert_allclose(pattern, np.tile(one.matrix[row], (N, 1)), rtol=1e-10, atol=1e-12)
    crude = design(frame(), group="ohjelma").rebuild({"ohjelma": "KIILA"})
    np.testing.assert_array_equal(crude, np.tile([1.0, 0.0], (N, 1)))


@pytest.mark.parametrize("values", [{"ikä": 3}, {"ohjelma": "KELA"}, {"ika": "vanha"}, {"sukup": 1}])
def test_rebuild_refuses_what_the_design_does_not_have(values: dict[str, Any]) -> None:
    with pytest.raises(TkkError) as caught:
        design(frame(), group="ohjelma", covariates="ika").rebuild(values)
    assert caught.value.code == "TKK222"


# rows ---------------------------------------------------------------------------------------------------------------


def test_missing_covariates_are_counted_in_the_order_in_which_they_stand() -> None:
    data = frame()
    data.loc[[0, 1], "koulutus"] = None
    data.loc[[1, 2, 3], "ika"] = np.nan
    regression = made(data, group="ohjelma", covariates="ika,koulutus")
    assert regression.cohort.excluded == [("missing ika", 3), ("missing koulutus", 1)]
    assert len(regression.cohort.history) == len(regression.designs[0][1]) == N - 4
    assert regression.cohort.n_read == N


def test_the_history_is_that_of_the_cohort() -> None:
    options = {**BASE, "group": "ohjelma", "strata": "alue", "where": "ika > 35"}
    theirs = build_cohort(frame(), ColumnOptions(**options))
    ours = build_regression(frame(), CovariateOptions(**options, covariates="ika")).cohort
    assert ours.excluded == theirs.excluded
    for name in ("exit", "cause", "group", "stratum"):
        np.testing.assert_array_equal(getattr(ours.history, name), getattr(theirs.history, name))


def test_a_level_that_only_dropped_rows_have_is_said() -> None:
    data = frame()
    data.loc[data["koulutus"] == "03", "ika"] = np.nan
    regression = made(data, covariates="ika,koulutus")
    assert ("levels_left_out", {"variable": "koulutus", "codes": ["03"]}) in regression.cohort.facts
    assert regression.designs[0][1].columns == ("ika", "koulutus[02]")
    chosen = made(frame(), covariates="ika,koulutus", where='koulutus != "03"')
    assert not [key for key, _ in chosen.cohort.facts if key == "levels_left_out"]


def test_a_level_without_events_is_said_for_each_event() -> None:
    data = frame()
    data.loc[(data["koulutus"] == "03") & (data["tila"] == 2), "tila"] = 0
    facts = made(data, covariates="ika,koulutus").cohort.facts
    values = {"variable": "koulutus", "codes": ["03"], "cause": "elake"}
    assert [fact for fact in facts if fact[0] == "level_without_events"] == [("level_without_events", values)]


def test_facts_on_levels_are_numbered_warnings() -> None:
    codes = [fact_note(key, {}).code for key in ("levels_left_out", "level_without_events")]
    assert codes == ["TKK385", "TKK386"]


def test_a_constant_covariate_is_named() -> None:
    assert refused("TKK227", frame(vakio=3), covariates="ika,vakio").where == "vakio"
    assert refused("TKK227", frame(vakio="x"), covariates="ika,vakio").where == "vakio"
    assert refused("TKK227", frame(), covariates="ika", group="ohjelma", where='ohjelma == "TYK"').where == "ohjelma"


def test_infinite_values_are_counted() -> None:
    data = frame()
    data.loc[[4, 5], "ika"] = np.inf
    assert refused("TKK228", data, covariates="ika").count == 2
    assert refused("TKK228", data, covariates="alue", offset="ika").count == 2


def test_infinite_numbers_of_a_text_file_are_no_category() -> None:
    error = refused("TKK228", frame(pisteet=["1.5", "2,5", "-inf", "Infinity"] * (N // 4)), covariates="pisteet")
    assert (error.where, error.count) == ("pisteet", N // 2)
    assert design(frame(luokka=["1", "2", "inf", "muu"] * (N // 4)), covariates="luokka").matrix.shape == (N, 3)


def test_a_few_words_among_many_numbers_are_counted() -> None:
    data = pd.concat([frame()] * 2, ignore_index=True)
    data["palkka"] = [f"{i},5" for i in range(2 * N)]
    assert "identifier" in refused("TKK226", data, covariates="palkka").hint
    data.loc[[3, 7], "palkka"] = "salainen"
    error = refused("TKK226", data, covariates="palkka")
    assert error.hint.startswith("2 rows hold something that is no number")
    assert "salainen" not in str(error)


@pytest.mark.parametrize(
    "options",
    [
        {"covariates": "ika,aika"},
        {"formula": "ika + log(aika)"},
        {"covariates": "tila"},
        {"group": "tila", "covariates": "ika"},
        {"event": "tila==1", "events": None, "censored": "0,2", "adjust": "crude;tila", "group": "ohjelma"},
    ],
)
def test_the_outcome_is_no_covariate(options: dict[str, Any]) -> None:
    assert refused("TKK236", frame(), **options).where in ("aika", "tila")


def test_one_cluster_has_no_robust_variance() -> None:
    error = refused("TKK237", frame(talo="A"), covariates="ika", cluster="talo")
    assert (error.where, error.count) == ("talo", N)


def test_dates_and_identifiers_are_no_covariates() -> None:
    dates = pd.date_range("2020-01-01", periods=N)
    assert refused("TKK225", frame(pvm=dates), covariates="ika,pvm").where == "pvm"
    data = pd.concat([frame()] * 2, ignore_index=True)
    data["tunnus"] = [f"t{i:03d}" for i in range(2 * N)]
    error = refused("TKK226", data, covariates="ika,tunnus")
    assert error.count == 2 * N
    assert "t001" not in str(error)


def test_more_columns_than_events() -> None:
    data = frame(tila=[1, 1] + [0] * (N - 2))
    assert refused("TKK229", data, events="paluu=1", covariates="ika,alue,koulutus").count == 4
    assert design(data, events="paluu=1", covariates="ika,alue").matrix.shape == (N, 2)
    weights = {"weights": "paino", "weight_kind": "frequency"}
    assert design(frame(tila=data["tila"], paino=2), events="paluu=1", covariates="ika,alue,koulutus", **weights)


# strata, offset, cluster, further columns ---------------------------------------------------------------------------


def test_strata_of_the_formula_join_those_of_the_option() -> None:
    formula = made(frame(), formula="ika + strata(sukup, alue)")
    option = made(frame(), covariates="ika", strata="sukup,alue")
    both = made(frame(), formula="ika + strata(alue)", strata="sukup")
    for one in (formula, both):
        np.testing.assert_array_equal(one.cohort.history.stratum, option.cohort.history.stratum)
        assert one.stratum_names == option.stratum_names
    rows = frame()
    names = [f"sukup={s}, alue={a}" for s, a in zip(rows["sukup"], rows["alue"], strict=True)]
    assert [option.stratum_names[code] for code in option.cohort.history.stratum] == names


def test_offset_and_cluster_of_the_formula() -> None:
    one = made(frame(), formula="ika + offset(sukup) + cluster(alue)")
    np.testing.assert_array_equal(one.extra["offset"], frame()["sukup"])
    np.testing.assert_array_equal(one.cohort.history.cluster, frame()["alue"])
    np.testing.assert_array_equal(made(frame(), covariates="ika", offset="sukup").extra["offset"], frame()["sukup"])


@pytest.mark.parametrize(
    "options",
    [
        {"group": "ohjelma", "adjust": "crude;ika + strata(alue)"},
        {"formula": "ika + offset(sukup)", "offset": "alue"},
        {"formula": "ika + cluster(sukup) + cluster(alue)"},
    ],
)
def test_models_stand_on_the_same_footing(options: dict[str, str]) -> None:
    refused("TKK231", frame(), **options)


def test_further_columns_are_numbers_or_codes() -> None:
    data = frame()
    data.loc[0, "alue"] = np.nan
    regression = build_regression(data, CovariateOptions(**BASE, covariates="ika"), ("alue", "koulutus"))
    assert regression.cohort.excluded == [("missing alue", 1)]
    np.testing.assert_array_equal(regression.extra["alue"], data["alue"][1:])
    np.testing.assert_array_equal(regression.extra["koulutus"], data["koulutus"][1:].astype(int) - 1)


def test_no_person_and_no_strata_unless_asked() -> None:
    regression = made(frame(), covariates="ika")
    assert (regression.person, regression.stratum_names, dict(regression.extra), dict(regression.missing)) == (
        None,
        (),
        {},
        {},
    )


# what must change nothing --------------------------------------------------------------------------------------------


def test_the_order_of_the_rows_is_that_of_the_file() -> None:
    formula = "ohjelma + cr(ika, df=3) + bs(ika, df=4) + C(alue)"
    rows = np.random.default_rng(3).permutation(N)
    straight, shuffled = design(frame(), formula=formula), design(frame().iloc[rows], formula=formula)
    assert straight.columns == shuffled.columns
    np.testing.assert_allclose(straight.matrix[rows], shuffled.matrix, rtol=1e-12, atol=1e-13)


def test_every_format_gives_the_same_design(tmp_path: Path) -> None:
    data = frame(ika=np.where(np.arange(N) == 4, np.nan, frame()["ika"]))
    data.to_csv(tmp_path / "k.csv", index=False)
    data.to_csv(tmp_path / "fi.csv", index=False, sep=";", decimal=",")
    data.to_parquet(tmp_path / "k.parquet")
    options = {"group": "ohjelma", "formula": "ika*sukup + koulutus", "strata": "alue"}
    expected = made(data, **options)
    for name in ("k.csv", "fi.csv", "k.parquet"):
        found = made(tmp_path / name, **options)
        assert found.designs[0][1].columns == expected.designs[0][1].columns
        assert found.cohort.excluded == expected.cohort.excluded
        np.testing.assert_array_equal(found.designs[0][1].matrix, expected.designs[0][1].matrix)


def test_the_data_are_not_changed() -> None:
    data = frame(ika=np.where(np.arange(N) < 5, np.nan, frame()["ika"]))
    before = data.copy(deep=True)
    regression = made(data, covariates="ika,koulutus", impute=2)
    list(imputed_designs(regression, 2, 1))
    pd.testing.assert_frame_equal(data, before)
    assert np.isnan(regression.designs[0][1].matrix).sum() == 5


def test_copies_of_people_with_several_rows_are_refused() -> None:
    rows = frame().assign(hlo=np.arange(len(frame())) // 2, kpl=2)
    options = {"id": "hlo", "covariates": "ika", "weights": "kpl", "weight_kind": "frequency"}
    with pytest.raises(TkkError) as refused:
        made(rows, **options)
    assert refused.value.code == "TKK238"
    assert made(rows, **options, cluster="hlo").cohort.history.cluster is not None
